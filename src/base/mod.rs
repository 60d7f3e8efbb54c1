//! Floor 0: what everything else may use and what uses nothing of ours.

pub mod fair_queue;
pub(crate) mod key_hash;
pub mod limits;
pub mod log_place;
pub mod network;
pub mod timestamp;
pub mod url;
