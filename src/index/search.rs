//! Search keys: how the index learns under which texts a record is found besides its own key.

use super::entry::Entry;

/// How the index learns the search keys of the records it keeps.
///
/// A search key is a hint. It leads to a record that had it when it was put; the record that is there now decides. So no
/// hint is ever taken back.
#[derive(Clone, Copy, Debug)]
pub struct SearchKeys {
    /// The number of these rules; 0: there are no search keys, and nothing is paid for them. A base file says by which rules
    /// its search section was made; if by others, its keys are found anew when it is opened.
    pub rules: u64,
    /// Whether records of a kind may have search keys. Those of other kinds cost nothing.
    pub kinds: fn(kind: u8) -> bool,
    /// Calls `each(family, text)` for every search key of a record. It is asked only of records that `validate` took or that
    /// were put, often, and must always say the same.
    pub of: fn(kind: u8, record: &[u8], each: &mut EachKey<'_>),
}

/// What takes the search keys of a record: family and text.
pub type EachKey<'e> = dyn FnMut(u8, &[u8]) + 'e;

/// A place in the order of a family of search keys: by text, kind and key, each by its octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place<'a> {
    /// The search key.
    pub text: &'a [u8],
    /// The kind of the record that has it, or had it.
    pub kind: u8,
    /// The key of that record.
    pub key: &'a [u8],
}

impl SearchKeys {
    /// No record has any.
    pub const NONE: SearchKeys = SearchKeys { rules: 0, kinds: |_| false, of: |_, _, _| {} };

    /// Whether there are any.
    pub(super) fn is_on(&self) -> bool {
        self.rules != 0
    }

    /// Calls `each` for every search key of a record.
    pub(super) fn find(&self, kind: u8, record: &[u8], each: &mut EachKey<'_>) {
        if self.is_on() && (self.kinds)(kind) {
            (self.of)(kind, record, each);
        }
    }

    /// Calls `each` for every search key of an entry's record.
    pub(super) fn of_entry(&self, entry: &Entry<'_>, each: &mut EachKey<'_>) {
        if let Some(record) = entry.record() {
            self.find(entry.kind(), record, each);
        }
    }
}
