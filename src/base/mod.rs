//! Floor 0: what everything else may use and what uses nothing of ours.

pub mod fair_queue;
pub(crate) mod key_hash;
pub(crate) mod lexical;
pub mod limits;
pub mod log_place;
pub mod network;
pub mod timestamp;
pub mod url;
pub(crate) mod xml_chars;
pub(crate) mod xml_prolog;
pub(crate) mod xml_text;
