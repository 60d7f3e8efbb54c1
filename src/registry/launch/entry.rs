//! What a create brings along in a phase of a launch: the judge of phase, type, marks and notices (RFC 8334, section 3.3).

use crate::base::timestamp::Timestamp;
use crate::model::launch::{LaunchOrigin, Notice};
use crate::model::launch_command::{CodeMark, GivenMarks, LaunchCreate, LaunchObject, SignedMark};
use crate::model::launch_record::TrademarkList;
use crate::model::mark::Mark;
use crate::model::record::ArchivedTld;
use crate::model::refusal::{Element, Fault, Refusal};
use crate::model::view::View;
use crate::registry::launch::notice;
use crate::registry::launch::phase::{self, Rules};

const CREATE: Element = Element::launch("create");
const NOTICE: Element = Element::launch("notice");
const CODE_MARK: Element = Element::launch("codeMark");
const SIGNED: Element = Element { schema: "signedMark", name: "encodedSignedMark" };

/// What a create comes to in its phase.
pub(crate) struct Entry {
    /// The phase.
    pub(crate) rules: Rules,
    /// What the domain keeps of it; `None` where nothing was launched and nothing said.
    pub(crate) origin: Option<Box<LaunchOrigin>>,
    /// What it says of marks.
    pub(crate) marks: Claimed,
}

/// What a create says of marks.
#[derive(Default)]
pub(crate) struct Claimed {
    /// Identifiers of the signed marks.
    smds: Vec<String>,
    /// Codes of marks, each with its validator.
    pub(crate) codes: Vec<(String, String)>,
    /// The marks themselves, signed or not.
    pub(crate) marks: Vec<Mark>,
}

/// The phase of a create of that label, and what it brings along.
///
/// # Errors
/// 2306: the TLD is in another phase, or a create needs the extension now; the type is not that of the phase; there is no
/// signed mark where one is needed, or one that is of another label, not valid now, revoked or has not been validated; codes
/// and unsigned marks where nobody can judge them, or a mark of another label; a notice is missing or not good.
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
        return Ok(Entry { rules, origin, marks: Claimed::default() });
    };
    let rules = phase::named(view, tld, now, &launch.phase)?;
    let made = if rules.applications { LaunchObject::Application } else { LaunchObject::Registration };
    if launch.object.is_some_and(|object| object != made) {
        let reason = format!("in phase {} a create makes {}", rules.phase, made.shown());
        return Err(Refusal::Policy(Fault::new(CREATE, launch.object.map_or("", LaunchObject::name), reason)));
    }
    let mut marks = claimed(view, &rules, label, now, &launch.marks)?;
    let judged = launch.notices.iter().map(|given| notice::judged(given, label, now, rules.notice_days));
    let notices = judged.collect::<Result<Vec<Notice>, Refusal>>()?;
    if rules.needs_notice(view, label) {
        noticed(view, label, now, !notices.is_empty())?;
    }
    let origin = Some(origin(&rules, std::mem::take(&mut marks.smds), notices));
    Ok(Entry { rules, origin, marks })
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

fn claimed<V: View>(
    view: &V,
    rules: &Rules,
    label: &str,
    now: Timestamp,
    marks: &GivenMarks,
) -> Result<Claimed, Refusal> {
    let refuse = |element: Element, reason: &'static str| Err(Refusal::Policy(Fault::new(element, "", reason)));
    let needed = rules.needs_signed_mark(view, label);
    match marks {
        GivenMarks::Codes(codes) if codes.is_empty() && !needed => Ok(Claimed::default()),
        GivenMarks::Codes(_) if needed => refuse(SIGNED, "this name needs a signed mark in this phase"),
        GivenMarks::Codes(_) if !rules.applications => {
            refuse(CODE_MARK, "codes and marks that nobody has signed need an application")
        }
        GivenMarks::Codes(codes) => coded(codes, label),
        GivenMarks::Encoded(_) | GivenMarks::Signed(_) => refuse(SIGNED, "signed marks cannot be validated here"),
        GivenMarks::Valid(marks) => {
            marks.iter().try_for_each(|mark| signed(view, mark, label, now))?;
            let smds = marks.iter().map(|mark| mark.id.clone()).collect();
            Ok(Claimed { smds, codes: Vec::new(), marks: marks.iter().map(|mark| mark.mark.clone()).collect() })
        }
    }
}

/// Codes, marks, and marks with their codes, which people judge later (RFC 8334, section 2.6.1).
fn coded(codes: &[CodeMark], label: &str) -> Result<Claimed, Refusal> {
    let mut claimed = Claimed::default();
    for given in codes {
        if let Some(mark) = &given.mark {
            if !mark.labels().any(|known| known.eq_ignore_ascii_case(label)) {
                let reason = format!("the mark is not of the label {label}");
                return Err(Refusal::Policy(Fault::new(CODE_MARK, "", reason)));
            }
            claimed.marks.push((**mark).clone());
        }
        if let Some(code) = &given.code {
            claimed.codes.push((code.clone(), given.validator.clone().unwrap_or_default()));
        }
    }
    Ok(claimed)
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
