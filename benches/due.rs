//! What falls due: how many steps the ledger takes a second, and what a great many of them at one moment do to the commands
//! of a registrar. A whole node with virtual time, its shard on one core; names expire all at once, and the same session
//! load is measured before, while they are renewed, and after.
//!
//! `cargo bench --bench due` (100 000 names, about two minutes), `-- --quick` (10 000 names).

mod support;

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use domesday::runtime::probe::{Machine, allowed_cores};
use domesday_loadtest::floor::pki::Pki;
use hdrhistogram::Histogram;
use support::frames;
use support::node::{Layout, Node, Session};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Sessions that register the names, so that one group commit takes many.
const WRITERS: u64 = 32;
/// How long a quiet phase is measured.
const QUIET: Duration = Duration::from_secs(5);

fn main() {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let names: u64 = if quick { 10_000 } else { 100_000 };
    let cores = allowed_cores();
    let [server, .., client] = cores[..] else {
        println!("this bench needs two cores; this process may use {cores:?}");
        return;
    };
    let pki = Pki::new().expect("room and randomness");
    let layout = Layout { name: "node", shard_core: server, ledger_core: Some(server), spin_us: 0 };
    let node = Node::start_virtual(&pki, layout);
    println!("{}", Machine::probe());
    println!("server on core {server}, client on core {client}, {names} names");
    let short = polled(&node, &pki, 1000);
    register(&node, &pki, 0..names);

    let stop = Arc::new(AtomicBool::new(false));
    let phase = Arc::new(AtomicU64::new(0));
    let probes =
        [("check", probe(&node, &pki, &phase, &stop, false)), ("create", probe(&node, &pki, &phase, &stop, true))];
    std::thread::sleep(QUIET);
    phase.store(1, Ordering::Relaxed);
    let (began, before) = (Instant::now(), steps(&node));
    // The frames register for two years.
    advance(&node, 732);
    let took = began.elapsed();
    phase.store(2, Ordering::Relaxed);
    let done = steps(&node) - before;
    std::thread::sleep(QUIET);
    stop.store(true, Ordering::Relaxed);

    println!(
        "\n{done} steps fell due at one moment and were done in {took:.2?}: {:.0} a second",
        done as f64 / took.as_secs_f64()
    );
    println!(
        "\n{:<8} {:<28} {:>8} {:>9} {:>9} {:>9} {:>9}",
        "command", "phase", "count", "p50 ms", "p99 ms", "p99.9 ms", "max ms"
    );
    for (command, probe) in probes {
        let histograms = probe.join().expect("the probe ends");
        for (phase, histogram) in ["before", "while they are renewed", "after"].iter().zip(&histograms) {
            let ms = |value: u64| value as f64 / 1000.0;
            println!(
                "{command:<8} {phase:<28} {:>8} {:>9.3} {:>9.3} {:>9.3} {:>9.3}",
                histogram.len(),
                ms(histogram.value_at_quantile(0.5)),
                ms(histogram.value_at_quantile(0.99)),
                ms(histogram.value_at_quantile(0.999)),
                ms(histogram.max()),
            );
        }
        let ratio = histograms[1].value_at_quantile(0.99) as f64 / histograms[0].value_at_quantile(0.99) as f64;
        println!("{command:<8} p99 while / before: {ratio:.2}");
    }
    println!();
    let long = polled(&node, &pki, 0);
    println!("poll and ack p50, long / short queue: {:.2}", long as f64 / short as f64);
    assert!(done >= names, "{done} steps for {names} names");
}

/// Reads messages away after so many more names have been renewed; the median of a poll with its ack, in microseconds.
fn polled(node: &Node, pki: &Pki, names: u64) -> u64 {
    if names > 0 {
        // Apart from those that are registered later.
        register(node, pki, 800_000_000..800_000_000 + names);
        advance(node, 732);
    }
    let mut session = Session::open(node.epp.address, &pki.client(&[]).expect("just made"));
    let (mut histogram, mut waiting) = (Histogram::<u64>::new(3).expect("three digits"), 0);
    for number in 0..500 {
        let began = Instant::now();
        let answer = String::from_utf8(session.exchange(&frames::poll(number))[4..].to_vec()).expect("XML");
        let attribute = |name: &str| answer.split(name).nth(1)?.split('"').next().map(str::to_owned);
        let id = attribute("id=\"").expect("a message");
        waiting = waiting.max(attribute("count=\"").and_then(|count| count.parse().ok()).expect("a count"));
        session.expect_success(&frames::poll_ack(&id, number));
        histogram.record(began.elapsed().as_micros() as u64).expect("in range");
    }
    let median = histogram.value_at_quantile(0.5);
    println!(
        "poll and ack, {waiting} messages in the queue: p50 {median} µs, p99 {} µs",
        histogram.value_at_quantile(0.99)
    );
    median
}

fn register(node: &Node, pki: &Pki, names: std::ops::Range<u64>) {
    let began = Instant::now();
    std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            let tls = pki.client(&[]).expect("just made");
            scope.spawn(move || {
                let mut session = Session::open(node.epp.address, &tls);
                for number in (names.start + writer..names.end).step_by(WRITERS as usize) {
                    session.expect_success(&frames::domain_create(number));
                }
            });
        }
    });
    println!("registered in {:.1?}", began.elapsed());
}

/// One session that asks again and again; microseconds by phase.
fn probe(
    node: &Node,
    pki: &Pki,
    phase: &Arc<AtomicU64>,
    stop: &Arc<AtomicBool>,
    creates: bool,
) -> std::thread::JoinHandle<Vec<Histogram<u64>>> {
    let (phase, stop, tls, address) =
        (phase.clone(), stop.clone(), pki.client(&[]).expect("just made"), node.epp.address);
    std::thread::spawn(move || {
        let mut session = Session::open(address, &tls);
        let mut histograms = vec![Histogram::<u64>::new(3).expect("three digits"); 3];
        // Names that nobody else registers.
        let mut number = 900_000_000;
        while !stop.load(Ordering::Relaxed) {
            number += 1;
            let frame = if creates { frames::domain_create(number) } else { frames::domain_check(number) };
            let (began, at) = (Instant::now(), phase.load(Ordering::Relaxed) as usize);
            session.expect_success(&frame);
            histograms[at].record(began.elapsed().as_micros() as u64).expect("in range");
            std::thread::sleep(Duration::from_millis(1));
        }
        histograms
    })
}

/// The steps that the ledger has taken by itself.
fn steps(node: &Node) -> u64 {
    let counters = node.counters("domesday_ledger_due_steps");
    let value = counters.iter().find_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok());
    value.expect("the counter of due steps") as u64
}

/// Drives time ahead; returns when everything that fell due is done.
fn advance(node: &Node, days: u32) {
    let mut stream = UnixStream::connect(node.admin_socket()).expect("it listens");
    stream.write_all(format!("{{\"clock-advance\":{{\"days\":{days}}}}}\n").as_bytes()).expect("it reads");
    let mut answer = String::new();
    BufReader::new(stream).read_line(&mut answer).expect("it answers");
    assert!(answer.starts_with("{\"ok\""), "{answer}");
}
