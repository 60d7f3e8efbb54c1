//! The test itself: sessions ready, then one loop that sends what is due and reads what comes.

use std::collections::VecDeque;
use std::io;
use std::time::{Duration, Instant, SystemTime};

use clap::ValueEnum;
use domesday::runtime::tls::client_config;
use rustix::event::{Timespec, epoll};

use crate::args::Args;
use crate::floors;
use crate::results::{self, Answer, Failure, Machine, Progress, Recorder, Recording, Results, Run, Tester};
use crate::scenario::{self, Kind, Load, Scenario, Script};
use crate::schedule::Schedule;
use crate::session::Session;
use crate::wire::Peer;

/// Octets before each frame (RFC 5734, section 4).
const HEADER: usize = 4;
/// How long answers are awaited after the last command was due.
const GRACE: Duration = Duration::from_secs(10);

/// Runs a test.
///
/// # Errors
/// Why it could not begin.
pub(crate) fn run(args: &Args, load: Load) -> Result<Results, String> {
    args.output.check()?;
    let target = args.target()?;
    let address = target.epp_address(args.i_may_load_that_host)?;
    let registrar = target.registrar(&args.registrar)?;
    let tls = client_config(&target.epp.ca, Some((&registrar.cert, &registrar.key)));
    let peer = Peer::new(address, &target.epp.server_name, tls.map_err(|error| error.to_string())?)?;
    let tld = args.tld.as_ref().or(target.tlds.last()).ok_or("the target names no TLD")?;
    let seed = run_number();
    let script = Script::new(load, tld, seed);
    let mut sessions = Vec::new();
    for _ in 0..args.sessions {
        let mut session = Session::connect(&peer).map_err(|error| format!("{address}: {error}"))?;
        session.must_complete(&scenario::login(&registrar.clid, &registrar.pw))?;
        sessions.push(session);
    }
    if let Some(session) = sessions.first_mut() {
        script.preparation().try_for_each(|command| session.must_complete(&command))?;
    }
    println!("{} commands a second for {} s over {} sessions to {address}", args.rate, args.duration, args.sessions);
    let interval = results::interval(args.duration);
    let commands = Kind::ALL.map(Kind::command);
    let (recording, recorders) = Recording::begin(&commands, 1, interval, Progress::wanted(args.progress));
    let recorder = recorders.into_iter().next().ok_or("nothing would be recorded")?;
    let schedule = Schedule::new(args.rate, args.duration);
    let started_ms = run_number();
    let elapsed = Test { script, schedule, asked: vec![0; sessions.len()], sessions, recorder }
        .run()
        .map_err(|error| error.to_string())?;
    let recorded = recording.end()?;
    let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    let tester = Tester {
        machine: Machine::here(),
        arguments: std::env::args().skip(1).collect(),
        address: address.to_string(),
        seed,
        started_ms,
    };
    let scenario = Scenario::Load(load).to_possible_value();
    let run = Run {
        scenario: scenario.map_or_else(String::new, |value| value.get_name().to_owned()),
        target: format!("{}:{}", target.epp.server_name, target.epp.port),
        tester: concat!("domesday-loadtest ", env!("CARGO_PKG_VERSION")).to_owned(),
        commit: env!("DOMESDAY_COMMIT").to_owned(),
        started_ms,
        elapsed_ms: millis(elapsed),
        interval_ms: millis(interval),
        sessions: args.sessions.into(),
        closed_loop: false,
        testers: vec![tester],
    };
    let mut results = Results::new(run, recorded);
    if args.floor {
        results.floor = Some(floors::measure(&results)?);
    }
    Ok(results)
}

/// A number that no earlier run had, for the names it registers.
pub(crate) fn run_number() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or_default()
}

struct Test {
    script: Script,
    schedule: Schedule,
    sessions: Vec<Session>,
    /// Octets of the command under way, by session.
    asked: Vec<usize>,
    recorder: Recorder,
}

impl Test {
    /// How long it took.
    fn run(mut self) -> io::Result<Duration> {
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        for (token, session) in self.sessions.iter().enumerate() {
            epoll::add(&epoll, session, epoll::EventData::new_u64(token as u64), epoll::EventFlags::IN)?;
        }
        let mut free: VecDeque<usize> = (0..self.sessions.len()).collect();
        let mut events: Vec<epoll::Event> = Vec::with_capacity(256);
        let (mut sent, mut answered, mut alive, began) = (0, 0, self.sessions.len(), Instant::now());
        let end = self.schedule.due(self.schedule.count()) + GRACE;
        let (mut seen, mut could_send) = (0, true);
        while answered < self.schedule.count() && began.elapsed() < end && alive > 0 {
            let now = began.elapsed();
            let due = self.schedule.due_by(now);
            for number in seen..due {
                // While no session is free, it has no reason to look.
                if could_send {
                    self.recorder.late(now.saturating_sub(self.schedule.due(number)));
                }
            }
            seen = due;
            while sent < self.schedule.due_by(began.elapsed())
                && let Some(chosen) = free.pop_front()
            {
                match self.send(chosen, sent) {
                    Ok(()) => {
                        self.recorder.sent(self.script.kind(sent) as usize, began.elapsed());
                        sent += 1;
                    }
                    Err(error) => self.recorder.lost(&error, began.elapsed()),
                }
            }
            could_send = !free.is_empty();
            let next = match free.is_empty() || sent == self.schedule.count() {
                true => Duration::from_millis(100),
                false => self.schedule.due(sent).saturating_sub(began.elapsed()),
            };
            events.clear();
            // The kernel may sleep to the next millisecond; what is due sooner is waited for awake.
            let next = next.saturating_sub(Duration::from_millis(2));
            let patience = Timespec { tv_sec: next.as_secs() as i64, tv_nsec: next.subsec_nanos().into() };
            epoll::wait(&epoll, rustix::buffer::spare_capacity(&mut events), Some(&patience))?;
            self.recorder.tick(began.elapsed());
            for event in &events {
                let token = event.data.u64() as usize;
                let Some(session) = self.sessions.get_mut(token) else { continue };
                match session.receive() {
                    Ok(None) => {}
                    Ok(Some(answer)) => {
                        let Some(number) = session.under_way.take() else { continue };
                        let outcome = judged(self.script.judge(number, &answer));
                        self.recorder.exchanged(self.asked[token] + HEADER, answer.len() + HEADER);
                        self.done(number, began.elapsed(), outcome);
                        answered += 1;
                        free.push_back(token);
                    }
                    Err(error) => {
                        self.recorder.lost(&error, began.elapsed());
                        alive -= 1;
                        epoll::delete(&epoll, &*session)?;
                        free.retain(|other| *other != token);
                    }
                }
            }
        }
        Ok(self.end(sent, began.elapsed()))
    }

    /// What is still under way, and what was due and never sent, will not be answered.
    fn end(mut self, sent: u64, elapsed: Duration) -> Duration {
        let under_way: Vec<u64> = self.sessions.iter().filter_map(|session| session.under_way).collect();
        for number in under_way.into_iter().chain(sent..self.schedule.count()) {
            self.done(number, elapsed, Err(Failure::Unanswered));
        }
        self.recorder.end(elapsed);
        elapsed
    }

    fn done(&mut self, number: u64, done: Duration, outcome: Result<(), Failure>) {
        let (command, due) = (self.script.kind(number) as usize, self.schedule.due(number));
        self.recorder.done(Answer { command, due, done, outcome });
    }

    fn send(&mut self, chosen: usize, number: u64) -> io::Result<()> {
        let session = self.sessions.get_mut(chosen).ok_or(io::ErrorKind::NotFound)?;
        let command = self.script.command(number);
        session.send(&command)?;
        session.under_way = Some(number);
        self.asked[chosen] = command.len();
        Ok(())
    }
}

fn judged(answer: Result<u16, &'static str>) -> Result<(), Failure> {
    match answer {
        Ok(1000) => Ok(()),
        Ok(code) => Err(Failure::Refused(code)),
        Err(why) => Err(Failure::Wrong(why)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    use crate::results::Command;
    use crate::stub::{Manners, Stub};

    fn args(stub: &Stub, more: &[&str]) -> Args {
        let target = stub.target().display().to_string();
        let first = ["domesday-loadtest", "--target", &target, "--scenario", "check"];
        Args::parse_from(first.iter().chain(more))
    }

    /// Commands one after the other over one session, each timed from when it was sent.
    fn closed_loop(stub: &Stub, seconds: u64) -> crate::results::Recorded {
        let target = args(stub, &[]).target().expect("a target");
        let tls = client_config(&target.epp.ca, None).expect("a configuration");
        let address = target.epp_address(false).expect("an address");
        let peer = Peer::new(address, &target.epp.server_name, tls).expect("a peer");
        let mut session = Session::connect(&peer).expect("a session");
        let script = Script::new(Load::Check, "test", 1);
        let check: Command = Kind::Check.command();
        let (recording, recorders) = Recording::begin(&[check], 1, Duration::from_secs(1), None);
        let mut recorder = recorders.into_iter().next().expect("a recorder");
        let began = Instant::now();
        for number in 0.. {
            let due = began.elapsed();
            if due > Duration::from_secs(seconds) {
                break;
            }
            recorder.sent(0, due);
            let answer = session.exchange(&script.command(number)).expect("an answer");
            let outcome = judged(script.judge(number, &answer));
            recorder.done(Answer { command: 0, due, done: began.elapsed(), outcome });
        }
        recorder.end(began.elapsed());
        recording.end().expect("what was recorded")
    }

    #[test]
    fn a_server_that_sleeps_a_tenth_of_each_second_cannot_hide_it() {
        let stub = Stub::start(Manners { asleep: Duration::from_millis(100), ..Manners::default() });
        let results = run(&args(&stub, &["--rate", "400", "--duration", "4"]), Load::Check).expect("results");
        let open = &results.series[0];
        assert_eq!((open.count, open.times.count, open.errors.len()), (1600, 1600, 0));
        assert!(open.times.p50_ns < 50_000_000, "nine of ten commands are due while it is awake: {:?}", open.times);
        assert!(open.times.p99_ns > 50_000_000, "one of twenty waits for half of the sleep or more: {:?}", open.times);
        assert!(open.times.max_ns > 90_000_000, "{:?}", open.times);
        let asleep = |point: &&results::Point| point.commands.iter().any(|slice| slice.times.max_ns > 80_000_000);
        assert!(
            results.timeline.iter().filter(asleep).count() >= 3,
            "the sleep of each second: {:?}",
            results.timeline
        );

        let closed = closed_loop(&stub, 4);
        let closed = &closed.series[0];
        assert!(closed.count > 500, "{}", closed.count);
        assert!(closed.times.max_ns > 80_000_000, "it felt the sleep: {:?}", closed.times);
        assert!(closed.times.p99_ns < 50_000_000, "but it asked nothing meanwhile: {:?}", closed.times);
    }

    #[test]
    fn refusals_and_silence_are_counted_and_the_files_tell_the_same() {
        let stub = Stub::start(Manners { refuses: Some("-17"), ignores: Some("-29"), ..Manners::default() });
        let [json, hdr, html] = ["json", "hdr", "html"].map(|kind| stub.file(&format!("results.{kind}")));
        let text = |path: &std::path::Path| path.display().to_string();
        let (json, hdr, html) = (text(&json), text(&hdr), text(&html));
        let more = ["--rate", "30", "--duration", "1", "--json", &json, "--hdr", &hdr, "--html", &html];
        let args = args(&stub, &more);
        let results = run(&args, Load::Check).expect("results");
        let check = &results.series[0];
        let errors: Vec<_> = check.errors.iter().map(|(what, count)| (what.as_str(), *count)).collect();
        assert_eq!(errors, [("answered 2400", 1), ("not answered", 1)]);
        assert_eq!((check.count, check.times.count), (30, 29), "a refusal has no time");
        assert_eq!(args.output.show(&results), Ok(false));
        assert_eq!(Results::read(json.as_ref()).expect("JSON"), results);
        assert!(std::fs::read_to_string(&hdr).expect("a log").contains("\nTag=check,"));
        assert!(std::fs::read_to_string(&html).expect("a page").contains("<td>check: answered 2400</td><td>1</td>"));
    }

    #[test]
    fn a_run_tells_what_it_exchanged_its_own_lateness_and_its_floor() {
        let stub = Stub::start(Manners { asleep: Duration::from_millis(100), ..Manners::default() });
        let more = ["--rate", "200", "--duration", "2", "--sessions", "1", "--floor"];
        let results = run(&args(&stub, &more), Load::Check).expect("results");
        let octets = results.octets.expect("told");
        let floor = results.floor.as_ref().expect("measured");
        assert_eq!((octets.exchanges, floor.sessions, results.run.sessions), (400, 1, 1));
        assert!(floor.request.abs_diff(octets.sent / 400) <= 1 && floor.request > 200, "{floor:?}");
        assert!(floor.answer.abs_diff(octets.received / 400) <= 1 && floor.answer > 100, "{floor:?}");
        assert!(floor.rate > 0 && floor.times.count > 0, "{floor:?}");
        let late = results.late.expect("told");
        assert!(
            late.count > 100 && late.count < 400,
            "what was due while the only session waited is not in it: {late:?}"
        );
        assert!(results.series[0].times.max_ns > 90_000_000, "the server slept");
        assert!(late.p90_ns < 50_000_000, "which is not the tester's lateness: {late:?}");
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
    fn files_that_could_not_be_written_are_told_before_the_run() {
        let stub = Stub::start(Manners::default());
        let missing = stub.file("missing/results.json").display().to_string();
        let refused = run(&args(&stub, &["--json", &missing]), Load::Check).expect_err("no such folder");
        assert!(refused.contains("missing/results.json"), "{refused}");
    }
}
