//! Contacts (RFC 9022, section 5.3.1).

use super::shared::{element, maybe_actor, phone, postal_address, stated, time, transfer};
use crate::base::xml_text as xml;
use crate::escrow::object::Contact;
use crate::model::record::{Disclose, PostalInfo};
use crate::model::status::Status;

/// `rdeContact:contact`.
pub(super) fn contact(out: &mut Vec<u8>, contact: &Contact) {
    const P: &str = "rdeContact:";
    let history = &contact.history;
    xml::open(out, "rdeContact:contact");
    element(out, P, "id", &contact.id);
    element(out, P, "roid", &contact.roid);
    stated(out, P, "status", &contact.statuses, Status::name);
    contact.postal.iter().for_each(|postal| postal_info(out, postal));
    phone(out, P, "voice", contact.voice.as_ref());
    phone(out, P, "fax", contact.fax.as_ref());
    element(out, P, "email", &contact.email);
    element(out, P, "clID", &contact.sponsor);
    maybe_actor(out, P, "crRr", history.creator.as_ref());
    time(out, P, "crDate", history.created);
    maybe_actor(out, P, "upRr", history.updater.as_ref());
    time(out, P, "upDate", history.updated);
    time(out, P, "trDate", history.transferred);
    if let Some(found) = contact.transfer.as_ref() {
        transfer(out, P, found, None);
    }
    if let Some(found) = contact.disclose {
        disclose(out, found);
    }
    xml::close(out, "rdeContact:contact");
}

fn postal_info(out: &mut Vec<u8>, postal: &PostalInfo) {
    out.extend_from_slice(b"<rdeContact:postalInfo");
    xml::attribute(out, "type", postal.kind.name());
    out.push(b'>');
    xml::element(out, "contact:name", &postal.name);
    xml::optional(out, "contact:org", postal.org.as_deref());
    postal_address(out, "contact:", &postal.address);
    xml::close(out, "rdeContact:postalInfo");
}

/// `contact:discloseType`.
fn disclose(out: &mut Vec<u8>, disclose: Disclose) {
    out.extend_from_slice(b"<rdeContact:disclose");
    xml::attribute(out, "flag", if disclose.flag { "1" } else { "0" });
    out.push(b'>');
    for (field, element) in [
        (Disclose::NAME_INT, "<contact:name type=\"int\"/>"),
        (Disclose::NAME_LOC, "<contact:name type=\"loc\"/>"),
        (Disclose::ORG_INT, "<contact:org type=\"int\"/>"),
        (Disclose::ORG_LOC, "<contact:org type=\"loc\"/>"),
        (Disclose::ADDR_INT, "<contact:addr type=\"int\"/>"),
        (Disclose::ADDR_LOC, "<contact:addr type=\"loc\"/>"),
        (Disclose::VOICE, "<contact:voice/>"),
        (Disclose::FAX, "<contact:fax/>"),
        (Disclose::EMAIL, "<contact:email/>"),
    ] {
        if disclose.fields & field != 0 {
            out.extend_from_slice(element.as_bytes());
        }
    }
    xml::close(out, "rdeContact:disclose");
}
