//! A closed-loop client: one thread, N TLS sessions, each with one request under way.
//!
//! It polls without sleeping, so that its own waking up is no part of what is measured; it needs a core of its own.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use rustix::event::{Timespec, epoll};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection};

/// Where an answer ends.
#[derive(Clone, Copy, Debug)]
pub enum Framing {
    /// After so many octets.
    Fixed(usize),
    /// Four octets of total length, then the rest (RFC 5734, section 4).
    Prefixed,
}

/// What each session does.
pub struct Script<'a> {
    pub framing: Framing,
    /// Whether the server speaks first.
    pub greeted: bool,
    /// Sent one by one, each answered, before the measurement (login).
    pub prelude: &'a dyn Fn(usize) -> Vec<Vec<u8>>,
    /// The octets of request `number` of a session.
    pub request: &'a dyn Fn(usize, u64) -> Vec<u8>,
}

/// What came of it.
pub struct Outcome {
    pub requests: u64,
    pub elapsed: Duration,
    /// Round trips in nanoseconds.
    pub round_trips: Histogram<u64>,
}

impl Outcome {
    pub fn rate(&self) -> f64 {
        self.requests as f64 / self.elapsed.as_secs_f64()
    }
}

/// Loads `address` for `duration` over `sessions` connections.
pub fn load(
    address: SocketAddr,
    config: &Arc<ClientConfig>,
    sessions: usize,
    duration: Duration,
    script: &Script<'_>,
) -> io::Result<Outcome> {
    let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
    let mut all = (0..sessions)
        .map(|number| Session::open(address, config, number, script, &epoll))
        .collect::<io::Result<Vec<_>>>()?;
    let mut round_trips = Histogram::new(3).expect("three digits are possible");
    let (mut requests, begun) = (0, Instant::now());
    for session in &mut all {
        session.ask(script)?;
    }
    let mut events: Vec<epoll::Event> = Vec::with_capacity(256);
    while begun.elapsed() < duration {
        events.clear();
        let _ = epoll::wait(&epoll, rustix::buffer::spare_capacity(&mut events), Some(&Timespec::default()))?;
        for event in &events {
            let session = &mut all[event.data.u64() as usize];
            if session.receive(script)? {
                round_trips.record(session.asked.elapsed().as_nanos() as u64).map_err(io::Error::other)?;
                requests += 1;
                session.ask(script)?;
            }
        }
    }
    Ok(Outcome { requests, elapsed: begun.elapsed(), round_trips })
}

struct Session {
    number: usize,
    socket: TcpStream,
    tls: ClientConnection,
    asked: Instant,
    count: u64,
    /// Octets of the answer so far; kept only as far as the framing needs them.
    head: Vec<u8>,
    received: usize,
}

impl Session {
    fn open(
        address: SocketAddr,
        config: &Arc<ClientConfig>,
        number: usize,
        script: &Script<'_>,
        epoll: &OwnedFd,
    ) -> io::Result<Self> {
        let name = ServerName::try_from("localhost").map_err(io::Error::other)?;
        let socket = TcpStream::connect(address)?;
        socket.set_nodelay(true)?;
        let tls = ClientConnection::new(config.clone(), name).map_err(io::Error::other)?;
        let mut session = Self { number, socket, tls, asked: Instant::now(), count: 0, head: Vec::new(), received: 0 };
        while session.tls.is_handshaking() {
            session.tls.complete_io(&mut session.socket)?;
        }
        if script.greeted {
            while !session.receive(script)? {}
        }
        for frame in (script.prelude)(number) {
            session.send(&frame)?;
            while !session.receive(script)? {}
        }
        session.socket.set_nonblocking(true)?;
        let token = epoll::EventData::new_u64(number as u64);
        epoll::add(epoll, &session.socket, token, epoll::EventFlags::IN)?;
        Ok(session)
    }

    fn ask(&mut self, script: &Script<'_>) -> io::Result<()> {
        let request = (script.request)(self.number, self.count);
        self.count += 1;
        self.asked = Instant::now();
        self.send(&request)
    }

    fn send(&mut self, octets: &[u8]) -> io::Result<()> {
        self.tls.writer().write_all(octets)?;
        while self.tls.wants_write() {
            match self.tls.write_tls(&mut self.socket) {
                Err(error) if error.kind() != io::ErrorKind::WouldBlock => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    /// One read; whether it completed an answer.
    fn receive(&mut self, script: &Script<'_>) -> io::Result<bool> {
        match self.tls.read_tls(&mut self.socket) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(false),
            read => read?,
        };
        self.tls.process_new_packets().map_err(io::Error::other)?;
        let mut buf = [0; 16 * 1024];
        loop {
            match self.tls.reader().read(&mut buf) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(read) => {
                    self.received += read;
                    let missing = 4_usize.saturating_sub(self.head.len());
                    self.head.extend_from_slice(&buf[..read.min(missing)]);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) => return Err(error),
            }
        }
        let whole = match (script.framing, self.head.as_slice()) {
            (Framing::Fixed(length), _) => length,
            (Framing::Prefixed, &[a, b, c, d, ..]) => u32::from_be_bytes([a, b, c, d]) as usize,
            (Framing::Prefixed, _) => return Ok(false),
        };
        if self.received < whole {
            return Ok(false);
        }
        if self.received > whole {
            return Err(io::Error::other("more octets than one answer has"));
        }
        self.head.clear();
        self.received = 0;
        Ok(true)
    }
}
