//! `domain:info` (RFC 5731, section 3.1.2): what is known of a domain, in full or in part.

use crate::model::answer::{Answer, DomainInfo, Success};
use crate::model::command::{AuthInfo, HostsShown};
use crate::model::lifecycle;
use crate::model::record::ArchivedDomain;
use crate::model::refusal::Refusal;
use crate::model::view::View;
use crate::registry::{Reader, checks, domain};

/// How often a domain is read again whose hosts are gone by the time they are looked up. Each time, a transaction must
/// have come between the look-ups of one domain: twice is rare already.
const READS: usize = 8;

/// The domain. All of it for its sponsoring client and for one that knows the authInfo; for others the answer is marked
/// as not authorized.
///
/// # Result codes
/// - 1000
/// - 2005: no valid name
/// - 2102: authInfo that is no password
/// - 2202: a wrong authInfo, whoever gives it: so one can be verified before a transfer (RFC 9154, section 5.3)
/// - 2303: no such domain
/// - 2400: the domain's hosts changed under the reader, again and again
pub(crate) fn answer<'v, V: View>(
    view: &'v V,
    reader: &Reader<'_>,
    name: &str,
    shown: HostsShown,
    auth: Option<&AuthInfo>,
) -> Result<(Success, Answer<'v>), Refusal> {
    for _ in 0..READS {
        let domain = domain::load(view, name)?;
        let sponsor = reader.clid == domain.sponsor;
        if let Some(auth) = auth {
            checks::domain_auth(view, domain, auth)?;
        }
        let (Some(name_servers), Some(hosts)) = (delegated(view, domain, shown), subordinate(view, domain, shown))
        else {
            continue;
        };
        let info = DomainInfo {
            domain,
            statuses: lifecycle::domain(domain),
            name_servers,
            hosts,
            authorized: sponsor || auth.is_some(),
            auth_set: sponsor && domain.auth.is_some(),
        };
        return Ok((Success::Completed, Answer::DomainInfo(info)));
    }
    Err(Refusal::Failed("the hosts of the domain changed while they were read"))
}

/// Names of the name servers; `None` when one is gone since the domain was read.
fn delegated<'v, V: View>(view: &'v V, domain: &ArchivedDomain, shown: HostsShown) -> Option<Vec<&'v str>> {
    match shown {
        HostsShown::All | HostsShown::Delegated => {
            let ids = domain.name_servers.iter();
            ids.map(|id| view.host(id.to_native()).map(|host| host.name.as_str())).collect()
        }
        HostsShown::Subordinate | HostsShown::None => Some(Vec::new()),
    }
}

/// Names of the hosts below the domain; `None` when one is gone since their list was read.
fn subordinate<'v, V: View>(view: &'v V, domain: &ArchivedDomain, shown: HostsShown) -> Option<Vec<&'v str>> {
    match shown {
        HostsShown::All | HostsShown::Subordinate => {
            let ids = view.subordinate_hosts(&domain.name);
            ids.map(|id| view.host(id).map(|host| host.name.as_str())).collect()
        }
        HostsShown::Delegated | HostsShown::None => Some(Vec::new()),
    }
}
