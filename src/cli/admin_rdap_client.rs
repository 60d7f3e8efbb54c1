//! `domesday admin rdap-client`: clients of RDAP that see more than the public does, and what they show.

use clap::{Args, Subcommand};
use simd_json::OwnedValue;
use simd_json::prelude::*;

use super::admin::{Connection, fingerprint, print, print_json};
use super::admin_args::{CertificateArgs, moment, named};
use super::exit::CliError;
use super::table;
use crate::model::operator::{
    ByName, RdapClientAdd, RdapClientAddCert, RdapClientRemove, RdapClientRemoveCert, RdapClientRemoveToken,
    RdapClientSet, RdapClientSuspend,
};
use crate::model::purpose::Purpose;
use crate::node::admin::{AdminRequest, NoMembers, RdapClientMakeToken};

/// `admin rdap-client`.
#[derive(Clone, Debug, PartialEq, Subcommand)]
pub enum RdapClientCommand {
    /// Add a client; it sees more than the public once it has a token or certificate.
    #[command(after_help = PURPOSES)]
    Add {
        /// What it is called, also in the log: lower-case letters, digits and hyphens.
        name: String,
        /// Who that is, for people.
        #[arg(long, value_name = "TEXT")]
        description: String,
        /// What it may ask for; repeat for more.
        #[command(flatten)]
        purposes: PurposeArgs<true>,
        /// When it is one of the public again, as 2030-01-01T00:00:00Z.
        #[arg(long, value_name = "TIMESTAMP", value_parser = moment)]
        until: Option<i64>,
    },
    /// Change who a client is, what for and until when; what is not named stays.
    #[command(after_help = PURPOSES)]
    Set {
        /// Which client.
        name: String,
        /// Who that is, for people.
        #[arg(long, value_name = "TEXT")]
        description: Option<String>,
        /// What it may ask for; repeat for more. Replaces all there are.
        #[command(flatten)]
        purposes: PurposeArgs<false>,
        /// When it is one of the public again, as 2030-01-01T00:00:00Z, or never.
        #[arg(long, value_name = "TIMESTAMP|never", value_parser = until)]
        until: Option<i64>,
    },
    /// List all clients, without their tokens; --json tells labels and hashes.
    List,
    /// Make a random token of 256 bits for a client, and print it. The registry keeps its SHA-256 alone: nobody can print
    /// it again.
    AddToken {
        /// Which client.
        name: String,
        /// What you call it.
        #[arg(long, default_value = "")]
        label: String,
    },
    /// Take a token from a client, in effect with its next query.
    #[command(group = clap::ArgGroup::new("which").required(true))]
    RemoveToken {
        /// Which client.
        name: String,
        /// What you call it.
        #[arg(long, group = "which")]
        label: Option<String>,
        /// Its SHA-256, in hexadecimal.
        #[arg(long, value_name = "HEX", group = "which")]
        sha256: Option<String>,
    },
    /// Let a client show one more certificate (where rdap.client_certificates is on).
    AddCert {
        /// Which client.
        name: String,
        /// The certificate.
        #[command(flatten)]
        certificate: CertificateArgs,
        /// What you call it.
        #[arg(long, default_value = "")]
        label: String,
    },
    /// Take a certificate from a client, in effect with its next query.
    RemoveCert {
        /// Which client.
        name: String,
        /// The certificate.
        #[command(flatten)]
        certificate: CertificateArgs,
    },
    /// Let a client see what the public sees and no more, in effect with its next query.
    Suspend {
        /// Which client.
        name: String,
        /// Let it see more again.
        #[arg(long)]
        undo: bool,
    },
    /// Remove a client with its tokens and certificates.
    Remove {
        /// Which client.
        name: String,
    },
}

const PURPOSES: &str = "\
Purposes are those of IANA's registry (RFC 9560, section 9.3) and no others:
  domainNameControl, personalDataProtection, technicalIssueResolution, domainNameCertification,
  individualInternetUse, businessDomainNamePurchaseOrSale, academicPublicInterestDNSResearch,
  legalActions, regulatoryAndContractEnforcement, criminalInvestigationAndDNSAbuseMitigation,
  dnsTransparency

A client with several names one in each query (RDAP-Purpose: legalActions); each query is logged.

Example:
  domesday admin --config registry.toml rdap-client add police \\
      --description 'State police, desk 4' \\
      --purpose criminalInvestigationAndDNSAbuseMitigation --until 2027-12-31T00:00:00Z";

/// Purposes, which may be required.
#[derive(Clone, Debug, Default, PartialEq, Args)]
pub struct PurposeArgs<const REQUIRED: bool> {
    /// What it may ask for; repeat for more.
    #[arg(long, value_name = "PURPOSE", required = REQUIRED, value_parser = named::<Purpose>)]
    purpose: Vec<ByName<Purpose>>,
}

/// Microseconds since 1970; 0: never.
fn until(text: &str) -> Result<i64, String> {
    if text == "never" { Ok(0) } else { moment(text).map_err(|error| format!("{error}, or never")) }
}

/// The columns of `rdap-client list`.
pub(super) const COLUMNS: &[&str] = &["name", "description", "state", "purposes", "until", "tokens", "certificates"];

impl RdapClientCommand {
    /// The request, where the arguments alone make it and its answer is shown as it is.
    pub(super) fn request(self) -> Option<AdminRequest> {
        Some(match self {
            Self::Add { name, description, purposes, until } => AdminRequest::RdapClientAdd(RdapClientAdd {
                name,
                description,
                purposes: purposes.purpose,
                until_micros: until,
            }),
            Self::Set { name, description, purposes, until } => AdminRequest::RdapClientSet(RdapClientSet {
                name,
                description,
                purposes: (!purposes.purpose.is_empty()).then_some(purposes.purpose),
                until_micros: until,
            }),
            Self::List => AdminRequest::RdapClientList(NoMembers {}),
            Self::RemoveToken { name, label, sha256 } => {
                AdminRequest::RdapClientRemoveToken(RdapClientRemoveToken { name, label, sha256 })
            }
            Self::Suspend { name, undo } => {
                AdminRequest::RdapClientSuspend(RdapClientSuspend { name, suspended: !undo })
            }
            Self::Remove { name } => AdminRequest::RdapClientRemove(RdapClientRemove { name }),
            Self::AddToken { .. } | Self::AddCert { .. } | Self::RemoveCert { .. } => return None,
        })
    }
}

/// Does what reads a file, or prints a token.
///
/// # Errors
/// No certificate in a file; no answer, a refusal, or nobody who reads.
pub(super) fn run(mut admin: Connection, command: &RdapClientCommand, json: bool) -> Result<u8, CliError> {
    let request = match command {
        RdapClientCommand::AddToken { name, label } => {
            let made = RdapClientMakeToken { name: name.clone(), label: label.clone() };
            let answer = admin.ask(&AdminRequest::RdapClientMakeToken(made))?;
            return match json {
                true => print_json(&answer),
                // Alone on standard output, so that it can go into a file.
                false => print(&format!("{}\n", token(&answer))),
            }
            .map(|()| 0);
        }
        RdapClientCommand::AddCert { name, certificate, label } => {
            let (name, sha256, label) = (name.clone(), fingerprint(certificate)?, label.clone());
            AdminRequest::RdapClientAddCert(RdapClientAddCert { name, sha256, label })
        }
        RdapClientCommand::RemoveCert { name, certificate } => {
            let (name, sha256) = (name.clone(), fingerprint(certificate)?);
            AdminRequest::RdapClientRemoveCert(RdapClientRemoveCert { name, sha256 })
        }
        _ => unreachable!("every other command is a request by its arguments alone"),
    };
    let answer = admin.ask(&request)?;
    if json { print_json(&answer) } else { print(&table::render(&answer, &[])) }.map(|()| 0)
}

/// The one token of an answer.
fn token(answer: &OwnedValue) -> &str {
    answer.get_array("tokens").and_then(|tokens| tokens.first()?.as_str()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::admin_args::tests::json;

    #[test]
    fn lines_become_requests() {
        for (line, expected) in [
            (
                "rdap-client add police --description P --purpose legalActions --purpose dnsTransparency --until 2027-01-01T00:00:00Z",
                concat!(
                    r#"{"rdap-client-add":{"name":"police","description":"P","purposes":["legalActions","#,
                    r#""dnsTransparency"],"until_micros":1798761600000000}}"#
                ),
            ),
            (
                "rdap-client set police --until never",
                r#"{"rdap-client-set":{"name":"police","description":null,"purposes":null,"until_micros":0}}"#,
            ),
            ("rdap-client list", r#"{"rdap-client-list":{}}"#),
            ("rdap-client add-token police", ""),
            ("rdap-client add-cert police --sha256 00", ""),
            (
                "rdap-client remove-token police --label a",
                r#"{"rdap-client-remove-token":{"name":"police","label":"a","sha256":null}}"#,
            ),
            ("rdap-client suspend police --undo", r#"{"rdap-client-suspend":{"name":"police","suspended":false}}"#),
            ("rdap-client remove police", r#"{"rdap-client-remove":{"name":"police"}}"#),
        ] {
            assert_eq!(json(line).as_deref(), Ok(expected), "{line}");
        }
        use clap::error::ErrorKind;
        for (line, expected) in [
            ("rdap-client add police --purpose legalActions", ErrorKind::MissingRequiredArgument),
            ("rdap-client add police --description P", ErrorKind::MissingRequiredArgument),
            ("rdap-client add police --description P --purpose curiosity", ErrorKind::ValueValidation),
            ("rdap-client set police --until tomorrow", ErrorKind::ValueValidation),
            ("rdap-client remove-token police", ErrorKind::MissingRequiredArgument),
            ("rdap-client remove-token police --label a --sha256 b", ErrorKind::ArgumentConflict),
            ("rdap-client add-cert police", ErrorKind::MissingRequiredArgument),
        ] {
            assert_eq!(json(line), Err(expected), "{line}");
        }
    }
}
