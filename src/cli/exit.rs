//! How a command ends: its errors, and the exit code each of them has.
//!
//! | code | meaning |
//! | --- | --- |
//! | 0 | done; for `epp`: every answer was a success (1xxx) |
//! | 1 | it could not be done; the message says why |
//! | 2 | the arguments are not understood |
//! | 3 | `serve` and `demo`: a mapped file of the index could not be read any more, in the midst of service |
//! | 4 | `rdap get` only: there is nothing of that name (404) |
//! | 20–25 | `epp` only: the first command that failed was answered with 20xx, 21xx, … 25xx |

use std::fmt;
use std::io;
use std::path::PathBuf;

use crate::config::ConfigError;
use crate::node::run::StartError;
use crate::runtime::dir_lock::LockError;
use crate::runtime::tls::TlsError;

/// Why a command could not be done.
#[derive(Debug)]
pub enum CliError {
    /// The arguments make no sense together.
    Usage(String),
    /// A file or directory.
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A file that is not what it should be.
    Content {
        /// Which.
        path: PathBuf,
        /// What was expected and what was found.
        problem: String,
    },
    /// A configuration with problems.
    Config {
        /// The file.
        path: PathBuf,
        /// All of them.
        problems: Vec<ConfigError>,
    },
    /// The demo's certificates could not be made.
    Certificates(rcgen::Error),
    /// The directory is in use.
    Lock(LockError),
    /// The node did not start, or ended badly.
    Node(StartError),
    /// TLS could not be set up.
    Tls(TlsError),
    /// No connection, or one that broke.
    Connection {
        /// To whom.
        peer: String,
        /// Why.
        error: io::Error,
    },
    /// The server said no. The code is an EPP result code.
    Refused {
        /// The code.
        code: u16,
        /// Why.
        message: String,
    },
    /// Standard output or input.
    Terminal(io::Error),
    /// The system gives no randomness.
    Randomness(getrandom::Error),
}

impl CliError {
    /// The exit code.
    pub fn code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            // Whoever reads our output has read enough.
            Self::Terminal(error) if error.kind() == io::ErrorKind::BrokenPipe => 0,
            _ => 1,
        }
    }

    /// Whether there is something to say about it.
    pub fn is_silent(&self) -> bool {
        self.code() == 0
    }

    /// For `map_err`: an error of that file.
    pub fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |error| Self::File { path, error }
    }
}

/// The exit code of an EPP result code: 0 for a success, else its class (2303 is 23).
pub const fn epp_exit_code(result: u16) -> u8 {
    match result / 100 {
        10..20 => 0,
        class @ 20..=25 => class as u8,
        _ => 1,
    }
}

/// The exit code of an RDAP server's HTTP status (RFC 7480, section 5).
pub const fn rdap_exit_code(status: u16) -> u8 {
    match status {
        200 => 0,
        404 => 4,
        _ => 1,
    }
}

impl fmt::Display for CliError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(why) => f.write_str(why),
            Self::File { path, error } => write!(f, "{}: {error}", path.display()),
            Self::Content { path, problem } => write!(f, "{}: {problem}", path.display()),
            Self::Config { path, problems } => {
                let found = if problems.len() == 1 { "problem" } else { "problems" };
                write!(f, "{}: {} {found}", path.display(), problems.len())?;
                problems.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
            }
            Self::Certificates(error) => write!(f, "certificates cannot be made: {error}"),
            Self::Lock(error) => error.fmt(f),
            Self::Node(error) => error.fmt(f),
            Self::Tls(error) => error.fmt(f),
            Self::Connection { peer, error } => write!(f, "{peer}: {error}"),
            Self::Refused { message, .. } => write!(f, "refused: {message}"),
            Self::Terminal(error) => write!(f, "standard input or output: {error}"),
            Self::Randomness(error) => write!(f, "the system gives no randomness: {error}"),
        }
    }
}

impl std::error::Error for CliError {}

macro_rules! from {
    ($($error:ty => $variant:ident),*) => {
        $(impl From<$error> for CliError {
            fn from(error: $error) -> Self {
                Self::$variant(error)
            }
        })*
    };
}
from!(
    LockError => Lock,
    StartError => Node,
    TlsError => Tls,
    rcgen::Error => Certificates,
    getrandom::Error => Randomness
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_class_of_a_result_is_the_exit_code() {
        for (result, exit) in [
            (1000, 0),
            (1001, 0),
            (1301, 0),
            (1500, 0),
            (2001, 20),
            (2105, 21),
            (2200, 22),
            (2302, 23),
            (2400, 24),
            (2502, 25),
            (2600, 1),
            (999, 1),
            (0, 1),
        ] {
            assert_eq!(epp_exit_code(result), exit, "{result}");
        }
    }

    #[test]
    fn what_is_not_there_is_no_other_failure() {
        assert_eq!([200, 404, 303, 400, 429, 503].map(rdap_exit_code), [0, 4, 1, 1, 1, 1]);
    }

    #[test]
    fn a_reader_that_left_is_no_failure_and_wrong_usage_is_not_a_failed_run() {
        assert_eq!(CliError::Terminal(io::ErrorKind::BrokenPipe.into()).code(), 0);
        assert_eq!(CliError::Terminal(io::ErrorKind::Other.into()).code(), 1);
        assert_eq!(CliError::Usage("no".into()).code(), 2);
        assert_eq!(CliError::Refused { code: 2303, message: "no".into() }.code(), 1);
    }
}
