//! What the black-box tests share: the real binary as a child process, and blocking clients for EPP and RDAP over TLS.
#![allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    reason = "each test binary compiles this module and uses its own part of it"
)]

pub mod epp;
pub mod process;
pub mod rdap;
pub mod smd;
pub mod tls;
pub mod wall_clock;

pub use epp::EppClient;
pub use process::{Demo, Server};
