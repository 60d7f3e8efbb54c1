//! Floor 6: one process, wired: what the lower floors do, joined to sockets, clocks and each other.

mod hyper_io;
mod rate_limit;
pub mod rdap_service;
