//! Domains (RFC 5731): one file per operation, and one for each thing that several of them ask about a domain: where its
//! name stands ([`place`]), how long it lasts ([`term`]), whom it refers to ([`contacts`], [`delegation`],
//! [`host_attributes`]), how a transfer of it ends ([`transfer`]), what can be taken back ([`grace`]), its DNSSEC data
//! ([`sec_dns`]), by which tables its label is judged ([`idn`]).

pub(crate) mod check;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod due;
pub(crate) mod info;
pub(crate) mod renew;
pub(crate) mod restore;
pub(crate) mod transfer_approve;
pub(crate) mod transfer_cancel;
pub(crate) mod transfer_query;
pub(crate) mod transfer_reject;
pub(crate) mod transfer_request;
pub(crate) mod update;

mod contacts;
mod delegation;
mod fees;
pub(in crate::registry) mod grace;
pub(in crate::registry) mod host_attributes;
pub(crate) mod idn;
mod place;
pub(crate) mod removal;
mod sec_dns;
mod term;
pub(crate) mod transfer;

#[cfg(test)]
pub(in crate::registry) mod fixture;
#[cfg(test)]
mod tests;

use crate::model::record::{ArchivedDomain, ArchivedTld};
use crate::model::refusal::{Element, Fault, Refusal};
use crate::model::view::View;
use crate::registry::checks;

const NAME: Element = Element::domain("name");

/// The domain of that name, in any case of letters.
///
/// # Errors
/// 2005 when it is no name, 2303 when nobody has registered it.
fn load<'v, V: View>(view: &'v V, given: &str) -> Result<&'v ArchivedDomain, Refusal> {
    let name = checks::normalized(NAME, given)?;
    view.domain(&name)
        .ok_or_else(|| Refusal::DoesNotExist(Fault::new(NAME, given, "no such domain is registered here")))
}

/// The TLD that a normalized name stands directly under; `None` where it can be no domain of ours.
pub(in crate::registry) fn tld<'v, V: View>(view: &'v V, name: &str) -> Option<&'v ArchivedTld> {
    place::tld(view, name).ok()
}

/// The label of a name that stands directly under the TLD.
pub(in crate::registry) fn label<'n>(name: &'n str, tld: &ArchivedTld) -> &'n str {
    place::label(name, tld)
}

/// The TLD of a registered domain.
///
/// # Errors
/// 2400 when it is not there, which no transaction can bring about: TLDs are never deleted.
fn tld_of<'v, V: View>(view: &'v V, domain: &ArchivedDomain) -> Result<&'v ArchivedTld, Refusal> {
    view.tld(&domain.tld).ok_or(Refusal::Failed("the TLD of the domain is not there"))
}
