//! Floor 2: where every record lies: mapped base files below, fresh records above, one writer, readers that never wait.
//!
//! The index is a fold of the log. It stores opaque records, aligned for the archives they are, under a kind and a
//! key; `model` knows what they mean. A look-up asks the delta (what came since the last checkpoint), the delta under
//! checkpoint if there is one, and the base files from the newest to the oldest; the first answer counts. The chapter
//! [`crate::manual::index_format`] draws the files.
//!
//! | file | idea |
//! | --- | --- |
//! | `entry` | the one shape of an entry, in memory and on disk |
//! | `delta` | the lock-free table of fresh records |
//! | `format`, `region`, `base`, `build` | a base file: header, bytes in memory, look-up, writing |
//! | `due`, `due_queue`, `due_section` | which records have a deadline; their order; the same in a base file |
//! | `search`, `search_set`, `search_section`, `search_walk` | under which texts records are found; those of fresh records; the same in a base file; the way through all |
//! | `stack` | which base files count, whose they are, and when they are merged |
//! | `writer`, `reader`, `checkpoint` | who may do what |
//!
//! ```
//! # use domesday::base::log_place::LogPlace;
//! # use domesday::index::{self, Deadlines, Options};
//! # fn on<D: domesday::port::disk::Disk>(disk: D) -> Result<(), index::IndexError> {
//! let deadlines = Deadlines { rules: 1, kinds: |kind| kind == 1, of: |_kind, record| Some(record.len() as i64) };
//! let (mut writer, reader) = index::open(&disk, Options::new(0x5eed), 7, &|_kind, _key, _record| Ok(()), deadlines)?;
//! writer.put(1, b"example.test", b"a record");
//! assert_eq!(writer.due(10, 100)[0].key, b"example.test");
//! writer.set_place(LogPlace { frame: 1, chain: [1; 32] });
//! assert_eq!(reader.pin().get(1, b"example.test"), Some(&b"a record"[..]));
//! if let Some(frozen) = writer.freeze()? {
//!     let new = frozen.write(&disk)?; // on another thread
//!     let replaced = writer.install(new);
//!     replaced.remove(&disk)?; // on that thread again
//! }
//! # Ok(())
//! # }
//! ```

mod base;
mod build;
mod checkpoint;
mod delta;
mod due;
mod due_queue;
mod due_section;
mod entry;
mod error;
mod format;
mod reader;
mod region;
mod search;
mod search_section;
mod search_set;
mod search_walk;
mod stack;
mod view;
mod writer;

#[cfg(test)]
mod due_tests;
#[cfg(test)]
mod search_tests;
#[cfg(test)]
mod stress;
#[cfg(test)]
mod test_disk;
#[cfg(test)]
mod tests;

pub use checkpoint::{Frozen, NewBase, Replaced};
pub use due::{Deadlines, Due};
pub use error::IndexError;
pub use reader::{Reader, Snapshot};
pub use search::{EachKey, Place, SearchKeys};
pub use stack::{Found, Leftovers, SUFFIX, files, find};
pub use view::{DEADLINES, SEARCH_KEYS};
pub use writer::{MemoryUse, Validate, Writer, open};

use std::path::PathBuf;

/// How base files are kept in memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Memory {
    /// The system brings pages in when they are first touched, and may take them away: a look-up may wait for the disk.
    Lazy,
    /// Pages are brought in when a file is opened.
    #[default]
    Prefault,
    /// Pages are brought in and locked, where the memlock limit allows; [`MemoryUse::locked_bytes`] tells how many.
    Lock,
}

/// How an index is opened.
#[derive(Clone, Debug)]
pub struct Options {
    /// The path of the disk's directory, to map its files; `None` reads them into memory (a disk without paths).
    pub map: Option<PathBuf>,
    /// How mapped files are kept in memory.
    pub memory: Memory,
    /// A secret random number: strangers choose the keys, and must not know how they are hashed.
    pub seed: u64,
    /// Under which texts records are found.
    pub search: SearchKeys,
}

impl Options {
    /// Files read into memory, with this secret; no search keys.
    pub fn new(seed: u64) -> Options {
        Options { map: None, memory: Memory::default(), seed, search: SearchKeys::NONE }
    }
}
