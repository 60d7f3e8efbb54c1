//! Deposits of registries that live: an earlier full deposit and what has changed since make the later one.

use std::collections::BTreeMap;

use rkyv::util::AlignedVec;

use crate::base::timestamp::Timestamp;
use crate::escrow::{
    Announced, Changed, Dcp, DcpStatement, Delete, Difference, EppParams, Full, IdnTable, Object, ObjectKind,
};
use crate::model::idn::VariantPolicy;
use crate::model::memory::{Known, Memory};
use crate::model::record::{Kind, Policy};
use crate::model::seal::Sealed;
use crate::model::transaction::Change;
use crate::model::view::View as _;
use crate::registry::testing::idn::take;
use crate::registry::testing::{A, B, World};
use crate::registry::workload::{CONTACTS, Deed, Dice};
use crate::sim::random::SplitMix64;

/// Every record, by kind and key.
type Records = BTreeMap<(u8, Vec<u8>), Vec<u8>>;

fn records(memory: &Memory) -> Records {
    let mut records = Records::new();
    for kind in Kind::ALL {
        for key in memory.keys(kind) {
            if let Known::Present(bytes) = memory.bytes(kind, key) {
                records.insert((kind as u8, key.to_vec()), bytes.to_vec());
            }
        }
    }
    records
}

fn memory(records: &Records) -> Memory {
    let mut memory = Memory::default();
    for ((kind, key), record) in records {
        let kind = Kind::ALL.into_iter().find(|known| *known as u8 == *kind).expect("a kind");
        let mut bytes = AlignedVec::new();
        bytes.extend_from_slice(record);
        memory.apply(Sealed { kind, key: key.clone(), bytes: Some(bytes) });
    }
    memory
}

/// A registry after some hundreds of random steps.
fn live(world: &mut World, random: &mut SplitMix64, steps: usize) {
    for _ in 0..steps {
        let dice = Dice::roll(|below| random.below(below));
        match dice.deed(&world.memory, world.now) {
            Deed::Pass(days) => drop(world.pass(world.now.plus_days(days))),
            Deed::Command(clid, command) => drop(world.run(&clid, &command)),
            Deed::Operator(command) => drop(world.operate(&command)),
        }
    }
}

fn begin() -> World {
    let mut world = World::new();
    world.put_idn_tables();
    let policy = [("latin", VariantPolicy::Blocked), ("cyrillic", VariantPolicy::SameHolder)];
    world.operate(&take("example", &policy)).expect("good");
    let policy = Policy { orphan_contact_days: 20, orphan_delete_days: 10, ..Policy::default() };
    world.put(vec![Change::PutPolicy(policy)]);
    CONTACTS.iter().zip([A, B, A]).for_each(|(id, clid)| world.put_contact(clid, id));
    world
}

fn announced(memory: &Memory) -> Announced {
    let statement = DcpStatement { purposes: vec!["prov".into()], recipients: Vec::new(), retention: "stated".into() };
    let epp = EppParams {
        versions: vec!["1.0".into()],
        langs: vec!["en".into()],
        objects: Vec::new(),
        extensions: Vec::new(),
        dcp: Dcp { access: "all".into(), statements: vec![statement], expiry: None },
    };
    let table = |tag: &str| IdnTable { id: tag.into(), url: format!("https://tables.example/{tag}"), policy_url: None };
    Announced { epp, idn_tables: memory.directory(Kind::IdnTable).map(|tag| (tag.to_owned(), table(tag))).collect() }
}

/// What a deposit calls an object.
fn key(object: &Object) -> (ObjectKind, String) {
    let name = match object {
        Object::EppParams(_) | Object::Policy(_) => String::new(),
        Object::Registrar(registrar) => registrar.id.clone(),
        Object::IdnTable(table) => table.id.clone(),
        Object::Contact(contact) => contact.id.clone(),
        Object::Host(host) => host.name.clone(),
        Object::Domain(domain) => domain.name.clone(),
        Object::Nndn(nndn) => nndn.name.clone(),
    };
    (object.kind(), name)
}

fn deleted(delete: &Delete) -> (ObjectKind, String) {
    let (Delete::Registrar(name)
    | Delete::IdnTable(name)
    | Delete::Contact(name)
    | Delete::HostName(name)
    | Delete::HostRoid(name)
    | Delete::Domain(name)
    | Delete::Nndn(name)) = delete;
    (delete.kind(), name.clone())
}

type Objects = BTreeMap<(ObjectKind, String), Object>;

fn objects(full: &Full<'_, Memory>) -> Objects {
    let mut objects = Objects::new();
    let mut each = |object: Object| {
        let twice = objects.insert(key(&object), object);
        assert!(twice.is_none(), "{twice:?} is told twice");
        Ok::<(), ()>(())
    };
    full.for_each(&mut each).expect("told");
    objects
}

/// What changed and went away, by kind; for the test to know that it has seen them.
type Seen = BTreeMap<(ObjectKind, bool), usize>;

/// Compares the two states of a TLD, of which the first has it.
fn compare(before: (&Memory, Timestamp), after: (&Memory, Timestamp), changed: Changed, tld: &str, seen: &mut Seen) {
    let (said_before, said_after) = (announced(before.0), announced(after.0));
    let before = Full::survey(before.0, tld, before.1, &said_before).expect("there");
    let after = Full::survey(after.0, tld, after.1, &said_after).expect("there");
    let (mut objects, expected) = (objects(&before), objects(&after));
    let difference = Difference::survey(&before, &after, changed);
    let counted: Vec<_> = difference.counts().into_iter().filter(|(_, count)| *count > 0).collect();
    let of_full: Vec<_> = after.counts().into_iter().filter(|(_, count)| *count > 0).collect();
    assert_eq!(counted, of_full, "the header counts what there is");
    let mut gone = |delete: Delete| {
        assert!(counted_kind(&difference, delete.kind()), "{delete:?} is of a kind that the header does not know");
        assert!(objects.remove(&deleted(&delete)).is_some(), "{delete:?} was not there");
        *seen.entry((delete.kind(), true)).or_default() += 1;
        Ok::<(), ()>(())
    };
    difference.for_each_delete(&mut gone).expect("told");
    let mut told = Objects::new();
    let mut each = |object: Object| {
        let is_rule = matches!(object, Object::EppParams(_) | Object::Policy(_));
        assert!(is_rule || objects.get(&key(&object)) != Some(&object), "{object:?} is as it was");
        *seen.entry((object.kind(), false)).or_default() += 1;
        assert!(told.insert(key(&object), object).is_none(), "told twice");
        Ok::<(), ()>(())
    };
    difference.for_each(&mut each).expect("told");
    objects.extend(told);
    objects.retain(|(kind, _), _| *kind != ObjectKind::Policy);
    let expected: Objects = expected.into_iter().filter(|((kind, _), _)| *kind != ObjectKind::Policy).collect();
    for (key, object) in &expected {
        assert_eq!(objects.get(key), Some(object), "{tld}: {key:?}");
    }
    assert_eq!(objects.len(), expected.len(), "{tld}: something is still there");
}

fn counted_kind(difference: &Difference<'_, '_, Memory>, kind: ObjectKind) -> bool {
    difference.counts().iter().any(|(of, _)| *of == kind)
}

#[test]
fn an_earlier_deposit_and_the_difference_are_the_later_deposit() {
    let mut seen = Seen::new();
    for seed in 0..24 {
        let (mut world, mut random) = (begin(), SplitMix64::new(seed));
        let mut before = (records(&world.memory), world.now);
        for _ in 0..6 {
            let steps = 1 + random.below(120) as usize;
            live(&mut world, &mut random, steps);
            // A grace period may run out without any command.
            world.pass(world.now.plus_days(random.below(3) as i64));
            let after = (records(&world.memory), world.now.plus_days(random.below(2) as i64));
            let keys = before.0.keys().chain(after.0.keys());
            let keys: std::collections::BTreeSet<_> =
                keys.filter(|key| before.0.get(*key) != after.0.get(*key)).collect();
            let (old, new) = (memory(&before.0), memory(&after.0));
            for tld in ["example", "test", "attr", "choice"] {
                let mut changed = Changed::default();
                for (kind, key) in &keys {
                    let kind = Kind::ALL.into_iter().find(|known| *known as u8 == *kind).expect("a kind");
                    changed.note(kind, key);
                }
                compare((&old, before.1), (&new, after.1), changed, tld, &mut seen);
            }
            before = after;
        }
    }
    for kind in [ObjectKind::Contact, ObjectKind::Host, ObjectKind::Domain, ObjectKind::Nndn] {
        assert!(seen.contains_key(&(kind, false)) && seen.contains_key(&(kind, true)), "{kind:?}: {seen:?}");
    }
    assert!(seen.contains_key(&(ObjectKind::Registrar, false)), "{seen:?}");
}
