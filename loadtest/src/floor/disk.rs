//! What a write takes until it is durable: written and synced as the log does it, into room that is there already.

use std::path::Path;
use std::time::{Duration, Instant};

use domesday::port::disk::{Disk as _, DiskFile as _};
use domesday::runtime::disk::{FsDisk, FsFile};
use domesday::wal::format::BLOCK;
use hdrhistogram::Histogram;

use super::{FloorError, histogram, nanos};

/// Octets of the file at least; after its end the next write goes to its start again.
const FILE_BYTES: usize = 16 << 20;
/// Octets of one write at most.
pub const WRITE_MAX: usize = 16 << 20;

/// What came of it.
#[derive(Clone, Debug)]
pub struct Found {
    /// Octets of each write.
    pub octets: usize,
    /// Writes.
    pub writes: u64,
    /// All of them together.
    pub elapsed: Duration,
    /// From a write to the end of its `fdatasync`, in nanoseconds.
    pub times: Histogram<u64>,
    /// The directory is in memory, where nothing is durable and a sync waits for nothing.
    pub in_memory: bool,
}

impl Found {
    /// Writes a second, one after the other.
    pub fn rate(&self) -> f64 {
        self.writes as f64 / self.elapsed.as_secs_f64().max(1e-9)
    }
}

/// Writes and syncs `octets`, rounded up to whole blocks of the log, one after the other for so long, in a file of this
/// directory that is gone afterwards.
///
/// # Errors
/// When the file cannot be made, written, synced or removed.
pub fn measure(dir: &Path, octets: usize, duration: Duration) -> Result<Found, FloorError> {
    let told = |error| FloorError::Disk { dir: dir.to_owned(), error };
    if !(1..=WRITE_MAX).contains(&octets) {
        return Err(FloorError::Octets { octets, most: WRITE_MAX });
    }
    let disk = FsDisk::open(dir).map_err(told)?;
    let name = format!(".domesday-floor-{}", std::process::id());
    let mut scratch = Scratch { file: disk.create(&name).map_err(told)?, disk, name: Some(name) };
    let mut found = scratch.measure(octets.next_multiple_of(BLOCK), duration).map_err(told)?;
    found.in_memory = is_in_memory(dir);
    scratch.remove().map_err(told)?;
    Ok(found)
}

fn is_in_memory(dir: &Path) -> bool {
    // Of Linux: TMPFS_MAGIC, RAMFS_MAGIC.
    rustix::fs::statfs(dir).is_ok_and(|found| [0x0102_1994, 0x8584_58f6].contains(&found.f_type))
}

/// A file that is removed, at the latest when it is dropped.
struct Scratch {
    file: FsFile,
    disk: FsDisk,
    name: Option<String>,
}

impl Scratch {
    fn measure(&mut self, octets: usize, duration: Duration) -> std::io::Result<Found> {
        let places = (FILE_BYTES / octets).max(4) as u64;
        self.file.allocate(places * octets as u64)?;
        self.file.sync_data()?;
        let (frame, mut times, mut writes, begun) = (vec![b'.'; octets], histogram(), 0, Instant::now());
        while begun.elapsed() < duration {
            let one = Instant::now();
            self.file.write_at(&frame, writes % places * octets as u64)?;
            self.file.sync_data()?;
            times.saturating_record(nanos(one.elapsed()));
            writes += 1;
        }
        Ok(Found { octets, writes, elapsed: begun.elapsed(), times, in_memory: false })
    }

    fn remove(&mut self) -> std::io::Result<()> {
        self.name.take().map_or(Ok(()), |name| self.disk.remove(&name))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = self.remove();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_blocks_are_written_and_nothing_stays_behind() {
        let dir = tempfile::tempdir().expect("a directory");
        for (asked, octets) in [(1, BLOCK), (BLOCK, BLOCK), (BLOCK + 1, 2 * BLOCK)] {
            let found = measure(dir.path(), asked, Duration::from_millis(50)).expect("a disk");
            assert_eq!(found.octets, octets);
            assert_eq!(found.writes, found.times.len());
            assert!(found.writes > 0 && found.rate() > 0.0 && found.elapsed >= Duration::from_millis(50), "{found:?}");
            let most = found.elapsed.as_nanos() as u64;
            assert!(found.times.max() <= most + most / 500, "{} of {most}", found.times.max());
            assert_eq!(std::fs::read_dir(dir.path()).expect("a directory").count(), 0);
        }
    }

    #[test]
    fn what_cannot_be_measured_is_told() {
        let dir = tempfile::tempdir().expect("a directory");
        let second = Duration::from_secs(1);
        let refused = |dir: &Path, octets| measure(dir, octets, second).map(drop).expect_err("refused").to_string();
        let missing = dir.path().join("missing");
        let text = refused(&missing, 1);
        assert!(text.contains("missing: No such file") && text.contains("expected a directory"), "{text}");
        let file = dir.path().join("file");
        std::fs::write(&file, "").expect("room");
        assert!(refused(&file, 1).contains("file: Not a directory"));
        assert_eq!(refused(dir.path(), 0), "0 octets: expected 1 to 16777216");
        assert_eq!(std::fs::read_dir(dir.path()).expect("a directory").count(), 1, "only the test's own");
    }
}
