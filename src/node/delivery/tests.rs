//! Deliveries to a real sshd, through a relay that can cut them off, and to programs that are no `sftp`.

use std::fs;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixStream;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use tempfile::TempDir;

use super::*;

/// Directories whose names mean what they are.
const FROM: &str = "out \"b[o]x's\" \\*";
const TO: &str = "in '\"[a]*?\\ b";
const DEPOSIT: &str = "example_2026-11-22_full_S1_R0.ryde";
const SIGNATURE: &str = "example_2026-11-22_full_S1_R0.sig";

/// An escrow agent's server: an sshd of its own for each connection, behind a relay.
struct Agent {
    dir: TempDir,
    port: u16,
    /// Octets from us that a connection lets through.
    lets_through: Arc<AtomicU64>,
}

fn generate_key(path: &Path) {
    let made = Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(path).status();
    assert!(made.expect("ssh-keygen (package openssh-client) is installed").success());
}

impl Agent {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        for name in ["host", "other", "ours"] {
            generate_key(&dir.path().join(name));
        }
        for name in [FROM, TO] {
            fs::create_dir(dir.path().join(name)).expect("a directory");
        }
        fs::write(dir.path().join(FROM).join(DEPOSIT), deposit()).expect("room");
        fs::write(dir.path().join(FROM).join(SIGNATURE), "signature").expect("room");
        if rustix::process::geteuid().is_root() {
            // What the service's own start would make; others than root need none.
            let _ = fs::create_dir_all("/run/sshd");
        }
        let path = |name: &str| dir.path().join(name).display().to_string();
        let config = format!(
            "HostKey {}\nAuthorizedKeysFile {}\nStrictModes no\nUsePAM no\nPasswordAuthentication no\n\
             PermitRootLogin yes\nSubsystem sftp internal-sftp\n",
            path("host"),
            path("ours.pub")
        );
        fs::write(dir.path().join("config"), config).expect("room");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        for (file, key) in [("known", "host.pub"), ("known wrong", "other.pub"), ("known none", "")] {
            let key = if key.is_empty() { String::new() } else { fs::read_to_string(path(key)).expect("a key") };
            fs::write(path(file), format!("[127.0.0.1]:{port} {key}")).expect("room");
        }
        fs::write(path("known none"), "").expect("room");
        let lets_through = Arc::new(AtomicU64::new(u64::MAX));
        let (config, through) = (dir.path().join("config"), lets_through.clone());
        thread::spawn(move || {
            for client in listener.incoming() {
                relay(client.expect("a connection"), &config, through.load(Ordering::SeqCst));
            }
        });
        Self { dir, port, lets_through }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn destination(&self) -> Destination {
        let user = Command::new("id").arg("-un").output().expect("id").stdout;
        Destination {
            host: "127.0.0.1".into(),
            port: self.port,
            user: String::from_utf8(user).expect("UTF-8").trim().to_owned(),
            directory: Some(self.path(TO).display().to_string()),
            identity: self.path("ours"),
            known_hosts: self.path("known"),
            temporary_names: true,
            program: default_program(),
            connect_timeout_s: 10,
            time_limit_s: 60,
            limit_kbit: None,
        }
    }

    fn files(&self) -> [PathBuf; 2] {
        [SIGNATURE, DEPOSIT].map(|name| self.path(FROM).join(name))
    }

    /// Names of files at the agent's, with their octets.
    fn there(&self) -> Vec<(String, u64)> {
        let entry = |entry: io::Result<fs::DirEntry>| {
            let entry = entry.expect("an entry");
            (entry.file_name().into_string().expect("UTF-8"), entry.metadata().expect("a file").len())
        };
        let mut all: Vec<_> = fs::read_dir(self.path(TO)).expect("a directory").map(entry).collect();
        all.sort();
        all
    }
}

/// Two megabytes in which no part is like another.
fn deposit() -> Vec<u8> {
    (0..1_u32 << 19).flat_map(|number| number.wrapping_mul(0x9e37_79b9).to_be_bytes()).collect()
}

/// Joins a client and an sshd, and cuts both off when so many octets have come from the client.
fn relay(client: TcpStream, config: &Path, mut lets_through: u64) {
    let (ours, theirs) = UnixStream::pair().expect("a pair");
    let also_theirs = theirs.try_clone().expect("a descriptor");
    let mut sshd = Command::new("/usr/sbin/sshd");
    sshd.args(["-i", "-q", "-f"]).arg(config).stderr(Stdio::null());
    sshd.stdin(OwnedFd::from(theirs)).stdout(OwnedFd::from(also_theirs));
    let mut child = sshd.spawn().expect("sshd (package openssh-server) is installed");
    drop(sshd);
    let (mut from_client, mut to_client) = (client.try_clone().expect("a descriptor"), client);
    let (mut from_sshd, mut to_sshd) = (ours.try_clone().expect("a descriptor"), ours);
    thread::spawn(move || {
        let mut buffer = [0; 8192];
        loop {
            let most = buffer.len().min(usize::try_from(lets_through).unwrap_or(usize::MAX));
            match from_client.read(&mut buffer[..most]) {
                Ok(count) if count > 0 && to_sshd.write_all(&buffer[..count]).is_ok() => lets_through -= count as u64,
                _ => break,
            }
        }
        let _ = (from_client.shutdown(Shutdown::Both), to_sshd.shutdown(Shutdown::Both));
        let _ = child.wait();
    });
    thread::spawn(move || {
        let _ = io::copy(&mut from_sshd, &mut to_client);
        let _ = to_client.shutdown(Shutdown::Both);
    });
}

fn nothing(_: Progress<'_>) {}

#[track_caller]
fn fails(destination: &Destination, files: &[PathBuf], fault: RemoteFault, says: &str) {
    let error = deliver(destination, files, &mut nothing, &Halt::default()).expect_err(says);
    assert!(matches!(error, DeliveryError::Remote { fault: found, .. } if found == fault), "{error:?}");
    assert!(error.to_string().contains(says), "{error}");
}

#[test]
fn a_delivery_that_was_cut_off_goes_on_and_arrives_bit_for_bit() {
    let agent = Agent::new();
    let (destination, files) = (agent.destination(), agent.files());
    // What an earlier deposit of that name has left.
    fs::write(agent.path(TO).join(DEPOSIT), "another").expect("room");
    fs::write(agent.path(TO).join(format!("{DEPOSIT}.0123456789abcdef.part")), "another").expect("room");
    agent.lets_through.store(1 << 20, Ordering::SeqCst);
    fails(&destination, &files, RemoteFault::Network, "the server cannot be reached, or went away");
    let there = agent.there();
    let names: Vec<_> = there.iter().map(|(name, _)| name.as_str()).collect();
    assert!(
        names.len() == 3 && names[0] == DEPOSIT && names.iter().skip(1).all(|name| name.ends_with(".part")),
        "{names:?}"
    );
    let left = there[1].1;
    assert!((100_000..1 << 20).contains(&left), "{there:?}");

    agent.lets_through.store(u64::MAX, Ordering::SeqCst);
    let mut steps = Vec::new();
    let delivered = deliver(&destination, &files, &mut |step| steps.push(format!("{step:?}")), &Halt::default());
    let octets = deposit().len() as u64;
    let delivered = delivered.expect("delivered");
    // The server may have written some more of what it had got when we looked.
    let from = octets - delivered.sent;
    assert!((left..1 << 20).contains(&from), "{left} octets were there, it went on behind {from}");
    assert_eq!(delivered, Delivered { files: 2, octets: octets + 9, sent: octets - from });
    let sending = format!("Sending {{ name: {DEPOSIT:?}, from: {from}, of: {octets} }}");
    assert_eq!(steps, ["Connected", &format!("Kept({SIGNATURE:?})"), &sending, "Naming"]);
    assert_eq!(agent.there(), [(DEPOSIT.to_owned(), octets), (SIGNATURE.to_owned(), 9)]);
    assert!(fs::read(agent.path(TO).join(DEPOSIT)).expect("a file") == deposit(), "bit for bit");

    let at_once = Destination { temporary_names: false, ..destination };
    fs::write(agent.path(FROM).join(SIGNATURE), "a new one").expect("room");
    deliver(&at_once, &files[..1], &mut nothing, &Halt::default()).expect("delivered");
    assert_eq!(fs::read(agent.path(TO).join(SIGNATURE)).expect("a file"), b"a new one");
    assert_eq!(agent.there().len(), 2);
    fs::remove_file(agent.path(TO).join(SIGNATURE)).expect("a file");
    symlink("/dev/full", agent.path(TO).join(SIGNATURE)).expect("a link");
    fails(&at_once, &files[..1], RemoteFault::Storage, "its disk, or our share of it, may be full");
}

#[test]
fn nothing_is_sent_to_a_stranger_and_what_refuses_us_is_told() {
    let agent = Agent::new();
    let (good, files) = (agent.destination(), agent.files());
    for known in ["known wrong", "known none"] {
        let stranger = Destination { known_hosts: agent.path(known), ..good.clone() };
        fails(&stranger, &files, RemoteFault::HostKey, "nothing was sent");
    }
    let nobody = Destination { identity: agent.path("other"), ..good.clone() };
    fails(&nobody, &files, RemoteFault::Authentication, "Permission denied (publickey");
    let nowhere = Destination { directory: Some("-no \"where".into()), ..good.clone() };
    fails(&nowhere, &files, RemoteFault::Directory, "the directory is not there");
    let closed = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr());
    let away = Destination { port: closed.expect("a port").port(), ..good.clone() };
    fails(&away, &files, RemoteFault::Network, "Connection refused");
    assert_eq!(agent.there(), [], "nothing has come");
    for (bad, says) in [
        (Destination { program: "no-sftp-here".into(), ..good.clone() }, "install openssh-client"),
        (Destination { host: "a b".into(), ..good.clone() }, "expected a host name"),
        (Destination { user: "a\"b".into(), ..good.clone() }, "expected a user"),
        (Destination { identity: "/nowhere/key".into(), ..good.clone() }, "/nowhere/key: No such file"),
    ] {
        let error = deliver(&bad, &files, &mut nothing, &Halt::default()).expect_err(says);
        assert!(error.to_string().contains(says) && !error.is_worth_retry(), "{error}");
    }
    let twice = [files[0].clone(), files[0].clone()];
    let error = deliver(&good, &twice, &mut nothing, &Halt::default()).expect_err("one name for two");
    assert!(error.to_string().contains("twice"), "{error}");
}

/// A delivery by a program that is no `sftp`.
fn with_program(agent: &Agent, script: &str, time_limit_s: u64, halt: &Halt) -> DeliveryError {
    let program = agent.path("program");
    fs::write(&program, format!("#!/bin/sh\ncd {}\n{script}\n", agent.dir.path().display())).expect("room");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o700)).expect("ours");
    let destination = Destination { program, time_limit_s, directory: None, ..agent.destination() };
    deliver(&destination, &agent.files(), &mut nothing, halt).expect_err("no sftp")
}

#[test]
fn what_lies_stalls_or_does_not_end_is_left_with_its_children() {
    let agent = Agent::new();
    let lies = "while read -r line; do case $line in pwd) echo 'Remote working directory: /';; -ls*) \
                echo \"-rw------- 1 a b 8 Nov 28 17:00 ${line#-ls -ln }\";; esac; done";
    let error = with_program(&agent, lies, 60, &Halt::default());
    assert!(matches!(error, DeliveryError::Size { expected: 9, found: 8, .. }), "{error}");

    let error = with_program(&agent, "exec yes", 60, &Halt::default());
    assert!(matches!(error, DeliveryError::Remote { fault: RemoteFault::Network, .. }), "{error}");

    let stalls = "sleep 60 & echo $! $$ >pids; wait";
    let begun = Instant::now();
    let error = with_program(&agent, stalls, 1, &Halt::default());
    assert!(matches!(error, DeliveryError::TimeLimit(1)), "{error}");
    let halt = Halt::default();
    let setter = halt.clone();
    let pids = agent.path("pids");
    fs::remove_file(&pids).expect("the first has written it");
    thread::spawn(move || {
        while !fs::read_to_string(&pids).is_ok_and(|text| text.ends_with('\n')) {
            thread::sleep(Duration::from_millis(5));
        }
        setter.set();
    });
    let error = with_program(&agent, stalls, 60, &halt);
    assert!(matches!(error, DeliveryError::Halted), "{error}");
    assert!(begun.elapsed() < Duration::from_secs(20), "nobody waits for them");
    for pid in fs::read_to_string(agent.path("pids")).expect("it began").split_whitespace() {
        let is_gone = || {
            let state = fs::read_to_string(format!("/proc/{pid}/stat")).ok();
            state.is_none_or(|state| state.contains(") Z "))
        };
        let end = Instant::now() + Duration::from_secs(5);
        while !is_gone() && Instant::now() < end {
            thread::sleep(Duration::from_millis(5));
        }
        assert!(is_gone(), "{pid} goes on");
    }
}

#[test]
fn settings_are_read_from_toml_and_nothing_besides() {
    let text = "host = \"a\"\nuser = \"b\"\nidentity = \"c\"\nknown_hosts = \"d\"\n";
    let destination: Destination = toml::from_str(text).expect("enough");
    assert_eq!((destination.port, destination.temporary_names), (22, true));
    assert!(toml::from_str::<Destination>(&format!("{text}passphrase = \"x\"\n")).is_err());
}
