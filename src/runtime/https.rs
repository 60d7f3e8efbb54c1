//! HTTPS requests from a thread that may block: hyper's client (HTTP/1.1) on a TLS stream, one request after the other on a
//! connection. A stranger that is slow, silent or endless costs no more than the [`Limits`] say.

use std::error::Error;
use std::future::Future;
use std::io::{self, ErrorKind};
use std::net::{TcpStream, ToSocketAddrs};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::future::{Either, select};
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::HeaderMap;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper::{Request, Uri};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};

use super::halt::Halt;

/// Octets read at one time.
const READ_BYTES: usize = 4096;
/// The port of `https` (RFC 9110, section 4.2.2).
const PORT: u16 = 443;
/// How long a read or write waits before limits are looked at again.
const TICK: Duration = Duration::from_nanos(TICK_NANOS as u64);
const TICK_NANOS: i64 = 50_000_000;
/// How long each address may take to answer a connection.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// What connecting, a request and its answer may take together.
#[derive(Clone, Debug)]
pub struct Limits {
    begun: Instant,
    time: Duration,
    answer_bytes: usize,
    halt: Halt,
}

impl Limits {
    /// So much time from now to the last octet of the answer, and so many octets of its content; `halt` ends it at once.
    /// Looking up the server's address is not counted: the system bounds it.
    pub fn new(time: Duration, answer_bytes: usize, halt: Halt) -> Self {
        Self { begun: Instant::now(), time, answer_bytes, halt }
    }

    fn check(&self) -> io::Result<()> {
        if self.halt.is_set() {
            return Err(io::Error::new(ErrorKind::Interrupted, "it was told to stop"));
        }
        if self.begun.elapsed() >= self.time {
            let why = format!("no whole answer within {} s", self.time.as_secs_f32());
            return Err(io::Error::new(ErrorKind::TimedOut, why));
        }
        Ok(())
    }
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The header fields.
    pub headers: HeaderMap,
    /// The content.
    pub body: Vec<u8>,
}

type Failure = Box<dyn Error + Send + Sync>;
type Driver = Pin<Box<dyn Future<Output = hyper::Result<()>> + Send>>;

/// A connection to a server.
pub struct Connection {
    sender: SendRequest<Full<Bytes>>,
    driver: Driver,
    turn: Arc<Turn>,
    socket: Option<TcpStream>,
    has_ended: bool,
}

impl Connection {
    /// Connects to the server of `uri`, which has a host. Its certificate must be what `config` asks for.
    ///
    /// # Errors
    /// Every way a connection fails; `TimedOut` and `Interrupted` by `limits`.
    pub fn open(uri: &Uri, config: Arc<ClientConfig>, limits: &Limits) -> io::Result<Self> {
        let turn = Arc::new(Turn::new(limits));
        let host = uri.host().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let name = ServerName::try_from(host.clone());
        let name = name.map_err(|error| io::Error::new(ErrorKind::InvalidInput, error))?;
        let mut client = ClientConnection::new(config, name).map_err(io::Error::other)?;
        let socket = dial(&host, uri.port_u16().unwrap_or(PORT), limits.time.min(CONNECT_TIMEOUT))?;
        socket.set_read_timeout(Some(TICK))?;
        socket.set_write_timeout(Some(TICK))?;
        let mut socket = Patient { socket, turn: turn.clone() };
        while client.is_handshaking() {
            client.complete_io(&mut socket)?;
        }
        let socket = socket.socket;
        socket.set_nonblocking(true)?;
        let waits_for = socket.try_clone()?;
        Self::over(StreamOwned::new(client, socket), Some(waits_for), turn)
    }

    /// Over a stream that does not block; what is waited for is `socket`.
    fn over<S: io::Read + io::Write + Unpin + Send + 'static>(
        stream: S,
        socket: Option<TcpStream>,
        turn: Arc<Turn>,
    ) -> io::Result<Self> {
        let stream = Polled { stream, turn: turn.clone() };
        let (sender, connection) = drive(http1::handshake(stream), &turn, socket.as_ref())?;
        Ok(Self { sender, driver: Box::pin(connection), turn, socket, has_ended: false })
    }

    /// Whether another request can be sent, as far as is known.
    pub fn is_open(&self) -> bool {
        !(self.has_ended || self.sender.is_closed())
    }

    /// Sends a request and reads its answer whole. After an error nothing more can be sent.
    ///
    /// # Errors
    /// A broken connection, an answer that is no HTTP or too long (`FileTooLarge`); `TimedOut` and `Interrupted` by `limits`.
    pub fn send(&mut self, request: Request<Full<Bytes>>, limits: &Limits) -> io::Result<Answer> {
        if !self.is_open() {
            return Err(ErrorKind::NotConnected.into());
        }
        self.turn.limits().clone_from(limits);
        let (sender, driver, has_ended) = (&mut self.sender, &mut self.driver, &mut self.has_ended);
        *has_ended = true;
        let asking = pin!(async {
            let (head, body) = sender.send_request(request).await?.into_parts();
            let body = Limited::new(body, limits.answer_bytes).collect().await?.to_bytes().to_vec();
            Ok::<_, Failure>(Answer { status: head.status.as_u16(), headers: head.headers, body })
        });
        let exchange = async {
            match select(asking, driver).await {
                Either::Left((answer, _)) => {
                    *has_ended = answer.is_err();
                    answer
                }
                // The connection has ended, in order or not: what it has brought waits.
                Either::Right((ended, asking)) => match (asking.await, ended) {
                    (Err(_), Err(ended)) => Err(ended.into()),
                    (answer, _) => answer,
                },
            }
        };
        drive(exchange, &self.turn, self.socket.as_ref())
    }
}

/// Connects to the first address of a host that answers, each within that time.
///
/// # Errors
/// The last address's.
pub fn dial(host: &str, port: u16, each: Duration) -> io::Result<TcpStream> {
    let mut last = io::Error::new(ErrorKind::NotFound, "the name has no address");
    for address in (host, port).to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, each) {
            Ok(socket) => {
                socket.set_nodelay(true)?;
                return Ok(socket);
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// Whether an error says only that nothing has come yet.
fn is_wait(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}

/// Runs a future on this thread, which waits for the socket when nothing else goes on.
fn drive<T, E: Into<Failure>>(
    future: impl Future<Output = Result<T, E>>,
    turn: &Turn,
    socket: Option<&TcpStream>,
) -> io::Result<T> {
    let mut future = pin!(future);
    let woken = Arc::new(Woken(AtomicBool::new(false)));
    let waker = Waker::from(woken.clone());
    loop {
        turn.check()?;
        if let Poll::Ready(done) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return done.map_err(|error| told(error.into().as_ref()));
        }
        if !woken.0.swap(false, Ordering::AcqRel)
            && let Some(socket) = socket
        {
            let events = match turn.is_full.swap(false, Ordering::AcqRel) {
                true => PollFlags::IN | PollFlags::OUT,
                false => PollFlags::IN,
            };
            match poll(&mut [PollFd::new(socket, events)], Some(&Timespec { tv_sec: 0, tv_nsec: TICK_NANOS })) {
                Ok(_) | Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// Whether a part of the future has something for another.
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Release);
    }
}

/// What an error comes from in the end: hyper's own words name only the layer.
fn told(mut error: &(dyn Error + 'static)) -> io::Error {
    while let Some(source) = error.source() {
        error = source;
    }
    if error.is::<http_body_util::LengthLimitError>() {
        return io::Error::new(ErrorKind::FileTooLarge, "the answer is longer than is read");
    }
    match error.downcast_ref::<io::Error>() {
        Some(error) => io::Error::new(error.kind(), error.to_string()),
        None => io::Error::other(error.to_string()),
    }
}

/// The request whose turn it is: what it may take, and whether the socket takes no more of it for now.
struct Turn {
    limits: Mutex<Limits>,
    is_full: AtomicBool,
}

impl Turn {
    fn new(limits: &Limits) -> Self {
        Self { limits: Mutex::new(limits.clone()), is_full: AtomicBool::new(false) }
    }

    fn limits(&self) -> MutexGuard<'_, Limits> {
        self.limits.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn check(&self) -> io::Result<()> {
        self.limits().check()
    }
}

/// A socket that waits as long as its turn lasts.
struct Patient {
    socket: TcpStream,
    turn: Arc<Turn>,
}

impl Patient {
    fn wait<T>(&mut self, mut work: impl FnMut(&mut TcpStream) -> io::Result<T>) -> io::Result<T> {
        loop {
            self.turn.check()?;
            match work(&mut self.socket) {
                Err(error) if is_wait(&error) => {}
                done => return done,
            }
        }
    }
}

impl io::Read for Patient {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.wait(|socket| socket.read(buffer))
    }
}

impl io::Write for Patient {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.wait(|socket| socket.write(octets))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.wait(TcpStream::flush)
    }
}

/// A stream that does not block, as hyper wants it.
struct Polled<S> {
    stream: S,
    turn: Arc<Turn>,
}

impl<S> Polled<S> {
    fn written<T>(&self, result: io::Result<T>) -> Poll<io::Result<T>> {
        match result {
            Err(error) if is_wait(&error) => {
                self.turn.is_full.store(true, Ordering::Release);
                Poll::Pending
            }
            done => Poll::Ready(done),
        }
    }
}

impl<S: io::Read + Unpin> Read for Polled<S> {
    fn poll_read(mut self: Pin<&mut Self>, _: &mut Context<'_>, mut buf: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        // hyper reads the whole head before it gives back control, as long as something comes.
        self.turn.check()?;
        // hyper's own buffer may be uninitialized, which no safe code can read into.
        let mut octets = [0; READ_BYTES];
        let wanted = buf.remaining().min(READ_BYTES);
        match self.stream.read(&mut octets[..wanted]) {
            Err(error) if is_wait(&error) => Poll::Pending,
            done => Poll::Ready(done.map(|count| buf.put_slice(&octets[..count]))),
        }
    }
}

impl<S: io::Write + Unpin> Write for Polled<S> {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.turn.check()?;
        let result = self.stream.write(buf);
        self.written(result)
    }

    fn poll_flush(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.turn.check()?;
        let result = self.stream.flush();
        self.written(result)
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use hyper::header::{HOST, LOCATION};

    use super::*;

    /// A server that says this, whatever it is asked, and then closes, or says nothing more.
    struct Server {
        says: &'static [u8],
        heard: Vec<u8>,
        closes: bool,
    }

    impl io::Read for Server {
        fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
            if !self.heard.ends_with(b"\r\n\r\nbody") {
                return Err(ErrorKind::WouldBlock.into());
            }
            if self.says.is_empty() && !self.closes {
                std::thread::sleep(Duration::from_millis(1));
                return Err(ErrorKind::WouldBlock.into());
            }
            // One octet at a time: an answer may come in any pieces.
            io::Read::read(&mut self.says, &mut buf[..1])
        }
    }

    impl io::Write for Server {
        fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
            self.heard.extend_from_slice(&buf[..buf.len().min(7)]);
            Ok(buf.len().min(7))
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn limits(millis: u64, answer_bytes: usize) -> Limits {
        Limits::new(Duration::from_millis(millis), answer_bytes, Halt::default())
    }

    fn ask_within(says: &'static [u8], closes: bool, limits: &Limits) -> io::Result<Answer> {
        let stream = Server { says, heard: Vec::new(), closes };
        let request = || Request::put("/help").header(HOST, "h").body(Full::from("body")).expect("a request");
        let mut connection = Connection::over(stream, None, Arc::new(Turn::new(limits)))?;
        let answer = connection.send(request(), limits)?;
        if !connection.is_open() {
            let error = connection.send(request(), limits).expect_err("it is closed");
            assert_eq!(error.kind(), ErrorKind::NotConnected);
        }
        Ok(answer)
    }

    fn ask(says: &'static [u8]) -> io::Result<Answer> {
        ask_within(says, true, &limits(10_000, 100))
    }

    #[test]
    fn answers_in_every_framing_are_read_whole() {
        let seen = |answer: io::Result<Answer>| {
            let answer = answer.expect("an answer");
            let location = answer.headers.get(LOCATION).map(|to| to.to_str().expect("ASCII").to_owned());
            (answer.status, location, answer.body)
        };
        assert_eq!(seen(ask(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")), (200, None, b"{}".to_vec()));
        let chunked = ask(b"HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n");
        assert_eq!(seen(chunked), (404, None, b"{}".to_vec()));
        let moved = ask(b"HTTP/1.1 303 See Other\r\nLocation: https://b/\r\nConnection: close\r\n\r\nx");
        assert_eq!(seen(moved), (303, Some("https://b/".into()), b"x".to_vec()));
    }

    #[test]
    fn answers_that_are_cut_short_or_none_are_failures() {
        for says in [&b""[..], b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", b"220 ready\r\n", b"HTTP/1.1 200 O"] {
            let error = ask(says).expect_err("no answer");
            assert_ne!(error.kind(), ErrorKind::TimedOut, "{says:?}: {error}");
        }
    }

    #[test]
    fn silence_length_and_the_flag_end_it() {
        let said = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}";
        let error = ask_within(said, false, &limits(50, 100)).expect_err("no answer");
        assert_eq!(error.kind(), ErrorKind::TimedOut, "{error}");
        let error = ask_within(b"HTTP/1.1 200 OK\r\n\r\n{}", true, &limits(10_000, 1)).expect_err("no answer");
        assert_eq!(error.kind(), ErrorKind::FileTooLarge, "{error}");
        let halted = limits(10_000, 100);
        halted.halt.set();
        let error = ask_within(said, false, &halted).expect_err("no answer");
        assert_eq!(error.kind(), ErrorKind::Interrupted, "{error}");
    }
}
