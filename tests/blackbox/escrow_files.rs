//! Deposits in their wrapping, as GnuPG and GNU tar make them, judged by `domesday escrow check`.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;

use simd_json::prelude::*;
use tempfile::TempDir;

use crate::admin::run;

const XML: &str = include_str!("../../src/escrow/testdata/whole.xml");
const NAME: &str = "example_2026-06-01_full_S1_R0";

/// A registry that is not ours, with its escrow agent: a home of gpg's, and the files that it makes.
struct Foreign {
    home: TempDir,
}

impl Foreign {
    fn new() -> Self {
        let home = TempDir::with_prefix("df").expect("a folder");
        fs::set_permissions(home.path(), fs::Permissions::from_mode(0o700)).expect("its rights");
        // What makes passphrases slow to guess makes tests slow.
        fs::write(home.path().join("gpg-agent.conf"), "s2k-count 65536\n").expect("a file");
        let foreign = Self { home };
        for (user, passphrase) in [("registry", ""), ("other", ""), ("agent", "horse")] {
            let key = ["--passphrase", passphrase, "--quick-generate-key", user, "ed25519", "sign", "never"];
            foreign.gpg(&key);
            let listed = foreign.gpg(&["--with-colons", "--list-keys", user]);
            let fingerprint =
                listed.lines().find_map(|line| line.strip_prefix("fpr:")).expect("a key").replace(':', "");
            foreign.gpg(&["--passphrase", passphrase, "--quick-add-key", &fingerprint, "cv25519", "encrypt", "never"]);
            foreign.gpg(&["--armor", "--output", &foreign.path(&format!("{user}.asc")), "--export", user]);
        }
        let key = foreign.path("agent.key");
        foreign.gpg(&["--passphrase", "horse", "--output", &key, "--export-secret-keys", "agent"]);
        fs::write(foreign.path("agent.pass"), "horse\n").expect("a file");
        fs::write(foreign.path("wrong.pass"), "house\n").expect("a file");
        foreign
    }

    fn path(&self, name: &str) -> String {
        self.home.path().join(name).to_str().expect("UTF-8").to_owned()
    }

    fn gpg(&self, arguments: &[&str]) -> String {
        let mut command = Command::new("gpg");
        command.arg("--homedir").arg(self.home.path()).args(["--batch", "--yes", "--no-tty", "--quiet"]);
        command.args(["--trust-model", "always", "--pinentry-mode", "loopback"]).args(arguments);
        let done = command.output().expect("gpg (package gnupg)");
        assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).expect("text")
    }

    /// Data files in a message, in two parts with their signatures, one of them armoured: paths of the parts, the last one first.
    fn deposit(&self, name: &str, members: &[(&str, &str)]) -> Vec<String> {
        let folder = self.path("data");
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir(&folder).expect("a folder");
        for (member, content) in members {
            fs::write(format!("{folder}/{member}"), content).expect("a file");
        }
        let (tar, message) = (self.path(&format!("{NAME}.tar")), self.path("message"));
        let names = members.iter().map(|(member, _)| member);
        let done = Command::new("tar").args(["-C", &folder, "-cf", &tar]).args(names).status().expect("tar");
        assert!(done.success());
        self.gpg(&["--recipient", "agent", "--output", &message, "--compress-algo", "zip", "--encrypt", &tar]);
        let message = fs::read(message).expect("a message");
        let (first, second) = message.split_at(message.len() / 2);
        let second_name = name.replace("_S1_", "_S2_");
        let parts = [(second_name.as_str(), second, "--armor"), (name, first, "--no-armor")];
        let written = parts.map(|(name, octets, form)| {
            let part = self.path(&format!("{name}.ryde"));
            fs::write(&part, octets).expect("a part");
            self.sign("registry", &part, form);
            part
        });
        written.to_vec()
    }

    fn sign(&self, user: &str, part: &str, form: &str) {
        let signature = part.replace(".ryde", ".sig");
        self.gpg(&["--local-user", user, form, "--output", &signature, "--detach-sign", part]);
    }
}

impl Drop for Foreign {
    fn drop(&mut self) {
        let _ = Command::new("gpgconf").arg("--homedir").arg(self.home.path()).args(["--kill", "all"]).status();
    }
}

/// `domesday escrow check`: its exit code and what it says.
fn check(files: &[String], options: &[&str]) -> (i32, String) {
    let files = files.iter().map(String::as_str).collect::<Vec<_>>();
    let output = run(&[&["escrow", "check"], options, &files].concat());
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    (output.status.code().expect("it ended"), said.into_owned())
}

#[track_caller]
fn expect((code, said): (i32, String), expected_code: i32, expected: &[&str]) {
    let missing: Vec<_> = expected.iter().filter(|expected| !said.contains(**expected)).collect();
    assert!(code == expected_code && missing.is_empty(), "exit code {code}, without {missing:?}: {said}");
}

#[test]
fn a_deposit_of_another_make_is_judged_in_its_wrapping() {
    let foreign = Foreign::new();
    let inside = format!("{NAME}.xml");
    let parts = foreign.deposit(NAME, &[(&inside, XML)]);
    let [key, pass, wrong_pass, signer, other] =
        ["agent.key", "agent.pass", "wrong.pass", "registry.asc", "other.asc"].map(|name| foreign.path(name));
    let decrypt = ["--key", &key, "--passphrase-file", &pass];
    let all = [&decrypt[..], &["--signer", &signer]].concat();
    expect(check(&parts, &all), 0, &["and 1 more: 0 findings in", "signed by", "message: AES", "ZIP"]);
    let signatures = parts.iter().map(|part| part.replace(".ryde", ".sig"));
    let given = [&parts[..], &signatures.collect::<Vec<_>>()].concat();
    let (code, json) = check(&given, &[&all[..], &["--json"]].concat());
    let mut json = json.into_bytes();
    let said = simd_json::to_owned_value(&mut json).expect("one line");
    let summary = said.get("summary").expect("it ends with it");
    let counts = ["findings", "objects", "files"].map(|field| summary.get_u64(field).expect("a number"));
    assert_eq!((code, counts[0], counts[2]), (0, 0, 4), "{summary}");
    assert!(counts[1] > 5 && summary.get_array("not_checked").is_some_and(Vec::is_empty), "{summary}");
    assert_eq!(summary.get_array("signed_by").map(Vec::len), Some(2), "{summary}");

    // What a key would tell is not passed silently.
    expect(check(&parts, &decrypt), 0, &["not checked: rde-02: signatures need", ": 0 findings in"]);
    let encrypted = "not checked: rde-03, rde-04, rde-05, rde-06, rde-07, rde-08, rde-09, rde-10, rde-11, rde-12, rde-13, rde-14, \
                     rde-15: the deposit is encrypted";
    expect(check(&parts, &["--signer", &signer]), 2, &[encrypted, "signed by", "was not read to its end"]);
    expect(
        check(&parts, &["--key", &key, "--passphrase-file", &wrong_pass]),
        2,
        &["agent.key: the passphrase does not"],
    );
    expect(check(&parts, &["--key", &signer]), 2, &["registry.asc: not a secret key"]);
    // What is inside can be judged alone.
    let tar = [foreign.path(&format!("{NAME}.tar"))];
    expect(check(&tar, &[]), 0, &["not checked: rde-02, rde-03: the file has been taken out", ": 0 findings in"]);

    expect(
        check(&parts[..1], &all),
        2,
        &["the deposit: expected part S1, found", "(rde-01)", "not checked: rde-02, rde-03"],
    );
    expect(check(&parts[1..], &all), 2, &["the message was changed or cut", "(rde-03)"]);
    foreign.sign("other", &parts[0], "--no-armor");
    let other_key = format!("file {}: expected a signature by", parts[0].rsplit('/').next().expect("a name"))
        .replace(".ryde", ".sig");
    expect(check(&parts, &all), 1, &[&other_key, "(rde-02)", ": 1 findings in"]);
    expect(check(&parts, &[&decrypt[..], &["--signer", &other]].concat()), 1, &["signed by", "(rde-02)"]);
    fs::remove_file(PathBuf::from(parts[0].replace(".ryde", ".sig"))).expect("it is there");
    expect(check(&parts, &all), 1, &["expected a signature beside it, found none (rde-02)", ": 1 findings in"]);
    let mut octets = fs::read(&parts[0]).expect("a part");
    octets[200] ^= 1;
    fs::write(&parts[0], octets).expect("a part");
    foreign.sign("registry", &parts[0], "--no-armor");
    expect(check(&parts, &all), 2, &["the message was changed or cut", "(rde-03)", "was not read to its end"]);
}

/// A deposit with its registrars in a CSV file.
fn with_csv() -> String {
    let (head, _) = XML.split_once("<rde:rdeMenu>").expect("a menu");
    let uri = "urn:ietf:params:xml:ns:csvRegistrar-1.0";
    let head = head.replacen(
        "<rde:deposit ",
        &format!("<rde:deposit xmlns:rdeCsv=\"urn:ietf:params:xml:ns:rdeCsv-1.0\" xmlns:csvRegistrar=\"{uri}\" "),
        1,
    );
    format!(
        "{head}<rde:rdeMenu><rde:version>1.0</rde:version><rde:objURI>{uri}</rde:objURI></rde:rdeMenu><rde:contents>\
         <rdeHeader:header><rdeHeader:tld>example</rdeHeader:tld><rdeHeader:count uri=\"{uri}\">1</rdeHeader:count></rdeHeader:header>\
         <csvRegistrar:contents><rdeCsv:csv name=\"registrar\"><rdeCsv:fields><csvRegistrar:fId/><csvRegistrar:fName/></rdeCsv:fields>\
         <rdeCsv:files><rdeCsv:file>registrar.csv</rdeCsv:file></rdeCsv:files></rdeCsv:csv></csvRegistrar:contents>\
         </rde:contents></rde:deposit>"
    )
}

#[test]
fn what_is_wrong_outside_the_contents_is_found() {
    let foreign = Foreign::new();
    let inside = format!("{NAME}.xml");
    let (key, pass) = (foreign.path("agent.key"), foreign.path("agent.pass"));
    let decrypt = ["--key", &key, "--passphrase-file", &pass];
    let wrong_day = NAME.replace("06-01", "06-02");
    let parts = foreign.deposit(&wrong_day, &[(&inside, XML)]);
    let said = check(&parts, &decrypt);
    let expected = [
        "expected the name example_2026-06-02_full_S1_R0.xml of the files outside, found example_2026-06-01_full_S1_R0.xml (rde-01)",
        "expected a watermark on 2026-06-02, as example_2026-06-02_full_S1_R0.ryde says, found 2026-06-01T00:00:00",
        ": 2 findings in",
    ];
    expect(said, 1, &expected);
    let parts = foreign.deposit(NAME, &[("README", "Hello"), (&inside, &XML.replace("T1", ""))]);
    let said = check(&parts, &decrypt);
    expect(said, 1, &["file README: expected XML and CSV files alone", "(rde-04, value)"]);
    let parts = foreign.deposit(NAME, &[("domain.csv", "a,b\n"), (&inside, XML)]);
    let csv =
        "rde-12, rde-15: domain.csv is of the CSV model; CSV files of a package are read where they may lie on a disk";
    expect(check(&parts, &decrypt), 2, &[csv, "was not read to its end"]);
    let spill = ["--key", &key, "--passphrase-file", &pass, "--spill", foreign.home.path().to_str().expect("UTF-8")];
    expect(check(&parts, &spill), 2, &["domain.csv is of the CSV model, which no type of objects is in by the menu"]);
    // The file stands before the XML that says what is in it.
    let parts =
        foreign.deposit(NAME, &[("registrar.csv", "reg-one,Registrar One\r\nreg-two\r\n"), (&inside, &with_csv())]);
    let found =
        ["registrar.csv line 2: registrar: expected 2 fields", "(rde-13)", ": 2 findings in 1 objects and 0 deletes"];
    expect(check(&parts, &spill), 1, &found);
    expect(check(&parts, &decrypt), 2, &["not checked: rde-04", "registrar.csv is of the CSV model; CSV files"]);
    let parts = foreign.deposit(NAME, &[("domain.csv", "a,b\n")]);
    expect(check(&parts, &decrypt), 2, &["expected an XML file in the tar file, found none (rde-03)", csv]);
    let empty = [foreign.path(&format!("{NAME}.ryde"))];
    fs::write(&empty[0], b"").expect("a file");
    expect(check(&empty, &decrypt), 2, &["found an empty file (rde-03)", "not checked: rde-02: signatures need"]);
    let zip = [foreign.path("deposit.tar.gz")];
    fs::write(&zip[0], b"\x1F\x8B\x08\0").expect("a file");
    expect(
        check(&zip, &decrypt),
        2,
        &["expected an OpenPGP message, a tar file or XML, found a file that begins with 1F8B"],
    );
}
