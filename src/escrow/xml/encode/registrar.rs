//! Registrars (RFC 9022, section 5.4.1).

use super::shared::{element, optional, phone, postal_address, time};
use crate::base::xml_text as xml;
use crate::escrow::object::Registrar;

/// `rdeRegistrar:registrar`.
pub(super) fn registrar(out: &mut Vec<u8>, registrar: &Registrar) {
    const P: &str = "rdeRegistrar:";
    xml::open(out, "rdeRegistrar:registrar");
    element(out, P, "id", &registrar.id);
    element(out, P, "name", &registrar.name);
    if let Some(id) = registrar.iana_id {
        xml::open(out, "rdeRegistrar:gurid");
        xml::number(out, id);
        xml::close(out, "rdeRegistrar:gurid");
    }
    optional(out, P, "status", registrar.state.map(|state| state.name()));
    for (kind, address) in &registrar.postal {
        out.extend_from_slice(b"<rdeRegistrar:postalInfo");
        xml::attribute(out, "type", kind.name());
        out.push(b'>');
        postal_address(out, P, address);
        xml::close(out, "rdeRegistrar:postalInfo");
    }
    phone(out, P, "voice", registrar.voice.as_ref());
    phone(out, P, "fax", registrar.fax.as_ref());
    optional(out, P, "email", registrar.email.as_deref());
    optional(out, P, "url", registrar.url.as_deref());
    if let Some((name, url)) = registrar.whois.as_ref() {
        xml::open(out, "rdeRegistrar:whoisInfo");
        optional(out, P, "name", name.as_deref());
        optional(out, P, "url", url.as_deref());
        xml::close(out, "rdeRegistrar:whoisInfo");
    }
    time(out, P, "crDate", registrar.created);
    time(out, P, "upDate", registrar.updated);
    xml::close(out, "rdeRegistrar:registrar");
}
