//! A small registry in memory, for the tests and benches of RDAP. The parent module imports `base` and `model`.

use super::base::timestamp::Timestamp;
use super::model::idn::{IdnLabel, IdnPolicy};
use super::model::memory::Memory;
use super::model::record::{
    Contact, ContactRole, DataModel, Disclose, Disclosure, Domain, DomainContact, FeePolicy, Grace, GraceKind, Host,
    HostAttribute, HostModel, Periods, Phone, PostalAddress, PostalInfo, PostalKind, Registrar, Removal, RemovalStage,
    Tld,
};
use super::model::sec_dns::{DsData, KeyData, SecDns, SecDnsPolicy};
use super::model::status::{Status, Statuses};
use super::model::transaction::{Actor, Change, Origin, Transaction};
use super::model::ttl::TtlBounds;

/// 2026-01-02T03:04:05.678Z, and so many days later.
pub(crate) fn day(days: i64) -> Timestamp {
    Timestamp::from_micros(1_767_323_045_678_901).plus_days(days)
}

/// The records of most golden files.
pub(crate) fn registry() -> Memory {
    registry_under(Disclosure::ByDisclose)
}

/// The same records, with this policy of the TLD for contact data.
pub(crate) fn registry_under(disclosure: Disclosure) -> Memory {
    let mut memory = Memory::default();
    let changes = vec![
        Change::PutTld(tld(disclosure)),
        Change::PutRegistrar(registrar("registrar-a", Some(9995), "Registrar A, \"Inc.\" <Löwe>", true)),
        Change::PutRegistrar(registrar("registrar-b", Some(9996), "Registrar B", false)),
        Change::PutRegistrar(registrar("registry", None, "The Registry", false)),
        Change::PutContact(contact(11, "SH8013", None)),
        Change::PutContact(contact(12, "Open/Ü 1", Some(Disclose { flag: true, fields: u16::MAX }))),
        Change::PutContact(contact(13, "closed", Some(Disclose { flag: false, fields: u16::MAX }))),
        Change::PutContact(sparse(contact(15, "sparse", None))),
        Change::PutContact(sparse(contact(16, "scant", Some(Disclose { flag: true, fields: u16::MAX })))),
        Change::PutHost(host(21, "ns1.shop.example", Some("shop.example"), &["192.0.2.1", "2001:db8::1:0:0:1"])),
        Change::PutHost(host(22, "ns.xn--bcher-kva.test", None, &[])),
        Change::PutDomain(shop()),
        Change::PutDomain(idn()),
        Change::PutDomain(attributes()),
        Change::PutDomain(of_sparse()),
        Change::PutDomain(variant(34, "xn--lwe-sna.example", "löwe.example")),
        Change::PutDomain(variant(35, "xn--lwe-kna.example", "lôwe.example")),
    ];
    let lives = lives().into_iter().map(Change::PutDomain);
    commit(&mut memory, changes.into_iter().chain(lives).collect());
    memory
}

/// Applies changes.
pub(crate) fn commit(memory: &mut Memory, changes: Vec<Change>) {
    let origin =
        Origin { actor: Actor::System, cl_trid: None, sv_trid: "1".into(), command: "test".into(), time: day(0) };
    memory.commit(&Transaction { sequence: 1, origin, changes }).expect("sealed records");
}

pub(crate) fn tld(disclosure: Disclosure) -> Tld {
    Tld {
        name: "example".into(),
        data_model: DataModel::Maximum,
        required_contacts: Vec::new(),
        repository_id: "EXAMPLE".into(),
        min_months: 12,
        max_months: 120,
        default_months: 12,
        transfer_days: 5,
        periods: Periods::default(),
        restore_report: true,
        idn: true,
        fee_policy: FeePolicy::Premium,
        created: day(0),
        updated: None,
        host_model: HostModel::Objects,
        sec_dns: SecDnsPolicy::default(),
        idn_policy: IdnPolicy::default(),
        ttls: TtlBounds::all(),
        extensions_off: Vec::new(),
        disclosure,
    }
}

pub(crate) fn registrar(clid: &str, iana_id: Option<u32>, name: &str, full: bool) -> Registrar {
    let text = |text: &str| full.then(|| text.to_owned());
    Registrar {
        clid: clid.into(),
        iana_id,
        name: name.into(),
        password: "secret".into(),
        certificates: Vec::new(),
        networks: Vec::new(),
        suspended: false,
        terminated: None,
        session_limit: None,
        email: text("hello@a.example"),
        voice: text("+49.301234567"),
        url: text("https://a.example/"),
        rdap_url: text("https://rdap.a.example/"),
        abuse_email: text("abuse@a.example"),
        abuse_voice: text("+49.301234568"),
        created: day(0),
        updated: full.then(|| day(1)),
        data_model: None,
        password_since: None,
        address: full.then(|| PostalAddress {
            street: vec!["Lange Gasse 1".into(), "Hinterhaus".into()],
            city: "Berlin".into(),
            sp: None,
            pc: Some("10115".into()),
            cc: "DE".into(),
        }),
        fax: text("+49.301234569"),
        is_test: false,
    }
}

pub(crate) fn contact(object_id: u64, id: &str, disclose: Option<Disclose>) -> Contact {
    let postal = |kind, name: &str, city: &str, street: &[&str]| PostalInfo {
        kind,
        name: name.into(),
        org: Some("Secret GmbH".into()),
        address: PostalAddress {
            street: street.iter().map(|line| (*line).to_owned()).collect(),
            city: city.into(),
            sp: Some("Sachsen".into()),
            pc: Some("Secret 99".into()),
            cc: "DE".into(),
        },
    };
    Contact {
        object_id,
        roid: format!("C{object_id}-EXAMPLE"),
        id: id.into(),
        postal: vec![
            postal(PostalKind::Loc, "Geheimer Löwe", "Gehéim", &["Geheim 1"]),
            postal(PostalKind::Int, "Secret Lion", "Secret City", &["Secret 1", "Secret 2"]),
        ],
        voice: Some(Phone { number: "+49.3055555551".into(), ext: Some("1 2".into()) }),
        fax: Some(Phone { number: "+49.3055555552".into(), ext: Some("7".into()) }),
        email: "secret@shop.example".into(),
        sponsor: "registrar-a".into(),
        creator: "registrar-a".into(),
        created: day(0),
        updater: None,
        updated: Some(day(3)),
        transferred: None,
        statuses: Statuses::NONE,
        auth: None,
        disclose,
        transfer: None,
        orphan: None,
        auth_until: None,
    }
}

/// The same contact with nothing but what EPP asks for.
fn sparse(mut contact: Contact) -> Contact {
    for postal in &mut contact.postal {
        (postal.name, postal.org) = ("Quiet Lion".into(), None);
        postal.address = PostalAddress { street: Vec::new(), sp: None, pc: None, ..postal.address.clone() };
    }
    Contact { voice: None, fax: None, ..contact }
}

pub(crate) fn host(id: u64, name: &str, superordinate: Option<&str>, addresses: &[&str]) -> Host {
    Host {
        id,
        roid: format!("H{id}-EXAMPLE"),
        name: name.into(),
        superordinate: superordinate.map(str::to_owned),
        addresses: addresses.iter().map(|ip| ip.parse::<std::net::IpAddr>().expect("an address").into()).collect(),
        sponsor: "registrar-a".into(),
        creator: "registrar-a".into(),
        created: day(0),
        updater: None,
        updated: None,
        transferred: None,
        statuses: Statuses::of(if superordinate.is_some() { &[] } else { &[Status::ClientDeleteProhibited] }),
        ttls: Vec::new(),
    }
}

/// A domain with everything, updated and transferred.
fn shop() -> Domain {
    let contact = |role, id: &str| DomainContact { role, id: id.into() };
    Domain {
        id: 31,
        roid: "D31-EXAMPLE".into(),
        name: "shop.example".into(),
        tld: "example".into(),
        sponsor: "registrar-a".into(),
        creator: "registrar-b".into(),
        created: day(0),
        updater: Some("registrar-a".into()),
        updated: Some(day(20)),
        expires: day(365),
        transferred: Some(day(10)),
        statuses: Statuses::of(&[Status::ClientTransferProhibited, Status::ServerHold]),
        registrant: Some("SH8013".into()),
        contacts: vec![
            contact(ContactRole::Admin, "SH8013"),
            contact(ContactRole::Billing, "SH8013"),
            contact(ContactRole::Tech, "Open/Ü 1"),
        ],
        name_servers: vec![22, 21],
        auth: None,
        transfer: None,
        grace: Vec::new(),
        removal: None,
        class: String::new(),
        transfer_fee: 0,
        locks: Vec::new(),
        host_attributes: Vec::new(),
        sec_dns: Some(Box::new(sec_dns())),
        idn: None,
        variant_keys: Vec::new(),
        ttls: Vec::new(),
        launch: None,
        token: None,
        auth_until: None,
    }
}

/// A domain whose name servers are attributes.
pub(crate) fn attributes() -> Domain {
    let server = |name: &str, addresses: &[&str]| HostAttribute {
        name: name.into(),
        addresses: addresses.iter().map(|ip| ip.parse::<std::net::IpAddr>().expect("an address").into()).collect(),
    };
    let host_attributes = vec![
        server("ns1.attr.example", &["2001:db8::1", "192.0.2.1", "192.0.2.2"]),
        server("ns.xn--bcher-kva.test", &[]),
    ];
    Domain { id: 33, roid: "D33-EXAMPLE".into(), name: "attr.example".into(), host_attributes, ..idn() }
}

/// A domain whose contacts have given little.
fn of_sparse() -> Domain {
    Domain {
        id: 51,
        roid: "D51-EXAMPLE".into(),
        name: "sparse.example".into(),
        registrant: Some("sparse".into()),
        contacts: vec![
            DomainContact { role: ContactRole::Admin, id: "scant".into() },
            DomainContact { role: ContactRole::Tech, id: "scant".into() },
        ],
        ..idn()
    }
}

/// Two DS records, one of them with its key.
fn sec_dns() -> SecDns {
    let key = KeyData { flags: 257, protocol: 3, algorithm: 15, public_key: (0..32).collect() };
    let ds = |key_tag, octet, key| DsData { key_tag, algorithm: 15, digest_type: 2, digest: vec![octet; 32], key };
    SecDns { max_sig_life: Some(604_800), ds: vec![ds(65535, 0xAB, Some(key)), ds(0, 9, None)], keys: Vec::new() }
}

/// A domain with nothing but its registrar.
fn idn() -> Domain {
    Domain {
        id: 32,
        roid: "D32-EXAMPLE".into(),
        name: "xn--bcher-kva.example".into(),
        sponsor: "registry".into(),
        creator: "registry".into(),
        updater: None,
        updated: None,
        transferred: None,
        statuses: Statuses::NONE,
        registrant: None,
        contacts: Vec::new(),
        name_servers: Vec::new(),
        sec_dns: None,
        ..shop()
    }
}

/// One of the names that are variants of each other.
fn variant(id: u64, name: &str, u_name: &str) -> Domain {
    Domain {
        id,
        roid: format!("D{id}-EXAMPLE"),
        name: name.into(),
        idn: Some(Box::new(IdnLabel { table: "de".into(), u_name: u_name.into() })),
        variant_keys: vec![[1; 16], [2; 16]],
        ..idn()
    }
}

/// Names at points of their life where statuses go together.
fn lives() -> Vec<Domain> {
    let servers = vec![21];
    let grace = |kind| Grace { kind, until: day(60), months: 12, added: day(365).micros() - day(0).micros(), fee: 0 };
    let removal = |stage| Removal { stage, deleted: day(20), until: day(50), purge: day(55), asked: None };
    let live = |id: u64, name: &str, statuses: &[Status]| Domain {
        id,
        roid: format!("D{id}-EXAMPLE"),
        name: format!("{name}.example"),
        name_servers: servers.clone(),
        statuses: Statuses::of(statuses),
        ..idn()
    };
    let deleted = |id, name, stage| Domain {
        removal: Some(removal(stage)),
        ..live(id, name, &[Status::ClientHold, Status::PendingDelete])
    };
    vec![
        live(41, "plain", &[]),
        Domain { grace: vec![grace(GraceKind::Add)], ..live(42, "fresh", &[]) },
        Domain { grace: vec![grace(GraceKind::AutoRenew), grace(GraceKind::Renew)], ..live(43, "renewed", &[]) },
        Domain { grace: vec![grace(GraceKind::Add)], name_servers: Vec::new(), ..live(44, "bare", &[]) },
        live(45, "moving", &[Status::PendingTransfer, Status::ClientUpdateProhibited]),
        deleted(46, "redeemable", RemovalStage::Redemption),
        deleted(47, "restoring", RemovalStage::Restoring),
        deleted(48, "leaving", RemovalStage::Deletion),
    ]
}
