//! `domain:renew` (RFC 5731, section 3.2.3): a later expiry.

use crate::base::timestamp::Date;
use crate::model::answer::{Answer, Success};
use crate::model::command::Period;
use crate::model::lifecycle;
use crate::model::record::Domain;
use crate::model::refusal::{Element, Fault, Refusal};
use crate::model::status::Status;
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::domain::{self, NAME, term};
use crate::registry::{Decision, Request, checks};

/// What refuses a renewal (RFC 5731, section 2.3). A pending transfer does too: pending statuses are never combined,
/// and the transfer was promised its own expiry.
const PROHIBIT_RENEW: &[Status] = &[
    Status::ClientRenewProhibited,
    Status::ServerRenewProhibited,
    Status::PendingCreate,
    Status::PendingDelete,
    Status::PendingRenew,
    Status::PendingTransfer,
    Status::PendingUpdate,
];

/// Extends a registration from its current expiry on. `current_expiry` is `None` for a date that none can have.
///
/// # Result codes
/// - 1000
/// - 2005: no valid name
/// - 2201: another client sponsors it
/// - 2303: no such domain
/// - 2304: client or server prohibit it, or an action is pending
/// - 2306: the current expiry is another day; a period outside of the bounds; an expiry too far away
pub(crate) fn decide<V: View>(
    view: &V,
    request: &Request<'_>,
    name: &str,
    current_expiry: Option<Date>,
    period: Option<Period>,
) -> Result<Decision, Refusal> {
    let domain = domain::load(view, name)?;
    let tld = domain::tld_of(view, domain)?;

    checks::sponsored_by(request.clid, &domain.sponsor, NAME, name)?;
    checks::allowed(lifecycle::domain(domain), PROHIBIT_RENEW, NAME, name)?;
    // RFC 5731, section 3.2.3: this value "ensures that repeated <renew> commands do not result in multiple,
    // unanticipated successful renewals".
    let expiry = domain.expires.get().date();
    if current_expiry != Some(expiry) {
        let given = current_expiry.map_or_else(String::new, |date| date.to_string());
        let found = if given.is_empty() { "a date that none can have" } else { &given };
        let reason = format!("the domain expires on {expiry}, found {found}");
        return Err(Refusal::Policy(Fault::new(Element::domain("curExpDate"), given, reason)));
    }
    let months = term::months(tld, period, tld.default_months.to_native())?;
    let now = request.now.trunc_millis();
    let expires = term::extended(tld, domain.expires.get(), months, now)?;

    let mut renewed = checks::native::<Domain>(domain);
    renewed.expires = expires;
    renewed.updater = Some(request.clid.to_owned());
    renewed.updated = Some(now);

    let answer = Answer::DomainRenewed { name: renewed.name.clone(), expires };
    Ok(Decision { changes: vec![Change::PutDomain(renewed)], success: Success::Completed, answer })
}
