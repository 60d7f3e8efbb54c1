//! What becomes of a domain by itself: it is renewed when it expires, a transfer that nobody answers is approved, and what was
//! deleted goes on to its purge. An authInfo that has been set for long enough is unset.

use crate::base::timestamp::Timestamp;
use crate::model::change::ChangeOperation;
use crate::model::lifecycle;
use crate::model::record::{
    ArchivedDomain, ArchivedTld, BillingKind, Domain, GraceKind, Kind, PollData, Removal, RemovalStage, TransferState,
};
use crate::model::refusal::Refusal;
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::billing::{self, Posting};
use crate::registry::changed::{self, Done, Object};
use crate::registry::domain::{self, grace, removal, term, transfer};
use crate::registry::due::{self, Step};
use crate::registry::{checks, tariff};

const RENEW: &str = "domain:auto-renew";
const AUTH_UNSET: &str = "domain:auth-unset";
const APPROVE: &str = "domain:transfer-server-approve";

/// The step that is due at `at`, the domain's deadline.
///
/// # Errors
/// 2400 when its TLD is not there.
pub(crate) fn decide<V: View>(view: &V, found: &ArchivedDomain, at: Timestamp, sv_trid: &str) -> Result<Step, Refusal> {
    let tld = domain::tld_of(view, found)?;
    let mut domain = checks::native::<Domain>(found);
    if lifecycle::domain_auth_deadline(found) == Some(at) {
        (domain.auth, domain.auth_until) = (None, None);
        return Ok(Step { command: AUTH_UNSET, changes: vec![Change::PutDomain(domain)], remark: None });
    }
    match domain.removal.take() {
        Some(removal) => Ok(go_on(view, tld, found, domain, removal, (at, sv_trid))),
        None if found.expires.get() <= at => Ok(renew(view, tld, domain, at, sv_trid)),
        None => {
            let pending = transfer::pending(&domain)?;
            let told = [pending.requester.as_str(), pending.actor.as_str()];
            let by = (TransferState::ServerApproved, pending.actor.as_str());
            let cause = due::cause(APPROVE, sv_trid, at);
            let decision = transfer::approved(view, tld, domain, by, &cause, &told)?;
            Ok(Step { command: APPROVE, changes: decision.changes, remark: None })
        }
    }
}

/// A name that expires stays registered: the registry renews it and charges its sponsor, also beyond the credit limit, and the
/// sponsor has time to take that back by deleting it.
fn renew<V: View>(view: &V, tld: &ArchivedTld, mut domain: Domain, at: Timestamp, sv_trid: &str) -> Step {
    let months = term::auto_renewal(tld);
    let tariff = tariff::of(view, &domain.sponsor, &tld.name, &domain.class, at);
    // Nobody can be asked, and a name does not end because of that.
    let unpaid = |none: tariff::NoTariff| format!("renewed without a charge to {}: {}", domain.sponsor, none.reason());
    let remark = tariff.as_ref().err().map(|none| unpaid(*none));
    let tariff = tariff.ok().flatten();
    let fee = tariff.map_or(0, |tariff| tariff.renew(months));
    let before = domain.expires;
    domain.expires = domain.expires.plus_months(months);
    let days = tld.periods.auto_renew_grace.to_native();
    grace::begin(&mut domain, at, grace::Begun { kind: GraceKind::AutoRenew, days, months, before, fee });
    let (sponsor, text) = (domain.sponsor.clone(), format!("{} has been renewed by the registry.", domain.name));
    let mut changes = vec![Change::PutDomain(domain.clone())];
    let kind = BillingKind::AutoRenew;
    let posting = Posting { clid: &sponsor, kind, amount: -fee, domain: Some(&domain), months, reason: "" };
    let cause = due::cause(RENEW, sv_trid, at);
    billing::post(view, &cause, &mut changes, posting);
    let done = Done::plain(ChangeOperation::AutoRenew);
    changed::tell(view, &cause, &mut changes, &sponsor, &Object::Domain(&domain), done, &text);
    Step { command: RENEW, changes, remark }
}

/// The stage of a removal that follows on the one that ends at `at` (RFC 3915, section 2).
fn go_on<V: View>(
    view: &V,
    tld: &ArchivedTld,
    found: &ArchivedDomain,
    mut domain: Domain,
    ended: Removal,
    (at, sv_trid): (Timestamp, &str),
) -> Step {
    const LATE: &str = "domain:pending-delete";
    const LAPSED: &str = "domain:restore-lapsed";
    let name = domain.name.clone();
    let (command, op, text) = match ended.stage {
        RemovalStage::Redemption if ended.purge > at => {
            domain.removal = Some(Removal { stage: RemovalStage::Deletion, until: ended.purge, ..ended });
            (LATE, "pendingDelete", format!("{name} can no longer be restored."))
        }
        // "The domain name returns to the redemption period state (state 3) if a restore report is not received": a whole
        // one, since the request was good and only its report is missing.
        RemovalStage::Restoring => {
            domain.removal = Some(removal::redemption(&tld.periods, at, ended.deleted, ended.asked));
            (LAPSED, "restoreLapsed", format!("No restore report of {name} has come; it is in redemption again."))
        }
        RemovalStage::Redemption | RemovalStage::Deletion => return purge(view, found, ended, (at, sv_trid)),
    };
    let done = Done { op, ..Done::plain(ChangeOperation::Custom) };
    let mut changes = vec![Change::PutDomain(domain.clone())];
    let cause = due::cause(command, sv_trid, at);
    changed::tell(view, &cause, &mut changes, &domain.sponsor, &Object::Domain(&domain), done, &text);
    Step { command, changes, remark: None }
}

/// The end. A client that asked for it learns that what was pending is done (RFC 5731, section 3.3, by way of RFC 5730, section
/// 2.9.2.3); another sponsor, what the name was.
fn purge<V: View>(view: &V, found: &ArchivedDomain, ended: Removal, (at, sv_trid): (Timestamp, &str)) -> Step {
    const PURGE: &str = "domain:purge";
    let domain = checks::native::<Domain>(found);
    let mut changes = removal::purge(view, &domain.name, domain.statuses, at);
    let text = format!("{} has been purged.", domain.name);
    match ended.asked {
        Some(asked) => {
            let done = PollData::Pending {
                kind: Kind::Domain as u8,
                object: domain.name.clone(),
                accepted: true,
                cl_trid: asked.cl_trid,
                sv_trid: asked.sv_trid,
                completed: at,
            };
            checks::notify(view, at, &mut changes, &domain.sponsor, &text, done);
        }
        None => {
            let done = Done { before: true, ..Done::plain(ChangeOperation::AutoPurge) };
            let cause = due::cause(PURGE, sv_trid, at);
            changed::tell(view, &cause, &mut changes, &domain.sponsor, &Object::Domain(&domain), done, &text);
        }
    }
    Step { command: PURGE, changes, remark: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::command::{AuthInfo, TransferOp};
    use crate::model::policy::AuthInfoPolicy;
    use crate::model::record::Policy;
    use crate::model::rgp::RgpStatus;
    use crate::registry::domain::fixture::{
        chg, date, delete, domain, password, renew, request, requested, transfer as transfer_by, world,
    };
    use crate::registry::invariants;
    use crate::registry::testing::{A, B, PASSWORD, World};

    const NAME: &str = "foo.test";

    fn shown(world: &World) -> Vec<RgpStatus> {
        lifecycle::rgp(world.memory.domain(NAME).expect("there"), world.now)
    }

    fn texts(world: &World, clid: &str) -> Vec<String> {
        let queue = world.memory.poll_queue(clid).map_or(1..1, |q| q.first.to_native()..q.next.to_native());
        queue
            .filter_map(|number| world.memory.poll_message(clid, number))
            .map(|message| message.text.to_string())
            .collect()
    }

    /// A world of one domain.
    fn alone() -> World {
        let mut world = world();
        for host in ["ns1.foo.example", "dry.foo.example"] {
            let id = world.memory.host_named(host).expect("there").id.to_native();
            world.put(vec![Change::DeleteHost { id }]);
        }
        for name in ["foo.example", "plain.example", "bare.test"] {
            assert_eq!(world.code(A, &delete(name)), 1000, "in the add grace period");
        }
        world
    }

    #[test]
    fn a_name_that_nobody_touches_is_renewed_every_year_at_the_moment_of_its_expiry() {
        let mut world = alone();
        let first = domain(&world, NAME).expires;
        assert_eq!(world.pass(Timestamp::from_micros(first.micros() - 1)), []);
        let steps = world.pass(first.plus_months(108));
        let expected: Vec<_> = (0..10).map(|year| (first.plus_months(12 * year), "domain:auto-renew")).collect();
        assert_eq!(steps, expected);
        assert_eq!(domain(&world, NAME).expires, first.plus_months(120));
        assert_eq!(texts(&world, A), vec!["foo.test has been renewed by the registry."; 10]);
        assert_eq!(shown(&world), [RgpStatus::AutoRenewPeriod]);
        world.pass(world.now.plus_days(45));
        assert_eq!(shown(&world), []);
    }

    #[test]
    fn grace_periods_overlap_and_a_delete_takes_back_what_they_added() {
        let mut world = alone();
        let first = domain(&world, NAME).expires;
        world.pass(first.plus_days(1));
        assert_eq!(world.code(A, &renew(NAME, date(2028, 11, 21), None)), 1000);
        assert_eq!(shown(&world), [RgpStatus::AutoRenewPeriod, RgpStatus::RenewPeriod]);
        assert_eq!(domain(&world, NAME).expires, first.plus_months(24));
        let now = world.now.trunc_millis();
        assert_eq!(world.code(A, &delete(NAME)), 1001);
        assert_eq!(domain(&world, NAME).expires, first);
        let purge = now.plus_days(35);
        assert_eq!(lifecycle::end(world.memory.domain(NAME).expect("there")), purge);
        assert_eq!(world.pass(Timestamp::from_micros(purge.micros() - 1)).len(), 1);
        assert_eq!(world.code(B, &delete(NAME)), 2201, "not free before its time");
        assert_eq!(world.pass(purge), [(purge, "domain:purge")]);
        let told = world.memory.poll_queue(A).expect("told");
        let last = world.memory.poll_message(A, told.next.to_native() - 1).expect("there");
        assert!(matches!(
            last.data.as_ref(),
            Some(crate::model::record::ArchivedPollData::Pending { accepted: true, object, .. }) if object == NAME
        ));
        assert_eq!(world.code(A, &delete(NAME)), 2303);
    }

    #[test]
    fn the_add_grace_period_ends_with_its_days_and_a_tld_without_periods_purges_at_once() {
        for (days, code) in [(4, 1000), (5, 1001), (6, 1001)] {
            let mut world = alone();
            world.pass(domain(&world, NAME).created.plus_days(days));
            assert_eq!(world.code(A, &delete(NAME)), code, "{days}");
        }
        let mut world = alone();
        let mut tld = checks::native::<crate::model::record::Tld>(world.memory.tld("test").expect("there"));
        (tld.periods.redemption, tld.periods.pending_delete) = (0, 0);
        world.put(vec![Change::PutTld(tld)]);
        world.pass(world.now.plus_days(100));
        assert_eq!(world.code(A, &delete(NAME)), 1000);
    }

    #[test]
    fn a_transfer_that_nobody_answers_is_approved_when_its_time_has_come() {
        let mut world = alone();
        requested(&mut world, NAME);
        let pending = domain(&world, NAME).transfer.expect("pending");
        let before = domain(&world, NAME).expires;
        assert_eq!(world.pass(pending.act), [(pending.act, "domain:transfer-server-approve")]);
        let after = domain(&world, NAME);
        let ended = after.transfer.clone().expect("kept");
        assert_eq!((ended.state, ended.actor.as_str(), ended.act), (TransferState::ServerApproved, A, pending.act));
        assert_eq!((after.sponsor.as_str(), after.transferred), (B, Some(pending.act)));
        assert_eq!(after.expires, before.plus_months(12));
        assert_eq!(after.auth, None);
        assert_eq!(shown(&world), [RgpStatus::TransferPeriod]);
        assert_eq!(texts(&world, A), ["Transfer requested.", "Transfer approved."]);
        assert_eq!(texts(&world, B), ["Transfer approved."]);
        invariants::check(&world.memory, world.now).expect("whole");
    }

    #[test]
    fn a_transfer_in_the_auto_renew_grace_period_adds_no_second_year() {
        let mut world = alone();
        let first = domain(&world, NAME).expires;
        world.pass(first.plus_days(-2));
        requested(&mut world, NAME);
        // It expires while the transfer waits.
        world.pass(first.plus_days(1));
        assert_eq!(domain(&world, NAME).expires, first.plus_months(12));
        assert_eq!(world.code(A, &transfer_by(TransferOp::Approve, NAME, None)), 1000);
        assert_eq!(domain(&world, NAME).expires, first.plus_months(12));
        assert_eq!(shown(&world), [RgpStatus::TransferPeriod]);
        // The year is the transfer's now, and goes with it.
        assert_eq!(world.code(B, &delete(NAME)), 1001);
        assert_eq!(domain(&world, NAME).expires, first);
    }

    #[test]
    fn an_auth_info_is_unset_when_its_time_has_come_and_not_while_a_transfer_is_pending() {
        let mut world = alone();
        let auth_info = AuthInfoPolicy { least: 0, kinds: 0, hours: 30 };
        world.put(vec![Change::PutPolicy(Policy { auth_info, ..Policy::default() })]);
        let set = |world: &mut World| {
            assert_eq!(world.code(A, &chg(NAME, None, Some(password(PASSWORD)))), 1000);
            let domain = domain(world, NAME);
            let until = Timestamp::from_micros(world.now.trunc_millis().micros() + 30 * 3_600_000_000);
            assert!(domain.auth.is_some() && domain.auth_until == Some(until));
            until
        };
        let until = set(&mut world);
        let before = domain(&world, NAME);
        assert_eq!(world.pass(Timestamp::from_micros(until.micros() - 1)), []);
        assert_eq!(world.pass(until), [(until, "domain:auth-unset")]);
        let expected = Domain { auth: None, auth_until: None, ..before };
        assert_eq!(domain(&world, NAME), expected, "nothing else is changed");
        assert_eq!(texts(&world, A), [""; 0]);

        // A transfer that it has opened keeps it, until it comes to nothing.
        let until = set(&mut world);
        requested(&mut world, NAME);
        assert_eq!(world.pass(until.plus_days(1)), []);
        assert_eq!(world.code(A, &transfer_by(TransferOp::Reject, NAME, None)), 1000);
        let ended = domain(&world, NAME).transfer.expect("kept").act;
        assert_eq!(world.pass(world.now), [(ended, "domain:auth-unset")]);
        assert_eq!((domain(&world, NAME).auth, domain(&world, NAME).auth_until), (None, None));

        // One that is approved unsets it at once.
        set(&mut world);
        requested(&mut world, NAME);
        assert_eq!(world.code(A, &transfer_by(TransferOp::Approve, NAME, None)), 1000);
        assert_eq!((domain(&world, NAME).auth, domain(&world, NAME).auth_until), (None, None));
        invariants::check(&world.memory, world.now).expect("whole");

        // Unsetting it by hand takes the end away, and so does setting it where it may stay.
        assert_eq!(world.code(B, &chg(NAME, None, Some(password(PASSWORD)))), 1000);
        assert_eq!(world.code(B, &chg(NAME, None, Some(AuthInfo::Null))), 1000);
        assert_eq!(domain(&world, NAME).auth_until, None);
        world.put(vec![Change::PutPolicy(Policy::default())]);
        assert_eq!(world.code(B, &chg(NAME, None, Some(password(PASSWORD)))), 1000);
        assert_eq!(domain(&world, NAME).auth_until, None);
        assert_eq!(world.pass(world.now.plus_days(100)), []);
    }

    #[test]
    fn a_tld_may_lock_names_for_a_while_after_they_were_created_or_transferred() {
        let mut world = alone();
        let mut tld = checks::native::<crate::model::record::Tld>(world.memory.tld("test").expect("there"));
        (tld.periods.create_lock, tld.periods.transfer_lock) = (60, 10);
        world.put(vec![Change::PutTld(tld)]);
        let ask = |world: &mut World, clid| world.code(clid, &request(NAME, None, Some(password(PASSWORD))));
        let created = domain(&world, NAME).created;
        world.pass(Timestamp::from_micros(created.plus_days(60).micros() - 1));
        assert_eq!(ask(&mut world, B), 2106);
        world.pass(created.plus_days(60));
        assert_eq!(ask(&mut world, B), 1001);
        assert_eq!(world.code(A, &transfer_by(TransferOp::Approve, NAME, None)), 1000);
        assert_eq!(world.code(B, &chg(NAME, None, Some(password(PASSWORD)))), 1000);
        assert_eq!(ask(&mut world, A), 2106);
        world.pass(world.now.plus_days(10));
        assert_eq!(ask(&mut world, A), 1001);
    }
}
