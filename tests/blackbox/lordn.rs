//! Names that are marks, registered for good or by application, and the file that is reported of them (RFC 9361, section 6.3); and
//! applications as an operator finds them.

use std::fs;
use std::path::Path;
use std::process::Output;

use simd_json::OwnedValue;
use simd_json::prelude::*;

use crate::admin::run;
use crate::extensions::LAUNCH;
use crate::frames::{domain_create, expect, info, text};
use crate::printed_rgp::{admin, session};
use crate::session::Login;
use crate::support::process::Registrar;
use crate::support::{EppClient, Server};

const HEADER: &str = "roid,domain-name,notice-id,registrar-id,registration-datetime,ack-datetime,application-datetime";

fn asked(server: &Server, arguments: &[&str]) -> Output {
    let target = server.directory().join("demo.json");
    run(&[&["admin", "--json", "--target", target.to_str().expect("UTF-8")], arguments].concat())
}

#[track_caller]
fn done(server: &Server, arguments: &[&str]) -> OwnedValue {
    let mut output = asked(server, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    simd_json::to_owned_value(&mut output.stdout).unwrap_or_else(|error| panic!("{arguments:?}: {error}"))
}

#[track_caller]
fn refused(server: &Server, arguments: &[&str], expected: &str) {
    let output = asked(server, arguments);
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && message.contains(expected), "{arguments:?}: {message}");
}

/// The report of the claims of `test`, with more arguments.
fn lordn<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&["tmch", "lordn", "test", "claims"], more].concat()
}

/// The moment as the file writes it: to a tenth of a second.
fn written(moment: &str) -> String {
    format!("{}Z", moment.get(..21).expect("with milliseconds"))
}

/// `roid` and `crDate`.
fn facts(client: &mut EppClient, name: &str) -> (String, String) {
    let answer = expect(client, 1000, &info("domain", name));
    (text(&answer, "domain:roid").to_owned(), written(text(&answer, "domain:crDate")))
}

fn create(name: &str, phase: &str, notice: Option<&str>) -> String {
    let notice = notice.map_or_else(String::new, |id| {
        format!(
            "<launch:notice><launch:noticeID validatorID=\"tmch\">{id}</launch:noticeID><launch:notAfter>2090-01-01T00:00:00Z\
             </launch:notAfter><launch:acceptedDate>2026-11-20T10:20:30.456Z</launch:acceptedDate></launch:notice>"
        )
    });
    format!(
        "{}<extension><launch:create xmlns:launch=\"{LAUNCH}\">{phase}{notice}</launch:create></extension>",
        domain_create(name, "")
    )
}

/// The identifier of a notice of that label, until 2090.
fn notice(label: &str) -> String {
    let number = "9223372036854775807";
    format!("{:08x}{number}", crate::printed_launch::crc32(&format!("{label}3786912000{number}")))
}

#[test]
fn names_with_claims_notices_are_reported_line_by_line_and_once() {
    let server = Server::start_virtual();
    let mut client = session(&server, 0, &[LAUNCH]);
    let directory = server.directory().to_owned();
    let path = |name: &str| directory.join(name).to_str().expect("UTF-8").to_owned();
    let now = done(&server, &["clock", "show"]).get_str("trusted").expect("a moment").to_owned();
    let list = format!(
        "1,{now}\nDNL,lookup-key,insertion-datetime\nmark,2026/a/b/1,2012-08-16T00:00:00.0Z\n\
         fresh,2026/a/b/2,{now}\ngold,2026/a/b/3,2012-08-16T00:00:00.0Z\n"
    );
    fs::write(path("dnl.csv"), list).expect("a file can be written");
    admin(&server, &["tmch", "load", "dnl", &path("dnl.csv")]);
    admin(&server, &["tld", "phase", "set", "test", "claims", "--notices"]);

    // Nothing to report: no file.
    let none = done(&server, &lordn(&["--out", &path("none.csv")]));
    assert_eq!((none.get_u64("lines"), none.get_u64("next")), (Some(0), Some(1)), "{none}");
    assert!(!directory.join("none.csv").exists());

    let claims = "<launch:phase>claims</launch:phase>";
    expect(&mut client, 1000, &create("mark.test", claims, Some(&notice("mark"))));
    expect(&mut client, 1000, &create("fresh.test", claims, None));
    expect(&mut client, 1000, &create("free.test", claims, None));
    let [mark, fresh] = ["mark.test", "fresh.test"].map(|name| facts(&mut client, name));
    let report = done(&server, &lordn(&["--out", &path("1.csv")]));
    let member = |report: &OwnedValue, name: &str| report.get_str(name).expect("there").to_owned();
    for (name, expected) in [("lines", 2), ("first", 1), ("last", 2), ("next", 3)] {
        assert_eq!(report.get_u64(name), Some(expected), "{report}");
    }
    assert_eq!(written(&member(&report, "oldest")), mark.1);
    let first = format!(
        "1,{},2\n{HEADER}\n{},mark.test,{},9995,{},2026-11-20T10:20:30.4Z\n\
         {},fresh.test,recent-dnl-insertion,9995,{},recent-dnl-insertion\n",
        written(&member(&report, "created")),
        mark.0,
        notice("mark"),
        mark.1,
        fresh.0,
        fresh.1
    );
    assert_eq!(fs::read_to_string(path("1.csv")).expect("written"), first);
    // It may not have been sent yet.
    refused(&server, &lordn(&["--out", &path("1.csv")]), "1.csv");

    // By application, allocated after a month.
    admin(&server, &["tld", "phase", "set", "test", "claims", "--name", "landrush", "--applications", "--notices"]);
    let landrush = "<launch:phase name=\"landrush\">claims</launch:phase>";
    expect(&mut client, 2306, &create("gold.test", landrush, None));
    let answer = expect(&mut client, 1001, &create("gold.test", landrush, Some(&notice("gold"))));
    let id = text(&answer, "launch:applicationID").to_owned();
    let applied = written(text(&answer, "domain:crDate"));
    expect(&mut client, 1001, &create("dross.test", landrush, None));
    admin(&server, &["clock", "advance", "--days", "30"]);
    admin(&server, &["launch", "allocate", &id]);
    let gold = facts(&mut client, "gold.test");
    assert!(gold.1 > applied);
    let output = asked(&server, &lordn(&["--from", "3"]));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let (file, mut said) = (String::from_utf8(output.stdout).expect("text"), output.stderr);
    let report = simd_json::to_owned_value(&mut said).expect("the report");
    let expected = format!(
        "1,{},1\n{HEADER}\n{},gold.test,{},9995,{},2026-11-20T10:20:30.4Z,{applied}\n",
        written(&member(&report, "created")),
        gold.0,
        notice("gold"),
        gold.1,
    );
    assert_eq!(file, expected);
    assert_eq!(report.get_u64("next"), Some(4));

    // What cannot be reported.
    refused(&server, &["tmch", "lordn", "none", "claims"], "no TLD");
    refused(&server, &["tmch", "lordn", "test", "landrush"], "sunrise or claims");
    refused(&server, &lordn(&["--from", "5"]), "expected 1 to 4");
    refused(&server, &lordn(&["--from", "0"]), "--from");
    let nothing = done(&server, &["tmch", "lordn", "test", "sunrise", "--out", &path("sunrise.csv")]);
    assert_eq!(nothing.get_u64("lines"), Some(0));

    // The same applications, as an operator finds them.
    let names = |more: &[&str]| -> Vec<String> {
        let page = done(&server, &[&["launch", "list"], more].concat());
        assert!(page.get("next").is_some_and(|next| next.is_null()), "{page}");
        let rows = page.get_array("applications").expect("a list").iter();
        rows.map(|row| row.get_str("name").expect("a name").to_owned()).collect()
    };
    for (filter, expected) in [
        (&[][..], &["gold.test", "dross.test"][..]),
        (&["GOLD.test"], &["gold.test"]),
        (&["none.test"], &[]),
        (&["--tld", "test"], &["gold.test", "dross.test"]),
        (&["--tld", "example"], &[]),
        (&["--status", "allocated"], &["gold.test"]),
        (&["--status", "pendingAllocation", "--phase", "claims"], &["dross.test"]),
        (&["--phase", "landrush"], &[]),
        (&["--phase-name", "landrush"], &["gold.test", "dross.test"]),
        (&["--registrar", "registrar-a"], &["gold.test", "dross.test"]),
        (&["--registrar", "registrar-b"], &[]),
        (&["--after", &id], &["dross.test"]),
    ] {
        assert_eq!(names(filter), expected, "{filter:?}");
    }
    refused(&server, &["launch", "list", "--tld", "none"], "no TLD");
    refused(&server, &["launch", "list", "--registrar", "none"], "no registrar");
    refused(&server, &["launch", "list", "--status", "good"], "allocated or rejected");
    let shown = done(&server, &["launch", "show", &id]);
    assert_eq!((shown.get_str("status"), shown.get_str("phase")), (Some("allocated"), Some("claims (landrush)")));
    refused(&server, &["launch", "show", "none"], "no application");
}

#[test]
fn a_registrar_without_iana_id_is_named_by_who_reports() {
    let server = Server::start_virtual();
    let path = |name: &str| server.directory().join(name).to_str().expect("UTF-8").to_owned();
    let first = server.demo().registrars[0].clone();
    let house = Registrar { clid: "house".into(), pw: "house-password-1".into(), ..first };
    fs::write(path("password"), &house.pw).expect("a file can be written");
    admin(&server, &["registrar", "add", "house", "--name", "The registry itself"]);
    admin(&server, &["registrar", "set-password", "house", "--password-file", &path("password")]);
    admin(
        &server,
        &["registrar", "add-cert", "house", "--pem", house.cert.to_str().expect("UTF-8"), "--label", "test"],
    );
    let list = "1,2012-08-16T00:00:00.0Z\nDNL,lookup-key,insertion-datetime\nmark,2026/a/b/1,2012-08-16T00:00:00.0Z\n";
    fs::write(path("dnl.csv"), list).expect("a file can be written");
    admin(&server, &["tmch", "load", "dnl", &path("dnl.csv")]);
    admin(&server, &["tld", "phase", "set", "test", "claims", "--notices"]);
    let mut client = EppClient::connect(server.demo(), &house).expect("a greeting");
    expect(&mut client, 1000, &Login { extensions: &[LAUNCH], ..Login::of(&house) }.body());
    let claims = "<launch:phase>claims</launch:phase>";
    expect(&mut client, 1000, &create("mark.test", claims, Some(&notice("mark"))));
    let file = path("1.csv");
    let report = ["tmch", "lordn", "test", "claims", "--out", &file];
    refused(&server, &report, "1 mark.test");
    assert!(!Path::new(&file).exists());
    let said = done(&server, &[&report[..], &["--registrar-id", "9999"]].concat());
    assert_eq!(said.get_u64("lines"), Some(1));
    let file = fs::read_to_string(&file).expect("written");
    assert!(file.contains(",9999,"), "{file}");
}
