//! RDAP requests: the target of a GET, and what it is answered with.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| domesday::rdap::fuzz_query(data));
