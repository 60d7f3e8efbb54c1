//! Allocation tokens (RFC 8495): made by the operator, used by registrars, in whole and in part.

use simd_json::prelude::*;

use crate::admin::{done, refused, run};
use crate::extensions::{FEE, TOKEN, client_with};
use crate::frames::{auth, available, check, delete, domain_create, expect, info, renew, text, texts, transfer};
use crate::money::fresh_tld;
use crate::world::{SECRET, client, directory, registrar};

/// `command` with that token.
fn with(command: &str, token: &str) -> String {
    let element = format!("<t:allocationToken xmlns:t=\"{TOKEN}\">{token}</t:allocationToken>");
    extended(command, &element)
}

/// `command` with one more element in its extension.
fn extended(command: &str, element: &str) -> String {
    match command.strip_suffix("</extension>") {
        Some(start) => format!("{start}{element}</extension>"),
        None => format!("{command}<extension>{element}</extension>"),
    }
}

/// What `token generate` prints.
fn generated(arguments: &[&str]) -> Vec<String> {
    let target = directory().join("demo.json");
    let head = ["admin", "--target", target.to_str().expect("UTF-8"), "token", "generate"];
    let output = run(&[&head, arguments].concat());
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
}

#[test]
fn a_token_opens_a_name_saves_half_and_is_used_once() {
    let (tld, own, other) = (fresh_tld(), registrar(), registrar());
    let prices = ["--create", "10", "--renew", "10", "--transfer", "8", "--restore", "40"];
    done(&[&["price", "set", &tld, "--currency", "EUR"], &prices[..]].concat());
    for clid in [&own.clid, &other.clid] {
        done(&["billing", "open", clid, "--currency", "EUR", "--credit-limit", "50"]);
    }
    let file = directory().join(format!("{tld}-vip.txt"));
    std::fs::write(&file, "vip\n").expect("a file");
    let file = file.to_str().expect("UTF-8");
    done(&["list", "load", "vip", file, "--tld", &tld, "--kind", "token", "--yes"]);
    let batch = format!("batch-{tld}");
    let terms = ["--batch", &batch, "--tld", &tld, "--registrar", &own.clid, "--discount", "50%", "--unlock-reserved"];
    let tokens = generated(&[&["--count", "2"], &terms[..]].concat());
    assert!(tokens.len() == 2 && tokens.iter().all(|token| token.len() == 26), "{tokens:?}");

    let (name, plain) = (format!("vip.{tld}"), format!("plain.{tld}"));
    let mut session = client_with(&own, &[TOKEN, FEE]);
    let asking = extended(
        &with(&check("domain", &[&name, &plain]), &tokens[0]),
        &format!("<fee:check xmlns:fee=\"{FEE}\"><fee:command name=\"create\"/></fee:check>"),
    );
    let answer = expect(&mut session, 1000, &asking);
    assert_eq!((&available(&answer)[..2], texts(&answer, "fee:fee")), (&[true, true][..], vec!["5.00", "5.00"]));
    let mut stranger = client_with(&other, &[TOKEN]);
    let answer = expect(&mut stranger, 1000, &with(&check("domain", &[&name]), &tokens[0]));
    assert_eq!(text(&answer, "domain:reason"), "Allocation Token mismatch");
    expect(&mut stranger, 2201, &with(&domain_create(&name, ""), &tokens[0]));
    expect(&mut session, 2003, &domain_create(&name, ""));
    let answer = expect(&mut session, 2201, &with(&domain_create(&name, ""), "nothing"));
    assert!(answer.contains("nothing</t:allocationToken>"), "the element is shown to who sent it: {answer}");
    let answer = expect(&mut session, 1000, &with(&domain_create(&name, ""), &tokens[0]));
    assert_eq!(texts(&answer, "fee:fee"), ["5.00"], "{answer}");
    expect(&mut session, 2201, &with(&domain_create(&plain, ""), &tokens[0]));

    let ask = extended(&info("domain", &name), &format!("<t:info xmlns:t=\"{TOKEN}\"/>"));
    assert_eq!(text(&expect(&mut session, 1000, &ask), "allocationToken:allocationToken"), tokens[0]);
    expect(&mut stranger, 2201, &ask);
    let shown = done(&["token", "show", &tokens[0]]);
    assert_eq!((shown.get_str("state"), shown.get_u64("used")), (Some("used"), Some(1)));
    let statement = done(&["billing", "statement", &own.clid]);
    let line = statement.as_array().and_then(|lines| lines.first()).expect("a line");
    let reason = format!("allocation token of batch {batch}");
    assert_eq!((line.get_str("amount"), line.get_str("reason")), (Some("-5.00"), Some(reason.as_str())));
    let answer = expect(&mut session, 1000, &delete("domain", &name));
    assert_eq!(texts(&answer, "fee:credit"), ["-5.00"], "{answer}");

    let answer = expect(&mut session, 1000, &with(&domain_create(&plain, ""), &tokens[1]));
    assert_eq!(texts(&answer, "fee:fee"), ["5.00"]);
    assert_eq!(done(&["token", "revoke", "--batch", &batch]).get_u64("revoked"), Some(2));
    refused(&["token", "revoke", &tokens[1]], "is revoked");
    refused(&["token", "list", "--batch", "no-such-batch"], "token list shows all");
    assert!(done(&["token", "list"]).encode().contains(&format!("\"{batch}\"")));
}

#[test]
fn renewals_and_transfers_have_tokens_and_nothing_else_has() {
    let (tld, own, other) = (fresh_tld(), registrar(), registrar());
    let batch = format!("more-{tld}");
    done(&["token", "add", &format!("many-{tld}"), "--batch", &batch, "--tld", &tld, "--uses", "0"]);
    let (name, token) = (format!("moves.{tld}"), format!("many-{tld}"));
    let mut session = client_with(&own, &[TOKEN]);
    expect(&mut session, 1000, &domain_create(&name, ""));
    let expiry = text(&expect(&mut session, 1000, &info("domain", &name)), "domain:exDate")[..10].to_owned();
    expect(&mut session, 1000, &with(&renew(&name, &expiry, ""), &token));
    let request = transfer("domain", "request", &name, &auth("domain", SECRET));
    expect(&mut client_with(&other, &[TOKEN]), 1001, &with(&request, &token));
    assert_eq!(done(&["token", "show", &token]).get_u64("used"), Some(2));
    for command in [
        delete("domain", &name),
        info("domain", &name),
        transfer("domain", "approve", &name, ""),
        check("host", &["ns1.a.test"]),
    ] {
        expect(&mut session, 2103, &with(&command, &token));
    }
    let question = format!("<t:info xmlns:t=\"{TOKEN}\"/>");
    expect(&mut session, 2103, &extended(&check("domain", &[&name]), &question));
    expect(&mut session, 2303, &extended(&info("domain", &name), &question));
    expect(&mut client(&own), 2103, &extended(&info("domain", &name), &question));
}
