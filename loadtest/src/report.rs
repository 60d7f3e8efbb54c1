//! What came of it: percentiles by kind of command beside the limits, failures by code, and the verdict.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use hdrhistogram::Histogram;

use crate::scenario::Kind;

/// The outcome of a test.
#[derive(Debug, Default)]
pub(crate) struct Report {
    kinds: BTreeMap<Kind, Histogram<u64>>,
    refused: BTreeMap<(Kind, u16), u64>,
    wrong: BTreeMap<String, u64>,
    unanswered: u64,
    pub(crate) elapsed: Duration,
}

impl Report {
    /// An answer `took` after its command was due.
    pub(crate) fn answered(&mut self, kind: Kind, took: Duration, judged: Result<u16, String>) {
        let times = self.kinds.entry(kind).or_insert_with(histogram);
        times.saturating_record(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
        match judged {
            Ok(1000) => {}
            Ok(code) => *self.refused.entry((kind, code)).or_default() += 1,
            Err(why) => *self.wrong.entry(why).or_default() += 1,
        }
    }

    /// Commands that were due and never answered.
    pub(crate) fn unanswered(&mut self, count: u64) {
        self.unanswered += count;
    }

    /// A session that ended.
    pub(crate) fn lost(&mut self, why: &std::io::Error) {
        *self.wrong.entry(format!("a session was lost: {why}")).or_default() += 1;
    }

    /// Whether every answer came, was right, and nine of ten were within the limit.
    pub(crate) fn holds(&self) -> bool {
        let within = |(kind, times): (&Kind, &Histogram<u64>)| times.value_at_quantile(0.9) <= kind.limit_ms() * 1000;
        self.unanswered == 0 && self.wrong.is_empty() && self.refused.is_empty() && self.kinds.iter().all(within)
    }
}

/// Microseconds, from 1 to ten minutes.
pub(crate) fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, 600_000_000, 3).expect("the bounds are in order")
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "round trips in ms, from the moment each command was due")?;
        let heads = ["p50", "p90", "p99", "p99.9", "max", "limit"];
        write!(f, "{:<8}{:>10}{:>10}", "command", "answers", "per s")?;
        heads.iter().try_for_each(|head| write!(f, "{head:>10}"))?;
        writeln!(f, "  limit/p99.9")?;
        for (kind, times) in &self.kinds {
            let rate = times.len() as f64 / self.elapsed.as_secs_f64();
            write!(f, "{:<8}{:>10}{:>10.0}", kind.name(), times.len(), rate)?;
            for quantile in [0.5, 0.9, 0.99, 0.999, 1.0] {
                write!(f, "{:>10.3}", times.value_at_quantile(quantile) as f64 / 1000.0)?;
            }
            let margin = kind.limit_ms() as f64 * 1000.0 / times.value_at_quantile(0.999).max(1) as f64;
            writeln!(f, "{:>10}{margin:>13.0}", kind.limit_ms())?;
        }
        for ((kind, code), count) in &self.refused {
            writeln!(f, "{} answered {code}: {count}", kind.name())?;
        }
        for (why, count) in &self.wrong {
            writeln!(f, "{why}: {count}")?;
        }
        if self.unanswered > 0 {
            writeln!(f, "due and not answered: {}", self.unanswered)?;
        }
        f.write_str(match self.holds() {
            true => "every limit holds",
            false => "NOT WITHIN THE LIMITS",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nine_of_ten_decide_and_one_wrong_answer_is_too_many() {
        let mut report = Report { elapsed: Duration::from_secs(1), ..Report::default() };
        for _ in 0..9 {
            report.answered(Kind::Check, Duration::from_millis(3), Ok(1000));
        }
        report.answered(Kind::Check, Duration::from_secs(3), Ok(1000));
        assert!(report.holds(), "{report}");
        report.answered(Kind::Check, Duration::from_secs(3), Ok(1000));
        assert!(!report.holds(), "two of eleven are late\n{report}");

        let mut report = Report { elapsed: Duration::from_secs(1), ..Report::default() };
        report.answered(Kind::Create, Duration::from_millis(3900), Ok(1000));
        assert!(report.holds(), "{report}");
        report.answered(Kind::Create, Duration::ZERO, Ok(2302));
        assert!(!report.holds() && report.to_string().contains("create answered 2302: 1"), "{report}");
    }

    #[test]
    fn what_was_never_answered_breaks_the_limits() {
        let mut report = Report::default();
        assert!(report.holds());
        report.unanswered(1);
        assert!(!report.holds());
    }
}
