//! What must hold for every label; a fuzz target and the property tests call it.

use super::{LabelFault, a_label, decode, u_label};

/// What one function takes, the other gives back; a fault names a place that is there.
///
/// # Panics
///
/// When one of these does not hold.
pub fn fuzz_labels(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    match a_label(&text) {
        Ok(a_label) => {
            assert!(a_label.starts_with("xn--") && a_label.len() <= 63, "{a_label}");
            assert!(a_label.bytes().all(|octet| matches!(octet, b'-' | b'0'..=b'9' | b'a'..=b'z')), "{a_label}");
            assert_eq!(u_label(&a_label).as_deref(), Ok(&*text));
        }
        Err(fault) => told(fault, &text),
    }
    for encoded in [text.clone().into_owned(), format!("xn--{text}")] {
        let decoded = decode(&encoded);
        match u_label(&encoded) {
            Ok(u_label) => {
                assert_eq!(a_label(&u_label).as_deref(), Ok(&*encoded));
                assert_eq!(decoded, Ok(u_label));
            }
            Err(fault) => told(fault, decoded.as_deref().unwrap_or_default()),
        }
    }
}

fn told(fault: LabelFault, label: &str) {
    let text = fault.to_string();
    assert!((10..200).contains(&text.len()), "{text}");
    match fault {
        LabelFault::Disallowed { c, place }
        | LabelFault::Unassigned { c, place }
        | LabelFault::Context { c, place, .. }
        | LabelFault::Bidi { c, place, .. } => assert_eq!(label.chars().nth(place - 1), Some(c), "{text}"),
        LabelFault::LeadingMark { c } => assert!(label.starts_with(c), "{text}"),
        LabelFault::Nfc { place } => assert!(label.chars().nth(place - 1).is_some(), "{text}"),
        _ => {}
    }
}
