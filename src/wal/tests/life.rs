//! What a healthy log does, and how it answers a disk that fails or is full.

use super::*;
use crate::port::disk::Disk;
use crate::wal::format::{Block, Chain, SegmentHeader, encode_frame, encode_segment_header};
use crate::wal::reader::Frames;
use crate::wal::seal_file::SEAL_NAME;

/// Committed bytes: a segment of five blocks with three frames, of each version; and the seal of the second.
const V1: &[u8] = include_bytes!("../testdata/version_1.seg");
const V2: &[u8] = include_bytes!("../testdata/version_2.seg");
const V2_SEAL: &[u8] = include_bytes!("../testdata/version_2.seal");

#[test]
fn a_new_log_is_empty_and_counts_from_one() {
    let disk = SimDisk::new(1);
    let (mut wal, recovery) = open(&disk);
    assert_eq!(
        recovery,
        Recovery {
            first_sequence: 1,
            last_sequence: 0,
            chain: Chain::default(),
            torn: None,
            clean: false,
            seal_damaged: false
        }
    );
    assert_eq!((wal.first_sequence(), wal.last_sequence(), wal.bytes()), (1, 0, 8 * BLOCK as u64));
    assert_eq!(payloads(&wal), Vec::<Vec<u8>>::new());
    assert_eq!(wal.append(0, &[b"a"]).expect("appended"), 1);
    assert_eq!(wal.append(0, &[b"b"]).expect("appended"), 2);
}

#[test]
fn frames_come_back_with_term_parts_joined_and_payload_aligned() {
    let disk = SimDisk::new(1);
    let (mut wal, _) = open(&disk);
    wal.append(3, &[b"one", b"", b"two"]).expect("appended");
    wal.append(4, &[]).expect("appended");
    let mut frames = wal.reader(1).expect("readable");
    let frame = frames.next_frame().expect("valid").expect("there");
    assert_eq!((frame.header.term, frame.payload), (3, b"onetwo".as_slice()));
    assert_eq!(frame.payload.as_ptr().align_offset(16), 0);
    let frame = frames.next_frame().expect("valid").expect("there");
    assert_eq!((frame.header.term, frame.payload), (4, b"".as_slice()));
    assert!(frames.next_frame().expect("valid").is_none());
}

#[test]
fn a_reopened_log_goes_on_with_the_same_sequence_and_chain() {
    let disk = log_of(&[10, 5000, 300]);
    let (mut wal, recovery) = open(&disk);
    assert_eq!((recovery.first_sequence, recovery.last_sequence, recovery.torn), (1, 3, None));
    assert_eq!(wal.chain(), recovery.chain);
    assert_eq!(wal.append(0, &[&payload(4, 20)]).expect("appended"), 4);
    assert_eq!(payloads(&open(&disk).0), [payload(1, 10), payload(2, 5000), payload(3, 300), payload(4, 20)]);
}

#[test]
fn a_full_segment_rolls_over_prepared_or_not() {
    for prepared in [false, true] {
        let disk = SimDisk::new(1);
        let (mut wal, _) = open(&disk);
        if prepared {
            while wal.prepare_next().expect("prepared") {}
        }
        for sequence in 1..=20 {
            wal.append(0, &[&payload(sequence, 5000)]).expect("appended");
        }
        // Three frames of two blocks fit behind the header block of each segment.
        let mut names = vec![SEAL_NAME.to_owned()];
        names.extend([1, 4, 7, 10, 13, 16, 19].map(segment_name));
        assert_eq!(disk.list().expect("listed"), names);
        assert_eq!(wal.bytes(), 7 * 8 * BLOCK as u64);
        let (wal, recovery) = open(&disk);
        assert_eq!(recovery.last_sequence, 20);
        assert_eq!(payloads(&wal), (1..=20).map(|sequence| payload(sequence, 5000)).collect::<Vec<_>>());
    }
}

#[test]
fn the_next_segment_is_ready_in_time_although_no_moment_is_idle() {
    let disk = SimDisk::new(1);
    let options = Options { segment_bytes: 1 << 20, ..small() };
    Wal::begin(&disk, &options, NOW).expect("begun");
    let (mut wal, _) = Wal::recover(disk.clone(), options, &[]).and_then(|found| found.settle(NOW)).expect("opens");
    let segments = || disk.list().expect("listed").iter().filter(|name| name.ends_with(".seg")).count();
    for sequence in 1..=600 {
        let (before, was_ready) = (segments(), wal.is_next_ready());
        wal.append(0, &[&payload(sequence, 5000)]).expect("appended");
        assert!(segments() == before || was_ready, "frame {sequence} had to wait");
        wal.keep_pace().expect("kept");
    }
    assert_eq!(segments(), 5);
}

#[test]
fn release_removes_only_whole_segments_and_never_the_active_one() {
    let disk = log_of(&[5000; 8]);
    let (mut wal, _) = open(&disk);
    wal.release(5, NOW).expect("released");
    assert_eq!(wal.first_sequence(), 4);
    wal.release(100, NOW).expect("released");
    assert_eq!((wal.first_sequence(), wal.last_sequence()), (7, 8));
    assert_eq!(disk.list().expect("listed"), [SEAL_NAME.to_owned(), segment_name(7)]);
    assert!(matches!(wal.reader(6), Err(WalError::Released { wanted: 6, first: 7 })));
    wal.append(0, &[&payload(9, 5000)]).expect("appended");
    let (wal, recovery) = open(&disk);
    assert_eq!((recovery.first_sequence, recovery.last_sequence), (7, 9));
    assert_eq!(payloads(&wal), [payload(7, 5000), payload(8, 5000), payload(9, 5000)]);
}

#[test]
fn a_second_reader_follows_a_growing_log_up_to_what_is_durable() {
    let disk = log_of(&[5000; 2]);
    let (mut wal, _) = open(&disk);
    let other = disk.clone();
    let mut frames = Frames::open(&other, 2, 2).expect("readable");
    assert_eq!(frames.next_frame().expect("valid").expect("there").payload, payload(2, 5000));
    for sequence in 3..=10 {
        assert!(frames.next_frame().expect("valid").is_none());
        wal.append(0, &[&payload(sequence, 5000)]).expect("appended");
        assert!(frames.next_frame().expect("valid").is_none(), "not told yet");
        frames.advance(wal.last_sequence());
        assert_eq!(frames.next_frame().expect("valid").expect("there").payload, payload(sequence, 5000));
    }
}

#[test]
fn too_large_a_payload_is_refused_and_the_log_goes_on() {
    let (mut wal, _) = open(&SimDisk::new(1));
    let limit = small().payload_bytes;
    let refused = wal.append(0, &[&vec![1; limit], b"x"]);
    assert!(matches!(refused, Err(WalError::PayloadTooLarge { found, .. }) if found == limit + 1));
    assert_eq!(wal.append(0, &[&vec![1; limit]]).expect("appended"), 1);
}

#[test]
fn options_without_room_for_the_largest_frame_are_refused() {
    let refused = |options| Wal::begin(&SimDisk::new(1), &options, NOW).expect_err("refused").to_string();
    let message = refused(Options { segment_bytes: 3 * BLOCK as u64, ..small() });
    assert_eq!(message, "log option segment_bytes: expected a multiple of 4096, from 16384 to 1073741824, found 12288");
    assert!(refused(Options { segment_bytes: u64::MAX << 12, ..small() }).contains("to 1073741824"));
    assert!(refused(Options { segment_bytes: 40_000, ..small() }).contains("multiple of 4096"));
    assert!(refused(Options { payload_bytes: usize::MAX, ..small() }).contains("payload_bytes"));
    assert!(refused(Options { payload_bytes: 0, ..small() }).contains("payload_bytes"));
}

#[test]
fn a_full_disk_refuses_the_frame_and_takes_it_when_there_is_room_again() {
    let disk = log_of(&[5000; 3]);
    let (mut wal, _) = open(&disk);
    disk.limit_space(Some(15 * BLOCK as u64));
    assert!(matches!(wal.prepare_next(), Err(WalError::NoSpace { .. })));
    assert!(matches!(wal.append(0, &[&payload(4, 5000)]), Err(WalError::NoSpace { .. })));
    assert_eq!(wal.append(0, &[&payload(4, 50)]).expect("the active segment has a block left"), 4);
    disk.limit_space(None);
    assert_eq!(wal.append(0, &[&payload(5, 5000)]).expect("appended"), 5);
    assert_eq!(open(&disk).1.last_sequence, 5);
}

#[test]
fn no_descriptor_for_the_next_segment_refuses_the_frame_and_poisons_nothing() {
    let disk = log_of(&[5000; 3]);
    let (mut wal, _) = open(&disk);
    disk.refuse_files(true);
    assert!(matches!(wal.prepare_next(), Err(WalError::NoFile { .. })));
    assert!(matches!(wal.append(0, &[&payload(4, 5000)]), Err(WalError::NoFile { .. })));
    disk.refuse_files(false);
    assert_eq!(wal.append(0, &[&payload(4, 5000)]).expect("appended"), 4);
    assert_eq!(open(&disk).1.last_sequence, 4);
}

/// After any failed write or sync the log takes nothing more; a new start finds every acknowledged frame, and the one
/// in flight whole or not at all; and what the new start has told survives a power failure.
#[test]
fn any_failed_write_or_sync_poisons_and_what_recovery_tells_is_durable() {
    for n in 1..40 {
        for (seed, sync) in (0..6).flat_map(|seed| [(seed, false), (seed, true)]) {
            let disk = SimDisk::new(seed);
            let (mut wal, _) = open(&disk);
            if sync {
                disk.fail_sync(n)
            } else {
                disk.fail_write(n)
            }
            let mut acknowledged = 0;
            let first = loop {
                match wal.append(0, &[&payload(acknowledged + 1, 5000)]) {
                    Ok(sequence) => acknowledged = sequence,
                    Err(error) => break error,
                }
                if acknowledged > 60 {
                    panic!("the fault was never met");
                }
            };
            let WalError::Poisoned { cause } = wal.append(0, &[b"x"]).expect_err("poisoned") else { panic!("{first}") };
            assert_eq!(cause, first.to_string());
            assert!(matches!(wal.prepare_next(), Err(WalError::Poisoned { .. })));
            assert!(matches!(wal.release(1, NOW), Err(WalError::Poisoned { .. })));
            let (_, told) = open(&disk);
            assert!([acknowledged, acknowledged + 1].contains(&told.last_sequence));
            let (wal, after) = open(&disk.power_cycle());
            assert_eq!((after.last_sequence, after.chain), (told.last_sequence, told.chain), "seed {seed}, n {n}");
            let expected: Vec<_> = (1..=told.last_sequence).map(|sequence| payload(sequence, 5000)).collect();
            assert_eq!(payloads(&wal), expected);
        }
    }
}

fn segment_of_version(version: u64) -> Block {
    let mut bytes = Block::new();
    let mut chain = Chain::default();
    let header = SegmentHeader { version, log_id: LOG_ID, segment_bytes: 5 * BLOCK as u64, first_sequence: 1, chain };
    encode_segment_header(&header, &mut bytes);
    for (sequence, text) in [(1, "first"), (2, "second"), (3, "third")] {
        chain = encode_frame(LOG_ID, &chain, sequence, sequence * 10, &[text.as_bytes()], &mut bytes);
    }
    bytes.resize(5 * BLOCK, 0);
    bytes
}

#[test]
fn the_committed_files_of_all_versions_open_and_are_written_alike_today() {
    for (version, segment) in [(1, V1), (2, V2)] {
        let disk = SimDisk::new(1);
        disk.put(&first_segment(), segment.to_vec());
        if version > 1 {
            disk.put(SEAL_NAME, V2_SEAL.to_vec());
        }
        let (mut wal, recovery) = open(&disk);
        assert_eq!((recovery.last_sequence, recovery.torn, recovery.clean), (3, None, version > 1));
        assert_eq!(payloads(&wal), [b"first".to_vec(), b"second".to_vec(), b"third".to_vec()]);
        assert!(segment_of_version(version)[..] == *segment, "the encoder no longer writes version {version}");
        assert_eq!(wal.append(0, &[b"fourth"]).expect("appended"), 4);
        assert_eq!(wal.append(0, &[b"fifth, in a segment of today's size"]).expect("appended"), 5);
        assert_eq!(open(&disk).1.last_sequence, 5);
    }
}

/// Written by a log of three frames that was begun, opened and closed.
#[test]
fn the_seal_is_written_as_the_committed_one() {
    let disk = SimDisk::new(1);
    let (mut wal, _) = open(&disk);
    for (sequence, text) in [(1, "first"), (2, "second"), (3, "third")] {
        wal.append(sequence * 10, &[text.as_bytes()]).expect("appended");
    }
    wal.close(NOW).expect("closed");
    assert!(disk.bytes(SEAL_NAME) == V2_SEAL, "a change of what is written needs a new format version");
}
