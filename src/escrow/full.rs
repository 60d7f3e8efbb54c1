//! A full deposit: everything of a TLD as of one state (RFC 8909, section 4; RFC 9022).
//!
//! Which objects are a TLD's, in a registry of several: its domains; the hosts below them and those they name; the contacts
//! they name; hosts and contacts that nothing refers to, which no TLD has more right to than another; registrars, but of
//! those that are there for tests only the ones that something in the deposit names.

use std::collections::{BTreeMap, BTreeSet};

use rkyv::string::ArchivedString;

use crate::base::timestamp::Timestamp;
use crate::escrow::from_record;
use crate::escrow::models::{Model, Models};
use crate::escrow::object::{
    EppParams, Header, IdnTable, Nndn, NndnState, Object, ObjectCount, ObjectKind, Policy, Repository,
};
use crate::escrow::state::{Marks, State, in_order};
use crate::model::record::{
    ArchivedContact, ArchivedDomain, ArchivedHost, ArchivedRegistrar, ArchivedTld, ArchivedTransfer, DataModel,
    HostModel, Kind, ListPurpose,
};

/// What a deposit says that no record does.
#[derive(Clone, Debug)]
pub struct Announced {
    /// What the EPP service announces.
    pub epp: EppParams,
    /// Where tables are published, by their tags.
    pub idn_tables: BTreeMap<String, IdnTable>,
}

/// What is deposited of a TLD as of a state: found by one walk, told by another.
pub struct Full<'s, S> {
    pub(super) state: &'s S,
    pub(super) tld: &'s ArchivedTld,
    pub(super) watermark: Timestamp,
    pub(super) announced: &'s Announced,
    pub(super) models: Models,
    domains: u64,
    hosts: Marks,
    contacts: Marks,
    /// Test registrars that something names.
    named: BTreeSet<String>,
    /// Labels that nobody can register, and since when.
    pub(super) listed: BTreeMap<&'s str, Timestamp>,
    /// Tags of the TLD's tables, and of those that names of it were judged by.
    tables: BTreeSet<String>,
}

impl<'s, S: State> Full<'s, S> {
    /// Looks which objects are the TLD's. `None`: there is no such TLD.
    pub fn survey(state: &'s S, tld: &str, watermark: Timestamp, announced: &'s Announced) -> Option<Self> {
        let tld = state.tld(tld)?;
        let (hosts, contacts, named, listed) = Default::default();
        let tables = tld.idn_policy.tables.iter().map(|table| table.tag.to_string()).collect();
        let (models, domains) = (Models::xml(), 0);
        let mut full =
            Self { state, tld, watermark, announced, models, domains, hosts, contacts, named, listed, tables };
        full.find_domains();
        full.find_hosts();
        full.find_contacts();
        full.find_listed();
        Some(full)
    }

    /// The same in other models than XML for all.
    #[must_use]
    pub fn in_models(self, models: Models) -> Self {
        Self { models, ..self }
    }

    /// The model of each type of object.
    pub const fn models(&self) -> Models {
        self.models
    }

    fn find_domains(&mut self) {
        let state = self.state;
        state.for_each_key(Kind::Domain, &mut |key| {
            let Some(domain) = domain(state, self.tld, key) else { return };
            self.domains += 1;
            domain.name_servers.iter().for_each(|id| self.hosts.insert(id.to_native()));
            let others = domain.contacts.iter().map(|contact| &contact.id);
            for handle in domain.registrant.as_ref().into_iter().chain(others) {
                let contact = state.contact(handle);
                contact.into_iter().for_each(|contact| self.contacts.insert(contact.object_id.to_native()));
            }
            self.tables.extend(domain.idn.as_ref().map(|idn| idn.table.to_string()));
            self.name_all([&domain.sponsor, &domain.creator], domain.updater.as_ref(), domain.transfer.as_ref());
        });
    }

    fn find_hosts(&mut self) {
        let (state, tld) = (self.state, self.tld);
        let by_objects = tld.host_model.get() == HostModel::Objects;
        state.for_each_key(Kind::Host, &mut |key| {
            let Some(host) = number(key).and_then(|id| state.host(id)) else { return };
            let id = host.id.to_native();
            let is_below = host.superordinate.as_ref().is_some_and(|name| is_of(tld, name));
            let is_nobodys = by_objects && host.superordinate.is_none() && state.host_links(id) == 0;
            if is_below || (is_nobodys && !self.is_for_tests(&host.sponsor)) {
                self.hosts.insert(id);
            }
            if self.hosts.has(id) {
                self.name_all([&host.sponsor, &host.creator], host.updater.as_ref(), None);
            }
        });
    }

    fn find_contacts(&mut self) {
        let (state, tld) = (self.state, self.tld);
        let has_contacts = tld.data_model.get() != DataModel::Minimum;
        state.for_each_key(Kind::Contact, &mut |key| {
            let Some(contact) = std::str::from_utf8(key).ok().and_then(|id| state.contact(id)) else { return };
            let id = contact.object_id.to_native();
            let is_nobodys = has_contacts && state.contact_links(&contact.id) == 0;
            if is_nobodys && !self.is_for_tests(&contact.sponsor) {
                self.contacts.insert(id);
            }
            if self.contacts.has(id) {
                let both = [&contact.sponsor, &contact.creator];
                self.name_all(both, contact.updater.as_ref(), contact.transfer.as_ref());
            }
        });
    }

    fn is_for_tests(&self, clid: &str) -> bool {
        self.state.registrar(clid).is_some_and(|registrar| registrar.is_test)
    }

    /// Something in the deposit names these registrars.
    fn name_all(
        &mut self,
        both: [&ArchivedString; 2],
        updater: Option<&ArchivedString>,
        transfer: Option<&ArchivedTransfer>,
    ) {
        let parties = transfer.into_iter().flat_map(|transfer| [&transfer.requester, &transfer.actor]);
        both.into_iter().chain(updater).chain(parties).for_each(|clid| self.name(clid));
    }

    /// Something in the deposit names the registrar.
    fn name(&mut self, clid: &str) {
        if !self.named.contains(clid) && self.is_for_tests(clid) {
            self.named.insert(clid.to_owned());
        }
    }

    pub(super) fn registrars(&self) -> impl Iterator<Item = &'s ArchivedRegistrar> {
        let all = self.state.directory(Kind::Registrar).filter_map(|clid| self.state.registrar(clid));
        all.filter(|registrar| !registrar.is_test || self.named.contains(registrar.clid.as_str()))
    }

    pub(super) fn tables(&self) -> impl Iterator<Item = &IdnTable> {
        self.tables.iter().filter_map(|tag| self.announced.idn_tables.get(tag))
    }

    /// Names that nobody can register: those on lists, but for those that are registered, which are domains ("a domain name
    /// can only exist as a domain name object or an NNDN object, but not both", RFC 9022, section 5.6).
    fn find_listed(&mut self) {
        let mut listed = BTreeMap::new();
        for list in self.state.name_lists(&self.tld.name) {
            if matches!(list.purpose.get(), ListPurpose::Blocked | ListPurpose::Reserved) {
                for label in list.labels.iter() {
                    listed.entry(label.as_str()).or_insert(list.loaded.get());
                }
            }
        }
        listed.retain(|label, _| self.state.domain(&self.below(label)).is_none());
        self.listed = listed;
    }

    pub(super) fn below(&self, label: &str) -> String {
        format!("{label}.{}", self.tld.name)
    }

    /// How many objects of each kind there are, of the kinds that such a TLD has.
    pub fn counts(&self) -> Vec<(ObjectKind, u64)> {
        let listed = self.listed.len() as u64;
        let counts = ObjectKind::ALL.map(|kind| match kind {
            ObjectKind::EppParams => (kind, 1, true),
            ObjectKind::Policy => (kind, 1, self.has_policy()),
            ObjectKind::Registrar => (kind, self.registrars().count() as u64, true),
            ObjectKind::IdnTable => (kind, self.tables().count() as u64, false),
            ObjectKind::Contact => (kind, self.contacts.count(), self.tld.data_model.get() != DataModel::Minimum),
            ObjectKind::Host => (kind, self.hosts.count(), self.tld.host_model.get() == HostModel::Objects),
            ObjectKind::Domain => (kind, self.domains, true),
            ObjectKind::Nndn => (kind, listed, false),
        });
        let told = counts.into_iter().filter(|(kind, count, always)| match kind {
            ObjectKind::Policy => *always,
            _ => *always || *count > 0,
        });
        told.map(|(kind, count, _)| (kind, count)).collect()
    }

    /// Whether every domain has a registrant, although the schema does not ask for one.
    pub fn wants_registrants(&self) -> bool {
        self.tld.data_model.get() == DataModel::Maximum
    }

    /// Whether an object says so: where domains are in CSV files, their definition does (RFC 9022, section 4.6.2.1).
    fn has_policy(&self) -> bool {
        self.wants_registrants() && self.models.of(ObjectKind::Domain) == Model::Xml
    }

    /// The header (RFC 9022, section 5.8).
    pub fn header(&self) -> Header {
        self.header_of(self.counts())
    }

    pub(super) fn header_of(&self, counts: Vec<(ObjectKind, u64)>) -> Header {
        let count = |(kind, count): (ObjectKind, u64)| ObjectCount {
            uri: self.models.uri(kind).to_owned(),
            below: None,
            registrar: None,
            count: i64::try_from(count).unwrap_or(i64::MAX),
        };
        Header {
            repository: Repository::Tld(self.tld.name.to_string()),
            counts: counts.into_iter().map(count).collect(),
            content_tag: None,
        }
    }

    /// What is said of the registry itself.
    pub(super) fn rules(&self) -> impl Iterator<Item = Object> {
        let policy = self.has_policy().then(|| Policy {
            scope: "//rde:deposit/rde:contents/rdeDomain:domain".into(),
            element: "rdeDomain:registrant".into(),
        });
        [Object::EppParams(self.announced.epp.clone())].into_iter().chain(policy.map(Object::Policy))
    }

    /// Calls `each` with every object: what is referred to before what refers to it, each kind in an order that the state
    /// alone determines.
    ///
    /// # Errors
    /// The first of `each`.
    pub fn for_each<E>(&self, mut each: impl FnMut(Object) -> Result<(), E>) -> Result<(), E> {
        let state = self.state;
        self.rules().try_for_each(&mut each)?;
        self.registrars().try_for_each(|registrar| each(Object::Registrar(from_record::registrar(registrar))))?;
        self.tables().try_for_each(|table| each(Object::IdnTable(table.clone())))?;
        let contact_id = |key: &[u8]| Some(self.contact(key)?.object_id.to_native());
        in_order(state, Kind::Contact, contact_id, |_, key| self.contact_object(key).map_or(Ok(()), &mut each))?;
        let host_id = |key: &[u8]| Some(self.host(key)?.id.to_native());
        in_order(state, Kind::Host, host_id, |_, key| self.host_object(key).map_or(Ok(()), &mut each))?;
        let domain_id = |key: &[u8]| Some(self.domain(key)?.id.to_native());
        in_order(state, Kind::Domain, domain_id, |_, key| self.domain_object(key).map_or(Ok(()), &mut each))?;
        self.listed.iter().try_for_each(|(label, loaded)| each(self.listed_object(label, *loaded)))
    }

    /// The contact with that key, if it is the TLD's.
    pub(super) fn contact(&self, key: &[u8]) -> Option<&'s ArchivedContact> {
        let contact = self.state.contact(std::str::from_utf8(key).ok()?)?;
        Some(contact).filter(|contact| self.contacts.has(contact.object_id.to_native()))
    }

    pub(super) fn contact_object(&self, key: &[u8]) -> Option<Object> {
        Some(Object::Contact(from_record::contact(self.state, self.contact(key)?)))
    }

    /// The host with that key, if it is the TLD's.
    pub(super) fn host(&self, key: &[u8]) -> Option<&'s ArchivedHost> {
        self.state.host(number(key).filter(|id| self.hosts.has(*id))?)
    }

    /// The host with that name, if it is the TLD's.
    pub(super) fn host_named(&self, name: &str) -> Option<&'s ArchivedHost> {
        self.state.host_named(name).filter(|host| self.hosts.has(host.id.to_native()))
    }

    pub(super) fn host_object(&self, key: &[u8]) -> Option<Object> {
        Some(Object::Host(from_record::host(self.state, self.host(key)?)))
    }

    /// The domain with that key, if it is the TLD's.
    pub(super) fn domain(&self, key: &[u8]) -> Option<&'s ArchivedDomain> {
        domain(self.state, self.tld, key)
    }

    pub(super) fn domain_object(&self, key: &[u8]) -> Option<Object> {
        Some(Object::Domain(Box::new(from_record::domain(self.state, self.domain(key)?, self.watermark))))
    }

    /// A name that nobody can register, by its label, and since when.
    pub(super) fn listed_object(&self, label: &str, loaded: Timestamp) -> Object {
        Object::Nndn(Nndn {
            name: self.below(label),
            u_name: from_record::unicode(&self.below(label)),
            idn_table: None,
            original: None,
            state: NndnState::Blocked,
            created: Some(loaded),
        })
    }
}

/// The domain with that key, if it is of the TLD.
fn domain<'s, S: State>(state: &'s S, tld: &ArchivedTld, key: &[u8]) -> Option<&'s ArchivedDomain> {
    state.domain(std::str::from_utf8(key).ok()?).filter(|domain| domain.tld == tld.name)
}

fn is_of(tld: &ArchivedTld, name: &str) -> bool {
    let label = name.strip_suffix(tld.name.as_str()).and_then(|label| label.strip_suffix('.'));
    label.is_some_and(|label| !label.contains('.'))
}

/// The object id that is a host's key.
pub(super) fn number(key: &[u8]) -> Option<u64> {
    key.try_into().ok().map(u64::from_be_bytes)
}
