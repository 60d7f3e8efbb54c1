//! Data files → tar → OpenPGP message → parts, each with its signature (Specification 2, section 6), in one pass.

use std::io::{self, Read, Write};
use std::num::{NonZeroU32, NonZeroU64};

use pgp::composed::{ArmorOptions, DetachedSignature, MessageBuilder};
use pgp::crypto::hash::HashAlgorithm;
use pgp::crypto::sym::SymmetricKeyAlgorithm;
use pgp::packet::{SignatureConfig, SignatureHasher, SignatureType, Subpacket, SubpacketData};
use pgp::ser::Serialize;
use pgp::types::{CompressionAlgorithm, KeyVersion, SigningKey};
use rand::{CryptoRng, RngCore};

use super::keys::{Part, Purpose};
use super::name::{Extension, FileName};
use super::tape::{Member, TarStream};
use super::{PackError, PublicKey, SecretKey};
use crate::base::timestamp::Timestamp;

/// How the tar file is compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    None,
    /// ZIP, which Specification 2 suggests: raw deflate (RFC 1951).
    #[default]
    Zip,
    /// The same with a checksum (RFC 1950).
    Zlib,
}

/// What the message is encrypted with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cipher {
    /// AES with 128 bits, which Specification 2 suggests.
    #[default]
    Aes128,
    /// AES with 256 bits.
    Aes256,
}

/// How a deposit is packed.
#[derive(Clone, Copy, Debug)]
pub struct Packing<'a> {
    /// The name of the first part; the others count on from its series.
    pub name: &'a FileName,
    /// The time that the members of the tar file get.
    pub watermark: Timestamp,
    /// When this is done: keys must be valid then, and signatures are dated so.
    pub now: Timestamp,
    /// Who can read the deposit: the escrow agent.
    pub recipients: &'a [&'a PublicKey],
    /// Who answers for it: the registry.
    pub signer: &'a SecretKey,
    /// How it is compressed.
    pub compression: Compression,
    /// How it is encrypted.
    pub cipher: Cipher,
    /// Octets of a part, the last one excepted; nothing: it is not split.
    pub part_octets: Option<NonZeroU64>,
    /// Whether signatures are in ASCII armour. Specification 2 wants them binary, ICANN's RST armoured.
    pub armour_signatures: bool,
}

/// Where the files of a deposit are written.
pub trait Folder {
    /// A file that is being written.
    type File: Write;

    /// A new, empty file.
    ///
    /// # Errors
    ///
    /// When it cannot be made.
    fn create(&mut self, name: &FileName) -> io::Result<Self::File>;

    /// Called when a file is whole: the place to make it durable.
    ///
    /// # Errors
    ///
    /// When it cannot be made durable.
    fn close(&mut self, name: &FileName, file: Self::File) -> io::Result<()>;
}

/// What was packed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packed {
    /// The processed files, in order; the signature of each stands beside it.
    pub parts: Vec<FileName>,
    /// Octets of the tar file.
    pub tar_octets: u64,
    /// Octets of all processed files.
    pub octets: u64,
}

/// Writes the processed files of a deposit and their signatures into `folder`, in one pass and with a few buffers' memory.
///
/// # Errors
///
/// When a key cannot be used, a member is not as it says, or reading or writing fails. What was written is then of no use.
pub fn pack<F: Folder>(
    members: Vec<Member<'_>>,
    packing: &Packing<'_>,
    rng: &mut (impl CryptoRng + RngCore),
    folder: &mut F,
) -> Result<Packed, PackError> {
    let mut tar = Counted { inner: TarStream::new(members, packing.watermark)?, octets: 0 };
    let recipients = packing.recipients.iter().map(|key| key.fit(Purpose::Encrypt, packing.now));
    let recipients = recipients.collect::<Result<Vec<_>, _>>()?;
    if recipients.is_empty() {
        return Err(PackError::NoRecipient);
    }
    let mut parts = Parts::new(packing, folder)?;
    match encrypted(&mut tar, &recipients, packing, rng, &mut parts) {
        Ok(()) => {}
        // The library knows only its own errors and `io::Error`: the first cause is ours, where there is one.
        Err(error) => {
            let fault = tar.inner.take_fault().or(parts.fault.take());
            return Err(fault.unwrap_or(error));
        }
    }
    let (parts, octets) = parts.finish()?;
    Ok(Packed { parts, tar_octets: tar.octets, octets })
}

fn encrypted(
    tar: impl Read,
    recipients: &[Part<'_>],
    packing: &Packing<'_>,
    rng: &mut (impl CryptoRng + RngCore),
    out: impl Write,
) -> Result<(), PackError> {
    let mut plain = MessageBuilder::from_reader("", tar);
    match packing.compression {
        Compression::None => {}
        Compression::Zip => drop(plain.compression(CompressionAlgorithm::ZIP)),
        Compression::Zlib => drop(plain.compression(CompressionAlgorithm::ZLIB)),
    }
    let cipher = match packing.cipher {
        Cipher::Aes128 => SymmetricKeyAlgorithm::AES128,
        Cipher::Aes256 => SymmetricKeyAlgorithm::AES256,
    };
    let mut message = plain.seipd_v1(&mut *rng, cipher);
    for recipient in recipients {
        match recipient {
            Part::Primary(key) => message.encrypt_to_key(&mut *rng, *key).map(drop),
            Part::Subkey(subkey) => message.encrypt_to_key(&mut *rng, &subkey.key).map(drop),
        }
        .map_err(openpgp)?;
    }
    message.to_writer(rng, out).map_err(openpgp)
}

/// Splits what is written to it, and signs each part while it passes.
struct Parts<'a, F: Folder> {
    folder: &'a mut F,
    packing: &'a Packing<'a>,
    signer: &'a dyn SigningKey,
    seconds: u32,
    open: Option<Open<F::File>>,
    done: Vec<FileName>,
    octets: u64,
    fault: Option<PackError>,
}

/// A part that is being written.
struct Open<W> {
    name: FileName,
    file: W,
    hasher: SignatureHasher,
    left: u64,
}

impl<'a, F: Folder> Parts<'a, F> {
    fn new(packing: &'a Packing<'a>, folder: &'a mut F) -> Result<Self, PackError> {
        let signer = packing.signer.signer(packing.now)?;
        let seconds = u32::try_from(packing.now.micros().div_euclid(1_000_000));
        let seconds = seconds.map_err(|_| PackError::Time(packing.now))?;
        Ok(Self { folder, packing, signer, seconds, open: None, done: Vec::new(), octets: 0, fault: None })
    }

    fn next(&mut self) -> Result<Open<F::File>, PackError> {
        let first = self.packing.name.series.get();
        let series = u32::try_from(self.done.len()).ok().and_then(|done| first.checked_add(done));
        let series = series.and_then(NonZeroU32::new).ok_or(PackError::TooManyParts)?;
        let name = self.packing.name.with_extension(Extension::Ryde).with_series(series);
        let (file, hasher) = (self.folder.create(&name)?, self.hasher()?);
        let left = self.packing.part_octets.map_or(u64::MAX, NonZeroU64::get);
        Ok(Open { name, file, hasher, left })
    }

    /// A signature that has seen nothing yet.
    fn hasher(&self) -> Result<SignatureHasher, PackError> {
        let (signer, algorithm) = (self.signer, self.signer.algorithm());
        if signer.version() != KeyVersion::V4 {
            return Err(PackError::OpenPgp(format!("a signing key of version {:?}: expected V4", signer.version())));
        }
        let mut config = SignatureConfig::v4(SignatureType::Binary, algorithm, digest(signer));
        let created = SubpacketData::SignatureCreationTime(pgp::types::Timestamp::from_secs(self.seconds));
        let hashed = [created, SubpacketData::IssuerFingerprint(signer.fingerprint())];
        config.hashed_subpackets =
            hashed.into_iter().map(Subpacket::regular).collect::<Result<_, _>>().map_err(openpgp)?;
        let issuer = SubpacketData::IssuerKeyId(signer.legacy_key_id());
        config.unhashed_subpackets = vec![Subpacket::regular(issuer).map_err(openpgp)?];
        config.into_hasher().map_err(openpgp)
    }

    fn close(&mut self, part: Open<F::File>) -> Result<(), PackError> {
        let Open { name, mut file, hasher, .. } = part;
        file.flush()?;
        self.folder.close(&name, file)?;
        let signature = hasher.sign(self.signer, &self.packing.signer.passphrase).map_err(openpgp)?;
        let signature = DetachedSignature::new(signature);
        let octets = if self.packing.armour_signatures {
            signature.to_armored_bytes(ArmorOptions::default())
        } else {
            signature.to_bytes()
        };
        let beside = name.with_extension(Extension::Sig);
        let mut file = self.folder.create(&beside)?;
        file.write_all(&octets.map_err(openpgp)?)?;
        file.flush()?;
        self.folder.close(&beside, file)?;
        self.done.push(name);
        Ok(())
    }

    /// Writes what still fits into the open part.
    fn put(&mut self, octets: &[u8]) -> Result<usize, PackError> {
        let mut part = match self.open.take() {
            Some(part) => part,
            None => self.next()?,
        };
        let room = usize::try_from(part.left).unwrap_or(usize::MAX).min(octets.len());
        let count = loop {
            match part.file.write(&octets[..room]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                done => break done?,
            }
        };
        part.hasher.write_all(&octets[..count])?;
        part.left -= count as u64;
        self.octets += count as u64;
        if part.left == 0 {
            self.close(part)?;
        } else {
            self.open = Some(part);
        }
        Ok(count)
    }

    fn finish(mut self) -> Result<(Vec<FileName>, u64), PackError> {
        if let Some(part) = self.open.take() {
            self.close(part)?;
        }
        Ok((self.done, self.octets))
    }
}

impl<F: Folder> Write for Parts<'_, F> {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        if octets.is_empty() {
            return Ok(0);
        }
        self.put(octets).map_err(|fault| {
            let told = fault.to_string();
            self.fault = Some(fault);
            io::Error::other(told)
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        self.open.as_mut().map_or(Ok(()), |part| part.file.flush())
    }
}

/// What the key's kind asks for, and never less than SHA-256.
fn digest(signer: &dyn SigningKey) -> HashAlgorithm {
    match signer.hash_alg() {
        strong @ (HashAlgorithm::Sha384 | HashAlgorithm::Sha512) => strong,
        _ => HashAlgorithm::Sha256,
    }
}

fn openpgp(error: pgp::errors::Error) -> PackError {
    PackError::OpenPgp(error.to_string())
}

/// Counts what is read through it.
struct Counted<R> {
    inner: R,
    octets: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(out)?;
        self.octets += count as u64;
        Ok(count)
    }
}
