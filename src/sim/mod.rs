//! Floor 5: the outside world made of memory and a seed, so that tests can break it in every way and break it again.

pub mod disk;
pub mod random;
