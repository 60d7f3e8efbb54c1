//! Which commands are sent, what they look like, and whether an answer is right.

use std::fmt::Write as _;

use clap::ValueEnum;

/// What is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Scenario {
    Check,
    Info,
    Create,
    Mixed,
}

/// What a command is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Check,
    Info,
    Create,
}

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Info => "info",
            Self::Create => "create",
        }
    }

    /// Milliseconds that ICANN's Specification 10 (section 2) allows nine of ten commands to take.
    pub(crate) fn limit_ms(self) -> u64 {
        match self {
            Self::Check | Self::Info => 2000,
            Self::Create => 4000,
        }
    }
}

/// Domains that infos and half of the checks ask for.
pub(crate) const KNOWN: u64 = 100;

/// The names and frames of one run.
#[derive(Debug)]
pub(crate) struct Script {
    scenario: Scenario,
    tld: String,
    /// Part of every name, so that runs do not meet.
    run: u64,
}

impl Script {
    pub(crate) fn new(scenario: Scenario, tld: &str, run: u64) -> Self {
        Self { scenario, tld: tld.to_owned(), run }
    }

    /// What command `number` is.
    pub(crate) fn kind(&self, number: u64) -> Kind {
        match (self.scenario, number % 10) {
            (Scenario::Check, _) | (Scenario::Mixed, 0..=6) => Kind::Check,
            (Scenario::Info, _) | (Scenario::Mixed, 7 | 8) => Kind::Info,
            (Scenario::Create, _) | (Scenario::Mixed, _) => Kind::Create,
        }
    }

    fn known(&self, number: u64) -> String {
        format!("load-{:x}-known-{}.{}", self.run, number % KNOWN, self.tld)
    }

    fn name(&self, number: u64) -> String {
        match (self.kind(number), number % 2) {
            (Kind::Create, _) => format!("load-{:x}-new-{number}.{}", self.run, self.tld),
            (Kind::Check, 0) => format!("load-{:x}-free-{number}.{}", self.run, self.tld),
            (Kind::Check | Kind::Info, _) => self.known(number / 10 + number),
        }
    }

    /// The commands that make what the others ask for.
    pub(crate) fn preparation(&self) -> impl Iterator<Item = String> + '_ {
        (0..KNOWN).map(|number| create(&self.known(number), &format!("known-{number}")))
    }

    /// Command `number`.
    pub(crate) fn command(&self, number: u64) -> String {
        let (name, id) = (self.name(number), self.cl_trid(number));
        match self.kind(number) {
            Kind::Create => create(&name, &id),
            kind => {
                let verb = kind.name();
                command(&format!("<{verb}>{}</{verb}>", object(verb, &name, "")), &id)
            }
        }
    }

    fn cl_trid(&self, number: u64) -> String {
        format!("load-{:x}-{number}", self.run)
    }

    /// The result code of an answer to command `number`, or why it is no answer to it.
    pub(crate) fn judge(&self, number: u64, answer: &str) -> Result<u16, String> {
        let code = answer.split_once("<result code=\"").and_then(|(_, rest)| rest.get(..4)?.parse().ok());
        let code = code.ok_or("no result code")?;
        let between = |tag: &str| Some(answer.split_once(&format!("<{tag}>"))?.1.split_once('<')?.0);
        if between("clTRID") != Some(self.cl_trid(number).as_str()) {
            return Err("the clTRID of another command".into());
        }
        if code == 1000 && !answer.contains(&format!(">{}</domain:name>", self.name(number))) {
            return Err("the answer to another name".into());
        }
        Ok(code)
    }
}

fn object(verb: &str, name: &str, rest: &str) -> String {
    format!(
        "<domain:{verb} xmlns:domain=\"urn:ietf:params:xml:ns:domain-1.0\"><domain:name>{name}</domain:name>{rest}\
         </domain:{verb}>"
    )
}

fn create(name: &str, cl_trid: &str) -> String {
    let rest = "<domain:authInfo><domain:pw>2fooBAR-load</domain:pw></domain:authInfo>";
    command(&format!("<create>{}</create>", object("create", name, rest)), cl_trid)
}

/// `<login>` (RFC 5730, section 2.9.1.1).
pub(crate) fn login(clid: &str, password: &str) -> String {
    let services =
        ["domain", "host", "contact"].map(|name| format!("<objURI>urn:ietf:params:xml:ns:{name}-1.0</objURI>"));
    let body = format!(
        "<login><clID>{}</clID><pw>{}</pw><options><version>1.0</version><lang>en</lang></options><svcs>{}</svcs></login>",
        escaped(clid),
        escaped(password),
        services.concat()
    );
    command(&body, "load-login")
}

fn command(body: &str, cl_trid: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?><epp xmlns=\"urn:ietf:params:xml:ns:epp-1.0\">\
         <command>{body}<clTRID>{cl_trid}</clTRID></command></epp>"
    )
}

fn escaped(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, c| {
        match c {
            '<' | '&' | '>' => drop(write!(out, "&#{};", u32::from(c))),
            _ => out.push(c),
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(code: u16, name: &str, cl_trid: &str) -> String {
        format!("<result code=\"{code}\"><domain:name>{name}</domain:name><clTRID>{cl_trid}</clTRID>")
    }

    #[test]
    fn an_answer_to_another_command_is_wrong() {
        let script = Script::new(Scenario::Info, "test", 0xab);
        let (name, id) = (script.name(5), script.cl_trid(5));
        assert_eq!(script.judge(5, &answer(1000, &name, &id)), Ok(1000));
        assert_eq!(script.judge(5, &answer(2303, "", &id)), Ok(2303));
        assert!(script.judge(5, &answer(1000, &script.name(6), &id)).is_err());
        assert!(script.judge(5, &answer(1000, &name, &script.cl_trid(6))).is_err());
        assert!(script.judge(5, "nonsense").is_err());
    }

    #[test]
    fn of_ten_mixed_commands_one_is_a_create_of_a_new_name() {
        let script = Script::new(Scenario::Mixed, "test", 1);
        let creates: Vec<_> = (0..100).filter(|number| script.kind(*number) == Kind::Create).collect();
        assert_eq!(creates.len(), 10);
        let names: std::collections::BTreeSet<_> = creates.iter().map(|number| script.name(*number)).collect();
        assert_eq!(names.len(), 10);
    }
}
