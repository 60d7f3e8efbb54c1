//! One process per directory.
//!
//! What is locked is the directory itself, by its own descriptor (`flock`): it cannot be unlinked apart from the data in
//! it, and it is the same one by whatever path, symbolic link or bind mount it was reached.

use std::fmt;
use std::fs::{File, TryLockError};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::fs::{major, minor};

/// The file that earlier versions locked in place of the directory.
const OLD_LOCK_FILE: &str = "LOCK";

/// The directory is ours until this is dropped, or the process ends, however it ends.
#[derive(Debug)]
pub struct DirLock {
    _dir: File,
}

/// Why a directory is not ours.
#[derive(Debug)]
pub enum LockError {
    /// Another process has it.
    Held {
        /// The directory.
        path: PathBuf,
        /// Whose it is, as far as the system tells.
        pid: Option<u32>,
    },
    /// The directory cannot be opened or locked.
    Io {
        /// The directory.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
}

impl fmt::Display for LockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Held { path, pid } => {
                match pid {
                    Some(pid) if *pid == std::process::id() => f.write_str("this very process")?,
                    Some(pid) => write!(f, "process {pid}")?,
                    None => f.write_str("another process")?,
                }
                write!(f, " already runs on the directory {path:?}: stop it, or use another directory")
            }
            Self::Io { path, error } => write!(f, "cannot lock the directory {path:?}: {error}"),
        }
    }
}

impl std::error::Error for LockError {}

/// Takes the directory for this process, before anything in it is read.
///
/// # Errors
/// [`LockError::Held`] when another one (or this one, already) has it.
pub fn lock_dir(path: &Path) -> Result<DirLock, LockError> {
    let failed = |error| LockError::Io { path: path.to_owned(), error };
    let dir = File::open(path).map_err(failed)?;
    let held = |file: &File| LockError::Held { path: path.to_owned(), pid: holder(file) };
    match dir.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(held(&dir)),
        Err(TryLockError::Error(error)) => return Err(failed(error)),
    }
    // An earlier version that still runs here holds its file; one that is gone has left it behind.
    let old = path.join(OLD_LOCK_FILE);
    if let Ok(file) = File::open(&old) {
        if let Err(TryLockError::WouldBlock) = file.try_lock() {
            return Err(held(&file));
        }
        std::fs::remove_file(&old).map_err(failed)?;
    }
    Ok(DirLock { _dir: dir })
}

/// The process that holds the lock of a file, if the system tells: a process of another container is not shown.
fn holder(file: &File) -> Option<u32> {
    let found = file.metadata().ok()?;
    let inode = format!("{:02x}:{:02x}:{}", major(found.dev()), minor(found.dev()), found.ino());
    holder_in(&std::fs::read_to_string("/proc/locks").ok()?, &inode)
}

/// Looks for `inode` (device and number as the kernel writes them) in the text of `/proc/locks`.
fn holder_in(locks: &str, inode: &str) -> Option<u32> {
    locks.lines().find_map(|line| {
        let fields: Vec<_> = line.split_whitespace().collect();
        let &[_, "FLOCK", _, _, pid, at, ..] = fields.as_slice() else { return None };
        // A waiting process is marked by an arrow, and a process we may not see is 0.
        pid.parse().ok().filter(|pid| at == inode && *pid > 0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_holder_is_told_who_is_first() {
        let dir = tempfile::tempdir().expect("a directory");
        let held = lock_dir(dir.path()).expect("nobody has it");
        let error = lock_dir(dir.path()).expect_err("it is held");
        let us = std::process::id();
        assert!(matches!(&error, LockError::Held { pid: Some(pid), .. } if *pid == us), "{error}");
        assert!(error.to_string().contains(dir.path().to_str().expect("UTF-8")), "{error}");
        drop(held);
        lock_dir(dir.path()).expect("it is free again");
    }

    #[test]
    fn another_way_to_the_same_directory_is_no_way_around_the_lock() {
        let dir = tempfile::tempdir().expect("a directory");
        let (real, link) = (dir.path().join("real"), dir.path().join("link"));
        std::fs::create_dir(&real).expect("new");
        std::os::unix::fs::symlink(&real, &link).expect("new");
        let _held = lock_dir(&real).expect("nobody has it");
        assert!(matches!(lock_dir(&link), Err(LockError::Held { .. })));
    }

    #[test]
    fn the_file_of_an_earlier_version_is_removed_unless_that_version_runs() {
        let dir = tempfile::tempdir().expect("a directory");
        let old = dir.path().join(OLD_LOCK_FILE);
        let file = File::create(&old).expect("new");
        file.try_lock().expect("ours");
        assert!(matches!(lock_dir(dir.path()), Err(LockError::Held { .. })));
        drop(file);
        let _held = lock_dir(dir.path()).expect("nobody runs here");
        assert!(!old.exists());
    }

    #[test]
    fn a_missing_directory_is_an_error_of_its_own() {
        let error = lock_dir(Path::new("/nonexistent/domesday")).expect_err("no such directory");
        assert!(matches!(error, LockError::Io { .. }), "{error}");
    }

    #[test]
    fn the_kernels_list_is_read_by_device_and_inode() {
        let locks = "1: POSIX  ADVISORY  WRITE 11 08:01:5 0 EOF\n2: FLOCK  ADVISORY  WRITE 12 08:01:55 0 EOF\n\
                     3: FLOCK  ADVISORY  WRITE 13 08:01:5 0 EOF\n3: -> FLOCK  ADVISORY  WRITE 14 08:01:5 0 EOF\n\
                     4: FLOCK  ADVISORY  WRITE 0 08:01:6 0 EOF\n";
        assert_eq!(holder_in(locks, "08:01:5"), Some(13));
        assert_eq!(holder_in(locks, "08:01:6"), None);
        assert_eq!(holder_in(locks, "08:02:5"), None);
    }
}
