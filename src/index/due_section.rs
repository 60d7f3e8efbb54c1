//! The due section of a base file: an item for each record that has a deadline, in the order of the deadlines.
//!
//! An item is the deadline and the entry's offset in the file. What the heap says of its deadlines is compared with the
//! section by a sum, so that opening reads both from front to back: looking up each item's entry would jump through a
//! file that may be larger than the memory.

use super::{
    entry::Entry,
    format::{Fault, expect},
};
use std::cmp::Ordering;
use xxhash_rust::xxh3::xxh3_64;

/// Bytes of one item.
pub(super) const ITEM: usize = 16;
/// The bytes of one item: deadline, then offset.
pub(super) type Item = [u8; ITEM];

/// An item's bytes.
pub(super) fn encode(time: i64, offset: u64) -> Item {
    (u128::from(time.cast_unsigned()) | u128::from(offset) << 64).to_le_bytes()
}

/// Deadline and offset of an item.
pub(super) fn decode(item: &Item) -> (i64, u64) {
    let both = u128::from_le_bytes(*item);
    ((both as u64).cast_signed(), (both >> 64) as u64)
}

/// The entry of an item in the bytes of its file.
pub(super) fn entry<'f>(file: &'f [u8], item: &Item) -> Option<Entry<'f>> {
    Entry::at(file, usize::try_from(decode(item).1).ok()?)
}

/// Which of two items comes first: by deadline, kind and key.
fn order(file: &[u8], one: &Item, other: &Item) -> Ordering {
    let name = |item| entry(file, item).map(|entry| (entry.kind(), entry.key()));
    decode(one).0.cmp(&decode(other).0).then_with(|| name(one).cmp(&name(other)))
}

/// What the heap says, taken down in its own order.
pub(super) struct Survey {
    count: u64,
    /// Of the items' hashes: it tells two lists apart, whatever their order.
    sum: u64,
    /// The items themselves, where the file has no section to compare with.
    items: Option<Vec<Item>>,
}

impl Survey {
    /// Nothing taken down yet; `keep` the items themselves.
    pub(super) fn new(keep: bool) -> Survey {
        Survey { count: 0, sum: 0, items: keep.then(Vec::new) }
    }

    /// Takes down the next item.
    pub(super) fn add(&mut self, item: Item) {
        self.count += 1;
        self.sum = self.sum.wrapping_add(xxh3_64(&item));
        if let Some(items) = &mut self.items {
            items.push(item);
        }
    }

    /// The items in their order, if they were kept.
    pub(super) fn into_items(self, file: &[u8]) -> Option<Box<[Item]>> {
        let mut items = self.items?;
        items.sort_unstable_by(|one, other| order(file, one, other));
        Some(items.into())
    }

    /// That the section at `offset` of the file holds the items taken down, each once, in order.
    pub(super) fn check(&self, file: &[u8], offset: u64, section: &[Item]) -> Result<(), Fault> {
        expect(offset, "due items (counted in the heap)", self.count, section.len() as u64)?;
        let sum = section.iter().fold(0u64, |sum, item| sum.wrapping_add(xxh3_64(item)));
        expect(offset, "sum of the due items (of the heap)", self.sum, sum)?;
        match section.array_windows().position(|[one, other]| order(file, one, other).is_ge()) {
            Some(number) => Err(Fault {
                offset: offset + ((number + 1) * ITEM) as u64,
                what: "due item",
                expected: "one behind the item before it".into(),
                found: format!("deadline and offset {:?}", decode(&section[number + 1])),
            }),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_reads_back() {
        for (time, offset) in [(0, 0), (-1, 1), (i64::MIN, u64::MAX), (i64::MAX, 4096)] {
            assert_eq!(decode(&encode(time, offset)), (time, offset));
        }
        assert_eq!(
            encode(-2, 4096)[..],
            [[0xfe, 255, 255, 255, 255, 255, 255, 255], [0, 16, 0, 0, 0, 0, 0, 0]].concat()
        );
    }
}
