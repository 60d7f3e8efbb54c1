//! The poll queue (RFC 5730, section 2.9.2.3): each registrar has one of its own, oldest message first.

pub(crate) mod ack;
pub(crate) mod request;
#[cfg(test)]
mod tests;
