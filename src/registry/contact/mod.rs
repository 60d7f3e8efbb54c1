//! Contacts (RFC 5733). Their data is read by their sponsor only, and by whoever knows the authInfo.

pub(crate) mod check;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod due;
pub(crate) mod fields;
pub(crate) mod info;
pub(crate) mod transfer_approve;
pub(crate) mod transfer_cancel;
pub(crate) mod transfer_query;
pub(crate) mod transfer_reject;
pub(crate) mod transfer_request;
pub(crate) mod update;

pub(crate) mod country;
#[cfg(test)]
pub(crate) mod tests;
pub(crate) mod transfer_end;

use crate::model::record::{ArchivedContact, Disclose, Kind};
use crate::model::refusal::{Element, Fault, Refusal};
use crate::model::view::View;

/// `contact:id`.
const ID: Element = Element::contact("id");

/// The contact with that handle.
///
/// # Errors
/// 2303.
fn find<'v, V: View>(view: &'v V, id: &str) -> Result<&'v ArchivedContact, Refusal> {
    view.contact(id).ok_or_else(|| Refusal::DoesNotExist(Fault::new(ID, id, "no contact has this identifier")))
}

/// A disclosure preference names "at least one" element (RFC 5733, section 2.9); the schema lets it name none. Each
/// preference conforms to what the greeting announces: contact data goes to the registry and, where the registrant
/// wants it, to the public; so none is refused with 2308.
///
/// # Errors
/// 2003.
fn disclosure(disclose: Disclose) -> Result<Disclose, Refusal> {
    match disclose.fields {
        0 => {
            let reason = "expected at least one element to disclose or withhold (RFC 5733, section 2.9)";
            Err(Refusal::MissingParameter(Fault::new(Element::contact("disclose"), "", reason)))
        }
        _ => Ok(disclose),
    }
}

/// Whether a registrar is known by this identifier, as clID in any case or as IANA id. RDAP finds registrars and contacts
/// under the same `/entity/` (RFC 9082, section 3.1.5): one handle, one entity.
fn is_registrar<V: View>(view: &V, id: &str) -> bool {
    let by_iana_id = id.parse().ok().and_then(|number| view.registrar_by_iana_id(number));
    by_iana_id.is_some() || view.directory(Kind::Registrar).any(|clid| clid.eq_ignore_ascii_case(id))
}
