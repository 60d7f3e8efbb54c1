//! What the five transfer operations share: whether one is pending, and the record and message that a new state leaves.

use crate::base::timestamp::Timestamp;
use crate::model::answer::{Answer, Success};
use crate::model::command::AuthInfo;
use crate::model::record::{ArchivedDomain, Domain, PollData, Transfer, TransferState};
use crate::model::refusal::{Fault, Refusal};
use crate::model::status::Status;
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::domain::NAME;
use crate::registry::{Decision, checks};

/// The transfer that waits for an answer.
///
/// # Errors
/// 2301 when none does (RFC 5730, section 3).
pub(super) fn pending(domain: &Domain) -> Result<Transfer, Refusal> {
    match &domain.transfer {
        Some(transfer) if domain.statuses.has(Status::PendingTransfer) => Ok(transfer.clone()),
        _ => Err(Refusal::NotPendingTransfer(Fault::new(NAME, domain.name.as_str(), "no transfer is pending"))),
    }
}

/// That an authInfo given where none is needed is right all the same.
///
/// # Errors
/// 2202, 2102.
pub(super) fn auth_if_given<V: View>(
    view: &V,
    domain: &ArchivedDomain,
    auth: Option<&AuthInfo>,
) -> Result<(), Refusal> {
    auth.map_or(Ok(()), |auth| checks::domain_auth(view, domain, auth))
}

/// exDate of a transfer: there only "if the <transfer> command caused or causes a change in the validity period" (RFC 5731,
/// section 3.1.3).
pub(super) fn changed(domain: &Domain, expires: Timestamp) -> Option<Timestamp> {
    (expires != domain.expires).then_some(expires)
}

/// The transfer as `clid` ended it: for all states but pending, acID and acDate are who acted and when (RFC 5731,
/// section 3.1.3).
pub(super) fn ended(transfer: Transfer, state: TransferState, clid: &str, now: Timestamp) -> Transfer {
    // As `changed` says.
    let expires = transfer.expires.filter(|_| state == TransferState::ClientApproved);
    Transfer { state, actor: clid.to_owned(), act: now, expires, ..transfer }
}

/// The decision that leaves the domain with `transfer` and tells the registrar on the other side: "All clients involved
/// in the transaction MUST be notified using a service message" (RFC 5731, section 2.3), which includes "the
/// object-specific elements specified for <transfer> command responses" (RFC 5730, section 2.9.3.4).
pub(super) fn decided<V: View>(
    view: &V,
    now: Timestamp,
    success: Success,
    mut domain: Domain,
    transfer: Transfer,
    (notified, text): (&str, &str),
) -> Decision {
    let name = domain.name.clone();
    domain.transfer = Some(transfer.clone());
    let mut changes = vec![Change::PutDomain(domain)];
    let data = PollData::DomainTransfer { name: name.clone(), transfer: transfer.clone() };
    checks::notify(view, now, &mut changes, notified, text, data);
    Decision { changes, success, answer: Answer::DomainTransfer { name, transfer } }
}
