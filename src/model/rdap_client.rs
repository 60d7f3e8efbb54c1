//! Clients of RDAP that may see more than the public does (RFC 7481, section 3).

use rkyv::{Archive, Deserialize, Serialize};

use crate::base::timestamp::Timestamp;
use crate::model::record::CertificatePin;

/// Somebody whom the registry lets see what contacts hold, for purposes that it has stated.
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct RdapClient {
    /// What the operator calls it.
    pub name: String,
    /// Who that is, for people.
    pub description: String,
    /// Bearer tokens (RFC 6750) it may send; several may be valid while one replaces another.
    pub tokens: Vec<RdapToken>,
    /// Certificates it may present; likewise.
    pub certificates: Vec<CertificatePin>,
    /// What it may ask for; a query names one of them, or means the only one.
    pub purposes: Vec<String>,
    /// From when on it is one of the public again.
    pub until: Option<Timestamp>,
    /// Whether it is one of the public for now.
    pub suspended: bool,
    /// When it was added.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Option<Timestamp>,
}

impl ArchivedRdapClient {
    /// The SHA-256 of each token and certificate.
    pub fn credentials(&self) -> impl Iterator<Item = &[u8; 32]> {
        let tokens = self.tokens.iter().map(|token| &token.sha256);
        tokens.chain(self.certificates.iter().map(|pin| &pin.sha256))
    }
}

/// A bearer token. What the client sends is random and long, so that a plain hash keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct RdapToken {
    /// SHA-256 of the token.
    pub sha256: [u8; 32],
    /// What the operator calls it.
    pub label: String,
    /// When it was added.
    pub added: Timestamp,
}
