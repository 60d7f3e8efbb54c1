//! The simple types of the EPP schemas: white space, lengths and lexical forms, as XML Schema 1.0, part 2, gives them.

mod binary;
mod date;
mod uri;

use std::borrow::Cow;

use icu_properties::CodePointMapData;
use icu_properties::props::{GeneralCategory, GeneralCategoryGroup};

pub(crate) use binary::{base64_binary, hex_binary};
pub(crate) use date::{date, date_time};
pub(crate) use uri::{is_any_uri, is_uri_reference};

/// The whiteSpace facet (XML Schema, part 2, section 4.3.6); applied before any other facet is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WhiteSpace {
    /// `xs:normalizedString`: each tab, line feed and carriage return becomes a space.
    Replace,
    /// `xs:token`, numbers, dates: replaced, runs made one, both ends trimmed.
    Collapse,
}

impl WhiteSpace {
    /// The value after white space processing; borrowed when nothing inside of it changes.
    pub(crate) fn apply(self, value: Cow<'_, str>) -> Cow<'_, str> {
        match self {
            Self::Replace => replace(value),
            Self::Collapse => collapse(value),
        }
    }
}

/// Whether the octet is white space of XML (production `S`).
pub(crate) const fn is_space(octet: u8) -> bool {
    matches!(octet, b' ' | b'\t' | b'\n' | b'\r')
}

/// Whether there is nothing but white space.
pub(crate) fn is_blank(text: &str) -> bool {
    text.bytes().all(is_space)
}

fn replace(value: Cow<'_, str>) -> Cow<'_, str> {
    if value.bytes().any(|octet| matches!(octet, b'\t' | b'\n' | b'\r')) {
        Cow::Owned(value.chars().map(|c| if matches!(c, '\t' | '\n' | '\r') { ' ' } else { c }).collect())
    } else {
        value
    }
}

fn collapse(value: Cow<'_, str>) -> Cow<'_, str> {
    // Most values have no white space. All octets at once are compared by vectors; a search that stops goes one by one.
    if !value.bytes().fold(false, |found, octet| found | (octet <= b' ')) {
        return value;
    }
    let mut after_space = true;
    let settled = value.bytes().all(|octet| {
        let good = !is_space(octet) || (octet == b' ' && !after_space);
        after_space = is_space(octet);
        good
    });
    if settled && (!after_space || value.is_empty()) {
        return value;
    }
    match value {
        Cow::Borrowed(text) => collapse_unsettled(text),
        Cow::Owned(text) => Cow::Owned(collapse_unsettled(&text).into_owned()),
    }
}

fn collapse_unsettled(text: &str) -> Cow<'_, str> {
    let text = text.trim_matches(['\t', '\n', '\r', ' ']);
    let mut after_space = false;
    let settled = text.bytes().all(|octet| {
        let good = !is_space(octet) || (octet == b' ' && !after_space);
        after_space = is_space(octet);
        good
    });
    if settled {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for word in text.split(['\t', '\n', '\r', ' ']).filter(|word| !word.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    Cow::Owned(out)
}

/// Whether the value has `min..=max` characters (not octets: XML Schema, part 2, section 4.3.1).
pub(crate) fn has_length(value: &str, min: usize, max: usize) -> bool {
    // A character takes one to four octets, so most values need no count.
    if value.len() <= max && value.len() >= min * 4 {
        return true;
    }
    (min..=max).contains(&value.chars().count())
}

/// `eppcom:roidType`: `(\w|_){1,80}-\w{1,8}`.
pub(crate) fn is_roid(value: &str) -> bool {
    // The hyphen is punctuation, which `\w` leaves out: there is exactly one.
    let Some((local, repository)) = value.split_once('-') else { return false };
    has_length(local, 1, 80)
        && has_length(repository, 1, 8)
        && local.chars().all(|c| c == '_' || is_word(c))
        && repository.chars().all(is_word)
}

/// `rde:depositIdType` (RFC 8909, section 6): `\w{1,13}`.
pub(crate) fn is_deposit_id(value: &str) -> bool {
    has_length(value, 1, 13) && value.chars().all(is_word)
}

/// `\w` of XML Schema, part 2, appendix F.1.1: everything but punctuation, separators and others (unassigned ones too).
fn is_word(c: char) -> bool {
    const NO_WORD: GeneralCategoryGroup =
        GeneralCategoryGroup::Punctuation.union(GeneralCategoryGroup::Separator).union(GeneralCategoryGroup::Other);
    c.is_ascii_alphanumeric() || !NO_WORD.contains(CodePointMapData::<GeneralCategory>::new().get(c))
}

/// `contact:e164StringType`: `(\+[0-9]{1,3}\.[0-9]{1,14})?`, at most 17 characters.
pub(crate) fn is_e164(value: &str) -> bool {
    let digits = |text: &str, max: usize| (1..=max).contains(&text.len()) && text.bytes().all(|o| o.is_ascii_digit());
    value.is_empty()
        || value.len() <= 17
            && value
                .strip_prefix('+')
                .and_then(|number| number.split_once('.'))
                .is_some_and(|(country, number)| digits(country, 3) && digits(number, 14))
}

/// `mark:idType`: `\d+-\d+`. `\d` is every decimal digit of Unicode (XML Schema, part 2, appendix F.1.1).
pub(crate) fn is_mark_id(value: &str) -> bool {
    let is_digit = |c: char| {
        c.is_ascii_digit() || CodePointMapData::<GeneralCategory>::new().get(c) == GeneralCategory::DecimalNumber
    };
    let is_number = |text: &str| !text.is_empty() && text.chars().all(is_digit);
    value.split_once('-').is_some_and(|(local, issuer)| is_number(local) && is_number(issuer))
}

/// `mark:labelType`: `[a-zA-Z0-9]([a-zA-Z0-9\-]*[a-zA-Z0-9])?`, at most 63 characters.
pub(crate) fn is_mark_label(value: &str) -> bool {
    let is_end = |octet: Option<&u8>| octet.is_some_and(u8::is_ascii_alphanumeric);
    let octets = value.as_bytes();
    (1..=63).contains(&octets.len())
        && is_end(octets.first())
        && is_end(octets.last())
        && octets.iter().all(|octet| octet.is_ascii_alphanumeric() || *octet == b'-')
}

/// `xs:integer`: an optional sign and digits, any number of them.
pub(crate) fn is_integer(value: &str) -> bool {
    let digits = value.strip_prefix(['+', '-']).unwrap_or(value);
    !digits.is_empty() && digits.bytes().all(|octet| octet.is_ascii_digit())
}

/// The pattern of `epp:versionType`: `[1-9]+\.[0-9]+`.
pub(crate) fn is_version(value: &str) -> bool {
    value.split_once('.').is_some_and(|(major, minor)| {
        !major.is_empty()
            && !minor.is_empty()
            && major.bytes().all(|octet| matches!(octet, b'1'..=b'9'))
            && minor.bytes().all(|octet| octet.is_ascii_digit())
    })
}

/// `xs:language`: `[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*`.
pub(crate) fn is_language(value: &str) -> bool {
    let mut tags = value.split('-');
    let sized = |tag: &str| (1..=8).contains(&tag.len());
    tags.next().is_some_and(|tag| sized(tag) && tag.bytes().all(|octet| octet.is_ascii_alphabetic()))
        && tags.all(|tag| sized(tag) && tag.bytes().all(|octet| octet.is_ascii_alphanumeric()))
}

/// `xs:duration`: `-?P(nY)?(nM)?(nD)?(T(nH)?(nM)?(n(.n)?S)?)?` with one number at least, and one at least behind a `T`
/// (XML Schema, part 2, section 3.2.6.1).
pub(crate) fn is_duration(value: &str) -> bool {
    let Some(fields) = value.strip_prefix('-').unwrap_or(value).strip_prefix('P') else { return false };
    match fields.split_once('T') {
        Some((date, time)) => {
            are_fields(date, ['Y', 'M', 'D']) && !time.is_empty() && are_fields(time, ['H', 'M', 'S'])
        }
        None => !fields.is_empty() && are_fields(fields, ['Y', 'M', 'D']),
    }
}

/// Whether there is nothing but numbers, each followed by a unit of its own, in this order. Seconds may have a fraction.
fn are_fields(text: &str, units: [char; 3]) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|octet| octet.is_ascii_digit());
    let mut rest = text;
    for unit in units {
        let Some((number, after)) = rest.split_once(unit) else { continue };
        let (whole, part) = number.split_once('.').filter(|_| unit == 'S').unwrap_or((number, "0"));
        if !is_number(whole) || !is_number(part) {
            return false;
        }
        rest = after;
    }
    rest.is_empty()
}

/// `xs:boolean`.
pub(crate) fn boolean(value: &str) -> Option<bool> {
    match value {
        "1" | "true" => Some(true),
        "0" | "false" => Some(false),
        _ => None,
    }
}

/// `xs:unsignedShort`: decimal digits, leading zeros and all, but no sign (XML Schema 1.0, part 2, section 3.3.21).
/// A number that is too large is `Some(None)`.
pub(crate) fn unsigned_short(value: &str) -> Option<Option<u16>> {
    if value.is_empty() || !value.bytes().all(|octet| octet.is_ascii_digit()) {
        return None;
    }
    let number = value.bytes().try_fold(0u16, |number, octet| {
        number.checked_mul(10).and_then(|number| number.checked_add((octet - b'0').into()))
    });
    Some(number)
}

/// `xs:int`: decimal digits, with a sign or without (XML Schema 1.0, part 2, section 3.3.17). A number that is too large or too
/// small is `Some(None)`.
pub(crate) fn int(value: &str) -> Option<Option<i32>> {
    let digits = value.strip_prefix(['+', '-']).unwrap_or(value);
    if digits.is_empty() || !digits.bytes().all(|octet| octet.is_ascii_digit()) {
        return None;
    }
    Some(value.parse().ok())
}

#[cfg(test)]
mod tests;
