//! `domain:check` (RFC 5731, section 3.1.1): which names could be registered now.

use std::borrow::Cow;

use crate::model::answer::{Answer, Availability, Success};
use crate::model::name;
use crate::model::refusal::Refusal;
use crate::model::view::View;
use crate::registry::domain::{NAME, place};
use crate::registry::{Reader, checks};

/// For each name whether a create could succeed, in the order asked. A name that can never be one is no error but not
/// available, with the reason (RST case epp-04).
///
/// # Result codes
/// - 1000
/// - 2306: more names than the limit
pub(crate) fn answer<'v, V: View>(
    view: &'v V,
    _reader: &Reader<'_>,
    names: &'v [Cow<'_, str>],
) -> Result<(Success, Answer<'v>), Refusal> {
    checks::countable(names.len(), NAME)?;
    let checked = names.iter().map(|name| Availability { object: Cow::Borrowed(&**name), reason: reason(view, name) });
    Ok((Success::Completed, Answer::DomainChecked(checked.collect())))
}

fn reason<V: View>(view: &V, given: &str) -> Option<&'static str> {
    let Ok(name) = name::normalize(given) else { return Some("Invalid domain name") };
    match place::tld(view, &name) {
        Err(misplaced) => Some(misplaced.reason()),
        Ok(_) => view.domain(&name).map(|_| "In use"),
    }
}
