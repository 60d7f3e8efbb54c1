//! Whole lives of domains: one told in order, and thousands at random, with the registry whole after every command.

use std::borrow::Cow;

use proptest::prelude::*;

use crate::base::limits;
use crate::model::answer::{Answer, Success};
use crate::model::command::{
    AuthInfo, DomainAddRem, DomainChange, DomainCreate, HostsShown, Query, TransferOp, Transform,
};
use crate::model::fee::FeeCheck;
use crate::model::record::{ContactRole, DataModel, Domain, Kind, PollData, PollMessage, Tld, TransferState};
use crate::model::rgp::{Restore, RestoreOp, RestoreReport};
use crate::model::status::Status;
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::domain::fixture::{
    add, bare, chg, contact, contacts, date, delete, domain, maximum, months, name_servers, objects, password,
    password_of, rem, renew, request, requested, statuses, transfer, update, world, years,
};
use crate::registry::testing::{A, B, C, PASSWORD, World, code};
use crate::registry::{checks, invariants};

/// Runs a command, and checks the whole registry after it.
fn step(world: &mut World, clid: &str, command: &Transform) -> u16 {
    let before = world.sequence;
    let found = world.code(clid, command);
    assert_eq!(world.sequence, before + u64::from(found < 2000), "{clid} {command:?}");
    if let Err(broken) = invariants::check(&world.memory, world.now) {
        panic!("after {clid} {command:?}: {broken}");
    }
    found
}

#[test]
fn a_domain_lives_from_registration_over_a_transfer_to_its_end() {
    let mut world = world();
    let name = "life.example";
    let create = DomainCreate { name_servers: objects(&["ns1.example.com"]), auth: password(""), ..maximum(name) };
    let prohibit = &[Status::ClientTransferProhibited, Status::ClientDeleteProhibited];
    assert_eq!(step(&mut world, A, &Transform::DomainCreate(create)), 1000);
    world.put_host(A, "ns1.life.example", &["192.0.2.1", "2001:db8::1"]);
    assert_eq!(step(&mut world, A, &add(name, name_servers(&["ns1.life.example"]))), 1000);
    assert_eq!(step(&mut world, A, &add(name, statuses(prohibit))), 1000);
    assert_eq!(step(&mut world, A, &renew(name, date(2027, 11, 21), None)), 1000);
    assert_eq!(step(&mut world, A, &delete(name)), 2304);

    // RFC 9154: the prohibition falls and the authInfo is set only when a transfer is near.
    assert_eq!(step(&mut world, B, &request(name, None, Some(password("2BARfoo")))), 2202);
    let prepare = update(name, |update| {
        update.rem = Some(statuses(prohibit));
        update.chg = Some(crate::model::command::DomainChange { registrant: None, auth: Some(password("2BARfoo")) });
    });
    assert_eq!(step(&mut world, A, &prepare), 1000);
    assert_eq!(step(&mut world, B, &request(name, None, Some(password("2BARfoo")))), 1001);
    for (clid, command, expected) in [
        (A, add(name, statuses(prohibit)), 2304),
        (A, renew(name, date(2028, 11, 21), None), 2304),
        (A, delete(name), 2304),
        (C, request(name, None, Some(password("2BARfoo"))), 2300),
        (A, transfer(TransferOp::Approve, name, None), 1000),
        (A, renew(name, date(2029, 11, 21), None), 2201),
    ] {
        assert_eq!(step(&mut world, clid, &command), expected, "{command:?}");
    }

    assert_eq!(domain(&world, name).expires.to_string(), "2029-11-21T09:08:07.123Z");
    assert_eq!(step(&mut world, B, &delete(name)), 2305);
    let host = world.memory.host_named("ns1.life.example").expect("it followed").id.to_native();
    assert_eq!(step(&mut world, B, &rem(name, name_servers(&["ns1.life.example"]))), 1000);
    world.put(vec![Change::DeleteHost { id: host }]);
    assert_eq!(step(&mut world, B, &delete(name)), 1001);
    let steps = world.pass(world.now.plus_days(35));
    assert_eq!(steps.iter().map(|(_, step)| *step).collect::<Vec<_>>(), ["domain:pending-delete", "domain:purge"]);
    invariants::check(&world.memory, world.now).expect("whole");
    let query = Query::DomainInfo { name: name.into(), hosts: HostsShown::All, auth: None, token: false, ttl: None };
    assert_eq!(code(&world.ask(B, &query)), 2303);
    assert_eq!(world.memory.contact_links("sh8013"), 4, "two domains of the fixture, twice each");
}

#[test]
fn a_name_of_other_rules_lives_on_until_it_is_deleted() {
    let mut world = world();
    // U+2603, a symbol.
    let name = "xn--n3h.test";
    let old = Domain { name: name.into(), roid: "OLD-1".into(), ..domain(&world, "foo.test") };
    let tld = checks::native::<Tld>(world.memory.tld("test").expect("there"));
    world.put(vec![Change::PutTld(Tld { idn: true, ..tld }), Change::PutDomain(old)]);
    let info = Query::DomainInfo { name: name.into(), hosts: HostsShown::None, auth: None, token: false, ttl: None };
    assert_eq!(code(&world.ask(B, &info)), 1000);
    let fee = Some(Box::new(FeeCheck { currency: None, commands: Vec::new() }));
    let check = Query::DomainCheck { names: vec![name.into()], fee, idn: None, token: None };
    let Ok((_, Answer::DomainChecked { objects, fees: Some(fees) })) = world.ask(B, &check) else { panic!("fees") };
    assert_eq!((objects[0].reason, fees.objects[0].reason), (Some("In use"), None));
    assert_eq!(step(&mut world, A, &renew(name, date(2027, 11, 21), years(1))), 1000);
    assert_eq!(step(&mut world, A, &chg(name, None, Some(password("3fooBAR")))), 1000);
    assert_eq!(step(&mut world, B, &request(name, None, Some(password("3fooBAR")))), 1001);
    assert_eq!(step(&mut world, A, &transfer(TransferOp::Reject, name, None)), 1000);
    assert_eq!(step(&mut world, A, &delete(name)), 1000);
    assert_eq!(step(&mut world, A, &Transform::DomainCreate(bare(name))), 2005);
}

#[test]
fn one_registrar_with_many_messages_gets_numbers_without_gaps() {
    let mut world = world();
    for round in 0..3 {
        for name in ["foo.example", "plain.example", "foo.test"] {
            assert_eq!(step(&mut world, B, &request(name, None, Some(password(PASSWORD)))), 1001, "{round}");
            assert_eq!(step(&mut world, B, &transfer(TransferOp::Cancel, name, None)), 1000, "{round}");
        }
    }
    let queue = world.memory.poll_queue(A).expect("A was told");
    assert_eq!((queue.first.to_native(), queue.next.to_native(), queue.count.to_native()), (1, 19, 18));
}

#[test]
fn requests_and_cancels_without_end_leave_few_messages() {
    let mut world = world();
    requested(&mut world, "plain.example");
    for _ in 0..20 {
        assert_eq!(step(&mut world, B, &request("foo.example", None, Some(password(PASSWORD)))), 1001);
        assert_eq!(step(&mut world, B, &transfer(TransferOp::Cancel, "foo.example", None)), 1000);
    }
    let mut read = Vec::new();
    loop {
        let (message, count) = match world.ask(A, &Query::PollRequest) {
            Ok((Success::AckToDequeue, Answer::PollMessage { count, message })) => {
                (checks::native::<PollMessage>(message), count)
            }
            other => break assert_eq!(code(&other), 1300),
        };
        let Some(PollData::DomainTransfer { name, transfer }) = message.data else { panic!("a trnData") };
        let number = message.number.to_string();
        read.push((name, transfer.state, count));
        assert_eq!(step(&mut world, A, &Transform::PollAck { message: Some(number) }), 1000);
    }
    let most = limits::POLL_MESSAGES_PER_OBJECT;
    let counts: Vec<u64> = read.iter().map(|(.., count)| *count).collect();
    assert_eq!(counts, (1..=most as u64 + 1).rev().collect::<Vec<_>>(), "{read:?}");
    let (foo, plain): (Vec<_>, Vec<_>) = read.into_iter().partition(|(name, ..)| name == "foo.example");
    assert_eq!((foo.len(), plain.len()), (most, 1));
    assert_eq!(plain[0].1, TransferState::Pending);
    for (place, (_, state, _)) in foo.iter().enumerate() {
        let expected = if place % 2 == 0 { TransferState::Pending } else { TransferState::ClientCancelled };
        assert_eq!(*state, expected, "{place}: the first seven as they came, the last of the latest state");
    }
}

#[test]
fn the_message_that_stays_tells_of_the_latest_state() {
    let mut world = world();
    for _ in 0..20 {
        requested(&mut world, "foo.example");
        assert_eq!(step(&mut world, B, &transfer(TransferOp::Cancel, "foo.example", None)), 1000);
    }
    world.now = world.now.plus_days(1);
    requested(&mut world, "foo.example");
    let newest = world.memory.poll_about(A, (Kind::Domain, "foo.example")).last().expect("some wait");
    let message = checks::native::<PollMessage>(world.memory.poll_message(A, newest).expect("it waits"));
    let Some(PollData::DomainTransfer { transfer, .. }) = message.data else { panic!("a trnData") };
    assert_eq!(Some(transfer), domain(&world, "foo.example").transfer);
}

const NAMES: [&str; 5] = ["foo.example", "plain.example", "foo.test", "bare.test", "one.test"];
const HOSTS: [&str; 6] =
    ["ns1.example.com", "ns2.example.com", "ns1.foo.example", "dry.foo.example", "ns1.one.test", "ns1.nowhere.com"];
const CONTACTS: [&str; 5] = ["jd1234", "sh8013", "other", "coming", "nobody"];

/// One random step: a command that may be anything from good to absurd, or the clock going on, or hosts coming and going.
#[derive(Clone, Debug)]
struct Dice {
    what: u8,
    who: u8,
    name: usize,
    pick: [usize; 4],
}

fn dice() -> impl Strategy<Value = Dice> {
    let pick = [0..64usize, 0..64usize, 0..64usize, 0..64usize];
    (0..27u8, 0..8u8, 0..NAMES.len(), pick).prop_map(|(what, who, name, pick)| Dice { what, who, name, pick })
}

impl Dice {
    fn name(&self) -> &'static str {
        NAMES[self.name]
    }

    /// Mostly one that may do this, so that lives go on.
    fn clid(&self, world: &World, command: &Transform) -> String {
        if self.who >= 6 {
            return [A, B, C][self.pick[3] % 3].into();
        }
        let domain = world.memory.domain(self.name());
        let sponsor = domain.map_or(A, |domain| domain.sponsor.as_str());
        let requester = domain.and_then(|domain| domain.transfer.as_ref()).map(|transfer| transfer.requester.as_str());
        match command {
            Transform::DomainTransfer { op: TransferOp::Request, .. } if sponsor == A => B.into(),
            Transform::DomainTransfer { op: TransferOp::Request, .. } => A.into(),
            Transform::DomainTransfer { op: TransferOp::Cancel, .. } => requester.unwrap_or(C).into(),
            _ => sponsor.into(),
        }
    }

    fn host(&self, nth: usize) -> &'static str {
        HOSTS[self.pick[nth] % HOSTS.len()]
    }

    fn contact(&self, nth: usize) -> &'static str {
        CONTACTS[self.pick[nth] % CONTACTS.len()]
    }

    fn status(&self, nth: usize) -> Status {
        // Twice as often one that a client may set.
        match self.pick[nth] % 36 {
            status @ 0..18 => Status::ALL[status],
            other => Status::ALL[other % 5],
        }
    }

    fn auth(&self, world: &World) -> AuthInfo {
        match self.pick[3] % 6 {
            0 => password("wrong"),
            1 => match world.memory.contact(self.contact(2)) {
                Some(contact) => password_of(&contact.roid, PASSWORD),
                None => password(""),
            },
            _ => password(PASSWORD),
        }
    }

    fn period(&self) -> Option<crate::model::command::Period> {
        match self.pick[2] % 8 {
            0 => years(11),
            1 => months(7),
            2 => months(24),
            3 => years(9),
            4 => years(2),
            _ => None,
        }
    }

    fn command(&self, world: &World) -> Transform {
        let name = self.name();
        let role = ContactRole::ALL[self.pick[1] % 3];
        match self.what {
            0..3 => Transform::DomainCreate(self.create()),
            3 | 4 => add(name, name_servers(&[self.host(0)])),
            5 => rem(name, name_servers(&[self.host(0)])),
            6 => update(name, |update| {
                update.add = Some(DomainAddRem {
                    contacts: vec![contact(role, self.contact(0))],
                    ..name_servers(&[self.host(0), self.host(1)])
                });
                update.rem = Some(contacts(&[contact(role, self.contact(2))]));
            }),
            7 => add(name, statuses(&[self.status(0)])),
            8 | 9 => rem(name, statuses(&[self.status(0)])),
            10 => chg(name, Some(self.contact(0)), Some(self.auth(world))),
            11 => chg(name, None, Some(password(PASSWORD))),
            12 => delete(name),
            13 | 14 => {
                let expiry = world.memory.domain(name).map(|domain| domain.expires.get().date());
                renew(name, expiry, self.period())
            }
            15..18 => request(name, self.period(), Some(self.auth(world))),
            18 | 19 => transfer(TransferOp::Approve, name, None),
            20 => transfer(TransferOp::Reject, name, None),
            24..26 => update(name, |update| {
                update.chg = Some(DomainChange::default());
                update.restore = Some(Restore { op: RestoreOp::Request, report: None });
            }),
            26 => update(name, |update| {
                update.chg = Some(DomainChange::default());
                let report = Box::new(RestoreReport {
                    before: "Then.".into(),
                    after: "Now.".into(),
                    deleted: Some(world.now),
                    restored: Some(world.now),
                    reason: "A mistake.".into(),
                    statements: vec!["Not for us.".into(), "True.".into()],
                    other: None,
                });
                update.restore = Some(Restore { op: RestoreOp::Report, report: Some(report) });
            }),
            _ => transfer(TransferOp::Cancel, name, None),
        }
    }

    fn create(&self) -> DomainCreate {
        let name = self.name();
        let create = if name.ends_with("example") { maximum(name) } else { bare(name) };
        let servers = self.pick[0].is_multiple_of(2).then(|| objects(&[self.host(1)])).flatten();
        DomainCreate { period: self.period(), name_servers: servers, auth: password(PASSWORD), ..create }
    }
}

/// Lets hosts below a domain come and go as the host rules do: with the domain's sponsor, and never while in use.
fn churn_hosts(world: &mut World, dice: &Dice) {
    let name = dice.host(0);
    let superordinate = world.memory.superordinate_name(name).map(str::to_owned);
    match world.memory.host_named(name).map(|host| host.id.to_native()) {
        Some(id) if world.memory.host_links(id) == 0 => world.put(vec![Change::DeleteHost { id }]),
        Some(_) => (),
        None => {
            let above = superordinate.and_then(|name| world.memory.domain(&name));
            let Some(domain) = above.filter(|domain| domain.removal.is_none()) else { return };
            let sponsor = domain.sponsor.to_string();
            world.put_host(&sponsor, name, &["192.0.2.1"]);
        }
    }
}

/// Whether `domain:check` says that the name is available.
fn available(world: &World, name: &str) -> bool {
    let query = Query::DomainCheck { names: vec![Cow::Borrowed(name)], fee: None, idn: None, token: None };
    match world.ask(A, &query) {
        Ok((Success::Completed, Answer::DomainChecked { objects, .. })) => {
            objects.iter().all(|one| one.reason.is_none())
        }
        _ => false,
    }
}

/// A value like one of the record's, whose fields the rules promise about.
fn promised(domain: &Domain, maximum: bool) {
    assert!(domain.name_servers.len() <= limits::HOSTS_PER_DOMAIN);
    assert!(domain.contacts.len() <= limits::CONTACTS_PER_DOMAIN);
    for required in [ContactRole::Admin, ContactRole::Tech] {
        let found = domain.contacts.iter().any(|contact| contact.role == required);
        assert_eq!(found, maximum, "{}: {required:?}", domain.name);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_registry_is_whole_after_any_command(steps in proptest::collection::vec(dice(), 1..120)) {
        let mut world = world();
        for dice in steps {
            match dice.what {
                22 => drop(world.pass(world.now.plus_days(dice.pick[0] as i64 * 4))),
                23 => churn_hosts(&mut world, &dice),
                _ => {
                    let command = dice.command(&world);
                    let clid = dice.clid(&world, &command);
                    let free = available(&world, dice.name());
                    let found = step(&mut world, &clid, &command);
                    if matches!(command, Transform::DomainCreate(_)) {
                        prop_assert_eq!(found == 2302, !free, "{:?}", command);
                    }
                    if found == 1000 && matches!(command, Transform::DomainUpdate(_)) {
                        let changed = domain(&world, dice.name());
                        prop_assert_eq!(&changed.sponsor, &clid);
                        let tld = world.memory.tld(&changed.tld).expect("never deleted");
                        promised(&changed, tld.data_model.get() == DataModel::Maximum);
                    }
                }
            }
        }
        invariants::check(&world.memory, world.now).expect("whole");
    }
}
