//! `serve`, `config check` and `config reference`: a registry by its configuration file.

use std::io::Write;
use std::path::Path;

use super::exit::CliError;
use super::logging;
use crate::config::{Config, reference as config_reference};
use crate::node::preflight;
use crate::node::run::{Extras, StartError, start};

/// Runs a registry until a signal stops it.
///
/// # Errors
/// A configuration with problems, a start that fails, an executor that ends badly.
pub(super) fn run(file: &Path) -> Result<u8, CliError> {
    let config = read(file)?;
    let log = logging::start(&config).map_err(StartError::System)?;
    let extras = Extras { log: Some(log.queue()), ..Extras::default() };
    let running = start(config, extras).map_err(|error| match error {
        StartError::Config(problems) => CliError::Config { path: file.to_owned(), problems },
        error => error.into(),
    })?;
    tracing::info!(
        epp = ?running.epp,
        rdap = ?running.rdap,
        redirect = ?running.redirect,
        metrics = ?running.metrics,
        admin = %running.admin.display(),
        machine = running.machine,
        "the registry is open"
    );
    running.wait()?;
    Ok(0)
}

/// Reads a configuration file.
pub(super) fn read(file: &Path) -> Result<Config, CliError> {
    let text = std::fs::read_to_string(file).map_err(CliError::file(file))?;
    Config::parse(&text).map_err(|problems| CliError::Config { path: file.to_owned(), problems })
}

/// Says all that is wrong with a configuration file, the files it names included, and starts nothing.
///
/// # Errors
/// [`CliError::Config`] with every problem.
pub(super) fn check(file: &Path) -> Result<u8, CliError> {
    let config = read(file)?;
    let problems = preflight::problems(&config);
    if !problems.is_empty() {
        return Err(CliError::Config { path: file.to_owned(), problems });
    }
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}: no problems", file.display()).map_err(CliError::Terminal)?;
    Ok(0)
}

/// Prints every key with its meaning and default.
///
/// # Errors
/// When standard output is closed.
pub(super) fn reference() -> Result<u8, CliError> {
    std::io::stdout().lock().write_all(config_reference().as_bytes()).map_err(CliError::Terminal)?;
    Ok(0)
}
