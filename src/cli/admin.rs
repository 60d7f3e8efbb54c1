//! `domesday admin`: a request over the admin socket, its answer as JSON or as a table.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use simd_json::OwnedValue;
use simd_json::prelude::*;

use super::admin_args::{AdminArgs, AdminCommand, CertificateArgs, DomainCommand, RegistrarCommand, TldCommand};
use super::admin_escrow::{self, EscrowCommand};
use super::admin_launch::{self, LaunchCommand, PHASE_COLUMNS};
use super::admin_list::ListCommand;
use super::admin_money::{BILLING_COLUMNS, BillingCommand, PRICE_COLUMNS};
use super::admin_tmch::TmchCommand;
use super::exit::CliError;
use super::target::Target;
use super::{
    admin_action, admin_batch, admin_idn, admin_list, admin_lordn, admin_maintenance, admin_rdap_client, admin_report,
    admin_tmch, admin_token, password, serve, statement, table,
};
use crate::base::limits::ADMIN_REQUEST_BYTES;
use crate::model::operator::{RegistrarAddCert, RegistrarRemoveCert, RegistrarTerminate};
use crate::node::admin::{AdminFailure, AdminRequest, NewPassword};

/// How long an answer may take; a checkpoint of a large registry is the slowest.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(3600);
/// Octets of an answer at most.
const ANSWER_BYTES: u64 = 256 * 1024 * 1024;

/// What the socket answers.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Answer {
    Ok(OwnedValue),
    Error(AdminFailure),
}

/// Asks and prints.
///
/// # Errors
/// No socket, no connection, or a refusal.
pub(super) fn run(args: AdminArgs) -> Result<u8, CliError> {
    let open = || Connection::open(socket(&args)?);
    let request = match &args.command {
        AdminCommand::Lock(lock) => return admin_action::lock((&socket(&args)?, args.json), lock, true),
        AdminCommand::Unlock(lock) => return admin_action::lock((&socket(&args)?, args.json), lock, false),
        AdminCommand::Domain(DomainCommand::Delete(delete)) => {
            return admin_action::delete((&socket(&args)?, args.json), delete);
        }
        AdminCommand::Domain(DomainCommand::Restore(back)) => {
            return admin_action::restore((&socket(&args)?, args.json), back);
        }
        AdminCommand::Domain(DomainCommand::Hold(hold)) => {
            return admin_action::hold((&socket(&args)?, args.json), hold, true);
        }
        AdminCommand::Domain(DomainCommand::Release(hold)) => {
            return admin_action::hold((&socket(&args)?, args.json), hold, false);
        }
        AdminCommand::Transfer(transfer) => return admin_action::transfer((&socket(&args)?, args.json), transfer),
        AdminCommand::Contact(contact) => return admin_action::contact((&socket(&args)?, args.json), contact),
        AdminCommand::Registrar(RegistrarCommand::Terminate { clid, yes }) => {
            admin_batch::confirm(&format!("End registrar {clid} for good?"), *yes)?;
            AdminRequest::RegistrarTerminate(RegistrarTerminate { clid: clid.clone() })
        }
        AdminCommand::Idn(idn) if idn.clone().request().is_none() => {
            return admin_idn::run((&socket(&args)?, args.json), idn);
        }
        AdminCommand::Report(report) => return admin_report::run(open()?, report, args.json),
        AdminCommand::Billing(BillingCommand::Statement(of)) => return statement::run(open()?, of, args.json),
        AdminCommand::Tmch(TmchCommand::Load(load)) => return admin_tmch::load(open()?, load, args.json),
        AdminCommand::Tmch(TmchCommand::Lordn(lordn)) => return admin_lordn::run(open()?, lordn, args.json),
        AdminCommand::List(ListCommand::Load(load)) => return admin_list::load(open()?, load, args.json),
        AdminCommand::RdapClient(client) if client.clone().request().is_none() => {
            return admin_rdap_client::run(open()?, client, args.json);
        }
        AdminCommand::Token(token) if token.clone().request().is_none() => {
            return admin_token::run(open()?, token, args.json);
        }
        command => match command.request() {
            Some(request) => request,
            None => request_with_files(command)?,
        },
    };
    let mut value = open()?.ask(&request)?;
    for warning in value.get_array("warnings").into_iter().flatten().filter_map(|warning| warning.as_str()) {
        // The command is done; when nobody hears standard error, the answer still says it.
        let _ = writeln!(std::io::stderr(), "warning: {}", table::printable(warning));
    }
    if args.json {
        print_json(&value)?;
        return Ok(0);
    }
    // It has been said already.
    let _ = value.try_remove("warnings");
    print(&shown(&args.command, &value))?;
    Ok(0)
}

/// An answer for people.
fn shown(command: &AdminCommand, value: &OwnedValue) -> String {
    match command {
        AdminCommand::Poll(_) => waiting(value),
        AdminCommand::Launch(LaunchCommand::List(_)) => admin_launch::applications(value),
        AdminCommand::List(ListCommand::Show { labels: true, .. }) => admin_list::names(value).unwrap_or_default(),
        _ => table::render(value, columns(command)),
    }
}

/// The messages of a poll queue, and how many wait.
fn waiting(value: &OwnedValue) -> String {
    let rows = value.get_array("messages").into_iter().flatten().map(|message| {
        let member = |name| message.get(name).map_or_else(String::new, |value| value.encode());
        let age = age(message.get_i64("age_seconds").unwrap_or(0));
        vec![member("number"), age, table::printable(message.get_str("text").unwrap_or_default())]
    });
    let head = ["NUMBER", "AGE", "TEXT"].map(str::to_owned).to_vec();
    let rows: Vec<_> = std::iter::once(head).chain(rows).collect();
    let (shown, count) = (rows.len() - 1, value.get_u64("count").unwrap_or(0));
    format!("{}{shown} of {count} messages\n", table::aligned(&rows))
}

/// A span of time in its largest whole unit.
fn age(seconds: i64) -> String {
    let units = [(86_400, "d"), (3600, "h"), (60, "min")];
    let unit = units.into_iter().find(|(size, _)| seconds >= *size).unwrap_or((1, "s"));
    format!("{} {}", seconds / unit.0, unit.1)
}

/// Prints a text.
///
/// # Errors
/// Nobody takes it.
pub(super) fn print(text: &str) -> Result<(), CliError> {
    std::io::stdout().lock().write_all(text.as_bytes()).map_err(CliError::Terminal)
}

/// Prints JSON, one line.
///
/// # Errors
/// Nobody takes it.
pub(super) fn print_json(value: &OwnedValue) -> Result<(), CliError> {
    print(&(value.encode() + "\n"))
}

/// The columns of a list that people want to see; JSON has all.
fn columns(command: &AdminCommand) -> &'static [&'static str] {
    match command {
        AdminCommand::Tld(TldCommand::Phase(_)) => PHASE_COLUMNS,
        AdminCommand::Tld(_) => &[
            "name",
            "data_model",
            "host_model",
            "required_contacts",
            "repository_id",
            "min_months",
            "default_months",
            "max_months",
            "transfer_days",
            "idn",
            "idn_tables",
            "fee_policy",
        ],
        AdminCommand::Registrar(RegistrarCommand::Sessions { .. }) => {
            &["clid", "since", "address", "protocol", "app", "tech", "os"]
        }
        AdminCommand::Registrar(_) => &[
            "clid",
            "name",
            "iana_id",
            "suspended",
            "terminated",
            "password_set",
            "certificates",
            "networks",
            "session_limit",
            "rdap_lacks",
        ],
        AdminCommand::Price(_) => PRICE_COLUMNS,
        AdminCommand::Billing(_) => BILLING_COLUMNS,
        AdminCommand::List(_) => admin_list::COLUMNS,
        AdminCommand::Maintenance(_) => admin_maintenance::COLUMNS,
        AdminCommand::RdapClient(_) => admin_rdap_client::COLUMNS,
        AdminCommand::Idn(_) => admin_idn::COLUMNS,
        AdminCommand::Escrow(EscrowCommand::Status { .. }) => admin_escrow::COLUMNS,
        _ => &[],
    }
}

/// Requests that take more than arguments.
fn request_with_files(command: &AdminCommand) -> Result<AdminRequest, CliError> {
    match command {
        AdminCommand::Registrar(RegistrarCommand::SetPassword { clid, password_file }) => {
            let password = password::read(clid, password_file.as_deref())?;
            Ok(AdminRequest::RegistrarSetPassword(NewPassword { clid: clid.clone(), password }))
        }
        AdminCommand::Registrar(RegistrarCommand::AddCert { clid, certificate, label }) => {
            let (clid, sha256, label) = (clid.clone(), fingerprint(certificate)?, label.clone());
            Ok(AdminRequest::RegistrarAddCert(RegistrarAddCert { clid, sha256, label }))
        }
        AdminCommand::Registrar(RegistrarCommand::RemoveCert { clid, certificate }) => {
            let (clid, sha256) = (clid.clone(), fingerprint(certificate)?);
            Ok(AdminRequest::RegistrarRemoveCert(RegistrarRemoveCert { clid, sha256 }))
        }
        _ => unreachable!("every other command is a request by its arguments alone"),
    }
}

/// SHA-256 of a certificate, in hexadecimal.
pub(super) fn fingerprint(certificate: &CertificateArgs) -> Result<String, CliError> {
    match (&certificate.pem, &certificate.sha256) {
        (Some(path), _) => pem_fingerprint(path),
        (None, Some(sha256)) => Ok(sha256.clone()),
        (None, None) => Err(CliError::Usage("give --pem or --sha256".into())),
    }
}

/// SHA-256 of the first certificate in a PEM file, in hexadecimal.
pub(super) fn pem_fingerprint(path: &Path) -> Result<String, CliError> {
    let certificate = CertificateDer::from_pem_file(path).map_err(|error| CliError::Content {
        path: path.to_owned(),
        problem: format!("expected a certificate in PEM form: {error}"),
    })?;
    Ok(Sha256::digest(&certificate).iter().map(|octet| format!("{octet:02x}")).collect())
}

fn socket(args: &AdminArgs) -> Result<PathBuf, CliError> {
    socket_of(args.socket.as_deref(), args.config.as_deref(), args.target.as_deref())
}

/// The admin socket: the one that is named, or that of a registry's configuration, or of a target file.
///
/// # Errors
/// A file that cannot be read or is not good.
pub(super) fn socket_of(
    socket: Option<&Path>,
    config: Option<&Path>,
    target: Option<&Path>,
) -> Result<PathBuf, CliError> {
    if let Some(socket) = socket {
        return Ok(socket.to_owned());
    }
    if let Some(file) = config {
        let config = serve::read(file)?;
        return Ok(config.admin_socket_path());
    }
    match target {
        Some(file) => Ok(Target::read(file)?.admin_socket),
        None => Err(CliError::Usage("give --socket, --config or --target".into())),
    }
}

/// A connection to the admin socket.
pub(super) struct Connection {
    socket: PathBuf,
    stream: BufReader<UnixStream>,
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    /// Nobody listens there, or not to us.
    pub(super) fn open(socket: PathBuf) -> Result<Self, CliError> {
        let failed = |error| CliError::Connection { peer: socket.display().to_string(), error };
        let stream = UnixStream::connect(&socket).map_err(failed)?;
        stream.set_read_timeout(Some(ANSWER_TIMEOUT)).map_err(failed)?;
        Ok(Self { stream: BufReader::new(stream), socket })
    }

    /// Asks, and waits for the answer.
    ///
    /// # Errors
    /// A request that is too long, no answer, or a refusal.
    pub(super) fn ask(&mut self, request: &AdminRequest) -> Result<OwnedValue, CliError> {
        let failed = |error| CliError::Connection { peer: self.socket.display().to_string(), error };
        let mut line = simd_json::to_string(request).expect("requests are plain data");
        if line.len() >= ADMIN_REQUEST_BYTES {
            let (octets, name) = (line.len(), request.label().0);
            let message = format!(
                "{name} takes {ADMIN_REQUEST_BYTES} octets at most and these are {octets}; split the list into several"
            );
            return Err(CliError::Refused { code: 2306, message });
        }
        line.push('\n');
        self.stream.get_mut().write_all(line.as_bytes()).map_err(failed)?;
        let mut answer = Vec::new();
        (&mut self.stream).take(ANSWER_BYTES).read_until(b'\n', &mut answer).map_err(failed)?;
        if answer.last() != Some(&b'\n') {
            return Err(failed(std::io::ErrorKind::UnexpectedEof.into()));
        }
        let answer = simd_json::from_slice(&mut answer).map_err(|error| CliError::Content {
            path: self.socket.clone(),
            problem: format!(
                "the answer is not understood ({error}); is this domesday of another version than the registry's?"
            ),
        })?;
        match answer {
            Answer::Ok(value) => Ok(value),
            Answer::Error(AdminFailure { code, message }) => Err(CliError::Refused { code, message }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_that_wait_are_shown_with_their_age() {
        let mut json = br#"{"registrar":"abc","count":7,"messages":[
            {"number":3,"queued":"x","age_seconds":90061,"text":"first"},
            {"number":10,"queued":"x","age_seconds":59,"text":"se\u001bcond"}]}"#
            .to_vec();
        let value = simd_json::to_owned_value(&mut json).expect("JSON");
        let expected = "NUMBER  AGE   TEXT\n3       1 d   first\n10      59 s  se\\u{1b}cond\n2 of 7 messages\n";
        assert_eq!(waiting(&value), expected);
        assert_eq!([age(0), age(60), age(7199)], ["0 s", "1 min", "1 h"]);
    }
}
