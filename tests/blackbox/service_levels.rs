//! The record of service levels over kills, torn ends and damage, and the report of a month whose figures are known.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::{Duration, Instant};

use simd_json::OwnedValue;
use simd_json::prelude::*;

use domesday::base::timestamp::Date;

use crate::admin::{domesday_admin_of, run};
use crate::frames::{check, expect};
use crate::support::{EppClient, Server};

/// A second for each line, so that a test need not wait a minute.
const SETTINGS: &[(&str, &str)] = &[("sla.record_s", "1")];

/// The newest month's record, once there is one: a server that listens may not have made it, or its directory, yet.
fn begun_record(server: &Server) -> Option<PathBuf> {
    fs::read_dir(server.directory().join("data/sla")).ok()?.flatten().map(|entry| entry.path()).max()
}

fn record(server: &Server) -> PathBuf {
    begun_record(server).expect("it was awaited")
}

fn month(server: &Server) -> String {
    record(server).file_stem().expect("a name").to_str().expect("UTF-8").to_owned()
}

fn reported(data_dir: &Path, month: &str, form: &[&str]) -> Output {
    let dir = data_dir.to_str().expect("UTF-8");
    run(&[&["sla", "report", "--month", month, "--data-dir", dir], form].concat())
}

fn report(server: &Server) -> OwnedValue {
    let output = reported(&server.directory().join("data"), &month(server), &["--json"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    simd_json::to_owned_value(&mut output.stdout.clone()).expect("JSON")
}

fn row<'r>(report: &'r OwnedValue, service: &str, parameter: &str) -> &'r OwnedValue {
    let rows = report.get_array("levels").expect("a list");
    let is_it = |row: &&OwnedValue| {
        row.get_str("service") == Some(service) && row.get_str("parameter").is_some_and(|found| found == parameter)
    };
    rows.iter().find(is_it).expect("there is that row")
}

fn queries(report: &OwnedValue) -> u64 {
    row(report, "EPP", "query-command RTT").get_u64("answers").expect("a number")
}

fn downtime(report: &OwnedValue, member: &str) -> f64 {
    row(report, "EPP", "availability").get(member).and_then(|value| value.cast_f64()).expect("a number")
}

/// Waits until the report says that so many queries were answered.
fn await_queries(server: &Server, expected: u64) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while begun_record(server).is_none() || queries(&report(server)) < expected {
        assert!(Instant::now() < deadline, "it never says {expected}");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(queries(&report(server)), expected);
}

fn ask(session: &mut EppClient, times: u64) {
    for _ in 0..times {
        expect(session, 1000, &check("domain", &["a.test"]));
    }
}

#[test]
fn a_kill_costs_what_the_last_line_did_not_tell_and_a_stop_nothing() {
    let temporary = tempfile::tempdir().expect("a directory");
    let mut server = Server::start_in_with(temporary.path(), SETTINGS);
    ask(&mut EppClient::logged_in(server.demo(), 0), 20);
    await_queries(&server, 20);
    assert_eq!(downtime(&report(&server), "downtime_minutes"), 0.0);
    ask(&mut EppClient::logged_in(server.demo(), 0), 10);
    server.kill();
    let kept = queries(&report(&server));
    assert!((20..=30).contains(&kept), "{kept}");
    std::thread::sleep(Duration::from_secs(2));
    server.restart();
    ask(&mut EppClient::logged_in(server.demo(), 1), 5);
    assert!(server.terminate().success(), "{}", server.output());
    let after = report(&server);
    assert_eq!(queries(&after), kept + 5, "an orderly end writes all of it");
    let down = downtime(&after, "downtime_minutes");
    assert!((0.03..1.0).contains(&down), "two seconds at least, found {down} minutes");
    assert_eq!(row(&after, "RDAP", "availability").get("downtime_minutes").and_then(|v| v.cast_f64()), Some(down));
    let times = after.get_array("times_millis").expect("a list");
    let timed = times.iter().find(|row| row.get_str("class") == Some("EPP query")).expect("there were queries");
    assert_eq!(
        timed.get_u64("timed"),
        Some(5),
        "times are written each hour and at the end: those of the first run are lost"
    );
}

#[test]
fn a_torn_end_is_cut_and_a_damaged_line_is_told_of() {
    let temporary = tempfile::tempdir().expect("a directory");
    let mut server = Server::start_in_with(temporary.path(), SETTINGS);
    ask(&mut EppClient::logged_in(server.demo(), 0), 7);
    await_queries(&server, 7);
    assert!(server.terminate().success(), "{}", server.output());
    let file = record(&server);
    let whole = fs::read_to_string(&file).expect("text");
    fs::write(&file, format!("{whole}i 1795814057047 1000 10")).expect("writable");
    assert_eq!(queries(&report(&server)), 7, "what is still being written is nothing yet");
    server.restart();
    server.output_with("the record of service levels ended in a line that is not whole, which was cut");
    assert!(server.terminate().success());
    let cut = fs::read_to_string(&file).expect("text");
    assert!(cut.starts_with(&whole) && !cut[whole.len()..].starts_with("i 1795814057047"), "{cut}");
    let broken = cut.lines().position(|line| line.contains(" 0,0") || line.starts_with("i ")).expect("a line") + 1;
    let lines = cut.lines().enumerate().map(|(place, line)| match place + 1 == broken {
        true => line.replacen("i 1", "i 2", 1) + "\n",
        false => line.to_owned() + "\n",
    });
    fs::write(&file, lines.collect::<String>()).expect("writable");
    let output = reported(&server.directory().join("data"), &month(&server), &[]);
    let (text, message) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(message.contains(&format!("line {broken}: its checksum is not that of what it says")), "{message}");
    assert!(output.status.success() && text.contains("1 damaged lines of the record were not counted"), "{text}");
    assert_eq!(report(&server).get_array("damaged").map(Vec::len), Some(1));
    server.restart();
    server.output_with("the record of service levels is damaged: this line does not count");
}

#[test]
fn downtime_in_announced_maintenance_is_told_apart_and_counts() {
    let temporary = tempfile::tempdir().expect("a directory");
    let mut server = Server::start_in_with(temporary.path(), SETTINGS);
    let span = ["--start", "2020-01-01T00:00:00Z", "--end", "2090-01-01T00:00:00Z", "--system", "EPP=full"];
    let added = domesday_admin_of(server.directory(), &[&["maintenance", "add", "move"], &span[..]].concat());
    assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
    let deadline = Instant::now() + Duration::from_secs(20);
    while !begun_record(&server).is_some_and(|file| fs::read_to_string(file).expect("text").contains("\nm ")) {
        assert!(Instant::now() < deadline, "it is not noted");
        std::thread::sleep(Duration::from_millis(50));
    }
    server.kill();
    std::thread::sleep(Duration::from_secs(2));
    server.restart();
    assert!(server.terminate().success());
    let report = report(&server);
    let (all, announced) = (downtime(&report, "downtime_minutes"), downtime(&report, "announced_minutes"));
    assert!(all >= 0.03 && announced == all, "{all} {announced}");
    let rdap = row(&report, "RDAP", "availability");
    assert_eq!(rdap.get("announced_minutes").and_then(|value| value.cast_f64()), Some(0.0), "RDAP was not announced");
}

/// A data directory with the record that lies in tests/fixtures.
fn known() -> tempfile::TempDir {
    let temporary = tempfile::tempdir().expect("a directory");
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/sla/2026-09.sla");
    fs::create_dir(temporary.path().join("sla")).expect("a directory");
    fs::copy(fixture, temporary.path().join("sla/2026-09.sla")).expect("the fixture is there");
    temporary
}

/// The record of a month: EPP up but for a gap of ten hours, an hour of it announced, and 300 minutes more; RDAP for the gap
/// alone. Of 1000 queries 899 in two seconds and one in more than ten, of 10 transforms one in more than four, all sessions
/// fast, of 200 RDAP queries 190 in four seconds.
#[test]
fn the_report_of_a_month_has_the_figures_that_are_known() {
    let known = known();
    let csv = reported(known.path(), "2026-09", &["--csv"]);
    let expected = "\
month,service,parameter,limit,unit,required_percent,downtime_minutes,announced_minutes,within_percent,answers,beyond_five_times,verdict
2026-09,DNS,service availability,0,min of downtime,,,,,,,not measured here
2026-09,DNS,name server availability,432,min of downtime,,,,,,,not measured here
2026-09,DNS,TCP resolution RTT,1500,ms,95,,,,,,not measured here
2026-09,DNS,UDP resolution RTT,500,ms,95,,,,,,not measured here
2026-09,DNS,update time,60,min,95,,,,,,not measured here
2026-09,RDAP,update time,60,min,95,,,,,,not measured here
2026-09,RDAP,availability,864,min of downtime,,600,0,,,,met
2026-09,RDAP,query RTT,4000,ms,95,,,95,200,0,met
2026-09,EPP,availability,864,min of downtime,,900,60,,,,missed
2026-09,EPP,session-command RTT,4000,ms,90,,,100,3,0,met
2026-09,EPP,query-command RTT,2000,ms,90,,,89.9,1000,1,missed
2026-09,EPP,transform-command RTT,4000,ms,90,,,90,10,0,met
";
    assert_eq!(String::from_utf8_lossy(&csv.stdout), expected.replace('\n', "\r\n"));
    let text = reported(known.path(), "2026-09", &[]);
    let text = String::from_utf8_lossy(&text.stdout);
    for line in [
        "Service levels of 2026-09 (Specification 10), the whole month:",
        "measured from 2026-09-01T00:00:00.000Z to 2026-10-01T00:00:00.000Z.",
        "EPP      availability              864 min of downtime at most  900.00 min, 60.00 of it announced                         missed",
        "EPP      query-command RTT         2000 ms at most for 90 %     89.900 % of 1000, 1 beyond five times the limit          missed",
        "EPP query      3        1.004 ms  2.007 ms  2.007 ms  2.007 ms",
    ] {
        let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.lines().any(|found| squeezed(found) == squeezed(line)), "{line}\n{text}");
    }
    let json = reported(known.path(), "2026-09", &["--json"]);
    let json = simd_json::to_owned_value(&mut json.stdout.clone()).expect("JSON");
    assert_eq!(json.get_bool("whole_month"), Some(true));
    assert_eq!(row(&json, "EPP", "availability").get_str("verdict"), Some("missed"));
    assert_eq!(row(&json, "DNS", "update time").get_str("verdict"), Some("not-measured-here"));
}

#[test]
fn a_month_without_a_record_has_no_data_and_what_is_no_record_is_refused() {
    let known = known();
    let json = reported(known.path(), "2026-08", &["--json"]);
    let json = simd_json::to_owned_value(&mut json.stdout.clone()).expect("JSON");
    assert_eq!(row(&json, "EPP", "availability").get_str("verdict"), Some("no-data"));
    assert_eq!(row(&json, "EPP", "query-command RTT").get_str("verdict"), Some("no-data"));
    fs::write(known.path().join("sla/2026-08.sla"), "domesday service levels 2\n").expect("writable");
    let output = reported(known.path(), "2026-08", &[]);
    let message = String::from_utf8_lossy(&output.stderr);
    let expected = "2026-08.sla: expected \"domesday service levels 1\" in the first line";
    assert!(output.status.code() == Some(1) && message.contains(expected), "{message}");
    let nowhere = reported(Path::new("/nonexistent"), "2026-08", &[]);
    assert!(nowhere.status.code() == Some(1) && String::from_utf8_lossy(&nowhere.stderr).contains("/nonexistent"));
}

#[test]
fn the_fixture_is_of_the_month_that_its_name_says() {
    let first = Date::new(2026, 9, 1).expect("a date").midnight().micros() / 1000;
    let fixture = fs::read_to_string(known().path().join("sla/2026-09.sla")).expect("text");
    assert!(fixture.contains(&format!("\ni {first} ")), "{first}:\n{fixture}");
}
