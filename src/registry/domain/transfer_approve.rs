//! `domain:transfer` with op `approve` (RFC 5731, section 3.2.4): the sponsoring client lets the domain go.

use crate::base::timestamp::Timestamp;
use crate::model::answer::Success;
use crate::model::command::AuthInfo;
use crate::model::record::{Domain, Host, TransferState};
use crate::model::refusal::Refusal;
use crate::model::status::Status;
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::domain::{self, NAME, transfer};
use crate::registry::{Decision, Request, checks};

/// Gives the domain and the hosts below it to the requesting client, and tells it.
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
    let mut domain = checks::native::<Domain>(found);
    let pending = transfer::pending(&domain)?;

    let now = request.now.trunc_millis();
    let (gaining, expires) = (pending.requester.clone(), pending.expires);
    domain.sponsor = gaining.clone();
    domain.transferred = Some(now);
    domain.expires = expires.unwrap_or(domain.expires);
    domain.statuses = domain.statuses.without(Status::PendingTransfer);
    // RFC 9154, section 5.4: "Upon successful completion of the transfer, the registry MUST automatically unset the
    // authorization information."
    domain.auth = None;
    let approved = transfer::ended(pending, TransferState::ClientApproved, request.clid, now);
    let hosts = following_hosts(view, &domain, now);

    let told = (gaining.as_str(), "Transfer approved.");
    let mut decision = transfer::decided(view, now, Success::Completed, domain, approved, told);
    decision.changes.extend(hosts);
    Ok(decision)
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
