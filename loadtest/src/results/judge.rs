//! Results held against Specification 10: the rows of every table, and the verdict.

use std::collections::BTreeMap;
use std::time::Duration;

use super::class::Limit;
use super::{Class, Damaged, Point, Results, Served, Times};

/// The quantiles that are shown, besides the longest time.
pub(crate) const QUANTILES: [(&str, f64); 5] =
    [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999), ("p99.99", 0.9999)];

/// The share of a p99 that the tester's own may be.
const LATE_SHARE: f64 = 0.1;
/// Jain's index that registrars are to be served with at least.
const FAIR: f64 = 0.99;
/// How many times the p99 of its first tenth that of a soak's last tenth may be.
const DRIFT: f64 = 1.5;
/// Intervals of the time line that a soak has at least, so that there is a tenth.
const TENTHS: usize = 10;

/// Results with what they amount to.
#[derive(Debug)]
pub(crate) struct Judged<'a> {
    pub(crate) results: &'a Results,
    /// Those classes that there was something of.
    pub(crate) classes: Vec<Group>,
    drifts: Vec<Drift>,
}

/// A class and its commands.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) class: Class,
    pub(crate) limit: Limit,
    pub(crate) total: Row,
    pub(crate) commands: Vec<Row>,
}

/// What came of a command, or of a class.
#[derive(Clone, Debug, Default)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) count: u64,
    pub(crate) errors: u64,
    pub(crate) per_second: f64,
    pub(crate) times: Times,
    /// The share of all that were due which were answered, rightly, within the limit.
    pub(crate) within: f64,
}

/// What is to be said of a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Holds,
    /// Fewer than must be within the limit are.
    Slow,
    /// Not every answer came and was right.
    Wrong,
}

impl Verdict {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Slow => "TOO SLOW",
            Self::Wrong => "ERRORS",
        }
    }
}

/// The p99 of a class in the first and in the last tenth of a soak.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Drift {
    class: Class,
    first: Duration,
    last: Duration,
}

impl Drift {
    /// How many times the first the last is; below a millisecond counts as one.
    fn times(&self) -> f64 {
        let seconds = |time: Duration| time.as_secs_f64().max(0.001);
        seconds(self.last) / seconds(self.first)
    }

    fn all(results: &Results) -> Result<Vec<Self>, Damaged> {
        let tenth = results.timeline.len() / TENTHS;
        if results.run.scenario != "soak" || tenth == 0 {
            return Ok(Vec::new());
        }
        let p99 = |points: &[Point], class| {
            let mut times = Times::default();
            points.iter().try_for_each(|point| point.of(Some(class)).map(|sum| times.add(&sum.times)))?;
            Ok::<_, Damaged>((times.count() > 0).then(|| times.quantile(0.99)))
        };
        let mut drifts = Vec::new();
        for class in Class::ALL {
            let (begin, _) = results.timeline.split_at(tenth);
            let (_, end) = results.timeline.split_at(results.timeline.len() - tenth);
            let (first, last) = (p99(begin, class)?, p99(end, class)?);
            if let (Some(first), Some(last)) = (first, last) {
                drifts.push(Self { class, first, last });
            }
        }
        Ok(drifts)
    }
}

impl Group {
    pub(crate) fn verdict(&self) -> Verdict {
        // A speed that was reached with wrong answers is none, so that they are told first.
        if self.total.errors > 0 {
            return Verdict::Wrong;
        }
        match self.total.within >= self.limit.share {
            true => Verdict::Holds,
            false => Verdict::Slow,
        }
    }

    /// `90 % in 2000 ms`
    pub(crate) fn limit_text(&self) -> String {
        format!("{:.0} % in {} ms", self.limit.share * 100.0, self.limit.ms)
    }
}

impl Row {
    fn new(name: &str, elapsed: Duration, limit: Limit, parts: &[(u64, u64, Times)]) -> Self {
        let mut row = Self { name: name.to_owned(), ..Self::default() };
        for (count, errors, times) in parts {
            row.count += count;
            row.errors += errors;
            row.times.add(times);
        }
        row.per_second = row.count as f64 / elapsed.as_secs_f64().max(0.001);
        let within = row.times.within(Duration::from_millis(limit.ms));
        row.within = within as f64 / row.count.max(1) as f64;
        row
    }

    /// The share as it is shown: less than all is never shown as all.
    pub(crate) fn within_text(&self) -> String {
        let percent = (self.within * 100_000.0).floor() / 1000.0;
        format!("{percent:.3} %")
    }

    /// The times at [`QUANTILES`] and the longest, in milliseconds.
    pub(crate) fn shown(&self) -> impl Iterator<Item = String> {
        let times = QUANTILES.iter().map(|(_, quantile)| self.times.quantile(*quantile));
        times.chain([self.times.max()]).map(|time| format!("{:.3}", time.as_secs_f64() * 1000.0))
    }
}

impl<'a> Judged<'a> {
    /// Adds up what is to be judged together.
    pub(crate) fn new(results: &'a Results) -> Result<Self, Damaged> {
        let elapsed = Duration::from_millis(results.run.elapsed_ms);
        let mut classes = Vec::new();
        for class in Class::ALL {
            let (mut parts, mut commands, limit) = (Vec::new(), Vec::new(), class.limit());
            for series in results.series.iter().filter(|series| series.class == class) {
                let part = (series.count, series.errors.values().sum(), series.times.unpack()?);
                commands.push(Row::new(&series.command, elapsed, limit, std::slice::from_ref(&part)));
                parts.push(part);
            }
            if !parts.is_empty() {
                let total = Row::new(class.name(), elapsed, limit, &parts);
                classes.push(Group { class, limit, total, commands });
            }
        }
        Ok(Self { results, classes, drifts: Drift::all(results)? })
    }

    /// Whether something was measured, every answer came and was right, and every limit holds; and what the scenario asks
    /// for besides.
    pub(crate) fn holds(&self) -> bool {
        self.reasons().is_empty()
    }

    /// What each registrar got of a closed loop.
    pub(crate) fn fairness_lines(&self) -> Vec<String> {
        let Some(index) = self.results.fairness() else { return Vec::new() };
        let of = |served: &Served| format!("{} with {} sessions: {}", served.clid, served.sessions, served.answered);
        let all: Vec<String> = self.results.served.iter().map(of).collect();
        vec![format!("served: {}", all.join(", ")), format!("Jain's index of fairness: {index:.4}")]
    }

    /// How the end of a soak differs from its begin.
    pub(crate) fn drift_lines(&self) -> Vec<String> {
        if self.results.run.scenario == "soak" && self.drifts.is_empty() {
            let (interval, found) = (self.results.run.interval_ms as f64 / 1e3, self.results.timeline.len());
            return vec![format!(
                "the last tenth against the first: too short to tell, with {found} intervals of {interval} s; it takes \
                 {TENTHS} or more"
            )];
        }
        let line = |drift: &Drift| {
            let ms = |time: Duration| time.as_secs_f64() * 1000.0;
            let (name, first, last) = (drift.class.name(), ms(drift.first), ms(drift.last));
            format!("{name}: p99 of the last tenth {last:.3}, of the first {first:.3}: {:.2} times", drift.times())
        };
        self.drifts.iter().map(line).collect()
    }

    pub(crate) fn verdict(&self) -> &'static str {
        match self.holds() {
            true => "every limit holds",
            false => "NOT WITHIN THE LIMITS",
        }
    }

    /// Why not every limit holds; nothing where it does.
    pub(crate) fn reasons(&self) -> Vec<String> {
        let mut reasons = Vec::new();
        if self.classes.is_empty() {
            reasons.push("nothing was measured: give a higher --rate or a longer --duration".to_owned());
        }
        for group in &self.classes {
            match group.verdict() {
                Verdict::Holds => {}
                Verdict::Slow => {
                    reasons.push(format!("{}: too few within the limit ({})", group.class.name(), group.limit_text()))
                }
                Verdict::Wrong => reasons.push(format!("{}: {} errors", group.class.name(), group.total.errors)),
            }
        }
        if !self.results.lost.is_empty() {
            reasons.push(format!("{} sessions were lost", self.results.lost_sessions()));
        }
        match (self.results.run.scenario.as_str(), self.results.fairness()) {
            ("fair", None) => reasons.push("fairness cannot be told: fewer than two registrars were served".to_owned()),
            ("fair", Some(index)) if index < FAIR => {
                reasons.push(format!("Jain's index of fairness {index:.4} is below {FAIR}"))
            }
            _ => {}
        }
        for drift in self.drifts.iter().filter(|drift| drift.times() > DRIFT) {
            let (name, times) = (drift.class.name(), drift.times());
            reasons
                .push(format!("{name}: the p99 of the last tenth is {times:.2} times that of the first, over {DRIFT}"));
        }
        reasons
    }

    /// How late the tester itself was, and which figures that spoils.
    pub(crate) fn lateness(&self) -> Option<String> {
        let late = self.results.late.as_ref()?;
        let ms = |nanos: u64| nanos as f64 / 1e6;
        let (p50, p99, max) = (ms(late.p50_ns), ms(late.p99_ns), ms(late.max_ns));
        let mut text = format!("the tester itself was late by p50 {p50:.3} ms, p99 {p99:.3} ms, max {max:.3} ms");
        let rows = self.classes.iter().flat_map(|group| &group.commands);
        let spoiled = |row: &&Row| {
            let measured = row.times.quantile(0.99).as_secs_f64() * 1000.0;
            row.times.count() > 0 && p99 > measured * LATE_SHARE
        };
        let names: Vec<_> = rows.filter(spoiled).map(|row| row.name.as_str()).collect();
        if !names.is_empty() {
            let most = LATE_SHARE * 100.0;
            text += &format!("; above {most:.0} % of the measured p99 do not trust the figures: {}", names.join(", "));
        }
        Some(text)
    }

    /// Of one command, or of all, the time that this share took at most; none when there was nothing.
    pub(crate) fn quantile(&self, command: Option<&str>, quantile: f64) -> Option<Duration> {
        let mut times = Times::default();
        let rows = self.classes.iter().flat_map(|group| &group.commands);
        rows.filter(|row| command.is_none_or(|name| name == row.name)).for_each(|row| times.add(&row.times));
        (times.count() > 0).then(|| times.quantile(quantile))
    }

    /// Commands a second, of all.
    pub(crate) fn rate(&self) -> f64 {
        self.classes.iter().map(|group| group.total.per_second).sum()
    }

    /// What failed, and how often.
    pub(crate) fn failures(&self) -> BTreeMap<String, u64> {
        let of_commands = self.results.series.iter().flat_map(|series| {
            series.errors.iter().map(|(failure, count)| (format!("{}: {failure}", series.command), *count))
        });
        let lost = self.results.lost.iter().map(|(why, count)| (format!("a session was lost: {why}"), *count));
        of_commands.chain(lost).collect()
    }
}
