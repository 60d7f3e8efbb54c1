//! The real binary as a child process in a directory of its own: start, wait until ready, kill, stop, restart.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde::Deserialize;

/// How long a start or a stop may take before the test fails. Generous: the machine may be busy compiling.
const PATIENCE: Duration = Duration::from_secs(60);

/// `demo.json`: where a running demo registry is and who may log in.
#[derive(Clone, Debug, Deserialize)]
pub struct Demo {
    /// The EPP listener.
    pub epp: EppAddress,
    /// `registrar-a`, `registrar-b`, and as many more as it was started with.
    pub registrars: Vec<Registrar>,
    /// The RDAP listener.
    pub rdap: RdapAddress,
    /// The TLDs that are open: `example` (data model maximum) and `test` (minimum).
    pub tlds: Vec<String>,
    /// The Unix socket of the admin interface.
    pub admin_socket: PathBuf,
}

/// Where EPP listens.
#[derive(Clone, Debug, Deserialize)]
pub struct EppAddress {
    /// A host name to connect to.
    pub host: String,
    /// The TCP port.
    pub port: u16,
    /// The name in the server's certificate.
    pub server_name: String,
    /// The CA's certificate, a PEM file.
    pub ca: PathBuf,
    /// The addresses listened on.
    pub addresses: Vec<String>,
}

/// One registrar's credentials.
#[derive(Clone, Debug, Deserialize)]
pub struct Registrar {
    /// The identifier for `<clID>`.
    pub clid: String,
    /// The password for `<pw>`.
    pub pw: String,
    /// The client certificate, a PEM file.
    pub cert: PathBuf,
    /// Its key, a PEM file.
    pub key: PathBuf,
}

/// Where RDAP listens.
#[derive(Clone, Debug, Deserialize)]
pub struct RdapAddress {
    /// For example `https://localhost:8443/`.
    pub base_urls: Vec<String>,
    /// The CA's certificate, a PEM file.
    pub ca: PathBuf,
}

/// A running `domesday demo`, killed when dropped.
pub struct Server {
    child: Child,
    directory: PathBuf,
    demo: Demo,
    /// What its environment says besides ours.
    environment: Vec<(OsString, OsString)>,
    /// What its command line says besides ours.
    arguments: Vec<String>,
    /// Kept so that the directory lives as long as the server; absent when the caller owns the directory.
    _temporary: Option<tempfile::TempDir>,
}

impl Server {
    /// Starts a fresh registry in a temporary directory on free ports and waits until it is ready.
    pub fn start() -> Self {
        Self::start_with(Vec::new())
    }

    /// As [`Server::start`], with this in its environment, also when it is started again.
    pub fn start_with(environment: Vec<(OsString, OsString)>) -> Self {
        let temporary = tempfile::tempdir().expect("a temporary directory can be made");
        let (child, demo) = launch(temporary.path(), &environment, &[]);
        Self {
            child,
            demo,
            environment,
            arguments: Vec::new(),
            directory: temporary.path().to_owned(),
            _temporary: Some(temporary),
        }
    }

    /// As [`Server::start`], with time that can be driven.
    pub fn start_virtual() -> Self {
        let temporary = tempfile::tempdir().expect("a temporary directory can be made");
        Self::start_virtual_in(temporary, &[])
    }

    /// The same in this directory, with these settings (dotted key, value) instead of the demo's.
    pub fn start_virtual_in(temporary: tempfile::TempDir, settings: &[(&str, &str)]) -> Self {
        let mut arguments = vec!["--virtual-time".to_owned()];
        arguments.extend(settings.iter().flat_map(|(key, value)| ["--set".to_owned(), format!("{key}={value}")]));
        let (child, demo) = launch(temporary.path(), &[], &arguments);
        Self {
            child,
            demo,
            environment: Vec::new(),
            arguments,
            directory: temporary.path().to_owned(),
            _temporary: Some(temporary),
        }
    }

    /// Starts a registry in `directory`, fresh or left by an earlier one, and waits until it is ready.
    pub fn start_in(directory: &Path) -> Self {
        Self::start_in_with(directory, &[])
    }

    /// As [`Server::start_in`], with these settings (dotted key, value) instead of the demo's, also when it is started again.
    pub fn start_in_with(directory: &Path, settings: &[(&str, &str)]) -> Self {
        let set = |(key, value): &(&str, &str)| ["--set".to_owned(), format!("{key}={value}")];
        Self::start_in_as(directory, settings.iter().flat_map(set).collect())
    }

    /// As [`Server::start_in`], with these arguments on its command line, also when it is started again.
    pub fn start_in_as(directory: &Path, arguments: Vec<String>) -> Self {
        let (child, demo) = launch(directory, &[], &arguments);
        Self { child, demo, environment: Vec::new(), arguments, directory: directory.to_owned(), _temporary: None }
    }

    /// Starts a demo registry, stops it, and serves it with these settings (dotted key, TOML value) instead of the demo's.
    /// `{dir}` in a value is the server's directory.
    pub fn start_configured(settings: &[(&str, &str)]) -> Self {
        Self::start_configured_with(Vec::new(), settings)
    }

    /// The same, with this in the environment.
    pub fn start_configured_with(environment: Vec<(OsString, OsString)>, settings: &[(&str, &str)]) -> Self {
        let mut server = Self::start_with(environment);
        assert!(server.terminate().success(), "{}", server.output());
        server.serve(settings);
        server
    }

    /// Runs `domesday serve` on what a demo has left that has ended, with these settings instead of the demo's, until
    /// [`Server::restart`].
    pub fn serve(&mut self, settings: &[(&str, &str)]) {
        for _ in 0..5 {
            if self.try_serve(settings) {
                return;
            }
            // Between the two processes somebody may take a port: then with others, once more.
            self.restart();
            assert!(self.terminate().success(), "{}", self.output());
        }
        panic!("five times the ports were taken");
    }

    fn try_serve(&mut self, settings: &[(&str, &str)]) -> bool {
        let file = self.directory.join("registry.toml");
        let text = fs::read_to_string(&file).expect("the demo wrote it");
        let is_set = |line: &&str| !settings.iter().any(|(key, _)| line.starts_with(&format!("{key} = ")));
        let mut lines: Vec<String> = text.lines().filter(is_set).map(str::to_owned).collect();
        lines.extend(settings.iter().map(|(key, value)| format!("{key} = {value}")));
        let directory = self.directory.to_str().expect("UTF-8");
        fs::write(&file, lines.join("\n").replace("{dir}", directory)).expect("it can be written");
        let before = self.output().len();
        self.child = serve(&self.directory, &self.environment);
        let deadline = Instant::now() + PATIENCE;
        loop {
            let output = self.output().split_off(before);
            if output.contains("the registry is open") {
                return true;
            }
            if self.child.try_wait().expect("a child of ours can be waited for").is_some() {
                let output = self.output().split_off(before);
                assert!(output.contains("Address already in use"), "it does not serve:\n{output}");
                return false;
            }
            assert!(Instant::now() < deadline, "it does not serve:\n{output}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Where /metrics is: the address that the process announced last.
    pub fn metrics(&self) -> String {
        let output = self.output();
        // `serve` logs it, `demo` prints it.
        let announced = match output.rsplit_once("the registry is open") {
            Some((_, after)) => after.split_once("metrics").expect("its address is in the same line").1,
            None => output.rsplit_once("metrics  http://").expect("the announcement names it").1,
        };
        let start = announced.find("127.0.0.1:").expect("an address of this machine");
        let end = |c: char| !(c.is_ascii_digit() || c == '.' || c == ':');
        announced[start..].split(end).next().expect("an address").to_owned()
    }

    /// Where it is and who may log in.
    pub fn demo(&self) -> &Demo {
        &self.demo
    }

    /// The directory with its log, base files, certificates, `demo.json` and `output.log`.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The operating system's id of the process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What the process printed so far, both streams.
    pub fn output(&self) -> String {
        read_output(&self.directory)
    }

    /// The same, once it has this in it: the log is written a moment after what it tells of.
    pub fn output_with(&self, text: &str) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let output = self.output();
            if output.contains(text) {
                return output;
            }
            assert!(Instant::now() < deadline, "it never said {text}:\n{output}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// SIGKILL, and waits until the process is gone: nothing it held in memory survives.
    pub fn kill(&mut self) {
        self.child.kill().expect("a child of ours can be killed");
        self.child.wait().expect("a killed child can be waited for");
    }

    /// SIGTERM, and waits for the graceful end. Returns how the process ended.
    pub fn terminate(&mut self) -> ExitStatus {
        let pid = Pid::from_child(&self.child);
        kill_process(pid, Signal::TERM).expect("a child of ours can be signalled");
        self.wait()
    }

    /// Waits for an end that is under way. Returns how the process ended.
    pub fn wait(&mut self) -> ExitStatus {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().expect("a child of ours can be waited for") {
                return status;
            }
            assert!(Instant::now() < deadline, "no end; its output:\n{}", self.output());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Starts the binary again on the same directory (after `kill` or `terminate`); the ports are new ones.
    pub fn restart(&mut self) {
        if self.child.try_wait().expect("a child of ours can be waited for").is_none() {
            self.kill();
        }
        (self.child, self.demo) = launch(&self.directory, &self.environment, &self.arguments);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Already gone is as good as killed.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            eprintln!("--- the server's output:\n{}", self.output());
        }
    }
}

/// `GET /metrics` at this address.
pub fn metrics_at(address: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("the metrics listener takes connections");
    stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: m\r\n\r\n").expect("it takes a request");
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("it answers and closes");
    text
}

/// The program under test.
pub fn binary() -> PathBuf {
    env!("CARGO_BIN_EXE_domesday").into()
}

/// The command line that serves a demo registry in `directory` on free ports, nothing redirected yet.
pub fn demo_command(directory: &Path) -> Command {
    let mut command = Command::new(binary());
    command.args(["demo", "--epp", "127.0.0.1:0", "--rdap", "127.0.0.1:0", "--dir"]).arg(directory);
    command
}

/// Serves what the configuration file in `directory` says.
fn serve(directory: &Path, environment: &[(OsString, OsString)]) -> Child {
    let output = File::options().create(true).append(true).open(directory.join("output.log"));
    let output = output.expect("the output file can be opened");
    let mut command = Command::new(binary());
    command.args(["serve", "--config"]).arg(directory.join("registry.toml")).stdin(Stdio::null());
    command.envs(environment.iter().cloned());
    let copy = output.try_clone().expect("a file handle can be cloned");
    command.stdout(copy).stderr(output).spawn().expect("the binary can be started")
}

fn launch(directory: &Path, environment: &[(OsString, OsString)], arguments: &[String]) -> (Child, Demo) {
    // The file is written when the registry is ready; one left by an earlier run would tell old ports.
    let ready = directory.join("demo.json");
    let _ = fs::remove_file(&ready);
    let output = File::options().create(true).append(true).open(directory.join("output.log"));
    let output = output.expect("the output file can be opened");
    let mut child = demo_command(directory)
        .args(arguments)
        .envs(environment.iter().cloned())
        .stdin(Stdio::null())
        .stdout(output.try_clone().expect("a file handle can be cloned"))
        .stderr(output)
        .spawn()
        .expect("the binary can be started");
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Ok(mut text) = fs::read(&ready)
            && let Ok(demo) = simd_json::from_slice(&mut text)
        {
            return (child, demo);
        }
        if let Some(status) = child.try_wait().expect("a child of ours can be waited for") {
            panic!("the server ended with {status} before it was ready:\n{}", read_output(directory));
        }
        if Instant::now() >= deadline {
            let _ = child.kill();
            panic!("the server was not ready in time:\n{}", read_output(directory));
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn read_output(directory: &Path) -> String {
    fs::read(directory.join("output.log")).map_or_else(|e| e.to_string(), |b| String::from_utf8_lossy(&b).into_owned())
}
