//! What an operator sees of the process (metrics, logs) and what nobody may see (secrets).

use std::io::Write;
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;

use simd_json::prelude::*;

use crate::frames::{auth, check, domain_create, expect, info, named, object, transfer};
use crate::meters::metrics_when;
use crate::names;
use crate::support::process::metrics_at;
use crate::support::{EppClient, Server};
use crate::world::{SECRET, client_a};

/// `GET /metrics` where the server said it would be.
pub(crate) fn metrics(server: &Server) -> String {
    metrics_at(&server.metrics())
}

/// The value of the sample that begins so.
pub(crate) fn sample(text: &str, name: &str) -> u64 {
    let line = text.lines().find(|line| line.starts_with(name));
    line.and_then(|line| line.rsplit(' ').next()?.parse().ok()).unwrap_or(0)
}

#[test]
fn metrics_count_commands_by_result() {
    let server = Server::start();
    let mut a = EppClient::logged_in(server.demo(), 0);
    expect(&mut a, 1000, &domain_create("counted.test", ""));
    for _ in 0..3 {
        expect(&mut a, 2303, &info("domain", "nobody.test"));
    }
    // Its time is counted a moment after the client has the answer.
    let timed = |text: &str| sample(text, "domesday_epp_command_seconds_count{class=\"query\"}") == 3;
    let text = metrics_when(&server, timed);
    assert!(text.starts_with("HTTP/1.1 200 OK\r\n") && text.ends_with("# EOF\n"), "{text}");
    for (name, value) in [
        ("domesday_epp_commands_total{command=\"login\",code=\"1000\"}", 1),
        ("domesday_epp_commands_total{command=\"domain:create\",code=\"1000\"}", 1),
        ("domesday_epp_commands_total{command=\"domain:info\",code=\"2303\"}", 3),
        ("domesday_epp_command_seconds_count{class=\"query\"}", 3),
        ("domesday_epp_command_seconds_count{class=\"transform\"}", 1),
    ] {
        assert_eq!(sample(&text, name), value, "{name}: {text}");
    }
}

/// The files in a directory and below that hold this text. grep, since a log segment is large and mostly empty.
pub(crate) fn holding(directory: &Path, text: &str) -> Vec<String> {
    let output = Command::new("grep").args(["-rlaF", "-e", text]).arg(directory).output();
    let output = output.expect("there is a grep");
    String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
}

#[test]
fn secrets_are_neither_logged_nor_stored() {
    let mut server = Server::start();
    let mut a = EppClient::logged_in(server.demo(), 0);
    let mut b = EppClient::logged_in(server.demo(), 1);
    let contact = names::contact_of(&mut a);
    expect(&mut a, 1000, &domain_create("secret.test", ""));
    expect(&mut b, 1000, &object("domain", "info", &(named("domain", "secret.test") + &auth("domain", SECRET))));
    expect(&mut b, 1001, &transfer("domain", "request", "secret.test", &auth("domain", SECRET)));
    let wrong = "wr0ng-Yl5Rn8Wd3Uc9Mm6QtXv";
    let answer = expect(&mut b, 2202, &transfer("contact", "request", &contact, &auth("contact", wrong)));
    assert!(!answer.contains(wrong), "{answer}");
    let password = server.demo().registrars[0].pw.clone();
    let guess = "wr0ng-Password";
    let mut late = EppClient::connect(server.demo(), &server.demo().registrars[0]).expect("a connection");
    assert!(!late.login("registrar-a", guess).contains(guess));
    assert!(server.terminate().success());
    assert_eq!(holding(&server.directory().join("data"), "secret.test").len(), 1, "the search finds what is there");
    for secret in [SECRET, wrong, guess, &password] {
        assert_eq!(holding(&server.directory().join("data"), secret), [""; 0], "{secret}");
        assert!(!server.output().contains(secret), "{secret}");
    }
}

#[test]
fn logs_that_no_terminal_reads_are_lines_of_json() {
    let mut server = Server::start();
    let mut a = EppClient::logged_in(server.demo(), 0);
    expect(&mut a, 1000, &check("domain", &["a.test"]));
    assert!(server.terminate().success());
    let output = server.output();
    let events: Vec<_> = output.lines().filter(|line| line.starts_with('{')).collect();
    let parsed = events.iter().map(|line| simd_json::to_owned_value(&mut line.as_bytes().to_vec()).expect("JSON"));
    let messages: Vec<String> = parsed.filter_map(|event| event.get_str("message").map(str::to_owned)).collect();
    for expected in ["EPP login", "stopped"] {
        assert!(messages.iter().any(|message| message == expected), "{expected}: {output}");
    }
}

#[test]
fn a_bare_connection_to_the_tls_ports_harms_nothing() {
    let demo = crate::world::demo();
    for garbage in [&b"GET / HTTP/1.1\r\n\r\n"[..], b"\x16\x03\x01\xff\xff", b"\0\0\0\x20<epp/>", b""] {
        let mut stream = TcpStream::connect((&demo.epp.addresses[0][..], demo.epp.port)).expect("a connection");
        stream.write_all(garbage).expect("the socket takes octets");
        drop(stream);
    }
    expect(&mut client_a(), 1000, &check("domain", &["a.test"]));
}
