//! The statuses an object shows at a moment: one pure function each, used by EPP, RDAP and every consumer of the log.

use crate::model::record::{ArchivedContact, ArchivedDomain, ArchivedHost};
use crate::model::status::{Status, Statuses};
use crate::model::view::View;

/// What a domain shows. `inactive` without name servers; `ok` when nothing else holds (RFC 5731, section 2.3).
pub fn domain(domain: &ArchivedDomain) -> Statuses {
    let stored = domain.statuses.get();
    match domain.name_servers.is_empty() {
        true => stored.with(Status::Inactive),
        false => ok_when_empty(stored),
    }
}

/// What a host shows. `linked` stands beside `ok`; `pendingTransfer` is its superordinate domain's (RFC 5732, section 2.3).
pub fn host(view: &impl View, host: &ArchivedHost) -> Statuses {
    let superordinate = host.superordinate.as_ref().and_then(|name| view.domain(name));
    let moving = superordinate.is_some_and(|domain| domain.statuses.get().has(Status::PendingTransfer));
    let stored = host.statuses.get();
    let stored = if moving { stored.with(Status::PendingTransfer) } else { stored };
    with_linked(stored, view.host_links(host.id.to_native()) > 0)
}

/// What a contact shows. `linked` stands beside `ok` (RFC 5733, section 2.2).
pub fn contact(contact: &ArchivedContact, linked: bool) -> Statuses {
    with_linked(contact.statuses.get(), linked)
}

fn ok_when_empty(stored: Statuses) -> Statuses {
    if stored.is_empty() { stored.with(Status::Ok) } else { stored }
}

fn with_linked(stored: Statuses, linked: bool) -> Statuses {
    let shown = ok_when_empty(stored);
    if linked { shown.with(Status::Linked) } else { shown }
}
