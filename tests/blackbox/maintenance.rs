//! Maintenance (RFC 9167): announced by the operator, told to registrars, read by them. In a registry of its own, since every
//! registrar is told.

use std::process::Output;

use crate::admin::run;
use crate::frames::{POLL, expect, text, texts};
use crate::session::Login;
use crate::support::epp::OBJECTS;
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
    done(&server, &["remove", "upgrade"]);
    refused(&server, &["remove", "upgrade"], "check its spelling");
    let answer = expect(&mut session, 2303, &asking("<maint:id>upgrade</maint:id>"));
    assert_eq!(texts(&answer, "maint:id"), ["upgrade"], "the value is shown");
}
