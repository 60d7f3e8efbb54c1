//! Tells the tester which commit it is built from, for its results, and whether its sources or the server's library differ from it.

use std::process::Command;

/// What the tester is built from, as seen from this crate.
const SOURCES: [&str; 6] = ["build.rs", "src", "Cargo.toml", "../src", "../Cargo.toml", "../Cargo.lock"];

fn git(arguments: &[&str]) -> Option<String> {
    // To look must not write: the index of a repository that somebody works in is his.
    let done = Command::new("git").arg("--no-optional-locks").args(arguments).output().ok();
    let text = String::from_utf8(done.filter(|done| done.status.success())?.stdout).ok()?;
    Some(text.trim().to_owned())
}

fn main() {
    let commit = git(&["rev-parse", "--short=12", "HEAD"]).unwrap_or_else(|| "unknown".into());
    let changed = git(&[&["status", "--porcelain", "--untracked-files=no", "--"][..], &SOURCES].concat());
    let dirty = if changed.is_some_and(|changed| !changed.is_empty()) { "-dirty" } else { "" };
    println!("cargo::rustc-env=DOMESDAY_COMMIT={commit}{dirty}");
    for source in SOURCES {
        println!("cargo::rerun-if-changed={source}");
    }
    // Moves with each commit and each change of branch.
    if let Some(log) = git(&["rev-parse", "--path-format=absolute", "--git-path", "logs/HEAD"]) {
        println!("cargo::rerun-if-changed={log}");
    }
}
