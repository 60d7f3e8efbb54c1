//! The records of a definition, file by file, with the key that puts them together with others.

use std::collections::VecDeque;
use std::io::{self, BufReader, Read};

use sha2::{Digest, Sha256};

use super::bind::Bound;
use super::row::Row;
use super::sort::{Sorted, Sorter};
use super::tokens::{Broken, Tokens};
use crate::base::lexical::WhiteSpace;
use crate::escrow::definition::CsvFile;
use crate::escrow::xml::{Fault, Rule};

/// Faults of form that are told of one file.
const FAULTS: usize = 1000;
/// Octets of a file read at a time.
const BUFFER: usize = 128 * 1024;

/// The CSV files of a deposit, wherever they lie.
pub trait Files {
    /// The file of that name, from its beginning; `None`: there is none. Files are opened several times.
    ///
    /// # Errors
    /// When there is one and it cannot be opened.
    fn open(&self, name: &str) -> io::Result<Option<Box<dyn Read>>>;
}

impl<F: Fn(&str) -> io::Result<Option<Box<dyn Read>>>> Files for F {
    fn open(&self, name: &str) -> io::Result<Option<Box<dyn Read>>> {
        self(name)
    }
}

/// What a stream hands out.
pub(super) enum Item {
    /// A record and its key; `None`: it has none.
    Row(Option<Vec<u8>>, Row),
    /// What is wrong: with the file of that number, or with the XML.
    Fault(Option<u32>, Fault),
}

/// Where records come from.
enum Source {
    /// Files that are still to be read, with their numbers.
    Files(VecDeque<(u32, CsvFile)>, Option<Open>),
    /// Sorted, by their keys or by anything else.
    Sorted(Sorted, Order),
}

/// What sorted records are sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Key,
    Other,
}

struct Open {
    number: u32,
    file: CsvFile,
    tokens: Tokens<BufReader<Box<dyn Read>>>,
    told: usize,
}

impl Open {
    fn tell(&mut self, bound: &Bound, broken: &Broken) -> Fault {
        self.told += 1;
        let element = bound.table.name.to_owned();
        if self.told > FAULTS {
            let expected = format!("{FAULTS} broken records in {} at most", self.file.name);
            return Fault::new(broken.line, broken.rule, element, expected, "more, which are not told");
        }
        Fault::new(broken.line, broken.rule, element, broken.expected, &broken.found)
    }
}

/// A record that belongs to no object.
fn keyless(row: &Row) -> Broken {
    let expected = "the object that the record belongs to";
    Broken { line: row.line, rule: Rule::Parent, expected, found: String::new() }
}

/// The records of a definition.
pub(super) struct Stream {
    definition: u16,
    bound: Bound,
    /// Whether a record without a key is none.
    is_child: bool,
    source: Source,
    peeked: Option<Item>,
}

impl Stream {
    /// Of the definition of that number; `first` is the number of its first file.
    pub(super) fn new(definition: u16, bound: &Bound, first: u32, is_child: bool) -> Self {
        let files = (first..).zip(bound.files.iter().cloned()).collect();
        Self { definition, bound: bound.clone(), is_child, source: Source::Files(files, None), peeked: None }
    }

    /// The same records in another order.
    pub(super) fn sorted(self, sorted: Sorted, order: Order) -> Self {
        Self { source: Source::Sorted(sorted, order), peeked: None, ..self }
    }

    pub(super) const fn bound(&self) -> &Bound {
        &self.bound
    }

    /// The next item, which stays where it is.
    pub(super) fn peek(&mut self, files: &impl Files) -> io::Result<Option<&Item>> {
        if self.peeked.is_none() {
            self.peeked = self.take(files)?;
        }
        Ok(self.peeked.as_ref())
    }

    /// The next item.
    pub(super) fn next(&mut self, files: &impl Files) -> io::Result<Option<Item>> {
        match self.peeked.take() {
            Some(item) => Ok(Some(item)),
            None => self.take(files),
        }
    }

    fn take(&mut self, files: &impl Files) -> io::Result<Option<Item>> {
        let (waiting, open) = match &mut self.source {
            Source::Sorted(sorted, order) => {
                let Some((by, packed)) = sorted.next()? else { return Ok(None) };
                let row = Row::unpack(&packed)?;
                let key = match order {
                    Order::Key => Some(by).filter(|key| !key.is_empty()),
                    Order::Other => key(&self.bound, &row),
                };
                return Ok(Some(Item::Row(key, row)));
            }
            Source::Files(waiting, open) => (waiting, open),
        };
        loop {
            let Some(found) = open else {
                let Some((number, file)) = waiting.pop_front() else { return Ok(None) };
                // Files that are not there have been told, and then nothing of the kind is read.
                let Some(reader) = files.open(&file.name)? else { continue };
                let tokens = Tokens::new(BufReader::with_capacity(BUFFER, reader), self.bound.separator);
                *open = Some(Open { number, file, tokens, told: 0 });
                continue;
            };
            let Some(record) = found.tokens.next()? else {
                *open = None;
                continue;
            };
            let record = record.and_then(|row| match key(&self.bound, &row) {
                None if self.is_child => Err(keyless(&row)),
                key => Ok((key, row)),
            });
            match record {
                Ok((key, mut row)) => {
                    (row.definition, row.file) = (self.definition, found.number);
                    return Ok(Some(Item::Row(key, row)));
                }
                Err(_) if found.told > FAULTS => {}
                Err(broken) => return Ok(Some(Item::Fault(Some(found.number), found.tell(&self.bound, &broken)))),
            }
        }
    }

    /// Puts all records into a sorter by their keys; what is wrong is told. Records without a key have the lowest.
    pub(super) fn sort_into(
        &mut self,
        sorter: &mut Sorter,
        files: &impl Files,
        faults: &mut Vec<(Option<u32>, Fault)>,
    ) -> io::Result<()> {
        while let Some(item) = self.next(files)? {
            match item {
                Item::Fault(file, fault) => faults.push((file, fault)),
                Item::Row(key, row) => {
                    let mut packed = Vec::new();
                    row.pack(&mut packed);
                    sorter.push(key.unwrap_or_default(), packed)?;
                }
            }
        }
        Ok(())
    }
}

/// By what a record is put together with others. Names are alike whatever their case (RFC 4343).
fn key(bound: &Bound, row: &Row) -> Option<Vec<u8>> {
    let (text, _) = row.field(bound.key?)?;
    let value = WhiteSpace::Collapse.apply(text.into());
    let value = if bound.key_is_name { value.to_ascii_lowercase() } else { value.into_owned() };
    Some(value.into_bytes()).filter(|key| !key.is_empty())
}

/// That a file is there, and has the checksum that is said of it.
pub(super) fn judge(file: &CsvFile, files: &impl Files) -> io::Result<Option<Fault>> {
    let element = format!("rdeCsv:file {}", file.name);
    let Some(reader) = files.open(&file.name)? else {
        return Ok(Some(Fault::new(file.line, Rule::File, element, format!("the file {}", file.name), "")));
    };
    let Some(expected) = &file.checksum else { return Ok(None) };
    let found = match file.algorithm.as_deref().unwrap_or("CRC32") {
        "CRC32" => format!("{:08X}", crc32(reader)?),
        "SHA256" => sha256(reader)?,
        // It has been told that nobody knows it.
        _ => return Ok(None),
    };
    let is_right = expected.eq_ignore_ascii_case(&found);
    Ok((!is_right).then(|| Fault::new(file.line, Rule::Checksum, element, format!("the checksum {expected}"), &found)))
}

fn each(mut reader: impl Read, mut take: impl FnMut(&[u8])) -> io::Result<()> {
    let mut buffer = vec![0; BUFFER];
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(read) => take(&buffer[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

fn crc32(reader: impl Read) -> io::Result<u32> {
    let mut hasher = crc32fast::Hasher::new();
    each(reader, |octets| hasher.update(octets))?;
    Ok(hasher.finalize())
}

fn sha256(reader: impl Read) -> io::Result<String> {
    let mut hasher = Sha256::new();
    each(reader, |octets| hasher.update(octets))?;
    Ok(crate::model::dnssec::hex(&hasher.finalize()))
}
