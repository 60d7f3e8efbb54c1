//! Clients of RDAP as operators read them, and the tokens that are made for them.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::base::timestamp::{ArchivedTimestamp, Timestamp};
use crate::model::operator::RdapClientAddToken;
use crate::model::record::{ArchivedRdapClient, Kind};
use crate::model::view::View;
use crate::node::admin::AdminFailure;

/// What a token begins with, so that whoever finds one, in a file or by a scanner for secrets, knows what it is.
const PREFIX: &str = "dmsd_";

/// A random token to be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RdapClientMakeToken {
    /// Which client.
    pub name: String,
    /// What the operator calls it.
    #[serde(default)]
    pub label: String,
}

impl RdapClientMakeToken {
    /// The token, of 256 random bits, and what the registry keeps of it.
    ///
    /// # Errors
    /// No randomness.
    pub(super) fn add(self) -> Result<(String, RdapClientAddToken), AdminFailure> {
        let mut octets = [0; 32];
        let filled = getrandom::fill(&mut octets);
        filled.map_err(|error| AdminFailure { code: 2400, message: format!("no randomness: {error}") })?;
        let token = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(octets));
        let sha256 = hexadecimal(&Sha256::digest(&token));
        Ok((token, RdapClientAddToken { name: self.name, sha256, label: self.label }))
    }
}

/// A client.
#[derive(Debug, Serialize)]
pub(super) struct ClientRow {
    name: String,
    description: String,
    /// `good`, `suspended` or `expired`.
    state: &'static str,
    purposes: Vec<String>,
    until: Option<String>,
    tokens: Vec<CredentialRow>,
    certificates: Vec<CredentialRow>,
    created: String,
    updated: Option<String>,
}

/// A token or certificate.
#[derive(Debug, Serialize)]
struct CredentialRow {
    label: String,
    sha256: String,
    added: String,
}

/// All clients, by name.
pub(super) fn all(view: &impl View, now: Timestamp) -> Vec<ClientRow> {
    view.directory(Kind::RdapClient).filter_map(|name| Some(row(view.rdap_client(name)?, now))).collect()
}

fn row(client: &ArchivedRdapClient, now: Timestamp) -> ClientRow {
    let credential = |label: &str, sha256: &[u8; 32], added: &ArchivedTimestamp| CredentialRow {
        label: label.to_owned(),
        sha256: hexadecimal(sha256),
        added: added.get().to_string(),
    };
    ClientRow {
        name: client.name.to_string(),
        description: client.description.to_string(),
        state: match () {
            () if client.suspended => "suspended",
            () if client.is_expired(now) => "expired",
            () => "good",
        },
        purposes: client.purposes.iter().map(ToString::to_string).collect(),
        until: client.until.as_ref().map(|until| until.get().to_string()),
        tokens: client.tokens.iter().map(|token| credential(&token.label, &token.sha256, &token.added)).collect(),
        certificates: client.certificates.iter().map(|pin| credential(&pin.label, &pin.sha256, &pin.added)).collect(),
        created: client.created.get().to_string(),
        updated: client.updated.as_ref().map(|updated| updated.get().to_string()),
    }
}

fn hexadecimal(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_random_and_recognized_and_only_its_hash_is_kept() {
        let make = || RdapClientMakeToken { name: "police".into(), label: "2026".into() }.add().expect("randomness");
        let ((token, add), (other, _)) = (make(), make());
        assert_ne!(token, other);
        let rest = token.strip_prefix("dmsd_").expect("a prefix");
        assert_eq!(URL_SAFE_NO_PAD.decode(rest).expect("base64url").len(), 32);
        assert_eq!(add.sha256, hexadecimal(&Sha256::digest(token.as_bytes())));
        assert_eq!((add.name.as_str(), add.label.as_str()), ("police", "2026"));
        assert!(!simd_json::to_string(&add).expect("plain data").contains(rest));
    }
}
