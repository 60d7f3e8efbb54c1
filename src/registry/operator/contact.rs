//! What is personal in a contact goes, on request of whom it is about.

use crate::model::change::ChangeOperation;
use crate::model::operator::{ContactRedact, OperatorRefusal};
use crate::model::record::{Contact, PostalAddress, PostalInfo};
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::Cause;
use crate::registry::changed::{self, Done, Object};
use crate::registry::operator::{contact_of, line};

const REDACTED: &str = "REDACTED";
/// No mail reaches a name below `invalid` (RFC 2606, section 2).
const NO_MAIL: &str = "redacted@redacted.invalid";

/// `contact-redact`: what stays are its handle, its form and its country, which domains may need. What the log holds of before
/// stays there until its segments go.
///
/// # Errors
/// No such contact; nothing personal is left in it.
pub(crate) fn redact<V: View>(
    view: &V,
    cause: &Cause<'_>,
    redact: &ContactRedact,
) -> Result<Vec<Change>, OperatorRefusal> {
    let before = contact_of(view, &redact.id)?;
    let reason = line("reason", redact.reason.as_deref())?;
    let postal = |info: &PostalInfo| PostalInfo {
        kind: info.kind,
        name: REDACTED.into(),
        org: None,
        address: PostalAddress {
            street: Vec::new(),
            city: REDACTED.into(),
            sp: None,
            pc: None,
            cc: info.address.cc.clone(),
        },
    };
    let redacted = Contact {
        postal: before.postal.iter().map(postal).collect(),
        voice: None,
        fax: None,
        email: NO_MAIL.into(),
        disclose: None,
        ..before.clone()
    };
    if redacted == before {
        return Err(OperatorRefusal::Unchanged { state: format!("contact {} is redacted already", redact.id) });
    }
    let redacted = Contact { updated: Some(cause.now), updater: None, ..redacted };
    let mut changes = vec![Change::PutContact(redacted.clone())];
    let done = Done { reason, ..Done::plain(ChangeOperation::Update) };
    let text = format!("The registry redacted contact {}{}.", redacted.id, super::said(reason));
    changed::tell(view, cause, &mut changes, &redacted.sponsor, &Object::Contact(&redacted), done, &text);
    Ok(changes)
}
