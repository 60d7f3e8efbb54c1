//! OpenPGP keys, and which part of one may be used for what at a time (RFC 4880, sections 5.2.3 and 12.1). The library leaves
//! that choice to us.

use std::fmt;
use std::io::Read;

use pgp::composed::{Deserializable, SignedPublicKey, SignedPublicSubKey, SignedSecretKey};
use pgp::crypto::hash::HashAlgorithm;
use pgp::crypto::public_key::PublicKeyAlgorithm as Algorithm;
use pgp::packet::{self, RevocationCode, Signature, SignatureType, SubpacketData};
use pgp::ser::Serialize;
use pgp::types::{KeyDetails, Password, PublicParams, SigningKey, Tag};

use super::{KeyError, Unfit};
use crate::base::limits::OPENPGP_KEY_BYTES;
use crate::base::timestamp::Timestamp;

/// The bits of the shortest RSA key that is used.
const RSA_BITS: u16 = 2048;

/// The public key of an escrow agent or a registry, with its subkeys.
#[derive(Clone, Debug)]
pub struct PublicKey {
    pub(super) key: SignedPublicKey,
}

/// A secret key with its subkeys, and the passphrase that opens it.
pub struct SecretKey {
    pub(super) key: SignedSecretKey,
    pub(super) passphrase: Password,
    public: PublicKey,
}

/// What a key is to be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    Encrypt,
    Sign,
}

/// The primary key, or one of the keys below it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part<'a> {
    Primary(&'a packet::PublicKey),
    Subkey(&'a SignedPublicSubKey),
}

impl PublicKey {
    /// From a file of at most [`OPENPGP_KEY_BYTES`], binary or in ASCII armour.
    ///
    /// # Errors
    ///
    /// When it is not exactly one public key.
    pub fn read(file: &[u8]) -> Result<Self, KeyError> {
        Ok(Self { key: one(file, "a public key")? })
    }

    /// The fingerprint of the primary key, in hexadecimal.
    pub fn fingerprint(&self) -> String {
        hex(&self.key.primary_key)
    }

    /// The newest key that may be used for `purpose` at a time.
    pub(super) fn fit(&self, purpose: Purpose, at: Timestamp) -> Result<Part<'_>, KeyError> {
        self.all_fit(purpose, at).map(|fit| fit[0])
    }

    /// All that may be used, the newest first, a subkey before the primary key; there is one.
    pub(super) fn all_fit(&self, purpose: Purpose, at: Timestamp) -> Result<Vec<Part<'_>>, KeyError> {
        let (mut fit, mut refused) = (Vec::new(), Vec::new());
        let primary = self.primary_state(at);
        let parts = self.key.public_subkeys.iter().map(Part::Subkey).chain([Part::Primary(&self.key.primary_key)]);
        for part in parts {
            let state = match (part, &primary) {
                (Part::Primary(key), Ok(latest)) => useful(key, latest, purpose),
                (Part::Primary(_), Err(why)) => Err(*why),
                (Part::Subkey(_), Err(_)) => Err(Unfit::Primary),
                (Part::Subkey(subkey), Ok(_)) => self.subkey_state(subkey, purpose, at),
            };
            match state {
                Ok(()) => fit.push(part),
                Err(why) => refused.push((part.fingerprint(), why)),
            }
        }
        // Stable: what is alike in age stays in the order of above.
        fit.sort_by_key(|part| (matches!(part, Part::Primary(_)), std::cmp::Reverse(part.created())));
        if fit.is_empty() { Err(KeyError::NoneFits { purpose: purpose.word(), at, refused }) } else { Ok(fit) }
    }

    /// Whether `signature` says that it was made by this key or one below it.
    pub(super) fn issued(&self, signature: &Signature) -> bool {
        let mut parts = self.key.public_subkeys.iter().map(Part::Subkey).chain([Part::Primary(&self.key.primary_key)]);
        parts.any(|part| part.is_issuer_of(signature))
    }

    /// The latest self-signature of the primary key, when that is valid.
    fn primary_state(&self, at: Timestamp) -> Result<&Signature, Unfit> {
        let (key, details) = (&self.key.primary_key, &self.key.details);
        let revocations = details.revocation_signatures.iter().filter(|signature| {
            signature.typ() == Some(SignatureType::KeyRevocation) && signature.verify_key(key).is_ok()
        });
        let certifications = details.users.iter().flat_map(|user| user.signatures.iter().map(move |s| (&user.id, s)));
        let certifications = certifications.filter(|(id, signature)| {
            signature.is_certification() && signature.verify_certification(key, Tag::UserId, id).is_ok()
        });
        let direct = details.direct_signatures.iter();
        let direct = direct.filter(|s| s.typ() == Some(SignatureType::Key) && s.verify_key(key).is_ok());
        let mut selfs = certifications.map(|(_, signature)| signature).chain(direct);
        valid(key, &mut selfs, revocations, at)
    }

    fn subkey_state(&self, subkey: &SignedPublicSubKey, purpose: Purpose, at: Timestamp) -> Result<(), Unfit> {
        let primary = &self.key.primary_key;
        let of = |typ| {
            let signatures = subkey.signatures.iter().filter(move |signature| signature.typ() == Some(typ));
            signatures.filter(|signature| signature.verify_subkey_binding(primary, &subkey.key).is_ok())
        };
        let mut bindings = of(SignatureType::SubkeyBinding);
        let latest = valid(&subkey.key, &mut bindings, of(SignatureType::SubkeyRevocation), at)?;
        useful(&subkey.key, latest, purpose)?;
        // A key that signs must say that it wants to belong to the primary key, or anybody could claim its signatures.
        let agrees = |signature: &Signature| signature.verify_primary_key_binding(&subkey.key, primary).is_ok();
        let agreed = purpose == Purpose::Encrypt || latest.embedded_signature().is_some_and(agrees);
        if agreed { Ok(()) } else { Err(Unfit::Unbound) }
    }
}

impl SecretKey {
    /// From a file of at most [`OPENPGP_KEY_BYTES`], binary or in ASCII armour. A key without passphrase is opened by any.
    ///
    /// # Errors
    ///
    /// When it is not exactly one secret key.
    pub fn read(file: &[u8], passphrase: &str) -> Result<Self, KeyError> {
        let key: SignedSecretKey = one(file, "a secret key")?;
        let public = PublicKey { key: key.to_public_key() };
        Ok(Self { key, passphrase: passphrase.into(), public })
    }

    /// Its public half.
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// The newest key that may sign at a time and whose secret part is here; opened once, so that it will not fail later.
    pub(super) fn signer(&self, at: Timestamp) -> Result<&dyn SigningKey, KeyError> {
        let mut refused = Vec::new();
        for part in self.public.all_fit(Purpose::Sign, at)? {
            let fingerprint = part.fingerprint();
            let opened = |result: pgp::errors::Result<pgp::errors::Result<()>>| match result {
                Ok(Ok(())) => Ok(()),
                Ok(Err(error)) | Err(error) => {
                    Err(KeyError::Passphrase { fingerprint: fingerprint.clone(), reason: error.to_string() })
                }
            };
            match part {
                Part::Primary(_) => {
                    opened(self.key.primary_key.unlock(&self.passphrase, |_, _| Ok(())))?;
                    return Ok(&self.key.primary_key);
                }
                Part::Subkey(public) => {
                    let found =
                        self.key.secret_subkeys.iter().find(|s| s.key.fingerprint() == public.key.fingerprint());
                    if let Some(subkey) = found {
                        opened(subkey.key.unlock(&self.passphrase, |_, _| Ok(())))?;
                        return Ok(&subkey.key);
                    }
                }
            }
            refused.push((fingerprint, Unfit::NoSecret));
        }
        Err(KeyError::NoneFits { purpose: Purpose::Sign.word(), at, refused })
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SecretKey").field(&self.public.fingerprint()).finish()
    }
}

impl Purpose {
    const fn word(self) -> &'static str {
        match self {
            Self::Encrypt => "encrypt to",
            Self::Sign => "sign with",
        }
    }

    /// Whether the algorithm can do it at all.
    fn is_of(self, algorithm: Algorithm) -> bool {
        match self {
            Self::Encrypt => matches!(
                algorithm,
                Algorithm::RSA | Algorithm::RSAEncrypt | Algorithm::ECDH | Algorithm::X25519 | Algorithm::X448
            ),
            Self::Sign => matches!(
                algorithm,
                Algorithm::RSA
                    | Algorithm::RSASign
                    | Algorithm::DSA
                    | Algorithm::ECDSA
                    | Algorithm::EdDSALegacy
                    | Algorithm::Ed25519
                    | Algorithm::Ed448
            ),
        }
    }
}

impl Part<'_> {
    pub(super) fn fingerprint(&self) -> String {
        match self {
            Self::Primary(key) => hex(*key),
            Self::Subkey(subkey) => hex(&subkey.key),
        }
    }

    fn created(&self) -> u32 {
        match self {
            Self::Primary(key) => key.created_at().as_secs(),
            Self::Subkey(subkey) => subkey.key.created_at().as_secs(),
        }
    }

    /// Whether `signature` is one of this key over `data`.
    pub(super) fn verifies(&self, signature: &Signature, data: impl Read) -> bool {
        match self {
            Self::Primary(key) => signature.verify(*key, data).is_ok(),
            Self::Subkey(subkey) => signature.verify(&subkey.key, data).is_ok(),
        }
    }

    /// Whether `signature` says that this key has made it.
    pub(super) fn is_issuer_of(&self, signature: &Signature) -> bool {
        let (id, fingerprint) = match self {
            Self::Primary(key) => (key.legacy_key_id(), key.fingerprint()),
            Self::Subkey(subkey) => (subkey.key.legacy_key_id(), subkey.key.fingerprint()),
        };
        signature.issuer_key_id().contains(&&id) || signature.issuer_fingerprint().contains(&&fingerprint)
    }
}

/// Whether a digest is still believed in.
pub(super) fn is_strong(digest: HashAlgorithm) -> bool {
    use HashAlgorithm::{Sha3_256, Sha3_512, Sha256, Sha384, Sha512};
    matches!(digest, Sha256 | Sha384 | Sha512 | Sha3_256 | Sha3_512)
}

/// As OpenPGP tells it, in whole seconds.
pub(super) fn from_openpgp(time: pgp::types::Timestamp) -> Timestamp {
    Timestamp::from_micros(i64::from(time.as_secs()) * 1_000_000)
}

/// `octets` in hexadecimal, in capitals as fingerprints are written.
pub(super) fn hexadecimal(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02X}")).collect()
}

fn hex(key: &impl KeyDetails) -> String {
    hexadecimal(key.fingerprint().as_bytes())
}

/// The one key of a file.
fn one<K: Deserializable>(file: &[u8], expected: &'static str) -> Result<K, KeyError> {
    let wrong = |reason: String| KeyError::Unreadable { expected, reason };
    if file.len() > OPENPGP_KEY_BYTES {
        return Err(wrong(format!("{} octets, more than {OPENPGP_KEY_BYTES}", file.len())));
    }
    let (mut keys, _) = K::from_reader_many_buf(file).map_err(|error| wrong(error.to_string()))?;
    let key =
        keys.next().ok_or_else(|| wrong("there is none".to_owned()))?.map_err(|error| wrong(error.to_string()))?;
    if keys.next().is_some() { Err(wrong("there is more behind it".to_owned())) } else { Ok(key) }
}

/// The latest of `selfs`, the verified signatures that make a key what it is, when the key is valid at a time.
fn valid<'a>(
    key: &impl KeyDetails,
    selfs: &mut dyn Iterator<Item = &'a Signature>,
    mut revocations: impl Iterator<Item = &'a Signature>,
    at: Timestamp,
) -> Result<&'a Signature, Unfit> {
    let created = from_openpgp(key.created_at());
    if created > at {
        return Err(Unfit::NotYetValid(created));
    }
    if revocations.any(|signature| revokes(signature, at)) {
        return Err(Unfit::Revoked);
    }
    let until = |from: Timestamp, seconds: u32| Timestamp::from_micros(from.micros() + i64::from(seconds) * 1_000_000);
    let made = |signature: &Signature| signature.created().map(from_openpgp);
    let in_force = selfs.filter(|signature| {
        let expires = signature.signature_expiration_time().map(|lifetime| lifetime.as_secs()).filter(|s| *s > 0);
        made(signature).is_some_and(|made| made <= at && expires.is_none_or(|seconds| until(made, seconds) > at))
    });
    let latest = in_force.max_by_key(|signature| made(signature)).ok_or(Unfit::Unbound)?;
    // Nought: it does not expire.
    let lifetime = latest.key_expiration_time().map(|lifetime| lifetime.as_secs()).filter(|seconds| *seconds > 0);
    match lifetime.map(|seconds| until(created, seconds)) {
        Some(end) if end <= at => Err(Unfit::Expired(end)),
        _ => Ok(latest),
    }
}

/// A key that was replaced or retired was good before; any other revocation is one from the beginning.
fn revokes(signature: &Signature, at: Timestamp) -> bool {
    let soft =
        matches!(signature.revocation_reason_code(), Some(RevocationCode::KeySuperseded | RevocationCode::KeyRetired));
    !soft || signature.created().is_none_or(|made| from_openpgp(made) <= at)
}

/// Whether a key is made for a purpose and, by its latest self-signature, meant for it.
fn useful(key: &impl KeyDetails, latest: &Signature, purpose: Purpose) -> Result<(), Unfit> {
    if !purpose.is_of(key.algorithm()) {
        return Err(Unfit::Purpose);
    }
    let mut subpackets = latest.config().into_iter().flat_map(packet::SignatureConfig::hashed_subpackets);
    let has_flags = subpackets.any(|subpacket| matches!(subpacket.data, SubpacketData::KeyFlags(_)));
    let flags = latest.key_flags();
    let meant = match purpose {
        Purpose::Encrypt => flags.encrypt_comms() || flags.encrypt_storage(),
        Purpose::Sign => flags.sign(),
    };
    // Keys of old have no flags: what their algorithm can, they may.
    if has_flags && !meant {
        return Err(Unfit::Purpose);
    }
    match key.public_params() {
        PublicParams::RSA(rsa) => match bits(rsa) {
            bits if bits < RSA_BITS => Err(Unfit::Short(bits)),
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

/// The length of an RSA key: its parameters begin with the modulus, and that with its bits (RFC 4880, sections 3.2 and 5.5.2).
fn bits(key: &impl Serialize) -> u16 {
    let mut octets = Vec::new();
    match (key.to_writer(&mut octets), &octets[..]) {
        (Ok(()), [high, low, ..]) => u16::from_be_bytes([*high, *low]),
        _ => 0,
    }
}
