//! Tokens that are scanned and tokens that are known: both are quick-xml's.
#![no_main]

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    // The same input has the same variants.
    let seed = BuildHasherDefault::<DefaultHasher>::default().hash_one(data);
    let _ = domesday::epp::fuzz_alike(data, seed, 16);
});
