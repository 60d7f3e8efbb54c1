//! Launches from their first phase to the last, and what becomes of applications.

use crate::base::limits;
use crate::base::timestamp::Timestamp;
use crate::model::answer::{Answer, Success};
use crate::model::command::{DomainCreate, HostsShown, Query, Transform};
use crate::model::idn::{TldTable, VariantPolicy};
use crate::model::launch::{ApplicationStatus, Phase, PhaseKind};
use crate::model::launch_command::{GivenMarks, GivenNotice, LaunchCreate, LaunchId, LaunchInfo, SignedMark};
use crate::model::launch_record::{LordnKind, LordnLine, RevokedSmd, RevokedSmds, shard};
use crate::model::mark::Mark;
use crate::model::operator::{
    ByName, LaunchAllocate, LaunchPhaseRemove, LaunchPhaseSet, LaunchRefuse, LaunchStatus, OperatorCommand,
    OperatorRefusal,
};
use crate::model::operator_launch::{TmchEntry, TmchList, TmchLoad};
use crate::model::policy::AuthInfoPolicy;
use crate::model::poll_data::ArchivedPollData;
use crate::model::record::{IdnTable, Policy, Tld};
use crate::model::transaction::Change;
use crate::model::ttl::TtlGiven;
use crate::model::view::{View, key};
use crate::registry::domain::fixture::{delete, maximum, minimum, password, world};
use crate::registry::testing::{A, B, PASSWORD, World};
use crate::registry::{checks, invariants};

fn set(tld: &str, kind: PhaseKind) -> LaunchPhaseSet {
    LaunchPhaseSet {
        tld: tld.into(),
        phase: ByName(kind),
        name: String::new(),
        from_micros: None,
        until_micros: None,
        applications: false,
        notices: false,
        signed_mark: false,
        signed_mark_if_listed: false,
        notice_days: None,
    }
}

fn operate(world: &mut World, command: OperatorCommand) -> Result<(), OperatorRefusal> {
    let outcome = world.operate(&command);
    invariants::check(&world.memory, world.now).expect("whole");
    outcome
}

fn apply(kind: PhaseKind, marks: GivenMarks, create: DomainCreate) -> Transform {
    let phase = Phase { kind, name: String::new() };
    let launch = LaunchCreate { phase, object: None, marks, notices: Vec::new() };
    Transform::DomainCreate(DomainCreate { launch: Some(Box::new(launch)), ..create })
}

fn plain(kind: PhaseKind, create: DomainCreate) -> Transform {
    apply(kind, GivenMarks::Codes(Vec::new()), create)
}

/// Applies, and tells the identifier.
fn applied(world: &mut World, clid: &str, create: DomainCreate) -> String {
    let Ok((Success::Pending, Answer::ApplicationCreated { application, .. })) =
        world.run(clid, &plain(PhaseKind::Landrush, create))
    else {
        panic!("a good application is pending")
    };
    invariants::check(&world.memory, world.now).expect("whole");
    application
}

/// Texts of the messages that wait, and how far each says that an application is.
fn told(world: &World, clid: &str) -> Vec<(String, Option<ApplicationStatus>)> {
    let queue = world.memory.poll_queue(clid).map_or(1..1, |q| q.first.to_native()..q.next.to_native());
    let messages = queue.filter_map(|number| world.memory.poll_message(clid, number));
    let status = |data: &ArchivedPollData| match data {
        ArchivedPollData::Launch(news) => Some(news.status.get()),
        _ => None,
    };
    messages.map(|message| (message.text.to_string(), message.data.as_ref().and_then(status))).collect()
}

fn landrush() -> World {
    let mut world = world();
    for tld in ["test", "example"] {
        let phase = LaunchPhaseSet { applications: true, ..set(tld, PhaseKind::Landrush) };
        operate(&mut world, OperatorCommand::LaunchPhaseSet(phase)).expect("a new phase");
    }
    world
}

/// ö is a variant of o.
const TABLE: &str = "<lgr xmlns=\"urn:ietf:params:xml:ns:lgr-1.0\"><data><char cp=\"006E\"/>\
    <char cp=\"006F\"><var cp=\"00F6\"/></char><char cp=\"00F6\"><var cp=\"006F\"/></char></data></lgr>";

#[test]
fn an_application_is_read_with_its_ttls_and_by_its_auth_info_while_that_lives() {
    let mut world = landrush();
    let auth_info = AuthInfoPolicy { hours: 48, ..AuthInfoPolicy::default() };
    world.put(vec![Change::PutPolicy(Policy { auth_info, ..Policy::default() })]);
    let ttls = vec![TtlGiven { record: "NS", custom: None, seconds: Some(7200) }];
    let create = DomainCreate { ttls, auth: password(PASSWORD), ..minimum("new.test") };
    let id = applied(&mut world, A, create);
    let read = |world: &World, clid, auth| {
        let phase = Phase { kind: PhaseKind::Landrush, name: String::new() };
        let info = LaunchInfo { phase, application: Some(id.clone()), include_mark: false };
        let (name, hosts) = ("new.test".into(), HostsShown::All);
        let query = Query::LaunchInfo { name, hosts, auth, token: false, ttl: Some(false), info };
        match world.ask(clid, &query) {
            Ok((_, Answer::DomainInfo(found))) => {
                Ok((found.ttls.iter().map(|ttl| ttl.seconds).collect(), found.auth_set))
            }
            Ok(_) => panic!("an info"),
            Err(refusal) => Err(refusal.code()),
        }
    };
    assert_eq!(read(&world, A, None), Ok((vec![Some(7200)], true)));
    assert_eq!(read(&world, B, Some(password(PASSWORD))), Ok((vec![Some(7200)], false)));
    world.now = world.now.plus_days(2);
    assert_eq!(read(&world, B, Some(password(PASSWORD))), Err(2202));
    assert_eq!(read(&world, A, None), Ok((vec![Some(7200)], false)));
}

#[test]
fn a_name_is_not_allocated_beside_a_variant_of_it() {
    let mut world = landrush();
    let lgr = crate::lgr::parse(TABLE).expect("a table");
    let table = IdnTable { tag: "de".into(), version: 1, loaded: world.now, lgr };
    let mut tld = checks::native::<Tld>(world.memory.tld("test").expect("there"));
    tld.idn = true;
    tld.idn_policy.tables = vec![TldTable { tag: "de".into(), variants: VariantPolicy::Blocked }];
    world.put(vec![Change::PutIdnTable(table), Change::PutTld(tld)]);
    let [plain, dotted] = ["on.test", "xn--n-0ga.test"].map(|name| applied(&mut world, A, minimum(name)));
    let allocate = |id: &str| OperatorCommand::LaunchAllocate(LaunchAllocate { id: id.into(), keep_others: false });
    operate(&mut world, allocate(&plain)).expect("the first of the two");
    let refused = operate(&mut world, allocate(&dotted)).expect_err("blocked now").to_string();
    assert!(refused.contains("a variant of on.test"), "{refused}");
}

#[test]
fn who_gets_a_name_is_told_and_pays_and_the_others_are_refused() {
    let mut world = landrush();
    let [first, second] = [A, B].map(|clid| applied(&mut world, clid, minimum("new.test")));
    let status = LaunchStatus {
        id: first.clone(),
        status: ByName(ApplicationStatus::PendingValidation),
        reason: Some("Being looked at.".into()),
    };
    operate(&mut world, OperatorCommand::LaunchStatus(status.clone())).expect("running");
    assert!(operate(&mut world, OperatorCommand::LaunchStatus(status)).is_err(), "as it is");
    assert!(world.memory.domain("new.test").is_none());
    world.now = world.now.plus_days(3);
    let allocate = |id: &str| OperatorCommand::LaunchAllocate(LaunchAllocate { id: id.into(), keep_others: false });
    operate(&mut world, allocate(&first)).expect("running");
    let domain = world.memory.domain("new.test").expect("allocated");
    assert_eq!((domain.sponsor.as_str(), domain.created.get()), (A, world.now.trunc_millis()));
    assert_eq!(domain.expires.get(), world.now.trunc_millis().plus_months(12));
    assert!(domain.statuses.get().is_empty());
    let origin = domain.launch.as_ref().expect("launched");
    assert_eq!((origin.phase.get(), origin.application.as_deref()), (PhaseKind::Landrush, Some(first.as_str())));
    let texts = [
        "The application for new.test is pendingValidation. Being looked at.",
        "The application for new.test has been allocated.",
    ];
    let expected = [ApplicationStatus::PendingValidation, ApplicationStatus::Allocated];
    assert_eq!(told(&world, A), texts.map(String::from).into_iter().zip(expected.map(Some)).collect::<Vec<_>>());
    let refused = told(&world, B);
    assert_eq!(refused.len(), 1);
    assert_eq!(refused[0].1, Some(ApplicationStatus::Rejected));
    for id in [&first, &second] {
        assert!(operate(&mut world, allocate(id)).is_err(), "decided already");
    }
    assert!(operate(&mut world, allocate("none")).is_err());
    // A name that is free again is free.
    assert_eq!(world.code(A, &delete("new.test")), 1000);
    applied(&mut world, B, minimum("new.test"));
}

#[test]
fn others_may_stay_and_wait_for_the_name() {
    let mut world = landrush();
    let [first, second] = [A, B].map(|clid| applied(&mut world, clid, minimum("new.test")));
    let allocate = |id: &str| OperatorCommand::LaunchAllocate(LaunchAllocate { id: id.into(), keep_others: true });
    operate(&mut world, allocate(&first)).expect("running");
    assert!(operate(&mut world, allocate(&second)).is_err(), "the name is taken");
    assert_eq!(world.code(A, &delete("new.test")), 1000);
    let status = |status| LaunchStatus { id: second.clone(), status: ByName(status), reason: None };
    operate(&mut world, OperatorCommand::LaunchStatus(status(ApplicationStatus::Invalid))).expect("running");
    assert!(operate(&mut world, allocate(&second)).is_err(), "invalid");
    operate(&mut world, OperatorCommand::LaunchStatus(status(ApplicationStatus::Validated))).expect("running");
    operate(&mut world, allocate(&second)).expect("it still waits");
    assert_eq!(world.memory.domain("new.test").expect("allocated").sponsor, B);
}

#[test]
fn what_an_application_refers_to_stays_and_goes_with_it() {
    let mut world = landrush();
    world.put(vec![Change::PutPolicy(Policy { orphan_contact_days: 10, orphan_delete_days: 5, ..Policy::default() })]);
    world.put_contact(A, "lone");
    let create = DomainCreate { registrant: Some("lone".into()), ..maximum("new.example") };
    let links = |world: &World| world.memory.contact_links("lone");
    let id = applied(&mut world, A, create.clone());
    assert_eq!(links(&world), 1);
    assert_eq!(world.code(A, &Transform::ContactDelete { id: "lone".into() }), 2305);
    let phase = Phase { kind: PhaseKind::Landrush, name: String::new() };
    let withdraw = Transform::ApplicationDelete { name: "new.example".into(), id: LaunchId { phase, application: id } };
    assert_eq!(world.code(A, &withdraw), 1000);
    invariants::check(&world.memory, world.now).expect("whole");
    assert_eq!(links(&world), 0);
    assert!(world.memory.contact("lone").expect("there").orphan.is_some());
    let id = applied(&mut world, A, create.clone());
    assert!(world.memory.contact("lone").expect("there").orphan.is_none(), "used again");
    operate(&mut world, OperatorCommand::LaunchRefuse(LaunchRefuse { id, reason: Some("No.".into()) }))
        .expect("running");
    assert!(world.memory.contact("lone").expect("there").orphan.is_some());
    assert_eq!(
        told(&world, A).last().map(|told| told.0.as_str()),
        Some("The application for new.example has been rejected. No.")
    );
    let id = applied(&mut world, A, create);
    operate(&mut world, OperatorCommand::LaunchAllocate(LaunchAllocate { id, keep_others: false })).expect("running");
    assert_eq!(links(&world), 1);
}

#[test]
fn a_signed_mark_opens_the_sunrise_for_its_labels_while_it_holds() {
    let mut world = world();
    let phase = LaunchPhaseSet { signed_mark: true, ..set("test", PhaseKind::Sunrise) };
    operate(&mut world, OperatorCommand::LaunchPhaseSet(phase)).expect("a new phase");
    let (now, revoked) = (world.now, "0000-1");
    let smds = RevokedSmds { smds: vec![RevokedSmd { id: revoked.into(), inserted: now }] };
    world.put(vec![Change::PutRevokedSmds { shard: shard(revoked), smds }]);
    let mark = |id: &str, label: &str, from: i64, until: i64| SignedMark {
        id: id.into(),
        labels: vec!["another".into(), label.into()],
        not_before: now.plus_days(from),
        not_after: now.plus_days(until),
        mark: Mark::default(),
    };
    let good = || mark("0000-2", "mark", -1, 1);
    for (case, marks, code) in [
        ("of another label", vec![mark("0000-2", "marks", -1, 1)], 2306),
        ("ended", vec![mark("0000-2", "mark", -2, -1)], 2306),
        ("not begun", vec![mark("0000-2", "mark", 1, 2)], 2306),
        ("revoked", vec![mark(revoked, "mark", -1, 1)], 2306),
        ("one of two is wrong", vec![good(), mark("0000-3", "marks", -1, 1)], 2306),
        ("good", vec![good()], 1000),
    ] {
        let create = apply(PhaseKind::Sunrise, GivenMarks::Valid(marks), minimum("mark.test"));
        assert_eq!(world.code(A, &create), code, "{case}");
    }
    invariants::check(&world.memory, world.now).expect("whole");
    let line = world.memory.record::<LordnLine>(&key::lordn_line("test", LordnKind::Sunrise, 1)).expect("to report");
    assert_eq!((line.name.as_str(), line.proof.as_str()), ("mark.test", "0000-2"));
    assert_eq!(line.iana_id.as_ref().map(|id| id.to_native()), Some(9995));
    // An end-date sunrise: validated, and to be allocated.
    let phase = LaunchPhaseSet { signed_mark: true, applications: true, ..set("test", PhaseKind::Sunrise) };
    operate(&mut world, OperatorCommand::LaunchPhaseSet(phase)).expect("another phase of the name");
    let create = apply(PhaseKind::Sunrise, GivenMarks::Valid(vec![good()]), minimum("another.test"));
    assert_eq!(world.code(B, &create), 1001);
    let found = world.memory.applications("another.test").next().expect("there");
    assert_eq!(found.status.get(), ApplicationStatus::Validated);
    let id = found.id.to_string();
    operate(&mut world, OperatorCommand::LaunchAllocate(LaunchAllocate { id, keep_others: false })).expect("running");
    let line = world.memory.record::<LordnLine>(&key::lordn_line("test", LordnKind::Sunrise, 2)).expect("to report");
    assert!(line.applied.is_some() && line.accepted.is_none());
}

#[test]
fn phases_follow_each_other_as_planned() {
    let mut world = world();
    let day = |world: &World, days: i64| Some(world.now.plus_days(days).micros());
    let (first, last) = (day(&world, 10), day(&world, 20));
    let landrush = LaunchPhaseSet {
        from_micros: first,
        until_micros: last,
        applications: true,
        ..set("test", PhaseKind::Landrush)
    };
    let open = LaunchPhaseSet { from_micros: last, ..set("test", PhaseKind::Open) };
    for phase in [&open, &landrush] {
        operate(&mut world, OperatorCommand::LaunchPhaseSet(phase.clone())).expect("a new phase");
        assert!(operate(&mut world, OperatorCommand::LaunchPhaseSet(phase.clone())).is_err(), "as it is");
    }
    let begun = world.now;
    let bare = |name: &str| Transform::DomainCreate(minimum(name));
    for (days, open, landrush) in [(0, 2306, 2306), (10, 2306, 1001), (19, 2306, 1001), (20, 1000, 2306)] {
        world.now = begun.plus_days(days);
        assert_eq!(world.judged(A, &bare("new.test")), open, "{days}");
        assert_eq!(world.judged(A, &plain(PhaseKind::Landrush, minimum("new.test"))), landrush, "{days}");
    }
    world.now = begun;
    for kind in [PhaseKind::Open, PhaseKind::Landrush] {
        let remove = LaunchPhaseRemove { tld: "test".into(), phase: ByName(kind), name: String::new() };
        operate(&mut world, OperatorCommand::LaunchPhaseRemove(remove.clone())).expect("there");
        assert!(operate(&mut world, OperatorCommand::LaunchPhaseRemove(remove)).is_err(), "gone");
    }
    assert_eq!(world.code(A, &bare("new.test")), 1000, "nothing is planned any more");
}

#[test]
fn bad_phases_are_refused() {
    let mut world = world();
    let now = world.now.micros();
    for phase in [
        set("none", PhaseKind::Open),
        set("test", PhaseKind::Custom),
        LaunchPhaseSet { name: "Not a word".into(), ..set("test", PhaseKind::Custom) },
        LaunchPhaseSet { signed_mark: true, ..set("test", PhaseKind::Open) },
        LaunchPhaseSet { signed_mark_if_listed: true, ..set("test", PhaseKind::Open) },
        LaunchPhaseSet { signed_mark: true, signed_mark_if_listed: true, ..set("test", PhaseKind::Sunrise) },
        LaunchPhaseSet { until_micros: Some(now), from_micros: Some(now), ..set("test", PhaseKind::Claims) },
        LaunchPhaseSet { from_micros: Some(i64::MAX), ..set("test", PhaseKind::Claims) },
        LaunchPhaseSet { notice_days: Some(0), ..set("test", PhaseKind::Claims) },
    ] {
        let shown = format!("{phase:?}");
        assert!(operate(&mut world, OperatorCommand::LaunchPhaseSet(phase)).is_err(), "{shown}");
    }
}

#[test]
fn lists_are_loaded_by_shards() {
    let mut world = world();
    let load = |list, name: &str, shard| {
        let entry = TmchEntry { name: name.into(), key: "k".into(), inserted_micros: 1 };
        OperatorCommand::TmchLoad(TmchLoad { list: ByName(list), shard, entries: vec![entry] })
    };
    for list in [TmchList::Dnl, TmchList::Surl, TmchList::Smdrl] {
        let place = shard("mark");
        assert!(operate(&mut world, load(list, "mark", place.wrapping_add(1))).is_err(), "another shard");
        operate(&mut world, load(list, "mark", place)).expect("new");
        assert!(operate(&mut world, load(list, "mark", place)).is_err(), "as it is");
    }
    assert!(world.memory.is_revoked_smd("mark") && !world.memory.is_revoked_smd("marks"));
    let empty = TmchLoad { list: ByName(TmchList::Smdrl), shard: shard("mark"), entries: Vec::new() };
    operate(&mut world, OperatorCommand::TmchLoad(empty)).expect("another");
    assert!(!world.memory.is_revoked_smd("mark"));
}

#[test]
fn one_application_too_many_is_2306() {
    let mut world = landrush();
    let create = plain(PhaseKind::Landrush, minimum("new.test"));
    for _ in 0..limits::APPLICATIONS_PER_NAME_AND_REGISTRAR {
        assert_eq!(world.code(A, &create), 1001);
    }
    assert_eq!(world.code(A, &create), 2306);
    assert_eq!(world.code(B, &create), 1001, "another registrar's");
    assert_eq!(world.code(A, &plain(PhaseKind::Landrush, minimum("two.test"))), 1001, "for another name");
}

#[test]
fn what_claims_notices_led_to_is_to_be_reported() {
    let mut world = world();
    let phase = LaunchPhaseSet { notices: true, notice_days: Some(2), ..set("test", PhaseKind::Claims) };
    operate(&mut world, OperatorCommand::LaunchPhaseSet(phase)).expect("a new phase");
    let now = world.now.trunc_millis();
    for (label, inserted) in [("mark", now.plus_days(-100)), ("fresh", now)] {
        let entry = TmchEntry { name: label.into(), key: "k".into(), inserted_micros: inserted.micros() };
        let load = TmchLoad { list: ByName(TmchList::Dnl), shard: shard(label), entries: vec![entry] };
        operate(&mut world, OperatorCommand::TmchLoad(load)).expect("new");
    }
    let (not_after, accepted) = (now.plus_days(1), now.plus_days(-1));
    let seconds = not_after.micros() / 1_000_000;
    let id = format!("{:08x}7", crc32fast::hash(format!("mark{seconds}7").as_bytes()));
    let notice = GivenNotice { id: id.clone(), validator: None, not_after: Some(not_after), accepted: Some(accepted) };
    let claimed = |accepted| {
        let phase = Phase { kind: PhaseKind::Claims, name: String::new() };
        let notices = vec![GivenNotice { accepted: Some(accepted), ..notice.clone() }];
        let launch = LaunchCreate { phase, object: None, marks: GivenMarks::Codes(Vec::new()), notices };
        Transform::DomainCreate(DomainCreate { launch: Some(Box::new(launch)), ..minimum("mark.test") })
    };
    assert_eq!(world.code(A, &claimed(now.plus_days(-3))), 2306, "the plan has two days");
    assert_eq!(world.code(A, &claimed(accepted)), 1000);
    assert_eq!(world.code(B, &Transform::DomainCreate(minimum("fresh.test"))), 1000);
    assert_eq!(world.code(B, &Transform::DomainCreate(minimum("free.test"))), 1000);
    let phase = Phase { kind: PhaseKind::Claims, name: String::new() };
    let (marks, notices) = (GivenMarks::Codes(Vec::new()), vec![notice_of("needless", now)]);
    let launch = Some(Box::new(LaunchCreate { phase, object: None, marks, notices }));
    assert_eq!(world.code(A, &Transform::DomainCreate(DomainCreate { launch, ..minimum("needless.test") })), 1000);
    invariants::check(&world.memory, world.now).expect("whole");
    let line = |number| world.memory.record::<LordnLine>(&key::lordn_line("test", LordnKind::Claims, number));
    let first = line(1).expect("to report");
    assert_eq!((first.name.as_str(), first.proof.as_str()), ("mark.test", id.as_str()));
    assert_eq!(first.accepted.as_ref().map(|accepted| accepted.get()), Some(accepted));
    assert_eq!((first.iana_id.as_ref().map(|id| id.to_native()), first.applied.is_none()), (Some(9995), true));
    let second = line(2).expect("to report");
    assert_eq!((second.name.as_str(), second.proof.as_str()), ("fresh.test", ""));
    assert!(line(3).is_none(), "no mark, with or without a notice: nothing to report");
    let origin = world.memory.domain("mark.test").expect("there").launch.as_ref().expect("launched");
    assert_eq!((origin.phase.get(), origin.notices.len()), (PhaseKind::Claims, 1));
}

/// A signed mark of the label, that holds at `now`.
fn smd_of(label: &str, now: Timestamp) -> GivenMarks {
    let (id, labels) = (format!("0000-{}", label.len()), vec![label.into()]);
    let (not_before, not_after, mark) = (now.plus_days(-1), now.plus_days(1), Mark::default());
    GivenMarks::Valid(vec![SignedMark { id, labels, not_before, not_after, mark }])
}

/// The notice of the label, accepted at `now`.
fn notice_of(label: &str, now: Timestamp) -> GivenNotice {
    let not_after = now.plus_days(1);
    let seconds = not_after.micros() / 1_000_000;
    let id = format!("{:08x}7", crc32fast::hash(format!("{label}{seconds}7").as_bytes()));
    GivenNotice { id, validator: None, not_after: Some(not_after), accepted: Some(now) }
}

/// Names and proofs of the lines.
fn reported(world: &World, tld: &str, kind: LordnKind) -> Vec<(String, String)> {
    let line = |number| world.memory.record::<LordnLine>(&key::lordn_line(tld, kind, number));
    (1..).map_while(line).map(|line| (line.name.to_string(), line.proof.to_string())).collect()
}

/// All rows of RFC 9361, table 1, as far as they are registered, and that of a label that became eligible meanwhile.
#[test]
fn a_qualified_launch_asks_for_signed_marks_of_eligible_labels_and_reports_each_name_once() {
    let mut world = world();
    let qualified = |tld: &str| LaunchPhaseSet {
        name: "qlp".into(),
        signed_mark_if_listed: true,
        notices: true,
        applications: tld == "example",
        ..set(tld, PhaseKind::Custom)
    };
    for tld in ["test", "example"] {
        operate(&mut world, OperatorCommand::LaunchPhaseSet(qualified(tld))).expect("a new phase");
    }
    let now = world.now.trunc_millis();
    let load = |world: &mut World, list, label: &str| {
        let entry = TmchEntry { name: label.into(), key: "k".into(), inserted_micros: now.plus_days(-9).micros() };
        let load = TmchLoad { list: ByName(list), shard: shard(label), entries: vec![entry] };
        operate(world, OperatorCommand::TmchLoad(load)).expect("new");
    };
    for (list, label) in [
        (TmchList::Surl, "sure"),
        (TmchList::Surl, "both"),
        (TmchList::Dnl, "both"),
        (TmchList::Dnl, "claim"),
        (TmchList::Dnl, "marked"),
    ] {
        load(&mut world, list, label);
    }
    let (smd, none) = (|label: &str| smd_of(label, now), || GivenMarks::Codes(Vec::new()));
    let notice = |label: &str| notice_of(label, now);
    let asked = |name: &str, marks: GivenMarks, notices: Vec<GivenNotice>, create: fn(&str) -> DomainCreate| {
        let phase = Phase { kind: PhaseKind::Custom, name: "qlp".into() };
        let launch = LaunchCreate { phase, object: None, marks, notices };
        Transform::DomainCreate(DomainCreate { launch: Some(Box::new(launch)), ..create(name) })
    };
    for (name, marks, notices, code) in [
        ("sure.test", none(), vec![], 2306),
        ("sure.test", smd("other"), vec![], 2306),
        ("sure.test", smd("sure"), vec![], 1000),
        ("both.test", none(), vec![notice("both")], 2306),
        ("both.test", smd("both"), vec![], 1000),
        ("claim.test", none(), vec![], 2306),
        ("claim.test", none(), vec![notice("claim")], 1000),
        ("marked.test", smd("marked"), vec![], 2306),
        ("marked.test", smd("marked"), vec![notice("marked")], 1000),
        ("free.test", none(), vec![], 1000),
    ] {
        assert_eq!(world.code(A, &asked(name, marks, notices, minimum)), code, "{name}");
    }
    assert_eq!(world.code(A, &asked("late.example", none(), vec![], maximum)), 1001);
    load(&mut world, TmchList::Surl, "late");
    let id = world.memory.applications("late.example").next().expect("there").id.to_string();
    operate(&mut world, OperatorCommand::LaunchAllocate(LaunchAllocate { id, keep_others: false })).expect("running");
    let lines = |tld: &str, kind| reported(&world, tld, kind);
    let pair = |name: &str, proof: &str| (name.to_owned(), proof.to_owned());
    assert_eq!(lines("test", LordnKind::Sunrise), [pair("sure.test", "0000-4"), pair("both.test", "0000-4")]);
    let claims = [pair("claim.test", &notice("claim").id), pair("marked.test", &notice("marked").id)];
    assert_eq!(lines("test", LordnKind::Claims), claims);
    assert_eq!(lines("example", LordnKind::Sunrise), [pair("late.example", "99999-99999")]);
    assert!(lines("example", LordnKind::Claims).is_empty());
}
