//! Plans of launches, and the lists of the Trademark Clearinghouse.

use crate::base::limits::TRANSACTION_BYTES;
use crate::base::timestamp::Timestamp;
use crate::model::launch::{Phase, PhaseKind};
use crate::model::launch_record::{
    LaunchPhase, LaunchPlan, RevokedSmd, RevokedSmds, TrademarkLabel, TrademarkLabels, TrademarkList, shard,
};
use crate::model::operator::OperatorRefusal;
use crate::model::operator_launch::{LaunchPhaseRemove, LaunchPhaseSet, TmchList, TmchLoad};
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::checks;
use crate::registry::launch::phase::DEFAULT_NOTICE_DAYS;
use crate::registry::operator::{fields, invalid};

/// Phases that a plan has at most.
const PHASES: usize = 32;
/// Days for which a notice may hold at most.
const MOST_NOTICE_DAYS: u32 = 3660;

/// `launch-phase-set`: the plan with that phase, new or in the place of the one that commands call so.
///
/// # Errors
/// No such TLD; a bad field; an end that is not after the beginning; the plan as it is; one phase too many.
pub(crate) fn set<V: View>(view: &V, now: Timestamp, set: &LaunchPhaseSet) -> Result<LaunchPlan, OperatorRefusal> {
    let (mut plan, known) = load(view, now, &set.tld)?;
    let phase = named(set.phase.0, &set.name)?;
    let from = set.from_micros.map_or(now, Timestamp::from_micros);
    let until = set.until_micros.map(Timestamp::from_micros);
    for moment in [Some(from), until].into_iter().flatten() {
        if !(1..=9999).contains(&moment.date().year) {
            return Err(invalid("from", moment.micros().to_string(), "a moment of the years 1 to 9999"));
        }
    }
    if let Some(until) = until.filter(|until| *until <= from) {
        return Err(invalid("until", until.to_string(), format!("a moment after {from}")));
    }
    for (field, given) in [("signed_mark", set.signed_mark), ("signed_mark_if_listed", set.signed_mark_if_listed)] {
        if set.phase.0 == PhaseKind::Open && given {
            return Err(invalid(field, "yes", "no: in an open phase everybody registers"));
        }
    }
    if set.signed_mark && set.signed_mark_if_listed {
        return Err(invalid("signed_mark_if_listed", "yes", "no beside signed_mark, which all names need then"));
    }
    if let Some(days) = set.notice_days {
        if !(1..=MOST_NOTICE_DAYS).contains(&days) {
            return Err(invalid("notice_days", days.to_string(), format!("1 to {MOST_NOTICE_DAYS} days")));
        }
        plan.notice_days = days;
    }
    let before = known.then(|| plan.clone());
    plan.phases.retain(|known| known.phase != phase);
    if plan.phases.len() >= PHASES {
        return Err(OperatorRefusal::Conflict {
            why: format!("{} has {PHASES} phases, the most there can be", set.tld),
        });
    }
    let place = plan.phases.partition_point(|known| known.from <= from);
    let phase = LaunchPhase {
        phase,
        from,
        until,
        applications: set.applications,
        notices: set.notices,
        signed_mark: set.signed_mark,
        signed_mark_if_listed: set.signed_mark_if_listed,
    };
    plan.phases.insert(place, phase);
    if before.is_some_and(|before| before.phases == plan.phases) && set.notice_days.is_none() {
        return Err(OperatorRefusal::Unchanged { state: format!("the phases of {} are as given", set.tld) });
    }
    plan.updated = now;
    Ok(plan)
}

/// `launch-phase-remove`: the plan without that phase; without any, the TLD is open.
///
/// # Errors
/// No such TLD or phase.
pub(crate) fn remove<V: View>(view: &V, now: Timestamp, remove: &LaunchPhaseRemove) -> Result<Change, OperatorRefusal> {
    let (mut plan, _) = load(view, now, &remove.tld)?;
    let phase = named(remove.phase.0, &remove.name)?;
    let count = plan.phases.len();
    plan.phases.retain(|known| known.phase != phase);
    if plan.phases.len() == count {
        let (what, name, advice) = ("phase", phase.to_string(), "tld phase list shows all");
        return Err(OperatorRefusal::DoesNotExist { what, name, advice });
    }
    plan.updated = now;
    Ok(match plan.phases.is_empty() {
        true => Change::DeleteLaunchPlan { tld: plan.tld },
        false => Change::PutLaunchPlan(plan),
    })
}

/// The plan of a TLD, and whether there was one.
fn load<V: View>(view: &V, now: Timestamp, tld: &str) -> Result<(LaunchPlan, bool), OperatorRefusal> {
    let advice = "tld list shows all, tld add makes one";
    let absent = || OperatorRefusal::DoesNotExist { what: "TLD", name: tld.to_owned(), advice };
    view.tld(tld).ok_or_else(absent)?;
    let known = view.launch_plan(tld).map(checks::native::<LaunchPlan>);
    let new = LaunchPlan { tld: tld.to_owned(), phases: Vec::new(), notice_days: DEFAULT_NOTICE_DAYS, updated: now };
    let was = known.is_some();
    Ok((known.unwrap_or(new), was))
}

fn named(kind: PhaseKind, name: &str) -> Result<Phase, OperatorRefusal> {
    if kind == PhaseKind::Custom && name.is_empty() {
        return Err(invalid("name", "", "the name of the phase, since it is a custom one"));
    }
    if !name.is_empty() {
        fields::word("name", name)?;
    }
    Ok(Phase { kind, name: name.to_owned() })
}

/// `tmch-load`: the shard as it will be.
///
/// # Errors
/// A name that belongs into another shard, or is there twice; the shard as it is; one that no transaction holds.
pub(crate) fn load_list<V: View>(view: &V, load: &TmchLoad) -> Result<Change, OperatorRefusal> {
    let mut entries: Vec<_> = load.entries.iter().collect();
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    if let Some(wrong) = entries.iter().find(|entry| shard(&entry.name) != load.shard) {
        return Err(invalid("entries", wrong.name.as_str(), format!("names of shard {}", load.shard)));
    }
    if let Some(pair) = entries.windows(2).find(|pair| pair[0].name == pair[1].name) {
        return Err(invalid("entries", pair[0].name.as_str(), "each name once"));
    }
    let sized = |change: Change| {
        // The transaction holds a little more than the record.
        let octets = change.seal().bytes.map_or(0, |bytes| bytes.len()) + 1024;
        match octets > TRANSACTION_BYTES {
            true => Err(invalid("entries", format!("{octets} octets"), format!("{TRANSACTION_BYTES} octets at most"))),
            false => Ok(change),
        }
    };
    let unchanged = || OperatorRefusal::Unchanged { state: format!("shard {} is as given", load.shard) };
    let list = match load.list.0 {
        TmchList::Dnl => TrademarkList::Dnl,
        TmchList::Surl => TrademarkList::Surl,
        TmchList::Smdrl => {
            let smds = entries.iter().map(|entry| RevokedSmd {
                id: entry.name.clone(),
                inserted: Timestamp::from_micros(entry.inserted_micros),
            });
            let (smds, key) = (RevokedSmds { smds: smds.collect() }, [load.shard]);
            let known = view.record::<RevokedSmds>(&key).map(checks::native::<RevokedSmds>).unwrap_or_default();
            let change = Change::PutRevokedSmds { shard: load.shard, smds: smds.clone() };
            return if known == smds { Err(unchanged()) } else { sized(change) };
        }
    };
    let labels = entries.iter().map(|entry| TrademarkLabel {
        label: entry.name.clone(),
        key: entry.key.clone(),
        inserted: Timestamp::from_micros(entry.inserted_micros),
    });
    let (labels, key) = (TrademarkLabels { labels: labels.collect() }, [list as u8, load.shard]);
    let known = view.record::<TrademarkLabels>(&key).map(checks::native::<TrademarkLabels>).unwrap_or_default();
    match known == labels {
        true => Err(unchanged()),
        false => sized(Change::PutTrademarkLabels { key, labels }),
    }
}
