//! What holds for the whole registry, and contacts that begin to go because of it.

use crate::model::operator::{ContactOrphan, OperatorRefusal, PolicySet};
use crate::model::policy::{AuthInfoPolicy, PasswordPolicy};
use crate::model::record::{Contact, Policy};
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::operator::fields::switched;
use crate::registry::operator::{contact_of, invalid};
use crate::registry::{Cause, orphans};

/// Days that a contact without links is kept at most, and at most may wait for its purge.
const MOST_DAYS: u32 = 3660;

/// Characters that the shortest password or authInfo may be asked to have: the longest has a few more.
const MOST_LEAST: u32 = 128;
/// Kinds of characters that there are.
const MOST_KINDS: u32 = 4;

/// `policy-set`. It holds for what happens from now on: contacts that have no link already are marked by `contact-orphan`.
///
/// # Errors
/// More days, hours or characters than the most; an extension both on and off; nothing to do.
pub(crate) fn set<V: View>(view: &V, set: &PolicySet) -> Result<Vec<Change>, OperatorRefusal> {
    let before = view.policy();
    let after = Policy {
        orphan_contact_days: set.orphan_contact_days.unwrap_or(before.orphan_contact_days),
        orphan_delete_days: set.orphan_delete_days.unwrap_or(before.orphan_delete_days),
        auth_info: AuthInfoPolicy {
            least: set.auth_info_least.unwrap_or(before.auth_info.least),
            kinds: set.auth_info_kinds.unwrap_or(before.auth_info.kinds),
            hours: set.auth_info_hours.unwrap_or(before.auth_info.hours),
        },
        password: PasswordPolicy {
            least: set.password_least.unwrap_or(before.password.least),
            days: set.password_days.unwrap_or(before.password.days),
            warning_days: set.password_warning_days.unwrap_or(before.password.warning_days),
        },
        extensions_off: switched(&before.extensions_off, &set.extension_off, &set.extension_on)?,
    };
    for (field, days) in [
        ("orphan_contact_days", after.orphan_contact_days),
        ("orphan_delete_days", after.orphan_delete_days),
        ("password_days", after.password.days),
        ("password_warning_days", after.password.warning_days),
    ] {
        if days > MOST_DAYS {
            return Err(invalid(field, days.to_string(), format!("0 to {MOST_DAYS} days")));
        }
    }
    for (field, value, most, what) in [
        ("password_least", after.password.least, MOST_LEAST, "characters"),
        ("auth_info_least", after.auth_info.least, MOST_LEAST, "characters"),
        ("auth_info_kinds", after.auth_info.kinds, MOST_KINDS, "kinds"),
        ("auth_info_hours", after.auth_info.hours, MOST_DAYS * 24, "hours"),
    ] {
        if value > most {
            return Err(invalid(field, value.to_string(), format!("0 to {most} {what}")));
        }
    }
    if after == before {
        return Err(OperatorRefusal::Unchanged { state: "the policy is so already".into() });
    }
    Ok(vec![Change::PutPolicy(after)])
}

/// `contact-orphan`.
///
/// # Errors
/// No such contact; a domain refers to it; it begins to go already; the policy keeps such contacts.
pub(crate) fn orphan<V: View>(
    view: &V,
    cause: &Cause<'_>,
    orphan: &ContactOrphan,
) -> Result<Vec<Change>, OperatorRefusal> {
    let contact: Contact = contact_of(view, &orphan.id)?;
    let id = &contact.id;
    let conflict = |why: String| Err(OperatorRefusal::Conflict { why });
    match view.contact_links(id) {
        0 => {}
        links => return conflict(format!("contact {id} is referred to {links} times; leave it")),
    }
    if contact.orphan.is_some() {
        return Err(OperatorRefusal::Unchanged { state: format!("the end of contact {id} has begun already") });
    }
    let Some(begun) = orphans::begun(view, cause.now) else {
        return conflict(
            "contacts without links are kept for ever; policy set --orphan-contact-days says otherwise".into(),
        );
    };
    Ok(vec![Change::PutContact(Contact { orphan: Some(begun), ..contact })])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::extension::ExtensionName;
    use crate::model::operator::{ByName, Named, OperatorCommand, TldSet};
    use crate::registry::testing::World;

    fn names(names: &[&str]) -> Vec<ByName<ExtensionName>> {
        names.iter().map(|name| ByName(ExtensionName::parse(name).expect("an extension"))).collect()
    }

    #[test]
    fn extensions_are_switched_in_the_registry_and_in_a_tld() {
        let mut world = World::new();
        for (off, on, expected) in [
            (&["fee", "rgp"][..], &[][..], Some(&["rgp", "fee"][..])),
            (&["fee"], &[], None),
            (&["changePoll"], &["fee"], Some(&["rgp", "changePoll"])),
            (&["rgp"], &["rgp"], None),
            (&[], &["rgp", "changePoll", "fee"], Some(&[])),
        ] {
            let (extension_off, extension_on) = (names(off), names(on));
            let set = PolicySet { extension_off, extension_on, ..PolicySet::default() };
            assert_eq!(world.operate(&OperatorCommand::PolicySet(set)).is_ok(), expected.is_some(), "{off:?} {on:?}");
            if let Some(expected) = expected {
                assert_eq!(world.memory.policy().extensions_off, expected);
            }
            let (extension_off, extension_on) = (names(off), names(on));
            let set = TldSet { name: "test".into(), extension_off, extension_on, ..TldSet::default() };
            let done = world.operate(&OperatorCommand::TldSet(set));
            assert_eq!(done.is_ok(), expected.is_some() || off.len() == 1 && on.is_empty(), "{off:?} {on:?}");
        }
        for mapping in ["balance", "maintenance"] {
            let set = PolicySet { extension_off: names(&[mapping]), ..PolicySet::default() };
            assert!(world.operate(&OperatorCommand::PolicySet(set)).is_ok(), "{mapping}");
            let set = TldSet { name: "test".into(), extension_off: names(&[mapping]), ..TldSet::default() };
            assert!(world.operate(&OperatorCommand::TldSet(set)).is_err(), "{mapping} is of no TLD");
        }
        let tld = world.memory.tld("test").expect("there");
        assert!(tld.extensions_off.is_empty());
    }

    #[test]
    fn bounds_of_the_policy() {
        let mut world = World::new();
        type Edit = fn(&mut PolicySet);
        let table: &[(&str, Edit, Option<&str>)] = &[
            ("nothing", |_| (), Some("nothing to do")),
            ("days", |p| p.password_days = Some(3661), Some("password_days")),
            ("warning", |p| p.password_warning_days = Some(3661), Some("password_warning_days")),
            ("length", |p| p.password_least = Some(129), Some("password_least")),
            ("authInfo", |p| p.auth_info_least = Some(129), Some("auth_info_least")),
            ("kinds", |p| p.auth_info_kinds = Some(5), Some("auth_info_kinds")),
            ("hours", |p| p.auth_info_hours = Some(3660 * 24 + 1), Some("auth_info_hours")),
            ("the most", |p| (p.auth_info_hours, p.auth_info_kinds) = (Some(3660 * 24), Some(4)), None),
            ("the most of passwords", |p| (p.password_days, p.password_least) = (Some(3660), Some(128)), None),
            ("the same again", |p| p.password_days = Some(3660), Some("nothing to do")),
        ];
        for (case, edit, expected) in table {
            let mut set = PolicySet::default();
            edit(&mut set);
            let found = world.operate(&OperatorCommand::PolicySet(set)).err().map(|refusal| refusal.to_string());
            match (found, expected) {
                (None, None) => {}
                (Some(found), Some(expected)) => assert!(found.contains(expected), "{case}: {found}"),
                (found, _) => panic!("{case}: {found:?}"),
            }
        }
        let policy = world.memory.policy();
        assert_eq!((policy.password.days, policy.password.least, policy.auth_info.hours), (3660, 128, 3660 * 24));
    }
}
