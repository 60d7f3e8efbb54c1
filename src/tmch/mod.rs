//! Floor 2: what the Trademark Clearinghouse signs and lists (RFC 7848 and RFC 9361): signed marks and whether to believe them,
//! the daily lists, the lines that are reported back. Pure: no clock, no files, no network.
//!
//! ```text
//!  .smd file ──► smd::of_file ──┐
//!  base64    ──► smd::of_base64 ┼─► octets ─► Trust::validate(octets, now) ─► Verified: id, issuer, validity, labels
//!  element   ───────────────────┘                      │
//!                 form (shape) ► certificate, chain, CRL (trust) ► digests, signature (proof) ► facts of what was digested
//! ```
//!
//! What is believed is read out of the very octets that were digested (`proof.rs`), not out of what came in. So there is no
//! second reading of the document that could see another element where the signature sees the right one.

mod fault;
pub mod lists;
pub mod lordn;
mod moment;
mod proof;
mod shape;
pub mod smd;
mod tree;
pub mod trust;

pub mod fuzz;

pub use fault::SmdFault;

#[cfg(test)]
mod tests;
