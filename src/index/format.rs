//! The header of a base file, byte for byte. The chapter [`crate::manual::index_format`] draws the whole file.

use super::stack::Range;
use crate::base::log_place::LogPlace;
use xxhash_rust::xxh3::xxh3_64;

/// The first eight bytes of every base file.
pub(super) const MAGIC: [u8; 8] = *b"DOMESDAY";
/// What kind of file it is, after the magic: "index base".
pub(super) const FILE_KIND: [u8; 4] = *b"BASE";
/// The version of the format that this code writes, and the only one it reads.
pub(super) const VERSION: u32 = 2;
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
const SECTIONS_AT: usize = 72;
const SECTION: usize = 32;
const LOG_ID_AT: usize = SECTIONS_AT + 2 * SECTION;
const CHAIN_FROM_AT: usize = LOG_ID_AT + 8;
const CHAIN_TO_AT: usize = CHAIN_FROM_AT + 32;

const _: () = assert!(HEADER.is_multiple_of(super::entry::ALIGN));
const _: () = assert!(CHAIN_TO_AT + 32 == 208 && CHAIN_TO_AT + 32 <= CHECKSUM_AT);
const _: () = assert!(super::entry::ALIGN.is_multiple_of(SLOT));

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
        out.extend_from_slice(&VERSION.to_le_bytes());
        let length = self.slots.offset + self.slots.length;
        let Span { log_id, from, to } = self.span;
        for value in [from.frame, to.frame, self.seed, self.entries, self.tombstones, length] {
            out.extend_from_slice(&value.to_le_bytes());
        }
        out.extend_from_slice(&2u64.to_le_bytes());
        debug_assert_eq!(out.len(), SECTIONS_AT);
        for (kind, section) in [(HEAP_SECTION, self.heap), (SLOT_SECTION, self.slots)] {
            out.extend_from_slice(&u64::from(kind).to_le_bytes());
            for value in [section.offset, section.length, section.checksum] {
                out.extend_from_slice(&value.to_le_bytes());
            }
        }
        debug_assert_eq!(out.len(), LOG_ID_AT);
        out.extend_from_slice(&log_id.to_le_bytes());
        out.extend_from_slice(&from.chain);
        out.extend_from_slice(&to.chain);
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
        expect(12, "format version", VERSION, read(bytes, 12) as u32)?;
        expect(CHECKSUM_AT as u64, "header checksum", xxh3_64(&bytes[..CHECKSUM_AT]), read(bytes, CHECKSUM_AT))?;
        let section = |at: usize| Section {
            offset: read(bytes, at + 8),
            length: read(bytes, at + 16),
            checksum: read(bytes, at + 24),
        };
        let span = Span {
            log_id: read(bytes, LOG_ID_AT),
            from: LogPlace { frame: read(bytes, 16), chain: read_chain(bytes, CHAIN_FROM_AT) },
            to: LogPlace { frame: read(bytes, 24), chain: read_chain(bytes, CHAIN_TO_AT) },
        };
        let header = Header {
            span,
            seed: read(bytes, 32),
            entries: read(bytes, 40),
            tombstones: read(bytes, 48),
            heap: section(SECTIONS_AT),
            slots: section(SECTIONS_AT + SECTION),
        };
        expect(56, "file length", read(bytes, 56), file_len)?;
        expect(64, "section count", 2, read(bytes, 64))?;
        expect(SECTIONS_AT as u64, "section kind", u64::from(HEAP_SECTION), read(bytes, SECTIONS_AT))?;
        let second = SECTIONS_AT + SECTION;
        expect(second as u64, "section kind", u64::from(SLOT_SECTION), read(bytes, second))?;
        header.tiles(file_len)?;
        Ok(header)
    }

    /// Header, heap and slots follow each other without a gap and end with the file, so that no byte is unchecked.
    fn tiles(&self, file_len: u64) -> Result<(), Fault> {
        let at = SECTIONS_AT as u64;
        let second = at + SECTION as u64;
        expect(at + 8, "heap offset", HEADER as u64, self.heap.offset)?;
        let heap_end = self.heap.offset.checked_add(self.heap.length);
        expect(second + 8, "slot table offset", heap_end, Some(self.slots.offset))?;
        expect(second + 16, "end of the slot table", self.slots.offset.checked_add(self.slots.length), Some(file_len))?;
        expect(at + 16, "heap length modulo 16", 0, self.heap.length % super::entry::ALIGN as u64)?;
        expect(second + 16, "slot table length modulo 8", 0, self.slots.length % SLOT as u64)?;
        // A probe ends at an empty slot: one at least must be left.
        expect(40, "entries below the number of slots", true, self.entries < self.slots.length / SLOT as u64)
    }
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
        }
    }

    #[test]
    fn a_header_reads_back_and_every_flipped_bit_is_refused() {
        let good = header().encode();
        assert_eq!(good.len(), HEADER);
        assert_eq!(Header::decode(&good, 4224).expect("good"), header());
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 1 << (at % 8);
            assert!(Header::decode(&bad, 4224).is_err(), "byte {at}");
        }
    }

    #[test]
    fn sections_that_overlap_or_leave_the_file_are_refused() {
        assert!(Header::decode(&header().encode(), 4223).is_err());
        assert!(Header::decode(&header().encode()[..4095], 4095).is_err());
        let spoils: [fn(&mut Header); 5] = [
            |h| h.heap.offset = 4080,
            |h| h.heap.length = u64::MAX - 4000,
            |h| h.slots.offset = 4144,
            |h| h.slots.length = u64::MAX,
            |h| h.entries = 8,
        ];
        for spoil in spoils {
            let mut bad = header();
            spoil(&mut bad);
            let length = bad.slots.offset.wrapping_add(bad.slots.length);
            if bad.slots.offset.checked_add(bad.slots.length).is_some() {
                assert!(Header::decode(&bad.encode(), length).is_err(), "{bad:?}");
            }
            assert!(bad.tiles(4224).is_err(), "{bad:?}");
        }
    }
}
