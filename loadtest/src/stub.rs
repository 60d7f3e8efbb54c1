//! The workload's small registry behind EPP over TLS, a thread for each connection, for tests of the tester; it misbehaves
//! as it is told.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use tempfile::TempDir;

use crate::workload::tests::registry::{Registry, text};

/// How a stub misbehaves.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Manners {
    /// How long of each second, at its end, nothing is answered.
    pub(crate) asleep: Duration,
    /// Commands whose clTRID ends so are refused with 2400.
    pub(crate) refuses: Option<&'static str>,
    /// Commands whose clTRID ends so get no answer.
    pub(crate) ignores: Option<&'static str>,
    /// Checks whose clTRID ends so are told the contrary of what is true, and creates of what exists that they succeeded.
    pub(crate) lies: Option<&'static str>,
    /// At commands whose clTRID ends so the connection ends.
    pub(crate) hangs_up: Option<&'static str>,
    /// The code that deletes are answered with, instead of the registry's own.
    pub(crate) deleted: Option<u16>,
}

/// A running stub.
#[derive(Debug)]
pub(crate) struct Stub {
    folder: TempDir,
}

impl Stub {
    /// Starts one on a free port. It ends with the process.
    pub(crate) fn start(manners: Manners) -> Self {
        Self::start_for(manners, &["registrar-a"])
    }

    /// The same for these registrars.
    pub(crate) fn start_for(manners: Manners, clids: &[&str]) -> Self {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("its address").port();
        let folder = TempDir::new().expect("a folder");
        let (cert, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
        std::fs::write(&cert, made.cert.pem()).expect("a file");
        std::fs::write(&key, made.signing_key.serialize_pem()).expect("a file");
        let (cert, key) = (cert.display(), key.display());
        let registrar = |clid| format!(r#"{{"clid":"{clid}","pw":"x","cert":"{cert}","key":"{key}"}}"#);
        let registrars: Vec<String> = clids.iter().map(registrar).collect();
        let demo = format!(
            r#"{{"epp":{{"host":"127.0.0.1","port":{port},"server_name":"localhost","ca":"{cert}"}},
            "rdap":{{"base_urls":[],"ca":"{cert}"}},"tlds":["test"],
            "registrars":[{}]}}"#,
            registrars.join(",")
        );
        std::fs::write(folder.path().join("demo.json"), demo).expect("a file");
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let tls = tls.expect("versions").with_no_client_auth();
        let tls = Arc::new(tls.with_single_cert(vec![made.cert.der().clone()], key).expect("its own certificate"));
        let (began, registry) = (Instant::now(), Arc::new(Mutex::new(Registry::new())));
        std::thread::spawn(move || {
            for socket in listener.incoming().flatten() {
                let tls = tls.clone();
                // A client that went away is no failure of the stub.
                let registry = registry.clone();
                std::thread::spawn(move || serve(socket, tls, manners, began, &registry));
            }
        });
        Self { folder }
    }

    /// Its `demo.json`.
    pub(crate) fn target(&self) -> PathBuf {
        self.folder.path().join("demo.json")
    }

    /// A place for files.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

fn serve(
    socket: TcpStream,
    tls: Arc<ServerConfig>,
    manners: Manners,
    began: Instant,
    registry: &Mutex<Registry>,
) -> io::Result<()> {
    socket.set_nodelay(true)?;
    let mut stream = StreamOwned::new(ServerConnection::new(tls).map_err(io::Error::other)?, socket);
    send(&mut stream, "<greeting><svDate>2027-03-01T00:00:00Z</svDate></greeting>")?;
    let mut clid = String::new();
    loop {
        let mut header = [0; 4];
        stream.read_exact(&mut header)?;
        let mut frame = vec![0; (u32::from_be_bytes(header) as usize).saturating_sub(4)];
        stream.read_exact(&mut frame)?;
        let frame = String::from_utf8_lossy(&frame).into_owned();
        let id = frame.split_once("clTRID>").and_then(|(_, rest)| rest.split('<').next()).unwrap_or_default();
        let (code, is_marked) = (
            |code| format!("<result code=\"{code}\"/>"),
            |mark: Option<&str>| mark.is_some_and(|mark| id.ends_with(mark)),
        );
        if is_marked(manners.hangs_up) {
            return Ok(());
        }
        if is_marked(manners.ignores) {
            continue;
        }
        if frame.contains("<login>") || frame.contains("<logout/>") {
            clid = text(&frame, "clID").unwrap_or_default().to_owned();
            let leaves = frame.contains("<logout/>");
            send(&mut stream, &code(if leaves { 1500 } else { 1000 }))?;
            match leaves {
                true => return Ok(()),
                false => continue,
            }
        }
        let of_second = Duration::from_nanos(began.elapsed().subsec_nanos().into());
        let left = Duration::from_secs(1).saturating_sub(of_second);
        if left < manners.asleep {
            sleep(left);
        }
        if is_marked(manners.refuses) {
            send(&mut stream, &(code(2400) + &format!("<clTRID>{id}</clTRID>")))?;
            continue;
        }
        let mut answer = registry.lock().expect("no thread panicked").answer(&clid, &frame);
        if is_marked(manners.lies) {
            answer = match answer.contains("avail=\"1\"") {
                true => answer.replace("avail=\"1\"", "avail=\"0\""),
                false => answer.replace("avail=\"0\"", "avail=\"1\""),
            };
            if let (Some(name), true) = (text(&frame, "domain:name"), answer.contains("<result code=\"2302\">")) {
                let data =
                    format!("<resData><domain:creData><domain:name>{name}</domain:name></domain:creData></resData>");
                answer = answer.replace("code=\"2302\"", "code=\"1000\"").replace("<trID>", &(data + "<trID>"));
            }
        }
        if let Some(code) = manners.deleted.filter(|_| frame.contains("<delete>")) {
            answer = answer
                .replace("code=\"1000\"", &format!("code=\"{code}\""))
                .replace("code=\"1001\"", &format!("code=\"{code}\""));
        }
        send(&mut stream, &answer)?;
    }
}

fn send(stream: &mut impl Write, text: &str) -> io::Result<()> {
    let length = u32::try_from(text.len() + 4).map_err(io::Error::other)?;
    stream.write_all(&[&length.to_be_bytes(), text.as_bytes()].concat())?;
    stream.flush()
}
