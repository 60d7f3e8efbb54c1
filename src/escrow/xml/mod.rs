//! The XML model of a deposit (RFC 8909; RFC 9022, sections 5.1.1 to 5.9), written and read as a stream: of a deposit of any size
//! one object is in memory.
//!
//! | file | idea |
//! | --- | --- |
//! | `namespaces` | the namespaces, with the prefixes that we write |
//! | `words` | the elements that say how data are used |
//! | `encode` | objects as XML |
//! | `decode` | XML of any make as objects, or as faults |
//!
//! Documents about deposits, small ones, are written and read as a whole.

mod decode;
mod encode;
mod namespaces;
mod words;

pub(in crate::escrow) use decode::{CONTACT_STATUSES, HOST_STATUSES, TRANSFER_STATES, domain_statuses};
pub use decode::{
    Event, Fault, Placed, Reader, Rule, answer as read_answer, notification as read_notification, report as read_report,
};
pub use encode::{WriteError, Writer, report as write_report};

#[cfg(test)]
pub(in crate::escrow) mod tests;
