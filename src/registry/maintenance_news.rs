//! News of maintenance in registrars' poll queues: of each change, reminders before an event and at its end (RFC 9167, section
//! 4.1.2). One transaction tells as many registrars as it has room for; steps that are due at once tell the others.

use crate::base::limits::{MAINTENANCE_TOLD, TRANSACTION_BYTES};
use crate::base::timestamp::Timestamp;
use crate::model::maintenance::{ArchivedMaintenance, Maintenance, MaintenanceNews, Telling};
use crate::model::poll_data::PollData;
use crate::model::record::Kind;
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::checks;
use crate::registry::due::Step;

/// What people read of each poll message (RFC 9167, section 4.1.2).
const TEXT: &str = "Registry Maintenance Notification";

/// The event as it is from now on, and a message to every registrar that is one; at `Delete` the event goes when the last has
/// been told.
pub(crate) fn tell<V: View>(view: &V, now: Timestamp, event: Maintenance, news: MaintenanceNews) -> Vec<Change> {
    tell_after(view, now, event, Telling { news, after: String::new(), since: now })
}

/// The same, of the registrars behind the last that was told.
fn tell_after<V: View>(view: &V, now: Timestamp, mut event: Maintenance, telling: Telling) -> Vec<Change> {
    let Telling { news, after, since } = telling;
    let active = |clid: &&str| view.registrar(clid).is_some_and(|registrar| registrar.terminated.is_none());
    let mut waiting = view.directory(Kind::Registrar).filter(|clid| *clid > after.as_str()).filter(active).peekable();
    let (mut messages, mut last, mut room) = (Vec::new(), after.clone(), MAINTENANCE_TOLD);
    while let Some(clid) = waiting.next_if(|_| messages.len() < room) {
        // A list of its own: among those before, no message is for this registrar, and all would be searched for one.
        let mut message = Vec::new();
        let data = PollData::Maintenance { news, event: Box::new(event.event.clone()) };
        checks::notify(view, now, &mut message, clid, TEXT, data);
        if messages.is_empty() {
            room = room.min((TRANSACTION_BYTES / 2 / octets(&message).max(1)).max(1));
        }
        messages.append(&mut message);
        clid.clone_into(&mut last);
    }
    event.telling = waiting.peek().is_some().then_some(Telling { news, after: last, since });
    let change = match news {
        MaintenanceNews::Delete if event.telling.is_none() => Change::DeleteMaintenance { id: event.event.id },
        _ => Change::PutMaintenance(event),
    };
    messages.insert(0, change);
    messages
}

/// What these take of a transaction. Messages of one event are of one size, give or take the registrar's name.
fn octets(changes: &[Change]) -> usize {
    changes.iter().map(|change| change.seal().bytes.map_or(0, |bytes| bytes.len()) + 128).sum()
}

/// The step that is due at `at`, the deadline of the event, and is taken at `now`. A reminder that is late is left out when
/// the event has begun, or when the next one is due too.
pub(crate) fn decide<V: View>(view: &V, found: &ArchivedMaintenance, (at, now): (Timestamp, Timestamp)) -> Step {
    let mut event = checks::native::<Maintenance>(found);
    let step = |command, changes| Step { command, changes, remark: None };
    if let Some(telling) = event.telling.take() {
        return step("maint:tell", tell_after(view, at, event, telling));
    }
    event.reminded = at;
    let (start, next) = (event.event.start, found.reminder_after(at));
    match found.reminder_after(found.reminded.get()) {
        Some((_, MaintenanceNews::End)) => step("maint:end", tell(view, at, event, MaintenanceNews::End)),
        _ if start <= now || next.is_some_and(|(next, _)| next <= now) => {
            step("maint:courtesy-late", vec![Change::PutMaintenance(event)])
        }
        _ => step("maint:courtesy", tell(view, at, event, MaintenanceNews::Courtesy)),
    }
}
