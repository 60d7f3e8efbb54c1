//! The files of a deposit of any make: found, put in order, verified, and unpacked as a stream, as often as is wanted.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::base::limits::{ESCROW_MEMBERS, ESCROW_OCTETS, OPENPGP_KEY_BYTES};
use crate::base::timestamp::Timestamp;
use crate::escrow::pack::{
    Joined, Layer, Limits, MemberReader, PublicKey, SecretKey, Signed, UnpackError, Unpacked, Unpacking, unpack, verify,
};
use crate::escrow::package::Package;

/// Told how many octets have been read since the last call.
pub type Progress<'p> = &'p (dyn Fn(u64) + Sync);

/// A file that cannot be read.
#[derive(Debug)]
pub struct FileError {
    /// Which.
    pub path: PathBuf,
    /// Why.
    pub error: io::Error,
}

/// The parts of a message, or the one file that stands for them.
#[derive(Debug)]
pub struct DepositFiles {
    /// In the order of the series.
    parts: Vec<PathBuf>,
    is_message: bool,
    octets: u64,
    /// Why a part could not be read: those between know only that they have no octets.
    failure: Mutex<Option<FileError>>,
}

/// What was found of the files.
pub struct Found {
    /// The files; nothing where they are not all of one deposit's parts.
    pub files: Option<DepositFiles>,
    /// The judge, who has judged the names.
    pub package: Package,
}

impl DepositFiles {
    /// Of files in any order, signatures (`.sig`) among them or beside them.
    ///
    /// # Errors
    ///
    /// When a file cannot be read.
    pub fn find(paths: &[PathBuf]) -> Result<Found, FileError> {
        let is_signature = |path: &&PathBuf| path.extension().is_some_and(|extension| extension == "sig");
        let mut parts: Vec<PathBuf> = paths.iter().filter(|path| !is_signature(path)).cloned().collect();
        if parts.is_empty() {
            // Nothing but signatures: then that is what is to be read, and is told not to be a deposit.
            parts = paths.to_vec();
        }
        let mut octets = 0;
        let mut is_message = parts.len() > 1;
        for path in &parts {
            let failed = |error| FileError { path: path.clone(), error };
            let file = File::open(path).map_err(failed)?;
            octets += file.metadata().map_err(failed)?.len();
            let (layer, _) = Layer::peek(file).map_err(failed)?;
            // A part that is not the first begins with anything.
            let is_part = path.extension().is_some_and(|extension| extension == "ryde");
            is_message |= is_part || matches!(layer, Some(Layer::Message | Layer::ArmouredMessage));
        }
        let names: Vec<String> = parts.iter().map(|path| name(path)).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let (package, order) = match names[..] {
            [one] if !is_message => (Package::unwrapped(one), Some(vec![0])),
            _ => Package::of_parts(&names),
        };
        let files = order.map(|order| {
            let parts = order.into_iter().map(|place| parts[place].clone()).collect();
            Self { parts, is_message, octets, failure: Mutex::default() }
        });
        Ok(Found { files, package })
    }

    /// Octets of all parts.
    pub const fn octets(&self) -> u64 {
        self.octets
    }

    /// The parts, in the order of the series.
    pub fn parts(&self) -> &[PathBuf] {
        &self.parts
    }

    /// Whether they are an OpenPGP message, as a deposit is sent.
    pub const fn is_message(&self) -> bool {
        self.is_message
    }

    /// Why a part could not be read, where that is why [`DepositFiles::unpack`] has failed, whatever that says.
    pub fn failure(&self) -> Option<FileError> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Verifies the signatures beside the parts; what is wrong with one, and what is missing, `package` is told. The signatures
    /// that hold.
    ///
    /// # Errors
    ///
    /// When a file cannot be read.
    pub fn verify(
        &self,
        package: &mut Package,
        registry: &PublicKey,
        now: Timestamp,
        progress: Progress<'_>,
    ) -> Result<Vec<Signed>, FileError> {
        let mut all = Vec::new();
        for (place, path) in self.parts.iter().enumerate() {
            let beside = path.with_extension("sig");
            let signature = match small_file(&beside) {
                Err(FileError { error, .. }) if error.kind() == io::ErrorKind::NotFound => {
                    package.unsigned(&name(path));
                    continue;
                }
                signature => signature?,
            };
            match verify(self.part(place, progress), &signature, registry, now) {
                Ok(signed) => all.push(signed),
                Err(error) => match self.failure() {
                    Some(failure) => return Err(failure),
                    None => package.fault(&name(&beside), &error),
                },
            }
        }
        Ok(all)
    }

    /// Calls `visit` with each data file, decrypted and unpacked while it is read; nothing of it is written to a disk. Believe
    /// nothing before this has returned `Ok`.
    ///
    /// # Errors
    ///
    /// The first of `visit`, or what is wrong with the deposit; but first ask for the [`DepositFiles::failure`].
    pub fn unpack<E: From<UnpackError>>(
        &self,
        secret: Option<&SecretKey>,
        progress: Progress<'_>,
        visit: impl FnMut(&mut MemberReader<'_>) -> Result<(), E>,
    ) -> Result<Unpacked, E> {
        let limits = Limits { members: ESCROW_MEMBERS, octets: ESCROW_OCTETS };
        let bare = name(&self.parts[0].with_extension("xml"));
        let unpacking = Unpacking { secret, limits, name: &bare };
        let parts = (0..self.parts.len()).map(|place| self.part(place, progress));
        unpack(Joined::new(parts), &unpacking, visit)
    }

    const fn part<'f>(&'f self, place: usize, progress: Progress<'f>) -> PartFile<'f> {
        PartFile { files: self, place, file: None, progress }
    }
}

/// A part, opened when it is read: there may be more of them than a process may have open.
struct PartFile<'f> {
    files: &'f DepositFiles,
    place: usize,
    file: Option<File>,
    progress: Progress<'f>,
}

impl PartFile<'_> {
    fn octets(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(File::open(&self.files.parts[self.place])?),
        };
        let count = file.read(out)?;
        (self.progress)(count as u64);
        Ok(count)
    }
}

impl Read for PartFile<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self.octets(out) {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => {
                let (path, told) =
                    (self.files.parts[self.place].clone(), io::Error::new(error.kind(), error.to_string()));
                let mut failure = self.files.failure.lock().unwrap_or_else(PoisonError::into_inner);
                failure.get_or_insert(FileError { path, error });
                Err(told)
            }
            done => done,
        }
    }
}

/// A file with a key or a signature.
///
/// # Errors
///
/// When it cannot be read. One that is too long is cut, and then found too long by who reads it.
pub fn small_file(path: &Path) -> Result<Vec<u8>, FileError> {
    let failed = |error| FileError { path: path.to_owned(), error };
    let mut octets = Vec::new();
    let file = File::open(path).map_err(failed)?;
    file.take(OPENPGP_KEY_BYTES as u64 + 1).read_to_end(&mut octets).map_err(failed)?;
    Ok(octets)
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
