//! The gTLD RDAP profile of February 2024, rule by rule: transport and service (rules 1 to 7 and 9 to 11), spoken to over sockets.
//! The other rules are judged in `src/rdap/tests`.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, PKCS_RSA_SHA256};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::version::{TLS12, TLS13};
use simd_json::prelude::*;
use x509_parser::prelude::{FromDer, GeneralName, X509Certificate};

use crate::admin::{done, run};
use crate::names;
use crate::rdap::{get_with, raw};
use crate::rdap_rst::{
    ADDRESSES, answered_with, answers, client_hello, delegated, head_is_bare, is_not_there, is_the_same_everywhere,
};
use crate::strangers::rdap_port;
use crate::support::rdap::{HttpResponse, get, parse, request};
use crate::support::{Server, tls};
use crate::world::{client_a, demo, directory, unique};

/// A registry that redirects plain HTTP, and where it does.
fn redirecting() -> (Server, String) {
    let server = Server::start_configured(&[("rdap.redirect_listen", "[\"127.0.0.1:0\"]")]);
    let output = server.output();
    let after =
        output.rsplit_once("the registry is open").expect("it is open").1.split_once("redirect").expect("named").1;
    let start = after.find("127.0.0.1:").expect("an address");
    let address = after[start..].split(|c: char| !(c.is_ascii_digit() || c == '.' || c == ':')).next().expect("one");
    (server, address.to_owned())
}

/// What plain HTTP answers there.
fn plainly(address: &str, request: &str) -> HttpResponse {
    let mut stream = TcpStream::connect(address).expect("it listens");
    stream.write_all(request.as_bytes()).expect("it reads");
    let mut received = Vec::new();
    stream.read_to_end(&mut received).expect("it closes after its answer");
    parse(&received, false)
}

#[test]
fn rule_01_plain_http_only_leads_to_https() {
    let (server, address) = redirecting();
    let base = &server.demo().rdap.base_urls[0];
    for path in ["domain/a.test", "help", "", "entity/9995", "nothing"] {
        let response = plainly(&address, &format!("GET /{path} HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        assert_eq!((response.status, response.header("location")), (301, Some(&*format!("{base}{path}"))));
        assert_eq!(response.header("access-control-allow-origin"), Some("*"));
        assert_eq!(response.header("strict-transport-security"), None);
        assert_eq!(response.json().get_u16("errorCode"), Some(301));
    }
    let response = plainly(&address, "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
    assert_eq!((response.status, response.header("allow")), (405, Some("GET, HEAD")));
    // A TLS client that has taken the wrong port learns that it is not HTTPS.
    assert_eq!(plainly(&address, "\u{16}\u{3}\u{1}\0\u{5}\u{1}\0\0\u{1}\u{3}\r\n\r\n").status, 400);
    // And the port of HTTPS speaks nothing else.
    let mut stream = TcpStream::connect(("127.0.0.1", rdap_port(server.demo()))).expect("it listens");
    stream.write_all(b"GET /help HTTP/1.1\r\nHost: localhost\r\n\r\n").expect("it reads");
    let mut received = Vec::new();
    // It may close with octets of ours unread, which TCP calls a reset.
    let _ = stream.read_to_end(&mut received);
    assert!(!received.starts_with(b"HTTP/"), "{}", String::from_utf8_lossy(&received));
}

/// The suites of TLS 1.2 that the profile allows, by the key that a certificate of theirs has.
const OF_ECDSA: [[u8; 2]; 2] = [[0xc0, 0x2b], [0xc0, 0x2c]];
const OF_RSA: [[u8; 2]; 2] = [[0xc0, 0x2f], [0xc0, 0x30]];

/// With TLS 1.2 these suites are taken, each by itself, and no other that IANA has registered.
fn takes_only(address: &str, port: u16, allowed: [[u8; 2]; 2]) {
    const HANDSHAKE: u8 = 22;
    const ALERT: u8 = 21;
    const HANDSHAKE_FAILURE: u8 = 40;
    for suite in allowed {
        assert_eq!(answered_with(address, port, &client_hello([3, 3], &[suite])).0, HANDSHAKE, "{suite:x?}");
    }
    // The registry's ranges, without the two values that are no suites (00ff and 5600).
    let ranges = [0x0000..=0x00c7, 0x1301..=0x1305, 0xc001..=0xc0b7, 0xc100..=0xc106, 0xcca8..=0xccae, 0xd001..=0xd005];
    let all = ranges.into_iter().flatten().map(|suite: u16| suite.to_be_bytes());
    let others: Vec<[u8; 2]> = all.filter(|suite| !OF_ECDSA.contains(suite) && !OF_RSA.contains(suite)).collect();
    assert!(others.len() > 380, "{}", others.len());
    let answer = answered_with(address, port, &client_hello([3, 3], &others));
    assert_eq!(answer, (ALERT, HANDSHAKE_FAILURE), "all others at once");
    for suite in [[0x00, 0x9c], [0x00, 0x9e], [0xc0, 0x09], [0xc0, 0x13], [0xc0, 0x23], [0xcc, 0xa8], [0xcc, 0xa9]] {
        let answer = answered_with(address, port, &client_hello([3, 3], &[suite]));
        assert_eq!(answer, (ALERT, HANDSHAKE_FAILURE), "{suite:x?}");
    }
}

#[test]
fn rule_02_tls_1_2_and_1_3_with_the_suites_of_the_profile_only() {
    const PROTOCOL_VERSION: (u8, u8) = (21, 70);
    let pki = Pki::new();
    let server = pki.server("rsa", &KeyPair::generate_for(&PKCS_RSA_SHA256).expect("an RSA key"));
    takes_only("127.0.0.1", rdap_port(server.demo()), OF_RSA);
    for address in ADDRESSES {
        takes_only(address, rdap_port(demo()), OF_ECDSA);
        for version in [[3, 0], [3, 1], [3, 2]] {
            let hello = client_hello(version, &[OF_ECDSA[0], [0xc0, 0x09], [0x00, 0x2f]]);
            assert_eq!(answered_with(address, rdap_port(demo()), &hello), PROTOCOL_VERSION, "{version:?}");
        }
    }
    for version in [&TLS12, &TLS13] {
        let config = tls::config_with(&[version], &pki.path("root.pem"), None);
        tls::connect(config, "127.0.0.1", rdap_port(server.demo()), "localhost").expect("a handshake");
    }
}

/// A directory with a root, an authority below it, and what that has issued.
struct Pki {
    directory: tempfile::TempDir,
    authority: CertificateParams,
    key: KeyPair,
}

impl Pki {
    fn new() -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let params = |name: &str| {
            let mut params = CertificateParams::new(Vec::new()).expect("no names");
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            params.distinguished_name.push(DnType::CommonName, name);
            params
        };
        let (root, authority) = (params("root"), params("authority"));
        let (root_key, key) = (KeyPair::generate().expect("a key"), KeyPair::generate().expect("a key"));
        let pem = root.self_signed(&root_key).expect("signs").pem();
        std::fs::write(directory.path().join("root.pem"), pem).expect("room");
        let certificate = authority.signed_by(&key, &Issuer::new(root, root_key)).expect("signs");
        std::fs::write(directory.path().join("authority.pem"), certificate.pem()).expect("room");
        Self { directory, authority, key }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// A registry whose RDAP shows a certificate for this key, and the authority's.
    fn server(&self, name: &str, key: &KeyPair) -> Server {
        let params = CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
        let issuer = Issuer::from_params(&self.authority, &self.key);
        let certificate = params.signed_by(key, &issuer).expect("signs").pem();
        let authority = std::fs::read_to_string(self.path("authority.pem")).expect("just written");
        let (chain, key_file) = (self.path(&format!("{name}.pem")), self.path(&format!("{name}.key")));
        std::fs::write(&chain, certificate + &authority).expect("room");
        std::fs::write(&key_file, key.serialize_pem()).expect("room");
        let quoted = |path: &Path| format!("{path:?}");
        Server::start_configured(&[("rdap.certificate", &quoted(&chain)), ("rdap.key", &quoted(&key_file))])
    }
}

/// That it is the authority's, of well-known ones, is the operator's part.
#[test]
fn rule_03_the_whole_chain_is_shown_with_the_hosts_name_and_without_sha_1() {
    let pki = Pki::new();
    let server = pki.server("server", &KeyPair::generate().expect("a key"));
    // Trusts the root alone, which is not sent.
    let config = tls::config(&pki.path("root.pem"), None);
    let stream = tls::connect(config, "127.0.0.1", rdap_port(server.demo()), "localhost").expect("a handshake");
    let shown = stream.conn.peer_certificates().expect("the server shows some").to_vec();
    let configured: Vec<_> = CertificateDer::pem_file_iter(pki.path("server.pem"))
        .expect("just written")
        .collect::<Result<_, _>>()
        .expect("certificates");
    assert_eq!((shown.len(), &shown), (2, &configured));
    let base = &server.demo().rdap.base_urls[0];
    let host = base.trim_start_matches("https://").split(':').next().expect("a host");
    for (place, octets) in shown.iter().enumerate() {
        let (_, certificate) = X509Certificate::from_der(octets).expect("a certificate");
        // Of the arc of PKCS #1, 5 is SHA-1; ECDSA's SHA-1 is 1.2.840.10045.4.1.
        let algorithm = certificate.signature_algorithm.algorithm.to_id_string();
        assert!(!["1.2.840.113549.1.1.5", "1.2.840.10045.4.1"].contains(&&algorithm[..]), "{algorithm}");
        let names =
            certificate.subject_alternative_name().expect("at most one").map(|names| &names.value.general_names);
        let is_named = names.is_some_and(|names| names.contains(&GeneralName::DNSName(host)));
        assert_eq!(is_named, place == 0, "{names:?}");
    }
}

#[test]
fn rule_04_head_is_get_without_a_body() {
    let name = names::minimum_of(&mut client_a());
    for path in [
        &*format!("domain/{name}"),
        "entity/9995",
        "help",
        "domain/test.invalid",
        "entity/nobody-here",
        "domain/a..test",
        "nothing",
        "ip/192.0.2.1",
        "domains?name=a*.test",
    ] {
        head_is_bare(path, get(demo(), path).status);
    }
}

/// That a name leads to addresses which the world can reach is the operator's part.
#[test]
fn rule_05_ipv4_and_ipv6_give_the_same_answers() {
    assert_eq!(ADDRESSES.map(|address| address.contains(':')), [false, true]);
    let (name, [inside, _]) = delegated();
    for path in [
        &*format!("domain/{name}"),
        &format!("nameserver/{inside}"),
        "entity/registrar-b",
        "help",
        "domain/test.invalid",
        "domain/a..test",
        "domains?name=a*.test",
    ] {
        is_the_same_everywhere(path);
    }
}

/// Answers of all kinds: what was asked, with the status. One with 301 has rule 1, one with 429 `mining`.
fn of_all_kinds() -> Vec<(String, u16, HttpResponse)> {
    let name = names::minimum_of(&mut client_a());
    let path = format!("domain/{name}");
    let tag = get(demo(), &path).header("etag").expect("a tag").to_owned();
    let long = "a".repeat(9000);
    let head = |line: &str| raw(format!("{line}\r\nHost: localhost\r\nConnection: close\r\n\r\n").as_bytes());
    let mut all = Vec::new();
    for (path, status) in [
        (&path[..], 200),
        ("nameserver/ns1.nobody.test", 404),
        ("entity/9996", 200),
        ("help", 200),
        ("domain/test.invalid", 404),
        ("domain/a..test", 400),
        ("nothing", 400),
        ("", 400),
        ("ip/192.0.2.1", 501),
        ("entities?fn=a*", 501),
        (&format!("domain/{}.test", &long[..2000]), 414),
    ] {
        all.push((format!("GET {path}"), status, get(demo(), path)));
        all.push((format!("HEAD {path}"), status, request(demo(), "HEAD", path)));
    }
    all.push(("POST".to_owned(), 405, request(demo(), "POST", "help")));
    all.push(("Accept".to_owned(), 406, get_with("help", "Accept: text/html")));
    all.push(("If-None-Match".to_owned(), 304, get_with(&path, &format!("If-None-Match: {tag}"))));
    all.push(("If-Match".to_owned(), 412, get_with(&path, "If-Match: \"other\"")));
    all.push(("credentials".to_owned(), 401, get_with("help", "Authorization: Bearer nobody")));
    all.push(("long field".to_owned(), 431, get_with("help", &format!("x: {}", long.repeat(3)))));
    all.push(("version".to_owned(), 400, head("GET /help HTTP/9.9")));
    all.push(("OPTIONS".to_owned(), 204, head("OPTIONS /help HTTP/1.1")));
    all
}

#[test]
fn rule_06_every_answer_may_be_read_by_every_page() {
    for (what, status, response) in of_all_kinds() {
        assert_eq!(response.status, status, "{what}: {}", String::from_utf8_lossy(&response.body));
        assert_eq!(response.header("access-control-allow-origin"), Some("*"), "{what}");
    }
}

#[test]
fn rule_07_every_answer_is_of_the_type_of_rdap() {
    for (what, status, response) in of_all_kinds() {
        let expected = (!matches!(status, 204 | 304)).then_some("application/rdap+json");
        assert_eq!(response.header("content-type"), expected, "{what}");
    }
    for path in ["help", "entity/9995", "domain/test.invalid", "domain/a..test"] {
        let answers =
            ["application/rdap+json", "application/json", "*/*", "application/rdap+json, application/json;q=0.5"]
                .map(|accept| get_with(path, &format!("Accept: {accept}")));
        for response in &answers {
            assert_eq!(response.header("content-type"), Some("application/rdap+json"), "{path}");
            assert_eq!(response.status, answers[0].status, "{path}");
        }
    }
}

/// What IANA is to be told.
#[test]
fn rule_09_the_bootstrap_record_leads_to_https_for_all_tlds() {
    let tld = unique("boot");
    done(&["tld", "add", &tld, "--data-model", "minimum", "--repository-id", "BOOT"]);
    for (option, file) in [("--config", "registry.toml"), ("--target", "demo.json")] {
        let file = directory().join(file);
        let file = file.to_str().expect("a name in UTF-8");
        let mut output = run(&["rdap", "bootstrap", option, file, "--publication", "2026-02-03T04:05:06Z"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let record = simd_json::to_owned_value(&mut output.stdout).expect("JSON");
        assert_eq!(
            (record.get_str("version"), record.get_str("publication")),
            (Some("1.0"), Some("2026-02-03T04:05:06Z"))
        );
        let services = record.get_array("services").expect("services");
        assert_eq!(services.len(), 1, "{record}");
        let strings = |part: usize| {
            let items = services[0].get_idx(part).and_then(|part| part.as_array()).expect("an array");
            items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect::<Vec<_>>()
        };
        for expected in ["example", "test", &tld] {
            assert!(strings(0).contains(&expected.to_owned()), "{expected}: {record}");
        }
        assert_eq!(strings(1), demo().rdap.base_urls);
        assert!(strings(1).iter().all(|url| url.starts_with("https://") && url.ends_with('/')), "{record}");
    }
}

#[test]
fn rule_10_names_below_invalid_are_not_found_and_lead_nowhere() {
    for path in ["domain/test.invalid", "domain/not-a-domain.invalid"] {
        is_not_there(path);
        head_is_bare(path, 404);
        for (address, response) in answers(path) {
            assert_eq!(response.header("location"), None, "{path} at {address}");
        }
    }
}

#[test]
fn rule_11_parameters_of_the_query_are_not_sent_on() {
    let (server, address) = redirecting();
    let base = &server.demo().rdap.base_urls[0];
    for host in ["localhost", "localhost:80", "evil.example"] {
        for query in ["?x=y", "?", "?a=b&c", "?x=https://evil.example/", "??", "?x#y"] {
            let response = plainly(&address, &format!("GET /domain/a.test{query} HTTP/1.1\r\nHost: {host}\r\n\r\n"));
            let expected = format!("{base}domain/a.test");
            assert_eq!((response.status, response.header("location")), (301, Some(&*expected)), "{query}");
        }
    }
}
