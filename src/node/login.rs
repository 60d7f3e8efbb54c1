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
use crate::base::network::network;
use crate::base::timestamp::Timestamp;
use crate::model::login_sec::UserAgent;
use crate::model::record::ArchivedRegistrar;
use crate::node::admission::Admission;
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
    /// Since when the password is what it is: as far as anybody has noted it, else since there is the registrar; `None`:
    /// there is no such client.
    pub(super) since: Option<Timestamp>,
}

impl Credentials {
    /// Reads what a registrar's record says of such a connection.
    pub(super) fn of(registrar: &ArchivedRegistrar, admission: &Admission, now: Timestamp) -> Self {
        Self {
            password: registrar.password.to_string(),
            networks: registrar.networks.iter().map(ToString::to_string).collect(),
            admitted: admission.admit(registrar, now),
            session_limit: registrar.session_limit.as_ref().map(|limit| limit.to_native()),
            since: Some(registrar.password_since.as_ref().unwrap_or(&registrar.created).get()),
        }
    }

    /// What an unknown client is checked against: it is refused like one whose certificate is not pinned.
    pub(super) fn unknown() -> Self {
        let admitted = Err("unknown client");
        Self { password: String::new(), networks: Vec::new(), admitted, session_limit: None, since: None }
    }
}

/// Shared by all shards.
pub(super) struct Logins {
    offload: Offload,
    key: [u8; 32],
    verified: Mutex<HashSet<[u8; 32]>>,
    /// Digests of passwords that registrars set themselves, and what each replaced.
    predecessors: Mutex<HashMap<String, String>>,
    sessions: Mutex<HashMap<String, Vec<Arc<SessionNote>>>>,
    /// Of each registrar, the logins that have failed since the last that did not, and when the first of them was.
    failed: Mutex<HashMap<String, (u64, Timestamp)>>,
}

/// What is known of a session that is logged in.
#[derive(Debug)]
pub(super) struct SessionNote {
    /// Where the client is.
    pub(super) address: IpAddr,
    /// When it logged in.
    pub(super) since: Timestamp,
    /// What software it says that it is.
    pub(super) user_agent: UserAgent,
    /// The version of TLS.
    pub(super) protocol: &'static str,
    /// The cipher suite.
    pub(super) cipher: String,
}

impl Logins {
    /// Sets up, with fresh secrets and a pool of threads.
    ///
    /// # Errors
    /// No randomness or no threads.
    pub(super) fn new(threads: usize) -> std::io::Result<Self> {
        let mut key = [0; 32];
        getrandom::fill(&mut key).map_err(std::io::Error::other)?;
        let (verified, predecessors, sessions, failed) = Default::default();
        let offload = Offload::new(threads, Bounds { all: HASH_QUEUE, owner: HASH_QUEUE_PER_REGISTRAR })?;
        Ok(Self { offload, key, verified, predecessors, sessions, failed })
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
            None => operators(),
        };
        self.offload.run(&account, move || hash(&password)).await
    }

    /// Runs other slow work of an operator on the threads that hash passwords.
    pub(super) async fn aside<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> Result<T, Busy> {
        self.offload.run(&operators(), job).await
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

    /// Notes one more session of a client, unless it has `limit` already. The place is given back on drop.
    pub(super) fn enter(self: &Arc<Self>, clid: &str, limit: u32, note: SessionNote) -> Option<Place> {
        let mut sessions = locked(&self.sessions);
        let own = sessions.entry(clid.to_owned()).or_default();
        if own.len() >= limit as usize {
            return None;
        }
        let note = Arc::new(note);
        own.push(note.clone());
        Some(Place { logins: self.clone(), clid: clid.to_owned(), note })
    }

    /// The sessions of a client, or of all, oldest first: no more than so many.
    pub(super) fn sessions(&self, clid: Option<&str>, most: usize) -> Vec<(String, Arc<SessionNote>)> {
        let sessions = locked(&self.sessions);
        let wanted = sessions.iter().filter(|(own, _)| clid.is_none_or(|clid| clid == own.as_str()));
        let mut found: Vec<_> =
            wanted.flat_map(|(clid, notes)| notes.iter().map(|note| (clid.clone(), note.clone()))).collect();
        found.sort_by(|(clid, note), (other, another)| (clid, note.since).cmp(&(other, another.since)));
        found.truncate(most);
        found
    }

    /// Notes that a login of a registrar has failed; of those that there are, so that there are no more notes than
    /// registrars.
    pub(super) fn failed(&self, clid: &str, now: Timestamp) {
        let mut failed = locked(&self.failed);
        let (count, _) = failed.entry(clid.to_owned()).or_insert((0, now));
        *count += 1;
    }

    /// How many logins of a client have failed since the last that did not, and the seconds since the first of them.
    pub(super) fn failures(&self, clid: &str, now: Timestamp) -> Option<(u64, u64)> {
        let (count, first) = locked(&self.failed).get(clid).copied()?;
        let seconds = now.micros().saturating_sub(first.micros()).max(0) / 1_000_000;
        Some((count, u64::try_from(seconds).unwrap_or_default()))
    }

    /// Forgets the failed logins of a client, since one has not.
    pub(super) fn succeeded(&self, clid: &str) {
        locked(&self.failed).remove(clid);
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
    note: Arc<SessionNote>,
}

impl Place {
    /// What software the session's client says that it is.
    pub(super) fn user_agent(&self) -> &UserAgent {
        &self.note.user_agent
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut sessions = locked(&self.logins.sessions);
        if let Some(own) = sessions.get_mut(&self.clid) {
            own.retain(|note| !Arc::ptr_eq(note, &self.note));
            if own.is_empty() {
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

/// Of all operators together; no registrar has an empty clID.
fn operators() -> Account {
    Account { owner: String::new(), group: String::new() }
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
        let stranger = Credentials { password: right, networks: vec![], admitted, session_limit: None, since: None };
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
    fn failed_logins_are_counted_until_one_succeeds() {
        let logins = Logins::new(1).expect("threads");
        let at = |seconds: i64| Timestamp::from_micros(seconds * 1_000_000);
        assert_eq!(logins.failures("a", at(5)), None);
        logins.failed("a", at(10));
        logins.failed("a", at(20));
        assert_eq!((logins.failures("a", at(75)), logins.failures("b", at(75))), (Some((2, 65)), None));
        logins.succeeded("a");
        assert_eq!(logins.failures("a", at(76)), None);
    }

    #[test]
    fn sessions_are_noted_from_login_to_end_and_bounded() {
        let logins = Arc::new(Logins::new(1).expect("threads"));
        let note = |seconds: i64| SessionNote {
            address: [192, 0, 2, 1].into(),
            since: Timestamp::from_micros(seconds),
            user_agent: UserAgent::default(),
            protocol: "TLSv1.3",
            cipher: String::new(),
        };
        let places: Vec<_> = [2, 1].into_iter().map(|at| logins.enter("a", 2, note(at)).expect("room")).collect();
        let other = logins.enter("b", 2, note(0)).expect("room");
        assert!(logins.enter("a", 2, note(3)).is_none(), "a third");
        let listed = |clid| -> Vec<(String, i64)> {
            logins.sessions(clid, 9).into_iter().map(|(clid, note)| (clid, note.since.micros())).collect()
        };
        assert_eq!(listed(Some("a")), [("a".into(), 1), ("a".into(), 2)]);
        assert_eq!((listed(None).len(), logins.sessions(None, 1).len()), (3, 1));
        drop((places, other));
        assert!(listed(None).is_empty());
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
