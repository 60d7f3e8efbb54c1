//! Lists of names: loaded from files, with what changes shown first, and what registrars see of them.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use simd_json::prelude::*;

use crate::admin::{domesday_admin, done, refused, row};
use crate::frames::{check, domain_create, expect};
use crate::money::fresh_tld;
use crate::support::process::binary;
use crate::world::{client_a, directory, unique};

/// A file with that text.
fn file(text: &str) -> PathBuf {
    let path = directory().join(unique("list-"));
    std::fs::write(&path, text).expect("a file can be written");
    path
}

/// An admin command that reads a text from standard input and prints for people.
fn piped(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(binary())
        .args(["admin", "--target"])
        .arg(directory().join("demo.json"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary can be started");
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("it reads");
    child.wait_with_output().expect("it ends")
}

fn numbers(value: &simd_json::OwnedValue, members: [&str; 3]) -> [Option<u64>; 3] {
    members.map(|member| value.get(member).and_then(|names| names.get_u64("count")))
}

#[test]
fn a_list_is_loaded_once_its_changes_were_shown() {
    let tld = fresh_tld();
    let mut a = client_a();
    expect(&mut a, 1000, &domain_create(&format!("taken.{tld}"), ""));
    let first = file(&format!("# reserved\nwww\nTaken.{tld}\nbank # and why\n\nw?\nwww\n"));
    let first = first.to_str().expect("UTF-8");
    let load = ["list", "load", "first", first, "--tld", &tld, "--kind", "reserved"];
    let diff = |answer: &simd_json::OwnedValue| {
        numbers(answer.get("diff").expect("a diff"), ["added", "removed", "registered"])
    };

    // A dry run changes nothing.
    let dry = done(&[&load[..], &["--dry-run"]].concat());
    assert_eq!(diff(&dry), [Some(4), Some(0), Some(1)]);
    assert_eq!((dry.get_u64("duplicates"), dry.get("transaction").map(|t| t.is_null())), (Some(1), Some(true)));
    assert_eq!(done(&["list", "all", "--tld", &tld]).as_array().map(Vec::len), Some(0));
    expect(&mut a, 1000, &domain_create(&format!("bank.{tld}"), ""));

    let loaded = done(&[&load[..], &["--yes"]].concat());
    assert_eq!(diff(&loaded), [Some(4), Some(0), Some(2)]);
    assert!(loaded.get_str("transaction").is_some(), "{loaded}");
    let listed = row(&done(&["list", "all", "--tld", &tld]), "name", "first").expect("the list is there");
    assert_eq!((listed.get_u64("labels"), listed.get_u64("patterns")), (Some(3), Some(1)));
    let answer = expect(&mut a, 1000, &check("domain", &[&format!("www.{tld}"), &format!("free.{tld}")]));
    assert!(answer.contains("Reserved name"), "{answer}");
    for withheld in ["www", "wx"] {
        expect(&mut a, 2306, &domain_create(&format!("{withheld}.{tld}"), ""));
    }
    expect(&mut a, 1000, &domain_create(&format!("wxy.{tld}"), ""));

    // The same again is nothing to do; another list takes its place whole, when somebody agrees.
    let again = done(&[&load[..], &["--yes"]].concat());
    assert!(again.get("transaction").is_some_and(|transaction| transaction.is_null()), "{again}");
    let words = ["list", "load", "first", "-", "--tld", &tld, "--kind", "blocked"];
    let output = piped(&words, "www\nzoo\n");
    let [out, err] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    assert_eq!(output.status.code(), Some(2), "{out}{err}");
    assert!(out.contains("added") && out.contains("1: zoo") && out.contains("3: bank, taken, w?"), "{out}");
    assert!(out.contains("reserved; 3 names, 1 patterns") && err.contains("give --yes"), "{out}{err}");
    assert_eq!(done(&["list", "show", "first", "--tld", &tld]).get_str("kind"), Some("reserved"));
    let output = piped(&[&words[..], &["--yes"]].concat(), "www\nzoo\n");
    assert!(output.status.success() && String::from_utf8_lossy(&output.stdout).contains("transaction"));
    let shown = done(&["list", "show", "first", "--tld", &tld, "--labels"]);
    assert_eq!(
        (shown.get_str("kind"), shown.get("names").map(|names| names.encode())),
        (Some("blocked"), Some(r#"["www","zoo"]"#.into()))
    );
    expect(&mut a, 1000, &domain_create(&format!("wx.{tld}"), ""));

    done(&["list", "remove", "first", "--tld", &tld]);
    refused(&["list", "remove", "first", "--tld", &tld], "list all shows all");
    expect(&mut a, 1000, &domain_create(&format!("www.{tld}"), ""));
}

#[test]
fn a_file_with_wrong_lines_loads_nothing() {
    let tld = fresh_tld();
    let bad = file("good\nbücher\nwww.test\nn_w\n");
    let bad = bad.to_str().expect("UTF-8");
    let load = ["list", "load", "first", bad, "--tld", &tld, "--kind", "reserved", "--yes"];
    for expected in
        ["3 lines are wrong", "line 2: bücher: give the A-label instead: xn--bcher-kva", "line 3: ", "line 4: "]
    {
        refused(&load, expected);
    }
    let good = file("good\n");
    let good = good.to_str().expect("UTF-8");
    let with =
        |more: &'static [&'static str]| [&["list", "load", "first", good, "--tld", &tld, "--yes"], more].concat();
    refused(&with(&["--kind", "premium"]), "class: expected the class of its names");
    refused(&with(&["--kind", "blocked", "--class", "gold"]), "class: expected none");
    refused(&with(&["--kind", "premium", "--class", "standard"]), "class: expected another name");
    refused(&["list", "load", "first", good, "--tld", "no-such-tld", "--kind", "blocked", "--yes"], "no-such-tld");
    refused(&["list", "load", "First", good, "--tld", &tld, "--kind", "blocked", "--yes"], "name: expected 1 to 32");
    refused(&["list", "load", "first", "/nonexistent", "--tld", &tld, "--kind", "blocked", "--yes"], "/nonexistent");
    assert_eq!(
        domesday_admin(&["list", "load", "first", good, "--tld", &tld, "--kind", "blocked"]).status.code(),
        Some(2)
    );
    assert_eq!(done(&["list", "all", "--tld", &tld]).as_array().map(Vec::len), Some(0));
}

#[test]
fn a_list_of_many_thousand_names_is_loaded_shown_and_read_back() {
    let tld = fresh_tld();
    let names = |count: u32| (0..count).map(|n| format!("name-{n:06}\n")).collect::<String>();
    let many = file(&names(100_000));
    let many = many.to_str().expect("UTF-8");
    let load = ["list", "load", "many", many, "--tld", &tld, "--kind", "premium", "--class", "gold", "--yes"];
    let answer = done(&load);
    assert_eq!(
        numbers(answer.get("diff").expect("a diff"), ["added", "removed", "registered"]),
        [Some(100_000), Some(0), Some(0)]
    );
    let output = piped(&["list", "show", "many", "--tld", &tld, "--labels"], "");
    let text = String::from_utf8(output.stdout).expect("names");
    assert_eq!(text, format!("# premium many of {tld}\n{}", names(100_000)));
    // What it prints, it reads.
    let output =
        piped(&["list", "load", "many", "-", "--tld", &tld, "--kind", "premium", "--class", "gold", "--yes"], &text);
    assert!(String::from_utf8_lossy(&output.stdout).contains("nothing to do"), "{output:?}");
    // One that no transaction holds, and one that no request holds.
    for count in [230_000, 310_000] {
        let vast = file(&names(count));
        let vast = vast.to_str().expect("UTF-8");
        let load = ["list", "load", "vast", vast, "--tld", &tld, "--kind", "reserved", "--yes"];
        refused(&load, "split the list into several");
    }
    assert_eq!(done(&["list", "all", "--tld", &tld]).as_array().map(Vec::len), Some(1));
}

#[test]
fn names_of_a_class_have_its_price_and_the_others_have_theirs() {
    let tld = fresh_tld();
    let gold = file("gold\n");
    let gold = gold.to_str().expect("UTF-8");
    done(&["list", "load", "gold", gold, "--tld", &tld, "--kind", "premium", "--class", "gold", "--yes"]);
    let price = ["price", "set", &tld, "--currency", "EUR", "--class", "gold", "--create", "500", "--renew", "10"];
    done(&[&price[..], &["--transfer", "10", "--restore", "10"]].concat());
    let mut a = client_a();
    let answer = expect(&mut a, 2104, &domain_create(&format!("gold.{tld}"), ""));
    assert!(answer.contains("no billing account"), "{answer}");
    expect(&mut a, 1000, &domain_create(&format!("silver.{tld}"), ""));
}
