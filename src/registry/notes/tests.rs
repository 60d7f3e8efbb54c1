//! Texts beside statuses: what is kept, for how long, and who reads it.

use super::*;
use crate::model::answer::Answer;
use crate::model::command::{
    AuthInfo, ContactUpdate, DomainAddRem, DomainUpdate, HostAddRem, HostUpdate, HostsShown, Query, Transform,
};
use crate::model::operator::{ByName, ObjectKind, OperatorCommand, StatusChange};
use crate::model::status::Status::{
    ClientDeleteProhibited, ClientHold, ClientUpdateProhibited, ServerDeleteProhibited,
};
use crate::registry::testing::{A, B, PASSWORD, World};
use crate::registry::{host, invariants};

const DOMAIN: &str = "a.test";
const HOST: &str = "ns1.a.test";
const CONTACT: &str = "sh8013";
const KINDS: [Kind; 3] = [Kind::Domain, Kind::Host, Kind::Contact];

/// A's domain, host and contact.
fn world() -> World {
    let mut world = World::new();
    host::tests::put_domain(&mut world, A, DOMAIN, &[]);
    world.put_host(A, HOST, &[]);
    world.put_contact(A, CONTACT);
    world
}

fn said(status: Status, lang: Option<&str>, text: &str) -> StatusValue {
    StatusValue { status, lang: lang.map(str::to_owned), text: text.to_owned() }
}

fn update(kind: Kind, add: Vec<StatusValue>, rem: Vec<StatusValue>) -> Transform {
    let given = |statuses: Vec<StatusValue>| (!statuses.is_empty()).then_some(statuses);
    let (add, rem) = (given(add), given(rem));
    match kind {
        Kind::Domain => {
            let part = |statuses| DomainAddRem { statuses, ..DomainAddRem::default() };
            let (add, rem) = (add.map(part), rem.map(part));
            Transform::DomainUpdate(DomainUpdate {
                name: "A.test".into(),
                add,
                rem,
                chg: None,
                restore: None,
                fee: None,
                sec_dns: None,
                ttls: Vec::new(),
            })
        }
        Kind::Host => {
            let part = |statuses| HostAddRem { statuses, ..HostAddRem::default() };
            let (add, rem) = (add.map(part), rem.map(part));
            Transform::HostUpdate(HostUpdate { name: HOST.into(), add, rem, new_name: None, ttls: Vec::new() })
        }
        _ => Transform::ContactUpdate(ContactUpdate { id: CONTACT.into(), add, rem, chg: None }),
    }
}

fn delete_of(kind: Kind) -> Transform {
    match kind {
        Kind::Domain => Transform::DomainDelete { name: DOMAIN.into() },
        Kind::Host => Transform::HostDelete { name: HOST.into() },
        _ => Transform::ContactDelete { id: CONTACT.into() },
    }
}

/// What an info shows the client beside the statuses: "status lang text", in the order of the schema.
fn shown(world: &World, clid: &str, kind: Kind, auth: Option<AuthInfo>) -> Vec<String> {
    let query = match kind {
        Kind::Domain => {
            Query::DomainInfo { name: DOMAIN.into(), hosts: HostsShown::None, auth, token: false, ttl: None }
        }
        Kind::Host => Query::HostInfo { name: HOST.into(), ttl: None },
        _ => Query::ContactInfo { id: CONTACT.into(), auth },
    };
    let (statuses, notes) = match world.ask(clid, &query) {
        Ok((_, Answer::DomainInfo(info))) => (info.statuses, info.notes),
        Ok((_, Answer::HostInfo(info))) => (info.statuses, info.notes),
        Ok((_, Answer::ContactInfo(info))) => (info.statuses, info.notes),
        _ => panic!("an infData"),
    };
    let noted = statuses.iter().filter_map(|status| Some((status, notes?.of(status)?)));
    noted.map(|(status, note)| format!("{status} {} {}", note.lang, note.text)).collect()
}

fn kept(world: &World) -> usize {
    world.memory.keys(Kind::StatusNotes).len()
}

#[test]
fn a_text_is_kept_as_written_unless_it_is_none_or_too_long() {
    let (longest, long_tag) = ("é".repeat(limits::STATUS_TEXT_CHARACTERS), "a-b".repeat(9) + "-variant");
    let (too_long, long_tags) = (longest.clone() + "é", format!("{long_tag}x"));
    assert_eq!(long_tag.len(), limits::STATUS_LANG_CHARACTERS);
    for (case, lang, text, code, expected) in [
        ("no text", None, "", 1000, None),
        ("no text, but a language", Some("de"), "", 1000, None),
        ("white space", Some("de"), " \u{a0} ", 1000, None),
        ("no language", None, "Payment overdue.", 1000, Some("en")),
        ("the default language", Some("en"), "Payment overdue.", 1000, Some("en")),
        ("another language", Some("fr-CA"), " <Paiement> en \"retard\" & plus ", 1000, Some("fr-CA")),
        ("the longest text", None, &longest, 1000, Some("en")),
        ("too long a text", None, &too_long, 2306, None),
        ("the longest tag", Some(&long_tag), "x", 1000, Some(&long_tag)),
        ("too long a tag", Some(&long_tags), "x", 2306, None),
    ] {
        for kind in KINDS {
            let mut world = world();
            let add = update(kind, vec![said(ClientUpdateProhibited, lang, text)], Vec::new());
            let result = world.run(A, &add);
            assert_eq!(crate::registry::testing::code(&result), code, "{kind:?}: {case}");
            if let Err(refusal) = result {
                assert!(refusal.to_string().contains("status"), "{refusal}");
            }
            let expected: Vec<_> =
                expected.map(|lang| format!("{ClientUpdateProhibited} {lang} {text}")).into_iter().collect();
            assert_eq!(shown(&world, A, kind, None), expected, "{kind:?}: {case}");
            assert_eq!(kept(&world), expected.len(), "{kind:?}: {case}");
            invariants::check(&world.memory, world.now).expect(case);
        }
    }
}

#[test]
fn a_text_goes_with_its_status_and_with_its_object() {
    for kind in KINDS {
        let mut world = world();
        let mut step = |command: Transform, expected: &[&str]| {
            assert_eq!(world.code(A, &command), 1000, "{kind:?} {command:?}");
            invariants::check(&world.memory, world.now).expect("whole");
            assert_eq!(shown(&world, A, kind, None), expected, "{kind:?} {command:?}");
            kept(&world)
        };
        let (delete, update_) = (ClientDeleteProhibited, ClientUpdateProhibited);
        let kept = [
            step(
                update(kind, vec![said(delete, None, "One."), said(update_, Some("de"), "Zwei.")], vec![]),
                &["clientDeleteProhibited en One.", "clientUpdateProhibited de Zwei."],
            ),
            // The text of a status that is removed says nothing about it: neither kept nor compared nor counted.
            step(
                update(kind, vec![], vec![said(update_, None, &"x".repeat(300))]),
                &["clientDeleteProhibited en One."],
            ),
            step(update(kind, vec![update_.into()], vec![]), &["clientDeleteProhibited en One."]),
            step(update(kind, vec![], vec![update_.into(), delete.into()]), &[]),
            step(update(kind, vec![delete.into()], vec![]), &[]),
            step(
                update(kind, vec![said(update_, None, "Three.")], vec![delete.into()]),
                &["clientUpdateProhibited en Three."],
            ),
        ];
        assert_eq!(kept, [1, 1, 1, 0, 0, 1], "{kind:?}");
        // Nothing but its text keeps the object now: it goes with the object.
        let mut world = world;
        assert_eq!(world.code(A, &update(kind, vec![], vec![update_.into()])), 1000);
        if kind != Kind::Host {
            let host = world.memory.host_named(HOST).expect("there").id.to_native();
            world.put(vec![Change::DeleteHost { id: host }]);
        }
        let harmless = if kind == Kind::Domain { ClientHold } else { update_ };
        assert_eq!(world.code(A, &update(kind, vec![said(harmless, None, "Four.")], vec![])), 1000);
        assert_eq!((super::tests::kept(&world), world.code(A, &delete_of(kind))), (1, 1000), "{kind:?}");
        assert_eq!(super::tests::kept(&world), 0, "{kind:?}");
        invariants::check(&world.memory, world.now).expect("whole");
    }
}

#[test]
fn whoever_may_read_an_object_whole_reads_the_texts() {
    let mut world = world();
    for kind in KINDS {
        let add = update(kind, vec![said(ClientDeleteProhibited, None, "Why.")], Vec::new());
        assert_eq!(world.code(A, &add), 1000);
    }
    let mut domain = checks::native::<crate::model::record::Domain>(world.memory.domain(DOMAIN).expect("there"));
    domain.auth = Some(crate::model::auth::AuthDigest::new([7; _], PASSWORD));
    world.put(vec![Change::PutDomain(domain)]);
    let password = || Some(AuthInfo::Password { password: PASSWORD.into(), roid: None });
    let text = ["clientDeleteProhibited en Why."];
    for kind in KINDS {
        assert_eq!(shown(&world, A, kind, None), text, "{kind:?}");
        assert_eq!(shown(&world, B, kind, password()), text, "{kind:?}");
    }
    assert_eq!(shown(&world, B, Kind::Host, None), text, "every client may read every host");
    assert!(shown(&world, B, Kind::Domain, None).is_empty(), "the statuses alone");
}

#[test]
fn an_operators_reason_stands_beside_its_status() {
    for (kind, object, name) in [
        (Kind::Domain, ObjectKind::Domain, "A.test"),
        (Kind::Host, ObjectKind::Host, HOST),
        (Kind::Contact, ObjectKind::Contact, CONTACT),
    ] {
        let mut world = world();
        let set = |world: &mut World, on: bool, status, reason: Option<&str>| {
            let change =
                StatusChange { object, name: name.into(), status: ByName(status), reason: reason.map(str::to_owned) };
            let command = if on { OperatorCommand::StatusSet(change) } else { OperatorCommand::StatusUnset(change) };
            world.operate(&command).expect("may be done");
            invariants::check(&world.memory, world.now).expect("whole");
        };
        assert_eq!(
            world.code(A, &update(kind, vec![said(ClientUpdateProhibited, Some("de"), "Meiner.")], vec![])),
            1000
        );
        let (client, court) = ("clientUpdateProhibited de Meiner.", "serverDeleteProhibited en court order");
        set(&mut world, true, ServerDeleteProhibited, Some(" court order "));
        assert_eq!(shown(&world, A, kind, None), [client, court], "{kind:?}");
        set(&mut world, true, Status::ServerUpdateProhibited, None);
        assert_eq!(shown(&world, A, kind, None), [client, court], "{kind:?}");
        set(&mut world, false, ServerDeleteProhibited, Some("settled"));
        assert_eq!(shown(&world, A, kind, None), [client], "{kind:?}");
        set(&mut world, true, ServerDeleteProhibited, Some("  "));
        assert_eq!(shown(&world, A, kind, None), [client], "{kind:?}");
    }
}

#[test]
fn the_longest_name_has_notes_too() {
    let key = key::status_notes(Kind::Domain, "a".repeat(253).as_bytes());
    assert!(key.len() <= limits::KEY_BYTES, "{} octets", key.len());
}

#[test]
fn notes_that_belong_to_nothing_are_found_broken() {
    let note = |status: Status| note(status, "en", "Why.");
    let notes = |notes: Vec<StatusNote>| StatusNotes { notes };
    let key = |kind, object: &[u8]| key::status_notes(kind, object);
    for (case, key, notes) in [
        ("no such object", key(Kind::Domain, b"b.test"), notes(vec![note(ClientHold)])),
        ("of no kind", key(Kind::Tld, b"test"), notes(vec![note(ClientHold)])),
        ("no such status", key(Kind::Domain, b"a.test"), notes(vec![note(ClientHold)])),
        (
            "twice",
            key(Kind::Contact, b"sh8013"),
            notes(vec![note(ClientDeleteProhibited), note(ClientDeleteProhibited)]),
        ),
        ("none", key(Kind::Contact, b"sh8013"), notes(Vec::new())),
    ] {
        let mut world = world();
        assert_eq!(world.code(A, &update(Kind::Contact, vec![ClientDeleteProhibited.into()], vec![])), 1000);
        invariants::check(&world.memory, world.now).expect("whole");
        world.put(vec![Change::PutStatusNotes { key, notes }]);
        assert!(invariants::check(&world.memory, world.now).is_err(), "{case}");
    }
}
