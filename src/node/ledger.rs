//! The ledger: the one writer. It decides commands on head, makes each batch durable, publishes it, then answers.
//!
//! No executor, no socket and no clock of its own: it is generic over them, blocks while the disk works, and the same
//! code runs in a simulator. `manual::write_order` argues the order of its steps.

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use crate::base::limits::{
    BATCH_TRANSACTIONS, DUE_LOOK_MICROS, DUE_TRANSACTIONS, TRANSACTION_BYTES, WAL_PAYLOAD_BYTES,
};
use crate::base::log_place::LogPlace;
use crate::base::timestamp::Timestamp;
use crate::index::{self, Frozen, IndexError, NewBase};
use crate::model::answer::{Answer, Success};
use crate::model::command::Transform;
use crate::model::fold::fold;
use crate::model::memory::Memory;
use crate::model::operator::OperatorCommand;
use crate::model::refusal::Refusal;
use crate::model::seal::Sealed;
use crate::model::transaction::{Actor, BadBatch, Change, Entry, Origin, encode_batch};
use crate::model::version::{Version, tag};
use crate::node::head::Head;
use crate::node::replay::{self, Replayed, finish, put};
use crate::port::clock::Clock;
use crate::port::disk::Disk;
use crate::registry::{Cause, Decision, Request, decide, due, operator};
use crate::wal::{self, Recovery, Wal, WalError};

/// What is to be done.
#[derive(Debug)]
pub enum Work {
    /// A registrar's command.
    Transform(Box<Transform>),
    /// An operator's command, or a registrar's change of its own password.
    Operator(Box<OperatorCommand>),
}

/// A command for the ledger, and where its answer goes.
#[derive(Debug)]
pub struct Submission<A> {
    /// Who asks.
    pub actor: Actor,
    /// What.
    pub work: Work,
    /// The client's transaction identifier.
    pub cl_trid: Option<String>,
    /// Ours.
    pub sv_trid: String,
    /// Random octets for this command alone.
    pub salt: [u8; 16],
    /// Where the answer goes.
    pub reply_to: A,
}

/// What came of a submission.
pub type Outcome = Result<(Success, Answer<'static>), Refusal>;

/// Why a registry cannot be opened.
#[derive(Debug)]
pub enum OpenError {
    /// The log.
    Wal(WalError),
    /// The index.
    Index(IndexError),
    /// A registry was to be begun where an index is.
    IndexExists {
        /// A file of it.
        file: String,
    },
    /// A record of an earlier version cannot be made one of this version.
    Record {
        /// Why.
        cause: String,
    },
    /// A frame's payload is not what this version writes.
    Batch {
        /// The frame.
        sequence: u64,
        /// What is wrong.
        cause: BadBatch,
    },
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wal(error) => write!(f, "the log cannot be opened: {error}"),
            Self::Index(error) => write!(f, "the index cannot be opened: {error}"),
            Self::IndexExists { file } => write!(
                f,
                "{file}: there is an index here already, and so there was a log: put it back from a backup, or begin \
                 a new registry in another directory"
            ),
            Self::Record { cause } => write!(f, "a record of an earlier version of the index cannot be read: {cause}"),
            Self::Batch { sequence, cause } => write!(
                f,
                "frame {sequence} of the log holds no transactions that this version reads: {cause}; run the version that wrote it"
            ),
        }
    }
}

impl OpenError {
    /// Whether a registry could not be begun because there is one, or a part of one.
    pub fn is_there_already(&self) -> bool {
        matches!(self, Self::IndexExists { .. } | Self::Wal(WalError::Exists { .. }))
    }
}

impl std::error::Error for OpenError {}

impl From<WalError> for OpenError {
    fn from(error: WalError) -> Self {
        Self::Wal(error)
    }
}

impl From<IndexError> for OpenError {
    fn from(error: IndexError) -> Self {
        Self::Index(error)
    }
}

/// How a ledger is set up.
pub struct Settings {
    /// What follows the hyphen in new ROIDs of hosts and contacts.
    pub repository_id: String,
    /// Layout of the log.
    pub wal: wal::Options,
    /// Path of the index, to map it; `None` reads it into memory.
    pub index: index::Options,
}

/// What was found at start.
#[derive(Debug)]
pub struct Opened {
    /// The id of the log.
    pub log_id: u64,
    /// Of the log.
    pub recovery: Recovery,
    /// Frames replayed onto the index.
    pub replayed: u64,
    /// Transactions in them.
    pub transactions: u64,
    /// The date of the last transaction; the epoch when there is none.
    pub last: Timestamp,
}

/// The one writer.
pub struct Ledger<D: Disk, C: Clock> {
    wal: Wal<D>,
    index: index::Writer,
    tail: Memory,
    clock: C,
    repository_id: String,
    /// Of the last transaction.
    sequence: u64,
    /// The date of the last transaction: no later one is dated before it, so that the dates of objects never go back.
    last: Timestamp,
    /// Whether the last step of preparation failed.
    prepare_failed: bool,
    depth: LogDepth,
    /// Whether the last seal failed.
    seal_failed: bool,
    /// Whether the log refused the last batch.
    refusing: bool,
    /// Objects whose due step was refused: said once, and not tried again.
    stuck: BTreeSet<(u8, Vec<u8>)>,
    /// Steps since the start that an operator should look at.
    remarks: u64,
    /// The registrars whose queue was full of one object's transfers in the last batch, once for each message.
    crowded: Vec<String>,
}

/// What a checkpoint passes over: the log between the base files and itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Passed {
    /// The last frame in the base files.
    pub(crate) frame: u64,
    /// The date of the last transaction in them.
    pub(crate) from: Timestamp,
    /// The date of the last transaction in the checkpoint.
    pub(crate) to: Timestamp,
}

/// How much log there is since the newest base file, in octets of frames.
#[derive(Default)]
struct LogDepth {
    /// Replayed at start.
    replayed: u64,
    /// Replayed and appended up to the newest base file.
    base: u64,
    /// The checkpoint that was begun last: its position, and the octets up to it.
    frozen: (u64, u64),
    /// The date of the last transaction in the base files, and in that checkpoint.
    dates: (Timestamp, Timestamp),
}

impl LogDepth {
    /// A checkpoint of everything up to `position` begins. One that failed is handed out again as it was.
    fn freeze(&mut self, position: u64, appended: u64, last: Timestamp) {
        if self.frozen.0 != position {
            self.frozen = (position, self.replayed + appended);
            self.dates.1 = last;
        }
    }

    fn install(&mut self) {
        self.base = self.frozen.1;
        self.dates.0 = self.dates.1;
    }

    fn since_base(&self, appended: u64) -> u64 {
        self.replayed + appended - self.base
    }
}

/// What one frame will hold; what it changes, and what derives from that, is in the tail.
#[derive(Default)]
struct Batch {
    /// The date of its transactions.
    now: Timestamp,
    entries: Vec<Entry>,
    /// Octets of the entries' records, about.
    bytes: usize,
}

impl<D: Disk, C: Clock> Ledger<D, C> {
    /// Begins a registry where there is neither a log nor an index.
    ///
    /// # Errors
    /// [`OpenError::is_there_already`]; nothing has been touched then. Others of a disk that fails.
    pub fn begin(wal_disk: &D, index_disk: &D, options: &wal::Options, now: Timestamp) -> Result<(), OpenError> {
        if let Some(name) = index::files(index_disk)?.first() {
            return Err(OpenError::IndexExists { file: index_disk.display(name) });
        }
        Ok(Wal::begin(wal_disk, options, now)?)
    }

    /// Opens log and index, and replays what the index lacks.
    ///
    /// # Errors
    /// [`OpenError`]: damage, or a log and an index that do not fit together. Nothing is changed then.
    pub fn open(
        wal_disk: D,
        index_disk: &D,
        clock: C,
        settings: Settings,
    ) -> Result<(Self, index::Reader, Opened), OpenError> {
        let bases = index::find(index_disk)?;
        let contained = bases.place().frame;
        let recovered = match Wal::recover(wal_disk, settings.wal, &[contained]) {
            // The index says that there was one.
            Err(WalError::NoLog { dir }) if contained > 0 => {
                return Err(WalError::TooShort { dir, last: 0, contained, newest: None }.into());
            }
            recovered => recovered?,
        };
        let log_id = recovered.log_id();
        bases.check_log(log_id)?;
        bases.check_history(recovered.dir(), &recovered.chain_at(contained)?)?;
        let (mut index, reader, leftovers) = replay::open(bases, index_disk, settings.index, log_id)?;
        let begun = Replayed::begin(&index);
        let (before, base_date) = (begun.sequence, begun.last);
        let frames = recovered.reader(contained + 1)?;
        let Replayed { bytes, sequence, last } = replay::replay(&mut index, frames, begun, None)?;
        // What counts no longer in the due queue is passed over now, not in the first batch.
        index.next_due();
        // Everything is in order: only now is anything changed.
        let (wal, recovery) = recovered.settle(clock.now())?;
        leftovers.remove(index_disk)?;
        let opened = Opened {
            log_id,
            replayed: recovery.last_sequence - contained,
            transactions: sequence - before,
            recovery,
            last,
        };
        let ledger = Self {
            wal,
            index,
            tail: Memory::default(),
            clock,
            repository_id: settings.repository_id,
            sequence,
            last,
            prepare_failed: false,
            seal_failed: false,
            refusing: false,
            stuck: BTreeSet::new(),
            remarks: 0,
            crowded: Vec::new(),
            depth: LogDepth { replayed: bytes, dates: (base_date, base_date), ..LogDepth::default() },
        };
        Ok((ledger, reader, opened))
    }

    /// Decides a batch, makes it durable, publishes it. Takes submissions from `next` until there are none or the batch is
    /// full. Each gets its outcome, in order, and none of them before the batch is durable: a refusal may rest on a
    /// transaction of the same batch. While the clock is doubted all are refused, since nothing may be dated.
    pub fn commit<A>(&mut self, mut next: impl FnMut() -> Option<Submission<A>>) -> Vec<(A, Outcome)> {
        self.crowded.clear();
        let Ok(now) = self.clock.date(self.last) else {
            let refused = |submission: Submission<A>| (submission.reply_to, Err(CLOCK_DOUBTED));
            return std::iter::from_fn(next).take(BATCH_TRANSACTIONS).map(refused).collect();
        };
        // What was kept is cut already, so that cutting goes behind none of it.
        let mut batch = Batch { now: now.trunc_millis(), ..Batch::default() };
        let mut outcomes = Vec::new();
        let overdue = !self.index.due(batch.now.micros(), 1).is_empty();
        while outcomes.len() < BATCH_TRANSACTIONS && batch.bytes < WAL_PAYLOAD_BYTES / 2 {
            let Some(submission) = next() else { break };
            if overdue {
                self.catch_up(&submission.work, &mut batch);
            }
            let (reply_to, outcome) = self.decide(submission, &mut batch);
            outcomes.push((reply_to, outcome));
        }
        if !self.write(&batch) {
            let failed = |(reply_to, _)| (reply_to, Err(LOG_FAILED));
            outcomes = outcomes.into_iter().map(failed).collect();
            self.crowded.clear();
        }
        self.tail.clear();
        outcomes
    }

    /// Makes a batch durable and visible; whether the log took it. That it does not is said once, until it does again.
    fn write(&mut self, batch: &Batch) -> bool {
        if batch.entries.is_empty() {
            return true;
        }
        let Err(error) = self.publish(batch) else { return true };
        if !std::mem::replace(&mut self.refusing, true) {
            let transactions = batch.entries.len();
            tracing::error!(%error, transactions, "the log refused a batch; nothing of it was applied, nor will be of \
                 those that follow; said once until the log takes one again");
        }
        false
    }

    /// Writes what has fallen due, in the order of due time and each dated with it, [`DUE_TRANSACTIONS`] at most. How many
    /// there were; none also when nothing can be written or dated now.
    pub fn fall_due(&mut self) -> usize {
        self.crowded.clear();
        if !self.is_overdue() {
            return 0;
        }
        let Ok(now) = self.clock.date(self.last) else { return 0 };
        let now = now.trunc_millis();
        let found = self.index.due(now.micros(), DUE_TRANSACTIONS + self.stuck.len());
        let all_known = found.len() < DUE_TRANSACTIONS + self.stuck.len();
        let mut queue: BTreeSet<(i64, u8, Vec<u8>)> =
            found.into_iter().map(|due| (due.time, due.kind, due.key)).collect();
        queue.retain(|(_, tag, key)| !self.stuck.contains(&(*tag, key.clone())));
        let last = queue.last().map(|(time, ..)| *time);
        let mut batch = Batch { now, ..Batch::default() };
        while batch.entries.len() < DUE_TRANSACTIONS
            && batch.bytes < WAL_PAYLOAD_BYTES / 2
            && let Some((_, tag, key)) = queue.pop_first()
        {
            // What becomes due by the step is next in line, unless others may come before it that were not asked for.
            if let Some(next) = self.step(tag, &key, &mut batch)
                && next <= now.micros()
                && (all_known || last.is_some_and(|last| next <= last))
            {
                queue.insert((next, tag, key));
            }
        }
        let written = if self.write(&batch) { batch.entries.len() } else { 0 };
        if written == 0 {
            self.crowded.clear();
        }
        self.tail.clear();
        written
    }

    /// How long it is until something falls due; `None` when nothing will. What has been left undone by
    /// [`Ledger::fall_due`] is to be tried again in a while.
    pub fn due_in(&mut self) -> Option<Duration> {
        let micros = self.index.next_due()? - self.clock.now().micros();
        let micros = if micros > 0 { micros.min(DUE_LOOK_MICROS) } else { DUE_LOOK_MICROS };
        u64::try_from(micros).ok().map(Duration::from_micros)
    }

    /// Whether something has fallen due and is not done yet.
    pub fn is_overdue(&mut self) -> bool {
        let now = self.clock.now().trunc_millis().micros();
        self.index.due(now, 1 + self.stuck.len()).iter().any(|due| !self.stuck.contains(&(due.kind, due.key.clone())))
    }

    /// Takes the steps that are due of what the command concerns, so that it finds what there is at its time.
    fn catch_up(&mut self, work: &Work, batch: &mut Batch) {
        let head = Head { index: &self.index, tail: &self.tail };
        let concerned = match work {
            Work::Transform(transform) => due::concerned(&head, transform),
            Work::Operator(command) => due::concerned_by_operator(command),
        };
        for (kind, key) in concerned {
            let now = batch.now.micros();
            let deadline = |ledger: &Self| {
                let head = Head { index: &ledger.index, tail: &ledger.tail };
                due::deadline(&head, kind, &key).map(Timestamp::micros)
            };
            let mut next = deadline(self);
            while next.is_some_and(|next| next <= now) {
                next = self.step(tag(kind), &key, batch);
            }
        }
    }

    /// Takes the step of an object that is due; when the next one will be.
    fn step(&mut self, tag: u8, key: &[u8], batch: &mut Batch) -> Option<i64> {
        let kind = Version::of(tag)?.kind;
        let head = Head { index: &self.index, tail: &self.tail };
        let sequence = self.sequence + batch.entries.len() as u64 + 1;
        let sv_trid = format!("DUE-{sequence}");
        let decided = due::decide(&head, kind, key, batch.now, &sv_trid);
        let recorded = decided.and_then(|decided| {
            let Some((time, step)) = decided else { return Ok(()) };
            let command = step.command.to_owned();
            if let Some(remark) = &step.remark {
                self.remarks += 1;
                // A hundred thousand names may expire at once, and all of them for one reason.
                if self.remarks.is_power_of_two() {
                    let (key, steps) = (key.escape_ascii(), self.remarks);
                    tracing::warn!(command, %key, remark, steps, "a step that was due needs a look; said at every doubling of \
                         their number");
                }
            }
            let origin = Origin { actor: Actor::System, cl_trid: None, sv_trid, command, time };
            self.record(origin, &step.changes, batch)
        });
        if let Err(refusal) = recorded {
            if self.stuck.insert((tag, key.to_vec())) {
                tracing::error!(%refusal, ?kind, key = %key.escape_ascii(), "what is due cannot be done; said once");
            }
            return None;
        }
        let head = Head { index: &self.index, tail: &self.tail };
        due::deadline(&head, kind, key).map(Timestamp::micros)
    }

    /// Adds a transaction to the batch, and to head.
    fn record(&mut self, origin: Origin, changes: &[Change], batch: &mut Batch) -> Result<(), Refusal> {
        let sequence = self.sequence + batch.entries.len() as u64 + 1;
        let head = Head { index: &self.index, tail: &self.tail };
        let crowded = crowded(changes);
        let changes: Vec<Sealed> = changes.iter().map(Change::seal).collect();
        let bytes: usize =
            changes.iter().map(|change| change.bytes.as_ref().map_or(64, |bytes| bytes.len() + 64)).sum();
        if bytes > TRANSACTION_BYTES {
            return Err(Refusal::Failed("the command changes more than one transaction may hold"));
        }
        let Ok(derived) = fold(&head, &changes) else {
            return Err(Refusal::Failed("a decided change is no valid record"));
        };
        if !changes.is_empty() {
            batch.bytes += bytes;
            batch.entries.push(Entry::new(sequence, origin, &changes));
        }
        self.crowded.extend(crowded);
        for change in changes.into_iter().chain(derived) {
            self.tail.apply(change);
        }
        Ok(())
    }

    fn decide<A>(&mut self, submission: Submission<A>, batch: &mut Batch) -> (A, Outcome) {
        let Submission { actor, work, cl_trid, sv_trid, salt, reply_to } = submission;
        let sequence = self.sequence + batch.entries.len() as u64 + 1;
        let head = Head { index: &self.index, tail: &self.tail };
        let now = batch.now;
        let request = Request {
            clid: clid(&actor),
            now,
            sequence,
            salt,
            repository_id: &self.repository_id,
            cl_trid: cl_trid.as_deref(),
            sv_trid: &sv_trid,
        };
        let (command, decided) = match &work {
            Work::Transform(transform) => (transform.name(), decide::decide(&head, &request, transform)),
            Work::Operator(command) => {
                let cause = Cause {
                    command: command.name(),
                    operator: operator(&actor),
                    cl_trid: cl_trid.as_deref(),
                    sv_trid: &sv_trid,
                    now,
                };
                let decided = operator::decide::decide(&head, &cause, command);
                (command.name(), decided.map_err(Refusal::from))
            }
        };
        let Decision { changes, success, answer } = match decided {
            Ok(decision) => decision,
            Err(refusal) => return (reply_to, Err(refusal)),
        };
        let origin = Origin { actor, cl_trid, sv_trid, command: command.to_owned(), time: now };
        if let Err(refusal) = self.record(origin, &changes, batch) {
            return (reply_to, Err(refusal));
        }
        (reply_to, Ok((success, answer)))
    }

    /// The order is the promise: durable, then visible, then (by the caller) answered.
    fn publish(&mut self, batch: &Batch) -> Result<(), WalError> {
        let frame = self.wal.append(0, &[&encode_batch(&batch.entries, batch.bytes + 256 * batch.entries.len())])?;
        if std::mem::take(&mut self.refusing) {
            tracing::info!("the log takes batches again");
        }
        for change in self.tail.changes() {
            put(&mut self.index, change);
        }
        self.sequence += batch.entries.len() as u64;
        // By the entries, as a replay has it: what falls due is dated with its time and not with the batch's.
        self.last = batch.entries.iter().map(|entry| entry.origin.time).fold(self.last, Timestamp::max);
        finish(&mut self.index, self.sequence, self.last, LogPlace { frame, chain: self.wal.chain() });
        Ok(())
    }

    /// Begins a checkpoint; the caller lets [`Frozen::write`] run on a thread of its own. `None` when there is nothing new.
    ///
    /// # Errors
    /// [`IndexError::CheckpointRunning`].
    pub fn freeze(&mut self) -> Result<Option<Frozen>, IndexError> {
        let frozen = self.index.freeze()?;
        if let Some(frozen) = &frozen {
            self.depth.freeze(frozen.position(), self.wal.appended_bytes(), self.last);
        }
        Ok(frozen)
    }

    /// What the checkpoint passes over that was begun last.
    pub(crate) fn passed(&self) -> Passed {
        let (from, to) = self.depth.dates;
        Passed { frame: self.index.base_position(), from, to }
    }

    /// Ends a checkpoint: readers see the new base file, and the log before it goes. Old segments that cannot be removed
    /// do no harm and go with the next checkpoint.
    pub fn install(&mut self, base: NewBase) -> index::Replaced {
        let replaced = self.index.install(base);
        self.depth.install();
        if let Err(error) = self.wal.release(self.index.base_position(), self.clock.now()) {
            tracing::warn!(%error, "old log segments could not be removed");
        }
        replaced
    }

    /// Does a step of preparing the log's next segment, so that no command waits for it; whether more steps are needed.
    /// For idle moments.
    pub fn prepare(&mut self) -> bool {
        let prepared = self.wal.prepare_next();
        self.say_of_preparing(prepared.as_ref().err());
        prepared.unwrap_or(false)
    }

    /// As [`Ledger::prepare`], where a step is due for what was written. For moments that are not idle.
    pub fn keep_pace(&mut self) {
        let prepared = self.wal.keep_pace();
        self.say_of_preparing(prepared.as_ref().err());
    }

    fn say_of_preparing(&mut self, error: Option<&WalError>) {
        if let Some(error) = error
            && !self.prepare_failed
        {
            tracing::warn!(%error, "the log's next segment could not be prepared; said once until it succeeds");
        }
        self.prepare_failed = error.is_some();
    }

    /// Whether the log's seal lags behind the log.
    pub fn is_unsealed(&self) -> bool {
        self.wal.sealed() < self.wal.last_sequence()
    }

    /// Says in the log's seal how far it is durable. Whether that worked is said in the log, once until it does again.
    pub fn seal(&mut self) {
        let sealed = self.wal.seal(self.clock.now());
        if let Err(error) = &sealed
            && !self.seal_failed
        {
            tracing::error!(%error, "the log could not be sealed; said once until it succeeds");
        }
        self.seal_failed = sealed.is_err();
    }

    /// Ends in order: the next start knows that nothing was in flight.
    pub fn close(self) {
        if let Err(error) = self.wal.close(self.clock.now()) {
            tracing::error!(%error, "the log could not be sealed at the stop; the next start takes it for a crash");
        }
    }

    /// The registrars for whom a poll message took the place of another one in the last batch, once for each.
    pub fn crowded(&self) -> &[String] {
        &self.crowded
    }

    /// Figures for people and metrics.
    pub fn stats(&self) -> Stats {
        Stats {
            sequence: self.sequence,
            first_frame: self.wal.first_sequence(),
            last_frame: self.wal.last_sequence(),
            wal_bytes: self.wal.bytes(),
            fresh_log_bytes: self.depth.since_base(self.wal.appended_bytes()),
            base_frame: self.index.base_position(),
            memory: self.index.memory(),
        }
    }
}

/// What a client is told whose command could not be made durable. It is not applied now; if its frame reached the disk
/// although the disk said no, a restart will find it, and then it is applied whole.
pub(super) const LOG_FAILED: Refusal =
    Refusal::Failed("the log could not be written; the command was not applied and is not confirmed");

/// How every command is answered while the clock is doubted.
pub(super) const CLOCK_DOUBTED: Refusal =
    Refusal::Failed("the registry's clock is being checked, and nothing may be dated meanwhile; try again later");

/// Figures of the ledger.
#[derive(Debug)]
pub struct Stats {
    /// Sequence of the last transaction.
    pub sequence: u64,
    /// First frame the log holds.
    pub first_frame: u64,
    /// Last frame of the log.
    pub last_frame: u64,
    /// Octets of the log's files.
    pub wal_bytes: u64,
    /// Octets of the log's frames that no base file contains.
    pub fresh_log_bytes: u64,
    /// Last frame that the base files contain.
    pub base_frame: u64,
    /// What the index takes up.
    pub memory: index::MemoryUse,
}

fn operator(actor: &Actor) -> &str {
    match actor {
        Actor::Operator(account) => account,
        Actor::Registrar(_) | Actor::System => "",
    }
}

fn clid(actor: &Actor) -> &str {
    match actor {
        Actor::Registrar(clid) => clid,
        Actor::Operator(_) | Actor::System => "",
    }
}

/// The registrars for whom a message takes the place of another one: only then does a transaction that queues one also
/// remove one.
fn crowded(changes: &[Change]) -> Vec<String> {
    let queued = |clid: &String| {
        changes.iter().any(|change| matches!(change, Change::PutPollMessage(message) if message.registrar == *clid))
    };
    let removed = changes.iter().filter_map(|change| match change {
        Change::DeletePollMessage { registrar, .. } => Some(registrar),
        _ => None,
    });
    removed.filter(|clid| queued(clid)).cloned().collect()
}

pub(in crate::node) mod import;
#[cfg(test)]
mod tests;
