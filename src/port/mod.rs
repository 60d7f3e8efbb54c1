//! Floor 1: small traits for the outside world, so that everything below the sockets runs in a simulator too.

pub mod clock;
pub mod disk;
pub mod strangers;
