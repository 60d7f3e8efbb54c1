//! The load tester of Domesday: EPP commands at a fixed rate, latencies from the moment each was due, and a verdict; and
//! the attack bench: what bystanders feel of an attack, or of a race for names that fall, beside what they felt without it.
//!
//! Open loop: a command is due at its time whether or not earlier ones were answered. One that has to wait for a free
//! session waits on the server's account, so that a server that stops for a second cannot hide it (no coordinated
//! omission). Exit code 0: all limits hold, or the bystanders were left in peace; 1: a limit is broken, an answer was
//! wrong, or the bystanders were disturbed; 2: the test could not run, the attack never took place, or the machine was too busy to tell. What came of a
//! load is kept as results, which are shown as text, JSON, an HDR log or a page, at once or later (`show`). `floor` measures what
//! the machine takes for such exchanges by itself; that part is in the library, for benches.

mod args;
mod attack;
mod bench;
mod bystanders;
mod compare;
mod drop;
mod engine;
mod epp;
mod find;
mod floors;
mod frames;
mod http;
mod load;
mod metrics;
mod numbers;
mod options;
mod outcome;
mod ratio;
mod replay_day;
mod results;
mod run;
mod scenario;
mod schedule;
mod script;
mod session;
#[cfg(test)]
mod stub;
mod target;
mod verdict;
mod wire;
mod workload;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};

use crate::args::{Args, Command};
use crate::results::{Output, Results, merge};
use crate::scenario::Scenario;
use crate::verdict::Judgement;

// As the server has it: a floor that allocates more slowly would flatter it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let matches = Args::command().get_matches();
    let args = Args::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    match options::check(&args, &matches).and_then(|()| run(&args)) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            eprintln!("domesday-loadtest: {error}");
            ExitCode::from(2)
        }
    }
}

/// Does what was asked. The exit code.
fn run(args: &Args) -> Result<u8, String> {
    match (&args.command, args.scenario) {
        (Some(Command::Show { files, output }), _) => show(files, output),
        (Some(Command::Floor(args)), _) => floors::run(args).map(|()| 0),
        (Some(Command::ReplayDay(day)), _) => {
            replay_day::run(day).and_then(|results| day.output.show(&results)).map(code)
        }
        (Some(Command::Compare(compare)), _) => compare::run(compare).map(code),
        (None, Scenario::Load(load)) => run::run(args, load).and_then(|results| args.output.show(&results)).map(code),
        (None, Scenario::Drop) => drop::run(args),
        (None, Scenario::Attack(attack)) => bench::run(args, attack).map(|verdict| {
            println!("{verdict}");
            match verdict.judge() {
                Judgement::InPeace => 0,
                Judgement::Disturbed => 1,
                Judgement::Unclear | Judgement::NoAttack => 2,
            }
        }),
    }
}

fn code(holds: bool) -> u8 {
    u8::from(!holds)
}

fn show(files: &[std::path::PathBuf], output: &Output) -> Result<u8, String> {
    output.check()?;
    let all = files.iter().map(|file| Results::read(file)).collect::<Result<_, _>>()?;
    let results = merge(all).map_err(|error| error.to_string())?;
    output.show(&results).map(code)
}
