//! Variants across the tables of a TLD.

use crate::model::command::Transform;
use crate::model::idn::{IdnTable, TldTable, VariantPolicy};
use crate::model::record::Tld;
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::checks;
use crate::registry::domain::fixture::{bare, delete, world};
use crate::registry::testing::{A, B, World};

/// Latin and Cyrillic that look alike, each table with the other's letters in the way of RFC 7940, section 7.2.1: variants, but
/// not of the repertoire. Only the Cyrillic one has a letter that nothing looks like (U+0436), only the Latin one a `z`.
fn table(own: [&str; 3], others: [&str; 3], letter: &str) -> String {
    let points = |own: &str, other: &str| {
        format!(
            "<char cp=\"{own}\"><var cp=\"{other}\" type=\"blocked\"/></char>\
             <char cp=\"{other}\"><var cp=\"{own}\" type=\"blocked\"/><var cp=\"{other}\" type=\"out-of-repertoire-var\"/></char>"
        )
    };
    let alike: String = own.iter().zip(others).map(|(own, other)| points(own, other)).collect();
    format!(
        "<lgr xmlns=\"urn:ietf:params:xml:ns:lgr-1.0\"><data>{alike}<char cp=\"{letter}\"/></data><rules>\
         <action disp=\"invalid\" any-variant=\"out-of-repertoire-var\"/><action disp=\"blocked\" any-variant=\"blocked\"/>\
         <action disp=\"valid\"/></rules></lgr>"
    )
}

/// The TLD test with these tables, variants for the same holder where a table says so.
fn with_tables(tags: &[&str]) -> World {
    let (latin, cyrillic) = (["0061", "0063", "0065"], ["0430", "0441", "0435"]);
    let mut world = world();
    let mut tld = checks::native::<Tld>(world.memory.tld("test").expect("there"));
    tld.idn = true;
    for tag in tags {
        let xml = if *tag == "latn" { table(latin, cyrillic, "007A") } else { table(cyrillic, latin, "0436") };
        let lgr = crate::lgr::parse(&xml).expect("a table");
        let table = IdnTable { tag: (*tag).into(), version: 1, loaded: world.now, lgr };
        tld.idn_policy.tables.push(TldTable { tag: (*tag).into(), variants: VariantPolicy::SameHolder });
        world.put(vec![Change::PutIdnTable(table)]);
    }
    world.put(vec![Change::PutTld(tld)]);
    world
}

fn name(label: &str) -> String {
    let label = if label.is_ascii() { label.to_owned() } else { crate::ulabel::a_label(label).expect("a U-label") };
    format!("{label}.test")
}

fn create(world: &mut World, clid: &str, label: &str) -> u16 {
    world.code(clid, &Transform::DomainCreate(bare(&name(label))))
}

#[test]
fn a_label_of_one_table_keeps_its_look_alike_of_another_away() {
    const LATIN: &str = "ace";
    const CYRILLIC: &str = "асе";
    for tables in [&["latn", "cyrl"][..], &["cyrl", "latn"], &["cyrl"]] {
        for (first, second) in [(LATIN, CYRILLIC), (CYRILLIC, LATIN)] {
            let mut world = with_tables(tables);
            assert_eq!(create(&mut world, A, first), 1000, "{tables:?} {first}");
            for clid in [A, B] {
                assert_eq!(create(&mut world, clid, second), 2306, "{tables:?} {first} is there, not {second}");
            }
            assert_eq!(world.code(A, &delete(&name(first))), 1000);
            assert_eq!(create(&mut world, B, second), 1000, "{tables:?} {first} is gone");
        }
    }
}

#[test]
fn labels_that_no_table_relates_stand_side_by_side() {
    let mut world = with_tables(&["latn", "cyrl"]);
    // With a letter that the other table does not have there is no look-alike.
    for label in ["acez", "асеж", "zz", "ece"] {
        assert_eq!(create(&mut world, A, label), 1000, "{label}");
    }
    assert_eq!(create(&mut world, A, "есе"), 2306);
    // Mixed: of no table.
    assert_eq!(create(&mut world, A, "аce"), 2306);
}
