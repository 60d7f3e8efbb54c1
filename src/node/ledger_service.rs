//! The ledger's executor: mail in, batches by fair turns, answers out, checkpoints on a thread of their own.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::base::fair_queue::FairQueue;
use crate::base::limits::LEDGER_QUEUE;
use crate::index::{Frozen, IndexError, NewBase, Replaced};
use crate::model::refusal::Refusal;
use crate::model::transaction::Actor;
use crate::node::bounds::Bound;
use crate::node::ledger::{CLOCK_DOUBTED, Ledger, Outcome, Submission};
use crate::node::shard::{Common, LedgerMail, Mail, ReplyTo};
use crate::runtime::clock::SystemClock;
use crate::runtime::disk::FsDisk;
use crate::runtime::mailbox::{Full, Receiver, Sender};
use crate::runtime::time::{sleep, timeout};

/// How long nothing must happen before a step of housekeeping begins.
const IDLE: Duration = Duration::from_millis(20);
/// Batches after which a step of housekeeping is done although there is no idle moment.
const BUSY_BATCHES: u32 = 64;

/// The ledger with what surrounds it.
pub(super) struct LedgerService {
    pub(super) ledger: Ledger<FsDisk, SystemClock>,
    pub(super) common: Arc<Common>,
    pub(super) shards: Vec<Sender<Mail>>,
    /// For the checkpoint's thread to report to.
    pub(super) own: Sender<LedgerMail>,
    pub(super) index_dir: PathBuf,
    queue: FairQueue<String, Submission<ReplyTo>>,
    checkpoint: Checkpoint,
    stopping: bool,
}

/// The checkpoint that runs, if one does.
#[derive(Default)]
struct Checkpoint {
    running: bool,
    /// Who asked for it and wants to know.
    waiting: Vec<Sender<Result<String, String>>>,
    /// The last frame when it was asked for: what the asker expects the index to contain.
    wanted: u64,
    /// Delta octets at which the next one begins by itself; raised after a failure.
    threshold: u64,
}

impl LedgerService {
    pub(super) fn new(
        ledger: Ledger<FsDisk, SystemClock>,
        common: Arc<Common>,
        shards: Vec<Sender<Mail>>,
        own: Sender<LedgerMail>,
        index_dir: PathBuf,
    ) -> Self {
        let checkpoint = Checkpoint { threshold: common.config.checkpoint_bytes, ..Checkpoint::default() };
        Self { ledger, common, shards, own, index_dir, queue: FairQueue::default(), checkpoint, stopping: false }
    }

    /// Serves until told to stop and nothing waits.
    pub(super) async fn run(mut self, mut mail: Receiver<LedgerMail>) {
        let (mut housekeeping, mut batches) = (true, 0);
        while !(self.stopping && self.queue.is_empty()) {
            if self.queue.is_empty() {
                let next = match housekeeping {
                    true => timeout(IDLE, mail.recv()).await,
                    false => Ok(mail.recv().await),
                };
                match next {
                    Ok(Some(mail)) => self.take(mail),
                    Ok(None) => return,
                    Err(_) => housekeeping = self.ledger.prepare(),
                }
            }
            while let Some(mail) = mail.try_recv() {
                self.take(mail);
            }
            if self.queue.is_empty() {
                continue;
            }
            self.commit().await;
            housekeeping = true;
            batches += 1;
            if batches % BUSY_BATCHES == 0 {
                self.ledger.prepare();
            }
            if !self.checkpoint.running && self.ledger.stats().memory.delta_bytes >= self.checkpoint.threshold {
                self.begin_checkpoint();
            }
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
            LedgerMail::Stats(asker) => drop(asker.try_send(self.ledger.stats())),
            LedgerMail::Stop => self.stopping = true,
        }
    }

    async fn commit(&mut self) {
        let queue = &mut self.queue;
        let outcomes = self.ledger.commit(|| queue.pop().map(|(_, submission)| submission));
        self.common.metrics.batch(outcomes.len());
        for (reply_to, outcome) in outcomes {
            if outcome.as_ref().is_err_and(|refusal| *refusal == CLOCK_DOUBTED) {
                self.common.metrics.bounds.bite(Bound::ClockJump, &"the machine's clock");
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
                let (dir, own) = (self.index_dir.clone(), self.own.clone());
                let position = frozen.position();
                tracing::info!(position, "checkpoint begins");
                let named = std::thread::Builder::new().name("checkpoint".into());
                let spawned = named.spawn(move || {
                    let result = write_base(&dir, frozen);
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
        self.checkpoint.threshold = self.common.config.checkpoint_bytes;
        match result {
            Ok(base) => {
                remove(self.ledger.install(base), self.index_dir.clone());
                let position = self.ledger.stats().base_frame;
                tracing::info!(position, "checkpoint done");
                // One that began before it was asked for, or took up what an earlier one failed to write, is not the last.
                match position < self.checkpoint.wanted && !self.checkpoint.waiting.is_empty() {
                    true => self.begin_checkpoint(),
                    false => self.report(Ok(format!("checkpoint done: the index contains frame {position}"))),
                }
            }
            Err(error) => {
                tracing::error!(error, "checkpoint failed; the log keeps what it would have contained");
                self.checkpoint.threshold += self.ledger.stats().memory.delta_bytes;
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
fn remove(replaced: Replaced, dir: PathBuf) {
    let removal = move || {
        let disk = FsDisk::open(&dir).map_err(|error| error.to_string());
        if let Err(error) = disk.and_then(|disk| replaced.remove(&disk).map_err(|error| error.to_string())) {
            tracing::warn!(error, "replaced index files could not be removed; the next start removes them");
        }
    };
    // Without a thread they stay, and the next start removes them.
    drop(std::thread::Builder::new().name("checkpoint".into()).spawn(removal));
}

fn write_base(dir: &std::path::Path, frozen: Frozen) -> Result<NewBase, String> {
    let disk = FsDisk::open(dir).map_err(|error| error.to_string())?;
    frozen.write(&disk).map_err(|error| error.to_string())
}
