//! What becomes of a contact by itself: a transfer that nobody answers is approved, and one that no domain refers to goes
//! where the registry's policy says so.

use crate::base::timestamp::Timestamp;
use crate::model::change::ChangeOperation;
use crate::model::lifecycle;
use crate::model::record::{ArchivedContact, Contact, Kind, Orphan, TransferState};
use crate::model::refusal::Refusal;
use crate::model::status::Status;
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::changed::{self, Done, Object};
use crate::registry::contact::transfer_end;
use crate::registry::due::{self, Step};
use crate::registry::{checks, notes, orphans};

/// The step that is due at `at`, the contact's deadline.
///
/// # Errors
/// 2301 when no transfer is pending, which the deadline excludes.
pub(crate) fn decide<V: View>(
    view: &V,
    found: &ArchivedContact,
    at: Timestamp,
    sv_trid: &str,
) -> Result<Step, Refusal> {
    if lifecycle::contact_auth_deadline(found) == Some(at) {
        let contact = Contact { auth: None, auth_until: None, ..checks::native::<Contact>(found) };
        return Ok(Step { command: "contact:auth-unset", changes: vec![Change::PutContact(contact)], remark: None });
    }
    match found.orphan.as_ref() {
        Some(orphan) if orphan.until.get() == at => Ok(orphan_step(view, found, orphan.announced, at, sv_trid)),
        _ => {
            let pending = transfer_end::pending(found)?;
            let (requester, actor) = (pending.requester.as_str(), pending.actor.as_str());
            let (state, told) = (TransferState::ServerApproved, (&[requester, actor][..], "Transfer approved."));
            let decision = transfer_end::decide(view, (actor, at), found, state, told);
            Ok(Step { command: "contact:transfer-server-approve", changes: decision.changes, remark: None })
        }
    }
}

/// What keeps a contact from being announced now; it is looked at again a whole period later. pendingDelete is combined with
/// none of them (RFC 5733, section 2.2).
const PROHIBIT: &[Status] = &[
    Status::ClientDeleteProhibited,
    Status::ServerDeleteProhibited,
    Status::PendingCreate,
    Status::PendingTransfer,
    Status::PendingUpdate,
];

fn orphan_step<V: View>(view: &V, found: &ArchivedContact, announced: bool, at: Timestamp, sv_trid: &str) -> Step {
    const ORPHAN: &str = "contact:orphan";
    let mut contact = checks::native::<Contact>(found);
    let (policy, sponsor) = (view.policy(), contact.sponsor.clone());
    let held = contact.statuses.first_of(PROHIBIT).is_some();
    if policy.orphan_contact_days == 0 || (!announced && held) {
        orphans::kept(&mut contact, orphans::begun(view, at));
        return Step { command: ORPHAN, changes: vec![Change::PutContact(contact)], remark: None };
    }
    if announced {
        const PURGE: &str = "contact:purge";
        let notes = notes::delete(view, Kind::Contact, contact.id.as_bytes(), contact.statuses);
        let gone = Change::DeleteContact { id: contact.id.clone() };
        let mut changes: Vec<Change> = std::iter::once(gone).chain(notes).collect();
        let done = Done { before: true, ..Done::plain(ChangeOperation::AutoPurge) };
        let text = format!("Contact {} has been purged: no domain referred to it.", contact.id);
        let cause = due::cause(PURGE, sv_trid, at);
        changed::tell(view, &cause, &mut changes, &sponsor, &Object::Contact(&contact), done, &text);
        return Step { command: PURGE, changes, remark: None };
    }
    let until = at.plus_days(i64::from(policy.orphan_delete_days));
    contact.statuses = contact.statuses.with(Status::PendingDelete);
    contact.orphan = Some(Orphan { until, announced: true });
    let mut changes = vec![Change::PutContact(contact.clone())];
    let text = format!(
        "Contact {} will be purged on {until} unless it is used or updated: no domain refers to it.",
        contact.id
    );
    let cause = due::cause(ORPHAN, sv_trid, at);
    let done = Done::plain(ChangeOperation::AutoDelete);
    changed::tell(view, &cause, &mut changes, &sponsor, &Object::Contact(&contact), done, &text);
    Step { command: ORPHAN, changes, remark: None }
}
