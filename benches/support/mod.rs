//! What the end-to-end benches share: certificates, the floors (bare TLS echo servers), and the client that loads them.
//!
//! Shape of a bench: make a [`pki::Pki`], start contenders (floors, or the thing under test) on one core, and let
//! [`compare::compare`] load them in turns from another core.

#![allow(dead_code, unreachable_pub, missing_docs, reason = "each bench uses a part of this module")]

pub mod compare;
pub mod floors;
pub mod frames;
pub mod load;
pub mod node;
pub mod pki;
pub mod verdict;
pub mod versus;
