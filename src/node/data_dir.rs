//! The directory of a registry: `wal/` and `index/` in it, each locked before anything in it is read.

use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use crate::node::run::StartError;
use crate::runtime::dir_lock::{DirLock, lock_dir};
use crate::runtime::disk::FsDisk;

/// The directories of a registry, this process's alone until this is dropped.
pub(super) struct DataDir {
    /// Of the log.
    pub(super) wal: PathBuf,
    /// Of the base files.
    pub(super) index: PathBuf,
    _locks: [DirLock; 3],
}

impl DataDir {
    /// Makes what is missing, and takes all of it for this process.
    ///
    /// # Errors
    /// [`StartError::Path`], [`StartError::Lock`].
    pub(super) fn take(path: &Path) -> Result<Self, StartError> {
        make(path)?;
        // The outermost first: whoever has it decides what is made in it.
        let lock = lock_dir(path)?;
        let (wal, index) = (path.join("wal"), path.join("index"));
        make(&wal)?;
        make(&index)?;
        // Log and index may be links to other places, and those be the log or index of another registry.
        let locks = [lock, lock_dir(&wal)?, lock_dir(&index)?];
        Ok(Self { wal, index, _locks: locks })
    }

    /// Log and index as disks.
    ///
    /// # Errors
    /// [`StartError::Path`].
    pub(super) fn disks(&self) -> Result<(FsDisk, FsDisk), StartError> {
        let disk = |dir: &Path| FsDisk::open(dir).map_err(failed(dir));
        Ok((disk(&self.wal)?, disk(&self.index)?))
    }
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> StartError + '_ {
    |error| StartError::Path { path: path.to_owned(), error }
}

/// Log and index hold what is nobody else's business: contacts' addresses, hashes of passwords.
fn make(path: &Path) -> Result<(), StartError> {
    DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(failed(path))
}
