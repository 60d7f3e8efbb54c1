//! What holds of a whole registry after every transaction, checked record by record: for tests and the simulator.
//!
//! - Every reference of a domain, host or poll message leads to a record.
//! - Each derived record (counts, subordinate hosts, host names, contacts' ROIDs, queues, their gaps and messages by object, directories)
//!   is what counting again gives, and no other derived record is there. No object has too many messages in a queue.
//! - A host below a domain has the domain's sponsor.
//! - A transfer is pending exactly while the status says so; no pending status stands beside its prohibition or another
//!   pending status; statuses that are only shown are not stored.
//! - A domain is being removed exactly while the status says so; an orphaned contact likewise, and no domain refers to it.
//! - No authInfo is to be unset that is not set.
//! - What is said beside statuses is said beside statuses that an object has, once each.
//! - No domain expires later than its TLD allows. It has contacts as its TLD's data model says, and name servers as its host
//!   model says: objects, or attributes with addresses exactly where the DNS needs glue. Below a domain of a TLD with host
//!   attributes there are no hosts.
//! - Billing lines are numbered without a gap, are in the currency of their registrar's account, and their sum is its balance.
//!   Nobody gets more back for a name than it has paid.
//! - A transfer that is paid for is pending. What the registry has locked is locked.
//! - The DNSSEC data of a domain is of one interface, no record twice and one at least.
//! - An application is listed under its name, refers to what there is while it can still be allocated, and shows `pendingCreate`.
//!   Lines to report are numbered without a gap.
//! - No allocation token is used more often than it may be; those of a batch are numbered without a gap.
//! - A name is found under each of its variant keys, and under no other. Where neither its TLD nor a table of it has changed
//!   since it was registered, these are the keys of its label by these tables, and by a table that blocks variants it has none.
//! - A list has its labels in order and once, and the directory of its TLD names it.

mod idn;
mod launch;
mod money;
mod tokens;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::base::limits::{HOSTS_PER_DOMAIN, POLL_MESSAGES_PER_OBJECT};
use crate::base::timestamp::Timestamp;
use crate::model::memory::Memory;
use crate::model::record::{
    ArchivedContact, ArchivedDomain, ArchivedHost, ArchivedTransfer, Contact, DataModel, Domain, Host, HostModel,
    HostRef, Kind, PollAbout, PollGap, PollMessage, PollQueue, Registrar, StatusNotes, TransferState,
};
use crate::model::status::{Status, Statuses};
use crate::model::view::{Record, View, key};
use crate::registry::domain::host_attributes::needs_glue;

/// What does not hold, a sentence each.
#[derive(Debug)]
pub struct Broken(pub Vec<String>);

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the registry is not whole: {}", self.0.join("; "))
    }
}

impl std::error::Error for Broken {}

/// Checks everything, at `now` or the moment of the latest transaction.
///
/// # Errors
/// [`Broken`] with all that does not hold.
pub fn check(memory: &Memory, now: Timestamp) -> Result<(), Broken> {
    let mut audit = Audit { memory, now, broken: Vec::new(), counts: BTreeMap::new(), below: BTreeMap::new() };
    for domain in records::<Domain>(memory) {
        audit.domain(domain);
    }
    for host in records::<Host>(memory) {
        audit.host(host);
    }
    for contact in records::<Contact>(memory) {
        let transfer = contact.transfer.as_ref();
        audit.statuses(&contact.id, contact.statuses.get(), transfer);
        audit.orphan(contact);
        let ends = contact.auth_until.is_some() && contact.auth.is_none();
        audit.expect(!ends, || format!("{}: an end without authInfo", contact.id));
        audit.registrar(&contact.id, &contact.sponsor);
    }
    audit.applications();
    audit.variants();
    audit.derived_counts();
    audit.derived_lists();
    audit.queues();
    audit.queues_by_object();
    audit.notes();
    audit.money();
    audit.tokens();
    match audit.broken.is_empty() {
        true => Ok(()),
        false => Err(Broken(audit.broken)),
    }
}

fn records<'m, R: Record<Archived: 'm>>(memory: &'m Memory) -> impl Iterator<Item = &'m R::Archived> {
    memory.keys(R::KIND).into_iter().filter_map(|key| memory.record::<R>(key))
}

fn records_by_key<'m, R: Record<Archived: 'm>>(memory: &'m Memory) -> impl Iterator<Item = (Vec<u8>, &'m R::Archived)> {
    let keys = memory.keys(R::KIND).into_iter();
    keys.filter_map(|key| Some((key.to_vec(), memory.record::<R>(key)?)))
}

/// The gaps in a queue of these numbers before `next`, each by the keys of both its ends.
fn gaps_between(clid: &str, mut numbers: Vec<u64>, next: u64) -> Vec<(Vec<u8>, (u64, u64))> {
    numbers.sort_unstable();
    let ends = numbers.iter().skip(1).chain([&next]);
    let gaps = numbers.iter().zip(ends).map(|(before, after)| (before + 1, after - 1));
    let gaps = gaps.filter(|(first, last)| first <= last);
    gaps.flat_map(|gap| [gap.0, gap.1].map(|end| (key::poll_message(clid, end), gap))).collect()
}

struct Audit<'m> {
    memory: &'m Memory,
    now: Timestamp,
    broken: Vec<String>,
    /// Counts by kind and key, counted again.
    counts: BTreeMap<(Kind, Vec<u8>), u64>,
    /// Hosts below each domain, found again.
    below: BTreeMap<String, Vec<u64>>,
}

impl Audit<'_> {
    fn expect(&mut self, holds: bool, otherwise: impl FnOnce() -> String) {
        if !holds {
            self.broken.push(otherwise());
        }
    }

    fn registrar(&mut self, object: &str, clid: &str) {
        self.expect(self.memory.registrar(clid).is_some(), || format!("{object}: no registrar {clid}"));
    }

    fn count(&mut self, kind: Kind, key: Vec<u8>) {
        *self.counts.entry((kind, key)).or_default() += 1;
    }

    fn domain(&mut self, domain: &ArchivedDomain) {
        let name = domain.name.as_str();
        self.registrar(name, &domain.sponsor);
        self.registrar(name, &domain.creator);
        self.statuses(name, domain.statuses.get(), domain.transfer.as_ref());
        self.term(domain);
        self.paid(domain);
        self.expect(domain.auth_until.is_none() || domain.auth.is_some(), || {
            format!("{name}: an end without authInfo")
        });
        self.sec_dns(domain);
        let (removed, shown) = (domain.removal.is_some(), domain.statuses.get().has(Status::PendingDelete));
        self.expect(removed == shown, || format!("{name}: pendingDelete and removal differ"));
        self.references(domain);
        self.host_attributes(domain);
    }

    fn references(&mut self, domain: &ArchivedDomain) {
        let name = domain.name.as_str();
        for host in domain.name_servers.iter().map(|id| id.to_native()) {
            self.expect(self.memory.host(host).is_some(), || format!("{name}: no host {host}"));
            self.count(Kind::HostLinks, key::host(host).to_vec());
            self.count(Kind::HostLinksBy, key::host_links_by(host, &domain.sponsor));
        }
        let others = domain.contacts.iter().map(|contact| &contact.id);
        for contact in domain.registrant.iter().chain(others) {
            self.expect(self.memory.contact(contact).is_some(), || format!("{name}: no contact {contact}"));
            self.count(Kind::ContactLinks, contact.as_bytes().to_vec());
        }
    }

    fn host_attributes(&mut self, domain: &ArchivedDomain) {
        let name = domain.name.as_str();
        let Some(tld) = self.memory.tld(&domain.tld) else { return };
        let unfit = match tld.host_model.get() {
            HostModel::Objects => !domain.host_attributes.is_empty(),
            HostModel::Attributes => !domain.name_servers.is_empty(),
        };
        self.expect(!unfit, || format!("{name}: name servers against the host model"));
        let servers = domain.host_attributes.as_slice();
        self.expect(servers.len() <= HOSTS_PER_DOMAIN, || format!("{name}: {} name servers", servers.len()));
        for (place, server) in servers.iter().enumerate() {
            let (host, addresses) = (server.name.as_str(), server.addresses.len());
            let glue = needs_glue(host, name);
            self.expect(glue == (addresses > 0), || format!("{name}: {host} with {addresses} addresses"));
            let twice = servers[..place].iter().any(|other| other.name == server.name);
            self.expect(!twice, || format!("{name}: {host} twice"));
        }
    }

    fn sec_dns(&mut self, domain: &ArchivedDomain) {
        let Some(held) = domain.sec_dns.as_ref() else { return };
        let name = domain.name.as_str();
        self.expect(held.ds.is_empty() != held.keys.is_empty(), || {
            format!("{name}: DNSSEC data of no or both interfaces")
        });
        let ds: BTreeSet<_> =
            held.ds.iter().map(|ds| (ds.key_tag, ds.algorithm, ds.digest_type, ds.digest.as_slice())).collect();
        let keys: BTreeSet<_> =
            held.keys.iter().map(|key| (key.flags, key.protocol, key.algorithm, key.public_key.as_slice())).collect();
        let once = (ds.len(), keys.len()) == (held.ds.len(), held.keys.len());
        self.expect(once, || format!("{name}: a DNSSEC record twice"));
    }

    fn term(&mut self, domain: &ArchivedDomain) {
        let name = domain.name.as_str();
        let Some(tld) = self.memory.tld(&domain.tld) else {
            return self.broken.push(format!("{name}: no TLD {}", domain.tld));
        };
        let under = name.split_once('.').is_some_and(|(_, rest)| rest == domain.tld);
        self.expect(under, || format!("{name}: not directly under {}", domain.tld));
        let contacts = domain.registrant.is_some() || !domain.contacts.is_empty();
        let fits = match tld.data_model.get() {
            DataModel::Maximum => contacts,
            DataModel::Minimum => !contacts,
            // It may come from a client of the other model.
            DataModel::PerRegistrar => true,
        };
        self.expect(fits, || format!("{name}: contacts against the data model"));
        // A day more: what ends on 28 February at noon was ten years away on the 28th, and on the 29th it is more than
        // ten years away in the morning, because the 29th plus ten years is the 28th again.
        let latest = self.now.plus_months(tld.max_months.to_native()).plus_days(1);
        let expires = domain.expires.get();
        self.expect(expires <= latest, || format!("{name}: expires {expires}, later than {latest}"));
        let pending = domain.transfer.as_ref().filter(|transfer| transfer.state.get() == TransferState::Pending);
        if let Some(promised) = pending.and_then(|transfer| transfer.expires.as_ref()) {
            let promised = promised.get();
            self.expect(promised <= latest, || format!("{name}: will expire {promised}, later than {latest}"));
        }
    }

    fn statuses(&mut self, object: &str, statuses: Statuses, transfer: Option<&ArchivedTransfer>) {
        use Status::{
            ClientDeleteProhibited, ClientRenewProhibited, ClientTransferProhibited, ClientUpdateProhibited, Inactive,
            Linked, PendingCreate, PendingDelete, PendingRenew, PendingTransfer, PendingUpdate, ServerDeleteProhibited,
            ServerRenewProhibited, ServerTransferProhibited, ServerUpdateProhibited,
        };
        let shown = Statuses::of(&[Inactive, Linked, Status::Ok]);
        self.expect(statuses.and(shown).is_empty(), || format!("{object}: stores a status that is only shown"));
        // RFC 5731, section 2.3; RFC 5732, section 2.3; RFC 5733, section 2.2.
        for (pending, client, server) in [
            (PendingDelete, ClientDeleteProhibited, ServerDeleteProhibited),
            (PendingRenew, ClientRenewProhibited, ServerRenewProhibited),
            (PendingTransfer, ClientTransferProhibited, ServerTransferProhibited),
            (PendingUpdate, ClientUpdateProhibited, ServerUpdateProhibited),
        ] {
            let both = statuses.has(pending) && (statuses.has(client) || statuses.has(server));
            self.expect(!both, || format!("{object}: {pending} beside its prohibition"));
        }
        let pending =
            Statuses::of(&[PendingCreate, PendingDelete, PendingRenew, PendingTransfer, PendingUpdate]).and(statuses);
        self.expect(pending.iter().count() <= 1, || format!("{object}: two pending statuses"));
        let waits = transfer.is_some_and(|transfer| transfer.state.get() == TransferState::Pending);
        self.expect(waits == statuses.has(PendingTransfer), || {
            format!("{object}: pendingTransfer and transfer differ")
        });
        if let Some(transfer) = transfer {
            self.registrar(object, &transfer.requester);
            self.registrar(object, &transfer.actor);
        }
    }

    /// A contact is on its way out exactly while it shows so, and never while a domain refers to it.
    fn orphan(&mut self, contact: &ArchivedContact) {
        let (id, orphan) = (contact.id.as_str(), contact.orphan.as_ref());
        let (announced, shown) =
            (orphan.is_some_and(|orphan| orphan.announced), contact.statuses.get().has(Status::PendingDelete));
        self.expect(announced == shown, || format!("{id}: pendingDelete and orphan differ"));
        let links = self.memory.contact_links(id);
        self.expect(orphan.is_none() || links == 0, || format!("{id}: an orphan with {links} links"));
    }

    fn notes(&mut self) {
        for key in self.memory.keys(Kind::StatusNotes) {
            let Some(found) = self.memory.record::<StatusNotes>(key) else { continue };
            let shown = key.escape_ascii();
            let Some(statuses) = self.statuses_of(key) else {
                self.broken.push(format!("{shown}: status notes of no object"));
                continue;
            };
            let mut numbers: Vec<u8> = found.notes.iter().map(|note| note.status).collect();
            let there = numbers.iter().all(|number| statuses.iter().any(|status| status as u8 == *number));
            self.expect(there, || format!("{shown}: notes of {numbers:?}, among them of a status that is not there"));
            let said = !numbers.is_empty() && found.notes.iter().all(|note| !note.text.is_empty());
            self.expect(said, || format!("{shown}: status notes that say nothing"));
            numbers.sort_unstable();
            let once = numbers.windows(2).all(|pair| pair[0] != pair[1]);
            self.expect(once, || format!("{shown}: two notes of one status, of {numbers:?}"));
        }
    }

    /// The stored statuses of the object that a key of status notes names.
    fn statuses_of(&self, key: &[u8]) -> Option<Statuses> {
        let (kind, object) = key.split_first()?;
        match Kind::from_u8(*kind)? {
            Kind::Domain => self.memory.record::<Domain>(object).map(|domain| domain.statuses.get()),
            Kind::Host => self.memory.record::<Host>(object).map(|host| host.statuses.get()),
            Kind::Contact => self.memory.record::<Contact>(object).map(|contact| contact.statuses.get()),
            _ => None,
        }
    }

    fn host(&mut self, host: &ArchivedHost) {
        let (name, id) = (host.name.as_str(), host.id.to_native());
        self.registrar(name, &host.sponsor);
        self.statuses(name, host.statuses.get(), None);
        let named = self.memory.record::<HostRef>(name.as_bytes()).map(|found| found.id.to_native());
        self.expect(named == Some(id), || format!("{name}: its name leads to {named:?}, not to {id}"));
        let Some(superordinate) = host.superordinate.as_ref() else { return };
        let below = self.memory.superordinate_name(name) == Some(superordinate.as_str());
        self.expect(below, || format!("{name}: does not stand below {superordinate}"));
        let tld = self.memory.superordinate(name).map(|(_, tld)| tld.host_model.get());
        self.expect(tld == Some(HostModel::Objects), || format!("{name}: a host where the TLD has attributes"));
        match self.memory.domain(superordinate) {
            Some(domain) => self.expect(domain.sponsor == host.sponsor, || {
                format!("{name}: sponsored by {}, its domain by {}", host.sponsor, domain.sponsor)
            }),
            None => self.broken.push(format!("{name}: no superordinate domain {superordinate}")),
        }
        self.below.entry(superordinate.to_string()).or_default().push(id);
    }

    fn derived_counts(&mut self) {
        let counted = std::mem::take(&mut self.counts);
        for kind in [Kind::HostLinks, Kind::HostLinksBy, Kind::ContactLinks, Kind::LordnLines] {
            for key in self.memory.keys(kind) {
                let known = counted.contains_key(&(kind, key.to_vec()));
                self.expect(known, || format!("{kind:?} {}: a count of nothing", key.escape_ascii()));
            }
        }
        for ((kind, key), count) in counted {
            let found = self.memory.count(kind, &key);
            let shown = key.escape_ascii();
            self.expect(found == count, || format!("{kind:?} {shown}: {found} kept, {count} counted"));
        }
    }

    fn derived_lists(&mut self) {
        let names = self.memory.keys(Kind::HostName).len();
        let hosts = self.memory.keys(Kind::Host).len();
        self.expect(names == hosts, || format!("{names} host names for {hosts} hosts"));
        let mut below = std::mem::take(&mut self.below);
        below.values_mut().for_each(|hosts| hosts.sort_unstable());
        let lists = self.memory.keys(Kind::Subordinates).len();
        self.expect(lists == below.len(), || format!("{lists} lists of subordinate hosts, {} domains", below.len()));
        for (domain, hosts) in below {
            let kept: Vec<u64> = self.memory.subordinate_hosts(&domain).collect();
            self.expect(kept == hosts, || format!("{domain}: {kept:?} kept below it, {hosts:?} found"));
        }
        for kind in [Kind::Tld, Kind::Registrar, Kind::RdapClient] {
            let found = self.memory.keys(kind);
            let same = self.memory.directory(kind).map(str::as_bytes).eq(found);
            self.expect(same, || format!("the directory of {kind:?} records differs from them"));
        }
        let (roids, contacts) = (self.memory.keys(Kind::ContactRoid).len(), self.memory.keys(Kind::Contact).len());
        self.expect(roids == contacts, || format!("{roids} ROIDs of contacts for {contacts} contacts"));
        for contact in records::<Contact>(self.memory) {
            let found = self.memory.contact_by_roid(&contact.roid).map(|found| found.id.as_str());
            self.expect(found == Some(&contact.id), || format!("ROID {}: leads to {found:?}", contact.roid));
        }
        for registrar in records::<Registrar>(self.memory) {
            let Some(iana) = registrar.iana_id.as_ref().map(|id| id.to_native()) else { continue };
            let found = self.memory.registrar_by_iana_id(iana).map(|found| found.clid.as_str());
            let clid = registrar.clid.as_str();
            self.expect(found == Some(clid), || format!("IANA id {iana}: leads to {found:?}, not to {clid}"));
        }
    }

    fn queues(&mut self) {
        let mut numbers: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
        let mut gaps: BTreeMap<Vec<u8>, (u64, u64)> = BTreeMap::new();
        for message in records::<PollMessage>(self.memory) {
            numbers.entry(message.registrar.as_str()).or_default().push(message.number.to_native());
        }
        for clid in numbers.keys() {
            self.registrar("poll queue", clid);
        }
        for key in self.memory.keys(Kind::PollQueue) {
            let Some(queue) = self.memory.record::<PollQueue>(key) else { continue };
            let (first, next, count) = (queue.first.to_native(), queue.next.to_native(), queue.count.to_native());
            let clid = String::from_utf8_lossy(key).into_owned();
            let found = numbers.remove(clid.as_str()).unwrap_or_default();
            let oldest = found.iter().min().copied().unwrap_or(next);
            self.expect(count == found.len() as u64, || format!("{clid}: {count} messages kept, {found:?} found"));
            self.expect(first == oldest, || format!("{clid}: queue begins at {first}, oldest message is {oldest}"));
            self.expect(found.iter().all(|number| *number < next), || format!("{clid}: {next} is taken already"));
            gaps.extend(gaps_between(&clid, found, next));
        }
        let kept = records_by_key::<PollGap>(self.memory);
        let kept: BTreeMap<_, _> =
            kept.map(|(key, gap)| (key, (gap.first.to_native(), gap.last.to_native()))).collect();
        self.expect(kept == gaps, || format!("gaps of queues: {kept:?} kept, {gaps:?} found"));
        for clid in numbers.keys() {
            self.broken.push(format!("{clid}: messages without a queue"));
        }
    }

    fn queues_by_object(&mut self) {
        let mut lists: BTreeMap<Vec<u8>, Vec<u64>> = BTreeMap::new();
        for message in records::<PollMessage>(self.memory) {
            let Some(object) = message.data.as_ref().and_then(|data| data.transferred()) else { continue };
            let numbers = lists.entry(key::poll_about(&message.registrar, object)).or_default();
            numbers.push(message.number.to_native());
        }
        for numbers in lists.values_mut() {
            numbers.sort_unstable();
        }
        for key in self.memory.keys(Kind::PollAbout) {
            let Some(about) = self.memory.record::<PollAbout>(key) else { continue };
            let kept: Vec<u64> = about.numbers.iter().map(|number| number.to_native()).collect();
            let found = lists.remove(key).unwrap_or_default();
            let shown = key.escape_ascii();
            self.expect(!kept.is_empty() && kept == found, || {
                format!("{shown}: messages {kept:?} kept, {found:?} found")
            });
            self.expect(found.len() <= POLL_MESSAGES_PER_OBJECT, || format!("{shown}: {} messages wait", found.len()));
        }
        for (key, found) in lists {
            self.broken.push(format!("{}: messages {found:?} found, none kept", key.escape_ascii()));
        }
    }
}
