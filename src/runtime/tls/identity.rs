//! Who we are to a peer: certificate chain and key from PEM files, replaced without a restart.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use super::{TlsError, provider};

/// A server's certificate and key. Configurations made from it use what [`ServerIdentity::reload`] last read.
pub struct ServerIdentity {
    chain: PathBuf,
    key: PathBuf,
    current: RwLock<Arc<CertifiedKey>>,
}

impl ServerIdentity {
    /// Reads the chain (own certificate first, PEM) and the key (PKCS#8, PKCS#1 or SEC1, PEM).
    ///
    /// # Errors
    /// When either cannot be read or used, or the key is not the certificate's.
    pub fn load(chain: &Path, key: &Path) -> Result<Arc<Self>, TlsError> {
        let current = RwLock::new(read(chain, key)?);
        Ok(Arc::new(Self { chain: chain.to_owned(), key: key.to_owned(), current }))
    }

    /// Reads both files again. New handshakes use the new certificate; open connections keep theirs.
    ///
    /// # Errors
    /// As [`ServerIdentity::load`]; the old identity stays in use then.
    pub fn reload(&self) -> Result<(), TlsError> {
        let fresh = read(&self.chain, &self.key)?;
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }
}

impl fmt::Debug for ServerIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ServerIdentity({:?}, {:?})", self.chain, self.key)
    }
}

impl ResolvesServerCert for ServerIdentity {
    fn resolve(&self, _client_hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current.read().unwrap_or_else(PoisonError::into_inner).clone())
    }
}

fn read(chain: &Path, key: &Path) -> Result<Arc<CertifiedKey>, TlsError> {
    let certified = CertifiedKey::from_der(certificates(chain)?, private_key(key)?, &provider());
    certified.map(Arc::new).map_err(|error| TlsError::Identity { path: chain.to_owned(), error })
}

/// The certificates of a PEM file, at least one.
pub(super) fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let expected = "certificates in PEM form";
    let fault = |found: String| TlsError::Pem { path: path.to_owned(), expected, found };
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_file_iter(path).and_then(|all| all.collect());
    match certificates {
        Ok(certificates) if certificates.is_empty() => Err(fault("none".into())),
        Ok(certificates) => Ok(certificates),
        Err(error) => Err(fault(error.to_string())),
    }
}

/// The first private key of a PEM file.
pub(super) fn private_key(path: &Path) -> Result<PrivateKeyDer<'static>, TlsError> {
    let expected = "a private key in PEM form";
    PrivateKeyDer::from_pem_file(path).map_err(|error| TlsError::Pem {
        path: path.to_owned(),
        expected,
        found: error.to_string(),
    })
}
