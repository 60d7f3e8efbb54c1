//! From mappings to what variant keys are made of: representatives of code points, and a convergent rewriting system.
//!
//! Why that is right is told in [`key`](super::key).

use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap};

use super::fault::{Fault, LgrError};
use super::{COMPLETION_STEPS, LABEL_POINTS, REWRITES};

type Word = Vec<u32>;
type Equation = (Word, Word);

/// What variant keys are made of.
pub(super) struct Solution {
    /// What stands for code points.
    pub(super) folds: BTreeMap<u32, Word>,
    /// From left to right side.
    pub(super) rewrites: BTreeMap<Word, Word>,
}

/// Solves the equations `source = target`.
///
/// # Errors
/// [`Fault::NoKey`] when no convergent system is found within the limits that needs a number of steps linear in the
/// length of a label.
pub(super) fn solve(mappings: &[Equation]) -> Result<Solution, LgrError> {
    let mut sets = Sets::default();
    let mut longer: Vec<&Equation> = Vec::new();
    for mapping in mappings {
        match (mapping.0.as_slice(), mapping.1.as_slice()) {
            ([a], [b]) => sets.unite(*a, *b),
            (a, b) if a == b => {}
            _ => longer.push(mapping),
        }
    }
    // Where code points only change places no weight sinks; then those that stand at the same places are taken as one.
    for merges_equal_lengths in [false, true] {
        if merges_equal_lengths {
            for (from, to) in longer.iter().filter(|(from, to)| from.len() == to.len()) {
                from.iter().zip(to).for_each(|(a, b)| sets.unite(*a, *b));
            }
        }
        if let Some(solution) = attempt(&mut sets, &longer) {
            return Ok(solution);
        }
    }
    let shown = longer.first().map(|(from, to)| format!("{} to {}", shown(from), shown(to)));
    Err(LgrError::new(0, Fault::NoKey { mapping: shown.unwrap_or_default() }))
}

fn attempt(sets: &mut Sets, longer: &[&Equation]) -> Option<Solution> {
    let mut folded = |word: &Word| word.iter().map(|point| sets.first(*point)).collect::<Word>();
    let equations: BTreeSet<Equation> = longer.iter().map(|(a, b)| (folded(a), folded(b))).collect();
    let (words, equations) = eliminate(equations.into_iter().collect())?;
    let rewrites = Completion::default().run(equations)?;
    if !sinks(&rewrites) {
        return None;
    }
    let mut folds: BTreeMap<u32, Word> = BTreeMap::new();
    for (point, first) in sets.all() {
        folds.insert(point, words.get(&first).cloned().unwrap_or_else(|| vec![first]));
    }
    folds.extend(words);
    Some(Solution { folds, rewrites })
}

/// Takes out the equations that say what to put for a code point; what is to be put, and the equations left.
fn eliminate(mut open: Vec<Equation>) -> Option<(BTreeMap<u32, Word>, BTreeSet<Equation>)> {
    let mut words: BTreeMap<u32, Word> = BTreeMap::new();
    let mut steps = 0_usize;
    while let Some((at, point)) = open.iter().enumerate().find_map(|(at, (a, b))| Some((at, eliminated(a, b)?))) {
        let (a, b) = open.swap_remove(at);
        let word = if a == [point] { b } else { a };
        steps +=
            open.iter().map(|(a, b)| a.len() + b.len()).sum::<usize>() + words.values().map(Vec::len).sum::<usize>();
        if steps > COMPLETION_STEPS {
            return None;
        }
        let put = |into: &mut Word| {
            if into.contains(&point) {
                *into = into.iter().flat_map(|old| if *old == point { word.clone() } else { vec![*old] }).collect();
            }
            into.len() <= LABEL_POINTS
        };
        let all_fit = words.values_mut().all(put) && open.iter_mut().all(|(a, b)| put(a) && put(b));
        if !all_fit {
            return None;
        }
        open.retain(|(a, b)| a != b);
        words.insert(point, word);
    }
    Some((words, open.into_iter().collect()))
}

/// The code point that an equation says something else for: the greater one, where it is between two.
fn eliminated(a: &Word, b: &Word) -> Option<u32> {
    match (a.as_slice(), b.as_slice()) {
        ([a], [b]) => (a != b).then_some(*a.max(b)),
        ([point], word) | (word, [point]) => (!word.contains(point)).then_some(*point),
        _ => None,
    }
}

fn shown(word: &[u32]) -> String {
    word.iter().map(|point| format!("{point:04X}")).collect::<Vec<_>>().join(" ")
}

/// Disjoint sets of code points; the smallest of each stands for it.
#[derive(Default)]
struct Sets {
    parents: HashMap<u32, u32>,
}

impl Sets {
    fn first(&mut self, point: u32) -> u32 {
        let (mut first, mut at) = (point, point);
        while let Some(parent) = self.parents.get(&first) {
            first = *parent;
        }
        while let Some(parent) = self.parents.get_mut(&at) {
            at = std::mem::replace(parent, first);
            if at == first {
                break;
            }
        }
        first
    }

    fn unite(&mut self, a: u32, b: u32) {
        let (a, b) = (self.first(a), self.first(b));
        if a != b {
            self.parents.insert(a.max(b), a.min(b));
        }
    }

    fn all(&mut self) -> BTreeMap<u32, u32> {
        let points: Vec<u32> = self.parents.keys().copied().collect();
        points.into_iter().map(|point| (point, self.first(point))).collect()
    }
}

/// Longer words are greater; those of one length by their code points.
fn order(a: &Word, b: &Word) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

/// A rewriting system on its way to convergence.
#[derive(Default)]
struct Completion {
    rules: BTreeMap<Word, Word>,
    /// How many left sides there are of each length.
    lengths: BTreeMap<usize, usize>,
    /// Equations not yet looked at, the shortest first.
    open: BinaryHeap<Reverse<(usize, Word, Word)>>,
    steps: usize,
}

impl Completion {
    /// The convergent system of some equations, each side of its rules irreducible by the others.
    fn run(mut self, equations: BTreeSet<Equation>) -> Option<BTreeMap<Word, Word>> {
        equations.into_iter().for_each(|(a, b)| self.ask(a, b));
        while let Some(Reverse((_, a, b))) = self.open.pop() {
            let (a, b) = (self.normal(a)?, self.normal(b)?);
            let (from, to) = match order(&a, &b) {
                Ordering::Equal => continue,
                Ordering::Greater => (a, b),
                Ordering::Less => (b, a),
            };
            if from.len() > LABEL_POINTS || self.rules.len() >= REWRITES {
                return None;
            }
            self.add(from, to)?;
        }
        let rules: Vec<Equation> = self.rules.clone().into_iter().collect();
        rules.into_iter().map(|(from, to)| Some((from, self.normal(to)?))).collect()
    }

    fn ask(&mut self, a: Word, b: Word) {
        self.open.push(Reverse((a.len().max(b.len()), a, b)));
    }

    fn spend(&mut self, steps: usize) -> Option<()> {
        self.steps = self.steps.checked_add(steps).filter(|steps| *steps <= COMPLETION_STEPS)?;
        Some(())
    }

    /// A word, rewritten until no rule fits.
    fn normal(&mut self, mut ahead: Word) -> Option<Word> {
        ahead.reverse();
        let mut done = Word::new();
        while let Some(point) = ahead.pop() {
            done.push(point);
            self.spend(1 + self.lengths.len())?;
            let start = self.lengths.keys().filter_map(|len| done.len().checked_sub(*len));
            let found = start.filter_map(|start| Some((start, self.rules.get(done.get(start..)?)?))).next();
            if let Some((start, to)) = found {
                done.truncate(start);
                ahead.extend(to.iter().rev());
            }
        }
        Some(done)
    }

    /// Adds a rule whose sides are irreducible; takes out those that it reduces; asks for what its overlaps make equal.
    fn add(&mut self, from: Word, to: Word) -> Option<()> {
        let letters: usize = self.rules.keys().map(Vec::len).sum();
        self.spend((letters + self.rules.len()) * from.len())?;
        let holds = |word: &Word| word.windows(from.len().max(1)).any(|part| part == from);
        let reducible: Vec<Word> = self.rules.keys().filter(|other| holds(other)).cloned().collect();
        for other in reducible {
            if let Some(right) = self.rules.remove(&other) {
                self.count(other.len(), false);
                self.ask(other, right);
            }
        }
        self.count(from.len(), true);
        self.rules.insert(from.clone(), to.clone());
        let mut asked = Vec::new();
        for (other, right) in &self.rules {
            overlaps((&from, &to), (other, right), &mut asked);
            if *other != from {
                overlaps((other, right), (&from, &to), &mut asked);
            }
        }
        self.spend(asked.iter().map(|(a, b): &Equation| a.len() + b.len()).sum())?;
        asked.into_iter().for_each(|(a, b)| self.ask(a, b));
        Some(())
    }

    fn count(&mut self, len: usize, is_new: bool) {
        let count = self.lengths.entry(len).or_default();
        *count = if is_new { *count + 1 } else { count.saturating_sub(1) };
        self.lengths.retain(|_, count| *count > 0);
    }
}

/// Where the end of the first left side is the beginning of the second: what each rule makes of the two together.
fn overlaps(first: (&Word, &Word), second: (&Word, &Word), found: &mut Vec<Equation>) {
    for shared in 1..first.0.len().min(second.0.len()) {
        let (head, tail) = first.0.split_at(first.0.len() - shared);
        if let Some(rest) = second.0.strip_prefix(tail) {
            found.push(([first.1, rest].concat(), [head, second.1].concat()));
        }
    }
}

/// Whether some weight of code points sinks with each rewrite that keeps the length. Together with a greater weight of
/// the length itself it then sinks with every rewrite, so that a label has only a linear number of them.
fn sinks(rules: &BTreeMap<Word, Word>) -> bool {
    const ROUNDS: usize = 200;
    let mut weights: HashMap<u32, i64> = HashMap::new();
    let same: Vec<(&Word, &Word)> = rules.iter().filter(|(from, to)| from.len() == to.len()).collect();
    // The perceptron: it finds such weights whenever there are any.
    for _ in 0..ROUNDS {
        let mut is_done = true;
        for (from, to) in &same {
            let weight = |word: &Word| word.iter().map(|point| weights.get(point).unwrap_or(&0)).sum::<i64>();
            if weight(from) <= weight(to) {
                is_done = false;
                from.iter().for_each(|point| *weights.entry(*point).or_default() += 1);
                to.iter().for_each(|point| *weights.entry(*point).or_default() -= 1);
            }
        }
        if is_done {
            return true;
        }
    }
    false
}
