//! Lines to report to the Trademark Clearinghouse: every registration with a signed mark or a claims notice (RFC 9361, section
//! 6.5). They are recorded with the registration.

use crate::base::timestamp::Timestamp;
use crate::model::launch_record::{LordnKind, LordnLine, TrademarkList};
use crate::model::record::{Domain, Kind};
use crate::model::transaction::Change;
use crate::model::view::{View, key};

/// Adds the lines of a name that is registered now; `applied`: when it was applied for. `notices`: whether its phase demands
/// claims notices.
pub(crate) fn record<V: View>(
    view: &V,
    changes: &mut Vec<Change>,
    domain: &Domain,
    label: &str,
    applied: Option<Timestamp>,
    notices: bool,
) {
    let Some(origin) = &domain.launch else { return };
    if let Some(smd) = origin.smds.first() {
        changes.push(line(view, domain, LordnKind::Sunrise, (smd, None), applied));
    }
    match origin.notices.first() {
        Some(notice) => {
            changes.push(line(view, domain, LordnKind::Claims, (&notice.id, Some(notice.accepted)), applied));
        }
        None if notices && view.trademark(TrademarkList::Dnl, label).is_some() => {
            changes.push(line(view, domain, LordnKind::Claims, ("", None), applied));
        }
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
