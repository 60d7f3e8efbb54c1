//! What may be typed after `domesday rdap`.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand};

use super::admin_args::moment;

/// `rdap`.
#[derive(Clone, Debug, PartialEq, Subcommand)]
pub enum RdapCommand {
    /// Print what the world finds this registry's RDAP by: its record for IANA's bootstrap registry (RFC 9224).
    ///
    /// The base URL comes from the configuration (rdap.base_url), the TLDs from the running registry by its admin socket.
    /// The operator sends the record to IANA, and again when a TLD or the base URL changes.
    #[command(after_help = "Example:\n  domesday rdap bootstrap --config /etc/domesday/registry.toml")]
    Bootstrap(BootstrapArgs),
}

/// `rdap bootstrap`.
#[derive(Clone, Debug, PartialEq, Args)]
#[command(group(ArgGroup::new("where").required(true).args(["config", "target"])))]
pub struct BootstrapArgs {
    /// The registry's configuration file: the base URL, and where the admin socket is.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The demo's demo.json instead.
    #[arg(long, value_name = "FILE")]
    pub target: Option<PathBuf>,
    /// When the record is published, as 2030-01-01T00:00:00Z [default: now].
    #[arg(long, value_name = "TIMESTAMP", value_parser = moment)]
    pub publication: Option<i64>,
}
