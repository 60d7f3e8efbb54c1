//! Commands as text, and what the tests read out of responses.

use crate::support::EppClient;
use crate::support::epp::{code, escape};
use crate::world::SECRET;

/// Sends a command and returns the response, which must have this result code.
#[track_caller]
pub(crate) fn expect(client: &mut EppClient, expected: u16, body: &str) -> String {
    let response = client.command(body);
    assert_eq!(code(&response), expected, "\n{body}\nwas answered\n{response}");
    response
}

/// `<name>text</name>`.
pub(crate) fn element(name: &str, text: &str) -> String {
    format!("<{name}>{}</{name}>", escape(text))
}

/// `<verb><mapping:verb>content</mapping:verb></verb>`.
pub(crate) fn object(mapping: &str, verb: &str, content: &str) -> String {
    format!("<{verb}><{mapping}:{verb}>{content}</{mapping}:{verb}></{verb}>")
}

/// The element that names an object of the mapping.
pub(crate) fn named(mapping: &str, id: &str) -> String {
    let name = if mapping == "contact" { "id" } else { "name" };
    element(&format!("{mapping}:{name}"), id)
}

/// A check of these objects.
pub(crate) fn check(mapping: &str, ids: &[&str]) -> String {
    object(mapping, "check", &ids.iter().map(|id| named(mapping, id)).collect::<String>())
}

/// An info without options.
pub(crate) fn info(mapping: &str, id: &str) -> String {
    object(mapping, "info", &named(mapping, id))
}

/// A delete.
pub(crate) fn delete(mapping: &str, id: &str) -> String {
    object(mapping, "delete", &named(mapping, id))
}

/// An update of these parts (add, rem, chg).
pub(crate) fn update(mapping: &str, id: &str, parts: &str) -> String {
    object(mapping, "update", &(named(mapping, id) + parts))
}

/// `<mapping:part>content</mapping:part>`.
pub(crate) fn part(mapping: &str, part: &str, content: &str) -> String {
    format!("<{mapping}:{part}>{content}</{mapping}:{part}>")
}

/// An update that adds (`part` is `add`) or removes (`rem`) a status.
pub(crate) fn status(mapping: &str, id: &str, change: &str, status: &str) -> String {
    update(mapping, id, &part(mapping, change, &format!("<{mapping}:status s=\"{status}\"/>")))
}

/// An authInfo with this password.
pub(crate) fn auth(mapping: &str, password: &str) -> String {
    part(mapping, "authInfo", &element(&format!("{mapping}:pw"), password))
}

/// A domain create with these elements between name and authInfo.
pub(crate) fn domain_create(name: &str, options: &str) -> String {
    object("domain", "create", &(named("domain", name) + options + &auth("domain", SECRET)))
}

/// Registrant, admin and tech, all the same contact: what the TLD `example` asks for.
pub(crate) fn contacts(id: &str) -> String {
    format!(
        "<domain:registrant>{id}</domain:registrant><domain:contact type=\"admin\">{id}</domain:contact>\
         <domain:contact type=\"tech\">{id}</domain:contact>"
    )
}

/// `<domain:ns>` with these host objects.
pub(crate) fn name_servers(hosts: &[&str]) -> String {
    part("domain", "ns", &hosts.iter().map(|host| element("domain:hostObj", host)).collect::<String>())
}

/// A period in years (`y`) or months (`m`).
pub(crate) fn period(count: u32, unit: &str) -> String {
    format!("<domain:period unit=\"{unit}\">{count}</domain:period>")
}

/// A renew.
pub(crate) fn renew(name: &str, current_expiry: &str, options: &str) -> String {
    object("domain", "renew", &(named("domain", name) + &element("domain:curExpDate", current_expiry) + options))
}

/// A transfer command with these elements after the name.
pub(crate) fn transfer(mapping: &str, op: &str, id: &str, options: &str) -> String {
    let id = named(mapping, id);
    format!("<transfer op=\"{op}\"><{mapping}:transfer>{id}{options}</{mapping}:transfer></transfer>")
}

/// `<host:addr>` elements: those with a colon are IPv6.
pub(crate) fn addresses(addresses: &[&str]) -> String {
    let family = |address: &str| if address.contains(':') { "v6" } else { "v4" };
    addresses.iter().map(|address| format!("<host:addr ip=\"{}\">{address}</host:addr>", family(address))).collect()
}

/// A host create.
pub(crate) fn host_create(name: &str, glue: &[&str]) -> String {
    object("host", "create", &(named("host", name) + &addresses(glue)))
}

/// A postalInfo with all fields.
pub(crate) fn postal(kind: &str, name: &str, city: &str) -> String {
    format!(
        "<contact:postalInfo type=\"{kind}\"><contact:name>{name}</contact:name><contact:org>Example Inc.</contact:org>\
         <contact:addr><contact:street>123 Example Dr.</contact:street><contact:street>Suite 100</contact:street>\
         <contact:city>{city}</contact:city><contact:sp>VA</contact:sp><contact:pc>20166-6503</contact:pc>\
         <contact:cc>US</contact:cc></contact:addr></contact:postalInfo>"
    )
}

/// A contact create with these elements between postalInfo and authInfo.
pub(crate) fn contact_create_with(id: &str, postal: &str, options: &str, disclose: &str) -> String {
    object("contact", "create", &(named("contact", id) + postal + options + &auth("contact", SECRET) + disclose))
}

/// A contact create that has nothing special.
pub(crate) fn contact_create(id: &str) -> String {
    let options = "<contact:voice x=\"1234\">+1.7035555555</contact:voice><contact:fax>+1.7035555556</contact:fax>\
                   <contact:email>jdoe@example.com</contact:email>";
    contact_create_with(id, &postal("int", "John Doe", "Dulles"), options, "")
}

/// Poll for the oldest message.
pub(crate) const POLL: &str = "<poll op=\"req\"/>";

/// Acknowledge this message.
pub(crate) fn acknowledge(id: &str) -> String {
    format!("<poll op=\"ack\" msgID=\"{id}\"/>")
}

/// The texts of all elements of this name, in order.
pub(crate) fn texts<'r>(response: &'r str, name: &str) -> Vec<&'r str> {
    let (open, close) = (format!("<{name}"), format!("</{name}>"));
    let mut found = Vec::new();
    let mut rest = response;
    while let Some(at) = rest.find(&open) {
        rest = &rest[at + open.len()..];
        let Some(end) = rest.find('>') else { break };
        let is_other = !rest.starts_with(['>', ' ', '/']);
        let is_empty = rest[..end].ends_with('/');
        rest = &rest[end + 1..];
        if is_other {
            continue;
        }
        found.push(if is_empty { "" } else { &rest[..rest.find(&close).unwrap_or(rest.len())] });
    }
    found
}

/// The text of the one element of this name.
#[track_caller]
pub(crate) fn text<'r>(response: &'r str, name: &str) -> &'r str {
    match texts(response, name)[..] {
        [text] => text,
        ref found => panic!("{} elements {name}, not one, in {response}", found.len()),
    }
}

/// The values of all attributes of this name, in order.
pub(crate) fn attributes<'r>(response: &'r str, name: &str) -> Vec<&'r str> {
    let start = format!(" {name}=\"");
    response.split(&start).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// The statuses an info response shows.
pub(crate) fn statuses(response: &str) -> Vec<&str> {
    attributes(response, "s")
}

/// `avail` of each object a check response names.
pub(crate) fn available(response: &str) -> Vec<bool> {
    attributes(response, "avail").iter().map(|value| *value == "1").collect()
}
