//! What the five transfer operations share: whether one is pending, and the record and message that a new state leaves.

use crate::base::timestamp::Timestamp;
use crate::model::answer::{Answer, Success};
use crate::model::command::AuthInfo;
use crate::model::record::{
    ArchivedDomain, ArchivedTld, BillingKind, Domain, Grace, GraceKind, Host, PollData, Transfer, TransferState,
};
use crate::model::refusal::{Fault, Refusal};
use crate::model::status::Status;
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::billing::{self, Posting};
use crate::registry::domain::{NAME, grace, term};
use crate::registry::{Cause, Decision, checks};

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
    let approved = matches!(state, TransferState::ClientApproved | TransferState::ServerApproved);
    let expires = transfer.expires.filter(|_| approved);
    Transfer { state, actor: clid.to_owned(), act: now, expires, ..transfer }
}

/// What a transfer makes of a term.
pub(super) struct Term {
    /// The expiry that the added months count from.
    pub(super) base: Timestamp,
    /// The expiry after it.
    pub(super) expires: Timestamp,
    /// The auto-renewals that it takes the place of.
    pub(super) absorbed: Vec<Grace>,
}

/// The term of a domain that is transferred at that moment with so many months added. An auto-renewal that could still be taken
/// back, and adds no more than the transfer does, is: its year is the transfer's. The domain is left as if it had not been.
pub(super) fn term(tld: &ArchivedTld, domain: &mut Domain, months: u32, now: Timestamp) -> Term {
    let before = domain.expires;
    let absorbed = grace::absorb(domain, months, now);
    let base = domain.expires;
    Term { base, expires: term::transferred(tld, base, months, now).max(before), absorbed }
}

/// The domain and the hosts below it go to the client that asked for them, and `told` learn so.
///
/// The loser's grace periods end with the sponsorship they belong to, and nothing is given back for them but for the
/// auto-renewals that the transfer takes the place of ([`term`]). The requesting client has paid with its request, so that no
/// approval fails for money.
pub(super) fn approved<V: View>(
    view: &V,
    tld: &ArchivedTld,
    mut domain: Domain,
    (state, actor): (TransferState, &str),
    cause: &Cause<'_>,
    told: &[&str],
) -> Result<Decision, Refusal> {
    let now = cause.now;
    let mut pending = pending(&domain)?;
    if view.registrar(&pending.requester).is_none_or(|gaining| gaining.terminated.is_some()) {
        // Who asked for it is no registrar any more.
        let by = (TransferState::ServerCancelled, actor);
        return undone(view, domain, by, cause, (&[actor], "Transfer cancelled by the registry."));
    }
    let before = domain.expires;
    let mut changes = Vec::new();
    // Computed anew: there may be more room for the added term than when it was asked for.
    let Term { base, expires, absorbed } = term(tld, &mut domain, pending.months, now);
    for renewed in &absorbed {
        grace::refund(view, cause, &mut changes, &domain, renewed);
    }
    domain.expires = before;
    pending.expires = changed(&domain, expires);
    domain.expires = expires;
    let months = pending.months;
    let fee = std::mem::take(&mut domain.transfer_fee);
    domain.statuses = domain.statuses.without(Status::PendingTransfer);
    given(view, &mut changes, &mut domain, &pending.requester, now);
    let days = tld.periods.transfer_grace.to_native();
    grace::begin(&mut domain, now, grace::Begun { kind: GraceKind::Transfer, days, months, before: base, fee });
    let ended = ended(pending, state, actor, now);
    Ok(decided(view, now, changes, Success::Completed, domain, ended, (told, "Transfer approved.")))
}

/// The domain and the hosts below it are that client's from now on; everything that was between the registry and the one
/// before is over.
pub(in crate::registry) fn given<V: View>(
    view: &V,
    changes: &mut Vec<Change>,
    domain: &mut Domain,
    to: &str,
    now: Timestamp,
) {
    grace::end(domain, now);
    to.clone_into(&mut domain.sponsor);
    domain.transferred = Some(now);
    // RFC 9154, section 5.4: "Upon successful completion of the transfer, the registry MUST automatically unset the
    // authorization information."
    (domain.auth, domain.auth_until) = (None, None);
    // The token is a secret of the client that registered the domain.
    domain.token = None;
    changes.extend(following_hosts(view, domain, now));
}

/// The domain stays where it is, and the requesting client gets back what it has paid.
pub(super) fn undone<V: View>(
    view: &V,
    mut domain: Domain,
    (state, actor): (TransferState, &str),
    cause: &Cause<'_>,
    told: (&[&str], &str),
) -> Result<Decision, Refusal> {
    let pending = pending(&domain)?;
    let mut changes = Vec::new();
    let ended = undo(view, cause, &mut changes, &mut domain, pending, (state, actor));
    Ok(decided(view, cause.now, changes, Success::Completed, domain, ended, told))
}

/// The registry ends the transfer that is pending, if one is, and tells both sides.
pub(in crate::registry) fn halt<V: View>(view: &V, cause: &Cause<'_>, changes: &mut Vec<Change>, domain: &mut Domain) {
    let Ok(pending) = pending(domain) else { return };
    let sides = [pending.requester.clone(), pending.actor.clone()];
    let by = (TransferState::ServerCancelled, pending.actor.clone());
    let ended = undo(view, cause, changes, domain, pending, (by.0, &by.1));
    tell(
        view,
        cause.now,
        changes,
        &domain.name,
        &ended,
        (&[&sides[0], &sides[1]], "Transfer cancelled by the registry."),
    );
    domain.transfer = Some(ended);
}

fn undo<V: View>(
    view: &V,
    cause: &Cause<'_>,
    changes: &mut Vec<Change>,
    domain: &mut Domain,
    pending: Transfer,
    (state, actor): (TransferState, &str),
) -> Transfer {
    domain.statuses = domain.statuses.without(Status::PendingTransfer);
    let amount = std::mem::take(&mut domain.transfer_fee);
    let posting = Posting {
        clid: &pending.requester,
        kind: BillingKind::Refund,
        amount,
        domain: Some(domain),
        months: pending.months,
        reason: grace::credit(GraceKind::Transfer, amount).description,
    };
    billing::post(view, cause, changes, posting);
    ended(pending, state, actor, cause.now)
}

/// "Transfer of a domain object MUST implicitly transfer all host objects that are subordinate to the domain object"
/// (RFC 5731, section 3.2.4).
fn following_hosts<V: View>(view: &V, domain: &Domain, now: Timestamp) -> Vec<Change> {
    let hosts = view.subordinate_hosts(&domain.name).filter_map(|id| view.host(id));
    let moved = hosts.map(|host| {
        let mut host = checks::native::<Host>(host);
        host.sponsor.clone_from(&domain.sponsor);
        host.transferred = Some(now);
        Change::PutHost(host)
    });
    moved.collect()
}

/// The decision that, after `changes`, leaves the domain with `transfer` and tells the registrars on the other side.
pub(super) fn decided<V: View>(
    view: &V,
    now: Timestamp,
    mut changes: Vec<Change>,
    success: Success,
    mut domain: Domain,
    transfer: Transfer,
    told: (&[&str], &str),
) -> Decision {
    let name = domain.name.clone();
    domain.transfer = Some(transfer.clone());
    changes.insert(0, Change::PutDomain(domain));
    tell(view, now, &mut changes, &name, &transfer, told);
    Decision { changes, success, answer: Answer::DomainTransfer { name, transfer, bill: None } }
}

/// "All clients involved in the transaction MUST be notified using a service message" (RFC 5731, section 2.3), which includes
/// "the object-specific elements specified for <transfer> command responses" (RFC 5730, section 2.9.3.4).
fn tell<V: View>(
    view: &V,
    now: Timestamp,
    changes: &mut Vec<Change>,
    name: &str,
    transfer: &Transfer,
    (told, text): (&[&str], &str),
) {
    let data = PollData::DomainTransfer { name: name.to_owned(), transfer: transfer.clone() };
    for registrar in told {
        checks::notify(view, now, changes, registrar, text, data.clone());
    }
}
