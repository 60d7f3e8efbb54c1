//! Maintenance: announced, changed and called off; every registrar is told each time.

use crate::base::limits::{MAINTENANCE_BYTES, MAINTENANCE_COURTESIES, MAINTENANCES};
use crate::base::timestamp::Timestamp;
use crate::model::maintenance::{
    Description, Intervention, MaintainedSystem, Maintenance, MaintenanceEvent, MaintenanceNews, Wording,
};
use crate::model::name;
use crate::model::operator::{MaintenanceRemove, MaintenanceSpec, OperatorRefusal};
use crate::model::record::Kind;
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::operator::{fields, invalid, missing};
use crate::registry::{checks, maintenance_news};

/// How long before its start registrars are reminded of an event, in minutes, when nothing is said.
const COURTESY_MINUTES: u32 = 24 * 60;
/// The longest time before the start at which they are.
const MOST_COURTESY_MINUTES: u32 = 365 * 24 * 60;
/// Characters of one description.
const DESCRIPTION_CHARACTERS: usize = 2000;

/// `maintenance-add`.
///
/// # Errors
/// A bad field; an event of the identifier; one too many.
pub(crate) fn add<V: View>(view: &V, now: Timestamp, spec: &MaintenanceSpec) -> Result<Vec<Change>, OperatorRefusal> {
    fields::word("id", &spec.id)?;
    if let Some(there) = view.maintenance(&spec.id) {
        if there.is_gone() {
            return Err(busy(&spec.id));
        }
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
    let blank = MaintenanceEvent {
        id: spec.id.clone(),
        name: None,
        types: Vec::new(),
        systems: Vec::new(),
        environment: "production".into(),
        start: now,
        end: now,
        emergency: false,
        detail: None,
        descriptions: Vec::new(),
        tlds: Vec::new(),
        intervention: None,
        created: now,
        updated: None,
    };
    let blank = Maintenance {
        event: blank,
        courtesy_minutes: vec![COURTESY_MINUTES],
        tells_end: true,
        reminded: now,
        telling: None,
    };
    let event = changed(view, now, blank, spec)?;
    Ok(maintenance_news::tell(view, now, event, MaintenanceNews::Create))
}

/// `maintenance-set`.
///
/// # Errors
/// A bad field; no such event; nothing to do; news that not all have been told yet.
pub(crate) fn set<V: View>(view: &V, now: Timestamp, spec: &MaintenanceSpec) -> Result<Vec<Change>, OperatorRefusal> {
    let before = found(view, &spec.id)?;
    let mut event = changed(view, now, before.clone(), spec)?;
    if event == before {
        return Err(OperatorRefusal::Unchanged { state: format!("maintenance event {} is so already", spec.id) });
    }
    // What has passed by the new dates is not told any more; what is to come by them is.
    event.reminded = now;
    if event.event == before.event {
        // When registrars are reminded is nothing that they see.
        return Ok(vec![Change::PutMaintenance(event)]);
    }
    event.event.updated = Some(now);
    Ok(maintenance_news::tell(view, now, event, MaintenanceNews::Update))
}

/// `maintenance-remove`. What has ended is no news.
///
/// # Errors
/// No such event; news that not all have been told yet.
pub(crate) fn remove<V: View>(
    view: &V,
    now: Timestamp,
    remove: &MaintenanceRemove,
) -> Result<Vec<Change>, OperatorRefusal> {
    let event = found(view, &remove.id)?;
    Ok(match event.event.end > now {
        true => maintenance_news::tell(view, now, event, MaintenanceNews::Delete),
        false => vec![Change::DeleteMaintenance { id: remove.id.clone() }],
    })
}

fn found<V: View>(view: &V, id: &str) -> Result<Maintenance, OperatorRefusal> {
    let found =
        view.maintenance(id).filter(|found| !found.is_gone()).ok_or_else(|| missing("maintenance event", id))?;
    match found.telling.is_some() {
        true => Err(busy(id)),
        false => Ok(checks::native::<Maintenance>(found)),
    }
}

/// An event of which several transactions tell is not changed between them, so that all registrars are told the same.
fn busy(id: &str) -> OperatorRefusal {
    let why = format!("registrars are still being told of what became of {id}; try again in a moment");
    OperatorRefusal::Conflict { why }
}

fn changed<V: View>(
    view: &V,
    now: Timestamp,
    before: Maintenance,
    spec: &MaintenanceSpec,
) -> Result<Maintenance, OperatorRefusal> {
    let Maintenance { mut event, courtesy_minutes, tells_end, reminded, telling } = before;
    if let Some(name) = &spec.name {
        event.name = wording("name", name)?;
    }
    if let Some(detail) = &spec.detail {
        event.detail = token("detail", detail)?;
        if event.detail.as_deref().is_some_and(|detail| !is_web_uri(detail)) {
            return Err(invalid("detail", detail, "an absolute http or https URI (RFC 3986)"));
        }
    }
    if let Some(types) = &spec.types {
        event.types = types.iter().filter_map(|text| wording("types", text).transpose()).collect::<Result<_, _>>()?;
    }
    if let Some(descriptions) = &spec.descriptions {
        let given = descriptions.iter().filter_map(|text| description(text).transpose());
        event.descriptions = given.collect::<Result<_, _>>()?;
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
    let courtesy_minutes = spec.courtesy_minutes.as_deref().map_or(Ok(courtesy_minutes), courtesies)?;
    let tells_end = spec.tells_end.unwrap_or(tells_end);
    let event = Maintenance { event, courtesy_minutes, tells_end, reminded, telling };
    let octets = Change::PutMaintenance(event.clone()).seal().bytes.map_or(0, |bytes| bytes.len());
    if octets > MAINTENANCE_BYTES {
        let why = format!(
            "the event has {octets} octets; it can have {MAINTENANCE_BYTES}, since every registrar is told all of it"
        );
        return Err(OperatorRefusal::Conflict { why });
    }
    Ok(event)
}

/// Reminders, the earliest first.
fn courtesies(minutes: &[u32]) -> Result<Vec<u32>, OperatorRefusal> {
    let mut sorted = minutes.to_vec();
    sorted.sort_unstable_by(|a, b| b.cmp(a));
    sorted.dedup();
    let wrong = sorted.iter().find(|minutes| !(1..=MOST_COURTESY_MINUTES).contains(*minutes));
    match wrong {
        Some(wrong) => Err(invalid("courtesy", format!("{wrong} minutes"), "1 minute to 365 days before the start")),
        None if sorted.len() > MAINTENANCE_COURTESIES => {
            let found = format!("{} reminders", sorted.len());
            Err(invalid("courtesy", found, format!("{MAINTENANCE_COURTESIES} reminders at most")))
        }
        None => Ok(sorted),
    }
}

/// Words that may have a language; none when they are empty.
fn wording(field: &'static str, text: &str) -> Result<Option<Wording>, OperatorRefusal> {
    let expected = "words, or @LANGUAGE:WORDS with a language tag, as @de:Wartung";
    let given = Wording::parse(text).ok_or_else(|| invalid(field, text, expected))?;
    Ok(token(field, &given.text)?.map(|text| Wording { text, ..given }))
}

fn description(text: &str) -> Result<Option<Description>, OperatorRefusal> {
    let expected = "a text, @LANGUAGE:TEXT or @LANGUAGE/html:HTML, as @de:Freitext";
    let given = Description::parse(text).ok_or_else(|| invalid("description", text, expected))?;
    if given.words.text.chars().count() > DESCRIPTION_CHARACTERS || given.words.text.chars().any(char::is_control) {
        let expected = format!("one line of {DESCRIPTION_CHARACTERS} characters at most");
        return Err(invalid("description", &given.words.text, expected));
    }
    let text = given.words.text.trim().to_owned();
    let html = given.html;
    Ok((!text.is_empty()).then_some(Description { words: Wording { text, ..given.words }, html }))
}

/// An absolute URI (RFC 3986, section 4.3) of the web, with a host.
fn is_web_uri(uri: &str) -> bool {
    let Some((scheme, rest)) = uri.split_once("://") else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    let is_good = |octet: u8| octet.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&octet);
    let escapes = |part: &str| part.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2;
    (scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https"))
        && host.bytes().next().is_some_and(|first| first.is_ascii_alphanumeric() || first == b'[')
        && rest.bytes().all(is_good)
        && rest.matches('#').count() < 2
        && rest.split('%').skip(1).all(escapes)
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
