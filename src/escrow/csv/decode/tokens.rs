//! The records of a file, judged against RFC 4180: what is in quotes is in quotes as a whole, and a quotation mark in it is
//! doubled. A line ends with CRLF or, as in the examples of RFC 9022, with LF alone.

use std::io::{self, BufRead, Read};

use super::row::Row;
use crate::base::limits::{ESCROW_CSV_FIELDS, ESCROW_OBJECT_BYTES};
use crate::escrow::xml::Rule;

/// Why a record cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Broken {
    pub(super) line: u64,
    pub(super) rule: Rule,
    pub(super) expected: &'static str,
    pub(super) found: String,
}

/// A file, read record by record.
pub(super) struct Tokens<R> {
    inner: R,
    separator: Vec<u8>,
    line: u64,
    raw: Vec<u8>,
}

/// A record that is being read.
#[derive(Default)]
struct Partial {
    text: Vec<u8>,
    ends: Vec<u32>,
    quoted: u64,
    count: u32,
}

impl Partial {
    fn end_field(&mut self, is_quoted: bool) {
        if self.ends.len() < ESCROW_CSV_FIELDS {
            self.quoted |= u64::from(is_quoted) << self.ends.len();
            self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        } else {
            // What nobody looks at.
            self.text.truncate(self.ends.last().map_or(0, |end| *end as usize));
        }
        self.count = self.count.saturating_add(1);
    }
}

/// What a line of a record is.
enum Line {
    /// Its last.
    Last,
    /// A quotation mark is still to come.
    Open,
    Broken(&'static str, String),
}

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

impl<R: BufRead> Tokens<R> {
    pub(super) fn new(inner: R, separator: char) -> Self {
        Self { inner, separator: separator.to_string().into_bytes(), line: 0, raw: Vec::new() }
    }

    /// The next record; `None`: there is none.
    pub(super) fn next(&mut self) -> io::Result<Option<Result<Row, Broken>>> {
        if self.line == 0 && self.inner.fill_buf()?.starts_with(BYTE_ORDER_MARK) {
            self.inner.consume(BYTE_ORDER_MARK.len());
            return Ok(Some(Err(Broken {
                line: 1,
                rule: Rule::Encoding,
                expected: "UTF-8 without a byte order mark",
                found: "one".into(),
            })));
        }
        let line = self.line + 1;
        let broken = |rule, expected, found| Ok(Some(Err(Broken { line, rule, expected, found })));
        let (mut partial, mut is_open) = (Partial::default(), false);
        loop {
            self.raw.clear();
            let room = ESCROW_OBJECT_BYTES.saturating_sub(partial.text.len());
            let read = (&mut self.inner).take(room as u64).read_until(b'\n', &mut self.raw)?;
            self.line += u64::from(read > 0);
            if read == room && !self.raw.ends_with(b"\n") {
                self.skip_line()?;
                return broken(Rule::Length, "a shorter record", String::new());
            }
            if read == 0 && is_open {
                return broken(Rule::Csv, "a quotation mark at the end of the field", "the end of the file".into());
            }
            if read == 0 {
                return Ok(None);
            }
            match line_of(&self.raw, &self.separator, is_open, &mut partial) {
                Line::Open => is_open = true,
                Line::Broken(expected, found) => return broken(Rule::Csv, expected, found),
                Line::Last => break,
            }
        }
        let Partial { text, ends, quoted, count } = partial;
        match Row::new(text, ends, quoted, count) {
            Some(mut row) => {
                row.line = line;
                Ok(Some(Ok(row)))
            }
            None => broken(Rule::Encoding, "UTF-8", "other octets".into()),
        }
    }

    /// Passes over the rest of a line.
    fn skip_line(&mut self) -> io::Result<()> {
        loop {
            let buffer = self.inner.fill_buf()?;
            let (used, is_end) = match memchr::memchr(b'\n', buffer) {
                Some(place) => (place + 1, true),
                None => (buffer.len(), buffer.is_empty()),
            };
            self.inner.consume(used);
            if is_end {
                return Ok(());
            }
        }
    }
}

/// Takes a line, its end with it; `is_open`: it begins inside of a field in quotes.
fn line_of(raw: &[u8], separator: &[u8], mut is_open: bool, partial: &mut Partial) -> Line {
    let content = raw.strip_suffix(b"\n").map_or(raw, |line| line.strip_suffix(b"\r").unwrap_or(line));
    let found = |at: usize| String::from_utf8_lossy(content.get(at..).unwrap_or_default()).into_owned();
    let mut at = 0;
    loop {
        if is_open {
            let rest = raw.get(at..).unwrap_or_default();
            let Some(place) = memchr::memchr(b'"', rest) else {
                partial.text.extend_from_slice(rest);
                return Line::Open;
            };
            partial.text.extend_from_slice(&rest[..place]);
            at += place + 1;
            if raw.get(at) == Some(&b'"') {
                partial.text.push(b'"');
                at += 1;
                continue;
            }
            is_open = false;
            partial.end_field(true);
        } else if content.get(at) == Some(&b'"') {
            is_open = true;
            at += 1;
            continue;
        } else {
            let rest = content.get(at..).unwrap_or_default();
            let end = memchr::memmem::find(rest, separator).unwrap_or(rest.len());
            let field = &rest[..end];
            if memchr::memchr2(b'"', b'\r', field).is_some() {
                return Line::Broken("quotation marks and the ends of lines only in fields in quotes", found(at));
            }
            partial.text.extend_from_slice(field);
            at += end;
            partial.end_field(false);
        }
        if at == content.len() {
            return Line::Last;
        }
        if !content.get(at..).is_some_and(|rest| rest.starts_with(separator)) {
            return Line::Broken("a separator behind a field in quotes", found(at));
        }
        at += separator.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8], separator: char) -> Vec<Result<Vec<String>, (u64, Rule)>> {
        // Buffers of two octets: a line is found whatever lies where.
        let mut tokens = Tokens::new(io::BufReader::with_capacity(3, text), separator);
        let mut all = Vec::new();
        while let Some(record) = tokens.next().expect("memory") {
            all.push(match record {
                Ok(row) => Ok((0..).map_while(|place| row.field(place)).map(|(text, _)| text.to_owned()).collect()),
                Err(broken) => Err((broken.line, broken.rule)),
            });
        }
        all
    }

    fn row(fields: &[&str]) -> Result<Vec<String>, (u64, Rule)> {
        Ok(fields.iter().map(|field| (*field).to_owned()).collect())
    }

    #[test]
    fn records_of_rfc_4180_are_read_whatever_ends_their_lines() {
        assert_eq!(
            read(b"a,b\r\nc,\n,\nlast", ','),
            [row(&["a", "b"]), row(&["c", ""]), row(&["", ""]), row(&["last"])]
        );
        assert_eq!(read(b"\"a,\"\"b\r\nc\",\"\"\r\nd,e\n", ','), [row(&["a,\"b\r\nc", ""]), row(&["d", "e"])]);
        assert_eq!(read("a|\"b\"|é|\n".as_bytes(), '|'), [row(&["a", "b", "é", ""])]);
        assert_eq!(read("a·\"·\"·b\n".as_bytes(), '·'), [row(&["a", "·", "b"])]);
        assert_eq!(read(b"", ','), []);
        assert_eq!(read(b"\n", ','), [row(&[""])]);
    }

    #[test]
    fn what_is_not_is_told_and_the_next_line_is_read() {
        for (text, rule) in [
            (&b"a\"b,c\nd\n"[..], Rule::Csv),
            (b"\"a\"b,c\nd\n", Rule::Csv),
            (b"\"a\" ,c\nd\n", Rule::Csv),
            (b"a\rb\nd\n", Rule::Csv),
            (b"\xff,c\nd\n", Rule::Encoding),
            (b"\xc3,\xa9\nd\n", Rule::Encoding),
        ] {
            assert_eq!(read(text, ','), [Err((1, rule)), row(&["d"])], "{text:?}");
        }
        assert_eq!(read("\u{feff}d\n".as_bytes(), ','), [Err((1, Rule::Encoding)), row(&["d"])]);
        assert_eq!(read(b"a\n\"b\nc", ','), [row(&["a"]), Err((2, Rule::Csv))]);
        let long = [&vec![b'x'; ESCROW_OBJECT_BYTES + 5][..], b"\nd\n"].concat();
        let mut tokens = Tokens::new(&long[..], ',');
        assert!(matches!(tokens.next(), Ok(Some(Err(Broken { line: 1, rule: Rule::Length, .. })))));
        assert!(matches!(tokens.next(), Ok(Some(Ok(row))) if row.field(0) == Some(("d", false)) && row.line == 2));
    }

    #[test]
    fn of_too_many_fields_the_number_is_known() {
        let text = ",".repeat(200);
        let mut tokens = Tokens::new(text.as_bytes(), ',');
        assert!(matches!(tokens.next(), Ok(Some(Ok(row))) if row.count == 201));
    }
}
