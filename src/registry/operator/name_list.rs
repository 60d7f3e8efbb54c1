//! Lists of names that are reserved, blocked or of a premium class: each is loaded whole, in one transaction.

use crate::base::limits::{KEY_BYTES, LISTS_PER_TLD, PATTERNS_PER_LIST, TRANSACTION_BYTES};
use crate::base::timestamp::Timestamp;
use crate::model::name;
use crate::model::name_list::check_pattern;
use crate::model::operator::{ListLoad, ListName, OperatorRefusal};
use crate::model::record::{ListPurpose, NameList};
use crate::model::transaction::Change;
use crate::model::view::{View, key};
use crate::registry::operator::{fields, invalid};

/// `list-load`: the list as it will be. Names that are registered already stay registered, and in the class that they have.
///
/// # Errors
/// A bad field or name; no such TLD; a list that is as given; one that is too large or one too many.
pub fn load<V: View>(view: &V, now: Timestamp, load: &ListLoad) -> Result<NameList, OperatorRefusal> {
    check_tld(view, &load.tld)?;
    fields::word("name", &load.name)?;
    if key::name_list(&load.tld, &load.name).len() > KEY_BYTES {
        let expected = format!("a name that has {KEY_BYTES} octets together with the TLD's");
        return Err(invalid("name", load.name.as_str(), expected));
    }
    let known = view.name_list(&load.tld, &load.name);
    if known.is_none() && view.name_lists(&load.tld).count() >= LISTS_PER_TLD {
        let why = format!("{} has {LISTS_PER_TLD} lists, the most there can be; join some", load.tld);
        return Err(OperatorRefusal::Conflict { why });
    }
    let list = NameList {
        tld: load.tld.clone(),
        name: load.name.clone(),
        purpose: load.kind.0,
        class: class(load)?,
        labels: sorted("labels", &load.labels, name::check_label)?,
        patterns: sorted("patterns", &load.patterns, check_pattern)?,
        loaded: now,
    };
    check_size(&list)?;
    let same = known.is_some_and(|known| {
        known.purpose.get() == list.purpose
            && known.class == list.class
            && known.labels.iter().eq(list.labels.iter())
            && known.patterns.iter().eq(list.patterns.iter())
    });
    match same {
        true => Err(OperatorRefusal::Unchanged { state: format!("list {} of {} is as given", load.name, load.tld) }),
        false => Ok(list),
    }
}

/// `list-remove`.
///
/// # Errors
/// No such TLD or list.
pub(crate) fn remove<V: View>(view: &V, remove: &ListName) -> Result<Change, OperatorRefusal> {
    let ListName { tld, name } = remove.clone();
    check_tld(view, &tld)?;
    match view.name_list(&tld, &name) {
        Some(_) => Ok(Change::DeleteNameList { tld, name }),
        None => Err(OperatorRefusal::DoesNotExist { what: "list", name, advice: "list all shows all" }),
    }
}

fn check_tld<V: View>(view: &V, tld: &str) -> Result<(), OperatorRefusal> {
    let advice = "tld list shows all, tld add makes one";
    let missing = || OperatorRefusal::DoesNotExist { what: "TLD", name: tld.to_owned(), advice };
    view.tld(tld).map(|_| ()).ok_or_else(missing)
}

fn class(load: &ListLoad) -> Result<String, OperatorRefusal> {
    let class = fields::class(&load.class)?;
    match (load.kind.0, class.is_empty()) {
        (ListPurpose::Premium, true) => {
            Err(invalid("class", "", "the class of its names, whose prices price set sets"))
        }
        (ListPurpose::Blocked | ListPurpose::Reserved | ListPurpose::Token, false) => {
            Err(invalid("class", class, "none: nobody buys a name of a list that is not premium"))
        }
        _ => Ok(class),
    }
}

fn sorted(
    field: &'static str,
    names: &[String],
    check: impl Fn(&str) -> Result<(), name::NameFault>,
) -> Result<Vec<String>, OperatorRefusal> {
    for name in names {
        check(name)
            .map_err(|fault| invalid(field, name.as_str(), format!("lower-case labels without the TLD ({fault})")))?;
    }
    let mut names = names.to_vec();
    names.sort_unstable();
    names.dedup();
    Ok(names)
}

fn check_size(list: &NameList) -> Result<(), OperatorRefusal> {
    if list.labels.is_empty() && list.patterns.is_empty() {
        return Err(invalid("labels", "none", "one at least; list remove takes a list away"));
    }
    if list.patterns.len() > PATTERNS_PER_LIST {
        let expected =
            format!("{PATTERNS_PER_LIST} at most; split it into lists of other names, or name what is meant");
        return Err(invalid("patterns", list.patterns.len().to_string(), expected));
    }
    // The transaction holds a little more than the record.
    let octets = Change::PutNameList(list.clone()).seal().bytes.map_or(0, |bytes| bytes.len()) + 1024;
    if octets > TRANSACTION_BYTES {
        let found = format!("{} names in {octets} octets", list.labels.len());
        let expected = format!("{TRANSACTION_BYTES} octets at most; split the list into several of other names");
        return Err(invalid("labels", found, expected));
    }
    Ok(())
}
