//! Marks in responses: the one printed in RFC 7848, and one of every kind that says all it can, judged by the schemas where
//! those are at hand.

use super::*;
use crate::epp::decode::decode;
use crate::epp::encode::mark;
use crate::model::command::Frame;
use crate::model::extension::Extensions;
use crate::model::launch_command::{GivenMarks, LaunchElement};
use crate::model::mark::{
    ContactKind, Court, Entitlement, Holder, Mark, MarkContact, Protection, Right, Trademark, Treaty,
};
use crate::model::record::{Phone, PostalAddress};

/// Section 2.3, the mark of the example.
const PRINTED: &str = r#"
<mark:mark xmlns:mark="urn:ietf:params:xml:ns:mark-1.0">
  <mark:trademark>
    <mark:id>00052013734689731373468973-65535</mark:id>
    <mark:markName>Test &amp; Validate</mark:markName>
    <mark:holder entitlement="owner">
      <mark:org>Ag corporation</mark:org>
      <mark:addr>
        <mark:street>1305 Bright Avenue</mark:street>
        <mark:city>Arcadia</mark:city>
        <mark:sp>CA</mark:sp>
        <mark:pc>90028</mark:pc>
        <mark:cc>US</mark:cc>
      </mark:addr>
    </mark:holder>
    <mark:contact type="agent">
      <mark:name>Tony Holland</mark:name>
      <mark:org>Ag corporation</mark:org>
      <mark:addr>
        <mark:street>1305 Bright Avenue</mark:street>
        <mark:city>Arcadia</mark:city>
        <mark:sp>CA</mark:sp>
        <mark:pc>90028</mark:pc>
        <mark:cc>US</mark:cc>
      </mark:addr>
      <mark:voice>+1.2025562302</mark:voice>
      <mark:fax>+1.2025562301</mark:fax>
      <mark:email>info@agcorporation.com</mark:email>
    </mark:contact>
    <mark:jurisdiction>US</mark:jurisdiction>
    <mark:class>15</mark:class>
    <mark:label>testandvalidate</mark:label>
    <mark:label>test---validate</mark:label>
    <mark:label>testand-validate</mark:label>
    <mark:label>test-et-validate</mark:label>
    <mark:label>test-validate</mark:label>
    <mark:label>test--validate</mark:label>
    <mark:label>test-etvalidate</mark:label>
    <mark:label>testetvalidate</mark:label>
    <mark:label>testvalidate</mark:label>
    <mark:label>testet-validate</mark:label>
    <mark:goodsAndServices>guitar</mark:goodsAndServices>
    <mark:regNum>1234</mark:regNum>
    <mark:regDate>2012-12-31T23:00:00.000Z</mark:regDate>
  </mark:trademark>
</mark:mark>"#;

/// What our decoder reads in a `launch:create`.
fn decoded(mark: &str) -> Mark {
    let frame = format!(
        "<epp xmlns=\"urn:ietf:params:xml:ns:epp-1.0\"><command><create><d:create \
         xmlns:d=\"urn:ietf:params:xml:ns:domain-1.0\"><d:name>a.example</d:name><d:authInfo><d:pw/></d:authInfo>\
         </d:create></create><extension><l:create xmlns:l=\"urn:ietf:params:xml:ns:launch-1.0\">\
         <l:phase>sunrise</l:phase><l:codeMark>{mark}</l:codeMark></l:create></extension></command></epp>"
    );
    let Ok(Frame::Command(envelope)) = decode(frame.as_bytes()) else { panic!("{frame}") };
    let Extensions { launch: Some(LaunchElement::Create(create)), .. } = envelope.extensions else { panic!("{frame}") };
    let GivenMarks::Codes(mut codes) = create.marks else { panic!("{frame}") };
    *codes.remove(0).mark.expect("given")
}

fn encoded(mark: &Mark) -> String {
    let mut out = Vec::new();
    mark::write(&mut out, mark);
    String::from_utf8(out).expect("text")
}

/// One of each kind, with all that the schema knows.
fn full() -> Mark {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let phone = |ext: Option<&str>| Phone { number: "+1.2025562302".into(), ext: ext.map(Into::into) };
    let address = PostalAddress {
        street: texts(&["1305 Bright Avenue", "2nd floor", "left"]),
        city: "Arcadia".into(),
        sp: Some("CA".into()),
        pc: Some("90028".into()),
        cc: "US".into(),
    };
    let holder = Holder {
        entitlement: Some(Entitlement::Assignee),
        name: Some("Ag & Söhne".into()),
        org: Some("Ag corporation".into()),
        address: address.clone(),
        voice: Some(phone(Some("7"))),
        fax: Some(phone(None)),
        email: Some("info@agcorporation.example".into()),
    };
    let bare = Holder { entitlement: None, org: None, voice: None, fax: None, email: None, ..holder.clone() };
    let contact = MarkContact {
        kind: Some(ContactKind::ThirdParty),
        name: "Tony <Holland>".into(),
        org: Some("Ag corporation".into()),
        address,
        voice: phone(Some("1")),
        fax: Some(phone(Some("2"))),
        email: "tony@agcorporation.example".into(),
    };
    let right = Right {
        id: "00052013734689731373468973-65535".into(),
        name: "Test & Validate".into(),
        holders: vec![holder, bare],
        contacts: vec![contact.clone(), MarkContact { kind: None, org: None, fax: None, ..contact }],
        labels: texts(&["test-and-validate", "testvalidate"]),
        goods_and_services: "guitar".into(),
    };
    let (day, later) = ("2012-12-31T23:00:00.000Z", "2022-12-31T23:00:00.000Z");
    let trademark = Trademark {
        right: right.clone(),
        jurisdiction: "US".into(),
        classes: texts(&["15", "16"]),
        application_id: Some("a-1".into()),
        applied: Some(day.into()),
        registration: "1234".into(),
        registered: day.into(),
        expires: Some(later.into()),
    };
    let protection = |region: Option<&str>, rulings: &[&str]| Protection {
        cc: "CH".into(),
        region: region.map(Into::into),
        rulings: texts(rulings),
    };
    let treaty = Treaty {
        right: right.clone(),
        protections: vec![protection(Some("Bern"), &["CH", "DE"]), protection(None, &[])],
        reference: "r-1".into(),
        protected: day.into(),
        title: "A treaty".into(),
        executed: day.into(),
    };
    let court = Court {
        right,
        reference: "r-2".into(),
        protected: day.into(),
        cc: "US".into(),
        regions: texts(&["CA", "NY"]),
        court: "A court".into(),
    };
    Mark { trademarks: vec![trademark.clone(), trademark], treaties: vec![treaty], courts: vec![court] }
}

#[test]
fn the_mark_of_rfc_7848_is_shown_as_printed() {
    let mark = decoded(PRINTED);
    assert_eq!(meaning(&encoded(&mark)), meaning(PRINTED));
    assert_eq!(mark.labels().count(), 10);
}

#[test]
fn what_is_encoded_is_decoded_as_it_was() {
    for mark in [full(), decoded(PRINTED)] {
        let once = encoded(&mark);
        assert_eq!(decoded(&once), mark);
        assert_eq!(encoded(&decoded(&once)), once);
    }
}

/// In the place that an info has for it, judged by libxml2 where it and the schemas are at hand.
#[test]
fn marks_are_valid_against_the_schemas() {
    let reference = std::env::var("DOMESDAY_REFERENCE").unwrap_or_else(|_| "../shared".into());
    let schema = std::path::Path::new(&reference).join("xsd/epp-all.xsd");
    if !schema.is_file() || std::process::Command::new("xmllint").arg("--version").output().is_err() {
        return println!("no xmllint or no schemas ({}): marks are not judged by libxml2", schema.display());
    }
    let dir = tempfile::tempdir().expect("a directory");
    let mut lint = std::process::Command::new("xmllint");
    lint.args(["--nonet", "--noout", "--schema"]).arg(&schema);
    for (number, mark) in [full(), decoded(PRINTED)].iter().enumerate() {
        let text = format!(
            "<epp xmlns=\"urn:ietf:params:xml:ns:epp-1.0\"><response><result code=\"1000\"><msg>Done</msg></result>\
             <extension><l:infData xmlns:l=\"urn:ietf:params:xml:ns:launch-1.0\"><l:phase>sunrise</l:phase>\
             <l:applicationID>abc123</l:applicationID><l:status s=\"validated\"/>{}</l:infData></extension>\
             <trID><svTRID>54321-XYZ</svTRID></trID></response></epp>",
            encoded(mark)
        );
        let path = dir.path().join(format!("{number}.xml"));
        std::fs::write(&path, text).expect("writable");
        lint.arg(path);
    }
    let output = lint.output().expect("it ran before");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
