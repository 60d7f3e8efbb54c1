//! What a session's login services do not cover, for those who asked to see it (RFC 9038).

use crate::admin::done;
use crate::extensions::{CHANGE_POLL, FEE, LOW_BALANCE, RGP, UNHANDLED, client_with};
use crate::frames::{POLL, domain_create, expect, info, text, texts};
use crate::observe::metrics;
use crate::session::{Login, connected};
use crate::support::EppClient;
use crate::support::epp::OBJECTS;
use crate::support::process::Registrar;
use crate::world::{client, registrar, server, unique};

/// A session for hosts only, with these extensions.
fn hosts_only(registrar: &Registrar, extensions: &[&str]) -> EppClient {
    let mut client = connected(registrar);
    let login = Login { objects: &OBJECTS[1..2], extensions, ..Login::of(registrar) };
    expect(&mut client, 1000, &login.body());
    client
}

/// The reasons of a response, each beside what it speaks of.
fn reasons(response: &str) -> Vec<&str> {
    texts(response, "reason").into_iter().map(|reason| reason.trim_end_matches(" not in login services")).collect()
}

#[test]
fn an_info_tells_of_grace_periods_beyond_the_services() {
    let own = registrar();
    let name = unique("beyond") + ".test";
    expect(&mut client(&own), 1000, &domain_create(&name, ""));
    let answer = expect(&mut client_with(&own, &[UNHANDLED]), 1000, &info("domain", &name));
    assert_eq!(reasons(&answer), [RGP], "{answer}");
    // Section 7.2: who runs the registry sees whom to tell.
    let counted = format!("domesday_epp_unhandled_namespaces_total{{clid=\"{}\",namespace=\"{RGP}\"}} 1\n", own.clid);
    assert!(metrics(server()).contains(&counted), "{}", metrics(server()));
    let value =
        format!("<value><rgp:infData xmlns:rgp=\"{RGP}\"><rgp:rgpStatus s=\"addPeriod\"/></rgp:infData></value>");
    assert!(answer.contains(&value) && answer.contains("</result><resData>"), "{answer}");
    let answer = expect(&mut client_with(&own, &[UNHANDLED, RGP]), 1000, &info("domain", &name));
    assert!(!answer.contains("extValue") && answer.contains("<extension><rgp:infData"), "{answer}");
    let answer = expect(&mut client(&own), 1000, &info("domain", &name));
    assert!(!answer.contains("extValue") && !answer.contains("rgp"), "{answer}");
}

#[test]
fn a_change_is_polled_whatever_the_services_are() {
    let own = registrar();
    let name = unique("polled") + ".test";
    expect(&mut client(&own), 1000, &domain_create(&name, ""));
    done(&["lock", "urs", &name, "--reason", "URS Lock", "--case", "urs123"]);
    let domain = "urn:ietf:params:xml:ns:domain-1.0";
    for (mut session, expected, shows_domain) in [
        (client_with(&own, &[UNHANDLED]), vec![CHANGE_POLL], true),
        (hosts_only(&own, &[UNHANDLED]), vec![domain, CHANGE_POLL], false),
        (hosts_only(&own, &[UNHANDLED, CHANGE_POLL]), vec![domain], false),
        (hosts_only(&own, &[]), vec![], false),
        (client(&own), vec![], true),
    ] {
        let answer = expect(&mut session, 1301, POLL);
        assert_eq!(reasons(&answer), expected, "{answer}");
        assert_eq!(answer.contains("<resData><domain:infData"), shows_domain, "{answer}");
        assert_eq!(answer.contains("<domain:name>"), shows_domain || expected.contains(&domain), "{answer}");
        assert_eq!(answer.contains("urs123"), !expected.is_empty(), "{answer}");
    }
}

#[test]
fn a_low_balance_is_polled_beyond_the_services() {
    let own = registrar();
    done(&["billing", "open", &own.clid, "--currency", "EUR", "--credit-limit", "50"]);
    done(&["billing", "set", &own.clid, "--threshold", "40"]);
    done(&["billing", "correct", &own.clid, "-20", "--reason", "to and fro"]);
    let answer = expect(&mut client_with(&own, &[UNHANDLED, FEE]), 1301, POLL);
    assert_eq!(reasons(&answer), [LOW_BALANCE], "{answer}");
    let data = text(&answer, "extValue");
    assert_eq!(text(data, "lowbalance-poll:availableCredit"), "30.00", "{answer}");
    assert!(!answer.contains("resData"), "{answer}");
}

#[test]
fn errors_carry_the_clients_elements_only() {
    let own = registrar();
    let mut session = client_with(&own, &[UNHANDLED]);
    let answer = expect(&mut session, 2303, &info("domain", "never-registered.test"));
    assert_eq!(texts(&answer, "extValue").len(), 1, "{answer}");
    assert!(!answer.contains("login services"), "{answer}");
}
