//! What a deposit must be beyond its schemas: the rules that ICANN's Registry System Testing judges the content by (RST v2, cases
//! rde-04 to rde-15), for deposits of any make, whatever their size: of an object that has been judged, hashes stay.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use crate::base::timestamp::Timestamp;
use crate::escrow::definition::Definitions;
use crate::escrow::object::{
    Contact, Deposit, DepositKind, Domain, EppParams, Header, Host, IdnTable, NameServers, Nndn, Object, ObjectKind,
    Registrar, Repository,
};
use crate::model::name;
use crate::model::status::Status;

/// References whose words are kept, so that the report can say them; of more, the lines alone.
const WORDS_KEPT: usize = 10_000;

/// A case of ICANN's tests that a rule belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Case {
    /// Names of files, and the frame: kind and ids.
    Rde01,
    /// Signatures.
    Rde02,
    /// Encryption, and what is unpacked.
    Rde03,
    /// XML by its schemas, CSV by its grammar.
    Rde04,
    /// Header and menu list the right URIs.
    Rde05,
    /// Counts equal contents.
    Rde06,
    /// Domains.
    Rde07,
    /// Hosts.
    Rde08,
    /// Contacts.
    Rde09,
    /// Registrars.
    Rde10,
    /// IDN tables.
    Rde11,
    /// NNDNs.
    Rde12,
    /// EPP parameters.
    Rde13,
    /// Policy.
    Rde14,
    /// Registrants in files of the CSV model.
    Rde15,
}

impl Case {
    /// What only the content of a message can tell.
    pub const BEHIND_ENCRYPTION: [Self; 13] = [
        Self::Rde03,
        Self::Rde04,
        Self::Rde05,
        Self::Rde06,
        Self::Rde07,
        Self::Rde08,
        Self::Rde09,
        Self::Rde10,
        Self::Rde11,
        Self::Rde12,
        Self::Rde13,
        Self::Rde14,
        Self::Rde15,
    ];

    /// What files of the CSV model are part of. Registrants are asked for by [`Case::Rde15`] there alone.
    pub const IN_CSV: [Self; 10] = [
        Self::Rde04,
        Self::Rde05,
        Self::Rde06,
        Self::Rde07,
        Self::Rde08,
        Self::Rde09,
        Self::Rde10,
        Self::Rde11,
        Self::Rde12,
        Self::Rde15,
    ];

    /// As ICANN writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rde01 => "rde-01",
            Self::Rde02 => "rde-02",
            Self::Rde03 => "rde-03",
            Self::Rde04 => "rde-04",
            Self::Rde05 => "rde-05",
            Self::Rde06 => "rde-06",
            Self::Rde07 => "rde-07",
            Self::Rde08 => "rde-08",
            Self::Rde09 => "rde-09",
            Self::Rde10 => "rde-10",
            Self::Rde11 => "rde-11",
            Self::Rde12 => "rde-12",
            Self::Rde13 => "rde-13",
            Self::Rde14 => "rde-14",
            Self::Rde15 => "rde-15",
        }
    }
}

/// What is wrong with a deposit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The case whose rule is broken.
    pub case: Case,
    /// The CSV file of the object; `None`: the XML.
    pub file: Option<Arc<str>>,
    /// The line of the object, from 1; 0: of the deposit as a whole.
    pub line: u64,
    /// The object, as `domain hello.example`, or the file, as `file NAME`; empty: the deposit.
    pub object: String,
    /// What was expected, what was found.
    pub problem: String,
}

/// What is counted and looked up by name: each has a space of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Space {
    DomainName,
    HostName,
    ContactId,
    Roid,
    RegistrarId,
    IdnTableId,
    NndnName,
}

impl Space {
    const fn what(self) -> &'static str {
        match self {
            Self::DomainName => "domain",
            Self::HostName => "host",
            Self::ContactId => "contact",
            Self::Roid => "roid",
            Self::RegistrarId => "registrar",
            Self::IdnTableId => "IDN table",
            Self::NndnName => "NNDN",
        }
    }
}

/// Where something was named first.
struct Reference {
    case: Case,
    file: Option<Arc<str>>,
    line: u64,
    from: Box<str>,
    space: Space,
    /// What is named; nothing where too many are.
    word: Option<Box<str>>,
}

/// Judges a deposit, object by object.
pub struct Checker {
    deposit: Deposit,
    header: Option<Header>,
    hasher: RandomState,
    /// Hashes of what there is.
    defined: HashSet<u64>,
    /// What has been named and has not come yet.
    wanted: HashMap<u64, Reference>,
    counts: [u64; ObjectKind::ALL.len()],
    /// Which kinds have objects in the XML, and which have CSV files.
    is_in_xml: [bool; ObjectKind::ALL.len()],
    is_in_csv: [bool; ObjectKind::ALL.len()],
    /// The CSV file that the objects at hand are of.
    file: Option<Arc<str>>,
    without_registrant: Option<(Option<Arc<str>>, u64, String)>,
    /// What the definition of domains in CSV files says of registrants, if there is one.
    requires_registrant: Option<bool>,
    wants_registrants: bool,
    findings: Vec<Finding>,
}

impl Checker {
    /// Of a deposit with that frame, at that moment.
    pub fn new(deposit: Deposit, now: Timestamp) -> Self {
        let mut checker = Self {
            deposit,
            header: None,
            hasher: RandomState::new(),
            defined: HashSet::new(),
            wanted: HashMap::new(),
            counts: Default::default(),
            is_in_xml: Default::default(),
            is_in_csv: Default::default(),
            file: None,
            requires_registrant: None,
            without_registrant: None,
            wants_registrants: false,
            findings: Vec::new(),
        };
        checker.frame(now);
        checker
    }

    fn frame(&mut self, now: Timestamp) {
        let Deposit { kind, previous, watermark, .. } = &self.deposit;
        let full = *kind == DepositKind::Full;
        let previous = previous.as_ref().filter(|_| full);
        let problem = previous.map(|previous| format!("expected no prevId in a full deposit, found {previous}"));
        let future = (*watermark > now).then(|| format!("expected a watermark that has come, found {watermark}"));
        for problem in problem.into_iter().chain(future) {
            self.find(Case::Rde01, 0, String::new(), problem);
        }
    }

    fn find(&mut self, case: Case, line: u64, object: String, problem: String) {
        let file = self.file.clone().filter(|_| line > 0);
        self.findings.push(Finding { case, file, line, object, problem });
    }

    /// Says which CSV file the objects that follow are of; `None`, as at the beginning: they are of the XML.
    pub fn in_file(&mut self, file: Option<&Arc<str>>) {
        self.file = file.cloned();
    }

    /// Takes what the XML says of CSV files.
    pub fn csv(&mut self, definitions: &Definitions) {
        if definitions.deletes {
            return;
        }
        self.is_in_csv[definitions.kind as usize] = true;
        if let Some(required) = definitions.requires_registrants() {
            self.requires_registrant = Some(self.requires_registrant.unwrap_or_default() || required);
        }
    }

    /// Findings since the last call.
    pub fn take(&mut self) -> Vec<Finding> {
        std::mem::take(&mut self.findings)
    }

    /// Takes the header; that there is one, and no more, is the reader's to say.
    pub fn header(&mut self, header: Header) {
        self.header = Some(header);
    }

    /// Judges an object.
    pub fn object(&mut self, line: u64, object: &Object) {
        self.counts[object.kind() as usize] += 1;
        self.is_in_xml[object.kind() as usize] |= self.file.is_none();
        match object {
            Object::EppParams(params) => self.epp_params(line, params),
            Object::Policy(policy) => self.wants_registrants |= policy.element.ends_with("registrant"),
            Object::Registrar(registrar) => self.registrar(line, registrar),
            Object::IdnTable(table) => self.idn_table(line, table),
            Object::Contact(contact) => self.contact(line, contact),
            Object::Host(host) => self.host(line, host),
            Object::Domain(domain) => self.domain(line, domain),
            Object::Nndn(nndn) => self.nndn(line, nndn),
        }
    }

    /// The hash of a word; names are alike whatever their case (RFC 4343).
    fn key(&self, space: Space, word: &str) -> u64 {
        match space {
            Space::DomainName | Space::HostName | Space::NndnName => {
                self.hasher.hash_one((space, word.to_ascii_lowercase()))
            }
            _ => self.hasher.hash_one((space, word)),
        }
    }

    fn define(&mut self, case: Case, line: u64, space: Space, word: &str) {
        let key = self.key(space, word);
        self.wanted.remove(&key);
        if !self.defined.insert(key) {
            let problem = format!("expected each {} once, found {word} again", space.what());
            self.find(case, line, format!("{} {word}", space.what()), problem);
        }
    }

    fn is_there(&self, space: Space, word: &str) -> bool {
        self.defined.contains(&self.key(space, word))
    }

    fn refer(&mut self, case: Case, line: u64, from: &str, space: Space, word: &str) {
        // What a differential deposit names may be in an earlier one.
        if self.deposit.kind != DepositKind::Full || self.is_there(space, word) {
            return;
        }
        let (key, is_kept) = (self.key(space, word), self.wanted.len() < WORDS_KEPT);
        if let Entry::Vacant(place) = self.wanted.entry(key) {
            let word = is_kept.then(|| word.into());
            place.insert(Reference { case, file: self.file.clone(), line, from: from.into(), space, word });
        }
    }

    fn tld(&self) -> Option<&str> {
        match self.header.as_ref().map(|header| &header.repository) {
            Some(Repository::Tld(tld)) => Some(tld),
            _ => None,
        }
    }

    /// Whether the name stands below the TLD of the header, at whatever depth; true where no header has come.
    fn is_below(&self, name: &str) -> bool {
        let Some(tld) = self.tld() else { return true };
        let (name, tld) = (name.to_ascii_lowercase(), tld.to_ascii_lowercase());
        name.strip_suffix(&tld).and_then(|labels| labels.strip_suffix('.')).is_some_and(|labels| !labels.is_empty())
    }

    fn domain(&mut self, line: u64, domain: &Domain) {
        const CASE: Case = Case::Rde07;
        let object = format!("domain {}", domain.name);
        self.define(CASE, line, Space::DomainName, &domain.name);
        self.define(CASE, line, Space::Roid, &domain.roid);
        let watermark = self.deposit.watermark;
        let mut problems = Vec::new();
        if !self.is_below(&domain.name) {
            problems.push(format!("expected a name below {}, found {}", self.tld().unwrap_or(""), domain.name));
        }
        match domain.history.created {
            None => problems.push("expected crDate, found none".to_owned()),
            Some(created) if created >= watermark => {
                problems.push(format!("expected crDate before the watermark {watermark}, found {created}"));
            }
            Some(_) => {}
        }
        let is_going = domain.statuses.iter().any(|stated| stated.status == Status::PendingDelete);
        match domain.expires {
            None => problems.push("expected exDate, found none".to_owned()),
            Some(expires) if expires <= watermark && !is_going => problems.push(format!(
                "expected exDate after the watermark {watermark} or the status pendingDelete, found {expires}"
            )),
            Some(_) => {}
        }
        if self.is_there(Space::NndnName, &domain.name) {
            problems.push("expected a domain or an NNDN of this name, found both".to_owned());
        }
        if name::has_a_label(&domain.name) && domain.idn_table.is_none() {
            problems.push("expected idnTableId for an internationalized name, found none".to_owned());
        }
        problems.into_iter().for_each(|problem| self.find(CASE, line, object.clone(), problem));
        if domain.registrant.is_none() && self.without_registrant.is_none() {
            self.without_registrant = Some((self.file.clone(), line, object.clone()));
        }
        self.refer(CASE, line, &object, Space::RegistrarId, &domain.sponsor);
        let contacts = domain.contacts.iter().map(|(_, id)| id);
        for id in domain.registrant.iter().chain(contacts) {
            self.refer(CASE, line, &object, Space::ContactId, id);
        }
        if let NameServers::Objects(hosts) = &domain.name_servers {
            hosts.iter().for_each(|host| self.refer(CASE, line, &object, Space::HostName, host));
        }
        if let Some(table) = &domain.idn_table {
            self.refer(CASE, line, &object, Space::IdnTableId, table);
        }
    }

    fn host(&mut self, line: u64, host: &Host) {
        const CASE: Case = Case::Rde08;
        let object = format!("host {}", host.name);
        self.define(CASE, line, Space::HostName, &host.name);
        self.define(CASE, line, Space::Roid, &host.roid);
        let is_linked = host.statuses.iter().any(|stated| stated.status == Status::Linked);
        let is_of_the_zone = self.tld().is_some() && self.is_below(&host.name);
        if is_linked && is_of_the_zone && host.addresses.is_empty() {
            let problem = "expected an address of a name server in the TLD, found none".to_owned();
            self.find(CASE, line, object.clone(), problem);
        }
        self.refer(CASE, line, &object, Space::RegistrarId, &host.sponsor);
    }

    fn contact(&mut self, line: u64, contact: &Contact) {
        const CASE: Case = Case::Rde09;
        let object = format!("contact {}", contact.id);
        self.define(CASE, line, Space::ContactId, &contact.id);
        self.define(CASE, line, Space::Roid, &contact.roid);
        if let [one, other] = contact.postal.as_slice()
            && one.kind == other.kind
        {
            let problem = "expected postalInfo of different types, found two of one".to_owned();
            self.find(CASE, line, object.clone(), problem);
        }
        self.refer(CASE, line, &object, Space::RegistrarId, &contact.sponsor);
    }

    fn registrar(&mut self, line: u64, registrar: &Registrar) {
        self.define(Case::Rde10, line, Space::RegistrarId, &registrar.id);
    }

    fn idn_table(&mut self, line: u64, table: &IdnTable) {
        self.define(Case::Rde11, line, Space::IdnTableId, &table.id);
        for url in [Some(&table.url), table.policy_url.as_ref()].into_iter().flatten() {
            if !crate::base::url::is_page(url) {
                let problem = format!("expected an http or https URL, found {url:?}");
                self.find(Case::Rde11, line, format!("IDN table {}", table.id), problem);
            }
        }
    }

    fn nndn(&mut self, line: u64, nndn: &Nndn) {
        const CASE: Case = Case::Rde12;
        let object = format!("NNDN {}", nndn.name);
        self.define(CASE, line, Space::NndnName, &nndn.name);
        if self.is_there(Space::DomainName, &nndn.name) {
            let problem = "expected a domain or an NNDN of this name, found both".to_owned();
            self.find(CASE, line, object.clone(), problem);
        }
        if !self.is_below(&nndn.name) {
            let problem = format!("expected a name below {}", self.tld().unwrap_or(""));
            self.find(CASE, line, object.clone(), problem);
        }
        if let Some(table) = &nndn.idn_table {
            self.refer(CASE, line, &object, Space::IdnTableId, table);
        }
    }

    fn epp_params(&mut self, line: u64, params: &EppParams) {
        const NAMESPACE: &str = "urn:ietf:params:xml:ns:";
        let wanted = ["domain-1.0"].map(|uri| (&params.objects, "objURI", uri)).into_iter();
        let extensions = ["secDNS-1.1", "rgp-1.0"].map(|uri| (&params.extensions, "extURI", uri));
        for (uris, element, uri) in wanted.chain(extensions) {
            if !uris.iter().any(|found| found.strip_prefix(NAMESPACE) == Some(uri)) {
                let problem = format!("expected {element} {NAMESPACE}{uri}, found none");
                self.find(Case::Rde13, line, "EPP parameters".into(), problem);
            }
        }
    }

    /// Judges what only the whole can tell; the rest of the findings.
    pub fn finish(mut self) -> Vec<Finding> {
        self.listed();
        let mut missing: Vec<_> = self.wanted.drain().map(|(_, reference)| reference).collect();
        missing.sort_by(|one, other| (&one.file, one.line, &one.word).cmp(&(&other.file, other.line, &other.word)));
        for Reference { case, file, line, from, space, word } in missing {
            let word = word.as_deref().unwrap_or("that it names");
            let problem = format!("expected the {} {word} in the deposit, found none", space.what());
            self.findings.push(Finding { case, file, line, object: from.into(), problem });
        }
        if self.deposit.kind != DepositKind::Full {
            return self.findings;
        }
        match self.counts[ObjectKind::EppParams as usize] {
            1 => {}
            found => self.whole(Case::Rde13, format!("expected one object of EPP parameters, found {found}")),
        }
        if self.counts[ObjectKind::Registrar as usize] == 0 {
            self.whole(Case::Rde10, "expected a registrar, found none".into());
        }
        self.registrants();
        self.findings
    }

    /// Whether each domain must have a registrant: by the policy object, by the definition of domains in CSV files.
    fn registrants(&mut self) {
        if let Some((file, line, object)) = self.without_registrant.take().filter(|_| self.wants_registrants) {
            let problem = "expected a registrant, as the policy object says, found none".to_owned();
            self.findings.push(Finding { case: Case::Rde14, file, line, object, problem });
        }
        let has_contacts = self.counts[ObjectKind::Contact as usize] > 0;
        match self.requires_registrant {
            Some(false) if self.wants_registrants => self.whole(
                Case::Rde15,
                "expected isRequired=\"true\" on rdeCsv:fRegistrant, as the policy object says, found none".into(),
            ),
            Some(true) if !has_contacts => self.whole(
                Case::Rde15,
                "expected isRequired=\"true\" on rdeCsv:fRegistrant only where there are contacts, found it without any".into(),
            ),
            _ => {}
        }
    }

    fn whole(&mut self, case: Case, problem: String) {
        self.find(case, 0, String::new(), problem);
    }

    /// Header, menu and contents against each other (RFC 8909, section 5; RFC 9022, section 5.8).
    fn listed(&mut self) {
        let Some(header) = self.header.take() else { return };
        let tld = match &header.repository {
            Repository::Tld(tld) => Some(tld.clone()),
            _ => None,
        };
        for kind in ObjectKind::ALL {
            let found = self.counts[kind as usize];
            let is_in_csv = self.is_in_csv[kind as usize];
            let (uri, other) = match kind.csv_uri() {
                Some(csv) if is_in_csv => (csv, Some(kind.xml_uri())),
                csv => (kind.xml_uri(), csv),
            };
            self.one_model(kind, (uri, other), &header);
            let is_on_menu = self.deposit.menu.iter().any(|listed| listed == uri);
            let told: Vec<i64> = header
                .counts
                .iter()
                .filter(|told| {
                    told.uri == uri
                        && told.registrar.is_none()
                        && told.below.as_ref().is_none_or(|below| tld.as_ref() == Some(below))
                })
                .map(|told| told.count)
                .collect();
            if found > 0 && !is_on_menu {
                self.whole(Case::Rde05, format!("expected {uri} on the menu, since there are {found}"));
            }
            match told.as_slice() {
                [] if found > 0 && kind != ObjectKind::Policy => {
                    self.whole(
                        Case::Rde06,
                        format!("expected a count of {uri} in the header, since there are {found}"),
                    );
                }
                [told] if i64::try_from(found) != Ok(*told) && self.deposit.kind == DepositKind::Full => {
                    self.whole(
                        Case::Rde06,
                        format!("expected as many objects of {uri} as the header counts, {told}, found {found}"),
                    );
                }
                [_, _, ..] => self.whole(Case::Rde06, format!("expected one count of {uri}, found {}", told.len())),
                _ => {}
            }
        }
    }
}

impl Checker {
    /// That objects of a kind are in one model, and that menu and header speak of that one.
    fn one_model(&mut self, kind: ObjectKind, (uri, other): (&str, Option<&str>), header: &Header) {
        if self.is_in_xml[kind as usize] && self.is_in_csv[kind as usize] {
            let problem =
                format!("expected objects of a type in one model, found those of {uri} in XML and in CSV files");
            self.whole(Case::Rde04, problem);
        }
        let Some(other) = other.filter(|_| self.deposit.kind == DepositKind::Full) else { return };
        let is_listed = |uri: &str| self.deposit.menu.iter().any(|listed| listed == uri);
        if is_listed(uri) && is_listed(other) {
            self.whole(Case::Rde05, format!("expected {uri} or {other} on the menu, found both"));
        }
        let told = header.counts.iter().find(|told| told.uri == other && told.count != 0).map(|told| told.count);
        if let Some(told) = told {
            self.whole(
                Case::Rde06,
                format!("expected as many objects of {other} as the header counts, {told}, found 0"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::escrow::xml::{Event, Reader};

    const WHOLE: &str = include_str!("testdata/whole.xml");

    /// What is found in a deposit, as `rde-07 domain hello.example: …`.
    fn found(document: &str) -> Vec<String> {
        let now = Timestamp::from_micros(1_900_000_000_000_000);
        let mut checker = None;
        for placed in Reader::new(document.as_bytes()) {
            let placed = placed.expect("octets in memory can be read");
            let line = placed.line;
            match (placed.event, &mut checker) {
                (Event::Begin(deposit), _) => checker = Some(Checker::new(deposit, now)),
                (Event::Header(header), Some(checker)) => checker.header(header),
                (Event::Object(object), Some(checker)) => checker.object(line, &object),
                (Event::Fault(fault), _) => panic!("{fault}"),
                (_, _) => {}
            }
        }
        let findings = checker.expect("it begins").finish();
        findings.into_iter().map(|found| format!("{} {}: {}", found.case.name(), found.object, found.problem)).collect()
    }

    #[test]
    fn a_whole_deposit_has_nothing_that_is_wrong() {
        assert_eq!(found(WHOLE), Vec::<String>::new());
    }

    #[test]
    fn each_rule_is_found_broken_where_it_is() {
        for (from, to, expected) in [
            ("<rde:deposit type=\"FULL\"", "<rde:deposit prevId=\"A\" type=\"FULL\"", "rde-01 : expected no prevId"),
            ("<rde:watermark>2026", "<rde:watermark>2096", "rde-01 : expected a watermark that has come"),
            (
                "<rde:objURI>urn:ietf:params:xml:ns:rdeHost-1.0</rde:objURI>",
                "",
                "rde-05 : expected urn:ietf:params:xml:ns:rdeHost-1.0 on the menu",
            ),
            ("rdeDomain-1.0\">2<", "rdeDomain-1.0\">3<", "rde-06 : expected as many objects"),
            (
                "<rdeHeader:count uri=\"urn:ietf:params:xml:ns:rdeNNDN-1.0\">1</rdeHeader:count>",
                "",
                "rde-06 : expected a count of",
            ),
            (">two.example<", ">one.example<", "rde-07 domain one.example: expected each domain once"),
            (">two.example<", ">two.other<", "rde-07 domain two.other: expected a name below example"),
            (">D2-EX<", ">D1-EX<", "rde-07 roid D1-EX: expected each roid once"),
            (
                "<rdeDomain:crDate>2026-01-02",
                "<rdeDomain:crDate>2027-01-02",
                "rde-07 domain two.example: expected crDate before",
            ),
            (
                "<rdeDomain:exDate>2028-01-02",
                "<rdeDomain:exDate>2026-01-03",
                "rde-07 domain two.example: expected exDate after",
            ),
            (
                "<rdeDomain:registrant>con1</rdeDomain:registrant>",
                "",
                "rde-14 domain one.example: expected a registrant",
            ),
            (
                "<rdeDomain:registrant>con1<",
                "<rdeDomain:registrant>con9<",
                "rde-07 domain one.example: expected the contact con9",
            ),
            (
                "<domain:hostObj>ns.one.example<",
                "<domain:hostObj>ns.nowhere.test<",
                "expected the host ns.nowhere.test",
            ),
            (
                "<rdeDomain:clID>reg-one<",
                "<rdeDomain:clID>reg-two<",
                "rde-07 domain one.example: expected the registrar reg-two",
            ),
            (
                "<rdeHost:clID>reg-one<",
                "<rdeHost:clID>reg-two<",
                "rde-08 host ns.one.example: expected the registrar reg-two",
            ),
            ("<rdeHost:addr ip=\"v4\">192.0.2.1</rdeHost:addr>", "", "rde-08 host ns.one.example: expected an address"),
            (
                "<rdeContact:clID>reg-one<",
                "<rdeContact:clID>reg-two<",
                "rde-09 contact con1: expected the registrar reg-two",
            ),
            ("<rdeContact:roid>C1-EX<", "<rdeContact:roid>H1-EX<", "expected each roid once"),
            ("https://www.iana.org/", "gopher://www.iana.org/", "rde-11 IDN table de: expected an http or https URL"),
            (">never.example<", ">one.example<", "rde-12 NNDN one.example: expected a domain or an NNDN"),
            ("<epp:extURI>urn:ietf:params:xml:ns:rgp-1.0</epp:extURI>", "", "rde-13 EPP parameters: expected extURI"),
        ] {
            assert!(WHOLE.contains(from), "{from}");
            let findings = found(&WHOLE.replacen(from, to, 1));
            assert!(findings.iter().any(|finding| finding.contains(expected)), "{from}: {findings:?}");
        }
    }

    #[test]
    fn what_a_differential_deposit_names_may_be_in_an_earlier_one() {
        let other = WHOLE.replace("type=\"FULL\"", "prevId=\"A\" type=\"DIFF\"");
        assert_eq!(
            found(&other.replace("<rdeDomain:registrant>con1<", "<rdeDomain:registrant>con9<")),
            Vec::<String>::new()
        );
    }
}
