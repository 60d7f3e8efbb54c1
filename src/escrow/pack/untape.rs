//! The members of a tar file of any make, each checked before it is handed on, with bounded memory.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::io::{self, Read};

use tar::{Archive, EntryType};

use super::UnpackError;
use super::tape::{BLOCK, read_some};
use super::unpack::Wrapping;

/// Bounds on what a deposit may be unpacked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many members the tar file may have, folders counted.
    pub members: usize,
    /// How many octets the tar file, or the XML that stands for it, may have.
    pub octets: u64,
}

/// A data file of a deposit, to be read where it stands.
pub struct MemberReader<'a> {
    /// Its name: relative, without `.` and `..`, and none of another member.
    pub name: &'a str,
    /// Its size, where the deposit tells it beforehand: a tar file does, bare XML does not.
    pub octets: Option<u64>,
    /// What it is wrapped in.
    pub wrapping: &'a Wrapping,
    content: &'a mut dyn Read,
}

impl<'a> MemberReader<'a> {
    pub(super) fn new(name: &'a str, octets: Option<u64>, wrapping: &'a Wrapping, content: &'a mut dyn Read) -> Self {
        Self { name, octets, wrapping, content }
    }
}

impl Read for MemberReader<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.content.read(out)
    }
}

/// Octets of heads between two contents: long names and pax records are held in memory.
const HEAD_OCTETS: u64 = 64 * 1024;
const NAME_OCTETS: usize = 255;

/// What a [`Guard`] and those who read through it must know of each other.
pub(super) struct Watch {
    limit: u64,
    octets: Cell<u64>,
    /// How many octets of heads may still come; nothing while a content is read.
    heads: Cell<Option<u64>>,
    ended: Cell<bool>,
    member: RefCell<String>,
    /// Why reading ended. Between this and the caller stand libraries that only know `io::Error`.
    fault: RefCell<Option<UnpackError>>,
}

/// Counts what is read from the innermost wrapping, and holds it to the limits.
pub(super) struct Guard<'w, R, F> {
    pub(super) inner: R,
    pub(super) watch: &'w Watch,
    /// What an error of `inner` means.
    pub(super) meaning: F,
}

impl Watch {
    pub(super) fn new(limits: &Limits, name: &str) -> Self {
        Self {
            limit: limits.octets,
            octets: Cell::new(0),
            heads: Cell::new(None),
            ended: Cell::new(false),
            member: RefCell::new(name.to_owned()),
            fault: RefCell::new(None),
        }
    }

    /// How many octets were read.
    pub(super) fn octets(&self) -> u64 {
        self.octets.get()
    }

    fn fail(&self, fault: UnpackError) -> io::Error {
        let told = fault.to_string();
        self.fault.borrow_mut().get_or_insert(fault);
        io::Error::new(io::ErrorKind::InvalidData, told)
    }

    fn tar(&self, reason: impl Into<String>) -> UnpackError {
        UnpackError::Tar { member: self.member.borrow().clone(), reason: reason.into() }
    }

    /// The first fault there was, or what `error` is if there was none.
    fn why(&self, error: &io::Error) -> UnpackError {
        self.fault.take().unwrap_or_else(|| self.tar(error.to_string()))
    }

    /// `result`, unless reading had failed before: then that is why.
    pub(super) fn judge<E: From<UnpackError>>(&self, result: Result<(), E>) -> Result<(), E> {
        self.fault.take().map_or(result, |fault| Err(fault.into()))
    }
}

impl<R: Read, F: Fn(io::Error) -> UnpackError> Read for Guard<'_, R, F> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let watch = self.watch;
        let room = match watch.heads.get() {
            Some(0) => return Err(watch.fail(watch.tar(format!("more than {HEAD_OCTETS} octets before a content")))),
            Some(left) => usize::try_from(left).unwrap_or(usize::MAX).min(out.len()),
            None => out.len(),
        };
        let count = match read_some(&mut self.inner, &mut out[..room]) {
            Ok(count) => count,
            Err(error) => return Err(watch.fail((self.meaning)(error))),
        };
        watch.ended.set(count == 0 && room > 0);
        watch.heads.set(watch.heads.get().map(|left| left - count as u64));
        watch.octets.set(watch.octets.get() + count as u64);
        if watch.octets.get() > watch.limit {
            let member = watch.member.borrow().clone();
            return Err(watch.fail(UnpackError::Bomb { limit: watch.limit, member }));
        }
        Ok(count)
    }
}

/// Calls `visit` with each regular file of the tar file, in order; what it leaves unread is skipped. How many there were.
///
/// # Errors
///
/// The first of `visit`, or what is wrong with the file. It was read to its end when there is none.
pub(super) fn members<R: Read, F: Fn(io::Error) -> UnpackError, E: From<UnpackError>>(
    guard: Guard<'_, R, F>,
    limits: &Limits,
    wrapping: &Wrapping,
    mut visit: impl FnMut(&mut MemberReader<'_>) -> Result<(), E>,
) -> Result<usize, E> {
    let watch = guard.watch;
    let mut archive = Archive::new(guard);
    let mut entries = archive.entries().map_err(|error| watch.why(&error))?;
    let (mut seen, mut count, mut files) = (HashSet::new(), 0, 0);
    loop {
        watch.heads.set(Some(HEAD_OCTETS));
        let Some(entry) = entries.next() else { break };
        watch.heads.set(None);
        let mut entry = entry.map_err(|error| watch.why(&error))?;
        let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        watch.member.replace(path.clone());
        count += 1;
        if count > limits.members {
            return Err(UnpackError::TooManyMembers { limit: limits.members, member: path }.into());
        }
        let kind = entry.header().entry_type();
        let name = admitted(&path, kind)?;
        let octets = entry.size();
        if let Some(name) = name {
            if !seen.insert(name.clone()) {
                return Err(UnpackError::MemberTwice { member: name }.into());
            }
            files += 1;
            let mut content = Content { entry: &mut entry, left: octets, watch };
            let result = visit(&mut MemberReader::new(&name, Some(octets), wrapping, &mut content));
            watch.judge(result)?;
            let rest = io::copy(&mut content, &mut io::sink());
            rest.map_err(|error| watch.why(&error))?;
        } else if octets > 0 {
            return Err(watch.tar(format!("a folder with a content of {octets} octets")).into());
        }
    }
    if watch.ended.get() {
        return Err(watch.tar("it ends without its end mark").into());
    }
    end(&mut archive.into_inner())?;
    if files == 0 { Err(UnpackError::NoMember.into()) } else { Ok(files) }
}

/// The content of one member, which must be as long as its head says.
struct Content<'a, R> {
    entry: &'a mut R,
    left: u64,
    watch: &'a Watch,
}

impl<R: Read> Read for Content<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.entry.read(out)?;
        self.left = self.left.saturating_sub(count as u64);
        if count == 0 && self.left > 0 && !out.is_empty() {
            let fault = self.watch.tar(format!("{} octets of it are missing", self.left));
            return Err(self.watch.fail(fault));
        }
        Ok(count)
    }
}

/// Reads what stands behind the end mark, which is only padding.
fn end<R: Read, F: Fn(io::Error) -> UnpackError>(guard: &mut Guard<'_, R, F>) -> Result<(), UnpackError> {
    let watch = guard.watch;
    watch.heads.set(None);
    watch.member.replace("the end mark".to_owned());
    let mut buffer = vec![0; 16 * BLOCK];
    loop {
        match guard.read(&mut buffer).map_err(|error| watch.why(&error))? {
            0 => return Ok(()),
            count if buffer[..count].iter().any(|octet| *octet != 0) => return Err(watch.tar("it goes on behind it")),
            _ => {}
        }
    }
}

/// The name of a member as it is handed on; nothing for a folder.
fn admitted(path: &str, kind: EntryType) -> Result<Option<String>, UnpackError> {
    let broken = |rule| Err(UnpackError::MemberName { member: path.to_owned(), rule });
    if !matches!(kind, EntryType::Regular | EntryType::Continuous | EntryType::Directory) {
        return Err(UnpackError::MemberKind { member: path.to_owned(), found: kind_name(kind) });
    }
    if path.len() > NAME_OCTETS {
        return broken("a name of at most 255 octets");
    }
    if path.contains(|c: char| c.is_control() || c == '\\' || c == '\u{FFFD}') {
        return broken("a name in UTF-8 without control characters and \\");
    }
    if path.starts_with('/') || path.as_bytes().get(1) == Some(&b':') {
        return broken("a relative name");
    }
    let steps: Vec<&str> = path.split('/').filter(|step| !matches!(*step, "" | ".")).collect();
    if steps.contains(&"..") {
        return broken("a name without ..");
    }
    if kind == EntryType::Directory {
        return Ok(None);
    }
    if steps.is_empty() || path.ends_with('/') {
        return broken("the name of a file");
    }
    Ok(Some(steps.join("/")))
}

fn kind_name(kind: EntryType) -> String {
    match kind {
        EntryType::Link => "a hard link".to_owned(),
        EntryType::Symlink => "a symbolic link".to_owned(),
        EntryType::Char | EntryType::Block => "a device".to_owned(),
        EntryType::Fifo => "a pipe".to_owned(),
        EntryType::GNUSparse => "a sparse file".to_owned(),
        other => format!("type {:?}", char::from(other.as_byte())),
    }
}
