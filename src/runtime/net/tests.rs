//! Real loopback sockets: no byte and no connection is lost, and nobody starves.

use super::*;
use crate::runtime::executor::tests::{anywhere, run, run_in_child};
use crate::runtime::{executor, mailbox, task, time};
use futures_util::{AsyncReadExt, AsyncWriteExt};
use std::cell::{Cell, RefCell};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Ipv6Addr, Shutdown, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::rc::Rc;
use std::sync::mpsc;
use std::task::{Context, Poll};
use std::thread;
use std::time::Duration;

const ANY_PORT: (Ipv4Addr, u16) = (Ipv4Addr::LOCALHOST, 0);

fn listen() -> Listener {
    Listener::new(Port::take(ANY_PORT.into()).expect("a port is free")).expect("registers")
}

/// Sends everything back until the peer ends.
async fn echo(socket: Socket) {
    let mut stream = Stream::new(socket).expect("registers");
    let mut buf = vec![0; 3000];
    while let Ok(read @ 1..) = stream.read(&mut buf).await {
        stream.write_all(&buf[..read]).await.expect("the peer reads");
    }
    stream.close().await.expect("open");
}

/// An executor that echoes `connections` connections and ends; its address.
fn echo_server(connections: usize) -> (SocketAddr, executor::ExecutorHandle) {
    let (tell, told) = mpsc::channel();
    let handle = executor::start(anywhere("echo"), move || async move {
        let listener = listen();
        tell.send(listener.local_addr()).expect("the test waits");
        let left = Rc::new(Cell::new(connections));
        for _ in 0..connections {
            let (socket, _) = listener.accept().await.expect("accepts");
            let left = left.clone();
            task::spawn(async move {
                echo(socket).await;
                left.set(left.get() - 1);
            });
        }
        while left.get() > 0 {
            time::sleep(Duration::from_millis(2)).await;
        }
    });
    (told.recv().expect("it listens"), handle.expect("an executor"))
}

fn pattern(len: usize, seed: usize) -> Vec<u8> {
    (0..len).map(|at| (at * 31 + seed * 7 + at / 251) as u8).collect()
}

#[test]
fn bytes_come_back_however_they_are_split_or_glued() {
    let (address, server) = echo_server(1);
    let mut client = TcpStream::connect(address).expect("it listens");
    client.set_nodelay(true).expect("a socket");
    let sent = pattern(60_000, 1);
    for (turn, piece) in [1, 2, 3, 700, 4096, 9000, 40_000].into_iter().enumerate() {
        for part in sent[..piece].chunks(piece.div_ceil(turn + 1)) {
            client.write_all(part).expect("it reads");
            thread::sleep(Duration::from_millis(1));
        }
        let mut back = vec![0; piece];
        client.read_exact(&mut back).expect("it echoes");
        assert_eq!(back, sent[..piece]);
    }
    client.shutdown(Shutdown::Write).expect("open");
    assert_eq!(client.read(&mut [0; 1]).expect("the end"), 0);
    server.join().expect("it ends");
}

/// Both in one edge: the read that takes the bytes is a short one, and no further edge will come.
#[test]
fn the_end_is_seen_though_it_came_with_the_last_bytes() {
    run(|| async {
        let listener = listen();
        let mut client = TcpStream::connect(listener.local_addr()).expect("it listens");
        let mut stream = Stream::new(listener.accept().await.expect("accepts").0).expect("registers");
        let mut buf = [0; 100];
        let nothing = time::timeout(Duration::from_millis(5), stream.read(&mut buf)).await;
        assert_eq!(nothing.err(), Some(time::Elapsed));
        // This thread is the executor: the driver sees nothing in between.
        client.write_all(b"last words").expect("open");
        client.shutdown(Shutdown::Write).expect("open");
        assert_eq!(stream.read(&mut buf).await.expect("open"), 10);
        let end = time::timeout(Duration::from_secs(10), stream.read(&mut buf)).await;
        assert_eq!(end.expect("the end comes").expect("in order"), 0);
    });
}

#[test]
fn megabytes_pass_both_ways_through_full_buffers() {
    let (address, server) = echo_server(1);
    let client = TcpStream::connect(address).expect("it listens");
    let sent = pattern(8 << 20, 3);
    let mut writer = client.try_clone().expect("a descriptor");
    let expected = sent.clone();
    let sender = thread::spawn(move || {
        writer.write_all(&sent).expect("it reads");
        writer.shutdown(Shutdown::Write).expect("open");
    });
    let mut back = Vec::new();
    let mut reader = client;
    // Lets the buffers of both directions fill before it reads.
    thread::sleep(Duration::from_millis(50));
    reader.read_to_end(&mut back).expect("it echoes");
    assert!(back == expected);
    sender.join().expect("it sent");
    server.join().expect("it ends");
}

#[test]
fn two_hundred_connections_are_served_at_once() {
    const CONNECTIONS: usize = 200;
    let (address, server) = echo_server(CONNECTIONS);
    let mut clients: Vec<_> = (0..CONNECTIONS).map(|_| TcpStream::connect(address).expect("it listens")).collect();
    for round in 0..5 {
        for (seed, client) in clients.iter_mut().enumerate() {
            client.write_all(&pattern(700, seed + round)).expect("open");
        }
        for (seed, client) in clients.iter_mut().enumerate() {
            let mut back = vec![0; 700];
            client.read_exact(&mut back).expect("it echoes");
            assert_eq!(back, pattern(700, seed + round));
        }
    }
    drop(clients);
    server.join().expect("it ends");
}

#[test]
fn a_fast_peer_does_not_hold_up_the_others() {
    run(|| async {
        // What is written to a Unix socket lies ready whole, so that only the budget interrupts the reading.
        let (mut flood, flooded) = std::os::unix::net::UnixStream::pair().expect("descriptors");
        rustix::net::sockopt::set_socket_send_buffer_size(&flood, 1 << 20).expect("a socket");
        let mut stream = Stream::new(Socket::from_fd(flooded).expect("a socket")).expect("registers");
        flood.set_nonblocking(true).expect("a socket");
        let mut sent = 0;
        while let Ok(wrote) = flood.write(&[0; 16_384]) {
            sent += wrote;
        }
        let rounds = Rc::new(Cell::new(0));
        let counting = rounds.clone();
        task::spawn(async move {
            loop {
                task::yield_now().await;
                counting.set(counting.get() + 1);
            }
        });
        let mut buf = vec![0; 16_384];
        let mut received = 0;
        while received < sent {
            received += stream.read(&mut buf).await.expect("it is all there");
        }
        // 128 KiB a turn, and one round for the others between two turns.
        let gaps = sent.div_ceil(128 * 1024) - 1;
        assert!(gaps > 0 && rounds.get() >= gaps, "{sent} octets left the others {} rounds", rounds.get());
    });
}

/// Lets everything through, and notes what it was asked and told.
struct Noting(Rc<RefCell<String>>);

impl Pace for Noting {
    fn poll_turn(&mut self, _: &mut Context<'_>) -> Poll<()> {
        self.0.borrow_mut().push('?');
        Poll::Ready(())
    }

    fn took(&mut self, octets: usize) {
        self.0.borrow_mut().push_str(&octets.to_string());
    }

    fn took_nothing(&mut self) {
        self.0.borrow_mut().push('-');
    }
}

/// Who may go on with a turn of long ago does with a hundred others at once what should take a hundred rounds.
#[test]
fn a_turn_in_which_nothing_came_is_over() {
    run(|| async {
        let listener = listen();
        let mut client = TcpStream::connect(listener.local_addr()).expect("it listens");
        let (socket, _) = listener.accept().await.expect("accepts");
        let mut stream = Stream::new(socket).expect("registers");
        // A stream has its budget from the driver's first turn on.
        task::yield_now().await;
        let noted = Rc::new(RefCell::new(String::new()));
        stream.set_pace(Some(Box::new(Noting(Rc::clone(&noted)))));
        let mut buf = [0; 8];
        assert!(time::timeout(Duration::from_millis(20), stream.read(&mut buf)).await.is_err());
        client.write_all(b"hello").expect("it reads");
        assert_eq!(stream.read(&mut buf).await.expect("open"), 5);
        assert_eq!(*noted.borrow(), "?-?5");
    });
}

#[test]
fn a_socket_travels_to_another_executor() {
    let (sender, mut receiver) = mailbox::channel::<Socket>(1);
    let other = executor::start(anywhere("other"), move || async move {
        echo(receiver.recv().await.expect("one comes")).await;
    });
    run(|| async move {
        let listener = listen();
        let mut client = TcpStream::connect(listener.local_addr()).expect("it listens");
        let (socket, peer) = listener.accept().await.expect("accepts");
        assert_eq!(peer, client.local_addr().expect("a socket"));
        assert_eq!(socket.peer_addr().expect("connected"), peer);
        assert!(rustix::net::sockopt::tcp_nodelay(&socket).expect("a socket"));
        sender.try_send(socket).expect("room");
        client.write_all(b"hello").expect("open");
        let mut back = [0; 5];
        client.read_exact(&mut back).expect("it echoes");
        assert_eq!(&back, b"hello");
    });
    other.expect("an executor").join().expect("it ends");
}

#[test]
fn a_dropped_socket_is_closed() {
    run(|| async {
        let listener = listen();
        let mut client = TcpStream::connect(listener.local_addr()).expect("it listens");
        drop(listener.accept().await.expect("accepts"));
        assert_eq!(client.read(&mut [0; 1]).expect("closed in order"), 0);
    });
}

#[test]
fn a_port_is_shared_among_its_executors_and_with_nobody_else() {
    let six = Port::take_shared((Ipv6Addr::UNSPECIFIED, 0).into(), 3).expect("IPv6");
    let address = six[0].local_addr();
    assert!(six.len() == 3 && six.iter().all(|port| port.local_addr() == address), "{six:?}");
    let _four = Port::take((Ipv4Addr::UNSPECIFIED, address.port()).into()).expect("V6ONLY leaves IPv4 free");
    for taken in [Port::take(address).err(), Port::take_shared(address, 2).err()] {
        assert_eq!(taken.expect("taken").kind(), io::ErrorKind::AddrInUse);
    }
    // Each of the three is one of those among which the kernel spreads: none is left out, none is let go.
    let clients: Vec<_> = (0..60).map(|_| TcpStream::connect((Ipv6Addr::LOCALHOST, address.port()))).collect();
    assert!(clients.iter().all(Result::is_ok));
    run(move || async {
        let listeners: Vec<_> = six.into_iter().map(|port| Listener::new(port).expect("registers")).collect();
        let mut accepted = vec![0; listeners.len()];
        for (listener, count) in listeners.iter().zip(&mut accepted) {
            while let Ok(Ok(_)) = time::timeout(Duration::from_millis(100), listener.accept()).await {
                *count += 1;
            }
        }
        assert_eq!(accepted.iter().sum::<usize>(), 60);
        assert!(accepted.iter().all(|count| *count > 0), "{accepted:?}");
    });
}

#[test]
fn a_number_drawn_for_port_0_holds_for_all_addresses() {
    let addresses: [SocketAddr; 3] =
        [ANY_PORT.into(), (Ipv4Addr::new(127, 0, 0, 2), 0).into(), (Ipv6Addr::LOCALHOST, 0).into()];
    let taken = take_all(&addresses, 2).expect("free");
    let numbers: Vec<_> = taken.iter().flatten().map(|port| port.local_addr().port()).collect();
    assert!(numbers.len() == 6 && numbers.iter().all(|number| *number == numbers[0]), "{numbers:?}");
    let (address, error) = take_all(&[ANY_PORT.into(), taken[1][0].local_addr()], 1).expect_err("taken");
    assert_eq!((address, error.kind()), (taken[1][0].local_addr(), io::ErrorKind::AddrInUse));
}

#[test]
fn accept_outlives_a_shortage_of_descriptors() {
    let test = "runtime::net::tests::accept_outlives_a_shortage_of_descriptors";
    let output = run_in_child(test, || {
        run(|| async {
            let listener = listen();
            let mut client = TcpStream::connect(listener.local_addr()).expect("it listens");
            let limit = rustix::process::Rlimit { current: Some(64), maximum: Some(64) };
            rustix::process::setrlimit(rustix::process::Resource::Nofile, limit).expect("lowering is allowed");
            let mut hoard = Vec::new();
            while let Ok(file) = std::fs::File::open("/dev/null") {
                hoard.push(file);
            }
            for _ in 0..3 {
                let early = listener.accept().await;
                assert!(matches!(early, Err(AcceptError::Shortage(_))), "no descriptor is left");
            }
            hoard.clear();
            drop(listener.accept().await.expect("descriptors are back"));
            assert_eq!(client.read(&mut [0; 1]).expect("closed in order"), 0);
        });
    });
    if let Some(output) = output {
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn a_silent_peer_is_given_up() {
    run(|| async {
        let listener = listen();
        let _client = TcpStream::connect(listener.local_addr()).expect("it listens");
        let mut stream = Stream::new(listener.accept().await.expect("accepts").0).expect("registers");
        let mut buf = [0; 1];
        let read = time::timeout(Duration::from_millis(10), stream.read(&mut buf)).await;
        assert!(matches!(read, Err(time::Elapsed)));
    });
}

#[test]
fn a_file_in_the_place_of_a_unix_socket_is_kept() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("server.key");
    std::fs::write(&path, "precious").expect("a file can be written");
    let at = path.clone();
    run(move || async move {
        let refused = UnixListener::bind(&at).err().expect("no socket");
        assert_eq!(refused.kind(), io::ErrorKind::AddrInUse);
    });
    assert_eq!(std::fs::read_to_string(&path).ok().as_deref(), Some("precious"));
}

#[test]
fn a_unix_socket_is_its_owners_alone() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("admin.sock");
    // A file left over: bound, and nobody listens any more.
    drop(std::os::unix::net::UnixListener::bind(&path).expect("a path"));
    let at = path.clone();
    run(move || async move {
        let listener = UnixListener::bind(&at).expect("replaces the left-over");
        assert_eq!(std::fs::metadata(&at).expect("exists").permissions().mode() & 0o777, 0o600);
        let second = UnixListener::bind(&at).err().expect("in use");
        assert_eq!(second.kind(), io::ErrorKind::AddrInUse);
        let client_at = at.clone();
        let client = thread::spawn(move || {
            let mut client = std::os::unix::net::UnixStream::connect(client_at).expect("it listens");
            client.write_all(b"stats").expect("open");
            client.shutdown(Shutdown::Write).expect("open");
            let mut back = String::new();
            client.read_to_string(&mut back).expect("it echoes");
            back
        });
        // The second bind above knocked to see whether someone listens.
        drop(listener.accept().await.expect("the knock"));
        let socket = listener.accept().await.expect("the client");
        assert_eq!(socket.peer_user().expect("a Unix socket"), rustix::process::getuid().as_raw());
        echo(socket).await;
        assert_eq!(client.join().expect("it ends"), "stats");
    });
    assert!(!path.exists());
}
