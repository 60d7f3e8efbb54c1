//! The load tester of Domesday: EPP commands at a fixed rate, latencies from the moment each was due, and a verdict; and
//! the attack bench: what bystanders feel of an attack, beside what they felt without it.
//!
//! Open loop: a command is due at its time whether or not earlier ones were answered. One that has to wait for a free
//! session waits on the server's account, so that a server that stops for a second cannot hide it (no coordinated
//! omission). Exit code 0: all limits hold, or the bystanders were left in peace; 1: a limit is broken, an answer was
//! wrong, or the bystanders were disturbed; 2: the test could not run, or the machine was too busy to tell.

mod args;
mod attack;
mod bench;
mod bystanders;
mod epp;
mod http;
mod metrics;
mod outcome;
mod report;
mod run;
mod scenario;
mod schedule;
mod session;
mod target;
mod verdict;
mod wire;

use std::process::ExitCode;

use clap::Parser;

use crate::scenario::Scenario;
use crate::verdict::Judgement;

fn main() -> ExitCode {
    let args = args::Args::parse();
    let judged = match args.scenario {
        Scenario::Load(load) => run::run(&args, load).map(|report| (report.to_string(), u8::from(!report.holds()))),
        Scenario::Attack(attack) => bench::run(&args, attack).map(|verdict| {
            let code = match verdict.judge() {
                Judgement::InPeace => 0,
                Judgement::Disturbed => 1,
                Judgement::Unclear => 2,
            };
            (verdict.to_string(), code)
        }),
    };
    match judged {
        Ok((text, code)) => {
            println!("{text}");
            ExitCode::from(code)
        }
        Err(error) => {
            eprintln!("domesday-loadtest: {error}");
            ExitCode::from(2)
        }
    }
}
