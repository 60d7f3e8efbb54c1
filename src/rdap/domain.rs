//! Domains (RFC 9083, section 5.3).

use crate::model::dnssec;
use crate::model::lifecycle;
use crate::model::record::{ArchivedContact, ArchivedDomain, ArchivedHost, ArchivedRegistrar, ContactRole};
use crate::model::sec_dns::DsData;
use crate::model::status::Statuses;
use crate::model::view::View;
use crate::rdap::common::{self, Link, MEDIA_TYPE};
use crate::rdap::json::Json;
use crate::rdap::{Context, Missing, entity, nameserver, secure_dns, status};

/// A domain and the objects it refers to.
pub(super) struct Found<'v> {
    domain: &'v ArchivedDomain,
    sponsor: &'v ArchivedRegistrar,
    /// Each once, with what it is to the domain.
    contacts: Vec<(&'v ArchivedContact, Roles)>,
    name_servers: Vec<(&'v ArchivedHost, Statuses)>,
    /// Those that the zone has.
    ds: Vec<DsData>,
}

/// The roles one contact fills, a bit for each of [`ROLES`].
#[derive(Clone, Copy)]
struct Roles(u8);

/// In the order shown (RFC 9083, section 10.2.4).
const ROLES: [&str; 4] = ["registrant", "administrative", "technical", "billing"];
const REGISTRANT: Roles = Roles(1);

impl Roles {
    const fn of(role: ContactRole) -> Self {
        match role {
            ContactRole::Admin => Self(1 << 1),
            ContactRole::Tech => Self(1 << 2),
            ContactRole::Billing => Self(1 << 3),
        }
    }

    fn names(self) -> impl Iterator<Item = &'static str> {
        ROLES.into_iter().enumerate().filter(move |(bit, _)| self.0 & 1 << bit != 0).map(|(_, name)| name)
    }
}

pub(super) fn find<'v>(view: &'v impl View, name: &str) -> Result<Found<'v>, Missing> {
    let domain = view.domain(name).ok_or(Missing::Object)?;
    let sponsor = view.registrar(&domain.sponsor).ok_or(Missing::Reference)?;
    let mut contacts: Vec<(&ArchivedContact, Roles)> = Vec::with_capacity(domain.contacts.len() + 1);
    let registrant = domain.registrant.iter().map(|id| (id.as_str(), REGISTRANT));
    let others = domain.contacts.iter().map(|contact| (contact.id.as_str(), Roles::of(contact.role.get())));
    for (id, role) in registrant.chain(others) {
        match contacts.iter_mut().find(|(contact, _)| contact.id == *id) {
            Some((_, roles)) => roles.0 |= role.0,
            None => contacts.push((view.contact(id).ok_or(Missing::Reference)?, role)),
        }
    }
    let hosts = domain.name_servers.iter().map(|id| {
        let host = view.host(id.to_native()).ok_or(Missing::Reference)?;
        Ok((host, lifecycle::host(view, host)))
    });
    let name_servers = hosts.collect::<Result<_, _>>()?;
    let ds = match domain.sec_dns.as_deref() {
        Some(held) => {
            let tld = view.tld(&domain.tld).ok_or(Missing::Reference)?;
            dnssec::ds_records(&domain.name, held, &tld.sec_dns)
        }
        None => Vec::new(),
    };
    Ok(Found { domain, sponsor, contacts, name_servers, ds })
}

/// The answer.
pub(super) fn write(json: &mut Json, context: &Context<'_>, found: &Found<'_>) {
    json.object(|json| {
        common::conformance(json);
        json.name("notices").array(|json| notices(json, context));
        members(json, context, found, true);
    });
}

/// The members of a domain, in an answer of its own or among others.
pub(super) fn members(json: &mut Json, context: &Context<'_>, found: &Found<'_>, topmost: bool) {
    let domain = found.domain;
    json.name("objectClassName").string("domain");
    json.name("handle").string(&domain.roid);
    common::names(json, &domain.name);
    let rgp = lifecycle::rgp(domain, context.updated);
    status::member_with_grace(json, lifecycle::domain(domain), &rgp);
    json.name("events").array(|json| {
        common::event(json, "registration", domain.created.get());
        common::event(json, "expiration", lifecycle::end(domain));
        common::event_if(json, "last changed", domain.updated.as_ref().map(|at| at.get()));
        common::event_if(json, "transfer", domain.transferred.as_ref().map(|at| at.get()));
        if topmost {
            common::database_event(json, context);
        }
    });
    json.name("secureDNS");
    secure_dns::write(json, domain.sec_dns.as_deref(), &found.ds);
    if !found.name_servers.is_empty() || !domain.host_attributes.is_empty() {
        json.name("nameservers").array(|json| {
            for (host, statuses) in &found.name_servers {
                nameserver::nameserver(json, context, host, *statuses);
            }
            domain.host_attributes.iter().for_each(|server| nameserver::attribute(json, server));
        });
    }
    json.name("entities").array(|json| {
        entity::registrar(json, context, found.sponsor);
        found.contacts.iter().for_each(|(contact, roles)| entity::contact(json, context, contact, roles.names()));
    });
    json.name("links").array(|json| links(json, context, found, topmost));
}

pub(super) fn notices(json: &mut Json, context: &Context<'_>) {
    common::terms_notice(json, context);
    let about = ["For more information on domain status codes, please visit https://icann.org/epp"];
    common::notice(json, context, "Status Codes", &about, ("glossary", "https://icann.org/epp"));
    let about = ["URL of the ICANN RDDS Inaccuracy Complaint Form: https://icann.org/wicf"];
    common::notice(json, context, "RDDS Inaccuracy Complaint Form", &about, ("help", "https://icann.org/wicf"));
}

/// To itself, and to the registrar's answer about the same domain.
fn links(json: &mut Json, context: &Context<'_>, found: &Found<'_>, topmost: bool) {
    let name = &found.domain.name;
    common::self_link(json, context, topmost, "domain", name);
    // A "related" link never leads where "self" leads (RFC 9083, section 4.2).
    let elsewhere = |base: &&str| base.trim_end_matches('/') != context.base.url().trim_end_matches('/');
    if let Some(base) = found.sponsor.rdap_url.as_deref().filter(elsewhere) {
        let href = [base.trim_end_matches('/'), "/domain/", name];
        common::link(json, &Link { value: &[context.request_url()], rel: "related", href: &href, media: MEDIA_TYPE });
    }
}
