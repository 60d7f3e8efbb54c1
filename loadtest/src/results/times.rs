//! Times of answers: a histogram to count in, and its packed form in files.
//!
//! Nanoseconds from 1 to a minute, three significant digits: 0.1 % of a time, whether it is of 20 microseconds or of two
//! seconds, for 215 KiB. Longer times count as a minute, which is beyond every limit.

use std::fmt;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hdrhistogram::Histogram;
use hdrhistogram::serialization::{Deserializer, Serializer, V2DeflateSerializer};
use serde::{Deserialize, Serialize};

/// The longest time that is told from longer ones.
pub(crate) const LONGEST: Duration = Duration::from_secs(60);
/// Octets of a packed histogram, unpacked: no true one comes near.
const PACKED_BYTES: usize = 1 << 20;

/// Times of answers.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Times(Histogram<u64>);

impl Default for Times {
    fn default() -> Self {
        let longest = u64::try_from(LONGEST.as_nanos()).unwrap_or(u64::MAX);
        Self(Histogram::new_with_bounds(1, longest, 3).expect("the bounds are in order"))
    }
}

impl Times {
    /// Of times in nanoseconds.
    ///
    /// # Errors
    /// A time longer than [`LONGEST`].
    pub(crate) fn of(histogram: &Histogram<u64>) -> Result<Self, Damaged> {
        let mut times = Self::default();
        times.0.add(histogram).map_err(|_| Damaged)?;
        Ok(times)
    }

    pub(crate) fn record(&mut self, took: Duration) {
        self.0.saturating_record(u64::try_from(took.as_nanos()).unwrap_or(u64::MAX));
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.0 += &other.0;
    }

    pub(crate) fn reset(&mut self) {
        self.0.reset();
    }

    pub(crate) fn count(&self) -> u64 {
        self.0.len()
    }

    /// The time that this share of the answers, of 1, took at most.
    pub(crate) fn quantile(&self, quantile: f64) -> Duration {
        Duration::from_nanos(self.0.value_at_quantile(quantile))
    }

    pub(crate) fn max(&self) -> Duration {
        Duration::from_nanos(self.0.max())
    }

    /// How many answers took this time at most.
    pub(crate) fn within(&self, limit: Duration) -> u64 {
        self.0.count_between(0, u64::try_from(limit.as_nanos()).unwrap_or(u64::MAX))
    }

    pub(crate) fn histogram(&self) -> &Histogram<u64> {
        &self.0
    }

    pub(crate) fn pack(&self) -> Packed {
        let mut octets = Vec::new();
        V2DeflateSerializer::new().serialize(&self.0, &mut octets).expect("a vector takes what is written to it");
        let at = |quantile| self.0.value_at_quantile(quantile);
        Packed {
            count: self.0.len(),
            min_ns: self.0.min(),
            p50_ns: at(0.5),
            p90_ns: at(0.9),
            p99_ns: at(0.99),
            p99_9_ns: at(0.999),
            p99_99_ns: at(0.9999),
            max_ns: self.0.max(),
            hdr: STANDARD.encode(octets),
        }
    }
}

/// Times in nanoseconds as files have them.
///
/// # Errors
/// A time longer than [`LONGEST`].
pub(crate) fn packed(histogram: &Histogram<u64>) -> Result<Packed, String> {
    Times::of(histogram).map(|times| times.pack()).map_err(|error| error.to_string())
}

/// A histogram as files have it. The figures are for who reads the file without unpacking it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Packed {
    pub(crate) count: u64,
    pub(crate) min_ns: u64,
    pub(crate) p50_ns: u64,
    pub(crate) p90_ns: u64,
    pub(crate) p99_ns: u64,
    pub(crate) p99_9_ns: u64,
    pub(crate) p99_99_ns: u64,
    pub(crate) max_ns: u64,
    /// HdrHistogram's V2 format, compressed, in Base64: what its interval logs have.
    pub(crate) hdr: String,
}

/// A packed histogram that is none, or not of the figures beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Damaged;

impl fmt::Display for Damaged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a histogram in it is damaged")
    }
}

impl Packed {
    pub(crate) fn unpack(&self) -> Result<Times, Damaged> {
        if self.hdr.len() > PACKED_BYTES {
            return Err(Damaged);
        }
        let octets = STANDARD.decode(&self.hdr).map_err(|_| Damaged)?;
        let read: Histogram<u64> = Deserializer::new().deserialize(&mut octets.as_slice()).map_err(|_| Damaged)?;
        let times = Times::of(&read)?;
        if times.count() != self.count { Err(Damaged) } else { Ok(times) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that are the same in every run (xorshift).
    fn numbers(count: usize) -> Vec<u64> {
        let mut state = 0x9E37_79B9_7F4A_7C15_u64;
        let next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            // From a microsecond to a second, each decade alike.
            10_u64.pow(3 + (state % 6) as u32) * (1000 + state / 7 % 9000) / 1000
        };
        std::iter::repeat_with(next).take(count).collect()
    }

    #[test]
    fn percentiles_are_those_of_a_sorted_list_to_a_thousandth() {
        let mut sorted = numbers(50_000);
        let mut times = Times::default();
        sorted.iter().for_each(|nanos| times.record(Duration::from_nanos(*nanos)));
        sorted.sort_unstable();
        for quantile in [0.0, 0.25, 0.5, 0.9, 0.99, 0.999, 0.9999, 1.0] {
            let rank = ((quantile * sorted.len() as f64).ceil() as usize).max(1);
            let (exact, found) = (sorted[rank - 1], times.quantile(quantile).as_nanos() as u64);
            assert!(found.abs_diff(exact) as f64 <= exact as f64 / 1000.0, "{quantile}: {found}, exact {exact}");
        }
        let limit = Duration::from_millis(10);
        let exact = sorted.iter().filter(|nanos| **nanos <= 10_000_000).count() as u64;
        assert!(times.within(limit).abs_diff(exact) <= 50, "{} of {exact}", times.within(limit));
    }

    #[test]
    fn halves_add_up_and_survive_packing() {
        let all = numbers(10_000);
        let (mut whole, mut left, mut right) = (Times::default(), Times::default(), Times::default());
        for (index, nanos) in all.iter().enumerate() {
            let half = if index % 3 == 0 { &mut left } else { &mut right };
            [&mut whole, half].into_iter().for_each(|times| times.record(Duration::from_nanos(*nanos)));
        }
        let mut sum = left.pack().unpack().expect("what was packed");
        sum.add(&right.pack().unpack().expect("what was packed"));
        assert_eq!(sum, whole);
        assert_eq!(sum.pack(), whole.pack());
    }

    #[test]
    fn what_takes_longer_than_a_minute_counts_as_one() {
        let mut times = Times::default();
        times.record(Duration::from_secs(3600));
        times.record(Duration::MAX);
        assert_eq!(times.count(), 2);
        assert!(times.pack().min_ns >= 59_900_000_000, "{:?}", times.pack());
    }

    #[test]
    fn damage_is_seen() {
        let mut times = Times::default();
        times.record(Duration::from_millis(1));
        let good = times.pack();
        let damaged = |hdr: &str, count| Packed { hdr: hdr.to_owned(), count, ..good.clone() }.unpack();
        assert_eq!(damaged("", 1), Err(Damaged));
        assert_eq!(damaged("no Base64", 1), Err(Damaged));
        assert_eq!(damaged(&good.hdr[..good.hdr.len() / 8 * 4], 1), Err(Damaged));
        assert_eq!(damaged(&good.hdr, 2), Err(Damaged), "a count that is not the histogram's");
        assert_eq!(damaged(&good.hdr, 1), Ok(times));
    }
}
