//! The registrant and the other contacts of a domain, as the data model of its TLD wants them.

use crate::base::limits;
use crate::model::command::ContactReference;
use crate::model::lifecycle;
use crate::model::record::{ArchivedTld, ContactRole, DataModel, DomainContact};
use crate::model::refusal::{Element, Fault, Refusal};
use crate::model::view::View;
use crate::registry::checks;

pub(super) const CONTACT: Element = Element::domain("contact");
pub(super) const REGISTRANT: Element = Element::domain("registrant");

/// Whether domains that the client sponsors have contacts in the TLD. A client that has chosen nothing holds none.
pub(super) fn wanted<V: View>(view: &V, tld: &ArchivedTld, clid: &str) -> bool {
    match tld.data_model.get() {
        DataModel::Maximum => true,
        DataModel::Minimum => false,
        DataModel::PerRegistrar => {
            let chosen = view.registrar(clid).and_then(|registrar| registrar.data_model.as_ref());
            chosen.is_some_and(|model| model.get() == DataModel::Maximum)
        }
    }
}

/// 2306, for a contact named where the data model is the minimum one.
pub(super) fn unwanted(tld: &ArchivedTld, element: Element, id: &str) -> Refusal {
    let reason = match tld.data_model.get() {
        DataModel::PerRegistrar => "this client's domains have no contacts in this TLD (minimum data model)",
        DataModel::Minimum | DataModel::Maximum => "domains of this TLD have no contacts (minimum data model)",
    };
    Refusal::Policy(Fault::new(element, id, reason))
}

/// That the contact exists and may be referred to, and whether its end has begun. Whoever sponsors it: RFC 5731, section 3.2.1, asks only that it
/// "MUST be known to the server".
///
/// # Errors
/// 2303 when it does not exist, 2304 while it comes or goes.
pub(super) fn linkable<V: View>(view: &V, element: Element, id: &str) -> Result<bool, Refusal> {
    let contact = view
        .contact(id)
        .ok_or_else(|| Refusal::DoesNotExist(Fault::new(element, id, "no such contact is known here")))?;
    // One that goes because nobody refers to it stays when somebody does.
    if contact.orphan.is_some() {
        return Ok(true);
    }
    checks::allowed(lifecycle::contact(contact, false), checks::PROHIBIT_LINK, element, id).map(|()| false)
}

/// The contacts the command names, each with its role and none twice.
///
/// # Errors
/// 2003 for a contact without type; 2306 for one named twice in the same role.
pub(super) fn typed(given: &[ContactReference]) -> Result<Vec<DomainContact>, Refusal> {
    let mut contacts: Vec<DomainContact> = Vec::with_capacity(given.len());
    for reference in given {
        let id = &reference.id;
        let Some(role) = reference.role else {
            let reason = "a contact needs its type: admin, billing or tech";
            return Err(Refusal::MissingParameter(Fault::new(CONTACT, id.as_str(), reason)));
        };
        let contact = DomainContact { role, id: id.clone() };
        if contacts.contains(&contact) {
            let reason = format!("the contact is named twice as {}", role.name());
            return Err(Refusal::Policy(Fault::new(CONTACT, id.as_str(), reason)));
        }
        contacts.push(contact);
    }
    Ok(contacts)
}

/// That a domain has no more contacts than the limit.
///
/// # Errors
/// 2306.
pub(super) fn countable(contacts: usize) -> Result<(), Refusal> {
    if contacts <= limits::CONTACTS_PER_DOMAIN {
        return Ok(());
    }
    let reason = format!("a domain has {} contacts at most, found {contacts}", limits::CONTACTS_PER_DOMAIN);
    Err(Refusal::Policy(Fault::new(CONTACT, "", reason)))
}

/// The first role that the TLD requires and no contact has.
pub(super) fn missing(tld: &ArchivedTld, contacts: &[DomainContact]) -> Option<ContactRole> {
    let mut required = tld.required_contacts.iter().map(|role| role.get());
    required.find(|role| !contacts.iter().any(|contact| contact.role == *role))
}
