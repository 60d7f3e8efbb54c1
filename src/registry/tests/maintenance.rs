//! Maintenance: judged, told to every registrar, and read.

use crate::model::answer::Answer;
use crate::model::command::Query;
use crate::model::operator::{MaintenanceRemove, MaintenanceSpec, OperatorCommand, RegistrarTerminate};
use crate::model::poll_data::ArchivedPollData;
use crate::model::view::View;
use crate::registry::invariants;
use crate::registry::testing::{A, B, C, World, code};

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
            Some((news.name(), event.description.as_ref().map_or_else(String::new, ToString::to_string)))
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
        description: Some("It takes longer.".into()),
        end_micros: Some(world.now.plus_days(12).micros()),
        ..MaintenanceSpec::default()
    };
    world.operate(&OperatorCommand::MaintenanceSet(longer)).expect("good");
    let event = world.memory.maintenance("upgrade").expect("there");
    assert_eq!((event.systems.len(), event.updated.is_some()), (2, true), "what is not named stays");
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
    let rows: [(&str, Edit, &str); 14] = [
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
        ("no URI", |spec| spec.detail = Some("see below".into()), "detail: expected an http"),
        ("environment", |spec| spec.environment = Some("Our own".into()), "environment: expected"),
        ("TLD", |spec| spec.tlds = Some(vec!["shop".into()]), "there is no TLD"),
        ("two lines", |spec| spec.description = Some("a\nb".into()), "description: expected one line"),
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
        types: Some(vec!["Routine Maintenance".into()]),
        ..spec(&world)
    };
    world.operate(&OperatorCommand::MaintenanceAdd(full)).expect("good");
}
