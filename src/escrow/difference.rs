//! A differential or incremental deposit: what has come, changed and gone between two states (RFC 8909, sections 2 and 5.1).
//!
//! The log tells which records were changed. What else shows a change because of them is looked up: `linked` of hosts and
//! contacts, the pending transfer of a host's superordinate domain, the new name of a host in the domains that name it, a grace
//! period that has run out. What is the same in both deposits is left out, so that an earlier full deposit and the difference
//! make the later full one, and nothing more is in it.

use std::collections::{BTreeMap, HashSet};

use crate::escrow::from_record;
use crate::escrow::full::{Full, number};
use crate::escrow::models::Model;
use crate::escrow::object::{Delete, Header, Object, ObjectKind, Registrar};
use crate::escrow::state::{State, in_order};
use crate::model::lifecycle;
use crate::model::record::{ArchivedDomain, ArchivedHost, Kind};

/// Keys that are kept at most, some hundreds of megabytes; where more were changed, everything is compared.
const KEYS: usize = 1 << 22;

/// Which contacts, hosts, domains and applications for domains were changed between two states.
#[derive(Default)]
pub struct Changed {
    keys: HashSet<(Kind, Box<[u8]>)>,
    /// So many that they are not kept.
    all: bool,
}

impl Changed {
    /// Takes note of a change of the log.
    pub fn note(&mut self, kind: Kind, key: &[u8]) {
        match kind {
            Kind::Contact | Kind::Host | Kind::Domain | Kind::Application => self.add(kind, key),
            Kind::StatusNotes => {
                let of = [Kind::Contact, Kind::Host, Kind::Domain].into_iter();
                let Some((first, rest)) = key.split_first() else { return };
                of.filter(|kind| *kind as u8 == *first).for_each(|kind| self.add(kind, rest));
            }
            _ => {}
        }
    }

    fn add(&mut self, kind: Kind, key: &[u8]) {
        if self.keys.len() >= KEYS {
            self.everything();
        }
        if !self.all {
            self.keys.insert((kind, key.into()));
        }
    }

    fn everything(&mut self) {
        self.all = true;
        self.keys = HashSet::new();
    }

    fn has(&self, kind: Kind, key: &[u8]) -> bool {
        self.all || self.keys.contains(&(kind, Box::from(key)))
    }

    fn of(&self, kind: Kind) -> Vec<Box<[u8]>> {
        self.keys.iter().filter(|(of, _)| *of == kind).map(|(_, key)| key.clone()).collect()
    }
}

/// What is told of a TLD between two states.
pub struct Difference<'f, 's, S> {
    before: &'f Full<'s, S>,
    after: &'f Full<'s, S>,
    changed: Changed,
    /// Hosts that have another name.
    renamed: HashSet<u64>,
}

impl<'f, 's, S: State> Difference<'f, 's, S> {
    /// Looks what shows a change. `changed` are the records that the log between the two states changes, or more.
    pub fn survey(before: &'f Full<'s, S>, after: &'f Full<'s, S>, mut changed: Changed) -> Self {
        if belonging(before) != belonging(after) {
            changed.everything();
        }
        let states = [before.state, after.state];
        for key in changed.of(Kind::Domain) {
            let Ok(name) = std::str::from_utf8(&key) else { continue };
            for state in states {
                state.domain(name).into_iter().for_each(|domain| add_named(domain, &mut changed));
                // What is below it shows its pending transfer.
                state.subordinate_hosts(name).for_each(|id| changed.add(Kind::Host, &id.to_be_bytes()));
            }
        }
        for key in changed.of(Kind::Application) {
            let found = states.into_iter().filter_map(|state| state.application(std::str::from_utf8(&key).ok()?));
            found.for_each(|application| add_named(&application.domain, &mut changed));
        }
        let mut renamed = HashSet::new();
        for id in changed.of(Kind::Host).iter().filter_map(|key| number(key)) {
            let [old, new] = [before, after].map(|full| full.state.host(id).map(|host| host.name.as_str()));
            if old != new {
                renamed.insert(id);
            }
        }
        Self { before, after, changed, renamed }
    }

    /// The later state.
    pub const fn after(&self) -> &'f Full<'s, S> {
        self.after
    }

    /// How many objects there are of each kind that the later state has, or that one of the deletes is of; the numbers are
    /// the registry's, as the header's are "regardless of the type of deposit" (RFC 9022, section 5.9).
    pub fn counts(&self) -> Vec<(ObjectKind, u64)> {
        let (before, after) = (self.before.counts(), self.after.counts());
        let count_of = |counts: &[(ObjectKind, u64)], kind| counts.iter().find(|(of, _)| *of == kind).map(|(_, n)| *n);
        let counts = ObjectKind::ALL.into_iter().filter_map(|kind| match count_of(&after, kind) {
            Some(count) => Some((kind, count)),
            None => count_of(&before, kind).map(|_| (kind, 0)),
        });
        counts.collect()
    }

    /// The header.
    pub fn header(&self) -> Header {
        self.after.header_of(self.counts())
    }

    /// Calls `each` with every object that is gone, what refers to others before what is referred to.
    ///
    /// # Errors
    /// The first of `each`.
    pub fn for_each_delete<E>(&self, mut each: impl FnMut(Delete) -> Result<(), E>) -> Result<(), E> {
        let (before, after) = (self.before, self.after);
        let gone_labels = before.listed.keys().filter(|label| !after.listed.contains_key(*label));
        gone_labels.map(|label| Delete::Nndn(before.below(label))).try_for_each(&mut each)?;
        let domain_id = |key: &[u8]| {
            let was = self.changed.has(Kind::Domain, key) && after.domain(key).is_none();
            Some(before.domain(key).filter(|_| was)?.id.to_native())
        };
        in_order(before.state, Kind::Domain, domain_id, |_, key| {
            text(key).map(Delete::Domain).map_or(Ok(()), &mut each)
        })?;
        // By the name: one that has another name now, or that another host has its name from, is another to whoever reads it.
        let name_of = |key: &[u8]| {
            let host = before.host(key).filter(|_| self.changed.has(Kind::Host, key))?;
            match self.after.models().of(ObjectKind::Host) {
                Model::Xml => Some(host).filter(|host| after.host_named(&host.name).is_none()),
                // CSV files have it by its ROID, which it keeps whatever its name.
                Model::Csv => Some(host).filter(|_| after.host(key).is_none()),
            }
        };
        let gone = |host: &ArchivedHost| match self.after.models().of(ObjectKind::Host) {
            Model::Xml => Delete::HostName(host.name.to_string()),
            Model::Csv => Delete::HostRoid(from_record::host(before.state, host).roid),
        };
        let host_id = |key: &[u8]| Some(name_of(key)?.id.to_native());
        in_order(before.state, Kind::Host, host_id, |_, key| name_of(key).map(gone).map_or(Ok(()), &mut each))?;
        let contact_id = |key: &[u8]| {
            let was = self.changed.has(Kind::Contact, key) && after.contact(key).is_none();
            Some(before.contact(key).filter(|_| was)?.object_id.to_native())
        };
        in_order(before.state, Kind::Contact, contact_id, |_, key| {
            text(key).map(Delete::Contact).map_or(Ok(()), &mut each)
        })?;
        let gone_tables = before.tables().filter(|table| !after.tables().any(|other| other.id == table.id));
        gone_tables.map(|table| Delete::IdnTable(table.id.clone())).try_for_each(&mut each)?;
        let (old, new) = (registrars(before), registrars(after));
        old.into_keys().filter(|clid| !new.contains_key(clid)).map(Delete::Registrar).try_for_each(&mut each)
    }

    /// Calls `each` with every object that is new or has changed, in the order of a full deposit. What is said of the registry
    /// itself is always told.
    ///
    /// # Errors
    /// The first of `each`.
    pub fn for_each<E>(&self, mut each: impl FnMut(Object) -> Result<(), E>) -> Result<(), E> {
        let (before, after) = (self.before, self.after);
        after.rules().try_for_each(&mut each)?;
        let old = registrars(before);
        let changed = registrars(after).into_iter().filter(|(clid, registrar)| old.get(clid) != Some(registrar));
        changed.map(|(_, registrar)| Object::Registrar(registrar)).try_for_each(&mut each)?;
        let changed = after.tables().filter(|table| !before.tables().any(|other| other == *table));
        changed.map(|table| Object::IdnTable(table.clone())).try_for_each(&mut each)?;

        let mut tell = |(old, new): (Option<Object>, Option<Object>)| match new {
            Some(new) if old.as_ref() != Some(&new) => each(new),
            _ => Ok(()),
        };
        let contact_id = |key: &[u8]| {
            let contact = after.contact(key).filter(|_| self.changed.has(Kind::Contact, key));
            Some(contact?.object_id.to_native())
        };
        in_order(after.state, Kind::Contact, contact_id, |_, key| {
            tell((before.contact_object(key), after.contact_object(key)))
        })?;
        let host_id = |key: &[u8]| Some(after.host(key).filter(|_| self.changed.has(Kind::Host, key))?.id.to_native());
        in_order(after.state, Kind::Host, host_id, |_, key| tell((before.host_object(key), after.host_object(key))))?;
        let domain_id = |key: &[u8]| {
            let domain = after.domain(key)?;
            (self.changed.has(Kind::Domain, key) || self.shows_change(domain)).then(|| domain.id.to_native())
        };
        in_order(after.state, Kind::Domain, domain_id, |_, key| {
            tell((before.domain_object(key), after.domain_object(key)))
        })?;
        let changed = after.listed.iter().filter(|(label, loaded)| before.listed.get(*label) != Some(*loaded));
        changed.map(|(label, loaded)| after.listed_object(label, *loaded)).try_for_each(&mut each)
    }

    /// Whether a domain whose record is the same shows something else: a grace period has run out, a name server has another name.
    fn shows_change(&self, domain: &ArchivedDomain) -> bool {
        let rgp = |full: &Full<'_, S>| lifecycle::rgp(domain, full.watermark);
        let has_run_out = !domain.grace.is_empty() && rgp(self.before) != rgp(self.after);
        let is_named = |id| self.renamed.contains(&id);
        has_run_out || domain.name_servers.iter().any(|id| is_named(id.to_native()))
    }
}

/// What decides which hosts and contacts are deposited that no domain refers to.
fn belonging<'s, S: State>(full: &Full<'s, S>) -> (u8, u8, HashSet<&'s str>) {
    let registrars = full.state.directory(Kind::Registrar).filter_map(|clid| full.state.registrar(clid));
    let tests = registrars.filter(|registrar| registrar.is_test).map(|registrar| registrar.clid.as_str());
    (full.tld.data_model.get() as u8, full.tld.host_model.get() as u8, tests.collect())
}

/// Whom a domain that has changed refers to: they may be linked now, or not any more.
fn add_named(domain: &ArchivedDomain, changed: &mut Changed) {
    domain.name_servers.iter().for_each(|id| changed.add(Kind::Host, &id.to_native().to_be_bytes()));
    let others = domain.contacts.iter().map(|contact| &contact.id);
    let contacts = domain.registrant.as_ref().into_iter().chain(others);
    contacts.for_each(|handle| changed.add(Kind::Contact, handle.as_bytes()));
}

fn registrars<S: State>(full: &Full<'_, S>) -> BTreeMap<String, Registrar> {
    full.registrars().map(from_record::registrar).map(|registrar| (registrar.id.clone(), registrar)).collect()
}

fn text(key: &[u8]) -> Option<String> {
    String::from_utf8(key.to_vec()).ok()
}
