//! Nameservers (RFC 9083, section 5.2): host objects, and attributes of domains, which only their domain's answer shows.

use crate::model::lifecycle;
use crate::model::record::{Address, ArchivedAddress, ArchivedHost, ArchivedHostAttribute, ArchivedRegistrar};
use crate::model::status::Statuses;
use crate::model::view::View;
use crate::rdap::json::Json;
use crate::rdap::{Context, Missing, common, entity, status};

/// A host, and what its answer needs beside it.
pub(super) struct Found<'v> {
    host: &'v ArchivedHost,
    sponsor: &'v ArchivedRegistrar,
    statuses: Statuses,
}

pub(super) fn find<'v>(view: &'v impl View, name: &str) -> Result<Found<'v>, Missing> {
    let host = view.host_named(name).ok_or(Missing::Object)?;
    if host.name != *name {
        // Renamed between the two look-ups behind `host_named`.
        return Err(Missing::Reference);
    }
    let sponsor = view.registrar(&host.sponsor).ok_or(Missing::Reference)?;
    Ok(Found { host, sponsor, statuses: lifecycle::host(view, host) })
}

/// The answer.
pub(super) fn write(json: &mut Json, context: &Context<'_>, found: &Found<'_>) {
    json.object(|json| {
        common::conformance(json, false);
        common::notices(json, context, |_| ());
        whole(json, context, found, true);
    });
}

/// What makes up the object itself, where it is what was asked for or one of several.
pub(super) fn whole(json: &mut Json, context: &Context<'_>, found: &Found<'_>, topmost: bool) {
    let host = found.host;
    members(json, context, host, found.statuses, topmost);
    json.within(r#""events":["#, "]", |json| {
        common::event(json, "registration", host.created.get());
        common::event_if(json, "last changed", host.updated.as_ref().map(|at| at.get()));
        common::event_if(json, "transfer", host.transferred.as_ref().map(|at| at.get()));
        if topmost {
            common::database_event(json, context);
        }
    });
    json.within(r#""entities":["#, "]", |json| entity::registrar(json, context, found.sponsor));
}

/// A host within the domain that names it.
pub(super) fn nameserver(json: &mut Json, context: &Context<'_>, host: &ArchivedHost, statuses: Statuses) {
    json.object(|json| members(json, context, host, statuses, false));
}

/// A name server that is an attribute of the domain: no object, so without handle, status, and link to an answer of its own.
pub(super) fn attribute(json: &mut Json, server: &ArchivedHostAttribute) {
    json.within(r#"{"objectClassName":"nameserver""#, "}", |json| {
        common::names(json, &server.name);
        addresses(json, &server.addresses);
    });
}

fn members(json: &mut Json, context: &Context<'_>, host: &ArchivedHost, statuses: Statuses, topmost: bool) {
    json.element().raw(r#""objectClassName":"nameserver","handle":""#).raw(&host.roid).raw("\"");
    common::names(json, &host.name);
    status::member(json, statuses);
    addresses(json, &host.addresses);
    json.within(r#""links":["#, "]", |json| common::self_link(json, context, topmost, "nameserver", &host.name));
}

fn addresses(json: &mut Json, addresses: &[ArchivedAddress]) {
    if !addresses.is_empty() {
        json.name("ipAddresses").object(|json| {
            family(json, "v4", addresses, |address| matches!(address, Address::V4(_)));
            family(json, "v6", addresses, |address| matches!(address, Address::V6(_)));
        });
    }
}

/// The addresses of one family, in text (IPv6 by RFC 5952).
fn family(json: &mut Json, name: &'static str, addresses: &[ArchivedAddress], of: impl Fn(&Address) -> bool) {
    let mut addresses = addresses.iter().map(|address| address.get()).filter(of).peekable();
    if addresses.peek().is_some() {
        json.name(name).array(|json| addresses.for_each(|address| json.plain(address.ip())));
    }
}
