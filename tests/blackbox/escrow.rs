//! Deposits as an escrow agent gets them (RFC 8909, RFC 9022; Specification 2), against what EPP says of the same objects.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use simd_json::OwnedValue;
use simd_json::prelude::*;

use crate::admin::run;
use crate::frames::{
    auth, contact_create_with, contacts, delete, domain_create, expect, host_create, info, name_servers, part, period,
    postal, statuses, text, texts, transfer, update,
};
use crate::printed_rgp::{admin, session};
use crate::support::epp::between;
use crate::support::{EppClient, Server};
use crate::world::SECRET;

const SEC_DNS: &str = "urn:ietf:params:xml:ns:secDNS-1.1";
const RGP: &str = "urn:ietf:params:xml:ns:rgp-1.0";

fn asked(server: &Server, arguments: &[&str]) -> Output {
    let target = server.directory().join("demo.json");
    run(&[&["admin", "--json", "--target", target.to_str().expect("UTF-8"), "escrow", "full"], arguments].concat())
}

#[track_caller]
fn deposit(server: &Server, arguments: &[&str]) -> (OwnedValue, PathBuf, String) {
    let mut output = asked(server, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    let said = simd_json::to_owned_value(&mut output.stdout).expect("JSON");
    let path = PathBuf::from(said.get_str("file").expect("a path"));
    let document = fs::read_to_string(&path).expect("the file it names");
    (said, path, document)
}

#[track_caller]
fn refused(server: &Server, arguments: &[&str], expected: &str) {
    let output = asked(server, arguments);
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && message.contains(expected), "{arguments:?}: {message}");
}

/// libxml2's verdict, by the schemas of RFC 8909 and RFC 9022.
fn check_schema(path: &Path) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let reference = std::env::var_os("DOMESDAY_REFERENCE").map_or_else(|| root.join("../shared"), PathBuf::from);
    let schema = reference.join("xsd/rde-all.xsd");
    if !schema.exists() {
        println!(
            "skipped: no file {} (set DOMESDAY_REFERENCE); left unchecked: the schema of a deposit",
            schema.display()
        );
        return;
    }
    let output = Command::new("xmllint").args(["--noout", "--huge", "--schema"]).arg(schema).arg(path).output();
    let output = output.expect("xmllint (package libxml2-utils)");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// `domesday escrow check`: its exit code, and something that it says.
#[track_caller]
fn check(path: &Path, code: i32, expected: &str) {
    let output = run(&["escrow", "check", path.to_str().expect("UTF-8")]);
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(code) && said.contains(expected), "{:?}: {said}", output.status);
}

/// The objects of a kind, each as its own text.
fn objects<'d>(document: &'d str, element: &str) -> Vec<&'d str> {
    let (start, end) = (format!("<{element}>"), format!("</{element}>"));
    document.split(&start).skip(1).map(|rest| rest.split(&end).next().expect("a first part")).collect()
}

#[track_caller]
fn named<'d>(document: &'d str, element: &str, id: &str) -> &'d str {
    let found = objects(document, element).into_iter().find(|object| object.contains(&format!(">{id}<")));
    found.unwrap_or_else(|| panic!("no {element} {id} in {document}"))
}

fn ds() -> String {
    "<extension><secDNS:create xmlns:secDNS=\"urn:ietf:params:xml:ns:secDNS-1.1\"><secDNS:dsData><secDNS:keyTag>12345\
     </secDNS:keyTag><secDNS:alg>13</secDNS:alg><secDNS:digestType>2</secDNS:digestType><secDNS:digest>\
     49FD46E6C4B45C55D4AC49FD46E6C4B45C55D4AC49FD46E6C4B45C55D4AC49FD</secDNS:digest></secDNS:dsData></secDNS:create>\
     </extension>"
        .to_owned()
}

/// What of `<domain:infData>` a deposit says in the same words.
#[track_caller]
fn agree(client: &mut EppClient, document: &str, name: &str) {
    let answer = expect(client, 1000, &info("domain", name));
    let found = named(document, "rdeDomain:domain", name);
    // What a transfer would make of it is told apart.
    let found = found.split("<rdeDomain:trnData>").next().expect("a first part");
    for element in ["roid", "clID", "crDate", "exDate", "upDate", "trDate", "registrant"] {
        let of = |mapping: &str, text: &str| -> Vec<String> {
            texts(text, &format!("{mapping}:{element}")).into_iter().map(str::to_owned).collect()
        };
        assert_eq!(of("rdeDomain", found), of("domain", &answer), "{element} of {name}: {found}");
    }
    assert_eq!(texts(found, "domain:hostObj"), texts(&answer, "domain:hostObj"), "{name}");
    assert_eq!(texts(found, "rdeDomain:contact"), texts(&answer, "domain:contact"), "{name}");
    let shown: BTreeSet<_> = statuses(&answer).into_iter().collect();
    let deposited: BTreeSet<_> = statuses(found).into_iter().collect();
    assert!(shown.is_subset(&deposited), "{name}: {shown:?} and {found}");
}

/// Two TLDs with an object of every kind and in every state that a few commands bring about, ten days after most of them.
fn registry() -> Server {
    let server = Server::start_virtual();
    let mut a = session(&server, 0, &[SEC_DNS, RGP]);
    let mut b = session(&server, 1, &[]);
    let odd = postal("int", "O'Neill &amp; &lt;Sons&gt;", "Köln".replace('ö', "oe").as_str())
        + &postal("loc", "Ωμέγα", "Αθήνα");
    let disclose = "<contact:disclose flag=\"0\"><contact:name type=\"loc\"/><contact:voice/></contact:disclose>";
    expect(
        &mut a,
        1000,
        &contact_create_with("odd-1", &odd, "<contact:email>odd@example.net</contact:email>", disclose),
    );
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
    expect(&mut a, 1000, &domain_create("other.test", ""));
    expect(&mut b, 1000, &host_create("unused.elsewhere.net", &[]));
    let hold = "<domain:status s=\"clientHold\" lang=\"fr\">Impayé &amp; en retard</domain:status>";
    expect(&mut a, 1000, &update("domain", "signed.example", &part("domain", "add", hold)));
    admin(&server, &["clock", "advance", "--days", "10"]);
    let mut a = session(&server, 0, &[SEC_DNS, RGP]);
    let mut b = session(&server, 1, &[]);
    expect(&mut b, 1001, &transfer("domain", "request", "moving.example", &auth("domain", SECRET)));
    expect(&mut a, 1001, &delete("domain", "going.example"));
    let names = server.directory().join("blocked.txt");
    fs::write(&names, "nobody\nzone\n").expect("a file");
    let names = names.to_str().expect("UTF-8");
    admin(&server, &["list", "load", "bad", names, "--tld", "example", "--kind", "blocked", "--yes"]);
    server
}

#[test]
fn a_full_deposit_says_what_epp_says_and_nothing_that_opens_an_object() {
    let server = registry();
    let mut a = session(&server, 0, &[SEC_DNS, RGP]);
    let (_, path, document) = deposit(&server, &["example"]);
    check_schema(&path);
    assert_eq!(fs::metadata(&path).expect("it is there").permissions().mode() & 0o777, 0o600);
    for name in ["zone.example", "signed.example", "moving.example", "going.example"] {
        agree(&mut a, &document, name);
    }
    assert!(!document.contains("other.test") && !document.contains(SECRET) && !document.contains("authInfo"));
    let signed = named(&document, "rdeDomain:domain", "signed.example");
    assert_eq!(text(signed, "secDNS:keyTag"), "12345");
    assert!(signed.contains("lang=\"fr\">Impayé &amp; en retard<"), "{signed}");
    let going = named(&document, "rdeDomain:domain", "going.example");
    assert!(going.contains("s=\"redemptionPeriod\"") && going.contains("s=\"pendingDelete\""), "{going}");
    let moving = named(&document, "rdeDomain:domain", "moving.example");
    let parties = ["trStatus", "reRr", "acRr"].map(|name| text(moving, &format!("rdeDomain:{name}")));
    assert_eq!(parties, ["pending", "registrar-b", "registrar-a"]);
    let host = named(&document, "rdeHost:host", "ns.zone.example");
    assert_eq!(texts(host, "rdeHost:addr"), ["192.0.2.1", "2001:db8::1"]);
    assert!(
        host.contains("s=\"linked\"") && !named(&document, "rdeHost:host", "unused.elsewhere.net").contains("linked")
    );
    let contact = named(&document, "rdeContact:contact", "odd-1");
    assert!(contact.contains("O'Neill &amp; &lt;Sons&gt;") && contact.contains("Ωμέγα"), "{contact}");
    assert!(
        contact.contains("<rdeContact:disclose flag=\"0\"><contact:name type=\"loc\"/><contact:voice/>"),
        "{contact}"
    );
    let blocked = objects(&document, "rdeNNDN:NNDN");
    assert!(blocked.len() == 1 && blocked[0].contains("nobody.example"), "zone is a domain: {blocked:?}");
}

#[test]
fn header_menu_greeting_and_contents_say_the_same_and_what_is_broken_is_found() {
    let server = registry();
    let (said, path, document) = deposit(&server, &["example"]);
    let a = session(&server, 0, &[]);
    // Header, menu and contents say the same.
    for (uri, element) in [
        ("rdeDomain", "rdeDomain:domain"),
        ("rdeHost", "rdeHost:host"),
        ("rdeContact", "rdeContact:contact"),
        ("rdeRegistrar", "rdeRegistrar:registrar"),
        ("rdeNNDN", "rdeNNDN:NNDN"),
        ("rdeEppParams", "rdeEppParams:eppParams"),
    ] {
        let told = between(&document, &format!("uri=\"urn:ietf:params:xml:ns:{uri}-1.0\">"), "<").expect("a count");
        assert_eq!(told, objects(&document, element).len().to_string(), "{uri}");
        assert!(document.contains(&format!("<rde:objURI>urn:ietf:params:xml:ns:{uri}-1.0</rde:objURI>")), "{uri}");
    }
    let (announced, params) = (a.greeting(), objects(&document, "rdeEppParams:eppParams")[0]);
    assert_eq!(texts(params, "rdeEppParams:objURI"), texts(announced, "objURI"));
    assert_eq!(texts(params, "epp:extURI"), texts(announced, "extURI"));
    let plain =
        |text: &str, start: &str, end: &str| between(text, start, end).expect("it is there").replace("epp:", "");
    assert_eq!(plain(params, "<rdeEppParams:dcp>", "</rdeEppParams:dcp>"), plain(announced, "<dcp>", "</dcp>"));
    assert_eq!(said.get_str("id"), between(&document, " id=\"", "\""));

    // Our own reader finds nothing wrong with it, but that it comes from the future, and what is broken on purpose.
    check(&path, 1, ": 1 findings in 13 objects");
    let broken = server.directory().join("broken.xml");
    let cases = [
        (
            "<rdeDomain:registrant>odd-1<",
            "<rdeDomain:registrant>nobody<",
            1,
            "expected the contact nobody in the deposit",
        ),
        ("<rdeDomain:exDate>2", "<rdeDomain:exDate>x", 1, "rdeDomain:domain/rdeDomain:exDate: expected"),
        ("</rde:deposit>", "", 2, "not read to its end"),
    ];
    for (from, to, code, expected) in cases {
        assert!(document.contains(from), "{from}");
        fs::write(&broken, document.replacen(from, to, 1)).expect("a file");
        check(&broken, code, expected);
    }
    check(&server.directory().join("nothing.xml"), 2, "No such file");
    assert_eq!(said.get_str("id"), between(&document, " id=\"", "\""));
}

#[test]
fn as_of_one_moment_it_is_one_deposit_and_of_another_tld_another() {
    let server = registry();
    let mut a = session(&server, 0, &[]);
    let (said, path, document) = deposit(&server, &["example"]);
    // As of the same moment it is the same, whatever has been done since; in another TLD it is of that one.
    let watermark = said.get_str("watermark").expect("told").to_owned();
    expect(&mut a, 1000, &domain_create("later.example", &contacts("odd-1")));
    let (_, again, second) = deposit(&server, &["example", "--at", &watermark]);
    assert!(again == path && second == document, "as of {watermark}");
    let (_, path, other) = deposit(&server, &["test"]);
    check_schema(&path);
    assert_eq!(objects(&other, "rdeDomain:domain").len(), 1);
    assert!(!other.contains("odd-1") && !other.contains("rdePolicy:policy"), "no contacts in the minimum data model");
    assert!(document.contains("rdePolicy:policy"));
    refused(&server, &["nowhere"], "found none of that name");
    refused(&server, &["example", "--at", "2999-01-01T00:00:00Z"], "expected a moment that has come");
    admin(&server, &["checkpoint"]);
    refused(&server, &["example", "--at", &watermark], "take a later one");
    let (_, _, third) = deposit(&server, &["example"]);
    assert!(third.contains("later.example"));
}

#[test]
fn a_deposit_made_while_commands_flow_is_the_state_of_its_moment() {
    let server = Server::start();
    let mut client = EppClient::logged_in(server.demo(), 0);
    let create = |client: &mut EppClient, number: usize| {
        let answer = expect(client, 1000, &domain_create(&format!("n{number}.test"), ""));
        text(&answer, "domain:crDate").to_owned()
    };
    let mut created: Vec<String> = (0..60).map(|number| create(&mut client, number)).collect();
    let middle = created[30].clone();
    std::thread::scope(|scope| {
        let going_on = scope.spawn(|| (60..200).map(|number| create(&mut client, number)).collect::<Vec<_>>());
        // Of a moment that has passed, and of now, while names come.
        for _ in 0..5 {
            let (said, path, document) = deposit(&server, &["test", "--at", &middle]);
            let names: BTreeSet<_> = texts(&document, "rdeDomain:name").into_iter().collect();
            let expected: BTreeSet<_> =
                (0..60).filter(|at| created[*at] < middle).map(|at| format!("n{at}.test")).collect();
            assert_eq!(names, expected.iter().map(String::as_str).collect(), "{said:?}");
            check_schema(&path);
            check(&path, 0, ": 0 findings in");
        }
        let (said, _, document) = deposit(&server, &["test"]);
        let watermark = said.get_str("watermark").expect("told").to_owned();
        created.extend(going_on.join().expect("all are created"));
        let names: BTreeSet<_> = texts(&document, "rdeDomain:name").into_iter().map(str::to_owned).collect();
        let expected = (0..200).filter(|at| created[*at] < watermark).map(|at| format!("n{at}.test")).collect();
        assert_eq!(names, expected, "as of {watermark}");
    });
}
