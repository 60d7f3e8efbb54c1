//! Strangers who take all the places of RDAP, and those who want to look something up meanwhile.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use rustls::ClientConfig;

use crate::observe::{metrics, sample};
use crate::support::Server;
use crate::support::epp::between;
use crate::support::process::Demo;
use crate::support::rdap::parse;
use crate::support::tls::{self, TlsStream};

/// The port RDAP listens on.
pub(crate) fn rdap_port(demo: &Demo) -> u16 {
    let port = demo.rdap.base_urls[0].trim_end_matches('/').rsplit(':').next().and_then(|port| port.parse().ok());
    port.expect("a port")
}

/// A client that offers these protocols (RFC 7301).
fn client(demo: &Demo, alpn: &[&[u8]]) -> ClientConfig {
    let mut config = tls::config(&demo.rdap.ca, None);
    config.alpn_protocols = alpn.iter().map(|protocol| protocol.to_vec()).collect();
    config
}

/// A TLS connection to RDAP from this address of the machine.
pub(crate) fn rdap_from(demo: &Demo, from: [u8; 4], alpn: &[&[u8]]) -> io::Result<TlsStream> {
    tls::shake_hands(client(demo, alpn), tls::connect_from(from, rdap_port(demo))?, "localhost")
}

/// Asks for help on a new connection, which stays open; and how long the whole of it took.
pub(crate) fn help_from(demo: &Demo, from: [u8; 4]) -> io::Result<(TlsStream, Duration)> {
    let began = Instant::now();
    let mut stream = rdap_from(demo, from, &[b"http/1.1"])?;
    ask(&mut stream)?;
    Ok((stream, began.elapsed()))
}

fn ask(stream: &mut TlsStream) -> io::Result<()> {
    stream.write_all(b"GET /help HTTP/1.1\r\nHost: localhost\r\n\r\n")?;
    // Head and body come in one record.
    let mut octets = vec![0; 16 * 1024];
    let count = stream.read(&mut octets)?;
    if count == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    assert_eq!(parse(&octets[..count], false).status, 200);
    Ok(())
}

/// Waits until this limit has bitten so often: whoever it bit may be on another core.
pub(crate) fn bitten(metrics: impl Fn() -> String, limit: &str, times: u64) {
    let began = Instant::now();
    let name = format!("domesday_limit_reached_total{{limit=\"{limit}\"}}");
    let mut found = sample(&metrics(), &name);
    while found < times && began.elapsed() < Duration::from_secs(5) {
        std::thread::sleep(Duration::from_millis(5));
        found = sample(&metrics(), &name);
    }
    assert_eq!(found, times, "{limit}");
}

#[test]
fn five_thousand_idle_and_slow_connections_keep_nobody_out() {
    let server = Server::start();
    let demo = server.demo();
    let port = rdap_port(demo);
    let mut crowd = Vec::new();
    for number in 0..4990 {
        let mut stream = tls::connect_from([127, 7, 0, 1], port).expect("a connection");
        // Silent ones, and halves of a handshake.
        if number % 2 == 0 {
            stream.write_all(&[0x16, 0x03, 0x01]).expect("half a record");
        }
        crowd.push(stream);
    }
    let mut slow: Vec<_> = (0..10).map(|_| rdap_from(demo, [127, 7, 0, 1], &[]).expect("a handshake")).collect();
    for stream in &mut slow {
        stream.write_all(b"GET /help HTTP/1.1\r\nx-slow: ").expect("half a request");
    }
    std::thread::sleep(Duration::from_millis(1100));
    let mut newcomers = Vec::new();
    for from in [[127, 7, 0, 2], [127, 7, 0, 1], [127, 7, 3, 1]].repeat(5) {
        let (newcomer, took) = help_from(demo, from).unwrap_or_else(|error| panic!("{from:?}: {error}"));
        println!("{from:?} was answered after {took:?}");
        assert!(took < Duration::from_secs(2), "{from:?} {took:?}");
        newcomers.push(newcomer);
    }
    bitten(|| metrics(&server), "rdap-gave-way", 15);
    let output = server.output_with("rdap-gave-way");
    assert_eq!(output.matches("rdap-gave-way").count(), 1, "{output}");
    drop((crowd, slow));
}

#[test]
fn a_network_that_holds_all_seats_gives_one_up_at_once_to_another() {
    let server = Server::start_configured(&[("rdap.connections", "40"), ("rdap.connections_per_address", "30")]);
    let demo = server.demo();
    let hold = |from| rdap_from(demo, from, &[]);
    let crowd: Vec<_> = (0..30).map(|_| hold([127, 7, 0, 1])).chain((0..10).map(|_| hold([127, 7, 0, 2]))).collect();
    assert!(crowd.iter().all(Result::is_ok));
    let (newcomer, took) = help_from(demo, [127, 7, 9, 1]).expect("a network that has none gets a seat");
    assert!(took < Duration::from_secs(2), "{took:?}");
    bitten(|| metrics(&server), "rdap-gave-way", 1);
    std::thread::sleep(Duration::from_millis(1100));
    let (again, took) = help_from(demo, [127, 7, 0, 1]).expect("an idle connection gives way");
    assert!(took < Duration::from_secs(2), "{took:?}");
    bitten(|| metrics(&server), "rdap-gave-way", 2);
    drop((newcomer, again));
}

#[test]
fn an_address_has_as_many_connections_as_it_may_and_others_theirs() {
    let server =
        Server::start_configured(&[("rdap.connections_per_address", "3"), ("rdap.connections_per_network", "5")]);
    let demo = server.demo();
    let mut busy: Vec<_> = (0..3).map(|_| rdap_from(demo, [127, 7, 0, 1], &[]).expect("a seat")).collect();
    // Within the time after which a seat counts as idle.
    let ask_all = |busy: &mut [TlsStream]| busy.iter_mut().try_for_each(ask).expect("who asks keeps the seat");
    ask_all(&mut busy);
    assert!(rdap_from(demo, [127, 7, 0, 1], &[]).is_err());
    ask_all(&mut busy);
    busy.push(rdap_from(demo, [127, 7, 0, 2], &[]).expect("another address"));
    busy.push(rdap_from(demo, [127, 7, 0, 3], &[]).expect("another address"));
    ask_all(&mut busy);
    assert!(rdap_from(demo, [127, 7, 0, 4], &[]).is_err());
    assert!(help_from(demo, [127, 7, 1, 1]).is_ok());
    bitten(|| metrics(&server), "rdap-connections-per-address", 1);
    bitten(|| metrics(&server), "rdap-connections-per-network", 1);
    bitten(|| metrics(&server), "rdap-gave-way", 0);
}

#[test]
fn silent_and_half_asking_scrapers_and_operators_give_way() {
    let server = Server::start();
    let output = server.output();
    let address = between(&output, "http://", "/metrics").expect("the announcement names it");
    let scrapers: Vec<_> = (0..40)
        .map(|number| {
            let mut stream = TcpStream::connect(address).expect("a connection");
            if number % 2 == 0 {
                stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: m\r\nX: ").expect("half a request");
            }
            stream
        })
        .collect();
    let operators: Vec<_> = (0..40)
        .map(|number| {
            let mut stream = UnixStream::connect(&server.demo().admin_socket).expect("a connection");
            if number % 2 == 0 {
                stream.write_all(b"{\"tld-").expect("half a request");
            }
            stream
        })
        .collect();
    std::thread::sleep(Duration::from_millis(1100));
    let began = Instant::now();
    let mut operator = UnixStream::connect(&server.demo().admin_socket).expect("a connection");
    operator.write_all(b"{\"tld-list\":{}}\n").expect("the admin socket takes a request");
    let mut answer = String::new();
    BufReader::new(operator).read_line(&mut answer).expect("an answer");
    assert!(answer.starts_with("{\"ok\":"), "{answer}");
    assert!(metrics(&server).ends_with("# EOF\n"));
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    // On a slow machine some of the forty give way to others of them.
    for (full, gave_way, beyond) in
        [("metrics-connections", "metrics-gave-way", 25), ("admin-connections", "admin-gave-way", 9)]
    {
        let reached = |limit| format!("domesday_limit_reached_total{{limit=\"{limit}\"}}");
        let both = || [full, gave_way].map(|limit| sample(&metrics(&server), &reached(limit)));
        while both().iter().sum::<u64>() < beyond {
            assert!(began.elapsed() < Duration::from_secs(10), "{full} {:?}", both());
            std::thread::sleep(Duration::from_millis(5));
        }
        assert!(both()[1] >= 1 && both().iter().sum::<u64>() == beyond, "{full} {:?}", both());
    }
    drop((scrapers, operators));
}
