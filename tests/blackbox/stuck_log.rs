//! A log that nobody reads: standard error is a pipe that is full. Registrars and readers of RDAP do not notice.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::frames::{check, domain_create, expect};
use crate::observe::sample;
use crate::strangers::{help_from, rdap_from};
use crate::support::EppClient;
use crate::support::process::{Demo, binary, demo_command, metrics_at};
use crate::support::tls::TlsStream;

/// Queries of a client, each a line of the log: ten times what a pipe holds.
const QUERIES: usize = 2000;
/// How long others may have to wait on a machine that is busy with other tests.
const IN_TIME: Duration = Duration::from_secs(2);

/// A demo whose standard error is a pipe; ended when dropped.
struct Stuck {
    child: Child,
    demo: Demo,
    metrics: String,
}

impl Drop for Stuck {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Stuck {
    fn start(directory: &Path, level: &str) -> Self {
        let level = format!("log.level={level}");
        let mut command = demo_command(directory);
        command.args(["--set", &level]).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary can be started");
        // The announcement comes when the registry is open.
        let output = BufReader::new(child.stdout.take().expect("it is a pipe"));
        let line = output.lines().map_while(Result::ok).find(|line| line.contains("metrics  http://"));
        let line = line.expect("the announcement names it");
        let metrics = line.split_once("http://").and_then(|(_, rest)| rest.split_once("/metrics")).expect("a URL").0;
        let demo = directory.join("demo.json");
        let mut text = std::fs::read(&demo).expect("it is written when the registry is open");
        Self { child, demo: simd_json::from_slice(&mut text).expect("JSON"), metrics: metrics.to_owned() }
    }

    fn admin(&self, directory: &Path, arguments: &[&str]) -> String {
        let mut admin = Command::new(binary());
        admin.args(["admin", "--target"]).arg(directory.join("demo.json")).args(["rdap-client"]).args(arguments);
        let output = admin.output().expect("the binary can be started");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8").trim_end().to_owned()
    }

    fn lost(&self, line: &str) -> u64 {
        sample(&metrics_at(&self.metrics), &format!("domesday_log_lines_lost_total{{line=\"{line}\"}}"))
    }

    /// SIGTERM; how long it took to end.
    fn terminate(&mut self) -> Duration {
        let began = Instant::now();
        kill_process(Pid::from_child(&self.child), Signal::TERM).expect("a child of ours can be signalled");
        while self.child.try_wait().expect("a child of ours can be waited for").is_none() {
            assert!(began.elapsed() < Duration::from_secs(60), "no end");
            std::thread::sleep(Duration::from_millis(10));
        }
        assert!(self.child.wait().expect("it has ended").success());
        began.elapsed()
    }
}

/// Asks so often, as a client that is logged.
fn ask(stream: &mut TlsStream, token: &str, times: usize) {
    let request = format!("HEAD /help HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n");
    for _ in 0..times / 20 {
        stream.write_all(request.repeat(20).as_bytes()).expect("the server takes requests");
        let (mut received, mut space) = (Vec::new(), [0; 16 * 1024]);
        while received.windows(4).filter(|end| end == b"\r\n\r\n").count() < 20 {
            let count = stream.read(&mut space).expect("the server answers");
            assert!(count > 0, "the server has hung up");
            received.extend_from_slice(&space[..count]);
        }
        assert_eq!(received.windows(12).filter(|start| start == b"HTTP/1.1 200").count(), 20);
    }
}

/// Registrars and readers of RDAP do what they always do.
fn others_are_served(demo: &Demo, name: &str) {
    let began = Instant::now();
    let mut registrar = EppClient::logged_in(demo, 0);
    expect(&mut registrar, 1000, &check("domain", &[name]));
    expect(&mut registrar, 1000, &domain_create(name, ""));
    let (_, took) = help_from(demo, [127, 0, 0, 1]).expect("others are served");
    assert!(took < IN_TIME && began.elapsed() < 5 * IN_TIME, "{took:?} {:?}", began.elapsed());
}

#[test]
fn a_log_that_nobody_reads_keeps_nobody_waiting_and_what_it_must_hold_is_there_later() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    // So many lines that some are lost.
    let mut server = Stuck::start(directory.path(), "trace");
    server.admin(directory.path(), &["add", "police", "--description", "A test", "--purpose", "legalActions"]);
    let token = server.admin(directory.path(), &["add-token", "police"]);
    let mut stream = rdap_from(&server.demo, [127, 0, 0, 1], &[b"http/1.1"]).expect("a handshake");
    let began = Instant::now();
    let mut asked = 0;
    while asked < QUERIES || server.lost("other") == 0 {
        ask(&mut stream, &token, 200);
        asked += 200;
        others_are_served(&server.demo, &format!("stuck{asked}.test"));
        assert!(began.elapsed() < Duration::from_secs(120), "no line is lost");
    }
    assert_eq!(server.lost("access"), 0, "there is room for those");
    let lost = server.lost("other");
    println!("{asked} queries were logged and {lost} lines lost, in {:?}", began.elapsed());

    // Somebody reads it after all.
    let pipe = BufReader::new(server.child.stderr.take().expect("it is a pipe"));
    let (tell, told) = mpsc::channel();
    let reader = std::thread::spawn(move || {
        let mut queries = 0;
        for line in pipe.lines().map_while(Result::ok) {
            queries += usize::from(line.contains("\"target\":\"rdap_access\""));
            if line.contains("lines of the log are lost") {
                let _ = tell.send(line);
            }
        }
        queries
    });
    let line = told.recv_timeout(Duration::from_secs(60)).expect("it says how many are lost");
    assert!(line.contains("\"access\":0") && line.contains("\"other\":"), "{line}");
    ask(&mut stream, &token, 20);
    drop(stream);
    server.terminate();
    assert_eq!(reader.join().expect("the pipe ends"), asked + 20, "each query is a line");
}

#[test]
fn a_log_that_nobody_reads_does_not_keep_a_process_from_its_end() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let mut server = Stuck::start(directory.path(), "error");
    server.admin(directory.path(), &["add", "police", "--description", "A test", "--purpose", "legalActions"]);
    let token = server.admin(directory.path(), &["add-token", "police"]);
    let mut stream = rdap_from(&server.demo, [127, 0, 0, 1], &[b"http/1.1"]).expect("a handshake");
    ask(&mut stream, &token, QUERIES / 2);
    others_are_served(&server.demo, "stuck.test");
    drop(stream);
    let took = server.terminate();
    println!("ended after {took:?}");
    assert!(took < Duration::from_secs(20), "{took:?}");
}
