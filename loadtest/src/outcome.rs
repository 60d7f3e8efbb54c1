//! What the bystanders felt in one phase: round trips and failures by kind.

use std::collections::BTreeMap;
use std::time::Duration;

use hdrhistogram::Histogram;

/// Microseconds, from 1 to ten minutes.
fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, 600_000_000, 3).expect("the bounds are in order")
}

/// What a bystander does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Check,
    Create,
    /// A look-up over a kept connection.
    Rdap,
    /// A look-up over a new connection.
    Visit,
    /// Connect, handshake, login.
    Login,
}

impl Kind {
    pub(crate) const ALL: [Self; 5] = [Self::Check, Self::Create, Self::Rdap, Self::Visit, Self::Login];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Create => "create",
            Self::Rdap => "rdap",
            Self::Visit => "visit",
            Self::Login => "login",
        }
    }

    /// Whether its connections are kept, rather than each opened for one errand.
    pub(crate) fn is_kept(self) -> bool {
        !matches!(self, Self::Visit | Self::Login)
    }
}

/// How an errand failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The server said no, or ended the connection.
    Refused(String),
    /// No answer in time.
    TimedOut,
    /// An answer to something else.
    Wrong(String),
}

/// One kind of errand in one phase.
#[derive(Clone, Debug)]
pub(crate) struct Felt {
    /// Microseconds from when each was due. What timed out stands here with the time it was waited for; what was refused
    /// does not, for a quick refusal is no quick answer.
    pub(crate) times: Histogram<u64>,
    pub(crate) refused: u64,
    pub(crate) timed_out: u64,
    pub(crate) wrong: u64,
    /// Why, and how often.
    pub(crate) reasons: BTreeMap<String, u64>,
}

impl Default for Felt {
    fn default() -> Self {
        Self { times: histogram(), refused: 0, timed_out: 0, wrong: 0, reasons: BTreeMap::new() }
    }
}

impl Felt {
    pub(crate) fn record(&mut self, took: Duration, failed: Option<Failure>) {
        let mut because = |why| *self.reasons.entry(why).or_default() += 1;
        match failed {
            Some(Failure::Refused(why)) => {
                self.refused += 1;
                return because(why);
            }
            Some(Failure::TimedOut) => self.timed_out += 1,
            Some(Failure::Wrong(why)) => {
                self.wrong += 1;
                because(why);
            }
            None => {}
        }
        self.times.saturating_record(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
    }

    /// All that were due.
    pub(crate) fn count(&self) -> u64 {
        self.times.len() + self.refused
    }

    pub(crate) fn errors(&self) -> u64 {
        self.refused + self.timed_out + self.wrong
    }

    /// Adds what another thread felt.
    fn add(&mut self, other: &Self) {
        self.times += &other.times;
        self.refused += other.refused;
        self.timed_out += other.timed_out;
        self.wrong += other.wrong;
        for (why, count) in &other.reasons {
            *self.reasons.entry(why.clone()).or_default() += count;
        }
    }
}

/// All kinds in one phase.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    pub(crate) kinds: BTreeMap<Kind, Felt>,
    /// Microseconds by which the tester itself was late to see that something was due. They are in the times too.
    pub(crate) lateness: Histogram<u64>,
    /// Kept connections that the server ended, and that were opened again.
    pub(crate) reopened: u64,
}

impl Default for Outcome {
    fn default() -> Self {
        Self { kinds: BTreeMap::new(), lateness: histogram(), reopened: 0 }
    }
}

impl Outcome {
    pub(crate) fn was_late(&mut self, by: Duration) {
        self.lateness.saturating_record(u64::try_from(by.as_micros()).unwrap_or(u64::MAX));
    }

    pub(crate) fn late_p99(&self) -> Duration {
        Duration::from_micros(self.lateness.value_at_quantile(0.99))
    }

    pub(crate) fn add(&mut self, other: &Self) {
        for (kind, felt) in &other.kinds {
            self.kinds.entry(*kind).or_default().add(felt);
        }
        self.lateness += &other.lateness;
        self.reopened += other.reopened;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_no_quick_answer_and_a_time_out_is_a_slow_one() {
        let mut felt = Felt::default();
        felt.record(Duration::from_millis(5), None);
        felt.record(Duration::from_micros(1), Some(Failure::Refused("closed".into())));
        felt.record(Duration::from_secs(10), Some(Failure::TimedOut));
        felt.record(Duration::from_millis(1), Some(Failure::Wrong("another name".into())));
        assert_eq!((felt.count(), felt.errors()), (4, 3));
        assert!(felt.times.min() >= 999, "the refusal's microsecond is not among the times");
        assert!(felt.times.max() >= 10_000_000);

        let (mut sum, mut other) = (Outcome::default(), Outcome::default());
        other.kinds.insert(Kind::Check, felt);
        sum.add(&other);
        sum.add(&other);
        assert_eq!(sum.kinds[&Kind::Check].count(), 8);
        assert_eq!(sum.kinds[&Kind::Check].reasons["closed"], 2);
    }
}
