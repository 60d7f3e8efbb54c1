//! Labels: A-labels and U-labels.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| domesday::ulabel::fuzz_labels(data));
