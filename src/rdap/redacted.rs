//! The member `redacted`: what an answer withholds, where it would stand, and why (RFC 9537, section 4.2), in the names and
//! methods of the gTLD profile.

use std::ops::Range;
use std::sync::LazyLock;

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

    /// The role that such a contact fills (RFC 9083, section 10.2.4).
    pub(super) const fn role(self) -> &'static str {
        match self {
            Self::Registrant => "registrant",
            Self::Technical => "technical",
            Self::Administrative => "administrative",
            Self::Billing => "billing",
            Self::Contact => "",
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

    /// The fields of which an answer of the gTLD profile has a value or else the redaction.
    pub(super) const fn required(self) -> &'static [Field] {
        match self {
            Self::Registrant => {
                &[Field::Name, Field::Street, Field::City, Field::PostalCode, Field::Voice, Field::Email]
            }
            Self::Technical => &[Field::Name, Field::Voice, Field::Email],
            Self::Administrative | Self::Billing | Self::Contact => &[],
        }
    }
}

/// Who fills a role of a domain, in the order shown.
pub(super) const SUBJECTS: [Subject; 4] =
    [Subject::Registrant, Subject::Administrative, Subject::Technical, Subject::Billing];

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

/// One entry, around the JSONPath of the object that has the entity; it ends with its reason.
struct Entry {
    before: String,
    after: [String; REASONS.len()],
}

/// Why, by [`Reason`].
const REASONS: [Reason; 2] = [Reason::Policy, Reason::NotProvided];

/// Those of one subject at one place, by [`Field`].
struct Entries {
    pieces: [Entry; Field::ALL.len()],
    /// All of them for an object that stands at [`ROOT`], by [`Reason`]: fields that follow each other are one copy.
    joined: [Joined; REASONS.len()],
}

/// The JSONPath of an object that is the answer.
const ROOT: &str = "$";

/// Elements of an array, with commas, and where each begins and ends.
struct Joined {
    text: String,
    places: [Range<usize>; Field::ALL.len()],
}

/// The entries of each of [`SUBJECTS`], by the place that its role has among those of the entity.
static OF_ROLES: LazyLock<[[Entries; SUBJECTS.len()]; SUBJECTS.len()]> = LazyLock::new(|| {
    SUBJECTS.map(|subject| {
        let role = subject.role();
        std::array::from_fn(|place| ready(subject, &format!(".entities[?(@.roles[{place}]=='{role}')]")))
    })
});

/// The entries of a contact that an answer is about itself.
static OF_CONTACT: LazyLock<Entries> = LazyLock::new(|| ready(Subject::Contact, ""));

/// The entries of what stands at `path` in the object.
fn ready(subject: Subject, path: &str) -> Entries {
    let pieces = Field::ALL.map(|field| {
        let ([front, back], tail, emptied) = form(field);
        let key = if subject.is_registered(field) { "type" } else { "description" };
        // The path leads to what is there, or to what was (RFC 9537, section 4.2).
        let (member, method) = if emptied { ("postPath", "emptyValue") } else { ("prePath", "removal") };
        let after = |reason: Reason| {
            let reason = format!(r#""reason":{{"description":"{}"}}"#, reason.description());
            format!(r#"{path}{tail}","method":"{method}",{reason}}}"#)
        };
        Entry {
            before: format!(r#"{{"name":{{"{key}":"{front}{}{back}"}},"{member}":""#, subject.word()),
            after: REASONS.map(after),
        }
    });
    let joined = REASONS.map(|reason| {
        let mut text = String::new();
        let places = std::array::from_fn(|field| {
            text.push_str(if text.is_empty() { "" } else { "," });
            let begin = text.len();
            let Entry { before, after } = &pieces[field];
            text.extend([before, ROOT, &after[reason as usize]]);
            begin..text.len()
        });
        Joined { text, places }
    });
    Entries { pieces, joined }
}

/// One entry for each field of who fills a role of a domain. `subject` is one of [`SUBJECTS`], `place` that of its role among
/// the roles of the entity, `root` the JSONPath of the domain.
pub(super) fn of_role(
    json: &mut Json,
    subject: usize,
    place: usize,
    fields: impl Iterator<Item = (Field, Reason)>,
    root: &str,
) {
    write(json, &OF_ROLES[subject][place], fields, root);
}

/// The entries of a contact that an answer is about itself.
pub(super) fn contact(json: &mut Json, withheld: Withheld, root: &str) {
    write(json, &OF_CONTACT, withheld.entries(Subject::Contact), root);
}

fn write(json: &mut Json, entries: &Entries, fields: impl Iterator<Item = (Field, Reason)>, root: &str) {
    let mut fields = fields.peekable();
    while let Some((field, reason)) = fields.next() {
        if root != ROOT {
            let Entry { before, after } = &entries.pieces[field as usize];
            json.element().raw(before).raw(root).raw(&after[reason as usize]);
            continue;
        }
        let mut last = field as usize;
        while fields.next_if(|(next, why)| *next as usize == last + 1 && *why == reason).is_some() {
            last += 1;
        }
        let Joined { text, places } = &entries.joined[reason as usize];
        json.element().raw(&text[places[field as usize].start..places[last].end]);
    }
}
