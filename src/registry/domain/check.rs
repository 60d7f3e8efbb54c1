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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::limits;
    use crate::model::command::Query;
    use crate::registry::domain::fixture::world;
    use crate::registry::testing::{A, B, code};

    #[test]
    fn names_are_available_when_a_create_could_succeed() {
        let mut world = world();
        let mut zone = crate::registry::testing::tld(
            "co.example",
            crate::model::record::DataModel::Minimum,
            Vec::new(),
            world.now,
        );
        zone.idn = true;
        world.put(vec![crate::model::transaction::Change::PutTld(zone)]);
        let rows = [
            ("free.example", None),
            ("FREE.Example", None),
            ("free.test", None),
            ("free.co.example", None),
            ("xn--bcher-kva.co.example", None),
            ("foo.example", Some("In use")),
            ("Foo.EXAMPLE", Some("In use")),
            ("-foo.example", Some("Invalid domain name")),
            ("fo o.example", Some("Invalid domain name")),
            ("foo", Some("Invalid domain name")),
            ("", Some("Invalid domain name")),
            ("foo.com", Some("Not a TLD of this registry")),
            ("a.foo.example", Some("Not directly below a TLD")),
            ("a.free.co.example", Some("Not directly below a TLD")),
            ("co.example", Some("Name of a TLD")),
            ("xn--bcher-kva.example", Some("No IDNs in this TLD")),
        ];
        let query = Query::DomainCheck(rows.iter().map(|(name, _)| Cow::Borrowed(*name)).collect());
        for clid in [A, B] {
            let Ok((Success::Completed, Answer::DomainChecked(found))) = world.ask(clid, &query) else {
                panic!("a check of good and bad names succeeds")
            };
            let found: Vec<_> = found.iter().map(|checked| (checked.object.as_ref(), checked.reason)).collect();
            assert_eq!(found, rows);
            assert!(found.iter().all(|(_, reason)| reason.is_none_or(|reason| reason.len() <= 32)));
        }
    }

    #[test]
    fn one_name_too_many_is_2306() {
        let world = world();
        let names = vec![Cow::Borrowed("free.example"); limits::CHECK_OBJECTS + 1];
        assert_eq!(code(&world.ask(A, &Query::DomainCheck(names.clone()))), 2306);
        assert_eq!(code(&world.ask(A, &Query::DomainCheck(names[1..].to_vec()))), 1000);
    }
}
