//! What we pack, read by GnuPG and GNU tar.

use std::fs::{self, File};
use std::io::{self, Read};
use std::num::NonZeroU64;

use super::super::tape::TarStream;
use super::super::{Cipher, Compression, Folder, Member, PackError, Packing, PublicKey, pack};
use super::gpg::{Gpg, listed};
use super::{Shelf, files, members, midnight, name, owned, packed, packing, rng, unpacked};

/// RSA of both lengths, and the curve in its form of RFC 4880.
const KEYS: [(&str, &str); 3] = [
    (
        "rsa3072",
        "Key-Type: RSA\nKey-Length: 3072\nKey-Usage: sign\nSubkey-Type: RSA\nSubkey-Length: 3072\nSubkey-Usage: encrypt",
    ),
    (
        "rsa2048",
        "Key-Type: RSA\nKey-Length: 2048\nKey-Usage: sign\nSubkey-Type: RSA\nSubkey-Length: 2048\nSubkey-Usage: encrypt",
    ),
    (
        "curve",
        "Key-Type: EDDSA\nKey-Curve: ed25519\nKey-Usage: sign\nSubkey-Type: ECDH\nSubkey-Curve: cv25519\nSubkey-Usage: encrypt",
    ),
];

#[test]
fn gpg_verifies_decrypts_and_finds_the_same_content() {
    let gpg = Gpg::new();
    for (place, (user, parameters)) in KEYS.into_iter().enumerate() {
        gpg.generate(user, parameters);
        let (agent, registry, name) = (gpg.public(user), gpg.secret(user), name());
        let compression = [Compression::Zip, Compression::Zlib, Compression::None][place];
        let (cipher, armour_signatures) = ([Cipher::Aes128, Cipher::Aes256][place % 2], place == 1);
        let recipients = [&agent];
        let packing = Packing { compression, cipher, armour_signatures, ..packing(&name, &recipients, &registry) };
        let packing = Packing { part_octets: NonZeroU64::new(20_000), ..packing };
        let mut shelf = Shelf::default();
        let done = pack(members(&files()), &packing, &mut rng(), &mut shelf).expect("packs");

        let (parts, signatures) = (shelf.of(".ryde"), shelf.of(".sig"));
        assert_eq!((parts.len(), signatures.len()), (done.parts.len(), done.parts.len()));
        assert!(parts.len() > 1 && parts[..parts.len() - 1].iter().all(|part| part.len() == 20_000), "split as told");
        assert_eq!(parts.iter().map(|part| part.len() as u64).sum::<u64>(), done.octets);
        assert_eq!(done.parts[1].to_string(), "example_2026-11-22_full_S2_R0.ryde");
        for (part, signature) in parts.iter().zip(&signatures) {
            assert_eq!(signature.starts_with(b"-----BEGIN PGP SIGNATURE-----"), armour_signatures);
            let (part, signature) = (gpg.put("part", part), gpg.put("part.sig", signature));
            let status =
                gpg.must(&["--status-fd", "1", "--verify", &signature.to_string_lossy(), &part.to_string_lossy()], b"");
            let status = String::from_utf8_lossy(&status);
            assert!(status.contains("GOODSIG") && status.contains("2026-11-22"), "{user}: {status}");
        }
        let told = gpg.must(&["--list-packets", "--verbose"], &shelf.message());
        let told = String::from_utf8_lossy(&told);
        assert!(told.contains("mdc_method: 2") && told.contains("literal data packet"), "{user}: {told}");
        assert_eq!(told.contains("compressed packet: algo=1"), compression == Compression::Zip, "{user}: {told}");
        assert_eq!(told.contains("compressed packet: algo=2"), compression == Compression::Zlib, "{user}: {told}");

        let tar = gpg.must(&["--decrypt"], &shelf.message());
        assert_eq!(tar.len() as u64, done.tar_octets);
        let path = gpg.put("deposit.tar", &tar);
        let lines = listed(&path);
        for (line, (name, content)) in lines.lines().zip(files()) {
            let words: Vec<&str> = line.split_whitespace().collect();
            assert_eq!(words, ["-rw-------", "0/0", &content.len().to_string(), "2026-11-22", "00:00:00", name]);
        }
        assert_eq!(lines.lines().count(), 3);
        let (found, _) = unpacked(vec![tar], None).expect("a tar file");
        assert_eq!(found, owned(files()), "{user}");
    }
}

#[test]
fn what_is_packed_twice_is_one_tar_file() {
    let read = || {
        let mut tar = Vec::new();
        TarStream::new(members(&files()), midnight()).expect("members").read_to_end(&mut tar).expect("memory");
        tar
    };
    assert!(read() == read() && read().len() % 512 == 0);
}

/// Reads as nothing but zeros, of any length; a sparse file holds the rest.
#[test]
fn a_member_above_eight_gibibytes_is_listed_and_read() {
    let gpg = Gpg::new();
    let octets = (9 << 30) + 1;
    let big = Member { name: "big.xml".to_owned(), octets, content: Box::new(io::repeat(0).take(octets)) };
    let small = Member { name: "small.csv".to_owned(), octets: 0, content: Box::new(io::empty()) };
    let mut heads = vec![0; 3 * 512];
    let mut stream = TarStream::new(vec![big, small], midnight()).expect("members");
    stream.read_exact(&mut heads).expect("the heads");
    let path = gpg.put("big.tar", &heads);
    let file = File::options().write(true).open(&path).expect("the file");
    file.set_len(3 * 512 + octets.next_multiple_of(512) + 1024).expect("a sparse file");
    let line = listed(&path);
    assert_eq!(
        line.split_whitespace().collect::<Vec<_>>(),
        ["-rw-------", "0/0", "9663676417", "2026-11-22", "00:00:00", "big.xml"]
    );

    let mut archive = tar::Archive::new(File::open(&path).expect("the file"));
    let sizes: Vec<u64> =
        archive.entries_with_seek().expect("a file").map(|entry| entry.expect("an entry").size()).collect();
    assert_eq!(sizes, [octets]);
    fs::remove_file(path).expect("it is there");
}

#[test]
fn a_member_that_is_not_as_it_says_is_told() {
    let gpg = Gpg::new();
    gpg.generate("curve", KEYS[2].1);
    let (agent, registry, name) = (gpg.public("curve"), gpg.secret("curve"), name());
    let recipients = [&agent];
    let fails = |members: Vec<Member<'_>>, recipients: &[&PublicKey]| {
        pack(members, &packing(&name, recipients, &registry), &mut rng(), &mut Shelf::default())
            .expect_err("it is wrong")
    };
    let member = |name: &str, octets| Member { name: name.to_owned(), octets, content: Box::new(&b"abc"[..]) };
    let short = fails(vec![member("a.xml", 4)], &recipients);
    assert!(matches!(short, PackError::MemberShorter { expected: 4, found: 3, .. }), "{short}");
    let long = fails(vec![member("a.xml", 2)], &recipients);
    assert!(matches!(long, PackError::MemberLonger { expected: 2, .. }), "{long}");
    let twice = fails(vec![member("a.xml", 3), member("a.xml", 3)], &recipients);
    assert!(matches!(twice, PackError::MemberTwice { .. }), "{twice}");
    for bad in ["", "..", "a/b.xml", "a b", "ä.xml", "\n", &"x".repeat(101)] {
        let found = fails(vec![member(bad, 3)], &recipients);
        assert!(matches!(found, PackError::MemberName { .. }), "{bad}: {found}");
    }
    assert!(matches!(fails(vec![], &recipients), PackError::NoMember));
    assert!(matches!(fails(vec![member("a.xml", 3)], &[]), PackError::NoRecipient));
}

/// A folder whose disk is full.
struct Full;

impl Folder for Full {
    type File = Box<dyn io::Write>;

    fn create(&mut self, _: &super::super::FileName) -> io::Result<Self::File> {
        Err(io::Error::from(io::ErrorKind::StorageFull))
    }

    fn close(&mut self, _: &super::super::FileName, _: Self::File) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk_is_told_as_one() {
    let gpg = Gpg::new();
    gpg.generate("curve", KEYS[2].1);
    let (agent, registry, name) = (gpg.public("curve"), gpg.secret("curve"), name());
    let recipients = [&agent];
    let told =
        pack(members(&files()), &packing(&name, &recipients, &registry), &mut rng(), &mut Full).expect_err("full");
    assert!(matches!(&told, PackError::Io(error) if error.kind() == io::ErrorKind::StorageFull), "{told:?}");
    let (shelf, done) = packed(&agent, &registry, 0);
    assert_eq!((shelf.0.len(), done.parts.len()), (2, 1), "and without it, one file and its signature");
}
