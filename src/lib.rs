//! Domesday: a domain-name registry in one binary.

pub mod base;
pub mod port;
pub mod runtime;
