//! `demo.json`: what a client must know to talk to a registry. `domesday demo` writes it; the EPP client, `domesday
//! admin` and load testers read it. All file names in it are absolute.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::exit::CliError;

/// A registry as a client sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Where EPP is.
    pub epp: EppTarget,
    /// Who may log in.
    pub registrars: Vec<RegistrarTarget>,
    /// Where RDAP is.
    pub rdap: RdapTarget,
    /// The TLDs.
    pub tlds: Vec<String>,
    /// Currency of prices (ISO 4217).
    pub currency: String,
    /// The admin socket.
    pub admin_socket: PathBuf,
}

/// Where EPP is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EppTarget {
    /// Host name or address to connect to.
    pub host: String,
    /// Port.
    pub port: u16,
    /// The name its certificate is for.
    pub server_name: String,
    /// PEM file of the CA that signed it.
    pub ca: PathBuf,
    /// Every address it listens on.
    pub addresses: Vec<String>,
}

/// Who may log in, and with what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistrarTarget {
    /// Client identifier.
    pub clid: String,
    /// Password.
    pub pw: String,
    /// PEM file of the client certificate.
    pub cert: PathBuf,
    /// PEM file of its key.
    pub key: PathBuf,
}

/// Where RDAP is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RdapTarget {
    /// Base URLs, each ending with a slash.
    pub base_urls: Vec<String>,
    /// PEM file of the CA that signed its certificate.
    pub ca: PathBuf,
}

impl Target {
    /// Reads a target file.
    ///
    /// # Errors
    /// When it cannot be read, or is no target.
    pub fn read(path: &Path) -> Result<Self, CliError> {
        let mut text = std::fs::read(path).map_err(CliError::file(path))?;
        simd_json::from_slice(&mut text).map_err(|error| CliError::Content {
            path: path.to_owned(),
            problem: format!("expected a target file, as `domesday demo` writes it: {error}"),
        })
    }

    /// The registrar of that clID.
    ///
    /// # Errors
    /// [`CliError::Usage`] with those there are.
    pub fn registrar(&self, clid: &str) -> Result<&RegistrarTarget, CliError> {
        self.registrars.iter().find(|registrar| registrar.clid == clid).ok_or_else(|| {
            let known: Vec<_> = self.registrars.iter().map(|registrar| registrar.clid.as_str()).collect();
            CliError::Usage(format!("--as {clid}: the target file has no such registrar, only {}", known.join(", ")))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The shape other programs rely on.
    const SHAPE: &str = concat!(
        r#"{"epp":{"host":"localhost","port":7700,"server_name":"localhost","ca":"/d/ca.pem","#,
        r#""addresses":["127.0.0.1","::1"]},"#,
        r#""registrars":[{"clid":"registrar-a","pw":"secret","cert":"/d/a.pem","key":"/d/a.key"}],"#,
        r#""rdap":{"base_urls":["https://localhost:8443/"],"ca":"/d/ca.pem"},"#,
        r#""tlds":["example","test"],"currency":"USD","admin_socket":"/d/admin.sock"}"#,
    );

    #[test]
    fn the_file_reads_and_writes_in_the_shape_other_programs_rely_on() {
        let target: Target = simd_json::from_slice(&mut SHAPE.as_bytes().to_vec()).expect("a target");
        assert_eq!(simd_json::to_string(&target).expect("plain data"), SHAPE);
        assert_eq!(target.registrar("registrar-a").expect("there").pw, "secret");
        assert_eq!(target.registrar("registrar-z").expect_err("missing").code(), 2);
    }
}
