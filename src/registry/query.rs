//! Which rule a query goes to: one exhaustive match, one function per operation.

use crate::model::answer::{Answer, Success};
use crate::model::command::Query;
use crate::model::refusal::Refusal;
use crate::model::view::View;
use crate::registry::domain::check::Beside;
use crate::registry::{Reader, billing, contact, domain, host, launch, maintenance, poll};

/// What the query is answered with, borrowed from the view's records and the query's names.
///
/// # Errors
/// A [`Refusal`], with the result codes that each operation lists.
pub fn answer<'v, V: View>(
    view: &'v V,
    reader: &Reader<'_>,
    query: &'v Query<'_>,
) -> Result<(Success, Answer<'v>), Refusal> {
    match query {
        Query::DomainCheck { names, fee, idn, token } => {
            let beside = Beside { fee: fee.as_deref(), idn: idn.as_ref(), token: token.as_deref() };
            domain::check::answer(view, reader, names, beside)
        }
        Query::DomainInfo { name, hosts, auth, token, ttl } => {
            domain::info::answer(view, reader, name, *hosts, (auth.as_ref(), *token, *ttl))
        }
        Query::LaunchCheck { names, fee, idn, token, check } => {
            let beside = Beside { fee: fee.as_deref(), idn: idn.as_ref(), token: token.as_deref() };
            launch::check::answer(view, reader, names, beside, check)
        }
        Query::LaunchInfo { name, hosts, auth, token, ttl, info } => {
            launch::info::answer(view, reader, name, *hosts, (auth.as_ref(), *token, *ttl), info)
        }
        Query::DomainTransferQuery { name, auth } => domain::transfer_query::answer(view, reader, name, auth.as_ref()),
        Query::HostCheck(names) => host::check::answer(view, reader, names),
        Query::HostInfo { name, ttl } => host::info::answer(view, reader, name, *ttl),
        Query::ContactCheck(ids) => contact::check::answer(view, reader, ids),
        Query::ContactInfo { id, auth } => contact::info::answer(view, reader, id, auth.as_ref()),
        Query::ContactTransferQuery { id, auth } => contact::transfer_query::answer(view, reader, id, auth.as_ref()),
        Query::PollRequest => poll::request::answer(view, reader),
        Query::BalanceInfo => billing::answer(view, reader),
        Query::MaintenanceInfo { id } => maintenance::answer(view, reader, id.as_deref()),
    }
}
