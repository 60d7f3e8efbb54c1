//! Plans of launches and applications as an operator reads them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::inquiry::{check_tld, missing};
use super::message::AdminFailure;
use crate::base::timestamp::Timestamp;
use crate::model::launch_record::{ArchivedLaunchPhase, ArchivedLaunchPlan, TrademarkList};
use crate::model::operator::TmchLoad;
use crate::model::operator_launch::TmchList;
use crate::model::record::{ArchivedApplication, Kind, RevokedSmds, TrademarkLabels};
use crate::model::view::View;

/// The phases of one TLD, or of all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LaunchPhaseList {
    /// Which TLD; all when missing.
    pub tld: Option<String>,
}

/// An application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LaunchShow {
    /// Its identifier.
    pub id: String,
}

/// A phase.
#[derive(Debug, Serialize)]
pub(super) struct PhaseRow {
    tld: String,
    phase: &'static str,
    name: String,
    from: String,
    until: Option<String>,
    state: &'static str,
    applications: bool,
    notices: bool,
    signed_mark: bool,
    signed_mark_if_listed: bool,
    notice_days: u32,
}

/// An application.
#[derive(Debug, Serialize)]
pub(super) struct ApplicationRow {
    id: String,
    name: String,
    registrar: String,
    phase: String,
    status: &'static str,
    reason: String,
    applied: String,
    months: u32,
    codes: Vec<String>,
    smds: Vec<String>,
    notices: Vec<String>,
}

/// The phases of a TLD, or of all.
pub(super) fn phases(view: &impl View, now: Timestamp, tld: Option<&str>) -> Result<Vec<PhaseRow>, AdminFailure> {
    let rows = |tld: &str| -> Vec<PhaseRow> {
        let plan = view.launch_plan(tld);
        plan.into_iter().flat_map(|plan| plan.phases.iter().map(|phase| phase_row(plan, phase, now))).collect()
    };
    match tld {
        Some(tld) => check_tld(view, tld).map(|()| rows(tld)),
        None => Ok(view.directory(Kind::Tld).flat_map(rows).collect()),
    }
}

fn phase_row(plan: &ArchivedLaunchPlan, phase: &ArchivedLaunchPhase, now: Timestamp) -> PhaseRow {
    let (from, until) = (phase.from.get(), phase.until.as_ref().map(|until| until.get()));
    PhaseRow {
        tld: plan.tld.to_string(),
        phase: phase.phase.kind.get().name(),
        name: phase.phase.name.to_string(),
        from: from.to_string(),
        until: until.map(|until| until.to_string()),
        state: match phase.is_at(now) {
            true => "present",
            false if from > now => "future",
            false => "past",
        },
        applications: phase.applications,
        notices: phase.notices,
        signed_mark: phase.signed_mark,
        signed_mark_if_listed: phase.signed_mark_if_listed,
        notice_days: plan.notice_days.to_native(),
    }
}

/// An application.
pub(super) fn application(view: &impl View, asked: &LaunchShow) -> Result<ApplicationRow, AdminFailure> {
    let advice = "launch list shows all";
    view.application(&asked.id).map(application_row).ok_or_else(|| missing("application", &asked.id, advice))
}

/// The row of an application.
pub(super) fn application_row(found: &ArchivedApplication) -> ApplicationRow {
    let origin = found.domain.launch.as_ref();
    ApplicationRow {
        id: found.id.to_string(),
        name: found.domain.name.to_string(),
        registrar: found.domain.sponsor.to_string(),
        phase: found.phase.get().to_string(),
        status: found.status.get().name(),
        reason: found.reason.to_string(),
        applied: found.domain.created.get().to_string(),
        months: found.months.to_native(),
        codes: found.codes.iter().map(|code| code.0.to_string()).collect(),
        smds: origin.map(|origin| origin.smds.iter().map(|id| id.to_string()).collect()).unwrap_or_default(),
        notices: origin.map(|origin| origin.notices.iter().map(|n| n.id.to_string()).collect()).unwrap_or_default(),
    }
}

/// What a load of a shard would change.
#[derive(Debug, Default, Serialize)]
pub(super) struct TmchDiff {
    added: u64,
    removed: u64,
    changed: u64,
}

/// What a load of a shard would change.
pub(super) fn diff(view: &impl View, load: &TmchLoad) -> TmchDiff {
    let list = match load.list.0 {
        TmchList::Dnl => Some(TrademarkList::Dnl),
        TmchList::Surl => Some(TrademarkList::Surl),
        TmchList::Smdrl => None,
    };
    let mut known: BTreeMap<&str, (&str, i64)> = match list {
        Some(list) => {
            let found = view.record::<TrademarkLabels>(&[list as u8, load.shard]);
            let labels = found.map(|found| found.labels.as_slice()).unwrap_or_default().iter();
            labels.map(|entry| (entry.label.as_str(), (entry.key.as_str(), entry.inserted.get().micros()))).collect()
        }
        None => {
            let found = view.record::<RevokedSmds>(&[load.shard]);
            let smds = found.map(|found| found.smds.as_slice()).unwrap_or_default().iter();
            smds.map(|entry| (entry.id.as_str(), ("", entry.inserted.get().micros()))).collect()
        }
    };
    let mut diff = TmchDiff::default();
    for entry in &load.entries {
        // A list of revoked marks has no keys.
        let key = if list.is_some() { entry.key.as_str() } else { "" };
        match known.remove(entry.name.as_str()) {
            None => diff.added += 1,
            Some(before) if before != (key, entry.inserted_micros) => diff.changed += 1,
            Some(_) => {}
        }
    }
    diff.removed = known.len() as u64;
    diff
}
