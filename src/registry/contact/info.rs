//! `contact:info` (RFC 5733, section 3.1.2). The sponsoring client reads its contacts; another one shows the authInfo.

use crate::model::answer::{Answer, ContactInfo, Success};
use crate::model::command::AuthInfo;
use crate::model::lifecycle;
use crate::model::record::Kind;
use crate::model::refusal::Refusal;
use crate::model::view::View;
use crate::registry::contact::{ID, find};
use crate::registry::{Reader, checks, notes};

/// # Result codes
/// - 1000
/// - 2102: authInfo other than a password
/// - 2201: another client sponsors the contact, and no authInfo is given
/// - 2202: the authInfo given is not the contact's, or none is set (RFC 9154, section 5.3)
/// - 2303: no contact has the identifier
pub(crate) fn answer<'v, V: View>(
    view: &'v V,
    reader: &Reader<'_>,
    id: &str,
    auth: Option<&AuthInfo>,
) -> Result<(Success, Answer<'v>), Refusal> {
    // Load.
    let contact = find(view, id)?;

    // Verify. An authInfo that is given is judged whoever gives it: this is how a client tests one (RFC 9154, section 5.3).
    match auth {
        Some(auth) => checks::contact_auth(contact, auth)?,
        None => checks::sponsored_by(reader.clid, &contact.sponsor, ID, id)?,
    }

    // Answer. Only the sponsoring client learns whether an authInfo is set (RFC 9154, section 5.3).
    let statuses = lifecycle::contact(contact, view.contact_links(id) > 0);
    let notes = notes::read(view, Kind::Contact, id.as_bytes(), contact.statuses.get());
    let auth_set = contact.sponsor == *reader.clid && contact.auth.is_some();
    Ok((Success::Completed, Answer::ContactInfo(ContactInfo { contact, statuses, notes, auth_set })))
}
