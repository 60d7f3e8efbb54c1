//! `mark:mark` in responses (RFC 7848, section 2.2): a mark as it was given.

use super::xml;
use crate::model::mark::{Court, Holder, Mark, MarkContact, Right, Trademark, Treaty};
use crate::model::record::{Phone, PostalAddress};

/// Writes the element.
pub fn write(out: &mut Vec<u8>, mark: &Mark) {
    out.extend_from_slice(b"<mark:mark xmlns:mark=\"urn:ietf:params:xml:ns:mark-1.0\">");
    mark.trademarks.iter().for_each(|mark| trademark(out, mark));
    mark.treaties.iter().for_each(|mark| treaty(out, mark));
    mark.courts.iter().for_each(|mark| court(out, mark));
    xml::close(out, "mark:mark");
}

fn trademark(out: &mut Vec<u8>, mark: &Trademark) {
    xml::open(out, "mark:trademark");
    right(out, &mark.right);
    xml::element(out, "mark:jurisdiction", &mark.jurisdiction);
    each(out, "mark:class", &mark.classes);
    labels_and_goods(out, &mark.right);
    xml::optional(out, "mark:apId", mark.application_id.as_deref());
    xml::optional(out, "mark:apDate", mark.applied.as_deref());
    xml::element(out, "mark:regNum", &mark.registration);
    xml::element(out, "mark:regDate", &mark.registered);
    xml::optional(out, "mark:exDate", mark.expires.as_deref());
    xml::close(out, "mark:trademark");
}

fn treaty(out: &mut Vec<u8>, mark: &Treaty) {
    xml::open(out, "mark:treatyOrStatute");
    right(out, &mark.right);
    for protection in &mark.protections {
        xml::open(out, "mark:protection");
        xml::element(out, "mark:cc", &protection.cc);
        xml::optional(out, "mark:region", protection.region.as_deref());
        each(out, "mark:ruling", &protection.rulings);
        xml::close(out, "mark:protection");
    }
    labels_and_goods(out, &mark.right);
    xml::element(out, "mark:refNum", &mark.reference);
    xml::element(out, "mark:proDate", &mark.protected);
    xml::element(out, "mark:title", &mark.title);
    xml::element(out, "mark:execDate", &mark.executed);
    xml::close(out, "mark:treatyOrStatute");
}

fn court(out: &mut Vec<u8>, mark: &Court) {
    xml::open(out, "mark:court");
    right(out, &mark.right);
    labels_and_goods(out, &mark.right);
    xml::element(out, "mark:refNum", &mark.reference);
    xml::element(out, "mark:proDate", &mark.protected);
    xml::element(out, "mark:cc", &mark.cc);
    each(out, "mark:region", &mark.regions);
    xml::element(out, "mark:courtName", &mark.court);
    xml::close(out, "mark:court");
}

fn right(out: &mut Vec<u8>, right: &Right) {
    xml::element(out, "mark:id", &right.id);
    xml::element(out, "mark:markName", &right.name);
    right.holders.iter().for_each(|each| holder(out, each));
    right.contacts.iter().for_each(|each| contact(out, each));
}

fn labels_and_goods(out: &mut Vec<u8>, right: &Right) {
    each(out, "mark:label", &right.labels);
    xml::element(out, "mark:goodsAndServices", &right.goods_and_services);
}

fn holder(out: &mut Vec<u8>, holder: &Holder) {
    with(out, "mark:holder", "entitlement", holder.entitlement.map(|title| title.name()));
    xml::optional(out, "mark:name", holder.name.as_deref());
    xml::optional(out, "mark:org", holder.org.as_deref());
    address(out, &holder.address);
    phone(out, "mark:voice", holder.voice.as_ref());
    phone(out, "mark:fax", holder.fax.as_ref());
    xml::optional(out, "mark:email", holder.email.as_deref());
    xml::close(out, "mark:holder");
}

fn contact(out: &mut Vec<u8>, contact: &MarkContact) {
    with(out, "mark:contact", "type", contact.kind.map(|kind| kind.name()));
    xml::element(out, "mark:name", &contact.name);
    xml::optional(out, "mark:org", contact.org.as_deref());
    address(out, &contact.address);
    phone(out, "mark:voice", Some(&contact.voice));
    phone(out, "mark:fax", contact.fax.as_ref());
    xml::element(out, "mark:email", &contact.email);
    xml::close(out, "mark:contact");
}

fn address(out: &mut Vec<u8>, address: &PostalAddress) {
    xml::open(out, "mark:addr");
    each(out, "mark:street", &address.street);
    xml::element(out, "mark:city", &address.city);
    xml::optional(out, "mark:sp", address.sp.as_deref());
    xml::optional(out, "mark:pc", address.pc.as_deref());
    xml::element(out, "mark:cc", &address.cc);
    xml::close(out, "mark:addr");
}

fn phone(out: &mut Vec<u8>, name: &str, phone: Option<&Phone>) {
    if let Some(phone) = phone {
        with(out, name, "x", phone.ext.as_deref());
        xml::text(out, &phone.number);
        xml::close(out, name);
    }
}

/// The start tag `name`, with the attribute if it has a value.
fn with(out: &mut Vec<u8>, name: &str, attribute: &str, value: Option<&str>) {
    out.push(b'<');
    out.extend_from_slice(name.as_bytes());
    if let Some(value) = value {
        xml::attribute(out, attribute, value);
    }
    out.push(b'>');
}

fn each(out: &mut Vec<u8>, name: &str, values: &[String]) {
    values.iter().for_each(|value| xml::element(out, name, value));
}
