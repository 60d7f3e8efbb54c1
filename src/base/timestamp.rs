//! UTC time in microseconds, and the calendar arithmetic a registry needs. No clock: time is given from outside.

use std::fmt;

/// Microseconds since 1970-01-01T00:00:00Z.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, rkyv::Archive, rkyv::Serialize, rkyv::Deserialize,
)]
#[rkyv(derive(Clone, Copy, Debug))]
pub struct Timestamp(i64);

/// A calendar date, year 1 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// 1..=9999
    pub year: i32,
    /// 1..=12
    pub month: u8,
    /// 1..=31
    pub day: u8,
}

const MICROS_PER_SECOND: i64 = 1_000_000;
const SECONDS_PER_DAY: i64 = 86_400;
const MICROS_PER_DAY: i64 = SECONDS_PER_DAY * MICROS_PER_SECOND;

impl Timestamp {
    /// From microseconds since the epoch.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since the epoch.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// This moment and `days` times 24 hours.
    #[must_use]
    pub const fn plus_days(self, days: i64) -> Self {
        Self(self.0 + days * MICROS_PER_DAY)
    }

    /// The same time of day `months` calendar months later; a day the target month lacks becomes its last
    /// (29 February plus 12 months is 28 February).
    #[must_use]
    pub fn plus_months(self, months: u32) -> Self {
        self.by_months(i64::from(months))
    }

    /// As [`Timestamp::plus_months`], back.
    #[must_use]
    pub fn minus_months(self, months: u32) -> Self {
        self.by_months(-i64::from(months))
    }

    fn by_months(self, months: i64) -> Self {
        let date = self.date();
        let index = i64::from(date.year) * 12 + i64::from(date.month) - 1 + months;
        let (year, month) = (index.div_euclid(12) as i32, index.rem_euclid(12) as u8 + 1);
        let day = date.day.min(days_in_month(year, month));
        let target = Date { year, month, day };
        Self(target.days_since_epoch() * MICROS_PER_DAY + self.0.rem_euclid(MICROS_PER_DAY))
    }

    /// The UTC date of this moment.
    pub fn date(self) -> Date {
        Date::from_days_since_epoch(self.0.div_euclid(MICROS_PER_DAY))
    }

    /// Cuts to whole milliseconds, the precision that is shown.
    #[must_use]
    pub const fn trunc_millis(self) -> Self {
        Self(self.0 - self.0.rem_euclid(1000))
    }

    /// Appends [`Timestamp::text`].
    pub fn write_to(self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.text());
    }

    /// `2026-11-21T09:08:07.123Z` (RFC 3339, always UTC and milliseconds; RFC 5731, section 2.4).
    pub fn text(self) -> [u8; 24] {
        let date = self.date();
        let of_day = self.0.rem_euclid(MICROS_PER_DAY);
        let (seconds, millis) = (of_day / MICROS_PER_SECOND, of_day % MICROS_PER_SECOND / 1000);
        // A day has 86,400 seconds, and narrow numbers are cheaper to divide.
        let (seconds, millis) = (seconds as u32, millis as u32);
        let mut text = *b"0000-00-00T00:00:00.000Z";
        put_digits(&mut text[0..4], i64::from(date.year));
        put_pair(&mut text, 5, u32::from(date.month));
        put_pair(&mut text, 8, u32::from(date.day));
        put_pair(&mut text, 11, seconds / 3600);
        put_pair(&mut text, 14, seconds / 60 % 60);
        put_pair(&mut text, 17, seconds % 60);
        text[20] = b'0' + (millis / 100) as u8;
        put_pair(&mut text, 21, millis % 100);
        text
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT` (IMF-fixdate of RFC 9110, section 5.6.7).
    pub fn http_date(self) -> [u8; 29] {
        const DAYS: &[u8; 21] = b"ThuFriSatSunMonTueWed";
        const MONTHS: &[u8; 36] = b"JanFebMarAprMayJunJulAugSepOctNovDec";
        let date = self.date();
        let day_of_week = self.0.div_euclid(MICROS_PER_DAY).rem_euclid(7) as usize;
        let seconds = self.0.rem_euclid(MICROS_PER_DAY) / MICROS_PER_SECOND;
        let mut text = *b"Thu, 00 Jan 0000 00:00:00 GMT";
        text[0..3].copy_from_slice(&DAYS[3 * day_of_week..][..3]);
        put_digits(&mut text[5..7], i64::from(date.day));
        text[8..11].copy_from_slice(&MONTHS[3 * usize::from(date.month - 1)..][..3]);
        put_digits(&mut text[12..16], i64::from(date.year));
        put_digits(&mut text[17..19], seconds / 3600);
        put_digits(&mut text[20..22], seconds / 60 % 60);
        put_digits(&mut text[23..25], seconds % 60);
        text
    }
}

impl ArchivedTimestamp {
    /// The moment as a native value.
    pub const fn get(self) -> Timestamp {
        Timestamp(self.0.to_native())
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Vec::with_capacity(24);
        self.write_to(&mut text);
        f.write_str(&String::from_utf8_lossy(&text))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl Date {
    /// A date that exists, or `None`.
    pub fn new(year: i32, month: u8, day: u8) -> Option<Self> {
        let exists =
            (1..=9999).contains(&year) && (1..=12).contains(&month) && (1..=days_in_month(year, month)).contains(&day);
        exists.then_some(Self { year, month, day })
    }

    /// The first moment of this date, in UTC.
    pub fn midnight(self) -> Timestamp {
        Timestamp(self.days_since_epoch() * MICROS_PER_DAY)
    }

    /// Days from 1970-01-01 to this date (Howard Hinnant's `days_from_civil`).
    fn days_since_epoch(self) -> i64 {
        let year = i64::from(self.year) - i64::from(self.month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let month_from_march = (i64::from(self.month) + 9) % 12;
        let day_of_year = (153 * month_from_march + 2) / 5 + i64::from(self.day) - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        era * 146_097 + day_of_era - 719_468
    }

    fn from_days_since_epoch(days: i64) -> Self {
        let shifted = days + 719_468;
        let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = (day_of_year - (153 * month_from_march + 2) / 5 + 1) as u8;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 } as u8;
        let year = (year_of_era + era * 400 + i64::from(month <= 2)) as i32;
        Self { year, month, day }
    }
}

fn days_in_month(year: i32, month: u8) -> u8 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Two digits of a number below 100.
fn put_pair(text: &mut [u8; 24], place: usize, value: u32) {
    text[place] = b'0' + (value / 10) as u8;
    text[place + 1] = b'0' + (value % 10) as u8;
}

fn put_digits(out: &mut [u8], mut value: i64) {
    for digit in out.iter_mut().rev() {
        *digit = b'0' + (value % 10) as u8;
        value /= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const YEAR_9999: i64 = 253_402_300_799;

    proptest! {
        #[test]
        fn text_and_date_agree_with_jiff(seconds in 0..YEAR_9999, millis in 0i64..1000) {
            let ours = Timestamp::from_micros(seconds * MICROS_PER_SECOND + millis * 1000);
            let judge = jiff::Timestamp::from_microsecond(ours.micros()).expect("in range");
            prop_assert_eq!(ours.to_string(), judge.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string());
            let http = judge.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
            prop_assert_eq!(String::from_utf8_lossy(&ours.http_date()).into_owned(), http);
            let civil = judge.to_zoned(jiff::tz::TimeZone::UTC).date();
            prop_assert_eq!(ours.date(), Date::new(civil.year().into(), civil.month() as u8, civil.day() as u8).expect("exists"));
        }

        #[test]
        fn months_agree_with_jiff(seconds in 0..4_102_444_800i64, months in 0u32..1200) {
            let ours = Timestamp::from_micros(seconds * MICROS_PER_SECOND);
            let judge = jiff::Timestamp::from_second(seconds).expect("in range").to_zoned(jiff::tz::TimeZone::UTC);
            let later = judge.checked_add(jiff::Span::new().months(months as i32)).expect("in range");
            prop_assert_eq!(ours.plus_months(months).micros(), later.timestamp().as_microsecond());
        }
    }

    #[test]
    fn a_leap_day_renewed_by_a_year_ends_on_the_28th() {
        let leap = Timestamp::from_micros(Date::new(2028, 2, 29).expect("exists").days_since_epoch() * MICROS_PER_DAY);
        assert_eq!(leap.plus_months(12).to_string(), "2029-02-28T00:00:00.000Z");
        assert_eq!(Date::new(2027, 2, 29), None);
    }
}
