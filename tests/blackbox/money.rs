//! Prices, accounts and billing ledgers: what operators set, what registrars are charged, and what a statement says.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;

use simd_json::prelude::*;

use crate::admin::{domesday_admin, done, refused, row, run};
use crate::frames::{attributes, domain_create, expect, period};
use crate::support::process::Registrar;
use crate::world::{client, demo, directory, registrar, unique};

/// A TLD of the minimum model that no other test has.
pub(crate) fn fresh_tld() -> String {
    let tld = unique("shop");
    done(&["tld", "add", &tld, "--data-model", "minimum", "--repository-id", "SHOP"]);
    tld
}

/// What a command prints for people, which succeeds: standard output and standard error.
fn printed(arguments: &[&str]) -> (String, String) {
    let target = directory().join("demo.json");
    let output = run(&[&["admin", "--target", target.to_str().expect("UTF-8")], arguments].concat());
    let [out, err] = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    assert!(output.status.success(), "{arguments:?}: {err}");
    (out, err)
}

fn set_price(tld: &str, more: &[&str]) -> Vec<String> {
    let all = ["price", "set", tld, "--currency", "EUR", "--transfer", "10", "--restore", "40.00"];
    [&all, more].concat().into_iter().map(str::to_owned).collect()
}

/// A registrar with an account in EUR.
fn with_account(credit_limit: &str) -> Registrar {
    let own = registrar();
    done(&["billing", "open", &own.clid, "--currency", "EUR", "--credit-limit", credit_limit]);
    own
}

#[test]
fn prices_have_their_moments_and_rises_are_warned_of() {
    let tld = fresh_tld();
    let line = set_price(&tld, &["--create", "2.00,8.5", "--renew", "10"]);
    let first: Vec<&str> = line.iter().map(String::as_str).collect();
    let answer = done(&first);
    assert!(answer.get_str("transaction").is_some() && answer.get("warnings").is_none(), "{answer}");
    let listed = done(&["price", "list", &tld]);
    let price = row(&listed, "class", "standard").expect("the price is listed");
    assert_eq!(price.get("create").map(|create| create.encode()).as_deref(), Some(r#"["2.00","8.50"]"#));
    assert_eq!((price.get_str("state"), price.get_str("restore")), (Some("present"), Some("40.00")));
    let from = "2031-01-01T00:00:00Z";
    let future = [&first[..], &["--class", "gold", "--from", from]].concat();
    done(&future);
    let (table, _) = printed(&["price", "list", &tld]);
    let rows: Vec<Vec<&str>> = table.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows[0][..5], ["TLD", "CURRENCY", "CLASS", "FROM", "STATE"]);
    assert!(rows[2].starts_with(&[&tld, "EUR", "gold", "2031-01-01T00:00:00.000Z", "future"]), "{table}");
    done(&["price", "remove", &tld, "--currency", "EUR", "--class", "gold", "--from", from]);
    refused(&["price", "remove", &tld, "--currency", "EUR", "--class", "gold", "--from", from], "price list shows all");
    // A rise is done, and told to people and programs.
    let line = set_price(&tld, &["--create", "2.00,9", "--renew", "10.01"]);
    let rise: Vec<&str> = line.iter().map(String::as_str).collect();
    let (out, err) = printed(&rise);
    assert!(out.starts_with("transaction") && !out.contains("warning"), "{out}");
    let warned: Vec<&str> = err.lines().filter(|line| line.starts_with("warning: the ")).collect();
    assert!(warned.len() == 2 && warned[1].contains("renewal price rises") && warned[1].contains("180"), "{err}");
    let line = set_price(&tld, &["--create", "2.00,9", "--renew", "11"]);
    let answer = done(&line.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(answer.get_array("warnings").map(Vec::len), Some(1), "{answer}");
    // What was stays.
    assert_eq!(done(&["price", "list", &tld]).as_array().map(Vec::len), Some(3));
    refused(&[&first[..], &["--from", "2020-01-01T00:00:00Z"]].concat(), "from: expected a moment that has not passed");
    refused(&[&first[..], &["--class", "standard"]].concat(), "class: expected another name");
    refused(&["price", "list", "no-such-tld"], "tld list shows all");
}

#[test]
fn registrars_are_charged_and_statements_tell_it_all() {
    let tld = fresh_tld();
    let line = set_price(&tld, &["--create", "2.00,8.50", "--renew", "10"]);
    done(&line.iter().map(String::as_str).collect::<Vec<_>>());
    let own = with_account("5.00");
    let clid = own.clid.as_str();
    refused(&["billing", "open", clid, "--currency", "USD"], "change it with billing set");
    done(&["billing", "pay", clid, "20", "--reason", "wire, \"4711\""]);
    done(&["billing", "correct", clid, "-7.5", "--reason", "paid twice"]);
    refused(&["billing", "pay", clid, "-1", "--reason", "x"], "amount: expected an amount of EUR");
    done(&["billing", "set", clid, "--threshold", "100%"]);
    let mut session = client(&own);
    let name = format!("first.{tld}");
    expect(&mut session, 1000, &domain_create(&name, &period(2, "y")));
    let answer = expect(&mut session, 2104, &domain_create(&format!("second.{tld}"), &period(2, "y")));
    assert!(answer.contains("the account lacks 3.50 EUR"), "{answer}");

    let shown = done(&["billing", "show", clid]);
    let member = |name| shown.get_str(name).unwrap_or_default();
    assert_eq!([member("balance"), member("available"), member("threshold")], ["2.00", "7.00", "100%"]);
    assert_eq!((member("currency"), shown.get_u64("lines")), ("EUR", Some(3)));
    assert_eq!(row(&done(&["billing", "show"]), "registrar", clid), Some(shown));
    let (csv, _) = printed(&["billing", "statement", clid, "--csv"]);
    let lines: Vec<&str> = csv.split_terminator("\r\n").collect();
    let head = "number,time,kind,amount,currency,object,tld,class,months,command,operator,cl_trid,sv_trid,reason";
    assert_eq!((lines[0], lines.len()), (head, 4));
    let without_time = |line: &str| {
        let mut fields: Vec<&str> = line.splitn(3, ',').collect();
        fields.remove(1);
        fields.join(",")
    };
    assert!(without_time(lines[1]).starts_with("1,payment,20.00,EUR,,,,0,billing-pay,"), "{csv}");
    assert!(lines[1].ends_with(",\"wire, \"\"4711\"\"\""), "{csv}");
    assert!(without_time(lines[2]).starts_with("2,correction,-7.50,EUR,,,,0,billing-correct,"), "{csv}");
    assert!(
        without_time(lines[3]).starts_with(&format!("3,create,-10.50,EUR,{name},{tld},,24,domain:create,,")),
        "{csv}"
    );
    let (table, _) = printed(&["billing", "statement", clid, "--last", "1"]);
    let words: Vec<&str> = table.lines().nth(1).expect("a line").split_whitespace().collect();
    assert_eq!((words[0], &words[2..]), ("3", &["create", "-10.50", "EUR", &format!("{name},"), "24", "months"][..]));
    assert!(table.ends_with("1 of 3 lines; the balance is 2.00 EUR\n"), "{table}");
    let statement = done(&["billing", "statement", clid, "--to", "2020-01-01T00:00:00Z"]);
    assert_eq!(statement.as_array().map(Vec::len), Some(0));
    let clash = domesday_admin(&["billing", "statement", clid, "--csv"]);
    assert_eq!(clash.status.code(), Some(2), "--json and --csv");
    refused(&["billing", "statement", "registrar-b"], "billing open makes one");
}

#[test]
fn a_long_statement_comes_in_pages() {
    const LINES: usize = 2345;
    let own = with_account("0");
    let stream = UnixStream::connect(&demo().admin_socket).expect("the admin socket takes connections");
    let mut answers = BufReader::new(stream.try_clone().expect("a handle can be cloned"));
    let clid = own.clid.clone();
    let writer = std::thread::spawn(move || {
        let mut stream = stream;
        for _ in 0..LINES {
            let pay = format!(r#"{{"billing-pay":{{"clid":"{clid}","amount":"0.01","reason":"x"}}}}"#);
            stream.write_all(format!("{pay}\n").as_bytes()).expect("the admin socket takes a request");
        }
    });
    let mut answer = String::new();
    for _ in 0..LINES {
        answer.clear();
        answers.read_line(&mut answer).expect("the admin socket answers");
        assert!(answer.starts_with(r#"{"ok":"#), "{answer}");
    }
    writer.join().expect("it has written all");
    let one = crate::world::ask_admin(&format!(r#"{{"billing-statement":{{"clid":"{}"}}}}"#, own.clid));
    assert!(one.contains("\"next\":1001") && !one.contains("\"number\":1001"), "a page is a thousand lines");
    let (csv, _) = printed(&["billing", "statement", &own.clid, "--csv"]);
    let numbers: Vec<usize> =
        csv.lines().skip(1).map(|line| line.split(',').next().expect("a field").parse().expect("a number")).collect();
    assert!(numbers.iter().copied().eq(1..=LINES), "each line once, in order");
    let all = done(&["billing", "statement", &own.clid]);
    assert_eq!(all.as_array().map(Vec::len), Some(LINES));
    let last = done(&["billing", "statement", &own.clid, "--last", "1500"]);
    let last = last.as_array().expect("a list");
    assert_eq!((last.len(), last[0].get_u64("number")), (1500, Some(LINES as u64 - 1499)));
    assert_eq!(done(&["billing", "show", &own.clid]).get_str("balance"), Some("23.45"));
}

#[test]
fn poll_queues_are_shown_with_number_age_and_text() {
    let own = with_account("10");
    let clid = own.clid.as_str();
    let empty = done(&["poll", "list", "--registrar", clid]);
    assert_eq!((empty.get_u64("count"), empty.get_array("messages").map(Vec::len)), (Some(0), Some(0)));
    done(&["billing", "set", clid, "--threshold", "5"]);
    for amount in ["-6", "6", "-6", "6", "-6"] {
        done(&["billing", "correct", clid, amount, "--reason", "to and fro"]);
    }
    let waiting = done(&["poll", "list", "--registrar", clid, "--last", "2"]);
    let messages = waiting.get_array("messages").expect("a list");
    let numbers: Vec<_> = messages.iter().map(|message| message.get_u64("number")).collect();
    assert_eq!((waiting.get_u64("count"), &numbers[..]), (Some(3), &[Some(2), Some(3)][..]));
    assert_eq!(messages[0].get_str("text"), Some("Low balance: 4.00 EUR can still be spent."));
    let (table, _) = printed(&["poll", "list", "--registrar", clid]);
    assert!(table.starts_with("NUMBER  AGE") && table.ends_with("3 of 3 messages\n"), "{table}");
    let message = expect(&mut client(&own), 1301, crate::frames::POLL);
    assert_eq!(attributes(&message, "count"), ["3"]);
    assert!(message.contains("Low balance: 4.00 EUR can still be spent."), "{message}");
    refused(&["poll", "list", "--registrar", "nobody"], "registrar list shows all");
}

#[test]
fn a_tld_says_whose_fees_must_be_acknowledged() {
    let tld = fresh_tld();
    let policy =
        || row(&done(&["tld", "list"]), "name", &tld).and_then(|tld| tld.get_str("fee_policy").map(str::to_owned));
    assert_eq!(policy().as_deref(), Some("premium"));
    done(&["tld", "set", &tld, "--fee-policy", "always"]);
    assert_eq!(policy().as_deref(), Some("always"));
    let (table, _) = printed(&["tld", "list"]);
    let line = table.lines().find(|line| line.split_whitespace().next() == Some(&tld)).expect("it is listed");
    assert!(
        table.lines().next().is_some_and(|head| head.ends_with("FEE POLICY")) && line.ends_with("always"),
        "{table}"
    );
}
