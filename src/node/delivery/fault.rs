//! Why a delivery failed, and whether it is worth another attempt.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// Why files were not delivered.
#[derive(Debug)]
pub enum DeliveryError {
    /// A setting, or a name, that cannot be used: what was expected and found.
    Setting(String),
    /// A file of this machine.
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// There is no `sftp`.
    NoProgram(PathBuf),
    /// It cannot be run.
    Program(PathBuf, io::Error),
    /// The server, or the way to it.
    Remote {
        /// Where.
        fault: RemoteFault,
        /// What `sftp` and `ssh` said at last.
        said: String,
    },
    /// The server has less or more than was sent.
    Size {
        /// The file, by its name there.
        name: String,
        /// Octets that it has here.
        expected: u64,
        /// Octets that it has there.
        found: u64,
    },
    /// It took longer than so many seconds.
    TimeLimit(u64),
    /// The registry is told to stop.
    Halted,
}

/// What of the server, or of the way to it, is at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RemoteFault {
    /// It is not the server that is known, or none is.
    HostKey,
    /// It does not let us in.
    Authentication,
    /// It cannot be reached, or went away.
    Network,
    /// The directory is not there.
    Directory,
    /// We may not write.
    Permission,
    /// It could not keep what was sent: its disk is full, say.
    Storage,
    /// Anything else.
    Other,
}

impl RemoteFault {
    /// What is to be done about it.
    const fn remedy(self) -> &'static str {
        match self {
            Self::HostKey => {
                "the server's host key is not the one in the file of known hosts: nothing was sent; ask the agent for the \
                 fingerprint, and only then put the key there"
            }
            Self::Authentication => {
                "the server does not let us in: the agent must have the public key, and the private key be without a \
                 passphrase and readable by this process's user alone"
            }
            Self::Network => "the server cannot be reached, or went away",
            Self::Directory => "the directory is not there: ask the agent for the right one",
            Self::Permission => "the server does not let us write: ask the agent for the directory that is ours",
            Self::Storage => "the server could not keep what was sent: its disk, or our share of it, may be full",
            Self::Other => "sftp failed",
        }
    }

    /// What a line of `sftp` or `ssh` tells, if it tells anything. Their words are those of OpenSSH 5 to 10 in English.
    fn told_by(line: &str) -> Option<Self> {
        const NETWORK: [&str; 13] = [
            "Connection refused",
            "Connection timed out",
            "Connection reset",
            "Connection lost",
            "closed by",
            "Could not resolve hostname",
            "Network is unreachable",
            "No route to host",
            "Operation timed out",
            "Broken pipe",
            "not responding",
            "lost connection",
            "kex_exchange_identification",
        ];
        let has = |words: &str| line.contains(words);
        if has("Host key verification failed") || has("requested strict checking") {
            Some(Self::HostKey)
        } else if has("Permission denied (") || has("Too many authentication failures") {
            Some(Self::Authentication)
        } else if NETWORK.into_iter().any(has) {
            Some(Self::Network)
        } else if line.ends_with("No such file or directory") {
            Some(Self::Directory)
        } else if line.ends_with("Permission denied") {
            Some(Self::Permission)
        } else if line.ends_with("Failure") || has("No space left") || has("quota exceeded") {
            Some(Self::Storage)
        } else {
            None
        }
    }
}

/// Lines of `sftp` and `ssh` that are kept to tell.
const TOLD_LINES: usize = 4;

impl DeliveryError {
    /// What has ended `sftp`, by what it and `ssh` have said.
    pub(super) fn remote(said: &str) -> Self {
        let is_news = |line: &&str| !line.is_empty() && *line != "Connection closed" && !line.starts_with('@');
        let lines: Vec<&str> = said.lines().map(str::trim).filter(is_news).collect();
        let fault = lines.iter().rev().find_map(|line| RemoteFault::told_by(line));
        // ssh has said nothing, and yet it is gone.
        let fault = fault.unwrap_or(if lines.is_empty() { RemoteFault::Network } else { RemoteFault::Other });
        let said = lines.get(lines.len().saturating_sub(TOLD_LINES)..).unwrap_or_default().join("; ");
        Self::Remote { fault, said }
    }

    /// Whether the same may do later, though nobody changes anything here.
    pub const fn is_worth_retry(&self) -> bool {
        match self {
            Self::Setting(_) | Self::File { .. } | Self::NoProgram(_) | Self::Halted => false,
            Self::Program(..) | Self::Size { .. } | Self::TimeLimit(_) => true,
            Self::Remote { fault, .. } => {
                matches!(fault, RemoteFault::Network | RemoteFault::Storage | RemoteFault::Other)
            }
        }
    }
}

impl fmt::Display for DeliveryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Setting(why) => f.write_str(why),
            Self::File { path, error } => write!(f, "{}: {error}", path.display()),
            Self::NoProgram(program) => {
                write!(f, "there is no program {}: install openssh-client", program.display())
            }
            Self::Program(program, error) => write!(f, "{} cannot be run: {error}", program.display()),
            Self::Remote { fault, said } if said.is_empty() => f.write_str(fault.remedy()),
            Self::Remote { fault, said } => write!(f, "{} ({said})", fault.remedy()),
            Self::Size { name, expected, found } => {
                write!(f, "the server has {found} octets of {name}, expected {expected}")
            }
            Self::TimeLimit(seconds) => write!(f, "the delivery was not done within {seconds} s"),
            Self::Halted => f.write_str("the delivery was stopped, as the registry is"),
        }
    }
}

impl std::error::Error for DeliveryError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_openssh_says_is_understood() {
        for (said, expected, retry) in [
            (
                "@@@@\n@ WARNING @\nHost key for a has changed and you have requested strict checking.\nHost key verification failed.\nConnection closed",
                RemoteFault::HostKey,
                false,
            ),
            (
                "root@a: Permission denied (publickey,keyboard-interactive).\r\nConnection closed",
                RemoteFault::Authentication,
                false,
            ),
            (
                "ssh: connect to host 127.0.0.1 port 1: Connection refused\r\nConnection closed",
                RemoteFault::Network,
                true,
            ),
            (
                "ssh: Could not resolve hostname a: Name or service not known\r\nConnection closed",
                RemoteFault::Network,
                true,
            ),
            ("ssh: connect to host a port 22: Connection timed out", RemoteFault::Network, true),
            ("Connection to 127.0.0.1 closed by remote host.", RemoteFault::Network, true),
            (
                "Timeout, server a not responding.\nclient_loop: send disconnect: Broken pipe",
                RemoteFault::Network,
                true,
            ),
            ("", RemoteFault::Network, true),
            ("Connected to a.\nstat remote: No such file or directory", RemoteFault::Directory, false),
            ("dest open \"/x\": Permission denied", RemoteFault::Permission, false),
            (
                "remote delete \"/a\": No such file or directory\nwrite remote \"/x\": Failure",
                RemoteFault::Storage,
                true,
            ),
            ("Couldn't write to remote file \"/x\": Failure", RemoteFault::Storage, true),
            ("something new", RemoteFault::Other, true),
        ] {
            let error = DeliveryError::remote(said);
            assert!(matches!(error, DeliveryError::Remote { fault, .. } if fault == expected), "{said}: {error}");
            assert_eq!(error.is_worth_retry(), retry, "{said}");
        }
        let long = DeliveryError::remote("1\n2\n3\n4\n5 Failure\nConnection closed");
        assert!(long.to_string().ends_with("(2; 3; 4; 5 Failure)"), "{long}");
    }
}
