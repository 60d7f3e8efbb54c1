//! Grace periods: what begins one, and what a delete in one takes back (RFC 3915, section 3.1).

use crate::base::timestamp::Timestamp;
use crate::model::fee::FeeLine;
use crate::model::record::{BillingKind, Domain, Grace, GraceKind};
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::Cause;
use crate::registry::billing::{self, Posting};

/// What begins a period: months added, at a fee.
#[derive(Clone, Copy)]
pub(super) struct Begun {
    /// What it is.
    pub(super) kind: GraceKind,
    /// Days that the period has; none: there is no period.
    pub(super) days: u32,
    /// Months that were added.
    pub(super) months: u32,
    /// What was charged.
    pub(super) fee: i64,
}

/// The domain is in that period from now on. Those that have ended are forgotten.
pub(super) fn begin(domain: &mut Domain, now: Timestamp, begun: Begun) {
    let Begun { kind, days, months, fee } = begun;
    domain.grace.retain(|grace| now < grace.until);
    if days > 0 {
        domain.grace.push(Grace { kind, until: now.plus_days(i64::from(days)), months, fee });
    }
}

/// What a client reads of the fee of a period that it gets back.
pub(super) const fn credit(kind: GraceKind, fee: i64) -> FeeLine {
    let description = match kind {
        GraceKind::Add => "Registration Credit",
        GraceKind::AutoRenew => "Auto-Renewal Credit",
        GraceKind::Renew => "Renewal Credit",
        GraceKind::Transfer => "Transfer Credit",
    };
    FeeLine { amount: -fee, description, grace_days: None }
}

/// Gives back what was charged for a period that was running.
pub(super) fn refund<V: View>(view: &V, cause: &Cause<'_>, changes: &mut Vec<Change>, domain: &Domain, ended: &Grace) {
    let posting = Posting {
        clid: &domain.sponsor,
        kind: BillingKind::Refund,
        amount: ended.fee,
        domain: Some(domain),
        months: ended.months,
        reason: credit(ended.kind, ended.fee).description,
    };
    billing::post(view, cause, changes, posting);
}

/// Ends all periods; gives back those that were running.
pub(super) fn end(domain: &mut Domain, now: Timestamp) -> Vec<Grace> {
    std::mem::take(&mut domain.grace).into_iter().filter(|grace| now < grace.until).collect()
}

/// The months of a running period of that kind, of the latest one; the period is over then.
pub(super) fn take(domain: &mut Domain, kind: GraceKind, now: Timestamp) -> Option<Grace> {
    let place = domain.grace.iter().rposition(|grace| grace.kind == kind && now < grace.until)?;
    Some(domain.grace.remove(place))
}
