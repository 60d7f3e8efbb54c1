//! Threads against the delta and the checkpoint: readers see whole records, and never miss a key that is there.
//!
//! Each record proves itself: it repeats its key's number and its version, and ends with a hash of both.

use super::{delta::DeltaWriter, test_disk::TestDisk, *};
use crate::base::log_place::LogPlace;
use std::{
    sync::atomic::{
        AtomicBool, AtomicU64,
        Ordering::{Acquire, Relaxed, Release},
    },
    thread,
};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// A record of a length that differs from version to version.
fn record(key: u64, version: u64) -> Vec<u8> {
    let mut out = [key.to_le_bytes(), version.to_le_bytes()].concat();
    out.resize(16 + (version % 97) as usize, version as u8);
    let proof = xxh3_64_with_seed(&out, 1);
    out.extend_from_slice(&proof.to_le_bytes());
    out
}

/// The version of a whole record of this key; panics on anything else.
fn version(key: u64, record: &[u8]) -> u64 {
    let (body, proof) = record.split_last_chunk::<8>().expect("longer than its proof");
    assert_eq!(u64::from_le_bytes(*proof), xxh3_64_with_seed(body, 1), "a torn record");
    let [found, version] = *body.as_chunks::<8>().0.first_chunk::<2>().expect("key and version");
    assert_eq!(u64::from_le_bytes(found), key, "another key's record");
    u64::from_le_bytes(version)
}

/// Steps that a slow checker (a sanitizer, an interpreter) can cut down with `DOMESDAY_STRESS=1`.
fn rounds(full: u64) -> u64 {
    let percent = std::env::var("DOMESDAY_STRESS").ok().and_then(|text| text.parse::<u64>().ok()).unwrap_or(100);
    (full * percent / 100).max(20)
}

#[test]
fn readers_of_a_growing_delta_see_whole_records_that_only_get_newer() {
    const LASTING: u64 = 300;
    let mut writer = DeltaWriter::new(9);
    for key in 0..LASTING {
        writer.put(1, &key.to_le_bytes(), &record(key, 1));
    }
    let delta = writer.delta().clone();
    let (stop, floor) = (AtomicBool::new(false), AtomicU64::new(1));
    thread::scope(|scope| {
        for start in 0..3 {
            let (delta, stop, floor) = (&delta, &stop, &floor);
            scope.spawn(move || {
                let mut seen = vec![0; LASTING as usize];
                let mut key = start * 101;
                while !stop.load(Relaxed) {
                    key = (key + 7) % LASTING;
                    let least = floor.load(Acquire);
                    let guard = crossbeam_epoch::pin();
                    let entry = delta.find(1, &key.to_le_bytes(), &guard).expect("a lasting key is always there");
                    let found = version(key, entry.record().expect("never deleted"));
                    assert!(found >= least && found >= seen[key as usize], "an older record came back");
                    seen[key as usize] = found;
                    let passing = 1_000_000 + key;
                    if let Some(entry) = delta.find(1, &passing.to_le_bytes(), &guard) {
                        entry.record().map(|record| version(passing, record));
                    }
                }
            });
        }
        for round in 2..rounds(120) {
            for key in 0..LASTING {
                writer.put(1, &key.to_le_bytes(), &record(key, round));
                // Keys that come and go fill the tables with tombstones, so that they are copied again and again.
                let passing = 1_000_000 + (key + round) % 1000;
                writer.put(1, &passing.to_le_bytes(), &record(passing, round));
                writer.bury(1, &passing.to_le_bytes(), true);
                let lasting = 2_000_000 + round * LASTING + key;
                writer.put(1, &lasting.to_le_bytes(), &record(lasting, round));
            }
            floor.store(round, Release);
        }
        stop.store(true, Relaxed);
    });
}

#[test]
fn readers_during_checkpoints_find_every_lasting_key_at_the_published_position() {
    const LASTING: u64 = 500;
    let dir = tempfile::tempdir().expect("tempdir");
    let disk = TestDisk::new(dir.path());
    let options = Options { map: Some(dir.path().into()), ..Options::new(3) };
    let (mut writer, reader) = open(&disk, options, 7, &|_, _, _| Ok(()), super::tests::LENGTHS).expect("opens");
    let (stop, walks) = (AtomicBool::new(false), AtomicU64::new(0));
    for key in 0..LASTING {
        writer.put(1, &key.to_le_bytes(), &record(key, 1));
    }
    writer.set_place(LogPlace { frame: 1, chain: [1; 32] });
    thread::scope(|scope| {
        let readers = [0, 101].map(|start| {
            let (reader, stop, walks) = (reader.clone(), &stop, &walks);
            scope.spawn(move || {
                let mut key = start;
                while !stop.load(Relaxed) {
                    key = (key + 7) % LASTING;
                    let position = reader.position();
                    let snapshot = reader.pin();
                    let found = snapshot.get(1, &key.to_le_bytes()).expect("a lasting key is always there");
                    assert!(version(key, found) >= position, "older than the published position");
                    drop(snapshot);
                    if key == 0 {
                        let mut met = 0;
                        reader.pin().for_each(1, |key, found| {
                            let number = u64::from_le_bytes(key.try_into().expect("eight bytes"));
                            version(number, found);
                            met += u64::from(number < LASTING);
                        });
                        assert_eq!(met, LASTING, "a walk meets every lasting key once");
                        walks.fetch_add(1, Relaxed);
                    }
                }
            })
        });
        let (mut running, mut installed, mut round) = (None, 0, 1);
        // Goes on until enough has met; a reader ends early only when it has found a fault.
        let met = |installed: u64| installed >= 3 && walks.load(Relaxed) >= 3;
        while (round < rounds(100) || !met(installed)) && !readers.iter().any(|reader| reader.is_finished()) {
            round += 1;
            for key in 0..LASTING {
                writer.put(1, &key.to_le_bytes(), &record(key, round));
                let passing = 1_000_000 + (key * 31 + round) % 5000;
                writer.delete(1, &passing.to_le_bytes());
                writer.put(1, &(passing + 1).to_le_bytes(), &record(passing + 1, round));
            }
            writer.set_place(LogPlace { frame: round, chain: [1; 32] });
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
}
