//! Why a report was not accepted, and whether it is worth another attempt.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use crate::escrow::InterfaceResult;
use crate::runtime::tls::TlsError;

/// Why a report was not accepted, as far as is known.
#[derive(Debug)]
pub enum ReportingError {
    /// A setting or a report that cannot be used: what was expected and found.
    Setting(String),
    /// A file of this machine.
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// Files of certificates or keys.
    Tls(TlsError),
    /// No connection, or one that broke, or an answer that did not come in time.
    Connection {
        /// To whom.
        peer: String,
        /// Why.
        error: io::Error,
    },
    /// An HTTP status that is not the interface's judgement.
    Status {
        /// Which.
        status: u16,
        /// How long it asks to wait.
        retry_after: Option<Duration>,
    },
    /// The interface does not accept it.
    Refused(InterfaceResult),
    /// What it answers is not its answer: nobody knows whether the report was accepted.
    Unreadable {
        /// The HTTP status, as far as there was one.
        status: Option<u16>,
        /// What is wrong with the answer.
        why: String,
    },
    /// The registry is told to stop.
    Halted,
}

impl ReportingError {
    /// Whether the same may do later, though nobody changes anything here.
    pub fn is_worth_retry(&self) -> bool {
        match self {
            Self::Connection { .. } => true,
            Self::Status { status, .. } => *status == 429 || *status >= 500,
            Self::Refused(result) => result.code.is_worth_retry(),
            Self::Setting(_) | Self::File { .. } | Self::Tls(_) | Self::Unreadable { .. } | Self::Halted => false,
        }
    }

    /// How long to wait at least before that, if the interface says so.
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Status { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}

impl fmt::Display for ReportingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Setting(why) => f.write_str(why),
            Self::File { path, error } => write!(f, "{}: {error}", path.display()),
            Self::Tls(error) => error.fmt(f),
            Self::Connection { peer, error } => write!(f, "{peer}: {error}"),
            Self::Status { status, .. } => {
                let why = match status {
                    401 => "it does not know these credentials: set user and password, or certificate and key, right",
                    403 => "it does not let us in: have ICANN put the address that we send from on the TLD's list",
                    404 => "there is no such report, or the TLD is not known there: set the URL right",
                    429 => "it has had too many requests",
                    300..=399 => "it has moved: set the URL right",
                    500.. => "it is out of order",
                    _ => "that is not its answer to a report",
                };
                write!(f, "the interface answered with HTTP status {status}: {why}")
            }
            Self::Refused(result) => {
                write!(f, "the report was not accepted: result code {result}. To be done: {}", result.code.remedy())
            }
            Self::Unreadable { status, why } => {
                f.write_str("expected iirdea:response as the interface's answer")?;
                if let Some(status) = status {
                    write!(f, " (HTTP status {status})")?;
                }
                write!(
                    f,
                    ": {why}. Whether the report was accepted is not known: ask whether it was received, and send it again \
                     if not"
                )
            }
            Self::Halted => f.write_str("the upload was stopped, as the registry is"),
        }
    }
}

impl std::error::Error for ReportingError {}
