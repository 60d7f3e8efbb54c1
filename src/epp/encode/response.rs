//! Responses (RFC 5730, section 2.6): result, message queue, response data, extensions, transaction identifiers.

use super::balance::{self, Account};
use super::extension::{self, extension};
use super::unhandled::unhandled;
use super::{contact, domain, framed, host, maintenance, poll, xml};
use crate::epp::extensions::Services;
use crate::epp::sent::Sent;
use crate::model::answer::{Answer, Success};
use crate::model::refusal::{Fault, Refusal};

/// How every document begins.
pub(super) const HEAD: &str =
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?><epp xmlns=\"urn:ietf:params:xml:ns:epp-1.0\">";

/// One response.
pub struct Response<'r, 'v> {
    /// What came of the command.
    pub result: Result<(Success, &'r Answer<'v>), &'r Refusal>,
    /// The client's transaction identifier, echoed.
    pub cl_trid: Option<&'r str>,
    /// Ours, 3 to 64 characters.
    pub sv_trid: &'r str,
    /// The element that a refusal is about, if the client sent it.
    pub sent: Option<&'r Sent>,
    /// What the session asked for; it gets nothing else.
    pub services: Services,
}

/// Appends a response, framed. The namespaces of what it holds in `<extValue>` because the session's login did not name them
/// (RFC 9038), so that somebody can tell the client.
pub fn response(out: &mut Vec<u8>, response: &Response<'_, '_>) -> Vec<&'static str> {
    let mut moved = Vec::new();
    framed(out, |out| {
        out.extend_from_slice(HEAD.as_bytes());
        out.extend_from_slice(b"<response>");
        match response.result {
            Ok((success, answer)) => {
                result(out, success.code(), success.text(), |out| {
                    moved = unhandled(out, answer, response.services);
                });
                data(out, answer, response.services);
                extension(out, answer, response.services);
            }
            Err(refusal) => {
                refused(out, refusal, response.sent);
                extension::refused(out, refusal);
            }
        }
        out.extend_from_slice(b"<trID>");
        xml::optional(out, "clTRID", response.cl_trid);
        xml::element(out, "svTRID", response.sv_trid);
        out.extend_from_slice(b"</trID></response></epp>");
    });
    moved
}

fn result(out: &mut Vec<u8>, code: u16, message: &str, values: impl FnOnce(&mut Vec<u8>)) {
    out.extend_from_slice(b"<result code=\"");
    xml::number(out, code.into());
    out.extend_from_slice(b"\">");
    xml::element(out, "msg", message);
    values(out);
    out.extend_from_slice(b"</result>");
}

fn refused(out: &mut Vec<u8>, refusal: &Refusal, sent: Option<&Sent>) {
    let detail = match (refusal, refusal.fault()) {
        (Refusal::Syntax { position, expected, found }, _) => {
            format!("{} at octet {position}: expected {expected}, found {found}", refusal.text())
        }
        (Refusal::UnknownCommand { found }, _) => format!("{}: {found}", refusal.text()),
        (Refusal::UseError(why) | Refusal::Failed(why) | Refusal::FailedClosing(why), _) => {
            format!("{}: {why}", refusal.text())
        }
        (Refusal::UnimplementedCommand(command), _) => format!("{}: {command}", refusal.text()),
        (Refusal::Status { status, .. }, _) => format!("{}: {status}", refusal.text()),
        // Without a value there is no place for the reason but this one.
        (_, Some(Fault { element, reason, .. })) if sent.is_none() => {
            format!("{}: {}:{}: {reason}", refusal.text(), element.schema, element.name)
        }
        _ => refusal.text().to_owned(),
    };
    result(out, refusal.code(), &detail, |out| {
        if let Some((sent, fault)) = sent.zip(refusal.fault()) {
            ext_value(out, sent, fault);
        }
    });
}

/// The value that caused the error, and why (RFC 5730, section 2.6): `errValueType` holds exactly one element.
fn ext_value(out: &mut Vec<u8>, sent: &Sent, fault: &Fault) {
    out.extend_from_slice(b"<extValue><value><");
    out.extend_from_slice(sent.name.as_bytes());
    for (prefix, uri) in &sent.namespaces {
        let name = if prefix.is_empty() { "xmlns".to_owned() } else { format!("xmlns:{prefix}") };
        xml::attribute(out, &name, uri);
    }
    for (name, value) in &sent.attributes {
        xml::attribute(out, name, value);
    }
    out.extend_from_slice(b">");
    xml::text(out, &sent.text);
    xml::close(out, &sent.name);
    out.extend_from_slice(b"</value>");
    xml::element(out, "reason", &fault.reason);
    out.extend_from_slice(b"</extValue>");
}

fn data(out: &mut Vec<u8>, answer: &Answer<'_>, services: Services) {
    match answer {
        Answer::Empty
        | Answer::LoggedIn { .. }
        | Answer::DomainUpdated { .. }
        | Answer::DomainDeleted { .. }
        | Answer::LaunchChecked(_) => return,
        Answer::PollMessage { count, message } => return poll::message(out, *count, message, services),
        Answer::PollAcknowledged { count, number } => return poll::acknowledged(out, *count, *number),
        _ => {}
    }
    out.extend_from_slice(b"<resData>");
    match answer {
        Answer::DomainChecked { objects, .. } => domain::checked(out, objects),
        Answer::HostChecked(objects) => host::checked(out, objects),
        Answer::ContactChecked(objects) => contact::checked(out, objects),
        Answer::DomainInfo(info) => domain::info(out, info),
        Answer::HostInfo(info) => host::info(out, info),
        Answer::ContactInfo(info) => contact::info(out, info),
        Answer::DomainCreated { name, created, expires, .. } => domain::created(out, name, *created, *expires),
        Answer::ApplicationCreated { name, created, .. } => domain::applied_for(out, name, *created),
        Answer::HostCreated { name, created } => host::created(out, name, *created),
        Answer::ContactCreated { id, created } => contact::created(out, id, *created),
        Answer::DomainRenewed { name, expires, .. } => domain::renewed(out, name, *expires),
        Answer::DomainTransfer { name, transfer, .. } => domain::transfer(out, name, &transfer.into()),
        Answer::ContactTransfer { id, transfer } => contact::transfer(out, id, &transfer.into()),
        Answer::Balance { currency, credit_limit, balance, threshold } => {
            let account = Account { currency: *currency, credit_limit: *credit_limit, threshold: *threshold };
            balance::info(out, &account, *balance);
        }
        Answer::Maintenance(event) => maintenance::item(out, event, None),
        Answer::MaintenanceList(events) => maintenance::list(out, events),
        Answer::Empty
        | Answer::LoggedIn { .. }
        | Answer::DomainUpdated { .. }
        | Answer::DomainDeleted { .. }
        | Answer::LaunchChecked(_)
        | Answer::PollMessage { .. }
        | Answer::PollAcknowledged { .. } => {}
    }
    out.extend_from_slice(b"</resData>");
}
