//! Counters that one thread writes and any thread may read.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counters in one cache line; two of the usual size, since processors fetch them in pairs.
#[repr(align(128))]
#[derive(Debug, Default)]
struct Line([AtomicU64; LINE]);

const LINE: usize = 16;

/// Counters of one thread, in cache lines that are nobody else's: to count is a load, an addition and a store, without a
/// lock and without a word to other cores. Whoever reads sees each counter as it was a moment ago.
#[derive(Debug)]
pub struct Counters(Box<[Line]>);

impl Counters {
    /// So many, all zero.
    pub fn new(count: usize) -> Self {
        Self((0..count.div_ceil(LINE)).map(|_| Line::default()).collect())
    }

    fn at(&self, index: usize) -> Option<&AtomicU64> {
        self.0.get(index / LINE)?.0.get(index % LINE)
    }

    /// Adds to a counter. Only the thread whose counters these are may; of two that do, one's addition can be lost.
    pub fn add(&self, index: usize, by: u64) {
        if let Some(counter) = self.at(index) {
            counter.store(counter.load(Ordering::Relaxed).wrapping_add(by), Ordering::Relaxed);
        }
    }

    /// Sets a counter that is a level. Only the thread whose counters these are may.
    pub fn set(&self, index: usize, to: u64) {
        if let Some(counter) = self.at(index) {
            counter.store(to, Ordering::Relaxed);
        }
    }

    /// Its value; zero where there is none.
    pub fn get(&self, index: usize) -> u64 {
        self.at(index).map_or(0, |counter| counter.load(Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_counter_is_its_own_and_another_thread_reads_it() {
        let counters = Counters::new(LINE + 1);
        for index in 0..=LINE {
            counters.add(index, index as u64);
            counters.add(index, 1);
        }
        counters.set(3, 100);
        let read = std::thread::scope(|scope| {
            scope.spawn(|| (0..=LINE).map(|index| counters.get(index)).collect::<Vec<_>>()).join().expect("no panic")
        });
        let expected = (0..=LINE as u64).map(|index| if index == 3 { 100 } else { index + 1 });
        assert_eq!(read, expected.collect::<Vec<_>>());
        assert_eq!(counters.get(1000), 0);
    }

    #[test]
    fn two_threads_counters_share_no_cache_line() {
        let counters = [Counters::new(1), Counters::new(1)];
        let address = |counters: &Counters| std::ptr::from_ref(&counters.0[0]).addr();
        assert!(address(&counters[0]).abs_diff(address(&counters[1])) >= 128);
        assert_eq!(address(&counters[0]) % 128, 0);
    }
}
