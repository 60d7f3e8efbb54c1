//! `domain:transfer` with op `request` (RFC 5731, section 3.2.4): another client asks to become the sponsor.

use crate::model::answer::Success;
use crate::model::command::{AuthInfo, Period};
use crate::model::lifecycle;
use crate::model::record::{Domain, Transfer, TransferState};
use crate::model::refusal::{Element, Fault, Refusal};
use crate::model::status::Status;
use crate::model::view::View;
use crate::registry::domain::{self, NAME, term, transfer};
use crate::registry::{Decision, Request, checks};

/// Months that a transfer adds when the command does not say.
const TRANSFER_MONTHS: u32 = 12;

/// Makes the transfer wait for the sponsoring client, and tells it.
///
/// # Result codes
/// - 1001
/// - 2003: no authInfo
/// - 2005: no valid name
/// - 2102: authInfo that is no password
/// - 2106: the client sponsors it already
/// - 2202: a wrong authInfo, or none is set
/// - 2300: a transfer is pending
/// - 2303: no such domain
/// - 2304: client or server prohibit it, or another action is pending
/// - 2306: a period outside of the bounds; an expiry too far away
pub(crate) fn decide<V: View>(
    view: &V,
    request: &Request<'_>,
    name: &str,
    period: Option<Period>,
    auth: Option<&AuthInfo>,
) -> Result<Decision, Refusal> {
    let domain = domain::load(view, name)?;
    let tld = domain::tld_of(view, domain)?;

    // RFC 5730, section 2.9.3.4: requests come from "a client other than the current sponsoring client".
    if domain.sponsor == request.clid {
        return Err(Refusal::NotTransferable(Fault::new(NAME, name, "the client sponsors the domain already")));
    }
    // RFC 5730, section 2.9.3.4: authorization information "MUST be provided to complete a <transfer> command".
    let Some(auth) = auth else {
        let fault = Fault::new(Element::domain("authInfo"), "", "a transfer request needs the authInfo of the domain");
        return Err(Refusal::MissingParameter(fault));
    };
    checks::domain_auth(view, domain, auth)?;
    let statuses = lifecycle::domain(domain);
    if statuses.has(Status::PendingTransfer) {
        return Err(Refusal::PendingTransfer(Fault::new(NAME, name, "a transfer is pending already")));
    }
    checks::allowed(statuses, checks::PROHIBIT_TRANSFER, NAME, name)?;
    let months = term::months(tld, period, TRANSFER_MONTHS)?;
    let now = request.now.trunc_millis();
    let expires = term::extended(tld, domain.expires.get(), months, now)?;

    let mut domain = checks::native::<Domain>(domain);
    domain.statuses = domain.statuses.with(Status::PendingTransfer);
    let sponsor = domain.sponsor.clone();
    let pending = Transfer {
        state: TransferState::Pending,
        requester: request.clid.to_owned(),
        requested: now,
        actor: sponsor.clone(),
        act: now.plus_days(i64::from(tld.transfer_days.to_native())),
        months,
        expires: Some(expires),
    };

    Ok(transfer::decided(view, now, Success::Pending, domain, pending, (&sponsor, "Transfer requested.")))
}
