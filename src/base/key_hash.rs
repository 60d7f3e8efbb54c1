//! From a record's key to a place in a table: one seeded hash for what is undurable, fresh and on file.
//!
//! Keys are names chosen by strangers. A secret seed for each table keeps them from choosing names that all fall on
//! one slot.

use xxhash_rust::xxh3::xxh3_64_with_seed;

/// An odd constant (2^64 divided by the golden ratio) that spreads the kinds over the seeds.
const KIND_SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;

/// The hash of a key in a table with this seed.
// Called from other floors for each look-up, where a call costs as much again as a short key.
#[inline]
pub(crate) fn key_hash(seed: u64, kind: u8, key: &[u8]) -> u64 {
    xxh3_64_with_seed(key, seed ^ u64::from(kind).wrapping_mul(KIND_SPREAD))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seed_kind_and_key_each_change_the_hash() {
        let one = key_hash(1, 1, b"example.test");
        assert_ne!(one, key_hash(2, 1, b"example.test"));
        assert_ne!(one, key_hash(1, 2, b"example.test"));
        assert_ne!(one, key_hash(1, 1, b"example.tesu"));
    }
}
