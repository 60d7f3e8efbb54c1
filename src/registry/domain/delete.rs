//! `domain:delete` (RFC 5731, section 3.2.2): a name is free again.

use crate::model::answer::{Answer, Success};
use crate::model::lifecycle;
use crate::model::refusal::{Fault, Refusal};
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::domain::{self, NAME};
use crate::registry::{Decision, Request, checks};

/// Removes a domain at once.
///
/// # Result codes
/// - 1000
/// - 2005: no valid name
/// - 2201: another client sponsors it
/// - 2303: no such domain
/// - 2304: client or server prohibit it, or an action is pending
/// - 2305: hosts stand below it
pub(crate) fn decide<V: View>(view: &V, request: &Request<'_>, name: &str) -> Result<Decision, Refusal> {
    let domain = domain::load(view, name)?;

    checks::sponsored_by(request.clid, &domain.sponsor, NAME, name)?;
    checks::allowed(lifecycle::domain(domain), checks::PROHIBIT_DELETE, NAME, name)?;
    // RFC 5731, section 3.2.2: "SHOULD NOT be deleted if subordinate host objects are associated with the domain
    // object"; they could be name servers of other domains.
    if let Some(host) = view.subordinate_hosts(&domain.name).find_map(|id| view.host(id)) {
        let reason = format!("host {} stands below it", host.name);
        return Err(Refusal::Association(Fault::new(NAME, name, reason)));
    }

    let changes = vec![Change::DeleteDomain { name: domain.name.to_string() }];
    Ok(Decision { changes, success: Success::Completed, answer: Answer::Empty })
}
