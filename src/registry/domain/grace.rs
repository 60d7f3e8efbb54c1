//! Grace periods: what begins one, and what a delete in one takes back (RFC 3915, section 3.1).

use crate::base::timestamp::Timestamp;
use crate::model::record::{Domain, Grace, GraceKind};

/// The period of so many days that begins now, for something that added `months`; `None` where there is none.
pub(super) fn begun(kind: GraceKind, now: Timestamp, days: u32, months: u32) -> Option<Grace> {
    (days > 0).then(|| Grace { kind, until: now.plus_days(i64::from(days)), months })
}

/// The domain is in that period from now on. Those that have ended are forgotten.
pub(super) fn begin(domain: &mut Domain, kind: GraceKind, now: Timestamp, days: u32, months: u32) {
    domain.grace.retain(|grace| now < grace.until);
    domain.grace.extend(begun(kind, now, days, months));
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
