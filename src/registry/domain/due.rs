//! What becomes of a domain by itself: it is renewed when it expires, a transfer that nobody answers is approved, and what was
//! deleted goes on to its purge.

use crate::base::timestamp::Timestamp;
use crate::model::record::{
    ArchivedDomain, ArchivedTld, Domain, GraceKind, Kind, PollData, Removal, RemovalStage, TransferState,
};
use crate::model::refusal::Refusal;
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::checks;
use crate::registry::domain::{self, grace, removal, term, transfer};
use crate::registry::due::Step;

/// The step that is due at `at`, the domain's deadline.
///
/// # Errors
/// 2400 when its TLD is not there.
pub(crate) fn decide<V: View>(view: &V, found: &ArchivedDomain, at: Timestamp) -> Result<Step, Refusal> {
    let tld = domain::tld_of(view, found)?;
    let mut domain = checks::native::<Domain>(found);
    match domain.removal.take() {
        Some(removal) => Ok(go_on(view, tld, found, domain, removal, at)),
        None if found.expires.get() <= at => Ok(renew(view, tld, domain, at)),
        None => {
            let pending = transfer::pending(&domain)?;
            let told = [pending.requester.as_str(), pending.actor.as_str()];
            let by = (TransferState::ServerApproved, pending.actor.as_str());
            let decision = transfer::approved(view, tld, domain, by, at, &told)?;
            Ok(Step { command: "domain:transfer-server-approve", changes: decision.changes })
        }
    }
}

/// A name that expires stays registered: the registry renews it, and its sponsor has time to take that back by deleting it.
fn renew<V: View>(view: &V, tld: &ArchivedTld, mut domain: Domain, at: Timestamp) -> Step {
    let months = term::auto_renewal(tld);
    domain.expires = domain.expires.plus_months(months);
    grace::begin(&mut domain, GraceKind::AutoRenew, at, tld.periods.auto_renew_grace.to_native(), months);
    let (sponsor, text) = (domain.sponsor.clone(), format!("{} has been renewed by the registry.", domain.name));
    let mut changes = vec![Change::PutDomain(domain)];
    checks::notify(view, at, &mut changes, &sponsor, &text, None);
    Step { command: "domain:auto-renew", changes }
}

/// The stage of a removal that follows on the one that ends at `at` (RFC 3915, section 2).
fn go_on<V: View>(
    view: &V,
    tld: &ArchivedTld,
    found: &ArchivedDomain,
    mut domain: Domain,
    ended: Removal,
    at: Timestamp,
) -> Step {
    let sponsor = domain.sponsor.clone();
    let told = |mut changes: Vec<Change>, text: String, data: Option<PollData>| {
        checks::notify(view, at, &mut changes, &sponsor, &text, data);
        changes
    };
    let name = domain.name.clone();
    match ended.stage {
        RemovalStage::Redemption if ended.purge > at => {
            domain.removal = Some(Removal { stage: RemovalStage::Deletion, until: ended.purge, ..ended });
            let text = format!("{name} can no longer be restored.");
            Step { command: "domain:pending-delete", changes: told(vec![Change::PutDomain(domain)], text, None) }
        }
        // "The domain name returns to the redemption period state (state 3) if a restore report is not received": a whole
        // one, since the request was good and only its report is missing.
        RemovalStage::Restoring => {
            domain.removal = Some(removal::redemption(&tld.periods, at, ended.deleted, ended.asked));
            let text = format!("No restore report of {name} has come; it is in redemption again.");
            Step { command: "domain:restore-lapsed", changes: told(vec![Change::PutDomain(domain)], text, None) }
        }
        RemovalStage::Redemption | RemovalStage::Deletion => {
            // RFC 5731, section 3.3, by way of RFC 5730, section 2.9.2.3: the client learns that what was pending is done.
            let done = ended.asked.map(|asked| PollData::Pending {
                kind: Kind::Domain as u8,
                object: name.clone(),
                accepted: true,
                cl_trid: asked.cl_trid,
                sv_trid: asked.sv_trid,
                completed: at,
            });
            let text = format!("{name} has been purged.");
            Step { command: "domain:purge", changes: told(removal::purge(view, found), text, done) }
        }
    }
}
