//! Tar files that nobody honest makes.

use tar::{Builder, EntryType, Header};

use super::super::{Limits, UnpackError};
use super::{LIMITS, unpacked, unpacked_within};

/// A member whose name is not looked at by who writes it.
fn raw(name: &[u8], kind: EntryType, content: &[u8]) -> Vec<u8> {
    let mut header = Header::new_gnu();
    header.as_old_mut().name[..name.len()].copy_from_slice(name);
    header.set_entry_type(kind);
    header.set_size(content.len() as u64);
    header.set_cksum();
    let mut octets = [header.as_bytes(), content].concat();
    octets.resize(octets.len().next_multiple_of(512), 0);
    octets
}

pub(super) fn file(name: &str) -> Vec<u8> {
    raw(name.as_bytes(), EntryType::Regular, b"<a/>")
}

pub(super) fn tar_of(members: &[Vec<u8>]) -> Vec<u8> {
    [members.concat(), vec![0; 1024]].concat()
}

fn told(tar: Vec<u8>) -> UnpackError {
    unpacked(vec![tar], None).expect_err("it is not taken")
}

#[test]
fn names_that_lead_elsewhere_are_refused() {
    for (name, rule) in [
        (&b"/etc/passwd"[..], "relative"),
        (b"../x.xml", "without .."),
        (b"a/../../x.xml", "without .."),
        (b"c:x.xml", "relative"),
        (b"a\\x.xml", "UTF-8"),
        (b"a\nx.xml", "UTF-8"),
        (b"\xFFx.xml", "UTF-8"),
        (b"a/", "a file"),
        (b"./", "a file"),
    ] {
        let told = told(tar_of(&[file("good.xml"), raw(name, EntryType::Regular, b"<a/>")]));
        let named = matches!(&told, UnpackError::MemberName { rule: found, .. } if found.contains(rule));
        assert!(named, "{}: {told:?}", String::from_utf8_lossy(name));
    }
    let long = format!("{}/x.xml", "y".repeat(300));
    let (mut builder, mut header) = (Builder::new(Vec::new()), Header::new_gnu());
    header.set_size(0);
    builder.append_data(&mut header, &long, &b""[..]).expect("memory");
    let told = told(builder.into_inner().expect("memory"));
    assert!(matches!(&told, UnpackError::MemberName { member, .. } if *member == long), "{told:?}");
}

#[test]
fn what_is_no_regular_file_is_refused() {
    use EntryType::{Block, Char, Fifo, Link, Symlink, XGlobalHeader};
    for kind in [Link, Symlink, Fifo, Char, Block, XGlobalHeader, EntryType::new(b'V')] {
        let told = told(tar_of(&[file("good.xml"), raw(b"bad.xml", kind, b"")]));
        assert!(matches!(&told, UnpackError::MemberKind { member, .. } if member == "bad.xml"), "{kind:?}: {told:?}");
    }
    // The library refuses one without its map before we see it.
    let sparse = told(tar_of(&[file("good.xml"), raw(b"bad.xml", EntryType::GNUSparse, b"")]));
    assert!(matches!(sparse, UnpackError::Tar { .. }), "{sparse:?}");
}

#[test]
fn names_are_there_once() {
    for second in ["a.xml", "./a.xml", ".//a.xml"] {
        let told = told(tar_of(&[file("a.xml"), file(second)]));
        assert!(matches!(&told, UnpackError::MemberTwice { member } if member == "a.xml"), "{told:?}");
    }
}

#[test]
fn members_are_counted_folders_too() {
    let many: Vec<_> = (0..LIMITS.members).map(|number| file(&format!("{number}.xml"))).collect();
    assert_eq!(unpacked(vec![tar_of(&many)], None).expect("as many as allowed").1.members, LIMITS.members);
    for more in [file("more.xml"), raw(b"more/", EntryType::Directory, b"")] {
        let told = told(tar_of(&[&many[..], &[more]].concat()));
        assert!(
            matches!(&told, UnpackError::TooManyMembers { limit: 10, member } if member.starts_with("more")),
            "{told:?}"
        );
    }
    let none = [raw(b"a/", EntryType::Directory, b"")];
    assert!(matches!(told(tar_of(&none)), UnpackError::NoMember));
    let full = raw(b"a/", EntryType::Directory, b"x");
    assert!(matches!(told(tar_of(&[file("a.xml"), full])), UnpackError::Tar { .. }));
}

#[test]
fn a_deposit_that_grows_too_much_is_left() {
    let tar = tar_of(&[file("a.xml"), raw(b"big.xml", EntryType::Regular, &vec![b' '; 100_000])]);
    let limits = |octets| Limits { octets, ..LIMITS };
    unpacked_within(vec![tar.clone()], None, limits(tar.len() as u64)).expect("just as much as allowed");
    let told = unpacked_within(vec![tar.clone()], None, limits(50_000)).expect_err("too much");
    assert!(matches!(&told, UnpackError::Bomb { limit: 50_000, member } if member == "big.xml"), "{told:?}");
    let xml = [b"<a>".to_vec(), vec![b' '; 100_000]].concat();
    let told = unpacked_within(vec![xml], None, limits(50_000)).expect_err("too much");
    assert!(matches!(&told, UnpackError::Bomb { member, .. } if member == "bare.xml"), "{told:?}");
}

#[test]
fn heads_without_end_are_not_held_in_memory() {
    // A name of more than the limit allows, of which not even the limit may be read.
    let long = raw(b"././@LongLink", EntryType::GNULongName, &vec![b'x'; 1 << 20]);
    let told = told(tar_of(&[long, file("a.xml")]));
    assert!(matches!(&told, UnpackError::Tar { reason, .. } if reason.contains("before a content")), "{told:?}");
}

#[test]
fn a_tar_file_that_was_cut_or_goes_on_is_refused() {
    let whole = tar_of(&[file("a.xml"), file("b.xml")]);
    for end in (513..whole.len()).step_by(250) {
        let cut = unpacked(vec![whole[..end].to_vec()], None);
        // One empty block is enough of an end mark.
        if end >= whole.len() - 512 {
            continue;
        }
        let told = cut.expect_err("cut");
        assert!(matches!(told, UnpackError::Tar { .. }), "at {end}: {told:?}");
    }
    let padded = [&whole[..], &[0; 10_240]].concat();
    assert_eq!(unpacked(vec![padded], None).expect("padding").1.members, 2);
    let more = [&whole[..], &file("c.xml")].concat();
    assert!(matches!(told(more), UnpackError::Tar { .. }), "a member behind the end mark");
    let mut changed = whole;
    changed[1024 + 5] ^= 1;
    assert!(matches!(told(changed), UnpackError::Tar { .. }), "the checksum of a head");
}

#[test]
fn what_is_no_deposit_is_told_by_its_first_octets() {
    let told = told(b"\x1F\x8B\x08\x00".to_vec());
    assert!(matches!(&told, UnpackError::UnknownLayer { found } if found == "1F8B0800"), "{told:?}");
    assert!(told.to_string().contains("expected an OpenPGP message, a tar file or XML"), "{told}");
}
