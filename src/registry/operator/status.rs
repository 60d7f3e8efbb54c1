//! Server statuses: an operator sets and removes them, and the sponsoring client is told. The reason stays beside the
//! status for as long as the object has it.
//!
//! The poll message is text only. `panData` answers a pending action of the client's, which this is not; an object's new
//! state for programs is what an info shows.

use crate::base::limits;
use crate::base::timestamp::Timestamp;
use crate::model::operator::{ObjectKind, OperatorRefusal, StatusChange};
use crate::model::record::{Contact, Domain, Host, Kind, PollMessage, StatusNote};
use crate::model::status::{Status, Statuses};
use crate::model::transaction::Change;
use crate::model::view::{View, key};
use crate::registry::operator::invalid;
use crate::registry::{checks, notes};

/// `status-set` (`set`) and `status-unset`.
///
/// # Errors
/// A status that the registry does not set on such an object; no such object; nothing to do; a pending action that the
/// status must not be combined with.
pub(crate) fn change<V: View>(
    view: &V,
    now: Timestamp,
    change: &StatusChange,
    set: bool,
) -> Result<Vec<Change>, OperatorRefusal> {
    let status = change.status.0;
    if !settable(change.object).contains(&status) {
        let names: Vec<_> = settable(change.object).iter().map(|status| status.name()).collect();
        return Err(invalid("status", status.name(), format!("one of {}", names.join(", "))));
    }
    let reason = change.reason.as_deref().map(str::trim).unwrap_or_default();
    if reason.chars().count() > limits::STATUS_TEXT_CHARACTERS || reason.chars().any(char::is_control) {
        let expected = format!("one line of {} characters at most", limits::STATUS_TEXT_CHARACTERS);
        return Err(invalid("reason", reason, expected));
    }
    let note = if set { notes::reason(status, reason) } else { None };
    let (object, notes, sponsor) = changed_object(view, now, change, set, note)?;
    let message = message(view, now, &sponsor, &text(change, set, reason));
    Ok([Some(object), notes, Some(message)].into_iter().flatten().collect())
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

/// The object with its statuses changed, what becomes of its notes when `note` joins, and its sponsor. `upDate` says when; `upID` names clients, of which the registry
/// is none, so it goes.
fn changed_object<V: View>(
    view: &V,
    now: Timestamp,
    change: &StatusChange,
    set: bool,
    note: Option<StatusNote>,
) -> Result<(Change, Option<Change>, String), OperatorRefusal> {
    let note = Vec::from_iter(note);
    let name = change.name.to_ascii_lowercase();
    let missing = || OperatorRefusal::DoesNotExist {
        what: change.object.name(),
        name: change.name.clone(),
        advice: "check its spelling",
    };
    match change.object {
        ObjectKind::Domain => {
            let mut domain = checks::native::<Domain>(view.domain(&name).ok_or_else(missing)?);
            let before = domain.statuses;
            domain.statuses = statuses(before, change, set)?;
            (domain.updated, domain.updater) = (Some(now), None);
            let sponsor = domain.sponsor.clone();
            let notes = notes::change(view, Kind::Domain, name.as_bytes(), (before, domain.statuses), note);
            Ok((Change::PutDomain(domain), notes, sponsor))
        }
        ObjectKind::Host => {
            let mut host = checks::native::<Host>(view.host_named(&name).ok_or_else(missing)?);
            let before = host.statuses;
            host.statuses = statuses(before, change, set)?;
            (host.updated, host.updater) = (Some(now), None);
            let sponsor = host.sponsor.clone();
            let notes = notes::change(view, Kind::Host, &key::host(host.id), (before, host.statuses), note);
            Ok((Change::PutHost(host), notes, sponsor))
        }
        ObjectKind::Contact => {
            // Handles keep their case.
            let mut contact = checks::native::<Contact>(view.contact(&change.name).ok_or_else(missing)?);
            let before = contact.statuses;
            contact.statuses = statuses(before, change, set)?;
            (contact.updated, contact.updater) = (Some(now), None);
            let sponsor = contact.sponsor.clone();
            let notes = notes::change(view, Kind::Contact, contact.id.as_bytes(), (before, contact.statuses), note);
            Ok((Change::PutContact(contact), notes, sponsor))
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

/// The next message of the sponsor's queue; the only one of its transaction.
fn message<V: View>(view: &V, now: Timestamp, sponsor: &str, text: &str) -> Change {
    let number = view.poll_queue(sponsor).map_or(1, |queue| queue.next.to_native());
    let (registrar, text) = (sponsor.to_owned(), text.to_owned());
    Change::PutPollMessage(PollMessage { registrar, number, queued: now, text, data: None })
}
