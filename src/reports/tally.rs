//! What registrars have done, month by month, for the transactions report of Specification 3: a fold of the log.
//!
//! It looks at how records of domains change, and hardly at commands, so that what an operator or time brings about counts like
//! what a client asks for. Kept is only what is not over: grace periods that run, removals, and transfers that are pending.
//!
//! | figure | counts |
//! | --- | --- |
//! | net adds, net renewals | in the month in which their grace period ends, for whoever was charged, unless a delete or a transfer's own year took it back meanwhile |
//! | transfers | when they end; one that is cancelled is neither successful nor rejected |
//! | deletes | when the name is gone, for its sponsor; in the grace period: in the add grace period |
//! | restores | when the name is in use again; without a report: when the time for it has passed |

use std::collections::BTreeMap;
use std::fmt;

use rkyv::{Archive, Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::monthly::{Month, NAMES, TRANSACTIONS};
use crate::base::timestamp::Timestamp;
use crate::model::billing::BillingKind;
use crate::model::record::{
    ArchivedDomain, BillingLine, Domain, Grace, GraceKind, Kind, PollMessage, RemovalStage, TransferState,
};
use crate::model::seal::{Sealed, native};
use crate::model::status::Status;
use crate::model::transaction::{Actor, BadBatch, Entry};

/// Columns that add up.
pub const FIGURES: usize = TRANSACTIONS.len() - NAMES;

/// Places of figures among them.
mod place {
    pub(super) const DOMAINS: usize = 0;
    pub(super) const HOSTS: usize = 1;
    pub(super) const ADDS: usize = 2;
    pub(super) const RENEWS: usize = 12;
    pub(super) const GAINED: usize = 22;
    pub(super) const GAIN_REFUSED: usize = 23;
    pub(super) const LOST: usize = 24;
    pub(super) const LOSS_REFUSED: usize = 25;
    pub(super) const DELETED_IN_GRACE: usize = 29;
    pub(super) const DELETED: usize = 30;
    pub(super) const RESTORED: usize = 31;
    pub(super) const NO_REPORT: usize = 32;
    pub(super) const ATTEMPTS: usize = 36;
}

/// Months in a year.
const YEAR: u32 = 12;
/// The longest term that has a column.
const MOST_YEARS: usize = 10;

/// Figures of one registrar in one TLD, in the order of the columns.
pub type Figures = [u64; FIGURES];

/// What the first octets of a file say.
const TITLE: &[u8; 16] = b"domesday tally 1";

/// What has been counted up to a frame of the log.
#[derive(Clone, Debug, PartialEq, Archive, Serialize, Deserialize)]
pub struct Tally {
    /// Of which log.
    pub log_id: u64,
    /// The last frame that was counted.
    pub frame: u64,
    /// From when on: what was done before is not in it.
    pub since: Timestamp,
    /// The date of the last transaction that was counted.
    pub last: Timestamp,
    /// Names with something that is not over.
    lives: BTreeMap<String, Life>,
    /// By month, TLD and registrar.
    months: BTreeMap<Month, BTreeMap<(String, String), Figures>>,
    /// What there was at the end of months.
    pub ends: BTreeMap<Month, Census>,
}

/// What there is at a moment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct Census {
    /// The registrars.
    pub registrars: Vec<Registered>,
    /// Domains and hosts, by TLD and registrar.
    pub objects: BTreeMap<(String, String), (u64, u64)>,
    /// The TLDs.
    pub tlds: Vec<String>,
}

/// A registrar at a moment.
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct Registered {
    /// clID.
    pub clid: String,
    /// Its name.
    pub name: String,
    /// Its number in IANA's list.
    pub iana_id: Option<u32>,
    /// Whether it can log in.
    pub operational: bool,
    /// Whether it is one no more.
    pub terminated: bool,
    /// Whether it is one for tests only.
    pub is_test: bool,
}

/// What is not over of a name.
#[derive(Clone, Debug, PartialEq, Archive, Serialize, Deserialize)]
struct Life {
    tld: String,
    sponsor: String,
    expires: Timestamp,
    terms: Vec<Term>,
    removal: Option<RemovalStage>,
    /// Who asks for it, and of whom.
    transfer: Option<(String, String)>,
}

/// Years that count when their grace period is over.
#[derive(Clone, Debug, PartialEq, Archive, Serialize, Deserialize)]
struct Term {
    kind: GraceKind,
    until: Timestamp,
    months: u32,
    registrar: String,
    /// Whether the name is another's by now, and nothing can take the years back.
    settled: bool,
}

/// Octets that are no tally.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoTally(String);

impl fmt::Display for NoTally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected a tally of transactions, found {}", self.0)
    }
}

impl Tally {
    /// Nothing counted yet, of a log from behind that frame on.
    pub fn new(log_id: u64, frame: u64, since: Timestamp) -> Self {
        let (lives, months, ends) = Default::default();
        Self { log_id, frame, since, last: since, lives, months, ends }
    }

    /// The octets of a file.
    pub fn to_file(&self) -> Vec<u8> {
        // What has no pointers that leave it can always be archived.
        let archive = rkyv::to_bytes::<rkyv::rancor::Error>(self).unwrap_or_default();
        let mut file = TITLE.to_vec();
        file.extend(xxh3_64(&archive).to_le_bytes());
        file.extend_from_slice(&archive);
        file
    }

    /// Reads a file.
    ///
    /// # Errors
    /// [`NoTally`].
    pub fn from_file(file: &[u8]) -> Result<Self, NoTally> {
        let bad = |what: &str| NoTally(what.to_owned());
        let rest = file.strip_prefix(TITLE.as_slice()).ok_or_else(|| bad("another file, or one of another version"))?;
        let (sum, archive) = rest.split_first_chunk::<8>().ok_or_else(|| bad("the beginning of one"))?;
        if xxh3_64(archive) != u64::from_le_bytes(*sum) {
            return Err(bad("one that is damaged: its checksum is another"));
        }
        let mut aligned: rkyv::util::AlignedVec = rkyv::util::AlignedVec::with_capacity(archive.len());
        aligned.extend_from_slice(archive);
        rkyv::from_bytes::<Self, rkyv::rancor::Error>(&aligned).map_err(|error| NoTally(error.to_string()))
    }

    /// Takes in a domain that was there before.
    pub fn begin_with(&mut self, domain: &ArchivedDomain) {
        let domain = native::<Domain>(domain);
        let terms = domain.grace.iter().filter(|grace| grace.until > self.since);
        let terms = terms.filter_map(|grace| Term::of(grace, &domain.sponsor)).collect();
        self.keep(&domain, terms);
    }

    /// Counts a transaction.
    ///
    /// # Errors
    /// [`BadBatch`]: a record that this version does not read.
    pub fn count(&mut self, entry: &Entry) -> Result<(), BadBatch> {
        let changes = entry.sealed()?;
        let bad = |error: crate::model::seal::BadRecord| BadBatch(error.to_string());
        for change in changes.iter().filter(|change| change.kind == Kind::Domain) {
            match change.get::<Domain>().map_err(bad)? {
                Some(domain) => self.put(&native::<Domain>(domain), entry, &changes),
                None => self.gone(&String::from_utf8_lossy(&change.key), entry, &changes),
            }
        }
        self.last = self.last.max(entry.origin.time);
        Ok(())
    }

    fn put(&mut self, domain: &Domain, entry: &Entry, changes: &[Sealed]) {
        let (now, tld, sponsor) = (entry.origin.time, domain.tld.as_str(), domain.sponsor.as_str());
        let before = self.finished(&domain.name, now);
        let mut terms = before.as_ref().map_or_else(Vec::new, |before| before.terms.clone());
        self.transferred(before.as_ref(), domain, entry);
        let moved = before.as_ref().is_some_and(|before| before.sponsor != sponsor);
        if moved {
            absorb(&mut terms, domain, now);
            // What was between the registry and the one before is over.
            terms.iter_mut().for_each(|term| term.settled = true);
        }
        terms.retain(|term| term.settled || domain.grace.iter().any(|grace| term.is(grace)));
        let begun = domain.grace.iter().filter(|grace| grace.until > now && !terms.iter().any(|term| term.is(grace)));
        let begun: Vec<_> = begun.filter_map(|grace| Term::of(grace, sponsor)).collect();
        let has = |kind: GraceKind| begun.iter().any(|term| term.kind == kind);
        // Where a TLD has no such period, it is over at once.
        let charged = billed(changes, &domain.name);
        if domain.id == entry.sequence && !has(GraceKind::Add) {
            let months = charged(BillingKind::Create).unwrap_or_else(|| months(domain.created, domain.expires));
            self.add(now, tld, sponsor, place::ADDS + years(months));
        }
        if entry.origin.command == "domain:renew" && !has(GraceKind::Renew) {
            self.add(now, tld, sponsor, place::RENEWS + years(charged(BillingKind::Renew).unwrap_or(YEAR)));
        }
        if entry.origin.command == "domain:auto-renew" && !has(GraceKind::AutoRenew) {
            self.add(now, tld, sponsor, place::RENEWS + years(YEAR));
        }
        terms.extend(begun);
        if let Some((stage, expired)) = before.as_ref().and_then(|before| Some((before.removal?, before.expires))) {
            match domain.removal.as_ref().map(|removal| removal.stage) {
                None => {
                    self.add(now, tld, sponsor, place::RESTORED);
                    // What had expired meanwhile is renewed with it, for good.
                    if domain.expires > expired {
                        self.add(now, tld, sponsor, place::RENEWS + years(months(expired, domain.expires)));
                    }
                }
                Some(RemovalStage::Redemption) if stage == RemovalStage::Restoring => {
                    self.add(now, tld, sponsor, place::NO_REPORT);
                }
                Some(_) => {}
            }
        }
        self.keep(domain, terms);
    }

    /// Counts a transfer that has ended.
    fn transferred(&mut self, before: Option<&Life>, domain: &Domain, entry: &Entry) {
        let Some(transfer) = domain.transfer.as_ref().filter(|_| !domain.statuses.has(Status::PendingTransfer)) else {
            return;
        };
        let at_once = || {
            let asked = entry.origin.command == "domain:transfer-request";
            asked.then(|| (transfer.requester.clone(), transfer.actor.clone()))
        };
        let Some((gaining, losing)) = before.and_then(|before| before.transfer.clone()).or_else(at_once) else {
            return;
        };
        let (gains, losses) = match transfer.state {
            TransferState::ClientApproved | TransferState::ServerApproved => (place::GAINED, place::LOST),
            TransferState::ClientRejected => (place::GAIN_REFUSED, place::LOSS_REFUSED),
            TransferState::Pending | TransferState::ClientCancelled | TransferState::ServerCancelled => return,
        };
        let now = entry.origin.time;
        self.add(now, &domain.tld, &gaining, gains);
        self.add(now, &domain.tld, &losing, losses);
    }

    fn gone(&mut self, name: &str, entry: &Entry, changes: &[Sealed]) {
        let now = entry.origin.time;
        let before = self.finished(name, now);
        let in_grace = before.as_ref().and_then(|before| {
            before.terms.iter().find(|term| term.kind == GraceKind::Add && !term.settled && term.until > now)
        });
        let figure = if in_grace.is_some() { place::DELETED_IN_GRACE } else { place::DELETED };
        let (tld, sponsor) = match &before {
            Some(before) => (before.tld.clone(), before.sponsor.clone()),
            // Nothing of it was under way, so that it was deleted by its sponsor, or its sponsor was told.
            None => (parent(name).to_owned(), told(entry, changes).unwrap_or_default()),
        };
        self.add(now, &tld, &sponsor, figure);
        if let Some(mut before) = before {
            // A former sponsor's years stay.
            before.terms.retain(|term| term.settled);
            (before.removal, before.transfer) = (None, None);
            if !before.terms.is_empty() {
                self.lives.insert(name.to_owned(), before);
            }
        }
    }

    /// Takes out what is not over of a name, and counts what is over by then.
    fn finished(&mut self, name: &str, now: Timestamp) -> Option<Life> {
        let mut life = self.lives.remove(name)?;
        for term in life.terms.extract_if(.., |term| term.until <= now).collect::<Vec<_>>() {
            self.add(term.until, &life.tld, &term.registrar, term.place());
        }
        Some(life)
    }

    fn keep(&mut self, domain: &Domain, terms: Vec<Term>) {
        let removal = domain.removal.as_ref().map(|removal| removal.stage);
        let pending = domain.transfer.as_ref().filter(|_| domain.statuses.has(Status::PendingTransfer));
        let transfer = pending.map(|transfer| (transfer.requester.clone(), transfer.actor.clone()));
        if terms.is_empty() && removal.is_none() && transfer.is_none() {
            return;
        }
        let (tld, sponsor, expires) = (domain.tld.clone(), domain.sponsor.clone(), domain.expires);
        self.lives.insert(domain.name.clone(), Life { tld, sponsor, expires, terms, removal, transfer });
    }

    fn add(&mut self, at: Timestamp, tld: &str, clid: &str, figure: usize) {
        let month = self.months.entry(Month::of(at)).or_default();
        month.entry((tld.to_owned(), clid.to_owned())).or_insert([0; FIGURES])[figure] += 1;
    }

    /// Counts what is over for so long that no transaction can be dated before it, and forgets months that are older than
    /// that many before the last.
    pub fn tidy(&mut self, before: Timestamp, oldest: Month) {
        let over = |life: &Life| life.terms.iter().any(|term| term.until <= before);
        let names: Vec<_> = self.lives.iter().filter(|(_, life)| over(life)).map(|(name, _)| name.clone()).collect();
        for name in names {
            let Some(life) = self.finished(&name, before) else { continue };
            if !life.terms.is_empty() || life.removal.is_some() || life.transfer.is_some() {
                self.lives.insert(name, life);
            }
        }
        self.months.retain(|month, _| *month >= oldest);
        self.ends.retain(|month, _| *month >= oldest);
    }

    /// A TLD's figures of a month, by registrar, as of `now`; `census` is of the month's end, `attempts` the creates attempted.
    pub fn month(
        &self,
        month: Month,
        tld: &str,
        now: Timestamp,
        census: &Census,
        attempts: &BTreeMap<String, u64>,
    ) -> BTreeMap<String, Figures> {
        let of_tld = |key: &(String, String)| key.0 == tld;
        let counted = self.months.get(&month).into_iter().flatten().filter(|(key, _)| of_tld(key));
        let mut figures: BTreeMap<String, Figures> = counted.map(|(key, row)| (key.1.clone(), *row)).collect();
        let mut add = |clid: &str, figure: usize, count: u64| {
            figures.entry(clid.to_owned()).or_insert([0; FIGURES])[figure] += count;
        };
        for term in self.lives.values().filter(|life| life.tld == tld).flat_map(|life| &life.terms) {
            if term.until <= now && Month::of(term.until) == month {
                add(&term.registrar, term.place(), 1);
            }
        }
        for (key, (domains, hosts)) in census.objects.iter().filter(|(key, _)| of_tld(key)) {
            add(&key.1, place::DOMAINS, *domains);
            add(&key.1, place::HOSTS, *hosts);
        }
        attempts.iter().for_each(|(clid, count)| add(clid, place::ATTEMPTS, *count));
        figures
    }
}

impl Term {
    /// The years that a grace period is about; `None` of a transfer, which is no renewal.
    fn of(grace: &Grace, registrar: &str) -> Option<Self> {
        let Grace { kind, until, months, .. } = *grace;
        (kind != GraceKind::Transfer).then(|| Self {
            kind,
            until,
            months,
            registrar: registrar.to_owned(),
            settled: false,
        })
    }

    fn is(&self, grace: &Grace) -> bool {
        !self.settled && self.kind == grace.kind && self.until == grace.until && self.months == grace.months
    }

    fn place(&self) -> usize {
        let first = if self.kind == GraceKind::Add { place::ADDS } else { place::RENEWS };
        first + years(self.months)
    }
}

/// Takes out the auto-renewals whose years become those of the transfer that has just been approved, by the rule of the
/// registry: the latest first, as long as the transfer adds as much.
fn absorb(terms: &mut Vec<Term>, domain: &Domain, now: Timestamp) {
    let approved = |state| matches!(state, TransferState::ClientApproved | TransferState::ServerApproved);
    let transfer = domain.transfer.as_ref().filter(|transfer| {
        approved(transfer.state) && domain.grace.iter().all(|grace| grace.kind == GraceKind::Transfer)
    });
    let mut room = transfer.map_or(0, |transfer| transfer.months);
    let runs = |term: &Term| term.kind == GraceKind::AutoRenew && !term.settled && now < term.until;
    while let Some(found) = terms.iter().rposition(|term| runs(term)) {
        let Some(left) = room.checked_sub(terms[found].months) else { break };
        room = left;
        terms.remove(found);
    }
}

/// The place of a term among those of one to ten years; what is shorter than a year counts as one.
fn years(months: u32) -> usize {
    (months.div_ceil(YEAR) as usize).clamp(1, MOST_YEARS) - 1
}

/// The months between two moments.
fn months(from: Timestamp, to: Timestamp) -> u32 {
    (1..YEAR * MOST_YEARS as u32).find(|months| from.plus_months(*months) >= to).unwrap_or(YEAR * MOST_YEARS as u32)
}

/// The months of a domain that a transaction has charged.
fn billed<'c>(changes: &'c [Sealed], name: &'c str) -> impl Fn(BillingKind) -> Option<u32> + use<'c> {
    move |kind| {
        let lines = changes.iter().filter(|change| change.kind == Kind::BillingLine);
        let mut lines = lines.filter_map(|change| Some(native::<BillingLine>(change.get::<BillingLine>().ok()??)));
        lines.find(|line| line.kind == kind && line.object == name).map(|line| line.months)
    }
}

/// The registrar that asked, or whom a message tells.
fn told(entry: &Entry, changes: &[Sealed]) -> Option<String> {
    if let Actor::Registrar(clid) = &entry.origin.actor {
        return Some(clid.clone());
    }
    let mut messages = changes.iter().filter(|change| change.kind == Kind::PollMessage);
    messages.find_map(|change| Some(change.get::<PollMessage>().ok()??.registrar.as_str().to_owned()))
}

/// What stands behind the first label.
fn parent(name: &str) -> &str {
    name.split_once('.').map_or("", |(_, tld)| tld)
}

/// The transactions report: a line for each registrar, and the totals. Registrars of tests are left out, and those that are gone
/// and had nothing any more.
pub fn report(figures: &BTreeMap<String, Figures>, census: &Census) -> Vec<u8> {
    let none = [0; FIGURES];
    let of = |clid: &str| figures.get(clid).unwrap_or(&none);
    let mut rows: Vec<_> = census.registrars.iter().filter(|registrar| !registrar.is_test).collect();
    rows.retain(|registrar| !registrar.terminated || of(&registrar.clid).iter().any(|figure| *figure > 0));
    rows.sort_by_key(|registrar| (registrar.iana_id.unwrap_or(NO_ID), &registrar.clid));
    let text = |figures: &Figures| figures.map(|figure| figure.to_string());
    let mut totals = none;
    let mut lines = vec![TRANSACTIONS.map(str::to_owned).to_vec()];
    for registrar in rows {
        let figures = of(&registrar.clid);
        totals.iter_mut().zip(figures).for_each(|(total, figure)| *total += figure);
        let names = [registrar.name.clone(), registrar.iana_id.unwrap_or(NO_ID).to_string()];
        lines.push(names.into_iter().chain(text(figures)).collect());
    }
    lines.push(["Totals".to_owned(), String::new()].into_iter().chain(text(&totals)).collect());
    super::monthly::csv(lines)
}

/// The id of registrars that have none of IANA: the operator itself, where nobody is billed.
const NO_ID: u32 = 9999;

#[cfg(test)]
mod tests;
