//! What a race came to, as text and as JSON, and whether it was fair.

use std::collections::BTreeMap;
use std::fmt;
use std::time::{Duration, Instant};

use serde::Serialize;

use super::check::Found;
use super::noise::chance;
use super::race::Course;
use super::racer::{Racer, Score};
use crate::outcome::{Kind, Outcome};
use crate::ratio::jain;
use crate::verdict::{Judgement, Verdict};

/// What Jain's index of creates served has to be at least.
const FAIR: f64 = 0.99;
/// Complaints that are printed; the JSON has all.
const PRINTED: usize = 20;

/// One registrar in the race.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Row {
    pub(super) clid: String,
    pub(super) sessions: usize,
    pub(super) sent: u64,
    /// Creates that were decided: answered with 1000, 1001 or 2302.
    pub(super) served: u64,
    /// Of those, how many when the names had fallen.
    pub(super) served_since: u64,
    /// Names that he was told are his.
    pub(super) won: u64,
    /// Answered with 2302.
    pub(super) lost: u64,
    /// Other answers, by result code.
    pub(super) other: BTreeMap<u16, u64>,
    pub(super) unanswered: u64,
    /// Answers that were none to what was asked.
    pub(super) wrong: BTreeMap<String, u64>,
}

impl Row {
    fn new(racer: &Racer, score: &Score) -> Self {
        let count = |code| score.codes.get(&code).copied().unwrap_or_default();
        let other = score.codes.iter().filter(|(code, _)| ![1000, 2302].contains(code));
        Self {
            clid: racer.account.clid.clone(),
            sessions: racer.sessions,
            sent: score.sent,
            served: score.served(),
            served_since: score.served_since,
            won: count(1000),
            lost: count(2302),
            other: other.map(|(code, count)| (*code, *count)).collect(),
            unanswered: score.unanswered.len() as u64,
            wrong: score.wrong.clone(),
        }
    }
}

/// One kind of the bystanders' errands in one phase.
#[derive(Clone, Debug, Serialize)]
struct Stood {
    what: &'static str,
    when: &'static str,
    count: u64,
    errors: u64,
    p50_us: u64,
    p99_us: u64,
    max_us: u64,
}

/// A race.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Report {
    pub(super) scenario: &'static str,
    pub(super) tester: &'static str,
    pub(super) commit: &'static str,
    pub(super) target: String,
    pub(super) started_ms: u64,
    pub(super) seed: u64,
    pub(super) owner: Option<String>,
    pub(super) bystander: String,
    /// Who has two roles.
    pub(super) notes: Vec<String>,
    pub(super) names: u64,
    /// Creates under way in each session.
    pub(super) pipeline: usize,
    pub(super) racers: Vec<Row>,
    /// From the racers' first create to the last answer.
    pub(super) lasted_ms: f64,
    /// From the instant to the answer of the last delete.
    pub(super) fell_ms: Option<f64>,
    /// From the instant to the last name's win.
    pub(super) last_win_ms: Option<f64>,
    /// Of all registrars.
    pub(super) creates_per_s: f64,
    pub(super) jain_served: Option<f64>,
    /// The same since the names fell: the second before, which is long beside that, must not hide it.
    pub(super) jain_since: Option<f64>,
    /// What that is to be at least: 0.99, or what 99 of 100 races of equals have, which is less where few were served.
    pub(super) jain_since_low: Option<f64>,
    pub(super) jain_won: Option<f64>,
    /// Of the index of names won, among equals.
    pub(super) jain_won_expected: Option<f64>,
    /// 99 of 100 races of equals have more.
    pub(super) jain_won_low: Option<f64>,
    /// Names that are with who was told so.
    pub(super) won: u64,
    pub(super) left: u64,
    pub(super) elsewhere: BTreeMap<String, u64>,
    pub(super) unheard: u64,
    /// What must not be.
    pub(super) wrong: Vec<String>,
    bystanders: Vec<Stood>,
    /// 0: fair, and the bystanders were left in peace; 1: not so; 2: not to be told.
    exit_code: u8,
}

/// What the race was.
pub(super) struct Setting {
    pub(super) target: String,
    pub(super) started_ms: u64,
    pub(super) seed: u64,
    pub(super) owner: Option<String>,
    pub(super) bystander: String,
    pub(super) notes: Vec<String>,
    pub(super) pipeline: usize,
    pub(super) names: Vec<String>,
}

impl Report {
    pub(super) fn new(setting: Setting, racers: &[Racer], course: Course, found: Found) -> Self {
        let scores: Vec<Score> = racers.iter().map(|racer| racer.score.lock().clone()).collect();
        let rows: Vec<Row> = racers.iter().zip(&scores).map(|(racer, score)| Row::new(racer, score)).collect();
        let mut wrong = found.wrong;
        wrong.extend(
            rows.iter().flat_map(|row| row.wrong.iter().map(|(why, count)| format!("{}: {why}: {count}", row.clid))),
        );
        let wins = || scores.iter().flat_map(|score| &score.wins);
        if course.fell.is_some() {
            wrong.extend(wins().filter(|win| win.at < course.instant).map(|win| {
                let name = setting.names.get(win.name).map_or("", String::as_str);
                format!("{name}: it was won {:.3} ms before it was deleted", millis(course.instant - win.at))
            }));
        }
        let chance = chance(rows.iter().map(|row| row.won).sum(), rows.len());
        let chance_since = self::chance(rows.iter().map(|row| row.served_since).sum(), rows.len());
        let ended = scores.iter().filter_map(|score| score.last).max();
        let lasted = ended.map_or(Duration::ZERO, |ended| ended.saturating_duration_since(course.began));
        let served: u64 = rows.iter().map(|row| row.served).sum();
        let since = |at: Instant| millis(at.saturating_duration_since(course.instant));
        Self {
            scenario: "drop",
            tester: concat!("domesday-loadtest ", env!("CARGO_PKG_VERSION")),
            commit: env!("DOMESDAY_COMMIT"),
            target: setting.target,
            started_ms: setting.started_ms,
            seed: setting.seed,
            owner: setting.owner,
            bystander: setting.bystander,
            notes: setting.notes,
            names: setting.names.len() as u64,
            pipeline: setting.pipeline,
            lasted_ms: millis(lasted),
            fell_ms: course.fell.map(millis),
            last_win_ms: wins().map(|win| win.at).max().map(since),
            creates_per_s: served as f64 / lasted.as_secs_f64().max(1e-3),
            jain_served: jain(rows.iter().map(|row| row.served)),
            jain_since: jain(rows.iter().map(|row| row.served_since)),
            jain_since_low: chance_since.map(|chance| chance.low.min(FAIR)),
            jain_won: jain(rows.iter().map(|row| row.won)),
            jain_won_expected: chance.map(|chance| chance.expected),
            jain_won_low: chance.map(|chance| chance.low),
            racers: rows,
            won: found.won,
            left: found.left,
            elsewhere: found.elsewhere,
            unheard: found.unheard,
            wrong,
            bystanders: Vec::new(),
            exit_code: 2,
        }
    }

    /// Adds what the bystanders felt; with it comes the exit code.
    pub(super) fn beside(mut self, verdict: &Verdict) -> Self {
        let phases: [(&'static str, &Outcome); 2] = [("quiet", &verdict.quiet), ("race", &verdict.attacked)];
        for kind in Kind::ALL {
            for (when, outcome) in phases {
                let Some(felt) = outcome.kinds.get(&kind) else { continue };
                let quantile = |quantile| felt.times.value_at_quantile(quantile);
                self.bystanders.push(Stood {
                    what: kind.name(),
                    when,
                    count: felt.count(),
                    errors: felt.errors(),
                    p50_us: quantile(0.5),
                    p99_us: quantile(0.99),
                    max_us: quantile(1.0),
                });
            }
        }
        self.exit_code = self.code(verdict.judge());
        self
    }

    fn is_fair(&self) -> bool {
        let since = self.jain_since.zip(self.jain_since_low);
        self.jain_served.is_none_or(|jain| jain >= FAIR) && since.is_none_or(|(jain, low)| jain >= low)
    }

    pub(super) fn code(&self, bystanders: Judgement) -> u8 {
        match bystanders {
            _ if !self.wrong.is_empty() || !self.is_fair() => 1,
            Judgement::Disturbed => 1,
            Judgement::Unclear | Judgement::NoAttack => 2,
            // A race that nobody won says nothing.
            Judgement::InPeace => {
                if self.won == 0 {
                    2
                } else {
                    0
                }
            }
        }
    }

    /// 0: fair, and the bystanders were left in peace; 1: not so; 2: not to be told.
    pub(super) fn exit_code(&self) -> u8 {
        self.exit_code
    }

    /// As JSON.
    ///
    /// # Errors
    /// A number that JSON cannot hold.
    pub(super) fn json(&self) -> Result<String, String> {
        simd_json::to_string(self).map_err(|error| error.to_string())
    }

    fn table(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.racers.iter().map(|row| row.clid.len()).max().unwrap_or_default().max(9);
        write!(
            f,
            "{:<width$}{:>10}{:>10}{:>10}{:>10}{:>8}",
            "registrar", "sessions", "sent", "served", "per s", "share"
        )?;
        writeln!(f, "{:>8}{:>10}{:>8}{:>12}", "won", "lost", "other", "unanswered")?;
        let all: u64 = self.racers.iter().map(|row| row.served).sum();
        for row in &self.racers {
            let Row { clid, sessions, sent, served, won, lost, unanswered, .. } = row;
            let rate = *served as f64 / (self.lasted_ms / 1e3).max(1e-3);
            let share = *served as f64 * 100.0 / all.max(1) as f64;
            write!(f, "{clid:<width$}{sessions:>10}{sent:>10}{served:>10}{rate:>10.0}{share:>7.1}%")?;
            writeln!(f, "{won:>8}{lost:>10}{:>8}{unanswered:>12}", row.other.values().sum::<u64>())?;
        }
        for row in self.racers.iter().filter(|row| !row.other.is_empty()) {
            let codes: Vec<String> = row.other.iter().map(|(code, count)| format!("{count} times {code}")).collect();
            writeln!(f, "{} was answered {}", row.clid, codes.join(", "))?;
        }
        Ok(())
    }

    fn fairness(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let index = |index: Option<f64>| index.map_or_else(|| "none".to_owned(), |index| format!("{index:.4}"));
        writeln!(f, "Jain's index of creates served: {}, expected {FAIR} or more", index(self.jain_served))?;
        if let Some(low) = self.jain_since_low {
            let since = index(self.jain_since);
            writeln!(f, "Jain's index of creates served since the names fell: {since}, expected {low:.4} or more")?;
        }
        write!(f, "Jain's index of names won: {}", index(self.jain_won))?;
        if let (Some(won), Some(expected), Some(low)) = (self.jain_won, self.jain_won_expected, self.jain_won_low) {
            let luck = if won < low { "less than luck explains" } else { "as luck has it" };
            write!(
                f,
                ", {luck}: {} equals have {expected:.4} on average, and over {low:.4} 99 times of 100",
                self.racers.len()
            )?;
            f.write_str(" (W/(W+χ²), n−1 degrees of freedom)")?;
        }
        writeln!(f)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sessions: usize = self.racers.iter().map(|row| row.sessions).sum();
        writeln!(
            f,
            "{} names, {} registrars with {sessions} sessions, each with {} under way: {:.0} creates a second for {:.3} s",
            self.names,
            self.racers.len(),
            self.pipeline,
            self.creates_per_s,
            self.lasted_ms / 1e3
        )?;
        self.table(f)?;
        if let Some(fell) = self.fell_ms {
            writeln!(f, "the last delete was answered {fell:.3} ms after the instant")?;
        }
        if let Some(last) = self.last_win_ms {
            writeln!(f, "the last win was told {last:.3} ms after the instant")?;
        }
        self.fairness(f)?;
        writeln!(f, "looked up afterwards: {} names are with who was told so, {} are free", self.won, self.left)?;
        for (clid, count) in &self.elsewhere {
            writeln!(f, "{count} names are {clid}'s, which nobody here won")?;
        }
        if self.unheard > 0 {
            writeln!(f, "{} names are with a racer whose create got no answer", self.unheard)?;
        }
        for wrong in self.wrong.iter().take(PRINTED) {
            writeln!(f, "WRONG: {wrong}")?;
        }
        if let Some(more) = self.wrong.len().checked_sub(PRINTED + 1) {
            writeln!(f, "WRONG: and {} more", more + 1)?;
        }
        f.write_str(match self.is_fair() {
            _ if !self.wrong.is_empty() => "THE REGISTRY DID NOT HOLD TO WHAT IT TOLD",
            _ if self.won == 0 => "NOT TO BE TOLD: nobody won a name",
            false => "THE RACE WAS NOT FAIR",
            true => "the race was fair, and each name has one winner",
        })
    }
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
