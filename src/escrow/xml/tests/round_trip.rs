//! What is written is read as it was, and is valid against the schemas.

use std::process::Command;

use super::sample::{self, stated};
use super::{objects, read, reference, written};
use crate::escrow::object::{Contact, DepositKind, Domain, Host, IdnTable, Object, Repository, Stated};
use crate::escrow::xml::Event;
use crate::model::record::{Disclose, TransferState};
use crate::model::rgp::RgpStatus;
use crate::model::status::Status;

const STATES: [TransferState; 6] = [
    TransferState::Pending,
    TransferState::ClientApproved,
    TransferState::ClientCancelled,
    TransferState::ClientRejected,
    TransferState::ServerApproved,
    TransferState::ServerCancelled,
];

/// The statuses of hosts and of contacts, as their schemas list them.
const OF_HOSTS: &str = "clientDeleteProhibited clientUpdateProhibited linked ok pendingCreate pendingDelete \
    pendingTransfer pendingUpdate serverDeleteProhibited serverUpdateProhibited";
const OF_CONTACTS: &str = "clientDeleteProhibited clientTransferProhibited clientUpdateProhibited linked ok pendingCreate \
    pendingDelete pendingTransfer pendingUpdate serverDeleteProhibited serverTransferProhibited \
    serverUpdateProhibited";

fn named(list: &str) -> Vec<Status> {
    list.split_whitespace().map(|name| Status::parse(name).expect("a status")).collect()
}

/// All objects of the sample, and one for each value of what is enumerated.
pub(in crate::escrow) fn everything() -> Vec<Object> {
    let mut all = sample::objects();
    let of_domains: Vec<Status> = Status::ALL.into_iter().filter(|status| *status != Status::Linked).collect();
    for statuses in of_domains.chunks(11) {
        let statuses = statuses.iter().map(|status| stated(*status)).collect();
        all.push(Object::Domain(Box::new(Domain { statuses, ..sample::bare_domain() })));
    }
    for statuses in named(OF_HOSTS).chunks(7) {
        let statuses = statuses.iter().map(|status| Stated::bare(*status)).collect();
        all.push(Object::Host(Host { statuses, ..sample::host() }));
    }
    for statuses in named(OF_CONTACTS).chunks(7) {
        let statuses = statuses.iter().map(|status| stated(*status)).collect();
        all.push(Object::Contact(Contact { statuses, ..sample::bare_contact() }));
    }
    for state in STATES {
        let transfer = Some(sample::transfer(state, None));
        all.push(Object::Domain(Box::new(Domain { transfer: transfer.clone(), ..sample::bare_domain() })));
        all.push(Object::Contact(Contact { transfer, ..sample::bare_contact() }));
    }
    for status in RgpStatus::ALL {
        let rgp = vec![Stated { status, lang: Some("fr".into()), text: sample::ODD.into() }];
        all.push(Object::Domain(Box::new(Domain { rgp, ..sample::bare_domain() })));
    }
    for bit in 0..9 {
        let disclose = Some(Disclose { flag: bit % 2 == 0, fields: 1 << bit });
        all.push(Object::Contact(Contact { disclose, ..sample::bare_contact() }));
    }
    all
}

#[test]
fn objects_come_back_as_they_were() {
    let all = everything();
    let text = written(&sample::deposit(DepositKind::Full), &[], &sample::header(), &all);
    let found = objects(&text);
    assert_eq!(found.len(), all.len());
    for (found, given) in found.iter().zip(&all) {
        assert_eq!(found, given);
    }
}

#[test]
fn frames_headers_and_deletes_come_back_as_they_were() {
    let whose = [
        Repository::Tld("xn--a.example".into()),
        Repository::Registrar(u64::MAX),
        Repository::PrivacyService(sample::ODD.into()),
        Repository::Reseller(String::new()),
    ];
    for (repository, kind) in whose.into_iter().zip([
        DepositKind::Differential,
        DepositKind::Incremental,
        DepositKind::Full,
        DepositKind::Differential,
    ]) {
        let (deposit, deletes) = (sample::deposit(kind), sample::deletes());
        let header = crate::escrow::object::Header { repository, ..sample::header() };
        let deletes = if kind == DepositKind::Full { Vec::new() } else { deletes };
        let text = written(&deposit, &deletes, &header, &[]);
        let mut expected = vec![Event::Begin(deposit)];
        expected.extend(deletes.into_iter().map(Event::Delete));
        expected.extend([Event::Header(header), Event::End]);
        assert_eq!(
            read(text.as_bytes()).into_iter().map(|placed| placed.event).collect::<Vec<_>>(),
            expected,
            "{text}"
        );
    }
}

#[test]
fn a_table_without_a_policy_document_is_its_own() {
    let table = IdnTable { id: "de".into(), url: "https://example.example/de".into(), policy_url: None };
    let text = written(&sample::deposit(DepositKind::Full), &[], &sample::header(), &[Object::IdnTable(table.clone())]);
    let expected = IdnTable { policy_url: Some(table.url.clone()), ..table };
    assert_eq!(objects(&text), [Object::IdnTable(expected)]);
}

#[test]
fn no_authorization_is_written() {
    let text = written(&sample::deposit(DepositKind::Full), &[], &sample::header(), &everything());
    assert!(!text.contains("authInfo") && !text.contains(":pw"), "no element for it");
}

/// Where the schemas are at hand, libxml2 judges what we write; tests/run has xmllint.
#[test]
fn what_is_written_is_valid_against_the_schemas() {
    let schema = reference().join("xsd/rde-all.xsd");
    if !schema.is_file() {
        return println!(
            "skipped: no {} (set DOMESDAY_REFERENCE); left unchecked: deposits by xmllint",
            schema.display()
        );
    }
    let dir = tempfile::tempdir().expect("a directory");
    let mut lint = Command::new("xmllint");
    lint.args(["--nonet", "--noout", "--schema"]).arg(&schema);
    let full = written(&sample::deposit(DepositKind::Full), &[], &sample::header(), &everything());
    let diff =
        written(&sample::deposit(DepositKind::Differential), &sample::deletes(), &sample::header(), &everything());
    let empty = written(&sample::deposit(DepositKind::Incremental), &[], &sample::header(), &[]);
    for (number, text) in [full, diff, empty].iter().enumerate() {
        let path = dir.path().join(format!("{number}.xml"));
        std::fs::write(&path, text).expect("writable");
        lint.arg(path);
    }
    let output = lint.output().expect("xmllint (package libxml2-utils) is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
