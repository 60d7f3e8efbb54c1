//! The words of the grace period mapping (RFC 3915): what a name shows, and what a client says to get one back.

use crate::base::timestamp::Timestamp;

/// A value of `rgp:rgpStatus` (RFC 3915, section 3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RgpStatus {
    /// Created a few days ago.
    AddPeriod,
    /// Expired and renewed by the registry a few days ago.
    AutoRenewPeriod,
    /// Renewed a few days ago.
    RenewPeriod,
    /// Changed its sponsoring client a few days ago.
    TransferPeriod,
    /// About to be purged; nothing can be done.
    PendingDelete,
    /// To be restored; the report is awaited.
    PendingRestore,
    /// Deleted; it can be restored.
    RedemptionPeriod,
}

impl RgpStatus {
    /// Every status, in the order of the schema's enumeration.
    pub const ALL: [Self; 7] = [
        Self::AddPeriod,
        Self::AutoRenewPeriod,
        Self::RenewPeriod,
        Self::TransferPeriod,
        Self::PendingDelete,
        Self::PendingRestore,
        Self::RedemptionPeriod,
    ];

    /// The value as EPP writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AddPeriod => "addPeriod",
            Self::AutoRenewPeriod => "autoRenewPeriod",
            Self::RenewPeriod => "renewPeriod",
            Self::TransferPeriod => "transferPeriod",
            Self::PendingDelete => "pendingDelete",
            Self::PendingRestore => "pendingRestore",
            Self::RedemptionPeriod => "redemptionPeriod",
        }
    }
}

/// `rgp:restore` (RFC 3915, section 4.2.5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restore {
    /// op.
    pub op: RestoreOp,
    /// rgp:report; the schema lets it stand with either op.
    pub report: Option<Box<RestoreReport>>,
}

/// What a restore asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RestoreOp {
    /// `request`: take the deletion back.
    Request,
    /// `report`: say why it was taken back.
    Report,
}

/// `rgp:report`. Texts are the character data of the elements and of all that is in them, pieces set apart
/// by a space where markup stood between them, with the white space at their ends cut off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestoreReport {
    /// preData: the registration data before the deletion.
    pub before: String,
    /// postData: the registration data now.
    pub after: String,
    /// delTime; `None` for a date that none can have.
    pub deleted: Option<Timestamp>,
    /// resTime; `None` for a date that none can have.
    pub restored: Option<Timestamp>,
    /// resReason.
    pub reason: String,
    /// The statements: one or two by the schema, two by the text.
    pub statements: Vec<String>,
    /// other.
    pub other: Option<String>,
}
