//! Signed marks on their way through a frame: what the decoder hands on is what was signed.

use std::path::{Path, PathBuf};

use domesday::base::timestamp::{Date, Timestamp};
use domesday::epp::decode::{decode, signed_mark};
use domesday::epp::encode::mark;
use domesday::model::command::Frame;
use domesday::model::extension::Extensions;
use domesday::model::launch_command::{GivenMarks, LaunchElement};
use domesday::tmch::smd;
use domesday::tmch::trust::{StaleCrl, Trust};

use crate::support::smd::{Root, Template};

const SMD: &str = " xmlns:smd=\"urn:ietf:params:xml:ns:signedMark-1.0\"";

/// The signed mark in the frame, as a document of its own.
fn handed_on(frame: &str) -> Vec<u8> {
    let Ok(Frame::Command(envelope)) = decode(frame.as_bytes()) else { panic!("{frame}") };
    let Extensions { launch: Some(LaunchElement::Create(create)), .. } = envelope.extensions else { panic!("{frame}") };
    let GivenMarks::Signed(mut marks) = create.marks else { panic!("{frame}") };
    let given = marks.remove(0);
    assert_eq!(signed_mark::document(&given.document), Ok(given.mark));
    given.document
}

fn now() -> Timestamp {
    Date::new(2026, 6, 1).expect("a day").midnight()
}

#[test]
fn a_signature_holds_when_its_mark_was_taken_out_of_a_frame() {
    let root = Root::new("Root");
    let mut trust = Trust::new(&[&root.certificate], StaleCrl::Refuse).expect("a root");
    trust.set_crl(&root.crl(&[], (2026, 5, 1), (2026, 7, 1))).expect("its list");
    let validator = root.validator(7, (2025, 1, 1), (2028, 1, 1));
    let inclusive = Template { exclusive: false, signs_key: false, ..Template::of(&["a", "b"]) };
    for template in [Template::of(&["a", "b"]), inclusive] {
        let signed = validator.sign(&template);
        let element = signed.split_once("?>").expect("a declaration").1;
        let frame = |around: &str, element: &str| {
            format!(
                "<epp xmlns=\"urn:ietf:params:xml:ns:epp-1.0\"><command><create><d:create \
                 xmlns:d=\"urn:ietf:params:xml:ns:domain-1.0\"><d:name>a.example</d:name><d:authInfo><d:pw/></d:authInfo>\
                 </d:create></create><extension><l:create xmlns:l=\"urn:ietf:params:xml:ns:launch-1.0\"{around}>\
                 <l:phase>sunrise</l:phase>{element}</l:create></extension></command></epp>"
            )
        };
        let moved = element.replacen(SMD, "", 1);
        assert_ne!(moved, element);
        for frame in [frame("", element), frame(SMD, &moved), frame(&format!(" xmlns:a=\"urn:a\"{SMD}"), element)] {
            let verified = trust.validate(&handed_on(&frame), now());
            assert_eq!(verified.map(|found| found.labels), Ok(vec!["a".to_owned(), "b".to_owned()]), "{frame}");
        }
    }
}

/// What the clearinghouse's pilot signed, shown by us and read again.
#[test]
fn marks_of_the_pilot_are_shown_as_they_were_signed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let reference = std::env::var_os("DOMESDAY_REFERENCE").map_or_else(|| root.join("../shared"), PathBuf::from);
    let folder = reference.join("tmch");
    if !folder.is_dir() {
        return println!("no folder {}: marks of the pilot are left unchecked", folder.display());
    }
    for name in ["active.smd", "invalid.smd", "revoked.smd", "tmv-cert-revoked.smd"] {
        let file = std::fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let document = smd::of_file(&file).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        let signed = signed_mark::document(&document).unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
        let mut shown = Vec::new();
        mark::write(&mut shown, &signed.mark);
        // The mark in the document is replaced by ours.
        let text = String::from_utf8(document).expect("text");
        let (start, end) = (text.find("<mark:mark").expect("a mark"), "</mark:mark>");
        let end = text.find(end).expect("its end") + end.len();
        let ours = [&text.as_bytes()[..start], &shown, &text.as_bytes()[end..]].concat();
        let again = signed_mark::document(&ours).unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
        assert_eq!(again, signed, "{name}");
        let mut twice = Vec::new();
        mark::write(&mut twice, &again.mark);
        assert_eq!(twice, shown, "{name}");
    }
}
