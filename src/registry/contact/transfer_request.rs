//! `contact:transfer` with op `request` (RFC 5733, section 3.2.4).
//!
//! The sponsoring client has [`ANSWER_DAYS`] to approve or reject. A contact that moves leaves the domains that refer to it
//! where they are.

use crate::model::answer::{Answer, Success};
use crate::model::command::AuthInfo;
use crate::model::record::{Contact, PollData, Transfer, TransferState};
use crate::model::refusal::{Element, Fault, Refusal};
use crate::model::status::Status;
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::contact::{ID, find};
use crate::registry::{Decision, Request, checks};

/// Days the sponsoring client has to answer; as long as a TLD gives it by default.
const ANSWER_DAYS: i64 = 5;

/// # Result codes
/// - 1001
/// - 2003: no authInfo
/// - 2102: authInfo other than a password
/// - 2106: the client sponsors the contact already
/// - 2202: the authInfo is not the contact's, or none is set
/// - 2300: a transfer is pending
/// - 2303: no contact has the identifier
/// - 2304: a status prohibits it
pub(crate) fn decide<V: View>(
    view: &V,
    request: &Request<'_>,
    id: &str,
    auth: Option<&AuthInfo>,
) -> Result<Decision, Refusal> {
    // Load.
    let contact = find(view, id)?;
    let now = request.now.trunc_millis();

    // Verify.
    if contact.sponsor == *request.clid {
        return Err(Refusal::NotTransferable(Fault::new(ID, id, "you are its sponsoring client already")));
    }
    // RFC 5730, section 2.9.3.4: authorization information "MUST be provided".
    let missing = || Fault::new(Element::contact("authInfo"), "", "a transfer request needs the contact's authInfo");
    checks::contact_auth(contact, auth.ok_or_else(|| Refusal::MissingParameter(missing()))?)?;
    if contact.statuses.get().has(Status::PendingTransfer) {
        return Err(Refusal::PendingTransfer(Fault::new(ID, id, "a transfer of the contact is pending")));
    }
    checks::allowed(contact.statuses.get(), checks::PROHIBIT_TRANSFER, ID, id)?;

    // Change.
    let mut changed: Contact = checks::native::<Contact>(contact);
    let transfer = Transfer {
        state: TransferState::Pending,
        requester: request.clid.to_owned(),
        requested: now,
        actor: changed.sponsor.clone(),
        act: now.plus_days(ANSWER_DAYS),
        months: 0,
        expires: None,
    };
    changed.statuses = changed.statuses.with(Status::PendingTransfer);
    changed.transfer = Some(transfer.clone());

    // Record: RFC 5730, section 2.9.3.4: "the server MUST notify the current sponsoring client".
    let sponsor = changed.sponsor.clone();
    let mut changes = vec![Change::PutContact(changed)];
    let data = PollData::ContactTransfer { id: id.to_owned(), transfer: transfer.clone() };
    checks::notify(view, now, &mut changes, &sponsor, "Transfer requested.", data);

    // Answer.
    let answer = Answer::ContactTransfer { id: id.to_owned(), transfer };
    Ok(Decision { changes, success: Success::Pending, answer })
}
