//! `contact:transfer` with op `approve` (RFC 5733, section 3.2.4): the sponsoring client lets the contact go.

use crate::model::command::AuthInfo;
use crate::model::record::TransferState;
use crate::model::refusal::Refusal;
use crate::model::view::View;
use crate::registry::contact::{ID, find, transfer_end};
use crate::registry::{Decision, Request, checks};

/// # Result codes
/// - 1000
/// - 2102: authInfo other than a password
/// - 2201: another client sponsors the contact
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

    // Verify. RFC 5730, section 2.9.3.4: only the current sponsoring client approves.
    checks::sponsored_by(request.clid, &contact.sponsor, ID, id)?;
    transfer_end::auth_if_given(contact, auth)?;
    let transfer = transfer_end::pending(contact)?;

    // Change, record and answer.
    let by = (request.clid, request.now.trunc_millis());
    let state = TransferState::ClientApproved;
    Ok(transfer_end::decide(view, by, contact, state, (&[&transfer.requester], "Transfer approved.")))
}
