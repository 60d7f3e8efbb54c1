//! What bystanders ask: names and frames that come of a number, and whether an answer is right.

use crate::frames::{command, create, judged, object};

/// Domains that half of the checks and all look-ups ask for.
pub(crate) const KNOWN: u64 = 100;

/// The names and frames of one run.
#[derive(Clone, Debug)]
pub(crate) struct Script {
    creates: bool,
    tld: String,
    /// Part of every name, so that runs do not meet.
    run: u64,
}

impl Script {
    /// Creates of new names.
    pub(crate) fn creates(tld: &str, run: u64) -> Self {
        Self { creates: true, tld: tld.to_owned(), run }
    }

    /// Checks.
    pub(crate) fn checks(tld: &str, run: u64) -> Self {
        Self { creates: false, tld: tld.to_owned(), run }
    }

    /// A domain that is registered.
    pub(crate) fn known(&self, number: u64) -> String {
        format!("load-{:x}-known-{}.{}", self.run, number % KNOWN, self.tld)
    }

    fn name(&self, number: u64) -> String {
        match (self.creates, number % 2) {
            (true, _) => format!("load-{:x}-new-{number}.{}", self.run, self.tld),
            (false, 0) => format!("load-{:x}-free-{number}.{}", self.run, self.tld),
            (false, _) => self.known(number / 10 + number),
        }
    }

    /// The commands that make what the others ask for.
    pub(crate) fn preparation(&self) -> impl Iterator<Item = String> + '_ {
        (0..KNOWN).map(|number| create(&self.known(number), &format!("known-{number}")))
    }

    /// Command `number`.
    pub(crate) fn command(&self, number: u64) -> String {
        let (name, id) = (self.name(number), self.cl_trid(number));
        match self.creates {
            true => create(&name, &id),
            false => command(&format!("<check>{}</check>", object("check", &name, "")), &id),
        }
    }

    fn cl_trid(&self, number: u64) -> String {
        format!("load-{:x}-{number}", self.run)
    }

    /// The result code of an answer to command `number`, or why it is no answer to it.
    pub(crate) fn judge(&self, number: u64, answer: &str) -> Result<u16, &'static str> {
        judged(answer, &self.cl_trid(number), Some(&self.name(number)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_to_another_command_is_wrong() {
        let answer = |code: u16, name: &str, cl_trid: &str| {
            format!("<result code=\"{code}\"><domain:name>{name}</domain:name><clTRID>{cl_trid}</clTRID>")
        };
        let script = Script::checks("test", 0xab);
        let (name, id) = (script.name(5), script.cl_trid(5));
        assert_eq!(script.judge(5, &answer(1000, &name, &id)), Ok(1000));
        assert_eq!(script.judge(5, &answer(2303, "", &id)), Ok(2303));
        assert!(script.judge(5, &answer(1000, &script.name(6), &id)).is_err());
        assert!(script.judge(5, &answer(1000, &name, &script.cl_trid(6))).is_err());
        assert!(script.judge(5, "nonsense").is_err());
    }
}
