//! `host:info` (RFC 5732, section 3.1.2). Every client may read every host: whoever delegates to it must see its state.

use crate::model::answer::{Answer, HostInfo, Success};
use crate::model::lifecycle;
use crate::model::record::Kind;
use crate::model::refusal::Refusal;
use crate::model::view::{View, key};
use crate::registry::host::find;
use crate::registry::{Reader, notes, ttl};

/// # Result codes
/// - 1000
/// - 2005: not a host name
/// - 2303: no host has it
pub(crate) fn answer<'v, V: View>(
    view: &'v V,
    _reader: &Reader<'_>,
    name: &str,
    policy: Option<bool>,
) -> Result<(Success, Answer<'v>), Refusal> {
    let host = find(view, name)?;
    let statuses = lifecycle::host(view, host);
    let notes = notes::read(view, Kind::Host, &key::host(host.id.to_native()), host.statuses.get());
    let zone = ttl::zone(view, host.superordinate.as_deref());
    let ttls = ttl::told(zone, ttl::OF_HOSTS, &host.ttls, policy);
    Ok((Success::Completed, Answer::HostInfo(HostInfo { host, ttls, statuses, notes })))
}
