//! Domesday: a domain-name registry in one binary.

pub mod base;
pub mod manual;
pub mod port;
pub mod sim;
pub mod wal;
