//! What operators do: TLDs, registrars, prices, accounts, lists of names, and what the registry does to the objects of
//! registrars. Records in the log like all others.

pub mod decide;
pub mod idn;
pub mod name_list;
pub mod price;
pub mod profile;
pub mod warning;

mod account;
mod contact;
mod credential;
mod escrow;
mod fields;
mod handover;
mod launch;
mod lock;
mod maintenance;
#[cfg(test)]
mod money_tests;
mod policy;
mod rdap_client;
mod registrar;
mod removal;
mod status;
#[cfg(test)]
mod tests;
mod tld;
mod token;

use crate::model::operator::OperatorRefusal;
use crate::model::record::{ArchivedTld, Contact, Domain, Host};
use crate::model::view::View;
use crate::registry::checks;

/// A value that is not what it must be.
fn invalid(field: &'static str, found: impl Into<String>, expected: impl Into<String>) -> OperatorRefusal {
    OperatorRefusal::Invalid { field, found: found.into(), expected: expected.into() }
}

/// A text of one line that a registrar will read, without white space at its ends; empty when missing.
pub(in crate::registry) fn line<'a>(field: &'static str, text: Option<&'a str>) -> Result<&'a str, OperatorRefusal> {
    let text = text.map(str::trim).unwrap_or_default();
    fields::line(field, text).map(|_| text)
}

/// The identifier of a case (`changePoll:caseIdType`, a token); empty when missing.
fn case(id: Option<&str>) -> Result<&str, OperatorRefusal> {
    let id = line("case", id)?;
    match id.contains("  ") {
        true => Err(invalid("case", id, "an identifier without two spaces side by side")),
        false => Ok(id),
    }
}

/// How a message goes on when there is a reason.
fn said(reason: &str) -> String {
    if reason.is_empty() { String::new() } else { format!(": {reason}") }
}

pub(in crate::registry) fn missing(what: &'static str, name: &str) -> OperatorRefusal {
    OperatorRefusal::DoesNotExist { what, name: name.to_owned(), advice: "check its spelling" }
}

/// The domain of that name, in any case of letters.
fn domain_of<V: View>(view: &V, name: &str) -> Result<Domain, OperatorRefusal> {
    let found = view.domain(&name.to_ascii_lowercase()).ok_or_else(|| missing("domain", name))?;
    Ok(checks::native::<Domain>(found))
}

/// The host of that name, in any case of letters.
fn host_of<V: View>(view: &V, name: &str) -> Result<Host, OperatorRefusal> {
    let found = view.host_named(&name.to_ascii_lowercase()).ok_or_else(|| missing("host", name))?;
    Ok(checks::native::<Host>(found))
}

/// The contact of that handle, which keeps its case.
fn contact_of<V: View>(view: &V, id: &str) -> Result<Contact, OperatorRefusal> {
    view.contact(id).map(checks::native::<Contact>).ok_or_else(|| missing("contact", id))
}

/// The TLD of a domain.
fn tld_of<'v, V: View>(view: &'v V, domain: &Domain) -> Result<&'v ArchivedTld, OperatorRefusal> {
    view.tld(&domain.tld).ok_or_else(|| missing("TLD", &domain.tld))
}
