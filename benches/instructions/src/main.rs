//! Instructions of every hot step, counted by valgrind, so that a change of a few per cent shows on a noisy machine.
//!
//! `cargo run --release -p domesday-instructions [-- STEP...]` counts the steps that have one of the words in their names, or
//! all. It runs itself under callgrind once for each step, twice over: the two counts must agree, or neither is worth much.
//! Set-up and the first calls are not counted. To see where the instructions go, keep the profile: `-- --keep STEP` names the
//! file for `callgrind_annotate`.
//!
//! Beside each command with an extension stands its ratio to the plain command, counted in the same run. What a plain command
//! paid before there was any extension but rgp and fee is in [`BEFORE`]: it must not pay for those that it does not have.
//!
//! # The guard
//!
//! `tests/run instructions` builds it with what users run and asks `--check`: each step is counted once and held against
//! `baseline.txt`. One that has grown by more than three per cent fails, and so does one that is on one side only; one that has
//! shrunk as much is told. `tests/run baseline` writes the file anew, with the same build: other features of a dependency or
//! another linkage move a count as a change of the sources does.
//!
//! What else counts depend on, and what is done about it:
//!
//! - The processor: hardly. valgrind shows programs one of its own, an Intel with AVX2, without AVX-512 and SHA, with its caches,
//!   wherever the real one has AVX2; what chooses at run time (memchr, sha2, aws-lc, the C library) chooses by that. So SHA-256
//!   counts in software, which a real processor has in hardware. One without AVX2 is shown as what it is.
//! - The compiler, the C library (a tenth of the instructions of decoding are its memcpy and memcmp), and valgrind: the
//!   baseline names those it was made with. With others nothing is checked, and a line says so.
//! - The environment: nothing of it is passed on but where programs and valgrind's parts are.
//! - Random hash keys, time and addresses: random numbers of the registry are fixed, its clock stands, and valgrind gives the same
//!   addresses each time. Keys of hash tables and the date in an HTTP answer remain; what they do is far below a per cent.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::hint::black_box;
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::process::ExitCode;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use domesday::base::timestamp::Timestamp;
use domesday::epp::decode::{Known, Memo, decode};
use domesday::epp::encode::{Response, response};
use domesday::epp::extensions::{ExtensionSet, Services};
use domesday::epp::switches;
use domesday::index;
use domesday::model::command::{Action, Frame, Query, Transform};
use domesday::model::command_kind::CommandKind;
use domesday::model::operator::{ByName, IdnRules, OperatorCommand, RegistrarAdd, TldAdd, TldPeriods, TldSecDns};
use domesday::model::record::{ContactRole, DataModel, Disclosure, FeePolicy, HostModel, Kind};
use domesday::model::transaction::Actor;
use domesday::model::version::tag;
use domesday::node::ledger::{Ledger, Settings, Submission, Work};
use domesday::node::meter::ShardMeter;
use domesday::node::rdap_service::{
    Access, Denial, Limit, Rate, RateLimiter, RdapKind, RdapState, Surroundings, serve,
};
use domesday::port::clock::Clock;
use domesday::rdap::{self, BaseUrl};
use domesday::registry::{Reader, Request, decide, query};
use domesday::sim::disk::SimDisk;
use domesday::wal::{self, Wal};
use futures_io::{AsyncRead, AsyncWrite};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;

use crate::guard::{Baseline, Judgement, WRITE};
use crate::valgrind::{APART, apart, count, count_each, made_with};

mod guard;
mod valgrind;

#[path = "../../support/frames.rs"]
#[allow(dead_code, unreachable_pub, missing_docs, reason = "each bench uses a part of this module")]
mod frames;

#[path = "../../support/extended.rs"]
#[allow(unreachable_pub, missing_docs, reason = "as a module of the other benches would be")]
mod extended;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Domains in the registry.
const DOMAINS: u64 = 300;
/// Calls before those that count: allocator and tables are warm then.
const WARM: u64 = 20;
/// Calls that count.
const CALLS: u64 = 100;

struct Step {
    name: &'static str,
    /// The step that this one does more than.
    plain: Option<&'static str>,
    run: fn(),
}

const fn step(name: &'static str, run: fn()) -> Step {
    Step { name, plain: None, run }
}

const fn more(name: &'static str, plain: &'static str, run: fn()) -> Step {
    Step { name, plain: Some(plain), run }
}

const CHECK: &str = "decode a domain check";
const INFO: &str = "decode a domain info";
const CREATE: &str = "decode a domain create";
const UPDATE: &str = "decode a domain update";
const LOGIN: &str = "decode a login";
const METER: &str = "count and time a command";
const COMMIT: &str = "commit one domain create, the disk not counted";

/// Instructions of the step as this bench counted them when rgp, fee and balance were all there was.
const BEFORE: [(&str, f64); 3] = [(CHECK, 21_935.0), (INFO, 22_797.0), (CREATE, 53_985.0)];

const STEPS: &[Step] = &[
    step(CHECK, || decoding(frames::domain_check)),
    more("decode a domain check, launch claims", CHECK, || decoding(extended::check_launch)),
    more("decode a domain check, fee", CHECK, || decoding(extended::check_fee)),
    more("decode a domain check, token", CHECK, || decoding(extended::check_token)),
    more("decode a domain check, idn", CHECK, || decoding(extended::check_idn)),
    step(INFO, || decoding(frames::domain_info)),
    more("decode a domain info, ttl", INFO, || decoding(extended::info_ttl)),
    more("decode a domain info, token", INFO, || decoding(extended::info_token)),
    more("decode a domain info, launch", INFO, || decoding(extended::info_launch)),
    more("decode a maintenance info", INFO, || decoding(extended::maintenance_info)),
    step(CREATE, || decoding(frames::domain_create)),
    more("decode a domain create, secDNS", CREATE, || decoding(frames::domain_create_signed)),
    more("decode a domain create, launch notice", CREATE, || decoding(extended::create_notice)),
    more("decode a domain create, launch signed mark", CREATE, || decoding(extended::create_signed_mark)),
    more("decode a domain create, fee", CREATE, || decoding(extended::create_fee)),
    more("decode a domain create, token", CREATE, || decoding(extended::create_token)),
    more("decode a domain create, ttl", CREATE, || decoding(extended::create_ttl)),
    more("decode a domain create, idn", CREATE, || decoding(extended::create_idn)),
    step(UPDATE, || decoding(extended::domain_update)),
    more("decode a domain update, rgp request", UPDATE, || decoding(extended::update_restore)),
    more("decode a domain update, rgp report", UPDATE, || decoding(extended::update_restore_report)),
    more("decode a domain update, secDNS", UPDATE, || decoding(extended::update_sec_dns)),
    step(LOGIN, || decoding(extended::login)),
    more("decode a login, loginSec", LOGIN, || decoding(extended::login_security)),
    more("decode a domain check of known shape", CHECK, || decoding_known(frames::domain_check)),
    more("decode a domain info of known shape", INFO, || decoding_known(frames::domain_info)),
    more("decode a domain create of known shape", CREATE, || decoding_known(frames::domain_create)),
    more("decode a domain check, and take its shape down", CHECK, || remembering(frames::domain_check)),
    step("what is off for a domain check", || switching(frames::domain_check)),
    step("look-up, delta, hit", || look_up(false, 0)),
    step("look-up, delta, miss", || look_up(false, DOMAINS)),
    step("look-up, base, hit", || look_up(true, 0)),
    step("look-up, base, miss", || look_up(true, DOMAINS)),
    step("answer a domain check", || answering(frames::domain_check)),
    step("answer a domain info", || answering(frames::domain_info)),
    step("encode a domain check", || encoding(frames::domain_check)),
    step("encode a domain info", || encoding(frames::domain_info)),
    step("decide a domain create", deciding),
    step("append one transaction to the log", appending),
    step(COMMIT, || committing(index::SearchKeys::NONE)),
    more("commit one domain create, search keys too", COMMIT, || committing(index::SEARCH_KEYS)),
    step(METER, metering),
    more("count and time a command, in shared families", METER, metering_shared),
    step("RDAP domain: parse, look-up, render", rendering),
    step("RDAP search by name, 50 domains of 300", searching),
    step("RDAP domain: fingerprint", fingerprinting),
    step("RDAP domain over HTTP, TLS not counted", || serving(b"http/1.1", DOMAINS)),
    step("RDAP domain asked again over HTTP, TLS not counted", || serving(b"http/1.1", WARM)),
    step("RDAP domain remembered over HTTP, TLS not counted", || serving(b"http/1.1", WARM / 2)),
    step("RDAP domain over HTTP 2, TLS not counted", || serving(b"h2", DOMAINS)),
    step("RDAP domain asked again over HTTP 2, TLS not counted", || serving(b"h2", WARM)),
    step("RDAP domain remembered over HTTP 2, TLS not counted", || serving(b"h2", WARM / 2)),
];

/// What each step takes by the sources' word.
const BASELINE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/baseline.txt");

const USAGE: &str = "usage: [STEP...] | --keep STEP... | --check [STEP...] | --write";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (flags, words): (Vec<&str>, Vec<&str>) = args.iter().map(String::as_str).partition(|arg| arg.starts_with("--"));
    let wanted = Wanted(words);
    let good = match flags[..] {
        ["--run"] => wanted.run(),
        [] => wanted.show(false),
        ["--keep"] => wanted.show(true),
        ["--check"] => wanted.check(),
        ["--write"] if wanted.0.is_empty() => write(),
        _ => Err(USAGE.to_owned()),
    };
    match good {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("instructions: {error}");
            ExitCode::from(2)
        }
    }
}

/// Words of the names of steps; none is all.
struct Wanted<'a>(Vec<&'a str>);

impl Wanted<'_> {
    fn has(&self, name: &str) -> bool {
        self.0.is_empty() || self.0.iter().any(|word| name.contains(word))
    }

    /// The step itself, under valgrind.
    fn run(&self) -> Result<bool, String> {
        (STEPS.iter().find(|step| self.0 == [step.name]).ok_or("the parent names a step")?.run)();
        Ok(true)
    }

    /// Counts twice and shows; whether the two agree.
    fn show(&self, keep: bool) -> Result<bool, String> {
        let is_plain = |name: &str| STEPS.iter().any(|step| step.plain == Some(name) && self.has(step.name));
        let mut counted: Vec<(&str, f64)> = Vec::new();
        let mut stable = true;
        println!("{:<58} {:>12} {:>12} {:>8} {:>8}", "instructions", "first run", "second run", "apart", "ratio");
        for step in STEPS.iter().filter(|step| self.has(step.name) || is_plain(step.name)) {
            let [first, second] = [count(step.name, keep)?, count(step.name, keep)?];
            let apart = apart(first, second);
            stable &= apart < APART;
            counted.push((step.name, first));
            let ratio = match (step.plain, BEFORE.iter().find(|(name, _)| *name == step.name)) {
                (Some(plain), _) => {
                    let plain = counted.iter().find(|(name, _)| *name == plain).expect("the table has it before");
                    format!("{:>8.2} of {}", first / plain.1, plain.0)
                }
                (None, Some((_, before))) => format!("{:>8.2} of what it was before the extensions", first / before),
                (None, None) => String::new(),
            };
            println!("{:<58} {first:>12.0} {second:>12.0} {apart:>7.2}% {ratio}", step.name);
        }
        Ok(stable)
    }

    /// Counts once; whether the baseline lets it stand.
    fn check(&self) -> Result<bool, String> {
        let text =
            std::fs::read_to_string(BASELINE).map_err(|error| format!("{BASELINE}: {error}; make it: {WRITE}"))?;
        let baseline = Baseline::parse(&text).map_err(|error| format!("{BASELINE}: {error}"))?;
        let here = made_with()?;
        if baseline.made_with != here {
            let there = baseline.made_with;
            println!("instructions NOT CHECKED: the baseline was made with {there}; here is {here} (anew: {WRITE})");
            return Ok(true);
        }
        let names: Vec<_> = STEPS.iter().map(|step| step.name).filter(|name| self.has(name)).collect();
        let counted = count_each(&names)?;
        let Judgement { failures, advice } = baseline.judge(&counted, |name| self.has(name));
        advice.iter().chain(&failures).for_each(|line| println!("{line}"));
        println!("{} steps counted, {} to be told of, {} failed", counted.len(), advice.len(), failures.len());
        Ok(failures.is_empty() && !counted.is_empty())
    }
}

/// Counts twice and writes the baseline; whether all agree.
fn write() -> Result<bool, String> {
    let names: Vec<_> = STEPS.iter().map(|step| step.name).collect();
    let mut baseline = Baseline { made_with: made_with()?, counts: Vec::new() };
    let mut stable = true;
    for ((name, first), (_, second)) in count_each(&names)?.into_iter().zip(count_each(&names)?) {
        if apart(first, second) >= APART {
            println!("{name}: {first:.0} and {second:.0} instructions in two runs, too far apart for a baseline");
            stable = false;
        }
        baseline.counts.push((name.to_owned(), first.round() as u64));
    }
    if stable {
        std::fs::write(BASELINE, baseline.text()).map_err(|error| format!("{BASELINE}: {error}"))?;
        println!("{BASELINE}: {} steps", baseline.counts.len());
    }
    Ok(stable)
}

/// Calls `step` with rising numbers, first those that do not count.
fn each(mut step: impl FnMut(u64)) {
    (0..WARM).for_each(&mut step);
    calls_that_count(&mut step);
}

/// valgrind counts while this runs. A call through a pointer, so that it stays one function with this name.
#[inline(never)]
fn calls_that_count(step: &mut dyn FnMut(u64)) {
    (WARM..WARM + CALLS).for_each(step);
    black_box(());
}

fn xml(frame: &[u8]) -> &[u8] {
    frame.get(4..).expect("a data unit has a header")
}

fn prepared(frame: fn(u64) -> Vec<u8>) -> Vec<Vec<u8>> {
    (0..WARM + CALLS).map(frame).collect()
}

fn decoding(frame: fn(u64) -> Vec<u8>) {
    let frames = prepared(frame);
    // A refused frame would be cheap.
    let good = frames.iter().all(|frame| matches!(decode(xml(frame)), Ok(Frame::Command(_))));
    assert!(good, "commands decode");
    each(|number| drop(black_box(decode(xml(&frames[number as usize])))));
}

fn decoding_known(frame: fn(u64) -> Vec<u8>) {
    let frames = prepared(frame);
    let mut memo = Memo::default();
    drop(memo.decode(xml(&frames[0])).expect("commands decode"));
    let good = frames.iter().all(|frame| memo.find(xml(frame)).is_some_and(|known| known.decode().is_some()));
    assert!(good, "commands have one shape");
    each(|number| {
        let known = memo.find(xml(&frames[number as usize]));
        drop(black_box(known.as_ref().and_then(Known::decode)));
    });
}

fn remembering(frame: fn(u64) -> Vec<u8>) {
    let frames = prepared(frame);
    each(|number| {
        let mut memo = Memo::default();
        drop(black_box(memo.decode(xml(&frames[number as usize]))));
        black_box(memo);
    });
}

fn query_of(frame: &[u8]) -> Query<'_> {
    match decode(xml(frame)) {
        Ok(Frame::Command(envelope)) => match envelope.action {
            Action::Query(query) => query,
            other => panic!("no query: {other:?}"),
        },
        other => panic!("no command: {other:?}"),
    }
}

fn transform_of(frame: &[u8]) -> Transform {
    match decode(xml(frame)) {
        Ok(Frame::Command(envelope)) => match envelope.action {
            Action::Transform(transform) => *transform,
            other => panic!("no transform: {other:?}"),
        },
        other => panic!("no command: {other:?}"),
    }
}

fn switching(frame: fn(u64) -> Vec<u8>) {
    let (world, frames) = (World::populated(), prepared(frame));
    let command = |frame| match decode(xml(frame)) {
        Ok(Frame::Command(envelope)) => envelope,
        other => panic!("no command: {other:?}"),
    };
    let commands: Vec<_> = frames.iter().map(|frame| command(frame)).collect();
    each(|number| {
        let snapshot = world.reader.pin();
        assert_eq!(black_box(switches::check(&snapshot, &commands[number as usize])), Ok(ExtensionSet::default()));
    });
}

fn look_up(base: bool, first: u64) {
    let mut world = World::populated();
    if base {
        world.checkpoint();
    }
    let keys: Vec<String> = (first..first + WARM + CALLS).map(frames::name).collect();
    each(|number| {
        let snapshot = world.reader.pin();
        let found = snapshot.get(tag(Kind::Domain), keys[number as usize].as_bytes());
        assert_eq!(found.is_some(), first == 0);
        black_box(found);
    });
}

fn answering(frame: fn(u64) -> Vec<u8>) {
    let (world, frames) = (World::populated(), prepared(frame));
    let queries: Vec<_> = frames.iter().map(|frame| query_of(frame)).collect();
    each(|number| {
        let snapshot = world.reader.pin();
        let answer = query::answer(&snapshot, &READER, &queries[number as usize]);
        assert!(answer.is_ok());
        drop(black_box(answer));
    });
}

fn encoding(frame: fn(u64) -> Vec<u8>) {
    let (world, frames) = (World::populated(), prepared(frame));
    let queries: Vec<_> = frames.iter().map(|frame| query_of(frame)).collect();
    let snapshot = world.reader.pin();
    let answers: Vec<_> = queries.iter().map(|asked| query::answer(&snapshot, &READER, asked)).collect();
    let mut out = Vec::new();
    each(|number| {
        out.clear();
        let result = answers[number as usize].as_ref().map(|(success, answer)| (*success, answer));
        response(
            &mut out,
            &Response {
                result,
                cl_trid: Some("BENCH-000000000001"),
                sv_trid: "1A2B3C4D-0-1",
                sent: None,
                services: Services::default(),
            },
        );
        black_box(&out);
    });
}

fn deciding() {
    let world = World::populated();
    let commands: Vec<_> =
        (DOMAINS..DOMAINS + WARM + CALLS).map(|number| transform_of(&frames::domain_create(number))).collect();
    let request = Request {
        clid: frames::CLID,
        now: NOW,
        sequence: 1_000_000,
        salt: [7; 16],
        repository_id: "BENCH",
        cl_trid: Some("ABC-12345"),
        sv_trid: "1A2B3C-4",
    };
    each(|number| {
        let snapshot = world.reader.pin();
        let decision = decide::decide(&snapshot, &request, &commands[number as usize]);
        assert!(decision.is_ok());
        drop(black_box(decision));
    });
}

/// A log with room for all that a step writes, in one segment: recovery reads the whole of it, and with the usual 64 MiB set-up
/// would take most of the time.
fn log_options() -> wal::Options {
    wal::Options { segment_bytes: 4 << 20, payload_bytes: 1 << 20, ..wal::Options::new(7) }
}

/// About what one domain create takes in the log.
const TRANSACTION: [u8; 700] = [0x5a; 700];

fn appending() {
    let disk = SimDisk::new(1);
    Wal::begin(&disk, &log_options(), Timestamp::default()).expect("an empty disk");
    let (mut wal, _) = Wal::recover(disk, log_options(), &[])
        .and_then(|found| found.settle(Timestamp::default()))
        .expect("just begun");
    each(|_| {
        black_box(wal.append(0, &[&TRANSACTION]).expect("room"));
    });
}

fn committing(search: index::SearchKeys) {
    let mut world = World::populated_with(search);
    let commands: Vec<_> =
        (DOMAINS..DOMAINS + WARM + CALLS).map(|number| transform_of(&frames::domain_create(number))).collect();
    let mut commands = commands.into_iter();
    each(|_| world.commit(Work::Transform(Box::new(commands.next().expect("one for each call")))));
}

/// What a session does for each command to have it counted and timed, the clock not counted.
fn metering() {
    let shard = ShardMeter::default();
    let registrar = shard.registrar(frames::CLID);
    each(|number| {
        let kind = black_box(CommandKind::DomainCheck);
        registrar.command(kind.class());
        shard.command(kind, black_box(1000));
        shard.command_took(kind, kind.class(), Duration::from_nanos(20_000 + 1_000 * number));
    });
}

/// What it was before shards had meters: a counter by command and code, and a histogram by class, in families that all shards
/// share. Here only one thread uses them, and waits for no other.
fn metering_shared() {
    let bounds =
        || Histogram::new([0.00003, 0.0001, 0.0003, 0.001, 0.002, 0.004, 0.01, 0.03, 0.1, 0.3, 1.0, 2.0, 4.0, 20.0]);
    let commands = Family::<(&'static str, u16), Counter>::default();
    let durations = Family::<&'static str, Histogram, fn() -> Histogram>::new_with_constructor(bounds);
    each(|number| {
        let kind = black_box(CommandKind::DomainCheck);
        commands.get_or_create(&(kind.name(), black_box(1000))).inc();
        let took = Duration::from_nanos(20_000 + 1_000 * number).as_secs_f64();
        durations.get_or_create(&kind.class().name()).observe(took);
    });
}

fn rendering() {
    let world = World::populated();
    let base = BaseUrl::new("https://rdap.example/").expect("a base URL");
    let targets: Vec<_> = (0..WARM + CALLS).map(|number| format!("/domain/{}", frames::name(number))).collect();
    each(|number| {
        let target = &targets[number as usize];
        let context = rdap::Context::new(&base, target, NOW, Some("https://registry.example/terms"));
        let asked = rdap::parse("GET", &base, target).expect("a request");
        let answer = rdap::answer(&world.reader.pin(), &asked, &context);
        assert_eq!(answer.status, 200);
        drop(black_box(answer));
    });
}

fn searching() {
    let world = World::populated_with(index::SEARCH_KEYS);
    let base = BaseUrl::new("https://rdap.example/").expect("a base URL");
    let name = frames::name(0);
    let target = format!("/domains?name={}*", &name[..3]);
    let key = rdap::CursorKey::new(&[7; 32]);
    each(|_| {
        let context = rdap::Context::new(&base, &target, NOW, Some("https://registry.example/terms"));
        let context = context.searching(rdap::SearchPolicy::All, &key);
        let asked = rdap::parse_for("GET", &base, &target, Ok(&key)).expect("a request");
        let answer = rdap::answer(&world.reader.pin(), &asked, &context);
        assert_eq!(answer.status, 200);
        drop(black_box(answer));
    });
}

fn fingerprinting() {
    let world = World::populated();
    let base = BaseUrl::new("https://rdap.example/").expect("a base URL");
    let target = format!("/domain/{}", frames::name(0));
    let context = rdap::Context::new(&base, &target, NOW, Some("https://registry.example/terms"));
    let asked = rdap::parse("GET", &base, &target).expect("a request");
    let answer = rdap::answer(&world.reader.pin(), &asked, &context);
    each(|_| {
        let _ = black_box(black_box(&answer).fingerprint());
    });
}

/// One end of a connection in memory; the other is what its two fields are read and written by.
#[derive(Clone, Default)]
struct Memory {
    input: Rc<RefCell<Vec<u8>>>,
    output: Rc<Cell<usize>>,
}

impl AsyncRead for Memory {
    fn poll_read(self: Pin<&mut Self>, _: &mut Context<'_>, buf: &mut [u8]) -> Poll<io::Result<usize>> {
        let mut input = self.input.borrow_mut();
        if input.is_empty() {
            return Poll::Pending;
        }
        let count = input.len().min(buf.len());
        buf[..count].copy_from_slice(&input[..count]);
        input.drain(..count);
        Poll::Ready(Ok(count))
    }
}

impl AsyncWrite for Memory {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.output.set(self.output.get() + buf.len());
        Poll::Ready(Ok(buf.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

impl Surroundings for World {
    type View<'a> = index::Snapshot<'a>;

    fn pin(&self) -> index::Snapshot<'_> {
        self.reader.pin()
    }

    fn position(&self) -> Option<u64> {
        Some(self.reader.position())
    }

    fn now(&self) -> Timestamp {
        NOW
    }

    fn updated(&self) -> Timestamp {
        NOW
    }

    fn elapsed(&self) -> std::time::Duration {
        std::time::Duration::ZERO
    }

    async fn turn(&self, _client: std::net::IpAddr) {}

    fn sleep(&self, _: Duration) -> impl Future<Output = ()> {
        std::future::pending()
    }

    fn closing(&self) -> impl Future<Output = ()> {
        std::future::pending()
    }

    fn reached(&self, limit: Limit, _: IpAddr) {
        panic!("{limit:?}");
    }

    fn answered(&self, status: u16) {
        assert_eq!(status, 200);
    }

    fn counts(&self, _: RdapKind, _: &str) {}

    fn took(&self, _: RdapKind, _: Duration) {}

    fn accessed(&self, access: &Access<'_>) {
        panic!("{access:?}");
    }

    fn denied(&self, denial: Denial) {
        panic!("{denial:?}");
    }
}

/// Over one connection, so many different names. With [`WARM`] each was asked before, and is remembered when it is asked the
/// second time, which every fifth call is; with half as many all are remembered.
fn serving(protocol: &'static [u8], names: u64) {
    let base = BaseUrl::new("https://rdap.example/").expect("a base URL");
    let terms = Some("https://registry.example/terms".to_owned());
    let rate = Rate { per_second: 1_000_000, burst: 1_000_000, network_multiple: 8 };
    let limiter = Some(Arc::new(RateLimiter::new(rate, [])));
    let state = RdapState::new(World::populated(), vec![base], terms, limiter, Arc::default(), 0).expect("a base URL");
    let memory = Memory::default();
    let peer = ([192, 0, 2, 1], 50_000).into();
    let mut served = Box::pin(serve(memory.clone(), peer, Some(protocol), None, Rc::new(state), || ()));
    let is_http2 = protocol == b"h2";
    let request = |number| {
        let target = format!("/domain/{}", frames::name(number % names));
        match is_http2 {
            true => http2_request(2 * number as u32 + 1, &target),
            false => format!("GET {target} HTTP/1.1\r\nHost: rdap.example\r\nAccept: application/rdap+json\r\n\r\n")
                .into_bytes(),
        }
    };
    let requests: Vec<_> = (0..WARM + CALLS).map(request).collect();
    if is_http2 {
        // Empty settings, and a window that takes all answers.
        let hello = [&b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"[..], &frame(4, 0, 0, &[]), &frame(8, 0, 0, &[0x7f, 0, 0, 0])];
        memory.input.borrow_mut().extend(hello.concat());
        assert!(served.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }
    each(|number| {
        memory.input.borrow_mut().extend(&requests[number as usize]);
        let before = memory.output.get();
        assert!(served.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        assert!(memory.output.get() > before);
    });
}

/// One HTTP/2 frame (RFC 9113, section 4.1).
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    [&(payload.len() as u32).to_be_bytes()[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// HEADERS of a GET that ends its stream, in HPACK without Huffman code; fields enter the dynamic table (RFC 7541).
fn http2_request(stream: u32, target: &str) -> Vec<u8> {
    let text = |text: &str| [&[text.len() as u8], text.as_bytes()].concat();
    let block = [
        vec![0x82, 0x87, 0x04],
        text(target),
        // The first names the authority and the media type; all others say that they are as before.
        match stream {
            1 => [vec![0x41], text("rdap.example"), vec![0x53], text("application/rdap+json")].concat(),
            _ => vec![0xbf, 0xbe],
        },
    ];
    frame(1, 5, stream, &block.concat())
}

/// 2026-11-21.
const NOW: Timestamp = Timestamp::from_micros(1_795_252_087_123_456);
const READER: Reader<'_> = Reader { clid: frames::CLID, now: NOW };

struct StoppedClock;

impl Clock for StoppedClock {
    fn now(&self) -> Timestamp {
        NOW
    }
}

/// A registry over a disk of memory, with all numbers that could be random fixed.
struct World {
    ledger: Ledger<SimDisk, StoppedClock>,
    reader: index::Reader,
    disk: SimDisk,
}

impl World {
    fn populated() -> Self {
        Self::populated_with(index::SearchKeys::NONE)
    }

    fn populated_with(search: index::SearchKeys) -> Self {
        let disk = SimDisk::new(2);
        let index = index::Options { search, ..index::Options::new(0x5eed) };
        let settings = Settings { repository_id: "BENCH".into(), wal: log_options(), index };
        let log = SimDisk::new(1);
        Ledger::<_, StoppedClock>::begin(&log, &disk, &settings.wal, NOW).expect("empty disks");
        let opened = Ledger::open(log, &disk, StoppedClock, settings);
        let (ledger, reader, _) = opened.expect("a log without a frame");
        let mut world = Self { ledger, reader, disk };
        let tld = TldAdd {
            name: "example".into(),
            data_model: ByName(DataModel::Maximum),
            host_model: ByName(HostModel::Objects),
            required_contacts: [ContactRole::Admin, ContactRole::Tech].map(ByName).to_vec(),
            repository_id: "EXAMPLE".into(),
            min_months: 12,
            max_months: 120,
            default_months: 12,
            transfer_days: 5,
            periods: TldPeriods::default(),
            restore_report: true,
            fee_policy: ByName(FeePolicy::Premium),
            disclosure: ByName(Disclosure::ByDisclose),
            sec_dns: TldSecDns::default(),
            idn: false,
            ttls: Vec::new(),
            idn_rules: IdnRules::default(),
        };
        let (clid, name) = (frames::CLID.into(), "Registrar A".into());
        let registrar = RegistrarAdd { clid, name, iana_id: Some(9995), ..RegistrarAdd::default() };
        world.commit(Work::Operator(Box::new(OperatorCommand::TldAdd(tld))));
        world.commit(Work::Operator(Box::new(OperatorCommand::RegistrarAdd(registrar))));
        let contacts = frames::CONTACTS.iter().map(|id| frames::contact_create(id));
        let hosts = frames::HOSTS.iter().map(|name| frames::host_create(name));
        for frame in contacts.chain(hosts).chain((0..DOMAINS).map(frames::domain_create)) {
            world.commit(Work::Transform(Box::new(transform_of(&frame))));
        }
        world
    }

    fn commit(&mut self, work: Work) {
        let actor = match &work {
            Work::Transform(_) => Actor::Registrar(frames::CLID.into()),
            Work::Operator(_) => Actor::System,
        };
        let (cl_trid, sv_trid) = (Some("BENCH-000000000001".into()), "1A2B3C4D-0-1".into());
        let mut submission = Some(Submission { actor, work, cl_trid, sv_trid, salt: [7; 16], reply_to: () });
        let outcomes = self.ledger.commit(|| submission.take());
        if let [((), Err(refusal))] = &outcomes[..] {
            panic!("{refusal}");
        }
    }

    fn checkpoint(&mut self) {
        let frozen = self.ledger.freeze().expect("none runs").expect("much is new");
        let base = frozen.write(&self.disk).expect("room");
        self.ledger.install(base).remove(&self.disk).expect("a disk");
    }
}
