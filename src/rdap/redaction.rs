//! Which of a contact's data is withheld from whom: one place to ask.

use crate::model::record::{ArchivedContact, Disclose, Disclosure, Kind, PostalKind};
pub(super) use crate::model::search::shown_form;
use crate::model::view::View;
use crate::rdap::Audience;
use crate::rdap::redacted::Subject;

/// A piece of a contact's data. Roles, state or province, and country are always shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Field {
    /// The ROID.
    Handle,
    /// Name of the person or role.
    Name,
    /// Organization.
    Organization,
    /// All street lines.
    Street,
    /// City.
    City,
    /// Postal code.
    PostalCode,
    /// Telephone number.
    Voice,
    /// Extension of the telephone number.
    VoiceExt,
    /// Facsimile number.
    Fax,
    /// Extension of the facsimile number.
    FaxExt,
    /// E-mail address.
    Email,
}

impl Field {
    /// Every field, in the order that redactions are listed.
    pub(super) const ALL: [Self; 11] = [
        Self::Handle,
        Self::Name,
        Self::Organization,
        Self::Street,
        Self::City,
        Self::PostalCode,
        Self::Voice,
        Self::VoiceExt,
        Self::Fax,
        Self::FaxExt,
        Self::Email,
    ];

    const fn bit(self) -> u16 {
        1 << self as u8
    }
}

/// Why a field has no value in an answer (RFC 9537, section 4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Reason {
    /// The reader is not to see it, whether it is there or not.
    Policy,
    /// The reader might see it, but it was never given.
    NotProvided,
}

impl Reason {
    pub(super) const fn description(self) -> &'static str {
        match self {
            Self::Policy => "Server policy",
            Self::NotProvided => NOT_PROVIDED,
        }
    }
}

/// The reason that withholds nothing.
pub(super) const NOT_PROVIDED: &str = "Not provided";

/// The fields of a contact that a reader does not get.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Withheld {
    /// Those that are not for the reader, there or not.
    closed: u16,
    /// Those that are not there.
    missing: u16,
}

impl Withheld {
    /// Whether this field has no value in the answer.
    pub(super) const fn has(self, field: Field) -> bool {
        (self.closed | self.missing) & field.bit() != 0
    }

    /// What an answer says of fields that it lacks, in the order of [`Field::ALL`]: those that are there, and those that the
    /// profile asks for. Of the latter nobody learns whether they are there.
    pub(super) fn entries(self, subject: Subject) -> impl Iterator<Item = (Field, Reason)> {
        let told = self.told(subject);
        Field::ALL.into_iter().filter(move |field| told & field.bit() != 0).map(move |field| {
            let is_closed = self.closed & field.bit() != 0;
            (field, if is_closed { Reason::Policy } else { Reason::NotProvided })
        })
    }

    /// The fields of these entries.
    fn told(self, subject: Subject) -> u16 {
        let required = subject.required().iter().fold(0, |all, field| all | field.bit());
        self.closed & !self.missing | self.missing & required
    }

    /// Whether there are none of these entries.
    pub(super) fn is_silent(self, subject: Subject) -> bool {
        self.told(subject) == 0
    }
}

/// What of a contact is withheld from `audience` under a policy. An exception that RFC 5733, section 2.9 provides for counts for
/// the form it names.
pub(super) fn withheld(contact: &ArchivedContact, policy: Disclosure, audience: Audience) -> Withheld {
    let closed = match audience {
        Audience::Authorised => 0,
        Audience::Anonymous => !public(contact, policy),
    };
    Withheld { closed, missing: !held(contact) }
}

/// The fields a contact has.
fn held(contact: &ArchivedContact) -> u16 {
    let bit = |field: Field, there: bool| if there { field.bit() } else { 0 };
    let postal = shown_form(contact).map_or(0, |postal| {
        let address = &postal.address;
        bit(Field::Name, !postal.name.is_empty())
            | bit(Field::Organization, postal.org.is_some())
            | bit(Field::Street, address.street.iter().any(|line| !line.trim().is_empty()))
            | bit(Field::City, !address.city.is_empty())
            | bit(Field::PostalCode, address.pc.as_deref().is_some_and(|code| !code.is_empty()))
    });
    let (voice, fax) = (contact.voice.as_ref(), contact.fax.as_ref());
    postal
        | Field::Handle.bit()
        | bit(Field::Voice, voice.is_some())
        | bit(Field::VoiceExt, voice.is_some_and(|voice| voice.ext.as_ref().is_some_and(|ext| !ext.is_empty())))
        | bit(Field::Fax, fax.is_some())
        | bit(Field::FaxExt, fax.is_some_and(|fax| fax.ext.as_ref().is_some_and(|ext| !ext.is_empty())))
        | bit(Field::Email, !contact.email.is_empty())
}

/// The fields that anyone may see, whether they are there or not.
fn public(contact: &ArchivedContact, policy: Disclosure) -> u16 {
    let disclose = contact.disclose.as_ref().map(|disclose| (disclose.flag, disclose.fields.to_native()));
    let named = |flag: bool| disclose.filter(|(found, _)| *found == flag).map_or(0, |(_, fields)| fields);
    let (name, org, address) = match shown_form(contact).map(|postal| postal.kind.get()) {
        Some(PostalKind::Loc) => (Disclose::NAME_LOC, Disclose::ORG_LOC, Disclose::ADDR_LOC),
        _ => (Disclose::NAME_INT, Disclose::ORG_INT, Disclose::ADDR_INT),
    };
    let asked = |fields: u16| {
        [
            (name, Field::Name.bit()),
            (org, Field::Organization.bit()),
            (address, Field::Street.bit() | Field::City.bit() | Field::PostalCode.bit()),
            (Disclose::VOICE, Field::Voice.bit() | Field::VoiceExt.bit()),
            (Disclose::FAX, Field::Fax.bit() | Field::FaxExt.bit()),
            (Disclose::EMAIL, Field::Email.bit()),
        ]
        .into_iter()
        .filter(|(bit, _)| fields & bit != 0)
        .fold(0, |shown, (_, fields)| shown | fields)
    };
    match policy {
        Disclosure::RedactAll => 0,
        Disclosure::ByDisclose => Field::Handle.bit() | asked(named(true)),
        Disclosure::PublishOrganisations => {
            let org = Field::Organization.bit() & !asked(named(false));
            Field::Handle.bit() | org | asked(named(true))
        }
    }
}

/// The policy for a contact by itself, which belongs to no TLD: the strictest of all TLDs.
pub(super) fn strictest_policy(view: &impl View) -> Disclosure {
    let policies = view.directory(Kind::Tld).filter_map(|name| view.tld(name)).map(|tld| tld.disclosure.get());
    policies.max().unwrap_or(Disclosure::ByDisclose)
}
