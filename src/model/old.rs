//! Records as earlier versions wrote them, and how each becomes the one after it. Nothing here changes any more.
#![expect(missing_docs, reason = "the fields are those of the present records, which say what they are")]

use rkyv::{Archive, Deserialize, Serialize};

use crate::base::timestamp::Timestamp;
use crate::model::auth::AuthDigest;
use crate::model::idn::IdnPolicy;
use crate::model::launch::Phase;
use crate::model::launch_record::{LaunchPhase, LaunchPlan};
use crate::model::policy::{AuthInfoPolicy, PasswordPolicy};
use crate::model::record::{
    Address, CertificatePin, Contact, ContactRole, DataModel, Disclose, Disclosure, Domain, DomainContact, FeePolicy,
    Grace, GraceKind, Host, HostModel, Lock, Orphan, Periods, Phone, Policy, PostalInfo, Registrar, Removal, Tld,
    Transfer,
};
use crate::model::sec_dns::SecDnsPolicy;
use crate::model::status::Statuses;
use crate::model::ttl::TtlBounds;

/// [`Domain`] before there were grace periods.
#[derive(Clone, Debug, PartialEq, Archive, Serialize, Deserialize)]
pub struct Domain1 {
    pub id: u64,
    pub roid: String,
    pub name: String,
    pub tld: String,
    pub sponsor: String,
    pub creator: String,
    pub created: Timestamp,
    pub updater: Option<String>,
    pub updated: Option<Timestamp>,
    pub expires: Timestamp,
    pub transferred: Option<Timestamp>,
    pub statuses: Statuses,
    pub registrant: Option<String>,
    pub contacts: Vec<DomainContact>,
    pub name_servers: Vec<u64>,
    pub auth: Option<AuthDigest>,
    pub transfer: Option<Transfer>,
}

/// A name of that time is in no grace period: nothing tells what was promised for it.
impl From<Domain1> for Domain2 {
    fn from(old: Domain1) -> Self {
        Self {
            id: old.id,
            roid: old.roid,
            name: old.name,
            tld: old.tld,
            sponsor: old.sponsor,
            creator: old.creator,
            created: old.created,
            updater: old.updater,
            updated: old.updated,
            expires: old.expires,
            transferred: old.transferred,
            statuses: old.statuses,
            registrant: old.registrant,
            contacts: old.contacts,
            name_servers: old.name_servers,
            auth: old.auth,
            transfer: old.transfer,
            grace: Vec::new(),
            removal: None,
        }
    }
}

/// [`Tld`] before its periods could be set.
#[derive(Clone, Debug, PartialEq, Archive, Serialize, Deserialize)]
pub struct Tld1 {
    pub name: String,
    pub data_model: DataModel,
    pub required_contacts: Vec<ContactRole>,
    pub repository_id: String,
    pub min_months: u32,
    pub max_months: u32,
    pub default_months: u32,
    pub transfer_days: u32,
    pub idn: bool,
    pub created: Timestamp,
    pub updated: Option<Timestamp>,
}

impl From<Tld1> for Tld2 {
    fn from(old: Tld1) -> Self {
        Self {
            name: old.name,
            data_model: old.data_model,
            required_contacts: old.required_contacts,
            repository_id: old.repository_id,
            min_months: old.min_months,
            max_months: old.max_months,
            default_months: old.default_months,
            transfer_days: old.transfer_days,
            periods: Periods::default(),
            restore_report: true,
            idn: old.idn,
            created: old.created,
            updated: old.updated,
        }
    }
}

/// [`Domain`] before names had prices.
#[derive(Clone, Debug, PartialEq, Archive, Serialize, Deserialize)]
pub struct Domain2 {
    pub id: u64,
    pub roid: String,
    pub name: String,
    pub tld: String,
    pub sponsor: String,
    pub creator: String,
    pub created: Timestamp,
    pub updater: Option<String>,
    pub updated: Option<Timestamp>,
    pub expires: Timestamp,
    pub transferred: Option<Timestamp>,
    pub statuses: Statuses,
    pub registrant: Option<String>,
    pub contacts: Vec<DomainContact>,
    pub name_servers: Vec<u64>,
    pub auth: Option<AuthDigest>,
    pub transfer: Option<Transfer>,
    pub grace: Vec<Grace2>,
    pub removal: Option<Removal>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct Grace2 {
    pub kind: GraceKind,
    pub until: Timestamp,
    pub months: u32,
}

/// Nothing was charged for a name of that time, so nothing is given back.
impl From<Domain2> for Domain3 {
    fn from(old: Domain2) -> Self {
        let mut expires = old.expires;
        // The latest first, as a delete would have taken them back.
        let grace = |old: Grace2| {
            let before = expires.minus_months(old.months);
            let added = expires.micros() - before.micros();
            expires = before;
            Grace { kind: old.kind, until: old.until, months: old.months, added, fee: 0 }
        };
        let mut grace: Vec<Grace> = old.grace.into_iter().rev().map(grace).collect();
        grace.reverse();
        Self {
            id: old.id,
            roid: old.roid,
            name: old.name,
            tld: old.tld,
            sponsor: old.sponsor,
            creator: old.creator,
            created: old.created,
            updater: old.updater,
            updated: old.updated,
            expires: old.expires,
            transferred: old.transferred,
            statuses: old.statuses,
            registrant: old.registrant,
            contacts: old.contacts,
            name_servers: old.name_servers,
            auth: old.auth,
            transfer: old.transfer,
            grace,
            removal: old.removal,
            class: String::new(),
            transfer_fee: 0,
            locks: Vec::new(),
        }
    }
}

impl From<Domain1> for Domain {
    fn from(old: Domain1) -> Self {
        Domain2::from(old).into()
    }
}

/// [`Tld`] before names had prices.
#[derive(Clone, Debug, PartialEq, Archive, Serialize, Deserialize)]
pub struct Tld2 {
    pub name: String,
    pub data_model: DataModel,
    pub required_contacts: Vec<ContactRole>,
    pub repository_id: String,
    pub min_months: u32,
    pub max_months: u32,
    pub default_months: u32,
    pub transfer_days: u32,
    pub periods: Periods,
    pub restore_report: bool,
    pub idn: bool,
    pub created: Timestamp,
    pub updated: Option<Timestamp>,
}

impl From<Tld2> for Tld3 {
    fn from(old: Tld2) -> Self {
        Self {
            name: old.name,
            data_model: old.data_model,
            required_contacts: old.required_contacts,
            repository_id: old.repository_id,
            min_months: old.min_months,
            max_months: old.max_months,
            default_months: old.default_months,
            transfer_days: old.transfer_days,
            periods: old.periods,
            restore_report: old.restore_report,
            idn: old.idn,
            fee_policy: FeePolicy::Premium,
            created: old.created,
            updated: old.updated,
        }
    }
}

impl From<Tld1> for Tld {
    fn from(old: Tld1) -> Self {
        Tld2::from(old).into()
    }
}

/// [`Registrar`] before one could be terminated.
#[derive(Clone, Debug, PartialEq, Archive, Serialize, Deserialize)]
pub struct Registrar1 {
    pub clid: String,
    pub iana_id: Option<u32>,
    pub name: String,
    pub password: String,
    pub certificates: Vec<CertificatePin>,
    pub networks: Vec<String>,
    pub suspended: bool,
    pub session_limit: Option<u32>,
    pub email: Option<String>,
    pub voice: Option<String>,
    pub url: Option<String>,
    pub rdap_url: Option<String>,
    pub abuse_email: Option<String>,
    pub abuse_voice: Option<String>,
    pub created: Timestamp,
    pub updated: Option<Timestamp>,
}

impl From<Registrar1> for Registrar2 {
    fn from(old: Registrar1) -> Self {
        Self {
            clid: old.clid,
            iana_id: old.iana_id,
            name: old.name,
            password: old.password,
            certificates: old.certificates,
            networks: old.networks,
            suspended: old.suspended,
            terminated: None,
            session_limit: old.session_limit,
            email: old.email,
            voice: old.voice,
            url: old.url,
            rdap_url: old.rdap_url,
            abuse_email: old.abuse_email,
            abuse_voice: old.abuse_voice,
            created: old.created,
            updated: old.updated,
        }
    }
}

/// [`Contact`] before one could be an orphan.
#[derive(Clone, Debug, PartialEq, Archive, Serialize, Deserialize)]
pub struct Contact1 {
    pub object_id: u64,
    pub roid: String,
    pub id: String,
    pub postal: Vec<PostalInfo>,
    pub voice: Option<Phone>,
    pub fax: Option<Phone>,
    pub email: String,
    pub sponsor: String,
    pub creator: String,
    pub created: Timestamp,
    pub updater: Option<String>,
    pub updated: Option<Timestamp>,
    pub transferred: Option<Timestamp>,
    pub statuses: Statuses,
    pub auth: Option<AuthDigest>,
    pub disclose: Option<Disclose>,
    pub transfer: Option<Transfer>,
}

impl From<Contact1> for Contact2 {
    fn from(old: Contact1) -> Self {
        Self {
            object_id: old.object_id,
            roid: old.roid,
            id: old.id,
            postal: old.postal,
            voice: old.voice,
            fax: old.fax,
            email: old.email,
            sponsor: old.sponsor,
            creator: old.creator,
            created: old.created,
            updater: old.updater,
            updated: old.updated,
            transferred: old.transferred,
            statuses: old.statuses,
            auth: old.auth,
            disclose: old.disclose,
            transfer: old.transfer,
            orphan: None,
        }
    }
}

/// [`Domain`] before names had DNSSEC data, host attributes and what else extensions give them.
#[derive(Clone, Debug, PartialEq, Archive, Serialize, Deserialize)]
pub struct Domain3 {
    pub id: u64,
    pub roid: String,
    pub name: String,
    pub tld: String,
    pub sponsor: String,
    pub creator: String,
    pub created: Timestamp,
    pub updater: Option<String>,
    pub updated: Option<Timestamp>,
    pub expires: Timestamp,
    pub transferred: Option<Timestamp>,
    pub statuses: Statuses,
    pub registrant: Option<String>,
    pub contacts: Vec<DomainContact>,
    pub name_servers: Vec<u64>,
    pub auth: Option<AuthDigest>,
    pub transfer: Option<Transfer>,
    pub grace: Vec<Grace>,
    pub removal: Option<Removal>,
    pub class: String,
    pub transfer_fee: i64,
    pub locks: Vec<Lock>,
}

impl From<Domain3> for Domain {
    fn from(old: Domain3) -> Self {
        Self {
            id: old.id,
            roid: old.roid,
            name: old.name,
            tld: old.tld,
            sponsor: old.sponsor,
            creator: old.creator,
            created: old.created,
            updater: old.updater,
            updated: old.updated,
            expires: old.expires,
            transferred: old.transferred,
            statuses: old.statuses,
            registrant: old.registrant,
            contacts: old.contacts,
            name_servers: old.name_servers,
            auth: old.auth,
            transfer: old.transfer,
            grace: old.grace,
            removal: old.removal,
            class: old.class,
            transfer_fee: old.transfer_fee,
            locks: old.locks,
            host_attributes: Vec::new(),
            sec_dns: None,
            idn: None,
            variant_keys: Vec::new(),
            ttls: Vec::new(),
            launch: None,
            token: None,
            auth_until: None,
        }
    }
}

/// [`Tld`] before extensions could be chosen.
#[derive(Clone, Debug, PartialEq, Archive, Serialize, Deserialize)]
pub struct Tld3 {
    pub name: String,
    pub data_model: DataModel,
    pub required_contacts: Vec<ContactRole>,
    pub repository_id: String,
    pub min_months: u32,
    pub max_months: u32,
    pub default_months: u32,
    pub transfer_days: u32,
    pub periods: Periods,
    pub restore_report: bool,
    pub idn: bool,
    pub fee_policy: FeePolicy,
    pub created: Timestamp,
    pub updated: Option<Timestamp>,
}

impl From<Tld3> for Tld4 {
    fn from(old: Tld3) -> Self {
        Self {
            name: old.name,
            data_model: old.data_model,
            required_contacts: old.required_contacts,
            repository_id: old.repository_id,
            min_months: old.min_months,
            max_months: old.max_months,
            default_months: old.default_months,
            transfer_days: old.transfer_days,
            periods: old.periods,
            restore_report: old.restore_report,
            idn: old.idn,
            fee_policy: old.fee_policy,
            created: old.created,
            updated: old.updated,
            host_model: HostModel::Objects,
            sec_dns: SecDnsPolicy::default(),
            idn_policy: IdnPolicy::default(),
            ttls: TtlBounds::all(),
            extensions_off: Vec::new(),
        }
    }
}

/// [`Registrar`] before it had a data model of its own.
#[derive(Clone, Debug, PartialEq, Archive, Serialize, Deserialize)]
pub struct Registrar2 {
    pub clid: String,
    pub iana_id: Option<u32>,
    pub name: String,
    pub password: String,
    pub certificates: Vec<CertificatePin>,
    pub networks: Vec<String>,
    pub suspended: bool,
    pub terminated: Option<Timestamp>,
    pub session_limit: Option<u32>,
    pub email: Option<String>,
    pub voice: Option<String>,
    pub url: Option<String>,
    pub rdap_url: Option<String>,
    pub abuse_email: Option<String>,
    pub abuse_voice: Option<String>,
    pub created: Timestamp,
    pub updated: Option<Timestamp>,
}

impl From<Registrar2> for Registrar3 {
    fn from(old: Registrar2) -> Self {
        Self {
            clid: old.clid,
            iana_id: old.iana_id,
            name: old.name,
            password: old.password,
            certificates: old.certificates,
            networks: old.networks,
            suspended: old.suspended,
            terminated: old.terminated,
            session_limit: old.session_limit,
            email: old.email,
            voice: old.voice,
            url: old.url,
            rdap_url: old.rdap_url,
            abuse_email: old.abuse_email,
            abuse_voice: old.abuse_voice,
            created: old.created,
            updated: old.updated,
            data_model: None,
            password_since: None,
        }
    }
}

/// [`Host`] before its records had TTLs.
#[derive(Clone, Debug, PartialEq, Archive, Serialize, Deserialize)]
pub struct Host1 {
    pub id: u64,
    pub roid: String,
    pub name: String,
    pub superordinate: Option<String>,
    pub addresses: Vec<Address>,
    pub sponsor: String,
    pub creator: String,
    pub created: Timestamp,
    pub updater: Option<String>,
    pub updated: Option<Timestamp>,
    pub transferred: Option<Timestamp>,
    pub statuses: Statuses,
}

impl From<Host1> for Host {
    fn from(old: Host1) -> Self {
        Self {
            id: old.id,
            roid: old.roid,
            name: old.name,
            superordinate: old.superordinate,
            addresses: old.addresses,
            sponsor: old.sponsor,
            creator: old.creator,
            created: old.created,
            updater: old.updater,
            updated: old.updated,
            transferred: old.transferred,
            statuses: old.statuses,
            ttls: Vec::new(),
        }
    }
}

/// [`Contact`] before its authInfo came to an end.
#[derive(Clone, Debug, PartialEq, Archive, Serialize, Deserialize)]
pub struct Contact2 {
    pub object_id: u64,
    pub roid: String,
    pub id: String,
    pub postal: Vec<PostalInfo>,
    pub voice: Option<Phone>,
    pub fax: Option<Phone>,
    pub email: String,
    pub sponsor: String,
    pub creator: String,
    pub created: Timestamp,
    pub updater: Option<String>,
    pub updated: Option<Timestamp>,
    pub transferred: Option<Timestamp>,
    pub statuses: Statuses,
    pub auth: Option<AuthDigest>,
    pub disclose: Option<Disclose>,
    pub transfer: Option<Transfer>,
    pub orphan: Option<Orphan>,
}

impl From<Contact2> for Contact {
    fn from(old: Contact2) -> Self {
        Self {
            object_id: old.object_id,
            roid: old.roid,
            id: old.id,
            postal: old.postal,
            voice: old.voice,
            fax: old.fax,
            email: old.email,
            sponsor: old.sponsor,
            creator: old.creator,
            created: old.created,
            updater: old.updater,
            updated: old.updated,
            transferred: old.transferred,
            statuses: old.statuses,
            auth: old.auth,
            disclose: old.disclose,
            transfer: old.transfer,
            orphan: old.orphan,
            auth_until: None,
        }
    }
}

/// [`Policy`] before extensions could be chosen.
#[derive(Clone, Debug, PartialEq, Archive, Serialize, Deserialize)]
pub struct Policy1 {
    pub orphan_contact_days: u32,
    pub orphan_delete_days: u32,
}

impl From<Policy1> for Policy {
    fn from(old: Policy1) -> Self {
        Self {
            orphan_contact_days: old.orphan_contact_days,
            orphan_delete_days: old.orphan_delete_days,
            extensions_off: Vec::new(),
            auth_info: AuthInfoPolicy::default(),
            password: PasswordPolicy::default(),
        }
    }
}

impl From<Domain2> for Domain {
    fn from(old: Domain2) -> Self {
        Domain3::from(old).into()
    }
}

impl From<Tld2> for Tld {
    fn from(old: Tld2) -> Self {
        Tld3::from(old).into()
    }
}

impl From<Registrar1> for Registrar {
    fn from(old: Registrar1) -> Self {
        Registrar2::from(old).into()
    }
}

impl From<Contact1> for Contact {
    fn from(old: Contact1) -> Self {
        Contact2::from(old).into()
    }
}

/// [`LaunchPlan`] before a phase could ask for signed marks of listed labels only.
#[derive(Clone, Debug, PartialEq, Archive, Serialize, Deserialize)]
pub struct LaunchPlan1 {
    pub tld: String,
    pub phases: Vec<LaunchPhase1>,
    pub notice_days: u32,
    pub updated: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Archive, Serialize, Deserialize)]
pub struct LaunchPhase1 {
    pub phase: Phase,
    pub from: Timestamp,
    pub until: Option<Timestamp>,
    pub applications: bool,
    pub notices: bool,
    pub signed_mark: bool,
}

/// A phase of that time asked for a signed mark of every label or of none.
impl From<LaunchPlan1> for LaunchPlan {
    fn from(old: LaunchPlan1) -> Self {
        let phase = |old: LaunchPhase1| LaunchPhase {
            phase: old.phase,
            from: old.from,
            until: old.until,
            applications: old.applications,
            notices: old.notices,
            signed_mark: old.signed_mark,
            signed_mark_if_listed: false,
        };
        Self {
            tld: old.tld,
            phases: old.phases.into_iter().map(phase).collect(),
            notice_days: old.notice_days,
            updated: old.updated,
        }
    }
}

/// [`Registrar`] before it had an address.
#[derive(Clone, Debug, PartialEq, Archive, Serialize, Deserialize)]
pub struct Registrar3 {
    pub clid: String,
    pub iana_id: Option<u32>,
    pub name: String,
    pub password: String,
    pub certificates: Vec<CertificatePin>,
    pub networks: Vec<String>,
    pub suspended: bool,
    pub terminated: Option<Timestamp>,
    pub session_limit: Option<u32>,
    pub email: Option<String>,
    pub voice: Option<String>,
    pub url: Option<String>,
    pub rdap_url: Option<String>,
    pub abuse_email: Option<String>,
    pub abuse_voice: Option<String>,
    pub created: Timestamp,
    pub updated: Option<Timestamp>,
    pub data_model: Option<DataModel>,
    pub password_since: Option<Timestamp>,
}

impl From<Registrar3> for Registrar {
    fn from(old: Registrar3) -> Self {
        Self {
            clid: old.clid,
            iana_id: old.iana_id,
            name: old.name,
            password: old.password,
            certificates: old.certificates,
            networks: old.networks,
            suspended: old.suspended,
            terminated: old.terminated,
            session_limit: old.session_limit,
            email: old.email,
            voice: old.voice,
            url: old.url,
            rdap_url: old.rdap_url,
            abuse_email: old.abuse_email,
            abuse_voice: old.abuse_voice,
            created: old.created,
            updated: old.updated,
            data_model: old.data_model,
            password_since: old.password_since,
            address: None,
            fax: None,
            is_test: false,
        }
    }
}

impl From<Registrar2> for Registrar {
    fn from(old: Registrar2) -> Self {
        Registrar3::from(old).into()
    }
}

/// [`Tld`] before it said how much of its contacts the public sees.
#[derive(Clone, Debug, PartialEq, Archive, Serialize, Deserialize)]
pub struct Tld4 {
    pub name: String,
    pub data_model: DataModel,
    pub required_contacts: Vec<ContactRole>,
    pub repository_id: String,
    pub min_months: u32,
    pub max_months: u32,
    pub default_months: u32,
    pub transfer_days: u32,
    pub periods: Periods,
    pub restore_report: bool,
    pub idn: bool,
    pub fee_policy: FeePolicy,
    pub created: Timestamp,
    pub updated: Option<Timestamp>,
    pub host_model: HostModel,
    pub sec_dns: SecDnsPolicy,
    pub idn_policy: IdnPolicy,
    pub ttls: Vec<TtlBounds>,
    pub extensions_off: Vec<String>,
}

/// Contacts were shown as they had asked.
impl From<Tld4> for Tld {
    fn from(old: Tld4) -> Self {
        Self {
            name: old.name,
            data_model: old.data_model,
            required_contacts: old.required_contacts,
            repository_id: old.repository_id,
            min_months: old.min_months,
            max_months: old.max_months,
            default_months: old.default_months,
            transfer_days: old.transfer_days,
            periods: old.periods,
            restore_report: old.restore_report,
            idn: old.idn,
            fee_policy: old.fee_policy,
            created: old.created,
            updated: old.updated,
            host_model: old.host_model,
            sec_dns: old.sec_dns,
            idn_policy: old.idn_policy,
            ttls: old.ttls,
            extensions_off: old.extensions_off,
            disclosure: Disclosure::ByDisclose,
        }
    }
}

impl From<Tld3> for Tld {
    fn from(old: Tld3) -> Self {
        Tld4::from(old).into()
    }
}
