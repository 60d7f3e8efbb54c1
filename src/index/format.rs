//! The header of a base file, byte for byte. The chapter [`crate::manual::index_format`] draws the whole file.

use super::{due_section, search_section, stack::Range};
use crate::base::log_place::LogPlace;
use xxhash_rust::xxh3::xxh3_64;

/// The first eight bytes of every base file.
pub(super) const MAGIC: [u8; 8] = *b"DOMESDAY";
/// What kind of file it is, after the magic: "index base".
pub(super) const FILE_KIND: [u8; 4] = *b"BASE";
/// The version of the format of files with a search section.
pub(super) const VERSION: u32 = 4;
/// The version of files without one; this code writes it, too, where there are no search keys.
const VERSION_WITHOUT_SEARCH: u32 = 3;
/// The version before, without a due section either; this code only reads it.
const VERSION_WITHOUT_DUE: u32 = 2;
/// Bytes of the header; the heap begins here, on a page of its own.
pub(super) const HEADER: usize = 4096;
/// Bytes of one slot.
pub(super) const SLOT: usize = 8;
/// Low bits of a slot: the entry's offset in the file, divided by 16. The rest is a tag.
pub(super) const OFFSET_BITS: u32 = 40;
/// Bits of the hash kept in a slot, so that a miss does not touch the heap.
pub(super) const TAG_MASK: u64 = (1 << (64 - OFFSET_BITS)) - 1;
/// Selects the offset in a slot.
pub(super) const OFFSET_MASK: u64 = (1 << OFFSET_BITS) - 1;
/// The most bytes a file can have before the slot table: 16 TiB.
pub(super) const HEAP_END: u64 = (1 << OFFSET_BITS) * super::entry::ALIGN as u64;

const CHECKSUM_AT: usize = HEADER - 8;
const HEAP_SECTION: u32 = 1;
const SLOT_SECTION: u32 = 2;
const DUE_SECTION: u32 = 3;
const SEARCH_SECTION: u32 = 4;
/// The kinds of sections, in their order; older versions end earlier.
const SECTIONS: [u32; 4] = [HEAP_SECTION, SLOT_SECTION, DUE_SECTION, SEARCH_SECTION];
const SECTIONS_AT: usize = 72;
const SECTION: usize = 32;
/// Bytes behind the sections: the log id, two chains, the rules of deadlines (from version 3) and of search keys (from 4).
const BEHIND_SECTIONS: usize = 8 + 32 + 32 + 8 + 8;

const _: () = assert!(HEADER.is_multiple_of(super::entry::ALIGN));
const _: () = assert!(section_at(SECTIONS.len()) + BEHIND_SECTIONS <= CHECKSUM_AT);
const _: () = assert!(super::entry::ALIGN.is_multiple_of(SLOT));

/// Where the header tells of the section with this number; behind the last one, where it goes on.
const fn section_at(number: usize) -> usize {
    SECTIONS_AT + number * SECTION
}

/// A part of the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Section {
    /// From the start of the file, in bytes.
    pub(super) offset: u64,
    /// In bytes.
    pub(super) length: u64,
    /// xxh3_64 of its bytes.
    pub(super) checksum: u64,
}

/// A section that follows from the records by rules of the model's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct RuledSection {
    /// By which [`super::Deadlines::rules`] or [`super::SearchKeys::rules`] it was made.
    pub(super) rules: u64,
    /// Its items.
    pub(super) items: Section,
}

/// Whose changes a file holds, and which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    /// The id of the log that they come from.
    pub(super) log_id: u64,
    /// Above this place; the start of the log for the bottom of the stack.
    pub(super) from: LogPlace,
    /// Up to and including this one.
    pub(super) to: LogPlace,
}

impl Span {
    /// The frames, as the file's name tells them.
    pub(super) fn range(&self) -> Range {
        Range { from: self.from.frame, to: self.to.frame }
    }
}

/// What the header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    /// Whose changes it holds, and which.
    pub(super) span: Span,
    /// Seed of the slot table's hash.
    pub(super) seed: u64,
    /// Entries in the heap, tombstones counted.
    pub(super) entries: u64,
    /// Tombstones among them.
    pub(super) tombstones: u64,
    /// The record heap.
    pub(super) heap: Section,
    /// The slot table.
    pub(super) slots: Section,
    /// The due section; a file of version 2 has none.
    pub(super) due: Option<RuledSection>,
    /// The search section, where there are search keys; only in a file that has a due section.
    pub(super) search: Option<RuledSection>,
}

/// What is wrong with a file, before the file has a name.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) offset: u64,
    pub(super) what: &'static str,
    pub(super) expected: String,
    pub(super) found: String,
}

/// `Ok` when `found` is what is `expected` at `offset`.
pub(super) fn expect<T: PartialEq + std::fmt::Debug>(
    offset: u64,
    what: &'static str,
    expected: T,
    found: T,
) -> Result<(), Fault> {
    if expected == found {
        return Ok(());
    }
    Err(Fault { offset, what, expected: format!("{expected:?}"), found: format!("{found:?}") })
}

impl Header {
    /// The header's bytes, its checksum included.
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(HEADER);
        out.extend_from_slice(&MAGIC);
        out.extend_from_slice(&FILE_KIND);
        let version = match (self.due, self.search) {
            (Some(_), Some(_)) => VERSION,
            (Some(_), None) => VERSION_WITHOUT_SEARCH,
            (None, _) => VERSION_WITHOUT_DUE,
        };
        out.extend_from_slice(&version.to_le_bytes());
        let ruled = [self.due, self.search].into_iter().flatten();
        let sections: Vec<_> = [self.heap, self.slots].into_iter().chain(ruled.clone().map(|one| one.items)).collect();
        let length = sections.last().map_or(0, |last| last.offset + last.length);
        let Span { log_id, from, to } = self.span;
        let count = sections.len() as u64;
        for value in [from.frame, to.frame, self.seed, self.entries, self.tombstones, length, count] {
            out.extend_from_slice(&value.to_le_bytes());
        }
        debug_assert_eq!(out.len(), SECTIONS_AT);
        for (kind, section) in SECTIONS.into_iter().zip(&sections) {
            for value in [u64::from(kind), section.offset, section.length, section.checksum] {
                out.extend_from_slice(&value.to_le_bytes());
            }
        }
        debug_assert_eq!(out.len(), section_at(sections.len()));
        out.extend_from_slice(&log_id.to_le_bytes());
        out.extend_from_slice(&from.chain);
        out.extend_from_slice(&to.chain);
        ruled.for_each(|section| out.extend_from_slice(&section.rules.to_le_bytes()));
        out.resize(CHECKSUM_AT, 0);
        let checksum = xxh3_64(&out);
        out.extend_from_slice(&checksum.to_le_bytes());
        out
    }

    /// Reads a header and checks that its sections tile a file of `file_len` bytes.
    pub(super) fn decode(bytes: &[u8], file_len: u64) -> Result<Header, Fault> {
        let Some(bytes) = bytes.first_chunk::<HEADER>() else {
            return Err(Fault {
                offset: bytes.len() as u64,
                what: "end of file",
                expected: format!("at least {HEADER} bytes"),
                found: format!("{file_len}"),
            });
        };
        expect(0, "magic", MAGIC.escape_ascii().to_string(), bytes[..8].escape_ascii().to_string())?;
        expect(8, "file kind", FILE_KIND.escape_ascii().to_string(), bytes[8..12].escape_ascii().to_string())?;
        // The version comes before the checksum: another version may keep its checksum elsewhere.
        let found = read(bytes, 12) as u32;
        if !(VERSION_WITHOUT_DUE..VERSION).contains(&found) {
            expect(12, "format version", VERSION, found)?;
        }
        // Each version has a section more than the one before.
        let kinds = &SECTIONS[..found as usize];
        expect(CHECKSUM_AT as u64, "header checksum", xxh3_64(&bytes[..CHECKSUM_AT]), read(bytes, CHECKSUM_AT))?;
        expect(56, "file length", read(bytes, 56), file_len)?;
        expect(64, "section count", kinds.len() as u64, read(bytes, 64))?;
        for (number, kind) in kinds.iter().enumerate() {
            let at = section_at(number);
            expect(at as u64, "section kind", u64::from(*kind), read(bytes, at))?;
        }
        let behind = section_at(kinds.len());
        let from = LogPlace { frame: read(bytes, 16), chain: read_chain(bytes, behind + 8) };
        let to = LogPlace { frame: read(bytes, 24), chain: read_chain(bytes, behind + 40) };
        let ruled = |number: usize| {
            let rules = || read(bytes, behind + 72 + (number - 2) * 8);
            (number < kinds.len()).then(|| RuledSection { rules: rules(), items: read_section(bytes, number) })
        };
        let header = Header {
            span: Span { log_id: read(bytes, behind), from, to },
            seed: read(bytes, 32),
            entries: read(bytes, 40),
            tombstones: read(bytes, 48),
            heap: read_section(bytes, 0),
            slots: read_section(bytes, 1),
            due: ruled(2),
            search: ruled(3),
        };
        header.tiles(file_len)?;
        Ok(header)
    }

    /// The header and the sections follow each other without a gap and end with the file, so that no byte is unchecked.
    fn tiles(&self, file_len: u64) -> Result<(), Fault> {
        let align = super::entry::ALIGN as u64;
        let heap = ("offset of the heap", "length of the heap, odd bytes", self.heap, align);
        let slots = ("offset of the slot table", "length of the slot table, odd bytes", self.slots, SLOT as u64);
        let ruled = |section: Option<RuledSection>, offset, unit: usize| {
            section.map(|section| (offset, "length of it, odd bytes", section.items, unit as u64))
        };
        let due = ruled(self.due, "offset of the due section", due_section::ITEM);
        let search = ruled(self.search, "offset of the search section", search_section::ITEM);
        let mut end = HEADER as u64;
        for (number, (offset, odd, section, unit)) in [heap, slots].into_iter().chain(due).chain(search).enumerate() {
            let at = section_at(number) as u64;
            expect(at + 8, offset, end, section.offset)?;
            expect(at + 16, odd, 0, section.length % unit)?;
            let Some(next) = section.offset.checked_add(section.length).filter(|next| *next <= file_len) else {
                let found = format!("{} bytes", section.length);
                let expected = format!("at most {} bytes", file_len.saturating_sub(section.offset));
                return Err(Fault { offset: at + 16, what: "length of a section", expected, found });
            };
            end = next;
        }
        expect(56, "end of the last section", file_len, end)?;
        // A probe ends at an empty slot: one at least must be left.
        expect(40, "entries below the number of slots", true, self.entries < self.slots.length / SLOT as u64)
    }
}

/// The section with this number.
fn read_section(bytes: &[u8; HEADER], number: usize) -> Section {
    let at = section_at(number);
    Section { offset: read(bytes, at + 8), length: read(bytes, at + 16), checksum: read(bytes, at + 24) }
}

/// The eight bytes at `at` as a number; with fewer left, the missing ones read as zero.
fn read(bytes: &[u8; HEADER], at: usize) -> u64 {
    let mut word = [0; 8];
    if let Some(found) = bytes.get(at..at + 8) {
        word.copy_from_slice(found);
    }
    u64::from_le_bytes(word)
}

fn read_chain(bytes: &[u8; HEADER], at: usize) -> [u8; 32] {
    let mut chain = [0; 32];
    if let Some(found) = bytes.get(at..at + 32) {
        chain.copy_from_slice(found);
    }
    chain
}

/// The version of the format, if it is a base file at all.
pub(super) fn version(bytes: &[u8]) -> Option<u32> {
    let first = bytes.get(..16)?;
    let (is_ours, number) = (first.starts_with(&MAGIC) && first[8..12] == FILE_KIND, first.last_chunk()?);
    is_ours.then_some(u32::from_le_bytes(*number))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header() -> Header {
        Header {
            span: Span {
                log_id: 0x1234_5678_9abc_def0,
                from: LogPlace { frame: 3, chain: [3; 32] },
                to: LogPlace { frame: 9, chain: [9; 32] },
            },
            seed: 77,
            entries: 2,
            tombstones: 1,
            heap: Section { offset: 4096, length: 64, checksum: 5 },
            slots: Section { offset: 4160, length: 64, checksum: 6 },
            due: Some(RuledSection { rules: 8, items: Section { offset: 4224, length: 32, checksum: 7 } }),
            search: Some(RuledSection { rules: 9, items: Section { offset: 4256, length: 24, checksum: 8 } }),
        }
    }

    #[test]
    fn a_header_of_each_version_reads_back_and_every_flipped_bit_is_refused() {
        let three = Header { search: None, ..header() };
        for (header, len, number) in [(header(), 4280, 4), (three, 4256, 3), (Header { due: None, ..three }, 4224, 2)] {
            let good = header.encode();
            assert_eq!(good.len(), HEADER);
            assert_eq!(version(&good), Some(number));
            assert_eq!(Header::decode(&good, len).expect("good"), header);
            for at in 0..good.len() {
                let mut bad = good.clone();
                bad[at] ^= 1 << (at % 8);
                assert!(Header::decode(&bad, len).is_err(), "byte {at}");
            }
        }
    }

    #[test]
    fn sections_that_overlap_or_leave_the_file_are_refused() {
        assert!(Header::decode(&header().encode(), 4279).is_err());
        assert!(Header::decode(&header().encode()[..4095], 4095).is_err());
        fn due(header: &mut Header) -> &mut Section {
            &mut header.due.as_mut().expect("it has one").items
        }
        fn search(header: &mut Header) -> &mut Section {
            &mut header.search.as_mut().expect("it has one").items
        }
        let spoils: [fn(&mut Header); 12] = [
            |h| h.heap.offset = 4080,
            |h| h.heap.length = u64::MAX - 4000,
            |h| h.slots.offset = 4144,
            |h| h.slots.length = u64::MAX,
            |h| h.entries = 8,
            |h| due(h).offset = 4208,
            |h| due(h).length = u64::MAX - 15,
            |h| due(h).length = 24,
            |h| search(h).offset = 4248,
            |h| search(h).length = u64::MAX - 7,
            |h| search(h).length = 20,
            |h| h.search = None,
        ];
        for spoil in spoils {
            let mut bad = header();
            spoil(&mut bad);
            let last = bad.search.map_or(bad.slots, |search| search.items);
            if let Some(length) = last.offset.checked_add(last.length)
                && bad.search.is_some()
            {
                assert!(Header::decode(&bad.encode(), length).is_err(), "{bad:?}");
            }
            assert!(bad.tiles(4280).is_err(), "{bad:?}");
        }
    }
}
