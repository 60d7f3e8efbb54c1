//! The mapping of TTLs in responses.

use super::*;
use crate::model::answer::DomainInfo;
use crate::model::ttl::{TtlBounds, TtlTold, TtlType};

fn info(ttls: Vec<TtlTold>, services: Services) -> String {
    let domain = domain();
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
        ttls,
        authorized: true,
        auth_set: false,
        attributes: &[],
        launch: None,
    });
    said(&answer, services)
}

#[test]
fn ttls_are_told_with_and_without_what_can_be_chosen() {
    let bounds = |kind| Some(TtlBounds { kind, min: 60, default: 3600, max: 86_400 });
    let told = |kind, seconds, bounds| TtlTold { kind, seconds, bounds };
    let around = |content: &str| {
        format!(
            "<epp xmlns=\"urn:ietf:params:xml:ns:epp-1.0\"><extension>\
             <ttl:infData xmlns:ttl=\"urn:ietf:params:xml:ns:epp:ttl-1.0\">{content}</ttl:infData></extension></epp>"
        )
    };
    let chosen = vec![told(TtlType::Ns, Some(172_800), None), told(TtlType::Ds, Some(300), None)];
    let ours = info(chosen.clone(), all());
    let expected = around("<ttl:ttl for=\"NS\">172800</ttl:ttl><ttl:ttl for=\"DS\">300</ttl:ttl>");
    assert_eq!(meaning(&extension_of(&ours).expect("an extension")), meaning(&expected), "{ours}");
    let policy = vec![told(TtlType::Ns, Some(600), bounds(TtlType::Ns)), told(TtlType::Ds, None, bounds(TtlType::Ds))];
    let ours = info(policy, all());
    let attributes = "min=\"60\" default=\"3600\" max=\"86400\"";
    let expected = around(&format!("<ttl:ttl for=\"NS\" {attributes}>600</ttl:ttl><ttl:ttl for=\"DS\" {attributes}/>"));
    assert_eq!(meaning(&extension_of(&ours).expect("an extension")), meaning(&expected), "{ours}");
    assert!(extension_of(&info(Vec::new(), all())).is_none());
    assert!(extension_of(&info(chosen, all_but(Extension::Ttl))).is_none());
}
