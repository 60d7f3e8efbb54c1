//! Words in a file that one thread changes and nobody has to write: the file is mapped and shared, so that what is counted is
//! the kernel's to keep from the moment it is counted. A process that is killed loses nothing of it.

// The mapping is one of the few things that have no safe wrapper.
#![allow(unsafe_code)]

use std::fs::File;
use std::io::{self, Write};
use std::sync::atomic::AtomicU64;

use memmap2::{MmapOptions, MmapRaw};

/// Octets of a word.
const WORD: usize = size_of::<u64>();
/// Octets that are written at once where a file grows.
const BLOCK: usize = 64 * 1024;

/// The words of a file from its beginning.
#[derive(Debug)]
pub struct SharedWords {
    map: MmapRaw,
    words: usize,
}

impl SharedWords {
    /// Maps so many words of a file that is open for reading, writing and appending. What it lacks is written to it as zeros
    /// before: a hole that the disk has no room for would end the process when a word in it is changed.
    ///
    /// # Errors
    /// The file cannot grow, or be mapped.
    pub fn map(mut file: &File, words: usize) -> io::Result<Self> {
        let wanted = words.max(1) * WORD;
        let there = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX);
        let mut missing = wanted.saturating_sub(there);
        while missing > 0 {
            let block = missing.min(BLOCK);
            file.write_all(&[0; BLOCK][..block])?;
            missing -= block;
        }
        let map = MmapOptions::new().len(wanted).map_raw(file)?;
        Ok(Self { map, words })
    }

    /// The words.
    pub fn words(&self) -> &[AtomicU64] {
        let first = self.map.as_mut_ptr().cast::<AtomicU64>();
        // SAFETY: the mapping begins at a page, so that its first octet is aligned for a word; it is `words` words long at
        // least, readable and writable, and stays until `self` is gone, which the slice borrows. Every bit pattern is an
        // `AtomicU64`, and whoever else maps or writes the file changes it under atomics, which is what they are for.
        unsafe { std::slice::from_raw_parts(first, self.words) }
    }
}

#[cfg(test)]
mod tests {
    use std::fs::OpenOptions;
    use std::sync::atomic::Ordering;

    use super::*;

    #[test]
    fn what_is_stored_is_in_the_file_at_once_and_stays_when_it_grows() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("words");
        let open = || OpenOptions::new().read(true).append(true).create(true).open(&path).expect("opened");
        let small = SharedWords::map(&open(), 3).expect("mapped");
        small.words()[2].store(7, Ordering::Relaxed);
        assert_eq!(std::fs::read(&path).expect("read")[16..], 7_u64.to_ne_bytes());
        let large = SharedWords::map(&open(), 20_000).expect("mapped");
        assert_eq!((large.words().len(), large.words()[2].load(Ordering::Relaxed)), (20_000, 7));
        large.words()[19_999].store(9, Ordering::Relaxed);
        small.words()[0].store(1, Ordering::Relaxed);
        let file = std::fs::read(&path).expect("read");
        assert_eq!((file.len(), file[0], file[19_999 * 8]), (160_000, 1, 9));
    }
}
