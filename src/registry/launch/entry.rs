//! What a create brings along in a phase of a launch: the judge of phase, type, marks and notices (RFC 8334, section 3.3).

use crate::base::timestamp::Timestamp;
use crate::model::launch::{LaunchOrigin, Notice};
use crate::model::launch_command::{GivenMarks, LaunchCreate, LaunchObject, SignedMark};
use crate::model::launch_record::TrademarkList;
use crate::model::record::ArchivedTld;
use crate::model::refusal::{Element, Fault, Refusal};
use crate::model::view::View;
use crate::registry::launch::notice;
use crate::registry::launch::phase::{self, Rules};

const CREATE: Element = Element::launch("create");
const NOTICE: Element = Element::launch("notice");
const SIGNED: Element = Element { schema: "signedMark", name: "encodedSignedMark" };

/// What a create comes to in its phase.
pub(crate) struct Entry {
    /// The phase.
    pub(crate) rules: Rules,
    /// What the domain keeps of it; `None` where nothing was launched and nothing said.
    pub(crate) origin: Option<Box<LaunchOrigin>>,
    /// Codes of marks, each with its validator.
    pub(crate) codes: Vec<(String, String)>,
}

/// The phase of a create of that label, and what it brings along.
///
/// # Errors
/// 2306: the TLD is in another phase, or a create needs the extension now; the type is not that of the phase; there is no
/// signed mark where one is needed, or one that is of another label, not valid now, revoked or has not been validated; codes
/// where nobody can judge them, a mark beside or without a code; a notice is missing or not good.
pub(crate) fn judged<V: View>(
    view: &V,
    tld: &ArchivedTld,
    label: &str,
    now: Timestamp,
    launch: Option<&LaunchCreate>,
) -> Result<Entry, Refusal> {
    let Some(launch) = launch else {
        let rules = phase::unnamed(view, tld, now)?;
        if rules.notices {
            noticed(view, label, now, false)?;
        }
        let origin = rules.planned.then(|| origin(&rules, Vec::new(), Vec::new()));
        return Ok(Entry { rules, origin, codes: Vec::new() });
    };
    let rules = phase::named(view, tld, now, &launch.phase)?;
    let made = if rules.applications { LaunchObject::Application } else { LaunchObject::Registration };
    if launch.object.is_some_and(|object| object != made) {
        let reason = format!("in phase {} a create makes {}", rules.phase, made.shown());
        return Err(Refusal::Policy(Fault::new(CREATE, launch.object.map_or("", LaunchObject::name), reason)));
    }
    let (smds, codes) = marks(view, &rules, label, now, &launch.marks)?;
    let judged = launch.notices.iter().map(|given| notice::judged(given, label, now, rules.notice_days));
    let notices = judged.collect::<Result<Vec<Notice>, Refusal>>()?;
    if rules.needs_notice(view, label) {
        noticed(view, label, now, !notices.is_empty())?;
    }
    let origin = Some(origin(&rules, smds, notices));
    Ok(Entry { rules, origin, codes })
}

fn origin(rules: &Rules, smds: Vec<String>, notices: Vec<Notice>) -> Box<LaunchOrigin> {
    let (phase, name) = (rules.phase.kind, rules.phase.name.clone());
    Box::new(LaunchOrigin { phase, name, application: None, smds, notices })
}

/// That a label that needs a notice has one. A label that entered the list less than a day ago needs none yet: the registrar
/// may have asked before (RFC 9361, section 5.3.1).
fn noticed<V: View>(view: &V, label: &str, now: Timestamp, has_one: bool) -> Result<(), Refusal> {
    match view.trademark(TrademarkList::Dnl, label) {
        Some(listed) if !has_one && listed.inserted.get().plus_days(1) <= now => {
            let reason = "the name is a mark: its claims notice must be acknowledged; launch:check tells its key";
            Err(Refusal::Policy(Fault::new(NOTICE, "", reason)))
        }
        _ => Ok(()),
    }
}

/// Identifiers of the signed marks, and the codes.
#[expect(clippy::type_complexity, reason = "two lists that part at once")]
fn marks<V: View>(
    view: &V,
    rules: &Rules,
    label: &str,
    now: Timestamp,
    marks: &GivenMarks,
) -> Result<(Vec<String>, Vec<(String, String)>), Refusal> {
    let refuse = |element: Element, reason: &'static str| Err(Refusal::Policy(Fault::new(element, "", reason)));
    let needed = rules.needs_signed_mark(view, label);
    match marks {
        GivenMarks::Codes(codes) if codes.is_empty() && !needed => Ok((Vec::new(), Vec::new())),
        GivenMarks::Codes(_) if needed => refuse(SIGNED, "this name needs a signed mark in this phase"),
        GivenMarks::Codes(_) if !rules.applications => {
            refuse(Element::launch("codeMark"), "codes and marks that nobody has signed need an application")
        }
        GivenMarks::Codes(codes) if codes.iter().any(|mark| mark.mark.is_some()) => {
            refuse(Element::launch("codeMark"), "a mark that nobody has signed cannot be kept: give its code alone")
        }
        GivenMarks::Codes(codes) => {
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            Ok((Vec::new(), codes.iter().map(|mark| (text(&mark.code), text(&mark.validator))).collect()))
        }
        GivenMarks::Encoded(_) | GivenMarks::Signed(_) => refuse(SIGNED, "signed marks cannot be validated here"),
        GivenMarks::Valid(marks) => {
            marks.iter().try_for_each(|mark| signed(view, mark, label, now))?;
            Ok((marks.iter().map(|mark| mark.id.clone()).collect(), Vec::new()))
        }
    }
}

/// That a signed mark that was validated holds now and for this label (RFC 9361, section 5.2.3).
fn signed<V: View>(view: &V, mark: &SignedMark, label: &str, now: Timestamp) -> Result<(), Refusal> {
    let refuse =
        |reason: String| Err(Refusal::Policy(Fault::new(SIGNED, "", format!("signed mark {}: {reason}", mark.id))));
    if !(mark.not_before..mark.not_after).contains(&now) {
        return refuse(format!("valid from {} to {}", mark.not_before, mark.not_after));
    }
    if view.is_revoked_smd(&mark.id) {
        return refuse("revoked".to_owned());
    }
    match mark.labels.iter().any(|known| known == label) {
        true => Ok(()),
        false => refuse(format!("not of the label {label}")),
    }
}
