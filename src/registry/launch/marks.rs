//! The marks that names are registered and applied for with (RFC 8334, section 2.6): kept beside the domain for as long as there
//! is one, and shown to who may see all of it (includeMark, section 3.2).

use crate::model::mark::Mark;
use crate::model::record::{ArchivedDomain, Marks};
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::checks;

/// Keeps the marks of the domain with that ROID, if there are any.
pub(crate) fn keep(changes: &mut Vec<Change>, roid: &str, marks: Vec<Mark>) {
    if !marks.is_empty() {
        changes.push(Change::PutMarks { roid: roid.to_owned(), marks: Marks { marks } });
    }
}

/// What becomes of the marks of a domain that goes. Names that were not launched have none, and are not looked up.
pub(crate) fn forget<V: View>(view: &V, domain: &ArchivedDomain) -> Option<Change> {
    domain.launch.as_ref()?;
    view.marks(&domain.roid)?;
    Some(Change::DeleteMarks { roid: domain.roid.to_string() })
}

/// Those of a domain.
pub(crate) fn of<V: View>(view: &V, domain: &ArchivedDomain) -> Vec<Mark> {
    view.marks(&domain.roid).map_or_else(Vec::new, |found| checks::native::<Marks>(found).marks)
}
