//! What can be asked for on the command line.

use std::path::PathBuf;

use clap::Parser;

use crate::scenario::Scenario;

/// Sends EPP commands at a fixed rate and judges the round trips by ICANN's Specification 10.
#[derive(Debug, Parser)]
#[command(name = "domesday-loadtest", version)]
pub(crate) struct Args {
    /// The demo.json of a running registry.
    #[arg(long, value_name = "FILE")]
    pub(crate) target: PathBuf,
    /// The registrar to log in as.
    #[arg(long = "as", value_name = "CLID", default_value = "registrar-a")]
    pub(crate) registrar: String,
    /// What is sent. `mixed`: of ten commands seven checks, two infos, one create.
    #[arg(long, value_enum, default_value_t = Scenario::Mixed)]
    pub(crate) scenario: Scenario,
    /// The TLD of all names; the last that the target names if not given. It must ask for no contacts.
    #[arg(long)]
    pub(crate) tld: Option<String>,
    /// Commands a second, over all sessions.
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) rate: u32,
    /// Seconds that commands are sent.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=86_400))]
    pub(crate) duration: u32,
    /// Sessions; each has one command under way at most.
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=10_000))]
    pub(crate) sessions: u16,
    /// Load a target that is not on this machine. It may be someone's registry.
    #[arg(long)]
    pub(crate) i_may_load_that_host: bool,
}
