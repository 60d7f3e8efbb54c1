//! When each command is due: evenly spaced from the start, never moved by what the server does.

use std::time::Duration;

/// The arrivals of one test.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Schedule {
    rate: u64,
    count: u64,
}

impl Schedule {
    /// `rate` commands a second for `seconds`.
    pub(crate) fn new(rate: u32, seconds: u32) -> Self {
        Self { rate: rate.into(), count: u64::from(rate) * u64::from(seconds) }
    }

    /// When command `number` is due, from the start. Computed from its number, so that no rounding adds up.
    pub(crate) fn due(&self, number: u64) -> Duration {
        let (seconds, rest) = (number / self.rate, number % self.rate);
        Duration::from_secs(seconds) + Duration::from_nanos(rest * 1_000_000_000 / self.rate)
    }

    /// How many commands are due at `elapsed`.
    pub(crate) fn due_by(&self, elapsed: Duration) -> u64 {
        let nanos = u128::from(self.rate) * elapsed.as_nanos();
        u64::try_from(nanos / 1_000_000_000 + 1).unwrap_or(u64::MAX).min(self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrivals_are_even_and_do_not_drift() {
        let schedule = Schedule::new(3, 1000);
        assert_eq!(schedule.count, 3000);
        assert_eq!(schedule.due(0), Duration::ZERO);
        assert_eq!(schedule.due(1), Duration::from_nanos(333_333_333));
        assert_eq!(schedule.due(2997), Duration::from_secs(999));
    }

    #[test]
    fn what_is_due_agrees_with_when_it_is_due() {
        let schedule = Schedule::new(7919, 2);
        assert_eq!(schedule.due_by(Duration::ZERO), 1);
        for number in [1, 100, 7918, 7919, 15_000] {
            let due = schedule.due(number);
            assert_eq!(schedule.due_by(due + Duration::from_nanos(1)), number + 1, "at {due:?}");
            assert_eq!(schedule.due_by(due - Duration::from_nanos(2)), number, "before {due:?}");
        }
        assert_eq!(schedule.due_by(Duration::from_secs(3)), schedule.count);
    }
}
