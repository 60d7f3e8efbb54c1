//! `rgp:update`: the commands printed in RFC 3915, tables of faults, and what the schema leaves open.

use super::*;
use crate::base::lexical::date_time;
use crate::base::timestamp::Timestamp;
use crate::model::rgp::{Restore, RestoreOp, RestoreReport};

/// The domain update around each example (section 4.2.5).
const RESTORED: &str = "<update><domain:update xmlns:domain=\"urn:ietf:params:xml:ns:domain-1.0\"
 xsi:schemaLocation=\"urn:ietf:params:xml:ns:domain-1.0 domain-1.0.xsd\">
<domain:name>example.com</domain:name><domain:chg/></domain:update></update>";

/// Section 4.2.5, "Example <update> command without a restore report".
const REQUEST: &str = r#"
      <rgp:update xmlns:rgp="urn:ietf:params:xml:ns:rgp-1.0"
       xsi:schemaLocation="urn:ietf:params:xml:ns:rgp-1.0
       rgp-1.0.xsd">
        <rgp:restore op="request"/>
      </rgp:update>"#;

/// Section 4.2.5, "Example <update> command with a restore report".
const REPORT: &str = r#"
      <rgp:update xmlns:rgp="urn:ietf:params:xml:ns:rgp-1.0"
       xsi:schemaLocation="urn:ietf:params:xml:ns:rgp-1.0
       rgp-1.0.xsd">
        <rgp:restore op="report">
          <rgp:report>
            <rgp:preData>Pre-delete registration data goes here.
            Both XML and free text are allowed.</rgp:preData>
            <rgp:postData>Post-restore registration data goes here.
            Both XML and free text are allowed.</rgp:postData>
            <rgp:delTime>2003-07-10T22:00:00.0Z</rgp:delTime>
            <rgp:resTime>2003-07-20T22:00:00.0Z</rgp:resTime>
            <rgp:resReason>Registrant error.</rgp:resReason>
            <rgp:statement>This registrar has not restored the
            Registered Name in order to assume the rights to use
            or sell the Registered Name for itself or for any
            third party.</rgp:statement>
            <rgp:statement>The information in this report is
            true to best of this registrar's knowledge, and this
            registrar acknowledges that intentionally supplying
            false information in this report shall constitute an
            incurable material breach of the
            Registry-Registrar Agreement.</rgp:statement>
            <rgp:other>Supporting information goes
            here.</rgp:other>
          </rgp:report>
        </rgp:restore>
      </rgp:update>"#;

fn extended(extension: &str) -> String {
    command(&format!("{RESTORED}<extension>{extension}</extension>")).replacen(
        "<epp ",
        "<epp xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" ",
        1,
    )
}

/// A command with these children of `rgp:update`, whose prefix is `r`.
fn with(body: &str) -> String {
    extended(&format!("<r:update xmlns:r=\"{NS}:rgp-1.0\">{body}</r:update>"))
}

/// A report of these parts, each the name of an element with its content.
fn report(parts: &[(&str, &str)]) -> String {
    let body: String = parts
        .iter()
        .map(|(start, text)| format!("<r:{start}>{text}</r:{}>", start.split(' ').next().expect("a name")))
        .collect();
    with(&format!("<r:restore op=\"report\"><r:report>{body}</r:report></r:restore>"))
}

/// The parts of a good report.
const PARTS: [(&str, &str); 7] = [
    ("preData", "a"),
    ("postData", "b"),
    ("delTime", "2003-07-10T22:00:00Z"),
    ("resTime", "2003-07-20T22:00:00Z"),
    ("resReason", "c"),
    ("statement", "d"),
    ("statement", "e"),
];

/// [`PARTS`] with one of them exchanged.
fn exchanged(place: usize, part: (&str, &str)) -> String {
    let mut parts: Vec<(&str, &str)> = PARTS.to_vec();
    parts[place] = part;
    report(&parts)
}

fn restore(xml: &str) -> Restore {
    let extensions = extensions_of(xml);
    assert_eq!(frame_is_valid(xml.as_bytes()), Ok(()), "{xml}");
    extensions.rgp.unwrap_or_else(|| panic!("a restore in {xml}"))
}

fn reported(xml: &str) -> RestoreReport {
    *restore(xml).report.unwrap_or_else(|| panic!("a report in {xml}"))
}

#[test]
fn the_commands_of_rfc_3915_decode() {
    assert_eq!(restore(&extended(REQUEST)), Restore { op: RestoreOp::Request, report: None });
    let Restore { op, report: Some(report) } = restore(&extended(REPORT)) else { panic!("a report") };
    assert_eq!(op, RestoreOp::Report);
    assert!(report.before.starts_with("Pre-delete registration") && report.before.ends_with("are allowed."));
    assert!(report.after.starts_with("Post-restore registration"));
    let shown = |time: Option<Timestamp>| time.map(|time| time.to_string());
    assert_eq!(shown(report.deleted).as_deref(), Some("2003-07-10T22:00:00.000Z"));
    assert_eq!(shown(report.restored).as_deref(), Some("2003-07-20T22:00:00.000Z"));
    assert_eq!(report.reason, "Registrant error.");
    let [first, second] = &report.statements[..] else { panic!("two statements") };
    assert!(first.ends_with("third party.") && second.ends_with("Registry-Registrar Agreement."));
    assert!(report.other.is_some_and(|other| other.starts_with("Supporting information goes")));
}

#[test]
fn a_report_may_lack_what_the_schema_lets_be_missing() {
    let least = reported(&report(&PARTS[..6]));
    assert_eq!((least.statements, least.other), (vec![text("d")], None));
    // RFC 3915 forbids it (section 4.2.5); its schema does not, and the rules judge.
    let both = report(&PARTS).replace("op=\"report\"", "op=' request '");
    assert!(matches!(restore(&both), Restore { op: RestoreOp::Request, report: Some(_) }));
    assert_eq!(restore(&with("<r:restore op='report'/>")), Restore { op: RestoreOp::Report, report: None });
}

#[test]
fn texts_are_the_character_data_of_whatever_they_hold() {
    for (content, expected) in [
        ("", ""),
        (" \n a  b\t", "a  b"),
        ("a&amp;b<![CDATA[<c>]]>&#65;<!-- d -->", "a&b<c>A"),
        ("<x xmlns=\"urn:x\" y=\"z\">in<w/>side</x>", "in  side"),
        ("a<x xmlns=\"\">b</x>c", "a b c"),
        ("<r:update><r:restore op=\"request\"/></r:update>", ""),
        // Response data is what a client has at hand; it is not looked into.
        ("<d:infData xmlns:d=\"urn:ietf:params:xml:ns:domain-1.0\"><d:name>a.test</d:name></d:infData>", "a.test"),
        ("<r:infData><r:rgpStatus s=\"redemptionPeriod\">why</r:rgpStatus></r:infData>", "why"),
    ] {
        let mut parts: Vec<(&str, &str)> = PARTS.to_vec();
        parts.push(("other", content));
        assert_eq!(reported(&report(&parts)).other.as_deref(), Some(expected), "{content}");
        assert_eq!(reported(&exchanged(0, ("preData", content))).before, expected, "{content}");
        assert_eq!(reported(&exchanged(1, ("postData", content))).after, expected, "{content}");
        assert_eq!(reported(&exchanged(4, ("resReason lang=' fr-CA '", content))).reason, expected, "{content}");
        let statements = reported(&exchanged(6, ("statement lang='en'", content))).statements;
        assert_eq!(statements, ["d", expected], "{content}");
    }
}

#[test]
fn faults_of_a_restore_have_the_code_of_the_table() {
    let wrong = "<x xmlns=\"\"/>";
    let domain = |body: &str| format!("<d:check xmlns:d=\"{NS}:domain-1.0\">{body}</d:check>");
    for (xml, code, what) in [
        (with(""), 2003, "rgp:restore"),
        (with("<r:restore/>"), 2003, "attribute op is missing"),
        (with("<r:restore op='Request'/>"), 2004, "attribute op"),
        (with("<r:restore op=''/>"), 2004, "attribute op"),
        (with("<r:restore op='request' lang='en'/>"), 2001, "attributes op"),
        (with("<r:restore op='request'>x</r:restore>"), 2001, "found x"),
        (with("<r:restore op='request'/><r:restore op='request'/>"), 2001, "</rgp:update>"),
        (with("<r:restore op='request'><r:other/></r:restore>"), 2001, "rgp:report or </rgp:restore>"),
        (with("<r:report/>"), 2003, "rgp:restore"),
        (with("<restore op='request'/>"), 2003, "rgp:restore"),
        (with("<r:restore op='request'/>").replace("<r:update ", "<r:update op='x' "), 2001, "no attributes"),
        (report(&[]), 2003, "rgp:preData"),
        (report(&PARTS[..1]), 2003, "rgp:postData"),
        (report(&PARTS[..2]), 2003, "rgp:delTime"),
        (report(&PARTS[..3]), 2003, "rgp:resTime"),
        (report(&PARTS[..4]), 2003, "rgp:resReason"),
        (report(&PARTS[..5]), 2003, "rgp:statement"),
        (report(&[&PARTS[..], &PARTS[6..]].concat()), 2001, "rgp:other or </rgp:report>"),
        (report(&[&PARTS[..], &[("other", ""), ("other", "")]].concat()), 2001, "</rgp:report>"),
        (report(&[PARTS[1], PARTS[0]]), 2001, "expected rgp:preData, found r:postData"),
        (exchanged(0, ("preData lang='en'", "")), 2001, "no attributes"),
        (exchanged(4, ("resReason lang='en_US'", "")), 2005, "a language tag"),
        (exchanged(5, ("statement lang=''", "")), 2005, "a language tag"),
        (exchanged(5, ("statement op='x'", "")), 2001, "attributes lang"),
        (exchanged(2, ("delTime", "")), 2005, "a date with a time"),
        (exchanged(2, ("delTime", "2003-07-10")), 2005, "a date with a time"),
        (exchanged(3, ("resTime", "yesterday")), 2005, "a date with a time"),
        (exchanged(3, ("resTime", wrong)), 2001, "text of rgp:resTime"),
        (exchanged(0, ("preData", &domain(""))), 2003, "domain:name"),
        (exchanged(0, ("preData", "<r:update/>")), 2003, "rgp:restore"),
        (extended(&format!("<r:bogus xmlns:r=\"{NS}:rgp-1.0\"/>")), 2001, "its schema declares"),
        (extended(&format!("<r:restore xmlns:r=\"{NS}:rgp-1.0\" op='request'/>")), 2001, "its schema declares"),
        (extended(&format!("<r:infData xmlns:r=\"{NS}:rgp-1.0\"/>")), 2001, "no response data"),
        (extended(&format!("<r:upData xmlns:r=\"{NS}:rgp-1.0\"/>")), 2001, "no response data"),
        (extended(""), 2003, "epp:extension"),
    ] {
        let (found, text) = refused(&xml);
        assert_eq!(found, code, "{xml}\n{text}");
        assert!(text.contains(what), "{xml}\n{text}");
        assert!(frame_is_valid(xml.as_bytes()).is_err(), "{xml}");
    }
}

#[test]
fn an_extension_twice_is_valid_and_refused() {
    let xml = extended(&format!("{REQUEST}{REQUEST}"));
    let (code, text) = refused(&xml);
    assert_eq!((code, text.contains("each extension once")), (2001, true), "{text}");
    assert_eq!(frame_is_valid(xml.as_bytes()), Ok(()));
    // What is wrong in the second one is still a fault of its own.
    let broken = extended(&format!("{REQUEST}{}", REQUEST.replace("request", "later")));
    assert_eq!(refused(&broken).0, 2004);
    assert!(frame_is_valid(broken.as_bytes()).is_err());
}

#[test]
fn an_extension_elsewhere_is_named() {
    let foreign = "<x xmlns=\"urn:x\"/>";
    let xml = extended(&format!("{foreign}{REQUEST}"));
    let extensions = extensions_of(&xml);
    assert_eq!((extensions.unknown, extensions.rgp.is_some()), (vec!["urn:x".into()], true));
    let xml = command(&format!("<update>{REQUEST}</update>")).replacen(
        "<epp ",
        "<epp xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" ",
        1,
    );
    assert_eq!(action(&xml), Action::UnknownObject(format!("{NS}:rgp-1.0").into()));
    assert_eq!(frame_is_valid(xml.as_bytes()), Ok(()));
}

#[test]
fn moments() {
    for (text, expected) in [
        ("2003-07-10T22:00:00Z", Some("2003-07-10T22:00:00.000Z")),
        ("2003-07-10T22:00:00", Some("2003-07-10T22:00:00.000Z")),
        ("2003-07-10T22:00:00.0Z", Some("2003-07-10T22:00:00.000Z")),
        ("2003-07-10T22:00:00.1239999999Z", Some("2003-07-10T22:00:00.123Z")),
        ("2003-07-10T22:00:00.5+02:00", Some("2003-07-10T20:00:00.500Z")),
        ("2003-07-10T22:00:00-02:30", Some("2003-07-11T00:30:00.000Z")),
        ("2004-02-29T23:59:59+14:00", Some("2004-02-29T09:59:59.000Z")),
        ("2003-12-31T24:00:00Z", Some("2004-01-01T00:00:00.000Z")),
        ("2003-12-31T24:00:00.00Z", Some("2004-01-01T00:00:00.000Z")),
        ("0001-01-01T00:00:00Z", Some("0001-01-01T00:00:00.000Z")),
        ("9999-12-31T23:59:59Z", Some("9999-12-31T23:59:59.000Z")),
        ("0001-01-01T00:00:00+00:01", None),
        ("9999-12-31T24:00:00", None),
        ("-0004-02-29T00:00:00Z", None),
        ("12003-07-10T22:00:00Z", None),
    ] {
        let found = date_time(text).unwrap_or_else(|_| panic!("{text} is a moment"));
        assert_eq!(found.map(|time| time.to_string()).as_deref(), expected, "{text}");
        let xml = exchanged(2, ("delTime", &format!("\n {text} ")));
        assert_eq!(reported(&xml).deleted, found, "{text}");
    }
    for bad in [
        "",
        "2003-07-10",
        "2003-07-10Z",
        "T22:00:00Z",
        "2003-07-10t22:00:00Z",
        "2003-07-10 22:00:00Z",
        "2003-07-10T22:00:00z",
        "2003-07-10T22:00Z",
        "2003-07-10T22:00:00.Z",
        "2003-07-10T22:00:00,5Z",
        "2003-07-10T22:00:60Z",
        "2003-07-10T22:60:00Z",
        "2003-07-10T25:00:00Z",
        "2003-07-10T24:00:01Z",
        "2003-07-10T24:00:00.001Z",
        "2003-07-10T2:00:00Z",
        "2003-07-10T22:00:0é",
        "2003-07-10T22:00:00+14:01",
        "2003-07-10T22:00:00+1:00",
        "2003-07-10T22:00:00Z ",
        "2003-02-29T22:00:00Z",
        "0000-07-10T22:00:00Z",
        "2003-07-10T22:0:000Z",
    ] {
        assert!(date_time(bad).is_err(), "{bad}");
    }
}
