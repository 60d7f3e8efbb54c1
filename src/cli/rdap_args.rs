//! What may be typed after `domesday rdap`.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand};

use super::admin_args::{moment, named};
use crate::model::operator::ByName;
use crate::model::purpose::Purpose;

/// `rdap`.
#[derive(Clone, Debug, PartialEq, Subcommand)]
pub enum RdapCommand {
    /// Print what the world finds this registry's RDAP by: its record for IANA's bootstrap registry (RFC 9224).
    ///
    /// The base URL comes from the configuration (rdap.base_url), the TLDs from the running registry by its admin socket.
    /// The operator sends the record to IANA, and again when a TLD or the base URL changes.
    #[command(after_help = "Example:\n  domesday rdap bootstrap --config /etc/domesday/registry.toml")]
    Bootstrap(BootstrapArgs),
    /// Ask an RDAP server about a domain, a name server, an entity or itself, or search it, and print what it answers.
    ///
    /// The answer is a summary; --json prints it whole. Names may be U-labels. A redirect is told, not followed.
    ///
    /// A search prints a line for each object found. Where there are more than one answer holds, it ends with the URL of the
    /// next page, to be asked for as it is. Quote what holds an asterisk, which the shell would expand.
    ///
    /// Who may see more than the public shows a bearer token (--token-file, or DOMESDAY_RDAP_TOKEN in the environment) or a
    /// certificate, and says what for.
    #[command(after_help = GET_EXAMPLES)]
    Get(GetArgs),
}

const GET_EXAMPLES: &str = "\
Examples:
  domesday rdap get --target demo/demo.json domain hello.test
  domesday rdap get --target demo/demo.json entity 9995 --json
  domesday rdap get --ca demo/ca.pem https://localhost:8443/help
  domesday rdap get --target demo/demo.json domains 'name=exam*' count=true
  domesday rdap get --target demo/demo.json nameservers ip=192.0.2.1
  domesday rdap get --target demo/demo.json entities 'fn=Bob*'
  domesday rdap get https://rdap.registry.example/domain/nic.example
  domesday rdap get --token-file police.token --purpose legalActions \\
      https://rdap.registry.example/domain/bad.example

Exit codes: 0 for an answer (200), 4 for what is not there and for a search that finds
nothing (404), 1 for any other status and when there is no answer.";

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

/// `rdap get`.
#[derive(Clone, Debug, PartialEq, Args)]
pub struct GetArgs {
    /// The demo.json that `domesday demo` writes: the base URL and the CA.
    #[arg(long, value_name = "FILE")]
    pub target: Option<PathBuf>,
    /// PEM file of the CAs that the server's certificate may be of [default: the target's, or else
    /// /etc/ssl/certs/ca-certificates.crt].
    #[arg(long, value_name = "FILE")]
    pub ca: Option<PathBuf>,
    /// Print the whole answer, as JSON.
    #[arg(long)]
    pub json: bool,
    /// File with a bearer token on its first line; - for standard input.
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    /// What for: a query purpose of RFC 9560, section 9.3, as legalActions.
    #[arg(long, value_name = "PURPOSE", value_parser = named::<Purpose>)]
    pub purpose: Option<ByName<Purpose>>,
    /// PEM file of a client certificate to show, with its chain.
    #[arg(long, value_name = "FILE", requires = "client_key")]
    pub client_cert: Option<PathBuf>,
    /// PEM file of its key.
    #[arg(long, value_name = "FILE", requires = "client_cert")]
    pub client_key: Option<PathBuf>,
    /// An https URL; or what to ask the target about: domain, nameserver, entity or help; or what to search it for: domains,
    /// nameservers or entities.
    #[arg(value_name = "URL|domain|nameserver|entity|help|domains|nameservers|entities")]
    pub what: String,
    /// Its name or handle. In a search, what to search by, as name=exam*, nsLdhName=ns1.*, nsIp=192.0.2.1, ip=2001:db8::1,
    /// fn=Bob* or handle=C1*; and what else the server takes, as count=true.
    #[arg(value_name = "NAME|PROPERTY=VALUE")]
    pub names: Vec<String>,
}
