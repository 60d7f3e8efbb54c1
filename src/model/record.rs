//! The records the index keeps. Each is stored as its rkyv archive and read where it lies.
//!
//! A record refers to hosts by object id (a rename is one record), to contacts by handle and to registrars by clID
//! (which never change). What can be computed from other records (link counts, subordinate hosts, queue heads) is kept
//! in the records of [`crate::model::derived`], which only [`crate::model::fold`] writes and no log ever holds.

use rkyv::{Archive, Deserialize, Serialize};

use crate::base::timestamp::Timestamp;
pub use crate::model::address::{Address, ArchivedAddress};
use crate::model::auth::AuthDigest;
pub use crate::model::billing::{
    Account, ArchivedAccount, ArchivedBalance, ArchivedBillingLine, ArchivedPrice, ArchivedPriceList, Balance,
    BillingKind, BillingLine, FeePolicy, Price, PriceList, Threshold,
};
pub use crate::model::derived::{
    ArchivedContactRef, ArchivedCount, ArchivedDirectory, ArchivedHostRef, ArchivedPollAbout, ArchivedPollGap,
    ArchivedPollQueue, ArchivedRegistrarRef, ArchivedSubordinates, ArchivedTokenRef, ContactRef, Count, Directory,
    HostRef, PollAbout, PollGap, PollQueue, RdapClientRef, RegistrarRef, Subordinates, TokenRef, Variants,
};
pub use crate::model::escrow::{ArchivedEscrowHistory, EscrowHistory};
pub use crate::model::idn::{ArchivedIdnTable, IdnTable};
use crate::model::idn::{IdnLabel, VariantKey};
use crate::model::launch::LaunchOrigin;
pub use crate::model::launch_record::{
    Application, Applications, ArchivedApplication, ArchivedLaunchPlan, ArchivedMarks, ArchivedTrademarkLabel,
    LaunchPlan, LordnLine, Marks, RevokedSmds, TrademarkLabels,
};
pub use crate::model::maintenance::{ArchivedMaintenance, Maintenance};
pub use crate::model::name_list::{ArchivedNameList, ListPurpose, NameList};
pub use crate::model::policy::{ArchivedPolicy, Policy};
pub use crate::model::poll_data::{ArchivedPollData, PollData, PollDataResolver};
pub use crate::model::rdap_client::{ArchivedRdapClient, RdapClient};
use crate::model::sec_dns::SecDns;
use crate::model::status::{Status, Statuses};
pub use crate::model::status_notes::{ArchivedStatusNote, ArchivedStatusNotes, StatusNote, StatusNotes};
pub use crate::model::tld::{
    ArchivedDataModel, ArchivedDisclosure, ArchivedHostModel, ArchivedPeriods, ArchivedTld, DataModel, Disclosure,
    HostModel, Periods, Tld,
};
pub use crate::model::token::{ArchivedToken, ArchivedTokenAction, Token};
use crate::model::ttl::Ttl;

/// What a record is; the first part of its key. The numbers are part of keys that are kept; what a record is marked with in
/// log and base file is [`crate::model::version::tag`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Kind {
    /// [`Domain`] by name.
    Domain = 1,
    /// [`Host`] by object id (eight octets, big-endian).
    Host = 2,
    /// [`Contact`] by handle.
    Contact = 3,
    /// [`Registrar`] by clID.
    Registrar = 4,
    /// [`Tld`] by name.
    Tld = 5,
    /// [`PollMessage`] by clID, a zero octet and number (big-endian).
    PollMessage = 6,
    /// [`StatusNotes`] by the octet of the object's kind and the object's key.
    StatusNotes = 7,
    /// [`PriceList`] by TLD.
    PriceList = 10,
    /// [`NameList`] by TLD, a zero octet and the list's name.
    NameList = 11,
    /// [`Account`] by clID.
    Account = 12,
    /// [`BillingLine`] by clID, a zero octet and number (big-endian).
    BillingLine = 13,
    /// [`Policy`] under one key.
    Policy = 19,
    /// [`IdnTable`] by tag.
    IdnTable = 20,
    /// [`LaunchPlan`] by TLD.
    LaunchPlan = 21,
    /// [`Application`] by its identifier.
    Application = 22,
    /// [`Marks`] by the ROID of their domain.
    Marks = 23,
    /// [`TrademarkLabels`] by the octet of the list and the octet of the shard.
    TrademarkLabels = 24,
    /// [`RevokedSmds`] by the octet of the shard.
    RevokedSmds = 25,
    /// [`LordnLine`] by TLD, a zero octet, the octet of its kind and number (big-endian).
    LordnLine = 26,
    /// [`Token`] by what the client gives.
    Token = 27,
    /// [`Maintenance`] by identifier.
    Maintenance = 28,
    /// [`RdapClient`] by name.
    RdapClient = 29,
    /// [`EscrowHistory`] by TLD.
    EscrowHistory = 44,
    /// [`HostRef`] by host name. Derived.
    HostName = 64,
    /// [`Count`] of domains that name a host as name server, by object id. Derived.
    HostLinks = 65,
    /// [`Count`] of one registrar's domains that name a host, by object id and clID. Derived.
    HostLinksBy = 66,
    /// [`Count`] of references to a contact, by handle. Derived.
    ContactLinks = 67,
    /// [`Subordinates`] by domain name. Derived.
    Subordinates = 68,
    /// [`PollQueue`] by clID. Derived.
    PollQueue = 69,
    /// [`Directory`] of all TLDs, registrars, maintenance events, clients of RDAP or batches of tokens, by the octet of that
    /// kind; of the lists of a TLD, by the octet of their kind and the TLD. Derived.
    Directory = 70,
    /// [`RegistrarRef`] by IANA id (four octets, big-endian). Derived.
    RegistrarByIana = 71,
    /// [`Count`] of all transactions, under one key. Written by the ledger with each frame.
    Sequence = 72,
    /// [`PollAbout`] by clID, a zero octet, the octet of the object's kind, and its name or handle. Derived.
    PollAbout = 73,
    /// [`PollGap`] by clID, a zero octet and number (big-endian), of the first and the last of the numbers. Derived.
    PollGap = 74,
    /// [`Balance`] by clID. Derived.
    Balance = 75,
    /// [`Applications`] by domain name. Derived.
    Applications = 76,
    /// [`Count`] of the lines to report, by TLD, a zero octet and the octet of their kind. Derived.
    LordnLines = 77,
    /// [`Variants`] by TLD, a zero octet and [`VariantKey`]. Derived.
    Variants = 78,
    /// [`TokenRef`] by batch, a zero octet and number (big-endian). Derived.
    TokenOfBatch = 79,
    /// [`Count`] of the tokens of a batch, by its name. Derived.
    TokenBatch = 80,
    /// [`ContactRef`] by ROID. Derived.
    ContactRoid = 81,
    /// [`RdapClientRef`] by the SHA-256 of what the client shows. Derived.
    RdapCredential = 82,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 42] = [
        Self::Domain,
        Self::Host,
        Self::Contact,
        Self::Registrar,
        Self::Tld,
        Self::PollMessage,
        Self::StatusNotes,
        Self::PriceList,
        Self::NameList,
        Self::Account,
        Self::BillingLine,
        Self::Policy,
        Self::IdnTable,
        Self::LaunchPlan,
        Self::Application,
        Self::Marks,
        Self::TrademarkLabels,
        Self::RevokedSmds,
        Self::LordnLine,
        Self::Token,
        Self::Maintenance,
        Self::RdapClient,
        Self::EscrowHistory,
        Self::HostName,
        Self::HostLinks,
        Self::HostLinksBy,
        Self::ContactLinks,
        Self::Subordinates,
        Self::PollQueue,
        Self::Directory,
        Self::RegistrarByIana,
        Self::Sequence,
        Self::PollAbout,
        Self::PollGap,
        Self::Balance,
        Self::Variants,
        Self::Applications,
        Self::LordnLines,
        Self::TokenOfBatch,
        Self::TokenBatch,
        Self::ContactRoid,
        Self::RdapCredential,
    ];

    /// The kind with that number.
    pub fn from_u8(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| *kind as u8 == number)
    }

    /// Whether it follows from the others, so that no log may hold it.
    pub const fn is_derived(self) -> bool {
        self as u8 >= 64
    }
}

/// A registered domain name (RFC 5731).
#[derive(Clone, Debug, PartialEq, Archive, Serialize, Deserialize)]
pub struct Domain {
    /// Object id: the sequence of the transaction that created it.
    pub id: u64,
    /// Repository object identifier (RFC 5730, section 2.8).
    pub roid: String,
    /// Lower-case A-labels, no final dot.
    pub name: String,
    /// The TLD it stands under.
    pub tld: String,
    /// clID of the sponsoring client.
    pub sponsor: String,
    /// crID.
    pub creator: String,
    /// crDate.
    pub created: Timestamp,
    /// upID.
    pub updater: Option<String>,
    /// upDate.
    pub updated: Option<Timestamp>,
    /// exDate.
    pub expires: Timestamp,
    /// trDate.
    pub transferred: Option<Timestamp>,
    /// The stored statuses; what is shown comes from [`crate::model::lifecycle`].
    pub statuses: Statuses,
    /// Handle of the registrant.
    pub registrant: Option<String>,
    /// The other contacts.
    pub contacts: Vec<DomainContact>,
    /// Object ids of the name servers, in the order given.
    pub name_servers: Vec<u64>,
    /// The authInfo, hashed; `None` while unset.
    pub auth: Option<AuthDigest>,
    /// The latest transfer, pending or complete.
    pub transfer: Option<Transfer>,
    /// The grace periods that were running when the record was written; those that have ended since count no more.
    pub grace: Vec<Grace>,
    /// How far its removal is, while it is deleted and not yet purged; exactly while it has pendingDelete.
    pub removal: Option<Removal>,
    /// The class whose prices it was registered at, and keeps; empty: none. A list that is loaded later changes nothing for
    /// it, since a name is renewed at the prices that its registrant agreed to (ICANN's registry agreement, section 2.10).
    pub class: String,
    /// What the requesting client of a pending transfer has been charged for it, in its currency.
    pub transfer_fee: i64,
    /// The registry's locks on it, in the order they were set.
    pub locks: Vec<Lock>,
    /// Its name servers, where its TLD takes attributes and no host objects (RFC 5731, section 1.1).
    pub host_attributes: Vec<HostAttribute>,
    /// DNSSEC data; `None` where there is none.
    pub sec_dns: Option<Box<SecDns>>,
    /// By which table its label was judged, where it is internationalized.
    pub idn: Option<Box<IdnLabel>>,
    /// Under which keys it keeps others from registering its variants: one for each table of its TLD that has its label.
    pub variant_keys: Vec<VariantKey>,
    /// TTLs that its client has chosen, in the order of [`TtlType`](crate::model::ttl::TtlType).
    pub ttls: Vec<Ttl>,
    /// How it was registered, where its TLD was being launched.
    pub launch: Option<Box<LaunchOrigin>>,
    /// The allocation token it was registered with (RFC 8495).
    pub token: Option<Box<String>>,
    /// When the registry unsets its authInfo (RFC 9154, section 4.1); `None`: it stays.
    pub auth_until: Option<Timestamp>,
}

/// A name server of a domain, by name and addresses (`domain:hostAttr`).
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct HostAttribute {
    /// Lower-case A-labels, no final dot.
    pub name: String,
    /// Its addresses, in the order given.
    pub addresses: Vec<Address>,
}

/// Several statuses that the registry has set at once, for one cause, and that go together.
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct Lock {
    /// The cause.
    pub cause: LockCause,
    /// The statuses that were not there before: what its end takes away.
    pub added: Statuses,
    /// When it was set.
    pub since: Timestamp,
    /// The case at the body that asked for it; empty: none is known.
    pub case: String,
}

/// Why the registry locks a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Archive, Serialize, Deserialize)]
#[rkyv(derive(Clone, Copy, Debug, PartialEq, Eq))]
#[repr(u8)]
pub enum LockCause {
    /// A complaint under the Uniform Rapid Suspension system.
    Urs,
    /// Abuse.
    Abuse,
}

impl LockCause {
    /// What its lock sets. Under a complaint nothing may change, "but the name will continue to resolve" (URS procedure,
    /// section 4.1), and the registry alone renews it; an abused name also leaves the zone.
    pub const fn statuses(self) -> &'static [Status] {
        match self {
            Self::Urs => &[
                Status::ServerDeleteProhibited,
                Status::ServerRenewProhibited,
                Status::ServerTransferProhibited,
                Status::ServerUpdateProhibited,
            ],
            Self::Abuse => &[
                Status::ServerDeleteProhibited,
                Status::ServerHold,
                Status::ServerTransferProhibited,
                Status::ServerUpdateProhibited,
            ],
        }
    }

    /// The cause as operators say it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Urs => "urs",
            Self::Abuse => "abuse",
        }
    }
}

impl ArchivedLockCause {
    /// The cause as a native value.
    pub const fn get(self) -> LockCause {
        match self {
            Self::Urs => LockCause::Urs,
            Self::Abuse => LockCause::Abuse,
        }
    }
}

/// A time in which a delete takes back what was registered, renewed or transferred (RFC 3915, section 3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct Grace {
    /// What began it.
    pub kind: GraceKind,
    /// Its end.
    pub until: Timestamp,
    /// Months that were paid for.
    pub months: u32,
    /// Microseconds by which the expiry grew, and which a delete takes back: fewer than the months have where a term was cut at
    /// the longest registration.
    pub added: i64,
    /// What the sponsoring client was charged, and gets back with a delete.
    pub fee: i64,
}

/// What begins a grace period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Archive, Serialize, Deserialize)]
#[rkyv(derive(Clone, Copy, Debug, PartialEq, Eq))]
#[repr(u8)]
pub enum GraceKind {
    /// A create.
    Add,
    /// A renewal by the registry, at expiry.
    AutoRenew,
    /// A renewal by the sponsoring client.
    Renew,
    /// A transfer.
    Transfer,
}

impl ArchivedGraceKind {
    /// The kind as a native value.
    pub const fn get(self) -> GraceKind {
        match self {
            Self::Add => GraceKind::Add,
            Self::AutoRenew => GraceKind::AutoRenew,
            Self::Renew => GraceKind::Renew,
            Self::Transfer => GraceKind::Transfer,
        }
    }
}

/// How far the removal of a domain is (RFC 3915, section 2).
#[derive(Clone, Debug, PartialEq, Archive, Serialize, Deserialize)]
pub struct Removal {
    /// Where it is.
    pub stage: RemovalStage,
    /// When the domain was deleted.
    pub deleted: Timestamp,
    /// When the stage ends.
    pub until: Timestamp,
    /// When the domain is purged unless it is restored before.
    pub purge: Timestamp,
    /// The command that deleted it, for the message that says it is done.
    pub asked: Option<Asked>,
}

/// A stage of a domain's removal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
#[rkyv(derive(Clone, Copy, Debug, PartialEq, Eq))]
#[repr(u8)]
pub enum RemovalStage {
    /// It can be restored.
    Redemption,
    /// It is being restored; the report is awaited.
    Restoring,
    /// It waits for its purge.
    Deletion,
}

impl ArchivedRemovalStage {
    /// The stage as a native value.
    pub const fn get(self) -> RemovalStage {
        match self {
            Self::Redemption => RemovalStage::Redemption,
            Self::Restoring => RemovalStage::Restoring,
            Self::Deletion => RemovalStage::Deletion,
        }
    }
}

/// The transaction identifiers of a command whose action is pending.
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct Asked {
    /// clTRID.
    pub cl_trid: Option<String>,
    /// svTRID.
    pub sv_trid: String,
}

/// What a contact is to a domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Archive, Serialize, Deserialize)]
#[rkyv(derive(Clone, Copy, Debug, PartialEq, Eq))]
#[repr(u8)]
pub enum ContactRole {
    /// Administrative.
    Admin,
    /// Billing.
    Billing,
    /// Technical.
    Tech,
}

impl ContactRole {
    /// Every role.
    pub const ALL: [Self; 3] = [Self::Admin, Self::Billing, Self::Tech];

    /// The role as EPP writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Billing => "billing",
            Self::Tech => "tech",
        }
    }

    /// The role EPP writes as `name`.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

impl ArchivedContactRole {
    /// The role as a native value.
    pub const fn get(self) -> ContactRole {
        match self {
            Self::Admin => ContactRole::Admin,
            Self::Billing => ContactRole::Billing,
            Self::Tech => ContactRole::Tech,
        }
    }
}

/// A contact of a domain.
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct DomainContact {
    /// What it is for.
    pub role: ContactRole,
    /// The contact's handle.
    pub id: String,
}

/// How far a transfer is (RFC 5730, section 2.9.3.4; eppcom `trStatusType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
#[rkyv(derive(Clone, Copy, Debug, PartialEq, Eq))]
#[repr(u8)]
pub enum TransferState {
    /// Waiting for the sponsoring client.
    Pending,
    /// Approved by the sponsoring client.
    ClientApproved,
    /// Cancelled by the requesting client.
    ClientCancelled,
    /// Rejected by the sponsoring client.
    ClientRejected,
    /// Approved by the registry.
    ServerApproved,
    /// Cancelled by the registry.
    ServerCancelled,
}

impl TransferState {
    /// The state as EPP writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::ClientApproved => "clientApproved",
            Self::ClientCancelled => "clientCancelled",
            Self::ClientRejected => "clientRejected",
            Self::ServerApproved => "serverApproved",
            Self::ServerCancelled => "serverCancelled",
        }
    }
}

impl ArchivedTransferState {
    /// The state as a native value.
    pub const fn get(self) -> TransferState {
        match self {
            Self::Pending => TransferState::Pending,
            Self::ClientApproved => TransferState::ClientApproved,
            Self::ClientCancelled => TransferState::ClientCancelled,
            Self::ClientRejected => TransferState::ClientRejected,
            Self::ServerApproved => TransferState::ServerApproved,
            Self::ServerCancelled => TransferState::ServerCancelled,
        }
    }
}

/// The latest transfer of a domain or contact.
#[derive(Clone, Debug, PartialEq, Archive, Serialize, Deserialize)]
pub struct Transfer {
    /// trStatus.
    pub state: TransferState,
    /// reID: who asked.
    pub requester: String,
    /// reDate.
    pub requested: Timestamp,
    /// acID: who must act, or has acted.
    pub actor: String,
    /// acDate: by when it must act, or when it acted.
    pub act: Timestamp,
    /// Months the approval adds (domains; 0 for contacts).
    pub months: u32,
    /// exDate after approval (domains).
    pub expires: Option<Timestamp>,
}

/// A host object (RFC 5732).
#[derive(Clone, Debug, PartialEq, Archive, Serialize, Deserialize)]
pub struct Host {
    /// Object id: the sequence of the transaction that created it; what domains refer to.
    pub id: u64,
    /// Repository object identifier.
    pub roid: String,
    /// Lower-case A-labels, no final dot.
    pub name: String,
    /// The registered domain it stands below; `None` for an external host.
    pub superordinate: Option<String>,
    /// Its addresses, in the order given.
    pub addresses: Vec<Address>,
    /// clID of the sponsoring client.
    pub sponsor: String,
    /// crID.
    pub creator: String,
    /// crDate.
    pub created: Timestamp,
    /// upID.
    pub updater: Option<String>,
    /// upDate.
    pub updated: Option<Timestamp>,
    /// trDate: when it last followed its superordinate domain.
    pub transferred: Option<Timestamp>,
    /// The stored statuses.
    pub statuses: Statuses,
    /// TTLs that its client has chosen, in the order of [`TtlType`](crate::model::ttl::TtlType).
    pub ttls: Vec<Ttl>,
}

/// A contact object (RFC 5733).
#[derive(Clone, Debug, PartialEq, Archive, Serialize, Deserialize)]
pub struct Contact {
    /// Object id: the sequence of the transaction that created it.
    pub object_id: u64,
    /// Repository object identifier.
    pub roid: String,
    /// The handle its creator chose (`contact:id`).
    pub id: String,
    /// One or two, of different kinds.
    pub postal: Vec<PostalInfo>,
    /// Telephone number.
    pub voice: Option<Phone>,
    /// Facsimile number.
    pub fax: Option<Phone>,
    /// E-mail address.
    pub email: String,
    /// clID of the sponsoring client.
    pub sponsor: String,
    /// crID.
    pub creator: String,
    /// crDate.
    pub created: Timestamp,
    /// upID.
    pub updater: Option<String>,
    /// upDate.
    pub updated: Option<Timestamp>,
    /// trDate.
    pub transferred: Option<Timestamp>,
    /// The stored statuses.
    pub statuses: Statuses,
    /// The authInfo, hashed; `None` while unset.
    pub auth: Option<AuthDigest>,
    /// Exceptional disclosure preferences (RFC 5733, section 2.9).
    pub disclose: Option<Disclose>,
    /// The latest transfer, pending or complete.
    pub transfer: Option<Transfer>,
    /// How far its end is, while no domain refers to it and the registry does not keep such contacts.
    pub orphan: Option<Orphan>,
    /// When the registry unsets its authInfo (RFC 9154, section 4.1); `None`: it stays.
    pub auth_until: Option<Timestamp>,
}

/// How far the end of a contact is that no domain refers to.
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct Orphan {
    /// When it is announced to the sponsor, or purged.
    pub until: Timestamp,
    /// Whether it has been announced; exactly while it has pendingDelete.
    pub announced: bool,
}

/// Which form an address is in (RFC 5733, section 2.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
#[rkyv(derive(Clone, Copy, Debug, PartialEq, Eq))]
#[repr(u8)]
pub enum PostalKind {
    /// Internationalized: a subset of UTF-8 representable in seven-bit ASCII.
    Int,
    /// Localized: unrestricted UTF-8.
    Loc,
}

impl PostalKind {
    /// The kind as EPP writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Int => "int",
            Self::Loc => "loc",
        }
    }
}

impl ArchivedPostalKind {
    /// The kind as a native value.
    pub const fn get(self) -> PostalKind {
        match self {
            Self::Int => PostalKind::Int,
            Self::Loc => PostalKind::Loc,
        }
    }
}

/// Name, organization and address of a contact.
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct PostalInfo {
    /// Form of all fields.
    pub kind: PostalKind,
    /// Name of the person or role.
    pub name: String,
    /// Organization.
    pub org: Option<String>,
    /// The address.
    pub address: PostalAddress,
}

/// A postal address.
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct PostalAddress {
    /// Up to three lines.
    pub street: Vec<String>,
    /// City.
    pub city: String,
    /// State or province.
    pub sp: Option<String>,
    /// Postal code.
    pub pc: Option<String>,
    /// Country code, upper case (ISO 3166-1 alpha-2).
    pub cc: String,
}

/// A telephone or facsimile number (RFC 5733, section 2.5).
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct Phone {
    /// `+CC.NUMBER`.
    pub number: String,
    /// Extension.
    pub ext: Option<String>,
}

/// Which fields a client wants disclosed, or not (RFC 5733, section 2.9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
#[rkyv(derive(Clone, Copy, Debug, PartialEq, Eq))]
pub struct Disclose {
    /// `true`: disclose the named fields; `false`: withhold them.
    pub flag: bool,
    /// Bits of [`Disclose::NAME_INT`] and the others.
    pub fields: u16,
}

impl Disclose {
    /// `name` of the int form.
    pub const NAME_INT: u16 = 1;
    /// `name` of the loc form.
    pub const NAME_LOC: u16 = 1 << 1;
    /// `org` of the int form.
    pub const ORG_INT: u16 = 1 << 2;
    /// `org` of the loc form.
    pub const ORG_LOC: u16 = 1 << 3;
    /// `addr` of the int form.
    pub const ADDR_INT: u16 = 1 << 4;
    /// `addr` of the loc form.
    pub const ADDR_LOC: u16 = 1 << 5;
    /// `voice`.
    pub const VOICE: u16 = 1 << 6;
    /// `fax`.
    pub const FAX: u16 = 1 << 7;
    /// `email`.
    pub const EMAIL: u16 = 1 << 8;
}

/// A registrar: a client of EPP (and an entity of RDAP).
#[derive(Clone, Debug, PartialEq, Archive, Serialize, Deserialize)]
pub struct Registrar {
    /// clID: what it logs in with, and what objects name as sponsor.
    pub clid: String,
    /// Registrar id of the IANA registry.
    pub iana_id: Option<u32>,
    /// Name for people.
    pub name: String,
    /// Password as an argon2id PHC string; empty until one is set.
    pub password: String,
    /// Certificates it may present; several may be valid while one replaces another.
    pub certificates: Vec<CertificatePin>,
    /// Address ranges (`192.0.2.0/24`, `2001:db8::/32`) it may connect from; empty: any.
    pub networks: Vec<String>,
    /// Whether it may not log in.
    pub suspended: bool,
    /// Since when it is no registrar any more.
    pub terminated: Option<Timestamp>,
    /// Sessions at one time; `None`: the server's limit.
    pub session_limit: Option<u32>,
    /// E-mail address.
    pub email: Option<String>,
    /// Telephone number, `+CC.NUMBER`.
    pub voice: Option<String>,
    /// Web site.
    pub url: Option<String>,
    /// Base URL of its own RDAP service.
    pub rdap_url: Option<String>,
    /// E-mail address of its abuse desk.
    pub abuse_email: Option<String>,
    /// Telephone number of its abuse desk.
    pub abuse_voice: Option<String>,
    /// When it was added.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Option<Timestamp>,
    /// How much its registrations hold, in TLDs that leave it to registrars; `None`: it has chosen nothing.
    pub data_model: Option<DataModel>,
    /// Since when its password is what it is; `None`: nobody has noted it.
    pub password_since: Option<Timestamp>,
    /// Postal address.
    pub address: Option<PostalAddress>,
    /// Facsimile number, `+CC.NUMBER`.
    pub fax: Option<String>,
    /// Whether it is one for tests only, of which nothing is deposited or reported.
    pub is_test: bool,
}

/// A client certificate a registrar may present.
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct CertificatePin {
    /// SHA-256 of the certificate (DER).
    pub sha256: [u8; 32],
    /// What the operator calls it.
    pub label: String,
    /// When it was added.
    pub added: Timestamp,
}

/// A message waiting for a registrar (RFC 5730, section 2.9.2.3).
#[derive(Clone, Debug, PartialEq, Archive, Serialize, Deserialize)]
pub struct PollMessage {
    /// clID of the reader.
    pub registrar: String,
    /// Number within the registrar's queue; what `msgID` shows.
    pub number: u64,
    /// qDate.
    pub queued: Timestamp,
    /// For people.
    pub text: String,
    /// For programs: `resData`.
    pub data: Option<PollData>,
}
