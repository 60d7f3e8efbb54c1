//! The floors: bare TLS servers that read a request of fixed size and send an answer of fixed size, nothing else.
//!
//! Each runs on a thread of its own, pinned to `core`, until the process ends.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};

use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::Duration;

use domesday::runtime::executor::{self, Placement};
use domesday::runtime::net::{Listener, Port, Stream};
use domesday::runtime::{task, tls};
use futures_rustls::TlsAcceptor;
use futures_util::{AsyncReadExt, AsyncWriteExt};
use rustix::event::epoll;
use rustls::{ServerConfig, ServerConnection};

/// Octets of request and answer.
#[derive(Clone, Copy, Debug)]
pub struct Exchange {
    pub request: usize,
    pub answer: usize,
}

/// A server under load.
pub struct Contender {
    pub name: &'static str,
    pub address: SocketAddr,
    /// The thread that does the work.
    pub thread: i32,
}

impl Contender {
    /// Processor time of its thread so far, in nanoseconds.
    pub fn cpu(&self) -> u64 {
        let stat = std::fs::read_to_string(format!("/proc/self/task/{}/schedstat", self.thread)).unwrap_or_default();
        stat.split(' ').next().and_then(|nanos| nanos.parse().ok()).unwrap_or(0)
    }
}

type Ready = Sender<(SocketAddr, i32)>;

fn contender(name: &'static str, start: impl FnOnce(Ready)) -> Contender {
    let (tell, told) = channel();
    start(tell);
    let (address, thread) = told.recv().expect("it listens");
    Contender { name, address, thread }
}

fn this_thread() -> i32 {
    rustix::thread::gettid().as_raw_nonzero().get()
}

fn any_port() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, 0).into()
}

/// The floor of the floors: epoll, non-blocking sockets and rustls, no task, no waker.
pub fn plain_epoll(core: usize, config: Arc<ServerConfig>, exchange: Exchange) -> Contender {
    contender("plain epoll", |tell| {
        thread::spawn(move || {
            pin(core);
            serve_epoll(&config, exchange, &tell).expect("the floor holds");
        });
    })
}

/// Pins the calling thread.
pub fn pin(core: usize) {
    let mut set = rustix::thread::CpuSet::new();
    set.set(core);
    rustix::thread::sched_setaffinity(None, &set).expect("the core is allowed");
}

const LISTENER: u64 = u64::MAX;

fn serve_epoll(config: &Arc<ServerConfig>, exchange: Exchange, tell: &Ready) -> io::Result<()> {
    let listener = TcpListener::bind(any_port())?;
    listener.set_nonblocking(true)?;
    tell.send((listener.local_addr()?, this_thread())).expect("the bench waits");
    let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
    epoll::add(&epoll, &listener, epoll::EventData::new_u64(LISTENER), epoll::EventFlags::IN)?;
    let answer = vec![b'.'; exchange.answer];
    let mut sessions: Vec<Option<Session>> = Vec::new();
    let mut events: Vec<epoll::Event> = Vec::with_capacity(256);
    loop {
        events.clear();
        epoll::wait(&epoll, rustix::buffer::spare_capacity(&mut events), None)?;
        for event in &events {
            let token = event.data;
            if token.u64() == LISTENER {
                let (socket, _) = listener.accept()?;
                socket.set_nonblocking(true)?;
                socket.set_nodelay(true)?;
                let token = epoll::EventData::new_u64(sessions.len() as u64);
                epoll::add(&epoll, &socket, token, epoll::EventFlags::IN)?;
                let tls = ServerConnection::new(config.clone()).map_err(io::Error::other)?;
                sessions.push(Some(Session { socket, tls, received: 0 }));
                continue;
            }
            let place = &mut sessions[token.u64() as usize];
            if place.as_mut().is_some_and(|session| session.turn(exchange.request, &answer).is_err()) {
                *place = None;
            }
        }
    }
}

struct Session {
    socket: TcpStream,
    tls: ServerConnection,
    received: usize,
}

impl Session {
    fn turn(&mut self, request: usize, answer: &[u8]) -> io::Result<()> {
        if self.tls.read_tls(&mut self.socket)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.tls.process_new_packets().map_err(io::Error::other)?;
        let mut buf = [0; 4096];
        loop {
            match self.tls.reader().read(&mut buf) {
                Ok(read @ 1..) => self.received += read,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                _ => return Err(io::ErrorKind::UnexpectedEof.into()),
            }
        }
        while self.received >= request {
            self.received -= request;
            self.tls.writer().write_all(answer)?;
        }
        while self.tls.wants_write() {
            self.tls.write_tls(&mut self.socket)?;
        }
        Ok(())
    }
}

/// glommio's own sockets under futures-rustls.
pub fn glommio_stream(core: usize, config: Arc<ServerConfig>, exchange: Exchange) -> Contender {
    contender("glommio TcpStream", |tell| {
        let builder = glommio::LocalExecutorBuilder::new(glommio::Placement::Fixed(core)).name("floor");
        let spawned = builder.spawn(move || async move {
            let listener = glommio::net::TcpListener::bind(any_port()).expect("a port is free");
            tell.send((listener.local_addr().expect("bound"), this_thread())).expect("the bench waits");
            loop {
                let stream = listener.accept().await.expect("accepts");
                stream.set_nodelay(true).expect("a socket");
                let acceptor = TlsAcceptor::from(config.clone());
                glommio::spawn_local(async move {
                    if let Ok(stream) = acceptor.accept(stream).await {
                        echo(stream, exchange).await;
                    }
                })
                .detach();
            }
        });
        spawned.expect("an executor");
    })
}

/// Our executor and sockets, with so much spinning.
pub fn ours(
    name: &'static str,
    core: usize,
    spin: Duration,
    config: Arc<ServerConfig>,
    exchange: Exchange,
) -> Contender {
    contender(name, |tell| {
        let placement = Placement { name: "ours".into(), core: Some(core), spin };
        let started = executor::start(placement, move || async move {
            let port = Port::take(any_port()).expect("a port is free");
            let listener = Listener::new(port).expect("registers");
            tell.send((listener.local_addr(), this_thread())).expect("the bench waits");
            loop {
                let (socket, _) = listener.accept().await.expect("accepts");
                let config = config.clone();
                task::spawn(async move {
                    let stream = Stream::new(socket).expect("registers");
                    if let Ok(stream) = tls::accept(stream, config).await {
                        echo(stream, exchange).await;
                    }
                });
            }
        });
        started.expect("an executor");
    })
}

async fn echo(mut stream: impl futures_io::AsyncRead + futures_io::AsyncWrite + Unpin, exchange: Exchange) {
    let mut request = vec![0; exchange.request];
    let answer = vec![b'.'; exchange.answer];
    while stream.read_exact(&mut request).await.is_ok() {
        if stream.write_all(&answer).await.is_err() || stream.flush().await.is_err() {
            break;
        }
    }
}
