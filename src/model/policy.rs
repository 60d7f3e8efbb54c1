//! What holds for the whole registry, as far as it can be chosen.

use rkyv::{Archive, Deserialize, Serialize};

/// The registry's choices; one record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct Policy {
    /// Days after which a contact that no domain refers to is announced to its sponsor; 0: never.
    pub orphan_contact_days: u32,
    /// Days after that in which it can be used or updated, before it is purged.
    pub orphan_delete_days: u32,
    /// Extensions that are neither announced nor served, as [`Extension::schema`] names them.
    ///
    /// [`Extension::schema`]: crate::epp::extensions::Extension::schema
    pub extensions_off: Vec<String>,
    /// What authInfo may be and how long it stays.
    pub auth_info: AuthInfoPolicy,
    /// What passwords of registrars may be and how long they hold.
    pub password: PasswordPolicy,
}

/// What the authInfo of an object may be (RFC 9154, section 4.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Archive, Serialize, Deserialize)]
#[rkyv(derive(Clone, Copy, Debug, PartialEq, Eq))]
pub struct AuthInfoPolicy {
    /// Characters it has at least; 0: any number.
    pub least: u32,
    /// Kinds of characters it has at least, of lower case, upper case, digits and others; 0: any.
    pub kinds: u32,
    /// Hours after which the registry unsets it; 0: never.
    pub hours: u32,
}

/// What the passwords of registrars may be, and how long they hold (RFC 8807, section 3.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Archive, Serialize, Deserialize)]
#[rkyv(derive(Clone, Copy, Debug, PartialEq, Eq))]
pub struct PasswordPolicy {
    /// Characters a new one has at least; 0: what EPP asks for.
    pub least: u32,
    /// Days after which one no longer opens a session; 0: never.
    pub days: u32,
    /// Days before that on which logins warn of it.
    pub warning_days: u32,
}
