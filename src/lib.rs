//! Domesday: a domain-name registry in one binary.

pub mod base;
pub mod model;
pub mod node;
pub mod port;
pub mod rdap;
pub mod registry;
