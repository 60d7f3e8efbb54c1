//! Deposits of other makes say the same in other words.

use std::io::{BufReader, Read};

use super::faults::GOOD;
use super::{Event, read};
use crate::base::timestamp::Timestamp;
use crate::escrow::object::Object;
use crate::escrow::xml::Reader;

fn events(text: &str) -> Vec<Event> {
    read(text.as_bytes()).into_iter().map(|placed| placed.event).collect()
}

#[test]
fn prefixes_comments_and_white_space_are_as_they_like() {
    let expected = events(GOOD);
    let as_default = GOOD
        .replace("rdeDomain:", "")
        .replace("xmlns:rdeDomain=", "xmlns=")
        .replace(" element=\"registrant\"", " element=\"rdeDomain:registrant\"");
    for (name, text) in [
        ("other prefixes", GOOD.replace("rdeHost:", "h:").replace("xmlns:rdeHost=", "xmlns:h=")),
        ("a default namespace", as_default),
        (
            "a namespace of its own",
            GOOD.replace("<rdeHost:host>", "<rdeHost:host xmlns:rdeHost='urn:ietf:params:xml:ns:rdeHost-1.0'>"),
        ),
        ("a comment in a value", GOOD.replace(">ns1.a.example<", "><!-- a -->ns1<!-- b -->.a<?c d?>.example<")),
        ("white space around values", GOOD.replace(">ns1.a.example<", ">\n\t ns1.a.example \n<")),
        ("white space in attributes", GOOD.replace("s=\"ok\"", "s=\"\n ok \"")),
        ("other quotation marks", GOOD.replace("s=\"ok\"", "s = 'ok'")),
        ("a marked section", GOOD.replace(">ns1.a.example<", "><![CDATA[ns1.a]]>.example<")),
        ("references", GOOD.replace(">ns1.a.example<", ">&#110;s1&#x2E;a.example<")),
        ("references in attributes", GOOD.replace("s=\"ok\"", "s=\"&#111;k\"")),
        ("empty elements with an end", GOOD.replace("<epp:all/>", "<epp:all ></epp:all\n>")),
        ("what is of no type", GOOD.replace("<epp:all/>", "<epp:all a='b'>c<d/></epp:all>")),
        ("line ends", GOOD.replace('\n', "\r\n")),
        ("no declaration", GOOD.replace("<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "")),
        ("a mark in front", format!("\u{feff}{GOOD}")),
        ("processing instructions", GOOD.replace("<rde:deposit ", "<?xml-stylesheet href='a'?><rde:deposit ")),
        ("nothing said of resending", GOOD.replace(" resend=\"0\"", "")),
        ("numbers with zeros", GOOD.replace(">12345<", "> 0012345 <").replace(">8<", ">+008<")),
        ("hex in lower case", GOOD.replace(">00FF<", ">00ff<")),
        ("base64 with spaces", GOOD.replace(">AQID<", ">\nAQ ID\n<")),
        ("the family of an address", GOOD.replace("<rdeHost:addr ip=\"v4\">", "<rdeHost:addr>")),
        (
            "flags as words",
            GOOD.replace("flag=\"0\"", "flag=\"false\"").replace("mirroringNS=\"false\"", "mirroringNS=\"0\""),
        ),
        ("dates with an offset", GOOD.replace("2027-01-01T00:00:00.0Z", "2027-01-01T02:00:00.000+02:00")),
        ("dates without a fraction", GOOD.replace("2027-01-01T00:00:00.0Z", "2027-01-01T00:00:00Z")),
        ("dates without a zone", GOOD.replace("2027-01-01T00:00:00.0Z", "2027-01-01T00:00:00")),
        ("midnight of the day before", GOOD.replace("2027-01-01T00:00:00.0Z", "2026-12-31T24:00:00Z")),
    ] {
        assert_ne!(text, GOOD, "{name}");
        assert_eq!(events(&text), expected, "{name}");
    }
}

#[test]
fn lines_are_those_of_start_tags() {
    for placed in read(GOOD.as_bytes()) {
        let line = GOOD.lines().nth(usize::try_from(placed.line).expect("a line") - 1).unwrap_or("behind the last");
        let start = match placed.event {
            Event::Begin(_) => "<rde:deposit",
            Event::Header(_) => "<rdeHeader:header>",
            Event::Object(Object::Domain(_)) => "<rdeDomain:domain>",
            Event::Object(Object::EppParams(_)) => "<rdeEppParams:eppParams>",
            Event::Object(_) | Event::Delete(_) => "<rde",
            Event::End => "behind the last",
            Event::Fault(fault) => panic!("{fault}"),
            Event::Csv(_) => "<csv",
        };
        assert!(line.starts_with(start), "{line}");
    }
}

#[test]
fn the_state_of_a_name_mirrors_name_servers_where_nothing_is_said() {
    let text = GOOD.replace(" mirroringNS=\"false\"", "");
    let found = super::objects(&text).into_iter().find_map(|object| match object {
        Object::Nndn(nndn) => Some(nndn.state),
        _ => None,
    });
    assert_eq!(found, Some(crate::escrow::object::NndnState::Mirrored { name_servers: true }));
}

#[test]
fn dates_are_read_to_the_microsecond() {
    let text = GOOD.replace("2027-01-01T00:00:00.0Z", "2027-01-01T00:00:00.1234567Z");
    let found = super::objects(&text).into_iter().find_map(|object| match object {
        Object::Domain(domain) => domain.expires,
        _ => None,
    });
    assert_eq!(found.map(|moment| moment.micros() % 1_000_000), Some(123_456));
    assert!(found > Some(Timestamp::default()));
}

#[test]
fn what_comes_octet_by_octet_is_read_the_same() {
    let by_octet = BufReader::with_capacity(1, GOOD.as_bytes());
    let found: Vec<_> = Reader::new(by_octet).map(|placed| placed.expect("memory")).collect();
    assert_eq!(found, read(GOOD.as_bytes()));
}

/// A file that cannot be read to its end.
struct Torn<'a>(&'a [u8]);

impl Read for Torn<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.0.is_empty() {
            return Err(std::io::ErrorKind::TimedOut.into());
        }
        self.0.read(buffer)
    }
}

#[test]
fn an_error_of_the_file_is_no_fault_of_the_deposit() {
    let half = &GOOD.as_bytes()[..GOOD.len() / 2];
    let mut reader = Reader::new(BufReader::with_capacity(64, Torn(half)));
    let error = reader.find_map(Result::err).expect("an error");
    assert_eq!(error.kind(), std::io::ErrorKind::TimedOut);
    assert!(reader.next().is_none(), "that was the end");
}
