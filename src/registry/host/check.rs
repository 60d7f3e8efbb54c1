//! `host:check` (RFC 5732, section 3.1.1).
//!
//! A valid name that no host has is available, unless its TLD has no host objects at all. Whether its superordinate domain
//! is there, and whose it is, is left to the create: clients check a domain and its hosts together and then create one after
//! the other.

use std::borrow::Cow;

use crate::model::answer::{Answer, Availability, Success};
use crate::model::name;
use crate::model::record::HostModel;
use crate::model::refusal::Refusal;
use crate::model::view::View;
use crate::registry::host::NAME;
use crate::registry::{Reader, checks};

/// # Result codes
/// - 1000
/// - 2306: more names than one check may hold
pub(crate) fn answer<'v, V: View>(
    view: &'v V,
    _reader: &Reader<'_>,
    names: &'v [Cow<'_, str>],
) -> Result<(Success, Answer<'v>), Refusal> {
    checks::countable(names.len(), NAME)?;
    let checked = names.iter().map(|name| Availability {
        object: Cow::Borrowed(name),
        reason: reason(view, name),
        variant_of: None,
    });
    Ok((Success::Completed, Answer::HostChecked(checked.collect())))
}

fn reason<V: View>(view: &V, name: &str) -> Option<&'static str> {
    let Ok(name) = name::normalize_new(name) else { return Some("Not a host name") };
    if view.tld(&name).is_some() {
        return Some("Name of a TLD");
    }
    if view.host_named(&name).is_some() {
        return Some("In use");
    }
    let tld = view.tld_of(&name).map(|(_, tld)| tld.host_model.get());
    (tld == Some(HostModel::Attributes)).then_some("No host objects in this TLD")
}
