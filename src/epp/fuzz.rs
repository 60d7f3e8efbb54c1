//! What must hold for every input; fuzz targets call these.

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::base::limits::EPP_FRAME_BYTES;
use crate::epp::decode::{decode, frame_is_valid};
use crate::epp::encode::{self, Response};
use crate::epp::extensions::Services;
use crate::epp::{frame, sent};
use crate::model::command::{Action, Frame};
use crate::model::refusal::Refusal;

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
            let is_ours = !matches!(envelope.action, Action::UnknownObject(_))
                && envelope.extensions.is_none_or(|extensions| extensions.unknown.is_empty());
            // An authInfo of another namespace is the one thing left that no schema may declare.
            assert!(!is_ours || frame_is_valid(data).is_ok() || String::from_utf8_lossy(data).contains("ext"));
        }
        Ok(Frame::Hello) => assert_eq!(frame_is_valid(data), Ok(())),
        Err(failure) => {
            assert!(matches!(failure.refusal.code(), 2000 | 2001 | 2003 | 2004 | 2005 | 2100 | 2101));
            assert!(failure.cl_trid.is_none_or(|id| is_id(&id)));
            answer(data, &failure.refusal);
        }
    }
}

/// The response to a refused frame is well-formed, whatever of the frame it shows.
fn answer(data: &[u8], refusal: &Refusal) {
    let sent = refusal.fault().and_then(|fault| sent::find(data, fault));
    assert!(sent.as_ref().is_none_or(|sent| sent.text.chars().count() <= 255));
    let mut out = Vec::new();
    let (result, sv_trid) = (Err(refusal), "SV-1");
    encode::response(
        &mut out,
        &Response { result, cl_trid: None, sv_trid, sent: sent.as_ref(), services: Services::default() },
    );
    let text = std::str::from_utf8(out.get(4..).unwrap_or_default()).expect("a response is UTF-8");
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event().expect("a response is well-formed") {
            Event::Start(tag) | Event::Empty(tag) => {
                assert!(tag.attributes().all(|attribute| attribute.is_ok()), "{text}");
            }
            Event::Eof => break,
            _ => {}
        }
    }
}
