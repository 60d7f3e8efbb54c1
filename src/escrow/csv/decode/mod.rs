//! A strict reader of deposits of any make in either model: [`crate::escrow::xml::Reader`] reads the XML, and this the CSV files
//! that it names. Both yield the same events.
//!
//! What is gone by CSV files is told before what is there; the objects of CSV files are told behind those of the XML, what is
//! referred to first. An object in which anything is wrong is not handed out: its faults come in its place, each with the file and
//! line that it is in, and reading goes on with the next object. Of a kind of which a file is not there, or its definition leaves
//! open what its fields are, nothing is read.
//!
//! Each file is read up to three times: for its checksum, for the order of its records, and for what they say.
//!
//! | file | idea |
//! | --- | --- |
//! | `tokens` | records, judged against RFC 4180 |
//! | `row` | one record in memory |
//! | `sort` | records in the order of their keys |
//! | `bind` | definitions against their tables |
//! | `stream` | the records of a definition |
//! | `join` | the objects of a kind, from the records of several files |
//! | `values` | values of simple types |
//! | `objects`, `domain` | the objects |

mod bind;
mod domain;
mod join;
mod objects;
mod row;
mod sort;
mod stream;
mod tokens;
mod values;

use std::collections::{HashMap, VecDeque};
use std::io::{self, BufRead};
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use sort::unnamed;
pub use stream::Files;

use crate::base::limits::ESCROW_REGISTRARS;
use crate::escrow::definition::Definitions;
use crate::escrow::object::{Object, ObjectKind, Registrar};
use crate::escrow::xml::{self, Event};
use bind::{Kind, bind};
use join::{Around, Faults, Join, Told, are_there, hosts};
use sort::Sorter;

/// An event, and where it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// The CSV file; `None`: the XML.
    pub file: Option<Arc<str>>,
    /// The line in it, from 1.
    pub line: u64,
    /// What is there.
    pub event: Event,
}

impl From<xml::Placed> for Placed {
    fn from(xml::Placed { line, event }: xml::Placed) -> Self {
        Self { file: None, line, event }
    }
}

/// What is being read.
enum Stage {
    Xml,
    /// CSV files of what is gone, and the event of the XML that comes behind.
    Deletes(VecDeque<ObjectKind>, xml::Placed),
    /// CSV files of objects, and the end.
    Contents(VecDeque<ObjectKind>, xml::Placed),
    Over,
}

/// Reads a deposit as a stream.
///
/// The iterator ends behind [`Event::End`], behind the fault that ends reading, or behind an error of a file.
pub struct Reader<R, F> {
    xml: xml::Reader<R>,
    files: F,
    spill: PathBuf,
    stage: Stage,
    ready: VecDeque<io::Result<Placed>>,
    /// CSV files, by number.
    names: Vec<Arc<str>>,
    deletes: Vec<Definitions>,
    contents: Vec<Definitions>,
    open: Option<Join>,
    registrars: HashMap<u64, String>,
    /// ROIDs and names of the hosts in the XML, where domains may be in CSV files.
    hosts: Option<Sorter>,
}

impl<R: BufRead, F: Files> Reader<R, F> {
    /// Reads the XML from `source`, a document in UTF-8, and CSV files from `files`. Records that must be sorted and are too many for
    /// memory lie in `spill` meanwhile, as they are, in files without a name.
    pub fn new(source: R, files: F, spill: &Path) -> Self {
        Self {
            xml: xml::Reader::new(source),
            files,
            spill: spill.to_owned(),
            stage: Stage::Xml,
            ready: VecDeque::new(),
            names: Vec::new(),
            deletes: Vec::new(),
            contents: Vec::new(),
            open: None,
            registrars: HashMap::new(),
            hosts: None,
        }
    }

    fn step(&mut self) -> io::Result<()> {
        match std::mem::replace(&mut self.stage, Stage::Over) {
            Stage::Over => {}
            Stage::Xml => {
                if let Some(placed) = self.xml.next() {
                    self.stage = Stage::Xml;
                    self.take(placed?)?;
                }
            }
            Stage::Deletes(mut kinds, then) => {
                if self.is_read(true, &mut kinds)? {
                    self.deletes.clear();
                    self.stage = Stage::Xml;
                    self.take(then)?;
                } else {
                    self.stage = Stage::Deletes(kinds, then);
                }
            }
            Stage::Contents(mut kinds, then) => {
                if self.is_read(false, &mut kinds)? {
                    self.give(then);
                } else {
                    self.stage = Stage::Contents(kinds, then);
                }
            }
        }
        Ok(())
    }

    fn give(&mut self, placed: xml::Placed) {
        self.ready.push_back(Ok(placed.into()));
    }

    /// Takes an event of the XML.
    fn take(&mut self, placed: xml::Placed) -> io::Result<()> {
        let is_behind = match &placed.event {
            Event::Header(_) | Event::Object(_) | Event::End => true,
            Event::Csv(definitions) => !definitions.deletes,
            _ => false,
        };
        if is_behind && !self.deletes.is_empty() {
            self.stage = Stage::Deletes(ObjectKind::ALL.into(), placed);
            return Ok(());
        }
        match &placed.event {
            Event::Begin(deposit) => {
                let has_domains = deposit.menu.iter().any(|uri| Some(uri.as_str()) == ObjectKind::Domain.csv_uri());
                self.hosts = has_domains.then(|| Sorter::new(&self.spill));
            }
            Event::Csv(definitions) if definitions.deletes => self.deletes.push(definitions.clone()),
            Event::Csv(definitions) => self.contents.push(definitions.clone()),
            Event::Object(Object::Registrar(registrar)) => learn(&mut self.registrars, registrar),
            Event::Object(Object::Host(host)) => {
                if let Some(hosts) = &mut self.hosts {
                    hosts.push(host.roid.clone().into_bytes(), host.name.clone().into_bytes())?;
                }
            }
            Event::End => {
                self.stage = Stage::Contents(ObjectKind::ALL.into(), placed);
                return Ok(());
            }
            _ => {}
        }
        self.give(placed);
        Ok(())
    }

    /// Reads on in the CSV files of these kinds; `true`: there is no more.
    fn is_read(&mut self, deletes: bool, kinds: &mut VecDeque<ObjectKind>) -> io::Result<bool> {
        let mut out: Vec<Told> = Vec::new();
        if let Some(join) = &mut self.open {
            let around = Around { files: &self.files, spill: &self.spill, registrars: &self.registrars };
            if !join.step(&around, &mut out)? {
                self.open = None;
            }
        } else {
            let Some(kind) = kinds.pop_front() else { return Ok(true) };
            self.open = self.opened(kind, deletes, &mut out)?;
        }
        for (file, line, event) in out {
            if let Event::Object(Object::Registrar(registrar)) = &event {
                learn(&mut self.registrars, registrar);
            }
            let file = file.and_then(|number| self.names.get(number as usize).cloned());
            self.ready.push_back(Ok(Placed { file, line, event }));
        }
        Ok(false)
    }

    /// Begins with the files of a kind, if there are any.
    fn opened(&mut self, kind: ObjectKind, deletes: bool, out: &mut Vec<Told>) -> io::Result<Option<Join>> {
        let (mut faults, mut found) = (Vec::new(), Faults::new());
        let definitions = if deletes { &self.deletes } else { &self.contents };
        let bound = bind(kind, deletes, definitions, &mut faults);
        found.extend(faults.into_iter().map(|fault| (None, fault)));
        let around = Around { files: &self.files, spill: &self.spill, registrars: &self.registrars };
        let mut opened = None;
        if let Some(bound) = bound
            && are_there(&bound, &self.files, &mut found)?
        {
            let first = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
            let names = bound.all.iter().flat_map(|bound| &bound.files).map(|file| Arc::from(file.name.as_str()));
            self.names.extend(names);
            let hosts = match bound.needs_hosts() {
                true => {
                    let in_xml = self.hosts.take().unwrap_or_else(|| Sorter::new(&self.spill));
                    Some(all_hosts(in_xml, &self.contents, &self.files)?)
                }
                false => None,
            };
            opened = Some(Join::open(bound, first, hosts, &around, &mut found)?);
        }
        out.extend(found.into_iter().map(|(file, fault)| (file, fault.line, Event::Fault(fault))));
        Ok(opened)
    }
}

/// The hosts of the XML, and those of CSV files besides.
fn all_hosts(mut sorter: Sorter, contents: &[Definitions], files: &impl Files) -> io::Result<Sorter> {
    // What is wrong with them is told where they are read.
    let bound: Option<Kind> = bind(ObjectKind::Host, false, contents, &mut Vec::new());
    if let Some(bound) = bound {
        hosts(&bound, files, &mut sorter)?;
    }
    Ok(sorter)
}

/// Keeps by which clID a registrar is called that others call by its IANA id.
fn learn(registrars: &mut HashMap<u64, String>, registrar: &Registrar) {
    if let Some(number) = registrar.iana_id.filter(|_| registrars.len() < ESCROW_REGISTRARS) {
        registrars.entry(number).or_insert_with(|| registrar.id.clone());
    }
}

impl<R: BufRead, F: Files> Iterator for Reader<R, F> {
    type Item = io::Result<Placed>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(placed) = self.ready.pop_front() {
                return Some(placed);
            }
            if matches!(self.stage, Stage::Over) {
                return None;
            }
            if let Err(error) = self.step() {
                self.stage = Stage::Over;
                self.ready.push_back(Err(error));
            }
        }
    }
}
