//! Who a client is: password, certificate, address, and how many sessions it has.
//!
//! Passwords are argon2id hashes, checked on threads of their own: tens of milliseconds must not stop a shard. A pair
//! that was verified once is remembered under a key only this process knows, so that a storm of reconnecting clients
//! costs one digest each. A wrong guess always pays the full price, and only who shows a pinned certificate may guess.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use sha2::{Digest, Sha256};

use crate::base::timestamp::Timestamp;
use crate::model::record::ArchivedRegistrar;
use crate::runtime::offload::{Busy, Offload};

/// Verified pairs that are remembered; beyond it all are forgotten and earned again.
const REMEMBERED: usize = 100_000;

/// What the record of a registrar says about a login, copied so that nothing is held while a hash is computed.
pub(super) struct Credentials {
    password: String,
    admitted: Result<(), &'static str>,
    /// Sessions it may have at one time, if it has a limit of its own.
    pub(super) session_limit: Option<u32>,
}

impl Credentials {
    /// Reads what a registrar's record says of a client with that certificate and address.
    pub(super) fn of(
        registrar: &ArchivedRegistrar,
        certificate: Option<ClientCertificate>,
        address: IpAddr,
        now: Timestamp,
    ) -> Self {
        let admitted = admitted(registrar, certificate, address, now);
        let session_limit = registrar.session_limit.as_ref().map(|limit| limit.to_native());
        Self { password: registrar.password.to_string(), admitted, session_limit }
    }

    /// What an unknown client is checked against: it is refused like one whose certificate is not pinned.
    pub(super) fn unknown() -> Self {
        Self { password: String::new(), admitted: Err("unknown client"), session_limit: None }
    }
}

/// What a connection showed of its client: a certificate whose key it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ClientCertificate {
    sha256: [u8; 32],
    not_after: Timestamp,
}

impl ClientCertificate {
    /// From the certificate's DER and its digest; `None` when it is no certificate of X.509.
    pub(super) fn new(der: &[u8], sha256: [u8; 32]) -> Option<Self> {
        let (_, certificate) = x509_parser::parse_x509_certificate(der).ok()?;
        let seconds = certificate.validity().not_after.timestamp();
        Some(Self { sha256, not_after: Timestamp::from_micros(seconds.saturating_mul(1_000_000)) })
    }
}

/// Why a registrar may not use a session with that certificate, if it may not: asked at login and again with every command,
/// so that a suspension, a removed pin or the end of the certificate ends sessions that are open.
pub(super) fn withdrawn(
    registrar: &ArchivedRegistrar,
    certificate: Option<ClientCertificate>,
    now: Timestamp,
) -> Option<&'static str> {
    let pinned = |found: &ClientCertificate| registrar.certificates.iter().any(|pin| pin.sha256 == found.sha256);
    match certificate {
        _ if registrar.suspended => Some("suspended"),
        Some(found) if !pinned(&found) => Some("certificate not pinned"),
        Some(found) if found.not_after < now => Some("certificate expired"),
        Some(_) => None,
        None => Some("no certificate"),
    }
}

fn admitted(
    registrar: &ArchivedRegistrar,
    certificate: Option<ClientCertificate>,
    address: IpAddr,
    now: Timestamp,
) -> Result<(), &'static str> {
    if let Some(why) = withdrawn(registrar, certificate, now) {
        Err(why)
    } else if !registrar.networks.is_empty() && !registrar.networks.iter().any(|network| contains(network, address)) {
        Err("address not allowed")
    } else {
        Ok(())
    }
}

/// Shared by all shards.
pub(super) struct Logins {
    offload: Offload,
    key: [u8; 32],
    verified: Mutex<HashSet<[u8; 32]>>,
    sessions: Mutex<HashMap<String, u32>>,
}

impl Logins {
    /// Sets up, with fresh secrets and a pool of threads.
    ///
    /// # Errors
    /// No randomness or no threads.
    pub(super) fn new(threads: usize) -> std::io::Result<Self> {
        let mut key = [0; 32];
        getrandom::fill(&mut key).map_err(std::io::Error::other)?;
        let (verified, sessions) = (Mutex::default(), Mutex::default());
        Ok(Self { offload: Offload::new(threads, 1024)?, key, verified, sessions })
    }

    /// Whether the password is the client's and the client may log in; if not, the reason for our log, never for the client.
    pub(super) async fn verify(
        &self,
        clid: &str,
        password: &str,
        found: &Credentials,
    ) -> Result<Result<(), &'static str>, Busy> {
        // Who has no certificate of the client learns nothing about its password, not even from the time it takes, and
        // keeps nobody else's password waiting for the hashing threads.
        if let Err(why) = found.admitted {
            return Ok(Err(why));
        }
        let seal = self.seal(clid, password, &found.password);
        if !locked(&self.verified).contains(&seal) {
            let (stored, given) = (found.password.clone(), password.to_owned());
            if !self.offload.run(move || matches(&stored, &given)).await? {
                return Ok(Err("wrong password"));
            }
            let mut verified = locked(&self.verified);
            if verified.len() >= REMEMBERED {
                verified.clear();
            }
            verified.insert(seal);
        }
        Ok(Ok(()))
    }

    /// The PHC string of a new password.
    pub(super) async fn hash(&self, password: &str) -> Result<std::io::Result<String>, Busy> {
        let password = password.to_owned();
        self.offload.run(move || hash(&password)).await
    }

    /// Counts one more session of a client, unless it has `limit` already. The place is given back on drop.
    pub(super) fn enter(self: &Arc<Self>, clid: &str, limit: u32) -> Option<Place> {
        let mut sessions = locked(&self.sessions);
        let count = sessions.entry(clid.to_owned()).or_default();
        if *count >= limit {
            return None;
        }
        *count += 1;
        Some(Place { logins: self.clone(), clid: clid.to_owned() })
    }

    fn seal(&self, clid: &str, password: &str, stored: &str) -> [u8; 32] {
        let mut digest = Sha256::new_with_prefix(self.key);
        for part in [clid, password, stored] {
            digest.update((part.len() as u64).to_le_bytes());
            digest.update(part);
        }
        digest.finalize().into()
    }
}

/// A session's place among those of its client.
pub(super) struct Place {
    logins: Arc<Logins>,
    clid: String,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut sessions = locked(&self.logins.sessions);
        if let Some(count) = sessions.get_mut(&self.clid) {
            *count -= 1;
            if *count == 0 {
                sessions.remove(&self.clid);
            }
        }
    }
}

/// The argon2id PHC string of a password, with a random salt (RFC 9106).
///
/// # Errors
/// No randomness.
pub fn hash(password: &str) -> std::io::Result<String> {
    let hash = Argon2::default().hash_password(password.as_bytes()).map_err(std::io::Error::other)?;
    Ok(hash.to_string())
}

fn matches(stored: &str, password: &str) -> bool {
    PasswordHash::new(stored).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

/// Whether a network in CIDR form holds an address.
fn contains(network: &str, address: IpAddr) -> bool {
    let (base, bits) = network.split_once('/').unwrap_or((network, ""));
    let Ok(base) = base.parse::<IpAddr>() else { return false };
    let (base, address, width) = match (base, address.to_canonical()) {
        (IpAddr::V4(base), IpAddr::V4(address)) => (u128::from(base.to_bits()), u128::from(address.to_bits()), 32),
        (IpAddr::V6(base), IpAddr::V6(address)) => (base.to_bits(), address.to_bits(), 128),
        _ => return false,
    };
    let bits = if bits.is_empty() { Some(width) } else { bits.parse().ok().filter(|bits| *bits <= width) };
    bits.is_some_and(|bits: u32| (base ^ address).checked_shr(width - bits).unwrap_or(0) == 0)
}

/// What a panicking thread left behind is a set or a count that was whole before and after each change.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    #[test]
    fn networks_hold_their_addresses_and_no_others() {
        for (network, address, inside) in [
            ("192.0.2.0/24", "192.0.2.255", true),
            ("192.0.2.0/24", "192.0.3.0", false),
            ("192.0.2.7", "192.0.2.7", true),
            ("192.0.2.7", "192.0.2.8", false),
            ("0.0.0.0/0", "203.0.113.9", true),
            ("0.0.0.0/0", "::1", false),
            ("192.0.2.0/24", "::ffff:192.0.2.9", true),
            ("2001:db8::/32", "2001:db8:ffff::1", true),
            ("2001:db8::/32", "2001:db9::1", false),
            ("::/0", "::1", true),
            ("192.0.2.0/33", "192.0.2.0", false),
            ("nonsense", "192.0.2.0", false),
        ] {
            assert_eq!(contains(network, address.parse().expect("address")), inside, "{network} {address}");
        }
    }

    #[test]
    fn without_a_pinned_certificate_right_and_wrong_passwords_are_refused_alike_and_without_hashing() {
        let logins = Logins::new(1).expect("threads");
        let right = hash("correct horse").expect("randomness");
        let seal = logins.seal("client", "correct horse", &right);
        locked(&logins.verified).insert(seal);
        let stranger = Credentials { password: right, admitted: Err("certificate not pinned"), session_limit: None };
        for (found, why) in [(&stranger, "certificate not pinned"), (&Credentials::unknown(), "unknown client")] {
            for password in ["correct horse", "wrong"] {
                // Hashing would not be ready at once.
                let verdict = logins.verify("client", password, found).now_or_never();
                assert_eq!(verdict, Some(Ok(Err(why))), "{password}");
            }
        }
    }

    #[test]
    fn a_hash_matches_its_password_only() {
        let stored = hash("correct horse").expect("randomness");
        assert!(stored.starts_with("$argon2id$"));
        assert!(matches(&stored, "correct horse"));
        assert!(!matches(&stored, "correct hors"));
        assert!(!matches("", "correct horse"));
    }
}
