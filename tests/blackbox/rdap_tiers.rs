//! Tiers of RDAP (RFC 7481): who shows a token or a certificate, and names a purpose, sees what the public does not, in
//! effect with the next query on every shard; each such query is a line of the log.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use rustls::{ClientConfig, HandshakeKind, SupportedProtocolVersion};
use simd_json::OwnedValue;
use simd_json::prelude::*;

use crate::admin::{domesday_admin_of, run};
use crate::frames::{contacts, domain_create, expect};
use crate::names;
use crate::observe::{holding, metrics, sample};
use crate::strangers::rdap_port;
use crate::support::rdap::{HttpResponse, parse};
use crate::support::{EppClient, Server, tls};
use crate::world::fingerprint_der;

/// What [`crate::frames::contact_create`] gives contacts, and the public does not see.
const WITHHELD: [&str; 3] = ["John Doe", "123 Example Dr.", "jdoe@example.com"];

/// So many connections that every shard has some.
const MANY: usize = 24;

fn admin(server: &Server, arguments: &[&str]) -> Output {
    domesday_admin_of(server.directory(), &[&["rdap-client"], arguments].concat())
}

#[track_caller]
fn done(server: &Server, arguments: &[&str]) -> OwnedValue {
    let mut output = admin(server, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    simd_json::to_owned_value(&mut output.stdout).expect("JSON")
}

#[track_caller]
fn refused(server: &Server, arguments: &[&str], expected: &str) {
    let output = admin(server, arguments);
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(1) && message.contains(expected), "{arguments:?}: {message}");
}

/// A client, and a token of it, which is printed alone for people.
pub(crate) fn client(server: &Server, name: &str, purposes: &[&str], more: &[&str]) -> String {
    let purposes: Vec<_> = purposes.iter().flat_map(|purpose| ["--purpose", *purpose]).collect();
    done(server, &[&["add", name, "--description", "A test"], &purposes[..], more].concat());
    token(server, name, "first")
}

fn token(server: &Server, name: &str, label: &str) -> String {
    let target = server.directory().join("demo.json");
    let target = target.to_str().expect("UTF-8");
    let output = run(&["admin", "--target", target, "rdap-client", "add-token", name, "--label", label]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let printed = String::from_utf8(output.stdout).expect("UTF-8");
    let token = printed.strip_suffix('\n').expect("a line");
    assert!(token.len() == 48 && token.starts_with("dmsd_"), "{printed}");
    token.to_owned()
}

/// A domain of which the contact's data are withheld from the public.
fn domain(server: &Server) -> String {
    let mut session = EppClient::logged_in(server.demo(), 0);
    let contact = names::contact_of(&mut session);
    let name = names::maximum();
    expect(&mut session, 1000, &domain_create(&name, &contacts(&contact)));
    name
}

/// The answer to one request with these fields, on a connection of its own, and whether that resumed an earlier session.
fn asked(server: &Server, config: &ClientConfig, path: &str, fields: &[&str]) -> (HttpResponse, bool) {
    let socket = tls::connect_from([127, 0, 0, 1], rdap_port(server.demo())).expect("a connection");
    let mut stream = tls::shake_hands(config.clone(), socket, "localhost").expect("a handshake");
    let fields: String = fields.iter().map(|field| format!("{field}\r\n")).collect();
    let request = format!("GET /{path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{fields}\r\n");
    stream.write_all(request.as_bytes()).expect("the server takes a request");
    let mut octets = Vec::new();
    let _ = stream.read_to_end(&mut octets);
    (parse(&octets, false), stream.conn.handshake_kind() == Some(HandshakeKind::Resumed))
}

pub(crate) fn get(server: &Server, path: &str, fields: &[&str]) -> HttpResponse {
    asked(server, &tls::config(&server.demo().rdap.ca, None), path, fields).0
}

pub(crate) fn bearer(token: &str) -> String {
    format!("Authorization: Bearer {token}")
}

/// Whether the answer is that for the public, or that for a client that is let through.
#[track_caller]
fn shows_all(response: &HttpResponse) -> bool {
    let text = String::from_utf8_lossy(&response.body).into_owned();
    assert_eq!(response.status, 200, "{text}");
    let shown = WITHHELD.map(|word| text.contains(word));
    assert!(shown == [true; 3] || shown == [false; 3], "{shown:?}: {text}");
    let is_kept = response.header("cache-control") == Some("no-store");
    assert_eq!(is_kept, shown[0], "{:?}", response.headers);
    let vary: String =
        response.headers.iter().filter(|(name, _)| name == "vary").map(|(_, value)| &value[..]).collect();
    assert!(vary.contains("Authorization"), "{vary}");
    shown[0]
}

/// The same status on connections to every shard.
#[track_caller]
fn everywhere(server: &Server, path: &str, fields: &[&str], status: u16) {
    for _ in 0..MANY {
        assert_eq!(get(server, path, fields).status, status);
    }
}

/// The lines of the log about queries of clients, as these members.
fn access_log(server: &Server, members: &[&str]) -> Vec<Vec<String>> {
    let output = server.output();
    let lines = output.lines().filter(|line| line.starts_with('{') && line.contains("\"target\":\"rdap_access\""));
    let member = |line: &OwnedValue, name: &str| match line.get(name) {
        Some(value) => value.as_str().map_or_else(|| value.encode(), str::to_owned),
        None => "-".to_owned(),
    };
    lines
        .map(|line| {
            let line = simd_json::to_owned_value(&mut line.as_bytes().to_vec()).expect("JSON");
            assert!(line.get_str("at").is_some_and(|at| at.ends_with('Z')), "{line}");
            assert_eq!(line.get_str("address"), Some("127.0.0.1"), "{line}");
            members.iter().map(|name| member(&line, name)).collect()
        })
        .collect()
}

#[test]
fn a_token_shows_what_is_withheld_until_it_is_taken_away() {
    // The quietest log there is.
    let directory = tempfile::tempdir().expect("a temporary directory can be made");
    let mut server = Server::start_virtual_in(directory, &[("log.level", "\"error\"")]);
    let name = domain(&server);
    let path = format!("domain/{name}");
    let secret = client(&server, "police", &["legalActions"], &[]);
    let (token_of_police, other) = (bearer(&secret), token(&server, "police", "second"));

    assert!(!shows_all(&get(&server, &path, &[])));
    assert!(shows_all(&get(&server, &path, &[&token_of_police])));
    assert!(shows_all(&get(&server, &path, &[&token_of_police, "RDAP-Purpose: legalActions"])));
    assert_eq!(get(&server, &path, &[&token_of_police, "RDAP-Purpose: dnsTransparency"]).status, 403);
    let tag = get(&server, &path, &[&token_of_police]).header("etag").map(str::to_owned).expect("a tag");
    let condition = format!("If-None-Match: {tag}");
    assert_eq!(get(&server, &path, &[&token_of_police, &condition]).status, 304);
    assert!(!shows_all(&get(&server, &path, &[&condition])), "the tag of what others see is not that of the public");

    done(&server, &["suspend", "police"]);
    everywhere(&server, &path, &[&token_of_police], 401);
    done(&server, &["suspend", "police", "--undo"]);
    everywhere(&server, &path, &[&token_of_police], 200);
    done(&server, &["remove-token", "police", "--label", "first"]);
    everywhere(&server, &path, &[&token_of_police], 401);
    assert!(shows_all(&get(&server, &path, &[&bearer(&other)])));

    assert!(server.terminate().success());
    server.restart();
    everywhere(&server, &path, &[&bearer(&other)], 200);
    let listed = admin(&server, &["list"]);
    let listed = String::from_utf8_lossy(&listed.stdout);
    assert!(listed.contains("\"label\":\"second\"") && !listed.contains(&other), "{listed}");
    done(&server, &["remove", "police"]);
    everywhere(&server, &path, &[&bearer(&other)], 401);
    refused(&server, &["remove", "police"], "rdap-client list shows all");

    let lines = access_log(&server, &["client", "by", "purpose", "why", "kind", "name", "status"]);
    let line = |purpose: &str, why: &str, status: &str| {
        ["police", "token", purpose, why, "domain", &name, status].map(str::to_owned).to_vec()
    };
    let good = line("legalActions", "-", "200");
    let expected = [good.clone(), good.clone(), line("-", "purpose", "403"), good, line("legalActions", "-", "304")];
    assert_eq!(lines[..5], expected);
    assert!(lines.contains(&line("-", "suspended", "401")), "{lines:?}");
    let text = metrics(&server);
    assert_eq!(sample(&text, "domesday_rdap_authorised_queries_total{client=\"police\"}"), MANY as u64, "{text}");
    assert_eq!(sample(&text, "domesday_rdap_denied_queries_total{why=\"unknown\"}"), MANY as u64, "{text}");

    assert!(server.terminate().success());
    let data = server.directory().join("data");
    assert!(!holding(&data, "police").is_empty(), "the search finds what is there");
    for secret in [&secret, &other] {
        let hash = fingerprint_der(secret.as_bytes());
        assert_eq!(holding(server.directory(), secret), [""; 0]);
        assert_eq!(holding(server.directory(), &hash), [""; 0], "nor is the hash in a file as text");
        assert!(!text.contains(&hash) && !text.contains(secret.as_str()));
    }
}

#[test]
fn a_client_is_one_until_its_time_is_over() {
    let server = Server::start_virtual();
    let path = format!("domain/{}", domain(&server));
    let secret = client(&server, "auditor", &["legalActions", "dnsTransparency"], &["--until", "2050-01-01T00:00:00Z"]);
    let (auth, purpose) = (bearer(&secret), "RDAP-Purpose: dnsTransparency");
    assert!(shows_all(&get(&server, &path, &[&auth, purpose])));
    let several = get(&server, &path, &[&auth]);
    assert_eq!(several.status, 403);
    let text = String::from_utf8_lossy(&several.body).into_owned();
    assert!(text.contains("legalActions, dnsTransparency"), "{text}");
    let target = server.directory().join("demo.json");
    let target = target.to_str().expect("UTF-8");
    let advance = run(&["admin", "--target", target, "clock", "advance", "--to", "2050-01-01T00:00:00Z"]);
    assert!(advance.status.success(), "{}", String::from_utf8_lossy(&advance.stderr));
    everywhere(&server, "help", &[&auth, purpose], 401);
    assert!(done(&server, &["list"]).encode().contains("\"state\":\"expired\""));
    done(&server, &["set", "auditor", "--until", "never"]);
    everywhere(&server, "help", &[&auth, purpose], 200);
    refused(&server, &["set", "auditor", "--until", "2049-01-01T00:00:00Z"], "until");
}

#[test]
fn a_credential_is_of_one_client_only() {
    let server = Server::start();
    client(&server, "one", &["legalActions"], &[]);
    client(&server, "two", &["legalActions"], &[]);
    let cert = server.demo().registrars[0].cert.to_str().expect("UTF-8").to_owned();
    done(&server, &["add-cert", "one", "--pem", &cert, "--label", "that of a registrar is no one's here"]);
    refused(&server, &["add-cert", "one", "--pem", &cert], "nothing needs to be done");
    refused(&server, &["add-cert", "two", "--pem", &cert], "one client only");
    done(&server, &["remove-cert", "one", "--pem", &cert]);
    done(&server, &["add-cert", "two", "--pem", &cert]);
    refused(&server, &["add", "one", "--description", "again", "--purpose", "legalActions"], "rdap-client set");
    refused(&server, &["add-token", "three"], "rdap-client list shows all");
    // No certificates are asked for unless the configuration says so.
    let files = &server.demo().registrars[0];
    let config = tls::config(&server.demo().rdap.ca, Some((&files.cert, &files.key)));
    assert_eq!(asked(&server, &config, "help", &[]).0.status, 200);
    assert!(access_log(&server, &["client"]).is_empty());
}

#[test]
fn a_certificate_is_offered_for_each_version_of_tls_and_kept_by_a_resumed_session() {
    let server = Server::start_configured(&[("rdap.client_certificates", "true")]);
    let path = format!("domain/{}", domain(&server));
    client(&server, "police", &["legalActions"], &[]);
    let (own, others) = (&server.demo().registrars[0], &server.demo().registrars[1]);
    let cert = own.cert.to_str().expect("UTF-8");
    done(&server, &["add-cert", "police", "--pem", cert]);
    let config = |versions: &[&'static SupportedProtocolVersion], identity: Option<(&Path, &Path)>| {
        tls::config_with(versions, &server.demo().rdap.ca, identity)
    };
    let mut kept = Vec::new();
    for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
        let with = config(&[version], Some((&own.cert, &own.key)));
        let (first, resumed) = asked(&server, &with, &path, &[]);
        assert!(shows_all(&first) && !resumed);
        let (second, resumed) = asked(&server, &with, &path, &[]);
        assert!(shows_all(&second) && resumed, "a resumed session is its client's");
        // Who shows none, or one that is nobody's, is one of the public.
        for identity in [None, Some((&*others.cert, &*others.key))] {
            let without = config(&[version], identity);
            for expected in [false, true] {
                let (response, resumed) = asked(&server, &without, &path, &[]);
                assert!(!shows_all(&response) && resumed == expected);
            }
        }
        kept.push(with);
    }
    let lines = access_log(&server, &["client", "by", "purpose", "status"]);
    assert_eq!(lines, vec![["police", "certificate", "legalActions", "200"].map(str::to_owned).to_vec(); 4]);
    assert_eq!(asked(&server, &kept[0], &path, &["RDAP-Purpose: dnsTransparency"]).0.status, 403);
    // A token that is nobody's is not made good by a certificate.
    assert_eq!(asked(&server, &kept[0], &path, &[&bearer("dmsd_x")]).0.status, 401);
    done(&server, &["suspend", "police"]);
    assert!(!shows_all(&asked(&server, &kept[0], &path, &[]).0));
    done(&server, &["suspend", "police", "--undo"]);
    done(&server, &["remove-cert", "police", "--pem", cert]);
    for with in &kept {
        let (response, resumed) = asked(&server, with, &path, &[]);
        assert!(!shows_all(&response) && resumed, "what it resumes is worth nothing any more");
    }
}

/// Runs curl, and the last line tells version and status; nothing where there is no curl.
fn curl(server: &Server, path: &str, arguments: &[&str]) -> Option<(String, String)> {
    let url = format!("{}{path}", server.demo().rdap.base_urls[0]);
    let mut curl = Command::new("curl");
    curl.args(["--silent", "--show-error", "--write-out", "\n%{http_version} %{http_code}", "--cacert"]);
    let output = curl.arg(&server.demo().rdap.ca).args(arguments).arg(url).output().ok()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    text.rsplit_once('\n').map(|(body, end)| (end.to_owned(), body.to_owned()))
}

#[test]
fn both_versions_of_http_know_tokens_and_certificates() {
    // Not even what is logged for those who look for faults has a token.
    let server = Server::start_configured(&[("rdap.client_certificates", "true"), ("log.level", "\"trace\"")]);
    let path = format!("domain/{}", domain(&server));
    let secret = client(&server, "police", &["legalActions"], &[]);
    let own = &server.demo().registrars[0];
    let [cert, key] = [&own.cert, &own.key].map(|file| file.to_str().expect("UTF-8"));
    done(&server, &["add-cert", "police", "--pem", cert]);
    let auth = bearer(&secret);
    for (option, version) in [("--http1.1", "1.1"), ("--http2", "2")] {
        for (arguments, shown) in [
            (&[option][..], false),
            (&[option, "--header", &auth], true),
            (&[option, "--cert", cert, "--key", key], true),
        ] {
            let Some((end, body)) = curl(&server, &path, arguments) else { return println!("there is no curl here") };
            assert_eq!(end, format!("{version} 200"), "{arguments:?}");
            assert!(WITHHELD.iter().all(|word| body.contains(word) == shown), "{arguments:?}: {body}");
        }
        let wrong = curl(&server, &path, &[option, "--header", "Authorization: Bearer x"]).expect("curl is here");
        assert!(wrong.0.ends_with(" 401") && wrong.1.contains("\"errorCode\":401"), "{wrong:?}");
    }
    assert!(server.output().contains("\"level\":\"TRACE\""));
    assert_eq!(holding(server.directory(), &secret), [""; 0]);
}

#[test]
fn credentials_that_mean_harm_are_refused_and_the_connection_lives() {
    let server = Server::start();
    client(&server, "police", &["legalActions"], &[]);
    let long = |length: usize| "x".repeat(length);
    for (field, status) in [
        (bearer(&long(900)), 401),
        (bearer(&long(2_000)), 400),
        (bearer(&long(9_000)), 431),
        (bearer("x y"), 400),
        (bearer(""), 400),
        ("Authorization:".to_owned(), 400),
        ("Authorization: Bearer \u{e9}\u{fffd}".to_owned(), 400),
        ("Authorization: \u{e9} x".to_owned(), 400),
        (format!("Authorization: Basic {}", long(900)), 400),
        ("Authorization: Basic cG9saWNlOng=".to_owned(), 401),
        ("Authorization: Negotiate YII=".to_owned(), 401),
        (vec![bearer("x"); 90].join("\r\n"), 400),
        (vec![bearer("x"); 200].join("\r\n"), 431),
        ("RDAP-Purpose: \u{e9}".to_owned(), 200),
    ] {
        let response = get(&server, "help", &[&field]);
        assert_eq!(response.status, status, "{field:.40}");
        assert_eq!(response.header("content-type"), Some("application/rdap+json"), "{field:.40}");
        if status == 401 {
            assert!(response.header("www-authenticate").is_some_and(|challenge| challenge.starts_with("Bearer ")));
        }
    }
    assert_eq!(get(&server, "help", &[]).status, 200);
    assert!(access_log(&server, &["client"]).is_empty());
    assert!(sample(&metrics(&server), "domesday_rdap_denied_queries_total{why=\"malformed\"}") > 5);
}

#[test]
fn people_ask_with_a_token_from_a_file_or_the_environment_or_with_a_certificate() {
    let server = Server::start_configured(&[("rdap.client_certificates", "true")]);
    let name = domain(&server);
    let secret = client(&server, "police", &["legalActions", "dnsTransparency"], &[]);
    let own = &server.demo().registrars[0];
    let [cert, key, ca] = [&own.cert, &own.key, &server.demo().rdap.ca].map(|file| file.to_str().expect("UTF-8"));
    done(&server, &["add-cert", "police", "--pem", cert]);
    let file: PathBuf = server.directory().join("police.token");
    std::fs::write(&file, format!("{secret}\n")).expect("a file");
    let url = format!("{}domain/{name}", server.demo().rdap.base_urls[0]);
    let get = |environment: Option<&str>, arguments: &[&str]| {
        let mut command = Command::new(crate::support::process::binary());
        command.args(["rdap", "get", "--json", "--ca", ca]).args(arguments).arg(&url).env_remove("DOMESDAY_RDAP_TOKEN");
        let output = command.envs(environment.map(|token| ("DOMESDAY_RDAP_TOKEN", token))).output();
        let output = output.expect("the binary can be started");
        let text = String::from_utf8([output.stdout, output.stderr].concat()).expect("UTF-8");
        assert!(!text.contains(&secret), "{text}");
        (output.status.code(), WITHHELD.iter().all(|word| text.contains(word)), text)
    };
    let token_file = ["--token-file", file.to_str().expect("UTF-8")];
    let purpose = ["--purpose", "legalActions"];
    for (environment, arguments, expected) in [
        (None, &[][..], (Some(0), false)),
        (None, &[&token_file[..], &purpose].concat(), (Some(0), true)),
        (Some(secret.as_str()), &purpose, (Some(0), true)),
        (None, &[&["--client-cert", cert, "--client-key", key], &purpose[..]].concat(), (Some(0), true)),
        (None, &token_file, (Some(1), false)),
        (Some("nobody's"), &purpose, (Some(1), false)),
        (Some("no token"), &purpose, (Some(2), false)),
        (None, &["--purpose", "curiosity"], (Some(2), false)),
        (None, &["--client-cert", cert], (Some(2), false)),
    ] {
        let (code, shown, text) = get(environment, arguments);
        assert_eq!((code, shown), expected, "{arguments:?}: {text}");
    }
}
