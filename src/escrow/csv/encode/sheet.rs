//! A CSV file that is being written (RFC 4180).

use std::io::{self, Write};

use crate::base::timestamp::Timestamp;
use crate::escrow::definition::{CsvFile, Definition, Field};

/// Octets that are gathered before they are written.
const GATHERED: usize = 64 * 1024;

/// A form of file: its definition's name, what its own name has of it, and its fields.
#[derive(Debug)]
pub(super) struct Form {
    pub(super) name: &'static str,
    pub(super) file: &'static str,
    pub(super) fields: Vec<Field>,
}

/// A file of a form; it is made with its first record.
#[derive(Debug)]
pub(super) struct Sheet<O> {
    form: Form,
    file: String,
    out: Option<O>,
    rows: Vec<u8>,
    checksum: crc32fast::Hasher,
}

impl<O: Write> Sheet<O> {
    pub(super) fn new(form: Form, stem: &str) -> Self {
        let file = format!("{stem}_{}.csv", form.file);
        Self { form, file, out: None, rows: Vec::new(), checksum: crc32fast::Hasher::new() }
    }

    /// A record to be filled.
    pub(super) fn row(&mut self) -> Record<'_> {
        Record { out: &mut self.rows, is_first: true }
    }

    /// Writes what has been gathered, if it is enough; all at the end. `create` makes the file.
    pub(super) fn flush(&mut self, at_end: bool, create: &mut impl FnMut(&str) -> io::Result<O>) -> io::Result<()> {
        if self.rows.is_empty() || !at_end && self.rows.len() < GATHERED {
            return Ok(());
        }
        let out = match &mut self.out {
            Some(out) => out,
            None => self.out.insert(create(&self.file)?),
        };
        out.write_all(&self.rows)?;
        self.checksum.update(&self.rows);
        self.rows.clear();
        Ok(())
    }

    /// Ends the file: its definition, and the file. `None`: there is none.
    pub(super) fn finish(
        mut self,
        create: &mut impl FnMut(&str) -> io::Result<O>,
    ) -> io::Result<Option<(Definition, (String, O))>> {
        self.flush(true, create)?;
        let Some(mut out) = self.out.take() else { return Ok(None) };
        out.flush()?;
        let file = CsvFile {
            line: 0,
            name: self.file.clone(),
            compression: None,
            encoding: None,
            checksum: Some(format!("{:08X}", self.checksum.finalize())),
            algorithm: None,
        };
        let Form { name, fields, .. } = self.form;
        let definition = Definition { line: 0, name: name.to_owned(), separator: ',', fields, files: vec![file] };
        Ok(Some((definition, (self.file, out))))
    }
}

/// A record: its fields are given in their order.
pub(super) struct Record<'s> {
    out: &'s mut Vec<u8>,
    is_first: bool,
}

impl Record<'_> {
    fn next(&mut self) {
        if !std::mem::replace(&mut self.is_first, false) {
            self.out.push(b',');
        }
    }

    /// A field with this value. One that is there and empty is in quotes: nothing else tells it from one that is not.
    pub(super) fn text(mut self, value: &str) -> Self {
        self.next();
        let is_special = |octet: &u8| matches!(octet, b',' | b'"' | b'\r' | b'\n');
        if !value.is_empty() && !value.bytes().any(|octet| is_special(&octet)) {
            self.out.extend_from_slice(value.as_bytes());
            return self;
        }
        self.out.push(b'"');
        for part in value.split_inclusive('"') {
            self.out.extend_from_slice(part.as_bytes());
            if part.ends_with('"') {
                self.out.push(b'"');
            }
        }
        self.out.push(b'"');
        self
    }

    /// A field with this value, if there is one.
    pub(super) fn maybe(mut self, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.text(value),
            None => {
                self.next();
                self
            }
        }
    }

    /// A moment, if there is one.
    pub(super) fn time(mut self, value: Option<Timestamp>) -> Self {
        self.next();
        value.into_iter().for_each(|value| value.write_to(self.out));
        self
    }

    /// A number.
    pub(super) fn number(self, value: u64) -> Self {
        self.text(&value.to_string())
    }

    /// A flag, as `1` or `0`.
    pub(super) fn flag(self, value: bool) -> Self {
        self.text(if value { "1" } else { "0" })
    }

    /// So many fields without a value.
    pub(super) fn nothing(mut self, count: usize) -> Self {
        (0..count).for_each(|_| self.next());
        self
    }

    /// Ends the record.
    pub(super) fn end(self) {
        self.out.extend_from_slice(b"\r\n");
    }
}
