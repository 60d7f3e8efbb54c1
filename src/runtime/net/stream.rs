//! A connection as a byte stream of one executor.

use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_io::{AsyncRead, AsyncWrite};
use rustix::io::Errno;
use rustix::net::{RecvFlags, SendAncillaryBuffer, SendFlags, Shutdown};

use super::Socket;
use crate::runtime::driver::Registered;

/// A TCP or Unix connection watched by the calling executor's driver. Reads and writes are tried at once and wait only
/// where the kernel has nothing or no room; neither buffers, so flushing does nothing. Closing ends our direction.
pub struct Stream {
    registered: Registered,
}

impl Stream {
    /// Registers `socket` with this executor's driver, for as long as the stream lives.
    ///
    /// # Errors
    /// When the epoll set is full or memory is out; the connection is closed then.
    pub fn new(socket: Socket) -> io::Result<Self> {
        Ok(Self { registered: Registered::new(socket.fd)? })
    }

    /// Completes when the peer has sent something, or has ended the connection; takes nothing.
    ///
    /// # Errors
    /// Those of the connection.
    pub async fn begun(&self) -> io::Result<()> {
        poll_fn(|cx| {
            let mut first = [0; 1];
            while self.registered.readable(cx) {
                match rustix::net::recv(&self.registered, &mut first, RecvFlags::PEEK) {
                    Ok(_) => return Poll::Ready(Ok(())),
                    Err(Errno::INTR) => {}
                    Err(Errno::AGAIN) => self.registered.set_unreadable(),
                    Err(errno) => return Poll::Ready(Err(errno.into())),
                }
            }
            Poll::Pending
        })
        .await
    }

    /// One call of `send`, or what to do instead.
    fn poll_send(
        &self,
        cx: &mut Context<'_>,
        mut send: impl FnMut(&Registered) -> Result<usize, Errno>,
    ) -> Poll<io::Result<usize>> {
        let connection = &self.registered;
        while connection.writable(cx) {
            if connection.budget(cx) == 0 {
                return Poll::Pending;
            }
            match send(connection) {
                Ok(sent) => {
                    connection.spend(sent);
                    return Poll::Ready(Ok(sent));
                }
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => connection.set_unwritable(),
                Err(errno) => return Poll::Ready(Err(errno.into())),
            }
        }
        Poll::Pending
    }
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut [u8]) -> Poll<io::Result<usize>> {
        let connection = &self.registered;
        while connection.readable(cx) {
            let room = buf.len().min(connection.budget(cx));
            if room == 0 && !buf.is_empty() {
                return Poll::Pending;
            }
            match rustix::net::recv(connection, &mut buf[..room], RecvFlags::empty()) {
                Ok((received, _)) => {
                    connection.spend(received);
                    if received < room {
                        connection.set_unreadable();
                    }
                    return Poll::Ready(Ok(received));
                }
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => connection.set_unreadable(),
                Err(errno) => return Poll::Ready(Err(errno.into())),
            }
        }
        Poll::Pending
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.poll_send(cx, |connection| rustix::net::send(connection, buf, SendFlags::NOSIGNAL))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if let [buf] = bufs {
            return self.poll_write(cx, buf);
        }
        self.poll_send(cx, |connection| {
            let mut nothing: [MaybeUninit<u8>; 0] = [];
            rustix::net::sendmsg(connection, bufs, &mut SendAncillaryBuffer::new(&mut nothing), SendFlags::NOSIGNAL)
        })
    }

    fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match rustix::net::shutdown(&self.registered, Shutdown::Write) {
            // The peer reset the connection: it is closed.
            Ok(()) | Err(Errno::NOTCONN) => Poll::Ready(Ok(())),
            Err(errno) => Poll::Ready(Err(errno.into())),
        }
    }
}
