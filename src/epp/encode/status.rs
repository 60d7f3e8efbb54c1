//! `<status>` of the three object mappings, with what was said beside it.

use super::xml;
use crate::model::record::ArchivedStatusNotes;
use crate::model::status::Statuses;

/// `<PREFIX:status s="…"/>` for each status; one that has a note with its `lang` and text.
pub(super) fn all(out: &mut Vec<u8>, prefix: &str, statuses: Statuses, notes: Option<&ArchivedStatusNotes>) {
    for status in statuses.iter() {
        out.push(b'<');
        out.extend_from_slice(prefix.as_bytes());
        out.extend_from_slice(b":status s=\"");
        out.extend_from_slice(status.name().as_bytes());
        let Some(note) = notes.and_then(|notes| notes.of(status)) else {
            out.extend_from_slice(b"\"/>");
            continue;
        };
        out.push(b'"');
        xml::attribute(out, "lang", &note.lang);
        out.push(b'>');
        xml::text(out, &note.text);
        out.extend_from_slice(b"</");
        out.extend_from_slice(prefix.as_bytes());
        out.extend_from_slice(b":status>");
    }
}
