//! The RDAP cases of Registry System Testing v2, a test each, at every address that the service has.

use std::io::{Read, Write};
use std::net::TcpStream;

use rustls::ProtocolVersion;
use rustls::version::{TLS12, TLS13};

use crate::extensions::{SEC_DNS, client_with, with_sec_dns};
use crate::frames::{domain_create, expect, host_create, name_servers, part, update};
use crate::icann_rdap::findings;
use crate::names;
use crate::strangers::rdap_port;
use crate::support::rdap::{HttpResponse, parse};
use crate::support::tls;
use crate::world::{client_a, client_b, demo, unique};

/// Where the service is to be reached, as a machine of a registry has it: over IPv4 and IPv6.
pub(crate) const ADDRESSES: [&str; 2] = ["127.0.0.1", "::1"];

/// All octets that answer this request at the address.
fn octets(address: &str, method: &str, path: &str) -> Vec<u8> {
    let mut stream = tls::connect(tls::config(&demo().rdap.ca, None), address, rdap_port(demo()), "localhost")
        .unwrap_or_else(|error| panic!("{address}: {error}"));
    let port = rdap_port(demo());
    let head = format!(
        "{method} /{path} HTTP/1.1\r\nHost: localhost:{port}\r\nAccept: application/rdap+json\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).expect("the service takes a request");
    let mut octets = Vec::new();
    stream.read_to_end(&mut octets).expect("the service says goodbye");
    octets
}

/// The answer at each address.
pub(crate) fn answers(path: &str) -> impl Iterator<Item = (&'static str, HttpResponse)> {
    ADDRESSES.into_iter().map(move |address| (address, parse(&octets(address, "GET", path), false)))
}

/// The object is there, and ICANN's checks find nothing in the answer (the rules of the gTLD profile have tests of their
/// own).
#[track_caller]
fn conforms(path: &str, class: &str) {
    for (address, response) in answers(path) {
        let body = String::from_utf8_lossy(&response.body);
        assert_eq!(response.status, 200, "{path} at {address}: {body}");
        assert_eq!(response.header("access-control-allow-origin"), Some("*"), "{path} at {address}");
        assert_eq!(response.header("content-type"), Some("application/rdap+json"), "{path} at {address}");
        assert!(class.is_empty() || body.contains(&format!("\"objectClassName\":\"{class}\"")), "{path}: {body}");
        let found = findings(&response);
        assert!(found.is_empty(), "{path} at {address}:\n{}\n{body}", found.join("\n"));
    }
}

#[track_caller]
pub(crate) fn head_is_bare(path: &str, status: u16) {
    for address in ADDRESSES {
        let octets = octets(address, "HEAD", path);
        let response = parse(&octets, true);
        assert_eq!(response.status, status, "{path} at {address}");
        assert_eq!(response.header("access-control-allow-origin"), Some("*"), "{path} at {address}");
        assert!(octets.ends_with(b"\r\n\r\n"), "a body: {}", String::from_utf8_lossy(&octets));
        assert_eq!(octets.windows(4).filter(|end| end == b"\r\n\r\n").count(), 1, "a body behind the head");
    }
}

#[track_caller]
pub(crate) fn is_not_there(path: &str) {
    for (address, response) in answers(path) {
        let body = String::from_utf8_lossy(&response.body);
        assert_eq!(response.status, 404, "{path} at {address}: {body}");
        assert_eq!(response.header("access-control-allow-origin"), Some("*"), "{path} at {address}");
        assert!(body.contains("\"errorCode\":404"), "{path} at {address}: {body}");
        let found = findings(&response);
        assert!(found.is_empty(), "{path} at {address}:\n{}\n{body}", found.join("\n"));
    }
}

/// A domain with all that a domain of the minimum data model can have, and its hosts, inside and outside.
pub(crate) fn delegated() -> (String, [String; 2]) {
    let mut a = client_with(&demo().registrars[0], &[SEC_DNS]);
    let name = names::minimum();
    let ds = "<secDNS:dsData><secDNS:keyTag>12345</secDNS:keyTag><secDNS:alg>13</secDNS:alg>\
        <secDNS:digestType>2</secDNS:digestType><secDNS:digest>"
        .to_owned()
        + &"49".repeat(32)
        + "</secDNS:digest></secDNS:dsData>";
    expect(&mut a, 1000, &with_sec_dns(&domain_create(&name, ""), "create", &ds));
    let hosts = [format!("ns1.{name}"), names::outside_of(&mut a)];
    expect(&mut a, 1000, &host_create(&hosts[0], &["192.0.2.1", "2001:db8::1"]));
    expect(&mut a, 1000, &update("domain", &name, &part("domain", "add", &name_servers(&[&hosts[0], &hosts[1]]))));
    (name, hosts)
}

#[test]
fn rdap_01_domain_query() {
    conforms(&format!("domain/{}", delegated().0), "domain");
    conforms(&format!("domain/{}", names::maximum_of_own(&mut client_b())), "domain");
}

#[test]
fn rdap_02_nameserver_query() {
    delegated().1.iter().for_each(|host| conforms(&format!("nameserver/{host}"), "nameserver"));
}

#[test]
fn rdap_03_registrar_query() {
    conforms("entity/9995", "entity");
}

#[test]
fn rdap_04_help_query() {
    conforms("help", "");
}

#[test]
fn rdap_05_domain_head() {
    head_is_bare(&format!("domain/{}", names::minimum_of(&mut client_a())), 200);
}

#[test]
fn rdap_06_nameserver_head() {
    head_is_bare(&format!("nameserver/{}", names::outside_of(&mut client_a())), 200);
}

#[test]
fn rdap_07_entity_head() {
    head_is_bare("entity/9995", 200);
}

#[test]
fn rdap_08_non_existent_domain() {
    is_not_there(&format!("domain/{}", names::minimum()));
    is_not_there(&format!("domain/{}", names::maximum()));
}

#[test]
fn rdap_09_non_existent_nameserver() {
    is_not_there(&format!("nameserver/ns1.{}", names::minimum()));
    is_not_there(&format!("nameserver/{}", names::outside()));
}

#[test]
fn rdap_10_non_existent_entity() {
    is_not_there(&format!("entity/{}", names::contact()));
    is_not_there("entity/9997");
    is_not_there(&format!("entity/{}-DEMO", unique("C")));
}

/// A ClientHello of this version (RFC 5246, section 7.4.1.2) that offers these cipher suites, in a record.
pub(crate) fn client_hello(version: [u8; 2], suites: &[[u8; 2]]) -> Vec<u8> {
    fn prefixed(octets: &[u8]) -> Vec<u8> {
        [&(octets.len() as u16).to_be_bytes(), octets].concat()
    }
    let extension = |kind: u16, content: &[u8]| [&kind.to_be_bytes()[..], &prefixed(content)].concat();
    let extensions = [
        extension(0, &prefixed(&[&[0][..], &prefixed(b"localhost")].concat())),
        // P-256 and X25519; ECDSA with P-256, RSA PSS and PKCS #1.
        extension(10, &prefixed(&[0, 23, 0, 29])),
        extension(11, &[1, 0]),
        extension(13, &prefixed(&[4, 3, 8, 4, 4, 1])),
        extension(23, &[]),
    ]
    .concat();
    let body = [&version[..], &[7; 32], &[0], &prefixed(&suites.concat()), &[1, 0], &prefixed(&extensions)].concat();
    let message = [&[1, 0][..], &prefixed(&body)].concat();
    [&[22, 3, 1][..], &prefixed(&message)].concat()
}

/// The type of the first record that answers this ClientHello: 22 for a handshake, 21 for an alert; and its last octet.
pub(crate) fn answered_with(address: &str, port: u16, hello: &[u8]) -> (u8, u8) {
    let mut stream = TcpStream::connect((address, port)).expect("the service listens");
    stream.write_all(hello).expect("the service takes octets");
    let mut record = [0; 7];
    stream.read_exact(&mut record).expect("the service answers a ClientHello");
    (record[0], record[6])
}

#[test]
fn rdap_91_tls_conformance() {
    const HANDSHAKE: u8 = 22;
    const ALERT: u8 = 21;
    const HANDSHAKE_FAILURE: u8 = 40;
    const PROTOCOL_VERSION: u8 = 70;
    const ALLOWED: [u8; 2] = [0xc0, 0x2b];
    for address in ADDRESSES {
        for (version, found) in [(&TLS12, ProtocolVersion::TLSv1_2), (&TLS13, ProtocolVersion::TLSv1_3)] {
            // rustls checks chain, dates and name.
            let config = tls::config_with(&[version], &demo().rdap.ca, None);
            let stream = tls::connect(config, address, rdap_port(demo()), "localhost").expect("a handshake");
            assert_eq!(stream.conn.protocol_version(), Some(found), "{address}");
            let suite = format!("{:?}", stream.conn.negotiated_cipher_suite().expect("agreed on").suite());
            assert!(suite.contains("_GCM_") || suite.contains("CHACHA20"), "{suite}");
        }
        assert_eq!(
            answered_with(address, rdap_port(demo()), &client_hello([3, 3], &[ALLOWED])).0,
            HANDSHAKE,
            "{address}"
        );
        for old in [[3, 0], [3, 1], [3, 2]] {
            let answer =
                answered_with(address, rdap_port(demo()), &client_hello(old, &[ALLOWED, [0xc0, 0x09], [0x00, 0x2f]]));
            assert_eq!(answer, (ALERT, PROTOCOL_VERSION), "{address} {old:?}");
        }
        // What the gTLD profile does not name: RSA key exchange, CBC, finite-field Diffie-Hellman, ChaCha20, RC4, none.
        for suite in
            [[0x00, 0x9c], [0x00, 0x2f], [0xc0, 0x09], [0xc0, 0x13], [0x00, 0x9e], [0xcc, 0xa9], [0xc0, 0x07], [0, 0]]
        {
            let answer = answered_with(address, rdap_port(demo()), &client_hello([3, 3], &[suite]));
            assert_eq!(answer, (ALERT, HANDSHAKE_FAILURE), "{address} {suite:x?}");
        }
    }
}

/// The answer without the moments that differ from one to the next: of the data, and HTTP's date.
fn timeless(response: &HttpResponse) -> (u16, Vec<(String, String)>, String) {
    const MOMENT: &str = "\"eventAction\":\"last update of RDAP database\",\"eventDate\":\"";
    let body = String::from_utf8(response.body.clone()).expect("JSON is UTF-8");
    let body = match body.split_once(MOMENT) {
        Some((before, after)) => format!("{before}{MOMENT}{}", after.split_once('"').expect("a string ends").1),
        None => body,
    };
    // How many octets a moment takes depends on it.
    let headers = response.headers.iter().filter(|(name, _)| name != "date" && name != "content-length");
    (response.status, headers.cloned().collect(), body)
}

/// Each address answers alike.
#[track_caller]
pub(crate) fn is_the_same_everywhere(path: &str) -> u16 {
    let mut answers = answers(path).map(|(_, response)| timeless(&response));
    let first = answers.next().expect("one address at least");
    let others = answers.map(|other| assert_eq!(first, other, "{path}")).count();
    assert_eq!(others + 1, ADDRESSES.len(), "each address was asked");
    first.0
}

#[test]
fn rdap_92_service_port_consistency() {
    let (name, [inside, outside]) = delegated();
    let with_contacts = names::maximum_of_own(&mut client_b());
    let paths = [
        (format!("domain/{name}"), 200),
        (format!("domain/{with_contacts}"), 200),
        (format!("nameserver/{inside}"), 200),
        (format!("nameserver/{outside}"), 200),
        ("entity/9995".to_owned(), 200),
        ("help".to_owned(), 200),
        (format!("domain/{}", names::minimum()), 404),
        ("ip/192.0.2.1".to_owned(), 501),
    ];
    paths.iter().for_each(|(path, status)| assert_eq!(is_the_same_everywhere(path), *status, "{path}"));
}
