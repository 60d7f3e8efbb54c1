//! A blocking EPP connection: TLS with a client certificate, and data units on it (RFC 5734).

use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::ServerName;
use rustls::{ClientConnection, StreamOwned};

use super::exit::CliError;
use super::target::{EppTarget, RegistrarTarget};
use crate::base::limits::EPP_RESPONSE_BYTES;
use crate::runtime::https::{CONNECT_TIMEOUT, dial};
use crate::runtime::tls::client_config;

/// How long a response may take; far above what Specification 10 allows.
pub(super) const RESPONSE_TIMEOUT: Duration = Duration::from_secs(60);
/// Octets of the header of a data unit: its length, itself included (RFC 5734, section 4).
const HEADER_BYTES: usize = 4;

/// A connection to an EPP server.
pub(super) struct Connection {
    stream: StreamOwned<ClientConnection, TcpStream>,
    peer: String,
}

impl Connection {
    /// Connects and shows the registrar's certificate; the server's must be of the target's CA and name.
    ///
    /// # Errors
    /// Files that cannot be used, and every way a connection fails.
    pub(super) fn open(target: &EppTarget, registrar: &RegistrarTarget) -> Result<Self, CliError> {
        let config = client_config(&target.ca, Some((&registrar.cert, &registrar.key)))?;
        let peer = format!("{}:{}", target.host, target.port);
        let failed = |error| CliError::Connection { peer: peer.clone(), error };
        let name = ServerName::try_from(target.server_name.clone());
        let name = name.map_err(|error| failed(io::Error::new(ErrorKind::InvalidInput, error)))?;
        let client = ClientConnection::new(Arc::new(config), name).map_err(|error| failed(io::Error::other(error)))?;
        let socket = connect(&target.host, target.port).map_err(failed)?;
        Ok(Self { stream: StreamOwned::new(client, socket), peer })
    }

    /// Sends one data unit.
    ///
    /// # Errors
    /// A broken connection, or more octets than a header can count.
    pub(super) fn send(&mut self, document: &[u8]) -> Result<(), CliError> {
        let length = u32::try_from(document.len() + HEADER_BYTES)
            .map_err(|_| self.failed(io::Error::new(ErrorKind::InvalidInput, "a frame of more than 4 GiB")))?;
        let unit = [&length.to_be_bytes(), document].concat();
        let sent = self.stream.write_all(&unit).and_then(|()| self.stream.flush());
        sent.map_err(|error| self.failed(error))
    }

    /// Receives one data unit.
    ///
    /// # Errors
    /// A broken connection, or a length that no response has.
    pub(super) fn receive(&mut self) -> Result<Vec<u8>, CliError> {
        read_unit(&mut self.stream).map_err(|error| self.failed(error))
    }

    fn failed(&self, error: io::Error) -> CliError {
        CliError::Connection { peer: self.peer.clone(), error }
    }
}

/// Connects to the first address of a host that answers; reads and writes are bounded in time.
fn connect(host: &str, port: u16) -> io::Result<TcpStream> {
    let socket = dial(host, port, CONNECT_TIMEOUT)?;
    socket.set_read_timeout(Some(RESPONSE_TIMEOUT))?;
    socket.set_write_timeout(Some(RESPONSE_TIMEOUT))?;
    Ok(socket)
}

fn read_unit(stream: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut header = [0; HEADER_BYTES];
    stream.read_exact(&mut header).map_err(explain)?;
    let length = u32::from_be_bytes(header) as usize;
    if length <= HEADER_BYTES || length > EPP_RESPONSE_BYTES {
        let why = format!("a data unit of {length} octets; expected 5 to {EPP_RESPONSE_BYTES}");
        return Err(io::Error::new(ErrorKind::InvalidData, why));
    }
    let mut document = vec![0; length - HEADER_BYTES];
    stream.read_exact(&mut document).map_err(explain)?;
    Ok(document)
}

fn explain(error: io::Error) -> io::Error {
    match error.kind() {
        ErrorKind::UnexpectedEof => io::Error::new(ErrorKind::UnexpectedEof, "the server closed the connection"),
        ErrorKind::WouldBlock | ErrorKind::TimedOut => {
            io::Error::new(ErrorKind::TimedOut, format!("no answer within {} s", RESPONSE_TIMEOUT.as_secs()))
        }
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_is_what_its_header_counts() {
        let mut stream: &[u8] = b"\0\0\0\x0a<epp/>rest";
        assert_eq!(read_unit(&mut stream).expect("whole"), b"<epp/>");
        assert_eq!(stream, b"rest");
    }

    #[test]
    fn lengths_out_of_bounds_and_units_cut_short_are_errors() {
        for (unit, kind) in [
            (&b"\0\0\0\x04"[..], ErrorKind::InvalidData),
            (b"\xff\xff\xff\xff", ErrorKind::InvalidData),
            (b"\0\0\0\x0a<ep", ErrorKind::UnexpectedEof),
            (b"\0\0", ErrorKind::UnexpectedEof),
        ] {
            assert_eq!(read_unit(&mut &unit[..]).expect_err("bad").kind(), kind, "{unit:?}");
        }
    }
}
