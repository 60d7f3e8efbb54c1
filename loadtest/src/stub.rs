//! A small registry for tests of the tester: EPP over TLS, a thread for each connection; it keeps names in memory, knows
//! checks, infos and creates of domains, and misbehaves as it is told.

use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use tempfile::TempDir;

/// How a stub misbehaves.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Manners {
    /// How long of each second, at its end, nothing is answered.
    pub(crate) asleep: Duration,
    /// Commands whose clTRID ends so are refused with 2400.
    pub(crate) refuses: Option<&'static str>,
    /// Commands whose clTRID ends so get no answer.
    pub(crate) ignores: Option<&'static str>,
    /// Checks whose clTRID ends so are told the contrary of what is true.
    pub(crate) lies: Option<&'static str>,
    /// At commands whose clTRID ends so the connection ends.
    pub(crate) hangs_up: Option<&'static str>,
}

/// A running stub.
#[derive(Debug)]
pub(crate) struct Stub {
    folder: TempDir,
}

impl Stub {
    /// Starts one on a free port. It ends with the process.
    pub(crate) fn start(manners: Manners) -> Self {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("its address").port();
        let folder = TempDir::new().expect("a folder");
        let (cert, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
        std::fs::write(&cert, made.cert.pem()).expect("a file");
        std::fs::write(&key, made.signing_key.serialize_pem()).expect("a file");
        let (cert, key) = (cert.display(), key.display());
        let demo = format!(
            r#"{{"epp":{{"host":"127.0.0.1","port":{port},"server_name":"localhost","ca":"{cert}"}},
            "rdap":{{"base_urls":[],"ca":"{cert}"}},"tlds":["test"],
            "registrars":[{{"clid":"registrar-a","pw":"x","cert":"{cert}","key":"{key}"}}]}}"#
        );
        std::fs::write(folder.path().join("demo.json"), demo).expect("a file");
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let tls = tls.expect("versions").with_no_client_auth();
        let tls = Arc::new(tls.with_single_cert(vec![made.cert.der().clone()], key).expect("its own certificate"));
        let (began, names) = (Instant::now(), Names::default());
        std::thread::spawn(move || {
            for socket in listener.incoming().flatten() {
                let tls = tls.clone();
                // A client that went away is no failure of the stub.
                let names = names.clone();
                std::thread::spawn(move || serve(socket, tls, manners, began, &names));
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

/// What is registered, and by whom.
type Names = Arc<Mutex<HashMap<String, String>>>;

fn serve(socket: TcpStream, tls: Arc<ServerConfig>, manners: Manners, began: Instant, names: &Names) -> io::Result<()> {
    socket.set_nodelay(true)?;
    let mut stream = StreamOwned::new(ServerConnection::new(tls).map_err(io::Error::other)?, socket);
    let clid = "registrar-a";
    send(&mut stream, "<greeting><svDate>2026-11-27T00:00:00Z</svDate></greeting>")?;
    loop {
        let mut header = [0; 4];
        stream.read_exact(&mut header)?;
        let mut frame = vec![0; (u32::from_be_bytes(header) as usize).saturating_sub(4)];
        stream.read_exact(&mut frame)?;
        let frame = String::from_utf8_lossy(&frame).into_owned();
        let id = between(&frame, "clTRID").next().unwrap_or_default();
        // What is prepared is always answered.
        let is_marked = |mark: Option<&str>| mark.is_some_and(|mark| id.starts_with("load-") && id.ends_with(mark));
        if is_marked(manners.hangs_up) {
            return Ok(());
        }
        if is_marked(manners.ignores) {
            continue;
        }
        let of_second = Duration::from_nanos(began.elapsed().subsec_nanos().into());
        let left = Duration::from_secs(1).saturating_sub(of_second);
        if left < manners.asleep && id.starts_with("load-") {
            sleep(left);
        }
        let (code, data) = match is_marked(manners.refuses) {
            true => (2400, String::new()),
            false => answer(&frame, clid, &mut names.lock().expect("no thread panicked")),
        };
        let lies = manners.lies.is_some_and(|mark| is_marked(Some(mark)));
        let data = if lies { data.replace("avail=\"1\"", "avail=\"?\"").replace("avail=\"0\"", "avail=\"1\"").replace("avail=\"?\"", "avail=\"0\"") } else { data };
        send(&mut stream, &format!("<result code=\"{code}\"></result>{data}<clTRID>{id}</clTRID>"))?;
        if code == 1500 {
            return Ok(());
        }
    }
}

fn between<'a>(frame: &'a str, tag: &str) -> impl Iterator<Item = &'a str> {
    let open = format!("{tag}>");
    let mut rest = frame;
    std::iter::from_fn(move || {
        let (_, after) = rest.split_once(&open)?;
        let (inside, after) = after.split_once('<')?;
        // Behind its end tag.
        rest = after.split_once('>').map_or("", |(_, rest)| rest);
        Some(inside)
    })
}

fn answer(frame: &str, clid: &str, names: &mut HashMap<String, String>) -> (u16, String) {
    let mut asked = between(frame, "domain:name").map(str::to_owned);
    let dates = "<domain:exDate>2027-11-27T00:00:00Z</domain:exDate>";
    if frame.contains("<logout") {
        return (1500, String::new());
    }
    if frame.contains("<check>") {
        let name = |name: String| {
            let avail = u8::from(!names.contains_key(&name));
            format!("<domain:cd><domain:name avail=\"{avail}\">{name}</domain:name></domain:cd>")
        };
        return (1000, asked.map(name).collect());
    }
    let Some(name) = asked.next() else { return (1000, String::new()) };
    let data = format!("<domain:name>{name}</domain:name><domain:clID>{clid}</domain:clID>{dates}");
    match (frame.contains("<create>"), names.contains_key(&name)) {
        (true, true) => (2302, String::new()),
        (true, false) => {
            names.insert(name, clid.to_owned());
            (1000, data)
        }
        (false, true) => (1000, data),
        (false, false) => (2303, String::new()),
    }
}

fn send(stream: &mut impl Write, text: &str) -> io::Result<()> {
    let length = u32::try_from(text.len() + 4).map_err(io::Error::other)?;
    stream.write_all(&[&length.to_be_bytes(), text.as_bytes()].concat())?;
    stream.flush()
}
