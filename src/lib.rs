//! Domesday: a domain-name registry in one binary.

pub mod base;
pub mod config;
pub mod epp;
pub mod index;
pub mod manual;
pub mod model;
pub mod node;
pub mod port;
pub mod rdap;
pub mod registry;
pub mod runtime;
pub mod sim;
pub mod wal;
