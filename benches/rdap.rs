//! RDAP look-ups of domains over kept-alive HTTP/1.1 and TLS 1.3, beside nginx that serves the same bytes as files.
//!
//! `cargo bench --bench rdap`, `-- --quick`. nginx (Debian: `nginx-light`) runs with one worker on the shard's core, its
//! open files cached and nothing logged; the client is the same, and the two are loaded in turns. Without nginx the bench
//! says so and measures Domesday alone. nginx computes nothing, so the budget is bold.

mod support;

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use domesday::runtime::probe::{Machine, allowed_cores};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use support::compare::Plan;
use support::floors::{Contender, pin};
use support::frames;
use support::load::{Framing, Script};
use support::node::{Layout, Node};
use support::pki::Pki;
use support::verdict::{Budget, Verdicts};
use support::versus::{Cpu, Subject, print, print_head, versus};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const DOMAINS: u64 = 900;
/// The domains asked for: their ROIDs have as many digits, so that all answers are as long.
const ASKED: std::ops::Range<u64> = 200..800;

fn main() {
    let plan = Plan::from_args();
    let cores = allowed_cores();
    let [server, .., client] = cores[..] else {
        println!("this bench needs two cores; this process may use {cores:?}");
        return;
    };
    let pki = Pki::new();
    let layout = Layout { name: "Domesday", shard_core: server, ledger_core: Some(server), spin_us: 0 };
    let node = Node::start(&pki, layout, DOMAINS);
    let tls = pki.client(&[b"http/1.1"]);
    let bodies: Vec<_> = ASKED.map(|number| (number, get(node.rdap.address, &tls, number))).collect();
    let nginx = Nginx::start(&pki, server, &bodies);
    if nginx.is_none() {
        println!("nginx missing (Debian: apt-get install nginx-light), comparison skipped");
    }
    println!("{}", Machine::probe());
    println!("server on core {server}, client on core {client}, {} rounds of {:?}", plan.rounds, plan.each);
    println!("load before: {}", std::fs::read_to_string("/proc/loadavg").unwrap_or_default().trim());
    pin(client);
    let contenders: Vec<_> = std::iter::once((&node.rdap, Vec::new()))
        .chain(nginx.iter().map(|nginx| (&nginx.contender, vec![Cpu::Process(nginx.child.id())])))
        .map(|(contender, also)| (contender, also, get(contender.address, &tls, ASKED.start).whole.len()))
        .collect();
    print_head("domain look-up", request(0).len(), contenders[0].2);
    contenders.iter().skip(1).for_each(|(_, _, length)| println!("(nginx sends {length} octets)"));
    let ask =
        |session: usize, number: u64| request(ASKED.start + (number * 31 + session as u64) % (ASKED.end - ASKED.start));
    let subjects: Vec<_> = contenders
        .iter()
        .map(|(contender, also, length)| Subject {
            contender,
            also: also.clone(),
            tls: tls.clone(),
            script: Script {
                framing: Framing::Fixed(*length),
                greeted: false,
                prelude: &|_| Vec::new(),
                request: &ask,
            },
        })
        .collect();
    let mut verdicts = Verdicts::default();
    for sessions in [1, 8, 32, 128] {
        let figures = versus(&subjects, sessions, plan, || {});
        print(sessions, &subjects, &figures);
        if let [ours, nginx] = &figures[..] {
            let budget = Budget::AtLeast(1.0);
            verdicts.add(format!("RDAP domain, {sessions} sessions"), "/s", ours.rate, nginx.rate, budget);
            let what = format!("RDAP domain, {sessions} sessions, per CPU second");
            verdicts.add(what, "/s", 1e6 / ours.cpu, 1e6 / nginx.cpu, budget);
        }
    }
    println!("load after: {}", std::fs::read_to_string("/proc/loadavg").unwrap_or_default().trim());
    println!("answers by status: {:?}", node.counters("domesday_rdap_responses_total"));
    verdicts.print("rdap");
}

fn request(number: u64) -> Vec<u8> {
    let name = frames::name(number);
    format!(
        "GET /domain/{name} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: domesday-bench/1\r\n\
         Accept: application/rdap+json\r\n\r\n"
    )
    .into_bytes()
}

/// An answer, and where its content begins.
struct Got {
    whole: Vec<u8>,
    content: usize,
}

fn get(address: SocketAddr, tls: &Arc<ClientConfig>, number: u64) -> Got {
    let name = ServerName::try_from("localhost").expect("a name");
    let connection = ClientConnection::new(tls.clone(), name).expect("a client");
    let mut stream = StreamOwned::new(connection, TcpStream::connect(address).expect("it listens"));
    stream.write_all(&request(number)).expect("it reads");
    let mut whole = Vec::new();
    loop {
        let mut buffer = [0; 16 * 1024];
        let read = stream.read(&mut buffer).expect("it answers");
        whole.extend_from_slice(&buffer[..read]);
        let text = String::from_utf8_lossy(&whole);
        let Some((head, content)) = text.split_once("\r\n\r\n") else { continue };
        let mut lengths =
            head.lines().filter_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
        let length: usize = lengths.next_back().expect("a length");
        if content.len() >= length {
            assert!(head.starts_with("HTTP/1.1 200"), "{head}");
            let content = head.len() + 4;
            return Got { whole, content };
        }
    }
}

struct Nginx {
    child: Child,
    contender: Contender,
    _dir: tempfile::TempDir,
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Nginx {
    /// `None` when it is not installed.
    fn start(pki: &Pki, core: usize, bodies: &[(u64, Got)]) -> Option<Self> {
        Command::new("nginx").arg("-v").stderr(Stdio::null()).status().ok()?;
        let dir = tempfile::tempdir().expect("a directory");
        std::fs::create_dir(dir.path().join("domain")).expect("room");
        for (number, got) in bodies {
            let file = dir.path().join("domain").join(frames::name(*number));
            std::fs::write(file, &got.whole[got.content..]).expect("room");
        }
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let address = free.local_addr().expect("bound");
        drop(free);
        let config = dir.path().join("nginx.conf");
        std::fs::write(&config, configuration(pki, dir.path(), address)).expect("room");
        let mut nginx = Command::new("taskset");
        nginx.args(["-c", &core.to_string(), "nginx", "-e", "/dev/null", "-c"]).arg(&config);
        let child = nginx.stdin(Stdio::null()).spawn().expect("util-linux has taskset");
        let began = Instant::now();
        while TcpStream::connect(address).is_err() {
            assert!(began.elapsed() < Duration::from_secs(30), "nginx does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
        Some(Self { child, contender: Contender { name: "nginx, one worker", address, thread: 0 }, _dir: dir })
    }
}

/// The headers are those that Domesday sends, so that as many octets leave. A temporary directory belongs to root alone,
/// hence the user.
fn configuration(pki: &Pki, dir: &Path, address: SocketAddr) -> String {
    let at = |name: &str| dir.join(name).display().to_string();
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    let temporary = temporary.map(|name| format!("{name}_temp_path {};\n", at(name))).concat();
    format!(
        "daemon off;\nmaster_process off;\nworker_processes 1;\npid {};\nerror_log /dev/null;\n\
         events {{ use epoll; worker_connections 4096; }}\n\
         http {{\naccess_log off;\nserver_tokens off;\netag off;\ndefault_type application/rdap+json;\n{temporary}\
         open_file_cache max=10000 inactive=1h;\nopen_file_cache_valid 1h;\n\
         keepalive_requests 1000000000;\nkeepalive_timeout 1h;\n\
         server {{\nlisten {address} ssl backlog=1024;\nserver_name localhost;\nroot {};\n\
         ssl_certificate {};\nssl_certificate_key {};\nssl_protocols TLSv1.3;\n\
         add_header access-control-allow-origin \"*\";\nadd_header cache-control no-cache;\n\
         add_header strict-transport-security max-age=31536000;\nadd_header x-content-type-options nosniff;\n}}\n}}\n",
        at("pid"),
        dir.display(),
        pki.file("server.pem").display(),
        pki.file("server.key").display(),
    )
}
