//! What is wrong with a deposit is told: the rule and the line; the others of its objects are handed out all the same.

use super::{Event, line_of, read};
use crate::base::limits::{ESCROW_OBJECT_BYTES, XML_ATTRIBUTES, XML_DEPTH, XML_NAMESPACES};
use crate::escrow::object::{Object, ObjectKind};
use crate::escrow::xml::Rule::{self, *};

/// A deposit in which nothing is wrong.
pub(super) const GOOD: &str = include_str!("good.xml");

/// What is changed, into what, which rule that breaks, and a text of the changed document in whose line it is told.
type Row = (&'static str, &'static str, Rule, &'static str);

/// What ends reading.
const ENDS: &[Row] = &[
    ("<?xml ", " <?xml ", WellFormed, "<?xml"),
    ("<?xml version=\"1.0\"", "<?xml version=\"2.0\"", Encoding, "<?xml"),
    ("encoding=\"UTF-8\"", "encoding=\"ISO-8859-1\"", Encoding, "<?xml"),
    ("encoding=\"UTF-8\"", "encoding=\"US-ASCII\"", Encoding, "examplé"),
    ("<rde:deposit", "<!DOCTYPE a>\n<rde:deposit", NoDoctype, "<!DOCTYPE"),
    ("<rde:deposit", "<!DOCTYPE a [<!ENTITY b \"c\">]>\n<rde:deposit", NoDoctype, "<!DOCTYPE"),
    ("<rde:deposit", "text\n<rde:deposit", WellFormed, "text"),
    ("<rde:deposit", "&amp;\n<rde:deposit", WellFormed, "&amp;"),
    ("urn:ietf:params:xml:ns:rde-1.0", "urn:ietf:params:xml:ns:rde-2.0", Root, "<rde:deposit"),
    ("</rde:deposit>", "</rde:deposit>\n<again/>", WellFormed, "<again"),
    ("</rde:deposit>", "</rde:deposit><![CDATA[ ]]>", WellFormed, "</rde:deposit>"),
    ("</rdeHost:host>", "</rdeHost:hosts>", WellFormed, "</rdeHost:hosts>"),
    ("</rdeHost:host>", "", WellFormed, "</rde:contents>"),
    ("<rdeHost:host>", "<nowhere:host>", WellFormed, "<nowhere:host>"),
    ("<rdeHost:host>", "<rdeHost:host nowhere:a='b'>", WellFormed, "<rdeHost:host nowhere"),
    ("<rdeHost:host>", "<rdeHost:host xmlns:a=''>", WellFormed, "<rdeHost:host xmlns"),
    ("<rdeHost:host>", "<rdeHost:host xmlns:xml='urn:a'>", WellFormed, "<rdeHost:host xmlns"),
    ("<rdeHost:host>", "<rdeHost:host a='1' a='2'>", WellFormed, "<rdeHost:host a"),
    (
        "<rdeHost:host>",
        "<rdeHost:host xmlns:x='urn:a' xmlns:y='urn:a' x:a='1' y:a='2'>",
        WellFormed,
        "<rdeHost:host xm",
    ),
    ("<rdeHost:host>", "<rdeHost:host a='1'b='2'>", WellFormed, "<rdeHost:host a"),
    ("<rdeHost:host>", "<rdeHost:host a='<'>", WellFormed, "<rdeHost:host a"),
    ("<rdeHost:host>", "<rdeHost:host a='&b;'>", WellFormed, "<rdeHost:host a"),
    ("<rdeHost:host>", "<rdeHost:host a='&#1;'>", WellFormed, "<rdeHost:host a"),
    ("<rdeHost:host>", "<rdeHost:host a>", WellFormed, "<rdeHost:host a"),
    ("<rdeHost:host>", "<rdeHost:host 1a='b'>", WellFormed, "<rdeHost:host 1a"),
    ("<rdeHost:host>", "< rdeHost:host>", WellFormed, "< rdeHost:host"),
    ("ns1.a.example<", "ns1&nbsp;a.example<", WellFormed, "ns1&nbsp;"),
    ("ns1.a.example<", "ns1&#0;a.example<", WellFormed, "ns1&#0;"),
    ("ns1.a.example<", "ns1& a.example<", WellFormed, "ns1& a"),
    ("ns1.a.example<", "ns1]]>a.example<", WellFormed, "ns1]]>"),
    ("ns1.a.example<", "ns1\u{1}a.example<", WellFormed, "ns1\u{1}"),
    ("ns1.a.example<", "ns1\u{ffff}a.example<", WellFormed, "ns1\u{ffff}"),
    ("<!-- a host -->", "<!-- a -- host -->", WellFormed, "<!-- a -- host"),
    ("<!-- a host -->", "<!-- a host \u{2} -->", WellFormed, "<!-- a host \u{2}"),
    ("<!-- a host -->", "<?XML a?>", WellFormed, "<?XML"),
    ("<!-- a host -->", "<?1 a?>", WellFormed, "<?1"),
    ("<!-- a host -->", "<!-- a host", WellFormed, "<!-- a host"),
];

/// What is wrong with the frame, the deletes or the header.
const FRAME: &[Row] = &[
    ("type=\"DIFF\"", "type=\"diff\"", Enumeration, "<rde:deposit"),
    ("type=\"DIFF\"", "", MissingAttribute, "<rde:deposit"),
    ("id=\"20261128001\"", "id=\"2026-11-28\"", Value, "<rde:deposit"),
    ("id=\"20261128001\"", "id=\"20261128000001\"", Value, "<rde:deposit"),
    ("id=\"20261128001\"", "", MissingAttribute, "<rde:deposit"),
    ("prevId=\"20261127001\"", "", MissingAttribute, "<rde:deposit"),
    ("prevId=\"20261127001\"", "prevId=\"\"", Value, "<rde:deposit"),
    ("resend=\"0\"", "resend=\"65536\"", Value, "<rde:deposit"),
    ("resend=\"0\"", "sent=\"0\"", Attribute, "<rde:deposit"),
    ("2026-11-28T00:00:00Z", "2026-11-28", Value, "<rde:watermark"),
    ("<rde:watermark>2026-11-28T00:00:00Z</rde:watermark>", "", Missing, "<rde:rdeMenu>"),
    ("<rde:version>1.0<", "<rde:version>1.1<", Enumeration, "<rde:version>"),
    ("<rde:version>1.0</rde:version>", "", Missing, "<rde:rdeMenu>"),
    (">urn:ietf:params:xml:ns:rdeHeader-1.0<", ">a b\u{7f}%<", Value, "<rde:objURI>a b"),
    ("<rde:deletes>", "<rde:hints/>\n<rde:deletes>", Element, "<rde:hints/>"),
    ("<rde:deletes>", "stray\n<rde:deletes>", Text, "stray"),
    ("<rde:deletes>", "<rde:deletes a='b'>", Attribute, "<rde:deletes"),
    ("<rdeDomain:delete>", "<rdePolicy:delete/>\n<rdeDomain:delete>", Rule::Object, "<rdePolicy:delete/>"),
    ("<rdeDomain:delete>", "<rdeDomain:delete a='b'>", Attribute, "<rdeDomain:delete a"),
    ("<rdeDomain:delete>", "<rdeDomain:delete>stray", Text, "<rdeDomain:delete>stray"),
    ("<rdeDomain:name>gone.example<", "<rdeDomain:name> <", Value, "<rdeDomain:name> <"),
    ("<rdeDomain:name>gone.example</rdeDomain:name>", "<rdeDomain:roid>A-B</rdeDomain:roid>", Element, "A-B"),
    ("<rdeHost:roid>H9-EX<", "<rdeHost:roid>H9<", Value, "<rdeHost:roid>H9<"),
    ("<rdeIDN:id>gone</rdeIDN:id>", "", Missing, "<rdeIDN:delete>"),
    ("<rdeIDN:id>gone</rdeIDN:id>", "<rdeIDN:id>gone</rdeIDN:id>\n<rdeIDN:id>more</rdeIDN:id>", Many, ">more<"),
    ("<rdeHeader:tld>example</rdeHeader:tld>", "", Missing, "<rdeHeader:header>"),
    (
        "<rdeHeader:tld>example</rdeHeader:tld>",
        "<rdeHeader:tld>a</rdeHeader:tld>\n<rdeHeader:ppsp/>",
        Choice,
        "<rdeHeader:ppsp/>",
    ),
    ("<rdeHeader:tld>example</rdeHeader:tld>", "<rdeHeader:registrar>0</rdeHeader:registrar>", Value, "<rdeHeader:reg"),
    (">17</rdeHeader:count>", ">1 7</rdeHeader:count>", Value, ">1 7<"),
    ("rcdn=\"com.example\"", "rcdn=\"\"", Value, "rcdn"),
    ("registrarId=\"99\"", "registrarId=\"-1\"", Value, "registrarId"),
    ("uri=\"urn:ietf:params:xml:ns:rdeHost-1.0\"", "", MissingAttribute, ">17<"),
];

/// What is wrong with an object.
const OBJECTS: &[Row] = &[
    ("<rdeDomain:name>a.example</rdeDomain:name>", "", Missing, "<rdeDomain:domain>"),
    ("<rdeDomain:name>a.example<", "<rdeDomain:name><", Value, "<rdeDomain:name><"),
    ("<rdeDomain:roid>D1-EX</rdeDomain:roid>", "<rdeDomain:roid>D-1-EX</rdeDomain:roid>", Value, "D-1-EX"),
    ("<rdeDomain:roid>D1-EX</rdeDomain:roid>", "<rdeDomain:roid>D1-EXAMPLETEST</rdeDomain:roid>", Value, "EXAMPLETEST"),
    ("<rdeDomain:idnTableId>pt<", "<rdeDomain:idnTableId><", Value, "<rdeDomain:idnTableId><"),
    ("<rdeDomain:status s=\"ok\"/>", "<rdeDomain:status s=\"linked\"/>", Enumeration, "\"linked\"/>"),
    ("<rdeDomain:status s=\"ok\"/>", "<rdeDomain:status s=\"OK\"/>", Enumeration, "\"OK\"/>"),
    ("<rdeDomain:status s=\"ok\"/>", "<rdeDomain:status/>", MissingAttribute, "<rdeDomain:status/>"),
    ("<rdeDomain:status s=\"ok\"/>", "<rdeDomain:status s=\"ok\" lang=\"en_US\"/>", Value, "en_US"),
    ("<rdeDomain:status s=\"ok\"/>", "<rdeDomain:status s=\"ok\" xml:lang=\"en\"/>", Attribute, "xml:lang"),
    ("<rdeDomain:status s=\"ok\"/>", "", Missing, "<rdeDomain:domain>"),
    (
        "<rdeDomain:status s=\"ok\"/>",
        "<rdeDomain:authInfo/>\n<rdeDomain:status s=\"ok\"/>",
        Element,
        "<rdeDomain:authInfo/>",
    ),
    ("<rdeDomain:status s=\"ok\"/>", "<rdeDomain:status s=\"ok\"><b/></rdeDomain:status>", Element, "<b/>"),
    ("s=\"redemptionPeriod\"", "s=\"redemption\"", Enumeration, "\"redemption\""),
    ("<rdeDomain:registrant>c-1<", "<rdeDomain:registrant>c1<", Value, "registrant>c1<"),
    ("<rdeDomain:registrant>c-1<", "<rdeDomain:registrant>c2345678901234567<", Value, "c2345678901234567"),
    ("type=\"admin\"", "type=\"owner\"", Enumeration, "\"owner\""),
    ("<rdeDomain:contact type=\"admin\"", "<rdeDomain:contact", MissingAttribute, "<rdeDomain:contact>"),
    ("<domain:hostObj>ns1.a.example</domain:hostObj>", "", Missing, "<rdeDomain:ns>"),
    (
        "<domain:hostObj>ns1.a.example</domain:hostObj>",
        "<domain:hostObj>ns1.a.example</domain:hostObj>\n<domain:hostAttr><domain:hostName>b</domain:hostName></domain:hostAttr>",
        Choice,
        "<domain:hostAttr><domain:hostName>b",
    ),
    (
        "<domain:hostObj>ns1.a.example</domain:hostObj>",
        "<host:hostObj xmlns:host='urn:ietf:params:xml:ns:host-1.0'>ns1</host:hostObj>",
        Element,
        "<host:hostObj",
    ),
    (
        "<rdeDomain:clID>reg-1</rdeDomain:clID>",
        "<rdeDomain:clID>reg-1</rdeDomain:clID>\n<rdeDomain:clID>reg-2</rdeDomain:clID>",
        Many,
        "reg-2",
    ),
    ("<rdeDomain:clID>", "stray<rdeDomain:clID>", Text, "<rdeDomain:domain>"),
    ("client=\"jdoe\"", "client=\"jd\"", Value, "client=\"jd\""),
    ("client=\"jdoe\"", "clientele=\"jdoe\"", Attribute, "clientele"),
    ("<rdeDomain:crDate>2026-01-01T00:00:00.0Z<", "<rdeDomain:crDate>2026-02-30T00:00:00.0Z<", Value, "2026-02-30"),
    ("<rdeDomain:crDate>2026-01-01T00:00:00.0Z<", "<rdeDomain:crDate>2026-01-01T25:00:00Z<", Value, "T25"),
    ("<rdeDomain:crDate>2026-01-01T00:00:00.0Z<", "<rdeDomain:crDate>2026-01-01T00:00:00+15:00<", Value, "+15"),
    ("<rdeDomain:crDate>2026-01-01T00:00:00.0Z<", "<rdeDomain:crDate>12026-01-01T00:00:00Z<", Value, "12026"),
    (
        "<rdeDomain:exDate>",
        "<rdeDomain:upDate>2026-01-01T00:00:00Z</rdeDomain:upDate>\n<rdeDomain:exDate>",
        Order,
        "<rdeDomain:exDate>",
    ),
    ("<secDNS:maxSigLife>604800<", "<secDNS:maxSigLife>0<", Value, "maxSigLife>0"),
    ("<secDNS:maxSigLife>604800<", "<secDNS:maxSigLife>2147483648<", Value, "2147483648"),
    ("<secDNS:keyTag>12345<", "<secDNS:keyTag>65536<", Value, "65536"),
    ("<secDNS:alg>13<", "<secDNS:alg>256<", Value, "256"),
    ("<secDNS:digest>00FF<", "<secDNS:digest>00F<", Value, "00F<"),
    ("<secDNS:pubKey>AQID<", "<secDNS:pubKey>AQI<", Value, "AQI<"),
    ("<secDNS:pubKey>AQID<", "<secDNS:pubKey><", Value, "<secDNS:pubKey><"),
    (
        "<!-- and a key -->",
        "<secDNS:keyData><secDNS:flags>1</secDNS:flags><secDNS:protocol>3</secDNS:protocol><secDNS:alg>1</secDNS:alg><secDNS:pubKey>AQID</secDNS:pubKey></secDNS:keyData>",
        Choice,
        "<secDNS:keyData><secDNS:flags>1<",
    ),
    ("<rdeDomain:trStatus>pending<", "<rdeDomain:trStatus>waiting<", Enumeration, "waiting"),
    ("<rdeDomain:reRr>reg-2</rdeDomain:reRr>", "", Missing, "<rdeDomain:trnData>"),
    ("<rdeHost:addr ip=\"v4\">192.0.2.2<", "<rdeHost:addr ip=\"v4\">192.0.2.256<", Value, "192.0.2.256"),
    ("<rdeHost:addr ip=\"v4\">192.0.2.2<", "<rdeHost:addr>2001:db8::1<", Value, "<rdeHost:addr>2001"),
    ("<rdeHost:addr ip=\"v4\">192.0.2.2<", "<rdeHost:addr ip=\"v5\">192.0.2.2<", Enumeration, "\"v5\""),
    ("<rdeHost:status s=\"ok\"/>", "<rdeHost:status s=\"clientHold\"/>", Enumeration, "clientHold"),
    ("<rdeContact:status s=\"ok\"/>", "<rdeContact:status s=\"inactive\"/>", Enumeration, "inactive"),
    ("<rdeContact:postalInfo type=\"int\">", "<rdeContact:postalInfo>", MissingAttribute, "<rdeContact:postalInfo>"),
    ("<rdeContact:postalInfo type=\"int\">", "<rdeContact:postalInfo type=\"loc\">", Twice, "<!-- the other -->"),
    ("<rdeContact:postalInfo type=\"int\">", "<rdeContact:postalInfo type=\"ascii\">", Enumeration, "\"ascii\""),
    ("<contact:city>Dulles<", "<contact:city><", Value, "<contact:city><"),
    ("<contact:cc>US<", "<contact:cc>USA<", Value, "USA"),
    ("<contact:pc>20166-6503<", "<contact:pc>20166-65030123456<", Value, "20166-65030123456"),
    (
        "<contact:street>A</contact:street>",
        "<contact:street>A</contact:street><contact:street>B</contact:street><contact:street>C</contact:street>\n<contact:street>D</contact:street>",
        Many,
        ">D<",
    ),
    ("<contact:sp>VA</contact:sp>", "<contact:authInfo/>", Element, "<contact:authInfo/>"),
    (">+1.7035555555<", ">+1 7035555555<", Value, "+1 703"),
    ("<rdeContact:email>a@b.example<", "<rdeContact:email><", Value, "<rdeContact:email><"),
    ("<rdeContact:disclose flag=\"0\">", "<rdeContact:disclose>", MissingAttribute, "<rdeContact:disclose>"),
    ("<rdeContact:disclose flag=\"0\">", "<rdeContact:disclose flag=\"no\">", Value, "\"no\""),
    ("<contact:name type=\"int\"/>", "<contact:name/>", MissingAttribute, "<contact:name/>"),
    ("<rdeRegistrar:gurid>8<", "<rdeRegistrar:gurid>0<", Value, "gurid>0"),
    ("<rdeRegistrar:gurid>8<", "<rdeRegistrar:gurid>18446744073709551616<", Value, "18446744073709551616"),
    ("<rdeRegistrar:status>ok<", "<rdeRegistrar:status>active<", Enumeration, "active"),
    ("<rdeRegistrar:url>https://r.example<", "<rdeRegistrar:url>https://[r.example<", Value, "https://[r"),
    ("<rdeIDN:idnTableRef id=\"pt\">", "<rdeIDN:idnTableRef>", MissingAttribute, "<rdeIDN:idnTableRef>"),
    ("<rdeIDN:urlPolicy>https://p.example</rdeIDN:urlPolicy>", "", Missing, "<rdeIDN:idnTableRef"),
    ("<rdeNNDN:nameState mirroringNS=\"false\">mirrored<", "<rdeNNDN:nameState>reserved<", Enumeration, "reserved"),
    ("mirroringNS=\"false\"", "mirroringNS=\"FALSE\"", Value, "FALSE"),
    ("<rdeEppParams:version>1.0<", "<rdeEppParams:version>1.00<", Enumeration, "1.00"),
    ("<rdeEppParams:lang>en<", "<rdeEppParams:lang>english_uk<", Value, "english_uk"),
    ("<epp:all/>", "", Missing, "<epp:access>"),
    ("<epp:all/>", "<epp:all/>\n<epp:none/>", Choice, "<epp:none/>"),
    ("<epp:all/>", "<epp:most/>", Element, "<epp:most/>"),
    ("<epp:admin/>", "<epp:prov/>\n<epp:admin/>", Order, "<epp:admin/>"),
    ("<epp:recDesc>us<", "<epp:recDesc><", Value, "<epp:recDesc><"),
    ("<epp:relative>P1Y<", "<epp:relative>1Y<", Value, ">1Y<"),
    ("<rdePolicy:policy scope=\"//a\"", "<rdePolicy:policy", MissingAttribute, "<rdePolicy:policy"),
    (
        "<rdePolicy:policy scope=\"//a\"",
        "<rdePolicy:policy scope=\"//a\" xsi:type=\"b\"",
        Attribute,
        "<rdePolicy:policy",
    ),
    (
        "<!-- a host -->",
        "<csvHost:contents xmlns:csvHost='urn:ietf:params:xml:ns:csvHost-1.0'/>",
        Missing,
        "<csvHost:contents",
    ),
    (
        "<!-- a host -->",
        "<csvHost:content xmlns:csvHost='urn:ietf:params:xml:ns:csvHost-1.0'/>",
        Rule::Object,
        "<csvHost:content",
    ),
    ("<!-- a host -->", "<rdeHost:abstractHost/>", Rule::Object, "<rdeHost:abstractHost"),
    ("<!-- a host -->", "<rdeHeader:header/>", Rule::Header, "<rdeHeader:header/>"),
    ("<!-- a host -->", "stray", Text, "stray"),
];

fn changed(row: &Row) -> String {
    assert_eq!(GOOD.matches(row.0).count().min(1), 1, "{:?} in the document", row.0);
    GOOD.replacen(row.0, row.1, 1)
}

/// The rules that were broken, with their lines; the events besides.
fn told(text: &[u8]) -> (Vec<(Rule, u64)>, Vec<Event>) {
    let (mut faults, mut others) = (Vec::new(), Vec::new());
    for placed in read(text) {
        match placed.event {
            Event::Fault(fault) => {
                assert_eq!(fault.line, placed.line);
                assert!(!fault.expected.is_empty() && fault.found.chars().count() <= 81, "{fault}");
                assert!(fault.to_string().contains(fault.rule.name()), "{fault}");
                faults.push((fault.rule, fault.line));
            }
            other => others.push(other),
        }
    }
    (faults, others)
}

#[test]
fn nothing_is_wrong_with_the_document_that_the_tables_change() {
    let (faults, events) = told(GOOD.as_bytes());
    assert_eq!(faults, []);
    assert_eq!(events.len(), 1 + 8 + 1 + 8 + 1);
    let kinds = ObjectKind::ALL
        .into_iter()
        .filter(|kind| events.iter().any(|event| matches!(event, Event::Object(object) if object.kind() == *kind)));
    assert_eq!(kinds.count(), 8);
}

#[test]
fn what_is_not_well_formed_ends_reading() {
    for row in ENDS {
        let text = changed(row);
        let (faults, events) = told(text.as_bytes());
        assert_eq!(faults, [(row.2, line_of(&text, row.3))], "{} -> {}", row.0, row.1);
        assert!(!events.contains(&Event::End), "{} -> {}", row.0, row.1);
    }
}

#[test]
fn what_is_cut_off_is_not_whole() {
    let (whole, _) = GOOD.split_once("</rde:deposit>").expect("an end");
    let (faults, events) = told(whole.as_bytes());
    assert_eq!(faults, [(WellFormed, line_of(GOOD, "</rde:deposit>"))]);
    assert_eq!(events.len(), 18, "all but the end");
}

#[test]
fn a_fault_of_the_frame_leaves_the_objects() {
    for row in FRAME {
        let text = changed(row);
        let (faults, events) = told(text.as_bytes());
        assert_eq!(faults, [(row.2, line_of(&text, row.3))], "{} -> {}", row.0, row.1);
        assert_eq!(events.last(), Some(&Event::End), "{} -> {}", row.0, row.1);
        assert_eq!(events.iter().filter(|event| matches!(event, Event::Object(_))).count(), 8);
        let is_of_frame =
            row.3.starts_with("<rde:") && ![Element, Text, Attribute].contains(&row.2) || row.1.starts_with("sent");
        let has_begun = events.iter().any(|event| matches!(event, Event::Begin(_)));
        assert_ne!(has_begun, is_of_frame, "{} -> {}", row.0, row.1);
    }
}

#[test]
fn a_fault_of_an_object_leaves_the_others() {
    let (_, all) = told(GOOD.as_bytes());
    for row in OBJECTS {
        let text = changed(row);
        let (faults, events) = told(text.as_bytes());
        assert_eq!(faults, [(row.2, line_of(&text, row.3))], "{} -> {}", row.0, row.1);
        let is_besides = row.0 == "<!-- a host -->";
        assert_eq!(events.len(), all.len() - usize::from(!is_besides), "{} -> {}", row.0, row.1);
        assert!(events.iter().all(|event| all.contains(event)), "{} -> {}", row.0, row.1);
    }
}

#[test]
fn all_faults_of_an_object_are_told() {
    let text = GOOD
        .replace("<rdeDomain:name>a.example<", "<rdeDomain:name><")
        .replace("<rdeDomain:roid>D1-EX<", "<rdeDomain:roid>D1<")
        .replace("<secDNS:digest>00FF<", "<secDNS:digest>0<");
    let (faults, _) = told(text.as_bytes());
    let at = |part| (Value, line_of(&text, part));
    assert_eq!(faults, [at("<rdeDomain:name><"), at(">D1<"), at("<secDNS:digest>0<")]);
}

#[test]
fn a_fault_says_what_was_expected_where_and_what_was_found() {
    let text = GOOD.replace("<secDNS:keyTag>12345<", "<secDNS:keyTag>x&lt;y<");
    let fault = read(text.as_bytes()).into_iter().find_map(|placed| match placed.event {
        Event::Fault(fault) => Some(fault),
        _ => None,
    });
    let line = line_of(&text, "<secDNS:keyTag>");
    let path = "rdeDomain:domain/rdeDomain:secDNS/secDNS:dsData/secDNS:keyTag";
    let expected = format!("line {line}: {path}: expected a number, 0 to 65535, found \"x<y\" (value)");
    assert_eq!(fault.expect("a fault").to_string(), expected);
}

#[test]
fn a_full_deposit_deletes_nothing() {
    let text = GOOD.replace("type=\"DIFF\"", "type=\"FULL\"");
    let (faults, events) = told(text.as_bytes());
    assert_eq!(faults, [(Deletes, line_of(&text, "<rde:deletes>"))]);
    assert!(!events.iter().any(|event| matches!(event, Event::Delete(_))), "they are ignored");
    assert_eq!(events.len(), 11);
}

#[test]
fn parts_come_in_order_once_and_a_header_is_there() {
    let (before, contents) = GOOD.split_once("<rde:contents>").expect("contents");
    let (contents, after) = contents.split_once("</rde:contents>").expect("contents");
    let contents = format!("<rde:contents>{contents}</rde:contents>");
    let twice = format!("{before}{contents}\n<rde:contents/>{after}");
    let (faults, _) = told(twice.as_bytes());
    assert_eq!(faults, [(Order, line_of(&twice, "<rde:contents/>"))]);
    let (frame, deletes) = before.split_once("<rde:deletes>").expect("deletes");
    let turned = format!("{frame}{contents}<rde:deletes>{deletes}{after}");
    let (faults, events) = told(turned.as_bytes());
    assert_eq!(faults, [(Order, line_of(&turned, "<rde:deletes>"))]);
    assert_eq!(events.len(), 11);
    let without = format!("{before}{after}");
    let (faults, events) = told(without.as_bytes());
    assert_eq!(faults, [(Header, line_of(&without, "</rde:deposit>"))]);
    assert_eq!(events.len(), 10);
    let empty = "<deposit xmlns='urn:ietf:params:xml:ns:rde-1.0' type='FULL' id='a'/>";
    assert_eq!(told(empty.as_bytes()).0, [(Missing, 1), (Missing, 1), (Header, 1)]);
}

#[test]
fn what_is_no_document_is_none() {
    for (text, rule) in [
        (&b""[..], WellFormed),
        (b" \n ", WellFormed),
        (b"<!-- -->", WellFormed),
        (b"a", WellFormed),
        (b"<", WellFormed),
        (b"<a", WellFormed),
        (b"<a/>", Root),
        (b"<deposit/>", Root),
        (b"\xff", Encoding),
        (b"<a>\xc3\x28</a>", Root),
        (b"\xfe\xff\0<\0a", Encoding),
    ] {
        let (faults, events) = told(text);
        assert_eq!(faults.len(), 1, "{text:?}");
        assert_eq!(faults[0].0, rule, "{text:?}: {faults:?}");
        assert_eq!(events, []);
    }
    let latin = GOOD.replace("a host", "\u{1}").into_bytes();
    let latin: Vec<u8> = latin.into_iter().map(|octet| if octet == 1 { 0xe9 } else { octet }).collect();
    assert_eq!(told(&latin).0, [(Encoding, line_of(GOOD, "<!-- a host"))]);
}

#[test]
fn more_statuses_than_the_schema_has_are_too_many() {
    for (element, most) in [("rdeDomain", 11), ("rdeHost", 7), ("rdeContact", 7)] {
        let one = format!("<{element}:status s=\"ok\"/>");
        let fits = GOOD.replacen(&one, &one.repeat(most), 1);
        assert_eq!(told(fits.as_bytes()).0, [], "{element}");
        let many = GOOD.replacen(&one, &format!("{}\n{one}{one}<!-- last -->", one.repeat(most)), 1);
        // Told once, however many there are.
        assert_eq!(told(many.as_bytes()).0, [(Many, line_of(&many, "<!-- last -->"))], "{element}");
    }
}

#[test]
fn what_is_too_long_or_too_deep_is_refused_without_being_kept() {
    let host = "<!-- a host -->";
    // Many small elements: the object is left out, and reading goes on.
    let addresses = "<rdeHost:addr>192.0.2.1</rdeHost:addr>".repeat(ESCROW_OBJECT_BYTES / 38 + 1);
    let text = GOOD.replacen("<rdeHost:addr ip=\"v4\">192.0.2.2</rdeHost:addr>", &addresses, 1);
    let (faults, events) = told(text.as_bytes());
    assert_eq!(faults, [(Length, line_of(&text, "<rdeHost:host>"))]);
    assert_eq!(events.len(), 18);
    assert!(!events.iter().any(|event| matches!(event, Event::Object(Object::Host(_)))));
    // One text, one comment, one tag.
    let long = "x".repeat(ESCROW_OBJECT_BYTES + 1);
    for (from, to) in [
        ("ns1.a.example</rdeHost", format!("{long}</rdeHost")),
        (host, format!("<!-- {long} -->")),
        (host, format!("<rdeHost:host a='{long}'/>")),
    ] {
        let text = GOOD.replacen(from, &to, 1);
        let (faults, events) = told(text.as_bytes());
        assert_eq!(faults, [(Length, line_of(&text, "xxxxxxxxxx"))]);
        assert_ne!(events.last(), Some(&Event::End));
    }
    // rde:deposit and rde:contents are two.
    let nested = |depth: usize| format!("{}{}", "<epp:a>".repeat(depth), "</epp:a>".repeat(depth));
    let text = GOOD.replacen(host, &nested(XML_DEPTH - 2), 1);
    assert_eq!(told(text.as_bytes()).0, [(Rule::Object, line_of(&text, "<epp:a>"))]);
    let text = GOOD.replacen(host, &nested(XML_DEPTH - 1), 1);
    let line = line_of(&text, "<epp:a>");
    assert_eq!(told(text.as_bytes()).0, [(Rule::Object, line), (Depth, line)]);
    let attributes: String = (0..=XML_ATTRIBUTES).map(|number| format!(" a{number}=''")).collect();
    let text = GOOD.replacen("<rdeHost:host>", &format!("<rdeHost:host{attributes}>"), 1);
    assert_eq!(told(text.as_bytes()).0, [(Length, line_of(&text, "<rdeHost:host a0"))]);
    let spaces: String = (0..=XML_NAMESPACES).map(|number| format!(" xmlns:a{number}='urn:a'")).collect();
    let text = GOOD.replacen("<rdeHost:host>", &format!("<rdeHost:host{spaces}>"), 1);
    assert_eq!(told(text.as_bytes()).0, [(WellFormed, line_of(&text, "<rdeHost:host xmlns"))]);
}

#[test]
fn no_more_faults_are_told_of_one_object_than_anybody_reads() {
    let many = "<rdeHost:addr>x</rdeHost:addr>".repeat(1000);
    let text = GOOD.replacen("<rdeHost:addr ip=\"v4\">192.0.2.2</rdeHost:addr>", &many, 1);
    let (faults, events) = told(text.as_bytes());
    assert_eq!(faults.len(), 100);
    assert_eq!(events.last(), Some(&Event::End));
}
