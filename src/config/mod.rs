//! Floor 2: the configuration. One table holds each key with its default, its check and its help; the typed [`Config`],
//! the checks of a file and the printed reference all come from it.

mod relations;
mod table;
mod value;

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::base::network::Network;
use relations::Given;
pub use relations::SOCKET_PATH_BYTES;
pub use table::{KEYS, Key, reference};

/// Everything an operator can set. The meaning of each field stands in [`KEYS`] and in `domesday config reference`.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(missing_docs, reason = "the table documents each key once, for this struct, the file and the reference")]
pub struct Config {
    pub data_dir: PathBuf,
    pub server_id: String,
    pub repository_id: String,
    pub terms_url: String,
    pub epp_listen: Vec<SocketAddr>,
    pub epp_certificate: PathBuf,
    pub epp_key: PathBuf,
    pub epp_client_ca: Option<PathBuf>,
    pub epp_login_attempts: u32,
    pub epp_sessions: u32,
    pub epp_sessions_per_registrar: u32,
    pub epp_waiting: u32,
    pub epp_waiting_per_address: u32,
    pub epp_waiting_per_network: u32,
    pub epp_login_timeout: Duration,
    pub epp_idle_timeout: Duration,
    pub epp_frame_timeout: Duration,
    pub epp_login_share: u32,
    pub epp_deprecated_tls: Vec<String>,
    pub rdap_listen: Vec<SocketAddr>,
    pub rdap_redirect_listen: Vec<SocketAddr>,
    pub rdap_certificate: Option<PathBuf>,
    pub rdap_key: Option<PathBuf>,
    pub rdap_base_url: String,
    pub rdap_rate: u32,
    pub rdap_burst: u32,
    pub rdap_network_multiple: u32,
    pub rdap_exempt: Vec<Network>,
    pub rdap_connections: u32,
    pub rdap_max_age: u32,
    pub rdap_search: String,
    pub rdap_share: u32,
    pub rdap_client_certificates: bool,
    pub rdap_connections_per_address: u32,
    pub rdap_connections_per_network: u32,
    pub tmch_root: Option<PathBuf>,
    pub tmch_crl: Option<PathBuf>,
    pub tmch_stale_crl: String,
    pub escrow_dir: Option<PathBuf>,
    pub escrow_plan: Option<PathBuf>,
    pub escrow_idn_table_url: String,
    pub escrow_idn_policy_url: String,
    pub metrics_listen: Option<SocketAddr>,
    pub sla_record: Duration,
    pub sla_keep_months: u32,
    pub admin_socket: Option<PathBuf>,
    pub max_jump: Duration,
    pub shard_cores: Vec<usize>,
    pub ledger_core: Option<usize>,
    pub spin: Duration,
    /// How long after its last answer a registrar still races for transforms; zero: there are no races.
    pub race_window: Duration,
    pub segment_bytes: u64,
    pub checkpoint_bytes: u64,
    pub checkpoint_log_bytes: u64,
    pub prefault: bool,
    pub lock_memory: bool,
    pub log_level: String,
    pub log_format: String,
}

/// A setting that is not good: which, where it came from, and what would be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The dotted key; empty when the text as a whole is no TOML.
    pub key: String,
    /// What is wrong and what was expected.
    pub problem: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.key.as_str() {
            "" => f.write_str(&self.problem),
            key => write!(f, "{key}: {}", self.problem),
        }
    }
}

impl std::error::Error for ConfigError {}

impl Config {
    /// The configuration that a file's text says; every problem of it, not only the first.
    ///
    /// # Errors
    /// One [`ConfigError`] for each key that is unknown, of the wrong type, out of bounds, required and missing, or does not
    /// fit together with another.
    pub fn parse(text: &str) -> Result<Self, Vec<ConfigError>> {
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
            vec![ConfigError { key: String::new(), problem: format!("no valid TOML: {error}") }]
        })?;
        let mut given = BTreeMap::new();
        flatten("", table, &mut given);
        let mut config = Self::default();
        let (mut errors, mut known) = (Vec::new(), Given::new());
        for key in KEYS {
            let outcome = match given.remove(key.name) {
                Some(value) => {
                    let outcome = (key.set)(&mut config, &value);
                    known.insert(key.name, outcome.is_ok());
                    outcome
                }
                None => key.apply_default(&mut config),
            };
            errors.extend(outcome.err().map(|problem| ConfigError { key: key.name.into(), problem }));
        }
        for key in given.into_keys() {
            let problem = format!("no such key{}; `domesday config reference` lists all", table::suggestion(&key));
            errors.push(ConfigError { key, problem });
        }
        errors.extend(relations::check(&mut config, &known));
        if errors.is_empty() { Ok(config) } else { Err(errors) }
    }

    /// The directory of deposits: the one that is named, or else the usual one.
    pub fn escrow_path(&self) -> PathBuf {
        self.escrow_dir.clone().unwrap_or_else(|| self.data_dir.join("escrow"))
    }

    /// The admin socket: the one that is named, or else the usual one.
    pub fn admin_socket_path(&self) -> PathBuf {
        self.admin_socket.clone().unwrap_or_else(|| self.data_dir.join("admin.sock"))
    }
}

fn flatten(prefix: &str, table: toml::Table, out: &mut BTreeMap<String, toml::Value>) {
    for (name, value) in table {
        let key = if prefix.is_empty() { name } else { format!("{prefix}.{name}") };
        match value {
            toml::Value::Table(inner) => flatten(&key, inner, out),
            value => drop(out.insert(key, value)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAST: &str = "[data]\ndir = \"/srv/registry\"\n[epp]\ncertificate = \"c.pem\"\nkey = \"k.pem\"\n";

    #[test]
    fn the_least_file_is_accepted_and_the_rest_are_defaults() {
        let config = Config::parse(LEAST).expect("complete");
        assert_eq!(config.epp_login_attempts, 3);
        assert_eq!(config.epp_listen.len(), 2);
    }

    #[test]
    fn every_problem_is_named_with_its_key() {
        let bad = "[data]\ndir = 7\n[epp]\nlisten = [\"nowhere\"]\nlogin_atempts = 2\n";
        let errors = Config::parse(bad).expect_err("five problems");
        let keys: Vec<_> = errors.iter().map(|error| error.key.as_str()).collect();
        assert_eq!(keys, ["data.dir", "epp.listen", "epp.certificate", "epp.key", "epp.login_atempts"]);
        assert!(errors[4].problem.contains("did you mean epp.login_attempts"), "{}", errors[4]);
    }

    #[test]
    fn the_reference_parses_back_once_the_required_keys_are_given() {
        let reference = reference();
        assert!(KEYS.iter().all(|key| reference.contains(key.help)));
        let filled = reference
            .replace("# dir = (required)", "dir = \"/d\"")
            .replace("# certificate = (required)", "certificate = \"c\"")
            .replace("# key = (required)", "key = \"k\"")
            .lines()
            .map(|line| line.strip_prefix("# ").filter(|rest| rest.contains(" = ")).unwrap_or(line))
            .collect::<Vec<_>>()
            .join("\n");
        let least = Config::parse("data.dir = \"/d\"\nepp.certificate = \"c\"\nepp.key = \"k\"\n").expect("complete");
        assert_eq!(Config::parse(&filled), Ok(least), "{filled}");
    }
}
