//! Floor 6: one process, wired: what the lower floors do, joined to sockets, clocks and each other.

pub mod admin;
mod bounds;
mod epp_session;
mod fair_queue;
mod head;
mod held;
mod hyper_io;
pub mod ledger;
mod ledger_service;
pub mod login;
mod metrics;
mod metrics_service;
mod pending;
mod rate_limit;
mod rdap_io;
pub mod rdap_service;
pub mod run;
mod seats;
mod shard;
mod shard_main;
mod stop;
mod waiting;
