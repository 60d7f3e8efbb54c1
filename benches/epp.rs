//! EPP from socket to socket against its floors: a whole node with one shard on one core, beside bare TLS echoes of the
//! same byte counts on the same core, loaded in turns from another core.
//!
//! `cargo bench --bench epp` (some minutes), `-- --quick` (about half a minute). With a single core it says so and ends.
//! `busy` is the part of the time that the server's threads had a processor: where it is far below 1 at saturation, the
//! client or a neighbour was the limit, and the processor time per request tells more than the rate.

mod support;

use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

use domesday::runtime::clock::SystemClock;
use domesday::runtime::probe::{Machine, allowed_cores};
use domesday::runtime::tls::rdap_server_config;
use domesday::wal::format::BLOCK;
use domesday_loadtest::floor::echo::{Contender, Cpu, ours, pin, plain_epoll};
use domesday_loadtest::floor::load::{Framing, Script};
use domesday_loadtest::floor::pki::Pki;
use domesday_loadtest::floor::{Exchange, disk};
use hdrhistogram::Histogram;
use rustls::{ClientConfig, ServerConfig};
use support::compare::Plan;
use support::frames;
use support::node::{Layout, Node, Session};
use support::verdict::{Budget, Verdicts};
use support::versus::{Figures, Subject, echo, print, print_head, versus};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Domains that queries ask for.
const DOMAINS: u64 = 2000;
const SPIN_US: u32 = 50;

fn main() {
    let plan = Plan::from_args();
    let cores = allowed_cores();
    let [server, .., client] = cores[..] else {
        println!("this bench needs two cores; this process may use {cores:?}");
        return;
    };
    let pki = Pki::new().expect("room and randomness");
    let identity = pki.identity().expect("just made");
    let shared = Layout { name: "node, ledger on the core", shard_core: server, ledger_core: Some(server), spin_us: 0 };
    let free = Layout { name: "node, ledger unpinned", ledger_core: None, ..shared };
    let spinning = Layout { name: "node, 50 µs spin", spin_us: SPIN_US, ..free };
    let nodes = [shared, free, spinning].map(|layout| Node::start(&pki, layout, DOMAINS));
    let bench = Bench {
        plan,
        server,
        floors: rdap_server_config(identity, &[], &SystemClock::default(), false).expect("complete"),
        tls: pki.client(&[]).expect("just made"),
    };
    println!("{}", Machine::probe());
    println!("server on core {server}, client on core {client}, {} rounds of {:?}", plan.rounds, plan.each);
    println!("load before: {}", std::fs::read_to_string("/proc/loadavg").unwrap_or_default().trim());
    let [shared, free, spinning] = &nodes;
    let [check, info, create] = [CHECK, INFO, CREATE].map(|asked| bench.prepare(asked, shared));
    // Only now: what is started by a pinned thread may run nowhere else.
    pin(client).expect("the core is allowed");
    let mut verdicts = Verdicts::default();
    for prepared in [&check, &info] {
        bench.saturation(prepared, &[shared], &mut verdicts);
        bench.alone(prepared, spinning, &mut verdicts);
    }
    bench.saturation(&create, &[shared, free], &mut verdicts);
    bench.create_alone(&create, &[free, spinning], &mut verdicts);
    nodes.iter().for_each(Node::assert_all_completed);
    println!("load after: {}", std::fs::read_to_string("/proc/loadavg").unwrap_or_default().trim());
    verdicts.print("epp");
}

/// A command, by its number.
struct Asked {
    name: &'static str,
    frame: fn(u64) -> Vec<u8>,
    /// What its number may be: one of the domains that are there, or never the same.
    repeats: bool,
    budget: Budget,
}

const CHECK: Asked =
    Asked { name: "domain check", frame: frames::domain_check, repeats: true, budget: Budget::AtLeast(0.80) };
const INFO: Asked =
    Asked { name: "domain info", frame: frames::domain_info, repeats: true, budget: Budget::AtLeast(0.80) };
const CREATE: Asked =
    Asked { name: "domain create", frame: frames::domain_create, repeats: false, budget: Budget::AtLeast(0.50) };

/// A command and the floors with its byte counts.
struct Prepared {
    asked: Asked,
    exchange: Exchange,
    /// Without and with spinning: plain epoll, our path.
    floors: [[Contender; 2]; 2],
}

struct Bench {
    plan: Plan,
    server: usize,
    floors: Arc<ServerConfig>,
    tls: Arc<ClientConfig>,
}

thread_local! {
    /// The number of the next domain that nobody has.
    static FRESH: Cell<u64> = const { Cell::new(DOMAINS) };
}

impl Asked {
    fn request(&self, session: usize, number: u64) -> Vec<u8> {
        if self.repeats {
            return (self.frame)((number * 31 + session as u64) % DOMAINS);
        }
        (self.frame)(FRESH.replace(FRESH.get() + 1))
    }

    /// Octets of request and answer, of one that succeeded.
    fn exchange(&self, node: &Node, tls: &Arc<ClientConfig>) -> Exchange {
        let request = self.request(0, 0);
        let answer = Session::open(node.epp.address, tls).expect_success(&request);
        Exchange { request: request.len(), answer }
    }
}

impl Bench {
    fn subjects<'a>(
        &self,
        request: &'a dyn Fn(usize, u64) -> Vec<u8>,
        exchange: Exchange,
        floors: &'a [Contender],
        nodes: &[&'a Node],
    ) -> Vec<Subject<'a>> {
        let of_node = |node: &&'a Node| Subject {
            contender: &node.epp,
            also: vec![Cpu::Thread(node.ledger)],
            tls: self.tls.clone(),
            script: Script { framing: Framing::Prefixed, greeted: true, prelude: &|_| vec![frames::login()], request },
        };
        let of_floor = |contender| Subject {
            contender,
            also: Vec::new(),
            tls: self.tls.clone(),
            script: echo(exchange.answer, request),
        };
        nodes.iter().map(of_node).chain(floors.iter().map(of_floor)).collect()
    }

    fn prepare(&self, asked: Asked, node: &Node) -> Prepared {
        let exchange = asked.exchange(node, &self.tls);
        let floors = [("echo on our path", 0), ("echo on our path, spin", SPIN_US)].map(|(name, spin_us)| {
            let spin = Duration::from_micros(spin_us.into());
            [
                plain_epoll(self.server, self.floors.clone(), exchange),
                ours(name, self.server, spin, self.floors.clone(), exchange),
            ]
            .map(|floor| floor.expect("it listens"))
        });
        Prepared { asked, exchange, floors }
    }

    /// The rate at saturation, against the faster floor.
    fn saturation(&self, prepared: &Prepared, nodes: &[&Node], verdicts: &mut Verdicts) {
        let Prepared { asked, exchange, floors } = prepared;
        print_head(asked.name, exchange.request, exchange.answer);
        let request = |session, number| asked.request(session, number);
        let subjects = self.subjects(&request, *exchange, &floors[0], nodes);
        for sessions in [8, 32, 128] {
            let figures = versus(&subjects, sessions, self.plan, || {});
            print(sessions, &subjects, &figures);
            let (ours, floors) = figures.split_at(nodes.len());
            let best = |all: &[Figures]| all.iter().map(|figures| figures.rate).fold(0.0, f64::max);
            let what = format!("{}, {sessions} sessions", asked.name);
            verdicts.add(what, "/s", best(ours), best(floors), asked.budget);
            let cheapest = |all: &[Figures]| all.iter().map(|figures| 1e6 / figures.cpu).fold(0.0, f64::max);
            let what = format!("{}, {sessions} sessions, per CPU second", asked.name);
            verdicts.add(what, "/s", cheapest(ours), cheapest(floors), asked.budget);
        }
    }

    /// The round trip of one session with spinning, against the epoll echo's.
    fn alone(&self, prepared: &Prepared, node: &Node, verdicts: &mut Verdicts) {
        let Prepared { asked, exchange, floors } = prepared;
        let request = |session, number| asked.request(session, number);
        let subjects = self.subjects(&request, *exchange, &floors[1], &[node]);
        let figures = versus(&subjects, 1, self.plan, || {});
        print(1, &subjects, &figures);
        let what = format!("{}, one session, spin on, p50", asked.name);
        verdicts.add(what, "ns", figures[0].p50 * 1e3, figures[1].p50 * 1e3, Budget::AtMost(0.6));
    }

    /// The round trip of one create, against writing and syncing one log block plus the echo on our own path.
    fn create_alone(&self, prepared: &Prepared, nodes: &[&Node], verdicts: &mut Verdicts) {
        let Prepared { asked, exchange, floors } = prepared;
        let request = |session, number| asked.request(session, number);
        for (node, floors) in nodes.iter().zip(floors) {
            let subjects = self.subjects(&request, *exchange, floors, &[node]);
            let mut syncs = Histogram::<u64>::new(3).expect("three digits are possible");
            let figures = versus(&subjects, 1, self.plan, || {
                let found = disk::measure(node.dir.path(), BLOCK, self.plan.each / 2).expect("a disk");
                syncs.add(found.times).expect("it grows");
            });
            print(1, &subjects, &figures);
            let sync = syncs.value_at_quantile(0.5) as f64 / 1000.0;
            let floor = sync + figures[2].p50;
            println!("{:>8}  write + fdatasync of {BLOCK} octets: {sync:.1} µs, with the echo {floor:.1} µs", "");
            let what = format!("domain create, one session, p50, {}", node.epp.name);
            verdicts.add(what, "ns", figures[0].p50 * 1e3, floor * 1e3, Budget::AtMost(1.25));
        }
    }
}
