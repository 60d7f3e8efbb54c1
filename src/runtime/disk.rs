//! The real disk behind `port::disk`.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rustix::fs::{FallocateFlags, OFlags, fcntl_getfl, fcntl_setfl};
use rustix::io::Errno;

use crate::port::disk::{Disk, DiskFile, FileKind};

/// Zeros written by one call.
const ZEROS: &[u8] = &[0; 256 * 1024];

/// One directory of a file system. Clones are the same directory.
#[derive(Clone, Debug)]
pub struct FsDisk {
    path: PathBuf,
    dir: Arc<File>,
    syncs: Arc<SyncTimes>,
}

/// How long it took to make files' content durable, all files of a disk together: syncs, and writes past the page cache.
#[derive(Debug, Default)]
pub struct SyncTimes {
    times: AtomicU64,
    nanos: AtomicU64,
}

impl SyncTimes {
    /// How often, and how long in all.
    pub fn so_far(&self) -> (u64, Duration) {
        (self.times.load(Ordering::Relaxed), Duration::from_nanos(self.nanos.load(Ordering::Relaxed)))
    }

    fn waited(&self, time: Duration) {
        self.nanos.fetch_add(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }
}

impl FsDisk {
    /// Opens the directory `path`, which may be reached by symbolic links.
    ///
    /// # Errors
    /// When it cannot be opened, or is no directory.
    pub fn open(path: &Path) -> io::Result<Self> {
        let dir = OpenOptions::new().read(true).custom_flags(libc::O_DIRECTORY).open(path)?;
        Ok(Self { path: path.to_owned(), dir: Arc::new(dir), syncs: Arc::default() })
    }

    /// How long [`DiskFile::sync_data`] has taken, of all files that were opened by this and its clones.
    pub fn sync_times(&self) -> Arc<SyncTimes> {
        self.syncs.clone()
    }

    fn file(&self, file: File) -> FsFile {
        FsFile { file, is_direct: false, syncs: self.syncs.clone() }
    }

    fn at(&self, name: &str) -> io::Result<PathBuf> {
        if name.is_empty() || name == "." || name == ".." || name.contains(['/', '\0']) {
            let why = format!("{name:?} is not a plain file name");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
        }
        self.check_place()?;
        Ok(self.path.join(name))
    }

    /// That the directory that was opened still lies at its path. A process whose directory was moved away must not touch
    /// what somebody put in its place.
    fn check_place(&self) -> io::Result<()> {
        let (opened, found) = (self.dir.metadata()?, std::fs::metadata(&self.path)?);
        if (opened.dev(), opened.ino()) == (found.dev(), found.ino()) {
            return Ok(());
        }
        let path = self.path.display();
        let why = format!("{path} is another directory than this process opened: it was moved; restart the process");
        Err(io::Error::other(why))
    }
}

impl Disk for FsDisk {
    type File = FsFile;

    fn create(&self, name: &str) -> io::Result<FsFile> {
        let mut options = OpenOptions::new();
        // For its owner alone; the umask can take away from that and never add.
        options.read(true).write(true).create_new(true).mode(0o600);
        Ok(self.file(options.open(self.at(name)?)?))
    }

    fn open(&self, name: &str) -> io::Result<FsFile> {
        let file = OpenOptions::new().read(true).write(true).open(self.at(name)?)?;
        Ok(self.file(file))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        std::fs::rename(self.at(from)?, self.at(to)?)
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        std::fs::remove_file(self.at(name)?)
    }

    fn list(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in std::fs::read_dir(&self.path)? {
            let name = entry?.file_name().into_string();
            names.push(name.map_err(|name| {
                let why = format!("{name:?} in {:?} is not UTF-8, and so no file of ours: move it away", self.path);
                io::Error::new(io::ErrorKind::InvalidData, why)
            })?);
        }
        names.sort_unstable();
        Ok(names)
    }

    fn kind(&self, name: &str) -> io::Result<FileKind> {
        let found = std::fs::symlink_metadata(self.at(name)?)?.file_type();
        Ok(match () {
            () if found.is_file() => FileKind::Regular,
            () if found.is_dir() => FileKind::Directory,
            () if found.is_symlink() => FileKind::Link,
            () => FileKind::Other,
        })
    }

    fn sync_dir(&self) -> io::Result<()> {
        self.dir.sync_all()
    }

    fn display(&self, name: &str) -> String {
        self.path.join(name).display().to_string()
    }
}

/// One file of it.
#[derive(Debug)]
pub struct FsFile {
    file: File,
    /// Writes go past the page cache.
    is_direct: bool,
    syncs: Arc<SyncTimes>,
}

impl FsFile {
    /// Sets or clears `O_DIRECT`.
    fn set_direct(&mut self, is_direct: bool) -> rustix::io::Result<()> {
        let mut flags = fcntl_getfl(&self.file)?;
        flags.set(OFlags::DIRECT, is_direct);
        fcntl_setfl(&self.file, flags)?;
        self.is_direct = is_direct;
        Ok(())
    }
}

impl DiskFile for FsFile {
    fn len(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }

    fn is_named(&self) -> io::Result<bool> {
        Ok(self.file.metadata()?.nlink() > 0)
    }

    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<()> {
        self.file.read_exact_at(buf, offset)
    }

    fn write_at(&mut self, buf: &[u8], offset: u64) -> io::Result<()> {
        if !self.is_direct {
            return self.file.write_all_at(buf, offset);
        }
        let began = Instant::now();
        let written = self.file.write_all_at(buf, offset);
        // Past the cache it is the write that waits for the disk, and the sync only for the disk's own cache.
        self.syncs.waited(began.elapsed());
        match written {
            // The flag was taken, and the first write is not: a file system or a disk with blocks of another size.
            Err(error) if error.raw_os_error() == Some(libc::EINVAL) => {
                self.set_direct(false)?;
                self.file.write_all_at(buf, offset)
            }
            written => written,
        }
    }

    /// Where the file system cannot do so, writes go through the page cache as ever.
    fn write_blocks(&mut self) {
        let _ = self.set_direct(true);
    }

    /// Reserves the blocks, so that a full disk shows now, and then really writes zeros: blocks that are only reserved
    /// are marked as unwritten, and the first write to each would make the next `fdatasync` wait for the file system's
    /// journal to clear the mark.
    fn allocate(&mut self, len: u64) -> io::Result<()> {
        let present = self.len()?;
        if len <= present {
            return Ok(());
        }
        match rustix::fs::fallocate(&self.file, FallocateFlags::KEEP_SIZE, present, len - present) {
            // Not every file system can reserve; the zeros take the room all the same.
            Ok(()) | Err(Errno::OPNOTSUPP) => {}
            Err(errno) => return Err(errno.into()),
        }
        let mut offset = present;
        while offset < len {
            let zeros = ZEROS.len().min(usize::try_from(len - offset).unwrap_or(usize::MAX));
            self.file.write_all_at(&ZEROS[..zeros], offset)?;
            offset += zeros as u64;
        }
        Ok(())
    }

    fn truncate(&mut self, len: u64) -> io::Result<()> {
        let present = self.len()?;
        if len > present {
            let why = format!("cannot shorten a file of {present} octets to {len}");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
        }
        self.file.set_len(len)
    }

    fn sync_data(&mut self) -> io::Result<()> {
        let began = Instant::now();
        let synced = self.file.sync_data();
        self.syncs.times.fetch_add(1, Ordering::Relaxed);
        self.syncs.waited(began.elapsed());
        synced
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn disk() -> (tempfile::TempDir, FsDisk) {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("data");
        std::fs::create_dir(&path).expect("new");
        let disk = FsDisk::open(&path).expect("it is there");
        (dir, disk)
    }

    #[test]
    fn what_is_written_is_read_back_and_the_rest_is_zero() {
        let (_dir, disk) = disk();
        let mut file = disk.create("log").expect("new");
        file.write_at(b"head", 0).expect("room");
        file.allocate(600_000).expect("room");
        file.allocate(10).expect("never shortens");
        assert_eq!(file.len().expect("open"), 600_000);
        file.write_at(b"tail", 599_996).expect("room");
        file.sync_data().expect("a disk");
        let mut read = vec![1; 600_000];
        disk.open("log").expect("exists").read_at(&mut read, 0).expect("whole");
        assert!(read.starts_with(b"head") && read.ends_with(b"tail"));
        assert!(read[4..599_996].iter().all(|octet| *octet == 0));
        assert_eq!(file.read_at(&mut [0; 5], 599_996).expect_err("past").kind(), io::ErrorKind::UnexpectedEof);
        file.truncate(4).expect("shorter");
        assert_eq!(file.truncate(5).expect_err("longer").kind(), io::ErrorKind::InvalidInput);
        assert_eq!(file.len().expect("open"), 4);
    }

    #[test]
    fn blocks_are_written_past_the_cache_and_all_else_through_it() {
        let (_dir, disk) = disk();
        let mut file = disk.create("log").expect("new");
        file.allocate(3 * 4096).expect("room");
        file.write_blocks();
        let mut block = rkyv::util::AlignedVec::<4096>::new();
        block.resize(4096, b'x');
        file.write_at(&block, 4096).expect("a block");
        file.sync_data().expect("a disk");
        let mut read = vec![0; 3 * 4096];
        disk.open("log").expect("there").read_at(&mut read, 0).expect("whole");
        assert!(read[4096..8192].iter().all(|octet| *octet == b'x') && read[8192..].iter().all(|octet| *octet == 0));
        // Less than a block is no such write, and arrives all the same.
        file.write_at(b"odd", 5).expect("room");
        file.read_at(&mut read, 0).expect("whole");
        assert_eq!(&read[5..8], b"odd");
    }

    #[test]
    fn names_are_made_renamed_listed_and_removed() {
        let (_dir, disk) = disk();
        for name in ["b", "a"] {
            disk.create(name).expect("new");
        }
        assert_eq!(disk.create("a").expect_err("exists").kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(disk.open("c").expect_err("missing").kind(), io::ErrorKind::NotFound);
        disk.rename("a", "c").expect("exists");
        disk.sync_dir().expect("a disk");
        assert_eq!(disk.list().expect("readable"), ["b", "c"]);
        disk.remove("b").expect("exists");
        assert_eq!(disk.list().expect("readable"), ["c"]);
        assert!(disk.display("c").ends_with("data/c"));
        let mode = std::fs::metadata(disk.display("c")).expect("there").permissions().mode();
        assert_eq!(mode & 0o077, 0, "its owner's alone");
    }

    #[test]
    fn whatever_has_a_name_is_listed_and_told_for_what_it_is() {
        let (dir, disk) = disk();
        disk.create("file").expect("new");
        let data = dir.path().join("data");
        std::fs::create_dir(data.join("dir")).expect("new");
        std::os::unix::fs::symlink(data.join("file"), data.join("link")).expect("new");
        std::os::unix::net::UnixListener::bind(data.join("socket")).expect("new");
        let kinds = disk.list().expect("readable").into_iter().map(|name| (disk.kind(&name).expect("there"), name));
        let found: Vec<_> = kinds.map(|(kind, name)| format!("{name}: {kind}")).collect();
        let expected =
            ["dir: a directory", "file: a regular file", "link: a symbolic link", "socket: a pipe, socket or device"];
        assert_eq!(found, expected);
        assert_eq!(disk.kind("none").expect_err("missing").kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn a_directory_in_the_place_of_the_one_that_was_opened_is_not_touched() {
        let (dir, disk) = disk();
        disk.create("old").expect("new");
        let (place, aside) = (dir.path().join("data"), dir.path().join("aside"));
        std::fs::rename(&place, &aside).expect("it can be moved");
        assert!(disk.create("lost").is_err(), "it is gone");
        std::fs::create_dir(&place).expect("another one");
        std::fs::write(place.join("theirs"), "").expect("a file of theirs");
        let error = disk.create("new").expect_err("another directory");
        assert!(error.to_string().contains("it was moved"), "{error}");
        assert!(
            disk.remove("theirs").is_err() && disk.rename("theirs", "ours").is_err() && disk.open("theirs").is_err()
        );
        assert_eq!(std::fs::read_dir(&place).expect("readable").count(), 1);
        std::fs::remove_dir_all(&place).expect("removed");
        std::fs::rename(&aside, &place).expect("back");
        disk.remove("old").expect("ours again");
    }

    #[test]
    fn a_name_never_leaves_the_directory() {
        let (_dir, disk) = disk();
        for name in ["", ".", "..", "../x", "/etc/passwd", "a/b"] {
            assert_eq!(disk.create(name).expect_err(name).kind(), io::ErrorKind::InvalidInput);
        }
    }
}
