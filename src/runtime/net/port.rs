//! Ports that are ours before an executor runs.
//!
//! They are taken once and kept: an address that was tried and let go again would be anybody's until the executors listen.

use std::io;
use std::net::SocketAddr;
use std::os::fd::OwnedFd;

use rustix::net::{AddressFamily, SocketFlags, SocketType, sockopt};

/// Connections the kernel completes before we accept them.
pub const BACKLOG: i32 = 1024;
pub(super) const FLAGS: SocketFlags = SocketFlags::NONBLOCK.union(SocketFlags::CLOEXEC);
/// How often another number is drawn when the one that the kernel chose for port 0 is taken at the next address.
const DRAWS: usize = 16;

/// A TCP socket that listens, watched by no executor yet: connections wait in its backlog.
#[derive(Debug)]
pub struct Port {
    pub(super) fd: OwnedFd,
    pub(super) local: SocketAddr,
}

impl Port {
    /// Takes `address`, which nobody else may have. An IPv6 port takes IPv6 only, so that `::` and `0.0.0.0` can both be
    /// had.
    ///
    /// # Errors
    /// Of `bind` and `listen`, such as `AddrInUse`.
    pub fn take(address: SocketAddr) -> io::Result<Self> {
        Self::listen(address, false)
    }

    /// Takes `address` for `executors`: one socket each, among which the kernel spreads the connections. Nobody else may
    /// have it before; then, by the nature of `SO_REUSEPORT`, only processes of the same user could join.
    ///
    /// # Errors
    /// As [`Port::take`].
    pub fn take_shared(address: SocketAddr, executors: usize) -> io::Result<Vec<Self>> {
        // The first is bound without the option: with it, the port would be shared with a stranger in silence.
        Self::take(address)?.shared(executors)
    }

    /// The same port for `executors`.
    ///
    /// # Errors
    /// As [`Port::take`].
    pub fn shared(self, executors: usize) -> io::Result<Vec<Self>> {
        sockopt::set_socket_reuseport(&self.fd, true)?;
        let others: Vec<_> = (1..executors).map(|_| Self::listen(self.local, true)).collect::<io::Result<_>>()?;
        Ok([self].into_iter().chain(others).collect())
    }

    fn listen(address: SocketAddr, shared: bool) -> io::Result<Self> {
        let family = if address.is_ipv6() { AddressFamily::INET6 } else { AddressFamily::INET };
        let fd = rustix::net::socket_with(family, SocketType::STREAM, FLAGS, None)?;
        sockopt::set_socket_reuseaddr(&fd, true)?;
        if shared {
            sockopt::set_socket_reuseport(&fd, true)?;
        }
        if address.is_ipv6() {
            sockopt::set_ipv6_v6only(&fd, true)?;
        }
        rustix::net::bind(&fd, &address)?;
        rustix::net::listen(&fd, BACKLOG)?;
        let local = SocketAddr::try_from(rustix::net::getsockname(&fd)?)?;
        Ok(Self { fd, local })
    }

    /// Where it listens, with the number the kernel chose for port 0.
    pub fn local_addr(&self) -> SocketAddr {
        self.local
    }
}

/// Takes all `addresses`, each for so many `executors`. Port 0 becomes the same number for all of them.
///
/// # Errors
/// Of the address that cannot be had.
pub fn take_all(addresses: &[SocketAddr], executors: usize) -> Result<Vec<Vec<Port>>, (SocketAddr, io::Error)> {
    let mut draws = 0;
    loop {
        match draw(addresses, executors) {
            Err((address, error, true)) if error.kind() == io::ErrorKind::AddrInUse && draws < DRAWS => {
                tracing::debug!(%address, "the number drawn for port 0 is taken here: another one");
                draws += 1;
            }
            outcome => return outcome.map_err(|(address, error, _)| (address, error)),
        }
    }
}

/// The error says whether it is of an address whose number was drawn at an earlier one.
fn draw(addresses: &[SocketAddr], executors: usize) -> Result<Vec<Vec<Port>>, (SocketAddr, io::Error, bool)> {
    let mut drawn = None;
    let mut taken = Vec::with_capacity(addresses.len());
    for address in addresses {
        let mut address = *address;
        let any = address.port() == 0;
        address.set_port(drawn.filter(|_| any).unwrap_or(address.port()));
        let ports = Port::take_shared(address, executors);
        let ports = ports.map_err(|error| (address, error, any && drawn.is_some()))?;
        if any {
            drawn = ports.first().map(|port| port.local.port());
        }
        taken.push(ports);
    }
    Ok(taken)
}
