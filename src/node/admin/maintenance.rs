//! Maintenance as operators read it.

use serde::Serialize;

use crate::model::maintenance::{ArchivedDescription, ArchivedWording};
use crate::model::record::{ArchivedMaintenance, Kind};
use crate::model::view::View;

/// A maintenance event; systems, words and reminders as `maintenance add` takes them.
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
    descriptions: Vec<String>,
    tlds: Vec<String>,
    connection: Option<bool>,
    implementation: Option<bool>,
    courtesy: Vec<String>,
    tells_end: bool,
    /// When registrars are told next without a change.
    next_reminder: Option<String>,
    created: String,
    updated: Option<String>,
}

/// All events, by identifier.
pub(super) fn all(view: &impl View) -> Vec<EventRow> {
    view.directory(Kind::Maintenance).filter_map(|id| one(view, id)).collect()
}

/// One event; `None` when it is not there.
pub(super) fn one(view: &impl View, id: &str) -> Option<EventRow> {
    view.maintenance(id).filter(|found| !found.is_gone()).map(row)
}

/// As `--courtesy` takes it.
fn span(minutes: u32) -> String {
    match minutes {
        days if days.is_multiple_of(24 * 60) => format!("{}d", days / (24 * 60)),
        hours if hours.is_multiple_of(60) => format!("{}h", hours / 60),
        minutes => format!("{minutes}m"),
    }
}

fn row(found: &ArchivedMaintenance) -> EventRow {
    let event = &found.event;
    let systems = event.systems.iter().map(|system| match system.host.as_ref() {
        Some(host) => format!("{}={}@{host}", system.name, system.impact.name()),
        None => format!("{}={}", system.name, system.impact.name()),
    });
    EventRow {
        id: event.id.to_string(),
        name: event.name.as_ref().map(ArchivedWording::written),
        types: event.types.iter().map(ArchivedWording::written).collect(),
        systems: systems.collect(),
        environment: event.environment.to_string(),
        start: event.start.get().to_string(),
        end: event.end.get().to_string(),
        reason: if event.emergency { "emergency" } else { "planned" },
        detail: event.detail.as_ref().map(ToString::to_string),
        descriptions: event.descriptions.iter().map(ArchivedDescription::written).collect(),
        tlds: event.tlds.iter().map(ToString::to_string).collect(),
        connection: event.intervention.as_ref().map(|intervention| intervention.connection),
        implementation: event.intervention.as_ref().map(|intervention| intervention.implementation),
        courtesy: found.courtesy_minutes.iter().map(|minutes| span(minutes.to_native())).collect(),
        tells_end: found.tells_end,
        next_reminder: found.reminder_after(found.reminded.get()).map(|(at, _)| at.to_string()),
        created: event.created.get().to_string(),
        updated: event.updated.as_ref().map(|updated| updated.get().to_string()),
    }
}
