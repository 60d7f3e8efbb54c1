//! authInfo that is strong and does not live long (RFC 9154), and secrets that no log tells.

use crate::admin::refused;
use crate::extension_switches::change;
use crate::extensions::{LOGIN_SEC, SECURE_AUTH_INFO};
use crate::frames::{auth, check, contact_create, domain_create, expect, info, part, text, transfer, update};
use crate::session::Login;
use crate::support::epp::{code, escape};
use crate::support::{EppClient, Server};

/// Section 5.2, the authInfo of the printed update.
const STRONG: &str = "LuQ7Bu@w9?%+_HK3cayg$55$LSft3MPP";

fn set_auth(mapping: &str, id: &str, password: &str) -> String {
    update(mapping, id, &part(mapping, "chg", &auth(mapping, &escape(password))))
}

fn session(server: &Server, index: usize) -> EppClient {
    let registrar = &server.demo().registrars[index];
    let mut client = EppClient::connect(server.demo(), registrar).expect("the server lets the registrar connect");
    expect(&mut client, 1000, &Login { extensions: &[SECURE_AUTH_INFO], ..Login::of(registrar) }.body());
    client
}

fn request(mapping: &str, id: &str, password: &str) -> String {
    transfer(mapping, "request", id, &auth(mapping, &escape(password)))
}

/// The steps of section 5, with a value that is as strong as section 4.1 asks for, and then with one that nobody uses in time.
#[test]
fn an_auth_info_is_set_for_a_transfer_and_gone_afterwards() {
    let server = Server::start_virtual();
    change(&server, &["policy", "set", "--auth-info-least", "20", "--auth-info-kinds", "4", "--auth-info-hours", "72"]);
    let (mut losing, mut gaining) = (session(&server, 0), session(&server, 1));
    let advance = |days: u32| change(&server, &["clock", "advance", "--days", &days.to_string()]);
    let name = "secure.test";
    // Step 1: an empty value is taken, a weak one is not.
    let weak = domain_create(name, "").replace("<domain:authInfo>", "<domain:authInfo><!-- -->");
    expect(&mut losing, 2202, &weak.replace(crate::world::SECRET, "2fooBAR"));
    expect(&mut losing, 1000, &domain_create(name, "").replace(crate::world::SECRET, ""));
    assert!(!expect(&mut losing, 1000, &info("domain", name)).contains("authInfo"));
    for guess in ["", STRONG] {
        expect(&mut gaining, 2202, &request("domain", name, guess));
    }
    // Step 3.
    for weak in ["2fooBAR", "abcdefghijklmnopqrstuvwxyz", "ABCDEFabcdef0123456789", "LuQ7Bu@w9?%+_HK3cay"] {
        let answer = expect(&mut losing, 2202, &set_auth("domain", name, weak));
        assert!(!answer.contains(weak) && text(&answer, "msg").contains("an authInfo has"), "{answer}");
    }
    expect(&mut losing, 1000, &set_auth("domain", name, STRONG));
    let shown = expect(&mut losing, 1000, &info("domain", name));
    assert!(shown.contains("<domain:authInfo><domain:pw/></domain:authInfo>"), "set, and not told: {shown}");
    assert!(!expect(&mut gaining, 1000, &info("domain", name)).contains("authInfo"), "nor whether it is set");
    // Steps 5 and 6; a pending transfer outlives the authInfo that opened it.
    let verify = info("domain", name).replace("</domain:info>", &format!("{}</domain:info>", auth("domain", STRONG)));
    expect(&mut gaining, 1000, &verify);
    expect(&mut gaining, 1001, &request("domain", name, STRONG));
    advance(4);
    expect(&mut gaining, 1000, &verify);
    // Step 7.
    expect(&mut losing, 1000, &transfer("domain", "approve", name, ""));
    expect(&mut losing, 2202, &request("domain", name, STRONG));
    assert!(!expect(&mut gaining, 1000, &info("domain", name)).contains("authInfo"));

    // "otherwise, the losing registrar unsets the authorization information": or the registry does.
    expect(&mut gaining, 1000, &set_auth("domain", name, STRONG));
    advance(2);
    assert!(expect(&mut gaining, 1000, &info("domain", name)).contains("authInfo"));
    advance(1);
    assert!(!expect(&mut gaining, 1000, &info("domain", name)).contains("authInfo"), "three days have passed");
    expect(&mut losing, 2202, &request("domain", name, STRONG));
    for unset in ["<domain:pw/>", "<domain:null/>"] {
        expect(&mut gaining, 1000, &set_auth("domain", name, STRONG));
        let unset = format!("<domain:authInfo>{unset}</domain:authInfo>");
        expect(&mut gaining, 1000, &update("domain", name, &part("domain", "chg", &unset)));
        assert!(!expect(&mut gaining, 1000, &info("domain", name)).contains("authInfo"));
    }
}

#[test]
fn contacts_are_alike_and_what_was_due_is_due_after_a_restart() {
    let mut server = Server::start_virtual();
    change(&server, &["policy", "set", "--auth-info-least", "20", "--auth-info-hours", "24"]);
    let mut losing = session(&server, 0);
    let id = "secure-1";
    expect(&mut losing, 2202, &contact_create(id).replace(crate::world::SECRET, "2fooBAR"));
    expect(&mut losing, 1000, &contact_create(id).replace(crate::world::SECRET, ""));
    expect(&mut losing, 2202, &set_auth("contact", id, "2fooBAR"));
    expect(&mut losing, 1000, &set_auth("contact", id, STRONG));
    assert!(expect(&mut losing, 1000, &info("contact", id)).contains("<contact:pw/>"));
    server.restart();
    change(&server, &["clock", "advance", "--days", "1"]);
    let (mut losing, mut gaining) = (session(&server, 0), session(&server, 1));
    assert!(!expect(&mut losing, 1000, &info("contact", id)).contains("<contact:pw/>"));
    expect(&mut gaining, 2202, &request("contact", id, STRONG));
    expect(&mut losing, 1000, &set_auth("contact", id, STRONG));
    expect(&mut gaining, 1001, &request("contact", id, STRONG));
}

#[test]
fn a_policy_that_cannot_be_is_refused() {
    for (argument, value, what) in [
        ("--auth-info-least", "129", "0 to 128 characters"),
        ("--auth-info-kinds", "5", "0 to 4 kinds"),
        ("--auth-info-hours", "99999", "0 to 87840 hours"),
    ] {
        refused(&["policy", "set", argument, value], what);
    }
}

/// "The plain-text authorization information MUST NOT be written to any logs by the registrar or the registry" (section 8); nor
/// is any password.
#[test]
fn no_line_of_the_most_verbose_log_tells_a_secret() {
    const SECRETS: [&str; 8] = [
        "Wrong-Secret-1",
        "New-Secret-22",
        "a long secret phrase 3",
        "a longer secret phrase 4",
        "Auth-Secret-5",
        "short6",
        "a secret phrase that is too long for plain EPP 7",
        "Operator-Secret-8",
    ];
    let server = Server::start_configured(&[("log.level", "\"trace\"")]);
    let own = server.demo().registrars[0].clone();
    let connect = || EppClient::connect(server.demo(), &own).expect("the server lets the registrar connect");
    let place = "[LOGIN-SECURITY]";
    let plain = || Login { extensions: &[LOGIN_SEC], ..Login::of(&own) };
    let secured = |login: Login<'_>, content: &str| {
        format!("{}<extension><l:loginSec xmlns:l=\"{LOGIN_SEC}\">{content}</l:loginSec></extension>", login.body())
    };
    let pw = |password: &str| format!("<l:pw>{password}</l:pw>");
    let new_pw = |password: &str| format!("<l:newPW>{password}</l:newPW>");
    expect(&mut connect(), 2200, &Login { password: SECRETS[0], ..plain() }.body());
    expect(&mut connect(), 1000, &Login { new_password: Some(SECRETS[1]), ..plain() }.body());
    let set = Login { password: SECRETS[1], new_password: Some(place), ..plain() };
    expect(&mut connect(), 1000, &secured(set, &new_pw(SECRETS[2])));
    let placed = || Login { password: place, ..plain() };
    expect(&mut connect(), 2200, &secured(placed(), &pw(SECRETS[3])));
    let both = Login { password: place, new_password: Some(place), ..plain() };
    expect(&mut connect(), 1000, &secured(both, &format!("{}{}", pw(SECRETS[2]), new_pw(SECRETS[3]))));
    // What is malformed is refused with what was found, but for secrets.
    for (body, expected) in [
        (Login { password: SECRETS[6], ..plain() }.body(), 2005),
        (secured(Login::of(&own), &pw(SECRETS[2])), 2103),
        (secured(plain(), &pw(SECRETS[2])), 2306),
        (secured(placed(), "<l:pw>five5</l:pw>"), 2005),
    ] {
        let answer = connect().command(&body);
        assert_eq!(code(&answer), expected, "{answer}");
        assert!(!answer.contains(SECRETS[6]) && !answer.contains(SECRETS[2]), "{answer}");
    }
    let mut session = connect();
    expect(&mut session, 1000, &secured(placed(), &pw(SECRETS[3])));
    expect(&mut session, 1000, &domain_create("logged.test", "").replace(crate::world::SECRET, SECRETS[4]));
    expect(&mut session, 1000, &set_auth("domain", "logged.test", SECRETS[5]));
    let asking = |secret: &str| {
        info("domain", "logged.test").replace("</domain:info>", &format!("{}</domain:info>", auth("domain", secret)))
    };
    expect(&mut session, 1000, &asking(SECRETS[5]));
    expect(&mut session, 2202, &asking(SECRETS[0]));
    expect(&mut session, 2106, &request("domain", "logged.test", SECRETS[5]));
    let broken = set_auth("domain", "logged.test", SECRETS[5]).replace("</domain:pw>", "<domain:x/></domain:pw>");
    expect(&mut session, 2001, &broken);
    expect(&mut session, 1000, &check("domain", &["logged.test"]));
    let file = server.directory().join("secret.txt");
    std::fs::write(&file, SECRETS[7]).expect("a file can be written");
    let path = file.to_str().expect("UTF-8");
    change(&server, &["registrar", "set-password", &own.clid, "--password-file", path]);
    let log = server.output();
    assert!(log.contains("TRACE") || log.contains("trace"), "it is verbose: {log}");
    for secret in SECRETS {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
    assert!(!log.contains("five5") && !log.contains("argon2id$"), "nor what was no password, nor digests");
}
