//! `domain:transfer` with op `query` (RFC 5731, section 3.1.3): how far the latest transfer is.

use crate::model::answer::{Answer, Success};
use crate::model::command::AuthInfo;
use crate::model::fee::Bill;
use crate::model::record::{BillingKind, Domain, TransferState};
use crate::model::refusal::{Fault, Refusal};
use crate::model::view::View;
use crate::registry::domain::{self, NAME, transfer};
use crate::registry::{Reader, billing, checks};

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

    // "Servers SHOULD [...] omit <fee:fee> elements when returning a response to the losing client" (RFC 8748, section 5.1.2).
    let pays = transfer.state == TransferState::Pending && transfer.requester == reader.clid;
    let lines = [billing::fee_line(BillingKind::Transfer, domain.transfer_fee, 0)];
    let bill = billing::bill(view, &[], reader.clid, Some(transfer.months), &lines).filter(|_| pays);
    let bill = bill.filter(|bill| !bill.lines.is_empty()).map(|bill| Bill { account: None, ..bill });
    Ok((Success::Completed, Answer::DomainTransfer { name: domain.name, transfer, bill }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::command::{Query, TransferOp};
    use crate::model::record::TransferState;
    use crate::registry::domain::fixture::{extension, password, requested, transfer as end, world};
    use crate::registry::testing::{A, B, C, PASSWORD, World, code};

    fn ask(world: &World, clid: &str, name: &str, auth: Option<AuthInfo>) -> (u16, Option<TransferState>) {
        let query = Query::DomainTransferQuery { name: name.into(), auth };
        let result = world.ask(clid, &query);
        let state = match &result {
            Ok((_, Answer::DomainTransfer { transfer, .. })) => Some(transfer.state),
            _ => None,
        };
        (code(&result), state)
    }

    #[test]
    fn queries_are_judged() {
        let mut world = world();
        requested(&mut world, "foo.example");
        let own = || Some(password(PASSWORD));
        for (case, clid, name, auth, expected) in [
            ("sponsor", A, "foo.example", None, 1000),
            ("requester", B, "Foo.Example", None, 1000),
            ("other", C, "foo.example", None, 2201),
            ("other who knows", C, "foo.example", own(), 1000),
            ("other who is wrong", C, "foo.example", Some(password("wrong")), 2202),
            ("sponsor who is wrong", A, "foo.example", Some(password("wrong")), 2202),
            ("no password", C, "foo.example", Some(extension()), 2102),
            ("never transferred", A, "plain.example", None, 2301),
            ("never transferred, other", B, "plain.example", None, 2201),
            ("never transferred, other who knows", B, "plain.example", own(), 2301),
            ("unknown", A, "free.example", None, 2303),
            ("no name", A, "free", None, 2005),
        ] {
            let state = (expected == 1000).then_some(TransferState::Pending);
            assert_eq!(ask(&world, clid, name, auth), (expected, state), "{case}");
        }
    }

    #[test]
    fn both_sides_see_how_it_ended() {
        let mut world = world();
        requested(&mut world, "foo.example");
        assert_eq!(world.code(A, &end(TransferOp::Approve, "foo.example", None)), 1000);
        for clid in [A, B] {
            assert_eq!(ask(&world, clid, "foo.example", None), (1000, Some(TransferState::ClientApproved)), "{clid}");
        }
        assert_eq!(ask(&world, C, "foo.example", None).0, 2201);
    }
}
