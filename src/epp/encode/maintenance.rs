//! Response data of the maintenance mapping (RFC 9167).

use super::xml;
use crate::epp::session::MAINTENANCE_URI;
use crate::model::maintenance::{ArchivedMaintenanceEvent, ArchivedMaintenanceNews, ArchivedWording, ENVIRONMENTS};

fn open(out: &mut Vec<u8>) {
    out.extend_from_slice(b"<maint:infData xmlns:maint=\"");
    out.extend_from_slice(MAINTENANCE_URI.as_bytes());
    out.extend_from_slice(b"\">");
}

/// `infData` with the events that there are (section 4.1.1.2).
pub(super) fn list(out: &mut Vec<u8>, events: &[&ArchivedMaintenanceEvent]) {
    open(out);
    xml::open(out, "maint:list");
    for event in events {
        xml::open(out, "maint:listItem");
        id(out, event);
        xml::time(out, "maint:start", event.start.get());
        xml::time(out, "maint:end", event.end.get());
        dates(out, event);
        xml::close(out, "maint:listItem");
    }
    xml::close(out, "maint:list");
    xml::close(out, "maint:infData");
}

/// `infData` with one event (section 4.1.1.1); in a poll message with what has become of it.
pub(super) fn item(out: &mut Vec<u8>, event: &ArchivedMaintenanceEvent, news: Option<&ArchivedMaintenanceNews>) {
    open(out);
    xml::open(out, "maint:item");
    id(out, event);
    for words in event.types.iter() {
        out.extend_from_slice(b"<maint:type");
        worded(out, words);
        xml::close(out, "maint:type");
    }
    xml::optional(out, "maint:pollType", news.map(|news| news.name()));
    xml::open(out, "maint:systems");
    for system in event.systems.iter() {
        xml::open(out, "maint:system");
        xml::element(out, "maint:name", &system.name);
        xml::optional(out, "maint:host", system.host.as_deref());
        xml::element(out, "maint:impact", system.impact.name());
        xml::close(out, "maint:system");
    }
    xml::close(out, "maint:systems");
    out.extend_from_slice(b"<maint:environment");
    match ENVIRONMENTS.contains(&event.environment.as_str()) {
        true => xml::attribute(out, "type", &event.environment),
        false => {
            xml::attribute(out, "type", "custom");
            xml::attribute(out, "name", &event.environment);
        }
    }
    out.extend_from_slice(b"/>");
    xml::time(out, "maint:start", event.start.get());
    xml::time(out, "maint:end", event.end.get());
    xml::element(out, "maint:reason", if event.emergency { "emergency" } else { "planned" });
    xml::optional(out, "maint:detail", event.detail.as_deref());
    for description in event.descriptions.iter() {
        out.extend_from_slice(b"<maint:description");
        if description.html {
            xml::attribute(out, "type", "html");
        }
        worded(out, &description.words);
        xml::close(out, "maint:description");
    }
    if !event.tlds.is_empty() {
        xml::open(out, "maint:tlds");
        for tld in event.tlds.iter() {
            xml::element(out, "maint:tld", tld);
        }
        xml::close(out, "maint:tlds");
    }
    if let Some(intervention) = event.intervention.as_ref() {
        let word = |flag| if flag { "true" } else { "false" };
        xml::open(out, "maint:intervention");
        xml::element(out, "maint:connection", word(intervention.connection));
        xml::element(out, "maint:implementation", word(intervention.implementation));
        xml::close(out, "maint:intervention");
    }
    dates(out, event);
    xml::close(out, "maint:item");
    xml::close(out, "maint:infData");
}

fn id(out: &mut Vec<u8>, event: &ArchivedMaintenanceEvent) {
    out.extend_from_slice(b"<maint:id");
    if let Some(name) = event.name.as_ref() {
        xml::attribute(out, "name", &name.text);
        language(out, name);
    }
    out.push(b'>');
    xml::text(out, &event.id);
    xml::close(out, "maint:id");
}

fn dates(out: &mut Vec<u8>, event: &ArchivedMaintenanceEvent) {
    xml::time(out, "maint:crDate", event.created.get());
    if let Some(updated) = event.updated.as_ref() {
        xml::time(out, "maint:upDate", updated.get());
    }
}

/// The language, the end of the tag and the words.
fn worded(out: &mut Vec<u8>, words: &ArchivedWording) {
    language(out, words);
    out.push(b'>');
    xml::text(out, &words.text);
}

fn language(out: &mut Vec<u8>, words: &ArchivedWording) {
    if let Some(lang) = words.lang.as_ref() {
        xml::attribute(out, "lang", lang);
    }
}
