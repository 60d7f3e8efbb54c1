//! The removal of a domain: its stages, and its end (RFC 3915, section 2).

use crate::base::timestamp::Timestamp;
use crate::model::record::{ArchivedDomain, ArchivedPeriods, Asked, Kind, Removal, RemovalStage};
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::notes;

/// The removal that begins now; `None` in a TLD that has neither redemption nor pending delete.
pub(super) fn begun(periods: &ArchivedPeriods, now: Timestamp, asked: Option<Asked>) -> Option<Removal> {
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

/// What remains of a domain: nothing.
pub(super) fn purge<V: View>(view: &V, domain: &ArchivedDomain) -> Vec<Change> {
    let notes = notes::delete(view, Kind::Domain, domain.name.as_bytes(), domain.statuses.get());
    std::iter::once(Change::DeleteDomain { name: domain.name.to_string() }).chain(notes).collect()
}
