//! The message queue (RFC 5730, section 2.9.2.3), with the response data its messages carry.

use super::balance::{self, Account};
use super::{change_poll, contact, domain, maintenance, xml};
use crate::epp::extensions::{Extension, Services};
use crate::model::record::{ArchivedPollData, ArchivedPollMessage, Kind};

/// `msgQ` with the oldest message, and its `resData`; none when it would be empty.
pub(super) fn message(out: &mut Vec<u8>, count: u64, message: &ArchivedPollMessage, services: Services) {
    queue(out, count, message.number.to_native());
    out.push(b'>');
    xml::time(out, "qDate", message.queued.get());
    xml::element(out, "msg", &message.text);
    out.extend_from_slice(b"</msgQ>");
    if let Some(data) = message.data.as_ref() {
        let before = out.len();
        xml::open(out, "resData");
        let opened = out.len();
        message_data(out, data, services);
        match out.len() == opened {
            true => out.truncate(before),
            false => xml::close(out, "resData"),
        }
    }
}

/// `msgQ` after an acknowledgement.
pub(super) fn acknowledged(out: &mut Vec<u8>, count: u64, number: u64) {
    queue(out, count, number);
    out.extend_from_slice(b"/>");
}

fn queue(out: &mut Vec<u8>, count: u64, number: u64) {
    out.extend_from_slice(b"<msgQ count=\"");
    xml::number(out, count);
    out.extend_from_slice(b"\" id=\"");
    xml::number(out, number);
    out.push(b'"');
}

fn message_data(out: &mut Vec<u8>, data: &ArchivedPollData, services: Services) {
    match data {
        ArchivedPollData::LowBalance { registrar, currency, credit_limit, threshold, available } => {
            // Response data that is of an extension: a client that did not ask for it has the text.
            if services.has(Extension::LowBalance) {
                let (currency, credit_limit) = (currency.get(), credit_limit.to_native());
                let account = Account { currency, credit_limit, threshold: threshold.get() };
                balance::low(out, registrar, &account, available.to_native());
            }
        }
        ArchivedPollData::Maintenance { news, event } => {
            // So is that of a mapping that the session does not have.
            if services.has_maintenance() {
                maintenance::item(out, event, Some(news));
            }
        }
        ArchivedPollData::Changed(change) => change_poll::object(out, &change.object),
        ArchivedPollData::DomainTransfer { name, transfer } => domain::transfer(out, name, &transfer.into()),
        ArchivedPollData::ContactTransfer { id, transfer } => contact::transfer(out, id, &transfer.into()),
        ArchivedPollData::Pending { kind, object, accepted, cl_trid, sv_trid, completed } => {
            let (prefix, id) = match Kind::from_u8(*kind) {
                Some(Kind::Contact) => ("contact", "id"),
                Some(Kind::Host) => ("host", "name"),
                _ => ("domain", "name"),
            };
            out.extend_from_slice(
                format!("<{prefix}:panData xmlns:{prefix}=\"urn:ietf:params:xml:ns:{prefix}-1.0\"><{prefix}:{id} paResult=\"{}\">", u8::from(*accepted))
                    .as_bytes(),
            );
            xml::text(out, object);
            out.extend_from_slice(format!("</{prefix}:{id}><{prefix}:paTRID>").as_bytes());
            xml::optional(out, "clTRID", cl_trid.as_deref());
            xml::element(out, "svTRID", sv_trid);
            out.extend_from_slice(format!("</{prefix}:paTRID>").as_bytes());
            xml::time(out, &format!("{prefix}:paDate"), completed.get());
            xml::close(out, &format!("{prefix}:panData"));
        }
    }
}
