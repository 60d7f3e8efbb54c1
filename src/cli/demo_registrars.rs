//! The demo's registrars: what they are called, and their passwords. A password that is there is kept.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, ErrorKind};
use std::num::NonZero;
use std::path::Path;
use std::thread;

use sha2::{Digest as _, Sha256};

use super::demo_certs::write_private;
use super::exit::CliError;
use crate::model::policy::PasswordPolicy;
use crate::node::admin::NewPassword;
use crate::node::login;
use crate::node::run::StartError;
use crate::registry::login::unfit;

/// The two that there always are: ICANN's ids for tests. No others are set aside for that, and any number else is some
/// registrar's or may become one's; without one, RDAP says `not applicable`.
const IANA_IDS: [u32; 2] = [9995, 9996];
/// The file of password hashes.
const HASHES: &str = "passwords.phc";
/// Letters and digits that are not taken for one another; 32 of them, so that five random bits choose one.
const PASSWORD_LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// As long as EPP allows (RFC 5730, `pwType`).
pub(super) const PASSWORD_LENGTH: usize = 16;

/// A registrar of the demo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DemoRegistrar {
    /// `registrar-a`
    pub(super) clid: String,
    /// `Registrar A`
    pub(super) name: String,
    pub(super) iana_id: Option<u32>,
}

/// The first so many: a to z, then aa, ab and so on.
pub(super) fn registrars(count: u16) -> Vec<DemoRegistrar> {
    let one = |number: u16| {
        let letters = letters(number);
        DemoRegistrar {
            clid: format!("registrar-{letters}"),
            name: format!("Registrar {}", letters.to_ascii_uppercase()),
            iana_id: IANA_IDS.get(usize::from(number)).copied(),
        }
    };
    (0..count).map(one).collect()
}

/// As spreadsheets call their columns: 0 is a, 25 z, 26 aa.
fn letters(number: u16) -> String {
    let letter = |number: u16| char::from(b'a' + (number % 26) as u8);
    match number.checked_sub(26) {
        None => letter(number).to_string(),
        Some(rest) => letters(rest / 26) + &letter(rest).to_string(),
    }
}

/// The registrar's password: the one of earlier runs, or a new one.
///
/// # Errors
/// Files that cannot be read or written; a password in one that EPP or the policy does not allow.
pub(super) fn password(dir: &Path, clid: &str) -> Result<String, CliError> {
    let path = dir.join(format!("{clid}.pw"));
    match std::fs::read_to_string(&path) {
        Ok(text) => {
            let kept = NewPassword { clid: clid.into(), password: text.trim_end().into() };
            let unfit = unfit(PasswordPolicy::default(), &kept.password);
            let why =
                unfit.or_else(|| (!kept.is_usable()).then(|| "a password has spaces only single and inside".into()));
            match why {
                None => Ok(kept.password),
                Some(why) => Err(CliError::Content { path, problem: format!("{why}; remove the file for a new one") }),
            }
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let mut random = [0; PASSWORD_LENGTH];
            getrandom::fill(&mut random)?;
            let letter = |octet: &u8| char::from(PASSWORD_LETTERS[usize::from(octet % 32)]);
            let password: String = random.iter().map(letter).collect();
            write_private(&path, format!("{password}\n").as_bytes())?;
            Ok(password)
        }
        Err(error) => Err(CliError::File { path, error }),
    }
}

/// The PHC strings of all passwords, in the same order: those of earlier runs where the password is the same, since a hash is
/// slow on purpose; new ones are the work of all cores.
///
/// # Errors
/// No randomness; a file that cannot be written.
pub(super) fn hashes(dir: &Path, clids: &[&str], passwords: &[String]) -> Result<Vec<String>, CliError> {
    let path = dir.join(HASHES);
    // What cannot be read is made anew.
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let kept: HashMap<&str, &str> = kept.lines().filter_map(|line| line.split_once(' ')).collect();
    let digests: Vec<String> = clids.iter().zip(passwords).map(|(clid, password)| digest(clid, password)).collect();
    let known = |digest: &String| kept.get(digest.as_str()).map(|hash| (*hash).to_owned());
    let new: Vec<&str> = digests
        .iter()
        .zip(passwords)
        .filter_map(|(digest, password)| known(digest).is_none().then_some(password.as_str()))
        .collect();
    let mut made = hash_all(&new).map_err(StartError::System)?.into_iter();
    let hashes: Vec<String> = digests.iter().filter_map(|digest| known(digest).or_else(|| made.next())).collect();
    if !new.is_empty() {
        let all = digests.iter().map(String::as_str).zip(hashes.iter().map(String::as_str));
        // Those of registrars that are not asked for this time stay for the next.
        let lines: BTreeMap<&str, &str> = kept.iter().map(|(digest, hash)| (*digest, *hash)).chain(all).collect();
        let text: String = lines.iter().map(|(digest, hash)| format!("{digest} {hash}\n")).collect();
        write_private(&path, text.as_bytes())?;
    }
    Ok(hashes)
}

/// What says that a password is still the same. The file that it stands in is no more secret than the password beside it.
fn digest(clid: &str, password: &str) -> String {
    Sha256::digest(format!("{clid} {password}")).iter().map(|octet| format!("{octet:02x}")).collect()
}

fn hash_all(passwords: &[&str]) -> io::Result<Vec<String>> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let share = passwords.len().div_ceil(threads).max(1);
    let of = |share: &[&str]| share.iter().map(|password| login::hash(password)).collect::<io::Result<Vec<_>>>();
    let hashed: io::Result<Vec<_>> = thread::scope(|scope| {
        let working: Vec<_> = passwords.chunks(share).map(|share| scope.spawn(move || of(share))).collect();
        let ended = working.into_iter().map(thread::ScopedJoinHandle::join);
        ended.map(|share| share.unwrap_or_else(|_| Err(io::Error::other("hashing a password panicked")))).collect()
    });
    Ok(hashed?.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_on_behind_z_and_none_is_there_twice() {
        let all = registrars(200);
        let clids: Vec<_> = all.iter().map(|registrar| registrar.clid.as_str()).collect();
        assert_eq!([clids[0], clids[1], clids[25]], ["registrar-a", "registrar-b", "registrar-z"]);
        assert_eq!([clids[26], clids[51], clids[52]], ["registrar-aa", "registrar-az", "registrar-ba"]);
        assert_eq!((clids[199], letters(701), letters(702)), ("registrar-gr", "zz".into(), "aaa".into()));
        assert_eq!(all[26].name, "Registrar AA");
        assert_eq!(std::collections::BTreeSet::from_iter(&clids).len(), 200);
        let ids: Vec<_> = all.iter().filter_map(|registrar| registrar.iana_id).collect();
        assert_eq!(ids, [9995, 9996]);
        assert_eq!(registrars(2), all[..2], "more change nothing of those that were there");
    }

    #[test]
    fn a_password_is_made_once_and_fits_epp() {
        let dir = tempfile::tempdir().expect("a directory");
        let first = password(dir.path(), "registrar-a").expect("randomness");
        assert_eq!(first.len(), PASSWORD_LENGTH);
        assert_eq!(password(dir.path(), "registrar-a").expect("kept"), first);
        assert_ne!(password(dir.path(), "registrar-b").expect("randomness"), first);
        std::fs::write(dir.path().join("registrar-b.pw"), "short").expect("writable");
        assert!(matches!(password(dir.path(), "registrar-b"), Err(CliError::Content { .. })));
    }

    #[test]
    fn each_password_has_its_own_hash_in_its_own_place_and_keeps_it() {
        use argon2::password_hash::phc::PasswordHash;
        use argon2::{Argon2, PasswordVerifier as _};
        let dir = tempfile::tempdir().expect("a directory");
        let clids = ["a", "b", "c", "d", "e"];
        let mut passwords: Vec<String> = clids.iter().map(|clid| format!("secret-{clid}")).collect();
        let verified = |passwords: &[String]| {
            let hashes = hashes(dir.path(), &clids[..passwords.len()], passwords).expect("randomness");
            assert_eq!(hashes.len(), passwords.len());
            for (password, hash) in passwords.iter().zip(&hashes) {
                let hash = PasswordHash::new(hash).expect("a PHC string");
                Argon2::default().verify_password(password.as_bytes(), &hash).expect("the hash of this password");
            }
            hashes
        };
        let three = verified(&passwords[..3]);
        let five = verified(&passwords);
        assert_eq!(five[..3], three[..], "the first three are kept");
        assert_eq!(verified(&passwords[..1]), five[..1]);
        passwords[1] = "secret-a".into();
        let changed = verified(&passwords);
        assert!(changed[1] != five[1] && changed[1] != changed[0] && changed[2..] == five[2..], "one is made anew");
        std::fs::write(dir.path().join(HASHES), "no digest\nnothing\n\n").expect("writable");
        assert!(verified(&passwords) != changed, "a file that says nothing is no reason not to start");
    }
}
