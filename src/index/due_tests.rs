//! The due queue against an ordered map, through every step of checkpoints; its section in damaged files; its cost.

use super::{test_disk::TestDisk, tests::*, *};
use std::{cell::Cell, collections::BTreeMap, fs};

/// A generator of numbers that a seed repeats (splitmix64).
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % limit
    }
}

pub(super) fn change(dice: &mut Dice) -> Change {
    let key = format!("name-{}", dice.below(80)).into_bytes();
    let record = (dice.below(4) > 0).then(|| vec![7; dice.below(40) as usize]);
    Change { kind: dice.below(3) as u8, key, record }
}

/// What a checkpoint has come to.
pub(super) enum Stage {
    None,
    Frozen(Frozen),
    Written(NewBase),
}

#[test]
fn the_queue_equals_an_ordered_map_at_every_step() {
    let (mut files, mut failed) = (0, 0);
    for seed in 0..20 {
        let dice = &mut Dice(seed);
        let dir = tempfile::tempdir().expect("tempdir");
        let (mut writer, _, mut disk) = reopen(dir.path());
        // A large file at the bottom, on which small ones are laid.
        let bulk = Change { kind: 0, key: b"bulk".into(), record: Some(vec![0; 200_000]) };
        let mut log = vec![bulk];
        replay(&log, &mut writer);
        let mut stage = Stage::None;
        for step in 0..400 {
            stage = match (dice.below(20), stage) {
                (0, Stage::None) => writer.freeze().expect("none is under way").map_or(Stage::None, Stage::Frozen),
                (1, Stage::Frozen(frozen)) => {
                    disk.fail_after(dice.below(8) as i64);
                    let written = frozen.write(&disk);
                    disk.fail_after(i64::MAX);
                    failed += u32::from(written.is_err());
                    written.map_or(Stage::None, Stage::Written)
                }
                (2 | 3, Stage::Frozen(frozen)) => Stage::Written(frozen.write(&disk).expect("the disk is well")),
                (4, Stage::Frozen(_) | Stage::Written(_)) => Stage::None,
                (5 | 6, Stage::Written(new)) => {
                    writer.install(new).remove(&disk).expect("the disk is well");
                    Stage::None
                }
                (7, _) if dice.below(4) == 0 => {
                    drop(writer);
                    (writer, _, disk) = reopen(dir.path());
                    replay(&log, &mut writer);
                    Stage::None
                }
                (_, stage) => {
                    // Few or many, so that files are laid on top as well as merged.
                    let count = if dice.below(40) == 0 { 200 } else { 1 + dice.below(4) };
                    log.extend((0..count).map(|_| change(dice)));
                    replay(&log, &mut writer);
                    stage
                }
            };
            files = writer.memory().files.max(files);
            let expected = deadlines(&fold(&log, log.len() as u64));
            assert_eq!(writer.next_due(), expected.first().map(|due| due.time), "seed {seed}, step {step}");
            let (now, limit) = (dice.below(18) as i64 - 5, dice.below(30) as usize);
            let until: Vec<_> = expected.into_iter().filter(|due| due.time <= now).take(limit).collect();
            assert_eq!(writer.due(now, limit), until, "seed {seed}, step {step}");
        }
    }
    assert!(files >= 3 && failed > 10, "found at most {files} files at once and {failed} failed checkpoints");
}

#[test]
fn a_deadline_that_comes_back_while_its_table_is_frozen_counts_once() {
    let dir = tempfile::tempdir().expect("tempdir");
    let (mut writer, _, disk) = reopen(dir.path());
    let due = |key: &[u8], time| Due { time, kind: 1, key: key.into() };
    writer.put(1, b"a", &[0; 6]);
    writer.put(1, b"b", &[0; 6]);
    writer.set_place(at(1));
    let frozen = writer.freeze().expect("free").expect("changes");
    writer.put(1, b"a", &[0; 7]);
    writer.delete(1, b"b");
    assert_eq!(writer.due(9, 9), [due(b"a", 3)]);
    writer.put(1, b"a", &[0; 6]);
    assert_eq!(writer.due(9, 9), [due(b"a", 2)]);
    let new = frozen.write(&disk).expect("the disk is well");
    writer.install(new).remove(&disk).expect("the disk is well");
    assert_eq!(writer.due(9, 9), [due(b"a", 2)]);
    writer.put(1, b"a", &[0; 8]);
    assert_eq!(writer.due(9, 9), [due(b"a", 4)]);
    writer.delete(1, b"a");
    assert_eq!((writer.due(9, 9), writer.next_due()), (vec![], None));
}

#[test]
fn a_living_record_that_is_left_alone_is_answered_again_and_hides_nothing() {
    let dir = tempfile::tempdir().expect("tempdir");
    let (mut writer, _, disk) = reopen(dir.path());
    for key in 0..10u8 {
        writer.put(1, &[key], &[0; 6]);
    }
    writer.set_place(at(1));
    checkpoint(&mut writer, &disk).expect("the disk is well");
    let keys = |due: Vec<Due>| due.into_iter().map(|due| due.key[0]).collect::<Vec<_>>();
    for changed in [1u8, 2, 4] {
        writer.put(1, &[changed], b"");
        assert_eq!(keys(writer.due(2, 2)).first(), Some(&0));
    }
    assert_eq!(keys(writer.due(2, 4)), [0, 3, 5, 6]);
    writer.put(1, &[0], b"");
    assert_eq!(keys(writer.due(2, 4)), [3, 5, 6, 7]);
    assert_eq!(writer.due(1, 4), []);
}

thread_local! {
    static ASKED: Cell<u64> = const { Cell::new(0) };
}

/// A record is its deadline; counts how often it is asked.
const COUNTED: Deadlines = Deadlines {
    rules: 0xc0,
    kinds: |kind| kind == 1,
    of: |_, record| {
        ASKED.set(ASKED.get() + 1);
        record.first_chunk().map(|time| i64::from_le_bytes(*time))
    },
};

#[test]
fn many_records_with_one_deadline_are_drained_at_a_steady_cost() {
    const RECORDS: u32 = 100_000;
    for place in ["delta", "frozen", "base"] {
        let dir = tempfile::tempdir().expect("tempdir");
        let disk = TestDisk::new(dir.path());
        let (mut writer, _) = open(&disk, options(dir.path()), LOG, &any_record, COUNTED).expect("empty");
        for key in 0..RECORDS {
            writer.put(1, &key.to_be_bytes(), &7i64.to_le_bytes());
        }
        writer.set_place(at(1));
        match place {
            "frozen" => drop(writer.freeze().expect("free")),
            "base" => checkpoint(&mut writer, &disk).expect("the disk is well"),
            _ => {}
        }
        ASKED.set(0);
        // The first one is left alone, so that all the dead lie behind a living one.
        let mut drained = 1;
        loop {
            let due = writer.due(7, 65);
            assert_eq!(due[0].key, [0; 4], "{place}");
            if due.len() == 1 {
                break;
            }
            for (due, key) in due[1..].iter().zip(drained..) {
                assert_eq!(due.key, u32::to_be_bytes(key), "{place}: in the order of the keys");
                match key % 2 {
                    0 => writer.put(1, &due.key, &100i64.to_le_bytes()),
                    _ => writer.delete(1, &due.key),
                }
            }
            drained += due.len() as u32 - 1;
        }
        assert_eq!(drained, RECORDS, "{place}");
        // Once when it is found, once when it is found dead, twice at most when it is changed; and the first each time.
        assert!(ASKED.get() <= u64::from(4 * RECORDS + RECORDS / 64 + 2), "{place}: asked {} times", ASKED.get());
        writer.delete(1, &[0; 4]);
        ASKED.set(0);
        assert_eq!(writer.next_due(), Some(100), "{place}");
        assert!(ASKED.get() <= 2, "{place}: the dead are passed for good, asked {} times", ASKED.get());
    }
}

#[test]
fn kinds_without_deadlines_are_never_asked() {
    let dir = tempfile::tempdir().expect("tempdir");
    let disk = TestDisk::new(dir.path());
    ASKED.set(0);
    let (mut writer, _) = open(&disk, options(dir.path()), LOG, &any_record, COUNTED).expect("empty");
    for frame in 1..9 {
        writer.put(2, &[frame % 3], &[9; 8]);
        writer.delete(2, &[frame % 2]);
        writer.set_place(at(u64::from(frame)));
        checkpoint(&mut writer, &disk).expect("the disk is well");
    }
    drop(writer);
    open(&disk, options(dir.path()), LOG, &any_record, COUNTED).expect("whole");
    assert_eq!(ASKED.get(), 0);
}

#[test]
fn the_set_of_deadlines_counts_as_memory_until_the_checkpoint_ends() {
    let dir = tempfile::tempdir().expect("tempdir");
    let mut used = [0, 1].map(|kind| {
        let dir = dir.path().join(kind.to_string());
        fs::create_dir(&dir).expect("new");
        let (mut writer, _, disk) = reopen(&dir);
        for key in 0..1000u32 {
            writer.put(kind, &key.to_le_bytes(), &[0; 6]);
        }
        (writer, disk)
    });
    let [plain, due] = used.each_ref().map(|(writer, _)| writer.memory().delta_bytes);
    assert!((plain + 60_000..plain + 200_000).contains(&due), "{plain} without deadlines, {due} with");
    for (kind, (writer, _)) in used.iter_mut().enumerate() {
        (0..500u32).for_each(|key| writer.delete(kind as u8, &key.to_le_bytes()));
    }
    let [plain_half, due_half] = used.each_ref().map(|(writer, _)| writer.memory().delta_bytes);
    assert!(due_half - plain_half <= (due - plain) / 2 + 20_000, "the deleted still count");
    let (writer, disk) = &mut used[1];
    writer.set_place(at(1));
    checkpoint(writer, disk).expect("the disk is well");
    assert_eq!(writer.memory().delta_bytes, 0);
}

/// Each way in which a due section may be wrong though its checksum is right.
#[test]
fn due_sections_that_lie_are_refused_though_the_checksums_are_right() {
    let dir = tempfile::tempdir().expect("tempdir");
    let (name, good) = one_file(dir.path(), &some_log(40));
    let path = dir.path().join(&name);
    let due = section(&good, 2);
    assert_eq!(due.end, good.len());
    let items: Vec<[u8; 16]> = good[due.clone()].as_chunks().0.to_vec();
    let time = |item: &[u8; 16]| i64::from_le_bytes(*item.first_chunk().expect("eight bytes"));
    let tie = items.array_windows().position(|[a, b]| time(a) == time(b)).expect("some have the same deadline");
    let step = items.array_windows().position(|[a, b]| time(a) != time(b)).expect("some have not");
    type Lie<'a> = (&'a str, &'a dyn Fn(&mut Vec<[u8; 16]>));
    let (counted, sum) = ("due items (counted in the heap)", "sum of the due items (of the heap)");
    let lies: [Lie<'_>; 9] = [
        ("due item", &|items| items.swap(step, step + 1)),
        ("due item", &|items| items.swap(tie, tie + 1)),
        (counted, &|items| items.truncate(2)),
        (counted, &|items| items.insert(2, items[2])),
        (counted, &|items| items.clear()),
        (sum, &|items| items[2] = items[1]),
        (sum, &|items| items[2][0] ^= 1),
        (sum, &|items| items[2][8] ^= 16),
        (sum, &|items| items[2][8..].fill(0xff)),
    ];
    for (number, (expected, lie)) in lies.into_iter().enumerate() {
        let mut items = items.clone();
        lie(&mut items);
        let mut bytes = good[..due.start].to_vec();
        bytes.extend_from_slice(items.as_flattened());
        let (length, len) = ((items.len() * 16) as u64, bytes.len() as u64);
        bytes[56..64].copy_from_slice(&len.to_le_bytes());
        bytes[152..160].copy_from_slice(&length.to_le_bytes());
        forge(&path, bytes);
        let error = refusal(dir.path());
        let IndexError::Damaged { what, offset, .. } = error else { panic!("lie {number}: {error}") };
        assert_eq!(what, expected, "lie {number}");
        assert!(offset as usize >= due.start, "lie {number}");
    }
    // A record with an item, under a kind without deadlines.
    let mut bytes = good.clone();
    bytes[due_section::decode(&items[2]).1 as usize] = 0;
    forge(&path, bytes);
    assert!(matches!(refusal(dir.path()), IndexError::Damaged { what, .. } if what == counted));
    forge(&path, good);
    reopen(dir.path());
}

#[test]
fn deadlines_of_other_rules_are_found_anew() {
    let dir = tempfile::tempdir().expect("tempdir");
    let log = some_log(200);
    let (name, mut bytes) = one_file(dir.path(), &log);
    let other = Deadlines { rules: 0xd2, kinds: |kind| kind == 2, of: |_, record| Some(-(record.len() as i64)) };
    let disk = TestDisk::new(dir.path());
    let (mut writer, _) = open(&disk, options(dir.path()), LOG, &any_record, other).expect("opens");
    let mut expected = BTreeMap::new();
    for ((kind, key), record) in fold(&log, 200) {
        if kind == 2 {
            expected.insert((-(record.len() as i64), key), ());
        }
    }
    let found: Vec<_> = writer.due(i64::MAX, usize::MAX).into_iter().map(|due| (due.time, due.key)).collect();
    assert_eq!(found, expected.into_keys().collect::<Vec<_>>());
    assert!(matches!(
        open(&disk, options(dir.path()), LOG, &any_record, Deadlines { rules: LENGTHS.rules, ..other }),
        Err(IndexError::Damaged { .. })
    ));
    // A section that is not used is under its checksum all the same.
    *bytes.last_mut().expect("not empty") ^= 1;
    fs::write(dir.path().join(name), bytes).expect("write");
    let Err(error) = open(&disk, options(dir.path()), LOG, &any_record, other) else { panic!("expected a refusal") };
    assert!(matches!(error, IndexError::Damaged { what: "due section checksum", .. }), "{error}");
}
