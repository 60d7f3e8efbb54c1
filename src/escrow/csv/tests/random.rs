//! Random objects: CSV files and XML carry the same facts.

use proptest::collection::vec as list;
use proptest::option::of as maybe;
use proptest::prelude::*;

use super::{by_kind, deposit, objects, written};
use crate::base::timestamp::Timestamp;
use crate::escrow::models::Models;
use crate::escrow::object::{Actor, Contact, DepositKind, Domain, History, Host, NameServers, Object, Stated};
use crate::escrow::xml::tests::sample;
use crate::model::record::{Address, ContactRole, Disclose, Phone, PostalAddress, PostalInfo, PostalKind};
use crate::model::rgp::RgpStatus;
use crate::model::sec_dns::{DsData, KeyData, SecDns};
use crate::model::status::Status;

/// Lines in which everything stands that a CSV file has a meaning for.
fn line() -> impl Strategy<Value = String> {
    "[ab ,\"'|;é例\u{1f600}<&]{1,12}"
}

/// The same, or nothing at all.
fn empty_line() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), line()]
}

fn moment() -> impl Strategy<Value = Timestamp> {
    (0..2_000_000_000_000_i64).prop_map(|millis| Timestamp::from_micros(millis * 1000))
}

fn actor() -> impl Strategy<Value = Actor> {
    ("[a-c,\"]{3,6}", maybe("[a-c\"]{3,6}")).prop_map(|(registrar, client)| Actor { registrar, client })
}

fn history() -> impl Strategy<Value = History> {
    (maybe(actor()), maybe(moment()), maybe(actor()), maybe(moment()), maybe(moment())).prop_map(
        |(creator, created, updater, updated, transferred)| History { creator, created, updater, updated, transferred },
    )
}

fn said<S: Clone + std::fmt::Debug + 'static>(all: Vec<S>) -> impl Strategy<Value = Stated<S>> {
    (proptest::sample::select(all), maybe("[a-z]{2}"), empty_line()).prop_map(|(status, lang, text)| Stated {
        status,
        lang,
        text,
    })
}

fn key() -> impl Strategy<Value = KeyData> {
    let octets = proptest::collection::vec(any::<u8>(), 1..8);
    (any::<u16>(), any::<u8>(), any::<u8>(), octets).prop_map(|(flags, protocol, algorithm, public_key)| KeyData {
        flags,
        protocol,
        algorithm,
        public_key,
    })
}

fn sec_dns() -> impl Strategy<Value = SecDns> {
    let octets = proptest::collection::vec(any::<u8>(), 1..8);
    let ds = (any::<u16>(), any::<u8>(), any::<u8>(), octets, maybe(key())).prop_map(
        |(key_tag, algorithm, digest_type, digest, key)| DsData { key_tag, algorithm, digest_type, digest, key },
    );
    let life = || maybe(1..=2_147_483_647_u32);
    prop_oneof![
        (life(), proptest::collection::vec(ds, 1..4)).prop_map(|(max_sig_life, ds)| SecDns {
            max_sig_life,
            ds,
            keys: Vec::new()
        }),
        (life(), proptest::collection::vec(key(), 1..4)).prop_map(|(max_sig_life, keys)| SecDns {
            max_sig_life,
            ds: Vec::new(),
            keys
        }),
    ]
}

fn addresses(least: usize) -> impl Strategy<Value = Vec<Address>> {
    let one = prop_oneof![any::<[u8; 4]>().prop_map(Address::V4), any::<[u8; 16]>().prop_map(Address::V6)];
    proptest::collection::vec(one, least..3)
}

fn name_servers() -> impl Strategy<Value = NameServers> {
    let attributes = proptest::collection::vec(addresses(0), 1..4).prop_map(|all| {
        let named = all.into_iter().enumerate().map(|(number, found)| (format!("n{number}.test"), found));
        NameServers::Attributes(named.collect())
    });
    prop_oneof![proptest::collection::vec("[a-c]{1,3}\\.test", 0..4).prop_map(NameServers::Objects), attributes]
}

fn domain() -> impl Strategy<Value = Domain> {
    let statuses: Vec<Status> = Status::ALL.into_iter().filter(|status| *status != Status::Linked).collect();
    let contact = (proptest::sample::select(ContactRole::ALL.to_vec()), "[a-c,]{3,5}".prop_map(String::from));
    (
        (list(said(statuses), 1..4), list(said(RgpStatus::ALL.to_vec()), 0..4), list(contact, 0..4)),
        (name_servers(), history(), maybe(moment()), maybe(sec_dns())),
        maybe("[a-z]{1,5}é?\\.test"),
    )
        .prop_map(|((mut statuses, rgp, contacts), (name_servers, history, expires, sec_dns), u_name)| {
            // That something is said twice is no fact.
            let mut said = Vec::new();
            statuses.retain(|one| {
                !said.contains(one) && {
                    said.push(one.clone());
                    true
                }
            });
            Domain { u_name, statuses, rgp, contacts, name_servers, history, expires, sec_dns, ..sample::bare_domain() }
        })
}

fn contact() -> impl Strategy<Value = Contact> {
    let address = (proptest::collection::vec(empty_line(), 0..=3), line(), maybe(empty_line()), maybe("[0-9]{0,5}"))
        .prop_map(|(street, city, sp, pc)| PostalAddress { street, city, sp, pc, cc: "CH".into() });
    let one = (line(), maybe(empty_line()), address);
    let postal = proptest::collection::vec(one, 1..=2).prop_map(|all| {
        let kinds = [PostalKind::Loc, PostalKind::Int];
        let info = |(kind, (name, org, address))| PostalInfo { kind, name, org, address };
        kinds.into_iter().zip(all).map(info).collect::<Vec<_>>()
    });
    let phone = ("\\+[1-9]{1,3}\\.[0-9]{1,9}|", maybe("[0-9]{0,3}")).prop_map(|(number, ext)| Phone { number, ext });
    let disclose = (any::<bool>(), 0..=0x1ff_u16).prop_map(|(flag, fields)| Disclose { flag, fields });
    (postal, maybe(phone), maybe(disclose), history()).prop_map(|(postal, voice, disclose, history)| Contact {
        postal,
        voice,
        disclose,
        history,
        ..sample::bare_contact()
    })
}

fn all() -> impl Strategy<Value = Vec<Object>> {
    let hosts = list((addresses(0), history()), 0..5);
    (list(domain(), 0..8), list(contact(), 0..6), hosts).prop_map(|(domains, contacts, hosts)| {
        let mut all = Vec::new();
        for (number, one) in contacts.into_iter().enumerate() {
            let (id, roid) = (format!("c-{number},"), format!("C{number}-E"));
            all.push(Object::Contact(Contact { id, roid, ..one }));
        }
        for (number, (addresses, history)) in hosts.into_iter().enumerate() {
            let (name, roid) = (format!("h{number}.test"), format!("H{number}-E"));
            all.push(Object::Host(Host { name, roid, addresses, history, ..sample::host() }));
        }
        for (number, one) in domains.into_iter().enumerate() {
            let (name, roid) = (format!("d{number}.test"), format!("D{number}-E"));
            all.push(Object::Domain(Box::new(Domain { name, roid, ..one })));
        }
        all
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn csv_files_carry_what_xml_carries(all in all()) {
        for models in [Models::csv(), Models::xml()] {
            let made = written(&deposit(DepositKind::Full, models), models, &[], &sample::header(), &all);
            prop_assert_eq!(&by_kind(objects(&made)), &all);
        }
    }
}
