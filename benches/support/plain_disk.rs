//! The plainest disk for benches of the index: the standard library's calls.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;

use domesday::port::disk::{Disk, DiskFile, FileKind};

/// A directory.
pub(crate) struct Directory(pub(crate) PathBuf);

/// A file in it.
pub(crate) struct Plain(File);

impl DiskFile for Plain {
    fn len(&self) -> io::Result<u64> {
        Ok(self.0.metadata()?.len())
    }
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<()> {
        self.0.read_exact_at(buf, offset)
    }
    fn write_at(&mut self, buf: &[u8], offset: u64) -> io::Result<()> {
        self.0.write_all_at(buf, offset)
    }
    fn allocate(&mut self, len: u64) -> io::Result<()> {
        self.0.set_len(len.max(self.len()?))
    }
    fn truncate(&mut self, len: u64) -> io::Result<()> {
        self.0.set_len(len)
    }
    fn sync_data(&mut self) -> io::Result<()> {
        self.0.sync_data()
    }
}

impl Disk for Directory {
    type File = Plain;

    fn create(&self, name: &str) -> io::Result<Plain> {
        OpenOptions::new().read(true).write(true).create_new(true).open(self.0.join(name)).map(Plain)
    }
    fn open(&self, name: &str) -> io::Result<Plain> {
        OpenOptions::new().read(true).write(true).open(self.0.join(name)).map(Plain)
    }
    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        fs::rename(self.0.join(from), self.0.join(to))
    }
    fn remove(&self, name: &str) -> io::Result<()> {
        fs::remove_file(self.0.join(name))
    }
    fn list(&self) -> io::Result<Vec<String>> {
        let names = fs::read_dir(&self.0)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
        let mut names = names.collect::<io::Result<Vec<_>>>()?;
        names.sort();
        Ok(names)
    }
    fn kind(&self, _: &str) -> io::Result<FileKind> {
        Ok(FileKind::Regular)
    }
    fn sync_dir(&self) -> io::Result<()> {
        File::open(&self.0)?.sync_all()
    }
    fn display(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }
}
