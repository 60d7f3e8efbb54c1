//! Reads durable frames in order, one at a time, from a log that may be growing.
//!
//! A reader is told the last durable sequence and never looks behind it, so it never sees a frame in the making; it
//! needs nothing from the writer but that number, and may run on another thread over its own handle of the disk.

use crate::port::disk::{Disk, DiskFile};
use crate::wal::error::{Damage, Evidence, FrameFault, WalError};
use crate::wal::format::{
    BLOCK, Block, Chain, FRAME_HEADER, Frame, SegmentHeader, decode_frame, decode_frame_header, decode_segment_header,
    frame_bytes, parse_segment_name, segment_name,
};
use std::io;

/// The frames of a log from one sequence on.
pub struct Frames<'d, D: Disk> {
    disk: &'d D,
    segment: Option<Segment<D::File>>,
    next: u64,
    from: u64,
    durable: u64,
    buffer: Block,
}

/// The segment being read.
struct Segment<F> {
    name: String,
    file: F,
    header: SegmentHeader,
    at: u64,
    chain: Chain,
}

impl<'d, D: Disk> Frames<'d, D> {
    /// Reads frames `from..=durable`; `durable` is the last sequence known to be on disk.
    ///
    /// # Errors
    /// [`WalError::Released`] when the log no longer holds `from`; [`WalError::Damage`] and [`WalError::Io`] when its
    /// segment cannot be read.
    pub fn open(disk: &'d D, from: u64, durable: u64) -> Result<Self, WalError> {
        let names = disk.list().map_err(WalError::io("list", disk.display("")))?;
        let numbers = || names.iter().filter_map(|name| parse_segment_name(name));
        let mut frames = Frames { disk, segment: None, next: from, from, durable, buffer: Block::new() };
        if from > durable {
            return Ok(frames);
        }
        let Some(first) = numbers().filter(|&number| number <= from).max() else {
            return Err(WalError::Released { wanted: from, first: numbers().min().unwrap_or(durable + 1) });
        };
        frames.next = first;
        frames.segment = Some(frames.open_segment(first)?);
        Ok(frames)
    }

    /// Says that frames up to `durable` are on disk by now, so that a reader at the end goes on.
    pub fn advance(&mut self, durable: u64) {
        self.durable = self.durable.max(durable);
    }

    /// The next frame, its payload 16-aligned; `None` after the last durable one.
    ///
    /// # Errors
    /// As [`Frames::open`]. The reader stays where it is.
    pub fn next_frame(&mut self) -> Result<Option<Frame<'_>>, WalError> {
        while self.next <= self.durable {
            let sequence = self.next;
            self.load(sequence)?;
            if sequence >= self.from {
                let segment = self.segment.as_ref().expect("load leaves a segment behind");
                let frame = decode_frame(segment.header.log_id, &self.buffer).expect("load has decoded it");
                return Ok(Some(frame));
            }
        }
        Ok(None)
    }

    /// Reads frame `sequence` into the buffer, checks it, and moves behind it.
    fn load(&mut self, sequence: u64) -> Result<(), WalError> {
        // Zeros, or no room, where a durable frame should be: the writer went on in the segment named for it.
        if !self.read_frame()? {
            self.segment = Some(self.open_segment(sequence)?);
            if !self.read_frame()? {
                return Err(
                    self.damage(Damage::Frame { fault: FrameFault::zeros(), evidence: Evidence::FirstOfSegment })
                );
            }
        }
        let segment = self.segment.as_ref().expect("opened by now");
        let frame = decode_frame(segment.header.log_id, &self.buffer).map_err(|fault| self.bad_frame(fault))?;
        frame.follows(sequence, &segment.chain).map_err(|damage| self.damage(damage))?;
        let chain = frame.header.chain;
        let segment = self.segment.as_mut().expect("opened by now");
        segment.chain = chain;
        segment.at += self.buffer.len() as u64;
        self.next = sequence + 1;
        Ok(())
    }

    /// Fills the buffer with the bytes of the frame at the segment's place; `false` when the segment has no more.
    fn read_frame(&mut self) -> Result<bool, WalError> {
        let Some(segment) = self.segment.as_ref().filter(|segment| segment.at < segment.header.segment_bytes) else {
            return Ok(false);
        };
        let error = || WalError::io("read", self.disk.display(&segment.name));
        self.buffer.clear();
        self.buffer.resize(BLOCK, 0);
        segment.file.read_at(&mut self.buffer, segment.at).map_err(error())?;
        if self.buffer.iter().all(|&byte| byte == 0) {
            return Ok(false);
        }
        let first = self.buffer.first_chunk::<FRAME_HEADER>().expect("a block is larger than a frame header");
        let room = segment.header.segment_bytes - segment.at;
        let header = decode_frame_header(first, room).map_err(|fault| self.bad_frame(fault))?;
        self.buffer.resize(frame_bytes(header.length as usize), 0);
        if let Some(rest) = self.buffer.get_mut(BLOCK..).filter(|rest| !rest.is_empty()) {
            segment.file.read_at(rest, segment.at + BLOCK as u64).map_err(error())?;
        }
        Ok(true)
    }

    fn open_segment(&self, first_sequence: u64) -> Result<Segment<D::File>, WalError> {
        let name = segment_name(first_sequence);
        let error = |action| WalError::io(action, self.disk.display(&name));
        let file = self.disk.open(&name).map_err(error("open"))?;
        let mut block = [0; BLOCK];
        match file.read_at(&mut block, 0) {
            Err(short) if short.kind() == io::ErrorKind::UnexpectedEof => {
                let damage = Damage::Size { expected: BLOCK as u64, found: file.len().map_err(error("measure"))? };
                return Err(WalError::Damage { file: self.disk.display(&name), offset: 0, damage });
            }
            other => other.map_err(error("read"))?,
        }
        let header = decode_segment_header(&block).and_then(|header| {
            let found = header.first_sequence;
            if found == first_sequence { Ok(header) } else { Err(Damage::Name { expected: first_sequence, found }) }
        });
        let file_name = self.disk.display(&name);
        let header = header.map_err(|damage| WalError::Damage { file: file_name, offset: 0, damage })?;
        self.joins(&name, &header)?;
        let chain = header.chain;
        Ok(Segment { name, file, header, at: BLOCK as u64, chain })
    }

    /// A segment read after another one must continue it.
    fn joins(&self, name: &str, header: &SegmentHeader) -> Result<(), WalError> {
        let Some(before) = &self.segment else { return Ok(()) };
        let damage = if header.log_id != before.header.log_id {
            Damage::ForeignLog { expected: before.header.log_id, found: header.log_id }
        } else if header.chain != before.chain {
            Damage::Chain { stored: header.chain, computed: before.chain }
        } else {
            return Ok(());
        };
        Err(WalError::Damage { file: self.disk.display(name), offset: 0, damage })
    }

    fn bad_frame(&self, fault: FrameFault) -> WalError {
        self.damage(Damage::Frame { fault, evidence: Evidence::Durable { sequence: self.durable } })
    }

    /// Damage at the place where the reader stands.
    fn damage(&self, damage: Damage) -> WalError {
        let segment = self.segment.as_ref().expect("only an open segment shows damage");
        WalError::Damage { file: self.disk.display(&segment.name), offset: segment.at, damage }
    }
}
