//! Server configurations: EPP with client certificates, RDAP without, or with those that clients like to show.

use std::path::PathBuf;
use std::sync::Arc;

use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{NoServerSessionStorage, WebPkiClientVerifier};
use rustls::{DigitallySignedStruct, DistinguishedName, Error, ServerConfig, SignatureScheme};

use super::tickets::Tickets;
use super::{ServerIdentity, TlsError, VERSIONS, provider, trust_anchors};
use crate::runtime::clock::SystemClock;

/// Which client certificates pass the handshake. In every case the client must present one and prove that it holds the
/// key; which registrar the certificate belongs to is decided at login, by its SHA-256.
#[derive(Clone, Debug)]
pub enum ClientAuth {
    /// Any certificate.
    Pinned,
    /// A certificate with a valid chain to one of the CAs in this PEM file.
    Authority(PathBuf),
}

/// A configuration for EPP: RFC 5734, section 8 demands mutual authentication. Make it once and share it: session
/// tickets of one are unknown to another.
///
/// Certificates are judged by the trusted time of `clock`. A resumed session carries the certificate of its first handshake, whose chain is not verified again; the pin is
/// compared at each login.
///
/// # Errors
/// When the CA file is not usable.
pub fn epp_server_config(
    identity: Arc<ServerIdentity>,
    client_auth: &ClientAuth,
    alpn: &[&[u8]],
    clock: &SystemClock,
) -> Result<Arc<ServerConfig>, TlsError> {
    let provider = provider();
    let verifier: Arc<dyn ClientCertVerifier> = match client_auth {
        ClientAuth::Pinned => Arc::new(AnyCertificate { provider: provider.clone(), mandatory: true }),
        ClientAuth::Authority(path) => {
            let anchors = Arc::new(trust_anchors(path)?);
            WebPkiClientVerifier::builder_with_provider(anchors, provider.clone())
                .build()
                .map_err(|error| TlsError::Authority { path: path.clone(), error: error.to_string() })?
        }
    };
    server_config(provider, Some(verifier), identity, alpn, clock)
}

/// A configuration for RDAP: anybody may connect. With `client_certificates`, who has a certificate may show it (RFC 7481,
/// section 3.2) and proves that it holds the key; what it is worth is decided by its SHA-256, at each query. As for EPP, a
/// resumed session carries it.
///
/// # Errors
/// For lack of randomness.
pub fn rdap_server_config(
    identity: Arc<ServerIdentity>,
    alpn: &[&[u8]],
    clock: &SystemClock,
    client_certificates: bool,
) -> Result<Arc<ServerConfig>, TlsError> {
    let provider = provider();
    let any = AnyCertificate { provider: provider.clone(), mandatory: false };
    let verifier = client_certificates.then(|| Arc::new(any) as Arc<dyn ClientCertVerifier>);
    server_config(provider, verifier, identity, alpn, clock)
}

fn server_config(
    provider: Arc<CryptoProvider>,
    verifier: Option<Arc<dyn ClientCertVerifier>>,
    identity: Arc<ServerIdentity>,
    alpn: &[&[u8]],
    clock: &SystemClock,
) -> Result<Arc<ServerConfig>, TlsError> {
    let builder = ServerConfig::builder_with_details(provider, Arc::new(clock.clone()));
    let builder = builder.with_protocol_versions(VERSIONS).map_err(TlsError::Setup)?;
    let builder = match verifier {
        Some(verifier) => builder.with_client_cert_verifier(verifier),
        None => builder.with_no_client_auth(),
    };
    let mut config = builder.with_cert_resolver(identity);
    config.alpn_protocols = alpn.iter().map(|protocol| protocol.to_vec()).collect();
    // Tickets, not a table in memory: nothing to fill up, nothing to share between cores. Each configuration has its
    // own keys, for a ticket of one without client certificates must not open one with them.
    config.ticketer = Arc::new(Tickets::new().map_err(TlsError::Setup)?);
    config.session_storage = Arc::new(NoServerSessionStorage {});
    Ok(Arc::new(config))
}

/// Takes any certificate whose key the client proves to hold.
#[derive(Debug)]
struct AnyCertificate {
    provider: Arc<CryptoProvider>,
    /// Whether there must be one.
    mandatory: bool,
}

impl ClientCertVerifier for AnyCertificate {
    fn client_auth_mandatory(&self) -> bool {
        self.mandatory
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
