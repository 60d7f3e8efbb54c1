//! The ledger's executor: mail in, batches by fair turns, answers out, checkpoints on a thread of their own.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::base::fair_queue::FairQueue;
use crate::base::limits::LEDGER_QUEUE;
use crate::config::Config;
use crate::index::{IndexError, NewBase, Replaced};
use crate::model::refusal::Refusal;
use crate::model::transaction::Actor;
use crate::node::bounds::Bound;
use crate::node::clock_note::ClockNote;
use crate::node::ledger::{CLOCK_DOUBTED, LOG_FAILED, Ledger, Outcome, Stats, Submission};
use crate::node::race::Race;
use crate::node::shard::{Common, LedgerMail, Mail, ReplyTo};
use crate::runtime::clock::SystemClock;
use crate::runtime::disk::{FsDisk, SyncTimes};
use crate::runtime::mailbox::{Full, Receiver, Sender};
use crate::runtime::time::{sleep, timeout};

/// How long nothing must happen before a step of housekeeping begins.
const IDLE: Duration = Duration::from_millis(20);
/// How long after the last commit the log is sealed.
const SEAL_IDLE: Duration = Duration::from_secs(2);
/// How long a commit waits for its seal at most, while there is no end of others.
const SEAL_BUSY: Duration = Duration::from_secs(5);

/// The ledger with what surrounds it.
pub(super) struct LedgerService {
    pub(super) ledger: Ledger<FsDisk, SystemClock>,
    pub(super) common: Arc<Common>,
    pub(super) shards: Vec<Sender<Mail>>,
    /// For the checkpoint's thread to report to.
    pub(super) own: Sender<LedgerMail>,
    /// Where base files are written.
    pub(super) index_disk: FsDisk,
    /// Of the log's disk.
    syncs: Arc<SyncTimes>,
    clock_note: ClockNote,
    queue: FairQueue<String, Submission<ReplyTo>>,
    race: Race,
    /// All that waits is of registrars who are ahead of others in the race.
    held: bool,
    checkpoint: Checkpoint,
    sealing: Sealing,
    /// Who waits until nothing is due.
    settling: Vec<Sender<()>>,
    stopping: bool,
}

/// When the log's seal is to be written again: a while after the last commit, so that an idle log is sealed to its end,
/// and now and then when there is no end of commits.
#[derive(Default)]
struct Sealing {
    /// The first commit that the seal does not cover.
    first: Option<Instant>,
    /// The last one.
    last: Option<Instant>,
}

impl Sealing {
    fn committed(&mut self, unsealed: bool, now: Instant) {
        if unsealed {
            self.first.get_or_insert(now);
            self.last = Some(now);
        }
    }

    fn due(&self) -> Option<Instant> {
        Some((self.last? + SEAL_IDLE).min(self.first? + SEAL_BUSY))
    }

    fn is_due(&self, now: Instant) -> bool {
        self.due().is_some_and(|due| due <= now)
    }

    /// How long to wait for mail before it is due; `None`: it is not due at all.
    fn pause(&self, now: Instant) -> Option<Duration> {
        Some(self.due()?.saturating_duration_since(now))
    }
}

/// The checkpoint that runs, if one does.
#[derive(Default)]
struct Checkpoint {
    running: bool,
    /// Who asked for it and wants to know.
    waiting: Vec<Sender<Result<String, String>>>,
    /// The last frame when it was asked for: what the asker expects the index to contain.
    wanted: u64,
    /// When the next one begins by itself; raised after a failure.
    due: Due,
}

/// What begins a checkpoint by itself, in octets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Due {
    /// Of changed records in memory.
    delta: u64,
    /// Of log since the newest base file: without it, changes of the same few records would fill the disk.
    log: u64,
}

impl Due {
    fn configured(config: &Config) -> Self {
        Self { delta: config.checkpoint_bytes, log: config.checkpoint_log_bytes }
    }

    fn is_reached(&self, stats: &Stats) -> bool {
        stats.memory.delta_bytes >= self.delta || stats.fresh_log_bytes >= self.log
    }

    /// After a failure: as much again from here.
    fn after_failure(config: &Config, stats: &Stats) -> Self {
        let Self { delta, log } = Self::configured(config);
        Self { delta: delta + stats.memory.delta_bytes, log: log + stats.fresh_log_bytes }
    }
}

impl LedgerService {
    pub(super) fn new(
        ledger: Ledger<FsDisk, SystemClock>,
        common: Arc<Common>,
        shards: Vec<Sender<Mail>>,
        own: Sender<LedgerMail>,
        (index_disk, syncs): (FsDisk, Arc<SyncTimes>),
        clock_note: ClockNote,
    ) -> Self {
        let checkpoint = Checkpoint { due: Due::configured(&common.config), ..Checkpoint::default() };
        let (queue, sealing) = (FairQueue::default(), Sealing::default());
        let race = Race::new(common.config.race_window);
        Self {
            ledger,
            common,
            shards,
            own,
            index_disk,
            syncs,
            clock_note,
            queue,
            race,
            held: false,
            checkpoint,
            sealing,
            settling: Vec::new(),
            stopping: false,
        }
    }

    /// Serves until told to stop and nothing waits; then seals the log.
    pub(super) async fn run(mut self, mut mail: Receiver<LedgerMail>) {
        let mut preparing = true;
        self.figures();
        while !(self.stopping && self.queue.is_empty()) {
            // One batch of what is due, then the commands that wait: neither holds up the other for longer.
            let fell_due = self.fall_due();
            preparing |= fell_due;
            if (self.queue.is_empty() || self.held) && !fell_due {
                let sealing = self.sealing.pause(Instant::now());
                let pause = if preparing { Some(IDLE) } else { sealing };
                let held = self.held.then(|| self.race.pause());
                let pause = pause.into_iter().chain(self.ledger.due_in()).chain(held).min();
                let next = match pause {
                    Some(pause) => timeout(pause, mail.recv()).await,
                    None => Ok(mail.recv().await),
                };
                match next {
                    Ok(Some(mail)) => self.take(mail),
                    Ok(None) => return,
                    Err(_) if self.held => {}
                    Err(_) if preparing => preparing = self.ledger.prepare(),
                    Err(_) => {}
                }
            }
            while let Some(mail) = mail.try_recv() {
                self.take(mail);
            }
            let wrote = !self.queue.is_empty() && self.commit().await;
            if wrote {
                preparing = true;
                self.ledger.keep_pace();
            }
            if fell_due || wrote {
                let stats = self.figures();
                if !self.checkpoint.running && self.checkpoint.due.is_reached(&stats) {
                    self.begin_checkpoint();
                }
            }
            self.seal_if_due();
            if !self.settling.is_empty() && !self.ledger.is_overdue() {
                for asker in self.settling.drain(..) {
                    // Whoever asked may be gone.
                    let _ = asker.try_send(());
                }
            }
        }
        self.clock_note.keep();
        self.ledger.close();
    }

    /// Writes a batch of what has fallen due; whether there was any.
    fn fall_due(&mut self) -> bool {
        let before = self.syncs.so_far();
        let steps = self.ledger.fall_due();
        if steps > 0 {
            self.synced(before);
            self.sealing.committed(self.ledger.is_unsealed(), Instant::now());
            self.common.metrics.due_steps.inc_by(steps as u64);
            self.count_crowded();
        }
        steps > 0
    }

    /// Counts how long the log's disk has kept the ledger waiting since `before`, if anything was written.
    fn synced(&self, (times, took): (u64, Duration)) {
        let (now, all) = self.syncs.so_far();
        if now > times {
            self.common.metrics.meters.ledger.synced(all.saturating_sub(took));
        }
    }

    fn count_crowded(&self) {
        let bounds = &self.common.metrics.bounds;
        self.ledger.crowded().iter().for_each(|clid| bounds.bite(Bound::PollMessages, clid));
    }

    /// The figures of the moment, which /metrics shows from now on.
    fn figures(&self) -> Stats {
        let stats = self.ledger.stats();
        self.common.metrics.files(stats.wal_bytes, stats.fresh_log_bytes, &stats.memory);
        stats
    }

    fn seal_if_due(&mut self) {
        let now = Instant::now();
        if self.sealing.is_due(now) {
            self.ledger.seal();
            self.clock_note.keep();
            self.sealing = Sealing::default();
            // One that failed is tried again, after a while.
            self.sealing.committed(self.ledger.is_unsealed(), now);
        }
    }

    fn take(&mut self, mail: LedgerMail) {
        match mail {
            LedgerMail::Submit(submission) if self.queue.len() >= LEDGER_QUEUE => {
                self.common.metrics.bounds.bite(Bound::LedgerQueue, &asker(&submission.actor));
                let refusal = Refusal::Failed("too many commands are waiting; try again");
                self.send(submission.reply_to, Err(refusal));
            }
            LedgerMail::Submit(submission) => {
                let asker = asker(&submission.actor).to_owned();
                // The operator races with nobody.
                if !asker.is_empty() {
                    self.race.enter(&asker, Instant::now());
                }
                self.queue.push(&asker, submission);
            }
            LedgerMail::Checkpoint(asker) => {
                self.checkpoint.waiting.extend(asker);
                self.checkpoint.wanted = self.ledger.stats().last_frame;
                if !self.checkpoint.running {
                    self.begin_checkpoint();
                }
            }
            LedgerMail::Checkpointed(result) => self.end_checkpoint(result),
            LedgerMail::Settle(asker) => self.settling.push(asker),
            LedgerMail::Stats(asker) => drop(asker.try_send(self.ledger.stats())),
            LedgerMail::KeepClock => self.clock_note.keep(),
            LedgerMail::Stop => self.stopping = true,
        }
    }

    /// Writes a batch of what waits, and answers; whether there was any that might be served now.
    async fn commit(&mut self) -> bool {
        let before = self.syncs.so_far();
        let (queue, race, now) = (&mut self.queue, &mut self.race, Instant::now());
        race.begin(now);
        let mut next = || {
            let next = queue.pop_if(|asker| race.may(asker));
            // Those who caught up in this batch let others go on.
            let next = next.or_else(|| race.look(now).then(|| queue.pop_if(|asker| race.may(asker)))?);
            next.map(|(asker, submission)| {
                race.serve(&asker, now);
                submission
            })
        };
        let Some(first) = next() else {
            self.held = true;
            return false;
        };
        self.held = false;
        let mut first = Some(first);
        let outcomes = self.ledger.commit(|| first.take().or_else(&mut next));
        self.race.answered(Instant::now());
        self.sealing.committed(self.ledger.is_unsealed(), Instant::now());
        self.synced(before);
        self.common.metrics.batch(outcomes.len());
        self.count_crowded();
        let bounds = &self.common.metrics.bounds;
        for (reply_to, outcome) in outcomes {
            match &outcome {
                Err(refusal) if *refusal == CLOCK_DOUBTED => bounds.bite(Bound::ClockJump, &"the machine's clock"),
                Err(refusal) if *refusal == LOG_FAILED => bounds.bite(Bound::LogRefused, &"the log's disk"),
                _ => {}
            }
            let Some(mut full) = self.send(reply_to, outcome) else { continue };
            // A shard that takes no mail is busy; its sessions wait for these answers, so they must not be lost.
            while let Some(shard) = self.shards.get(reply_to.shard).filter(|shard| !shard.is_closed()) {
                sleep(Duration::from_millis(1)).await;
                match shard.try_send(full) {
                    Ok(()) => break,
                    Err(Full(again)) => full = again,
                }
            }
        }
        true
    }

    /// Sends an answer; gives the mail back when the shard's mailbox is full.
    fn send(&self, reply_to: ReplyTo, outcome: Outcome) -> Option<Mail> {
        let shard = self.shards.get(reply_to.shard)?;
        shard.try_send(Mail::Reply(reply_to.number, outcome)).err().map(|Full(mail)| mail)
    }

    fn begin_checkpoint(&mut self) {
        match self.ledger.freeze() {
            Ok(Some(frozen)) => {
                self.checkpoint.running = true;
                let (disk, own) = (self.index_disk.clone(), self.own.clone());
                let (position, stats) = (frozen.position(), self.ledger.stats());
                let (log_bytes, delta_bytes) = (stats.fresh_log_bytes, stats.memory.delta_bytes);
                tracing::info!(position, log_bytes, delta_bytes, "checkpoint begins");
                let named = std::thread::Builder::new().name("checkpoint".into());
                let (common, passed) = (self.common.clone(), self.ledger.passed());
                let spawned = named.spawn(move || {
                    common.escrow.before_checkpoint(&passed);
                    // What it is about to release is counted before.
                    let result = match common.monthly.before_checkpoint(position) {
                        Ok(()) => frozen.write(&disk).map_err(|error| error.to_string()),
                        Err(error) => {
                            drop(frozen);
                            Err(error.to_string())
                        }
                    };
                    // The ledger is gone only when the process stops; the file then counts at the next start.
                    drop(own.try_send(LedgerMail::Checkpointed(result)));
                });
                if let Err(error) = spawned {
                    self.end_checkpoint(Err(format!("no thread: {error}")));
                }
            }
            Ok(None) => self.report(Ok("nothing is new since the last checkpoint".into())),
            Err(error @ IndexError::CheckpointRunning) => self.report(Err(error.to_string())),
            Err(error) => self.end_checkpoint(Err(error.to_string())),
        }
    }

    fn end_checkpoint(&mut self, result: Result<NewBase, String>) {
        self.checkpoint.running = false;
        self.checkpoint.due = Due::configured(&self.common.config);
        match result {
            Ok(base) => {
                remove(self.ledger.install(base), self.index_disk.clone());
                let position = self.figures().base_frame;
                tracing::info!(position, "checkpoint done");
                // One that began before it was asked for, or took up what an earlier one failed to write, is not the last.
                match position < self.checkpoint.wanted && !self.checkpoint.waiting.is_empty() {
                    true => self.begin_checkpoint(),
                    false => self.report(Ok(format!("checkpoint done: the index contains frame {position}"))),
                }
            }
            Err(error) => {
                tracing::error!(error, "checkpoint failed; the log keeps what it would have contained");
                self.checkpoint.due = Due::after_failure(&self.common.config, &self.ledger.stats());
                self.report(Err(format!("the checkpoint failed, the log keeps what it would have contained: {error}")));
            }
        }
    }

    fn report(&mut self, outcome: Result<String, String>) {
        for asker in self.checkpoint.waiting.drain(..) {
            drop(asker.try_send(outcome.clone()));
        }
    }
}

/// Whose turn a submission takes.
fn asker(actor: &Actor) -> &str {
    match actor {
        Actor::Registrar(clid) => clid,
        Actor::Operator(_) | Actor::System => "",
    }
}

/// Removes what a checkpoint made needless; it waits for readers, so on a thread of its own.
fn remove(replaced: Replaced, disk: FsDisk) {
    let removal = move || {
        if let Err(error) = replaced.remove(&disk) {
            tracing::warn!(%error, "replaced index files could not be removed; the next start removes them");
        }
    };
    // Without a thread they stay, and the next start removes them.
    drop(std::thread::Builder::new().name("checkpoint".into()).spawn(removal));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::MemoryUse;

    #[test]
    fn a_seal_is_due_when_it_has_been_quiet_and_also_when_it_never_is() {
        let (start, second) = (Instant::now(), Duration::from_secs(1));
        let mut sealing = Sealing::default();
        sealing.committed(false, start);
        assert_eq!(sealing.pause(start), None, "a batch of refusals changes nothing");
        sealing.committed(true, start);
        assert_eq!(sealing.pause(start), Some(SEAL_IDLE));
        assert!(!sealing.is_due(start + second) && sealing.is_due(start + SEAL_IDLE));
        for number in 1..=4 {
            sealing.committed(true, start + number * second);
            assert!(!sealing.is_due(start + number * second));
        }
        sealing.committed(true, start + SEAL_BUSY);
        assert!(sealing.is_due(start + SEAL_BUSY));
    }
    #[test]
    fn a_checkpoint_is_due_by_changed_records_or_by_log_alone_and_a_failure_puts_it_off() {
        let stats = |delta_bytes, fresh_log_bytes| Stats {
            sequence: 0,
            first_frame: 1,
            last_frame: 0,
            wal_bytes: 0,
            fresh_log_bytes,
            base_frame: 0,
            memory: MemoryUse { delta_bytes, ..MemoryUse::default() },
        };
        let config = Config { checkpoint_bytes: 100, checkpoint_log_bytes: 1000, ..Config::default() };
        let due = Due::configured(&config);
        assert!(!due.is_reached(&stats(99, 999)));
        assert!(due.is_reached(&stats(100, 0)) && due.is_reached(&stats(0, 1000)));
        let later = Due::after_failure(&config, &stats(0, 1000));
        assert!(!later.is_reached(&stats(99, 1999)) && later.is_reached(&stats(0, 2000)));
    }
}
