//! Names that are applied for (RFC 8334, section 2.1): how an application begins, is found, and is told of.

use crate::base::limits;
use crate::model::answer::{Answer, Success};
use crate::model::change::Snapshot;
use crate::model::launch::ApplicationStatus;
use crate::model::launch_command::LaunchId;
use crate::model::poll_data::{LaunchNews, PollData};
use crate::model::record::{Application, ArchivedApplication, Asked, Domain};
use crate::model::refusal::{Element, Fault, Refusal};
use crate::model::status::{Status, Statuses};
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::changed::{self, Object};
use crate::registry::launch::entry::{Claimed, Entry};
use crate::registry::launch::{marks, phase};
use crate::registry::{Cause, Decision, Request, checks, domain, orphans};

const APPLICATION: Element = Element::launch("applicationID");

/// An application for a name, as a create makes it: what is known to be right of it is said by its first status. It is paid
/// for when it is allocated.
///
/// # Errors
/// 2306 when there are as many for the name as are taken.
pub(crate) fn submit<V: View>(
    view: &V,
    request: &Request<'_>,
    mut domain: Domain,
    months: u32,
    entry: Entry,
    rescued: bool,
) -> Result<Decision, Refusal> {
    let own = |found: &&ArchivedApplication| found.domain.sponsor == request.clid;
    let (all, own) = (view.applications(&domain.name).count(), view.applications(&domain.name).filter(own).count());
    if all >= limits::APPLICATIONS_PER_NAME || own >= limits::APPLICATIONS_PER_NAME_AND_REGISTRAR {
        let reason = format!("there are {all} applications for the name, {own} of them yours: no more are taken");
        return Err(Refusal::Policy(Fault::new(Element::domain("name"), domain.name, reason)));
    }
    let repository = domain.roid.rsplit_once('-').map_or("", |(_, repository)| repository);
    let id = checks::roid('A', request.sequence, repository);
    domain.statuses = Statuses::of(&[Status::PendingCreate]);
    domain.launch = entry.origin;
    let validated = domain.launch.as_ref().is_some_and(|origin| !origin.smds.is_empty());
    let Claimed { codes, marks, .. } = entry.marks;
    let status = match (validated, codes.is_empty() && marks.is_empty()) {
        (true, _) => ApplicationStatus::Validated,
        (false, false) => ApplicationStatus::PendingValidation,
        (false, true) => ApplicationStatus::PendingAllocation,
    };
    let mut changes = Vec::new();
    marks::keep(&mut changes, &domain.roid, marks);
    if rescued {
        orphans::relinked(view, domain.created, &mut changes, None, Some(&domain));
    }
    let (name, created, phase) = (domain.name.clone(), domain.created, entry.rules.phase);
    let application = Application {
        id: id.clone(),
        domain,
        months,
        phase: phase.clone(),
        status,
        reason: String::new(),
        codes,
        asked: Asked { cl_trid: request.cl_trid.map(str::to_owned), sv_trid: request.sv_trid.to_owned() },
    };
    changes.insert(0, Change::PutApplication(application));
    let answer = Answer::ApplicationCreated { name, created, phase, application: id };
    Ok(Decision { changes, success: Success::Pending, answer })
}

/// The application of that identifier for a name, made in the phase that the command says.
///
/// # Errors
/// 2303 when there is none, 2306 when it was made in another phase.
pub(crate) fn load<'v, V: View>(
    view: &'v V,
    name: &str,
    id: &str,
    given: &crate::model::launch::Phase,
) -> Result<&'v ArchivedApplication, Refusal> {
    let found = view.application(id).filter(|found| found.domain.name == name);
    let missing = || Refusal::DoesNotExist(Fault::new(APPLICATION, id, "no such application for this name"));
    let found = found.ok_or_else(missing)?;
    phase::same(&found.phase.get(), given)?;
    Ok(found)
}

/// As [`load`], to change or withdraw it.
///
/// # Errors
/// As [`load`]; 2102 when there is none, and no phase of the TLD has applications (RFC 8334, sections 3.4 and 3.5).
pub(crate) fn load_to_change<'v, V: View>(
    view: &'v V,
    name: &str,
    id: &LaunchId,
) -> Result<&'v ArchivedApplication, Refusal> {
    load(view, name, &id.application, &id.phase).map_err(|refusal| match (refusal, domain::tld(view, name)) {
        (Refusal::DoesNotExist(_), Some(tld)) if !phase::has_applications(view, tld) => {
            let reason = "no phase of this TLD's launch has applications";
            Refusal::UnimplementedOption(Fault::new(APPLICATION, id.application.clone(), reason))
        }
        (refusal, _) => refusal,
    })
}

/// That something can still become of an application.
///
/// # Errors
/// 2308 when nothing can.
pub(crate) fn running(found: &ArchivedApplication) -> Result<(), Refusal> {
    let status = found.status.get();
    match status.is_final() {
        false => Ok(()),
        true => {
            let reason = format!("the application is {}: nothing changes any more", status.name());
            Err(Refusal::DataPolicy(Fault::new(APPLICATION, found.id.as_str(), reason)))
        }
    }
}

/// Tells the sponsor how far its application is (section 2.5).
pub(crate) fn tell<V: View>(view: &V, cause: &Cause<'_>, changes: &mut Vec<Change>, application: &Application) {
    let status = application.status;
    let name = &application.domain.name;
    let mut text = match status {
        ApplicationStatus::Allocated => format!("The application for {name} has been allocated."),
        ApplicationStatus::Rejected => format!("The application for {name} has been rejected."),
        _ => format!("The application for {name} is {}.", status.name()),
    };
    if !application.reason.is_empty() {
        text.push(' ');
        text += &application.reason;
    }
    let news = LaunchNews {
        phase: application.phase.clone(),
        application: Some(application.id.clone()),
        status,
        name: name.clone(),
        cl_trid: application.asked.cl_trid.clone(),
        sv_trid: application.asked.sv_trid.clone(),
        completed: cause.now,
        domain: (!status.is_final()).then(|| Snapshot {
            // As an info shows it: what is not there yet is not inactive.
            statuses: application.domain.statuses,
            ..changed::snapshot(view, &Object::Domain(&application.domain))
        }),
    };
    checks::notify(view, cause.now, changes, &application.domain.sponsor, &text, PollData::Launch(news));
}
