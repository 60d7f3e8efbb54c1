//! Name servers as attributes of a domain (RFC 5731, section 1.1): names, with addresses where the DNS needs them as glue.

use crate::model::command::{self, NameServers};
use crate::model::record::HostAttribute;
use crate::model::refusal::{Element, Fault, Refusal};
use crate::model::view::View;
use crate::registry::domain::delegation;
use crate::registry::{checks, host};

const NAME: Element = Element::domain("hostName");
const ADDRESS: Element = Element::domain("hostAddr");

/// The attributes that the command names.
///
/// # Errors
/// 2306 for host objects: the TLD has none.
fn named(given: Option<&NameServers>) -> Result<&[command::HostAttribute], Refusal> {
    match given {
        None => Ok(&[]),
        Some(NameServers::Attributes(attributes)) => Ok(attributes),
        Some(NameServers::Objects(names)) => {
            let name = names.first().map_or("", |name| name);
            let reason = "name servers are host attributes in this TLD (domain:hostAttr)";
            Err(Refusal::Policy(Fault::new(delegation::HOST, name, reason)))
        }
    }
}

/// Adds the name servers that the command names to those of the domain.
///
/// # Errors
/// 2003 for one at or below the domain's name without address; 2005 for what is no host name or no address; 2306 for host
/// objects, for one that is there already or named twice, for one too many, for the name of a TLD, for addresses of one
/// elsewhere, and for addresses that no host may have.
pub(super) fn add<V: View>(
    view: &V,
    domain: &str,
    servers: &mut Vec<HostAttribute>,
    given: Option<&NameServers>,
) -> Result<(), Refusal> {
    for attribute in named(given)? {
        let server = server(view, domain, attribute)?;
        if servers.iter().any(|known| known.name == server.name) {
            return Err(policy(NAME, &attribute.name, "it is a name server of the domain already, or named twice"));
        }
        servers.push(server);
    }
    delegation::countable(servers.len())
}

/// Takes the name servers that the command names from those of the domain. "IP address elements can safely be absent or
/// ignored in this situation" (RFC 5731, section 3.2.5).
///
/// # Errors
/// 2005 for what is no host name; 2306 for host objects, and for what is no name server of the domain.
pub(super) fn remove(servers: &mut Vec<HostAttribute>, given: Option<&NameServers>) -> Result<(), Refusal> {
    for attribute in named(given)? {
        let name = checks::normalized(NAME, &attribute.name)?;
        let Some(place) = servers.iter().position(|known| known.name == name) else {
            return Err(policy(NAME, &attribute.name, "a host to be removed must be a name server of the domain"));
        };
        servers.remove(place);
    }
    Ok(())
}

/// Whether a delegation of the domain to that host needs glue.
pub(in crate::registry) fn needs_glue(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|labels| labels.is_empty() || labels.ends_with('.'))
}

/// "IP addresses SHOULD be required only as needed to generate DNS glue records" (RFC 5731, section 1.1): so there they
/// are required, and elsewhere nobody would use them and nobody keep them right.
fn server<V: View>(view: &V, domain: &str, given: &command::HostAttribute) -> Result<HostAttribute, Refusal> {
    let name = checks::normalized_new(NAME, &given.name)?;
    if view.tld(&name).is_some() {
        return Err(policy(NAME, &given.name, "the name is that of a TLD of this registry"));
    }
    let addresses = host::addresses::read(ADDRESS, &given.addresses)?;
    match (needs_glue(&name, domain), given.addresses.first()) {
        (true, None) => {
            let reason = "a name server at or below the name of the domain needs an address (domain:hostAddr)";
            Err(Refusal::MissingParameter(Fault::new(NAME, given.name.as_str(), reason)))
        }
        (false, Some(address)) => {
            let reason = "only a name server at or below the name of the domain has addresses here";
            Err(policy(ADDRESS, &address.text, reason))
        }
        _ => Ok(HostAttribute { name, addresses }),
    }
}

fn policy(element: Element, value: &str, reason: &'static str) -> Refusal {
    Refusal::Policy(Fault::new(element, value, reason))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn glue_is_for_hosts_at_or_below_the_domain() {
        for (host, needed) in [
            ("foo.test", true),
            ("ns1.foo.test", true),
            ("a.ns1.foo.test", true),
            ("ns1.barfoo.test", false),
            ("barfoo.test", false),
            ("ns1.test", false),
            ("foo.test.example", false),
            ("ns1.foo.example", false),
        ] {
            assert_eq!(needs_glue(host, "foo.test"), needed, "{host}");
        }
    }
}
