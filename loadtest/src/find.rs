//! Searches the highest rate at which a percentile still holds.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::engine::arrivals::{Rate, Spacing};
use crate::engine::{self, Fleet, Trial};
use crate::load::Campaign;
use crate::results::{Judged, Results};
use crate::run::measured;

/// A rate that holds and one that does not are this near when the search ends.
const NEAR: f64 = 1.03;
/// Rates between which is searched.
const LEAST: f64 = 1.0;
const MOST: f64 = 5_000_000.0;
/// Trials that a rate may have: another must not be taken for too much because of one stall of the machine.
const TRIES: usize = 2;

/// What is to hold: `p99.9<1ms`, or of one command `create:p99<5ms`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Goal {
    command: Option<String>,
    /// Of 100.
    percentile: f64,
    limit: Duration,
}

impl FromStr for Goal {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bad =
            || format!("expected a percentile and a time as p99.9<1ms, or create:p99<5ms of one command, found {text}");
        let (command, goal) = match text.split_once(':') {
            Some((command, goal)) => (Some(command.to_owned()), goal),
            None => (None, text),
        };
        let (percentile, limit) = goal.split_once('<').ok_or_else(bad)?;
        let percentile: f64 = percentile.strip_prefix('p').and_then(|text| text.parse().ok()).ok_or_else(bad)?;
        let unit = limit.find(|c: char| c.is_ascii_alphabetic()).ok_or_else(bad)?;
        let (number, unit) = limit.split_at(unit);
        let number: f64 = number.parse().map_err(|_| bad())?;
        let seconds = match unit {
            "us" => 1e-6,
            "ms" => 1e-3,
            "s" => 1.0,
            _ => return Err(bad()),
        } * number;
        // Beyond a minute times are not told apart.
        if !(percentile > 0.0 && percentile < 100.0 && seconds > 0.0 && seconds < 60.0) {
            return Err(bad());
        }
        Ok(Self { command, percentile, limit: Duration::from_secs_f64(seconds) })
    }
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(command) = &self.command {
            write!(f, "{command}:")?;
        }
        write!(f, "p{}<{:?}", self.percentile, self.limit)
    }
}

/// What a rate came to.
#[derive(Clone, Debug)]
struct Tried {
    /// Of the goal's percentile.
    time: Duration,
    errors: u64,
    holds: bool,
}

impl Goal {
    fn judge(&self, results: &Results) -> Result<Tried, String> {
        let judged = Judged::new(results).map_err(|error| error.to_string())?;
        let time = judged.quantile(self.command.as_deref(), self.percentile / 100.0);
        let time = time.ok_or_else(|| format!("nothing of {self} was measured"))?;
        let errors = judged.failures().values().sum();
        Ok(Tried { time, errors, holds: errors == 0 && time < self.limit })
    }
}

/// Searches from `first` commands a second; the results are those of the highest rate that held.
///
/// # Errors
/// When none holds, or a trial fails.
pub(crate) fn find(
    fleet: &Fleet,
    campaign: &Campaign,
    goal: &Goal,
    first: f64,
    spacing: Spacing,
    like: &Trial,
    seconds: f64,
) -> Result<Results, String> {
    let mut best = None;
    let mut attempt = |rate: f64| {
        let mut holds = false;
        for _ in 0..TRIES {
            let warmup = like.warmup.as_secs_f64();
            let load = engine::Load::Open { rate: Rate::level(rate).lasting(seconds).after(warmup), spacing };
            let results = measured(fleet, campaign, &Trial { load, ..like.clone() }, None)?;
            let tried = goal.judge(&results)?;
            let verdict = if tried.holds { "holds" } else { "does not hold" };
            println!(
                "{rate:>9.0} a second: {:.3} ms, {} errors: {verdict}",
                tried.time.as_secs_f64() * 1e3,
                tried.errors
            );
            if tried.holds {
                best = Some(results);
                holds = true;
                break;
            }
            if tried.errors > 0 && results.lost_sessions() > 0 {
                return Err(format!("sessions were lost at {rate:.0} commands a second; the search cannot go on"));
            }
        }
        Ok(holds)
    };
    let highest = search(first.clamp(LEAST, MOST), &mut attempt)?;
    match (highest, best) {
        (Some((holds, beyond)), Some(results)) => {
            println!("{goal} holds at {holds:.0} commands a second, not at {beyond:.0}");
            Ok(results)
        }
        _ => Err(format!("{goal} holds at no rate that was tried")),
    }
}

/// The highest rate that holds, and one beside it that does not.
fn search(first: f64, holds: &mut impl FnMut(f64) -> Result<bool, String>) -> Result<Option<(f64, f64)>, String> {
    let (mut low, mut high);
    if holds(first)? {
        (low, high) = (first, first * 2.0);
        while holds(high)? {
            low = high;
            high *= 2.0;
            if high > MOST {
                return Ok(Some((low, high)));
            }
        }
    } else {
        (low, high) = (first / 2.0, first);
        while !holds(low)? {
            high = low;
            low /= 2.0;
            if low < LEAST {
                return Ok(None);
            }
        }
    }
    while high / low > NEAR {
        let middle = (low * high).sqrt();
        match holds(middle)? {
            true => low = middle,
            false => high = middle,
        }
    }
    Ok(Some((low, high)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goals_are_read_and_told() {
        for text in ["p99.9<1ms", "p50<250µs", "create:p99<5ms", "p99<1.5s"] {
            let goal: Goal = text.replace('µ', "u").parse().expect(text);
            assert_eq!(goal.to_string(), text);
        }
        for text in ["", "p99", "99<1ms", "p99<1", "p0<1ms", "p100<1ms", "p99<0ms", "p99<90s", "p99<1h"] {
            let refused = text.parse::<Goal>().expect_err(text);
            assert!(refused.ends_with(&format!("found {text}")), "{refused}");
        }
    }

    #[test]
    fn the_search_comes_near_to_where_it_breaks_from_either_side() {
        for (first, breaks) in [(1000.0, 71_000.0), (1000.0, 37.0), (1000.0, 1000.5), (4.0, 3.9)] {
            let mut trials = 0;
            let found = search(first, &mut |rate| {
                trials += 1;
                Ok(rate < breaks)
            });
            let (low, high) = found.expect("no error").expect("a rate");
            assert!(low < breaks && breaks <= high && high / low <= NEAR, "{breaks}: {low} {high}");
            assert!(trials < 20, "{trials}");
        }
        assert_eq!(search(8.0, &mut |_| Ok(false)), Ok(None));
        assert!(search(8.0, &mut |_| Err("lost".to_owned())).is_err());
    }
}
