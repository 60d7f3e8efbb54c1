//! The manual: chapters that explain, and no code.
//!
//! - [`wal_format`]: the write-ahead log on disk, its fault model, and how it recovers
//! - [`index_format`]: the base files of the index, byte by byte

pub mod index_format;
pub mod wal_format;
