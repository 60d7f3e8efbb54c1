//! What must hold before anything starts: each problem of a configuration with this program and this machine, named by its
//! key. `config check` and the start ask the same questions, here.

use std::net::TcpListener;
use std::os::unix::fs::FileTypeExt;
use std::path::Path;

use crate::config::{Config, ConfigError};
use crate::node::signed_marks;
use crate::rdap::BaseUrl;
use crate::runtime::clock::SystemClock;
use crate::runtime::probe::allowed_cores;
use crate::runtime::tls::{ClientAuth, ServerIdentity, TlsError, epp_server_config};
use crate::wal;

/// All problems; none: the node starts, unless the machine changes its mind or the data are damaged.
pub fn problems(config: &Config) -> Vec<ConfigError> {
    let mut problems = of_the_program(config);
    of_certificates(config, &mut problems);
    if let Err(error) = signed_marks::trust(config) {
        problems.push(ConfigError { key: error.key.into(), problem: error.to_string() });
    }
    of_the_machine(config, &mut problems);
    problems
}

/// What the configuration alone decides. The table of keys should have refused all of it.
fn of_the_program(config: &Config) -> Vec<ConfigError> {
    let mut problems = Vec::new();
    let mut problem = |key: &str, problem: String| problems.push(ConfigError { key: key.into(), problem });
    if let Err(error) = wal_options(config, 0).check() {
        problem("wal.segment_mib", error.to_string());
    }
    if let Err(error) = BaseUrl::new(&config.rdap_base_url) {
        problem("rdap.base_url", error.to_string());
    }
    problems
}

/// How the log is laid out.
pub(super) fn wal_options(config: &Config, log_id: u64) -> wal::Options {
    wal::Options { segment_bytes: config.segment_bytes, ..wal::Options::new(log_id) }
}

fn of_certificates(config: &Config, problems: &mut Vec<ConfigError>) {
    let mut problem = |key: &str, problem: String| problems.push(ConfigError { key: key.into(), problem });
    let epp = ServerIdentity::load(&config.epp_certificate, &config.epp_key);
    match (epp, &config.epp_client_ca) {
        (Err(error), _) => problem(key_of(&error, &config.epp_key, "epp.certificate", "epp.key"), error.to_string()),
        (Ok(identity), Some(ca)) => {
            let authority = ClientAuth::Authority(ca.clone());
            if let Err(error) = epp_server_config(identity, &authority, &[], &SystemClock::default()) {
                problem("epp.client_ca", error.to_string());
            }
        }
        (Ok(_), None) => {}
    }
    if let (Some(certificate), Some(key)) = (&config.rdap_certificate, &config.rdap_key)
        && let Err(error) = ServerIdentity::load(certificate, key)
    {
        problem(key_of(&error, key, "rdap.certificate", "rdap.key"), error.to_string());
    }
}

/// Which of the two keys an error of an identity is about.
fn key_of(error: &TlsError, key_file: &Path, certificate: &'static str, key: &'static str) -> &'static str {
    match error {
        TlsError::Pem { path, .. } if path == key_file => key,
        _ => certificate,
    }
}

fn of_the_machine(config: &Config, problems: &mut Vec<ConfigError>) {
    let mut problem = |key: &str, problem: String| problems.push(ConfigError { key: key.into(), problem });
    let allowed = allowed_cores();
    let not_ours = |core: &usize| !allowed.contains(core);
    for core in config.shard_cores.iter().filter(|core| not_ours(core)) {
        problem("runtime.shard_cores", format!("core {core} is not among those this process may use: {allowed:?}"));
    }
    if let Some(core) = config.ledger_core.filter(not_ours) {
        problem("runtime.ledger_core", format!("core {core} is not among those this process may use: {allowed:?}"));
    }
    let lists = [
        ("epp.listen", config.epp_listen.as_slice()),
        ("rdap.listen", config.rdap_listen.as_slice()),
        ("rdap.redirect_listen", config.rdap_redirect_listen.as_slice()),
        ("metrics.listen", config.metrics_listen.as_slice()),
    ];
    for (key, address) in lists.iter().flat_map(|(key, list)| list.iter().map(move |address| (*key, *address))) {
        // Any port: the registry itself may have the one it is to have.
        let mut anywhere = address;
        anywhere.set_port(0);
        if let Err(error) = TcpListener::bind(anywhere) {
            problem(key, format!("{address} cannot be listened on here: {error}"));
        }
    }
    if let Some(found) = config.data_dir.ancestors().find(|place| place.exists()).filter(|place| !place.is_dir()) {
        problem("data.dir", format!("expected a directory, found the file {}", found.display()));
    }
    let socket = config.admin_socket_path();
    let folder = socket.parent().filter(|folder| *folder != Path::new("") && *folder != config.data_dir);
    if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
        problem("admin.socket", format!("expected a directory that is there, found none at {}", folder.display()));
    }
    if std::fs::symlink_metadata(&socket).is_ok_and(|found| !found.file_type().is_socket()) {
        problem("admin.socket", format!("expected a socket or nothing, found a file at {}", socket.display()));
    }
}

#[cfg(test)]
mod tests;
