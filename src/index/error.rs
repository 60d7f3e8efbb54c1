//! What can go wrong between the index and its files, each with what to do about it.

use crate::port::disk::FileKind;
use std::{fmt, io};

/// Why the index could not open, write or remove its files.
#[derive(Debug)]
pub enum IndexError {
    /// The disk failed or refused.
    Io {
        /// The file, as the disk shows it to a person.
        file: String,
        /// What was being done.
        action: &'static str,
        /// The system's answer.
        source: io::Error,
    },
    /// A base file does not say what it must: it is torn, bit-flipped, renamed, or was never ours.
    Damaged {
        /// The file, as the disk shows it to a person.
        file: String,
        /// Byte offset of what is wrong, from the start of the file.
        offset: u64,
        /// What stands there.
        what: &'static str,
        /// What should stand there.
        expected: String,
        /// What stands there instead.
        found: String,
        /// The first log frame that is needed to rebuild the file.
        from_frame: u64,
    },
    /// The bytes of a record are whole, but the model does not take them for a record of its kind.
    Record {
        /// The file, as the disk shows it to a person.
        file: String,
        /// Byte offset of the entry, from the start of the file.
        offset: u64,
        /// The kind under which it is stored.
        kind: u8,
        /// The model's reason.
        reason: String,
        /// The first log frame that is needed to rebuild the file.
        from_frame: u64,
    },
    /// The base files do not join: a range of log frames is in none of them.
    Gap {
        /// The file above the gap, as the disk shows it to a person.
        file: String,
        /// The log position below which that file adds nothing.
        expected: u64,
        /// The highest position below it that some file reaches.
        found: u64,
    },
    /// A base file of format version 1, which does not say of which log it is.
    Version1 {
        /// The file, as the disk shows it to a person.
        file: String,
    },
    /// A base file that was made of another log.
    OtherRegistry {
        /// The file, as the disk shows it to a person.
        file: String,
        /// The id of this registry's log.
        expected: u64,
        /// The id of the log it was made of.
        found: u64,
    },
    /// A base file that was made of this log, but of a history that is not the one beside it.
    OtherHistory {
        /// The file, as the disk shows it to a person.
        file: String,
        /// What it does not fit: the log, or the older base file.
        beside: String,
        /// The frame up to which the two should have had the same history.
        frame: u64,
    },
    /// A name in the index's directory that the index does not give.
    Stranger {
        /// The file, as the disk shows it to a person.
        file: String,
    },
    /// A name of the index's that is not that of a regular file.
    NotAFile {
        /// The name, as the disk shows it to a person.
        file: String,
        /// What it is the name of.
        found: FileKind,
    },
    /// A base file would outgrow its 40-bit offsets.
    TooLarge {
        /// The file, as the disk shows it to a person.
        file: String,
        /// The bytes it would need.
        found: u64,
        /// The most it can have.
        limit: u64,
    },
    /// A checkpoint was asked for while the one before it was neither installed nor dropped.
    CheckpointRunning,
}

impl IndexError {
    /// Makes a `map_err` for disk calls.
    pub(super) fn io(file: impl Into<String>, action: &'static str) -> impl FnOnce(io::Error) -> IndexError {
        let file = file.into();
        move |source| IndexError::Io { file, action, source }
    }
}

impl fmt::Display for IndexError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            IndexError::Io { file, action, source } => write!(f, "cannot {action} {file}: {source}"),
            IndexError::Damaged { file, offset, what, expected, found, from_frame } => {
                write!(f, "{file}: {what} at byte {offset}: expected {expected}, found {found}; ")?;
                advise(f, *from_frame)
            }
            IndexError::Record { file, offset, kind, reason, from_frame } => {
                write!(f, "{file}: entry at byte {offset}: expected a record of kind {kind}, found: {reason}; ")?;
                advise(f, *from_frame)
            }
            IndexError::Gap { file, expected, found } => write!(
                f,
                "{file}: expected another base file that ends at log frame {expected}, found none above frame {found}; \
                 remove this base file and restart: it is rebuilt if the log still reaches back to frame {}, otherwise \
                 restore the missing base file from a backup",
                found.saturating_add(1)
            ),
            IndexError::Version1 { file } => write!(
                f,
                "{file}: expected format version 2, 3 or 4, found version 1, written before base files said of which log they \
                 are. If the log reaches back to frame 1 (wal-00000000000000000001.seg is there), move the base files away \
                 and restart: the index is rebuilt from the log. Otherwise run the version that wrote them"
            ),
            IndexError::OtherRegistry { file, expected, found } => write!(
                f,
                "{file}: of another registry: expected a base file of log {expected:016x}, found one of log {found:016x}. \
                 Move it away and put the files that belong here back, from a backup of this registry. Nothing was changed"
            ),
            IndexError::OtherHistory { file, beside, frame } => write!(
                f,
                "{file}: of another history of this registry: what it holds up to frame {frame} is not what {beside} has \
                 there. One of them comes from a restore that went its own way since. Put log and index back from one and \
                 the same backup, or, if the log is the right one and reaches back far enough, move the base files away \
                 and restart: they are rebuilt from it. Nothing was changed"
            ),
            IndexError::Stranger { file } => write!(
                f,
                "{file}: expected only base files of the index here (named index-, 20 digits, -, 20 digits, .base), \
                 found another: give it its right name if it is one of them, or move it away"
            ),
            IndexError::NotAFile { file, found } => write!(
                f,
                "{file}: expected a regular file, found {found}: put the file itself here, or move {found} away. The \
                 directory as a whole may be a link to another place"
            ),
            IndexError::TooLarge { file, found, limit } => {
                write!(f, "{file}: expected at most {limit} bytes, found {found}; divide the TLDs over two registries")
            }
            IndexError::CheckpointRunning => {
                write!(f, "expected no checkpoint under way, found one that is neither installed nor dropped")
            }
        }
    }
}

fn advise(f: &mut fmt::Formatter<'_>, from_frame: u64) -> fmt::Result {
    write!(
        f,
        "remove this base file and restart: it is rebuilt from the older base files and the log, if the log still \
         reaches back to frame {from_frame}; otherwise restore it from a backup"
    )
}

impl std::error::Error for IndexError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            IndexError::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}
