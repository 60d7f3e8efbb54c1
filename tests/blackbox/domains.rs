//! Domains over EPP (RFC 5731): check, create, info, update, renew, delete.

use crate::frames::{
    attributes, auth, available, check, contacts, delete, domain_create, element, expect, host_create, info,
    name_servers, named, object, part, period, renew, status, statuses, text, texts, update,
};
use crate::names;
use crate::world::{SECRET, client_a, client_b};

/// An info that asks for these hosts.
fn info_hosts(name: &str, hosts: &str) -> String {
    object("domain", "info", &format!("<domain:name hosts=\"{hosts}\">{name}</domain:name>"))
}

/// An info with an authInfo, of the object with this ROID if one is given.
fn info_auth(name: &str, password: &str, roid: Option<&str>) -> String {
    let roid = roid.map_or_else(String::new, |roid| format!(" roid=\"{roid}\""));
    let pw = format!("<domain:pw{roid}>{password}</domain:pw>");
    object("domain", "info", &(named("domain", name) + &part("domain", "authInfo", &pw)))
}

/// The day of an `xs:dateTime`.
fn day(time: &str) -> &str {
    time.split('T').next().expect("split gives one piece at least")
}

/// The day so many years later.
fn years_later(time: &str, years: i64) -> String {
    let then: jiff::Timestamp = time.parse().expect("a time");
    let then = then.to_zoned(jiff::tz::TimeZone::UTC).checked_add(jiff::Span::new().years(years));
    then.expect("a time").date().to_string()
}

#[test]
fn epp_04_domain_check_tells_free_taken_and_impossible_names() {
    let mut client = client_a();
    let taken = names::minimum_of(&mut client);
    let free = names::minimum();
    let long = format!("{}.test", "a".repeat(64));
    let upper = taken.to_uppercase();
    let asked = [&free[..], &taken, &upper, "-a.test", "a-.test", "a_b.test", "a..test", &long, "a.unknown", "test"];
    let answer = expect(&mut client, 1000, &check("domain", &asked));
    assert_eq!(available(&answer), [true, false, false, false, false, false, false, false, false, false]);
    assert_eq!(texts(&answer, "domain:name"), asked, "in the order asked, as they were spelled");
    assert_eq!(texts(&answer, "domain:reason").len(), 9);
}

#[test]
fn epp_14_domain_create_refuses_bad_names() {
    let mut client = client_a();
    for name in
        ["-a.test", "a-.test", "a_b.test", "a..test", ".test", "b\u{fc}cher.test", &format!("{}.test", "a".repeat(64))]
    {
        let answer = expect(&mut client, 2005, &domain_create(name, ""));
        assert_eq!(text(&answer, "domain:name"), name);
    }
    expect(&mut client, 2005, &domain_create("a.test.", ""));
    for name in ["a.unknown", "a.b.test", "xn--bcher-kva.test"] {
        expect(&mut client, 2306, &domain_create(name, ""));
    }
}

#[test]
fn epp_14_domain_create_refuses_periods_out_of_bounds() {
    let mut client = client_a();
    let name = names::minimum();
    for bad in [period(11, "y"), period(99, "y"), period(6, "m"), period(18, "m"), period(99, "m")] {
        let answer = expect(&mut client, 2306, &domain_create(&name, &bad));
        assert_eq!(texts(&answer, "domain:period").len(), 1, "{answer}");
    }
    for (good, years) in [(period(1, "y"), 1), (period(10, "y"), 10), (period(24, "m"), 2), (String::new(), 1)] {
        let answer = expect(&mut client, 1000, &domain_create(&name, &good));
        let (created, expires) = (text(&answer, "domain:crDate"), text(&answer, "domain:exDate"));
        assert_eq!(day(expires), years_later(created, years), "{good}");
        expect(&mut client, 1000, &delete("domain", &name));
    }
}

#[test]
fn epp_14_domain_create_refuses_hosts_and_contacts_that_are_not_there() {
    let mut client = client_a();
    let (name, contact) = (names::maximum(), names::contact_of(&mut client));
    let answer = expect(&mut client, 2303, &domain_create(&name, &contacts("nobody-here")));
    assert_eq!(text(&answer, "domain:registrant"), "nobody-here");
    let tech = contacts(&contact).replace(&format!("\"tech\">{contact}"), "\"tech\">nobody-here");
    let answer = expect(&mut client, 2303, &domain_create(&name, &tech));
    assert_eq!(text(&answer, "domain:contact"), "nobody-here");
    let unknown = names::outside();
    let answer = expect(&mut client, 2303, &domain_create(&name, &(name_servers(&[&unknown]) + &contacts(&contact))));
    assert_eq!(text(&answer, "domain:hostObj"), unknown);
    expect(&mut client, 1000, &domain_create(&name, &contacts(&contact)));
    expect(&mut client, 2302, &domain_create(&name, &contacts(&contact)));
    expect(&mut client_b(), 2302, &domain_create(&name.to_uppercase(), &contacts(&contact)));
}

#[test]
fn epp_14_domain_create_refuses_host_attributes() {
    let ns = "<domain:ns><domain:hostAttr><domain:hostName>ns1.a.icann</domain:hostName></domain:hostAttr></domain:ns>";
    expect(&mut client_a(), 2306, &domain_create(&names::minimum(), ns));
}

#[test]
fn epp_14_domain_create_holds_contacts_as_the_data_model_says() {
    let mut client = client_a();
    let contact = names::contact_of(&mut client);
    let registrant = element("domain:registrant", &contact);
    // Minimum: none at all.
    let name = names::minimum();
    expect(&mut client, 2306, &domain_create(&name, &registrant));
    let admin = format!("<domain:contact type=\"admin\">{contact}</domain:contact>");
    expect(&mut client, 2306, &domain_create(&name, &admin));
    // Maximum: registrant, admin and tech.
    let name = names::maximum();
    let answer = expect(&mut client, 2003, &domain_create(&name, ""));
    assert!(text(&answer, "msg").contains("domain:registrant") && !answer.contains("<value>"), "{answer}");
    let answer = expect(&mut client, 2003, &domain_create(&name, &registrant));
    assert!(text(&answer, "msg").contains("domain:contact") && !answer.contains("<value>"), "{answer}");
    expect(&mut client, 2003, &domain_create(&name, &(registrant + &admin)));
    expect(&mut client, 1000, &domain_create(&name, &contacts(&contact)));
    let answer = expect(&mut client, 1000, &info("domain", &name));
    assert_eq!(text(&answer, "domain:registrant"), contact);
    assert_eq!(attributes(&answer, "type"), ["admin", "tech"]);
}

#[test]
fn epp_14_domain_create_is_read_back_by_both_registrars() {
    for (clid, mut client) in [("registrar-a", client_a()), ("registrar-b", client_b())] {
        let host = names::outside_of(&mut client);
        let name = names::minimum();
        let created = expect(&mut client, 1000, &domain_create(&name, &(period(2, "y") + &name_servers(&[&host]))));
        let answer = expect(&mut client, 1000, &info("domain", &name));
        for element in ["domain:name", "domain:crDate", "domain:exDate"] {
            assert_eq!(text(&answer, element), text(&created, element));
        }
        let (number, repository) = text(&answer, "domain:roid").split_once('-').expect("a ROID");
        assert!(!number.is_empty() && repository == "TEST", "{answer}");
        assert_eq!(texts(&answer, "domain:hostObj"), [host]);
        assert_eq!((text(&answer, "domain:clID"), text(&answer, "domain:crID")), (clid, clid));
        assert_eq!(statuses(&answer), ["ok"]);
        assert!(texts(&answer, "domain:upID").is_empty() && texts(&answer, "domain:trDate").is_empty());
    }
}

#[test]
fn epp_14_domain_create_takes_an_empty_auth_info() {
    let mut client = client_a();
    let name = names::minimum();
    expect(&mut client, 1000, &object("domain", "create", &(named("domain", &name) + &auth("domain", ""))));
    // It is unset, and nothing matches it (RFC 9154, section 4.4).
    let answer = expect(&mut client, 1000, &info("domain", &name));
    assert!(texts(&answer, "domain:authInfo").is_empty(), "{answer}");
    expect(&mut client_b(), 2202, &info_auth(&name, "", None));
}

#[test]
fn info_shows_the_hosts_that_are_asked_for() {
    let mut client = client_a();
    let name = names::minimum_of(&mut client);
    let (inside, outside) = (format!("ns1.{name}"), names::outside_of(&mut client));
    expect(&mut client, 1000, &host_create(&inside, &["192.0.2.1"]));
    let ns = part("domain", "add", &name_servers(&[&outside]));
    expect(&mut client, 1000, &update("domain", &name, &ns));
    for (hosts, delegated, below) in
        [("all", true, true), ("del", true, false), ("sub", false, true), ("none", false, false)]
    {
        let answer = expect(&mut client, 1000, &info_hosts(&name, hosts));
        assert_eq!(texts(&answer, "domain:hostObj"), if delegated { vec![&outside[..]] } else { vec![] }, "{hosts}");
        assert_eq!(texts(&answer, "domain:host"), if below { vec![&inside[..]] } else { vec![] }, "{hosts}");
    }
    let all = expect(&mut client, 1000, &info_hosts(&name, "all"));
    let plain = expect(&mut client, 1000, &info("domain", &name));
    assert_eq!(text(&plain, "resData"), text(&all, "resData"), "all is the default");
}

#[test]
fn info_tells_others_less_and_the_one_with_the_auth_info_all() {
    let (mut a, mut b) = (client_a(), client_b());
    let contact = names::contact_of(&mut a);
    let name = names::maximum_of(&mut a, &contact);
    expect(&mut b, 2303, &info("domain", &names::minimum()));
    let own = expect(&mut a, 1000, &info("domain", &name));
    assert_eq!(text(&own, "domain:pw"), "", "that one is set, but never what it is");
    let other = expect(&mut b, 1000, &info("domain", &name));
    assert_eq!(text(&other, "domain:clID"), "registrar-a");
    for hidden in ["domain:authInfo", "domain:registrant", "domain:contact"] {
        assert!(texts(&other, hidden).is_empty(), "{other}");
    }
    let known = expect(&mut b, 1000, &info_auth(&name, SECRET, None));
    assert_eq!(text(&known, "domain:registrant"), contact);
    assert!(!known.contains(SECRET), "{known}");
    expect(&mut b, 2202, &info_auth(&name, "wrong-Secret-0000000000", None));
    // The authInfo of the registrant, by ROID.
    let roid = text(&expect(&mut a, 1000, &info("contact", &contact)), "contact:roid").to_owned();
    let known = expect(&mut b, 1000, &info_auth(&name, SECRET, Some(&roid)));
    assert_eq!(text(&known, "domain:registrant"), contact);
    expect(&mut b, 2202, &info_auth(&name, "wrong-Secret-0000000000", Some(&roid)));
    // A contact that has nothing to do with the domain.
    let stranger = names::contact_of(&mut b);
    let roid = text(&expect(&mut b, 1000, &info("contact", &stranger)), "contact:roid").to_owned();
    expect(&mut b, 2202, &info_auth(&name, SECRET, Some(&roid)));
}

#[test]
fn epp_16_domain_update_adds_and_removes_name_servers_and_contacts() {
    let mut a = client_a();
    let (first, second) = (names::contact_of(&mut a), names::contact_of(&mut a));
    let name = names::maximum_of(&mut a, &first);
    let (one, two) = (names::outside_of(&mut a), names::outside_of(&mut a));
    let tech = |id: &str| format!("<domain:contact type=\"tech\">{id}</domain:contact>");
    let answer = expect(&mut a, 1000, &info("domain", &name));
    assert_eq!(statuses(&answer), ["inactive"]);
    expect(&mut a, 1000, &update("domain", &name, &part("domain", "add", &name_servers(&[&one, &two]))));
    let parts = part("domain", "add", &tech(&second))
        + &part("domain", "rem", &(name_servers(&[&one]) + &tech(&first)))
        + &part("domain", "chg", &element("domain:registrant", &second));
    expect(&mut a, 1000, &update("domain", &name, &parts));
    let answer = expect(&mut a, 1000, &info("domain", &name));
    assert_eq!(texts(&answer, "domain:hostObj"), [two]);
    assert_eq!(text(&answer, "domain:registrant"), second);
    assert_eq!(texts(&answer, "domain:contact"), [&first[..], &second]);
    assert_eq!(text(&answer, "domain:upID"), "registrar-a");
    assert_eq!(texts(&answer, "domain:upDate").len(), 1);
    assert_eq!(statuses(&answer), ["ok"]);
    // The last of a required type, and the registrant, stay.
    expect(&mut a, 2306, &update("domain", &name, &part("domain", "rem", &tech(&second))));
    expect(&mut a, 2306, &update("domain", &name, &part("domain", "chg", "<domain:registrant/>")));
}

#[test]
fn epp_16_domain_update_is_refused_whole() {
    let (mut a, mut b) = (client_a(), client_b());
    let name = names::minimum_of(&mut a);
    let host = names::outside_of(&mut a);
    let before = expect(&mut a, 1000, &info("domain", &name));
    let add = |content: &str| part("domain", "add", content);
    let hold = "<domain:status s=\"clientHold\"/>";
    for (code, parts) in [
        (2003, String::new()),
        (2303, add(&(name_servers(&[&host, "ns1.not-there.icann"]) + hold))),
        (2306, add(&name_servers(&[&host, &host.to_uppercase()]))),
        (2306, part("domain", "rem", &name_servers(&[&host]))),
        (2306, add("<domain:status s=\"serverHold\"/>")),
        (2306, add("<domain:status s=\"ok\"/>")),
        (2306, add("<domain:status s=\"pendingDelete\"/>")),
        (2306, part("domain", "rem", hold)),
        (2306, part("domain", "chg", "<domain:registrant>sh8013</domain:registrant>")),
        (
            2306,
            add(
                "<domain:ns><domain:hostAttr><domain:hostName>ns1.a.icann</domain:hostName></domain:hostAttr></domain:ns>",
            ),
        ),
    ] {
        expect(&mut a, code, &update("domain", &name, &parts));
    }
    expect(&mut b, 2201, &update("domain", &name, &add(hold)));
    expect(&mut b, 2303, &update("domain", &names::minimum(), &add(hold)));
    let after = expect(&mut a, 1000, &info("domain", &name));
    assert_eq!(text(&after, "resData"), text(&before, "resData"));
}

#[test]
fn epp_16_each_prohibition_prohibits_its_command() {
    let (mut a, mut b) = (client_a(), client_b());
    let name = names::minimum_of(&mut a);
    let expiry = {
        let answer = expect(&mut a, 1000, &info("domain", &name));
        day(text(&answer, "domain:exDate")).to_owned()
    };
    let transfer = crate::frames::transfer("domain", "request", &name, &auth("domain", SECRET));
    let set = |change: &str, what: &str| status("domain", &name, change, what);
    for (prohibition, by_a, body) in [
        ("clientDeleteProhibited", true, delete("domain", &name)),
        ("clientRenewProhibited", true, renew(&name, &expiry, "")),
        ("clientTransferProhibited", false, transfer),
        ("clientUpdateProhibited", true, set("add", "clientHold")),
    ] {
        expect(&mut a, 1000, &set("add", prohibition));
        let answer = expect(&mut a, 1000, &info("domain", &name));
        assert_eq!(statuses(&answer), [prohibition, "inactive"]);
        let answer = expect(if by_a { &mut a } else { &mut b }, 2304, &body);
        assert!(text(&answer, "msg").contains(prohibition), "{answer}");
        expect(&mut a, 1000, &set("rem", prohibition));
    }
    // clientHold keeps a domain out of the DNS and prohibits nothing.
    expect(&mut a, 1000, &set("add", "clientHold"));
    expect(&mut a, 1000, &renew(&name, &expiry, ""));
    expect(&mut a, 1000, &delete("domain", &name));
}

#[test]
fn epp_18_renew_adds_the_period_and_stops_at_ten_years() {
    let (mut a, mut b) = (client_a(), client_b());
    let name = names::minimum_of(&mut a);
    let expiry = |client: &mut _| {
        let answer = expect(client, 1000, &info("domain", &name));
        text(&answer, "domain:exDate").to_owned()
    };
    let first = expiry(&mut a);
    expect(&mut b, 2201, &renew(&name, day(&first), ""));
    let answer = expect(&mut a, 2306, &renew(&name, &years_later(&first, 1), ""));
    assert_eq!(text(&answer, "domain:curExpDate"), years_later(&first, 1));
    let answer = expect(&mut a, 1000, &renew(&name, day(&first), &period(2, "y")));
    let second = text(&answer, "domain:exDate").to_owned();
    assert_eq!(day(&second), years_later(&first, 2));
    assert_eq!(expiry(&mut a), second);
    // The same command again is not done again.
    expect(&mut a, 2306, &renew(&name, day(&first), &period(2, "y")));
    // 3 and 8 would be 11 years from now; 3 and 7 are 10.
    expect(&mut a, 2306, &renew(&name, day(&second), &period(8, "y")));
    expect(&mut a, 2306, &renew(&name, day(&second), &period(18, "m")));
    let answer = expect(&mut a, 1000, &renew(&name, day(&second), &period(84, "m")));
    let last = text(&answer, "domain:exDate").to_owned();
    assert_eq!(day(&last), years_later(&first, 9));
    expect(&mut a, 2306, &renew(&name, day(&last), ""));
    expect(&mut a, 2303, &renew(&names::minimum(), day(&last), ""));
}

#[test]
fn epp_21_domain_delete_frees_the_name_its_hosts_and_contacts() {
    let (mut a, mut b) = (client_a(), client_b());
    let contact = names::contact_of(&mut a);
    let name = names::maximum_of(&mut a, &contact);
    let host = format!("ns1.{name}");
    expect(&mut a, 1000, &host_create(&host, &["192.0.2.1", "2001:db8::1"]));
    expect(&mut b, 2201, &delete("domain", &name));
    // Hosts below it hold the domain; the domain holds its contacts.
    expect(&mut a, 2305, &delete("domain", &name));
    expect(&mut a, 2305, &delete("contact", &contact));
    expect(&mut a, 1000, &delete("host", &host));
    expect(&mut a, 1000, &delete("domain", &name));
    expect(&mut a, 2303, &info("domain", &name));
    expect(&mut a, 1000, &delete("contact", &contact));
    expect(&mut a, 2303, &info("contact", &contact));
    expect(&mut a, 2303, &delete("domain", &name));
    let contact = names::contact_of(&mut b);
    expect(&mut b, 1000, &domain_create(&name, &contacts(&contact)));
    let answer = expect(&mut a, 1000, &info("domain", &name));
    assert_eq!(text(&answer, "domain:clID"), "registrar-b");
}

#[test]
fn auth_info_is_set_changed_and_unset() {
    let (mut a, mut b) = (client_a(), client_b());
    let name = names::minimum_of(&mut a);
    let change = |content: &str| update("domain", &name, &part("domain", "chg", content));
    let other = "Ot2-Yl5Rn8Wd3Uc9Mm6QtXv";
    expect(&mut a, 1000, &change(&auth("domain", other)));
    expect(&mut b, 1000, &info_auth(&name, other, None));
    expect(&mut b, 2202, &info_auth(&name, SECRET, None));
    for unset in [auth("domain", ""), part("domain", "authInfo", "<domain:null/>")] {
        expect(&mut a, 1000, &change(&auth("domain", other)));
        expect(&mut a, 1000, &change(&unset));
        expect(&mut b, 2202, &info_auth(&name, other, None));
        let answer = expect(&mut a, 1000, &info("domain", &name));
        assert!(texts(&answer, "domain:authInfo").is_empty(), "{answer}");
    }
}
