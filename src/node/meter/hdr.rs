//! Histograms that one thread writes and any thread may read, in the buckets of HdrHistogram with two digits: a value is
//! known to within one part in 128, over the whole range.
//!
//! The buckets are those of [`Histogram`], which does the reckoning once they have been read; it cannot be recorded into
//! by one thread while another reads.

use hdrhistogram::Histogram;

use super::counters::Counters;

/// Digits that are kept of a value.
const DIGITS: u8 = 2;
/// Buckets of the first range; each further one has half as many, twice as wide.
const FIRST: usize = 256;
const HALF: usize = FIRST / 2;

/// What a histogram can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The width of the first buckets is two to the power of this.
    unit: u32,
    /// What is larger counts as this.
    highest: u64,
}

/// Times in nanoseconds, from 64 of them to 100 seconds.
pub const LATENCIES: Layout = Layout { unit: 6, highest: 100_000_000_000 };
/// Numbers of things, up to 65,535.
pub const SIZES: Layout = Layout { unit: 0, highest: 65_535 };

impl Layout {
    fn slot(self, value: u64) -> usize {
        let value = value.min(self.highest) >> self.unit;
        let doublings = u64::BITS.saturating_sub(value.leading_zeros()).saturating_sub(FIRST.ilog2());
        doublings as usize * HALF + (value >> doublings) as usize
    }

    /// The least value of a slot.
    fn value(self, slot: usize) -> u64 {
        let doublings = (slot / HALF).saturating_sub(1);
        ((slot - doublings * HALF) as u64) << doublings << self.unit
    }

    fn slots(self) -> usize {
        self.slot(self.highest) + 1
    }

    /// An empty histogram of these buckets.
    pub fn empty(self) -> Histogram<u64> {
        Histogram::new_with_bounds(1 << self.unit, self.highest, DIGITS)
            .expect("the bounds of the layouts are in order")
    }
}

/// A histogram of one thread.
#[derive(Debug)]
pub struct Hdr {
    layout: Layout,
    /// A counter for each slot, and behind them the sum of all values.
    counters: Counters,
}

impl Hdr {
    /// An empty one.
    pub fn new(layout: Layout) -> Self {
        Self { layout, counters: Counters::new(layout.slots() + 1) }
    }

    /// Counts a value. Only the thread whose histogram this is may.
    pub fn record(&self, value: u64) {
        self.counters.add(self.layout.slot(value), 1);
        self.counters.add(self.layout.slots(), value);
    }

    /// What it holds now.
    pub fn read(&self) -> Reading {
        let slots = (0..self.layout.slots()).map(|slot| (slot, self.counters.get(slot)));
        let counts = slots.filter(|(_, count)| *count > 0).collect();
        Reading { layout: self.layout, counts, sum: self.counters.get(self.layout.slots()) }
    }
}

/// What a histogram held at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    layout: Layout,
    /// Slots with something in them, ascending.
    counts: Vec<(usize, u64)>,
    /// Of all values.
    pub sum: u64,
}

impl Reading {
    /// Of an empty histogram.
    pub const fn none(layout: Layout) -> Self {
        Self { layout, counts: Vec::new(), sum: 0 }
    }

    /// How many values.
    pub fn count(&self) -> u64 {
        self.counts.iter().map(|(_, count)| count).sum()
    }

    /// What came since an earlier reading of the same histogram.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        let mut before = earlier.counts.iter().peekable();
        let counts = self.counts.iter().filter_map(|(slot, count)| {
            while before.next_if(|(other, _)| other < slot).is_some() {}
            let then = before.next_if(|(other, _)| other == slot).map_or(0, |(_, count)| *count);
            Some((*slot, count.saturating_sub(then))).filter(|(_, count)| *count > 0)
        });
        Self { layout: self.layout, counts: counts.collect(), sum: self.sum.saturating_sub(earlier.sum) }
    }

    /// Takes in another histogram's.
    pub fn add(&mut self, other: &Self) {
        let mut all: std::collections::BTreeMap<_, u64> = std::mem::take(&mut self.counts).into_iter().collect();
        for (slot, count) in &other.counts {
            *all.entry(*slot).or_default() += count;
        }
        self.counts = all.into_iter().collect();
        self.sum = self.sum.saturating_add(other.sum);
    }

    /// As a histogram that can be asked for quantiles.
    pub fn histogram(&self) -> Histogram<u64> {
        let mut histogram = self.layout.empty();
        for (slot, count) in &self.counts {
            histogram.saturating_record_n(self.layout.value(*slot), *count);
        }
        histogram
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values over all orders of magnitude, the edges of the buckets among them.
    fn values(highest: u64) -> impl Iterator<Item = u64> {
        let powers = (0..64).map(|shift| 1_u64 << shift).take_while(move |power| *power <= highest);
        let near = powers.flat_map(|power| [power - 1, power, power + 1, power + power / 3, power + power / 128]);
        near.filter(move |value| *value <= highest).chain([highest])
    }

    #[test]
    fn the_buckets_are_those_of_the_library() {
        for layout in [LATENCIES, SIZES] {
            let (ours, mut theirs) = (Hdr::new(layout), layout.empty());
            for (times, value) in values(layout.highest).enumerate() {
                for _ in 0..=times % 3 {
                    ours.record(value);
                    theirs.record(value).expect("in range");
                }
            }
            let read = ours.read();
            assert_eq!(read.histogram(), theirs);
            assert_eq!(read.count(), theirs.len());
            let slots = (0..layout.slots()).map(|slot| layout.slot(layout.value(slot)));
            assert!(slots.eq(0..layout.slots()), "each slot's least value is in it");
        }
    }

    #[test]
    fn what_is_beyond_the_range_counts_as_the_highest() {
        let hdr = Hdr::new(LATENCIES);
        hdr.record(u64::MAX / 4);
        let histogram = hdr.read().histogram();
        assert_eq!((histogram.len(), histogram.max() >= LATENCIES.highest), (1, true));
    }

    #[test]
    fn a_difference_is_what_came_between_and_a_sum_is_both() {
        let hdr = Hdr::new(LATENCIES);
        for nanos in [1_000, 5_000, 5_000] {
            hdr.record(nanos);
        }
        let before = hdr.read();
        for nanos in [100, 5_000, 9_000_000] {
            hdr.record(nanos);
        }
        let between = hdr.read().since(&before);
        let mut expected = LATENCIES.empty();
        for nanos in [100, 5_000, 9_000_000] {
            expected.record(nanos).expect("in range");
        }
        assert_eq!((between.histogram(), between.sum), (expected, 9_005_100));
        let mut all = before.clone();
        all.add(&between);
        assert_eq!(all, hdr.read());
        assert_eq!(hdr.read().since(&hdr.read()), Reading::none(LATENCIES));
    }
}
