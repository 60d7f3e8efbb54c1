//! What the tests of the domain rules start from: a few domains, hosts and contacts, commands in few words, and tables.

use crate::base::timestamp::Date;
use crate::model::answer::{Answer, Success};
use crate::model::command::{
    AddressFamily, AuthInfo, ContactReference, DomainAddRem, DomainChange, DomainCreate, DomainUpdate, HostAddress,
    HostAttribute, NameServers, Period, PeriodUnit, TransferOp, Transform,
};
use crate::model::record::{Contact, ContactRole, Domain, TransferState};
use crate::model::status::{Status, Statuses};
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::testing::{self, A, B, PASSWORD, World};
use crate::registry::{checks, invariants};

/// A row: the case, the statuses `foo.example` has, who commands what, and the result code.
pub(in crate::registry) type Row = (&'static str, &'static [Status], &'static str, Transform, u16);

/// The [`World`] with
/// - contacts `jd1234` and `sh8013` of A, `other` of B, `coming` of A with pendingCreate,
/// - hosts `ns1.example.com`, `ns2.example.com` outside, and below foo.example `ns1` with and `dry` without an address,
/// - domains `foo.example` (registrant jd1234, admin and tech sh8013, ns1.example.com), `plain.example`, `foo.test` and
///   `bare.test` (no authInfo) of A, all until 2027-11-21.
pub(in crate::registry) fn world() -> World {
    let mut world = World::new();
    for (clid, id) in [(A, "jd1234"), (A, "sh8013"), (B, "other"), (A, "coming")] {
        world.put_contact(clid, id);
    }
    let mut coming = checks::native::<Contact>(world.memory.contact("coming").expect("was put"));
    coming.statuses = Statuses::of(&[Status::PendingCreate]);
    world.put(vec![Change::PutContact(coming)]);
    world.put_host(A, "ns1.example.com", &[]);
    world.put_host(B, "ns2.example.com", &[]);
    let foo = DomainCreate { name_servers: objects(&["ns1.example.com"]), ..maximum("foo.example") };
    for create in [foo, maximum("plain.example"), minimum("foo.test"), bare("bare.test")] {
        assert_eq!(world.code(A, &Transform::DomainCreate(create)), 1000);
    }
    world.put_host(A, "ns1.foo.example", &["192.0.2.1"]);
    world.put_host(A, "dry.foo.example", &[]);
    invariants::check(&world.memory, world.now).expect("whole");
    world
}

/// Runs each row in a world of its own and names all that came out otherwise.
pub(in crate::registry) fn check_table(rows: Vec<Row>) {
    let mut wrong = Vec::new();
    for (case, statuses, clid, command, expected) in rows {
        let mut world = world();
        set_statuses(&mut world, "foo.example", statuses);
        let before = world.sequence;
        let result = world.run(clid, &command);
        let found = testing::code(&result);
        if found != expected {
            let why = result.err().map(|refusal| refusal.to_string());
            wrong.push(format!("{case}: expected {expected}, found {found} {}", why.unwrap_or_default()));
        }
        if found < 2000 {
            invariants::check(&world.memory, world.now).expect(case);
        } else {
            assert_eq!(world.sequence, before, "{case}: refused, and yet something changed");
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The domain as a value.
pub(in crate::registry) fn domain(world: &World, name: &str) -> Domain {
    checks::native::<Domain>(world.memory.domain(name).expect("registered"))
}

/// Gives a domain other stored statuses.
pub(in crate::registry) fn set_statuses(world: &mut World, name: &str, statuses: &[Status]) {
    let changed = Domain { statuses: Statuses::of(statuses), ..domain(world, name) };
    world.put(vec![Change::PutDomain(changed)]);
}

pub(in crate::registry) fn password(text: &str) -> AuthInfo {
    AuthInfo::Password { password: text.into(), roid: None }
}

pub(in crate::registry) fn password_of(roid: &str, text: &str) -> AuthInfo {
    AuthInfo::Password { password: text.into(), roid: Some(roid.into()) }
}

pub(in crate::registry) fn extension() -> AuthInfo {
    AuthInfo::Extension("urn:example:auth".into())
}

pub(in crate::registry) const fn years(count: u32) -> Option<Period> {
    Some(Period { count, unit: PeriodUnit::Years })
}

pub(in crate::registry) const fn months(count: u32) -> Option<Period> {
    Some(Period { count, unit: PeriodUnit::Months })
}

pub(in crate::registry) fn date(year: i32, month: u8, day: u8) -> Option<Date> {
    Some(Date::new(year, month, day).expect("exists"))
}

pub(in crate::registry) fn objects(names: &[&str]) -> Option<NameServers> {
    Some(NameServers::Objects(names.iter().map(|name| (*name).to_owned()).collect()))
}

/// Name servers by name and IPv4 addresses.
pub(in crate::registry) fn attributes(servers: &[(&str, &[&str])]) -> Option<NameServers> {
    let address = |text: &&str| HostAddress { family: AddressFamily::V4, text: (*text).to_owned() };
    let server = |(name, addresses): &(&str, &[&str])| HostAttribute {
        name: (*name).to_owned(),
        addresses: addresses.iter().map(address).collect(),
    };
    Some(NameServers::Attributes(servers.iter().map(server).collect()))
}

pub(in crate::registry) fn contact(role: ContactRole, id: &str) -> ContactReference {
    ContactReference { role: Some(role), id: id.into() }
}

/// A create that succeeds under `example`.
pub(in crate::registry) fn maximum(name: &str) -> DomainCreate {
    DomainCreate {
        registrant: Some("jd1234".into()),
        contacts: vec![contact(ContactRole::Admin, "sh8013"), contact(ContactRole::Tech, "sh8013")],
        ..minimum(name)
    }
}

/// A create that succeeds under `test`.
pub(in crate::registry) fn minimum(name: &str) -> DomainCreate {
    DomainCreate { auth: password(PASSWORD), ..bare(name) }
}

/// A create without authInfo that succeeds under `test`.
pub(in crate::registry) fn bare(name: &str) -> DomainCreate {
    let (name, auth) = (name.to_owned(), password(""));
    DomainCreate {
        name,
        period: None,
        name_servers: None,
        registrant: None,
        contacts: Vec::new(),
        auth,
        fee: None,
        idn: None,
        sec_dns: None,
        launch: None,
        token: None,
        ttls: Vec::new(),
    }
}

pub(in crate::registry) fn update(name: &str, change: impl FnOnce(&mut DomainUpdate)) -> Transform {
    let mut update = DomainUpdate {
        name: name.into(),
        add: None,
        rem: None,
        chg: None,
        restore: None,
        fee: None,
        sec_dns: None,
        ttls: Vec::new(),
    };
    change(&mut update);
    Transform::DomainUpdate(update)
}

pub(in crate::registry) fn add(name: &str, add: DomainAddRem) -> Transform {
    update(name, |update| update.add = Some(add))
}

pub(in crate::registry) fn rem(name: &str, rem: DomainAddRem) -> Transform {
    update(name, |update| update.rem = Some(rem))
}

pub(in crate::registry) fn chg(name: &str, registrant: Option<&str>, auth: Option<AuthInfo>) -> Transform {
    let registrant = registrant.map(str::to_owned);
    update(name, |update| update.chg = Some(DomainChange { registrant, auth }))
}

pub(in crate::registry) fn name_servers(names: &[&str]) -> DomainAddRem {
    DomainAddRem { name_servers: objects(names), ..DomainAddRem::default() }
}

pub(in crate::registry) fn contacts(contacts: &[ContactReference]) -> DomainAddRem {
    DomainAddRem { contacts: contacts.to_vec(), ..DomainAddRem::default() }
}

pub(in crate::registry) fn statuses(statuses: &[Status]) -> DomainAddRem {
    DomainAddRem { statuses: statuses.iter().map(|status| (*status).into()).collect(), ..DomainAddRem::default() }
}

pub(in crate::registry) fn delete(name: &str) -> Transform {
    Transform::DomainDelete { name: name.into() }
}

pub(in crate::registry) fn renew(name: &str, current_expiry: Option<Date>, period: Option<Period>) -> Transform {
    Transform::DomainRenew { name: name.into(), current_expiry, period, fee: None, token: None }
}

pub(in crate::registry) fn request(name: &str, period: Option<Period>, auth: Option<AuthInfo>) -> Transform {
    Transform::DomainTransfer { op: TransferOp::Request, name: name.into(), period, auth, fee: None, token: None }
}

pub(in crate::registry) fn transfer(op: TransferOp, name: &str, auth: Option<AuthInfo>) -> Transform {
    Transform::DomainTransfer { op, name: name.into(), period: None, auth, fee: None, token: None }
}

/// A request by B that waits for A.
pub(in crate::registry) fn requested(world: &mut World, name: &str) {
    assert_eq!(world.code(B, &request(name, None, Some(password(PASSWORD)))), 1001);
}

/// The table of an approve, reject or cancel: `clid` may do it, the others may not.
pub(in crate::registry) fn check_endings(op: TransferOp, clid: &str, others: &[&str]) {
    let end = |name: &str, auth| transfer(op, name, auth);
    let mut rows = vec![
        ("may", clid, end("foo.example", None), 1000),
        ("upper case", clid, end("FOO.example", None), 1000),
        ("right authInfo", clid, end("foo.example", Some(password(PASSWORD))), 1000),
        ("wrong authInfo", clid, end("foo.example", Some(password("wrong"))), 2202),
        ("empty authInfo", clid, end("foo.example", Some(password(""))), 2202),
        ("authInfo that is no password", clid, end("foo.example", Some(extension())), 2102),
        ("none pending", clid, end(if op == TransferOp::Cancel { "plain.example" } else { "foo.test" }, None), 2301),
        ("unknown", clid, end("free.example", None), 2303),
        ("no name", clid, end("free", None), 2005),
    ];
    rows.extend(others.iter().map(|other| ("may not", *other, end("foo.example", None), 2201)));
    for (case, clid, command, expected) in rows {
        let mut world = world();
        requested(&mut world, "foo.example");
        assert_eq!(world.code(clid, &command), expected, "{op:?}: {case}");
        invariants::check(&world.memory, world.now).expect(case);
        if expected == 1000 {
            assert_eq!(world.code(clid, &command), if clid == A && op == TransferOp::Approve { 2201 } else { 2301 });
        }
    }
}

/// That a reject or cancel leaves the domain as it was, tells `(clid, number, text)`, and that all can begin again.
pub(in crate::registry) fn check_ended_unchanged(
    op: TransferOp,
    clid: &str,
    state: TransferState,
    told: (&str, u64, &str),
) {
    let mut world = world();
    let before = domain(&world, "foo.example");
    requested(&mut world, "foo.example");
    world.now = world.now.plus_days(1);
    let ending = transfer(op, "foo.example", None);
    let Ok((Success::Completed, Answer::DomainTransfer { transfer: ended, .. })) = world.run(clid, &ending) else {
        panic!("{op:?} of a pending transfer succeeds")
    };
    let now = world.now.trunc_millis();
    assert_eq!((ended.state, ended.actor.as_str(), ended.act, ended.expires), (state, clid, now, None));
    let after = domain(&world, "foo.example");
    assert_eq!(after, Domain { transfer: Some(ended), ..before });
    let (reader, number, text) = told;
    assert_eq!(world.memory.poll_message(reader, number).map(|message| message.text.as_str()), Some(text));
    requested(&mut world, "foo.example");
    invariants::check(&world.memory, world.now).expect("whole");
}
