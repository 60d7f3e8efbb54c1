//! `contact:transfer` with op `cancel` (RFC 5733, section 3.2.4): the client that asked takes it back.

use crate::model::command::AuthInfo;
use crate::model::record::TransferState;
use crate::model::refusal::{Fault, Refusal};
use crate::model::view::View;
use crate::registry::contact::{ID, find, transfer_end};
use crate::registry::{Decision, Request};

/// # Result codes
/// - 1000
/// - 2102: authInfo other than a password
/// - 2201: another client requested the transfer
/// - 2202: an authInfo is given and is not the contact's
/// - 2301: no transfer is pending
/// - 2303: no contact has the identifier
pub(crate) fn decide<V: View>(
    view: &V,
    request: &Request<'_>,
    id: &str,
    auth: Option<&AuthInfo>,
) -> Result<Decision, Refusal> {
    // Load.
    let contact = find(view, id)?;

    // Verify. RFC 5730, section 2.9.3.4: only the original requesting client cancels.
    let transfer = transfer_end::pending(contact)?;
    if transfer.requester != *request.clid {
        let fault = Fault::new(ID, id, "only the client that requested the transfer may cancel it");
        return Err(Refusal::Authorization(fault));
    }
    transfer_end::auth_if_given(contact, auth)?;

    // Change, record and answer.
    let by = (request.clid, request.now.trunc_millis());
    let state = TransferState::ClientCancelled;
    Ok(transfer_end::decide(view, by, contact, state, (&[&contact.sponsor], "Transfer cancelled.")))
}
