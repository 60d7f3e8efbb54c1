//! Hosts over EPP (RFC 5732): objects in and out of the registry's zones.

use crate::frames::{
    addresses, attributes, available, check, delete, domain_create, element, expect, host_create, info, name_servers,
    part, status, statuses, text, texts, update,
};
use crate::names;
use crate::support::EppClient;
use crate::world::{client_a, client_b};

fn rename(name: &str, new_name: &str) -> String {
    update("host", name, &part("host", "chg", &element("host:name", new_name)))
}

/// A domain of the client, and a host below it with an address.
fn domain_with_host(client: &mut EppClient) -> (String, String) {
    let domain = names::minimum_of(client);
    let host = format!("ns1.{domain}");
    expect(client, 1000, &host_create(&host, &["192.0.2.1"]));
    (domain, host)
}

#[test]
fn epp_05_host_check_tells_free_taken_and_impossible_names() {
    let mut client = client_a();
    let taken = names::outside_of(&mut client);
    let free = names::outside();
    let asked = [&free[..], &taken, &taken.to_uppercase(), "-ns.a.icann", "n_s.a.icann", "ns..icann", "ns"];
    let answer = expect(&mut client, 1000, &check("host", &asked));
    assert_eq!(available(&answer), [true, false, false, false, false, false, false]);
    assert_eq!(texts(&answer, "host:name"), asked);
}

#[test]
fn epp_11_host_create_is_read_back() {
    let mut client = client_a();
    let domain = names::minimum_of(&mut client);
    let (inside, outside) = (format!("ns1.{domain}"), names::outside());
    let created = expect(&mut client, 1000, &host_create(&inside, &["192.0.2.1", "2001:DB8:0:0::1", "192.0.2.2"]));
    let answer = expect(&mut client, 1000, &info("host", &inside.to_uppercase()));
    assert_eq!(text(&answer, "host:name"), inside);
    assert_eq!(texts(&answer, "host:addr"), ["192.0.2.1", "2001:db8::1", "192.0.2.2"]);
    assert_eq!(attributes(&answer, "ip"), ["v4", "v6", "v4"]);
    assert_eq!(text(&answer, "host:crDate"), text(&created, "host:crDate"));
    assert_eq!((text(&answer, "host:clID"), text(&answer, "host:crID")), ("registrar-a", "registrar-a"));
    assert_eq!(statuses(&answer), ["ok"]);
    assert!(text(&answer, "host:roid").contains('-'));
    expect(&mut client, 1000, &host_create(&outside, &[]));
    expect(&mut client, 2302, &host_create(&outside, &[]));
    let answer = expect(&mut client_b(), 1000, &info("host", &outside));
    assert!(texts(&answer, "host:addr").is_empty());
}

#[test]
fn epp_11_host_create_refuses_bad_names_and_addresses() {
    let mut client = client_a();
    let domain = names::minimum_of(&mut client);
    for name in ["-ns.a.icann", "ns-.a.icann", "n_s.a.icann", "ns..icann", "ns"] {
        expect(&mut client, 2005, &host_create(name, &[]));
    }
    let host = format!("ns1.{domain}");
    let v4 = |text: &str| format!("<host:addr>{text}</host:addr>");
    let v6 = |text: &str| format!("<host:addr ip=\"v6\">{text}</host:addr>");
    let create = |glue: &str| crate::frames::object("host", "create", &(element("host:name", &host) + glue));
    for bad in [
        v4("192.0.2.256"),
        v4("192.0.2"),
        v4("192.0.2.01"),
        v4("2001:db8::1"),
        v6("192.0.2.1"),
        v6("2001:db8::1::2"),
        v6("g::1"),
    ] {
        let answer = expect(&mut client, 2005, &create(&bad));
        assert_eq!(texts(&answer, "host:addr").len(), 1, "{answer}");
    }
    for bad in [v4("127.0.0.1"), v4("10.0.0.1"), v4("224.0.0.1"), v6("::1"), v6("fe80::1"), v4("192.0.2.1").repeat(2)] {
        expect(&mut client, 2306, &create(&bad));
    }
    expect(&mut client, 2306, &host_create(&names::outside(), &["192.0.2.1"]));
    expect(&mut client, 2303, &host_create(&format!("ns1.{}", names::minimum()), &["192.0.2.1"]));
    expect(&mut client, 1000, &create(&v4("192.0.2.1")));
}

#[test]
fn epp_12_another_registrar_cannot_change_a_host() {
    let (mut a, mut b) = (client_a(), client_b());
    let (_, inside) = domain_with_host(&mut a);
    let outside = names::outside_of(&mut a);
    for host in [&inside, &outside] {
        expect(&mut b, 2201, &status("host", host, "add", "clientUpdateProhibited"));
        expect(&mut b, 2201, &rename(host, &names::outside()));
        expect(&mut b, 2201, &delete("host", host));
        expect(&mut b, 1000, &info("host", host));
    }
}

#[test]
fn epp_13_host_update_changes_addresses_and_statuses() {
    let mut client = client_a();
    let (domain, host) = domain_with_host(&mut client);
    let parts = part("host", "add", &addresses(&["2001:db8::1", "192.0.2.3"]))
        + &part("host", "rem", &addresses(&["192.0.2.1"]));
    expect(&mut client, 1000, &update("host", &host, &parts));
    let answer = expect(&mut client, 1000, &info("host", &host));
    assert_eq!(texts(&answer, "host:addr"), ["2001:db8::1", "192.0.2.3"]);
    assert_eq!(text(&answer, "host:upID"), "registrar-a");
    expect(&mut client, 2003, &update("host", &host, ""));
    expect(&mut client, 2306, &update("host", &host, &part("host", "add", &addresses(&["192.0.2.3"]))));
    expect(&mut client, 2306, &update("host", &host, &part("host", "rem", &addresses(&["192.0.2.9"]))));
    for (prohibition, body) in [
        ("clientDeleteProhibited", delete("host", &host)),
        ("clientUpdateProhibited", update("host", &host, &part("host", "add", &addresses(&["192.0.2.9"])))),
    ] {
        expect(&mut client, 1000, &status("host", &host, "add", prohibition));
        let answer = expect(&mut client, 1000, &info("host", &host));
        assert_eq!(statuses(&answer), [prohibition]);
        expect(&mut client, 2304, &body);
        expect(&mut client, 1000, &status("host", &host, "rem", prohibition));
    }
    for forbidden in ["serverUpdateProhibited", "linked", "ok"] {
        expect(&mut client, 2306, &status("host", &host, "add", forbidden));
    }
    // While a domain is delegated to it, the last address stays.
    let ns = part("domain", "add", &name_servers(&[&host]));
    expect(&mut client, 1000, &update("domain", &domain, &ns));
    let answer = expect(&mut client, 1000, &info("host", &host));
    assert!(statuses(&answer).contains(&"linked"), "{answer}");
    let all = part("host", "rem", &addresses(&["2001:db8::1", "192.0.2.3"]));
    expect(&mut client, 2305, &update("host", &host, &all));
}

#[test]
fn epp_15_linked_hosts_and_contacts_stay() {
    let (mut a, mut b) = (client_a(), client_b());
    let contact = names::contact_of(&mut a);
    let host = names::outside_of(&mut a);
    let name = names::maximum();
    let options = name_servers(&[&host]) + &crate::frames::contacts(&contact);
    expect(&mut b, 1000, &domain_create(&name, &options));
    expect(&mut a, 2305, &delete("host", &host));
    expect(&mut a, 2305, &delete("contact", &contact));
    let answer = expect(&mut a, 1000, &info("contact", &contact));
    assert_eq!(statuses(&answer), ["linked", "ok"]);
    expect(&mut b, 1000, &delete("domain", &name));
    expect(&mut a, 1000, &delete("host", &host));
    expect(&mut a, 1000, &delete("contact", &contact));
}

#[test]
fn epp_23_host_rename_within_into_and_out_of_the_zone() {
    let (mut a, mut b) = (client_a(), client_b());
    let (domain, host) = domain_with_host(&mut a);
    let other = names::minimum_of(&mut b);
    expect(&mut a, 2005, &rename(&host, "n_s.a.icann"));
    expect(&mut a, 2303, &rename(&host, &format!("ns1.{}", names::minimum())));
    expect(&mut a, 2201, &rename(&host, &format!("ns1.{other}")));
    expect(&mut a, 2302, &rename(&host, &names::outside_of(&mut b)));
    // Within: the domain that is delegated to it follows.
    expect(&mut a, 1000, &update("domain", &domain, &part("domain", "add", &name_servers(&[&host]))));
    let within = format!("ns2.{domain}");
    expect(&mut a, 1000, &rename(&host, &within));
    expect(&mut a, 2303, &info("host", &host));
    let answer = expect(&mut a, 1000, &info("domain", &domain));
    assert_eq!(
        (texts(&answer, "domain:hostObj"), texts(&answer, "domain:host")),
        (vec![&within[..]], vec![&within[..]])
    );
    // Out: its addresses go with it, or it cannot.
    let outside = names::outside();
    expect(&mut a, 2306, &rename(&within, &outside));
    let out = part("host", "rem", &addresses(&["192.0.2.1"])) + &part("host", "chg", &element("host:name", &outside));
    expect(&mut a, 1000, &update("host", &within, &out));
    let answer = expect(&mut a, 1000, &info("domain", &domain));
    assert_eq!((texts(&answer, "domain:hostObj"), texts(&answer, "domain:host")), (vec![&outside[..]], vec![]));
    // In: it needs an address while a domain is delegated to it.
    expect(&mut a, 2306, &rename(&outside, &host));
    let into = part("host", "add", &addresses(&["192.0.2.7"])) + &part("host", "chg", &element("host:name", &host));
    expect(&mut a, 1000, &update("host", &outside, &into));
    let answer = expect(&mut a, 1000, &info("host", &host));
    assert_eq!(texts(&answer, "host:addr"), ["192.0.2.7"]);
    expect(&mut a, 2305, &delete("domain", &domain));
}

#[test]
fn epp_23_rename_of_an_external_host_that_another_uses_is_2305() {
    let (mut a, mut b) = (client_a(), client_b());
    let host = names::outside_of(&mut a);
    let name = names::minimum();
    expect(&mut b, 1000, &domain_create(&name, &name_servers(&[&host])));
    expect(&mut a, 2305, &rename(&host, &names::outside()));
    expect(&mut b, 1000, &delete("domain", &name));
    let own = names::minimum();
    expect(&mut a, 1000, &domain_create(&own, &name_servers(&[&host])));
    let renamed = names::outside();
    expect(&mut a, 1000, &rename(&host, &renamed));
    let answer = expect(&mut a, 1000, &info("domain", &own));
    assert_eq!(texts(&answer, "domain:hostObj"), [renamed]);
}

#[test]
fn epp_24_host_delete() {
    let mut client = client_a();
    let (_, host) = domain_with_host(&mut client);
    expect(&mut client, 1000, &delete("host", &host));
    expect(&mut client, 2303, &info("host", &host));
    expect(&mut client, 2303, &delete("host", &host));
}

#[test]
fn epp_25_epp_26_hosts_below_anothers_domain_are_refused() {
    let (mut a, mut b) = (client_a(), client_b());
    let domain = names::minimum_of(&mut a);
    for glue in [&["192.0.2.1"][..], &["2001:db8::1"], &[]] {
        expect(&mut b, 2201, &host_create(&format!("ns1.{domain}"), glue));
        expect(&mut b, 2201, &host_create(&format!("a.b.c.{domain}"), glue));
    }
    expect(&mut a, 1000, &host_create(&format!("a.b.c.{domain}"), &["192.0.2.1"]));
}

#[test]
fn epp_27_a_host_in_the_zone_without_glue_is_not_delegated_to() {
    let mut client = client_a();
    let domain = names::minimum_of(&mut client);
    let host = format!("ns1.{domain}");
    expect(&mut client, 1000, &host_create(&host, &[]));
    let add = update("domain", &domain, &part("domain", "add", &name_servers(&[&host])));
    expect(&mut client, 2306, &add);
    expect(&mut client, 2306, &domain_create(&names::minimum(), &name_servers(&[&host])));
    expect(&mut client, 1000, &update("host", &host, &part("host", "add", &addresses(&["192.0.2.1"]))));
    expect(&mut client, 1000, &add);
}
