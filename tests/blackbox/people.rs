//! `domesday epp`, the client for people: short forms, whole frames, exit codes.

use std::io::Write;
use std::process::{Command, Stdio};

use crate::frames::{check, domain_create};
use crate::names;
use crate::support::epp::frame;
use crate::support::process::binary;
use crate::world::directory;

/// Runs the client as `registrar-a`; its exit code and what it prints, both streams.
fn epp(arguments: &[&str], input: &str) -> (Option<i32>, String) {
    let mut child = Command::new(binary())
        .arg("epp")
        .arg("--target")
        .arg(directory().join("demo.json"))
        .args(["--as", "registrar-a"])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary can be started");
    // It may end without reading.
    let _ = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
    let output = child.wait_with_output().expect("it ends");
    (output.status.code(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
}

#[test]
fn short_forms_do_what_they_say() {
    crate::world::demo();
    let name = names::minimum();
    for (words, expected, printed) in [
        (vec!["check", &name], 0, "avail=1"),
        (vec!["create", "domain", &name, "--years", "2"], 0, "1000"),
        (vec!["check", &name], 0, "avail=0"),
        (vec!["create", "domain", &name], 23, "2302"),
        (vec!["info", "domain", &name], 0, "inactive"),
        (vec!["update", "domain", &name, "--add-status", "clientHold"], 0, "1000"),
        (vec!["info", "domain", &name], 0, "clientHold"),
        (vec!["renew", &name], 0, "1000"),
        (vec!["delete", "domain", &name], 0, "1000"),
        (vec!["info", "domain", &name], 23, "2303"),
        (vec!["create", "domain", "n_w.test"], 20, "2005"),
        (vec!["check", &name, "--fee"], 0, "fee:chkData"),
        (vec!["check", &name, "--fee", "create", "--years", "2", "--currency", "euro"], 20, "2005"),
        (vec!["update", "domain", &name, "--restore", "--fee", "1"], 23, "2303"),
        (vec!["balance"], 23, "billing account"),
        (vec!["hello"], 0, "svID"),
    ] {
        let (code, text) = epp(&words, "");
        assert_eq!(code, Some(expected), "{words:?}: {text}");
        assert!(text.contains(printed), "{words:?}: {text}");
    }
}

#[test]
fn frames_are_sent_as_they_are() {
    crate::world::demo();
    let name = names::minimum();
    let frames = frame(&check("domain", &[&name]), "T-ONE") + "\n" + &frame(&domain_create(&name, ""), "T-TWO");
    let (code, text) = epp(&["--xml", "-"], &frames);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("<clTRID>T-ONE</clTRID>") && text.contains("<clTRID>T-TWO</clTRID>"), "{text}");
    // The first that fails decides.
    let (code, text) = epp(&["-"], &frame(&domain_create(&name, ""), "T-TWO"));
    assert_eq!(code, Some(23), "{text}");
    let (code, text) = epp(&["-"], "<?xml version=\"1.0\"?><epp");
    assert_eq!(code, Some(20), "{text}");
}

#[test]
fn wrong_usage_is_exit_code_2() {
    crate::world::demo();
    for words in [&["fly", "domain", "a.test"][..], &["create", "domain"], &["--no-such-option", "check", "a.test"]] {
        let (code, text) = epp(words, "");
        assert_eq!(code, Some(2), "{words:?}: {text}");
    }
}
