//! Entities: registrars and contacts (RFC 9083, section 5.1).

use crate::base::timestamp::Timestamp;
use crate::model::lifecycle;
use crate::model::record::{ArchivedContact, ArchivedRegistrar};
use crate::model::view::View;
use crate::rdap::common::{self, Link};
use crate::rdap::json::{Json, escape};
use crate::rdap::redacted::Subject;
use crate::rdap::redaction::{self, Field, Withheld};
use crate::rdap::uri::encode_segment;
use crate::rdap::{Context, Missing, jcard, redacted, status};

/// What stands for the IANA id of a registrar that has none.
const NO_IANA_ID: &str = "not applicable";

/// An entity, and what its answer needs beside it.
pub(super) enum Found<'v> {
    Registrar(&'v ArchivedRegistrar),
    Contact { contact: &'v ArchivedContact, sponsor: &'v ArchivedRegistrar, linked: bool, withheld: Withheld },
}

/// Digits are an IANA id first, any handle a clID first, a contact's ROID then and what EPP calls a contact at last.
pub(super) fn find<'v>(view: &'v impl View, context: &Context<'_>, handle: &str) -> Result<Found<'v>, Missing> {
    if let Some(registrar) = iana_id(handle).and_then(|id| view.registrar_by_iana_id(id)) {
        return Ok(Found::Registrar(registrar));
    }
    if let Some(registrar) = view.registrar(handle) {
        return Ok(Found::Registrar(registrar));
    }
    let contact = view.contact_by_roid(handle).or_else(|| view.contact(handle)).ok_or(Missing::Object)?;
    whole_contact(view, context, contact)
}

/// A registrar by clID.
pub(super) fn find_registrar<'v>(view: &'v impl View, clid: &str) -> Result<Found<'v>, Missing> {
    view.registrar(clid).map(Found::Registrar).ok_or(Missing::Object)
}

/// A contact by what EPP calls it.
pub(super) fn find_contact<'v>(view: &'v impl View, context: &Context<'_>, id: &str) -> Result<Found<'v>, Missing> {
    whole_contact(view, context, view.contact(id).ok_or(Missing::Object)?)
}

fn whole_contact<'v>(
    view: &'v impl View,
    context: &Context<'_>,
    contact: &'v ArchivedContact,
) -> Result<Found<'v>, Missing> {
    let sponsor = view.registrar(&contact.sponsor).ok_or(Missing::Reference)?;
    let withheld = redaction::withheld(contact, redaction::strictest_policy(view), context.audience);
    Ok(Found::Contact { contact, sponsor, linked: view.contact_links(&contact.id) > 0, withheld })
}

/// The answer.
pub(super) fn write(json: &mut Json, context: &Context<'_>, found: &Found<'_>) {
    json.object(|json| {
        common::conformance(json, found.is_redacted());
        common::notices(json, context, |_| ());
        members(json, context, found, None);
    });
}

impl Found<'_> {
    /// Whether there is something to say in `redacted`.
    pub(super) fn is_redacted(&self) -> bool {
        matches!(self, Self::Contact { withheld, .. } if !withheld.is_silent(Subject::Contact))
    }
}

/// What makes up the object itself, where it is what was asked for; one of several stands at the JSONPath `place`.
pub(super) fn members(json: &mut Json, context: &Context<'_>, found: &Found<'_>, place: Option<&str>) {
    let topmost = place.is_none();
    match found {
        Found::Registrar(registrar) => {
            registrar_members(json, context, registrar, topmost);
            let updated = registrar.updated.as_ref().map(|at| at.get());
            events(json, context, topmost, [Some(registrar.created.get()), updated, None]);
        }
        Found::Contact { contact, sponsor, linked, withheld } => {
            contact_members(json, context, contact, *withheld, topmost);
            status::member(json, lifecycle::contact(contact, *linked));
            let (updated, transferred) = (contact.updated.as_ref(), contact.transferred.as_ref());
            let (updated, transferred) = (updated.map(|at| at.get()), transferred.map(|at| at.get()));
            events(json, context, topmost, [Some(contact.created.get()), updated, transferred]);
            json.within(r#""entities":["#, "]", |json| registrar(json, context, sponsor));
        }
    }
    if found.is_redacted() {
        json.within(r#""redacted":["#, "]", |json| redactions(json, found, place.unwrap_or("$")));
    }
}

/// The entries of `redacted`, for an entity that stands at the JSONPath `root`.
fn redactions(json: &mut Json, found: &Found<'_>, root: &str) {
    if let Found::Contact { withheld, .. } = found {
        redacted::contact(json, *withheld, root);
    }
}

/// A registrar within another object.
pub(super) fn registrar(json: &mut Json, context: &Context<'_>, registrar: &ArchivedRegistrar) {
    json.object(|json| registrar_members(json, context, registrar, false));
}

/// A contact within another object.
pub(super) fn contact<'t>(
    json: &mut Json,
    context: &Context<'_>,
    (contact, withheld): (&ArchivedContact, Withheld),
    roles: impl IntoIterator<Item = &'t str>,
) {
    json.object(|json| {
        contact_members(json, context, contact, withheld, false);
        json.name("roles").strings(roles);
    });
}

/// When it was created, last changed and transferred.
fn events(
    json: &mut Json,
    context: &Context<'_>,
    topmost: bool,
    [created, updated, transferred]: [Option<Timestamp>; 3],
) {
    json.within(r#""events":["#, "]", |json| {
        common::event_if(json, "registration", created);
        common::event_if(json, "last changed", updated);
        common::event_if(json, "transfer", transferred);
        if topmost {
            common::database_event(json, context);
        }
    });
}

fn registrar_members(json: &mut Json, context: &Context<'_>, registrar: &ArchivedRegistrar, topmost: bool) {
    let iana_id = registrar.iana_id.as_ref().map(|id| id.to_native().to_string());
    json.element().raw(r#""objectClassName":"entity","handle":""#).raw(iana_id.as_deref().unwrap_or(NO_IANA_ID));
    json.raw(r#"","roles":["registrar"]"#);
    if let Some(id) = &iana_id {
        json.element().raw(r#""publicIds":[{"type":"IANA Registrar ID","identifier":""#).raw(id).raw(r#""}]"#);
    }
    jcard::registrar(json, registrar);
    if registrar.abuse_email.is_some() || registrar.abuse_voice.is_some() {
        let open = r#""entities":[{"objectClassName":"entity","roles":["abuse"]"#;
        json.within(open, "}]", |json| jcard::abuse(json, registrar));
    }
    json.within(r#""links":["#, "]", |json| {
        // The clID finds it where it has no IANA id.
        let key = iana_id.as_deref().unwrap_or(&registrar.clid);
        common::self_link(json, context, topmost, "entity", &encode_segment(key));
        let rdap = registrar.rdap_url.as_deref().filter(|url| url.starts_with("https://"));
        if let (Some(rdap), Some(site)) = (rdap, registrar.url.as_deref()) {
            let (value, href) = ([&*escape(rdap)], [&*escape(site)]);
            common::link(json, &Link { value: &value, rel: "about", href: &href, media: "text/html" });
        }
    });
}

fn contact_members(
    json: &mut Json,
    context: &Context<'_>,
    contact: &ArchivedContact,
    withheld: Withheld,
    topmost: bool,
) {
    json.element().raw(r#""objectClassName":"entity""#);
    if !withheld.has(Field::Handle) {
        json.element().raw(r#""handle":""#).raw(&contact.roid).raw("\"");
    }
    jcard::contact(json, contact, withheld);
    // A link would tell the handle.
    if !withheld.has(Field::Handle) {
        json.within(r#""links":["#, "]", |json| {
            common::self_link(json, context, topmost, "entity", &encode_segment(&contact.roid));
        });
    }
}

/// The number as IANA writes it, so that a registrar has one URL.
fn iana_id(handle: &str) -> Option<u32> {
    let canonical = handle.bytes().all(|octet| octet.is_ascii_digit()) && !handle.starts_with('0');
    if canonical { handle.parse().ok() } else { None }
}
