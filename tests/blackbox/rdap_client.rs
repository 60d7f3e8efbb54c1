//! `domesday rdap get`, the client for people. The record for IANA is rule 9 of `rdap_profile`.

use std::path::Path;

use simd_json::prelude::*;

use crate::admin::{done, run};
use crate::frames::{contacts, domain_create, expect, host_create, name_servers, text};
use crate::names;
use crate::support::{EppClient, Server, rdap};
use crate::world::{client_a, demo, directory, unique};

/// `rdap get` of the demo.
fn get(arguments: &[&str]) -> (Option<i32>, String) {
    get_of(directory(), arguments)
}

/// The same, of the server in that directory.
fn get_of(directory: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let target = directory.join("demo.json");
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

/// The cells of the first column of a list, without its head and what is said below it.
fn first_column(list: &str) -> Vec<&str> {
    list.lines().skip(1).take_while(|line| !line.is_empty()).filter_map(|line| line.split_whitespace().next()).collect()
}

#[test]
fn what_a_search_finds_is_a_list_that_leads_to_the_next_page() {
    let dir = tempfile::tempdir().expect("a temporary directory can be made");
    let server = Server::start_virtual_in(dir, &[("rdap.search", "all")]);
    let get = |arguments: &[&str]| get_of(server.directory(), arguments);
    let mut a = EppClient::logged_in(server.demo(), 0);
    for number in 0..51 {
        expect(&mut a, 1000, &domain_create(&format!("page{number:02}.test"), ""));
    }
    expect(&mut a, 1000, &host_create("ns1.page00.test", &["192.0.2.1", "2001:db8::1"]));
    let contact = names::contact_of(&mut a);
    expect(&mut a, 1000, &domain_create("xn--bcher-kva.example", &contacts(&contact)));
    expect(&mut a, 1000, &domain_create("served.test", &name_servers(&["ns1.page00.test"])));

    let (code, list) = get(&["domains", "name=page*", "count=true"]);
    assert_eq!(code, Some(0), "{list}");
    assert_eq!(
        first_column(&list),
        (0..50).map(|number| format!("page{number:02}.test")).collect::<Vec<_>>(),
        "{list}"
    );
    assert!(list.contains("Registrar A") && list.contains("inactive, add period"), "{list}");
    assert!(list.contains("\n50 of 51 results, page 1\n"), "{list}");
    assert!(beside(&list, "truncated").is_some_and(|why| why.contains("50")), "{list}");
    let next = beside(&list, "next page").expect("a page follows");
    let (code, list) = get(&[next]);
    assert_eq!((code, first_column(&list)), (Some(0), vec!["page50.test"]), "{list}");
    assert!(list.contains("\n1 result, page 2\n") && beside(&list, "next page").is_none(), "{list}");
    assert!(!list.contains("truncated"), "{list}");

    for (question, expected) in [
        (["domains", "name=b\u{fc}cher.example"], "xn--bcher-kva.example (b\u{fc}cher.example)"),
        (["domains", "nsLdhName=ns1.page*"], "served.test"),
        (["domains", "nsIp=2001:db8::1"], "served.test"),
        (["nameservers", "ip=192.0.2.1"], "192.0.2.1, 2001:db8::1"),
        (["nameservers", "name=ns1.page00.test"], "ns1.page00.test"),
        (["entities", "fn=registrar A"], "registrar-a@registrars.example"),
        (["entities", "handle=99*"], "9996"),
    ] {
        let (code, list) = get(&question);
        assert_eq!(code, Some(0), "{question:?}: {list}");
        assert!(list.contains(expected), "{question:?}: {list}");
    }
    for (question, code) in [
        (&["domains", "name=nothing-such*"][..], 4),
        (&["domains", "name=x*"], 1),
        (&["domains", "fn=x"], 1),
        (&["domains"], 2),
        (&["domains", "exam*"], 2),
        (&["domain", "a.test", "b.test"], 2),
    ] {
        let (found, said) = get(question);
        assert_eq!(found, Some(code), "{question:?}: {said}");
    }
    // What is no path is told what there is, searches among it where they are on.
    let told = |description: &[u8]| String::from_utf8_lossy(description).contains("domains?name=");
    assert!(told(&rdap::get(server.demo(), "nothing/such").body));
    assert!(!told(&rdap::get(demo(), "nothing/such").body));
}

#[test]
fn numbers_of_a_registrar_are_told_apart_and_its_country_is_shown() {
    let clid = unique("fax");
    let set = ["--voice", "+1.5550001", "--fax", "+1.5550002", "--street", "1 Road", "--city", "Bern", "--cc", "CH"];
    done(&[&["registrar", "add", &clid, "--name", "Fax"], &set[..]].concat());
    let (code, summary) = get(&["entity", &clid]);
    assert_eq!(code, Some(0), "{summary}");
    for (name, expected) in [("telephone", "+1.5550001"), ("fax", "+1.5550002"), ("postal address", "1 Road, Bern, CH")]
    {
        assert_eq!(beside(&summary, name), Some(expected), "{summary}");
    }
}
