//! Poll messages, and the maintenance that they tell of, as earlier versions wrote them. Nothing here changes any more.
#![expect(missing_docs, reason = "the fields are those of the present records, which say what they are")]

use rkyv::{Archive, Deserialize, Serialize};

use crate::base::timestamp::Timestamp;
use crate::model::change::ObjectChange;
use crate::model::maintenance::{
    Description, Intervention, MaintainedSystem, Maintenance, MaintenanceEvent, MaintenanceNews, Wording,
};
use crate::model::money::Currency;
use crate::model::poll_data::{LaunchNews, PollData};
use crate::model::record::{PollMessage, Threshold, Transfer};

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

impl From<PollMessage1> for PollMessage2 {
    fn from(old: PollMessage1) -> Self {
        let data = |old: PollData1| match old {
            PollData1::DomainTransfer { name, transfer } => PollData2::DomainTransfer { name, transfer },
            PollData1::ContactTransfer { id, transfer } => PollData2::ContactTransfer { id, transfer },
            PollData1::Pending { kind, object, accepted, cl_trid, sv_trid, completed } => {
                PollData2::Pending { kind, object, accepted, cl_trid, sv_trid, completed }
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

impl From<PollMessage1> for PollMessage {
    fn from(old: PollMessage1) -> Self {
        PollMessage2::from(old).into()
    }
}

/// [`PollMessage`] before one could tell of launches and maintenance.
#[derive(Clone, Debug, PartialEq, Archive, Serialize, Deserialize)]
pub struct PollMessage2 {
    pub registrar: String,
    pub number: u64,
    pub queued: Timestamp,
    pub text: String,
    pub data: Option<PollData2>,
}

#[derive(Clone, Debug, PartialEq, Archive, Serialize, Deserialize)]
pub enum PollData2 {
    DomainTransfer { name: String, transfer: Transfer },
    ContactTransfer { id: String, transfer: Transfer },
    Pending { kind: u8, object: String, accepted: bool, cl_trid: Option<String>, sv_trid: String, completed: Timestamp },
    LowBalance { registrar: String, currency: Currency, credit_limit: i64, threshold: Threshold, available: i64 },
    Changed(ObjectChange),
}

impl From<PollMessage2> for PollMessage3 {
    fn from(old: PollMessage2) -> Self {
        let data = |old: PollData2| match old {
            PollData2::DomainTransfer { name, transfer } => PollData3::DomainTransfer { name, transfer },
            PollData2::ContactTransfer { id, transfer } => PollData3::ContactTransfer { id, transfer },
            PollData2::Pending { kind, object, accepted, cl_trid, sv_trid, completed } => {
                PollData3::Pending { kind, object, accepted, cl_trid, sv_trid, completed }
            }
            PollData2::LowBalance { registrar, currency, credit_limit, threshold, available } => {
                PollData3::LowBalance { registrar, currency, credit_limit, threshold, available }
            }
            PollData2::Changed(change) => PollData3::Changed(change),
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

impl From<PollMessage2> for PollMessage {
    fn from(old: PollMessage2) -> Self {
        PollMessage3::from(old).into()
    }
}

/// [`Maintenance`] before it had descriptions in several languages, and before registrars were reminded of it.
#[derive(Clone, Debug, PartialEq, Archive, Serialize, Deserialize)]
pub struct Maintenance1 {
    pub id: String,
    pub name: Option<String>,
    pub types: Vec<String>,
    pub systems: Vec<MaintainedSystem>,
    pub environment: String,
    pub start: Timestamp,
    pub end: Timestamp,
    pub emergency: bool,
    pub detail: Option<String>,
    pub description: Option<String>,
    pub tlds: Vec<String>,
    pub intervention: Option<Intervention>,
    pub created: Timestamp,
    pub updated: Option<Timestamp>,
}

impl From<Maintenance1> for MaintenanceEvent {
    fn from(old: Maintenance1) -> Self {
        let wording = |text| Wording { lang: None, text };
        let description = old.description.map(|text| Description { words: wording(text), html: false });
        Self {
            id: old.id,
            name: old.name.map(wording),
            types: old.types.into_iter().map(wording).collect(),
            systems: old.systems,
            environment: old.environment,
            start: old.start,
            end: old.end,
            emergency: old.emergency,
            detail: old.detail,
            descriptions: description.into_iter().collect(),
            tlds: old.tlds,
            intervention: old.intervention,
            created: old.created,
            updated: old.updated,
        }
    }
}

/// Nobody was promised a reminder of an event of that time.
impl From<Maintenance1> for Maintenance {
    fn from(old: Maintenance1) -> Self {
        let reminded = old.updated.unwrap_or(old.created);
        Self { event: old.into(), courtesy_minutes: Vec::new(), tells_end: false, reminded, telling: None }
    }
}

/// [`PollMessage`] before maintenance had descriptions in several languages.
#[derive(Clone, Debug, PartialEq, Archive, Serialize, Deserialize)]
pub struct PollMessage3 {
    pub registrar: String,
    pub number: u64,
    pub queued: Timestamp,
    pub text: String,
    pub data: Option<PollData3>,
}

#[derive(Clone, Debug, PartialEq, Archive, Serialize, Deserialize)]
pub enum PollData3 {
    DomainTransfer { name: String, transfer: Transfer },
    ContactTransfer { id: String, transfer: Transfer },
    Pending { kind: u8, object: String, accepted: bool, cl_trid: Option<String>, sv_trid: String, completed: Timestamp },
    LowBalance { registrar: String, currency: Currency, credit_limit: i64, threshold: Threshold, available: i64 },
    Changed(ObjectChange),
    Launch(LaunchNews),
    Maintenance { news: MaintenanceNews, event: Box<Maintenance1> },
}

impl From<PollMessage3> for PollMessage {
    fn from(old: PollMessage3) -> Self {
        let data = |old: PollData3| match old {
            PollData3::DomainTransfer { name, transfer } => PollData::DomainTransfer { name, transfer },
            PollData3::ContactTransfer { id, transfer } => PollData::ContactTransfer { id, transfer },
            PollData3::Pending { kind, object, accepted, cl_trid, sv_trid, completed } => {
                PollData::Pending { kind, object, accepted, cl_trid, sv_trid, completed }
            }
            PollData3::LowBalance { registrar, currency, credit_limit, threshold, available } => {
                PollData::LowBalance { registrar, currency, credit_limit, threshold, available }
            }
            PollData3::Changed(change) => PollData::Changed(change),
            PollData3::Launch(news) => PollData::Launch(news),
            PollData3::Maintenance { news, event } => PollData::Maintenance { news, event: Box::new((*event).into()) },
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
