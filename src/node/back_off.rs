//! How long to wait before something that has failed is tried again. Pure: chance comes from outside.

use std::time::Duration;

use serde::Deserialize;

/// Waits that double from the first to the longest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BackOff {
    /// Seconds before the second attempt.
    pub first_s: u64,
    /// Seconds at most.
    pub longest_s: u64,
}

impl Default for BackOff {
    /// A minute, doubled up to an hour: a deposit has a day.
    fn default() -> Self {
        Self { first_s: 60, longest_s: 3600 }
    }
}

impl BackOff {
    /// How long to wait after `failures` attempts that failed (1: the first has), at least half of the step and at most all of
    /// it: `chance`, 0 to `u32::MAX`, says how much, so that those who failed together do not come back together. What whoever
    /// refused asks for (`Retry-After`) is waited for besides: take the longer of the two.
    pub fn wait(self, failures: u32, chance: u32) -> Duration {
        let doublings = failures.saturating_sub(1).min(63);
        let step = self.first_s.saturating_mul(1 << doublings).min(self.longest_s);
        let millis = step.saturating_mul(1000);
        let half = millis / 2;
        let share = u128::from(millis - half) * u128::from(chance) / u128::from(u32::MAX);
        Duration::from_millis(half.saturating_add(u64::try_from(share).unwrap_or(u64::MAX)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest_and_chance_takes_half_at_most() {
        let back_off = BackOff { first_s: 60, longest_s: 900 };
        let longest: Vec<u64> = (0..8).map(|failures| back_off.wait(failures, u32::MAX).as_secs()).collect();
        assert_eq!(longest, [60, 60, 120, 240, 480, 900, 900, 900]);
        assert_eq!(back_off.wait(3, 0), Duration::from_secs(120));
        assert_eq!(back_off.wait(1, u32::MAX / 2).as_millis(), 44_999);
        let most = BackOff { first_s: u64::MAX, longest_s: u64::MAX };
        assert!(most.wait(u32::MAX, u32::MAX) >= most.wait(1, 0), "nothing overflows");
    }
}
