//! What is kept of service levels: a text file for each month, `2026-11.sla`, that only grows. `manual::service_levels` tells
//! what each line means.
//!
//! The first line names the format. Each other one ends with a checksum of what is before it, so that a line that is torn or
//! was changed shows, and costs no more than itself.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hdrhistogram::Histogram;
use hdrhistogram::serialization::Deserializer;
use xxhash_rust::xxh3::xxh3_64;

use crate::base::timestamp::Date;

/// The first line, with the version of the format.
pub const TITLE: &str = "domesday service levels 1";

/// Upper bounds in nanoseconds of the buckets that answers are counted in: from tens of microseconds to the limits of
/// Specification 10, and five times as much, which counts as no answer.
pub const BOUNDS: [u64; 15] = [
    30_000,
    100_000,
    300_000,
    1_000_000,
    2_000_000,
    4_000_000,
    10_000_000,
    30_000_000,
    100_000_000,
    300_000_000,
    1_000_000_000,
    2_000_000_000,
    4_000_000_000,
    10_000_000_000,
    20_000_000_000,
];
/// Buckets: those of the bounds, and what is beyond all of them.
pub const BUCKETS: usize = BOUNDS.len() + 1;

/// Classes of answers whose times are promised: EPP's session, query and transform commands, and RDAP's queries.
pub const CLASSES: usize = 4;

/// How many answers of each class came how fast.
pub type Answers = [[u64; BUCKETS]; CLASSES];

/// A span of time that a process watched itself in. Times are milliseconds, moments since 1970.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Interval {
    /// When it began.
    pub from: i64,
    /// How long it was.
    pub length: u64,
    /// For how much of it EPP was up.
    pub epp_up: u64,
    /// The same of RDAP; `None`: it was not offered.
    pub rdap_up: Option<u64>,
    /// What was answered in it.
    pub answers: Answers,
}

/// Times of answers in a span, in nanoseconds.
#[derive(Clone, Debug, PartialEq)]
pub struct Times {
    /// When it began, in milliseconds since 1970.
    pub from: i64,
    /// Histograms of the classes, as [`histogram`] reads them; empty: no answers.
    pub classes: [String; CLASSES],
}

/// Maintenance that was announced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// Its identifier.
    pub id: String,
    /// From when, in milliseconds since 1970.
    pub start: i64,
    /// Until when.
    pub end: i64,
    /// Whether EPP is concerned.
    pub epp: bool,
    /// Whether RDAP is.
    pub rdap: bool,
}

/// A line.
#[derive(Clone, Debug, PartialEq)]
pub enum Line {
    /// What a span of time came to.
    Interval(Interval),
    /// Times of answers.
    Times(Times),
    /// Maintenance that is announced, or announced anew.
    Window(Window),
    /// Maintenance that was taken back, by its identifier.
    Gone(String),
}

/// A line that is not whole, or that this version does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// Its number; the title is 1.
    pub number: usize,
    /// What is wrong with it.
    pub why: &'static str,
}

impl fmt::Display for BadLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.number, self.why)
    }
}

/// A file that holds no lines of this format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoRecord;

impl fmt::Display for NoRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {TITLE:?} in the first line; another version of domesday may have written this file")
    }
}

impl std::error::Error for NoRecord {}

/// What a file holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lines {
    /// The good lines, in order.
    pub good: Vec<Line>,
    /// The others.
    pub bad: Vec<BadLine>,
    /// Octets up to the end of the last good line: what is behind them was not written whole, or is still being written.
    pub whole: usize,
}

/// The name of a month's file.
pub fn file_name(month: Date) -> String {
    format!("{:04}-{:02}.sla", month.year, month.month)
}

/// The first day of the month that a file is of; `None`: it is no file of ours.
pub fn month_of(file_name: &str) -> Option<Date> {
    month(file_name.strip_suffix(".sla")?)
}

/// The first day of a month written as `2026-11`.
pub fn month(text: &str) -> Option<Date> {
    let (year, month) = text.split_once('-')?;
    let digits = |text: &str, count| text.len() == count && text.bytes().all(|octet| octet.is_ascii_digit());
    let whole = digits(year, 4) && digits(month, 2);
    whole.then(|| Date::new(year.parse().ok()?, month.parse().ok()?, 1)).flatten()
}

impl Line {
    /// With its checksum and its end.
    pub fn text(&self) -> String {
        let body = match self {
            Self::Interval(interval) => interval.body(),
            Self::Times(Times { from, classes }) => {
                let classes = classes.each_ref().map(|text| if text.is_empty() { "-" } else { text });
                format!("h {from} {}", classes.join(" "))
            }
            Self::Window(Window { id, start, end, epp, rdap }) => {
                let id = STANDARD.encode(id);
                format!("m {start} {end} {} {} {id}", u8::from(*epp), u8::from(*rdap))
            }
            Self::Gone(id) => format!("g {}", STANDARD.encode(id)),
        };
        let sum = xxh3_64(body.as_bytes());
        format!("{body} {sum:016x}\n")
    }

    fn parse(line: &[u8]) -> Result<Self, &'static str> {
        const TORN: &str = "its checksum is not that of what it says";
        let line = std::str::from_utf8(line).map_err(|_| TORN)?;
        let (body, sum) = line.rsplit_once(' ').ok_or(TORN)?;
        if sum != format!("{:016x}", xxh3_64(body.as_bytes())) {
            return Err(TORN);
        }
        let mut words = body.split(' ');
        let parsed = match words.next() {
            Some("i") => Interval::parse(&mut words).map(Self::Interval),
            Some("h") => parse_times(&mut words).map(Self::Times),
            Some("m") => parse_window(&mut words).map(Self::Window),
            Some("g") => words.next().and_then(text_of).map(Self::Gone),
            _ => None,
        };
        parsed.filter(|_| words.next().is_none()).ok_or("this version does not know what it says")
    }
}

impl Interval {
    fn body(&self) -> String {
        let rdap_up = self.rdap_up.map_or("-".to_owned(), |up| up.to_string());
        let answers = self.answers.each_ref().map(|buckets| {
            let used = buckets.iter().rposition(|count| *count > 0).map_or(0, |last| last + 1);
            let counts: Vec<_> = buckets.iter().take(used).map(ToString::to_string).collect();
            if counts.is_empty() { "-".to_owned() } else { counts.join(",") }
        });
        format!("i {} {} {} {rdap_up} {}", self.from, self.length, self.epp_up, answers.join(" "))
    }

    fn parse<'a>(words: &mut impl Iterator<Item = &'a str>) -> Option<Self> {
        let (from, length) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
        let epp_up = words.next()?.parse().ok()?;
        let rdap_up = match words.next()? {
            "-" => None,
            up => Some(up.parse().ok()?),
        };
        let mut answers = Answers::default();
        for buckets in &mut answers {
            let counts = words.next()?.split(',').filter(|count| *count != "-");
            for (place, count) in counts.enumerate() {
                *buckets.get_mut(place)? = count.parse().ok()?;
            }
        }
        Some(Self { from, length, epp_up, rdap_up, answers })
    }
}

fn parse_times<'a>(words: &mut impl Iterator<Item = &'a str>) -> Option<Times> {
    let from = words.next()?.parse().ok()?;
    let mut classes = [const { String::new() }; CLASSES];
    for class in &mut classes {
        let text = words.next()?;
        if text != "-" {
            histogram(text)?;
            text.clone_into(class);
        }
    }
    Some(Times { from, classes })
}

fn parse_window<'a>(words: &mut impl Iterator<Item = &'a str>) -> Option<Window> {
    let (start, end) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    let mut flag = || words.next().filter(|word| matches!(*word, "0" | "1")).map(|word| word == "1");
    let (epp, rdap) = (flag()?, flag()?);
    Some(Window { id: text_of(words.next()?)?, start, end, epp, rdap })
}

fn text_of(base64: &str) -> Option<String> {
    String::from_utf8(STANDARD.decode(base64).ok()?).ok()
}

/// A histogram that was encoded as HdrHistogram's V2 in base64.
pub fn histogram(text: &str) -> Option<Histogram<u64>> {
    let octets = STANDARD.decode(text).ok()?;
    Deserializer::new().deserialize(&mut octets.as_slice()).ok()
}

/// Reads what a file holds. What is behind its last good line is not among the bad ones: it was not written whole.
///
/// # Errors
/// [`NoRecord`]. A file that ends within its title is empty.
pub fn read(octets: &[u8]) -> Result<Lines, NoRecord> {
    let mut lines = Lines::default();
    let title = format!("{TITLE}\n");
    let Some(rest) = octets.strip_prefix(title.as_bytes()) else {
        return if title.as_bytes().starts_with(octets) { Ok(lines) } else { Err(NoRecord) };
    };
    lines.whole = title.len();
    let (mut at, mut bad) = (title.len(), Vec::new());
    for (place, line) in rest.split_inclusive(|octet| *octet == b'\n').enumerate() {
        at += line.len();
        let parsed = line.strip_suffix(b"\n").ok_or("it has no end").and_then(Line::parse);
        match parsed {
            Ok(good) => {
                lines.bad.append(&mut bad);
                lines.good.push(good);
                lines.whole = at;
            }
            Err(why) => bad.push(BadLine { number: place + 2, why }),
        }
    }
    Ok(lines)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// What the recorder writes, here by the library alone.
    pub(in crate::reports) fn encoded(values: &[u64]) -> String {
        use hdrhistogram::serialization::{Serializer, V2Serializer};
        let mut histogram = Histogram::<u64>::new_with_bounds(64, 100_000_000_000, 2).expect("bounds");
        values.iter().for_each(|value| histogram.record(*value).expect("in range"));
        let mut octets = Vec::new();
        V2Serializer::new().serialize(&histogram, &mut octets).expect("a vector");
        STANDARD.encode(octets)
    }

    fn samples() -> Vec<Line> {
        let mut answers = Answers::default();
        answers[1] = std::array::from_fn(|bucket| bucket as u64);
        answers[3][2] = 7;
        let interval = Interval { from: 1_000, length: 60_000, epp_up: 59_000, rdap_up: Some(60_000), answers };
        let silent = Interval { from: -1, rdap_up: None, ..Interval::default() };
        let times = [String::new(), encoded(&[1_000, 2_000_000]), String::new(), encoded(&[5])];
        let window = Window { id: "move of the datacentre\n".into(), start: 5, end: 6, epp: true, rdap: false };
        vec![
            Line::Interval(interval),
            Line::Interval(silent),
            Line::Times(Times { from: 1_000, classes: times }),
            Line::Window(window),
            Line::Gone("déjà".into()),
        ]
    }

    fn file(lines: &[Line]) -> String {
        let lines: String = lines.iter().map(Line::text).collect();
        format!("{TITLE}\n{lines}")
    }

    #[test]
    fn lines_read_back() {
        let text = file(&samples());
        let expected = Lines { good: samples(), bad: Vec::new(), whole: text.len() };
        assert_eq!(read(text.as_bytes()), Ok(expected));
        assert!(text.contains("\ni -1 0 0 - - - - - "), "{text}");
    }

    #[test]
    fn a_torn_end_costs_the_line_that_is_torn_and_no_other() {
        let (samples, text) = (samples(), file(&samples()));
        let ends: Vec<usize> = text.match_indices('\n').map(|(at, _)| at + 1).collect();
        for length in 0..text.len() {
            let read = read(&text.as_bytes()[..length]).expect("the beginning of a record");
            let whole = ends.iter().filter(|end| **end <= length).count();
            assert_eq!(read.good, samples[..whole.saturating_sub(1)], "{length}");
            assert_eq!((read.bad.len(), read.whole), (0, if whole == 0 { 0 } else { ends[whole - 1] }), "{length}");
        }
        let zeros = [text.as_bytes(), &[0; 4096]].concat();
        assert_eq!(read(&zeros).expect("a record").whole, text.len());
    }

    #[test]
    fn a_changed_octet_shows_and_costs_no_other_line() {
        let (samples, text) = (samples(), file(&samples()));
        let (title, last) = (TITLE.len() + 1, text.trim_end().rfind('\n').expect("lines") + 1);
        for at in title..last {
            let mut octets = text.clone().into_bytes();
            octets[at] ^= 1;
            let read = read(&octets).expect("a record");
            // An end of a line that is gone costs the lines on both sides of it.
            let lost = if text.as_bytes()[at] == b'\n' { 2 } else { 1 };
            assert_eq!(read.good.len(), samples.len() - lost, "{at}");
            let reaches_end = read.good.last() != samples.last();
            assert!(read.bad.len() == 1 || reaches_end, "{at}: {:?}", read.bad);
        }
    }

    #[test]
    fn another_format_is_none_of_ours() {
        assert_eq!(read(b"domesday service levels 2\n"), Err(NoRecord));
        assert_eq!(read(b""), Ok(Lines::default()));
        let unknown = format!("{TITLE}\nz 1 {:016x}\n{}", xxh3_64(b"z 1"), samples()[0].text());
        let why = "this version does not know what it says";
        assert_eq!(read(unknown.as_bytes()).expect("ours").bad, [BadLine { number: 2, why }]);
    }

    #[test]
    fn a_month_has_four_digits_and_two() {
        assert_eq!(month_of("2026-11.sla"), Date::new(2026, 11, 1));
        for wrong in ["2026-13.sla", "2026-1.sla", "26-11.sla", "2026-11", "+026-11.sla", "2026-11.sla.tmp"] {
            assert_eq!(month_of(wrong), None, "{wrong}");
        }
        assert_eq!(Date::new(2026, 2, 1).map(file_name).as_deref(), Some("2026-02.sla"));
    }
}
