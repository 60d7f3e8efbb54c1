//! What a shard counts and times, and what the ledger does: each in counters of its own that no other thread writes, so that
//! a command pays a few additions for being counted, and no lock, no hash and no word between cores.
//!
//! A scrape, the admin socket and the record of service levels read them from other threads, and keep no shard waiting. What
//! they read are counters of a moment ago, each by itself: a count and its sum may be a command apart.

mod counters;
mod hdr;
mod text;
mod view;

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

pub use counters::Counters;
pub use hdr::{Hdr, LATENCIES, Layout, Reading, SIZES};
pub(super) use view::{MeterView, encoded, view};

use crate::model::command_kind::{CommandClass, CommandKind};
use crate::reports::sla_record::{BOUNDS, BUCKETS};

/// EPP's result codes (RFC 5730, section 3), and 0 for any other.
const CODES: [u16; 35] = [
    0, 1000, 1001, 1300, 1301, 1500, 2000, 2001, 2002, 2003, 2004, 2005, 2100, 2101, 2102, 2103, 2104, 2105, 2106,
    2200, 2201, 2202, 2300, 2301, 2302, 2303, 2304, 2305, 2306, 2307, 2308, 2400, 2500, 2501, 2502,
];

/// The HTTP statuses that RDAP answers with, and 0 for any other.
const STATUSES: [u16; 18] = [200, 204, 301, 304, 400, 401, 403, 404, 405, 406, 412, 414, 422, 429, 431, 500, 501, 0];

/// Counters of a class: its buckets, and the sum of its times.
const CLASS: usize = BUCKETS + 1;

/// Classes that are timed: those of EPP's commands, and RDAP's queries.
pub(super) const CLASSES: usize = CommandClass::ALL.len() + 1;
/// The number of RDAP's.
pub(super) const RDAP: usize = CommandClass::ALL.len();
/// The number of what strangers are answered, among the kinds of commands.
const STRANGER: usize = CommandKind::ALL.len();

/// What kind of RDAP query was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RdapKind {
    /// `domain/`.
    Domain,
    /// `nameserver/`.
    Nameserver,
    /// `entity/`.
    Entity,
    /// A search.
    Search,
    /// `help`.
    Help,
    /// The page for people.
    Page,
    /// What asks for nothing that RDAP has, or may not ask: no query that the registry promises to answer.
    Other,
}

impl RdapKind {
    /// Every kind, in the order of their numbers.
    pub const ALL: [Self; 7] =
        [Self::Domain, Self::Nameserver, Self::Entity, Self::Search, Self::Help, Self::Page, Self::Other];

    /// As metrics name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Domain => "domain",
            Self::Nameserver => "nameserver",
            Self::Entity => "entity",
            Self::Search => "search",
            Self::Help => "help",
            Self::Page => "page",
            Self::Other => "other",
        }
    }
}

/// Levels of a shard.
#[derive(Clone, Copy)]
enum Level {
    /// When it last said that it lives, in milliseconds since the node began.
    Beat,
    /// Commands that it has given the ledger and that are not answered.
    Waiting,
    /// Those that were.
    Decided,
}

/// The counters of one shard.
#[derive(Debug)]
pub struct ShardMeter {
    /// Commands by kind and code.
    codes: Counters,
    /// Buckets and sum of each class.
    classes: Counters,
    /// Times by kind, and those of strangers; each made when it is first needed.
    epp: Box<[OnceLock<Hdr>]>,
    rdap: Box<[OnceLock<Hdr>]>,
    statuses: Counters,
    levels: Counters,
    registrars: Mutex<BTreeMap<String, Arc<RegistrarMeter>>>,
}

impl Default for ShardMeter {
    fn default() -> Self {
        let cells = |count| (0..count).map(|_| OnceLock::new()).collect();
        Self {
            codes: Counters::new(CommandKind::ALL.len() * CODES.len()),
            classes: Counters::new(CLASSES * CLASS),
            epp: cells(STRANGER + 1),
            rdap: cells(RdapKind::ALL.len()),
            statuses: Counters::new(STATUSES.len()),
            levels: Counters::new(3),
            registrars: Mutex::default(),
        }
    }
}

/// For each code from 1000 on its place in [`CODES`].
const PLACES: [u8; 1503] = {
    let mut places = [0; 1503];
    let mut place = 1;
    while place < CODES.len() {
        places[CODES[place] as usize - 1000] = place as u8;
        place += 1;
    }
    places
};

impl ShardMeter {
    /// Counts a command and its result code.
    pub fn command(&self, kind: CommandKind, code: u16) {
        let place = PLACES.get(usize::from(code).wrapping_sub(1000)).copied().unwrap_or_default();
        self.codes.add(kind as usize * CODES.len() + usize::from(place), 1);
    }

    /// Counts the time from a whole frame to its response written.
    pub fn command_took(&self, kind: CommandKind, class: CommandClass, took: Duration) {
        let kind = if class == CommandClass::Stranger { STRANGER } else { kind as usize };
        let nanos = self.took(class as usize, took);
        if let Some(cell) = self.epp.get(kind) {
            cell.get_or_init(|| Hdr::new(LATENCIES)).record(nanos);
        }
    }

    /// Counts an RDAP answer by its HTTP status.
    pub fn rdap(&self, status: u16) {
        let place = STATUSES.iter().position(|known| *known == status).unwrap_or(STATUSES.len() - 1);
        self.statuses.add(place, 1);
    }

    /// Counts the time from a whole request to its answer.
    pub fn rdap_took(&self, kind: RdapKind, took: Duration) {
        let nanos = match kind {
            RdapKind::Other => nanos(took),
            _ => self.took(RDAP, took),
        };
        if let Some(cell) = self.rdap.get(kind as usize) {
            cell.get_or_init(|| Hdr::new(LATENCIES)).record(nanos);
        }
    }

    fn took(&self, class: usize, took: Duration) -> u64 {
        let nanos = nanos(took);
        let bucket = BOUNDS.partition_point(|bound| *bound < nanos);
        self.classes.add(class * CLASS + bucket, 1);
        self.classes.add(class * CLASS + BUCKETS, nanos);
        nanos
    }

    /// A command waits for the ledger until the guard is dropped.
    pub(super) fn waiting(&self) -> Waiting<'_> {
        self.levels.add(Level::Waiting as usize, 1);
        Waiting(self)
    }

    /// The shard lives, so long after the node began.
    pub(super) fn beat(&self, elapsed: Duration) {
        self.levels.set(Level::Beat as usize, u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX));
    }

    /// How long the node had been running when the shard last said that it lives.
    pub(super) fn last_beat(&self) -> Duration {
        Duration::from_millis(self.levels.get(Level::Beat as usize))
    }

    /// Where a registrar's commands on this shard are counted. For the beginning of a session: it takes a lock.
    pub fn registrar(&self, clid: &str) -> Arc<RegistrarMeter> {
        let mut registrars = self.registrars();
        match registrars.get(clid) {
            Some(meter) => meter.clone(),
            None => registrars.entry(clid.to_owned()).or_default().clone(),
        }
    }

    fn registrars(&self) -> MutexGuard<'_, BTreeMap<String, Arc<RegistrarMeter>>> {
        // Whole before and after each change.
        self.registrars.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Its commands that wait for the ledger now.
    fn waiting_now(&self) -> u64 {
        self.levels.get(Level::Waiting as usize)
    }

    fn epp_readings(&self) -> Vec<Reading> {
        readings(&self.epp)
    }

    fn rdap_readings(&self) -> Vec<Reading> {
        readings(&self.rdap)
    }
}

fn nanos(took: Duration) -> u64 {
    u64::try_from(took.as_nanos()).unwrap_or(u64::MAX)
}

fn readings(cells: &[OnceLock<Hdr>]) -> Vec<Reading> {
    cells.iter().map(|cell| cell.get().map_or(Reading::none(LATENCIES), Hdr::read)).collect()
}

/// A command that waits for the ledger.
pub(super) struct Waiting<'m>(&'m ShardMeter);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let levels = &self.0.levels;
        levels.add(Level::Waiting as usize, u64::MAX);
        levels.add(Level::Decided as usize, 1);
    }
}

/// Commands of one registrar on one shard, by class.
#[derive(Debug)]
pub struct RegistrarMeter(Counters);

impl Default for RegistrarMeter {
    fn default() -> Self {
        Self(Counters::new(CommandClass::ALL.len()))
    }
}

impl RegistrarMeter {
    /// Counts a command.
    pub fn command(&self, class: CommandClass) {
        self.0.add(class as usize, 1);
    }
}

/// What the ledger's thread counts.
#[derive(Debug)]
pub(super) struct LedgerMeter {
    /// Commands of each group commit.
    batch: Hdr,
    /// How long each waited for the disk.
    sync: Hdr,
}

impl LedgerMeter {
    /// A group commit of so many commands, which may all have been refused.
    pub(super) fn batch(&self, commands: usize) {
        self.batch.record(commands as u64);
    }

    /// What was written waited so long for the disk.
    pub(super) fn synced(&self, took: Duration) {
        self.sync.record(nanos(took));
    }
}

/// How long a mark of [`Meters`] is kept.
const MARKS: usize = 2;

/// All that is counted by one thread each.
#[derive(Debug)]
pub(super) struct Meters {
    shards: Vec<Arc<ShardMeter>>,
    pub(super) ledger: LedgerMeter,
    /// What was read at the last full minutes, the oldest first.
    marks: Mutex<VecDeque<Arc<Readings>>>,
}

/// All histograms at one moment.
#[derive(Clone, Debug)]
pub(super) struct Readings {
    /// Of each shard: by kind of command, and by kind of RDAP query.
    shards: Vec<(Vec<Reading>, Vec<Reading>)>,
    batch: Reading,
    sync: Reading,
}

impl Meters {
    pub(super) fn new(shards: usize) -> Self {
        let ledger = LedgerMeter { batch: Hdr::new(SIZES), sync: Hdr::new(LATENCIES) };
        Self { shards: (0..shards).map(|_| Arc::default()).collect(), ledger, marks: Mutex::default() }
    }

    /// Those of a shard, by its number.
    pub(super) fn shard(&self, id: usize) -> Arc<ShardMeter> {
        // A shard that is not among them counts for itself.
        self.shards.get(id).cloned().unwrap_or_default()
    }

    /// All shards.
    pub(super) fn shards(&self) -> &[Arc<ShardMeter>] {
        &self.shards
    }

    /// Commands that wait for the ledger, and those that it has answered.
    pub(super) fn at_ledger(&self) -> (u64, u64) {
        let sum = |level: Level| self.shards.iter().map(|shard| shard.levels.get(level as usize)).sum();
        (sum(Level::Waiting), sum(Level::Decided))
    }

    /// How many answers of each class took how long: by the buckets of [`BOUNDS`], all shards together.
    pub(super) fn buckets(&self) -> [[u64; BUCKETS]; CLASSES] {
        let sum = |index| self.shards.iter().map(|shard| shard.classes.get(index)).sum();
        std::array::from_fn(|class| std::array::from_fn(|bucket| sum(class * CLASS + bucket)))
    }

    /// The histogram of each class, all shards together.
    pub(super) fn class_readings(&self) -> [Reading; CLASSES] {
        let mut classes = [const { Reading::none(LATENCIES) }; CLASSES];
        for shard in &self.shards {
            for (kind, reading) in shard.epp_readings().iter().enumerate() {
                let class = CommandKind::ALL.get(kind).map_or(CommandClass::Stranger, |kind| kind.class());
                classes[class as usize].add(reading);
            }
            for (kind, reading) in RdapKind::ALL.iter().zip(shard.rdap_readings()) {
                if *kind != RdapKind::Other {
                    classes[RDAP].add(&reading);
                }
            }
        }
        classes
    }

    /// Commands of each registrar, by class, all shards together.
    fn by_registrar(&self) -> BTreeMap<String, [u64; CommandClass::ALL.len()]> {
        let mut all: BTreeMap<String, [u64; CommandClass::ALL.len()]> = BTreeMap::new();
        for shard in &self.shards {
            for (clid, meter) in shard.registrars().iter() {
                let sums = all.entry(clid.clone()).or_default();
                sums.iter_mut().enumerate().for_each(|(class, sum)| *sum += meter.0.get(class));
            }
        }
        all
    }

    /// All histograms now.
    pub(super) fn read(&self) -> Readings {
        Readings {
            shards: self.shards.iter().map(|shard| (shard.epp_readings(), shard.rdap_readings())).collect(),
            batch: self.ledger.batch.read(),
            sync: self.ledger.sync.read(),
        }
    }

    /// Begins another minute of what /metrics shows quantiles of.
    pub(super) fn mark(&self) {
        let read = Arc::new(self.read());
        let mut marks = self.marks();
        marks.push_back(read);
        while marks.len() > MARKS {
            marks.pop_front();
        }
    }

    /// What was read one to two minutes ago; `None`: the node is younger.
    fn marked(&self) -> Option<Arc<Readings>> {
        Some(self.marks()).filter(|marks| marks.len() == MARKS)?.front().cloned()
    }

    fn marks(&self) -> MutexGuard<'_, VecDeque<Arc<Readings>>> {
        // Whole before and after each change.
        self.marks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::answer::Success;

    #[test]
    fn a_command_is_counted_once_by_code_class_and_kind_and_strangers_apart() {
        let meters = Meters::new(2);
        let shard = meters.shard(1);
        for (code, class) in [(1000, CommandClass::Session), (2200, CommandClass::Stranger)] {
            shard.command(CommandKind::Login, code);
            shard.command_took(CommandKind::Login, class, Duration::from_millis(40));
        }
        shard.command(CommandKind::DomainCheck, 4711);
        shard.command_took(CommandKind::DomainCheck, CommandClass::Query, Duration::from_secs(2));
        shard.rdap_took(RdapKind::Domain, Duration::from_micros(30));
        shard.rdap_took(RdapKind::Other, Duration::from_micros(30));
        let buckets = meters.buckets();
        assert_eq!(buckets.map(|class| class.iter().sum::<u64>()), [1, 1, 0, 1, 1]);
        assert_eq!(buckets[CommandClass::Query as usize][11], 1, "two seconds are within two seconds");
        assert_eq!(buckets[RDAP][0], 1);
        assert_eq!(meters.class_readings().map(|class| class.count()), [1, 1, 0, 1, 1]);
        let code = |kind: CommandKind, place: usize| shard.codes.get(kind as usize * CODES.len() + place);
        assert_eq!((code(CommandKind::Login, 1), code(CommandKind::Login, 19)), (1, 1));
        assert_eq!(code(CommandKind::DomainCheck, 0), 1, "no code of EPP");
        let elsewhere = meters.shard(0);
        assert_eq!(elsewhere.epp_readings().iter().map(Reading::count).sum::<u64>(), 0);
    }

    #[test]
    fn the_codes_of_all_answers_are_known() {
        let codes: Vec<u16> = CODES.into_iter().skip(1).collect();
        assert!(codes.is_sorted());
        let source = include_str!("../model/refusal.rs");
        let told = source.split("=> ").filter_map(|part| part.get(..5)?.strip_suffix(',')?.parse::<u16>().ok());
        let told: Vec<u16> = told.chain([Success::Completed, Success::EndingSession].map(Success::code)).collect();
        assert!(told.len() > 25 && told.iter().all(|code| codes.contains(code)), "{told:?}");
        let rdap = include_str!("../rdap/error.rs");
        let told: Vec<u16> =
            rdap.split("=> ").filter_map(|part| part.get(..4)?.strip_suffix(',')?.parse().ok()).collect();
        assert!(told.len() > 15 && told.iter().all(|status| STATUSES.contains(status)), "{told:?}");
    }

    #[test]
    fn what_waits_for_the_ledger_is_a_level() {
        let meters = Meters::new(1);
        let shard = meters.shard(0);
        let (first, second) = (shard.waiting(), shard.waiting());
        assert_eq!(meters.at_ledger(), (2, 0));
        drop(first);
        assert_eq!(meters.at_ledger(), (1, 1));
        drop(second);
        assert_eq!(meters.at_ledger(), (0, 2));
    }

    #[test]
    fn quantiles_are_of_the_last_one_to_two_minutes() {
        let meters = Meters::new(1);
        meters.mark();
        assert!(meters.marked().is_none(), "all there was is no older");
        meters.ledger.batch(7);
        meters.mark();
        meters.ledger.batch(8);
        meters.mark();
        let since = |meters: &Meters| meters.read().batch.since(&meters.marked().expect("two minutes").batch).count();
        assert_eq!(since(&meters), 1, "the first mark is forgotten");
        meters.mark();
        assert_eq!(since(&meters), 0);
    }
}
