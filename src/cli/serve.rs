//! `serve`, `config check` and `config reference`: a registry by its configuration file.

use std::io::Write;
use std::path::Path;

use super::exit::CliError;
use super::logging;
use crate::config::{Config, ConfigError, reference as config_reference};
use crate::node::run::start;
use crate::runtime::clock::SystemClock;
use crate::runtime::probe::allowed_cores;
use crate::runtime::tls::{ClientAuth, ServerIdentity, TlsError, epp_server_config};

/// Runs a registry until a signal stops it.
///
/// # Errors
/// A configuration with problems, a start that fails, an executor that ends badly.
pub(super) fn run(file: &Path) -> Result<u8, CliError> {
    let config = read(file)?;
    logging::start(&config);
    let running = start(config, Vec::new())?;
    tracing::info!(
        epp = ?running.epp,
        rdap = ?running.rdap,
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
    let problems = surroundings(&config);
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

/// What a good configuration still needs from the machine.
fn surroundings(config: &Config) -> Vec<ConfigError> {
    let mut problems = Vec::new();
    let mut problem = |key: &str, problem: String| problems.push(ConfigError { key: key.into(), problem });
    let epp = ServerIdentity::load(&config.epp_certificate, &config.epp_key);
    match (epp, &config.epp_client_ca) {
        (Err(error), _) => problem(key_of(&error, &config.epp_key, "epp.certificate", "epp.key"), error.to_string()),
        (Ok(identity), Some(ca)) => {
            if let Err(error) =
                epp_server_config(identity, &ClientAuth::Authority(ca.clone()), &[], &SystemClock::default())
            {
                problem("epp.client_ca", error.to_string());
            }
        }
        (Ok(_), None) => {}
    }
    match (&config.rdap_certificate, &config.rdap_key) {
        (Some(certificate), Some(key)) => {
            if let Err(error) = ServerIdentity::load(certificate, key) {
                problem(key_of(&error, key, "rdap.certificate", "rdap.key"), error.to_string());
            }
        }
        (None, None) => {}
        (Some(_), None) => problem("rdap.key", "is missing, while rdap.certificate is given".into()),
        (None, Some(_)) => problem("rdap.certificate", "is missing, while rdap.key is given".into()),
    }
    let allowed = allowed_cores();
    let not_ours = |core: &usize| !allowed.contains(core);
    for core in config.shard_cores.iter().filter(|core| not_ours(core)) {
        problem("runtime.shard_cores", format!("core {core} is not among those this process may use: {allowed:?}"));
    }
    if let Some(core) = config.ledger_core.filter(not_ours) {
        problem("runtime.ledger_core", format!("core {core} is not among those this process may use: {allowed:?}"));
    }
    problems
}

/// Which of the two keys an error of an identity is about.
fn key_of(error: &TlsError, key_file: &Path, certificate: &'static str, key: &'static str) -> &'static str {
    match error {
        TlsError::Pem { path, .. } if path == key_file => key,
        _ => certificate,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_are_missing_and_cores_that_are_not_ours_are_all_named() {
        let text = "data.dir = \"/d\"\nepp.certificate = \"/nonexistent/c\"\nepp.key = \"/nonexistent/k\"\n\
                    rdap.key = \"/nonexistent/k\"\nruntime.shard_cores = [4095]\n";
        let problems = surroundings(&Config::parse(text).expect("complete"));
        let keys: Vec<_> = problems.iter().map(|problem| problem.key.as_str()).collect();
        assert_eq!(keys, ["epp.certificate", "rdap.certificate", "runtime.shard_cores"]);
    }
}
