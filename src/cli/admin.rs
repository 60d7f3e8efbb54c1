//! `domesday admin`: one request over the admin socket, its answer as JSON or as a table.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use simd_json::OwnedValue;

use super::admin_args::{AdminArgs, AdminCommand, CertificateArgs, RegistrarCommand};
use super::exit::CliError;
use super::target::Target;
use super::{password, serve, table};
use crate::model::operator::{RegistrarAddCert, RegistrarRemoveCert};
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
    let request = match args.command.request() {
        Some(request) => request,
        None => request_with_files(&args.command)?,
    };
    let socket = socket(&args)?;
    let mut line = ask(&socket, &request)?;
    let answer = simd_json::from_slice(&mut line).map_err(|error| CliError::Content {
        path: socket,
        problem: format!(
            "the answer is not understood ({error}); is this domesday of another version than the registry's?"
        ),
    })?;
    let value = match answer {
        Answer::Ok(value) => value,
        Answer::Error(AdminFailure { code, message }) => return Err(CliError::Refused { code, message }),
    };
    let text = match args.json {
        true => simd_json::to_string(&value).map(|text| text + "\n").unwrap_or_default(),
        false => table::render(&value, columns(&args.command)),
    };
    std::io::stdout().lock().write_all(text.as_bytes()).map_err(CliError::Terminal)?;
    Ok(0)
}

/// The columns of a list that people want to see; JSON has all.
fn columns(command: &AdminCommand) -> &'static [&'static str] {
    match command {
        AdminCommand::Tld(_) => &[
            "name",
            "data_model",
            "required_contacts",
            "repository_id",
            "min_months",
            "default_months",
            "max_months",
            "transfer_days",
            "idn",
        ],
        AdminCommand::Registrar(_) => {
            &["clid", "name", "iana_id", "suspended", "password_set", "certificates", "networks", "session_limit"]
        }
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

fn fingerprint(certificate: &CertificateArgs) -> Result<String, CliError> {
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
    if let Some(socket) = &args.socket {
        return Ok(socket.clone());
    }
    if let Some(file) = &args.config {
        let config = serve::read(file)?;
        return Ok(config.admin_socket_path());
    }
    match &args.target {
        Some(file) => Ok(Target::read(file)?.admin_socket),
        None => Err(CliError::Usage("give --socket, --config or --target".into())),
    }
}

fn ask(socket: &Path, request: &AdminRequest) -> Result<Vec<u8>, CliError> {
    let failed = |error| CliError::Connection { peer: socket.display().to_string(), error };
    let mut line = simd_json::to_string(request).expect("requests are plain data");
    line.push('\n');
    let mut stream = UnixStream::connect(socket).map_err(failed)?;
    stream.set_read_timeout(Some(ANSWER_TIMEOUT)).map_err(failed)?;
    stream.write_all(line.as_bytes()).map_err(failed)?;
    let mut answer = Vec::new();
    BufReader::new(stream).take(ANSWER_BYTES).read_until(b'\n', &mut answer).map_err(failed)?;
    if answer.last() != Some(&b'\n') {
        return Err(failed(std::io::ErrorKind::UnexpectedEof.into()));
    }
    Ok(answer)
}
