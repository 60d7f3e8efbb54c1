//! Bare TLS servers that read a request of fixed size and send an answer of fixed size, nothing else.
//!
//! Each runs on a thread of its own, pinned to its core, until the process ends.

use std::fmt::Display;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::ops::Sub;
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

use super::FloorError;

/// Octets of request and answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// Of a request.
    pub request: usize,
    /// Of an answer.
    pub answer: usize,
}

/// A server under load.
#[derive(Clone, Copy, Debug)]
pub struct Contender {
    /// What it is called in tables.
    pub name: &'static str,
    /// Where it listens.
    pub address: SocketAddr,
    /// The thread that does the work, of this process.
    pub thread: i32,
}

/// What a thread or a process took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Nanoseconds of processor time.
    pub nanos: u64,
    /// How often it lost or gave up its core.
    pub switches: u64,
}

impl Sub for Usage {
    type Output = Self;

    fn sub(self, earlier: Self) -> Self {
        Self {
            nanos: self.nanos.saturating_sub(earlier.nanos),
            switches: self.switches.saturating_sub(earlier.switches),
        }
    }
}

/// Whose usage.
#[derive(Clone, Copy, Debug)]
pub enum Cpu {
    /// A thread of this process.
    Thread(i32),
    /// Another process.
    Process(u32),
}

impl Cpu {
    /// So far; nothing when it is gone.
    pub fn usage(self) -> Usage {
        let folder = match self {
            Self::Thread(id) => format!("/proc/self/task/{id}"),
            Self::Process(id) => format!("/proc/{id}"),
        };
        let read = |file: &str| std::fs::read_to_string(format!("{folder}/{file}")).unwrap_or_default();
        Usage { nanos: run_time(&read("schedstat")), switches: switches(&read("status")) }
    }

    /// Nanoseconds of processor time so far; 0 when it is gone.
    pub fn nanos(self) -> u64 {
        self.usage().nanos
    }
}

/// The first number of `schedstat`.
fn run_time(schedstat: &str) -> u64 {
    schedstat.split(' ').next().and_then(|nanos| nanos.parse().ok()).unwrap_or(0)
}

/// The sum of both kinds in `status`.
fn switches(status: &str) -> u64 {
    let counts = status.lines().filter_map(|line| line.split_once("voluntary_ctxt_switches:"));
    counts.filter_map(|(_, count)| count.trim().parse::<u64>().ok()).sum()
}

impl Contender {
    /// Processor time of its thread so far, in nanoseconds.
    pub fn cpu(&self) -> u64 {
        Cpu::Thread(self.thread).nanos()
    }

    /// What its thread took so far.
    pub fn usage(&self) -> Usage {
        Cpu::Thread(self.thread).usage()
    }
}

type Ready = Sender<Result<(SocketAddr, i32), String>>;

/// Starts a server, and waits until it listens or tells why it does not.
fn contender(name: &'static str, start: impl FnOnce(Ready) -> Result<(), String>) -> Result<Contender, FloorError> {
    let (tell, told) = channel();
    let started = start(tell).and_then(|()| told.recv().map_err(|_| "its thread ended".to_owned())?);
    let (address, thread) = started.map_err(|why| FloorError::Start { server: name, why })?;
    Ok(Contender { name, address, thread })
}

fn this_thread() -> i32 {
    rustix::thread::gettid().as_raw_nonzero().get()
}

fn any_port() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, 0).into()
}

fn text(error: impl Display) -> String {
    error.to_string()
}

/// Pins the calling thread.
///
/// # Errors
/// A core that this process may not use.
pub fn pin(core: usize) -> io::Result<()> {
    let mut set = rustix::thread::CpuSet::new();
    set.set(core);
    Ok(rustix::thread::sched_setaffinity(None, &set)?)
}

/// The floor of the floors: epoll, non-blocking sockets and rustls, no task, no waker.
///
/// # Errors
/// When it does not start.
pub fn plain_epoll(core: usize, config: Arc<ServerConfig>, exchange: Exchange) -> Result<Contender, FloorError> {
    contender("plain epoll", |tell| {
        let serve = move || {
            // Once it has told where it listens, it ends with the client's connections, and so the client knows.
            if let Err(error) = pin(core).and_then(|()| serve_epoll(&config, exchange, &tell)) {
                let _ = tell.send(Err(text(error)));
            }
        };
        thread::Builder::new().name("floor".into()).spawn(serve).map(drop).map_err(text)
    })
}

const LISTENER: u64 = u64::MAX;

fn serve_epoll(config: &Arc<ServerConfig>, exchange: Exchange, tell: &Ready) -> io::Result<()> {
    let listener = TcpListener::bind(any_port())?;
    listener.set_nonblocking(true)?;
    let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
    epoll::add(&epoll, &listener, epoll::EventData::new_u64(LISTENER), epoll::EventFlags::IN)?;
    let _ = tell.send(Ok((listener.local_addr()?, this_thread())));
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
                let mut tls = ServerConnection::new(config.clone()).map_err(io::Error::other)?;
                tls.set_buffer_limit(None);
                sessions.push(Some(Session { socket, tls, received: 0 }));
                continue;
            }
            let Some(place) = sessions.get_mut(token.u64() as usize) else { continue };
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
            match self.tls.write_tls(&mut self.socket) {
                // Only an answer larger than the socket's buffer waits; the client reads all the time.
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => thread::yield_now(),
                written => drop(written?),
            }
        }
        Ok(())
    }
}

/// glommio's own sockets under futures-rustls.
///
/// # Errors
/// When it does not start.
pub fn glommio_stream(core: usize, config: Arc<ServerConfig>, exchange: Exchange) -> Result<Contender, FloorError> {
    contender("glommio", |tell| {
        let builder = glommio::LocalExecutorBuilder::new(glommio::Placement::Fixed(core)).name("floor");
        let spawned = builder.spawn(move || async move {
            let bound = glommio::net::TcpListener::bind(any_port()).map_err(text);
            let bound = bound.and_then(|listener| Ok((listener.local_addr().map_err(text)?, listener)));
            let listener = match bound {
                Ok((address, listener)) => {
                    let _ = tell.send(Ok((address, this_thread())));
                    listener
                }
                Err(why) => return drop(tell.send(Err(why))),
            };
            // A client whose connection is not accepted, or is closed, tells so.
            while let Ok(stream) = listener.accept().await {
                let acceptor = TlsAcceptor::from(config.clone());
                glommio::spawn_local(async move {
                    let accepted = stream.set_nodelay(true).is_ok().then(|| acceptor.accept(stream));
                    if let Some(accepted) = accepted
                        && let Ok(stream) = accepted.await
                    {
                        echo(stream, exchange).await;
                    }
                })
                .detach();
            }
        });
        spawned.map(drop).map_err(text)
    })
}

/// Our executor and sockets, with so much spinning.
///
/// # Errors
/// When it does not start.
pub fn ours(
    name: &'static str,
    core: usize,
    spin: Duration,
    config: Arc<ServerConfig>,
    exchange: Exchange,
) -> Result<Contender, FloorError> {
    contender(name, |tell| {
        let placement = Placement { name: "floor".into(), core: Some(core), spin };
        let started = executor::start(placement, move || async move {
            let listener = match Port::take(any_port()).and_then(Listener::new) {
                Ok(listener) => listener,
                Err(error) => return drop(tell.send(Err(text(error)))),
            };
            let _ = tell.send(Ok((listener.local_addr(), this_thread())));
            while let Ok((socket, _)) = listener.accept().await {
                let config = config.clone();
                task::spawn(async move {
                    if let Ok(stream) = Stream::new(socket)
                        && let Ok(stream) = tls::accept(stream, config).await
                    {
                        echo(stream, exchange).await;
                    }
                });
            }
        });
        started.map(drop).map_err(text)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_of_switches_count_and_the_first_number_is_run_time() {
        let status = "Name:\tx\nvoluntary_ctxt_switches:\t12\nnonvoluntary_ctxt_switches:\t30\n";
        assert_eq!((switches(status), switches("")), (42, 0));
        assert_eq!((run_time("123456 7 8\n"), run_time("")), (123_456, 0));
    }

    #[test]
    fn a_thread_that_works_uses_time_and_one_that_is_gone_none() {
        let own = Cpu::Thread(this_thread());
        let before = own.usage();
        while (own.usage() - before).nanos == 0 {
            std::hint::spin_loop();
        }
        assert!(Cpu::Process(std::process::id()).nanos() > 0);
        assert_eq!(Cpu::Process(u32::MAX).usage(), Usage::default());
    }
}
