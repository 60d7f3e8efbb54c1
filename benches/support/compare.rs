//! Contenders loaded in turns, so that a noisy minute hits all of them, and the medians side by side.

use std::sync::Arc;
use std::time::Duration;

use domesday_loadtest::floor::echo::Contender;
use domesday_loadtest::floor::load::{Script, load};
use rustls::ClientConfig;

/// How long and how often.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    pub rounds: usize,
    pub each: Duration,
}

impl Plan {
    /// `--quick` on the command line, or the full plan.
    pub fn from_args() -> Self {
        match std::env::args().any(|arg| arg == "--quick") {
            true => Self { rounds: 3, each: Duration::from_millis(250) },
            false => Self { rounds: 9, each: Duration::from_millis(700) },
        }
    }
}

/// Medians over the rounds.
#[derive(Clone, Copy, Debug, Default)]
pub struct Row {
    /// Requests a second.
    pub rate: f64,
    /// Round trips, in microseconds.
    pub p50: f64,
    pub p99: f64,
    /// The server's processor time per request, in microseconds.
    pub cpu: f64,
}

/// Loads every contender with so many sessions, `plan.rounds` times in turns. One row per contender.
pub fn compare(
    contenders: &[Contender],
    config: &Arc<ClientConfig>,
    sessions: usize,
    plan: Plan,
    script: &Script<'_>,
) -> Vec<Row> {
    let mut runs: Vec<Vec<Row>> = vec![Vec::new(); contenders.len()];
    for round in 0..plan.rounds {
        for turn in 0..contenders.len() {
            // Another one first in each round.
            let at = (turn + round) % contenders.len();
            runs[at].push(measure(&contenders[at], config, sessions, plan.each, script));
        }
    }
    let pick = |rows: &[Row], value: fn(&Row) -> f64| median(rows.iter().map(value).collect());
    runs.iter()
        .map(|rows| Row {
            rate: pick(rows, |row| row.rate),
            p50: pick(rows, |row| row.p50),
            p99: pick(rows, |row| row.p99),
            cpu: pick(rows, |row| row.cpu),
        })
        .collect()
}

fn measure(
    contender: &Contender,
    config: &Arc<ClientConfig>,
    sessions: usize,
    each: Duration,
    script: &Script<'_>,
) -> Row {
    let before = contender.cpu();
    let outcome = load(contender.address, config, sessions, each, script).expect("the server answers");
    let cpu = contender.cpu() - before;
    let micros = |quantile| outcome.round_trips.value_at_quantile(quantile) as f64 / 1000.0;
    let cpu = cpu as f64 / 1000.0 / outcome.requests.max(1) as f64;
    Row { rate: outcome.rate(), p50: micros(0.5), p99: micros(0.99), cpu }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Prints one line per contender; ratios of rates are against the contender `floor`.
pub fn print(sessions: usize, contenders: &[Contender], rows: &[Row], floor: usize) {
    for (contender, row) in contenders.iter().zip(rows) {
        println!(
            "{sessions:>8}  {:<22} {:>9.0} {:>7.2} {:>9.1} {:>9.1} {:>9.2}",
            contender.name,
            row.rate,
            row.rate / rows[floor].rate,
            row.p50,
            row.p99,
            row.cpu
        );
    }
}

/// The head of what [`print`] prints.
pub fn print_head() {
    println!("sessions  server                 requests/s   ratio    p50 µs    p99 µs  CPU µs/req");
}
