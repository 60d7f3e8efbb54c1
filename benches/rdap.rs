//! RDAP look-ups of domains over TLS 1.3, beside nginx that serves the same bytes as files: HTTP/1.1 kept alive, loaded by
//! wrk, and HTTP/2, loaded by h2load.
//!
//! `cargo bench --bench rdap`, `-- --quick`. nginx (Debian: `nginx-light`) runs with one worker on the shard's core, its
//! open files cached and nothing logged; wrk (`wrk`) and h2load (`nghttp2-client`) run on another core, and load the two in
//! pairs, each time the other one first. What is missing is installed where this process may. nginx computes nothing, so
//! the budget is bold.

mod support;

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use domesday::runtime::probe::{Machine, allowed_cores};
use domesday_loadtest::floor::echo::Cpu;
use domesday_loadtest::floor::pki::Pki;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use support::compare::Plan;
use support::frames;
use support::node::{Layout, Node};
use support::verdict::{Budget, Verdicts};
use support::versus::median;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const DOMAINS: u64 = 900;
/// The domains asked for: their ROIDs have as many digits, so that all answers are as long.
const ASKED: std::ops::Range<u64> = 200..800;

/// What is loaded.
struct Subject<'a> {
    name: &'static str,
    address: SocketAddr,
    cpu: Box<dyn Fn() -> u64 + 'a>,
}

/// One run of a load generator.
#[derive(Clone, Copy)]
struct Run {
    /// Requests a second.
    rate: f64,
    /// The server's processor time per request, in microseconds; connecting is part of it.
    cpu: f64,
}

fn main() {
    let plan = Plan::from_args();
    let cores = allowed_cores();
    let [server, .., client] = cores[..] else {
        println!("this bench needs two cores; this process may use {cores:?}");
        return;
    };
    let tools = [("nginx", "nginx-light"), ("wrk", "wrk"), ("h2load", "nghttp2-client"), ("taskset", "util-linux")];
    if !tools.iter().all(|(program, package)| is_there(program, package)) {
        return;
    }
    let pki = Pki::new().expect("room and randomness");
    let layout = Layout { name: "Domesday", shard_core: server, ledger_core: Some(server), spin_us: 0 };
    let node = Node::start(&pki, layout, DOMAINS);
    let tls = pki.client(&[b"http/1.1"]).expect("just made");
    let bodies: Vec<_> = ASKED.map(|number| (number, get(node.rdap.address, &tls, number))).collect();
    let nginx = Nginx::start(&pki, server, &bodies);
    println!("{}", Machine::probe());
    println!("server on core {server}, client on core {client}, {} pairs of runs of {} s", plan.rounds, seconds(plan));
    println!("load before: {}", std::fs::read_to_string("/proc/loadavg").unwrap_or_default().trim());
    let subjects = [
        Subject { name: "Domesday", address: node.rdap.address, cpu: Box::new(|| node.rdap.cpu()) },
        Subject {
            name: "nginx, one worker",
            address: nginx.address,
            cpu: Box::new(|| Cpu::Process(nginx.child.id()).nanos()),
        },
    ];
    for subject in &subjects {
        println!("{} answers with {} octets", subject.name, get(subject.address, &tls, ASKED.start).whole.len());
    }
    let dir = tempfile::tempdir().expect("a directory");
    let [script, list] = [dir.path().join("ask.lua"), dir.path().join("list")];
    std::fs::write(&script, lua()).expect("room");
    let mut verdicts = Verdicts::default();
    type Load<'f> = (&'static str, &'f dyn Fn(&Subject<'_>, usize) -> f64);
    let wrk = |subject: &Subject<'_>, sessions: usize| wrk(client, &script, subject.address, sessions, plan);
    let h2load = |subject: &Subject<'_>, sessions: usize| h2load(client, &list, subject.address, sessions, plan);
    let loads: [Load<'_>; 2] = [("HTTP/1.1", &wrk), ("HTTP/2", &h2load)];
    for (protocol, load) in loads {
        println!(
            "\n{protocol:<9} {:>11}  {:<18} {:>9} {:>11} {:>12} {:>8}",
            "connections", "server", "rate/s", "CPU us/req", "ratio, rate", "of CPU"
        );
        for sessions in [1, 8, 32, 128] {
            let mut runs = [Vec::new(), Vec::new()];
            for round in 0..plan.rounds {
                for turn in 0..subjects.len() {
                    let at = (turn + round) % subjects.len();
                    runs[at].push(measured(&subjects[at], sessions, load));
                }
            }
            report(protocol, sessions, &subjects, &runs, &mut verdicts);
        }
    }
    println!("load after: {}", std::fs::read_to_string("/proc/loadavg").unwrap_or_default().trim());
    println!("answers by status: {:?}", node.counters("domesday_rdap_responses_total"));
    verdicts.print("rdap");
}

/// Whether the program is there, after an attempt to install its package.
fn is_there(program: &str, package: &str) -> bool {
    let found =
        || Command::new("which").arg(program).stdout(Stdio::null()).status().is_ok_and(|status| status.success());
    if found() {
        return true;
    }
    println!("installing {package}");
    let _ = Command::new("apt-get").args(["-qq", "install", "--no-install-recommends", "-y", package]).status();
    let is_there = found();
    if !is_there {
        println!("{program} missing (Debian: apt-get install {package}), nothing measured");
    }
    is_there
}

fn measured(subject: &Subject<'_>, sessions: usize, load: &dyn Fn(&Subject<'_>, usize) -> f64) -> Run {
    let (began, before) = (Instant::now(), (subject.cpu)());
    let rate = load(subject, sessions);
    let busy = ((subject.cpu)() - before) as f64 / 1000.0 / began.elapsed().as_secs_f64();
    Run { rate, cpu: busy / rate }
}

/// Prints the medians, and those of the ratios of each pair.
fn report(protocol: &str, sessions: usize, subjects: &[Subject<'_>], runs: &[Vec<Run>; 2], verdicts: &mut Verdicts) {
    let of = |runs: &[Run], value: fn(&Run) -> f64| median(runs.iter().map(value).collect());
    let pairs = |value: fn(&Run, &Run) -> f64| {
        median(runs[0].iter().zip(&runs[1]).map(|(ours, theirs)| value(ours, theirs)).collect())
    };
    let [rate, cpu] = [pairs(|ours, theirs| ours.rate / theirs.rate), pairs(|ours, theirs| theirs.cpu / ours.cpu)];
    for (subject, runs) in subjects.iter().zip(runs) {
        let [rate, cpu] = [of(runs, |run| run.rate), of(runs, |run| run.cpu)];
        println!("{:<9} {sessions:>11}  {:<18} {rate:>9.0} {cpu:>11.2}", "", subject.name);
    }
    println!("{:<9} {:>11}  {:<18} {:>9} {:>11} {rate:>12.2} {cpu:>8.2}", "", "", "", "", "");
    let ours = &runs[0];
    // The floor is given so that the verdict's ratio is the median of the pairs.
    let what = format!("RDAP domain, {protocol}, {sessions} connections");
    verdicts.add(what, "/s", of(ours, |run| run.rate), of(ours, |run| run.rate) / rate, Budget::AtLeast(1.0));
    let what = format!("RDAP domain, {protocol}, {sessions} connections, per CPU second");
    let per_second = 1e6 / of(ours, |run| run.cpu);
    verdicts.add(what, "/s", per_second, per_second / cpu, Budget::AtLeast(1.0));
}

/// How long a run is: wrk takes whole seconds.
fn seconds(plan: Plan) -> u64 {
    plan.each.as_millis().div_ceil(500).max(1) as u64
}

/// The load generator on its core; what it printed.
fn generator(core: usize, program: &str, arguments: &[String]) -> String {
    let mut command = Command::new("taskset");
    let output = command.args(["-c", &core.to_string(), program]).args(arguments).stderr(Stdio::inherit()).output();
    let output = output.expect("it is installed");
    assert!(output.status.success(), "{program} ended with {}", output.status);
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Asks for one domain after the other; requests are made once, so that the generator has little to do.
fn lua() -> String {
    let mut text = "local made, at = {}, 0\nfunction init()\n".to_owned();
    for number in ASKED {
        let name = frames::name(number);
        let _ = writeln!(text, "made[#made + 1] = wrk.format('GET', '/domain/{name}')");
    }
    text.push_str("end\nfunction request() at = at % #made + 1 return made[at] end\n");
    text
}

/// Requests a second over HTTP/1.1.
fn wrk(core: usize, script: &Path, address: SocketAddr, sessions: usize, plan: Plan) -> f64 {
    let said = generator(
        core,
        "wrk",
        &[
            "-t1".to_owned(),
            format!("-c{sessions}"),
            format!("-d{}s", seconds(plan)),
            "-s".to_owned(),
            script.display().to_string(),
            "-HHost: localhost".to_owned(),
            "-HAccept: application/rdap+json".to_owned(),
            format!("https://{address}/"),
        ],
    );
    assert!(!said.contains("Non-2xx") && !said.contains("Socket errors"), "{said}");
    number_after(&said, "Requests/sec:")
}

/// Requests a second over HTTP/2, one at a time on each connection.
fn h2load(core: usize, list: &Path, address: SocketAddr, sessions: usize, plan: Plan) -> f64 {
    let urls: String = ASKED.map(|number| format!("https://{address}/domain/{}\n", frames::name(number))).collect();
    std::fs::write(list, urls).expect("room");
    let said = generator(
        core,
        "h2load",
        &[
            "-t1".to_owned(),
            format!("-c{sessions}"),
            "-m1".to_owned(),
            format!("--duration={}", seconds(plan)),
            "--npn-list=h2".to_owned(),
            "-Haccept: application/rdap+json".to_owned(),
            format!("--input-file={}", list.display()),
        ],
    );
    assert!(said.contains(" 0 failed, 0 errored, 0 timeout") && said.contains("2xx, 0 3xx, 0 4xx, 0 5xx"), "{said}");
    // "finished in 1.00s, 12345.60 req/s, 12.3MB/s"
    let (before, _) = said.split_once(" req/s").expect("a rate");
    before.rsplit(' ').next().and_then(|rate| rate.parse().ok()).expect("a rate")
}

fn number_after(text: &str, label: &str) -> f64 {
    let (_, after) = text.split_once(label).unwrap_or_else(|| panic!("no {label} in {text}"));
    let end = |c: char| !(c.is_ascii_digit() || c == '.');
    after.trim_start().split(end).next().and_then(|number| number.parse().ok()).expect("a number")
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
    address: SocketAddr,
    _dir: tempfile::TempDir,
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Nginx {
    fn start(pki: &Pki, core: usize, bodies: &[(u64, Got)]) -> Self {
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
        Self { child, address, _dir: dir }
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
         http {{\naccess_log off;\nserver_tokens off;\netag on;\ndefault_type application/rdap+json;\n{temporary}\
         open_file_cache max=10000 inactive=1h;\nopen_file_cache_valid 1h;\n\
         keepalive_requests 1000000000;\nkeepalive_timeout 1h;\n\
         server {{\nlisten {address} ssl http2 backlog=1024;\nserver_name localhost;\nroot {};\n\
         ssl_certificate {};\nssl_certificate_key {};\nssl_protocols TLSv1.3;\n\
         add_header access-control-allow-origin \"*\";\nadd_header cache-control no-cache;\n\
         add_header access-control-expose-headers \"ETag, Retry-After, WWW-Authenticate\";\n\
         add_header vary \"Accept-Encoding, Authorization\";\n\
         add_header strict-transport-security max-age=31536000;\nadd_header x-content-type-options nosniff;\n}}\n}}\n",
        at("pid"),
        dir.display(),
        pki.file("server.pem").display(),
        pki.file("server.key").display(),
    )
}
