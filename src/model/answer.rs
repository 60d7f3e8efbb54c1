//! What a command that succeeds says: the `resData` of a response, before it is XML.
//!
//! Queries borrow from the view they read; answers to transforms own what they hold.

use std::borrow::Cow;

use crate::base::timestamp::Timestamp;
use crate::model::fee::{Bill, FeesChecked};
use crate::model::launch::Phase;
use crate::model::launch_command::{Claims, LaunchData};
use crate::model::login_sec::LoginEvent;
use crate::model::maintenance::ArchivedMaintenanceEvent;
use crate::model::money::Currency;
use crate::model::record::{
    ArchivedContact, ArchivedDomain, ArchivedHost, ArchivedHostAttribute, ArchivedPollMessage, ArchivedStatusNotes,
    Threshold, Transfer,
};
use crate::model::rgp::RgpStatus;
use crate::model::status::Statuses;
use crate::model::ttl::TtlTold;

/// A successful result code (RFC 5730, section 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Success {
    /// 1000
    Completed,
    /// 1001
    Pending,
    /// 1300
    NoMessages,
    /// 1301
    AckToDequeue,
    /// 1500
    EndingSession,
}

impl Success {
    /// The four digits.
    pub const fn code(self) -> u16 {
        match self {
            Self::Completed => 1000,
            Self::Pending => 1001,
            Self::NoMessages => 1300,
            Self::AckToDequeue => 1301,
            Self::EndingSession => 1500,
        }
    }

    /// The text RFC 5730, section 3, prints beside the code.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Completed => "Command completed successfully",
            Self::Pending => "Command completed successfully; action pending",
            Self::NoMessages => "Command completed successfully; no messages",
            Self::AckToDequeue => "Command completed successfully; ack to dequeue",
            Self::EndingSession => "Command completed successfully; ending session",
        }
    }
}

/// What a command that succeeds says.
pub enum Answer<'v> {
    /// Nothing but the result.
    Empty,
    /// `loginSec:loginSecData` beside the result of a login.
    LoggedIn {
        /// What the client should know.
        events: Vec<LoginEvent>,
    },
    /// `domain:chkData`.
    DomainChecked {
        /// domain:cd.
        objects: Vec<Availability<'v>>,
        /// `fee:chkData` beside the `resData`, where it was asked for.
        fees: Option<FeesChecked<'v>>,
    },
    /// `launch:chkData`, without `resData`.
    LaunchChecked(Claims<'v>),
    /// `host:chkData`.
    HostChecked(Vec<Availability<'v>>),
    /// `contact:chkData`.
    ContactChecked(Vec<Availability<'v>>),
    /// `domain:infData`.
    DomainInfo(DomainInfo<'v>),
    /// `host:infData`.
    HostInfo(HostInfo<'v>),
    /// `contact:infData`.
    ContactInfo(ContactInfo<'v>),
    /// `domain:creData`.
    DomainCreated {
        /// domain:name.
        name: String,
        /// domain:crDate.
        created: Timestamp,
        /// domain:exDate.
        expires: Timestamp,
        /// `fee:creData` beside the `resData`, where it has a price.
        bill: Option<Bill>,
    },
    /// `domain:creData` and `launch:creData`: a name is applied for.
    ApplicationCreated {
        /// domain:name.
        name: String,
        /// domain:crDate.
        created: Timestamp,
        /// launch:phase.
        phase: Phase,
        /// launch:applicationID.
        application: String,
    },
    /// `host:creData`.
    HostCreated {
        /// host:name.
        name: String,
        /// host:crDate.
        created: Timestamp,
    },
    /// `contact:creData`.
    ContactCreated {
        /// contact:id.
        id: String,
        /// contact:crDate.
        created: Timestamp,
    },
    /// `domain:renData`.
    DomainRenewed {
        /// domain:name.
        name: String,
        /// domain:exDate.
        expires: Timestamp,
        /// `fee:renData` beside the `resData`, where it has a price.
        bill: Option<Bill>,
    },
    /// `fee:delData`: a domain has been deleted, or will be.
    DomainDeleted {
        /// What was given back, if there is an account.
        bill: Option<Bill>,
    },
    /// `rgp:upData` beside the result, where an update has asked for a restore.
    DomainUpdated {
        /// rgp:rgpStatus.
        rgp: Vec<RgpStatus>,
        /// `fee:updData` beside it, where it has a price.
        bill: Option<Bill>,
    },
    /// `domain:trnData`.
    DomainTransfer {
        /// domain:name.
        name: String,
        /// The rest.
        transfer: Transfer,
        /// `fee:trnData` beside the `resData`, where it has a price and the reader pays it.
        bill: Option<Bill>,
    },
    /// `contact:trnData`.
    ContactTransfer {
        /// contact:id.
        id: String,
        /// The rest.
        transfer: Transfer,
    },
    /// `balance:infData`.
    Balance {
        /// Of all amounts.
        currency: Currency,
        /// creditLimit.
        credit_limit: i64,
        /// balance.
        balance: i64,
        /// creditThreshold.
        threshold: Threshold,
    },
    /// `maint:infData` with an event.
    Maintenance(&'v ArchivedMaintenanceEvent),
    /// `maint:infData` with a list.
    MaintenanceList(Vec<&'v ArchivedMaintenanceEvent>),
    /// `msgQ` with message, and its `resData`.
    PollMessage {
        /// Messages in the queue, this one included.
        count: u64,
        /// The oldest one.
        message: &'v ArchivedPollMessage,
    },
    /// `msgQ` after an acknowledgement: how many are left, and the number of the one acknowledged
    /// (RFC 5730, section 2.9.2.3).
    PollAcknowledged {
        /// Messages left.
        count: u64,
        /// The message that left the queue.
        number: u64,
    },
}

/// One object of a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Availability<'v> {
    /// Name or handle, as asked for.
    pub object: Cow<'v, str>,
    /// Why it cannot be created now, in 32 characters at most (`eppcom:reasonBaseType`); `None` when it can.
    pub reason: Option<&'static str>,
    /// The registered name that it is a variant of, where that is the reason.
    pub variant_of: Option<String>,
}

/// `domain:infData`, borrowed.
pub struct DomainInfo<'v> {
    /// The domain.
    pub domain: &'v ArchivedDomain,
    /// What it shows now.
    pub statuses: Statuses,
    /// Its grace periods: `rgp:infData` beside the `resData`, for sessions with that extension.
    pub rgp: Vec<RgpStatus>,
    /// exDate.
    pub expires: Timestamp,
    /// What was said beside them, where the reader may know.
    pub notes: Option<&'v ArchivedStatusNotes>,
    /// Names of its name servers that are host objects; empty when not asked for.
    pub name_servers: Vec<&'v str>,
    /// Its name servers that are attributes; empty when not asked for.
    pub attributes: &'v [ArchivedHostAttribute],
    /// Names of its subordinate hosts; empty when not asked for.
    pub hosts: Vec<&'v str>,
    /// `allocationToken:allocationToken` beside the `resData`, where it was asked for.
    pub token: Option<&'v str>,
    /// `ttl:infData` beside the `resData`, where it was asked for.
    pub ttls: Vec<TtlTold>,
    /// Whether the reader may know everything: the sponsoring client, or one that knows the authInfo.
    pub authorized: bool,
    /// Whether the reader is the sponsoring client and an authInfo is set. It is then shown as an empty `<pw>`, which
    /// says "set" and nothing more (RFC 9154, section 4.3: the value itself is nowhere to be read).
    pub auth_set: bool,
    /// `launch:infData` beside the `resData`, where it was asked for.
    pub launch: Option<LaunchData<'v>>,
}

/// `host:infData`, borrowed.
pub struct HostInfo<'v> {
    /// The host.
    pub host: &'v ArchivedHost,
    /// As [`DomainInfo::ttls`].
    pub ttls: Vec<TtlTold>,
    /// What it shows now.
    pub statuses: Statuses,
    /// What was said beside them.
    pub notes: Option<&'v ArchivedStatusNotes>,
}

/// `contact:infData`, borrowed.
pub struct ContactInfo<'v> {
    /// The contact.
    pub contact: &'v ArchivedContact,
    /// What it shows now.
    pub statuses: Statuses,
    /// What was said beside them.
    pub notes: Option<&'v ArchivedStatusNotes>,
    /// As [`DomainInfo::auth_set`].
    pub auth_set: bool,
}
