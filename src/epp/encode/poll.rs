//! The message queue (RFC 5730, section 2.9.2.3), with the response data its messages carry.

use super::balance::{self, Account};
use super::{change_poll, contact, domain, maintenance, unhandled, xml};
use crate::base::timestamp::Timestamp;
use crate::epp::extensions::{Extension, Services};
use crate::epp::session::{CONTACT_URI, DOMAIN_URI, HOST_URI, MAINTENANCE_URI};
use crate::model::launch::ApplicationStatus;
use crate::model::record::{ArchivedPollData, ArchivedPollMessage, Kind};
use crate::model::version::Version;

/// `msgQ` with the oldest message, and its `resData`; none when it would be empty, or of a service that the session did not
/// ask for: its client has the text.
pub(super) fn message(out: &mut Vec<u8>, count: u64, message: &ArchivedPollMessage, services: Services) {
    queue(out, count, message.number.to_native());
    out.push(b'>');
    xml::time(out, "qDate", message.queued.get());
    xml::element(out, "msg", &message.text);
    out.extend_from_slice(b"</msgQ>");
    if let Some(data) = message.data.as_ref().filter(|data| Service::of(data).is_one_of(services)) {
        let before = out.len();
        xml::open(out, "resData");
        let opened = out.len();
        message_data(out, data);
        match out.len() == opened {
            true => out.truncate(before),
            false => xml::close(out, "resData"),
        }
    }
}

/// The message's response data in `<extValue>`, if the session wants there what it did not ask for (RFC 9038, section 6); its namespace.
pub(super) fn unhandled(out: &mut Vec<u8>, message: &ArchivedPollMessage, services: Services) -> Option<&'static str> {
    let data = message.data.as_ref()?;
    let service = Service::of(data);
    if service.moves(services) { unhandled::moved(out, service.uri(), |out| message_data(out, data)) } else { None }
}

/// The service of the login that response data belongs to.
#[derive(Clone, Copy)]
enum Service {
    Object(&'static str),
    Extension(Extension),
}

impl Service {
    fn of(data: &ArchivedPollData) -> Self {
        match data {
            ArchivedPollData::LowBalance { .. } => Self::Extension(Extension::LowBalance),
            ArchivedPollData::Changed(change) => {
                Self::of_kind(Version::of(change.object.tag).map(|version| version.kind))
            }
            ArchivedPollData::DomainTransfer { .. } | ArchivedPollData::Launch(_) => Self::Object(DOMAIN_URI),
            ArchivedPollData::ContactTransfer { .. } => Self::Object(CONTACT_URI),
            ArchivedPollData::Maintenance { .. } => Self::Object(MAINTENANCE_URI),
            ArchivedPollData::Pending { kind, .. } => Self::of_kind(Kind::from_u8(*kind)),
        }
    }

    const fn of_kind(kind: Option<Kind>) -> Self {
        Self::Object(match kind {
            Some(Kind::Contact) => CONTACT_URI,
            Some(Kind::Host) => HOST_URI,
            _ => DOMAIN_URI,
        })
    }

    const fn uri(self) -> &'static str {
        match self {
            Self::Object(uri) => uri,
            Self::Extension(extension) => extension.uri(),
        }
    }

    fn is_one_of(self, services: Services) -> bool {
        match self {
            Self::Object(uri) => services.has_object(uri),
            Self::Extension(extension) => services.has(extension),
        }
    }

    fn moves(self, services: Services) -> bool {
        match self {
            Self::Object(uri) => services.moves_object(uri),
            Self::Extension(extension) => services.moves(extension),
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

fn message_data(out: &mut Vec<u8>, data: &ArchivedPollData) {
    match data {
        ArchivedPollData::LowBalance { registrar, currency, credit_limit, threshold, available } => {
            let (currency, credit_limit) = (currency.get(), credit_limit.to_native());
            let account = Account { currency, credit_limit, threshold: threshold.get() };
            balance::low(out, registrar, &account, available.to_native());
        }
        ArchivedPollData::Maintenance { news, event } => {
            maintenance::item(out, event, Some(news));
        }
        ArchivedPollData::Changed(change) => change_poll::object(out, &change.object),
        ArchivedPollData::DomainTransfer { name, transfer } => domain::transfer(out, name, &transfer.into()),
        ArchivedPollData::ContactTransfer { id, transfer } => contact::transfer(out, id, &transfer.into()),
        ArchivedPollData::Launch(news) => match news.domain.as_ref() {
            Some(domain) => change_poll::object(out, domain),
            None => pending(
                out,
                ("domain", "name"),
                (&news.name, news.status.get() == ApplicationStatus::Allocated),
                (news.cl_trid.as_deref(), &news.sv_trid),
                news.completed.get(),
            ),
        },
        ArchivedPollData::Pending { kind, object, accepted, cl_trid, sv_trid, completed } => {
            let (prefix, id) = match Kind::from_u8(*kind) {
                Some(Kind::Contact) => ("contact", "id"),
                Some(Kind::Host) => ("host", "name"),
                _ => ("domain", "name"),
            };
            pending(out, (prefix, id), (object, *accepted), (cl_trid.as_deref(), sv_trid), completed.get());
        }
    }
}

/// `panData` of a mapping: what became of which command, and when.
fn pending(
    out: &mut Vec<u8>,
    (prefix, id): (&str, &str),
    (object, accepted): (&str, bool),
    (cl_trid, sv_trid): (Option<&str>, &str),
    completed: Timestamp,
) {
    out.extend_from_slice(
        format!(
            "<{prefix}:panData xmlns:{prefix}=\"urn:ietf:params:xml:ns:{prefix}-1.0\"><{prefix}:{id} paResult=\"{}\">",
            u8::from(accepted)
        )
        .as_bytes(),
    );
    xml::text(out, object);
    out.extend_from_slice(format!("</{prefix}:{id}><{prefix}:paTRID>").as_bytes());
    xml::optional(out, "clTRID", cl_trid);
    xml::element(out, "svTRID", sv_trid);
    out.extend_from_slice(format!("</{prefix}:paTRID>").as_bytes());
    xml::time(out, &format!("{prefix}:paDate"), completed);
    xml::close(out, &format!("{prefix}:panData"));
}
