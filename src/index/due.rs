//! Deadlines: how the index learns which records have one, and how it tells what is due.

use super::entry::Entry;

/// How the index learns the deadlines of the records it keeps.
#[derive(Clone, Copy, Debug)]
pub struct Deadlines {
    /// The number of these rules. A base file says by which ones its deadlines were found; if by others, they are found
    /// anew when it is opened. Give new rules a new number: under the same number such a file is taken for damaged.
    pub rules: u64,
    /// Whether records of a kind may have a deadline. Those of other kinds cost nothing.
    pub kinds: fn(kind: u8) -> bool,
    /// The deadline of a record, in microseconds. It is asked only of records that `validate` took or that were put,
    /// often, and must always say the same.
    pub of: fn(kind: u8, record: &[u8]) -> Option<i64>,
}

impl Deadlines {
    /// The deadline of a record.
    pub(super) fn find(&self, kind: u8, record: &[u8]) -> Option<i64> {
        if (self.kinds)(kind) { (self.of)(kind, record) } else { None }
    }

    /// The deadline of an entry's record.
    pub(super) fn of_entry(&self, entry: &Entry<'_>) -> Option<i64> {
        self.find(entry.kind(), entry.record()?)
    }
}

/// A record's deadline.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Due {
    /// The deadline, in microseconds.
    pub time: i64,
    /// The record's kind.
    pub kind: u8,
    /// Its key.
    pub key: Vec<u8>,
}

impl Due {
    /// Itself, where it is.
    pub(super) fn view(&self) -> DueRef<'_> {
        (self.time, self.kind, &self.key)
    }
}

/// A [`Due`] that is still where it was found; both have the same order.
pub(super) type DueRef<'a> = (i64, u8, &'a [u8]);
