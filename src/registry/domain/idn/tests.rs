//! What checks say of internationalized names, what a judgement records, and what it costs.

mod across;

use std::cell::RefCell;

use super::*;
use crate::model::answer::Answer;
use crate::model::command::{DomainCreate, Query, Transform};
use crate::model::operator::{IdnRekey, OperatorCommand};
use crate::model::record::{Kind, Tld};
use crate::model::transaction::Change;
use crate::model::view::{Record, View};
use crate::registry::domain::fixture::{self, delete, maximum, minimum};
use crate::registry::testing::idn::{LATIN, load, take};
use crate::registry::testing::{A, B, World};
use crate::registry::{checks, invariants};

/// sön.
const SON: &str = "xn--sn-fka.test";
/// ее and её, Cyrillic.
const EE: [&str; 2] = ["xn--e1aa.test", "xn--e1a0d.test"];

fn world() -> World {
    let mut world = fixture::world();
    world.put_idn_tables();
    world
}

fn data(table: &str, u_name: Option<&str>) -> IdnData {
    IdnData { table: table.into(), u_name: u_name.map(str::to_owned) }
}

fn create(world: &mut World, clid: &str, name: &str) -> u16 {
    world.code(clid, &Transform::DomainCreate(minimum(name)))
}

fn judged_by(view: &impl View, name: &str, given: Option<&IdnData>, clid: &str) -> Result<Judged, IdnFault> {
    let (_, tld) = name.split_once('.').expect("two labels");
    judge(view, view.tld(tld).expect("there"), name, given, &Holder { clid, registrant: None })
}

/// What a check says: the reason, and the registered name that it is a variant of.
fn checked(world: &World, clid: &str, name: &str, idn: Option<IdnData>) -> (Option<&'static str>, Option<String>) {
    let query = Query::DomainCheck { names: vec![name.into()], fee: None, idn, token: None };
    let Ok((_, Answer::DomainChecked { objects, .. })) = world.ask(clid, &query) else { panic!("{name}") };
    objects.into_iter().next().map(|found| (found.reason, found.variant_of)).expect("one name was asked about")
}

#[test]
fn a_check_says_why_an_idn_cannot_be_registered() {
    let mut world = world();
    let plain = |name, table: Option<IdnData>, expected: Option<&'static str>, world: &World| {
        assert_eq!(checked(world, A, name, table), (expected, None), "{name}");
    };
    let (not_valid, other) = (Some("Not valid in the IDN table"), Some("uname is another name"));
    plain(SON, None, None, &world);
    plain(SON, Some(data("latin", Some("sön.test"))), None, &world);
    plain(SON, Some(data("cyrillic", None)), not_valid, &world);
    plain("xn--s-bga.test", None, not_valid, &world);
    plain("xn--n-zfa.test", None, not_valid, &world);
    plain(SON, Some(data("greek", None)), Some("Unknown IDN table"), &world);
    plain(SON, Some(data("latin", Some("nö.test"))), other, &world);
    plain(SON, Some(data("latin", Some("☃.test"))), other, &world);
    plain("xn--sn-fka.example", None, Some("No IDNs in this TLD"), &world);
    plain("new.example", Some(data("latin", None)), Some("Unknown IDN table"), &world);

    for name in ["sse.test", SON, EE[0]] {
        assert_eq!(create(&mut world, A, name), 1000);
    }
    let variant = |of: &str| (Some("Variant of a registered name"), Some(of.to_owned()));
    // ße; whoever asks, as the table has it so.
    assert_eq!(checked(&world, A, "xn--e-pfa.test", None), variant("sse.test"));
    assert_eq!(checked(&world, B, "son.test", None), variant(SON));
    assert_eq!(checked(&world, A, EE[1], None), (None, None), "its holder may have it");
    assert_eq!(checked(&world, B, EE[1], None), variant(EE[0]));
    assert_eq!(checked(&world, B, SON, None), (Some("In use"), None));

    let mut tld = checks::native::<Tld>(world.memory.tld("test").expect("there"));
    (tld.idn_policy.tag_required, tld.idn_policy.only) = (true, true);
    world.put(vec![Change::PutTld(tld)]);
    plain("xn--s-qfa.test", None, Some("IDN table must be named"), &world);
    plain("new.test", None, Some("Only IDNs in this TLD"), &world);
}

#[test]
fn a_refusal_says_what_is_wrong() {
    let world = world();
    for (name, given, code, said) in [
        ("xn--s-bga.test", None, 2306, "not valid in table latin: invalid: U+00E9 at place 2 is not in the repertoire"),
        ("xn--n-zfa.test", None, 2306, "U+00E4 at place 1 may not stand there: rule \"first\" matches"),
        (SON, Some(data("greek", None)), 2306, "this TLD has no such table"),
        (SON, Some(data("latin", Some("nö.test"))), 2306, "the name is sön.test in Unicode"),
        (SON, Some(data("latin", Some("☃.test"))), 2005, "U+2603"),
    ] {
        let refusal = judged_by(&world.memory, name, given.as_ref(), A).expect_err(said).refusal(name);
        assert_eq!(refusal.code(), code, "{said}");
        assert!(refusal.to_string().contains(said), "{refusal}");
    }
}

#[test]
fn a_name_has_a_table_where_it_is_an_idn_and_a_key_of_each_table_that_has_its_label() {
    let mut world = world();
    let policy = VariantPolicy::Blocked;
    world.operate(&load("latin-too", &LATIN.replace("0065", "0066"))).expect("good");
    world.operate(&take("test", &[("latin-too", policy), ("latin", policy)])).expect("good");
    let judged = |name, given: Option<IdnData>| judged_by(&world.memory, name, given.as_ref(), A).expect(name);
    let label = |table: &str, u_name: &str| Some(IdnLabel { table: table.into(), u_name: u_name.into() });
    // Both have the label; the first table is tried first.
    let (first, named) = (judged(SON, None), judged(SON, Some(data("latin", None))));
    assert_eq!((first.label, first.keys.len()), (label("latin-too", "sön.test"), 2));
    assert_eq!((named.label, named.keys), (label("latin", "sön.test"), first.keys));
    // The first has no e, so that the second takes it, and it is found by that one alone.
    let second = judged("xn--e-pfa.test", None);
    assert_eq!((second.label, second.keys.len()), (label("latin", "ße.test"), 1));
    // ASCII: found by its keys all the same, and internationalized where the client says so.
    let (ascii, named) = (judged("son.test", None), judged("son.test", Some(data("latin", None))));
    assert_eq!((ascii.label, ascii.keys.len()), (None, 2));
    assert_eq!(named.label, label("latin", "son.test"));
    assert_eq!(judged("abc.test", None), Judged::default());
    // ö is a variant of o in both.
    assert_eq!(ascii.keys, judged(SON, None).keys);
}

#[test]
fn a_table_that_a_reader_does_not_see_yet_judges_nothing() {
    let world = world();
    let blind = Counting { missing: Some(Kind::IdnTable), ..Counting::of(&world) };
    assert!(matches!(judged_by(&blind, SON, None, A), Err(IdnFault::Unknown(_))));
    let named = data("latin", None);
    assert!(matches!(judged_by(&blind, SON, Some(&named), A), Err(IdnFault::Unknown(table)) if table == "latin"));
    assert_eq!(judged_by(&blind, "son.test", None, A).expect("ASCII"), Judged::default());
}

#[test]
fn a_variant_stands_beside_a_name_where_table_holder_and_policy_let_it() {
    let mut world = world();
    world.operate(&take("example", &[("latin", VariantPolicy::SameHolder)])).expect("good");
    let create = |world: &mut World, clid: &str, name: &str, registrant: &str| {
        let create = DomainCreate { registrant: Some(registrant.into()), ..maximum(name) };
        world.code(clid, &Transform::DomainCreate(create))
    };
    assert_eq!(create(&mut world, A, "xn--sn-fka.example", "jd1234"), 1000);
    assert_eq!(create(&mut world, A, "son.example", "other"), 2306, "another registrant");
    assert_eq!(create(&mut world, B, "son.example", "jd1234"), 2306, "another registrar");
    assert_eq!(create(&mut world, A, "son.example", "jd1234"), 1000);
    // ss and ß never stand side by side by this table, whoever holds them.
    assert_eq!(create(&mut world, A, "sse.example", "jd1234"), 1000);
    assert_eq!(create(&mut world, A, "xn--e-pfa.example", "jd1234"), 2306);
    // All that are there must let it: one that has gone to another registrant does not.
    assert_eq!(create(&mut world, A, "soo.example", "jd1234"), 1000);
    assert_eq!(create(&mut world, A, "xn--so-fka.example", "jd1234"), 1000, "söo");
    let change = fixture::chg("soo.example", Some("other"), None);
    assert_eq!(world.code(A, &change), 1000);
    assert_eq!(create(&mut world, A, "xn--so-gka.example", "jd1234"), 2306, "soö");
    invariants::check(&world.memory, world.now).expect("whole");
}

#[test]
fn a_name_that_has_gone_or_been_rekeyed_blocks_no_longer() {
    let mut world = world();
    assert_eq!(create(&mut world, A, SON), 1000);
    assert_eq!(create(&mut world, B, "son.test"), 2306);
    // A table without ö as a variant: until the rekey the name has the keys of the old one.
    let apart = LATIN.replace(r#"<char cp="006F"><var cp="00F6" type="allocatable"/></char>"#, r#"<char cp="006F"/>"#);
    let apart = apart.replace(r#"<char cp="00F6"><var cp="006F" type="allocatable"/></char>"#, r#"<char cp="00F6"/>"#);
    world.operate(&load("latin", &apart)).expect("good");
    world.operate(&OperatorCommand::IdnRekey(IdnRekey { name: SON.into() })).expect("other keys");
    invariants::check(&world.memory, world.now).expect("whole");
    assert_eq!(create(&mut world, B, "son.test"), 1000);
    world.operate(&load("latin", LATIN)).expect("good");
    // Both stay, and what they are variants of now is for the next to find: nothing keeps a rekey from it.
    world.operate(&OperatorCommand::IdnRekey(IdnRekey { name: SON.into() })).expect("other keys");
    assert_eq!(world.code(B, &delete("son.test")), 1000);
    invariants::check(&world.memory, world.now).expect("whole");
    assert_eq!(create(&mut world, B, "son.test"), 2306);
}

/// A registry that notes the kinds of the records that are looked up, and hides those of one kind.
struct Counting<'w> {
    world: &'w World,
    seen: RefCell<Vec<Kind>>,
    missing: Option<Kind>,
}

impl<'w> Counting<'w> {
    fn of(world: &'w World) -> Self {
        Self { world, seen: RefCell::default(), missing: None }
    }
}

impl View for Counting<'_> {
    fn record<R: Record>(&self, key: &[u8]) -> Option<&R::Archived> {
        self.seen.borrow_mut().push(R::KIND);
        self.world.memory.record::<R>(key).filter(|_| self.missing != Some(R::KIND))
    }

    fn count(&self, kind: Kind, key: &[u8]) -> u64 {
        self.seen.borrow_mut().push(kind);
        self.world.memory.count(kind, key)
    }
}

#[test]
fn a_variant_is_found_with_one_look_up_a_table_however_many_there_are() {
    // 60 sets of 6 code points that are all variants of each other, and 60 code points without a variant.
    let set = |first: u32| (first..first + 6).map(move |point| (first, point));
    let point = |(first, point): (u32, u32)| {
        let others = (first..first + 6).filter(|other| *other != point);
        let vars: String = others.map(|other| format!("<var cp=\"{other:04X}\" type=\"blocked\"/>")).collect();
        format!("<char cp=\"{point:04X}\">{vars}</char>")
    };
    let varied: String = (0..60).flat_map(|at| set(0x4E00 + 6 * at)).map(point).collect();
    let plain: String = (0x6E00..0x6E3C).map(|point| format!("<char cp=\"{point:04X}\"/>")).collect();
    let xml = format!("<lgr xmlns=\"urn:ietf:params:xml:ns:lgr-1.0\"><data>{varied}{plain}</data></lgr>");
    let mut world = fixture::world();
    let tables = ["han-a", "han-b", "han-c"];
    tables.iter().for_each(|tag| world.operate(&load(tag, &xml)).expect("good"));
    world.operate(&take("test", &tables.map(|tag| (tag, VariantPolicy::Blocked)))).expect("good");

    let name = |points: &[u32]| {
        let label: String = points.iter().filter_map(|point| char::from_u32(*point)).collect();
        format!("{}.test", ulabel::a_label(&label).expect("a U-label"))
    };
    let look_ups = |world: &World, name: &str| {
        let counting = Counting::of(world);
        let outcome = judged_by(&counting, name, None, A);
        let seen = counting.seen.into_inner();
        let of_variants = seen.iter().filter(|kind| **kind == Kind::Variants).count();
        (outcome, of_variants, seen.len())
    };
    // Eight code points: one label, and 6 ^ 8 = 1,679,616.
    let simple = name(&[0x6E01, 0x6E02, 0x6E03, 0x6E04, 0x6E05, 0x6E06, 0x6E07, 0x6E08]);
    let varied: Vec<u32> = (0..8).map(|at| 0x4E00 + 6 * at).collect();
    let (first, last) = (name(&varied), name(&varied.iter().map(|point| point + 5).collect::<Vec<_>>()));
    let (outcome, of_variants, all) = look_ups(&world, &simple);
    assert!(outcome.is_ok());
    assert_eq!((of_variants, look_ups(&world, &first).1, look_ups(&world, &first).2), (3, 3, all));
    // One that is there is found at the first table.
    assert_eq!(create(&mut world, A, &first), 1000);
    let (outcome, of_variants, found) = look_ups(&world, &last);
    assert!(matches!(outcome, Err(IdnFault::Variant { of }) if of == first));
    assert!(of_variants == 1 && found < all, "{of_variants} {found} {all}");
    invariants::check(&world.memory, world.now).expect("whole");
}
