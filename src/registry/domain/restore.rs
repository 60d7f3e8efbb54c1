//! `domain:update` with `rgp:restore` (RFC 3915, section 4.2.5): a deleted name is taken back.

use crate::base::timestamp::Timestamp;
use crate::model::answer::{Answer, Success};
use crate::model::command::{DomainAddRem, DomainChange, DomainUpdate};
use crate::model::record::{ArchivedDomain, ArchivedRemoval, ArchivedTld, Domain, RemovalStage};
use crate::model::refusal::{Element, Fault, Refusal};
use crate::model::rgp::{Restore, RestoreOp, RestoreReport, RgpStatus};
use crate::model::status::Status;
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::domain::{self, NAME, term};
use crate::registry::{Decision, Request, checks};

const REPORT: Element = Element::rgp("report");
const STATEMENT: Element = Element::rgp("statement");

/// Takes a deletion back: at once where the TLD wants no report, else when the report has come.
///
/// A name that has expired meanwhile is renewed by as many years as it takes.
///
/// # Result codes
/// - 1000
/// - 2003: none of add, rem and chg; no report where one belongs, or one that leaves something out
/// - 2005: no valid name
/// - 2201: another client sponsors it
/// - 2303: no such domain
/// - 2304: it is not in redemption, or, for a report, not being restored
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
    changes_nothing(update)?;
    let now = request.now.trunc_millis();
    let mut domain = match (restore.op, restore.report.as_deref()) {
        (RestoreOp::Request, None) => requested(tld, found, &update.name, now)?,
        (RestoreOp::Request, Some(_)) => {
            // RFC 3915, section 4.2.5: then "an <rgp:report> element MUST NOT be present".
            return Err(Refusal::Policy(Fault::new(REPORT, "", "a report comes with op report, after the request")));
        }
        (RestoreOp::Report, Some(report)) => reported(tld, found, &update.name, now, report)?,
        (RestoreOp::Report, None) => {
            return Err(Refusal::MissingParameter(Fault::new(REPORT, "", "op report comes with a report")));
        }
    };
    domain.updater = Some(request.clid.to_owned());
    domain.updated = Some(now);
    let rgp = if domain.removal.is_some() { vec![RgpStatus::PendingRestore] } else { Vec::new() };
    let answer = Answer::DomainRestored { rgp };
    Ok(Decision { changes: vec![Change::PutDomain(domain)], success: Success::Completed, answer })
}

/// RFC 3915, section 4.2.5: "at least one empty <domain:add>, <domain:rem>, or <domain:chg> element MUST be present", empty
/// "to disallow the possibility of modifying a domain object as part of redemption grace period recovery processing".
fn changes_nothing(update: &DomainUpdate) -> Result<(), Refusal> {
    let empty = DomainAddRem::default();
    let one = |given: Option<&DomainAddRem>| given.is_none_or(|given| *given == empty);
    if !(one(update.add.as_ref()) && one(update.rem.as_ref()))
        || update.chg.as_ref().is_some_and(|chg| *chg != DomainChange::default())
    {
        let reason = "an update that restores a domain changes nothing else: add, rem and chg are empty";
        return Err(Refusal::Policy(Fault::new(Element::domain("name"), update.name.as_str(), reason)));
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

/// # Errors
/// 2304.
fn in_stage<'d>(domain: &'d ArchivedDomain, stage: RemovalStage, name: &str) -> Result<&'d ArchivedRemoval, Refusal> {
    match domain.removal.as_ref() {
        Some(removal) if removal.stage.get() == stage => Ok(removal),
        found => {
            let needed = if stage == RemovalStage::Redemption { "redemptionPeriod" } else { "pendingRestore" };
            let status = if found.is_some() { Status::PendingDelete } else { Status::Ok };
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
fn restored(tld: &ArchivedTld, domain: &mut Domain, now: Timestamp) {
    domain.removal = None;
    domain.statuses = domain.statuses.without(Status::PendingDelete);
    while domain.expires <= now {
        domain.expires = domain.expires.plus_months(term::auto_renewal(tld));
    }
}
