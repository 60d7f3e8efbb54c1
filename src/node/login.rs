//! Who a client is: its password, and how many sessions it has.
//!
//! Passwords are argon2id hashes, checked on threads of their own: tens of milliseconds must not stop a shard. There
//! registrars take turns, and so do the networks of one registrar, so that a flood of wrong passwords delays nobody
//! else's login by more than one hash. A pair that was verified once is remembered under a key only this process knows, so
//! that a storm of reconnecting clients costs one digest each. A wrong guess always pays the full price, and only who
//! shows a pinned certificate may guess.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use sha2::{Digest, Sha256};

use crate::base::limits::{HASH_QUEUE, HASH_QUEUE_PER_REGISTRAR};
use crate::base::timestamp::Timestamp;
use crate::model::record::ArchivedRegistrar;
use crate::node::admission::Admission;
use crate::node::rate_limit::network;
use crate::runtime::offload::{Account, Bounds, Busy, Offload};

/// Verified pairs and changed passwords that are remembered; beyond it all are forgotten: pairs are earned again, and
/// sessions that a change of password should have kept end.
const REMEMBERED: usize = 100_000;

/// What the record of a registrar says about a login, copied so that nothing is held while a hash is computed.
pub(super) struct Credentials {
    /// The password's digest.
    pub(super) password: String,
    /// Where it may connect from.
    pub(super) networks: Vec<String>,
    admitted: Result<(), &'static str>,
    /// Sessions it may have at one time, if it has a limit of its own.
    pub(super) session_limit: Option<u32>,
}

impl Credentials {
    /// Reads what a registrar's record says of such a connection.
    pub(super) fn of(registrar: &ArchivedRegistrar, admission: &Admission, now: Timestamp) -> Self {
        Self {
            password: registrar.password.to_string(),
            networks: registrar.networks.iter().map(ToString::to_string).collect(),
            admitted: admission.admit(registrar, now),
            session_limit: registrar.session_limit.as_ref().map(|limit| limit.to_native()),
        }
    }

    /// What an unknown client is checked against: it is refused like one whose certificate is not pinned.
    pub(super) fn unknown() -> Self {
        let admitted = Err("unknown client");
        Self { password: String::new(), networks: Vec::new(), admitted, session_limit: None }
    }
}

/// Shared by all shards.
pub(super) struct Logins {
    offload: Offload,
    key: [u8; 32],
    verified: Mutex<HashSet<[u8; 32]>>,
    /// Digests of passwords that registrars set themselves, and what each replaced.
    predecessors: Mutex<HashMap<String, String>>,
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
        let (verified, predecessors, sessions) = Default::default();
        let offload = Offload::new(threads, Bounds { all: HASH_QUEUE, owner: HASH_QUEUE_PER_REGISTRAR })?;
        Ok(Self { offload, key, verified, predecessors, sessions })
    }

    /// Whether the password is the client's and the client may log in; if not, the reason for our log, never for the client.
    pub(super) async fn verify(
        &self,
        clid: &str,
        client: IpAddr,
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
            if !self.offload.run(&account(clid, client), move || matches(&stored, &given)).await? {
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

    /// The PHC string of a new password, for a registrar's client or (`None`) an operator.
    pub(super) async fn hash(
        &self,
        clid: &str,
        client: Option<IpAddr>,
        password: &str,
    ) -> Result<std::io::Result<String>, Busy> {
        let password = password.to_owned();
        let account = match client {
            Some(client) => account(clid, client),
            None => Account { owner: String::new(), group: String::new() },
        };
        self.offload.run(&account, move || hash(&password)).await
    }

    /// Remembers that a registrar replaced its own password, which ends none of its sessions.
    pub(super) fn replaced(&self, old: String, new: String) {
        let mut predecessors = locked(&self.predecessors);
        if predecessors.len() >= REMEMBERED {
            predecessors.clear();
        }
        predecessors.insert(new, old);
    }

    /// Whether a registrar came from the password of the one digest to that of the other by changes of its own.
    pub(super) fn succeeds(&self, old: &str, new: &str) -> bool {
        let predecessors = locked(&self.predecessors);
        // Digests are salted, so each has one predecessor, and no chain comes back to where it was; bounded all the same.
        let chain = std::iter::successors(predecessors.get(new), |before| predecessors.get(*before));
        chain.take(predecessors.len()).any(|before| before == old)
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

/// On whose account a client's password is hashed.
fn account(clid: &str, client: IpAddr) -> Account {
    Account { owner: clid.to_owned(), group: network(client).to_string() }
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
    fn without_a_pinned_certificate_right_and_wrong_passwords_are_refused_alike_and_without_hashing() {
        let logins = Logins::new(1).expect("threads");
        let right = hash("correct horse").expect("randomness");
        let seal = logins.seal("client", "correct horse", &right);
        locked(&logins.verified).insert(seal);
        let admitted = Err("certificate not pinned");
        let stranger = Credentials { password: right, networks: vec![], admitted, session_limit: None };
        let client = [192, 0, 2, 1].into();
        for (found, why) in [(&stranger, "certificate not pinned"), (&Credentials::unknown(), "unknown client")] {
            for password in ["correct horse", "wrong"] {
                // Hashing would not be ready at once.
                let verdict = logins.verify("client", client, password, found).now_or_never();
                assert_eq!(verdict, Some(Ok(Err(why))), "{password}");
            }
        }
    }

    #[test]
    fn a_password_that_its_registrar_replaced_leads_to_the_new_one_and_a_reset_does_not() {
        let logins = Logins::new(1).expect("threads");
        logins.replaced("one".into(), "two".into());
        logins.replaced("two".into(), "three".into());
        assert!(logins.succeeds("one", "two") && logins.succeeds("one", "three") && logins.succeeds("two", "three"));
        // One that was refused, since another came first, changes nothing.
        logins.replaced("one".into(), "late".into());
        assert!(logins.succeeds("one", "three"));
        assert!(!logins.succeeds("two", "one") && !logins.succeeds("three", "four") && !logins.succeeds("one", "one"));
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
