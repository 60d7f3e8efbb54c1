//! The owner of the index: puts, deletes, and the two short steps of a checkpoint that are its own.
#![allow(unsafe_code)]

use super::{
    Deadlines, Due, IndexError, Options,
    checkpoint::{Frozen, NewBase, Replaced, Token},
    delta::DeltaWriter,
    due_queue::Queue,
    format::Span,
    reader::{FrozenDelta, Reader, Shared, State},
    stack::{self, Found, Leftovers},
};
use crate::{
    base::{limits::KEY_BYTES, log_place::LogPlace},
    port::disk::Disk,
};
use crossbeam_epoch::unprotected;
use std::sync::{Arc, Weak};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// The one writer of an index.
pub struct Writer {
    shared: Arc<Shared>,
    active: DeltaWriter,
    options: Options,
    log_id: u64,
    /// What has been put.
    place: LogPlace,
    /// How many deltas there were, so that each gets a seed of its own.
    deltas: u64,
    checkpoint: Weak<()>,
    deadlines: Deadlines,
    due: Queue,
}

/// What the index takes up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MemoryUse {
    /// Entries of all tables; a key counts once in each table that has it, deleted or not.
    pub entries: u64,
    /// Entries that no base file has yet.
    pub delta_entries: u64,
    /// Bytes of memory for them and their deadlines; of the latter about.
    pub delta_bytes: u64,
    /// Bytes of the base files.
    pub base_bytes: u64,
    /// Bytes of the base files that are locked in memory.
    pub locked_bytes: u64,
    /// Base files.
    pub files: u64,
}

/// Judges a record when its file is opened: kind, key, record. The error is a reason for people. It must stand any
/// bytes: it may see those of a damaged file before the checksum has told.
pub type Validate<'v> = dyn Fn(u8, &[u8], &[u8]) -> Result<(), String> + 'v;

/// Opens the index in the directory that `disk` is, of a log that nobody compares it with: [`super::find`],
/// [`Found::check_log`], [`Found::open`] and [`super::Leftovers::remove`] in one.
///
/// # Errors
/// Those of each step.
pub fn open<D: Disk>(
    disk: &D,
    options: Options,
    log_id: u64,
    validate: &Validate<'_>,
    deadlines: Deadlines,
) -> Result<(Writer, Reader), IndexError> {
    let found = stack::find(disk)?;
    found.check_log(log_id)?;
    let (writer, reader, leftovers) = found.open(disk, options, log_id, validate, deadlines)?;
    leftovers.remove(disk)?;
    Ok((writer, reader))
}

impl Found {
    /// Opens the files that count. Every one of them is checked to the last byte, and `validate` is called for every
    /// record, so that readers need no check. None is an empty index at position 0.
    ///
    /// The caller replays the log after [`Writer::position`].
    ///
    /// # Errors
    /// A file that cannot be read, is damaged or holds a record that `validate` refuses. Nothing is changed, now or
    /// when it succeeds.
    pub fn open<D: Disk>(
        self,
        disk: &D,
        options: Options,
        log_id: u64,
        validate: &Validate<'_>,
        deadlines: Deadlines,
    ) -> Result<(Writer, Reader, Leftovers), IndexError> {
        let place = self.place();
        let (stack, leftovers) = self.open_files(disk, &options, validate, deadlines)?;
        let due = Queue::new(stack.len());
        let active = DeltaWriter::new(delta_seed(options.seed, 0));
        let state = State { active: active.delta().clone(), frozen: None, stack };
        let shared = Arc::new(Shared::new(state, place.frame));
        let reader = Reader { shared: shared.clone() };
        let (deltas, checkpoint) = (0, Weak::new());
        let writer = Writer { shared, active, options, log_id, place, deltas, checkpoint, deadlines, due };
        Ok((writer, reader, leftovers))
    }
}

/// The seed of the table that `number` names, from the secret of this process.
pub(super) fn table_seed(secret: u64, number: u64) -> u64 {
    xxh3_64_with_seed(&number.to_le_bytes(), secret)
}

/// Base files take their seeds from their position, counted from the bottom; deltas count from the top.
fn delta_seed(secret: u64, number: u64) -> u64 {
    table_seed(secret, u64::MAX - number)
}

impl Writer {
    /// Puts a copy of a record. Readers see the whole new record or the whole old one.
    ///
    /// # Panics
    /// When the key is longer than [`KEY_BYTES`]; callers have bounded it where it came from outside.
    pub fn put(&mut self, kind: u8, key: &[u8], record: &[u8]) {
        assert!(key.len() <= KEY_BYTES, "expected a key of at most {KEY_BYTES} bytes, found {}", key.len());
        self.requeue(kind, key, Some(record));
        // Before the record: whoever sees it must find it (see `Snapshot::search`).
        self.active.delta().search_keys().add(&self.options.search, kind, key, record);
        self.active.put(kind, key, record);
    }

    /// Deletes a record, if there is one.
    pub fn delete(&mut self, kind: u8, key: &[u8]) {
        let hides = self.state().below_active(kind, key).is_some_and(|entry| entry.record().is_some());
        if hides || self.active.find(kind, key).is_some() {
            self.requeue(kind, key, None);
            self.active.bury(kind, key, !hides);
        }
    }

    /// The record of a key is about to become this one. Deadlines in the tables below need no care: they die by it.
    fn requeue(&mut self, kind: u8, key: &[u8], record: Option<&[u8]>) {
        if (self.deadlines.kinds)(kind) {
            let old = self.active.find(kind, key).and_then(|entry| self.deadlines.of_entry(&entry));
            let new = record.and_then(|record| self.deadlines.find(kind, record));
            self.due.replace(kind, key, old, new);
        }
    }

    /// The first `limit` records, by deadline, kind and key, whose deadline is at or before `now`. A record is answered again
    /// and again until it is deleted or put with a later deadline or none.
    ///
    /// It takes a look-up for each of them, and one for each deadline before them that counts no longer, which then is not
    /// met again.
    pub fn due(&mut self, now: i64, limit: usize) -> Vec<Due> {
        let mut due = std::mem::take(&mut self.due);
        let present = |kind, key: &[u8]| self.deadlines.find(kind, self.get(kind, key)?);
        let found = due.first(&self.state().stack, present, now, limit);
        self.due = due;
        found
    }

    /// The earliest deadline.
    pub fn next_due(&mut self) -> Option<i64> {
        self.due(i64::MAX, 1).first().map(|due| due.time)
    }

    /// The record of a key, aligned to 16 bytes.
    pub fn get(&self, kind: u8, key: &[u8]) -> Option<&[u8]> {
        self.active.find(kind, key).or_else(|| self.state().below_active(kind, key))?.record()
    }

    /// A way in for readers.
    pub fn reader(&self) -> Reader {
        Reader { shared: self.shared.clone() }
    }

    /// The log position whose changes, and all before them, the index holds.
    pub fn position(&self) -> u64 {
        self.shared.position()
    }

    /// The log position that the base files contain: the log is needed only after it.
    pub fn base_position(&self) -> u64 {
        self.base_place().frame
    }

    fn base_place(&self) -> LogPlace {
        self.state().stack.first().map_or(LogPlace::START, |base| base.span().to)
    }

    /// Says that every change up to this place of the log has been put. Places do not go back.
    pub fn set_place(&mut self, place: LogPlace) {
        debug_assert!(place.frame >= self.position(), "log positions do not go back");
        self.place = place;
        self.shared.set_position(place.frame);
    }

    /// Begins a checkpoint of everything up to [`Writer::position`]: fresh changes go to a new delta from now on.
    /// Microseconds. `None` when the base files contain that position already.
    ///
    /// After a checkpoint that failed or was dropped, this hands out the same changes again; those that came later
    /// wait for the checkpoint after.
    ///
    /// # Errors
    /// [`IndexError::CheckpointRunning`] while the one before is neither installed nor dropped.
    pub fn freeze(&mut self) -> Result<Option<Frozen>, IndexError> {
        if self.checkpoint.strong_count() > 0 {
            return Err(IndexError::CheckpointRunning);
        }
        let delta = match &self.state().frozen {
            Some(delta) => delta.clone(),
            None if self.position() == self.base_position() => return Ok(None),
            None => self.seal_active(),
        };
        let token = Token::new(());
        self.checkpoint = Arc::downgrade(&token);
        let (stack, options) = (self.state().stack.clone(), self.options.clone());
        Ok(Some(Frozen { delta, stack, options, deadlines: self.deadlines, token }))
    }

    fn seal_active(&mut self) -> FrozenDelta {
        self.deltas += 1;
        let fresh = DeltaWriter::new(delta_seed(self.options.seed, self.deltas));
        let span = Span { log_id: self.log_id, from: self.base_place(), to: self.place };
        let sealed = std::mem::replace(&mut self.active, fresh).seal();
        self.due.freeze();
        let frozen = FrozenDelta { delta: sealed, span };
        let stack = self.state().stack.clone();
        let active = self.active.delta().clone();
        self.shared.publish(State { active, frozen: Some(frozen.clone()), stack });
        frozen
    }

    /// Ends a checkpoint: readers look into the new file from now on. Microseconds. The caller lets
    /// [`Replaced::remove`] run on the checkpoint's thread.
    ///
    /// # Panics
    /// When `new` belongs to another index.
    pub fn install(&mut self, new: NewBase) -> Replaced {
        let ours = self.checkpoint.upgrade().is_some_and(|token| Arc::ptr_eq(&token, &new.token));
        assert!(ours, "expected a base file of this index's checkpoint, found one of another");
        let due = self.due.install(new.depth);
        let state = self.state();
        let (bases, kept) = state.stack.split_at(new.depth);
        let delta = state.frozen.as_ref().map(|frozen| frozen.delta.clone());
        let replaced = Replaced { bases: bases.to_vec(), delta, due };
        let stack = std::iter::once(&new.base).chain(kept).cloned().collect();
        self.shared.publish(State { active: self.active.delta().clone(), frozen: None, stack });
        replaced
    }

    /// What the index takes up now.
    pub fn memory(&self) -> MemoryUse {
        let state = self.state();
        let frozen = state.frozen.as_ref().map_or((0, 0), |frozen| (frozen.delta.entries(), frozen.delta.bytes()));
        let delta_entries = (self.active.delta().entries() + frozen.0) as u64;
        let mut memory = MemoryUse {
            entries: delta_entries,
            delta_entries,
            delta_bytes: (self.active.delta().bytes() + frozen.1 + self.due.bytes()) as u64,
            files: state.stack.len() as u64,
            ..MemoryUse::default()
        };
        for base in &state.stack {
            memory.entries += base.entries();
            memory.base_bytes += base.len() as u64;
            memory.locked_bytes += if base.locked() { base.len() as u64 } else { 0 };
        }
        memory
    }

    fn state(&self) -> &State {
        // SAFETY: a state is destroyed after `publish` replaced it, and only this writer publishes, by `&mut self`,
        // which this borrow excludes.
        self.shared.state(unsafe { unprotected() })
    }
}
