//! Torn tails are cut, and everything else is refused with the file, the place and the reason.

use super::*;
use crate::port::disk::{Disk, FileKind};
use crate::wal::error::{Damage, Evidence, FrameFault};
use crate::wal::format::{Block, Chain, SEGMENT_FIRST_SEQUENCE, encode_frame};
use crate::wal::recovery::{Fold, Located};
use crate::wal::seal_file::SEAL_NAME;

/// Opens a log that must be refused; tells where and why.
fn refused(disk: &SimDisk) -> (String, u64, Damage) {
    let before: Vec<_> = disk.list().expect("listed").iter().map(|name| disk.bytes(name)).collect();
    let error = try_open(disk).err().expect("refused");
    let after: Vec<_> = disk.list().expect("listed").iter().map(|name| disk.bytes(name)).collect();
    assert!(before == after, "a refused log must not be touched");
    let message = error.to_string();
    let WalError::Damage { file, offset, damage } = error else { panic!("{message}") };
    assert!(message.starts_with(&format!("{file}: damaged at offset {offset}: ")), "{message}");
    (file, offset, damage)
}

fn file(first_sequence: u64) -> String {
    format!("sim/{}", segment_name(first_sequence))
}

/// Puts changed bytes of a segment in its place.
fn edit(disk: &SimDisk, name: &str, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = disk.bytes(name);
    change(&mut bytes);
    disk.put(name, bytes);
}

fn frame(before: Chain, sequence: u64) -> (Block, Chain) {
    let mut bytes = Block::new();
    let chain = encode_frame(LOG_ID, &before, sequence, 0, &[&payload(sequence, 100)], &mut bytes);
    (bytes, chain)
}

#[test]
fn the_last_frame_cut_at_any_octet_is_torn_and_the_log_goes_on() {
    let log = log_of(&[100, 200, 4500]);
    let (whole, seal) = (log.bytes(&first_segment()), log.bytes(SEAL_NAME));
    let last = 3 * BLOCK;
    for cut in last..last + 64 + 4500 {
        let disk = SimDisk::new(1);
        disk.put(SEAL_NAME, seal.clone());
        let mut bytes = whole.clone();
        bytes[cut..].fill(0);
        disk.put(&first_segment(), bytes);
        let (mut wal, recovery) = open(&disk);
        assert_eq!(recovery.last_sequence, 2);
        // The checksum's own octets come first; with none of the frame written there is nothing to cut.
        assert_eq!(recovery.torn.as_ref().map(|torn| torn.offset), (cut > last).then_some(last as u64));
        assert!(disk.bytes(&first_segment())[last..].iter().all(|&byte| byte == 0), "zeroed before any append");
        assert_eq!(wal.append(0, &[&payload(3, 10)]).expect("appended"), 3);
        assert_eq!(open(&disk).1.last_sequence, 3);
    }
}

#[test]
fn a_torn_frame_of_many_sectors_leaves_nothing_behind_a_shorter_successor() {
    let disk = log_of(&[100, 12_000]);
    edit(&disk, &first_segment(), |bytes| bytes[2 * BLOCK..2 * BLOCK + 512].fill(0));
    let (mut wal, recovery) = open(&disk);
    let torn = recovery.torn.expect("torn");
    assert_eq!((torn.file, torn.offset), (file(1), 2 * BLOCK as u64));
    assert!(matches!(torn.reason, FrameFault::Magic { found: [0, 0, 0, 0], .. }));
    wal.append(0, &[b"short"]).expect("appended");
    let (wal, recovery) = open(&disk.power_cycle());
    assert_eq!((recovery.last_sequence, recovery.torn), (2, None));
    assert_eq!(payloads(&wal), [payload(1, 100), b"short".to_vec()]);
}

#[test]
fn every_bit_flip_before_the_last_frame_is_refused_where_it_lies() {
    let whole = log_of(&[100, 200, 300]).bytes(&first_segment());
    let mut bytes = whole.clone();
    for bit in 0..8 * 3 * BLOCK {
        let (octet, mask) = (bit / 8, 1 << (bit % 8));
        bytes[octet] ^= mask;
        let Located { offset, damage } = Fold::default().segment(1, &bytes, None).expect_err("refused");
        bytes[octet] ^= mask;
        if octet >= BLOCK {
            let later = (octet / BLOCK + 1) * BLOCK;
            let evidence = Evidence::LaterFrame { offset: later as u64, sequence: (later / BLOCK) as u64 };
            assert_eq!(offset, (octet / BLOCK * BLOCK) as u64);
            assert!(matches!(damage, Damage::Frame { evidence: found, .. } if found == evidence));
        }
    }
    assert!(bytes == whole);
}

#[test]
fn a_bit_flip_in_an_older_segment_names_that_segment() {
    for octet in (BLOCK..8 * BLOCK).step_by(97) {
        let disk = log_of(&[5000; 5]);
        disk.flip_bit(&first_segment(), octet, 3);
        let (name, offset, damage) = refused(&disk);
        // Three frames of two blocks, then a block of zeros.
        assert_eq!((name, offset), (file(1), (((octet / BLOCK - 1) / 2) * 2 * BLOCK + BLOCK) as u64));
        assert!(matches!(damage, Damage::Frame { .. }), "{damage}");
    }
}

/// Nothing tells a flipped last frame from a torn one: only a later frame, or a seal, would prove that it was durable.
#[test]
fn a_bit_flip_in_the_last_frame_counts_as_torn() {
    for bit in (0..8 * 64).chain((8 * 64..8 * BLOCK).step_by(101)) {
        let disk = log_of(&[100, 200]);
        disk.flip_bit(&first_segment(), 2 * BLOCK + bit / 8, (bit % 8) as u8);
        let (wal, recovery) = open(&disk);
        assert_eq!((recovery.last_sequence, recovery.torn.map(|torn| torn.offset)), (1, Some(2 * BLOCK as u64)));
        assert_eq!(payloads(&wal), [payload(1, 100)]);
    }
}

#[test]
fn a_bad_first_frame_of_a_later_segment_is_damage_because_the_name_came_after_it() {
    let disk = log_of(&[5000; 4]);
    disk.flip_bit(&segment_name(4), BLOCK + 70, 0);
    let (name, offset, damage) = refused(&disk);
    assert_eq!((name, offset), (file(4), BLOCK as u64));
    assert!(matches!(damage, Damage::Frame { evidence: Evidence::FirstOfSegment, .. }), "{damage}");
}

#[test]
fn a_removed_frame_is_refused_as_a_hole_and_as_a_broken_chain_when_renumbered() {
    let disk = log_of(&[100, 100, 100]);
    edit(&disk, &first_segment(), |bytes| bytes.copy_within(3 * BLOCK..5 * BLOCK, 2 * BLOCK));
    assert_eq!(refused(&disk), (file(1), 2 * BLOCK as u64, Damage::Hole { expected: 2, found: 3 }));

    let disk = log_of(&[100]);
    let (forged, _) = frame([9; 32], 2);
    edit(&disk, &first_segment(), |bytes| bytes[2 * BLOCK..3 * BLOCK].copy_from_slice(&forged));
    let (name, offset, damage) = refused(&disk);
    assert_eq!((name, offset), (file(1), 2 * BLOCK as u64));
    assert!(matches!(damage, Damage::Chain { .. }), "{damage}");
}

#[test]
fn a_repeated_frame_is_refused_as_a_duplicate() {
    let disk = log_of(&[100, 100]);
    edit(&disk, &first_segment(), |bytes| bytes.copy_within(2 * BLOCK..3 * BLOCK, 3 * BLOCK));
    assert_eq!(refused(&disk), (file(1), 3 * BLOCK as u64, Damage::Duplicate { expected: 3, found: 2 }));
}

#[test]
fn a_zeroed_frame_before_others_is_refused() {
    let disk = log_of(&[100, 100, 100]);
    edit(&disk, &first_segment(), |bytes| bytes[2 * BLOCK..3 * BLOCK].fill(0));
    let (name, offset, damage) = refused(&disk);
    assert_eq!((name, offset), (file(1), 2 * BLOCK as u64));
    let evidence = Evidence::LaterFrame { offset: 3 * BLOCK as u64, sequence: 3 };
    assert!(matches!(damage, Damage::Frame { evidence: found, .. } if found == evidence));
}

#[test]
fn a_missing_segment_and_a_zeroed_end_of_one_are_refused() {
    let disk = log_of(&[5000; 9]);
    disk.remove(&segment_name(4)).expect("removed");
    let end = 7 * BLOCK as u64;
    assert_eq!(refused(&disk), (file(1), end, Damage::MissingFrames { expected: 4, found: 7 }));

    let disk = log_of(&[5000; 5]);
    edit(&disk, &first_segment(), |bytes| bytes[5 * BLOCK..].fill(0));
    let end = 5 * BLOCK as u64;
    assert_eq!(refused(&disk), (file(1), end, Damage::MissingFrames { expected: 3, found: 4 }));
}

#[test]
fn a_segment_of_another_version_log_name_or_size_is_refused() {
    let disk = log_of(&[100]);
    edit(&disk, &first_segment(), |bytes| bytes[8] = 3);
    assert_eq!(refused(&disk), (file(1), 0, Damage::Version { expected: 2, found: 3 }));

    let disk = log_of(&[100]);
    edit(&disk, &first_segment(), |bytes| bytes[0] = b'X');
    assert!(matches!(refused(&disk), (_, 0, Damage::NotASegment { .. })));

    let at = SEGMENT_FIRST_SEQUENCE as u64;
    let disk = log_of(&[5000; 4]);
    disk.put(&segment_name(5), disk.bytes(&segment_name(4)));
    disk.remove(&segment_name(4)).expect("removed");
    assert_eq!(refused(&disk), (file(1), 7 * BLOCK as u64, Damage::MissingFrames { expected: 4, found: 5 }));
    let disk = log_of(&[5000; 4]);
    disk.put(&segment_name(4), disk.bytes(&first_segment()));
    assert_eq!(refused(&disk), (file(4), at, Damage::Name { expected: 4, found: 1 }));

    let disk = log_of(&[5000; 4]);
    let other = SimDisk::new(1);
    Wal::begin(&other, &Options { log_id: 5, ..small() }, NOW).expect("begun");
    let (mut wal, _) = open(&other);
    (1..=4).for_each(|sequence| assert!(wal.append(0, &[&payload(sequence, 5000)]).is_ok()));
    disk.put(&segment_name(4), other.bytes(&segment_name(4)));
    assert_eq!(refused(&disk), (file(4), at, Damage::ForeignLog { expected: LOG_ID, found: 5 }));

    for size in [0, 100, BLOCK, 8 * BLOCK - 1, 8 * BLOCK + 1] {
        let disk = log_of(&[100]);
        edit(&disk, &first_segment(), |bytes| bytes.resize(size, 0));
        let (_, _, damage) = refused(&disk);
        assert!(matches!(damage, Damage::Size { found, .. } if found == size as u64), "{damage}");
    }
}

#[test]
fn what_is_not_understood_is_refused_by_name() {
    for name in ["base-1", "wal-00000000000000000001.seg.old", "wal-2.seg", "wal-00000000000000000000.seg", ".hidden"] {
        let disk = log_of(&[100]);
        disk.put(name, vec![1]);
        let error = try_open(&disk).err().expect("refused");
        assert!(matches!(&error, WalError::Stranger { file } if *file == format!("sim/{name}")), "{error}");
        disk.put("lost+found", vec![1]);
        disk.disguise("lost+found", FileKind::Directory);
        disk.remove(name).expect("moved away");
        assert_eq!(open(&disk).1.last_sequence, 1, "what the file system put there is no stranger");
        disk.disguise("lost+found", FileKind::Regular);
        assert!(try_open(&disk).is_err());
    }
}

#[test]
fn a_name_of_ours_that_is_no_regular_file_is_refused() {
    for kind in [FileKind::Link, FileKind::Directory, FileKind::Other] {
        for name in [segment_name(1), segment_name(4), "wal-next.tmp".to_owned()] {
            let disk = log_of(&[5000; 4]);
            if name.ends_with(".tmp") {
                disk.put(&name, vec![0]);
            }
            disk.disguise(&name, kind);
            let error = try_open(&disk).err().expect("refused");
            let named = |file: &str| file == format!("sim/{name}");
            assert!(matches!(&error, WalError::NotAFile { file, found } if *found == kind && named(file)), "{error}");
        }
    }
}

#[test]
fn no_log_is_opened_where_there_is_none_and_none_begun_where_there_is_one() {
    let disk = SimDisk::new(1);
    assert!(matches!(Wal::recover(disk.clone(), small(), &[]), Err(WalError::NoLog { .. })));
    assert_eq!(disk.list().expect("listed"), Vec::<String>::new());
    Wal::begin(&disk, &small(), NOW).expect("begun");
    let before = disk.bytes(&first_segment());
    assert!(
        matches!(Wal::begin(&disk, &small(), NOW), Err(WalError::Exists { file }) if file == "sim/wal-00000000000000000001.seg")
    );
    assert!(before == disk.bytes(&first_segment()));
}

/// A registrar cannot turn a torn tail into damage by sending what looks like a frame: it does not know the log's id.
#[test]
fn a_frame_inside_a_torn_payload_is_not_believed() {
    let disk = log_of(&[100]);
    let (mut wal, _) = open(&disk);
    let mut fake = Block::new();
    encode_frame(LOG_ID + 1, &[0; 32], 3, 0, &[b"fake"], &mut fake);
    wal.append(0, &[&vec![b' '; BLOCK - 64], &fake]).expect("appended");
    edit(&disk, &first_segment(), |bytes| bytes[2 * BLOCK..3 * BLOCK].fill(0));
    let (_, recovery) = open(&disk);
    assert_eq!((recovery.last_sequence, recovery.torn.is_some()), (1, true));
}

#[test]
fn a_reader_refuses_damage_that_came_after_the_start() {
    let disk = log_of(&[5000; 5]);
    let (wal, _) = open(&disk);
    disk.flip_bit(&first_segment(), 3 * BLOCK + 99, 1);
    let mut frames = wal.reader(1).expect("readable");
    assert_eq!(frames.next_frame().expect("valid").expect("there").payload, payload(1, 5000));
    for _ in 0..2 {
        let error = frames.next_frame().expect_err("refused");
        assert!(matches!(error, WalError::Damage { offset, .. } if offset == 3 * BLOCK as u64), "{error}");
    }
}
