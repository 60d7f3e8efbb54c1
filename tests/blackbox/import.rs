//! The way back: a registry deposited, imported and served again says of its objects what the one before has said.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use crate::admin::run;
use crate::frames::{
    auth, contact_create_with, contacts, delete, domain_create, expect, host_create, info, name_servers, part, period,
    postal, statuses, texts, transfer, update,
};
use crate::printed_rgp::{admin, session};
use crate::support::epp::code;
use crate::support::{EppClient, Server};
use crate::world::SECRET;

const SEC_DNS: &str = "urn:ietf:params:xml:ns:secDNS-1.1";
const RGP: &str = "urn:ietf:params:xml:ns:rgp-1.0";
const DOMAINS: [&str; 4] = ["zone.example", "signed.example", "moving.example", "going.example"];

fn ds() -> String {
    let digest = "49FD46E6C4B45C55D4AC".repeat(3) + "49FD";
    format!(
        "<extension><secDNS:create xmlns:secDNS=\"{SEC_DNS}\"><secDNS:dsData><secDNS:keyTag>12345</secDNS:keyTag>\
         <secDNS:alg>13</secDNS:alg><secDNS:digestType>2</secDNS:digestType><secDNS:digest>{digest}</secDNS:digest>\
         </secDNS:dsData></secDNS:create></extension>"
    )
}

/// A registry with names in several states.
fn registry() -> Server {
    let server = Server::start();
    // A delete leads to redemption at once.
    admin(&server, &["tld", "set", "example", "--add-grace-days", "0"]);
    let mut a = session(&server, 0, &[SEC_DNS, RGP]);
    let mut b = session(&server, 1, &[]);
    let odd = postal("int", "O'Neill &amp; &lt;Sons&gt;", "Koeln") + &postal("loc", "Ωμέγα", "Αθήνα");
    let disclose = "<contact:disclose flag=\"0\"><contact:name type=\"loc\"/><contact:voice/></contact:disclose>";
    let email = "<contact:email>odd@example.net</contact:email>";
    expect(&mut a, 1000, &contact_create_with("odd-1", &odd, email, disclose));
    expect(&mut a, 1000, &host_create("ns1.elsewhere.net", &[]));
    let options = contacts("odd-1");
    expect(&mut a, 1000, &domain_create("zone.example", &(period(2, "y") + &options)));
    expect(&mut a, 1000, &host_create("ns.zone.example", &["192.0.2.1", "2001:db8::1"]));
    let hosts = name_servers(&["ns.zone.example", "ns1.elsewhere.net"]);
    let create = domain_create("signed.example", &(hosts + &options));
    expect(&mut a, 1000, &create.replace("</create>", &format!("</create>{}", ds())));
    for name in ["moving.example", "going.example"] {
        expect(&mut a, 1000, &domain_create(name, &options));
    }
    let hold = "<domain:status s=\"clientHold\" lang=\"fr\">Impayé &amp; en retard</domain:status>";
    expect(&mut a, 1000, &update("domain", "signed.example", &part("domain", "add", hold)));
    expect(&mut b, 1001, &transfer("domain", "request", "moving.example", &auth("domain", SECRET)));
    expect(&mut a, 1001, &delete("domain", "going.example"));
    let names = server.directory().join("blocked.txt");
    fs::write(&names, "nobody\n").expect("a file");
    let names = names.to_str().expect("UTF-8");
    admin(&server, &["list", "load", "bad", names, "--tld", "example", "--kind", "blocked", "--yes"]);
    server
}

/// A full deposit of `example`.
fn deposit(server: &Server) -> PathBuf {
    admin(server, &["escrow", "full", "example"]);
    let folder = server.directory().join("data/escrow/example");
    let mut files = fs::read_dir(&folder).expect("deposits").map(|entry| entry.expect("a file").path());
    let file = files.next().expect("one deposit");
    assert!(files.next().is_none(), "one alone");
    file
}

fn import(file: &Path, into: &Path, more: &[&str]) -> Output {
    let (file, into) = (file.to_str().expect("UTF-8"), into.to_str().expect("UTF-8"));
    run(&[&["import", "--deposit", file, "--into", into], more].concat())
}

#[track_caller]
fn said(output: &Output, code: i32, expected: &str) -> String {
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(code) && said.contains(expected), "{:?}: {said}", output.status);
    said
}

/// What EPP says of all objects, element by element.
fn facts(client: &mut EppClient) -> Vec<(String, Vec<String>)> {
    let mut facts = Vec::new();
    let objects = DOMAINS.map(|name| ("domain", name)).into_iter();
    let others = [("host", "ns.zone.example"), ("host", "ns1.elsewhere.net"), ("contact", "odd-1")];
    for (kind, name) in objects.chain(others) {
        let element = if kind == "contact" { "id" } else { "name" };
        let answer = expect(client, 1000, &info(kind, name));
        assert!(answer.contains(&format!("<{kind}:{element}>{name}<")), "{answer}");
        for element in ["roid", "clID", "crID", "crDate", "exDate", "upID", "upDate", "trDate", "registrant", "contact"]
        {
            let found = texts(&answer, &format!("{kind}:{element}")).into_iter().map(str::to_owned).collect();
            facts.push((format!("{element} of {name}"), found));
        }
        for element in ["domain:hostObj", "domain:host", "host:addr", "contact:city", "contact:email", "secDNS:keyTag"]
        {
            facts.push((
                format!("{element} of {name}"),
                texts(&answer, element).into_iter().map(str::to_owned).collect(),
            ));
        }
        let shown: BTreeSet<String> = statuses(&answer).into_iter().map(|status| format!("{status:?}")).collect();
        facts.push((format!("statuses of {name}"), shown.into_iter().collect()));
        let rgp = answer.split("<rgp:rgpStatus s=\"").skip(1).filter_map(|rest| rest.split('"').next());
        facts.push((format!("rgp of {name}"), rgp.map(str::to_owned).collect()));
    }
    facts
}

/// An admin command to the registry that `serve` runs.
#[track_caller]
fn serving(server: &Server, arguments: &[&str]) {
    let config = server.directory().join("registry.toml");
    let output = run(&[&["admin", "--config", config.to_str().expect("UTF-8")], arguments].concat());
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_registry_that_was_imported_and_is_served_says_what_the_one_before_said() {
    let mut server = registry();
    let before = facts(&mut session(&server, 0, &[SEC_DNS, RGP]));
    let file = deposit(&server);
    assert!(server.terminate().success(), "{}", server.output());
    let into = server.directory().join("imported");
    let told = said(&import(&file, &into, &[]), 0, "4 domains, 2 hosts, 1 contacts, 2 registrars, 1 blocked labels");
    for next in ["set-password registrar-a", "add-cert registrar-b", "registry.repository_id = \"EXAMPLE\""] {
        assert!(told.contains(next), "{next}: {told}");
    }
    said(&import(&file, &into, &[]), 2, "found files in");

    server.serve(&[("data.dir", "\"{dir}/imported\"")]);
    let (names, registrar) = (server.directory().join("password"), server.demo().registrars[0].clone());
    let mut early = EppClient::connect(server.demo(), &registrar).expect("a greeting");
    assert_eq!(code(&early.login(&registrar.clid, &registrar.pw)), 2200, "nobody gets in before the operator says so");
    fs::write(&names, &registrar.pw).expect("a file");
    let (names, pem) = (names.to_str().expect("UTF-8"), registrar.cert.to_str().expect("UTF-8"));
    serving(&server, &["registrar", "set-password", "registrar-a", "--password-file", names]);
    serving(&server, &["registrar", "add-cert", "registrar-a", "--pem", pem]);
    let mut a = session(&server, 0, &[SEC_DNS, RGP]);
    let after = facts(&mut a);
    for (was, is) in before.iter().zip(&after) {
        assert_eq!(was, is);
    }
    expect(&mut a, 1000, &domain_create("later.example", &contacts("odd-1")));
    expect(&mut a, 2306, &domain_create("nobody.example", &contacts("odd-1")));
    let target = server.directory().join("demo.json");
    let target = target.to_str().expect("UTF-8");
    said(&run(&["rdap", "get", "--target", target, "domain", "signed.example"]), 0, "signed.example");
}

#[test]
fn what_does_not_fit_is_told_before_anything_is_written() {
    let server = registry();
    let text = fs::read_to_string(deposit(&server)).expect("the deposit");
    let broken = server.directory().join("broken.xml");
    fs::write(
        &broken,
        text.replacen("<rdeDomain:contact type=\"tech\">odd-1<", "<rdeDomain:contact type=\"tech\">gone<", 1),
    )
    .expect("a file");
    let into = server.directory().join("new");
    let told =
        said(&import(&broken, &into, &[]), 1, "missing-contact: 1 times: a contact of a domain is not in the deposit");
    assert!(told.contains("broken.xml:") && told.contains("expected the contact gone (tech)"), "{told}");
    assert!(told.contains("nothing was imported: missing-contact not accepted"), "{told}");
    assert!(!into.exists(), "nothing is there");
    let accepted = ["--accept", "missing-contact"];
    said(&import(&broken, &into, &[&accepted[..], &["--dry-run"]].concat()), 0, "nothing was written (--dry-run)");
    assert!(!into.exists(), "nothing is there");
    // What an import that was killed has left is no registry, and in nobody's way.
    let left = server.directory().join(".new.importing");
    fs::create_dir_all(left.join("wal")).expect("a directory");
    fs::write(left.join("wal/half"), "half").expect("a file");
    said(&import(&broken, &into, &accepted), 0, "which an import that did not end has left");
    assert!(into.join("wal").is_dir() && !into.join("wal/half").exists() && !left.exists());
    said(&import(&broken, &into, &["--accept", "frame"]), 2, "this cannot be accepted");
    said(&run(&["import", "--list-rules"]), 0, "the domain is taken without that contact");
    said(&import(&server.directory().join("nothing.xml"), &server.directory().join("x"), &[]), 1, "No such file");
}
