//! Maintenance (RFC 9167): announced by the operator, told to registrars, read by them. In a registry of its own, since every
//! registrar is told.

use std::process::Output;

use domesday::base::timestamp::Date;

use crate::admin::run;
use crate::frames::{POLL, acknowledge, attributes, expect, text, texts};
use crate::session::Login;
use crate::support::epp::{OBJECTS, code};
use crate::support::{EppClient, Server};

pub(crate) fn asking(content: &str) -> String {
    format!("<info><maint:info xmlns:maint=\"{}\">{content}</maint:info></info>", OBJECTS[4])
}

fn maintenance(server: &Server, arguments: &[&str]) -> Output {
    let target = server.directory().join("demo.json");
    let head = ["admin", "--json", "--target", target.to_str().expect("UTF-8"), "maintenance"];
    run(&[&head, arguments].concat())
}

/// What a command prints that is done.
fn done(server: &Server, arguments: &[&str]) -> String {
    let output = maintenance(server, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn refused(server: &Server, arguments: &[&str], expected: &str) {
    let output = maintenance(server, arguments);
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(1) && message.contains(expected), "{arguments:?}: {message}");
}

#[test]
fn maintenance_is_announced_told_and_read() {
    let server = Server::start();
    let span = ["--start", "2040-01-01T06:00:00Z", "--end", "2040-01-01T07:00:00Z"];
    let system = ["--system", "EPP=full@epp.example.net", "--name", "An upgrade", "--tld", "test"];
    let add = [&["add", "upgrade"][..], &span, &system].concat();
    done(&server, &add);
    refused(&server, &add, "maintenance set");
    refused(&server, &["add", "nothing"], "systems: expected");
    let mut session = EppClient::logged_in(server.demo(), 0);
    let answer = expect(&mut session, 1301, POLL);
    assert!(answer.contains("<msg>Registry Maintenance Notification</msg>"), "{answer}");
    assert_eq!(text(&answer, "maint:pollType"), "create");
    let other = &server.demo().registrars[1];
    let mut without = EppClient::connect(server.demo(), other).expect("the server lets it connect");
    expect(&mut without, 1000, &Login { objects: &OBJECTS[..3], ..Login::of(other) }.body());
    let answer = expect(&mut without, 1301, POLL);
    assert!(answer.contains("Registry Maintenance Notification") && !answer.contains("resData"), "{answer}");
    expect(&mut without, 2307, &asking("<maint:list/>"));
    let answer = expect(&mut session, 1000, &asking("<maint:id>upgrade</maint:id>"));
    assert_eq!(text(&answer, "maint:host"), "epp.example.net");
    assert!(answer.contains("<maint:id name=\"An upgrade\">upgrade</maint:id>"), "{answer}");
    let listed = expect(&mut session, 1000, &asking("<maint:list/>"));
    assert!(listed.contains(">upgrade</maint:id><maint:start>2040-01-01T06:00:00.000Z<"), "{listed}");
    done(&server, &["set", "upgrade", "--description", "longer", "--end", "2040-01-01T08:00:00Z"]);
    assert!(done(&server, &["list"]).contains("\"end\":\"2040-01-01T08:00:00.000Z\""));
    let shown = done(&server, &["show", "upgrade"]);
    assert!(shown.contains("\"next_reminder\":\"2039-12-31T06:00:00.000Z\""), "{shown}");
    refused(&server, &["show", "nothing"], "maintenance list shows all");
    refused(&server, &["set", "upgrade", "--detail", "registry.example/notice"], "detail: expected an absolute");
    done(&server, &["remove", "upgrade"]);
    refused(&server, &["remove", "upgrade"], "check its spelling");
    let answer = expect(&mut session, 2303, &asking("<maint:id>upgrade</maint:id>"));
    assert_eq!(texts(&answer, "maint:id"), ["upgrade"], "the value is shown");
}

/// The pollTypes in the queue of the first registrar, which is emptied.
fn told(session: &mut EppClient) -> Vec<String> {
    let mut told = Vec::new();
    loop {
        let answer = session.command(POLL);
        if code(&answer) == 1300 {
            return told;
        }
        told.push(text(&answer, "maint:pollType").to_owned());
        expect(session, 1000, &acknowledge(attributes(&answer, "id")[0]));
    }
}

#[test]
fn registrars_are_reminded_and_told_of_the_end_once_also_over_a_restart() {
    let mut server = Server::start_virtual();
    let advance = |server: &Server, days: &str| {
        let target = server.directory().join("demo.json");
        let target = target.to_str().expect("UTF-8");
        assert!(run(&["admin", "--target", target, "clock", "advance", "--days", days]).status.success());
    };
    let mut session = EppClient::logged_in(server.demo(), 0);
    let span = ["--start", "2040-01-11T00:00:00Z", "--end", "2040-01-12T00:00:00Z", "--system", "EPP=full"];
    let words = ["--courtesy", "7d", "--courtesy", "3d", "--description", "A move.", "--description", "@de:Umzug"];
    done(&server, &[&["add", "move"][..], &span, &words, &["--description", "@en/html:<i>A move.</i>"]].concat());
    let shown = expect(&mut session, 1000, &asking("<maint:id>move</maint:id>"));
    for part in [
        "<maint:description>A move.</maint:description><maint:description lang=\"de\">Umzug</maint:description>",
        "type=\"html\"",
        "&lt;i&gt;A move.",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert_eq!(told(&mut session), ["create"]);
    // To 2040-01-05, between the two reminders.
    let day = done(&server, &["show", "move"]);
    assert!(day.contains("\"next_reminder\":\"2040-01-04T00:00:00.000Z\""), "{day}");
    let days = days_until(&day, "created", (2040, 1, 5));
    advance(&server, &days.to_string());
    assert_eq!(told(&mut session), ["courtesy"]);
    server.restart();
    let mut session = EppClient::logged_in(server.demo(), 0);
    assert_eq!(told(&mut session), [] as [&str; 0]);
    advance(&server, "4");
    assert_eq!(told(&mut session), ["courtesy"]);
    advance(&server, "7");
    assert_eq!(told(&mut session), ["end"]);
    server.restart();
    let mut session = EppClient::logged_in(server.demo(), 0);
    advance(&server, "10");
    assert_eq!(told(&mut session), [] as [&str; 0]);
}

/// Whole days from a moment in that JSON to a date.
fn days_until(json: &str, field: &str, (year, month, day): (i32, u8, u8)) -> i64 {
    let (_, rest) = json.split_once(&format!("\"{field}\":\"")).expect("the field");
    let part = |range: std::ops::Range<usize>| rest[range].parse::<i32>().expect("a number");
    let from = Date::new(part(0..4), part(5..7) as u8, part(8..10) as u8).expect("a date");
    let to = Date::new(year, month, day).expect("a date");
    (to.midnight().micros() - from.midnight().micros()) / 86_400_000_000
}
