//! Label generation rulesets (RFC 7940): which labels a zone takes, which labels are variants of each other, and what
//! becomes of them.
//!
//! [`parse`] reads the XML format and compiles it: properties of Unicode become ranges, rules become small programs,
//! everything is sorted. The result, [`Lgr`], is a record: all questions are answered by [`ArchivedLgr`], read where it
//! lies, with nothing kept beside it.
//!
//! ```text
//!  XML ──parse──► Lgr ──rkyv──► ArchivedLgr ─┬─ judge(label)               may it be registered, and why (not)
//!                                            ├─ variant_key(label)         equal for all variants of a label
//!                                            ├─ disposition(label, other)  is it a variant, and of what kind
//!                                            └─ variants(label, most)      some of the variants, for people
//! ```
//!
//! # What the RFC leaves open
//!
//! - **Unicode.** A table is compiled with the data of [`UNICODE`], whatever earlier version it names; one that needs a
//!   later version is refused. What properties gave is stored as ranges, so that a later binary changes nothing.
//! - **Contexts of variants** hold or fail in the variant label, at the place of the target: the anchor stands for the
//!   `cp` of the element that has the `when` (sections 6.4.1 and 8.2).
//! - **Alternatives** of a rule are all tried, as in regular expressions; the outcome is a yes or no, so that greed makes
//!   no difference.
//! - **Null sources** (`<char cp="">`) insert at most one of their targets at each place between code points.
//! - **Counts** around `start` and `end`, which section 6.3.3 forbids, are taken as in regular expressions: a table
//!   that ICANN publishes has one. Counts around an anchor are refused.
//! - **Labels** have at most [`LABEL_POINTS`] code points; longer ones are invalid (section 12.2 wants such a limit).

mod completion;
mod derivation;
mod enumeration;
mod fault;
mod fuzz;
mod judgement;
mod key;
mod matching;
mod parse;
mod table;
#[cfg(test)]
mod tests;

pub use derivation::Disposition;
pub use enumeration::{VariantLabel, Variants};
pub use fault::{Fault, LgrError};
pub use fuzz::fuzz_lgr as fuzz;
pub use judgement::{Judgement, Reason};
pub use parse::{UNICODE, parse};
pub use table::{ArchivedLgr, ArchivedMeta, ArchivedScope, Lgr, Meta, Scope, Size};

/// Octets of the XML of a table.
pub const XML_BYTES: usize = 16 << 20;
/// Elements of a table.
pub const ELEMENTS: usize = 400_000;
/// Elements within each other.
pub const DEPTH: usize = 64;
/// Code points of a label, and of a sequence or the target of a variant: as many as a label of the DNS has octets, and
/// such that all places of a label fit into the bits of a word.
pub const LABEL_POINTS: usize = 63;
/// Instructions of all rules of a table together.
pub const PROGRAM: usize = 1 << 16;
/// Ranges that all classes of a table, each use counted, may have together.
pub const CLASS_RANGES: usize = 4 << 20;
/// Different types of variants in a table.
pub const TYPES: usize = 62;
/// Rewrites of sequences that variant keys may need, and steps to find them.
pub const REWRITES: usize = 1_024;
/// Steps of work in which the rewrites of variant keys must be found.
pub const COMPLETION_STEPS: usize = 2_000_000;

/// The disposition of what is no label (RFC 7940, section 7.3).
pub const INVALID: &str = "invalid";
