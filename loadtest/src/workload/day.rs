//! Days, as expiry dates are compared: by the day, in UTC.

use domesday::base::timestamp::{Date, Timestamp};

const DAY_MICROS: i64 = 86_400_000_000;

/// Days since 1970, up to 2149. Day 0 stands for one that is not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Day(pub(super) u16);

impl Day {
    /// Not known.
    pub(super) const UNKNOWN: Self = Self(0);

    pub(super) fn is_known(self) -> bool {
        self != Self::UNKNOWN
    }

    fn midnight(self) -> Timestamp {
        Timestamp::from_micros(i64::from(self.0) * DAY_MICROS)
    }

    fn of(date: Date) -> Option<Self> {
        u16::try_from(date.midnight().micros() / DAY_MICROS).ok().map(Self)
    }

    pub(super) fn date(self) -> Date {
        self.midnight().date()
    }

    /// The same date so many years on; 28 February for the 29th where there is none. [`Self::UNKNOWN`] beyond 2149.
    pub(super) fn plus_years(self, years: u32) -> Self {
        Self::of(self.midnight().plus_months(years * 12).date()).unwrap_or(Self::UNKNOWN)
    }

    /// The date at the front of an `xs:dateTime` or `xs:date`.
    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        let (date, rest) = text.split_at_checked(10)?;
        let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = date else { return None };
        if rest.first().is_some_and(|next| !matches!(next, b'T' | b'Z')) {
            return None;
        }
        let number = |digits: &[u8]| {
            digits
                .iter()
                .try_fold(0_u16, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + u16::from(digit - b'0')))
        };
        let small = |digits| number(digits).and_then(|number| u8::try_from(number).ok());
        let date = Date::new(number(&[*y1, *y2, *y3, *y4])?.into(), small(&[*m1, *m2])?, small(&[*d1, *d2])?)?;
        Self::of(date)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text.as_bytes()).expect("a date")
    }

    #[test]
    fn dates_are_read_and_written_and_counted() {
        assert_eq!(day("1970-01-02"), Day(1));
        assert_eq!(day("2027-11-21T09:08:07.123Z").date().to_string(), "2027-11-21");
        assert_eq!(day("2027-11-21T23:59:59Z"), day("2027-11-21Z"));
        assert_eq!(day("2027-11-21").plus_years(1), day("2028-11-21"));
        assert_eq!(day("2028-02-29").plus_years(1), day("2029-02-28"));
        assert_eq!(day("2028-02-29").plus_years(4), day("2032-02-29"));
        for wrong in
            ["", "2027-11-2", "2027-13-01", "2027-02-30", "2027/11/21", "2027-11-211", "20a7-11-21", "1969-12-31"]
        {
            assert_eq!(Day::parse(wrong.as_bytes()), None, "{wrong}");
        }
    }
}
