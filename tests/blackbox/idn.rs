//! Internationalized names: tables that an operator loads, names judged by them, and variants (RST cases idn-01 and idn-02).

use std::fs;
use std::path::{Path, PathBuf};

use simd_json::prelude::*;

use crate::admin::{domesday_admin, domesday_admin_of, done, refused, row};
use crate::extensions::client_with;
use crate::frames::{check, domain_create, expect, info};
use crate::support::epp::code;
use crate::support::{EppClient, Server};
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

#[test]
fn operators_see_tables_the_tlds_that_have_them_and_what_they_say_of_labels() {
    let tag = unique("de-");
    load(&tag, TABLE);
    let tld = tld_with(&format!("{tag}=same-holder"), &["--idn-only", "true"]);
    let (other, name) = (unique("idn"), format!("{}.{tld}", a_label("sön")));
    done(&["tld", "add", &other, "--data-model", "minimum", "--repository-id", "IDN"]);
    expect(&mut a(), 1000, &create(&name, ""));

    let listed = row(&done(&["idn", "list"]), "tag", &tag).expect("the table is listed");
    assert_eq!((listed.get_u64("version"), listed.get_u64("code_points")), (Some(1), Some(6)));
    assert_eq!(listed.get_array("tlds").map(|tlds| tlds.len()), Some(1));
    let shown = done(&["idn", "show", &tag]);
    assert_eq!((shown.get_u64("sequences"), shown.get_u64("variants")), (Some(1), Some(4)));
    assert_eq!(shown["policies"][0].as_str(), Some(format!("{tld}=same-holder").as_str()));
    refused(&["idn", "show", "no-such-table"], "idn list shows all");

    let judged = done(&["idn", "judge", &tag, "son", "--tld", &tld]);
    assert_eq!((judged.get_str("disposition"), judged.get_str("a_label")), (Some("valid"), Some("son")));
    assert_eq!(
        (judged["variants"][0].as_str(), judged.get_bool("all_variants")),
        (Some("sön: allocatable"), Some(true))
    );
    assert_eq!(
        (judged["registered"][0].as_str(), judged.get_str("policy")),
        (Some(name.as_str()), Some("same-holder"))
    );
    let same = done(&["idn", "judge", &tag, &a_label("sön"), "--tld", &tld]);
    assert_eq!((same.get_str("label"), same.get_str("key")), (Some("sön"), judged.get_str("key")));
    assert_eq!(same.get_array("registered").map(|names| names.len()), Some(0), "not of itself");
    let invalid = done(&["idn", "judge", &tag, "sé"]);
    assert_eq!((invalid.get_str("disposition"), invalid["key"].is_null()), (Some("invalid"), true));
    assert!(invalid.get_str("reason").is_some_and(|reason| reason.contains("U+00E9")), "{invalid}");
    refused(&["idn", "judge", &tag, "son", "--tld", &other], "does not have table");
    refused(&["idn", "judge", &tag, "son", "--tld", "no-such-tld"], "no-such-tld");
    refused(&["idn", "judge", &tag, "xn--"], "xn--");
    refused(&["idn", "judge", &tag, &"o".repeat(64)], "63 octets at most");

    let row = row(&done(&["tld", "list"]), "name", &tld).expect("the TLD is listed");
    assert_eq!(row["idn_tables"][0].as_str(), Some(format!("{tag}=same-holder").as_str()));
    assert_eq!((row.get_bool("idn_only"), row.get_bool("idn_tag_required")), (Some(true), Some(false)));
    let shown = done(&["domain", "show", &name]);
    assert_eq!(
        (shown.get_str("u_name"), shown.get_str("idn_table")),
        (Some(format!("sön.{tld}").as_str()), Some(tag.as_str()))
    );
}

/// Runs an admin command that succeeds.
#[track_caller]
fn admin_of(server: &Server, arguments: &[&str]) {
    let output = domesday_admin_of(server.directory(), arguments);
    assert!(output.status.success(), "{arguments:?}: {output:?}");
}

#[test]
fn tables_and_variants_survive_a_restart_and_a_checkpoint() {
    let mut server = Server::start();
    let file = server.directory().join("table.xml");
    fs::write(&file, TABLE).expect("a file can be written");
    admin_of(&server, &["idn", "load", "de", file.to_str().expect("UTF-8")]);
    let add = ["tld", "add", "shop", "--data-model", "minimum", "--repository-id", "IDN", "--idn"];
    admin_of(&server, &[&add[..], &["--idn-tables", "de=same-holder"]].concat());
    let (name, variant) = (format!("{}.shop", a_label("söne")), format!("{}.shop", a_label("sße")));
    expect(&mut EppClient::logged_in(server.demo(), 0), 1000, &create(&name, ""));
    expect(&mut EppClient::logged_in(server.demo(), 0), 1000, &create("ssse.shop", ""));
    let judged = |server: &Server| {
        let output = domesday_admin_of(server.directory(), &["idn", "judge", "de", "sone", "--tld", "shop"]);
        assert!(output.status.success(), "{output:?}");
        let (mut a, mut b) = (EppClient::logged_in(server.demo(), 0), EppClient::logged_in(server.demo(), 1));
        let checked = expect(&mut b, 1000, &check("domain", &["sone.shop", &variant]));
        assert!(
            checked.contains(&format!("Variant of {name}")) && checked.contains("Variant of ssse.shop"),
            "{checked}"
        );
        let refused = expect(&mut b, 2306, &create("sone.shop", ""));
        assert!(refused.contains(&name), "{refused}");
        let invalid = expect(&mut a, 2306, &create(&format!("{}.shop", a_label("sé")), ""));
        assert!(invalid.contains("U+00E9"), "{invalid}");
        output.stdout
    };
    let before = judged(&server);
    assert!(String::from_utf8_lossy(&before).contains(&name), "{before:?}");
    // From the log alone; from the index that a checkpoint wrote; and from that with what came after it.
    server.restart();
    assert_eq!(judged(&server), before);
    admin_of(&server, &["checkpoint"]);
    assert_eq!(judged(&server), before);
    server.restart();
    assert_eq!(judged(&server), before);
    let mut a = EppClient::logged_in(server.demo(), 0);
    expect(&mut a, 1000, &create("sone.shop", ""));
    for gone in ["sone.shop", &name] {
        let delete = format!("<delete><domain:delete><domain:name>{gone}</domain:name></domain:delete></delete>");
        assert_eq!(code(&a.command(&delete)), 1000);
    }
    server.restart();
    expect(&mut EppClient::logged_in(server.demo(), 1), 1000, &create("sone.shop", ""));
}

/// The reference tables of ICANN, by what their files are called.
fn reference_tables() -> Vec<(String, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder =
        std::env::var_os("DOMESDAY_REFERENCE").map_or_else(|| root.join("../shared"), PathBuf::from).join("lgr");
    let Ok(entries) = fs::read_dir(&folder) else {
        println!("skipped: no folder {} (set DOMESDAY_REFERENCE); left unloaded: ICANN's tables", folder.display());
        return Vec::new();
    };
    let named = |path: PathBuf| {
        let name = path.file_name()?.to_str()?.strip_prefix("lgr-second-level-")?;
        Some((name.strip_suffix("-31may22-en.xml")?.to_owned(), path))
    };
    let mut tables: Vec<_> = entries.filter_map(|entry| named(entry.expect("an entry").path())).collect();
    tables.sort();
    tables
}

#[test]
fn idn_01_all_reference_tables_load_and_judge_names() {
    let tables = reference_tables();
    if tables.is_empty() {
        return;
    }
    assert_eq!(tables.len(), 50);
    let server = Server::start();
    for (tag, path) in &tables {
        admin_of(&server, &["idn", "load", tag, path.to_str().expect("UTF-8")]);
    }
    let mut listed = domesday_admin_of(server.directory(), &["idn", "list"]).stdout;
    let listed = simd_json::to_owned_value(&mut listed).expect("JSON");
    assert_eq!(listed.as_array().map(Vec::len), Some(50));
    let tags: Vec<&str> = tables.iter().map(|(tag, _)| tag.as_str()).collect();
    let add = ["tld", "add", "--data-model", "minimum", "--repository-id", "IDN", "--idn", "--idn-tables"];
    admin_of(&server, &[&add[..], &["german-language,greek-script,japanese-script", "some"]].concat());
    admin_of(&server, &[&add[..], &[&tags.join(","), "every"]].concat());
    let mut a = EppClient::logged_in(server.demo(), 0);
    for tld in ["some", "every"] {
        for label in ["bücher", "βιβλια", "図書館"] {
            expect(&mut a, 1000, &create(&format!("{}.{tld}", a_label(label)), ""));
        }
        // ss for ß: of the German table, though it takes the name by no table.
        expect(&mut a, 1000, &create(&format!("strasse.{tld}"), ""));
        let refused = expect(&mut a, 2306, &create(&format!("{}.{tld}", a_label("straße")), ""));
        assert!(refused.contains("strasse"), "{refused}");
    }
    // Russian, which has its table in one of the two.
    expect(&mut a, 2306, &create(&format!("{}.some", a_label("книга")), ""));
    expect(&mut a, 1000, &create(&format!("{}.every", a_label("книга")), ""));
}
