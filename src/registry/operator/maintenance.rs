//! Maintenance: announced, changed and called off; every registrar is told each time.

use crate::base::limits::{MAINTENANCES, TRANSACTION_BYTES};
use crate::base::timestamp::Timestamp;
use crate::model::maintenance::{Intervention, MaintainedSystem, Maintenance, MaintenanceNews};
use crate::model::name;
use crate::model::operator::{MaintenanceRemove, MaintenanceSpec, OperatorRefusal};
use crate::model::poll_data::PollData;
use crate::model::record::Kind;
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::checks;
use crate::registry::operator::{fields, invalid, missing};

/// What people read of each poll message (RFC 9167, section 4.1.2).
const TEXT: &str = "Registry Maintenance Notification";

/// `maintenance-add`.
///
/// # Errors
/// A bad field; an event of the identifier; one too many; more to tell than a transaction holds.
pub(crate) fn add<V: View>(view: &V, now: Timestamp, spec: &MaintenanceSpec) -> Result<Vec<Change>, OperatorRefusal> {
    fields::word("id", &spec.id)?;
    if view.maintenance(&spec.id).is_some() {
        let advice = "change it with maintenance set";
        return Err(OperatorRefusal::Exists { what: "maintenance event", name: spec.id.clone(), advice });
    }
    if view.directory(Kind::Maintenance).count() >= MAINTENANCES {
        let why = format!("there are {MAINTENANCES} maintenance events, the most there can be; remove old ones");
        return Err(OperatorRefusal::Conflict { why });
    }
    let needed = [("systems", spec.systems.is_none()), ("start", spec.start_micros.is_none())];
    for (field, is_missing) in needed.into_iter().chain([("end", spec.end_micros.is_none())]) {
        if is_missing {
            return Err(invalid(field, "", "what every event has"));
        }
    }
    let blank = Maintenance {
        id: spec.id.clone(),
        name: None,
        types: Vec::new(),
        systems: Vec::new(),
        environment: "production".into(),
        start: now,
        end: now,
        emergency: false,
        detail: None,
        description: None,
        tlds: Vec::new(),
        intervention: None,
        created: now,
        updated: None,
    };
    let event = changed(view, now, blank, spec)?;
    told(view, now, Change::PutMaintenance(event.clone()), MaintenanceNews::Create, &event)
}

/// `maintenance-set`.
///
/// # Errors
/// A bad field; no such event; nothing to do.
pub(crate) fn set<V: View>(view: &V, now: Timestamp, spec: &MaintenanceSpec) -> Result<Vec<Change>, OperatorRefusal> {
    let before = found(view, &spec.id)?;
    let mut event = changed(view, now, before.clone(), spec)?;
    if event == before {
        return Err(OperatorRefusal::Unchanged { state: format!("maintenance event {} is so already", spec.id) });
    }
    event.updated = Some(now);
    told(view, now, Change::PutMaintenance(event.clone()), MaintenanceNews::Update, &event)
}

/// `maintenance-remove`. What has ended is no news.
///
/// # Errors
/// No such event.
pub(crate) fn remove<V: View>(
    view: &V,
    now: Timestamp,
    remove: &MaintenanceRemove,
) -> Result<Vec<Change>, OperatorRefusal> {
    let event = found(view, &remove.id)?;
    let gone = Change::DeleteMaintenance { id: remove.id.clone() };
    match event.end > now {
        true => told(view, now, gone, MaintenanceNews::Delete, &event),
        false => Ok(vec![gone]),
    }
}

fn found<V: View>(view: &V, id: &str) -> Result<Maintenance, OperatorRefusal> {
    view.maintenance(id).map(checks::native::<Maintenance>).ok_or_else(|| missing("maintenance event", id))
}

/// The change, and the message to every registrar that is one.
///
/// # Errors
/// More messages than a transaction holds.
fn told<V: View>(
    view: &V,
    now: Timestamp,
    change: Change,
    news: MaintenanceNews,
    event: &Maintenance,
) -> Result<Vec<Change>, OperatorRefusal> {
    let mut changes = vec![change];
    let active = |clid: &&str| view.registrar(clid).is_some_and(|registrar| registrar.terminated.is_none());
    for clid in view.directory(Kind::Registrar).filter(active) {
        let data = PollData::Maintenance { news, event: Box::new(event.clone()) };
        checks::notify(view, now, &mut changes, clid, TEXT, data);
    }
    let registrars = changes.len() - 1;
    // All messages are of one size, give or take the registrar's name; the transaction holds a little more than they.
    let octets = changes.last().and_then(|last| last.seal().bytes).map_or(0, |bytes| bytes.len() + 64);
    if registrars * octets > TRANSACTION_BYTES {
        let why = format!(
            "{registrars} registrars would be told {octets} octets each, more than {TRANSACTION_BYTES} in one transaction; \
             say less in types, systems and description"
        );
        return Err(OperatorRefusal::Conflict { why });
    }
    Ok(changes)
}

fn changed<V: View>(
    view: &V,
    now: Timestamp,
    before: Maintenance,
    spec: &MaintenanceSpec,
) -> Result<Maintenance, OperatorRefusal> {
    let mut event = before;
    let text = |field, given: &Option<String>, before| given.as_deref().map_or(Ok(before), |text| token(field, text));
    event.name = text("name", &spec.name, event.name)?;
    event.description = text("description", &spec.description, event.description)?;
    event.detail = text("detail", &spec.detail, event.detail)?;
    if event.detail.as_deref().is_some_and(|detail| !detail.starts_with("http") || detail.contains([' ', '"', '<'])) {
        return Err(invalid("detail", event.detail.unwrap_or_default(), "an http or https URI"));
    }
    if let Some(types) = &spec.types {
        event.types = types.iter().filter_map(|text| token("types", text).transpose()).collect::<Result<_, _>>()?;
    }
    if let Some(systems) = &spec.systems {
        event.systems = systems.iter().map(|text| system(text)).collect::<Result<_, _>>()?;
    }
    if event.systems.is_empty() {
        return Err(invalid("systems", "none", "one at least, as EPP=full"));
    }
    if let Some(environment) = &spec.environment {
        fields::word("environment", environment)?;
        event.environment.clone_from(environment);
    }
    event.start = spec.start_micros.map_or(Ok(event.start), |micros| moment("start", micros, now))?;
    event.end = spec.end_micros.map_or(Ok(event.end), |micros| moment("end", micros, now))?;
    if event.end <= event.start {
        return Err(invalid("end", event.end.to_string(), "a moment after the start"));
    }
    event.emergency = spec.emergency.unwrap_or(event.emergency);
    if let Some(tlds) = &spec.tlds {
        let unknown = tlds.iter().find(|tld| view.tld(tld).is_none());
        unknown.map_or(Ok(()), |tld| Err(missing("TLD", tld)))?;
        event.tlds.clone_from(tlds);
    }
    if spec.connection.is_some() || spec.implementation.is_some() {
        let before = event.intervention.unwrap_or(Intervention { connection: false, implementation: false });
        let connection = spec.connection.unwrap_or(before.connection);
        let implementation = spec.implementation.unwrap_or(before.implementation);
        event.intervention = Some(Intervention { connection, implementation });
    }
    Ok(event)
}

/// One line without two spaces side by side; none when it is empty.
fn token(field: &'static str, text: &str) -> Result<Option<String>, OperatorRefusal> {
    let line = fields::line(field, text)?;
    match line {
        Some(line) if line.contains("  ") => Err(invalid(field, line, "words with one space between them")),
        line => Ok(line),
    }
}

fn system(text: &str) -> Result<MaintainedSystem, OperatorRefusal> {
    let expected = "NAME=IMPACT or NAME=IMPACT@HOST, the impact none, partial or full, as EPP=full";
    let refusal = || invalid("systems", text, expected);
    let mut system = MaintainedSystem::parse(text).ok_or_else(refusal)?;
    system.name = token("systems", &system.name)?.ok_or_else(refusal)?;
    system.host = system.host.map(|host| name::normalize(&host)).transpose().map_err(|_| refusal())?;
    Ok(system)
}

/// A moment to the millisecond, that can be written as a date.
fn moment(field: &'static str, micros: i64, now: Timestamp) -> Result<Timestamp, OperatorRefusal> {
    let latest = now.plus_months(12 * 100);
    match (0..=latest.micros()).contains(&micros) {
        true => Ok(Timestamp::from_micros(micros).trunc_millis()),
        false => Err(invalid(field, format!("{micros} microseconds"), format!("a moment from 1970 to {latest}"))),
    }
}
