//! `domain:delete` (RFC 5731, section 3.2.2): a name is free again, at once or in time.

use crate::model::answer::{Answer, Success};
use crate::model::fee::FeeLine;
use crate::model::lifecycle;
use crate::model::record::{Asked, Domain};
use crate::model::refusal::{Fault, Refusal};
use crate::model::view::View;
use crate::registry::domain::{self, NAME, grace, removal};
use crate::registry::{Decision, Request, billing, checks};

/// Removes a domain: at once in its add grace period, and else by way of redemption (RFC 3915, section 2). What was
/// registered, renewed or transferred in a grace period that runs is taken back: its months, and what was paid for them.
///
/// A domain with hosts below it stays, whether they are in use or not. RFC 5731, section 3.2.2: it "SHOULD NOT be deleted if
/// subordinate host objects are associated with the domain object"; they could be name servers of other domains, at once or
/// later, and their addresses would hang in the air. Its sponsor renames or deletes them first; RFC 5732, section 3.2.5, lets
/// a host that others use be renamed out of the zone.
///
/// # Result codes
/// - 1000
/// - 1001
/// - 2005: no valid name
/// - 2201: another client sponsors it
/// - 2303: no such domain
/// - 2304: client or server prohibit it, or an action is pending
/// - 2305: hosts stand below it
pub(crate) fn decide<V: View>(view: &V, request: &Request<'_>, name: &str) -> Result<Decision, Refusal> {
    let found = domain::load(view, name)?;
    let tld = domain::tld_of(view, found)?;

    checks::sponsored_by(request.clid, &found.sponsor, NAME, name)?;
    checks::allowed(lifecycle::domain(found), checks::PROHIBIT_DELETE, NAME, name)?;
    if let Some(host) = view.subordinate_hosts(&found.name).find_map(|id| view.host(id)) {
        let reason = format!("host {} stands below it", host.name);
        return Err(Refusal::Association(Fault::new(NAME, name, reason)));
    }

    let now = request.now.trunc_millis();
    let mut domain = checks::native::<Domain>(found);
    (domain.updater, domain.updated) = (Some(request.clid.to_owned()), Some(now));
    let asked = Asked { cl_trid: request.cl_trid.map(str::to_owned), sv_trid: request.sv_trid.to_owned() };
    let mut changes = Vec::new();
    let cause = request.cause("domain:delete");
    let running = removal::remove(view, tld, &cause, &mut changes, (&mut domain, found.statuses.get()), Some(asked));
    let success = if domain.removal.is_some() { Success::Pending } else { Success::Completed };
    let credits: Vec<FeeLine> = running.iter().map(|ended| grace::credit(ended.kind, ended.fee)).collect();
    let bill = billing::bill(view, &changes, request.clid, None, &credits);
    Ok(Decision { changes, success, answer: Answer::DomainDeleted { bill } })
}

#[cfg(test)]
mod tests {
    use crate::model::status::Status;
    use crate::registry::domain::fixture::{Row, check_table, delete, minimum, world};
    use crate::registry::testing::{A, B};

    #[test]
    fn deletes_are_judged() {
        let row = |case, clid, name, code| -> Row { (case, &[], clid, delete(name), code) };
        let mut rows = vec![
            row("sponsor", A, "plain.example", 1000),
            row("upper case", A, "PLAIN.example", 1000),
            row("other", B, "plain.example", 2201),
            row("unknown", A, "free.example", 2303),
            row("no name", A, "plain", 2005),
            row("hosts below", A, "foo.example", 2305),
            ("other, though prohibited", &[Status::ServerDeleteProhibited], B, delete("foo.example"), 2201),
        ];
        for (statuses, code) in [
            (&[Status::ClientDeleteProhibited][..], 2304),
            (&[Status::ServerDeleteProhibited], 2304),
            (&[Status::PendingCreate], 2304),
            (&[Status::PendingDelete], 2304),
            (&[Status::PendingRenew], 2304),
            (&[Status::PendingTransfer], 2304),
            (&[Status::PendingUpdate], 2304),
            // Nothing but the hosts below stops these.
            (&[Status::ClientHold, Status::ClientRenewProhibited, Status::ClientTransferProhibited], 2305),
            (&[Status::ServerHold, Status::ServerRenewProhibited, Status::ServerTransferProhibited], 2305),
            (&[Status::ClientUpdateProhibited, Status::ServerUpdateProhibited], 2305),
        ] {
            rows.push(("status", statuses, A, delete("foo.example"), code));
        }
        check_table(rows);
    }

    #[test]
    fn a_deleted_name_can_be_registered_by_another() {
        let mut world = world();
        assert_eq!(world.code(A, &delete("foo.test")), 1000);
        assert_eq!(world.code(A, &delete("foo.test")), 2303);
        let again = crate::model::command::Transform::DomainCreate(minimum("foo.test"));
        assert_eq!(world.code(B, &again), 1000);
    }
}
