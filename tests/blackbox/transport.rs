//! What carries EPP and RDAP: addresses, TLS versions, certificates, resumption.

use std::collections::HashSet;
use std::io::{self, Read, Write};

use rustix::process::{Pid, Signal, kill_process};
use rustls::version::{TLS12, TLS13};
use rustls::{HandshakeKind, ProtocolVersion};

use crate::frames::{check, expect, host_create, info, text};
use crate::names;
use crate::support::epp::{OBJECTS, code, data_unit, frame};
use crate::support::process::Demo;
use crate::support::tls::{self, TlsStream};
use crate::support::{EppClient, Server};
use crate::world::{client_a, demo};

fn handshake(demo: &Demo, config: rustls::ClientConfig) -> io::Result<TlsStream> {
    tls::connect(config, &demo.epp.addresses[0], demo.epp.port, &demo.epp.server_name)
}

/// One data unit of a stream that is nobody's session.
fn receive(stream: &mut TlsStream) -> io::Result<String> {
    let mut header = [0; 4];
    stream.read_exact(&mut header)?;
    let mut document = vec![0; u32::from_be_bytes(header) as usize - 4];
    stream.read_exact(&mut document)?;
    crate::support::epp::record(&document);
    String::from_utf8(document).map_err(io::Error::other)
}

#[test]
fn epp_01_tls_1_2_is_served_too() {
    let a = &demo().registrars[0];
    let config = tls::config_with(&[&TLS12], &demo().epp.ca, Some((&a.cert, &a.key)));
    let mut stream = handshake(demo(), config).expect("a TLS 1.2 handshake");
    receive(&mut stream).expect("a greeting");
    assert_eq!(stream.conn.protocol_version(), Some(ProtocolVersion::TLSv1_2));
}

#[test]
fn epp_03_without_a_certificate_there_is_no_session() {
    let stream = handshake(demo(), tls::config(&demo().epp.ca, None));
    // With TLS 1.3 the client learns of the refusal only when it reads.
    let read = stream.and_then(|mut stream| stream.read(&mut [0; 4]));
    assert!(!matches!(read, Ok(1..)), "octets came: {read:?}");
}

#[test]
fn epp_17_all_addresses_serve_the_same_objects() {
    let host = names::outside();
    expect(&mut client_a(), 1000, &host_create(&host, &[]));
    let mut seen = HashSet::new();
    assert!(demo().epp.addresses.len() == 2, "the machine has no IPv6: {:?}", demo().epp.addresses);
    for address in &demo().epp.addresses {
        let mut at = demo().clone();
        at.epp.addresses = vec![address.clone()];
        let mut client = EppClient::logged_in(&at, 1);
        let answer = expect(&mut client, 1000, &info("host", &host));
        seen.insert(text(&answer, "resData").to_owned());
    }
    assert_eq!(seen.len(), 1, "{seen:?}");
}

#[test]
fn a_resumed_tls_session_still_has_its_client_certificate() {
    let a = &demo().registrars[0];
    let services: String = OBJECTS.iter().map(|uri| format!("<objURI>{uri}</objURI>")).collect();
    let login = format!(
        "<login><clID>{}</clID><pw>{}</pw><options><version>1.0</version><lang>en</lang></options>\
         <svcs>{services}</svcs></login>",
        a.clid, a.pw
    );
    for version in [&TLS12, &TLS13] {
        let config = tls::config_with(&[version], &demo().epp.ca, Some((&a.cert, &a.key)));
        let mut resumed = 0;
        // More connections than shards: a ticket of one must be good for all.
        for _ in 0..6 {
            let mut stream = handshake(demo(), config.clone()).expect("a handshake");
            receive(&mut stream).expect("a greeting");
            resumed += usize::from(stream.conn.handshake_kind() == Some(HandshakeKind::Resumed));
            stream.write_all(&data_unit(frame(&login, "T-RESUMED").as_bytes())).expect("the server takes a frame");
            assert_eq!(code(&receive(&mut stream).expect("an answer")), 1000);
        }
        assert_eq!(resumed, 5, "{version:?}");
    }
}

#[test]
fn what_was_sent_before_the_client_said_goodbye_is_answered() {
    let a = &demo().registrars[0];
    let config = tls::config(&demo().epp.ca, Some((&a.cert, &a.key)));
    let mut stream = handshake(demo(), config).expect("a handshake");
    receive(&mut stream).expect("a greeting");
    let command = frame(&check("domain", &["a.test"]), "T-LAST");
    stream.write_all(&data_unit(command.as_bytes())).expect("the server takes a frame");
    stream.conn.send_close_notify();
    stream.flush().expect("the goodbye is sent");
    assert_eq!(code(&receive(&mut stream).expect("an answer")), 2002);
    assert_eq!(stream.read(&mut [0]).ok(), Some(0));
}

#[test]
fn sighup_changes_the_certificate_for_those_who_come_and_keeps_those_who_are_there() {
    let (server, other) = (Server::start(), Server::start());
    let mut session = EppClient::logged_in(server.demo(), 0);
    for file in ["server.pem", "server.key"] {
        std::fs::copy(other.directory().join(file), server.directory().join(file)).expect("a file can be copied");
    }
    let pid = Pid::from_raw(server.id().cast_signed()).expect("a process id");
    kill_process(pid, Signal::HUP).expect("a child of ours can be signalled");
    let mut changed = server.demo().clone();
    changed.epp.ca.clone_from(&other.demo().epp.ca);
    let a = &server.demo().registrars[0];
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while EppClient::connect(&changed, a).is_err() {
        assert!(std::time::Instant::now() < deadline, "the certificate stays the old one:\n{}", server.output());
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    assert!(EppClient::connect(server.demo(), a).is_err());
    expect(&mut session, 1000, &check("domain", &["a.test"]));
}

#[test]
fn connections_that_do_nothing_do_not_hold_up_a_stop() {
    let mut server = Server::start();
    let demo = server.demo().clone();
    let at = (&demo.epp.addresses[0][..], demo.epp.port);
    let silent = std::net::TcpStream::connect(at).expect("a connection");
    let mut half = std::net::TcpStream::connect(at).expect("a connection");
    half.write_all(&[0x16, 0x03, 0x01]).expect("half a record");
    let greeted = EppClient::connect(&demo, &demo.registrars[0]).expect("a greeting");
    let mut logged_in = EppClient::logged_in(&demo, 0);
    logged_in.send_raw(&[0, 0, 1]).expect("part of a header");
    let admin = std::os::unix::net::UnixStream::connect(&demo.admin_socket).expect("the admin socket");
    let port = demo.rdap.base_urls[0].trim_end_matches('/').rsplit(':').next().and_then(|port| port.parse().ok());
    let port = port.expect("a port");
    let rdap = tls::connect(tls::config(&demo.rdap.ca, None), "127.0.0.1", port, "localhost").expect("a handshake");
    assert_eq!(server.terminate().code(), Some(0));
    drop((silent, half, greeted, logged_in, admin, rdap));
}
