//! Writing what no command has decided: a registry that comes from elsewhere. The log, the fold and the index are those of
//! commands, so that what was imported cannot be told from what was registered, but for what its transactions are called.

use super::{Batch, Ledger};
use crate::base::limits::{BATCH_TRANSACTIONS, WAL_PAYLOAD_BYTES};
use crate::base::timestamp::Timestamp;
use crate::index::IndexError;
use crate::model::refusal::Refusal;
use crate::model::transaction::{Actor, Change, Origin};
use crate::node::head::Head;
use crate::port::clock::Clock;
use crate::port::disk::Disk;
use crate::wal::WalError;

/// What the transactions of an import are called.
const COMMAND: &str = "import";

/// Why something cannot be written.
#[derive(Debug)]
pub(in crate::node) enum ImportFailure {
    /// A change that is no record, or more than a transaction holds: a bug.
    Change(String),
    /// The log.
    Wal(WalError),
    /// The index.
    Index(IndexError),
}

impl std::fmt::Display for ImportFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Change(why) => write!(f, "a change of the import cannot be written: {why}"),
            Self::Wal(error) => error.fmt(f),
            Self::Index(error) => error.fmt(f),
        }
    }
}

impl From<Refusal> for ImportFailure {
    fn from(refusal: Refusal) -> Self {
        Self::Change(refusal.to_string())
    }
}

impl From<WalError> for ImportFailure {
    fn from(error: WalError) -> Self {
        Self::Wal(error)
    }
}

impl From<IndexError> for ImportFailure {
    fn from(error: IndexError) -> Self {
        Self::Index(error)
    }
}

/// A ledger that is filled.
pub(in crate::node) struct Filling<D: Disk, C: Clock> {
    ledger: Ledger<D, C>,
    batch: Batch,
}

impl<D: Disk, C: Clock> Filling<D, C> {
    /// A ledger that has just been begun, from now on filled with transactions of that date. They are numbered from the one after
    /// `sequence`, so that no ROID of what is registered later is one that came with the import.
    pub(in crate::node) fn new(mut ledger: Ledger<D, C>, now: Timestamp, sequence: u64) -> Self {
        ledger.sequence = ledger.sequence.max(sequence);
        Self { ledger, batch: Batch { now, ..Batch::default() } }
    }

    /// The object id of what the next transaction creates.
    pub(in crate::node) fn next_id(&self) -> u64 {
        self.ledger.sequence + self.batch.entries.len() as u64 + 1
    }

    /// What there is by now.
    pub(in crate::node) fn view(&self) -> Head<'_> {
        Head { index: &self.ledger.index, tail: &self.ledger.tail }
    }

    /// One more transaction; durable at the latest with [`Filling::end`].
    pub(in crate::node) fn add(&mut self, changes: &[Change]) -> Result<(), ImportFailure> {
        let sv_trid = format!("IMPORT-{}", self.next_id());
        let command = COMMAND.to_owned();
        let origin = Origin { actor: Actor::System, cl_trid: None, sv_trid, command, time: self.batch.now };
        self.ledger.record(origin, changes, &mut self.batch)?;
        if self.batch.entries.len() >= BATCH_TRANSACTIONS || self.batch.bytes >= WAL_PAYLOAD_BYTES / 2 {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), ImportFailure> {
        if !self.batch.entries.is_empty() {
            self.ledger.publish(&self.batch)?;
            self.ledger.tail.clear();
            self.batch = Batch { now: self.batch.now, ..Batch::default() };
        }
        Ok(())
    }

    /// Octets that lie in memory and in no base file.
    pub(in crate::node) fn fresh_bytes(&self) -> u64 {
        self.ledger.stats().memory.delta_bytes
    }

    /// Puts all there is into a base file; the log before it goes.
    pub(in crate::node) fn checkpoint(&mut self, index: &D) -> Result<(), ImportFailure> {
        self.flush()?;
        if let Some(frozen) = self.ledger.freeze()? {
            let base = frozen.write(index)?;
            self.ledger.install(base).remove(index)?;
        }
        Ok(())
    }

    /// Everything is on the disk, and the log sealed.
    pub(in crate::node) fn end(mut self, index: &D) -> Result<(), ImportFailure> {
        self.checkpoint(index)?;
        let now = self.ledger.clock.now();
        Ok(self.ledger.wal.close(now)?)
    }
}
