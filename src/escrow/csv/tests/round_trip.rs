//! What is written is read as it was, whichever model each type of object is in; the XML is valid against the schemas.

use std::process::Command;

use super::{Made, by_kind, deposit, objects, read, written};
use crate::escrow::models::Models;
use crate::escrow::object::{Delete, DepositKind, NameServers, Object, ObjectKind};
use crate::escrow::xml::Event;
use crate::escrow::xml::tests::round_trip::everything;
use crate::escrow::xml::tests::{reference, sample};

/// All kinds of objects, and one for each value of what is enumerated, each with a name of its own.
pub(super) fn distinct() -> Vec<Object> {
    let mut all = everything();
    for (number, object) in all.iter_mut().enumerate() {
        match object {
            Object::Domain(domain) => {
                domain.name = format!("D,\"{number}.example");
                domain.roid = format!("D{number}-E");
            }
            Object::Host(host) => (host.name, host.roid) = (format!("ns{number}.example"), format!("H{number}-E")),
            Object::Contact(contact) => {
                (contact.id, contact.roid) = (format!("c;'{number}"), format!("C{number}-E"));
            }
            // An element that says nothing is no fact.
            Object::Registrar(registrar) => registrar.whois = registrar.whois.take().filter(|one| *one != (None, None)),
            _ => {}
        }
    }
    by_kind(all)
}

fn full(models: Models, objects: &[Object]) -> Made {
    written(&deposit(DepositKind::Full, models), models, &[], &sample::header(), objects)
}

fn equal(found: &[Object], given: &[Object]) {
    for (found, given) in found.iter().zip(given) {
        assert_eq!(found, given);
    }
    assert_eq!(found.len(), given.len());
}

/// Every single type in CSV files beside XML, all of them, and none.
fn mixtures() -> Vec<Models> {
    let single = ObjectKind::ALL.into_iter().map(|kind| Models::xml().with_csv(kind));
    single.chain([Models::csv(), Models::xml()]).collect()
}

#[test]
fn objects_come_back_as_they_were_in_whatever_models() {
    let all = distinct();
    for models in mixtures() {
        let made = full(models, &all);
        equal(&by_kind(objects(&made)), &all);
        assert_eq!(made, full(models, &all), "the same objects, the same octets");
    }
    let xml = full(Models::xml(), &all);
    assert!(xml.files.is_empty() && !xml.xml.contains("rdeCsv"), "a deposit in XML says nothing of CSV");
    let csv = full(Models::csv(), &all);
    assert_eq!(csv.files.len(), 19, "{:?}", csv.files.keys());
    let octets: Vec<u8> = csv.files.values().flatten().copied().collect();
    assert!(!String::from_utf8(octets).expect("UTF-8").contains("authInfo"));
}

#[test]
fn records_in_another_order_are_put_together() {
    let all = distinct();
    let mut made = full(Models::csv(), &all);
    for parent in ["domain", "host", "contact"] {
        let file = made.file(parent);
        let text = String::from_utf8(std::mem::take(file)).expect("UTF-8");
        *file = text.split_inclusive('\n').rev().collect::<String>().into_bytes();
    }
    made.sum_up();
    let found = by_kind(objects(&made));
    assert_eq!(found.len(), all.len());
    for given in &all {
        assert!(found.contains(given), "{given:?}");
    }
}

#[test]
fn hosts_are_found_by_their_roids_wherever_they_are() {
    let all = distinct();
    let hosts: Vec<(String, String)> = all
        .iter()
        .filter_map(|object| match object {
            Object::Host(host) => Some((host.name.clone(), host.roid.clone())),
            _ => None,
        })
        .collect();
    let mut all = all.clone();
    for (number, object) in all.iter_mut().enumerate() {
        if let Object::Domain(domain) = object {
            let names = [&hosts[number % hosts.len()], &hosts[(number * 7 + 1) % hosts.len()]];
            domain.name_servers = NameServers::Objects(names.map(|(name, _)| name.clone()).to_vec());
        }
    }
    for models in [Models::csv(), Models::xml().with_csv(ObjectKind::Domain)] {
        let mut made = full(models, &all);
        let file = made.file("domainNameServers");
        let mut text = String::from_utf8(std::mem::take(file)).expect("UTF-8");
        for (name, roid) in &hosts {
            text = text.replace(&format!(",{name}\r\n"), &format!(",{roid}\r\n"));
        }
        *file = text.into_bytes();
        made.xml = made.xml.replace("parent=\"true\"/><csvHost:fName/></", "parent=\"true\"/><rdeCsv:fRoid/></");
        made.sum_up();
        equal(&by_kind(objects(&made)), &all);
    }
}

#[test]
fn registrars_are_found_by_their_iana_ids() {
    let all = distinct();
    let mut made = full(Models::csv(), &all);
    let file = made.file("host");
    // The sample's first registrar has the largest number there is, and the others have none.
    let text = String::from_utf8(std::mem::take(file)).expect("UTF-8");
    let text: String =
        text.split_inclusive("\r\n").map(|line| line.replacen(",reg-1,", &format!(",{},", u64::MAX), 1)).collect();
    *file = text.into_bytes();
    made.xml = made.xml.replacen(
        "<csvHost:fName/><rdeCsv:fRoid/><rdeCsv:fClID/>",
        "<csvHost:fName/><rdeCsv:fRoid/><csvRegistrar:fGurid/>",
        1,
    );
    made.sum_up();
    let hosts = objects(&made).into_iter().filter_map(|object| match object {
        Object::Host(host) => Some(host.sponsor),
        _ => None,
    });
    let hosts: Vec<String> = hosts.collect();
    assert!(!hosts.is_empty() && hosts.iter().all(|sponsor| sponsor == &sample::registrar().id), "{hosts:?}");
}

#[test]
fn what_is_gone_is_told_before_what_is_there() {
    let deletes: Vec<Delete> =
        sample::deletes().into_iter().filter(|delete| !matches!(delete, Delete::HostName(_))).collect();
    for models in mixtures() {
        let frame = deposit(DepositKind::Differential, models);
        let made = written(&frame, models, &deletes, &sample::header(), &[Object::Host(sample::host())]);
        let events: Vec<Event> = read(&made).into_iter().map(|placed| placed.event).collect();
        let header = events.iter().position(|event| matches!(event, Event::Header(_))).expect("a header");
        let gone = |event: &Event| matches!(event, Event::Delete(_));
        assert!(!events[header..].iter().any(gone), "{events:?}");
        let mut found: Vec<String> =
            events[..header].iter().filter(|event| gone(event)).map(|event| format!("{event:?}")).collect();
        let mut given: Vec<String> =
            deletes.iter().map(|delete| format!("{:?}", Event::Delete(delete.clone()))).collect();
        found.sort();
        given.sort();
        assert_eq!(found, given, "{}", made.xml);
    }
}

/// Where the schemas are at hand, libxml2 judges the XML; tests/run has xmllint.
#[test]
fn the_xml_is_valid_against_the_schemas() {
    let schema = reference().join("xsd/rde-all.xsd");
    if !schema.is_file() {
        return println!(
            "skipped: no {} (set DOMESDAY_REFERENCE); left unchecked: deposits by xmllint",
            schema.display()
        );
    }
    let deletes: Vec<Delete> =
        sample::deletes().into_iter().filter(|delete| !matches!(delete, Delete::HostName(_))).collect();
    let dir = tempfile::tempdir().expect("a directory");
    let mut lint = Command::new("xmllint");
    lint.args(["--nonet", "--noout", "--schema"]).arg(&schema);
    for (number, models) in mixtures().into_iter().enumerate() {
        let frame = deposit(DepositKind::Differential, models);
        let made = written(&frame, models, &deletes, &sample::header(), &distinct());
        let path = dir.path().join(format!("{number}.xml"));
        std::fs::write(&path, made.xml).expect("writable");
        lint.arg(path);
    }
    let output = lint.output().expect("xmllint (package libxml2-utils) is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
