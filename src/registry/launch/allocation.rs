//! What the registry does to applications: allocates, refuses, and says how far they are (RFC 8334, section 2.4).

use crate::model::launch::ApplicationStatus;
use crate::model::operator::OperatorRefusal;
use crate::model::operator_launch::{LaunchAllocate, LaunchRefuse, LaunchStatus};
use crate::model::record::{Application, BillingKind, GraceKind};
use crate::model::refusal::Refusal;
use crate::model::status::Status;
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::billing::{self, Posting};
use crate::registry::launch::phase::Rules;
use crate::registry::launch::{application, lordn};
use crate::registry::operator::{line, missing};
use crate::registry::{Cause, checks, domain, orphans, tariff};

/// `launch-allocate`: the name is registered for the applicant, who pays for it now. The other applications for it are refused
/// with it, unless they are to stay.
///
/// # Errors
/// No such application; one that is decided already, or invalid; the name is registered, or a variant of it; the applicant cannot
/// be charged.
pub(crate) fn allocate<V: View>(
    view: &V,
    cause: &Cause<'_>,
    allocate: &LaunchAllocate,
) -> Result<Vec<Change>, OperatorRefusal> {
    let mut application = load(view, &allocate.id)?;
    // From invalid it goes back for validation, or ends as rejected (section 2.4.1).
    if application.status == ApplicationStatus::Invalid {
        let why = format!("application {} is invalid; give it another status first (launch status)", application.id);
        return Err(OperatorRefusal::Conflict { why });
    }
    let tld = view.tld(&application.domain.tld).ok_or_else(|| missing("TLD", &application.domain.tld))?;
    let name = application.domain.name.clone();
    if view.domain(&name).is_some() {
        return Err(OperatorRefusal::Conflict { why: format!("domain {name} is registered") });
    }
    let applied = application.domain.created;
    let mut domain = application.domain.clone();
    // A variant may have been registered since it was applied for, or a table been loaded.
    let judged = domain::idn::of_application(view, tld, &domain);
    let judged = judged.map_err(|refusal| OperatorRefusal::Conflict { why: format!("{name}: {refusal}") })?;
    (domain.idn, domain.variant_keys) = (judged.label.map(Box::new), judged.keys);
    let unpaid = |refusal: Refusal| OperatorRefusal::Conflict {
        why: format!("{} cannot pay for {name}: {refusal}", application.domain.sponsor),
    };
    let element = crate::model::refusal::Element::domain("name");
    let found = tariff::of(view, &domain.sponsor, &tld.name, &domain.class, cause.now);
    let found = found.map_err(|none| unpaid(none.refusal(element, &name)))?;
    let (now, months) = (cause.now, application.months);
    let fee = found.map_or(0, |tariff| tariff.create(months));
    (domain.created, domain.expires) = (now, now.plus_months(months));
    domain.statuses = domain.statuses.without(Status::PendingCreate);
    if let Some(origin) = &mut domain.launch {
        origin.application = Some(application.id.clone());
    }
    let days = tld.periods.add_grace.to_native();
    domain::grace::begin(
        &mut domain,
        now,
        domain::grace::Begun { kind: GraceKind::Add, days, months, before: now, fee },
    );

    let mut changes = vec![Change::PutDomain(domain.clone())];
    let sponsor = domain.sponsor.as_str();
    let posting =
        Posting { clid: sponsor, kind: BillingKind::Create, amount: -fee, domain: Some(&domain), months, reason: "" };
    billing::charge(view, cause, &mut changes, posting).map_err(unpaid)?;
    let plan = view.launch_plan(&tld.name);
    let phase = plan.and_then(|plan| plan.phases.iter().find(|known| known.phase.get() == application.phase));
    let rules = plan.zip(phase).map(|(plan, phase)| Rules::of(phase, plan.notice_days.to_native()));
    lordn::record(view, &mut changes, &domain, domain::label(&name, tld), Some(applied), rules.as_ref());
    (application.status, application.reason) = (ApplicationStatus::Allocated, String::new());
    changes.push(Change::PutApplication(application.clone()));
    application::tell(view, cause, &mut changes, &application);
    if !allocate.keep_others {
        for other in view.applications(&name).filter(|other| other.id != application.id) {
            if !other.status.get().is_final() {
                let reason = "The name has been allocated to another application.";
                reject(view, cause, &mut changes, checks::native::<Application>(other), reason);
            }
        }
    }
    Ok(changes)
}

/// `launch-refuse`: the name will not be registered for the applicant.
///
/// # Errors
/// No such application; one that is decided already; a bad reason.
pub(crate) fn refuse<V: View>(
    view: &V,
    cause: &Cause<'_>,
    refuse: &LaunchRefuse,
) -> Result<Vec<Change>, OperatorRefusal> {
    let application = load(view, &refuse.id)?;
    let reason = line("reason", refuse.reason.as_deref())?;
    let mut changes = Vec::new();
    reject(view, cause, &mut changes, application, reason);
    Ok(changes)
}

/// `launch-status`: how far an application is.
///
/// # Errors
/// No such application; one that is decided already, or has this status and reason; a bad reason; a status that allocation or
/// refusal brings.
pub(crate) fn status<V: View>(
    view: &V,
    cause: &Cause<'_>,
    change: &LaunchStatus,
) -> Result<Vec<Change>, OperatorRefusal> {
    let mut application = load(view, &change.id)?;
    let reason = line("reason", change.reason.as_deref())?;
    if change.status.0.is_final() {
        return Err(OperatorRefusal::Invalid {
            field: "status",
            found: change.status.0.name().to_owned(),
            expected: "a status that is not the last; launch allocate and launch refuse bring those".to_owned(),
        });
    }
    if (application.status, application.reason.as_str()) == (change.status.0, reason) {
        return Err(OperatorRefusal::Unchanged { state: format!("{} is {}", application.id, change.status.0.name()) });
    }
    (application.status, application.reason) = (change.status.0, reason.to_owned());
    let mut changes = vec![Change::PutApplication(application.clone())];
    application::tell(view, cause, &mut changes, &application);
    Ok(changes)
}

/// The application, if something can still become of it.
fn load<V: View>(view: &V, id: &str) -> Result<Application, OperatorRefusal> {
    let found = view.application(id).ok_or_else(|| missing("application", id))?;
    let status = found.status.get();
    match status.is_final() {
        false => Ok(checks::native::<Application>(found)),
        true => Err(OperatorRefusal::Conflict { why: format!("application {id} is {} already", status.name()) }),
    }
}

fn reject<V: View>(view: &V, cause: &Cause<'_>, changes: &mut Vec<Change>, mut application: Application, reason: &str) {
    let before = view.application(&application.id).map(|found| &found.domain);
    orphans::relinked(view, cause.now, changes, before, None);
    (application.status, application.reason) = (ApplicationStatus::Rejected, reason.to_owned());
    changes.push(Change::PutApplication(application.clone()));
    application::tell(view, cause, changes, &application);
}
