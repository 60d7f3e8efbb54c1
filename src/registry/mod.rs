//! Floor 2: the rules. One file per operation; each reads a view, a command and a moment, and yields what changes or why not.
//!
//! Nothing here reads a clock, a random source, a file or a socket: time, randomness and the transaction's sequence
//! arrive in [`Request`]. Every operation keeps the same five beats: load, verify, change, record, answer.

pub mod decide;
pub mod due;
pub mod invariants;
pub mod login;
pub mod operator;
pub mod query;

mod billing;
mod changed;
mod checks;
mod contact;
mod domain;
mod host;
mod launch;
mod listed;
mod maintenance;
mod maintenance_news;
mod new_auth;
mod notes;
mod orphans;
mod poll;
mod tariff;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod token;
mod ttl;
#[cfg(test)]
pub(crate) mod workload;

use crate::base::timestamp::Timestamp;
use crate::model::answer::{Answer, Success};
use crate::model::auth::SALT_BYTES;
use crate::model::transaction::Change;

/// Who asks for a transform, when, and the randomness and numbers it may use.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// clID of the registrar that asks.
    pub clid: &'a str,
    /// The moment of the decision.
    pub now: Timestamp,
    /// The sequence of the transaction to be; the object id of what it creates.
    pub sequence: u64,
    /// Random octets, fresh for this request.
    pub salt: [u8; SALT_BYTES],
    /// The part after the hyphen of the ROIDs of hosts and contacts (a domain's comes from its TLD).
    pub repository_id: &'a str,
    /// The client's transaction identifier.
    pub cl_trid: Option<&'a str>,
    /// The server's.
    pub sv_trid: &'a str,
}

impl<'a> Request<'a> {
    /// What the transaction of that command is known by.
    fn cause(&self, command: &'a str) -> Cause<'a> {
        Cause { command, operator: "", cl_trid: self.cl_trid, sv_trid: self.sv_trid, now: self.now.trunc_millis() }
    }
}

/// What a transaction is known by: for the lines that it adds to billing ledgers, and for whom it tells.
#[derive(Clone, Copy, Debug)]
pub struct Cause<'a> {
    /// The command, as the log names it.
    pub command: &'a str,
    /// The account of the operator that commanded it; empty: none did.
    pub operator: &'a str,
    /// The client's transaction identifier.
    pub cl_trid: Option<&'a str>,
    /// The server's.
    pub sv_trid: &'a str,
    /// The moment of the decision, to the millisecond.
    pub now: Timestamp,
}

/// Who asks a query, and when.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    /// clID of the registrar that asks.
    pub clid: &'a str,
    /// The moment of the question.
    pub now: Timestamp,
}

/// What a transform that succeeds changes and says.
pub struct Decision {
    /// What changes, in order.
    pub changes: Vec<Change>,
    /// The result code.
    pub success: Success,
    /// The response data.
    pub answer: Answer<'static>,
}
