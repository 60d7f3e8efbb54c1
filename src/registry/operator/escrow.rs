//! What is noted of deposits with the escrow agent.

use crate::base::limits::ESCROW_DEPOSITS;
use crate::base::timestamp::Timestamp;
use crate::model::escrow::{EscrowHistory, EscrowNote, EscrowVerdict};
use crate::model::operator::{EscrowMade, EscrowProgress, EscrowStep, EscrowVerdictSet, OperatorRefusal};
use crate::model::view::View;
use crate::registry::checks;
use crate::registry::operator::missing;

/// `escrow-made`: the oldest ones are forgotten where there are too many.
///
/// # Errors
/// No such TLD; a deposit of that id.
pub(crate) fn made<V: View>(view: &V, made: &EscrowMade) -> Result<EscrowHistory, OperatorRefusal> {
    if view.tld(&made.tld).is_none() {
        return Err(missing("TLD", &made.tld));
    }
    let mut history = history(view, &made.tld);
    if history.note(&made.note.id).is_some() {
        let advice = "an id is never given twice";
        return Err(OperatorRefusal::Exists { what: "deposit", name: made.note.id.clone(), advice });
    }
    history.deposits.push(made.note.clone());
    let many = history.deposits.len().saturating_sub(ESCROW_DEPOSITS);
    history.deposits.drain(..many);
    Ok(history)
}

/// `escrow-step`.
///
/// # Errors
/// No such deposit.
pub(crate) fn step<V: View>(view: &V, now: Timestamp, step: &EscrowStep) -> Result<EscrowHistory, OperatorRefusal> {
    change(view, &step.tld, &step.id, |note| match step.what {
        EscrowProgress::Delivered => note.delivered = Some(now),
        EscrowProgress::Reported => note.reported = Some(now),
    })
}

/// `escrow-verdict`.
///
/// # Errors
/// No such deposit; nothing to do.
pub(crate) fn verdict<V: View>(
    view: &V,
    now: Timestamp,
    set: &EscrowVerdictSet,
) -> Result<EscrowHistory, OperatorRefusal> {
    let known = history(view, &set.tld);
    if let Some(verdict) = known.note(&set.id).and_then(|note| note.verdict.as_ref())
        && verdict.passed == set.passed
    {
        let state = format!("that was told of {} at {} already", set.id, verdict.told);
        return Err(OperatorRefusal::Unchanged { state });
    }
    change(view, &set.tld, &set.id, |note| note.verdict = Some(EscrowVerdict { passed: set.passed, told: now }))
}

fn change<V: View>(
    view: &V,
    tld: &str,
    id: &str,
    with: impl FnOnce(&mut EscrowNote),
) -> Result<EscrowHistory, OperatorRefusal> {
    let mut history = history(view, tld);
    let Some(note) = history.deposits.iter_mut().find(|note| note.id == id) else {
        let advice = "escrow status shows those that are remembered";
        return Err(OperatorRefusal::DoesNotExist { what: "deposit", name: id.to_owned(), advice });
    };
    with(note);
    Ok(history)
}

fn history<V: View>(view: &V, tld: &str) -> EscrowHistory {
    let found = view.escrow_history(tld).map(checks::native::<EscrowHistory>);
    found.unwrap_or_else(|| EscrowHistory { tld: tld.to_owned(), deposits: Vec::new() })
}
