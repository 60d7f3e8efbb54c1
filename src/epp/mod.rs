//! Floor 2: EPP on the wire, both ways: frames and strict decoding of what clients send, the state of a session, and
//! responses as bytes. No sockets.

pub mod decode;
pub mod encode;
pub mod extensions;
pub mod frame;
mod fuzz;
pub mod login_sec;
pub mod offer;
pub mod sent;
pub mod session;
pub mod switches;
mod xml;

pub use fuzz::{Alike, fuzz_alike, fuzz_decode, fuzz_frame};
