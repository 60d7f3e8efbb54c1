//! Lists of the Trademark Clearinghouse.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| domesday::tmch::fuzz::fuzz_lists(data));
