//! Which key is picked, of those that GnuPG made, let expire and revoked.

use super::super::keys::Purpose;
use super::super::{KeyError, PackError, PublicKey, SecretKey, Unfit, pack};
use super::gpg::Gpg;
use super::{Shelf, files, members, midnight, name, noon, packing, rng, unpacked};
use crate::base::timestamp::{Date, Timestamp};

const SIGNS: &str = "Key-Type: EDDSA\nKey-Curve: ed25519\nKey-Usage: sign,cert";

fn add(gpg: &Gpg, time: &str, fingerprint: &str, kind: &str, usage: &str, expires: &str) {
    let done = gpg.run_at(time, &["--quick-add-key", fingerprint, kind, usage, expires], b"");
    assert!(done.status.success(), "gpg --quick-add-key: {}", String::from_utf8_lossy(&done.stderr));
}

/// Says the lines to gpg's key editor, which would rather be spoken to by a person.
fn edit(gpg: &Gpg, user: &str, lines: &str) {
    gpg.must(&["--command-fd", "0", "--no-batch", "--edit-key", user], lines.as_bytes());
}

fn picked(key: &PublicKey, at: Timestamp) -> Result<String, KeyError> {
    key.fit(Purpose::Encrypt, at).map(|part| part.fingerprint())
}

fn refusals(error: KeyError) -> Vec<Unfit> {
    match error {
        KeyError::NoneFits { refused, .. } => refused.into_iter().map(|(_, why)| why).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_newest_valid_subkey_is_encrypted_to() {
    let gpg = Gpg::new();
    gpg.generate("agent", SIGNS);
    let primary = gpg.fingerprints("agent")[0].clone();
    assert_eq!(refusals(picked(&gpg.public("agent"), noon()).expect_err("it only signs")), [Unfit::Purpose]);

    add(&gpg, "20261120T010000", &primary, "cv25519", "encr", "0");
    add(&gpg, "20261120T020000", &primary, "rsa2048", "encr", "2026-11-22");
    add(&gpg, "20261120T030000", &primary, "cv25519", "encr", "0");
    add(&gpg, "20261120T040000", &primary, "ed25519", "sign", "0");
    add(&gpg, "20261125T000000", &primary, "cv25519", "encr", "0");
    let all = gpg.fingerprints("agent");
    let key = gpg.public("agent");
    assert_eq!(picked(&key, noon()).expect("one fits"), all[3], "the newest that is there already");
    assert_eq!(picked(&key, noon().plus_days(4)).expect("one fits"), all[5], "and later the next");

    edit(&gpg, "agent", "key 3\nrevkey\ny\n0\n\ny\nsave\n");
    let key = gpg.public("agent");
    assert_eq!(picked(&key, noon()).expect("one fits"), all[1], "neither the revoked one nor the expired one");
    let before = Timestamp::from_micros(midnight().micros() - 3600 * 1_000_000);
    assert_eq!(picked(&key, before).expect("one fits"), all[2], "which was good the day before");

    edit(&gpg, "agent", "key 1\nrevkey\ny\n0\n\ny\nsave\n");
    let key = gpg.public("agent");
    let why = refusals(picked(&key, noon()).expect_err("none is left"));
    let day = |day| Date::new(2026, 11, day).expect("exists").midnight();
    assert!(matches!(why[1], Unfit::Expired(at) if at.date() == day(22).date() && at <= noon()), "{why:?}");
    assert!(matches!(why[4], Unfit::NotYetValid(from) if from == day(25)), "{why:?}");
    assert_eq!([why[0], why[2], why[3], why[5]], [Unfit::Revoked, Unfit::Revoked, Unfit::Purpose, Unfit::Purpose]);

    // What is packed for the agent goes to the one that was picked, and it opens that.
    let (name, registry) = (name(), gpg.secret("agent"));
    let recipients = [&key];
    let refused = pack(members(&files()), &packing(&name, &recipients, &registry), &mut rng(), &mut Shelf::default());
    assert!(matches!(refused, Err(PackError::Key(KeyError::NoneFits { .. }))), "{refused:?}");
    let packing = super::Packing { now: noon().plus_days(4), ..packing(&name, &recipients, &registry) };
    let mut shelf = Shelf::default();
    pack(members(&files()), &packing, &mut rng(), &mut shelf).expect("the later key is there");
    let told = gpg.run(&["--list-packets"], &shelf.message());
    assert!(String::from_utf8_lossy(&told.stdout).contains(&all[5][24..]), "{told:?}");
    unpacked(vec![shelf.message()], Some(&registry)).expect("it opens");
}

#[test]
fn a_revoked_or_expired_primary_key_takes_its_subkeys_with_it() {
    let gpg = Gpg::new();
    for user in ["revoked", "expired"] {
        gpg.generate(user, &format!("{SIGNS}\nSubkey-Type: ECDH\nSubkey-Curve: cv25519\nSubkey-Usage: encrypt"));
        picked(&gpg.public(user), noon()).expect("as yet it is good");
    }
    edit(&gpg, "revoked", "revkey\ny\n0\n\ny\nsave\n");
    let primary = gpg.fingerprints("expired")[0].clone();
    gpg.must(&["--quick-set-expire", &primary, "20261123T000000"], b"");
    assert_eq!(
        refusals(picked(&gpg.public("revoked"), noon()).expect_err("revoked")),
        [Unfit::Primary, Unfit::Revoked]
    );
    let expired = gpg.public("expired");
    picked(&expired, noon()).expect("still good");
    let why = refusals(picked(&expired, noon().plus_days(1)).expect_err("expired"));
    assert!(matches!(why[..], [Unfit::Primary, Unfit::Expired(_)]), "{why:?}");
    assert!(gpg.secret("revoked").signer(noon()).is_err() && gpg.secret("expired").signer(noon()).is_ok());
}

#[test]
fn a_short_key_is_not_encrypted_to() {
    let gpg = Gpg::new();
    gpg.generate("short", &format!("{SIGNS}\nSubkey-Type: RSA\nSubkey-Length: 1024\nSubkey-Usage: encrypt"));
    let why = refusals(picked(&gpg.public("short"), noon()).expect_err("short"));
    assert_eq!(why, [Unfit::Short(1024), Unfit::Purpose]);
}

#[test]
fn a_subkey_that_another_key_claims_is_not_bound() {
    let gpg = Gpg::new();
    for user in ["one", "other"] {
        gpg.generate(user, &format!("{SIGNS}\nSubkey-Type: ECDH\nSubkey-Curve: cv25519\nSubkey-Usage: encrypt"));
    }
    let (mut one, other) = (gpg.public("one"), gpg.public("other"));
    one.key.public_subkeys = other.key.public_subkeys;
    assert_eq!(refusals(picked(&one, noon()).expect_err("not its own")), [Unfit::Unbound, Unfit::Purpose]);
}

#[test]
fn a_passphrase_opens_or_does_not() {
    let gpg = Gpg::new();
    gpg.generate("agent", &format!("{SIGNS}\nSubkey-Type: ECDH\nSubkey-Curve: cv25519\nSubkey-Usage: encrypt"));
    let locked = locked(&gpg, "agent", "horse");
    SecretKey::read(&locked, "horse").expect("a key").signer(noon()).map(drop).expect("it opens");
    let wrong = SecretKey::read(&locked, "house").expect("a key");
    let told = wrong.signer(noon()).map(drop).expect_err("it does not");
    assert!(matches!(told, KeyError::Passphrase { .. }), "{told}");
    assert!(!format!("{wrong:?}").contains("house"), "and is not told");
}

/// A secret key as gpg exports it, with a passphrase given by us.
pub(super) fn locked(gpg: &Gpg, user: &str, passphrase: &str) -> Vec<u8> {
    let mut key = gpg.secret(user).key;
    key.primary_key.set_password(rng(), &passphrase.into()).expect("a passphrase");
    for subkey in &mut key.secret_subkeys {
        subkey.key.set_password(rng(), &passphrase.into()).expect("a passphrase");
    }
    key.to_armored_bytes(pgp::composed::ArmorOptions::default()).expect("memory")
}

#[test]
fn what_is_no_key_is_told() {
    let gpg = Gpg::new();
    for user in ["one", "other"] {
        gpg.generate(user, SIGNS);
    }
    let one = gpg.must(&["--export", "one"], b"");
    let both = [&one[..], &gpg.must(&["--export", "other"], b"")].concat();
    for (file, expected) in [
        (&b""[..], "not a public key"),
        (b"-----BEGIN", "not a public key"),
        (&both, "more behind it"),
        (&one[..40], "not a public key"),
    ] {
        let told = PublicKey::read(file).map(drop).expect_err("no key").to_string();
        assert!(told.contains(expected), "{told}");
    }
    assert!(PublicKey::read(&one).is_ok());
    assert!(SecretKey::read(&one, "").is_err(), "a public key is no secret one");
}
