//! What is noted of deposits, by the schedule and by operators.

use serde::{Deserialize, Serialize};

use crate::model::escrow::EscrowNote;

/// A deposit was made.
#[derive(Clone, Debug, PartialEq)]
pub struct EscrowMade {
    /// The TLD.
    pub tld: String,
    /// The deposit.
    pub note: EscrowNote,
}

/// Something has become of a deposit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EscrowStep {
    /// The TLD.
    pub tld: String,
    /// The deposit.
    pub id: String,
    /// What.
    pub what: EscrowProgress,
}

/// What becomes of a deposit once it is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EscrowProgress {
    /// The agent has all files.
    Delivered,
    /// ICANN has accepted the report.
    Reported,
}

/// `escrow-verdict`: what the agent has found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EscrowVerdictSet {
    /// The TLD.
    pub tld: String,
    /// The deposit.
    pub id: String,
    /// Whether it was in order (DVPN), or was not (DVFN).
    pub passed: bool,
}
