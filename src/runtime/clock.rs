//! The real clock: UTC that never goes backwards.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::SystemTime;

use crate::base::timestamp::Timestamp;
use crate::port::clock::Clock;

/// The machine's UTC clock. When the machine's clock is set back, this one stands still until the other has caught up,
/// for all clones alike: a transaction must not be older than the one before it.
#[derive(Clone, Debug, Default)]
pub struct SystemClock {
    latest: Arc<AtomicI64>,
}

impl SystemClock {
    /// A clock that starts from the machine's time.
    pub fn new() -> Self {
        Self::default()
    }

    /// The later of `micros` and all earlier answers.
    fn not_before_the_last(&self, micros: i64) -> i64 {
        self.latest.fetch_max(micros, Ordering::AcqRel).max(micros)
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_micros(self.not_before_the_last(i64::try_from(since_epoch.as_micros()).unwrap_or(i64::MAX)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_set_back_stands_still() {
        let clock = SystemClock::new();
        let other = clock.clone();
        let before = clock.now();
        assert_eq!(clock.not_before_the_last(before.micros() + 10), before.micros() + 10);
        assert_eq!(other.not_before_the_last(before.micros() - 1_000_000), before.micros() + 10);
        assert!(other.now() > before);
    }
}
