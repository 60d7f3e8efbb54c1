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

    /// The phase that EPP writes as `name`.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

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

/// A phase as commands, plans and records name it (`launch:phaseType`).
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct Phase {
    /// The phase.
    pub kind: PhaseKind,
    /// Its own name, where it is a custom one, or that of a subphase; empty: none.
    pub name: String,
}

impl std::fmt::Display for Phase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.name.is_empty() {
            true => f.write_str(self.kind.name()),
            false => write!(f, "{} ({})", self.kind.name(), self.name),
        }
    }
}

impl ArchivedPhase {
    /// The phase as a native value.
    pub fn get(&self) -> Phase {
        Phase { kind: self.kind.get(), name: self.name.to_string() }
    }
}

/// How far an application is (RFC 8334, section 2.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
#[rkyv(derive(Clone, Copy, Debug, PartialEq, Eq))]
#[repr(u8)]
pub enum ApplicationStatus {
    /// Whether it may be allocated has not been looked at.
    PendingValidation,
    /// It may be allocated.
    Validated,
    /// It may not be allocated as it is.
    Invalid,
    /// Who gets the name is being decided.
    PendingAllocation,
    /// The name is registered for it.
    Allocated,
    /// The name will not be registered for it.
    Rejected,
}

impl ApplicationStatus {
    /// Every status.
    pub const ALL: [Self; 6] = [
        Self::PendingValidation,
        Self::Validated,
        Self::Invalid,
        Self::PendingAllocation,
        Self::Allocated,
        Self::Rejected,
    ];

    /// The status as EPP writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::PendingValidation => "pendingValidation",
            Self::Validated => "validated",
            Self::Invalid => "invalid",
            Self::PendingAllocation => "pendingAllocation",
            Self::Allocated => "allocated",
            Self::Rejected => "rejected",
        }
    }

    /// Whether nothing comes after it.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Allocated | Self::Rejected)
    }
}

impl ArchivedApplicationStatus {
    /// The status as a native value.
    pub const fn get(self) -> ApplicationStatus {
        match self {
            Self::PendingValidation => ApplicationStatus::PendingValidation,
            Self::Validated => ApplicationStatus::Validated,
            Self::Invalid => ApplicationStatus::Invalid,
            Self::PendingAllocation => ApplicationStatus::PendingAllocation,
            Self::Allocated => ApplicationStatus::Allocated,
            Self::Rejected => ApplicationStatus::Rejected,
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
