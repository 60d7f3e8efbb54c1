//! Sockets: non-blocking, called directly, woken by the executor's driver.
//!
//! An accepted connection is a [`Socket`]: owned, registered nowhere, free to travel to another executor through a
//! mailbox. There it becomes a [`Stream`].

mod listener;
mod port;
mod stream;

use std::io;
use std::net::SocketAddr;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

pub use listener::{AcceptError, Listener, UnixListener};
pub use port::{BACKLOG, Port, take_all};
pub use stream::{Pace, Stream};

/// A connection that no executor watches yet. Closed when dropped.
#[derive(Debug)]
pub struct Socket {
    fd: OwnedFd,
}

impl Socket {
    /// From a connected descriptor; makes it non-blocking.
    ///
    /// # Errors
    /// When that fails.
    pub fn from_fd(fd: impl Into<OwnedFd>) -> io::Result<Self> {
        let fd = fd.into();
        rustix::io::ioctl_fionbio(&fd, true)?;
        Ok(Self { fd })
    }

    /// The user id behind a Unix connection, as the kernel recorded it when the peer connected.
    ///
    /// # Errors
    /// When this is no Unix socket.
    pub fn peer_user(&self) -> io::Result<u32> {
        Ok(rustix::net::sockopt::socket_peercred(&self.fd)?.uid.as_raw())
    }

    /// The peer's address.
    ///
    /// # Errors
    /// When the connection is gone, or no TCP connection.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        let address = rustix::net::getpeername(&self.fd)?.ok_or(io::ErrorKind::NotConnected)?;
        Ok(SocketAddr::try_from(address)?)
    }
}

impl AsFd for Socket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

#[cfg(test)]
mod tests;
