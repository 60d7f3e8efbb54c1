//! Buckets of many keys in a table of fixed size, which all shards read and write without a lock.
//!
//! A bucket is one word: the moment at which it is full again (the "generic cell rate algorithm"), below a tag that says whose
//! it is. A query is one compare-and-swap of the word of its own key, so nothing is counted twice, whatever shards a client is
//! spread over; a client of one shard keeps its word in that core's cache.
//!
//! # When there are more keys than cells
//!
//! A key may be in any cell of one set, which is one cache line; which set, and its tag, come of a hash with a secret of this
//! process. A key that finds no cell takes the one that is nearest to being full, *and goes on from there* ("space-saving",
//! Metwally, Agrawal and El Abbadi, 2005). So nobody has more in his bucket by being forgotten: the cells of a set only ever
//! go forward, and whoever comes back goes on from a cell that is no earlier than his was when it was taken. A flood of keys
//! gains nothing beyond what all cells together may have. And a newcomer is refused only when all cells of its set are empty
//! buckets, which takes that many keys that spend their whole rate in each set that is to be closed: nobody can aim.
//!
//! Two keys with the same tag in one set share a bucket. With all cells in use, that is one key in 8192.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hash};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::base::limits::RDAP_RATE_NETWORKS;

/// Cells of one set: a cache line of them.
const SET: usize = 8;
const SETS: usize = RDAP_RATE_NETWORKS / SET;
/// Bits of a word that tell a moment, in microseconds; they come again after nine years, and no cell that old is believed.
const MOMENT_BITS: u32 = 48;
const MOMENT: u64 = (1 << MOMENT_BITS) - 1;
/// An hour, in microseconds: later than that no thread comes with the moment it was told. For one that is late, others' moments
/// are further ahead than a bucket is deep, and it must not take them for past.
const LATE: u64 = 3_600_000_000;

#[derive(Default)]
#[repr(align(64))]
struct Set([AtomicU64; SET]);

/// Where the bucket of a key may be, and how to tell it from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    set: usize,
    tag: u64,
}

/// How fast a bucket fills, and how much it holds, both in microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bucket {
    /// Until there is one token more.
    pub(super) token: u64,
    /// Until an empty bucket is full.
    pub(super) depth: u64,
}

/// The table.
pub(super) struct Cells {
    sets: Box<[Set]>,
    secret: RandomState,
    /// No moment that is believed is further ahead.
    horizon: u64,
}

impl Cells {
    /// No bucket is deeper than `depth`.
    pub(super) fn new(depth: u64) -> Self {
        let horizon = depth + LATE;
        Self { sets: (0..SETS).map(|_| Set::default()).collect(), secret: RandomState::new(), horizon }
    }

    pub(super) fn place(&self, key: &impl Hash) -> Place {
        let hash = self.secret.hash_one(key);
        Place { set: hash as usize % SETS, tag: hash >> MOMENT_BITS }
    }

    /// Takes so many tokens, or all that the bucket can hold when it never holds so many. `now` is in microseconds.
    ///
    /// # Errors
    /// The microseconds until there are so many; none is taken then.
    pub(super) fn take(&self, place: Place, bucket: Bucket, tokens: u32, now: u64) -> Result<(), u64> {
        let cost = bucket.token.saturating_mul(tokens.into()).min(bucket.depth);
        let Some(Set(cells)) = self.sets.get(place.set) else { return Ok(()) };
        loop {
            let Some((cell, word, ahead)) = self.find(cells, place.tag, now) else { return Ok(()) };
            let after = ahead + cost;
            if after > bucket.depth {
                return Err(after - bucket.depth);
            }
            let taken = place.tag << MOMENT_BITS | now.wrapping_add(after) & MOMENT;
            // Each word stands for itself, so no other memory has to be seen in order with it.
            if cell.compare_exchange_weak(word, taken, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
                return Ok(());
            }
        }
    }

    /// The cell of that tag, or else the one nearest to a full bucket; its word, and how far its moment is ahead.
    fn find<'c>(&self, cells: &'c [AtomicU64; SET], tag: u64, now: u64) -> Option<(&'c AtomicU64, u64, u64)> {
        let mut nearest = None;
        for cell in cells {
            let word = cell.load(Ordering::Relaxed);
            let ahead = self.ahead(word, now);
            if word >> MOMENT_BITS == tag {
                return Some((cell, word, ahead));
            }
            if nearest.is_none_or(|(_, _, least)| ahead < least) {
                nearest = Some((cell, word, ahead));
            }
        }
        nearest
    }

    /// How far the moment of a word is ahead; what no bucket could be is long past, and zero was never used.
    fn ahead(&self, word: u64, now: u64) -> u64 {
        let ahead = word.wrapping_sub(now) & MOMENT;
        if word != 0 && ahead <= self.horizon { ahead } else { 0 }
    }

    /// How many cells hold a bucket that is not full.
    pub(super) fn in_use(&self, now: u64) -> usize {
        let words = self.sets.iter().flat_map(|Set(cells)| cells).map(|cell| cell.load(Ordering::Relaxed));
        words.filter(|word| self.ahead(*word, now) > 0).count()
    }
}
