//! A state of the registry that stands still while a deposit is made of it.

use std::collections::{BinaryHeap, HashMap};

use crate::model::record::Kind;
use crate::model::view::View;

/// Every record as of one position of the log: reading takes long, and nothing may change meanwhile.
pub trait State: View {
    /// Calls `each` with the key of every record of a kind, in no order.
    fn for_each_key(&self, kind: Kind, each: &mut dyn FnMut(&[u8]));
}

/// Keys that are held at a time: some tens of megabytes, whatever the size of the registry.
const HELD: usize = 1 << 20;

/// Calls `each` with the number and key of every record of a kind that has a number, ascending, so that the same state gives
/// the same deposit wherever its tables lie. Walks the records once for each [`HELD`] of them.
///
/// # Errors
/// The first of `each`, which ends the walk.
pub(super) fn in_order<S: State, E>(
    state: &S,
    kind: Kind,
    number_of: impl Fn(&[u8]) -> Option<u64>,
    each: impl FnMut(u64, &[u8]) -> Result<(), E>,
) -> Result<(), E> {
    in_order_by(state, kind, number_of, each, HELD)
}

fn in_order_by<S: State, E>(
    state: &S,
    kind: Kind,
    number_of: impl Fn(&[u8]) -> Option<u64>,
    mut each: impl FnMut(u64, &[u8]) -> Result<(), E>,
    held: usize,
) -> Result<(), E> {
    let mut from = 0;
    loop {
        let mut lowest: BinaryHeap<(u64, Box<[u8]>)> = BinaryHeap::new();
        state.for_each_key(kind, &mut |key| {
            let Some(number) = number_of(key).filter(|number| *number >= from) else { return };
            if lowest.len() >= held && lowest.peek().is_some_and(|(highest, _)| *highest < number) {
                return;
            }
            lowest.push((number, key.into()));
            if lowest.len() > held {
                lowest.pop();
            }
        });
        let are_all = lowest.len() < held;
        let found = lowest.into_sorted_vec();
        let Some((last, _)) = found.last() else { return Ok(()) };
        from = last + 1;
        for (number, key) in &found {
            each(*number, key)?;
        }
        if are_all {
            return Ok(());
        }
    }
}

/// A set of numbers: a bit each, in blocks where there are any, since the numbers of a registry that was imported begin where
/// those of the one before ended.
#[derive(Default)]
pub(super) struct Marks(HashMap<u64, Box<[u64; BLOCK]>>);

/// Words of a block.
const BLOCK: usize = 512;

impl Marks {
    pub(super) fn insert(&mut self, number: u64) {
        let (block, word, bit) = place(number);
        self.0.entry(block).or_insert_with(|| Box::new([0; BLOCK]))[word] |= bit;
    }

    pub(super) fn has(&self, number: u64) -> bool {
        let (block, word, bit) = place(number);
        self.0.get(&block).is_some_and(|words| words[word] & bit != 0)
    }

    pub(super) fn count(&self) -> u64 {
        self.0.values().flat_map(|words| words.iter()).map(|word| u64::from(word.count_ones())).sum()
    }
}

fn place(number: u64) -> (u64, usize, u64) {
    let word = number / 64;
    (word / BLOCK as u64, (word % BLOCK as u64) as usize, 1 << (number % 64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::memory::Memory;
    use crate::model::record::StatusNotes;
    use crate::model::seal::Sealed;

    impl State for Memory {
        fn for_each_key(&self, kind: Kind, each: &mut dyn FnMut(&[u8])) {
            self.keys(kind).into_iter().for_each(each);
        }
    }

    #[test]
    fn records_come_in_the_order_of_their_numbers_however_few_are_held() {
        let mut memory = Memory::default();
        for number in [9_u8, 3, 7, 1, 8, 5, 2] {
            memory.apply(Sealed::put(&[b'k', number], &StatusNotes { notes: Vec::new() }));
        }
        let number_of = |key: &[u8]| key.get(1).map(|number| u64::from(*number)).filter(|number| *number != 8);
        for held in [1, 2, 3, 6, 7, 100] {
            let mut seen = Vec::new();
            let walked = in_order_by(
                &memory,
                Kind::StatusNotes,
                number_of,
                |number, key| {
                    assert_eq!(key, [b'k', number as u8]);
                    seen.push(number);
                    if number == 9 { Err("the last") } else { Ok(()) }
                },
                held,
            );
            assert_eq!((seen, walked), (vec![1, 2, 3, 5, 7, 9], Err("the last")), "{held} held");
        }
    }

    #[test]
    fn a_mark_is_there_once_set() {
        let mut marks = Marks::default();
        for number in [0, 63, 64, 1_000_000, u64::MAX] {
            assert!(!marks.has(number));
            marks.insert(number);
            marks.insert(number);
            assert!(marks.has(number));
        }
        assert!(!marks.has(1) && !marks.has(1_000_001) && !marks.has(u64::MAX - 1));
        assert_eq!(marks.count(), 5);
    }
}
