//! Hosts in hostile detail: addresses in every spelling, renames in every direction, glue (RFC 5732; RST cases epp-11 to
//! epp-13, epp-15 and epp-23 to epp-27). Their names are among [`odd_names`](crate::odd_names).

use crate::frames::{
    addresses, attributes, auth, available, check, contacts, delete, domain_create, element, expect, host_create, info,
    name_servers, object, part, status, statuses, text, texts, transfer, update,
};
use crate::names;
use crate::support::EppClient;
use crate::support::epp::code;
use crate::world::{SECRET, client_a, client_b};

fn rename(name: &str, new_name: &str) -> String {
    update("host", name, &part("host", "chg", &element("host:name", new_name)))
}

/// An address as XML, with this start tag.
fn address(tag: &str, text: &str) -> String {
    format!("<host:addr{tag}>{text}</host:addr>")
}

/// What is odd; attributes; the address; how a response writes it, or the code of the refusal.
const ADDRESSES: &[(&str, &str, &str, Result<&str, u16>)] = &[
    ("a family left out", "", "192.0.2.1", Ok("192.0.2.1")),
    ("IPv4", " ip=\"v4\"", "198.51.100.255", Ok("198.51.100.255")),
    ("the least", " ip=\"v4\"", "1.0.0.0", Ok("1.0.0.0")),
    ("the most", " ip=\"v4\"", "223.255.255.255", Ok("223.255.255.255")),
    ("beside a private range", "", "172.15.255.255", Ok("172.15.255.255")),
    ("beside shared space", "", "100.128.0.0", Ok("100.128.0.0")),
    ("spaces around", "", " \n192.0.2.1\t", Ok("192.0.2.1")),
    ("a reference", "", "192&#46;0.2.1", Ok("192.0.2.1")),
    ("CDATA and a comment", "", "<![CDATA[192.0]]><!-- . -->.2.1", Ok("192.0.2.1")),
    ("IPv6 in upper case", " ip=\"v6\"", "2001:DB8::ABCD", Ok("2001:db8::abcd")),
    ("IPv6 in full", " ip=\"v6\"", "2001:0db8:0000:0000:0000:0000:0000:0001", Ok("2001:db8::1")),
    ("a zero written out", " ip=\"v6\"", "2001:db8:0:1:1:1:1:1", Ok("2001:db8:0:1:1:1:1:1")),
    ("one zero compressed", " ip=\"v6\"", "2001:db8::1:1:1:1:1", Ok("2001:db8:0:1:1:1:1:1")),
    ("the first of two gaps", " ip=\"v6\"", "2001:db8:0:0:1:0:0:1", Ok("2001:db8::1:0:0:1")),
    ("a gap at the end", " ip=\"v6\"", "2001:db8::", Ok("2001:db8::")),
    ("IPv4 at its end", " ip=\"v6\"", "2001:db8::192.0.2.33", Ok("2001:db8::c000:221")),
    ("a family among spaces", " ip=\" v6 \"", "2001:db8::1", Ok("2001:db8::1")),
    ("nothing", "", "", Err(2005)),
    ("blanks", " ip=\"v6\"", "  ", Err(2005)),
    ("a leading zero", "", "192.0.2.01", Err(2005)),
    ("octal", "", "0300.0.2.1", Err(2005)),
    ("hexadecimal", "", "0xc0.0.2.1", Err(2005)),
    ("three parts", "", "192.0.513", Err(2005)),
    ("one number", "", "3221225985", Err(2005)),
    ("five parts", "", "192.0.2.1.1", Err(2005)),
    ("256", "", "192.0.2.256", Err(2005)),
    ("a sign", "", "+192.0.2.1", Err(2005)),
    ("a space inside", "", "192.0. 2.1", Err(2005)),
    ("a prefix", "", "192.0.2.0/24", Err(2005)),
    ("a port", "", "192.0.2.1:53", Err(2005)),
    ("digits of another script", "", "\u{661}92.0.2.1", Err(2005)),
    ("a name", "", "ns1.example", Err(2005)),
    ("IPv6 where none is said", "", "2001:db8::1", Err(2005)),
    ("IPv4 where IPv6 is said", " ip=\"v6\"", "192.0.2.1", Err(2005)),
    ("two gaps", " ip=\"v6\"", "2001:db8::1::2", Err(2005)),
    ("seven groups", " ip=\"v6\"", "2001:db8:1:1:1:1:1", Err(2005)),
    ("nine groups", " ip=\"v6\"", "2001:db8:1:1:1:1:1:1:1", Err(2005)),
    ("five digits", " ip=\"v6\"", "2001:0db80::1", Err(2005)),
    ("three colons", " ip=\"v6\"", "2001:db8:::1", Err(2005)),
    ("a zone", " ip=\"v6\"", "2001:db8::1%eth0", Err(2005)),
    ("brackets", " ip=\"v6\"", "[2001:db8::1]", Err(2005)),
    ("a prefix", " ip=\"v6\"", "2001:db8::/32", Err(2005)),
    ("46 characters", " ip=\"v6\"", "0000:0000:0000:0000:0000:0000:0000:255.255.2550", Err(2005)),
    ("a family in upper case", " ip=\"V6\"", "2001:db8::1", Err(2004)),
    ("an empty family", " ip=\"\"", "192.0.2.1", Err(2004)),
    ("an unknown attribute", " family=\"v4\"", "192.0.2.1", Err(2001)),
    ("this network", "", "0.1.2.3", Err(2306)),
    ("private", "", "10.0.0.1", Err(2306)),
    ("private", "", "172.16.0.0", Err(2306)),
    ("private", "", "172.31.255.255", Err(2306)),
    ("private", "", "192.168.1.1", Err(2306)),
    ("shared", "", "100.64.0.0", Err(2306)),
    ("loopback", "", "127.255.255.254", Err(2306)),
    ("link-local", "", "169.254.0.1", Err(2306)),
    ("multicast", "", "224.0.0.0", Err(2306)),
    ("multicast", "", "239.255.255.255", Err(2306)),
    ("reserved", "", "240.0.0.1", Err(2306)),
    ("broadcast", "", "255.255.255.255", Err(2306)),
    ("two characters", " ip=\"v6\"", "::", Err(2005)),
    ("unspecified", " ip=\"v6\"", "0::0", Err(2306)),
    ("loopback", " ip=\"v6\"", "0:0:0:0:0:0:0:1", Err(2306)),
    ("mapped", " ip=\"v6\"", "::FFFF:192.0.2.1", Err(2306)),
    ("mapped, in hexadecimal", " ip=\"v6\"", "0:0:0:0:0:ffff:c000:201", Err(2306)),
    ("compatible", " ip=\"v6\"", "::192.0.2.1", Err(2306)),
    ("unique local", " ip=\"v6\"", "FD00::1", Err(2306)),
    ("link-local", " ip=\"v6\"", "FEBF::1", Err(2306)),
    ("multicast", " ip=\"v6\"", "ff02::1", Err(2306)),
];

#[test]
fn epp_11_epp_13_addresses_in_every_spelling() {
    let mut client = client_a();
    let domain = names::minimum_of(&mut client);
    let (host, updated) = (format!("ns1.{domain}"), format!("ns2.{domain}"));
    expect(&mut client, 1000, &host_create(&updated, &[]));
    for (what, tag, written, expected) in ADDRESSES {
        let glue = address(tag, written);
        let result = expected.map_or_else(|code| code, |_| 1000);
        let answer = client.command(&object("host", "create", &(element("host:name", &host) + &glue)));
        assert_eq!(code(&answer), result, "{what}: {answer}");
        let add = update("host", &updated, &part("host", "add", &glue));
        assert_eq!(code(&client.command(&add)), result, "{what}: {add}");
        let shown = expect(&mut client, 1000, &info("host", &updated));
        let Ok(kept) = expected else {
            assert_eq!(texts(&shown, "host:addr").len(), 0, "{what}: {shown}");
            continue;
        };
        for answer in [&expect(&mut client, 1000, &info("host", &host)), &shown] {
            assert_eq!(texts(answer, "host:addr"), [*kept], "{what}");
            let family = if kept.contains(':') { "v6" } else { "v4" };
            assert_eq!(attributes(answer, "ip"), [family], "{what}");
        }
        // The same address in another spelling is the same address, and removes it.
        expect(&mut client, 2306, &update("host", &updated, &part("host", "add", &addresses(&[kept]))));
        expect(&mut client, 1000, &update("host", &updated, &part("host", "rem", &glue)));
        expect(&mut client, 1000, &delete("host", &host));
    }
}

#[test]
fn epp_11_epp_13_how_many_addresses_and_none_twice() {
    let mut client = client_a();
    let host = format!("ns1.{}", names::minimum_of(&mut client));
    let many: Vec<String> = (1..=27).map(|n| format!("192.0.2.{n}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    for twice in [["192.0.2.1", "192.0.2.1"], ["2001:db8::1", "2001:DB8:0::1"]] {
        expect(&mut client, 2306, &host_create(&host, &twice));
    }
    expect(&mut client, 2306, &host_create(&host, &many));
    expect(&mut client, 1000, &host_create(&host, &many[1..]));
    assert_eq!(texts(&expect(&mut client, 1000, &info("host", &host)), "host:addr"), many[1..]);
    let change = |add: &[&str], rem: &[&str]| {
        update("host", &host, &(part("host", "add", &addresses(add)) + &part("host", "rem", &addresses(rem))))
    };
    expect(&mut client, 2306, &update("host", &host, &part("host", "add", &addresses(&many[..1]))));
    expect(&mut client, 2306, &change(&many[1..2], &many[1..2]));
    expect(&mut client, 2306, &change(&many[..1], &["192.0.2.99"]));
    expect(&mut client, 2306, &change(&many[..1], &[many[1], many[1]]));
    // One goes, and one has its place.
    expect(&mut client, 1000, &change(&many[..1], &many[1..2]));
    let answer = expect(&mut client, 1000, &info("host", &host));
    assert_eq!(texts(&answer, "host:addr"), [&many[2..], &many[..1]].concat());
    for (code, parts) in [
        (2003, String::new()),
        (2003, part("host", "add", "")),
        (2003, part("host", "chg", "")),
        (2005, part("host", "chg", "<host:name/>")),
        (2001, part("host", "rem", &addresses(&many[2..3])) + &part("host", "add", &addresses(&many[1..2]))),
        (
            2001,
            part("host", "add", &("<host:status s=\"clientUpdateProhibited\"/>".to_owned() + &addresses(&many[1..2]))),
        ),
        (2004, part("host", "add", "<host:status s=\"clientHold\"/>")),
        (2004, part("host", "add", "<host:status s=\"clientTransferProhibited\"/>")),
        (2306, part("host", "add", &"<host:status s=\"clientUpdateProhibited\"/>".repeat(2))),
    ] {
        let before = expect(&mut client, 1000, &info("host", &host));
        expect(&mut client, code, &update("host", &host, &parts));
        let after = expect(&mut client, 1000, &info("host", &host));
        assert_eq!(text(&after, "resData"), text(&before, "resData"));
    }
}

#[test]
fn epp_12_no_part_of_anothers_host_is_changed_wherever_it_stands() {
    let (mut a, mut b) = (client_a(), client_b());
    let contact = names::contact_of(&mut a);
    let (minimum, maximum) = (names::minimum_of(&mut a), names::maximum_of(&mut a, &contact));
    for host in [format!("ns1.{minimum}"), format!("a.b.c.{maximum}"), names::outside()] {
        expect(&mut a, 1000, &host_create(&host, &[]));
        let own = names::minimum();
        expect(&mut b, 1000, &domain_create(&own, ""));
        let before = expect(&mut a, 1000, &info("host", &host));
        for parts in [
            part("host", "add", &addresses(&["192.0.2.9"])),
            part("host", "rem", &addresses(&["192.0.2.1"])),
            part("host", "add", "<host:status s=\"clientDeleteProhibited\"/>"),
            part("host", "chg", &element("host:name", &format!("ns1.{own}"))),
            String::new(),
        ] {
            expect(&mut b, 2201, &update("host", &host.to_uppercase(), &parts));
        }
        expect(&mut b, 2201, &delete("host", &host.to_uppercase()));
        // Everybody sees all of it: a host has no secret.
        let after = expect(&mut b, 1000, &info("host", &host.to_uppercase()));
        assert_eq!(text(&after, "resData"), text(&before, "resData"));
    }
}

#[test]
fn epp_13_each_status_with_its_text_and_what_it_prohibits() {
    let mut client = client_a();
    let host = format!("ns1.{}", names::maximum_of_own(&mut client));
    expect(&mut client, 1000, &host_create(&host, &["192.0.2.1"]));
    let both = "<host:status s=\"clientUpdateProhibited\" lang=\"de\">\u{e4} &amp; &lt;b&gt;</host:status>\
                <host:status s=\" clientDeleteProhibited\n\"/>";
    expect(&mut client, 1000, &update("host", &host, &part("host", "add", both)));
    let answer = expect(&mut client, 1000, &info("host", &host));
    assert_eq!(statuses(&answer), ["clientDeleteProhibited", "clientUpdateProhibited"]);
    assert!(answer.contains("lang=\"de\">\u{e4} &amp; &lt;b&gt;</host:status>"), "{answer}");
    expect(&mut client, 2304, &rename(&host, &host.replace("ns1", "ns2")));
    expect(&mut client, 2304, &status("host", &host, "rem", "clientDeleteProhibited"));
    expect(&mut client, 2304, &delete("host", &host));
    // The update that takes the prohibition away may do the rest too.
    let parts = part("host", "add", &addresses(&["2001:db8::1"]))
        + &part("host", "rem", &(addresses(&["192.0.2.1"]) + "<host:status s=\"clientUpdateProhibited\"/>"))
        + &part("host", "chg", &element("host:name", &host.replace("ns1", "NS2").to_uppercase()));
    expect(&mut client, 1000, &update("host", &host, &parts));
    let answer = expect(&mut client, 1000, &info("host", &host.replace("ns1", "ns2")));
    assert_eq!(statuses(&answer), ["clientDeleteProhibited"]);
    assert_eq!(texts(&answer, "host:addr"), ["2001:db8::1"]);
    expect(&mut client, 2303, &info("host", &host));
}

#[test]
fn epp_15_epp_24_linked_in_any_way_is_2305_and_unlinked_is_gone() {
    let (mut a, mut b) = (client_a(), client_b());
    let contact = names::contact_of(&mut a);
    let own = names::minimum_of(&mut a);
    let outside = names::outside_of(&mut a);
    let inside = format!("ns1.{own}");
    expect(&mut a, 1000, &host_create(&inside, &["192.0.2.1"]));
    for host in [&inside, &outside] {
        // By a domain of either model, of its own sponsor or another.
        let minimum = names::minimum();
        expect(&mut b, 1000, &domain_create(&minimum, &name_servers(&[&host.to_uppercase()])));
        let maximum = names::maximum();
        expect(&mut a, 1000, &domain_create(&maximum, &(name_servers(&[host]) + &contacts(&contact))));
        assert_eq!(statuses(&expect(&mut b, 1000, &info("host", host))), ["linked", "ok"]);
        expect(&mut a, 2305, &delete("host", &host.to_uppercase()));
        expect(&mut a, 2305, &delete("contact", &contact));
        expect(&mut b, 1000, &update("domain", &minimum, &part("domain", "rem", &name_servers(&[host]))));
        expect(&mut a, 2305, &delete("host", host));
        expect(&mut a, 1000, &delete("domain", &maximum));
        assert_eq!(statuses(&expect(&mut b, 1000, &info("host", host))), ["ok"]);
        expect(&mut b, 2201, &delete("host", host));
        expect(&mut a, 1000, &delete("host", &host.to_uppercase()));
        expect(&mut b, 2303, &info("host", host));
        assert_eq!(available(&expect(&mut b, 1000, &check("host", &[host]))), [true]);
        expect(&mut a, 2303, &delete("host", host));
        expect(&mut b, 1000, &delete("domain", &minimum));
    }
    expect(&mut a, 1000, &delete("contact", &contact));
}

#[test]
fn epp_23_bad_names_change_nothing() {
    let (mut a, mut b) = (client_a(), client_b());
    let own = names::minimum_of(&mut a);
    let anothers = names::minimum_of(&mut b);
    let taken = names::outside_of(&mut b);
    let host = format!("ns1.{own}");
    expect(&mut a, 1000, &host_create(&host, &[]));
    let before = expect(&mut a, 1000, &info("host", &host));
    for (name, code) in [
        (String::new(), 2005),
        (" ".to_owned(), 2005),
        ("ns1".to_owned(), 2005),
        (format!("n_s.{own}"), 2005),
        (format!("-ns.{own}"), 2005),
        (format!("ns-.{own}"), 2005),
        (format!("n\u{f6}.{own}"), 2005),
        (format!("ab--c.{own}"), 2005),
        (format!("xn--a-wbb.{own}"), 2005),
        (format!("{}.{own}", "n".repeat(64)), 2005),
        (format!("{own}."), 2005),
        (format!(".{own}"), 2005),
        ("192.0.2.1".to_owned(), 2005),
        ("test".to_owned(), 2005),
        (format!("ns1.{}", names::minimum()), 2303),
        (format!("ns1.{}", names::maximum().to_uppercase()), 2303),
        (names::minimum(), 2303),
        (format!("ns1.{anothers}"), 2201),
        (format!("NS1.{}", anothers.to_uppercase()), 2201),
        (anothers.clone(), 2201),
        (taken.to_uppercase(), 2302),
        (host.clone(), 2302),
        (host.to_uppercase(), 2302),
    ] {
        expect(&mut a, code, &rename(&host, &name));
    }
    let after = expect(&mut a, 1000, &info("host", &host));
    assert_eq!(text(&after, "resData"), text(&before, "resData"));
}

#[test]
fn epp_23_renames_in_every_direction() {
    let mut a = client_a();
    let contact = names::contact_of(&mut a);
    let (minimum, maximum) = (names::minimum_of(&mut a), names::maximum_of(&mut a, &contact));
    let mut host = names::outside_of(&mut a);
    let roid = text(&expect(&mut a, 1000, &info("host", &host)), "host:roid").to_owned();
    let linked = names::minimum();
    // From outside to outside, in, to the other domain, to the domain's own name, deep below it, out, and in again: first
    // as a host that no domain names, then as one that a domain names, which brings and takes its glue.
    for round in 0..2 {
        for new in [
            names::outside(),
            format!("NS1.{minimum}"),
            format!("ns1.{maximum}"),
            maximum.to_uppercase(),
            format!("a.b.c.d.{minimum}"),
            names::outside().to_uppercase(),
            format!("xn--bcher-kva.{minimum}"),
            names::outside(),
        ] {
            let is_inside =
                |name: &str| name.to_lowercase().ends_with(&minimum) || name.to_lowercase().ends_with(&maximum);
            let glue = addresses(&["192.0.2.77"]);
            let mut parts = part("host", "chg", &element("host:name", &new));
            if round == 1 && is_inside(&new) && !is_inside(&host) {
                expect(&mut a, 2306, &rename(&host, &new));
                parts = part("host", "add", &glue) + &parts;
            } else if round == 1 && is_inside(&host) && !is_inside(&new) {
                expect(&mut a, 2306, &rename(&host, &new));
                parts = part("host", "rem", &glue) + &parts;
            }
            expect(&mut a, 1000, &update("host", &host, &parts));
            expect(&mut a, 2303, &info("host", &host));
            let answer = expect(&mut a, 1000, &info("host", &new));
            assert_eq!(text(&answer, "host:name"), new.to_lowercase());
            assert_eq!(text(&answer, "host:roid"), roid, "it is the same host");
            assert_eq!(texts(&answer, "host:addr").len(), usize::from(round == 1 && is_inside(&new)), "{answer}");
            for domain in [&minimum, &maximum] {
                let answer = expect(&mut a, 1000, &info("domain", domain));
                let below = new.to_lowercase().ends_with(domain).then(|| new.to_lowercase());
                assert_eq!(texts(&answer, "domain:host"), Vec::from_iter(below.as_deref()), "{answer}");
            }
            if round == 1 {
                let answer = expect(&mut a, 1000, &info("domain", &linked));
                assert_eq!(texts(&answer, "domain:hostObj"), [new.to_lowercase()]);
            }
            host = new;
        }
        if round == 0 {
            expect(&mut a, 1000, &domain_create(&linked, &name_servers(&[&host])));
        }
    }
}

#[test]
fn epp_23_a_host_in_a_zone_that_others_name_is_renamed_and_they_follow() {
    let (mut a, mut b) = (client_a(), client_b());
    let own = names::minimum_of(&mut a);
    let host = format!("ns1.{own}");
    expect(&mut a, 1000, &host_create(&host, &["192.0.2.1"]));
    let theirs = names::minimum();
    expect(&mut b, 1000, &domain_create(&theirs, &name_servers(&[&host])));
    let new = format!("ns2.{own}");
    expect(&mut a, 1000, &rename(&host, &new));
    assert_eq!(texts(&expect(&mut b, 1000, &info("domain", &theirs)), "domain:hostObj"), [new]);
}

#[test]
fn epp_25_epp_26_below_anothers_domain_in_any_spelling_and_either_model() {
    let (mut a, mut b) = (client_a(), client_b());
    let contact = names::contact_of(&mut a);
    for domain in [names::minimum_of(&mut a), names::maximum_of(&mut a, &contact)] {
        for name in [
            format!("ns1.{domain}"),
            format!("NS1.{}", domain.to_uppercase()),
            format!("a.b.c.d.{domain}"),
            domain.clone(),
        ] {
            for glue in [&["192.0.2.1"][..], &["2001:db8::1"], &["192.0.2.1", "2001:DB8::1"], &[]] {
                expect(&mut b, 2201, &host_create(&name, glue));
            }
            // It is not there, so nobody delegates to it, and it is free for its domain's sponsor.
            expect(&mut b, 2303, &info("host", &name));
            expect(&mut b, 2303, &domain_create(&names::minimum(), &name_servers(&[&name])));
        }
        for glue in [&["192.0.2.1"][..], &[]] {
            let host = format!("ns1.{domain}");
            expect(&mut a, 1000, &host_create(&host, glue));
            assert_eq!(text(&expect(&mut b, 1000, &info("host", &host)), "host:clID"), "registrar-a");
            expect(&mut a, 1000, &delete("host", &host));
        }
        // Nor while a transfer of the domain is pending, by whom it may be.
        expect(&mut b, 1001, &transfer("domain", "request", &domain, &auth("domain", SECRET)));
        expect(&mut b, 2201, &host_create(&format!("ns1.{domain}"), &[]));
        expect(&mut a, 2304, &host_create(&format!("ns1.{domain}"), &[]));
        expect(&mut a, 1000, &transfer("domain", "reject", &domain, ""));
    }
}

/// A host in the client's domain without an address.
fn glueless(client: &mut EppClient, domain: &str) -> String {
    let host = format!("ns1.{domain}");
    expect(client, 1000, &host_create(&host, &[]));
    host
}

#[test]
fn epp_27_no_command_delegates_to_a_host_in_a_zone_without_glue() {
    let (mut a, mut b) = (client_a(), client_b());
    let contact = names::contact_of(&mut a);
    let outside = names::outside_of(&mut a);
    for domain in [names::minimum_of(&mut a), names::maximum_of(&mut a, &contact)] {
        let host = glueless(&mut a, &domain);
        let add = |name: &str, hosts: &[&str]| update("domain", name, &part("domain", "add", &name_servers(hosts)));
        let theirs = names::minimum_of(&mut b);
        let before = expect(&mut a, 1000, &info("domain", &domain));
        expect(&mut a, 2306, &add(&domain, &[&host.to_uppercase()]));
        expect(&mut a, 2306, &add(&domain, &[&outside, &host]));
        expect(&mut b, 2306, &add(&theirs, &[&host]));
        expect(&mut a, 2306, &domain_create(&names::minimum(), &name_servers(&[&outside, &host])));
        let create = name_servers(&[&host]) + &contacts(&contact);
        expect(&mut a, 2306, &domain_create(&names::maximum(), &create));
        let after = expect(&mut a, 1000, &info("domain", &domain));
        assert_eq!(text(&after, "resData"), text(&before, "resData"));
        // With an address it can be, and keeps its last one then.
        expect(&mut a, 1000, &update("host", &host, &part("host", "add", &addresses(&["2001:db8::1"]))));
        expect(&mut b, 1000, &add(&theirs, &[&host.to_uppercase()]));
        let last = part("host", "rem", &addresses(&["2001:DB8:0::1"]));
        expect(&mut a, 2305, &update("host", &host, &last));
        let swap = part("host", "add", &addresses(&["192.0.2.1"])) + &last;
        expect(&mut a, 1000, &update("host", &host, &swap));
        expect(&mut b, 1000, &delete("domain", &theirs));
        expect(&mut a, 1000, &update("host", &host, &part("host", "rem", &addresses(&["192.0.2.1"]))));
    }
}
