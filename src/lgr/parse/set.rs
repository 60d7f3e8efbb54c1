//! Sets of code points as sorted ranges.

use super::super::table::Range;

/// The last code point.
const LAST: u32 = char::MAX as u32;

/// A set of code points: ranges that are ascending and neither overlap nor touch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Set {
    ranges: Vec<Range>,
}

impl Set {
    /// The set of some ranges, from first to last, in any order.
    pub(super) fn new(mut ranges: Vec<(u32, u32)>) -> Self {
        ranges.sort_unstable();
        let mut merged: Vec<Range> = Vec::with_capacity(ranges.len());
        for (first, last) in ranges {
            match merged.last_mut() {
                Some(before) if first <= before.last.saturating_add(1) => before.last = before.last.max(last),
                _ => merged.push(Range { first, last }),
            }
        }
        Self { ranges: merged }
    }

    pub(super) fn ranges(&self) -> &[Range] {
        &self.ranges
    }

    pub(super) fn union(&self, other: &Self) -> Self {
        Self::new(self.ranges.iter().chain(&other.ranges).map(|range| (range.first, range.last)).collect())
    }

    /// All code points of Unicode that are not in the set.
    pub(super) fn complement(&self) -> Self {
        let mut gaps = Vec::with_capacity(self.ranges.len() + 1);
        let mut next = 0;
        for range in &self.ranges {
            if range.first > next {
                gaps.push(Range { first: next, last: range.first - 1 });
            }
            next = range.last.saturating_add(1);
        }
        if next <= LAST {
            gaps.push(Range { first: next, last: LAST });
        }
        Self { ranges: gaps }
    }

    pub(super) fn intersection(&self, other: &Self) -> Self {
        self.complement().union(&other.complement()).complement()
    }

    pub(super) fn difference(&self, other: &Self) -> Self {
        self.intersection(&other.complement())
    }

    pub(super) fn symmetric_difference(&self, other: &Self) -> Self {
        self.difference(other).union(&other.difference(self))
    }
}
