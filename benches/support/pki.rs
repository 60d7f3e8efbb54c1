//! A throwaway CA, a server certificate for `localhost` and a client certificate, as PEM files.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use domesday::runtime::tls::{ServerIdentity, client_config};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::ClientConfig;
use tempfile::TempDir;

pub struct Pki {
    dir: TempDir,
}

impl Pki {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let mut ca = CertificateParams::new(Vec::new()).expect("no names");
        ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("randomness");
        write(&dir.path().join("ca.pem"), &ca.self_signed(&key).expect("signs").pem());
        let issuer = Issuer::new(ca, key);
        for (file, name) in [("server", "localhost"), ("client", "registrar-a")] {
            let key = KeyPair::generate().expect("randomness");
            let params = CertificateParams::new([name.to_owned()]).expect("a name");
            let certificate = params.signed_by(&key, &issuer).expect("signs");
            write(&dir.path().join(format!("{file}.pem")), &certificate.pem());
            write(&dir.path().join(format!("{file}.key")), &key.serialize_pem());
        }
        Self { dir }
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn identity(&self) -> Arc<ServerIdentity> {
        ServerIdentity::load(&self.file("server.pem"), &self.file("server.key")).expect("just made")
    }

    /// A client that trusts the CA and shows the client certificate if asked.
    pub fn client(&self, alpn: &[&[u8]]) -> Arc<ClientConfig> {
        let (chain, key) = (self.file("client.pem"), self.file("client.key"));
        let mut config = client_config(&self.file("ca.pem"), Some((&chain, &key))).expect("just made");
        config.alpn_protocols = alpn.iter().map(|protocol| protocol.to_vec()).collect();
        Arc::new(config)
    }
}

fn write(path: &Path, text: &str) {
    std::fs::write(path, text).expect("room");
}
