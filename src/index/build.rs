//! Writes a base file as a stream: heap first, then the slot table, the due section and the search section, the header last.
//!
//! In memory it needs the slot table (12 bytes an entry), 40 bytes for each deadline, 16 for each search key (and 80 while
//! those whose texts begin alike are sorted), and one buffer; the heap goes straight to the disk.

use super::Deadlines;
use super::{
    IndexError, Memory, Options,
    base::home,
    due_section,
    entry::{ALIGN, Entry, FLAGS_AT, TOMBSTONE},
    format::{HEADER, HEAP_END, Header, OFFSET_BITS, RuledSection, Section, Span, TAG_MASK},
    region::Region,
    search_section::Unsorted,
};
use crate::base::key_hash::key_hash;
use crate::port::disk::{Disk, DiskFile};
use xxhash_rust::xxh3::Xxh3;

/// Bytes handed to the disk at once.
const WRITE: usize = 1 << 20;
/// Bytes between two syncs: the log shares this disk, and one sync of gigabytes would hold up its commits.
const SYNC: u64 = 32 << 20;

/// A base file under its temporary name, of entries that outlive it.
pub(super) struct Builder<'d, 'e, D: Disk> {
    disk: &'d D,
    options: &'d Options,
    span: Span,
    file: D::File,
    buffer: Vec<u8>,
    written: u64,
    synced: u64,
    checksum: Xxh3,
    seed: u64,
    slots: Vec<u64>,
    entries: u64,
    tombstones: u64,
    deadlines: Deadlines,
    /// Deadline, kind, key and offset.
    due: Vec<(i64, u8, &'e [u8], u64)>,
    search: Unsorted,
}

impl<'d, 'e, D: Disk> Builder<'d, 'e, D> {
    /// Starts a file for at most `capacity` entries.
    pub(super) fn new(
        disk: &'d D,
        options: &'d Options,
        span: Span,
        seed: u64,
        capacity: usize,
        deadlines: Deadlines,
    ) -> Result<Self, IndexError> {
        let name = span.range().temporary_name();
        let file = match disk.create(&name) {
            Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {
                disk.remove(&name).map_err(IndexError::io(disk.display(&name), "remove"))?;
                disk.create(&name)
            }
            other => other,
        };
        let file = file.map_err(IndexError::io(disk.display(&name), "create"))?;
        // Filled to two thirds at most: a miss then looks at five slots on average, mostly in one cache line.
        let slots = vec![0; capacity + capacity / 2 + 2];
        let (written, synced) = (HEADER as u64, 0);
        let (buffer, checksum) = (Vec::with_capacity(WRITE + ALIGN), Xxh3::new());
        let (entries, tombstones, due, search) = (0, 0, Vec::new(), Unsorted::default());
        Ok(Builder {
            disk,
            options,
            span,
            file,
            buffer,
            written,
            synced,
            checksum,
            seed,
            slots,
            entries,
            tombstones,
            deadlines,
            due,
            search,
        })
    }

    /// Adds an entry whose key no earlier one had.
    pub(super) fn add(&mut self, entry: Entry<'e>) -> Result<(), IndexError> {
        let offset = self.written + self.buffer.len() as u64;
        let end = offset + entry.bytes().len() as u64;
        if end > HEAP_END {
            return Err(IndexError::TooLarge { file: self.shown(), found: end, limit: HEAP_END });
        }
        let hash = key_hash(self.seed, entry.kind(), entry.key());
        let mut at = home(hash, self.slots.len());
        while self.slots[at] != 0 {
            at = if at + 1 == self.slots.len() { 0 } else { at + 1 };
        }
        self.slots[at] = ((hash & TAG_MASK) << OFFSET_BITS) | (offset / ALIGN as u64);
        self.entries += 1;
        self.tombstones += u64::from(entry.record().is_none());
        if let Some(time) = self.deadlines.of_entry(&entry) {
            self.due.push((time, entry.kind(), entry.key(), offset));
        }
        self.search.add(&self.options.search, &entry, offset);
        let start = self.buffer.len();
        self.buffer.extend_from_slice(entry.bytes());
        // The delta's own mark has no meaning in a file.
        self.buffer[start + FLAGS_AT] &= TOMBSTONE;
        self.checksum.update(&self.buffer[start..]);
        self.flush_full()
    }

    /// Writes what is left, syncs, and gives the file its name; after `Ok` it is durable.
    pub(super) fn finish(mut self) -> Result<(), IndexError> {
        let end = self.written + self.buffer.len() as u64;
        let heap = Section { offset: HEADER as u64, length: end - HEADER as u64, checksum: self.checksum.digest() };
        let slots = std::mem::take(&mut self.slots);
        let slots = self.section(slots.iter().map(|slot| slot.to_le_bytes()))?;
        let mut due = std::mem::take(&mut self.due);
        due.sort_unstable();
        let items = self.section(due.iter().map(|(time, _, _, offset)| due_section::encode(*time, *offset)))?;
        let due = Some(RuledSection { rules: self.deadlines.rules, items });
        let search = if self.options.search.is_on() { Some(self.search_section()?) } else { None };
        self.flush()?;
        let span = self.span;
        let (seed, entries, tombstones) = (self.seed, self.entries, self.tombstones);
        let header = Header { span, seed, entries, tombstones, heap, slots, due, search }.encode();
        self.file.write_at(&header, 0).map_err(IndexError::io(self.shown(), "write"))?;
        self.file.sync_data().map_err(IndexError::io(self.shown(), "sync"))?;
        let (temporary, name) = (span.range().temporary_name(), span.range().file_name());
        self.disk.rename(&temporary, &name).map_err(IndexError::io(self.disk.display(&name), "rename to"))?;
        self.disk.sync_dir().map_err(IndexError::io(self.disk.display(&name), "sync the directory of"))
    }

    /// Sorts the search keys by their texts, which are read back from the file, and adds their section.
    fn search_section(&mut self) -> Result<RuledSection, IndexError> {
        self.flush()?;
        let (keys, map) = (self.options.search, self.options.map.as_deref());
        let written = Region::open(self.disk, map, &self.span.range().temporary_name(), Memory::Lazy)?;
        let items = std::mem::take(&mut self.search).sort(&written, &keys);
        drop(written);
        Ok(RuledSection { rules: keys.rules, items: self.section(items.iter().copied())? })
    }

    /// Adds a section behind what is there.
    fn section<const N: usize>(&mut self, units: impl Iterator<Item = [u8; N]>) -> Result<Section, IndexError> {
        let offset = self.written + self.buffer.len() as u64;
        let (mut checksum, mut length) = (Xxh3::new(), 0);
        for unit in units {
            checksum.update(&unit);
            self.buffer.extend_from_slice(&unit);
            length += N as u64;
            self.flush_full()?;
        }
        Ok(Section { offset, length, checksum: checksum.digest() })
    }

    fn flush_full(&mut self) -> Result<(), IndexError> {
        if self.buffer.len() >= WRITE { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), IndexError> {
        self.file.write_at(&self.buffer, self.written).map_err(IndexError::io(self.shown(), "write"))?;
        self.written += self.buffer.len() as u64;
        self.buffer.clear();
        if self.written - self.synced >= SYNC {
            self.file.sync_data().map_err(IndexError::io(self.shown(), "sync"))?;
            self.synced = self.written;
        }
        Ok(())
    }

    fn shown(&self) -> String {
        self.disk.display(&self.span.range().temporary_name())
    }
}
