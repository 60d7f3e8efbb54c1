//! Sessions: greeting, login, logout, and frames that come in every shape a stream can give them (RFC 5730, section 2;
//! RFC 5734).

use std::collections::HashSet;

use crate::frames::{check, contact_create, expect, host_create, info, text, texts};
use crate::names;
use crate::support::EppClient;
use crate::support::epp::{OBJECTS, between, code, data_unit, frame};
use crate::support::process::Registrar;
use crate::world::{PASSWORD, client, client_a, client_b, demo, registrar, unique};

pub(crate) const HELLO: &str = "<epp xmlns=\"urn:ietf:params:xml:ns:epp-1.0\"><hello/></epp>";

/// A login with the parts that tests vary.
pub(crate) struct Login<'l> {
    pub(crate) clid: &'l str,
    pub(crate) password: &'l str,
    pub(crate) new_password: Option<&'l str>,
    pub(crate) version: &'l str,
    pub(crate) lang: &'l str,
    pub(crate) objects: &'l [&'l str],
    pub(crate) extensions: &'l [&'l str],
}

impl<'l> Login<'l> {
    pub(crate) fn of(registrar: &'l Registrar) -> Self {
        let (clid, password) = (&registrar.clid, &registrar.pw);
        Self { clid, password, new_password: None, version: "1.0", lang: "en", objects: &OBJECTS, extensions: &[] }
    }

    pub(crate) fn body(&self) -> String {
        let optional =
            |name: &str, text: Option<&str>| text.map_or_else(String::new, |text| format!("<{name}>{text}</{name}>"));
        let objects: String = self.objects.iter().map(|uri| format!("<objURI>{uri}</objURI>")).collect();
        let extensions: String = self.extensions.iter().map(|uri| format!("<extURI>{uri}</extURI>")).collect();
        let extensions = optional("svcExtension", Some(extensions.as_str()).filter(|uris| !uris.is_empty()));
        format!(
            "<login><clID>{}</clID><pw>{}</pw>{}<options><version>{}</version><lang>{}</lang></options>\
             <svcs>{objects}{extensions}</svcs></login>",
            self.clid,
            self.password,
            optional("newPW", self.new_password),
            self.version,
            self.lang
        )
    }
}

pub(crate) fn connected(registrar: &Registrar) -> EppClient {
    EppClient::connect(demo(), registrar).expect("the server lets the registrar connect")
}

#[test]
fn epp_02_greeting_says_who_when_and_what() {
    let client = connected(&demo().registrars[0]);
    let greeting = client.greeting();
    let server = text(greeting, "svID");
    assert!((3..=64).contains(&server.chars().count()), "{server}");
    let date: jiff::Timestamp = text(greeting, "svDate").parse().expect("svDate is a time");
    let apart = jiff::Timestamp::now().duration_since(date).abs();
    assert!(apart.as_secs() < 30, "svDate is {date}");
    assert_eq!(texts(greeting, "version"), ["1.0"]);
    assert_eq!(texts(greeting, "lang"), ["en"]);
    assert_eq!(texts(greeting, "objURI").into_iter().collect::<HashSet<_>>(), HashSet::from(OBJECTS));
    let namespaces = ["urn:ietf:params:xml:ns:", "http://www.verisign.com/epp/"];
    assert!(texts(greeting, "extURI").iter().all(|uri| namespaces.iter().any(|start| uri.starts_with(start))));
    assert_eq!(texts(greeting, "dcp").len(), 1);
}

#[test]
fn hello_is_answered_by_a_greeting_before_and_after_login() {
    let mut client = connected(&demo().registrars[0]);
    let menu = |greeting: &str| between(greeting, "<svcMenu>", "</svcMenu>").map(str::to_owned);
    let first = menu(client.greeting());
    assert!(first.is_some());
    assert_eq!(menu(&client.exchange(HELLO)), first);
    let login = Login::of(&demo().registrars[0]).body();
    expect(&mut client, 1000, &login);
    assert_eq!(menu(&client.exchange(HELLO)), first);
    expect(&mut client, 1000, &check("domain", &["hello-again.test"]));
}

#[test]
fn epp_03_login_refuses_what_does_not_belong_together() {
    let [a, b] = &demo().registrars[..] else { panic!("the demo has two registrars") };
    let unknown = Registrar { clid: "nobody".into(), ..a.clone() };
    let wrong_password = Registrar { pw: "not-the-password".into(), ..a.clone() };
    let wrong_certificate = Registrar { cert: b.cert.clone(), key: b.key.clone(), ..a.clone() };
    for registrar in [unknown, wrong_password, wrong_certificate] {
        let mut client = connected(&registrar);
        let answer = expect(&mut client, 2200, &Login::of(&registrar).body());
        // Which of them is wrong is nobody's business.
        assert_eq!(text(&answer, "msg"), "Authentication error");
        expect(&mut client, 2002, &check("domain", &["a.test"]));
    }
    // The same session, the right set.
    let mut client = connected(a);
    expect(&mut client, 2200, &Login { password: "not-the-password", ..Login::of(a) }.body());
    expect(&mut client, 1000, &Login::of(a).body());
}

#[test]
fn login_asks_only_for_what_the_greeting_announced() {
    let a = &demo().registrars[0];
    let mut client = connected(a);
    let unknown = [OBJECTS[0], "urn:ietf:params:xml:ns:unheard-of-1.0"];
    let answer = expect(&mut client, 2307, &Login { objects: &unknown, ..Login::of(a) }.body());
    assert_eq!(text(&answer, "objURI"), unknown[1]);
    let answer = expect(&mut client, 2103, &Login { extensions: &unknown[1..], ..Login::of(a) }.body());
    assert_eq!(text(&answer, "extURI"), unknown[1]);
    let answer = expect(&mut client, 2102, &Login { lang: "fr", ..Login::of(a) }.body());
    assert_eq!(text(&answer, "lang"), "fr");
    let answer = expect(&mut client, 2100, &Login { version: "2.0", ..Login::of(a) }.body());
    assert_eq!(text(&answer, "version"), "2.0");
    // A client that asks for domains only gets no hosts.
    expect(&mut client, 1000, &Login { objects: &OBJECTS[..1], ..Login::of(a) }.body());
    expect(&mut client, 1000, &check("domain", &["a.test"]));
    let answer = expect(&mut client, 2307, &check("host", &["ns1.a.test"]));
    assert!(texts(&answer, "host:check").len() == 1 && answer.contains(OBJECTS[1]), "{answer}");
}

#[test]
fn new_password_counts_from_the_next_login_on_and_can_be_changed_back() {
    let own = registrar();
    let other = "Another-Horse-2";
    let mut session = connected(&own);
    expect(&mut session, 1000, &Login { new_password: Some(other), ..Login::of(&own) }.body());
    let mut late = connected(&own);
    expect(&mut late, 2200, &Login::of(&own).body());
    let changed = Login { password: other, ..Login::of(&own) };
    expect(&mut late, 1000, &Login { new_password: Some(PASSWORD), ..changed }.body());
    client(&own);
    // A login that fails changes nothing.
    let mut session = connected(&own);
    let failed = Login { password: "not-the-password", new_password: Some(other), ..Login::of(&own) };
    expect(&mut session, 2200, &failed.body());
    expect(&mut session, 1000, &Login::of(&own).body());
}

#[test]
fn too_many_failed_logins_end_the_session_with_2501() {
    let a = &demo().registrars[0];
    let mut client = connected(a);
    let wrong = Login { password: "not-the-password", ..Login::of(a) }.body();
    let codes: Vec<u16> = (0..3).map(|_| code(&client.command(&wrong))).collect();
    assert_eq!(codes, [2200, 2200, 2501]);
    assert!(client.is_closed_by_server());
}

#[test]
fn one_session_more_than_the_limit_is_2502_until_another_ends() {
    let own = registrar();
    crate::world::admin(&format!(r#"{{"registrar-set":{{"clid":"{}","session_limit":2}}}}"#, own.clid));
    let mut first = client(&own);
    let _second = client(&own);
    let mut third = connected(&own);
    expect(&mut third, 2502, &Login::of(&own).body());
    assert!(third.is_closed_by_server());
    // A place is free as soon as the client can know, and not only when the connection is gone.
    for _ in 0..20 {
        expect(&mut first, 1500, "<logout/>");
        let next = client(&own);
        assert!(first.is_closed_by_server());
        first = next;
    }
}

#[test]
fn logout_is_1500_and_the_end() {
    let mut client = client_a();
    let after = client.frame(&check("domain", &["a.test"]));
    let answer = client.command("<logout/>");
    assert_eq!(code(&answer), 1500);
    assert!(client.is_closed_by_server());
    // What is sent behind a logout in the same write is not executed.
    let mut client = client_a();
    let logout = client.frame("<logout/>");
    let octets = [data_unit(logout.as_bytes()), data_unit(after.as_bytes())].concat();
    client.send_raw(&octets).expect("the server takes octets");
    assert_eq!(code(&client.receive().expect("the answer to the logout")), 1500);
    assert!(client.is_closed_by_server());
}

#[test]
fn commands_out_of_place_are_2002() {
    let a = &demo().registrars[0];
    let mut client = connected(a);
    for body in [&check("domain", &["a.test"])[..], "<poll op=\"req\"/>", "<logout/>", &contact_create("early")] {
        expect(&mut client, 2002, body);
    }
    expect(&mut client, 1000, &Login::of(a).body());
    expect(&mut client, 2002, &Login::of(a).body());
    expect(&mut client, 1000, &check("domain", &["a.test"]));
}

#[test]
fn pipelined_commands_are_executed_and_answered_in_order() {
    let mut client = client_a();
    let hosts: Vec<String> = (0..25).map(|_| names::outside()).collect();
    // Each info follows its create in the same write: it must see it.
    let frames: Vec<String> = hosts
        .iter()
        .flat_map(|host| [host_create(host, &[]), info("host", host)])
        .map(|body| client.frame(&body))
        .collect();
    let answers = client.pipeline(&frames).expect("fifty answers");
    for (number, (frame, answer)) in frames.iter().zip(&answers).enumerate() {
        assert_eq!(code(answer), 1000, "{number}: {answer}");
        assert_eq!(text(answer, "clTRID"), text(frame, "clTRID"), "{number}");
        assert_eq!(text(answer, "host:name"), hosts[number / 2], "{number}");
    }
}

#[test]
fn frames_split_at_every_octet_are_whole_frames() {
    let mut client = client_a();
    let unit = data_unit(HELLO.as_bytes());
    for place in 1..unit.len() {
        client.send_raw(&unit[..place]).expect("the server takes octets");
        client.send_raw(&unit[place..]).expect("the server takes octets");
        assert!(client.receive().expect("a greeting").contains("<greeting>"), "split at {place}");
    }
    let command = client.frame(&check("domain", &["split.test"]));
    client.send_split(&command, 1).expect("the server takes octets");
    assert_eq!(code(&client.receive().expect("an answer")), 1000);
}

#[test]
fn frames_glued_and_split_at_once_are_whole_frames() {
    for size in [3, 7, 61, 256, 1021, 4096] {
        let mut client = client_b();
        let frames: Vec<String> =
            (0..12).map(|n| client.frame(&check("domain", &[&format!("glued-{n}.test")]))).collect();
        let octets: Vec<u8> = frames.iter().flat_map(|frame| data_unit(frame.as_bytes())).collect();
        for piece in octets.chunks(size) {
            client.send_raw(piece).expect("the server takes octets");
        }
        for (n, frame) in frames.iter().enumerate() {
            let answer = client.receive().expect("an answer");
            assert_eq!(text(&answer, "clTRID"), text(frame, "clTRID"), "pieces of {size}");
            assert_eq!(text(&answer, "domain:cd"), format!("<domain:name avail=\"1\">glued-{n}.test</domain:name>"));
        }
    }
}

#[test]
fn a_length_that_cannot_be_is_2500_and_the_end() {
    for header in [[0, 0, 0, 0], [0, 0, 0, 4], [0, 1, 0, 1], [0x7f, 0xff, 0xff, 0xff], *b"<?xm"] {
        let mut client = client_a();
        client.send_raw(&header).expect("the server takes octets");
        let answer = client.receive().expect("an answer before the end");
        assert_eq!(code(&answer), 2500, "{header:?}: {answer}");
        assert!(client.is_closed_by_server(), "{header:?}");
    }
    // What came before the bad header is answered first.
    let mut client = client_a();
    let good = client.frame(&check("domain", &["a.test"]));
    client.send_raw(&[&data_unit(good.as_bytes())[..], &[0, 0, 0, 1]].concat()).expect("the server takes octets");
    assert_eq!(code(&client.receive().expect("an answer")), 1000);
    assert_eq!(code(&client.receive().expect("an answer")), 2500);
}

#[test]
fn the_largest_frame_is_taken() {
    let mut client = client_a();
    let plain = client.frame(&check("domain", &["large.test"]));
    let comment = "x".repeat(64 * 1024 - 4 - plain.len() - "<!---->".len());
    let large = plain.replace("<command>", &format!("<!--{comment}--><command>"));
    assert_eq!(data_unit(large.as_bytes()).len(), 64 * 1024);
    assert_eq!(code(&client.exchange(&large)), 1000);
}

#[test]
fn the_client_transaction_identifier_is_echoed_in_errors_too() {
    let mut client = client_a();
    for (trid, body) in [
        ("<&>\"'", "<fly/>"),
        ("ÄÖÜ-1", "<check><domain:check/></check>"),
        ("abc", "<create><domain:create><domain:nome>a.test</domain:nome></domain:create></create>"),
        ("T-2303", &info("domain", "not-there.test")),
    ] {
        let answer = client.exchange(&frame(body, &crate::support::epp::escape(trid)));
        assert!(code(&answer) >= 2000, "{answer}");
        let echoed = text(&answer, "clTRID").replace("&quot;", "\"").replace("&apos;", "'");
        assert_eq!(echoed.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"), trid);
        assert!((3..=64).contains(&text(&answer, "svTRID").len()));
    }
    // None given, none echoed.
    let answer = client.exchange(&frame("<fly/>", "xxx").replace("<clTRID>xxx</clTRID>", ""));
    assert!(texts(&answer, "clTRID").is_empty(), "{answer}");
    // Identifiers that are too short or too long are errors, and echoed they would make the response invalid.
    for trid in ["ab", &"x".repeat(65)] {
        let answer = client.exchange(&frame(&check("domain", &["a.test"]), trid));
        assert_eq!(code(&answer), 2005, "{answer}");
        let echoed = between(&answer, "<trID>", "</trID>").expect("there is one");
        assert!(!echoed.contains("<clTRID>") && between(&answer, "<value>", "</value>").is_some(), "{answer}");
    }
}

#[test]
fn server_transaction_identifiers_are_unique_over_sessions() {
    let mut seen = HashSet::new();
    for _ in 0..5 {
        let mut session = client_b();
        let name = unique("trid-");
        let frames: Vec<String> = (0..200).map(|_| session.frame(&check("host", &[&name]))).collect();
        for answer in session.pipeline(&frames).expect("two hundred answers") {
            assert!(seen.insert(text(&answer, "svTRID").to_owned()), "{answer}");
        }
    }
    assert_eq!(seen.len(), 1000);
}

#[test]
fn idle_sessions_stay_while_others_come_and_go() {
    let mut idle: Vec<EppClient> = (0..10).map(|_| client_a()).collect();
    for _ in 0..10 {
        let mut busy = client_b();
        expect(&mut busy, 1000, &check("contact", &["sh8013"]));
        busy.abandon();
    }
    for client in &mut idle {
        expect(client, 1000, &check("contact", &["sh8013"]));
    }
}

#[test]
fn the_spelling_of_xml_does_not_matter() {
    let mut client = client_a();
    let epp = "urn:ietf:params:xml:ns:epp-1.0";
    let domain = OBJECTS[0];
    for document in [
        format!(
            "<e:epp xmlns:e='{epp}'><e:command><e:check><check xmlns='{domain}'><name>spelt.test</name></check></e:check>\
             <e:clTRID>T-XML</e:clTRID></e:command></e:epp>"
        ),
        format!(
            "<?xml version='1.0'?>\n<!-- a --><?b c?>\n<epp\n xmlns=\"{epp}\" >\r\n <command ><!-- d --><check>\t<x:check \
             xmlns:x=\"{domain}\"><x:name>\n  s<![CDATA[pel]]>&#x74;.te<!-- e -->st </x:name></x:check></check><?f?>\
             <clTRID> T-XML\n</clTRID></command></epp >\n<!-- g -->"
        ),
        format!(
            "<epp xmlns='{epp}' xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:schemaLocation='{epp} \
             epp-1.0.xsd'><command><check><d:check xmlns:d='{domain}' xsi:schemaLocation='{domain} domain-1.0.xsd'>\
             <d:name>spelt.test</d:name></d:check></check><clTRID>T-XML</clTRID></command></epp>"
        ),
    ] {
        let answer = client.exchange(&document);
        assert_eq!(code(&answer), 1000, "{document}\n{answer}");
        assert_eq!(text(&answer, "domain:name"), "spelt.test", "{document}");
        assert_eq!(text(&answer, "clTRID"), "T-XML");
    }
}

#[test]
fn a_check_names_250_objects_at_most() {
    let mut client = client_a();
    let names: Vec<String> = (0..251).map(|n| format!("many-{n}.test")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let answer = expect(&mut client, 1000, &check("domain", &names[..250]));
    assert_eq!(texts(&answer, "domain:name"), names[..250]);
    expect(&mut client, 2306, &check("domain", &names));
}
