//! What is said beside a status (RFC 5731, section 2.3; RFC 5732, section 2.3; RFC 5733, section 2.2): a text for people,
//! kept in a record of its own for as long as the object has the status.

use crate::base::limits;
use crate::model::command::StatusValue;
use crate::model::record::{ArchivedStatusNotes, Kind, StatusNote, StatusNotes};
use crate::model::refusal::{Element, Fault, Refusal};
use crate::model::status::{Status, Statuses};
use crate::model::transaction::Change;
use crate::model::view::{View, key};
use crate::registry::checks;

/// The language of a text that names none (`lang`, in the schemas), and of operators' reasons.
const DEFAULT_LANGUAGE: &str = "en";

/// The notes that come with the statuses an update adds; a text of white space is none. `element` is the mapping's
/// `status`.
///
/// # Errors
/// 2306 for a text or a language tag that is too long.
pub(crate) fn written(add: &[StatusValue], element: Element) -> Result<Vec<StatusNote>, Refusal> {
    let refuse = |status: Status, reason| Err(Refusal::Policy(Fault::new(element, status.name(), reason)));
    let mut notes = Vec::new();
    for StatusValue { status, lang, text } in add {
        if text.chars().count() > limits::STATUS_TEXT_CHARACTERS {
            return refuse(*status, format!("a text of {} characters at most", limits::STATUS_TEXT_CHARACTERS));
        }
        let lang = lang.as_deref().unwrap_or(DEFAULT_LANGUAGE);
        if lang.len() > limits::STATUS_LANG_CHARACTERS {
            return refuse(*status, format!("a language tag of {} characters at most", limits::STATUS_LANG_CHARACTERS));
        }
        if !text.trim().is_empty() {
            notes.push(note(*status, lang, text));
        }
    }
    Ok(notes)
}

/// The note of a status that the registry sets; none without reason.
pub(crate) fn reason(status: Status, reason: &str) -> Option<StatusNote> {
    (!reason.is_empty()).then(|| note(status, DEFAULT_LANGUAGE, reason))
}

fn note(status: Status, lang: &str, text: &str) -> StatusNote {
    StatusNote { status: status as u8, lang: lang.to_owned(), text: text.to_owned() }
}

/// What becomes of the object's notes when its stored statuses were `before` and are `after`, and `added` joins: those of
/// statuses that are gone go. `None` when they stay as they are.
pub(crate) fn change<V: View>(
    view: &V,
    kind: Kind,
    object: &[u8],
    (before, after): (Statuses, Statuses),
    added: Vec<StatusNote>,
) -> Option<Change> {
    if before == after {
        return None;
    }
    let held = read(view, kind, object, before).map(checks::native::<StatusNotes>);
    let mut notes = held.map_or_else(Vec::new, |held| held.notes);
    let had = notes.len();
    notes.retain(|note| after.iter().any(|status| status as u8 == note.status));
    if notes.len() == had && added.is_empty() {
        return None;
    }
    notes.extend(added);
    let key = key::status_notes(kind, object);
    Some(match notes.is_empty() {
        true => Change::DeleteStatusNotes { key },
        false => Change::PutStatusNotes { key, notes: StatusNotes { notes } },
    })
}

/// What becomes of the notes of an object with these stored statuses that is deleted.
pub(crate) fn delete<V: View>(view: &V, kind: Kind, object: &[u8], stored: Statuses) -> Option<Change> {
    change(view, kind, object, (stored, Statuses::NONE), Vec::new())
}

/// The notes of an object with these stored statuses. Most objects have none, and are not looked up.
pub(crate) fn read<'v, V: View>(
    view: &'v V,
    kind: Kind,
    object: &[u8],
    stored: Statuses,
) -> Option<&'v ArchivedStatusNotes> {
    if stored.is_empty() { None } else { view.status_notes(kind, object) }
}

#[cfg(test)]
mod tests;
