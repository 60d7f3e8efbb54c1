//! Entries in the order of their keys, in bounded memory: what is more is kept in files, each sorted, that are merged.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::base::limits::ESCROW_SORT_BYTES;

/// Files of one sorter; of more, all become one.
const FILES: usize = 16;
/// What an entry takes beside its octets.
const ENTRY: usize = 64;

/// A key, the number of the entry, and its octets. Those of one key stay in the order in which they came.
type Entry = (Vec<u8>, u64, Vec<u8>);

/// Takes entries in any order.
pub(super) struct Sorter {
    dir: PathBuf,
    room: usize,
    held: usize,
    next: u64,
    entries: Vec<Entry>,
    files: Vec<File>,
}

impl Sorter {
    /// Files, if any are needed, are made in `dir`; they have no name there, so that nothing of them stays.
    pub(super) fn new(dir: &Path) -> Self {
        Self::with_room(dir, ESCROW_SORT_BYTES)
    }

    fn with_room(dir: &Path, room: usize) -> Self {
        Self { dir: dir.to_owned(), room, held: 0, next: 0, entries: Vec::new(), files: Vec::new() }
    }

    /// Takes an entry.
    ///
    /// # Errors
    /// Those of a file.
    pub(super) fn push(&mut self, key: Vec<u8>, value: Vec<u8>) -> io::Result<()> {
        self.held += key.len() + value.len() + ENTRY;
        self.entries.push((key, self.next, value));
        self.next += 1;
        if self.held >= self.room {
            self.spill()?;
        }
        Ok(())
    }

    /// Makes a file of what is held.
    fn spill(&mut self) -> io::Result<()> {
        if self.files.len() == FILES {
            let files = std::mem::take(&mut self.files);
            let mut merged = Sorted::new(files, Vec::new())?;
            let mut out = BufWriter::new(unnamed(&self.dir)?);
            while let Some(entry) = merged.next_entry()? {
                write(&mut out, &entry)?;
            }
            self.files.push(rewound(out)?);
        }
        self.entries.sort_unstable();
        let mut out = BufWriter::new(unnamed(&self.dir)?);
        for entry in self.entries.drain(..) {
            write(&mut out, &entry)?;
        }
        self.held = 0;
        self.files.push(rewound(out)?);
        Ok(())
    }

    /// All entries, in order.
    ///
    /// # Errors
    /// Those of a file.
    pub(super) fn finish(mut self) -> io::Result<Sorted> {
        if !self.files.is_empty() && !self.entries.is_empty() {
            // Several sorters are read side by side: only the small ones stay in memory.
            self.spill()?;
        }
        self.entries.sort_unstable();
        self.entries.shrink_to_fit();
        Sorted::new(self.files, self.entries)
    }
}

/// A file in `dir` that is gone when it is closed, and that nobody else can open.
///
/// # Errors
/// Those of the folder.
pub fn unnamed(dir: &Path) -> io::Result<File> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    loop {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = dir.join(format!(".escrow-sort-{}-{number}", std::process::id()));
        match OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path) {
            Ok(file) => {
                std::fs::remove_file(&path)?;
                return Ok(file);
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
}

fn rewound(out: BufWriter<File>) -> io::Result<File> {
    let mut file = out.into_inner()?;
    file.rewind()?;
    Ok(file)
}

fn write(out: &mut impl Write, (key, number, value): &Entry) -> io::Result<()> {
    for length in [key.len(), value.len()] {
        out.write_all(&(length as u64).to_le_bytes())?;
    }
    out.write_all(&number.to_le_bytes())?;
    out.write_all(key)?;
    out.write_all(value)
}

fn number(from: &mut impl Read) -> io::Result<u64> {
    let mut octets = [0; 8];
    from.read_exact(&mut octets)?;
    Ok(u64::from_le_bytes(octets))
}

/// The next entry of a file.
fn read(from: &mut BufReader<File>) -> io::Result<Option<Entry>> {
    let key = match number(from) {
        Ok(length) => length,
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    };
    let (value, number) = (number(from)?, number(from)?);
    let mut octets = |length: u64| {
        let mut octets = Vec::new();
        from.take(length).read_to_end(&mut octets)?;
        Ok::<_, io::Error>(octets)
    };
    let key = octets(key)?;
    Ok(Some((key, number, octets(value)?)))
}

/// Entries in the order of their keys.
pub(super) struct Sorted {
    files: Vec<BufReader<File>>,
    /// The next entry of each file.
    heap: BinaryHeap<Reverse<(Entry, usize)>>,
    memory: std::vec::IntoIter<Entry>,
}

impl Sorted {
    fn new(files: Vec<File>, entries: Vec<Entry>) -> io::Result<Self> {
        let mut sorted = Self {
            files: files.into_iter().map(BufReader::new).collect(),
            heap: BinaryHeap::new(),
            memory: entries.into_iter(),
        };
        (0..sorted.files.len()).try_for_each(|place| sorted.refill(place))?;
        Ok(sorted)
    }

    fn refill(&mut self, place: usize) -> io::Result<()> {
        if let Some(entry) = read(&mut self.files[place])? {
            self.heap.push(Reverse((entry, place)));
        }
        Ok(())
    }

    fn next_entry(&mut self) -> io::Result<Option<Entry>> {
        // What lies in memory is all there is, or nothing.
        let Some(Reverse((entry, place))) = self.heap.pop() else { return Ok(self.memory.next()) };
        self.refill(place)?;
        Ok(Some(entry))
    }

    /// The next key and its octets.
    ///
    /// # Errors
    /// Those of a file.
    pub(super) fn next(&mut self) -> io::Result<Option<(Vec<u8>, Vec<u8>)>> {
        Ok(self.next_entry()?.map(|(key, _, value)| (key, value)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// However little memory there is, order is the same, and the folder is empty again.
    #[test]
    fn entries_come_in_order_from_memory_and_from_files() {
        let dir = tempfile::tempdir().expect("a directory");
        let mut state = 7_u64;
        let entries: Vec<(Vec<u8>, Vec<u8>)> = (0..3000_u64)
            .map(|number| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (format!("k{}", state >> 54).into_bytes(), number.to_le_bytes().to_vec())
            })
            .collect();
        let mut expected = entries.clone();
        expected.sort_by(|one, other| one.0.cmp(&other.0));
        for room in [usize::MAX, 4096, 40_000] {
            let mut sorter = Sorter::with_room(dir.path(), room);
            for (key, value) in entries.clone() {
                sorter.push(key, value).expect("room");
            }
            let files = sorter.files.len();
            assert_eq!(files > 0, room != usize::MAX, "{files} files");
            let mut sorted = sorter.finish().expect("room");
            let found: Vec<_> = std::iter::from_fn(|| sorted.next().expect("readable")).collect();
            assert_eq!(found, expected);
            assert_eq!(std::fs::read_dir(dir.path()).expect("a directory").count(), 0);
        }
    }
}
