//! What operators command about registrars: who they are, and what they show when they log in.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::operator::ByName;
use crate::model::record::DataModel;

/// `registrar-add`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RegistrarAdd {
    /// clID: 3 to 16 characters.
    pub clid: String,
    /// Name for people.
    pub name: String,
    /// Registrar id of the IANA registry.
    pub iana_id: Option<u32>,
    /// Address ranges it may connect from, as `192.0.2.0/24`; empty: any.
    pub networks: Vec<String>,
    /// Sessions at one time; missing: the server's limit.
    pub session_limit: Option<u32>,
    /// `minimum` or `maximum`, for TLDs that leave it to registrars; missing: as `minimum`.
    pub data_model: Option<ByName<DataModel>>,
    /// E-mail address.
    pub email: Option<String>,
    /// Telephone number, `+CC.NUMBER`.
    pub voice: Option<String>,
    /// Web site.
    pub url: Option<String>,
    /// Base URL of its own RDAP service.
    pub rdap_url: Option<String>,
    /// E-mail address of its abuse desk.
    pub abuse_email: Option<String>,
    /// Telephone number of its abuse desk.
    pub abuse_voice: Option<String>,
    /// Postal address; one of nothing but empty texts removes it.
    pub address: Option<RegistrarAddress>,
    /// Facsimile number, `+CC.NUMBER`.
    pub fax: Option<String>,
    /// Whether it is for tests only: left out of deposits and reports.
    pub is_test: Option<bool>,
}

/// A registrar's postal address.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RegistrarAddress {
    /// One to three lines.
    pub street: Vec<String>,
    /// City.
    pub city: String,
    /// State or province.
    pub sp: Option<String>,
    /// Postal code.
    pub pc: Option<String>,
    /// Country code (ISO 3166-1 alpha-2).
    pub cc: String,
}

/// `registrar-set`; fields as in [`RegistrarAdd`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RegistrarSet {
    /// Which registrar.
    pub clid: String,
    /// As in [`RegistrarAdd`].
    pub name: Option<String>,
    /// As in [`RegistrarAdd`]; 0 removes it.
    pub iana_id: Option<u32>,
    /// As in [`RegistrarAdd`]; replaces all.
    pub networks: Option<Vec<String>>,
    /// As in [`RegistrarAdd`]; 0 removes it.
    pub session_limit: Option<u32>,
    /// As in [`RegistrarAdd`]; what is registered stays as it is.
    pub data_model: Option<ByName<DataModel>>,
    /// As in [`RegistrarAdd`].
    pub email: Option<String>,
    /// As in [`RegistrarAdd`].
    pub voice: Option<String>,
    /// As in [`RegistrarAdd`].
    pub url: Option<String>,
    /// As in [`RegistrarAdd`].
    pub rdap_url: Option<String>,
    /// As in [`RegistrarAdd`].
    pub abuse_email: Option<String>,
    /// As in [`RegistrarAdd`].
    pub abuse_voice: Option<String>,
    /// As in [`RegistrarAdd`]; replaces the whole.
    pub address: Option<RegistrarAddress>,
    /// As in [`RegistrarAdd`].
    pub fax: Option<String>,
    /// As in [`RegistrarAdd`].
    pub is_test: Option<bool>,
}

/// `registrar-set-password`. Hashing is slow and random: it is done before the command is decided.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegistrarSetPassword {
    /// Which registrar.
    pub clid: String,
    /// The password as an argon2id PHC string, never the password itself.
    pub password_hash: String,
    /// The PHC string that it replaces: a registrar's own change holds only while the password it has proved to know is
    /// the registrar's, so that no login under way undoes an operator's reset. `None`: whatever is there.
    #[serde(default)]
    pub replaces: Option<String>,
}

/// Without the hash, which is for no log.
impl fmt::Debug for RegistrarSetPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegistrarSetPassword").field("clid", &self.clid).finish_non_exhaustive()
    }
}

/// `registrar-add-cert`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegistrarAddCert {
    /// Which registrar.
    pub clid: String,
    /// SHA-256 of the certificate (DER): 64 hexadecimal digits, colons between octets allowed.
    pub sha256: String,
    /// What the operator calls it.
    #[serde(default)]
    pub label: String,
}

/// `registrar-remove-cert`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegistrarRemoveCert {
    /// Which registrar.
    pub clid: String,
    /// As in [`RegistrarAddCert`].
    pub sha256: String,
}

/// `registrar-suspend`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegistrarSuspend {
    /// Which registrar.
    pub clid: String,
    /// Whether logins are refused from now on.
    pub suspended: bool,
}
