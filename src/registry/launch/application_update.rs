//! `domain:update` with `launch:update` (RFC 8334, section 3.4): what is applied for changes.

use crate::model::answer::{Answer, Success};
use crate::model::command::{DomainAddRem, DomainUpdate};
use crate::model::launch::ApplicationStatus;
use crate::model::launch_command::LaunchId;
use crate::model::record::Application;
use crate::model::refusal::{Element, Fault, Refusal};
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::domain;
use crate::registry::launch::application;
use crate::registry::{Decision, Request, checks, orphans};

/// Changes the domain of an application as an update changes a registered one. One that was found invalid is looked at again.
///
/// # Result codes
/// - 1000
/// - 2003: a contact without type
/// - 2005: no valid name, or name of a name server
/// - 2102: authInfo that is no password; no such application, and no phase of the TLD has any
/// - 2201: another client made the application
/// - 2303: no such application for the name; no such host or contact
/// - 2304: a host or contact comes or goes
/// - 2306: it was made in another phase; a status or a restore, which applications do not have; as an update of a registered
///   domain
/// - 2308: it is allocated or rejected already
pub(crate) fn decide<V: View>(
    view: &V,
    request: &Request<'_>,
    update: &DomainUpdate,
    id: &LaunchId,
) -> Result<Decision, Refusal> {
    let name = checks::normalized(Element::domain("name"), &update.name)?;
    let found = application::load_to_change(view, &name, id)?;
    checks::sponsored_by(request.clid, &found.domain.sponsor, Element::launch("applicationID"), &found.id)?;
    application::running(found)?;
    let nothing = DomainAddRem::default();
    let (add, rem) = (update.add.as_ref().unwrap_or(&nothing), update.rem.as_ref().unwrap_or(&nothing));
    if let Some(status) = add.statuses.iter().chain(&rem.statuses).next() {
        let fault = Fault::new(Element::domain("status"), status.status.name(), "an application has no such statuses");
        return Err(Refusal::Policy(fault));
    }
    if update.restore.is_some() {
        return Err(Refusal::Policy(Fault::new(Element::rgp("restore"), "", "an application is not restored")));
    }
    let tld = view.tld(&found.domain.tld).ok_or(Refusal::Failed("the TLD of the application is not there"))?;

    let mut changed = checks::native::<Application>(found);
    domain::update::change_references(view, request, tld, &mut changed.domain, update)?;
    (changed.domain.updater, changed.domain.updated) =
        (Some(request.clid.to_owned()), Some(request.now.trunc_millis()));
    if changed.status == ApplicationStatus::Invalid {
        (changed.status, changed.reason) = (ApplicationStatus::PendingValidation, String::new());
    }
    let mut changes = Vec::new();
    orphans::relinked(view, request.now.trunc_millis(), &mut changes, Some(&found.domain), Some(&changed.domain));
    changes.insert(0, Change::PutApplication(changed));
    Ok(Decision { changes, success: Success::Completed, answer: Answer::Empty })
}
