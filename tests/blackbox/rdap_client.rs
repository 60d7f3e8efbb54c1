//! `domesday rdap get`, the client for people. The record for IANA is rule 9 of `rdap_profile`.

use simd_json::prelude::*;

use crate::admin::run;
use crate::frames::{contacts, domain_create, expect, text};
use crate::names;
use crate::world::{client_a, demo, directory, unique};

/// `rdap get` of the demo.
fn get(arguments: &[&str]) -> (Option<i32>, String) {
    let target = directory().join("demo.json");
    let target = target.to_str().expect("a name in UTF-8");
    let output = run(&[&["rdap", "get", "--target", target], arguments].concat());
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).expect("UTF-8"))
}

/// The value that a summary has beside this name.
fn beside<'a>(summary: &'a str, name: &str) -> Option<&'a str> {
    summary.lines().find_map(|line| line.trim_start().strip_prefix(name)?.strip_prefix("  ")).map(str::trim)
}

#[test]
fn what_is_there_is_shown_to_people_and_whole_as_json() {
    let mut a = client_a();
    let contact = names::contact_of(&mut a);
    let label = format!("b\u{fc}cher{}", unique("r"));
    let ascii = idna::domain_to_ascii(&format!("{label}.example")).expect("a valid U-label");
    let created = expect(&mut a, 1000, &domain_create(&ascii, &contacts(&contact)));
    let (code, summary) = get(&["domain", &format!("{label}.example")]);
    assert_eq!(code, Some(0), "{summary}");
    assert_eq!(beside(&summary, "domain"), Some(&ascii[..]), "{summary}");
    assert_eq!(beside(&summary, "status"), Some("inactive, add period"), "{summary}");
    assert_eq!(beside(&summary, "expiration"), Some(text(&created, "domain:exDate")), "{summary}");
    assert_eq!(beside(&summary, "registrar"), Some("9995"), "{summary}");
    assert!(beside(&summary, "notice").is_some(), "{summary}");

    let (code, json) = get(&["domain", &ascii, "--json"]);
    assert_eq!(code, Some(0), "{json}");
    let json = simd_json::to_owned_value(&mut json.into_bytes()).expect("JSON");
    assert_eq!(json.get_str("ldhName"), Some(&ascii[..]));

    for question in [&["help"][..], &["entity", "9995"], &["entity", &contact]] {
        let (code, summary) = get(question);
        assert_eq!(code, Some(0), "{question:?}: {summary}");
    }
    let host = names::outside_of(&mut a);
    let (code, summary) = get(&["nameserver", &host]);
    assert_eq!((code, beside(&summary, "nameserver")), (Some(0), Some(&host[..])), "{summary}");
}

#[test]
fn what_is_not_there_and_what_is_no_question_end_otherwise() {
    let name = names::minimum();
    let (code, said) = get(&["domain", &name]);
    assert_eq!(code, Some(4), "{said}");
    assert!(said.starts_with("404 ") && said.lines().count() > 1, "title and description: {said}");
    assert_eq!(get(&["domain", "a..test"]).0, Some(1));
    assert_eq!(get(&["domain"]).0, Some(2));
    assert_eq!(get(&["fly", "x"]).0, Some(2));
    assert_eq!(get(&["http://localhost/help"]).0, Some(2));
    assert_eq!(get(&["--ca", "/nonexistent.pem", "help"]).0, Some(1));
}

#[test]
fn a_url_needs_the_servers_ca_and_no_target() {
    let (url, ca) = (format!("{}help", demo().rdap.base_urls[0]), demo().rdap.ca.to_str().expect("UTF-8").to_owned());
    let output = run(&["rdap", "get", "--ca", &ca, &url]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    // A certificate that is no CA of this server.
    let stranger = demo().registrars[0].cert.to_str().expect("UTF-8").to_owned();
    let output = run(&["rdap", "get", "--ca", &stranger, &url]);
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{message}");
    assert!(message.contains("certificate"), "{message}");
}
