//! Each floor, really run for a moment.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::*;

/// Clients do not sleep, and would take each other's core.
fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn conditions(request: usize, answer: usize, sessions: usize) -> Conditions {
    let (server_core, client_core) = Conditions::cores();
    let exchange = Exchange { request, answer };
    Conditions { exchange, sessions, duration: Duration::from_millis(500), server_core, client_core }
}

#[test]
fn each_floor_answers_and_its_counts_add_up() {
    let _alone = alone();
    for kind in Kind::ALL {
        for (request, answer, sessions) in [(700, 1100, 4), (1, 1, 1), (20_000, 70_000, 2)] {
            let conditions = conditions(request, answer, sessions);
            let found = measure_one(kind, &conditions).unwrap_or_else(|error| panic!("{kind:?}: {error}"));
            assert_eq!((found.kind, found.conditions), (kind, conditions));
            assert!(found.exchanges > 0 && found.rate() > 0.0, "{kind:?}");
            assert_eq!(found.round_trips.len(), found.exchanges, "{kind:?}");
            assert_eq!(found.handshakes.len(), sessions as u64, "{kind:?}");
            assert!(found.handshakes.min() > 0 && found.round_trips.min() > 0, "{kind:?}");
            assert!(found.usage.nanos > 0 && found.cpu_per_exchange() > Duration::ZERO, "{kind:?}");
            // The last answers are waited for on the server's account.
            assert!(found.busy() > 0.0 && found.busy() < 1.5, "{kind:?}: {}", found.busy());
            // The sessions take turns on one server, so that no more time can have passed in round trips than there was.
            let waited: f64 = found
                .round_trips
                .iter_recorded()
                .map(|step| step.value_iterated_to() as f64 * step.count_since_last_iteration() as f64)
                .sum();
            let there_was = found.elapsed.as_nanos() as f64 * sessions as f64;
            assert!(waited <= there_was * 1.01, "{kind:?}: {waited} of {there_was}");
        }
    }
}

#[test]
fn the_floor_is_the_better_of_the_plain_one_and_ours() {
    let _alone = alone();
    let found = measure(&conditions(700, 1100, 2)).expect("a figure");
    assert!(matches!(found.kind, Kind::Epoll | Kind::Ours) && found.exchanges > 0, "{:?}", found.kind);
}

#[test]
fn answers_of_another_size_than_asked_for_are_no_floor() {
    let _alone = alone();
    for (asked, given, why) in [(1100, 1099, "found 1099 at most"), (1100, 1101, "expected 1100, found 1101")] {
        let pki = Pki::new().expect("certificates");
        let identity = pki.identity().expect("just made");
        let server = epp_server_config(identity, &ClientAuth::Pinned, &[], &SystemClock::default()).expect("complete");
        let conditions = conditions(700, asked, 2);
        let short = Exchange { request: 700, answer: given };
        let contender = echo::plain_epoll(conditions.server_core, server, short).expect("it listens");
        let refused = measure_contender(Kind::Epoll, &contender, &pki, &conditions).map(drop).expect_err("no floor");
        assert!(refused.to_string().contains(why), "{refused}");
    }
}

#[test]
fn an_answer_that_stops_growing_in_the_middle_of_the_run_is_told() {
    let _alone = alone();
    // The server answers one request of 1400 octets where the client thinks that it has sent two of 700.
    let pki = Pki::new().expect("certificates");
    let identity = pki.identity().expect("just made");
    let server = epp_server_config(identity, &ClientAuth::Pinned, &[], &SystemClock::default()).expect("complete");
    let conditions = conditions(700, 1100, 1);
    let exchange = Exchange { request: 1400, answer: 1100 };
    let contender = echo::plain_epoll(conditions.server_core, server, exchange).expect("it listens");
    let config = pki.client(&[]).expect("just made");
    let request = |_: usize, number: u64| vec![b'x'; if number < 10 { 1400 } else { 700 }];
    let script = Script { framing: Framing::Fixed(1100), greeted: false, prelude: &|_| Vec::new(), request: &request };
    let client = Client::connect(contender.address, &config, 1, &script).expect("it takes connections");
    let refused = client.run(Duration::from_millis(300)).map(drop).expect_err("the eleventh is never answered");
    assert!(refused.to_string().contains("1 answers were not whole"), "{refused}");
}

#[test]
fn a_server_that_asks_for_a_certificate_gets_one_and_others_get_nothing() {
    let pki = Pki::new().expect("certificates");
    let identity = pki.identity().expect("just made");
    let server = epp_server_config(identity, &ClientAuth::Pinned, &[], &SystemClock::default()).expect("complete");
    let exchange = Exchange { request: 1, answer: 1 };
    let contender = echo::plain_epoll(Conditions::cores().0, server, exchange).expect("it listens");
    let script =
        Script { framing: Framing::Fixed(1), greeted: false, prelude: &|_| vec![vec![0]], request: &|_, _| vec![0] };
    let anonymous = domesday::runtime::tls::client_config(&pki.file("ca.pem"), None).expect("a client");
    assert!(Client::connect(contender.address, &std::sync::Arc::new(anonymous), 1, &script).is_err());
    assert!(Client::connect(contender.address, &pki.client(&[]).expect("just made"), 1, &script).is_ok());
}

#[test]
fn shares_are_of_the_exchanges_and_of_the_time() {
    let conditions = conditions(1, 1, 1);
    let usage = Usage { nanos: 500_000_000, switches: 250 };
    let (elapsed, round_trips, handshakes) = (Duration::from_secs(2), histogram(), histogram());
    let found = Found { kind: Kind::Ours, conditions, exchanges: 1000, elapsed, round_trips, handshakes, usage };
    assert_eq!((found.rate(), found.busy(), found.switches_per_exchange()), (500.0, 0.25, 0.25));
    assert_eq!(found.cpu_per_exchange(), Duration::from_micros(500));
}

#[test]
fn conditions_that_cannot_be_are_refused() {
    let good = conditions(1, 1, 1);
    let refused = |conditions| measure_one(Kind::Epoll, &conditions).map(drop).expect_err("refused").to_string();
    let core = refused(Conditions { client_core: 1023, ..good });
    assert!(core.starts_with("core 1023: this process may use ["), "{core}");
    assert_eq!(refused(conditions(0, 1, 1)), "0 octets: expected 1 to 1048576");
    assert_eq!(refused(conditions(1, OCTETS_MAX + 1, 1)), "1048577 octets: expected 1 to 1048576");
}
