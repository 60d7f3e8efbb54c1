//! `contact:check` (RFC 5733, section 3.1.1).

use std::borrow::Cow;

use crate::model::answer::{Answer, Availability, Success};
use crate::model::identifier;
use crate::model::refusal::Refusal;
use crate::model::view::View;
use crate::registry::contact::{ID, is_registrar};
use crate::registry::{Reader, checks};

/// # Result codes
/// - 1000
/// - 2306: more identifiers than one check may hold
pub(crate) fn answer<'v, V: View>(
    view: &'v V,
    _reader: &Reader<'_>,
    ids: &'v [Cow<'_, str>],
) -> Result<(Success, Answer<'v>), Refusal> {
    checks::countable(ids.len(), ID)?;
    let checked =
        ids.iter().map(|id| Availability { object: Cow::Borrowed(id), reason: reason(view, id), variant_of: None });
    Ok((Success::Completed, Answer::ContactChecked(checked.collect())))
}

fn reason<V: View>(view: &V, id: &str) -> Option<&'static str> {
    if identifier::check(id).is_err() {
        return Some("Not an identifier");
    }
    if is_registrar(view, id) {
        return Some("A registrar's identifier");
    }
    view.contact(id).map(|_| "In use")
}
