//! Which commands are sent, what they look like, and whether an answer is right.

use std::fmt::Write as _;

use clap::ValueEnum;
use clap::builder::PossibleValue;

use crate::results::{Class, Command};

/// What is asked of the tester.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scenario {
    /// Load, judged by ICANN's limits.
    Load(Load),
    /// An attack, judged by what its bystanders feel.
    Attack(Attack),
}

impl ValueEnum for Scenario {
    fn value_variants<'a>() -> &'a [Self] {
        const ALL: &[Scenario] = &[
            Scenario::Load(Load::Check),
            Scenario::Load(Load::Info),
            Scenario::Load(Load::Create),
            Scenario::Load(Load::Mixed),
            Scenario::Attack(Attack::Strangers),
            Scenario::Attack(Attack::Greedy),
            Scenario::Attack(Attack::SlowReaders),
            Scenario::Attack(Attack::HalfOpen),
        ];
        ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        match self {
            Self::Load(load) => load.to_possible_value(),
            Self::Attack(attack) => attack.to_possible_value(),
        }
    }
}

/// What is sent at a fixed rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Load {
    /// Checks of one name.
    Check,
    /// Infos.
    Info,
    /// Creates.
    Create,
    /// Of ten commands seven checks, two infos, one create.
    Mixed,
}

/// Who attacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Attack {
    /// Certificates that nobody pinned, which send frames before login as fast as they can.
    Strangers,
    /// One registrar with many sessions of pipelined 250-name checks.
    Greedy,
    /// Readers that ask for much and read nothing, and idle RDAP connections.
    SlowReaders,
    /// EPP connections that never come to a login.
    HalfOpen,
}

impl Attack {
    /// Connections, unless told otherwise.
    pub(crate) fn connections(self) -> usize {
        match self {
            Self::Strangers | Self::Greedy => 100,
            Self::SlowReaders => 6000,
            Self::HalfOpen => 500,
        }
    }
}

/// What a command is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Check,
    Info,
    Create,
}

impl Kind {
    pub(crate) const ALL: [Self; 3] = [Self::Check, Self::Info, Self::Create];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Info => "info",
            Self::Create => "create",
        }
    }

    /// Its class in ICANN's Specification 10.
    pub(crate) fn command(self) -> Command {
        let class = match self {
            Self::Check | Self::Info => Class::Query,
            Self::Create => Class::Transform,
        };
        Command { class, name: self.name() }
    }
}

/// Domains that infos and half of the checks ask for.
pub(crate) const KNOWN: u64 = 100;

/// The names and frames of one run.
#[derive(Clone, Debug)]
pub(crate) struct Script {
    load: Load,
    tld: String,
    /// Part of every name, so that runs do not meet.
    run: u64,
}

impl Script {
    pub(crate) fn new(load: Load, tld: &str, run: u64) -> Self {
        Self { load, tld: tld.to_owned(), run }
    }

    /// What command `number` is.
    pub(crate) fn kind(&self, number: u64) -> Kind {
        match (self.load, number % 10) {
            (Load::Check, _) | (Load::Mixed, 0..=6) => Kind::Check,
            (Load::Info, _) | (Load::Mixed, 7 | 8) => Kind::Info,
            (Load::Create, _) | (Load::Mixed, _) => Kind::Create,
        }
    }

    /// A domain that is registered.
    pub(crate) fn known(&self, number: u64) -> String {
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
    pub(crate) fn judge(&self, number: u64, answer: &str) -> Result<u16, &'static str> {
        let code = result_code(answer).ok_or("no result code")?;
        let between = |tag: &str| Some(answer.split_once(&format!("<{tag}>"))?.1.split_once('<')?.0);
        if between("clTRID") != Some(self.cl_trid(number).as_str()) {
            return Err("the clTRID of another command");
        }
        if code == 1000 && !answer.contains(&format!(">{}</domain:name>", self.name(number))) {
            return Err("the answer to another name");
        }
        Ok(code)
    }
}

/// The code of the first result of an answer.
pub(crate) fn result_code(answer: &str) -> Option<u16> {
    answer.split_once("<result code=\"").and_then(|(_, rest)| rest.get(..4)?.parse().ok())
}

/// `<check>` of many domains (RFC 5731, section 3.1.1).
pub(crate) fn check(names: &[String], cl_trid: &str) -> String {
    let (first, rest) = names.split_first().map_or(("", names), |(first, rest)| (first.as_str(), rest));
    let rest: String = rest.iter().map(|name| format!("<domain:name>{name}</domain:name>")).collect();
    command(&format!("<check>{}</check>", object("check", first, &rest)), cl_trid)
}

fn object(verb: &str, name: &str, rest: &str) -> String {
    format!(
        "<domain:{verb} xmlns:domain=\"urn:ietf:params:xml:ns:domain-1.0\"><domain:name>{name}</domain:name>{rest}\
         </domain:{verb}>"
    )
}

/// `<create>` of a domain (RFC 5731, section 3.2.1).
pub(crate) fn create(name: &str, cl_trid: &str) -> String {
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
        let script = Script::new(Load::Info, "test", 0xab);
        let (name, id) = (script.name(5), script.cl_trid(5));
        assert_eq!(script.judge(5, &answer(1000, &name, &id)), Ok(1000));
        assert_eq!(script.judge(5, &answer(2303, "", &id)), Ok(2303));
        assert!(script.judge(5, &answer(1000, &script.name(6), &id)).is_err());
        assert!(script.judge(5, &answer(1000, &name, &script.cl_trid(6))).is_err());
        assert!(script.judge(5, "nonsense").is_err());
    }

    #[test]
    fn of_ten_mixed_commands_one_is_a_create_of_a_new_name() {
        let script = Script::new(Load::Mixed, "test", 1);
        let creates: Vec<_> = (0..100).filter(|number| script.kind(*number) == Kind::Create).collect();
        assert_eq!(creates.len(), 10);
        let names: std::collections::BTreeSet<_> = creates.iter().map(|number| script.name(*number)).collect();
        assert_eq!(names.len(), 10);
    }
}
