//! A target that fails on purpose: a fuzzer that does not find this crash within seconds is not fuzzing.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    // Found octet by octet, each comparison being a branch that the instrumentation reports; blind guessing would take
    // 2^48 tries.
    assert!(!matches!(data, [b'c', b'a', b'n', b'a', b'r', b'y', ..]), "the canary was found");
});
