//! Turns of those who attack side by side, so that a tester with more to do than it can serves them alike, however many
//! connections each has.

use std::collections::VecDeque;

/// What waits to be served, by group.
#[derive(Debug)]
pub(super) struct Turns<T> {
    groups: Vec<VecDeque<T>>,
    waiting: usize,
}

impl<T> Turns<T> {
    pub(super) fn new() -> Self {
        Self { groups: Vec::new(), waiting: 0 }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting == 0
    }

    pub(super) fn push(&mut self, group: usize, what: T) {
        if self.groups.len() <= group {
            self.groups.resize_with(group + 1, VecDeque::new);
        }
        if let Some(queue) = self.groups.get_mut(group) {
            queue.push_back(what);
            self.waiting += 1;
        }
    }

    /// Takes what has waited longest of each group; all of a group that is alone.
    pub(super) fn take_round(&mut self, to: &mut Vec<T>) {
        let before = to.len();
        match self.groups.as_mut_slice() {
            [alone] => to.extend(alone.drain(..)),
            groups => to.extend(groups.iter_mut().filter_map(VecDeque::pop_front)),
        }
        self.waiting -= to.len() - before;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_group_has_its_turn_and_one_that_is_alone_has_all() {
        let mut turns = Turns::new();
        for (group, what) in [(0, 'a'), (0, 'b'), (0, 'c'), (2, 'x'), (1, 'm'), (2, 'y')] {
            turns.push(group, what);
        }
        let mut order = Vec::new();
        while !turns.is_empty() {
            turns.take_round(&mut order);
        }
        assert_eq!(order.iter().collect::<String>(), "amxbyc");
        let (mut alone, mut order) = (Turns::new(), Vec::new());
        (0..5).for_each(|what| alone.push(0, what));
        alone.take_round(&mut order);
        assert_eq!((order, alone.is_empty()), (vec![0, 1, 2, 3, 4], true));
    }
}
