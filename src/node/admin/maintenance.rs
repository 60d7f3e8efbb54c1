//! Maintenance as operators read it.

use serde::Serialize;

use crate::model::record::{ArchivedMaintenance, Kind};
use crate::model::view::View;

/// A maintenance event; systems as `maintenance add --system` takes them.
#[derive(Debug, Serialize)]
pub(super) struct EventRow {
    id: String,
    name: Option<String>,
    types: Vec<String>,
    systems: Vec<String>,
    environment: String,
    start: String,
    end: String,
    reason: &'static str,
    detail: Option<String>,
    description: Option<String>,
    tlds: Vec<String>,
    connection: Option<bool>,
    implementation: Option<bool>,
    created: String,
    updated: Option<String>,
}

/// All events, by identifier.
pub(super) fn all(view: &impl View) -> Vec<EventRow> {
    view.directory(Kind::Maintenance).filter_map(|id| view.maintenance(id)).map(row).collect()
}

fn row(event: &ArchivedMaintenance) -> EventRow {
    let text = |text: Option<&rkyv::string::ArchivedString>| text.map(ToString::to_string);
    let systems = event.systems.iter().map(|system| match system.host.as_ref() {
        Some(host) => format!("{}={}@{host}", system.name, system.impact.name()),
        None => format!("{}={}", system.name, system.impact.name()),
    });
    EventRow {
        id: event.id.to_string(),
        name: text(event.name.as_ref()),
        types: event.types.iter().map(ToString::to_string).collect(),
        systems: systems.collect(),
        environment: event.environment.to_string(),
        start: event.start.get().to_string(),
        end: event.end.get().to_string(),
        reason: if event.emergency { "emergency" } else { "planned" },
        detail: text(event.detail.as_ref()),
        description: text(event.description.as_ref()),
        tlds: event.tlds.iter().map(ToString::to_string).collect(),
        connection: event.intervention.as_ref().map(|intervention| intervention.connection),
        implementation: event.intervention.as_ref().map(|intervention| intervention.implementation),
        created: event.created.get().to_string(),
        updated: event.updated.as_ref().map(|updated| updated.get().to_string()),
    }
}
