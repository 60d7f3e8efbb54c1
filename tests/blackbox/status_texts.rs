//! Texts beside statuses, from the command that gives them to every info that shows them.

use simd_json::OwnedValue;
use simd_json::prelude::*;

use crate::admin::run;
use crate::frames::{POLL, auth, delete, domain_create, expect, info, named, object, part, status, text, update};
use crate::names;
use crate::support::{EppClient, Server};
use crate::world::{SECRET, client_a, client_b};

const KINDS: [&str; 3] = ["domain", "host", "contact"];

/// A new object of the mapping, of this client.
fn new(client: &mut EppClient, mapping: &str) -> String {
    match mapping {
        "domain" => names::minimum_of(client),
        "host" => names::outside_of(client),
        _ => names::contact_of(client),
    }
}

/// `<mapping:status …>text</mapping:status>`, as commands and responses write it.
fn said(mapping: &str, status: &str, lang: &str, text: &str) -> String {
    format!("<{mapping}:status s=\"{status}\" lang=\"{lang}\">{text}</{mapping}:status>")
}

/// What follows the ROID of an info response: its status elements, and the rest.
fn shown<'r>(response: &'r str, mapping: &str) -> &'r str {
    let (_, rest) = response.split_once(&format!("</{mapping}:roid>")).expect("a ROID");
    rest
}

fn status_texts(target: &Server, name: &str) -> OwnedValue {
    let target = target.directory().join("demo.json");
    let target = target.to_str().expect("UTF-8");
    let mut output = run(&["admin", "--json", "--target", target, "domain", "show", name]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let shown = simd_json::to_owned_value(&mut output.stdout).expect("JSON");
    shown.get("status_texts").cloned().expect("a member")
}

#[test]
fn a_text_and_its_language_are_shown_until_the_status_goes() {
    let mut a = client_a();
    for kind in KINDS {
        let id = new(&mut a, kind);
        let both = said(kind, "clientDeleteProhibited", "en", "Payment overdue.")
            + &format!(
                "<{kind}:status lang=\"fr-CA\" s=\"clientUpdateProhibited\">retard &lt;90 jours&gt; &amp; \"plus\"</{kind}:status>"
            );
        expect(&mut a, 1000, &update(kind, &id, &part(kind, "add", &both)));
        let first = said(kind, "clientDeleteProhibited", "en", "Payment overdue.");
        let second = said(kind, "clientUpdateProhibited", "fr-CA", "retard &lt;90 jours&gt; &amp; &quot;plus&quot;");
        let answer = expect(&mut a, 1000, &info(kind, &id));
        assert!(shown(&answer, kind).starts_with(&(first.clone() + &second)), "{answer}");
        expect(&mut a, 1000, &status(kind, &id, "rem", "clientUpdateProhibited"));
        let answer = expect(&mut a, 1000, &info(kind, &id));
        assert!(shown(&answer, kind).starts_with(&first) && !answer.contains("fr-CA"), "{answer}");
        // The same status again, without a text, has none; the language without text says nothing either.
        let bare = format!("<{kind}:status s=\"clientUpdateProhibited\" lang=\"de\"/>");
        expect(&mut a, 1000, &update(kind, &id, &part(kind, "add", &bare)));
        let answer = expect(&mut a, 1000, &info(kind, &id));
        let without = format!("<{kind}:status s=\"clientUpdateProhibited\"/>");
        assert!(shown(&answer, kind).starts_with(&(first + &without)), "{answer}");
    }
}

#[test]
fn a_text_of_256_characters_is_2306_and_changes_nothing() {
    let mut a = client_a();
    for kind in KINDS {
        let id = new(&mut a, kind);
        let add = |length| part(kind, "add", &said(kind, "clientDeleteProhibited", "en", &"\u{1f600}".repeat(length)));
        let answer = expect(&mut a, 2306, &update(kind, &id, &add(256)));
        assert!(text(&answer, "value").contains(&format!("<{kind}:status")), "{answer}");
        expect(&mut a, 1000, &update(kind, &id, &add(255)));
        assert!(expect(&mut a, 1000, &info(kind, &id)).contains(&"\u{1f600}".repeat(255)));
    }
}

#[test]
fn who_reads_a_domain_in_part_reads_its_statuses_without_texts() {
    let (mut a, mut b) = (client_a(), client_b());
    let id = new(&mut a, "domain");
    let hold = said("domain", "clientHold", "en", "Payment overdue.");
    expect(&mut a, 1000, &update("domain", &id, &part("domain", "add", &hold)));
    let answer = expect(&mut b, 1000, &info("domain", &id));
    assert!(shown(&answer, "domain").starts_with("<domain:status s=\"clientHold\"/>"), "{answer}");
    let whole = object("domain", "info", &(named("domain", &id) + &auth("domain", SECRET)));
    let answer = expect(&mut b, 1000, &whole);
    assert!(shown(&answer, "domain").starts_with(&hold), "{answer}");
}

#[test]
fn texts_and_reasons_outlive_restarts_and_checkpoints_and_go_with_their_objects() {
    let mut server = Server::start();
    let target = server.directory().join("demo.json");
    let admin = |arguments: &[&str]| {
        let output = run(&[&["admin", "--target", target.to_str().expect("UTF-8")], arguments].concat());
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let mut a = EppClient::logged_in(server.demo(), 0);
    let ids = KINDS.map(|kind| new(&mut a, kind));
    for (kind, id) in KINDS.iter().zip(&ids) {
        let why = said(kind, "clientUpdateProhibited", "de", "Bitte nicht \u{e4}ndern.");
        expect(&mut a, 1000, &update(kind, id, &part(kind, "add", &why)));
        admin(&["status", "set", kind, id, "serverDeleteProhibited", "--reason", "court <order>"]);
    }
    assert!(expect(&mut a, 1301, POLL).contains("court &lt;order&gt;"));
    for round in 0..3 {
        let mut a = EppClient::logged_in(server.demo(), 0);
        for (kind, id) in KINDS.iter().zip(&ids) {
            let answer = expect(&mut a, 1000, &info(kind, id));
            let client = said(kind, "clientUpdateProhibited", "de", "Bitte nicht \u{e4}ndern.");
            let court = said(kind, "serverDeleteProhibited", "en", "court &lt;order&gt;");
            assert!(answer.contains(&client) && answer.contains(&court), "round {round}: {answer}");
        }
        let texts = status_texts(&server, &ids[0]);
        let texts: Vec<_> = texts.as_array().expect("a list").iter().filter_map(|text| text.as_str()).collect();
        let expected =
            ["clientUpdateProhibited (de): Bitte nicht \u{e4}ndern.", "serverDeleteProhibited (en): court <order>"];
        assert_eq!(texts, expected);
        assert!(admin(&["domain", "show", &ids[0]]).contains(expected[1]));
        // Once replayed after a crash, once read from a base file.
        match round {
            0 => server.kill(),
            _ => {
                admin(&["checkpoint"]);
                assert!(server.terminate().success());
            }
        }
        server.restart();
    }
    let mut a = EppClient::logged_in(server.demo(), 0);
    for (kind, id) in KINDS.iter().zip(&ids) {
        admin(&["status", "unset", kind, id, "serverDeleteProhibited"]);
        let answer = expect(&mut a, 1000, &info(kind, id));
        assert!(answer.contains("lang=\"de\"") && !answer.contains("court"), "{answer}");
        expect(&mut a, 1000, &delete(kind, id));
    }
    // Another domain of the same name begins without.
    expect(&mut a, 1000, &domain_create(&ids[0], ""));
    expect(&mut a, 1000, &status("domain", &ids[0], "add", "clientUpdateProhibited"));
    let answer = expect(&mut a, 1000, &info("domain", &ids[0]));
    assert!(shown(&answer, "domain").starts_with("<domain:status s=\"clientUpdateProhibited\"/>"), "{answer}");
    assert!(server.terminate().success());
}
