//! A checkpoint, online: the frozen delta becomes a base file on another thread while the writer goes on.
//!
//! ```text
//!  ledger:      freeze ─────────── put, put, put … ─────────────── install
//!  checkpoint:        └─ Frozen::write ─ file synced, renamed ─ NewBase ─┘ └─ Replaced::remove
//! ```
//!
//! A crash before the rename leaves a temporary file; one after it leaves the new file beside those it replaces.
//! [`super::open`] puts both right. A write that fails is simply dropped: the frozen delta stays readable, and the
//! next [`super::Writer::freeze`] hands it out again.

use super::{
    Deadlines, Due, IndexError, Options,
    base::Base,
    build::Builder,
    delta::Sealed,
    entry::Entry,
    format::Span,
    reader::{FrozenDelta, find_in},
    stack::merge_depth,
    writer::table_seed,
};
use crate::port::disk::Disk;
use std::{collections::BTreeSet, sync::Arc, thread::sleep, time::Duration};

/// Proof that a checkpoint is under way, as long as somebody holds it.
pub(super) type Token = Arc<()>;

/// The changes a checkpoint makes durable. Dropping it calls the checkpoint off.
#[must_use = "a frozen delta that is not written waits for the next checkpoint"]
pub struct Frozen {
    pub(super) delta: FrozenDelta,
    pub(super) stack: Vec<Arc<Base>>,
    pub(super) options: Options,
    pub(super) deadlines: Deadlines,
    pub(super) token: Token,
}

/// A base file that is durable, checked and mapped, but not yet read by anyone.
#[must_use = "a new base file is read only when it is installed"]
pub struct NewBase {
    pub(super) base: Arc<Base>,
    /// How many of the upper files it stands for.
    pub(super) depth: usize,
    pub(super) token: Token,
}

/// What a new base file has made needless.
#[must_use = "replaced files take up the disk until they are removed"]
pub struct Replaced {
    pub(super) bases: Vec<Arc<Base>>,
    pub(super) delta: Option<Sealed>,
    pub(super) due: BTreeSet<Due>,
}

impl Frozen {
    /// The log position that the new base file will contain.
    pub fn position(&self) -> u64 {
        self.delta.span.to.frame
    }

    /// Writes the changes as a new base file, merged with the upper files that they have outgrown. Takes long: call it
    /// on a thread of its own.
    ///
    /// The file is durable after `Ok`. After an error nothing has changed, and the next checkpoint tries again.
    pub fn write<D: Disk>(self, disk: &D) -> Result<NewBase, IndexError> {
        let sizes: Vec<usize> = self.stack.iter().map(|base| base.len()).collect();
        let depth = merge_depth(self.delta.delta.bytes(), &sizes);
        let (upper, below) = self.stack.split_at(depth);
        let from = upper.last().map_or(self.delta.span.from, |base| base.span().from);
        let span = Span { from, ..self.delta.span };
        let range = span.range();
        let written = self.build(disk, span, upper, below).and_then(|()| {
            // Checked again from the disk, before anything that it replaces may go. Its records were validated when
            // they came.
            let Options { map, memory, search, .. } = &self.options;
            Base::open(disk, map.as_deref(), *memory, range, None, self.deadlines, *search)
        });
        match written {
            Ok(base) => Ok(NewBase { base: Arc::new(base), depth, token: self.token }),
            Err(error) => {
                // As far as the disk still lets us; whatever stays is put right by the next checkpoint or open.
                let _ = disk.remove(&range.temporary_name());
                let _ = disk.remove(&range.file_name());
                Err(error)
            }
        }
    }

    fn build<D: Disk>(&self, disk: &D, span: Span, upper: &[Arc<Base>], below: &[Arc<Base>]) -> Result<(), IndexError> {
        let fresh = &self.delta.delta;
        let capacity = fresh.entries() + upper.iter().map(|base| base.entries() as usize).sum::<usize>();
        let seed = table_seed(self.options.seed, span.to.frame);
        let mut builder = Builder::new(disk, &self.options, span, seed, capacity, self.deadlines)?;
        // A tombstone is needed as long as there is something below to hide.
        let needed = |entry: &Entry<'_>| {
            let hidden = || find_in(below, entry.kind(), entry.key()).and_then(|older| older.record());
            entry.record().is_some() || hidden().is_some()
        };
        let mut outcome = Ok(());
        fresh.for_each(|entry| {
            if outcome.is_ok() && needed(&entry) {
                outcome = builder.add(entry);
            }
        });
        outcome?;
        for (depth, base) in upper.iter().enumerate() {
            for entry in base.iter() {
                let newer = fresh.find(entry.kind(), entry.key());
                let newer = newer.or_else(|| find_in(&upper[..depth], entry.kind(), entry.key()));
                if newer.is_none() && needed(&entry) {
                    builder.add(entry)?;
                }
            }
        }
        builder.finish()
    }
}

impl Replaced {
    /// Removes the replaced files, and gives back their memory as soon as no reader has it; call it where a pause
    /// harms nobody. What a crash or an error leaves is removed by the next [`super::open`].
    pub fn remove<D: Disk>(self, disk: &D) -> Result<(), IndexError> {
        for base in &self.bases {
            let name = base.span().range().file_name();
            disk.remove(&name).map_err(IndexError::io(disk.display(&name), "remove"))?;
        }
        if !self.bases.is_empty() {
            disk.sync_dir().map_err(IndexError::io(disk.display("."), "sync the directory"))?;
        }
        drop(self.due);
        // Whoever drops the last reference unmaps gigabytes or frees millions of entries. Readers are pinned for
        // microseconds; waiting for them keeps that work off their cores.
        for attempt in 0..PATIENCE {
            crossbeam_epoch::pin().flush();
            let files_idle = self.bases.iter().all(|base| Arc::strong_count(base) == 1);
            if files_idle && self.delta.as_ref().is_none_or(Sealed::is_last) {
                break;
            }
            if attempt >= AT_ONCE {
                sleep(Duration::from_millis(1));
            }
        }
        Ok(())
    }
}

/// How often [`Replaced::remove`] looks, about once a millisecond, for pinned readers.
const PATIENCE: usize = 100;
/// How often it looks before it waits at all: with no reader pinned, a few flushes are enough.
const AT_ONCE: usize = 8;
