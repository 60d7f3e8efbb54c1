//! What the end-to-end benches share: a whole node, the frames it is asked, and tables.
//!
//! Shape of a bench: make a [`Pki`](domesday_loadtest::floor::pki::Pki), start contenders (floors, or the thing under test) on
//! one core, and let [`compare::compare`] load them in turns from another core. Floors, the client that loads them and the
//! certificates are those of the load tester.

#![allow(dead_code, unreachable_pub, missing_docs, reason = "each bench uses a part of this module")]

pub mod compare;
pub mod frames;
pub mod node;
pub mod verdict;
pub mod versus;
