//! A record of a CSV file.

use std::io;

use crate::base::limits::ESCROW_CSV_FIELDS;

/// A record: where it stands, and its fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Row {
    /// Which of the definitions of its kind it is of.
    pub(super) definition: u16,
    /// Which of the deposit's files it stands in.
    pub(super) file: u32,
    /// The line, from 1, in which it begins.
    pub(super) line: u64,
    /// How many fields it has; of more than [`ESCROW_CSV_FIELDS`] the first ones are here.
    pub(super) count: u32,
    /// A ROID in it is of no host that is there.
    pub(super) is_unresolved: bool,
    /// By bit: fields that are in quotes.
    quoted: u64,
    ends: Vec<u32>,
    text: String,
}

const _: () = assert!(ESCROW_CSV_FIELDS <= 64);

impl Row {
    /// The row of these fields, whose octets lie one behind the other; `None`: they are not UTF-8.
    pub(super) fn new(text: Vec<u8>, ends: Vec<u32>, quoted: u64, count: u32) -> Option<Self> {
        let text = String::from_utf8(text).ok()?;
        // Two fields can be UTF-8 together and not each.
        if !ends.iter().all(|end| text.is_char_boundary(*end as usize)) {
            return None;
        }
        Some(Self { count, quoted, ends, text, ..Self::default() })
    }

    /// The field at this place, and whether it is in quotes; `None`: there is none.
    pub(super) fn field(&self, place: usize) -> Option<(&str, bool)> {
        let start = match place.checked_sub(1) {
            Some(before) => *self.ends.get(before)? as usize,
            None => 0,
        };
        let text = self.text.get(start..*self.ends.get(place)? as usize)?;
        Some((text, self.quoted & (1 << place) != 0))
    }

    /// Puts another text in the place of a field.
    pub(super) fn replace(&mut self, place: usize, with: &str) {
        let fields: Vec<String> = (0..self.ends.len())
            .map(|at| if at == place { with } else { self.field(at).map_or("", |(text, _)| text) }.to_owned())
            .collect();
        self.text.clear();
        self.ends.clear();
        for field in fields {
            self.text.push_str(&field);
            self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        }
    }

    /// All its text.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Octets that it takes, about.
    pub(super) fn size(&self) -> usize {
        size_of::<Self>() + self.text.len() + 4 * self.ends.len()
    }

    /// As octets, for a file of our own.
    pub(super) fn pack(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.definition.to_le_bytes());
        out.extend_from_slice(&self.file.to_le_bytes());
        out.extend_from_slice(&self.line.to_le_bytes());
        out.extend_from_slice(&self.count.to_le_bytes());
        out.push(self.is_unresolved.into());
        out.extend_from_slice(&self.quoted.to_le_bytes());
        out.push(u8::try_from(self.ends.len()).unwrap_or(u8::MAX));
        self.ends.iter().for_each(|end| out.extend_from_slice(&end.to_le_bytes()));
        out.extend_from_slice(self.text.as_bytes());
    }

    /// The row that was packed.
    ///
    /// # Errors
    /// Octets that were never a row's.
    pub(super) fn unpack(octets: &[u8]) -> io::Result<Self> {
        Self::unpacked(octets)
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "a file of sorted records was changed"))
    }

    fn unpacked(mut octets: &[u8]) -> Option<Self> {
        let definition = u16::from_le_bytes(take(&mut octets)?);
        let file = u32::from_le_bytes(take(&mut octets)?);
        let line = u64::from_le_bytes(take(&mut octets)?);
        let count = u32::from_le_bytes(take(&mut octets)?);
        let [is_unresolved] = take(&mut octets)?;
        let quoted = u64::from_le_bytes(take(&mut octets)?);
        let [fields] = take(&mut octets)?;
        let mut ends = Vec::with_capacity(fields.into());
        for _ in 0..fields {
            ends.push(u32::from_le_bytes(take(&mut octets)?));
        }
        let text = String::from_utf8(octets.to_vec()).ok()?;
        Some(Self { definition, file, line, count, is_unresolved: is_unresolved == 1, quoted, ends, text })
    }
}

fn take<const N: usize>(octets: &mut &[u8]) -> Option<[u8; N]> {
    let (first, rest) = octets.split_first_chunk::<N>()?;
    *octets = rest;
    Some(*first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_packed_and_changed_field_by_field() {
        let mut row = Row::new("aébc".into(), vec![1, 1, 3, 5], 0b1010, 4).expect("UTF-8");
        row.line = 7;
        assert_eq!(row.field(0), Some(("a", false)));
        assert_eq!(row.field(1), Some(("", true)));
        assert_eq!(row.field(2), Some(("é", false)));
        assert_eq!(row.field(4), None);
        row.replace(1, "xyz");
        assert_eq!((row.field(1), row.field(3)), (Some(("xyz", true)), Some(("bc", true))));
        let mut packed = Vec::new();
        row.pack(&mut packed);
        assert_eq!(Row::unpack(&packed).expect("a row"), row);
        assert!(Row::unpack(&packed[..9]).is_err());
        assert!(Row::new(vec![0xc3, 0xa9], vec![1, 2], 0, 2).is_none(), "half a character in each");
    }
}
