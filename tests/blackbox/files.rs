//! The files of a registry in clumsy hands: started twice, begun by mistake, mixed up, cut short under a running server.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::support::Server;
use crate::support::process::{binary, demo_command};

/// The configuration of `server` with another data directory, in a file beside it.
fn elsewhere(server: &Server, data: &Path) -> PathBuf {
    let text = fs::read_to_string(server.directory().join("registry.toml")).expect("the demo wrote it");
    let ours = |line: &&str| !["data.dir", "admin.socket"].iter().any(|key| line.starts_with(key));
    let kept: Vec<_> = text.lines().filter(ours).collect();
    let file = data.with_extension("toml");
    fs::write(&file, format!("data.dir = {data:?}\n{}\n", kept.join("\n"))).expect("a file can be written");
    file
}

/// `domesday COMMAND --config FILE`, which must end by itself.
fn domesday(command: &str, config: &Path) -> Output {
    Command::new(binary()).arg(command).arg("--config").arg(config).output().expect("the binary can be started")
}

/// What a start says that must be refused.
fn refusal(output: &Output) -> String {
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{message}");
    message
}

#[test]
fn a_second_process_is_refused_whatever_was_deleted_beside_the_data() {
    let server = Server::start();
    let data = server.directory().join("data");
    for dir in [server.directory().to_owned(), data.clone(), data.join("wal"), data.join("index")] {
        for name in ["LOCK", "admin.sock"] {
            // Most of these are not there at all; whatever is, goes.
            let _ = fs::remove_file(dir.join(name));
        }
    }
    let who = format!("process {} already runs", server.id());
    let message = refusal(&demo_command(server.directory()).output().expect("the binary can be started"));
    assert!(message.contains(&who), "{message}");
    let message = refusal(&domesday("serve", &elsewhere(&server, &data)));
    assert!(message.contains(&who) && message.contains("/data\""), "{message}");
}

#[test]
fn a_log_reached_by_a_link_from_another_data_directory_is_locked_all_the_same() {
    let server = Server::start();
    let other = server.directory().join("other");
    fs::create_dir(&other).expect("new");
    symlink(server.directory().join("data/wal"), other.join("wal")).expect("new");
    let message = refusal(&domesday("serve", &elsewhere(&server, &other)));
    assert!(message.contains(&format!("process {} already runs", server.id())), "{message}");
    assert!(message.contains("/other/wal\""), "{message}");
}
