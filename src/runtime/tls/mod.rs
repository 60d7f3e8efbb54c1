//! TLS 1.2 and 1.3 by RFC 9325: identities, configurations, and streams over [`super::net`].
//!
//! One configuration is shared by all executors, and with it the keys of its session tickets, so that a client resumes
//! on whichever executor its next connection lands.

mod client;
mod config;
mod identity;
mod stream;
mod tickets;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::{CipherSuite, SupportedProtocolVersion};

pub use client::client_config;
pub use config::{ClientAuth, epp_server_config, rdap_server_config};
pub use identity::ServerIdentity;
pub use stream::{TlsStream, accept};

/// TLS 1.3 and 1.2, nothing older (RFC 9325, section 3.1.1).
const VERSIONS: &[&SupportedProtocolVersion] = &[&rustls::version::TLS13, &rustls::version::TLS12];

/// The cipher suites offered: the four of RFC 9325, section 4.2 for TLS 1.2 (the gTLD RDAP profile allows no other), and
/// all three of rustls for TLS 1.3.
const SUITES: [CipherSuite; 7] = [
    CipherSuite::TLS13_AES_128_GCM_SHA256,
    CipherSuite::TLS13_AES_256_GCM_SHA384,
    CipherSuite::TLS13_CHACHA20_POLY1305_SHA256,
    CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
    CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
];

/// Why TLS cannot be set up.
#[derive(Debug)]
#[non_exhaustive]
pub enum TlsError {
    /// A PEM file cannot be read, or holds nothing of the kind.
    Pem {
        /// The file.
        path: PathBuf,
        /// What was looked for.
        expected: &'static str,
        /// What was found.
        found: String,
    },
    /// A certificate, a key, or the two together are not usable.
    Identity {
        /// The certificate's file.
        path: PathBuf,
        /// Why.
        error: rustls::Error,
    },
    /// The certificates of a CA file cannot serve as trust anchors.
    Authority {
        /// The file.
        path: PathBuf,
        /// Why.
        error: String,
    },
    /// rustls refuses, for lack of randomness for instance.
    Setup(rustls::Error),
}

impl fmt::Display for TlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pem { path, expected, found } => write!(f, "{path:?}: expected {expected}, found {found}"),
            Self::Identity { path, error } => write!(f, "{path:?}: {error}"),
            Self::Authority { path, error } => write!(f, "{path:?} as CA file: {error}"),
            Self::Setup(error) => write!(f, "TLS cannot be set up: {error}"),
        }
    }
}

impl std::error::Error for TlsError {}

/// aws-lc-rs with our choice of suites; key exchange groups as rustls orders them (X25519MLKEM768 first).
fn provider() -> Arc<CryptoProvider> {
    let mut provider = aws_lc_rs::default_provider();
    provider.cipher_suites.retain(|suite| SUITES.contains(&suite.suite()));
    Arc::new(provider)
}

/// All certificates of a CA file as trust anchors.
fn trust_anchors(path: &Path) -> Result<rustls::RootCertStore, TlsError> {
    let mut anchors = rustls::RootCertStore::empty();
    for certificate in identity::certificates(path)? {
        let added = anchors.add(certificate);
        added.map_err(|error| TlsError::Authority { path: path.to_owned(), error: error.to_string() })?;
    }
    Ok(anchors)
}

#[cfg(test)]
mod tests;
