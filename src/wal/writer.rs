//! Appends frames, rolls over to the next segment and releases old ones. Nothing is answered before it is durable.

use crate::base::log_place::LogPlace;
use crate::base::timestamp::Timestamp;
use crate::port::disk::{Disk, DiskFile};
use crate::wal::Options;
use crate::wal::error::WalError;
use crate::wal::format::{
    Block, Chain, FIRST_SEQUENCE, SegmentHeader, VERSION, encode_frame, encode_segment_header, frame_bytes,
    segment_name,
};
use crate::wal::reader::Frames;
use crate::wal::seal_file::{SEAL_NAME, State};
use crate::wal::sealer::Sealer;
use std::collections::VecDeque;
use std::io;
use std::ops::Range;

/// The segment that is being prepared. It gets a segment's name when its first frame is durable, so that a named
/// segment never has to be explained away.
pub(super) const NEXT_NAME: &str = "wal-next.tmp";
/// Octets zeroed and synced in one step of preparing: well below a millisecond of disk time where commands take as long.
const PREPARE_STEP: u64 = 256 * 1024;
/// Octets of frames for each of which a log that has no idle moment does a step: the next segment is ready long before it is
/// needed, and no command waits for more than a step.
const PACE: u64 = PREPARE_STEP / 2;
const ZEROS: usize = 256 * 1024;

/// The write-ahead log, owned by its one writer.
pub struct Wal<D: Disk> {
    disk: D,
    options: Options,
    /// First sequence and length of every named segment, the active one last.
    segments: VecDeque<(u64, u64)>,
    active: Active<D::File>,
    next: Option<Next<D::File>>,
    last_sequence: u64,
    sealer: Sealer<D::File>,
    appended_bytes: u64,
    /// How many of them there were at the last step of preparing that kept pace.
    paced: u64,
    buffer: Block,
    poison: Option<String>,
}

/// The newest segment, and where its next frame belongs.
pub(super) struct Active<F> {
    pub(super) name: String,
    pub(super) file: F,
    pub(super) header: SegmentHeader,
    pub(super) at: u64,
    pub(super) chain: Chain,
}

/// The segment after the active one, and how much of it is zeroed and synced.
struct Next<F> {
    file: F,
    zeroed: u64,
}

impl<D: Disk> Wal<D> {
    pub(super) fn assemble(
        disk: D,
        options: Options,
        segments: VecDeque<(u64, u64)>,
        mut active: Active<D::File>,
        last_sequence: u64,
        sealer: Sealer<D::File>,
    ) -> Self {
        active.file.write_blocks();
        let (next, buffer) = (None, Block::new());
        let (appended_bytes, paced, poison) = (0, 0, None);
        Wal { disk, options, segments, active, next, last_sequence, sealer, appended_bytes, paced, buffer, poison }
    }

    /// Writes one frame whose payload is the concatenation of `payload`, and returns its sequence when it is durable.
    ///
    /// # Errors
    /// [`WalError::PayloadTooLarge`], [`WalError::NoSpace`] and [`WalError::NoFile`] leave the log as it was, and later
    /// appends may succeed.
    /// After any other error the frame may or may not be found by the next [`Wal::recover`], and every later call that
    /// would write answers [`WalError::Poisoned`].
    pub fn append(&mut self, term: u64, payload: &[&[u8]]) -> Result<u64, WalError> {
        self.refuse_if_poisoned()?;
        let length: usize = payload.iter().map(|part| part.len()).sum();
        if length > self.options.payload_bytes {
            return Err(WalError::PayloadTooLarge { limit: self.options.payload_bytes, found: length });
        }
        let fits = self.active.at + frame_bytes(length) as u64 <= self.active.header.segment_bytes;
        let written = if fits { self.append_here(term, payload) } else { self.append_in_next(term, payload) };
        self.poison_on_error(written)?;
        self.last_sequence += 1;
        self.appended_bytes += frame_bytes(length) as u64;
        Ok(self.last_sequence)
    }

    /// Does one step towards having the next segment ready, so that the roll-over costs two syncs and no waiting for
    /// space. Returns whether there is more to do. For the owner's idle moments; `append` does what is left.
    ///
    /// # Errors
    /// [`WalError::NoSpace`] and [`WalError::NoFile`] leave the log usable; the active segment still takes frames. Others
    /// poison it.
    pub fn prepare_next(&mut self) -> Result<bool, WalError> {
        self.refuse_if_poisoned()?;
        let prepared = self.prepare_step();
        self.poison_on_error(prepared)
    }

    /// Does a step of preparing where one is due for what was appended. For an owner without idle moments, after each append.
    ///
    /// # Errors
    /// As [`Wal::prepare_next`].
    pub fn keep_pace(&mut self) -> Result<(), WalError> {
        if self.appended_bytes - self.paced < PACE {
            return Ok(());
        }
        self.paced = self.appended_bytes;
        self.prepare_next().map(drop)
    }

    /// The last frame that the seal names.
    pub fn sealed(&self) -> u64 {
        self.sealer.last().place.frame
    }

    /// Says in the seal how far the log is durable, if it says less; `now` is told to people. For the owner's idle
    /// moments: no append needs it, but what it names cannot get lost unseen.
    ///
    /// # Errors
    /// [`WalError::Io`], [`WalError::Removed`]: the seal says what it said before. The log goes on all the same.
    pub fn seal(&mut self, now: Timestamp) -> Result<(), WalError> {
        self.refuse_if_poisoned()?;
        if self.sealed() == self.last_sequence {
            return Ok(());
        }
        self.refuse_if_removed()?;
        let place = LogPlace { frame: self.last_sequence, chain: self.active.chain };
        self.sealer.write(&self.disk, place, State::Open, now)
    }

    /// Closes the log in order: the seal says that nothing follows its last frame.
    ///
    /// # Errors
    /// [`WalError::Io`], [`WalError::Removed`]: the log is as after a crash. [`WalError::Poisoned`]: so it is anyway.
    pub fn close(mut self, now: Timestamp) -> Result<(), WalError> {
        self.refuse_if_poisoned()?;
        self.refuse_if_removed()?;
        let place = LogPlace { frame: self.last_sequence, chain: self.active.chain };
        // In both slots: one that goes bad leaves the other, and neither vouches for less.
        self.sealer.write(&self.disk, place, State::Clean, now)?;
        self.sealer.write(&self.disk, place, State::Clean, now)
    }

    /// Removes the segments that hold only frames up to `sequence`, oldest first, never the active one.
    ///
    /// # Errors
    /// [`WalError::Io`]: fewer segments were removed. Only a failed sync of the directory poisons the log.
    pub fn release(&mut self, sequence: u64, now: Timestamp) -> Result<(), WalError> {
        self.refuse_if_poisoned()?;
        let goes = self.segments.get(1).is_some_and(|(following, _)| *following - 1 <= sequence);
        if goes && self.sealed() < sequence.min(self.last_sequence) {
            // The frame that the seal names stays in reach, so that the two can be compared.
            self.seal(now)?;
        }
        while let Some(&(following, _)) = self.segments.get(1).filter(|(following, _)| *following - 1 <= sequence) {
            let name = segment_name(self.first_sequence());
            self.disk.remove(&name).map_err(WalError::io("remove", self.disk.display(&name)))?;
            self.segments.pop_front();
            debug_assert_eq!(self.first_sequence(), following);
            // One by one: were two removals in flight at a crash, the newer alone could survive it and leave a hole.
            let synced = self.disk.sync_dir().map_err(WalError::io("sync", self.disk.display("")));
            self.poison_on_error(synced)?;
        }
        Ok(())
    }

    /// The last durable sequence; 0 when nothing was ever appended.
    pub fn last_sequence(&self) -> u64 {
        self.last_sequence
    }

    /// The first sequence the log holds, or will hold when it is empty.
    pub fn first_sequence(&self) -> u64 {
        self.segments.front().map_or(FIRST_SEQUENCE, |(first, _)| *first)
    }

    /// Chain up to and with the last frame.
    pub fn chain(&self) -> Chain {
        self.active.chain
    }

    /// Octets of disk that the segments take, the one being prepared included.
    pub fn bytes(&self) -> u64 {
        let prepared = if self.next.is_some() { self.options.segment_bytes } else { 0 };
        self.segments.iter().map(|(_, bytes)| bytes).sum::<u64>() + prepared
    }

    /// Octets of the frames appended since the log was opened.
    pub fn appended_bytes(&self) -> u64 {
        self.appended_bytes
    }

    /// The frames from `sequence` to the last durable one.
    ///
    /// # Errors
    /// As [`Frames::open`].
    pub fn reader(&self, sequence: u64) -> Result<Frames<'_, D>, WalError> {
        Frames::open(&self.disk, sequence, self.last_sequence)
    }

    fn append_here(&mut self, term: u64, payload: &[&[u8]]) -> Result<(), WalError> {
        self.buffer.clear();
        let active = &mut self.active;
        let (log_id, before) = (active.header.log_id, active.chain);
        let chain = encode_frame(log_id, &before, self.last_sequence + 1, term, payload, &mut self.buffer);
        let error = |action| WalError::io(action, self.disk.display(&active.name));
        active.file.write_at(&self.buffer, active.at).map_err(error("write to"))?;
        active.file.sync_data().map_err(error("sync"))?;
        active.at += self.buffer.len() as u64;
        active.chain = chain;
        Ok(())
    }

    /// Header and first frame become durable in the nameless file, then the name does.
    fn append_in_next(&mut self, term: u64, payload: &[&[u8]]) -> Result<(), WalError> {
        while self.prepare_step()? {}
        let mut file = self.next.take().expect("prepare_step leaves a segment behind").file;
        let first_sequence = self.last_sequence + 1;
        let header = SegmentHeader {
            version: VERSION,
            log_id: self.active.header.log_id,
            segment_bytes: self.options.segment_bytes,
            first_sequence,
            chain: self.active.chain,
        };
        self.buffer.clear();
        encode_segment_header(&header, &mut self.buffer);
        let chain = encode_frame(header.log_id, &header.chain, first_sequence, term, payload, &mut self.buffer);
        let name = name_segment(&self.disk, &mut file, &self.buffer, first_sequence)?;
        file.write_blocks();
        self.segments.push_back((first_sequence, header.segment_bytes));
        self.active = Active { name, file, header, at: self.buffer.len() as u64, chain };
        Ok(())
    }

    fn prepare_step(&mut self) -> Result<bool, WalError> {
        let length = self.options.segment_bytes;
        let step = match &mut self.next {
            None => create_next(&self.disk, length).map(|file| self.next = Some(Next { file, zeroed: 0 })),
            Some(next) if next.zeroed < length => {
                let end = length.min(next.zeroed + PREPARE_STEP);
                zero_and_sync(&self.disk, &mut next.file, next.zeroed..end).map(|()| next.zeroed = end)
            }
            Some(_) => Ok(()),
        };
        if let Err(error) = step {
            self.next = None;
            return Err(error);
        }
        Ok(self.next.as_ref().is_some_and(|next| next.zeroed < length))
    }

    #[cfg(test)]
    pub(super) fn is_next_ready(&self) -> bool {
        self.next.as_ref().is_some_and(|next| next.zeroed == self.options.segment_bytes)
    }

    fn refuse_if_poisoned(&self) -> Result<(), WalError> {
        self.poison.as_ref().map_or(Ok(()), |cause| Err(WalError::Poisoned { cause: cause.clone() }))
    }

    /// A seal vouches for what the next start will find, and a file without a name is not found.
    fn refuse_if_removed(&self) -> Result<(), WalError> {
        for (name, named) in
            [(self.active.name.as_str(), self.active.file.is_named()), (SEAL_NAME, self.sealer.is_named())]
        {
            let file = self.disk.display(name);
            if !named.map_err(WalError::io("look at", file.clone()))? {
                return Err(WalError::Removed { file });
            }
        }
        Ok(())
    }

    fn poison_on_error<T>(&mut self, result: Result<T, WalError>) -> Result<T, WalError> {
        if let Err(error) = &result
            && !matches!(error, WalError::NoSpace { .. } | WalError::NoFile { .. })
        {
            self.poison = Some(error.to_string());
        }
        result
    }
}

/// Begins a log: a first segment without a frame.
pub(super) fn begin_first_segment<D: Disk>(disk: &D, options: &Options) -> Result<(), WalError> {
    let mut file = create_next(disk, options.segment_bytes)?;
    zero_and_sync(disk, &mut file, 0..options.segment_bytes)?;
    let header = SegmentHeader {
        version: VERSION,
        log_id: options.log_id,
        segment_bytes: options.segment_bytes,
        first_sequence: FIRST_SEQUENCE,
        chain: Chain::default(),
    };
    let mut block = Block::new();
    encode_segment_header(&header, &mut block);
    name_segment(disk, &mut file, &block, FIRST_SEQUENCE).map(drop)
}

/// Writes zeros over `range`, so that space is not only reserved but written: a sync of a frame inside then has no
/// metadata to write.
pub(super) fn write_zeros<F: DiskFile>(file: &mut F, range: Range<u64>) -> io::Result<()> {
    let mut zeros = Block::new();
    zeros.resize(ZEROS.min((range.end - range.start) as usize), 0);
    let mut at = range.start;
    while at < range.end {
        let part = zeros.get(..(range.end - at) as usize).unwrap_or(&zeros);
        file.write_at(part, at)?;
        at += part.len() as u64;
    }
    Ok(())
}

fn create_next<D: Disk>(disk: &D, length: u64) -> Result<D::File, WalError> {
    // Whoever uses up the descriptors, with connections say, must not stop the registry for good by it.
    let no_file = |source| WalError::NoFile { file: disk.display(NEXT_NAME), source };
    let mut file = match disk.create(NEXT_NAME) {
        // Left by an earlier try that ran out of space and could not be removed either.
        Err(exists) if exists.kind() == io::ErrorKind::AlreadyExists => {
            disk.remove(NEXT_NAME).map_err(no_file)?;
            disk.create(NEXT_NAME).map_err(no_file)?
        }
        Err(full) if is_full(&full) => return Err(no_space(disk, length)),
        created => created.map_err(no_file)?,
    };
    match file.allocate(length) {
        Err(full) if is_full(&full) => Err(no_space(disk, length)),
        allocated => allocated.map_err(WalError::io("allocate", disk.display(NEXT_NAME))).map(|()| file),
    }
}

fn zero_and_sync<D: Disk>(disk: &D, file: &mut D::File, range: Range<u64>) -> Result<(), WalError> {
    let error = |action| WalError::io(action, disk.display(NEXT_NAME));
    let length = range.end;
    match write_zeros(file, range) {
        Err(full) if is_full(&full) => return Err(no_space(disk, length)),
        written => written.map_err(error("write to"))?,
    }
    file.sync_data().map_err(error("sync"))
}

fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

/// Gives the space back that was reserved in vain; what cannot be removed now is removed by the next try.
fn no_space<D: Disk>(disk: &D, bytes: u64) -> WalError {
    let _ = disk.remove(NEXT_NAME);
    WalError::NoSpace { file: disk.display(NEXT_NAME), bytes }
}

fn name_segment<D: Disk>(disk: &D, file: &mut D::File, start: &Block, first: u64) -> Result<String, WalError> {
    let error = |action| WalError::io(action, disk.display(NEXT_NAME));
    file.write_at(start, 0).map_err(error("write to"))?;
    file.sync_data().map_err(error("sync"))?;
    let name = segment_name(first);
    disk.rename(NEXT_NAME, &name).map_err(error("rename"))?;
    disk.sync_dir().map_err(WalError::io("sync", disk.display("")))?;
    Ok(name)
}
