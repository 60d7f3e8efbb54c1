//! TLDs: added once, changed for the commands that follow.

use crate::base::timestamp::Timestamp;
use crate::model::dnssec::{self, MADE_DIGESTS};
use crate::model::idn::IdnPolicy;
use crate::model::name;
use crate::model::operator::{ByName, Named, OperatorRefusal, TldAdd, TldSet};
use crate::model::record::{ContactRole, DataModel, Periods, Tld};
use crate::model::sec_dns::SecDnsPolicy;
use crate::model::ttl::TtlBounds;
use crate::model::view::View;
use crate::registry::checks;
use crate::registry::operator::fields::switched;
use crate::registry::operator::{idn, invalid};

/// Months no registration may exceed: ten years, as all gTLDs have it.
const MOST_MONTHS: u32 = 120;
/// Records of DNSSEC that any domain has at most: what a resolver wants to read.
const MOST_SEC_DNS: u32 = 64;
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
        sec_dns: add.sec_dns.over(SecDnsPolicy::default()),
        idn_policy: idn::policy(view, &add.idn_rules, IdnPolicy::default())?,
        ttls: ttls(TtlBounds::all(), &add.ttls)?,
        extensions_off: Vec::new(),
        disclosure: add.disclosure.0,
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
    if let Some(ByName(mapping)) = set.extension_off.iter().find(|name| name.0.is_object_mapping()) {
        let expected = "an extension of what a TLD has: object mappings are switched off in the registry (policy set)";
        return Err(invalid("extension_off", mapping.name(), expected));
    }
    tld.extensions_off = switched(&tld.extensions_off, &set.extension_off, &set.extension_on)?;
    tld.sec_dns = set.sec_dns.over(tld.sec_dns);
    tld.disclosure = set.disclosure.map_or(tld.disclosure, |policy| policy.0);
    tld.ttls = ttls(tld.ttls, &set.ttls)?;
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

/// The TTLs with those that are named changed.
fn ttls(before: Vec<TtlBounds>, named: &[String]) -> Result<Vec<TtlBounds>, OperatorRefusal> {
    let mut ttls = before;
    for text in named {
        let expected = "TYPE=LEAST:DEFAULT:MOST in seconds, as NS=3600:86400:172800, of NS, DS, A or AAAA";
        let bounds = TtlBounds::parse(text).ok_or_else(|| invalid("ttls", text.as_str(), expected))?;
        ttls.retain(|known| known.kind != bounds.kind);
        ttls.push(bounds);
    }
    ttls.sort_unstable_by_key(|bounds| bounds.kind);
    Ok(ttls)
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
    check_sec_dns(&tld.sec_dns)?;
    if tld.data_model == DataModel::Minimum && !tld.required_contacts.is_empty() {
        return Err(invalid("required_contacts", "some", "none, since domains of the minimum model have no contacts"));
    }
    idn::check(tld)
}

/// Lists of numbers that the registry knows: a number that is refused anyway would be a misunderstanding.
fn check_sec_dns(policy: &SecDnsPolicy) -> Result<(), OperatorRefusal> {
    let unknown = |numbers: &[u8], is_known: fn(u8) -> bool| numbers.iter().copied().find(|number| !is_known(*number));
    let unused = unknown(&policy.refused_algorithms, |number| dnssec::algorithm(number).is_some());
    if let Some(number) = unused {
        let expected = "numbers of algorithms that zones are signed with: others are refused in any case";
        return Err(invalid("sec_dns.refused_algorithms", number.to_string(), expected));
    }
    if let Some(number) = unknown(&policy.refused_digests, |number| dnssec::digest_type(number).is_some()) {
        let expected = "numbers of digest types: others are refused in any case";
        return Err(invalid("sec_dns.refused_digests", number.to_string(), expected));
    }
    if let Some(number) = unknown(&policy.made_digests, |number| MADE_DIGESTS.contains(&number)) {
        return Err(invalid("sec_dns.made_digests", number.to_string(), "2 (SHA-256) or 4 (SHA-384)"));
    }
    if policy.made_digests.is_empty() {
        return Err(invalid("sec_dns.made_digests", "none", "one at least: 2 (SHA-256) or 4 (SHA-384)"));
    }
    if policy.most > MOST_SEC_DNS {
        return Err(invalid("sec_dns.most", policy.most.to_string(), format!("0 to {MOST_SEC_DNS}")));
    }
    Ok(())
}
