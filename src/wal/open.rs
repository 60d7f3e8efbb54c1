//! Recovery's hands: reads the segments one at a time, hands them to the pure fold, and makes the end safe to write at.

use crate::base::log_place::LogPlace;
use crate::base::timestamp::Timestamp;
use crate::port::disk::{Disk, DiskFile, FileKind};
use crate::port::strangers::is_of_the_system;
use crate::wal::error::{Damage, FrameFault, SealFault, SealedError, TailEnd, WalError};
use crate::wal::format::{Block, Chain, FIRST_SEQUENCE, SEGMENT_BYTES_MAX, parse_segment_name, segment_name};
use crate::wal::reader::Frames;
use crate::wal::recovery::{Fold, Tail, Watched};
use crate::wal::seal_file::{End, SEAL_NAME, SEAL_TEMPORARY, Seal, State, Verdict};
use crate::wal::sealer::Sealer;
use crate::wal::writer::{Active, NEXT_NAME, Wal, begin_first_segment, write_zeros};
use crate::wal::{Options, format};
use std::collections::VecDeque;

/// What was found and settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovery {
    /// The first sequence the log holds, or will hold when it is empty.
    pub first_sequence: u64,
    /// The last sequence of the log; one less than `first_sequence` when it is empty.
    pub last_sequence: u64,
    /// Chain up to and with that frame.
    pub chain: Chain,
    /// The tail that was cut off, if one was torn.
    pub torn: Option<TornTail>,
    /// Whether the log had been closed in order.
    pub clean: bool,
    /// Whether one slot of the seal was not whole.
    pub seal_damaged: bool,
}

/// A frame that is not whole at the end of the log. It has been overwritten with zeros.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TornTail {
    /// The segment, as the disk names it to people.
    pub file: String,
    /// Where the frame began.
    pub offset: u64,
    /// What was wrong with it.
    pub reason: FrameFault,
}

impl<D: Disk> Wal<D> {
    /// Begins a log on `disk`, where there is none; `now` is told to people.
    ///
    /// # Errors
    /// [`WalError::Exists`] when there is one, or a seal that tells of one; it has not been touched. Those of
    /// [`Wal::recover`].
    pub fn begin(disk: &D, options: &Options, now: Timestamp) -> Result<(), WalError> {
        options.check()?;
        let names = list(disk)?;
        let file = match names.numbers.first() {
            Some(first) => Some(segment_name(*first)),
            None if names.seal && !is_unused(disk)? => Some(SEAL_NAME.to_owned()),
            None => None,
        };
        if let Some(file) = file {
            return Err(WalError::Exists { file: disk.display(&file) });
        }
        let place = LogPlace::START;
        let seal = Seal { log_id: options.log_id, number: 1, place, state: State::New, time: now };
        // The seal comes before the first segment, so that no log is ever without one.
        Sealer::create(disk, seal, names.seal_leftover)?;
        begin_first_segment(disk, options)
    }

    /// Reads the log on `disk`, verifies every frame, compares the end with the seal. Changes nothing: that is done by
    /// [`Recovered::settle`], when the caller has found all of it in order. Of the frames `watched` the chain is kept.
    ///
    /// # Errors
    /// [`WalError::Damage`], [`WalError::Stranger`] and [`WalError::NotAFile`] when the files are not what a crash can
    /// leave behind, [`WalError::Seal`] and [`WalError::Sealed`] when the seal says so, [`WalError::NoLog`] when there is
    /// no log; [`WalError::Options`], [`WalError::Io`].
    pub fn recover(disk: D, options: Options, watched: &[u64]) -> Result<Recovered<D>, WalError> {
        let sealed = list(&disk)?.seal;
        let sealer = if sealed { Some(Sealer::open(&disk)?) } else { None };
        let recovered = Self::read(disk, options, watched, sealer)?;
        if recovered.sealer.is_none() && recovered.promises_seal {
            let file = recovered.disk.display(SEAL_NAME);
            return Err(WalError::Seal { file, fault: SealFault::Missing });
        }
        recovered.compare_with_seal()?;
        Ok(recovered)
    }

    /// The same, whatever the seal says or whether there is one: for an operator who knows more than it does.
    /// [`Recovered::settle`] then makes a new one.
    ///
    /// # Errors
    /// As [`Wal::recover`], without those of the seal.
    pub fn recover_without_seal(disk: D, options: Options, watched: &[u64]) -> Result<Recovered<D>, WalError> {
        Self::read(disk, options, watched, None)
    }

    fn read(
        disk: D,
        options: Options,
        watched: &[u64],
        sealer: Option<Sealer<D::File>>,
    ) -> Result<Recovered<D>, WalError> {
        options.check()?;
        let names = list(&disk)?;
        let seal = sealer.as_ref().map(|sealer| *sealer.last());
        let mut segments = VecDeque::new();
        let sealed = seal.map(|seal| seal.place.frame);
        let mut fold = Fold::watching(&watched.iter().copied().chain(sealed).collect::<Vec<_>>());
        let mut bytes = Vec::new();
        for (index, &number) in names.numbers.iter().enumerate() {
            let name = segment_name(number);
            read_whole(&disk, &name, &mut bytes)?;
            let following = names.numbers.get(index + 1).copied();
            fold.segment(number, &bytes, following).map_err(|found| WalError::Damage {
                file: disk.display(&name),
                offset: found.offset,
                damage: found.damage,
            })?;
            segments.push_back((number, bytes.len() as u64));
        }
        let promises_seal = fold.is_sealed();
        let Some((first_sequence, tail, watched)) = fold.finish() else { return Err(no_segment(&disk, seal)) };
        Ok(Recovered { disk, options, segments, names, sealer, promises_seal, first_sequence, tail, bytes, watched })
    }
}

/// Whether the seal is that of a log that was being made and never opened: nothing was ever appended to it.
fn is_unused<D: Disk>(disk: &D) -> Result<bool, WalError> {
    match Sealer::open(disk) {
        Ok(sealer) => Ok(sealer.last().state == State::New),
        Err(WalError::Seal { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

/// What a directory without a segment is.
fn no_segment<D: Disk>(disk: &D, seal: Option<Seal>) -> WalError {
    match seal.filter(|seal| seal.state != State::New) {
        None => WalError::NoLog { dir: disk.display("") },
        Some(seal) => WalError::Sealed(Box::new(SealedError {
            file: disk.display(SEAL_NAME),
            verdict: Verdict::Short,
            seal,
            log_id: seal.log_id,
            last: FIRST_SEQUENCE - 1,
            newest: None,
        })),
    }
}

/// A log that has been read and not yet changed.
pub struct Recovered<D: Disk> {
    disk: D,
    options: Options,
    /// First sequence and length of every segment.
    segments: VecDeque<(u64, u64)>,
    names: Names,
    /// The seal; `None` beside a log of a version that had none.
    sealer: Option<Sealer<D::File>>,
    /// Whether a segment says that there is one.
    promises_seal: bool,
    first_sequence: u64,
    tail: Tail,
    /// The newest segment.
    bytes: Vec<u8>,
    watched: Watched,
}

impl<D: Disk> Recovered<D> {
    /// Tells this log from every other.
    pub fn log_id(&self) -> u64 {
        self.tail.header.log_id
    }

    /// The last sequence of the log; 0 when nothing was ever appended.
    pub fn last_sequence(&self) -> u64 {
        self.tail.scan.next_sequence - 1
    }

    /// The log's directory, for people.
    pub fn dir(&self) -> String {
        self.disk.display("")
    }

    /// The chain up to a frame that was watched, which a base file contains: the log must reach this frame, and begin no
    /// later than with the next.
    ///
    /// # Errors
    /// [`WalError::TooShort`], [`WalError::TooNew`].
    pub fn chain_at(&self, contained: u64) -> Result<Chain, WalError> {
        let (first, last) = (self.first_sequence, self.last_sequence());
        if last < contained {
            let newest = Some(self.end());
            return Err(WalError::TooShort { dir: self.dir(), last, contained, newest });
        }
        match self.watched.chain_at(contained) {
            Some(chain) => Ok(chain),
            None => Err(WalError::TooNew { file: self.disk.display(&segment_name(first)), first, contained }),
        }
    }

    fn compare_with_seal(&self) -> Result<(), WalError> {
        let Some(seal) = self.sealer.as_ref().map(Sealer::last) else { return Ok(()) };
        let (log_id, last) = (self.log_id(), self.last_sequence());
        let chain = self.watched.chain_at(seal.place.frame);
        seal.judge(&End { log_id, last, chain, torn: self.tail.torn.as_ref() }).map_err(|verdict| {
            let (file, newest) = (self.disk.display(SEAL_NAME), Some(self.end()));
            WalError::Sealed(Box::new(SealedError { file, verdict, seal: *seal, log_id, last, newest }))
        })
    }

    /// Where the newest segment ends.
    fn end(&self) -> TailEnd {
        TailEnd {
            file: self.disk.display(&segment_name(self.tail.header.first_sequence)),
            offset: self.tail.scan.end as u64,
            fault: self.tail.torn.clone(),
        }
    }

    /// The frames from `sequence` to the last one.
    ///
    /// # Errors
    /// As [`Frames::open`].
    pub fn reader(&self, sequence: u64) -> Result<Frames<'_, D>, WalError> {
        Frames::open(&self.disk, sequence, self.last_sequence())
    }

    /// Cuts the torn tail, makes the log ready to be appended to, and says in the seal that it is in use.
    ///
    /// When it returns, all it has found is durable, whatever state an earlier process left the page cache in.
    ///
    /// # Errors
    /// [`WalError::Io`].
    pub fn settle(self, now: Timestamp) -> Result<(Wal<D>, Recovery), WalError> {
        let (last_sequence, end) = (self.last_sequence(), self.end());
        let Self { disk, options, segments, names, sealer, first_sequence, tail, bytes, .. } = self;
        if names.next {
            disk.remove(NEXT_NAME).map_err(WalError::io("remove", disk.display(NEXT_NAME)))?;
        }
        let torn = end.fault.map(|reason| TornTail { file: end.file, offset: end.offset, reason });
        let active = settle(&disk, tail, &bytes)?;
        let place = LogPlace { frame: last_sequence, chain: active.chain };
        let clean = sealer.as_ref().is_some_and(|sealer| sealer.last().state == State::Clean);
        let seal_damaged = sealer.as_ref().is_some_and(Sealer::is_damaged);
        let sealer = match sealer {
            Some(mut sealer) => sealer.write(&disk, place, State::Open, now).map(|()| sealer)?,
            None => {
                let seal = Seal { log_id: active.header.log_id, number: 1, place, state: State::Open, time: now };
                Sealer::create(&disk, seal, names.seal_leftover)?
            }
        };
        let recovery = Recovery { first_sequence, last_sequence, chain: active.chain, torn, clean, seal_damaged };
        Ok((Wal::assemble(disk, options, segments, active, last_sequence, sealer), recovery))
    }
}

/// What lies in the log's directory.
struct Names {
    /// The first sequences of the segments, in order.
    numbers: Vec<u64>,
    /// Whether the seal is there.
    seal: bool,
    /// Whether an unfinished next segment lies about.
    next: bool,
    /// Whether an unfinished seal does.
    seal_leftover: bool,
}

/// Whatever else is there is refused: what is not understood might be part of the log.
fn list<D: Disk>(disk: &D) -> Result<Names, WalError> {
    let found = disk.list().map_err(WalError::io("list", disk.display("")))?;
    let mut names = Names { numbers: Vec::new(), seal: false, next: false, seal_leftover: false };
    for name in &found {
        let look = || WalError::io("look at", disk.display(name));
        if is_of_the_system(disk, name).map_err(look())? {
            continue;
        }
        match (name.as_str(), parse_segment_name(name)) {
            (_, Some(number)) => names.numbers.push(number),
            (SEAL_NAME, _) => names.seal = true,
            (NEXT_NAME, _) => names.next = true,
            (SEAL_TEMPORARY, _) => names.seal_leftover = true,
            _ => return Err(WalError::Stranger { file: disk.display(name) }),
        }
        let found = disk.kind(name).map_err(look())?;
        if found != FileKind::Regular {
            return Err(WalError::NotAFile { file: disk.display(name), found });
        }
    }
    names.numbers.sort_unstable();
    Ok(names)
}

fn read_whole<D: Disk>(disk: &D, name: &str, bytes: &mut Vec<u8>) -> Result<(), WalError> {
    let error = || WalError::io("read", disk.display(name));
    let file = disk.open(name).map_err(error())?;
    let length = file.len().map_err(error())?;
    if length > SEGMENT_BYTES_MAX {
        let damage = Damage::Size { expected: SEGMENT_BYTES_MAX, found: length };
        return Err(WalError::Damage { file: disk.display(name), offset: SEGMENT_BYTES_MAX, damage });
    }
    bytes.clear();
    bytes.resize(length as usize, 0);
    file.read_at(bytes, 0).map_err(error())
}

/// Makes the end of the log durable and its remainder zero, and stands behind the last frame.
///
/// The last frame may be whole only in the page cache: its process was killed before the sync, or the sync failed and
/// the kernel forgot that the pages are dirty. Whoever reads it from here on acts on it, so it is written once more.
/// The directory is synced for the same reason. Bytes behind it go before anything is appended: left alone, the end of a
/// long torn frame would lie behind a short new one.
fn settle<D: Disk>(disk: &D, tail: Tail, bytes: &[u8]) -> Result<Active<D::File>, WalError> {
    let name = segment_name(tail.header.first_sequence);
    let mut file = disk.open(&name).map_err(WalError::io("open", disk.display(&name)))?;
    if let Some(content) = tail.scan.last_frame.clone().and_then(|range| bytes.get(range)) {
        let mut frame = Block::with_capacity(content.len());
        frame.extend_from_slice(content);
        file.write_at(&frame, (tail.scan.end - frame.len()) as u64)
            .map_err(WalError::io("write the last frame of", disk.display(&name)))?;
    }
    let end = tail.scan.end as u64;
    let dirty = tail.dirty.next_multiple_of(format::BLOCK) as u64;
    write_zeros(&mut file, end..end + dirty).map_err(WalError::io("cut the tail of", disk.display(&name)))?;
    file.sync_data().map_err(WalError::io("sync", disk.display(&name)))?;
    disk.sync_dir().map_err(WalError::io("sync", disk.display("")))?;
    Ok(Active { name, file, header: tail.header, at: end, chain: tail.scan.chain })
}
