//! `domain:transfer` with op `query` (RFC 5731, section 3.1.3): how far the latest transfer is.

use crate::model::answer::{Answer, Success};
use crate::model::command::AuthInfo;
use crate::model::record::Domain;
use crate::model::refusal::{Fault, Refusal};
use crate::model::view::View;
use crate::registry::domain::{self, NAME, transfer};
use crate::registry::{Reader, checks};

/// The latest transfer, for the clients that take part in it and for one that knows the authInfo.
///
/// # Result codes
/// - 1000
/// - 2005: no valid name
/// - 2102: authInfo that is no password
/// - 2201: a client without part in it, and without authInfo
/// - 2202: a wrong authInfo
/// - 2301: there never was a transfer
/// - 2303: no such domain
pub(crate) fn answer<'v, V: View>(
    view: &'v V,
    reader: &Reader<'_>,
    name: &str,
    auth: Option<&AuthInfo>,
) -> Result<(Success, Answer<'v>), Refusal> {
    let found = domain::load(view, name)?;

    transfer::auth_if_given(view, found, auth)?;
    let domain = checks::native::<Domain>(found);
    let transfer = domain.transfer;
    // The client that lost the domain is neither sponsor nor requester any more, but acted on the transfer.
    let took_part = domain.sponsor == reader.clid
        || transfer.as_ref().is_some_and(|known| known.requester == reader.clid || known.actor == reader.clid);
    if auth.is_none() && !took_part {
        return Err(Refusal::Authorization(Fault::new(NAME, name, "the authInfo of the domain is needed to see this")));
    }
    let Some(transfer) = transfer else {
        return Err(Refusal::NotPendingTransfer(Fault::new(NAME, name, "there never was a transfer")));
    };

    Ok((Success::Completed, Answer::DomainTransfer { name: domain.name, transfer }))
}
