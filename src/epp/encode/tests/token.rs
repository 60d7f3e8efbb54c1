//! The allocation token extension in responses: what RFC 8495 prints.

use super::*;
use crate::model::answer::{Availability, DomainInfo};

/// The answer to an info about a domain of which that token is told.
fn info(token: Option<&'static str>, services: Services) -> String {
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
        token,
        authorized: true,
        auth_set: false,
        ttls: Vec::new(),
        attributes: &[],
        launch: None,
    });
    said(&answer, services)
}

#[test]
fn an_info_says_what_rfc_8495_prints() {
    let printed = "<epp xmlns=\"urn:ietf:params:xml:ns:epp-1.0\">
        <extension>
         <allocationToken:allocationToken
           xmlns:allocationToken=
             \"urn:ietf:params:xml:ns:allocationToken-1.0\">
           abc123
         </allocationToken:allocationToken>
        </extension></epp>";
    let ours = info(Some("abc123"), all());
    assert_eq!(meaning(&extension_of(&ours).expect("an extension")), meaning(printed), "{ours}");
    for (token, services) in [(None, all()), (Some("abc123"), all_but(Extension::AllocationToken))] {
        assert!(!info(token, services).contains("abc123"));
    }
    assert!(info(Some("a<b"), all()).contains(">a&lt;b</allocationToken:allocationToken>"));
}

/// Section 3.1.1, the response to a check of two names.
#[test]
fn a_check_says_what_rfc_8495_prints() {
    let printed = r#"<?xml version="1.0" encoding="UTF-8"?>
        <epp xmlns="urn:ietf:params:xml:ns:epp-1.0">
         <response>
          <result code="1000">
           <msg>Command completed successfully</msg>
          </result>
          <resData>
           <domain:chkData
             xmlns:domain="urn:ietf:params:xml:ns:domain-1.0">
            <domain:cd>
             <domain:name avail="1">allocation.example</domain:name>
            </domain:cd>
            <domain:cd>
             <domain:name avail="0">allocation2.example</domain:name>
             <domain:reason>Allocation Token mismatch</domain:reason>
            </domain:cd>
           </domain:chkData>
          </resData>
          <trID>
           <clTRID>ABC-12345</clTRID>
           <svTRID>54321-XYZ</svTRID>
          </trID>
         </response>
        </epp>"#;
    let object = |object: &'static str, reason| Availability { object: object.into(), reason, variant_of: None };
    let objects =
        vec![object("allocation.example", None), object("allocation2.example", Some("Allocation Token mismatch"))];
    let ours = said(&Answer::DomainChecked { objects, fees: None }, all());
    assert_eq!(meaning(&ours), meaning(printed), "{ours}");
}
