//! Domain and host names as the registry keeps them: lower-case A-labels without a final dot.

use std::fmt;

/// What is wrong with a name (RFC 952 and RFC 1123, section 2.1, as RFC 5731, section 2.1, asks; RFC 5890 for A-labels).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameFault {
    /// No octet at all.
    Empty,
    /// More than 253 octets.
    TooLong,
    /// Two dots in a row, or a dot at an end.
    EmptyLabel,
    /// A label of more than 63 octets.
    LabelTooLong,
    /// Something else than letters, digits and hyphens.
    Character,
    /// A hyphen at the end of a label.
    Hyphen,
    /// Hyphens in places three and four that do not begin an A-label.
    ReservedLabel,
    /// `xn--` that is not the A-label of any U-label.
    BadALabel,
    /// Fewer than two labels.
    SingleLabel,
    /// A last label of digits only.
    NumericTop,
}

impl NameFault {
    /// The fault in words.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Empty => "a name cannot be empty",
            Self::TooLong => "a name has 253 octets at most",
            Self::EmptyLabel => "a label cannot be empty and a name has no dot at its ends",
            Self::LabelTooLong => "a label has 63 octets at most",
            Self::Character => "a label holds only letters, digits and hyphens; write U-labels as A-labels",
            Self::Hyphen => "a label cannot begin or end with a hyphen",
            Self::ReservedLabel => "hyphens in places three and four are reserved for A-labels",
            Self::BadALabel => "the label begins with xn-- and is no valid A-label",
            Self::SingleLabel => "a name has two labels at least",
            Self::NumericTop => "the last label cannot be all digits",
        }
    }
}

impl fmt::Display for NameFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl std::error::Error for NameFault {}

/// The name in the form the registry keeps, or what is wrong with it. Upper case is folded.
///
/// # Errors
/// The first [`NameFault`] found.
pub fn normalize(name: &str) -> Result<String, NameFault> {
    if name.is_empty() {
        return Err(NameFault::Empty);
    }
    if name.len() > 253 {
        return Err(NameFault::TooLong);
    }
    let name = name.to_ascii_lowercase();
    let Some((labels, top)) = name.rsplit_once('.') else {
        check_top_label(&name)?;
        return Err(NameFault::SingleLabel);
    };
    labels.split('.').try_for_each(check_label)?;
    check_top_label(top)?;
    Ok(name)
}

/// Checks the last label of a name, in lower case. Which reserved labels the root holds is not for us to say: those of
/// ICANN's evaluation TLDs look like `zz--main-1234`.
///
/// # Errors
/// The first [`NameFault`] found.
pub fn check_top_label(label: &str) -> Result<(), NameFault> {
    match check_label(label) {
        Ok(()) | Err(NameFault::ReservedLabel) => {}
        Err(fault) => return Err(fault),
    }
    match label.bytes().all(|octet| octet.is_ascii_digit()) {
        true => Err(NameFault::NumericTop),
        false => Ok(()),
    }
}

/// Checks one lower-case label.
///
/// # Errors
/// The first [`NameFault`] found.
pub fn check_label(label: &str) -> Result<(), NameFault> {
    let octets = label.as_bytes();
    let (Some(first), Some(last)) = (octets.first(), octets.last()) else { return Err(NameFault::EmptyLabel) };
    if octets.len() > 63 {
        return Err(NameFault::LabelTooLong);
    }
    if !octets.iter().all(|octet| matches!(octet, b'a'..=b'z' | b'0'..=b'9' | b'-')) {
        return Err(NameFault::Character);
    }
    if *first == b'-' || *last == b'-' {
        return Err(NameFault::Hyphen);
    }
    match label.strip_prefix("xn--") {
        Some(_) if is_a_label(label) => Ok(()),
        Some(_) => Err(NameFault::BadALabel),
        None if octets.get(2..4) == Some(b"--") => Err(NameFault::ReservedLabel),
        None => Ok(()),
    }
}

/// Whether any label of a normalized name is an A-label.
pub fn has_a_label(name: &str) -> bool {
    name.split('.').any(|label| label.starts_with("xn--"))
}

/// Whether the label is what encoding its own decoding gives (RFC 5891, section 5.4: the A-label must round-trip).
fn is_a_label(label: &str) -> bool {
    let (unicode, decoded) = idna::domain_to_unicode(label);
    decoded.is_ok() && !unicode.is_ascii() && idna::domain_to_ascii_strict(&unicode).is_ok_and(|ascii| ascii == label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_names_are_folded_to_lower_case() {
        assert_eq!(normalize("Example.TEST").as_deref(), Ok("example.test"));
        assert_eq!(normalize("xn--bcher-kva.example").as_deref(), Ok("xn--bcher-kva.example"));
        assert_eq!(normalize("a.b").as_deref(), Ok("a.b"));
        assert_eq!(normalize("a.zz--main-1234").as_deref(), Ok("a.zz--main-1234"));
    }

    #[test]
    fn bad_names_are_refused_with_their_fault() {
        let long_label = format!("{}.example", "a".repeat(64));
        let long_name = format!("{}example", "abcdefg.".repeat(32));
        for (name, fault) in [
            ("", NameFault::Empty),
            ("example", NameFault::SingleLabel),
            ("a..example", NameFault::EmptyLabel),
            ("a.example.", NameFault::EmptyLabel),
            (".example", NameFault::EmptyLabel),
            ("-a.example", NameFault::Hyphen),
            ("a-.example", NameFault::Hyphen),
            ("a_b.example", NameFault::Character),
            ("a b.example", NameFault::Character),
            ("bücher.example", NameFault::Character),
            ("ab--c.example", NameFault::ReservedLabel),
            ("a.zz--main-", NameFault::Hyphen),
            ("xn--.example", NameFault::Hyphen),
            ("xn--a.example", NameFault::BadALabel),
            ("192.0.2.1", NameFault::NumericTop),
            (long_label.as_str(), NameFault::LabelTooLong),
            (long_name.as_str(), NameFault::TooLong),
        ] {
            assert_eq!(normalize(name), Err(fault), "{name}");
        }
    }
}
