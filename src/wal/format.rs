//! The bytes of format version 2: where each field of a segment header and of a frame lies.
//!
//! ```text
//! segment file                                    frame (starts at a multiple of 4096)
//! ┌────────────────────────────┐ 0                ┌──────────────────────────────┐ 0
//! │ magic             8        │                  │ checksum          8          │
//! │ version           8        │                  │ magic             4          │ 8
//! │ checksum          8        │                  │ payload length    4          │ 12
//! │ log id            8        │                  │ sequence          8          │ 16
//! │ segment bytes     8        │                  │ term              8          │ 24
//! │ first sequence    8        │                  │ chain            32          │ 32
//! │ chain before it  32        │                  │ payload           n          │ 64
//! │ zero              …        │                  │ zero up to a multiple of 4096│ 64 + n
//! ├────────────────────────────┤ 4096             └──────────────────────────────┘
//! │ frames, then zero          │
//! └────────────────────────────┘ segment bytes
//! ```
//!
//! Integers are little-endian. The reasons stand in [`crate::manual::wal_format`].

use crate::base::limits::WAL_PAYLOAD_BYTES;
use crate::wal::error::{Damage, FrameFault};
use rkyv::util::AlignedVec;
use sha2::{Digest, Sha256};
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

/// The format version this code writes. A log with a segment of this version has a seal.
pub const VERSION: u64 = 2;
/// The oldest version this code reads: the same octets, of a log without a seal.
pub const VERSION_UNSEALED: u64 = 1;
/// Frames start at multiples of this: a frame being written never shares a disk block or a page with a durable one.
pub const BLOCK: usize = 4096;
/// The longest segment: recovery reads a segment whole, and must not trust a file's length beyond this.
pub const SEGMENT_BYTES_MAX: u64 = 1 << 30;
/// Octets of a frame before its payload.
pub const FRAME_HEADER: usize = 64;
/// The sequence of the first frame of a log.
pub const FIRST_SEQUENCE: u64 = 1;
/// Where in a segment its first sequence is written; errors about the order of segments point there.
pub const SEGMENT_FIRST_SEQUENCE: usize = SEGMENT_BYTES + 8;

const SEGMENT_MAGIC: [u8; 8] = [0xD0, b'O', b'M', b'W', b'A', b'L', 0x0D, 0x0A];
const SEGMENT_VERSION: usize = 8;
const SEGMENT_CHECKSUM: usize = SEGMENT_VERSION + 8;
const SEGMENT_LOG_ID: usize = SEGMENT_CHECKSUM + 8;
const SEGMENT_BYTES: usize = SEGMENT_LOG_ID + 8;
const SEGMENT_CHAIN: usize = SEGMENT_FIRST_SEQUENCE + 8;
const SEGMENT_END: usize = SEGMENT_CHAIN + 32;

/// No XML text, and so no registrar's input, can contain these bytes in this order.
pub const FRAME_MAGIC: [u8; 4] = [0xD0, b'F', b'R', 0x01];
const FRAME_CHECKED_FROM: usize = 8;
const FRAME_LENGTH: usize = FRAME_CHECKED_FROM + 4;
const FRAME_SEQUENCE: usize = FRAME_LENGTH + 4;
const FRAME_TERM: usize = FRAME_SEQUENCE + 8;
const FRAME_CHAIN: usize = FRAME_TERM + 8;

const _: () = assert!(SEGMENT_END == 80 && SEGMENT_END <= BLOCK);
const _: () = assert!((BLOCK + frame_bytes(WAL_PAYLOAD_BYTES)) as u64 <= SEGMENT_BYTES_MAX);
const _: () = assert!(FRAME_CHAIN + 32 == FRAME_HEADER);
// rkyv archives lie in the payload and are read where they lie.
const _: () = assert!(BLOCK.is_multiple_of(16) && FRAME_HEADER.is_multiple_of(16));
const _: () = assert!(WAL_PAYLOAD_BYTES <= u32::MAX as usize - BLOCK - FRAME_HEADER);

/// SHA-256 over the whole history up to a frame; all zero before the first.
pub type Chain = [u8; 32];
/// The buffer a frame is built in: aligned so that a disk that bypasses the page cache can take it as it is.
pub type Block = AlignedVec<BLOCK>;

/// What a segment says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SegmentHeader {
    /// The format version, from [`VERSION_UNSEALED`] to [`VERSION`].
    pub version: u64,
    /// Tells the segments of one log from those of every other; seeds the checksums of its frames.
    pub log_id: u64,
    /// Length of the file.
    pub segment_bytes: u64,
    /// Sequence of the first frame; the file is named for it.
    pub first_sequence: u64,
    /// Chain of the frame before the first one.
    pub chain: Chain,
}

/// The numbers of one frame, as written in its header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameHeader {
    /// Octets of payload.
    pub length: u32,
    /// Position in the log, contiguous from [`FIRST_SEQUENCE`].
    pub sequence: u64,
    /// Term of the leader that wrote the frame; 0 on a single node.
    pub term: u64,
    /// Chain up to and with this frame.
    pub chain: Chain,
}

/// One frame with a valid checksum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame<'a> {
    /// Its numbers.
    pub header: FrameHeader,
    /// The batch of transactions; the log never looks inside.
    pub payload: &'a [u8],
}

impl Frame<'_> {
    /// Octets the frame takes in its segment.
    pub fn bytes(&self) -> usize {
        frame_bytes(self.payload.len())
    }

    /// Proves that this frame is the one that follows a frame with chain `before`.
    pub fn follows(&self, expected: u64, before: &Chain) -> Result<(), Damage> {
        let found = self.header.sequence;
        if found > expected {
            return Err(Damage::Hole { expected, found });
        }
        if found < expected {
            return Err(Damage::Duplicate { expected, found });
        }
        let computed = chain(before, self.header.sequence, self.header.term, &[self.payload]);
        if computed != self.header.chain {
            return Err(Damage::Chain { stored: self.header.chain, computed });
        }
        Ok(())
    }
}

/// Octets that a frame with `payload` octets takes in its segment.
pub const fn frame_bytes(payload: usize) -> usize {
    (FRAME_HEADER + payload).next_multiple_of(BLOCK)
}

/// The name of the segment whose first frame has this sequence; names sort like sequences.
pub fn segment_name(first_sequence: u64) -> String {
    format!("wal-{first_sequence:020}.seg")
}

/// The first sequence in a segment's name; `None` when it is not as [`segment_name`] would write it.
pub fn parse_segment_name(name: &str) -> Option<u64> {
    let digits = name.strip_prefix("wal-")?.strip_suffix(".seg")?;
    digits.parse().ok().filter(|&number| number >= FIRST_SEQUENCE && segment_name(number) == name)
}

/// Appends the header block of a segment to `out`.
pub fn encode_segment_header(header: &SegmentHeader, out: &mut Block) {
    let mut block = [0_u8; BLOCK];
    put(&mut block, 0, &SEGMENT_MAGIC);
    put(&mut block, SEGMENT_VERSION, &header.version.to_le_bytes());
    put(&mut block, SEGMENT_LOG_ID, &header.log_id.to_le_bytes());
    put(&mut block, SEGMENT_BYTES, &header.segment_bytes.to_le_bytes());
    put(&mut block, SEGMENT_FIRST_SEQUENCE, &header.first_sequence.to_le_bytes());
    put(&mut block, SEGMENT_CHAIN, &header.chain);
    let checksum = xxh3_64(&block[SEGMENT_LOG_ID..]);
    put(&mut block, SEGMENT_CHECKSUM, &checksum.to_le_bytes());
    out.extend_from_slice(&block);
}

/// Reads the header block. Magic and version come first, so that a newer format is named as such.
pub fn decode_segment_header(block: &[u8; BLOCK]) -> Result<SegmentHeader, Damage> {
    let magic: [u8; 8] = get(block, 0);
    if magic != SEGMENT_MAGIC {
        return Err(Damage::NotASegment { expected: SEGMENT_MAGIC, found: magic });
    }
    let version = u64::from_le_bytes(get(block, SEGMENT_VERSION));
    if !(VERSION_UNSEALED..=VERSION).contains(&version) {
        return Err(Damage::Version { expected: VERSION, found: version });
    }
    let stored = u64::from_le_bytes(get(block, SEGMENT_CHECKSUM));
    let computed = xxh3_64(&block[SEGMENT_LOG_ID..]);
    if stored != computed {
        return Err(Damage::HeaderChecksum { stored, computed });
    }
    Ok(SegmentHeader {
        version,
        log_id: u64::from_le_bytes(get(block, SEGMENT_LOG_ID)),
        segment_bytes: u64::from_le_bytes(get(block, SEGMENT_BYTES)),
        first_sequence: u64::from_le_bytes(get(block, SEGMENT_FIRST_SEQUENCE)),
        chain: get(block, SEGMENT_CHAIN),
    })
}

/// Appends one frame to `out` and returns its chain. The caller has bounded the payload by `WAL_PAYLOAD_BYTES`.
pub fn encode_frame(log_id: u64, before: &Chain, sequence: u64, term: u64, parts: &[&[u8]], out: &mut Block) -> Chain {
    let start = out.len();
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let chain = chain(before, sequence, term, parts);
    let mut header = [0_u8; FRAME_HEADER];
    put(&mut header, FRAME_CHECKED_FROM, &FRAME_MAGIC);
    let length_field = u32::try_from(length).expect("bounded by WAL_PAYLOAD_BYTES");
    put(&mut header, FRAME_LENGTH, &length_field.to_le_bytes());
    put(&mut header, FRAME_SEQUENCE, &sequence.to_le_bytes());
    put(&mut header, FRAME_TERM, &term.to_le_bytes());
    put(&mut header, FRAME_CHAIN, &chain);
    out.extend_from_slice(&header);
    for part in parts {
        out.extend_from_slice(part);
    }
    out.resize(start + frame_bytes(length), 0);
    let checksum = xxh3_64_with_seed(&out[start + FRAME_CHECKED_FROM..], log_id);
    out[start..start + FRAME_CHECKED_FROM].copy_from_slice(&checksum.to_le_bytes());
    chain
}

/// Reads the numbers of the frame at the start of `rest`, believing only what is needed to read its payload: the
/// magic, and a length that fits into `room` octets of segment.
pub fn decode_frame_header(header: &[u8; FRAME_HEADER], room: u64) -> Result<FrameHeader, FrameFault> {
    let magic: [u8; 4] = get(header, FRAME_CHECKED_FROM);
    if magic != FRAME_MAGIC {
        return Err(FrameFault::Magic { expected: FRAME_MAGIC, found: magic });
    }
    let length = u32::from_le_bytes(get(header, FRAME_LENGTH));
    if length as usize > WAL_PAYLOAD_BYTES || frame_bytes(length as usize) as u64 > room {
        let most = room.saturating_sub(FRAME_HEADER as u64).min(WAL_PAYLOAD_BYTES as u64);
        return Err(FrameFault::Length { most, found: length });
    }
    Ok(FrameHeader {
        length,
        sequence: u64::from_le_bytes(get(header, FRAME_SEQUENCE)),
        term: u64::from_le_bytes(get(header, FRAME_TERM)),
        chain: get(header, FRAME_CHAIN),
    })
}

/// Reads the frame at the start of `rest` (the segment from there to its end) and checks its checksum, which covers
/// every octet of the frame, padding included.
pub fn decode_frame(log_id: u64, rest: &[u8]) -> Result<Frame<'_>, FrameFault> {
    let Some(first) = rest.first_chunk::<FRAME_HEADER>() else {
        return Err(FrameFault::Length { most: 0, found: 0 });
    };
    let header = decode_frame_header(first, rest.len() as u64)?;
    let length = header.length as usize;
    let frame = rest.get(..frame_bytes(length)).expect("decode_frame_header compared the length with the room");
    let stored = u64::from_le_bytes(get(first, 0));
    let computed = xxh3_64_with_seed(&frame[FRAME_CHECKED_FROM..], log_id);
    if stored != computed {
        return Err(FrameFault::Checksum { stored, computed });
    }
    Ok(Frame { header, payload: &frame[FRAME_HEADER..FRAME_HEADER + length] })
}

/// The link of one frame: SHA-256 over the chain before it, its numbers as written, and its payload.
fn chain(before: &Chain, sequence: u64, term: u64, parts: &[&[u8]]) -> Chain {
    let length: u64 = parts.iter().map(|part| part.len() as u64).sum();
    let mut hash = Sha256::new();
    hash.update(before);
    hash.update(length.to_le_bytes());
    hash.update(sequence.to_le_bytes());
    hash.update(term.to_le_bytes());
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}

fn put<const N: usize>(block: &mut [u8], at: usize, field: &[u8; N]) {
    block[at..at + N].copy_from_slice(field);
}

/// Copies a field of a fixed-size header; offsets are the constants above, which the const asserts keep inside.
fn get<const N: usize, const LEN: usize>(block: &[u8; LEN], at: usize) -> [u8; N] {
    let mut field = [0; N];
    field.copy_from_slice(&block[at..at + N]);
    field
}
