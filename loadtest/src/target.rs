//! Where the registry under test is and who logs in: the `demo.json` that `domesday demo` writes.

use std::net::{SocketAddr, ToSocketAddrs};
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// The file, as far as it is needed.
#[derive(Debug, Deserialize)]
pub(crate) struct Target {
    pub(crate) epp: Epp,
    /// Only of a target whose RDAP is asked too.
    pub(crate) rdap: Option<Rdap>,
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
pub(crate) struct Rdap {
    pub(crate) base_urls: Vec<String>,
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
        simd_json::from_slice(&mut text).map_err(|error| {
            // What a reader of JSON says of a field is enough; where it stood says nothing.
            let why = match error.error() {
                simd_json::ErrorType::Serde(why) => why.clone(),
                _ => error.to_string(),
            };
            format!(
                "{}: {why}; expected epp, registrars, tlds, and rdap where that is asked, as in demo.json",
                path.display()
            )
        })
    }

    /// The address of the EPP listener. One that is not of this machine needs the user's word.
    pub(crate) fn epp_address(&self, anywhere: bool) -> Result<SocketAddr, String> {
        address(&self.epp.host, self.epp.port, anywhere)
    }

    /// Host and port of the RDAP service, as they stand in its URL, and the file of its certificate authority.
    pub(crate) fn rdap(&self) -> Result<(&str, u16, &Path), String> {
        let rdap = self.rdap.as_ref().ok_or("the target's file has no field rdap, with base_urls and ca in it")?;
        let url = rdap.base_urls.first().ok_or("the target names no RDAP service: rdap.base_urls is empty")?;
        let (host, port) =
            authority(url, "https://", 443).ok_or_else(|| format!("{url}: expected https://HOST:PORT/"))?;
        Ok((host, port, &rdap.ca))
    }

    pub(crate) fn registrar(&self, clid: &str) -> Result<&Registrar, String> {
        let found = self.registrars.iter().find(|registrar| registrar.clid == clid);
        found.ok_or_else(|| format!("the target knows no registrar {clid}"))
    }
}

/// Host and port of a URL.
pub(crate) fn authority<'a>(url: &'a str, scheme: &str, default: u16) -> Option<(&'a str, u16)> {
    let authority = url.strip_prefix(scheme)?.split('/').next()?;
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => Some((host, port.parse().ok()?)),
        _ => Some((authority, default)),
    }
}

/// The address of a listener. One that is not of this machine needs the user's word.
pub(crate) fn address(host: &str, port: u16, anywhere: bool) -> Result<SocketAddr, String> {
    let found = (host, port).to_socket_addrs().map_err(|error| format!("{host}: {error}"))?;
    let addresses: Vec<_> = found.collect();
    if !anywhere && addresses.iter().any(|address| !address.ip().is_loopback()) {
        return Err(format!("{host} is not this machine; see --i-may-load-that-host"));
    }
    // The demo listens on both; the older family is everywhere.
    let chosen = addresses.iter().find(|address| address.is_ipv4()).or(addresses.first());
    chosen.copied().ok_or_else(|| format!("{host} has no address"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_loaded_without_the_users_word() {
        assert!(address("127.0.0.1", 700, false).is_ok());
        assert!(address("192.0.2.1", 700, false).is_err());
        assert!(address("192.0.2.1", 700, true).is_ok());
    }

    #[test]
    fn a_target_without_rdap_is_one_and_what_is_missing_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("target.json");
        let read = |text: &str| {
            std::fs::write(&path, text).expect("a file");
            Target::read(&path)
        };
        let epp = r#""epp":{"host":"127.0.0.1","port":700,"server_name":"localhost","ca":"x"}"#;
        let target = read(&format!("{{{epp},\"registrars\":[],\"tlds\":[]}}")).expect("a target");
        assert!(target.rdap().expect_err("no RDAP").contains("no field rdap"));
        let why = read(&format!("{{{epp},\"tlds\":[]}}")).expect_err("no registrars");
        assert!(why.contains("target.json: missing field `registrars`; expected epp"), "{why}");
        assert!(read("[").expect_err("no JSON").contains("target.json: "));
    }

    #[test]
    fn a_url_names_host_and_port() {
        assert_eq!(authority("https://localhost:8443/", "https://", 443), Some(("localhost", 8443)));
        assert_eq!(authority("https://rdap.example", "https://", 443), Some(("rdap.example", 443)));
        assert_eq!(authority("http://localhost:8443/", "https://", 443), None);
        assert_eq!(authority("https://localhost:x/", "https://", 443), None);
    }
}
