//! The index against a `BTreeMap`, through checkpoints, crashes, full disks and damaged files.

use super::{build::Builder, format::Span, test_disk::TestDisk, *};
use crate::base::log_place::LogPlace;
use crate::port::disk::FileKind;
use proptest::prelude::*;
use std::{collections::BTreeMap, fs, path::Path};
use xxhash_rust::xxh3::xxh3_64;

pub(super) type Model = BTreeMap<(u8, Vec<u8>), Vec<u8>>;

pub(super) fn any_record(_: u8, _: &[u8], _: &[u8]) -> Result<(), String> {
    Ok(())
}

pub(super) const LOG: u64 = 0xd0e5;

/// The deadline of a test's record: a small number, so that many records have the same, and some none.
pub(super) fn deadline(kind: u8, record: &[u8]) -> Option<i64> {
    (kind != 0 && !record.len().is_multiple_of(5)).then(|| record.len() as i64 % 16 - 4)
}

pub(super) const LENGTHS: Deadlines = Deadlines { rules: 0xd1, kinds: |kind| kind != 0, of: deadline };

/// The deadlines in a map, in their order.
pub(super) fn deadlines(model: &Model) -> Vec<Due> {
    let due = |((kind, key), record): (&(u8, Vec<u8>), &Vec<u8>)| {
        deadline(*kind, record).map(|time| Due { time, kind: *kind, key: key.clone() })
    };
    let mut found: Vec<Due> = model.iter().filter_map(due).collect();
    found.sort();
    found
}

/// A place of the one history that these tests know.
pub(super) fn at(frame: u64) -> LogPlace {
    place_in(1, frame)
}

fn place_in(history: u8, frame: u64) -> LogPlace {
    let mut place = LogPlace { frame, chain: [history; 32] };
    place.chain[..8].copy_from_slice(&frame.to_le_bytes());
    if frame == 0 { LogPlace::START } else { place }
}

pub(super) fn options(dir: &Path) -> Options {
    Options { map: Some(dir.into()), ..Options::new(42) }
}

pub(super) fn reopen(dir: &Path) -> (Writer, Reader, TestDisk) {
    let disk = TestDisk::new(dir);
    let (writer, reader) = open(&disk, options(dir), LOG, &any_record, LENGTHS).expect("the directory is whole");
    (writer, reader, disk)
}

pub(super) fn checkpoint(writer: &mut Writer, disk: &TestDisk) -> Result<(), IndexError> {
    if let Some(frozen) = writer.freeze()? {
        let new = frozen.write(disk)?;
        writer.install(new).remove(disk)?;
    }
    Ok(())
}

fn contents(reader: &Reader) -> Model {
    let mut found = Model::new();
    let snapshot = reader.pin();
    for kind in 0..4 {
        snapshot.for_each(kind, |key, record| {
            assert_eq!(record.as_ptr() as usize % 16, 0, "records are aligned");
            assert_eq!(snapshot.get(kind, key), Some(record));
            assert!(found.insert((kind, key.to_vec()), record.to_vec()).is_none(), "{key:?} was met twice");
        });
    }
    found
}

pub(super) fn files(dir: &Path) -> Vec<String> {
    use crate::port::disk::Disk;
    TestDisk::new(dir).list().expect("list")
}

/// One log frame: what it puts or deletes.
#[derive(Clone, Debug)]
pub(super) struct Change {
    pub(super) kind: u8,
    pub(super) key: Vec<u8>,
    pub(super) record: Option<Vec<u8>>,
}

impl Change {
    fn apply(&self, writer: &mut Writer, position: u64) {
        match &self.record {
            Some(record) => writer.put(self.kind, &self.key, record),
            None => writer.delete(self.kind, &self.key),
        }
        writer.set_place(at(position));
    }
}

/// The state after the first `count` frames of a log.
pub(super) fn fold(log: &[Change], count: u64) -> Model {
    let mut model = Model::new();
    for change in &log[..count as usize] {
        let key = (change.kind, change.key.clone());
        match &change.record {
            Some(record) => model.insert(key, record.clone()),
            None => model.remove(&key),
        };
    }
    model
}

pub(super) fn replay(log: &[Change], writer: &mut Writer) {
    for position in writer.position()..log.len() as u64 {
        log[position as usize].apply(writer, position + 1);
    }
}

fn changes() -> impl Strategy<Value = Change> {
    let record = proptest::option::weighted(0.7, proptest::collection::vec(any::<u8>(), 0..70));
    (0u8..3, 0u16..60, record).prop_map(|(kind, key, record)| {
        let key = if key == 0 { Vec::new() } else { format!("name-{key}").into_bytes() };
        Change { kind, key, record }
    })
}

#[derive(Clone, Debug)]
enum Step {
    Apply(Vec<Change>),
    Checkpoint,
    /// A checkpoint that the disk lets down at some step; the process goes on.
    FailedCheckpoint(i64),
    /// The process dies at some step of a checkpoint, or between two (a large number).
    Crash(i64),
    /// Changes come in while the checkpoint is under way.
    BusyCheckpoint(Vec<Change>),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let some = || proptest::collection::vec(changes(), 1..40);
    let step = prop_oneof![
        6 => some().prop_map(Step::Apply),
        2 => Just(Step::Checkpoint),
        1 => (0i64..12).prop_map(Step::FailedCheckpoint),
        1 => (0i64..12).prop_map(Step::Crash),
        1 => some().prop_map(Step::BusyCheckpoint),
    ];
    proptest::collection::vec(step, 1..25)
}

#[test]
fn each_part_goes_to_the_thread_that_needs_it() {
    fn moves<T: Send>() {}
    fn is_shared<T: Send + Sync + Clone>() {}
    moves::<Writer>();
    is_shared::<Reader>();
    moves::<(Frozen, NewBase, Replaced, IndexError)>();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_index_equals_a_map_through_every_history(steps in steps()) {
        let dir = tempfile::tempdir().expect("tempdir");
        let (mut writer, mut reader, mut disk) = reopen(dir.path());
        let mut log: Vec<Change> = Vec::new();
        for step in steps {
            match step {
                Step::Apply(changes) => {
                    log.extend(changes);
                    replay(&log, &mut writer);
                }
                Step::Checkpoint => checkpoint(&mut writer, &disk).expect("the disk is well"),
                Step::FailedCheckpoint(steps) => {
                    disk.fail_after(steps);
                    prop_assert_eq!(checkpoint(&mut writer, &disk).is_err(), disk.has_failed());
                    disk.fail_after(i64::MAX);
                }
                Step::Crash(steps) => {
                    disk.fail_after(steps);
                    let _ = checkpoint(&mut writer, &disk);
                    (writer, reader, disk) = reopen(dir.path());
                    prop_assert_eq!(contents(&reader), fold(&log, reader.position()));
                    replay(&log, &mut writer);
                }
                Step::BusyCheckpoint(changes) => {
                    let frozen = writer.freeze().expect("no other is under way");
                    log.extend(changes);
                    replay(&log, &mut writer);
                    prop_assert_eq!(contents(&reader), fold(&log, log.len() as u64));
                    if let Some(frozen) = frozen {
                        let new = frozen.write(&disk).expect("the disk is well");
                        replay(&log, &mut writer);
                        writer.install(new).remove(&disk).expect("the disk is well");
                    }
                }
            }
            let expected = fold(&log, log.len() as u64);
            prop_assert_eq!(contents(&reader), expected.clone());
            prop_assert_eq!(writer.due(i64::MAX, usize::MAX), deadlines(&expected));
            for ((kind, key), record) in &expected {
                prop_assert_eq!(writer.get(*kind, key), Some(&record[..]));
            }
            prop_assert!(writer.memory().files <= 4 && files(dir.path()).len() <= 5);
        }
    }
}

/// `count` frames over a few hundred keys, every fifth of them a delete.
pub(super) fn some_log(count: usize) -> Vec<Change> {
    (0..count)
        .map(|n| {
            let key = format!("domain-{}.test", n * 7919 % 311).into_bytes();
            let record = (n % 5 != 4).then(|| format!("record {n} {}", "x".repeat(n % 90)).into_bytes());
            Change { kind: (n % 3) as u8, key, record }
        })
        .collect()
}

#[test]
fn a_crash_at_any_step_of_a_merge_reopens_to_a_prefix_of_the_log() {
    let log = some_log(900);
    for steps in 0.. {
        let dir = tempfile::tempdir().expect("tempdir");
        let (mut writer, _, disk) = reopen(dir.path());
        for part in [500, 600] {
            replay(&log[..part], &mut writer);
            checkpoint(&mut writer, &disk).expect("the disk is well");
        }
        replay(&log, &mut writer);
        disk.fail_after(steps);
        let frozen = writer.freeze().expect("free").expect("changes");
        // What a dead process cannot do: clean up. The disk refuses that as well.
        let outcome = frozen.write(&disk).and_then(|new| writer.install(new).remove(&disk));
        let failed = disk.has_failed();
        drop(writer);
        let (mut writer, reader, _) = reopen(dir.path());
        assert!([600, 900].contains(&reader.position()), "step {steps}");
        assert_eq!(contents(&reader), fold(&log, reader.position()), "step {steps}");
        assert!(files(dir.path()).iter().all(|name| name.ends_with(".base")), "step {steps}");
        assert_eq!(files(dir.path()).len() as u64, writer.memory().files, "step {steps}");
        replay(&log, &mut writer);
        assert_eq!(contents(&reader), fold(&log, 900), "step {steps}");
        if !failed {
            outcome.expect("no step failed");
            assert!(steps > 5, "found only {steps} steps");
            break;
        }
    }
}

#[test]
fn a_base_rebuilt_from_an_older_base_and_the_log_equals_the_merged_one() {
    let log = some_log(1200);
    let (merged, rebuilt) = (tempfile::tempdir().expect("tempdir"), tempfile::tempdir().expect("tempdir"));
    let (mut writer, reader, disk) = reopen(merged.path());
    replay(&log[..400], &mut writer);
    checkpoint(&mut writer, &disk).expect("the disk is well");
    for name in files(merged.path()) {
        fs::copy(merged.path().join(&name), rebuilt.path().join(&name)).expect("copy");
    }
    for part in [600, 900, 1200] {
        replay(&log[..part], &mut writer);
        checkpoint(&mut writer, &disk).expect("the disk is well");
    }
    let (mut again, other, other_disk) = reopen(rebuilt.path());
    assert_eq!(again.position(), 400);
    replay(&log, &mut again);
    checkpoint(&mut again, &other_disk).expect("the disk is well");
    assert_eq!(contents(&reader), contents(&other));
    assert_eq!(contents(&other), fold(&log, 1200));
    assert_eq!((writer.base_position(), again.base_position()), (1200, 1200));
}

#[test]
fn tombstones_end_at_the_bottom() {
    let dir = tempfile::tempdir().expect("tempdir");
    let (mut writer, reader, disk) = reopen(dir.path());
    for n in 0..500u32 {
        writer.put(1, &n.to_le_bytes(), &[0; 64]);
    }
    writer.set_place(at(1));
    checkpoint(&mut writer, &disk).expect("the disk is well");
    writer.delete(1, &7u32.to_le_bytes());
    writer.delete(1, b"never there");
    writer.set_place(at(2));
    checkpoint(&mut writer, &disk).expect("the disk is well");
    let memory = writer.memory();
    assert_eq!((memory.files, memory.entries), (2, 501), "one tombstone above 500 records");
    for n in 0..400u32 {
        writer.delete(1, &n.to_le_bytes());
    }
    writer.set_place(at(3));
    checkpoint(&mut writer, &disk).expect("the disk is well");
    let memory = writer.memory();
    assert_eq!((memory.files, memory.entries), (1, 100), "all merged, nothing to hide");
    assert_eq!(contents(&reader).len(), 100);
}

#[test]
fn fresh_keys_that_come_and_go_take_no_lasting_memory() {
    let dir = tempfile::tempdir().expect("tempdir");
    let (mut writer, reader, _) = reopen(dir.path());
    for n in 0..60_000u32 {
        writer.put(2, &n.to_le_bytes(), b"a poll message");
        writer.delete(2, &n.to_le_bytes());
    }
    assert!(writer.memory().delta_entries < 10_000, "found {:?}", writer.memory());
    assert!(contents(&reader).is_empty());
}

/// The bytes of the one base file in a directory made of `log`.
pub(super) fn one_file(dir: &Path, log: &[Change]) -> (String, Vec<u8>) {
    let (mut writer, _, disk) = reopen(dir);
    replay(log, &mut writer);
    checkpoint(&mut writer, &disk).expect("the disk is well");
    let name = files(dir).pop().expect("one file");
    let bytes = fs::read(dir.join(&name)).expect("read");
    (name, bytes)
}

pub(super) fn refusal(dir: &Path) -> IndexError {
    match open(&TestDisk::new(dir), options(dir), LOG, &any_record, LENGTHS) {
        Ok(_) => panic!("expected a refusal"),
        Err(error) => error,
    }
}

#[test]
fn every_flipped_byte_and_every_cut_is_refused_with_file_and_place() {
    let dir = tempfile::tempdir().expect("tempdir");
    let (name, good) = one_file(dir.path(), &some_log(20));
    // The header's bytes are flipped one by one in the tests of `format`.
    for at in (0..format::HEADER).step_by(61).chain(format::HEADER..good.len()) {
        let mut bad = good.clone();
        bad[at] ^= 1 << (at % 8);
        fs::write(dir.path().join(&name), &bad).expect("write");
        let error = refusal(dir.path());
        let IndexError::Damaged { file, offset, from_frame: 1, .. } = &error else { panic!("byte {at}: {error}") };
        assert!(file.ends_with(&name) && *offset <= good.len() as u64);
        assert!(error.to_string().contains("remove this base file and restart"));
    }
    for len in (0..good.len()).step_by(37) {
        fs::write(dir.path().join(&name), &good[..len]).expect("write");
        assert!(matches!(refusal(dir.path()), IndexError::Damaged { .. }), "{len} bytes");
    }
    fs::write(dir.path().join(&name), &good).expect("write");
    reopen(dir.path());
}

#[test]
fn a_tombstone_outlives_the_growth_of_its_table() {
    let dir = tempfile::tempdir().expect("tempdir");
    let (mut writer, reader, disk) = reopen(dir.path());
    writer.put(1, b"key", b"in the base");
    writer.set_place(at(1));
    checkpoint(&mut writer, &disk).expect("the disk is well");
    writer.delete(1, b"key");
    for n in 0..40_000u32 {
        writer.put(1, &n.to_le_bytes(), b"fills every part of the delta");
    }
    assert_eq!(reader.pin().get(1, b"key"), None);
}

#[test]
fn a_tombstone_outlives_a_merge_above_the_record_that_it_hides() {
    let dir = tempfile::tempdir().expect("tempdir");
    let (mut writer, reader, disk) = reopen(dir.path());
    for n in 0..30_000u32 {
        writer.put(1, &n.to_le_bytes(), &[0; 64]);
    }
    writer.set_place(at(1));
    checkpoint(&mut writer, &disk).expect("the disk is well");
    writer.delete(1, &7u32.to_le_bytes());
    writer.set_place(at(2));
    checkpoint(&mut writer, &disk).expect("the disk is well");
    // The newest below is a tombstone now, so that the delta may forget this one; the merged file may not.
    for n in 50_000..50_040u32 {
        writer.put(1, &n.to_le_bytes(), b"enough to merge with the file above the bottom");
    }
    writer.put(1, &7u32.to_le_bytes(), b"again");
    writer.delete(1, &7u32.to_le_bytes());
    writer.set_place(at(3));
    checkpoint(&mut writer, &disk).expect("the disk is well");
    assert_eq!(writer.memory().files, 2, "the bottom was not merged");
    assert_eq!(reader.pin().get(1, &7u32.to_le_bytes()), None);
    let (_, reader, _) = reopen(dir.path());
    assert_eq!(reader.pin().get(1, &7u32.to_le_bytes()), None);
}

/// Offset and length of a section of a file, by its number.
pub(super) fn section(bytes: &[u8], number: usize) -> std::ops::Range<usize> {
    let field = |at: usize| u64::from_le_bytes(*bytes[at..].first_chunk().expect("in the header")) as usize;
    let at = 72 + number * 32;
    field(at + 8)..field(at + 8) + field(at + 16)
}

/// Writes a file whose checksums are right, whatever its sections say.
pub(super) fn forge(path: &Path, mut bytes: Vec<u8>) {
    for number in 0..usize::from(bytes[64]) {
        let checksum = xxh3_64(&bytes[section(&bytes, number)]);
        let at = 72 + number * 32 + 24;
        bytes[at..at + 8].copy_from_slice(&checksum.to_le_bytes());
    }
    let header = xxh3_64(&bytes[..4088]);
    bytes[4088..4096].copy_from_slice(&header.to_le_bytes());
    fs::write(path, bytes).expect("write");
}

#[test]
fn offsets_and_lengths_that_lie_are_refused_though_the_checksums_are_right() {
    let dir = tempfile::tempdir().expect("tempdir");
    let (name, good) = one_file(dir.path(), &some_log(20));
    let path = dir.path().join(&name);
    let filled = section(&good, 1).step_by(8).filter(|at| good[*at..at + 8] != [0; 8]).collect::<Vec<_>>();
    let [one, other, ..] = filled[..] else { panic!("several entries") };
    type Lie<'a> = (&'a str, &'a dyn Fn(&mut Vec<u8>));
    let lies: [Lie<'_>; 8] = [
        ("slot", &|bytes| bytes[one] += 1),
        ("slot", &|bytes| bytes[one..one + 5].fill(0xff)),
        ("slot", &|bytes| bytes[one..one + 5].fill(0)),
        ("slot", &|bytes| bytes.copy_within(one..one + 8, other)),
        ("filled slots", &|bytes| bytes[one..one + 8].fill(0)),
        ("entry", &|bytes| bytes[format::HEADER + 4..format::HEADER + 8].fill(0xff)),
        ("entry", &|bytes| bytes[format::HEADER + 2..format::HEADER + 4].fill(0xff)),
        ("entry flags above 1", &|bytes| bytes[format::HEADER + 1] = 2),
    ];
    for (number, (expected, lie)) in lies.into_iter().enumerate() {
        let mut bytes = good.clone();
        lie(&mut bytes);
        forge(&path, bytes);
        let IndexError::Damaged { what, .. } = refusal(dir.path()) else { panic!("lie {number}") };
        assert_eq!(what, expected, "lie {number}");
    }
    forge(&path, good);
    reopen(dir.path());
}

#[test]
fn a_damaged_merged_file_leaves_those_it_was_made_from() {
    let log = some_log(300);
    let (dir, aside) = (tempfile::tempdir().expect("tempdir"), tempfile::tempdir().expect("tempdir"));
    let (old_name, old) = one_file(dir.path(), &log[..200]);
    let (new_name, mut new) = one_file(aside.path(), &log);
    *new.last_mut().expect("not empty") ^= 1;
    fs::write(dir.path().join(&new_name), &new).expect("write");
    assert!(refusal(dir.path()).to_string().contains(&new_name));
    assert_eq!(fs::read(dir.path().join(&old_name)).expect("still there"), old);
    fs::remove_file(dir.path().join(&new_name)).expect("as the message says");
    let (writer, reader, _) = reopen(dir.path());
    assert_eq!(writer.position(), 200);
    assert_eq!(contents(&reader), fold(&log, 200));
}

#[test]
fn a_file_under_anothers_name_is_refused() {
    let dir = tempfile::tempdir().expect("tempdir");
    let (name, _) = one_file(dir.path(), &some_log(20));
    fs::rename(dir.path().join(name), dir.path().join("index-00000000000000000000-00000000000000000021.base"))
        .expect("rename");
    let error = refusal(dir.path()).to_string();
    assert!(error.contains("expected (0, 21), found (0, 20)"), "{error}");
}

#[test]
fn a_record_that_the_model_refuses_is_named() {
    let dir = tempfile::tempdir().expect("tempdir");
    let (mut writer, _, disk) = reopen(dir.path());
    writer.put(3, b"key", b"odd");
    writer.set_place(at(1));
    checkpoint(&mut writer, &disk).expect("the disk is well");
    let refuse = |kind: u8, key: &[u8], record: &[u8]| Err(format!("kind {kind}, {key:?}, {record:?}"));
    let Err(error) = open(&disk, options(dir.path()), LOG, &refuse, LENGTHS) else { panic!("expected a refusal") };
    let IndexError::Record { offset: 4096, kind: 3, reason, from_frame: 1, .. } = error else { panic!("{error}") };
    assert_eq!(reason, format!("kind 3, {:?}, {:?}", b"key", b"odd"));
}

#[test]
fn a_missing_file_of_the_stack_is_a_gap() {
    let dir = tempfile::tempdir().expect("tempdir");
    let log = some_log(1020);
    let (mut writer, _, disk) = reopen(dir.path());
    for part in [1000, 1020] {
        replay(&log[..part], &mut writer);
        checkpoint(&mut writer, &disk).expect("the disk is well");
    }
    assert_eq!(writer.memory().files, 2);
    fs::remove_file(dir.path().join(&files(dir.path())[0])).expect("remove");
    assert!(matches!(refusal(dir.path()), IndexError::Gap { expected: 1000, found: 0, .. }));
}

#[test]
fn two_checkpoints_at_once_are_refused_and_a_dropped_one_is_handed_out_again() {
    let dir = tempfile::tempdir().expect("tempdir");
    let (mut writer, reader, disk) = reopen(dir.path());
    assert!(writer.freeze().expect("free").is_none(), "nothing to write");
    writer.put(1, b"a", b"1");
    writer.set_place(at(1));
    let frozen = writer.freeze().expect("free").expect("changes");
    assert!(matches!(writer.freeze(), Err(IndexError::CheckpointRunning)));
    drop(frozen);
    writer.put(1, b"b", b"2");
    writer.delete(1, b"a");
    writer.set_place(at(2));
    let frozen = writer.freeze().expect("free").expect("the same changes");
    assert_eq!(frozen.position(), 1);
    let new = frozen.write(&disk).expect("the disk is well");
    assert!(matches!(writer.freeze(), Err(IndexError::CheckpointRunning)));
    drop(new);
    checkpoint(&mut writer, &disk).expect("the disk is well");
    assert_eq!((writer.base_position(), writer.position()), (1, 2));
    assert_eq!((reader.pin().get(1, b"a"), reader.pin().get(1, b"b")), (None, Some(&b"2"[..])));
    checkpoint(&mut writer, &disk).expect("the disk is well");
    let (writer, reader, _) = reopen(dir.path());
    assert_eq!(writer.position(), 2);
    assert_eq!((reader.pin().get(1, b"a"), reader.pin().get(1, b"b")), (None, Some(&b"2"[..])));
}

#[test]
fn files_read_into_memory_or_locked_answer_alike() {
    let dir = tempfile::tempdir().expect("tempdir");
    let log = some_log(200);
    one_file(dir.path(), &log);
    for memory in [Memory::Lazy, Memory::Prefault, Memory::Lock] {
        for map in [None, Some(dir.path().to_owned())] {
            let options = Options { map, memory, ..Options::new(5) };
            let (writer, reader) = open(&TestDisk::new(dir.path()), options, LOG, &any_record, LENGTHS).expect("opens");
            assert_eq!(contents(&reader), fold(&log, 200));
            assert!(writer.memory().locked_bytes <= writer.memory().base_bytes);
        }
    }
}

/// What the committed files hold, in the order of their heaps; `None` is a tombstone.
pub(super) type Contents = Vec<(u8, Vec<u8>, Option<Vec<u8>>)>;

pub(super) fn span(history: u8, from: u64, to: u64) -> Span {
    Span { log_id: LOG, from: place_in(history, from), to: place_in(history, to) }
}

/// The committed files of a version: those of version 2 and 3 hold the same.
fn committed(version: u32) -> [(Span, Contents, &'static [u8]); 2] {
    let put = |kind, key: &str, record: &str| (kind, key.as_bytes().to_vec(), Some(record.as_bytes().to_vec()));
    let bottom = vec![
        put(1, "example.test", "a record"),
        put(1, "", "the record of the empty key"),
        put(2, "example.test", ""),
        put(255, &"k".repeat(256), &"r".repeat(100)),
        put(3, "gone.test", "deleted by the file above"),
    ];
    let upper = vec![put(1, "example.test", "its second version"), (3, b"gone.test".to_vec(), None)];
    let files: [&[u8]; 2] = match version {
        2 => [
            include_bytes!("fixtures/version_2/index-00000000000000000000-00000000000000000005.base"),
            include_bytes!("fixtures/version_2/index-00000000000000000005-00000000000000000007.base"),
        ],
        _ => [
            include_bytes!("fixtures/version_3/index-00000000000000000000-00000000000000000005.base"),
            include_bytes!("fixtures/version_3/index-00000000000000000005-00000000000000000007.base"),
        ],
    };
    [(span(1, 0, 5), bottom, files[0]), (span(1, 5, 7), upper, files[1])]
}

#[test]
fn committed_files_of_version_2_and_3_open() {
    for version in [2, 3] {
        let dir = tempfile::tempdir().expect("tempdir");
        for (span, _, bytes) in committed(version) {
            assert_eq!(format::version(bytes), Some(version));
            fs::write(dir.path().join(span.range().file_name()), bytes).expect("write");
        }
        let (mut writer, reader, _) = reopen(dir.path());
        assert_eq!((writer.position(), writer.memory().files), (7, 2));
        let snapshot = reader.pin();
        assert_eq!(snapshot.get(1, b"example.test"), Some(&b"its second version"[..]));
        assert_eq!(snapshot.get(2, b"example.test"), Some(&b""[..]));
        assert_eq!(snapshot.get(1, b""), Some(&b"the record of the empty key"[..]));
        assert_eq!(snapshot.get(255, &[b'k'; 256]), Some(&[b'r'; 100][..]));
        assert_eq!(snapshot.get(3, b"gone.test"), None);
        assert_eq!(contents(&reader).len(), 3, "kind 255 is not counted here");
        // The first version of example.test had the deadline 4.
        let due = [Due { time: -2, kind: 1, key: b"example.test".into() }, Due { time: 7, kind: 1, key: b"".into() }];
        assert_eq!(writer.due(i64::MAX, usize::MAX), due, "version {version}");
    }
}

#[test]
fn a_file_of_version_1_is_refused_with_what_to_do() {
    let dir = tempfile::tempdir().expect("tempdir");
    let bytes = include_bytes!("fixtures/version_1/index-00000000000000000000-00000000000000000005.base");
    fs::write(dir.path().join("index-00000000000000000000-00000000000000000005.base"), bytes).expect("write");
    let error = refusal(dir.path());
    assert!(matches!(&error, IndexError::Version1 { .. }), "{error}");
    assert!(error.to_string().contains("rebuilt from the log"), "{error}");
}

/// Writes the file of a span as a checkpoint would.
pub(super) fn build(disk: &TestDisk, span: Span, contents: &Contents) {
    let lay = |(kind, key, record): &(u8, Vec<u8>, Option<Vec<u8>>)| {
        let flags = if record.is_none() { entry::TOMBSTONE } else { 0 };
        let record = record.as_deref().unwrap_or_default();
        let mut bytes = vec![0; entry::size(key.len(), record.len())];
        entry::fill(&mut bytes, *kind, flags, key, record);
        bytes
    };
    let entries: Vec<_> = contents.iter().map(lay).collect();
    let options = Options::new(0);
    let mut builder = Builder::new(disk, &options, span, 0xd0e5_da11, contents.len(), LENGTHS).expect("new");
    for bytes in &entries {
        builder.add(entry::Entry::at(bytes, 0).expect("filled")).expect("written");
    }
    builder.finish().expect("finished");
}

#[test]
fn what_is_written_is_version_3_to_the_byte() {
    let dir = tempfile::tempdir().expect("tempdir");
    for (span, contents, committed) in committed(3) {
        build(&TestDisk::new(dir.path()), span, &contents);
        let written = fs::read(dir.path().join(span.range().file_name())).expect("read");
        assert!(written == committed, "a change of what is written needs a new format version");
    }
}

#[test]
fn a_file_of_another_registry_or_of_another_history_is_refused_as_such() {
    let contents = vec![(1, b"key".to_vec(), Some(b"record".to_vec()))];
    let foreign = |from, to| Span { log_id: LOG + 1, ..span(1, from, to) };
    let other = [
        // Alone, above ours, below ours, and where a merge of ours would have left it behind.
        (vec![foreign(0, 5)], "of another registry"),
        (vec![span(1, 0, 5), foreign(5, 7)], "of another registry"),
        (vec![foreign(0, 5), span(1, 5, 7)], "of another registry"),
        (vec![foreign(0, 5), span(1, 0, 7)], "of another registry"),
        (vec![span(1, 0, 5), span(2, 5, 7)], "of another history"),
        (vec![Span { from: place_in(2, 5), ..span(1, 5, 7) }, span(1, 0, 5)], "of another history"),
        (vec![Span { from: LogPlace { frame: 0, chain: [1; 32] }, ..span(1, 0, 5) }], "of another history"),
    ];
    for (spans, said) in other {
        let dir = tempfile::tempdir().expect("tempdir");
        let disk = TestDisk::new(dir.path());
        spans.iter().for_each(|span| build(&disk, *span, &contents));
        let before = files(dir.path());
        let error = refusal(dir.path()).to_string();
        assert!(error.contains(said), "{spans:?}: {error}");
        assert_eq!(files(dir.path()), before, "{spans:?}: nothing was removed");
    }
    let dir = tempfile::tempdir().expect("tempdir");
    let disk = TestDisk::new(dir.path());
    [span(1, 0, 5), span(1, 5, 7)].into_iter().for_each(|span| build(&disk, span, &contents));
    let found = find(&disk).expect("whole");
    found.check_log(LOG).expect("ours");
    found.check_history("the log".into(), &at(7).chain).expect("ours");
    let error = found.check_history("the log".into(), &place_in(2, 7).chain).expect_err("another history");
    assert!(matches!(&error, IndexError::OtherHistory { frame: 7, beside, .. } if beside == "the log"), "{error}");
}

#[test]
fn merged_files_keep_their_place_in_the_history() {
    let dir = tempfile::tempdir().expect("tempdir");
    let log = some_log(1020);
    let (mut writer, _, disk) = reopen(dir.path());
    for part in [1000, 1010, 1020] {
        replay(&log[..part], &mut writer);
        checkpoint(&mut writer, &disk).expect("the disk is well");
    }
    assert!(writer.memory().files > 1);
    let found = find(&disk).expect("whole");
    assert_eq!(found.place(), at(1020));
    found.check_log(LOG).expect("they join");
}

#[test]
fn what_is_not_understood_is_refused_by_name() {
    let dir = tempfile::tempdir().expect("tempdir");
    let (name, _) = one_file(dir.path(), &some_log(20));
    let other = |name: &str| dir.path().join(name);
    for stranger in ["notes.txt", "index-1-2.base", "index-00000000000000000000-00000000000000000020.base.old"] {
        fs::write(other(stranger), b"?").expect("write");
        assert!(matches!(refusal(dir.path()), IndexError::Stranger { file } if file.ends_with(stranger)));
        fs::remove_file(other(stranger)).expect("moved away");
    }
    fs::rename(other(&name), other("aside")).expect("rename");
    fs::create_dir(other("lost+found")).expect("new");
    std::os::unix::fs::symlink(other("lost+found").join("aside"), other(&name)).expect("new");
    fs::rename(other("aside"), other("lost+found").join("aside")).expect("rename");
    let error = refusal(dir.path());
    assert!(matches!(&error, IndexError::NotAFile { found: FileKind::Link, file } if file.ends_with(&name)), "{error}");
    fs::remove_file(other(&name)).expect("a link");
    fs::rename(other("lost+found").join("aside"), other(&name)).expect("the file itself");
    reopen(dir.path());
}
