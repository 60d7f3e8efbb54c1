//! authInfo at rest: never the password, only a salted digest of it (RFC 9154, section 4.3).

use rkyv::{Archive, Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Octets of salt.
pub const SALT_BYTES: usize = 16;

/// A password one can compare with and not read: SHA-256 over salt and password.
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct AuthDigest {
    /// Random, one for each value set.
    pub salt: [u8; SALT_BYTES],
    /// SHA-256(salt, password).
    pub digest: [u8; 32],
}

impl AuthDigest {
    /// The digest of `password` under `salt`.
    pub fn new(salt: [u8; SALT_BYTES], password: &str) -> Self {
        Self { salt, digest: digest(&salt, password) }
    }
}

impl ArchivedAuthDigest {
    /// Whether `password` is the one that was set, in constant time.
    pub fn matches(&self, password: &str) -> bool {
        digest(&self.salt, password).ct_eq(&self.digest).into()
    }
}

fn digest(salt: &[u8; SALT_BYTES], password: &str) -> [u8; 32] {
    Sha256::new().chain_update(salt).chain_update(password.as_bytes()).finalize().into()
}
