//! `domain:transfer` with op `reject` (RFC 5731, section 3.2.4): the sponsoring client keeps the domain.

use crate::model::command::AuthInfo;
use crate::model::record::{Domain, TransferState};
use crate::model::refusal::Refusal;
use crate::model::view::View;
use crate::registry::domain::{self, NAME, transfer};
use crate::registry::{Decision, Request, checks};

/// Ends the pending transfer and tells the requesting client. The authInfo stays: "the registrar MUST unset" it (RFC
/// 9154, section 5.4).
///
/// # Result codes
/// - 1000
/// - 2005: no valid name
/// - 2102: authInfo that is no password
/// - 2201: another client sponsors it
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

    checks::sponsored_by(request.clid, &found.sponsor, NAME, name)?;
    transfer::auth_if_given(view, found, auth)?;
    let domain = checks::native::<Domain>(found);
    let requester = transfer::pending(&domain)?.requester;
    let by = (TransferState::ClientRejected, request.clid);
    let told = (&[requester.as_str()][..], "Transfer rejected.");
    transfer::undone(view, domain, by, &request.cause("domain:transfer-reject"), told)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::command::TransferOp;
    use crate::registry::domain::fixture::{check_ended_unchanged, check_endings};
    use crate::registry::testing::{A, B, C};

    #[test]
    fn rejections_are_judged() {
        check_endings(TransferOp::Reject, A, &[B, C]);
    }

    #[test]
    fn the_domain_stays_and_the_requester_is_told() {
        check_ended_unchanged(TransferOp::Reject, A, TransferState::ClientRejected, (B, 1, "Transfer rejected."));
    }
}
