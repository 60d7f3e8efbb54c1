//! From bytes to "valid prefix, and the reason it stops": pure, so that it can be tested on every cut and every flip.
//!
//! A bad frame is a torn tail only if it can be the one frame that was in flight at the crash: it lies in the newest
//! segment, no whole frame lies behind it, and it is not the frame its segment was named for. Everything else is damage.

use crate::wal::error::{Damage, Evidence, FrameFault};
use crate::wal::format::{
    BLOCK, Chain, FIRST_SEQUENCE, SEGMENT_FIRST_SEQUENCE, SegmentHeader, VERSION_UNSEALED, decode_frame,
    decode_frame_header, decode_segment_header,
};
use std::ops::Range;

/// Damage, and the octet of its segment where it shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located {
    /// Octet of the segment.
    pub offset: u64,
    /// What is wrong there.
    pub damage: Damage,
}

/// Where the walk through one segment ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scan {
    /// Octets of header and valid frames; the next frame belongs here.
    pub end: usize,
    /// Where the last valid frame lies; `None` when the segment has none.
    pub last_frame: Option<Range<usize>>,
    /// The sequence expected at `end`.
    pub next_sequence: u64,
    /// Chain of the last valid frame.
    pub chain: Chain,
    /// Why it ended.
    pub stop: Stop,
}

/// Why a walk through a segment ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Only zeros follow, or nothing.
    Clean,
    /// The bytes are not a frame.
    Bad {
        /// Why not.
        fault: FrameFault,
        /// The first whole frame behind them, if any.
        later: Option<Later>,
    },
    /// A whole frame, but not the one that belongs here.
    Wrong(Damage),
}

/// A whole frame found behind bad bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Later {
    /// Octet of the segment.
    pub offset: usize,
    /// Its sequence.
    pub sequence: u64,
}

/// The end of the log, as the fold over all its segments finds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tail {
    /// The newest segment's own description.
    pub header: SegmentHeader,
    /// Its walk.
    pub scan: Scan,
    /// Octets from `scan.end` that are not zero: what must be zeroed before anything is appended.
    pub dirty: usize,
    /// Why the last frame is torn, if it is.
    pub torn: Option<FrameFault>,
}

/// Folds the segments of a log, oldest first, into its end.
#[derive(Debug, Default)]
pub struct Fold {
    first_sequence: Option<u64>,
    tail: Option<Tail>,
    watched: Watched,
    sealed: bool,
}

/// Frames whose chains are wanted, as far as they have been met.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Watched(Vec<(u64, Option<Chain>)>);

impl Watched {
    /// The chain up to a frame that was asked for; `None` when the log does not hold it.
    pub fn chain_at(&self, frame: u64) -> Option<Chain> {
        self.0.iter().find(|(wanted, _)| *wanted == frame)?.1
    }

    fn meet(&mut self, frame: u64, chain: &Chain) {
        for (_, found) in self.0.iter_mut().filter(|(wanted, _)| *wanted == frame) {
            *found = Some(*chain);
        }
    }
}

impl Fold {
    /// A fold that remembers the chain up to each of these frames; the frame before the first one counts too.
    pub fn watching(frames: &[u64]) -> Self {
        let watched = Watched(frames.iter().map(|frame| (*frame, None)).collect());
        Self { watched, ..Self::default() }
    }

    /// Takes the content of the segment whose name says `number`; `following` is the number of the next segment's name.
    ///
    /// # Errors
    /// The damage, and where in this segment it shows.
    pub fn segment(&mut self, number: u64, bytes: &[u8], following: Option<u64>) -> Result<(), Located> {
        let header = read_header(number, bytes)?;
        match &self.tail {
            None => self.first_sequence = Some(header.first_sequence),
            Some(before) => continues(before, &header)?,
        }
        self.sealed |= header.version > VERSION_UNSEALED;
        self.watched.meet(header.first_sequence.saturating_sub(1), &header.chain);
        let scan = scan(bytes, &header, |sequence, chain| self.watched.meet(sequence, chain));
        let torn = judge(&scan, &header, following)?;
        if let Some(found) = following.filter(|&found| found > scan.next_sequence) {
            let damage = Damage::MissingFrames { expected: scan.next_sequence, found };
            return Err(Located { offset: scan.end as u64, damage });
        }
        let rest = bytes.get(scan.end..).unwrap_or_default();
        let dirty = rest.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
        self.tail = Some(Tail { header, scan, dirty, torn });
        Ok(())
    }

    /// Whether one of the segments says that the log has a seal.
    pub fn is_sealed(&self) -> bool {
        self.sealed
    }

    /// First sequence of the oldest segment, the end of the newest, and what was watched; `None` when there was no
    /// segment.
    pub fn finish(self) -> Option<(u64, Tail, Watched)> {
        Some((self.first_sequence?, self.tail?, self.watched))
    }
}

fn read_header(number: u64, bytes: &[u8]) -> Result<SegmentHeader, Located> {
    let found = bytes.len() as u64;
    let Some(block) = bytes.first_chunk::<BLOCK>() else {
        return Err(Located { offset: found, damage: Damage::Size { expected: BLOCK as u64, found } });
    };
    let header = decode_segment_header(block).map_err(|damage| Located { offset: 0, damage })?;
    if header.first_sequence != number {
        let damage = Damage::Name { expected: number, found: header.first_sequence };
        return Err(Located { offset: SEGMENT_FIRST_SEQUENCE as u64, damage });
    }
    if header.segment_bytes != found {
        let damage = Damage::Size { expected: header.segment_bytes, found };
        return Err(Located { offset: found.min(header.segment_bytes), damage });
    }
    Ok(header)
}

fn continues(before: &Tail, header: &SegmentHeader) -> Result<(), Located> {
    let offset = SEGMENT_FIRST_SEQUENCE as u64;
    if header.log_id != before.header.log_id {
        let damage = Damage::ForeignLog { expected: before.header.log_id, found: header.log_id };
        return Err(Located { offset, damage });
    }
    let (expected, found) = (before.scan.next_sequence, header.first_sequence);
    if found != expected {
        return Err(Located { offset, damage: Damage::Duplicate { expected, found } });
    }
    if header.chain != before.scan.chain {
        let damage = Damage::Chain { stored: header.chain, computed: before.scan.chain };
        return Err(Located { offset, damage });
    }
    Ok(())
}

/// Tells a torn tail (`Ok(Some)`) and a clean end (`Ok(None)`) from damage.
fn judge(scan: &Scan, header: &SegmentHeader, following: Option<u64>) -> Result<Option<FrameFault>, Located> {
    let located = |damage| Located { offset: scan.end as u64, damage };
    let fault = match &scan.stop {
        Stop::Wrong(damage) => return Err(located(damage.clone())),
        Stop::Bad { fault, later: Some(later) } => {
            let evidence = Evidence::LaterFrame { offset: later.offset as u64, sequence: later.sequence };
            return Err(located(Damage::Frame { fault: fault.clone(), evidence }));
        }
        Stop::Bad { fault, later: None } => Some(fault.clone()),
        Stop::Clean => None,
    };
    if let (Some(fault), Some(first_sequence)) = (&fault, following) {
        let evidence = Evidence::LaterSegment { first_sequence };
        return Err(located(Damage::Frame { fault: fault.clone(), evidence }));
    }
    // Only the very first segment of a log is named while it is empty.
    if scan.last_frame.is_none() && header.first_sequence != FIRST_SEQUENCE {
        let fault = fault.unwrap_or_else(FrameFault::zeros);
        return Err(located(Damage::Frame { fault, evidence: Evidence::FirstOfSegment }));
    }
    Ok(fault)
}

/// Walks the frames of one segment as far as they are valid and in order; `each` gets the sequence and chain of each.
pub fn scan(bytes: &[u8], header: &SegmentHeader, mut each: impl FnMut(u64, &Chain)) -> Scan {
    let mut scan = Scan {
        end: BLOCK,
        last_frame: None,
        next_sequence: header.first_sequence,
        chain: header.chain,
        stop: Stop::Clean,
    };
    loop {
        let rest = bytes.get(scan.end..).unwrap_or_default();
        let frame = match decode_frame(header.log_id, rest) {
            Ok(frame) => frame,
            Err(_) if rest.iter().all(|&byte| byte == 0) => return scan,
            Err(fault) => {
                scan.stop = Stop::Bad { fault, later: later_frame(bytes, &scan, header.log_id) };
                return scan;
            }
        };
        if let Err(damage) = frame.follows(scan.next_sequence, &scan.chain) {
            scan.stop = Stop::Wrong(damage);
            return scan;
        }
        let start = scan.end;
        scan.end += frame.bytes();
        scan.last_frame = Some(start..scan.end);
        scan.next_sequence = scan.next_sequence.saturating_add(1);
        scan.chain = frame.header.chain;
        each(frame.header.sequence, &scan.chain);
    }
}

/// The first whole frame behind the bad bytes at `scan.end`.
///
/// Sequences are compared before anything is hashed: content that only looks like frames cannot make this walk slow,
/// and cannot pass for one either, since the checksum is seeded with an id that nobody outside knows.
fn later_frame(bytes: &[u8], scan: &Scan, log_id: u64) -> Option<Later> {
    let plausible = scan.next_sequence..=scan.next_sequence.saturating_add((bytes.len() / BLOCK) as u64);
    (scan.end + BLOCK..bytes.len()).step_by(BLOCK).find_map(|offset| {
        let rest = bytes.get(offset..)?;
        let header = decode_frame_header(rest.first_chunk()?, rest.len() as u64).ok()?;
        if !plausible.contains(&header.sequence) {
            return None;
        }
        let frame = decode_frame(log_id, rest).ok()?;
        Some(Later { offset, sequence: frame.header.sequence })
    })
}
