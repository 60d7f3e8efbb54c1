//! The records of money: what names cost, what each registrar may owe, and every charge, refund and payment there ever was.
//! Amounts are smallest units of the currency beside them ([`crate::model::money`]).
//!
//! Lines are only ever added: no change removes or replaces one. The balance of an account is their sum, kept as a record that
//! derives from them.

use rkyv::{Archive, Deserialize, Serialize};

use crate::base::timestamp::Timestamp;
use crate::model::money::Currency;

/// What names of one TLD cost.
#[derive(Clone, Debug, Default, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct PriceList {
    /// The TLD.
    pub tld: String,
    /// Ascending by currency, class and beginning.
    pub prices: Vec<Price>,
}

/// What names of one class cost in one currency, from a moment on until the next price of the same class and currency.
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct Price {
    /// The currency.
    pub currency: Currency,
    /// The premium class; empty: every name without one.
    pub class: String,
    /// From when on.
    pub from: Timestamp,
    /// Of the first year of a registration, the second, and so on; the last one is also that of all further years.
    pub create: Vec<i64>,
    /// Of the years of a renewal, by client or registry, in the same way.
    pub renew: Vec<i64>,
    /// Of the years that a transfer adds, in the same way; the first one also where it adds none.
    pub transfer: Vec<i64>,
    /// Of a restore, beside the renewal of what has expired meanwhile.
    pub restore: i64,
}

impl ArchivedPriceList {
    /// The price of a class in a currency at a moment.
    pub fn at(&self, currency: Currency, class: &str, now: Timestamp) -> Option<&ArchivedPrice> {
        let mut of_class = self.prices.iter().filter(|price| price.currency.get() == currency && price.class == class);
        of_class.rfind(|price| price.from.get() <= now)
    }
}

/// What a registrar pays in, and how far it may go into debt.
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct Account {
    /// The registrar.
    pub clid: String,
    /// The currency of all its lines.
    pub currency: Currency,
    /// How far below zero its balance may go by what it commands.
    pub credit_limit: i64,
    /// It is told when what it can still spend falls below this.
    pub threshold: Option<Threshold>,
    /// When it was opened.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Option<Timestamp>,
}

/// What a registrar is warned at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
#[rkyv(derive(Clone, Copy, Debug))]
pub enum Threshold {
    /// An amount.
    Fixed(i64),
    /// So many hundredths of the credit limit.
    Percent(u32),
}

impl ArchivedThreshold {
    /// The threshold as a native value.
    pub const fn get(self) -> Threshold {
        match self {
            Self::Fixed(amount) => Threshold::Fixed(amount.to_native()),
            Self::Percent(percent) => Threshold::Percent(percent.to_native()),
        }
    }
}

impl Threshold {
    /// The amount that it stands for.
    pub const fn amount(self, credit_limit: i64) -> i64 {
        match self {
            Self::Fixed(amount) => amount,
            Self::Percent(percent) => (credit_limit as i128 * percent as i128 / 100) as i64,
        }
    }
}

/// A line of a registrar's billing ledger.
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct BillingLine {
    /// Whose.
    pub registrar: String,
    /// Its place among the registrar's lines, from 1.
    pub number: u64,
    /// When.
    pub time: Timestamp,
    /// What for.
    pub kind: BillingKind,
    /// Above zero what the registrar gets, below zero what it pays.
    pub amount: i64,
    /// Of what.
    pub currency: Currency,
    /// The domain it is about; empty for payments.
    pub object: String,
    /// The domain's TLD.
    pub tld: String,
    /// The domain's premium class; empty: none.
    pub class: String,
    /// Months that were bought or given back.
    pub months: u32,
    /// The command that caused it, as the log names it.
    pub command: String,
    /// The account of the operator that commanded it; empty when none did.
    pub operator: String,
    /// The command's clTRID.
    pub cl_trid: Option<String>,
    /// The command's svTRID.
    pub sv_trid: String,
    /// Why, for people; mostly empty.
    pub reason: String,
}

/// What a line of a billing ledger is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Archive, Serialize, Deserialize)]
#[rkyv(derive(Clone, Copy, Debug, PartialEq, Eq))]
#[repr(u8)]
pub enum BillingKind {
    /// A registration.
    Create,
    /// A renewal by the client.
    Renew,
    /// A renewal by the registry, at expiry.
    AutoRenew,
    /// A transfer.
    Transfer,
    /// A restore.
    Restore,
    /// One of the others, given back.
    Refund,
    /// Money that has come in.
    Payment,
    /// What an operator puts right, either way.
    Correction,
}

impl BillingKind {
    /// The kind as people and reports read it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Renew => "renew",
            Self::AutoRenew => "auto-renew",
            Self::Transfer => "transfer",
            Self::Restore => "restore",
            Self::Refund => "refund",
            Self::Payment => "payment",
            Self::Correction => "correction",
        }
    }
}

impl ArchivedBillingKind {
    /// The kind as a native value.
    pub const fn get(self) -> BillingKind {
        match self {
            Self::Create => BillingKind::Create,
            Self::Renew => BillingKind::Renew,
            Self::AutoRenew => BillingKind::AutoRenew,
            Self::Transfer => BillingKind::Transfer,
            Self::Restore => BillingKind::Restore,
            Self::Refund => BillingKind::Refund,
            Self::Payment => BillingKind::Payment,
            Self::Correction => BillingKind::Correction,
        }
    }
}

/// The sum of a registrar's lines. Derived.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct Balance {
    /// Their sum.
    pub amount: i64,
    /// How many there are; so the number of the last one.
    pub lines: u64,
}

/// Whose fees a client must acknowledge by the fee extension (RFC 8748, section 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
#[rkyv(derive(Clone, Copy, Debug, PartialEq, Eq))]
#[repr(u8)]
pub enum FeePolicy {
    /// Those of names of a premium class.
    Premium,
    /// All.
    Always,
}

impl ArchivedFeePolicy {
    /// The policy as a native value.
    pub const fn get(self) -> FeePolicy {
        match self {
            Self::Premium => FeePolicy::Premium,
            Self::Always => FeePolicy::Always,
        }
    }
}
