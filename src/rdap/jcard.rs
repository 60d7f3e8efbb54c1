//! Contact information as jCard (RFC 7095), as far as RFC 9083, section 3 uses it.

use crate::model::record::{ArchivedContact, ArchivedPhone, ArchivedPostalAddress, ArchivedRegistrar};
use crate::model::search::shown_postal;
use crate::rdap::json::Json;
use crate::rdap::redaction::{Field, visible};
use crate::rdap::uri::encode_segment;

/// The card of a registrar.
pub(super) fn registrar(json: &mut Json, registrar: &ArchivedRegistrar) {
    card(json, |json| {
        text(json, "fn", &registrar.name);
        text(json, "kind", "org");
        reach(json, registrar.voice.as_deref(), registrar.email.as_deref());
        if let Some(url) = registrar.url.as_deref() {
            property(json, "url", None, "uri", |json| json.string(url));
        }
    });
}

/// The card of a registrar's abuse desk, which has no name: `fn` is then empty (RFC 9083, section 3).
pub(super) fn abuse(json: &mut Json, registrar: &ArchivedRegistrar) {
    card(json, |json| {
        text(json, "fn", "");
        reach(json, registrar.abuse_voice.as_deref(), registrar.abuse_email.as_deref());
    });
}

/// What of a contact the public sees, and whether that is less than there is.
pub(super) fn contact(json: &mut Json, contact: &ArchivedContact) -> bool {
    let mut withheld = false;
    let mut shown = |field| {
        let visible = visible(contact, field);
        withheld |= !visible;
        visible
    };
    card(json, |json| {
        let postal = shown_postal(contact);
        let name = postal.filter(|postal| shown(Field::Name(postal.kind.get())));
        text(json, "fn", name.map_or("", |postal| &postal.name));
        if let Some(postal) = postal {
            let kind = postal.kind.get();
            if let Some(org) = postal.org.as_deref()
                && shown(Field::Organization(kind))
            {
                text(json, "org", org);
            }
            address(json, &postal.address, shown(Field::Address(kind)));
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
    withheld
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

fn reach(json: &mut Json, voice: Option<&str>, email: Option<&str>) {
    if let Some(voice) = voice {
        property(json, "tel", Some(("type", "voice")), "uri", |json| json.joined(&["tel:", voice]));
    }
    if let Some(email) = email {
        text(json, "email", email);
    }
}

/// A `tel` URI (RFC 3966); EPP lets an extension be any text, a URI does not.
fn phone(json: &mut Json, kind: &str, phone: &ArchivedPhone) {
    property(json, "tel", Some(("type", kind)), "uri", |json| match phone.ext.as_deref() {
        Some(ext) => json.joined(&["tel:", &phone.number, ";ext=", &encode_segment(ext)]),
        None => json.joined(&["tel:", &phone.number]),
    });
}

/// A structured address; the country stands in the parameter `cc` (RFC 8605, section 3.1) and its name stays empty.
fn address(json: &mut Json, address: &ArchivedPostalAddress, visible: bool) {
    let or_empty = |text: Option<&str>| if visible { text.unwrap_or_default().to_owned() } else { String::new() };
    property(json, "adr", Some(("cc", &address.cc)), "text", |json| {
        json.array(|json| {
            json.string("");
            json.string("");
            // Several values of one component are an array (RFC 7095, section 3.3.1.3).
            match address.street.as_slice() {
                [_, _, ..] if visible => json.strings(address.street.iter().map(|line| line.as_str())),
                street => json.string(&or_empty(street.first().map(|line| line.as_str()))),
            }
            json.string(&or_empty(Some(&address.city)));
            json.string(&or_empty(address.sp.as_deref()));
            json.string(&or_empty(address.pc.as_deref()));
            json.string("");
        });
    });
}
