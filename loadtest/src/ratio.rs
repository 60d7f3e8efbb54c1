//! How many times one thing is another, from pairs that were measured side by side, and how sure that is.
//!
//! Ratios are multiplied, so their logarithms are what is averaged; the interval is Student's for the mean of those. Pairs
//! that follow each other closely share what the machine did meanwhile, which a ratio takes out.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Two-sided 95 % points of Student's distribution, by degrees of freedom from 1 (any table of statistics).
const STUDENT: [f64; 30] = [
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120,
    2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/// The two-sided 95 % point of Student's distribution with so many degrees of freedom, 1 or more, to a thousandth: beyond the
/// table by the expansion around the normal distribution's in powers of 1/n (Abramowitz and Stegun, 26.7.5).
fn student(degrees: usize) -> f64 {
    const Z: f64 = 1.959_964;
    STUDENT.get(degrees.saturating_sub(1)).copied().unwrap_or_else(|| {
        let n = degrees as f64;
        let [z3, z5, z7] = [3, 5, 7].map(|power| Z.powi(power));
        Z + (z3 + Z) / (4.0 * n)
            + (5.0 * z5 + 16.0 * z3 + 3.0 * Z) / (96.0 * n * n)
            + (3.0 * z7 + 19.0 * z5 + 17.0 * z3 - 15.0 * Z) / (384.0 * n * n * n)
    })
}

/// A ratio with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Ratio {
    pub(crate) mean: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

impl Ratio {
    /// Of pairs; none of fewer than two, or where one has nothing.
    pub(crate) fn of(pairs: &[(f64, f64)]) -> Option<Self> {
        if pairs.len() < 2 || pairs.iter().any(|(above, below)| !(*above > 0.0 && *below > 0.0)) {
            return None;
        }
        let logs: Vec<f64> = pairs.iter().map(|(above, below)| (above / below).ln()).collect();
        let count = logs.len() as f64;
        let mean = logs.iter().sum::<f64>() / count;
        let variance = logs.iter().map(|log| (log - mean).powi(2)).sum::<f64>() / (count - 1.0);
        let margin = student(logs.len() - 1) * (variance / count).sqrt();
        Some(Self { mean: mean.exp(), low: (mean - margin).exp(), high: (mean + margin).exp() })
    }

    /// Whether it is surely below `bound`.
    pub(crate) fn is_below(&self, bound: f64) -> bool {
        self.high < bound
    }

    /// Whether it is surely above `bound`.
    pub(crate) fn is_above(&self, bound: f64) -> bool {
        self.low > bound
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { mean, low, high } = self;
        write!(f, "{mean:.3} ({low:.3} to {high:.3})")
    }
}

/// Jain's index of fairness: 1 when all got the same, 1/n when one got all.
pub(crate) fn jain(shares: impl IntoIterator<Item = u64>) -> Option<f64> {
    let (mut count, mut sum, mut squares) = (0.0, 0.0, 0.0);
    for share in shares {
        let share = share as f64;
        count += 1.0;
        sum += share;
        squares += share * share;
    }
    (squares > 0.0).then(|| sum * sum / (count * squares))
}

#[cfg(test)]
mod tests {
    use rand_xoshiro::Xoshiro256PlusPlus;
    use rand_xoshiro::rand_core::SeedableRng;

    use super::*;
    use crate::engine::arrivals::fraction;

    #[test]
    fn the_interval_is_students() {
        // Logs 0.1, 0.2, 0.3: mean 0.2, deviation 0.1, margin 4.303 · 0.1 / √3 = 0.24843.
        let pairs = [0.1_f64, 0.2, 0.3].map(|log| (3.0 * log.exp(), 3.0));
        let ratio = Ratio::of(&pairs).expect("a ratio");
        let near = |found: f64, log: f64| assert!((found.ln() - log).abs() < 1e-4, "{found} {log}");
        near(ratio.mean, 0.2);
        near(ratio.low, 0.2 - 0.24843);
        near(ratio.high, 0.2 + 0.24843);
        assert!(!ratio.is_above(1.0) && ratio.is_above(0.9) && ratio.is_below(1.6));
        assert_eq!(Ratio::of(&pairs[..1]), None);
        assert_eq!(Ratio::of(&[(1.0, 1.0), (0.0, 1.0)]), None);
    }

    #[test]
    fn students_points_are_good_to_a_thousandth_beyond_the_table_too() {
        for (degrees, point) in [
            (1, 12.706),
            (30, 2.042),
            (31, 2.0395),
            (40, 2.0211),
            (60, 2.0003),
            (120, 1.9799),
            (999, 1.9623),
            (1_000_000, 1.959_966),
        ] {
            assert!((student(degrees) - point).abs() < 1e-4, "{degrees}: {}", student(degrees));
        }
    }

    #[test]
    fn the_interval_holds_the_truth_as_often_as_it_says() {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(3);
        let mut normal = || (0..12).map(|_| fraction(&mut random)).sum::<f64>() - 6.0;
        let holds = (0..2000).filter(|_| {
            let pairs: Vec<_> = (0..10).map(|_| ((0.1 * normal()).exp() * 1.5, (0.1 * normal()).exp())).collect();
            let ratio = Ratio::of(&pairs).expect("a ratio");
            ratio.low <= 1.5 && 1.5 <= ratio.high
        });
        let share = holds.count() as f64 / 2000.0;
        assert!((0.93..=0.97).contains(&share), "{share}");
    }

    #[test]
    fn fairness_is_jains() {
        let near = |shares: &[u64], index: f64| {
            let found = jain(shares.iter().copied()).expect("an index");
            assert!((found - index).abs() < 1e-9, "{shares:?}: {found}");
        };
        near(&[5, 5, 5, 5], 1.0);
        near(&[7, 0, 0, 0], 0.25);
        near(&[1, 2, 3], 36.0 / 42.0);
        assert_eq!(jain([0, 0]), None);
        assert_eq!(jain([]), None);
    }
}
