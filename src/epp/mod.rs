//! Floor 2: EPP on the wire: framing, strict decoding of what clients send.

pub mod decode;
pub mod frame;
mod fuzz;
mod lexical;
mod xml;

pub use fuzz::{fuzz_decode, fuzz_frame};
