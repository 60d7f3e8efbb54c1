//! `contact:create` (RFC 5733, section 3.2.1).

use crate::model::answer::{Answer, Success};
use crate::model::command::ContactCreate;
use crate::model::record::{Contact, Phone};
use crate::model::refusal::{Element, Fault, Refusal};
use crate::model::status::Statuses;
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::contact::{ID, disclosure, fields, is_registrar};
use crate::registry::{Decision, Request, checks, new_auth, orphans};

/// # Result codes
/// - 1000
/// - 2003: a disclose element that names nothing
/// - 2005: a field that is not of its form: see [`crate::registry::contact::fields`]
/// - 2102: authInfo other than a password
/// - 2202: an authInfo that is weaker than the registry asks for (RFC 9154, section 5.2)
/// - 2302: a contact has the identifier
/// - 2306: an empty voice, an identifier of a registrar, two postal infos of one type, an authInfo or extension that is too long
pub(crate) fn decide<V: View>(view: &V, request: &Request<'_>, create: &ContactCreate) -> Result<Decision, Refusal> {
    // Load.
    let id = &create.id;
    let created = request.now.trunc_millis();

    // Verify.
    fields::id(id)?;
    if view.contact(id).is_some() {
        return Err(Refusal::Exists(Fault::new(ID, id.as_str(), "a contact has this identifier")));
    }
    if is_registrar(view, id) {
        return Err(Refusal::Policy(Fault::new(ID, id.as_str(), "a registrar is known by this identifier")));
    }

    if create.voice.as_ref().is_some_and(|voice| voice.number.is_empty()) {
        // The schema lets it be; the registry wants to reach people, and an empty number is a mistake (RST case epp-07).
        let reason = "give a number, or leave the element out";
        return Err(Refusal::Policy(Fault::new(Element::contact("voice"), "", reason)));
    }

    let auth = new_auth::decide(view, request, "contact", &create.auth)?;

    // Change.
    let contact = Contact {
        object_id: request.sequence,
        roid: checks::roid('C', request.sequence, request.repository_id),
        id: id.clone(),
        postal: fields::postal_infos(&create.postal)?,
        voice: phone("voice", create.voice.as_ref())?,
        fax: phone("fax", create.fax.as_ref())?,
        email: fields::email(&create.email)?,
        sponsor: request.clid.to_owned(),
        creator: request.clid.to_owned(),
        created,
        updater: None,
        updated: None,
        transferred: None,
        statuses: Statuses::NONE,
        auth: auth.auth,
        disclose: create.disclose.map(disclosure).transpose()?,
        transfer: None,
        orphan: orphans::begun(view, created),
        auth_until: auth.until,
    };

    // Record and answer.
    let changes = vec![Change::PutContact(contact)];
    let answer = Answer::ContactCreated { id: id.clone(), created };
    Ok(Decision { changes, success: Success::Completed, answer })
}

fn phone(element: &'static str, phone: Option<&Phone>) -> Result<Option<Phone>, Refusal> {
    phone.map_or(Ok(None), |phone| fields::phone(element, phone))
}
