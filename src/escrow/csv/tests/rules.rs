//! What ICANN's tests ask of deposits that have CSV files.

use super::{Made, read, written};
use crate::base::timestamp::Timestamp;
use crate::escrow::Checker;
use crate::escrow::models::Models;
use crate::escrow::object::{Deposit, Header, Object, ObjectCount, ObjectKind};
use crate::escrow::xml::{Event, Reader};

const WHOLE: &str = include_str!("../../testdata/whole.xml");

/// The deposit in which nothing is wrong, in these models.
fn whole(models: Models) -> Made {
    let (mut frame, mut header, mut objects) = (None, None, Vec::new());
    for placed in Reader::new(WHOLE.as_bytes()) {
        match placed.expect("memory").event {
            Event::Begin(deposit) => frame = Some(deposit),
            Event::Header(found) => header = Some(found),
            Event::Object(object) => objects.push(object),
            _ => {}
        }
    }
    let uri = |uri: &str| {
        let kind = ObjectKind::ALL.into_iter().find(|kind| kind.xml_uri() == uri);
        kind.map_or(uri, |kind| models.uri(kind)).to_owned()
    };
    let frame = frame.expect("a frame");
    let frame = Deposit { menu: frame.menu.iter().map(|listed| uri(listed)).collect(), ..frame };
    let header = header.expect("a header");
    let count = |told: &ObjectCount| ObjectCount { uri: uri(&told.uri), ..told.clone() };
    let header = Header { counts: header.counts.iter().map(count).collect(), ..header };
    // Where domains are in CSV files, these say whether a registrant must be.
    objects.retain(|object| models == Models::xml() || !matches!(object, Object::Policy(_)));
    written(&frame, models, &[], &header, &objects)
}

/// What is found, as `rde-07 domain.csv 2 domain hello.example: …`.
fn found(made: &Made) -> Vec<String> {
    let mut checker = None;
    for placed in read(made) {
        let (line, file) = (placed.line, placed.file);
        match (placed.event, &mut checker) {
            (Event::Begin(deposit), _) => {
                checker = Some(Checker::new(deposit, Timestamp::from_micros(1_900_000_000_000_000)))
            }
            (Event::Header(header), Some(checker)) => checker.header(header),
            (Event::Csv(definitions), Some(checker)) => checker.csv(&definitions),
            (Event::Object(object), Some(checker)) => {
                checker.in_file(file.as_ref());
                checker.object(line, &object);
            }
            (Event::Fault(fault), _) => panic!("{fault}"),
            _ => {}
        }
    }
    let findings = checker.expect("it begins").finish().into_iter();
    findings
        .map(|one| {
            let file = one.file.as_deref().unwrap_or("-");
            format!("{} {file} {} {}: {}", one.case.name(), one.line, one.object, one.problem)
        })
        .collect()
}

#[test]
fn a_whole_deposit_has_nothing_that_is_wrong_in_any_model() {
    for models in [Models::csv(), Models::xml(), Models::xml().with_csv(ObjectKind::Host)] {
        assert_eq!(found(&whole(models)), Vec::<String>::new());
    }
}

const POLICY: &str = "<rdePolicy:policy scope=\"//a\" element=\"rdeDomain:registrant\"/>\n</rde:contents>";

#[test]
fn each_rule_is_found_broken_where_it_is() {
    let table = "<rdeIDN:idnTableRef id=\"fr\"><rdeIDN:url>https://a.example</rdeIDN:url>\
        <rdeIDN:urlPolicy>https://a.example</rdeIDN:urlPolicy></rdeIDN:idnTableRef></rde:contents>";
    for (from, to, expected) in [
        (
            "</rde:contents>",
            table,
            "rde-04 - 0 : expected objects of a type in one model, found those of urn:ietf:params:xml:ns:csvIDN-1.0 in XML and in CSV files",
        ),
        (
            "<rde:objURI>urn:ietf:params:xml:ns:csvHost-1.0<",
            "<rde:objURI>urn:ietf:params:xml:ns:rdeHost-1.0<",
            "rde-05 - 0 : expected urn:ietf:params:xml:ns:csvHost-1.0 on the menu",
        ),
        (
            "</rde:rdeMenu>",
            "<rde:objURI>urn:ietf:params:xml:ns:rdeHost-1.0</rde:objURI></rde:rdeMenu>",
            "rde-05 - 0 : expected urn:ietf:params:xml:ns:csvHost-1.0 or urn:ietf:params:xml:ns:rdeHost-1.0 on the menu, found both",
        ),
        (
            "csvDomain-1.0\">2<",
            "csvDomain-1.0\">3<",
            "rde-06 - 0 : expected as many objects of urn:ietf:params:xml:ns:csvDomain-1.0",
        ),
        (
            "csvDomain-1.0\">2<",
            "rdeDomain-1.0\">2<",
            "rde-06 - 0 : expected as many objects of urn:ietf:params:xml:ns:rdeDomain-1.0 as the header counts, 2, found 0",
        ),
        (
            "</rde:contents>",
            POLICY,
            "rde-15 - 0 : expected isRequired=\"true\" on rdeCsv:fRegistrant, as the policy object says",
        ),
    ] {
        let mut made = whole(Models::csv());
        assert!(made.xml.contains(from), "{from}\n{}", made.xml);
        made.xml = made.xml.replacen(from, to, 1);
        let findings = found(&made);
        assert!(findings.iter().any(|finding| finding.contains(expected)), "{expected}: {findings:#?}");
    }
}

#[test]
fn what_is_wrong_with_an_object_has_its_file_and_line() {
    for (file, from, to, expected) in [
        (
            "domain",
            "two.example,D2-EX",
            "two.example,D1-EX",
            "rde-07 t_domain.csv 2 roid D1-EX: expected each roid once",
        ),
        (
            "domain",
            "con1",
            "con9",
            "rde-07 t_domain.csv 1 domain one.example: expected the contact con9 in the deposit",
        ),
        ("hostAddresses", "H1-EX,192.0.2.1,v4\r\n", "", "rde-08 t_host.csv 1 host ns.one.example: expected an address"),
    ] {
        let mut made = whole(Models::csv());
        let octets = made.file(file);
        let text = String::from_utf8(std::mem::take(octets)).expect("UTF-8");
        assert!(text.contains(from), "{text}");
        *octets = text.replacen(from, to, 1).into_bytes();
        made.sum_up();
        let findings = found(&made);
        assert!(findings.iter().any(|finding| finding.contains(expected)), "{expected}: {findings:#?}");
    }
    // A registrant that must be is one that is there.
    let mut made = whole(Models::csv());
    made.xml = made.xml.replace("<rdeCsv:fRegistrant/>", "<rdeCsv:fRegistrant isRequired=\"true\"/>");
    assert_eq!(found(&made), Vec::<String>::new());
    made.xml = made.xml.replacen("<csvContact:contents>", "<!--", 1).replacen("</csvContact:contents>", "-->", 1);
    let findings = found(&made);
    assert!(findings.iter().any(|finding| finding.starts_with("rde-15 - 0 : expected isRequired")), "{findings:#?}");
}
