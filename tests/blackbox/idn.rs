//! Internationalized names: tables that an operator loads, names judged by them, and variants (RST cases idn-01 and idn-02).

use crate::admin::domesday_admin;
use crate::extensions::client_with;
use crate::frames::{check, domain_create, expect, info};
use crate::support::EppClient;
use crate::support::epp::code;
use crate::world::{client_b, demo, directory, unique};

const IDN: &str = "urn:ietf:params:xml:ns:idn-1.0";

/// ß is a variant of ss, ö one of o that whoever has the other may have too; no other letters than these and e, n.
const TABLE: &str = r#"<lgr xmlns="urn:ietf:params:xml:ns:lgr-1.0"><data>
<char cp="0065"/><char cp="006E"/><char cp="0073"/>
<char cp="006F"><var cp="00F6" type="allocatable"/></char>
<char cp="00F6"><var cp="006F" type="allocatable"/></char>
<char cp="0073 0073"><var cp="00DF" type="blocked"/></char>
<char cp="00DF"><var cp="0073 0073" type="blocked"/></char>
</data></lgr>"#;

fn load(tag: &str, table: &str) {
    let file = directory().join(unique("table-"));
    std::fs::write(&file, table).expect("a file can be written");
    let output = domesday_admin(&["idn", "load", tag, file.to_str().expect("UTF-8")]);
    assert!(output.status.success(), "{output:?}");
}

/// A TLD with that table, made by these options besides.
fn tld_with(table: &str, options: &[&str]) -> String {
    let tld = unique("idn");
    let add = ["tld", "add", &tld, "--data-model", "minimum", "--repository-id", "IDN", "--idn", "--idn-tables"];
    let output = domesday_admin(&[&add[..], &[table], options].concat());
    assert!(output.status.success(), "{output:?}");
    tld
}

fn a() -> EppClient {
    client_with(&demo().registrars[0], &[IDN])
}

/// A create of the name, with `idn:data` of these children.
fn create(name: &str, data: &str) -> String {
    let extension = match data {
        "" => String::new(),
        data => format!("<extension><idn:data xmlns:idn=\"{IDN}\">{data}</idn:data></extension>"),
    };
    domain_create(name, "") + &extension
}

fn a_label(label: &str) -> String {
    domesday::ulabel::a_label(label).expect("a U-label")
}

#[test]
fn idn_01_labels_are_judged_by_the_table_of_their_tag() {
    let tag = unique("de-");
    load(&tag, TABLE);
    let tld = tld_with(&tag, &[]);
    let mut a = a();
    let name = format!("{}.{tld}", a_label("söße"));
    let data = format!("<idn:table>{tag}</idn:table><idn:uname>söße.{tld}</idn:uname>");
    expect(&mut a, 1000, &create(&name, &data));
    let shown = expect(&mut a, 1000, &info("domain", &name));
    let expected = format!("<idn:table>{tag}</idn:table><idn:uname>söße.{tld}</idn:uname></idn:data>");
    assert!(shown.contains(&expected), "{shown}");
    let plain = expect(&mut client_b(), 1000, &info("domain", &name));
    assert!(!plain.contains("idn:"), "only for who asked: {plain}");

    for (label, data, expected) in [
        // é is in no table; the reason names it.
        ("sé", "", "U+00E9"),
        ("nö", "<idn:table>other</idn:table>", "no such table"),
        ("nö", &format!("<idn:table>{tag}</idn:table><idn:uname>sö.{tld}</idn:uname>"), "in Unicode"),
    ] {
        let answer = expect(&mut a, 2306, &create(&format!("{}.{tld}", a_label(label)), data));
        assert!(answer.contains(expected), "{label}: {answer}");
    }
    let bad = format!("<idn:table>{tag}</idn:table><idn:uname>\u{2603}.{tld}</idn:uname>");
    expect(&mut a, 2005, &create(&format!("{}.{tld}", a_label("nö")), &bad));

    // An ASCII label that the table does not have needs no table, unless it names one.
    expect(&mut a, 1000, &create(&format!("abc.{tld}"), ""));
    expect(&mut a, 2306, &create(&format!("abcd.{tld}"), &format!("<idn:table>{tag}</idn:table>")));
}

#[test]
fn idn_01_variants_of_a_registered_name_are_blocked() {
    let tag = unique("de-");
    load(&tag, TABLE);
    let tld = tld_with(&tag, &[]);
    let mut a = a();
    // "sse" is ASCII and in no way internationalized; "ße" is its variant all the same.
    expect(&mut a, 1000, &create(&format!("sse.{tld}"), ""));
    let variant = format!("{}.{tld}", a_label("ße"));
    let refused = expect(&mut a, 2306, &create(&variant, ""));
    assert!(refused.contains(&format!("a variant of sse.{tld}")), "{refused}");
    let checked = expect(&mut a, 1000, &check("domain", &[&variant]));
    assert!(checked.contains("avail=\"0\"") && checked.contains(&format!("Variant of sse.{tld}")), "{checked}");

    // Once the name is gone, its variants are free.
    let delete = format!("<delete><domain:delete><domain:name>sse.{tld}</domain:name></domain:delete></delete>");
    assert_eq!(code(&a.command(&delete)), 1000);
    expect(&mut a, 1000, &create(&variant, ""));
    let back = expect(&mut a, 2306, &create(&format!("sse.{tld}"), ""));
    assert!(back.contains(&variant), "{back}");
}

#[test]
fn idn_01_variants_can_be_for_the_holder_alone() {
    let tag = unique("de-");
    load(&tag, TABLE);
    let tld = tld_with(&format!("{tag}=same-holder"), &[]);
    let mut a = a();
    expect(&mut a, 1000, &create(&format!("{}.{tld}", a_label("sön")), ""));
    expect(&mut client_b(), 2306, &create(&format!("son.{tld}"), ""));
    expect(&mut a, 1000, &create(&format!("son.{tld}"), ""));
    // The table says that these two never stand side by side.
    expect(&mut a, 1000, &create(&format!("sse.{tld}"), ""));
    expect(&mut a, 2306, &create(&format!("{}.{tld}", a_label("ße")), ""));
}

#[test]
fn idn_02_ascii_names_are_refused_where_only_idns_are_taken() {
    let tag = unique("de-");
    load(&tag, TABLE);
    let tld = tld_with(&tag, &["--idn-only", "true", "--idn-tag-required", "true"]);
    let mut a = a();
    let name = format!("{}.{tld}", a_label("nö"));
    expect(&mut a, 2306, &create(&format!("son.{tld}"), ""));
    expect(&mut a, 2003, &create(&name, ""));
    let checked = expect(&mut a, 1000, &check("domain", &[&format!("son.{tld}"), &name]));
    assert!(checked.contains("Only IDNs in this TLD") && checked.contains("IDN table must be named"), "{checked}");
    expect(&mut a, 1000, &create(&name, &format!("<idn:table>{tag}</idn:table>")));
    let output = domesday_admin(&["idn", "remove", &tag]);
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(!output.status.success() && said.contains(&tld), "{said}");
}

#[test]
fn a_table_that_is_none_is_refused_with_its_line() {
    let file = directory().join(unique("table-"));
    std::fs::write(&file, TABLE.replace("type=\"blocked\"", "kind=\"blocked\"")).expect("a file can be written");
    let output = domesday_admin(&["idn", "load", &unique("bad-"), file.to_str().expect("UTF-8")]);
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(!output.status.success() && said.contains("line 5") && said.contains("kind"), "{said}");
}
