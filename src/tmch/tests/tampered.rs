//! Whatever can be changed about a signed mark, its certificate and the lists, and the fault that each change gives.

use super::clearinghouse::{Root, Template, Validator};
use super::*;
use crate::model::operator_launch::TmchList;
use crate::tmch::lists::parse;
use crate::tmch::trust::TrustFault;

const ENVELOPED: &str = "<ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"/>";
const EXCLUSIVE: &str = "<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>";
const SHA256: &str = "http://www.w3.org/2001/04/xmlenc#sha256";
const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";

fn fault(document: &str) -> SmdFault {
    trust().validate(document.as_bytes(), now()).expect_err(document)
}

/// The name of a fault's variant.
fn kind(fault: &SmdFault) -> String {
    format!("{fault:?}").chars().take_while(|c| c.is_alphanumeric()).collect()
}

/// The text between two others.
fn between<'t>(text: &'t str, from: &str, to: &str) -> &'t str {
    let (_, rest) = text.split_once(from).expect(from);
    rest.split_once(to).expect(to).0
}

/// What is replaced by what, and the fault that gives.
type Change = (String, String, &'static str);

/// Parts of a signed mark, cut out of it.
struct Parts<'t> {
    digest: &'t str,
    value: &'t str,
    certificate: &'t str,
    signature: String,
    reference: String,
}

fn changes(good: &str) -> Vec<Change> {
    let element = |name: &str| {
        let (open, close) = (format!("<ds:{name}"), format!("</ds:{name}>"));
        format!("{open}{}{close}", between(good, &open, &close))
    };
    let parts = Parts {
        digest: between(good, "<ds:DigestValue>", "</ds:DigestValue>"),
        value: between(good, "<ds:SignatureValue>", "</ds:SignatureValue>"),
        certificate: between(good, "<ds:X509Certificate>", "</ds:X509Certificate>"),
        signature: format!("<ds:Signature {}", between(good, "<ds:Signature ", "</smd:signedMark>")),
        reference: element("Reference"),
    };
    let form = FORM.iter().map(|(from, to, fault)| ((*from).to_owned(), (*to).to_owned(), *fault));
    [of_content(&parts), of_references(&parts), of_algorithms(), of_signatures(&parts), form.collect()].concat()
}

fn owned(rows: Vec<(&str, String, &'static str)>) -> Vec<Change> {
    rows.into_iter().map(|(from, to, fault)| (from.to_owned(), to, fault)).collect()
}

fn of_content(parts: &Parts<'_>) -> Vec<Change> {
    let (digest, value) = (parts.digest, parts.value);
    let other = |text: &str| format!("{}{}", if text.starts_with('A') { 'B' } else { 'A' }, &text[1..]);
    owned(vec![
        // What is signed.
        ("guitar", "guitaR".into(), "Digest"),
        ("<mark:label>test-validate</mark:label>", "<mark:label>other</mark:label>".into(), "Digest"),
        ("<mark:label>test-validate</mark:label>", String::new(), "Digest"),
        ("entitlement=\"owner\"", "entitlement=\"assignee\"".into(), "Digest"),
        ("2030-01-01", "2035-01-01".into(), "Digest"),
        ("issuerID=\"65535\"", "issuerID=\"1\"".into(), "Digest"),
        ("<smd:org>", "<smd:org> ".into(), "Digest"),
        (digest, other(digest), "Digest"),
        ("Id=\"key\"><ds:X509Data>", "Id=\"key\"> <ds:X509Data>".into(), "Digest"),
        // The signature.
        (value, other(value), "Signature"),
        (value, String::new(), "Signature"),
        ("<ds:SignedInfo>", "<ds:SignedInfo> ".into(), "Signature"),
        (RSA_SHA256, RSA_SHA256.replace("256", "512"), "Signature"),
        (value, "*".into(), "Shape"),
    ])
}

fn of_references(parts: &Parts<'_>) -> Vec<Change> {
    let reference = &parts.reference;
    owned(vec![
        // What it is of.
        ("URI=\"#smd1\"", "URI=\"#other\"".into(), "References"),
        ("URI=\"#smd1\"", "URI=\"#signature\"".into(), "References"),
        ("URI=\"#smd1\"", "URI=\"#xpointer(/)\"".into(), "References"),
        ("URI=\"#smd1\"", "URI=\"file:///etc/passwd\"".into(), "References"),
        ("URI=\"#smd1\"", "URI=\"#key\"".into(), "References"),
        (" URI=\"#smd1\"", String::new(), "References"),
        ("id=\"smd1\"", "id=\"smd2\"".into(), "References"),
        (reference, format!("{reference}{reference}"), "References"),
        (reference, String::new(), "References"),
    ])
}

fn of_algorithms() -> Vec<Change> {
    let xpath = "<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xpath-19991116\"><ds:XPath>1</ds:XPath></ds:Transform>";
    let prefixes = "<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"><e:InclusiveNamespaces \
                    xmlns:e=\"http://www.w3.org/2001/10/xml-exc-c14n#\" PrefixList=\"mark\"/></ds:Transform>";
    owned(vec![
        // Transforms and algorithms.
        (ENVELOPED, String::new(), "Transforms"),
        (ENVELOPED, format!("{EXCLUSIVE}{ENVELOPED}"), "Transforms"),
        (ENVELOPED, format!("{ENVELOPED}{xpath}"), "Transforms"),
        (ENVELOPED, format!("{ENVELOPED}{ENVELOPED}"), "Transforms"),
        (EXCLUSIVE, EXCLUSIVE.replace("exc-c14n#", "exc-c14n#WithComments"), "Transforms"),
        (EXCLUSIVE, prefixes.into(), "Transforms"),
        (
            EXCLUSIVE,
            EXCLUSIVE.replace("http://www.w3.org/2001/10/xml-exc-c14n#", "http://www.w3.org/TR/1999/REC-xslt-19991116"),
            "Transforms",
        ),
        (SHA256, "http://www.w3.org/2000/09/xmldsig#sha1".into(), "Algorithm"),
        (RSA_SHA256, "http://www.w3.org/2000/09/xmldsig#rsa-sha1".into(), "Algorithm"),
        (RSA_SHA256, "http://www.w3.org/2000/09/xmldsig#hmac-sha1".into(), "Algorithm"),
        (
            "<ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>",
            "<ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/TR/2001/REC-xml-c14n-20010315\"/>".into(),
            "Algorithm",
        ),
    ])
}

fn of_signatures(parts: &Parts<'_>) -> Vec<Change> {
    let Parts { certificate, signature, .. } = parts;
    owned(vec![
        // Who has signed.
        (certificate, String::new(), "NoCertificate"),
        (certificate, "AAAA".into(), "NoCertificate"),
        ("X509Data>", "X509Date>".into(), "NoCertificate"),
        // Signatures elsewhere, twice, or not at all.
        (signature, String::new(), "NoSignature"),
        (signature, format!("{signature}<smd:x/>"), "NoSignature"),
        (signature, signature.clone() + &signature.replace("Id=\"", "Id=\"x"), "ManySignatures"),
        (signature, format!("<smd:x>{signature}</smd:x>"), "NoSignature"),
        (signature, signature.clone() + signature, "DuplicateId"),
        ("<mark:trademark>", "<mark:trademark id=\"smd1\">".into(), "DuplicateId"),
        ("<mark:trademark>", "<mark:trademark ID=\"key\">".into(), "DuplicateId"),
        ("<mark:trademark>", "<mark:trademark xml:id=\"smd1\">".into(), "DuplicateId"),
    ])
}

const FORM: &[(&str, &str, &str)] = &[
    // The form.
    ("<smd:id>0000001751376056503931-65535</smd:id>", "", "Shape"),
    ("</smd:notAfter>", "</smd:notAfter><smd:notAfter>2035-01-01T00:00:00Z</smd:notAfter>", "Shape"),
    ("2025-01-01T00:00:00.000Z", "2025", "Shape"),
    ("<smd:issuerInfo issuerID=\"65535\">", "<smd:issuerInfo>", "Shape"),
    ("</smd:notAfter>", "</smd:notAfter>text", "Shape"),
    ("<mark:trademark>", "<mark:x/><mark:trademark>", "Shape"),
    ("test-validate", "test validate", "Shape"),
    ("<mark:label>test-validate", "<mark:label>test<mark:x/>-validate", "Shape"),
    ("urn:ietf:params:xml:ns:signedMark-1.0", "urn:ietf:params:xml:ns:signedMark-1.1", "Shape"),
    ("urn:ietf:params:xml:ns:mark-1.0", "urn:a", "Shape"),
    // XML that no validator writes.
    ("test-validate", "test<!-- -->-validate", "Xml"),
    ("test-validate", "test<?a?>-validate", "Xml"),
    ("?>\n", "?>\n<!DOCTYPE a [<!ENTITY b \"c\">]>\n", "Xml"),
    ("guitar", "&b;", "Xml"),
    ("guitar", "&#0;", "Xml"),
    ("UTF-8", "ISO-8859-1", "Xml"),
    ("version=\"1.0\"", "version=\"1.1\"", "Xml"),
    ("?>\n", "?>\n<?a?>", "Xml"),
    ("?>\n", "?>\n<!-- -->", "Xml"),
    ("?>\n", "?>\n\u{feff}", "Xml"),
    ("<?xml", " <?xml", "Xml"),
    ("guitar", "\u{fffe}", "Xml"),
    ("guitar", "]]>", "Xml"),
    ("id=\"smd1\"", "id=\"smd1\" xml:base=\"urn:a\"", "Digest"),
    ("id=\"smd1\"", "id=\"smd1\" xml:lang=\"de\"", "Digest"),
    ("<ds:SignatureValue>", "<ds:SignatureValue>\u{a0}", "Shape"),
    ("</smd:signedMark>", "", "Xml"),
    ("</smd:signedMark>", "</smd:signedMark><a/>", "Xml"),
    ("</smd:signedMark>", "</smd:signedMark>a", "Xml"),
    ("<mark:trademark>", "<mark:trademark a=\"1\" a=\"2\">", "Xml"),
    ("<mark:trademark>", "<mark:trademark x:a=\"1\">", "Xml"),
    ("<mark:trademark>", "<mark:trademark a=\"<\">", "Xml"),
];

#[test]
fn every_change_is_seen_for_what_it_is() {
    let good = good();
    let rows = changes(&good);
    assert!(rows.len() > 60);
    for (from, to, expected) in rows {
        // A name stands at both ends of its element.
        let changed = if from == "X509Data>" { good.replace(&from, &to) } else { good.replacen(&from, &to, 1) };
        assert_ne!(changed, good, "{from}");
        let found = fault(&changed);
        assert_eq!(kind(&found), expected, "{found}: {from} -> {to}");
    }
}

/// What another validator might write, and what carries documents may do to them: the labels are those that were signed.
#[test]
fn other_ways_to_write_the_same_are_believed() {
    let unsigned = Template::of(&["a", "test-validate"]).text(&VALIDATOR.certificate);
    for (from, to) in [
        ("test-validate", "t&#x65;st<![CDATA[-valid]]>ate"),
        ("guitar", "a&#13;b \u{1f3b8} ]]&gt;"),
        ("Test &amp; Validate", "&lt;/mark:markName>&lt;mark:label>evil&lt;/mark:label>&lt;mark:markName>"),
        ("<smd:issuerInfo", "\r\n <smd:issuerInfo"),
        ("id=\"smd1\"", "id=\"smd1\" xml:base=\"urn:a\" xmlns=\"urn:b\" xmlns:unused=\"urn:c\""),
        ("entitlement=\"owner\"", "entitlement='own\"er&#10;&#9;'"),
        ("URI=\"#smd1\"", "URI=\"\""),
        ("URI=\"#smd1\"", "URI=\"&#35;smd1\""),
    ] {
        let document = VALIDATOR.sign_text(&unsigned.replacen(from, to, 1));
        assert_ne!(document, VALIDATOR.sign_text(&unsigned), "{from}");
        let found = trust().validate(document.as_bytes(), now()).map(|found| found.labels);
        assert_eq!(found, Ok(vec!["a".to_owned(), "test-validate".to_owned()]), "{to}");
    }
    // Canonicalization passes over all of this.
    let good = good();
    for (from, to) in [
        (" id=\"smd1\">", " id = 'smd1' xmlns:unused='urn:a' >"),
        ("<ds:DigestValue>", "<ds:DigestValue><![CDATA[]]>"),
        ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", ""),
    ] {
        assert!(good.contains(from), "{from}");
        assert_eq!(trust().validate(good.replacen(from, to, 1).as_bytes(), now()), Ok(verified()), "{to}");
    }
}

/// The signed document moved into another, which says what the attacker wants.
#[test]
fn wrapped_documents_are_refused() {
    let good = good();
    let inner = good.split_once("?>\n").expect("a declaration").1;
    let head = "<smd:signedMark xmlns:smd=\"urn:ietf:params:xml:ns:signedMark-1.0\" id=\"evil\">";
    let start = inner.find("<smd:id>").expect("an identifier");
    let signature = &inner[inner.find("<ds:Signature ").expect("a signature")..inner.rfind("</smd:").expect("an end")];
    let evil = inner[start..].replacen("test-validate", "evil", 1);
    let unsigned = inner.replace(signature, "");
    for (wrapped, expected) in [
        // The signed one beside what is read.
        (format!("{head}{unsigned}{evil}"), "Shape"),
        (format!("{head}{}", evil.replace("</mark:trademark>", &format!("{unsigned}</mark:trademark>"))), "References"),
        // The signed one in the signature of what is read.
        (
            format!(
                "{head}{}",
                evil.replace("</ds:KeyInfo>", &format!("</ds:KeyInfo><ds:Object>{unsigned}</ds:Object>"))
            ),
            "Shape",
        ),
        // What is read takes the signed one's identifier.
        (format!("{}{unsigned}{evil}", head.replace("evil", "smd1")), "DuplicateId"),
        (format!("<a>{inner}</a>"), "Shape"),
        (format!("{head}{inner}</smd:signedMark>"), "NoSignature"),
    ] {
        let found = fault(&wrapped);
        assert_eq!(kind(&found), expected, "{found}: {wrapped}");
    }
}

#[test]
fn certificates_are_those_of_the_root_and_for_signing() {
    let template = Template::of(&["a"]);
    let stranger = Root::new("Root");
    let from_2020 = ((2020, 1, 1), (2040, 1, 1));
    let (in_2027, until_2026) = (((2027, 1, 1), (2040, 1, 1)), ((2020, 1, 1), (2026, 5, 1)));
    for (validator, expected) in [
        (stranger.validator(8, from_2020.0, from_2020.1), "NotIssued"),
        (Validator::alone(), "NotIssued"),
        (ROOT.other_use(8), "CertificateUse"),
        (ROOT.authority(8), "CertificateUse"),
        (ROOT.validator(8, in_2027.0, in_2027.1), "CertificateNotYetValid"),
        (ROOT.validator(8, until_2026.0, until_2026.1), "CertificateExpired"),
        (ROOT.validator(3, from_2020.0, from_2020.1), "CertificateRevoked"),
    ] {
        let found = fault(&validator.sign(&template));
        assert_eq!(kind(&found), expected, "{found}");
    }
    // The certificate of one and the signature of another.
    let foreign = Validator::alone().sign_text(&template.text(&VALIDATOR.certificate));
    assert_eq!(fault(&foreign), SmdFault::Signature);
    // With the certificate of the root beside it, in whatever order.
    let root = "<ds:X509Certificate>".to_owned()
        + &base64::Engine::encode(&base64::engine::general_purpose::STANDARD, &ROOT.certificate)
        + "</ds:X509Certificate>";
    let text = template.text(&VALIDATOR.certificate).replace("<ds:X509Data>", &format!("<ds:X509Data>{root}"));
    assert!(trust().validate(VALIDATOR.sign_text(&text).as_bytes(), now()).is_ok());
}

#[test]
fn dates_are_judged_by_the_clock_that_is_given() {
    let document = good();
    let at = |now| trust_with(&[], StaleCrl::Warn).validate(document.as_bytes(), now);
    let until = day(2028, 1, 1);
    assert_eq!(at(day(2024, 12, 31)), Err(SmdFault::CertificateNotYetValid { from: day(2025, 1, 1) }));
    assert_eq!(at(until).map(|found| found.crl_is_stale), Ok(true));
    assert_eq!(at(day(2028, 1, 2)), Err(SmdFault::CertificateExpired { until }));
    // A root can expire before what it has issued.
    let heir = ROOT.validator(8, (2025, 1, 1), (2100, 1, 1)).sign(&Template::of(&["a"]));
    let expired = trust_with(&[], StaleCrl::Warn).validate(heir.as_bytes(), day(2099, 6, 1));
    assert_eq!(expired, Err(SmdFault::CertificateExpired { until: day(2099, 1, 1) }));
    let times = |from: &str, until: &str| {
        let template = Template { not_before: from.into(), not_after: until.into(), ..Template::of(&["a"]) };
        trust().validate(VALIDATOR.sign(&template).as_bytes(), now())
    };
    let (yesterday, today, tomorrow) = ("2026-05-31T00:00:00Z", "2026-06-01T02:00:00+02:00", "2026-06-02T00:00:00Z");
    assert!(times(today, tomorrow).is_ok());
    assert_eq!(times(tomorrow, "2027-01-01T00:00:00Z"), Err(SmdFault::NotYetValid { from: day(2026, 6, 2) }));
    assert_eq!(times(yesterday, today), Err(SmdFault::Expired { until: now() }));
}

#[test]
fn a_crl_counts_from_when_it_was_made_until_the_next_is_due() {
    let document = good();
    let mut trust = trust();
    let made = |trust: &mut Trust, serials: &[u64], made, due| trust.set_crl(&ROOT.crl(serials, made, due));
    assert!(trust.validate(document.as_bytes(), now()).is_ok());
    // A newer one revokes.
    assert_eq!(made(&mut trust, &[7], (2026, 5, 2), (2026, 7, 1)), Ok(()));
    let serial = "07".to_owned();
    assert_eq!(trust.validate(document.as_bytes(), now()), Err(SmdFault::CertificateRevoked { serial }));
    // One out of date, or of the future.
    for (from, due) in [((2026, 4, 1), (2026, 5, 1)), ((2026, 6, 2), (2026, 7, 1))] {
        assert_eq!(made(&mut trust, &[], from, due), Ok(()));
        let due = Some(day(due.0, due.1, due.2));
        assert_eq!(trust.validate(document.as_bytes(), now()), Err(SmdFault::StaleCrl { due }));
        let mut lenient = Trust::new(&[&ROOT.certificate], StaleCrl::Warn).expect("a root");
        assert_eq!(lenient.set_crl(&ROOT.crl(&[], from, (2026, 7, 1))), Ok(()));
        let stale = from > (2026, 6, 1);
        assert_eq!(lenient.validate(document.as_bytes(), now()).map(|found| found.crl_is_stale), Ok(stale));
    }
    let none = Trust::new(&[&ROOT.certificate], StaleCrl::Refuse).expect("a root");
    assert_eq!(none.validate(document.as_bytes(), now()), Err(SmdFault::StaleCrl { due: None }));
    // Out of date, but what it revokes stays revoked.
    let mut lenient = Trust::new(&[&ROOT.certificate], StaleCrl::Warn).expect("a root");
    assert_eq!(made(&mut lenient, &[7], (2026, 1, 1), (2026, 2, 1)), Ok(()));
    assert_eq!(kind(&lenient.validate(document.as_bytes(), now()).expect_err("revoked")), "CertificateRevoked");
}

#[test]
fn a_list_of_revoked_signed_marks_is_heeded() {
    let mut trust = trust();
    let text =
        "1,2026-06-01T00:00:00.0Z\nsmd-id,insertion-datetime\n0000001751376056503931-65535,2026-05-01T00:00:00.0Z\n";
    trust.set_revoked(&parse(text, TmchList::Smdrl).expect("a list"));
    let id = "0000001751376056503931-65535".to_owned();
    assert_eq!(trust.validate(good().as_bytes(), now()), Err(SmdFault::Revoked { id }));
}

#[test]
fn only_roots_and_their_lists_are_taken() {
    let new = |root: &[u8]| Trust::new(&[root], StaleCrl::Refuse).map(|_| ());
    assert_eq!(Trust::new(&[], StaleCrl::Refuse).map(|_| ()), Err(TrustFault::NoRoot));
    assert_eq!(new(b"a"), Err(TrustFault::NotCertificate));
    assert_eq!(new(b""), Err(TrustFault::NotCertificate));
    assert_eq!(new(&[&ROOT.certificate[..], b"a"].concat()), Err(TrustFault::NotCertificate));
    assert_eq!(new(&VALIDATOR.certificate), Err(TrustFault::NotAuthority));
    let mut trust = trust();
    let crl = ROOT.crl(&[7], (2026, 5, 1), (2026, 7, 1));
    let mut changed = crl.clone();
    *changed.last_mut().expect("a signature") ^= 1;
    let stranger = Root::new("Root").crl(&[7], (2026, 5, 1), (2026, 7, 1));
    for (list, fault) in [
        (&b"a"[..], TrustFault::NotCrl),
        (&ROOT.certificate, TrustFault::NotCrl),
        (&changed, TrustFault::CrlNotSigned),
        (&stranger, TrustFault::CrlNotSigned),
        (&ROOT.renamed("Another").crl(&[7], (2026, 5, 1), (2026, 7, 1)), TrustFault::CrlNotSigned),
    ] {
        assert_eq!(trust.set_crl(list), Err(fault));
    }
    // The one before stays.
    assert!(trust.validate(good().as_bytes(), now()).is_ok());
}
