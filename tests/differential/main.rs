//! Decoder against schema validator: both judge the same thousands of seeded mutations of valid frames, and must agree.
//!
//! `DOMESDAY_SEED` repeats a run or tries another, `DOMESDAY_MUTANTS` sets how many documents are drawn.
#![allow(unreachable_pub, reason = "modules of a test binary")]

mod answers;
mod exceptions;
mod judge;
mod mutate;
mod namespaces;
mod octets;
mod random;
mod seeds;
mod structure;
mod tree;
mod values;
#[rustfmt::skip] // tables of values, several a line
mod words;

use std::collections::{BTreeMap, HashSet};

use judge::Judge;
use mutate::Mutant;
use random::Random;

const DEFAULT_SEED: u64 = 5730;
const DEFAULT_MUTANTS: usize = 12_000;

fn setting<T: std::str::FromStr>(name: &str, default: T) -> T {
    std::env::var(name).ok().map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

/// A judge, or nothing and one printed line where the schemas or lxml are missing.
fn judge_or_tell() -> Option<Judge> {
    Judge::start().map_err(|reason| println!("unchecked: {reason}")).ok()
}

/// Distinct mutants: the seeds themselves first, then `count` draws.
fn mutants(seed: u64, count: usize) -> Vec<Mutant> {
    let seeds = seeds::all();
    let parsed: Vec<_> = seeds.iter().map(|(name, text)| (name.clone(), tree::parse(text))).collect();
    let trees: Vec<_> = parsed.iter().map(|(_, tree)| tree.clone()).collect();
    let mut random = Random::new(seed);
    let originals = seeds.into_iter().map(|(name, text)| Mutant { document: text.into_bytes(), story: name });
    let mut seen = HashSet::new();
    originals
        .chain(std::iter::repeat_with(|| mutate::mutant(&mut random, &parsed, &trees)).take(count))
        .filter(|mutant| seen.insert(mutant.document.clone()))
        .collect()
}

/// What two verdicts on many documents come to.
#[derive(Default)]
struct Comparison {
    /// A description of every difference that no exception excuses.
    faults: Vec<String>,
    /// How often each exception excused a difference, by its reason.
    excused: BTreeMap<&'static str, usize>,
}

/// Judges each mutant twice.
fn compare(judge: &mut Judge, mutants: &[Mutant], decoder: impl Fn(&[u8]) -> Result<(), String>) -> Comparison {
    let mut comparison = Comparison::default();
    for mutant in mutants {
        let (excuse, fault) = match (judge.judge(&mutant.document), decoder(&mutant.document)) {
            (Ok(_), Ok(())) | (Err(_), Err(_)) => continue,
            (Ok(facts), Err(error)) => (
                exceptions::excused_refusal(&facts),
                format!("valid (facts: {facts:?}), but the decoder says: {error}"),
            ),
            (Err(error), Ok(())) => {
                (exceptions::excused_acceptance(&error), format!("the decoder accepts, but the judge says: {error}"))
            }
        };
        if let Some(reason) = excuse {
            *comparison.excused.entry(reason).or_default() += 1;
        } else {
            let text = String::from_utf8_lossy(&mutant.document);
            comparison.faults.push(format!("{fault}\n  story: {}\n  document: {text:?}\n", mutant.story));
        }
    }
    comparison
}

#[test]
fn judge_accepts_every_seed_and_rejects_a_broken_one() {
    let Some(mut judge) = judge_or_tell() else { return };
    for (name, text) in seeds::all() {
        assert_eq!(judge.judge(text.as_bytes()), Ok(String::new()), "{name}");
        // As a tree and back it is the same frame.
        assert_eq!(judge.judge(tree::parse(&text).to_text().as_bytes()), Ok(String::new()), "{name}");
        let broken = text.replacen("</epp>", "<epp/></epp>", 1);
        assert!(judge.judge(broken.as_bytes()).is_err(), "{name}");
    }
}

#[test]
fn what_extensions_add_to_responses_is_valid() {
    let Some(mut judge) = judge_or_tell() else { return };
    for (name, document) in answers::documents() {
        assert!(document.contains(&format!("<{name} ")), "{document}");
        assert_eq!(judge.judge(document.as_bytes()), Ok(String::new()), "{document}");
        let strange = document.replace(&format!("</{name}>"), &format!("<bogus/></{name}>"));
        assert!(judge.judge(strange.as_bytes()).is_err(), "the schema of {name} is loaded");
    }
}

#[test]
fn judge_rejects_what_only_policy_forbids() {
    let Some(mut judge) = judge_or_tell() else { return };
    let hello = r#"<epp xmlns="urn:ietf:params:xml:ns:epp-1.0"><hello/></epp>"#;
    assert_eq!(judge.judge(hello.as_bytes()), Ok(String::new()));
    let error = judge.judge(format!("<!DOCTYPE epp>{hello}").as_bytes()).expect_err("a DTD is refused");
    assert!(error.contains("document type"), "{error}");
    let latin = format!("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>{hello}");
    let error = judge.judge(latin.as_bytes()).expect_err("another encoding is refused");
    assert!(error.contains("encoding"), "{error}");
}

#[test]
fn generator_yields_thousands_of_distinct_documents_of_both_verdicts() {
    let mutants = mutants(DEFAULT_SEED, DEFAULT_MUTANTS);
    assert!(mutants.len() >= 5000, "{} distinct documents", mutants.len());
    let Some(mut judge) = judge_or_tell() else { return };
    let valid = mutants.iter().filter(|mutant| judge.judge(&mutant.document).is_ok()).count();
    println!("{} distinct documents, {valid} of them valid", mutants.len());
    let share = valid * 100 / mutants.len();
    assert!((20..=80).contains(&share), "{valid} of {} are valid", mutants.len());
}

#[test]
fn generator_gives_the_same_documents_for_the_same_seed() {
    let [one, two, other] = [7, 7, 8].map(|seed| mutants(seed, 200));
    let documents = |mutants: &[Mutant]| mutants.iter().map(|mutant| mutant.document.clone()).collect::<Vec<_>>();
    assert_eq!(documents(&one), documents(&two));
    assert_ne!(documents(&one), documents(&other));
}

#[test]
fn comparison_finds_a_decoder_that_accepts_all_and_one_that_refuses_all() {
    let Some(mut judge) = judge_or_tell() else { return };
    let mutants = mutants(DEFAULT_SEED, 300);
    assert!(!compare(&mut judge, &mutants, |_| Ok(())).faults.is_empty(), "too lax passes unseen");
    assert!(!compare(&mut judge, &mutants, |_| Err("no".into())).faults.is_empty(), "too strict passes unseen");
}

/// The decoder's verdict: the one place where the differential test touches it.
fn decoder_says(document: &[u8]) -> Result<(), String> {
    domesday::epp::decode::frame_is_valid(document)
}

#[test]
fn decoder_and_schema_validator_agree_on_every_mutant() {
    let Some(mut judge) = judge_or_tell() else { return };
    let seed = setting("DOMESDAY_SEED", DEFAULT_SEED);
    let mutants = mutants(seed, setting("DOMESDAY_MUTANTS", DEFAULT_MUTANTS));
    let Comparison { faults, excused } = compare(&mut judge, &mutants, decoder_says);
    println!("{} documents, {} differences, excused: {excused:#?}", mutants.len(), faults.len());
    let shown = faults.iter().take(12).cloned().collect::<Vec<_>>().join("\n");
    assert!(faults.is_empty(), "seed {seed}: {} of {} differ, the first:\n{shown}", faults.len(), mutants.len());
}
