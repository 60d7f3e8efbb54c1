//! The socket path against its floors: TLS 1.3 echo, 700 octets in, 1100 out.
//!
//! `cargo bench --bench echo_floor` (about two minutes), `-- --quick` (about fifteen seconds). Servers on one core, the
//! client on another; with a single core the figures mean nothing. Ratios are rates against plain epoll.

mod support;

use std::time::Duration;

use domesday::runtime::clock::SystemClock;
use domesday::runtime::probe::{Machine, allowed_cores};
use domesday::runtime::tls::rdap_server_config;
use domesday_loadtest::floor::Exchange;
use domesday_loadtest::floor::echo::{glommio_stream, ours, pin, plain_epoll};
use domesday_loadtest::floor::load::{Framing, Script};
use domesday_loadtest::floor::pki::Pki;
use support::compare::{Plan, compare, print, print_head};

const EXCHANGE: Exchange = Exchange { request: 700, answer: 1100 };
const SPIN: Duration = Duration::from_micros(50);

fn main() {
    let plan = Plan::from_args();
    let cores = allowed_cores();
    let [server, .., client] = cores[..] else {
        println!("echo_floor needs two cores; this process may use {cores:?}");
        return;
    };
    let pki = Pki::new().expect("room and randomness");
    let identity = pki.identity().expect("just made");
    let config = rdap_server_config(identity, &[], &SystemClock::default(), false).expect("complete");
    let contenders = [
        plain_epoll(server, config.clone(), EXCHANGE),
        glommio_stream(server, config.clone(), EXCHANGE),
        ours("ours", server, Duration::ZERO, config.clone(), EXCHANGE),
        ours("ours, 50 µs spin", server, SPIN, config, EXCHANGE),
    ]
    .map(|contender| contender.expect("it listens"));
    println!("{}", Machine::probe());
    pin(client).expect("the core is allowed");
    let request = vec![b'x'; EXCHANGE.request];
    let script = Script {
        framing: Framing::Fixed(EXCHANGE.answer),
        greeted: false,
        prelude: &|_| Vec::new(),
        request: &|_, _| request.clone(),
    };
    println!("server on core {server}, client on core {client}, medians of {} x {:?}", plan.rounds, plan.each);
    let tls = pki.client(&[]).expect("just made");
    print_head();
    for sessions in [1, 8, 32, 128] {
        let rows = compare(&contenders, &tls, sessions, plan, &script);
        print(sessions, &contenders, &rows, 0);
    }
}
