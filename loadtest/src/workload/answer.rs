//! Reads what must stand in an answer, by looking for it: a parser would cost more than sending and receiving does.
//!
//! Servers of any make are read: with any prefix of namespaces, and attributes in quotes of both kinds. What is looked for
//! has no markup in it, so that its text ends at the next tag.

use memchr::memchr;
use memchr::memmem::{Finder, FinderRev};

use super::day::Day;

/// Elements that are looked for, by local name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Element {
    Result,
    MsgQ,
    InfData,
    CreData,
    RenData,
    TrnData,
    Name,
    ClId,
    ReId,
    Status,
    TrStatus,
    CrDate,
    ExDate,
    TrDate,
}

const ELEMENTS: [&str; 14] = [
    "result", "msgQ", "infData", "creData", "renData", "trnData", "name", "clID", "reID", "status", "trStatus",
    "crDate", "exDate", "trDate",
];

/// Looks for things; made once.
#[derive(Debug)]
pub(super) struct Scanner {
    elements: [Finder<'static>; ELEMENTS.len()],
    cl_trid: FinderRev<'static>,
}

/// The start of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    /// What stands between its name and `>`.
    attributes: &'a [u8],
    /// What follows it up to the next tag, without white space around.
    pub(super) text: &'a [u8],
    /// What follows it to the end.
    pub(super) rest: &'a [u8],
}

impl Scanner {
    pub(super) fn new() -> Self {
        Self { elements: ELEMENTS.map(Finder::new), cl_trid: FinderRev::new("clTRID") }
    }

    /// The first start of the element in `text`.
    pub(super) fn find<'a>(&self, element: Element, text: &'a [u8]) -> Option<Tag<'a>> {
        let finder = &self.elements[element as usize];
        let mut from = 0;
        loop {
            let at = from + finder.find(text.get(from..)?)?;
            from = at + finder.needle().len();
            if let Some(tag) = start(text, at, from) {
                return Some(tag);
            }
        }
    }

    /// All starts of the element in `text`.
    pub(super) fn all<'a>(&self, element: Element, text: &'a [u8]) -> impl Iterator<Item = Tag<'a>> {
        let mut rest = text;
        std::iter::from_fn(move || {
            let tag = self.find(element, rest)?;
            rest = tag.rest;
            Some(tag)
        })
    }

    /// The text of the last `clTRID`: that of the answer, since messages before it can have some of others.
    pub(super) fn cl_trid<'a>(&self, text: &'a [u8]) -> Option<&'a [u8]> {
        let mut until = text.len();
        loop {
            let at = self.cl_trid.rfind(text.get(..until)?)?;
            if let Some(tag) = start(text, at, at + "clTRID".len()) {
                return Some(tag.text);
            }
            until = at;
        }
    }

    /// The code of the first result.
    pub(super) fn code(&self, text: &[u8]) -> Option<u16> {
        let code = self.find(Element::Result, text)?.attribute(b"code")?;
        let digits = code.len() == 4 && code.iter().all(u8::is_ascii_digit);
        digits.then(|| code.iter().fold(0, |sum, digit| sum * 10 + u16::from(digit - b'0')))
    }

    /// The day of a date element; `None` where it is missing, an error where it is no date.
    pub(super) fn day(&self, element: Element, text: &[u8]) -> Result<Option<Day>, &'static str> {
        match self.find(element, text) {
            None => Ok(None),
            Some(tag) => Day::parse(tag.text).map(Some).ok_or("a date that is none"),
        }
    }
}

/// The start tag whose local name stands at `at` and ends at `end`, if there is one.
fn start(text: &[u8], at: usize, end: usize) -> Option<Tag<'_>> {
    if !matches!(text.get(end)?, b'>' | b'/' | b' ' | b'\t' | b'\n' | b'\r') {
        return None;
    }
    let mut before = text.get(..at)?;
    if let [front @ .., b':'] = before {
        let is_of_name = |c: &u8| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_' | b'.' | 0x80..);
        let prefix = front.iter().rev().take_while(|c| is_of_name(c)).count();
        before = front.get(..front.len() - prefix)?;
    }
    if before.last() != Some(&b'<') {
        return None;
    }
    let inside = text.get(end..)?;
    let close = closing(inside)?;
    let rest = inside.get(close + 1..)?;
    let until = memchr(b'<', rest).unwrap_or(rest.len());
    Some(Tag { attributes: inside.get(..close)?, text: rest.get(..until)?.trim_ascii(), rest })
}

/// Where the tag ends; a `>` may stand in an attribute.
fn closing(inside: &[u8]) -> Option<usize> {
    let mut quote = None;
    inside.iter().position(|c| {
        match (quote, c) {
            (None, b'>') => return true,
            (None, b'"' | b'\'') => quote = Some(*c),
            (Some(open), c) if open == *c => quote = None,
            _ => {}
        }
        false
    })
}

impl<'a> Tag<'a> {
    /// The value of an attribute.
    pub(super) fn attribute(&self, name: &[u8]) -> Option<&'a [u8]> {
        let mut rest = self.attributes;
        loop {
            let (key, after) = rest.split_at_checked(memchr(b'=', rest)?)?;
            let value = after.get(1..)?.trim_ascii_start();
            let (quote, value) = value.split_first()?;
            let (value, after) = value.split_at_checked(memchr(*quote, value)?)?;
            if key.trim_ascii() == name {
                return Some(value);
            }
            rest = after.get(1..)?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: &[u8] = b"<?xml version=\"1.0\"?><epp xmlns=\"urn:ietf:params:xml:ns:epp-1.0\"><response>\
        <result code=\"1000\"><msg>the result code=\"9\" name</msg></result><resData><domain:infData xmlns:domain=\"x\">\
        <domain:name>ab.test</domain:name><domain:status s=\"ok\"/><rgp:rgpStatus s=\"x\"/><domain:clID>A</domain:clID>\
        <domain:exDate>2027-11-21T09:08:07.123Z</domain:exDate></domain:infData></resData>\
        <trID><clTRID>load-1-0-7</clTRID><svTRID>S1</svTRID></trID></response></epp>";
    const FOREIGN: &[u8] = b"<?xml version='1.0'?>\n<e:epp xmlns:e='urn:ietf:params:xml:ns:epp-1.0'>\n <e:response>\n\
        <e:result\n note = 'a>b' code = '1301' >\n<e:msg lang='en'>x</e:msg></e:result><e:msgQ count='5' id=\"12345\"/>\
        <d-1.x:panData><d-1.x:paTRID><e:clTRID>other</e:clTRID></d-1.x:paTRID></d-1.x:panData>\
        <name avail = '1' > ab.test\n</name ><e:trID><e:clTRID >\n load-1-0-8 </e:clTRID></e:trID></e:response></e:epp>";

    #[test]
    fn answers_of_all_makes_are_read() {
        let scanner = Scanner::new();
        assert_eq!((scanner.code(PLAIN), scanner.code(FOREIGN)), (Some(1000), Some(1301)));
        assert_eq!(scanner.cl_trid(PLAIN), Some(&b"load-1-0-7"[..]));
        assert_eq!(scanner.cl_trid(FOREIGN), Some(&b"load-1-0-8"[..]), "not that of the message");
        let text = |element, answer| scanner.find(element, answer).map(|tag| tag.text);
        assert_eq!(text(Element::Name, PLAIN), Some(&b"ab.test"[..]));
        assert_eq!(text(Element::ClId, PLAIN), Some(&b"A"[..]));
        assert_eq!(text(Element::InfData, FOREIGN), None);
        let name = scanner.find(Element::Name, FOREIGN).expect("a name");
        assert_eq!((name.text, name.attribute(b"avail")), (&b"ab.test"[..], Some(&b"1"[..])));
        let queue = scanner.find(Element::MsgQ, FOREIGN).expect("a queue");
        assert_eq!((queue.attribute(b"id"), queue.attribute(b"i")), (Some(&b"12345"[..]), None));
        assert_eq!(scanner.day(Element::ExDate, PLAIN), Ok(Day::parse(b"2027-11-21")));
        assert_eq!(scanner.day(Element::CrDate, PLAIN), Ok(None));
        assert!(scanner.day(Element::ExDate, b"<exDate>tomorrow</exDate>").is_err());
        let statuses: Vec<_> = scanner.all(Element::Status, PLAIN).map(|tag| tag.attribute(b"s")).collect();
        assert_eq!(statuses, [Some(&b"ok"[..])]);
    }

    #[test]
    fn what_is_cut_off_or_nonsense_has_nothing_in_it() {
        let scanner = Scanner::new();
        for answer in [PLAIN, FOREIGN] {
            for length in 0..answer.len() {
                let (before, after) = answer.split_at(length);
                for part in [before, after] {
                    let _ = (scanner.cl_trid(part), scanner.all(Element::Name, part).count());
                    assert!(scanner.code(part).is_none_or(|code| code == 1000 || code == 1301));
                }
            }
        }
        for text in [
            "",
            "<result",
            "<result>",
            "<result code",
            "<result code='",
            "<result code='10'>",
            "result code='1000'>",
            "</result code='1000'>",
            "<xresult code='1000'>",
            "<results code='1000'>",
            "<a result code='1000'>",
        ] {
            assert_eq!(scanner.code(text.as_bytes()), None, "{text}");
        }
    }
}
