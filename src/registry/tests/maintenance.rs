//! Maintenance: judged, told to every registrar, and read.

use crate::base::limits::MAINTENANCE_TOLD;
use crate::base::timestamp::Timestamp;
use crate::model::answer::Answer;
use crate::model::command::Query;
use crate::model::operator::{MaintenanceRemove, MaintenanceSpec, OperatorCommand, RegistrarTerminate};
use crate::model::poll_data::ArchivedPollData;
use crate::model::record::{Kind, Registrar};
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::testing::{A, B, C, World, code};
use crate::registry::{checks, due, invariants};

fn spec(world: &World) -> MaintenanceSpec {
    MaintenanceSpec {
        id: "upgrade".into(),
        systems: Some(vec!["EPP=full@epp.example.net".into(), "RDAP=none".into()]),
        start_micros: Some(world.now.plus_days(10).micros()),
        end_micros: Some(world.now.plus_days(11).micros()),
        ..MaintenanceSpec::default()
    }
}

/// The news in a registrar's queue, with the description of each.
fn news(world: &World, clid: &str) -> Vec<(&'static str, String)> {
    invariants::check(&world.memory, world.now).expect("whole");
    let next = world.memory.poll_queue(clid).map_or(1, |queue| queue.next.to_native());
    let messages = (1..next).filter_map(|number| world.memory.poll_message(clid, number));
    let told = messages.filter_map(|message| match message.data.as_ref() {
        Some(ArchivedPollData::Maintenance { news, event }) => {
            Some((news.name(), event.descriptions.first().map_or_else(String::new, |first| first.written())))
        }
        _ => None,
    });
    told.collect()
}

fn listed(world: &World) -> Vec<String> {
    let query = Query::MaintenanceInfo { id: None };
    let Ok((_, Answer::MaintenanceList(events))) = world.ask(B, &query) else { panic!("a list") };
    events.iter().map(|event| event.id.to_string()).collect()
}

#[test]
fn every_registrar_is_told_what_comes_changes_and_does_not_come() {
    let mut world = World::new();
    world.operate(&OperatorCommand::RegistrarTerminate(RegistrarTerminate { clid: C.into() })).expect("there");
    let add = spec(&world);
    world.operate(&OperatorCommand::MaintenanceAdd(add.clone())).expect("good");
    assert!(world.operate(&OperatorCommand::MaintenanceAdd(add)).is_err(), "it is there");
    let same = MaintenanceSpec { id: "upgrade".into(), emergency: Some(false), ..MaintenanceSpec::default() };
    assert!(world.operate(&OperatorCommand::MaintenanceSet(same)).is_err(), "nothing to do");
    let longer = MaintenanceSpec {
        id: "upgrade".into(),
        descriptions: Some(vec!["It takes longer.".into()]),
        end_micros: Some(world.now.plus_days(12).micros()),
        ..MaintenanceSpec::default()
    };
    world.operate(&OperatorCommand::MaintenanceSet(longer)).expect("good");
    let event = world.memory.maintenance("upgrade").expect("there");
    assert_eq!((event.event.systems.len(), event.event.updated.is_some()), (2, true), "what is not named stays");
    let gone = || OperatorCommand::MaintenanceRemove(MaintenanceRemove { id: "upgrade".into() });
    world.operate(&gone()).expect("there");
    assert!(world.operate(&gone()).is_err(), "it is gone");
    let expected = [("create", ""), ("update", "It takes longer."), ("delete", "It takes longer.")];
    for clid in [A, B] {
        let found = news(&world, clid);
        assert_eq!(found.iter().map(|(news, text)| (*news, text.as_str())).collect::<Vec<_>>(), expected);
    }
    assert_eq!(news(&world, C), []);
}

#[test]
fn what_is_over_is_listed_no_more_and_no_news_when_it_goes() {
    let mut world = World::new();
    world.operate(&OperatorCommand::MaintenanceAdd(spec(&world))).expect("good");
    world.operate(&OperatorCommand::MaintenanceAdd(MaintenanceSpec { id: "a".into(), ..spec(&world) })).expect("good");
    assert_eq!(listed(&world), ["a", "upgrade"]);
    world.now = world.now.plus_days(11);
    assert_eq!(listed(&world), [] as [&str; 0]);
    assert_eq!(code(&world.ask(A, &Query::MaintenanceInfo { id: Some("a".into()) })), 1000);
    world.operate(&OperatorCommand::MaintenanceRemove(MaintenanceRemove { id: "a".into() })).expect("there");
    assert_eq!(code(&world.ask(A, &Query::MaintenanceInfo { id: Some("a".into()) })), 2303);
    assert_eq!(news(&world, A).len(), 2, "two that came");
}

#[test]
fn events_are_judged() {
    let mut world = World::new();
    type Edit = fn(&mut MaintenanceSpec);
    let rows: [(&str, Edit, &str); 27] = [
        ("identifier", |spec| spec.id = "An event".into(), "id: expected 1 to 32"),
        ("no systems", |spec| spec.systems = None, "systems: expected"),
        ("none of them", |spec| spec.systems = Some(Vec::new()), "systems: expected one at least"),
        ("no impact", |spec| spec.systems = Some(vec!["EPP".into()]), "systems: expected NAME=IMPACT"),
        ("another impact", |spec| spec.systems = Some(vec!["EPP=some".into()]), "systems: expected NAME=IMPACT"),
        ("no host", |spec| spec.systems = Some(vec!["EPP=full@a_b".into()]), "systems: expected NAME=IMPACT"),
        ("no start", |spec| spec.start_micros = None, "start: expected"),
        ("no end", |spec| spec.end_micros = None, "end: expected what every event has"),
        ("no span", |spec| spec.end_micros = spec.start_micros, "end: expected a moment after the start"),
        ("no moment", |spec| spec.end_micros = Some(i64::MAX), "end: expected a moment from 1970"),
        ("no URI", |spec| spec.detail = Some("see below".into()), "detail: expected an absolute http"),
        ("another scheme", |spec| spec.detail = Some("httpx://a.example/".into()), "detail: expected an absolute"),
        ("no authority", |spec| spec.detail = Some("https:a.example".into()), "detail: expected an absolute"),
        ("no host", |spec| spec.detail = Some("https:///a".into()), "detail: expected an absolute"),
        ("no escape", |spec| spec.detail = Some("https://a.example/%4".into()), "detail: expected an absolute"),
        ("beyond ASCII", |spec| spec.detail = Some("https://a.example/é".into()), "detail: expected an absolute"),
        ("no language", |spec| spec.descriptions = Some(vec!["@d3:text".into()]), "description: expected a text"),
        ("no colon", |spec| spec.descriptions = Some(vec!["@de".into()]), "description: expected a text"),
        ("another type", |spec| spec.descriptions = Some(vec!["@de/xml:a".into()]), "description: expected a text"),
        ("HTML type", |spec| spec.types = Some(vec!["@de/html:a".into()]), "types: expected words"),
        ("no minutes", |spec| spec.courtesy_minutes = Some(vec![0]), "courtesy: expected 1 minute"),
        ("years", |spec| spec.courtesy_minutes = Some(vec![600_000]), "courtesy: expected 1 minute"),
        ("nine", |spec| spec.courtesy_minutes = Some((1..10).collect()), "courtesy: expected 8 reminders"),
        ("too long", |spec| spec.descriptions = Some(vec!["a".repeat(2000); 9]), "the event has 18"),
        ("environment", |spec| spec.environment = Some("Our own".into()), "environment: expected"),
        ("TLD", |spec| spec.tlds = Some(vec!["shop".into()]), "there is no TLD"),
        ("two lines", |spec| spec.descriptions = Some(vec!["a\nb".into()]), "description: expected one line"),
    ];
    for (case, edit, expected) in rows {
        let mut spec = spec(&world);
        edit(&mut spec);
        let refusal = world.operate(&OperatorCommand::MaintenanceAdd(spec)).expect_err(case).to_string();
        assert!(refusal.starts_with(expected), "{case}: {refusal}");
    }
    let full = MaintenanceSpec {
        detail: Some("https://registry.example/notice?1".into()),
        environment: Some("marketing".into()),
        tlds: Some(vec!["test".into()]),
        connection: Some(true),
        types: Some(vec!["Routine Maintenance".into(), "@de:Wartung".into()]),
        descriptions: Some(vec!["a: b".into(), "@de-CH:Freitext".into(), "@en/html:<b>c</b>".into(), String::new()]),
        ..spec(&world)
    };
    world.operate(&OperatorCommand::MaintenanceAdd(full)).expect("good");
    let event = &world.memory.maintenance("upgrade").expect("there").event;
    let written: Vec<String> = event.descriptions.iter().map(|found| found.written()).collect();
    assert_eq!(written, ["a: b", "@de-CH:Freitext", "@en/html:<b>c</b>"]);
    assert_eq!(
        event.types.iter().map(|found| found.written()).collect::<Vec<_>>(),
        ["Routine Maintenance", "@de:Wartung"]
    );
}

/// The steps that are taken until then, with their moments as hours before the start.
fn passed(world: &mut World, start: Timestamp, to: Timestamp) -> Vec<(i64, &'static str)> {
    let steps = world.pass(to).into_iter().filter(|(_, name)| name.starts_with("maint"));
    steps.map(|(at, name)| ((start.micros() - at.micros()).div_euclid(3_600_000_000), name)).collect()
}

#[test]
fn registrars_are_reminded_once_before_it_begins_and_told_once_that_it_is_over() {
    let mut world = World::new();
    let start = world.now.plus_days(10);
    let add = MaintenanceSpec { courtesy_minutes: Some(vec![60, 7 * 24 * 60, 30 * 24 * 60]), ..spec(&world) };
    world.operate(&OperatorCommand::MaintenanceAdd(add)).expect("good");
    let until = |days| start.plus_days(days);
    assert_eq!(passed(&mut world, start, until(0)), [(168, "maint:courtesy"), (1, "maint:courtesy")]);
    assert!(world.memory.maintenance("upgrade").expect("there").event.updated.is_none(), "nothing has changed");
    assert_eq!(passed(&mut world, start, until(2)), [(-24, "maint:end")]);
    assert_eq!(passed(&mut world, start, until(9)), []);
    let told = |world: &World| news(world, A).into_iter().map(|(news, _)| news).collect::<Vec<_>>();
    assert_eq!(told(&world), ["create", "courtesy", "courtesy", "end"]);

    // Moved, it is announced and reminded of anew; without reminders it ends in silence.
    let start = world.now.plus_days(3);
    let moved = MaintenanceSpec {
        id: "upgrade".into(),
        start_micros: Some(start.micros()),
        end_micros: Some(start.plus_days(1).micros()),
        tells_end: Some(false),
        ..MaintenanceSpec::default()
    };
    world.operate(&OperatorCommand::MaintenanceSet(moved)).expect("good");
    assert_eq!(passed(&mut world, start, start.plus_days(2)), [(1, "maint:courtesy")]);
    assert_eq!(told(&world)[4..], ["update", "courtesy"]);
    let quiet = MaintenanceSpec { id: "upgrade".into(), courtesy_minutes: Some(vec![]), ..MaintenanceSpec::default() };
    world.operate(&OperatorCommand::MaintenanceSet(quiet)).expect("good");
    assert_eq!(told(&world).len(), 6, "when they are reminded is no news");
}

#[test]
fn a_reminder_that_comes_too_late_is_left_out() {
    let mut world = World::new();
    let add = MaintenanceSpec { courtesy_minutes: Some(vec![60, 120]), ..spec(&world) };
    world.operate(&OperatorCommand::MaintenanceAdd(add)).expect("good");
    let late = world.now.plus_days(12);
    let mut steps = Vec::new();
    while let Some((_, step)) = due::decide(&world.memory, Kind::Maintenance, b"upgrade", late, "SV").expect("whole") {
        steps.push((step.command, step.changes.len()));
        world.put(step.changes);
    }
    assert_eq!(steps, [("maint:courtesy-late", 1), ("maint:courtesy-late", 1), ("maint:end", 4)]);
}

#[test]
fn more_registrars_than_a_transaction_tells_are_told_by_several() {
    let mut world = World::new();
    let blank = checks::native::<Registrar>(world.memory.registrar(A).expect("there"));
    let count = 2 * MAINTENANCE_TOLD;
    let more = (0..count)
        .map(|n| Change::PutRegistrar(Registrar { clid: format!("m{n:05}"), iana_id: None, ..blank.clone() }));
    world.put(more.collect());
    let queue = |world: &World, clid: &str| world.memory.poll_queue(clid).map_or(0, |queue| queue.next.to_native() - 1);
    let total = |world: &World| (0..count).map(|n| queue(world, &format!("m{n:05}"))).collect::<Vec<_>>();
    world.operate(&OperatorCommand::MaintenanceAdd(spec(&world))).expect("good");
    let first = total(&world).iter().sum::<u64>();
    assert!((1..=MAINTENANCE_TOLD as u64).contains(&first), "{first}");
    let gone = OperatorCommand::MaintenanceRemove(MaintenanceRemove { id: "upgrade".into() });
    let refusal = world.operate(&gone).expect_err("not all are told").to_string();
    assert!(refusal.contains("still being told"), "{refusal}");
    let now = world.now;
    assert_eq!(world.pass(now).iter().map(|(_, name)| *name).collect::<Vec<_>>(), ["maint:tell"; 2]);
    assert_eq!(total(&world), vec![1; count]);
    world.operate(&gone).expect("all are told");
    assert_eq!(listed(&world), [] as [&str; 0]);
    assert_eq!(code(&world.ask(A, &Query::MaintenanceInfo { id: Some("upgrade".into()) })), 2303);
    assert!(world.operate(&OperatorCommand::MaintenanceAdd(spec(&world))).is_err(), "the old one is still told of");
    world.pass(now);
    assert_eq!(total(&world), vec![2; count]);
    assert!(world.memory.maintenance("upgrade").is_none());
    world.operate(&OperatorCommand::MaintenanceAdd(spec(&world))).expect("free again");
}
