//! The whole engine against a small registry that misbehaves as it is told.

use clap::Parser as _;

use super::share;
use crate::args::Args;
use crate::results::{Point, Results};
use crate::run::run;
use crate::scenario::Load;
use crate::stub::{Manners, Stub};

fn args(stub: &Stub, more: &[&str]) -> Args {
    let target = stub.target().display().to_string();
    let first = ["domesday-loadtest", "--target", &target, "--population", "20", "--warmup", "0"];
    Args::try_parse_from(first.iter().chain(more)).expect("arguments")
}

#[test]
fn each_core_has_sessions_of_each_registrar() {
    let sessions = [5, 2, 3];
    for parts in 1..=2 {
        let all: Vec<Vec<usize>> = (0..parts).map(|part| share(&sessions, part, parts)).collect();
        for (account, count) in sessions.iter().enumerate() {
            let of_each = all.iter().map(|own| own.iter().filter(|other| **other == account).count());
            assert!(of_each.clone().all(|count| count > 0), "{all:?}");
            assert_eq!(of_each.sum::<usize>(), *count, "{all:?}");
        }
    }
}

#[test]
fn a_server_that_sleeps_a_tenth_of_each_second_cannot_hide_it() {
    let manners = Manners { asleep: std::time::Duration::from_millis(100), ..Manners::default() };
    let stub = Stub::start(manners);
    let open = run(&args(&stub, &["--rate", "400", "--duration", "4"]), Load::Check).expect("results");
    let check = &open.series[0];
    assert_eq!((check.count, check.times.count, check.errors.len()), (1600, 1600, 0), "{:?}", check.errors);
    assert!(check.times.p50_ns < 50_000_000, "nine of ten commands are due while it is awake: {:?}", check.times);
    assert!(check.times.p99_ns > 50_000_000, "one of twenty waits for half of the sleep or more: {:?}", check.times);
    assert!(check.times.max_ns > 90_000_000, "{:?}", check.times);
    let asleep = |point: &&Point| point.commands.iter().any(|slice| slice.times.max_ns > 80_000_000);
    assert!(open.timeline.iter().filter(asleep).count() >= 3, "the sleep of each second: {:?}", open.timeline);
    assert!(open.served.is_empty(), "an open loop deals out what is due");

    // Of Poisson arrivals the same is felt.
    let more = ["--rate", "400", "--duration", "4", "--arrivals", "poisson"];
    let poisson = run(&args(&stub, &more), Load::Check).expect("results");
    let check = &poisson.series[0];
    assert!((1400..1800).contains(&check.count) && check.times.p99_ns > 50_000_000, "{:?}", check.times);

    let closed = ["--closed", "--sessions", "1", "--duration", "4"];
    let closed = run(&args(&stub, &closed), Load::Check).expect("results");
    let check = &closed.series[0];
    assert!(check.count > 500, "{}", check.count);
    assert!(check.times.max_ns > 80_000_000, "it felt the sleep: {:?}", check.times);
    assert!(check.times.p99_ns < 50_000_000, "but it asked nothing meanwhile: {:?}", check.times);
    assert_eq!(closed.served[0].answered, check.count);
    let traffic = closed.traffic.expect("traffic");
    assert_eq!(traffic.answered, check.count);
    assert!(traffic.asked_octets > 200 * check.count && traffic.answered_octets > 50 * check.count, "{traffic:?}");
}

#[test]
fn a_run_has_a_floor_of_its_own_octets_and_tells_its_own_lateness() {
    let manners = Manners { asleep: std::time::Duration::from_millis(100), ..Manners::default() };
    let stub = Stub::start(manners);
    for (more, sessions) in [(["--rate", "200"], 1), (["--closed", "--pipeline=1"], 3)] {
        let more = [&more[..], &["--sessions", "3", "--duration", "2", "--floor"]].concat();
        let results = run(&args(&stub, &more), Load::Check).expect("results");
        let (floor, traffic) = (results.floor.expect("measured"), results.traffic.expect("counted"));
        assert_eq!(floor.sessions, sessions, "{more:?}");
        assert!(floor.request.abs_diff(traffic.asked_octets / traffic.answered) <= 1, "{floor:?} of {traffic:?}");
        assert!(floor.answer.abs_diff(traffic.answered_octets / traffic.answered) <= 1, "{floor:?} of {traffic:?}");
        assert!(floor.rate > 0 && floor.cpu_ns > 0 && floor.times.count > 0, "{floor:?}");
        let Some(late) = results.late else {
            assert_eq!(sessions, 3, "only a closed loop is never late");
            continue;
        };
        assert_eq!((sessions, late.count), (1, 400), "each that was due");
        assert!(results.series[0].times.max_ns > 90_000_000, "the server slept");
        assert!(late.p90_ns < 50_000_000, "which is not the tester's lateness: {late:?}");
    }
}

#[test]
fn lies_refusals_and_silence_are_counted_and_the_files_tell_the_same() {
    let manners = Manners { refuses: Some("-17"), ignores: Some("-29"), lies: Some("-11"), ..Manners::default() };
    let stub = Stub::start(manners);
    let [json, hdr, html] = ["json", "hdr", "html"].map(|kind| stub.file(&format!("results.{kind}")));
    let text = |path: &std::path::Path| path.display().to_string();
    let (json, hdr, html) = (text(&json), text(&hdr), text(&html));
    let more = ["--rate", "30", "--duration", "1", "--json", &json, "--hdr", &hdr, "--html", &html];
    let args = args(&stub, &more);
    let results = run(&args, Load::Check).expect("results");
    let check = &results.series[0];
    let errors: Vec<_> = check.errors.iter().map(|(what, count)| (what.as_str(), *count)).collect();
    assert_eq!(errors.len(), 3, "{errors:?}");
    assert!(errors.contains(&("answered 2400", 1)) && errors.contains(&("not answered", 1)), "{errors:?}");
    assert_eq!((check.count, check.times.count), (30, 28), "a refusal and a lie have no time");
    assert_eq!(args.output.show(&results), Ok(false));
    assert_eq!(Results::read(json.as_ref()).expect("JSON"), results);
    assert!(std::fs::read_to_string(&hdr).expect("a log").contains("\nTag=check,"));
    assert!(std::fs::read_to_string(&html).expect("a page").contains("<td>check: answered 2400</td><td>1</td>"));
}

#[test]
fn what_is_due_when_all_sessions_are_lost_is_not_answered() {
    let stub = Stub::start(Manners { hangs_up: Some("-5"), ..Manners::default() });
    let more = ["--rate", "50", "--duration", "1", "--sessions", "1"];
    let results = run(&args(&stub, &more), Load::Check).expect("results");
    let check = &results.series[0];
    assert_eq!((check.count, check.errors["not answered"]), (50, 45));
    assert_eq!(results.lost.values().sum::<u64>(), 1);
}

#[test]
fn logins_are_whole_connections_and_logouts_are_counted_beside() {
    let stub = Stub::start(Manners::default());
    let results = run(&args(&stub, &["--rate", "40", "--duration", "1", "--mix", "check=1,login=1"]), Load::Mixed);
    let results = results.expect("results");
    let count =
        |name: &str| results.series.iter().find(|series| series.command == name).map_or(0, |series| series.count);
    assert_eq!(count("check") + count("login"), 40);
    assert!(count("login") > 5);
    assert_eq!(count("logout"), count("login"));
    assert!(results.series.iter().all(|series| series.errors.is_empty()), "{results:?}");
    let refused = run(&args(&stub, &["--closed", "--mix", "login=1"]), Load::Mixed).expect_err("sessions stay");
    assert!(refused.contains("--rate"), "{refused}");
}

#[test]
fn commands_that_were_not_possible_are_told() {
    let stub = Stub::start(Manners::default());
    let run_of = |mix| run(&args(&stub, &["--rate", "100", "--duration", "1", "--mix", mix]), Load::Mixed);
    let results = run_of("delete=1").expect("results");
    let [create, delete] = results.draws.as_slice() else { panic!("{:?}", results.draws) };
    assert_eq!(
        (create.command.as_str(), create.drawn, delete.command.as_str(), delete.drawn),
        ("create", 0, "delete", 100)
    );
    assert_eq!(create.sent + delete.sent, 100);
    assert!(create.sent >= 50, "what is to be deleted must be created before: {create:?}");
    assert_eq!(run_of("check=1,create=1").expect("results").replaced_line(), None);
}

#[test]
fn a_run_begins_when_its_warm_up_has_ended_and_lasts_as_long_as_was_asked() {
    let stub = Stub::start(Manners::default());
    let now = || crate::run::run_number();
    let began = now();
    let mut args = args(&stub, &["--rate", "2", "--duration", "1"]);
    args.load.warmup = 0.7;
    let results = run(&args, Load::Check);
    let results = results.expect("results");
    let started = results.run.started_ms;
    assert!(started >= began + 700 && started <= now() - 400, "{began} {started} {}", now());
    assert_eq!(results.run.testers[0].started_ms, started);
    assert!((1000..1500).contains(&results.run.elapsed_ms), "{}", results.run.elapsed_ms);
    let judged = crate::results::Judged::new(&results).expect("good histograms");
    assert!((1.3..=2.0).contains(&judged.rate()), "{}", judged.rate());
}

#[test]
fn files_that_could_not_be_written_are_told_before_the_run() {
    let stub = Stub::start(Manners::default());
    let missing = stub.file("missing/results.json").display().to_string();
    let refused = run(&args(&stub, &["--json", &missing]), Load::Check).expect_err("no such folder");
    assert!(refused.contains("missing/results.json"), "{refused}");
}
