//! Applications as an operator finds them: those for a name, or all that are so and so, by a walk through the whole index.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::inquiry::{check_registrar, check_tld};
use super::launch::{ApplicationRow, application_row};
use super::message::AdminFailure;
use super::walk;
use crate::base::limits::ADMIN_ROWS;
use crate::index::Reader;
use crate::model::launch::{ApplicationStatus, PhaseKind};
use crate::model::operator::{ByName, Named};
use crate::model::record::{ArchivedApplication, Kind};
use crate::model::version::tag;
use crate::model::view::View;

/// Which applications: those for which all that is given holds. A page of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LaunchList {
    /// The domain's name.
    pub name: Option<String>,
    /// The TLD.
    pub tld: Option<String>,
    /// How far they are.
    pub status: Option<ByName<AnyStatus>>,
    /// The phase that they were made in.
    pub phase: Option<ByName<PhaseKind>>,
    /// The name of that phase.
    pub phase_name: Option<String>,
    /// Who made them.
    pub clid: Option<String>,
    /// Only those of a greater identifier: where the page before has ended.
    pub after: Option<String>,
}

/// The status of an application, the last ones too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AnyStatus(ApplicationStatus);

impl Named for AnyStatus {
    const WHAT: &'static str = "pendingValidation, validated, invalid, pendingAllocation, allocated or rejected";

    fn name(self) -> &'static str {
        self.0.name()
    }

    fn parse(name: &str) -> Option<Self> {
        ApplicationStatus::ALL.into_iter().find(|status| status.name() == name).map(Self)
    }
}

/// A page.
#[derive(Debug, Serialize)]
pub(super) struct Page {
    applications: Vec<ApplicationRow>,
    /// The identifier that the next page comes after; none: this is the last one.
    next: Option<String>,
}

/// The page, ascending by identifier.
///
/// # Errors
/// No such TLD or registrar; no thread can be had.
pub(super) async fn list(reader: &Reader, mut asked: LaunchList) -> Result<Page, AdminFailure> {
    {
        let snapshot = reader.pin();
        asked.tld.iter().try_for_each(|tld| check_tld(&snapshot, tld))?;
        asked.clid.iter().try_for_each(|clid| check_registrar(&snapshot, clid))?;
    }
    asked.name = asked.name.map(|name| name.to_ascii_lowercase());
    walk::walk(reader, move |reader| found(reader, &asked)).await
}

fn found(reader: &Reader, asked: &LaunchList) -> Page {
    let snapshot = reader.pin();
    let mut ids = BTreeSet::new();
    // One more than a page has says that another page follows.
    let mut found = |application: &ArchivedApplication| {
        if asked.holds_for(application) {
            ids.insert(application.id.to_string());
            if ids.len() > ADMIN_ROWS + 1 {
                ids.pop_last();
            }
        }
    };
    match &asked.name {
        Some(name) => snapshot.applications(name).for_each(found),
        None => snapshot.for_each(tag(Kind::Application), |key, _| {
            let application = std::str::from_utf8(key).ok().and_then(|id| snapshot.application(id));
            application.into_iter().for_each(&mut found);
        }),
    }
    let more = ids.len() > ADMIN_ROWS;
    if more {
        ids.pop_last();
    }
    let next = if more { ids.last().cloned() } else { None };
    let applications = ids.iter().filter_map(|id| snapshot.application(id)).map(application_row).collect();
    Page { applications, next }
}

impl LaunchList {
    fn holds_for(&self, found: &ArchivedApplication) -> bool {
        let is = |wanted: &Option<String>, given: &str| wanted.as_deref().is_none_or(|wanted| wanted == given);
        is(&self.tld, &found.domain.tld)
            && is(&self.clid, &found.domain.sponsor)
            && is(&self.phase_name, &found.phase.name)
            && self.status.is_none_or(|wanted| wanted.0.0 == found.status.get())
            && self.phase.is_none_or(|wanted| wanted.0 == found.phase.kind.get())
            && self.after.as_deref().is_none_or(|after| found.id.as_str() > after)
    }
}
