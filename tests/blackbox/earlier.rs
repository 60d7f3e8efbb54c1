//! What earlier versions wrote is served: their records are made those of this version, from the log and from base files.
//!
//! `tests/fixtures/registry_N` is the data directory that a demo of version N of the records left after a clean stop, with
//! the zeros at the end of its segments cut off. Its names were created on 2026-11-26.

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;

use crate::support::epp::code;
use crate::support::process::binary;
use crate::support::{EppClient, Server};

/// Octets of a segment in a demo.
const SEGMENT: u64 = 32 << 20;

fn lay_out(fixture: &Path, directory: &Path) {
    for part in ["index", "wal"] {
        let to = directory.join("data").join(part);
        fs::create_dir_all(&to).expect("can be made");
        for file in fs::read_dir(fixture.join(part)).expect("the fixture is there") {
            let file = file.expect("can be read").path();
            let copy = to.join(file.file_name().expect("a file"));
            fs::copy(&file, &copy).expect("can be copied");
            if copy.extension().is_some_and(|extension| extension == "seg") {
                let segment = File::options().write(true).open(&copy).expect("just written");
                segment.set_len(SEGMENT).expect("there is room");
            }
        }
    }
}

fn info(client: &mut EppClient, name: &str) -> String {
    client.command(&format!("<info><domain:info><domain:name>{name}</domain:name></domain:info></info>"))
}

fn check(server: &Server) {
    let mut client = EppClient::logged_in(server.demo(), 0);
    let base = info(&mut client, "base.example");
    assert_eq!(code(&base), 1000, "{base}");
    for part in [
        "<domain:crDate>2026-11-26T13:07:06.910Z</domain:crDate>",
        "<domain:exDate>2029-11-26T13:07:06.910Z</domain:exDate>",
        "<domain:registrant>fx-1</domain:registrant>",
        "<domain:hostObj>ns1.elsewhere.invalid</domain:hostObj>",
        "<domain:host>ns1.base.example</domain:host>",
        "<domain:status s=\"clientHold\"",
    ] {
        assert!(base.contains(part), "{part}: {base}");
    }
    let log = info(&mut client, "log.test");
    assert!(log.contains("<domain:exDate>2029-11-26T13:07:"), "created for two years and renewed for one: {log}");
    assert_eq!(code(&info(&mut client, "gone.test")), 2303);
    // A transfer was pending until 2026-12-01; then it is approved.
    let moves = info(&mut client, "moves.test");
    let approved = moves.contains("<domain:clID>registrar-b</domain:clID>");
    assert!(approved || moves.contains("<domain:status s=\"pendingTransfer\"/>"), "{moves}");
}

#[test]
fn a_registry_with_the_first_version_of_its_records_is_served_and_kept() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    lay_out(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/registry_1")), directory.path());
    let mut server = Server::start_in(directory.path());
    check(&server);
    // What was made of the old records is in the base file from now on, and nothing of the old ones.
    let mut checkpoint = Command::new(binary());
    checkpoint.args(["admin", "--target"]).arg(directory.path().join("demo.json")).arg("checkpoint");
    assert!(checkpoint.status().expect("the binary can be started").success());
    check(&server);
    server.restart();
    check(&server);
    let mut client = EppClient::logged_in(server.demo(), 0);
    let delete = client.command("<delete><domain:delete><domain:name>log.test</domain:name></domain:delete></delete>");
    assert_eq!(code(&delete), 1001, "there is no grace period that it was promised: {delete}");
}
