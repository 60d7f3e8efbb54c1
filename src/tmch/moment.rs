//! Moments as lists and signed marks write them: RFC 3339, with an offset or `Z`.

use crate::base::timestamp::{Date, Timestamp};

/// Reads `2012-08-16T00:00:00.0Z`, any number of digits behind the point, or none; an offset in the place of `Z` as
/// `xs:dateTime` has it. To the microsecond.
pub(super) fn parse(text: &str) -> Option<Timestamp> {
    let (date, rest) = text.split_once('T')?;
    let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
    let (time, rest) = rest.split_at_checked(8)?;
    let [hour, minute, second] = numbers(time, ':', [2, 2, 2])?;
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let (micros, zone) = match rest.strip_prefix('.') {
        None => (0, rest),
        Some(rest) => {
            let end = rest.bytes().position(|octet| !octet.is_ascii_digit()).filter(|end| *end > 0)?;
            let digits = rest.bytes().take(end).chain(std::iter::repeat(b'0')).take(6);
            (digits.fold(0, |micros, digit| micros * 10 + i64::from(digit - b'0')), rest.get(end..)?)
        }
    };
    let date = Date::new(i32::try_from(year).ok()?, u8::try_from(month).ok()?, u8::try_from(day).ok()?)?;
    let seconds = (i64::from(hour) * 60 + i64::from(minute) - offset(zone)?) * 60 + i64::from(second);
    Some(Timestamp::from_micros(date.midnight().micros() + seconds * 1_000_000 + micros))
}

/// Minutes ahead of UTC.
fn offset(zone: &str) -> Option<i64> {
    if zone == "Z" {
        return Some(0);
    }
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let [hours, minutes] = numbers(zone.strip_prefix(['+', '-'])?, ':', [2, 2])?;
    (hours <= 14 && minutes <= 59).then(|| sign * (i64::from(hours) * 60 + i64::from(minutes)))
}

/// As many numbers of so many digits each.
fn numbers<const N: usize>(text: &str, separator: char, digits: [usize; N]) -> Option<[u32; N]> {
    let mut values = [0; N];
    let mut parts = text.split(separator);
    for (value, digits) in values.iter_mut().zip(digits) {
        let part =
            parts.next().filter(|part| part.len() == digits && part.bytes().all(|octet| octet.is_ascii_digit()))?;
        *value = part.parse().ok()?;
    }
    parts.next().is_none().then_some(values)
}

/// Appends `2012-08-16T00:00:00.0Z`: what comes behind a tenth of a second is cut off, as in all examples of RFC 9361.
pub(super) fn write(out: &mut String, moment: Timestamp) {
    let text = moment.to_string();
    // 2012-08-16T00:00:00.000Z
    out.push_str(text.get(..21).unwrap_or_default());
    out.push('Z');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_to_the_letter_and_written_as_the_rfc_prints_them() {
        let midnight = Date::new(2012, 8, 16).expect("a day").midnight();
        let after = |micros: i64| Some(Timestamp::from_micros(midnight.micros() + micros));
        for (text, expected) in [
            ("2012-08-16T00:00:00.0Z", after(0)),
            ("2012-08-16T00:00:00Z", after(0)),
            ("2012-08-16T00:00:00.1234567Z", after(123_456)),
            ("2012-08-16T02:00:00+02:00", after(0)),
            ("2012-08-15T23:30:00-00:30", after(0)),
            ("2012-08-16T00:00:00", None),
            ("2012-08-16T00:00:00.Z", None),
            ("2012-08-16T24:00:00Z", None),
            ("2012-08-16T00:60:00Z", None),
            ("2012-02-30T00:00:00Z", None),
            ("2012-8-16T00:00:00Z", None),
            ("12012-08-16T00:00:00Z", None),
            ("2012-08-16 00:00:00Z", None),
            ("2012-08-16T00:00:00z", None),
            ("2012-08-16T00:00:00+2:00", None),
            ("2012-08-16T00:00:00Zé", None),
            ("", None),
        ] {
            assert_eq!(parse(text), expected, "{text}");
        }
        let mut out = String::new();
        write(&mut out, Timestamp::from_micros(midnight.micros() + 199_999));
        assert_eq!(out, "2012-08-16T00:00:00.1Z");
    }
}
