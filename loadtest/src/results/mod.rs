//! The results of a load run, as they are kept: what was run, by command what came of it, and second by second.
//!
//! A [`recorder`] counts while the run lasts; [`judge`] holds the outcome against Specification 10, [`floor`] against what the
//! machine takes for an exchange by itself; [`table`],
//! [`hdr_log`] and [`html`] show it. [`merge()`] makes one of what several testers found at one time.

mod chart;
mod class;
mod floor;
mod hdr_log;
mod html;
mod judge;
mod machine;
mod merge;
mod output;
mod progress;
mod recorder;
mod table;
#[cfg(test)]
mod tests;
mod times;

use std::collections::BTreeMap;
use std::path::Path;

use domesday::base::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ratio::jain;

pub(crate) use self::class::{Class, Command};
pub(crate) use self::floor::Floor;
pub(crate) use self::judge::Judged;
pub(crate) use self::machine::Machine;
pub(crate) use self::merge::merge;
pub(crate) use self::output::Output;
pub(crate) use self::progress::Progress;
pub(crate) use self::recorder::{Answer, Failure, Recorded, Recorder, Recording};
#[cfg(test)]
pub(crate) use self::tests::sample;
use self::times::{Damaged, Times};
pub(crate) use self::times::{Packed, packed};

/// The form of the file; another one is another number.
const FORMAT: u32 = 1;
/// Points that a time line has at most; a longer run has longer intervals.
const POINTS: u64 = 3600;

/// The results of one run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Results {
    pub(crate) format: u32,
    pub(crate) run: Run,
    /// By command, in the order of classes and names.
    pub(crate) series: Vec<Series>,
    /// Why sessions were lost, and how many.
    pub(crate) lost: BTreeMap<String, u64>,
    pub(crate) timeline: Vec<Point>,
    /// What each registrar got, in a closed loop; who was served more slowly got less.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) served: Vec<Served>,
    /// By command, how many the mix asked for and how many were sent: of one that is not possible another takes the place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) draws: Vec<Draws>,
    /// What went over the wire, and what that cost the tester.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) traffic: Option<Traffic>,
    /// What the machine itself takes, if that was measured beside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) floor: Option<Floor>,
    /// How late the testers themselves saw that commands were due, if they told; waiting for a free session is not in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) late: Option<Packed>,
}

/// What was run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Run {
    pub(crate) scenario: String,
    /// The server, by the name in its certificate, and the port.
    pub(crate) target: String,
    /// Name and version of the tester.
    pub(crate) tester: String,
    /// What it was built from.
    pub(crate) commit: String,
    /// Milliseconds since 1970.
    pub(crate) started_ms: u64,
    pub(crate) elapsed_ms: u64,
    /// From one point of the time line to the next.
    pub(crate) interval_ms: u64,
    /// Sessions and readers that asked side by side; 0 in older files, which do not tell.
    #[serde(default)]
    pub(crate) askers: u64,
    /// Commands that each of them had under way at most.
    #[serde(default = "one")]
    pub(crate) pipeline: u64,
    /// One, or several that were merged.
    pub(crate) testers: Vec<Tester>,
}

fn one() -> u64 {
    1
}

/// One process that tested.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tester {
    pub(crate) machine: Machine,
    pub(crate) arguments: Vec<String>,
    /// Whom it connected to.
    pub(crate) address: String,
    /// What its names came from.
    pub(crate) seed: u64,
    pub(crate) started_ms: u64,
}

/// What came of one command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Series {
    pub(crate) class: Class,
    pub(crate) command: String,
    /// All that were due.
    pub(crate) count: u64,
    pub(crate) errors: BTreeMap<String, u64>,
    /// Of right answers; what was waited for in vain stands here as the longest time that is told.
    pub(crate) times: Packed,
}

/// One interval of the time line; answers are in the one that they came in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Point {
    /// From the start of the run.
    pub(crate) start_ms: u64,
    pub(crate) length_ms: u64,
    /// Those commands that there was something of.
    pub(crate) commands: Vec<Slice>,
}

/// One command in one interval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Slice {
    pub(crate) class: Class,
    pub(crate) command: String,
    pub(crate) sent: u64,
    pub(crate) answered: u64,
    pub(crate) errors: u64,
    pub(crate) times: Packed,
}

/// What one registrar got.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Served {
    pub(crate) clid: String,
    pub(crate) sessions: u64,
    /// Right answers, the warm-up included.
    pub(crate) answered: u64,
}

/// How often a command came up in the mix, and how often it was sent, the warm-up included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Draws {
    pub(crate) command: String,
    pub(crate) drawn: u64,
    pub(crate) sent: u64,
}

/// All that was sent and answered, the warm-up included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Traffic {
    pub(crate) answered: u64,
    /// Octets of commands and requests, before TLS.
    pub(crate) asked_octets: u64,
    pub(crate) answered_octets: u64,
    /// Processor time of the tester's own threads in a closed loop; in an open one they wait awake.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) tester_cpu_ns: Option<u64>,
}

impl Traffic {
    fn add(&mut self, other: Self) {
        self.answered += other.answered;
        self.asked_octets += other.asked_octets;
        self.answered_octets += other.answered_octets;
        self.tester_cpu_ns = self.tester_cpu_ns.zip(other.tester_cpu_ns).map(|(own, more)| own + more);
    }

    /// A line about the mean exchange.
    pub(crate) fn line(&self) -> String {
        let each = |sum: u64| sum as f64 / self.answered.max(1) as f64;
        let (asked, answered) = (each(self.asked_octets), each(self.answered_octets));
        let cost = self.tester_cpu_ns.map_or_else(String::new, |nanos| {
            format!("; the tester's own processor time for it: {:.1} µs", each(nanos) / 1000.0)
        });
        format!("a mean exchange: {asked:.0} octets asked, {answered:.0} answered{cost}")
    }
}

impl Results {
    pub(crate) fn new(run: Run, recorded: Recorded) -> Self {
        let Recorded { series, lost, timeline, late } = recorded;
        let (served, draws) = (Vec::new(), Vec::new());
        Self { format: FORMAT, run, series, lost, timeline, served, draws, traffic: None, floor: None, late }
    }

    /// Whether each command was sent as soon as a session was free, so that the rate is the server's: then it is told how
    /// registrars were served.
    pub(crate) fn is_closed_loop(&self) -> bool {
        !self.served.is_empty()
    }

    /// Reads a file that was written with `--json`.
    ///
    /// # Errors
    /// A file that cannot be read or is none of these.
    pub(crate) fn read(path: &Path) -> Result<Self, String> {
        let told = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        let mut text = std::fs::read(path).map_err(|error| told(&error))?;
        Self::parse(&mut text).map_err(|error| told(&error))
    }

    fn parse(text: &mut [u8]) -> Result<Self, String> {
        /// What every form of the file has.
        #[derive(Deserialize)]
        struct Form {
            format: u32,
        }
        // Parsing is done in place and leaves no JSON behind.
        let form: Form = simd_json::from_slice(&mut text.to_vec()).map_err(|error| error.to_string())?;
        if form.format != FORMAT {
            return Err(format!("results of format {}; this version reads {FORMAT}", form.format));
        }
        let results: Self = simd_json::from_slice(text).map_err(|error| error.to_string())?;
        let slices = results.timeline.iter().flat_map(|point| &point.commands).map(|slice| &slice.times);
        let packed = results.series.iter().map(|series| &series.times).chain(slices);
        let packed = packed.chain(results.floor.iter().map(|floor| &floor.times)).chain(&results.late);
        let whole = packed.into_iter().try_for_each(|packed| packed.unpack().map(drop));
        whole.map_err(|error| error.to_string())?;
        Ok(results)
    }

    /// What was sent for what, where the mix was not sent as it was asked.
    pub(crate) fn replaced_line(&self) -> Option<String> {
        let differing: Vec<_> = self.draws.iter().filter(|draws| draws.drawn != draws.sent).collect();
        let list = |count: fn(&Draws) -> u64| {
            let all: Vec<String> = differing.iter().map(|one| format!("{}={}", one.command, count(one))).collect();
            all.join(",")
        };
        let (asked, sent) = (list(|one| one.drawn), list(|one| one.sent));
        let why = "where a command was not possible, another was sent";
        (!differing.is_empty()).then(|| format!("asked {asked}; sent {sent}: {why}"))
    }

    /// Jain's index of what registrars got; none of fewer than two.
    pub(crate) fn fairness(&self) -> Option<f64> {
        let all = self.served.iter().map(|served| served.answered);
        (self.served.len() > 1).then(|| jain(all)).flatten()
    }

    pub(crate) fn lost_sessions(&self) -> u64 {
        self.lost.values().sum()
    }

    pub(crate) fn json(&self) -> Result<String, String> {
        simd_json::to_string(self).map_err(|error| error.to_string())
    }
}

impl Run {
    /// When it began, in UTC.
    pub(crate) fn started(&self) -> String {
        let micros = i64::try_from(self.started_ms.saturating_mul(1000)).unwrap_or(i64::MAX);
        Timestamp::from_micros(micros).to_string()
    }
}

impl Point {
    /// Of one class, or of all: sent, answered, errors, times.
    pub(crate) fn of(&self, class: Option<Class>) -> Result<Sum, Damaged> {
        let mut sum = Sum::default();
        for slice in self.commands.iter().filter(|slice| class.is_none_or(|class| class == slice.class)) {
            sum.sent += slice.sent;
            sum.answered += slice.answered;
            sum.errors += slice.errors;
            sum.times.add(&slice.times.unpack()?);
        }
        Ok(sum)
    }

    /// Adds what another recorder or tester had in the same interval.
    fn absorb(&mut self, other: Self) -> Result<(), Damaged> {
        self.length_ms = self.length_ms.max(other.length_ms);
        for slice in other.commands {
            match self.commands.iter_mut().find(|own| (own.class, &own.command) == (slice.class, &slice.command)) {
                Some(own) => {
                    own.sent += slice.sent;
                    own.answered += slice.answered;
                    own.errors += slice.errors;
                    own.times = add(&own.times, &slice.times)?;
                }
                None => self.commands.push(slice),
            }
        }
        self.commands.sort_by(|a, b| (a.class, &a.command).cmp(&(b.class, &b.command)));
        Ok(())
    }
}

/// Several commands together.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Sum {
    pub(crate) sent: u64,
    pub(crate) answered: u64,
    pub(crate) errors: u64,
    pub(crate) times: Times,
}

fn add(one: &Packed, other: &Packed) -> Result<Packed, Damaged> {
    let mut times = one.unpack()?;
    times.add(&other.unpack()?);
    Ok(times.pack())
}

fn add_counts(to: &mut BTreeMap<String, u64>, from: BTreeMap<String, u64>) {
    for (what, count) in from {
        *to.entry(what).or_default() += count;
    }
}

/// How long the intervals of a run of so many seconds are.
pub(crate) fn interval(seconds: u32) -> std::time::Duration {
    std::time::Duration::from_secs(u64::from(seconds).div_ceil(POINTS).max(1))
}
