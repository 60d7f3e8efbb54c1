//! The one server that all tests share, registrars of a test's own, and names that no other test uses.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

use simd_json::OwnedValue;

use crate::support::epp::code;
use crate::support::process::{Demo, Registrar};
use crate::support::{EppClient, Server};

/// The authInfo that the tests give their objects.
pub(crate) const SECRET: &str = "In1-Zk4Qm7Xc2Vb8Nn5RtYw";
/// The password of the registrars that [`registrar`] makes.
pub(crate) const PASSWORD: &str = "Correct-Horse-1";

/// A server with the process that ends it. Statics are not dropped, so something outside of this process must do it.
struct Shared {
    server: Server,
    _reaper: Child,
}

static SHARED: LazyLock<Shared> = LazyLock::new(|| {
    let server = Server::start();
    let reaper = reaper(&server);
    Shared { server, _reaper: reaper }
});

/// Waits until this process is gone, which closes the pipe; then ends the server and removes its directory.
fn reaper(server: &Server) -> Child {
    Command::new("sh")
        .args(["-c", "read -r line; kill -9 \"$0\"; rm -rf \"$1\"", &server.id().to_string()])
        .arg(server.directory())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a shell can be started")
}

/// Where the shared server is and who may log in.
pub(crate) fn demo() -> &'static Demo {
    SHARED.server.demo()
}

/// The shared server.
pub(crate) fn server() -> &'static Server {
    &SHARED.server
}

/// The directory of the shared server.
pub(crate) fn directory() -> &'static Path {
    SHARED.server.directory()
}

/// A new session of `registrar-a`.
pub(crate) fn client_a() -> EppClient {
    EppClient::logged_in(demo(), 0)
}

/// A new session of `registrar-b`.
pub(crate) fn client_b() -> EppClient {
    EppClient::logged_in(demo(), 1)
}

/// A new session of this registrar.
pub(crate) fn client(registrar: &Registrar) -> EppClient {
    let mut client = EppClient::connect(demo(), registrar).expect("the server lets the registrar connect");
    let answer = client.login(&registrar.clid, &registrar.pw);
    assert_eq!(code(&answer), 1000, "{answer}");
    client
}

/// `stem` with a number that no other call gets.
pub(crate) fn unique(stem: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    format!("{stem}{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// A registrar with a poll queue of its own; its certificate is that of `registrar-a`.
pub(crate) fn registrar() -> Registrar {
    let clid = unique("reg-");
    admin(&format!(r#"{{"registrar-add":{{"clid":"{clid}","name":"Registrar {clid}"}}}}"#));
    admin(&format!(r#"{{"registrar-set-password":{{"clid":"{clid}","password":"{PASSWORD}"}}}}"#));
    let first = &demo().registrars[0];
    let sha256 = fingerprint(&first.cert);
    admin(&format!(r#"{{"registrar-add-cert":{{"clid":"{clid}","sha256":"{sha256}","label":"test"}}}}"#));
    Registrar { clid, pw: PASSWORD.to_owned(), ..first.clone() }
}

/// SHA-256 of the certificate in a PEM file, in hexadecimal.
fn fingerprint(pem: &Path) -> String {
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject;
    fingerprint_der(&CertificateDer::from_pem_file(pem).expect("a certificate"))
}

/// SHA-256 of a certificate, in hexadecimal.
pub(crate) fn fingerprint_der(der: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(der).iter().map(|octet| format!("{octet:02x}")).collect()
}

/// One request over the admin socket; its answer, which must be a success.
pub(crate) fn admin(request: &str) -> OwnedValue {
    let mut answer = ask_admin(request).into_bytes();
    let text = String::from_utf8_lossy(&answer).into_owned();
    assert!(text.starts_with(r#"{"ok":"#), "{request} was answered {text}");
    simd_json::to_owned_value(&mut answer).unwrap_or_else(|error| panic!("{error} in {text}"))
}

/// One request over the admin socket, and the line that answers it.
pub(crate) fn ask_admin(request: &str) -> String {
    let mut stream = UnixStream::connect(&demo().admin_socket).expect("the admin socket takes connections");
    stream.write_all(format!("{request}\n").as_bytes()).expect("the admin socket takes a request");
    let mut answer = String::new();
    BufReader::new(stream).read_line(&mut answer).expect("the admin socket answers");
    answer
}
