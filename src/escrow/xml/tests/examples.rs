//! The two deposits of the XML model that RFC 9022 prints, in sections 14 and 15, where the reference is at hand.

use super::{Event, read, reference};
use crate::escrow::object::{Delete, DepositKind, NameServers, NndnState, Object, ObjectKind, Policy, Repository};
use crate::model::record::{Address, Disclose, PostalKind};
use crate::model::status::Status;

/// A deposit that RFC 9022 prints; `None` where the reference is not at hand.
fn printed(name: &str) -> Option<Vec<Event>> {
    let path = reference().join("examples/rde").join(name);
    let Ok(text) = std::fs::read(&path) else {
        println!("skipped: no {} (set DOMESDAY_REFERENCE); left unchecked: that deposit", path.display());
        return None;
    };
    let events: Vec<Event> = read(&text).into_iter().map(|placed| placed.event).collect();
    for event in &events {
        assert!(!matches!(event, Event::Fault(_)), "{event:?}");
    }
    assert_eq!(events.last(), Some(&Event::End));
    Some(events)
}

#[test]
fn the_full_deposit_is_read() {
    let Some(events) = printed("rfc9022-full-xml-model.xml") else { return };
    let [Event::Begin(frame), Event::Header(header), objects @ .., Event::End] = events.as_slice() else {
        panic!("{events:?}");
    };
    assert_eq!((frame.kind, frame.id.as_str(), frame.menu.len()), (DepositKind::Full, "20191017001", 8));
    assert_eq!(frame.watermark.to_string(), "2019-10-17T00:00:00.000Z");
    assert_eq!((&header.repository, header.counts.len()), (&Repository::Tld("test".into()), 7));
    assert_eq!((header.counts[0].uri.as_str(), header.counts[0].count), (ObjectKind::Domain.xml_uri(), 2));
    let kinds: Vec<ObjectKind> = objects
        .iter()
        .map(|event| match event {
            Event::Object(object) => object.kind(),
            other => panic!("{other:?}"),
        })
        .collect();
    use ObjectKind::{Contact, Domain, EppParams, Host, IdnTable, Nndn, Policy as Asks, Registrar};
    assert_eq!(kinds, [Domain, Domain, Host, Contact, Registrar, IdnTable, Nndn, EppParams, Asks]);
    for event in objects {
        let Event::Object(object) = event else { continue };
        judge(object);
    }
}

/// What the RFC prints of each object.
fn judge(object: &Object) {
    match object {
        Object::Domain(domain) if domain.name == "example1.example" => {
            let servers = ["ns1.example.com", "ns1.example1.example"].map(str::to_owned).to_vec();
            assert_eq!(domain.name_servers, NameServers::Objects(servers));
            assert_eq!((domain.roid.as_str(), domain.sponsor.as_str()), ("Dexample1-TEST", "RegistrarX"));
            let creator = domain.history.creator.as_ref().expect("crRr");
            assert_eq!((creator.registrar.as_str(), creator.client.as_deref()), ("RegistrarX", Some("jdoe")));
            assert_eq!(domain.expires.expect("exDate").to_string(), "2025-04-03T22:00:00.000Z");
            assert_eq!((domain.registrant.as_deref(), domain.contacts.len()), (Some("jd1234"), 2));
        }
        Object::Domain(domain) => {
            assert_eq!(domain.name, "example2.example");
            let statuses: Vec<Status> = domain.statuses.iter().map(|stated| stated.status).collect();
            assert_eq!(statuses, [Status::Ok, Status::ClientUpdateProhibited]);
            assert_eq!(domain.name_servers, NameServers::Objects(Vec::new()));
        }
        Object::Host(host) => {
            assert_eq!(host.addresses.len(), 3);
            assert_eq!(host.addresses[0], Address::V4([192, 0, 2, 2]));
            assert_eq!(host.addresses[2].ip().to_string(), "2001:db8:1::1");
        }
        Object::Contact(contact) => {
            assert_eq!(contact.disclose, Some(Disclose { flag: false, fields: Disclose::VOICE | Disclose::EMAIL }));
            let voice = contact.voice.as_ref().expect("voice");
            assert_eq!((voice.number.as_str(), voice.ext.as_deref()), ("+1.7035555555", Some("1234")));
            assert_eq!(contact.postal.len(), 1);
            assert_eq!((contact.postal[0].kind, contact.postal[0].name.as_str()), (PostalKind::Int, "John Doe"));
            assert_eq!(contact.postal[0].address.street, ["123 Example Dr.", "Suite 100"]);
        }
        Object::Registrar(registrar) => {
            assert_eq!((registrar.id.as_str(), registrar.iana_id), ("RegistrarX", Some(8)));
            let whois = ("whois.example.example", "http://whois.example.example");
            assert_eq!(registrar.whois, Some((Some(whois.0.into()), Some(whois.1.into()))));
        }
        Object::IdnTable(table) => {
            assert_eq!(table.id, "pt-BR");
            assert_eq!(table.policy_url.as_deref(), Some("http://registro.br/dominio/regras.html"));
        }
        Object::Nndn(nndn) => {
            assert_eq!((nndn.name.as_str(), nndn.state), ("xn--exampl-gva.example", NndnState::Withheld));
        }
        Object::EppParams(params) => {
            assert_eq!((params.objects.len(), params.extensions.len()), (3, 2));
            assert_eq!((params.dcp.access.as_str(), params.dcp.statements.len()), ("all", 1));
            assert_eq!(params.dcp.statements[0].purposes, ["admin", "prov"]);
            assert_eq!(params.dcp.statements[0].recipients, [("ours".to_owned(), None), ("public".to_owned(), None)]);
        }
        Object::Policy(policy) => {
            let scope = "//rde:deposit/rde:contents/rdeDomain:domain".to_owned();
            assert_eq!(*policy, Policy { scope, element: "rdeDomain:registrant".into() });
        }
    }
}

#[test]
fn the_differential_deposit_is_read() {
    let Some(events) = printed("rfc9022-diff-xml-model.xml") else { return };
    let [Event::Begin(frame), Event::Delete(gone), Event::Header(header), Event::End] = events.as_slice() else {
        panic!("{events:?}");
    };
    assert_eq!((frame.kind, frame.previous.as_deref()), (DepositKind::Differential, Some("20191017001")));
    assert_eq!(*gone, Delete::Domain("example2.example".into()));
    assert_eq!(header.counts.iter().map(|count| count.count).sum::<i64>(), 7);
}
