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

use super::{histogram, nanos};

/// How long the answers that are under way at the end are awaited.
const PATIENCE: Duration = Duration::from_secs(5);

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
    /// Where answers end.
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
    /// Requests that were answered within the time. What was under way at its end was answered too, and does not count.
    pub requests: u64,
    /// From the first request to the last that counts.
    pub elapsed: Duration,
    /// Round trips in nanoseconds.
    pub round_trips: Histogram<u64>,
}

impl Outcome {
    /// Requests a second.
    pub fn rate(&self) -> f64 {
        self.requests as f64 / self.elapsed.as_secs_f64()
    }
}

/// Loads `address` for `duration` over `sessions` connections.
///
/// # Errors
/// As [`Client::connect`] and [`Client::run`].
pub fn load(
    address: SocketAddr,
    config: &Arc<ClientConfig>,
    sessions: usize,
    duration: Duration,
    script: &Script<'_>,
) -> io::Result<Outcome> {
    Client::connect(address, config, sessions, script)?.run(duration)
}

/// Sessions that are connected, and have asked nothing yet.
pub struct Client<'a> {
    script: &'a Script<'a>,
    epoll: OwnedFd,
    sessions: Vec<Session>,
    handshakes: Histogram<u64>,
}

impl<'a> Client<'a> {
    /// Connects one after the other, and lets each have its greeting and its prelude.
    ///
    /// # Errors
    /// Of the connections; answers that are longer than they say.
    pub fn connect(
        address: SocketAddr,
        config: &Arc<ClientConfig>,
        sessions: usize,
        script: &'a Script<'a>,
    ) -> io::Result<Self> {
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        let mut client = Self { script, epoll, sessions: Vec::with_capacity(sessions), handshakes: histogram() };
        for number in 0..sessions {
            let begun = Instant::now();
            let mut session = Session::connect(address, config, number)?;
            client.handshakes.saturating_record(nanos(begun.elapsed()));
            session.prepare(script)?;
            let token = epoll::EventData::new_u64(number as u64);
            epoll::add(&client.epoll, &session.socket, token, epoll::EventFlags::IN)?;
            client.sessions.push(session);
        }
        Ok(client)
    }

    /// From connecting to the end of the handshake, in nanoseconds.
    pub fn handshakes(&self) -> &Histogram<u64> {
        &self.handshakes
    }

    /// Keeps one request under way on each session for so long; then waits for the last answers, up to some seconds.
    ///
    /// # Errors
    /// Of the connections; an answer that is longer than it is to be, or does not become as long.
    pub fn run(mut self, duration: Duration) -> io::Result<Outcome> {
        let mut round_trips = histogram();
        let (mut requests, mut under_way, begun) = (0, self.sessions.len(), Instant::now());
        let mut elapsed = Duration::ZERO;
        for session in &mut self.sessions {
            session.ask(self.script)?;
        }
        let mut events: Vec<epoll::Event> = Vec::with_capacity(256);
        while under_way > 0 {
            events.clear();
            let _ = epoll::wait(&self.epoll, rustix::buffer::spare_capacity(&mut events), Some(&Timespec::default()))?;
            let now = begun.elapsed();
            for event in &events {
                let Some(session) = self.sessions.get_mut(event.data.u64() as usize) else { continue };
                if !session.receive(self.script)? {
                    continue;
                }
                if now >= duration {
                    under_way -= 1;
                    continue;
                }
                round_trips.saturating_record(nanos(session.asked.elapsed()));
                requests += 1;
                session.ask(self.script)?;
            }
            if now < duration {
                elapsed = begun.elapsed();
            } else if now > duration + PATIENCE {
                let received = self.sessions.iter().map(|session| session.received).max().unwrap_or(0);
                return Err(stalled(self.script, under_way, received));
            }
        }
        Ok(Outcome { requests, elapsed, round_trips })
    }
}

/// The error for answers that never became whole.
fn stalled(script: &Script<'_>, under_way: usize, received: usize) -> io::Error {
    let expected = match script.framing {
        Framing::Fixed(octets) => format!("{octets} octets"),
        Framing::Prefixed => "as many octets as its header says".to_owned(),
    };
    let why =
        format!("{under_way} answers were not whole after {PATIENCE:?}: expected {expected}, found {received} at most");
    io::Error::new(io::ErrorKind::TimedOut, why)
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
    fn connect(address: SocketAddr, config: &Arc<ClientConfig>, number: usize) -> io::Result<Self> {
        let name = ServerName::try_from("localhost").map_err(io::Error::other)?;
        let mut socket = TcpStream::connect(address)?;
        socket.set_nodelay(true)?;
        let mut tls = ClientConnection::new(config.clone(), name).map_err(io::Error::other)?;
        tls.set_buffer_limit(None);
        while tls.is_handshaking() {
            tls.complete_io(&mut socket)?;
        }
        Ok(Self { number, socket, tls, asked: Instant::now(), count: 0, head: Vec::new(), received: 0 })
    }

    fn prepare(&mut self, script: &Script<'_>) -> io::Result<()> {
        self.socket.set_nonblocking(true)?;
        if script.greeted {
            self.wait(script)?;
        }
        for frame in (script.prelude)(self.number) {
            self.send(&frame)?;
            self.wait(script)?;
        }
        Ok(())
    }

    /// Until an answer is whole.
    fn wait(&mut self, script: &Script<'_>) -> io::Result<()> {
        let begun = Instant::now();
        while !self.receive(script)? {
            if begun.elapsed() > PATIENCE {
                return Err(stalled(script, 1, self.received));
            }
            std::thread::yield_now();
        }
        Ok(())
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
                    self.head.extend(buf.iter().take(read.min(missing)));
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
            let why = format!("more octets than one answer has: expected {whole}, found {}", self.received);
            return Err(io::Error::new(io::ErrorKind::InvalidData, why));
        }
        self.head.clear();
        self.received = 0;
        Ok(true)
    }
}
