//! What the TLDs of an imported registry are like: as a new TLD is, with what the deposit shows and what the operator says.

use std::collections::BTreeMap;

use crate::base::timestamp::Timestamp;
use crate::escrow::into_record::Survey;
use crate::model::memory::Memory;
use crate::model::operator::{OperatorCommand, TldAdd};
use crate::model::record::{DataModel, HostModel, Tld};
use crate::model::transaction::Change;
use crate::registry::Cause;
use crate::registry::operator::decide::decide;

/// Characters of a repository id at most.
const REPOSITORY_ID: usize = 8;

/// A TLD for each zone, added at that moment.
///
/// # Errors
/// What the operator says of them is refused; in words.
pub(super) fn of(
    survey: &Survey,
    given: &[(String, String)],
    added: Timestamp,
) -> Result<BTreeMap<String, Tld>, String> {
    let nothing = Memory::default();
    let mut tlds = BTreeMap::new();
    for zone in survey.zones().iter() {
        let text = settings(survey, zone, given);
        let add: TldAdd =
            toml::from_str(&text).map_err(|error| format!("the TLD {zone} cannot be as asked: {error}"))?;
        let cause = Cause { command: "import", operator: "", cl_trid: None, sv_trid: "IMPORT", now: added };
        let decided = decide(&nothing, &cause, &OperatorCommand::TldAdd(add));
        let decided = decided.map_err(|refusal| format!("the TLD {zone} cannot be made: {refusal}"))?;
        tlds.extend(decided.changes.into_iter().filter_map(|change| match change {
            Change::PutTld(tld) => Some((tld.name.clone(), tld)),
            _ => None,
        }));
    }
    Ok(tlds)
}

/// The fields of `tld-add` in TOML: what is given, and for the others what the deposit shows.
fn settings(survey: &Survey, zone: &str, given: &[(String, String)]) -> String {
    let facts = survey.facts();
    let data_model = match facts.data_model {
        DataModel::Minimum => "minimum",
        DataModel::Maximum => "maximum",
        DataModel::PerRegistrar => "per-registrar",
    };
    let host_model = if facts.host_model == HostModel::Attributes { "attributes" } else { "objects" };
    let shown = [
        ("data_model", format!("{data_model:?}")),
        ("host_model", format!("{host_model:?}")),
        ("repository_id", format!("{:?}", repository_id(facts.repository_id.as_deref(), zone))),
        ("idn", facts.idn.to_string()),
        ("sec_dns.interface", format!("{:?}", if facts.by_keys { "key" } else { "ds" })),
    ];
    let is_given = |key: &str| given.iter().any(|(other, _)| other == key);
    let mut lines = vec![format!("name = {zone:?}")];
    lines.extend(shown.iter().filter(|(key, _)| !is_given(key)).map(|(key, value)| format!("{key} = {value}")));
    lines.extend(given.iter().map(|(key, value)| format!("{key} = {}", value_of(value))));
    lines.join("\n")
}

/// What is no TOML value counts as a string.
fn value_of(text: &str) -> String {
    let is_value = format!("v = {text}").parse::<toml::Table>().is_ok();
    if is_value { text.to_owned() } else { toml::Value::from(text).to_string() }
}

/// What new ROIDs of domains end in: as those of the deposit do.
fn repository_id(found: Option<&str>, zone: &str) -> String {
    let is_ours = |id: &&str| {
        !id.is_empty() && id.len() <= REPOSITORY_ID && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    };
    let from_zone = || {
        let letters = zone.chars().filter(char::is_ascii_alphanumeric).take(REPOSITORY_ID);
        letters.collect::<String>().to_ascii_uppercase()
    };
    found.filter(is_ours).map_or_else(from_zone, str::to_owned)
}
