//! Domains, name servers, registrars and contacts as people read them: written from an answer alone, so that nothing can be
//! shown that the answer does not say.

use simd_json::OwnedValue;
use simd_json::prelude::*;

use super::card::{CITY, Card, POSTAL_CODE, REGION, STREET};
use super::html::Html;
use super::redacted::Redacted;
use super::words;
use crate::rdap::redaction::NOT_PROVIDED;

/// What [`write`] needs beside the answer.
pub(super) struct Place<'a> {
    /// Where the page is: the path of the base URL.
    pub(super) path: &'a str,
}

/// What kind of object an answer is about, and the name that people know it by.
pub(super) fn subject(answer: &OwnedValue) -> (&'static str, &str) {
    let handle = answer.get_str("handle").unwrap_or_default();
    let name = || answer.get_str("unicodeName").or_else(|| answer.get_str("ldhName")).unwrap_or(handle);
    match answer.get_str("objectClassName") {
        Some("domain") => ("Domain name", name()),
        Some("nameserver") => ("Name server", name()),
        _ if has_role(answer, "registrar") => ("Registrar", Card::of(answer).text("fn").unwrap_or(handle)),
        _ => ("Contact", Card::of(answer).text("fn").unwrap_or(handle)),
    }
}

/// Where the registrar's own answer about a domain is.
pub(super) fn elsewhere(answer: &OwnedValue) -> Option<&str> {
    let link = list(answer, "links").iter().find(|link| link.get_str("rel") == Some("related"))?;
    link.get_str("href")
}

/// The sections about the object of an answer.
pub(super) fn write(html: &mut Html, answer: &OwnedValue, place: &Place<'_>) {
    let redacted = Redacted::of(answer);
    match answer.get_str("objectClassName") {
        Some("domain") => {
            registration(html, answer, &redacted, "Registration");
            status(html, answer);
            registrars(html, answer, place);
            name_servers(html, answer, place);
            secure_dns(html, answer);
            contacts(html, answer, place, &redacted);
        }
        Some("nameserver") => {
            registration(html, answer, &redacted, "Name server");
            status(html, answer);
            registrars(html, answer, place);
        }
        _ if has_role(answer, "registrar") => {
            html.section("registrar", "Registrar", |html| registrar(html, answer, place));
            dates(html, answer);
        }
        _ => {
            html.section("contact", "Contact", |html| contact(html, answer, place, &redacted));
            status(html, answer);
            dates(html, answer);
            registrars(html, answer, place);
        }
    }
}

/// `notices` and the `remarks` of the object itself.
pub(super) fn notices(html: &mut Html, answer: &OwnedValue) {
    let all: Vec<_> = list(answer, "remarks").iter().chain(list(answer, "notices")).collect();
    if all.is_empty() {
        return;
    }
    html.section("notices", "Notices", |html| {
        for notice in all {
            if let Some(title) = notice.get_str("title") {
                html.raw("<h4>").foreign(title).raw("</h4>");
            }
            let mut targets: Vec<_> = list(notice, "links").iter().filter_map(|link| link.get_str("href")).collect();
            for line in strings(notice, "description") {
                html.raw("<p>");
                // A link that the words name is made of them, and not shown once more.
                let place = targets.iter().position(|target| line.contains(target));
                let named = place.map(|place| targets.remove(place));
                match named.and_then(|target| Some((target, line.split_once(target)?))) {
                    Some((target, (before, after))) => html.foreign(before).web_link(target, target).foreign(after),
                    None => html.foreign(line),
                };
                html.raw("</p>");
            }
            for target in targets {
                html.raw("<p>").web_link(target, target).raw("</p>");
            }
        }
    });
}

fn registration(html: &mut Html, answer: &OwnedValue, redacted: &Redacted<'_>, title: &'static str) {
    html.section("registration", title, |html| {
        html.raw("<dl>");
        let ascii = answer.get_str("ldhName").filter(|_| answer.get("unicodeName").is_some());
        if let Some(ascii) = ascii {
            html.row("In ASCII", |html| html.text(ascii));
        }
        event_rows(html, answer);
        for (family, name) in [("v4", "IPv4"), ("v6", "IPv6")] {
            let addresses: Vec<_> =
                answer.get("ipAddresses").map(|all| strings(all, family).collect()).unwrap_or_default();
            if !addresses.is_empty() {
                html.row(name, |html| lines(html, &addresses));
            }
        }
        match (answer.get_str("handle"), redacted.reason("Registry Domain ID")) {
            (Some(handle), _) => html.row("Registry ID", |html| html.foreign(handle)),
            (None, Some(reason)) => html.row("Registry ID", |html| withheld(html, reason)),
            (None, None) => {}
        }
        html.raw("</dl>");
    });
}

fn dates(html: &mut Html, answer: &OwnedValue) {
    if !list(answer, "events").is_empty() {
        html.section("dates", "Dates", |html| {
            html.raw("<dl>");
            event_rows(html, answer);
            html.raw("</dl>");
        });
    }
}

fn event_rows(html: &mut Html, answer: &OwnedValue) {
    for (action, name) in words::EVENTS {
        if let Some(date) = event(answer, action) {
            html.row(name, |html| html.moment(date));
        }
    }
}

/// When something happened.
pub(super) fn event<'a>(answer: &'a OwnedValue, action: &str) -> Option<&'a str> {
    let found = list(answer, "events").iter().find(|event| event.get_str("eventAction") == Some(action));
    found.and_then(|event| event.get_str("eventDate"))
}

/// Each status with what it means, and with a link to the page where ICANN explains it.
fn status(html: &mut Html, answer: &OwnedValue) {
    let mut all = strings(answer, "status").peekable();
    if all.peek().is_none() {
        return;
    }
    html.section("status", "Status", |html| {
        html.raw("<dl class=\"status\">");
        for value in all {
            html.raw("<div><dt>");
            match words::status(value) {
                Some((name, meaning)) => {
                    html.web_link(&format!("https://icann.org/epp#{name}"), value);
                    html.raw("</dt><dd>").raw(meaning).raw("</dd></div>")
                }
                None => html.foreign(value).raw("</dt><dd></dd></div>"),
            };
        }
        html.raw("</dl>");
    });
}

/// The registrar of an object.
fn registrars(html: &mut Html, answer: &OwnedValue, place: &Place<'_>) {
    if let Some(found) = list(answer, "entities").iter().find(|entity| has_role(entity, "registrar")) {
        html.section("registrar", "Registrar", |html| registrar(html, found, place));
    }
}

fn registrar(html: &mut Html, entity: &OwnedValue, place: &Place<'_>) {
    let card = Card::of(entity);
    html.raw("<dl>");
    if let Some(name) = card.text("fn") {
        html.row("Name", |html| html.foreign(name));
    }
    let iana_id = list(entity, "publicIds").iter().find(|id| id.get_str("type") == Some("IANA Registrar ID"));
    let key = iana_id.and_then(|id| id.get_str("identifier"));
    if let Some(id) = key {
        html.row("IANA ID", |html| html.query_link(place.path, id, id));
    } else if let Some(handle) = entity.get_str("handle") {
        html.row("Handle", |html| html.query_link(place.path, handle, handle));
    }
    let about = list(entity, "links").iter().find(|link| link.get_str("rel") == Some("about"));
    if let Some(site) = about.and_then(|link| link.get_str("href")).or_else(|| card.text("url")) {
        html.row("Website", |html| html.web_link(site, site));
    }
    address(html, &card, &|_| None);
    reach(html, &card, &|_| None);
    html.raw("</dl>");
    for desk in list(entity, "entities").iter().filter(|entity| has_role(entity, "abuse")) {
        html.raw("<h4>Report abuse</h4><dl>");
        let card = Card::of(desk);
        if let Some(name) = card.text("fn") {
            html.row("Name", |html| html.foreign(name));
        }
        reach(html, &card, &|_| None);
        html.raw("</dl>");
    }
    let others = list(entity, "entities").iter().filter(|entity| !has_role(entity, "abuse"));
    others.for_each(|other| party(html, other, place, &Redacted::NONE));
}

fn name_servers(html: &mut Html, answer: &OwnedValue, place: &Place<'_>) {
    html.section("servers", "Name servers", |html| {
        let all = list(answer, "nameservers");
        if all.is_empty() {
            html.raw("<p>None.</p>");
            return;
        }
        html.raw("<table><thead><tr><th scope=\"col\">Name</th>");
        html.raw("<th scope=\"col\">Addresses</th></tr></thead><tbody>");
        for server in all {
            let name = server.get_str("ldhName").unwrap_or_default();
            let label = server.get_str("unicodeName").unwrap_or(name);
            html.raw("<tr><th scope=\"row\">");
            // One without a handle is no object that could be looked up.
            match server.get("handle") {
                Some(_) => html.query_link(place.path, name, label),
                None => html.foreign(label),
            };
            html.raw("</th><td>");
            let addresses: Vec<_> = ["v4", "v6"]
                .into_iter()
                .flat_map(|family| server.get("ipAddresses").map(|all| strings(all, family)).into_iter().flatten())
                .collect();
            match addresses.is_empty() {
                true => html.raw("<span class=\"quiet\">none</span>"),
                false => lines(html, &addresses),
            };
            html.raw("</td></tr>");
        }
        html.raw("</tbody></table>");
    });
}

fn secure_dns(html: &mut Html, answer: &OwnedValue) {
    let Some(held) = answer.get("secureDNS") else { return };
    html.section("dnssec", "DNSSEC", |html| {
        html.raw(match held.get_bool("delegationSigned") {
            Some(true) => "<p>The delegation is signed.</p>",
            _ => "<p>The delegation is not signed.</p>",
        });
        let records = list(held, "dsData");
        if !records.is_empty() {
            html.raw("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"DS records\"><table><caption>DS records</caption><thead><tr>");
            html.raw(
                "<th scope=\"col\">Key tag</th><th scope=\"col\">Algorithm</th><th scope=\"col\">Digest type</th>",
            );
            html.raw("<th scope=\"col\">Digest</th></tr></thead><tbody>");
            for record in records {
                let number = |name| record.get_u64(name).unwrap_or_default();
                html.raw("<tr><td>").number(number("keyTag")).raw("</td><td>");
                named_number(html, number("algorithm"), words::algorithm);
                html.raw("</td><td>");
                named_number(html, number("digestType"), words::digest);
                let digest = record.get_str("digest").unwrap_or_default();
                html.raw("</td><td class=\"octets\">").text(digest).raw("</td></tr>");
            }
            html.raw("</tbody></table></div>");
        }
        let keys = list(held, "keyData");
        if !keys.is_empty() {
            html.raw("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Keys\"><table><caption>Keys</caption><thead><tr>");
            html.raw("<th scope=\"col\">Flags</th><th scope=\"col\">Algorithm</th>");
            html.raw("<th scope=\"col\">Public key</th></tr></thead><tbody>");
            for key in keys {
                html.raw("<tr><td>").number(key.get_u64("flags").unwrap_or_default()).raw("</td><td>");
                named_number(html, key.get_u64("algorithm").unwrap_or_default(), words::algorithm);
                let text = key.get_str("publicKey").unwrap_or_default();
                html.raw("</td><td class=\"octets\">").text(text).raw("</td></tr>");
            }
            html.raw("</tbody></table></div>");
        }
    });
}

fn named_number(html: &mut Html, number: u64, name: fn(u64) -> Option<&'static str>) {
    html.number(number);
    if let Some(name) = name(number) {
        html.raw(" <span class=\"quiet\">").raw(name).raw("</span>");
    }
}

fn contacts(html: &mut Html, answer: &OwnedValue, place: &Place<'_>, redacted: &Redacted<'_>) {
    let mut all = list(answer, "entities").iter().filter(|entity| !has_role(entity, "registrar")).peekable();
    if all.peek().is_some() {
        html.section("contacts", "Contacts", |html| all.for_each(|entity| party(html, entity, place, redacted)));
    }
}

/// A contact within another object, under its roles.
fn party(html: &mut Html, entity: &OwnedValue, place: &Place<'_>, redacted: &Redacted<'_>) {
    html.raw("<h4>");
    for (place, role) in strings(entity, "roles").enumerate() {
        html.raw(if place > 0 { ", " } else { "" });
        html.text(words::role(role).unwrap_or(role));
    }
    html.raw("</h4>");
    contact(html, entity, place, redacted);
}

fn contact(html: &mut Html, entity: &OwnedValue, place: &Place<'_>, redacted: &Redacted<'_>) {
    let (card, roles) = (Card::of(entity), strings(entity, "roles").collect::<Vec<_>>());
    let reason = |field: &str| redacted.field(&roles, field);
    html.raw("<dl>");
    value_row(html, "Name", card.text("fn").into_iter().collect(), reason("Name"));
    value_row(html, "Organization", card.text("org").into_iter().collect(), reason("Organization"));
    address(html, &card, &reason);
    reach(html, &card, &reason);
    match (entity.get_str("handle"), reason("ID")) {
        (Some(handle), _) => html.row("Handle", |html| html.query_link(place.path, handle, handle)),
        (None, Some(reason)) => html.row("Handle", |html| withheld(html, reason)),
        (None, None) => {}
    }
    html.raw("</dl>");
    // Those of the topmost object stand among the notices.
    let remarks = list(entity, "remarks").iter().filter(|_| !roles.is_empty());
    for line in remarks.flat_map(|remark| strings(remark, "description")) {
        html.raw("<p class=\"quiet\">").foreign(line).raw("</p>");
    }
}

/// Why a field is withheld, if it is.
type Reason<'r> = &'r dyn Fn(&str) -> Option<&'r str>;

fn address(html: &mut Html, card: &Card<'_>, reason: Reason<'_>) {
    value_row(html, "Street", card.address(STREET), reason("Street"));
    value_row(html, "City", card.address(CITY), reason("City"));
    value_row(html, "State or province", card.address(REGION), None);
    value_row(html, "Postal code", card.address(POSTAL_CODE), reason("Postal Code"));
    value_row(html, "Country", card.country().into_iter().collect(), None);
}

fn reach(html: &mut Html, card: &Card<'_>, reason: Reason<'_>) {
    for (kind, name, field) in [("voice", "Phone", "Phone"), ("fax", "Fax", "Fax")] {
        let mut phones = card.phones(kind).peekable();
        match (phones.peek(), reason(field)) {
            (Some(_), _) => phones.for_each(|phone| html.row(name, |html| html.phone_link(phone))),
            (None, Some(reason)) => html.row(name, |html| withheld(html, reason)),
            (None, None) => {}
        }
    }
    match (card.text("email"), card.text("contact-uri"), reason("Email")) {
        (Some(email), _, _) => html.row("E-mail", |html| html.mail_link(email)),
        (None, Some(form), _) => html.row("E-mail", |html| html.web_link(form, "Contact form")),
        (None, None, Some(reason)) => html.row("E-mail", |html| withheld(html, reason)),
        (None, None, None) => {}
    }
}

/// A row of values, or of why there are none; no row where there is nothing to say.
fn value_row(html: &mut Html, name: &'static str, values: Vec<&str>, reason: Option<&str>) {
    match reason {
        _ if !values.is_empty() => html.row(name, |html| lines(html, &values)),
        Some(reason) => html.row(name, |html| withheld(html, reason)),
        None => {}
    }
}

fn withheld<'h>(html: &'h mut Html, reason: &str) -> &'h mut Html {
    if reason != NOT_PROVIDED {
        html.raw("<span class=\"redacted\">Redacted</span>");
    }
    match reason {
        "" => html,
        reason => html.raw(" <span class=\"quiet\">").foreign(reason).raw("</span>"),
    }
}

/// A line for each.
fn lines<'h>(html: &'h mut Html, texts: &[&str]) -> &'h mut Html {
    for (place, text) in texts.iter().enumerate() {
        html.raw(if place > 0 { "<br>" } else { "" }).foreign(text);
    }
    html
}

fn list<'a>(json: &'a OwnedValue, member: &str) -> &'a [OwnedValue] {
    json.get_array(member).map_or(&[], Vec::as_slice)
}

fn strings<'a>(json: &'a OwnedValue, member: &str) -> impl Iterator<Item = &'a str> {
    list(json, member).iter().filter_map(|text| text.as_str())
}

fn has_role(entity: &OwnedValue, role: &str) -> bool {
    strings(entity, "roles").any(|found| found == role)
}
