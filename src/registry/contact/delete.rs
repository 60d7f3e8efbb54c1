//! `contact:delete` (RFC 5733, section 3.2.2).

use crate::model::answer::{Answer, Success};
use crate::model::record::Kind;
use crate::model::refusal::{Fault, Refusal};
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::contact::{ID, find};
use crate::registry::{Decision, Request, checks, notes};

/// # Result codes
/// - 1000
/// - 2201: another client sponsors the contact
/// - 2303: no contact has the identifier
/// - 2304: a status prohibits it
/// - 2305: a domain refers to the contact
pub(crate) fn decide<V: View>(view: &V, request: &Request<'_>, id: &str) -> Result<Decision, Refusal> {
    // Load.
    let contact = find(view, id)?;

    // Verify.
    checks::sponsored_by(request.clid, &contact.sponsor, ID, id)?;
    checks::allowed(contact.statuses.get(), checks::PROHIBIT_DELETE, ID, id)?;
    // RFC 5733, section 3.2.2: 2305 "due to existing object relationships".
    let links = view.contact_links(id);
    if links > 0 {
        let reason = format!("domains refer to it {links} times; change them first");
        return Err(Refusal::Association(Fault::new(ID, id, reason)));
    }

    // Change, record and answer.
    let notes = notes::delete(view, Kind::Contact, id.as_bytes(), contact.statuses.get());
    let changes = std::iter::once(Change::DeleteContact { id: id.to_owned() }).chain(notes).collect();
    Ok(Decision { changes, success: Success::Completed, answer: Answer::Empty })
}
