//! `xs:date` and `xs:dateTime`: an optional minus, a year of four or more digits, month, day, time and an optional time
//! zone.

use crate::base::timestamp::{Date, Timestamp};

/// The text has not the form of its type, or names a day or an hour that no calendar has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotADate;

/// Reads an `xs:date` (XML Schema 1.0, part 2, section 3.2.9). The time zone is dropped: an expiry date is UTC
/// (RFC 5731, section 2.4). `None` is a date outside of year 1 to 9999.
pub(crate) fn date(text: &str) -> Result<Option<Date>, NotADate> {
    let (date, rest) = leading_date(text)?;
    zone(rest)?;
    Ok(date)
}

/// Reads an `xs:dateTime` (XML Schema 1.0, part 2, section 3.2.7), to the microsecond. One without time zone is UTC, as
/// all of EPP (RFC 3915, section 3.3). `None` is a moment outside of year 1 to 9999.
pub(crate) fn date_time(text: &str) -> Result<Option<Timestamp>, NotADate> {
    const SECOND: i64 = 1_000_000;
    let (date, rest) = leading_date(text)?;
    let (time, rest) = rest.strip_prefix('T').and_then(|rest| rest.split_at_checked(8)).ok_or(NotADate)?;
    let [hours, minutes, seconds] = *time.split(':').collect::<Vec<_>>() else { return Err(NotADate) };
    let (hours, minutes, seconds) = (two_digits(hours)?, two_digits(minutes)?, two_digits(seconds)?);
    let (fraction, rest) = fraction(rest)?;
    let offset = zone(rest)?;
    // 24:00:00 is the first moment of the next day (section 3.2.7.1).
    let is_midnight = hours == 24 && minutes == 0 && seconds == 0 && fraction == 0;
    if !(is_midnight || hours <= 23 && minutes <= 59 && seconds <= 59) {
        return Err(NotADate);
    }
    let of_day = (i64::from(hours) * 60 + i64::from(minutes) - offset) * 60 + i64::from(seconds);
    let moment = date.map(|date| Timestamp::from_micros(date.midnight().micros() + of_day * SECOND + fraction));
    let year_is_good = |moment: &Timestamp| (1..=9999).contains(&moment.date().year);
    Ok(moment.filter(year_is_good))
}

/// The date that a text begins with, and the rest of the text.
fn leading_date(text: &str) -> Result<(Option<Date>, &str), NotADate> {
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
    let (day, rest) = rest.split_at_checked(5).ok_or(NotADate)?;
    let (month, day) = day.split_once('-').ok_or(NotADate)?;
    let (month, day) = (two_digits(month)?, two_digits(day)?);
    if !well_formed || !(1..=12).contains(&month) {
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
    let date = if before || year.len() > 4 { None } else { Date::new(cycle, month, day) };
    Ok((date, rest))
}

fn two_digits(text: &str) -> Result<u8, NotADate> {
    match *text.as_bytes() {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => Ok((tens - b'0') * 10 + (ones - b'0')),
        _ => Err(NotADate),
    }
}

/// Microseconds of the fraction of a second that a text begins with, if it does, and the rest of the text.
fn fraction(text: &str) -> Result<(i64, &str), NotADate> {
    let Some(text) = text.strip_prefix('.') else { return Ok((0, text)) };
    let end = text.bytes().position(|octet| !octet.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at_checked(end).filter(|(digits, _)| !digits.is_empty()).ok_or(NotADate)?;
    let micros = digits.bytes().chain(std::iter::repeat(b'0')).take(6);
    Ok((micros.fold(0, |micros, digit| micros * 10 + i64::from(digit - b'0')), rest))
}

/// Minutes ahead of UTC: nothing, `Z`, or an offset of at most 14 hours.
fn zone(text: &str) -> Result<i64, NotADate> {
    if text.is_empty() || text == "Z" {
        return Ok(0);
    }
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let (hours, minutes) = text.strip_prefix(['+', '-']).and_then(|offset| offset.split_once(':')).ok_or(NotADate)?;
    let (hours, minutes) = (two_digits(hours)?, two_digits(minutes)?);
    if hours <= 13 && minutes <= 59 || hours == 14 && minutes == 0 {
        Ok(sign * (i64::from(hours) * 60 + i64::from(minutes)))
    } else {
        Err(NotADate)
    }
}
