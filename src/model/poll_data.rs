//! What a poll message says to programs; part of the poll message record.
#![expect(missing_docs, reason = "rkyv's derive leaves the helper structs of these variants undocumented")]

use rkyv::{Archive, Deserialize, Serialize};

use crate::base::timestamp::Timestamp;
use crate::model::change::{ObjectChange, Snapshot};
use crate::model::launch::{ApplicationStatus, Phase};
use crate::model::maintenance::{MaintenanceEvent, MaintenanceNews};
use crate::model::money::Currency;
use crate::model::record::{Kind, Threshold, Transfer};

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
    /// `lowbalance-poll:pollData`: what a registrar can still spend has fallen below its threshold.
    LowBalance {
        /// The registrar's name.
        registrar: String,
        /// Of the amounts.
        currency: Currency,
        /// How far the balance may go below zero.
        credit_limit: i64,
        /// The threshold.
        threshold: Threshold,
        /// What it can still spend.
        available: i64,
    },
    /// `changePoll:changeData`, beside the object's `infData`: the registry has changed an object (RFC 8590).
    Changed(ObjectChange),
    /// `launch:infData` (RFC 8334, section 2.5), beside `domain:panData` at the end of an application and `domain:infData`
    /// before.
    Launch(LaunchNews),
    /// `maint:infData`: maintenance comes, changes, does not come, begins soon, or is over.
    Maintenance {
        /// pollType.
        news: MaintenanceNews,
        /// The event, after the change or before it went.
        event: Box<MaintenanceEvent>,
    },
}

/// How far an application is now.
#[derive(Clone, Debug, PartialEq, Archive, Serialize, Deserialize)]
pub struct LaunchNews {
    /// launch:phase.
    pub phase: Phase,
    /// launch:applicationID.
    pub application: Option<String>,
    /// launch:status.
    pub status: ApplicationStatus,
    /// domain:name.
    pub name: String,
    /// clTRID of the command that applied for the name.
    pub cl_trid: Option<String>,
    /// svTRID of the command that applied for the name.
    pub sv_trid: String,
    /// paDate.
    pub completed: Timestamp,
    /// The domain that is applied for, while the status is not final.
    pub domain: Option<Snapshot>,
}

impl PollData {
    /// The object whose transfer this tells of: its kind, and its name or handle.
    pub fn transferred(&self) -> Option<(Kind, &str)> {
        match self {
            Self::DomainTransfer { name, .. } => Some((Kind::Domain, name)),
            Self::ContactTransfer { id, .. } => Some((Kind::Contact, id)),
            Self::Pending { .. }
            | Self::LowBalance { .. }
            | Self::Changed(_)
            | Self::Launch(_)
            | Self::Maintenance { .. } => None,
        }
    }
}

impl ArchivedPollData {
    /// As [`PollData::transferred`].
    pub fn transferred(&self) -> Option<(Kind, &str)> {
        match self {
            Self::DomainTransfer { name, .. } => Some((Kind::Domain, name)),
            Self::ContactTransfer { id, .. } => Some((Kind::Contact, id)),
            Self::Pending { .. }
            | Self::LowBalance { .. }
            | Self::Changed(_)
            | Self::Launch(_)
            | Self::Maintenance { .. } => None,
        }
    }
}
