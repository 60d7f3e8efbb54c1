//! Deposits packed into a folder: all files of one, durable, or none.

use std::cell::RefCell;
use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Read, Write};
use std::num::{NonZeroU32, NonZeroU64};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use rand::SeedableRng;
use rand::rngs::StdRng;

use super::deposit_files::{FileError, small_file};
use crate::base::timestamp::Timestamp;
use crate::escrow::pack::{
    Cipher, Compression, Extension, FileName, Folder, KeyError, Member, PackError, Packed, Packing, PublicKey,
    SecretKey, pack,
};

/// What is packed, for whom, and how.
#[derive(Clone, Copy, Debug)]
pub struct Parcel<'a> {
    /// TLD, day of the watermark, kind and resend of the deposit; parts count from its series, and its extension is not looked at.
    pub name: &'a FileName,
    /// The time that the data files get in the tar file.
    pub watermark: Timestamp,
    /// The XML of the deposit. In the tar file it is called as the deposit, whatever it is called here.
    pub xml: &'a Path,
    /// Files of the CSV model. They keep their names, which the XML tells.
    pub csv: &'a [PathBuf],
    /// Files with the public keys of those who can read the deposit: the escrow agent.
    pub recipients: &'a [PathBuf],
    /// The file with the registry's secret key.
    pub signer: &'a Path,
    /// What opens that key; of a key without passphrase, anything.
    pub passphrase: &'a str,
    /// How the tar file is compressed.
    pub compression: Compression,
    /// What the message is encrypted with.
    pub cipher: Cipher,
    /// Octets of a part, the last one excepted; nothing: it is not split.
    pub part_octets: Option<NonZeroU64>,
    /// Whether signatures are in ASCII armour, as RST wants them, and not binary, as Specification 2 does.
    pub armour_signatures: bool,
}

/// Why a deposit was not packed. None of that name stands in the folder that has not stood there before.
#[derive(Debug)]
pub enum ParcelError {
    /// A file cannot be read or written.
    File(FileError),
    /// A file does not hold the key that is asked for.
    Key(PathBuf, KeyError),
    /// It cannot be packed.
    Pack(PackError),
}

impl fmt::Display for ParcelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(FileError { path, error }) => write!(f, "{}: {error}", path.display()),
            Self::Key(path, error) => write!(f, "{}: {error}", path.display()),
            Self::Pack(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ParcelError {}

impl From<FileError> for ParcelError {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}

/// Octets that are gathered before they are written.
const BUFFER: usize = 1 << 20;

/// The registry's secret key from its file.
///
/// # Errors
///
/// When the file cannot be read, or holds none.
pub fn secret_key(path: &Path, passphrase: &str) -> Result<SecretKey, ParcelError> {
    SecretKey::read(&small_file(path)?, passphrase).map_err(|error| ParcelError::Key(path.to_owned(), error))
}

/// Packs data files into `dir`: processed files and their signatures, readable by their owner alone, in one pass and with a few
/// buffers' memory. They stand under their names when all are on the disk, the first part last: where that one is, all are.
///
/// What an earlier attempt has left of the same deposit goes: parts that are not of this one, and files that end in `.part`.
///
/// # Errors
///
/// When a file cannot be read or written, a key cannot be used at `now`, or a data file changes meanwhile.
pub fn pack_into(dir: &Path, parcel: &Parcel<'_>, now: Timestamp) -> Result<Packed, ParcelError> {
    let recipients = parcel.recipients.iter().map(|path| {
        let key = PublicKey::read(&small_file(path)?);
        key.map_err(|error| ParcelError::Key(path.clone(), error))
    });
    let recipients = recipients.collect::<Result<Vec<_>, _>>()?;
    let recipients: Vec<&PublicKey> = recipients.iter().collect();
    let signer = secret_key(parcel.signer, parcel.passphrase)?;
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|error| ParcelError::Pack(PackError::Io(io::Error::other(error))))?;
    let packing = Packing {
        name: parcel.name,
        watermark: parcel.watermark,
        now,
        recipients: &recipients,
        signer: &signer,
        compression: parcel.compression,
        cipher: parcel.cipher,
        part_octets: parcel.part_octets,
        armour_signatures: parcel.armour_signatures,
    };
    let failed = Failed::default();
    let mut unfinished = Unfinished { dir, names: Vec::new(), failed: failed.clone() };
    let members = members(parcel, &failed)?;
    let packed = pack(members, &packing, &mut StdRng::from_seed(seed), &mut unfinished);
    let packed = packed.map_err(|error| match (error, failed.take()) {
        (PackError::Io(error), Some(path)) => ParcelError::File(FileError { path, error }),
        (PackError::OpenPgp(told), Some(path)) => ParcelError::File(FileError { path, error: io::Error::other(told) }),
        (error, _) => ParcelError::Pack(error),
    })?;
    unfinished.finish(parcel.name)?;
    Ok(packed)
}

/// The data files, opened.
fn members(parcel: &Parcel<'_>, failed: &Failed) -> Result<Vec<Member<'static>>, FileError> {
    let xml = parcel.name.with_extension(Extension::Xml).with_series(NonZeroU32::MIN).to_string();
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let csv = parcel.csv.iter().map(|path| (path.as_path(), name(path)));
    let members = std::iter::once((parcel.xml, xml)).chain(csv).map(|(path, name)| {
        let unread = |error| FileError { path: path.to_owned(), error };
        let file = File::open(path).map_err(unread)?;
        let octets = file.metadata().map_err(unread)?.len();
        let content = Box::new(Named { file, path: path.to_owned(), failed: failed.clone() });
        Ok(Member { name, octets, content })
    });
    members.collect()
}

/// The file that the first error is of: those between know only `io::Error`.
type Failed = Rc<RefCell<Option<PathBuf>>>;

/// A file that says when it is the one that fails.
struct Named {
    file: File,
    path: PathBuf,
    failed: Failed,
}

impl Named {
    fn tell(&self) {
        self.failed.borrow_mut().get_or_insert_with(|| self.path.clone());
    }
}

impl Read for Named {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.file.read(out).inspect_err(|_| self.tell())
    }
}

impl Write for Named {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.file.write(octets).inspect_err(|_| self.tell())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Files that have not got their names yet. They go when it does.
struct Unfinished<'a> {
    dir: &'a Path,
    /// In the order in which they were made: each part before its signature.
    names: Vec<FileName>,
    failed: Failed,
}

impl Unfinished<'_> {
    fn path(&self, name: &FileName) -> PathBuf {
        self.dir.join(format!("{name}.part"))
    }

    fn finish(mut self, deposit: &FileName) -> Result<(), FileError> {
        let sync = |dir: &Path| {
            let failed = |error| FileError { path: dir.to_owned(), error };
            File::open(dir).and_then(|file| file.sync_all()).map_err(failed)
        };
        self.remove_stale(deposit)?;
        sync(self.dir)?;
        let (last, others) = self.names.split_first().map_or((None, &[][..]), |(first, others)| (Some(first), others));
        for name in others.iter().rev().chain(last) {
            let path = self.dir.join(name.to_string());
            fs::rename(self.path(name), &path).map_err(|error| FileError { path, error })?;
            if name.series == deposit.series {
                sync(self.dir)?;
            }
        }
        self.names.clear();
        Ok(())
    }

    /// Removes what an earlier attempt at the same deposit has left, its first part first: without it there is no deposit.
    fn remove_stale(&self, deposit: &FileName) -> Result<(), FileError> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |error| FileError { path, error }
        };
        let mut stale = Vec::new();
        for entry in fs::read_dir(self.dir).map_err(failed(self.dir))? {
            let path = entry.map_err(failed(self.dir))?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let Ok(name) = name.strip_suffix(".part").unwrap_or(&name).parse::<FileName>() else { continue };
            let is_of_it = name.with_series(deposit.series).with_extension(deposit.extension) == *deposit;
            let is_packed = matches!(name.extension, Extension::Ryde | Extension::Sig);
            let is_ours = path.extension().is_some_and(|extension| extension == "part") && self.names.contains(&name);
            if is_of_it && is_packed && !is_ours {
                stale.push((name.series, path));
            }
        }
        stale.sort();
        stale.into_iter().try_for_each(|(_, path)| fs::remove_file(&path).map_err(failed(&path)))
    }
}

impl Folder for Unfinished<'_> {
    type File = BufWriter<Named>;

    fn create(&mut self, name: &FileName) -> io::Result<Self::File> {
        let path = self.path(name);
        let tell = |_: &io::Error| {
            self.failed.borrow_mut().get_or_insert_with(|| path.clone());
        };
        // What an attempt before has left is nobody's.
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error).inspect_err(tell),
            _ => {}
        }
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).inspect_err(tell)?;
        self.names.push(name.clone());
        Ok(BufWriter::with_capacity(BUFFER, Named { file, path, failed: self.failed.clone() }))
    }

    fn close(&mut self, _: &FileName, file: Self::File) -> io::Result<()> {
        let named = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        named.file.sync_all().inspect_err(|_| named.tell())
    }
}

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        for name in &self.names {
            // A disk that is full is to have its room again; what cannot be removed is removed by the next attempt.
            let _ = fs::remove_file(self.path(name));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::escrow::pack::tests::gpg::Gpg;
    use crate::escrow::pack::{FileKind, UnpackError};
    use crate::node::deposit_files::{DepositFiles, Found};

    const KEY: &str = "Key-Type: EDDSA\nKey-Curve: ed25519\nKey-Usage: sign\nSubkey-Type: ECDH\nSubkey-Curve: cv25519\nSubkey-Usage: encrypt";

    /// Keys in files, data files, and a folder.
    struct Desk {
        gpg: Gpg,
        name: FileName,
        xml: PathBuf,
        csv: [PathBuf; 1],
        agent: [PathBuf; 1],
        registry: PathBuf,
        dir: PathBuf,
    }

    impl Desk {
        fn new() -> Self {
            let gpg = Gpg::new();
            ["agent", "registry"].iter().for_each(|user| gpg.generate(user, KEY));
            let agent = [gpg.put("agent.asc", &gpg.must(&["--armor", "--export", "agent"], b""))];
            let registry = gpg.put("registry.key", &gpg.must(&["--export-secret-keys", "registry"], b""));
            // Octets that compression does not make a single part of.
            let mut noise = vec![0; 40_000];
            rand::RngCore::fill_bytes(&mut StdRng::from_seed([1; 32]), &mut noise);
            let xml = gpg.put("full.xml", &noise);
            let csv = [gpg.put("domain.csv", b"a,b\n")];
            let dir = gpg.path("outbox");
            fs::create_dir(&dir).expect("a folder");
            let name = FileName::new("example", midnight().date(), FileKind::Full).expect("a TLD");
            Self { gpg, name, xml, csv, agent, registry, dir }
        }

        fn parcel(&self, part_octets: u64) -> Parcel<'_> {
            Parcel {
                name: &self.name,
                watermark: midnight(),
                xml: &self.xml,
                csv: &self.csv,
                recipients: &self.agent,
                signer: &self.registry,
                passphrase: "",
                compression: Compression::Zip,
                cipher: Cipher::Aes128,
                part_octets: NonZeroU64::new(part_octets),
                armour_signatures: false,
            }
        }

        fn listed(&self) -> Vec<String> {
            let entries = fs::read_dir(&self.dir).expect("a folder");
            let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
            let mut names: Vec<_> = names.collect();
            names.sort();
            names
        }
    }

    fn midnight() -> Timestamp {
        crate::base::timestamp::Date::new(2026, 11, 22).expect("exists").midnight()
    }

    fn noon() -> Timestamp {
        Timestamp::from_micros(midnight().micros() + 12 * 3600 * 1_000_000)
    }

    #[test]
    fn a_deposit_stands_whole_in_its_folder_and_is_what_gpg_and_we_read() {
        let desk = Desk::new();
        let earlier = pack_into(&desk.dir, &desk.parcel(4_000), noon()).expect("packs");
        fs::write(desk.dir.join("example_2026-11-22_full_S77_R0.sig.part"), "left").expect("a file");
        fs::write(desk.dir.join("example_2026-11-22_full_S1_R1.ryde"), "another").expect("a file");
        let done = pack_into(&desk.dir, &desk.parcel(20_000), noon()).expect("packs again");
        assert!(earlier.parts.len() > done.parts.len() && done.parts.len() > 1, "{done:?}");
        let pair = |name: &FileName| [name.to_string(), name.with_extension(Extension::Sig).to_string()];
        let mut expected: Vec<String> = done.parts.iter().flat_map(pair).collect();
        expected.push("example_2026-11-22_full_S1_R1.ryde".to_owned());
        expected.sort();
        assert_eq!(desk.listed(), expected, "no part of another attempt, and each other deposit");
        let mut paths = Vec::new();
        let mut message = Vec::new();
        for name in &done.parts {
            let path = desk.dir.join(name.to_string());
            assert_eq!(fs::metadata(&path).expect("it is there").permissions().mode() & 0o777, 0o600);
            desk.gpg.must(&["--verify", &path.with_extension("sig").to_string_lossy(), &path.to_string_lossy()], b"");
            message.extend(fs::read(&path).expect("a file"));
            paths.insert(0, path);
        }
        let tar = desk.gpg.must(&["--decrypt"], &message);
        assert_eq!(tar.len() as u64, done.tar_octets);
        // From the last part to the first, as a shell may give them.
        let Found { files, mut package } = DepositFiles::find(&paths).expect("files");
        let files = files.expect("parts of one deposit");
        let signed = files.verify(&mut package, &desk.gpg.public("registry"), noon(), &|_| ()).expect("readable");
        assert_eq!((signed.len(), package.take()), (done.parts.len(), vec![]));
        let mut found = Vec::new();
        let secret = desk.gpg.secret("agent");
        let unpacked = files.unpack(Some(&secret), &|_| (), |member| {
            let mut content = Vec::new();
            member.read_to_end(&mut content)?;
            found.push((member.name.to_owned(), content));
            Ok::<(), UnpackError>(())
        });
        unpacked.expect("whole");
        let xml = ("example_2026-11-22_full_S1_R0.xml".to_owned(), fs::read(&desk.xml).expect("a file"));
        assert_eq!(found, [xml, ("domain.csv".to_owned(), b"a,b\n".to_vec())]);
        fs::remove_file(&paths[0]).expect("it is there");
        files.unpack(Some(&secret), &|_| (), |_| Ok::<(), UnpackError>(())).expect_err("a part has gone");
        assert_eq!(files.failure().expect("that is why").path, paths[0]);
    }

    #[test]
    fn what_cannot_be_packed_is_told_by_its_file_and_leaves_nothing() {
        let desk = Desk::new();
        let (nowhere, parcel) = (desk.gpg.path("nowhere"), desk.parcel(4_000));
        let nobody = [nowhere.clone()];
        // A folder can be opened, and fails when it is read.
        let folder = desk.gpg.path("folder");
        fs::create_dir(&folder).expect("a folder");
        let missing = desk.gpg.path("nowhere/example_2026-11-22_full_S1_R0.ryde.part");
        for (dir, parcel, named, told) in [
            (&desk.dir, Parcel { xml: &nowhere, ..parcel }, &nowhere, "No such file"),
            (&desk.dir, Parcel { xml: &folder, ..parcel }, &folder, "directory"),
            (&desk.dir, Parcel { recipients: &nobody, ..parcel }, &nowhere, "No such file"),
            (&desk.dir, Parcel { recipients: &desk.csv, ..parcel }, &desk.csv[0], "not a public key"),
            (&desk.dir, Parcel { signer: &desk.agent[0], ..parcel }, &desk.agent[0], "not a secret key"),
            (&nowhere, parcel, &missing, "No such file"),
        ] {
            let error = pack_into(dir, &parcel, noon()).expect_err("it cannot be").to_string();
            assert!(error.starts_with(&*named.to_string_lossy()) && error.contains(told), "{error}");
        }
        let early = pack_into(&desk.dir, &parcel, midnight().plus_days(-9)).expect_err("no key yet").to_string();
        assert!(early.contains("is valid from"), "{early}");
        assert_eq!(desk.listed(), Vec::<String>::new());
    }
}
