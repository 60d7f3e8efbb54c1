//! A directory of real files that fails, or stops the world, at the n-th step of writing.

use crate::port::disk::{Disk, DiskFile, FileKind};
use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    sync::Arc,
    sync::atomic::{AtomicI64, Ordering::Relaxed},
};

/// A disk for tests; a clone is the same disk.
#[derive(Clone)]
pub(super) struct TestDisk {
    dir: PathBuf,
    /// Steps that still succeed; all fail from then on.
    steps: Arc<AtomicI64>,
}

impl TestDisk {
    pub(super) fn new(dir: &Path) -> TestDisk {
        TestDisk { dir: dir.into(), steps: Arc::new(AtomicI64::new(i64::MAX)) }
    }

    /// Lets `steps` more changes of the disk succeed, and none after.
    pub(super) fn fail_after(&self, steps: i64) {
        self.steps.store(steps, Relaxed);
    }

    /// Whether a step has failed since [`TestDisk::fail_after`].
    pub(super) fn has_failed(&self) -> bool {
        self.steps.load(Relaxed) < 0
    }

    fn step(&self) -> io::Result<()> {
        if self.steps.fetch_sub(1, Relaxed) > 0 { Ok(()) } else { Err(io::ErrorKind::StorageFull.into()) }
    }
}

pub(super) struct TestFile {
    file: File,
    disk: TestDisk,
}

impl DiskFile for TestFile {
    fn len(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<()> {
        self.file.read_exact_at(buf, offset)
    }
    fn write_at(&mut self, buf: &[u8], offset: u64) -> io::Result<()> {
        self.disk.step()?;
        self.file.write_all_at(buf, offset)
    }
    fn allocate(&mut self, len: u64) -> io::Result<()> {
        self.disk.step()?;
        self.file.set_len(len.max(self.len()?))
    }
    fn truncate(&mut self, len: u64) -> io::Result<()> {
        self.disk.step()?;
        self.file.set_len(len)
    }
    fn sync_data(&mut self) -> io::Result<()> {
        self.disk.step()
    }
}

impl Disk for TestDisk {
    type File = TestFile;

    fn create(&self, name: &str) -> io::Result<TestFile> {
        self.step()?;
        let file = OpenOptions::new().read(true).write(true).create_new(true).open(self.dir.join(name))?;
        Ok(TestFile { file, disk: self.clone() })
    }
    fn open(&self, name: &str) -> io::Result<TestFile> {
        let file = OpenOptions::new().read(true).write(true).open(self.dir.join(name))?;
        Ok(TestFile { file, disk: self.clone() })
    }
    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.step()?;
        fs::rename(self.dir.join(from), self.dir.join(to))
    }
    fn remove(&self, name: &str) -> io::Result<()> {
        self.step()?;
        fs::remove_file(self.dir.join(name))
    }
    fn list(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.dir)? {
            names.push(entry?.file_name().to_string_lossy().into_owned());
        }
        names.sort();
        Ok(names)
    }
    fn kind(&self, name: &str) -> io::Result<FileKind> {
        let found = fs::symlink_metadata(self.dir.join(name))?.file_type();
        Ok(match () {
            () if found.is_file() => FileKind::Regular,
            () if found.is_dir() => FileKind::Directory,
            () if found.is_symlink() => FileKind::Link,
            () => FileKind::Other,
        })
    }
    fn sync_dir(&self) -> io::Result<()> {
        self.step()
    }
    fn display(&self, name: &str) -> String {
        self.dir.join(name).display().to_string()
    }
}
