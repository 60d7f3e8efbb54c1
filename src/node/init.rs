//! What an operator does deliberately to the files of a registry that does not run: begin one, and never where something of
//! one is already; and take a log as it is, whatever its seal says.

use std::path::PathBuf;

use crate::config::Config;
use crate::index;
use crate::node::data_dir::DataDir;
use crate::node::ledger::{Ledger, OpenError};
use crate::node::preflight::wal_options;
use crate::node::run::{StartError, random};
use crate::port::clock::Clock;
use crate::runtime::clock::SystemClock;
use crate::wal::{Recovery, Wal};

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

/// Takes the log as it is: makes a new seal that says so, and cuts what is torn at its end. What an older seal knew to be
/// missing stays missing, and nobody will notice any more.
///
/// # Errors
/// [`StartError::Open`] when the log is damaged otherwise, or does not fit the index; nothing has been changed then.
pub fn reseal(config: &Config) -> Result<Recovery, StartError> {
    let dir = DataDir::open(&config.data_dir)?;
    let (wal, index) = dir.disks()?;
    let bases = index::find(&index).map_err(OpenError::from)?;
    let contained = bases.place().frame;
    let recovered =
        Wal::recover_without_seal(wal, wal_options(config, random()?), &[contained]).map_err(OpenError::from)?;
    bases.check_log(recovered.log_id()).map_err(OpenError::from)?;
    let chain = recovered.chain_at(contained).map_err(OpenError::from)?;
    bases.check_history(recovered.dir(), &chain).map_err(OpenError::from)?;
    let (_, recovery) = recovered.settle(SystemClock::default().now()).map_err(OpenError::from)?;
    Ok(recovery)
}
