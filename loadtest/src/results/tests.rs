//! Results from the recorder to every form they are shown in.

use std::process::Command as Process;
use std::time::Duration;

use super::class::{Class, Command};
use super::judge::{Judged, Verdict};
use super::merge::MergeError;
use super::recorder::{Answer, Failure, Recorded, Recorder, Recording};
use super::*;

const COMMANDS: [Command; 5] = [
    Command { class: Class::Session, name: "login" },
    Command { class: Class::Query, name: "check" },
    Command { class: Class::Query, name: "transfer query" },
    Command { class: Class::Transform, name: "create" },
    Command { class: Class::Rdap, name: "rdap domain" },
];
const LOGIN: usize = 0;
const CHECK: usize = 1;
const CREATE: usize = 3;
const RDAP: usize = 4;
const SECOND: Duration = Duration::from_secs(1);

fn answer(command: usize, done_us: u64, took_us: u64) -> Answer {
    let done = Duration::from_micros(done_us);
    Answer { command, due: done.saturating_sub(Duration::from_micros(took_us)), done, outcome: Ok(()) }
}

/// Answers of all commands over three seconds and a half; some are wrong.
fn answers(seed: u64) -> Vec<Answer> {
    let one = |number: u64| {
        let random = (number + seed).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 33;
        let took = 100 + random % 1000 + if random.is_multiple_of(100) { 40_000 } else { 0 };
        let mut answer = answer((random % 5) as usize, number * 1750 + took, took);
        answer.outcome = match number {
            70 => Err(Failure::Refused(2302)),
            71 | 1400 => Err(Failure::Wrong("the answer to another name")),
            1999 => Err(Failure::Unanswered),
            _ => Ok(()),
        };
        answer
    };
    let mut answers: Vec<Answer> = (0..2000).map(one).collect();
    answers.sort_by_key(|answer| answer.done);
    answers
}

fn feed<'a>(recorder: &mut Recorder, answers: impl Iterator<Item = &'a Answer>) {
    for answer in answers {
        recorder.wait_for_spare();
        recorder.sent(answer.command, answer.done);
        recorder.done(*answer);
    }
}

/// What so many recorders make of it that take turns.
fn record(answers: &[Answer], recorders: usize) -> Recorded {
    let (recording, all) = Recording::begin(&COMMANDS, recorders, SECOND, None);
    for (index, mut recorder) in all.into_iter().enumerate() {
        feed(&mut recorder, answers.iter().skip(index).step_by(recorders));
        recorder.wait_for_spare();
        recorder.end(Duration::from_millis(3600));
    }
    recording.end().expect("what was recorded")
}

fn run_by(machine: &str, started_ms: u64) -> Run {
    let machine = Machine { name: machine.into(), kernel: "linux".into(), processor: "x".into(), cores: 2 };
    let tester =
        Tester { machine, arguments: vec!["--rate".into()], address: "127.0.0.1:700".into(), seed: 7, started_ms };
    Run {
        scenario: "mixed".into(),
        target: "localhost:700".into(),
        tester: "domesday-loadtest 0".into(),
        commit: "0123456789ab".into(),
        started_ms,
        elapsed_ms: 3600,
        interval_ms: 1000,
        askers: 1,
        pipeline: 1,
        testers: vec![tester],
    }
}

const STARTED: u64 = 1_795_000_000_123;

pub(crate) fn sample(seed: u64) -> Results {
    Results::new(run_by("one", STARTED), record(&answers(seed), 1))
}

#[test]
fn each_command_has_its_count_and_its_errors_and_each_class_those_of_its_commands() {
    let answers = answers(1);
    let results = sample(1);
    for (index, command) in COMMANDS.iter().enumerate() {
        let of_it = || answers.iter().filter(|answer| answer.command == index);
        let series = results.series.iter().find(|series| series.command == command.name).expect("a series");
        assert_eq!((series.class, series.count), (command.class, of_it().count() as u64));
        let errors = of_it().filter(|answer| answer.outcome.is_err()).count() as u64;
        assert_eq!(series.errors.values().sum::<u64>(), errors);
        let quick = of_it().filter(|answer| matches!(answer.outcome, Ok(()) | Err(Failure::Unanswered)));
        assert_eq!(series.times.count, quick.count() as u64, "neither refusals nor wrong answers have a time");
    }
    let judged = Judged::new(&results).expect("good histograms");
    let classes: Vec<_> = judged.classes.iter().map(|group| (group.class, group.commands.len())).collect();
    assert_eq!(classes, [(Class::Session, 1), (Class::Query, 2), (Class::Transform, 1), (Class::Rdap, 1)]);
    for group in &judged.classes {
        assert_eq!(group.total.count, group.commands.iter().map(|row| row.count).sum::<u64>());
        assert_eq!(group.total.times.count(), group.commands.iter().map(|row| row.times.count()).sum::<u64>());
        assert_eq!(group.verdict() == Verdict::Wrong, group.commands.iter().any(|row| row.errors > 0));
    }
    assert!(!judged.holds());
    let failures = judged.failures();
    assert_eq!(failures.values().sum::<u64>(), 4, "{failures:?}");
    let text = judged.to_string();
    assert!(text.ends_with("NOT WITHIN THE LIMITS") && text.contains(": answered 2302: 1\n"), "{text}");
}

#[test]
fn the_time_line_adds_up_to_the_whole() {
    let results = sample(1);
    assert_eq!(results.timeline.iter().map(|point| point.start_ms).collect::<Vec<_>>(), [0, 1000, 2000, 3000]);
    assert_eq!(results.timeline.iter().map(|point| point.length_ms).collect::<Vec<_>>(), [1000, 1000, 1000, 600]);
    let answers = answers(1);
    for (second, point) in results.timeline.iter().enumerate() {
        let of_it = answers.iter().filter(|answer| answer.done.as_secs() == second as u64);
        let silent = of_it.clone().filter(|answer| answer.outcome == Err(Failure::Unanswered)).count();
        let sum = point.of(None).expect("good histograms");
        assert_eq!(sum.sent, of_it.clone().count() as u64);
        assert_eq!(sum.answered, (of_it.count() - silent) as u64);
    }
    for series in &results.series {
        let mut times = Times::default();
        let slices = results.timeline.iter().flat_map(|point| &point.commands);
        slices.filter(|slice| slice.command == series.command).for_each(|slice| {
            times.add(&slice.times.unpack().expect("a good histogram"));
        });
        assert_eq!(times.pack(), series.times);
    }
}

#[test]
fn recorders_and_testers_that_share_the_work_find_what_one_finds() {
    let answers = answers(1);
    let whole = sample(1);
    let two = record(&answers, 2);
    assert_eq!((&two.series, &two.timeline), (&whole.series, &whole.timeline));

    let half = |machine: &str, started: u64, turn: usize| {
        let answers: Vec<Answer> = answers.iter().skip(turn).step_by(2).copied().collect();
        Results::new(run_by(machine, started), record(&answers, 1))
    };
    let merged = merge(vec![half("two", STARTED, 1), half("one", STARTED, 0)]).expect("one run");
    assert_eq!((&merged.series, &merged.timeline), (&whole.series, &whole.timeline));
    assert_eq!((merged.run.elapsed_ms, merged.run.testers.len()), (3600, 2));

    let late = merge(vec![half("two", STARTED + 1100, 1), half("one", STARTED, 0)]).expect("one run");
    assert_eq!((late.run.started_ms, late.run.elapsed_ms), (STARTED, 4700));
    let starts: Vec<_> = late.timeline.iter().map(|point| point.start_ms).collect();
    assert_eq!(starts, [0, 1000, 2000, 3000, 4000], "later by a second, and a tenth that is less than half of one");
    assert_eq!(late.series, whole.series);
}

#[test]
fn what_is_not_of_one_run_is_not_merged() {
    let refused = |change: fn(&mut Results)| {
        let mut other = sample(2);
        other.run = run_by("two", STARTED + 10);
        change(&mut other);
        merge(vec![sample(1), other]).map(drop)
    };
    assert_eq!(refused(|_| {}), Ok(()));
    assert_eq!(refused(|other| other.run.scenario = "check".into()), Err(MergeError::Differ("the scenario")));
    assert_eq!(refused(|other| other.run.target = "elsewhere:700".into()), Err(MergeError::Differ("the target")));
    let version = Err(MergeError::Differ("the version of the tester"));
    assert_eq!(refused(|other| other.run.commit = "another".into()), version);
    assert_eq!(refused(|other| other.run.started_ms += 3600), Err(MergeError::Apart));
    assert_eq!(refused(|other| other.run = run_by("one", STARTED)), Err(MergeError::Twice));
    assert_eq!(merge(vec![]).map(drop), Err(MergeError::Nothing));
    assert_eq!(merge(vec![sample(1)]), Ok(sample(1)));
}

/// A floor with the times of the first command.
fn floor_of(results: &Results) -> Floor {
    let times = results.series[0].times.clone();
    Floor { what: "TLS echo".into(), times, rate: 50_000, cpu_ns: 9000, sessions: 1, request: 700, answer: 1100 }
}

#[test]
fn a_floor_is_told_in_times_of_it_and_its_rate_only_of_a_closed_loop() {
    let many = |took_us, count| (0..count).map(move |index| answer(CHECK, 10_000 * (index + 1), took_us));
    let mut floor = Times::default();
    (0..100).for_each(|_| floor.record(Duration::from_micros(100)));
    let mut results = results_of(&many(250, 90).chain([answer(CREATE, 950_000, 4000)]).collect::<Vec<_>>());
    results.floor = Some(Floor { times: floor.pack(), rate: 182, ..floor_of(&results) });
    let shown = |results: &Results| {
        let judged = Judged::new(results).expect("good histograms");
        (judged.to_string(), html::page(&judged).expect("a page"))
    };
    let head = "floor (TLS echo; 700 octets in, 1100 out; 1 session): p50 0.100 ms, p99 0.100 ms, max 0.100 ms, 182 per s, 9.0 µs of \
                its processor each";
    let compared = "of the floor: query p50 2.50 times, transform p50 40.01 times";
    let (text, page) = shown(&results);
    assert!(text.contains(&format!("{head}\n{compared}\n")), "{text}");
    assert!(page.contains(&format!("<p id=\"floor\">{head}<br>\n{compared}</p>")), "{page}");
    results.served = vec![Served { clid: "a".into(), sessions: 1, answered: 91 }];
    let (text, _) = shown(&results);
    assert!(text.contains(&format!("{compared}, 0.50 of its rate\n")), "91 in a second: {text}");
    results.run.pipeline = 4;
    let (text, _) = shown(&results);
    assert!(
        text.contains(&format!("{head}\nnot told in times of the floor: ")) && !text.contains("of its rate"),
        "{text}"
    );
    results.floor = None;
    assert!(!shown(&results).0.contains("floor"));
}

#[test]
fn the_testers_own_lateness_is_told_and_what_it_spoils() {
    let lateness = |micros: &[u64]| {
        let (recording, recorders) = Recording::begin(&COMMANDS, 1, SECOND, None);
        let mut recorder = recorders.into_iter().next().expect("a recorder");
        // More intervals than there are to take turns.
        for second in 1..=5 {
            micros.iter().for_each(|late| recorder.late(Duration::from_micros(*late)));
            recorder.wait_for_spare();
            recorder.tick(second * SECOND);
        }
        feed(&mut recorder, [answer(CHECK, 5_500_000, 1000), answer(CREATE, 5_500_001, 50_000)].iter());
        recorder.end(6 * SECOND);
        Results::new(run_by("one", STARTED), recording.end().expect("what was recorded"))
    };
    let line = |results: &Results| Judged::new(results).expect("good histograms").lateness();
    assert_eq!(line(&lateness(&[])), None, "what was not told is not shown");
    let punctual = lateness(&[10, 90]);
    assert_eq!(punctual.late.as_ref().map(|late| late.count), Some(10));
    let expected = "the tester itself was late by p50 0.010 ms, p99 0.090 ms, max 0.090 ms";
    assert_eq!(line(&punctual).as_deref(), Some(expected));
    let late = lateness(&[10, 200]);
    let spoiled = line(&late).expect("told");
    assert!(spoiled.ends_with("; above 10 % of the measured p99 do not trust the figures: check"), "{spoiled}");
    let judged = Judged::new(&late).expect("good histograms");
    assert!(judged.to_string().contains(&spoiled), "{judged}");
    assert!(html::page(&judged).expect("a page").contains(&format!("<p id=\"late\">{spoiled}</p>")));

    let mut other = lateness(&[10, 90]);
    other.run = run_by("two", STARTED + 10);
    let merged = merge(vec![late.clone(), other]).expect("one run");
    assert_eq!(merged.late.map(|late| (late.count, late.max_ns / 1000)), Some((20, 200)));
    let mut silent = lateness(&[]);
    silent.run = run_by("two", STARTED + 10);
    assert_eq!(merge(vec![late.clone(), silent]).expect("one run").late, late.late);
}

#[test]
fn what_was_sent_instead_is_told_and_added_up() {
    let (mut one, mut two) = (sample(1), sample(2));
    assert_eq!(one.replaced_line(), None);
    two.run = run_by("two", STARTED + 10);
    (one.run.pipeline, one.run.askers) = (3, 5);
    let draws = |command: &str, drawn, sent| Draws { command: command.into(), drawn, sent };
    // One tester could send all the updates it was asked for, and they count beside the other's.
    one.draws = vec![draws("check", 9, 9), draws("create", 0, 4), draws("delete", 10, 6), draws("update", 7, 7)];
    two.draws = vec![draws("delete", 10, 9), draws("update", 2, 3)];
    let merged = merge(vec![one, two]).expect("one run");
    assert_eq!((merged.run.pipeline, merged.run.askers), (3, 6));
    let line = "asked create=0,delete=20,update=9; sent create=4,delete=15,update=10: where a command was not possible, another was \
                sent";
    assert_eq!(merged.replaced_line().as_deref(), Some(line));
    let judged = Judged::new(&merged).expect("good histograms");
    assert!(judged.to_string().contains(&format!("\n{line}\n")), "{judged}");
    assert_eq!(Results::parse(&mut merged.json().expect("JSON").into_bytes()), Ok(merged));
}

#[test]
fn a_floor_stays_when_results_are_merged() {
    let (one, mut two) = (sample(1), sample(2));
    two.run = run_by("two", STARTED + 10);
    two.floor = Some(floor_of(&one));
    let merged = merge(vec![one, two.clone()]).expect("one run");
    assert_eq!(merged.floor, two.floor);
}

#[test]
fn json_is_read_back_as_it_was_and_damage_is_refused() {
    let mut results = sample(1);
    results.lost.insert("<\"gone\"> \u{1F980}".into(), 3);
    results.floor = Some(floor_of(&results));
    results.late = Some(results.series[1].times.clone());
    let json = results.json().expect("JSON");
    let parse = |text: &str| Results::parse(&mut text.as_bytes().to_vec());
    assert_eq!(parse(&json), Ok(results.clone()));
    let hdr = &results.late.as_ref().expect("set").hdr;
    assert!(parse(&json.replacen(hdr.as_str(), &hdr[..hdr.len() / 8 * 4], 2)).is_err(), "damage of the tester's own");
    (results.floor, results.late) = (None, None);
    assert_eq!(parse(&results.json().expect("JSON")), Ok(results.clone()), "without them");
    let earlier =
        json.replacen(",\"rate\":50000,\"cpu_ns\":9000,\"sessions\":1,\"request\":700,\"answer\":1100", "", 1);
    assert!(earlier.len() < json.len(), "{}", &json[..1000]);
    let read = parse(&earlier).expect("what an earlier version wrote");
    let floor = read.floor.expect("it has one");
    assert_eq!((floor.rate, floor.cpu_ns, floor.sessions), (0, 0, 0));
    assert!(floor.text().starts_with("floor (TLS echo): p50 "), "{}", floor.text());
    let refusal = parse(&json.replacen("\"format\":1", "\"format\":2", 1)).expect_err("another format");
    assert!(refusal.contains("format 2"), "{refusal}");
    let hdr = &results.timeline[2].commands[0].times.hdr;
    let refusal = parse(&json.replace(hdr.as_str(), &hdr[..hdr.len() / 8 * 4])).expect_err("damage");
    assert_eq!(refusal, "a histogram in it is damaged");
    assert!(parse("{}").is_err() && parse("").is_err() && parse("[1").is_err());
}

/// Results of a second with these answers.
fn results_of(answers: &[Answer]) -> Results {
    let mut run = run_by("one", STARTED);
    run.elapsed_ms = 1000;
    Results::new(run, record(answers, 1))
}

fn holds(answers: &[Answer]) -> bool {
    Judged::new(&results_of(answers)).expect("good histograms").holds()
}

#[test]
fn nine_of_ten_decide_for_epp_and_nineteen_of_twenty_for_rdap_and_one_wrong_answer_is_too_many() {
    let many = |command, quick: usize, slow: usize, slow_ms: u64| {
        let quick = std::iter::repeat_n(answer(command, 3_000_000, 3000), quick);
        let slow = std::iter::repeat_n(answer(command, 20_000_000, slow_ms * 1000), slow);
        quick.chain(slow).collect::<Vec<_>>()
    };
    assert!(holds(&many(CHECK, 9, 1, 2500)));
    assert!(!holds(&many(CHECK, 9, 2, 2500)), "two of eleven are late");
    assert!(holds(&many(CREATE, 0, 1, 3900)) && !holds(&many(CREATE, 0, 1, 4100)));
    assert!(holds(&many(LOGIN, 0, 1, 3900)) && !holds(&many(LOGIN, 0, 1, 4100)));
    assert!(holds(&many(RDAP, 19, 1, 4100)) && !holds(&many(RDAP, 18, 1, 4100)));
    assert!(!holds(&[]), "nothing proves nothing");

    let with = |outcome| [many(CHECK, 1000, 0, 0), vec![Answer { outcome, ..answer(CHECK, 3_000_001, 1) }]].concat();
    assert!(holds(&with(Ok(()))));
    assert!(!holds(&with(Err(Failure::Refused(2400)))));
    assert!(!holds(&with(Err(Failure::Unanswered))));
    let unanswered = results_of(&with(Err(Failure::Unanswered)));
    assert!(unanswered.series[0].times.max_ns > 59_900_000_000, "what never came took longest");

    let mut lost = results_of(&many(CHECK, 9, 0, 0));
    lost.lost.insert("reset".into(), 1);
    assert!(!Judged::new(&lost).expect("good histograms").holds());
}

/// A soak of so many seconds, with a p99 of these milliseconds in each.
fn soak(p99_ms: &[u64]) -> Results {
    let (recording, recorders) = Recording::begin(&COMMANDS, 1, SECOND, None);
    let mut recorder = recorders.into_iter().next().expect("a recorder");
    for (second, ms) in p99_ms.iter().enumerate() {
        feed(&mut recorder, [answer(CHECK, second as u64 * 1_000_000 + 900_000, ms * 1000)].iter());
    }
    recorder.wait_for_spare();
    recorder.end(Duration::from_millis(p99_ms.len() as u64 * 1000 - 1));
    let run = Run { scenario: "soak".into(), ..run_by("one", STARTED) };
    Results::new(run, recording.end().expect("what was recorded"))
}

#[test]
fn a_soak_is_held_against_its_begin_from_a_millisecond_on_and_says_when_it_is_too_short() {
    let shown = |p99_ms: &[u64]| {
        let results = soak(p99_ms);
        let judged = Judged::new(&results).expect("good histograms");
        (judged.holds(), judged.to_string())
    };
    let (holds, text) = shown(&[10, 10, 10, 10, 10, 10, 10, 10, 10, 20]);
    assert!(!holds && text.contains("the last tenth is 2.00 times that of the first"), "{text}");
    let (holds, text) = shown(&[10, 99, 99, 99, 99, 99, 99, 99, 99, 14]);
    assert!(holds && !text.contains("why not") && !text.contains("too short"), "{text}");
    let (holds, text) = shown(&[0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    assert!(holds, "below a millisecond counts as one: {text}");
    let (holds, text) = shown(&[10, 10, 10, 10, 10, 10, 10, 10, 20]);
    assert!(holds && text.contains("too short to tell, with 9 intervals of 1 s; it takes 10 or more"), "{text}");
}

#[test]
fn what_does_not_hold_says_why() {
    let why = |results: &Results| Judged::new(results).expect("good histograms").reasons().join("; ");
    assert!(why(&results_of(&[])).starts_with("nothing was measured: "));
    let slow = results_of(&[answer(CHECK, 9_000_000, 5_000_000)]);
    assert_eq!(why(&slow), "query: too few within the limit (90 % in 2000 ms)");
    let mut fair = results_of(&[answer(CREATE, 1_000_000, 1000)]);
    assert_eq!(why(&fair), "");
    fair.run.scenario = "fair".into();
    let served = |clid: &str, answered| Served { clid: clid.into(), sessions: 1, answered };
    fair.served = vec![served("a", 10)];
    assert!(why(&fair).starts_with("fairness cannot be told"), "{}", why(&fair));
    fair.served.push(served("b", 5));
    assert_eq!(why(&fair), "Jain's index of fairness 0.9000 is below 0.99");
    fair.lost.insert("reset".into(), 2);
    assert!(why(&fair).starts_with("2 sessions were lost"), "{}", why(&fair));
}

#[test]
fn a_second_without_an_answer_is_on_the_time_line_and_a_late_tick_loses_nothing() {
    let (recording, recorders) = Recording::begin(&COMMANDS, 1, SECOND, None);
    let mut recorder = recorders.into_iter().next().expect("a recorder");
    recorder.sent(CHECK, Duration::from_millis(900));
    recorder.tick(Duration::from_millis(1010));
    recorder.wait_for_spare();
    recorder.tick(Duration::from_millis(2010));
    recorder.wait_for_spare();
    recorder.done(answer(CHECK, 4_500_000, 3_600_000));
    recorder.lost(&"reset", Duration::from_millis(4600));
    recorder.wait_for_spare();
    recorder.end(Duration::from_millis(4700));
    let recorded = recording.end().expect("what was recorded");
    let spans: Vec<_> = recorded.timeline.iter().map(|point| (point.start_ms, point.length_ms)).collect();
    assert_eq!(spans, [(0, 1000), (1000, 1000), (2000, 2000), (4000, 700)]);
    let sums: Vec<_> = recorded.timeline.iter().map(|point| point.of(Some(Class::Query)).expect("good")).collect();
    assert_eq!(sums.iter().map(|sum| (sum.sent, sum.answered)).collect::<Vec<_>>(), [(1, 0), (0, 0), (0, 0), (0, 1)]);
    assert!(sums[3].times.max() >= Duration::from_micros(3_596_400), "{:?}", sums[3].times.max());
    assert_eq!(recorded.lost["reset"], 1);
    assert_eq!(recorded.series[0].count, 1);
}

#[test]
fn a_long_run_has_longer_intervals() {
    assert_eq!(interval(10), SECOND);
    assert_eq!(interval(3600), SECOND);
    assert_eq!(interval(3601), 2 * SECOND);
    assert_eq!(interval(86_400), 24 * SECOND);
}

const EVIL: &str = "\"'><script>document.title='owned'</script><img src=x onerror=alert(1)>&amp;";

fn evil_page() -> (Results, String) {
    let mut results = sample(1);
    for text in [&mut results.run.scenario, &mut results.run.target, &mut results.run.commit] {
        *text = EVIL.into();
    }
    results.run.testers[0].arguments.push(EVIL.into());
    results.run.testers[0].machine.name = EVIL.into();
    results.lost.insert(EVIL.into(), 1);
    results.series[0].command = EVIL.into();
    let page = html::page(&Judged::new(&results).expect("good histograms")).expect("a page");
    (results, page)
}

#[test]
fn the_page_needs_nothing_beside_it_and_takes_no_text_for_markup() {
    let (_, page) = evil_page();
    for foreign in ["<script", "<img", "<link", "<iframe", "url(", "@import"] {
        assert!(!page.contains(foreign), "{foreign}");
    }
    let addresses = page.matches("://").count();
    assert_eq!(addresses, page.matches("xmlns=\"http://www.w3.org/2000/svg\"").count(), "the name space of SVG only");
    assert!(page.contains("&lt;script&gt;document.title=&#39;owned&#39;&lt;/script&gt;"), "it is shown");
}

/// The page as a browser sees it; `None` on a machine without one.
fn seen_by_chromium(page: &str) -> Option<String> {
    let folder = tempfile::TempDir::new().expect("a folder");
    let file = folder.path().join("results.html");
    std::fs::write(&file, page).expect("a file");
    let mut chromium = Process::new("chromium");
    chromium.args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"]);
    chromium.args(["--disable-background-networking", "--dump-dom"]);
    chromium.arg(format!("--user-data-dir={}", folder.path().join("profile").display()));
    let done = match chromium.arg(format!("file://{}", file.display())).output() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            eprintln!("no chromium on this machine: the page was not opened");
            return None;
        }
        done => done.expect("chromium runs"),
    };
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    Some(String::from_utf8(done.stdout).expect("UTF-8"))
}

#[test]
fn a_browser_shows_the_figures_and_the_plots() {
    let (results, page) = evil_page();
    let Some(seen) = seen_by_chromium(&page) else { return };
    assert!(seen.contains("<p class=\"verdict fails\" id=\"verdict\">NOT WITHIN THE LIMITS</p>"), "{seen}");
    for figure in ["percentiles", "rates", "times-session", "times-query", "times-transform", "times-rdap"] {
        let (_, figure) = seen.split_once(&format!("<figure id=\"{figure}\">")).expect(figure);
        let (figure, _) = figure.split_once("</figure>").expect("its end");
        assert!(figure.contains("<svg ") && figure.matches("<polyline ").count() >= 3, "{figure}");
    }
    assert_eq!(seen.matches("<polyline ").count(), page.matches("<polyline ").count());
    let judged = Judged::new(&results).expect("good histograms");
    for row in judged.classes.iter().flat_map(|group| &group.commands) {
        let cells: String = row.shown().map(|time| format!("<td>{time}</td>")).collect();
        let head = format!("<td>{}</td><td>{}</td><td>{:.0}</td>", row.count, row.errors, row.per_second);
        assert!(seen.contains(&(head + &cells)), "{}: {cells}", row.name);
    }
    let title = seen.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>")).expect("a title").0;
    assert!(title.contains("&lt;script&gt;"), "text that looks like a script is text: {title}");
    assert!(!seen.contains("<script") && !seen.contains("<img"));
}
