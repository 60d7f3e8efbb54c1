//! The member `redacted`: what an answer withholds, where it would stand, and why (RFC 9537, section 4.2), in the names and
//! methods of the gTLD profile.

use crate::rdap::json::Json;
use crate::rdap::redaction::{Field, Reason, Withheld};

/// Whose data is withheld; redactions are named after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    Registrant,
    Technical,
    Administrative,
    Billing,
    /// A contact that is looked up itself.
    Contact,
}

impl Subject {
    const fn word(self) -> &'static str {
        match self {
            Self::Registrant => "Registrant",
            Self::Technical => "Tech",
            Self::Administrative => "Admin",
            Self::Billing => "Billing",
            Self::Contact => "Contact",
        }
    }

    /// Whether the name of this redaction is in IANA's registry of RDAP JSON values. An unregistered name is a `description`
    /// (RFC 9537, section 4.2).
    pub(super) const fn is_registered(self, field: Field) -> bool {
        match self {
            Self::Registrant => true,
            Self::Technical => matches!(field, Field::Handle | Field::Name | Field::Voice | Field::Email),
            Self::Administrative | Self::Billing | Self::Contact => false,
        }
    }

    /// Whether an answer of the gTLD profile has a value of this field or else its redaction.
    pub(super) const fn requires(self, field: Field) -> bool {
        match self {
            Self::Registrant => matches!(
                field,
                Field::Name | Field::Street | Field::City | Field::PostalCode | Field::Voice | Field::Email
            ),
            Self::Technical => matches!(field, Field::Name | Field::Voice | Field::Email),
            Self::Administrative | Self::Billing | Self::Contact => false,
        }
    }
}

/// How a redaction is named, around [`Subject::word`]; where the field would stand in its entity; whether an empty value stands
/// there, or nothing.
const fn form(field: Field) -> ([&'static str; 2], &'static str, bool) {
    match field {
        Field::Handle => (["Registry ", " ID"], ".handle", false),
        Field::Name => (["", " Name"], ".vcardArray[1][?(@[0]=='fn')][3]", true),
        Field::Organization => (["", " Organization"], ".vcardArray[1][?(@[0]=='org')]", false),
        Field::Street => (["", " Street"], ".vcardArray[1][?(@[0]=='adr')][3][2]", true),
        Field::City => (["", " City"], ".vcardArray[1][?(@[0]=='adr')][3][3]", true),
        Field::PostalCode => (["", " Postal Code"], ".vcardArray[1][?(@[0]=='adr')][3][5]", true),
        Field::Voice => (["", " Phone"], ".vcardArray[1][?(@[1].type=='voice')]", false),
        Field::VoiceExt => (["", " Phone Ext"], ".vcardArray[1][?(@[1].type=='voice')]", false),
        Field::Fax => (["", " Fax"], ".vcardArray[1][?(@[1].type=='fax')]", false),
        Field::FaxExt => (["", " Fax Ext"], ".vcardArray[1][?(@[1].type=='fax')]", false),
        Field::Email => (["", " Email"], ".vcardArray[1][?(@[0]=='email')]", false),
    }
}

/// One entry for each field. `path` is the JSONPath of the entity in the answer, in parts without anything to escape.
pub(super) fn entries(
    json: &mut Json,
    subject: Subject,
    fields: impl IntoIterator<Item = (Field, Reason)>,
    path: [&str; 6],
) {
    for (field, reason) in fields {
        let ([before, after], tail, emptied) = form(field);
        let key = if subject.is_registered(field) { "type" } else { "description" };
        // The path leads to what is there, or to what was (RFC 9537, section 4.2).
        let (member, method) = if emptied { ("postPath", "emptyValue") } else { ("prePath", "removal") };
        json.verbatim(&[
            r#"{"name":{""#,
            key,
            r#"":""#,
            before,
            subject.word(),
            after,
            r#""},""#,
            member,
            r#"":""#,
            path[0],
            path[1],
            path[2],
            path[3],
            path[4],
            path[5],
            tail,
            r#"","method":""#,
            method,
            r#"","reason":{"description":""#,
            reason.description(),
            r#""}}"#,
        ]);
    }
}

/// The entries of a contact that an answer is about itself.
pub(super) fn contact(json: &mut Json, withheld: Withheld, root: &str) {
    entries(json, Subject::Contact, withheld.entries(Subject::Contact), [root, "", "", "", "", ""]);
}
