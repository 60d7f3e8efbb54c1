//! What must hold for every input; fuzz targets call these.

use crate::base::limits::EPP_FRAME_BYTES;
use crate::epp::decode::{decode, frame_is_valid};
use crate::epp::frame;
use crate::model::command::{Action, Frame};

/// Framing: never reads beyond the buffer, never gives an empty or oversized payload, and gives the same answer however
/// much follows.
///
/// # Panics
///
/// When one of these does not hold.
pub fn fuzz_frame(data: &[u8]) {
    fn next(buffer: &[u8]) -> Result<Option<(&[u8], usize)>, frame::FrameError> {
        frame::next(buffer, EPP_FRAME_BYTES)
    }
    match next(data) {
        Ok(Some((payload, consumed))) => {
            assert!(!payload.is_empty() && consumed <= data.len() && consumed <= EPP_FRAME_BYTES);
            assert_eq!(payload.len() + 4, consumed);
            let alone = data.get(..consumed).expect("consumed is within the buffer");
            assert_eq!(next(alone), Ok(Some((payload, consumed))));
            let cut = data.get(..consumed - 1).expect("consumed is within the buffer");
            assert_eq!(next(cut), Ok(None));
        }
        Ok(None) => assert!(data.len() < EPP_FRAME_BYTES),
        Err(_) => assert!(data.len() >= 4),
    }
}

/// Decoding: never panics, is deterministic, agrees with the validity check, and a clTRID it gives back is valid.
///
/// # Panics
///
/// When one of these does not hold.
pub fn fuzz_decode(data: &[u8]) {
    let decoded = decode(data);
    assert_eq!(decoded, decode(data));
    let is_id = |id: &str| (3..=64).contains(&id.chars().count()) && id.trim() == id;
    match decoded {
        Ok(Frame::Command(envelope)) => {
            assert!(envelope.cl_trid.is_none_or(|id| (3..=64).contains(&id.chars().count())));
            let is_ours = !matches!(envelope.action, Action::UnknownObject(_)) && envelope.extensions.is_empty();
            // An authInfo of another namespace is the one thing left that no schema may declare.
            assert!(!is_ours || frame_is_valid(data).is_ok() || String::from_utf8_lossy(data).contains("ext"));
        }
        Ok(Frame::Hello) => assert_eq!(frame_is_valid(data), Ok(())),
        Err(failure) => {
            assert!(matches!(failure.refusal.code(), 2000 | 2001 | 2003 | 2004 | 2005 | 2100 | 2101));
            assert!(failure.cl_trid.is_none_or(|id| is_id(&id)));
        }
    }
}
