//! The phases that a TLD is in.

use crate::base::timestamp::Timestamp;
use crate::model::launch::{Phase, PhaseKind};
use crate::model::launch_record::{ArchivedLaunchPhase, TrademarkList};
use crate::model::record::ArchivedTld;
use crate::model::refusal::{Element, Fault, Refusal};
use crate::model::view::View;

/// `launch:phase`.
pub(crate) const PHASE: Element = Element::launch("phase");

/// What holds in a phase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rules {
    /// What commands call it.
    pub(crate) phase: Phase,
    /// Whether names are applied for.
    pub(crate) applications: bool,
    /// Whether claims notices must be acknowledged.
    pub(crate) notices: bool,
    /// Whether a signed mark is needed.
    pub(crate) signed_mark: bool,
    /// Whether a signed mark is needed by labels that are sunrise eligible: the phase is one of a qualified launch.
    pub(crate) signed_mark_if_listed: bool,
    /// Whether the plan of a launch has it.
    pub(crate) planned: bool,
    /// Days for which the acceptance of a claims notice holds.
    pub(crate) notice_days: u32,
}

impl Rules {
    /// Those of a TLD that is not being launched.
    fn open() -> Self {
        let phase = Phase { kind: PhaseKind::Open, name: String::new() };
        Self {
            phase,
            applications: false,
            notices: false,
            signed_mark: false,
            signed_mark_if_listed: false,
            planned: false,
            notice_days: DEFAULT_NOTICE_DAYS,
        }
    }

    /// Those of a phase of a plan.
    pub(crate) fn of(phase: &ArchivedLaunchPhase, notice_days: u32) -> Self {
        Self {
            phase: phase.phase.get(),
            applications: phase.applications,
            notices: phase.notices,
            signed_mark: phase.signed_mark,
            signed_mark_if_listed: phase.signed_mark_if_listed,
            planned: true,
            notice_days,
        }
    }

    /// Whether a name of that label needs a signed mark: every one, or one that the clearinghouse lists as sunrise eligible
    /// (RFC 9361, section 5.4.1).
    pub(crate) fn needs_signed_mark<V: View>(&self, view: &V, label: &str) -> bool {
        self.signed_mark || self.is_eligible(view, label)
    }

    /// Whether the claims notice of that label matters, if it has one. A label that needs a signed mark since it is sunrise
    /// eligible needs no notice beside it (RFC 9361, table 1).
    pub(crate) fn needs_notice<V: View>(&self, view: &V, label: &str) -> bool {
        self.notices && !self.is_eligible(view, label)
    }

    fn is_eligible<V: View>(&self, view: &V, label: &str) -> bool {
        self.signed_mark_if_listed && view.trademark(TrademarkList::Surl, label).is_some()
    }

    /// Whether a command with that phase means this one. Which part of a phase it is may be left unsaid, unless the name is all
    /// that there is (section 2.3).
    fn is_meant(&self, given: &Phase) -> bool {
        let unsaid = given.name.is_empty() && given.kind != PhaseKind::Custom;
        given.kind == self.phase.kind && (unsaid || given.name == self.phase.name)
    }

    /// Whether a create without the extension can be one of this phase: nothing of the launch is left to say.
    fn is_plain(&self) -> bool {
        let marks = self.signed_mark || self.signed_mark_if_listed;
        matches!(self.phase.kind, PhaseKind::Open | PhaseKind::Claims) && !self.applications && !marks
    }
}

/// Days for which the acceptance of a claims notice holds where no plan says otherwise: RST case minimumRPMs-03 has twelve months.
pub(crate) const DEFAULT_NOTICE_DAYS: u32 = 365;

/// The phases that the TLD is in at `now`; none between two phases of a plan.
fn at<V: View>(view: &V, tld: &ArchivedTld, now: Timestamp) -> Vec<Rules> {
    match view.launch_plan(&tld.name) {
        None => vec![Rules::open()],
        Some(plan) => plan.at(now).map(|phase| Rules::of(phase, plan.notice_days.to_native())).collect(),
    }
}

/// Whether the launch of the TLD has a phase, past or future, in which names are applied for.
pub(crate) fn has_applications<V: View>(view: &V, tld: &ArchivedTld) -> bool {
    view.launch_plan(&tld.name).is_some_and(|plan| plan.phases.iter().any(|phase| phase.applications))
}

/// The phase that a command names.
///
/// # Errors
/// 2306 when the TLD is not in it (section 2.3).
pub(crate) fn named<V: View>(view: &V, tld: &ArchivedTld, now: Timestamp, given: &Phase) -> Result<Rules, Refusal> {
    let mut phases = at(view, tld, now);
    match phases.iter().position(|rules| rules.is_meant(given)) {
        Some(place) => Ok(phases.swap_remove(place)),
        None => Err(refusal(&given.to_string(), &phases)),
    }
}

/// The phase of a create that names none.
///
/// # Errors
/// 2306 when it must name one.
pub(crate) fn unnamed<V: View>(view: &V, tld: &ArchivedTld, now: Timestamp) -> Result<Rules, Refusal> {
    let mut phases = at(view, tld, now);
    match phases.iter().position(Rules::is_plain) {
        Some(place) => Ok(phases.swap_remove(place)),
        None => Err(refusal("", &phases)),
    }
}

/// Why a name of the TLD cannot be registered by a create without the extension, in 32 characters at most; `None`: it can.
pub(crate) fn closed<V: View>(view: &V, tld: &ArchivedTld, now: Timestamp) -> Option<&'static str> {
    let phases = at(view, tld, now);
    match phases.iter().any(Rules::is_plain) {
        true => None,
        false if phases.is_empty() => Some("Between launch phases"),
        false => Some("Only in a launch phase"),
    }
}

fn refusal(given: &str, phases: &[Rules]) -> Refusal {
    let names: Vec<String> = phases.iter().map(|rules| rules.phase.to_string()).collect();
    let reason = match names.is_empty() {
        true => "the TLD is in no phase of its launch now".to_owned(),
        false => format!("the TLD is in phase {} now", names.join(", ")),
    };
    Refusal::Policy(Fault::new(PHASE, given, reason))
}

/// That an application was made in the phase that a command names.
///
/// # Errors
/// 2306 when it was made in another one.
pub(crate) fn same(known: &Phase, given: &Phase) -> Result<(), Refusal> {
    let rules = Rules { phase: known.clone(), ..Rules::open() };
    match rules.is_meant(given) {
        true => Ok(()),
        false => Err(Refusal::Policy(Fault::new(PHASE, given.to_string(), format!("it was made in phase {known}")))),
    }
}
