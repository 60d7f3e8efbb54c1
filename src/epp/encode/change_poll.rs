//! Poll messages about changes by the registry (RFC 8590): the object in `resData`, what was done to it in the extension.

use super::{contact, domain, host, xml};
use crate::epp::extensions::Extension;
use crate::model::answer::{Answer, ContactInfo, DomainInfo, HostInfo};
use crate::model::change::{ArchivedCaseKind, ArchivedObjectChange, ArchivedSnapshot};
use crate::model::lifecycle;
use crate::model::record::{ArchivedContact, ArchivedDomain, ArchivedHost, ArchivedPollData, Kind};
use crate::model::seal::{self, BadRecord};

/// `infData` of the object as it was at the moment of the snapshot (section 2), in full: the reader sponsors it, or did.
/// Nothing for a record that cannot be read any more; the message's text says what happened.
pub(super) fn object(out: &mut Vec<u8>, snapshot: &ArchivedSnapshot) {
    let start = out.len();
    if try_object(out, snapshot).is_err() {
        out.truncate(start);
    }
}

fn try_object(out: &mut Vec<u8>, snapshot: &ArchivedSnapshot) -> Result<(), BadRecord> {
    let (kind, record) = snapshot.present()?;
    let statuses = snapshot.statuses.get();
    match kind {
        Kind::Domain => {
            let domain = seal::access::<ArchivedDomain>(kind, &record)?;
            let info = DomainInfo {
                domain,
                statuses,
                rgp: Vec::new(),
                expires: lifecycle::end(domain),
                notes: None,
                name_servers: snapshot.name_servers.iter().map(|name| name.as_str()).collect(),
                attributes: domain.host_attributes.as_slice(),
                hosts: snapshot.hosts.iter().map(|name| name.as_str()).collect(),
                token: None,
                ttls: Vec::new(),
                authorized: true,
                auth_set: false,
                launch: None,
            };
            domain::info(out, &info);
        }
        Kind::Host => {
            let host = seal::access::<ArchivedHost>(kind, &record)?;
            host::info(out, &HostInfo { host, ttls: Vec::new(), statuses, notes: None });
        }
        Kind::Contact => {
            let contact = seal::access::<ArchivedContact>(kind, &record)?;
            contact::info(out, &ContactInfo { contact, statuses, notes: None, auth_set: false });
        }
        _ => {}
    }
    Ok(())
}

/// Passes on the domain as it was at the moment of the snapshot, if it is of one and can be read.
pub(super) fn with_domain(snapshot: &ArchivedSnapshot, use_it: impl FnOnce(&ArchivedDomain)) {
    if let Ok((Kind::Domain, record)) = snapshot.present()
        && let Ok(domain) = seal::access::<ArchivedDomain>(Kind::Domain, &record)
    {
        use_it(domain);
    }
}

/// `changePoll:changeData` (section 3.2), if the answer is such a message.
pub(super) fn answered(out: &mut Vec<u8>, answer: &Answer<'_>) {
    if let Answer::PollMessage { message, .. } = answer
        && let Some(ArchivedPollData::Changed(change)) = message.data.as_ref()
    {
        data(out, change);
    }
}

fn data(out: &mut Vec<u8>, change: &ArchivedObjectChange) {
    out.extend_from_slice(b"<changePoll:changeData xmlns:changePoll=\"");
    out.extend_from_slice(Extension::ChangePoll.uri().as_bytes());
    out.extend_from_slice(if change.before { b"\" state=\"before\">" } else { b"\" state=\"after\">" });
    out.extend_from_slice(b"<changePoll:operation");
    if !change.op.is_empty() {
        xml::attribute(out, "op", &change.op);
    }
    out.push(b'>');
    out.extend_from_slice(change.operation.name().as_bytes());
    xml::close(out, "changePoll:operation");
    xml::time(out, "changePoll:date", change.date.get());
    xml::element(out, "changePoll:svTRID", &change.sv_trid);
    xml::element(out, "changePoll:who", &change.who);
    if let Some(case) = change.case.as_ref() {
        out.extend_from_slice(b"<changePoll:caseId type=\"");
        out.extend_from_slice(case.kind.name().as_bytes());
        out.push(b'"');
        if case.kind == ArchivedCaseKind::Custom {
            // Section 3.1.2: "A custom case that is defined using the "name" attribute": a case of the registry's own.
            xml::attribute(out, "name", "registry");
        }
        out.push(b'>');
        xml::text(out, &case.id);
        xml::close(out, "changePoll:caseId");
    }
    xml::optional(out, "changePoll:reason", Some(change.reason.as_str()).filter(|reason| !reason.is_empty()));
    xml::close(out, "changePoll:changeData");
}
