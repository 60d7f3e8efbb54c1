//! Validation of signed marks. The seeds are signed by the root that is believed, and are not valid yet.
#![no_main]

use std::sync::LazyLock;

use domesday::tmch::trust::{StaleCrl, Trust};

static TRUST: LazyLock<Trust> =
    LazyLock::new(|| Trust::new(&[&include_bytes!("../root.der")[..]], StaleCrl::Warn).expect("a root"));

libfuzzer_sys::fuzz_target!(|data: &[u8]| domesday::tmch::fuzz::fuzz_smd(&TRUST, data));
