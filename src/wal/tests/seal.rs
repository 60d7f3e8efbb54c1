//! What a seal tells that the log alone cannot: that its newest frames are gone, or that it is another log.

use super::*;
use crate::port::disk::Disk;
use crate::wal::error::SealFault;
use crate::wal::seal_file::{SEAL_BYTES, SEAL_NAME, SEAL_TEMPORARY, Seal, Verdict};

/// How a log is left.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Left {
    /// Closed in order.
    Closed,
    /// Killed, after a while without commits.
    Idle,
    /// Killed in the midst of commits.
    Busy,
}

/// A log with one frame per length, left like that.
fn left(lengths: &[usize], options: &Options, left: Left) -> SimDisk {
    let disk = SimDisk::new(7);
    Wal::begin(&disk, options, NOW).expect("begun");
    let found = Wal::recover(disk.clone(), options.clone(), &[]).expect("just begun");
    let (mut wal, _) = found.settle(NOW).expect("settled");
    for (i, &length) in lengths.iter().enumerate() {
        wal.append(0, &[&payload(i as u64 + 1, length)]).expect("appended");
    }
    match left {
        Left::Closed => wal.close(NOW).expect("closed"),
        Left::Idle => wal.seal(NOW).expect("sealed"),
        Left::Busy => {}
    }
    disk
}

/// A disk with the same files.
fn copy(disk: &SimDisk) -> SimDisk {
    let copy = SimDisk::new(3);
    disk.list().expect("listed").iter().for_each(|name| copy.put(name, disk.bytes(name)));
    copy
}

/// What a start says of a log that it must refuse, and leave as it is.
fn verdict(disk: &SimDisk) -> Verdict {
    let look = || disk.list().expect("listed").iter().map(|name| disk.bytes(name)).collect::<Vec<_>>();
    let before = look();
    let error = Wal::recover(disk.clone(), small(), &[]).err().expect("refused");
    assert!(before == look(), "a refused log must not be touched");
    let message = error.to_string();
    let WalError::Sealed(error) = error else { panic!("{message}") };
    assert!(message.starts_with("sim/seal: ") && message.ends_with("Nothing was changed"), "{message}");
    assert!(message.contains("2026-11-21T") || error.verdict == Verdict::OtherLog, "{message}");
    error.verdict
}

#[test]
fn every_flip_in_the_last_frame_after_a_clean_stop_or_an_idle_while_is_refused() {
    for how in [Left::Closed, Left::Idle] {
        let whole = left(&[100, 200, 300], &small(), how);
        for octet in 3 * BLOCK..4 * BLOCK {
            whole.flip_bit(&first_segment(), octet, (octet % 8) as u8);
            assert_eq!(verdict(&whole), Verdict::Short, "{how:?}, octet {octet}");
            whole.flip_bit(&first_segment(), octet, (octet % 8) as u8);
        }
        let (_, recovery) = open(&whole);
        assert_eq!((recovery.last_sequence, recovery.clean), (3, how == Left::Closed));
    }
}

#[test]
fn after_a_clean_stop_one_bad_slot_of_the_seal_hides_nothing() {
    for slot in [0, BLOCK] {
        let whole = left(&[100, 200, 300], &small(), Left::Closed);
        whole.flip_bit(SEAL_NAME, slot + 50, 3);
        let (_, recovery) = open(&copy(&whole));
        assert!(recovery.clean, "the other slot says the same");
        whole.flip_bit(&first_segment(), 3 * BLOCK + 100, 1);
        assert_eq!(verdict(&whole), Verdict::Short);
    }
}

#[test]
fn a_zeroed_tail_of_a_hundred_frames_is_refused() {
    let options = Options { segment_bytes: 256 * BLOCK as u64, ..small() };
    let disk = left(&[50; 150], &options, Left::Idle);
    let mut bytes = disk.bytes(&first_segment());
    bytes[51 * BLOCK..].fill(0);
    disk.put(&first_segment(), bytes);
    assert_eq!(verdict(&disk), Verdict::Short);
    let message = Wal::recover(disk, small(), &[]).err().expect("refused").to_string();
    assert!(message.contains("frames up to 150 were durable") && message.contains("ends with frame 50"), "{message}");
}

#[test]
fn missing_newest_segments_are_refused() {
    for how in [Left::Closed, Left::Idle] {
        let disk = left(&[5000; 8], &small(), how);
        for first in [7, 4, 1] {
            disk.remove(&segment_name(first)).expect("removed");
            assert_eq!(verdict(&disk), Verdict::Short, "{how:?}, {first} and later");
        }
        // Not a place for a new log, either.
        assert!(matches!(Wal::begin(&disk, &small(), NOW), Err(WalError::Exists { file }) if file == "sim/seal"));
    }
    // Only what was never sealed can go unseen, and only when it goes whole.
    let disk = left(&[5000; 8], &small(), Left::Busy);
    disk.remove(&segment_name(7)).expect("removed");
    assert_eq!(open(&disk).1.last_sequence, 6);
}

#[test]
fn after_a_crash_what_is_torn_behind_the_seal_is_cut_and_what_is_torn_before_it_is_refused() {
    let disk = left(&[100, 200], &small(), Left::Idle);
    let sealed = disk.bytes(SEAL_NAME);
    let (mut wal, _) = open(&disk);
    wal.append(0, &[&payload(3, 300)]).expect("appended");
    disk.flip_bit(&first_segment(), 3 * BLOCK + 70, 0);
    let (_, recovery) = open(&disk);
    assert_eq!((recovery.last_sequence, recovery.torn.is_some(), recovery.clean), (2, true, false));
    disk.put(SEAL_NAME, sealed);
    disk.flip_bit(&first_segment(), 2 * BLOCK + 70, 0);
    assert_eq!(verdict(&disk), Verdict::Short);
}

#[test]
fn octets_behind_a_clean_end_and_frames_behind_it_are_refused() {
    let closed = left(&[100, 200], &small(), Left::Closed);
    for octet in [3 * BLOCK, 3 * BLOCK + 2000, 8 * BLOCK - 1] {
        closed.flip_bit(&first_segment(), octet, 5);
        assert_eq!(verdict(&closed), Verdict::Behind, "octet {octet}");
        closed.flip_bit(&first_segment(), octet, 5);
    }
    let old = closed.bytes(SEAL_NAME);
    let (mut wal, recovery) = open(&closed);
    assert!(recovery.clean);
    wal.append(0, &[&payload(3, 300)]).expect("appended");
    closed.put(SEAL_NAME, old);
    assert_eq!(verdict(&closed), Verdict::Older);
}

#[test]
fn a_seal_of_another_log_or_of_another_history_is_refused() {
    let disk = left(&[100, 200], &small(), Left::Idle);
    let other = left(&[100, 200], &Options { log_id: 5, ..small() }, Left::Idle);
    let ours = disk.bytes(SEAL_NAME);
    disk.put(SEAL_NAME, other.bytes(SEAL_NAME));
    assert_eq!(verdict(&disk), Verdict::OtherLog);
    // A backup that was restored, and went its own way.
    disk.put(SEAL_NAME, left(&[100, 201, 300], &small(), Left::Idle).bytes(SEAL_NAME));
    assert_eq!(verdict(&disk), Verdict::Short);
    disk.put(SEAL_NAME, left(&[100, 201], &small(), Left::Idle).bytes(SEAL_NAME));
    assert_eq!(verdict(&disk), Verdict::OtherHistory);
    disk.put(SEAL_NAME, ours);
    assert_eq!(open(&disk).1.last_sequence, 2);
}

#[test]
fn a_log_without_a_readable_seal_is_refused_unless_its_version_had_none() {
    let unreadable = |disk: &SimDisk| match Wal::recover(disk.clone(), small(), &[]) {
        Err(WalError::Seal { fault, file }) if file == "sim/seal" => fault,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("accepted"),
    };
    let disk = left(&[100, 200], &small(), Left::Closed);
    let whole = disk.bytes(SEAL_NAME);
    disk.remove(SEAL_NAME).expect("removed");
    assert_eq!(unreadable(&disk), SealFault::Missing);
    disk.put(SEAL_NAME, vec![0; SEAL_BYTES]);
    assert_eq!(unreadable(&disk), SealFault::NoSlot);
    disk.put(SEAL_NAME, whole[..BLOCK].to_vec());
    assert!(matches!(unreadable(&disk), SealFault::Size { found: 4096, .. }));

    let old = SimDisk::new(1);
    old.put(&first_segment(), include_bytes!("../testdata/version_1.seg").to_vec());
    assert_eq!(open(&old).1.last_sequence, 3);
    assert_eq!(Seal::newest(&old.bytes(SEAL_NAME)).expect("it was made").0.place.frame, 3);
    // From then on it counts.
    old.flip_bit(&first_segment(), 3 * BLOCK + 80, 1);
    assert_eq!(verdict(&old), Verdict::Short);
}

#[test]
fn a_seal_torn_at_any_octet_in_either_slot_leaves_the_log_to_be_opened() {
    let disk = left(&[100, 200], &small(), Left::Busy);
    let (mut wal, _) = open(&disk);
    for round in 0..2 {
        let before = disk.bytes(SEAL_NAME);
        wal.append(0, &[&payload(3 + round, 50)]).expect("appended");
        wal.seal(NOW).expect("sealed");
        let after = disk.bytes(SEAL_NAME);
        let slot = if before[..BLOCK] == after[..BLOCK] { BLOCK } else { 0 };
        for cut in 0..BLOCK {
            let torn = copy(&disk);
            let mut bytes = before.clone();
            bytes[slot..slot + cut].copy_from_slice(&after[slot..slot + cut]);
            let (seal, _) = Seal::newest(&bytes).expect("the other slot is whole");
            assert!([1 + round, 2 + round, 3 + round].contains(&seal.place.frame));
            torn.put(SEAL_NAME, bytes);
            let half = torn.bytes(SEAL_NAME) != before && torn.bytes(SEAL_NAME) != after;
            let found = open(&torn).1;
            assert_eq!((found.last_sequence, found.seal_damaged), (3 + round, half), "slot at {slot}, cut at {cut}");
        }
    }
}

/// The life of a log: begun, opened, appended to, sealed, released, closed, opened again.
fn life(disk: &SimDisk, acknowledged: &mut u64) -> Result<(), WalError> {
    Wal::begin(disk, &small(), NOW)?;
    for _ in 0..2 {
        let (mut wal, _) = Wal::recover(disk.clone(), small(), &[])?.settle(NOW)?;
        for number in 0..5 {
            *acknowledged = wal.append(0, &[&payload(*acknowledged + 1, 5000)])?;
            if number == 2 {
                wal.seal(NOW)?;
            }
        }
        wal.release(*acknowledged, NOW)?;
        wal.close(NOW)?;
    }
    Ok(())
}

#[test]
fn a_crash_between_any_two_writes_leaves_a_log_that_opens_with_all_that_was_acknowledged() {
    for step in 1.. {
        let mut ended = true;
        for seed in 0..8 {
            let disk = SimDisk::new(seed);
            disk.fail_power(step);
            let mut acknowledged = 0;
            ended &= life(&disk, &mut acknowledged).is_ok();
            let disk = disk.power_cycle();
            let begun = match Wal::begin(&disk, &small(), NOW) {
                Ok(()) => false,
                Err(WalError::Exists { .. }) => true,
                Err(error) => panic!("step {step}, seed {seed}: {error}"),
            };
            assert!(begun || acknowledged == 0, "step {step}, seed {seed}: begun anew where a log was");
            let (wal, recovery) = open(&disk);
            assert!([acknowledged, acknowledged + 1].contains(&recovery.last_sequence), "step {step}, seed {seed}");
            payloads(&wal);
            assert!(!disk.list().expect("listed").contains(&SEAL_TEMPORARY.to_owned()));
        }
        if ended {
            assert!(step > 40, "only {step} steps");
            break;
        }
    }
}

#[test]
fn a_seal_that_fails_changes_nothing_and_is_written_later() {
    for fail in [SimDisk::fail_write as fn(&SimDisk, u64), SimDisk::fail_sync] {
        let disk = left(&[100, 200], &small(), Left::Busy);
        let (mut wal, _) = open(&disk);
        wal.append(0, &[&payload(3, 50)]).expect("appended");
        fail(&disk, 1);
        assert!(wal.seal(NOW).is_err());
        assert_eq!(wal.sealed(), 2);
        assert_eq!(open(&disk.clone()).1.last_sequence, 3);
        let (mut wal, _) = open(&disk);
        wal.append(0, &[&payload(4, 50)]).expect("the log goes on");
        wal.seal(NOW).expect("sealed");
        assert_eq!(Seal::newest(&disk.bytes(SEAL_NAME)).expect("whole").0.place.frame, 4);
    }
}

#[test]
fn a_poisoned_log_is_never_sealed() {
    let disk = left(&[100, 200], &small(), Left::Busy);
    let (mut wal, _) = open(&disk);
    disk.fail_sync(1);
    assert!(wal.append(0, &[b"x"]).is_err());
    let before = disk.bytes(SEAL_NAME);
    assert!(matches!(wal.seal(NOW), Err(WalError::Poisoned { .. })));
    assert!(matches!(wal.close(NOW), Err(WalError::Poisoned { .. })));
    assert!(disk.bytes(SEAL_NAME) == before);
}

#[test]
fn a_log_one_of_whose_files_has_lost_its_name_is_never_sealed() {
    for (name, lost) in [(SEAL_NAME.to_owned(), false), (first_segment(), false), ("wal-next.tmp".to_owned(), true)] {
        let disk = left(&[100, 200], &small(), Left::Busy);
        let (mut wal, _) = open(&disk);
        wal.prepare_next().expect("prepared");
        wal.append(0, &[&payload(3, 50)]).expect("appended");
        disk.remove(&name).expect("it is there");
        let removed = |outcome| matches!(outcome, Err(WalError::Removed { file }) if file == format!("sim/{name}"));
        assert_eq!(removed(wal.seal(NOW)), !lost, "{name}");
        wal.append(0, &[&payload(4, 50)]).expect("the log goes on");
        assert_eq!(removed(wal.close(NOW)), !lost, "{name}");
    }
}

#[test]
fn the_frame_that_the_seal_names_is_never_released_before_a_newer_seal() {
    let disk = left(&[5000; 8], &small(), Left::Busy);
    let (mut wal, _) = open(&disk);
    (9..=14).for_each(|sequence| assert!(wal.append(0, &[&payload(sequence, 5000)]).is_ok()));
    assert_eq!(wal.sealed(), 8);
    wal.release(13, NOW).expect("released");
    assert_eq!((wal.first_sequence(), wal.sealed()), (13, 14));
    disk.fail_sync(1);
    wal.append(0, &[&payload(15, 5000)]).expect_err("the sync fails");
    assert_eq!(open(&disk).0.first_sequence(), 13);
}
