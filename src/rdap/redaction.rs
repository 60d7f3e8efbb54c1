//! Which personal data the public sees: one place to ask.

use crate::model::record::{ArchivedContact, Disclose, PostalKind};

/// A piece of a contact's data. Handle, roles and country are always shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Name of the person or role, in that form.
    Name(PostalKind),
    /// Organization, in that form.
    Organization(PostalKind),
    /// Street, city, state or province and postal code, in that form.
    Address(PostalKind),
    /// Telephone number.
    Voice,
    /// Facsimile number.
    Fax,
    /// E-mail address.
    Email,
}

/// Whether the public sees a field of a contact.
///
/// The policy is to withhold all of it; a contact whose sponsor asked for disclosure of the field is the exception that
/// RFC 5733, section 2.9 provides for (`disclose` with flag 1). A wish to withhold changes nothing.
pub fn visible(contact: &ArchivedContact, field: Field) -> bool {
    let bit = match field {
        Field::Name(PostalKind::Int) => Disclose::NAME_INT,
        Field::Name(PostalKind::Loc) => Disclose::NAME_LOC,
        Field::Organization(PostalKind::Int) => Disclose::ORG_INT,
        Field::Organization(PostalKind::Loc) => Disclose::ORG_LOC,
        Field::Address(PostalKind::Int) => Disclose::ADDR_INT,
        Field::Address(PostalKind::Loc) => Disclose::ADDR_LOC,
        Field::Voice => Disclose::VOICE,
        Field::Fax => Disclose::FAX,
        Field::Email => Disclose::EMAIL,
    };
    contact.disclose.as_ref().is_some_and(|disclose| disclose.flag && disclose.fields.to_native() & bit != 0)
}
