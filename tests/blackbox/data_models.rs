//! TLDs that leave it to registrars how much their registrations hold: the minimum (no contacts) or the maximum.

use simd_json::prelude::*;

use crate::admin::{done, refused, row};
use crate::frames::{auth, contacts, domain_create, element, expect, info, part, text, texts, transfer, update};
use crate::names;
use crate::support::EppClient;
use crate::support::process::Registrar;
use crate::support::rdap::get;
use crate::world::{SECRET, client, demo, registrar, unique};

/// A TLD that leaves it to registrars, which no other test has; it requires a tech contact.
fn choice_tld() -> String {
    let tld = unique("choice");
    let models = ["--data-model", "per-registrar", "--require-contact", "tech"];
    done(&[&["tld", "add", &tld, "--repository-id", "CHOICE"], &models[..]].concat());
    tld
}

/// A registrar that has chosen, and a session of it.
fn chosen(model: &str) -> (Registrar, EppClient) {
    let own = registrar();
    done(&["registrar", "set", &own.clid, "--data-model", model]);
    let session = client(&own);
    (own, session)
}

fn registrant(id: &str) -> String {
    element("domain:registrant", id)
}

fn contact(role: &str, id: &str) -> String {
    format!("<domain:contact type=\"{role}\">{id}</domain:contact>")
}

/// Moves a domain to another registrar.
fn moved(name: &str, losing: &mut EppClient, gaining: &mut EppClient) {
    let secret = part("domain", "chg", &auth("domain", SECRET));
    expect(losing, 1000, &update("domain", name, &secret));
    expect(gaining, 1001, &transfer("domain", "request", name, &auth("domain", SECRET)));
    expect(losing, 1000, &transfer("domain", "approve", name, ""));
}

/// Roles that RDAP shows of a domain's entities, without the registrar.
fn roles(name: &str) -> Vec<String> {
    let json = get(demo(), &format!("domain/{name}")).json();
    let entities = json.get_array("entities").cloned().unwrap_or_default();
    let roles = entities.iter().flat_map(|entity| entity.get_array("roles").cloned().unwrap_or_default());
    roles.filter_map(|role| role.as_str().map(str::to_owned)).filter(|role| role != "registrar").collect()
}

#[test]
fn epp_14_a_registrar_holds_what_it_has_chosen() {
    let tld = choice_tld();
    let ((rich, mut a), (poor, mut b)) = (chosen("maximum"), chosen("minimum"));
    let contact = names::contact_of(&mut a);
    let name = |stem: &str| format!("{stem}.{tld}");
    let answer = expect(&mut a, 2003, &domain_create(&name("rich"), ""));
    assert!(text(&answer, "msg").contains("registrant"), "{answer}");
    expect(&mut a, 2003, &domain_create(&name("rich"), &registrant(&contact)));
    expect(&mut a, 1000, &domain_create(&name("rich"), &contacts(&contact)));
    let answer = expect(&mut b, 2306, &domain_create(&name("poor"), &contacts(&contact)));
    assert!(text(&answer, "reason").contains("this client's domains"), "{answer}");
    expect(&mut b, 1000, &domain_create(&name("poor"), ""));
    // Whoever has chosen nothing holds no contacts.
    let mut none = client(&registrar());
    expect(&mut none, 2306, &domain_create(&name("none"), &contacts(&contact)));
    expect(&mut none, 1000, &domain_create(&name("none"), ""));
    assert_eq!(roles(&name("rich")), ["registrant", "administrative", "technical"]);
    assert!(roles(&name("poor")).is_empty());
    // In other TLDs it makes no difference.
    expect(&mut b, 1000, &domain_create(&names::maximum(), &contacts(&contact)));
    expect(&mut a, 1000, &domain_create(&names::minimum(), ""));

    let listed = done(&["registrar", "list"]);
    let model = |own: &Registrar| {
        let row = row(&listed, "clid", &own.clid).expect("listed");
        row.get_str("data_model").map(str::to_owned)
    };
    assert_eq!((model(&rich).as_deref(), model(&poor).as_deref()), (Some("maximum"), Some("minimum")));
    let first = &demo().registrars[0];
    assert_eq!(model(first), None);
    refused(&["registrar", "set", &poor.clid, "--data-model", "per-registrar"], "data_model");
    // A new choice is for what comes then.
    done(&["registrar", "set", &poor.clid, "--data-model", "maximum"]);
    expect(&mut b, 2003, &domain_create(&name("more"), ""));
    expect(&mut b, 1000, &info("domain", &name("poor")));
}

#[test]
fn epp_16_epp_19_contacts_come_along_and_go_as_the_new_registrar_has_it() {
    let tld = choice_tld();
    let ((_, mut a), (_, mut b)) = (chosen("maximum"), chosen("minimum"));
    let (theirs, own) = (names::contact_of(&mut a), names::contact_of(&mut a));
    let (rich, poor) = (format!("rich.{tld}"), format!("poor.{tld}"));
    expect(&mut a, 1000, &domain_create(&rich, &contacts(&theirs)));
    expect(&mut b, 1000, &domain_create(&poor, ""));
    moved(&rich, &mut a, &mut b);
    moved(&poor, &mut b, &mut a);
    // What was there is there, and shown.
    let answer = expect(&mut b, 1000, &info("domain", &rich));
    assert_eq!((text(&answer, "domain:registrant"), texts(&answer, "domain:contact").len()), (&theirs[..], 2));
    assert_eq!(roles(&rich), ["registrant", "administrative", "technical"]);
    let add = |contacts: &str| part("domain", "add", contacts);
    let rem = |contacts: &str| part("domain", "rem", contacts);
    let chg = |id: &str| part("domain", "chg", &registrant(id));
    // The minimum: contacts go, none come.
    expect(&mut b, 2306, &update("domain", &rich, &chg(&own)));
    expect(&mut b, 2306, &update("domain", &rich, &add(&contact("tech", &own))));
    expect(&mut b, 1000, &update("domain", &rich, &rem(&contact("admin", &theirs))));
    expect(&mut b, 1000, &update("domain", &rich, &(rem(&contact("tech", &theirs)) + &chg(""))));
    let answer = expect(&mut b, 1000, &info("domain", &rich));
    assert!(!answer.contains("domain:registrant") && !answer.contains("domain:contact "), "{answer}");
    assert!(roles(&rich).is_empty());
    // The maximum: other changes need none, but when contacts come, all come.
    expect(&mut a, 1000, &update("domain", &poor, &part("domain", "add", "<domain:status s=\"clientHold\"/>")));
    expect(&mut a, 2306, &update("domain", &poor, &add(&contact("tech", &own))));
    expect(&mut a, 2306, &update("domain", &poor, &(add(&contact("admin", &own)) + &chg(&own))));
    expect(&mut a, 1000, &update("domain", &poor, &(add(&contact("tech", &own)) + &chg(&own))));
    assert_eq!(roles(&poor), ["registrant", "technical"]);
    expect(&mut a, 2306, &update("domain", &poor, &chg("")));
}
