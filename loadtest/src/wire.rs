//! TLS over a socket that never waits, and the frames of EPP on it (RFC 5734, section 4).

use std::io::{self, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Arc;

use domesday::base::limits::EPP_RESPONSE_BYTES;
use rustix::net::{AddressFamily, SocketFlags, SocketType};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection};

/// Octets that TLS reads from a socket at one time; fewer, and there are no more.
const READ_BYTES: usize = 4096;
/// Reads in one go, so that a connection with much to read does not hold up the others.
const READS: usize = 16;

/// Whom to connect to, and how.
#[derive(Clone, Debug)]
pub(crate) struct Peer {
    pub(crate) address: SocketAddr,
    pub(crate) name: ServerName<'static>,
    pub(crate) tls: Arc<ClientConfig>,
}

impl Peer {
    pub(crate) fn new(address: SocketAddr, name: &str, tls: ClientConfig) -> Result<Self, String> {
        let name = ServerName::try_from(name.to_owned()).map_err(|error| format!("{name}: {error}"))?;
        Ok(Self { address, name, tls: Arc::new(tls) })
    }
}

/// A connection.
pub(crate) struct Wire {
    socket: TcpStream,
    tls: ClientConnection,
    /// What was received and not yet taken.
    pub(crate) input: Vec<u8>,
}

impl AsFd for Wire {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

/// Begins to connect, `from` this address of ours if one is given.
pub(crate) fn connect(to: SocketAddr, from: Option<IpAddr>) -> io::Result<TcpStream> {
    let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
    let family = if to.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 };
    let socket = rustix::net::socket_with(family, SocketType::STREAM, flags, None)?;
    if let Some(from) = from {
        rustix::net::bind(&socket, &SocketAddr::new(from, 0))?;
    }
    match rustix::net::connect(&socket, &to) {
        Err(error) if error != rustix::io::Errno::INPROGRESS => return Err(error.into()),
        _ => {}
    }
    let socket = TcpStream::from(socket);
    socket.set_nodelay(true)?;
    Ok(socket)
}

impl Wire {
    pub(crate) fn open(peer: &Peer, from: Option<IpAddr>) -> io::Result<Self> {
        let mut tls = ClientConnection::new(peer.tls.clone(), peer.name.clone()).map_err(io::Error::other)?;
        tls.set_buffer_limit(None);
        Ok(Self { socket: connect(peer.address, from)?, tls, input: Vec::new() })
    }

    pub(crate) fn is_handshaking(&self) -> bool {
        self.tls.is_handshaking()
    }

    /// Whether there is something to send.
    pub(crate) fn wants_write(&self) -> bool {
        self.tls.wants_write()
    }

    /// Takes octets to send; [`Self::flush`] sends them.
    pub(crate) fn queue(&mut self, octets: &[u8]) -> io::Result<()> {
        self.tls.writer().write_all(octets)
    }

    /// Takes a frame to send.
    pub(crate) fn queue_frame(&mut self, text: &str) -> io::Result<()> {
        let length = u32::try_from(text.len() + 4).map_err(io::Error::other)?;
        self.queue(&length.to_be_bytes())?;
        self.queue(text.as_bytes())
    }

    /// Sends what the socket takes. Whether that was all.
    pub(crate) fn flush(&mut self) -> io::Result<bool> {
        while self.tls.wants_write() {
            match self.tls.write_tls(&mut self.socket) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(false),
                written => drop(written?),
            }
        }
        Ok(true)
    }

    /// Reads what is there, up to a bound, then sends what TLS has to say to it.
    pub(crate) fn receive(&mut self) -> io::Result<()> {
        for _ in 0..READS {
            let read = match self.tls.read_tls(&mut self.socket) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                read => read?,
            };
            self.tls.process_new_packets().map_err(io::Error::other)?;
            self.take_plaintext()?;
            if read < READ_BYTES {
                break;
            }
        }
        self.flush().map(drop)
    }

    fn take_plaintext(&mut self) -> io::Result<()> {
        let mut buffer = [0; 16 * 1024];
        loop {
            match self.tls.reader().read(&mut buffer) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(read) => self.input.extend_from_slice(buffer.get(..read).unwrap_or_default()),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            }
        }
    }

    /// The next frame, when it is whole.
    pub(crate) fn frame(&mut self) -> io::Result<Option<String>> {
        take_frame(&mut self.input)
    }
}

fn take_frame(input: &mut Vec<u8>) -> io::Result<Option<String>> {
    let Some((header, _)) = input.split_first_chunk::<4>() else { return Ok(None) };
    let length = u32::from_be_bytes(*header) as usize;
    if !(5..=EPP_RESPONSE_BYTES).contains(&length) {
        return Err(io::Error::other(format!("an answer of {length} octets")));
    }
    if input.len() < length {
        return Ok(None);
    }
    let answer = input.drain(..length).skip(4).collect();
    String::from_utf8(answer).map(Some).map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_taken_whole_and_in_order() {
        let mut input = b"\0\0\0\x05a\0\0\0\x06bc\0\0".to_vec();
        assert_eq!(take_frame(&mut input).expect("frames").as_deref(), Some("a"));
        assert_eq!(take_frame(&mut input).expect("frames").as_deref(), Some("bc"));
        assert_eq!(take_frame(&mut input).expect("frames"), None);
        assert_eq!(input, b"\0\0");
        assert!(take_frame(&mut b"\0\0\0\x04".to_vec()).is_err(), "a frame without content");
    }
}
