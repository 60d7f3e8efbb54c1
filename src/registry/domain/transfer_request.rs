//! `domain:transfer` with op `request` (RFC 5731, section 3.2.4): another client asks to become the sponsor.

use crate::base::timestamp::Timestamp;
use crate::model::answer::{Answer, Success};
use crate::model::command::{AuthInfo, Period};
use crate::model::fee::FeeOffer;
use crate::model::lifecycle;
use crate::model::record::{ArchivedDomain, ArchivedTld, ArchivedToken, BillingKind, Domain, Transfer, TransferState};
use crate::model::refusal::{Element, Fault, Refusal};
use crate::model::status::Status;
use crate::model::token::TokenAction;
use crate::model::view::View;
use crate::registry::billing::{self, Posting};
use crate::registry::domain::{self, NAME, term, transfer};
use crate::registry::token::{self, Purpose};
use crate::registry::{Decision, Request, checks, tariff};

/// Months that a transfer adds when the command does not say.
const MONTHS: u32 = 12;

/// Months that a transfer adds in this TLD when the command does not say: a year, or what comes nearest to it.
pub(super) fn default_months(tld: &ArchivedTld) -> u32 {
    MONTHS.clamp(tld.min_months.to_native(), tld.max_months.to_native())
}

/// Makes the transfer wait for the sponsoring client, and tells it. Its fee is charged now, and given back if it comes to nothing;
/// an allocation token is used by the request, whatever comes of it.
///
/// # Result codes
/// - 1001
/// - 2003: no authInfo; the fee must be acknowledged
/// - 2004: the fee is more than the client agrees to, or in another currency
/// - 2005: no valid name
/// - 2102: authInfo that is no password
/// - 2104: the account does not cover the fee, or there is none in its currency
/// - 2106: the client sponsors it already; it was created or transferred too short a time ago
/// - 2201: an allocation token that does not apply
/// - 2202: a wrong authInfo, or none is set
/// - 2300: a transfer is pending
/// - 2303: no such domain
/// - 2304: client or server prohibit it, or another action is pending
/// - 2306: a period outside of the bounds; more than a year asked for, and with it an expiry too far away
pub(crate) fn decide<V: View>(
    view: &V,
    request: &Request<'_>,
    name: &str,
    period: Option<Period>,
    auth: Option<&AuthInfo>,
    (offer, given): (Option<&FeeOffer>, Option<&str>),
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
    let now = request.now.trunc_millis();
    unlocked(tld, domain, now, name)?;
    let months = term::months(tld, period, default_months(tld))?;
    // As it would be if it were approved now.
    let after = transfer::term(tld, &mut checks::native::<Domain>(domain), months, now);
    if months > MONTHS {
        // The year that a transfer adds by itself is cut where there is no room for it; one that is asked for beyond is not.
        term::extended(tld, after.base, months, now)?;
    }
    let expires = after.expires;

    let (token, fee) = price(view, request, (domain, tld, months), (offer, given))?;

    let mut domain = checks::native::<Domain>(domain);
    domain.statuses = domain.statuses.with(Status::PendingTransfer);
    domain.transfer_fee = fee;
    let sponsor = domain.sponsor.clone();
    let pending = Transfer {
        state: TransferState::Pending,
        requester: request.clid.to_owned(),
        requested: now,
        actor: sponsor.clone(),
        act: now.plus_days(i64::from(tld.transfer_days.to_native())),
        months,
        expires: transfer::changed(&domain, expires),
    };

    let mut charged = Vec::new();
    let (kind, reason) = (BillingKind::Transfer, token::reason(token));
    let posting = Posting { clid: request.clid, kind, amount: -fee, domain: Some(&domain), months, reason: &reason };
    billing::charge(view, &request.cause("domain:transfer-request"), &mut charged, posting)?;
    token::spend(&mut charged, token);
    let line = billing::fee_line(kind, fee, tld.periods.transfer_grace.to_native());
    let paid = billing::bill(view, &charged, request.clid, Some(months), &[line]);

    let told: (&[&str], &str) = (&[&sponsor], "Transfer requested.");
    let mut decision = transfer::decided(view, now, charged, Success::Pending, domain, pending, told);
    if let Answer::DomainTransfer { bill, .. } = &mut decision.answer {
        *bill = paid;
    }
    Ok(decision)
}

/// The token of the request, and what is to be paid with it.
fn price<'v, V: View>(
    view: &'v V,
    request: &Request<'_>,
    (domain, tld, months): (&ArchivedDomain, &ArchivedTld, u32),
    (offer, given): (Option<&FeeOffer>, Option<&str>),
) -> Result<(Option<&'v ArchivedToken>, i64), Refusal> {
    let (name, clid, now) = (domain.name.as_str(), request.clid, request.now.trunc_millis());
    let purpose = Purpose { action: TokenAction::Transfer, name, tld: &tld.name, clid, now };
    let token = token::of(view, given, purpose)?;
    let class = token::class(token, &domain.class);
    let tariff = tariff::of(view, clid, &tld.name, class, now).map_err(|none| none.refusal(NAME, name))?;
    let fee = tariff.map_or(0, |tariff| token::due(token, &tariff, tariff.transfer(months)));
    tariff::acknowledged(tld, class, tariff.as_ref(), fee, offer)?;
    Ok((token, fee))
}

/// That it is long enough ago that the domain was created and last transferred, where the TLD asks for that.
///
/// # Errors
/// 2106.
fn unlocked(tld: &ArchivedTld, domain: &ArchivedDomain, now: Timestamp, name: &str) -> Result<(), Refusal> {
    let (created, transferred) = (Some(domain.created.get()), domain.transferred.as_ref().map(|time| time.get()));
    let periods = &tld.periods;
    for (since, days) in [(created, &periods.create_lock), (transferred, &periods.transfer_lock)] {
        let end = since.map(|since| since.plus_days(i64::from(days.to_native())));
        if let Some(end) = end.filter(|end| now < *end) {
            let reason = format!("the domain cannot be transferred before {end}");
            return Err(Refusal::NotTransferable(Fault::new(NAME, name, reason)));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::command::TransferOp;
    use crate::model::record::{ArchivedPollData, PollData};
    use crate::registry::domain::fixture::{
        Row, check_table, date, domain, extension, months, password, password_of, renew, request, requested, world,
        years,
    };
    use crate::registry::testing::{A, B, C, PASSWORD};

    fn row(case: &'static str, clid: &'static str, name: &str, auth: Option<AuthInfo>, code: u16) -> Row {
        (case, &[], clid, request(name, None, auth), code)
    }

    #[test]
    fn requests_are_judged() {
        let world = world();
        let own = || Some(password(PASSWORD));
        let roid = |id| world.memory.contact(id).expect("was put").roid.to_string();
        let (registrant, other) = (roid("jd1234"), roid("other"));
        let period = |case, period, code| -> Row { (case, &[], B, request("foo.example", period, own()), code) };
        let mut rows = vec![
            row("other", B, "foo.example", own(), 1001),
            row("upper case", B, "FOO.example", own(), 1001),
            row("minimum", B, "foo.test", own(), 1001),
            row("sponsor", A, "foo.example", own(), 2106),
            row("no authInfo", B, "foo.example", None, 2003),
            row("wrong authInfo", B, "foo.example", Some(password("wrong")), 2202),
            row("empty authInfo", B, "foo.example", Some(password("")), 2202),
            row("authInfo where none is set", B, "bare.test", own(), 2202),
            row("empty authInfo where none is set", B, "bare.test", Some(password("")), 2202),
            row("null authInfo where none is set", B, "bare.test", Some(AuthInfo::Null), 2202),
            row("authInfo of the registrant", B, "foo.example", Some(password_of(&registrant, PASSWORD)), 1001),
            row("wrong authInfo of the registrant", B, "foo.example", Some(password_of(&registrant, "wrong")), 2202),
            row("authInfo of a contact of other domains", B, "foo.example", Some(password_of(&other, PASSWORD)), 2202),
            row("authInfo that is no password", B, "foo.example", Some(extension()), 2102),
            row("unknown", B, "free.example", own(), 2303),
            row("no name", B, "free", own(), 2005),
            period("nine years", years(9), 1001),
            period("eleven years in all", years(10), 2306),
            period("eleven years", years(11), 2306),
            period("24 months", months(24), 1001),
            period("13 months", months(13), 2306),
        ];
        for (statuses, code) in [
            (&[Status::ClientTransferProhibited][..], 2304),
            (&[Status::ServerTransferProhibited], 2304),
            (&[Status::PendingTransfer], 2300),
            (&[Status::PendingCreate], 2304),
            (&[Status::PendingDelete], 2304),
            (&[Status::PendingRenew], 2304),
            (&[Status::PendingUpdate], 2304),
            (&[Status::ClientHold, Status::ClientDeleteProhibited, Status::ClientRenewProhibited], 1001),
            (&[Status::ServerHold, Status::ServerDeleteProhibited, Status::ServerRenewProhibited], 1001),
            (&[Status::ClientUpdateProhibited, Status::ServerUpdateProhibited], 1001),
        ] {
            rows.push(("status", statuses, B, request("foo.example", None, own()), code));
        }
        check_table(rows);
    }

    #[test]
    fn the_year_of_a_transfer_is_cut_where_there_is_no_room_for_it() {
        // Years renewed before, days that pass, the period of the request, the code, and days by which the expiry moves
        // with the request and then, another day later, with its approval.
        for (renewed, days, period, code, asked, approved) in [
            (9, 0, None, 1001, 0, 1),
            (9, 0, years(1), 1001, 0, 1),
            (9, 0, months(12), 1001, 0, 1),
            (9, 0, years(2), 2306, 0, 0),
            (9, 100, None, 1001, 100, 101),
            (9, 100, years(2), 2306, 0, 0),
            (9, 366, None, 1001, 366, 366),
            (8, 0, None, 1001, 365, 365),
            (8, 0, years(1), 1001, 365, 365),
            (8, 0, years(2), 2306, 0, 0),
            (7, 0, years(2), 1001, 731, 731),
        ] {
            let mut world = world();
            assert_eq!(world.code(A, &renew("foo.test", date(2027, 11, 21), years(renewed))), 1000);
            world.now = world.now.plus_days(days);
            let before = domain(&world, "foo.test").expires;
            let case = format!("{renewed} years, {days} days, {period:?}");
            assert_eq!(world.code(B, &request("foo.test", period, Some(password(PASSWORD)))), code, "{case}");
            if code != 1001 {
                continue;
            }
            let shown = domain(&world, "foo.test").transfer.and_then(|transfer| transfer.expires);
            // Whole days: the leap years differ.
            let about = |at: Timestamp, days: i64| (at.micros() - before.plus_days(days).micros()).abs() < 2 * DAY;
            match asked {
                0 => assert_eq!(shown, None, "{case}: nothing changes, so nothing is shown"),
                _ => assert!(shown.is_some_and(|shown| about(shown, asked)), "{case}: {shown:?}"),
            }
            world.now = world.now.plus_days(1);
            let approve = crate::registry::domain::fixture::transfer(TransferOp::Approve, "foo.test", None);
            assert_eq!(world.code(A, &approve), 1000, "{case}");
            let after = domain(&world, "foo.test");
            assert!(about(after.expires, approved), "{case}: {}", after.expires);
            assert!(after.expires <= world.now.plus_months(120), "{case}: {}", after.expires);
            assert_eq!(after.transfer.and_then(|transfer| transfer.expires), Some(after.expires), "{case}");
        }
    }

    const DAY: i64 = 86_400_000_000;

    #[test]
    fn the_sponsor_is_told_and_the_domain_waits() {
        let mut world = world();
        world.now = world.now.plus_days(1);
        let command = request("foo.example", years(2), Some(password(PASSWORD)));
        let Ok((Success::Pending, Answer::DomainTransfer { name, transfer, .. })) = world.run(B, &command) else {
            panic!("a good request waits")
        };
        assert_eq!(name, "foo.example");
        let expected = Transfer {
            state: TransferState::Pending,
            requester: B.into(),
            requested: world.now.trunc_millis(),
            actor: A.into(),
            act: world.now.trunc_millis().plus_days(5),
            months: 24,
            expires: Some(domain(&world, "foo.example").expires.plus_months(24)),
        };
        assert_eq!(transfer, expected);
        let found = domain(&world, "foo.example");
        assert_eq!((found.sponsor.as_str(), found.transfer.as_ref()), (A, Some(&expected)));
        assert_eq!(found.expires.to_string(), "2027-11-21T09:08:07.123Z");
        assert!(found.statuses.has(Status::PendingTransfer));

        let message = world.memory.poll_message(A, 1).expect("the sponsor is told");
        assert_eq!(message.queued.get(), world.now.trunc_millis());
        let data = message.data.as_ref().expect("with trnData");
        assert!(matches!(data, ArchivedPollData::DomainTransfer { .. }));
        let data = rkyv::deserialize::<PollData, rkyv::rancor::Error>(data).expect("plain data");
        assert_eq!(data, PollData::DomainTransfer { name, transfer });
        assert!(world.memory.poll_queue(B).is_none());
        assert_eq!(world.code(C, &command), 2300);
    }

    #[test]
    fn messages_are_numbered_in_turn() {
        let mut world = world();
        requested(&mut world, "foo.example");
        requested(&mut world, "plain.example");
        let name = |number| match world.memory.poll_message(A, number).and_then(|found| found.data.as_ref()) {
            Some(ArchivedPollData::DomainTransfer { name, .. }) => name.to_string(),
            _ => String::new(),
        };
        assert_eq!((name(1).as_str(), name(2).as_str()), ("foo.example", "plain.example"));
    }
}
