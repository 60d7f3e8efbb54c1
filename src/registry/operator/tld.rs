//! TLDs: added once, changed for the commands that follow.

use crate::base::timestamp::Timestamp;
use crate::model::idn::IdnPolicy;
use crate::model::name;
use crate::model::operator::{ByName, OperatorRefusal, TldAdd, TldSet};
use crate::model::record::{ContactRole, DataModel, Periods, Tld};
use crate::model::sec_dns::SecDnsPolicy;
use crate::model::ttl::TtlBounds;
use crate::model::view::View;
use crate::registry::checks;
use crate::registry::operator::fields::switched;
use crate::registry::operator::{idn, invalid};

/// Months no registration may exceed: ten years, as all gTLDs have it.
const MOST_MONTHS: u32 = 120;
/// Days that any period has at most.
const MOST_DAYS: u32 = 366;

/// `tld-add`.
///
/// # Errors
/// A bad field; a TLD of the name; a domain of the name. A host that is external now and would stand in the new zone
/// cannot be found from here: such a host keeps its sponsor and stays without addresses until it is renamed.
pub(crate) fn add<V: View>(view: &V, now: Timestamp, add: &TldAdd) -> Result<Tld, OperatorRefusal> {
    check_name(&add.name)?;
    if view.tld(&add.name).is_some() {
        let advice = "change it with tld set";
        return Err(OperatorRefusal::Exists { what: "TLD", name: add.name.clone(), advice });
    }
    if view.domain(&add.name).is_some() {
        let why = format!("{} is a registered domain; delete it before its name becomes a TLD", add.name);
        return Err(OperatorRefusal::Conflict { why });
    }
    let tld = Tld {
        name: add.name.clone(),
        data_model: add.data_model.0,
        required_contacts: roles(&add.required_contacts),
        repository_id: add.repository_id.clone(),
        min_months: add.min_months,
        max_months: add.max_months,
        default_months: add.default_months,
        transfer_days: add.transfer_days,
        periods: add.periods.over(Periods::default()),
        restore_report: add.restore_report,
        idn: add.idn,
        fee_policy: add.fee_policy.0,
        created: now,
        updated: None,
        host_model: add.host_model.0,
        sec_dns: SecDnsPolicy::default(),
        idn_policy: idn::policy(view, &add.idn_rules, IdnPolicy::default())?,
        ttls: TtlBounds::all(),
        extensions_off: Vec::new(),
    };
    check(&tld)?;
    Ok(tld)
}

/// `tld-set`. What is registered stays as it is, also where a new domain could no longer be so. Only how name servers are
/// named is not changed: domains would have them in a form that no command could read or remove.
///
/// # Errors
/// A bad field; no such TLD.
pub(crate) fn set<V: View>(view: &V, now: Timestamp, set: &TldSet) -> Result<Tld, OperatorRefusal> {
    let missing = || OperatorRefusal::DoesNotExist {
        what: "TLD",
        name: set.name.clone(),
        advice: "tld list shows all, tld add makes one",
    };
    let mut tld = checks::native::<Tld>(view.tld(&set.name).ok_or_else(missing)?);
    if let Some(model) = set.data_model {
        tld.data_model = model.0;
    }
    if let Some(required) = &set.required_contacts {
        tld.required_contacts = roles(required);
    }
    if let Some(repository_id) = &set.repository_id {
        tld.repository_id.clone_from(repository_id);
    }
    tld.min_months = set.min_months.unwrap_or(tld.min_months);
    tld.max_months = set.max_months.unwrap_or(tld.max_months);
    tld.default_months = set.default_months.unwrap_or(tld.default_months);
    tld.transfer_days = set.transfer_days.unwrap_or(tld.transfer_days);
    tld.periods = set.periods.over(tld.periods);
    tld.restore_report = set.restore_report.unwrap_or(tld.restore_report);
    tld.idn = set.idn.unwrap_or(tld.idn);
    tld.idn_policy = idn::policy(view, &set.idn_rules, tld.idn_policy)?;
    tld.fee_policy = set.fee_policy.map_or(tld.fee_policy, |policy| policy.0);
    tld.extensions_off = switched(&tld.extensions_off, &set.extension_off, &set.extension_on)?;
    tld.updated = Some(now);
    check(&tld)?;
    Ok(tld)
}

fn roles(named: &[ByName<ContactRole>]) -> Vec<ContactRole> {
    let mut roles: Vec<_> = named.iter().map(|role| role.0).collect();
    roles.sort_unstable();
    roles.dedup();
    roles
}

fn check_name(tld: &str) -> Result<(), OperatorRefusal> {
    // A domain below it adds a label of one octet at least, and a dot.
    if tld.len() > 253 - 2 {
        return Err(invalid("name", tld, "a name that leaves room for domains"));
    }
    let malformed = |fault: name::NameFault| invalid("name", tld, format!("lower-case A-labels ({fault})"));
    let (labels, top) = tld.rsplit_once('.').map_or((None, tld), |(labels, top)| (Some(labels), top));
    name::check_top_label(top).map_err(malformed)?;
    labels.map_or(Ok(()), |labels| labels.split('.').try_for_each(name::check_label)).map_err(malformed)
}

fn days(periods: &Periods) -> [(&'static str, u32); 9] {
    [
        ("periods.add_grace", periods.add_grace),
        ("periods.auto_renew_grace", periods.auto_renew_grace),
        ("periods.renew_grace", periods.renew_grace),
        ("periods.transfer_grace", periods.transfer_grace),
        ("periods.redemption", periods.redemption),
        ("periods.pending_delete", periods.pending_delete),
        ("periods.pending_restore", periods.pending_restore),
        ("periods.create_lock", periods.create_lock),
        ("periods.transfer_lock", periods.transfer_lock),
    ]
}

fn check(tld: &Tld) -> Result<(), OperatorRefusal> {
    // RFC 5730, section 2.8 and the schema's roidType: one to eight word characters. Letters and digits are what IANA
    // registers.
    let id = &tld.repository_id;
    if !(1..=8).contains(&id.len()) || !id.bytes().all(|octet| octet.is_ascii_alphanumeric() || octet == b'_') {
        return Err(invalid("repository_id", id.as_str(), "one to eight letters, digits or underscores"));
    }
    for (field, months) in [("min_months", tld.min_months), ("max_months", tld.max_months)] {
        if !(1..=MOST_MONTHS).contains(&months) {
            return Err(invalid(field, months.to_string(), format!("1 to {MOST_MONTHS} months")));
        }
    }
    if tld.min_months > tld.max_months {
        let expected = format!("no more than max_months ({})", tld.max_months);
        return Err(invalid("min_months", tld.min_months.to_string(), expected));
    }
    if !(tld.min_months..=tld.max_months).contains(&tld.default_months) {
        let expected = format!("between min_months ({}) and max_months ({})", tld.min_months, tld.max_months);
        return Err(invalid("default_months", tld.default_months.to_string(), expected));
    }
    for (field, days) in [("transfer_days", tld.transfer_days)].into_iter().chain(days(&tld.periods)) {
        if days > MOST_DAYS {
            return Err(invalid(field, days.to_string(), format!("0 to {MOST_DAYS} days")));
        }
    }
    if tld.data_model == DataModel::Minimum && !tld.required_contacts.is_empty() {
        return Err(invalid("required_contacts", "some", "none, since domains of the minimum model have no contacts"));
    }
    idn::check(tld)
}
