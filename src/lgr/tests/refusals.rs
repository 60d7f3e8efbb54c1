//! What is no table: each constraint of RFC 7940 broken once, and what the message says.

use super::document;
use crate::lgr::{DEPTH, ELEMENTS, LABEL_POINTS, PROGRAM, TYPES, UNICODE, XML_BYTES, parse};

/// Asserts that a document is refused with words that have `part`.
fn refused(xml: &str, part: &str) {
    match parse(xml) {
        Ok(_) => panic!("expected {part:?}, found no fault in {xml}"),
        Err(error) => assert!(error.to_string().contains(part), "expected {part:?}, found {error}: {xml}"),
    }
}

#[test]
fn xml_is_well_formed_and_plain() {
    let (open, data, close) =
        ("<lgr xmlns=\"urn:ietf:params:xml:ns:lgr-1.0\">", "<data><char cp=\"0061\"/></data>", "</lgr>");
    assert!(parse(&format!("\u{feff}<?xml version=\"1.0\"?>{open}{data}{close} <!-- end -->")).is_ok());
    assert!(
        parse("<l:lgr xmlns:l=\"urn:ietf:params:xml:ns:lgr-1.0\"><l:data><l:char cp=\"0061\"/></l:data></l:lgr>")
            .is_ok()
    );
    for (xml, part) in [
        (String::new(), "the end of the document"),
        (format!("{open}{data}"), "</lgr>"),
        (format!("{open}{data}</lgd>"), "well-formed"),
        (format!("{open}{data}{close}{open}{data}{close}"), "a second root"),
        (format!("{open}{data}{close}x"), "text outside"),
        (format!("<!DOCTYPE lgr [<!ENTITY e \"0061\">]>{open}{data}{close}"), "no document type"),
        (format!("{open}<meta><version>&e;</version></meta>{data}{close}"), "&e;"),
        (format!("{open}<data><char cp=\"&e;\"/></data>{close}"), "attribute"),
        (format!("{open}{data}\u{1}{close}"), "control character"),
        (format!("{open}<data><char cp=\"0061\" cp=\"0062\"/></data>{close}"), "duplicated attribute"),
        (format!("<?xml version=\"1.0\" encoding=\"latin1\"?>{open}{data}{close}"), "UTF-8"),
        (format!("<?xml version=\"1.1\"?>{open}{data}{close}"), "XML 1.0"),
        (format!("<lgr>{data}{close}"), "namespace"),
        (format!("{open}<x:data xmlns:x=\"urn:x\"/>{close}"), "another namespace"),
        (format!("{open}<y:data/>{close}"), "a prefix that is declared"),
        (format!("{open}{close}"), "<data>"),
        (format!("{open}{data}<meta/>{close}"), "in that order"),
        (format!("{open}{data}{data}{close}"), "in that order"),
        (format!("{open}{data}<Rules/>{close}"), "in that order"),
        (format!("{open}text{data}{close}"), "no text"),
    ] {
        refused(&xml, part);
    }
}

#[test]
fn limits_are_kept() {
    refused(&" ".repeat(XML_BYTES + 1), "octets of XML");
    refused(&"<a>".repeat(DEPTH + 1), "elements within each other");
    refused(&document(&"<char cp=\"0061\"/>".repeat(ELEMENTS), ""), "elements");
    refused(
        &document(&format!("<char cp=\"{}\"/>", "0061 ".repeat(LABEL_POINTS + 1)), ""),
        "code points of a sequence",
    );
    let types: String = (0..=TYPES).map(|at| format!("<var cp=\"{:04X}\" type=\"t{at}\"/>", 0x100 + at)).collect();
    refused(&document(&format!("<char cp=\"0061\">{types}</char>"), ""), "types of variants");
    let mut rules = "<rule name=\"r0\"><any/></rule>".to_owned();
    for at in 1..30 {
        let before = format!("<rule by-ref=\"r{}\"/>", at - 1);
        rules.push_str(&format!("<rule name=\"r{at}\">{before}{before}</rule>"));
    }
    refused(&document("<char cp=\"0061\"/>", &rules), &PROGRAM.to_string());
    let nested = format!("{}<any/>{}", "<rule count=\"60:63\">".repeat(5), "</rule>".repeat(5));
    refused(&document("<char cp=\"0061\"/>", &format!("<rule name=\"r\">{nested}</rule>")), "instructions of rules");
    let attributes: String = (0..20).map(|at| format!(" a{at}=\"\"")).collect();
    refused(&document(&format!("<char cp=\"0061\"{attributes}/>"), ""), "attributes of an element");
}

#[test]
fn meta_is_checked() {
    let meta = |meta: &str| {
        format!(
            "<lgr xmlns=\"urn:ietf:params:xml:ns:lgr-1.0\"><meta>{meta}</meta><data><char cp=\"0061\" ref=\"0\"/></data></lgr>"
        )
    };
    let references = "<references><reference id=\"0\">R</reference></references>";
    assert!(parse(&meta(references)).is_ok());
    assert!(parse(&meta(&format!("<scope xmlns=\"urn:x\"><a/></scope>{references}"))).is_ok());
    assert!(parse(&meta(&format!("<scope type=\"domain\">.</scope>{references}"))).is_ok());
    for (text, part) in [
        ("", "reference"),
        ("<references><reference id=\"0\"/><reference id=\"0\"/></references>", "twice"),
        ("<references><reference id=\"a\"/></references>", "upper-case"),
        ("<references><reference/></references>", "\"id\""),
        ("<references><char/></references>", "reference"),
        ("<date>2023-02-29</date>", "YYYY-MM-DD"),
        ("<date>2023-1-01</date>", "YYYY-MM-DD"),
        ("<date>2023-01-01</date><date>2023-01-01</date>", "twice"),
        ("<validity-end>today</validity-end>", "YYYY-MM-DD"),
        ("<language>en_US</language>", "language tag"),
        ("<language>toolonglanguage</language>", "language tag"),
        ("<scope>example</scope>", "\"type\""),
        ("<scope type=\"domain\">example.</scope>", "final dot"),
        ("<unicode-version>6.3</unicode-version>", "x.y.z"),
        ("<unicode-version>99.0.0</unicode-version>", "or earlier"),
        ("<date comment=\"c\">2023-01-01</date>", "no attributes"),
        ("<title/>", "unicode-version"),
    ] {
        refused(&meta(text), part);
    }
}

#[test]
fn data_is_checked() {
    for (data, part) in [
        ("", "at least one char or range"),
        ("<class/>", "char or range"),
        ("<char/>", "\"cp\""),
        ("<char cp=\"61\"/>", "four to six"),
        ("<char cp=\"00e4\"/>", "four to six"),
        ("<char cp=\"U+0061\"/>", "four to six"),
        ("<char cp=\"D800\"/>", "no surrogate"),
        ("<char cp=\"110000\"/>", "no surrogate"),
        ("<char cp=\"0061\" count=\"1\"/>", "when, not-when"),
        ("<char cp=\"0061\">x</char>", "no text"),
        ("<char cp=\"0061\"/><char cp=\"0061\"/>", "0061"),
        ("<char cp=\"0061 0062\"/><char cp=\"0061 0062\"/>", "0061 0062"),
        ("<range first-cp=\"0061\" last-cp=\"007A\"/><char cp=\"0062\"/>", "0062"),
        ("<range first-cp=\"0061\" last-cp=\"007A\"/><range first-cp=\"007A\" last-cp=\"0080\"/>", "007A"),
        ("<range first-cp=\"0062\" last-cp=\"0061\"/>", "not before"),
        ("<range first-cp=\"0061\" last-cp=\"007A\"><var cp=\"0061\"/></range>", "no elements"),
        ("<char cp=\"0061 0062\" tag=\"t\"/>", "sequence"),
        ("<char cp=\"0061\" tag=\"t t\"/>", "twice"),
        ("<char cp=\"0061\" tag=\"t,u\"/>", "name tokens"),
        ("<char cp=\"0061\" ref=\"1\"/>", "reference"),
        ("<char cp=\"0061\" when=\"r\"/>", "rule"),
        ("<char cp=\"0061\" when=\"r\" not-when=\"r\"/>", "only one of when"),
        ("<char cp=\"\"/>", "a variant of nothing"),
        ("<char cp=\"\"><var cp=\"\"/></char>", "in place of nothing"),
        ("<char cp=\"0061\"><char cp=\"0062\"/></char>", "var"),
        ("<char cp=\"0061\"><var cp=\"0062\"/><var cp=\"0062\" type=\"blocked\"/></char>", "twice"),
        ("<char cp=\"0061\"><var cp=\"0062\" type=\"_t\"/></char>", "underscore"),
        ("<char cp=\"0061\"><var cp=\"0062\" type=\"\"/></char>", "underscore"),
        ("<char cp=\"0061\"><var cp=\"0062\" type=\"a b\"/></char>", "one word"),
        ("<char cp=\"0061\"><var cp=\"0062\" tag=\"a\"/></char>", "type, when"),
        ("<char cp=\"0061\"><var cp=\"0062\" when=\"missing\"/></char>", "missing"),
    ] {
        refused(&document(data, ""), part);
    }
    let error = parse(
        "<lgr xmlns=\"urn:ietf:params:xml:ns:lgr-1.0\">\n<data>\n<char cp=\"0061\"/>\n<char\ncp=\"x\"/></data></lgr>",
    )
    .expect_err("a fault");
    assert_eq!(error.line, 4, "{error}");
}

#[test]
fn classes_are_checked() {
    for (rules, part) in [
        ("<class>0061</class>", "\"name\""),
        ("<class name=\"a b\">0061</class>", "without spaces"),
        ("<class name=\"1a\">0061</class>", "starts with a letter"),
        ("<class name=\"a\">0061</class><class name=\"a\">0061</class>", "twice"),
        ("<class name=\"a\">0061</class><rule name=\"a\"><any/></rule>", "twice"),
        ("<class name=\"a\"/>", "from-tag"),
        ("<class name=\"a\" by-ref=\"b\"/>", "definition"),
        ("<class name=\"a\" count=\"1\">0061</class>", "count"),
        ("<class name=\"a\">0062-0061</class>", "ascends"),
        ("<class name=\"a\">0061,0062</class>", "four to six"),
        ("<class name=\"a\" from-tag=\"t u\"/>", "one tag"),
        ("<class name=\"a\" from-tag=\"t\">0061</class>", "no text"),
        ("<class name=\"a\" from-tag=\"t\" property=\"gc:L\"/>", "only one of property"),
        ("<class name=\"a\" property=\"gc:XX\"/>", "gc:XX"),
        ("<class name=\"a\" property=\"gc:lu\"/>", "gc:lu"),
        ("<class name=\"a\" property=\"age:6.0\"/>", "age:6.0"),
        ("<class name=\"a\" property=\"L\"/>", "a property and its value"),
        ("<rule name=\"r\"><class by-ref=\"later\"/></rule><class name=\"later\">0061</class>", "before this line"),
        ("<rule name=\"r\"><class name=\"b\">0061</class></rule>", "no name within a rule"),
        ("<rule name=\"r\"><class by-ref=\"b\" ref=\"0\"/></rule>", "by-ref, count"),
        ("<complement name=\"a\"><class>0061</class><class>0062</class></complement>", "one class"),
        ("<union name=\"a\"><class>0061</class></union>", "two classes or more"),
        ("<intersection name=\"a\"><class>0061</class></intersection>", "two classes"),
        ("<difference name=\"a\"><class>0061</class></difference>", "two classes"),
        ("<symmetric-difference name=\"a\"><any/></symmetric-difference>", "classes"),
        ("<union name=\"a\"><class count=\"1\">0061</class><class>0062</class></union>", "neither name nor count"),
        ("<class name=\"a\"><union><class>0061</class><class>0062</class></union></class>", "no elements"),
        ("<union name=\"a\"><class by-ref=\"a\"/><class>0062</class></union>", "before this line"),
    ] {
        refused(&document("<char cp=\"0061\"/>", rules), part);
    }
    let without = "<lgr xmlns=\"urn:ietf:params:xml:ns:lgr-1.0\"><data><char cp=\"0061\"/></data>\
                   <rules><class name=\"a\" property=\"gc:L\"/></rules></lgr>";
    refused(without, "unicode-version");
    for property in
        ["gc:Mn", "gc:L", "sc:Latn", "scx:Deva", "ccc:9", "ccc:230", "bc:AL", "jt:D", "InSC:Virama", "Dep:Y"]
    {
        let rules = format!("<class name=\"a\" property=\"{property}\"/>");
        assert!(parse(&document("<char cp=\"0061\"/>", &rules)).is_ok(), "{property}");
    }
}

#[test]
fn the_properties_are_those_of_the_version_named() {
    // Sidetic came with Unicode 17.0.
    let judged = |property: &str| {
        let rules =
            format!("<rule name=\"r\"><class property=\"{property}\"/></rule><action disp=\"yes\" match=\"r\"/>");
        super::Stored::of(&document("<char cp=\"10940\"/>", &rules)).table().judge("\u{10940}").disposition.to_owned()
    };
    assert_eq!((UNICODE, judged("gc:Lo").as_str()), ((17, 0, 0), "yes"));
    assert_eq!(judged("gc:Cn"), "valid");
}

#[test]
fn rules_and_actions_are_checked() {
    const ANCHORED: &str = "<rule name=\"x\"><anchor/></rule>";
    for (rules, part) in [
        ("<rule><any/></rule>", "\"name\""),
        ("<rule name=\"r\"><rule name=\"s\"><any/></rule></rule>", "count, comment"),
        ("<rule name=\"r\"><rule by-ref=\"r\"/></rule>", "before this line"),
        ("<rule name=\"r\" count=\"2\"><any/></rule>", "name, comment"),
        ("<rule name=\"r\"><foo/></rule>", "match operators"),
        ("<rule name=\"r\"><any/><start/></rule>", "start to come first"),
        ("<rule name=\"r\"><end/><any/></rule>", "end to come last"),
        ("<rule name=\"r\"><start count=\"1\"/></rule>", "no attributes, only comment"),
        ("<rule name=\"r\"><any ref=\"0\"/></rule>", "count, comment"),
        ("<rule name=\"r\"><any><any/></any></rule>", "no elements"),
        ("<rule name=\"r\"><char cp=\"\"/></rule>", "at least one code point"),
        ("<rule name=\"r\"><char cp=\"0061\" tag=\"t\"/></rule>", "cp, count"),
        ("<rule name=\"r\"><choice><any/></choice></rule>", "two alternatives"),
        ("<rule name=\"r\"><choice><any/><anchor/></choice></rule>", "match operators"),
        ("<rule name=\"r\"><look-ahead><any/></look-ahead></rule>", "an anchor"),
        ("<rule name=\"r\"><any/><anchor/></rule>", "an anchor"),
        ("<rule name=\"r\"><anchor/><look-behind><any/></look-behind></rule>", "an anchor"),
        ("<rule name=\"r\"><anchor/><anchor/></rule>", "an anchor"),
        ("<rule name=\"r\"><anchor count=\"1\"/></rule>", "comment"),
        ("<rule name=\"r\"><anchor/><look-ahead><start/></look-ahead></rule>", "start only in look-behind"),
        ("<rule name=\"r\"><look-behind><end/></look-behind><anchor/></rule>", "end only in look-ahead"),
        ("<rule name=\"r\"><any count=\"0\"/></rule>", "a count"),
        ("<rule name=\"r\"><any count=\"2:1\"/></rule>", "a count"),
        ("<rule name=\"r\"><any count=\"0:0\"/></rule>", "a count"),
        ("<rule name=\"r\"><any count=\"+\"/></rule>", "a count"),
        ("<rule name=\"r\"><any count=\"*\"/></rule>", "a count"),
        ("<rule name=\"r\"><any count=\"-1\"/></rule>", "a count"),
        ("<action match=\"r\"/>", "\"disp\""),
        ("<action disp=\"\"/>", "underscore"),
        ("<action disp=\"x\" match=\"r\"/>", "before this line"),
        ("<action disp=\"x\" match=\"r\" not-match=\"r\"/>", "only one of match"),
        ("<action disp=\"x\" any-variant=\"a\" all-variants=\"b\"/>", "only one trigger"),
        ("<action disp=\"x\" any-variant=\"\"/>", "at least one word"),
        ("<action disp=\"x\" any-variant=\"_a\"/>", "underscore"),
        ("<action disp=\"x\" when=\"a\"/>", "disp, match"),
    ] {
        // Both words for attributes that are not taken.
        let part = part.strip_prefix("no attributes, only ").unwrap_or(part);
        refused(&document("<char cp=\"0061\"/>", rules), part);
    }
    for (rules, part) in [
        ("<rule name=\"r\"><rule by-ref=\"x\" count=\"2\"/></rule>", "no count where an anchor"),
        ("<rule name=\"r\"><rule by-ref=\"x\"/><any/></rule>", "stand alone"),
        ("<rule name=\"r\"><look-behind><rule by-ref=\"x\"/></look-behind><anchor/></rule>", "an anchor"),
        ("<rule name=\"r\"><rule by-ref=\"x\"><any/></rule></rule>", "no elements"),
        ("<action disp=\"y\" match=\"x\"/>", "without an anchor"),
    ] {
        refused(&document("<char cp=\"0061\"/>", &format!("{ANCHORED}{rules}")), part);
    }
}

#[test]
fn mappings_without_a_normal_form_are_refused() {
    let data = "<char cp=\"0061\"/><char cp=\"0062\"/>\
        <char cp=\"0061 0061\"><var cp=\"0062 0061 0062\"/></char>\
        <char cp=\"0061 0062\"><var cp=\"0062 0061 0061\"/></char>";
    refused(&document(data, ""), "a common normal form");
}
