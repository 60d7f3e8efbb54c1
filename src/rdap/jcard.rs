//! Contact information as jCard (RFC 7095), as far as RFC 9083, section 3 uses it.

use crate::model::record::{ArchivedContact, ArchivedPhone, ArchivedPostalAddress, ArchivedRegistrar};
use crate::rdap::json::Json;
use crate::rdap::redaction::{Field, Withheld, shown_form};

/// How a property begins whose value is text (RFC 7095, section 3.3): name, parameters, type.
const FN: &str = r#"["fn",{},"text",""#;
const ORG: &str = r#"["org",{},"text",""#;
const EMAIL: &str = r#"["email",{},"text",""#;
/// As a `tel` URI (RFC 3966), and as a text.
const VOICE: [&str; 2] = [r#"["tel",{"type":"voice"},"uri","tel:"#, r#"["tel",{"type":"voice"},"text",""#];
const FAX: [&str; 2] = [r#"["tel",{"type":"fax"},"uri","tel:"#, r#"["tel",{"type":"fax"},"text",""#];
const URL: &str = r#"["url",{},"uri",""#;

/// The card of a registrar.
pub(super) fn registrar(json: &mut Json, registrar: &ArchivedRegistrar) {
    card(json, |json| {
        property(json, FN, &registrar.name);
        json.element().raw(r#"["kind",{},"text","org"]"#);
        if let Some(found) = registrar.address.as_ref() {
            address(json, found, Withheld::default());
        }
        reach(json, registrar.voice.as_deref(), registrar.fax.as_deref(), registrar.email.as_deref());
        if let Some(url) = registrar.url.as_deref() {
            property(json, URL, url);
        }
    });
}

/// The card of a registrar's abuse desk, whose name nobody gives; the word of RFC 9537's example stands for it.
pub(super) fn abuse(json: &mut Json, registrar: &ArchivedRegistrar) {
    card(json, |json| {
        property(json, FN, "Abuse Contact");
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
        property(json, FN, name.map_or("", |postal| &postal.name));
        if let Some(postal) = postal {
            if let Some(org) = postal.org.as_deref().filter(|_| shown(Field::Organization)) {
                property(json, ORG, org);
            }
            address(json, &postal.address, withheld);
        } else {
            no_address(json);
        }
        if let Some(voice) = contact.voice.as_ref().filter(|_| shown(Field::Voice)) {
            phone(json, VOICE, voice);
        }
        if let Some(fax) = contact.fax.as_ref().filter(|_| shown(Field::Fax)) {
            phone(json, FAX, fax);
        }
        if shown(Field::Email) {
            property(json, EMAIL, &contact.email);
        }
    });
}

/// `vcardArray`, with the version first (RFC 7095, section 3.3).
fn card(json: &mut Json, properties: impl FnOnce(&mut Json)) {
    json.within(r#""vcardArray":["vcard",[["version",{},"text","4.0"]"#, "]]", properties);
}

/// One property that begins so and has this value.
#[inline]
fn property(json: &mut Json, begin: &str, value: &str) {
    json.element().raw(begin).escaped(value).raw(r#""]"#);
}

fn reach(json: &mut Json, voice: Option<&str>, fax: Option<&str>, email: Option<&str>) {
    for (begin, value) in [(VOICE[0], voice), (FAX[0], fax), (EMAIL, email)] {
        if let Some(value) = value {
            property(json, begin, value);
        }
    }
}

/// A `tel` URI; EPP lets an extension be any text. With one that such a URI cannot hold the number is a text, as it may be
/// (RFC 6350, section 6.4.1), so that nothing of it is lost.
fn phone(json: &mut Json, [uri, text]: [&str; 2], phone: &ArchivedPhone) {
    let ext = phone.ext.as_deref().unwrap_or_default();
    let (begin, between) = match ext {
        "" => (uri, ""),
        ext if is_extension(ext) => (uri, ";ext="),
        _ => (text, " ext. "),
    };
    json.element().raw(begin).escaped(&phone.number).raw(between).escaped(ext).raw(r#""]"#);
}

/// `1*phonedigit` (RFC 3966, section 3), with something to dial among it.
fn is_extension(text: &str) -> bool {
    text.bytes().all(|octet| matches!(octet, b'0'..=b'9' | b'-' | b'.' | b'(' | b')'))
        && text.bytes().any(|octet| octet.is_ascii_digit())
}

/// An address that nobody gave: redactions lead into it all the same.
fn no_address(json: &mut Json) {
    json.element().raw(r#"["adr",{},"text",["","","","","","",""]]"#);
}

/// A structured address; the country stands in the parameter `cc` (RFC 8605, section 3.1) and its name stays empty.
fn address(json: &mut Json, address: &ArchivedPostalAddress, withheld: Withheld) {
    json.element().raw(r#"["adr",{"cc":""#).escaped(&address.cc).raw(r#""},"text",["","""#);
    // Several values of one component are an array (RFC 7095, section 3.3.1.3).
    match address.street.as_slice() {
        _ if withheld.has(Field::Street) => json.string(""),
        [line] => json.string(line),
        [] => json.string(""),
        lines => json.strings(lines.iter().map(|line| line.as_str())),
    }
    let city = if withheld.has(Field::City) { "" } else { &address.city };
    let code = address.pc.as_deref().filter(|_| !withheld.has(Field::PostalCode)).unwrap_or_default();
    let province = address.sp.as_deref().unwrap_or_default();
    json.raw(r#",""#).escaped(city).raw(r#"",""#).escaped(province).raw(r#"",""#).escaped(code).raw(r#"",""]]"#);
}
