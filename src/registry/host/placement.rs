//! Where a host name stands: below a domain of the registry, or outside of its zones.

use crate::base::limits::SUBORDINATE_HOSTS_PER_DOMAIN;
use crate::model::record::{Address, HostModel};
use crate::model::refusal::{Element, Fault, Refusal};
use crate::model::status::Status;
use crate::model::view::View;
use crate::registry::checks;
use crate::registry::host::{ADDRESS, NAME};

/// The domain below which the client may place a host of that (normalized) name; `None` for an external name.
///
/// # Errors
/// 2302 when a host has the name; 2303 when its superordinate domain is not there: it "MUST be known to the server before
/// the host object can be created" (RFC 5732, section 3.2.1); 2201 when another client sponsors that domain, with
/// addresses or without, so that a host in a zone has its domain's sponsor; 2304 when that domain is not complete or about
/// to go; 2306 for the name of a TLD, and for one below a TLD whose name servers are attributes: such a name is no object.
pub(crate) fn free<V: View>(view: &V, clid: &str, name: &str) -> Result<Option<String>, Refusal> {
    let fault = |reason: &'static str| Fault::new(NAME, name, reason);
    if view.host_named(name).is_some() {
        return Err(Refusal::Exists(fault("a host has this name")));
    }
    if view.tld(name).is_some() {
        return Err(Refusal::Policy(fault("the name is that of a TLD of this registry")));
    }
    let Some((superordinate, tld)) = view.superordinate(name) else { return Ok(None) };
    if tld.host_model.get() == HostModel::Attributes {
        return Err(Refusal::Policy(fault("names in this TLD are no host objects: its domains have host attributes")));
    }
    let missing = || Fault::new(NAME, name, format!("its superordinate domain {superordinate} does not exist"));
    let domain = view.domain(superordinate).ok_or_else(|| Refusal::DoesNotExist(missing()))?;
    if domain.sponsor != clid {
        return Err(Refusal::Authorization(fault("only the sponsor of its superordinate domain may use this name")));
    }
    let statuses = domain.statuses.get();
    checks::allowed(statuses, checks::PROHIBIT_LINK, Element::domain("name"), superordinate)?;
    // The hosts go with the domain: what the new sponsor gets must not change under its hands.
    checks::allowed(statuses, &[Status::PendingTransfer], Element::domain("name"), superordinate)?;
    Ok(Some(superordinate.to_owned()))
}

/// That the domain has room for one more host.
///
/// # Errors
/// 2306.
pub(crate) fn room<V: View>(view: &V, superordinate: &str, name: &str) -> Result<(), Refusal> {
    if view.subordinate_hosts(superordinate).count() < SUBORDINATE_HOSTS_PER_DOMAIN {
        return Ok(());
    }
    let reason = format!("{superordinate} has {SUBORDINATE_HOSTS_PER_DOMAIN} hosts, the most a domain may have");
    Err(Refusal::Policy(Fault::new(NAME, name, reason)))
}

/// That only a host in a zone has addresses: they are "required only as needed to generate DNS glue records" (RFC 5732,
/// section 2.5), and addresses of others would go stale unseen.
///
/// # Errors
/// 2306.
pub(crate) fn glue(superordinate: Option<&str>, addresses: &[Address]) -> Result<(), Refusal> {
    match (superordinate, addresses.first()) {
        (None, Some(address)) => {
            let reason = "a host outside of this registry's zones has no addresses here";
            Err(Refusal::Policy(Fault::new(ADDRESS, address.ip().to_string(), reason)))
        }
        _ => Ok(()),
    }
}
