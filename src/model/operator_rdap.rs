//! What operators command about clients of RDAP that see more than the public does (RFC 7481, section 3).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::operator::ByName;
use crate::model::purpose::Purpose;

/// `rdap-client-add`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RdapClientAdd {
    /// What it is called: lower-case letters, digits and hyphens.
    pub name: String,
    /// Who that is, for people.
    pub description: String,
    /// What it may ask for; one at least.
    pub purposes: Vec<ByName<Purpose>>,
    /// When it is one of the public again, in microseconds since 1970; never when missing.
    pub until_micros: Option<i64>,
}

/// `rdap-client-set`; fields as in [`RdapClientAdd`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RdapClientSet {
    /// Which client.
    pub name: String,
    /// As in [`RdapClientAdd`].
    pub description: Option<String>,
    /// As in [`RdapClientAdd`]; replaces all.
    pub purposes: Option<Vec<ByName<Purpose>>>,
    /// As in [`RdapClientAdd`]; 0 removes it.
    pub until_micros: Option<i64>,
}

/// `rdap-client-add-token`. The token itself is known to the client alone.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RdapClientAddToken {
    /// Which client.
    pub name: String,
    /// SHA-256 of the token: 64 hexadecimal digits.
    pub sha256: String,
    /// What the operator calls it.
    #[serde(default)]
    pub label: String,
}

/// Without the hash, which is for no log.
impl fmt::Debug for RdapClientAddToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RdapClientAddToken").field("name", &self.name).finish_non_exhaustive()
    }
}

/// `rdap-client-remove-token`: by one of the two.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RdapClientRemoveToken {
    /// Which client.
    pub name: String,
    /// What the operator calls it.
    #[serde(default)]
    pub label: Option<String>,
    /// SHA-256 of the token.
    #[serde(default)]
    pub sha256: Option<String>,
}

/// Without the hash, which is for no log.
impl fmt::Debug for RdapClientRemoveToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RdapClientRemoveToken").field("name", &self.name).finish_non_exhaustive()
    }
}

/// `rdap-client-add-cert`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RdapClientAddCert {
    /// Which client.
    pub name: String,
    /// SHA-256 of the certificate (DER): 64 hexadecimal digits, colons between octets allowed.
    pub sha256: String,
    /// What the operator calls it.
    #[serde(default)]
    pub label: String,
}

/// `rdap-client-remove-cert`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RdapClientRemoveCert {
    /// Which client.
    pub name: String,
    /// As in [`RdapClientAddCert`].
    pub sha256: String,
}

/// `rdap-client-suspend`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RdapClientSuspend {
    /// Which client.
    pub name: String,
    /// Whether it is one of the public from now on.
    pub suspended: bool,
}

/// `rdap-client-remove`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RdapClientRemove {
    /// Which client.
    pub name: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::operator::OperatorCommand;

    #[test]
    fn commands_read_from_json_write_under_their_names_and_hide_hashes_of_tokens() {
        let (name, sha256) = (String::from("police"), "ab".repeat(32));
        let label = String::new();
        for command in [
            OperatorCommand::RdapClientAdd(RdapClientAdd {
                name: name.clone(),
                description: "The police".into(),
                purposes: vec![ByName(Purpose::LegalActions)],
                until_micros: Some(1),
            }),
            OperatorCommand::RdapClientSet(RdapClientSet { name: name.clone(), ..Default::default() }),
            OperatorCommand::RdapClientAddToken(RdapClientAddToken {
                name: name.clone(),
                sha256: sha256.clone(),
                label,
            }),
            OperatorCommand::RdapClientRemoveToken(RdapClientRemoveToken {
                name: name.clone(),
                label: None,
                sha256: Some(sha256.clone()),
            }),
            OperatorCommand::RdapClientSuspend(RdapClientSuspend { name: name.clone(), suspended: true }),
            OperatorCommand::RdapClientRemove(RdapClientRemove { name }),
        ] {
            let json = simd_json::to_string(&command).expect("plain data");
            assert!(json.starts_with(&format!("{{\"{}\":", command.name())), "{json}");
            assert!(!format!("{command:?}").contains(&sha256), "{command:?}");
            let read: OperatorCommand = simd_json::from_slice(&mut json.into_bytes()).expect("its own words");
            assert_eq!(read, command);
        }
        let mut other = br#"{"rdap-client-add":{"name":"a","purposes":["curiosity"]}}"#.to_vec();
        assert!(simd_json::from_slice::<OperatorCommand>(&mut other).is_err());
    }
}
