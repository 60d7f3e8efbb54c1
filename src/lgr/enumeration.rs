//! Some of the variants of a label, for people to look at.

use std::collections::BTreeSet;

use super::derivation::Disposition;
use super::judgement::Element;
use super::table::{ArchivedLgr, ArchivedVariant};
use super::{INVALID, LABEL_POINTS};

/// A variant label and what becomes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VariantLabel<'a> {
    /// The label.
    pub label: String,
    /// What becomes of it.
    pub disposition: Disposition<'a>,
}

/// Variants of a label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variants<'a> {
    /// Variant labels, ascending; the label itself and invalid ones are not among them.
    pub labels: Vec<VariantLabel<'a>>,
    /// Whether these are all.
    pub is_complete: bool,
}

/// The permutations of a label, depth first.
struct Permutation<'a, 'b> {
    table: &'a ArchivedLgr,
    label: &'b [u32],
    members: Vec<Vec<Element<'a>>>,
    /// Whether the rest of the label from a place on can be divided.
    can_end: Vec<bool>,
    found: BTreeSet<Vec<u32>>,
    /// Candidates to collect, and steps to do so, at most.
    most: usize,
    steps: usize,
    is_complete: bool,
}

impl ArchivedLgr {
    /// Variants of a label (RFC 7940, section 8.2): at most `most`, and among at most `8 · most + 256` permutations. None
    /// when the label is invalid.
    pub fn variants(&self, label: &str, most: usize) -> Variants<'_> {
        let points: Vec<u32> = label.chars().map(u32::from).collect();
        if self.judge(label).disposition == INVALID {
            return Variants { labels: Vec::new(), is_complete: true };
        }
        let mut permutation = Permutation::new(self, &points, most.saturating_mul(8).saturating_add(256));
        permutation.go(0, &mut Vec::new());
        let mut is_complete = permutation.is_complete;
        let mut labels = Vec::new();
        for found in permutation.found.iter().filter(|found| **found != points) {
            let Some(disposition) = self.derived(&points, found).filter(|found| found.name != INVALID) else {
                continue;
            };
            if labels.len() == most {
                is_complete = false;
                break;
            }
            let label = found.iter().filter_map(|point| char::from_u32(*point)).collect();
            labels.push(VariantLabel { label, disposition });
        }
        Variants { labels, is_complete }
    }
}

impl<'a, 'b> Permutation<'a, 'b> {
    fn new(table: &'a ArchivedLgr, label: &'b [u32], most: usize) -> Self {
        let members: Vec<Vec<Element<'_>>> = (0..label.len()).map(|at| table.members_at(label, at).collect()).collect();
        let mut can_end = vec![false; label.len() + 1];
        for at in (0..=label.len()).rev() {
            let goes_on = |element: &Element<'_>| can_end.get(at + element.len).is_some_and(|can| *can);
            let can = at == label.len() || members.get(at).into_iter().flatten().any(goes_on);
            if let Some(end) = can_end.get_mut(at) {
                *end = can;
            }
        }
        let steps = most.saturating_mul(LABEL_POINTS);
        Self { table, label, members, can_end, found: BTreeSet::new(), most, steps, is_complete: true }
    }

    /// Whether there is room for one more step.
    fn has_room(&mut self) -> bool {
        let has_room = self.found.len() < self.most && self.steps > 0;
        self.steps = self.steps.saturating_sub(1);
        self.is_complete &= has_room;
        has_room
    }

    /// Goes on from a place of the label, with what became of it up to there.
    fn go(&mut self, at: usize, built: &mut Vec<u32>) {
        if built.len() > LABEL_POINTS || !self.can_end.get(at).is_some_and(|can| *can) || !self.has_room() {
            return;
        }
        self.go_without_insertion(at, built);
        for insertion in self.table.insertions.of(&self.table.variants) {
            let before = built.len();
            built.extend(self.table.pooled(&insertion.target));
            self.go_without_insertion(at, built);
            built.truncate(before);
        }
    }

    fn go_without_insertion(&mut self, at: usize, built: &mut Vec<u32>) {
        if at == self.label.len() {
            if built.len() <= LABEL_POINTS {
                self.found.insert(built.clone());
            }
            return;
        }
        for element in self.members.get(at).cloned().unwrap_or_default() {
            let (before, end) = (built.len(), at + element.len);
            built.extend_from_slice(self.label.get(at..end).unwrap_or_default());
            self.go(end, built);
            built.truncate(before);
            let variants: &[ArchivedVariant] = element.variants.of(&self.table.variants);
            for variant in variants {
                built.extend(self.table.pooled(&variant.target));
                self.go(end, built);
                built.truncate(before);
            }
        }
    }
}
