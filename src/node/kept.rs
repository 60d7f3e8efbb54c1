//! Earlier states that deposits still need: the base files of before a midnight, and the log since, by hard links beside those
//! that the registry goes on with.
//!
//! A checkpoint replaces base files and releases log. Before one that takes up what was done after a midnight, the files that it
//! will replace get second names in `index/kept/FRAME-DATE/`, and the segments of the log in `wal/kept/`. Nothing is copied; what is
//! kept takes up the disk until it is let go. The state of any moment since is those base files and that log ([`super::image`]).

use std::collections::BTreeSet;
use std::fs::{self, DirBuilder, File};
use std::io::{self, ErrorKind};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use crate::base::timestamp::Timestamp;
use crate::escrow::schedule::midnight;
use crate::index;
use crate::node::ledger::Passed;
use crate::port::strangers::KEPT;
use crate::wal;

/// What has not its name yet.
const UNFINISHED: &str = "unfinished";

/// The directories.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    index: PathBuf,
    wal: PathBuf,
}

/// Base files that are kept.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hold {
    /// The date of the last transaction in them.
    pub(super) last: Timestamp,
    /// The last frame in them.
    pub(super) frame: u64,
    /// Where they are.
    pub(super) dir: PathBuf,
}

impl Kept {
    /// Beside the files of a registry.
    pub(super) fn new(index: &Path, wal: &Path) -> Self {
        Self { index: index.to_owned(), wal: wal.to_owned() }
    }

    /// To be called before a checkpoint is written: keeps what it will replace, if a midnight lies between.
    ///
    /// # Errors
    /// Why it cannot be kept; nothing is kept half then.
    pub(super) fn before_checkpoint(&self, passed: &Passed) -> io::Result<bool> {
        if midnight(passed.to) <= passed.from {
            return Ok(false);
        }
        let holds = self.index.join(KEPT);
        let dir = holds.join(format!("{:020}-{}", passed.frame, passed.from.micros()));
        if dir.try_exists()? {
            return Ok(false);
        }
        make(&holds)?;
        let unfinished = holds.join(UNFINISHED);
        remove(&unfinished)?;
        make(&unfinished)?;
        link_all(&self.index, &unfinished, |name| name.ends_with(index::SUFFIX))?;
        // The log first: base files without it are of no use.
        self.link_log()?;
        fs::rename(&unfinished, &dir)?;
        sync(&holds)?;
        Ok(true)
    }

    /// The kept log, with all segments that the registry's has by now.
    pub(super) fn link_log(&self) -> io::Result<PathBuf> {
        let kept = self.wal.join(KEPT);
        make(&kept)?;
        link_all(&self.wal, &kept, |name| wal::parse_segment_name(name).is_some())?;
        Ok(kept)
    }

    /// What is kept, the newest first.
    pub(super) fn holds(&self) -> io::Result<Vec<Hold>> {
        let holds = self.index.join(KEPT);
        let mut found = Vec::new();
        for name in names(&holds)? {
            let Some((frame, date)) = name.split_once('-') else { continue };
            let (Ok(frame), Ok(date)) = (frame.parse(), date.parse()) else { continue };
            found.push(Hold { last: Timestamp::from_micros(date), frame, dir: holds.join(name) });
        }
        found.sort_unstable_by(|a, b| b.cmp(a));
        Ok(found)
    }

    /// Lets go of all that none of the moments needs: for each, the newest base files of before it are enough.
    pub(super) fn let_go(&self, needed: &BTreeSet<Timestamp>) -> io::Result<()> {
        let holds = self.holds()?;
        let serves = |moment: &Timestamp| holds.iter().find(|hold| hold.last < *moment);
        let useful: BTreeSet<&Hold> = needed.iter().filter_map(serves).collect();
        for hold in holds.iter().filter(|hold| !useful.contains(hold)) {
            remove(&hold.dir)?;
        }
        let oldest = useful.iter().map(|hold| hold.frame).min();
        let kept = self.wal.join(KEPT);
        let mut segments: Vec<_> =
            names(&kept)?.into_iter().filter_map(|name| Some((wal::parse_segment_name(&name)?, name))).collect();
        segments.sort_unstable();
        // A segment is needed if the one behind it begins after the first frame that is.
        let behind = segments.iter().skip(1).map(|(first, _)| *first);
        let ends: Vec<u64> = behind.chain([u64::MAX]).collect();
        for ((_, name), end) in segments.iter().zip(ends) {
            if oldest.is_none_or(|frame| end <= frame + 1) {
                fs::remove_file(kept.join(name))?;
            }
        }
        Ok(())
    }
}

fn make(dir: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(dir)
}

fn remove(dir: &Path) -> io::Result<()> {
    match fs::remove_dir_all(dir) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn sync(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

/// Gives the files that `are_meant` a second name in another directory, durably.
fn link_all(from: &Path, to: &Path, are_meant: impl Fn(&str) -> bool) -> io::Result<()> {
    for name in names(from)?.into_iter().filter(|name| are_meant(name)) {
        match fs::hard_link(from.join(&name), to.join(&name)) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            // Gone meanwhile: replaced by one that is there, or released and linked before that.
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            linked => linked?,
        }
    }
    sync(to)
}

fn names(dir: &Path) -> io::Result<Vec<String>> {
    let found = match fs::read_dir(dir) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        found => found?,
    };
    let names = found.map(|entry| Ok(entry?.file_name().into_string().unwrap_or_default()));
    names.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: i64, micros: i64) -> Timestamp {
        Timestamp::from_micros(day * 86_400_000_000 + micros)
    }

    #[test]
    fn what_a_checkpoint_replaces_is_kept_over_a_midnight_and_let_go_when_no_deposit_needs_it() {
        let dir = tempfile::tempdir().expect("a directory");
        let (index, wal) = (dir.path().join("index"), dir.path().join("wal"));
        make(&index).expect("made");
        make(&wal).expect("made");
        let write = |path: PathBuf| fs::write(path, "x").expect("written");
        let base = |frame: u64| format!("index-{:020}-{frame:020}.base", 1);
        let segment = |first: u64| wal.join(wal::segment_name(first));
        let kept = Kept::new(&index, &wal);
        write(index.join(base(10)));
        write(segment(1));
        write(segment(8));
        let same_day = Passed { frame: 10, from: at(5, 100), to: at(5, 900) };
        assert!(!kept.before_checkpoint(&same_day).expect("nothing to do"));
        assert!(kept.holds().expect("none").is_empty());

        let over_midnight = Passed { frame: 10, from: at(5, 100), to: at(6, 0) };
        assert!(kept.before_checkpoint(&over_midnight).expect("kept"));
        assert!(!kept.before_checkpoint(&over_midnight).expect("kept already"));
        // What the checkpoint does, and the next day's.
        fs::remove_file(index.join(base(10))).expect("replaced");
        fs::remove_file(segment(1)).expect("released");
        write(index.join(base(20)));
        write(segment(15));
        write(segment(30));
        let next_day = Passed { frame: 20, from: at(6, 500), to: at(9, 1) };
        assert!(kept.before_checkpoint(&next_day).expect("kept"));
        let holds = kept.holds().expect("two");
        assert_eq!(holds.iter().map(|hold| hold.frame).collect::<Vec<_>>(), [20, 10]);
        assert!(holds[1].dir.join(base(10)).exists() && holds[0].dir.join(base(20)).exists());
        let log = || {
            let mut names = names(&wal.join(KEPT)).expect("read");
            names.sort_unstable();
            names.iter().filter_map(|name| wal::parse_segment_name(name)).collect::<Vec<_>>()
        };
        assert_eq!(log(), [1, 8, 15, 30]);

        // The sixth day begins before the second hold's last transaction, and so needs the first.
        kept.let_go(&[at(6, 0), at(8, 0)].into()).expect("all needed");
        assert_eq!(kept.holds().expect("two").len(), 2);
        assert_eq!(log(), [8, 15, 30], "frame 11 is in the segment that begins with 8");
        kept.let_go(&[at(7, 0), at(8, 0)].into()).expect("one needed");
        assert_eq!(kept.holds().expect("one").iter().map(|hold| hold.frame).collect::<Vec<_>>(), [20]);
        assert_eq!(log(), [15, 30]);
        kept.let_go(&BTreeSet::new()).expect("none needed");
        assert!(kept.holds().expect("none").is_empty() && log().is_empty());
        assert!(index.join(base(20)).exists() && segment(30).exists(), "the registry's own are its own");
    }
}
