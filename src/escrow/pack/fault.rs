//! Why a deposit cannot be packed or unpacked, and why a key cannot be used.

use std::fmt;
use std::io;

use super::name::{FileName, NameError};
use crate::base::timestamp::Timestamp;

/// Why a key cannot be used.
#[derive(Debug)]
pub enum KeyError {
    /// Not one OpenPGP key, binary or in ASCII armour. What was expected, and what is wrong.
    Unreadable {
        /// A public or a secret key.
        expected: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// No key in it can do what is asked for at that time; of each that is there, why not.
    NoneFits {
        /// To encrypt or to sign.
        purpose: &'static str,
        /// When.
        at: Timestamp,
        /// Fingerprint and reason.
        refused: Vec<(String, Unfit)>,
    },
    /// The passphrase does not open the secret key.
    Passphrase {
        /// The key's fingerprint.
        fingerprint: String,
        /// What the library says.
        reason: String,
    },
}

/// Why one key does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It is not made or not meant for the purpose: its algorithm or its flags (RFC 4880, section 5.2.3.21).
    Purpose,
    /// Nothing valid binds it to its primary key at that time.
    Unbound,
    /// It was revoked.
    Revoked,
    /// It will be valid from this moment.
    NotYetValid(Timestamp),
    /// It expired at this moment.
    Expired(Timestamp),
    /// It is an RSA key of so many bits, fewer than 2048.
    Short(u16),
    /// Its secret part is not in the file.
    NoSecret,
    /// The primary key itself does not fit, for one of the other reasons.
    Primary,
}

/// Why a deposit is not packed. What has been written until then is of no use.
#[derive(Debug)]
pub enum PackError {
    /// There is no data file.
    NoMember,
    /// There is no one to encrypt to.
    NoRecipient,
    /// The name of a data file has a folder, a character that is not printable ASCII, or more than 100 octets.
    MemberName {
        /// The name.
        found: String,
    },
    /// Two data files have one name.
    MemberTwice {
        /// The name.
        name: String,
    },
    /// A data file ended before the size that was stated.
    MemberShorter {
        /// The file.
        name: String,
        /// Octets that were stated.
        expected: u64,
        /// Octets there were.
        found: u64,
    },
    /// A data file goes on behind the size that was stated.
    MemberLonger {
        /// The file.
        name: String,
        /// Octets that were stated.
        expected: u64,
    },
    /// A key cannot be used.
    Key(KeyError),
    /// The moment cannot be told in OpenPGP, which counts 32 bits of seconds from 1970.
    Time(Timestamp),
    /// More parts than can be counted.
    TooManyParts,
    /// Reading or writing failed.
    Io(io::Error),
    /// The OpenPGP library failed.
    OpenPgp(String),
}

/// Why a deposit is not unpacked. What has been read until then is not to be believed.
#[derive(Debug)]
pub enum UnpackError {
    /// A file's name is not one of a deposit.
    Name(NameError),
    /// A file is not of the same deposit as the first one.
    ForeignPart {
        /// The first one.
        first: FileName,
        /// The other one.
        found: FileName,
    },
    /// The parts are not S1, S2 and so on, each once and in this order.
    PartOrder {
        /// The place in the series.
        expected: u32,
        /// The part that stands there.
        found: FileName,
    },
    /// A key cannot be used.
    Key(KeyError),
    /// What should be a detached signature over binary data is something else.
    SignatureForm {
        /// What is wrong.
        reason: String,
    },
    /// The signature was made by another key.
    SignatureOfOther {
        /// The fingerprint of the registry's primary key.
        expected: String,
        /// Fingerprints or key ids in the signature.
        found: Vec<String>,
    },
    /// The signature's digest is one that is not trusted any more.
    WeakDigest {
        /// Its name.
        found: String,
    },
    /// The signature is not of this file: one of both was changed.
    SignatureWrong,
    /// The signature was made at a time that is still to come.
    SignatureInFuture {
        /// When.
        made: Timestamp,
    },
    /// The signature has expired.
    SignatureExpired {
        /// When.
        at: Timestamp,
    },
    /// The first octets are not those of a message, a tar file or XML.
    UnknownLayer {
        /// Up to 16 octets, in hexadecimal.
        found: String,
    },
    /// The message is encrypted, and no secret key was given.
    Encrypted,
    /// The message is encrypted to others.
    NotForUs {
        /// Our primary key's fingerprint.
        key: String,
        /// Key ids of the recipients.
        recipients: Vec<String>,
    },
    /// The message is encrypted to our key, but that does not open it: a wrong passphrase, or it was changed.
    SessionKey {
        /// Our primary key's fingerprint.
        key: String,
    },
    /// The message is encrypted without protection against changes (RFC 4880, section 5.7), or holds another message.
    MessageForm {
        /// What was expected.
        expected: &'static str,
        /// What was found.
        found: String,
    },
    /// The message does not decrypt to what was encrypted: it was changed or cut.
    Damaged {
        /// What the library says.
        reason: String,
    },
    /// A member of the tar file has a name that is not taken.
    MemberName {
        /// The name.
        member: String,
        /// The rule it breaks.
        rule: &'static str,
    },
    /// A member is no regular file.
    MemberKind {
        /// Its name.
        member: String,
        /// What it is.
        found: String,
    },
    /// Two members have one name.
    MemberTwice {
        /// The name.
        member: String,
    },
    /// There is no member.
    NoMember,
    /// More members than allowed.
    TooManyMembers {
        /// The limit.
        limit: usize,
        /// The first one above it.
        member: String,
    },
    /// The deposit grows above a limit when it is unpacked.
    Bomb {
        /// The limit, in octets.
        limit: u64,
        /// What was read.
        member: String,
    },
    /// The tar file is not one, or ends early.
    Tar {
        /// What was read.
        member: String,
        /// What is wrong.
        reason: String,
    },
    /// Reading failed.
    Io(io::Error),
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { expected, reason } => write!(f, "not {expected}: {reason}"),
            Self::NoneFits { purpose, at, refused } => {
                write!(f, "no key to {purpose} at {at}")?;
                let mut between = ": ";
                for (fingerprint, why) in refused {
                    write!(f, "{between}{fingerprint} {why}")?;
                    between = ", ";
                }
                Ok(())
            }
            Self::Passphrase { fingerprint, reason } => {
                write!(f, "the passphrase does not open the secret key {fingerprint}: {reason}")
            }
        }
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Purpose => f.write_str("is not for that"),
            Self::Unbound => f.write_str("is not bound to its primary key"),
            Self::Revoked => f.write_str("is revoked"),
            Self::NotYetValid(from) => write!(f, "is valid from {from}"),
            Self::Expired(at) => write!(f, "expired at {at}"),
            Self::Short(bits) => write!(f, "has {bits} bits, fewer than 2048"),
            Self::NoSecret => f.write_str("has no secret part here"),
            Self::Primary => f.write_str("belongs to a primary key that does not fit"),
        }
    }
}

impl fmt::Display for PackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoMember => f.write_str("a deposit without a data file"),
            Self::NoRecipient => f.write_str("a deposit without a key to encrypt to: give the escrow agent's"),
            Self::MemberName { found } => {
                write!(f, "a data file named {found:?}: expected 1 to 100 printable ASCII characters without / and \\")
            }
            Self::MemberTwice { name } => write!(f, "two data files named {name}"),
            Self::MemberShorter { name, expected, found } => {
                write!(f, "{name}: expected {expected} octets, found {found}")
            }
            Self::MemberLonger { name, expected } => write!(f, "{name}: expected {expected} octets, found more"),
            Self::Key(error) => write!(f, "{error}"),
            Self::Time(at) => write!(f, "{at} cannot be told in OpenPGP: expected a time from 1970 to 2105"),
            Self::TooManyParts => f.write_str("more parts than can be counted: allow larger ones"),
            Self::Io(error) => write!(f, "{error}"),
            Self::OpenPgp(reason) => write!(f, "OpenPGP: {reason}"),
        }
    }
}

impl fmt::Display for UnpackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(error) => write!(f, "{error}"),
            Self::ForeignPart { first, found } => write!(f, "{found} is not of the same deposit as {first}"),
            Self::PartOrder { expected, found } => write!(f, "expected part S{expected}, found {found}"),
            Self::Key(error) => write!(f, "{error}"),
            Self::SignatureForm { reason } => write!(f, "not one detached OpenPGP signature over a file: {reason}"),
            Self::SignatureOfOther { expected, found } => {
                write!(f, "expected a signature by {expected}, found one by {}", found.join(" "))
            }
            Self::WeakDigest { found } => write!(f, "a signature with the digest {found}: expected SHA-256 or better"),
            Self::SignatureWrong => f.write_str("the signature is not of this file: one of both was changed"),
            Self::SignatureInFuture { made } => write!(f, "a signature made at {made}, which is still to come"),
            Self::SignatureExpired { at } => write!(f, "a signature that expired at {at}"),
            Self::UnknownLayer { found } if found.is_empty() => {
                f.write_str("expected an OpenPGP message, a tar file or XML, found an empty file")
            }
            Self::UnknownLayer { found } => {
                write!(f, "expected an OpenPGP message, a tar file or XML, found a file that begins with {found}")
            }
            Self::Encrypted => f.write_str("the deposit is encrypted: give the secret key of its recipient"),
            Self::NotForUs { key, recipients } => {
                write!(f, "expected a message to {key}, found one to {}", recipients.join(" "))
            }
            Self::SessionKey { key } => {
                write!(
                    f,
                    "the secret key {key} does not open the message: a wrong passphrase, or the message was changed"
                )
            }
            Self::MessageForm { expected, found } => write!(f, "expected {expected}, found {found}"),
            Self::Damaged { reason } => write!(f, "the message was changed or cut: {reason}"),
            Self::MemberName { member, rule } => write!(f, "member {member:?} of the tar file: expected {rule}"),
            Self::MemberKind { member, found } => {
                write!(f, "member {member:?} of the tar file: expected a regular file, found {found}")
            }
            Self::MemberTwice { member } => write!(f, "two members {member:?} in the tar file"),
            Self::NoMember => f.write_str("a tar file without members"),
            Self::TooManyMembers { limit, member } => {
                write!(f, "expected at most {limit} members in the tar file, found {member:?} behind them")
            }
            Self::Bomb { limit, member } => {
                write!(f, "the deposit grows to more than the {limit} octets that are allowed, at {member:?}")
            }
            Self::Tar { member, reason } => write!(f, "not a whole tar file, at {member:?}: {reason}"),
            Self::Io(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for KeyError {}
impl std::error::Error for PackError {}
impl std::error::Error for UnpackError {}

impl From<io::Error> for PackError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<KeyError> for PackError {
    fn from(error: KeyError) -> Self {
        Self::Key(error)
    }
}

impl From<io::Error> for UnpackError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<KeyError> for UnpackError {
    fn from(error: KeyError) -> Self {
        Self::Key(error)
    }
}

impl From<NameError> for UnpackError {
    fn from(error: NameError) -> Self {
        Self::Name(error)
    }
}
