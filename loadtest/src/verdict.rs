//! Quiet beside under attack: the table, and whether the bystanders were left in peace.

use std::fmt;
use std::time::Duration;

use hdrhistogram::Histogram;

use crate::attack::tally::Achieved;
use crate::metrics::Limits;
use crate::outcome::{Felt, Kind, Outcome};

/// Quiet values below this count as this much, so that tens of microseconds of noise decide nothing.
const FLOOR: Duration = Duration::from_millis(1);
/// What is shown of the times.
const QUANTILES: [(&str, f64); 5] = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999), ("max", 1.0)];

/// What an attack showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Judgement {
    /// No errors, and every p99 within its bound.
    InPeace,
    Disturbed,
    /// The machine was too busy with other things to tell.
    Unclear,
    /// There was no attack to be felt: no attacker was let in, and nothing was completed.
    NoAttack,
}

/// The outcome of an attack.
#[derive(Debug)]
pub(crate) struct Verdict {
    pub(crate) attack: String,
    pub(crate) quiet: Outcome,
    pub(crate) attacked: Outcome,
    /// How many times the quiet p99 the one under attack may be.
    pub(crate) within: f64,
    pub(crate) achieved: Achieved,
    /// The server's counters of limits that moved; none when nobody asked.
    pub(crate) limits: Option<Limits>,
}

impl Verdict {
    /// What the figures say.
    pub(crate) fn judge(&self) -> Judgement {
        if Kind::ALL.iter().any(|kind| self.failed(*kind).is_some()) {
            return Judgement::Disturbed;
        }
        if !self.achieved.took_place() {
            return Judgement::NoAttack;
        }
        // Against a quiet phase that was none, everything would be within bounds.
        if self.quiet.late_p99() > FLOOR {
            return Judgement::Unclear;
        }
        match Kind::ALL.iter().any(|kind| self.slowed(*kind).is_some()) {
            true => Judgement::Disturbed,
            false => Judgement::InPeace,
        }
    }

    /// A kind in both phases.
    fn pair(&self, kind: Kind) -> Option<(&Felt, &Felt)> {
        self.quiet.kinds.get(&kind).zip(self.attacked.kinds.get(&kind))
    }

    /// What of a kind was not done as it should be, if anything.
    fn failed(&self, kind: Kind) -> Option<String> {
        let Some((quiet, attacked)) = self.pair(kind) else { return Some("not measured".into()) };
        let (quiet, attacked) = (quiet.errors(), attacked.errors());
        (quiet + attacked > 0).then(|| format!("{quiet} errors quiet, {attacked} under attack"))
    }

    /// By how much a kind is slower than it may be, if it is.
    fn slowed(&self, kind: Kind) -> Option<String> {
        let (quiet, attacked) = self.pair(kind)?;
        let floor = u64::try_from(FLOOR.as_micros()).unwrap_or(u64::MAX);
        let allowed = self.within * quiet.times.value_at_quantile(0.99).max(floor) as f64;
        let p99 = attacked.times.value_at_quantile(0.99) as f64;
        (p99 > allowed).then(|| format!("p99 {:.3} ms, allowed {:.3} ms", p99 / 1000.0, allowed / 1000.0))
    }

    fn bystanders(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "bystanders: round trips in ms, from the moment each was due")?;
        write!(f, "{:<8}{:<14}{:>7}{:>9}{:>11}{:>7}", "what", "when", "count", "refused", "timed out", "wrong")?;
        QUANTILES.iter().try_for_each(|(name, _)| write!(f, "{name:>10}"))?;
        writeln!(f)?;
        for kind in Kind::ALL {
            let Some((quiet, attacked)) = self.pair(kind) else {
                writeln!(f, "{:<8}not measured", kind.name())?;
                continue;
            };
            row(f, kind.name(), "quiet", quiet)?;
            row(f, "", "under attack", attacked)?;
            write!(f, "{:<8}{:<48}", "", "ratio")?;
            for (name, quantile) in QUANTILES {
                match name {
                    "p50" | "p99" => write!(f, "{:>10.2}", ratio(quiet, attacked, quantile))?,
                    _ => write!(f, "{:>10}", "")?,
                }
            }
            writeln!(f)?;
        }
        let phases = [("quiet", &self.quiet), ("under attack", &self.attacked)];
        for (when, outcome) in phases {
            let what = if when == "quiet" { "lateness" } else { "" };
            write!(f, "{what:<9}{when:<13}{:>7}{:>27}", outcome.lateness.len(), "")?;
            times(f, &outcome.lateness)?;
        }
        writeln!(f, "(lateness: how late the tester itself saw what was due; the round trips contain it)")?;
        for (when, outcome) in phases {
            for (kind, felt) in &outcome.kinds {
                for (why, count) in &felt.reasons {
                    writeln!(f, "{when}, {}: {why}: {count}", kind.name())?;
                }
            }
            if outcome.reopened > 0 {
                writeln!(f, "{when}: kept connections that the server ended: {}", outcome.reopened)?;
            }
        }
        Ok(())
    }
}

fn row(f: &mut fmt::Formatter<'_>, what: &str, when: &str, felt: &Felt) -> fmt::Result {
    let Felt { refused, timed_out, wrong, .. } = felt;
    write!(f, "{what:<8}{when:<14}{:>7}{refused:>9}{timed_out:>11}{wrong:>7}", felt.count())?;
    times(f, &felt.times)
}

fn times(f: &mut fmt::Formatter<'_>, micros: &Histogram<u64>) -> fmt::Result {
    for (_, quantile) in QUANTILES {
        write!(f, "{:>10.3}", micros.value_at_quantile(quantile) as f64 / 1000.0)?;
    }
    writeln!(f)
}

/// The true ratio, without the floor.
fn ratio(quiet: &Felt, attacked: &Felt, quantile: f64) -> f64 {
    let of = |felt: &Felt| felt.times.value_at_quantile(quantile).max(1) as f64;
    of(attacked) / of(quiet)
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.bystanders(f)?;
        writeln!(f, "\nattackers ({}), while the bystanders were measured:\n{}", self.attack, self.achieved)?;
        if let Some(limits) = &self.limits {
            writeln!(f, "\nlimits that the server reached meanwhile (domesday_limit_reached_total):")?;
            limits.iter().try_for_each(|(name, count)| writeln!(f, "  {name:<32}{count:>12}"))?;
            if limits.is_empty() {
                writeln!(f, "  none")?;
            }
        }
        writeln!(f)?;
        for kind in Kind::ALL {
            if let Some(complaint) = self.failed(kind).or_else(|| self.slowed(kind)) {
                writeln!(f, "{}: {complaint}", kind.name())?;
            }
        }
        match self.judge() {
            Judgement::InPeace => {
                write!(f, "the bystanders were left in peace: p99 within {} times quiet, no errors", self.within)
            }
            Judgement::Disturbed => f.write_str("THE BYSTANDERS WERE DISTURBED"),
            Judgement::NoAttack => f.write_str(
                "NOT TO BE TOLD: the attack never took place: no attacker was let in, and nothing was completed; see the \
                 attackers' registrar, password and certificate in the target's file",
            ),
            Judgement::Unclear => {
                let late = self.quiet.late_p99().as_secs_f64() * 1000.0;
                write!(
                    f,
                    "NOT TO BE TOLD: this machine was too busy in the quiet phase (p99 of the lateness {late:.3} ms)"
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attack::tally::Tally;
    use crate::outcome::Failure;

    fn outcome(micros: u64) -> Outcome {
        let mut outcome = Outcome::default();
        for kind in Kind::ALL {
            outcome.kinds.entry(kind).or_default().record(Duration::from_micros(micros), None);
        }
        outcome
    }

    fn verdict(quiet: u64, attacked: u64) -> Verdict {
        let (quiet, attacked) = (outcome(quiet), outcome(attacked));
        let achieved = achieved(1);
        Verdict { attack: "greedy".into(), quiet, attacked, within: 3.0, achieved, limits: None }
    }

    /// By so many attackers who were let in.
    fn achieved(settled: u64) -> Achieved {
        let tally = Tally::default();
        tally.settled(settled);
        tally.since(&tally.mark())
    }

    #[test]
    fn an_attack_that_never_took_place_proves_nothing() {
        let mut absent = verdict(80, 80);
        absent.achieved = achieved(0);
        assert_eq!(absent.judge(), Judgement::NoAttack);
        let text = absent.to_string();
        assert!(text.contains("the attack never took place") && !text.contains("left in peace"), "{text}");
        absent.quiet.was_late(Duration::from_millis(60));
        assert_eq!(absent.judge(), Judgement::NoAttack);
        absent.attacked.kinds.remove(&Kind::Login);
        assert_eq!(absent.judge(), Judgement::Disturbed, "a server that is gone is no proof of peace");
    }

    #[test]
    fn the_bound_is_a_multiple_of_the_quiet_p99_but_of_one_millisecond_at_least() {
        assert_eq!(verdict(5000, 14_900).judge(), Judgement::InPeace);
        assert_eq!(verdict(5000, 15_100).judge(), Judgement::Disturbed);
        assert_eq!(verdict(80, 2900).judge(), Judgement::InPeace, "36 times as slow, yet below three milliseconds");
        assert_eq!(verdict(80, 3100).judge(), Judgement::Disturbed);
    }

    #[test]
    fn one_error_is_too_many_and_so_is_a_kind_that_was_not_measured() {
        let mut one = verdict(80, 80);
        one.attacked.kinds.entry(Kind::Login).or_default().record(Duration::ZERO, Some(Failure::Refused("x".into())));
        assert_eq!(one.judge(), Judgement::Disturbed);
        let mut quiet = verdict(80, 80);
        quiet.quiet.kinds.entry(Kind::Rdap).or_default().record(Duration::ZERO, Some(Failure::TimedOut));
        assert_eq!(quiet.judge(), Judgement::Disturbed, "what fails without an attack proves nothing about it");
        let mut missing = verdict(80, 80);
        missing.attacked.kinds.remove(&Kind::Create);
        assert_eq!(missing.judge(), Judgement::Disturbed);
    }

    #[test]
    fn a_quiet_phase_that_was_not_quiet_excuses_slowness_but_no_error() {
        let mut busy = verdict(90_000, 80_000);
        busy.quiet.was_late(Duration::from_millis(60));
        assert_eq!(busy.judge(), Judgement::Unclear);
        busy.attacked.kinds.entry(Kind::Rdap).or_default().record(Duration::ZERO, Some(Failure::TimedOut));
        assert_eq!(busy.judge(), Judgement::Disturbed);
    }

    #[test]
    fn the_table_shows_the_true_ratio_and_the_counters_that_moved() {
        let mut verdict = verdict(100, 1200);
        verdict.limits = Some(Limits::from([("epp-waiting".to_owned(), 7)]));
        let text = verdict.to_string();
        assert_eq!(verdict.judge(), Judgement::InPeace);
        let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split_whitespace().collect()).collect();
        let times = ["0.100"; 5];
        assert!(rows.contains(&[&["check", "quiet", "1", "0", "0", "0"], &times[..]].concat()), "{text}");
        assert!(rows.contains(&vec!["ratio", "12.00", "12.00"]), "{text}");
        assert!(rows.contains(&vec!["epp-waiting", "7"]), "{text}");
    }
}
