//! The IDN extension in responses.

use super::*;
use crate::model::answer::{Availability, DomainInfo};
use crate::model::idn::IdnLabel;

fn info(idn: Option<IdnLabel>, services: Services) -> String {
    let domain = Domain { idn: idn.map(Box::new), ..domain() };
    let mut memory = Memory::default();
    memory.apply(Change::PutDomain(domain).seal());
    let answer = Answer::DomainInfo(DomainInfo {
        domain: memory.domain("domain.example").expect("was put"),
        statuses: Statuses::default(),
        rgp: Vec::new(),
        expires: moment(2014, 4, 3, 22, 0, 0),
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

#[test]
fn an_info_tells_the_table_and_the_name_in_unicode() {
    let label = || Some(IdnLabel { table: "es".into(), u_name: "español.example".into() });
    let expected = "<epp xmlns=\"urn:ietf:params:xml:ns:epp-1.0\"><extension>
         <idn:data xmlns:idn=\"urn:ietf:params:xml:ns:idn-1.0\">
           <idn:table>es</idn:table>
           <idn:uname>español.example</idn:uname>
         </idn:data></extension></epp>";
    let ours = info(label(), all());
    assert_eq!(meaning(&extension_of(&ours).expect("an extension")), meaning(expected), "{ours}");
    for silent in [info(label(), all_but(Extension::Idn)), info(None, all())] {
        assert!(!silent.contains("idn:"), "{silent}");
    }
    let odd = IdnLabel { table: "a&b".into(), u_name: "<".into() };
    let ours = info(Some(odd), all());
    assert!(ours.contains("<idn:table>a&amp;b</idn:table><idn:uname>&lt;</idn:uname>"), "{ours}");
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
