//! How messages are made, seen on the way to their content; and messages that are changed at random.

use rand::Rng;

use super::super::{KeyError, Layer, SecretKey, UnpackError};
use super::gpg::Gpg;
use super::keys::locked;
use super::unpack::CURVE;
use super::{Files, files, owned, packed, rng, unpacked};

/// What is told of a message that gpg makes with these options: its summary, and what it departs in.
fn told(gpg: &Gpg, secret: &SecretKey, options: &[&str]) -> (String, Vec<String>) {
    let message = gpg.must(&[options, &["--encrypt"]].concat(), &files()[0].1);
    let (_, done) = unpacked(vec![message], Some(secret)).expect("a message");
    let sealing = done.wrapping.sealing.expect("a message");
    let departures = sealing.departures().into_iter().map(|departure| departure.found);
    (sealing.to_string(), departures.collect())
}

#[test]
fn what_a_message_departs_in_is_told() {
    let gpg = Gpg::new();
    gpg.generate("curve", CURVE);
    let secret = gpg.secret("curve");
    let to = ["--recipient", "curve", "--compress-algo", "zip"];
    for (options, departure) in [
        (&["--cipher-algo", "AES128"][..], None),
        (&["--cipher-algo", "3DES"], None),
        (&["--cipher-algo", "CAST5"], None),
        (&["--cipher-algo", "IDEA"], Some("IDEA")),
        (&["--compress-algo", "none"], Some("one that is not compressed")),
        (&["--compress-algo", "bzip2"], None),
        (&["--armor"], Some("one in ASCII armour")),
        (&["--symmetric", "--passphrase", "x"], Some("one that a passphrase opens")),
        (&["--sign", "--local-user", "curve"], None),
    ] {
        let (summary, found) = told(&gpg, &secret, &[&to, options].concat());
        assert_eq!(found, departure.map(str::to_owned).into_iter().collect::<Vec<_>>(), "{options:?}: {summary}");
    }
    let (summary, _) = told(&gpg, &secret, &[&to[..], &["--cipher-algo", "AES256"]].concat());
    assert_eq!(summary, "AES256, to ECDH, ZIP");
    let plain = gpg.must(&["--store"], &files()[0].1);
    let (_, done) = unpacked(vec![plain], None).expect("nothing to decrypt");
    let sealing = done.wrapping.sealing.expect("a message");
    assert!(sealing.departures().iter().any(|departure| departure.found == "one that anybody can read"), "{sealing}");
}

#[test]
fn a_passphrase_that_does_not_open_the_key_is_told_as_one() {
    let gpg = Gpg::new();
    gpg.generate("agent", CURVE);
    let message = packed(&gpg.public("agent"), &gpg.secret("agent"), 0).0.message();
    let key = locked(&gpg, "agent", "horse");
    let open = |passphrase| unpacked(vec![message.clone()], Some(&SecretKey::read(&key, passphrase).expect("a key")));
    assert_eq!(open("horse").expect("it opens").0, owned(files()));
    let told = open("house").expect_err("it does not");
    assert!(matches!(told, UnpackError::Key(KeyError::Passphrase { .. })), "{told:?}");
}

/// Octets changed, cut, left out and put twice: the content is what it was, or an error says that it is not.
#[test]
fn a_message_that_is_changed_at_random_is_refused_and_does_no_harm() {
    let gpg = Gpg::new();
    gpg.generate("agent", CURVE);
    let secret = gpg.secret("agent");
    let mut whole = Vec::new();
    for options in [&["--compress-algo", "zip"][..], &["--compress-algo", "none"], &["--armor"]] {
        let tar = super::hostile::tar_of(&[super::hostile::file("a.xml")]);
        whole.push(gpg.must(&[options, &["--recipient", "agent", "--encrypt"]].concat(), &tar));
    }
    let content: Files = vec![("a.xml".to_owned(), b"<a/>".to_vec())];
    let (mut rng, mut refused) = (rng(), 0);
    for round in 0..300 {
        let mut message = whole[round % whole.len()].clone();
        let at = rng.gen_range(0..message.len());
        let end = (at + rng.gen_range(1..40)).min(message.len());
        match rng.gen_range(0..5) {
            0 => message.truncate(at),
            1 => message[at] ^= 1 << rng.gen_range(0..8),
            2 => drop(message.drain(at..end)),
            3 => message[at..end].fill(rng.r#gen()),
            _ => message.extend_from_within(at..end),
        }
        match unpacked(vec![message], Some(&secret)) {
            Ok((found, _)) => assert_eq!(found, content, "round {round}"),
            Err(_) => refused += 1,
        }
    }
    // Armour has comments and line ends that nothing hangs on.
    assert!(refused > 250, "{refused} of 300");
}

#[test]
fn utf_16_is_left_to_the_reader_of_xml() {
    assert_eq!(Layer::detect(b"\xFF\xFE<\0a\0"), Some(Layer::Xml));
    assert_eq!(Layer::detect(b"\xFE\xFF\0<\0a"), Some(Layer::Xml));
}
