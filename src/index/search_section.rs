//! The search section of a base file: an item for each search key of each record, in the order of family and place.
//!
//! An item tells the family, which of its record's keys it is, and where the record is: eight bytes, whatever the text. The
//! text is found in the record. Opening compares the items with what the heap says by a sum, reading both from front to
//! back. Their order is left to the checksum: to compare it with the texts would jump through the whole file. A section in
//! disorder would hide records from searches, and do no other harm, since every item leads to a whole entry of the file.

use super::{
    entry::{ALIGN, Entry},
    format::{Fault, OFFSET_BITS, OFFSET_MASK, expect},
    search::{Place, SearchKeys},
};
use std::ops::Bound;
use xxhash_rust::xxh3::xxh3_64;

/// Bytes of one item.
pub(super) const ITEM: usize = 8;
/// The bytes of one item.
pub(super) type Item = [u8; ITEM];

const WHICH_BITS: u32 = 16;
const FAMILY_AT: u32 = OFFSET_BITS + WHICH_BITS;
const _: () = assert!(FAMILY_AT + u8::BITS == u64::BITS);

/// An item: the family, the number of the key among those of its record, and the offset of the record's entry in the file.
fn encode(family: u8, which: u16, offset: u64) -> u64 {
    (u64::from(family) << FAMILY_AT) | (u64::from(which) << OFFSET_BITS) | (offset / ALIGN as u64)
}

/// The family of an item.
pub(super) fn family(item: &Item) -> u8 {
    (u64::from_le_bytes(*item) >> FAMILY_AT) as u8
}

/// Number of the key, and offset of the entry.
fn decode(item: u64) -> (u16, usize) {
    ((item >> OFFSET_BITS) as u16, (item & OFFSET_MASK) as usize * ALIGN)
}

/// Calls `look` with the place of an item in the bytes of its file.
pub(super) fn at<R>(file: &[u8], keys: &SearchKeys, item: &Item, look: impl FnOnce(Place<'_>) -> R) -> Option<R> {
    let (which, offset) = decode(u64::from_le_bytes(*item));
    let entry = Entry::at(file, offset)?;
    let (mut look, mut found, mut number) = (Some(look), None, 0);
    keys.of_entry(&entry, &mut |_, text| {
        if number == which {
            found = look.take().map(|look| look(Place { text, kind: entry.kind(), key: entry.key() }));
        }
        number += 1;
    });
    found
}

/// The number of the first item of a family from a bound on.
pub(super) fn lower_bound(file: &[u8], keys: &SearchKeys, items: &[Item], wanted: u8, from: Bound<Place<'_>>) -> usize {
    items.partition_point(|item| match family(item).cmp(&wanted) {
        std::cmp::Ordering::Equal => {
            let before = |place: Place<'_>| match from {
                Bound::Included(from) => place < from,
                Bound::Excluded(from) => place <= from,
                Bound::Unbounded => false,
            };
            at(file, keys, item, before).unwrap_or(false)
        }
        order => order.is_lt(),
    })
}

/// Search keys in no order yet: how each text begins, and its item.
#[derive(Default)]
pub(super) struct Unsorted(Vec<(u64, u64)>);

/// The first eight octets of a text as a number of the same order; zeros where it is shorter.
fn beginning(text: &[u8]) -> u64 {
    let mut first = [0; 8];
    let length = text.len().min(8);
    first[..length].copy_from_slice(&text[..length]);
    u64::from_be_bytes(first)
}

impl Unsorted {
    /// Takes down the keys of the entry at that offset of the file.
    pub(super) fn add(&mut self, keys: &SearchKeys, entry: &Entry<'_>, offset: u64) {
        each_item(keys, entry, offset, |item, text| self.0.push((beginning(text), item)));
    }

    /// The items in their order. `file` is the whole file, or its beginning up to the end of the heap.
    pub(super) fn sort(mut self, file: &[u8], keys: &SearchKeys) -> Box<[Item]> {
        let rough = |(beginning, item): &(u64, u64)| (item >> FAMILY_AT, *beginning);
        self.0.sort_unstable_by_key(rough);
        for run in self.0.chunk_by_mut(|one, other| rough(one) == rough(other)) {
            if run.len() > 1 {
                sort_run(run, file, keys);
            }
        }
        self.0.iter().map(|(_, item)| item.to_le_bytes()).collect()
    }
}

/// Sorts items of one family whose texts begin alike. Each entry is visited once, in the order of the file, and not once for
/// each comparison: of the keys, most differ in how they begin.
fn sort_run(run: &mut [(u64, u64)], file: &[u8], keys: &SearchKeys) {
    run.sort_unstable_by_key(|(_, item)| decode(*item).1);
    let mut decorated: Vec<_> = run
        .iter()
        .map(|(beginning, item)| {
            // Texts that begin alike differ in their lengths or in what is behind the beginning, which most have not.
            let rest = |place: Place<'_>| (place.text.len().min(8), place.text.get(8..).unwrap_or_default().to_vec());
            let rest = at(file, keys, &item.to_le_bytes(), rest);
            let entry = Entry::at(file, decode(*item).1);
            let name = entry.map(|entry| (entry.kind(), self::beginning(entry.key()), entry.key()));
            ((rest, name), (*beginning, *item))
        })
        .collect();
    decorated.sort_unstable();
    run.iter_mut().zip(&decorated).for_each(|(place, (_, sorted))| *place = *sorted);
}

fn each_item(keys: &SearchKeys, entry: &Entry<'_>, offset: u64, mut each: impl FnMut(u64, &[u8])) {
    let mut which = 0;
    keys.of_entry(entry, &mut |family, text| {
        each(encode(family, which, offset), text);
        which = which.checked_add(1).expect("a record has far fewer than 65,536 search keys");
    });
}

/// What the heap says, taken down in its own order.
pub(super) struct Survey {
    count: u64,
    /// Of the items' hashes: it tells two lists apart, whatever their order.
    sum: u64,
    /// The keys themselves, where the file has no section to compare with.
    kept: Option<Unsorted>,
}

impl Survey {
    /// Nothing taken down yet; `keep` the keys themselves.
    pub(super) fn new(keep: bool) -> Survey {
        Survey { count: 0, sum: 0, kept: keep.then(Unsorted::default) }
    }

    /// Takes down the keys of the entry at that offset of the file.
    pub(super) fn add(&mut self, keys: &SearchKeys, entry: &Entry<'_>, offset: u64) {
        match &mut self.kept {
            Some(kept) => kept.add(keys, entry, offset),
            None => each_item(keys, entry, offset, |item, _| {
                self.count += 1;
                self.sum = self.sum.wrapping_add(xxh3_64(&item.to_le_bytes()));
            }),
        }
    }

    /// The items in their order, if the keys were kept.
    pub(super) fn into_items(self, file: &[u8], keys: &SearchKeys) -> Option<Box<[Item]>> {
        self.kept.map(|kept| kept.sort(file, keys))
    }

    /// That the section at `offset` of the file holds the items taken down, each once, by families.
    pub(super) fn check(&self, offset: u64, section: &[Item]) -> Result<(), Fault> {
        expect(offset, "search items (counted in the heap)", self.count, section.len() as u64)?;
        let sum = section.iter().fold(0u64, |sum, item| sum.wrapping_add(xxh3_64(item)));
        expect(offset, "sum of the search items (of the heap)", self.sum, sum)?;
        expect(offset, "families of search items in order", true, section.is_sorted_by_key(family))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_reads_back() {
        for (number, which, offset) in [(0, 0, 0), (1, 2, 4096), (255, u16::MAX, (OFFSET_MASK as usize) * ALIGN)] {
            let item = encode(number, which, offset as u64);
            assert_eq!((family(&item.to_le_bytes()), decode(item)), (number, (which, offset)));
        }
    }

    #[test]
    fn a_beginning_has_the_order_of_its_texts() {
        let texts: [&[u8]; 6] = [b"", b"\0", b"a", b"aaaaaaaa", b"aaaaaaab", b"b"];
        assert!(texts.is_sorted_by_key(|text| (beginning(text), text.len())));
    }
}
