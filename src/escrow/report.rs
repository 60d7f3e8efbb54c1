//! What is said about deposits: the report that goes with each of them, and the notification of the agent who has looked at it
//! (draft-lozano-icann-registry-interfaces, sections 2.1 and 3.1).

use crate::base::timestamp::{Date, Timestamp};
use crate::escrow::object::{Deposit, DepositKind, Header};

/// `rdeReport:report`: what a deposit is, as the agent and ICANN are told it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// id: of the deposit.
    pub id: String,
    /// version of the form of the report: 1.
    pub version: u16,
    /// rydeSpecEscrow: the specification of the frame.
    pub escrow_specification: String,
    /// rydeSpecMapping: the specification of the objects.
    pub mapping_specification: String,
    /// resend: how often the deposit has been sent before.
    pub resend: u16,
    /// crDate: when the deposit was made.
    pub created: Timestamp,
    /// kind of the deposit.
    pub kind: DepositKind,
    /// watermark of the deposit.
    pub watermark: Timestamp,
    /// The header of the deposit, with its counts.
    pub header: Header,
}

impl Report {
    /// The report of a deposit with this frame and header, which was made at `created`.
    pub fn of(deposit: &Deposit, header: &Header, created: Timestamp) -> Self {
        Self {
            id: deposit.id.clone(),
            version: 1,
            escrow_specification: "RFC8909".to_owned(),
            mapping_specification: "RFC9022".to_owned(),
            resend: deposit.resend,
            created,
            kind: deposit.kind,
            watermark: deposit.watermark,
            header: header.clone(),
        }
    }
}

/// `rdeNotification:notification`: what an agent tells of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    /// deaName: the agent, in 1 to 255 characters.
    pub agent: String,
    /// version of the form of the notification.
    pub version: u16,
    /// repDate: the day that it is about.
    pub day: Date,
    /// status: what became of that day's deposit.
    pub status: NotificationStatus,
    /// reDate: when the deposit came.
    pub received: Option<Timestamp>,
    /// vaDate: when it was judged.
    pub validated: Option<Timestamp>,
    /// lastFullDate: the day of the last full deposit that was good.
    pub last_full: Option<Date>,
    /// The registry's own report of the deposit.
    pub report: Option<Report>,
}

/// `rdeNotification:statusType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotificationStatus {
    /// DVPN: the deposit was verified.
    Verified,
    /// DVFN: it was verified, and is not good.
    Failed,
    /// DRFN: none came.
    NotReceived,
}

impl NotificationStatus {
    /// Every status.
    pub const ALL: [Self; 3] = [Self::Verified, Self::Failed, Self::NotReceived];

    /// The value as XML writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Verified => "DVPN",
            Self::Failed => "DVFN",
            Self::NotReceived => "DRFN",
        }
    }
}
