//! Hosts (RFC 5732). A host in a zone of the registry belongs to the sponsor of the domain it stands below; a host outside
//! of them is external: it has no addresses, because the registry publishes no glue for it. Below domains of a TLD whose
//! name servers are attributes there are none.

pub(crate) mod check;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod info;
pub(crate) mod update;

pub(in crate::registry) mod addresses;
#[cfg(test)]
mod lives;
mod placement;
#[cfg(test)]
pub(crate) mod tests;

use crate::model::record::ArchivedHost;
use crate::model::refusal::{Element, Fault, Refusal};
use crate::model::view::View;
use crate::registry::checks;

/// `host:name`.
const NAME: Element = Element::host("name");
/// `host:addr`.
const ADDRESS: Element = Element::host("addr");

/// The host with that name, in any case of letters.
///
/// # Errors
/// 2005 when it is no host name, 2303 when no host has it.
fn find<'v, V: View>(view: &'v V, name: &str) -> Result<&'v ArchivedHost, Refusal> {
    let normalized = checks::normalized(NAME, name)?;
    let missing = || Refusal::DoesNotExist(Fault::new(NAME, name, "no host has this name"));
    view.host_named(&normalized).ok_or_else(missing)
}
