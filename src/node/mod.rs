//! Floor 6: one process, wired: what the lower floors do, joined to sockets, clocks and each other.

pub mod admin;
mod admission;
mod bounds;
mod data_dir;
mod epp_session;
mod head;
mod http_date;
mod hyper_io;
pub mod init;
mod known;
pub mod ledger;
mod ledger_service;
pub mod login;
mod metrics;
mod metrics_service;
mod network;
mod pending;
pub mod preflight;
mod rate_limit;
pub mod rdap_service;
pub mod run;
mod seats;
mod shard;
mod shard_main;
mod stop;
mod turns;
