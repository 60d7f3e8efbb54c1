//! The CSV files that RFC 9022 prints, with the deposits of its sections 16 and 17 that name them, where the reference is at hand.

use std::collections::BTreeMap;

use super::{Made, read};
use crate::escrow::object::{Delete, Domain, NameServers, NndnState, Object};
use crate::escrow::xml::Event;
use crate::escrow::xml::tests::reference;
use crate::model::record::Disclose;

/// Sections 5.1.2 to 5.6.2, in which a record is one line; a `%` is the part that is the same in several.
const FILES: [(&str, &str, &[&str]); 19] = [
    (
        "domain-YYYYMMDD.csv",
        "registrantid,registrarX,registrarX,clientY,2009-04-03T22:00:00.0Z,registrarX,clientY,\
         2009-12-03T09:05:00.0Z,2025-04-03T22:00:00.0Z",
        &[
            "domain1.example,Ddomain1-TEST,,,%",
            "domain2.example,Ddomain2-TEST,,,%",
            "xn--bc123-3ve.example,Dxnabc123-TEST,LANG-1,,%",
            "xn--bc321-3ve.example,Dxnabc321-TEST,LANG-1,xn--bc123-3ve.example,%",
        ],
    ),
    (
        "domainContacts-YYYYMMDD.csv",
        "",
        &[
            "domain1.example,domain1admin,admin",
            "domain1.example,domain1tech,tech",
            "domain2.example,domain2admin,admin",
            "xn--bc123-3ve.example,xnabc123admin,admin",
            "xn--bc321-3ve.example,xnabc123billing,billing",
        ],
    ),
    (
        "domainStatuses-YYYYMMDD.csv",
        "",
        &[
            "domain1.example,clientUpdateProhibited,\"Disallow update\",en,",
            "domain1.example,clientDeleteProhibited,\"Disallow delete\",en,",
            "domain2.example,ok,,,",
            "xn--bc123-3ve.example,ok,,,",
            "xn--bc321-3ve.example,ok,,,",
        ],
    ),
    ("domainNameServers-name-YYYYMMDD.csv", "", &["domain2.example,ns1.example.net"]),
    (
        "domainNameServers-roid-YYYYMMDD.csv",
        "",
        &["domain1.example,Hns1_domain1_test-TEST", "domain1.example,Hns2_domain1_test-TEST"],
    ),
    ("dnssec-ds-YYYYMMDD.csv", "", &["domain1.example,604800,30730,8,2,91C9B176EB////F1C46F6A55"]),
    ("dnssec-key-YYYYMMDD.csv", "", &["domain2.example,604800,257,3,8,AwEAAZD1+z////G1jqviK8c="]),
    (
        "domainTransfer-YYYYMMDD.csv",
        "",
        &["domain2.example,pending,registrarX,clientY,2011-03-08T19:38:00.0Z,registrarY,,2011-03-13T23:59:59.0Z,\
           2025-04-03T22:00:00.0Z"],
    ),
    (
        "host-YYYYMMDD.csv",
        "registrarX,registrarX,clientY,1999-05-08T12:10:00.0Z,registrarX,clientY,2009-10-03T09:34:00.0Z,\
         2007-01-08T09:19:00.0Z",
        &[
            "ns1.domain1.example,Hns1_domain1_test-TEST,%",
            "ns2.domain1.example,Hns2_domain1_test-TEST,%",
            "ns1.example.net,Hns1_example_test-TEST,%",
        ],
    ),
    (
        "hostStatuses-YYYYMMDD.csv",
        "",
        &["Hns1_domain1_test-TEST,ok,,", "Hns2_domain1_test-TEST,ok,,", "Hns1_example_test-TEST,ok,,"],
    ),
    (
        "hostAddresses-YYYYMMDD.csv",
        "",
        &["Hns1_domain1_test-TEST,192.0.2.1,v4", "Hns2_domain1_test-TEST,2001:DB8::1,v6"],
    ),
    (
        "contact-YYYYMMDD.csv",
        "+1.7035555555,1234,+1.7035555556,,jdoe@example.example,registrarX,registrarX,clientY,\
         2009-09-13T08:01:00.0Z,registrarX,clientY,2009-11-26T09:10:00.0Z",
        &["domain1admin,Cdomain1admin-TEST,%", "xnabc123admin,Cxnabc123admin-TEST,%"],
    ),
    ("contactStatuses-YYYYMMDD.csv", "", &["domain1admin,ok,,", "xnabc123admin,ok,,"]),
    (
        "contactPostal-YYYYMMDD.csv",
        "int,\"John Doe\",\"Example Inc.\",\"123 Example Dr.\",\"Suite 100\",,Reston,VA,20190,US",
        &["domain1admin,%", "xnabc123admin,%"],
    ),
    (
        "contactTransfer-YYYYMMDD.csv",
        "",
        &["xnabc123admin,clientApproved,registrarX,clientX,2011-04-08T19:38:00.0Z,registrarY,clientY,\
           2011-04-09T20:38:00.0Z"],
    ),
    ("contactDisclose-YYYYMMDD.csv", "", &["xnabc123admin,0,0,0,0,0,0,0,1,1,1"]),
    (
        "registrar-YYYYMMDD.csv",
        "",
        &["registrarX,\"Example Inc.\",8,ok,\"123 Example Dr.\",\"Suite 100\",,Dulles,VA,20166-6503,US,+1.7035555555,\
           1234,+1.7035555556,,jdoe@example.example,http://www.example.example,http://whois.example.example,\
           2005-04-23T11:49:00.0Z,2009-02-17T17:51:00.0Z"],
    ),
    ("idnLanguage-YYYYMMDD.csv", "", &["LANG-1,http://www.iana.org/domains/idn-tables/tables/test_tab1_1.1.txt"]),
    (
        "NNDN-YYYYMMDD.csv",
        "xn--bc123-3ve.example",
        &[
            "xn--bc456-3ve.example,LANG-1,%,blocked,,2005-04-23T11:49:00.0Z",
            "xn--bc789-3ve.example,LANG-1,%,mirrored,1,2005-04-23T11:49:00.0Z",
        ],
    ),
];

/// What is gone, with the checksums that its sections print beside it: of lines that end with LF, the last with nothing.
const GONE: [(&str, &str, &str); 6] = [
    ("domain-delete-YYYYMMDD.csv", "domain1.example\ndomain2.example", "44DE670E"),
    (
        "host-delete-YYYYMMDD.csv",
        "Hns1_domain1_test-TEST\nHns2_domain1_test-TEST\nHns1_domain2_test-TEST\nHns2_domain2_test-TEST",
        "777F5F0E",
    ),
    ("contact-delete-YYYYMMDD.csv", "domain1admin\ndomain1tech", ""),
    ("registrar-delete-YYYYMMDD.csv", "registrarZ", "5CB20A52"),
    ("idnLanguage-delete-YYYYMMDD.csv", "LANG-2", "4A28A569"),
    ("NNDN-delete-YYYYMMDD.csv", "xn--bc456-3ve.example", "792E4C2D"),
];

/// A deposit that RFC 9022 prints, without the checksums of files that it does not; `None` where the reference is not at hand.
fn printed(name: &str) -> Option<Made> {
    let path = reference().join("examples/rde").join(name);
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: no {} (set DOMESDAY_REFERENCE); left unchecked: that deposit", path.display());
        return None;
    };
    let mut parts = text.split("cksum=\"");
    let mut xml = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (_, rest) = part.split_once('"').expect("a checksum");
        let gone = GONE.iter().find(|(name, _, _)| rest.starts_with(&format!(">{name}<")));
        if let Some((_, _, sum)) = gone.filter(|(_, _, sum)| !sum.is_empty()) {
            xml.push_str(&format!("cksum=\"{sum}\""));
        }
        xml.push_str(rest);
    }
    let files = FILES.iter().map(|(name, same, lines)| (*name, lines.join("\n").replace('%', same)));
    let gone = GONE.iter().map(|(name, text, _)| (*name, (*text).to_owned()));
    let files: BTreeMap<String, Vec<u8>> =
        files.chain(gone).map(|(name, text)| (name.to_owned(), text.into_bytes())).collect();
    Some(Made { xml, files })
}

fn domain<'d>(events: &'d [Event], name: &str) -> Option<&'d Domain> {
    events.iter().find_map(|event| match event {
        Event::Object(Object::Domain(domain)) if domain.name == name => Some(&**domain),
        _ => None,
    })
}

#[test]
fn the_full_deposit_is_read() {
    let Some(mut made) = printed("rfc9022-full-csv-model.xml") else { return };
    let faults = |made: &Made| -> Vec<String> {
        let fault = |placed: super::Placed| match placed.event {
            Event::Fault(fault) => Some(fault.to_string()),
            _ => None,
        };
        read(made).into_iter().filter_map(fault).collect()
    };
    // The digest that is printed is shortened.
    let found = faults(&made);
    assert!(found.len() == 1 && found[0].contains("dnssec/csvDomain:fDigest: expected pairs"), "{found:?}");
    let ds = made.files.get_mut("dnssec-ds-YYYYMMDD.csv").expect("the file");
    *ds = String::from_utf8(std::mem::take(ds)).expect("UTF-8").replace("////", "0000").into_bytes();
    assert_eq!(faults(&made), Vec::<String>::new());
    let events: Vec<Event> = read(&made).into_iter().map(|placed| placed.event).collect();
    let one = domain(&events, "domain1.example").expect("domain1");
    assert_eq!(
        one.name_servers,
        NameServers::Objects(vec!["ns1.domain1.example".into(), "ns2.domain1.example".into()])
    );
    assert_eq!((one.statuses.len(), one.statuses[0].text.as_str()), (2, "Disallow update"));
    assert_eq!((one.statuses[0].lang.as_deref(), one.contacts.len()), (Some("en"), 2));
    assert_eq!(one.sec_dns.as_ref().map(|all| (all.ds[0].key_tag, all.max_sig_life)), Some((30730, Some(604_800))));
    let two = domain(&events, "domain2.example").expect("domain2");
    assert_eq!(two.name_servers, NameServers::Objects(vec!["ns1.example.net".into()]));
    assert_eq!(two.transfer.as_ref().and_then(|transfer| transfer.requester.client.as_deref()), Some("clientY"));
    let variant = domain(&events, "xn--bc321-3ve.example").expect("the variant");
    assert_eq!(
        (variant.original.as_deref(), variant.idn_table.as_deref()),
        (Some("xn--bc123-3ve.example"), Some("LANG-1"))
    );
    for event in &events {
        match event {
            Event::Object(Object::Contact(contact)) if contact.id == "xnabc123admin" => {
                let fields = Disclose::VOICE | Disclose::FAX | Disclose::EMAIL;
                assert_eq!(contact.disclose, Some(Disclose { flag: false, fields }));
                assert_eq!(contact.postal[0].address.street, ["123 Example Dr.", "Suite 100"]);
            }
            Event::Object(Object::Registrar(registrar)) => {
                assert_eq!(registrar.postal[0].1.city, "Dulles");
                assert_eq!(registrar.whois, Some((None, Some("http://whois.example.example".into()))));
            }
            Event::Object(Object::Nndn(nndn)) if nndn.name == "xn--bc789-3ve.example" => {
                assert_eq!(nndn.state, NndnState::Mirrored { name_servers: true });
            }
            _ => {}
        }
    }
    assert_eq!(events.iter().filter(|event| matches!(event, Event::Object(_))).count(), 4 + 3 + 2 + 1 + 1 + 2 + 1);
}

#[test]
fn the_differential_deposit_is_read() {
    let Some(made) = printed("rfc9022-diff-csv-model.xml") else { return };
    let deletes: Vec<Event> = read(&made)
        .into_iter()
        .map(|placed| placed.event)
        .take_while(|event| !matches!(event, Event::Header(_)))
        .collect();
    let gone = |delete| assert!(deletes.contains(&Event::Delete(delete)), "{deletes:?}");
    gone(Delete::Domain("domain2.example".into()));
    gone(Delete::HostRoid("Hns2_domain2_test-TEST".into()));
    gone(Delete::Contact("domain1tech".into()));
    gone(Delete::Registrar("registrarZ".into()));
    gone(Delete::IdnTable("LANG-2".into()));
    gone(Delete::Nndn("xn--bc456-3ve.example".into()));
    assert!(!deletes.iter().any(|event| matches!(event, Event::Fault(_))), "{deletes:?}");
}
