//! The CSV files of a deposit: beside its XML, or unpacked to where nobody finds them.

use std::cell::Cell;
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::escrow::csv::{Files, unnamed};

/// Octets that are copied at a time.
const BUFFER: usize = 128 * 1024;

/// Octets of files that are being read: what there is, as far as is known, and what has been read. Clones count together.
#[derive(Clone, Debug, Default)]
pub struct Amount {
    size: Rc<Cell<u64>>,
    read: Rc<Cell<u64>>,
}

impl Amount {
    /// Opens a file whose octets are counted.
    ///
    /// # Errors
    /// Those of the file.
    pub fn open(&self, path: &Path) -> io::Result<Counted> {
        let inner = File::open(path)?;
        self.size.set(self.size.get() + inner.metadata()?.len());
        Ok(Counted { inner, read: self.read.clone() })
    }

    /// Octets of all files that were opened, as often as they were.
    pub fn size(&self) -> u64 {
        self.size.get()
    }

    /// Octets that were read of them.
    pub fn read(&self) -> u64 {
        self.read.get()
    }

    /// Both, since the last call.
    pub fn take(&self) -> (u64, u64) {
        (self.size.take(), self.read.take())
    }
}

/// Counts what is read of a file.
#[derive(Debug)]
pub struct Counted {
    inner: File,
    read: Rc<Cell<u64>>,
}

impl Read for Counted {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(out)?;
        self.read.set(self.read.get() + read as u64);
        Ok(read)
    }
}

/// The CSV files in the folder of the XML.
#[derive(Debug)]
pub struct Beside {
    dir: PathBuf,
    amount: Amount,
}

impl Beside {
    /// In this folder; what is read is counted.
    pub fn new(dir: &Path, amount: &Amount) -> Self {
        Self { dir: dir.to_owned(), amount: amount.clone() }
    }
}

impl Files for Beside {
    fn open(&self, name: &str) -> io::Result<Option<Box<dyn Read>>> {
        let path = self.dir.join(name);
        match self.amount.open(&path) {
            Ok(file) => Ok(Some(Box::new(file))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            // The file that is told is the deposit's.
            Err(error) => Err(io::Error::new(error.kind(), format!("{}: {error}", path.display()))),
        }
    }
}

/// CSV files out of a package, kept in files that have no name and are gone when they are closed.
#[derive(Debug)]
pub struct Unpacked {
    dir: PathBuf,
    files: HashMap<String, Rc<File>>,
}

impl Unpacked {
    /// There are none yet; they will lie in `dir`.
    pub fn new(dir: &Path) -> Self {
        Self { dir: dir.to_owned(), files: HashMap::new() }
    }

    /// Keeps a file.
    ///
    /// # Errors
    /// Those of `content`; and where it is to be kept, which is named then.
    pub fn keep(&mut self, name: &str, content: &mut impl Read) -> io::Result<()> {
        let failed = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", self.dir.display()));
        let mut file = unnamed(&self.dir).map_err(failed)?;
        let mut buffer = vec![0; BUFFER];
        loop {
            match content.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => file.write_all(&buffer[..read]).map_err(failed)?,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.files.insert(name.to_owned(), Rc::new(file));
        Ok(())
    }
}

impl Files for &Unpacked {
    fn open(&self, name: &str) -> io::Result<Option<Box<dyn Read>>> {
        Ok(self.files.get(name).map(|file| Box::new(At { file: file.clone(), at: 0 }) as Box<dyn Read>))
    }
}

/// Reads a file at a place of its own: it may be open several times.
struct At {
    file: Rc<File>,
    at: u64,
}

impl Read for At {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read_at(out, self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unpacked_files_are_read_side_by_side_and_leave_nothing() {
        let dir = tempfile::tempdir().expect("a folder");
        let mut unpacked = Unpacked::new(dir.path());
        unpacked.keep("a.csv", &mut &b"one,two\r\n"[..]).expect("kept");
        assert_eq!(std::fs::read_dir(dir.path()).expect("readable").count(), 0, "it has no name");
        let open = |name: &str| (&unpacked).open(name).expect("memory");
        let (mut one, mut two) = (open("a.csv").expect("kept"), open("a.csv").expect("kept"));
        let mut first = [0; 4];
        one.read_exact(&mut first).expect("readable");
        let (mut rest, mut all) = (String::new(), String::new());
        one.read_to_string(&mut rest).expect("readable");
        two.read_to_string(&mut all).expect("readable");
        assert_eq!((&first, rest.as_str(), all.as_str()), (b"one,", "two\r\n", "one,two\r\n"));
        assert!(open("b.csv").is_none());
        let failed = Unpacked::new(&dir.path().join("none")).keep("a", &mut &b""[..]).expect_err("no folder");
        assert!(failed.to_string().contains("none"), "{failed}");
    }
}
