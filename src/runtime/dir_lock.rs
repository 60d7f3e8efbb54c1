//! One process per data directory.

use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};

/// The file in the directory that is locked, and holds the holder's process id.
pub const LOCK_FILE: &str = "LOCK";

/// The directory is ours until this is dropped, or the process ends, however it ends.
#[derive(Debug)]
pub struct DirLock {
    _file: File,
}

/// Why a directory is not ours.
#[derive(Debug)]
pub enum LockError {
    /// Another process has it.
    Held {
        /// The lock file.
        path: PathBuf,
        /// Whose it is, as far as the file tells.
        pid: Option<u32>,
    },
    /// The lock file cannot be opened, written or locked.
    Io {
        /// The lock file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
}

impl fmt::Display for LockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Held { path, pid: Some(pid) } => write!(f, "process {pid} already runs here: it holds {path:?}"),
            Self::Held { path, pid: None } => write!(f, "another process already runs here: it holds {path:?}"),
            Self::Io { path, error } => write!(f, "cannot lock {path:?}: {error}"),
        }
    }
}

impl std::error::Error for LockError {}

/// Takes the directory for this process.
///
/// # Errors
/// [`LockError::Held`] when another one (or this one, already) has it.
pub fn lock_dir(dir: &Path) -> Result<DirLock, LockError> {
    let path = dir.join(LOCK_FILE);
    match try_lock(&path) {
        Ok(file) => Ok(DirLock { _file: file }),
        Err(TryLockError::WouldBlock) => {
            let pid = std::fs::read_to_string(&path).ok().and_then(|text| text.trim().parse().ok());
            Err(LockError::Held { path, pid })
        }
        Err(TryLockError::Error(error)) => Err(LockError::Io { path, error }),
    }
}

fn try_lock(path: &Path) -> Result<File, TryLockError> {
    // Not truncated on opening: until it is locked, the content is the holder's.
    let open = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
    let mut file = open.map_err(TryLockError::Error)?;
    file.try_lock()?;
    write_pid(&mut file).map_err(TryLockError::Error)?;
    Ok(file)
}

fn write_pid(file: &mut File) -> io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{}", std::process::id())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_holder_is_told_who_is_first() {
        let dir = tempfile::tempdir().expect("a directory");
        let held = lock_dir(dir.path()).expect("nobody has it");
        let error = lock_dir(dir.path()).expect_err("it is held");
        let (us, path) = (std::process::id(), dir.path().join(LOCK_FILE));
        assert!(matches!(&error, LockError::Held { pid: Some(pid), path: at } if *pid == us && *at == path), "{error}");
        drop(held);
        lock_dir(dir.path()).expect("it is free again");
    }

    #[test]
    fn a_missing_directory_is_an_error_of_its_own() {
        let error = lock_dir(Path::new("/nonexistent/domesday")).expect_err("no such directory");
        assert!(matches!(error, LockError::Io { .. }), "{error}");
    }
}
