//! Records that follow from others: link counts, subordinate hosts, poll queues, directories. Only [`crate::model::fold`] writes
//! them, and no log ever holds one.

use rkyv::{Archive, Deserialize, Serialize};

/// Which host has a name. Derived.
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct HostRef {
    /// The host's object id.
    pub id: u64,
}

/// How many references there are. Derived.
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct Count {
    /// Never zero: a count of zero is no record.
    pub count: u64,
}

/// The hosts below a domain. Derived.
#[derive(Clone, Debug, Default, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct Subordinates {
    /// Object ids, ascending.
    pub hosts: Vec<u64>,
}

/// Where a registrar's poll queue begins and ends. Derived.
#[derive(Clone, Debug, Default, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct PollQueue {
    /// Number of the oldest message; equals `next` when the queue is empty.
    pub first: u64,
    /// Number the next message gets.
    pub next: u64,
    /// Messages waiting.
    pub count: u64,
}

/// The messages of one registrar's queue about the transfers of one object. Derived; no record when there are none, nor for
/// messages that a version without this kind queued.
#[derive(Clone, Debug, Default, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct PollAbout {
    /// Their numbers, ascending.
    pub numbers: Vec<u64>,
}

/// Numbers in turn whose messages have left a queue, kept at both ends, so that nobody walks through them one by one.
/// Derived; there may be none where a version without this kind deleted the messages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct PollGap {
    /// The lowest.
    pub first: u64,
    /// The highest.
    pub last: u64,
}

/// The names in one TLD that are variants of each other by one table. Derived.
#[derive(Clone, Debug, Default, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct Variants {
    /// Ascending.
    pub names: Vec<String>,
}

/// The keys of all records of one kind. Derived; only for kinds with few records.
#[derive(Clone, Debug, Default, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct Directory {
    /// Ascending.
    pub names: Vec<String>,
}

/// Which token has a place in a batch. Derived.
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct TokenRef {
    /// What the client gives.
    pub token: String,
}

/// Which contact has a ROID. Derived.
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct ContactRef {
    /// Its handle (`contact:id`).
    pub id: String,
}

/// Which client of RDAP has a credential. Derived.
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct RdapClientRef {
    /// Its name.
    pub name: String,
}

/// Which registrar has an IANA id. Derived.
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct RegistrarRef {
    /// Its clID.
    pub clid: String,
}
