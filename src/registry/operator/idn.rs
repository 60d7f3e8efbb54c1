//! Tables of internationalized labels: each is loaded whole, in one transaction; which of them a TLD has; and names whose
//! keys are of tables that are no more.

use crate::base::limits::{IDN_TABLES_PER_TLD, TRANSACTION_BYTES};
use crate::base::timestamp::Timestamp;
use crate::lgr;
use crate::model::idn::{IdnPolicy, IdnTable, TldTable};
use crate::model::operator::{CompiledTable, IdnLoad, IdnRekey, IdnRules, IdnTag, OperatorRefusal};
use crate::model::record::{Kind, Tld};
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::operator::{domain_of, invalid, tld_of};
use crate::registry::{checks, domain};

/// Octets of a tag.
const TAG_BYTES: usize = 63;

/// Compiles the table of an `idn-load`, which takes longer than the ledger has for a decision.
///
/// # Errors
/// A table that is none, with the line of its fault.
pub(crate) fn compile(IdnLoad { tag, xml }: IdnLoad) -> Result<CompiledTable, OperatorRefusal> {
    let refused = |error: lgr::LgrError| invalid("xml", error.to_string(), "a table by RFC 7940");
    Ok(CompiledTable { lgr: lgr::parse(&xml).map_err(refused)?, tag })
}

/// `idn-load`: the table as it will be. Names that are registered already stay registered, with the keys that they have.
///
/// # Errors
/// A bad tag; a table that is as it was; one that is too large.
pub fn load<V: View>(view: &V, now: Timestamp, load: &CompiledTable) -> Result<IdnTable, OperatorRefusal> {
    let tag = load.tag.as_str();
    if !(1..=TAG_BYTES).contains(&tag.len()) || !tag.bytes().all(|octet| octet.is_ascii_alphanumeric() || octet == b'-')
    {
        return Err(invalid("tag", tag, format!("1 to {TAG_BYTES} letters, digits and hyphens")));
    }
    let known = view.idn_table(tag).map(checks::native::<IdnTable>);
    if known.as_ref().is_some_and(|known| known.lgr == load.lgr) {
        return Err(OperatorRefusal::Unchanged { state: format!("table {tag} says the same") });
    }
    let version = known.map_or(0, |known| known.version).saturating_add(1);
    let table = IdnTable { tag: tag.to_owned(), version, loaded: now, lgr: load.lgr.clone() };
    // The transaction holds a little more than the record.
    let octets = size(&table) + 1024;
    if octets > TRANSACTION_BYTES {
        let expected = format!("a table that compiles to {TRANSACTION_BYTES} octets at most; split it into several");
        return Err(invalid("xml", format!("{octets} octets"), expected));
    }
    Ok(table)
}

/// Octets of a table's record.
fn size(table: &IdnTable) -> usize {
    Change::PutIdnTable(table.clone()).seal().bytes.map_or(0, |bytes| bytes.len())
}

/// `idn-remove`.
///
/// # Errors
/// No such table; a TLD has it.
pub(crate) fn remove<V: View>(view: &V, IdnTag { tag }: &IdnTag) -> Result<Change, OperatorRefusal> {
    if view.idn_table(tag).is_none() {
        return Err(missing(tag));
    }
    match users(view, tag).next() {
        Some(tld) => {
            let why = format!("TLD {tld} has table {tag}; take it away there first (tld set --idn-tables)");
            Err(OperatorRefusal::Conflict { why })
        }
        None => Ok(Change::DeleteIdnTable { tag: tag.clone() }),
    }
}

/// The TLDs that have a table.
pub(crate) fn users<'v, V: View>(view: &'v V, tag: &'v str) -> impl Iterator<Item = &'v str> {
    let has = move |name: &&str| {
        view.tld(name).is_some_and(|tld| tld.idn_policy.tables.iter().any(|table| table.tag == *tag))
    };
    view.directory(Kind::Tld).filter(has)
}

/// `idn-rekey`: what the tables of its TLD say of a name now.
///
/// # Errors
/// No such domain; nothing changes.
pub(crate) fn rekey<V: View>(view: &V, rekey: &IdnRekey) -> Result<Change, OperatorRefusal> {
    let mut domain = domain_of(view, &rekey.name)?;
    let judged = domain::idn::registered(view, tld_of(view, &domain)?, &domain);
    let label = judged.label.map(Box::new);
    if domain.idn == label && domain.variant_keys == judged.keys {
        return Err(OperatorRefusal::Unchanged { state: format!("domain {} has the keys of now", domain.name) });
    }
    (domain.idn, domain.variant_keys) = (label, judged.keys);
    Ok(Change::PutDomain(domain))
}

/// The policy of a TLD as it will be.
///
/// # Errors
/// A table that is not there, or named twice; too many of them; rules without what they need.
pub(super) fn policy<V: View>(view: &V, rules: &IdnRules, mut policy: IdnPolicy) -> Result<IdnPolicy, OperatorRefusal> {
    if let Some(tables) = &rules.tables {
        policy.tables = Vec::new();
        for table in tables {
            if view.idn_table(&table.tag).is_none() {
                return Err(missing(&table.tag));
            }
            if policy.tables.iter().any(|known| known.tag == table.tag) {
                return Err(invalid("idn_rules.tables", table.tag.as_str(), "each table once"));
            }
            policy.tables.push(TldTable { tag: table.tag.clone(), variants: table.variants.0 });
        }
        if tables.len() > IDN_TABLES_PER_TLD {
            let expected = format!("{IDN_TABLES_PER_TLD} tables at most");
            return Err(invalid("idn_rules.tables", tables.len().to_string(), expected));
        }
    }
    policy.tag_required = rules.tag_required.unwrap_or(policy.tag_required);
    policy.only = rules.only.unwrap_or(policy.only);
    Ok(policy)
}

/// That a TLD can follow its policy.
///
/// # Errors
/// Rules about A-labels where none is taken; a table that must be named where there is none.
pub(super) fn check(tld: &Tld) -> Result<(), OperatorRefusal> {
    let policy = &tld.idn_policy;
    for (field, is_set) in [("idn_rules.tag_required", policy.tag_required), ("idn_rules.only", policy.only)] {
        if is_set && !tld.idn {
            return Err(invalid(field, "true", "false, since the TLD takes no A-labels (idn)"));
        }
    }
    match policy.tag_required && policy.tables.is_empty() {
        true => Err(invalid("idn_rules.tag_required", "true", "false, since the TLD has no tables")),
        false => Ok(()),
    }
}

fn missing(tag: &str) -> OperatorRefusal {
    OperatorRefusal::DoesNotExist { what: "IDN table", name: tag.to_owned(), advice: "idn load makes one" }
}
