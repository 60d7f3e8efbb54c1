//! One base file: checked whole when it is opened, then read without a check.

use super::{
    Deadlines, IndexError, Memory, SearchKeys, Validate,
    due::DueRef,
    due_section::{self, Item, Survey},
    entry::{ALIGN, Entry, TOMBSTONE},
    format::{
        Fault, HEADER, Header, OFFSET_BITS, OFFSET_MASK, RuledSection, SLOT, Section, Span, TAG_MASK, expect, version,
    },
    region::Region,
    search_section,
    stack::Range,
};
use crate::base::key_hash::key_hash;
use crate::port::disk::{Disk, DiskFile};
use std::path::Path;
use xxhash_rust::xxh3::xxh3_64;

/// An opened base file.
pub(super) struct Base {
    header: Header,
    region: Region,
    /// The due items, where the file has none of these rules.
    due: Option<Box<[Item]>>,
    search_keys: SearchKeys,
    /// The search items, where the file has none of these rules.
    search: Option<Box<[search_section::Item]>>,
}

/// Where a slot number for `hash` is among `slots`: its high bits, scaled, so that a table may have any size.
pub(super) fn home(hash: u64, slots: usize) -> usize {
    ((u128::from(hash) * slots as u128) >> 64) as usize
}

impl Base {
    /// Opens the file of `range` and checks every byte of it; `validate`, when given, is called for every record.
    pub(super) fn open<D: Disk>(
        disk: &D,
        map: Option<&Path>,
        memory: Memory,
        range: Range,
        validate: Option<&Validate<'_>>,
        deadlines: Deadlines,
        search_keys: SearchKeys,
    ) -> Result<Base, IndexError> {
        let name = range.file_name();
        let region = Region::open(disk, map, &name, memory)?;
        let header = header(disk, range, &region, region.len() as u64)?;
        let mut base = Base { header, region, due: None, search_keys, search: None };
        let refused = |offset, kind, reason| IndexError::Record {
            file: disk.display(&name),
            offset,
            kind,
            reason,
            from_frame: range.from.saturating_add(1),
        };
        let usable = base.header.due.filter(|due| due.rules == deadlines.rules);
        let (mut verdict, mut survey) = (Ok(()), Survey::new(usable.is_none()));
        let searchable = base.header.search.filter(|search| search_keys.is_on() && search.rules == search_keys.rules);
        let mut keys = search_section::Survey::new(searchable.is_none());
        let each = |offset, entry: Entry<'_>| {
            if let (Some(validate), Some(record), Ok(())) = (validate, entry.record(), &verdict) {
                verdict = validate(entry.kind(), entry.key(), record).map_err(|r| refused(offset, entry.kind(), r));
            }
            if verdict.is_ok() {
                if let Some(time) = deadlines.of_entry(&entry) {
                    survey.add(due_section::encode(time, offset));
                }
                keys.add(&search_keys, &entry, offset);
            }
        };
        let whole = match validate {
            Some(_) => base.check(each),
            // Deadlines and search keys are found in whole records only, and nothing but the checksum tells here that they
            // are.
            None => base.check_sections().and_then(|()| base.check_shape(each)),
        };
        whole.map_err(|fault| damaged(disk, range, fault))?;
        verdict?;
        base.take_deadlines(&disk.display(&name), usable, survey).map_err(|fault| damaged(disk, range, fault))?;
        base.take_search_keys(&disk.display(&name), searchable, keys).map_err(|fault| damaged(disk, range, fault))?;
        Ok(base)
    }

    /// Checks the due section, if it can be used, against what the heap was found to say; otherwise keeps the latter.
    fn take_deadlines(&mut self, file: &str, usable: Option<RuledSection>, heap: Survey) -> Result<(), Fault> {
        if let Some(due) = usable {
            return heap.check(&self.region, due.items.offset, self.due_items());
        }
        let due = heap.into_items(&self.region).unwrap_or_default();
        let rules = self.header.due.map(|due| due.rules);
        let deadlines = due.len();
        tracing::info!(
            file,
            ?rules,
            deadlines,
            "a base file without a due section, or with one by other rules: its \
             deadlines were found by reading it, and stand in the file that replaces it"
        );
        self.due = Some(due);
        Ok(())
    }

    /// As [`Base::take_deadlines`], of the search section.
    fn take_search_keys(
        &mut self,
        file: &str,
        usable: Option<RuledSection>,
        heap: search_section::Survey,
    ) -> Result<(), Fault> {
        if let Some(search) = usable {
            return heap.check(search.items.offset, self.section(search.items).as_chunks().0);
        }
        let search = heap.into_items(&self.region, &self.search_keys).unwrap_or_default();
        if self.search_keys.is_on() {
            let rules = self.header.search.map(|search| search.rules);
            tracing::info!(
                file,
                ?rules,
                keys = search.len(),
                "a base file without a search section, or with one by other rules: its search keys were found by \
                 reading it, and stand in the file that replaces it"
            );
        }
        self.search = Some(search);
        Ok(())
    }

    /// The search items, in their order.
    pub(super) fn search_items(&self) -> &[search_section::Item] {
        match (&self.search, self.header.search) {
            (Some(found), _) => found,
            (None, Some(stored)) => self.section(stored.items).as_chunks().0,
            (None, None) => &[],
        }
    }

    /// By which rules.
    pub(super) fn search_keys(&self) -> &SearchKeys {
        &self.search_keys
    }

    /// The whole file.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.region
    }

    /// Whose changes it holds, and which.
    pub(super) fn span(&self) -> &Span {
        &self.header.span
    }

    /// Its bytes, in memory as on disk.
    pub(super) fn len(&self) -> usize {
        self.region.len()
    }

    /// Its entries, tombstones counted.
    pub(super) fn entries(&self) -> u64 {
        self.header.entries
    }

    /// Whether the system keeps its pages in memory.
    pub(super) fn locked(&self) -> bool {
        self.region.locked()
    }

    /// The entry of a key, a tombstone included.
    pub(super) fn find(&self, kind: u8, key: &[u8]) -> Option<Entry<'_>> {
        let hash = key_hash(self.header.seed, kind, key);
        let slots = self.section(self.header.slots).as_chunks::<SLOT>().0;
        let mut at = home(hash, slots.len());
        loop {
            let slot = u64::from_le_bytes(*slots.get(at)?);
            if slot == 0 {
                return None;
            }
            if slot >> OFFSET_BITS == hash & TAG_MASK {
                let entry = Entry::at(&self.region, offset(slot))?;
                if entry.is(kind, key) {
                    return Some(entry);
                }
            }
            // At least one slot is empty (`Header::decode`, `check_slots`), so going round comes to an end.
            at = if at + 1 == slots.len() { 0 } else { at + 1 };
        }
    }

    /// Deadline, kind and key of the due item with this number.
    pub(super) fn due(&self, number: usize) -> Option<DueRef<'_>> {
        let item = self.due_items().get(number)?;
        let entry = due_section::entry(&self.region, item)?;
        Some((due_section::decode(item).0, entry.kind(), entry.key()))
    }

    fn due_items(&self) -> &[Item] {
        match (&self.due, self.header.due) {
            (Some(found), _) => found,
            (None, Some(stored)) => self.section(stored.items).as_chunks().0,
            (None, None) => &[],
        }
    }

    /// Every entry, in the order of the heap.
    pub(super) fn iter(&self) -> impl Iterator<Item = Entry<'_>> {
        let heap = self.section(self.header.heap);
        let mut at = 0;
        std::iter::from_fn(move || {
            let entry = Entry::at(heap, at)?;
            at += entry.bytes().len();
            Some(entry)
        })
    }

    fn section(&self, section: Section) -> &[u8] {
        &self.region[section.offset as usize..(section.offset + section.length) as usize]
    }

    /// Checks all but the header; `each` gets every entry and its offset in the file.
    fn check(&self, each: impl FnMut(u64, Entry<'_>)) -> Result<(), Fault> {
        // The checksums and the walk take about as long, and neither needs the other: the walk trusts no byte.
        std::thread::scope(|scope| {
            let sections = scope.spawn(|| self.check_sections());
            let shape = self.check_shape(each);
            // A bad checksum is the better reason of the two, so it is told first.
            sections.join().expect("comparing checksums does not panic")?;
            shape
        })
    }

    fn check_shape(&self, each: impl FnMut(u64, Entry<'_>)) -> Result<(), Fault> {
        self.check_heap(each).and_then(|starts| self.check_slots(starts))
    }

    fn check_sections(&self) -> Result<(), Fault> {
        let two = [("heap checksum", self.header.heap), ("slot table checksum", self.header.slots)];
        let due = self.header.due.map(|due| ("due section checksum", due.items));
        let search = self.header.search.map(|search| ("search section checksum", search.items));
        for (what, section) in two.into_iter().chain(due).chain(search) {
            expect(section.offset, what, section.checksum, xxh3_64(self.section(section)))?;
        }
        Ok(())
    }

    /// Walks the heap and calls `each` with every entry's offset in the file; the answer has a bit for each sixteen
    /// bytes, set where an entry begins.
    fn check_heap(&self, mut each: impl FnMut(u64, Entry<'_>)) -> Result<Vec<u64>, Fault> {
        let heap = self.section(self.header.heap);
        let mut starts = vec![0u64; (heap.len() / ALIGN).div_ceil(64)];
        let (mut at, mut entries, mut tombstones) = (0, 0, 0);
        while at < heap.len() {
            let place = (HEADER + at) as u64;
            let Some(entry) = Entry::at(heap, at) else {
                return Err(Fault {
                    offset: place,
                    what: "entry",
                    expected: format!("one that ends by byte {}", HEADER + heap.len()),
                    found: "one that is longer".into(),
                });
            };
            expect(place + 1, "entry flags above 1", 0, entry.flags() & !TOMBSTONE)?;
            starts[at / ALIGN / 64] |= 1 << (at / ALIGN % 64);
            entries += 1;
            tombstones += u64::from(entry.record().is_none());
            each(place, entry);
            at += entry.bytes().len();
        }
        expect(40, "entries (counted in the heap)", entries, self.header.entries)?;
        expect(48, "tombstones (counted in the heap)", tombstones, self.header.tombstones)?;
        Ok(starts)
    }

    /// Every filled slot points to the start of an entry, and every entry is pointed to once.
    fn check_slots(&self, mut starts: Vec<u64>) -> Result<(), Fault> {
        let section = self.header.slots;
        let mut filled = 0;
        for (number, slot) in self.section(section).as_chunks::<SLOT>().0.iter().enumerate() {
            let slot = u64::from_le_bytes(*slot);
            if slot == 0 {
                continue;
            }
            filled += 1;
            let place = section.offset + (number * SLOT) as u64;
            let start = offset(slot).checked_sub(HEADER).map(|at| at / ALIGN);
            let word = start.and_then(|start| Some((starts.get_mut(start / 64)?, 1 << (start % 64))));
            let Some((word, bit)) = word.filter(|(word, bit)| **word & bit != 0) else {
                return Err(Fault {
                    offset: place,
                    what: "slot",
                    expected: "the offset of an entry that no other slot has".into(),
                    found: format!("offset {}", offset(slot)),
                });
            };
            *word &= !bit;
        }
        expect(section.offset, "filled slots", self.header.entries, filled)
    }
}

/// The header at the start of `bytes`, of a file of `len` bytes with the name of `range`.
fn header<D: Disk>(disk: &D, range: Range, bytes: &[u8], len: u64) -> Result<Header, IndexError> {
    if version(bytes) == Some(1) {
        return Err(IndexError::Version1 { file: disk.display(&range.file_name()) });
    }
    let header = Header::decode(bytes, len).and_then(|header| {
        let Range { from, to } = header.span.range();
        expect(16, "log range (of the file's name)", (range.from, range.to), (from, to)).map(|()| header)
    });
    header.map_err(|fault| damaged(disk, range, fault))
}

/// Reads no more of the file of `range` than what it says of itself.
pub(super) fn peek<D: Disk>(disk: &D, range: Range) -> Result<Span, IndexError> {
    let name = range.file_name();
    let file = disk.open(&name).map_err(IndexError::io(disk.display(&name), "open"))?;
    let len = file.len().map_err(IndexError::io(disk.display(&name), "measure"))?;
    let mut bytes = vec![0; HEADER.min(usize::try_from(len).unwrap_or(usize::MAX))];
    file.read_at(&mut bytes, 0).map_err(IndexError::io(disk.display(&name), "read"))?;
    header(disk, range, &bytes, len).map(|header| header.span)
}

fn damaged<D: Disk>(disk: &D, range: Range, fault: Fault) -> IndexError {
    let Fault { offset, what, expected, found } = fault;
    let (file, from_frame) = (disk.display(&range.file_name()), range.from.saturating_add(1));
    IndexError::Damaged { file, offset, what, expected, found, from_frame }
}

/// The byte offset in the file that a slot holds.
fn offset(slot: u64) -> usize {
    (slot & OFFSET_MASK) as usize * ALIGN
}
