//! kill -9 under load, again and again: what was acknowledged is there, whole; what was not is there whole or not at all.
//!
//! `DOMESDAY_CRASHES` sets how often (10 by default; the long form is 100).

mod support;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use support::epp::code;
use support::{EppClient, Server};

/// Sessions that send at the same time, spread over both registrars.
const WRITERS: usize = 4;

/// What the registry must show of a name.
#[derive(Clone, Debug, PartialEq)]
enum Expected {
    /// Acknowledged: the domain with its own host as name server, expiring in that many years.
    There { years: u32, host: bool },
    /// Acknowledged: deleted.
    Gone,
}

/// What one writer knows of one of its names.
#[derive(Clone, Debug)]
struct Name {
    acknowledged: Expected,
    /// The state the command in flight leads to, if one was in flight when the server died.
    in_flight: Option<Expected>,
}

type Names = BTreeMap<String, Name>;

/// A command, and what it makes of a name.
struct Step {
    body: String,
    after: Expected,
}

/// The life of a name: created, given a host, delegated, renewed; every third is deleted again.
fn steps(name: &str, number: usize) -> Vec<Step> {
    let there = |years, host| Expected::There { years, host };
    let mut steps = vec![
        Step {
            body: format!(
                "<create><domain:create><domain:name>{name}</domain:name><domain:authInfo><domain:pw>2fooBAR</domain:pw>\
                 </domain:authInfo></domain:create></create>"
            ),
            after: there(1, false),
        },
        Step {
            body: format!(
                "<create><host:create><host:name>ns.{name}</host:name><host:addr>192.0.2.1</host:addr></host:create></create>"
            ),
            after: there(1, false),
        },
        Step {
            body: format!(
                "<update><domain:update><domain:name>{name}</domain:name><domain:add><domain:ns><domain:hostObj>ns.{name}\
                 </domain:hostObj></domain:ns></domain:add></domain:update></update>"
            ),
            after: there(1, true),
        },
    ];
    if number.is_multiple_of(3) {
        steps.push(Step {
            body: format!(
                "<update><domain:update><domain:name>{name}</domain:name><domain:rem><domain:ns><domain:hostObj>ns.{name}\
                 </domain:hostObj></domain:ns></domain:rem></domain:update></update>"
            ),
            after: there(1, false),
        });
        let delete = format!("<delete><host:delete><host:name>ns.{name}</host:name></host:delete></delete>");
        steps.push(Step { body: delete, after: there(1, false) });
        let delete = format!("<delete><domain:delete><domain:name>{name}</domain:name></domain:delete></delete>");
        steps.push(Step { body: delete, after: Expected::Gone });
    }
    steps
}

/// Sends lives of names until the server dies.
fn write(mut client: EppClient, round: usize, writer: usize, names: &Mutex<Names>, acknowledged: &AtomicBool) {
    for number in 0.. {
        let name = format!("r{round}w{writer}n{number}.test");
        for step in steps(&name, number) {
            {
                let mut names = names.lock().expect("no writer panics with it");
                let entry = names.entry(name.clone());
                let known = entry.or_insert(Name { acknowledged: Expected::Gone, in_flight: None });
                known.in_flight = Some(step.after.clone());
            }
            let document = client.frame(&step.body);
            let answer = match client.send(&document).and_then(|()| client.receive()) {
                Ok(answer) => answer,
                Err(_) => return,
            };
            assert_eq!(code(&answer), 1000, "{document}\n{answer}");
            acknowledged.store(true, Ordering::Relaxed);
            let mut names = names.lock().expect("no writer panics with it");
            names.insert(name.clone(), Name { acknowledged: step.after, in_flight: None });
        }
    }
}

/// What the registry shows of a name.
fn read_back(client: &mut EppClient, name: &str) -> Expected {
    let info = format!("<info><domain:info><domain:name>{name}</domain:name></domain:info></info>");
    let answer = client.command(&info);
    match code(&answer) {
        2303 => Expected::Gone,
        1000 => {
            let date = |element: &str| {
                let text = support::epp::between(&answer, &format!("<domain:{element}>"), "</").expect(element);
                text[..4].parse::<u32>().expect("a year")
            };
            assert!(answer.contains("<domain:roid>D") && answer.contains("<domain:pw/>"), "not whole: {answer}");
            let delegated = answer.contains(&format!("<domain:hostObj>ns.{name}</domain:hostObj>"));
            Expected::There { years: date("exDate") - date("crDate"), host: delegated }
        }
        other => panic!("{other} for {name}: {answer}"),
    }
}

fn random_millis(round: usize) -> u64 {
    let mut octets = [0; 8];
    getrandom::fill(&mut octets).expect("randomness");
    20 + u64::from_le_bytes(octets) % (150 + 10 * round as u64 % 400)
}

#[test]
fn nothing_acknowledged_is_lost_and_nothing_else_is_half_there() {
    let crashes: usize = std::env::var("DOMESDAY_CRASHES").map_or(10, |text| text.parse().expect("a number"));
    let mut server = Server::start();
    let mut all: Vec<Names> = vec![Names::new(); WRITERS];
    let (mut acknowledged, mut cut) = (0, 0);
    for round in 0..crashes {
        let seen = Arc::new(AtomicBool::new(false));
        let names: Vec<Arc<Mutex<Names>>> = (0..WRITERS).map(|_| Arc::default()).collect();
        let writers = names.iter().enumerate().map(|(writer, names)| {
            let client = EppClient::logged_in(server.demo(), writer % 2);
            let (names, seen) = (names.clone(), seen.clone());
            thread::spawn(move || write(client, round, writer, &names, &seen))
        });
        let writers: Vec<_> = writers.collect();
        let began = Instant::now();
        while !seen.load(Ordering::Relaxed) {
            assert!(began.elapsed() < Duration::from_secs(30), "no command was acknowledged");
            thread::sleep(Duration::from_millis(1));
        }
        thread::sleep(Duration::from_millis(random_millis(round)));
        server.kill();
        writers.into_iter().for_each(|writer| writer.join().expect("every answer was 1000"));
        server.restart();
        for (all, names) in all.iter_mut().zip(&names) {
            all.append(&mut names.lock().expect("the writers are gone"));
        }
        let mut clients = [EppClient::logged_in(server.demo(), 0), EppClient::logged_in(server.demo(), 1)];
        for (writer, names) in all.iter_mut().enumerate() {
            let ours = format!("r{round}w{writer}n");
            for (name, known) in names.iter_mut().filter(|(name, _)| round + 1 == crashes || name.starts_with(&ours)) {
                let found = read_back(&mut clients[writer % 2], name);
                let possible = [Some(&known.acknowledged), known.in_flight.as_ref()];
                assert!(possible.contains(&Some(&found)), "{name}: {known:?}, and after the restart {found:?}");
                acknowledged += usize::from(known.in_flight.is_none());
                cut += usize::from(known.in_flight.is_some());
                *known = Name { acknowledged: found, in_flight: None };
            }
        }
    }
    println!("{crashes} crashes, {acknowledged} names with only acknowledged commands, {cut} cut in flight");
    assert!(acknowledged > crashes && cut > 0, "the load was no load: {acknowledged} acknowledged, {cut} cut");
}

#[test]
fn the_last_frame_torn_anywhere_leaves_the_frames_before_it() {
    let mut server = Server::start();
    let mut client = EppClient::logged_in(server.demo(), 0);
    for name in ["kept.test", "torn.test"] {
        let body = &steps(name, 1)[0].body;
        assert_eq!(code(&client.command(body)), 1000);
    }
    server.kill();
    let segment = newest_segment(server.directory());
    let whole = std::fs::read(&segment).expect("the segment can be read");
    // The seal of that time goes with it: a later one would know of later frames.
    let seal = segment.with_file_name("seal");
    let sealed = std::fs::read(&seal).expect("the seal can be read");
    let needle = b"torn.test";
    let written = whole.iter().rposition(|octet| *octet != 0).expect("not empty") + 1;
    let start = whole.windows(needle.len()).position(|window| window == needle).expect("the last frame holds it");
    let frame = start / 4096 * 4096;
    assert!(written > frame);
    // The ends and a sample between: a restart of the process for each. The ledger's own test tears at every octet.
    let step = (written - frame) / 8 + 1;
    let cuts: Vec<usize> = (frame..written).step_by(step).chain([frame + 1, written - 1]).collect();
    for cut in cuts {
        let mut torn = whole.clone();
        torn[cut..].fill(0);
        std::fs::write(&segment, &torn).expect("the segment can be written");
        std::fs::write(&seal, &sealed).expect("the seal can be written");
        server.restart();
        let mut client = EppClient::logged_in(server.demo(), 0);
        assert_eq!(read_back(&mut client, "kept.test"), Expected::There { years: 1, host: false }, "cut at {cut}");
        assert_eq!(read_back(&mut client, "torn.test"), Expected::Gone, "cut at {cut}");
        assert_eq!(code(&client.command(&steps("after.test", 1)[0].body)), 1000, "cut at {cut}");
        server.kill();
    }
}

fn newest_segment(directory: &std::path::Path) -> std::path::PathBuf {
    let mut found = Vec::new();
    let mut folders = vec![directory.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder of ours").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "seg") {
                found.push(path);
            }
        }
    }
    found.into_iter().max().expect("the log has a segment")
}

#[test]
fn two_sessions_race_for_one_name_and_exactly_one_wins() {
    let races: usize = std::env::var("DOMESDAY_RACES").map_or(1000, |text| text.parse().expect("a number"));
    let server = Server::start();
    let barrier = Arc::new(std::sync::Barrier::new(2));
    let racers: Vec<_> = (0..2)
        .map(|index| {
            let (demo, barrier) = (server.demo().clone(), barrier.clone());
            thread::spawn(move || {
                let mut client = EppClient::logged_in(&demo, index);
                (0..races)
                    .map(|race| {
                        let create = &steps(&format!("race{race}.test"), 1)[0].body;
                        barrier.wait();
                        code(&client.command(create))
                    })
                    .collect::<Vec<u16>>()
            })
        })
        .collect();
    let codes: Vec<Vec<u16>> = racers.into_iter().map(|racer| racer.join().expect("a racer")).collect();
    let mut won = [0, 0];
    for (race, pair) in codes[0].iter().zip(&codes[1]).enumerate() {
        match pair {
            (1000, 2302) => won[0] += 1,
            (2302, 1000) => won[1] += 1,
            other => panic!("race {race}: {other:?}"),
        }
    }
    println!("{races} races, won by registrar-a {}, by registrar-b {}", won[0], won[1]);
}
