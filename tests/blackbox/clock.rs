//! The machine's clock is set to another time while the registry runs, and before it starts.

use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime};

use simd_json::OwnedValue;
use simd_json::prelude::*;

use crate::admin::run;
use crate::frames::{check, domain_create, expect, info, text};
use crate::observe::sample;
use crate::support::process::Demo;
use crate::support::process::metrics_at;
use crate::support::wall_clock::WallClock;
use crate::support::{EppClient, Server, rdap};

const HOUR: i64 = 3600;
const TWENTY_FIVE_YEARS: i64 = 25 * 365 * 86_400;

/// `domesday serve` with a wall clock of its own. Five RDAP requests at once, fifty a second; client certificates have a
/// chain that is verified.
fn served(clock: &WallClock) -> Server {
    let settings = [("rdap.rate", "50"), ("rdap.burst", "5"), ("epp.client_ca", "\"{dir}/ca.pem\"")];
    Server::start_configured_with(clock.environment(), &settings)
}

/// `domesday admin` against this demo's socket.
fn admin(demo: &Demo, arguments: &[&str]) -> Result<OwnedValue, String> {
    let socket = demo.admin_socket.to_str().expect("UTF-8");
    let mut output = run(&[&["admin", "--json", "--socket", socket], arguments].concat());
    match output.status.success() {
        true => Ok(simd_json::to_owned_value(&mut output.stdout).expect("JSON")),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
    }
}

/// Seconds since the epoch of `2026-11-21T09:08:07.123Z`.
fn seconds(date: &str) -> i64 {
    date.trim().parse::<jiff::Timestamp>().unwrap_or_else(|error| panic!("{date}: {error}")).as_second()
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after the epoch");
    since.as_secs().cast_signed()
}

/// How far a domain's crDate is from the machine's true time, in seconds.
fn dated(session: &mut EppClient, name: &str) -> i64 {
    let answer = expect(session, 1000, &info("domain", name));
    seconds(text(&answer, "domain:crDate")) - now()
}

#[test]
fn a_jump_of_the_clock_and_back_leaves_no_trace() {
    let directory = tempfile::tempdir().expect("a directory can be made");
    let clock = WallClock::new(directory.path());
    let served = served(&clock);
    let demo = served.demo();
    let mut a = EppClient::logged_in(demo, 0);
    expect(&mut a, 1000, &domain_create("before.test", ""));
    clock.set(TWENTY_FIVE_YEARS);
    // At once, not only when somebody has looked at the clock.
    let answer = expect(&mut a, 2400, &domain_create("during.test", ""));
    assert!(answer.contains("clock is being checked"), "{answer}");
    let deadline = Instant::now() + Duration::from_secs(2);
    while Instant::now() < deadline {
        expect(&mut a, 1000, &check("domain", &["during.test"]));
        expect(&mut a, 2400, &domain_create("during.test", ""));
        let mut late = EppClient::logged_in(demo, 1);
        assert!((seconds(text(late.greeting(), "svDate")) - now()).abs() < 60, "{}", late.greeting());
        expect(&mut late, 1000, &info("domain", "before.test"));
        let found = rdap::get(demo, "domain/before.test");
        assert_eq!(found.status, 200);
        let date = found.header("date").expect("RFC 9110, section 6.6.1").to_owned();
        let date = jiff::fmt::rfc2822::parse(&date).expect("a date of HTTP").timestamp().as_second();
        assert!((date - now()).abs() < 60, "{date}");
        sleep(Duration::from_millis(100));
    }
    let refused = admin(demo, &["tld", "add", "later", "--data-model", "minimum", "--repository-id", "LATER"]);
    let refused = refused.expect_err("nothing may be dated");
    assert!(refused.contains("forward") && refused.contains("clock accept"), "{refused}");
    let figures = metrics_at(&served.metrics());
    assert_eq!(sample(&figures, "domesday_clock_doubted "), 1, "{figures}");
    let offset = figures.lines().find_map(|line| line.strip_prefix("domesday_clock_offset_seconds "));
    let offset: f64 = offset.and_then(|offset| offset.parse().ok()).expect("a number");
    assert!((offset - TWENTY_FIVE_YEARS as f64).abs() < 1.0, "{offset}");
    assert!(sample(&figures, "domesday_limit_reached_total{limit=\"clock-jump\"} ") > 1, "{figures}");
    clock.set(0);
    expect(&mut a, 1000, &domain_create("after.test", ""));
    for name in ["before.test", "after.test"] {
        assert!(dated(&mut a, name).abs() < 60, "{name}");
    }
    let shown = String::from_utf8_lossy(&rdap::get(demo, "domain/after.test").body).into_owned();
    assert!(shown.contains("after.test") && !shown.contains("\"205"), "no date of the future: {shown}");
    let figures = metrics_at(&served.metrics());
    assert_eq!(sample(&figures, "domesday_clock_doubted "), 0, "{figures}");
    assert_eq!(sample(&figures, "domesday_clock_doubts_total "), 1, "{figures}");
    let log = served.output_with("is believed again");
    for said in ["are refused until this ends: the machine's clock has jumped forward by", "is believed again"] {
        assert_eq!(log.matches(said).count(), 1, "{said}: {log}");
    }
}

#[test]
fn the_rate_of_rdap_knows_no_clock() {
    let directory = tempfile::tempdir().expect("a directory can be made");
    let clock = WallClock::new(directory.path());
    let served = served(&clock);
    // There and back, and nothing is dated meanwhile: both times are trusted, one after the other.
    for seconds in [HOUR, 0] {
        clock.set(seconds);
        let accepted = admin(served.demo(), &["clock", "accept"]).expect("accepted");
        assert_eq!(accepted.get_bool("believed"), Some(true), "{accepted}");
        for _ in 0..20 {
            sleep(Duration::from_millis(40));
            assert_eq!(rdap::get(served.demo(), "help").status, 200);
        }
    }
}

#[test]
fn an_operator_accepts_another_time_but_none_behind_the_last_transaction() {
    let directory = tempfile::tempdir().expect("a directory can be made");
    let clock = WallClock::new(directory.path());
    let mut server = Server::start_with(clock.environment());
    let demo = server.demo().clone();
    let mut a = EppClient::logged_in(&demo, 0);
    let shown = admin(&demo, &["clock", "show"]).expect("shown");
    assert_eq!(shown.get_bool("believed"), Some(true), "{shown}");
    clock.set(HOUR);
    expect(&mut a, 2400, &domain_create("one.test", ""));
    let shown = admin(&demo, &["clock", "show"]).expect("shown");
    assert_eq!(shown.get_bool("believed"), Some(false), "{shown}");
    let accepted = admin(&demo, &["clock", "accept"]).expect("accepted");
    assert_eq!(accepted.get_bool("believed"), Some(true), "{accepted}");
    let output = server.output_with("accepted by an operator");
    assert!(output.contains("\"operator\""), "{output}");
    expect(&mut a, 1000, &domain_create("one.test", ""));
    assert!((dated(&mut a, "one.test") - HOUR).abs() < 60);
    // Back: that is a jump again, and accepting it leaves the last transaction in the future.
    clock.set(0);
    expect(&mut a, 2400, &domain_create("two.test", ""));
    let accepted = admin(&demo, &["clock", "accept"]).expect("accepted");
    assert!(accepted.get_str("problem").is_some_and(|problem| problem.contains("wait until")), "{accepted}");
    expect(&mut a, 2400, &domain_create("two.test", ""));
    expect(&mut a, 1000, &check("domain", &["two.test"]));
    server.kill();
    server.restart();
    let demo = server.demo().clone();
    server.output_with("the last transaction is of");
    let mut a = EppClient::logged_in(&demo, 0);
    expect(&mut a, 1000, &info("domain", "one.test"));
    expect(&mut a, 2400, &domain_create("two.test", ""));
    assert_eq!(rdap::get(&demo, "domain/one.test").status, 200);
    // The clock has caught up, by a jump.
    clock.set(HOUR);
    expect(&mut a, 2400, &domain_create("two.test", ""));
    admin(&demo, &["clock", "accept"]).expect("accepted");
    expect(&mut a, 1000, &domain_create("two.test", ""));
    assert!((dated(&mut a, "two.test") - HOUR).abs() < 60);
}

#[test]
fn a_restart_does_not_make_a_clock_believed_that_has_jumped() {
    let directory = tempfile::tempdir().expect("a directory can be made");
    let clock = WallClock::new(directory.path());
    let mut server = Server::start_with(clock.environment());
    expect(&mut EppClient::logged_in(server.demo(), 0), 1000, &domain_create("before.test", ""));
    clock.set(HOUR);
    // While it ran, and then while it did not run, nor was stopped in order.
    for killed in [false, true] {
        if killed {
            server.kill();
        } else {
            assert!(server.terminate().success());
        }
        server.restart();
        let mut a = EppClient::logged_in(server.demo(), 0);
        expect(&mut a, 2400, &domain_create("during.test", ""));
        expect(&mut a, 1000, &info("domain", "before.test"));
        let shown = admin(server.demo(), &["clock", "show"]).expect("shown");
        assert!(shown.get_str("problem").is_some_and(|problem| problem.contains("jumped forward")), "{shown}");
        assert!((seconds(text(a.greeting(), "svDate")) - now()).abs() < 60, "{}", a.greeting());
    }
    admin(server.demo(), &["clock", "accept"]).expect("accepted");
    let mut a = EppClient::logged_in(server.demo(), 0);
    expect(&mut a, 1000, &domain_create("during.test", ""));
    assert!((dated(&mut a, "during.test") - HOUR).abs() < 60);
    assert!(server.terminate().success());
    server.restart();
    let mut a = EppClient::logged_in(server.demo(), 0);
    expect(&mut a, 1000, &domain_create("after.test", ""));
    // Back, and so another jump.
    assert!(server.terminate().success());
    clock.set(0);
    server.restart();
    let mut a = EppClient::logged_in(server.demo(), 0);
    expect(&mut a, 2400, &domain_create("back.test", ""));
}
