//! Results held against Specification 10: the rows of every table, and the verdict.

use std::collections::BTreeMap;
use std::time::Duration;

use super::class::Limit;
use super::{Class, Damaged, Results, Times};

/// The quantiles that are shown, besides the longest time.
pub(crate) const QUANTILES: [(&str, f64); 5] =
    [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999), ("p99.99", 0.9999)];

/// The share of a p99 that the tester's own may be.
const LATE_SHARE: f64 = 0.1;

/// Results with what they amount to.
#[derive(Debug)]
pub(crate) struct Judged<'a> {
    pub(crate) results: &'a Results,
    /// Those classes that there was something of.
    pub(crate) classes: Vec<Group>,
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
        Ok(Self { results, classes })
    }

    /// Whether something was measured, every answer came and was right, and every limit holds.
    pub(crate) fn holds(&self) -> bool {
        let all = self.classes.iter().all(|group| group.verdict() == Verdict::Holds);
        !self.classes.is_empty() && all && self.results.lost.is_empty()
    }

    pub(crate) fn verdict(&self) -> &'static str {
        match self.holds() {
            true => "every limit holds",
            false => "NOT WITHIN THE LIMITS",
        }
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

    /// What failed, and how often.
    pub(crate) fn failures(&self) -> BTreeMap<String, u64> {
        let of_commands = self.results.series.iter().flat_map(|series| {
            series.errors.iter().map(|(failure, count)| (format!("{}: {failure}", series.command), *count))
        });
        let lost = self.results.lost.iter().map(|(why, count)| (format!("a session was lost: {why}"), *count));
        of_commands.chain(lost).collect()
    }
}
