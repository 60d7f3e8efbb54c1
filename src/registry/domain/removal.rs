//! The removal of a domain: its stages, and its end (RFC 3915, section 2).

use crate::base::timestamp::Timestamp;
use crate::model::record::{
    ArchivedPeriods, ArchivedTld, Asked, Domain, Grace, GraceKind, Kind, Removal, RemovalStage,
};
use crate::model::status::{Status, Statuses};
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::domain::grace;
use crate::registry::launch::marks;
use crate::registry::{Cause, notes, orphans};

/// The removal that begins now; `None` in a TLD that has neither redemption nor pending delete.
fn begun(periods: &ArchivedPeriods, now: Timestamp, asked: Option<Asked>) -> Option<Removal> {
    match (periods.redemption.to_native(), periods.pending_delete.to_native()) {
        (0, 0) => None,
        (0, _) => Some(deletion(periods, now, now, asked)),
        _ => Some(redemption(periods, now, now, asked)),
    }
}

/// The redemption that begins now, of a domain that was deleted then.
pub(super) fn redemption(
    periods: &ArchivedPeriods,
    now: Timestamp,
    deleted: Timestamp,
    asked: Option<Asked>,
) -> Removal {
    let until = now.plus_days(i64::from(periods.redemption.to_native()));
    let purge = until.plus_days(i64::from(periods.pending_delete.to_native()));
    Removal { stage: RemovalStage::Redemption, deleted, until, purge, asked }
}

/// The pending delete that begins now.
fn deletion(periods: &ArchivedPeriods, now: Timestamp, deleted: Timestamp, asked: Option<Asked>) -> Removal {
    let purge = now.plus_days(i64::from(periods.pending_delete.to_native()));
    Removal { stage: RemovalStage::Deletion, deleted, until: purge, purge, asked }
}

/// Removes a domain: at once in its add grace period and in a TLD without periods, and else by way of them; then it is left
/// with its removal. `stored` are the statuses that its record has. What was begun in the grace periods that ran is taken back, and what was paid for it; these are given back.
pub(in crate::registry) fn remove<V: View>(
    view: &V,
    tld: &ArchivedTld,
    cause: &Cause<'_>,
    changes: &mut Vec<Change>,
    (domain, stored): (&mut Domain, Statuses),
    asked: Option<Asked>,
) -> Vec<Grace> {
    let running = grace::end(domain, cause.now);
    let created = running.iter().any(|grace| grace.kind == GraceKind::Add);
    match begun(&tld.periods, cause.now, asked).filter(|_| !created) {
        None => changes.extend(purge(view, &domain.name, stored, cause.now)),
        Some(removal) => {
            grace::take_back(domain, &running);
            domain.statuses = domain.statuses.with(Status::PendingDelete);
            domain.removal = Some(removal);
            changes.push(Change::PutDomain(domain.clone()));
        }
    }
    for ended in &running {
        grace::refund(view, cause, changes, domain, ended);
    }
    running
}

/// What remains of a domain with these stored statuses: nothing.
pub(in crate::registry) fn purge<V: View>(view: &V, name: &str, stored: Statuses, now: Timestamp) -> Vec<Change> {
    let notes = notes::delete(view, Kind::Domain, name.as_bytes(), stored);
    let mut changes: Vec<Change> =
        std::iter::once(Change::DeleteDomain { name: name.to_owned() }).chain(notes).collect();
    changes.extend(view.domain(name).and_then(|domain| marks::forget(view, domain)));
    // No contact begins to go where they are kept for ever.
    if view.policy().orphan_contact_days > 0 {
        orphans::relinked(view, now, &mut changes, view.domain(name), None);
    }
    changes
}
