//! Response data of the host mapping (RFC 5732).

use super::{domain, status, xml};
use crate::base::timestamp::Timestamp;
use crate::model::answer::{Availability, HostInfo};
use crate::model::record::{Address, ArchivedAddress};

fn open(out: &mut Vec<u8>, name: &str) {
    out.extend_from_slice(b"<host:");
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b" xmlns:host=\"urn:ietf:params:xml:ns:host-1.0\">");
}

/// `chkData` (section 3.1.1).
pub(super) fn checked(out: &mut Vec<u8>, objects: &[Availability<'_>]) {
    open(out, "chkData");
    for object in objects {
        domain::availability(out, &domain::check_tags!("host", "name"), object);
    }
    xml::close(out, "host:chkData");
}

/// `infData` (section 3.1.2).
pub(super) fn info(out: &mut Vec<u8>, info: &HostInfo<'_>) {
    let host = info.host;
    open(out, "infData");
    xml::element(out, "host:name", &host.name);
    xml::element(out, "host:roid", &host.roid);
    status::all(out, "host", info.statuses, info.notes);
    addresses(out, "host:addr", &host.addresses);
    xml::element(out, "host:clID", &host.sponsor);
    xml::element(out, "host:crID", &host.creator);
    xml::time(out, "host:crDate", host.created.get());
    xml::optional(out, "host:upID", host.updater.as_deref());
    if let Some(updated) = host.updated.as_ref() {
        xml::time(out, "host:upDate", updated.get());
    }
    if let Some(transferred) = host.transferred.as_ref() {
        xml::time(out, "host:trDate", transferred.get());
    }
    xml::close(out, "host:infData");
}

/// `host:addrType`, an element of that name for each.
pub(super) fn addresses(out: &mut Vec<u8>, name: &str, addresses: &[ArchivedAddress]) {
    for address in addresses {
        let address = address.get();
        let family = match address {
            Address::V4(_) => "v4",
            Address::V6(_) => "v6",
        };
        out.push(b'<');
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(b" ip=\"");
        out.extend_from_slice(family.as_bytes());
        out.extend_from_slice(b"\">");
        out.extend_from_slice(address.ip().to_string().as_bytes());
        xml::close(out, name);
    }
}

/// `creData` (section 3.2.1).
pub(super) fn created(out: &mut Vec<u8>, name: &str, created: Timestamp) {
    open(out, "creData");
    xml::element(out, "host:name", name);
    xml::time(out, "host:crDate", created);
    xml::close(out, "host:creData");
}
