//! One EPP session: TLS over a socket that never blocks once it is logged in, one command under way.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Arc;
use std::time::Duration;

use domesday::base::limits::EPP_FRAME_BYTES;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection};

/// How long connecting and each answer before the test may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// A session.
pub(crate) struct Session {
    socket: TcpStream,
    tls: ClientConnection,
    input: Vec<u8>,
    waits: bool,
    /// The command that awaits its answer.
    pub(crate) under_way: Option<u64>,
}

impl AsFd for Session {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

impl Session {
    /// Connects and reads the greeting.
    pub(crate) fn connect(address: SocketAddr, tls: Arc<ClientConfig>, server_name: &str) -> io::Result<Self> {
        let name = ServerName::try_from(server_name.to_owned()).map_err(io::Error::other)?;
        let mut tls = ClientConnection::new(tls, name).map_err(io::Error::other)?;
        let mut socket = TcpStream::connect_timeout(&address, PATIENCE)?;
        socket.set_nodelay(true)?;
        socket.set_read_timeout(Some(PATIENCE))?;
        while tls.is_handshaking() {
            tls.complete_io(&mut socket)?;
        }
        let mut session = Self { socket, tls, input: Vec::new(), waits: true, under_way: None };
        session.wait()?;
        Ok(session)
    }

    /// Sends a command and waits for its answer; before the test.
    pub(crate) fn exchange(&mut self, command: &str) -> io::Result<String> {
        self.send(command)?;
        self.wait()
    }

    fn wait(&mut self) -> io::Result<String> {
        loop {
            if let Some(answer) = self.receive()? {
                return Ok(answer);
            }
        }
    }

    /// From now on nothing waits.
    pub(crate) fn begin(&mut self) -> io::Result<()> {
        self.waits = false;
        self.socket.set_nonblocking(true)
    }

    /// Sends a command. Commands are far smaller than a socket's buffer, so that this waits only when a server does not
    /// read; then it waits on the server's account.
    pub(crate) fn send(&mut self, command: &str) -> io::Result<()> {
        let length = u32::try_from(command.len() + 4).map_err(io::Error::other)?;
        self.tls.writer().write_all(&length.to_be_bytes())?;
        self.tls.writer().write_all(command.as_bytes())?;
        while self.tls.wants_write() {
            match self.tls.write_tls(&mut self.socket) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => std::thread::yield_now(),
                written => drop(written?),
            }
        }
        Ok(())
    }

    /// Reads what is there; the answer, when it is whole.
    pub(crate) fn receive(&mut self) -> io::Result<Option<String>> {
        match self.tls.read_tls(&mut self.socket) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            // A socket that waits says the same, but only when its patience has ended.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock && !self.waits => return Ok(None),
            read => drop(read?),
        }
        self.tls.process_new_packets().map_err(io::Error::other)?;
        // TLS has things of its own to send: a key update, an alert.
        while self.tls.wants_write() {
            self.tls.write_tls(&mut self.socket)?;
        }
        let mut buffer = [0; 16 * 1024];
        loop {
            match self.tls.reader().read(&mut buffer) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(read) => self.input.extend_from_slice(buffer.get(..read).unwrap_or_default()),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) => return Err(error),
            }
        }
        let Some((header, _)) = self.input.split_first_chunk::<4>() else { return Ok(None) };
        let length = u32::from_be_bytes(*header) as usize;
        if !(5..=EPP_FRAME_BYTES).contains(&length) {
            return Err(io::Error::other(format!("an answer of {length} octets")));
        }
        if self.input.len() < length {
            return Ok(None);
        }
        let answer = self.input.drain(..length).skip(4).collect();
        String::from_utf8(answer).map(Some).map_err(io::Error::other)
    }
}
