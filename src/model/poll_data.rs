//! What a poll message says to programs; part of the poll message record.
#![expect(missing_docs, reason = "rkyv's derive leaves the helper structs of these variants undocumented")]

use rkyv::{Archive, Deserialize, Serialize};

use crate::base::timestamp::Timestamp;
use crate::model::record::{Kind, Transfer};

/// What a poll message says to programs.
#[derive(Clone, Debug, PartialEq, Archive, Serialize, Deserialize)]
pub enum PollData {
    /// `domain:trnData`.
    DomainTransfer {
        /// The domain's name.
        name: String,
        /// Its transfer.
        transfer: Transfer,
    },
    /// `contact:trnData`.
    ContactTransfer {
        /// The contact's handle.
        id: String,
        /// Its transfer.
        transfer: Transfer,
    },
    /// `panData` of a domain, host or contact.
    Pending {
        /// What the object is: [`super::record::Kind::Domain`], `Host` or `Contact`, as its number.
        kind: u8,
        /// Name or handle.
        object: String,
        /// paResult.
        accepted: bool,
        /// clTRID of the command that began the action.
        cl_trid: Option<String>,
        /// svTRID of the command that began the action.
        sv_trid: String,
        /// paDate.
        completed: Timestamp,
    },
}

impl PollData {
    /// The object whose transfer this tells of: its kind, and its name or handle.
    pub fn transferred(&self) -> Option<(Kind, &str)> {
        match self {
            Self::DomainTransfer { name, .. } => Some((Kind::Domain, name)),
            Self::ContactTransfer { id, .. } => Some((Kind::Contact, id)),
            Self::Pending { .. } => None,
        }
    }
}

impl ArchivedPollData {
    /// As [`PollData::transferred`].
    pub fn transferred(&self) -> Option<(Kind, &str)> {
        match self {
            Self::DomainTransfer { name, .. } => Some((Kind::Domain, name)),
            Self::ContactTransfer { id, .. } => Some((Kind::Contact, id)),
            Self::Pending { .. } => None,
        }
    }
}
