//! What there is at the end of all deposits: the first pass over them. Contacts, hosts and domains leave hashes, some fifty octets
//! each; what there are few of is kept as it is.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};

use crate::escrow::csv::Placed;
use crate::escrow::into_record::{Place, Problems, Rule, Zones};
use crate::escrow::object::{
    Actor, Delete, Deposit, DepositKind, Domain, IdnTable, NameServers, Nndn, Object, ObjectKind, Policy, Registrar,
    Transfer,
};
use crate::escrow::xml::Event;
use crate::model::name;
use crate::model::record::{DataModel, HostModel};

/// What the TLDs of the deposits are like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Contacts or none.
    pub data_model: DataModel,
    /// How domains name their name servers.
    pub host_model: HostModel,
    /// Whether DNSSEC data are keys.
    pub by_keys: bool,
    /// Whether there are internationalized names.
    pub idn: bool,
    /// What follows the hyphen in the ROID of the first domain.
    pub repository_id: Option<String>,
    /// Of the ROIDs that look like ours, the highest number.
    pub highest: u64,
    /// Domains, hosts and contacts.
    pub objects: [u64; 3],
}

impl Facts {
    /// Whether each registrar has a data model of its own.
    pub fn is_per_registrar(&self) -> bool {
        self.data_model == DataModel::PerRegistrar
    }
}

/// Numbers of ROIDs that a registry may come to: of those beyond, none will ever be made again.
const ROIDS: u64 = 1 << 40;

/// What is counted while objects go by.
#[derive(Default)]
struct Counts {
    attributes: u64,
    objects: u64,
    ds: u64,
    keys: u64,
    idn: bool,
    with_contacts: u64,
    without_registrant: Option<(Place, String)>,
    repository_id: Option<String>,
    highest: u64,
}

/// The first pass. What is told of objects by themselves is told in the second.
pub struct Survey {
    hasher: RandomState,
    zones: Zones,
    deposits: Vec<Deposit>,
    /// Domains by the hash of their names, with the number of their sponsor.
    domains: HashMap<u64, u32>,
    hosts: HashSet<u64>,
    contacts: HashSet<u64>,
    /// Whose a ROID is.
    roids: HashMap<u64, u64>,
    /// By objects that a later file tells of: the last one that does, and whether they are there by then.
    changed: HashMap<u64, (usize, bool)>,
    /// Objects that are there already, by file and number.
    left_out: HashSet<(usize, u64)>,
    /// Hosts and the domains that they stand below.
    below: Vec<(u64, u64)>,
    clids: Vec<String>,
    clid_numbers: HashMap<String, u32>,
    holders: BTreeSet<u32>,
    registrars: BTreeMap<String, (Place, Registrar)>,
    named: BTreeMap<String, (Place, String)>,
    nndns: BTreeMap<String, (Place, Nndn)>,
    idn_tables: BTreeMap<String, IdnTable>,
    policies: Vec<(Place, Policy)>,
    /// Whether definitions of CSV files ask for registrants, as a policy does in the XML model.
    asks_for_registrants: bool,
    counts: Counts,
    facts: Option<Facts>,
    at: Place,
    /// Number of the next object of the file.
    number: u64,
    ended: bool,
    /// Whether a domain has come in the only file, and whether what it may refer to has come after it.
    order: (bool, bool),
}

impl Survey {
    /// Of a registry with these zones.
    pub fn new(zones: Zones) -> Self {
        Self {
            hasher: RandomState::new(),
            zones,
            deposits: Vec::new(),
            domains: HashMap::new(),
            hosts: HashSet::new(),
            contacts: HashSet::new(),
            roids: HashMap::new(),
            changed: HashMap::new(),
            left_out: HashSet::new(),
            below: Vec::new(),
            clids: Vec::new(),
            clid_numbers: HashMap::new(),
            holders: BTreeSet::new(),
            registrars: BTreeMap::new(),
            named: BTreeMap::new(),
            nndns: BTreeMap::new(),
            idn_tables: BTreeMap::new(),
            policies: Vec::new(),
            asks_for_registrants: false,
            counts: Counts::default(),
            facts: None,
            at: Place::default(),
            number: 0,
            ended: true,
            order: (false, false),
        }
    }

    /// A file begins.
    pub fn begin(&mut self, file: usize) {
        self.at = Place { file, ..Place::default() };
        (self.number, self.ended) = (0, false);
    }

    /// What it says, piece by piece.
    pub fn take(&mut self, placed: Placed, problems: &mut Problems) {
        (self.at.csv, self.at.line) = (placed.file, placed.line);
        match placed.event {
            Event::Begin(deposit) => self.deposit(deposit, problems),
            Event::Fault(fault) => {
                let found = if fault.found.is_empty() { "nothing".to_owned() } else { format!("{:?}", fault.found) };
                let problem = format!("expected {}, found {found} ({})", fault.expected, fault.rule.name());
                self.at.line = fault.line;
                problems.add(Rule::Fault, self.at.clone(), &fault.element, problem);
            }
            Event::Header(_) => {}
            Event::Csv(definitions) => self.asks_for_registrants |= definitions.requires_registrants() == Some(true),
            Event::Delete(delete) => self.delete(&delete),
            Event::Object(object) => {
                self.object(object, problems);
                self.number += 1;
            }
            Event::End => self.ended = true,
        }
    }

    /// A file has ended.
    pub fn end(&mut self, problems: &mut Problems) {
        let place = Place { file: self.at.file, ..Place::default() };
        if self.deposits.len() <= place.file {
            let problem = "expected a deposit with id, type, watermark and menu, found none";
            problems.add(Rule::Frame, place, "deposit", problem.into());
        } else if !self.ended {
            let problem = "expected the file to be read to its end, found what stops reading";
            problems.add(Rule::Frame, place, "deposit", problem.into());
        }
    }

    fn deposit(&mut self, deposit: Deposit, problems: &mut Problems) {
        let mut tell =
            |problem: String| problems.add(Rule::Frame, self.at.clone(), &format!("deposit {}", deposit.id), problem);
        match (deposit.kind, self.deposits.last()) {
            (DepositKind::Full, None) => {}
            (kind, None) => tell(format!("expected a full deposit as the first file, found {}", kind.name())),
            (DepositKind::Full, Some(_)) => {
                tell("expected differences after the full deposit, found a full one".into())
            }
            (kind, Some(last)) => {
                let full = &self.deposits[0];
                let previous = deposit.previous.as_deref().unwrap_or("none");
                // What has changed since the full deposit may follow on anything that follows on it.
                let follows = previous == last.id || (kind == DepositKind::Incremental && previous == full.id);
                if !follows {
                    tell(format!("expected the prevId {}, of the file before, found {previous}", last.id));
                }
                if deposit.watermark <= last.watermark {
                    tell(format!("expected a watermark after {}, found {}", last.watermark, deposit.watermark));
                }
            }
        }
        self.deposits.push(deposit);
    }

    fn key(&self, kind: ObjectKind, name: &str) -> u64 {
        self.hasher.hash_one((kind, name))
    }

    fn roid(&self, roid: &str) -> u64 {
        self.hasher.hash_one(roid)
    }

    fn is_later(&self) -> bool {
        self.at.file > 0
    }

    fn object(&mut self, object: Object, problems: &mut Problems) {
        self.actors(&object);
        let is_referred_to = matches!(object, Object::Contact(_) | Object::Host(_));
        self.order = match (&object, self.order) {
            (Object::Domain(_), (_, late)) => (true, late),
            (_, (true, _)) if is_referred_to => (true, true),
            (_, order) => order,
        };
        match object {
            Object::Contact(_) | Object::Host(_) | Object::Domain(_) => self.streamed(&object, problems),
            Object::Registrar(registrar) => {
                let twice = self.registrars.get(&registrar.id).is_some_and(|(place, _)| place.file == self.at.file);
                match twice {
                    true => self.tell_twice(&format!("registrar {}", registrar.id), problems),
                    false => drop(self.registrars.insert(registrar.id.clone(), (self.at.clone(), registrar))),
                }
            }
            Object::Nndn(nndn) => {
                let name = nndn.name.to_ascii_lowercase();
                let twice = self.nndns.get(&name).is_some_and(|(place, _)| place.file == self.at.file);
                match twice {
                    true => self.tell_twice(&format!("NNDN {name}"), problems),
                    false => drop(self.nndns.insert(name, (self.at.clone(), nndn))),
                }
            }
            Object::IdnTable(table) => drop(self.idn_tables.insert(table.id.clone(), table)),
            Object::Policy(policy) => self.policies.push((self.at.clone(), policy)),
            Object::EppParams(_) => {}
        }
    }

    fn tell_twice(&self, object: &str, problems: &mut Problems) {
        problems.add(
            Rule::Duplicate,
            self.at.clone(),
            object,
            "expected its name and its ROID once, found one again".into(),
        );
    }

    /// A contact, a host or a domain: of which there are many.
    fn streamed(&mut self, object: &Object, problems: &mut Problems) {
        // What cannot be there is told by the second pass.
        let Ok(name) = self.zones.fit(object) else { return };
        let (kind, key) = (object.kind(), self.key(object.kind(), &name));
        let roid = roid_of(object);
        let is_there = match kind {
            ObjectKind::Domain => self.domains.contains_key(&key),
            ObjectKind::Host => self.hosts.contains(&key),
            _ => self.contacts.contains(&key),
        };
        let is_told = self.changed.get(&key) == Some(&(self.at.file, true));
        let taken = self.roids.get(&self.roid(roid)).copied().filter(|holder| *holder != key);
        let is_roid_free = taken.is_none_or(|holder| self.is_gone(holder, kind));
        if (is_there && (is_told || !self.is_later())) || !is_roid_free {
            self.left_out.insert((self.at.file, self.number));
            return self.tell_twice(&format!("{} {name}", noun(kind)), problems);
        }
        if let Some(holder) = taken {
            // A host that was renamed: it is not under its old name any more.
            self.hosts.remove(&holder);
            self.changed.insert(holder, (self.at.file, false));
        }
        if self.is_later() {
            self.changed.insert(key, (self.at.file, true));
        }
        let roid_key = self.roid(roid);
        self.roids.insert(roid_key, key);
        self.counts.highest = self.counts.highest.max(number_of(roid));
        match object {
            Object::Domain(domain) => self.domain(domain, key, &name),
            Object::Host(_) => {
                self.hosts.insert(key);
                if let Some(domain) = self.zones.domain_above(&name) {
                    let domain = self.key(ObjectKind::Domain, domain);
                    self.below.push((key, domain));
                }
            }
            _ => drop(self.contacts.insert(key)),
        }
    }

    /// Whether what had the ROID is not there any more, or is a host that this file may have renamed.
    fn is_gone(&self, holder: u64, kind: ObjectKind) -> bool {
        let is_deleted = self.changed.get(&holder).is_some_and(|(_, is_there)| !is_there);
        is_deleted || (self.is_later() && kind == ObjectKind::Host && self.hosts.contains(&holder))
    }

    fn domain(&mut self, domain: &Domain, key: u64, name: &str) {
        let sponsor = self.clid(&domain.sponsor);
        self.domains.insert(key, sponsor);
        let counts = &mut self.counts;
        match &domain.name_servers {
            NameServers::Objects(names) => counts.objects += u64::from(!names.is_empty()),
            NameServers::Attributes(_) => counts.attributes += 1,
        }
        counts.idn |= name::has_a_label(name);
        if let Some(data) = &domain.sec_dns {
            counts.ds += u64::from(!data.ds.is_empty());
            counts.keys += u64::from(!data.keys.is_empty());
        }
        if domain.registrant.is_some() || !domain.contacts.is_empty() {
            counts.with_contacts += 1;
            self.holders.insert(sponsor);
        }
        if domain.registrant.is_none() && counts.without_registrant.is_none() {
            counts.without_registrant = Some((self.at.clone(), format!("domain {name}")));
        }
        if counts.repository_id.is_none() {
            counts.repository_id = domain.roid.rsplit_once('-').map(|(_, repository)| repository.to_owned());
        }
    }

    fn clid(&mut self, clid: &str) -> u32 {
        if let Some(number) = self.clid_numbers.get(clid) {
            return *number;
        }
        let number = self.clids.len() as u32;
        self.clids.push(clid.to_owned());
        self.clid_numbers.insert(clid.to_owned(), number);
        number
    }

    fn actors(&mut self, object: &Object) {
        let (sponsor, history, transfer) = match object {
            Object::Contact(contact) => (&contact.sponsor, &contact.history, contact.transfer.as_ref()),
            Object::Host(host) => (&host.sponsor, &host.history, None),
            Object::Domain(domain) => (&domain.sponsor, &domain.history, domain.transfer.as_ref()),
            _ => return,
        };
        let parties = |transfer: &'_ Transfer| [transfer.requester.clone(), transfer.actor.clone()];
        let parties = transfer.map(parties).into_iter().flatten();
        let others: Vec<Actor> = history.creator.iter().chain(&history.updater).cloned().chain(parties).collect();
        let mut name = |clid: &str| {
            if !self.named.contains_key(clid) {
                self.named.insert(clid.to_owned(), (self.at.clone(), told(object)));
            }
        };
        name(sponsor);
        others.iter().for_each(|actor| name(&actor.registrar));
    }

    fn delete(&mut self, delete: &Delete) {
        let lower = |name: &str| name.to_ascii_lowercase();
        let key = match delete {
            Delete::Registrar(id) => return drop(self.registrars.remove(id)),
            Delete::IdnTable(id) => return drop(self.idn_tables.remove(id)),
            Delete::Nndn(name) => return drop(self.nndns.remove(&lower(name))),
            Delete::Contact(id) => self.key(ObjectKind::Contact, id),
            Delete::HostName(name) => self.key(ObjectKind::Host, &lower(name)),
            Delete::HostRoid(roid) => match self.roids.get(&self.roid(roid)) {
                Some(holder) => *holder,
                None => return,
            },
            Delete::Domain(name) => self.key(ObjectKind::Domain, &lower(name)),
        };
        self.changed.insert(key, (self.at.file, false));
        self.domains.remove(&key);
        self.hosts.remove(&key);
        self.contacts.remove(&key);
    }
}

impl Survey {
    /// All files have been read: draws the conclusions, and tells what only all of them together show.
    pub fn finish(&mut self, problems: &mut Problems) {
        self.check_registrar_ids(problems);
        let counts = std::mem::take(&mut self.counts);
        let host_model = if counts.attributes > counts.objects { HostModel::Attributes } else { HostModel::Objects };
        let mut wants_registrants = self.asks_for_registrants;
        for (place, policy) in &self.policies {
            match policy.element.rsplit(':').next() {
                Some("registrant") => wants_registrants = true,
                _ => problems.add(
                    Rule::NoPlace,
                    place.clone(),
                    "policy",
                    format!("expected rdeDomain:registrant as element, found {:?}", policy.element),
                ),
            }
        }
        let data_model = match (wants_registrants, counts.without_registrant) {
            (true, None) => DataModel::Maximum,
            (true, Some((place, object))) => {
                problems.add(Rule::Policy, place, &object, "expected a registrant, found none".into());
                DataModel::PerRegistrar
            }
            (false, _) if counts.with_contacts > 0 || !self.contacts.is_empty() => DataModel::PerRegistrar,
            (false, _) => DataModel::Minimum,
        };
        for (host, domain) in std::mem::take(&mut self.below) {
            if host_model == HostModel::Attributes || !self.domains.contains_key(&domain) {
                self.hosts.remove(&host);
            }
        }
        self.facts = Some(Facts {
            data_model,
            host_model,
            by_keys: counts.keys > 0 && counts.ds == 0,
            idn: counts.idn,
            repository_id: counts.repository_id,
            highest: counts.highest,
            objects: [self.domains.len() as u64, self.hosts.len() as u64, self.contacts.len() as u64],
        });
    }

    /// A domain has lost its last contact, where each was to have one: the TLD leaves contacts to its registrars.
    pub fn leave_contacts_to_registrars(&mut self) {
        self.facts.iter_mut().for_each(|facts| facts.data_model = DataModel::PerRegistrar);
    }

    /// What the TLDs are like.
    pub fn facts(&self) -> &Facts {
        const NOTHING: &Facts = &Facts {
            data_model: DataModel::Minimum,
            host_model: HostModel::Objects,
            by_keys: false,
            idn: false,
            repository_id: None,
            highest: 0,
            objects: [0; 3],
        };
        self.facts.as_ref().unwrap_or(NOTHING)
    }

    /// The zones.
    pub fn zones(&self) -> &Zones {
        &self.zones
    }

    /// The frames, in order.
    pub fn deposits(&self) -> &[Deposit] {
        &self.deposits
    }

    /// IDN tables that the deposits name.
    pub fn idn_tables(&self) -> impl Iterator<Item = &IdnTable> {
        self.idn_tables.values()
    }

    /// Whether all that domains may refer to comes before the first of them, so that one pass can write all.
    pub fn is_sorted(&self) -> bool {
        self.deposits.len() < 2 && !self.order.1
    }

    /// Whether an object of a file is the one that counts: no later file tells of it, and it is not there twice.
    pub fn counts(&self, (file, number): (usize, u64), object: &Object) -> bool {
        if self.left_out.contains(&(file, number)) {
            return false;
        }
        let Ok(name) = self.zones.fit(object) else { return true };
        self.changed.get(&self.key(object.kind(), &name)).is_none_or(|last| *last == (file, true))
    }

    /// The sponsor of a domain; `None`: there is no such domain.
    pub fn sponsor(&self, domain: &str) -> Option<&str> {
        let number = self.domains.get(&self.key(ObjectKind::Domain, domain))?;
        self.clids.get(*number as usize).map(String::as_str)
    }

    /// Whether there is a host with that name.
    pub fn has_host(&self, name: &str) -> bool {
        self.hosts.contains(&self.key(ObjectKind::Host, name))
    }

    /// Whether there is a contact with that handle.
    pub fn has_contact(&self, id: &str) -> bool {
        self.contacts.contains(&self.key(ObjectKind::Contact, id))
    }

    /// Whether domains of that registrar have contacts.
    pub(super) fn has_contacts(&self, clid: &str) -> bool {
        self.clid_numbers.get(clid).is_some_and(|number| self.holders.contains(number))
    }

    pub(super) fn deposited_registrars(&self) -> impl Iterator<Item = (Place, &Registrar)> {
        self.registrars.values().map(|(place, registrar)| (place.clone(), registrar))
    }

    /// Registrars that are only named: where first, by what, and their identifiers.
    pub(super) fn missing_registrars(&self) -> impl Iterator<Item = (Place, &str, &str)> {
        let missing = self.named.iter().filter(|(clid, _)| !self.registrars.contains_key(*clid));
        missing.map(|(clid, (place, object))| (place.clone(), object.as_str(), clid.as_str()))
    }

    pub(super) fn nndns(&self) -> impl Iterator<Item = (Place, &Nndn)> {
        self.nndns.values().map(|(place, nndn)| (place.clone(), nndn))
    }
}

impl super::References for Survey {
    /// Any number: it is judged only whether the host is there.
    fn host_id(&self, name: &str) -> Option<u64> {
        self.has_host(name).then_some(1)
    }

    fn has_contact(&self, id: &str) -> bool {
        self.has_contact(id)
    }
}

fn roid_of(object: &Object) -> &str {
    match object {
        Object::Contact(contact) => &contact.roid,
        Object::Host(host) => &host.roid,
        Object::Domain(domain) => &domain.roid,
        _ => "",
    }
}

const fn noun(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::Contact => "contact",
        ObjectKind::Host => "host",
        _ => "domain",
    }
}

fn told(object: &Object) -> String {
    match object {
        Object::Contact(contact) => format!("contact {}", contact.id),
        Object::Host(host) => format!("host {}", host.name),
        Object::Domain(domain) => format!("domain {}", domain.name),
        _ => String::new(),
    }
}

/// The number in a ROID that this program may have made, or may come to make.
fn number_of(roid: &str) -> u64 {
    let digits = roid.split_once('-').and_then(|(number, _)| number.strip_prefix(['C', 'D', 'H']));
    let digits = digits.filter(|digits| digits.bytes().all(|d| d.is_ascii_digit() || d.is_ascii_uppercase()));
    let number = digits.and_then(|digits| u64::from_str_radix(digits, 36).ok());
    number.filter(|number| *number < ROIDS).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_of_our_roids_are_known_and_no_others() {
        for (roid, number) in [
            ("D1-EX", 1),
            ("HZ-EXAMPLE", 35),
            ("C101-EXAMPLE", 36 * 36 + 1),
            ("D-EX", 0),
            ("Dexample1-EX", 0),
            ("X5-EX", 0),
            ("D12345678901-LROR", 0),
            ("D+1-EX", 0),
            ("C5", 0),
        ] {
            assert_eq!(number_of(roid), number, "{roid}");
        }
    }
}
