//! TLS client connections of the tests: rustls over a blocking socket, trusting one CA.

use std::io;
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned, SupportedProtocolVersion};

/// A blocking TLS connection.
pub type TlsStream = StreamOwned<ClientConnection, TcpStream>;

/// How long a read may wait for the server before the test fails.
const READ_PATIENCE: Duration = Duration::from_secs(60);

/// A client configuration that trusts only the CA in the PEM file `ca`, and shows `identity` (certificate and key, PEM
/// files) when asked.
pub fn config(ca: &Path, identity: Option<(&Path, &Path)>) -> ClientConfig {
    config_with(rustls::DEFAULT_VERSIONS, ca, identity)
}

/// As [`config`], with these versions of TLS only.
pub fn config_with(
    versions: &[&'static SupportedProtocolVersion],
    ca: &Path,
    identity: Option<(&Path, &Path)>,
) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(ca).expect("the CA file holds a certificate")).expect("a CA certificate");
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .expect("the provider serves TLS 1.2 and 1.3")
        .with_root_certificates(roots);
    let Some((certificate, key)) = identity else {
        return builder.with_no_client_auth();
    };
    let chain = CertificateDer::pem_file_iter(certificate)
        .expect("the certificate file can be read")
        .collect::<Result<Vec<_>, _>>()
        .expect("the certificate file is PEM");
    let key = PrivateKeyDer::from_pem_file(key).expect("the key file holds a key");
    builder.with_client_auth_cert(chain, key).expect("certificate and key belong together")
}

/// A connection from one address of this machine: the whole of 127.0.0.0/8 is.
///
/// # Errors
/// The socket's.
pub fn connect_from(from: [u8; 4], port: u16) -> io::Result<TcpStream> {
    use rustix::net::{AddressFamily, SocketType, bind, connect, socket};
    let socket = socket(AddressFamily::INET, SocketType::STREAM, None)?;
    bind(&socket, &SocketAddr::from((from, 0)))?;
    connect(&socket, &SocketAddr::from(([127, 0, 0, 1], port)))?;
    Ok(TcpStream::from(socket))
}

/// Connects to `address:port` and completes the handshake for `server_name`.
///
/// # Errors
/// The socket's, or the handshake's as `InvalidData`. With TLS 1.3 a server that refuses the client's certificate says
/// so only at the first read.
pub fn connect(config: ClientConfig, address: &str, port: u16, server_name: &str) -> io::Result<TlsStream> {
    shake_hands(config, TcpStream::connect((address, port))?, server_name)
}

/// As [`connect`], over a connection that is there.
///
/// # Errors
/// As [`connect`]'s.
pub fn shake_hands(config: ClientConfig, mut socket: TcpStream, server_name: &str) -> io::Result<TlsStream> {
    let name = ServerName::try_from(server_name.to_owned()).expect("a server name");
    let mut connection = ClientConnection::new(Arc::new(config), name).expect("a sound client configuration");
    socket.set_nodelay(true)?;
    socket.set_read_timeout(Some(READ_PATIENCE))?;
    while connection.is_handshaking() {
        connection.complete_io(&mut socket)?;
    }
    Ok(StreamOwned::new(connection, socket))
}
