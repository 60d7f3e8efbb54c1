//! The words of the fee extension (RFC 8748): what a client asks and acknowledges, and what it is told.

use std::borrow::Cow;

use crate::model::command::Period;
use crate::model::money::{Currency, Decimal};

/// `fee:check` (section 5.1.1).
#[derive(Clone, Debug, PartialEq)]
pub struct FeeCheck {
    /// fee:currency, as sent; three capital letters.
    pub currency: Option<String>,
    /// fee:command: one at least.
    pub commands: Vec<FeeQuestion>,
}

/// `fee:commandType`.
#[derive(Clone, Debug, PartialEq)]
pub struct FeeQuestion {
    /// name.
    pub command: FeeCommand,
    /// customName.
    pub custom: Option<String>,
    /// phase.
    pub phase: Option<String>,
    /// subphase.
    pub subphase: Option<String>,
    /// fee:period.
    pub period: Option<Period>,
}

/// `fee:commandEnum`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeeCommand {
    /// `create`.
    Create,
    /// `delete`.
    Delete,
    /// `renew`.
    Renew,
    /// `update`.
    Update,
    /// `transfer`.
    Transfer,
    /// `restore`.
    Restore,
    /// `custom`.
    Custom,
}

impl FeeCommand {
    /// Every value.
    pub const ALL: [Self; 7] =
        [Self::Create, Self::Delete, Self::Renew, Self::Update, Self::Transfer, Self::Restore, Self::Custom];

    /// The value as EPP writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Delete => "delete",
            Self::Renew => "renew",
            Self::Update => "update",
            Self::Transfer => "transfer",
            Self::Restore => "restore",
            Self::Custom => "custom",
        }
    }
}

/// `fee:transformCommandType`: what a client is willing to pay.
#[derive(Clone, Debug, PartialEq)]
pub struct FeeOffer {
    /// fee:currency, as sent; three capital letters.
    pub currency: Option<String>,
    /// The sum of fee:fee and fee:credit.
    pub total: Decimal,
    /// The first fee:fee as it was sent, for refusals.
    pub shown: String,
}

/// `fee:chkData`.
#[derive(Clone, Debug, PartialEq)]
pub struct FeesChecked<'v> {
    /// fee:currency.
    pub currency: Currency,
    /// fee:cd, one for each name that was asked for, in order.
    pub objects: Vec<FeesOf<'v>>,
}

/// `fee:objectCDType`.
#[derive(Clone, Debug, PartialEq)]
pub struct FeesOf<'v> {
    /// fee:objID.
    pub object: Cow<'v, str>,
    /// fee:class; empty: `standard`. `None` when it has none, as a name that can never be registered.
    pub class: Option<Cow<'v, str>>,
    /// fee:command. `avail` is whether none of them, nor the object, has a reason.
    pub commands: Vec<FeeAnswer<'v>>,
    /// fee:reason of the object, which has no commands then.
    pub reason: Option<&'static str>,
}

/// `fee:commandDataType`.
#[derive(Clone, Debug, PartialEq)]
pub struct FeeAnswer<'v> {
    /// What was asked.
    pub question: &'v FeeQuestion,
    /// fee:period: as asked, or the default; `None` for a restore.
    pub period: Option<Period>,
    /// fee:fee and fee:credit; none: it costs nothing.
    pub lines: Vec<FeeLine>,
    /// fee:reason: why there is no fee to tell.
    pub reason: Option<Cow<'static, str>>,
    /// standard.
    pub standard: bool,
}

/// `fee:feeType` or `fee:creditType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeeLine {
    /// Above zero a fee, below zero a credit, in the currency beside it.
    pub amount: i64,
    /// description.
    pub description: &'static str,
    /// grace-period of a fee that is refundable, in days; `None` for one that is not.
    pub grace_days: Option<u32>,
}

/// `fee:transformResultType`: what a command has cost.
#[derive(Clone, Debug, PartialEq)]
pub struct Bill {
    /// fee:currency.
    pub currency: Currency,
    /// fee:period, where the answer tells it.
    pub months: Option<u32>,
    /// fee:fee and fee:credit.
    pub lines: Vec<FeeLine>,
    /// fee:balance and fee:creditLimit; `None` where nothing was charged yet.
    pub account: Option<AccountState>,
}

/// What an account can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountState {
    /// fee:balance.
    pub balance: i64,
    /// fee:creditLimit.
    pub credit_limit: i64,
}
