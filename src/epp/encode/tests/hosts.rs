//! Name servers in responses: host objects and host attributes, in the order of RFC 5731, section 1.1.

use super::*;
use crate::model::answer::DomainInfo;
use crate::model::record::HostAttribute;

/// What stands between the registrant's contacts and clID.
fn shown(name_servers: &[&'static str], attributes: Vec<HostAttribute>) -> String {
    let domain = Domain { host_attributes: attributes, registrant: None, contacts: Vec::new(), ..domain() };
    let expires = domain.expires;
    let mut memory = Memory::default();
    memory.apply(Change::PutDomain(domain).seal());
    let domain = memory.domain("domain.example").expect("was put");
    let info = DomainInfo {
        domain,
        statuses: Statuses::default(),
        rgp: Vec::new(),
        expires,
        notes: None,
        name_servers: name_servers.to_vec(),
        attributes: domain.host_attributes.as_slice(),
        hosts: Vec::new(),
        authorized: true,
        auth_set: false,
        launch: None,
        token: None,
        ttls: Vec::new(),
    };
    let answer = said(&Answer::DomainInfo(info), Services::default());
    let (_, after) = answer.split_once("</domain:roid>").expect("a ROID");
    after.split_once("<domain:clID>").expect("a clID").0.to_owned()
}

/// The two examples of RFC 5731, section 1.1, the address in the form of RFC 5952.
#[test]
fn name_servers_are_said_as_rfc_5731_prints_them() {
    let attribute = |name: &str, addresses: &[&str]| HostAttribute {
        name: name.into(),
        addresses: addresses.iter().map(|ip| ip.parse::<std::net::IpAddr>().expect("an address").into()).collect(),
    };
    assert_eq!(shown(&[], Vec::new()), "");
    assert_eq!(
        shown(&["ns1.example.net", "ns2.example.net"], Vec::new()),
        "<domain:ns><domain:hostObj>ns1.example.net</domain:hostObj>\
         <domain:hostObj>ns2.example.net</domain:hostObj></domain:ns>"
    );
    let both = vec![
        attribute("ns1.example.net", &["192.0.2.2", "1080:0:0:0:8:800:200C:417A"]),
        attribute("ns2.example.net", &[]),
    ];
    assert_eq!(
        shown(&[], both),
        "<domain:ns><domain:hostAttr><domain:hostName>ns1.example.net</domain:hostName>\
         <domain:hostAddr ip=\"v4\">192.0.2.2</domain:hostAddr>\
         <domain:hostAddr ip=\"v6\">1080::8:800:200c:417a</domain:hostAddr></domain:hostAttr>\
         <domain:hostAttr><domain:hostName>ns2.example.net</domain:hostName></domain:hostAttr></domain:ns>"
    );
}
