//! Tables of values that each simple type takes or refuses.

use super::*;
use crate::base::lexical::date::NotADate;
use crate::base::timestamp::Date;

fn collapsed(text: &str) -> String {
    WhiteSpace::Collapse.apply(Cow::Borrowed(text)).into_owned()
}

#[test]
fn white_space_is_collapsed_or_replaced_and_borrowed_where_nothing_changes() {
    for (given, expected) in [
        ("", ""),
        (" ", ""),
        ("a", "a"),
        ("a b", "a b"),
        ("a  b", "a b"),
        ("\t a\r\n b \n", "a b"),
        ("a\tb", "a b"),
        ("\u{a0}a\u{a0}", "\u{a0}a\u{a0}"),
    ] {
        assert_eq!(collapsed(given), expected, "{given:?}");
        let owned = WhiteSpace::Collapse.apply(Cow::Owned(given.to_owned()));
        assert_eq!(owned, expected, "{given:?}");
    }
    assert!(matches!(WhiteSpace::Collapse.apply(Cow::Borrowed(" a ")), Cow::Borrowed("a")));
    assert_eq!(WhiteSpace::Replace.apply(Cow::Borrowed(" a\t\nb ")), " a  b ");
    assert!(matches!(WhiteSpace::Replace.apply(Cow::Borrowed(" a  b ")), Cow::Borrowed(_)));
}

#[test]
fn lengths_count_characters() {
    assert!(has_length("éé", 2, 2));
    assert!(!has_length("éé", 3, 16));
    assert!(has_length("", 0, 5));
    assert!(has_length(&"é".repeat(255), 1, 255));
    assert!(!has_length(&"é".repeat(256), 1, 255));
}

#[test]
fn roids() {
    for good in
        ["A-B", "_-B", "A$-B", "é-B", "\u{301}-B", "😀-B", "^`|~+<=>-B", "²-B", &format!("{}-12345678", "a".repeat(80))]
    {
        assert!(is_roid(good), "{good}");
    }
    for bad in [
        "",
        "A",
        "-B",
        "A-",
        "A-_",
        "A--B",
        "A-B-C",
        "A.-B",
        "A -B",
        "\u{ad}-B",
        "\u{e000}-B",
        "\u{378}-B",
        "A-123456789",
    ] {
        assert!(!is_roid(bad), "{bad}");
    }
    assert!(!is_roid(&format!("{}-B", "a".repeat(81))));
}

#[test]
fn numbers_versions_languages_and_booleans() {
    for good in ["", "+1.7035555555", "+123.1", "+1.12345678901234"] {
        assert!(is_e164(good), "{good}");
    }
    for bad in ["1.2", "+1", "+.1", "+1.", "+1234.1", "+1.123456789012345", "+123.12345678901234", "+1.1x", "+١.1"] {
        assert!(!is_e164(bad), "{bad}");
    }
    for (version, good) in
        [("1.0", true), ("19.00", true), ("1", false), ("0.1", false), ("10.1", false), ("1.0.0", false), ("1.", false)]
    {
        assert_eq!(is_version(version), good, "{version}");
    }
    for (language, good) in [
        ("en", true),
        ("e", true),
        ("en-US", true),
        ("x-1", true),
        ("a-b-c", true),
        ("", false),
        ("en-", false),
        ("e1", false),
        ("abcdefghi", false),
    ] {
        assert_eq!(is_language(language), good, "{language}");
    }
    assert_eq!(
        [boolean("1"), boolean("true"), boolean("0"), boolean("false")],
        [Some(true), Some(true), Some(false), Some(false)]
    );
    assert_eq!([boolean("TRUE"), boolean(""), boolean("2")], [None; 3]);
    for (number, expected) in [
        ("1", Some(Some(1))),
        ("007", Some(Some(7))),
        ("65535", Some(Some(65535))),
        ("65536", Some(None)),
        ("", None),
        ("+1", None),
        ("-0", None),
        ("1.0", None),
        ("５", None),
    ] {
        assert_eq!(unsigned_short(number), expected, "{number}");
    }
    for (number, expected) in [
        ("+1", Some(Some(1))),
        ("-007", Some(Some(-7))),
        ("2147483647", Some(Some(i32::MAX))),
        ("-2147483648", Some(Some(i32::MIN))),
        ("2147483648", Some(None)),
        ("-2147483649", Some(None)),
        ("", None),
        ("+", None),
        ("+-1", None),
        ("1.0", None),
        ("1 0", None),
    ] {
        assert_eq!(int(number), expected, "{number}");
    }
}

#[test]
fn durations() {
    for good in [
        "P5D",
        "P1Y",
        "P0Y1347M0D",
        "-P1D",
        "PT36H",
        "PT1M",
        "P1MT1M",
        "PT0S",
        "PT1.50S",
        "P1Y2M3DT10H30M59.999S",
        "P99999999999999999999999D",
    ] {
        assert!(is_duration(good), "{good}");
    }
    for bad in [
        "",
        "P",
        "-P",
        "+P1D",
        "--P1D",
        "PT",
        "P1YT",
        "5D",
        "P1",
        "P1.5D",
        "PT1.S",
        "PT.5S",
        "PT1.5M",
        "P-1D",
        "P1M1Y",
        "P1D1D",
        "P1W",
        "p1d",
        "P1H",
        "PT1D",
        "P1DT1H1H",
        "PT1S1M",
        "P1DT1",
        "P1D ",
        "P 1D",
        "P1DT1HT1M",
        "P\u{661}D",
        "D",
    ] {
        assert!(!is_duration(bad), "{bad}");
    }
}

#[test]
fn dates() {
    for (text, expected) in [
        ("2000-04-03", Date::new(2000, 4, 3)),
        ("2000-02-29", Date::new(2000, 2, 29)),
        ("2000-01-01Z", Date::new(2000, 1, 1)),
        ("2000-01-01+14:00", Date::new(2000, 1, 1)),
        ("2000-01-01-13:59", Date::new(2000, 1, 1)),
        ("-0004-02-29", None),
        ("12000-02-29", None),
    ] {
        assert_eq!(date(text), Ok(expected), "{text}");
    }
    for bad in [
        "",
        "2000",
        "2000-01",
        "2000-1-1",
        "200-01-01",
        "02000-01-01",
        "0000-01-01",
        "-0000-01-01",
        "+2000-01-01",
        "2000-00-01",
        "2000-13-01",
        "2000-01-00",
        "2000-01-32",
        "2000-04-31",
        "2001-02-29",
        "1900-02-29",
        "-0001-02-29",
        "2000-01-01z",
        "2000-01-01+14:01",
        "2000-01-01+13:60",
        "2000-01-01+1:00",
        "2000-01-01+24:00",
        "2000-01-01 Z",
        "2000-01-01T00:00:00",
        "2000-0é-01",
        "--01-01",
        "-",
    ] {
        assert_eq!(date(bad), Err(NotADate), "{bad}");
    }
}

#[test]
fn uris() {
    for good in [
        "",
        "a",
        "a b",
        "urn:é",
        "%41",
        "http://[::1]:80/",
        "#[",
        "a:b:c",
        "//",
        "///a",
        "a{}|",
        "http://u@h",
        "urn:",
        "a+b:c",
        "..",
        "a//b",
        "/",
        "?",
        "#",
        "a?b?c",
        "a:#?",
        "'",
        "http:",
        "http://",
        "@",
        "!$&()*+,;=",
        "a/b:c",
    ] {
        assert!(is_any_uri(good), "{good}");
    }
    for bad in [
        "%zz",
        "a%",
        "a%4",
        "a[b]",
        "a#b#c",
        "?[",
        "1:2",
        ":a",
        "://",
        "http://u@h@i",
        "http://a:b",
        "http://[::1",
        "//h:p/x",
        "[",
        "+a:b",
        "a_b:c",
        ":",
        "http://a/[",
        "http://a?[",
    ] {
        assert!(!is_any_uri(bad), "{bad}");
    }
    assert!(is_uri_reference("urn:ietf:params:xml:ns:epp-1.0"));
    assert!(!is_uri_reference("urn:a b") && !is_uri_reference("urn:é"));
}

#[test]
fn identifiers_and_labels_of_marks() {
    for good in ["1-2", "00052013734689731373468973-65535", "\u{661}-2"] {
        assert!(is_mark_id(good), "{good}");
    }
    for bad in ["", "-", "1-", "-1", "1-2-3", "1 -2", "a-1", "1-²"] {
        assert!(!is_mark_id(bad), "{bad}");
    }
    for good in ["a", "A1", "a--b", "xn--3ds443g", &"a".repeat(63)] {
        assert!(is_mark_label(good), "{good}");
    }
    for bad in ["", "-", "-a", "a-", "a.b", "a_b", "é", &"a".repeat(64)] {
        assert!(!is_mark_label(bad), "{bad}");
    }
    for (text, good) in
        [("0", true), ("-01", true), ("+1", true), ("", false), ("-", false), ("1.", false), ("٣", false)]
    {
        assert_eq!(is_integer(text), good, "{text}");
    }
}
