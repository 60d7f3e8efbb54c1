//! What was deposited with an escrow agent: which state, when, and what became of it (Specification 2 of ICANN's base registry
//! agreement).

use rkyv::{Archive, Deserialize, Serialize};

use crate::base::timestamp::Timestamp;

/// The newest deposits of a TLD, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct EscrowHistory {
    /// The TLD.
    pub tld: String,
    /// Its deposits.
    pub deposits: Vec<EscrowNote>,
}

/// A deposit that was made.
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct EscrowNote {
    /// Its id, which no other deposit of the TLD has.
    pub id: String,
    /// The id of the one that it is the difference to.
    pub previous: Option<String>,
    /// How much is in it.
    pub kind: DepositKind,
    /// The moment whose state it tells.
    pub watermark: Timestamp,
    /// How many deposits of that moment the agent has refused before.
    pub resend: u32,
    /// Sequence of the last transaction in it.
    pub sequence: u64,
    /// SHA-256 of its document.
    pub sha256: [u8; 32],
    /// When it was made.
    pub made: Timestamp,
    /// The files for the agent, in the directory of the TLD.
    pub files: Vec<String>,
    /// When the agent had all of them.
    pub delivered: Option<Timestamp>,
    /// When ICANN had accepted the report of it.
    pub reported: Option<Timestamp>,
    /// What the agent has found.
    pub verdict: Option<EscrowVerdict>,
}

/// How much of a state is in a deposit (RFC 8909, section 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
#[rkyv(derive(Clone, Copy, Debug, PartialEq, Eq))]
#[repr(u8)]
pub enum DepositKind {
    /// FULL: everything.
    Full,
    /// DIFF: what has changed since the deposit before, full or not.
    Differential,
    /// INCR: what has changed since the last full deposit.
    Incremental,
}

impl DepositKind {
    /// The value as XML writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Full => "FULL",
            Self::Differential => "DIFF",
            Self::Incremental => "INCR",
        }
    }
}

/// What an escrow agent has found (`rdeNotification`: DVPN or DVFN).
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct EscrowVerdict {
    /// Whether it was in order.
    pub passed: bool,
    /// When that was told.
    pub told: Timestamp,
}

impl EscrowNote {
    /// Whether a difference to it may be deposited: the agent has it, as far as is known.
    pub fn is_good(&self) -> bool {
        self.verdict.as_ref().is_none_or(|verdict| verdict.passed)
    }
}

impl EscrowHistory {
    /// The deposit with that id.
    pub fn note(&self, id: &str) -> Option<&EscrowNote> {
        self.deposits.iter().find(|note| note.id == id)
    }
}
