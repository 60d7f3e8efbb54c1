//! What operators do to the objects of registrars: locks, deletions, restores, hand-overs, redactions.

use serde::{Deserialize, Serialize};

use crate::model::extension::ExtensionName;
use crate::model::operator::{ByName, Named, ObjectKind};
use crate::model::record::LockCause;

/// `lock-set` and `lock-unset`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockChange {
    /// The domain's name.
    pub name: String,
    /// `urs` or `abuse`.
    pub cause: ByName<LockCause>,
    /// The case at the body that asked for it.
    #[serde(default)]
    pub case: Option<String>,
    /// Why; the sponsoring client reads it.
    #[serde(default)]
    pub reason: Option<String>,
}

/// `domain-delete`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DomainRemove {
    /// The domain's name.
    pub name: String,
    /// Purge it now, without redemption; not when missing.
    #[serde(default)]
    pub purge: bool,
    /// Why; the sponsoring client reads it.
    #[serde(default)]
    pub reason: Option<String>,
}

/// `domain-restore`: without a fee.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DomainReturn {
    /// The domain's name.
    pub name: String,
    /// Why; the sponsoring client reads it.
    #[serde(default)]
    pub reason: Option<String>,
}

/// `object-handover`: another sponsoring client, at once, without a fee and without a year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Handover {
    /// What the object is.
    pub object: ObjectKind,
    /// Its name or handle.
    pub name: String,
    /// Who must sponsor it now; whoever does when missing.
    #[serde(default)]
    pub from: Option<String>,
    /// Who sponsors it then.
    pub to: String,
    /// The case at the body that decided so.
    #[serde(default)]
    pub case: Option<String>,
    /// Why; both registrars read it.
    #[serde(default)]
    pub reason: Option<String>,
}

/// `contact-redact`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactRedact {
    /// The contact's handle.
    pub id: String,
    /// Why; the sponsoring client reads it.
    #[serde(default)]
    pub reason: Option<String>,
}

/// `registrar-terminate`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegistrarTerminate {
    /// Which registrar.
    pub clid: String,
}

/// `contact-orphan`: a contact that no domain refers to begins to go, as if it had lost its last link now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactOrphan {
    /// The contact's handle.
    pub id: String,
}

/// `policy-set`: what holds for the whole registry; what is missing stays.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PolicySet {
    /// Days after which a contact that no domain refers to is announced to its sponsor; 0: never.
    pub orphan_contact_days: Option<u32>,
    /// Days after that until it is purged.
    pub orphan_delete_days: Option<u32>,
    /// Characters that an authInfo has at least; 0: any number.
    pub auth_info_least: Option<u32>,
    /// Kinds of characters that it has at least, of lower case, upper case, digits and others; 0: any.
    pub auth_info_kinds: Option<u32>,
    /// Hours after which the registry unsets it; 0: never.
    pub auth_info_hours: Option<u32>,
    /// Characters that a new password of a registrar has at least; 0: what EPP asks for.
    pub password_least: Option<u32>,
    /// Days after which a password no longer opens a session; 0: never.
    pub password_days: Option<u32>,
    /// Days before that on which logins warn of it.
    pub password_warning_days: Option<u32>,
    /// Extensions that are neither announced nor served from now on.
    pub extension_off: Vec<ByName<ExtensionName>>,
    /// Extensions that are announced and served again.
    pub extension_on: Vec<ByName<ExtensionName>>,
}

impl Named for LockCause {
    const WHAT: &'static str = "urs or abuse";

    fn name(self) -> &'static str {
        Self::name(self)
    }

    fn parse(name: &str) -> Option<Self> {
        [Self::Urs, Self::Abuse].into_iter().find(|cause| cause.name() == name)
    }
}
