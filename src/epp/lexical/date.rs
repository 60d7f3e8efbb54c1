//! `xs:date`: an optional minus, a year of four or more digits, month, day and an optional time zone.

use crate::base::timestamp::Date;

/// The text has not the form of `xs:date`, or names a day that no calendar has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotADate;

/// Reads an `xs:date` (XML Schema 1.0, part 2, section 3.2.9). The time zone is dropped: an expiry date is UTC
/// (RFC 5731, section 2.4). `None` is a date outside of year 1 to 9999.
pub(crate) fn date(text: &str) -> Result<Option<Date>, NotADate> {
    let (before, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (year, rest) = rest.split_once('-').ok_or(NotADate)?;
    // No sign, no year 0, and no leading zero beyond four digits.
    let well_formed = year.len() >= 4
        && year.bytes().all(|octet| octet.is_ascii_digit())
        && (year.len() == 4 || !year.starts_with('0'))
        && year != "0000";
    let (day, zone) = rest.split_at_checked(5).ok_or(NotADate)?;
    let (month, day) = day.split_once('-').ok_or(NotADate)?;
    let (month, day) = (two_digits(month)?, two_digits(day)?);
    if !well_formed || !is_zone(zone) || !(1..=12).contains(&month) {
        return Err(NotADate);
    }
    // 10000 is a multiple of 400, so the last four digits decide about the leap day.
    let cycle: i32 = year.get(year.len() - 4..).and_then(|digits| digits.parse().ok()).ok_or(NotADate)?;
    let leap = cycle % 4 == 0 && (cycle % 100 != 0 || cycle % 400 == 0);
    let last = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    if !(1..=last).contains(&day) {
        return Err(NotADate);
    }
    Ok(if before || year.len() > 4 { None } else { Date::new(cycle, month, day) })
}

fn two_digits(text: &str) -> Result<u8, NotADate> {
    match *text.as_bytes() {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => Ok((tens - b'0') * 10 + (ones - b'0')),
        _ => Err(NotADate),
    }
}

/// Nothing, `Z`, or an offset of at most 14 hours.
fn is_zone(text: &str) -> bool {
    if text.is_empty() || text == "Z" {
        return true;
    }
    let Some((hours, minutes)) = text.strip_prefix(['+', '-']).and_then(|offset| offset.split_once(':')) else {
        return false;
    };
    match (two_digits(hours), two_digits(minutes)) {
        (Ok(hours), Ok(minutes)) => hours <= 13 && minutes <= 59 || hours == 14 && minutes == 0,
        _ => false,
    }
}
