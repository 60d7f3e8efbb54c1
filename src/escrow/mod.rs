//! Floor 2: what a registry deposits with an escrow agent, and how it is read again (Specification 2 of ICANN's base registry
//! agreement; RFC 8909, RFC 9022).
//!
//! | file | idea |
//! | --- | --- |
//! | `object` | what a deposit says, in neither of its two models |
//! | `models` | which of its two models a deposit has its objects in |
//! | `definition` | what the XML says of CSV files |
//! | `state` | what deposits are made of: all records as of one position of the log |
//! | `from_record` | what a deposit says of a record |
//! | [`into_record`] | records of what a deposit says |
//! | `check` | what a deposit must be beyond its schemas |
//! | `difference` | what has come, changed and gone between two states |
//! | `full` | which objects are in a full deposit, in which order |
//! | `report` | what is said about a deposit: by the registry, by its agent |
//! | `interface` | what ICANN answers to reports |
//! | [`schedule`] | which deposit is due |
//! | `xml` | the XML model, written and read as a stream |
//! | `csv` | the CSV model, likewise |
//! | [`package`] | what the files of a deposit must be, beside what is in them |
//! | [`pack`] | files, archives and OpenPGP messages around it |

mod check;
pub mod csv;
mod definition;
mod difference;
mod from_record;
mod full;
mod interface;
pub mod into_record;
mod models;
mod object;
pub mod pack;
pub mod package;
mod report;
pub mod schedule;
mod state;
pub mod xml;

pub use check::{Case, Checker, Finding};
pub use definition::{CsvFile, Definition, Definitions, Field};
pub use difference::{Changed, Difference};
pub use full::{Announced, Full};
pub use interface::{InterfaceResult, ResultCode};
pub use models::{Model, Models};
pub use object::{
    Actor, Contact, Dcp, DcpExpiry, DcpStatement, Delete, Deposit, DepositKind, Domain, EppParams, Header, History,
    Host, IdnTable, NameServers, Nndn, NndnState, Object, ObjectCount, ObjectKind, Policy, Registrar, RegistrarState,
    Repository, Stated, Transfer,
};
pub use report::{Notification, NotificationStatus, Report};
pub use state::State;
