//! The process from its start to its end: configuration, files, starting twice, stopping, starting again.

use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::admin::run;
use crate::frames::{check, expect, host_create, info, text, update};
use crate::names;
use crate::support::epp::{code, data_unit};
use crate::support::process::{binary, demo_command};
use crate::support::{EppClient, Server};
use crate::world::{client_a, directory};

#[test]
fn config_check_finds_all_problems_and_names_them() {
    let good = directory().join("registry.toml");
    let output = run(&["config", "check", good.to_str().expect("UTF-8")]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let bad = directory().join("bad.toml");
    let text = "epp.listen = [\"nowhere\"]\nepp.key = \"k\"\nepp.certificate = \"c\"\nepp.lisen = 1\ndata.dir = 7\n";
    std::fs::write(&bad, text).expect("a file can be written");
    let output = run(&["config", "check", bad.to_str().expect("UTF-8")]);
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{message}");
    for named in ["epp.listen", "epp.lisen", "data.dir", "bad.toml"] {
        assert!(message.contains(named), "{named}: {message}");
    }
    let output = run(&["config", "check", "/nonexistent.toml"]);
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_second_start_on_the_same_directory_is_refused() {
    let before = std::fs::read(directory().join("demo.json")).expect("the first wrote it");
    let output = demo_command(directory()).output().expect("the binary can be started");
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{message}");
    assert!(message.contains(directory().to_str().expect("UTF-8")), "{message}");
    assert_eq!(std::fs::read(directory().join("demo.json")).ok(), Some(before), "the first keeps its files");
    expect(&mut client_a(), 1000, &check("domain", &["a.test"]));
}

/// The answers that arrive until the server closes.
fn drain(session: &mut EppClient) -> Vec<String> {
    std::iter::from_fn(|| session.receive().ok()).collect()
}

#[test]
fn a_graceful_stop_answers_what_it_has_done_and_does_nothing_else() {
    let mut server = Server::start();
    let mut session = EppClient::logged_in(server.demo(), 0);
    let mut idle = EppClient::logged_in(server.demo(), 1);
    let hosts: Vec<String> = (0..600).map(|_| names::outside()).collect();
    let frames: Vec<String> = hosts.iter().map(|host| session.frame(&host_create(host, &[]))).collect();
    let octets: Vec<u8> = frames.iter().flat_map(|frame| data_unit(frame.as_bytes())).collect();
    session.send_raw(&octets).expect("the server takes octets");
    let first = session.receive().expect("an answer before the stop");
    let answers = std::thread::scope(|scope| {
        let rest = scope.spawn(|| drain(&mut session));
        let ended = server.terminate();
        assert_eq!(ended.code(), Some(0), "{}", server.output());
        rest.join().expect("the reader ends")
    });
    assert!(idle.is_closed_by_server());
    let answered = 1 + answers.len();
    for answer in std::iter::once(&first).chain(&answers) {
        assert_eq!(code(answer), 1000, "{answer}");
    }
    server.restart();
    let mut session = EppClient::logged_in(server.demo(), 0);
    let frames: Vec<String> = hosts.iter().map(|host| session.frame(&info("host", host))).collect();
    for (number, answer) in session.pipeline(&frames).expect("an answer each").iter().enumerate() {
        let expected = if number < answered { 1000 } else { 2303 };
        assert_eq!(code(answer), expected, "host {number} of {answered} that were answered");
    }
}

#[test]
fn everything_is_there_again_after_a_restart() {
    let mut server = Server::start();
    let mut session = EppClient::logged_in(server.demo(), 0);
    let contact = names::contact_of(&mut session);
    let name = names::maximum_of(&mut session, &contact);
    expect(&mut session, 1000, &update("domain", &name, "<domain:add><domain:status s=\"clientHold\"/></domain:add>"));
    let before = expect(&mut session, 1000, &info("domain", &name));
    for kill in [false, true] {
        if kill {
            server.kill()
        } else {
            assert!(server.terminate().success())
        }
        server.restart();
        let mut session = EppClient::logged_in(server.demo(), 0);
        let after = expect(&mut session, 1000, &info("domain", &name));
        assert_eq!(text(&after, "resData"), text(&before, "resData"));
    }
}

#[test]
fn the_reference_is_a_configuration_once_its_comments_are_taken_away() {
    let output = run(&["config", "reference"]);
    assert!(output.status.success());
    let reference = String::from_utf8(output.stdout).expect("UTF-8");
    // The three that must be given.
    let given = |key: &str| match key {
        "certificate" => directory().join("server.pem"),
        "key" => directory().join("server.key"),
        _ => directory().join("elsewhere"),
    };
    let line = |line: &str| match line.strip_prefix("# ").and_then(|rest| rest.split_once(" = ")) {
        Some((key, "(required)")) => format!("{key} = {:?}\n", given(key)),
        Some((key, value)) if !key.contains(' ') => format!("{key} = {value}\n"),
        _ => format!("{line}\n"),
    };
    let uncommented: String = reference.lines().map(line).collect();
    let file = directory().join("reference.toml");
    std::fs::write(&file, &uncommented).expect("a file can be written");
    let output = run(&["config", "check", file.to_str().expect("UTF-8")]);
    assert!(output.status.success(), "{}\n{uncommented}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn files_that_hold_secrets_are_their_owners_alone() {
    let demo = crate::world::demo();
    let mut secret: Vec<_> = ["ca.key", "server.key", "demo.json", "registrar-a.pw", "registrar-b.pw"]
        .iter()
        .map(|file| directory().join(file))
        .collect();
    secret.extend(demo.registrars.iter().map(|registrar| registrar.key.clone()));
    secret.push(demo.admin_socket.clone());
    let log = std::fs::read_dir(directory().join("data/wal")).expect("the log").flatten();
    secret.extend(log.map(|entry| entry.path()).filter(|path| path.extension().is_none_or(|kind| kind != "tmp")));
    for file in secret {
        let mode = std::fs::metadata(&file).expect("it is there").permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", file.display());
    }
}

#[test]
fn serve_runs_what_the_configuration_file_says() {
    let mut server = Server::start();
    let mut session = EppClient::logged_in(server.demo(), 0);
    let name = names::minimum_of(&mut session);
    assert!(server.terminate().success());
    let mut child = Command::new(binary())
        .args(["serve", "--config"])
        .arg(server.directory().join("registry.toml"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary can be started");
    let deadline = Instant::now() + Duration::from_secs(60);
    let mut session = loop {
        if let Ok(session) = EppClient::connect(server.demo(), &server.demo().registrars[0]) {
            break session;
        }
        let waiting = child.try_wait().is_ok_and(|ended| ended.is_none()) && Instant::now() < deadline;
        assert!(waiting, "no EPP at {:?}", server.demo().epp);
        std::thread::sleep(Duration::from_millis(10));
    };
    let registrar = &server.demo().registrars[0];
    assert_eq!(code(&session.login(&registrar.clid, &registrar.pw)), 1000);
    expect(&mut session, 1000, &info("domain", &name));
    kill_process(Pid::from_child(&child), Signal::TERM).expect("a child of ours can be signalled");
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}
