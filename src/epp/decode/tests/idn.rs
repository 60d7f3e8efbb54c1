//! `idn:data`: what it decodes to, and a table of faults.

use super::*;
use crate::model::idn::IdnData;

/// A check with that extension; the decoder does not ask whether the two belong together.
fn extended(extension: &str) -> String {
    let check = format!("<check><d:check xmlns:d=\"{NS}:domain-1.0\"><d:name>example.com</d:name></d:check></check>");
    command(&format!("{check}<extension>{extension}</extension>"))
}

/// `i:data` with these children.
fn data(body: &str) -> String {
    extended(&format!("<i:data xmlns:i=\"{NS}:idn-1.0\">{body}</i:data>"))
}

#[test]
fn a_table_and_a_name_in_unicode_are_read() {
    let read = |xml: &str| extensions_of(xml).idn;
    let expected =
        |table: &str, u_name: Option<&str>| Some(IdnData { table: table.into(), u_name: u_name.map(str::to_owned) });
    let both = "<i:table>es</i:table><i:uname>español.example.com</i:uname>";
    assert_eq!(read(&data(both)), expected("es", Some("español.example.com")));
    assert_eq!(read(&data("<i:table> zh  Hans\n</i:table>")), expected("zh Hans", None));
    assert_eq!(read(&data("<i:table>a</i:table><i:uname> a\tb </i:uname>")), expected("a", Some("a b")));
    assert_eq!(
        read(&extended(&format!("<r:update xmlns:r=\"{NS}:rgp-1.0\"><r:restore op=\"request\"/></r:update>"))),
        None
    );
}

#[test]
fn faults_have_their_codes() {
    let long = format!("<i:table>de</i:table><i:uname>{}</i:uname>", "ü".repeat(256));
    for (body, code) in [
        ("", 2003),
        ("<i:uname>a</i:uname>", 2003),
        ("<i:table/>", 2005),
        ("<i:table> \n </i:table>", 2005),
        ("<i:table>de</i:table><i:uname/>", 2005),
        (&long, 2005),
        ("<i:table>de</i:table><i:table>es</i:table>", 2001),
        ("<i:table>de</i:table><i:uname>a</i:uname><i:uname>a</i:uname>", 2001),
        ("<i:uname>a</i:uname><i:table>de</i:table>", 2001),
        ("<i:table x=\"1\">de</i:table>", 2001),
        ("<i:table>de</i:table>text", 2001),
    ] {
        assert_eq!(refused(&data(body)).0, code, "{body}");
    }
    let twice = format!("<i:data xmlns:i=\"{NS}:idn-1.0\"><i:table>de</i:table></i:data>").repeat(2);
    assert_eq!(refused(&extended(&twice)).0, 2001);
    assert_eq!(refused(&extended(&format!("<i:infData xmlns:i=\"{NS}:idn-1.0\"/>"))).0, 2001);
}
