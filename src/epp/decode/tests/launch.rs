//! `launch:…`: the commands printed in RFC 8334, and tables of faults.

use super::*;
use crate::base::timestamp::Timestamp;
use crate::model::launch::{Phase, PhaseKind};
use crate::model::launch_command::{
    CheckForm, CodeMark, EncodedMark, GivenMarks, GivenNotice, LaunchCheck, LaunchCreate, LaunchElement, LaunchId,
    LaunchInfo, LaunchObject,
};

const LAUNCH: &str = "urn:ietf:params:xml:ns:launch-1.0";

/// A command with that element, whose prefix is `l`.
fn with(verb: &str, attributes: &str, body: &str) -> String {
    let object = format!(
        "<{verb}><d:{verb} xmlns:d=\"{NS}:domain-1.0\">{}</d:{verb}></{verb}>",
        match verb {
            "create" => "<d:name>a.example</d:name><d:authInfo><d:pw/></d:authInfo>",
            _ => "<d:name>a.example</d:name>",
        }
    );
    let element = format!("<l:{verb} xmlns:l=\"{LAUNCH}\"{attributes}>{body}</l:{verb}>");
    command(&format!("{object}<extension>{element}</extension>"))
}

fn element(xml: &str) -> LaunchElement {
    let extensions = extensions_of(xml);
    assert_eq!(frame_is_valid(xml.as_bytes()), Ok(()), "{xml}");
    extensions.launch.unwrap_or_else(|| panic!("an element in {xml}"))
}

fn phase(kind: PhaseKind, name: &str) -> Phase {
    Phase { kind, name: name.into() }
}

const PHASE: &str = "<l:phase>sunrise</l:phase>";

#[test]
fn checks_have_a_form_and_perhaps_a_phase() {
    for (attributes, body, form, expected) in [
        (" type=\"claims\"", "<l:phase>claims</l:phase>", CheckForm::Claims, Some(phase(PhaseKind::Claims, ""))),
        ("", "<l:phase>open</l:phase>", CheckForm::Claims, Some(phase(PhaseKind::Open, ""))),
        (
            " type=\"avail\"",
            "<l:phase name=\"idn-release\">custom</l:phase>",
            CheckForm::Availability,
            Some(phase(PhaseKind::Custom, "idn-release")),
        ),
        (" type=\"trademark\"", "", CheckForm::Trademark, None),
        (
            " type=\" trademark \"",
            "<l:phase name=\" a  b \"> landrush </l:phase>",
            CheckForm::Trademark,
            Some(phase(PhaseKind::Landrush, "a b")),
        ),
    ] {
        let expected = LaunchElement::Check(LaunchCheck { form, phase: expected });
        assert_eq!(element(&with("check", attributes, body)), expected, "{attributes} {body}");
    }
}

#[test]
fn infos_updates_and_deletes_name_an_application() {
    let id = "<l:applicationID> abc123 </l:applicationID>";
    let info = |application: Option<&str>, include_mark| {
        let application = application.map(Into::into);
        LaunchElement::Info(LaunchInfo { phase: phase(PhaseKind::Sunrise, ""), application, include_mark })
    };
    assert_eq!(element(&with("info", " includeMark=\"true\"", &format!("{PHASE}{id}"))), info(Some("abc123"), true));
    assert_eq!(element(&with("info", "", PHASE)), info(None, false));
    let named = || LaunchId { phase: phase(PhaseKind::Sunrise, ""), application: "abc123".into() };
    assert_eq!(element(&with("update", "", &format!("{PHASE}{id}"))), LaunchElement::Update(named()));
    assert_eq!(element(&with("delete", "", &format!("{PHASE}{id}"))), LaunchElement::Delete(named()));
}

fn create(attributes: &str, body: &str) -> LaunchCreate {
    match element(&with("create", attributes, body)) {
        LaunchElement::Create(create) => *create,
        other => panic!("a create, not {other:?}"),
    }
}

#[test]
fn creates_hold_codes_signed_marks_and_notices() {
    let codes = "<l:codeMark><l:code validatorID=\"sample1\">\n 49FD46E6C4B45C55D4AC</l:code></l:codeMark>\
                 <l:codeMark><l:code>49FD46E6C4B45C55D4AD</l:code></l:codeMark><l:codeMark/>";
    let code = |code: Option<&str>, validator: Option<&str>| CodeMark {
        code: code.map(Into::into),
        validator: validator.map(Into::into),
        mark: None,
    };
    let found = create(" type=\"registration\"", &format!("{PHASE}{codes}"));
    let expected = vec![
        code(Some("49FD46E6C4B45C55D4AC"), Some("sample1")),
        code(Some("49FD46E6C4B45C55D4AD"), None),
        code(None, None),
    ];
    assert_eq!((found.object, found.marks), (Some(LaunchObject::Registration), GivenMarks::Codes(expected)));

    let smd = format!(
        "<s:encodedSignedMark xmlns:s=\"{NS}:signedMark-1.0\" encoding=\"base64\">\n AA\n AA\n</s:encodedSignedMark>"
    );
    let found = create(" type=\"application\"", &format!("{PHASE}{smd}"));
    let encoded = EncodedMark { encoding: Some("base64".into()), text: "AA AA".into() };
    assert_eq!((found.object, found.marks), (Some(LaunchObject::Application), GivenMarks::Encoded(vec![encoded])));

    // Section 3.3.2.
    let notice = |validator: &str, id: &str, accepted: &str| {
        format!(
            "<l:notice><l:noticeID validatorID=\"{validator}\">\n {id}</l:noticeID><l:notAfter>2014-06-19T10:00:00.0Z\n \
             </l:notAfter><l:acceptedDate>{accepted}\n </l:acceptedDate></l:notice>"
        )
    };
    let both = [
        notice("tmch", "370d0b7c9223372036854775807", "2014-06-19T09:00:00.0Z"),
        notice("custom-tmch", "470d0b7c9223654313275808", "2014-06-19T09:00:30.0Z"),
    ];
    let found = create("", &format!("<l:phase>claims</l:phase>{}", both.concat()));
    let hour = 3_600_000_000;
    let ten = Date::new(2014, 6, 19).expect("a day").midnight().micros() + 10 * hour;
    let expected = |validator: &str, id: &str, seconds: i64| GivenNotice {
        id: id.into(),
        validator: Some(validator.into()),
        not_after: Some(Timestamp::from_micros(ten)),
        accepted: Some(Timestamp::from_micros(ten - hour + seconds * 1_000_000)),
    };
    assert_eq!(
        found.notices,
        [expected("tmch", "370d0b7c9223372036854775807", 0), expected("custom-tmch", "470d0b7c9223654313275808", 30),]
    );
    assert_eq!((found.object, found.marks), (None, GivenMarks::Codes(Vec::new())));
    assert_eq!(create("", "<l:phase>landrush</l:phase>").phase, phase(PhaseKind::Landrush, ""));
}

#[test]
fn faults_have_their_codes() {
    let id = "<l:applicationID>a</l:applicationID>";
    let notice = |body: &str| format!("{PHASE}<l:notice>{body}</l:notice>");
    let (not_after, accepted) =
        ("<l:notAfter>2014-06-19T10:00:00Z</l:notAfter>", "<l:acceptedDate>2014-06-19T10:00:00Z</l:acceptedDate>");
    let rows = [
        ("check", " type=\"mark\"", PHASE.to_owned(), 2004),
        ("check", " form=\"claims\"", PHASE.to_owned(), 2001),
        ("check", "", format!("{PHASE}{PHASE}"), 2001),
        ("check", "", "<l:phase>Sunrise</l:phase>".to_owned(), 2004),
        ("check", "", "<l:phase/>".to_owned(), 2004),
        ("check", "", "<l:phase kind=\"a\">open</l:phase>".to_owned(), 2001),
        ("info", "", String::new(), 2003),
        ("info", "", id.to_owned(), 2003),
        ("info", " includeMark=\"yes\"", PHASE.to_owned(), 2005),
        ("info", "", format!("{id}{PHASE}"), 2001),
        ("update", "", PHASE.to_owned(), 2003),
        ("delete", "", id.to_owned(), 2003),
        ("delete", "", format!("{PHASE}{id}{id}"), 2001),
        ("create", " type=\"object\"", PHASE.to_owned(), 2004),
        ("create", "", String::new(), 2003),
        ("create", "", format!("{PHASE}<l:codeMark><l:code/></l:codeMark>"), 2005),
        ("create", "", format!("{PHASE}<l:codeMark><l:code validatorID=\"\">a</l:code></l:codeMark>"), 2005),
        ("create", "", format!("{PHASE}<l:codeMark><l:code>a</l:code><l:code>a</l:code></l:codeMark>"), 2001),
        (
            "create",
            "",
            format!("{}<l:codeMark/>", notice(&format!("<l:noticeID>a</l:noticeID>{not_after}{accepted}"))),
            2001,
        ),
        ("create", "", notice(&format!("<l:noticeID/>{not_after}{accepted}")), 2005),
        ("create", "", notice(&format!("{not_after}{accepted}")), 2003),
        ("create", "", notice(&format!("<l:noticeID>a</l:noticeID>{accepted}{not_after}")), 2001),
        ("create", "", notice(&format!("<l:noticeID>a</l:noticeID><l:notAfter>soon</l:notAfter>{accepted}")), 2005),
        ("create", "", notice("<l:noticeID>a</l:noticeID>"), 2003),
    ];
    for (verb, attributes, body, code) in rows {
        let xml = with(verb, attributes, &body);
        let failure = decode(xml.as_bytes()).expect_err(&xml);
        assert_eq!(failure.refusal.code(), code, "{verb}{attributes} {body}: {failure}");
    }
}

#[test]
fn response_data_is_for_responses() {
    for name in ["chkData", "creData", "infData"] {
        let xml = with("check", "", PHASE).replace("l:check", &format!("l:{name}"));
        assert_eq!(decode(xml.as_bytes()).expect_err(&xml).refusal.code(), 2001);
    }
}
