//! `host:delete` (RFC 5732, section 3.2.2).

use crate::model::answer::{Answer, Success};
use crate::model::lifecycle;
use crate::model::record::Kind;
use crate::model::refusal::{Fault, Refusal};
use crate::model::transaction::Change;
use crate::model::view::{View, key};
use crate::registry::host::{NAME, find};
use crate::registry::{Decision, Request, checks, notes};

/// # Result codes
/// - 1000
/// - 2005: not a host name
/// - 2201: another client sponsors the host
/// - 2303: no host has the name
/// - 2304: a status prohibits it
/// - 2305: a domain names the host as name server
pub(crate) fn decide<V: View>(view: &V, request: &Request<'_>, name: &str) -> Result<Decision, Refusal> {
    // Load.
    let host = find(view, name)?;
    let id = host.id.to_native();

    // Verify.
    checks::sponsored_by(request.clid, &host.sponsor, NAME, name)?;
    checks::allowed(lifecycle::host(view, host), checks::PROHIBIT_DELETE, NAME, name)?;
    // RFC 5732, section 3.2.2: "should not be deleted until the existing association has been broken".
    let links = view.host_links(id);
    if links > 0 {
        let reason = format!("{links} domains name it as name server; remove it from them first");
        return Err(Refusal::Association(Fault::new(NAME, name, reason)));
    }

    // Change, record and answer.
    let notes = notes::delete(view, Kind::Host, &key::host(id), host.statuses.get());
    let changes = std::iter::once(Change::DeleteHost { id }).chain(notes).collect();
    Ok(Decision { changes, success: Success::Completed, answer: Answer::Empty })
}
