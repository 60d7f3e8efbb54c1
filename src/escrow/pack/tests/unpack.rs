//! What GnuPG packs and signs, unpacked; and our own, with something wrong.

use super::super::{FileName, Layer, UnpackError, in_order, verify};
use super::gpg::Gpg;
use super::{Files, files, midnight, noon, owned, packed, unpacked};

const RSA: &str =
    "Key-Type: RSA\nKey-Length: 2048\nKey-Usage: sign\nSubkey-Type: RSA\nSubkey-Length: 2048\nSubkey-Usage: encrypt";
pub(super) const CURVE: &str = "Key-Type: EDDSA\nKey-Curve: ed25519\nKey-Usage: sign\nSubkey-Type: ECDH\nSubkey-Curve: cv25519\nSubkey-Usage: encrypt";

/// A tar file by GNU tar, in its own format, with a folder and names that begin with `./`.
fn foreign_tar(gpg: &Gpg) -> (Vec<u8>, Files) {
    std::fs::create_dir(gpg.path("data")).expect("a folder");
    for (name, content) in files() {
        gpg.put(&format!("data/{name}"), &content);
    }
    let mut command = std::process::Command::new("tar");
    command.args(["--sort=name", "-C"]).arg(gpg.path("data")).args(["-cf", "-", "."]);
    let done = super::gpg::fed(command, b"");
    assert!(done.status.success(), "tar: {}", String::from_utf8_lossy(&done.stderr));
    let mut sorted = owned(files());
    sorted.sort();
    (done.stdout, sorted)
}

#[test]
fn what_gpg_encrypts_is_unpacked() {
    let gpg = Gpg::new();
    let (tar, content) = foreign_tar(&gpg);
    for (user, parameters) in [("rsa", RSA), ("curve", CURVE)] {
        gpg.generate(user, parameters);
        let secret = gpg.secret(user);
        for cipher in ["AES128", "AES192", "AES256", "CAST5", "3DES", "TWOFISH", "CAMELLIA256"] {
            for compression in ["none", "zip", "zlib", "bzip2"] {
                if user == "curve" && compression != "zip" {
                    continue;
                }
                let options = ["--cipher-algo", cipher, "--compress-algo", compression];
                let message = gpg.must(&[&options[..], &["--recipient", user, "--encrypt"]].concat(), &tar);
                let (found, done) = unpacked(vec![message], Some(&secret)).expect(cipher);
                assert_eq!((found, done.members), (content.clone(), 3), "{cipher} {compression}");
                assert_eq!(done.wrapping.layers, [Layer::Message, Layer::Tar]);
            }
        }
        let armoured = gpg.must(&["--armor", "--recipient", user, "--encrypt"], &tar);
        let (found, done) = unpacked(vec![armoured], Some(&secret)).expect("armoured");
        assert_eq!((found, done.wrapping.layers), (content.clone(), vec![Layer::ArmouredMessage, Layer::Tar]));
        let signed = gpg.must(&["--local-user", user, "--recipient", user, "--sign", "--encrypt"], &tar);
        assert_eq!(unpacked(vec![signed], Some(&secret)).expect("signed inside").0, content);
    }
    assert_eq!(unpacked(vec![tar], None).expect("the tar file itself").0, content);
}

#[test]
fn bare_xml_is_one_member() {
    let gpg = Gpg::new();
    gpg.generate("agent", CURVE);
    let xml = files().remove(0).1;
    let (found, done) = unpacked(vec![xml.clone()], None).expect("XML");
    assert_eq!(
        (found, done.wrapping.layers, done.octets),
        (vec![("bare.xml".to_owned(), xml.clone())], vec![Layer::Xml], xml.len() as u64)
    );
    let message = gpg.must(&["--recipient", "agent", "--encrypt"], &xml);
    let (found, done) = unpacked(vec![message], Some(&gpg.secret("agent"))).expect("XML in a message");
    assert_eq!((found[0].1 == xml, done.wrapping.layers), (true, vec![Layer::Message, Layer::Xml]));
}

#[test]
fn signatures_by_gpg_are_verified() {
    let gpg = Gpg::new();
    for (user, parameters) in [("rsa", RSA), ("curve", CURVE), ("other", CURVE)] {
        gpg.generate(user, parameters);
    }
    let file = &files()[0].1;
    let other = gpg.public("other");
    for user in ["rsa", "curve"] {
        let key = gpg.public(user);
        let sign = |options: &[&str]| gpg.must(&[&["--local-user", user], options, &["--detach-sign"]].concat(), file);
        for signature in [sign(&[]), sign(&["--armor"]), sign(&["--digest-algo", "SHA512"])] {
            let signed = verify(&file[..], &signature, &key, noon()).expect("a good signature");
            assert_eq!((signed.made, signed.by), (noon(), key.fingerprint()));
            let mut changed = file.clone();
            changed[7] ^= 1;
            assert!(matches!(verify(&changed[..], &signature, &key, noon()), Err(UnpackError::SignatureWrong)));
            assert!(matches!(verify(&file[1..], &signature, &key, noon()), Err(UnpackError::SignatureWrong)));
            let told = verify(&file[..], &signature, &other, noon()).expect_err("another's");
            assert!(
                matches!(&told, UnpackError::SignatureOfOther { expected, .. } if *expected == other.fingerprint()),
                "{told}"
            );
            let early = verify(&file[..], &signature, &key, midnight()).expect_err("to come");
            assert!(matches!(early, UnpackError::SignatureInFuture { made } if made == noon()), "{early}");
            let twice = verify(&file[..], &signature.repeat(2), &key, noon());
            assert!(twice.is_err() || signature.starts_with(b"-----"), "one signature, not two");
        }
        let expiring = sign(&["--default-sig-expire", "1d"]);
        verify(&file[..], &expiring, &key, noon()).expect("still good");
        let late = verify(&file[..], &expiring, &key, noon().plus_days(2)).expect_err("expired");
        assert!(matches!(late, UnpackError::SignatureExpired { .. }), "{late}");
    }
    let key = gpg.public("rsa");
    let weak = gpg.must(&["--local-user", "rsa", "--digest-algo", "SHA1", "--detach-sign"], file);
    let told = verify(&file[..], &weak, &key, noon()).expect_err("weak");
    assert!(matches!(told, UnpackError::WeakDigest { .. }), "{told}");
    let text = gpg.must(&["--local-user", "rsa", "--textmode", "--detach-sign"], file);
    let inline = gpg.must(&["--local-user", "rsa", "--sign"], file);
    for wrong in [&text[..], &inline, b"", b"-----BEGIN PGP SIGNATURE-----\n", &file[..100]] {
        let told = verify(&file[..], wrong, &key, noon()).expect_err("no detached signature");
        assert!(matches!(told, UnpackError::SignatureForm { .. }), "{told}");
    }
}

#[test]
fn a_message_that_was_changed_cut_or_put_together_wrongly_is_refused() {
    let gpg = Gpg::new();
    for user in ["agent", "other"] {
        gpg.generate(user, CURVE);
    }
    let (agent, registry) = (gpg.secret("agent"), gpg.secret("other"));
    let (shelf, done) = packed(agent.public(), &registry, 20_000);
    let parts = shelf.of(".ryde");
    assert_eq!((unpacked(parts.clone(), Some(&agent)).expect("whole").0, parts.len() > 3), (owned(files()), true));
    assert!(in_order(&done.parts).is_ok());

    let other = unpacked(parts.clone(), Some(&registry)).expect_err("not to this key");
    assert!(matches!(&other, UnpackError::NotForUs { recipients, .. } if recipients.len() == 1), "{other}");
    assert!(matches!(unpacked(parts.clone(), None), Err(UnpackError::Encrypted)));

    let whole = parts.concat();
    for place in [400, whole.len() / 2, whole.len() - 30, whole.len() - 1] {
        let mut changed = whole.clone();
        changed[place] ^= 0x10;
        let told = unpacked(vec![changed], Some(&agent)).expect_err("changed");
        assert!(matches!(told, UnpackError::Damaged { .. }), "at {place}: {told:?}");
    }
    for end in [1, 50, 150, 1000, whole.len() / 2, whole.len() - 22, whole.len() - 1] {
        let told = unpacked(vec![whole[..end].to_vec()], Some(&agent)).expect_err("cut");
        assert!(matches!(told, UnpackError::Damaged { .. }), "at {end}: {told:?}");
    }
    let behind = unpacked(vec![whole.clone(), b"more".to_vec()], Some(&agent)).expect_err("more");
    assert!(matches!(behind, UnpackError::Damaged { .. }), "{behind:?}");
    for missing in 0..parts.len() {
        let mut some = parts.clone();
        some.remove(missing);
        let told = unpacked(some, Some(&agent)).expect_err("a part is missing");
        assert!(
            matches!(told, UnpackError::Damaged { .. } | UnpackError::UnknownLayer { .. }),
            "S{}: {told:?}",
            missing + 1
        );
    }
    let mut wrong = parts.clone();
    wrong.swap(1, 2);
    let told = unpacked(wrong, Some(&agent)).expect_err("the wrong order");
    assert!(matches!(told, UnpackError::Damaged { .. }), "{told:?}");
}

#[test]
fn the_order_of_parts_is_seen_by_their_names() {
    let names = |names: &[&str]| names.iter().map(|name| name.parse().expect("a name")).collect::<Vec<FileName>>();
    let one = "example_2026-11-22_full_S1_R0.ryde";
    assert!(in_order(&[]).is_ok() && in_order(&names(&[one])).is_ok());
    for (second, third, expected) in [
        ("example_2026-11-22_full_S3_R0.ryde", "example_2026-11-22_full_S2_R0.ryde", 2),
        ("example_2026-11-22_full_S2_R0.ryde", "example_2026-11-22_full_S2_R0.ryde", 3),
        ("example_2026-11-22_full_S2_R0.ryde", "example_2026-11-22_full_S4_R0.ryde", 3),
    ] {
        let told = in_order(&names(&[one, second, third])).expect_err("out of order");
        assert!(matches!(told, UnpackError::PartOrder { expected: place, .. } if place == expected), "{told}");
    }
    let told = in_order(&names(&["example_2026-11-22_full_S2_R0.ryde"])).expect_err("no first part");
    assert!(matches!(told, UnpackError::PartOrder { expected: 1, .. }), "{told}");
    for foreign in [
        "example_2026-11-22_diff_S2_R0.ryde",
        "example_2026-11-22_full_S2_R1.ryde",
        "example_2026-11-22_full_S2_R0.sig",
    ] {
        let told = in_order(&names(&[one, foreign])).expect_err("foreign");
        assert!(matches!(told, UnpackError::ForeignPart { .. }), "{told}");
    }
}

#[test]
fn a_message_without_integrity_protection_is_refused() {
    let gpg = Gpg::new();
    gpg.generate("agent", CURVE);
    let agent = gpg.secret("agent");
    let mut message = packed(agent.public(), &agent, 0).0.message();
    // A session key's packet in the new form, its length in one octet; then the tag of encrypted data.
    let place = 2 + usize::from(message[1]);
    assert_eq!((message[0], message[place]), (0xC1, 0xD2), "as our messages begin");
    message[place] = 0xC9;
    let told = unpacked(vec![message], Some(&agent)).expect_err("nothing protects it");
    assert!(matches!(told, UnpackError::MessageForm { .. }), "{told:?}");
}
