//! The classes of commands that ICANN's Specification 10 (section 2) sets limits for, and the limits.

use serde::{Deserialize, Serialize};

/// What Specification 10 judges together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Class {
    /// Login and logout.
    Session,
    /// Check, info, poll, transfer query.
    Query,
    /// Create, delete, renew, update, and transfers that change something.
    Transform,
    /// Look-ups of RDAP.
    Rdap,
}

/// How many commands of a class must be answered in which time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Limit {
    pub(crate) ms: u64,
    /// The least share of them, of 1.
    pub(crate) share: f64,
}

impl Class {
    pub(crate) const ALL: [Self; 4] = [Self::Session, Self::Query, Self::Transform, Self::Rdap];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Query => "query",
            Self::Transform => "transform",
            Self::Rdap => "rdap",
        }
    }

    pub(crate) fn limit(self) -> Limit {
        match self {
            Self::Session | Self::Transform => Limit { ms: 4000, share: 0.9 },
            Self::Query => Limit { ms: 2000, share: 0.9 },
            Self::Rdap => Limit { ms: 4000, share: 0.95 },
        }
    }
}

/// A command that is counted by itself. Its name is unlike that of every other command, of any class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Command {
    pub(crate) class: Class,
    pub(crate) name: &'static str,
}
