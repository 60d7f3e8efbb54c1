//! Contacts that no domain refers to: after some days the sponsor is told, and some days later they go, unless they are used or
//! updated meanwhile.
//!
//! There are no such hosts: a domain with hosts below it is not deleted (see [`super::domain::delete`]), so that none is left
//! behind, and a host outside the registry's TLDs is no glue.

use crate::base::timestamp::Timestamp;
use crate::model::record::{ArchivedDomain, Contact, Domain, Orphan};
use crate::model::status::Status;
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::checks;

/// What a contact without links gets now; `None` where they may stay for ever.
pub(crate) fn begun<V: View>(view: &V, now: Timestamp) -> Option<Orphan> {
    let days = view.policy().orphan_contact_days;
    (days > 0).then(|| Orphan { until: now.plus_days(i64::from(days)), announced: false })
}

/// The contact is used or updated: it is no orphan any more, or begins to be one now.
pub(crate) fn kept(contact: &mut Contact, again: Option<Orphan>) {
    if contact.orphan.as_ref().is_some_and(|orphan| orphan.announced) {
        contact.statuses = contact.statuses.without(Status::PendingDelete);
    }
    contact.orphan = again;
}

/// What becomes of the contacts when a domain refers to others than before: those that gain their first link stay, those that
/// lose their last one are orphans.
pub(crate) fn relinked<V: View>(
    view: &V,
    now: Timestamp,
    changes: &mut Vec<Change>,
    before: Option<&ArchivedDomain>,
    after: Option<&Domain>,
) {
    let named_before = |id: &str| {
        before.map_or(0, |domain| {
            let registrant = domain.registrant.as_ref().is_some_and(|registrant| registrant == id);
            let others = domain.contacts.iter().filter(|contact| contact.id == id).count();
            u64::from(registrant) + others as u64
        })
    };
    let named_after = |id: &str| {
        after.is_some_and(|domain| {
            domain.registrant.as_deref() == Some(id) || domain.contacts.iter().any(|contact| contact.id == id)
        })
    };
    let old = before.into_iter().flat_map(|domain| {
        domain.registrant.iter().chain(domain.contacts.iter().map(|contact| &contact.id)).map(|id| id.as_str())
    });
    let new = after.into_iter().flat_map(|domain| {
        domain.registrant.iter().chain(domain.contacts.iter().map(|contact| &contact.id)).map(String::as_str)
    });
    let mut handles: Vec<&str> = old.chain(new).collect();
    handles.sort_unstable();
    handles.dedup();
    for id in handles {
        let Some(found) = view.contact(id) else { continue };
        let again = match (named_before(id), named_after(id)) {
            (0, true) if found.orphan.is_some() => None,
            (own, false) if own > 0 && own == view.contact_links(id) => match begun(view, now) {
                Some(orphan) => Some(orphan),
                None => continue,
            },
            _ => continue,
        };
        let mut contact = checks::native::<Contact>(found);
        kept(&mut contact, again);
        changes.push(Change::PutContact(contact));
    }
}

#[cfg(test)]
mod tests {
    use crate::base::timestamp::Timestamp;
    use crate::model::command::{ContactChange, ContactUpdate, Transform};
    use crate::model::record::{Contact, Policy};
    use crate::model::status::Status;
    use crate::model::transaction::Change;
    use crate::model::view::View;
    use crate::registry::domain::fixture::{chg, delete, maximum};
    use crate::registry::testing::{A, World, code};
    use crate::registry::{checks, invariants};

    fn world() -> World {
        let mut world = World::new();
        world.put(vec![Change::PutPolicy(Policy {
            orphan_contact_days: 100,
            orphan_delete_days: 20,
            ..Policy::default()
        })]);
        for id in ["jd1234", "sh8013", "other"] {
            world.put_contact(A, id);
        }
        world
    }

    fn contact(world: &World, id: &str) -> Option<Contact> {
        world.memory.contact(id).map(checks::native::<Contact>)
    }

    fn update(id: &str) -> Transform {
        let chg = ContactChange { email: Some("new@example.com".into()), ..ContactChange::default() };
        Transform::ContactUpdate(ContactUpdate { id: id.into(), add: None, rem: None, chg: Some(chg) })
    }

    fn create(world: &mut World, name: &str) -> u16 {
        code(&world.run(A, &Transform::DomainCreate(maximum(name))))
    }

    #[test]
    fn a_contact_that_loses_its_last_link_is_announced_and_purged() {
        let mut world = world();
        assert_eq!(create(&mut world, "a.example"), 1000);
        assert_eq!(create(&mut world, "b.example"), 1000);
        for (name, gone) in [("a.example", false), ("b.example", true)] {
            assert_eq!(world.code(A, &delete(name)), 1000);
            assert_eq!(contact(&world, "jd1234").expect("there").orphan.is_some(), gone, "{name}");
        }
        let since = world.now.trunc_millis();
        let steps = world.pass(since.plus_days(100));
        assert_eq!(steps, [(since.plus_days(100), "contact:orphan"); 2]);
        let announced = contact(&world, "jd1234").expect("there");
        assert!(announced.statuses.has(Status::PendingDelete));
        let queue = world.memory.poll_queue(A).expect("told");
        let last = world.memory.poll_message(A, queue.next.to_native() - 1).expect("there");
        assert!(last.text.contains("no domain refers to it"), "{}", last.text);
        let steps = world.pass(since.plus_days(120));
        assert_eq!(steps, [(since.plus_days(120), "contact:purge"); 2]);
        assert!(contact(&world, "jd1234").is_none() && contact(&world, "other").is_some(), "that one never had a link");
        assert_eq!(world.pass(since.plus_days(4000)), []);
    }

    #[test]
    fn a_contact_that_is_used_or_updated_meanwhile_stays() {
        for (days, by_use) in [(50, false), (50, true), (110, false), (110, true)] {
            let mut world = world();
            assert_eq!(create(&mut world, "a.example"), 1000);
            assert_eq!(world.code(A, &delete("a.example")), 1000);
            let since = world.now.trunc_millis();
            world.pass(since.plus_days(days));
            match by_use {
                true => assert_eq!(create(&mut world, "b.example"), 1000),
                false => ["jd1234", "sh8013"].iter().for_each(|id| assert_eq!(world.code(A, &update(id)), 1000)),
            }
            invariants::check(&world.memory, world.now).expect("whole");
            let kept = contact(&world, "jd1234").expect("there");
            assert!(!kept.statuses.has(Status::PendingDelete));
            let again = kept.orphan.map(|orphan| orphan.until);
            let expected = (!by_use).then(|| since.plus_days(days + 100));
            assert_eq!(again, expected, "{days} {by_use}");
            let steps = world.pass(since.plus_days(130));
            assert!(steps.is_empty() && contact(&world, "jd1234").is_some(), "{steps:?}");
        }
    }

    #[test]
    fn a_registrant_that_is_replaced_is_an_orphan_and_one_that_must_not_be_deleted_waits() {
        let mut world = world();
        assert_eq!(create(&mut world, "a.example"), 1000);
        assert_eq!(world.code(A, &chg("a.example", Some("other"), None)), 1000);
        assert!(contact(&world, "jd1234").expect("there").orphan.is_some());
        let mut kept = contact(&world, "jd1234").expect("there");
        kept.statuses = kept.statuses.with(Status::ClientDeleteProhibited);
        world.put(vec![Change::PutContact(kept)]);
        let since = world.now.trunc_millis();
        let steps = world.pass(since.plus_days(250));
        assert!(steps.iter().all(|(_, step)| *step == "contact:orphan"), "{steps:?}");
        assert_eq!(steps.len(), 2);
        let orphan = contact(&world, "jd1234").and_then(|contact| contact.orphan).expect("there");
        assert_eq!((orphan.announced, orphan.until), (false, since.plus_days(300)));
        // The registry changes its mind: nothing is left to be done.
        world.put(vec![Change::PutPolicy(Policy::default())]);
        world.pass(Timestamp::from_micros(since.plus_days(301).micros()));
        assert_eq!(contact(&world, "jd1234").expect("there").orphan, None);
    }
}
