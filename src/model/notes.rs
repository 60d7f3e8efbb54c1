//! The record of what was said beside the statuses of an object.

use rkyv::{Archive, Deserialize, Serialize};

use crate::model::status::Status;

/// What was said beside the statuses of a domain, host or contact. There is no record without a note, and no note without
/// its status.
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct StatusNotes {
    /// One for each status that has a text.
    pub notes: Vec<StatusNote>,
}

/// The text of a status (RFC 5731, section 2.3; RFC 5732, section 2.3; RFC 5733, section 2.2).
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct StatusNote {
    /// Number of the [`Status`].
    pub status: u8,
    /// Language tag of the text.
    pub lang: String,
    /// For people; never empty.
    pub text: String,
}

impl ArchivedStatusNotes {
    /// The note of a status.
    pub fn of(&self, status: Status) -> Option<&ArchivedStatusNote> {
        self.notes.iter().find(|note| note.status == status as u8)
    }
}
