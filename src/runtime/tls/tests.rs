//! Handshakes against blocking rustls clients: who gets in, who does not, and who resumes.

use super::*;
use crate::runtime::clock::SystemClock;
use crate::runtime::executor::tests::anywhere;
use crate::runtime::executor::{self, ExecutorHandle};
use crate::runtime::net::{Listener, Port, Stream};
use futures_util::{AsyncReadExt, AsyncWriteExt};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, HandshakeKind, ProtocolVersion, ServerConfig, StreamOwned};
use sha2::{Digest, Sha256};
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::mpsc;
use tempfile::TempDir;

/// A directory with a CA, a server certificate for `localhost`, a client certificate of the CA and one of its own.
struct Pki {
    dir: TempDir,
    issuer: Issuer<'static, KeyPair>,
}

impl Pki {
    fn new() -> Self {
        let mut ca = CertificateParams::new(Vec::new()).expect("no names");
        ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        ca.distinguished_name.push(DnType::CommonName, "test CA");
        let key = KeyPair::generate().expect("randomness");
        let pki = Self { dir: tempfile::tempdir().expect("a directory"), issuer: Issuer::new(ca.clone(), key) };
        let certificate = ca.self_signed(pki.issuer.key()).expect("signs");
        pki.write("ca.pem", &certificate.pem());
        pki.issue("server", &["localhost"]);
        pki.issue("client", &["registrar-a"]);
        let stranger = rcgen::generate_simple_self_signed(["registrar-x".to_owned()]).expect("signs");
        pki.write("stranger.pem", &stranger.cert.pem());
        pki.write("stranger.key", &stranger.signing_key.serialize_pem());
        pki
    }

    fn issue(&self, name: &str, alternative_names: &[&str]) {
        let names: Vec<_> = alternative_names.iter().map(|name| (*name).to_owned()).collect();
        let key = KeyPair::generate().expect("randomness");
        let certificate = CertificateParams::new(names).expect("names").signed_by(&key, &self.issuer).expect("signs");
        self.write(&format!("{name}.pem"), &certificate.pem());
        self.write(&format!("{name}.key"), &key.serialize_pem());
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).expect("room");
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn identity(&self) -> Arc<ServerIdentity> {
        ServerIdentity::load(&self.path("server.pem"), &self.path("server.key")).expect("just made")
    }

    fn client(&self, name: Option<&str>) -> Arc<ClientConfig> {
        let files = name.map(|name| (self.path(&format!("{name}.pem")), self.path(&format!("{name}.key"))));
        let files = files.as_ref().map(|(chain, key)| (chain.as_path(), key.as_path()));
        let mut config = client_config(&self.path("ca.pem"), files).expect("just made");
        config.alpn_protocols = vec![b"epp".to_vec()];
        Arc::new(config)
    }

    fn certificate_digest(&self, name: &str) -> [u8; 32] {
        let chain = identity::certificates(&self.path(&format!("{name}.pem"))).expect("just made");
        Sha256::digest(&chain[0]).into()
    }
}

/// What one connection came to on the server: the peer's digest, the protocol, and whether it was resumed.
type Seen = Result<(Option<[u8; 32]>, Option<Vec<u8>>, bool), String>;

/// An executor that greets `connections` connections, answers one line each, and tells what it saw.
fn serve(config: Arc<ServerConfig>, connections: usize) -> (SocketAddr, mpsc::Receiver<Seen>, ExecutorHandle) {
    let (tell, told) = mpsc::channel();
    let (see, seen) = mpsc::channel();
    let handle = executor::start(anywhere("tls"), move || async move {
        let port = Port::take((Ipv4Addr::LOCALHOST, 0).into()).expect("a port is free");
        let listener = Listener::new(port).expect("registers");
        tell.send(listener.local_addr()).expect("the test waits");
        for _ in 0..connections {
            let (socket, _) = listener.accept().await.expect("accepts");
            let stream = Stream::new(socket).expect("registers");
            // Not every test looks.
            let _ = see.send(talk(stream, config.clone()).await.map_err(|error| error.to_string()));
        }
    });
    (told.recv().expect("it listens"), seen, handle.expect("an executor"))
}

async fn talk(stream: Stream, config: Arc<ServerConfig>) -> io::Result<(Option<[u8; 32]>, Option<Vec<u8>>, bool)> {
    let mut stream = accept(stream, config).await?;
    let mut line = vec![0; 700];
    stream.read_exact(&mut line).await?;
    stream.write_all(&[line.as_slice(), &[b'.'; 400]].concat()).await?;
    stream.close().await?;
    Ok((stream.peer_certificate_sha256(), stream.alpn().map(<[u8]>::to_vec), stream.resumed()))
}

/// One connection of a client; the version and kind of handshake it came to.
fn call(address: SocketAddr, config: &Arc<ClientConfig>) -> io::Result<(ProtocolVersion, HandshakeKind, Vec<u8>)> {
    let name = ServerName::try_from("localhost").expect("a name");
    let connection = ClientConnection::new(config.clone(), name).map_err(io::Error::other)?;
    let mut stream = StreamOwned::new(connection, TcpStream::connect(address)?);
    stream.write_all(&[b'x'; 700])?;
    let mut answer = vec![0; 1100];
    stream.read_exact(&mut answer)?;
    assert!(answer[..700].iter().all(|octet| *octet == b'x') && answer[700..].iter().all(|octet| *octet == b'.'));
    let leaf = stream.conn.peer_certificates().expect("the server shows one")[0].to_vec();
    Ok((stream.conn.protocol_version().expect("done"), stream.conn.handshake_kind().expect("done"), leaf))
}

#[test]
fn a_certificate_is_required_and_any_will_do_when_pinned() {
    let pki = Pki::new();
    let config =
        epp_server_config(pki.identity(), &ClientAuth::Pinned, &[b"epp"], &SystemClock::default()).expect("complete");
    let (address, seen, server) = serve(config, 3);
    for name in ["client", "stranger"] {
        call(address, &pki.client(Some(name))).expect("it gets in");
        let expected = (Some(pki.certificate_digest(name)), Some(b"epp".to_vec()), false);
        assert_eq!(seen.recv().expect("served"), Ok(expected));
    }
    call(address, &pki.client(None)).expect_err("no certificate");
    let refusal = seen.recv().expect("served").expect_err("no certificate");
    assert!(refusal.contains("no certificates"), "{refusal}");
    server.join().expect("it ends");
}

#[test]
fn only_the_authoritys_certificates_pass_where_one_is_given() {
    let pki = Pki::new();
    let auth = ClientAuth::Authority(pki.path("ca.pem"));
    let config = epp_server_config(pki.identity(), &auth, &[], &SystemClock::default()).expect("complete");
    let (address, seen, server) = serve(config, 2);
    let mut client = (*pki.client(Some("client"))).clone();
    client.alpn_protocols.clear();
    call(address, &Arc::new(client)).expect("it gets in");
    assert_eq!(seen.recv().expect("served"), Ok((Some(pki.certificate_digest("client")), None, false)));
    call(address, &pki.client(Some("stranger"))).expect_err("unknown issuer");
    assert!(seen.recv().expect("served").expect_err("unknown issuer").contains("UnknownIssuer"));
    server.join().expect("it ends");
}

/// A certificate is public; showing another's without its key must not get one in.
#[test]
fn a_certificate_without_its_key_is_refused() {
    #[derive(Debug)]
    struct Borrowed(Arc<rustls::sign::CertifiedKey>);
    impl rustls::client::ResolvesClientCert for Borrowed {
        fn resolve(&self, _: &[&[u8]], _: &[rustls::SignatureScheme]) -> Option<Arc<rustls::sign::CertifiedKey>> {
            Some(self.0.clone())
        }
        fn has_certs(&self) -> bool {
            true
        }
    }
    let pki = Pki::new();
    let config =
        epp_server_config(pki.identity(), &ClientAuth::Pinned, &[b"epp"], &SystemClock::default()).expect("complete");
    let (address, seen, server) = serve(config, 2);
    let chain = identity::certificates(&pki.path("client.pem")).expect("just made");
    let key = identity::private_key(&pki.path("stranger.key")).expect("just made");
    let key = provider().key_provider.load_private_key(key).expect("a key");
    let stolen = Arc::new(Borrowed(Arc::new(rustls::sign::CertifiedKey::new(chain, key))));
    for version in VERSIONS {
        let builder = ClientConfig::builder_with_provider(provider());
        let builder = builder.with_protocol_versions(&[version]).expect("a version");
        let anchors = trust_anchors(&pki.path("ca.pem")).expect("just made");
        let mut client = builder.with_root_certificates(anchors).with_client_cert_resolver(stolen.clone());
        client.alpn_protocols = vec![b"epp".to_vec()];
        call(address, &Arc::new(client)).expect_err("no proof of possession");
        let refusal = seen.recv().expect("served").expect_err("no proof of possession");
        assert!(refusal.contains("BadSignature"), "{refusal}");
    }
    server.join().expect("it ends");
}

#[test]
fn a_session_is_resumed_on_the_other_executor_with_its_certificate() {
    let pki = Pki::new();
    let config =
        epp_server_config(pki.identity(), &ClientAuth::Pinned, &[b"epp"], &SystemClock::default()).expect("complete");
    for version in VERSIONS {
        let (first, first_seen, one) = serve(config.clone(), 1);
        let (second, second_seen, two) = serve(config.clone(), 1);
        let files = (pki.path("client.pem"), pki.path("client.key"));
        let builder = ClientConfig::builder_with_provider(provider());
        let builder = builder.with_protocol_versions(&[version]).expect("a version");
        let builder = builder.with_root_certificates(trust_anchors(&pki.path("ca.pem")).expect("just made"));
        let chain = identity::certificates(&files.0).expect("just made");
        let key = identity::private_key(&files.1).expect("just made");
        let mut client = builder.with_client_auth_cert(chain, key).expect("a pair");
        client.alpn_protocols = vec![b"epp".to_vec()];
        let client = Arc::new(client);
        let digest = Some(pki.certificate_digest("client"));
        let (agreed, kind, _) = call(first, &client).expect("it gets in");
        assert_eq!((agreed, kind == HandshakeKind::Resumed), (version.version, false));
        assert_eq!(first_seen.recv().expect("served"), Ok((digest, Some(b"epp".to_vec()), false)));
        let (_, kind, _) = call(second, &client).expect("it gets in");
        assert_eq!(kind, HandshakeKind::Resumed);
        assert_eq!(second_seen.recv().expect("served"), Ok((digest, Some(b"epp".to_vec()), true)));
        one.join().expect("it ends");
        two.join().expect("it ends");
    }
}

/// A ticket got from RDAP, where nobody shows a certificate, must not open an EPP session without one.
#[test]
fn a_ticket_of_rdap_does_not_open_epp() {
    let pki = Pki::new();
    let identity = pki.identity();
    let rdap = rdap_server_config(identity.clone(), &[b"epp"], &SystemClock::default(), false).expect("complete");
    let epp = epp_server_config(identity, &ClientAuth::Pinned, &[b"epp"], &SystemClock::default()).expect("complete");
    let (open, _, one) = serve(rdap, 2);
    let (guarded, seen, two) = serve(epp, 1);
    let client = pki.client(None);
    call(open, &client).expect("anybody may");
    let (_, kind, _) = call(open, &client).expect("anybody may");
    assert_eq!(kind, HandshakeKind::Resumed);
    call(guarded, &client).expect_err("no certificate");
    assert!(seen.recv().expect("served").is_err());
    one.join().expect("it ends");
    two.join().expect("it ends");
}

#[test]
fn a_new_certificate_is_shown_after_reload_and_a_bad_one_is_not_taken() {
    let pki = Pki::new();
    let identity = pki.identity();
    let config = rdap_server_config(identity.clone(), &[], &SystemClock::default(), false).expect("complete");
    let (address, _seen, server) = serve(config, 3);
    let shown = || -> [u8; 32] {
        let mut client = client_config(&pki.path("ca.pem"), None).expect("just made");
        client.resumption = rustls::client::Resumption::disabled();
        Sha256::digest(call(address, &Arc::new(client)).expect("anybody may").2).into()
    };
    let old = pki.certificate_digest("server");
    assert_eq!(shown(), old);
    pki.issue("server", &["localhost"]);
    identity.reload().expect("a pair");
    let new = pki.certificate_digest("server");
    assert_ne!(new, old);
    assert_eq!(shown(), new);
    pki.write("server.key", &KeyPair::generate().expect("randomness").serialize_pem());
    let error = identity.reload().expect_err("the key of another certificate");
    assert!(matches!(error, TlsError::Identity { .. }), "{error}");
    pki.write("server.pem", "nothing");
    assert!(matches!(identity.reload(), Err(TlsError::Pem { .. })));
    assert_eq!(shown(), new);
    server.join().expect("it ends");
}

#[test]
fn only_the_suites_of_rfc_9325_are_offered() {
    let suites: Vec<_> = provider().cipher_suites.iter().map(|suite| suite.suite()).collect();
    assert_eq!(suites.len(), SUITES.len());
    assert!(suites.iter().all(|suite| SUITES.contains(suite)));
}
