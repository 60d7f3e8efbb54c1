//! HTTP/2 clients that mean harm, frame by frame (RFC 9113): they are cut off, hold little, and others are served.

use std::io::{self, Read, Write};
use std::time::{Duration, Instant};

use crate::frames::{domain_create, expect, host_create, name_servers, part, update};
use crate::observe::{metrics, sample};
use crate::rdap_search::fill;
use crate::strangers::{bitten, help_from, rdap_from};
use crate::support::tls::TlsStream;
use crate::support::{EppClient, Server, rdap};

const DATA: u8 = 0;
pub(crate) const HEADERS: u8 = 1;
const PRIORITY: u8 = 2;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const WINDOW_UPDATE: u8 = 8;
const CONTINUATION: u8 = 9;
pub(crate) const END_STREAM: u8 = 1;
pub(crate) const END_HEADERS: u8 = 4;

/// One frame (RFC 9113, section 4.1).
pub(crate) fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = (payload.len() as u32).to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// The head of a request in HPACK, without dynamic table and Huffman code (RFC 7541).
pub(crate) fn head(method: u8, path: &str) -> Vec<u8> {
    let text = |name: u8, value: &str| [&[name, value.len() as u8], value.as_bytes()].concat();
    // 0x82 is GET, 0x83 POST, 0x87 https.
    [vec![method, 0x87], text(0x04, path), text(0x01, "localhost")].concat()
}

pub(crate) fn get(stream: u32, path: &str) -> Vec<u8> {
    frame(HEADERS, END_STREAM | END_HEADERS, stream, &head(0x82, path))
}

/// A connection whose window for each stream is this.
pub(crate) fn connect(server: &Server, window: u32) -> TlsStream {
    let mut stream = rdap_from(server.demo(), [127, 7, 0, 1], &[b"h2"]).expect("a handshake");
    let settings = [&[0, 4][..], &window.to_be_bytes()].concat();
    let hello = [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(), frame(SETTINGS, 0, 0, &settings)].concat();
    stream.write_all(&hello).expect("the server takes a preface");
    stream.sock.set_write_timeout(Some(Duration::from_secs(20))).expect("a time-out");
    stream
}

/// Sends until the server ends the connection; how many octets it took.
fn flood(stream: &mut TlsStream, mut next: impl FnMut() -> Vec<u8>) -> io::Result<usize> {
    let mut sent = 0;
    while sent < 4 << 20 {
        let octets: Vec<u8> = (0..64).flat_map(|_| next()).collect();
        match stream.write_all(&octets).and_then(|()| stream.flush()) {
            Ok(()) => sent += octets.len(),
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {
                return Err(error);
            }
            Err(_) => return Ok(sent),
        }
    }
    Err(io::Error::other("the server took 4 MiB of it"))
}

/// Resident octets of the server.
pub(crate) fn resident(server: &Server) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/{}/statm", server.id())).expect("the process is there");
    let pages: u64 = text.split(' ').nth(1).and_then(|pages| pages.parse().ok()).expect("a number of pages");
    pages * rustix::param::page_size() as u64
}

/// A client that takes its answers and says so for every few kibibytes sends much beside its requests, and means no harm.
#[test]
fn who_takes_many_long_answers_gets_them_whole() {
    const STREAMS: u32 = 90;
    const REFUND: u32 = 2048;
    let server = Server::start_configured(&[("rdap.search", "\"all\"")]);
    fill(&mut EppClient::logged_in(server.demo(), 0));
    let expected = rdap::get(server.demo(), "domains?name=search*.test").body.len();
    let mut stream = connect(&server, 2 * REFUND);
    stream.sock.set_read_timeout(Some(Duration::from_secs(60))).expect("a time-out");
    for number in 0..STREAMS {
        stream.write_all(&get(2 * number + 1, "/domains?name=search*.test")).expect("the server reads");
    }
    let (mut taken, mut owed, mut refunded) = (vec![0; STREAMS as usize], vec![0; STREAMS as usize], 0);
    let (mut whole, mut updates) = (0, 0);
    while whole < STREAMS {
        let mut header = [0; 9];
        stream.read_exact(&mut header).unwrap_or_else(|error| panic!("{whole} whole, {updates} updates: {error}"));
        let [high, middle, low, kind, flags, number @ ..] = header;
        let (length, number) = (u32::from_be_bytes([0, high, middle, low]), u32::from_be_bytes(number));
        let mut payload = vec![0; length as usize];
        stream.read_exact(&mut payload).expect("a whole frame");
        if kind != DATA {
            continue;
        }
        let place = (number / 2) as usize;
        taken[place] += payload.len();
        owed[place] += length;
        refunded += length;
        if owed[place] >= REFUND {
            let of = |stream: u32, octets: u32| frame(WINDOW_UPDATE, 0, stream, &octets.to_be_bytes());
            let both = [of(number, std::mem::take(&mut owed[place])), of(0, std::mem::take(&mut refunded))].concat();
            stream.write_all(&both).expect("the server reads");
            updates += 1;
        }
        whole += u32::from(flags & END_STREAM != 0);
    }
    assert_eq!(taken, vec![expected; STREAMS as usize]);
    assert!(updates * 58 > 90 * 1024, "{updates} updates are within what anybody may send");
}

#[test]
fn every_flood_is_cut_off_while_others_are_served() {
    let server = Server::start();
    let before = resident(&server);
    let mut number = 1;
    let mut odd = move || {
        number += 2;
        number
    };
    let unread = frame(HEADERS, END_HEADERS, 1, &head(0x83, "/help"));
    let open_head = frame(HEADERS, 0, 1, &head(0x82, "/help"));
    type Flood<'f> = (&'f str, Vec<u8>, Box<dyn FnMut() -> Vec<u8> + 'f>);
    let floods: Vec<Flood> = vec![
        ("PING", vec![], Box::new(|| frame(PING, 0, 0, &[7; 8]))),
        ("SETTINGS", vec![], Box::new(|| frame(SETTINGS, 0, 0, &[]))),
        ("PRIORITY", vec![], Box::new(|| frame(PRIORITY, 0, 3, &[0, 0, 0, 0, 1]))),
        ("WINDOW_UPDATE", vec![], Box::new(|| frame(WINDOW_UPDATE, 0, 0, &[0, 0, 0, 1]))),
        ("unknown frames", vec![], Box::new(|| frame(0x7f, 0, 0, &[]))),
        (
            "reset streams",
            vec![],
            Box::new(|| {
                let stream = odd();
                [get(stream, "/help"), frame(RST_STREAM, 0, stream, &[0, 0, 0, 8])].concat()
            }),
        ),
        ("empty DATA", unread, Box::new(|| frame(DATA, 0, 1, &[]))),
        ("CONTINUATION", open_head, Box::new(|| frame(CONTINUATION, 0, 1, &[0x00, 1, b'x', 1, b'y']))),
    ];
    for (name, prelude, next) in floods {
        let mut stream = connect(&server, 65_535);
        stream.write_all(&prelude).expect("the server takes frames");
        let took = flood(&mut stream, next).unwrap_or_else(|error| panic!("{name}: {error}"));
        println!("{name}: cut off after at most {took} octets");
        let (_, took) = help_from(server.demo(), [127, 7, 0, 2]).expect("others are served");
        assert!(took < Duration::from_secs(2), "{name}: {took:?}");
    }
    bitten(|| metrics(&server), "rdap-between-requests", 5);
    bitten(|| metrics(&server), "rdap-stream-errors", 3);
    assert!(resident(&server) < before + (16 << 20), "{before} {}", resident(&server));
}

/// A domain whose answer is as long as they get: 13 hosts below it with 26 addresses each.
pub(crate) fn large_answer(server: &Server) -> String {
    let mut a = EppClient::logged_in(server.demo(), 0);
    expect(&mut a, 1000, &domain_create("large.test", ""));
    let hosts: Vec<String> = (1..=13).map(|number| format!("ns{number}.large.test")).collect();
    for (number, host) in hosts.iter().enumerate() {
        let addresses: Vec<String> =
            (1..=26).map(|last| format!("2001:db8:1234:5678:9abc:def0:{number}:{last}")).collect();
        let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
        expect(&mut a, 1000, &host_create(host, &addresses));
    }
    let hosts: Vec<&str> = hosts.iter().map(String::as_str).collect();
    expect(&mut a, 1000, &update("domain", "large.test", &part("domain", "add", &name_servers(&hosts))));
    let answer = rdap::get(server.demo(), "domain/large.test");
    assert!(answer.body.len() > 16 * 1024, "{}", answer.body.len());
    println!("answers of {} octets", answer.body.len());
    "/domain/large.test".to_owned()
}

/// The frames that the server has sent: type, stream and content.
fn frames(stream: &mut TlsStream, until: impl Fn(&[(u8, u32, Vec<u8>)]) -> bool) -> Vec<(u8, u32, Vec<u8>)> {
    let mut found = Vec::new();
    while !until(&found) {
        let mut head = [0; 9];
        stream.read_exact(&mut head).expect("the server goes on");
        let number = |octets: &[u8]| octets.iter().fold(0, |number, octet| number << 8 | u32::from(*octet));
        let mut content = vec![0; number(&head[..3]) as usize];
        stream.read_exact(&mut content).expect("the server goes on");
        found.push((head[3], number(&head[5..]), content));
    }
    found
}

#[test]
fn streams_beyond_the_limit_are_refused_and_the_others_answered() {
    const MORE: usize = 8;
    const REFUSED_STREAM: [u8; 4] = [0, 0, 0, 7];
    let server = Server::start();
    let mut stream = connect(&server, 0);
    let requests: Vec<u8> = (0..100 + MORE as u32).flat_map(|number| get(2 * number + 1, "/help")).collect();
    stream.write_all(&requests).expect("the server takes requests");
    let refused = |frames: &[(u8, u32, Vec<u8>)]| frames.iter().filter(|frame| frame.0 == RST_STREAM).count();
    let found = frames(&mut stream, |found| refused(found) == MORE);
    let settings = found.iter().find(|frame| frame.0 == SETTINGS && !frame.2.is_empty()).expect("it has some");
    // SETTINGS_MAX_CONCURRENT_STREAMS (RFC 9113, section 6.5.2).
    assert!(settings.2.chunks(6).any(|setting| *setting == [0, 3, 0, 0, 0, 100]), "{:?}", settings.2);
    let reset = found.iter().filter(|frame| frame.0 == RST_STREAM);
    reset.for_each(|frame| assert!(frame.1 > 200 && frame.2 == REFUSED_STREAM, "{frame:?}"));
    let window = frame(WINDOW_UPDATE, 0, 1, &(1u32 << 20).to_be_bytes());
    stream.write_all(&window).expect("the server takes frames");
    frames(&mut stream, |found| found.iter().any(|frame| frame.0 == DATA && frame.1 == 1));
}

#[test]
fn readers_that_take_nothing_hold_little_and_others_are_served() {
    // So many that their network has no room before each of them has none.
    const CONNECTIONS: u64 = 80;
    let server = Server::start();
    let path = large_answer(&server);
    // What one connection costs whatever it does.
    drop(connect(&server, 0));
    let before = resident(&server);
    let mut connections: Vec<TlsStream> = (0..CONNECTIONS).map(|_| connect(&server, 0)).collect();
    for stream in &mut connections {
        let requests: Vec<u8> = (0..100).flat_map(|number| get(2 * number + 1, &path)).collect();
        stream.write_all(&requests).expect("the server takes requests");
    }
    let (_, took) = help_from(server.demo(), [127, 7, 0, 2]).expect("others are served");
    assert!(took < Duration::from_secs(2), "{took:?}");
    // Every connection got the answers it may hold, and waits with the others.
    let began = Instant::now();
    let waiting = || {
        ["connection", "network"].map(|bound| {
            sample(&metrics(&server), &format!("domesday_limit_reached_total{{limit=\"rdap-held-{bound}\"}}"))
        })
    };
    while waiting().iter().sum::<u64>() < CONNECTIONS * 85 {
        assert!(began.elapsed() < Duration::from_secs(20), "{:?}", waiting());
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(waiting().iter().all(|count| *count > 0), "connections and their network, both: {:?}", waiting());
    // Another network has room of its own, and who takes answers in the same one is served.
    for from in [[127, 6, 0, 1], [127, 7, 0, 3]] {
        let (_, took) = help_from(server.demo(), from).expect("others are served");
        assert!(took < Duration::from_secs(2), "{took:?}");
    }
    let held = resident(&server).saturating_sub(before) / connections.len() as u64;
    println!("{held} octets a connection");
    assert!(held < 512 * 1024, "{held}");
}
