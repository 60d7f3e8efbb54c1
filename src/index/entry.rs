//! The one shape of an entry, in the delta's memory and in the heap of a base file alike.
//!
//! ```text
//!  0      1       2            4               8
//!  +------+-------+------------+---------------+-----------+-----+--------------------+-----+
//!  | kind | flags | key length | record length | key bytes |  0  | record bytes       |  0  |
//!  +------+-------+------------+---------------+-----------+-----+--------------------+-----+
//!  '- 16-aligned                                                 '- 16-aligned              '- 16-aligned end
//! ```
//!
//! Because the shape is the same, a checkpoint copies entries as they are, and a record is read where it lies.

/// Alignment of entries and of the records in them, in bytes: what rkyv archives may ask for.
pub(super) const ALIGN: usize = 16;
/// Bytes before the key.
pub(super) const HEAD: usize = 8;
/// Where the flags stand in an entry.
pub(super) const FLAGS_AT: usize = 1;
/// Set in an entry that says "deleted": it hides the records of the same key in older tables.
pub(super) const TOMBSTONE: u8 = 1;
/// Set, besides [`TOMBSTONE`] and in memory only, where no older table holds the key: the delta may forget the entry.
pub(super) const FORGETTABLE: u8 = 2;

const _: () = assert!(ALIGN.is_power_of_two() && HEAD < ALIGN);
const _: () = assert!(crate::base::limits::KEY_BYTES <= u16::MAX as usize);

/// Where the record begins, from the start of the entry.
pub(super) const fn record_offset(key_len: usize) -> usize {
    (HEAD + key_len).next_multiple_of(ALIGN)
}

/// The bytes of a whole entry.
pub(super) const fn size(key_len: usize, record_len: usize) -> usize {
    (record_offset(key_len) + record_len).next_multiple_of(ALIGN)
}

/// One entry, borrowed from where it lies.
#[derive(Clone, Copy)]
pub(super) struct Entry<'a> {
    bytes: &'a [u8],
    key_len: usize,
    record_len: usize,
}

impl<'a> Entry<'a> {
    /// The entry that begins at `offset`, or `None` when its lengths do not fit in `heap`.
    pub(super) fn at(heap: &'a [u8], offset: usize) -> Option<Entry<'a>> {
        let rest = heap.get(offset..)?;
        let (key_len, record_len) = lengths(rest.first_chunk()?);
        let bytes = rest.get(..size(key_len, record_len))?;
        Some(Entry { bytes, key_len, record_len })
    }

    /// The table of key spaces it belongs to; its meaning is the model's.
    pub(super) fn kind(&self) -> u8 {
        self.bytes[0]
    }

    /// [`TOMBSTONE`] and [`FORGETTABLE`], or zero.
    pub(super) fn flags(&self) -> u8 {
        self.bytes[FLAGS_AT]
    }

    /// The key.
    pub(super) fn key(&self) -> &'a [u8] {
        &self.bytes[HEAD..HEAD + self.key_len]
    }

    /// The record; `None` when the entry says "deleted".
    pub(super) fn record(&self) -> Option<&'a [u8]> {
        let start = record_offset(self.key_len);
        (self.flags() & TOMBSTONE == 0).then(|| &self.bytes[start..start + self.record_len])
    }

    /// The whole entry with its padding: what a base file stores.
    pub(super) fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Whether this entry is the one of this key.
    pub(super) fn is(&self, kind: u8, key: &[u8]) -> bool {
        self.kind() == kind && self.key() == key
    }
}

/// The key length and the record length that stand in an entry's head.
pub(super) fn lengths(head: &[u8; HEAD]) -> (usize, usize) {
    let [_, _, k0, k1, r0, r1, r2, r3] = *head;
    (u16::from_le_bytes([k0, k1]) as usize, u32::from_le_bytes([r0, r1, r2, r3]) as usize)
}

/// Lays an entry into `bytes`, which are zero and [`size`] long.
///
/// # Panics
/// When the key or the record is longer than its length field can say.
pub(super) fn fill(bytes: &mut [u8], kind: u8, flags: u8, key: &[u8], record: &[u8]) {
    let key_len = u16::try_from(key.len()).expect("callers bound keys by limits::KEY_BYTES");
    let record_len = u32::try_from(record.len()).expect("a record fits in a transaction, whose limit is far below");
    let start = record_offset(key.len());
    bytes[0] = kind;
    bytes[FLAGS_AT] = flags;
    bytes[2..4].copy_from_slice(&key_len.to_le_bytes());
    bytes[4..HEAD].copy_from_slice(&record_len.to_le_bytes());
    bytes[HEAD..HEAD + key.len()].copy_from_slice(key);
    bytes[start..start + record.len()].copy_from_slice(record);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filled_is_read_back_and_a_cut_one_is_refused() {
        for key_len in [0, 1, 7, 8, 9, 24, 256] {
            for record_len in [0, 1, 15, 16, 17, 300] {
                let (key, record) = (vec![7u8; key_len], vec![9u8; record_len]);
                let mut bytes = vec![0; size(key_len, record_len)];
                fill(&mut bytes, 3, 0, &key, &record);
                let entry = Entry::at(&bytes, 0).expect("it was just filled");
                assert!(entry.is(3, &key) && !entry.is(4, &key));
                assert_eq!(entry.record(), Some(&record[..]));
                assert_eq!(entry.bytes().len() % ALIGN, 0);
                assert!(Entry::at(&bytes[..bytes.len() - 1], 0).is_none());
            }
        }
    }
}
