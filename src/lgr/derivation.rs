//! Whether one label is a variant of another, and its disposition: RFC 7940, sections 8.2 to 8.4.
//!
//! All ways to derive a variant label are walked together, over the places of both labels: at each pair of places stands
//! what the derivations up to there have in common, the sets of types of the variants they used. For labels of `n` and
//! `m` code points there are `(n + 1) · (m + 1)` such pairs, and at each the elements of the table at one place of the
//! original are tried, at most as many as its longest sequence has code points. No more than [`SETS`] sets are kept for a
//! pair; a label with that many derivations is a duplicate by all means.

use super::judgement::Element;
use super::table::{ArchivedLgr, ORIGINAL};
use super::{INVALID, LABEL_POINTS};

/// Sets of types kept at a pair of places.
const SETS: usize = 64;

/// What becomes of a variant label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disposition<'a> {
    /// `invalid` (no variant at all, section 8.2, 5), `blocked`, `allocatable`, `activated`, `valid`, or a word of the
    /// table.
    pub name: &'a str,
    /// There is more than one derivation that is not invalid, which RFC 7940, section 8.4, wants treated as an error of the
    /// table. The name is then that of the action that comes first in the table: by convention the strictest.
    pub is_duplicate: bool,
}

/// The derivations that end at a pair of places.
#[derive(Clone, Default)]
struct Derivations {
    /// The types that they used, and whether more than one derivation used just these.
    sets: Vec<(u64, bool)>,
    /// There are more sets.
    overflows: bool,
}

/// The derivations that end at a pair of places, by what came last.
#[derive(Clone, Default)]
struct Cell {
    /// A mapping, or nothing yet.
    mapped: Derivations,
    /// Unmapped code points, as many as possible.
    plain: Derivations,
    /// A variant of nothing.
    inserted: Derivations,
}

impl Derivations {
    fn is_empty(&self) -> bool {
        self.sets.is_empty()
    }

    fn add(&mut self, others: &Self, types: u64) {
        self.overflows |= others.overflows;
        for (set, many) in &others.sets {
            let set = set | types;
            if let Some((_, is_many)) = self.sets.iter_mut().find(|(known, _)| *known == set) {
                *is_many = true;
            } else if self.sets.len() < SETS {
                self.sets.push((set, *many));
            } else {
                self.overflows = true;
            }
        }
    }
}

/// Derivations of two kinds together.
fn both(some: &Derivations, others: &Derivations) -> Derivations {
    let mut all = some.clone();
    all.add(others, 0);
    all
}

/// Two labels, the elements of the first, and what is derived so far.
struct Walk<'a, 'b> {
    table: &'a ArchivedLgr,
    original: &'b [u32],
    variant: &'b [u32],
    members: Vec<Vec<Element<'a>>>,
    cells: Vec<Cell>,
}

impl ArchivedLgr {
    /// The disposition of `variant` as a variant label of `original`; nothing when it is none, or when `original` is
    /// invalid. A label that can be derived but is no valid label itself has the disposition `invalid`.
    ///
    /// The table is taken as it is written: mappings that symmetry or transitivity would add are not there. Ask for
    /// [`Self::variant_key`] to find labels that the table should have related.
    pub fn disposition(&self, original: &str, variant: &str) -> Option<Disposition<'_>> {
        let points = |label: &str| label.chars().map(u32::from).collect::<Vec<u32>>();
        let (from, to) = (points(original), points(variant));
        if to.len() > LABEL_POINTS || self.judge(original).disposition == INVALID {
            return None;
        }
        self.derived(&from, &to)
    }

    /// As [`Self::disposition`], of an original that is known to be valid.
    pub(super) fn derived(&self, original: &[u32], variant: &[u32]) -> Option<Disposition<'_>> {
        let found = Walk::new(self, original, variant).run();
        if found.is_empty() {
            return None;
        }
        // Section 8.2, 5: what is invalid is removed, so that it makes no duplicates either.
        let actions: Vec<(usize, bool)> = match self.divide(variant) {
            Ok(_) => found.sets.iter().map(|(types, many)| (self.deciding_action(variant, *types), *many)).collect(),
            Err(_) => Vec::new(),
        };
        let is_valid = |(action, _): &&(usize, bool)| self.disposition_of(*action) != INVALID;
        let (first, count) = (actions.iter().filter(is_valid).min(), actions.iter().filter(is_valid).count());
        Some(match first {
            None => Disposition { name: INVALID, is_duplicate: false },
            Some((action, many)) => {
                let is_duplicate = count > 1 || *many || found.overflows;
                Disposition { name: self.disposition_of(*action), is_duplicate }
            }
        })
    }
}

impl<'a, 'b> Walk<'a, 'b> {
    fn new(table: &'a ArchivedLgr, original: &'b [u32], variant: &'b [u32]) -> Self {
        let members = (0..original.len()).map(|at| table.members_at(original, at).collect()).collect();
        let cells = vec![Cell::default(); (original.len() + 1) * (variant.len() + 1)];
        Self { table, original, variant, members, cells }
    }

    fn run(mut self) -> Derivations {
        if let Some(start) = self.cell(0, 0) {
            start.mapped = Derivations { sets: vec![(0, false)], overflows: false };
        }
        for at in 0..=self.original.len() {
            for place in 0..=self.variant.len() {
                self.step(at, place);
            }
        }
        let (at, place) = (self.original.len(), self.variant.len());
        self.cell(at, place).map(|end| both(&both(&end.mapped, &end.plain), &end.inserted)).unwrap_or_default()
    }

    fn cell(&mut self, at: usize, place: usize) -> Option<&mut Cell> {
        if place > self.variant.len() {
            return None;
        }
        self.cells.get_mut(at * (self.variant.len() + 1) + place)
    }

    /// Goes on from a pair of places.
    fn step(&mut self, at: usize, place: usize) {
        let Some(here) = self.cell(at, place).cloned() else { return };
        let before_insertion = both(&here.mapped, &here.plain);
        if !before_insertion.is_empty() {
            for (end, types) in self.targets(&self.table.insertions, place) {
                if let Some(cell) = self.cell(at, end) {
                    cell.inserted.add(&before_insertion, types);
                }
            }
        }
        let before_mapping = both(&before_insertion, &here.inserted);
        if before_mapping.is_empty() {
            return;
        }
        for element in self.members.get(at).cloned().unwrap_or_default() {
            for (end, types) in self.targets(element.variants, place) {
                if let Some(cell) = self.cell(at + element.len, end) {
                    cell.mapped.add(&before_mapping, types);
                }
            }
        }
        let before_plain = both(&here.mapped, &here.inserted);
        if !before_plain.is_empty() {
            for run in self.plain_runs(at, place) {
                if let Some(cell) = self.cell(at + run, place + run) {
                    cell.plain.add(&before_plain, ORIGINAL);
                }
            }
        }
    }

    /// The variants that stand at a place of the variant label: where each ends, and its type.
    fn targets(&self, variants: &super::table::ArchivedSpan, place: usize) -> Vec<(usize, u64)> {
        let rest = self.variant.get(place..).unwrap_or_default();
        let found = variants.of(&self.table.variants).iter().filter_map(|variant| {
            let (target, len) = (self.table.pooled(&variant.target), variant.target.len.to_native() as usize);
            let is_there = len <= rest.len() && target.eq(rest.iter().take(len).copied());
            let part = (place, place + len);
            (is_there && self.table.holds(variant.context.as_ref(), self.variant, part))
                .then(|| (place + len, variant.types.to_native()))
        });
        found.collect()
    }

    /// How many code points from a pair of places on can stand unmapped, however they are divided: all possible numbers.
    /// An element that is a variant of itself is never unmapped.
    fn plain_runs(&self, at: usize, place: usize) -> Vec<usize> {
        let longest = self.original.len().min(LABEL_POINTS).saturating_sub(at);
        let mut reached = vec![false; longest + 1];
        let mut runs = Vec::new();
        for run in 0..=longest {
            if run > 0 {
                if !reached.get(run).is_some_and(|reached| *reached) {
                    continue;
                }
                runs.push(run);
            }
            for element in self.members.get(at + run).into_iter().flatten() {
                let part = |label: &'b [u32], from: usize| label.get(from + run..from + run + element.len);
                let is_same = part(self.original, at) == part(self.variant, place);
                let own = || self.table.own_types(self.original, at + run, element, self.variant, place + run);
                if is_same
                    && own().is_none()
                    && let Some(end) = reached.get_mut(run + element.len)
                {
                    *end = true;
                }
            }
        }
        runs
    }
}
