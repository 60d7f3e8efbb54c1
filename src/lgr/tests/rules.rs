//! Rules against a naive matcher that follows one way after the other, and their cost.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{Stored, document};
use crate::lgr::fuzz;

/// A match operator.
#[derive(Clone, Debug)]
enum Operator {
    Char(char),
    Any,
    Class(Vec<char>),
    Sequence(Vec<Operator>),
    Choice(Vec<Operator>),
    Count(Box<Operator>, usize, Option<usize>),
}

fn operator() -> impl Strategy<Value = Operator> {
    let letter = || prop::sample::select(vec!['a', 'b', 'c']);
    let leaf = prop_oneof![
        letter().prop_map(Operator::Char),
        Just(Operator::Any),
        proptest::collection::vec(letter(), 1..3).prop_map(Operator::Class),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 1..4).prop_map(Operator::Sequence),
            proptest::collection::vec(inner.clone(), 2..4).prop_map(Operator::Choice),
            (inner.clone(), 0_usize..3).prop_map(|(of, least)| Operator::Count(Box::new(of), least, None)),
            (inner, 0_usize..3, 1_usize..3).prop_map(|(of, least, more)| Operator::Count(
                Box::new(of),
                least,
                Some(least + more)
            )),
        ]
    })
}

impl Operator {
    fn xml(&self, count: &str) -> String {
        let all = |parts: &[Self]| parts.iter().map(|part| part.xml("")).collect::<String>();
        match self {
            Self::Char(c) => format!("<char cp=\"{:04X}\"{count}/>", u32::from(*c)),
            Self::Any => format!("<any{count}/>"),
            Self::Class(of) => {
                let points: Vec<String> = of.iter().map(|c| format!("{:04X}", u32::from(*c))).collect();
                format!("<class{count}>{}</class>", points.join(" "))
            }
            Self::Sequence(parts) => format!("<rule{count}>{}</rule>", all(parts)),
            Self::Choice(parts) => format!("<choice{count}>{}</choice>", all(parts)),
            Self::Count(of, least, most) => {
                let range = most.map_or(format!("{least}+"), |most| format!("{least}:{most}"));
                let inner = format!(" count=\"{range}\"");
                format!("<rule{count}>{}</rule>", of.xml(&inner))
            }
        }
    }

    /// The places where it can end when it begins at `at`.
    fn ends(&self, label: &[char], at: usize) -> BTreeSet<usize> {
        let one = |is: &dyn Fn(char) -> bool| label.get(at).filter(|c| is(**c)).map(|_| at + 1).into_iter().collect();
        match self {
            Self::Char(c) => one(&|found| found == *c),
            Self::Any => one(&|_| true),
            Self::Class(of) => one(&|found| of.contains(&found)),
            Self::Sequence(parts) => parts.iter().fold(BTreeSet::from([at]), |places, part| {
                places.into_iter().flat_map(|place| part.ends(label, place)).collect()
            }),
            Self::Choice(parts) => parts.iter().flat_map(|part| part.ends(label, at)).collect(),
            Self::Count(of, least, most) => {
                let (mut places, mut all) = (BTreeSet::from([at]), BTreeSet::new());
                for times in 0..=most.unwrap_or(least + label.len() + 1) {
                    if times >= *least {
                        all.extend(&places);
                    }
                    places = places.into_iter().flat_map(|place| of.ends(label, place)).collect();
                }
                all
            }
        }
    }
}

const DATA: &str = "<char cp=\"0061\"/><char cp=\"0062\"/><char cp=\"0063\"/>";

fn letters(most: usize) -> impl Strategy<Value = Vec<char>> {
    proptest::collection::vec(prop::sample::select(vec!['a', 'b', 'c']), 0..=most)
}

fn letter_set() -> impl Strategy<Value = BTreeSet<u32>> {
    proptest::collection::btree_set(0x61..0x6B_u32, 1..8)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    /// A rule matches anywhere in a label when the naive matcher does.
    #[test]
    fn rules_match_as_the_naive_matcher_does(rule in operator(), label in letters(6)) {
        let rules = format!("<rule name=\"r\">{}</rule><action disp=\"yes\" match=\"r\"/>", rule.xml(""));
        let stored = Stored::of(&document(DATA, &rules));
        let expected = (0..=label.len()).any(|at| !rule.ends(&label, at).is_empty());
        let text: String = label.iter().collect();
        prop_assert_eq!(stored.table().judge(&text).disposition == "yes", expected);
    }

    /// A rule between start and end matches the whole label when the naive matcher does.
    #[test]
    fn rules_match_whole_labels(rule in operator(), label in letters(6)) {
        let rules =
            format!("<rule name=\"r\"><start/>{}<end/></rule><action disp=\"yes\" match=\"r\"/>", rule.xml(""));
        let stored = Stored::of(&document(DATA, &rules));
        let text: String = label.iter().collect();
        let expected = rule.ends(&label, 0).contains(&label.len());
        prop_assert_eq!(stored.table().judge(&text).disposition == "yes", expected);
    }

    /// A context holds where what is before the anchor and what is after it match; for every instance.
    #[test]
    fn contexts_hold_as_the_naive_matcher_says(before in operator(), after in operator(), label in letters(6)) {
        let rules = format!(
            "<rule name=\"r\"><look-behind>{}</look-behind><anchor/><look-ahead>{}</look-ahead></rule>",
            before.xml(""),
            after.xml("")
        );
        let data = "<char cp=\"0061\" when=\"r\"/><char cp=\"0062\"/><char cp=\"0063\"/>";
        let stored = Stored::of(&document(data, &rules));
        let holds = |at: usize| {
            (0..=at).any(|from| before.ends(&label, from).contains(&at)) && !after.ends(&label, at + 1).is_empty()
        };
        let expected = label.iter().enumerate().all(|(at, c)| *c != 'a' || holds(at));
        let text: String = label.iter().collect();
        prop_assert_eq!(stored.table().judge(&text).disposition == "valid", expected);
    }

    /// A rule costs at most its length times that of the label.
    #[test]
    fn rules_cost_no_more_than_their_length(rule in operator(), label in letters(60)) {
        let rules = format!("<rule name=\"r\">{}</rule>", rule.xml(""));
        let stored = Stored::of(&document(DATA, &rules));
        let points: Vec<u32> = label.iter().map(|c| u32::from(*c)).collect();
        let mut steps = 0;
        stored.table().count_match(0, &points, None, &mut steps);
        prop_assert!(steps <= 2 * stored.table().program.len() * (label.len() + 1), "{steps}");
    }

    /// Combined classes hold what set theory says.
    #[test]
    fn combined_classes_are_sets(a in letter_set(), b in letter_set()) {
        let class = |set: &BTreeSet<u32>| {
            let points: Vec<String> = set.iter().map(|point| format!("{point:04X}")).collect();
            format!("<class>{}</class>", points.join(" "))
        };
        let pair = format!("{}{}", class(&a), class(&b));
        let expected: [(&str, String, BTreeSet<u32>); 5] = [
            ("union", pair.clone(), a.union(&b).copied().collect()),
            ("intersection", pair.clone(), a.intersection(&b).copied().collect()),
            ("difference", pair.clone(), a.difference(&b).copied().collect()),
            ("symmetric-difference", pair, a.symmetric_difference(&b).copied().collect()),
            ("complement", class(&a), (0x61..0x6B).filter(|point| !a.contains(point)).collect()),
        ];
        for (operator, classes, set) in expected {
            let rules = format!(
                "<rule name=\"r\"><{operator}>{classes}</{operator}></rule><action disp=\"yes\" match=\"r\"/>"
            );
            let stored = Stored::of(&document("<range first-cp=\"0061\" last-cp=\"006A\"/>", &rules));
            for point in 0x61..0x6B_u32 {
                let label: String = char::from_u32(point).into_iter().collect();
                prop_assert_eq!(stored.table().judge(&label).disposition == "yes", set.contains(&point), "{}", operator);
            }
        }
    }

    /// Whatever is cut out of a table or written into it, nothing panics.
    #[test]
    fn broken_tables_do_not_panic(at in 0_usize..2_000, len in 0_usize..40, text in "[<>/=\" a-z0-9-]{0,8}") {
        const SEED: &str = include_str!("../../../fuzz/seeds/lgr/classes.xml");
        let clamp = |at: usize| (0..=at.min(SEED.len())).rev().find(|at| SEED.is_char_boundary(*at)).unwrap_or(0);
        let (start, end) = (clamp(at), clamp(at + len));
        fuzz(format!("{}{text}{}", &SEED[..start], &SEED[end.max(start)..]).as_bytes());
    }
}

#[test]
fn pathological_rules_cost_little() {
    let nested =
        format!("{}<char cp=\"0061\" count=\"0+\"/>{}", "<rule count=\"0+\">".repeat(20), "</rule>".repeat(20));
    let rules = format!("<rule name=\"r\"><start/>{nested}<char cp=\"0062\"/><end/></rule>");
    let stored = Stored::of(&document(DATA, &rules));
    let mut steps = 0;
    assert!(!stored.table().count_match(0, &[0x61; 63], None, &mut steps));
    assert!(steps < 20_000, "{steps}");
}

#[test]
fn seeds_of_the_fuzzer_are_tables() {
    for seed in
        [include_str!("../../../fuzz/seeds/lgr/classes.xml"), include_str!("../../../fuzz/seeds/lgr/sequences.xml")]
    {
        let (label, xml) = seed.split_once('\n').expect("a label and a table");
        assert!(!Stored::of(xml).table().judge(label).disposition.is_empty());
        fuzz(seed.as_bytes());
    }
}
