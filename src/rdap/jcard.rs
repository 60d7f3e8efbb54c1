//! Contact information as jCard (RFC 7095), as far as RFC 9083, section 3 uses it.

use crate::model::record::{ArchivedContact, ArchivedPhone, ArchivedPostalAddress, ArchivedRegistrar};
use crate::rdap::json::Json;
use crate::rdap::redaction::{Field, Withheld, shown_form};

/// The card of a registrar.
pub(super) fn registrar(json: &mut Json, registrar: &ArchivedRegistrar) {
    card(json, |json| {
        text(json, "fn", &registrar.name);
        text(json, "kind", "org");
        if let Some(found) = registrar.address.as_ref() {
            address(json, found, Withheld::default());
        }
        reach(json, registrar.voice.as_deref(), registrar.fax.as_deref(), registrar.email.as_deref());
        if let Some(url) = registrar.url.as_deref() {
            property(json, "url", None, "uri", |json| json.string(url));
        }
    });
}

/// The card of a registrar's abuse desk, whose name nobody gives; the word of RFC 9537's example stands for it.
pub(super) fn abuse(json: &mut Json, registrar: &ArchivedRegistrar) {
    card(json, |json| {
        text(json, "fn", "Abuse Contact");
        reach(json, registrar.abuse_voice.as_deref(), None, registrar.abuse_email.as_deref());
    });
}

/// What of a contact is shown. `fn` must be there (RFC 6350, section 6.2.1), and so it is empty where the name is withheld, as
/// are the places of a structured address.
pub(super) fn contact(json: &mut Json, contact: &ArchivedContact, withheld: Withheld) {
    let shown = |field| !withheld.has(field);
    card(json, |json| {
        let postal = shown_form(contact);
        let name = postal.filter(|_| shown(Field::Name));
        text(json, "fn", name.map_or("", |postal| &postal.name));
        if let Some(postal) = postal {
            if let Some(org) = postal.org.as_deref().filter(|_| shown(Field::Organization)) {
                text(json, "org", org);
            }
            address(json, &postal.address, withheld);
        } else {
            no_address(json);
        }
        if let Some(voice) = contact.voice.as_ref().filter(|_| shown(Field::Voice)) {
            phone(json, "voice", voice);
        }
        if let Some(fax) = contact.fax.as_ref().filter(|_| shown(Field::Fax)) {
            phone(json, "fax", fax);
        }
        if shown(Field::Email) {
            text(json, "email", &contact.email);
        }
    });
}

/// `vcardArray`, with the version first (RFC 7095, section 3.3).
fn card(json: &mut Json, properties: impl FnOnce(&mut Json)) {
    json.name("vcardArray").array(|json| {
        json.string("vcard");
        json.array(|json| {
            text(json, "version", "4.0");
            properties(json);
        });
    });
}

/// One property: name, parameters, type, value (RFC 7095, section 3.3).
fn property(
    json: &mut Json,
    name: &str,
    parameter: Option<(&'static str, &str)>,
    kind: &str,
    value: impl FnOnce(&mut Json),
) {
    json.array(|json| {
        json.string(name);
        json.object(|json| {
            if let Some((name, value)) = parameter {
                json.name(name).string(value);
            }
        });
        json.string(kind);
        value(json);
    });
}

fn text(json: &mut Json, name: &str, value: &str) {
    property(json, name, None, "text", |json| json.string(value));
}

fn reach(json: &mut Json, voice: Option<&str>, fax: Option<&str>, email: Option<&str>) {
    for (kind, number) in [("voice", voice), ("fax", fax)] {
        if let Some(number) = number {
            property(json, "tel", Some(("type", kind)), "uri", |json| json.joined(&["tel:", number]));
        }
    }
    if let Some(email) = email {
        text(json, "email", email);
    }
}

/// A `tel` URI (RFC 3966); EPP lets an extension be any text. With one that such a URI cannot hold the number is a text, as it
/// may be (RFC 6350, section 6.4.1), so that nothing of it is lost.
fn phone(json: &mut Json, kind: &str, phone: &ArchivedPhone) {
    let number = phone.number.as_str();
    let (form, parts) = match phone.ext.as_deref().filter(|ext| !ext.is_empty()) {
        None => ("uri", ["tel:", number, "", ""]),
        Some(ext) if is_extension(ext) => ("uri", ["tel:", number, ";ext=", ext]),
        Some(ext) => ("text", ["", number, " ext. ", ext]),
    };
    property(json, "tel", Some(("type", kind)), form, |json| json.joined(&parts));
}

/// `1*phonedigit` (RFC 3966, section 3), with something to dial among it.
fn is_extension(text: &str) -> bool {
    text.bytes().all(|octet| matches!(octet, b'0'..=b'9' | b'-' | b'.' | b'(' | b')'))
        && text.bytes().any(|octet| octet.is_ascii_digit())
}

/// An address that nobody gave: redactions lead into it all the same.
fn no_address(json: &mut Json) {
    property(json, "adr", None, "text", |json| json.strings([""; 7]));
}

/// A structured address; the country stands in the parameter `cc` (RFC 8605, section 3.1) and its name stays empty.
fn address(json: &mut Json, address: &ArchivedPostalAddress, withheld: Withheld) {
    property(json, "adr", Some(("cc", &address.cc)), "text", |json| {
        json.array(|json| {
            json.string("");
            json.string("");
            // Several values of one component are an array (RFC 7095, section 3.3.1.3).
            match address.street.as_slice() {
                _ if withheld.has(Field::Street) => json.string(""),
                [line] => json.string(line),
                [] => json.string(""),
                lines => json.strings(lines.iter().map(|line| line.as_str())),
            }
            json.string(if withheld.has(Field::City) { "" } else { &address.city });
            json.string(address.sp.as_deref().unwrap_or_default());
            json.string(address.pc.as_deref().filter(|_| !withheld.has(Field::PostalCode)).unwrap_or_default());
            json.string("");
        });
    });
}
