//! The client's side, for our own EPP client and for tests.

use std::path::Path;

use rustls::ClientConfig;

use super::identity::{certificates, private_key};
use super::{TlsError, VERSIONS, provider, trust_anchors};

/// A client that trusts the CAs in `ca` and shows the certificate chain and key in `identity`, if given (PEM files).
///
/// # Errors
/// When a file cannot be read or used.
pub fn client_config(ca: &Path, identity: Option<(&Path, &Path)>) -> Result<ClientConfig, TlsError> {
    let builder = ClientConfig::builder_with_provider(provider());
    let builder = builder.with_protocol_versions(VERSIONS).map_err(TlsError::Setup)?;
    let builder = builder.with_root_certificates(trust_anchors(ca)?);
    let Some((chain, key)) = identity else { return Ok(builder.with_no_client_auth()) };
    builder
        .with_client_auth_cert(certificates(chain)?, private_key(key)?)
        .map_err(|error| TlsError::Identity { path: chain.to_owned(), error })
}
