//! Searches the highest rate at which a percentile still holds.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::engine::arrivals::{Rate, Spacing};
use crate::engine::login::LOGOUT_NAME;
use crate::engine::{self, Fleet, Trial};
use crate::load::Campaign;
use crate::results::{Judged, Results};
use crate::run::measured;
use crate::workload::{Mix, Op};

/// A rate that holds and one that does not are this near when the search ends.
const NEAR: f64 = 1.03;
/// Rates between which is searched.
const LEAST: f64 = 1.0;
const MOST: f64 = 5_000_000.0;

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
            Some((command, goal)) if command == LOGOUT_NAME => (Some(command.to_owned()), goal),
            Some((command, goal)) => (Some(command.parse::<Op>()?.name().to_owned()), goal),
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
    /// The p99 by which the tester itself was late.
    late: Duration,
    errors: u64,
    holds: bool,
}

impl Goal {
    /// Whether the mix has what it is about.
    ///
    /// # Errors
    /// It has not.
    pub(crate) fn check(&self, mix: &Mix) -> Result<(), String> {
        let has = |command: &str| mix.ops().any(|op| op.name() == command || op == Op::Login && command == LOGOUT_NAME);
        match self.command.as_deref().filter(|command| !has(command)) {
            Some(command) => Err(format!("--find {self}: the mix has no {command}, but {mix}; see --mix")),
            None => Ok(()),
        }
    }

    fn judge(&self, results: &Results) -> Result<Tried, String> {
        let judged = Judged::new(results).map_err(|error| error.to_string())?;
        let time = judged.quantile(self.command.as_deref(), self.percentile / 100.0);
        let time = time.ok_or_else(|| format!("nothing of {self} was measured"))?;
        let errors = judged.failures().values().sum();
        let late = Duration::from_nanos(results.late.as_ref().map_or(0, |late| late.p99_ns));
        Ok(Tried { time, late, errors, holds: errors == 0 && time < self.limit })
    }
}

impl fmt::Display for Tried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = |time: Duration| time.as_secs_f64() * 1e3;
        let Self { time, late, errors, holds } = self;
        write!(f, "{:.3} ms, {errors} errors: ", ms(*time))?;
        match holds {
            true => f.write_str("holds"),
            // What the tester was late is in the times: it may be what does not hold.
            false => write!(f, "does not hold (the tester itself was late by p99 {:.3} ms)", ms(*late)),
        }
    }
}

/// Searches from `first` commands a second; the results are those of the highest rate that held, when it held once more.
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
    let mut last = None;
    let mut once = |rate: f64| {
        let warmup = like.warmup.as_secs_f64();
        let load = engine::Load::Open { rate: Rate::level(rate).lasting(seconds).after(warmup), spacing };
        let results = measured(fleet, campaign, &Trial { load, ..like.clone() }, None)?;
        let tried = goal.judge(&results)?;
        println!("{rate:>9.0} a second: {tried}");
        if tried.errors > 0 && results.lost_sessions() > 0 {
            return Err(format!("sessions were lost at {rate:.0} commands a second; the search cannot go on"));
        }
        last = Some(results);
        Ok(tried.holds)
    };
    let found = search(first.clamp(LEAST, MOST), &mut |rate| Ok(once(rate)? || once(rate)?))?;
    let highest = match found {
        Some((low, high)) => confirm(low, high, &mut once)?,
        None => None,
    };
    match (highest, last) {
        (Some((holds, beyond)), Some(results)) => {
            println!("{goal} holds at {holds:.0} commands a second, in two trials, not at {beyond:.0}");
            Ok(results)
        }
        _ => Err(format!("{goal} holds at no rate that was tried")),
    }
}

/// One trial more at the rate that was found, which may have held by luck; where it does not hold, lower rates, until one holds
/// two times. That rate, and one beside it that does not hold.
fn confirm(
    mut low: f64,
    mut high: f64,
    once: &mut impl FnMut(f64) -> Result<bool, String>,
) -> Result<Option<(f64, f64)>, String> {
    if once(low)? {
        return Ok(Some((low, high)));
    }
    loop {
        (low, high) = (low / NEAR, low);
        if low < LEAST {
            return Ok(None);
        }
        if once(low)? && once(low)? {
            return Ok(Some((low, high)));
        }
    }
}

/// The highest rate that holds, and one beside it that does not. While it searches, a rate may have two trials: another must not
/// be taken for too much because of one stall of the machine.
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
        let unknown = "foo:p99<1ms".parse::<Goal>().expect_err("no command");
        assert!(unknown.contains("\"foo\"") && unknown.contains("rdap-domain"), "{unknown}");
        assert!("logout:p99<1ms".parse::<Goal>().is_ok());
        for text in ["", "p99", "99<1ms", "p99<1", "p0<1ms", "p100<1ms", "p99<0ms", "p99<90s", "p99<1h"] {
            let refused = text.parse::<Goal>().expect_err(text);
            assert!(refused.ends_with(&format!("found {text}")), "{refused}");
        }
    }

    #[test]
    fn a_goal_is_about_what_is_in_the_mix() {
        let check = |goal: &str, mix: &str| goal.parse::<Goal>().expect("a goal").check(&mix.parse().expect("a mix"));
        for goal in ["p99<1ms", "check:p99<1ms", "login:p99<1ms", "logout:p99<1ms"] {
            assert_eq!(check(goal, "check=1,login=1"), Ok(()));
        }
        for goal in ["create:p99<1ms", "logout:p99<1ms"] {
            let why = check(goal, "check=1").expect_err("not in the mix");
            assert!(why.contains("but check=1"), "{why}");
        }
    }

    #[test]
    fn a_rate_that_held_by_luck_is_not_the_answer() {
        let tried = |answers: &[bool]| {
            let (mut answers, mut rates) = (answers.iter(), Vec::new());
            let found = confirm(1000.0, 1030.0, &mut |rate| {
                rates.push(rate.round() as u64);
                Ok(*answers.next().expect("no more trials"))
            });
            (found.expect("no error").map(|(low, high)| (low.round(), high.round())), rates)
        };
        assert_eq!(tried(&[true]), (Some((1000.0, 1030.0)), vec![1000]));
        let (found, rates) = tried(&[false, true, false, true, true]);
        assert_eq!((found, rates), (Some((943.0, 971.0)), vec![1000, 971, 971, 943, 943]));
        assert_eq!(confirm(1.0, 1.03, &mut |_| Ok(false)), Ok(None));
        assert!(confirm(1.0, 1.03, &mut |_| Err("lost".to_owned())).is_err());
    }

    #[test]
    fn a_rate_that_does_not_hold_tells_how_late_the_tester_was() {
        let tried =
            |holds| Tried { time: Duration::from_micros(1500), late: Duration::from_micros(700), errors: 2, holds };
        assert_eq!(tried(true).to_string(), "1.500 ms, 2 errors: holds");
        let late = "1.500 ms, 2 errors: does not hold (the tester itself was late by p99 0.700 ms)";
        assert_eq!(tried(false).to_string(), late);
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
