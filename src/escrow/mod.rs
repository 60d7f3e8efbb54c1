//! Floor 2: what a registry deposits with an escrow agent, and how it is read again (Specification 2 of ICANN's base registry
//! agreement; RFC 8909, RFC 9022).
//!
//! | file | idea |
//! | --- | --- |
//! | `object` | what a deposit says, in neither of its two models |
//! | `state` | what deposits are made of: all records as of one position of the log |
//! | `from_record` | what a deposit says of a record |
//! | [`into_record`] | records of what a deposit says |
//! | `check` | what a deposit must be beyond its schemas |
//! | `full` | which objects are in a full deposit, in which order |
//! | `xml` | the XML model, written and read as a stream |

mod check;
mod from_record;
mod full;
pub mod into_record;
mod object;
mod state;
pub mod xml;

pub use check::{Case, Checker, Finding};
pub use full::{Announced, Full};
pub use object::{
    Actor, Contact, Dcp, DcpExpiry, DcpStatement, Delete, Deposit, DepositKind, Domain, EppParams, Header, History,
    Host, IdnTable, NameServers, Nndn, NndnState, Object, ObjectCount, ObjectKind, Policy, Registrar, RegistrarState,
    Repository, Stated, Transfer,
};
pub use state::State;
