//! Scenes told line by line, and any sequence of events against a model that scans everything.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::table::Entered;
use super::*;

/// A connection of a scene or of the model.
#[derive(Clone)]
struct Guest {
    name: String,
    ip: IpAddr,
    known: bool,
    id: u64,
    pulse: Arc<Pulse>,
}

/// Plays the lines of a scene and writes what came of each:
/// `MILLIS NAME from ADDRESS`, `MILLIS NAME known ADDRESS`, `MILLIS NAME asks | works | rests | leaves`.
fn play(limits: SeatLimits, scene: &str) -> String {
    let (mut table, mut guests, mut out) = (Table::new(limits), Vec::<Guest>::new(), String::new());
    for line in scene.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let line = line.split(" -> ").next().unwrap_or(line).trim_end();
        let words: Vec<&str> = line.split_whitespace().collect();
        let (now, name) = (words[0].parse().expect("milliseconds"), words[1].to_owned());
        let pulse = guests.iter().find(|guest| guest.name == name).map(|guest| guest.pulse.clone());
        let happened = match (words[2], pulse) {
            (how @ ("from" | "known"), _) => {
                let (ip, pulse) = (words[3].parse().expect("an address"), Arc::new(Pulse::new(now)));
                match table.enter(ip, how == "known", now, pulse.clone()) {
                    Ok(Entered { id, evicted }) => {
                        guests.push(Guest { name, ip, known: how == "known", id, pulse });
                        match evicted {
                            Some(evicted) => leaving(&mut table, &mut guests, &evicted),
                            None => "sits".into(),
                        }
                    }
                    Err(full) => format!("refused: {full:?}"),
                }
            }
            ("asks", Some(pulse)) => {
                pulse.last.store(now, Ordering::Relaxed);
                String::new()
            }
            ("works", Some(pulse)) => {
                pulse.busy.fetch_add(1, Ordering::Relaxed);
                String::new()
            }
            ("rests", Some(pulse)) => {
                pulse.last.store(now, Ordering::Relaxed);
                pulse.busy.fetch_sub(1, Ordering::Relaxed);
                String::new()
            }
            ("leaves", Some(pulse)) => {
                leaving(&mut table, &mut guests, &pulse);
                String::new()
            }
            _ => panic!("no such line: {line}"),
        };
        let arrow = if happened.is_empty() { "" } else { " -> " };
        let _ = writeln!(out, "{line}{arrow}{happened}");
    }
    out
}

/// The connection with this pulse ends.
fn leaving(table: &mut Table, guests: &mut Vec<Guest>, pulse: &Arc<Pulse>) -> String {
    let place = guests.iter().position(|guest| Arc::ptr_eq(&guest.pulse, pulse)).expect("it came");
    let guest = guests.remove(place);
    table.leave(guest.id);
    format!("sits where {} sat", guest.name)
}

fn scene(all: usize, per_address: usize, per_network: usize, told: &str) {
    let told: String = told
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .fold(String::new(), |text, line| text + line + "\n");
    assert_eq!(play(SeatLimits { all, per_address, per_network }, &told), told);
}

#[test]
fn an_address_at_its_bound_gives_up_its_own_most_idle_seat() {
    scene(
        100,
        2,
        3,
        "
        0 a from 192.0.2.1 -> sits
        0 b from 192.0.2.1 -> sits
        500 a asks
        999 c from 192.0.2.1 -> refused: Address
        1000 c from 192.0.2.1 -> sits where b sat
        1100 d from 192.0.2.2 -> sits
        1100 e from 192.0.2.3 -> refused: Network
        1500 e from 192.0.2.3 -> sits where a sat
        1500 f from 192.0.3.1 -> sits
    ",
    );
}

#[test]
fn ipv6_is_counted_by_64_56_and_48() {
    scene(
        100,
        2,
        5,
        "
        0 a from 2001:db8:0:100::1 -> sits
        0 b from 2001:db8:0:100:ffff::2 -> sits
        0 c from 2001:db8:0:100::3 -> refused: Address
        0 d from 2001:db8:0:101::1 -> sits
        0 e from 2001:db8:0:1ff::1 -> sits
        0 f from 2001:db8:0:102::1 -> refused: Network
        0 g from 2001:db8:0:200::1 -> sits
        0 h from 2001:db8:0:300::1 -> refused: Network
        0 i from 2001:db8:1::1 -> sits
        0 j from 192.0.2.1 -> sits
        0 k from ::ffff:192.0.2.1 -> sits
        0 l from ::ffff:192.0.2.1 -> refused: Address
    ",
    );
}

#[test]
fn the_largest_network_gives_up_a_seat_however_busy_to_one_that_has_two_fewer() {
    scene(
        4,
        3,
        3,
        "
        0 a from 192.0.2.1 -> sits
        1 b from 192.0.2.2 -> sits
        2 c from 192.0.2.3 -> sits
        2 d from 198.51.100.1 -> sits
        3 a asks
        3 e from 203.0.113.1 -> sits where b sat
        3 f from 198.51.100.2 -> refused: All
        3 g from 192.0.2.9 -> refused: All
        900 a asks
        900 c asks
        1002 g from 192.0.2.9 -> sits where d sat
        1002 h from 198.51.100.2 -> sits where a sat
        1002 i from 203.0.113.2 -> refused: All
    ",
    );
}

#[test]
fn nobody_is_idle_while_something_is_under_way() {
    scene(
        2,
        2,
        2,
        "
        0 a from 192.0.2.1 -> sits
        0 b from 198.51.100.1 -> sits
        0 a works
        1000 b asks
        1500 c from 203.0.113.1 -> refused: All
        1500 a rests
        2000 c from 203.0.113.1 -> sits where b sat
        2499 d from 203.0.113.1 -> refused: All
        2500 d from 203.0.113.1 -> sits where a sat
        2600 c leaves
        2600 e from 198.51.100.1 -> sits
    ",
    );
}

#[test]
fn those_known_take_the_seats_of_strangers_and_lose_theirs_to_none() {
    scene(
        3,
        2,
        2,
        "
        0 a from 192.0.2.1 -> sits
        0 b from 192.0.2.1 -> sits
        0 c known 192.0.2.1 -> sits where a sat
        0 d known 192.0.2.2 -> sits where b sat
        0 e known 192.0.2.3 -> refused: Network
        0 f from 198.51.100.1 -> sits
        0 g known 203.0.113.1 -> sits where f sat
        5000 h from 198.51.100.1 -> refused: All
        5000 i from 192.0.2.1 -> refused: Network
        5000 j known 203.0.113.2 -> sits where c sat
    ",
    );
}

/// What the rules say, found by looking at every seat.
fn by_the_rules(
    limits: SeatLimits,
    seats: &[Guest],
    ip: IpAddr,
    known: bool,
    now: u64,
) -> Result<Option<Vec<u64>>, Full> {
    let within =
        |seat: &Guest, wanted| prefix::networks(seat.ip, limits).iter().any(|network| network.prefix == wanted);
    let since = |seat: &Guest| seat.pulse.idle_since(now);
    // Any of the most idle may be the one.
    let most_idle = |among: Vec<&Guest>, idle: bool| {
        let first = among.iter().map(|seat| since(seat)).min()?;
        let enough = !idle || now - first >= crate::base::limits::SEAT_IDLE_MILLIS;
        let ids = among.iter().filter(|seat| since(seat) == first).map(|seat| seat.id);
        enough.then(|| ids.collect::<Vec<_>>())
    };
    let networks = prefix::networks(ip, limits);
    for network in &networks {
        let inside: Vec<&Guest> = seats.iter().filter(|seat| within(seat, network.prefix)).collect();
        if inside.len() >= network.limit {
            let (own, strangers): (Vec<&Guest>, Vec<&Guest>) = inside.into_iter().partition(|seat| seat.known);
            let among = if known && strangers.is_empty() { (own, true) } else { (strangers, !known) };
            return most_idle(among.0, among.1).map(Some).ok_or(network.full);
        }
    }
    if seats.len() < limits.all {
        return Ok(None);
    }
    let size = |ip: IpAddr| {
        let wide = prefix::networks(ip, limits).last().expect("one at least").prefix;
        seats.iter().filter(|seat| !seat.known && within(seat, wide)).count()
    };
    let strangers: Vec<&Guest> = seats.iter().filter(|seat| !seat.known).collect();
    let largest = strangers.iter().map(|seat| size(seat.ip)).max().unwrap_or(0);
    if largest > 0 && (known || largest >= size(ip) + 2) {
        // Any of the largest networks may be the one.
        let mut ids = Vec::new();
        for network in strangers.iter().filter(|seat| size(seat.ip) == largest) {
            let wide = prefix::networks(network.ip, limits).last().expect("one at least").prefix;
            let among = strangers.iter().copied().filter(|seat| within(seat, wide)).collect();
            ids.extend(most_idle(among, false).unwrap_or_default());
        }
        return Ok(Some(ids));
    }
    let among = if known { seats.iter().collect() } else { strangers };
    most_idle(among, true).map(Some).ok_or(Full::All)
}

proptest! {
    #[test]
    fn any_sequence_goes_by_the_rules(
        all in 1usize..12, per_address in 1usize..5, per_network in 1usize..9,
        events in prop::collection::vec((0u8..8, 0usize..12, 0u64..1500), 1..150)
    ) {
        let addresses: [IpAddr; 12] = [
            "192.0.2.1", "192.0.2.2", "192.0.2.3", "198.51.100.1", "198.51.100.2", "::ffff:192.0.2.1", "203.0.113.1",
            "2001:db8:0:100::1", "2001:db8:0:101::1", "2001:db8:0:200::1", "2001:db8:1::1", "2001:db8:2::1",
        ].map(|ip| ip.parse().expect("an address"));
        let limits = SeatLimits { all, per_address, per_network };
        let (mut table, mut seats, mut now) = (Table::new(limits), Vec::<Guest>::new(), 0);
        for (kind, which, later) in events {
            now += later / 10 * u64::from(kind % 3);
            let chosen = which % seats.len().max(1);
            match kind {
                0..=4 => {
                    let (ip, known, pulse) = (addresses[which], later % 7 == 0, Arc::new(Pulse::new(now)));
                    let expected = by_the_rules(limits, &seats, ip, known, now);
                    let found = table.enter(ip, known, now, pulse.clone());
                    match (found, expected) {
                        (Ok(Entered { id, evicted }), Ok(victims)) => {
                            let gone = evicted.map(|gone| {
                                let place = seats.iter().position(|seat| Arc::ptr_eq(&seat.pulse, &gone));
                                let gone = seats.remove(place.expect("a seat that is there"));
                                prop_assert!(gone.pulse.evicted.load(Ordering::Relaxed));
                                table.leave(gone.id);
                                Ok(gone.id)
                            }).transpose()?;
                            prop_assert_eq!(gone.is_some(), victims.is_some());
                            prop_assert!(gone.is_none_or(|gone| victims.is_some_and(|victims| victims.contains(&gone))));
                            seats.push(Guest { name: String::new(), ip, known, id, pulse });
                        }
                        (Err(found), Err(expected)) => prop_assert_eq!(found, expected),
                        (found, expected) => prop_assert!(false, "{:?} where {:?}", found.map(|new| new.id), expected),
                    }
                }
                5 if !seats.is_empty() => seats[chosen].pulse.last.store(now, Ordering::Relaxed),
                6 if !seats.is_empty() => {
                    let pulse = &seats[chosen].pulse;
                    let busy = 1 - pulse.busy.load(Ordering::Relaxed);
                    pulse.last.store(now, Ordering::Relaxed);
                    pulse.busy.store(busy, Ordering::Relaxed);
                }
                _ if !seats.is_empty() => table.leave(seats.remove(chosen).id),
                _ => {}
            }
        }
        for seat in seats {
            table.leave(seat.id);
        }
        prop_assert!(table.is_empty());
    }
}

#[test]
fn connections_that_do_not_end_keep_newcomers_out_at_last() {
    let limits = SeatLimits { all: 1000, per_address: 1000, per_network: 1000 };
    let seats = Seats::new(limits);
    let crowd: Vec<Seat> = (0..1000).filter_map(|_| seats.enter([192, 0, 2, 1].into(), false).ok()).collect();
    let newcomers: Vec<_> = (0..200).map(|n: u8| seats.enter([198, 51, n, 1].into(), false)).collect();
    assert_eq!(newcomers.iter().filter(|seat| seat.is_ok()).count(), 125);
    assert_eq!(newcomers.iter().find_map(|seat| seat.as_ref().err()), Some(&Full::All));
    drop(crowd);
    assert!(seats.enter([203, 0, 113, 1].into(), false).is_ok());
}

#[test]
fn an_evicted_seat_wakes_who_waits_for_it() {
    let seats = Seats::new(SeatLimits { all: 2, per_address: 2, per_network: 2 });
    let first = seats.enter([192, 0, 2, 1].into(), false).expect("free");
    let second = seats.enter([192, 0, 2, 1].into(), false).expect("free");
    let _guard = second.busy();
    let waits = std::thread::scope(|scope| {
        let waits = scope.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
            runtime.block_on(first.evicted());
        });
        let newcomer = seats.enter([198, 51, 100, 1].into(), false);
        assert!(newcomer.is_ok());
        waits.join()
    });
    assert!(waits.is_ok());
}
