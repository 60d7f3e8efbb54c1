//! What is refused before any rule of the registry is asked: frames that are no XML, not valid, or not for this server.

use crate::frames::{check, domain_create, element, expect, info, object, part, text, texts, update};
use crate::names;
use crate::support::EppClient;
use crate::support::epp::{between, code, data_unit, frame};
use crate::world::client_a;

/// The answer to a document; the session must be as good as before.
#[track_caller]
fn answer(client: &mut EppClient, document: &[u8]) -> String {
    client.send_raw(&data_unit(document)).expect("the server takes octets");
    let answer = client.receive().expect("an answer");
    expect(client, 1000, &check("domain", &["still-there.test"]));
    answer
}

#[test]
fn unknown_commands_are_2000() {
    let mut client = client_a();
    for body in ["<fly/>", "<Check/>", "<domain:check><domain:name>a.test</domain:name></domain:check>"] {
        let answer = expect(&mut client, 2000, body);
        let name = body.trim_start_matches('<').split(['/', '>']).next().expect("a name");
        assert!(text(&answer, "msg").contains(name), "{answer}");
    }
}

#[test]
fn syntax_errors_are_2001_with_position_and_what_was_expected() {
    let mut client = client_a();
    for (body, expected) in [
        ("<info><domain:info><domain:name>a.test</domain:name><domain:nome/></domain:info></info>", "domain:authInfo"),
        (
            "<info><domain:info><domain:authInfo><domain:pw/></domain:authInfo><domain:name>a.test</domain:name></domain:info></info>",
            "domain:name",
        ),
        ("<check><domain:check><domain:name>a.test</domain:check></check>", "domain:name"),
        ("<logout><</logout>", ""),
        ("<check><domain:check x=\"1\"><domain:name>a.test</domain:name></domain:check></check>", ""),
        ("<check><domain:check><domain:name>a.test</domain:name>text</domain:check></check>", ""),
        ("<check><domain:info><domain:name>a.test</domain:name></domain:info></check>", "domain:check"),
        ("<check><unbound:check/></check>", ""),
        ("<poll op=\"req\" op=\"req\"/>", ""),
        ("", "command"),
    ] {
        let document = frame(body, "T-2001");
        let answer = answer(&mut client, document.as_bytes());
        let message = text(&answer, "msg");
        assert_eq!(code(&answer), 2001, "{body}: {answer}");
        let position = between(message, "at octet ", ":").and_then(|text| text.parse::<usize>().ok());
        assert!(position.is_some_and(|position| position <= document.len()), "{body}: {message}");
        assert!(message.contains("expected ") && message.contains(expected), "{body}: {message}");
        assert_eq!(text(&answer, "clTRID"), "T-2001");
    }
}

#[test]
fn the_position_of_a_syntax_error_is_its_place() {
    let mut client = client_a();
    let body = "<check><domain:check><domain:name>a.test</domain:name><domain:nome/></domain:check></check>";
    let document = frame(body, "T-1");
    let answer = answer(&mut client, document.as_bytes());
    let place = document.find("<domain:nome/>").expect("it is there");
    assert!(text(&answer, "msg").contains(&format!("at octet {place}:")), "{place}: {answer}");
}

/// A refused command, the code it must get, and the element that the response must show: its name, attributes and text.
type Shown<'s> = (u16, Option<(&'s str, &'s str, &'s str)>, String);

/// Sends each and compares `<value>` octet for octet.
fn check_values(client: &mut EppClient, rows: &[Shown<'_>]) {
    for (expected, value, body) in rows {
        let value = value.map(|(element, attributes, text)| {
            let (prefix, uri) = match element.split_once(':') {
                Some((prefix, _)) => (format!(":{prefix}"), format!("urn:ietf:params:xml:ns:{prefix}-1.0")),
                None => (String::new(), "urn:ietf:params:xml:ns:epp-1.0".to_owned()),
            };
            format!("<{element} xmlns{prefix}=\"{uri}\"{attributes}>{text}</{element}>")
        });
        let answer = expect(client, *expected, body);
        assert_eq!(between(&answer, "<value>", "</value>").map(str::to_owned), value, "{body}: {answer}");
        assert_eq!(texts(&answer, "extValue").len(), usize::from(value.is_some()), "{answer}");
        match value {
            Some(_) => assert!(!text(&answer, "reason").is_empty(), "{answer}"),
            None => assert!(text(&answer, "msg").contains("domain:"), "{answer}"),
        }
    }
}

#[test]
fn wrong_values_are_shown_as_they_were_sent() {
    let mut client = client_a();
    let create = |period: &str| {
        object(
            "domain",
            "create",
            &format!("<domain:name>a.test</domain:name>{period}<domain:authInfo><domain:pw/></domain:authInfo>"),
        )
    };
    let named = |name: &str| object("domain", "info", &format!("<domain:name{name}</domain:name>"));
    let long = "x".repeat(256);
    let renew = "<domain:name>a.test</domain:name><domain:curExpDate>tomorrow</domain:curExpDate>";
    let (period, name) = ("domain:period", "domain:name");
    check_values(
        &mut client,
        &[
            // What was never sent is not shown.
            (2003, None, object("domain", "info", "")),
            (2003, None, object("domain", "create", "<domain:name>a.test</domain:name>")),
            (2003, Some((period, "", "1")), create("<domain:period>1</domain:period>")),
            (2003, Some(("poll", "", "")), "<poll/>".to_owned()),
            (2003, Some(("check", "", "")), "<check/>".to_owned()),
            (2004, Some((period, " unit=\"y\"", "0")), create("<domain:period unit=\"y\">0</domain:period>")),
            (2004, Some((period, " unit=\"d\"", "1")), create("<domain:period unit='d'>1</domain:period>")),
            (2004, Some(("poll", " op=\"look\"", "")), "<poll op=\"look\"/>".to_owned()),
            (2004, Some((name, " hosts=\"some\"", "a.test")), named(" hosts=\"some\">a.test")),
            (2005, Some((period, " unit=\"y\"", "one")), create("<domain:period unit=\"y\">one</domain:period>")),
            (2005, Some((name, "", "")), named(">")),
            (2005, Some((name, "", &long[..255])), named(&format!(">{long}"))),
            (2005, Some(("contact:id", "", "ab")), object("contact", "info", "<contact:id>ab</contact:id>")),
            (2005, Some(("domain:curExpDate", "", "tomorrow")), object("domain", "renew", renew)),
        ],
    );
}

#[test]
fn values_that_a_rule_refuses_are_shown_as_they_were_sent() {
    let mut client = client_a();
    let name = names::minimum_of(&mut client);
    let day = text(&client.command(&info("domain", &name)), "domain:exDate").get(..10).expect("a day").to_owned();
    let renew = |date: &str, period: &str| {
        let date = element("domain:curExpDate", date);
        object("domain", "renew", &format!("<domain:name>{name}</domain:name>{date}{period}"))
    };
    let mixed = name.to_uppercase();
    let hold = "<domain:status s=\"serverHold\" lang=\"en\">a &lt; b</domain:status>";
    let hosts =
        "<domain:ns><domain:hostAttr><domain:hostName>ns1.a.icann</domain:hostName></domain:hostAttr></domain:ns>";
    check_values(
        &mut client,
        &[
            (
                2306,
                Some(("domain:period", " unit=\"y\"", "10")),
                renew(&day, "<domain:period unit=\"y\">10</domain:period>"),
            ),
            (2306, Some(("domain:curExpDate", "", "2001-01-01")), renew("2001-01-01", "")),
            (2302, Some(("domain:name", "", &mixed)), domain_create(&mixed, "")),
            (2303, Some(("domain:name", "", "Gone.TEST")), info("domain", "Gone.TEST")),
            (
                2306,
                Some(("domain:status", " s=\"serverHold\" lang=\"en\"", "a &lt; b")),
                update("domain", &name, &part("domain", "add", hold)),
            ),
            (2306, Some(("domain:hostAttr", "", "")), domain_create("ns.test", hosts)),
        ],
    );
}

#[test]
fn commands_that_a_mapping_does_not_have_are_2101() {
    let mut client = client_a();
    expect(&mut client, 2101, &object("host", "renew", "<host:name>ns1.a.icann</host:name>"));
    expect(&mut client, 2101, &object("contact", "renew", "<contact:id>sh8013</contact:id>"));
    let name = "<host:name>ns1.a.icann</host:name>";
    expect(&mut client, 2101, &format!("<transfer op=\"query\"><host:transfer>{name}</host:transfer></transfer>"));
}

#[test]
fn options_extensions_and_objects_that_we_do_not_have() {
    let mut client = client_a();
    let name = "<domain:name>a.test</domain:name>";
    let auth = "<domain:authInfo><domain:ext><x:token xmlns:x=\"urn:x\"/></domain:ext></domain:authInfo>";
    let answer = expect(&mut client, 2102, &object("domain", "create", &format!("{name}{auth}")));
    assert_eq!(texts(&answer, "domain:ext").len(), 1, "{answer}");
    let answer = expect(
        &mut client,
        2103,
        &(check("domain", &["a.test"]) + "<extension><x:y xmlns:x=\"urn:x:1\"/></extension>"),
    );
    assert!(answer.contains("<value><x:y xmlns:x=\"urn:x:1\"></x:y></value>"), "{answer}");
    let answer = expect(&mut client, 2307, "<check><x:check xmlns:x=\"urn:x:2\"><x:id>1</x:id></x:check></check>");
    assert!(answer.contains("<value><x:check xmlns:x=\"urn:x:2\"></x:check></value>"), "{answer}");
}

#[test]
fn nothing_but_utf_8_is_read() {
    let mut client = client_a();
    let document = frame(&check("domain", &["octets.test"]), "T-UTF");
    let utf16 = |order: fn(u16) -> [u8; 2]| -> Vec<u8> {
        let text = document.replace("UTF-8", "UTF-16");
        std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(order).collect()
    };
    for (what, octets) in [
        ("UTF-16, big-endian", utf16(u16::to_be_bytes)),
        ("UTF-16, little-endian", utf16(u16::to_le_bytes)),
        ("says UTF-16", document.replace("UTF-8", "UTF-16").into_bytes()),
        ("says ISO-8859-1", document.replace("UTF-8", "ISO-8859-1").into_bytes()),
        (
            "half a character",
            document.replace("octets", "\u{e4}").into_bytes().into_iter().filter(|o| *o != 0xa4).collect(),
        ),
        ("a NUL", document.replace("octets", "oct\0ets").into_bytes()),
        ("nothing but white space", b"  \n ".to_vec()),
    ] {
        let answer = answer(&mut client, &octets);
        assert_eq!(code(&answer), 2001, "{what}: {answer}");
    }
    for (what, octets) in [
        ("a byte order mark", [b"\xef\xbb\xbf", document.as_bytes()].concat()),
        ("says US-ASCII", document.replace("UTF-8", "US-ASCII").into_bytes()),
        ("no declaration", document.as_bytes()[document.find("?>").expect("it has one") + 2..].to_vec()),
    ] {
        let answer = answer(&mut client, &octets);
        assert_eq!(code(&answer), 1000, "{what}: {answer}");
    }
}

#[test]
fn document_types_and_entities_are_refused() {
    let mut client = client_a();
    let document = frame(&check("domain", &["it.test"]).replace("it", "&it;"), "T-DTD");
    let (declaration, rest) = document.split_at(document.find("?>").expect("it has one") + 2);
    let lol: String = (1..10).map(|n| format!("<!ENTITY l{n} \"{}\">", format!("&l{};", n - 1).repeat(10))).collect();
    for doctype in [
        "<!DOCTYPE epp>".to_owned(),
        "<!DOCTYPE epp [<!ENTITY it \"harmless\">]>".to_owned(),
        "<!DOCTYPE epp [<!ENTITY it SYSTEM \"file:///etc/passwd\">]>".to_owned(),
        "<!DOCTYPE epp SYSTEM \"http://127.0.0.1:9/epp.dtd\">".to_owned(),
        format!("<!DOCTYPE epp [<!ENTITY l0 \"lol\">{lol}<!ENTITY it \"&l9;\">]>"),
    ] {
        let answer = answer(&mut client, format!("{declaration}{doctype}{rest}").as_bytes());
        assert_eq!(code(&answer), 2001, "{doctype}: {answer}");
        assert!(!answer.contains("root:"), "{answer}");
    }
    // An entity without declaration, and those that need none.
    assert_eq!(code(&answer(&mut client, document.as_bytes())), 2001);
    let five = expect(
        &mut client,
        1000,
        "<check><domain:check><domain:name>&lt;&amp;&gt;&quot;&apos;&#x41;</domain:name></domain:check></check>",
    );
    assert!(text(&five, "domain:cd").contains("&lt;&amp;&gt;"), "{five}");
}

#[test]
fn nesting_has_a_bound() {
    let mut client = client_a();
    let deep = format!("{}{}", "<x:x>".repeat(5000), "</x:x>".repeat(5000));
    let body = format!("<check><x:check xmlns:x=\"urn:x\">{deep}</x:check></check>");
    assert_eq!(code(&answer(&mut client, frame(&body, "T-DEEP").as_bytes())), 2001);
}
