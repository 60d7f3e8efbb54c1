//! What becomes of an object by itself when a moment has come: transactions with the system as their actor.
//!
//! The due queue only says which object to look at; what is due follows from the record, by the same functions that show its
//! state. So an entry that is out of date does no harm.

use crate::base::timestamp::Timestamp;
use crate::model::lifecycle;
use crate::model::record::Kind;
use crate::model::refusal::Refusal;
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::{contact, domain};

/// A step of an object's life that nobody asked for.
pub struct Step {
    /// The step, as the log names it: `domain:auto-renew`.
    pub command: &'static str,
    /// What changes.
    pub changes: Vec<Change>,
}

/// When something becomes of that object by itself; `None` for one that is not there, and where nothing does.
pub fn deadline(view: &impl View, kind: Kind, key: &[u8]) -> Option<Timestamp> {
    let key = std::str::from_utf8(key).ok()?;
    match kind {
        Kind::Domain => view.domain(key).map(lifecycle::domain_deadline),
        Kind::Contact => view.contact(key).and_then(lifecycle::contact_deadline),
        _ => None,
    }
}

/// The first step of that object that is due at `now`, with the moment that it is due at and dated with; `None` when nothing
/// is.
///
/// # Errors
/// 2400 when the registry is not whole.
pub fn decide<V: View>(view: &V, kind: Kind, key: &[u8], now: Timestamp) -> Result<Option<(Timestamp, Step)>, Refusal> {
    let Some(at) = deadline(view, kind, key).filter(|at| *at <= now) else { return Ok(None) };
    let key = std::str::from_utf8(key).unwrap_or_default();
    let step = match kind {
        Kind::Domain => view.domain(key).map(|found| domain::due::decide(view, found, at)),
        _ => view.contact(key).map(|found| contact::due::decide(view, found, at)),
    };
    step.transpose().map(|step| step.map(|step| (at, step)))
}
