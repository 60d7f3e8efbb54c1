//! RDAP clients that say anything, and those that take nothing or say nothing for ever: the service stays up, holds
//! little, lets go of them, and answers others in time.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustix::net::sockopt::set_socket_recv_buffer_size;

use crate::frames::{check, domain_create, expect};
use crate::http2::{self, END_HEADERS, END_STREAM, HEADERS, frame, large_answer, resident};
use crate::observe::{metrics, sample};
use crate::strangers::{help_from, rdap_from, rdap_port};
use crate::support::process::Demo;
use crate::support::tls::{self, TlsStream};
use crate::support::{EppClient, Server};

/// Connections of each protocol that say anything.
const ROUNDS: u64 = 250;
/// How long others may have to wait on a machine that is busy with other tests.
const IN_TIME: Duration = Duration::from_secs(2);

/// SplitMix64: the same from one run to the next.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    fn pick(&mut self, of: &[&'static str]) -> &'static str {
        of[self.below(of.len())]
    }

    /// Text of a few pieces, or of no meaning at all.
    fn text(&mut self, pieces: &[&'static str]) -> String {
        let mut text: String = (0..self.below(4)).map(|_| self.pick(pieces)).collect();
        if self.below(4) == 0 {
            text.extend((0..self.below(12)).map(|_| char::from(0x21 + self.below(0x5e) as u8)));
        }
        text
    }

    /// Changes a few octets: others, gone, twice.
    fn mutate(&mut self, octets: &mut Vec<u8>) {
        for _ in 0..1 + self.below(4) {
            let at = self.below(octets.len());
            match self.below(3) {
                0 => octets[at] = self.next() as u8,
                1 => drop(octets.drain(at..(at + 1 + self.below(8)).min(octets.len() - 1).max(at))),
                _ => {
                    let piece = octets[at..(at + 1 + self.below(40)).min(octets.len())].to_vec();
                    octets.splice(at..at, piece);
                }
            }
        }
    }
}

const PATHS: [&str; 24] = [
    "domain/",
    "nameserver/",
    "entity/",
    "help",
    "domains?name=",
    "nameservers?ip=",
    "entities?fn=",
    "ip/",
    "autnum/",
    "shop.test",
    "nic.example",
    "xn--",
    "b%C3%BCcher",
    "%ff",
    "%00",
    "..",
    "/",
    "*",
    "9995",
    "registrar-a",
    "?",
    "&",
    "%",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
];
const FIELDS: [&str; 14] = [
    "accept",
    "accept-encoding",
    "if-none-match",
    "host",
    "origin",
    "connection",
    "content-length",
    "transfer-encoding",
    "expect",
    "upgrade",
    "range",
    "authorization",
    "te",
    "x",
];
const VALUES: [&str; 22] = [
    "application/rdap+json",
    "text/html",
    "*/*",
    ";q=0.",
    ",",
    "gzip",
    "identity",
    "br",
    "W/\"0123456789abcdef\"",
    "\"",
    "localhost",
    ":443",
    "[::1]",
    "close",
    "keep-alive",
    "100-continue",
    "chunked",
    "0",
    "5",
    "h2c",
    "Bearer ",
    "\u{fc}",
];

/// A look-up of something, there or not, or a path of no meaning.
fn path(dice: &mut Dice) -> String {
    if dice.below(3) == 0 {
        return dice.text(&PATHS);
    }
    dice.pick(&[
        "domain/shop.test",
        "domain/none.test",
        "domain/SHOP.Test.?a=%",
        "entity/9995",
        "nameserver/a.test",
        "help",
    ])
    .to_owned()
}

/// A field that has a meaning with a value that fits, or any.
fn field(dice: &mut Dice) -> (&'static str, String) {
    match dice.below(4) {
        0 => ("accept", dice.pick(&["text/html", "application/json;q=0.5", "image/*, */*;q=0", "*"]).to_owned()),
        1 => ("if-none-match", dice.pick(&["*", "W/\"0123456789abcdef\", *", "\""]).to_owned()),
        _ => (dice.pick(&FIELDS), dice.text(&VALUES)),
    }
}

fn http1_request(dice: &mut Dice) -> Vec<u8> {
    let method = dice.pick(&["GET", "GET", "GET", "GET", "HEAD", "OPTIONS", "POST", "DELETE", "G\u{e4}T"]);
    let version = dice.pick(&["1.1", "1.1", "1.1", "1.1", "1.1", "1.1", "1.0", "2.0"]);
    let mut text = format!("{method} /{} HTTP/{version}\r\n", path(dice));
    if dice.below(8) != 0 {
        text.push_str("Host: localhost\r\n");
    }
    for _ in 0..dice.below(4) {
        let (name, value) = field(dice);
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    let mut octets = (text + "\r\n").into_bytes();
    if dice.below(4) == 0 {
        dice.mutate(&mut octets);
    }
    octets
}

fn http2_request(dice: &mut Dice, stream: u32) -> Vec<u8> {
    let mut block = http2::head([0x82, 0x82, 0x82, 0x83][dice.below(4)], &format!("/{}", path(dice)));
    for _ in 0..dice.below(4) {
        let (name, value) = field(dice);
        block.extend([&[0, name.len() as u8], name.as_bytes(), &[value.len().min(127) as u8]].concat());
        block.extend(&value.as_bytes()[..value.len().min(127)]);
    }
    if dice.below(3) == 0 {
        dice.mutate(&mut block);
    }
    let mut octets = frame(HEADERS, END_STREAM | END_HEADERS, stream, &block);
    if dice.below(6) == 0 {
        dice.mutate(&mut octets);
    }
    octets
}

/// Says all of it, hangs up, and reads what comes back.
fn say(mut stream: TlsStream, octets: &[u8]) -> Vec<u8> {
    // Who is refused early need not be listened to.
    let _ = stream.write_all(octets).and_then(|()| stream.flush());
    stream.conn.send_close_notify();
    let _ = stream.flush();
    let _ = stream.sock.shutdown(Shutdown::Write);
    let mut received = Vec::new();
    let _ = stream.read_to_end(&mut received);
    received
}

/// Somebody who asks for help again and again, on new connections, and a registrar at work.
struct Bystander {
    ends: Arc<AtomicBool>,
    asks: JoinHandle<(usize, Duration)>,
}

impl Bystander {
    fn of(demo: &Demo) -> Self {
        let (ends, demo) = (Arc::new(AtomicBool::new(false)), demo.clone());
        // Before anybody looks at the server's memory: to hash a password takes much of it.
        let mut registrar = EppClient::logged_in(&demo, 1);
        let asks = std::thread::spawn({
            let ends = ends.clone();
            move || {
                let (mut answers, mut longest) = (0, Duration::ZERO);
                while !ends.load(Ordering::Relaxed) {
                    let asked = Instant::now();
                    expect(&mut registrar, 1000, &check("domain", &["bystander.test"]));
                    longest = longest.max(asked.elapsed());
                    let (_, took) = help_from(&demo, [127, 9, 0, 1]).expect("others are served");
                    (answers, longest) = (answers + 1, longest.max(took));
                    std::thread::sleep(Duration::from_millis(50));
                }
                (answers, longest)
            }
        });
        Self { ends, asks }
    }

    /// Panics when any answer took too long.
    fn was_served(self) {
        self.ends.store(true, Ordering::Relaxed);
        let (answers, longest) = self.asks.join().expect("every question was answered");
        println!("a bystander had {answers} answers, the slowest after {longest:?}");
        assert!(answers > 0 && longest < IN_TIME, "{answers} {longest:?}");
    }
}

/// How many answers have been given with each status that begins with `class`.
fn answers(server: &Server, class: char) -> Vec<(u16, u64)> {
    let text = metrics(server);
    let lines = text.lines().filter_map(|line| line.strip_prefix("domesday_rdap_responses_total{status=\""));
    let counts = lines.filter_map(|line| {
        let (status, count) = line.split_once("\"} ")?;
        Some((status.parse().ok()?, count.parse().ok()?))
    });
    counts.filter(|(status, count): &(u16, u64)| status.to_string().starts_with(class) && *count > 0).collect()
}

#[test]
fn whatever_is_said_is_answered_without_fault_or_growth() {
    let server = Server::start();
    let demo = server.demo();
    expect(&mut EppClient::logged_in(demo, 0), 1000, &domain_create("shop.test", ""));
    let connect = |number: u64, protocol: &[u8]| {
        // Networks of their own, so that no limit keeps what they say from being read.
        rdap_from(demo, [127, 8, (number % 200) as u8, 1], &[protocol]).expect("a handshake")
    };
    // What one connection of each kind costs whatever it says.
    say(connect(0, b"http/1.1"), b"GET /help HTTP/1.1\r\nHost: localhost\r\n\r\n");
    say(connect(0, b"h2"), &http2_hello());
    let bystander = Bystander::of(demo);
    let before = resident(&server);
    let mut statuses = 0;
    for seed in 0..ROUNDS {
        let mut dice = Dice(seed);
        let requests: Vec<u8> = (0..1 + dice.below(6)).flat_map(|_| http1_request(&mut dice)).collect();
        let received = say(connect(seed, b"http/1.1"), &requests);
        assert!(received.is_empty() || received.starts_with(b"HTTP/1."), "seed {seed}");
        statuses += received.windows(9).filter(|window| window == b"HTTP/1.1 ").count();
        let mut octets = http2_hello();
        (0..1 + dice.below(6) as u32).for_each(|number| octets.extend(http2_request(&mut dice, 2 * number + 1)));
        if dice.below(8) == 0 {
            dice.mutate(&mut octets);
        }
        say(connect(seed, b"h2"), &octets);
    }
    bystander.was_served();
    let grown = resident(&server).saturating_sub(before);
    println!("{statuses} answers over HTTP/1.1, {grown} octets more");
    ['2', '3', '4', '5'].iter().for_each(|class| println!("{:?}", answers(&server, *class)));
    // A generator that asks for nothing would prove nothing.
    assert!(statuses as u64 > ROUNDS);
    for expected in [200, 204, 304, 400, 404, 405, 406, 501] {
        let class = char::from(b'0' + (expected / 100) as u8);
        assert!(answers(&server, class).iter().any(|(status, _)| *status == expected), "no {expected}");
    }
    assert!(answers(&server, '5').iter().all(|(status, _)| *status == 501), "{:?}", answers(&server, '5'));
    assert!(!server.output().contains("panicked"), "{}", server.output());
    assert!(grown < 16 << 20, "{grown}");
}

fn http2_hello() -> Vec<u8> {
    const SETTINGS: u8 = 4;
    [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(), frame(SETTINGS, 0, 0, &[])].concat()
}

/// A connection whose window is small.
fn narrow(demo: &Demo) -> TlsStream {
    let socket = tls::connect_from([127, 8, 0, 1], rdap_port(demo)).expect("a connection");
    set_socket_recv_buffer_size(&socket, 4096).expect("a socket");
    tls::shake_hands(tls::config(&demo.rdap.ca, None), socket, "localhost").expect("a handshake")
}

/// Whether the other side has ended the connection.
fn is_ended(socket: &TcpStream) -> bool {
    socket.set_nonblocking(true).expect("a socket");
    let mut space = [0; 4096];
    loop {
        match (&mut &*socket).read(&mut space) {
            Ok(0) => return true,
            Ok(_) => {}
            Err(error) => return error.kind() != std::io::ErrorKind::WouldBlock,
        }
    }
}

#[test]
fn who_says_nothing_or_takes_nothing_is_let_go() {
    const EACH: usize = 5;
    let server = Server::start();
    let demo = server.demo();
    let path = large_answer(&server);
    let bystander = Bystander::of(demo);
    let before = resident(&server);
    let open = || rdap_from(demo, [127, 8, 0, 1], &[b"http/1.1"]).expect("a handshake");
    let (mut silent, mut slow, mut takers): (Vec<_>, Vec<_>, Vec<_>) = Default::default();
    for _ in 0..EACH {
        silent.push(open());
        let mut half = open();
        half.write_all(b"GET /help HTTP/1.1\r\nHost: localhost\r\nX: ").expect("half a request");
        slow.push(half);
        // More answers than all buffers between the two take, and none of them is read.
        let mut asking = narrow(demo);
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        asking.write_all(request.repeat(800).as_bytes()).expect("requests");
        takers.push(asking);
        let mut asking = http2::connect(&server, 0);
        let requests: Vec<u8> = (0..50).flat_map(|number| http2::get(2 * number + 1, &path)).collect();
        asking.write_all(&requests).expect("requests");
        takers.push(asking);
    }
    let bites = |limit: &str| sample(&metrics(&server), &format!("domesday_limit_reached_total{{limit=\"{limit}\"}}"));
    let (began, mut most) = (Instant::now(), 0);
    // An idle time is 15 s; who takes nothing has up to two of them.
    while bites("rdap-idle-time") < 2 * EACH as u64 || bites("rdap-write-time") < 2 * EACH as u64 {
        let both = [bites("rdap-idle-time"), bites("rdap-write-time")];
        assert!(began.elapsed() < Duration::from_secs(40), "after {:?}: {both:?}", began.elapsed());
        most = resident(&server).max(most);
        // An octet now and then is no request.
        slow.iter_mut().for_each(|half| drop(half.write_all(b"x").and_then(|()| half.flush())));
        std::thread::sleep(Duration::from_millis(500));
    }
    let grown = most.saturating_sub(before);
    println!("all were let go after {:?}; they held {grown} octets", began.elapsed());
    // All that they have asked for would be 200 MB.
    assert!(grown < 32 << 20, "{grown}");
    bystander.was_served();
    assert!(silent.iter().chain(&slow).chain(&takers).all(|stream| is_ended(&stream.sock)));
}
