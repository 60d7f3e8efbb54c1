//! The due queue: the records that have a deadline, in the order of their deadlines, found without a scan.
//!
//! Each table of the index has its deadlines in order: the delta and the frozen delta have a set, a base file has its
//! due section. A look goes through them side by side. An item counts while the present record of its key has exactly
//! that deadline; any other is dead, and stays so: a record that gets the same deadline again has an item in a newer
//! table. A dead item leaves the set, or joins a run of dead ones that later looks jump over.

use super::{base::Base, due::Due};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Memory for an item of a set, about: nodes are half empty at worst, and the key is an allocation of its own.
const ITEM_MEMORY: usize = 2 * size_of::<Due>() + 32;

/// The deadlines of all tables.
#[derive(Default)]
pub(super) struct Queue {
    /// Of the records in the delta.
    active: BTreeSet<Due>,
    /// Of the records in the delta under checkpoint, but for those that were found dead.
    frozen: BTreeSet<Due>,
    /// For each base file, newest first: which of its items were found dead.
    dead: Vec<Runs>,
}

/// Numbers of items in a base file: the first of each run, and the one behind its last. No two runs touch.
#[derive(Clone, Default)]
struct Runs(BTreeMap<usize, usize>);

impl Runs {
    /// The first number from `number` on that is in no run; `number` is the first of one, or in none.
    fn behind(&self, number: usize) -> usize {
        self.0.get(&number).copied().unwrap_or(number)
    }

    /// Adds a number that is in no run; the answer is the first one behind it that is in none.
    fn add(&mut self, number: usize) -> usize {
        let end = self.0.remove(&(number + 1)).unwrap_or(number + 1);
        match self.0.range_mut(..number).next_back() {
            Some((_, last)) if *last == number => *last = end,
            _ => drop(self.0.insert(number, end)),
        }
        end
    }
}

impl Queue {
    /// No deadlines but those of `files` base files.
    pub(super) fn new(files: usize) -> Queue {
        Queue { dead: vec![Runs::default(); files], ..Queue::default() }
    }

    /// A record of the delta had the deadline `old` and is getting `new`.
    pub(super) fn replace(&mut self, kind: u8, key: &[u8], old: Option<i64>, new: Option<i64>) {
        if old == new {
            return;
        }
        let due = |time| Due { time, kind, key: key.to_vec() };
        if let Some(old) = old {
            self.active.remove(&due(old));
        }
        if let Some(new) = new {
            self.active.insert(due(new));
        }
    }

    /// The delta is frozen.
    pub(super) fn freeze(&mut self) {
        debug_assert!(self.frozen.is_empty(), "the delta before is in a base file, and this was told");
        self.frozen = std::mem::take(&mut self.active);
    }

    /// A new base file holds the frozen delta and replaces the upper `depth` ones. The answer is no longer needed; to
    /// free it takes long.
    pub(super) fn install(&mut self, depth: usize) -> BTreeSet<Due> {
        self.dead.splice(..depth, [Runs::default()]);
        std::mem::take(&mut self.frozen)
    }

    /// Bytes of memory, about.
    pub(super) fn bytes(&self) -> usize {
        (self.active.len() + self.frozen.len()) * ITEM_MEMORY
    }

    /// The first `limit` deadlines up to `now`; `present` finds that of the present record of a key.
    pub(super) fn first(
        &mut self,
        stack: &[Arc<Base>],
        present: impl Fn(u8, &[u8]) -> Option<i64>,
        now: i64,
        limit: usize,
    ) -> Vec<Due> {
        let (mut found, mut dead_frozen) = (Vec::new(), Vec::new());
        let (mut active, mut frozen) = (self.active.iter().peekable(), self.frozen.iter().peekable());
        let mut places: Vec<usize> = self.dead.iter().map(|dead| dead.behind(0)).collect();
        while found.len() < limit {
            let fresh = [active.peek(), frozen.peek()].into_iter().flatten().map(|due| due.view());
            let stored = stack.iter().zip(&places).filter_map(|(base, place)| base.due(*place));
            let Some(next) = fresh.chain(stored).min().filter(|(time, _, _)| *time <= now) else { break };
            let (time, kind, key) = next;
            let lives = present(kind, key) == Some(time);
            // The same deadline may stand in several tables; it counts once.
            active.next_if(|due| due.view() == next);
            if let Some(due) = frozen.next_if(|due| due.view() == next)
                && !lives
            {
                dead_frozen.push(due.clone());
            }
            for ((base, place), dead) in stack.iter().zip(&mut places).zip(&mut self.dead) {
                if base.due(*place) == Some(next) {
                    *place = if lives { dead.behind(*place + 1) } else { dead.add(*place) };
                }
            }
            if lives {
                found.push(Due { time, kind, key: key.to_vec() });
            }
        }
        for due in dead_frozen {
            self.frozen.remove(&due);
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_grow_together_whatever_the_order() {
        for order in [[4, 5, 6], [6, 5, 4], [4, 6, 5], [5, 4, 6]] {
            let mut runs = Runs::default();
            for number in order {
                let end = runs.add(number);
                assert_eq!(runs.behind(end), end, "{order:?}");
            }
            assert_eq!(runs.0, BTreeMap::from([(4, 7)]), "{order:?}");
            assert_eq!((runs.behind(0), runs.behind(4), runs.behind(7)), (0, 7, 7));
            assert_eq!(runs.add(9), 10);
            assert_eq!(runs.0, BTreeMap::from([(4, 7), (9, 10)]), "{order:?}");
        }
    }
}
