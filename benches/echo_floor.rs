//! The socket path against its floors: TLS 1.3 echo, 700 octets in, 1100 out.
//!
//! `cargo bench --bench echo_floor` (about two minutes), `-- --quick` (about fifteen seconds). Servers on one core, the
//! client on another; with a single core the figures mean nothing. Ratios are rates against plain epoll.

mod support;

use std::time::Duration;

use domesday::runtime::clock::SystemClock;
use domesday::runtime::probe::{Machine, allowed_cores};
use domesday::runtime::tls::rdap_server_config;
use support::compare::{Plan, compare, print, print_head};
use support::floors::{Exchange, glommio_stream, ours, pin, plain_epoll};
use support::load::{Framing, Script};
use support::pki::Pki;

const EXCHANGE: Exchange = Exchange { request: 700, answer: 1100 };
const SPIN: Duration = Duration::from_micros(50);

fn main() {
    let plan = Plan::from_args();
    let cores = allowed_cores();
    let [server, .., client] = cores[..] else {
        println!("echo_floor needs two cores; this process may use {cores:?}");
        return;
    };
    let pki = Pki::new();
    let config = rdap_server_config(pki.identity(), &[], &SystemClock::default(), false).expect("complete");
    let contenders = [
        plain_epoll(server, config.clone(), EXCHANGE),
        glommio_stream(server, config.clone(), EXCHANGE),
        ours("ours", server, Duration::ZERO, config.clone(), EXCHANGE),
        ours("ours, 50 µs spin", server, SPIN, config, EXCHANGE),
    ];
    println!("{}", Machine::probe());
    pin(client);
    let request = vec![b'x'; EXCHANGE.request];
    let script = Script {
        framing: Framing::Fixed(EXCHANGE.answer),
        greeted: false,
        prelude: &|_| Vec::new(),
        request: &|_, _| request.clone(),
    };
    println!("server on core {server}, client on core {client}, medians of {} x {:?}", plan.rounds, plan.each);
    print_head();
    for sessions in [1, 8, 32, 128] {
        let rows = compare(&contenders, &pki.client(&[]), sessions, plan, &script);
        print(sessions, &contenders, &rows, 0);
    }
}
