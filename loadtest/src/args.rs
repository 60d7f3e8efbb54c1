//! What can be asked for on the command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::compare::CompareArgs;
use crate::drop::DropArgs;
use crate::find::Goal;
use crate::floors::FloorArgs;
use crate::load::LoadArgs;
use crate::numbers::number;
use crate::replay_day::ReplayDayArgs;
use crate::results::Output;
use crate::scenario::Scenario;
use crate::target::Target;

/// Loads a registry over EPP and RDAP, checks every answer, and judges the round trips by ICANN's Specification 10; or
/// attacks it and judges by what bystanders feel. Exit code 0: all limits hold, or the bystanders were left in peace; 1:
/// not so; 2: it could not run, the attack never took place, or the machine was too busy to tell.
#[derive(Debug, Parser)]
#[command(name = "domesday-loadtest", version, args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    /// The demo.json of a running registry, or a file with the same fields of any other.
    #[arg(long, value_name = "FILE", required = true)]
    pub(crate) target: Option<PathBuf>,
    /// The registrars who load, all of the target if not given; of an attack, the one who attacks [default: registrar-a];
    /// of a race, those who race [default: all who have no other role].
    #[arg(long = "as", value_name = "CLID", value_delimiter = ',')]
    pub(crate) registrars: Vec<String>,
    /// What is sent, or who attacks.
    #[arg(long, value_enum, default_value = "mixed")]
    pub(crate) scenario: Scenario,
    /// The TLD of all names; the last that the target names if not given.
    #[arg(long)]
    pub(crate) tld: Option<String>,
    /// Seconds that commands are sent and counted [default: 10; soak: 3600]; of an attack, of each phase; of a race, at
    /// most after the names fell.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=2_678_400))]
    pub(crate) duration: Option<u32>,
    #[command(flatten, next_help_heading = "Load")]
    pub(crate) load: LoadArgs,
    /// Search the highest rate at which this holds, from --rate on, each rate for --duration: p99.9<1ms, or of one command
    /// create:p99<5ms.
    #[arg(long, value_name = "GOAL", conflicts_with = "closed")]
    pub(crate) find: Option<Goal>,
    #[command(flatten, next_help_heading = "Attacks")]
    pub(crate) attack: AttackArgs,
    #[command(flatten, next_help_heading = "Races for names that fall")]
    pub(crate) drop: DropArgs,
    /// Load a target that is not on this machine. It may be someone's registry.
    #[arg(long)]
    pub(crate) i_may_load_that_host: bool,
    /// Tell each second how it goes, even when the standard error output is no terminal (load only).
    #[arg(long)]
    pub(crate) progress: bool,
    /// Measure afterwards, on this machine, what a TLS echo takes for as many octets, and tell the results in times of it
    /// (load only).
    #[arg(long)]
    pub(crate) floor: bool,
    #[command(flatten, next_help_heading = "Results")]
    pub(crate) output: Output,
}

/// What only attacks take.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct AttackArgs {
    /// The registrar who feels the attack.
    #[arg(long, value_name = "CLID", default_value = "registrar-b")]
    pub(crate) bystander: String,
    /// The bystander's checks a second, and as many RDAP look-ups.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) bystander_rate: u32,
    /// Connections of the attackers; 6000 of slow clients, 1000 logins, 500 half-open ones, otherwise 100, if not given. Of a race,
    /// sessions of all racers, 1000 if not given.
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=30_000))]
    pub(crate) attackers: Option<u16>,
    /// How many times its quiet value a bystander's p99 may be under attack.
    #[arg(long, default_value_t = 3.0, value_parser = number(0.001, 1000.0))]
    pub(crate) within: f64,
    /// The server's metrics, to show which of its limits the attack reached: http://127.0.0.1:PORT/metrics.
    #[arg(long, value_name = "URL")]
    pub(crate) metrics: Option<String>,
}

/// What can be done instead of a test.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Loads two servers, or two builds, slice by slice in turn, and tells how many times the one is the other, with the
    /// confidence of that. Exit code 1: B is worse than A, or an answer was wrong.
    Compare(Box<CompareArgs>),
    /// Replays a day of a very large registry, as fast as it is answered: 140 million transactions, of 100 commands 92
    /// checks, 6 infos and 2 transforms; or a part of it, with what that says of the whole.
    ReplayDay(Box<ReplayDayArgs>),
    /// Shows results that were written with --json; several that were taken at one time by several machines as one.
    Show {
        /// Results.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        #[command(flatten)]
        output: Output,
    },
    /// Measures what this machine takes for exchanges with servers that do nothing but TLS, and for a write with its
    /// fdatasync: what a registry on it cannot go below.
    Floor(FloorArgs),
}

impl Args {
    /// Reads the target's file.
    pub(crate) fn target(&self) -> Result<Target, String> {
        self.target.as_deref().ok_or_else(|| "no target".to_owned()).and_then(Target::read)
    }

    /// The registrar who attacks.
    pub(crate) fn attacker(&self) -> &str {
        self.registrars.first().map_or("registrar-a", String::as_str)
    }
}
