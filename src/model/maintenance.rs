//! Maintenance that registrars are told of (RFC 9167).

use rkyv::{Archive, Deserialize, Serialize};

use crate::base::timestamp::Timestamp;

/// A maintenance event (section 3.3).
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct Maintenance {
    /// id.
    pub id: String,
    /// name, for people.
    pub name: Option<String>,
    /// type, as `Routine Maintenance`.
    pub types: Vec<String>,
    /// systems: one at least.
    pub systems: Vec<MaintainedSystem>,
    /// environment: `production`, `ote`, `staging`, `dev`, or the name of another one.
    pub environment: String,
    /// start.
    pub start: Timestamp,
    /// end; after the start.
    pub end: Timestamp,
    /// reason: whether it is an emergency, and not planned.
    pub emergency: bool,
    /// detail: where more is to be read.
    pub detail: Option<String>,
    /// description, in English.
    pub description: Option<String>,
    /// tlds; empty: all.
    pub tlds: Vec<String>,
    /// intervention.
    pub intervention: Option<Intervention>,
    /// crDate.
    pub created: Timestamp,
    /// upDate.
    pub updated: Option<Timestamp>,
}

/// A system that is maintained.
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct MaintainedSystem {
    /// name, as `EPP`.
    pub name: String,
    /// host: lower-case A-labels.
    pub host: Option<String>,
    /// impact.
    pub impact: Impact,
}

impl MaintainedSystem {
    /// The system as operators write it: `EPP=full`, `EPP=partial@epp.example.net`.
    pub fn parse(text: &str) -> Option<Self> {
        let (name, rest) = text.split_once('=')?;
        let (impact, host) = rest.split_once('@').map_or((rest, None), |(impact, host)| (impact, Some(host)));
        let impact = Impact::ALL.into_iter().find(|known| known.name() == impact)?;
        Some(Self { name: name.to_owned(), host: host.map(str::to_owned), impact })
    }
}

/// How much of a system is affected (`maint:impactEnum`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
#[rkyv(derive(Clone, Copy, Debug, PartialEq, Eq))]
#[repr(u8)]
pub enum Impact {
    /// `none`.
    None,
    /// `partial`.
    Partial,
    /// `full`.
    Full,
}

impl Impact {
    /// Every value.
    pub const ALL: [Self; 3] = [Self::None, Self::Partial, Self::Full];

    /// The value as EPP writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Partial => "partial",
            Self::Full => "full",
        }
    }
}

impl ArchivedImpact {
    /// The value as EPP writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => Impact::None.name(),
            Self::Partial => Impact::Partial.name(),
            Self::Full => Impact::Full.name(),
        }
    }
}

/// What registrars have to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
#[rkyv(derive(Clone, Copy, Debug, PartialEq, Eq))]
pub struct Intervention {
    /// connection: about their connections, as to connect again.
    pub connection: bool,
    /// implementation: about their programs.
    pub implementation: bool,
}

/// What has become of an event (`maint:pollType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
#[rkyv(derive(Clone, Copy, Debug, PartialEq, Eq))]
#[repr(u8)]
pub enum MaintenanceNews {
    /// `create`.
    Create,
    /// `update`.
    Update,
    /// `delete`.
    Delete,
}

impl ArchivedMaintenanceNews {
    /// The value as EPP writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }
}

/// The environments that have words of their own (`maint:envEnum`).
pub const ENVIRONMENTS: [&str; 4] = ["production", "ote", "staging", "dev"];
