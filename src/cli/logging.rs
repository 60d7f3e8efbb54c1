//! Where log messages go: standard error, for people on a terminal, JSON lines elsewhere.

use std::io::{IsTerminal, stderr};

use tracing::Level;
use tracing_subscriber::EnvFilter;

use crate::config::Config;
use crate::node::rdap_service::ACCESS_LOG;

/// Starts logging as configured. Only the first call of a process counts.
pub(super) fn start(config: &Config) {
    let level = config.log_level.parse().unwrap_or(Level::INFO);
    let on_terminal = stderr().is_terminal();
    let human = match config.log_format.as_str() {
        "human" => true,
        "json" => false,
        _ => on_terminal,
    };
    // Who saw what is not for everybody is written down however quiet the log is.
    let filter = EnvFilter::new(format!("{level},{ACCESS_LOG}={}", level.max(Level::INFO)));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(stderr);
    let started = match human {
        true => log.with_ansi(on_terminal).with_target(false).try_init(),
        false => log.json().flatten_event(true).try_init(),
    };
    // A second start finds the first one's logging, which is as good.
    drop(started);
}
