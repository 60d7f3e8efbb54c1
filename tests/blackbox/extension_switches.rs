//! Extensions that operators switch off, in the whole registry or for the names of a TLD; and that a session is answered with
//! what it asked for, whatever that was.

use domesday::epp::extensions::Extension;
use domesday::epp::session::{BALANCE_URI, DOMAIN_URI, MAINTENANCE_URI};
use simd_json::prelude::*;

use crate::admin::{done, refused, run};
use crate::extensions::{CHANGE_POLL, FEE, RGP, UNHANDLED, client_with};
use crate::frames::{POLL, check, delete, domain_create, expect, info, renew, text, texts, update};
use crate::money::fresh_tld;
use crate::session::{Login, connected};
use crate::support::epp::code;
use crate::support::process::Registrar;
use crate::support::{EppClient, Server};
use crate::world::{registrar, unique};

/// `domesday admin` on a server of a test's own; whether it was done, and what it said.
pub(crate) fn admin(server: &Server, arguments: &[&str]) -> (bool, String) {
    let target = server.directory().join("demo.json");
    let output = run(&[&["admin", "--target", target.to_str().expect("UTF-8")], arguments].concat());
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

pub(crate) fn change(server: &Server, arguments: &[&str]) {
    let (done, said) = admin(server, arguments);
    assert!(done, "{arguments:?}: {said}");
}

/// A session of a server, with these extensions.
fn session(server: &Server, extensions: &[&str]) -> EppClient {
    let (code, client) = login(server, extensions);
    assert_eq!(code, 1000);
    client
}

fn login(server: &Server, extensions: &[&str]) -> (u16, EppClient) {
    let registrar = &server.demo().registrars[0];
    let mut client = EppClient::connect(server.demo(), registrar).expect("the server lets the registrar connect");
    let answer = client.command(&Login { extensions, ..Login::of(registrar) }.body());
    (code(&answer), client)
}

/// A check that asks for a fee.
fn fee_check(name: &str) -> String {
    let command = check("domain", &[name]);
    format!("{command}<extension><fee:check xmlns:fee=\"{FEE}\"><fee:command name=\"create\"/></fee:check></extension>")
}

#[test]
fn what_is_off_in_the_registry_is_as_if_it_had_never_been_there() {
    let server = Server::start();
    let mut open = session(&server, &[RGP, FEE, UNHANDLED]);
    expect(&mut open, 1000, &domain_create("off.test", ""));
    assert!(expect(&mut open, 1000, &info("domain", "off.test")).contains("rgp:infData"));
    change(&server, &["policy", "set", "--extension-off", "rgp,changePoll", "fee"]);
    assert!(admin(&server, &["policy", "show"]).1.contains("changePoll"));

    // Of a session that is open: neither its elements nor its answers.
    let answer = expect(&mut open, 1000, &info("domain", "off.test"));
    assert!(!answer.contains("rgp") && !answer.contains("extValue"), "{answer}");
    let answer = expect(&mut open, 2103, &fee_check("off.test"));
    assert!(answer.contains(&format!("<value><fee:check xmlns:fee=\"{FEE}\">")), "{answer}");
    // Of those that begin: not announced, not to be asked for.
    assert_eq!(login(&server, &[RGP]).0, 2103);
    assert_eq!(login(&server, &[CHANGE_POLL, UNHANDLED]).0, 2103);
    let mut later = session(&server, &[UNHANDLED]);
    let greeting = later.greeting().to_owned();
    let announced = texts(&greeting, "extURI");
    assert!(![RGP, FEE, CHANGE_POLL].iter().any(|uri| announced.contains(uri)), "{announced:?}");
    assert!(announced.contains(&UNHANDLED), "{announced:?}");
    // What is off is no unhandled namespace either, but what it told of is done and told in text.
    change(&server, &["lock", "urs", "off.test", "--reason", "URS Lock"]);
    let answer = expect(&mut later, 1301, POLL);
    assert!(answer.contains("resData") && !answer.contains("changePoll"), "{answer}");
    assert_eq!(texts(&later.exchange(crate::session::HELLO), "extURI"), announced);

    change(&server, &["policy", "set", "--extension-on", "rgp", "fee", "changePoll"]);
    assert!(expect(&mut open, 1000, &info("domain", "off.test")).contains("<extension><rgp:infData"));
    assert!(expect(&mut later, 1301, POLL).contains("<value><changePoll:changeData"));
    assert_eq!(texts(&later.exchange(crate::session::HELLO), "extURI"), Extension::ALL.map(Extension::uri));
}

#[test]
fn an_object_mapping_that_is_off_is_not_offered_and_not_served() {
    let server = Server::start();
    let own = &server.demo().registrars[0];
    let objects = &[DOMAIN_URI, BALANCE_URI, MAINTENANCE_URI];
    let login = |extensions: &[&str]| {
        let mut client = EppClient::connect(server.demo(), own).expect("the server lets the registrar connect");
        let answer = client.command(&Login { objects, extensions, ..Login::of(own) }.body());
        (code(&answer), client)
    };
    let (mut plain, mut unhandled) = (login(&[]).1, login(&[UNHANDLED]).1);
    let balance = format!("<info><balance:info xmlns:balance=\"{BALANCE_URI}\"/></info>");
    let list = format!("<info><maint:info xmlns:maint=\"{MAINTENANCE_URI}\"><maint:list/></maint:info></info>");
    expect(&mut plain, 1000, &list);
    let span = ["--start", "2099-01-01T00:00:00Z", "--end", "2099-01-02T00:00:00Z"];
    change(&server, &[&["maintenance", "add", "upgrade", "--system", "EPP=full"][..], &span].concat());
    assert!(expect(&mut plain, 1301, POLL).contains("<maint:item"));
    change(&server, &["policy", "set", "--extension-off", "balance", "maintenance"]);
    for session in [&mut plain, &mut unhandled] {
        expect(session, 2307, &balance);
        expect(session, 2307, &list);
        let answer = expect(session, 1301, POLL);
        assert!(!answer.contains("maint:") && !answer.contains("extValue"), "{answer}");
        let greeting = session.exchange(crate::session::HELLO);
        let announced = texts(&greeting, "objURI");
        assert!(announced.contains(&DOMAIN_URI) && !announced.contains(&BALANCE_URI), "{announced:?}");
        assert!(!announced.contains(&MAINTENANCE_URI), "{announced:?}");
    }
    assert_eq!(login(&[]).0, 2307);
    change(&server, &["policy", "set", "--extension-on", "balance", "maintenance"]);
    expect(&mut plain, 1000, &list);
    assert!(expect(&mut plain, 1301, POLL).contains("<maint:item"));
    assert_eq!(login(&[]).0, 1000);
}

#[test]
fn what_is_off_in_a_tld_is_refused_beside_its_names_and_said_in_no_answer() {
    let (tld, own) = (fresh_tld(), registrar());
    let mut session = client_with(&own, &[RGP, FEE, CHANGE_POLL]);
    let (inside, outside) = (format!("in.{tld}"), unique("out") + ".test");
    for name in [&inside, &outside] {
        expect(&mut session, 1000, &domain_create(name, ""));
        done(&["lock", "urs", name, "--reason", "URS Lock"]);
        done(&["unlock", "urs", name, "--reason", "URS complaint denied"]);
    }
    done(&["tld", "set", &tld, "--extension-off", "rgp", "fee", "changePoll"]);
    let rows = done(&["tld", "list"]);
    let shown = crate::admin::row(&rows, "name", &tld).expect("its row");
    assert_eq!(shown.get_array("extensions_off").map(Vec::len), Some(3), "{shown}");

    let restore = |name: &str| {
        let update = update("domain", name, "<domain:chg/>");
        format!(
            "{update}<extension><rgp:update xmlns:rgp=\"{RGP}\"><rgp:restore op=\"request\"/></rgp:update></extension>"
        )
    };
    let answer = expect(&mut session, 2306, &restore(&inside.to_uppercase()));
    assert!(text(&answer, "reason").contains("rgp is not served"), "{answer}");
    assert!(answer.contains(&format!("<value><rgp:update xmlns:rgp=\"{RGP}\">")), "{answer}");
    assert_ne!(code(&session.command(&restore(&outside))), 2306);
    expect(&mut session, 2306, &fee_check(&inside));
    // One name of the TLD is enough: which fees would the answer tell?
    let mixed =
        fee_check(&outside).replace("</domain:check>", &format!("<domain:name>{inside}</domain:name></domain:check>"));
    expect(&mut session, 2306, &mixed);
    expect(&mut session, 1000, &fee_check(&outside));

    for (name, has_rgp) in [(&inside, false), (&outside, true)] {
        let answer = expect(&mut session, 1000, &info("domain", name));
        assert_eq!(answer.contains("rgp:infData"), has_rgp, "{answer}");
    }
    // The change is told, in text and with the object.
    let answer = expect(&mut session, 1301, POLL);
    assert!(text(&answer, "resData").contains(&inside) && !answer.contains("changePoll"), "{answer}");
    let unhandled = expect(&mut client_with(&own, &[UNHANDLED]), 1301, POLL);
    assert!(!unhandled.contains("extValue"), "{unhandled}");
    done(&["tld", "set", &tld, "--extension-on", "changePoll"]);
    assert!(expect(&mut session, 1301, POLL).contains("changePoll:changeData"));
    expect(&mut session, 2306, &fee_check(&inside));
}

#[test]
fn what_is_no_extension_is_refused_with_the_list() {
    let all = Extension::ALL.map(Extension::schema).join(", ");
    for arguments in [&["policy", "set", "--extension-off", "rpg"][..], &["tld", "set", "test", "--extension-on", "x"]]
    {
        let output = crate::admin::domesday_admin(arguments);
        let message = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && message.contains(&all), "{arguments:?}: {message}");
    }
    refused(&["policy", "set", "--extension-off", "rgp", "--extension-on", "rgp"], "at the same time");
    refused(&["policy", "set", "--extension-on", "rgp"], "nothing to do");
    let answer = crate::world::ask_admin(r#"{"policy-set":{"extension_off":["rpg"]}}"#);
    assert!(answer.contains(&all), "{answer}");
}

/// What a session with these extensions is answered with: only what it asked for, and in `<extValue>` what it wants there.
fn answers_hold_what_was_asked_for(own: &Registrar, tld: &str, extensions: &[&str]) {
    let mut session = connected(own);
    let login = expect(&mut session, 1000, &Login { extensions, ..Login::of(own) }.body());
    let name = format!("{}.{tld}", unique("subset"));
    let mut answers = vec![login, expect(&mut session, 1000, &check("domain", &[&name]))];
    answers.push(expect(&mut session, 1000, &domain_create(&name, "")));
    let shown = expect(&mut session, 1000, &info("domain", &name));
    let expiry = text(&shown, "domain:exDate")[..10].to_owned();
    answers.push(shown);
    answers.push(expect(&mut session, 1000, &renew(&name, &expiry, "")));
    answers.push(expect(&mut session, 1301, POLL));
    answers.push(expect(&mut session, 1000, &delete("domain", &name)));
    for answer in answers {
        for extension in Extension::ALL {
            let (uri, is_asked) = (extension.uri(), extensions.contains(&extension.uri()));
            let declared = format!("=\"{uri}\"");
            let moved = format!("{uri} not in login services");
            let is_moved = answer.contains(&moved);
            assert!(
                !is_moved || (extensions.contains(&UNHANDLED) && !is_asked),
                "{uri} beside {extensions:?}: {answer}"
            );
            assert_eq!(answer.matches(&declared).count(), usize::from(is_moved || is_said(&answer, uri)), "{answer}");
            assert!(!is_said(&answer, uri) || is_asked, "{uri} beside {extensions:?}: {answer}");
        }
    }
}

/// Whether an element of that namespace is in the response outside of `<result>`.
fn is_said(answer: &str, uri: &str) -> bool {
    let result = answer.find("</result>").expect("a result");
    answer[result..].contains(&format!("=\"{uri}\""))
}

#[test]
fn every_subset_of_the_extensions_is_answered_with_itself() {
    let (tld, own) = (fresh_tld(), registrar());
    done(&[
        "price",
        "set",
        &tld,
        "--currency",
        "EUR",
        "--create",
        "1",
        "--renew",
        "1",
        "--transfer",
        "1",
        "--restore",
        "1",
    ]);
    done(&["billing", "open", &own.clid, "--currency", "EUR", "--credit-limit", "5000"]);
    // A message of each kind that extensions tell of, the first of which each session reads.
    done(&["billing", "set", &own.clid, "--threshold", "100000"]);
    let all = Extension::ALL.map(Extension::uri);
    let mut subsets: Vec<Vec<&str>> = vec![Vec::new(), all.to_vec()];
    subsets.extend(all.iter().map(|uri| vec![*uri]));
    // Fifty more, each extension in or out by the bits of a number that runs through all of them.
    let mut bits: u64 = 0x9e37_79b9_7f4a_7c15;
    for _ in 0..50 {
        bits = bits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let chosen = all.iter().enumerate().filter(|(place, _)| bits >> (20 + place) & 1 == 1);
        subsets.push(chosen.map(|(_, uri)| *uri).collect());
    }
    let about = format!("told.{tld}");
    let mut first = client_with(&own, &[]);
    expect(&mut first, 1000, &domain_create(&about, ""));
    for (place, extensions) in subsets.iter().enumerate() {
        // To some there is something to tell at login.
        if place % 8 < 2 {
            expect(&mut connected(&own), 2200, &Login { password: "not-the-password", ..Login::of(&own) }.body());
        }
        // After some, another message is the oldest.
        if place % 8 == 7 {
            let answer = expect(&mut first, 1301, POLL);
            let id = crate::frames::attributes(&answer, "id")[0].to_owned();
            done(&["lock", "urs", &about, "--reason", "to and fro"]);
            done(&["unlock", "urs", &about, "--reason", "to and fro"]);
            expect(&mut first, 1000, &crate::frames::acknowledge(&id));
        }
        answers_hold_what_was_asked_for(&own, &tld, extensions);
    }
}
