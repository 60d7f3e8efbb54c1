//! The fresh records: a hash table that one thread writes while any number of threads read it without waiting.
//!
//! The protocol, on which every `SAFETY` below leans:
//!
//! 1. A slot is empty until the writer gives it a key's hash and then (`Release`) a pointer to the key's entry. From
//!    then on the slot belongs to that key: its hash stays, and its pointer is never null again.
//! 2. An entry's bytes never change. A put or a delete swaps the pointer to a new entry and hands the old one to the
//!    epoch collector, which frees it when every thread that was pinned then has unpinned.
//! 3. A full table is copied to a larger one, which is published (`Release`); the old one goes to the collector. A
//!    reader in the old table sees the state at the moment of the copy, or later: each key at one place, none missing.
//! 4. Only [`DeltaWriter`] changes anything. It is not `Clone`, changes need `&mut`, and when it is gone the delta
//!    never changes again.
//!
//! The delta is divided into parts by hash, each with its own table, so that growing copies a small one: the writer is
//! the ledger, and its pause would be every registrar's pause.
#![allow(unsafe_code)]

use super::{
    entry::{ALIGN, Entry, FORGETTABLE, HEAD, TOMBSTONE, fill, lengths, size},
    search_set::SearchSet,
};
use crate::base::key_hash::key_hash;
use crossbeam_epoch::{Atomic, Guard, Owned, pin, unprotected};
use std::{
    alloc::{Layout, alloc_zeroed, dealloc, handle_alloc_error},
    ptr,
    sync::Arc,
    sync::atomic::{
        AtomicPtr, AtomicU64, AtomicUsize,
        Ordering::{Acquire, Relaxed, Release},
    },
};

const PART_BITS: u32 = 10;
const PARTS: usize = 1 << PART_BITS;
const SMALLEST: usize = 8;

struct Slot {
    hash: AtomicU64,
    entry: AtomicPtr<u8>,
}

/// Slots in a number that is a power of two; at least a quarter of them are empty, so that a probe ends.
struct Table {
    slots: Box<[Slot]>,
}

impl Table {
    fn new(capacity: usize) -> Table {
        let empty = || Slot { hash: AtomicU64::new(0), entry: AtomicPtr::new(ptr::null_mut()) };
        Table { slots: std::iter::repeat_with(empty).take(capacity).collect() }
    }

    /// The slots in the order in which a key of this hash looks for its own.
    fn probe(&self, hash: u64) -> impl Iterator<Item = &Slot> {
        let mask = self.slots.len() - 1;
        (0..self.slots.len()).map(move |step| &self.slots[(hash as usize).wrapping_add(step) & mask])
    }
}

/// The table that readers share.
pub(super) struct Delta {
    seed: u64,
    parts: Box<[Atomic<Table>]>,
    entries: AtomicUsize,
    bytes: AtomicUsize,
    search_keys: SearchSet,
}

fn part_of(hash: u64) -> usize {
    (hash >> (u64::BITS - PART_BITS)) as usize
}

impl Delta {
    /// The entry of a key, a tombstone included; it stays whole as long as `guard` pins.
    pub(super) fn find<'a>(&'a self, kind: u8, key: &[u8], guard: &'a Guard) -> Option<Entry<'a>> {
        let hash = key_hash(self.seed, kind, key);
        // SAFETY: a table is destroyed through the collector after it was replaced (rule 3), or with the delta, which
        // `'a` outlives; the guard holds off the first, the borrow of `self` the second.
        let table = unsafe { self.parts[part_of(hash)].load(Acquire, guard).as_ref() }?;
        for slot in table.probe(hash) {
            let found = slot.entry.load(Acquire);
            if found.is_null() {
                return None;
            }
            // The hash was stored before the pointer we have acquired, and does not change (rule 1).
            if slot.hash.load(Relaxed) == hash {
                // SAFETY: the pointer is to a whole entry (rule 2), kept by the guard and by `self` as the table is.
                let entry = unsafe { entry_at(found) };
                if entry.is(kind, key) {
                    return Some(entry);
                }
            }
        }
        None
    }

    /// Calls `each` for every entry. Entries put or deleted meanwhile are seen in one of their states, or not at all.
    pub(super) fn for_each<'a>(&'a self, guard: &'a Guard, mut each: impl FnMut(Entry<'a>)) {
        for part in &self.parts {
            // SAFETY: as in `find`.
            let Some(table) = (unsafe { part.load(Acquire, guard).as_ref() }) else { continue };
            for slot in &table.slots {
                let found = slot.entry.load(Acquire);
                if !found.is_null() {
                    // SAFETY: as in `find`.
                    each(unsafe { entry_at(found) });
                }
            }
        }
    }

    /// Entries, tombstones counted.
    pub(super) fn entries(&self) -> usize {
        self.entries.load(Relaxed)
    }

    /// Bytes of entries, tables and search keys.
    pub(super) fn bytes(&self) -> usize {
        self.bytes.load(Relaxed) + self.search_keys.bytes()
    }

    /// The search keys of its records, and of those that it had.
    pub(super) fn search_keys(&self) -> &SearchSet {
        &self.search_keys
    }
}

impl Drop for Delta {
    fn drop(&mut self) {
        for part in &mut self.parts {
            // SAFETY: `&mut self`: no reader and no writer is left, and this table was not handed to the collector.
            let Some(table) = (unsafe { std::mem::replace(part, Atomic::null()).try_into_owned() }) else { continue };
            for slot in &table.slots {
                let entry = slot.entry.load(Relaxed);
                if !entry.is_null() {
                    // SAFETY: an entry in the present table was not handed to the collector, and nobody reads it.
                    unsafe { free(entry) };
                }
            }
        }
    }
}

/// A delta that has lost its writer: it never changes, and is read without a guard for as long as it lives.
#[derive(Clone)]
pub(super) struct Sealed(Arc<Delta>);

impl Sealed {
    /// The entry of a key, a tombstone included.
    pub(super) fn find(&self, kind: u8, key: &[u8]) -> Option<Entry<'_>> {
        // SAFETY: without a writer nothing reachable goes to the collector (rule 4); the Arc keeps the delta.
        self.0.find(kind, key, unsafe { unprotected() })
    }

    /// Calls `each` for every entry.
    pub(super) fn for_each<'a>(&'a self, each: impl FnMut(Entry<'a>)) {
        // SAFETY: as in `find`.
        self.0.for_each(unsafe { unprotected() }, each);
    }

    /// Entries, tombstones counted.
    pub(super) fn entries(&self) -> usize {
        self.0.entries()
    }

    /// Bytes of entries and tables.
    pub(super) fn bytes(&self) -> usize {
        self.0.bytes()
    }

    /// The delta itself.
    pub(super) fn delta(&self) -> &Delta {
        &self.0
    }

    /// Whether this is the last that holds the delta.
    pub(super) fn is_last(&self) -> bool {
        Arc::strong_count(&self.0) == 1
    }
}

/// The right to change a delta.
pub(super) struct DeltaWriter {
    delta: Arc<Delta>,
    /// Filled slots of each part's table.
    filled: Box<[usize]>,
}

impl DeltaWriter {
    /// An empty delta.
    pub(super) fn new(seed: u64) -> DeltaWriter {
        let parts = (0..PARTS).map(|_| Atomic::null()).collect();
        let (entries, bytes, search_keys) = (AtomicUsize::new(0), AtomicUsize::new(0), SearchSet::new());
        let delta = Delta { seed, parts, entries, bytes, search_keys };
        DeltaWriter { delta: Arc::new(delta), filled: vec![0; PARTS].into() }
    }

    /// The delta, for readers.
    pub(super) fn delta(&self) -> &Arc<Delta> {
        &self.delta
    }

    /// Gives up the right to change.
    pub(super) fn seal(self) -> Sealed {
        Sealed(self.delta)
    }

    /// The entry of a key, a tombstone included.
    pub(super) fn find(&self, kind: u8, key: &[u8]) -> Option<Entry<'_>> {
        // SAFETY: entries and tables go to the collector only by `&mut self`, which this borrow excludes.
        self.delta.find(kind, key, unsafe { unprotected() })
    }

    /// Puts a copy of the record, replacing the entry of the same key.
    pub(super) fn put(&mut self, kind: u8, key: &[u8], record: &[u8]) {
        self.publish(kind, key, allocate(kind, 0, key, record));
    }

    /// Puts a tombstone. With `forgettable`, no older table holds a record of the key, and the tombstone only lasts
    /// until its table grows.
    pub(super) fn bury(&mut self, kind: u8, key: &[u8], forgettable: bool) {
        let flags = TOMBSTONE | if forgettable { FORGETTABLE } else { 0 };
        self.publish(kind, key, allocate(kind, flags, key, &[]));
    }

    fn publish(&mut self, kind: u8, key: &[u8], fresh: *mut u8) {
        let hash = key_hash(self.delta.seed, kind, key);
        let guard = &pin();
        self.make_room(part_of(hash), guard);
        // SAFETY: only this writer replaces tables (rule 4), so the present one lives on; `make_room` made it.
        let table = unsafe { self.delta.parts[part_of(hash)].load(Relaxed, guard).deref() };
        // SAFETY: `fresh` is a whole entry that nobody else has yet.
        let grown = unsafe { entry_at(fresh) }.bytes().len();
        for slot in table.probe(hash) {
            let old = slot.entry.load(Relaxed);
            if old.is_null() {
                slot.hash.store(hash, Relaxed);
                slot.entry.store(fresh, Release);
                self.filled[part_of(hash)] += 1;
                self.count(1, 0, grown, 0);
                return;
            }
            // SAFETY: a pointer in the present table is to a whole entry, and only this writer frees entries.
            let entry = unsafe { entry_at(old) };
            if slot.hash.load(Relaxed) == hash && entry.is(kind, key) {
                let shrunk = entry.bytes().len();
                slot.entry.store(fresh, Release);
                // SAFETY: no table that a later reader can load leads to `old` any more: the present one does not, and
                // an older one was handed to the collector before. It is handed over this once (rule 2).
                unsafe { guard.defer_unchecked(move || free(old)) };
                self.count(0, 0, grown, shrunk);
                return;
            }
        }
        unreachable!("make_room left an empty slot");
    }

    /// Makes sure that the part has a table with room for one more entry.
    fn make_room(&mut self, part: usize, guard: &Guard) {
        let place = &self.delta.parts[part];
        let old = place.load(Relaxed, guard);
        // SAFETY: only this writer replaces tables, so the present one lives on.
        let old_slots = unsafe { old.as_ref() }.map_or(&[][..], |table| &table.slots[..]);
        if (self.filled[part] + 1) * 4 <= old_slots.len() * 3 {
            return;
        }
        let (mut kept, mut forgotten) = (Vec::with_capacity(old_slots.len()), Vec::new());
        for slot in old_slots {
            let entry = slot.entry.load(Relaxed);
            if entry.is_null() {
                continue;
            }
            // SAFETY: a pointer in the present table is to a whole entry, and only this writer frees entries.
            match unsafe { entry_at(entry) }.flags() & FORGETTABLE {
                0 => kept.push((slot.hash.load(Relaxed), entry)),
                _ => forgotten.push(entry),
            }
        }
        let capacity = SMALLEST.max(((kept.len() + 1) * 2).next_power_of_two());
        let table = Table::new(capacity);
        for (hash, entry) in &kept {
            let empty = table.probe(*hash).find(|slot| slot.entry.load(Relaxed).is_null());
            let slot = empty.expect("at most half of the new table is filled");
            slot.hash.store(*hash, Relaxed);
            slot.entry.store(*entry, Relaxed);
        }
        // Publishes the slots stored above.
        place.store(Owned::new(table), Release);
        if !old.is_null() {
            // SAFETY: the old table was just replaced, so no later reader finds it; it is handed over this once.
            unsafe { guard.defer_destroy(old) };
        }
        let mut freed = size_of_val(old_slots);
        for entry in &forgotten {
            let entry = *entry;
            // SAFETY: the new table does not lead to it, the old one is out of reach of later readers.
            unsafe {
                freed += entry_at(entry).bytes().len();
                guard.defer_unchecked(move || free(entry));
            }
        }
        self.filled[part] = kept.len();
        self.count(0, forgotten.len(), capacity * size_of::<Slot>(), freed);
    }

    /// Changes the figures; plain loads and stores do, since nobody else stores.
    fn count(&self, entries_in: usize, entries_out: usize, bytes_in: usize, bytes_out: usize) {
        let Delta { entries, bytes, .. } = &*self.delta;
        entries.store(entries.load(Relaxed) + entries_in - entries_out, Relaxed);
        bytes.store(bytes.load(Relaxed) + bytes_in - bytes_out, Relaxed);
    }
}

fn layout(size: usize) -> Layout {
    Layout::from_size_align(size, ALIGN).expect("an entry is far smaller than isize::MAX")
}

/// A new entry: head, key and record in one allocation.
fn allocate(kind: u8, flags: u8, key: &[u8], record: &[u8]) -> *mut u8 {
    let size = size(key.len(), record.len());
    // SAFETY: the size is at least `HEAD`, not zero.
    let entry = unsafe { alloc_zeroed(layout(size)) };
    if entry.is_null() {
        handle_alloc_error(layout(size));
    }
    // SAFETY: `size` zeroed bytes were allocated, and nobody else has the pointer.
    fill(unsafe { std::slice::from_raw_parts_mut(entry, size) }, kind, flags, key, record);
    entry
}

/// The entry at a pointer.
///
/// # Safety
/// `entry` came from [`allocate`] and is not freed during `'a`.
unsafe fn entry_at<'a>(entry: *const u8) -> Entry<'a> {
    // SAFETY: `allocate` made at least `HEAD` bytes, `size` bytes in all by the lengths it filled in, and they do not
    // change after.
    unsafe {
        let (key_len, record_len) = lengths(&*entry.cast::<[u8; HEAD]>());
        let bytes = std::slice::from_raw_parts(entry, size(key_len, record_len));
        Entry::at(bytes, 0).expect("the slice has the length its head asks for")
    }
}

/// Frees an entry.
///
/// # Safety
/// `entry` came from [`allocate`], is freed this once, and nobody reads it any more.
unsafe fn free(entry: *mut u8) {
    // SAFETY: the head still tells the size that was allocated.
    unsafe {
        let size = entry_at(entry).bytes().len();
        dealloc(entry, layout(size));
    }
}
