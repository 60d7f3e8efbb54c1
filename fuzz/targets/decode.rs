//! Decoding of EPP frames.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| domesday::epp::fuzz_decode(data));
