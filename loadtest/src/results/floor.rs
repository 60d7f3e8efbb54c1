//! The floor of a run: what the machine takes for such exchanges when the server does nothing, and how many times that the
//! run took.

use std::time::Duration;

use domesday_loadtest::floor::Found;
use serde::{Deserialize, Serialize};

use super::judge::Judged;
use super::times::{Damaged, Packed, Times};

/// The same exchange with a server that does nothing. Figures that an older file does not tell are 0.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Floor {
    pub(crate) what: String,
    pub(crate) times: Packed,
    /// Exchanges a second, closed loop.
    #[serde(default)]
    pub(crate) rate: u64,
    /// Processor time of the server's thread for one.
    #[serde(default)]
    pub(crate) cpu_ns: u64,
    #[serde(default)]
    pub(crate) sessions: u64,
    /// Octets of a request.
    #[serde(default)]
    pub(crate) request: u64,
    /// Octets of an answer.
    #[serde(default)]
    pub(crate) answer: u64,
}

impl Floor {
    /// What was found, to be kept with results.
    ///
    /// # Errors
    /// A time that is longer than is ever told.
    pub(crate) fn of(found: &Found) -> Result<Self, Damaged> {
        let conditions = found.conditions;
        let octets = conditions.exchange;
        Ok(Self {
            what: format!("TLS echo, {}", found.kind.name()),
            times: Times::of(&found.round_trips)?.pack(),
            rate: found.rate().round() as u64,
            cpu_ns: u64::try_from(found.cpu_per_exchange().as_nanos()).unwrap_or(u64::MAX),
            sessions: conditions.sessions as u64,
            request: octets.request as u64,
            answer: octets.answer as u64,
        })
    }

    /// `floor (TLS echo, plain epoll; 700 octets in, 1100 out; 1 session): p50 0.020 ms, …`
    pub(crate) fn text(&self) -> String {
        let ms = |nanos: u64| nanos as f64 / 1e6;
        let (p50, p99, max) = (ms(self.times.p50_ns), ms(self.times.p99_ns), ms(self.times.max_ns));
        let mut text = format!("floor ({}", self.what);
        if self.sessions > 0 {
            let plural = if self.sessions == 1 { "" } else { "s" };
            let Self { request, answer, sessions, .. } = self;
            text += &format!("; {request} octets in, {answer} out; {sessions} session{plural}");
        }
        text += &format!("): p50 {p50:.3} ms, p99 {p99:.3} ms, max {max:.3} ms");
        if self.rate > 0 {
            text += &format!(", {} per s, {:.1} µs of its processor each", self.rate, self.cpu_ns as f64 / 1000.0);
        }
        text
    }

    /// How many times the floor the run took: each class its p50, and where the rate was the server's, the share of the
    /// floor's rate that all commands together reached.
    pub(crate) fn compared(&self, judged: &Judged<'_>) -> Option<String> {
        if judged.results.run.pipeline > 1 {
            return Some(format!(
                "not told in times of the floor: sessions had up to {} commands under way, those of the floor have one",
                judged.results.run.pipeline
            ));
        }
        let floor = Duration::from_nanos(self.times.p50_ns);
        if floor.is_zero() {
            return None;
        }
        let of_class = |group: &super::judge::Group| {
            let times = group.total.times.quantile(0.5).as_secs_f64() / floor.as_secs_f64();
            (group.total.times.count() > 0).then(|| format!("{} p50 {times:.2} times", group.class.name()))
        };
        let mut parts: Vec<String> = judged.classes.iter().filter_map(of_class).collect();
        if judged.results.is_closed_loop() && self.rate > 0 {
            parts.push(format!("{:.2} of its rate", judged.rate() / self.rate as f64));
        }
        (!parts.is_empty()).then(|| format!("of the floor: {}", parts.join(", ")))
    }
}
