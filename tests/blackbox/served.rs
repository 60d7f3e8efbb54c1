//! `domesday serve` on the registry of a demo that has ended, with some settings of its own.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::support::epp::between;
use crate::support::process::{Demo, binary};
use crate::support::{EppClient, Server};

/// How long a start or an end may take: the machine may be busy.
const PATIENCE: Duration = Duration::from_secs(60);

/// A process that serves, killed when dropped.
pub(crate) struct Served {
    child: Child,
    demo: Demo,
    log: std::path::PathBuf,
}

impl Served {
    /// Starts it with each of these keys set to its value, and waits until EPP answers.
    pub(crate) fn start(server: &Server, settings: &[(&str, &str)]) -> Self {
        let text = fs::read_to_string(server.directory().join("registry.toml")).expect("the demo wrote it");
        let is_set = |line: &str| settings.iter().any(|(key, _)| line.starts_with(&format!("{key} = ")));
        let mut lines: Vec<_> = text.lines().filter(|line| !is_set(line)).map(str::to_owned).collect();
        lines.extend(settings.iter().map(|(key, value)| format!("{key} = {value}")));
        let (config, log) = (server.directory().join("served.toml"), server.directory().join("served.log"));
        fs::write(&config, lines.join("\n")).expect("a file can be written");
        let child = Command::new(binary())
            .args(["serve", "--config"])
            .arg(&config)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(&log).expect("a file can be made"))
            .spawn()
            .expect("the binary can be started");
        let mut served = Self { child, demo: server.demo().clone(), log };
        let deadline = Instant::now() + PATIENCE;
        while EppClient::connect(&served.demo, &served.demo.registrars[0]).is_err() {
            let runs = served.child.try_wait().is_ok_and(|ended| ended.is_none());
            assert!(runs && Instant::now() < deadline, "no EPP: {}", served.said());
            std::thread::sleep(Duration::from_millis(10));
        }
        served
    }

    /// A session that is logged in as the first registrar.
    pub(crate) fn session(&self) -> EppClient {
        EppClient::logged_in(&self.demo, 0)
    }

    /// `GET /metrics` where the log says that it is.
    pub(crate) fn metrics(&self) -> String {
        let said = self.said();
        let address = between(&said, "\"metrics\":\"Some(", ")").expect("the log names it");
        let mut stream = TcpStream::connect(address).expect("the metrics listener takes connections");
        stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: m\r\n\r\n").expect("it takes a request");
        let mut text = String::new();
        stream.read_to_string(&mut text).expect("it answers and closes");
        text
    }

    /// What it has written to its standard error.
    pub(crate) fn said(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_else(|error| error.to_string())
    }

    /// SIGTERM, and waits for the end.
    pub(crate) fn terminate(mut self) -> ExitStatus {
        kill_process(Pid::from_child(&self.child), Signal::TERM).expect("a child of ours can be signalled");
        self.wait()
    }

    /// Waits for an end that is under way.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().expect("a child of ours can be waited for") {
                return status;
            }
            assert!(Instant::now() < deadline, "no end: {}", self.said());
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // Already gone is as good as killed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
