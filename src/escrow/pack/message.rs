//! OpenPGP messages (RFC 4880, section 11.3), opened as a stream, and how they are made.

use std::fmt;
use std::io::{self, BufRead, Read};

use pgp::composed::{DecryptionOptions, Edata, Esk, Message, PlainSessionKey, TheRing};
use pgp::crypto::public_key::PublicKeyAlgorithm;
use pgp::crypto::sym::SymmetricKeyAlgorithm as Symmetric;
use pgp::packet::{ProtectedDataConfig, PublicKeyEncryptedSessionKey, SymEncryptedProtectedDataConfig};
use pgp::types::{CompressionAlgorithm, DecryptionKey, EskType, PkeskVersion, Seipdv1ReadMode};

use super::keys::hexadecimal;
use super::layer::Layer;
use super::{KeyError, SecretKey, UnpackError};

/// How a message is made, as far as its beginning tells it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sealing {
    is_armoured: bool,
    /// What the session key is encrypted with, once for each recipient.
    recipients: Vec<PublicKeyAlgorithm>,
    has_passphrase: bool,
    ciphers: Vec<Symmetric>,
    is_aead: bool,
    compressions: Vec<CompressionAlgorithm>,
}

/// What a message should be, and what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Departure {
    /// What Specification 2 asks for.
    pub expected: &'static str,
    /// What there is.
    pub found: String,
}

impl Sealing {
    /// Where the message departs from Specification 2, section 6, and from what RFC 4880 and the registry of its algorithms
    /// recommend. Ciphers that Specification 2 names are let pass, though RFC 9580 has given up two of them.
    pub fn departures(&self) -> Vec<Departure> {
        let mut all = Vec::new();
        let mut depart = |expected, found: &str| all.push(Departure { expected, found: found.to_owned() });
        if self.is_armoured {
            depart("a binary message", "one in ASCII armour");
        }
        if self.ciphers.is_empty() {
            depart("an encrypted message", "one that anybody can read");
        } else if self.recipients.is_empty() || self.has_passphrase {
            depart("a message to public keys alone", "one that a passphrase opens");
        }
        if self.is_aead {
            depart("a message that is encrypted as in RFC 4880, section 5.13", "AEAD, which came later");
        }
        for cipher in self.ciphers.iter().filter(|cipher| **cipher == Symmetric::IDEA) {
            depart("a cipher that is not deprecated", &format!("{cipher:?}"));
        }
        for recipient in self.recipients.iter().filter(|key| **key == PublicKeyAlgorithm::RSAEncrypt) {
            depart("a public key of a kind that is not deprecated", &format!("{recipient:?}"));
        }
        if !self.compressions.iter().any(|kind| *kind != CompressionAlgorithm::Uncompressed) {
            depart("a compressed message", "one that is not compressed");
        }
        all
    }
}

impl fmt::Display for Sealing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut between = "";
        for cipher in &self.ciphers {
            write!(f, "{between}{cipher:?}")?;
            between = ", ";
        }
        for recipient in &self.recipients {
            write!(f, "{between}to {recipient:?}")?;
            between = ", ";
        }
        for compression in &self.compressions {
            write!(f, "{between}{compression:?}")?;
            between = ", ";
        }
        if between.is_empty() { f.write_str("plain") } else { Ok(()) }
    }
}

/// Messages in messages that are followed: encrypted, compressed, signed, literal, and no more.
const NESTED: usize = 4;

/// The content of a message, decrypted, decompressed, its inner signatures passed over; and how the message is made.
pub(super) fn opened<'a, R: BufRead + Send + 'a>(
    input: R,
    layer: Layer,
    secret: Option<&SecretKey>,
) -> Result<(Message<'a>, Sealing), UnpackError> {
    let mut sealing = Sealing { is_armoured: layer == Layer::ArmouredMessage, ..Sealing::default() };
    let input = Input(input);
    let message = match layer {
        Layer::ArmouredMessage => Message::from_armor(input).map(|(message, _)| message),
        _ => Message::from_bytes(input),
    };
    let mut message = message.map_err(damaged)?;
    for _ in 0..NESTED {
        message = match message {
            Message::Encrypted { .. } => decrypted(message, secret, &mut sealing)?,
            Message::Compressed { mut reader, is_nested } => {
                let first = reader.get_mut().fill_buf().map_err(|error| damaged(error.into()))?.first().copied();
                sealing.compressions.extend(first.map(CompressionAlgorithm::from));
                Message::Compressed { reader, is_nested }.decompress().map_err(damaged)?
            }
            Message::Literal { .. } | Message::Signed { .. } => return Ok((message, sealing)),
        };
    }
    Err(nested("more than four messages in each other"))
}

/// The message holds what a deposit's does not.
pub(super) fn nested(found: &str) -> UnpackError {
    UnpackError::MessageForm { expected: "one OpenPGP message that holds a tar file or XML", found: found.to_owned() }
}

fn damaged(error: pgp::errors::Error) -> UnpackError {
    UnpackError::Damaged { reason: error.to_string() }
}

fn decrypted<'a>(
    message: Message<'a>,
    secret: Option<&SecretKey>,
    sealing: &mut Sealing,
) -> Result<Message<'a>, UnpackError> {
    let Message::Encrypted { esk, edata, .. } = &message else { return Ok(message) };
    let secret = secret.ok_or(UnpackError::Encrypted)?;
    sealing.is_aead |= is_aead(edata)?;
    let session_key = session_key(esk, secret, sealing)?;
    let cipher = session_key.sym_algorithm().or(cipher_of(edata));
    sealing.ciphers.extend(cipher);
    if matches!(cipher, Some(Symmetric::Plaintext | Symmetric::Private10 | Symmetric::Other(_))) {
        let found = format!("{cipher:?}");
        return Err(UnpackError::MessageForm { expected: "a message that is encrypted with a known cipher", found });
    }
    let ring = TheRing {
        session_keys: vec![session_key],
        // Reading it whole before, as the library would, takes the message's size in memory.
        decrypt_options: DecryptionOptions::new().enable_gnupg_aead().set_seipdv1_read_mode(Seipdv1ReadMode::Streaming),
        ..TheRing::default()
    };
    message.decrypt_the_ring(ring, true).map(|(message, _)| message).map_err(damaged)
}

/// Whether it is encrypted in a newer way than RFC 4880's.
///
/// # Errors
///
/// When it can be changed unseen.
fn is_aead(edata: &Edata<'_>) -> Result<bool, UnpackError> {
    match edata {
        Edata::SymEncryptedData { .. } => Err(UnpackError::MessageForm {
            expected: "a message that is encrypted with integrity protection (RFC 4880, section 5.13)",
            found: "one without (section 5.7)".to_owned(),
        }),
        Edata::SymEncryptedProtectedData { reader } => {
            Ok(*reader.config() != ProtectedDataConfig::Seipd(SymEncryptedProtectedDataConfig::V1))
        }
        Edata::GnupgAeadData { .. } => Ok(true),
    }
}

/// The cipher, where the encrypted data say it and not the session key.
fn cipher_of(edata: &Edata<'_>) -> Option<Symmetric> {
    match edata {
        Edata::SymEncryptedProtectedData { reader } | Edata::GnupgAeadData { reader } => match reader.config() {
            ProtectedDataConfig::Seipd(SymEncryptedProtectedDataConfig::V2 { sym_alg, .. }) => Some(*sym_alg),
            ProtectedDataConfig::GnupgAead(config) => Some(config.sym_alg),
            ProtectedDataConfig::Seipd(SymEncryptedProtectedDataConfig::V1) => None,
        },
        Edata::SymEncryptedData { .. } => None,
    }
}

/// The key that the message is encrypted with, opened by `secret`.
fn session_key(esk: &[Esk], secret: &SecretKey, sealing: &mut Sealing) -> Result<PlainSessionKey, UnpackError> {
    let mut recipients = Vec::new();
    let (mut opened, mut is_ours, mut locked) = (None, false, None);
    for esk in esk {
        let Esk::PublicKeyEncryptedSessionKey(esk) = esk else {
            sealing.has_passphrase = true;
            recipients.push("a passphrase".to_owned());
            continue;
        };
        sealing.recipients.extend(esk.algorithm().ok());
        recipients.push(match (esk.id(), esk.fingerprint()) {
            (Ok(id), _) => hexadecimal(id.as_ref()),
            (_, Ok(Some(fingerprint))) => hexadecimal(fingerprint.as_bytes()),
            _ => "an unnamed key".to_owned(),
        });
        for (key, fingerprint) in matching(esk, secret) {
            is_ours = true;
            if opened.is_some() {
                break;
            }
            match open(esk, key, secret) {
                Ok(session_key) => opened = session_key,
                Err(reason) => locked = Some(KeyError::Passphrase { fingerprint, reason }),
            }
        }
    }
    let key = secret.public().fingerprint();
    match (opened, locked) {
        (Some(session_key), _) => Ok(session_key),
        (None, _) if !is_ours => Err(UnpackError::NotForUs { key, recipients }),
        (None, Some(locked)) => Err(UnpackError::Key(locked)),
        (None, None) => Err(UnpackError::SessionKey { key }),
    }
}

/// Our keys that `esk` may be for, with their fingerprints.
fn matching<'a>(esk: &PublicKeyEncryptedSessionKey, secret: &'a SecretKey) -> Vec<(&'a dyn DecryptionKey, String)> {
    let subkeys = secret.key.secret_subkeys.iter().filter(|subkey| esk.match_identity(subkey.key.public_key()));
    let subkeys = subkeys.map(|subkey| &subkey.key as &dyn DecryptionKey);
    let primary = &secret.key.primary_key;
    let primary = esk.match_identity(primary.public_key()).then_some(primary as &dyn DecryptionKey);
    let named = |key: &'a dyn DecryptionKey| (key, hexadecimal(key.fingerprint().as_bytes()));
    subkeys.chain(primary).map(named).collect()
}

/// The session key, if this key opens it.
///
/// # Errors
///
/// When the passphrase does not open the key, with what the library says.
fn open(
    esk: &PublicKeyEncryptedSessionKey,
    key: &dyn DecryptionKey,
    secret: &SecretKey,
) -> Result<Option<PlainSessionKey>, String> {
    let kind = match esk.version() {
        PkeskVersion::V3 => EskType::V3_4,
        PkeskVersion::V6 => EskType::V6,
        PkeskVersion::Other(_) => return Ok(None),
    };
    let Ok(values) = esk.values() else { return Ok(None) };
    key.decrypt(&secret.passphrase, values, kind).map(Result::ok).map_err(|error| error.to_string())
}

/// What the library wants of a reader beside reading: to be shown.
struct Input<R>(R);

impl<R> fmt::Debug for Input<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Input")
    }
}

impl<R: Read> Read for Input<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.0.read(out)
    }
}

impl<R: BufRead> BufRead for Input<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.0.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        self.0.consume(count);
    }
}
