//! Calendar arithmetic over the whole range of times that are ever shown.
#![no_main]

use domesday::base::timestamp::Timestamp;

libfuzzer_sys::fuzz_target!(|input: (u32, u8)| {
    let start = Timestamp::from_micros(i64::from(input.0) * 1_000_000);
    let later = start.plus_months(u32::from(input.1));
    assert!(later >= start && later.to_string().len() == 24, "{start} plus {} months is {later}", input.1);
});
