//! Domains (RFC 9083, section 5.3).

use crate::model::dnssec;
use crate::model::lifecycle;
use crate::model::record::{ArchivedContact, ArchivedDomain, ArchivedHost, ArchivedRegistrar, ContactRole};
use crate::model::sec_dns::DsData;
use crate::model::status::Statuses;
use crate::model::view::View;
use crate::rdap::common::{self, Link, MEDIA_TYPE};
use crate::rdap::json::{Json, escape};
use crate::rdap::redacted::{self, SUBJECTS};
use crate::rdap::redaction::{self, Field, Withheld};
use crate::rdap::{Context, Missing, entity, nameserver, secure_dns, status};

/// A domain and the objects it refers to.
pub(super) struct Found<'v> {
    domain: &'v ArchivedDomain,
    sponsor: &'v ArchivedRegistrar,
    /// Each once.
    contacts: Vec<FoundContact<'v>>,
    name_servers: Vec<(&'v ArchivedHost, Statuses)>,
    /// Those that the zone has.
    ds: Vec<DsData>,
    /// Other names that are variants of this one, ascending within each table of the TLD.
    variants: Vec<&'v str>,
}

/// A contact of a domain.
struct FoundContact<'v> {
    contact: &'v ArchivedContact,
    /// What it is to the domain.
    roles: Roles,
    withheld: Withheld,
}

/// The roles one contact fills, a bit for each of [`SUBJECTS`].
#[derive(Clone, Copy)]
struct Roles(u8);

const REGISTRANT: usize = 0;
const TECHNICAL: usize = 2;

impl Roles {
    const fn of(role: ContactRole) -> Self {
        match role {
            ContactRole::Admin => Self(1 << 1),
            ContactRole::Tech => Self(1 << TECHNICAL),
            ContactRole::Billing => Self(1 << 3),
        }
    }

    /// The roles, as places in [`SUBJECTS`].
    fn iter(self) -> impl Iterator<Item = usize> {
        (0..SUBJECTS.len()).filter(move |role| self.0 & 1 << role != 0)
    }

    fn names(self) -> impl Iterator<Item = &'static str> {
        self.iter().map(|role| SUBJECTS[role].role())
    }
}

pub(super) fn find<'v>(view: &'v impl View, context: &Context<'_>, name: &str) -> Result<Found<'v>, Missing> {
    let domain = view.domain(name).ok_or(Missing::Object)?;
    let sponsor = view.registrar(&domain.sponsor).ok_or(Missing::Reference)?;
    let tld = view.tld(&domain.tld).ok_or(Missing::Reference)?;
    let hosts = domain.name_servers.iter().map(|id| {
        let host = view.host(id.to_native()).ok_or(Missing::Reference)?;
        Ok((host, lifecycle::host(view, host)))
    });
    let name_servers = hosts.collect::<Result<_, _>>()?;
    let held = domain.sec_dns.as_deref();
    let ds = held.map_or_else(Vec::new, |held| dnssec::ds_records(&domain.name, held, &tld.sec_dns));
    let mut variants = Vec::new();
    for name in domain.variant_keys.iter().flat_map(|key| view.variants(&domain.tld, key)) {
        if *name != *domain.name && !variants.contains(&name) {
            variants.push(name);
        }
    }
    let contacts =
        contacts(view, domain, |contact| redaction::withheld(contact, tld.disclosure.get(), context.audience))?;
    Ok(Found { domain, sponsor, contacts, name_servers, ds, variants })
}

/// The contacts of a domain, one for each role: the first where EPP has several.
fn contacts<'v>(
    view: &'v impl View,
    domain: &'v ArchivedDomain,
    withheld: impl Fn(&ArchivedContact) -> Withheld,
) -> Result<Vec<FoundContact<'v>>, Missing> {
    let registrant = domain.registrant.iter().map(|id| (id.as_str(), Roles(1 << REGISTRANT)));
    let others = domain.contacts.iter().map(|contact| (contact.id.as_str(), Roles::of(contact.role.get())));
    let mut found: Vec<FoundContact<'_>> = Vec::with_capacity(SUBJECTS.len().min(domain.contacts.len() + 1));
    let mut filled = 0;
    for (id, role) in registrant.chain(others) {
        if filled & role.0 != 0 {
            continue;
        }
        filled |= role.0;
        match found.iter_mut().find(|found| found.contact.id == *id) {
            Some(found) => found.roles.0 |= role.0,
            None => {
                let contact = view.contact(id).ok_or(Missing::Reference)?;
                found.push(FoundContact { contact, roles: role, withheld: withheld(contact) });
            }
        }
    }
    Ok(found)
}

/// The answer.
pub(super) fn write(json: &mut Json, context: &Context<'_>, found: &Found<'_>) {
    json.object(|json| {
        common::conformance(json, found.is_redacted());
        common::notices(json, context, |json| notices(json, context));
        members(json, context, found, None);
    });
}

impl Found<'_> {
    /// Whether there is something to say in `redacted`.
    pub(super) fn is_redacted(&self) -> bool {
        let silent = |found: &FoundContact<'_>| found.roles.iter().all(|role| found.withheld.is_silent(SUBJECTS[role]));
        !self.contacts.iter().all(silent)
    }
}

/// What makes up the object itself; one of several stands at the JSONPath `place`.
pub(super) fn members(json: &mut Json, context: &Context<'_>, found: &Found<'_>, place: Option<&str>) {
    let domain = found.domain;
    json.element().raw(r#""objectClassName":"domain","handle":""#).raw(&domain.roid).raw("\"");
    common::names(json, &domain.name);
    variants(json, found);
    let rgp = lifecycle::rgp(domain, context.updated);
    status::member_with_grace(json, lifecycle::domain(domain), &rgp);
    json.within(r#""events":["#, "]", |json| {
        common::event(json, "registration", domain.created.get());
        common::event(json, "expiration", lifecycle::end(domain));
        common::event_if(json, "last changed", domain.updated.as_ref().map(|at| at.get()));
        common::event_if(json, "transfer", domain.transferred.as_ref().map(|at| at.get()));
        if place.is_none() {
            common::database_event(json, context);
        }
    });
    json.name("secureDNS");
    secure_dns::write(json, domain.sec_dns.as_deref(), &found.ds);
    if !found.name_servers.is_empty() || !domain.host_attributes.is_empty() {
        json.within(r#""nameservers":["#, "]", |json| {
            for (host, statuses) in &found.name_servers {
                nameserver::nameserver(json, context, host, *statuses);
            }
            domain.host_attributes.iter().for_each(|server| nameserver::attribute(json, server));
        });
    }
    json.within(r#""entities":["#, "]", |json| {
        entity::registrar(json, context, found.sponsor);
        for FoundContact { contact, roles, withheld } in &found.contacts {
            entity::contact(json, context, (contact, *withheld), roles.names());
        }
    });
    json.within(r#""links":["#, "]", |json| links(json, context, found, place.is_none()));
    if found.is_redacted() {
        json.within(r#""redacted":["#, "]", |json| redactions(json, found, place.unwrap_or("$")));
    }
}

/// The variants that are registered too: only one registrant can have them all (RFC 9083, sections 5.3 and 10.2.5).
fn variants(json: &mut Json, found: &Found<'_>) {
    if found.variants.is_empty() {
        return;
    }
    json.name("variants").array(|json| {
        json.object(|json| {
            json.name("relation").strings(["registered", "conjoined"]);
            if let Some(label) = found.domain.idn.as_deref() {
                json.name("idnTable").string(&label.table);
            }
            json.name("variantNames").array(|json| {
                found.variants.iter().for_each(|name| json.object(|json| common::names(json, name)));
            });
        });
    });
}

/// The entries of `redacted`, for a domain that stands at the JSONPath `root`.
///
/// A contact's are named after one role, that of the registrant where it is among them, that of the technical contact otherwise.
/// A registrant who is the technical contact too has those names besides that are registered for it, since readers look for
/// each role's.
fn redactions(json: &mut Json, found: &Found<'_>, root: &str) {
    for FoundContact { roles, withheld, .. } in &found.contacts {
        let has = |role| roles.iter().any(|held| held == role);
        let first = [REGISTRANT, TECHNICAL].into_iter().find(|role| has(*role)).or_else(|| roles.iter().next());
        let besides = Some(TECHNICAL).filter(|role| has(*role) && first != Some(*role));
        for role in first.into_iter().chain(besides) {
            let place = roles.iter().take_while(|held| *held != role).count();
            let named = |(field, _): &(Field, _)| first == Some(role) || SUBJECTS[role].is_registered(*field);
            redacted::of_role(json, role, place, withheld.entries(SUBJECTS[role]).filter(named), root);
        }
    }
}

pub(super) fn notices(json: &mut Json, context: &Context<'_>) {
    let about = ["For more information on domain status codes, please visit https://icann.org/epp"];
    common::notice(json, context, "Status Codes", &about, ("glossary", &["https://icann.org/epp"]));
    let about = ["URL of the ICANN RDDS Inaccuracy Complaint Form: https://icann.org/wicf"];
    common::notice(json, context, "RDDS Inaccuracy Complaint Form", &about, ("help", &["https://icann.org/wicf"]));
}

/// To itself, and to the registrar's answer about the same domain.
fn links(json: &mut Json, context: &Context<'_>, found: &Found<'_>, topmost: bool) {
    let name = &found.domain.name;
    common::self_link(json, context, topmost, "domain", name);
    // A "related" link never leads where "self" leads (RFC 9083, section 4.2).
    let elsewhere = |base: &&str| base.trim_end_matches('/') != context.base.url().trim_end_matches('/');
    if let Some(base) = found.sponsor.rdap_url.as_deref().filter(elsewhere) {
        let base = escape(base.trim_end_matches('/'));
        let href = [&base, "/domain/", name];
        common::link(json, &Link { value: &[context.request_url()], rel: "related", href: &href, media: MEDIA_TYPE });
    }
}
