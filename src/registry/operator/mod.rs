//! What operators do: TLDs, registrars, and the statuses that only the registry sets. Records in the log like all others.

pub mod decide;

mod credential;
mod registrar;
mod status;
#[cfg(test)]
mod tests;
mod tld;

use crate::model::operator::OperatorRefusal;

/// A value that is not what it must be.
fn invalid(field: &'static str, found: impl Into<String>, expected: impl Into<String>) -> OperatorRefusal {
    OperatorRefusal::Invalid { field, found: found.into(), expected: expected.into() }
}
