//! What operators do: TLDs, registrars, prices, accounts, lists of names, and the statuses that only the registry sets. Records in the log like all others.

pub mod decide;
pub mod name_list;
pub mod price;

mod account;
mod credential;
mod fields;
#[cfg(test)]
mod money_tests;
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
