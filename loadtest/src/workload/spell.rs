//! Texts of one core's commands: names with their TLD, secrets, transaction identifiers. They are written into memory that
//! is used again and again.

use super::names::{Name, Names};

/// Writes texts.
#[derive(Debug)]
pub(super) struct Speller {
    pub(super) names: Names,
    /// A dot and the TLD.
    suffix: Vec<u8>,
    /// What all transaction identifiers begin with.
    cl_trid: Vec<u8>,
    name: Vec<u8>,
    auth: Vec<u8>,
}

impl Speller {
    pub(super) fn new(names: Names, tld: &str, run: u64, part: usize) -> Self {
        let cl_trid = format!("load-{run:x}-{part}-").into_bytes();
        Self { names, suffix: format!(".{tld}").into_bytes(), cl_trid, name: Vec::new(), auth: Vec::new() }
    }

    pub(super) fn push_name(&self, name: Name, out: &mut Vec<u8>) {
        self.names.push(name, out);
        out.extend_from_slice(&self.suffix);
    }

    pub(super) fn name(&mut self, name: Name) -> &[u8] {
        self.name_and_auth(name, false).0
    }

    /// The name, and its authInfo if that is asked for.
    pub(super) fn name_and_auth(&mut self, name: Name, with_auth: bool) -> (&[u8], &[u8]) {
        self.name.clear();
        self.auth.clear();
        self.names.push(name, &mut self.name);
        self.name.extend_from_slice(&self.suffix);
        if with_auth {
            self.names.auth_info(name, &mut self.auth);
        }
        (&self.name, &self.auth)
    }

    /// Whether a text is the name; names have no case.
    pub(super) fn is_name(&mut self, name: Name, text: &[u8]) -> bool {
        self.name(name).eq_ignore_ascii_case(text)
    }

    /// What all transaction identifiers of this core begin with.
    pub(super) fn cl_trid(&self) -> &[u8] {
        &self.cl_trid
    }

    /// Whether it is the transaction identifier of that number, with that mark before it.
    pub(super) fn is_cl_trid(&self, text: &[u8], mark: &[u8], number: u64) -> bool {
        let rest = text.strip_prefix(self.cl_trid.as_slice()).and_then(|rest| rest.strip_prefix(mark));
        rest == Some(Digits::of(number).as_bytes())
    }
}

/// A number in decimal.
#[derive(Clone, Copy, Debug)]
pub(super) struct Digits {
    digits: [u8; 20],
    from: usize,
}

impl Digits {
    pub(super) fn of(mut number: u64) -> Self {
        let (mut digits, mut from) = ([0; 20], 20);
        loop {
            from -= 1;
            digits[from] = b'0' + (number % 10) as u8;
            number /= 10;
            if number == 0 {
                return Self { digits, from };
            }
        }
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.digits[self.from..]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_in_decimal() {
        for number in [0, 7, 10, 999, 1_000_000, u64::MAX] {
            assert_eq!(Digits::of(number).as_bytes(), number.to_string().as_bytes());
        }
    }

    #[test]
    fn a_transaction_identifier_is_of_one_command() {
        let speller = Speller::new(Names::new(1, 0xab), "test", 0xab, 3);
        assert!(speller.is_cl_trid(b"load-ab-3-17", b"", 17));
        assert!(speller.is_cl_trid(b"load-ab-3-p17", b"p", 17));
        for other in
            ["load-ab-3-18", "load-ab-3-017", "load-ab-2-17", "load-ac-3-17", "load-ab-3-p17", "", "load-ab-3-"]
        {
            assert!(!speller.is_cl_trid(other.as_bytes(), b"", 17), "{other}");
        }
    }
}
