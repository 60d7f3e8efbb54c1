//! Floor 3: the write-ahead log, the only truth of the registry.
//!
//! [`Wal`] appends payloads to files of fixed size (segments) as checksummed, chained, numbered frames, and answers only
//! when they are durable. [`Frames`] reads them back. The log never looks inside a payload. The format, the fault model
//! and the rules of recovery are told in [`crate::manual::wal_format`].
//!
//! - [`mod@format`]: where each field lies
//! - [`recovery`]: from bytes to the valid prefix and the reason it stops; pure
//! - [`open`]: recovery's hands: reads the segments, cuts the torn tail
//! - [`seal_file`], `sealer`: how far the log was durable once, kept beside it
//! - [`writer`]: append, roll over to the next segment, release old ones
//! - [`reader`]: frames in order, from a log that may be growing
//! - [`error`]: what can go wrong, in an operator's words
//!
//! Opening is done in two steps, so that its owner can compare the log with what it has made of it before anything is
//! changed: [`Wal::recover`] reads and judges, [`Recovered::settle`] makes the end safe to write at.

pub mod error;
pub mod format;
pub mod open;
pub mod reader;
pub mod recovery;
pub mod seal_file;
mod sealer;
#[cfg(test)]
mod tests;
pub mod writer;

pub use error::WalError;
pub use format::{parse_segment_name, segment_name};
pub use open::{Recovered, Recovery, TornTail};
pub use reader::Frames;
pub use writer::Wal;

use crate::base::limits::WAL_PAYLOAD_BYTES;
use format::{BLOCK, SEGMENT_BYTES_MAX, frame_bytes};

/// How a log is laid out. A log that exists keeps its id; the rest holds for segments begun from now on.
#[derive(Clone, Debug)]
pub struct Options {
    /// Octets of a new segment file: a multiple of [`BLOCK`] with room for the largest frame, at most
    /// [`SEGMENT_BYTES_MAX`].
    pub segment_bytes: u64,
    /// The most octets of one payload, at most [`WAL_PAYLOAD_BYTES`].
    pub payload_bytes: usize,
    /// The id of the log if it must be created: a fresh random number, never told outside. It seeds the frame checksums,
    /// so that no payload can be made to look like a frame.
    pub log_id: u64,
}

impl Options {
    /// The usual layout, 64 MiB to a segment.
    pub fn new(log_id: u64) -> Self {
        Options { segment_bytes: 64 * 1024 * 1024, payload_bytes: WAL_PAYLOAD_BYTES, log_id }
    }

    /// Whether a log can be laid out so.
    ///
    /// # Errors
    /// [`WalError::Options`].
    pub fn check(&self) -> Result<(), WalError> {
        let wrong = |name, expected, found| Err(WalError::Options { name, expected, found });
        if self.payload_bytes == 0 || self.payload_bytes > WAL_PAYLOAD_BYTES {
            return wrong("payload_bytes", format!("1 to {WAL_PAYLOAD_BYTES}"), self.payload_bytes as u64);
        }
        let room = (BLOCK + frame_bytes(self.payload_bytes)) as u64..=SEGMENT_BYTES_MAX;
        if !room.contains(&self.segment_bytes) || !self.segment_bytes.is_multiple_of(BLOCK as u64) {
            let expected = format!("a multiple of {BLOCK}, from {} to {}", room.start(), room.end());
            return wrong("segment_bytes", expected, self.segment_bytes);
        }
        Ok(())
    }
}
