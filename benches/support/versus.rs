//! Subjects that are asked different things, loaded in turns: the server under test beside the floors with its byte counts.

use std::sync::Arc;

use domesday_loadtest::floor::echo::{Contender, Cpu};
use domesday_loadtest::floor::load::{Client, Framing, Script};
use hdrhistogram::Histogram;
use rustls::ClientConfig;

use super::compare::Plan;

/// What is asked of whom.
pub struct Subject<'a> {
    pub contender: &'a Contender,
    /// Further threads or processes whose processor time counts.
    pub also: Vec<Cpu>,
    pub tls: Arc<ClientConfig>,
    pub script: Script<'a>,
}

/// Medians over the rounds; round trips in microseconds over all of them.
#[derive(Clone, Copy, Debug)]
pub struct Figures {
    /// Requests a second.
    pub rate: f64,
    pub p50: f64,
    pub p99: f64,
    pub p999: f64,
    /// The server's processor time per request, in microseconds.
    pub cpu: f64,
    /// The part of the time that the server had a processor; far below 1 means that the client was the limit.
    pub busy: f64,
}

/// A bare echo of fixed sizes for a floor.
pub fn echo(answer: usize, request: &dyn Fn(usize, u64) -> Vec<u8>) -> Script<'_> {
    Script { framing: Framing::Fixed(answer), greeted: false, prelude: &|_| Vec::new(), request }
}

/// Loads every subject with so many sessions, `plan.rounds` times in turns; `between` runs once a round.
pub fn versus(subjects: &[Subject<'_>], sessions: usize, plan: Plan, mut between: impl FnMut()) -> Vec<Figures> {
    let mut runs: Vec<Runs> = subjects.iter().map(|_| Runs::default()).collect();
    for round in 0..plan.rounds {
        for turn in 0..subjects.len() {
            // Another one first in each round.
            let at = (turn + round) % subjects.len();
            runs[at].measure(&subjects[at], sessions, plan);
        }
        between();
    }
    runs.into_iter().map(Runs::figures).collect()
}

#[derive(Default)]
struct Runs {
    rates: Vec<f64>,
    cpu: Vec<f64>,
    busy: Vec<f64>,
    round_trips: Option<Histogram<u64>>,
}

impl Runs {
    fn measure(&mut self, subject: &Subject<'_>, sessions: usize, plan: Plan) {
        let address = subject.contender.address;
        let cpu = || subject.contender.cpu() + subject.also.iter().map(|thread| thread.nanos()).sum::<u64>();
        // Connecting is no part of what is measured.
        let client = Client::connect(address, &subject.tls, sessions, &subject.script).expect("the server answers");
        let began = cpu();
        let outcome = client.run(plan.each).expect("the server answers");
        let spent = (cpu() - began) as f64;
        self.rates.push(outcome.rate());
        self.cpu.push(spent / 1000.0 / outcome.requests.max(1) as f64);
        self.busy.push(spent / outcome.elapsed.as_nanos() as f64);
        match &mut self.round_trips {
            Some(all) => all.add(outcome.round_trips).expect("histograms of one kind"),
            none => *none = Some(outcome.round_trips),
        }
    }

    fn figures(self) -> Figures {
        let round_trips = self.round_trips.expect("at least one round");
        let micros = |quantile| round_trips.value_at_quantile(quantile) as f64 / 1000.0;
        Figures {
            rate: median(self.rates),
            p50: micros(0.5),
            p99: micros(0.99),
            p999: micros(0.999),
            cpu: median(self.cpu),
            busy: median(self.busy),
        }
    }
}

/// The middle one.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The head of what [`print`] prints.
pub fn print_head(what: &str, request: usize, answer: usize) {
    println!("\n{what}: {request} octets in, {answer} out");
    println!(
        "sessions  {:<26} {:>9} {:>9} {:>9} {:>9} {:>10} {:>5}",
        "server", "rate/s", "p50 µs", "p99 µs", "p99.9 µs", "CPU µs/req", "busy"
    );
}

/// A line for each subject.
pub fn print(sessions: usize, subjects: &[Subject<'_>], figures: &[Figures]) {
    for (subject, row) in subjects.iter().zip(figures) {
        println!(
            "{sessions:>8}  {:<26} {:>9.0} {:>9.1} {:>9.1} {:>9.1} {:>10.2} {:>5.2}",
            subject.contender.name, row.rate, row.p50, row.p99, row.p999, row.cpu, row.busy
        );
    }
}
