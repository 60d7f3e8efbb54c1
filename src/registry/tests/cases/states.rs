//! The states of the tables: a small registry, and named steps that each change one thing of it, as
//! `states.txt` tells.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{idn, launch};
use crate::base::limits::{CONTACTS_PER_DOMAIN, HOSTS_PER_DOMAIN, SUBORDINATE_HOSTS_PER_DOMAIN};
use crate::model::command::{
    ContactChange, ContactUpdate, DomainChange, DomainCreate, DomainUpdate, TransferOp, Transform,
};
use crate::model::fee::FeeOffer;
use crate::model::money::Decimal;
use crate::model::operator::{
    ByName, ListLoad, LockChange, MaintenanceSpec, OperatorCommand, RegistrarTerminate, TokenAdd, TokenRevoke,
    TokenTerms,
};
use crate::model::policy::AuthInfoPolicy;
use crate::model::record::{
    Account, Contact, DataModel, Domain, FeePolicy, Host, ListPurpose, LockCause, Orphan, Policy, PriceList, Tld,
};
use crate::model::rgp::{Restore, RestoreOp};
use crate::model::sec_dns::{DsData, KeyData, SecDnsData, SecDnsInterface, SecDnsRecords, SecDnsUpdate};
use crate::model::status::{Status, Statuses};
use crate::model::token::TokenAction;
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::domain::fixture::{
    self, add, attributes, delete, maximum, minimum, name_servers, objects, password, request, transfer,
};
use crate::registry::testing::{A, B, C, PASSWORD, World, tld};
use crate::registry::{checks, tests::money};

/// What each step is.
pub(super) const TOLD: &str = include_str!("states.txt");

/// The world in which those steps have been taken, in turn.
pub(super) fn world(state: &str) -> World {
    let mut world = plain();
    for word in state.split_whitespace() {
        match word.split_once(':') {
            Some((object, status)) => set_status(&mut world, object, status),
            None => step(&mut world, word),
        }
    }
    world
}

fn plain() -> World {
    let mut world = fixture::world();
    let create = DomainCreate { name_servers: objects(&["ns2.example.com"]), ..minimum("bee.test") };
    let attr = DomainCreate {
        name_servers: attributes(&[("ns1.foo.attr", &["192.0.2.1"]), ("ns1.example.com", &[])]),
        ..minimum("foo.attr")
    };
    for (clid, create) in [(B, create), (A, attr), (A, maximum("foo.choice")), (B, minimum("bee.choice"))] {
        run(&mut world, clid, &Transform::DomainCreate(create));
    }
    world
}

fn step(world: &mut World, name: &str) {
    match name {
        "plain" => {}
        "idn" | "months" | "create-lock" | "transfer-lock" | "no-report" | "purging" | "fee-always" | "turned"
        | "keys" | "lasting" | "urgent" | "few" | "lax" => {
            set_tld(world, name);
        }
        "zone" => {
            let zone = tld("co.test", DataModel::Minimum, Vec::new(), world.now);
            world.put(vec![Change::PutTld(zone)]);
        }
        "priced" | "rich" | "broke" | "dollars" | "free" | "premium" => money_step(world, name),
        "tokens" => tokens(world),
        "maintained" => {
            let spec = MaintenanceSpec {
                id: "upgrade".into(),
                systems: Some(vec!["EPP=full".into()]),
                start_micros: Some(world.now.plus_days(400).micros()),
                end_micros: Some(world.now.plus_days(401).micros()),
                ..MaintenanceSpec::default()
            };
            world.operate(&OperatorCommand::MaintenanceAdd(spec)).expect("good");
        }
        "settled" | "renewed" | "redemption" | "restoring" | "deletion" | "purged" | "overdue" => {
            life_step(world, name)
        }
        "requested" | "approved" | "rejected" | "cancelled" | "lapsed" => transfer_step(world, name),
        "moved" => {
            for (name, losing, gaining) in [("foo.choice", A, B), ("bee.choice", B, A)] {
                run(world, gaining, &request(name, None, Some(password(PASSWORD))));
                run(world, losing, &transfer(TransferOp::Approve, name, None));
            }
        }
        "signed" => sign(world),
        "known" => run(world, B, &fixture::chg("foo.test", None, Some(password(PASSWORD)))),
        "terminated" => {
            let terminate = RegistrarTerminate { clid: B.into() };
            world.operate(&OperatorCommand::RegistrarTerminate(terminate)).expect("B is there");
        }
        "locked" => {
            let (name, cause) = ("foo.test".into(), ByName(LockCause::Urs));
            let lock = LockChange { name, cause, case: None, reason: None };
            world.operate(&OperatorCommand::LockSet(lock)).expect("not locked yet");
        }
        "linked" => run(world, B, &add("bee.test", name_servers(&["ns1.foo.example", "ns1.example.com"]))),
        "hosts" => (1..=HOSTS_PER_DOMAIN + 1).for_each(|n| world.put_host(A, &format!("a{n}.example.com"), &[])),
        "crowded" => {
            let there = world.memory.subordinate_hosts("foo.example").count();
            let missing = there..SUBORDINATE_HOSTS_PER_DOMAIN;
            missing.for_each(|n| world.put_host(A, &format!("h{n}.foo.example"), &[]));
        }
        "contacts" => (1..=CONTACTS_PER_DOMAIN + 1).for_each(|n| world.put_contact(A, &format!("con{n}"))),
        "orphan" | "announced" => orphan(world, name == "announced"),
        "strong" | "brief" | "set" | "days" => auth_step(world, name),
        "sunrise" | "landrush" | "claims" | "custom" | "later" | "dnl" | "applied" | "second" | "allocated"
        | "invalid" | "claimed" | "contacts-applied" | "qualified" | "surl" => launch::step(world, name),
        "tables" | "tagged" | "only" | "variants" | "holder" => idn::step(world, name),
        "torn" => {
            let torn = Domain { name_servers: vec![999], ..fixture::domain(world, "plain.example") };
            world.put(vec![Change::PutDomain(torn)]);
        }
        _ => panic!("{name:?} is no state"),
    }
}

pub(super) fn run(world: &mut World, clid: &str, command: &Transform) {
    let code = world.code(clid, command);
    assert!(code < 2000, "{command:?}: {code}");
}

/// Gives foo.test a record of the TLD's interface.
fn sign(world: &mut World) {
    let public_key = STANDARD.decode("l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=").expect("Base64");
    let key = KeyData { flags: 257, protocol: 3, algorithm: 15, public_key };
    let records = match world.memory.tld("test").expect("there").sec_dns.interface.get() {
        SecDnsInterface::Ds => SecDnsRecords::Ds(vec![DsData::of_key("foo.test", &key, 2).expect("made here")]),
        SecDnsInterface::Key => SecDnsRecords::Keys(vec![key]),
    };
    let add = Some(SecDnsData { max_sig_life: None, records });
    let change = SecDnsUpdate { add, ..SecDnsUpdate::default() };
    run(world, A, &fixture::update("foo.test", |update| update.sec_dns = Some(change)));
}

/// Sets what a TLD does otherwise than new ones.
fn set_tld(world: &mut World, name: &str) {
    let of = if name == "turned" { "choice" } else { "test" };
    let mut tld = checks::native::<Tld>(world.memory.tld(of).expect("there"));
    match name {
        "idn" => tld.idn = true,
        "months" => tld.min_months = 1,
        "create-lock" => tld.periods.create_lock = 60,
        "transfer-lock" => tld.periods.transfer_lock = 60,
        "purging" => (tld.periods.redemption, tld.periods.pending_delete) = (0, 0),
        "fee-always" => tld.fee_policy = FeePolicy::Always,
        "turned" => (tld.data_model, tld.required_contacts) = (DataModel::Minimum, Vec::new()),
        "keys" => tld.sec_dns.interface = SecDnsInterface::Key,
        "lasting" => tld.sec_dns.most_sig_life = 604_800,
        "urgent" => tld.sec_dns.urgent = true,
        "few" => tld.sec_dns.most = 2,
        "lax" => (tld.sec_dns.refused_algorithms, tld.sec_dns.refused_digests) = (Vec::new(), Vec::new()),
        _ => tld.restore_report = false,
    }
    world.put(vec![Change::PutTld(tld)]);
}

fn money_step(world: &mut World, name: &str) {
    match name {
        "priced" => money::price_all(world),
        "rich" => money::pay(world, A, 10_000_000),
        "broke" => money::pay(world, A, -world.memory.balance(A).amount),
        "dollars" => {
            let created = world.now.trunc_millis();
            let (clid, currency) = (C.to_owned(), money::currency("USD"));
            let account = Account { clid, currency, credit_limit: 0, threshold: None, created, updated: None };
            world.put(vec![Change::PutAccount(account)]);
        }
        "free" => {
            let mut list = checks::native::<PriceList>(world.memory.price_list("test").expect("priced"));
            for price in &mut list.prices {
                (price.create, price.renew, price.transfer) = (vec![0], vec![0], vec![0]);
                price.restore = 0;
            }
            world.put(vec![Change::PutPriceList(list)]);
        }
        _ => {
            let total = Decimal::parse("200").expect("a number");
            let fee = Some(FeeOffer { currency: None, total, shown: "200".into() });
            run(world, A, &Transform::DomainCreate(DomainCreate { fee, ..minimum("bank.test") }));
        }
    }
}

/// Puts the tokens of the tables, and the lists that only they open.
fn tokens(world: &mut World) {
    let week = |weeks: i64| Some(world.now.plus_days(7 * weeks).micros());
    let all = || TokenTerms { batch: "tokens".into(), uses: Some(0), ..TokenTerms::default() };
    let discount = |text: &str| Some(text.to_owned());
    let only = |action| vec![ByName(action)];
    let tokens = [
        ("any", all()),
        ("once", TokenTerms { uses: None, actions: only(TokenAction::Create), ..all() }),
        ("half", TokenTerms { discount: discount("50%"), registrar: Some(A.into()), ..all() }),
        ("five", TokenTerms { discount: discount("EUR=5.00"), ..all() }),
        ("std", TokenTerms { waive_premium: true, ..all() }),
        ("open", TokenTerms { unlock_reserved: true, ..all() }),
        ("newest", TokenTerms { name: Some("NEW.test".into()), ..all() }),
        ("example", TokenTerms { tld: Some("example".into()), ..all() }),
        ("late", TokenTerms { until_micros: week(1), ..all() }),
        ("early", TokenTerms { from_micros: week(100), ..all() }),
        ("gone", all()),
        ("renewal", TokenTerms { actions: only(TokenAction::Renew), ..all() }),
    ];
    let operate = |world: &mut World, command| world.operate(&command).expect("good");
    for (token, terms) in tokens {
        operate(world, OperatorCommand::TokenAdd(TokenAdd { tokens: vec![token.into()], terms }));
    }
    operate(world, OperatorCommand::TokenRevoke(TokenRevoke { tokens: vec!["gone".into()] }));
    for tld in ["test", "example"] {
        let (tld, name, kind) = (tld.to_owned(), "vip".to_owned(), ByName(ListPurpose::Token));
        let (labels, patterns, class) = (vec!["vip".to_owned()], Vec::new(), String::new());
        operate(world, OperatorCommand::ListLoad(ListLoad { tld, name, kind, class, labels, patterns }));
    }
    run(world, A, &Transform::DomainCreate(DomainCreate { token: Some("any".into()), ..minimum("with.test") }));
    world.now = world.now.plus_days(8);
}

/// The domains of A that the steps of this file delete.
const DELETED: [&str; 2] = ["foo.test", "plain.example"];

fn life_step(world: &mut World, name: &str) {
    let expires = fixture::domain(world, "foo.test").expires;
    let (days, then) = match name {
        "settled" => return drop(world.pass(world.now.plus_days(10))),
        "renewed" => return drop(world.pass(expires.plus_days(1))),
        "overdue" => (expires.plus_days(-3), 23),
        "deletion" => (world.now.plus_days(10), 31),
        "purged" => (world.now.plus_days(10), 36),
        _ => (world.now.plus_days(10), 0),
    };
    world.pass(days);
    DELETED.iter().for_each(|name| run(world, A, &delete(name)));
    world.pass(world.now.plus_days(then));
    if name == "restoring" {
        for name in DELETED {
            let restore = Some(Restore { op: RestoreOp::Request, report: None });
            let chg = Some(DomainChange::default());
            let update = DomainUpdate {
                name: name.into(),
                add: None,
                rem: None,
                chg,
                restore,
                fee: None,
                sec_dns: None,
                ttls: Vec::new(),
            };
            run(world, A, &Transform::DomainUpdate(update));
        }
    }
}

fn transfer_step(world: &mut World, name: &str) {
    let domains = ["foo.example", "foo.test"];
    let contact = |op, auth| Transform::ContactTransfer { op, id: "sh8013".into(), auth };
    let auth = || Some(password(PASSWORD));
    domains.iter().for_each(|name| run(world, B, &request(name, None, auth())));
    run(world, B, &contact(TransferOp::Request, auth()));
    let (op, who) = match name {
        "approved" => (TransferOp::Approve, A),
        "rejected" => (TransferOp::Reject, A),
        "cancelled" => (TransferOp::Cancel, B),
        "lapsed" => return drop(world.pass(world.now.plus_days(5))),
        _ => return,
    };
    domains.iter().for_each(|name| run(world, who, &transfer(op, name, None)));
    run(world, who, &contact(op, None));
}

fn auth_step(world: &mut World, name: &str) {
    let auth_info = match name {
        "strong" => AuthInfoPolicy { least: 20, kinds: 3, hours: 0 },
        "brief" => AuthInfoPolicy { least: 0, kinds: 0, hours: 48 },
        "days" => return drop(world.pass(world.now.plus_days(3))),
        _ => {
            run(world, A, &fixture::chg("foo.test", None, Some(password(PASSWORD))));
            let chg = Some(ContactChange { auth: Some(password(PASSWORD)), ..ContactChange::default() });
            let update = ContactUpdate { id: "sh8013".into(), add: None, rem: None, chg };
            return run(world, A, &Transform::ContactUpdate(update));
        }
    };
    world.put(vec![Change::PutPolicy(Policy { auth_info, ..world.memory.policy() })]);
}

/// A contact `lone` of A that no domain refers to, and that goes in time; the sponsor may have been told already.
fn orphan(world: &mut World, announced: bool) {
    world.put(vec![Change::PutPolicy(Policy { orphan_contact_days: 20, orphan_delete_days: 10, ..Policy::default() })]);
    world.put_contact(A, "lone");
    let until = world.now.plus_days(20);
    let lone = checks::native::<Contact>(world.memory.contact("lone").expect("put"));
    world.put(vec![Change::PutContact(Contact { orphan: Some(Orphan { until, announced: false }), ..lone })]);
    if announced {
        world.pass(until);
    }
}

/// Gives an object one stored status more.
fn set_status(world: &mut World, object: &str, status: &str) {
    let status = Status::parse(status).unwrap_or_else(|| panic!("{status:?} is no status"));
    let with = |statuses: Statuses| statuses.with(status);
    let change = if let Some(domain) = world.memory.domain(object) {
        let domain = checks::native::<Domain>(domain);
        Change::PutDomain(Domain { statuses: with(domain.statuses), ..domain })
    } else if let Some(host) = world.memory.host_named(object) {
        let host = checks::native::<Host>(host);
        Change::PutHost(Host { statuses: with(host.statuses), ..host })
    } else {
        let contact = world.memory.contact(object).unwrap_or_else(|| panic!("{object:?} is no object"));
        let contact = checks::native::<Contact>(contact);
        Change::PutContact(Contact { statuses: with(contact.statuses), ..contact })
    };
    world.put(vec![change]);
}
