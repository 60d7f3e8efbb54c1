//! Extensions: announced, asked for at login, and then, but only then, spoken (RFC 5730, sections 2.4 and 2.9.1.1;
//! RFC 3915).

use crate::frames::{self, check, domain_create, expect, info, text, texts};
use crate::session::{Login, connected};
use crate::support::EppClient;
use crate::support::epp::code;
use crate::world::{client_a, demo, unique};

const RGP: &str = "urn:ietf:params:xml:ns:rgp-1.0";

/// A session whose login asks for rgp-1.0.
fn client_with_rgp() -> EppClient {
    let a = &demo().registrars[0];
    let mut client = connected(a);
    expect(&mut client, 1000, &Login { extension: Some(RGP), ..Login::of(a) }.body());
    client
}

/// `command` extended by a restore.
fn restoring(command: &str, op: &str) -> String {
    format!("{command}<extension><rgp:update xmlns:rgp=\"{RGP}\"><rgp:restore op=\"{op}\"/></rgp:update></extension>")
}

/// The update that a restore extends (RFC 3915, section 4.2.5).
fn update(name: &str) -> String {
    frames::update("domain", name, "<domain:chg/>")
}

#[test]
fn the_greeting_announces_rgp() {
    let client = connected(&demo().registrars[0]);
    assert_eq!(texts(client.greeting(), "extURI"), [RGP]);
}

#[test]
fn what_a_login_did_not_ask_for_is_2103_and_never_answered_with() {
    let mut client = client_a();
    let answer = expect(&mut client, 2103, &restoring(&update("a.test"), "request"));
    assert!(answer.contains(&format!("<value><rgp:update xmlns:rgp=\"{RGP}\"></rgp:update></value>")), "{answer}");
    let name = unique("no-rgp") + ".test";
    expect(&mut client, 1000, &domain_create(&name, ""));
    let answer = expect(&mut client, 1000, &info("domain", &name));
    assert!(!answer.contains("<extension>"), "{answer}");
}

#[test]
fn a_restore_extends_an_update_of_a_domain_and_nothing_else() {
    let mut client = client_with_rgp();
    let answer = expect(&mut client, 2103, &restoring(&check("domain", &["a.test"]), "request"));
    assert!(text(&answer, "reason").contains("domain:update"), "{answer}");
    expect(&mut client, 2103, &restoring("<poll op=\"req\"/>", "request"));
    let host = frames::update("host", "ns1.a.icann", "<host:add/>");
    expect(&mut client, 2103, &restoring(&host, "request"));
    let answer = client.command(&restoring(&update("never-registered.test"), "request"));
    assert_ne!(code(&answer), 2103, "{answer}");
}

#[test]
fn faults_of_a_restore_are_shown_as_sent() {
    let mut client = client_with_rgp();
    let answer = expect(&mut client, 2004, &restoring(&update("a.test"), "now"));
    let sent = format!("<value><rgp:restore xmlns:rgp=\"{RGP}\" op=\"now\"></rgp:restore></value>");
    assert!(answer.contains(&sent), "{answer}");
    let restore = restoring("", "request");
    let twice = restore.replace("</extension>", "") + &restore.replace("<extension>", "");
    let answer = expect(&mut client, 2001, &(update("a.test") + &twice));
    assert!(answer.contains("each extension once"), "{answer}");
    let answer =
        expect(&mut client, 2001, &restoring(&update("a.test"), "request").replace("rgp:update", "rgp:infData"));
    assert!(answer.contains("no response data"), "{answer}");
}
