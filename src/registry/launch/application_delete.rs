//! `domain:delete` with `launch:delete` (RFC 8334, section 3.5): an application is withdrawn.

use crate::model::answer::{Answer, Success};
use crate::model::launch_command::LaunchId;
use crate::model::refusal::{Element, Refusal};
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::launch::{application, marks};
use crate::registry::{Decision, Request, checks, orphans};

/// Withdraws an application. Nothing is left of it; nothing was paid for it.
///
/// # Result codes
/// - 1000
/// - 2005: no valid name
/// - 2102: no such application, and no phase of the TLD has any
/// - 2201: another client made it
/// - 2303: no such application for the name
/// - 2306: it was made in another phase
/// - 2308: it is allocated or rejected already
pub(crate) fn decide<V: View>(view: &V, request: &Request<'_>, name: &str, id: &LaunchId) -> Result<Decision, Refusal> {
    let normalized = checks::normalized(Element::domain("name"), name)?;
    let found = application::load_to_change(view, &normalized, id)?;
    checks::sponsored_by(request.clid, &found.domain.sponsor, Element::launch("applicationID"), &found.id)?;
    application::running(found)?;
    let mut changes = vec![Change::DeleteApplication { id: found.id.to_string() }];
    changes.extend(marks::forget(view, &found.domain));
    orphans::relinked(view, request.now.trunc_millis(), &mut changes, Some(&found.domain), None);
    Ok(Decision { changes, success: Success::Completed, answer: Answer::Empty })
}
