//! A strict reader of deposits of any make: prefixes, white space, comments and processing instructions are as they like, and
//! everything else is as RFC 8909 and RFC 9022 have it.
//!
//! An object in which anything is wrong is not handed out: its faults come in its place, all of them (up to a hundred), and
//! reading goes on with the next object. So it is with the frame: [`Event::Begin`] is missing if watermark, menu or attributes
//! are wrong. What ends reading is what leaves nothing to go on with: XML that is not well-formed, another document element,
//! and what would need more memory than one object may take.
//!
//! Counts of the header, references between objects and whatever else takes more than one object to judge are not judged here,
//! but for the header itself, of which there is one.
//!
//! | file | idea |
//! | --- | --- |
//! | `source` | tokens, judged against XML 1.0, with their lines |
//! | `tree` | one object in memory |
//! | `fault` | what is wrong, and where |
//! | `shape` | which elements and attributes stand where |
//! | `value` | values of simple types |
//! | `shared` | what objects of several kinds are made of |
//! | `about` | documents about deposits |
//! | `csv` | definitions of CSV files |
//! | `frame`, `domain`, `host`, `contact`, `registrar`, `name`, `params` | the objects |

mod about;
mod contact;
mod csv;
mod domain;
mod fault;
mod frame;
mod host;
mod name;
mod params;
mod registrar;
mod shape;
mod shared;
mod source;
mod tree;
mod value;

use std::collections::VecDeque;
use std::io::{self, BufRead};

pub use about::{answer, notification, report};
pub(in crate::escrow) use contact::CONTACT_STATUSES;
pub(in crate::escrow) use domain::domain_statuses;
pub use fault::{Fault, Rule};
pub(in crate::escrow) use host::HOST_STATUSES;
pub(in crate::escrow) use shared::TRANSFER_STATES;

use crate::base::limits::ESCROW_OBJECT_BYTES;
use crate::base::timestamp::Timestamp;
use crate::escrow::definition::Definitions;
use crate::escrow::object::{Delete, Deposit, DepositKind, Header, Object, ObjectKind};
use crate::escrow::xml::namespaces::Space;
use frame::Attributes;
use shape::Notes;
use source::{Source, Stop, Token};
use tree::{Element, Tree};

/// What a deposit says, piece by piece.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The frame; it comes before all but faults.
    Begin(Deposit),
    /// An object is gone.
    Delete(Delete),
    /// The header.
    Header(Header),
    /// An object.
    Object(Object),
    /// Objects, or what is gone, in CSV files: [`crate::escrow::csv::Reader`] reads them.
    Csv(Definitions),
    /// Something is wrong. What it is wrong with is not handed out.
    Fault(Fault),
    /// The document has ended, well-formed; without this, something is missing at its end.
    End,
}

/// An event, and where it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// The line, from 1, in which its start tag begins.
    pub line: u64,
    /// What is there.
    pub event: Event,
}

/// Which element is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Prolog,
    Deposit,
    Deletes,
    /// What says that objects of a kind are gone, and how many it has said.
    Delete(ObjectKind, usize),
    Contents,
    Epilog,
    Over,
}

/// Reads a deposit as a stream.
///
/// The iterator ends behind [`Event::End`], behind the fault that ends reading, or behind an error of the file.
pub struct Reader<R> {
    source: Source<R>,
    tree: Tree,
    ready: VecDeque<io::Result<Placed>>,
    place: Place,
    /// The line of `rde:deposit`.
    begun: u64,
    attributes: Option<Attributes>,
    kind: Option<DepositKind>,
    watermark: Option<Timestamp>,
    menu: Option<Vec<String>>,
    /// How many of watermark, rdeMenu, deletes and contents are behind us.
    parts: usize,
    headers: usize,
}

/// The elements in `rde:deposit`, in order.
const PARTS: [&str; 4] = ["watermark", "rdeMenu", "deletes", "contents"];

impl<R: BufRead> Reader<R> {
    /// Reads from `source`, a document in UTF-8.
    pub fn new(source: R) -> Self {
        Self {
            source: Source::new(source),
            tree: Tree::default(),
            ready: VecDeque::new(),
            place: Place::Prolog,
            begun: 1,
            attributes: None,
            kind: None,
            watermark: None,
            menu: None,
            parts: 0,
            headers: 0,
        }
    }

    fn give(&mut self, line: u64, event: Event) {
        self.ready.push_back(Ok(Placed { line, event }));
    }

    fn fault(&mut self, line: u64, rule: Rule, element: &str, expected: &str, found: &str) {
        let fault = Fault::new(line, rule, element.to_owned(), expected, found);
        self.give(line, Event::Fault(fault));
    }

    /// Hands out what was read, or what is wrong with it.
    fn judged(&mut self, line: u64, notes: Notes, event: Option<Event>) {
        if notes.faults.is_empty() {
            self.ready.extend(event.map(|event| Ok(Placed { line, event })));
        }
        for fault in notes.faults {
            self.give(fault.line, Event::Fault(fault));
        }
    }

    fn step(&mut self) -> Result<(), Stop> {
        self.tree.clear();
        let token = self.source.next(&mut self.tree)?;
        let line = self.source.line();
        match token {
            Token::Nothing => {}
            Token::Text => self.fault(line, Rule::Text, self.name(), "no text between elements", "text"),
            Token::Start => {
                let root = self.tree.root();
                let (space, name, label) =
                    root.map_or((Space::None, "", String::new()), |root| (root.space(), root.name(), root.label()));
                let name = name.to_owned();
                self.started(line, space, &name, &label)?;
            }
            Token::End => self.ended(line),
            Token::Eof if self.place == Place::Epilog => {
                self.place = Place::Over;
                self.give(line, Event::End);
            }
            Token::Eof => {
                let fault = Fault::new(line, Rule::WellFormed, String::new(), "a document element", "");
                return Err(Stop::Fault(fault));
            }
        }
        Ok(())
    }

    /// The element that is open.
    const fn name(&self) -> &'static str {
        match self.place {
            Place::Prolog | Place::Epilog | Place::Over => "",
            Place::Deposit => "rde:deposit",
            Place::Deletes | Place::Delete(..) => "rde:deletes",
            Place::Contents => "rde:contents",
        }
    }

    /// An element has begun, in one that holds others of any number.
    fn started(&mut self, line: u64, space: Space, name: &str, label: &str) -> Result<(), Stop> {
        match self.place {
            Place::Prolog if space == Space::Rde && name == "deposit" => {
                self.begun = line;
                let mut notes = Notes::default();
                self.attributes = self.tree.root().and_then(|at| notes.deposit(at));
                self.kind = self.attributes.as_ref().map(|attributes| attributes.kind);
                if !notes.faults.is_empty() {
                    self.attributes = None;
                }
                self.judged(line, notes, None);
                self.place = Place::Deposit;
                Ok(())
            }
            Place::Prolog => Err(Stop::Fault(Fault::new(line, Rule::Root, String::new(), "rde:deposit", label))),
            Place::Epilog | Place::Over => {
                Err(Stop::Fault(Fault::new(line, Rule::WellFormed, String::new(), "one document element", label)))
            }
            Place::Deposit => self.part(line, space, name, label),
            Place::Deletes => self.deletes(line, space, name, label),
            Place::Delete(kind, count) => {
                self.place = Place::Delete(kind, count + 1);
                self.element(line, |notes, at| deleted(notes, at, kind, count).map(Event::Delete))
            }
            Place::Contents => self.object(line, space, name, label),
        }
    }

    /// Reads the rest of the element that has begun, and hands out what `read` makes of it.
    fn element(&mut self, line: u64, read: impl FnOnce(&mut Notes, Element<'_>) -> Option<Event>) -> Result<(), Stop> {
        let label = self.tree.root().map(Element::label).unwrap_or_default();
        if !self.source.rest(&mut self.tree)? {
            let expected = format!("an object of {ESCROW_OBJECT_BYTES} octets at most");
            self.fault(line, Rule::Length, &label, &expected, "one that is longer");
            return Ok(());
        }
        let mut notes = Notes::default();
        let event = self.tree.root().and_then(|at| read(&mut notes, at));
        self.judged(line, notes, event);
        Ok(())
    }

    /// An element in `rde:deposit` has begun.
    fn part(&mut self, line: u64, space: Space, name: &str, label: &str) -> Result<(), Stop> {
        let Some(index) = PARTS.iter().position(|part| space == Space::Rde && *part == name) else {
            let expected = format!("one of rde:{}", PARTS.get(self.parts..).unwrap_or_default().join(", rde:"));
            self.fault(line, Rule::Element, "rde:deposit", &expected, label);
            return self.source.rest(&mut self.tree).map(|_| ());
        };
        if index < self.parts {
            self.fault(
                line,
                Rule::Order,
                &format!("rde:deposit/{label}"),
                &format!("{} in order, once", PARTS.join(", ")),
                label,
            );
            return self.source.rest(&mut self.tree).map(|_| ());
        }
        self.lacking(line, index);
        self.parts = index + 1;
        match index {
            0 => {
                let mut found = None;
                self.element(line, |notes, at| {
                    found = Some(notes.date(at)).filter(|_| notes.faults.is_empty());
                    None
                })?;
                self.watermark = found;
            }
            1 => {
                let mut found = None;
                self.element(line, |notes, at| {
                    found = Some(notes.menu(at)).filter(|_| notes.faults.is_empty());
                    None
                })?;
                self.menu = found;
            }
            _ => {
                self.begin();
                let mut notes = Notes::default();
                if let Some(at) = self.tree.root() {
                    notes.attributes(at, &[]);
                }
                self.judged(line, notes, None);
                self.place = if index == 2 { Place::Deletes } else { Place::Contents };
                if index == 2 && self.kind == Some(DepositKind::Full) {
                    // Whoever rebuilds a registry must ignore them (RFC 8909, section 5.2).
                    self.fault(
                        line,
                        Rule::Deletes,
                        "rde:deposit/rde:deletes",
                        "none of these in a full deposit",
                        label,
                    );
                    self.source.rest(&mut self.tree)?;
                    self.place = Place::Deposit;
                }
            }
        }
        Ok(())
    }

    /// Tells which parts are missing before part number `index`.
    fn lacking(&mut self, line: u64, index: usize) {
        for part in PARTS.iter().take(index.min(2)).skip(self.parts) {
            self.fault(line, Rule::Missing, "rde:deposit", &format!("rde:{part}"), "");
        }
    }

    /// Hands out the frame, if it is whole.
    fn begin(&mut self) {
        if let (Some(attributes), Some(watermark), Some(menu)) =
            (self.attributes.take(), self.watermark.take(), self.menu.take())
        {
            self.give(self.begun, Event::Begin(attributes.with(watermark, menu)));
        }
    }

    /// An element in `rde:deletes` has begun.
    fn deletes(&mut self, line: u64, space: Space, name: &str, label: &str) -> Result<(), Stop> {
        match space {
            Space::Csv(kind) if name == "deletes" => {
                self.element(line, |notes, at| Some(Event::Csv(notes.definitions(at, kind, true))))
            }
            Space::Of(kind) if name == "delete" && !matches!(kind, ObjectKind::EppParams | ObjectKind::Policy) => {
                let mut notes = Notes::default();
                if let Some(at) = self.tree.root() {
                    notes.attributes(at, &[]);
                }
                self.judged(line, notes, None);
                self.place = Place::Delete(kind, 0);
                Ok(())
            }
            _ => {
                self.fault(
                    line,
                    Rule::Object,
                    "rde:deletes",
                    "rdeDomain:delete, csvDomain:deletes or their likes",
                    label,
                );
                self.source.rest(&mut self.tree).map(|_| ())
            }
        }
    }

    /// An object in `rde:contents` has begun.
    fn object(&mut self, line: u64, space: Space, name: &str, label: &str) -> Result<(), Stop> {
        let read: fn(&mut Notes, Element<'_>) -> Object = match (space, name) {
            (Space::Of(ObjectKind::Domain), "domain") => |notes, at| Object::Domain(Box::new(notes.domain(at))),
            (Space::Of(ObjectKind::Contact), "contact") => |notes, at| Object::Contact(notes.contact(at)),
            (Space::Of(ObjectKind::Host), "host") => |notes, at| Object::Host(notes.host(at)),
            (Space::Of(ObjectKind::Registrar), "registrar") => |notes, at| Object::Registrar(notes.registrar(at)),
            (Space::Of(ObjectKind::IdnTable), "idnTableRef") => |notes, at| Object::IdnTable(notes.idn_table(at)),
            (Space::Of(ObjectKind::Nndn), "NNDN") => |notes, at| Object::Nndn(notes.nndn(at)),
            (Space::Of(ObjectKind::EppParams), "eppParams") => |notes, at| Object::EppParams(notes.epp_params(at)),
            (Space::Of(ObjectKind::Policy), "policy") => |notes, at| Object::Policy(notes.policy(at)),
            (Space::Csv(kind), "contents") => {
                return self.element(line, |notes, at| Some(Event::Csv(notes.definitions(at, kind, false))));
            }
            (Space::Header, "header") => {
                self.headers += 1;
                if self.headers > 1 {
                    self.fault(line, Rule::Header, "rde:contents", "one rdeHeader:header", "another one");
                    return self.source.rest(&mut self.tree).map(|_| ());
                }
                return self.element(line, |notes, at| Some(Event::Header(notes.header(at))));
            }
            _ => {
                self.fault(
                    line,
                    Rule::Object,
                    "rde:contents",
                    "rdeDomain:domain, csvDomain:contents or their likes",
                    label,
                );
                return self.source.rest(&mut self.tree).map(|_| ());
            }
        };
        self.element(line, |notes, at| Some(Event::Object(read(notes, at))))
    }

    /// The element that was open has ended.
    fn ended(&mut self, line: u64) {
        self.place = match self.place {
            Place::Delete(ObjectKind::IdnTable, 0) => {
                self.fault(line, Rule::Missing, "rde:deletes/rdeIDN:delete", "rdeIDN:id", "");
                Place::Deletes
            }
            Place::Delete(..) => Place::Deletes,
            Place::Deletes | Place::Contents => Place::Deposit,
            Place::Deposit => {
                self.lacking(line, PARTS.len());
                self.begin();
                if self.headers == 0 {
                    self.fault(line, Rule::Header, "rde:contents", "one rdeHeader:header", "");
                }
                Place::Epilog
            }
            other => other,
        };
    }
}

/// A child of what says that objects of a kind are gone; `count` have been there before.
fn deleted(notes: &mut Notes, at: Element<'_>, kind: ObjectKind, count: usize) -> Option<Delete> {
    let space = Space::Of(kind);
    let name = Some(at.name()).filter(|_| at.space() == space);
    if kind == ObjectKind::IdnTable && count > 0 {
        notes.fault(at, Rule::Many, "1 of them at most", "another one");
    }
    Some(match (kind, name) {
        (ObjectKind::Domain, Some("name")) => Delete::Domain(notes.label(at)),
        (ObjectKind::Host, Some("name")) => Delete::HostName(notes.label(at)),
        (ObjectKind::Host, Some("roid")) => Delete::HostRoid(notes.roid(at)),
        (ObjectKind::Contact, Some("id")) => Delete::Contact(notes.client(at)),
        (ObjectKind::Registrar, Some("id")) => Delete::Registrar(notes.client(at)),
        (ObjectKind::IdnTable, Some("id")) => Delete::IdnTable(notes.table_id(at)),
        (ObjectKind::Nndn, Some("aName")) => Delete::Nndn(notes.label(at)),
        _ => {
            let names = match kind {
                ObjectKind::Domain => "name",
                ObjectKind::Host => "name or roid",
                ObjectKind::Nndn => "aName",
                _ => "id",
            };
            notes.fault(at, Rule::Element, format!("{} of {}", names, space.prefix()), &at.label());
            return None;
        }
    })
}

impl<R: BufRead> Iterator for Reader<R> {
    type Item = io::Result<Placed>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(placed) = self.ready.pop_front() {
                return Some(placed);
            }
            if self.place == Place::Over {
                return None;
            }
            if let Err(stop) = self.step() {
                self.place = Place::Over;
                match stop {
                    Stop::Io(error) => self.ready.push_back(Err(error)),
                    Stop::Fault(fault) => self.give(fault.line, Event::Fault(fault)),
                }
            }
        }
    }
}
