//! The name servers of a domain as host objects: they exist, and the DNS can find them.

use crate::base::limits;
use crate::model::command::NameServers;
use crate::model::record::ArchivedHost;
use crate::model::refusal::{Element, Fault, Refusal};
use crate::model::view::View;
use crate::registry::checks;

pub(super) const HOST: Element = Element::domain("hostObj");

/// The host objects that the command names.
///
/// # Errors
/// 2306 for host attributes, because the TLD has host objects, and one has either (RFC 5731, section 1.1), and for a host
/// named twice; 2005 for what is no host name; 2303 for a host that is not known, "MUST be known to
/// the server" (RFC 5731, section 3.2.1).
pub(super) fn hosts<'v, V: View>(view: &'v V, given: Option<&NameServers>) -> Result<Vec<&'v ArchivedHost>, Refusal> {
    let names = match given {
        None => return Ok(Vec::new()),
        Some(NameServers::Objects(names)) => names,
        Some(NameServers::Attributes(attributes)) => {
            let name = attributes.first().map_or("", |attribute| &attribute.name);
            let reason = "name servers are host objects in this TLD (domain:hostObj)";
            return Err(Refusal::Policy(Fault::new(Element::domain("hostAttr"), name, reason)));
        }
    };
    let mut hosts: Vec<&ArchivedHost> = Vec::with_capacity(names.len());
    for given in names {
        let name = checks::normalized(HOST, given)?;
        let host = view
            .host_named(&name)
            .ok_or_else(|| Refusal::DoesNotExist(Fault::new(HOST, given.as_str(), "no such host is known here")))?;
        if hosts.iter().any(|earlier| earlier.id == host.id) {
            return Err(Refusal::Policy(Fault::new(HOST, given.as_str(), "the host is named twice")));
        }
        hosts.push(host);
    }
    Ok(hosts)
}

/// That a domain may be delegated to the host.
///
/// # Errors
/// 2304 while the host comes or goes; 2306 for a host inside our TLDs without an address: the DNS could not find it (RFC
/// 5732, section 2.5, on glue; RST case epp-27).
pub(super) fn delegable(host: &ArchivedHost) -> Result<(), Refusal> {
    checks::allowed(host.statuses.get(), checks::PROHIBIT_LINK, HOST, &host.name)?;
    if host.superordinate.is_some() && host.addresses.is_empty() {
        let reason = "a host below a domain of this registry needs an address to be a name server";
        return Err(Refusal::Policy(Fault::new(HOST, host.name.as_str(), reason)));
    }
    Ok(())
}

/// That a domain has no more name servers than the limit.
///
/// # Errors
/// 2306.
pub(super) fn countable(hosts: usize) -> Result<(), Refusal> {
    if hosts <= limits::HOSTS_PER_DOMAIN {
        return Ok(());
    }
    let reason = format!("a domain has {} name servers at most, found {hosts}", limits::HOSTS_PER_DOMAIN);
    Err(Refusal::Policy(Fault::new(Element::domain("ns"), "", reason)))
}
