//! Domains in hostile detail: periods, references, secrets, statuses and expiry dates (RFC 5731; RST cases epp-14, epp-16,
//! epp-18 and epp-21). Their names are among [`odd_names`](crate::odd_names).

use crate::extensions::{RGP, client_with};
use crate::frames::{
    attributes, auth, contacts, delete, domain_create, expect, info, name_servers, named, object, part, period, renew,
    status, statuses, text, texts, update,
};
use crate::names;
use crate::support::EppClient;
use crate::support::epp::code;
use crate::world::{SECRET, client_a, client_b, demo};

/// The time so many months later, to the second.
fn months_later(time: &str, months: i64) -> String {
    let then: jiff::Timestamp = time.parse().expect("a time");
    let then = then.to_zoned(jiff::tz::TimeZone::UTC).checked_add(jiff::Span::new().months(months)).expect("a time");
    then.timestamp().to_string()
}

/// The same moment as that function writes it.
fn moment(time: &str) -> String {
    months_later(time, 0)
}

/// The day so many days later.
fn days_later(time: &str, days: i64) -> String {
    let then: jiff::civil::Date = time[..10].parse().expect("a day");
    then.checked_add(jiff::Span::new().days(days)).expect("a day").to_string()
}

/// What is odd; the period's element; the months it makes, or the code of the refusal.
const PERIODS: &[(&str, &str, Result<i64, u16>)] = &[
    ("none", "", Ok(12)),
    ("one year", "<domain:period unit=\"y\">1</domain:period>", Ok(12)),
    ("ten years", "<domain:period unit=\"y\">10</domain:period>", Ok(120)),
    ("twelve months", "<domain:period unit=\"m\">12</domain:period>", Ok(12)),
    ("96 months", "<domain:period unit=\"m\">96</domain:period>", Ok(96)),
    ("leading zeros", "<domain:period unit=\"y\">0002</domain:period>", Ok(24)),
    ("spaces", "<domain:period unit=\" y \">\n 3\t</domain:period>", Ok(36)),
    ("a reference", "<domain:period unit=\"&#121;\">&#x34;</domain:period>", Ok(48)),
    ("CDATA", "<domain:period unit=\"y\"><![CDATA[5]]></domain:period>", Ok(60)),
    ("a comment", "<domain:period unit=\"y\">1<!-- -->0</domain:period>", Ok(120)),
    ("eleven years", "<domain:period unit=\"y\">11</domain:period>", Err(2306)),
    ("99 years", "<domain:period unit=\"y\">99</domain:period>", Err(2306)),
    ("one month", "<domain:period unit=\"m\">1</domain:period>", Err(2306)),
    ("eleven months", "<domain:period unit=\"m\">11</domain:period>", Err(2306)),
    ("thirteen months", "<domain:period unit=\"m\">13</domain:period>", Err(2306)),
    ("99 months", "<domain:period unit=\"m\">99</domain:period>", Err(2306)),
    // The schema's own bounds (RFC 5731, section 4: pLimitType).
    ("no years", "<domain:period unit=\"y\">0</domain:period>", Err(2004)),
    ("100 years", "<domain:period unit=\"y\">100</domain:period>", Err(2004)),
    ("120 months", "<domain:period unit=\"m\">120</domain:period>", Err(2004)),
    ("beyond 16 bits", "<domain:period unit=\"y\">65537</domain:period>", Err(2004)),
    ("beyond 64 bits", "<domain:period unit=\"y\">18446744073709551617</domain:period>", Err(2004)),
    ("nothing", "<domain:period unit=\"y\"/>", Err(2005)),
    ("blanks", "<domain:period unit=\"y\"> </domain:period>", Err(2005)),
    ("a minus", "<domain:period unit=\"y\">-1</domain:period>", Err(2005)),
    ("a point", "<domain:period unit=\"y\">1.0</domain:period>", Err(2005)),
    ("an exponent", "<domain:period unit=\"y\">1e1</domain:period>", Err(2005)),
    ("hexadecimal", "<domain:period unit=\"y\">0x1</domain:period>", Err(2005)),
    ("a digit of another script", "<domain:period unit=\"y\">\u{661}</domain:period>", Err(2005)),
    ("a space inside", "<domain:period unit=\"y\">1 0</domain:period>", Err(2005)),
    ("no unit", "<domain:period>1</domain:period>", Err(2003)),
    ("an empty unit", "<domain:period unit=\"\">1</domain:period>", Err(2004)),
    ("days", "<domain:period unit=\"d\">365</domain:period>", Err(2004)),
    ("a unit in upper case", "<domain:period unit=\"Y\">1</domain:period>", Err(2004)),
    ("a word for a unit", "<domain:period unit=\"years\">1</domain:period>", Err(2004)),
    (
        "two periods",
        "<domain:period unit=\"y\">1</domain:period><domain:period unit=\"y\">1</domain:period>",
        Err(2001),
    ),
];

#[test]
fn epp_14_periods_in_every_spelling_and_both_data_models() {
    let mut client = client_a();
    let contact = names::contact_of(&mut client);
    for (name, options) in [(names::minimum(), String::new()), (names::maximum(), contacts(&contact))] {
        for (what, period, expected) in PERIODS {
            let answer = client.command(&domain_create(&name, &(period.to_string() + &options)));
            assert_eq!(code(&answer), expected.map_or_else(|code| code, |_| 1000), "{what}: {answer}");
            let Ok(months) = expected else {
                expect(&mut client, 2303, &info("domain", &name));
                continue;
            };
            let (created, expires) = (text(&answer, "domain:crDate"), text(&answer, "domain:exDate"));
            assert_eq!(moment(expires), months_later(created, *months), "{what}");
            let shown = expect(&mut client, 1000, &info("domain", &name));
            assert_eq!((text(&shown, "domain:crDate"), text(&shown, "domain:exDate")), (created, expires), "{what}");
            expect(&mut client, 1000, &delete("domain", &name));
        }
    }
}

#[test]
fn epp_14_contacts_that_a_create_names() {
    let mut client = client_a();
    let (id, other) = (names::contact_of(&mut client), names::contact_of(&mut client));
    let registrant = format!("<domain:registrant>{id}</domain:registrant>");
    let role = |role: &str, id: &str| format!("<domain:contact type=\"{role}\">{id}</domain:contact>");
    let (admin, tech) = (role("admin", &id), role("tech", &id));
    let all = contacts(&id);
    let many = |role: &str| format!("<domain:contact type=\"{role}\">{id}</domain:contact>");
    // Where the model is maximum, and where it is minimum.
    for (what, options, maximum, minimum) in [
        ("the three", all.clone(), 1000, 2306),
        ("in another order", registrant.clone() + &tech + &admin, 1000, 2306),
        ("with billing", all.clone() + &role("billing", &id), 1000, 2306),
        ("two of a role", all.clone() + &role("tech", &other), 1000, 2306),
        ("spaces around", all.replace(&id, &format!(" {id}\n")), 1000, 2306),
        ("by reference and CDATA", all.replace(&id, &format!("<![CDATA[c]]>&#111;{}", &id[2..])), 1000, 2306),
        ("a role among spaces", all.replace("\"tech\"", "\" tech\t\""), 1000, 2306),
        ("nobody", String::new(), 2003, 1000),
        ("no registrant", admin.clone() + &tech, 2003, 2306),
        ("no admin", registrant.clone() + &tech, 2003, 2306),
        ("no tech", registrant.clone() + &admin, 2003, 2306),
        ("only a registrant", registrant.clone(), 2003, 2306),
        ("one twice", all.clone() + &tech, 2306, 2306),
        ("another case", all.replace(&id, &id.to_uppercase()), 2303, 2306),
        ("an unknown registrant", all.replacen(&id, "nobody-here", 1), 2303, 2306),
        ("an unknown tech", registrant.clone() + &admin + &role("tech", "nobody-here"), 2303, 2306),
        ("an empty registrant", all.replace(&registrant, "<domain:registrant/>"), 2005, 2005),
        ("a registrant of blanks", all.replacen(&id, "   ", 1), 2005, 2005),
        ("a registrant of two characters", all.replacen(&id, "ab", 1), 2005, 2005),
        ("a registrant of 17", all.replacen(&id, "seventeen-letters", 1), 2005, 2005),
        ("an empty contact", registrant.clone() + &admin + "<domain:contact type=\"tech\"/>", 2005, 2005),
        ("no role", registrant.clone() + &admin + &tech.replace(" type=\"tech\"", ""), 2003, 2306),
        ("an unknown role", all.clone() + &many("owner"), 2004, 2004),
        ("a role in upper case", all.clone() + &many("TECH"), 2004, 2004),
        ("registrant as a role", all.clone() + &many("registrant"), 2004, 2004),
        ("two registrants", registrant.clone() + &all, 2001, 2001),
        ("contacts before registrant", admin.clone() + &tech + &registrant, 2001, 2001),
    ] {
        for (name, expected) in [(names::maximum(), maximum), (names::minimum(), minimum)] {
            let answer = client.command(&domain_create(&name, &options));
            assert_eq!(code(&answer), expected, "{what}: {name}: {answer}");
            if expected != 1000 {
                expect(&mut client, 2303, &info("domain", &name));
                continue;
            }
            let answer = expect(&mut client, 1000, &info("domain", &name));
            let registrants = texts(&answer, "domain:registrant");
            assert_eq!(registrants, if options.is_empty() { vec![] } else { vec![&id[..]] }, "{what}: {answer}");
            assert_eq!(texts(&answer, "domain:contact").len(), options.matches("<domain:contact").count(), "{what}");
            expect(&mut client, 1000, &delete("domain", &name));
        }
    }
}

#[test]
fn epp_14_epp_16_name_servers_that_a_create_or_update_names() {
    let mut client = client_a();
    let hosts: Vec<String> = (0..14).map(|_| names::outside_of(&mut client)).collect();
    let hosts: Vec<&str> = hosts.iter().map(String::as_str).collect();
    let raw = |content: &str| part("domain", "ns", content);
    let object_of = |name: &str| format!("<domain:hostObj>{name}</domain:hostObj>");
    let attribute = |content: &str| {
        format!("<domain:hostAttr><domain:hostName>ns1.a.icann</domain:hostName>{content}</domain:hostAttr>")
    };
    let updated = names::minimum_of(&mut client);
    for (what, ns, expected) in [
        ("one", name_servers(&hosts[..1]), Ok(&hosts[..1])),
        ("thirteen", name_servers(&hosts[..13]), Ok(&hosts[..13])),
        ("upper case", name_servers(&[&hosts[0].to_uppercase()]), Ok(&hosts[..1])),
        ("spaces around", raw(&object_of(&format!("\n {} ", hosts[0]))), Ok(&hosts[..1])),
        ("CDATA", raw(&object_of(&format!("<![CDATA[{}]]>", hosts[0]))), Ok(&hosts[..1])),
        ("another order", name_servers(&[hosts[1], hosts[0]]), Ok(&[hosts[1], hosts[0]])),
        ("fourteen", name_servers(&hosts), Err(2306)),
        ("one twice", name_servers(&[hosts[0], hosts[0]]), Err(2306)),
        ("one twice in two cases", name_servers(&[hosts[0], &hosts[0].to_uppercase()]), Err(2306)),
        ("one that is not there", name_servers(&[hosts[0], "ns1.not-there.icann"]), Err(2303)),
        ("a final dot", raw(&object_of(&format!("{}.", hosts[0]))), Err(2005)),
        ("no name", raw(&object_of("n_s.a.icann")), Err(2005)),
        ("an address", raw(&object_of("192.0.2.1")), Err(2005)),
        ("an empty name", raw("<domain:hostObj/>"), Err(2005)),
        ("none", "<domain:ns/>".to_owned(), Err(2003)),
        ("an attribute", raw(&attribute("")), Err(2306)),
        ("an attribute with glue", raw(&attribute("<domain:hostAddr>192.0.2.1</domain:hostAddr>")), Err(2306)),
        (
            "an attribute with bad glue",
            raw(&attribute("<domain:hostAddr ip=\"v5\">192.0.2.1</domain:hostAddr>")),
            Err(2004),
        ),
        ("both models at once", raw(&(object_of(hosts[0]) + &attribute(""))), Err(2001)),
        ("two lists", name_servers(&hosts[..1]) + &name_servers(&hosts[1..2]), Err(2001)),
    ] {
        let name = names::minimum();
        let answer = client.command(&domain_create(&name, &ns));
        let result = expected.map_or_else(|code| code, |_| 1000);
        assert_eq!(code(&answer), result, "{what}: {answer}");
        let answer = client.command(&update("domain", &updated, &part("domain", "add", &ns)));
        assert_eq!(code(&answer), result, "{what}, added: {answer}");
        let shown = expect(&mut client, 1000, &info("domain", &updated));
        let Ok(kept) = expected else {
            expect(&mut client, 2303, &info("domain", &name));
            assert!(texts(&shown, "domain:hostObj").is_empty(), "{what}: {shown}");
            assert_eq!(statuses(&shown), ["inactive"], "{what}");
            continue;
        };
        for answer in [&expect(&mut client, 1000, &info("domain", &name)), &shown] {
            assert_eq!(texts(answer, "domain:hostObj"), kept, "{what}");
            assert_eq!(statuses(answer), ["ok"], "{what}");
        }
        expect(&mut client, 1000, &update("domain", &updated, &part("domain", "rem", &ns)));
        expect(&mut client, 1000, &delete("domain", &name));
    }
}

#[test]
fn epp_14_epp_16_epp_19_secrets_are_255_octets_at_most_and_one_spelling() {
    let (mut a, mut b) = (client_a(), client_b());
    let name = names::minimum_of(&mut a);
    let set = |pw: &str| update("domain", &name, &part("domain", "chg", &part("domain", "authInfo", pw)));
    let read = |pw: &str| object("domain", "info", &(named("domain", &name) + &part("domain", "authInfo", pw)));
    let pw = |text: &str| format!("<domain:pw>{text}</domain:pw>");
    let (most, wide) = ("s".repeat(255), "\u{e4}".repeat(127));
    for good in ["sixsix", "0123456789abcdef", &most, &wide, " a b ", "&amp;&lt;]]&gt;", "<![CDATA[<&]]>"] {
        expect(&mut a, 1000, &set(&pw(good)));
        expect(&mut b, 1000, &read(&pw(good)));
        for other in [format!("{good} "), format!("x{good}"), String::new()] {
            expect(&mut b, 2202, &read(&pw(&other)));
        }
        let own = names::minimum();
        expect(&mut a, 1000, &domain_create(&own, "").replace(SECRET, good));
        let other = object("domain", "info", &(named("domain", &own) + &part("domain", "authInfo", &pw(good))));
        expect(&mut b, 1000, &other);
    }
    for bad in ["s".repeat(256), "\u{e4}".repeat(128)] {
        let answer = expect(&mut a, 2306, &set(&pw(&bad)));
        assert!(!answer.contains(&bad), "a secret is not told back: {answer}");
        expect(&mut a, 2306, &domain_create(&names::minimum(), "").replace(SECRET, &bad));
    }
    for (body, code) in [
        (set(""), 2003),
        (set(&pw("one").repeat(2)), 2001),
        (set("<domain:pw roid=\"D1-TEST\">of-another</domain:pw>"), 2306),
        (set("<domain:ext><x xmlns=\"urn:x\"/></domain:ext>"), 2102),
        (domain_create(&names::minimum(), "").replace(&pw(SECRET), "<domain:null/>"), 2001),
        (domain_create(&names::minimum(), "").replace(&auth("domain", SECRET), ""), 2003),
        (domain_create(&names::minimum(), "").replace(&pw(SECRET), ""), 2003),
        (
            domain_create(&names::minimum(), "").replace(&pw(SECRET), "<domain:ext><x xmlns=\"urn:x\"/></domain:ext>"),
            2102,
        ),
    ] {
        expect(&mut a, code, &body);
    }
}

#[test]
fn epp_16_every_status_with_text_and_none_twice() {
    let (mut a, mut b) = (client_a(), client_b());
    let contact = names::contact_of(&mut a);
    let all = [
        "clientDeleteProhibited",
        "clientHold",
        "clientRenewProhibited",
        "clientTransferProhibited",
        "clientUpdateProhibited",
    ];
    let status_of = |s: &str| format!("<domain:status s=\"{s}\"/>");
    let add = |content: &str| part("domain", "add", content);
    for name in [names::minimum_of(&mut a), names::maximum_of(&mut a, &contact)] {
        let before = expect(&mut a, 1000, &info("domain", &name));
        for (code, parts) in [
            (2306, add(&status_of("clientHold").repeat(2))),
            (2306, add(&status_of("clientHold")) + &part("domain", "rem", &status_of("clientHold"))),
            (2306, part("domain", "rem", &status_of("clientHold"))),
            (2306, add(&(status_of("clientHold") + &status_of("serverHold")))),
            (2306, add(&status_of("inactive"))),
            (2306, add(&status_of("pendingTransfer"))),
            (2306, part("domain", "rem", &status_of("inactive"))),
            (2004, add(&status_of("linked"))),
            (2004, add(&status_of("addPeriod"))),
            (2004, add(&status_of("ClientHold"))),
            (2004, add(&status_of(""))),
            (2003, add("<domain:status/>")),
            (2005, add("<domain:status s=\"clientHold\" lang=\"-\"/>")),
            (2001, add("<domain:status s=\"clientHold\"><b/></domain:status>")),
            (2001, part("domain", "rem", &status_of("clientHold")) + &add(&status_of("clientHold"))),
            (2001, add(&(status_of("clientHold") + &name_servers(&["ns1.a.icann"])))),
        ] {
            expect(&mut a, code, &update("domain", &name, &parts));
        }
        expect(&mut b, 2201, &update("domain", &name.to_uppercase(), &add(&status_of("clientHold"))));
        let after = expect(&mut a, 1000, &info("domain", &name));
        assert_eq!(text(&after, "resData"), text(&before, "resData"));
        let texts: String = all
            .iter()
            .map(|s| format!("<domain:status s=\"\n{s} \" lang=\"zh-Hant-TW\">\u{6b20} &lt;{s}&gt;</domain:status>"))
            .collect();
        expect(&mut a, 1000, &update("domain", &name, &add(&texts)));
        let answer = expect(&mut a, 1000, &info("domain", &name));
        assert_eq!(statuses(&answer), [&all[..], &["inactive"]].concat());
        assert_eq!(answer.matches("lang=\"zh-Hant-TW\">\u{6b20} &lt;client").count(), 5, "{answer}");
        let rem: String = all.iter().map(|s| status_of(s)).collect();
        expect(&mut a, 2304, &status("domain", &name, "rem", "clientHold"));
        expect(&mut a, 1000, &update("domain", &name.to_uppercase(), &part("domain", "rem", &rem)));
        assert_eq!(statuses(&expect(&mut a, 1000, &info("domain", &name))), ["inactive"]);
        expect(&mut a, 1000, &delete("domain", &name));
    }
}

#[test]
fn epp_16_contacts_change_as_the_data_model_lets_them() {
    let mut a = client_a();
    let (first, second) = (names::contact_of(&mut a), names::contact_of(&mut a));
    let role = |role: &str, id: &str| format!("<domain:contact type=\"{role}\">{id}</domain:contact>");
    let chg = |id: &str| part("domain", "chg", &format!("<domain:registrant>{id}</domain:registrant>"));
    let (add, rem) = (|content: &str| part("domain", "add", content), |content: &str| part("domain", "rem", content));
    let maximum = names::maximum_of(&mut a, &first);
    for (code, parts) in [
        (2303, chg("nobody-here")),
        (2303, chg(&first.to_uppercase())),
        (2306, chg("")),
        (2306, chg("  ")),
        (2005, chg("seventeen-letters")),
        (2303, add(&role("tech", "nobody-here"))),
        (2306, add(&role("tech", &first))),
        (2306, rem(&role("tech", &second))),
        (2306, rem(&role("admin", &first))),
        (2306, add(&role("tech", &second)) + &rem(&role("tech", &second))),
        (2306, add(&role("billing", &second).repeat(2))),
        (2004, add(&role("registrant", &second))),
        (2005, add("<domain:contact type=\"tech\"/>")),
    ] {
        let before = expect(&mut a, 1000, &info("domain", &maximum));
        expect(&mut a, code, &update("domain", &maximum, &parts));
        let after = expect(&mut a, 1000, &info("domain", &maximum));
        assert_eq!(text(&after, "resData"), text(&before, "resData"));
    }
    let swap = add(&(role("admin", &second) + &role("tech", &second)))
        + &rem(&(role("tech", &first) + &role("admin", &first)))
        + &chg(&format!(" {second}\n"));
    expect(&mut a, 1000, &update("domain", &maximum.to_uppercase(), &swap));
    let answer = expect(&mut a, 1000, &info("domain", &maximum));
    assert_eq!(text(&answer, "domain:registrant"), second);
    assert_eq!(
        (attributes(&answer, "type"), texts(&answer, "domain:contact")),
        (vec!["admin", "tech"], vec![&second[..]; 2])
    );
    expect(&mut a, 1000, &delete("contact", &first));
    let minimum = names::minimum_of(&mut a);
    for (code, parts) in
        [(2306, chg(&second)), (2306, add(&role("tech", &second))), (2306, rem(&role("tech", &second)))]
    {
        expect(&mut a, code, &update("domain", &minimum, &parts));
    }
    assert_eq!(statuses(&expect(&mut a, 1000, &info("domain", &minimum))), ["inactive"]);
}

/// The RGP statuses of an info.
fn rgp(client: &mut EppClient, name: &str) -> Vec<String> {
    let answer = expect(client, 1000, &info("domain", name));
    let (_, extension) = answer.split_once("<extension>").unwrap_or_default();
    attributes(extension, "s").into_iter().map(str::to_owned).collect()
}

#[test]
fn epp_18_renew_asks_for_the_very_day_and_any_legal_period() {
    let mut a = client_with(&demo().registrars[0], &[RGP]);
    let contact = names::contact_of(&mut a);
    for (name, options) in [(names::minimum(), String::new()), (names::maximum(), contacts(&contact))] {
        expect(&mut a, 1000, &domain_create(&name, &options));
        assert_eq!(rgp(&mut a, &name), ["addPeriod"]);
        let answer = expect(&mut a, 1000, &info("domain", &name));
        let expiry = text(&answer, "domain:exDate").to_owned();
        let day = expiry[..10].to_owned();
        for (what, date, code) in [
            ("the day before", days_later(&day, -1), 2306),
            ("the day after", days_later(&day, 1), 2306),
            ("a year before", format!("{}{}", day[..4].parse::<u32>().expect("a year") - 1, &day[4..]), 2306),
            ("a year nobody has", "12345-01-01".to_owned(), 2306),
            ("before our era", format!("-{day}"), 2306),
            ("nothing", String::new(), 2005),
            ("a moment", format!("{day}T00:00:00Z"), 2005),
            ("no such day", format!("{}-02-30", &day[..4]), 2005),
            ("no such month", format!("{}-13-01", &day[..4]), 2005),
            ("no hyphens", day.replace('-', ""), 2005),
            ("slashes", day.replace('-', "/"), 2005),
            ("two digits of a year", day[2..].to_owned(), 2005),
            ("one digit of a month", format!("{}-1-01", &day[..4]), 2005),
        ] {
            let answer = a.command(&renew(&name, &date, ""));
            assert_eq!(crate::support::epp::code(&answer), code, "{what}: {answer}");
        }
        for (what, period, expected) in PERIODS {
            let Err(code) = expected else { continue };
            let answer = a.command(&renew(&name, &day, period));
            assert_eq!(crate::support::epp::code(&answer), *code, "{what}: {answer}");
        }
        // One year and ten are eleven.
        expect(&mut a, 2306, &renew(&name, &day, &period(10, "y")));
        assert_eq!(text(&expect(&mut a, 1000, &info("domain", &name)), "domain:exDate"), expiry);
        assert_eq!(rgp(&mut a, &name), ["addPeriod"]);
        // Nine more are ten, to the day. A time zone does not move it.
        let answer = expect(&mut a, 1000, &renew(&name.to_uppercase(), &format!("\n {day}Z "), &period(96, "m")));
        assert_eq!(moment(text(&answer, "domain:exDate")), months_later(&expiry, 96));
        assert_eq!(text(&answer, "domain:name"), name);
        let day = text(&answer, "domain:exDate")[..10].to_owned();
        let answer = expect(&mut a, 1000, &renew(&name, &day, ""));
        assert_eq!(moment(text(&answer, "domain:exDate")), months_later(&expiry, 108));
        assert_eq!(rgp(&mut a, &name), ["addPeriod", "renewPeriod"]);
        let day = text(&answer, "domain:exDate")[..10].to_owned();
        expect(&mut a, 2306, &renew(&name, &day, ""));
        expect(&mut a, 1000, &delete("domain", &name));
    }
}

#[test]
fn epp_21_a_delete_says_what_holds_it_and_is_the_end_in_both_data_models() {
    let (mut a, mut b) = (client_a(), client_b());
    let contact = names::contact_of(&mut a);
    for name in [names::minimum_of(&mut a), names::maximum_of(&mut a, &contact)] {
        let upper = name.to_uppercase();
        let (host, outside) = (format!("a.b.{name}"), names::outside_of(&mut a));
        expect(&mut a, 1000, &crate::frames::host_create(&host, &["192.0.2.1"]));
        let ns = part("domain", "add", &name_servers(&[&host, &outside]));
        expect(&mut a, 1000, &update("domain", &name, &ns));
        for (code, body) in [(2201, delete("domain", &name)), (2201, delete("domain", &upper))] {
            expect(&mut b, code, &body);
        }
        for (code, body) in [
            (2305, delete("domain", &upper)),
            (2305, delete("host", &host)),
            (2305, delete("host", &outside)),
            (2303, delete("domain", &format!("x{name}"))),
            (2005, delete("domain", "")),
            (2005, delete("domain", &format!("{name}."))),
            (2001, object("domain", "delete", &named("domain", &name).repeat(2))),
            (2003, object("domain", "delete", "")),
            (2001, object("domain", "delete", &(named("domain", &name) + &auth("domain", SECRET)))),
        ] {
            expect(&mut a, code, &body);
        }
        expect(&mut a, 1000, &update("domain", &name, &part("domain", "rem", &name_servers(&[&host, &outside]))));
        expect(&mut a, 1000, &delete("host", &host.to_uppercase()));
        expect(&mut a, 1000, &delete("domain", &format!(" {upper}\n")));
        for body in [
            info("domain", &name),
            delete("domain", &name),
            status("domain", &name, "add", "clientHold"),
            renew(&name, "2030-01-01", ""),
            crate::frames::transfer("domain", "request", &name, &auth("domain", SECRET)),
            crate::frames::transfer("domain", "query", &name, ""),
            info("host", &host),
        ] {
            expect(&mut a, 2303, &body);
        }
        expect(&mut a, 1000, &delete("host", &outside));
    }
    expect(&mut a, 1000, &delete("contact", &contact));
}
