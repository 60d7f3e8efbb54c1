//! Response data of the contact mapping (RFC 5733).

use super::domain::{self, TransferData};
use super::{status, xml};
use crate::base::timestamp::Timestamp;
use crate::model::answer::{Availability, ContactInfo};
use crate::model::record::{ArchivedDisclose, ArchivedPhone, ArchivedPostalInfo, Disclose};

fn open(out: &mut Vec<u8>, name: &str) {
    out.extend_from_slice(b"<contact:");
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b" xmlns:contact=\"urn:ietf:params:xml:ns:contact-1.0\">");
}

/// `chkData` (section 3.1.1).
pub(super) fn checked(out: &mut Vec<u8>, objects: &[Availability<'_>]) {
    open(out, "chkData");
    for object in objects {
        domain::availability(out, &domain::check_tags!("contact", "id"), object);
    }
    xml::close(out, "contact:chkData");
}

/// `infData` (section 3.1.2).
pub(super) fn info(out: &mut Vec<u8>, info: &ContactInfo<'_>) {
    let contact = info.contact;
    open(out, "infData");
    xml::element(out, "contact:id", &contact.id);
    xml::element(out, "contact:roid", &contact.roid);
    status::all(out, "contact", info.statuses, info.notes);
    contact.postal.iter().for_each(|postal| postal_info(out, postal));
    phone(out, "contact:voice", contact.voice.as_ref());
    phone(out, "contact:fax", contact.fax.as_ref());
    xml::element(out, "contact:email", &contact.email);
    xml::element(out, "contact:clID", &contact.sponsor);
    xml::element(out, "contact:crID", &contact.creator);
    xml::time(out, "contact:crDate", contact.created.get());
    xml::optional(out, "contact:upID", contact.updater.as_deref());
    if let Some(updated) = contact.updated.as_ref() {
        xml::time(out, "contact:upDate", updated.get());
    }
    if let Some(transferred) = contact.transferred.as_ref() {
        xml::time(out, "contact:trDate", transferred.get());
    }
    if info.auth_set {
        out.extend_from_slice(b"<contact:authInfo><contact:pw/></contact:authInfo>");
    }
    if let Some(disclosure) = contact.disclose.as_ref() {
        disclose(out, disclosure);
    }
    xml::close(out, "contact:infData");
}

fn postal_info(out: &mut Vec<u8>, postal: &ArchivedPostalInfo) {
    out.extend_from_slice(b"<contact:postalInfo type=\"");
    out.extend_from_slice(postal.kind.get().name().as_bytes());
    out.extend_from_slice(b"\">");
    xml::element(out, "contact:name", &postal.name);
    xml::optional(out, "contact:org", postal.org.as_deref());
    xml::open(out, "contact:addr");
    for line in postal.address.street.iter() {
        xml::element(out, "contact:street", line);
    }
    xml::element(out, "contact:city", &postal.address.city);
    xml::optional(out, "contact:sp", postal.address.sp.as_deref());
    xml::optional(out, "contact:pc", postal.address.pc.as_deref());
    xml::element(out, "contact:cc", &postal.address.cc);
    out.extend_from_slice(b"</contact:addr></contact:postalInfo>");
}

fn phone(out: &mut Vec<u8>, name: &str, phone: Option<&ArchivedPhone>) {
    let Some(phone) = phone else { return };
    out.push(b'<');
    out.extend_from_slice(name.as_bytes());
    if let Some(ext) = phone.ext.as_deref() {
        xml::attribute(out, "x", ext);
    }
    out.push(b'>');
    xml::text(out, &phone.number);
    xml::close(out, name);
}

fn disclose(out: &mut Vec<u8>, disclose: &ArchivedDisclose) {
    let fields = disclose.fields.to_native();
    out.extend_from_slice(if disclose.flag {
        b"<contact:disclose flag=\"1\">"
    } else {
        b"<contact:disclose flag=\"0\">"
    });
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
        if fields & field != 0 {
            out.extend_from_slice(element.as_bytes());
        }
    }
    xml::close(out, "contact:disclose");
}

/// `creData` (section 3.2.1).
pub(super) fn created(out: &mut Vec<u8>, id: &str, created: Timestamp) {
    open(out, "creData");
    xml::element(out, "contact:id", id);
    xml::time(out, "contact:crDate", created);
    xml::close(out, "contact:creData");
}

/// `trnData` (section 3.1.3).
pub(super) fn transfer(out: &mut Vec<u8>, id: &str, transfer: &TransferData<'_>) {
    open(out, "trnData");
    xml::element(out, "contact:id", id);
    domain::transfer_fields(out, "contact", transfer);
    xml::close(out, "contact:trnData");
}
