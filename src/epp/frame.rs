//! EPP data units on a TCP stream: a length and that many octets, taken from the caller's buffer (RFC 5734, section 4).

use std::fmt;

/// Octets of the header: the total length of the data unit, big-endian, itself included.
const HEADER_BYTES: usize = 4;

/// A header no data unit of ours can have. The stream cannot be read further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameError {
    /// No room for an XML instance: fewer than five octets.
    TooShort {
        /// Total length the header gives.
        found: u32,
    },
    /// More than the limit that was given.
    TooLong {
        /// Total length the header gives.
        found: u32,
        /// The limit.
        limit: usize,
    },
}

impl fmt::Display for FrameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooShort { found } => write!(f, "data unit of {found} octets, at least 5 expected"),
            Self::TooLong { found, limit } => write!(f, "data unit of {found} octets, at most {limit} expected"),
        }
    }
}

impl std::error::Error for FrameError {}

/// Finds the first data unit in `buffer`: its XML and how many octets of the buffer it takes, or `None` while it is
/// not whole yet. Copies and allocates nothing. `limit` is the most octets that a data unit may have, header included.
///
/// # Errors
///
/// A length below five or above the limit, as soon as the header is whole.
pub fn next(buffer: &[u8], limit: usize) -> Result<Option<(&[u8], usize)>, FrameError> {
    let Some((header, rest)) = buffer.split_first_chunk::<HEADER_BYTES>() else { return Ok(None) };
    let found = u32::from_be_bytes(*header);
    let total = found as usize;
    if total <= HEADER_BYTES {
        return Err(FrameError::TooShort { found });
    }
    if total > limit {
        return Err(FrameError::TooLong { found, limit });
    }
    Ok(rest.get(..total - HEADER_BYTES).map(|payload| (payload, total)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::limits::EPP_FRAME_BYTES;

    fn next(buffer: &[u8]) -> Result<Option<(&[u8], usize)>, FrameError> {
        super::next(buffer, EPP_FRAME_BYTES)
    }

    fn framed(payload: &[u8]) -> Vec<u8> {
        let mut unit = u32::try_from(payload.len() + HEADER_BYTES).expect("short").to_be_bytes().to_vec();
        unit.extend_from_slice(payload);
        unit
    }

    #[test]
    fn every_prefix_of_a_unit_is_not_yet_a_unit() {
        let unit = framed(b"<epp/>");
        for length in 0..unit.len() {
            assert_eq!(next(&unit[..length]), Ok(None), "{length} octets");
        }
        assert_eq!(next(&unit), Ok(Some((&b"<epp/>"[..], 10))));
    }

    #[test]
    fn units_split_anywhere_or_glued_come_out_whole_and_in_order() {
        let payloads: [&[u8]; 3] = [b"first", b"2", b"the third"];
        let stream: Vec<u8> = payloads.iter().flat_map(|payload| framed(payload)).collect();
        for split in 0..=stream.len() {
            let (mut buffer, mut seen) = (Vec::new(), Vec::new());
            for piece in [&stream[..split], &stream[split..]] {
                buffer.extend_from_slice(piece);
                while let Some((payload, consumed)) = next(&buffer).expect("good lengths") {
                    seen.push(payload.to_vec());
                    buffer.drain(..consumed);
                }
            }
            assert_eq!(seen, payloads, "split at {split}");
            assert!(buffer.is_empty());
        }
    }

    #[test]
    fn lengths_out_of_bounds_are_faults_before_the_payload_arrives() {
        for found in [0, 1, 4] {
            assert_eq!(next(&u32::to_be_bytes(found)), Err(FrameError::TooShort { found }));
        }
        let limit = EPP_FRAME_BYTES as u32;
        assert_eq!(next(&limit.to_be_bytes()), Ok(None));
        for found in [limit + 1, 0x3c3f_786d, u32::MAX] {
            assert_eq!(next(&found.to_be_bytes()), Err(FrameError::TooLong { found, limit: EPP_FRAME_BYTES }));
        }
    }
}
