//! Server statuses: an operator sets and removes them, and the sponsoring client is told. The reason stays beside the
//! status for as long as the object has it.

use crate::base::timestamp::Timestamp;
use crate::model::change::ChangeOperation;
use crate::model::operator::{ObjectKind, OperatorRefusal, StatusChange};
use crate::model::record::{Kind, StatusNote};
use crate::model::status::{Status, Statuses};
use crate::model::transaction::Change;
use crate::model::view::{View, key};
use crate::registry::changed::{self, Done, Object};
use crate::registry::operator::{contact_of, domain_of, host_of, invalid, line};
use crate::registry::{Cause, notes};

/// `status-set` (`set`) and `status-unset`.
///
/// # Errors
/// A status that the registry does not set on such an object; no such object; nothing to do; a pending action that the
/// status must not be combined with.
pub(crate) fn change<V: View>(
    view: &V,
    cause: &Cause<'_>,
    change: &StatusChange,
    set: bool,
) -> Result<Vec<Change>, OperatorRefusal> {
    let status = change.status.0;
    if !settable(change.object).contains(&status) {
        let names: Vec<_> = settable(change.object).iter().map(|status| status.name()).collect();
        return Err(invalid("status", status.name(), format!("one of {}", names.join(", "))));
    }
    let reason = line("reason", change.reason.as_deref())?;
    let note = if set { notes::reason(status, reason) } else { None };
    let (object, notes) = changed_object(view, cause.now, change, set, note)?;
    let mut changes: Vec<Change> = std::iter::once(object.clone()).chain(notes).collect();
    let (sponsor, object) = match &object {
        Change::PutDomain(domain) => (&domain.sponsor, Object::Domain(domain)),
        Change::PutHost(host) => (&host.sponsor, Object::Host(host)),
        Change::PutContact(contact) => (&contact.sponsor, Object::Contact(contact)),
        _ => return Ok(changes),
    };
    let done = Done { reason, ..Done::plain(ChangeOperation::Update) };
    changed::tell(view, cause, &mut changes, sponsor, &object, done, &text(change, set, reason));
    Ok(changes)
}

/// What the registry sets on an object (RFC 5731, section 2.3; RFC 5732, section 2.3; RFC 5733, section 2.2).
const fn settable(object: ObjectKind) -> &'static [Status] {
    match object {
        ObjectKind::Domain => &[
            Status::ServerDeleteProhibited,
            Status::ServerHold,
            Status::ServerRenewProhibited,
            Status::ServerTransferProhibited,
            Status::ServerUpdateProhibited,
        ],
        ObjectKind::Host => &[Status::ServerDeleteProhibited, Status::ServerUpdateProhibited],
        ObjectKind::Contact => {
            &[Status::ServerDeleteProhibited, Status::ServerTransferProhibited, Status::ServerUpdateProhibited]
        }
    }
}

/// The object with its statuses changed and what becomes of its notes when `note` joins. `upDate` says when; `upID` names clients, of which the registry
/// is none, so it goes.
fn changed_object<V: View>(
    view: &V,
    now: Timestamp,
    change: &StatusChange,
    set: bool,
    note: Option<StatusNote>,
) -> Result<(Change, Option<Change>), OperatorRefusal> {
    let note = Vec::from_iter(note);
    match change.object {
        ObjectKind::Domain => {
            let mut domain = domain_of(view, &change.name)?;
            let before = domain.statuses;
            let status = change.status.0;
            if let Some(lock) = domain.locks.iter().find(|lock| !set && lock.cause.statuses().contains(&status)) {
                let (name, cause) = (&domain.name, lock.cause.name());
                let why =
                    format!("{status} of domain {name} is the lock's too; admin unlock {cause} {name} comes first");
                return Err(OperatorRefusal::Conflict { why });
            }
            // Set beside a lock that has set it already: it stays when the lock goes.
            let of_lock = domain.locks.iter_mut().find(|lock| set && lock.added.has(status));
            if let Some(lock) = of_lock {
                lock.added = lock.added.without(status);
                domain.statuses = domain.statuses.without(status);
            }
            domain.statuses = statuses(domain.statuses, change, set)?;
            (domain.updated, domain.updater) = (Some(now), None);
            let notes = notes::change(view, Kind::Domain, domain.name.as_bytes(), (before, domain.statuses), note);
            Ok((Change::PutDomain(domain), notes))
        }
        ObjectKind::Host => {
            let mut host = host_of(view, &change.name)?;
            let before = host.statuses;
            host.statuses = statuses(before, change, set)?;
            (host.updated, host.updater) = (Some(now), None);
            let notes = notes::change(view, Kind::Host, &key::host(host.id), (before, host.statuses), note);
            Ok((Change::PutHost(host), notes))
        }
        ObjectKind::Contact => {
            let mut contact = contact_of(view, &change.name)?;
            let before = contact.statuses;
            contact.statuses = statuses(before, change, set)?;
            (contact.updated, contact.updater) = (Some(now), None);
            let notes = notes::change(view, Kind::Contact, contact.id.as_bytes(), (before, contact.statuses), note);
            Ok((Change::PutContact(contact), notes))
        }
    }
}

fn statuses(current: Statuses, change: &StatusChange, set: bool) -> Result<Statuses, OperatorRefusal> {
    let status = change.status.0;
    let object = format!("{} {}", change.object.name(), change.name);
    match (set, current.has(status)) {
        (true, true) => Err(OperatorRefusal::Unchanged { state: format!("{object} has {status} already") }),
        (false, false) => Err(OperatorRefusal::Unchanged { state: format!("{object} does not have {status}") }),
        (false, true) => Ok(current.without(status)),
        (true, false) => match incompatible(status).filter(|pending| current.has(*pending)) {
            Some(pending) => {
                let why = format!("{object} is {pending}, which {status} must not be combined with; wait for its end");
                Err(OperatorRefusal::Conflict { why })
            }
            None => Ok(current.with(status)),
        },
    }
}

/// The pending action that the prohibition "MUST NOT be combined with" (RFC 5731, section 2.3).
const fn incompatible(status: Status) -> Option<Status> {
    match status {
        Status::ServerDeleteProhibited => Some(Status::PendingDelete),
        Status::ServerRenewProhibited => Some(Status::PendingRenew),
        Status::ServerTransferProhibited => Some(Status::PendingTransfer),
        Status::ServerUpdateProhibited => Some(Status::PendingUpdate),
        _ => None,
    }
}

fn text(change: &StatusChange, set: bool, reason: &str) -> String {
    let (object, name, status) = (change.object.name(), &change.name, change.status.0);
    let done = if set { "set" } else { "removed" };
    match reason.is_empty() {
        true => format!("The registry {done} {status} on {object} {name}."),
        false => format!("The registry {done} {status} on {object} {name}: {reason}"),
    }
}
