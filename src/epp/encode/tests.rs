//! What responses say in the extensions, against what the RFCs print.

mod fee;
mod hosts;
mod idn;
mod launch;
mod login_sec;
mod maintenance;
mod mark;
mod poll;
mod rgp;
mod sec_dns;
mod token;
mod ttl;
mod unhandled;

use quick_xml::NsReader;
use quick_xml::events::Event;
use quick_xml::name::ResolveResult;

use super::*;
use crate::base::timestamp::{Date, Timestamp};
use crate::epp::extensions::{Extension, Services};
use crate::model::answer::{Answer, Success};
use crate::model::memory::Memory;
use crate::model::record::{ContactRole, Domain, DomainContact};
use crate::model::status::Statuses;
use crate::model::transaction::Change;
use crate::model::view::View;

/// The response to a session with these extensions.
fn said(answer: &Answer<'_>, services: Services) -> String {
    said_of(Success::Completed, answer, services)
}

fn said_of(success: Success, answer: &Answer<'_>, services: Services) -> String {
    let mut out = Vec::new();
    let (result, cl_trid) = (Ok((success, answer)), Some("ABC-12345"));
    response(&mut out, &Response { result, cl_trid, sv_trid: "54321-XYZ", sent: None, services });
    String::from_utf8(out.split_off(4)).expect("a response is UTF-8")
}

fn all() -> Services {
    Services::of(Extension::ALL)
}

/// All but one, of which nothing is said then.
fn all_but(extension: Extension) -> Services {
    let others = Extension::ALL.into_iter().filter(|other| *other != extension);
    Services::of(others.filter(|other| *other != Extension::UnhandledNamespaces))
}

/// That time of a day: hours and minutes.
fn moment(year: i32, month: u8, day: u8, hour: i64, minute: i64, second: i64) -> Timestamp {
    let midnight = Date::new(year, month, day).expect("a day").midnight();
    Timestamp::from_micros(midnight.micros() + ((hour * 60 + minute) * 60 + second) * 1_000_000)
}

/// The domain of the examples of RFC 8590.
fn domain() -> Domain {
    let contact = |role| DomainContact { role, id: "sh8013".into() };
    Domain {
        id: 1,
        roid: "EXAMPLE1-REP".into(),
        name: "domain.example".into(),
        tld: "example".into(),
        sponsor: "ClientX".into(),
        creator: "ClientY".into(),
        created: moment(2012, 4, 3, 22, 0, 0),
        updater: None,
        updated: None,
        expires: moment(2014, 4, 3, 22, 0, 0),
        transferred: None,
        statuses: Statuses::default(),
        registrant: Some("jd1234".into()),
        contacts: vec![contact(ContactRole::Admin), contact(ContactRole::Tech)],
        name_servers: Vec::new(),
        auth: None,
        transfer: None,
        grace: Vec::new(),
        removal: None,
        class: String::new(),
        transfer_fee: 0,
        locks: Vec::new(),
        host_attributes: Vec::new(),
        sec_dns: None,
        idn: None,
        variant_keys: Vec::new(),
        ttls: Vec::new(),
        launch: None,
        token: None,
        auth_until: None,
    }
}

/// What a document says, however it is laid out: elements by namespace, their attributes in any order, their text. Where a schema
/// is to be found (`xsi:schemaLocation`) is no part of it.
fn meaning(document: &str) -> Vec<String> {
    let mut reader = NsReader::from_str(document);
    let mut found = Vec::new();
    loop {
        let (namespace, event) = reader.read_resolved_event().expect("well-formed");
        let uri = match namespace {
            ResolveResult::Bound(namespace) => namespace.as_ref().to_owned(),
            _ => String::new(),
        };
        let mut start = |tag: &quick_xml::events::BytesStart<'_>| {
            found.push(format!("<{{{uri}}}{}", tag.local_name().as_ref()));
            let attributes = tag.attributes().map(|attribute| attribute.expect("good"));
            let said = attributes
                .filter(|attribute| !["xmlns", "xsi:"].iter().any(|start| attribute.key.as_ref().starts_with(start)));
            let mut said: Vec<_> =
                said.map(|attribute| format!("{}={}", attribute.key.as_ref(), attribute.value)).collect();
            said.sort();
            found.extend(said);
        };
        match event {
            Event::Start(tag) => start(&tag),
            Event::Empty(tag) => {
                start(&tag);
                found.push(">".into());
            }
            Event::End(_) => found.push(">".into()),
            Event::Text(text) if !text.trim().is_empty() => {
                found.push(text.split_whitespace().collect::<Vec<_>>().join(" "));
            }
            Event::Eof => return found,
            _ => {}
        }
    }
}

/// The part of a response from `<extension>` to its end, in a document of its own.
fn extension_of(response: &str) -> Option<String> {
    let start = response.find("<extension>")?;
    let end = response.find("</extension>")? + "</extension>".len();
    Some(format!("<epp xmlns=\"urn:ietf:params:xml:ns:epp-1.0\">{}</epp>", &response[start..end]))
}
