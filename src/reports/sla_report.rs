//! The monthly service levels of Specification 10 of ICANN's base registry agreement, each with what was measured and a
//! verdict.
//!
//! ICANN measures by probes in the world, and only its figures count. Ours are taken in the server: they lack the network, and
//! the probes' schedule. Planned maintenance is downtime as any other (Specification 10 excludes none).

use hdrhistogram::Histogram;
use serde::Serialize;

use super::sla_month::{Downtime, Month};
use super::sla_record::{BOUNDS, BUCKETS};
use crate::base::timestamp::{Date, Timestamp};

/// How it was measured, in a sentence for whoever reads the report.
pub const HOW: &str = "Measured in the server, from a whole command to its response written, and from a whole RDAP query to \
                       its answer; minutes that no record tells of count as down. ICANN measures from outside, with the \
                       network between, and its figures are those that count.";

/// What becomes of a requirement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It is met; in a month that is not over, so far.
    Met,
    /// It is not.
    Missed,
    /// There is nothing to judge.
    NoData,
    /// Nothing of it is measured by this program.
    NotMeasuredHere,
}

impl Verdict {
    /// For people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Missed => "missed",
            Self::NoData => "no data",
            Self::NotMeasuredHere => "not measured here",
        }
    }
}

/// A requirement, and what was measured.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// Of which service.
    pub service: &'static str,
    /// Which parameter.
    pub parameter: &'static str,
    /// What it may be at most.
    pub limit: u64,
    /// Minutes of downtime, or milliseconds, or minutes of delay.
    pub unit: &'static str,
    /// How many of a hundred must be within the limit; none for downtime.
    pub required_percent: Option<u64>,
    /// Minutes of downtime.
    pub downtime_minutes: Option<f64>,
    /// Those of them in maintenance that was announced.
    pub announced_minutes: Option<f64>,
    /// How many of a hundred answers were within the limit.
    pub within_percent: Option<f64>,
    /// Answers.
    pub answers: Option<u64>,
    /// Those of them beyond five times the limit, which Specification 10 counts as none.
    pub beyond_five_times: Option<u64>,
    /// What becomes of it.
    pub verdict: Verdict,
}

/// Times of one class of answers, in milliseconds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClassTimes {
    /// Which class.
    pub class: &'static str,
    /// Answers that were timed.
    pub timed: u64,
    /// The median.
    pub p50: f64,
    /// 99 of a hundred took no longer.
    pub p99: f64,
    /// 999 of a thousand took no longer.
    pub p999: f64,
    /// The longest.
    pub max: f64,
}

/// The report of a month.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// As `2026-11`.
    pub month: String,
    /// From when it was measured.
    pub from: String,
    /// Until when.
    pub to: String,
    /// Whether that is all of the month.
    pub whole_month: bool,
    /// See [`HOW`].
    pub how: &'static str,
    /// Lines of the record that could not be read; what they told of counts as down.
    pub damaged: Vec<String>,
    /// The requirements.
    pub levels: Vec<Row>,
    /// Times by class.
    pub times_millis: Vec<ClassTimes>,
}

/// Classes as [`super::sla_record::Answers`] has them: service, parameter, limit in milliseconds, how many of a hundred.
const CLASSES: [(&str, &str, u64, u64); 4] = [
    ("EPP", "session-command RTT", 4000, 90),
    ("EPP", "query-command RTT", 2000, 90),
    ("EPP", "transform-command RTT", 4000, 90),
    ("RDAP", "query RTT", 4000, 95),
];
/// Minutes that EPP and RDAP may be down.
const DOWNTIME: u64 = 864;
/// What is required of DNS, and of updates, which show in RDAP and in DNS: nothing here measures it.
const ELSEWHERE: [(&str, &str, u64, &str, Option<u64>); 6] = [
    ("DNS", "service availability", 0, "min of downtime", None),
    ("DNS", "name server availability", 432, "min of downtime", None),
    ("DNS", "TCP resolution RTT", 1500, "ms", Some(95)),
    ("DNS", "UDP resolution RTT", 500, "ms", Some(95)),
    ("DNS", "update time", 60, "min", Some(95)),
    ("RDAP", "update time", 60, "min", Some(95)),
];

/// The report of what a month came to. `damaged` are lines of its record that could not be read.
pub fn report(month: Date, found: &Month, damaged: Vec<String>) -> Report {
    let moment = |millis: i64| Timestamp::from_micros(millis.saturating_mul(1000)).to_string();
    let mut levels: Vec<_> = ELSEWHERE.iter().map(elsewhere).collect();
    let rtt = |class: usize| within(&CLASSES[class], &found.answers[class]);
    levels.extend([availability("RDAP", found.rdap), rtt(3), availability("EPP", found.epp), rtt(0), rtt(1), rtt(2)]);
    let classes = ["EPP session", "EPP query", "EPP transform", "RDAP query"];
    let times = classes.into_iter().zip(&found.times).filter(|(_, times)| !times.is_empty());
    Report {
        month: format!("{:04}-{:02}", month.year, month.month),
        from: moment(found.from),
        to: moment(found.to),
        whole_month: found.is_whole,
        how: HOW,
        damaged,
        levels,
        times_millis: times.map(|(class, times)| class_times(class, times)).collect(),
    }
}

fn row(service: &'static str, parameter: &'static str, limit: u64, unit: &'static str, verdict: Verdict) -> Row {
    Row {
        service,
        parameter,
        limit,
        unit,
        required_percent: None,
        downtime_minutes: None,
        announced_minutes: None,
        within_percent: None,
        answers: None,
        beyond_five_times: None,
        verdict,
    }
}

fn elsewhere(
    &(service, parameter, limit, unit, required_percent): &(&'static str, &'static str, u64, &'static str, Option<u64>),
) -> Row {
    Row { required_percent, ..row(service, parameter, limit, unit, Verdict::NotMeasuredHere) }
}

#[expect(clippy::cast_precision_loss, reason = "a month has 31 times 86,400,000 milliseconds at most")]
fn availability(service: &'static str, down: Option<Downtime>) -> Row {
    let minutes = |millis: u64| (millis as f64 / 600.0).round() / 100.0;
    let verdict = match down {
        None => Verdict::NoData,
        Some(Downtime { all, .. }) if all <= DOWNTIME * 60_000 => Verdict::Met,
        Some(_) => Verdict::Missed,
    };
    Row {
        downtime_minutes: down.map(|down| minutes(down.all)),
        announced_minutes: down.map(|down| minutes(down.announced)),
        ..row(service, "availability", DOWNTIME, "min of downtime", verdict)
    }
}

#[expect(clippy::cast_precision_loss, reason = "thousandths of a hundredth part")]
fn within(
    &(service, parameter, limit, percent): &(&'static str, &'static str, u64, u64),
    answers: &[u64; BUCKETS],
) -> Row {
    let up_to = |millis: u64| {
        let buckets = BOUNDS.iter().zip(answers).filter(|(bound, _)| **bound <= millis * 1_000_000);
        buckets.map(|(_, count)| count).sum::<u64>()
    };
    let (all, good) = (answers.iter().sum::<u64>(), up_to(limit));
    let verdict = match (u128::from(good) * 100, u128::from(all) * u128::from(percent)) {
        _ if all == 0 => Verdict::NoData,
        (good, needed) if good >= needed => Verdict::Met,
        _ => Verdict::Missed,
    };
    // Cut, so that what is missed does not look as if it were met.
    let share = (u128::from(good) * 100_000).checked_div(u128::from(all));
    Row {
        required_percent: Some(percent),
        within_percent: share.map(|share| share as f64 / 1000.0),
        answers: Some(all),
        beyond_five_times: Some(all - up_to(5 * limit)),
        ..row(service, parameter, limit, "ms", verdict)
    }
}

#[expect(clippy::cast_precision_loss, reason = "a time is known to within one part in 128")]
fn class_times(class: &'static str, times: &Histogram<u64>) -> ClassTimes {
    let millis = |nanos: u64| (nanos as f64 / 1e3).round() / 1e3;
    let at = |quantile| millis(times.value_at_quantile(quantile));
    ClassTimes { class, timed: times.len(), p50: at(0.5), p99: at(0.99), p999: at(0.999), max: millis(times.max()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bucket_of(millis: u64) -> usize {
        BOUNDS.iter().position(|bound| *bound == millis * 1_000_000).expect("a bound")
    }

    #[test]
    fn the_limits_and_five_times_as_much_are_bounds_of_buckets() {
        for (_, _, limit, _) in CLASSES {
            assert!(bucket_of(limit) < bucket_of(5 * limit));
        }
    }

    #[test]
    fn just_enough_is_enough_and_one_less_is_not() {
        let class = CLASSES[1];
        let judge = |fast: u64, slow: u64, lost: u64| {
            let mut answers = [0; BUCKETS];
            answers[bucket_of(2000)] = fast;
            answers[bucket_of(2000) + 1] = slow;
            answers[bucket_of(10_000) + 1] = lost;
            let row = within(&class, &answers);
            (row.verdict, row.within_percent, row.beyond_five_times)
        };
        assert_eq!(judge(0, 0, 0), (Verdict::NoData, None, Some(0)));
        assert_eq!(judge(90, 9, 1), (Verdict::Met, Some(90.0), Some(1)));
        assert_eq!(judge(8_999_999, 1_000_001, 0), (Verdict::Missed, Some(89.999), Some(0)));
    }

    #[test]
    fn downtime_is_judged_by_its_milliseconds_announced_or_not() {
        let judge = |all| {
            let row = availability("EPP", Some(Downtime { all, announced: all }));
            (row.verdict, row.downtime_minutes)
        };
        assert_eq!(judge(864 * 60_000), (Verdict::Met, Some(864.0)));
        assert_eq!(judge(864 * 60_000 + 1), (Verdict::Missed, Some(864.0)));
        assert_eq!(availability("EPP", None).verdict, Verdict::NoData);
    }
}
