//! Floor 2: EPP on the wire, both ways. Bytes in, typed commands out; answers in, bytes out. No sockets.

pub mod encode;
pub mod session;
