//! Floor 6: one process, wired: what the lower floors do, joined to sockets, clocks and each other.

pub mod admin;
mod bounds;
mod epp_session;
mod fair_queue;
mod head;
mod http_date;
mod hyper_io;
pub mod ledger;
mod ledger_service;
pub mod login;
mod metrics;
mod metrics_service;
mod pending;
pub mod preflight;
mod rate_limit;
pub mod rdap_service;
pub mod run;
mod shard;
mod shard_main;
mod stop;
mod waiting;
