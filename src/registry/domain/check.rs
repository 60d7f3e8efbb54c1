//! `domain:check` (RFC 5731, section 3.1.1): which names could be registered now.

use std::borrow::Cow;

use crate::model::answer::{Answer, Availability, Success};
use crate::model::fee::FeeCheck;
use crate::model::idn::IdnData;
use crate::model::name;
use crate::model::refusal::Refusal;
use crate::model::token::TokenAction;
use crate::model::view::View;
use crate::registry::domain::idn::{self, Holder};
use crate::registry::domain::{NAME, fees, place};
use crate::registry::launch::phase;
use crate::registry::listed::{self, Listed};
use crate::registry::token::{self, Purpose};
use crate::registry::{Reader, checks, tariff};

/// For each name whether a create could succeed, in the order asked. A name that can never be one is no error but not
/// available, with the reason (RST case epp-04).
///
/// # Result codes
/// - 1000
/// - 2003: a fee that is asked for and cannot be told, since something is missing
/// - 2004: fees in another currency than the account's, or of another phase
/// - 2306: more names, or commands with fees, than the limit
pub(crate) fn answer<'v, V: View>(
    view: &'v V,
    reader: &Reader<'_>,
    names: &'v [Cow<'_, str>],
    beside: Beside<'v>,
) -> Result<(Success, Answer<'v>), Refusal> {
    checked(view, reader, names, beside, false)
}

/// As [`answer`], of names whose TLD is in the phase that the command names.
pub(in crate::registry) fn in_phase<'v, V: View>(
    view: &'v V,
    reader: &Reader<'_>,
    names: &'v [Cow<'_, str>],
    beside: Beside<'v>,
) -> Result<(Success, Answer<'v>), Refusal> {
    checked(view, reader, names, beside, true)
}

/// What extends the command.
#[derive(Clone, Copy, Default)]
pub(crate) struct Beside<'v> {
    /// fee:check.
    pub(crate) fee: Option<&'v FeeCheck>,
    /// idn:data.
    pub(crate) idn: Option<&'v IdnData>,
    /// allocationToken:allocationToken.
    pub(crate) token: Option<&'v str>,
}

fn checked<'v, V: View>(
    view: &'v V,
    reader: &Reader<'_>,
    names: &'v [Cow<'_, str>],
    Beside { fee, idn, token }: Beside<'v>,
    named: bool,
) -> Result<(Success, Answer<'v>), Refusal> {
    checks::countable(names.len(), NAME)?;
    let fees = fee.map(|fee| fees::check(view, reader, names, (fee, token, idn))).transpose()?;
    let judged = |name: &'v str| {
        let found = unavailable(view, reader, name, (fee.is_some(), token, idn), named);
        let (reason, variant_of) = found.map_or((None, None), |found| (Some(found.reason), found.variant_of));
        Availability { object: Cow::Borrowed(name), reason, variant_of }
    };
    let checked = names.iter().map(|name| judged(name));
    Ok((Success::Completed, Answer::DomainChecked { objects: checked.collect(), fees }))
}

/// Why a name cannot be registered now.
struct Unavailable {
    reason: &'static str,
    /// The registered name that it is a variant of.
    variant_of: Option<String>,
}

impl From<&'static str> for Unavailable {
    fn from(reason: &'static str) -> Self {
        Self { reason, variant_of: None }
    }
}

fn unavailable<V: View>(
    view: &V,
    reader: &Reader<'_>,
    given: &str,
    (acknowledges, token, data): (bool, Option<&str>, Option<&IdnData>),
    named: bool,
) -> Option<Unavailable> {
    let Ok(name) = name::normalize(given) else { return Some("Invalid domain name".into()) };
    // First, since most that are asked about are registered: nothing else need be looked up then.
    if view.domain(&name).is_some() {
        return Some("In use".into());
    }
    let tld = match place::tld(view, &name) {
        Err(misplaced) => return Some(misplaced.reason().into()),
        Ok(tld) => tld,
    };
    if name::check_new(&name).is_err() {
        return Some("Invalid domain name".into());
    }
    if let Err(fault) = idn::judge(view, tld, &name, data, &Holder { clid: reader.clid, registrant: None }) {
        return Some(Unavailable { reason: fault.reason(), variant_of: fault.variant_of() });
    }
    let (clid, now) = (reader.clid, reader.now);
    let purpose = Purpose { action: TokenAction::Create, name: &name, tld: &tld.name, clid, now };
    let token = match token {
        None => None,
        Some(given) => match token::applicable(view, given, purpose) {
            // The create that is asked about would be refused, whether the name needs a token or not.
            None => return Some(token::MISMATCH.into()),
            applicable => applicable,
        },
    };
    let class = match listed::of(view, &tld.name, place::label(&name, tld), token) {
        Listed::Withheld(purpose) => return Some(listed::withheld(purpose, token.is_some()).into()),
        Listed::Premium(class) => class,
        Listed::Free => "",
    };
    if let Some(closed) = phase::closed(view, tld, reader.now).filter(|_| !named) {
        return Some(closed.into());
    }
    let class = token::class(token, class);
    let tariff = match tariff::of(view, reader.clid, &tld.name, class, reader.now) {
        Err(none) => return Some(none.reason().into()),
        Ok(tariff) => tariff?,
    };
    // "The server MUST return avail="0" in its response to a <check> command for any object in the <check> command that does
    // not include the <fee:check> extension where the server would fail a domain <create> command when no <fee> extension is
    // provided for that same object" (RFC 8748, section 4).
    let unsaid = !acknowledges && tariff::must_be_acknowledged(tld, class);
    let price = tariff.create(tld.default_months.to_native());
    (unsaid && token::due(token, &tariff, price) > 0).then(|| "Fee must be acknowledged".into())
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
            ("xn--n3h.co.example", Some("Invalid domain name")),
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
        let query = Query::DomainCheck {
            names: rows.iter().map(|(name, _)| Cow::Borrowed(*name)).collect(),
            fee: None,
            idn: None,
            token: None,
        };
        for clid in [A, B] {
            let Ok((Success::Completed, Answer::DomainChecked { objects: found, .. })) = world.ask(clid, &query) else {
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
        let check = |names| Query::DomainCheck { names, fee: None, idn: None, token: None };
        assert_eq!(code(&world.ask(A, &check(names.clone()))), 2306);
        assert_eq!(code(&world.ask(A, &check(names[1..].to_vec()))), 1000);
    }
}
