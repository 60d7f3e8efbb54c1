//! A connection as a byte stream of one executor.

use std::io::{self, IoSlice};
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_io::{AsyncRead, AsyncWrite};
use rustix::io::Errno;
use rustix::net::{RecvFlags, SendAncillaryBuffer, SendFlags, Shutdown};

use super::Socket;
use crate::runtime::driver::Registered;

/// Who decides when a connection's octets are taken.
pub trait Pace {
    /// Whether it is this connection's turn; if not, the task is woken when it is.
    fn poll_turn(&mut self, cx: &mut Context<'_>) -> Poll<()>;

    /// In its turn, so many octets were taken.
    fn took(&mut self, octets: usize);

    /// In its turn, there was nothing to take.
    fn took_nothing(&mut self);
}

/// A TCP or Unix connection watched by the calling executor's driver. Reads and writes are tried at once and wait only
/// where the kernel has nothing or no room; neither buffers, so flushing does nothing. Closing ends our direction.
pub struct Stream {
    registered: Registered,
    pace: Option<Box<dyn Pace>>,
}

impl Stream {
    /// Registers `socket` with this executor's driver, for as long as the stream lives.
    ///
    /// # Errors
    /// When the epoll set is full or memory is out; the connection is closed then.
    pub fn new(socket: Socket) -> io::Result<Self> {
        Ok(Self { registered: Registered::new(socket.fd)?, pace: None })
    }

    /// Has `pace` decide from now on when octets are taken; `None`: whenever there are any.
    pub fn set_pace(&mut self, pace: Option<Box<dyn Pace>>) {
        self.pace = pace;
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
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut [u8]) -> Poll<io::Result<usize>> {
        let Self { registered: connection, pace } = &mut *self;
        while connection.readable(cx) {
            if let Some(pace) = pace
                && pace.poll_turn(cx).is_pending()
            {
                return Poll::Pending;
            }
            let room = buf.len().min(connection.budget(cx));
            if room == 0 && !buf.is_empty() {
                return Poll::Pending;
            }
            match rustix::net::recv(&*connection, &mut buf[..room], RecvFlags::empty()) {
                Ok((received, _)) => {
                    connection.spend(received);
                    if let Some(pace) = pace {
                        pace.took(received);
                    }
                    if received < room {
                        connection.set_unreadable();
                    }
                    return Poll::Ready(Ok(received));
                }
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => {
                    connection.set_unreadable();
                    if let Some(pace) = pace {
                        pace.took_nothing();
                    }
                }
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
