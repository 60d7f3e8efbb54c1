//! The search keys of the fresh records: an ordered set that the writer fills while any number of threads walk through it.
//!
//! Nothing is ever taken out of it, so that a walk is never thrown off its way; it goes as a whole, with its delta.

use super::search::{Place, SearchKeys};
use crossbeam_skiplist::{SkipSet, set};
use std::{
    cmp::Ordering,
    ops::Bound,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
};

/// Memory for a key beside its octets, about: the node with its tower, and two allocations.
const KEY_MEMORY: usize = size_of::<FreshKey>() + 64;

/// The search keys of the records put since the last checkpoint.
pub(super) struct SearchSet {
    keys: SkipSet<FreshKey>,
    bytes: AtomicUsize,
}

/// A family and a place in it, owned.
pub(super) struct FreshKey {
    /// The text, and the record's key behind it.
    octets: Box<[u8]>,
    text: u16,
    family: u8,
    kind: u8,
}

impl FreshKey {
    fn new(family: u8, place: Place<'_>) -> FreshKey {
        // A text that is longer, which the model has none of, is found by its beginning.
        let text = &place.text[..place.text.len().min(u16::MAX.into())];
        FreshKey { octets: [text, place.key].concat().into(), text: text.len() as u16, family, kind: place.kind }
    }

    pub(super) fn family(&self) -> u8 {
        self.family
    }

    pub(super) fn place(&self) -> Place<'_> {
        let (text, key) = self.octets.split_at(self.text.into());
        Place { text, kind: self.kind, key }
    }
}

impl Ord for FreshKey {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.family, self.place()).cmp(&(other.family, other.place()))
    }
}

impl PartialOrd for FreshKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for FreshKey {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for FreshKey {}

impl SearchSet {
    pub(super) fn new() -> SearchSet {
        SearchSet { keys: SkipSet::new(), bytes: AtomicUsize::new(0) }
    }

    /// Adds the keys of a record. Only the writer does.
    pub(super) fn add(&self, keys: &SearchKeys, kind: u8, key: &[u8], record: &[u8]) {
        keys.find(kind, record, &mut |family, text| {
            let fresh = FreshKey::new(family, Place { text, kind, key });
            let length = fresh.octets.len();
            let before = self.keys.len();
            self.keys.get_or_insert(fresh);
            if self.keys.len() > before {
                self.bytes.store(self.bytes.load(Relaxed) + length + KEY_MEMORY, Relaxed);
            }
        });
    }

    /// The first key of a family from a bound on, or of a later family.
    pub(super) fn lower_bound(&self, family: u8, from: Bound<Place<'_>>) -> Option<set::Entry<'_, FreshKey>> {
        let from = from.map(|place| FreshKey::new(family, place));
        self.keys.lower_bound(from.as_ref())
    }

    /// Bytes of memory, about.
    pub(super) fn bytes(&self) -> usize {
        self.bytes.load(Relaxed)
    }
}
