//! Floor 2: what a registry deposits with an escrow agent, and how it is read again (Specification 2 of ICANN's base registry
//! agreement; RFC 8909, RFC 9022).
//!
//! | file | idea |
//! | --- | --- |
//! | `object` | what a deposit says, in neither of its two models |
//! | [`pack`] | files, archives and OpenPGP messages around it |

mod object;
pub mod pack;

pub use object::{
    Actor, Contact, Dcp, DcpExpiry, DcpStatement, Delete, Deposit, DepositKind, Domain, EppParams, Header, History,
    Host, IdnTable, NameServers, Nndn, NndnState, Object, ObjectCount, ObjectKind, Policy, Registrar, RegistrarState,
    Repository, Stated, Transfer,
};
