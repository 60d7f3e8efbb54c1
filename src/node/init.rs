//! Beginning a registry: a deliberate act, and never one where something of a registry is already.

use std::path::PathBuf;

use crate::config::Config;
use crate::node::data_dir::DataDir;
use crate::node::ledger::Ledger;
use crate::node::preflight::wal_options;
use crate::node::run::{StartError, random};
use crate::port::clock::Clock;
use crate::runtime::clock::SystemClock;

/// What was made.
#[derive(Debug)]
pub struct Begun {
    /// Directories that were missing.
    pub directories: Vec<PathBuf>,
    /// Where the log is.
    pub log: PathBuf,
}

/// Begins a registry: the directories, for their owner alone, and an empty log.
///
/// # Errors
/// [`StartError::Open`] with [`crate::node::ledger::OpenError::is_there_already`] when a log or an index is there; it is
/// not touched then.
pub fn init(config: &Config) -> Result<Begun, StartError> {
    let (dir, directories) = DataDir::make(&config.data_dir)?;
    let (wal, index) = dir.disks()?;
    let now = SystemClock::default().now();
    Ledger::<_, SystemClock>::begin(&wal, &index, &wal_options(config, random()?), now)?;
    Ok(Begun { directories, log: dir.wal.clone() })
}
