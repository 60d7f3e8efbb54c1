//! Accepting connections, whatever the kernel answers.

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::os::fd::OwnedFd;
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};
use std::task::Poll;
use std::time::Duration;

use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketAddrAny, SocketAddrUnix, SocketType, sockopt};

use super::Socket;
use super::port::{BACKLOG, FLAGS, Port};
use crate::runtime::driver::Registered;
use crate::runtime::time::sleep;

/// The pause after the kernel ran out of something; connections wait in the backlog meanwhile.
const SHORTAGE_PAUSE: Duration = Duration::from_millis(50);

/// Why there is no connection.
#[derive(Debug)]
pub enum AcceptError {
    /// Descriptors or memory have run out. There was a pause; the next call goes on, and connections wait in the backlog.
    Shortage(io::Error),
    /// One that will not pass: the listener is of no more use.
    Broken(io::Error),
}

/// A TCP listener of one executor.
pub struct Listener {
    registered: Registered,
    local: SocketAddr,
}

impl Listener {
    /// Accepts on this executor what arrives at `port`.
    ///
    /// # Errors
    /// When the driver cannot watch it.
    pub fn new(port: Port) -> io::Result<Self> {
        Ok(Self { registered: Registered::new(port.fd)?, local: port.local })
    }

    /// Where it listens, with the port the kernel chose for port 0.
    pub fn local_addr(&self) -> SocketAddr {
        self.local
    }

    /// The next connection, with `TCP_NODELAY`. Connections that broke while they waited are passed over. Dropping the
    /// future loses nothing. One task at a time.
    ///
    /// # Errors
    /// [`AcceptError`].
    pub async fn accept(&self) -> Result<(Socket, SocketAddr), AcceptError> {
        loop {
            let (fd, peer) = accept(&self.registered).await?;
            let peer = peer.and_then(|peer| SocketAddr::try_from(peer).ok());
            // Both fail only for a connection that is gone already.
            if let (Some(peer), Ok(())) = (peer, sockopt::set_tcp_nodelay(&fd, true)) {
                return Ok((Socket { fd }, peer));
            }
        }
    }
}

/// A listener on a Unix socket that only its owner may use (mode 0600). The file is removed when it is dropped.
pub struct UnixListener {
    registered: Registered,
    path: PathBuf,
}

impl UnixListener {
    /// Listens at `path`. A socket left over from a process that is gone is replaced.
    ///
    /// # Errors
    /// `AddrInUse` when someone listens there, or a file is there that is no socket; others of `bind`, such as a path over 107 octets.
    pub fn bind(path: &Path) -> io::Result<Self> {
        let fd = rustix::net::socket_with(AddressFamily::UNIX, SocketType::STREAM, FLAGS, None)?;
        let address = SocketAddrUnix::new(path)?;
        match rustix::net::bind(&fd, &address) {
            Err(Errno::ADDRINUSE) if is_left_over(path) => {
                std::fs::remove_file(path)?;
                rustix::net::bind(&fd, &address)?;
            }
            bound => bound?,
        }
        // Before `listen`, while nobody can connect yet.
        rustix::fs::chmod(path, rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR)?;
        rustix::net::listen(&fd, BACKLOG)?;
        Ok(Self { registered: Registered::new(fd)?, path: path.to_owned() })
    }

    /// The next connection; see [`Listener::accept`].
    ///
    /// # Errors
    /// [`AcceptError`].
    pub async fn accept(&self) -> Result<Socket, AcceptError> {
        Ok(Socket { fd: accept(&self.registered).await?.0 })
    }
}

/// Whether a socket lies there on which nobody listens. What is no socket is somebody's file.
fn is_left_over(path: &Path) -> bool {
    let is_socket = std::fs::symlink_metadata(path).is_ok_and(|found| found.file_type().is_socket());
    is_socket && std::os::unix::net::UnixStream::connect(path).is_err()
}

impl Drop for UnixListener {
    fn drop(&mut self) {
        // Left over, it would be replaced by the next start anyway.
        let _ = std::fs::remove_file(&self.path);
    }
}

async fn accept(listener: &Registered) -> Result<(OwnedFd, Option<SocketAddrAny>), AcceptError> {
    loop {
        match poll_fn(|cx| poll_accept(listener, cx)).await {
            Ok(accepted) => return Ok(accepted),
            Err(errno) => match verdict(errno) {
                Verdict::Next => {}
                Verdict::Pause => {
                    sleep(SHORTAGE_PAUSE).await;
                    return Err(AcceptError::Shortage(errno.into()));
                }
                Verdict::Fail => return Err(AcceptError::Broken(errno.into())),
            },
        }
    }
}

fn poll_accept(
    listener: &Registered,
    cx: &mut std::task::Context<'_>,
) -> Poll<Result<(OwnedFd, Option<SocketAddrAny>), Errno>> {
    while listener.readable(cx) {
        match rustix::net::acceptfrom_with(listener, FLAGS) {
            Err(Errno::AGAIN) => listener.set_unreadable(),
            answer => return Poll::Ready(answer),
        }
    }
    Poll::Pending
}

enum Verdict {
    Next,
    Pause,
    Fail,
}

/// accept(2): network errors already pending on the new connection are reported by `accept` and concern only that one.
fn verdict(errno: Errno) -> Verdict {
    match errno {
        Errno::MFILE | Errno::NFILE | Errno::NOBUFS | Errno::NOMEM => Verdict::Pause,
        Errno::BADF | Errno::INVAL | Errno::NOTSOCK | Errno::OPNOTSUPP | Errno::FAULT => Verdict::Fail,
        _ => Verdict::Next,
    }
}
