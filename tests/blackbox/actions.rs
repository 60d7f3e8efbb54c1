//! What operators do to objects of registrars, one and by list, and what the registrars are told of it.

use std::fs;

use simd_json::prelude::*;

use crate::admin::{domesday_admin, done, refused, row, run};
use crate::frames::{
    POLL, acknowledge, auth, contact_create, domain_create, expect, host_create, info, part, statuses, text, texts,
    transfer, update,
};
use crate::support::EppClient;
use crate::support::process::Registrar;
use crate::world::{PASSWORD, demo, directory, registrar, unique};

/// An admin command that prints a line for each object: whether it succeeds, and the lines.
fn printed(arguments: &[&str]) -> (bool, String) {
    let target = directory().join("demo.json");
    let output = run(&[&["admin", "--target", target.to_str().expect("UTF-8")], arguments].concat());
    (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
}

/// A session of a registrar of its own, which asks for the messages of RFC 8590.
fn told(registrar: &Registrar) -> EppClient {
    let mut client = EppClient::connect(demo(), registrar).expect("the server lets it connect");
    let services: String = ["domain", "host", "contact"]
        .map(|mapping| format!("<objURI>urn:ietf:params:xml:ns:{mapping}-1.0</objURI>"))
        .concat();
    let login = format!(
        "<login><clID>{}</clID><pw>{PASSWORD}</pw><options><version>1.0</version><lang>en</lang></options><svcs>{services}\
         <svcExtension><extURI>urn:ietf:params:xml:ns:changePoll-1.0</extURI></svcExtension></svcs></login>",
        registrar.clid
    );
    expect(&mut client, 1000, &login);
    client
}

/// The oldest message, which is read away.
fn message(client: &mut EppClient) -> String {
    let message = expect(client, 1301, POLL);
    let id = message.split("id=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("an id").to_owned();
    expect(client, 1000, &acknowledge(&id));
    message
}

fn domain(client: &mut EppClient) -> String {
    let name = format!("{}.test", unique("act"));
    expect(client, 1000, &domain_create(&name, ""));
    name
}

#[test]
fn a_urs_lock_is_set_told_and_taken_away() {
    let own = registrar();
    let mut client = told(&own);
    let name = domain(&mut client);
    let (ok, lines) = printed(&["lock", "urs", &name, "--case", "URS-123", "--reason", "complaint"]);
    assert!(ok && lines == format!("{name}: done\n"), "{lines}");
    let locked = expect(&mut client, 1000, &info("domain", &name));
    for status in
        ["serverDeleteProhibited", "serverRenewProhibited", "serverTransferProhibited", "serverUpdateProhibited"]
    {
        assert!(statuses(&locked).contains(&status), "{locked}");
    }
    let message = message(&mut client);
    for said in [
        "<changePoll:operation>update</changePoll:operation>",
        "<changePoll:who>URS Admin</changePoll:who>",
        "<changePoll:caseId type=\"urs\">URS-123</changePoll:caseId>",
        "<changePoll:reason>complaint</changePoll:reason>",
        "state=\"after\"",
        &format!("<domain:name>{name}</domain:name>"),
        "<domain:status s=\"serverUpdateProhibited\"",
    ] {
        assert!(message.contains(said), "{said}: {message}");
    }
    let shown = done(&["domain", "show", &name]);
    assert!(shown.get_array("locks").expect("shown")[0].as_str().expect("text").contains("(case URS-123)"), "{shown}");
    refused(&["status", "unset", "domain", &name, "serverUpdateProhibited"], "admin unlock urs");
    let json = String::from_utf8(domesday_admin(&["lock", "urs", &name, "--dry-run"]).stdout).expect("UTF-8");
    assert!(json.starts_with('{') && json.contains("\"code\":") && json.contains(&name), "{json}");
    let (ok, lines) = printed(&["lock", "urs", &name, "gone.test"]);
    assert!(!ok && lines.contains("already") && lines.contains("gone.test: "), "{lines}");
    assert!(printed(&["unlock", "urs", &name]).0);
    let free = expect(&mut client, 1000, &info("domain", &name));
    assert!(!statuses(&free).iter().any(|status| status.starts_with("server")), "{free}");
}

#[test]
fn a_list_is_held_and_released_and_a_dry_run_changes_nothing() {
    let own = registrar();
    let mut client = told(&own);
    let names = [domain(&mut client), domain(&mut client)];
    let list = directory().join(format!("{}.txt", unique("list")));
    fs::write(&list, format!("# abuse report\n{}\n\n{} # phishing\nmissing.test\n", names[0], names[1])).expect("room");
    let list = list.to_str().expect("UTF-8");
    let expected = |word: &str| format!("{}: {word}\n{}: {word}\nmissing.test: ", names[0], names[1]);
    let (ok, lines) = printed(&["domain", "hold", "--file", list, "--dry-run"]);
    assert!(!ok && lines.starts_with(&expected("done")), "{lines}");
    let before = expect(&mut client, 1000, &info("domain", &names[0]));
    assert!(!statuses(&before).contains(&"serverHold"), "{before}");
    let (ok, lines) = printed(&["domain", "hold", "--file", list, "--reason", "phishing"]);
    assert!(!ok && lines.starts_with(&expected("done")), "{lines}");
    let held = expect(&mut client, 1000, &info("domain", &names[1]));
    assert!(statuses(&held).contains(&"serverHold"), "{held}");
    assert!(printed(&["domain", "release", &names[0], &names[1]]).0);
    let free = expect(&mut client, 1000, &info("domain", &names[1]));
    assert!(!statuses(&free).contains(&"serverHold"), "{free}");
}

#[test]
fn the_registry_deletes_restores_and_purges() {
    let own = registrar();
    let mut client = told(&own);
    let tld = unique("act");
    done(&["tld", "add", &tld, "--data-model", "minimum", "--repository-id", "ACT", "--add-grace-days", "0"]);
    let name = format!("name.{tld}");
    expect(&mut client, 1000, &domain_create(&name, ""));
    assert!(printed(&["domain", "delete", &name, "--reason", "court order"]).0);
    let deleted = expect(&mut client, 1000, &info("domain", &name));
    assert!(statuses(&deleted).contains(&"pendingDelete"), "{deleted}");
    let told = message(&mut client);
    assert!(told.contains("<changePoll:operation>delete<") && told.contains("state=\"after\""), "{told}");
    assert!(printed(&["domain", "restore", &name]).0);
    assert!(message(&mut client).contains("<changePoll:operation op=\"request\">restore<"));
    let back = expect(&mut client, 1000, &info("domain", &name));
    assert!(!statuses(&back).contains(&"pendingDelete"), "{back}");
    assert!(printed(&["domain", "delete", "--purge", "--yes", &name]).0);
    expect(&mut client, 2303, &info("domain", &name));
    let told = message(&mut client);
    assert!(told.contains("state=\"before\"") && told.contains(&format!("<domain:name>{name}<")), "{told}");
}

#[test]
fn a_portfolio_goes_to_another_registrar_and_its_registrar_is_ended() {
    let (losing, gaining) = (registrar(), registrar());
    let (mut from, mut to) = (told(&losing), told(&gaining));
    let names = [domain(&mut from), domain(&mut from), domain(&mut from)];
    let host = format!("ns1.{}", names[0]);
    let outside = format!("ns.{}.invalid", unique("out"));
    let contact = unique("c-");
    expect(&mut from, 1000, &host_create(&host, &["192.0.2.1"]));
    expect(&mut from, 1000, &host_create(&outside, &[]));
    expect(&mut from, 1000, &contact_create(&contact));
    let expiry = text(&expect(&mut from, 1000, &info("domain", &names[0])), "domain:exDate").to_owned();
    // In part, by a list.
    let list = directory().join(format!("{}.txt", unique("list")));
    fs::write(&list, format!("{}\n", names[2])).expect("room");
    let list = list.to_str().expect("UTF-8");
    let bulk = ["transfer", "bulk", losing.clid.as_str(), gaining.clid.as_str()];
    let refused = domesday_admin(&bulk);
    assert_eq!(refused.status.code(), Some(2), "it asks, and nobody is there to answer");
    let (ok, lines) = printed(&[&bulk[..], &["--file", list, "--yes"]].concat());
    assert!(ok && lines == format!("domain {}: done\n", names[2]), "{lines}");
    assert!(message(&mut to).contains("<changePoll:operation op=\"approve\">transfer<"));
    // The whole of it.
    let (ok, lines) = printed(&[&bulk[..], &["--dry-run"]].concat());
    assert!(ok && lines.lines().count() == 4, "two domains, a host and a contact: {lines}");
    let (ok, lines) = printed(&[&bulk[..], &["--yes", "--reason", "termination"]].concat());
    assert!(ok && lines.lines().count() == 4 && lines.contains(&format!("contact {contact}: done")), "{lines}");
    for (mapping, id) in
        [("domain", &names[0]), ("domain", &names[1]), ("host", &host), ("host", &outside), ("contact", &contact)]
    {
        let shown = expect(&mut to, 1000, &info(mapping, id));
        assert_eq!(text(&shown, &format!("{mapping}:clID")), gaining.clid, "{shown}");
    }
    let shown = expect(&mut to, 1000, &info("domain", &names[0]));
    assert_eq!(text(&shown, "domain:exDate"), expiry, "no year");
    // It is ended: its session too, and nobody logs in as it any more.
    let terminated = done(&["registrar", "terminate", "--yes", &losing.clid]);
    assert!(terminated.get_str("transaction").is_some());
    let listed = done(&["registrar", "list"]);
    let row = row(&listed, "clid", &losing.clid).expect("listed");
    assert!(row.get_str("terminated").is_some(), "{row}");
    crate::admin::refused(&["registrar", "suspend", &losing.clid, "--undo"], "terminated, for good");
    let mut again = EppClient::connect(demo(), &losing).expect("TLS is for everyone of that certificate");
    assert_ne!(crate::support::epp::code(&again.login(&losing.clid, PASSWORD)), 1000);
    let (ok, lines) = printed(&["transfer", "force", &names[0], "--to", &losing.clid]);
    assert!(!ok && lines.contains("terminated"), "{lines}");
}

#[test]
fn a_forced_transfer_ends_the_one_that_is_pending() {
    let (own, other, third) = (registrar(), registrar(), registrar());
    let (mut a, mut b) = (told(&own), told(&other));
    let name = domain(&mut a);
    let chg = part("domain", "chg", &auth("domain", PASSWORD));
    expect(&mut a, 1000, &update("domain", &name, &chg));
    expect(&mut b, 1001, &transfer("domain", "request", &name, &auth("domain", PASSWORD)));
    assert!(
        printed(&["transfer", "force", &name, "--to", &third.clid, "--case", "D2027-1", "--reason", "UDRP decision"]).0
    );
    assert!(message(&mut b).contains("<domain:trStatus>serverCancelled<"));
    let mut c = told(&third);
    let won = message(&mut c);
    assert!(won.contains("D2027-1") && won.contains(&format!("<domain:clID>{}<", third.clid)), "{won}");
    let messages = [message(&mut a), message(&mut a), message(&mut a)];
    assert!(messages[1].contains("serverCancelled") && messages[2].contains("UDRP decision"), "{messages:?}");
}

#[test]
fn a_contact_is_redacted() {
    let own = registrar();
    let mut client = told(&own);
    let id = unique("c-");
    expect(&mut client, 1000, &contact_create(&id));
    let before = expect(&mut client, 1000, &info("contact", &id));
    assert!(printed(&["contact", "redact", &id, "--reason", "request of the person"]).0);
    let after = expect(&mut client, 1000, &info("contact", &id));
    assert_eq!(text(&after, "contact:cc"), text(&before, "contact:cc"));
    for element in ["contact:name", "contact:city", "contact:email"] {
        assert_ne!(texts(&after, element), texts(&before, element));
    }
    assert!(!after.contains("contact:voice") && !after.contains("contact:street"), "{after}");
    let message = message(&mut client);
    assert!(message.contains("request of the person") && !message.contains(text(&before, "contact:name")), "{message}");
}
