//! The test harness's own parts that need no server.

mod support;

use support::epp::{between, code, data_unit, escape, frame};

#[test]
fn data_unit_counts_its_own_header() {
    assert_eq!(data_unit(b"<a/>"), b"\0\0\0\x08<a/>");
}

#[test]
fn code_and_text_are_found_in_a_response() {
    let response = r#"<epp><response><result code="2303"><msg>Object does not exist</msg></result></response></epp>"#;
    assert_eq!(code(response), 2303);
    assert_eq!(between(response, "<msg>", "</msg>"), Some("Object does not exist"));
    assert_eq!(between(response, "<value>", "</value>"), None);
}

#[test]
fn frame_declares_the_objects_and_escapes_are_the_five() {
    let frame = frame("<logout/>", "T-1");
    assert!(frame.contains("xmlns:domain=") && frame.ends_with("<logout/><clTRID>T-1</clTRID></command></epp>"));
    assert_eq!(escape("<a b=\"c\" d='e'>&"), "&lt;a b=&quot;c&quot; d=&apos;e&apos;&gt;&amp;");
}
