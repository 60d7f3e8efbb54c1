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
