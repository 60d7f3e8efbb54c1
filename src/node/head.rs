//! Head: the index and, above it, what the transactions of the present batch changed and no disk holds yet.
//!
//! The ledger decides against head, so that a command sees every earlier one. When the log refuses the batch, head's
//! tail is dropped and the index was never touched.

use crate::index;
use crate::model::memory::{Known, Memory};
use crate::model::record::Kind;
use crate::model::view::{Record, View};

/// The newest state there is, for the ledger's eyes only.
pub(super) struct Head<'l> {
    /// What is durable.
    pub(super) index: &'l index::Writer,
    /// What is not.
    pub(super) tail: &'l Memory,
}

impl View for Head<'_> {
    fn record<R: Record>(&self, key: &[u8]) -> Option<&R::Archived> {
        match self.tail.known(R::KIND, key) {
            Known::Present(record) => Some(record),
            Known::Removed => None,
            Known::Unknown => self.index.record::<R>(key),
        }
    }

    fn count(&self, kind: Kind, key: &[u8]) -> u64 {
        match self.tail.known_count(kind, key) {
            Known::Present(count) => count,
            Known::Removed => 0,
            Known::Unknown => self.index.count(kind, key),
        }
    }
}
