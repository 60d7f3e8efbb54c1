//! Chapters for people who want to know how Domesday works inside: no code, only prose and drawings.

pub mod index_format;
