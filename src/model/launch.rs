//! The launch of a TLD (RFC 8334): phases, claims notices, and what a name keeps of how it was registered.

use rkyv::{Archive, Deserialize, Serialize};

use crate::base::timestamp::Timestamp;

/// A phase of a launch (RFC 8334, section 2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
#[rkyv(derive(Clone, Copy, Debug, PartialEq, Eq))]
#[repr(u8)]
pub enum PhaseKind {
    /// For holders of marks.
    Sunrise,
    /// After sunrise, before everybody else.
    Landrush,
    /// Claims notices must be acknowledged.
    Claims,
    /// The launch is over.
    Open,
    /// One of the registry's own, with a name.
    Custom,
}

impl PhaseKind {
    /// Every phase.
    pub const ALL: [Self; 5] = [Self::Sunrise, Self::Landrush, Self::Claims, Self::Open, Self::Custom];

    /// The phase as EPP writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sunrise => "sunrise",
            Self::Landrush => "landrush",
            Self::Claims => "claims",
            Self::Open => "open",
            Self::Custom => "custom",
        }
    }
}

impl ArchivedPhaseKind {
    /// The phase as a native value.
    pub const fn get(self) -> PhaseKind {
        match self {
            Self::Sunrise => PhaseKind::Sunrise,
            Self::Landrush => PhaseKind::Landrush,
            Self::Claims => PhaseKind::Claims,
            Self::Open => PhaseKind::Open,
            Self::Custom => PhaseKind::Custom,
        }
    }
}

/// A claims notice that was acknowledged (RFC 8334, section 3.3.2; RFC 9361, section 5.3).
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct Notice {
    /// noticeID.
    pub id: String,
    /// notAfter.
    pub not_after: Timestamp,
    /// acceptedDate.
    pub accepted: Timestamp,
}

/// How a name was registered in a launch.
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct LaunchOrigin {
    /// The phase.
    pub phase: PhaseKind,
    /// The phase's own name, or that of a subphase; empty: none.
    pub name: String,
    /// The application that it was allocated to.
    pub application: Option<String>,
    /// Identifiers of the signed marks that it was registered with.
    pub smds: Vec<String>,
    /// The claims notices that were acknowledged for it.
    pub notices: Vec<Notice>,
}
