//! Durable storage: one flat directory of files, blocking calls.
//!
//! The calls block because their callers (the ledger, the checkpoint) own their thread and have nothing else to do
//! until the bytes are safe. Names are plain file names, without a separator.

use std::{fmt, io};

/// An open file. Reads and writes are positioned; nothing is durable before [`DiskFile::sync_data`] returns `Ok`.
///
/// After a failed `write_at` or `sync_data` the content of the written range is unknown, and a later successful
/// sync does not make it known again: the caller stops using the file (the lesson of "fsyncgate").
pub trait DiskFile: Send {
    /// The present length in bytes.
    fn len(&self) -> io::Result<u64>;
    /// Whether the file holds no byte.
    fn is_empty(&self) -> io::Result<bool> {
        Ok(self.len()? == 0)
    }
    /// Whether the file still has a name: without one, what is written is gone when it is closed. `Ok(true)` where names
    /// cannot be taken away.
    fn is_named(&self) -> io::Result<bool> {
        Ok(true)
    }
    /// Fills `buf` from `offset`, or fails with `UnexpectedEof`.
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<()>;
    /// Writes all of `buf` at `offset`, extending the file where needed.
    fn write_at(&mut self, buf: &[u8], offset: u64) -> io::Result<()>;
    /// From now on every write is of whole blocks, at a multiple of a block, from memory aligned to one: it need not go
    /// through a cache.
    fn write_blocks(&mut self) {}
    /// Reserves space so that the file is `len` bytes long; new bytes read as zero. Never shortens.
    fn allocate(&mut self, len: u64) -> io::Result<()>;
    /// Shortens the file to `len` bytes.
    fn truncate(&mut self, len: u64) -> io::Result<()>;
    /// Makes the content, and the length needed to read it, durable (`fdatasync`).
    fn sync_data(&mut self) -> io::Result<()>;
}

/// What a name in a directory is the name of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A file with content.
    Regular,
    /// A directory.
    Directory,
    /// A symbolic link, whatever it leads to.
    Link,
    /// A pipe, a socket, a device.
    Other,
}

impl fmt::Display for FileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Regular => "a regular file",
            Self::Directory => "a directory",
            Self::Link => "a symbolic link",
            Self::Other => "a pipe, socket or device",
        })
    }
}

/// A directory of files.
pub trait Disk: Send {
    /// Its files.
    type File: DiskFile;
    /// Makes a new empty file; fails with `AlreadyExists`.
    fn create(&self, name: &str) -> io::Result<Self::File>;
    /// Opens an existing file for reading and writing; fails with `NotFound`.
    fn open(&self, name: &str) -> io::Result<Self::File>;
    /// Renames, replacing what had the new name.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;
    /// Removes a file.
    fn remove(&self, name: &str) -> io::Result<()>;
    /// Every name in the directory, sorted, whatever it is the name of.
    fn list(&self) -> io::Result<Vec<String>>;
    /// What a name is the name of; a symbolic link is not followed.
    fn kind(&self, name: &str) -> io::Result<FileKind>;
    /// Makes creations, renames and removals durable (fsync of the directory).
    fn sync_dir(&self) -> io::Result<()>;
    /// What to call a file in a message to a person (its path, for a real disk).
    fn display(&self, name: &str) -> String;
}
