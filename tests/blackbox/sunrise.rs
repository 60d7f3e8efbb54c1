//! A sunrise with signed marks of a clearinghouse of our own (RFC 8334, section 2.6; RFC 7848; RFC 9361, section 5.2): what is
//! believed, what is not and why, what is kept, and a list of revoked certificates that grows old.

use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use crate::extensions::LAUNCH;
use crate::frames::{delete, domain_create, expect, info, text, texts};
use crate::printed_launch::{extended, in_phase, message, phase};
use crate::printed_rgp::{admin, session};
use crate::support::process::metrics_at;
use crate::support::smd::{Day, Root, Template, Validator, encoded};
use crate::support::{EppClient, Server};

const SMD: &str = "xmlns:smd=\"urn:ietf:params:xml:ns:signedMark-1.0\"";

/// Who signs, and whose certificates are on the list of the root that the registry believes.
struct House {
    root: Root,
    good: Validator,
    revoked: Validator,
}

impl House {
    /// The same for all tests: keys take their time.
    fn get() -> &'static Self {
        static HOUSE: OnceLock<House> = OnceLock::new();
        HOUSE.get_or_init(Self::new)
    }

    fn new() -> Self {
        let root = Root::new("Clearinghouse");
        let [good, revoked] = [7, 8].map(|serial| root.validator(serial, (2020, 1, 1), (2099, 1, 1)));
        Self { root, good, revoked }
    }

    /// Its files, in the directory of a registry.
    fn publish(&self, directory: &Path, due: Day) {
        std::fs::write(directory.join("root.crt"), &self.root.certificate).expect("a file can be written");
        self.revoke(directory, (2020, 1, 2), due);
    }

    /// Its list of revoked certificates.
    fn revoke(&self, directory: &Path, made: Day, due: Day) {
        std::fs::write(directory.join("root.crl"), self.root.crl(&[8], made, due)).expect("a file can be written");
    }

    /// A registry that believes it.
    fn registry(&self, due: Day, settings: &[(&str, &str)]) -> Server {
        let directory = tempfile::tempdir().expect("a temporary directory can be made");
        self.publish(directory.path(), due);
        let file = |name: &str| directory.path().join(name).to_str().expect("UTF-8").to_owned();
        let (root, crl) = (file("root.crt"), file("root.crl"));
        let settings = [&[("tmch.root", root.as_str()), ("tmch.crl", crl.as_str())], settings].concat();
        Server::start_virtual_in(directory, &settings)
    }
}

fn template(labels: &[&str]) -> Template {
    Template { not_after: "2099-01-01T00:00:00.000Z".into(), ..Template::of(labels) }
}

fn with_id(id: &str, labels: &[&str]) -> Template {
    Template { id: id.into(), ..template(labels) }
}

fn encoded_mark(text: &str) -> String {
    format!("<smd:encodedSignedMark {SMD}>{text}</smd:encodedSignedMark>")
}

fn sunrise(name: &str, marks: &str) -> String {
    extended(&domain_create(name, ""), "create", &(in_phase("sunrise") + marks))
}

/// `info` of the name, its marks with it.
fn with_mark(name: &str, content: &str) -> String {
    let extended = extended(&info("domain", name), "info", content);
    extended.replacen("<launch:info ", "<launch:info includeMark=\"true\" ", 1)
}

/// What is refused: with which code, and by which words.
#[track_caller]
fn refused(client: &mut EppClient, code: u16, words: &str, command: &str) {
    let answer = expect(client, code, command);
    assert!(answer.contains(words), "expected {words}:\n{answer}");
}

#[test]
fn a_sunrise_takes_good_signed_marks_and_refuses_each_bad_one_for_its_own_reason() {
    let house = House::get();
    let server = house.registry((2099, 1, 1), &[]);
    phase(&server, &["test", "sunrise", "--signed-mark"]);
    let list = server.directory().join("smdrl.csv");
    let lines = "1,2020-08-16T00:00:00.0Z\nsmd-id,insertion-datetime\n0000001-65535,2020-08-16T00:00:00.0Z\n";
    std::fs::write(&list, lines).expect("a file can be written");
    admin(&server, &["tmch", "load", "smdrl", list.to_str().expect("UTF-8")]);
    let [mut a, mut b] = [0, 1].map(|index| session(&server, index, &[LAUNCH]));
    let good = house.good.sign(&template(&["mark", "another"]));

    let bad: &[(u16, &str, String)] = &[
        (2306, "needs a signed mark", String::new()),
        (2306, "not of the label mark", encoded_mark(&encoded(&house.good.sign(&template(&["marks"]))))),
        (2306, "changed after it was signed", encoded_mark(&encoded(&good.replace("guitar", "guitaz")))),
        (
            2306,
            "0000001-65535: revoked",
            encoded_mark(&encoded(&house.good.sign(&with_id("0000001-65535", &["mark"])))),
        ),
        (2306, "is revoked", encoded_mark(&encoded(&house.revoked.sign(&template(&["mark"]))))),
        (2306, "no trusted root has issued", encoded_mark(&encoded(&Validator::alone().sign(&template(&["mark"]))))),
        (
            2306,
            "expired at 2026-01-01",
            encoded_mark(&encoded(
                &house.good.sign(&Template { not_after: "2026-01-01T00:00:00.000Z".into(), ..template(&["mark"]) }),
            )),
        ),
        (
            2306,
            "valid from 2098-01-01",
            encoded_mark(&encoded(
                &house.good.sign(&Template { not_before: "2098-01-01T00:00:00.000Z".into(), ..template(&["mark"]) }),
            )),
        ),
        (2005, "expected base64", encoded_mark("a§b")),
        (2005, "not a signed mark", encoded_mark(&encoded("<a/>"))),
        (2005, "not a signed mark of RFC 7848<", encoded_mark(&encoded("no XML"))),
        (2005, "encoding base64 expected", encoded_mark("AAAA").replacen("Mark ", "Mark encoding=\"hex\" ", 1)),
    ];
    for (code, words, marks) in bad {
        refused(&mut a, *code, words, &sunrise("mark.test", marks));
    }
    expect(&mut a, 1000, &sunrise("mark.test", &encoded_mark(&encoded(&good))));
    // The element itself, of the other label.
    let element = good.split_once("?>").expect("a declaration").1.trim();
    refused(&mut b, 2306, "changed after", &sunrise("another.test", &element.replace("guitar", "organ")));
    expect(&mut b, 1000, &sunrise("another.test", element));

    // What is kept is shown to whom it belongs to, when asked for.
    let answer = expect(&mut a, 1000, &with_mark("mark.test", &in_phase("sunrise")));
    assert_eq!(texts(&answer, "mark:label"), ["mark", "another"]);
    assert_eq!(text(&answer, "mark:markName"), "Test &amp; Validate");
    let plain = expect(&mut a, 1000, &extended(&info("domain", "mark.test"), "info", &in_phase("sunrise")));
    assert!(plain.contains("s=\"allocated\"") && !plain.contains("mark:mark"), "{plain}");
    let stranger = expect(&mut b, 1000, &with_mark("mark.test", &in_phase("sunrise")));
    assert!(!stranger.contains("Ag corporation"), "{stranger}");
    // It goes with the name.
    expect(&mut a, 1000, &delete("domain", "mark.test"));
    let other = house.good.sign(&with_id("0000002-65535", &["mark"]));
    expect(&mut a, 1000, &sunrise("mark.test", &encoded_mark(&encoded(&other))));
    let answer = expect(&mut a, 1000, &with_mark("mark.test", &in_phase("sunrise")));
    assert_eq!(texts(&answer, "mark:label"), ["mark"]);
}

#[test]
fn an_end_date_sunrise_keeps_marks_signed_or_not_with_its_applications() {
    let house = House::get();
    let mut server = house.registry((2099, 1, 1), &[]);
    phase(&server, &["test", "sunrise", "--applications"]);
    let [mut a, mut b] = [0, 1].map(|index| session(&server, index, &[LAUNCH]));
    let signed = house.good.sign(&template(&["mark"]));
    let answer = expect(&mut a, 1001, &sunrise("mark.test", &encoded_mark(&encoded(&signed))));
    let first = text(&answer, "launch:applicationID").to_owned();
    // The mark that nobody has signed, with a code and without.
    let mark = &signed[signed.find("<mark:mark ").expect("a mark")..signed.find("<ds:Signature ").expect("its end")];
    let code = "<launch:code validatorID=\"sample\">49FD46E6C4B45C55D4AC</launch:code>";
    let coded = |content: &str| format!("<launch:codeMark>{content}</launch:codeMark>");
    let mut ids = Vec::new();
    for content in [coded(code), coded(mark), coded(&format!("{code}{mark}"))] {
        let answer = expect(&mut b, 1001, &sunrise("mark.test", &content));
        ids.push(text(&answer, "launch:applicationID").to_owned());
    }
    refused(&mut b, 2306, "the mark is not of the label other", &sunrise("other.test", &coded(mark)));
    let of = |id: &str| format!("{}<launch:applicationID>{id}</launch:applicationID>", in_phase("sunrise"));
    let shows = |client: &mut EppClient, id: &str, status: &str, labels: usize| {
        let answer = expect(client, 1000, &with_mark("mark.test", &of(id)));
        assert!(answer.contains(&format!("<launch:status s=\"{status}\"/>")), "{answer}");
        assert_eq!(texts(&answer, "mark:label").len(), labels, "{answer}");
    };
    shows(&mut a, &first, "validated", 1);
    for (id, labels) in ids.iter().zip([0, 1, 1]) {
        shows(&mut b, id, "pendingValidation", labels);
    }
    expect(&mut b, 1000, &extended(&delete("domain", "mark.test"), "delete", &of(&ids[2])));
    server.restart();
    let [mut a, mut b] = [0, 1].map(|index| session(&server, index, &[LAUNCH]));
    admin(&server, &["clock", "advance", "--days", "1"]);
    admin(&server, &["launch", "allocate", &first]);
    assert!(message(&mut a).contains("s=\"allocated\"") && message(&mut b).contains("s=\"rejected\""));
    let answer = expect(&mut a, 1000, &with_mark("mark.test", &in_phase("sunrise")));
    assert_eq!(texts(&answer, "mark:label"), ["mark"]);
    // It is reported by its signed mark, and by when it was applied for.
    let file = server.directory().join("lordn.csv");
    admin(&server, &["tmch", "lordn", "test", "sunrise", "--out", file.to_str().expect("UTF-8")]);
    let file = std::fs::read_to_string(&file).expect("written");
    let lines: Vec<Vec<&str>> = file.lines().map(|line| line.split(',').collect()).collect();
    let header = "roid,domain-name,SMD-id,registrar-id,registration-datetime,application-datetime";
    assert_eq!((lines.len(), lines[0][2], lines[1].join(",").as_str()), (3, "1", header), "{file}");
    let [roid, name, smd, registrar, registered, applied] = lines[2][..] else { panic!("{file}") };
    assert_eq!((roid, name, registrar), (text(&answer, "domain:roid"), "mark.test", "9995"), "{file}");
    assert_eq!(smd, template(&["mark"]).id, "{file}");
    assert!(text(&answer, "domain:crDate").starts_with(registered.trim_end_matches('Z')), "{file}");
    assert!(applied < registered, "{file}");
}

/// Tells the server to read its files again, until it has said so.
fn reload(server: &Server, said: &str) {
    let before = server.output().len();
    let killed = Command::new("kill").args(["-HUP", &server.id().to_string()]).status();
    assert!(killed.expect("kill is there").success());
    let deadline = Instant::now() + Duration::from_secs(20);
    while !server.output()[before..].contains(said) {
        assert!(Instant::now() < deadline, "it never said {said}:\n{}", server.output());
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_list_of_revoked_certificates_grows_old_and_is_read_again() {
    let house = House::get();
    let server = house.registry((2095, 1, 1), &[]);
    phase(&server, &["test", "sunrise", "--signed-mark"]);
    let mut a = session(&server, 0, &[LAUNCH]);
    let create = |name: &str| {
        let signed = house.good.sign(&template(&["one", "two", "three", "four"]));
        sunrise(name, &encoded_mark(&encoded(&signed)))
    };
    expect(&mut a, 1000, &create("one.test"));
    assert!(metrics_at(&server.metrics()).contains("domesday_tmch_crl_due_seconds 3944678400"));
    admin(&server, &["clock", "advance", "--to", "2095-01-02T00:00:00Z"]);
    refused(&mut a, 2306, "out of date: due 2095-01-01", &create("two.test"));
    house.publish(server.directory(), (2096, 1, 1));
    reload(&server, "list of revoked certificates read again");
    expect(&mut a, 1000, &create("two.test"));
    assert!(metrics_at(&server.metrics()).contains("domesday_tmch_crl_due_seconds 3976214400"));
    // One that is none is not taken, and what was believed is believed still.
    std::fs::write(server.directory().join("root.crl"), "none").expect("a file can be written");
    reload(&server, "signed marks are believed as before");
    house.revoke(server.directory(), (2020, 1, 1), (2097, 1, 1));
    reload(&server, "expected a list made at 2020-01-02");
    expect(&mut a, 1000, &create("three.test"));
    drop((a, server));

    let server = house.registry((2020, 2, 1), &[("tmch.stale_crl", "warn")]);
    server.output_with("the list of revoked certificates is out of date: see tmch.stale_crl");
    phase(&server, &["test", "sunrise", "--signed-mark"]);
    expect(&mut session(&server, 0, &[LAUNCH]), 1000, &create("four.test"));
    server.output_with("although the list of revoked certificates is out of date");
}

#[test]
fn without_a_root_no_signed_mark_is_believed() {
    let house = House::get();
    let server = Server::start_virtual();
    phase(&server, &["test", "sunrise", "--signed-mark"]);
    let mut a = session(&server, 0, &[LAUNCH]);
    let signed = house.good.sign(&template(&["mark"]));
    refused(&mut a, 2306, "no root is configured", &sunrise("mark.test", &encoded_mark(&encoded(&signed))));
}
