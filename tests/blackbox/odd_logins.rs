//! Greetings and logins in hostile detail, over every address (RFC 5730, sections 2.4, 2.6 and 2.9.1.1; RST cases epp-02,
//! epp-03 and epp-17).

use crate::extensions::{RGP, client_with};
use crate::frames::{attributes, check, contacts, expect, info, part, text, texts, update};
use crate::names;
use crate::session::{HELLO, Login, connected};
use crate::support::EppClient;
use crate::support::epp::{OBJECTS, between, code, escape, frame};
use crate::support::process::Demo;
use crate::world::{PASSWORD, client_a, demo, registrar};

/// The demo, at one of its addresses.
fn each_address() -> Vec<Demo> {
    let at = |address: &String| {
        let mut one = demo().clone();
        one.epp.addresses = vec![address.clone()];
        one
    };
    demo().epp.addresses.iter().map(at).collect()
}

#[test]
fn epp_02_every_address_greets_alike_and_says_the_time_each_time() {
    let mut seen = Vec::new();
    for at in each_address() {
        let mut client = EppClient::connect(&at, &at.registrars[0]).expect("a greeting");
        let mut last = String::new();
        for greeting in [client.greeting().to_owned(), client.exchange(HELLO), client.exchange(HELLO)] {
            let date = text(&greeting, "svDate").to_owned();
            assert!(date.ends_with('Z') && date >= last, "{date} behind {last}");
            let then: jiff::Timestamp = date.parse().expect("svDate is a time");
            assert!(jiff::Timestamp::now().duration_since(then).abs().as_secs() < 30, "svDate is {date}");
            let (objects, extensions) = (texts(&greeting, "objURI"), texts(&greeting, "extURI"));
            let all = objects.iter().chain(&extensions);
            assert!(all.clone().all(|uri| all.clone().filter(|other| *other == uri).count() == 1), "{greeting}");
            seen.push(greeting.replace(&date, "then"));
            last = date;
        }
    }
    assert!(seen.len() == 6 && seen.iter().all(|greeting| *greeting == seen[0]), "{seen:?}");
}

#[test]
fn epp_03_each_wrong_thing_is_refused_and_the_right_set_is_not() {
    let own = registrar();
    let right = Login::of(&own);
    let upper = own.clid.to_uppercase();
    let lower = PASSWORD.to_lowercase();
    let longer = format!("{PASSWORD}1");
    let shorter = &PASSWORD[..PASSWORD.len() - 1];
    let unknown = [OBJECTS[0], "urn:ietf:params:xml:ns:unheard-of-1.0"];
    let upper_uri = [&OBJECTS[0].to_uppercase()[..]];
    let unheard = &unknown[1..];
    for (what, login, expected) in [
        ("a clID in upper case", Login { clid: &upper, ..Login::of(&own) }, 2200),
        ("another registrar's clID", Login { clid: "registrar-b", ..Login::of(&own) }, 2200),
        ("an unknown clID", Login { clid: "nobody-here", ..Login::of(&own) }, 2200),
        ("a clID of two", Login { clid: "ab", ..Login::of(&own) }, 2005),
        ("a clID of 17", Login { clid: "seventeen-letters", ..Login::of(&own) }, 2005),
        ("no clID", Login { clid: "", ..Login::of(&own) }, 2005),
        ("a password in lower case", Login { password: &lower, ..Login::of(&own) }, 2200),
        ("a longer password", Login { password: &longer, ..Login::of(&own) }, 2200),
        ("a shorter password", Login { password: shorter, ..Login::of(&own) }, 2200),
        ("another registrar's password", Login { password: &demo().registrars[1].pw, ..Login::of(&own) }, 2200),
        ("a password of five", Login { password: "abcde", ..Login::of(&own) }, 2005),
        ("a password of 17", Login { password: "seventeen-letters", ..Login::of(&own) }, 2005),
        ("no password", Login { password: "", ..Login::of(&own) }, 2005),
        ("a new password of five", Login { new_password: Some("abcde"), ..Login::of(&own) }, 2005),
        ("a new password of 17", Login { new_password: Some("seventeen-letters"), ..Login::of(&own) }, 2005),
        ("an empty new password", Login { new_password: Some(""), ..Login::of(&own) }, 2005),
        ("another version", Login { version: "1.1", ..Login::of(&own) }, 2100),
        ("no version number", Login { version: "one", ..Login::of(&own) }, 2005),
        ("another language", Login { lang: "de", ..Login::of(&own) }, 2102),
        ("no language", Login { lang: "", ..Login::of(&own) }, 2005),
        ("no objects", Login { objects: &[], ..Login::of(&own) }, 2003),
        ("an unknown object", Login { objects: &unknown, ..Login::of(&own) }, 2307),
        ("an object in upper case", Login { objects: &upper_uri, ..Login::of(&own) }, 2307),
        ("an unknown extension", Login { extensions: unheard, ..Login::of(&own) }, 2103),
        ("an object as extension", Login { extensions: &OBJECTS[..1], ..Login::of(&own) }, 2103),
    ] {
        // A session each: three failures end one.
        let mut client = connected(&own);
        let answer = client.command(&login.body());
        assert_eq!(code(&answer), expected, "{what}: {answer}");
        assert!(!answer.contains(PASSWORD), "{what}: a password is not told back: {answer}");
        expect(&mut client, 2002, &check("domain", &["a.test"]));
        expect(&mut client, 1000, &right.body());
    }
    // Spellings of the right set.
    let spelled = right.body().replace(PASSWORD, "\n &#67;<![CDATA[orrect]]>-Horse<!-- -->-1 ");
    let spelled = spelled
        .replace(">1.0<", "> 1.0\n<")
        .replace(">en<", ">\ten <")
        .replace(OBJECTS[0], &format!(" {} ", OBJECTS[0]));
    expect(&mut connected(&own), 1000, &spelled);
    let objects = [OBJECTS[2], OBJECTS[1], OBJECTS[0], OBJECTS[0]];
    expect(&mut connected(&own), 1000, &Login { objects: &objects, ..Login::of(&own) }.body());
}

#[test]
fn epp_03_passwords_of_any_characters_from_six_to_sixteen() {
    let own = registrar();
    let mut current = own.pw.clone();
    for next in [
        "sixsix",
        "0123456789abcdef",
        "<&>\"']]>-x",
        "P\u{e4}ssw\u{f6}rt",
        "\u{5bc6}\u{78bc}\u{5bc6}\u{78bc}\u{5bc6}\u{78bc}",
        PASSWORD,
    ] {
        let (old, new) = (escape(&current), escape(next));
        let login = Login { password: &old, new_password: Some(&new), ..Login::of(&own) }.body();
        expect(&mut connected(&own), 1000, &login);
        expect(&mut connected(&own), 2200, &Login { password: &old, ..Login::of(&own) }.body());
        current = next.to_owned();
    }
    expect(&mut connected(&own), 1000, &Login::of(&own).body());
}

#[test]
fn epp_03_client_transaction_identifiers_have_3_to_64_characters() {
    let mut client = client_a();
    let (most, wide) = ("x".repeat(64), "\u{1f600}".repeat(64));
    for (sent, echoed) in [
        ("abc", Some("abc")),
        (&most[..], Some(&most[..])),
        (&wide, Some(&wide)),
        ("\n a b  c\t", Some("a b c")),
        ("<![CDATA[a<b]]>", Some("a&lt;b")),
        ("&#97;bc", Some("abc")),
        ("ab", None),
        (" ab ", None),
        ("", None),
        ("   ", None),
        (&format!("{most}x"), None),
        (&format!("{wide}x"), None),
    ] {
        let answer = client.exchange(&frame(&check("domain", &["a.test"]), sent));
        let trid = between(&answer, "<trID>", "</trID>").expect("there is one");
        assert_eq!(texts(trid, "clTRID"), Vec::from_iter(echoed), "{sent:?}: {answer}");
        assert_eq!(code(&answer), if echoed.is_some() { 1000 } else { 2005 }, "{sent:?}: {answer}");
    }
    let without = frame(&check("domain", &["a.test"]), "xxx").replace("<clTRID>xxx</clTRID>", "");
    let answer = client.exchange(&without);
    assert!(code(&answer) == 1000 && texts(&answer, "clTRID").is_empty(), "{answer}");
    let twice = frame(&check("domain", &["a.test"]), "xxx</clTRID><clTRID>yyy");
    assert_eq!(code(&client.exchange(&twice)), 2001);
}

#[test]
fn epp_17_every_kind_of_object_is_the_same_at_every_address() {
    let mut a = client_with(&demo().registrars[0], &[RGP]);
    let contact = names::contact_of(&mut a);
    let (minimum, maximum) = (names::minimum_of(&mut a), names::maximum());
    let (inside, outside) = (format!("ns1.{minimum}"), names::outside_of(&mut a));
    expect(&mut a, 1000, &crate::frames::host_create(&inside, &["192.0.2.1", "2001:db8::1"]));
    let options = crate::frames::name_servers(&[&inside, &outside]) + &contacts(&contact);
    expect(&mut a, 1000, &crate::frames::domain_create(&maximum, &options));
    let hold = part("domain", "add", "<domain:status s=\"clientHold\" lang=\"de\">warum</domain:status>");
    expect(&mut a, 1000, &update("domain", &maximum, &hold));
    assert!(demo().epp.addresses.len() == 2, "the machine has no IPv6: {:?}", demo().epp.addresses);
    for (mapping, id) in
        [("domain", &minimum), ("domain", &maximum), ("host", &inside), ("host", &outside), ("contact", &contact)]
    {
        let mut seen = Vec::new();
        for at in each_address() {
            for registrar in [0, 1] {
                // The contact is nobody else's.
                if mapping == "contact" && registrar == 1 {
                    continue;
                }
                let mut client = EppClient::logged_in(&at, registrar);
                let answer = expect(&mut client, 1000, &info(mapping, id));
                seen.push((registrar, text(&answer, "resData").to_owned()));
                let upper = if mapping == "contact" { id.clone() } else { id.to_uppercase() };
                let answer = expect(&mut client, 1000, &check(mapping, &[&upper]));
                assert_eq!(attributes(&answer, "avail"), ["0"]);
            }
        }
        let (first, second) = seen.split_at(seen.len() / 2);
        assert_eq!(first, second, "{id}");
    }
}
