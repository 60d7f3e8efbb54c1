//! What extensions and the balance mapping add to responses, for the schema validator: every element, with all it can have.

use domesday::base::timestamp::Timestamp;
use domesday::epp::decode::decode;
use domesday::epp::encode::{Response, response};
use domesday::epp::extensions::{Extension, Services};
use domesday::model::answer::{Answer, DomainInfo, Success};
use domesday::model::change::{CaseKind, ChangeCase, ChangeOperation, ObjectChange, Snapshot};
use domesday::model::command::{Frame, Period, PeriodUnit};
use domesday::model::fee::{AccountState, Bill, FeeAnswer, FeeCommand, FeeLine, FeeQuestion, FeesChecked, FeesOf};
use domesday::model::idn::IdnLabel;
use domesday::model::launch::{ApplicationStatus, Phase, PhaseKind};
use domesday::model::launch_command::{Claims, ClaimsOf, GivenMarks, LaunchData, LaunchElement};
use domesday::model::login_sec::{EventKind, EventLevel, LoginEvent};
use domesday::model::maintenance::{
    Description, Impact, Intervention, MaintainedSystem, Maintenance, MaintenanceEvent, MaintenanceNews, Wording,
};
use domesday::model::mark::Mark;
use domesday::model::memory::Memory;
use domesday::model::money::Currency;
use domesday::model::poll_data::LaunchNews;
use domesday::model::record::{Domain, Host, Kind, PollData, PollMessage, Threshold};
use domesday::model::refusal::Refusal;
use domesday::model::rgp::RgpStatus;
use domesday::model::sec_dns::{DsData, KeyData, SecDns};
use domesday::model::status::{Status, Statuses};
use domesday::model::transaction::Change;
use domesday::model::ttl::{TtlBounds, TtlTold, TtlType};
use domesday::model::view::View;
use domesday::model::{seal, version};

const TIME: Timestamp = Timestamp::from_micros(1_382_451_957_000_000);

/// Each element's name, and a document with it.
pub fn documents() -> Vec<(&'static str, String)> {
    let name = || "example.com".to_owned();
    let restored = Answer::DomainUpdated { rgp: RgpStatus::ALL.to_vec(), bill: None };
    let restored = said(&restored);
    let info = restored.replace("rgp:upData", "rgp:infData");
    let mut documents = vec![("rgp:upData", restored), ("rgp:infData", info), ("fee:chkData", checked())];
    let bills = [("USD", true), ("JPY", true), ("KWD", false)];
    for (currency, has_account) in bills {
        let bill = || Some(bill(currency, has_account));
        let created = Answer::DomainCreated { name: name(), created: TIME, expires: TIME, bill: bill() };
        let renewed = Answer::DomainRenewed { name: name(), expires: TIME, bill: bill() };
        documents.push(("fee:creData", said(&created)));
        documents.push(("fee:trnData", said(&created).replace("fee:creData", "fee:trnData")));
        documents.push(("fee:renData", said(&renewed)));
        documents.push(("fee:updData", said(&Answer::DomainUpdated { rgp: RgpStatus::ALL.to_vec(), bill: bill() })));
        documents.push(("fee:delData", said(&Answer::DomainDeleted { bill: bill() })));
        for threshold in [Threshold::Fixed(-150_055), Threshold::Percent(10)] {
            let currency = Currency::parse(currency).expect("known");
            let balance = Answer::Balance { currency, credit_limit: 1005, balance: -12_345_678, threshold };
            documents.push(("balance:infData", said(&balance)));
            let data = PollData::LowBalance {
                registrar: "Ada & Sons".into(),
                currency,
                credit_limit: 0,
                threshold,
                available: -1,
            };
            documents.push(("lowbalance-poll:pollData", polled(data)));
        }
    }
    documents.push(("loginSec:loginSecData", said(&Answer::LoggedIn { events: events() })));
    let refused = Refusal::Login { refusal: Box::new(Refusal::Authentication), events: events() };
    documents.push(("loginSec:loginSecData", answered(Err(&refused))));
    documents.extend(launches());
    documents.push(("allocationToken:allocationToken", informed()));
    documents.push(("ttl:infData", informed()));
    documents.push(("idn:data", informed()));
    documents.push(("launch:infData", informed()));
    documents.push(("mark:mark", informed()));
    documents.extend(maintained().into_iter().map(|document| ("maint:infData", document)));
    documents.extend(changes().into_iter().map(|change| ("changePoll:changeData", polled(PollData::Changed(change)))));
    documents.extend(signed().into_iter().map(|data| ("secDNS:infData", shown(data))));
    documents
}

/// A login event of each kind, the first without what may be missing.
fn events() -> Vec<LoginEvent> {
    let kinds = [
        EventKind::Password,
        EventKind::Certificate,
        EventKind::Cipher,
        EventKind::TlsProtocol,
        EventKind::NewPassword,
        EventKind::Stat,
        EventKind::Custom,
    ];
    let whole = |kind| LoginEvent {
        name: "a <name>".into(),
        expires: Some(TIME),
        value: "\"1\"".into(),
        seconds: Some(93_784),
        ..LoginEvent::new(kind, EventLevel::Warning, "soon & <so>")
    };
    let least = LoginEvent::new(EventKind::Password, EventLevel::Error, "");
    std::iter::once(least).chain(kinds.map(whole)).collect()
}

/// DNSSEC data of both interfaces.
fn signed() -> [SecDns; 2] {
    let key = KeyData { flags: u16::MAX, protocol: u8::MAX, algorithm: u8::MAX, public_key: vec![0xFB; 4] };
    let ds = |digest: Vec<u8>, key| DsData { key_tag: 0, algorithm: 0, digest_type: u8::MAX, digest, key };
    [
        SecDns {
            max_sig_life: Some(i32::MAX.unsigned_abs()),
            ds: vec![ds(vec![0xAB; 32], Some(key.clone())), ds(Vec::new(), None)],
            keys: Vec::new(),
        },
        SecDns { max_sig_life: None, ds: Vec::new(), keys: vec![key.clone(), key] },
    ]
}

/// The answer to an info about a domain with this data.
fn shown(data: SecDns) -> String {
    let mut memory = Memory::default();
    memory.apply(Change::PutDomain(domain(data)).seal());
    let domain = memory.domain("a.example").expect("was put");
    said(&Answer::DomainInfo(DomainInfo {
        domain,
        statuses: Statuses::default(),
        rgp: Vec::new(),
        expires: TIME,
        notes: None,
        name_servers: Vec::new(),
        hosts: Vec::new(),
        authorized: true,
        auth_set: false,
        attributes: &[],
        launch: None,
        token: None,
        ttls: Vec::new(),
    }))
}

fn domain(data: SecDns) -> Domain {
    Domain {
        id: 1,
        roid: "D1-EXAMPLE".into(),
        name: "a.example".into(),
        tld: "example".into(),
        sponsor: "ada".into(),
        creator: "ada".into(),
        created: TIME,
        updater: None,
        updated: None,
        expires: TIME,
        transferred: None,
        statuses: Statuses::default(),
        registrant: None,
        contacts: Vec::new(),
        name_servers: Vec::new(),
        auth: None,
        transfer: None,
        grace: Vec::new(),
        removal: None,
        class: String::new(),
        transfer_fee: 0,
        locks: Vec::new(),
        host_attributes: Vec::new(),
        sec_dns: Some(Box::new(data)),
        idn: None,
        variant_keys: Vec::new(),
        ttls: Vec::new(),
        launch: None,
        token: None,
        auth_until: None,
    }
}

/// Every element of the launch phase mapping.
fn launches() -> Vec<(&'static str, String)> {
    let names = vec![
        ClaimsOf { name: "a.example".into(), exists: false, key: None },
        ClaimsOf { name: "b.example".into(), exists: true, key: Some("2013041500/2/6/9/rJ1N") },
    ];
    let custom = Phase { kind: PhaseKind::Custom, name: "a \"b\" & <c>".into() };
    let open = Phase { kind: PhaseKind::Open, name: String::new() };
    let checked = |phase| said(&Answer::LaunchChecked(Claims { phase, names: names.clone() }));
    let created = |phase: &Phase| {
        let (name, phase) = ("a.example".to_owned(), phase.clone());
        said(&Answer::ApplicationCreated { name, created: TIME, phase, application: "A1-EXAMPLE".into() })
    };
    let mut documents = vec![("launch:chkData", checked(None))];
    for phase in [&custom, &open] {
        documents.push(("launch:chkData", checked(Some(phase))));
        documents.push(("launch:creData", created(phase)));
        for status in ApplicationStatus::ALL {
            let news = LaunchNews {
                phase: phase.clone(),
                application: Some("A1-EXAMPLE".into()),
                status,
                name: "a.example".into(),
                cl_trid: Some("ABC-1".into()),
                sv_trid: "SV-1".into(),
                completed: TIME,
                domain: None,
            };
            documents.push(("launch:infData", polled(PollData::Launch(news))));
        }
    }
    documents
}

fn said(answer: &Answer<'_>) -> String {
    answered(Ok((Success::Completed, answer)))
}

fn answered(result: Result<(Success, &Answer<'_>), &Refusal>) -> String {
    let mut out = Vec::new();
    let services = Services::of(Extension::ALL);
    response(&mut out, &Response { result, cl_trid: None, sv_trid: "SV-1", sent: None, services });
    String::from_utf8(out.split_off(4)).expect("a response is UTF-8")
}

/// What the registry tells of a domain in extensions.
fn informed() -> String {
    let idn = Some(Box::new(IdnLabel { table: "a & b".into(), u_name: "español.example".into() }));
    let domain = Domain { name: "example.com".into(), sec_dns: None, idn, ..domain(SecDns::default()) };
    let phase = Phase { kind: PhaseKind::Custom, name: "\"a\"".into() };
    let status = Some((ApplicationStatus::Invalid, "no <mark>"));
    let mut memory = Memory::default();
    memory.apply(Change::PutDomain(domain).seal());
    said(&Answer::DomainInfo(DomainInfo {
        domain: memory.domain("example.com").expect("was put"),
        statuses: Statuses::of(&[Status::Ok]),
        rgp: Vec::new(),
        expires: TIME,
        notes: None,
        name_servers: Vec::new(),
        hosts: Vec::new(),
        token: Some("a & \"b\""),
        authorized: true,
        auth_set: false,
        ttls: ttls(),
        attributes: &[],
        launch: Some(LaunchData { phase, application: Some("A1-EXAMPLE"), status, marks: marks() }),
    }))
}

/// The marks of a frame, as a create gives them.
fn marks() -> Vec<Mark> {
    let frame = decode(include_bytes!("../epp/launch_create_mark.xml"));
    let Ok(Frame::Command(envelope)) = frame else { panic!("{frame:?}") };
    let Some(LaunchElement::Create(create)) = envelope.extensions.and_then(|extensions| extensions.launch) else {
        panic!("no launch:create")
    };
    let GivenMarks::Codes(codes) = create.marks else { panic!("no codes") };
    codes.into_iter().filter_map(|code| code.mark).map(|mark| *mark).collect()
}

/// Events with all and with as little as they can have, alone, in a list and in messages.
fn maintained() -> Vec<String> {
    let words = |lang: Option<&str>, text: &str| Wording { lang: lang.map(str::to_owned), text: text.into() };
    let html = Description { words: words(None, "<b>more & more</b>"), html: true };
    let all = MaintenanceEvent {
        id: "a-1".into(),
        name: Some(words(Some("nl"), "an \"event\"")),
        types: vec![words(None, "Routine Maintenance"), words(Some("en"), "a <b>")],
        systems: Impact::ALL
            .map(|impact| MaintainedSystem { name: "EPP".into(), host: Some("epp.example.net".into()), impact })
            .to_vec(),
        environment: "marketing".into(),
        start: TIME,
        end: TIME.plus_days(1),
        emergency: true,
        detail: Some("https://registry.example/notice?1".into()),
        descriptions: vec![Description { words: words(Some("de-CH"), "mehr & mehr"), html: false }, html],
        tlds: vec!["example".into(), "co.example".into()],
        intervention: Some(Intervention { connection: true, implementation: false }),
        created: TIME,
        updated: Some(TIME),
    };
    let least = MaintenanceEvent {
        name: None,
        types: Vec::new(),
        systems: vec![MaintainedSystem { name: "EPP".into(), host: None, impact: Impact::Full }],
        environment: "ote".into(),
        detail: None,
        descriptions: Vec::new(),
        tlds: Vec::new(),
        intervention: None,
        updated: None,
        ..all.clone()
    };
    let mut documents = Vec::new();
    for event in [all, least] {
        let mut memory = Memory::default();
        memory.apply(
            Change::PutMaintenance(Maintenance {
                event: event.clone(),
                courtesy_minutes: vec![60],
                tells_end: true,
                reminded: TIME,
                telling: None,
            })
            .seal(),
        );
        let kept = &memory.maintenance("a-1").expect("was put").event;
        documents.push(said(&Answer::Maintenance(kept)));
        documents.push(said(&Answer::MaintenanceList(vec![kept, kept])));
        let news = [
            MaintenanceNews::Create,
            MaintenanceNews::Update,
            MaintenanceNews::Delete,
            MaintenanceNews::Courtesy,
            MaintenanceNews::End,
        ];
        documents.extend(news.map(|news| polled(PollData::Maintenance { news, event: Box::new(event.clone()) })));
    }
    documents
}

/// A TTL of each type, with and without what can be chosen.
fn ttls() -> Vec<TtlTold> {
    let bounds = TtlBounds::all().into_iter().zip([true, false].into_iter().cycle());
    let told = |(bounds, all): (TtlBounds, bool)| TtlTold {
        kind: bounds.kind,
        seconds: (!all || bounds.kind == TtlType::Ns).then_some(0),
        bounds: all.then_some(bounds),
    };
    bounds.map(told).collect()
}

fn polled(data: PollData) -> String {
    let message =
        PollMessage { registrar: "ada".into(), number: 1, queued: TIME, text: "news".into(), data: Some(data) };
    let mut memory = Memory::default();
    memory.apply(Change::PutPollMessage(message).seal());
    let message = memory.poll_message("ada", 1).expect("was put");
    said(&Answer::PollMessage { count: 1, message })
}

fn lines() -> Vec<FeeLine> {
    let line = |amount, description, grace_days| FeeLine { amount, description, grace_days };
    vec![line(-500, "AGP \"Credit\"", None), line(1999, "Registration Fee", Some(5)), line(0, "<Fee>", None)]
}

fn bill(currency: &str, has_account: bool) -> Bill {
    let account = has_account.then_some(AccountState { balance: -12_345, credit_limit: 100_000 });
    let months = has_account.then_some(12);
    Bill { currency: Currency::parse(currency).expect("known"), months, lines: lines(), account }
}

fn checked() -> String {
    let questions: Vec<FeeQuestion> = FeeCommand::ALL
        .into_iter()
        .map(|command| FeeQuestion {
            command,
            custom: Some("a & b".into()),
            phase: Some("open".into()),
            subphase: Some("\"".into()),
            period: Some(Period { count: 99, unit: PeriodUnit::Months }),
        })
        .collect();
    let answer = |question, reason: Option<&'static str>| FeeAnswer {
        question,
        period: Some(Period { count: 1, unit: PeriodUnit::Years }),
        lines: lines(),
        reason: reason.map(Into::into),
        standard: true,
    };
    let of = |class: Option<&'static str>, command_reason, reason| FeesOf {
        object: "example.com".into(),
        class: class.map(Into::into),
        commands: questions.iter().map(|question| answer(question, command_reason)).collect(),
        reason,
    };
    let objects = vec![
        of(Some(""), None, None),
        of(Some("gold"), Some("no <fee>"), None),
        of(None, None, Some("Reserved name")),
        FeesOf { object: "b.test".into(), class: None, commands: Vec::new(), reason: Some("Invalid domain name") },
    ];
    let fees = Some(FeesChecked { currency: Currency::parse("USD").expect("known"), objects });
    let available =
        domesday::model::answer::Availability { object: "example.com".into(), reason: None, variant_of: None };
    said(&Answer::DomainChecked { objects: vec![available], fees })
}

/// One change of each operation and each kind of case.
fn changes() -> Vec<ObjectChange> {
    let host = Host {
        id: 1,
        roid: "NS1_EXAMPLE1-REP".into(),
        name: "ns1.example.com".into(),
        superordinate: None,
        addresses: Vec::new(),
        sponsor: "ada".into(),
        creator: "ada".into(),
        created: TIME,
        updater: None,
        updated: None,
        transferred: None,
        statuses: Statuses::default(),
        ttls: Vec::new(),
    };
    let object = Snapshot {
        tag: version::tag(Kind::Host),
        record: seal::archive(&host).to_vec(),
        statuses: Statuses::of(&[Status::Ok, Status::Linked]),
        name_servers: Vec::new(),
        hosts: Vec::new(),
    };
    let operations = [
        ChangeOperation::Create,
        ChangeOperation::Delete,
        ChangeOperation::Renew,
        ChangeOperation::Transfer,
        ChangeOperation::Update,
        ChangeOperation::Restore,
        ChangeOperation::AutoRenew,
        ChangeOperation::AutoDelete,
        ChangeOperation::AutoPurge,
        ChangeOperation::Custom,
    ];
    let kinds = [None, Some(CaseKind::Udrp), Some(CaseKind::Urs), Some(CaseKind::Custom)];
    let each = operations.into_iter().zip(kinds.into_iter().cycle());
    each.map(|(operation, kind)| ObjectChange {
        object: object.clone(),
        before: kind.is_none(),
        operation,
        op: if kind.is_none() { String::new() } else { "a \"part\"".into() },
        date: TIME,
        sv_trid: "SV-1".into(),
        who: "Ada & Sons".into(),
        case: kind.map(|kind| ChangeCase { id: "U<1>".into(), kind }),
        reason: if kind.is_none() { String::new() } else { "court order".into() },
    })
    .collect()
}
