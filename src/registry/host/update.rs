//! `host:update` (RFC 5732, section 3.2.5): addresses, statuses, and the name.
//!
//! A new name may move the host into a zone of the registry or out of it. Domains follow, since they refer to its object
//! id, not to its name.

use crate::model::answer::{Answer, Success};
use crate::model::command::{HostAddRem, HostUpdate};
use crate::model::lifecycle;
use crate::model::record::{Address, ArchivedHost, Host, Kind};
use crate::model::refusal::{Element, Fault, Refusal};
use crate::model::transaction::Change;
use crate::model::view::{View, key};
use crate::registry::host::{ADDRESS, NAME, addresses, find, placement};
use crate::registry::{Decision, Request, checks, notes, ttl};

/// # Result codes
/// - 1000
/// - 2003: nothing to add, remove or change; a TTL of custom records without their type
/// - 2004: a TTL below or above what the TLD allows
/// - 2005: not a host name, or not an address of its family
/// - 2201: another client sponsors the host, or the superordinate domain of the new name
/// - 2302: a host has the new name
/// - 2303: no host has the name, or the superordinate domain of the new name does not exist
/// - 2304: a status prohibits it, also that of a superordinate domain that is pending transfer; or the new superordinate domain
///   is pending create, delete or transfer
/// - 2305: an external host that another client's domain names; the last address of a host that a domain names
/// - 2306: an address or status added that is there, or removed that is not; a status that is not the client's; an address
///   that is not for public use, or one too many; addresses left on a host that is external then; no address on a host
///   that enters a zone while a domain names it; one host too many below the domain; a new name below a TLD that has
///   no host objects; a status's text or language tag that is too long; a TTL of other records than A and AAAA, or of an
///   external host
pub(crate) fn decide<V: View>(view: &V, request: &Request<'_>, update: &HostUpdate) -> Result<Decision, Refusal> {
    // Load.
    let name = &update.name;
    let host = find(view, name)?;
    let nothing = HostAddRem::default();
    let add = update.add.as_ref().unwrap_or(&nothing);
    let rem = update.rem.as_ref().unwrap_or(&nothing);

    // Verify.
    checks::sponsored_by(request.clid, &host.sponsor, NAME, name)?;
    if add == &nothing && rem == &nothing && update.new_name.is_none() && update.ttls.is_empty() {
        // RFC 5732, section 3.2.5: "At least one [...] element MUST be provided".
        let reason = "expected something to add, remove or change";
        return Err(Refusal::MissingParameter(Fault::new(Element::host("update"), "", reason)));
    }
    checks::may_update(lifecycle::host(view, host), &rem.statuses, NAME, name)?;

    // Change.
    let mut changed: Host = checks::native::<Host>(host);
    let status = Element::host("status");
    changed.statuses = checks::change_statuses(changed.statuses, &add.statuses, &rem.statuses, status)?;
    let notes = notes::written(&add.statuses, status)?;
    change_addresses(&mut changed.addresses, add, rem)?;
    if let Some(new_name) = &update.new_name {
        rename(view, request, host, &mut changed, new_name)?;
    }
    let zone = ttl::zone(view, changed.superordinate.as_deref());
    if update.new_name.is_some() {
        changed.ttls = ttl::moved(zone, changed.ttls);
    }
    changed.ttls = ttl::chosen(zone, ttl::OF_HOSTS, changed.ttls, &update.ttls)?;
    placement::glue(changed.superordinate.as_deref(), &changed.addresses)?;
    keep_glue(view, host, &changed)?;
    changed.updater = Some(request.clid.to_owned());
    changed.updated = Some(request.now.trunc_millis());

    // Record and answer.
    let notes = notes::change(view, Kind::Host, &key::host(changed.id), (host.statuses.get(), changed.statuses), notes);
    let changes = std::iter::once(Change::PutHost(changed)).chain(notes).collect();
    Ok(Decision { changes, success: Success::Completed, answer: Answer::Empty })
}

/// Removes, then adds: an address may not be in both, nor be added when it is there, nor be removed when it is not.
fn change_addresses(held: &mut Vec<Address>, add: &HostAddRem, rem: &HostAddRem) -> Result<(), Refusal> {
    let refuse = |address: &Address, reason: &'static str| {
        Err(Refusal::Policy(Fault::new(ADDRESS, address.ip().to_string(), reason)))
    };
    let (added, removed) = (addresses::read(ADDRESS, &add.addresses)?, addresses::read(ADDRESS, &rem.addresses)?);
    for address in &removed {
        let Some(place) = held.iter().position(|one| one == address) else {
            return refuse(address, "the host does not have the address to be removed");
        };
        if added.contains(address) {
            return refuse(address, "the same address cannot be added and removed by one command");
        }
        held.remove(place);
    }
    for address in added {
        if held.contains(&address) {
            return refuse(&address, "the host has the address already");
        }
        held.push(address);
    }
    addresses::bounded(ADDRESS, held)
}

fn rename<V: View>(
    view: &V,
    request: &Request<'_>,
    host: &ArchivedHost,
    changed: &mut Host,
    new_name: &str,
) -> Result<(), Refusal> {
    let new_name = checks::normalized_new(NAME, new_name)?;
    if host.superordinate.is_none() && links_of_others(view, host) {
        // RFC 5732, section 3.2.5: a new name of an external host that objects of another client refer to "MUST fail with
        // EPP error code 2305". The host of a zone has no such bound: its domain's sponsor decides where it is.
        let reason = "domains of other clients name this external host; create a host of the new name instead";
        return Err(Refusal::Association(Fault::new(NAME, changed.name.as_str(), reason)));
    }
    let superordinate = placement::free(view, request.clid, &new_name)?;
    if let Some(domain) = &superordinate
        && changed.superordinate.as_ref() != Some(domain)
    {
        placement::room(view, domain, &new_name)?;
    }
    changed.superordinate = superordinate;
    changed.name = new_name;
    Ok(())
}

/// Whether a domain that another client sponsors names the host.
fn links_of_others<V: View>(view: &V, host: &ArchivedHost) -> bool {
    let id = host.id.to_native();
    view.host_links(id) > view.host_links_by(id, &host.sponsor)
}

/// That a host of a zone has an address while a domain names it: without glue that delegation could not be resolved.
/// Taking the last address is prohibited by the association (2305); a new name needs the address to come with it, as RFC
/// 5732, section 3.2.5, lets a server require (2306).
fn keep_glue<V: View>(view: &V, host: &ArchivedHost, changed: &Host) -> Result<(), Refusal> {
    let bare = changed.superordinate.is_some() && changed.addresses.is_empty();
    if !bare || view.host_links(host.id.to_native()) == 0 {
        return Ok(());
    }
    let fault = |reason: &'static str| Fault::new(ADDRESS, "", reason);
    if !host.addresses.is_empty() {
        return Err(Refusal::Association(fault("domains name this host; its last address cannot go")));
    }
    match host.superordinate.is_none() {
        true => Err(Refusal::Policy(fault("domains name this host; in a zone it needs an address"))),
        // Bare already: a zone began around it. Nothing here makes it worse.
        false => Ok(()),
    }
}
