//! A server's TLS connection as a byte stream.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_io::{AsyncRead, AsyncWrite};
use futures_rustls::{TlsAcceptor, server};
use rustls::{HandshakeKind, ProtocolVersion, ServerConfig};
use sha2::{Digest, Sha256};

use crate::runtime::net::{Pace, Stream};

/// A connection whose handshake is done. What is written goes out as one record per write; flush to be sure that the
/// kernel has it.
pub struct TlsStream {
    inner: server::TlsStream<Stream>,
    peer: Option<[u8; 32]>,
}

/// Shakes hands. Bound it in time: a peer may say nothing.
///
/// # Errors
/// The TLS failure as `InvalidData`, or that of the connection.
pub async fn accept(stream: Stream, config: Arc<ServerConfig>) -> io::Result<TlsStream> {
    let inner = TlsAcceptor::from(config).accept(stream).await?;
    let chain = inner.get_ref().1.peer_certificates();
    let peer = chain.and_then(<[_]>::first).map(|certificate| Sha256::digest(certificate).into());
    Ok(TlsStream { inner, peer })
}

impl TlsStream {
    /// The SHA-256 of the client's own certificate (DER), if it showed one. It has proved to hold the key, in this
    /// handshake or in the one this session resumes.
    pub fn peer_certificate_sha256(&self) -> Option<[u8; 32]> {
        self.peer
    }

    /// The client's own certificate (DER), if it showed one.
    pub fn peer_certificate(&self) -> Option<&[u8]> {
        self.inner.get_ref().1.peer_certificates().and_then(<[_]>::first).map(AsRef::as_ref)
    }

    /// The version of TLS, as `TLSv1.3`.
    pub fn protocol(&self) -> &'static str {
        match self.inner.get_ref().1.protocol_version() {
            Some(ProtocolVersion::TLSv1_2) => "TLSv1.2",
            Some(ProtocolVersion::TLSv1_3) => "TLSv1.3",
            _ => "",
        }
    }

    /// The cipher suite, as IANA's registry names it.
    pub fn cipher(&self) -> String {
        let suite = self.inner.get_ref().1.negotiated_cipher_suite();
        let name = suite.and_then(|suite| suite.suite().as_str()).unwrap_or_default();
        // rustls tells those of TLS 1.3 apart by a prefix of its own.
        name.replacen("TLS13_", "TLS_", 1)
    }

    /// The application protocol agreed upon (RFC 7301).
    pub fn alpn(&self) -> Option<&[u8]> {
        self.inner.get_ref().1.alpn_protocol()
    }

    /// See [`Stream::set_pace`].
    pub fn set_pace(&mut self, pace: Option<Box<dyn Pace>>) {
        self.inner.get_mut().0.set_pace(pace);
    }

    /// Whether this session resumes an earlier one.
    pub fn resumed(&self) -> bool {
        self.inner.get_ref().1.handshake_kind() == Some(HandshakeKind::Resumed)
    }
}

impl AsyncRead for TlsStream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut [u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_read(cx, buf)
    }
}

impl AsyncWrite for TlsStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write_vectored(cx, bufs)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_close(cx)
    }
}
