//! Login security (RFC 8807): passwords that are long and grow old, what clients say of themselves and are told.

use simd_json::prelude::*;

use crate::admin::{done, refused, row};
use crate::extension_switches::{admin, change};
use crate::extensions::{LOGIN_SEC, RGP, UNHANDLED};
use crate::frames::{attributes, check, expect, text, texts};
use crate::hostile::self_made_until;
use crate::session::{Login, connected};
use crate::support::epp::{code, escape};
use crate::support::process::{Registrar, binary};
use crate::support::{EppClient, Server};
use crate::world::{PASSWORD, ask_admin, demo, registrar, unique};

const PLACE: &str = "[LOGIN-SECURITY]";
const LONG: &str = "a phrase of some words & signs";
const LONGER: &str = "another phrase of more words";

/// `loginSec:loginSec` with this content, beside a login.
fn secured(login: &Login<'_>, content: &str) -> String {
    let body = login.body();
    format!(
        "{body}<extension><loginSec:loginSec xmlns:loginSec=\"{LOGIN_SEC}\">{content}</loginSec:loginSec></extension>"
    )
}

fn pw(password: &str) -> String {
    format!("<loginSec:pw>{}</loginSec:pw>", escape(password))
}

fn new_pw(password: &str) -> String {
    format!("<loginSec:newPW>{}</loginSec:newPW>", escape(password))
}

fn asking(registrar: &Registrar) -> Login<'_> {
    Login { extensions: &[LOGIN_SEC], ..Login::of(registrar) }
}

/// Type and level of each event of a response.
fn events(response: &str) -> Vec<(&str, &str)> {
    let data = text(response, "loginSec:loginSecData");
    attributes(data, "type").into_iter().zip(attributes(data, "level")).collect()
}

#[test]
fn a_long_password_is_set_and_used_and_the_short_one_is_gone() {
    let own = registrar();
    let set = Login { new_password: Some(PLACE), ..asking(&own) };
    let answer = expect(&mut connected(&own), 1000, &secured(&set, &new_pw(LONG)));
    assert!(!answer.contains("extension"), "nothing to tell: {answer}");
    expect(&mut connected(&own), 2200, &Login::of(&own).body());
    let placed = Login { password: PLACE, ..asking(&own) };
    expect(&mut connected(&own), 1000, &secured(&placed, &pw(LONG)));
    // White space is collapsed, letters are not alike.
    let spread = LONG.replace(' ', "\n   ");
    expect(&mut connected(&own), 1000, &secured(&placed, &pw(&format!("\t{spread} "))));
    expect(&mut connected(&own), 2200, &secured(&placed, &pw(&LONG.to_uppercase())));
    let both = Login { password: PLACE, new_password: Some(PLACE), ..asking(&own) };
    expect(&mut connected(&own), 1000, &secured(&both, &format!("{}{}", pw(LONG), new_pw(LONGER))));
    expect(&mut connected(&own), 1000, &secured(&placed, &pw(LONGER)));
    let back = Login { password: PLACE, new_password: Some(PASSWORD), ..asking(&own) };
    expect(&mut connected(&own), 1000, &secured(&back, &pw(LONGER)));
    expect(&mut connected(&own), 1000, &Login::of(&own).body());
}

#[test]
fn what_does_not_fit_together_is_refused_and_no_password_is_told() {
    let own = registrar();
    let (plain, placed) = (asking(&own), Login { password: PLACE, ..asking(&own) });
    let new_placed = Login { new_password: Some(PLACE), ..asking(&own) };
    let new_plain = Login { new_password: Some("Another-Horse-2"), ..asking(&own) };
    let too_long = "x".repeat(256);
    for (what, body, expected) in [
        ("nothing in the element", secured(&plain, ""), 2003),
        ("no password in the extension", placed.body(), 2003),
        ("no password in the element", secured(&placed, &new_pw(LONG)), 2003),
        ("no new password in the extension", new_placed.body(), 2003),
        ("a password too many", secured(&plain, &pw(LONG)), 2306),
        ("a new password too many", secured(&new_plain, &new_pw(LONG)), 2306),
        ("a new password out of the blue", secured(&plain, &new_pw(LONG)), 2306),
        ("a password that none can be", secured(&placed, &pw(&too_long)), 2306),
        ("the word for none as new password", secured(&new_placed, &new_pw(PLACE)), 2306),
        ("a short password", secured(&placed, &pw("short")), 2005),
        ("an empty user agent", secured(&plain, "<loginSec:userAgent/>"), 2003),
        ("not asked for", secured(&Login { password: PLACE, ..Login::of(&own) }, &pw(PASSWORD)), 2103),
        ("the word for none as password", Login { password: PLACE, ..Login::of(&own) }.body(), 2003),
    ] {
        let answer = connected(&own).command(&body);
        assert_eq!(code(&answer), expected, "{what}: {answer}");
        for secret in [PASSWORD, LONG, "xxxxxx", "Another-Horse"] {
            assert!(!answer.contains(secret), "{what}: {answer}");
        }
    }
    let mut session = connected(&own);
    expect(&mut session, 1000, &asking(&own).body());
    let element =
        format!("<extension><l:loginSec xmlns:l=\"{LOGIN_SEC}\"><l:pw>secret</l:pw></l:loginSec></extension>");
    expect(&mut session, 2103, &format!("{}{element}", check("domain", &["a.test"])));
    let output = ask_admin(&format!(r#"{{"registrar-set-password":{{"clid":"{}","password":"{PLACE}"}}}}"#, own.clid));
    assert!(output.contains("2005"), "{output}");
}

#[test]
fn failed_logins_are_told_to_the_next_that_is_not() {
    let own = registrar();
    let wrong = Login { password: "not-the-password", ..asking(&own) };
    let mut session = connected(&own);
    for _ in 0..2 {
        assert!(!expect(&mut session, 2200, &wrong.body()).contains("extension"), "nothing to strangers");
    }
    expect(&mut connected(&own), 2200, &Login { extensions: &[], ..wrong }.body());
    let answer = expect(&mut session, 1000, &asking(&own).body());
    assert_eq!(events(&answer), [("stat", "warning")], "{answer}");
    assert_eq!(
        (attributes(&answer, "name"), attributes(&answer, "value")),
        (vec!["failedLogins"], vec!["3"]),
        "{answer}"
    );
    assert!(answer.contains(" duration=\"PT"), "{answer}");
    assert!(!expect(&mut connected(&own), 1000, &asking(&own).body()).contains("extension"), "told once");
    // Who asked for the practice of RFC 9038 reads it elsewhere, all others nothing.
    expect(
        &mut connected(&own),
        2200,
        &Login { extensions: &[], ..Login { password: "not-the-password", ..asking(&own) } }.body(),
    );
    let unhandled = Login { extensions: &[UNHANDLED], ..Login::of(&own) };
    let answer = expect(&mut connected(&own), 1000, &unhandled.body());
    assert!(text(&answer, "value").contains("failedLogins") && !answer.contains("<extension>"), "{answer}");
    expect(&mut connected(&own), 2200, &Login { password: "not-the-password", ..Login::of(&own) }.body());
    let answer = expect(&mut connected(&own), 1000, &Login { extensions: &[RGP], ..Login::of(&own) }.body());
    assert!(!answer.contains("extension") && !answer.contains("failedLogins"), "{answer}");
}

#[test]
fn a_certificate_that_expires_is_told() {
    let own = registrar();
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    for (days, expected) in [(12, Some("warning")), (40, None), (-2, Some("error"))] {
        let end = today.checked_add(jiff::Span::new().days(days)).expect("a day");
        let day = (i32::from(end.year()), end.month().unsigned_abs(), end.day().unsigned_abs());
        let (shown, sha256) = self_made_until(&own, 2020, day);
        done(&["registrar", "add-cert", &own.clid, "--sha256", &sha256, "--label", "soon"]);
        let answer = connected(&shown).command(&asking(&shown).body());
        match expected {
            Some(level) => {
                assert_eq!(events(&answer), [("certificate", level)], "{answer}");
                assert_eq!(attributes(&answer, "exDate"), [format!("{end}T00:00:00.000Z")], "{answer}");
            }
            None => assert!(!answer.contains("extension"), "{answer}"),
        }
        assert_eq!(code(&answer), if expected == Some("error") { 2200 } else { 1000 }, "{answer}");
        let silent = connected(&shown).command(&Login::of(&shown).body());
        assert!(!silent.contains("extension"), "{silent}");
    }
}

#[test]
fn passwords_grow_old_and_must_be_replaced() {
    let server = Server::start_virtual();
    let own = server.demo().registrars[0].clone();
    let connect = || EppClient::connect(server.demo(), &own).expect("the server lets the registrar connect");
    let advance = |days: u32| change(&server, &["clock", "advance", "--days", &days.to_string()]);
    change(
        &server,
        &["policy", "set", "--password-least", "12", "--password-days", "90", "--password-warning-days", "14"],
    );
    let (_, shown) = admin(&server, &["policy", "show"]);
    assert!(shown.contains("90") && shown.contains("14"), "{shown}");

    // The demo's password has fewer characters than a new one must have: told, and good all the same.
    let answer = expect(&mut connect(), 1000, &asking(&own).body());
    let short = own.pw.chars().count() < 12;
    assert_eq!(answer.contains("passwordLength"), short, "{answer}");
    let set = Login { new_password: Some(PLACE), ..asking(&own) };
    expect(&mut connect(), 1000, &secured(&set, &new_pw(LONG)));
    let placed = || Login { password: PLACE, ..asking(&own) };
    assert!(!expect(&mut connect(), 1000, &secured(&placed(), &pw(LONG))).contains("extension"));
    advance(75);
    assert!(!expect(&mut connect(), 1000, &secured(&placed(), &pw(LONG))).contains("extension"));
    let mut open = connect();
    expect(&mut open, 1000, &secured(&placed(), &pw(LONG)));
    advance(1);
    let answer = expect(&mut connect(), 1000, &secured(&placed(), &pw(LONG)));
    assert_eq!(events(&answer), [("password", "warning")], "{answer}");
    advance(14);
    let expired = expect(&mut connect(), 2200, &secured(&placed(), &pw(LONG)));
    assert_eq!(events(&expired), [("password", "error")], "{expired}");
    assert_eq!(attributes(&expired, "exDate"), attributes(&answer, "exDate"));
    assert!(!connect().command(&secured(&placed(), &pw("a wrong password"))).contains("extension"), "not to strangers");
    // A session that is open stays so: its password was good when it logged in.
    expect(&mut open, 1000, &check("domain", &["a.test"]));

    let both = || Login { password: PLACE, new_password: Some(PLACE), ..asking(&own) };
    let replaced = |new: &str| secured(&both(), &format!("{}{}", pw(LONG), new_pw(new)));
    for new in [LONG, "short one"] {
        let answer = expect(&mut connect(), 2200, &replaced(new));
        assert_eq!(events(&answer), [("password", "error"), ("newPW", "error"), ("stat", "warning")], "{answer}");
    }
    // The same holds where the login does not speak of it, and is told by the code alone.
    let plain = Login { password: PLACE, new_password: Some("short one"), ..asking(&own) };
    expect(&mut connect(), 2200, &secured(&plain, &pw(LONG)));
    let answer = expect(&mut connect(), 1000, &replaced(LONGER));
    assert!(answer.contains("failedLogins") && !answer.contains("\"password\""), "{answer}");
    let answer = expect(&mut connect(), 2306, &secured(&both(), &format!("{}{}", pw(LONGER), new_pw("short one"))));
    assert_eq!(events(&answer), [("newPW", "error")], "{answer}");
    assert!(text(&answer, "msg").contains("12 to 255 characters"), "{answer}");
    expect(&mut connect(), 1000, &secured(&placed(), &pw(LONGER)));
    change(&server, &["policy", "set", "--password-days", "0"]);
    advance(400);
    expect(&mut connect(), 1000, &secured(&placed(), &pw(LONGER)));
}

#[test]
fn what_clients_are_is_kept_with_their_sessions_and_in_the_log() {
    let server = Server::start_configured(&[(
        "epp.deprecated_tls",
        "[\"TLSv1.3\", \"TLS_AES_256_GCM_SHA384\", \"TLS_AES_128_GCM_SHA256\", \"TLS_CHACHA20_POLY1305_SHA256\"]",
    )]);
    let own = server.demo().registrars[0].clone();
    let mut session = EppClient::connect(server.demo(), &own).expect("the server lets the registrar connect");
    let agent = "<loginSec:userAgent><loginSec:app>Example EPP 1.2</loginSec:app><loginSec:os>x86_64 Plan 9</loginSec:os>\
                 </loginSec:userAgent>";
    let answer = expect(&mut session, 1000, &secured(&asking(&own), agent));
    assert_eq!(events(&answer), [("cipher", "warning"), ("tlsProtocol", "warning")], "{answer}");
    assert_eq!(attributes(&answer, "value")[1], "TLSv1.3", "{answer}");
    let (_, shown) = admin(&server, &["registrar", "sessions", &own.clid]);
    for part in ["Example EPP 1.2", "x86_64 Plan 9", "TLSv1.3", &own.clid] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    server.output_with("Example EPP 1.2");
    drop(session);
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while admin(&server, &["registrar", "sessions"]).1.contains("Plan 9") {
        assert!(std::time::Instant::now() < deadline, "a session that has ended is still listed");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let (known, said) = admin(&server, &["registrar", "sessions", "nobody"]);
    assert!(!known && said.contains("registrar list"), "{said}");
}

#[test]
fn operators_set_passwords_within_the_policy_and_see_their_age() {
    let own = registrar();
    let rows = done(&["registrar", "list"]);
    let shown = row(&rows, "clid", &own.clid).expect("its row");
    assert!(shown.get_str("password_since").is_some_and(|since| since.ends_with('Z')), "{shown}");
    for (arguments, what) in [
        (["policy", "set", "--password-least", "129"], "0 to 128 characters"),
        (["policy", "set", "--password-days", "99999"], "0 to 3660 days"),
    ] {
        refused(&arguments, what);
    }
}

#[test]
fn the_client_for_people_sends_long_passwords_by_the_extension() {
    let own = registrar();
    let set = Login { new_password: Some(PLACE), ..asking(&own) };
    expect(&mut connected(&own), 1000, &secured(&set, &new_pw(LONG)));
    let target = crate::world::directory().join(unique("target-"));
    let text = std::fs::read_to_string(crate::world::directory().join("demo.json")).expect("the demo wrote it");
    let first = &demo().registrars[0];
    let text = text.replacen(&format!("\"{}\"", first.clid), &format!("\"{}\"", own.clid), 1);
    let text = text.replacen(&format!("\"{}\"", first.pw), &format!("\"{LONG}\""), 1);
    std::fs::write(&target, text).expect("a file can be written");
    let run = |more: &[&str], who: &str, target: &std::path::Path| {
        let mut command = std::process::Command::new(binary());
        command.arg("epp").arg("--target").arg(target).args(["--as", who, "-v"]).args(more).args(["check", "a.test"]);
        let output = command.output().expect("the binary can be started");
        (output.status.success(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
    };
    let (done, said) = run(&[], &own.clid, &target);
    assert!(done && said.contains("<pw>[LOGIN-SECURITY]</pw>") && said.contains("<loginSec:app>domesday "), "{said}");
    let plain = crate::world::directory().join("demo.json");
    let (done, said) = run(&[], &first.clid, &plain);
    assert!(done && !said.contains("[LOGIN-SECURITY]"), "{said}");
    let (done, said) = run(&["--login-security"], &first.clid, &plain);
    assert!(done && said.contains("[LOGIN-SECURITY]"), "{said}");
    assert!(!texts(&said, "extURI").is_empty());
}
