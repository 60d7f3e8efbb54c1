//! What RDAP searches cost: memory and time of the index with search keys and without, and searches of a large registry.
//!
//! `cargo bench --bench search`; the number of domains is `DOMESDAY_BENCH_RECORDS`, 1 000 000 if not set. Each domain has two of a
//! hundred name servers. Then searches for entities where all of contacts is withheld, which look at every registrar: 3000 of
//! them.

use std::time::{Duration, Instant};

use domesday::base::log_place::LogPlace;
use domesday::base::timestamp::Timestamp;
use domesday::index::{self, DEADLINES, Options, Reader, SEARCH_KEYS, SearchKeys, Writer};
use domesday::model::memory::{Known, Memory};
use domesday::model::record::{Disclosure, Domain, Kind};
use domesday::model::seal::archive;
use domesday::model::transaction::Change;
use domesday::model::version::{Version, tag};
use domesday::rdap::{self, BaseUrl, Context, CursorKey, SearchPolicy};

#[path = "support/plain_disk.rs"]
mod plain_disk;
#[path = "../tests/rdap/sample.rs"]
#[allow(dead_code, reason = "each bench uses a part of this module")]
mod sample;
pub(crate) use domesday::{base, model};
use plain_disk::Directory;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const HOSTS: u64 = 100;
const REGISTRARS: u32 = 3000;

fn main() {
    let count: u64 =
        std::env::var("DOMESDAY_BENCH_RECORDS").ok().and_then(|text| text.parse().ok()).unwrap_or(1_000_000);
    let records: Vec<(Vec<u8>, rkyv::util::AlignedVec)> = (0..count).map(domain).collect();
    for (name, keys) in [("off", SearchKeys::NONE), ("on", SEARCH_KEYS)] {
        let dir = tempfile::tempdir().expect("a directory");
        let (mut writer, _) = open(&dir, keys);
        put_others(&mut writer);
        let put = timed(|| records.iter().for_each(|(key, record)| writer.put(tag(Kind::Domain), key, record)));
        writer.set_place(LogPlace { frame: 1, chain: [1; 32] });
        let fresh = writer.memory().delta_bytes / count;
        let checkpointed = timed(|| checkpoint(&mut writer, &dir));
        let stored = writer.memory().base_bytes / count;
        drop(writer);
        let opened = (0..3).map(|_| timed(|| drop(open(&dir, keys)))).min().expect("three");
        println!(
            "search {name:>3}: put {:>5} ns, fresh {fresh} bytes, stored {stored} bytes a domain; checkpoint {} ms, open {} ms",
            put.as_nanos() as u64 / count,
            checkpointed.as_millis(),
            opened.as_millis()
        );
        if keys.rules == 0 {
            println!("search  on, file without keys: open {} ms", timed(|| drop(open(&dir, SEARCH_KEYS))).as_millis());
        } else {
            let (_, reader) = open(&dir, keys);
            search(
                &reader,
                &[
                    "/domain/name0000100.example",
                    "/domains?name=name000*",
                    "/domains?name=name0000100.example",
                    "/domains?name=name*.nothing",
                    "/domains?nsLdhName=ns007.many.test",
                    "/domains?nsLdhName=ns*",
                    "/domains?nsIp=192.0.2.7",
                    "/domains?name=name0000*&count=true",
                    "/nameservers?name=ns*",
                ],
            );
        }
    }
    search_registrars();
}

fn search_registrars() {
    let mut memory = sample::registry();
    let number = |number: u32| (format!("reg{number}"), 10_000 + number, format!("Registrar {number:04}"));
    let add = |(clid, iana_id, name): (String, u32, String)| {
        Change::PutRegistrar(sample::registrar(&clid, Some(iana_id), &name, false))
    };
    sample::commit(&mut memory, vec![Change::PutTld(sample::tld(Disclosure::RedactAll))]);
    sample::commit(&mut memory, (0..REGISTRARS).map(number).map(add).collect());
    let dir = tempfile::tempdir().expect("a directory");
    let (mut writer, reader) = open(&dir, SEARCH_KEYS);
    put_all(&mut writer, &memory);
    search(
        &reader,
        &[
            "/entities?fn=registrar*",
            "/entities?fn=nobody*",
            "/entities?handle=1299*",
            "/entities?fn=registrar*&count=true",
        ],
    );
}

fn search(reader: &Reader, targets: &[&str]) {
    let (base, key) = (BaseUrl::new("https://rdap.example/").expect("a base URL"), CursorKey::new(&[7; 32]));
    for target in targets {
        let asked = rdap::parse_for("GET", &base, target, Ok(&key)).expect("a request");
        let once = || {
            let context = Context::new(&base, target, Timestamp::from_micros(1_795_252_087_123_456), None);
            let context = context.searching(SearchPolicy::All, &key);
            rdap::answer(&reader.pin(), &asked, &context)
        };
        let mut times: Vec<Duration> = (0..50).map(|_| timed(|| drop(std::hint::black_box(once())))).collect();
        times.sort_unstable();
        let answer = once();
        let (status, bytes) = (answer.status, answer.body.len());
        println!(
            "{target:<40} {status}, {bytes:>7} bytes: {:>6} µs, worst {:>6} µs",
            times[25].as_micros(),
            times[49].as_micros()
        );
    }
}

fn domain(number: u64) -> (Vec<u8>, rkyv::util::AlignedVec) {
    let name = format!("name{number:07}.example");
    let servers = [number % HOSTS, (number + 1) % HOSTS].map(|host| 1000 + host);
    let domain = Domain {
        id: 10_000 + number,
        roid: format!("D{number}-EXAMPLE"),
        name: name.clone(),
        name_servers: servers.to_vec(),
        host_attributes: Vec::new(),
        ..sample::attributes()
    };
    (name.into_bytes(), archive(&domain))
}

/// What the domains refer to.
fn put_others(writer: &mut Writer) {
    let mut memory = sample::registry();
    for host in 0..HOSTS {
        let ip = format!("192.0.2.{host}");
        let host = sample::host(1000 + host, &format!("ns{host:03}.many.test"), None, &[&ip]);
        sample::commit(&mut memory, vec![Change::PutHost(host)]);
    }
    put_all(writer, &memory);
}

fn put_all(writer: &mut Writer, memory: &Memory) {
    for kind in Kind::ALL {
        for key in memory.keys(kind) {
            if let Known::Present(record) = memory.bytes(kind, key) {
                writer.put(tag(kind), key, record);
            }
        }
    }
}

fn timed(what: impl FnOnce()) -> Duration {
    let began = Instant::now();
    what();
    began.elapsed()
}

fn open(dir: &tempfile::TempDir, search: SearchKeys) -> (Writer, Reader) {
    let options = Options { map: Some(dir.path().into()), search, ..Options::new(7) };
    let validate = |tag: u8, _: &[u8], record: &[u8]| {
        let version = Version::of(tag).ok_or("unknown")?;
        version.validate(record).map_err(|error| error.to_string())
    };
    index::open(&Directory(dir.path().into()), options, 7, &validate, DEADLINES).expect("opens")
}

fn checkpoint(writer: &mut Writer, dir: &tempfile::TempDir) {
    let disk = Directory(dir.path().into());
    let frozen = writer.freeze().expect("none is under way").expect("there are changes");
    let new = frozen.write(&disk).expect("written");
    writer.install(new).remove(&disk).expect("removed");
}
