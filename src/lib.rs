//! Domesday: a domain-name registry in one binary.

pub mod base;
pub mod epp;
pub mod model;
pub mod port;
pub mod registry;
