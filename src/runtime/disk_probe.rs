//! How long a small write takes until it is durable: what every answer to a transform waits for.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Octets of one write, about those of a small batch.
pub const WRITE: usize = 4096;
/// Writes that are measured at most.
const WRITES: usize = 200;
/// After so long no further write is begun.
const PATIENCE: Duration = Duration::from_secs(5);

/// Times from a write of [`WRITE`] octets to the end of its `fdatasync`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DiskLatency {
    /// How many were measured.
    pub writes: usize,
    /// The one in the middle.
    pub median: Duration,
    /// The one that 99 of 100 do not exceed.
    pub p99: Duration,
    /// The longest.
    pub longest: Duration,
}

impl DiskLatency {
    /// Measures in a directory, with a file that is gone afterwards; it takes some seconds at most.
    ///
    /// # Errors
    /// When the file cannot be made, written or synced.
    pub fn measure(dir: &Path) -> io::Result<Self> {
        let path = dir.join(format!(".domesday-tune-{}", std::process::id()));
        let scratch = Scratch { file: OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?, path };
        // As the log does: room is there before anything is written, so that a sync waits for data alone.
        scratch.file.write_all_at(&vec![0; WRITE * WRITES], 0)?;
        scratch.file.sync_all()?;
        let (mut times, begun) = (Vec::with_capacity(WRITES), Instant::now());
        for number in 0..WRITES {
            if number > 0 && begun.elapsed() >= PATIENCE {
                break;
            }
            let start = Instant::now();
            scratch.file.write_all_at(&[number as u8 | 1; WRITE], (number * WRITE) as u64)?;
            scratch.file.sync_data()?;
            times.push(start.elapsed());
        }
        Ok(Self::of(times))
    }

    fn of(mut times: Vec<Duration>) -> Self {
        times.sort();
        let at = |percent: usize| times[(times.len() * percent).div_ceil(100).saturating_sub(1)];
        Self { writes: times.len(), median: at(50), p99: at(99), longest: at(100) }
    }
}

/// A file that is removed when it is dropped.
struct Scratch {
    file: File,
    path: PathBuf,
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_those_of_the_nearest_rank() {
        let times = (1..=200).rev().map(Duration::from_micros).collect();
        let [median, p99, longest] = [100, 198, 200].map(Duration::from_micros);
        assert_eq!(DiskLatency::of(times), DiskLatency { writes: 200, median, p99, longest });
        let one = Duration::from_micros(7);
        let expected = DiskLatency { writes: 1, median: one, p99: one, longest: one };
        assert_eq!(DiskLatency::of(vec![one]), expected);
    }

    #[test]
    fn nothing_stays_behind() {
        let dir = tempfile::tempdir().expect("a directory");
        let found = DiskLatency::measure(dir.path()).expect("a disk");
        assert!(found.writes > 0 && found.median <= found.p99 && found.p99 <= found.longest, "{found:?}");
        assert_eq!(std::fs::read_dir(dir.path()).expect("a directory").count(), 0);
        assert!(DiskLatency::measure(&dir.path().join("missing")).is_err());
    }
}
