//! EPP commands, decoded: typed, schema-valid, and not yet judged by any rule.
//!
//! Queries borrow from the frame and are answered on the shard; transforms own what they hold because they travel to
//! the ledger. White space is already collapsed or replaced as each schema type says.

use std::borrow::Cow;

use crate::base::timestamp::Date;
use crate::model::command_kind::CommandKind;
use crate::model::extension::Extensions;
use crate::model::fee::{FeeCheck, FeeOffer};
use crate::model::idn::IdnData;
use crate::model::launch_command::{LaunchCheck, LaunchCreate, LaunchId, LaunchInfo};
use crate::model::login_sec::LoginSecurity;
use crate::model::record::{ContactRole, Disclose, Phone, PostalAddress, PostalInfo, PostalKind};
use crate::model::rgp::Restore;
use crate::model::sec_dns::{SecDnsData, SecDnsUpdate};
use crate::model::status::Status;
use crate::model::ttl::TtlGiven;

/// One frame from a client (RFC 5730, section 2).
#[derive(Clone, Debug, PartialEq)]
pub enum Frame<'a> {
    /// `<hello>`: asks for a greeting, at any time.
    Hello,
    /// `<command>`.
    Command(Envelope<'a>),
}

/// A command with what surrounds it.
#[derive(Clone, Debug, PartialEq)]
pub struct Envelope<'a> {
    /// What to do.
    pub action: Action<'a>,
    /// What stands in `<extension>`; `None` without one. In a box: few commands have one, and all are moved about.
    pub extensions: Option<Box<Extensions<'a>>>,
    /// The client's transaction identifier.
    pub cl_trid: Option<Cow<'a, str>>,
}

/// What a command does.
#[derive(Clone, Debug, PartialEq)]
pub enum Action<'a> {
    /// `<login>`.
    Login(Box<Login<'a>>),
    /// `<logout>`.
    Logout,
    /// Reads; answered on the shard.
    Query(Query<'a>),
    /// Writes; decided by the ledger, and travels to it in this box.
    Transform(Box<Transform>),
    /// A command on an object mapping that this server does not have: its namespace URI. Answered with 2307.
    UnknownObject(Cow<'a, str>),
}

impl Action<'_> {
    /// What it changes, if it does.
    pub fn transform(&self) -> Option<&Transform> {
        match self {
            Self::Transform(transform) => Some(transform),
            _ => None,
        }
    }
}

impl From<Transform> for Action<'_> {
    fn from(transform: Transform) -> Self {
        Self::Transform(Box::new(transform))
    }
}

/// `<login>` (RFC 5730, section 2.9.1.1).
#[derive(Clone, Debug, PartialEq)]
pub struct Login<'a> {
    /// clID.
    pub clid: Cow<'a, str>,
    /// pw.
    pub password: Cow<'a, str>,
    /// newPW.
    pub new_password: Option<Cow<'a, str>>,
    /// version; the schema admits only `1.0`.
    pub version: Cow<'a, str>,
    /// lang.
    pub lang: Cow<'a, str>,
    /// Object services asked for.
    pub objects: Vec<Cow<'a, str>>,
    /// Extensions asked for.
    pub extensions: Vec<Cow<'a, str>>,
    /// loginSec:loginSec, where the command is extended by it (RFC 8807).
    pub security: Option<LoginSecurity>,
}

/// authInfo of a command (`eppcom:pwAuthInfoType` or `eppcom:extAuthInfoType`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuthInfo {
    /// `<pw>`; `roid` names the registrant or contact whose password it is (RFC 5731, section 3.1.2).
    Password {
        /// The password; may be empty.
        password: String,
        /// Whose it is, when not the object's own.
        roid: Option<String>,
    },
    /// `<ext>`: a mechanism this server does not have. Holds its namespace URI.
    Extension(String),
    /// `<null>`: unset it (domain update only).
    Null,
}

/// Which hosts a domain info lists (RFC 5731, section 3.1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostsShown {
    /// Delegated and subordinate hosts.
    All,
    /// Delegated hosts.
    Delegated,
    /// Subordinate hosts.
    Subordinate,
    /// None.
    None,
}

/// A command that changes nothing.
#[derive(Clone, Debug, PartialEq)]
pub enum Query<'a> {
    /// `domain:check`.
    DomainCheck {
        /// domain:name.
        names: Vec<Cow<'a, str>>,
        /// fee:check, where the command is extended by it (RFC 8748, section 5.1.1).
        fee: Option<Box<FeeCheck>>,
        /// idn:data, where the command is extended by it.
        idn: Option<IdnData>,
        /// allocationToken:allocationToken, where the command is extended by it (RFC 8495, section 3.1.1).
        token: Option<String>,
    },
    /// `domain:info`.
    DomainInfo {
        /// domain:name.
        name: Cow<'a, str>,
        /// hosts.
        hosts: HostsShown,
        /// domain:authInfo.
        auth: Option<AuthInfo>,
        /// Whether the command is extended by allocationToken:info.
        token: bool,
        /// The policy of ttl:info, where the command is extended by it (RFC 9803).
        ttl: Option<bool>,
    },
    /// `domain:check` extended by launch:check (RFC 8334, section 3.1).
    LaunchCheck {
        /// domain:name.
        names: Vec<Cow<'a, str>>,
        /// fee:check, where the command is extended by it too.
        fee: Option<Box<FeeCheck>>,
        /// idn:data, where the command is extended by it too.
        idn: Option<IdnData>,
        /// allocationToken:allocationToken, where the command is extended by it too.
        token: Option<String>,
        /// launch:check.
        check: LaunchCheck,
    },
    /// `domain:info` extended by launch:info (RFC 8334, section 3.2).
    LaunchInfo {
        /// domain:name.
        name: Cow<'a, str>,
        /// hosts.
        hosts: HostsShown,
        /// domain:authInfo.
        auth: Option<AuthInfo>,
        /// As in [`Query::DomainInfo`]; an application has none.
        token: bool,
        /// As in [`Query::DomainInfo`].
        ttl: Option<bool>,
        /// launch:info.
        info: LaunchInfo,
    },
    /// `domain:transfer` with op `query`.
    DomainTransferQuery {
        /// domain:name.
        name: Cow<'a, str>,
        /// domain:authInfo.
        auth: Option<AuthInfo>,
    },
    /// `host:check`.
    HostCheck(Vec<Cow<'a, str>>),
    /// `host:info`.
    HostInfo {
        /// host:name.
        name: Cow<'a, str>,
        /// The policy of ttl:info, where the command is extended by it.
        ttl: Option<bool>,
    },
    /// `contact:check`.
    ContactCheck(Vec<Cow<'a, str>>),
    /// `contact:info`.
    ContactInfo {
        /// contact:id.
        id: Cow<'a, str>,
        /// contact:authInfo.
        auth: Option<AuthInfo>,
    },
    /// `contact:transfer` with op `query`.
    ContactTransferQuery {
        /// contact:id.
        id: Cow<'a, str>,
        /// contact:authInfo.
        auth: Option<AuthInfo>,
    },
    /// `poll` with op `req`.
    PollRequest,
    /// `balance:info`.
    BalanceInfo,
    /// `maint:info` (RFC 9167).
    MaintenanceInfo {
        /// maint:id; `None`: maint:list.
        id: Option<Cow<'a, str>>,
    },
}

impl Query<'_> {
    /// The command as logs and metrics name it.
    pub const fn name(&self) -> &'static str {
        self.kind().name()
    }

    /// What kind of command it is.
    pub const fn kind(&self) -> CommandKind {
        match self {
            Self::DomainCheck { .. } => CommandKind::DomainCheck,
            Self::DomainInfo { .. } => CommandKind::DomainInfo,
            Self::LaunchCheck { .. } => CommandKind::LaunchCheck,
            Self::LaunchInfo { .. } => CommandKind::LaunchInfo,
            Self::DomainTransferQuery { .. } => CommandKind::DomainTransferQuery,
            Self::HostCheck(_) => CommandKind::HostCheck,
            Self::HostInfo { .. } => CommandKind::HostInfo,
            Self::ContactCheck(_) => CommandKind::ContactCheck,
            Self::ContactInfo { .. } => CommandKind::ContactInfo,
            Self::ContactTransferQuery { .. } => CommandKind::ContactTransferQuery,
            Self::PollRequest => CommandKind::PollRequest,
            Self::BalanceInfo => CommandKind::BalanceInfo,
            Self::MaintenanceInfo { .. } => CommandKind::MaintenanceInfo,
        }
    }

    /// How many objects it asks for; each fee counts as one.
    pub fn objects(&self) -> usize {
        match self {
            Self::DomainCheck { names, fee: Some(fee), .. } | Self::LaunchCheck { names, fee: Some(fee), .. } => {
                names.len() * (1 + fee.commands.len())
            }
            Self::DomainCheck { names, fee: None, .. }
            | Self::LaunchCheck { names, fee: None, .. }
            | Self::HostCheck(names)
            | Self::ContactCheck(names) => names.len(),
            _ => 1,
        }
    }
}

/// A command that changes something.
#[derive(Clone, Debug, PartialEq)]
pub enum Transform {
    /// `domain:create`.
    DomainCreate(DomainCreate),
    /// `domain:update`.
    DomainUpdate(DomainUpdate),
    /// `domain:delete`.
    DomainDelete {
        /// domain:name.
        name: String,
    },
    /// `domain:update` extended by launch:update (RFC 8334, section 3.4): of an application.
    ApplicationUpdate {
        /// The update.
        update: DomainUpdate,
        /// launch:update.
        id: LaunchId,
    },
    /// `domain:delete` extended by launch:delete (RFC 8334, section 3.5): of an application.
    ApplicationDelete {
        /// domain:name.
        name: String,
        /// launch:delete.
        id: LaunchId,
    },
    /// `domain:renew`.
    DomainRenew {
        /// domain:name.
        name: String,
        /// domain:curExpDate; `None` when it is a date no domain can have (year 0, 10000, …).
        current_expiry: Option<Date>,
        /// domain:period.
        period: Option<Period>,
        /// fee:renew, where the command is extended by it.
        fee: Option<FeeOffer>,
        /// allocationToken:allocationToken, where the command is extended by it.
        token: Option<String>,
    },
    /// `domain:transfer`, all but the query.
    DomainTransfer {
        /// op.
        op: TransferOp,
        /// domain:name.
        name: String,
        /// domain:period.
        period: Option<Period>,
        /// domain:authInfo.
        auth: Option<AuthInfo>,
        /// fee:transfer, where a request is extended by it.
        fee: Option<FeeOffer>,
        /// allocationToken:allocationToken, where a request is extended by it.
        token: Option<String>,
    },
    /// `host:create`.
    HostCreate {
        /// host:name.
        name: String,
        /// host:addr.
        addresses: Vec<HostAddress>,
        /// ttl:create, where the command is extended by it.
        ttls: Vec<TtlGiven>,
    },
    /// `host:update`.
    HostUpdate(HostUpdate),
    /// `host:delete`.
    HostDelete {
        /// host:name.
        name: String,
    },
    /// `contact:create`.
    ContactCreate(ContactCreate),
    /// `contact:update`.
    ContactUpdate(ContactUpdate),
    /// `contact:delete`.
    ContactDelete {
        /// contact:id.
        id: String,
    },
    /// `contact:transfer`, all but the query.
    ContactTransfer {
        /// op.
        op: TransferOp,
        /// contact:id.
        id: String,
        /// contact:authInfo.
        auth: Option<AuthInfo>,
    },
    /// `poll` with op `ack`.
    PollAck {
        /// msgID; the schema lets it be missing, the RFC does not (section 2.9.2.3).
        message: Option<String>,
    },
}

impl Transform {
    /// The command as logs and metrics name it.
    pub const fn name(&self) -> &'static str {
        self.kind().name()
    }

    /// What kind of command it is.
    pub const fn kind(&self) -> CommandKind {
        match self {
            Self::DomainCreate(_) => CommandKind::DomainCreate,
            Self::DomainUpdate(_) => CommandKind::DomainUpdate,
            Self::DomainDelete { .. } => CommandKind::DomainDelete,
            Self::ApplicationUpdate { .. } => CommandKind::ApplicationUpdate,
            Self::ApplicationDelete { .. } => CommandKind::ApplicationDelete,
            Self::DomainRenew { .. } => CommandKind::DomainRenew,
            Self::DomainTransfer { op, .. } => match op {
                TransferOp::Request => CommandKind::DomainTransferRequest,
                TransferOp::Approve => CommandKind::DomainTransferApprove,
                TransferOp::Reject => CommandKind::DomainTransferReject,
                TransferOp::Cancel => CommandKind::DomainTransferCancel,
            },
            Self::HostCreate { .. } => CommandKind::HostCreate,
            Self::HostUpdate(_) => CommandKind::HostUpdate,
            Self::HostDelete { .. } => CommandKind::HostDelete,
            Self::ContactCreate(_) => CommandKind::ContactCreate,
            Self::ContactUpdate(_) => CommandKind::ContactUpdate,
            Self::ContactDelete { .. } => CommandKind::ContactDelete,
            Self::ContactTransfer { op, .. } => match op {
                TransferOp::Request => CommandKind::ContactTransferRequest,
                TransferOp::Approve => CommandKind::ContactTransferApprove,
                TransferOp::Reject => CommandKind::ContactTransferReject,
                TransferOp::Cancel => CommandKind::ContactTransferCancel,
            },
            Self::PollAck { .. } => CommandKind::PollAck,
        }
    }
}

/// What a transfer command does, the query left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransferOp {
    /// Begin.
    Request,
    /// Accept, by the sponsoring client.
    Approve,
    /// Refuse, by the sponsoring client.
    Reject,
    /// Take back, by the requesting client.
    Cancel,
}

/// A registration period as written; 1..=99.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// How many.
    pub count: u32,
    /// Of what.
    pub unit: PeriodUnit,
}

/// Unit of a period (`domain:pUnitType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeriodUnit {
    /// `y`.
    Years,
    /// `m`.
    Months,
}

impl Period {
    /// So many months, in years where they are whole; `None` for what no period can say.
    pub const fn of_months(months: u32) -> Option<Self> {
        let (count, unit) = match months.is_multiple_of(12) {
            true => (months / 12, PeriodUnit::Years),
            false => (months, PeriodUnit::Months),
        };
        if matches!(count, 1..=99) { Some(Self { count, unit }) } else { None }
    }

    /// The period in months.
    pub const fn months(self) -> u32 {
        match self.unit {
            PeriodUnit::Years => self.count * 12,
            PeriodUnit::Months => self.count,
        }
    }
}

/// `domain:create` (RFC 5731, section 3.2.1).
#[derive(Clone, Debug, PartialEq)]
pub struct DomainCreate {
    /// domain:name.
    pub name: String,
    /// domain:period.
    pub period: Option<Period>,
    /// domain:ns.
    pub name_servers: Option<NameServers>,
    /// domain:registrant.
    pub registrant: Option<String>,
    /// domain:contact.
    pub contacts: Vec<ContactReference>,
    /// domain:authInfo.
    pub auth: AuthInfo,
    /// fee:create, where the command is extended by it.
    pub fee: Option<FeeOffer>,
    /// idn:data, where the command is extended by it.
    pub idn: Option<IdnData>,
    /// secDNS:create, where the command is extended by it (RFC 5910, section 5.2.1).
    pub sec_dns: Option<SecDnsData>,
    /// launch:create, where the command is extended by it (RFC 8334, section 3.3).
    pub launch: Option<Box<LaunchCreate>>,
    /// allocationToken:allocationToken, where the command is extended by it (RFC 8495, section 3.2.1).
    pub token: Option<String>,
    /// ttl:create, where the command is extended by it (RFC 9803).
    pub ttls: Vec<TtlGiven>,
}

/// Name servers as written: one model or the other, never both (`domain:nsType`).
#[derive(Clone, Debug, PartialEq)]
pub enum NameServers {
    /// Names of host objects.
    Objects(Vec<String>),
    /// Names and addresses.
    Attributes(Vec<HostAttribute>),
}

/// `domain:hostAttr`.
#[derive(Clone, Debug, PartialEq)]
pub struct HostAttribute {
    /// domain:hostName.
    pub name: String,
    /// domain:hostAddr.
    pub addresses: Vec<HostAddress>,
}

/// `domain:contact`.
#[derive(Clone, Debug, PartialEq)]
pub struct ContactReference {
    /// type; the schema lets it be missing.
    pub role: Option<ContactRole>,
    /// The contact's handle.
    pub id: String,
}

/// `host:addr`: text of three to 45 characters that may be no address at all.
#[derive(Clone, Debug, PartialEq)]
pub struct HostAddress {
    /// ip; `v4` when missing.
    pub family: AddressFamily,
    /// The address as written.
    pub text: String,
}

/// ip of `host:addr`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressFamily {
    /// `v4`.
    V4,
    /// `v6`.
    V6,
}

/// A status as written in `<add>` or `<rem>`, with what is said beside it (`domain:statusType`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusValue {
    /// s.
    pub status: Status,
    /// lang; `en` when missing.
    pub lang: Option<String>,
    /// The text, mostly none.
    pub text: String,
}

impl From<Status> for StatusValue {
    /// The status without text.
    fn from(status: Status) -> Self {
        Self { status, lang: None, text: String::new() }
    }
}

/// `domain:update` (RFC 5731, section 3.2.5).
#[derive(Clone, Debug, PartialEq)]
pub struct DomainUpdate {
    /// domain:name.
    pub name: String,
    /// domain:add; `None` when missing.
    pub add: Option<DomainAddRem>,
    /// domain:rem.
    pub rem: Option<DomainAddRem>,
    /// domain:chg.
    pub chg: Option<DomainChange>,
    /// rgp:restore, where the command is extended by it (RFC 3915, section 4.2.5).
    pub restore: Option<Restore>,
    /// fee:update, where the command is extended by it.
    pub fee: Option<FeeOffer>,
    /// secDNS:update, where the command is extended by it (RFC 5910, section 5.2.5).
    pub sec_dns: Option<SecDnsUpdate>,
    /// ttl:update, where the command is extended by it.
    pub ttls: Vec<TtlGiven>,
}

/// `domain:addRemType`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DomainAddRem {
    /// domain:ns.
    pub name_servers: Option<NameServers>,
    /// domain:contact.
    pub contacts: Vec<ContactReference>,
    /// domain:status.
    pub statuses: Vec<StatusValue>,
}

/// `domain:chgType`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DomainChange {
    /// domain:registrant; an empty one removes it.
    pub registrant: Option<String>,
    /// domain:authInfo.
    pub auth: Option<AuthInfo>,
}

/// `host:update` (RFC 5732, section 3.2.5).
#[derive(Clone, Debug, PartialEq)]
pub struct HostUpdate {
    /// host:name.
    pub name: String,
    /// host:add.
    pub add: Option<HostAddRem>,
    /// host:rem.
    pub rem: Option<HostAddRem>,
    /// The new name of host:chg.
    pub new_name: Option<String>,
    /// ttl:update, where the command is extended by it.
    pub ttls: Vec<TtlGiven>,
}

/// `host:addRemType`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HostAddRem {
    /// host:addr.
    pub addresses: Vec<HostAddress>,
    /// host:status.
    pub statuses: Vec<StatusValue>,
}

/// `contact:create` (RFC 5733, section 3.2.1).
#[derive(Clone, Debug, PartialEq)]
pub struct ContactCreate {
    /// contact:id.
    pub id: String,
    /// contact:postalInfo; one or two, the schema lets both be of one kind.
    pub postal: Vec<PostalInfo>,
    /// contact:voice; a number may be empty.
    pub voice: Option<Phone>,
    /// contact:fax; a number may be empty.
    pub fax: Option<Phone>,
    /// contact:email; any text that is not empty.
    pub email: String,
    /// contact:authInfo.
    pub auth: AuthInfo,
    /// contact:disclose.
    pub disclose: Option<Disclose>,
}

/// `contact:update` (RFC 5733, section 3.2.5).
#[derive(Clone, Debug, PartialEq)]
pub struct ContactUpdate {
    /// contact:id.
    pub id: String,
    /// contact:add: statuses; `None` when missing.
    pub add: Option<Vec<StatusValue>>,
    /// contact:rem: statuses.
    pub rem: Option<Vec<StatusValue>>,
    /// contact:chg.
    pub chg: Option<ContactChange>,
}

/// `contact:chgType`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ContactChange {
    /// contact:postalInfo.
    pub postal: Vec<PostalChange>,
    /// contact:voice; an empty number removes it.
    pub voice: Option<Phone>,
    /// contact:fax; an empty number removes it.
    pub fax: Option<Phone>,
    /// contact:email.
    pub email: Option<String>,
    /// contact:authInfo.
    pub auth: Option<AuthInfo>,
    /// contact:disclose.
    pub disclose: Option<Disclose>,
}

/// `contact:chgPostalInfoType`: what is missing stays as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct PostalChange {
    /// type.
    pub kind: PostalKind,
    /// contact:name.
    pub name: Option<String>,
    /// contact:org; an empty one removes it.
    pub org: Option<String>,
    /// contact:addr.
    pub address: Option<PostalAddress>,
}
