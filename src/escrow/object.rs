//! What a deposit says, in neither of its two models (RFC 9022, section 5): a registry's records become these, XML and CSV
//! carry them, and an import makes records of them again.
//!
//! Names and identifiers stand as they are deposited. What the schemas enumerate is typed: what is not of its type has no
//! place here, and whoever reads a deposit says so.

use crate::base::timestamp::Timestamp;
pub use crate::model::escrow::DepositKind;
use crate::model::record::{
    Address, ContactRole, Disclose, Phone, PostalAddress, PostalInfo, PostalKind, TransferState,
};
use crate::model::rgp::RgpStatus;
use crate::model::sec_dns::SecDns;
use crate::model::status::Status;

/// The kinds of objects, in the order in which a deposit of ours holds them: what is referred to comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObjectKind {
    /// [`EppParams`] (RFC 9022, section 5.9).
    EppParams,
    /// [`Policy`] (section 5.10).
    Policy,
    /// [`Registrar`] (section 5.4).
    Registrar,
    /// [`IdnTable`] (section 5.5).
    IdnTable,
    /// [`Contact`] (section 5.3).
    Contact,
    /// [`Host`] (section 5.2).
    Host,
    /// [`Domain`] (section 5.1).
    Domain,
    /// [`Nndn`] (section 5.6).
    Nndn,
}

impl ObjectKind {
    /// Every kind, in the order of a deposit.
    pub const ALL: [Self; 8] = [
        Self::EppParams,
        Self::Policy,
        Self::Registrar,
        Self::IdnTable,
        Self::Contact,
        Self::Host,
        Self::Domain,
        Self::Nndn,
    ];

    /// The namespace of such objects in the XML model.
    pub const fn xml_uri(self) -> &'static str {
        match self {
            Self::EppParams => "urn:ietf:params:xml:ns:rdeEppParams-1.0",
            Self::Policy => "urn:ietf:params:xml:ns:rdePolicy-1.0",
            Self::Registrar => "urn:ietf:params:xml:ns:rdeRegistrar-1.0",
            Self::IdnTable => "urn:ietf:params:xml:ns:rdeIDN-1.0",
            Self::Contact => "urn:ietf:params:xml:ns:rdeContact-1.0",
            Self::Host => "urn:ietf:params:xml:ns:rdeHost-1.0",
            Self::Domain => "urn:ietf:params:xml:ns:rdeDomain-1.0",
            Self::Nndn => "urn:ietf:params:xml:ns:rdeNNDN-1.0",
        }
    }

    /// The namespace of such objects in the CSV model; `None`: they are XML in both models (sections 5.9.2 and 5.10.2).
    pub const fn csv_uri(self) -> Option<&'static str> {
        match self {
            Self::EppParams | Self::Policy => None,
            Self::Registrar => Some("urn:ietf:params:xml:ns:csvRegistrar-1.0"),
            Self::IdnTable => Some("urn:ietf:params:xml:ns:csvIDN-1.0"),
            Self::Contact => Some("urn:ietf:params:xml:ns:csvContact-1.0"),
            Self::Host => Some("urn:ietf:params:xml:ns:csvHost-1.0"),
            Self::Domain => Some("urn:ietf:params:xml:ns:csvDomain-1.0"),
            Self::Nndn => Some("urn:ietf:params:xml:ns:csvNNDN-1.0"),
        }
    }
}

/// The frame of a deposit (RFC 8909, section 5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deposit {
    /// type.
    pub kind: DepositKind,
    /// id: 1 to 13 word characters, never used again.
    pub id: String,
    /// prevId: of the deposit before, where this one is not full.
    pub previous: Option<String>,
    /// resend: how often this deposit has been sent before.
    pub resend: u16,
    /// watermark: the moment whose state it tells.
    pub watermark: Timestamp,
    /// objURI, in order.
    pub menu: Vec<String>,
}

/// Whose data a deposit is (`rdeHeader:repositoryTypeGroup`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Repository {
    /// tld: a registry's, by its TLD.
    Tld(String),
    /// registrar: a registrar's, by its IANA id.
    Registrar(u64),
    /// ppsp: a privacy or proxy service's.
    PrivacyService(String),
    /// reseller: a reseller's.
    Reseller(String),
}

/// `rdeHeader:header` (RFC 9022, section 5.8).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Whose data it is.
    pub repository: Repository,
    /// count, in order.
    pub counts: Vec<ObjectCount>,
    /// contentTag.
    pub content_tag: Option<String>,
}

/// How many objects of a kind there are (`rdeHeader:count`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectCount {
    /// uri: the namespace of the objects.
    pub uri: String,
    /// rcdn: of those below this name only.
    pub below: Option<String>,
    /// registrarId: of those of the registrar with this IANA id only.
    pub registrar: Option<u64>,
    /// The number.
    pub count: i64,
}

/// An object.
#[derive(Clone, Debug, PartialEq)]
pub enum Object {
    /// What the registry's EPP service announces.
    EppParams(EppParams),
    /// What the registry asks for beyond the schemas.
    Policy(Policy),
    /// A registrar.
    Registrar(Registrar),
    /// A reference to a table.
    IdnTable(IdnTable),
    /// A contact.
    Contact(Contact),
    /// A host.
    Host(Host),
    /// A domain.
    Domain(Box<Domain>),
    /// A name that is no domain.
    Nndn(Nndn),
}

impl Object {
    /// Its kind.
    pub const fn kind(&self) -> ObjectKind {
        match self {
            Self::EppParams(_) => ObjectKind::EppParams,
            Self::Policy(_) => ObjectKind::Policy,
            Self::Registrar(_) => ObjectKind::Registrar,
            Self::IdnTable(_) => ObjectKind::IdnTable,
            Self::Contact(_) => ObjectKind::Contact,
            Self::Host(_) => ObjectKind::Host,
            Self::Domain(_) => ObjectKind::Domain,
            Self::Nndn(_) => ObjectKind::Nndn,
        }
    }
}

/// An object that is gone (`rde:delete`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delete {
    /// A registrar, by clID.
    Registrar(String),
    /// A table, by its id.
    IdnTable(String),
    /// A contact, by its handle.
    Contact(String),
    /// A host, by its name.
    HostName(String),
    /// A host, by its ROID.
    HostRoid(String),
    /// A domain, by its name.
    Domain(String),
    /// A name that was no domain, in A-labels.
    Nndn(String),
}

impl Delete {
    /// The kind of the object.
    pub const fn kind(&self) -> ObjectKind {
        match self {
            Self::Registrar(_) => ObjectKind::Registrar,
            Self::IdnTable(_) => ObjectKind::IdnTable,
            Self::Contact(_) => ObjectKind::Contact,
            Self::HostName(_) | Self::HostRoid(_) => ObjectKind::Host,
            Self::Domain(_) => ObjectKind::Domain,
            Self::Nndn(_) => ObjectKind::Nndn,
        }
    }
}

/// The registrar that did something, and the user who had it do it (`rdeDnrdCommon:rrType`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// clID of the registrar.
    pub registrar: String,
    /// client.
    pub client: Option<String>,
}

/// A status, with what was said beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stated<S> {
    /// s.
    pub status: S,
    /// lang; `None`: English, without saying so.
    pub lang: Option<String>,
    /// For people; may be empty.
    pub text: String,
}

impl<S> Stated<S> {
    /// A status about which nothing was said.
    pub const fn bare(status: S) -> Self {
        Self { status, lang: None, text: String::new() }
    }
}

/// The latest transfer of an object (`trnData`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// trStatus.
    pub state: TransferState,
    /// reRr: who asked.
    pub requester: Actor,
    /// reDate.
    pub requested: Timestamp,
    /// acRr: who must act, or has acted.
    pub actor: Actor,
    /// acDate: by when it must act, or when it acted.
    pub act: Timestamp,
    /// exDate after it; of domains only.
    pub expires: Option<Timestamp>,
}

/// Who made or changed an object, and when.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// crRr.
    pub creator: Option<Actor>,
    /// crDate.
    pub created: Option<Timestamp>,
    /// upRr.
    pub updater: Option<Actor>,
    /// upDate.
    pub updated: Option<Timestamp>,
    /// trDate.
    pub transferred: Option<Timestamp>,
}

/// `rdeDomain:domain`.
#[derive(Clone, Debug, PartialEq)]
pub struct Domain {
    /// name: in A-labels.
    pub name: String,
    /// roid.
    pub roid: String,
    /// uName: in Unicode.
    pub u_name: Option<String>,
    /// idnTableId: the table that its label was judged by.
    pub idn_table: Option<String>,
    /// originalName: of the name that it is a variant of.
    pub original: Option<String>,
    /// status; one at least.
    pub statuses: Vec<Stated<Status>>,
    /// rgpStatus.
    pub rgp: Vec<Stated<RgpStatus>>,
    /// registrant: a contact's handle.
    pub registrant: Option<String>,
    /// contact.
    pub contacts: Vec<(ContactRole, String)>,
    /// ns.
    pub name_servers: NameServers,
    /// clID: the sponsoring client.
    pub sponsor: String,
    /// crRr to upDate, and trDate.
    pub history: History,
    /// exDate.
    pub expires: Option<Timestamp>,
    /// secDNS.
    pub sec_dns: Option<SecDns>,
    /// trnData.
    pub transfer: Option<Transfer>,
}

/// The name servers of a domain (`domain:nsType`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NameServers {
    /// hostObj: by the names of host objects; none: the domain has none.
    Objects(Vec<String>),
    /// hostAttr: by names and addresses.
    Attributes(Vec<(String, Vec<Address>)>),
}

/// `rdeHost:host`.
#[derive(Clone, Debug, PartialEq)]
pub struct Host {
    /// name: in A-labels.
    pub name: String,
    /// roid.
    pub roid: String,
    /// status; one at least.
    pub statuses: Vec<Stated<Status>>,
    /// addr.
    pub addresses: Vec<Address>,
    /// clID: the sponsoring client.
    pub sponsor: String,
    /// crRr to trDate.
    pub history: History,
}

/// `rdeContact:contact`.
#[derive(Clone, Debug, PartialEq)]
pub struct Contact {
    /// id: the handle.
    pub id: String,
    /// roid.
    pub roid: String,
    /// status; one at least.
    pub statuses: Vec<Stated<Status>>,
    /// postalInfo: one or two, of different kinds.
    pub postal: Vec<PostalInfo>,
    /// voice.
    pub voice: Option<Phone>,
    /// fax.
    pub fax: Option<Phone>,
    /// email.
    pub email: String,
    /// clID: the sponsoring client.
    pub sponsor: String,
    /// crRr to trDate.
    pub history: History,
    /// trnData.
    pub transfer: Option<Transfer>,
    /// disclose.
    pub disclose: Option<Disclose>,
}

/// `rdeRegistrar:registrar`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registrar {
    /// id: clID.
    pub id: String,
    /// name.
    pub name: String,
    /// gurid: its IANA id.
    pub iana_id: Option<u64>,
    /// status.
    pub state: Option<RegistrarState>,
    /// postalInfo: at most one of each kind.
    pub postal: Vec<(PostalKind, PostalAddress)>,
    /// voice.
    pub voice: Option<Phone>,
    /// fax.
    pub fax: Option<Phone>,
    /// email.
    pub email: Option<String>,
    /// url.
    pub url: Option<String>,
    /// whoisInfo: a host name and a URL.
    pub whois: Option<(Option<String>, Option<String>)>,
    /// crDate.
    pub created: Option<Timestamp>,
    /// upDate.
    pub updated: Option<Timestamp>,
}

/// `rdeRegistrar:statusType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegistrarState {
    /// ok.
    Ok,
    /// readonly.
    Readonly,
    /// terminated.
    Terminated,
}

impl RegistrarState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Ok, Self::Readonly, Self::Terminated];

    /// The value as XML and CSV write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Readonly => "readonly",
            Self::Terminated => "terminated",
        }
    }
}

/// `rdeIDN:idnTableRef`: where a table is published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdnTable {
    /// id, as domains name it.
    pub id: String,
    /// url: of the table.
    pub url: String,
    /// urlPolicy: of the rules for its use.
    pub policy_url: Option<String>,
}

/// `rdeNNDN:NNDN`: a name that cannot be registered by anyone, or is there only as part of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nndn {
    /// aName: in A-labels.
    pub name: String,
    /// uName: in Unicode.
    pub u_name: Option<String>,
    /// idnTableId.
    pub idn_table: Option<String>,
    /// originalName: of the name that it is a variant of.
    pub original: Option<String>,
    /// nameState.
    pub state: NndnState,
    /// crDate.
    pub created: Option<Timestamp>,
}

/// `rdeNNDN:nameState`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NndnState {
    /// withheld: whoever holds the original name may have it.
    Withheld,
    /// blocked: nobody may have it.
    Blocked,
    /// mirrored: it is in the zone, with the original's name servers or by other means.
    Mirrored {
        /// mirroringNS.
        name_servers: bool,
    },
}

/// `rdeEppParams:eppParams`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EppParams {
    /// version.
    pub versions: Vec<String>,
    /// lang.
    pub langs: Vec<String>,
    /// objURI.
    pub objects: Vec<String>,
    /// extURI of svcExtension.
    pub extensions: Vec<String>,
    /// dcp.
    pub dcp: Dcp,
}

/// How data are used (`epp:dcpType`; RFC 5730, section 2.4), by the names of the schema's elements.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dcp {
    /// access, as `all`.
    pub access: String,
    /// statement, in order.
    pub statements: Vec<DcpStatement>,
    /// expiry: at a moment, or after a duration, as the deposit says it.
    pub expiry: Option<DcpExpiry>,
}

/// `epp:dcpStatementType`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DcpStatement {
    /// purpose, as `admin` and `prov`.
    pub purposes: Vec<String>,
    /// recipient, as `ours`, and recDesc where there is one.
    pub recipients: Vec<(String, Option<String>)>,
    /// retention, as `stated`.
    pub retention: String,
}

/// `epp:dcpExpiryType`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DcpExpiry {
    /// absolute.
    Absolute(Timestamp),
    /// relative: a duration of XML Schema.
    Relative(String),
}

/// `rdePolicy:policy`: an element that the registry asks for although the schema does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// scope: a path to the objects.
    pub scope: String,
    /// element.
    pub element: String,
}
