//! What `domesday config check` accepts, `domesday serve` starts with; what it refuses, `serve` refuses alike. At the edges of
//! what each key may be, with real starts.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::admin::run;
use crate::support::Server;
use crate::support::process::binary;

/// Settings that are good: one start each.
const GOOD: &[&[(&str, &str)]] = &[
    &[],
    &[("epp.sessions", "1"), ("rdap.connections", "1"), ("epp.login_attempts", "1")],
    &[("epp.sessions", "1_000_000"), ("epp.waiting", "1_000_000"), ("epp.waiting_per_network", "1_000_000")],
    &[("epp.sessions_per_registrar", "10_000"), ("epp.waiting", "1"), ("epp.waiting_per_network", "1")],
    &[("epp.login_timeout_s", "1"), ("epp.idle_timeout_s", "86_400"), ("rdap.connections", "1_000_000")],
    &[("rdap.rate", "1_000_000"), ("rdap.burst", "1"), ("rdap.max_age_s", "3600"), ("clock.max_jump_s", "1")],
    &[("rdap.rate", "1"), ("rdap.burst", "10_000_000"), ("clock.max_jump_s", "86_400")],
    &[("rdap.exempt", "[\"192.0.2.0/24\", \"2001:db8::/32\", \"::1\"]"), ("rdap.network_multiple", "1000")],
    &[("wal.segment_mib", "33"), ("checkpoint.delta_mib", "1")],
    &[("wal.segment_mib", "1024"), ("checkpoint.delta_mib", "65_536")],
    &[("runtime.spin_us", "10_000"), ("runtime.shard_cores", "[0]"), ("runtime.ledger_core", "0")],
    &[("index.prefault", "false")],
    &[("index.lock_memory", "true"), ("log.level", "\"error\""), ("log.format", "\"human\"")],
    &[("registry.server_id", "\"<&\\\"\""), ("registry.repository_id", "\"A\"")],
    &[("rdap.base_url", "\"https://[::1]:8443/rdap/\""), ("registry.terms_url", "\"http://h?x\"")],
    &[("rdap.listen", "[]"), ("metrics.listen", "\"127.0.0.1:0\"")],
    &[("epp.listen", "[\"127.0.0.1:0\", \"127.0.0.2:0\"]"), ("rdap.listen", "[\"127.0.0.1:0\", \"127.0.0.3:0\"]")],
];

/// A setting that is not good, and the key that is named.
const BAD: &[(&[(&str, &str)], &str)] = &[
    (&[("wal.segment_mib", "1025")], "wal.segment_mib"),
    (&[("rdap.exempt", "[\"192.0.2.0/33\"]")], "rdap.exempt"),
    (&[("rdap.exempt", "\"192.0.2.0/24\"")], "rdap.exempt"),
    (&[("rdap.exempt", "[\"localhost\"]")], "rdap.exempt"),
    (&[("rdap.network_multiple", "1001")], "rdap.network_multiple"),
    (&[("wal.segment_mib", "31")], "wal.segment_mib"),
    (&[("clock.max_jump_s", "0")], "clock.max_jump_s"),
    (&[("clock.max_jump_s", "86_401")], "clock.max_jump_s"),
    (&[("rdap.base_url", "\"https:///\"")], "rdap.base_url"),
    (&[("rdap.base_url", "\"https://rdap.example/?x/\"")], "rdap.base_url"),
    (&[("rdap.base_url", "\"https://rdap example/\"")], "rdap.base_url"),
    (&[("registry.terms_url", "\"https://h/a b\"")], "registry.terms_url"),
    (&[("registry.server_id", "\"bell\\u0007\"")], "registry.server_id"),
    (&[("rdap.certificate", "\"/nonexistent\"")], "rdap.key"),
    (&[("rdap.key", "\"/nonexistent\"")], "rdap.certificate"),
    (&[("epp.key", "\"/nonexistent\"")], "epp.key"),
    (&[("epp.client_ca", "\"/nonexistent\"")], "epp.client_ca"),
    (&[("epp.certificate", "\"nul\\u0000\"")], "epp.certificate"),
    (&[("epp.listen", "[]")], "epp.listen"),
    (&[("epp.listen", "[\"127.0.0.1:0\", \"127.0.0.1:0\"]")], "epp.listen"),
    (&[("epp.listen", "[\"203.0.113.99:0\"]")], "epp.listen"),
    (&[("rdap.listen", "[\"[::ffff:127.0.0.1]:0\"]")], "rdap.listen"),
    (&[("rdap.listen", "[\"224.0.0.1:0\"]")], "rdap.listen"),
    (&[("rdap.listen", "[\"127.0.0.1:17\"]"), ("epp.listen", "[\"0.0.0.0:17\"]")], "rdap.listen"),
    (&[("metrics.listen", "\"127.0.0.1:17\""), ("epp.listen", "[\"127.0.0.1:17\"]")], "metrics.listen"),
    (&[("runtime.shard_cores", "[0, 0]")], "runtime.shard_cores"),
    (&[("runtime.shard_cores", "[4095]")], "runtime.shard_cores"),
    (&[("runtime.ledger_core", "4095")], "runtime.ledger_core"),
    (&[("admin.socket", "\"/nonexistent/admin.sock\"")], "admin.socket"),
    (&[("data.dir", "\"/dev/null/data\"")], "data.dir"),
];

struct Registry {
    directory: PathBuf,
    _server: Server,
}

impl Registry {
    /// What a demo has left.
    fn new() -> Self {
        let mut server = Server::start();
        assert!(server.terminate().success());
        Self { directory: server.directory().to_owned(), _server: server }
    }

    fn socket(&self) -> PathBuf {
        self.directory.join("serve.sock")
    }

    /// The configuration file with these settings.
    fn file(&self, settings: &[(&str, &str)]) -> PathBuf {
        let quoted = |path: &Path| format!("{path:?}");
        let mut all: BTreeMap<&str, String> = BTreeMap::from([
            ("data.dir", quoted(&self.directory.join("data"))),
            ("epp.certificate", quoted(&self.directory.join("server.pem"))),
            ("epp.key", quoted(&self.directory.join("server.key"))),
            ("epp.listen", "[\"127.0.0.1:0\"]".to_owned()),
            ("rdap.listen", "[\"127.0.0.1:0\"]".to_owned()),
            ("metrics.listen", "\"\"".to_owned()),
            ("admin.socket", quoted(&self.socket())),
        ]);
        all.extend(settings.iter().map(|(key, value)| (*key, (*value).to_owned())));
        let text: String = all.iter().map(|(key, value)| format!("{key} = {value}\n")).collect();
        let file = self.directory.join("edge.toml");
        std::fs::write(&file, text).expect("a file can be written");
        file
    }

    fn serve(&self, file: &Path) -> Child {
        let output = std::fs::File::create(self.directory.join("serve.log")).expect("a file can be made");
        Command::new(binary())
            .args(["serve", "--config"])
            .arg(file)
            .stdin(Stdio::null())
            .stdout(output.try_clone().expect("a handle can be cloned"))
            .stderr(output)
            .spawn()
            .expect("the binary can be started")
    }

    /// Serves, and waits until it answers. A port that was free may be taken a moment later; then it takes another one.
    fn started(&self, file: &Path) -> Child {
        let mut tries = 0;
        let mut child = self.serve(file);
        let deadline = Instant::now() + Duration::from_secs(60);
        while !run(&["admin", "--config", text(file), "stats"]).status.success() {
            if child.try_wait().is_ok_and(|ended| ended.is_some()) {
                tries += 1;
                assert!(tries < 5 && self.log().contains("Address already in use"), "it ended:\n{}", self.log());
                child = self.serve(file);
            }
            assert!(Instant::now() < deadline, "it does not start:\n{}", self.log());
            std::thread::sleep(Duration::from_millis(10));
        }
        child
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.directory.join("serve.log")).unwrap_or_default()
    }
}

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

#[test]
fn what_the_check_accepts_starts_and_stops() {
    let registry = Registry::new();
    // As long as the kernel takes it.
    let stem = registry.directory.join("").as_os_str().len();
    let longest = format!("{:?}", registry.directory.join("s".repeat(107 - stem)));
    let long = [("admin.socket", longest.as_str())];
    for settings in GOOD.iter().copied().chain([&long[..]]) {
        let file = registry.file(settings);
        let checked = run(&["config", "check", text(&file)]);
        assert!(checked.status.success(), "{settings:?}: {}", String::from_utf8_lossy(&checked.stderr));
        let mut child = registry.started(&file);
        kill_process(Pid::from_child(&child), Signal::TERM).expect("a child of ours can be signalled");
        let ended = child.wait().expect("it ends");
        assert_eq!(ended.code(), Some(0), "{settings:?}:\n{}", registry.log());
    }
}

#[test]
fn what_the_check_refuses_does_not_start_for_the_same_reason() {
    let registry = Registry::new();
    for (settings, key) in BAD {
        let file = registry.file(settings);
        let checked = run(&["config", "check", text(&file)]);
        let said = String::from_utf8_lossy(&checked.stderr).into_owned();
        // Before the start, which would go on for ever if it were accepted.
        assert_eq!(checked.status.code(), Some(1), "{settings:?}: {said}");
        let mut child = registry.serve(&file);
        let deadline = Instant::now() + Duration::from_secs(60);
        let served = loop {
            match child.try_wait().expect("a child of ours can be waited for") {
                Some(ended) => break ended,
                None if Instant::now() < deadline => std::thread::sleep(Duration::from_millis(5)),
                None => {
                    child.kill().expect("a child of ours can be killed");
                    panic!("{settings:?} starts:\n{}", registry.log());
                }
            }
        };
        assert_eq!(served.code(), Some(1), "{settings:?}: {said}{}", registry.log());
        let problems: Vec<_> = said.lines().filter(|line| line.starts_with("  ")).collect();
        assert!(problems.len() == 1 && problems[0].starts_with(&format!("  {key}: ")), "{settings:?}: {said}");
        assert!(registry.log().contains(problems[0]), "{settings:?}: {said}\n{}", registry.log());
    }
}
