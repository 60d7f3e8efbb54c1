//! `domain:renew` (RFC 5731, section 3.2.3): a later expiry.

use crate::base::timestamp::Date;
use crate::model::answer::{Answer, Success};
use crate::model::command::Period;
use crate::model::fee::FeeOffer;
use crate::model::lifecycle;
use crate::model::record::{BillingKind, Domain, GraceKind};
use crate::model::refusal::{Element, Fault, Refusal};
use crate::model::status::Status;
use crate::model::token::TokenAction;
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::billing::{self, Posting};
use crate::registry::domain::{self, NAME, grace, term};
use crate::registry::token::{self, Purpose};
use crate::registry::{Decision, Request, checks, tariff};

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

/// Extends a registration from its current expiry on. `current_expiry` is `None` for a date that none can have. Beside it
/// stands what the extensions add: the fee that is agreed to, and an allocation token.
///
/// # Result codes
/// - 1000
/// - 2003: the fee must be acknowledged
/// - 2004: the fee is more than the client agrees to, or in another currency
/// - 2005: no valid name
/// - 2104: the account does not cover the fee, or there is none in its currency
/// - 2201: another client sponsors it; an allocation token that does not apply
/// - 2303: no such domain
/// - 2304: client or server prohibit it, or an action is pending
/// - 2306: the current expiry is another day; a period outside of the bounds; an expiry too far away
pub(crate) fn decide<V: View>(
    view: &V,
    request: &Request<'_>,
    name: &str,
    current_expiry: Option<Date>,
    period: Option<Period>,
    (offer, given): (Option<&FeeOffer>, Option<&str>),
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
    let action = TokenAction::Renew;
    let purpose = Purpose { action, name: &domain.name, tld: &tld.name, clid: request.clid, now };
    let token = token::of(view, given, purpose)?;
    let class = token::class(token, &domain.class);
    let tariff = tariff::of(view, request.clid, &tld.name, class, now);
    let tariff = tariff.map_err(|none| none.refusal(NAME, name))?;
    let fee = tariff.map_or(0, |tariff| token::due(token, &tariff, tariff.renew(months)));
    tariff::acknowledged(tld, class, tariff.as_ref(), fee, offer)?;

    let mut renewed = checks::native::<Domain>(domain);
    renewed.expires = expires;
    let days = tld.periods.renew_grace.to_native();
    grace::begin(
        &mut renewed,
        now,
        grace::Begun { kind: GraceKind::Renew, days, months, before: domain.expires.get(), fee },
    );
    renewed.updater = Some(request.clid.to_owned());
    renewed.updated = Some(now);

    let mut changes = Vec::new();
    let (kind, reason) = (BillingKind::Renew, token::reason(token));
    let posting = Posting { clid: request.clid, kind, amount: -fee, domain: Some(&renewed), months, reason: &reason };
    billing::charge(view, &request.cause("domain:renew"), &mut changes, posting)?;
    let bill = billing::bill(view, &changes, request.clid, None, &[billing::fee_line(kind, fee, days)]);
    token::spend(&mut changes, token);
    let answer = Answer::DomainRenewed { name: renewed.name.clone(), expires, bill };
    changes.insert(0, Change::PutDomain(renewed));
    Ok(Decision { changes, success: Success::Completed, answer })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::domain::fixture::{Row, check_table, date, domain, months, renew, world, years};
    use crate::registry::testing::{A, B};

    #[test]
    fn renewals_are_judged() {
        let day = || date(2027, 11, 21);
        let row = |case, current, period, code| -> Row { (case, &[], A, renew("foo.example", current, period), code) };
        let mut rows = vec![
            row("default", day(), None, 1000),
            row("nine years", day(), years(9), 1000),
            row("ten years in all and one more", day(), years(10), 2306),
            row("eleven years", day(), years(11), 2306),
            row("24 months", day(), months(24), 1000),
            row("13 months", day(), months(13), 2306),
            row("the day before", date(2027, 11, 20), None, 2306),
            row("the day after", date(2027, 11, 22), None, 2306),
            row("no day", None, None, 2306),
            ("upper case", &[], A, renew("FOO.example", day(), None), 1000),
            ("other", &[], B, renew("foo.example", day(), None), 2201),
            ("unknown", &[], A, renew("free.example", day(), None), 2303),
            ("no name", &[], A, renew("foo_.example", day(), None), 2005),
        ];
        for (statuses, code) in [
            (&[Status::ClientRenewProhibited][..], 2304),
            (&[Status::ServerRenewProhibited], 2304),
            (&[Status::PendingCreate], 2304),
            (&[Status::PendingDelete], 2304),
            (&[Status::PendingRenew], 2304),
            (&[Status::PendingTransfer], 2304),
            (&[Status::PendingUpdate], 2304),
            (&[Status::ClientHold, Status::ClientDeleteProhibited, Status::ClientTransferProhibited], 1000),
            (&[Status::ServerHold, Status::ServerDeleteProhibited, Status::ServerTransferProhibited], 1000),
            (&[Status::ClientUpdateProhibited, Status::ServerUpdateProhibited], 1000),
        ] {
            rows.push(("status", statuses, A, renew("foo.example", day(), None), code));
        }
        check_table(rows);
    }

    #[test]
    fn a_renewal_counts_from_the_expiry_and_only_once() {
        let mut world = world();
        world.now = world.now.plus_days(30);
        let command = renew("foo.example", date(2027, 11, 21), years(2));
        let Ok((_, Answer::DomainRenewed { name, expires, .. })) = world.run(A, &command) else {
            panic!("a good renewal succeeds")
        };
        assert_eq!((name.as_str(), expires.to_string().as_str()), ("foo.example", "2029-11-21T09:08:07.123Z"));
        let found = domain(&world, "foo.example");
        assert_eq!((found.expires, found.updater.as_deref()), (expires, Some(A)));
        assert_eq!(found.updated, Some(world.now.trunc_millis()));
        assert_eq!(world.code(A, &command), 2306);
        // Ten years from today are a month further away than nine from the expiry: the bound moves with the clock.
        assert_eq!(world.code(A, &renew("foo.example", date(2029, 11, 21), years(7))), 1000);
        assert_eq!(world.code(A, &renew("foo.example", date(2036, 11, 21), years(1))), 2306);
    }
}
