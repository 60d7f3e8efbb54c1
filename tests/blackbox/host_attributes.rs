//! TLDs whose domains name their name servers by attributes (RFC 5731, section 1.1), beside TLDs with host objects and alone.

use std::fs;

use simd_json::prelude::*;

use crate::admin::{done, row, run};
use crate::frames::{
    addresses, attributes, auth, available, check, delete, domain_create, element, expect, host_create, info,
    name_servers, named, object, part, statuses, text, texts, transfer, update,
};
use crate::names;
use crate::session::{HELLO, Login};
use crate::support::epp::{OBJECTS, code};
use crate::support::process::Registrar;
use crate::support::rdap::get;
use crate::support::{EppClient, Server};
use crate::world::{SECRET, client_a, client_b, demo, unique};

const DOMAIN: &str = OBJECTS[0];
const HOST: &str = OBJECTS[1];
const CONTACT: &str = OBJECTS[2];
const BALANCE: &str = OBJECTS[3];
const MAINTENANCE: &str = OBJECTS[4];

/// A TLD of the minimum model with host attributes, which no other test has.
fn attribute_tld() -> String {
    let tld = unique("attr");
    done(&["tld", "add", &tld, "--data-model", "minimum", "--host-model", "attributes", "--repository-id", "ATTR"]);
    tld
}

/// `<domain:ns>` with host attributes: names and addresses.
fn servers(all: &[(&str, &[&str])]) -> String {
    let server = |(name, glue): &(&str, &[&str])| {
        let glue = addresses(glue).replace("host:addr", "domain:hostAddr");
        part("domain", "hostAttr", &(element("domain:hostName", name) + &glue))
    };
    part("domain", "ns", &all.iter().map(server).collect::<String>())
}

/// An info that asks for these hosts.
fn info_of(name: &str, hosts: &str) -> String {
    object("domain", "info", &format!("<domain:name hosts=\"{hosts}\">{name}</domain:name>"))
}

#[test]
fn epp_14_epp_16_name_servers_come_and_go_with_their_addresses() {
    let (tld, mut a) = (attribute_tld(), client_a());
    let name = format!("shop.{tld}");
    let (inside, outside) = (format!("ns1.{name}"), names::outside());
    let ns = servers(&[(&inside.to_uppercase(), &["192.0.2.1", "2001:DB8:0::1"]), (&outside, &[])]);
    expect(&mut a, 1000, &domain_create(&name, &ns));
    let shown = |answer: &str| {
        let found = texts(answer, "domain:hostName");
        (found.into_iter().map(str::to_owned).collect::<Vec<_>>(), texts(answer, "domain:hostAddr").join(" "))
    };
    let both = (vec![inside.clone(), outside.clone()], "192.0.2.1 2001:db8::1".to_owned());
    for (hosts, expected) in
        [("all", both.clone()), ("del", both.clone()), ("sub", Default::default()), ("none", Default::default())]
    {
        let answer = expect(&mut a, 1000, &info_of(&name, hosts));
        assert_eq!(shown(&answer), expected, "{hosts}");
        assert_eq!(statuses(&answer), ["ok"], "{hosts}");
        assert!(texts(&answer, "domain:host").is_empty() && texts(&answer, "domain:hostObj").is_empty(), "{answer}");
    }
    assert_eq!(attributes(&expect(&mut client_b(), 1000, &info("domain", &name)), "ip"), ["v4", "v6"]);

    // Other addresses of one that stays: it goes and comes in one command. The addresses of what goes are not looked at.
    let again = part("domain", "add", &servers(&[(&inside, &["192.0.2.2"])]))
        + &part("domain", "rem", &servers(&[(&inside.to_uppercase(), &["10.0.0.1"])]));
    expect(&mut a, 1000, &update("domain", &name, &again));
    let answer = expect(&mut a, 1000, &info("domain", &name));
    assert_eq!(shown(&answer), (vec![outside.clone(), inside.clone()], "192.0.2.2".to_owned()));
    let none = part("domain", "rem", &servers(&[(&inside, &[]), (&outside, &[])]));
    expect(&mut a, 1000, &update("domain", &name, &none));
    let answer = expect(&mut a, 1000, &info("domain", &name));
    assert_eq!((statuses(&answer), answer.contains("domain:ns>")), (vec!["inactive"], false));
}

#[test]
fn epp_14_epp_16_what_no_domain_has_as_name_server_is_refused() {
    let (tld, mut a) = (attribute_tld(), client_a());
    let (name, other) = (format!("shop.{tld}"), format!("other.{tld}"));
    let (inside, sibling) = (format!("ns1.{name}"), format!("ns1.{other}"));
    let outside = names::outside_of(&mut a);
    expect(&mut a, 1000, &domain_create(&other, ""));
    let rows: [(u16, String, &str); 8] = [
        (2003, servers(&[(&inside, &[])]), &inside),
        (2003, servers(&[(&name, &[])]), &name),
        (2306, servers(&[(&sibling, &["192.0.2.1"])]), "192.0.2.1"),
        (2306, servers(&[(&outside, &["192.0.2.1"])]), "192.0.2.1"),
        (2306, servers(&[(&inside, &["10.0.0.1"])]), "10.0.0.1"),
        (2005, servers(&[(&inside, &["192.0.2.256"])]), "192.0.2.256"),
        (2306, name_servers(&[&outside]), &outside),
        (2005, servers(&[("n_s.example.icann", &[])]), "n_s.example.icann"),
    ];
    for (code, ns, value) in &rows {
        let answer = expect(&mut a, *code, &domain_create(&name, ns));
        assert!(text(&answer, "value").contains(value), "{answer}");
    }
    expect(&mut a, 1000, &domain_create(&name, &servers(&[(&sibling, &[])])));
    for (code, ns, _) in &rows {
        expect(&mut a, *code, &update("domain", &name, &part("domain", "add", ns)));
    }
    // And the other way round where the TLD has host objects.
    let answer = expect(&mut a, 2306, &domain_create(&names::minimum(), &servers(&[(&outside, &[])])));
    assert!(text(&answer, "reason").contains("host objects in this TLD"), "{answer}");
}

#[test]
fn a_name_below_a_tld_with_attributes_is_no_host_object() {
    let (tld, mut a) = (attribute_tld(), client_a());
    let name = format!("shop.{tld}");
    expect(&mut a, 1000, &domain_create(&name, ""));
    let (inside, outside) = (format!("ns1.{name}"), names::outside_of(&mut a));
    expect(&mut a, 2306, &host_create(&inside, &["192.0.2.1"]));
    expect(&mut client_b(), 2306, &host_create(&inside, &[]));
    let rename = update("host", &outside, &part("host", "chg", &element("host:name", &inside)));
    expect(&mut a, 2306, &rename);
    let answer = expect(&mut a, 1000, &check("host", &[&inside, &names::outside()]));
    assert_eq!(available(&answer), [false, true]);
    assert_eq!(text(&answer, "host:reason"), "No host objects in this TLD");
    let domain = names::minimum_of(&mut a);
    expect(&mut a, 1000, &host_create(&format!("ns1.{domain}"), &["192.0.2.1"]));
}

#[test]
fn rdap_01_admin_and_poll_messages_show_them() {
    let (tld, mut a) = (attribute_tld(), client_a());
    let name = format!("shop.{tld}");
    let (inside, outside) = (format!("ns1.{name}"), names::outside());
    let ns = servers(&[(&inside, &["192.0.2.1", "2001:db8::1"]), (&outside, &[])]);
    expect(&mut a, 1000, &domain_create(&name, &ns));
    let found = get(demo(), &format!("domain/{name}"));
    assert_eq!(found.status, 200);
    let expected = format!(
        "[{{\"objectClassName\":\"nameserver\",\"ldhName\":\"{inside}\",\
         \"ipAddresses\":{{\"v4\":[\"192.0.2.1\"],\"v6\":[\"2001:db8::1\"]}}}},\
         {{\"objectClassName\":\"nameserver\",\"ldhName\":\"{outside}\"}}]"
    );
    let text = String::from_utf8_lossy(&found.body).into_owned();
    assert!(
        text.contains(&format!("\"nameservers\":{expected}")) && text.contains("\"status\":[\"add period\"]"),
        "{text}"
    );
    assert_eq!(get(demo(), &format!("nameserver/{inside}")).status, 404);

    let shown = done(&["domain", "show", &name]);
    let listed: Vec<&str> =
        shown.get_array("name_servers").into_iter().flatten().filter_map(|server| server.as_str()).collect();
    assert_eq!(listed, [format!("{inside} (192.0.2.1, 2001:db8::1)"), outside.clone()]);
    let tlds = done(&["tld", "list"]);
    assert_eq!(row(&tlds, "name", &tld).expect("listed").get_str("host_model"), Some("attributes"));
    assert_eq!(row(&tlds, "name", "test").expect("listed").get_str("host_model"), Some("objects"));

    // What the registry does to a domain shows it as it is (RFC 8590), to a registrar with a queue of its own.
    let own = crate::world::registrar();
    let mut session = crate::world::client(&own);
    expect(&mut session, 1001, &transfer("domain", "request", &name, &auth("domain", SECRET)));
    expect(&mut a, 1000, &transfer("domain", "approve", &name, ""));
    done(&["status", "set", "domain", &name, "serverHold"]);
    let told = loop {
        let message = expect(&mut session, 1301, crate::frames::POLL);
        if message.contains("domain:infData") {
            break message;
        }
        let id = attributes(&message, "id")[0].to_owned();
        expect(&mut session, 1000, &crate::frames::acknowledge(&id));
    };
    assert_eq!(texts(&told, "domain:hostName"), [&inside[..], &outside], "{told}");
    assert_eq!(texts(&told, "domain:hostAddr"), ["192.0.2.1", "2001:db8::1"], "{told}");
}

/// A registry that nobody has put anything into, with the certificates of a demo.
fn empty_registry() -> Server {
    let mut server = Server::start();
    assert!(server.terminate().success(), "{}", server.output());
    for name in ["wal", "index"] {
        fs::remove_dir_all(server.directory().join("data").join(name)).expect("the demo's");
    }
    let config = server.directory().join("registry.toml");
    let output = run(&["init", "--config", config.to_str().expect("UTF-8")]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    server.serve(&[]);
    server
}

/// An admin command to that server, which succeeds.
#[track_caller]
fn operate(server: &Server, arguments: &[&str]) {
    let config = server.directory().join("registry.toml");
    let output = run(&[&["admin", "--config", config.to_str().expect("UTF-8")], arguments].concat());
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A session whose login asks for these objects, and the login's result code.
fn session(server: &Server, own: &Registrar, objects: &[&str]) -> (EppClient, u16) {
    let mut client = EppClient::connect(server.demo(), own).expect("a connection");
    let answer = client.command(&Login { objects, ..Login::of(own) }.body());
    (client, code(&answer))
}

#[test]
fn epp_02_the_greeting_announces_what_the_tlds_have() {
    let server = empty_registry();
    let own = server.demo().registrars[0].clone();
    let file = server.directory().join("password");
    fs::write(&file, format!("{}\n", own.pw)).expect("writable");
    operate(&server, &["registrar", "add", &own.clid, "--name", "A"]);
    operate(&server, &["registrar", "set-password", &own.clid, "--password-file", file.to_str().expect("UTF-8")]);
    operate(&server, &["registrar", "add-cert", &own.clid, "--pem", own.cert.to_str().expect("UTF-8")]);
    let add = |name: &str, data_model: &str, host_model: &str| {
        let models = ["--data-model", data_model, "--host-model", host_model];
        operate(&server, &[&["tld", "add", name, "--repository-id", "ATTR"], &models[..]].concat());
    };
    let offered = || {
        let client = EppClient::connect(server.demo(), &own).expect("a connection");
        texts(client.greeting(), "objURI").into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(offered(), OBJECTS, "without any TLD all may come");
    let (mut early, found) = session(&server, &own, &OBJECTS);
    assert_eq!(found, 1000);
    add("attr", "minimum", "attributes");
    expect(&mut early, 2307, &check("host", &["ns1.out.icann"]));
    expect(&mut early, 2307, &host_create("ns1.out.icann", &[]));
    assert_eq!(offered(), [DOMAIN, BALANCE, MAINTENANCE]);
    let (mut client, found) = session(&server, &own, &[DOMAIN]);
    assert_eq!(found, 1000);
    expect(&mut client, 2307, &check("host", &["ns1.shop.attr"]));
    expect(&mut client, 2307, &host_create("ns1.out.icann", &[]));
    assert_eq!(session(&server, &own, &[DOMAIN, HOST]).1, 2307);
    // Contacts may be left from a time when a TLD had some.
    assert_eq!(session(&server, &own, &[DOMAIN, CONTACT]).1, 1000);
    expect(&mut client, 1000, &domain_create("shop.attr", &servers(&[("ns1.shop.attr", &["192.0.2.1"])])));
    expect(&mut client, 1000, &delete("domain", "shop.attr"));

    add("choice", "per-registrar", "attributes");
    assert_eq!(offered(), [DOMAIN, CONTACT, BALANCE, MAINTENANCE]);
    add("objects", "minimum", "objects");
    assert_eq!(offered(), OBJECTS);
    assert_eq!(texts(&client.exchange(HELLO), "objURI"), OBJECTS, "in an old session too");
    expect(&mut client, 2307, &object("host", "info", &named("host", "ns1.out.icann")));
    let (mut client, found) = session(&server, &own, &[DOMAIN, HOST]);
    assert_eq!(found, 1000);
    expect(&mut client, 1000, &host_create("ns1.out.icann", &[]));
    expect(&mut client, 2306, &host_create("ns1.shop.attr", &[]));
}
