//! A view over a map in memory: what undurable transactions changed, and what tests and fuzz targets decide on.

use std::collections::BTreeSet;
use std::hash::{BuildHasher, Hasher, RandomState};

use hashbrown::HashTable;
use rkyv::api::high::HighValidator;
use rkyv::bytecheck::CheckBytes;
use rkyv::rancor::Error;
use rkyv::util::AlignedVec;

use crate::base::key_hash::key_hash;
use crate::model::fold::fold;
use crate::model::record::{self, Kind};
use crate::model::seal::{self, Sealed};
use crate::model::transaction::{Change, Transaction};
use crate::model::view::{Record, RecordOctets, View};

/// Changes in order, and which is the newest of each key.
#[derive(Debug)]
pub struct Memory {
    changes: Vec<Sealed>,
    /// Places in `changes`.
    newest: HashTable<usize>,
    /// Keys are names chosen by strangers, who must not know which of them fall on one place.
    seed: u64,
}

impl Default for Memory {
    fn default() -> Self {
        let seed = RandomState::new().build_hasher().finish();
        Self { changes: Vec::new(), newest: HashTable::new(), seed }
    }
}

/// What a [`Memory`] knows of a key.
#[derive(Debug, PartialEq, Eq)]
pub enum Known<T> {
    /// The record.
    Present(T),
    /// It was removed.
    Removed,
    /// Nothing: ask what lies below.
    Unknown,
}

impl Memory {
    /// Puts or removes a record.
    pub fn apply(&mut self, change: Sealed) {
        let (seed, place) = (self.seed, self.changes.len());
        let (changes, hash) = (&self.changes, key_hash(seed, change.kind as u8, &change.key));
        let is_same = |place: &usize| changes[*place].kind == change.kind && changes[*place].key == change.key;
        match self.newest.find_mut(hash, is_same) {
            Some(newest) => *newest = place,
            None => {
                let hash_of = |place: &usize| key_hash(seed, changes[*place].kind as u8, &changes[*place].key);
                self.newest.insert_unique(hash, place, hash_of);
            }
        }
        self.changes.push(change);
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.changes.clear();
        self.newest.clear();
    }

    /// All changes in order, those too that a later one replaced.
    pub fn changes(&self) -> &[Sealed] {
        &self.changes
    }

    /// The keys of all records of that kind that are present, ascending.
    pub fn keys(&self, kind: Kind) -> BTreeSet<&[u8]> {
        let newest = self.newest.iter().map(|place| &self.changes[*place]);
        let present = newest.filter(|change| change.kind == kind && change.bytes.is_some());
        present.map(|change| change.key.as_slice()).collect()
    }

    /// The bytes known under a key.
    pub fn bytes(&self, kind: Kind, key: &[u8]) -> Known<&AlignedVec> {
        if self.changes.is_empty() {
            return Known::Unknown;
        }
        let is_it = |place: &usize| self.changes[*place].kind == kind && self.changes[*place].key == key;
        match self.newest.find(key_hash(self.seed, kind as u8, key), is_it).map(|place| &self.changes[*place].bytes) {
            Some(Some(bytes)) => Known::Present(bytes),
            Some(None) => Known::Removed,
            None => Known::Unknown,
        }
    }

    /// The record known under a key, checked.
    pub fn known<A>(&self, kind: Kind, key: &[u8]) -> Known<&A>
    where
        A: rkyv::Portable + for<'a> CheckBytes<HighValidator<'a, Error>>,
    {
        match self.bytes(kind, key) {
            Known::Present(bytes) => match seal::access(kind, bytes) {
                Ok(record) => Known::Present(record),
                // Only `Sealed` puts bytes here, and it makes them from records of the key's kind.
                Err(error) => unreachable!("{error}"),
            },
            Known::Removed => Known::Removed,
            Known::Unknown => Known::Unknown,
        }
    }

    /// The count known under a key.
    pub fn known_count(&self, kind: Kind, key: &[u8]) -> Known<u64> {
        match self.known::<record::ArchivedCount>(kind, key) {
            Known::Present(found) => Known::Present(found.count.to_native()),
            Known::Removed => Known::Removed,
            Known::Unknown => Known::Unknown,
        }
    }
}

/// A memory with nothing below it.
impl View for Memory {
    fn record<R: Record>(&self, key: &[u8]) -> Option<&R::Archived> {
        match self.known(R::KIND, key) {
            Known::Present(record) => Some(record),
            Known::Removed | Known::Unknown => None,
        }
    }

    fn count(&self, kind: Kind, key: &[u8]) -> u64 {
        match self.known_count(kind, key) {
            Known::Present(count) => count,
            Known::Removed | Known::Unknown => 0,
        }
    }
}

impl RecordOctets for Memory {
    fn octets(&self, kind: Kind, key: &[u8]) -> Option<&[u8]> {
        match self.bytes(kind, key) {
            Known::Present(bytes) => Some(bytes),
            Known::Removed | Known::Unknown => None,
        }
    }
}

impl Memory {
    /// Applies a transaction's changes with the derived records that follow: a registry in memory.
    ///
    /// # Errors
    /// [`seal::BadRecord`] as [`fold`] gives it.
    pub fn commit(&mut self, transaction: &Transaction) -> Result<(), seal::BadRecord> {
        let changes: Vec<Sealed> = transaction.changes.iter().map(Change::seal).collect();
        let derived = fold(self, &changes)?;
        changes.into_iter().chain(derived).for_each(|change| self.apply(change));
        Ok(())
    }
}
