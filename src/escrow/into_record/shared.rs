//! What objects of several kinds have: statuses with what was said beside them, who made and changed them, transfers.

use crate::base::timestamp::Timestamp;
use crate::escrow::into_record::{Notes, Rule};
use crate::escrow::object::{Actor, History, Stated, Transfer};
use crate::model::record::{self, Kind, StatusNote, StatusNotes, TransferState};
use crate::model::status::{Status, Statuses};
use crate::model::transaction::Change;
use crate::model::view::key;

/// What a status is said in where nobody says (`rdeDomain:statusType` and the others).
const ENGLISH: &str = "en";

/// Statuses that are stored: those that follow from something else are not, and are shown again by it.
pub(super) struct Stored {
    pub(super) statuses: Statuses,
    notes: Vec<StatusNote>,
}

impl Stored {
    /// Of an object; `shown` are those that follow.
    pub(super) fn new(notes: &mut Notes<'_>, stated: Vec<Stated<Status>>, shown: &[Status]) -> Self {
        let mut stored = Self { statuses: Statuses::NONE, notes: Vec::new() };
        for Stated { status, lang, text } in stated {
            if shown.contains(&status) {
                if !text.is_empty() {
                    notes.tell(Rule::NoPlace, format!("nothing is kept beside {status}, found {text:?}"));
                }
                continue;
            }
            if !text.is_empty() && !stored.statuses.has(status) {
                let lang = lang.unwrap_or_else(|| ENGLISH.to_owned());
                stored.notes.push(StatusNote { status: status as u8, lang, text });
            }
            stored.statuses = stored.statuses.with(status);
        }
        stored
    }

    /// Takes a status away, with what was said beside it; whether it was there.
    pub(super) fn remove(&mut self, status: Status) -> bool {
        self.notes.retain(|note| note.status != status as u8);
        let was_there = self.statuses.has(status);
        self.statuses = self.statuses.without(status);
        was_there
    }

    /// What waits for something that no record of ours can wait for is over.
    pub(super) fn settle(&mut self, notes: &mut Notes<'_>, pending: &[Status]) {
        for status in pending {
            if self.remove(*status) {
                notes.tell(Rule::Status, format!("expected nothing that the registry cannot end, found {status}"));
            }
        }
    }

    /// No pending action stands beside its prohibition (RFC 5731, section 2.3).
    pub(super) fn exclude(&mut self, notes: &mut Notes<'_>, pending: Status, prohibitions: [Status; 2]) {
        for prohibition in prohibitions {
            if self.statuses.has(pending) && self.remove(prohibition) {
                notes.tell(Rule::Status, format!("expected {pending} without {prohibition}, found both"));
            }
        }
    }

    /// The texts, as a change of their own where there are any.
    pub(super) fn texts(self, kind: Kind, object: &[u8]) -> Option<Change> {
        let notes = StatusNotes { notes: self.notes };
        (!notes.notes.is_empty()).then(|| Change::PutStatusNotes { key: key::status_notes(kind, object), notes })
    }
}

/// Who made an object and when, whole.
pub(super) struct Made {
    pub(super) creator: String,
    pub(super) created: Timestamp,
    pub(super) updater: Option<String>,
    pub(super) updated: Option<Timestamp>,
    pub(super) transferred: Option<Timestamp>,
}

impl Made {
    /// What is missing is what nobody can object to: the sponsor, at the watermark.
    pub(super) fn new(notes: &mut Notes<'_>, history: History, sponsor: &str, watermark: Timestamp) -> Self {
        let History { creator, created, updater, updated, transferred } = history;
        let lacks = [(creator.is_none(), "crRr"), (created.is_none(), "crDate")];
        for (_, element) in lacks.iter().filter(|(lacks, _)| *lacks) {
            notes.tell(Rule::MissingData, format!("expected {element}, found none"));
        }
        let made = Self {
            creator: creator.map_or_else(|| sponsor.to_owned(), |actor| clid(notes, actor)),
            created: created.unwrap_or(watermark),
            updater: updater.map(|actor| clid(notes, actor)),
            updated,
            transferred,
        };
        for (element, date) in [("upDate", made.updated), ("trDate", made.transferred)] {
            if let Some(date) = date.filter(|date| *date < made.created) {
                notes.tell(Rule::Dates, format!("expected {element} after crDate {}, found {date}", made.created));
            }
        }
        let latest = [Some(made.created), made.updated, made.transferred].into_iter().flatten().max();
        if let Some(latest) = latest.filter(|latest| *latest > watermark) {
            notes.tell(Rule::Dates, format!("expected nothing later than the watermark {watermark}, found {latest}"));
        }
        made
    }
}

/// The registrar; who there had it done has no place.
fn clid(notes: &mut Notes<'_>, actor: Actor) -> String {
    if let Some(client) = actor.client {
        notes.tell(Rule::NoPlace, format!("no user at a registrar is kept, found client={client:?}"));
    }
    actor.registrar
}

/// The latest transfer, pending exactly while the status says so. `months` is what an approval would add.
pub(super) fn transfer(
    notes: &mut Notes<'_>,
    stored: &mut Stored,
    transfer: Option<Transfer>,
    months: impl FnOnce(&Transfer) -> u32,
) -> Option<record::Transfer> {
    let waits = transfer.as_ref().is_some_and(|transfer| transfer.state == TransferState::Pending);
    let shows = stored.statuses.has(Status::PendingTransfer);
    if waits != shows {
        let found = if shows { "the status alone" } else { "the transfer alone" };
        notes.tell(Rule::Transfer, format!("expected a pending transfer with its status, found {found}"));
        stored.remove(Status::PendingTransfer);
    }
    let transfer = transfer.filter(|_| waits == shows || !waits)?;
    Some(record::Transfer {
        state: transfer.state,
        months: months(&transfer),
        requester: clid(notes, transfer.requester),
        requested: transfer.requested,
        actor: clid(notes, transfer.actor),
        act: transfer.act,
        expires: transfer.expires,
    })
}
