//! The schedule of deposits over days that an operator drives: full and differential, packed so that gpg reads them, made again
//! when the agent refuses one, and the same after a crash.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use simd_json::OwnedValue;
use simd_json::prelude::*;

use crate::admin::run;
use crate::frames::{delete, domain_create, expect, host_create, name_servers, part, texts, update};
use crate::printed_rgp::{admin, session};
use crate::support::Server;
use crate::support::epp::between;

const PATIENCE: Duration = Duration::from_secs(30);

/// Keys of an agent and of a registry, made by gpg.
struct Keys {
    home: tempfile::TempDir,
}

impl Keys {
    fn new() -> Self {
        let keys = Self { home: tempfile::tempdir().expect("a directory") };
        for (user, usage) in [("agent", "default"), ("registry", "sign")] {
            keys.gpg(&["--passphrase", "", "--quick-gen-key", user, "rsa2048", usage, "never"]);
        }
        if !keys.gpg(&["--list-keys", "--with-colons", "agent"]).windows(4).any(|word| word == b"sub:") {
            let listed = String::from_utf8(keys.gpg(&["--list-keys", "--with-colons", "agent"])).expect("UTF-8");
            let fingerprint = listed.lines().find_map(|line| line.strip_prefix("fpr:::::::::")).expect("a fingerprint");
            let fingerprint = fingerprint.trim_end_matches(':').to_owned();
            keys.gpg(&["--passphrase", "", "--quick-add-key", &fingerprint, "rsa2048", "encr", "never"]);
        }
        fs::write(keys.path("agent.asc"), keys.gpg(&["--armor", "--export", "agent"])).expect("a file");
        let secret = keys.gpg(&["--armor", "--passphrase", "", "--export-secret-keys", "registry"]);
        fs::write(keys.path("registry.asc"), secret).expect("a file");
        keys
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// What gpg says. Deposits are made on days to come; gpg lives later still.
    fn gpg(&self, arguments: &[&str]) -> Vec<u8> {
        let mut command = Command::new("gpg");
        command.args(["--batch", "--yes", "--quiet", "--pinentry-mode", "loopback", "--homedir"]).arg(self.home.path());
        let output = command.args(arguments).stdin(Stdio::null()).output().expect("gpg (package gnupg)");
        assert!(output.status.success(), "gpg {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    /// The document in a processed file, whose signature must be good.
    fn open(&self, part: &Path) -> String {
        let (part, signature) = (part.to_str().expect("UTF-8"), part.with_extension("sig"));
        let later = ["--faked-system-time", "20990101T000000"];
        self.gpg(&[&later[..], &["--verify", signature.to_str().expect("UTF-8"), part]].concat());
        let tar = self.path("deposit.tar");
        fs::write(&tar, self.gpg(&[&later[..], &["--decrypt", part]].concat())).expect("a file");
        let document = Command::new("tar").arg("-xOf").arg(&tar).args(["--wildcards", "*.xml"]).output().expect("tar");
        assert!(document.status.success());
        String::from_utf8(document.stdout).expect("UTF-8")
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        // The agent that gpg has started for these keys.
        let _ = Command::new("gpgconf").arg("--homedir").arg(self.home.path()).args(["--kill", "all"]).status();
    }
}

fn asked(server: &Server, arguments: &[&str]) -> Output {
    let target = server.directory().join("demo.json");
    run(&[&["admin", "--json", "--target", target.to_str().expect("UTF-8"), "escrow"], arguments].concat())
}

#[track_caller]
fn told(server: &Server, arguments: &[&str]) -> OwnedValue {
    let mut output = asked(server, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    simd_json::to_owned_value(&mut output.stdout).expect("JSON")
}

/// The newest deposit, once there are that many.
#[track_caller]
fn newest(server: &Server, count: usize) -> OwnedValue {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let rows = told(server, &["status", "test"]);
        let rows = rows.as_array().expect("a list");
        if rows.len() >= count {
            assert_eq!(rows.len(), count);
            return rows[0].clone();
        }
        assert!(Instant::now() < deadline, "{count} deposits never were made: {}", server.output());
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn text<'v>(row: &'v OwnedValue, member: &str) -> &'v str {
    row.get_str(member).unwrap_or_else(|| panic!("{member} of {row:?}"))
}

/// The processed file of a deposit.
fn file(server: &Server, row: &OwnedValue) -> PathBuf {
    let files = row.get_array("files").expect("a list");
    let name = files.iter().filter_map(|file| file.as_str()).find(|name| name.ends_with(".ryde")).expect("one");
    let escrow = fs::read_dir(server.directory()).expect("read").filter_map(|entry| Some(entry.ok()?.path()));
    let found = escrow.flat_map(|dir| [dir.join("escrow/test").join(name), dir.join("test").join(name)]);
    found.into_iter().find(|path| path.exists()).unwrap_or_else(|| panic!("{name} is nowhere"))
}

fn names<'d>(document: &'d str, object: &str) -> BTreeSet<&'d str> {
    let (contents, name) = (document.split("<rde:contents>").nth(1).expect("contents"), format!("{object}:name"));
    texts(contents, &name).into_iter().collect()
}

fn deleted<'d>(document: &'d str, object: &str) -> BTreeSet<&'d str> {
    let deletes = document.split("</rde:deletes>").next().filter(|_| document.contains("<rde:deletes>"));
    deletes.map(|deletes| texts(deletes, &format!("{object}:name")).into_iter().collect()).unwrap_or_default()
}

/// The command knows no time but the machine's, in which these days have not come: there is nothing else that it finds.
#[track_caller]
fn check(keys: &Keys, directory: &Path) {
    let tar = keys.path("deposit.tar");
    let (tar, spill) = (tar.to_str().expect("UTF-8"), directory.to_str().expect("UTF-8"));
    let output = run(&["escrow", "check", tar, "--spill", spill]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("expected a watermark that has come") && said.contains(": 1 findings in"), "{said}");
}

/// Today's day of the week: the first deposit after it is full because there is none before, those of the next days are not.
fn today() -> String {
    let day = Command::new("date").args(["-u", "+%A"]).env("LC_ALL", "C").output().expect("date");
    String::from_utf8(day.stdout).expect("UTF-8").trim().to_lowercase()
}

fn planned(keys: &Keys) -> Server {
    let directory = tempfile::tempdir().expect("a directory");
    let plan = keys.path("plan.toml");
    let text = format!(
        "[default]\nfull_days = [{:?}]\ntime = \"00:00\"\ncsv = [\"registrar\"]\n[default.packing]\nrecipients = [{:?}]\nsigner = {:?}\n[tld.test]\n",
        today(),
        keys.path("agent.asc"),
        keys.path("registry.asc")
    );
    fs::write(&plan, text).expect("a file");
    Server::start_virtual_in(directory, &[("escrow.plan", &format!("{:?}", plan.to_str().expect("UTF-8")))])
}

#[test]
fn days_of_deposits_are_packed_follow_from_each_other_and_are_made_again_when_refused() {
    let keys = Keys::new();
    let mut server = planned(&keys);
    let mut a = session(&server, 0, &[]);
    let hosts = name_servers(&["ns1.elsewhere.net"]);
    expect(&mut a, 1000, &host_create("ns1.elsewhere.net", &[]));
    for name in ["kept.test", "going.test", "changing.test"] {
        expect(&mut a, 1000, &domain_create(name, &hosts));
    }
    assert_eq!(told(&server, &["status"]).as_array().map(Vec::len), Some(0));

    admin(&server, &["clock", "advance", "--days", "1"]);
    let first = newest(&server, 1);
    assert_eq!((text(&first, "kind"), first.get("previous").and_then(|id| id.as_str())), ("FULL", None));
    assert!(text(&first, "watermark").ends_with("T00:00:00.000Z"), "{first:?}");
    let full = keys.open(&file(&server, &first));
    check(&keys, server.directory());
    assert!(full.contains("_full_S1_R0_registrar.csv</rdeCsv:file>"), "{full}");
    assert_eq!(names(&full, "rdeDomain"), ["changing.test", "going.test", "kept.test"].into());

    // What a day brings, and two checkpoints, of which the first takes up what was done after midnight.
    let mut a = session(&server, 0, &[]);
    expect(&mut a, 1000, &domain_create("coming.test", &hosts));
    expect(&mut a, 1000, &delete("domain", "going.test"));
    admin(&server, &["checkpoint"]);
    let change = part("host", "chg", "<host:name>ns2.elsewhere.net</host:name>");
    let hold = part("domain", "add", "<domain:status s=\"clientHold\"/>");
    expect(&mut a, 1000, &update("domain", "changing.test", &hold));
    admin(&server, &["checkpoint"]);
    admin(&server, &["clock", "advance", "--days", "1"]);
    let second = newest(&server, 2);
    assert_eq!((text(&second, "kind"), text(&second, "previous")), ("DIFF", text(&first, "id")));
    let difference = keys.open(&file(&server, &second));
    check(&keys, server.directory());
    assert_eq!(names(&difference, "rdeDomain"), ["changing.test", "coming.test"].into());
    // It is in its add grace period, and so it is gone at once.
    assert_eq!(deleted(&difference, "rdeDomain"), ["going.test"].into());
    assert_eq!(between(&difference, "prevId=\"", "\""), Some(text(&first, "id")));

    // A host that has another name is one that is gone and one that has come, and so it is in the names that it serves.
    let mut a = session(&server, 0, &[]);
    expect(&mut a, 1000, &update("host", "ns1.elsewhere.net", &change));
    server.kill();
    server.restart();
    let same = told(&server, &["validate", "test"]);
    assert_eq!(same.get_bool("same"), Some(true), "{same:?}");
    assert_eq!((same.get_u64("findings"), same.get_array("signed").map(Vec::len)), (Some(0), Some(1)), "{same:?}");

    admin(&server, &["escrow", "resend", "test"]);
    let third = newest(&server, 3);
    assert_eq!((text(&third, "previous"), third.get_u64("resend")), (text(&first, "id"), Some(1)));
    assert_eq!(text(&third, "watermark"), text(&second, "watermark"));
    let again = keys.open(&file(&server, &third));
    let of = |document: &str, row: &OwnedValue, resend: &str| {
        document.replace(text(row, "id"), "ID").replace(&format!("resend=\"{resend}\""), "resend=\"R\"")
    };
    assert!(of(&again, &third, "1") == of(&difference, &second, "0"), "but for id and number it is the same");

    admin(&server, &["clock", "advance", "--days", "1"]);
    let fourth = newest(&server, 4);
    assert_eq!(text(&fourth, "previous"), text(&third, "id"));
    let renamed = keys.open(&file(&server, &fourth));
    check(&keys, server.directory());
    assert_eq!(deleted(&renamed, "rdeHost"), ["ns1.elsewhere.net"].into());
    assert_eq!(names(&renamed, "rdeHost"), ["ns2.elsewhere.net"].into());
    assert_eq!(names(&renamed, "rdeDomain"), ["changing.test", "coming.test", "kept.test"].into());
}
