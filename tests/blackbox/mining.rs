//! Who asks RDAP more than his share (RFC 7480, section 5.5): 429 for him on every shard, and nothing for others. Other
//! addresses of 127.0.0.0/8 are other clients.

use std::io::{Read, Write};
use std::process::Command;
use std::time::{Duration, Instant};

use simd_json::prelude::*;

use crate::observe::{metrics, sample};
use crate::strangers::{bitten, rdap_from};
use crate::support::Server;
use crate::support::rdap::{HttpResponse, parse};
use crate::support::tls::TlsStream;

const BURST: usize = 60;

/// Two shards where there are two cores. A client has 60 at once and one a second, its /24 three times as much.
fn served() -> Server {
    Server::start_configured(&[
        ("rdap.rate", "1"),
        ("rdap.burst", &BURST.to_string()),
        ("rdap.network_multiple", "3"),
        ("rdap.exempt", "[\"127.7.9.0/24\", \"2001:db8::/32\"]"),
    ])
}

/// So many connections from there: the kernel gives each to one of the shards.
fn connections(server: &Server, from: [u8; 4], number: usize) -> Vec<TlsStream> {
    (0..number).map(|_| rdap_from(server.demo(), from, &[b"http/1.1"]).expect("a handshake")).collect()
}

fn ask(stream: &mut TlsStream) -> HttpResponse {
    stream.write_all(b"GET /domain/none.test HTTP/1.1\r\nHost: localhost\r\n\r\n").expect("the server takes a request");
    // Head and body come in one record.
    let mut octets = vec![0; 16 * 1024];
    let count = stream.read(&mut octets).expect("an answer");
    parse(&octets[..count], false)
}

/// How many of so many requests in turn over these connections are not refused.
fn answered(streams: &mut [TlsStream], requests: usize) -> usize {
    let number = streams.len();
    (0..requests).filter(|request| ask(&mut streams[request % number]).status == 404).count()
}

#[test]
fn a_client_on_many_connections_has_the_rate_of_one_and_is_named_in_the_log() {
    let server = served();
    let began = Instant::now();
    let mut miner = connections(&server, [127, 7, 0, 1], 16);
    let served = answered(&mut miner, 400);
    let allowed = BURST + began.elapsed().as_secs() as usize + 1;
    assert!((BURST..=allowed).contains(&served), "{served} of {allowed}");
    let refused = ask(&mut miner[0]);
    assert_eq!(refused.status, 429);
    assert_eq!(refused.header("retry-after"), Some("1"));
    assert_eq!(refused.header("cache-control"), Some("no-store"));
    assert_eq!(refused.header("content-type"), Some("application/rdap+json"));
    assert_eq!(refused.json().get_u64("errorCode"), Some(429));
    let times = sample(&metrics(&server), "domesday_limit_reached_total{limit=\"rdap-rate\"}");
    assert_eq!(times, 401 - served as u64);
    let mut other = connections(&server, [127, 7, 0, 2], 2);
    assert_eq!(answered(&mut other, BURST), BURST, "others have theirs");
    // One cell each, and one for their network.
    assert_eq!(sample(&metrics(&server), "domesday_rdap_rate_networks"), 3);
    let line = "RDAP requests were refused (429)";
    while !server.output().contains(line) && began.elapsed() < Duration::from_secs(40) {
        std::thread::sleep(Duration::from_millis(100));
    }
    let output = server.output();
    let said: Vec<_> = output.lines().filter(|text| text.contains(line)).collect();
    assert!(said.len() == 1 && said[0].contains("127.7.0.1 ("), "{output}");
}

#[test]
fn a_network_of_many_clients_is_refused_and_its_neighbour_and_the_exempt_are_not() {
    let server = served();
    let mut miners: Vec<_> = (1..=10).flat_map(|host| connections(&server, [127, 7, 1, host], 1)).collect();
    let began = Instant::now();
    let served = answered(&mut miners, 400);
    let allowed = 3 * (BURST + began.elapsed().as_secs() as usize + 1);
    assert!((3 * BURST..=allowed).contains(&served), "{served} of {allowed}");
    bitten(|| metrics(&server), "rdap-network-rate", 400 - served as u64);
    bitten(|| metrics(&server), "rdap-rate", 0);
    let mut neighbour = connections(&server, [127, 7, 2, 1], 1);
    assert_eq!(answered(&mut neighbour, BURST), BURST);
    let mut exempt = connections(&server, [127, 7, 9, 200], 4);
    assert_eq!(answered(&mut exempt, 10 * BURST), 10 * BURST);
}

#[test]
fn curl_is_told_when_to_come_again_over_http_1_1_and_http_2() {
    let server = served();
    let url = format!("{}help", server.demo().rdap.base_urls[0]);
    for (version, shown, address) in [("--http1.1", "HTTP/1.1", "127.7.3.1"), ("--http2", "HTTP/2", "127.7.4.1")] {
        let curl = |number: usize| {
            let ca = &server.demo().rdap.ca;
            let mut command = Command::new("curl");
            command.args(["--silent", "--show-error", "--include", version, "--interface", address, "--cacert"]);
            command.arg(ca).args(std::iter::repeat_n(&url, number)).output().ok()
        };
        let Some(output) = curl(BURST + 20) else { return println!("there is no curl here: not tested") };
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8_lossy(&output.stdout).to_lowercase();
        let count = |status: u16| text.matches(&format!("{} {status}", shown.to_lowercase())).count();
        assert!(count(200) >= BURST && count(429) > 0 && count(200) + count(429) == BURST + 20, "{text}");
        assert_eq!(text.matches("retry-after: 1\r\n").count(), count(429));
        assert_eq!(text.matches("\"errorcode\":429").count(), count(429));
        assert_eq!(text.matches("cache-control: no-store\r\n").count(), count(429));
    }
}
