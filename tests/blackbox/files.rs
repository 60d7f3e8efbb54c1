//! The files of a registry in clumsy hands: started twice, begun by mistake, mixed up, cut short under a running server.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::frames::{expect, info, update};
use crate::names;
use crate::support::epp::code;
use crate::support::process::metrics_at;
use crate::support::process::{binary, demo_command};
use crate::support::{EppClient, Server};

/// The configuration of `server` with another data directory, in a file beside it.
fn elsewhere(server: &Server, data: &Path) -> PathBuf {
    let text = fs::read_to_string(server.directory().join("registry.toml")).expect("the demo wrote it");
    // Somebody may have taken the ports of the demo by now.
    let ours = |line: &&str| {
        !["data.dir", "admin.socket", "epp.listen", "rdap.listen"].iter().any(|key| line.starts_with(key))
    };
    let kept: Vec<_> = text.lines().filter(ours).collect();
    let file = data.with_extension("toml");
    let listen = "epp.listen = [\"127.0.0.1:0\"]\nrdap.listen = [\"127.0.0.1:0\"]";
    fs::write(&file, format!("data.dir = {data:?}\n{listen}\n{}\n", kept.join("\n"))).expect("a file can be written");
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

/// Everything below a directory, so that two looks can be compared.
fn everything(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of ours").flatten() {
            match entry.path() {
                path if path.is_dir() => {
                    found.push((path.clone(), Vec::new()));
                    folders.push(path);
                }
                path => found.push((path.clone(), fs::read(&path).unwrap_or_default())),
            }
        }
    }
    found.sort();
    found
}

#[test]
fn a_registry_is_begun_by_init_and_by_nothing_else() {
    let mut server = Server::start();
    assert!(server.terminate().success());
    let data = server.directory().join("fresh");
    let config = elsewhere(&server, &data);
    for prepared in [false, true] {
        if prepared {
            fs::create_dir(&data).expect("an empty mount point");
        }
        let message = refusal(&domesday("serve", &config));
        assert!(message.contains("no registry here") && message.contains("domesday init"), "{message}");
        assert_eq!(data.exists(), prepared, "nothing was made");
    }
    fs::create_dir(data.join("lost+found")).expect("a volume has it");
    let output = domesday("init", &config);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && said.contains("began a log"), "{}", String::from_utf8_lossy(&output.stderr));
    for dir in ["wal", "index"].map(|name| data.join(name)) {
        assert!(said.contains(&format!("made {}/", dir.display())), "{said}");
        assert_eq!(fs::metadata(&dir).expect("made").permissions().mode() & 0o777, 0o700, "{}", dir.display());
    }
    let before = everything(&data);
    assert!(refusal(&domesday("init", &config)).contains("there is a log here already"));
    assert!(everything(&data) == before, "nothing was touched");
    stop_at_first_sight(&config, &data.join("admin.sock"));
}

/// Serves until the socket is there, and asks it to stop at that very moment.
fn stop_at_first_sight(config: &Path, socket: &Path) {
    let mut child = Command::new(binary())
        .args(["serve", "--config"])
        .arg(config)
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    let deadline = Instant::now() + Duration::from_secs(60);
    while !socket.exists() {
        assert!(child.try_wait().expect("a child of ours").is_none() && Instant::now() < deadline, "no start");
        std::thread::yield_now();
    }
    kill_process(Pid::from_child(&child), Signal::TERM).expect("a child of ours can be signalled");
    let status = child.wait().expect("it ends");
    assert!(status.success(), "expected an end in order, found {status}");
}

#[test]
fn who_sees_the_admin_socket_may_stop_it_in_order() {
    let mut server = Server::start();
    assert!(server.terminate().success());
    let data = server.directory().join("data");
    let config = elsewhere(&server, &data);
    for _ in 0..10 {
        let _ = fs::remove_file(data.join("admin.sock"));
        stop_at_first_sight(&config, &data.join("admin.sock"));
    }
}

#[test]
fn what_is_not_understood_is_refused_by_name_and_moved_directories_are_found_by_their_links() {
    let mut server = Server::start();
    let mut session = EppClient::logged_in(server.demo(), 0);
    let name = names::minimum_of(&mut session);
    admin_checkpoint(&server);
    assert!(server.terminate().success());
    let data = server.directory().join("data");
    let segment = data.join("wal/wal-00000000000000000001.seg");
    let again = || refusal(&demo_command(server.directory()).output().expect("the binary can be started"));
    let aside = server.directory().join("aside");

    fs::rename(&segment, &aside).expect("moved");
    symlink(&aside, &segment).expect("new");
    let before = everything(&data);
    let message = again();
    assert!(
        message.contains("wal-00000000000000000001.seg: expected a regular file, found a symbolic link"),
        "{message}"
    );
    assert!(everything(&data) == before, "nothing was touched");
    fs::remove_file(&segment).expect("a link");
    let message = again();
    assert!(message.contains("were durable at") && message.contains("there is no segment"), "{message}");
    fs::rename(&aside, &segment).expect("moved back");

    for stranger in ["wal/wal-00000000000000000001.seg.bak", "index/core"] {
        fs::write(data.join(stranger), b"?").expect("new");
        let message = again();
        assert!(message.contains(stranger) && message.contains("move it away"), "{message}");
        fs::remove_file(data.join(stranger)).expect("moved away");
    }
    for dir in ["wal", "index"].map(|dir| data.join(dir)) {
        let target = server.directory().join(dir.file_name().expect("named"));
        fs::rename(&dir, &target).expect("moved");
        symlink(&target, &dir).expect("new");
    }
    server.restart();
    expect(&mut EppClient::logged_in(server.demo(), 0), 1000, &info("domain", &name));
}

/// A checkpoint, and waits until it is done.
fn admin_checkpoint(server: &Server) {
    let output = Command::new(binary())
        .args(["admin", "--target"])
        .arg(server.directory().join("demo.json"))
        .arg("checkpoint")
        .output()
        .expect("the binary can be started");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_base_file_of_another_registry_or_history_is_refused_by_name() {
    let mut servers = [Server::start(), Server::start()];
    let copied = servers[0].directory().join("copied");
    for server in &mut servers {
        let mut session = EppClient::logged_in(server.demo(), 0);
        (0..20).for_each(|_| drop(names::minimum_of(&mut session)));
        admin_checkpoint(server);
        server.kill();
    }
    let [ours, other] = &mut servers;
    let index = |server: &Server| server.directory().join("data/index");
    let base = |dir: &Path| fs::read_dir(dir).expect("there").flatten().next().expect("one base file").path();
    let (mine, theirs) = (base(&index(ours)), base(&index(other)));
    fs::rename(&mine, &copied).expect("moved");
    let planted = index(ours).join(theirs.file_name().expect("named"));
    fs::copy(&theirs, &planted).expect("copied");
    let before = everything(&ours.directory().join("data"));
    let again =
        |server: &Server| refusal(&demo_command(server.directory()).output().expect("the binary can be started"));
    let message = again(ours);
    assert!(message.contains("of another registry") && message.contains(planted.to_str().expect("UTF-8")), "{message}");
    assert!(everything(&ours.directory().join("data")) == before, "nothing was touched");
    fs::remove_file(&planted).expect("moved away");

    // The index stays as it is, while the log is restored to what it was before and goes another way.
    ours.restart();
    let log = ours.directory().join("data/wal");
    assert!(ours.terminate().success());
    let backup = everything(&log);
    ours.restart();
    let mut session = EppClient::logged_in(ours.demo(), 0);
    (0..20).for_each(|_| drop(names::minimum_of(&mut session)));
    admin_checkpoint(ours);
    ours.kill();
    let newer = base(&index(ours));
    fs::rename(&newer, &copied).expect("moved");
    fs::remove_dir_all(&log).expect("lost");
    fs::create_dir(&log).expect("new");
    backup.iter().for_each(|(path, bytes)| fs::write(path, bytes).expect("restored"));
    ours.restart();
    let mut session = EppClient::logged_in(ours.demo(), 0);
    (0..60).for_each(|_| drop(names::minimum_of(&mut session)));
    ours.kill();
    fs::rename(&copied, &newer).expect("moved back");
    let message = again(ours);
    assert!(message.contains("of another history of this registry"), "{message}");
    assert!(message.contains(newer.to_str().expect("UTF-8")), "{message}");
}

/// Inverts a bit of the last octet of the newest segment that is not zero; the segment, and what it was before.
fn flip_last_octet(server: &Server) -> (PathBuf, Vec<u8>) {
    let dir = server.directory().join("data/wal");
    let segments = fs::read_dir(dir).expect("there").flatten().map(|entry| entry.path());
    let newest = segments.filter(|path| path.extension().is_some_and(|kind| kind == "seg")).max().expect("one");
    let mut bytes = fs::read(&newest).expect("a segment");
    let before = bytes.clone();
    let last = bytes.iter().rposition(|octet| *octet != 0).expect("not empty");
    bytes[last] ^= 1;
    fs::write(&newest, bytes).expect("written");
    (newest, before)
}

#[test]
fn a_flip_in_the_last_frame_is_refused_after_a_clean_stop_and_after_an_idle_while() {
    let mut server = Server::start();
    for clean in [true, false] {
        let mut session = EppClient::logged_in(server.demo(), 0);
        let name = names::minimum_of(&mut session);
        if clean {
            assert!(server.terminate().success());
        } else {
            // Longer than an idle ledger waits before it seals.
            std::thread::sleep(Duration::from_millis(3500));
            server.kill();
        }
        let (segment, whole) = flip_last_octet(&server);
        let before = everything(&server.directory().join("data"));
        let message = refusal(&demo_command(server.directory()).output().expect("the binary can be started"));
        assert!(message.contains("were durable at 20"), "{message}");
        assert!(
            message.contains(segment.to_str().expect("UTF-8")) && message.contains("damaged at offset"),
            "{message}"
        );
        assert!(everything(&server.directory().join("data")) == before, "nothing was touched");
        fs::write(&segment, whole).expect("written");
        server.restart();
        expect(&mut EppClient::logged_in(server.demo(), 0), 1000, &info("domain", &name));
    }
}

#[test]
fn a_torn_frame_after_a_crash_is_cut_and_the_log_says_no_more_than_can_be_known() {
    let mut server = Server::start();
    let mut session = EppClient::logged_in(server.demo(), 0);
    let kept = names::minimum_of(&mut session);
    let torn = names::minimum_of(&mut session);
    server.kill();
    flip_last_octet(&server);
    server.restart();
    let said = server.output();
    assert!(said.contains("whether they had been answered cannot be known here"), "{said}");
    assert!(!said.contains("never answered"), "{said}");
    let mut session = EppClient::logged_in(server.demo(), 0);
    expect(&mut session, 1000, &info("domain", &kept));
    expect(&mut session, 2303, &info("domain", &torn));
}

/// The segments of the log.
fn segments(server: &Server) -> usize {
    let names = fs::read_dir(server.directory().join("data/wal")).expect("there").flatten();
    names.filter(|entry| entry.path().extension().is_some_and(|kind| kind == "seg")).count()
}

/// A change of a contact's postal information to several KiB.
fn long_postal(number: usize) -> String {
    let long = "\u{540d}".repeat(250);
    let line = |name: &str| format!("<contact:{name}>{long}</contact:{name}>");
    let (street, org, city, sp) = (line("street").repeat(3), line("org"), line("city"), line("sp"));
    format!(
        "<contact:chg><contact:postalInfo type=\"loc\"><contact:name>{number}</contact:name>{org}<contact:addr>{street}\
         {city}{sp}<contact:cc>JP</contact:cc></contact:addr></contact:postalInfo></contact:chg>"
    )
}

#[test]
fn updates_of_one_record_do_not_fill_the_disk_with_log() {
    let mut server = Server::start();
    let contact = names::contact_of(&mut EppClient::logged_in(server.demo(), 0));
    assert!(server.terminate().success());
    server.serve(&[("checkpoint.log_mib", "1"), ("wal.segment_mib", "32")]);
    let mut session = EppClient::logged_in(server.demo(), 0);
    let (mut most, mut written) = (0, 0_usize);
    for round in 0..90_usize {
        let update = |number| update("contact", &contact, &long_postal(round * 100 + number));
        let frames: Vec<_> = (0..100).map(|number| session.frame(&update(number))).collect();
        let answers = session.pipeline(&frames).expect("an answer each");
        answers.iter().for_each(|answer| assert_eq!(code(answer), 1000, "{answer}"));
        (most, written) = (most.max(segments(&server)), written + 100 * 8192);
    }
    // One in use, and one that a checkpoint has not passed yet.
    assert!(written > 64 << 20 && most <= 2, "{most} segments at most");
    assert!(!server.directory().join("data/wal/wal-00000000000000000001.seg").exists(), "the first one went");
    let text = metrics_at(&server.metrics());
    let figure = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)?.trim().parse::<u64>().ok());
    let log = figure("domesday_log_bytes ").expect("a figure");
    assert!((32 << 20..=128 << 20).contains(&log), "{text}");
    assert!(figure("domesday_log_since_checkpoint_bytes ").expect("a figure") < 32 << 20, "{text}");
    assert!(figure("domesday_index_base_bytes ").expect("a figure") > 4096, "{text}");
    assert!(figure("domesday_index_delta_bytes ").is_some(), "{text}");
    let name = format!("<contact:name>{}<", 89 * 100 + 99);
    assert!(expect(&mut session, 1000, &info("contact", &contact)).contains(&name), "the last update counts");
    drop(session);
    assert!(server.terminate().success());
    server.restart();
    let mut session = EppClient::logged_in(server.demo(), 0);
    assert!(expect(&mut session, 1000, &info("contact", &contact)).contains(&name), "after a restart too");
}

/// The one base file of the index.
fn base_file(server: &Server) -> PathBuf {
    let mut files = fs::read_dir(server.directory().join("data/index")).expect("there").flatten();
    files.next().expect("a base file").path()
}

#[test]
fn a_base_file_cut_short_under_a_running_server_ends_it_with_a_clear_last_message_and_nothing_is_lost() {
    let mut server = Server::start();
    let mut session = EppClient::logged_in(server.demo(), 0);
    let names: Vec<_> = (0..100).map(|_| names::minimum_of(&mut session)).collect();
    admin_checkpoint(&server);
    let later = names::minimum_of(&mut session);
    assert!(server.terminate().success());
    let base = base_file(&server);
    let whole = fs::read(&base).expect("a base file");
    assert!(whole.len() > 3 * 4096);
    for rebuilt in [false, true] {
        server.serve(&[("index.prefault", "false")]);
        let mut session = EppClient::logged_in(server.demo(), 0);
        expect(&mut session, 1000, &info("domain", &names[0]));
        let newest = names::minimum_of(&mut session);
        fs::File::options().write(true).open(&base).and_then(|file| file.set_len(4096)).expect("cut short");
        for name in &names {
            let document = session.frame(&info("domain", name));
            if session.send(&document).and_then(|()| session.receive()).is_err() {
                break;
            }
        }
        let ended = server.wait();
        let said = server.output();
        assert_eq!(ended.code(), Some(3), "{ended}: {said}");
        assert!(said.contains("SIGBUS") && said.contains(&format!("{} was shortened", base.display())), "{said}");
        assert!(said.contains("it has 4096 octets") && said.contains("from a backup"), "{said}");
        let message = refusal(&demo_command(server.directory()).output().expect("the binary can be started"));
        assert!(message.contains(base.to_str().expect("UTF-8")) && message.contains("file length"), "{message}");
        match rebuilt {
            true => fs::remove_file(&base).expect("moved away"),
            false => fs::write(&base, &whole).expect("restored"),
        }
        server.restart();
        let mut session = EppClient::logged_in(server.demo(), 0);
        for name in names.iter().chain([&later, &newest]) {
            expect(&mut session, 1000, &info("domain", name));
        }
        drop(session);
        assert!(server.terminate().success());
    }
}

#[test]
fn files_that_others_may_read_are_narrowed_at_the_start() {
    let mut server = Server::start();
    admin_checkpoint(&server);
    assert!(server.terminate().success());
    let files = [base_file(&server), server.directory().join("data/wal/seal")];
    for file in &files {
        fs::set_permissions(file, fs::Permissions::from_mode(0o666)).expect("ours");
    }
    let [dir, demo] = [server.directory().join("data/wal"), server.directory().to_owned()];
    for dir in [&dir, &demo] {
        fs::set_permissions(dir, fs::Permissions::from_mode(0o751)).expect("ours");
    }
    server.restart();
    for file in files.iter().chain([&demo.join("registry.toml")]) {
        assert_eq!(fs::metadata(file).expect("there").permissions().mode() & 0o777, 0o600, "{}", file.display());
    }
    assert!(server.output().contains("others could read or write this file"), "{}", server.output());
    for dir in [&dir, &demo] {
        let said = format!("\"dir\":\"{}\",\"found\":\"751\"", dir.display());
        assert_eq!(server.output().matches(&said).count(), 1, "{said}: {}", server.output());
    }
    assert!(!server.output().contains("data/index\",\"found\""), "that one is its owner's alone: {}", server.output());
}

#[test]
fn a_demo_whose_registry_was_removed_says_that_it_begins_another() {
    let mut server = Server::start();
    let name = names::minimum_of(&mut EppClient::logged_in(server.demo(), 0));
    assert!(server.terminate().success());
    server.restart();
    let said = "though an earlier run has left its other files";
    assert!(!server.output().contains(said), "{}", server.output());
    assert!(server.terminate().success());
    fs::remove_dir_all(server.directory().join("data")).expect("ours");
    server.restart();
    assert!(server.output().contains(said), "{}", server.output());
    expect(&mut EppClient::logged_in(server.demo(), 0), 2303, &info("domain", &name));
}

#[test]
fn a_link_to_nothing_in_the_place_of_a_directory_is_named() {
    let mut server = Server::start();
    assert!(server.terminate().success());
    let link = server.directory().join("link");
    symlink("/nowhere/at/all", &link).expect("new");
    let config = elsewhere(&server, &link);
    let expected = format!("{}: expected a directory, found a symbolic link to /nowhere/at/all", link.display());
    let named = |command| {
        let message = refusal(&domesday(command, &config));
        assert!(message.contains(&expected), "{command}: {message}");
    };
    ["init", "serve"].iter().for_each(|command| named(command));
    let text = fs::read_to_string(&config).expect("written");
    fs::write(&config, text.replace("/link\"", "/link/data\"")).expect("writable");
    named("init");
}

#[test]
fn a_file_of_the_log_that_is_removed_under_a_running_server_is_told() {
    for name in ["seal", "wal-00000000000000000001.seg"] {
        let mut server = Server::start();
        let file = server.directory().join("data/wal").join(name);
        fs::remove_file(&file).expect("ours");
        let mut session = EppClient::logged_in(server.demo(), 0);
        let domain = names::minimum_of(&mut session);
        // Longer than an idle ledger waits before it seals.
        let (said, deadline) =
            (format!("{}: this file was removed", file.display()), Instant::now() + Duration::from_secs(60));
        while !server.output().contains(&said) {
            assert!(Instant::now() < deadline, "{}", server.output());
            std::thread::sleep(Duration::from_millis(50));
        }
        expect(&mut session, 1000, &info("domain", &domain));
        names::minimum_of(&mut session);
        drop(session);
        assert!(server.terminate().success());
        assert!(server.output().contains("could not be sealed at the stop"), "{}", server.output());
        refusal(&domesday("serve", &server.directory().join("registry.toml")));
    }
}

#[test]
fn a_seal_with_one_bad_slot_is_believed_and_told() {
    let mut server = Server::start();
    assert!(server.terminate().success());
    let seal = server.directory().join("data/wal/seal");
    let mut octets = fs::read(&seal).expect("there");
    octets[40] ^= 1;
    fs::write(&seal, octets).expect("ours");
    let said = "one of the two slots of the log's seal was not whole";
    server.restart();
    assert_eq!(server.output().matches(said).count(), 1, "{}", server.output());
    assert!(server.terminate().success());
    server.restart();
    assert_eq!(server.output().matches(said).count(), 1, "it was written anew: {}", server.output());
}

#[test]
fn a_loss_that_no_backup_can_mend_is_accepted_by_reseal_and_by_nothing_else() {
    let mut server = Server::start();
    let mut session = EppClient::logged_in(server.demo(), 0);
    let (kept, lost) = (names::minimum_of(&mut session), names::minimum_of(&mut session));
    assert!(server.terminate().success());
    let config = server.directory().join("registry.toml");
    flip_last_octet(&server);
    assert!(refusal(&domesday("serve", &config)).contains("domesday reseal"));
    let output = domesday("reseal", &config);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("the log holds frames 1 to ") && said.contains("no whole frame"), "{said}");
    server.restart();
    let mut session = EppClient::logged_in(server.demo(), 0);
    expect(&mut session, 1000, &info("domain", &kept));
    expect(&mut session, 2303, &info("domain", &lost));
    let locked = refusal(&domesday("reseal", &config));
    assert!(locked.contains("already runs"), "{locked}");
    server.kill();
    fs::remove_file(server.directory().join("data/wal/seal")).expect("lost");
    assert!(refusal(&domesday("serve", &config)).contains("expected the seal of the log, found none"));
    assert!(domesday("reseal", &config).status.success());
    server.restart();
    expect(&mut EppClient::logged_in(server.demo(), 0), 1000, &info("domain", &kept));
}
