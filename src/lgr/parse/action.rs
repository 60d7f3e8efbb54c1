//! Actions, explicit and default: RFC 7940, section 7.

use std::collections::HashSet;

use super::super::fault::LgrError;
use super::super::table::{Action, Context, How, Trigger};
use super::lexical;
use super::meta::check_references;
use super::rule::Rules;
use super::tree::Element;

/// The types that default actions know (section 7.3).
pub(super) const STANDARD: [&str; 5] = ["invalid", "blocked", "allocatable", "activated", "valid"];

/// The set of those among `names` that some variant has; no action can be triggered by others.
pub(super) fn type_set<'n>(types: &[String], names: impl IntoIterator<Item = &'n str>) -> u64 {
    let bit = |name: &str| types.iter().position(|known| known == name).map_or(0, |bit| 1 << bit);
    names.into_iter().fold(0, |set, name| set | bit(name))
}

/// Reads an `action`.
pub(super) fn read(
    element: &Element,
    rules: &Rules<'_>,
    types: &[String],
    references: &HashSet<String>,
) -> Result<Action, LgrError> {
    const TRIGGERS: [(&str, How); 3] =
        [("any-variant", How::Any), ("all-variants", How::All), ("only-variants", How::Only)];
    element.only(&["comment", "ref", "disp", "match", "not-match", "any-variant", "all-variants", "only-variants"])?;
    element.empty()?;
    check_references(element, references)?;
    let disposition = lexical::variant_type(element, element.need("disp")?)?.to_owned();
    let rule = match (element.get("match"), element.get("not-match")) {
        (Some(name), None) => Some(rule(element, rules, name, true)?),
        (None, Some(name)) => Some(rule(element, rules, name, false)?),
        (None, None) => None,
        (Some(_), Some(name)) => {
            return Err(LgrError::unexpected(element.line, element.place(), "only one of match and not-match", name));
        }
    };
    let mut trigger = None;
    for (name, how) in TRIGGERS {
        let Some(text) = element.get(name) else { continue };
        if trigger.is_some() {
            return Err(LgrError::unexpected(element.line, element.place(), "only one trigger by variants", name));
        }
        let names = lexical::tokens(element, "type", text)?;
        for name in &names {
            lexical::variant_type(element, name)?;
        }
        trigger = Some(Trigger { how, types: type_set(types, names) });
    }
    Ok(Action { disposition, rule, trigger, is_default: false })
}

fn rule(element: &Element, rules: &Rules<'_>, name: &str, wanted: bool) -> Result<Context, LgrError> {
    match rules.find(name) {
        Some((rule, false)) => Ok(Context { rule, wanted }),
        Some((_, true)) => {
            let expected = "a rule without an anchor, which only when and not-when can place";
            Err(LgrError::unexpected(element.line, element.place(), expected, name))
        }
        None => Err(LgrError::unknown(element.line, "rule before this line", name)),
    }
}

/// The default actions (section 7.6).
pub(super) fn defaults(types: &[String]) -> Vec<Action> {
    let by_type = |name: &str, how: How| Action {
        disposition: name.to_owned(),
        rule: None,
        trigger: Some(Trigger { how, types: type_set(types, [name]) }),
        is_default: true,
    };
    vec![
        by_type("invalid", How::Any),
        by_type("blocked", How::Any),
        by_type("allocatable", How::Any),
        by_type("activated", How::All),
        Action { disposition: "valid".to_owned(), rule: None, trigger: None, is_default: true },
    ]
}
