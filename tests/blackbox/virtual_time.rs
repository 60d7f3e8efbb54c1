//! Time that an operator drives: ten years of a name in a moment, and everything that becomes of it on the way.

use std::process::Output;

use crate::frames::{check, delete, domain_create, expect, info, text};
use crate::support::epp::code;
use crate::support::process::binary;
use crate::support::rdap;
use crate::support::{EppClient, Server};

fn clock(server: &Server, arguments: &[&str]) -> Output {
    let mut command = std::process::Command::new(binary());
    command.args(["admin", "--target"]).arg(server.directory().join("demo.json")).arg("clock").args(arguments);
    command.output().expect("the binary can be started")
}

fn advance(server: &Server, days: u32) {
    let output = clock(server, &["advance", "--days", &days.to_string()]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn refused(output: &Output) -> String {
    assert!(!output.status.success());
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn year(answer: &str, element: &str) -> u32 {
    text(answer, element)[..4].parse().expect("a year")
}

/// The texts that wait for a registrar, oldest first; they are read away.
fn messages(client: &mut EppClient) -> Vec<String> {
    let mut texts = Vec::new();
    loop {
        let answer = client.command("<poll op=\"req\"/>");
        if code(&answer) == 1300 {
            return texts;
        }
        let queued = answer.split("<msgQ").nth(1).expect("a message");
        texts.push(text(queued, "msg").to_owned());
        let id = queued.split("id=\"").nth(1).expect("an id");
        let id = &id[..id.find('"').expect("its end")];
        assert_eq!(code(&client.command(&format!("<poll op=\"ack\" msgID=\"{id}\"/>"))), 1000);
    }
}

#[test]
fn ten_years_of_a_name_pass_in_a_moment() {
    let mut server = Server::start_virtual();
    let mut a = EppClient::logged_in(server.demo(), 0);
    expect(&mut a, 1000, &domain_create("life.test", ""));
    let began = year(&expect(&mut a, 1000, &info("domain", "life.test")), "domain:crDate");
    advance(&server, 3660);
    let answer = expect(&mut a, 1000, &info("domain", "life.test"));
    assert_eq!(year(&answer, "domain:exDate"), began + 11, "renewed ten times: {answer}");
    expect(&mut a, 1000, &domain_create("later.test", ""));
    let later = expect(&mut a, 1000, &info("domain", "later.test"));
    assert!(year(&later, "domain:crDate") >= began + 10, "{later}");
    let shown = rdap::get(server.demo(), "domain/life.test");
    assert_eq!(shown.status, 200);
    assert!(String::from_utf8_lossy(&shown.body).contains("auto renew period"), "ten years and eight days");

    // From the delete in the auto-renew grace period to the purge, at its time and not before.
    expect(&mut a, 1001, &delete("domain", "life.test"));
    let deleted = expect(&mut a, 1000, &info("domain", "life.test"));
    assert!(deleted.contains("<domain:status s=\"pendingDelete\"/>"), "{deleted}");
    advance(&server, 34);
    let still = expect(&mut a, 1000, &check("domain", &["life.test"]));
    assert!(still.contains("avail=\"0\""), "{still}");
    advance(&server, 1);
    let free = expect(&mut a, 1000, &check("domain", &["life.test"]));
    assert!(free.contains("avail=\"1\""), "{free}");
    let told = messages(&mut a);
    assert_eq!(told.len(), 12, "{told:?}");
    assert!(told[..10].iter().all(|text| text == "life.test has been renewed by the registry."), "{told:?}");
    assert_eq!(told[10..], ["life.test can no longer be restored.", "life.test has been purged."]);

    // Time does not go back, also not by a restart; what lives in the machine's time does not notice.
    assert!(refused(&clock(&server, &["advance", "--to", "2026-11-26T00:00:00Z"])).contains("forward only"));
    server.restart();
    let mut a = EppClient::logged_in(server.demo(), 0);
    expect(&mut a, 1000, &domain_create("again.test", ""));
    let again = expect(&mut a, 1000, &info("domain", "again.test"));
    assert!(text(&again, "domain:crDate") > text(&later, "domain:crDate"), "{again}");
}

#[test]
fn real_time_cannot_be_driven() {
    let server = Server::start();
    assert!(refused(&clock(&server, &["advance", "--days", "1"])).contains("--virtual-time"));
    assert!(refused(&clock(&server, &["advance"])).contains("--days"));
}
