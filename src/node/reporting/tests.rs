//! A small HTTPS server plays ICANN's interface: each of its result codes, and what else may come instead of them.

use std::collections::VecDeque;
use std::fs;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Instant;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};
use tempfile::TempDir;

use super::*;
use crate::escrow::ResultCode;

/// What the server does when it is asked.
enum Reply {
    Say(String),
    /// The same, and then it closes without having said so.
    SayAndClose(String),
    /// An answer whose content does not end.
    Endless,
    /// An answer that comes so slowly that it does not end either.
    Drip,
    /// Nothing.
    Stall,
    Close,
}

#[derive(Default)]
struct State {
    replies: VecDeque<Reply>,
    /// Head and content of each request.
    requests: Vec<String>,
    connections: usize,
}

struct Icann {
    dir: TempDir,
    port: u16,
    state: Arc<Mutex<State>>,
}

impl Icann {
    fn new(asks_for_certificates: bool) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let write = |name: &str, text: &str| fs::write(dir.path().join(name), text).expect("room");
        let mut ca = CertificateParams::new(Vec::new()).expect("no names");
        ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = Issuer::new(ca.clone(), KeyPair::generate().expect("randomness"));
        write("ca.pem", &ca.self_signed(issuer.key()).expect("signs").pem());
        for name in ["localhost", "registry"] {
            let key = KeyPair::generate().expect("randomness");
            let certificate = CertificateParams::new([name.to_owned()]).expect("a name").signed_by(&key, &issuer);
            write(&format!("{name}.pem"), &certificate.expect("signs").pem());
            write(&format!("{name}.key"), &key.serialize_pem());
        }
        write("password", "se:cret\nnot this\n");
        write("stranger.pem", &rcgen::generate_simple_self_signed(["x".to_owned()]).expect("signs").cert.pem());
        let config = Arc::new(server_config(dir.path(), asks_for_certificates));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let state = Arc::new(Mutex::new(State::default()));
        let shared = state.clone();
        thread::spawn(move || {
            for client in listener.incoming() {
                let (client, config, state) = (client.expect("a connection"), config.clone(), shared.clone());
                thread::spawn(move || {
                    state.lock().expect("no panic").connections += 1;
                    let connection = ServerConnection::new(config).expect("a sound configuration");
                    let _ = serve(StreamOwned::new(connection, client), &state);
                });
            }
        });
        Self { dir, port, state }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn interface(&self) -> Interface {
        Interface {
            url: format!("https://localhost:{}/api/", self.port),
            ca: self.path("ca.pem"),
            user: Some("example_ry".into()),
            password_file: Some(self.path("password")),
            certificate: None,
            key: None,
            records: self.path("records/2026"),
            time_limit_s: 20,
        }
    }

    fn will(&self, reply: Reply) {
        self.state.lock().expect("no panic").replies.push_back(reply);
    }

    fn last_request(&self) -> String {
        self.state.lock().expect("no panic").requests.last().expect("it was asked").clone()
    }
}

fn server_config(dir: &Path, asks_for_certificates: bool) -> ServerConfig {
    let pem = |name: &str| CertificateDer::from_pem_file(dir.join(name)).expect("just made");
    let mut roots = RootCertStore::empty();
    roots.add(pem("ca.pem")).expect("a CA");
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ServerConfig::builder_with_provider(provider.clone());
    let builder = builder.with_safe_default_protocol_versions().expect("TLS 1.2 and 1.3");
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build().expect("a CA");
    let builder = match asks_for_certificates {
        true => builder.with_client_cert_verifier(verifier),
        false => builder.with_no_client_auth(),
    };
    let key = PrivateKeyDer::from_pem_file(dir.join("localhost.key")).expect("just made");
    builder.with_single_cert(vec![pem("localhost.pem")], key).expect("they belong together")
}

fn serve(mut stream: StreamOwned<ServerConnection, TcpStream>, state: &Mutex<State>) -> io::Result<()> {
    loop {
        let mut request = Vec::new();
        let length = |head: &[u8]| {
            let head = String::from_utf8_lossy(head).to_lowercase();
            let value = head.split_once("content-length: ").and_then(|(_, rest)| rest.lines().next()?.parse().ok());
            value.unwrap_or(0_usize)
        };
        let is_whole = |request: &[u8]| {
            let end = request.windows(4).position(|four| four == b"\r\n\r\n");
            end.is_some_and(|end| request.len() == end + 4 + length(&request[..end + 4]))
        };
        while !is_whole(&request) {
            let mut octets = [0; 4096];
            match stream.read(&mut octets)? {
                0 => return Ok(()),
                count => request.extend_from_slice(&octets[..count]),
            }
        }
        let reply = {
            let mut state = state.lock().expect("no panic");
            state.requests.push(String::from_utf8_lossy(&request).into_owned());
            state.replies.pop_front().expect("the test says what comes")
        };
        match reply {
            Reply::Say(text) => stream.write_all(text.as_bytes()).and_then(|()| stream.flush())?,
            Reply::SayAndClose(text) => return stream.write_all(text.as_bytes()).and_then(|()| stream.flush()),
            Reply::Endless => {
                stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")?;
                loop {
                    stream.write_all(b"5\r\nabcde\r\n")?;
                }
            }
            Reply::Drip => {
                stream.write_all(b"HTTP/1.1 200 OK\r\nA: ")?;
                loop {
                    stream.write_all(b"a")?;
                    thread::sleep(Duration::from_millis(20));
                }
            }
            Reply::Stall => thread::sleep(Duration::from_secs(60)),
            Reply::Close => return Ok(()),
        }
    }
}

fn http(status: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/xml\r\nSet-Cookie: a=b\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn result(code: u16) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><response xmlns=\"urn:ietf:params:xml:ns:iirdea-1.0\">\
         <result code=\"{code}\"><msg>so it is</msg><description>about a.example</description></result></response>"
    )
}

fn month() -> Upload {
    let subject = Subject::Transactions { tld: "example".into(), year: 2026, month: 3 };
    Upload { subject, body: b"registrar-name,iana-id\r\nTotals,,\r\n".to_vec() }
}

fn now() -> Timestamp {
    Timestamp::from_micros(1_764_350_000_123_000)
}

#[test]
fn each_result_code_is_judged_on_one_connection_and_kept_for_audit() {
    let icann = Icann::new(false);
    let mut reporter = Reporter::new(&icann.interface(), Halt::default()).expect("sound settings");
    let codes = ResultCode::known().chain([ResultCode::Other(2999)]);
    for (number, code) in codes.enumerate() {
        let status = if number % 2 == 0 { "200 OK" } else { "400 Bad Request" };
        icann.will(Reply::Say(http(status, &result(code.number()))));
        match reporter.put(&month(), now()) {
            Ok(accepted) => assert!(code == ResultCode::Accepted && accepted.result.message == "so it is"),
            Err(error) => {
                assert!(matches!(&error, ReportingError::Refused(found) if found.code == code), "{error}");
                assert_ne!(code, ResultCode::Accepted);
                assert_eq!(error.is_worth_retry(), code == ResultCode::Disabled, "{error}");
                let says = error.to_string();
                assert!(says.contains(&code.number().to_string()) && says.contains("a.example"), "{says}");
            }
        }
    }
    let request = icann.last_request();
    assert!(request.starts_with("PUT /api/report/registrar-transactions/example/2026-03 HTTP/1.1\r\n"), "{request}");
    let lower = request.to_lowercase();
    assert!(
        lower.contains("content-type: text/csv\r\n")
            && request.ends_with("\r\n\r\nregistrar-name,iana-id\r\nTotals,,\r\n"),
        "{request}"
    );
    // example_ry:se:cret
    assert!(request.contains("Basic ZXhhbXBsZV9yeTpzZTpjcmV0\r\n"), "{request}");
    assert_eq!(icann.state.lock().expect("no panic").connections, 1);

    let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    let records = icann.path("records/2026");
    assert_eq!(mode(&records), 0o700);
    assert_eq!(fs::read_dir(&records).expect("a directory").count(), ResultCode::known().count() + 1);
    let record = records.join("20251128T171320.123Z_example_registrar-transactions_2026-03_2.txt");
    assert_eq!(mode(&record), 0o600);
    let kept = fs::read_to_string(&record).expect("the second");
    for part in ["PUT /api/report/", "Totals,,", "HTTP/1.1 400", "code=\"2001\"", "content-type: text/xml"] {
        assert!(kept.contains(part), "{part}: {kept}");
    }
    for secret in ["ZXhh", "cret", "uthorization", "cookie"] {
        assert!(!kept.contains(secret), "{secret}: {kept}");
    }
}

#[test]
fn only_the_interfaces_own_word_is_acceptance() {
    let icann = Icann::new(false);
    let quick = Interface { time_limit_s: 1, ..icann.interface() };
    let accepted = result(1000);
    let rows = [
        (Reply::Say(http("400 Bad Request", &accepted)), "the status that it was not", false),
        (Reply::Say(http("200 OK", "<html>OK</html>")), "expected iirdea:response", false),
        (Reply::Say(http("200 OK", "")), "expected iirdea:response", false),
        (Reply::Say(http("200 OK", &accepted.replace("1000", "1"))), "expected a number, 1000 to 9999", false),
        (Reply::Say(http("401 Unauthorized", &accepted)), "401: it does not know these credentials", false),
        (Reply::Say(http("403 Forbidden", "")), "403: it does not let us in", false),
        (Reply::Say(http("404 Not Found", "")), "404: there is no such report", false),
        (Reply::Say(http("302 Found", &accepted)), "302: it has moved", false),
        (Reply::Say(http("500 Oops", &accepted)), "500: it is out of order", true),
        (Reply::Say(http("429 Too Many\r\nRetry-After: 7", "")), "429: it has had too many requests", true),
        (Reply::Endless, "more than 65536 octets", false),
        (Reply::Stall, "no whole answer within 1 s", true),
        (Reply::Drip, "no whole answer within 1 s", true),
        (Reply::Close, "localhost:", true),
        (Reply::SayAndClose("220 ready\r\n\r\n".into()), "localhost:", true),
    ];
    let begun = Instant::now();
    for (reply, says, retry) in rows {
        icann.will(reply);
        let mut reporter = Reporter::new(&quick, Halt::default()).expect("sound settings");
        let error = reporter.put(&month(), now()).expect_err(says);
        assert!(error.to_string().contains(says) && error.is_worth_retry() == retry, "{says}: {error}");
        assert_eq!(error.retry_after(), says.contains("429").then(|| Duration::from_secs(7)), "{error}");
    }
    assert!(begun.elapsed() < Duration::from_secs(20));
    let stranger = Interface { ca: icann.path("stranger.pem"), ..quick.clone() };
    let mut reporter = Reporter::new(&stranger, Halt::default()).expect("sound settings");
    let asked = icann.state.lock().expect("no panic").requests.len();
    let error = reporter.put(&month(), now()).expect_err("not its CA").to_string();
    assert!(error.contains("certificate"), "{error}");
    assert_eq!(icann.state.lock().expect("no panic").requests.len(), asked, "nothing was sent");
    let halt = Halt::default();
    halt.set();
    let stopped = Reporter::new(&quick, halt).expect("sound settings").put(&month(), now());
    assert!(matches!(stopped, Err(ReportingError::Halted)), "{stopped:?}");
}

#[test]
fn what_was_received_is_asked_and_a_connection_that_was_closed_is_made_anew() {
    let icann = Icann::new(true);
    let shown = Interface {
        user: None,
        password_file: None,
        certificate: Some(icann.path("registry.pem")),
        key: Some(icann.path("registry.key")),
        ..icann.interface()
    };
    let mut reporter = Reporter::new(&shown, Halt::default()).expect("sound settings");
    let deposit = Subject::Deposit { tld: "xn--p1ai".into(), id: "Ä20261122".into() };
    icann.will(Reply::Say("HTTP/1.1 404 Not Found\r\nContent-Length: 100\r\n\r\n".into()));
    assert!(!reporter.was_received(&deposit).expect("an answer"));
    let path = "/api/info/report/registry-escrow-report/xn--p1ai/%C3%8420261122";
    assert!(icann.last_request().starts_with(&format!("HEAD {path} HTTP/1.1\r\n")), "{}", icann.last_request());
    icann.will(Reply::SayAndClose("HTTP/1.1 200 OK\r\n\r\n".into()));
    assert!(reporter.was_received(&deposit).expect("an answer"));
    icann.will(Reply::Say(http("503 Later", "")));
    let error = reporter.was_received(&deposit).expect_err("no answer");
    assert!(error.is_worth_retry(), "{error}");
    assert_eq!(icann.state.lock().expect("no panic").connections, 2);

    let stranger = Interface {
        user: Some("a".into()),
        password_file: Some(icann.path("password")),
        certificate: None,
        key: None,
        ..shown
    };
    let error = Reporter::new(&stranger, Halt::default()).expect("sound settings").was_received(&deposit);
    assert!(matches!(error, Err(ReportingError::Connection { .. })), "{error:?}");
}

#[test]
fn settings_and_subjects_that_make_no_sense_are_refused() {
    let icann = Icann::new(false);
    let good = icann.interface();
    for (bad, says) in [
        (Interface { url: "http://localhost".into(), ..good.clone() }, "expected a URL as https://HOST"),
        (Interface { url: "https://a:b@localhost".into(), ..good.clone() }, "expected a URL as https://HOST"),
        (Interface { user: None, ..good.clone() }, "user and password_file, or neither"),
        (Interface { key: Some("a".into()), ..good.clone() }, "certificate and key, or neither"),
        (Interface { user: None, password_file: None, ..good.clone() }, "asks who sends reports"),
        (Interface { user: Some("a:b".into()), ..good.clone() }, "a user without \":\""),
        (Interface { password_file: Some("/nowhere".into()), ..good.clone() }, "/nowhere"),
        (Interface { ca: "/nowhere".into(), ..good.clone() }, "/nowhere"),
    ] {
        let error = Reporter::new(&bad, Halt::default()).err().expect(says);
        assert!(error.to_string().contains(says), "{error}");
    }
    let mut reporter = Reporter::new(&good, Halt::default()).expect("sound settings");
    for subject in [
        Subject::Deposit { tld: "a/b".into(), id: "1".into() },
        Subject::Deposit { tld: "example".into(), id: "1/2".into() },
        Subject::Activity { tld: "example".into(), year: 2026, month: 13 },
    ] {
        let error = reporter.was_received(&subject).expect_err("no such report");
        assert!(matches!(error, ReportingError::Setting(_)), "{error}");
    }
    let big = Upload { body: vec![0; REPORT_BYTES + 1], ..month() };
    assert!(reporter.put(&big, now()).is_err());
    let text = "url = \"https://a\"\nrecords = \"b\"\n";
    assert_eq!(toml::from_str::<Interface>(text).expect("enough").time_limit_s, 120);
    assert!(toml::from_str::<Interface>(&format!("{text}password = \"x\"\n")).is_err());
}
