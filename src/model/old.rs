//! Records as earlier versions wrote them, and how each becomes the one after it. Nothing here changes any more.
#![expect(missing_docs, reason = "the fields are those of the present records, which say what they are")]

use rkyv::{Archive, Deserialize, Serialize};

use crate::base::timestamp::Timestamp;
use crate::model::auth::AuthDigest;
use crate::model::poll_data::PollData;
use crate::model::record::{
    CertificatePin, Contact, ContactRole, DataModel, Disclose, Domain, DomainContact, FeePolicy, Grace, GraceKind,
    Periods, Phone, PollMessage, PostalInfo, Registrar, Removal, Tld, Transfer,
};
use crate::model::status::Statuses;

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
impl From<Domain2> for Domain {
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

impl From<Tld2> for Tld {
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

impl From<Registrar1> for Registrar {
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

/// [`PollMessage`] before one could tell of money and of what the registry does.
#[derive(Clone, Debug, PartialEq, Archive, Serialize, Deserialize)]
pub struct PollMessage1 {
    pub registrar: String,
    pub number: u64,
    pub queued: Timestamp,
    pub text: String,
    pub data: Option<PollData1>,
}

#[derive(Clone, Debug, PartialEq, Archive, Serialize, Deserialize)]
pub enum PollData1 {
    DomainTransfer { name: String, transfer: Transfer },
    ContactTransfer { id: String, transfer: Transfer },
    Pending { kind: u8, object: String, accepted: bool, cl_trid: Option<String>, sv_trid: String, completed: Timestamp },
}

impl From<PollMessage1> for PollMessage {
    fn from(old: PollMessage1) -> Self {
        let data = |old: PollData1| match old {
            PollData1::DomainTransfer { name, transfer } => PollData::DomainTransfer { name, transfer },
            PollData1::ContactTransfer { id, transfer } => PollData::ContactTransfer { id, transfer },
            PollData1::Pending { kind, object, accepted, cl_trid, sv_trid, completed } => {
                PollData::Pending { kind, object, accepted, cl_trid, sv_trid, completed }
            }
        };
        Self {
            registrar: old.registrar,
            number: old.number,
            queued: old.queued,
            text: old.text,
            data: old.data.map(data),
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

impl From<Contact1> for Contact {
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
