//! Response data of the domain mapping (RFC 5731).

use super::{host, status, xml};
use crate::base::timestamp::Timestamp;
use crate::model::answer::{Availability, DomainInfo};
use crate::model::record::{ArchivedTransfer, Transfer, TransferState};
use crate::model::status::Status;

const NS: &str = " xmlns:domain=\"urn:ietf:params:xml:ns:domain-1.0\">";

fn open(out: &mut Vec<u8>, name: &str) {
    out.extend_from_slice(b"<domain:");
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(NS.as_bytes());
}

/// `chkData` (section 3.1.1).
pub(super) fn checked(out: &mut Vec<u8>, objects: &[Availability<'_>]) {
    open(out, "chkData");
    for object in objects {
        availability(out, &check_tags!("domain", "name"), object);
    }
    xml::close(out, "domain:chkData");
}

/// The markup of a mapping's `cd`, in the pieces that names and reasons stand between.
pub(super) struct CheckTags {
    pub(super) available: &'static str,
    pub(super) taken: &'static str,
    pub(super) after_name: &'static str,
    pub(super) before_reason: &'static str,
    pub(super) after_reason: &'static str,
    pub(super) end: &'static str,
}

/// The tags of mapping `$schema`, whose objects are known by `$name`.
macro_rules! check_tags {
    ($schema:literal, $name:literal) => {
        crate::epp::encode::domain::CheckTags {
            available: concat!("<", $schema, ":cd><", $schema, ":", $name, " avail=\"1\">"),
            taken: concat!("<", $schema, ":cd><", $schema, ":", $name, " avail=\"0\">"),
            after_name: concat!("</", $schema, ":", $name, ">"),
            before_reason: concat!("<", $schema, ":reason>"),
            after_reason: concat!("</", $schema, ":reason>"),
            end: concat!("</", $schema, ":cd>"),
        }
    };
}
pub(super) use check_tags;

/// One `cd` of any mapping.
pub(super) fn availability(out: &mut Vec<u8>, tags: &CheckTags, object: &Availability<'_>) {
    out.extend_from_slice(if object.reason.is_none() { tags.available } else { tags.taken }.as_bytes());
    xml::text(out, &object.object);
    out.extend_from_slice(tags.after_name.as_bytes());
    // The text is short (`eppcom:reasonBaseType`), and a name can be long.
    let named = object.variant_of.as_ref().map(|name| format!("Variant of {name}")).filter(|text| text.len() <= 32);
    if let Some(reason) = named.as_deref().or(object.reason) {
        out.extend_from_slice(tags.before_reason.as_bytes());
        xml::text(out, reason);
        out.extend_from_slice(tags.after_reason.as_bytes());
    }
    out.extend_from_slice(tags.end.as_bytes());
}

/// `infData` (section 3.1.2). A reader who is neither the sponsoring client nor knows the authInfo sees neither the
/// contacts, nor who created and updated the domain, nor what is said beside its statuses.
pub(super) fn info(out: &mut Vec<u8>, info: &DomainInfo<'_>) {
    let domain = info.domain;
    open(out, "infData");
    xml::element(out, "domain:name", &domain.name);
    xml::element(out, "domain:roid", &domain.roid);
    status::all(out, "domain", info.statuses, info.notes);
    if info.authorized {
        xml::optional(out, "domain:registrant", domain.registrant.as_deref());
        for contact in domain.contacts.iter() {
            out.extend_from_slice(b"<domain:contact type=\"");
            out.extend_from_slice(contact.role.get().name().as_bytes());
            out.extend_from_slice(b"\">");
            xml::text(out, &contact.id);
            out.extend_from_slice(b"</domain:contact>");
        }
    }
    name_servers(out, info);
    for name in &info.hosts {
        xml::element(out, "domain:host", name);
    }
    xml::element(out, "domain:clID", &domain.sponsor);
    if info.authorized {
        xml::element(out, "domain:crID", &domain.creator);
    }
    xml::time(out, "domain:crDate", domain.created.get());
    if info.authorized {
        xml::optional(out, "domain:upID", domain.updater.as_deref());
    }
    if let Some(updated) = domain.updated.as_ref() {
        xml::time(out, "domain:upDate", updated.get());
    }
    // What is applied for has no term yet.
    if !info.statuses.has(Status::PendingCreate) {
        xml::time(out, "domain:exDate", info.expires);
    }
    if let Some(transferred) = domain.transferred.as_ref() {
        xml::time(out, "domain:trDate", transferred.get());
    }
    if info.auth_set {
        out.extend_from_slice(b"<domain:authInfo><domain:pw/></domain:authInfo>");
    }
    xml::close(out, "domain:infData");
}

/// `ns` (section 1.1): host objects or attributes; a domain has the ones or the others.
fn name_servers(out: &mut Vec<u8>, info: &DomainInfo<'_>) {
    if info.name_servers.is_empty() && info.attributes.is_empty() {
        return;
    }
    out.extend_from_slice(b"<domain:ns>");
    for name in &info.name_servers {
        xml::element(out, "domain:hostObj", name);
    }
    for server in info.attributes {
        xml::open(out, "domain:hostAttr");
        xml::element(out, "domain:hostName", &server.name);
        host::addresses(out, "domain:hostAddr", &server.addresses);
        xml::close(out, "domain:hostAttr");
    }
    out.extend_from_slice(b"</domain:ns>");
}

/// `creData` (section 3.2.1).
pub(super) fn created(out: &mut Vec<u8>, name: &str, created: Timestamp, expires: Timestamp) {
    open(out, "creData");
    xml::element(out, "domain:name", name);
    xml::time(out, "domain:crDate", created);
    xml::time(out, "domain:exDate", expires);
    xml::close(out, "domain:creData");
}

/// `creData` of a name that is applied for, which has no term yet (RFC 8334, section 3.3.5).
pub(super) fn applied_for(out: &mut Vec<u8>, name: &str, created: Timestamp) {
    open(out, "creData");
    xml::element(out, "domain:name", name);
    xml::time(out, "domain:crDate", created);
    xml::close(out, "domain:creData");
}

/// `renData` (section 3.2.3).
pub(super) fn renewed(out: &mut Vec<u8>, name: &str, expires: Timestamp) {
    open(out, "renData");
    xml::element(out, "domain:name", name);
    xml::time(out, "domain:exDate", expires);
    xml::close(out, "domain:renData");
}

/// A transfer, of a record or of an archive.
pub(super) struct TransferData<'t> {
    state: TransferState,
    requester: &'t str,
    requested: Timestamp,
    actor: &'t str,
    act: Timestamp,
    expires: Option<Timestamp>,
}

impl<'t> From<&'t Transfer> for TransferData<'t> {
    fn from(transfer: &'t Transfer) -> Self {
        Self {
            state: transfer.state,
            requester: &transfer.requester,
            requested: transfer.requested,
            actor: &transfer.actor,
            act: transfer.act,
            expires: transfer.expires,
        }
    }
}

impl<'t> From<&'t ArchivedTransfer> for TransferData<'t> {
    fn from(transfer: &'t ArchivedTransfer) -> Self {
        Self {
            state: transfer.state.get(),
            requester: &transfer.requester,
            requested: transfer.requested.get(),
            actor: &transfer.actor,
            act: transfer.act.get(),
            expires: transfer.expires.as_ref().map(|expires| expires.get()),
        }
    }
}

/// `trnData` (section 3.1.3).
pub(super) fn transfer(out: &mut Vec<u8>, name: &str, transfer: &TransferData<'_>) {
    open(out, "trnData");
    xml::element(out, "domain:name", name);
    transfer_fields(out, "domain", transfer);
    if let Some(expires) = transfer.expires {
        xml::time(out, "domain:exDate", expires);
    }
    xml::close(out, "domain:trnData");
}

/// The fields that `domain:trnData` and `contact:trnData` share.
pub(super) fn transfer_fields(out: &mut Vec<u8>, prefix: &str, transfer: &TransferData<'_>) {
    xml::element(out, &format!("{prefix}:trStatus"), transfer.state.name());
    xml::element(out, &format!("{prefix}:reID"), transfer.requester);
    xml::time(out, &format!("{prefix}:reDate"), transfer.requested);
    xml::element(out, &format!("{prefix}:acID"), transfer.actor);
    xml::time(out, &format!("{prefix}:acDate"), transfer.act);
}
