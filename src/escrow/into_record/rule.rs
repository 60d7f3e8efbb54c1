//! What may keep an object of a deposit from being a record of ours, and what is done with it all the same where an operator
//! accepts that.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Why something does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// The deposits are no registry, or do not follow on one another.
    Frame,
    /// A registrar's identifier is none of ours.
    RegistrarId,
    /// The reader found a fault.
    Fault,
    /// Two objects have one name, handle or ROID.
    Duplicate,
    /// A name stands under no zone of the deposit.
    Zone,
    /// No host name.
    Name,
    /// A label is no A-label of IDNA2008.
    Idna,
    /// A contact's handle is none of ours.
    ContactId,
    /// A registrar is named that is not in the deposit.
    MissingRegistrar,
    /// A contact is named that is not in the deposit.
    MissingContact,
    /// A name server is named that is not in the deposit.
    MissingHost,
    /// A date or the creator is missing.
    MissingData,
    /// Dates are out of order.
    Dates,
    /// An expiry is further away than the TLD's longest registration.
    Expiry,
    /// Statuses exclude each other, or wait for what cannot come.
    Status,
    /// Status and transfer data say different things.
    Transfer,
    /// Nobody can tell where a removal is.
    Removal,
    /// A grace period runs that should be over.
    Grace,
    /// A host below a domain has another sponsor.
    HostSponsor,
    /// A host stands below a domain that is not in the deposit.
    HostBelow,
    /// Addresses that are too many, or too few.
    HostAddress,
    /// Host attributes and host objects in one TLD.
    HostModel,
    /// Name servers named twice, or too many.
    NameServers,
    /// DNSSEC records twice.
    SecDns,
    /// The name in Unicode is another one.
    Idn,
    /// A name that is no domain, and is one, or is not blocked.
    Nndn,
    /// Registrars share an IANA id.
    IanaId,
    /// The policy asks for registrants, and names have none.
    Policy,
    /// A detail has no place in our records.
    NoPlace,
}

impl Rule {
    /// Every rule, in the order of a report.
    pub const ALL: [Self; 29] = [
        Self::Frame,
        Self::RegistrarId,
        Self::Fault,
        Self::Duplicate,
        Self::Zone,
        Self::Name,
        Self::Idna,
        Self::ContactId,
        Self::MissingRegistrar,
        Self::MissingContact,
        Self::MissingHost,
        Self::MissingData,
        Self::Dates,
        Self::Expiry,
        Self::Status,
        Self::Transfer,
        Self::Removal,
        Self::Grace,
        Self::HostSponsor,
        Self::HostBelow,
        Self::HostAddress,
        Self::HostModel,
        Self::NameServers,
        Self::SecDns,
        Self::Idn,
        Self::Nndn,
        Self::IanaId,
        Self::Policy,
        Self::NoPlace,
    ];

    /// The word for people and programs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Frame => "frame",
            Self::RegistrarId => "registrar-id",
            Self::Fault => "fault",
            Self::Duplicate => "duplicate",
            Self::Zone => "zone",
            Self::Name => "name",
            Self::Idna => "idna",
            Self::ContactId => "contact-id",
            Self::MissingRegistrar => "missing-registrar",
            Self::MissingContact => "missing-contact",
            Self::MissingHost => "missing-host",
            Self::MissingData => "missing-data",
            Self::Dates => "dates",
            Self::Expiry => "expiry",
            Self::Status => "status",
            Self::Transfer => "transfer",
            Self::Removal => "removal",
            Self::Grace => "grace",
            Self::HostSponsor => "host-sponsor",
            Self::HostBelow => "host-below",
            Self::HostAddress => "host-address",
            Self::HostModel => "host-model",
            Self::NameServers => "name-servers",
            Self::SecDns => "sec-dns",
            Self::Idn => "idn",
            Self::Nndn => "nndn",
            Self::IanaId => "iana-id",
            Self::Policy => "policy",
            Self::NoPlace => "no-place",
        }
    }

    /// The rule with that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.name() == name)
    }

    /// What is wrong, for people.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Frame => "the files are no full deposit of a registry and what follows on it",
            Self::RegistrarId => "a registrar's id holds other characters than letters, digits and -._~",
            Self::Fault => "the reader found a fault in an object (`escrow check` tells them all)",
            Self::Duplicate => "two objects have one name, handle or ROID",
            Self::Zone => "a name is not directly under the TLD of the header or a --zone",
            Self::Name => "a name is no host name (RFC 1123)",
            Self::Idna => "a label that begins with xn-- is no A-label of IDNA2008",
            Self::ContactId => "a contact's handle holds other characters than letters, digits and -._~",
            Self::MissingRegistrar => "a registrar is named that is not in the deposit",
            Self::MissingContact => "a contact of a domain is not in the deposit",
            Self::MissingHost => "a name server of a domain is no host of the deposit",
            Self::MissingData => "crRr, crDate or exDate is missing",
            Self::Dates => "dates are out of order, or later than the watermark",
            Self::Expiry => "exDate is further away than the TLD's longest registration",
            Self::Status => "statuses exclude each other, or wait for what cannot come",
            Self::Transfer => "pendingTransfer and the transfer data say different things",
            Self::Removal => "pendingDelete and rgpStatus do not tell when the name is purged",
            Self::Grace => "a grace period is running that by the periods of the TLD is over",
            Self::HostSponsor => "a host below a domain has another sponsor than the domain",
            Self::HostBelow => "a host stands below a domain that is not in the deposit",
            Self::HostAddress => {
                "an address twice or one too many; a host attribute without its glue, or with what is none"
            }
            Self::HostModel => "host objects and host attributes in one TLD",
            Self::NameServers => "a domain names a name server twice, or more than it may",
            Self::SecDns => "a domain has a DNSSEC record twice",
            Self::Idn => "uName is not the name in Unicode",
            Self::Nndn => "a name that is no domain is one, or is withheld or mirrored",
            Self::IanaId => "two registrars have one IANA id",
            Self::Policy => "the policy object asks for registrants, and domains have none",
            Self::NoPlace => "a detail has no place in a record",
        }
    }

    /// What accepting it does; `None`: it cannot be accepted.
    pub const fn accepting(self) -> Option<&'static str> {
        Some(match self {
            Self::Frame | Self::RegistrarId => return None,
            Self::Fault => "the object is left out",
            Self::Duplicate => "the first is kept, the others are left out",
            Self::Zone | Self::Name | Self::ContactId => "the object is left out",
            Self::Idna => "it is taken as it is",
            Self::MissingRegistrar => "a suspended registrar of that id is made",
            Self::MissingContact => "the domain is taken without that contact",
            Self::MissingHost => "the domain is taken without that name server",
            Self::MissingData => "the sponsor has created it, at the watermark; it ends at the next anniversary",
            Self::Dates => "they are taken as they are",
            Self::Expiry => "it is cut to the longest registration",
            Self::Status => "what is pending goes, or else the prohibition beside it",
            Self::Transfer => "there is no pending transfer",
            Self::Removal => "the stage is counted from upDate by the periods of the TLD, or from the watermark",
            Self::Grace => "it runs a whole period from the watermark; beside a removal it goes",
            Self::HostSponsor => "the host gets the domain's sponsor",
            Self::HostBelow => "the host is left out, and domains are taken without it",
            Self::HostAddress => "the surplus addresses are left out, and an attribute without its glue",
            Self::HostModel => {
                "what is rarer in the TLD is left out: attributes beside objects, hosts beside attributes"
            }
            Self::NameServers => "each is taken once, up to the most",
            Self::SecDns => "each is taken once",
            Self::Idn => "the name in Unicode is what the A-labels say",
            Self::Nndn => "a domain stays a domain; any other name is blocked",
            Self::IanaId => "the first has it, the others have none",
            Self::Policy => "the TLD leaves contacts to its registrars",
            Self::NoPlace => "it is left out",
        })
    }
}

/// Where an object is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Number of the file, from 0, in the order given.
    pub file: usize,
    /// The CSV file that it names; `None`: itself.
    pub csv: Option<Arc<str>>,
    /// The line, from 1; 0: the file as a whole.
    pub line: u64,
}

/// Something that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub place: Place,
    /// The object, as `domain hello.example`.
    pub object: String,
    /// What was expected and found.
    pub problem: String,
}

/// Examples of a rule that are kept.
pub const EXAMPLES: usize = 10;

/// All that does not fit, by rule: how often, and the first of each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems(BTreeMap<Rule, (u64, Vec<Problem>)>);

impl Problems {
    /// One more.
    pub fn add(&mut self, rule: Rule, place: Place, object: &str, problem: String) {
        let (count, examples) = self.0.entry(rule).or_default();
        *count += 1;
        if examples.len() < EXAMPLES {
            examples.push(Problem { place, object: object.to_owned(), problem });
        }
    }

    /// How often each rule is broken, with the first examples.
    pub fn iter(&self) -> impl Iterator<Item = (Rule, u64, &[Problem])> {
        self.0.iter().map(|(rule, (count, examples))| (*rule, *count, examples.as_slice()))
    }

    /// How many problems there are of a rule.
    pub fn of(&self, rule: Rule) -> u64 {
        self.0.get(&rule).map_or(0, |(count, _)| *count)
    }

    /// The rules that are broken and not among those.
    pub fn beside(&self, accepted: &BTreeSet<Rule>) -> Vec<Rule> {
        self.0.keys().filter(|rule| rule.accepting().is_none() || !accepted.contains(rule)).copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_found_by_its_name_and_told_in_the_manual() {
        let manual = include_str!("../../manual/escrow.rs");
        for rule in Rule::ALL {
            assert_eq!(Rule::parse(rule.name()), Some(rule));
            let does = rule.accepting().unwrap_or("it cannot be accepted");
            let row = format!("//! | `{}` | {} | {does} |", rule.name(), rule.meaning());
            assert!(manual.contains(&row), "the manual lacks: {row}");
        }
        assert_eq!(Rule::parse("all"), None);
    }

    #[test]
    fn what_cannot_be_accepted_is_not() {
        let mut problems = Problems::default();
        for _ in 0..EXAMPLES + 1 {
            problems.add(Rule::Fault, Place::default(), "a", "b".into());
        }
        problems.add(Rule::Frame, Place::default(), "a", "b".into());
        let all = Rule::ALL.into_iter().collect();
        assert_eq!(problems.beside(&all), [Rule::Frame]);
        assert_eq!(problems.beside(&BTreeSet::new()), [Rule::Frame, Rule::Fault]);
        let told: Vec<_> = problems.iter().map(|(rule, count, examples)| (rule, count, examples.len())).collect();
        assert_eq!(told, [(Rule::Frame, 1, 1), (Rule::Fault, EXAMPLES as u64 + 1, EXAMPLES)]);
    }
}
