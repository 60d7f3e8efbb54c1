//! `domain:delete` (RFC 5731, section 3.2.2): a name is free again.

use crate::model::answer::{Answer, Success};
use crate::model::lifecycle;
use crate::model::record::Kind;
use crate::model::refusal::{Fault, Refusal};
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::domain::{self, NAME};
use crate::registry::{Decision, Request, checks, notes};

/// Removes a domain at once.
///
/// # Result codes
/// - 1000
/// - 2005: no valid name
/// - 2201: another client sponsors it
/// - 2303: no such domain
/// - 2304: client or server prohibit it, or an action is pending
/// - 2305: hosts stand below it
pub(crate) fn decide<V: View>(view: &V, request: &Request<'_>, name: &str) -> Result<Decision, Refusal> {
    let domain = domain::load(view, name)?;

    checks::sponsored_by(request.clid, &domain.sponsor, NAME, name)?;
    checks::allowed(lifecycle::domain(domain), checks::PROHIBIT_DELETE, NAME, name)?;
    // RFC 5731, section 3.2.2: "SHOULD NOT be deleted if subordinate host objects are associated with the domain
    // object"; they could be name servers of other domains.
    if let Some(host) = view.subordinate_hosts(&domain.name).find_map(|id| view.host(id)) {
        let reason = format!("host {} stands below it", host.name);
        return Err(Refusal::Association(Fault::new(NAME, name, reason)));
    }

    let notes = notes::delete(view, Kind::Domain, domain.name.as_bytes(), domain.statuses.get());
    let changes = std::iter::once(Change::DeleteDomain { name: domain.name.to_string() }).chain(notes).collect();
    Ok(Decision { changes, success: Success::Completed, answer: Answer::Empty })
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
