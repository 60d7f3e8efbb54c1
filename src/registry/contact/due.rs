//! What becomes of a contact by itself: a transfer that nobody answers is approved.

use crate::base::timestamp::Timestamp;
use crate::model::record::{ArchivedContact, TransferState};
use crate::model::refusal::Refusal;
use crate::model::view::View;
use crate::registry::contact::transfer_end;
use crate::registry::due::Step;

/// The step that is due at `at`, the contact's deadline.
///
/// # Errors
/// 2301 when no transfer is pending, which the deadline excludes.
pub(crate) fn decide<V: View>(view: &V, found: &ArchivedContact, at: Timestamp) -> Result<Step, Refusal> {
    let pending = transfer_end::pending(found)?;
    let (requester, actor) = (pending.requester.as_str(), pending.actor.as_str());
    let (state, told) = (TransferState::ServerApproved, (&[requester, actor][..], "Transfer approved."));
    let decision = transfer_end::decide(view, (actor, at), found, state, told);
    Ok(Step { command: "contact:transfer-server-approve", changes: decision.changes })
}
