//! What objects of several kinds are made of; `prefix` is that of the object, with its colon.

use crate::base::timestamp::Timestamp;
use crate::base::xml_text as xml;
use crate::escrow::object::{Actor, Stated, Transfer};
use crate::model::record::{Address, Phone, PostalAddress};

/// Appends `<PREFIX:NAME`.
pub(super) fn begin(out: &mut Vec<u8>, prefix: &str, name: &str) {
    for part in ["<", prefix, name] {
        out.extend_from_slice(part.as_bytes());
    }
}

/// Appends `</PREFIX:NAME>`.
pub(super) fn end(out: &mut Vec<u8>, prefix: &str, name: &str) {
    for part in ["</", prefix, name, ">"] {
        out.extend_from_slice(part.as_bytes());
    }
}

/// Appends `<PREFIX:NAME>VALUE</PREFIX:NAME>`.
pub(super) fn element(out: &mut Vec<u8>, prefix: &str, name: &str, value: &str) {
    begin(out, prefix, name);
    out.push(b'>');
    xml::text(out, value);
    end(out, prefix, name);
}

/// The same, if there is a value.
pub(super) fn optional(out: &mut Vec<u8>, prefix: &str, name: &str, value: Option<&str>) {
    if let Some(value) = value {
        element(out, prefix, name, value);
    }
}

/// A moment, if there is one.
pub(super) fn time(out: &mut Vec<u8>, prefix: &str, name: &str, value: Option<Timestamp>) {
    if let Some(value) = value {
        begin(out, prefix, name);
        out.push(b'>');
        value.write_to(out);
        end(out, prefix, name);
    }
}

/// `rdeDnrdCommon:rrType`.
pub(super) fn actor(out: &mut Vec<u8>, prefix: &str, name: &str, actor: &Actor) {
    begin(out, prefix, name);
    if let Some(client) = actor.client.as_deref() {
        xml::attribute(out, "client", client);
    }
    out.push(b'>');
    xml::text(out, &actor.registrar);
    end(out, prefix, name);
}

/// The same, if there is somebody.
pub(super) fn maybe_actor(out: &mut Vec<u8>, prefix: &str, name: &str, found: Option<&Actor>) {
    if let Some(found) = found {
        actor(out, prefix, name, found);
    }
}

/// `status` and `rgpStatus`, one for each.
pub(super) fn stated<S: Copy>(
    out: &mut Vec<u8>,
    prefix: &str,
    name: &str,
    all: &[Stated<S>],
    word: impl Fn(S) -> &'static str,
) {
    for one in all {
        begin(out, prefix, name);
        xml::attribute(out, "s", word(one.status));
        if let Some(lang) = one.lang.as_deref() {
            xml::attribute(out, "lang", lang);
        }
        if one.text.is_empty() {
            out.extend_from_slice(b"/>");
            continue;
        }
        out.push(b'>');
        xml::text(out, &one.text);
        end(out, prefix, name);
    }
}

/// `trnData`; `exDate` is written if there is one, and only domains have it.
pub(super) fn transfer(out: &mut Vec<u8>, prefix: &str, transfer: &Transfer, expires: Option<Timestamp>) {
    begin(out, prefix, "trnData");
    out.push(b'>');
    element(out, prefix, "trStatus", transfer.state.name());
    actor(out, prefix, "reRr", &transfer.requester);
    time(out, prefix, "reDate", Some(transfer.requested));
    actor(out, prefix, "acRr", &transfer.actor);
    time(out, prefix, "acDate", Some(transfer.act));
    time(out, prefix, "exDate", expires);
    end(out, prefix, "trnData");
}

/// `host:addrType`, an element of that name for each.
pub(super) fn addresses(out: &mut Vec<u8>, prefix: &str, name: &str, all: &[Address]) {
    for address in all {
        begin(out, prefix, name);
        let family = match address {
            Address::V4(_) => "v4",
            Address::V6(_) => "v6",
        };
        xml::attribute(out, "ip", family);
        out.push(b'>');
        out.extend_from_slice(address.ip().to_string().as_bytes());
        end(out, prefix, name);
    }
}

/// `contact:e164Type`, if there is a number.
pub(super) fn phone(out: &mut Vec<u8>, prefix: &str, name: &str, phone: Option<&Phone>) {
    let Some(phone) = phone else { return };
    begin(out, prefix, name);
    if let Some(ext) = phone.ext.as_deref() {
        xml::attribute(out, "x", ext);
    }
    out.push(b'>');
    xml::text(out, &phone.number);
    end(out, prefix, name);
}

/// `contact:addrType` and `rdeRegistrar:addrType`.
pub(super) fn postal_address(out: &mut Vec<u8>, prefix: &str, address: &PostalAddress) {
    begin(out, prefix, "addr");
    out.push(b'>');
    for line in &address.street {
        element(out, prefix, "street", line);
    }
    element(out, prefix, "city", &address.city);
    optional(out, prefix, "sp", address.sp.as_deref());
    optional(out, prefix, "pc", address.pc.as_deref());
    element(out, prefix, "cc", &address.cc);
    end(out, prefix, "addr");
}
