//! The clearinghouse's daily lists (RFC 9361, sections 6.1, 6.2 and 6.6): CSV, read to the letter. Their OpenPGP signatures are
//! checked elsewhere.

use std::collections::BTreeSet;
use std::fmt;

use crate::base::timestamp::Timestamp;
use crate::model::operator_launch::TmchList;
use crate::tmch::moment;

/// Characters of a wrong line that are shown.
const SHOWN: usize = 80;
/// Characters of a lookup key at most (section 6.1: 10 and 6 before 24 and 10).
const KEY_CHARACTERS: usize = 51;

/// Its second line.
const fn header(list: TmchList) -> &'static str {
    match list {
        TmchList::Dnl => "DNL,lookup-key,insertion-datetime",
        TmchList::Surl => "DNL,insertion-datetime",
        TmchList::Smdrl => "smd-id,insertion-datetime",
    }
}

/// What a list says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// When it was made.
    pub created: Timestamp,
    /// Its entries, ascending by name, no name twice.
    pub entries: Vec<Entry>,
}

/// A line of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The label, lower case, or the identifier of a signed mark.
    pub name: String,
    /// The lookup key of a label that needs a notice; else empty.
    pub key: String,
    /// When it entered the list.
    pub inserted: Timestamp,
}

/// A line that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineFault {
    /// Which, from 1.
    pub line: usize,
    /// What was expected.
    pub expected: &'static str,
    /// What was found, cut short.
    pub found: String,
}

impl fmt::Display for LineFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}: expected {}", self.line, self.found.escape_debug(), self.expected)
    }
}

impl std::error::Error for LineFault {}

/// Reads a list: version and moment of creation, the header, and the entries; lines end with LF or CR LF.
///
/// # Errors
/// Every wrong line.
pub fn parse(text: &str, kind: TmchList) -> Result<List, Vec<LineFault>> {
    let text = text.strip_suffix('\n').unwrap_or(text);
    let mut lines = text.split('\n').zip(1..).map(|(line, number)| (number, line.strip_suffix('\r').unwrap_or(line)));
    let mut faults = Vec::new();
    let mut refuse = |line: usize, expected: &'static str, found: &str| {
        faults.push(LineFault { line, expected, found: found.chars().take(SHOWN).collect() });
    };
    let (_, first) = lines.next().unwrap_or((1, ""));
    let created = first.strip_prefix("1,").and_then(utc);
    if created.is_none() {
        refuse(1, "version 1 and the moment of creation, as 1,2012-08-16T00:00:00.0Z", first);
    }
    let (_, second) = lines.next().unwrap_or((2, ""));
    if second != header(kind) {
        refuse(2, header(kind), second);
    }
    let mut entries = Vec::new();
    let mut names = BTreeSet::new();
    for (number, line) in lines {
        match entry(line, kind) {
            Ok(entry) if !names.insert(entry.name.clone()) => refuse(number, "no name twice", line),
            Ok(entry) => entries.push(entry),
            Err(expected) => refuse(number, expected, line),
        }
    }
    match created {
        Some(created) if faults.is_empty() => {
            entries.sort_by(|one: &Entry, other| one.name.cmp(&other.name));
            Ok(List { created, entries })
        }
        _ => Err(faults),
    }
}

fn utc(text: &str) -> Option<Timestamp> {
    moment::parse(text).filter(|_| text.ends_with('Z'))
}

/// The entry, or what was expected.
fn entry(line: &str, kind: TmchList) -> Result<Entry, &'static str> {
    let mut fields = line.split(',');
    let mut next = || fields.next().ok_or(header(kind));
    let name = next()?;
    let key = if kind == TmchList::Dnl { next()? } else { "" };
    let inserted = next()?;
    if fields.next().is_some() {
        return Err(header(kind));
    }
    let name = match kind {
        TmchList::Dnl | TmchList::Surl if !is_label(name) => return Err("a label: letters, digits and hyphens"),
        TmchList::Dnl | TmchList::Surl => name.to_ascii_lowercase(),
        TmchList::Smdrl if !is_smd_id(name) => {
            return Err("the identifier of a signed mark: digits, a hyphen and digits");
        }
        TmchList::Smdrl => name.to_owned(),
    };
    if kind == TmchList::Dnl && !is_key(key) {
        return Err("a lookup key: 1 to 51 letters, digits, slashes, hyphens and underscores");
    }
    let inserted = utc(inserted).ok_or("the moment of insertion, as 2012-08-16T00:00:00.0Z")?;
    Ok(Entry { name, key: key.to_owned(), inserted })
}

fn is_label(text: &str) -> bool {
    (1..=63).contains(&text.len())
        && text.bytes().all(|octet| octet.is_ascii_alphanumeric() || octet == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

fn is_key(text: &str) -> bool {
    (1..=KEY_CHARACTERS).contains(&text.len())
        && text.bytes().all(|octet| octet.is_ascii_alphanumeric() || b"/-_".contains(&octet))
}

fn is_smd_id(text: &str) -> bool {
    let is_number = |text: &str| (1..=255).contains(&text.len()) && text.bytes().all(|octet| octet.is_ascii_digit());
    text.split_once('-').is_some_and(|(local, issuer)| is_number(local) && is_number(issuer))
}
