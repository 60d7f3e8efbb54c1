//! Label generation rulesets: a label in the first line, then the XML of a table.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| domesday::lgr::fuzz(data));
