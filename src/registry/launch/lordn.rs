//! Lines to report to the Trademark Clearinghouse: every registration with a signed mark, and of a label that is on the list of
//! marks (RFC 9361, section 6.3). They are recorded with the registration.

use crate::base::timestamp::Timestamp;
use crate::model::launch_record::{LordnKind, LordnLine, TrademarkList};
use crate::model::record::{Domain, Kind};
use crate::model::transaction::Change;
use crate::model::view::{View, key};
use crate::registry::launch::phase::Rules;

/// What stands for the signed mark of a sunrise eligible label that was registered without one (RFC 9361, section 5.4.1).
const NO_SMD: &str = "99999-99999";

/// Adds the lines of a name that is registered now; `applied`: when it was applied for. `rules`: those of the phase, where the
/// plan still has it.
pub(crate) fn record<V: View>(
    view: &V,
    changes: &mut Vec<Change>,
    domain: &Domain,
    label: &str,
    applied: Option<Timestamp>,
    rules: Option<&Rules>,
) {
    let Some(origin) = &domain.launch else { return };
    let is_on = |list| view.trademark(list, label).is_some();
    let qualified = rules.is_some_and(|rules| rules.signed_mark_if_listed);
    // In a qualified launch a name is in one of the two files (table 1).
    let (smd, claims) = match (qualified, is_on(TrademarkList::Surl), origin.smds.first()) {
        (false, _, smd) => (smd.map(String::as_str), true),
        (true, true, Some(smd)) => (Some(smd.as_str()), false),
        (true, true, None) if !is_on(TrademarkList::Dnl) => (Some(NO_SMD), false),
        (true, _, _) => (None, true),
    };
    if let Some(smd) = smd {
        changes.push(line(view, domain, LordnKind::Sunrise, (smd, None), applied));
    }
    // "Only registrations subject to a Trademark Claim" (RFC 9361, section 5.3.3.2): the label is on the list now.
    if !claims || !is_on(TrademarkList::Dnl) {
        return;
    }
    let notices = rules.is_some_and(|rules| rules.notices);
    match origin.notices.first() {
        Some(notice) => {
            changes.push(line(view, domain, LordnKind::Claims, (&notice.id, Some(notice.accepted)), applied));
        }
        None if notices => changes.push(line(view, domain, LordnKind::Claims, ("", None), applied)),
        None => {}
    }
}

fn line<V: View>(
    view: &V,
    domain: &Domain,
    kind: LordnKind,
    (proof, accepted): (&str, Option<Timestamp>),
    applied: Option<Timestamp>,
) -> Change {
    let registrar = view.registrar(&domain.sponsor);
    let lines = view.count(Kind::LordnLines, &key::lordn_lines(&domain.tld, kind));
    Change::PutLordnLine(LordnLine {
        tld: domain.tld.clone(),
        kind,
        // A decision adds one line of a kind.
        number: lines + 1,
        roid: domain.roid.clone(),
        name: domain.name.clone(),
        proof: proof.to_owned(),
        iana_id: registrar.and_then(|registrar| registrar.iana_id.as_ref().map(|id| id.to_native())),
        registered: domain.created,
        accepted,
        applied,
    })
}
