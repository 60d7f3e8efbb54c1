//! Internationalized labels: by which table of their TLD they are judged (RFC 7940), and which registered names they are
//! variants of.
//!
//! A name that is registered under a TLD with tables is found under a key for each table that has the code points of its
//! label ([`VariantKey`]), whichever of them it is registered by: whether a new label is a variant of one that is there takes
//! one look-up a table, however many variants there are.

use std::borrow::Cow;

use crate::lgr::{ArchivedLgr, INVALID};
use crate::model::idn::{ArchivedTldTable, IdnData, IdnLabel, VariantKey, VariantPolicy, variant_key};
use crate::model::name;
use crate::model::record::{ArchivedDomain, ArchivedTld, Domain};
use crate::model::refusal::{Element, Fault, Refusal};
use crate::model::view::View;
use crate::registry::domain::{NAME, place};
use crate::ulabel;

const DATA: Element = Element::idn("data");
const TABLE: Element = Element::idn("table");
const UNAME: Element = Element::idn("uname");

/// What the tables of a TLD say of a name.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Judged {
    /// The table that it is registered by; `None` where its label is ASCII and no table was named.
    pub(crate) label: Option<IdnLabel>,
    /// What it is found under by those who would register a variant.
    pub(crate) keys: Vec<VariantKey>,
}

/// Who would register a name.
pub(super) struct Holder<'a> {
    pub(super) clid: &'a str,
    /// `None` where domains have none, and in a check.
    pub(super) registrant: Option<&'a str>,
}

/// Why a name cannot be registered for its label.
#[derive(Debug)]
pub(super) enum IdnFault {
    /// It is ASCII, and the TLD takes only A-labels.
    Only,
    /// The command names no table, and the TLD asks for one.
    TagMissing,
    /// The command names a table that the TLD does not have.
    Unknown(String),
    /// No table takes the label: what the table named, or the first that was tried, says.
    Invalid { table: String, reason: String },
    /// The name in Unicode is no name.
    BadUName { given: String, reason: String },
    /// The name in Unicode is another one.
    OtherUName { given: String, u_name: String },
    /// It is a variant of a registered name.
    Variant { of: String },
}

impl IdnFault {
    /// The reason in 32 characters at most.
    pub(super) const fn reason(&self) -> &'static str {
        match self {
            Self::Only => "Only IDNs in this TLD",
            Self::TagMissing => "IDN table must be named",
            Self::Unknown(_) => "Unknown IDN table",
            Self::Invalid { .. } => "Not valid in the IDN table",
            Self::BadUName { .. } | Self::OtherUName { .. } => "uname is another name",
            Self::Variant { .. } => "Variant of a registered name",
        }
    }

    /// The registered name that it is a variant of.
    pub(super) fn variant_of(self) -> Option<String> {
        if let Self::Variant { of } = self { Some(of) } else { None }
    }

    /// 2003 where something is missing, 2005 for what is no name, else 2306.
    pub(super) fn refusal(self, name: &str) -> Refusal {
        let policy = |element, value: &str, reason: String| Refusal::Policy(Fault::new(element, value, reason));
        match self {
            Self::Only => policy(NAME, name, "only A-labels (xn--) are registered in this TLD".into()),
            Self::TagMissing => {
                let reason = "this TLD has A-labels judged by the table that the command names";
                Refusal::MissingParameter(Fault::new(DATA, "", reason))
            }
            Self::Unknown(table) => policy(TABLE, &table, "this TLD has no such table".into()),
            Self::Invalid { table, reason } => policy(NAME, name, format!("not valid in table {table}: {reason}")),
            Self::BadUName { given, reason } => Refusal::ValueSyntax(Fault::new(UNAME, given, reason)),
            Self::OtherUName { given, u_name } => policy(UNAME, &given, format!("the name is {u_name} in Unicode")),
            Self::Variant { of } => policy(NAME, name, format!("the name is a variant of {of}, which is registered")),
        }
    }
}

/// Judges a name that would be registered now.
///
/// # Errors
/// [`IdnFault`] when its label cannot be.
pub(super) fn judge<V: View>(
    view: &V,
    tld: &ArchivedTld,
    name: &str,
    given: Option<&IdnData>,
    holder: &Holder<'_>,
) -> Result<Judged, IdnFault> {
    let label = place::label(name, tld);
    let is_a_label = name::has_a_label(label);
    let policy = &tld.idn_policy;
    if policy.only && !is_a_label {
        return Err(IdnFault::Only);
    }
    if let Some(given) = given.and_then(|given| given.u_name.as_deref()) {
        same_name(name, given)?;
    }
    let named = given.map(|given| given.table.as_str());
    if policy.tables.is_empty() {
        return named.map_or(Ok(Judged::default()), |table| Err(IdnFault::Unknown(table.to_owned())));
    }
    if is_a_label && named.is_none() && policy.tag_required {
        return Err(IdnFault::TagMissing);
    }
    if let Some(named) = named.filter(|named| policy.tables.iter().all(|table| table.tag != **named)) {
        return Err(IdnFault::Unknown(named.to_owned()));
    }
    let unicode = u_label(label);
    let found = find(view, tld, &unicode, named);
    let table = match (found.taken, found.refused) {
        _ if !is_a_label && named.is_none() => None,
        (Some(table), _) => Some(table),
        (None, Some((table, reason))) => return Err(IdnFault::Invalid { table, reason }),
        (None, None) => return Err(IdnFault::Unknown(named.unwrap_or_default().to_owned())),
    };
    not_a_variant(view, tld, name, &unicode, &found.keys, holder)?;
    let label = table.map(|table| IdnLabel { table, u_name: u_name(name) });
    Ok(Judged { label, keys: found.keys.into_iter().map(|(_, key)| key).collect() })
}

/// Judges a name that would be registered for who has applied for it.
///
/// # Errors
/// As [`judge`], as a refusal.
pub(in crate::registry) fn of_application<V: View>(
    view: &V,
    tld: &ArchivedTld,
    domain: &Domain,
) -> Result<Judged, Refusal> {
    let given = domain.idn.as_ref().map(|label| IdnData { table: label.table.clone(), u_name: None });
    let holder = Holder { clid: &domain.sponsor, registrant: domain.registrant.as_deref() };
    judge(view, tld, &domain.name, given.as_ref(), &holder).map_err(|fault| fault.refusal(&domain.name))
}

/// What the tables that its TLD has now say of a name that is registered, which nothing can take away: the table of its
/// record where the TLD still has it, else the first that takes the label, if any.
pub(in crate::registry) fn registered<V: View>(view: &V, tld: &ArchivedTld, domain: &Domain) -> Judged {
    let label = place::label(&domain.name, tld);
    let named = domain.idn.as_ref().map(|label| label.table.as_str());
    let kept = named.filter(|named| tld.idn_policy.tables.iter().any(|table| table.tag == **named));
    let found = find(view, tld, &u_label(label), kept);
    let is_internationalized = name::has_a_label(label) || kept.is_some();
    let table = kept.map(str::to_owned).or(found.taken).filter(|_| is_internationalized);
    Judged {
        label: table.map(|table| IdnLabel { table, u_name: u_name(&domain.name) }),
        keys: found.keys.into_iter().map(|(_, key)| key).collect(),
    }
}

/// The keys that a name of a TLD has by its tables of now, each with the table.
pub(in crate::registry) fn keys<'v, V: View>(
    view: &'v V,
    tld: &'v ArchivedTld,
    name: &str,
) -> Vec<(&'v ArchivedTldTable, VariantKey)> {
    find(view, tld, &u_label(place::label(name, tld)), None).keys
}

/// Whether two names of a TLD that share a key of that table keep each other away where variants are blocked.
pub(in crate::registry) fn collide<V: View>(view: &V, tld: &ArchivedTld, table: &str, names: [&str; 2]) -> bool {
    let [one, other] = names.map(|name| u_label(place::label(name, tld)));
    view.idn_table(table).is_some_and(|found| are_variants(&found.lgr, &one, &other))
}

/// What the tables of a TLD say of a label.
#[derive(Default)]
struct Found<'v> {
    /// The first table that lets it be registered, of those meant.
    taken: Option<String>,
    /// The first that does not, of those meant, and why.
    refused: Option<(String, String)>,
    /// Its keys, in all tables that have its code points.
    keys: Vec<(&'v ArchivedTldTable, VariantKey)>,
}

/// Asks all tables; meant is the one named, or each.
fn find<'v, V: View>(view: &V, tld: &'v ArchivedTld, unicode: &str, named: Option<&str>) -> Found<'v> {
    let mut found = Found::default();
    for table in tld.idn_policy.tables.iter() {
        // A table that is used cannot be taken away; a reader may see the TLD before the table.
        let Some(lgr) = view.idn_table(&table.tag).map(|found| &found.lgr) else { continue };
        let judgement = lgr.judge(unicode);
        let tag = table.tag.as_str();
        if judgement.has_label() {
            found.keys.push((table, variant_key(tag, &lgr.variant_key(unicode))));
        }
        if named.is_some_and(|named| named != tag) {
            continue;
        }
        match is_registrable(judgement.disposition) {
            true => found.taken = found.taken.or_else(|| Some(tag.to_owned())),
            false => found.refused = found.refused.or_else(|| Some((tag.to_owned(), judgement.to_string()))),
        }
    }
    found
}

/// RFC 7940, section 7.3: what may be registered.
fn is_registrable(disposition: &str) -> bool {
    matches!(disposition, "valid" | "allocatable" | "activated")
}

/// That no registered name of others keeps this one from being registered.
fn not_a_variant<V: View>(
    view: &V,
    tld: &ArchivedTld,
    name: &str,
    unicode: &str,
    keys: &[(&ArchivedTldTable, VariantKey)],
    holder: &Holder<'_>,
) -> Result<(), IdnFault> {
    for (table, key) in keys {
        let Some(lgr) = view.idn_table(&table.tag).map(|found| &found.lgr) else { continue };
        for other in view.variants(&tld.name, key).filter(|other| *other != name) {
            let registered = u_label(place::label(other, tld));
            let is_allowed = !are_variants(lgr, &registered, unicode)
                || (table.variants.get() == VariantPolicy::SameHolder
                    && view.domain(other).is_some_and(|other| holds(other, holder))
                    && may_stand_beside(lgr, &registered, unicode));
            if !is_allowed {
                return Err(IdnFault::Variant { of: other.to_owned() });
            }
        }
    }
    Ok(())
}

/// Whether labels with one key keep each other away. Two that the table takes always do. Where it takes one of them, the other must
/// be among its variants (RFC 7940, section 8.2); what it takes neither of is for other tables to say.
fn are_variants(lgr: &ArchivedLgr, one: &str, other: &str) -> bool {
    let takes = |label: &str| lgr.judge(label).disposition != INVALID;
    let gives = |label: &str, variant: &str| lgr.disposition(label, variant).is_some_and(|found| found.name != INVALID);
    match (takes(one), takes(other)) {
        (true, true) => true,
        (true, false) => gives(one, other),
        (false, true) => gives(other, one),
        (false, false) => false,
    }
}

/// Whether the table lets one holder have both labels. One that can be derived in several ways is an error of the table (RFC
/// 7940, section 8.4), and no reason to allow anything.
fn may_stand_beside(lgr: &ArchivedLgr, original: &str, variant: &str) -> bool {
    lgr.disposition(original, variant).is_some_and(|found| !found.is_duplicate && is_registrable(found.name))
}

/// Whether who would register a name holds that one: the same registrant with the same registrar; the registrar alone where
/// no registrant is named.
fn holds(other: &ArchivedDomain, holder: &Holder<'_>) -> bool {
    other.sponsor == *holder.clid && holder.registrant.is_none_or(|id| other.registrant.as_deref() == Some(id))
}

/// That the name in Unicode is this one.
fn same_name(name: &str, given: &str) -> Result<(), IdnFault> {
    let ascii = given.split('.').map(|label| match label.is_ascii() {
        true => Ok(label.to_ascii_lowercase()),
        false => ulabel::a_label(label),
    });
    let ascii: Vec<String> = ascii
        .collect::<Result<_, _>>()
        .map_err(|fault| IdnFault::BadUName { given: given.to_owned(), reason: fault.to_string() })?;
    match ascii.join(".") == name {
        true => Ok(()),
        false => Err(IdnFault::OtherUName { given: given.to_owned(), u_name: u_name(name) }),
    }
}

/// A name in Unicode; labels that stand for nothing as they are.
fn u_name(name: &str) -> String {
    let labels: Vec<Cow<'_, str>> = name.split('.').map(u_label).collect();
    labels.join(".")
}

fn u_label(label: &str) -> Cow<'_, str> {
    match label.starts_with("xn--") {
        true => ulabel::decode(label).map_or(Cow::Borrowed(label), Cow::Owned),
        false => Cow::Borrowed(label),
    }
}

#[cfg(test)]
mod tests;
