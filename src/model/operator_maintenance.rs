//! What operators command about maintenance.

use serde::{Deserialize, Serialize};

/// `maintenance-add` and `maintenance-set`. An event that is added needs systems, start and end; of one that is set, what is
/// missing stays as it is, and an empty text removes what may be missing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MaintenanceSpec {
    /// Its identifier: lower-case letters, digits and hyphens.
    pub id: String,
    /// Its name, for people, as `@de:Name` in another language than English.
    pub name: Option<String>,
    /// What it is, as `Routine Maintenance` or `@de:Wartung`; replaces all.
    pub types: Option<Vec<String>>,
    /// Systems with their impact, as `EPP=full` or `EPP=partial@epp.example.net`; replaces all.
    pub systems: Option<Vec<String>>,
    /// `production` (when missing), `ote`, `staging`, `dev`, or the name of another one.
    pub environment: Option<String>,
    /// When it begins, in microseconds since 1970.
    pub start_micros: Option<i64>,
    /// When it ends, in microseconds since 1970.
    pub end_micros: Option<i64>,
    /// Whether it is an emergency; not when missing.
    pub emergency: Option<bool>,
    /// URI of more about it.
    pub detail: Option<String>,
    /// What happens, as `text`, `@de:text` or `@en/html:<b>text</b>`; replaces all.
    pub descriptions: Option<Vec<String>>,
    /// The TLDs that it concerns; all when empty. Replaces all.
    pub tlds: Option<Vec<String>>,
    /// Whether registrars have to do something about their connections.
    pub connection: Option<bool>,
    /// Whether registrars have to do something about their programs.
    pub implementation: Option<bool>,
    /// How many minutes before the start registrars are reminded; a day when missing. Replaces all.
    pub courtesy_minutes: Option<Vec<u32>>,
    /// Whether registrars are told when it is over; so when missing.
    pub tells_end: Option<bool>,
}

/// `maintenance-remove`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MaintenanceRemove {
    /// Its identifier.
    pub id: String,
}
