//! What each shard counts and times, as /metrics and `domesday top` show it.

use std::fs::File;
use std::io::{Read, Write};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::pty::{OpenptFlags, grantpt, ioctl_tiocgptpeer, openpt, unlockpt};
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
use simd_json::OwnedValue;
use simd_json::prelude::*;

use crate::admin::run;
use crate::frames::{check, domain_create, expect, info};
use crate::observe::{metrics, sample};
use crate::support::process::binary;
use crate::support::rdap;
use crate::support::{EppClient, Server};

/// The values of all samples that begin so.
fn samples(text: &str, beginning: &str) -> Vec<f64> {
    let lines = text.lines().filter(|line| line.starts_with(beginning));
    lines.map(|line| line.rsplit(' ').next().expect("a value").parse().expect("a number")).collect()
}

fn sum(text: &str, beginning: &str) -> f64 {
    samples(text, beginning).iter().sum()
}

/// The metrics, once this holds of them: a command is timed a moment after its client has the answer.
pub(crate) fn metrics_when(server: &Server, holds: impl Fn(&str) -> bool) -> String {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let text = metrics(server);
        if holds(&text) {
            return text;
        }
        assert!(Instant::now() < deadline, "it never holds:\n{text}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The sums over all shards of a kind of command.
fn timed(text: &str, command: &str) -> f64 {
    let counts = text.lines().filter(|line| {
        line.starts_with("domesday_epp_latency_seconds_count{") && line.contains(&format!("command=\"{command}\"}}"))
    });
    counts.map(|line| line.rsplit(' ').next().expect("a value").parse::<f64>().expect("a number")).sum()
}

#[test]
fn what_the_shards_count_adds_up_to_what_was_sent() {
    let server = Server::start();
    let mut sessions: Vec<_> = (0..6).map(|number| EppClient::logged_in(server.demo(), number % 2)).collect();
    let mut longest = Duration::ZERO;
    for (place, session) in sessions.iter_mut().enumerate() {
        for _ in 0..10 + place {
            let began = Instant::now();
            expect(session, 1000, &check("domain", &["a.test"]));
            longest = longest.max(began.elapsed());
        }
        expect(session, 1000, &domain_create(&format!("meter{place}.test"), ""));
    }
    expect(&mut sessions[1], 2303, &info("domain", "nobody.test"));
    for path in ["domain/meter0.test", "domain/nobody.test", "help", "nothing/x"] {
        rdap::get(server.demo(), path);
    }
    let checks = (10..16).sum::<usize>() as f64;
    let text = metrics_when(&server, |text| timed(text, "domain:check") == checks && timed(text, "domain:info") == 1.0);
    assert_eq!((timed(&text, "domain:create"), timed(&text, "login")), (6.0, 6.0), "{text}");
    let total = |command: &str| sum(&text, &format!("domesday_epp_commands_total{{command=\"{command}\","));
    assert_eq!((total("domain:check"), total("domain:info"), total("login")), (checks, 1.0, 6.0));
    assert_eq!(sum(&text, "domesday_epp_command_seconds_count{class=\"query\"}"), checks + 1.0);
    // Registrar A has the sessions 0, 2 and 4.
    for (clid, queries) in [("registrar-a", 10 + 12 + 14), ("registrar-b", 11 + 13 + 15 + 1)] {
        for (class, count) in [("session", 3), ("query", queries), ("transform", 3)] {
            let name = format!("domesday_epp_registrar_commands_total{{clid=\"{clid}\",class=\"{class}\"}}");
            assert_eq!(sample(&text, &name), count, "{name}");
        }
    }
    let of_shards = samples(&text, "domesday_shard_epp_sessions{");
    assert_eq!(of_shards.iter().sum::<f64>(), 6.0, "{text}");
    let spread =
        of_shards.iter().copied().fold(f64::MIN, f64::max) - of_shards.iter().copied().fold(f64::MAX, f64::min);
    assert!(spread <= 1.0, "sessions go to the shard with the fewest: {of_shards:?}");
    let with_checks = text.lines().filter(|line| {
        line.starts_with("domesday_epp_latency_seconds_count{shard=") && line.contains("command=\"domain:check\"")
    });
    assert_eq!(with_checks.count(), of_shards.len().min(6), "each shard counts for itself");
    for (kind, count) in [("domain", 2.0), ("help", 1.0), ("other", 1.0), ("entity", 0.0)] {
        let counts = text.lines().filter(|line| {
            line.starts_with("domesday_rdap_latency_seconds_count{") && line.contains(&format!("kind=\"{kind}\""))
        });
        assert_eq!(counts.map(|line| sum(line, "d")).sum::<f64>(), count, "{kind}");
    }
    assert_eq!(sum(&text, "domesday_rdap_query_seconds_count"), 3.0, "what asks for nothing is no query");
    quantiles_are_plausible(&text, longest);
    the_ledger_is_measured(&text);
}

fn quantiles_are_plausible(text: &str, longest: Duration) {
    let of_checks = |line: &&str| line.contains("command=\"domain:check\",quantile=");
    let quantiles: Vec<_> = text.lines().filter(of_checks).map(|line| sum(line, "d")).collect();
    assert!(!quantiles.is_empty() && quantiles.len().is_multiple_of(4), "{text}");
    for shard in quantiles.chunks(4) {
        assert!(shard.is_sorted(), "{shard:?}");
        // No client waited for less than the server took, to within the width of a bucket; but the server may have been held
        // up between its writing and its looking at the clock, which the median does not show.
        assert!(shard[0] > 1e-6 && shard[0] <= longest.as_secs_f64() * 1.01, "{shard:?}, {longest:?}");
        assert!(shard[3] < 20.0, "{shard:?}");
    }
    let taken = |line: &&str| line.starts_with("domesday_epp_latency_seconds_sum") && line.contains("\"domain:check\"");
    for (line, shard) in text.lines().filter(taken).zip(quantiles.chunks(4)) {
        let all = sum(line, "d");
        assert!(all >= shard[3] * 0.99 && all <= shard[3] * 75.0 * 1.01, "{line}: {shard:?}");
    }
}

fn the_ledger_is_measured(text: &str) {
    let (batches, commands) =
        (sum(text, "domesday_ledger_batch_size_count"), sum(text, "domesday_ledger_batch_size_sum"));
    assert_eq!(batches, sum(text, "domesday_ledger_batches_total"));
    assert_eq!(commands, sum(text, "domesday_ledger_submissions_total"));
    assert!(batches >= 6.0 && commands >= batches, "{text}");
    let syncs = sum(text, "domesday_wal_sync_seconds_count");
    assert!(syncs >= 6.0 && syncs <= batches + sum(text, "domesday_ledger_due_steps_total"), "{text}");
    assert!(sum(text, "domesday_wal_sync_seconds_sum") > 0.0, "{text}");
    assert_eq!(sum(text, "domesday_ledger_waiting{"), 0.0);
}

#[test]
fn what_strangers_are_answered_is_counted_apart() {
    let server = Server::start();
    let mut stranger = EppClient::connect(server.demo(), &server.demo().registrars[0]).expect("a connection");
    stranger.login("registrar-a", "wr0ng-Password");
    stranger.command(&check("domain", &["a.test"]));
    let text = metrics_when(&server, |text| timed(text, "stranger") == 2.0);
    assert_eq!(sum(&text, "domesday_epp_command_seconds_count{class=\"stranger\"}"), 2.0);
    for class in ["session", "query", "transform"] {
        assert_eq!(sum(&text, &format!("domesday_epp_command_seconds_count{{class=\"{class}\"}}")), 0.0, "{class}");
    }
    assert_eq!(sample(&text, "domesday_epp_commands_total{command=\"login\",code=\"2200\"}"), 1, "{text}");
    assert!(!text.contains("domesday_epp_registrar_commands_total{"), "nobody is logged in: {text}");
}

fn target(server: &Server) -> String {
    server.directory().join("demo.json").to_str().expect("UTF-8").to_owned()
}

fn number(value: &OwnedValue, member: &str) -> f64 {
    value.get(member).and_then(|value| value.cast_f64()).expect("a number")
}

#[test]
fn top_shows_what_an_interval_has_brought() {
    let server = Server::start();
    let target = target(&server);
    let (mut a, mut b) = (EppClient::logged_in(server.demo(), 0), EppClient::logged_in(server.demo(), 1));
    // What was before the interval does not count.
    expect(&mut a, 1000, &domain_create("before.test", ""));
    let done = AtomicBool::new(false);
    let (json, text) = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                expect(&mut a, 1000, &check("domain", &["a.test"]));
                expect(&mut b, 2303, &info("domain", "nobody.test"));
            }
        });
        let json = run(&["top", "--target", &target, "--once", "--json", "--interval", "0.5"]);
        let text = run(&["top", "--target", &target, "--once", "--interval", "0.5"]);
        done.store(true, Ordering::Relaxed);
        (json, text)
    });
    assert!(json.status.success() && text.status.success(), "{}", String::from_utf8_lossy(&json.stderr));
    let view = simd_json::to_owned_value(&mut json.stdout.clone()).expect("JSON");
    let commands = view.get_array("commands").expect("a list");
    let kinds: Vec<_> = commands.iter().map(|row| row.get_str("kind").expect("a name")).collect();
    assert!(kinds.len() == 2 && kinds.contains(&"domain:check") && kinds.contains(&"domain:info"), "{kinds:?}");
    for row in commands {
        let [p50, p99, p999, max] = ["p50", "p99", "p999", "max"].map(|member| number(row, member));
        assert!(number(row, "rate") > 1.0 && p50 > 1e3 && p50 <= p99 && p99 <= p999 && p999 <= max, "{row:?}");
    }
    assert_eq!(number(&view, "epp_sessions"), 2.0);
    let shares: f64 = view.get_array("registrars").expect("a list").iter().map(|row| number(row, "share")).sum();
    assert!((99.9..100.1).contains(&shares), "{shares}");
    let rates: f64 = view.get_array("shards").expect("a list").iter().map(|row| number(row, "epp_rate")).sum();
    assert!((rates - number(view.get("epp").expect("all"), "rate")).abs() < 0.01 * rates, "{view:?}");
    let text = String::from_utf8(text.stdout).expect("UTF-8");
    for part in ["COMMAND", "  domain:check", "SHARD", "wait for the disk", "REGISTRAR", "registrar-b"] {
        assert!(text.contains(part), "{part}:\n{text}");
    }
    assert!(!text.contains('\x1b') && !text.contains("domain:create"), "{text}");
}

/// A terminal of our own: the end at which we read its screen and type, and the one for a program. It shows nothing of what is
/// typed, for when it would show it is not said: a "^C" may come after all that its program has written.
fn terminal() -> (File, File) {
    let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY;
    let ours = openpt(flags).expect("a pseudo-terminal");
    grantpt(&ours).and_then(|()| unlockpt(&ours)).expect("a pseudo-terminal");
    let theirs = ioctl_tiocgptpeer(&ours, flags).expect("its other end");
    let mut attributes = tcgetattr(&theirs).expect("a terminal");
    attributes.local_modes.remove(LocalModes::ECHO);
    tcsetattr(&theirs, OptionalActions::Now, &attributes).expect("a terminal");
    (ours.into(), theirs.into())
}

#[test]
fn top_leaves_the_terminal_as_it_was() {
    let server = Server::start();
    let (mut ours, theirs) = terminal();
    let before = tcgetattr(&theirs).expect("a terminal");
    let of = || theirs.try_clone().expect("a descriptor");
    // Ctrl-C reaches who is in front of a terminal of theirs: setsid(1) gives top this one.
    let mut child = Command::new("setsid")
        .args(["--ctty", "--wait"])
        .arg(binary())
        .args(["top", "--target", &target(&server), "--interval", "0.2"])
        .stdin(of())
        .stdout(of())
        .stderr(of())
        .spawn()
        .expect("there is a setsid(1)");
    let (mut shown, began) = (Vec::new(), Instant::now());
    while shown.windows(9).filter(|part| part == b"AT LEDGER").count() < 3 {
        let quarter = Timespec { tv_sec: 0, tv_nsec: 250_000_000 };
        if poll(&mut [PollFd::new(&ours, PollFlags::IN)], Some(&quarter)).expect("a terminal") > 0 {
            let mut octets = [0; 4096];
            let read = ours.read(&mut octets).expect("a terminal");
            shown.extend_from_slice(&octets[..read]);
        }
        let has_ended = child.try_wait().expect("a child");
        assert!(
            has_ended.is_none() && began.elapsed() < Duration::from_secs(60),
            "{has_ended:?}: {}",
            String::from_utf8_lossy(&shown[..shown.len().min(4096)])
        );
    }
    ours.write_all(b"\x03").expect("a terminal");
    let status = child.wait().expect("a child");
    let after = tcgetattr(&theirs).expect("a terminal");
    drop(theirs);
    // Once all is read from a terminal that no program has open, reading it is an error.
    let end = ours.read_to_end(&mut shown).expect_err("an end");
    assert_eq!(end.raw_os_error(), Some(rustix::io::Errno::IO.raw_os_error()), "{end}");
    let shown = String::from_utf8(shown).expect("UTF-8");
    let (opened, closed) = ("\x1b[?1049h\x1b[?25l", "\x1b[?25h\x1b[?1049l");
    assert_eq!((shown.matches(opened).count(), shown.matches(closed).count()), (1, 1), "{status}: {shown:?}");
    assert!(status.success() && shown.ends_with(closed), "{status}: {shown:?}");
    assert_eq!(format!("{before:?}"), format!("{after:?}"));
}

#[test]
fn top_says_what_is_wrong() {
    for (arguments, expected) in [
        (&["top", "--socket", "/nonexistent/admin.sock", "--once"][..], "/nonexistent/admin.sock"),
        (&["top", "--once"], "--socket"),
    ] {
        let output = run(arguments);
        let message = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && message.contains(expected), "{message}");
    }
}
