//! The manual: chapters of rationale and formats, without code.

pub mod wal_format;
