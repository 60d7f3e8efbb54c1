//! The IDN extension in responses: the form of its schema, `idn:table` and then `idn:uname`.

use super::*;
use crate::model::answer::{Availability, DomainInfo};
use crate::model::idn::IdnLabel;

/// The answer to an info about a domain with that label.
fn info(idn: Option<IdnLabel>, services: Services) -> String {
    let domain = Domain { idn: idn.map(Box::new), ..domain() };
    let expires = domain.expires;
    let mut memory = Memory::default();
    memory.apply(Change::PutDomain(domain).seal());
    let answer = Answer::DomainInfo(DomainInfo {
        domain: memory.domain("domain.example").expect("was put"),
        statuses: Statuses::default(),
        rgp: Vec::new(),
        expires,
        notes: None,
        name_servers: Vec::new(),
        hosts: Vec::new(),
        token: None,
        authorized: true,
        auth_set: false,
        ttls: Vec::new(),
        attributes: &[],
        launch: None,
    });
    said(&answer, services)
}

fn label(table: &str, u_name: &str) -> Option<IdnLabel> {
    Some(IdnLabel { table: table.into(), u_name: u_name.into() })
}

#[test]
fn an_info_says_table_and_name_in_that_order() {
    let expected = "<epp xmlns=\"urn:ietf:params:xml:ns:epp-1.0\">
        <extension>
          <idn:data xmlns:idn=\"urn:ietf:params:xml:ns:idn-1.0\">
            <idn:table>es</idn:table>
            <idn:uname>espa\u{f1}ol.example</idn:uname>
          </idn:data>
        </extension></epp>";
    let ours = info(label("es", "espa\u{f1}ol.example"), all());
    assert_eq!(meaning(&extension_of(&ours).expect("an extension")), meaning(expected), "{ours}");
    for (label, services) in
        [(None, all()), (label("es", "espa\u{f1}ol.example"), all_but(Extension::Idn)), (None, Services::of([]))]
    {
        assert!(!info(label, services).contains("idn"));
    }
    assert!(info(label("a", "a&b"), all()).contains("<idn:uname>a&amp;b</idn:uname></idn:data></extension>"));
}

/// The schema has nothing for other answers. Of which name a check's name is a variant stands in the reason, where that has room.
#[test]
fn checks_and_creates_are_answered_without_it() {
    for (of, expected) in [
        ("xn--espaol-zwa.test", "Variant of xn--espaol-zwa.test"),
        ("xn--espaol-zwa.example", "Variant of a registered name"),
    ] {
        let (object, reason) = ("espanol.test".into(), Some("Variant of a registered name"));
        let objects = vec![Availability { object, reason, variant_of: Some(of.into()) }];
        let checked = said(&Answer::DomainChecked { objects, fees: None }, all());
        assert!(checked.contains("<domain:cd><domain:name avail=\"0\">espanol.test</domain:name>"), "{checked}");
        assert!(checked.contains(&format!("<domain:reason>{expected}</domain:reason>")), "{checked}");
        assert_eq!(extension_of(&checked), None, "{checked}");
    }
    let (name, created) = ("xn--espaol-zwa.test".into(), moment(2027, 1, 31, 12, 0, 0));
    let created = said(&Answer::DomainCreated { name, created, expires: created, bill: None }, all());
    assert_eq!(extension_of(&created), None, "{created}");
}
