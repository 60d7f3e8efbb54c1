//! What can go wrong, said so that an operator knows which file, where in it, and what to do next.

use crate::port::disk::FileKind;
use crate::wal::format::{Chain, FRAME_MAGIC, segment_name};
use crate::wal::seal_file::{SEAL_NAME, SEAL_TEMPORARY, Seal, Verdict};
use crate::wal::writer::NEXT_NAME;
use std::fmt::{self, Display, Formatter};
use std::io;

/// Any failure of the log.
#[derive(Debug)]
#[non_exhaustive]
pub enum WalError {
    /// The disk refused a call. On the write path this poisons the log.
    Io {
        /// What was tried, as a verb with its object.
        action: &'static str,
        /// The file, as [`crate::port::disk::Disk::display`] names it.
        file: String,
        /// The disk's own words.
        source: io::Error,
    },
    /// No room for the next segment. No byte of the log was touched and the log is not poisoned: the frame is not
    /// written, and a later append tries again.
    NoSpace {
        /// The file that could not grow.
        file: String,
        /// Its wanted length.
        bytes: u64,
    },
    /// The file of the next segment could not be begun, for lack of descriptors say. No byte of the log was touched and
    /// the log is not poisoned: the frame is not written, and a later append tries again.
    NoFile {
        /// The file.
        file: String,
        /// The disk's own words.
        source: io::Error,
    },
    /// An earlier write or sync failed, so what the disk holds after the last durable frame is unknown. Only a new
    /// [`crate::wal::Wal::recover`] finds out.
    Poisoned {
        /// The first failure.
        cause: String,
    },
    /// A file of the log that is in use has lost its name. The log goes on, as far as it can.
    Removed {
        /// The name that it had.
        file: String,
    },
    /// The payload is larger than the log takes. Nothing was written and the log is not poisoned.
    PayloadTooLarge {
        /// The most octets of payload.
        limit: usize,
        /// The octets given.
        found: usize,
    },
    /// The options contradict each other.
    Options {
        /// The option.
        name: &'static str,
        /// What it must be.
        expected: String,
        /// What it is.
        found: u64,
    },
    /// The files are not what a crash can leave behind; nothing was changed.
    Damage {
        /// The damaged file.
        file: String,
        /// The octet in it where the damage shows.
        offset: u64,
        /// What is wrong.
        damage: Damage,
    },
    /// A name in the log's directory that the log does not give.
    Stranger {
        /// The file.
        file: String,
    },
    /// A name of the log's that is not that of a regular file.
    NotAFile {
        /// The name.
        file: String,
        /// What it is the name of.
        found: FileKind,
    },
    /// There is no segment.
    NoLog {
        /// The log's directory.
        dir: String,
    },
    /// A log was to be begun where one is.
    Exists {
        /// A file of it.
        file: String,
    },
    /// The log ends before what a base file contains, so its newest part is gone; nothing was changed.
    TooShort {
        /// The log's directory.
        dir: String,
        /// Its last frame.
        last: u64,
        /// The last frame that the base file contains.
        contained: u64,
        /// Where its newest segment ends; `None` when there is no segment.
        newest: Option<TailEnd>,
    },
    /// The seal cannot be read, or is missing where there must be one.
    Seal {
        /// Its file.
        file: String,
        /// Why.
        fault: SealFault,
    },
    /// Log and seal do not fit together; nothing was changed.
    Sealed(Box<SealedError>),
    /// The log begins after what a base file contains, so frames between them are gone; nothing was changed.
    TooNew {
        /// The oldest segment.
        file: String,
        /// Its first frame.
        first: u64,
        /// The last frame that the base file contains.
        contained: u64,
    },
    /// The frame was removed by [`crate::wal::Wal::release`].
    Released {
        /// The sequence asked for.
        wanted: u64,
        /// The first sequence the log still holds.
        first: u64,
    },
}

/// What does not fit between a log and its seal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedError {
    /// The seal's file.
    pub file: String,
    /// What is wrong.
    pub verdict: Verdict,
    /// What it says.
    pub seal: Seal,
    /// The id of the log.
    pub log_id: u64,
    /// The last whole frame of the log.
    pub last: u64,
    /// Where its newest segment ends; `None` when there is no segment.
    pub newest: Option<TailEnd>,
}

/// Why a seal cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SealFault {
    /// There is no such file, but segments of a version that has one.
    Missing,
    /// It has not the length it was made with.
    #[allow(missing_docs)]
    Size { expected: u64, found: u64 },
    /// None of its slots is whole.
    NoSlot,
}

/// Where the newest segment of a log that is too short ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TailEnd {
    /// The segment.
    pub file: String,
    /// The octet behind its last whole frame.
    pub offset: u64,
    /// What is wrong with the octets there, unless they are zeros.
    pub fault: Option<FrameFault>,
}

/// What is wrong with the content of a segment.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Damage {
    /// The file does not begin like a segment.
    #[allow(missing_docs)]
    NotASegment { expected: [u8; 8], found: [u8; 8] },
    /// Written by another version of the format.
    #[allow(missing_docs)]
    Version { expected: u64, found: u64 },
    /// The segment header is not what was written.
    #[allow(missing_docs)]
    HeaderChecksum { stored: u64, computed: u64 },
    /// The file does not have the length it was made with.
    #[allow(missing_docs)]
    Size { expected: u64, found: u64 },
    /// The header's first sequence is not the one in the file's name.
    #[allow(missing_docs)]
    Name { expected: u64, found: u64 },
    /// The segment belongs to another log.
    #[allow(missing_docs)]
    ForeignLog { expected: u64, found: u64 },
    /// A bad frame that cannot be a torn tail.
    Frame {
        /// What is wrong with it.
        fault: FrameFault,
        /// Why it was durable once.
        evidence: Evidence,
    },
    /// A valid frame, but frames before it are missing.
    #[allow(missing_docs)]
    Hole { expected: u64, found: u64 },
    /// A valid frame whose sequence is taken already.
    #[allow(missing_docs)]
    Duplicate { expected: u64, found: u64 },
    /// A valid frame that does not continue the history before it.
    #[allow(missing_docs)]
    Chain { stored: Chain, computed: Chain },
    /// The segment ends before the next one begins.
    MissingFrames {
        /// The first missing sequence.
        expected: u64,
        /// The sequence the next segment begins with.
        found: u64,
    },
}

/// Why the bytes at a place are not a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FrameFault {
    /// No frame magic.
    #[allow(missing_docs)]
    Magic { expected: [u8; 4], found: [u8; 4] },
    /// A length that does not fit.
    #[allow(missing_docs)]
    Length { most: u64, found: u32 },
    /// Content that is not what was written.
    #[allow(missing_docs)]
    Checksum { stored: u64, computed: u64 },
}

/// Why a bad frame must have been durable once, and so is damage rather than a torn tail.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Evidence {
    /// A valid frame lies behind it, and frames are written one after the other.
    #[allow(missing_docs)]
    LaterFrame { offset: u64, sequence: u64 },
    /// A later segment exists, and a segment is begun only when the one before it is durable.
    #[allow(missing_docs)]
    LaterSegment { first_sequence: u64 },
    /// A segment gets its name only when its first frame is durable.
    FirstOfSegment,
    /// The writer has reported frames up to this one durable.
    #[allow(missing_docs)]
    Durable { sequence: u64 },
}

impl FrameFault {
    /// Zeros where a frame should be.
    pub(crate) fn zeros() -> FrameFault {
        FrameFault::Magic { expected: FRAME_MAGIC, found: [0; 4] }
    }
}

impl WalError {
    /// Wraps a failed call on `file`.
    pub(crate) fn io(action: &'static str, file: String) -> impl FnOnce(io::Error) -> WalError {
        move |source| WalError::Io { action, file, source }
    }
}

impl std::error::Error for WalError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            WalError::Io { source, .. } | WalError::NoFile { source, .. } => Some(source),
            _ => None,
        }
    }
}

impl Display for WalError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            WalError::Io { action, file, source } => write!(f, "cannot {action} {file}: {source}"),
            WalError::NoSpace { file, bytes } => {
                write!(f, "no space for a log segment of {bytes} bytes ({file}): free some and writes go on")
            }
            WalError::NoFile { file, source } => {
                write!(f, "the next log segment cannot be begun ({file}: {source}): mend that and writes go on")
            }
            WalError::Poisoned { cause } => {
                write!(f, "the log takes no writes after a failure ({cause}): mend the disk and start again")
            }
            WalError::Removed { file } => write!(
                f,
                "{file}: this file was removed under the running registry, and so the log on the disk is no longer \
                 complete: what is written to it is gone when this process ends. Until then its content can be copied \
                 from /proc/PID/fd; stop the process only after that"
            ),
            WalError::PayloadTooLarge { limit, found } => {
                write!(f, "a log payload of {found} bytes, where at most {limit} are taken")
            }
            WalError::Options { name, expected, found } => {
                write!(f, "log option {name}: expected {expected}, found {found}")
            }
            WalError::Damage { file, offset, damage } => {
                write!(f, "{file}: damaged at offset {offset}: {damage}. {}", damage.advice())
            }
            WalError::Stranger { file } => write!(
                f,
                "{file}: expected only files of the log here (segments, named wal-, 20 digits, .seg; {SEAL_NAME}; \
                 {NEXT_NAME}; {SEAL_TEMPORARY}), found another: give it its right name if it is one of them, or move it away"
            ),
            WalError::NotAFile { file, found } => write!(
                f,
                "{file}: expected a regular file, found {found}: put the file itself here, or move {found} away. The \
                 directory as a whole may be a link to another place"
            ),
            WalError::NoLog { dir } => write!(f, "{dir}: there is no log here"),
            WalError::Exists { file } => {
                write!(f, "{file}: there is a log here already, and a new one is begun only where nothing of one is")
            }
            WalError::TooShort { dir, last, contained, newest } => {
                write!(f, "{dir}: the log ends at frame {last}, but the index contains frame {contained}: ")?;
                write_end(f, newest.as_ref())?;
                f.write_str(
                    ". The newest part of the log is missing: put it back from a backup or a replica. Nothing was changed",
                )
            }
            WalError::Seal { file, fault } => write!(
                f,
                "{file}: {fault}. Without the seal nothing tells whether the newest frames of the log are gone. Put it back \
                 from a backup of this log: an older one will do, unless it was made at a clean stop. If there is none, and \
                 the log is known to be whole, {RESEAL}. Nothing was changed"
            ),
            WalError::Sealed(error) => error.fmt(f),
            WalError::TooNew { file, first, contained } => write!(
                f,
                "{file}: the log begins at frame {first}, but the index contains only frames up to {contained}: segments \
                 between them are missing. Put them, or a newer index, back from a backup. Nothing was changed"
            ),
            WalError::Released { wanted, first } => {
                write!(f, "log frame {wanted} is gone: the log begins with {first}; start from a newer base")
            }
        }
    }
}

/// The way out for an operator who knows more than the seal does.
const RESEAL: &str = "`domesday reseal --config FILE` takes the log as it is";

fn write_end(f: &mut Formatter<'_>, newest: Option<&TailEnd>) -> fmt::Result {
    match newest {
        None => f.write_str("there is no segment"),
        Some(TailEnd { file, offset, fault: None }) => write!(f, "{file} ends at offset {offset}"),
        Some(TailEnd { file, offset, fault: Some(fault) }) => {
            write!(f, "{file} is damaged at offset {offset}: {fault}")
        }
    }
}

impl Display for SealedError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { file, verdict, seal, log_id, last, newest } = self;
        let (sealed, time) = (seal.place.frame, seal.time);
        match verdict {
            Verdict::OtherLog => write!(
                f,
                "{file}: of another registry: expected the seal of log {log_id:016x}, found that of log {:016x}. Put back \
                 the one that belongs here, from a backup of this log",
                seal.log_id
            )?,
            Verdict::Short => {
                write!(
                    f,
                    "{file}: frames up to {sealed} were durable at {time}, but the log ends with frame {last}: what came \
                     after it was durable, may have been acknowledged, and is gone or damaged ("
                )?;
                write_end(f, newest.as_ref())?;
                write!(
                    f,
                    "). Put the newest part of the log back from a backup or a replica; if it is lost for good, {RESEAL}"
                )?;
            }
            Verdict::OtherHistory => write!(
                f,
                "{file}: of another history of this registry: what the log holds up to frame {sealed} is not what was \
                 durable at {time}. Seal or segments come from a restore that went its own way since: put all of the log's \
                 files back from one and the same backup"
            )?,
            Verdict::Older => write!(
                f,
                "{file}: the seal is older than the log: it says that the log was closed with frame {sealed} at {time}, but \
                 the log goes on to frame {last}. They are of different times: put all of the log's files back from one and \
                 the same backup, or, if the log is known to be whole, {RESEAL}"
            )?,
            Verdict::Behind => {
                write!(
                    f,
                    "{file}: the log was closed in order with frame {sealed} at {time}, so that nothing can have been in \
                     flight, but octets lie behind that frame: "
                )?;
                write_end(f, newest.as_ref())?;
                f.write_str(
                    ". Somebody or something has written there since: check the disk, and put this file back from a backup \
                     or a replica, or, if they are known to mean nothing, ",
                )?;
                f.write_str(RESEAL)?;
            }
        }
        f.write_str(". Nothing was changed")
    }
}

impl Display for SealFault {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            SealFault::Missing => f.write_str("expected the seal of the log, found none"),
            SealFault::Size { expected, found } => {
                write!(f, "expected a seal of {expected} octets, found a file of {found}")
            }
            SealFault::NoSlot => f.write_str("expected a whole seal in one of two slots, found none"),
        }
    }
}

impl Damage {
    /// What the operator can do.
    pub fn advice(&self) -> &'static str {
        match self {
            Damage::Version { .. } => "Start the release that wrote it, or one whose notes say that it reads it",
            Damage::ForeignLog { .. } | Damage::Name { .. } => {
                "Put back the file that belongs here, from a backup of this very log"
            }
            Damage::Size { .. } => {
                "Restore this file from a backup of this log, or rebuild the node from a replica; if nothing else is \
                 left, extend the file to its expected length with zeros (truncate -s) and lose what was cut off"
            }
            Damage::MissingFrames { .. } => {
                "Either the segment file named for the first missing frame is gone, or the end of this file was \
                 overwritten: restore them from a backup of this log, or rebuild the node from a replica"
            }
            _ => "Nothing was changed. Restore this file from a backup of this log, or rebuild the node from a replica",
        }
    }
}

impl Display for Damage {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Damage::NotASegment { expected, found } => {
                write!(f, "expected the segment magic {}, found {}", Hex(expected), Hex(found))
            }
            Damage::Version { expected, found } => write!(f, "expected format version {expected}, found {found}"),
            Damage::HeaderChecksum { stored, computed } => {
                write!(f, "the segment header's checksum is {stored:016x}, its content gives {computed:016x}")
            }
            Damage::Size { expected, found } => write!(f, "expected a file of {expected} bytes, found {found}"),
            Damage::Name { expected, found } => {
                write!(f, "expected first sequence {expected} as the name says, found {found} in the header")
            }
            Damage::ForeignLog { expected, found } => {
                write!(f, "expected a segment of log {expected:016x}, found one of log {found:016x}")
            }
            Damage::Frame { fault, evidence } => write!(f, "{fault}; it was durable once, because {evidence}"),
            Damage::Hole { expected, found } => {
                write!(f, "expected frame {expected}, found frame {found}: frames between them are missing")
            }
            Damage::Duplicate { expected, found } => {
                write!(f, "expected frame {expected}, found frame {found}, which the log has already")
            }
            Damage::Chain { stored, computed } => write!(
                f,
                "the frame's chain is {}, the history before it gives {}: frames were removed or edited",
                Hex(stored),
                Hex(computed)
            ),
            Damage::MissingFrames { expected, found } => write!(
                f,
                "frames end here, frame {expected} expected next, but the next segment ({}) begins with {found}",
                segment_name(*found)
            ),
        }
    }
}

impl Display for FrameFault {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            FrameFault::Magic { expected, found } => {
                write!(f, "expected the frame magic {}, found {}", Hex(expected), Hex(found))
            }
            FrameFault::Length { most, found } => {
                write!(f, "expected a payload of at most {most} bytes, found a length of {found}")
            }
            FrameFault::Checksum { stored, computed } => {
                write!(f, "the frame's checksum is {stored:016x}, its content gives {computed:016x}")
            }
        }
    }
}

impl Display for Evidence {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Evidence::LaterFrame { offset, sequence } => {
                write!(f, "the whole frame {sequence} follows at offset {offset}")
            }
            Evidence::LaterSegment { first_sequence } => {
                write!(f, "the segment {} was begun after it", segment_name(*first_sequence))
            }
            Evidence::Durable { sequence } => write!(f, "the log was durable up to frame {sequence}"),
            Evidence::FirstOfSegment => f.write_str("a segment is named only when its first frame is durable"),
        }
    }
}

/// Bytes as people compare them.
struct Hex<'a>(&'a [u8]);

impl Display for Hex<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}
