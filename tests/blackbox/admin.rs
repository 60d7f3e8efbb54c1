//! `domesday admin`: what operators change, and what registrars see of it.

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use simd_json::OwnedValue;
use simd_json::prelude::*;

use crate::frames::{
    POLL, acknowledge, attributes, check, contact_create, delete, domain_create, expect, info, period, renew, status,
    statuses, text,
};
use crate::names;
use crate::support::EppClient;
use crate::support::epp::code;
use crate::support::process::{Registrar, binary};
use crate::world::{PASSWORD, client, client_a, demo, directory, registrar, unique};

/// Runs the program to its end.
pub(crate) fn run(arguments: &[&str]) -> Output {
    Command::new(binary()).args(arguments).stdin(Stdio::null()).output().expect("the binary can be started")
}

pub(crate) fn domesday_admin(arguments: &[&str]) -> Output {
    domesday_admin_of(directory(), arguments)
}

/// The same, of the server in that directory.
pub(crate) fn domesday_admin_of(directory: &Path, arguments: &[&str]) -> Output {
    let target = directory.join("demo.json");
    let target = target.to_str().expect("a name in UTF-8");
    run(&[&["admin", "--json", "--target", target], arguments].concat())
}

/// An admin command that succeeds, and the JSON it prints.
#[track_caller]
pub(crate) fn done(arguments: &[&str]) -> OwnedValue {
    let mut output = domesday_admin(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    simd_json::to_owned_value(&mut output.stdout).unwrap_or_else(|error| panic!("{arguments:?}: {error}"))
}

/// An admin command that is refused: exit code 1, and a message that names `expected`.
#[track_caller]
pub(crate) fn refused(arguments: &[&str], expected: &str) {
    let output = domesday_admin(arguments);
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{arguments:?}: {message}");
    assert!(message.contains(expected), "{arguments:?}: {message}");
}

/// The row whose `member` is `value`.
pub(crate) fn row(rows: &OwnedValue, member: &str, value: &str) -> Option<OwnedValue> {
    rows.as_array()?.iter().find(|row| row.get_str(member) == Some(value)).cloned()
}

#[test]
fn a_tld_is_added_and_domains_are_registered_in_it() {
    let tld = unique("tld");
    let mut a = client_a();
    expect(&mut a, 2306, &domain_create(&format!("first.{tld}"), ""));
    let add = ["tld", "add", &tld, "--data-model", "minimum", "--repository-id", "NEWTLD", "--max-months", "24"];
    done(&add);
    refused(&add, &tld);
    let listed = row(&done(&["tld", "list"]), "name", &tld).expect("the TLD is listed");
    assert_eq!((listed.get_str("data_model"), listed.get_u64("max_months")), (Some("minimum"), Some(24)));
    expect(&mut a, 1000, &domain_create(&format!("first.{tld}"), ""));
    let answer = expect(&mut a, 1000, &info("domain", &format!("first.{tld}")));
    assert!(text(&answer, "domain:roid").ends_with("-NEWTLD"), "{answer}");
    expect(&mut a, 2306, &domain_create(&format!("second.{tld}"), &period(3, "y")));
    done(&["tld", "set", &tld, "--max-months", "36"]);
    expect(&mut a, 1000, &domain_create(&format!("second.{tld}"), &period(3, "y")));
    refused(&["tld", "set", "no-such-tld", "--max-months", "36"], "no-such-tld");
}

#[test]
fn a_registrar_logs_in_once_it_has_password_and_certificate() {
    let clid = unique("cli-");
    let first = &demo().registrars[0];
    let own = Registrar { clid: clid.clone(), pw: PASSWORD.to_owned(), ..first.clone() };
    let login = || EppClient::connect(demo(), &own).expect("a connection").login(&own.clid, &own.pw);
    done(&["registrar", "add", &clid, "--name", "A Registrar", "--iana-id", &unique("1")]);
    refused(&["registrar", "add", &clid, "--name", "A Registrar"], &clid);
    refused(&["registrar", "add", &unique("cli-"), "--name", "Another", "--iana-id", "9995"], "registrar-a");
    assert_eq!(code(&login()), 2200);
    let password = directory().join(format!("{clid}.pw"));
    std::fs::write(&password, format!("{PASSWORD}\n")).expect("a file can be written");
    done(&["registrar", "set-password", &clid, "--password-file", password.to_str().expect("UTF-8")]);
    assert_eq!(code(&login()), 2200, "without a certificate of its own");
    let pem = first.cert.to_str().expect("UTF-8");
    done(&["registrar", "add-cert", &clid, "--pem", pem, "--label", "shared"]);
    assert_eq!(code(&login()), 1000);
    let listed = row(&done(&["registrar", "list"]), "clid", &clid).expect("the registrar is listed");
    assert_eq!((listed.get_str("name"), listed.get_bool("suspended")), (Some("A Registrar"), Some(false)));
    let mut open = client(&own);
    done(&["registrar", "remove-cert", &clid, "--pem", pem]);
    assert_eq!(code(&login()), 2200);
    expect(&mut open, 2500, &check("domain", &["a.test"]));
    assert!(open.is_closed_by_server());
}

#[test]
fn a_suspended_registrar_cannot_log_in() {
    let own = registrar();
    let mut open = client(&own);
    let login = || EppClient::connect(demo(), &own).expect("a connection").login(&own.clid, &own.pw);
    done(&["registrar", "suspend", &own.clid]);
    assert_eq!(code(&login()), 2200);
    // A session that is open ends with its next command, which is not executed.
    let name = names::minimum();
    expect(&mut open, 2500, &domain_create(&name, ""));
    assert!(open.is_closed_by_server());
    expect(&mut client_a(), 2303, &info("domain", &name));
    done(&["registrar", "suspend", &own.clid, "--undo"]);
    assert_eq!(code(&login()), 1000);
}

#[test]
fn a_registrar_with_networks_logs_in_from_there_only() {
    let own = registrar();
    let login = || EppClient::connect(demo(), &own).expect("a connection").login(&own.clid, &own.pw);
    done(&["registrar", "set", &own.clid, "--network", "192.0.2.0/24"]);
    assert_eq!(code(&login()), 2200);
    done(&["registrar", "set", &own.clid, "--network", "127.0.0.0/8"]);
    assert_eq!(code(&login()), 1000);
}

#[test]
fn server_statuses_prohibit_and_the_sponsor_is_told() {
    let own = registrar();
    let mut session = client(&own);
    let name = names::minimum_of(&mut session);
    let expiry = {
        let answer = expect(&mut session, 1000, &info("domain", &name));
        text(&answer, "domain:exDate").split('T').next().expect("a date").to_owned()
    };
    done(&["status", "set", "domain", &name, "serverHold", "--reason", "court order"]);
    let message = expect(&mut session, 1301, POLL);
    assert!(message.contains("court order") && message.contains(&name), "{message}");
    let id = attributes(&message, "id")[0].to_owned();
    expect(&mut session, 1000, &acknowledge(&id));
    expect(&mut session, 1000, &status("domain", &name, "add", "clientHold"));
    expect(&mut session, 2306, &status("domain", &name, "rem", "serverHold"));
    for (prohibition, body) in [
        ("serverUpdateProhibited", status("domain", &name, "rem", "clientHold")),
        ("serverRenewProhibited", renew(&name, &expiry, "")),
        ("serverDeleteProhibited", delete("domain", &name)),
    ] {
        done(&["status", "set", "domain", &name, prohibition]);
        let answer = expect(&mut session, 2304, &body);
        assert!(text(&answer, "msg").contains(prohibition), "{answer}");
        done(&["status", "unset", "domain", &name, prohibition]);
    }
    let answer = expect(&mut session, 1000, &info("domain", &name));
    assert_eq!(statuses(&answer), ["clientHold", "inactive", "serverHold"]);
    let message = expect(&mut session, 1301, POLL);
    assert_eq!(attributes(&message, "count"), ["6"]);
    let shown = done(&["domain", "show", &name]);
    assert_eq!(shown.get_str("sponsor"), Some(&own.clid[..]));
    refused(&["status", "set", "domain", &names::minimum(), "serverHold"], "domain");
    refused(&["domain", "show", "nobody.test"], "nobody.test");
}

#[test]
fn server_statuses_of_hosts_and_contacts_prohibit_too() {
    let mut a = client_a();
    let (host, contact) = (names::outside_of(&mut a), names::contact_of(&mut a));
    for (kind, id) in [("host", &host), ("contact", &contact)] {
        done(&["status", "set", kind, id, "serverUpdateProhibited"]);
        expect(&mut a, 2304, &status(kind, id, "add", "clientDeleteProhibited"));
        done(&["status", "unset", kind, id, "serverUpdateProhibited"]);
        done(&["status", "set", kind, id, "serverDeleteProhibited"]);
        expect(&mut a, 2304, &delete(kind, id));
        done(&["status", "unset", kind, id, "serverDeleteProhibited"]);
        expect(&mut a, 1000, &delete(kind, id));
    }
}

#[test]
fn checkpoints_run_while_commands_flow() {
    let stop = AtomicBool::new(false);
    let created = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut a = client_a();
            while !stop.load(Ordering::Relaxed) {
                let id = names::contact();
                expect(&mut a, 1000, &contact_create(&id));
                created.lock().expect("no thread panicked").push(id);
            }
        });
        for _ in 0..5 {
            let answer = done(&["checkpoint"]);
            assert!(answer.get_str("outcome").is_some(), "{answer}");
        }
        stop.store(true, Ordering::Relaxed);
    });
    let stats = done(&["stats"]);
    assert!(stats.get_u64("index_base_frame").is_some_and(|frame| frame > 0), "{stats}");
    assert!(stats.get_u64("transactions").is_some_and(|transactions| transactions > 0), "{stats}");
    let mut a = client_a();
    for id in created.lock().expect("no thread panicked").iter() {
        expect(&mut a, 1000, &info("contact", id));
    }
}

#[test]
fn an_admin_request_that_is_none_is_refused_and_harms_nothing() {
    for line in ["", "{}", "nonsense", r#"{"fly":{}}"#, r#"{"tld-list":{"x":1}}"#, r#"{"stats":{}} {"stats":{}}"#] {
        let answer = crate::world::ask_admin(line);
        assert!(answer.starts_with(r#"{"error":"#), "{line}: {answer}");
    }
    let output = run(&["admin", "--socket", "/nonexistent/admin.sock", "stats"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("/nonexistent/admin.sock"));
    done(&["stats"]);
}
