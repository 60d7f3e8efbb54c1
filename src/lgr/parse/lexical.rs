//! The small forms of the format: code points, names, lists, dates.

use super::super::LABEL_POINTS;
use super::super::fault::LgrError;
use super::tree::{Element, words};

/// A code point: four to six upper-case hexadecimal digits, of what can stand in a label.
pub(super) fn code_point(element: &Element, text: &str) -> Result<u32, LgrError> {
    let has_form = (4..=6).contains(&text.len()) && text.bytes().all(|c| matches!(c, b'0'..=b'9' | b'A'..=b'F'));
    let value = u32::from_str_radix(text, 16).ok().filter(|value| has_form && char::from_u32(*value).is_some());
    value.ok_or_else(|| {
        let expected = "a code point in four to six upper-case hexadecimal digits, no surrogate";
        LgrError::unexpected(element.line, element.place(), expected, text)
    })
}

/// Code points of an attribute `cp`; it may be empty.
pub(super) fn code_points(element: &Element, text: &str) -> Result<Vec<u32>, LgrError> {
    let points = words(text).map(|word| code_point(element, word)).collect::<Result<Vec<u32>, _>>()?;
    if points.len() > LABEL_POINTS {
        return Err(LgrError::limit(element.line, "code points of a sequence", LABEL_POINTS));
    }
    Ok(points)
}

/// A name token of XML.
pub(super) fn is_name_token(text: &str) -> bool {
    let is_name = |c: char| match c {
        '-' | '.' | ':' | '_' | '\u{b7}' => true,
        c if c.is_ascii() => c.is_ascii_alphanumeric(),
        '\u{c0}'..='\u{2ff}' => !matches!(c, '\u{d7}' | '\u{f7}'),
        '\u{300}'..='\u{1fff}' => !matches!(c, '\u{37e}'),
        '\u{200c}' | '\u{200d}' | '\u{203f}' | '\u{2040}' | '\u{2070}'..='\u{218f}' | '\u{2c00}'..='\u{2fef}' => true,
        '\u{3001}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}' => true,
        '\u{10000}'..='\u{effff}' => true,
        _ => false,
    };
    !text.is_empty() && text.chars().all(is_name)
}

/// A name of a class or rule: an identifier of XML.
pub(super) fn identifier<'e>(element: &'e Element, text: &'e str) -> Result<&'e str, LgrError> {
    let starts_well = !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '.' | '\u{b7}'));
    if starts_well && is_name_token(text) && !text.contains(':') {
        return Ok(text);
    }
    Err(LgrError::unexpected(element.line, element.place(), "a name without spaces that starts with a letter", text))
}

/// A type of a variant, or a disposition: a token that does not start with an underscore.
pub(super) fn variant_type<'e>(element: &Element, text: &'e str) -> Result<&'e str, LgrError> {
    if is_name_token(text) && !text.starts_with('_') {
        return Ok(text);
    }
    let expected = "a type or disposition, one word that starts with no underscore";
    Err(LgrError::unexpected(element.line, element.place(), expected, text))
}

/// A list of different name tokens.
pub(super) fn tokens<'e>(element: &Element, what: &'static str, text: &'e str) -> Result<Vec<&'e str>, LgrError> {
    let mut found: Vec<&str> = Vec::new();
    for word in words(text) {
        if !is_name_token(word) {
            return Err(LgrError::unexpected(element.line, element.place(), "a list of name tokens", word));
        }
        if found.contains(&word) {
            return Err(LgrError::duplicate(element.line, what, word));
        }
        found.push(word);
    }
    if found.is_empty() {
        return Err(LgrError::unexpected(element.line, element.place(), "at least one word", text));
    }
    Ok(found)
}

/// A `full-date` (RFC 3339, section 5.6) that is in the calendar.
pub(super) fn date(element: &Element) -> Result<String, LgrError> {
    let text = element.text.trim();
    let part = |from: usize, to: usize| {
        let digits = text.get(from..to).filter(|digits| digits.bytes().all(|c| c.is_ascii_digit()));
        digits.and_then(|digits| digits.parse::<u32>().ok())
    };
    let dashes = text.len() == 10 && text.get(4..5) == Some("-") && text.get(7..8) == Some("-");
    let is_date = match (part(0, 4), part(5, 7), part(8, 10)) {
        (Some(year), Some(month @ 1..=12), Some(day)) => {
            let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            let days = match month {
                2 => 28 + u32::from(is_leap),
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
            dashes && (1..=days).contains(&day)
        }
        _ => false,
    };
    if is_date {
        return Ok(text.to_owned());
    }
    Err(LgrError::unexpected(element.line, element.place(), "a date as YYYY-MM-DD", text))
}

/// How often a match operator repeats (section 6.3.3): at least and at most.
pub(super) fn count(element: &Element) -> Result<Option<(u32, Option<u32>)>, LgrError> {
    let Some(text) = element.get("count") else { return Ok(None) };
    let number = |digits: &str| {
        let is_number = !digits.is_empty() && digits.bytes().all(|c| c.is_ascii_digit());
        // Any number that is too large for a label is as good as another.
        is_number.then(|| digits.parse::<u32>().unwrap_or(u32::MAX))
    };
    let (least, most) = match (text.strip_suffix('+'), text.split_once(':')) {
        (Some(least), _) => (number(least), Some(None)),
        (None, Some((least, most))) => (number(least), number(most).map(Some)),
        (None, None) => (number(text), number(text).map(Some)),
    };
    match (least, most) {
        (Some(least), Some(most)) if most.is_none_or(|most| most >= least && most > 0) => Ok(Some((least, most))),
        _ => Err(LgrError::unexpected(element.line, element.place(), "a count n, n+ or n:m with n ≤ m, m > 0", text)),
    }
}
