//! A queue in which askers take turns: one each, however much one of them has waiting (Specification 9).

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;

/// What waits, by who asks. Each asker keeps the order of its own items.
pub struct FairQueue<K, T> {
    waiting: HashMap<K, VecDeque<T>>,
    /// Askers with something waiting, the next turn first.
    turns: VecDeque<K>,
    length: usize,
}

/// Empty lines that are kept for their askers' next items; beyond, they go, so that the table does not keep everyone who
/// ever asked.
const KEPT: usize = 1024;

impl<K, T> Default for FairQueue<K, T> {
    fn default() -> Self {
        Self { waiting: HashMap::new(), turns: VecDeque::new(), length: 0 }
    }
}

impl<K: Clone + Eq + Hash, T> FairQueue<K, T> {
    /// Adds an item at the end of its asker's line.
    pub fn push(&mut self, asker: &K, item: T) {
        self.length += 1;
        match self.waiting.get_mut(asker) {
            Some(line) => {
                if line.is_empty() {
                    self.turns.push_back(asker.clone());
                }
                line.push_back(item);
            }
            None => {
                self.turns.push_back(asker.clone());
                self.waiting.insert(asker.clone(), VecDeque::from([item]));
            }
        }
    }

    /// The next item, and whose it is: the asker whose turn it was goes to the end of the turns.
    pub fn pop(&mut self) -> Option<(K, T)> {
        self.pop_if(|_| true)
    }

    /// The next item of an asker who may have one. The others keep their turns.
    pub fn pop_if(&mut self, may: impl Fn(&K) -> bool) -> Option<(K, T)> {
        let place = self.turns.iter().position(may)?;
        let asker = self.turns.remove(place)?;
        let line = self.waiting.get_mut(&asker)?;
        let item = line.pop_front()?;
        self.length -= 1;
        if !line.is_empty() {
            self.turns.push_back(asker.clone());
        } else if self.waiting.len() > KEPT {
            self.waiting.remove(&asker);
        }
        Some((asker, item))
    }

    /// How many items wait.
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// How many items of one asker wait.
    pub fn len_of(&self, asker: &K) -> usize {
        self.waiting.get(asker).map_or(0, VecDeque::len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_not_have_an_item_keeps_its_turn() {
        let mut queue = FairQueue::default();
        for asker in ["a", "b", "a", "c"] {
            queue.push(&asker, asker);
        }
        assert_eq!(queue.pop_if(|asker| *asker != "a"), Some(("b", "b")));
        assert_eq!(queue.pop_if(|asker| *asker == "b"), None);
        assert_eq!(queue.len(), 3);
        assert_eq!(std::iter::from_fn(|| queue.pop()).map(|(_, item)| item).collect::<String>(), "aca");
    }

    #[test]
    fn a_hundred_items_of_one_asker_delay_another_by_one_turn() {
        let mut queue = FairQueue::default();
        for n in 0..100 {
            queue.push(&"storm", n);
        }
        queue.push(&"calm", 1000);
        queue.push(&"calm", 1001);
        assert_eq!((queue.len(), queue.len_of(&"storm"), queue.len_of(&"nobody")), (102, 100, 0));
        let order: Vec<_> = std::iter::from_fn(|| queue.pop()).map(|(_, item)| item).collect();
        assert_eq!(order[..5], [0, 1000, 1, 1001, 2]);
        assert_eq!(order.len(), 102);
        assert!(queue.is_empty());
        assert!(order[4..].windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn askers_beyond_a_bound_are_forgotten_when_nothing_of_theirs_waits() {
        let mut queue = FairQueue::default();
        for asker in 0..3 * KEPT {
            queue.push(&asker, ());
        }
        while queue.pop().is_some() {}
        assert_eq!(queue.waiting.len(), KEPT);
        assert!(queue.turns.is_empty());
    }

    #[test]
    fn an_asker_that_comes_back_goes_to_the_end_of_the_turns() {
        let mut queue = FairQueue::default();
        for (asker, item) in [("a", 1), ("b", 2), ("b", 3)] {
            queue.push(&asker, item);
        }
        assert_eq!(queue.pop(), Some(("a", 1)));
        queue.push(&"a", 4);
        assert_eq!([queue.pop(), queue.pop(), queue.pop()], [Some(("b", 2)), Some(("a", 4)), Some(("b", 3))]);
        assert_eq!(queue.pop(), None);
    }
}
