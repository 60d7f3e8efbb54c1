//! Records as earlier versions wrote them, and how each becomes the one after it. Nothing here changes any more.
#![expect(missing_docs, reason = "the fields are those of the present records, which say what they are")]

use rkyv::{Archive, Deserialize, Serialize};

use crate::base::timestamp::Timestamp;
use crate::model::auth::AuthDigest;
use crate::model::record::{ContactRole, DataModel, Domain, DomainContact, Periods, Tld, Transfer};
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
impl From<Domain1> for Domain {
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

impl From<Tld1> for Tld {
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
