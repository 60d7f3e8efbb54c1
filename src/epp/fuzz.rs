//! What must hold for every input; fuzz targets call these.

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::base::limits::EPP_FRAME_BYTES;
use crate::epp::decode::{Memo, decode, frame_is_valid};
use crate::epp::encode::{self, Response};
use crate::epp::extensions::Services;
use crate::epp::{frame, sent, xml};
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

/// What [`fuzz_alike`] has compared.
#[derive(Clone, Copy, Debug, Default)]
pub struct Alike {
    /// Variants of the frame.
    pub variants: u64,
    /// Those that were decoded without a fault.
    pub good: u64,
    /// Those whose tokens were known by the shape of the frame.
    pub known: u64,
    /// Those of them that the shape was enough for.
    pub enough: u64,
}

/// The two ways to find tokens, and the two ways to come by them: for the frame and for `variants` mutations of it, ours are
/// quick-xml's, and a frame whose shape is remembered decodes as it does from the start. The mutations follow from `seed`.
///
/// # Panics
///
/// When one of these does not hold.
pub fn fuzz_alike(frame: &[u8], seed: u64, variants: u64) -> Alike {
    let mut memo = Memo::default();
    let remembered = memo.decode(frame);
    assert_eq!(remembered, decode(frame));
    let mut alike = Alike::default();
    let mut random = seed | 1;
    let mut variant = frame.to_vec();
    for _ in 0..variants {
        if let Ok(text) = std::str::from_utf8(&variant) {
            // A mark in front is none of the tokenizers' business.
            xml::compare_with_quick_xml(text.trim_start_matches('\u{feff}'));
        }
        let strict = decode(&variant);
        alike.variants += 1;
        alike.good += u64::from(strict.is_ok());
        // Before anything is learned from the variant.
        let known = memo.find(&variant);
        let replayed = known.as_ref().map(|known| known.decode());
        alike.known += u64::from(replayed.is_some());
        if let Some(Some(replayed)) = replayed {
            alike.enough += 1;
            assert_eq!(Ok(&replayed), strict.as_ref(), "{}", String::from_utf8_lossy(&variant));
        }
        variant.clear();
        variant.extend_from_slice(frame);
        mutate(&mut variant, &mut random);
    }
    alike
}

/// Changes one to three places of a frame: half of the time within a text, else anywhere.
fn mutate(frame: &mut Vec<u8>, random: &mut u64) {
    const PIECES: [&str; 24] = [
        "<",
        ">",
        "&",
        "\"",
        "'",
        "/",
        "]]>",
        "&amp;",
        "&#x41;",
        "\r\n",
        "\t",
        " ",
        "\u{fffe}",
        "é",
        "\u{7f}",
        "a",
        "0",
        "-",
        ".",
        "<!---->",
        "<![CDATA[x]]>",
        "<?a?>",
        "<a/>",
        "=",
    ];
    let mut next = |below: usize| {
        // xorshift64 (Marsaglia 2003).
        *random ^= *random << 13;
        *random ^= *random >> 7;
        *random ^= *random << 17;
        (*random >> 11) as usize % below.max(1)
    };
    for _ in 0..=next(3) {
        let mut at = next(frame.len() + 1);
        if next(2) == 0 {
            // The next place behind a tag.
            at += frame
                .get(at..)
                .and_then(|rest| rest.iter().position(|octet| *octet == b'>'))
                .map_or(0, |more| more + 1);
            at = (at + next(4)).min(frame.len());
        }
        let cut = match next(3) {
            0 => 0,
            1 => 1,
            _ => next(8),
        };
        let end = (at + cut).min(frame.len());
        let put: Vec<u8> = match next(4) {
            0 => Vec::new(),
            1 => vec![next(256) as u8],
            2 => {
                let from = next(frame.len());
                frame.get(from..(from + next(12)).min(frame.len())).unwrap_or_default().to_vec()
            }
            _ => PIECES.get(next(PIECES.len())).map_or_else(Vec::new, |piece| piece.as_bytes().to_vec()),
        };
        frame.splice(at..end, put);
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
