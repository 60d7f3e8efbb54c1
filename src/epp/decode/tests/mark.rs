//! `mark:mark` and `smd:signedMark` in `launch:create`, and as documents: what they say, the octets that are handed on, and a
//! table of faults.

use super::*;
use crate::base::timestamp::Timestamp;
use crate::epp::decode::signed_mark::document;
use crate::epp::encode;
use crate::model::launch_command::{GivenMarks, LaunchCreate, LaunchElement};
use crate::model::mark::{ContactKind, Entitlement, Mark};

const SIGNATURE: &str = "http://www.w3.org/2000/09/xmldsig#";

/// A mark of each kind, with everything that the schema has. Prefix `m`.
const FULL: &str = "<m:trademark><m:id>00052013734689731373468973-65535</m:id><m:markName>Test &amp; \
    Validate</m:markName><m:holder entitlement=\"owner\"><m:org>Ag corporation</m:org><m:addr><m:street>1305 Bright \
    Avenue</m:street><m:street>2</m:street><m:street>3</m:street><m:city>Arcadia</m:city><m:sp>CA</m:sp><m:pc>90028</m:pc>\
    <m:cc>US</m:cc></m:addr></m:holder><m:holder><m:name>A</m:name><m:addr><m:street/><m:city/><m:cc>US</m:cc></m:addr>\
    <m:voice/><m:fax x=\"1\">+1.2</m:fax><m:email>a@example.com</m:email></m:holder><m:contact type=\"agent\"><m:name>Tony \
    Holland</m:name><m:org>Ag corporation</m:org><m:addr><m:street>1305 Bright Avenue</m:street><m:city>Arcadia</m:city>\
    <m:cc>US</m:cc></m:addr><m:voice x=\"a\">+1.2025562302</m:voice><m:fax>+1.2025562301</m:fax>\
    <m:email>info@agcorporation.com</m:email></m:contact><m:jurisdiction>US</m:jurisdiction><m:class>15</m:class>\
    <m:class>-016</m:class><m:label>testandvalidate</m:label><m:label>Test---Validate</m:label>\
    <m:goodsAndServices>guitar</m:goodsAndServices><m:apId>a</m:apId><m:apDate>2012-12-31T23:00:00.000Z</m:apDate>\
    <m:regNum>1234</m:regNum><m:regDate>2012-12-31T23:00:00+01:00</m:regDate><m:exDate>12020-01-01T00:00:00</m:exDate>\
    </m:trademark><m:treatyOrStatute><m:id>1-2</m:id><m:markName>T</m:markName><m:holder entitlement=\"assignee\"><m:addr>\
    <m:street>s</m:street><m:city>c</m:city><m:cc>FR</m:cc></m:addr></m:holder><m:protection><m:cc>US</m:cc></m:protection>\
    <m:protection><m:cc>FR</m:cc><m:region>r</m:region><m:ruling>US</m:ruling><m:ruling>FR</m:ruling></m:protection>\
    <m:label>t</m:label><m:goodsAndServices>music</m:goodsAndServices><m:refNum>234</m:refNum>\
    <m:proDate>2009-08-16T09:00:00.0Z</m:proDate><m:title>A law</m:title><m:execDate>2009-08-16T09:00:00.0Z</m:execDate>\
    </m:treatyOrStatute><m:court><m:id>3-4</m:id><m:markName/><m:holder entitlement=\"licensee\"><m:addr><m:street>s\
    </m:street><m:city>c</m:city><m:cc>FR</m:cc></m:addr></m:holder><m:goodsAndServices/><m:refNum>5</m:refNum>\
    <m:proDate>2009-08-16T09:00:00.0Z</m:proDate><m:cc>FR</m:cc><m:region>r</m:region><m:region/><m:courtName>Hove\
    </m:courtName></m:court>";

fn full() -> String {
    format!("<m:mark xmlns:m=\"{NS}:mark-1.0\">{FULL}</m:mark>")
}

fn in_create(content: &str) -> String {
    let object = "<create><d:create xmlns:d=\"urn:ietf:params:xml:ns:domain-1.0\"><d:name>a.example</d:name><d:authInfo>\
                  <d:pw/></d:authInfo></d:create></create>";
    command(&format!(
        "{object}<extension><l:create xmlns:l=\"{NS}:launch-1.0\"><l:phase>sunrise</l:phase>{content}</l:create></extension>"
    ))
}

fn create(content: &str) -> LaunchCreate {
    let xml = in_create(content);
    assert_eq!(frame_is_valid(xml.as_bytes()), Ok(()), "{xml}");
    match envelope(xml.as_bytes()).extensions.launch {
        Some(LaunchElement::Create(create)) => *create,
        other => panic!("{other:?} in {xml}"),
    }
}

fn mark(xml: &str) -> Mark {
    match create(&format!("<l:codeMark><l:code>1</l:code>{xml}</l:codeMark>")).marks {
        GivenMarks::Codes(mut codes) => *codes.remove(0).mark.expect("a mark"),
        other => panic!("{other:?}"),
    }
}

/// A signed mark with the prefixes `s`, `m` and `x` for its schemas, declared on the root or elsewhere.
fn signed(declarations: &str, mark: &str) -> String {
    let method = |name: &str| format!("<x:{name} Algorithm=\"urn:a\"/>");
    format!(
        "<s:signedMark {declarations} id=\"_1\"><s:id>1-2</s:id><s:issuerInfo issuerID=\" 2 \"><s:org>o</s:org>\
         <s:email>e</s:email><s:url>u</s:url><s:voice x=\"7\">+1.2</s:voice></s:issuerInfo><s:notBefore>2009-08-16T09:00:00.0Z\
         </s:notBefore><s:notAfter>10000-08-16T09:00:00.0Z</s:notAfter>{mark}<x:Signature Id=\"_2\"><x:SignedInfo>{}{}\
         <x:Reference URI=\"#_1\"><x:Transforms>{}{}</x:Transforms>{}<x:DigestValue>AA==</x:DigestValue></x:Reference>\
         <x:Reference URI=\"#_3\" Id=\"_5\" Type=\"\">{}<x:DigestValue/></x:Reference></x:SignedInfo>\
         <x:SignatureValue Id=\"_4\">\nAA\nAA\n</x:SignatureValue><x:KeyInfo Id=\"_3\"> <x:KeyName>k</x:KeyName><x:KeyValue>\
         <x:RSAKeyValue><x:Modulus>AA==</x:Modulus><x:Exponent>AQAB</x:Exponent></x:RSAKeyValue></x:KeyValue><x:X509Data>\
         <x:X509IssuerSerial><x:X509IssuerName>i</x:X509IssuerName><x:X509SerialNumber>1</x:X509SerialNumber>\
         </x:X509IssuerSerial><x:X509SKI>AA==</x:X509SKI><x:X509SubjectName/><x:X509Certificate>AA==</x:X509Certificate>\
         <x:X509CRL/></x:X509Data></x:KeyInfo></x:Signature></s:signedMark>",
        method("CanonicalizationMethod"),
        method("SignatureMethod"),
        method("Transform"),
        method("Transform"),
        method("DigestMethod"),
        method("DigestMethod"),
    )
}

fn declarations() -> String {
    format!("xmlns:s=\"{NS}:signedMark-1.0\" xmlns:m=\"{NS}:mark-1.0\" xmlns:x=\"{SIGNATURE}\"")
}

#[test]
fn marks_hold_all_that_their_schema_has_and_are_written_as_they_came() {
    let found = mark(&full());
    let labels: Vec<&str> = found.labels().collect();
    assert_eq!(labels, ["testandvalidate", "Test---Validate", "t"]);
    let [trademark] = &found.trademarks[..] else { panic!("{found:?}") };
    assert_eq!(trademark.right.name, "Test & Validate");
    assert_eq!(trademark.right.holders[0].entitlement, Some(Entitlement::Owner));
    assert_eq!(trademark.right.contacts[0].kind, Some(ContactKind::Agent));
    assert_eq!(trademark.right.holders[1].fax, Some(Phone { number: "+1.2".into(), ext: Some("1".into()) }));
    assert_eq!(
        (trademark.classes.join(" "), trademark.expires.as_deref()),
        ("15 -016".into(), Some("12020-01-01T00:00:00"))
    );
    assert_eq!(found.treaties[0].protections[1].rulings, ["US", "FR"]);
    assert_eq!(found.courts[0].regions, ["r", ""]);

    let mut out = Vec::new();
    encode::mark::write(&mut out, &found);
    let written = String::from_utf8(out).expect("text");
    assert_eq!(mark(&written), found, "{written}");
    // The two differ in prefixes, and in how nothing is written.
    let ours = written.replace("mark:", "m:").replace("xmlns:mark", "xmlns:m").replace("ns:m:", "ns:");
    let mut theirs = full();
    for name in ["street", "city", "voice", "markName", "goodsAndServices", "region"] {
        theirs = theirs.replace(&format!("<m:{name}/>"), &format!("<m:{name}></m:{name}>"));
    }
    assert_eq!(ours.replace("ns:mark-1.0", ""), theirs.replace("ns:mark-1.0", ""));
    assert_eq!(mark(&format!("<m:mark xmlns:m=\"{NS}:mark-1.0\"/>")), Mark::default());
}

#[test]
fn a_signed_mark_is_handed_on_octet_for_octet_with_the_prefixes_it_needs() {
    let inside = signed(&declarations(), &format!("<m:mark>{FULL}</m:mark>"));
    let GivenMarks::Signed(found) = create(&format!("{inside}{}", inside.replace("=\"_", "=\"b_"))).marks else {
        panic!("signed marks in {inside}")
    };
    assert_eq!(found.len(), 2);
    assert_eq!(String::from_utf8_lossy(&found[0].document), inside);
    assert_eq!(document(inside.as_bytes()).as_ref(), Ok(&found[0].mark));
    let mark = &found[0].mark;
    assert_eq!((mark.id.as_str(), mark.issuer.id.as_str(), mark.not_after), ("1-2", "2", None));
    let not_before = Date::new(2009, 8, 16).expect("a day").midnight().micros() + 9 * 3_600_000_000;
    assert_eq!(mark.not_before, Some(Timestamp::from_micros(not_before)));
    assert_eq!(mark.mark.labels().count(), 3);

    // Declared around it: only what it uses is added, and not what it declares anew.
    let bare = signed(&format!("xmlns:m=\"{NS}:mark-1.0\""), "<m:mark/>");
    let around =
        in_create(&bare).replacen("<l:create ", &format!("<l:create xmlns:unused=\"urn:a\" {} ", declarations()), 1);
    let Some(LaunchElement::Create(found)) = envelope(around.as_bytes()).extensions.launch else { panic!("{around}") };
    let GivenMarks::Signed(found) = found.marks else { panic!("{around}") };
    let expected = format!(
        "<s:signedMark xmlns:s=\"{NS}:signedMark-1.0\" xmlns:x=\"{SIGNATURE}\" xmlns:m{}",
        bare.strip_prefix("<s:signedMark xmlns:m").expect("so it begins")
    );
    assert_eq!(String::from_utf8_lossy(&found[0].document), expected);
    assert_eq!(document(&found[0].document).as_ref(), Ok(&found[0].mark));
    // A prefix of the element itself, which nothing in it has.
    let renamed = around.replace("<s:signedMark", "<r:signedMark").replace("</s:signedMark", "</r:signedMark");
    let renamed = renamed.replacen("<l:create ", &format!("<l:create xmlns:r=\"{NS}:signedMark-1.0\" "), 1);
    let Some(LaunchElement::Create(found)) = envelope(renamed.as_bytes()).extensions.launch else {
        panic!("{renamed}")
    };
    let GivenMarks::Signed(found) = found.marks else { panic!("{renamed}") };
    assert!(
        String::from_utf8_lossy(&found[0].document)
            .starts_with(&format!("<r:signedMark xmlns:r=\"{NS}:signedMark-1.0\""))
    );
    assert!(document(&found[0].document).is_ok());
}

/// RFC 8334, sections 3.3.1 and 3.3.4: the creates whose marks are left out in print, with one in their place.
#[test]
fn the_creates_that_rfc_8334_prints_without_their_marks_decode() {
    let of = |create: LaunchCreate| match create.marks {
        GivenMarks::Codes(codes) => {
            codes.into_iter().map(|code| (code.code, code.mark.map(|mark| mark.labels().count()))).collect()
        }
        other => panic!("{other:?}"),
    };
    let code = "<l:code validatorID=\"sample\">\n 49FD46E6C4B45C55D4AC</l:code>";
    let all: Vec<_> = of(create(&format!("<l:codeMark>{code}{0}</l:codeMark><l:codeMark>{0}</l:codeMark>", full())));
    let labels = all[1].1;
    assert!(labels.is_some_and(|labels| labels > 0));
    assert_eq!(all, [(Some(text("49FD46E6C4B45C55D4AC")), labels), (None, labels)]);

    let notice = "<l:notice><l:noticeID validatorID=\"tmch\">\n 49FD46E6C4B45C55D4AC\n </l:noticeID><l:notAfter>\
                  2012-06-19T10:00:10.0Z\n </l:notAfter><l:acceptedDate>2012-06-19T09:01:30.0Z\n </l:acceptedDate></l:notice>";
    let mixed = create(&format!("<l:codeMark>{}</l:codeMark>{notice}", full()));
    assert_eq!(mixed.notices.len(), 1);
    assert_eq!(
        (mixed.notices[0].id.as_str(), mixed.notices[0].validator.as_deref()),
        ("49FD46E6C4B45C55D4AC", Some("tmch"))
    );
    assert_eq!(of(mixed), [(None, labels)]);
    let refused = refused(&in_create(&format!("{notice}<l:codeMark>{}</l:codeMark>", full()))).0;
    assert_eq!(refused, 2001, "notices come last");
}

#[test]
fn the_signed_mark_of_rfc_7848_is_accepted() {
    let Some(reference) = reference() else { return };
    let rfc = fs::read_to_string(reference.join("../../rfc/rfc7848.txt")).expect("the RFC");
    let lines =
        rfc.lines().skip_while(|line| !line.contains("<?xml version")).take_while(|line| !line.contains("NOTE:"));
    // Page breaks, with their footers and headers.
    let lines =
        lines.filter(|line| !line.starts_with("Lozano") && !line.starts_with("RFC 7848") && !line.contains('\u{c}'));
    let xml = lines.collect::<Vec<_>>().join("\n");
    let found = document(xml.trim().as_bytes()).expect("the example of section 2.3");
    assert_eq!((found.id.as_str(), found.mark.labels().count()), ("0000001751376056503931-65535", 10));
}

#[test]
fn faults_of_marks_have_their_codes() {
    for (from, to, code) in [
        ("<m:id>1-2</m:id>", "", 2003),
        ("<m:id>1-2</m:id>", "<m:id>1_2</m:id>", 2005),
        ("<m:id>1-2</m:id>", "<m:id>1-2-3</m:id>", 2005),
        ("\"owner\"", "\"thirdparty\"", 2004),
        ("\"agent\"", "\"assignee\"", 2004),
        ("<m:street>3</m:street>", "<m:street>3</m:street><m:street>4</m:street>", 2001),
        ("<m:pc>90028</m:pc>", "<m:pc>12345678901234567</m:pc>", 2005),
        ("<m:cc>FR</m:cc>", "<m:cc>FRA</m:cc>", 2005),
        ("<m:class>15</m:class>", "<m:class>15.0</m:class>", 2005),
        ("<m:class>15</m:class>", "<m:class/>", 2005),
        ("<m:label>t</m:label>", "<m:label>-t</m:label>", 2005),
        ("<m:label>t</m:label>", "<m:label>t_t</m:label>", 2005),
        ("<m:label>t</m:label>", "<m:label/>", 2005),
        ("<m:regDate>2012-12-31T23:00:00+01:00</m:regDate>", "<m:regDate>2012-12-31</m:regDate>", 2005),
        ("<m:voice/>", "<m:voice>1.2</m:voice>", 2005),
        ("<m:email>a@example.com</m:email>", "<m:email/>", 2005),
        ("<m:title>A law</m:title>", "", 2003),
        ("<m:protection><m:cc>US</m:cc></m:protection>", "<m:protection><m:ruling>US</m:ruling></m:protection>", 2003),
        ("</m:court>", "</m:court><m:trademark/>", 2001),
        ("</m:court>", "</m:court>text", 2001),
        ("<m:court>", "<m:court a=\"1\">", 2001),
    ] {
        let changed = full().replacen(from, to, 1);
        assert_ne!(changed, full(), "{from}");
        let (found, message) = refused(&in_create(&format!("<l:codeMark>{changed}</l:codeMark>")));
        assert_eq!(found, code, "{from} -> {to}: {message}");
    }
}

#[test]
fn faults_of_signed_marks_have_their_codes() {
    let good = signed(&declarations(), "<m:mark/>");
    for (from, to, code) in [
        (" id=\"_1\"", "", 2003),
        ("id=\"_1\"", "id=\"1\"", 2005),
        ("id=\"_1\"", "id=\" _3 \"", 2005),
        (" issuerID=\" 2 \"", "", 2003),
        ("<m:mark/>", "", 2003),
        ("<m:mark/>", "<m:mark/><m:mark/>", 2001),
        ("<m:mark/>", "<m:abstractMark/>", 2003),
        ("Id=\"_2\"", "id=\"_2\"", 2001),
        ("<x:CanonicalizationMethod Algorithm=\"urn:a\"/>", "", 2003),
        (" Algorithm=\"urn:a\"", "", 2003),
        (" Algorithm=\"urn:a\"/>", " Algorithm=\"urn:a\"><m:mark/></x:CanonicalizationMethod>", 2001),
        (" Algorithm=\"urn:a\"/>", " Algorithm=\"http://[\"/>", 2005),
        ("<x:DigestValue>AA==<", "<x:DigestValue>AA=<", 2005),
        ("<x:KeyName>k</x:KeyName>", "<x:MgmtData/>", 2001),
        ("<x:X509SKI>AA==</x:X509SKI>", "<x:X509Digest/>", 2001),
        ("<x:X509SerialNumber>1<", "<x:X509SerialNumber>a<", 2005),
        ("</x:KeyInfo>", "</x:KeyInfo><x:Object/>", 2001),
        ("</x:Signature>", "</x:Signature><x:Signature/>", 2001),
    ] {
        let changed = good.replacen(from, to, 1);
        assert_ne!(changed, good, "{from}");
        let refusal = document(changed.as_bytes()).expect_err(&changed);
        assert_eq!(refusal.code(), code, "{from} -> {to}: {refusal}");
        assert_eq!(refused(&in_create(&changed)).0, code, "{from} -> {to}");
    }
    // An identifier is one in the whole frame, also in two signed marks.
    assert_eq!(refused(&in_create(&format!("{good}{good}"))).0, 2005);
    for other in [&b"<epp/>"[..], b"", b"\xff", b"<!DOCTYPE a><a/>"] {
        assert_eq!(document(other).map_err(|refusal| refusal.code()), Err(2001));
    }
}
