//! The load tester of Domesday: EPP commands at a fixed rate, latencies from the moment each was due, and a verdict.
//!
//! Open loop: a command is due at its time whether or not earlier ones were answered. One that has to wait for a free
//! session waits on the server's account, so that a server that stops for a second cannot hide it (no coordinated
//! omission). Exit code 0: all limits hold; 1: a limit is broken or an answer was wrong; 2: the test could not run.

mod args;
mod report;
mod run;
mod scenario;
mod schedule;
mod session;
mod target;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let args = args::Args::parse();
    match run::run(&args) {
        Ok(report) => {
            println!("{report}");
            if report.holds() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            eprintln!("domesday-loadtest: {error}");
            ExitCode::from(2)
        }
    }
}
