//! `domain:transfer` with op `approve` (RFC 5731, section 3.2.4): the sponsoring client lets the domain go.

use crate::model::command::AuthInfo;
use crate::model::record::{Domain, TransferState};
use crate::model::refusal::Refusal;
use crate::model::view::View;
use crate::registry::domain::{self, NAME, transfer};
use crate::registry::{Decision, Request, checks};

/// Gives the domain and the hosts below it to the requesting client, and tells it.
///
/// # Result codes
/// - 1000
/// - 2005: no valid name
/// - 2102: authInfo that is no password
/// - 2201: another client sponsors it
/// - 2202: an authInfo is given, and it is wrong
/// - 2301: no transfer is pending
/// - 2303: no such domain
pub(crate) fn decide<V: View>(
    view: &V,
    request: &Request<'_>,
    name: &str,
    auth: Option<&AuthInfo>,
) -> Result<Decision, Refusal> {
    let found = domain::load(view, name)?;
    let tld = domain::tld_of(view, found)?;

    checks::sponsored_by(request.clid, &found.sponsor, NAME, name)?;
    transfer::auth_if_given(view, found, auth)?;
    let domain = checks::native::<Domain>(found);
    let gaining = transfer::pending(&domain)?.requester;
    let by = (TransferState::ClientApproved, request.clid);
    transfer::approved(view, tld, domain, by, &request.cause("domain:transfer-approve"), &[&gaining])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::answer::{Answer, Success};
    use crate::model::command::TransferOp;
    use crate::model::record::{Grace, GraceKind, Host};
    use crate::model::status::Status;
    use crate::registry::domain::fixture::{
        check_endings, delete, domain, password, request, requested, transfer, world,
    };
    use crate::registry::invariants;
    use crate::registry::testing::{A, B, C, PASSWORD};

    #[test]
    fn approvals_are_judged() {
        check_endings(TransferOp::Approve, A, &[B, C]);
    }

    #[test]
    fn domain_and_hosts_below_it_go_to_the_requester() {
        let mut world = world();
        requested(&mut world, "foo.example");
        let before = domain(&world, "foo.example");
        world.now = world.now.plus_days(2);
        let approve = transfer(TransferOp::Approve, "foo.example", None);
        let Ok((Success::Completed, Answer::DomainTransfer { transfer: ended, .. })) = world.run(A, &approve) else {
            panic!("a good approval succeeds")
        };
        invariants::check(&world.memory, world.now).expect("whole");
        let now = world.now.trunc_millis();
        assert_eq!((ended.state, ended.requester.as_str()), (TransferState::ClientApproved, B));
        assert_eq!((ended.actor.as_str(), ended.act), (A, now));
        let after = domain(&world, "foo.example");
        let added = after.expires.micros() - before.expires.micros();
        let expected = Domain {
            sponsor: B.into(),
            expires: before.expires.plus_months(12),
            transferred: Some(now),
            statuses: before.statuses.without(Status::PendingTransfer),
            auth: None,
            transfer: Some(ended),
            grace: vec![Grace { kind: GraceKind::Transfer, until: now.plus_days(5), months: 12, added, fee: 0 }],
            ..before
        };
        assert_eq!(after, expected);
        for name in ["ns1.foo.example", "dry.foo.example"] {
            let host = checks::native::<Host>(world.memory.host_named(name).expect("still there"));
            assert_eq!((host.sponsor.as_str(), host.transferred), (B, Some(now)), "{name}");
            assert_eq!((host.creator.as_str(), host.updated), (A, None), "{name}");
        }
        let outside = world.memory.host_named("ns1.example.com").expect("still there");
        assert_eq!(outside.sponsor, A, "a name server that is not below the domain stays");
        assert_eq!(world.memory.host_links_by(outside.id.to_native(), B), 1);
        assert_eq!(world.memory.poll_message(B, 1).map(|message| message.text.as_str()), Some("Transfer approved."));
        assert_eq!(world.code(A, &delete("foo.example")), 2201);
        assert_eq!(
            world.code(A, &request("foo.example", None, Some(password(PASSWORD)))),
            2202,
            "unset by the transfer"
        );
    }
}
