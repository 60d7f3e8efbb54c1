//! Responses (RFC 5730, section 2.6): result, message queue, response data, transaction identifiers.

use super::{contact, domain, framed, host, poll, xml};
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
}

/// Appends a response, framed.
pub fn response(out: &mut Vec<u8>, response: &Response<'_, '_>) {
    framed(out, |out| {
        out.extend_from_slice(HEAD.as_bytes());
        out.extend_from_slice(b"<response>");
        match response.result {
            Ok((success, answer)) => {
                result(out, success.code(), success.text(), None);
                data(out, answer);
            }
            Err(refusal) => refused(out, refusal),
        }
        out.extend_from_slice(b"<trID>");
        xml::optional(out, "clTRID", response.cl_trid);
        xml::element(out, "svTRID", response.sv_trid);
        out.extend_from_slice(b"</trID></response></epp>");
    });
}

fn result(out: &mut Vec<u8>, code: u16, message: &str, fault: Option<&Fault>) {
    out.extend_from_slice(b"<result code=\"");
    xml::number(out, code.into());
    out.extend_from_slice(b"\">");
    xml::element(out, "msg", message);
    if let Some(fault) = fault {
        ext_value(out, fault);
    }
    out.extend_from_slice(b"</result>");
}

fn refused(out: &mut Vec<u8>, refusal: &Refusal) {
    let detail = match refusal {
        Refusal::Syntax { position, expected, found } => {
            format!("{} at octet {position}: expected {expected}, found {found}", refusal.text())
        }
        Refusal::UnknownCommand { found } => format!("{}: {found}", refusal.text()),
        Refusal::UseError(why) | Refusal::Failed(why) | Refusal::FailedClosing(why) => {
            format!("{}: {why}", refusal.text())
        }
        Refusal::UnimplementedCommand(command) => format!("{}: {command}", refusal.text()),
        Refusal::Status { status, .. } => format!("{}: {status}", refusal.text()),
        _ => refusal.text().to_owned(),
    };
    result(out, refusal.code(), &detail, refusal.fault());
}

/// The value that caused the error, and why (RFC 5730, section 2.6): `errValueType` holds exactly one element.
fn ext_value(out: &mut Vec<u8>, fault: &Fault) {
    let name = format!("{}:{}", fault.element.schema, fault.element.name);
    out.extend_from_slice(b"<extValue><value><");
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b" xmlns:");
    out.extend_from_slice(fault.element.schema.as_bytes());
    out.extend_from_slice(b"=\"urn:ietf:params:xml:ns:");
    out.extend_from_slice(fault.element.schema.as_bytes());
    out.extend_from_slice(b"-1.0\">");
    xml::text(out, &fault.value);
    xml::close(out, &name);
    out.extend_from_slice(b"</value>");
    xml::element(out, "reason", &fault.reason);
    out.extend_from_slice(b"</extValue>");
}

fn data(out: &mut Vec<u8>, answer: &Answer<'_>) {
    match answer {
        Answer::Empty => return,
        Answer::PollMessage { count, message } => return poll::message(out, *count, message),
        Answer::PollAcknowledged { count, number } => return poll::acknowledged(out, *count, *number),
        _ => {}
    }
    out.extend_from_slice(b"<resData>");
    match answer {
        Answer::DomainChecked(objects) => domain::checked(out, objects),
        Answer::HostChecked(objects) => host::checked(out, objects),
        Answer::ContactChecked(objects) => contact::checked(out, objects),
        Answer::DomainInfo(info) => domain::info(out, info),
        Answer::HostInfo(info) => host::info(out, info),
        Answer::ContactInfo(info) => contact::info(out, info),
        Answer::DomainCreated { name, created, expires } => domain::created(out, name, *created, *expires),
        Answer::HostCreated { name, created } => host::created(out, name, *created),
        Answer::ContactCreated { id, created } => contact::created(out, id, *created),
        Answer::DomainRenewed { name, expires } => domain::renewed(out, name, *expires),
        Answer::DomainTransfer { name, transfer } => domain::transfer(out, name, &transfer.into()),
        Answer::ContactTransfer { id, transfer } => contact::transfer(out, id, &transfer.into()),
        Answer::Empty | Answer::PollMessage { .. } | Answer::PollAcknowledged { .. } => {}
    }
    out.extend_from_slice(b"</resData>");
}
