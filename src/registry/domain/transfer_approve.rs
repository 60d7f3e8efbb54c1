//! `domain:transfer` with op `approve` (RFC 5731, section 3.2.4): the sponsoring client lets the domain go.

use crate::base::timestamp::Timestamp;
use crate::model::answer::Success;
use crate::model::command::AuthInfo;
use crate::model::record::{Domain, Host, TransferState};
use crate::model::refusal::Refusal;
use crate::model::status::Status;
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::domain::{self, NAME, term, transfer};
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
    let mut domain = checks::native::<Domain>(found);
    let mut pending = transfer::pending(&domain)?;

    let now = request.now.trunc_millis();
    let gaining = pending.requester.clone();
    // Computed anew: there may be more room for the added term than when it was asked for.
    let expires = term::transferred(tld, domain.expires, pending.months, now);
    pending.expires = transfer::changed(&domain, expires);
    domain.sponsor = gaining.clone();
    domain.transferred = Some(now);
    domain.expires = expires;
    domain.statuses = domain.statuses.without(Status::PendingTransfer);
    // RFC 9154, section 5.4: "Upon successful completion of the transfer, the registry MUST automatically unset the
    // authorization information."
    domain.auth = None;
    let approved = transfer::ended(pending, TransferState::ClientApproved, request.clid, now);
    let hosts = following_hosts(view, &domain, now);

    let told = (gaining.as_str(), "Transfer approved.");
    let mut decision = transfer::decided(view, now, Success::Completed, domain, approved, told);
    decision.changes.extend(hosts);
    Ok(decision)
}

/// "Transfer of a domain object MUST implicitly transfer all host objects that are subordinate to the domain object"
/// (RFC 5731, section 3.2.4).
fn following_hosts<V: View>(view: &V, domain: &Domain, now: Timestamp) -> Vec<Change> {
    let hosts = view.subordinate_hosts(&domain.name).filter_map(|id| view.host(id));
    let moved = hosts.map(|host| {
        let mut host = checks::native::<Host>(host);
        host.sponsor.clone_from(&domain.sponsor);
        host.transferred = Some(now);
        Change::PutHost(host)
    });
    moved.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::answer::Answer;
    use crate::model::command::TransferOp;
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
        let expected = Domain {
            sponsor: B.into(),
            expires: before.expires.plus_months(12),
            transferred: Some(now),
            statuses: before.statuses.without(Status::PendingTransfer),
            auth: None,
            transfer: Some(ended),
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
