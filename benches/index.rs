//! Look-ups in the index: from the delta, idle and while its writer writes, and from a base file; hits and misses.
//!
//! `cargo bench --bench index`; the number of records is `DOMESDAY_BENCH_RECORDS`, 1 000 000 if not set.

use domesday::{
    base::log_place::LogPlace,
    index::{self, Deadlines, Options, Reader, Writer},
};
use std::{
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    thread,
};

#[path = "support/plain_disk.rs"]
mod plain_disk;

use plain_disk::Directory;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Bytes of one record: about those of a domain with two hosts.
const RECORD: [u8; 226] = [5; 226];
const NO_DEADLINES: Deadlines = Deadlines { rules: 0, kinds: |_| false, of: |_, _| None };
/// Look-ups in one iteration, so that the loop around them does not count.
const LOOKUPS: u64 = 1000;

fn main() {
    divan::main();
}

fn records() -> u64 {
    std::env::var("DOMESDAY_BENCH_RECORDS").ok().and_then(|text| text.parse().ok()).unwrap_or(1_000_000)
}

fn key(number: u64) -> [u8; 20] {
    let mut out = *b"0000000000000000test";
    let mut rest = number;
    for place in &mut out[..16] {
        *place = b'a' + (rest % 16) as u8;
        rest /= 16;
    }
    out
}

fn fill(writer: &mut Writer, count: u64) {
    for number in 0..count {
        writer.put(1, &key(number), &RECORD);
    }
    writer.set_place(LogPlace { frame: 1, chain: [1; 32] });
}

fn random(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

/// Random look-ups among `count` keys that begin at `first`; each pins anew, as a command does.
fn look_up(bencher: divan::Bencher<'_, '_>, reader: &Reader, first: u64, count: u64, found: bool) {
    let mut state = 88_172_645_463_325_252;
    bencher.counter(divan::counter::ItemsCount::new(LOOKUPS)).bench_local(|| {
        for _ in 0..LOOKUPS {
            let snapshot = reader.pin();
            let record = snapshot.get(1, &key(first + random(&mut state) % count));
            assert_eq!(record.is_some(), found);
            divan::black_box(record.map(|record| record[100]));
        }
    });
}

const ABSENT: u64 = 1 << 40;

#[divan::bench(args = [true, false], max_time = 3)]
fn delta(bencher: divan::Bencher<'_, '_>, hit: bool) {
    let dir = tempfile::tempdir().expect("tempdir");
    let (mut writer, reader) = open(&dir);
    fill(&mut writer, records());
    look_up(bencher, &reader, if hit { 0 } else { ABSENT }, records(), hit);
}

#[divan::bench(args = [true, false], max_time = 3)]
fn delta_while_its_writer_writes(bencher: divan::Bencher<'_, '_>, hit: bool) {
    let dir = tempfile::tempdir().expect("tempdir");
    let (mut writer, reader) = open(&dir);
    fill(&mut writer, records());
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut state = 99;
            while !stop.load(Relaxed) {
                writer.put(1, &key(random(&mut state) % records()), &RECORD);
            }
        });
        look_up(bencher, &reader, if hit { 0 } else { ABSENT }, records(), hit);
        stop.store(true, Relaxed);
    });
}

#[divan::bench(args = [true, false], max_time = 3)]
fn base(bencher: divan::Bencher<'_, '_>, hit: bool) {
    let dir = tempfile::tempdir().expect("tempdir");
    let (mut writer, reader) = open(&dir);
    fill(&mut writer, records());
    checkpoint(&mut writer, &dir);
    look_up(bencher, &reader, if hit { 0 } else { ABSENT }, records(), hit);
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn write_a_checkpoint(bencher: divan::Bencher<'_, '_>) {
    bencher
        .counter(divan::counter::ItemsCount::new(records()))
        .with_inputs(|| {
            let dir = tempfile::tempdir().expect("tempdir");
            let (mut writer, _) = open(&dir);
            fill(&mut writer, records());
            (dir, writer)
        })
        .bench_local_values(|(dir, mut writer)| {
            checkpoint(&mut writer, &dir);
            (dir, writer)
        });
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn open_and_check(bencher: divan::Bencher<'_, '_>) {
    let dir = tempfile::tempdir().expect("tempdir");
    let (mut writer, _) = open(&dir);
    fill(&mut writer, records());
    checkpoint(&mut writer, &dir);
    bencher.counter(divan::counter::ItemsCount::new(records())).bench_local(|| open(&dir));
}

fn open(dir: &tempfile::TempDir) -> (Writer, Reader) {
    let options = Options { map: Some(dir.path().into()), ..Options::new(7) };
    index::open(&Directory(dir.path().into()), options, 7, &|_, _, _| Ok(()), NO_DEADLINES).expect("opens")
}

fn checkpoint(writer: &mut Writer, dir: &tempfile::TempDir) {
    let disk = Directory(dir.path().into());
    let frozen = writer.freeze().expect("none is under way").expect("there are changes");
    let new = frozen.write(&disk).expect("written");
    writer.install(new).remove(&disk).expect("removed");
}
