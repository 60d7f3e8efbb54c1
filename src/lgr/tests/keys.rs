//! Variant keys and dispositions against brute force: small random tables and labels, all permutations.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::{Stored, document};
use crate::lgr::parse;

/// A table over the letters a to e: sources with their targets; each letter is in the repertoire.
type Mappings = Vec<(String, String)>;

fn word(least: usize) -> impl Strategy<Value = String> {
    proptest::collection::vec(prop::sample::select(vec!['a', 'b', 'c', 'd', 'e']), least..=3)
        .prop_map(|letters| letters.into_iter().collect())
}

fn mappings() -> impl Strategy<Value = Mappings> {
    proptest::collection::vec((word(1), word(0)), 1..5)
}

fn points(word: &str) -> String {
    word.chars().map(|c| format!("{:04X}", u32::from(c))).collect::<Vec<_>>().join(" ")
}

/// The table as XML, each mapping with a type of its own.
fn xml(mappings: &Mappings) -> String {
    let mut entries: BTreeMap<String, BTreeSet<String>> =
        "abcde".chars().map(|c| (c.to_string(), BTreeSet::new())).collect();
    for (source, target) in mappings {
        entries.entry(source.clone()).or_default().insert(target.clone());
    }
    let data: String = entries
        .iter()
        .map(|(source, targets)| {
            let vars: String =
                targets.iter().map(|target| format!("<var cp=\"{}\" type=\"t\"/>", points(target))).collect();
            format!("<char cp=\"{}\">{vars}</char>", points(source))
        })
        .collect();
    document(&data, "<action disp=\"variant\" any-variant=\"t\"/>")
}

/// All permutations of a label by brute force (section 8.2).
fn permutations(mappings: &Mappings, label: &str) -> BTreeSet<String> {
    let Some(first) = label.chars().next() else { return BTreeSet::from([String::new()]) };
    let mut all = BTreeSet::new();
    for rest in permutations(mappings, &label[1..]) {
        all.insert(format!("{first}{rest}"));
    }
    for (source, target) in mappings {
        if let Some(rest) = label.strip_prefix(source.as_str()) {
            for rest in permutations(mappings, rest) {
                all.insert(format!("{target}{rest}"));
                all.insert(format!("{source}{rest}"));
            }
        }
    }
    all
}

fn label() -> impl Strategy<Value = String> {
    proptest::collection::vec(prop::sample::select(vec!['a', 'b', 'c', 'd', 'e']), 0..6)
        .prop_map(|letters| letters.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Every variant has the key of its label, and so has every variant of that.
    #[test]
    fn all_variants_have_one_key(mappings in mappings(), label in label()) {
        let Ok(table) = parse(&xml(&mappings)) else { return Ok(()) };
        let stored = Stored::new(&table);
        let key = stored.table().variant_key(&label);
        for variant in permutations(&mappings, &label) {
            prop_assert_eq!(&stored.table().variant_key(&variant), &key, "{} and {}", label, variant);
            for further in permutations(&mappings, &variant).iter().take(50) {
                prop_assert_eq!(&stored.table().variant_key(further), &key);
            }
        }
    }

    /// A key is the key of itself when no word stands for a letter: it is a label with the same key.
    #[test]
    fn a_key_is_its_own_key(mappings in mappings(), label in label()) {
        let Ok(table) = parse(&xml(&mappings)) else { return Ok(()) };
        let stored = Stored::new(&table);
        let key = stored.table().variant_key(&label);
        prop_assert_eq!(stored.table().variant_key(&key), key);
    }

    /// Exactly the permutations are variants.
    #[test]
    fn exactly_the_permutations_are_variants(mappings in mappings(), label in label(), other in label()) {
        let Ok(table) = parse(&xml(&mappings)) else { return Ok(()) };
        let stored = Stored::new(&table);
        let all = permutations(&mappings, &label);
        prop_assert_eq!(stored.table().disposition(&label, &other).is_some(), all.contains(&other));
        for variant in &all {
            let found = stored.table().disposition(&label, variant);
            prop_assert!(found.is_some(), "{} to {}", label, variant);
        }
    }

    /// The enumeration gives all permutations but the label itself, or says that it does not.
    #[test]
    fn the_enumeration_is_complete(mappings in mappings(), label in label()) {
        let Ok(table) = parse(&xml(&mappings)) else { return Ok(()) };
        let stored = Stored::new(&table);
        let found = stored.table().variants(&label, 100_000);
        let mut all = permutations(&mappings, &label);
        all.remove(&label);
        let labels: BTreeSet<String> = found.labels.iter().map(|variant| variant.label.clone()).collect();
        prop_assert!(found.is_complete);
        prop_assert_eq!(labels, all);
    }

    /// The enumeration stops where it is told to.
    #[test]
    fn the_enumeration_is_bounded(mappings in mappings(), label in label(), most in 0_usize..4) {
        let Ok(table) = parse(&xml(&mappings)) else { return Ok(()) };
        let stored = Stored::new(&table);
        let found = stored.table().variants(&label, most);
        let all = stored.table().variants(&label, 100_000);
        prop_assert!(found.labels.len() <= most);
        prop_assert_eq!(found.is_complete, all.labels.len() <= most);
    }
}

#[test]
fn keys_of_sequences_do_not_depend_on_the_division() {
    // ß, β and a pair of s, of which each has a look-alike of its own: as in the Latin reference table.
    let stored = Stored::of(&xml(&[("a", "bb"), ("bb", "a"), ("b", "c"), ("c", "b")].map(owned).to_vec()));
    let key = |label: &str| stored.table().variant_key(label);
    assert_eq!(key("ab"), key("ba"), "bbb is divided both ways");
    assert_eq!(key("aa"), key("bcbc"));
    assert_ne!(key("a"), key("b"));
    assert_ne!(key("ab"), key("aa"));
    // A consonant below another: only the whole sequences are variants, not what they are made of.
    let stored = Stored::of(&xml(&[("ab", "ac"), ("ac", "ab")].map(owned).to_vec()));
    let key = |label: &str| stored.table().variant_key(label);
    assert_eq!(key("dabe"), key("dace"));
    assert_ne!(key("dbe"), key("dce"));
    // Code points that only change places are taken as one.
    let stored = Stored::of(&xml(&[("ab", "ba")].map(owned).to_vec()));
    let key = |label: &str| stored.table().variant_key(label);
    assert_eq!(key("cab"), key("cba"));
}

fn owned((source, target): (&str, &str)) -> (String, String) {
    (source.to_owned(), target.to_owned())
}

#[test]
fn thousands_of_variants_cost_no_more() {
    // 250 sets of 20 code points, each a variant of each other: 5,000 code points with 19 variants and their own.
    let table = |size: u32| {
        let data: String = (0..5_000)
            .map(|at: u32| {
                let set = 0x4E00 + at / 20 * 20;
                let vars: String =
                    (set..set + size).map(|point| format!("<var cp=\"{point:04X}\" type=\"blocked\"/>")).collect();
                format!("<char cp=\"{:04X}\">{vars}</char>", 0x4E00 + at)
            })
            .collect();
        Stored::of(&document(&data, ""))
    };
    let label: String = (0..60_u32).filter_map(|at| char::from_u32(0x4E00 + at * 83 % 5_000)).collect();
    let steps = |stored: &Stored| {
        let mut steps = 0;
        stored.table().count_key(&label, &mut steps);
        steps
    };
    let large = table(20);
    assert_eq!(steps(&large), steps(&table(1)), "20 ^ 60 permutations take the steps of one");
    assert!(steps(&large) <= 2 * 60);
    let other: String =
        label.chars().filter_map(|c| char::from_u32((u32::from(c) - 0x4E00) / 20 * 20 + 0x4E00)).collect();
    assert_eq!(large.table().variant_key(&label), large.table().variant_key(&other));
    assert_eq!(large.table().disposition(&label, &other).map(|found| found.name), Some("blocked"));
    let some = large.table().variants(&label, 3);
    assert!(some.labels.len() == 3 && !some.is_complete);
}

#[test]
fn few_tables_are_refused() {
    // All pairs of mappings between words of up to three letters of two: nobody would write most of them.
    let words: Vec<String> = (1..=3)
        .flat_map(|len| {
            (0..1 << len).map(move |bits: u32| (0..len).map(|at| if bits >> at & 1 == 0 { 'a' } else { 'b' }).collect())
        })
        .collect();
    let mappings: Vec<(String, String)> =
        words.iter().flat_map(|a| words.iter().filter(move |b| a < *b).map(move |b| (a.clone(), b.clone()))).collect();
    let pairs = mappings
        .iter()
        .enumerate()
        .step_by(7)
        .flat_map(|(at, a)| mappings.iter().skip(at + 1).step_by(5).map(move |b| vec![a.clone(), b.clone()]));
    let (mut all, mut refused) = (0, 0);
    for table in pairs {
        all += 1;
        refused += usize::from(parse(&xml(&table)).is_err());
    }
    assert!(all > 100 && refused * 5 <= all, "{refused} of {all}");
}
