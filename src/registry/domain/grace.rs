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
pub(in crate::registry) struct Begun {
    /// What it is.
    pub(in crate::registry) kind: GraceKind,
    /// Days that the period has; none: there is no period.
    pub(in crate::registry) days: u32,
    /// Months that were paid for.
    pub(in crate::registry) months: u32,
    /// The expiry before it.
    pub(in crate::registry) before: Timestamp,
    /// What was charged.
    pub(in crate::registry) fee: i64,
}

/// The domain is in that period from now on. Those that have ended are forgotten.
pub(in crate::registry) fn begin(domain: &mut Domain, now: Timestamp, begun: Begun) {
    let Begun { kind, days, months, before, fee } = begun;
    domain.grace.retain(|grace| now < grace.until);
    if days > 0 {
        let added = domain.expires.micros() - before.micros();
        domain.grace.push(Grace { kind, until: now.plus_days(i64::from(days)), months, added, fee });
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

/// Takes the auto-renewals back that are in their period and that a term of so many months makes good for, the latest first; the
/// expiry is as if they had not been.
pub(super) fn absorb(domain: &mut Domain, months: u32, now: Timestamp) -> Vec<Grace> {
    let mut absorbed: Vec<Grace> = Vec::new();
    let is_running = |grace: &Grace| grace.kind == GraceKind::AutoRenew && now < grace.until;
    while let Some(place) = domain.grace.iter().rposition(is_running) {
        let sum: u32 = absorbed.iter().map(|grace| grace.months).sum();
        if sum + domain.grace[place].months > months {
            break;
        }
        absorbed.push(domain.grace.remove(place));
    }
    take_back(domain, &absorbed);
    absorbed
}

/// The expiry is as if these had not begun.
pub(super) fn take_back(domain: &mut Domain, ended: &[Grace]) {
    let added: i64 = ended.iter().map(|grace| grace.added).sum();
    domain.expires = Timestamp::from_micros(domain.expires.micros() - added);
}
