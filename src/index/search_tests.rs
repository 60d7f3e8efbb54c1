//! Search keys against a look at every record, through every step of checkpoints; their section in damaged files.

use super::tests::files;
use super::{
    due_tests::{Dice, Stage, change},
    test_disk::TestDisk,
    tests::*,
    *,
};
use std::{
    collections::BTreeSet,
    fs,
    ops::{Bound, ControlFlow},
    path::Path,
    sync::atomic::{
        AtomicBool, AtomicU64,
        Ordering::{Acquire, Relaxed, Release},
    },
    thread,
};

/// The keys of a test's record: of three families, some twice, many the same as others', and half of them with a long
/// beginning that they share.
fn texts(_: u8, record: &[u8], each: &mut EachKey<'_>) {
    for piece in record.chunks(3).take(4) {
        let text: Vec<u8> = piece[1..].iter().map(|octet| octet % 5).collect();
        match piece[0] % 4 {
            0 => each(1, &[b"a long beginning/", &text[..]].concat()),
            family => each(family, &text),
        }
    }
}

const TEXTS: SearchKeys = SearchKeys { rules: 0x51, kinds: |kind| kind != 0, of: texts };

fn searching(dir: &Path, search: SearchKeys) -> (Writer, Reader, TestDisk) {
    let disk = TestDisk::new(dir);
    let options = Options { search, ..options(dir) };
    let (writer, reader) = open(&disk, options, LOG, &any_record, LENGTHS).expect("the directory is whole");
    (writer, reader, disk)
}

type Found = (Vec<u8>, u8, Vec<u8>);

fn owned(place: Place<'_>) -> Found {
    (place.text.to_vec(), place.kind, place.key.to_vec())
}

fn borrowed((text, kind, key): &Found) -> Place<'_> {
    Place { text, kind: *kind, key }
}

fn has(keys: SearchKeys, family: u8, record: &[u8], place: Place<'_>) -> bool {
    let mut found = false;
    (keys.of)(place.kind, record, &mut |of, text| found |= of == family && *text == *place.text);
    found
}

/// What a search finds from a bound on, in pieces of `step` hints, each from where the one before ended.
fn found(reader: &Reader, keys: SearchKeys, family: u8, from: Bound<&Found>, step: usize) -> Vec<Found> {
    let mut all = Vec::new();
    let mut from = from.cloned();
    loop {
        let snapshot = reader.pin();
        let (mut looks, mut last) = (0, None);
        snapshot.search(family, from.as_ref().map(borrowed), &mut |place| {
            looks += 1;
            last = Some(owned(place));
            if snapshot.get(place.kind, place.key).is_some_and(|record| has(keys, family, record, place)) {
                all.push(owned(place));
            }
            if looks == step { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        match last {
            Some(last) if looks == step => from = Bound::Excluded(last),
            _ => return all,
        }
    }
}

/// The same by a look at every record.
fn expected(model: &Model, keys: SearchKeys, family: u8) -> BTreeSet<Found> {
    let mut places = BTreeSet::new();
    for ((kind, key), record) in model.iter().filter(|((kind, _), _)| (keys.kinds)(*kind)) {
        (keys.of)(*kind, record, &mut |of, text| {
            if of == family {
                places.insert((text.to_vec(), *kind, key.clone()));
            }
        });
    }
    places
}

#[track_caller]
fn agree(reader: &Reader, model: &Model, keys: SearchKeys, dice: &mut Dice, told: &str) {
    for family in 0..5 {
        let all = expected(model, keys, family);
        let step = 1 + dice.below(20) as usize;
        let asked = found(reader, keys, family, Bound::Unbounded, step);
        assert!(asked.iter().eq(&all), "{told}, family {family}: {asked:?} instead of {all:?}");
        if !all.is_empty() {
            let place = all.iter().nth(dice.below(all.len() as u64) as usize).expect("one of them");
            for from in [Bound::Included(place), Bound::Excluded(place)] {
                let asked = found(reader, keys, family, from, usize::MAX);
                assert!(asked.iter().eq(all.range::<Found, _>((from, Bound::Unbounded))), "{told}: from {from:?}");
            }
        }
    }
}

#[test]
fn searches_equal_a_look_at_everything_at_every_step() {
    let (mut files, mut failed, mut reopened) = (0, 0, 0);
    for seed in 0..6 {
        let dice = &mut Dice(seed);
        let dir = tempfile::tempdir().expect("tempdir");
        let (mut writer, mut reader, mut disk) = searching(dir.path(), TEXTS);
        // A large file at the bottom, on which middling and small ones are laid; what makes them large is not searched.
        let bulk = |length| Change { kind: 0, key: b"bulk".into(), record: Some(vec![0; length]) };
        let mut log = vec![bulk(2_000_000)];
        replay(&log, &mut writer);
        let mut stage = Stage::None;
        for step in 0..300 {
            stage = match (dice.below(20), stage) {
                (0, Stage::None) => writer.freeze().expect("none is under way").map_or(Stage::None, Stage::Frozen),
                (1, Stage::Frozen(frozen)) => {
                    disk.fail_after(dice.below(12) as i64);
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
                // The process ends wherever it is, and starts again with what the disk has.
                (7, _) if dice.below(4) == 0 => {
                    drop(writer);
                    (writer, reader, disk) = searching(dir.path(), TEXTS);
                    agree(&reader, &fold(&log, writer.position()), TEXTS, dice, "opened");
                    replay(&log, &mut writer);
                    reopened += 1;
                    Stage::None
                }
                (_, stage) => {
                    let count = match dice.below(30) {
                        0 => {
                            log.push(Change { key: b"middling".into(), ..bulk(100_000) });
                            60
                        }
                        _ => 1 + dice.below(4),
                    };
                    log.extend((0..count).map(|_| {
                        let mut change = change(dice);
                        change.record.iter_mut().flatten().for_each(|octet| *octet = dice.below(256) as u8);
                        change
                    }));
                    replay(&log, &mut writer);
                    stage
                }
            };
            files = writer.memory().files.max(files);
            if step % 3 == 0 || !matches!(stage, Stage::None) {
                agree(&reader, &fold(&log, log.len() as u64), TEXTS, dice, &format!("seed {seed}, step {step}"));
            }
        }
    }
    assert!(files >= 3 && failed >= 3 && reopened >= 5, "{files} files at once, {failed} failed, {reopened} reopened");
}

#[test]
fn files_without_search_keys_or_with_others_are_searched_all_the_same() {
    let other = SearchKeys {
        rules: 0x52,
        kinds: |kind| kind == 2,
        of: |_, record, each| each(3, &record[..record.len().min(2)]),
    };
    let dice = &mut Dice(1);
    for (written_by, version) in [(SearchKeys::NONE, 3), (TEXTS, 4)] {
        let dir = tempfile::tempdir().expect("tempdir");
        let (mut writer, _, disk) = searching(dir.path(), written_by);
        let log: Vec<Change> = (0..300)
            .map(|_| {
                let mut change = change(dice);
                change.record.iter_mut().flatten().for_each(|octet| *octet = dice.below(256) as u8);
                change
            })
            .collect();
        replay(&log, &mut writer);
        checkpoint(&mut writer, &disk).expect("the disk is well");
        drop(writer);
        let name = files(dir.path()).remove(0);
        let bytes = fs::read(dir.path().join(&name)).expect("read");
        assert_eq!(bytes[12], version, "nobody pays for what is off");
        for keys in [other, TEXTS, SearchKeys::NONE] {
            let (mut writer, reader, disk) = searching(dir.path(), keys);
            assert_eq!(writer.memory().delta_bytes, 0);
            agree(&reader, &fold(&log, 300), keys, dice, "opened");
            // The file that replaces it has them.
            writer.put(0, b"more", &vec![7; bytes.len()]);
            writer.set_place(at(301));
            let frozen = writer.freeze().expect("free").expect("changes");
            let new = frozen.write(&disk).expect("the disk is well");
            let name = new.base.span().range().file_name();
            let merged = fs::read(dir.path().join(&name)).expect("read");
            assert_eq!(merged[12], if keys.rules == 0 { 3 } else { 4 });
            // It was not installed: the next round opens the old one again.
            drop(new);
            fs::remove_file(dir.path().join(&name)).expect("there");
        }
    }
}

/// Nobody pays for what is off: a record is not even asked for its search keys, neither when it is put, nor when it is written,
/// merged, opened or replayed.
#[test]
fn where_nothing_is_searched_no_record_is_asked_for_its_search_keys() {
    let off = SearchKeys { rules: 0, kinds: |_| panic!("asked"), of: |_, _, _| panic!("asked") };
    let dice = &mut Dice(2);
    let dir = tempfile::tempdir().expect("tempdir");
    let mut log: Vec<Change> = Vec::new();
    for round in 0..4 {
        let (mut writer, reader, disk) = searching(dir.path(), off);
        log.extend((0..300).map(|_| change(dice)));
        replay(&log, &mut writer);
        agree(&reader, &fold(&log, log.len() as u64), SearchKeys::NONE, dice, "fresh");
        checkpoint(&mut writer, &disk).expect("the disk is well");
        assert_eq!(writer.memory().delta_bytes, 0);
        for name in files(dir.path()) {
            let bytes = fs::read(dir.path().join(name)).expect("read");
            assert_eq!((bytes[12], bytes[64]), (3, 3), "round {round}: the format, and how many sections");
        }
    }
}

/// Each way in which a search section may be wrong though its checksum is right.
#[test]
fn search_sections_that_lie_are_refused_though_the_checksums_are_right() {
    let dir = tempfile::tempdir().expect("tempdir");
    let (mut writer, _, disk) = searching(dir.path(), TEXTS);
    for key in 0..40u8 {
        writer.put(1, &[key], &[key, 1, 2, key + 1, 3, key]);
    }
    writer.set_place(at(40));
    checkpoint(&mut writer, &disk).expect("the disk is well");
    drop(writer);
    let path = dir.path().join(files(dir.path()).remove(0));
    let good = fs::read(&path).expect("read");
    let part = section(&good, 3);
    assert_eq!(part.end, good.len());
    let items: Vec<[u8; 8]> = good[part.clone()].as_chunks().0.to_vec();
    let family = |item: &[u8; 8]| item[7];
    let step = items.array_windows().position(|[a, b]| family(a) != family(b)).expect("there are several families");
    type Lie<'a> = (&'a str, &'a dyn Fn(&mut Vec<[u8; 8]>));
    let (counted, sum) = ("search items (counted in the heap)", "sum of the search items (of the heap)");
    let lies: [Lie<'_>; 7] = [
        ("families of search items in order", &|items| items.swap(step, step + 1)),
        (counted, &|items| items.truncate(2)),
        (counted, &|items| items.insert(2, items[2])),
        (counted, &|items| items.clear()),
        (sum, &|items| items[2] = items[1]),
        (sum, &|items| items[2][0] ^= 1),
        (sum, &|items| items[2][5] ^= 1),
    ];
    let opens = || {
        let options = Options { search: TEXTS, ..options(dir.path()) };
        open(&TestDisk::new(dir.path()), options, LOG, &any_record, LENGTHS).map(drop)
    };
    for (number, (expected, lie)) in lies.into_iter().enumerate() {
        let mut items = items.clone();
        lie(&mut items);
        let mut bytes = good[..part.start].to_vec();
        bytes.extend_from_slice(items.as_flattened());
        let (length, len) = ((items.len() * 8) as u64, bytes.len() as u64);
        bytes[56..64].copy_from_slice(&len.to_le_bytes());
        bytes[184..192].copy_from_slice(&length.to_le_bytes());
        forge(&path, bytes);
        let Err(error) = opens() else { panic!("lie {number} is believed") };
        let IndexError::Damaged { what, offset, .. } = error else { panic!("lie {number}: {error}") };
        assert_eq!(what, expected, "lie {number}");
        assert!(offset as usize >= part.start, "lie {number}");
    }
    // One that is not used is under its checksum all the same.
    let mut bytes = good.clone();
    *bytes.last_mut().expect("not empty") ^= 1;
    fs::write(&path, bytes).expect("write");
    assert!(matches!(refusal(dir.path()), IndexError::Damaged { what: "search section checksum", .. }));
    forge(&path, good);
    opens().expect("whole");
}

#[test]
fn search_keys_count_as_memory_until_the_checkpoint_ends() {
    let dir = tempfile::tempdir().expect("tempdir");
    let used = [SearchKeys::NONE, TEXTS].map(|keys| {
        let dir = dir.path().join(keys.rules.to_string());
        fs::create_dir(&dir).expect("new");
        let (mut writer, _, disk) = searching(&dir, keys);
        for key in 0..1000u32 {
            // Twice the same: what is there already takes no more room.
            writer.put(1, &key.to_le_bytes(), b"abc");
            writer.put(1, &key.to_le_bytes(), b"abc");
        }
        let used = writer.memory().delta_bytes;
        writer.set_place(at(1));
        checkpoint(&mut writer, &disk).expect("the disk is well");
        assert_eq!(writer.memory().delta_bytes, 0);
        used
    });
    assert!((used[0] + 60_000..used[0] + 200_000).contains(&used[1]), "{used:?}");
}

/// A record that proves its key, with one text that never changes and one that always does.
fn lasting(key: u64, round: u64) -> Vec<u8> {
    [key.to_be_bytes(), round.to_be_bytes()].concat()
}

const LASTING: SearchKeys = SearchKeys {
    rules: 0x53,
    kinds: |kind| kind == 1,
    of: |_, record, each| {
        let (key, round) = record.split_at(record.len() / 2);
        each(1, &[&key[key.len() - 1..], key].concat());
        each(2, round);
    },
};

#[test]
fn a_walk_meets_every_lasting_record_once_whatever_the_writer_does() {
    const KEYS: u64 = 400;
    let dir = tempfile::tempdir().expect("tempdir");
    let (mut writer, reader, disk) = searching(dir.path(), LASTING);
    (0..KEYS).for_each(|key| writer.put(1, &key.to_be_bytes(), &lasting(key, 1)));
    writer.set_place(at(1));
    let (stop, walks, floor) = (AtomicBool::new(false), AtomicU64::new(0), AtomicU64::new(KEYS));
    thread::scope(|scope| {
        let readers = [(); 2].map(|()| {
            let (reader, stop, walks, floor) = (reader.clone(), &stop, &walks, &floor);
            scope.spawn(move || {
                while !stop.load(Relaxed) {
                    // What was shown before the walk began must be met by it.
                    let least = floor.load(Acquire);
                    let met: BTreeSet<u64> = found(&reader, LASTING, 1, Bound::Unbounded, 37)
                        .into_iter()
                        .map(|(_, _, key)| u64::from_be_bytes(key.try_into().expect("eight bytes")))
                        .collect();
                    let missing: Vec<u64> = (0..least).filter(|key| !met.contains(key)).collect();
                    assert!(missing.is_empty(), "{missing:?} of {least} not met");
                    walks.fetch_add(1, Relaxed);
                }
            })
        });
        let (mut running, mut installed, mut round, mut keys) = (None, 0, 1, KEYS);
        let met = |installed: u64| installed >= 4 && walks.load(Relaxed) >= 20;
        while !met(installed) && !readers.iter().any(|reader| reader.is_finished()) {
            round += 1;
            for key in 0..KEYS {
                writer.put(1, &key.to_be_bytes(), &lasting(key, round));
                let passing = 1_000_000 + (key + round) % 1000;
                writer.put(1, &passing.to_be_bytes(), &lasting(passing, round));
                writer.delete(1, &(passing - 1).to_be_bytes());
            }
            writer.put(1, &keys.to_be_bytes(), &lasting(keys, round));
            keys += 1;
            floor.store(keys, Release);
            writer.set_place(at(round));
            running = match running {
                None => writer.freeze().expect("none is under way").map(|frozen| {
                    let disk = disk.clone();
                    scope.spawn(move || frozen.write(&disk).expect("the disk is well"))
                }),
                Some(write) if thread::ScopedJoinHandle::is_finished(&write) => {
                    let replaced = writer.install(write.join().expect("the write did not panic"));
                    let disk = disk.clone();
                    scope.spawn(move || replaced.remove(&disk).expect("the disk is well"));
                    installed += 1;
                    None
                }
                other => other,
            };
        }
        stop.store(true, Relaxed);
    });
    assert!(walks.load(Relaxed) >= 20, "the readers ended early");
}

/// A reader that sees a record finds it: its search keys are there before it is.
#[test]
fn whoever_sees_a_record_finds_it() {
    const KEYS: u64 = 30_000;
    let dir = tempfile::tempdir().expect("tempdir");
    let (mut writer, reader, _) = searching(dir.path(), LASTING);
    thread::scope(|scope| {
        let seen = scope.spawn(move || {
            for key in 0..KEYS {
                let record = lasting(key, 1);
                let text = [&record[7..8], &record[..8]].concat();
                let snapshot = reader.pin();
                while snapshot.get(1, &key.to_be_bytes()).is_none() {
                    std::hint::spin_loop();
                }
                let mut first = None;
                let from = Bound::Included(Place { text: &text, kind: 0, key: &[] });
                snapshot.search(1, from, &mut |place| {
                    first = Some(owned(place));
                    ControlFlow::Break(())
                });
                assert_eq!(first, Some((text, 1, key.to_be_bytes().to_vec())), "record {key} is there and not found");
            }
        });
        for key in 0..KEYS {
            if seen.is_finished() {
                break;
            }
            writer.put(1, &key.to_be_bytes(), &lasting(key, 1));
        }
    });
}
