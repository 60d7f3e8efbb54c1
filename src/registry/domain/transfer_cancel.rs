//! `domain:transfer` with op `cancel` (RFC 5731, section 3.2.4): the requesting client takes its request back.

use crate::model::command::AuthInfo;
use crate::model::record::{Domain, TransferState};
use crate::model::refusal::{Fault, Refusal};
use crate::model::view::View;
use crate::registry::domain::{self, NAME, transfer};
use crate::registry::{Decision, Request, checks};

/// Ends the pending transfer and tells the sponsoring client.
///
/// # Result codes
/// - 1000
/// - 2005: no valid name
/// - 2102: authInfo that is no password
/// - 2201: another client requested it
/// - 2202: an authInfo is given, and it is wrong
/// - 2301: no transfer is pending
/// - 2303: no such domain
pub(crate) fn decide<V: View>(
    view: &V,
    request: &Request<'_>,
    name: &str,
    auth: Option<&AuthInfo>,
) -> Result<Decision, Refusal> {
    let found = domain::load(view, name)?;

    let domain = checks::native::<Domain>(found);
    let pending = transfer::pending(&domain)?;
    // RFC 5730, section 2.9.3.4: cancellation is limited "to the original requesting client".
    if pending.requester != request.clid {
        return Err(Refusal::Authorization(Fault::new(NAME, name, "only the client that requested it may cancel it")));
    }
    transfer::auth_if_given(view, found, auth)?;

    let sponsor = domain.sponsor.clone();
    let by = (TransferState::ClientCancelled, request.clid);
    let told = (&[sponsor.as_str()][..], "Transfer cancelled.");
    transfer::undone(view, domain, by, &request.cause("domain:transfer-cancel"), told)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::command::TransferOp;
    use crate::registry::domain::fixture::{check_ended_unchanged, check_endings};
    use crate::registry::testing::{A, B, C};

    #[test]
    fn cancellations_are_judged() {
        check_endings(TransferOp::Cancel, B, &[A, C]);
    }

    #[test]
    fn the_domain_stays_and_the_sponsor_is_told() {
        check_ended_unchanged(TransferOp::Cancel, B, TransferState::ClientCancelled, (A, 2, "Transfer cancelled."));
    }
}
