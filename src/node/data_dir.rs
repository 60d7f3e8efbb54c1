//! The directory of a registry: `wal/` and `index/` in it, each locked before anything in it is read.

use std::fs::{DirBuilder, File, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use crate::node::run::StartError;
use crate::runtime::dir_lock::{DirLock, lock_dir};
use crate::runtime::disk::FsDisk;

/// The directories of a registry, this process's alone until this is dropped.
pub(super) struct DataDir {
    path: PathBuf,
    /// Of the log.
    pub(super) wal: PathBuf,
    /// Of the base files.
    pub(super) index: PathBuf,
    _locks: [DirLock; 3],
}

impl DataDir {
    /// Takes the directories of a registry that is there for this process. A missing `index/` is made: the index can be
    /// rebuilt from the log.
    ///
    /// # Errors
    /// [`StartError::NoRegistry`] when there is no log, [`StartError::Link`], [`StartError::Path`], [`StartError::Lock`].
    pub(super) fn open(path: &Path) -> Result<Self, StartError> {
        let there = |dir: &Path| match dir.try_exists() {
            Ok(false) if is_link(dir) => Err(dangling(dir)),
            Ok(true) => Ok(()),
            Ok(false) => Err(StartError::NoRegistry { dir: path.to_owned() }),
            Err(error) => Err(failed(dir)(error)),
        };
        there(path)?;
        let lock = lock_dir(path)?;
        let (wal, index) = (path.join("wal"), path.join("index"));
        there(&wal)?;
        make(&index)?;
        Self::locked(path, lock, wal, index)
    }

    /// The same for a registry that is to be begun: makes what is missing, and tells what it made.
    ///
    /// # Errors
    /// [`StartError::Link`], [`StartError::Path`], [`StartError::Lock`].
    pub(super) fn make(path: &Path) -> Result<(Self, Vec<PathBuf>), StartError> {
        let mut made = make(path)?;
        // The outermost first: whoever has it decides what is made in it.
        let lock = lock_dir(path)?;
        let (wal, index) = (path.join("wal"), path.join("index"));
        made.extend(make(&wal)?);
        made.extend(make(&index)?);
        Ok((Self::locked(path, lock, wal, index)?, made))
    }

    fn locked(path: &Path, lock: DirLock, wal: PathBuf, index: PathBuf) -> Result<Self, StartError> {
        // Log and index may be links to other places, and those be the log or index of another registry.
        let locks = [lock, lock_dir(&wal)?, lock_dir(&index)?];
        Ok(Self { path: path.to_owned(), wal, index, _locks: locks })
    }

    /// Takes away what others may do with the files of log and index; they are made for their owner alone, but may have
    /// been copied or restored otherwise. Directories that are wider than those we make are only told: an operator may
    /// want others to reach the admin socket. To be called when all of them have been found in order.
    ///
    /// # Errors
    /// [`StartError::Path`].
    pub(super) fn narrow(&self) -> Result<(), StartError> {
        for dir in [&self.path, &self.wal, &self.index] {
            warn_if_wide(dir);
        }
        for dir in [&self.wal, &self.index] {
            for entry in std::fs::read_dir(dir).map_err(failed(dir))? {
                let path = entry.map_err(failed(dir))?.path();
                let found = path.symlink_metadata().map_err(failed(&path))?;
                let mode = found.permissions().mode() & 0o777;
                if found.is_file() && mode & 0o077 != 0 {
                    std::fs::set_permissions(&path, Permissions::from_mode(0o600)).map_err(failed(&path))?;
                    let (file, found) = (path.display(), format!("{mode:o}"));
                    tracing::warn!(%file, found, expected = "600", "others could read or write this file; no longer");
                }
            }
        }
        Ok(())
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

/// Says in the log that others than the owner may enter or read a directory, if they may.
pub(crate) fn warn_if_wide(dir: &Path) {
    // Whoever cannot be told of is found out about by the next step, which reads it.
    let Ok(found) = dir.metadata() else { return };
    let mode = found.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        let (dir, found) = (dir.display(), format!("{mode:o}"));
        tracing::warn!(%dir, found, expected = "700", "others may enter or read this directory, which holds what is \
             nobody else's business: `chmod 700` it, unless they are meant to");
    }
}

fn is_link(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|found| found.is_symlink())
}

/// A link to nothing.
fn dangling(path: &Path) -> StartError {
    StartError::Link { path: path.to_owned(), target: path.read_link().unwrap_or_default() }
}

/// Makes a directory and those above it, as far as they are missing, for their owner alone: log and index hold what is
/// nobody else's business, contacts' addresses and hashes of passwords. Those made are durable.
fn make(path: &Path) -> Result<Vec<PathBuf>, StartError> {
    let above = path.ancestors().filter(|dir| !dir.as_os_str().is_empty());
    // A link that leads nowhere counts as there: what it leads to is not ours to make.
    let missing: Vec<_> = above.clone().take_while(|dir| dir.symlink_metadata().is_err()).map(Path::to_owned).collect();
    if let Some(there) = above.into_iter().nth(missing.len()).filter(|there| is_link(there) && !there.exists()) {
        return Err(dangling(there));
    }
    for dir in missing.iter().rev() {
        DirBuilder::new().mode(0o700).create(dir).map_err(failed(dir))?;
        // The new directory's name lies in its parent.
        let parent = dir.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(parent).and_then(|parent| parent.sync_all()).map_err(failed(parent))?;
    }
    Ok(missing.into_iter().rev().collect())
}
