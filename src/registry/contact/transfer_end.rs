//! How a pending transfer of a contact ends, whoever ends it.

use crate::base::timestamp::Timestamp;
use crate::model::answer::{Answer, Success};
use crate::model::command::AuthInfo;
use crate::model::record::{ArchivedContact, ArchivedTransfer, Contact, PollData, TransferState};
use crate::model::refusal::{Fault, Refusal};
use crate::model::status::Status;
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::contact::ID;
use crate::registry::{Cause, Decision, checks};

/// The pending transfer of the contact.
///
/// # Errors
/// 2301 when no transfer is pending.
pub(crate) fn pending(contact: &ArchivedContact) -> Result<&ArchivedTransfer, Refusal> {
    let pending = contact.transfer.as_ref().filter(|transfer| transfer.state.get() == TransferState::Pending);
    let none = || Fault::new(ID, contact.id.as_str(), "no transfer of the contact is pending");
    pending.ok_or_else(|| Refusal::NotPendingTransfer(none()))
}

/// Judges an authInfo that came along, though the command needs none.
///
/// # Errors
/// 2202 or 2102.
pub(crate) fn auth_if_given(contact: &ArchivedContact, auth: Option<&AuthInfo>) -> Result<(), Refusal> {
    auth.map_or(Ok(()), |auth| checks::contact_auth(contact, auth))
}

const HALTED: &str = "Transfer cancelled by the registry.";

/// The registry ends the transfer that is pending, if one is, and tells both sides.
pub(crate) fn halt<V: View>(view: &V, cause: &Cause<'_>, changes: &mut Vec<Change>, contact: &mut Contact) {
    let Some(transfer) = contact.transfer.as_mut().filter(|known| known.state == TransferState::Pending) else {
        return;
    };
    (transfer.state, transfer.act) = (TransferState::ServerCancelled, cause.now);
    contact.statuses = contact.statuses.without(Status::PendingTransfer);
    let data = PollData::ContactTransfer { id: contact.id.clone(), transfer: transfer.clone() };
    for registrar in [&transfer.requester, &transfer.actor] {
        checks::notify(view, cause.now, changes, registrar, HALTED, data.clone());
    }
}

/// Ends the contact's transfer as `state`, moves the contact when that is an approval, and tells those who are to know.
pub(crate) fn decide<V: View>(
    view: &V,
    (actor, now): (&str, Timestamp),
    contact: &ArchivedContact,
    state: TransferState,
    (told, text): (&[&str], &str),
) -> Decision {
    // Change.
    let mut changed: Contact = checks::native::<Contact>(contact);
    let mut transfer = changed.transfer.take().expect("the caller asked `pending` for it");
    let gone = view.registrar(&transfer.requester).is_none_or(|gaining| gaining.terminated.is_some());
    let approved = matches!(state, TransferState::ClientApproved | TransferState::ServerApproved);
    // Nothing goes to a registrar that is one no more.
    let (state, text) = if approved && gone { (TransferState::ServerCancelled, HALTED) } else { (state, text) };
    // RFC 5733, section 3.1.3: acID and acDate then say who took the action, and when.
    transfer.state = state;
    transfer.actor = actor.to_owned();
    transfer.act = now;
    if matches!(state, TransferState::ClientApproved | TransferState::ServerApproved) {
        changed.sponsor.clone_from(&transfer.requester);
        changed.transferred = Some(now);
        // RFC 9154, section 5.4: "the registry MUST automatically unset the authorization information".
        (changed.auth, changed.auth_until) = (None, None);
    }
    changed.statuses = changed.statuses.without(Status::PendingTransfer);
    changed.transfer = Some(transfer.clone());

    // Record.
    let id = changed.id.clone();
    let mut changes = vec![Change::PutContact(changed)];
    let data = PollData::ContactTransfer { id: id.clone(), transfer: transfer.clone() };
    for registrar in told {
        checks::notify(view, now, &mut changes, registrar, text, data.clone());
    }

    // Answer.
    Decision { changes, success: Success::Completed, answer: Answer::ContactTransfer { id, transfer } }
}
