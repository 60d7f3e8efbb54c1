//! Whole races against a small registry that misbehaves as it is told.

use std::time::Duration;

use clap::Parser as _;

use super::*;
use crate::stub::{Manners, Stub};
use crate::verdict::Judgement;

const ALL: [&str; 6] = ["registrar-a", "registrar-b", "registrar-c", "registrar-d", "registrar-e", "registrar-f"];
/// Deletes are answered 1000.
const AT_ONCE: Manners =
    Manners { asleep: Duration::ZERO, refuses: None, ignores: None, lies: None, hangs_up: None, deleted: Some(1000) };

fn args(stub: &Stub, more: &[&str]) -> Args {
    let target = stub.target().display().to_string();
    let first = ["domesday-loadtest", "--target", &target, "--scenario", "drop", "--duration", "1"];
    Args::try_parse_from(first.iter().chain(more)).expect("arguments")
}

/// A race without bystanders.
fn race(args: &Args) -> Result<Report, String> {
    let target = args.target()?;
    let event = Event::plan(args, &target)?;
    let (fall, before) = event.prepare(args)?;
    let mut field = Field::muster(event.race.clone(), event.racers.clone(), fall, MUSTER)?;
    field.run(Duration::from_secs(20))?;
    event.report(field.leave()?, before.as_deref())
}

#[test]
fn each_name_has_one_winner_and_all_is_counted() {
    let stub = Stub::start_for(AT_ONCE, &ALL);
    let more = ["--names", "40", "--sessions", "registrar-c=3,registrar-d=3,registrar-e=1", "--pipeline", "2"];
    let report = race(&args(&stub, &more)).expect("a race");
    assert_eq!((report.won, report.left, report.wrong.as_slice()), (40, 0, &[][..]), "{report}");
    let racers: Vec<_> = report.racers.iter().map(|row| (row.clid.as_str(), row.sessions)).collect();
    assert_eq!(racers, [("registrar-c", 3), ("registrar-d", 3), ("registrar-e", 1)]);
    assert_eq!(report.owner.as_deref(), Some("registrar-a"));
    assert_eq!(report.racers.iter().map(|row| row.won).sum::<u64>(), 40);
    for row in &report.racers {
        assert_eq!((row.sent, row.served, row.unanswered), (row.served, row.won + row.lost, 0), "{report}");
        assert!(row.lost > 20, "they ask from a second before the fall: {report}");
    }
    assert!(report.lasted_ms > 1000.0 && report.last_win_ms.expect("a win") > 0.0, "{report}");
    let after_win = report.lasted_ms - 1000.0 - report.last_win_ms.expect("a win");
    assert!((-0.001..1000.0).contains(&after_win), "it ends with the last answer: {report}");
    assert!(report.fell_ms.expect("they were deleted") > 0.0, "{report}");
    let since: u64 = report.racers.iter().map(|row| row.served_since).sum();
    assert!(since >= 40 && since < report.racers.iter().map(|row| row.served).sum(), "{report}");
    let json = report.json().expect("JSON");
    assert!(json.contains("\"won\":40") && json.contains("\"jain_served\""), "{json}");
}

#[test]
fn who_is_served_more_when_the_names_fall_is_seen_beside_a_fair_second_before() {
    let stub = Stub::start_for(AT_ONCE, &ALL);
    let more = ["--names", "40", "--as", "registrar-c,registrar-d", "--attackers", "4"];
    let mut report = race(&args(&stub, &more)).expect("a race");
    let code = |report: &Report| report.code(Judgement::InPeace);
    (report.jain_served, report.jain_since, report.jain_since_low) = (Some(0.999), Some(0.95), Some(0.94));
    assert_eq!(code(&report), 0, "{report}");
    report.jain_since_low = Some(0.96);
    assert_eq!(code(&report), 1);
    assert!(report.to_string().ends_with("THE RACE WAS NOT FAIR"), "{report}");
    (report.jain_served, report.jain_since_low) = (Some(0.98), Some(0.94));
    assert_eq!(code(&report), 1);
}

#[test]
fn nobody_races_alone() {
    let stub = Stub::start_for(AT_ONCE, &ALL);
    for more in [&["--as", "registrar-c"][..], &["--sessions", "registrar-c=3"], &["--attackers", "1"]] {
        let refused = race(&args(&stub, &[more, &["--names", "3"]].concat())).expect_err("one racer");
        assert!(refused.contains("only registrar-c races") && refused.contains("--as"), "{more:?}: {refused}");
    }
}

#[test]
fn a_win_that_was_none_is_found() {
    let stub = Stub::start_for(Manners { lies: Some("-1-7"), ..AT_ONCE }, &ALL);
    let more = ["--names", "30", "--as", "registrar-c,registrar-d", "--attackers", "4"];
    let report = race(&args(&stub, &more)).expect("a race");
    let [found, early] = report.wrong.as_slice() else { panic!("{report}") };
    // The race ends when all others are taken; by then the one who got it in truth has asked for it, or not.
    let says = [
        "it was won 2 times, by registrar-c, registrar-d, and is registrar-d's",
        "was told that it is his, and it is nobody's",
    ];
    assert!(says.iter().any(|says| found.contains(says)), "{report}");
    assert!(early.contains("before it was deleted"), "{report}");
    assert_eq!(report.code(Judgement::InPeace), 1);
    assert!(report.to_string().ends_with("DID NOT HOLD TO WHAT IT TOLD"), "{report}");
}

#[test]
fn sessions_that_are_lost_come_again_and_what_they_asked_is_unanswered() {
    let stub = Stub::start_for(Manners { hangs_up: Some("-99"), ..AT_ONCE }, &ALL);
    let more = ["--names", "30", "--as", "registrar-c,registrar-d", "--attackers", "4"];
    let report = race(&args(&stub, &more)).expect("a race");
    assert_eq!((report.won, report.wrong.as_slice()), (30, &[][..]), "{report}");
    for row in &report.racers {
        assert!(row.unanswered > 1 && row.sent == row.served + row.unanswered, "{report}");
    }
}

#[test]
fn a_registry_that_keeps_deleted_names_is_told_of_before_the_race() {
    let stub = Stub::start_for(Manners { deleted: Some(1001), ..AT_ONCE }, &ALL);
    let refused = race(&args(&stub, &["--names", "3"])).expect_err("1001");
    assert!(refused.contains("--names-file"), "{refused}");
}

#[test]
fn names_fall_by_themselves_at_their_time() {
    let stub = Stub::start_for(AT_ONCE, &ALL);
    let target = Target::read(&stub.target()).expect("a target");
    let clerk = |what: &str| {
        let peer = bench::epp_peer(&target, &target.registrars[0]).expect("a peer");
        Clerk::open(&peer, &frames::login("registrar-a", "x"), what.to_owned()).expect("sessions")
    };
    let names: Vec<String> = (0..20).map(|number| format!("falls-{number}.test")).collect();
    let (falls, stays) = names.split_at(15);
    let mut owner = clerk("registers");
    owner.register(&names).expect("free names");
    let file = stub.file("names");
    std::fs::write(&file, names.join("\n")).expect("a file");
    let file = file.display().to_string();
    let in_seconds = |seconds| {
        let at = SystemTime::now() + Duration::from_secs(seconds);
        OffsetDateTime::from(at).format(&Rfc3339).expect("a moment")
    };
    let racers = ["--as", "registrar-c,registrar-d", "--attackers", "4", "--names-file", &file, "--at"];
    let refused = race(&args(&stub, &[&racers[..], &[&in_seconds(3)]].concat())).expect_err("too soon");
    assert!(refused.contains("expected more than 5 s"), "{refused}");

    let (at, deletes) = (in_seconds(7), falls.to_vec());
    let left = SystemTime::from(OffsetDateTime::parse(&at, &Rfc3339).expect("a moment"));
    let falling = std::thread::spawn(move || {
        std::thread::sleep(left.duration_since(SystemTime::now()).unwrap_or_default());
        owner.delete(&deletes)
    });
    let args = args(&stub, &[&racers[..], &[&at]].concat());
    let event = Event::plan(&args, &target).expect("an event");
    let (fall, before) = event.prepare(&args).expect("a fall");
    let mut field = Field::muster(event.race.clone(), event.racers.clone(), fall, MUSTER).expect("a field");
    field.run(Duration::from_secs(1)).expect("a race");
    let course = field.leave().expect("its end");
    falling.join().expect("no panic").expect("deletes");
    let report = event.report(course, before.as_deref()).expect("a report");
    assert_eq!((report.won, report.left, report.wrong.as_slice()), (15, 0, &[][..]), "{report}");
    assert_eq!(report.elsewhere.get("registrar-a"), Some(&(stays.len() as u64)), "{report}");
    assert!(report.fell_ms.is_none() && report.last_win_ms.expect("wins") < 1000.0, "{report}");
}

#[test]
fn a_race_says_how_many_sessions_by_one_option() {
    let each: Sessions = "registrar-c=5".parse().expect("sessions");
    assert_eq!(sessions(&SESSIONS, None), Ok(Sessions::All(1000)));
    assert_eq!(sessions(&SESSIONS, Some(30)), Ok(Sessions::All(30)));
    assert_eq!(sessions(&each, None), Ok(each.clone()));
    assert!(sessions(&each, Some(30)).is_err() && sessions(&Sessions::All(20), None).is_err());
}
