//! `domain:check` with `launch:check` (RFC 8334, section 3.1): which names are marks, and which are available in a phase.

use std::borrow::Cow;

use crate::model::answer::{Answer, Success};
use crate::model::launch_command::{CheckForm, Claims, ClaimsOf, LaunchCheck};
use crate::model::launch_record::TrademarkList;
use crate::model::name;
use crate::model::refusal::{Element, Fault, Refusal};
use crate::model::view::View;
use crate::registry::domain::check::Beside;
use crate::registry::launch::phase::{self, PHASE};
use crate::registry::{Reader, checks, domain};

/// For each name whether a claims notice is needed in the phase (claims form), whether there is a mark of it (trademark form),
/// or whether it is available in the phase (availability form). A name that is none of ours is no mark's.
///
/// # Result codes
/// - 1000
/// - 2003: no phase in the claims or availability form; a fee that is asked for and cannot be told, since something is missing
/// - 2004: fees in another currency than the account's, or of another phase
/// - 2306: a phase that the TLD of a name is not in; fees beside another form than that of availability; more names, or commands
///   with fees, than the limit
pub(crate) fn answer<'v, V: View>(
    view: &'v V,
    reader: &Reader<'_>,
    names: &'v [Cow<'_, str>],
    beside: Beside<'v>,
    check: &'v LaunchCheck,
) -> Result<(Success, Answer<'v>), Refusal> {
    checks::countable(names.len(), Element::domain("name"))?;
    if beside.fee.is_some() && check.form != CheckForm::Availability {
        let fault = Fault::new(Element::fee("check"), "", "fees are told beside availability, not beside marks");
        return Err(Refusal::Policy(fault));
    }
    let phase = match (check.form, &check.phase) {
        (CheckForm::Trademark, _) => None,
        (_, Some(phase)) => Some(phase),
        (_, None) => return Err(Refusal::MissingParameter(Fault::new(PHASE, "", "the phase that the check is about"))),
    };
    let mut marks = Vec::with_capacity(names.len());
    for given in names {
        let name = name::normalize(given).ok();
        let placed = name.as_deref().and_then(|name| Some((domain::tld(view, name)?, name)));
        let Some((tld, name)) = placed else {
            marks.push(ClaimsOf { name: Cow::Borrowed(&**given), exists: false, key: None });
            continue;
        };
        let rules = phase.map(|phase| phase::named(view, tld, reader.now, phase)).transpose()?;
        let label = domain::label(name, tld);
        let matters = rules.is_none_or(|rules| rules.needs_notice(view, label));
        let listed = view.trademark(TrademarkList::Dnl, label).filter(|_| matters);
        let key = listed.map(|listed| listed.key.as_str());
        marks.push(ClaimsOf { name: Cow::Borrowed(&**given), exists: key.is_some(), key });
    }
    match check.form {
        CheckForm::Availability => domain::check::in_phase(view, reader, names, beside),
        CheckForm::Claims | CheckForm::Trademark => {
            Ok((Success::Completed, Answer::LaunchChecked(Claims { phase, names: marks })))
        }
    }
}
