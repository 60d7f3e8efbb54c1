//! `host:create` (RFC 5732, section 3.2.1).
//!
//! A host in a zone may be created without addresses; no domain can delegate to it until it has one.

use crate::model::answer::{Answer, Success};
use crate::model::command::HostAddress;
use crate::model::record::Host;
use crate::model::refusal::Refusal;
use crate::model::status::Statuses;
use crate::model::transaction::Change;
use crate::model::ttl::TtlGiven;
use crate::model::view::View;
use crate::registry::host::{ADDRESS, NAME, addresses, placement};
use crate::registry::{Decision, Request, checks, ttl};

/// # Result codes
/// - 1000
/// - 2003: a TTL of custom records without their type
/// - 2004: a TTL below or above what the TLD allows
/// - 2005: not a host name, or not an address of its family
/// - 2201: another client sponsors the superordinate domain
/// - 2302: a host has the name
/// - 2303: the superordinate domain does not exist
/// - 2304: the superordinate domain is pending create, delete or transfer
/// - 2306: an address that is not for public use, given twice, or one too many; addresses of an external host; one host
///   too many below the domain; the name of a TLD, or one below a TLD that has no host objects; a TTL of other records
///   than A and AAAA, or of an external host
pub(crate) fn decide<V: View>(
    view: &V,
    request: &Request<'_>,
    name: &str,
    (written, ttls): (&[HostAddress], &[TtlGiven]),
) -> Result<Decision, Refusal> {
    // Load.
    let name = checks::normalized_new(NAME, name)?;
    let addresses = addresses::read(ADDRESS, written)?;

    // Verify.
    let superordinate = placement::free(view, request.clid, &name)?;
    placement::glue(superordinate.as_deref(), &addresses)?;
    if let Some(domain) = &superordinate {
        placement::room(view, domain, &name)?;
    }

    let zone = ttl::zone(view, superordinate.as_deref());
    let ttls = ttl::chosen(zone, ttl::OF_HOSTS, Vec::new(), ttls)?;

    // Change.
    let created = request.now.trunc_millis();
    let host = Host {
        id: request.sequence,
        roid: checks::roid('H', request.sequence, request.repository_id),
        name: name.clone(),
        superordinate,
        addresses,
        sponsor: request.clid.to_owned(),
        creator: request.clid.to_owned(),
        created,
        updater: None,
        updated: None,
        transferred: None,
        statuses: Statuses::NONE,
        ttls,
    };

    // Record and answer.
    let changes = vec![Change::PutHost(host)];
    Ok(Decision { changes, success: Success::Completed, answer: Answer::HostCreated { name, created } })
}
