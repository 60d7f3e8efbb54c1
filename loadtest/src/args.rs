//! What can be asked for on the command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::floors::FloorArgs;
use crate::results::Output;
use crate::scenario::Scenario;
use crate::target::Target;

/// Sends EPP commands at a fixed rate and judges the round trips by ICANN's Specification 10; or attacks and judges by
/// what bystanders feel of it. Exit code 0: all limits hold, or the bystanders were left in peace; 1: not so; 2: it could
/// not run, or the machine was too busy to tell.
#[derive(Debug, Parser)]
#[command(name = "domesday-loadtest", version, args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    /// The demo.json of a running registry.
    #[arg(long, value_name = "FILE", required = true)]
    target: Option<PathBuf>,
    /// The registrar who loads, or attacks.
    #[arg(long = "as", value_name = "CLID", default_value = "registrar-a")]
    pub(crate) registrar: String,
    /// What is sent, or who attacks.
    #[arg(long, value_enum, default_value = "mixed")]
    pub(crate) scenario: Scenario,
    /// The TLD of all names; the last that the target names if not given. It must ask for no contacts.
    #[arg(long)]
    pub(crate) tld: Option<String>,
    /// Commands a second, over all sessions (load only).
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) rate: u32,
    /// Seconds that commands are sent; of an attack, of each phase.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=86_400))]
    pub(crate) duration: u32,
    /// Sessions (load only); each has one command under way at most.
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=10_000))]
    pub(crate) sessions: u16,
    /// The registrar who feels the attack.
    #[arg(long, value_name = "CLID", default_value = "registrar-b")]
    pub(crate) bystander: String,
    /// The bystander's checks a second, and as many RDAP look-ups.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) bystander_rate: u32,
    /// Connections of the attackers; 6000 of slow readers, 500 half-open ones, otherwise 100, if not given.
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=30_000))]
    pub(crate) attackers: Option<u16>,
    /// How many times its quiet value a bystander's p99 may be under attack.
    #[arg(long, default_value_t = 3.0)]
    pub(crate) within: f64,
    /// The server's metrics, to show which of its limits the attack reached: http://127.0.0.1:PORT/metrics.
    #[arg(long, value_name = "URL")]
    pub(crate) metrics: Option<String>,
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
    /// The results (load only).
    #[command(flatten)]
    pub(crate) output: Output,
}

/// What can be done instead of a test.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
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
}
