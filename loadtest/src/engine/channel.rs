//! A TLS connection of a tester core: octets come in and go out only when its task is polled.

use std::io::{self, Read, Write};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use domesday::runtime::net::{Socket, Stream};
use domesday::runtime::time::timeout;
use futures_io::{AsyncRead, AsyncWrite};
use rustls::ClientConnection;

use crate::wire::{Peer, connect};

/// Octets taken from the socket at one time.
const READ_BYTES: usize = 32 * 1024;
/// How long connecting may take, the handshake included.
const CONNECTING: Duration = Duration::from_secs(30);

/// A connection.
pub(crate) struct Channel {
    stream: Stream,
    tls: ClientConnection,
    raw: Box<[u8]>,
    /// What was received; up to `taken` it is done with.
    input: Vec<u8>,
    taken: usize,
    output: Vec<u8>,
    sent: usize,
}

impl Channel {
    /// Connects and shakes hands.
    pub(crate) async fn open(peer: &Peer) -> io::Result<Self> {
        let mut tls = ClientConnection::new(peer.tls.clone(), peer.name.clone()).map_err(io::Error::other)?;
        tls.set_buffer_limit(None);
        let stream = Stream::new(Socket::from_fd(connect(peer.address, None)?)?)?;
        let (raw, input, output) = (vec![0; READ_BYTES].into(), Vec::new(), Vec::new());
        let mut channel = Self { stream, tls, raw, input, taken: 0, output, sent: 0 };
        let shaken = std::future::poll_fn(|cx| channel.poll_handshake(cx));
        timeout(CONNECTING, shaken).await.map_err(|_| io::ErrorKind::TimedOut)??;
        Ok(channel)
    }

    fn poll_handshake(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            ready!(self.poll_flush(cx))?;
            if !self.tls.is_handshaking() {
                return Poll::Ready(Ok(()));
            }
            ready!(self.poll_receive(cx))?;
        }
    }

    /// Takes what is there. Ready: there was something.
    pub(crate) fn poll_receive(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let received = ready!(Pin::new(&mut self.stream).poll_read(cx, &mut self.raw))?;
        let mut raw = self.raw.get(..received).unwrap_or_default();
        if raw.is_empty() {
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the server closed the connection")));
        }
        if self.taken == self.input.len() {
            self.input.clear();
            self.taken = 0;
        }
        while !raw.is_empty() {
            self.tls.read_tls(&mut raw)?;
            let state = self.tls.process_new_packets().map_err(io::Error::other)?;
            let (before, more) = (self.input.len(), state.plaintext_bytes_to_read());
            self.input.resize(before + more, 0);
            self.tls.reader().read_exact(self.input.get_mut(before..).unwrap_or_default())?;
        }
        Poll::Ready(Ok(()))
    }

    /// What was received and not yet taken.
    pub(crate) fn input(&self) -> &[u8] {
        self.input.get(self.taken..).unwrap_or_default()
    }

    /// So many octets of it are done with.
    pub(crate) fn take(&mut self, octets: usize) {
        self.taken = (self.taken + octets).min(self.input.len());
    }

    /// Takes octets to send.
    pub(crate) fn queue(&mut self, octets: &[u8]) -> io::Result<()> {
        self.tls.writer().write_all(octets)
    }

    /// Sends what is to be sent.
    pub(crate) fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            while let Some(rest @ [_, ..]) = self.output.get(self.sent..) {
                self.sent += ready!(Pin::new(&mut self.stream).poll_write(cx, rest))?;
            }
            self.output.clear();
            self.sent = 0;
            if !self.tls.wants_write() {
                return Poll::Ready(Ok(()));
            }
            while self.tls.wants_write() {
                self.tls.write_tls(&mut self.output)?;
            }
        }
    }
}
