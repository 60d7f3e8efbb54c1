//! Where the registry under test is and who logs in: the `demo.json` that `domesday demo` writes.

use std::net::{SocketAddr, ToSocketAddrs};
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// The file, as far as it is needed.
#[derive(Debug, Deserialize)]
pub(crate) struct Target {
    pub(crate) epp: Epp,
    pub(crate) registrars: Vec<Registrar>,
    pub(crate) tlds: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Epp {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) server_name: String,
    pub(crate) ca: PathBuf,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Registrar {
    pub(crate) clid: String,
    pub(crate) pw: String,
    pub(crate) cert: PathBuf,
    pub(crate) key: PathBuf,
}

impl Target {
    /// Reads the file.
    pub(crate) fn read(path: &Path) -> Result<Self, String> {
        let mut text = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
        simd_json::from_slice(&mut text).map_err(|error| format!("{}: {error}", path.display()))
    }

    /// The address of the EPP listener. One that is not of this machine needs the user's word.
    pub(crate) fn address(&self, anywhere: bool) -> Result<SocketAddr, String> {
        let Epp { host, port, .. } = &self.epp;
        let found = (host.as_str(), *port).to_socket_addrs().map_err(|error| format!("{host}: {error}"))?;
        let addresses: Vec<_> = found.collect();
        if !anywhere && addresses.iter().any(|address| !address.ip().is_loopback()) {
            return Err(format!("{host} is not this machine; see --i-may-load-that-host"));
        }
        // The demo listens on both; the older family is everywhere.
        let chosen = addresses.iter().find(|address| address.is_ipv4()).or(addresses.first());
        chosen.copied().ok_or_else(|| format!("{host} has no address"))
    }

    pub(crate) fn registrar(&self, clid: &str) -> Result<&Registrar, String> {
        let found = self.registrars.iter().find(|registrar| registrar.clid == clid);
        found.ok_or_else(|| format!("the target knows no registrar {clid}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(host: &str) -> Target {
        let epp = Epp { host: host.into(), port: 700, server_name: host.into(), ca: PathBuf::new() };
        Target { epp, registrars: Vec::new(), tlds: Vec::new() }
    }

    #[test]
    fn only_this_machine_is_loaded_without_the_users_word() {
        assert!(target("127.0.0.1").address(false).is_ok());
        assert!(target("192.0.2.1").address(false).is_err());
        assert!(target("192.0.2.1").address(true).is_ok());
    }
}
