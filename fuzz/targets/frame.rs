//! Framing of EPP data units.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| domesday::epp::fuzz_frame(data));
