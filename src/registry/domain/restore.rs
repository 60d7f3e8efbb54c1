//! `domain:update` with `rgp:restore` (RFC 3915, section 4.2.5): a deleted name is taken back.

use crate::base::timestamp::Timestamp;
use crate::model::answer::{Answer, Success};
use crate::model::command::{DomainAddRem, DomainChange, DomainUpdate};
use crate::model::lifecycle;
use crate::model::record::{ArchivedDomain, ArchivedTld, BillingKind, Domain, RemovalStage};
use crate::model::refusal::{Element, Fault, Refusal};
use crate::model::rgp::{Restore, RestoreOp, RestoreReport, RgpStatus};
use crate::model::status::Status;
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::billing::{self, Posting};
use crate::registry::domain::{self, NAME, removal, term};
use crate::registry::{Decision, Request, checks, tariff};

const REPORT: Element = Element::rgp("report");
const STATEMENT: Element = Element::rgp("statement");

/// Takes a deletion back: at once where the TLD wants no report, else when the report has come.
///
/// A name that has expired meanwhile is renewed by as many years as it takes. A restore is paid for when it is asked for, also
/// one whose report never comes.
///
/// # Result codes
/// - 1000
/// - 2003: the fee must be acknowledged; none of add, rem and chg; no report where one belongs, or one that leaves something
///   out
/// - 2004: the fee is more than the client agrees to, or in another currency
/// - 2005: no valid name
/// - 2104: the account does not cover the fee, or there is none in its currency
/// - 2201: another client sponsors it
/// - 2303: no such domain
/// - 2304: the registry prohibits updates; it is not in redemption, or, for a report, not being restored
/// - 2306: the update changes something besides; a report where none belongs, or with dates that cannot be
pub(crate) fn decide<V: View>(
    view: &V,
    request: &Request<'_>,
    update: &DomainUpdate,
    restore: &Restore,
) -> Result<Decision, Refusal> {
    let found = domain::load(view, &update.name)?;
    let tld = domain::tld_of(view, found)?;

    checks::sponsored_by(request.clid, &found.sponsor, NAME, &update.name)?;
    // The registry's word against updates holds (RFC 5731, section 2.3). The client's own cannot: it could not be taken away
    // before the restore.
    checks::allowed(found.statuses.get(), &[Status::ServerUpdateProhibited], NAME, &update.name)?;
    changes_nothing(update)?;
    let now = request.now.trunc_millis();
    let tariff = tariff::of(view, request.clid, &tld.name, &found.class, now);
    // A report is for what is paid already; years that it adds besides are charged to who has an account.
    let tariff = match (restore.op, tariff) {
        (_, Ok(tariff)) => tariff,
        (RestoreOp::Report, Err(_)) => None,
        (RestoreOp::Request, Err(none)) => return Err(none.refusal(NAME, &update.name)),
    };
    let (mut domain, requested) = match (restore.op, restore.report.as_deref()) {
        (RestoreOp::Request, None) => (requested(tld, found, &update.name, now)?, true),
        (RestoreOp::Request, Some(_)) => {
            // RFC 3915, section 4.2.5: then "an <rgp:report> element MUST NOT be present".
            return Err(Refusal::Policy(Fault::new(REPORT, "", "a report comes with op report, after the request")));
        }
        (RestoreOp::Report, Some(report)) => (reported(tld, found, &update.name, now, report)?, false),
        (RestoreOp::Report, None) => {
            return Err(Refusal::MissingParameter(Fault::new(REPORT, "", "op report comes with a report")));
        }
    };
    domain.updater = Some(request.clid.to_owned());
    domain.updated = Some(now);
    let rgp = if domain.removal.is_some() { vec![RgpStatus::PendingRestore] } else { Vec::new() };

    // A restore is paid when it is asked for, the years that it adds when it adds them.
    let renewed = if rgp.is_empty() { missing(tld, found.expires.get(), now) } else { 0 };
    let restored = tariff.filter(|_| requested).map_or(0, |tariff| tariff.restore());
    let fees = [
        (BillingKind::Restore, restored, 0),
        (BillingKind::Renew, tariff.map_or(0, |tariff| tariff.renew(renewed)), renewed),
    ];
    let due = fees.iter().map(|(_, fee, _)| fee).sum();
    tariff::acknowledged(tld, &found.class, tariff.as_ref(), due, update.fee.as_ref())?;
    let mut changes = vec![Change::PutDomain(domain.clone())];
    for (kind, fee, months) in fees {
        let posting = Posting { clid: request.clid, kind, amount: -fee, domain: Some(&domain), months, reason: "" };
        billing::charge(view, &request.cause("domain:update"), &mut changes, posting)?;
    }
    let lines = fees.map(|(kind, fee, _)| billing::fee_line(kind, fee, 0));
    let bill = billing::bill(view, &changes, request.clid, None, &lines);
    let answer = Answer::DomainUpdated { rgp, bill };
    Ok(Decision { changes, success: Success::Completed, answer })
}

/// RFC 3915, section 4.2.5: "at least one empty <domain:add>, <domain:rem>, or <domain:chg> element MUST be present", empty
/// "to disallow the possibility of modifying a domain object as part of redemption grace period recovery processing".
fn changes_nothing(update: &DomainUpdate) -> Result<(), Refusal> {
    let empty = DomainAddRem::default();
    let one = |given: Option<&DomainAddRem>| given.is_none_or(|given| *given == empty);
    let nothing_else = one(update.add.as_ref())
        && one(update.rem.as_ref())
        && update.chg.as_ref().is_none_or(|chg| *chg == DomainChange::default())
        && update.sec_dns.is_none()
        && update.ttls.is_empty();
    if !nothing_else {
        let reason = "an update that restores a domain changes nothing else: add, rem and chg are empty";
        return Err(Refusal::Policy(Fault::new(NAME, update.name.as_str(), reason)));
    }
    Ok(())
}

fn requested(tld: &ArchivedTld, found: &ArchivedDomain, name: &str, now: Timestamp) -> Result<Domain, Refusal> {
    in_stage(found, RemovalStage::Redemption, name)?;
    let mut domain = checks::native::<Domain>(found);
    let days = tld.periods.pending_restore.to_native();
    match &mut domain.removal {
        Some(removal) if tld.restore_report && days > 0 => {
            removal.stage = RemovalStage::Restoring;
            removal.until = now.plus_days(i64::from(days));
            // If no report comes.
            let anew = removal::redemption(&tld.periods, removal.until, removal.deleted, None);
            removal.purge = anew.purge;
        }
        _ => restored(tld, &mut domain, now),
    }
    Ok(domain)
}

fn reported(
    tld: &ArchivedTld,
    found: &ArchivedDomain,
    name: &str,
    now: Timestamp,
    report: &RestoreReport,
) -> Result<Domain, Refusal> {
    in_stage(found, RemovalStage::Restoring, name)?;
    complete(report, now)?;
    let mut domain = checks::native::<Domain>(found);
    restored(tld, &mut domain, now);
    Ok(domain)
}

/// That the domain's removal is in that stage.
///
/// # Errors
/// 2304.
fn in_stage(domain: &ArchivedDomain, stage: RemovalStage, name: &str) -> Result<(), Refusal> {
    match domain.removal.as_ref() {
        Some(removal) if removal.stage.get() == stage => Ok(()),
        found => {
            let needed = if stage == RemovalStage::Redemption { "redemptionPeriod" } else { "pendingRestore" };
            let shown = lifecycle::domain(domain).iter().next().unwrap_or(Status::Ok);
            let status = if found.is_some() { Status::PendingDelete } else { shown };
            Err(Refusal::Status { fault: Fault::new(NAME, name, format!("the domain is not in {needed}")), status })
        }
    }
}

/// That a report says all it must (RFC 3915, sections 3.4 and 4.2.5), as far as a registry can know: the two statements, the
/// data before and after, a reason, and dates in their order.
fn complete(report: &RestoreReport, now: Timestamp) -> Result<(), Refusal> {
    for (element, text) in [("preData", &report.before), ("postData", &report.after), ("resReason", &report.reason)] {
        if text.is_empty() {
            return Err(Refusal::MissingParameter(Fault::new(Element::rgp(element), "", "it must not be empty")));
        }
    }
    if report.statements.len() != 2 || report.statements.iter().any(String::is_empty) {
        let reason = format!("a report makes two statements, found {}", report.statements.len());
        return Err(Refusal::MissingParameter(Fault::new(STATEMENT, "", reason)));
    }
    // A day more, for clocks that differ.
    let latest = now.plus_days(1);
    match (report.deleted, report.restored) {
        (Some(deleted), Some(restored)) if deleted <= restored && restored <= latest => Ok(()),
        _ => {
            let reason = "delTime is not after resTime, and resTime is not in the future";
            Err(Refusal::Policy(Fault::new(Element::rgp("resTime"), "", reason)))
        }
    }
}

/// "The EPP status returns to "ok" (or whatever it was prior to processing the <delete> command)" (RFC 3915, section 2).
pub(in crate::registry) fn restored(tld: &ArchivedTld, domain: &mut Domain, now: Timestamp) {
    domain.removal = None;
    domain.statuses = domain.statuses.without(Status::PendingDelete);
    domain.expires = domain.expires.plus_months(missing(tld, domain.expires, now));
}

/// Months by which a registration that ends then must be renewed, to last until after `now`.
pub(super) fn missing(tld: &ArchivedTld, expires: Timestamp, now: Timestamp) -> u32 {
    let renewal = term::auto_renewal(tld);
    let mut months = 0;
    while expires.plus_months(months) <= now {
        months += renewal;
    }
    months
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::timestamp::Timestamp;
    use crate::model::command::Transform;
    use crate::model::lifecycle;
    use crate::registry::domain::fixture::{delete, domain, name_servers, update, world};
    use crate::registry::invariants;
    use crate::registry::testing::{A, B, World};

    const NAME: &str = "plain.example";

    fn report(now: Timestamp) -> RestoreReport {
        RestoreReport {
            before: "As it was.".into(),
            after: "As it is.".into(),
            deleted: Some(now.plus_days(-2)),
            restored: Some(now.plus_days(-1)),
            reason: "Registrant error.".into(),
            statements: vec!["Not for ourselves.".into(), "It is true.".into()],
            other: None,
        }
    }

    fn restore(op: RestoreOp, report: Option<RestoreReport>) -> Transform {
        update(NAME, |update| {
            update.chg = Some(DomainChange::default());
            update.restore = Some(Restore { op, report: report.map(Box::new) });
        })
    }

    /// The name is deleted outside of its add grace period.
    fn deleted() -> World {
        let mut world = world();
        world.pass(world.now.plus_days(10));
        assert_eq!(world.code(A, &delete(NAME)), 1001);
        world
    }

    fn shown(world: &World) -> Vec<RgpStatus> {
        lifecycle::rgp(world.memory.domain(NAME).expect("there"), world.now)
    }

    #[test]
    fn a_name_is_restored_by_request_and_report() {
        let mut world = deleted();
        let before = domain(&world, NAME);
        assert!(before.statuses.has(Status::PendingDelete));
        assert_eq!(shown(&world), [RgpStatus::RedemptionPeriod]);
        world.pass(world.now.plus_days(29));
        let requested = world.run(A, &restore(RestoreOp::Request, None));
        assert!(matches!(requested, Ok((_, Answer::DomainUpdated { rgp, .. })) if rgp == [RgpStatus::PendingRestore]));
        assert_eq!(shown(&world), [RgpStatus::PendingRestore]);
        assert_eq!(world.code(A, &restore(RestoreOp::Request, None)), 2304, "it is asked for already");
        world.pass(world.now.plus_days(6));
        let reported = world.run(A, &restore(RestoreOp::Report, Some(report(world.now))));
        assert!(matches!(reported, Ok((Success::Completed, Answer::DomainUpdated { rgp, .. })) if rgp.is_empty()));
        let now = world.now.trunc_millis();
        let updated = (Some(A.to_owned()), Some(now));
        let expected = Domain {
            statuses: before.statuses.without(Status::PendingDelete),
            removal: None,
            updater: updated.0,
            updated: updated.1,
            ..before
        };
        assert_eq!(domain(&world, NAME), expected);
        invariants::check(&world.memory, world.now).expect("whole");
        assert_eq!(world.pass(world.now.plus_days(300)), [], "nothing is left to be done");
    }

    #[test]
    fn restores_are_judged() {
        let now = deleted().now;
        let with = |change: fn(&mut RestoreReport)| {
            let mut changed = report(now);
            change(&mut changed);
            restore(RestoreOp::Report, Some(changed))
        };
        let request = || restore(RestoreOp::Request, None);
        let besides = update(NAME, |update| {
            update.add = Some(name_servers(&["ns1.example.com"]));
            update.restore = Some(Restore { op: RestoreOp::Request, report: None });
        });
        let bare = update(NAME, |update| update.restore = Some(Restore { op: RestoreOp::Request, report: None }));
        let other = update("foo.example", |update| {
            update.chg = Some(DomainChange::default());
            update.restore = Some(Restore { op: RestoreOp::Request, report: None });
        });
        // The case, whether the restore has been asked for, who commands what, and the code.
        let rows = [
            ("request", false, A, request(), 1000),
            ("another client", false, B, request(), 2201),
            ("not deleted", false, A, other, 2304),
            ("without add, rem and chg", false, A, bare, 2003),
            ("with a change besides", false, A, besides, 2306),
            ("request with a report", false, A, restore(RestoreOp::Request, Some(report(now))), 2306),
            ("report without a request", false, A, with(|_| ()), 2304),
            ("report", true, A, with(|_| ()), 1000),
            ("report of another client", true, B, with(|_| ()), 2201),
            ("no report", true, A, restore(RestoreOp::Report, None), 2003),
            ("one statement", true, A, with(|report| drop(report.statements.pop())), 2003),
            ("an empty statement", true, A, with(|report| report.statements[1].clear()), 2003),
            ("no reason", true, A, with(|report| report.reason.clear()), 2003),
            ("nothing before", true, A, with(|report| report.before.clear()), 2003),
            ("nothing after", true, A, with(|report| report.after.clear()), 2003),
            (
                "restored before it was deleted",
                true,
                A,
                with(|report| report.restored = report.deleted.map(|d| d.plus_days(-1))),
                2306,
            ),
            (
                "restored in the future",
                true,
                A,
                with(|report| report.restored = report.restored.map(|d| d.plus_days(9))),
                2306,
            ),
            ("no such date", true, A, with(|report| report.deleted = None), 2306),
        ];
        for (case, asked, clid, command, expected) in rows {
            let mut world = deleted();
            if asked {
                assert_eq!(world.code(A, &request()), 1000, "{case}");
            }
            assert_eq!(world.code(clid, &command), expected, "{case}");
            invariants::check(&world.memory, world.now).expect(case);
        }
    }

    #[test]
    fn a_report_that_does_not_come_leads_back_to_a_whole_redemption_and_to_the_purge() {
        let mut world = deleted();
        assert_eq!(world.code(A, &restore(RestoreOp::Request, None)), 1000);
        let asked = world.now.trunc_millis();
        let steps = world.pass(asked.plus_days(100));
        assert_eq!(
            steps,
            [
                (asked.plus_days(7), "domain:restore-lapsed"),
                (asked.plus_days(37), "domain:pending-delete"),
                (asked.plus_days(42), "domain:purge"),
            ]
        );
        assert_eq!(world.code(A, &restore(RestoreOp::Request, None)), 2303);
    }

    #[test]
    fn nothing_can_be_done_in_pending_delete() {
        let mut world = deleted();
        world.pass(world.now.plus_days(31));
        assert_eq!(shown(&world), [RgpStatus::PendingDelete]);
        assert_eq!(world.code(A, &restore(RestoreOp::Request, None)), 2304);
        assert_eq!(world.code(A, &delete(NAME)), 2304);
    }

    #[test]
    fn a_name_that_has_expired_meanwhile_is_renewed_by_its_restore_and_a_tld_may_want_no_report() {
        let mut world = world();
        let mut tld = checks::native::<crate::model::record::Tld>(world.memory.tld("example").expect("there"));
        tld.restore_report = false;
        world.put(vec![Change::PutTld(tld)]);
        let expires = domain(&world, NAME).expires;
        world.pass(expires.plus_days(-3));
        assert_eq!(world.code(A, &delete(NAME)), 1001);
        world.pass(expires.plus_days(20));
        assert_eq!(domain(&world, NAME).expires, expires, "what is deleted is not renewed");
        let restored = world.run(A, &restore(RestoreOp::Request, None));
        assert!(matches!(restored, Ok((Success::Completed, Answer::DomainUpdated { rgp, .. })) if rgp.is_empty()));
        assert_eq!(domain(&world, NAME).expires, expires.plus_months(12));
        assert_eq!(shown(&world), []);
    }
}
