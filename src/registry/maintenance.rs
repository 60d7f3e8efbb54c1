//! `maint:info` (RFC 9167, section 4.1.1): which maintenance there is.

use crate::model::answer::{Answer, Success};
use crate::model::record::Kind;
use crate::model::refusal::{Element, Fault, Refusal};
use crate::model::view::View;
use crate::registry::Reader;

/// One event, or all that have not ended ("Server policy determines if completed maintenance events will be included").
///
/// # Result codes
/// - 1000
/// - 2303: no event has the identifier
pub(crate) fn answer<'v, V: View>(
    view: &'v V,
    reader: &Reader<'_>,
    id: Option<&str>,
) -> Result<(Success, Answer<'v>), Refusal> {
    let answer = match id {
        Some(id) => {
            let missing = || Fault::new(Element::maint("id"), id, "there is no such maintenance event");
            let event = view.maintenance(id).filter(|event| !event.is_gone());
            Answer::Maintenance(&event.ok_or_else(|| Refusal::DoesNotExist(missing()))?.event)
        }
        None => {
            let all = view.directory(Kind::Maintenance).filter_map(|id| view.maintenance(id));
            let open = all.filter(|event| !event.is_gone()).map(|found| &found.event);
            Answer::MaintenanceList(open.filter(|event| event.end.get() > reader.now).collect())
        }
    };
    Ok((Success::Completed, answer))
}
