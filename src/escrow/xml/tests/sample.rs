//! Objects of every kind, with everything that they can have, and with as little as they can have.

use crate::base::timestamp::{Date, Timestamp};
use crate::escrow::object::{
    Actor, Contact, Dcp, DcpExpiry, DcpStatement, Delete, Deposit, DepositKind, Domain, EppParams, Header, History,
    Host, IdnTable, NameServers, Nndn, NndnState, Object, ObjectCount, ObjectKind, Policy, Registrar, RegistrarState,
    Repository, Stated, Transfer,
};
use crate::model::record::{
    Address, ContactRole, Disclose, Phone, PostalAddress, PostalInfo, PostalKind, TransferState,
};
use crate::model::rgp::RgpStatus;
use crate::model::sec_dns::{DsData, KeyData, SecDns};
use crate::model::status::Status;

/// What must be escaped, and what is not of ASCII.
pub(in crate::escrow) const ODD: &str = "<&>\"' ]]> é 例 \u{1f600}";

pub(in crate::escrow) fn moment(day: u8, millis: i64) -> Timestamp {
    Timestamp::from_micros(Date::new(2026, 11, day).expect("a day").midnight().micros() + millis * 1000)
}

fn actor(registrar: &str, client: Option<&str>) -> Actor {
    Actor { registrar: registrar.into(), client: client.map(Into::into) }
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

pub(in crate::escrow) fn deposit(kind: DepositKind) -> Deposit {
    let previous = (kind != DepositKind::Full).then(|| "20261127001".to_owned());
    let mut menu = vec!["urn:ietf:params:xml:ns:rdeHeader-1.0".to_owned()];
    menu.extend(ObjectKind::ALL.map(|kind| kind.xml_uri().to_owned()));
    Deposit { kind, id: "Ä20261128001".into(), previous, resend: 2, watermark: moment(28, 0), menu }
}

pub(in crate::escrow) fn header() -> Header {
    let count = |kind: ObjectKind, below: Option<&str>, registrar, count| ObjectCount {
        uri: kind.xml_uri().to_owned(),
        below: below.map(Into::into),
        registrar,
        count,
    };
    Header {
        repository: Repository::Tld("example".into()),
        counts: vec![
            count(ObjectKind::Domain, None, None, i64::MAX),
            count(ObjectKind::Domain, Some("com.example"), Some(9999), 0),
            count(ObjectKind::Host, None, None, 1),
        ],
        content_tag: some(ODD),
    }
}

pub(in crate::escrow) fn deletes() -> Vec<Delete> {
    vec![
        Delete::Domain("a.example".into()),
        Delete::Domain("b<&>.example".into()),
        Delete::HostName("ns1.a.example".into()),
        Delete::HostRoid("H1_1-EXAMPLE".into()),
        Delete::Contact("c-1".into()),
        Delete::Registrar("reg-1".into()),
        Delete::IdnTable("pt-BR".into()),
        Delete::IdnTable("de".into()),
        Delete::Nndn("xn--a.example".into()),
        Delete::Domain("c.example".into()),
    ]
}

fn history() -> History {
    History {
        creator: Some(actor("reg-<&>\"'é", Some("j.<&>'\""))),
        created: Some(moment(1, 1)),
        updater: Some(actor("reg-2", None)),
        updated: Some(moment(2, 999)),
        transferred: Some(moment(3, 86_399_999)),
    }
}

pub(in crate::escrow) fn transfer(state: TransferState, expires: Option<Timestamp>) -> Transfer {
    Transfer {
        state,
        requester: actor("reg-2", Some("asker")),
        requested: moment(4, 0),
        actor: actor("reg-1", Some("doer<")),
        act: moment(9, 500),
        expires,
    }
}

fn key() -> KeyData {
    KeyData { flags: 257, protocol: 3, algorithm: 13, public_key: vec![0, 1, 255, 254] }
}

fn ds(key: Option<KeyData>) -> DsData {
    DsData { key_tag: 65535, algorithm: 255, digest_type: 2, digest: (0..32).collect(), key }
}

pub(in crate::escrow) fn stated(status: Status) -> Stated<Status> {
    Stated { status, lang: some("de-CH"), text: format!(" two  spaces {ODD}") }
}

pub(in crate::escrow) fn domain() -> Domain {
    Domain {
        name: "xn--exampl-gva.example".into(),
        roid: "Dé_例1-EXAMPLE".into(),
        u_name: some("examplé<&>\"'.example"),
        idn_table: some("pt-BR <&>"),
        original: some("example.example"),
        statuses: vec![stated(Status::ClientHold), Stated::bare(Status::PendingDelete)],
        rgp: RgpStatus::ALL.map(Stated::bare).to_vec(),
        registrant: some("c-<&>\"'"),
        contacts: vec![
            (ContactRole::Admin, "c-1".into()),
            (ContactRole::Billing, "c-2".into()),
            (ContactRole::Tech, "c-1".into()),
            (ContactRole::Tech, "c-3".into()),
        ],
        name_servers: NameServers::Objects(vec!["ns1.example".into(), "ns2.<&>".into()]),
        sponsor: "reg-1".into(),
        history: history(),
        expires: Some(moment(30, 0)),
        sec_dns: Some(SecDns {
            max_sig_life: Some(2_147_483_647),
            ds: vec![ds(Some(key())), ds(None)],
            keys: Vec::new(),
        }),
        transfer: Some(transfer(TransferState::Pending, Some(moment(29, 0)))),
    }
}

/// A domain with what it must have.
pub(in crate::escrow) fn bare_domain() -> Domain {
    Domain {
        name: "a.example".into(),
        roid: "1-E".into(),
        u_name: None,
        idn_table: None,
        original: None,
        statuses: vec![Stated::bare(Status::Ok)],
        rgp: Vec::new(),
        registrant: None,
        contacts: Vec::new(),
        name_servers: NameServers::Objects(Vec::new()),
        sponsor: "reg".into(),
        history: History::default(),
        expires: None,
        sec_dns: None,
        transfer: None,
    }
}

fn address(cc: &str) -> PostalAddress {
    PostalAddress {
        street: vec![ODD.into(), String::new(), " 3 ".into()],
        city: ODD.into(),
        sp: some(""),
        pc: some("20166-6503 <&>\"'"),
        cc: cc.into(),
    }
}

fn bare_address() -> PostalAddress {
    PostalAddress { street: Vec::new(), city: "C".into(), sp: None, pc: None, cc: "CH".into() }
}

pub(in crate::escrow) fn contact() -> Contact {
    Contact {
        id: "c-<&>\"'".into(),
        roid: "C1-EXAMPLE".into(),
        statuses: vec![stated(Status::Linked), Stated::bare(Status::Ok)],
        postal: vec![
            PostalInfo { kind: PostalKind::Loc, name: ODD.into(), org: some(ODD), address: address("DE") },
            PostalInfo { kind: PostalKind::Int, name: "N".into(), org: None, address: bare_address() },
        ],
        voice: Some(Phone { number: "+1.7035555555".into(), ext: some(ODD) }),
        fax: Some(Phone { number: String::new(), ext: None }),
        email: "\"<&>'\"@example.example".into(),
        sponsor: "reg-1".into(),
        history: history(),
        transfer: Some(transfer(TransferState::ServerCancelled, None)),
        disclose: Some(Disclose { flag: true, fields: 0x1ff }),
    }
}

pub(in crate::escrow) fn bare_contact() -> Contact {
    Contact {
        statuses: vec![Stated::bare(Status::Ok)],
        postal: vec![PostalInfo { kind: PostalKind::Int, name: "N".into(), org: None, address: bare_address() }],
        voice: None,
        fax: None,
        history: History::default(),
        transfer: None,
        disclose: None,
        ..contact()
    }
}

pub(in crate::escrow) fn host() -> Host {
    Host {
        name: "ns1.<&>\"'.example".into(),
        roid: "H1-EXAMPLE".into(),
        statuses: vec![stated(Status::Ok), Stated::bare(Status::Linked)],
        addresses: vec![
            Address::V4([192, 0, 2, 255]),
            Address::V6([0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]),
            Address::V6([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 1]),
        ],
        sponsor: "reg-1".into(),
        history: history(),
    }
}

pub(in crate::escrow) fn registrar() -> Registrar {
    Registrar {
        id: "reg-<&>\"'é".into(),
        name: format!(" {ODD}  {ODD}"),
        iana_id: Some(u64::MAX),
        state: Some(RegistrarState::Readonly),
        postal: vec![(PostalKind::Int, bare_address()), (PostalKind::Loc, address("XX"))],
        voice: Some(Phone { number: "+999.12345678901".into(), ext: None }),
        fax: Some(Phone { number: "+1.1".into(), ext: some("") }),
        email: some(ODD),
        url: some("https://example.example/a?b=1&c='2'#d"),
        whois: Some((some("whois.<&>"), some("https://whois.example/?a&b"))),
        created: Some(moment(5, 0)),
        updated: Some(moment(6, 7)),
    }
}

pub(in crate::escrow) fn bare_registrar(id: &str) -> Registrar {
    Registrar {
        id: id.into(),
        name: "R".into(),
        iana_id: None,
        state: None,
        postal: Vec::new(),
        voice: None,
        fax: None,
        email: None,
        url: None,
        whois: None,
        created: None,
        updated: None,
    }
}

pub(in crate::escrow) fn nndn(state: NndnState) -> Nndn {
    Nndn {
        name: "xn--a.example".into(),
        u_name: some("ä<&>.example"),
        idn_table: some("de"),
        original: some("a.example"),
        state,
        created: Some(moment(7, 0)),
    }
}

pub(in crate::escrow) fn epp_params() -> EppParams {
    let statement = |purposes: &[&str], recipients: Vec<(String, Option<String>)>, retention: &str| DcpStatement {
        purposes: purposes.iter().map(|purpose| (*purpose).to_owned()).collect(),
        recipients,
        retention: retention.to_owned(),
    };
    let all = vec![
        ("other".to_owned(), None),
        ("ours".to_owned(), some(ODD)),
        ("ours".to_owned(), None),
        ("public".to_owned(), None),
        ("same".to_owned(), None),
        ("unrelated".to_owned(), None),
    ];
    EppParams {
        versions: vec!["1.0".into()],
        langs: vec!["en".into(), "de-CH-1901".into()],
        objects: vec!["urn:ietf:params:xml:ns:domain-1.0".into(), "urn:x?a&b".into()],
        extensions: vec!["urn:ietf:params:xml:ns:rgp-1.0".into()],
        dcp: Dcp {
            access: "personalAndOther".into(),
            statements: vec![
                statement(&["admin", "contact", "other", "prov"], all, "indefinite"),
                statement(&[], Vec::new(), "none"),
            ],
            expiry: Some(DcpExpiry::Relative("P1Y2M3DT4H5M6.7S".into())),
        },
    }
}

fn bare_epp_params() -> EppParams {
    let mut params = epp_params();
    params.extensions = Vec::new();
    params.dcp.expiry = Some(DcpExpiry::Absolute(moment(8, 8)));
    params
}

/// Objects of all kinds.
pub(in crate::escrow) fn objects() -> Vec<Object> {
    let attributes = vec![("ns1.example".to_owned(), host().addresses), ("ns2.<&>\"'".to_owned(), Vec::new())];
    let keys = SecDns { max_sig_life: None, ds: Vec::new(), keys: vec![key(), key()] };
    let with_keys = Domain { name_servers: NameServers::Attributes(attributes), sec_dns: Some(keys), ..domain() };
    vec![
        Object::EppParams(epp_params()),
        Object::EppParams(bare_epp_params()),
        Object::Policy(Policy { scope: format!("//rde:deposit[{ODD}]"), element: "rdeDomain:registrant".into() }),
        Object::Registrar(registrar()),
        Object::Registrar(Registrar { whois: Some((None, None)), ..bare_registrar("reg-1") }),
        Object::Registrar(Registrar { state: Some(RegistrarState::Ok), ..bare_registrar("reg-2") }),
        Object::Registrar(Registrar { state: Some(RegistrarState::Terminated), ..bare_registrar("reg-3") }),
        Object::IdnTable(IdnTable {
            id: "pt-BR <&>\"'".into(),
            url: "https://example.example/?a&b".into(),
            policy_url: some("https://example.example/#c"),
        }),
        Object::Contact(contact()),
        Object::Contact(bare_contact()),
        Object::Contact(Contact { disclose: Some(Disclose { flag: false, fields: 0 }), ..bare_contact() }),
        Object::Host(host()),
        Object::Host(Host { addresses: Vec::new(), history: History::default(), ..host() }),
        Object::Domain(Box::new(domain())),
        Object::Domain(Box::new(with_keys)),
        Object::Domain(Box::new(bare_domain())),
        Object::Nndn(nndn(NndnState::Withheld)),
        Object::Nndn(nndn(NndnState::Blocked)),
        Object::Nndn(nndn(NndnState::Mirrored { name_servers: true })),
        Object::Nndn(nndn(NndnState::Mirrored { name_servers: false })),
        Object::Nndn(Nndn { u_name: None, idn_table: None, original: None, created: None, ..nndn(NndnState::Blocked) }),
    ]
}
