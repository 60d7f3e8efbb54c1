//! The order in which registrars' transforms are sequenced: one turn each, however many sessions ask (Specification 9).

use std::collections::{HashMap, VecDeque};

/// Commands waiting, by who asks. Each asker keeps the order of its own commands.
pub(super) struct FairQueue<T> {
    waiting: HashMap<String, VecDeque<T>>,
    /// Askers with something waiting, the next turn first.
    turns: VecDeque<String>,
    length: usize,
}

impl<T> Default for FairQueue<T> {
    fn default() -> Self {
        Self { waiting: HashMap::new(), turns: VecDeque::new(), length: 0 }
    }
}

impl<T> FairQueue<T> {
    /// Adds a command at the end of its asker's line.
    pub(super) fn push(&mut self, asker: &str, command: T) {
        self.length += 1;
        match self.waiting.get_mut(asker) {
            Some(line) => {
                if line.is_empty() {
                    self.turns.push_back(asker.to_owned());
                }
                line.push_back(command);
            }
            None => {
                self.turns.push_back(asker.to_owned());
                self.waiting.insert(asker.to_owned(), VecDeque::from([command]));
            }
        }
    }

    /// The next command: the asker whose turn it is goes to the end of the turns.
    pub(super) fn pop(&mut self) -> Option<T> {
        let asker = self.turns.pop_front()?;
        let line = self.waiting.get_mut(&asker)?;
        let command = line.pop_front();
        if !line.is_empty() {
            self.turns.push_back(asker);
        }
        self.length -= usize::from(command.is_some());
        command
    }

    /// How many commands wait.
    pub(super) fn len(&self) -> usize {
        self.length
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_commands_of_one_registrar_delay_another_by_one_turn() {
        let mut queue = FairQueue::default();
        for n in 0..100 {
            queue.push("storm", n);
        }
        queue.push("calm", 1000);
        queue.push("calm", 1001);
        let order: Vec<_> = std::iter::from_fn(|| queue.pop()).collect();
        assert_eq!(order[..5], [0, 1000, 1, 1001, 2]);
        assert_eq!(order.len(), 102);
        assert_eq!(queue.len(), 0);
        assert!(order[4..].windows(2).all(|pair| pair[0] < pair[1]));
    }
}
