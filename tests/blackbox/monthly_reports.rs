//! The monthly reports of Specification 3: two months of a registry, every cell of which is reckoned by hand.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use crate::admin::run;
use crate::extensions::{RGP, restoring};
use crate::frames::{
    auth, check, contact_create, delete, domain_create, expect, host_create, info, name_servers, period, renew, text,
    transfer, update,
};
use crate::printed_rgp::{admin, session};
use crate::support::{EppClient, Server, rdap};
use crate::world::SECRET;

fn asked(server: &Server, arguments: &[&str]) -> Output {
    let target = server.directory().join("demo.json");
    run(&[&["admin", "--target", target.to_str().expect("UTF-8"), "report"], arguments].concat())
}

/// A report, and what is said besides.
#[track_caller]
fn report(server: &Server, arguments: &[&str]) -> (String, String) {
    let output = asked(server, arguments);
    let said = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(output.status.success(), "{arguments:?}: {said}");
    (String::from_utf8(output.stdout).expect("UTF-8"), said)
}

/// The cells that are not 0 of the line that begins so.
#[track_caller]
fn cells(csv: &str, first: &str) -> Vec<(String, u64)> {
    let mut lines = csv.split_terminator("\r\n");
    let head: Vec<_> = lines.next().expect("a first line").split(',').collect();
    let line = lines.find(|line| line.starts_with(first)).unwrap_or_else(|| panic!("no {first} in {csv}"));
    let values: Vec<_> = line.split(',').collect();
    assert_eq!(values.len(), head.len(), "{line}");
    let numbers = head.iter().zip(values).filter_map(|(name, value)| Some(((*name).to_owned(), value.parse().ok()?)));
    numbers.filter(|(name, value)| *value > 0 && name != "iana-id").collect()
}

#[track_caller]
fn is(csv: &str, first: &str, expected: &[(&str, u64)]) {
    let found = cells(csv, first);
    let found: Vec<_> = found.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    assert_eq!(found, expected, "{first} of\n{csv}");
}

fn to(server: &Server, moment: &str) {
    admin(server, &["clock", "advance", "--to", moment]);
}

fn expiry(client: &mut EppClient, name: &str) -> String {
    text(&expect(client, 1000, &info("domain", name)), "domain:exDate")[..10].to_owned()
}

#[track_caller]
fn renewed(client: &mut EppClient, name: &str, years: u32) {
    let until = expiry(client, name);
    expect(client, 1000, &renew(name, &until, &period(years, "y")));
}

fn restore(name: &str, op: &str, report: &str) -> String {
    let command = restoring(&update("domain", name, "<domain:chg/>"), op);
    match report {
        "" => command,
        report => command.replace("/></rgp:update>", &format!(">{report}</rgp:restore></rgp:update>")),
    }
}

const RESTORE_REPORT: &str = "<rgp:report><rgp:preData>Before.</rgp:preData><rgp:postData>After.</rgp:postData>\
    <rgp:delTime>2031-01-07T00:00:00Z</rgp:delTime><rgp:resTime>2031-01-09T00:00:00Z</rgp:resTime>\
    <rgp:resReason>Registrant error.</rgp:resReason><rgp:statement>One.</rgp:statement>\
    <rgp:statement>Two.</rgp:statement></rgp:report>";

/// January of 2031.
fn first_month(server: &Server, a: &mut EppClient, b: &mut EppClient) {
    to(server, "2030-01-10T00:00:00Z");
    for name in ["aged.test", "drop.test"] {
        expect(a, 1000, &domain_create(name, ""));
    }
    to(server, "2031-01-01T00:00:00Z");
    for name in ["one.test", "ok.test", "no.test", "auto.test", "take.test", "del.test", "gone.test", "lapse.test"] {
        expect(a, 1000, &domain_create(name, ""));
    }
    expect(a, 1000, &domain_create("two.test", &period(2, "y")));
    expect(a, 1000, &domain_create("ten.test", &period(10, "y")));
    expect(a, 2302, &domain_create("one.test", ""));
    expect(b, 2302, &domain_create("ONE.test", ""));
    expect(b, 1000, &host_create("ns.other.net", &[]));
    expect(b, 1000, &domain_create("b.test", &name_servers(&["ns.other.net"])));
    to(server, "2031-01-03T00:00:00Z");
    expect(a, 1000, &delete("domain", "del.test"));
    to(server, "2031-01-07T00:00:00Z");
    expect(a, 1000, &host_create("ns1.one.test", &["192.0.2.1"]));
    expect(a, 1000, &host_create("unused.other.net", &[]));
    renewed(a, "one.test", 3);
    renewed(a, "two.test", 1);
    for name in ["two.test", "gone.test", "lapse.test"] {
        expect(a, 1001, &delete("domain", name));
    }
    for name in ["ok.test", "no.test", "auto.test", "take.test"] {
        expect(b, 1001, &transfer("domain", "request", name, &auth("domain", SECRET)));
    }
    expect(a, 1000, &transfer("domain", "approve", "ok.test", ""));
    expect(a, 1000, &transfer("domain", "reject", "no.test", ""));
    expect(b, 1000, &transfer("domain", "cancel", "take.test", ""));
    admin(server, &["checkpoint"]);
    to(server, "2031-01-09T00:00:00Z");
    for name in ["two.test", "lapse.test"] {
        expect(a, 1000, &restore(name, "request", ""));
    }
    expect(a, 1000, &restore("two.test", "report", RESTORE_REPORT));
    to(server, "2031-01-30T00:00:00Z");
    expect(a, 1000, &domain_create("edge.test", ""));
    expect(b, 1000, &domain_create("short.test", ""));
    renewed(b, "b.test", 1);
}

/// February.
fn second_month(server: &Server, a: &mut EppClient, b: &mut EppClient) {
    to(server, "2031-02-02T00:00:00Z");
    expect(b, 1000, &delete("domain", "short.test"));
    expect(a, 1001, &delete("domain", "drop.test"));
    admin(server, &["checkpoint"]);
    to(server, "2031-02-26T00:00:00Z");
    expect(a, 1000, &domain_create("late.test", ""));
}

fn kept(server: &Server, name: &str) -> PathBuf {
    fn find(dir: &Path, name: &str) -> Option<PathBuf> {
        fs::read_dir(dir).ok()?.filter_map(Result::ok).find_map(|entry| match entry.path() {
            path if path.is_dir() => find(&path, name),
            path => path.ends_with(name).then_some(path),
        })
    }
    find(server.directory(), name).unwrap_or_else(|| panic!("no {name}"))
}

#[test]
fn every_cell_of_two_months_is_as_reckoned_by_hand() {
    let mut server = Server::start_virtual();
    let (mut a, mut b) = (session(&server, 0, &[RGP]), session(&server, 1, &[]));
    first_month(&server, &mut a, &mut b);
    let refused = asked(&server, &["transactions", "test", "--month", "2031-01"]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("--so-far"), "{refused:?}");
    let (so_far, said) = report(&server, &["transactions", "test", "--month", "2031-01", "--so-far"]);
    assert!(said.contains("is not over") && so_far.starts_with("registrar-name,iana-id,"), "{said}");
    second_month(&server, &mut a, &mut b);
    let january = |server: &Server| report(server, &["transactions", "test", "--month", "2031-01"]).0;
    let first = january(&server);
    // Of ten created, one is deleted at once, three go away: aged, drop, one, no, take, two, ten, gone, lapse, edge.
    is(
        &first,
        "Registrar A",
        &[
            ("total-domains", 10),
            ("total-nameservers", 1),
            ("net-adds-1-yr", 7),
            ("net-adds-2-yr", 1),
            ("net-adds-10-yr", 1),
            ("net-renews-3-yr", 1),
            ("transfer-losing-successful", 2),
            ("transfer-losing-nacked", 1),
            ("deleted-domains-grace", 1),
            ("restored-domains", 1),
            ("restored-noreport", 1),
            ("attempted-adds", 12),
        ],
    );
    is(
        &first,
        "Registrar B",
        &[
            ("total-domains", 4),
            ("total-nameservers", 1),
            ("net-adds-1-yr", 1),
            ("transfer-gaining-successful", 2),
            ("transfer-gaining-nacked", 1),
            ("attempted-adds", 3),
        ],
    );
    // Nothing changes what a month was, and no kill.
    server.kill();
    server.restart();
    assert_eq!(january(&server), first);
    to(&server, "2031-03-05T00:00:00Z");
    let (second, said) = report(&server, &["transactions", "test", "--month", "2031-02"]);
    assert_eq!(said, "");
    is(
        &second,
        "Registrar A",
        &[
            ("total-domains", 9),
            ("total-nameservers", 1),
            ("net-adds-1-yr", 1),
            ("net-renews-1-yr", 1),
            ("deleted-domains-nograce", 2),
            ("attempted-adds", 1),
        ],
    );
    is(
        &second,
        "Registrar B",
        &[("total-domains", 3), ("total-nameservers", 1), ("net-renews-1-yr", 1), ("deleted-domains-grace", 1)],
    );
    is(
        &second,
        "Totals,,",
        &[
            ("total-domains", 12),
            ("total-nameservers", 2),
            ("net-adds-1-yr", 1),
            ("net-renews-1-yr", 2),
            ("deleted-domains-grace", 1),
            ("deleted-domains-nograce", 2),
            ("attempted-adds", 1),
        ],
    );
    // Made from scratch it is the same, octet for octet; a kept one that is not, is told.
    let file = kept(&server, "test-transactions-203102.csv");
    fs::remove_file(&file).expect("it is there");
    let again = |more: &[&str]| report(&server, &[&["transactions", "test", "--month", "2031-02"], more].concat());
    assert_eq!(again(&[]), (second.clone(), String::new()));
    assert_eq!(fs::read_to_string(&file).expect("kept"), second);
    fs::write(&file, "other").expect("written");
    let (other, said) = again(&[]);
    assert!(other == "other" && said.contains("--anew"), "{other}: {said}");
    assert_eq!(again(&["--anew"]).0, second);
    let checked = run(&["report", "check", file.to_str().expect("UTF-8")]);
    assert!(checked.status.success(), "{checked:?}");
    let broken = second.replacen("Totals,,12", "Totals,,13", 1);
    fs::write(&file, broken).expect("written");
    let checked = run(&["report", "check", file.to_str().expect("UTF-8")]);
    assert!(
        String::from_utf8_lossy(&checked.stdout).contains("2101") && checked.status.code() == Some(1),
        "{checked:?}"
    );
}

#[test]
fn what_is_responded_to_is_counted_once_and_survives_a_kill() {
    let mut server = Server::start_virtual();
    to(&server, "2031-01-10T00:00:00Z");
    let mut a = session(&server, 0, &[RGP]);
    expect(&mut a, 1000, &contact_create("c-1"));
    expect(&mut a, 1000, &check("domain", &["a.test", "b.TEST", "a.example", "nowhere.invalid"]));
    expect(&mut a, 1000, &domain_create("life.test", ""));
    expect(&mut a, 1000, &info("domain", "life.test"));
    expect(&mut a, 2303, &info("domain", "other.test"));
    expect(&mut a, 1000, &host_create("ns.life.test", &["192.0.2.1"]));
    expect(&mut a, 1000, &check("host", &["ns.life.test", "ns.elsewhere.net", "ns2.elsewhere.net"]));
    renewed(&mut a, "life.test", 1);
    expect(&mut a, 2304, &restore("life.test", "request", ""));
    expect(&mut a, 2301, &transfer("domain", "query", "life.test", &auth("domain", SECRET)));
    expect(&mut a, 1000, &delete("domain", "life.test"));
    assert_eq!(rdap::get(server.demo(), "domain/life.test").status, 404);
    assert_eq!(rdap::get(server.demo(), "help").status, 200);
    // What was counted before this is counted when it is answered.
    expect(&mut a, 1300, "<poll op=\"req\"/>");
    server.kill();
    server.restart();
    let mut a = session(&server, 0, &[RGP]);
    expect(&mut a, 1000, &check("domain", &["a.test"]));
    expect(&mut a, 1300, "<poll op=\"req\"/>");
    let dns = server.directory().join("dns.txt");
    fs::write(&dns, "# from the name servers\ndns-udp-queries-received 12\n").expect("written");
    let arguments = |tld| {
        ["activity", tld, "--month", "2031-01", "--so-far", "--dns", dns.to_str().expect("UTF-8")].map(str::to_owned)
    };
    let of = |tld: &str| {
        report(&server, &arguments(tld.to_owned().as_str()).iter().map(String::as_str).collect::<Vec<_>>()).0
    };
    let test = of("test");
    let operational = cells(&test, "")[0].1;
    let rows = |rows: &[(&'static str, u64)]| {
        let mut all = vec![("operational-registrars", operational), ("dns-udp-queries-received", 12)];
        all.extend(rows);
        all
    };
    is(
        &test,
        "",
        &rows(&[
            ("srs-dom-check", 2),
            ("srs-dom-create", 1),
            ("srs-dom-delete", 1),
            ("srs-dom-info", 3),
            ("srs-dom-renew", 1),
            ("srs-dom-rgp-restore-request", 1),
            ("srs-dom-transfer-query", 1),
            ("srs-host-check", 2),
            ("srs-host-create", 1),
            ("srs-cont-create", 1),
            ("rdap-queries", 2),
        ]),
    );
    is(
        &of("example"),
        "",
        &rows(&[("srs-dom-check", 1), ("srs-host-check", 1), ("srs-cont-create", 1), ("rdap-queries", 1)]),
    );
}
