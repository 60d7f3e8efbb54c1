//! Domesday: a domain-name registry in one binary.

pub mod base;
pub mod index;
pub mod manual;
pub mod port;
