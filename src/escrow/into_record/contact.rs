//! Contacts (RFC 9022, section 5.3).

use crate::escrow::into_record::shared::{Made, Stored, transfer};
use crate::escrow::into_record::{Converter, Notes};
use crate::escrow::object::{Contact, Object};
use crate::model::record::{self, Kind};
use crate::model::status::Status;
use crate::model::transaction::Change;

/// The changes by which the registry gets a contact.
pub(super) fn changes(
    converter: &Converter<'_>,
    notes: &mut Notes<'_>,
    contact: Contact,
    object_id: u64,
) -> Option<Vec<Change>> {
    let object = Object::Contact(contact);
    if let Err((rule, problem)) = converter.survey.zones().fit(&object) {
        notes.tell(rule, problem);
        return None;
    }
    let Object::Contact(contact) = object else { return None };
    let mut stored = Stored::new(notes, contact.statuses, &[Status::Ok, Status::Linked]);
    stored.settle(notes, &[Status::PendingCreate, Status::PendingDelete, Status::PendingUpdate]);
    let transfer = transfer(notes, &mut stored, contact.transfer, |_| 0);
    let prohibitions = [Status::ClientTransferProhibited, Status::ServerTransferProhibited];
    stored.exclude(notes, Status::PendingTransfer, prohibitions);
    let made = Made::new(notes, contact.history, &contact.sponsor, converter.watermark);
    let record = record::Contact {
        object_id,
        roid: contact.roid,
        id: contact.id,
        postal: contact.postal,
        voice: contact.voice,
        fax: contact.fax,
        email: contact.email,
        sponsor: contact.sponsor,
        creator: made.creator,
        created: made.created,
        updater: made.updater,
        updated: made.updated,
        transferred: made.transferred,
        statuses: stored.statuses,
        auth: None,
        disclose: contact.disclose,
        transfer,
        orphan: None,
        auth_until: None,
    };
    let texts = stored.texts(Kind::Contact, record.id.as_bytes());
    Some([Change::PutContact(record)].into_iter().chain(texts).collect())
}
