//! Locks: several server statuses at once, for one cause, and back to what was.

use crate::model::change::{CaseKind, ChangeOperation};
use crate::model::operator::{LockChange, OperatorRefusal};
use crate::model::record::{Domain, Kind, Lock, LockCause, StatusNote};
use crate::model::status::{Status, Statuses};
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::changed::{self, Done, Object};
use crate::registry::operator::{case, domain_of, line, said};
use crate::registry::{Cause, domain, notes};

/// As whom the registry sets a lock.
const fn who(cause: LockCause) -> &'static str {
    match cause {
        LockCause::Urs => "URS Admin",
        LockCause::Abuse => "Abuse Desk",
    }
}

/// `lock-set`. A pending transfer comes to nothing, since the lock forbids it.
///
/// # Errors
/// No such domain; locked for that cause already; it is being deleted.
pub(crate) fn set<V: View>(view: &V, cause: &Cause<'_>, lock: &LockChange) -> Result<Vec<Change>, OperatorRefusal> {
    let (mut domain, why) = (domain_of(view, &lock.name)?, lock.cause.0);
    let (reason, case) = (line("reason", lock.reason.as_deref())?, case(lock.case.as_deref())?);
    let name = domain.name.clone();
    if domain.locks.iter().any(|known| known.cause == why) {
        return Err(OperatorRefusal::Unchanged {
            state: format!("domain {name} is locked for {} already", why.name()),
        });
    }
    if domain.statuses.has(Status::PendingDelete) {
        let why = format!("domain {name} is being deleted; restore it first (admin domain restore)");
        return Err(OperatorRefusal::Conflict { why });
    }
    let before = domain.statuses;
    let mut changes = Vec::new();
    domain::transfer::halt(view, cause, &mut changes, &mut domain);
    let all = Statuses::of(why.statuses());
    let added = Statuses::of(&all.iter().filter(|status| !before.has(*status)).collect::<Vec<_>>());
    domain.statuses = domain.statuses.or(added);
    domain.locks.push(Lock { cause: why, added, since: cause.now, case: case.to_owned() });
    let text = format!("The registry locked domain {name} ({}){}.", why.name(), said(reason));
    let written = added.iter().filter_map(|status| notes::reason(status, reason)).collect();
    finish(view, cause, &mut changes, before, domain, written);
    tell(view, cause, &mut changes, &lock_done(why, case, reason), &text);
    Ok(changes)
}

/// `lock-unset`: the statuses that the lock added go, but for those that another lock wants too.
///
/// # Errors
/// No such domain; not locked for that cause.
pub(crate) fn unset<V: View>(view: &V, cause: &Cause<'_>, lock: &LockChange) -> Result<Vec<Change>, OperatorRefusal> {
    let (mut domain, why) = (domain_of(view, &lock.name)?, lock.cause.0);
    let (reason, given) = (line("reason", lock.reason.as_deref())?, case(lock.case.as_deref())?);
    let name = domain.name.clone();
    let Some(place) = domain.locks.iter().position(|known| known.cause == why) else {
        return Err(OperatorRefusal::Unchanged { state: format!("domain {name} is not locked for {}", why.name()) });
    };
    let ended = domain.locks.remove(place);
    let before = domain.statuses;
    for status in ended.added.iter() {
        // The one that is left has it from now on.
        match domain.locks.iter_mut().find(|other| other.cause.statuses().contains(&status)) {
            Some(other) => other.added = other.added.with(status),
            None => domain.statuses = domain.statuses.without(status),
        }
    }
    let case = if given.is_empty() { ended.case.as_str() } else { given };
    let text = format!("The registry unlocked domain {name} ({}){}.", why.name(), said(reason));
    let mut changes = Vec::new();
    finish(view, cause, &mut changes, before, domain, Vec::new());
    tell(view, cause, &mut changes, &lock_done(why, case, reason), &text);
    Ok(changes)
}

fn lock_done<'a>(why: LockCause, case: &'a str, reason: &'a str) -> Done<'a> {
    let kind = match why {
        LockCause::Urs => CaseKind::Urs,
        LockCause::Abuse => CaseKind::Custom,
    };
    Done { who: who(why), case: (kind, case), reason, ..Done::plain(ChangeOperation::Update) }
}

/// The domain as it is now, with its status notes; what `changes` did to it before is overwritten.
fn finish<V: View>(
    view: &V,
    cause: &Cause<'_>,
    changes: &mut Vec<Change>,
    before: Statuses,
    mut domain: Domain,
    written: Vec<StatusNote>,
) {
    (domain.updated, domain.updater) = (Some(cause.now), None);
    let notes = notes::change(view, Kind::Domain, domain.name.as_bytes(), (before, domain.statuses), written);
    changes.push(Change::PutDomain(domain));
    changes.extend(notes);
}

fn tell<V: View>(view: &V, cause: &Cause<'_>, changes: &mut Vec<Change>, done: &Done<'_>, text: &str) {
    let last = changes.iter().rev().find_map(|change| match change {
        Change::PutDomain(domain) => Some(domain.clone()),
        _ => None,
    });
    if let Some(domain) = last {
        changed::tell(view, cause, changes, &domain.sponsor, &Object::Domain(&domain), *done, text);
    }
}
