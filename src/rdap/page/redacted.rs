//! What an answer says of itself to be redacted (RFC 9537), found by the registered names.

use simd_json::OwnedValue;
use simd_json::prelude::*;

/// The `redacted` member of an answer.
pub(super) struct Redacted<'a>(&'a [OwnedValue]);

/// How the registered names begin for each role.
const PREFIXES: [(&str, &str); 4] =
    [("registrant", "Registrant"), ("technical", "Tech"), ("administrative", "Admin"), ("billing", "Billing")];

impl<'a> Redacted<'a> {
    pub(super) fn of(answer: &'a OwnedValue) -> Self {
        Self(answer.get_array("redacted").map_or(&[], Vec::as_slice))
    }

    /// Of an answer that redacts nothing.
    pub(super) const NONE: Redacted<'static> = Redacted(&[]);

    /// Why `name` is redacted, empty where that is not said; nothing where it is not redacted.
    pub(super) fn reason(&self, name: &str) -> Option<&'a str> {
        let is = |entry: &&OwnedValue| {
            let names = entry.get("name");
            let named = names.and_then(|names| names.get_str("type").or_else(|| names.get_str("description")));
            named == Some(name)
        };
        let entry = self.0.iter().find(is)?;
        Some(entry.get("reason").and_then(|reason| reason.get_str("description")).unwrap_or_default())
    }

    /// The same for a field of the contact with these roles, or with any role where the contact has none.
    pub(super) fn field(&self, roles: &[&str], field: &str) -> Option<&'a str> {
        let mut prefixes = PREFIXES.iter().filter(|(role, _)| roles.is_empty() || roles.contains(role));
        prefixes.find_map(|(_, prefix)| match field {
            "ID" => self.reason(&format!("Registry {prefix} ID")),
            _ => self.reason(&format!("{prefix} {field}")),
        })
    }
}
