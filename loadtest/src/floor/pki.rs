//! A throwaway CA, a server certificate for `localhost` and a client certificate, as PEM files.

use std::path::PathBuf;
use std::sync::Arc;

use domesday::runtime::tls::{ServerIdentity, TlsError, client_config};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::ClientConfig;
use tempfile::TempDir;

use super::FloorError;

/// The files; they are gone with it.
pub struct Pki {
    dir: TempDir,
}

impl Pki {
    /// Makes them: `ca.pem`, `server.pem`, `server.key`, `client.pem` and `client.key`.
    ///
    /// # Errors
    /// For lack of randomness, or of room in the directory for temporary files.
    pub fn new() -> Result<Self, FloorError> {
        Self::make().map_err(|error| FloorError::Certificates(error.to_string()))
    }

    fn make() -> Result<Self, Box<dyn std::error::Error>> {
        let pki = Self { dir: tempfile::tempdir()? };
        let mut ca = CertificateParams::new(Vec::new())?;
        ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate()?;
        std::fs::write(pki.file("ca.pem"), ca.self_signed(&key)?.pem())?;
        let issuer = Issuer::new(ca, key);
        for (file, name) in [("server", "localhost"), ("client", "registrar-a")] {
            let key = KeyPair::generate()?;
            let certificate = CertificateParams::new([name.to_owned()])?.signed_by(&key, &issuer)?;
            std::fs::write(pki.file(&format!("{file}.pem")), certificate.pem())?;
            std::fs::write(pki.file(&format!("{file}.key")), key.serialize_pem())?;
        }
        Ok(pki)
    }

    /// The path of one.
    pub fn file(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// The server's.
    ///
    /// # Errors
    /// When somebody has touched the files.
    pub fn identity(&self) -> Result<Arc<ServerIdentity>, TlsError> {
        ServerIdentity::load(&self.file("server.pem"), &self.file("server.key"))
    }

    /// A client that trusts the CA and shows the client certificate if asked.
    ///
    /// # Errors
    /// When somebody has touched the files.
    pub fn client(&self, alpn: &[&[u8]]) -> Result<Arc<ClientConfig>, TlsError> {
        let (chain, key) = (self.file("client.pem"), self.file("client.key"));
        let mut config = client_config(&self.file("ca.pem"), Some((&chain, &key)))?;
        config.alpn_protocols = alpn.iter().map(|protocol| protocol.to_vec()).collect();
        Ok(Arc::new(config))
    }
}
