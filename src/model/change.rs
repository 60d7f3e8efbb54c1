//! What the registry tells a sponsoring client that it did to an object (RFC 8590): part of a poll message.
//!
//! The object is kept as it was at that moment, in the form log and index have for it: its record with the tag of the record's
//! version, so that a message that waits for years is read like everything else of its time.

use rkyv::util::AlignedVec;
use rkyv::{Archive, Deserialize, Serialize};

use crate::base::timestamp::Timestamp;
use crate::model::seal::BadRecord;
use crate::model::status::Statuses;
use crate::model::version::Version;

/// A change of an object by the registry.
#[derive(Clone, Debug, PartialEq, Archive, Serialize, Deserialize)]
pub struct ObjectChange {
    /// The object.
    pub object: Snapshot,
    /// state: whether the object is shown as it was before the change (`before`) or as it is after it.
    pub before: bool,
    /// operation.
    pub operation: ChangeOperation,
    /// op: a part of the operation, as `request`, or the name of a custom one; empty: none.
    pub op: String,
    /// date.
    pub date: Timestamp,
    /// svTRID of the transaction.
    pub sv_trid: String,
    /// who: as whom the registry acted.
    pub who: String,
    /// caseId.
    pub case: Option<ChangeCase>,
    /// reason, in English; empty: none.
    pub reason: String,
}

/// An object at a moment.
#[derive(Clone, Debug, PartialEq, Archive, Serialize, Deserialize)]
pub struct Snapshot {
    /// Kind and version of the record ([`crate::model::version::tag`]).
    pub tag: u8,
    /// The record's archive.
    pub record: Vec<u8>,
    /// What the object showed.
    pub statuses: Statuses,
    /// The names of a domain's name servers.
    pub name_servers: Vec<String>,
    /// The names of the hosts below a domain.
    pub hosts: Vec<String>,
}

impl ArchivedSnapshot {
    /// The archive of the record, made the present version, and its kind.
    ///
    /// # Errors
    /// [`BadRecord`] when it is of no known version.
    pub fn present(&self) -> Result<(crate::model::record::Kind, AlignedVec), BadRecord> {
        let Some(version) = Version::of(self.tag) else {
            let cause = format!("a record marked {}", self.tag);
            return Err(BadRecord { kind: crate::model::record::Kind::PollMessage, cause });
        };
        let mut bytes = AlignedVec::with_capacity(self.record.len());
        bytes.extend_from_slice(&self.record);
        Ok((version.kind, version.present(bytes)?))
    }
}

/// What was done (`changePoll:operationEnum`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
#[rkyv(derive(Clone, Copy, Debug, PartialEq, Eq))]
#[repr(u8)]
pub enum ChangeOperation {
    /// `create`.
    Create,
    /// `delete`.
    Delete,
    /// `renew`.
    Renew,
    /// `transfer`.
    Transfer,
    /// `update`.
    Update,
    /// `restore`.
    Restore,
    /// `autoRenew`.
    AutoRenew,
    /// `autoDelete`.
    AutoDelete,
    /// `autoPurge`.
    AutoPurge,
    /// `custom`; the name is in [`ObjectChange::op`].
    Custom,
}

impl ArchivedChangeOperation {
    /// The operation as EPP writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Delete => "delete",
            Self::Renew => "renew",
            Self::Transfer => "transfer",
            Self::Update => "update",
            Self::Restore => "restore",
            Self::AutoRenew => "autoRenew",
            Self::AutoDelete => "autoDelete",
            Self::AutoPurge => "autoPurge",
            Self::Custom => "custom",
        }
    }
}

/// The case that a change follows from (`changePoll:caseIdType`).
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct ChangeCase {
    /// The identifier.
    pub id: String,
    /// type.
    pub kind: CaseKind,
}

/// The kind of a case (`changePoll:caseTypeEnum`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
#[rkyv(derive(Clone, Copy, Debug, PartialEq, Eq))]
#[repr(u8)]
pub enum CaseKind {
    /// `udrp`.
    Udrp,
    /// `urs`.
    Urs,
    /// `custom`.
    Custom,
}

impl ArchivedCaseKind {
    /// The kind as EPP writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Udrp => "udrp",
            Self::Urs => "urs",
            Self::Custom => "custom",
        }
    }
}
