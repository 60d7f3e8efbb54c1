//! `contact:transfer` with op `query` (RFC 5733, section 3.1.3): the latest transfer, pending or complete.

use crate::model::answer::{Answer, Success};
use crate::model::command::AuthInfo;
use crate::model::record::Contact;
use crate::model::refusal::{Fault, Refusal};
use crate::model::view::View;
use crate::registry::contact::{ID, find};
use crate::registry::{Reader, checks};

/// # Result codes
/// - 1000
/// - 2102: authInfo other than a password
/// - 2201: the client has no part in the transfer, and no authInfo is given
/// - 2202: the authInfo given is not the contact's, or none is set
/// - 2301: there never was a transfer
/// - 2303: no contact has the identifier
pub(crate) fn answer<'v, V: View>(
    view: &'v V,
    reader: &Reader<'_>,
    id: &str,
    auth: Option<&AuthInfo>,
) -> Result<(Success, Answer<'v>), Refusal> {
    // Load.
    let contact = find(view, id)?;
    let transfer = contact.transfer.as_ref();

    // Verify. RFC 5730, section 2.9.2.4: "restricting queries to the requesting and responding clients is RECOMMENDED".
    if let Some(auth) = auth {
        checks::contact_auth(contact, auth)?;
    } else if contact.sponsor != *reader.clid
        && !transfer.is_some_and(|it| it.requester == *reader.clid || it.actor == *reader.clid)
    {
        let fault = Fault::new(ID, id, "only its sponsoring client and those of its transfer may ask");
        return Err(Refusal::Authorization(fault));
    }
    let none = || Refusal::NotPendingTransfer(Fault::new(ID, id, "the contact never was asked for by another client"));

    // Answer.
    let contact = checks::native::<Contact>(contact);
    let transfer = contact.transfer.ok_or_else(none)?;
    Ok((Success::Completed, Answer::ContactTransfer { id: contact.id, transfer }))
}
