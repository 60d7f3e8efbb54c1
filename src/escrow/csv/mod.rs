//! The CSV model of a deposit (RFC 9022, sections 4.6 and 5.x.2), written and read as a stream: of a deposit of any size one object
//! is in memory, and some rows of each file.
//!
//! An object is a record of the file of its kind, and records of files beside it that name it: `domain` and `domainStatuses`,
//! `domainContacts`, and so on. What its XML says of the files are [`crate::escrow::Definitions`].
//!
//! | file | idea |
//! | --- | --- |
//! | `table` | which files there are, and the fields of each |
//! | `encode` | objects as records |
//! | `decode` | records of any make as objects, or as faults |

mod decode;
mod encode;
mod table;

pub use decode::{Files, Placed, Reader, unnamed};
pub use encode::{Finished, Writer};

#[cfg(test)]
mod tests;
