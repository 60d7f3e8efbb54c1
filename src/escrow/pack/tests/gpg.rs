//! GnuPG as the judge: a home of its own, at a time of its own.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use super::super::{PublicKey, SecretKey};

/// A home with keys. What it starts ends with it.
pub(crate) struct Gpg {
    home: TempDir,
}

impl Gpg {
    pub(crate) fn new() -> Self {
        let home = TempDir::with_prefix("dg").expect("a folder");
        fs::set_permissions(home.path(), fs::Permissions::from_mode(0o700)).expect("its rights");
        Self { home }
    }

    /// The path of a file in it.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    pub(crate) fn put(&self, name: &str, octets: &[u8]) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, octets).expect("a file");
        path
    }

    /// Runs gpg on 2026-11-22 at noon.
    pub(crate) fn run(&self, arguments: &[&str], input: &[u8]) -> Output {
        self.run_at("20261122T120000", arguments, input)
    }

    pub(crate) fn run_at(&self, time: &str, arguments: &[&str], input: &[u8]) -> Output {
        let mut command = Command::new("gpg");
        command.arg("--homedir").arg(self.home.path()).args(["--batch", "--yes", "--no-tty", "--quiet"]);
        command.args(["--trust-model", "always", "--pinentry-mode", "loopback", "--passphrase", ""]);
        command.arg(format!("--faked-system-time={time}!")).args(arguments);
        fed(command, input)
    }

    /// As `run`, for what must go well: what it printed.
    pub(crate) fn must(&self, arguments: &[&str], input: &[u8]) -> Vec<u8> {
        let done = self.run(arguments, input);
        assert!(done.status.success(), "gpg {arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
        done.stdout
    }

    /// Makes keys on 2026-11-20: `parameters` are lines of gpg's unattended key generation.
    pub(crate) fn generate(&self, user: &str, parameters: &str) {
        let text = format!("%no-protection\n{parameters}\nName-Email: {user}\nExpire-Date: 0\n%commit\n");
        let done = self.run_at("20261120T000000", &["--gen-key"], text.as_bytes());
        assert!(done.status.success(), "gpg --gen-key: {}", String::from_utf8_lossy(&done.stderr));
    }

    /// Fingerprints of a user's key and its subkeys.
    pub(crate) fn fingerprints(&self, user: &str) -> Vec<String> {
        let listed = self.must(&["--with-colons", "--with-subkey-fingerprint", "--list-keys", user], b"");
        let listed = String::from_utf8(listed).expect("text");
        listed.lines().filter_map(|line| line.strip_prefix("fpr:")).map(|rest| rest.replace(':', "")).collect()
    }

    pub(crate) fn public(&self, user: &str) -> PublicKey {
        PublicKey::read(&self.must(&["--export", user], b"")).expect("what gpg exports")
    }

    pub(crate) fn secret(&self, user: &str) -> SecretKey {
        SecretKey::read(&self.must(&["--armor", "--export-secret-keys", user], b""), "").expect("what gpg exports")
    }
}

impl Drop for Gpg {
    fn drop(&mut self) {
        let _ = Command::new("gpgconf").arg("--homedir").arg(self.home.path()).args(["--kill", "all"]).status();
    }
}

/// Runs a command that reads `input`.
pub(crate) fn fed(mut command: Command, input: &[u8]) -> Output {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error} (tests/run packages)"));
    let mut stdin = child.stdin.take().expect("piped");
    std::thread::scope(|scope| {
        scope.spawn(move || {
            // Who has seen enough does not read on.
            let _ = stdin.write_all(input);
        });
        child.wait_with_output().expect("its output")
    })
}

/// What GNU tar lists of a file.
pub(crate) fn listed(path: &Path) -> String {
    let mut command = Command::new("tar");
    command.args(["--utc", "--full-time", "-tvf"]).arg(path);
    let done = fed(command, b"");
    assert!(done.status.success() && done.stderr.is_empty(), "tar: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).expect("text")
}
