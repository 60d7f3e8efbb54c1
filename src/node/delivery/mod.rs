//! Deposits brought to an escrow agent (Specification 2, part A, section 6): files over SFTP, by OpenSSH's `sftp`, whose
//! security is kept by the distribution.
//!
//! A file is sent under a name of its own, `NAME.HASH.part`, in which HASH is of its content: what an attempt before has left
//! under that name is the beginning of these very octets, and the attempt goes on behind it. When all files are there, and as
//! long as they should be, they get their names, one right after the other. An agent that does not let files be renamed gets
//! them under their names at once, and an attempt that broke off begins anew.
//!
//! Everything blocks: it runs on a thread of its own.
//!
//! | file | idea |
//! | --- | --- |
//! | `batch` | what is said to `sftp`, and what it says of files |
//! | `fault` | why a delivery failed, and whether it is worth another attempt |
//! | `session` | one run of `sftp` |

mod batch;
mod fault;
mod session;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::Deserialize;
use sha2::{Digest, Sha256};

pub use fault::{DeliveryError, RemoteFault};

use crate::runtime::halt::Halt;
use session::Session;

/// Where files go, and who brings them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Destination {
    /// Name or address of the server.
    pub host: String,
    /// Its port.
    #[serde(default = "default_port")]
    pub port: u16,
    /// Whom it knows us as.
    pub user: String,
    /// The directory for the files, as the server has it; none: where it lets us in.
    #[serde(default)]
    pub directory: Option<String>,
    /// The private key, in a form that OpenSSH reads, without a passphrase, readable by its owner alone.
    pub identity: PathBuf,
    /// The server's host keys, as `ssh-keyscan` writes them. No other server is believed.
    pub known_hosts: PathBuf,
    /// Whether files are sent under other names first.
    #[serde(default = "default_temporary_names")]
    pub temporary_names: bool,
    /// OpenSSH's `sftp`.
    #[serde(default = "default_program")]
    pub program: PathBuf,
    /// Seconds that the server may take to answer a connection.
    #[serde(default = "default_connect_timeout_s")]
    pub connect_timeout_s: u32,
    /// Seconds that a delivery may take.
    #[serde(default = "default_time_limit_s")]
    pub time_limit_s: u64,
    /// Kilobits a second at most.
    #[serde(default)]
    pub limit_kbit: Option<u32>,
}

const fn default_port() -> u16 {
    22
}

const fn default_temporary_names() -> bool {
    true
}

fn default_program() -> PathBuf {
    "sftp".into()
}

const fn default_connect_timeout_s() -> u32 {
    20
}

/// A quarter of the day that a deposit has.
const fn default_time_limit_s() -> u64 {
    6 * 3600
}

/// How far a delivery is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress<'a> {
    /// The server has let us in.
    Connected,
    /// The file with this name is there from an attempt before.
    Kept(&'a str),
    /// The file with this name is being sent.
    Sending {
        /// The name.
        name: &'a str,
        /// Octets that are there already.
        from: u64,
        /// Octets of the whole.
        of: u64,
    },
    /// All are there, and get their names.
    Naming,
}

/// What has been delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivered {
    /// Files.
    pub files: usize,
    /// Their octets.
    pub octets: u64,
    /// Those of them that were sent this time.
    pub sent: u64,
}

/// A file to deliver.
struct Cargo {
    path: PathBuf,
    name: String,
    /// The name under which it is sent.
    part: String,
    octets: u64,
}

/// By when all must be done.
struct Until<'h> {
    end: Instant,
    limit_s: u64,
    halt: &'h Halt,
}

impl Until<'_> {
    fn check(&self) -> Result<(), DeliveryError> {
        if self.halt.is_set() {
            return Err(DeliveryError::Halted);
        }
        if Instant::now() >= self.end {
            return Err(DeliveryError::TimeLimit(self.limit_s));
        }
        Ok(())
    }
}

/// Delivers files, all or as many as it can. Files of these names that are there already are replaced.
///
/// # Errors
/// [`DeliveryError`], which says whether another attempt is worth it; that goes on where this one ended, with files sent under
/// other names first.
pub fn deliver(
    destination: &Destination,
    files: &[PathBuf],
    progress: &mut dyn FnMut(Progress<'_>),
    halt: &Halt,
) -> Result<Delivered, DeliveryError> {
    let limit_s = destination.time_limit_s;
    let until = Until { end: Instant::now() + Duration::from_secs(limit_s), limit_s, halt };
    let arguments = batch::arguments(destination)?;
    let cargo = survey(destination, files, &until)?;
    let octets = cargo.iter().map(|file| file.octets).sum();
    if cargo.is_empty() {
        return Ok(Delivered { files: 0, octets, sent: 0 });
    }
    let mut session = Session::start(&destination.program, &arguments, &until)?;
    if let Some(directory) = &destination.directory {
        session.run(&[batch::change_directory(directory)?], &until)?;
    }
    session.run(&[], &until)?;
    progress(Progress::Connected);
    let there = look(&mut session, destination, &cargo, &until)?;
    let sent = send(&mut session, &cargo, &there, progress, &until)?;
    if destination.temporary_names {
        progress(Progress::Naming);
        name(&mut session, &cargo, &there, &until)?;
    }
    session.end(&until)?;
    Ok(Delivered { files: cargo.len(), octets, sent })
}

/// What the files are.
fn survey(destination: &Destination, files: &[PathBuf], until: &Until<'_>) -> Result<Vec<Cargo>, DeliveryError> {
    let mut cargo: Vec<Cargo> = Vec::new();
    for path in files {
        let failed = |error| DeliveryError::File { path: path.clone(), error };
        let path = std::path::absolute(path).map_err(failed)?;
        let name = batch::name_of(&path)?;
        if cargo.iter().any(|other| other.name == name) {
            return Err(DeliveryError::Setting(format!("expected files of different names, found {name} twice")));
        }
        let mut file = File::open(&path).map_err(failed)?;
        let octets = file.metadata().map_err(failed)?.len();
        let part = match destination.temporary_names {
            true => format!("{name}.{}.part", digest(&mut file, &path, until)?),
            false => name.clone(),
        };
        cargo.push(Cargo { path, name, part, octets });
    }
    Ok(cargo)
}

/// Sixteen digits that files of other content do not have.
fn digest(file: &mut File, path: &Path, until: &Until<'_>) -> Result<String, DeliveryError> {
    let (mut hash, mut buffer) = (Sha256::new(), vec![0; 1 << 20]);
    loop {
        until.check()?;
        match file.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => hash.update(&buffer[..count]),
            Err(error) => return Err(DeliveryError::File { path: path.to_owned(), error }),
        }
    }
    Ok(hash.finalize().iter().take(8).map(|octet| format!("{octet:02x}")).collect())
}

/// The files that are there with one of our names, with their octets.
fn look(
    session: &mut Session,
    destination: &Destination,
    cargo: &[Cargo],
    until: &Until<'_>,
) -> Result<BTreeMap<String, u64>, DeliveryError> {
    let mut there = BTreeMap::new();
    if destination.temporary_names {
        for file in cargo {
            let lines = session.run(&batch::look_for(&file.name), until)?;
            there.extend(lines.iter().filter_map(|line| batch::listed(line)));
        }
    }
    Ok(there)
}

/// Sends what is not there yet, and returns how many octets that was.
fn send(
    session: &mut Session,
    cargo: &[Cargo],
    there: &BTreeMap<String, u64>,
    progress: &mut dyn FnMut(Progress<'_>),
    until: &Until<'_>,
) -> Result<u64, DeliveryError> {
    let mut sent = 0;
    for file in cargo {
        let is_left = |other: &&String| batch::is_part_of(other, &file.name) && **other != file.part;
        let left: Vec<_> = there.keys().filter(is_left).map(|other| batch::remove(other)).collect();
        session.run(&left, until)?;
        let from = there.get(&file.part).copied().filter(|octets| *octets <= file.octets).unwrap_or_default();
        if there.contains_key(&file.part) && from == file.octets {
            progress(Progress::Kept(&file.name));
            continue;
        }
        progress(Progress::Sending { name: &file.name, from, of: file.octets });
        session.run(&[batch::put(&file.path, &file.part, from > 0)?], until)?;
        sent += file.octets - from;
    }
    // As the server has them now, before anybody else takes them for whole.
    for file in cargo {
        let lines = session.run(&[batch::list(&file.part)], until)?;
        let found = lines.iter().find_map(|line| batch::listed(line)).map(|(_, octets)| octets);
        if found != Some(file.octets) {
            let (name, expected) = (file.part.clone(), file.octets);
            return Err(DeliveryError::Size { name, expected, found: found.unwrap_or_default() });
        }
    }
    Ok(sent)
}

/// Gives files their names.
fn name(
    session: &mut Session,
    cargo: &[Cargo],
    there: &BTreeMap<String, u64>,
    until: &Until<'_>,
) -> Result<(), DeliveryError> {
    for file in cargo {
        let mut commands = Vec::new();
        if there.contains_key(&file.name) {
            // Not every server replaces what is there.
            commands.push(batch::remove(&file.name));
        }
        commands.push(batch::rename(&file.part, &file.name));
        session.run(&commands, until)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
