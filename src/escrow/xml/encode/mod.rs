//! A deposit of the XML model as octets, object by object; each object is a line.
//!
//! The frame is written with [`Writer::begin`], then come the deletes, then the header, then the objects, then
//! [`Writer::finish`]. Namespaces are declared once, with the prefixes of RFC 9022, section 14. Dates are UTC and have
//! milliseconds, as in EPP.
//!
//! There is no authInfo in what is written: the objects have no place for it.

mod contact;
mod csv;
mod domain;
mod params;
mod registrar;
mod report;
mod shared;

use std::fmt;
use std::io::{self, Write};

use crate::base::xml_text as xml;
use crate::escrow::definition::Definitions;
use crate::escrow::object::{
    Delete, Deposit, DepositKind, Header, IdnTable, Nndn, NndnState, Object, ObjectKind, Policy, Repository,
};
use crate::escrow::xml::namespaces::Space;

pub use report::report;

/// Why something cannot be written.
#[derive(Debug)]
pub enum WriteError {
    /// The file says so.
    Io(io::Error),
    /// It has no place there: what is to be written, and why not.
    Order(&'static str, &'static str),
    /// A value is none that the schema has: the element, and the value.
    Value(&'static str, String),
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(f, "cannot write the deposit: {error}"),
            Self::Order(what, why) => write!(f, "cannot write {what} now: {why}"),
            Self::Value(element, value) => {
                write!(f, "cannot write {value:?} as {element}: the schema has no such value")
            }
        }
    }
}

impl std::error::Error for WriteError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            Self::Order(..) | Self::Value(..) => None,
        }
    }
}

impl From<io::Error> for WriteError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// What is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Frame,
    /// Deletes, and of these the ones of objects of a kind.
    Deletes(Option<ObjectKind>),
    Contents,
}

/// Writes a deposit; no more than one object of it is in memory.
pub struct Writer<W> {
    out: W,
    line: Vec<u8>,
    place: Place,
    kind: DepositKind,
}

impl<W: Write> Writer<W> {
    /// Writes the frame.
    ///
    /// # Errors
    /// [`WriteError::Io`].
    pub fn begin(out: W, deposit: &Deposit) -> Result<Self, WriteError> {
        let mut line = b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rde:deposit".to_vec();
        xml::attribute(&mut line, "type", deposit.kind.name());
        xml::attribute(&mut line, "id", &deposit.id);
        if let Some(previous) = deposit.previous.as_deref() {
            xml::attribute(&mut line, "prevId", previous);
        }
        xml::attribute(&mut line, "resend", &deposit.resend.to_string());
        let has_csv = ObjectKind::ALL.into_iter().filter_map(ObjectKind::csv_uri);
        let has_csv = has_csv.into_iter().any(|uri| deposit.menu.iter().any(|listed| listed == uri));
        let is_used = |space: &Space| match space {
            Space::Instance => false,
            Space::Csv(_) | Space::RdeCsv => has_csv,
            _ => true,
        };
        for space in Space::KNOWN.into_iter().filter(is_used) {
            line.push(b'\n');
            xml::attribute(&mut line, &format!("xmlns:{}", space.prefix()), space.uri());
        }
        line.extend_from_slice(b">\n");
        xml::time(&mut line, "rde:watermark", deposit.watermark);
        line.extend_from_slice(b"\n<rde:rdeMenu>\n<rde:version>1.0</rde:version>\n");
        for uri in &deposit.menu {
            xml::element(&mut line, "rde:objURI", uri);
            line.push(b'\n');
        }
        line.extend_from_slice(b"</rde:rdeMenu>\n");
        let mut writer = Self { out, line, place: Place::Frame, kind: deposit.kind };
        writer.flush_line()?;
        Ok(writer)
    }

    fn flush_line(&mut self) -> Result<(), WriteError> {
        let written = self.out.write_all(&self.line);
        self.line.clear();
        Ok(written?)
    }

    /// Writes that an object is gone. Those that follow each other and are of one kind stand in one element (tables, of which
    /// the schema has one in each, excepted): give them kind by kind.
    ///
    /// # Errors
    /// [`WriteError::Order`] in a full deposit and behind the header; [`WriteError::Io`].
    pub fn delete(&mut self, delete: &Delete) -> Result<(), WriteError> {
        let kind = delete.kind();
        self.begin_deletes()?;
        let is_open = self.place == Place::Deletes(Some(kind)) && kind != ObjectKind::IdnTable;
        if !is_open {
            self.close_deletes();
            self.tag("<", kind, "delete>");
        }
        self.place = Place::Deletes(Some(kind));
        let (name, value) = match delete {
            Delete::Registrar(id) | Delete::IdnTable(id) | Delete::Contact(id) => ("id", id),
            Delete::HostName(name) | Delete::Domain(name) => ("name", name),
            Delete::HostRoid(roid) => ("roid", roid),
            Delete::Nndn(name) => ("aName", name),
        };
        let name = format!("{}:{name}", Space::Of(kind).prefix());
        xml::element(&mut self.line, &name, value);
        self.line.push(b'\n');
        self.flush_line()
    }

    /// Writes that these objects are gone, as [`Writer::delete`] does.
    ///
    /// # Errors
    /// Those of [`Writer::delete`].
    pub fn deletes<'d>(&mut self, deletes: impl IntoIterator<Item = &'d Delete>) -> Result<(), WriteError> {
        deletes.into_iter().try_for_each(|delete| self.delete(delete))
    }

    fn tag(&mut self, open: &str, kind: ObjectKind, rest: &str) {
        for part in [open, Space::Of(kind).prefix(), ":", rest, "\n"] {
            self.line.extend_from_slice(part.as_bytes());
        }
    }

    /// Sees to it that deletes can be written.
    fn begin_deletes(&mut self) -> Result<(), WriteError> {
        if self.kind == DepositKind::Full {
            return Err(WriteError::Order("a delete", "a full deposit has none (RFC 8909, section 5.1.3)"));
        }
        match self.place {
            Place::Contents => return Err(WriteError::Order("a delete", "deletes come before the header")),
            Place::Frame => self.line.extend_from_slice(b"<rde:deletes>\n"),
            Place::Deletes(_) => return Ok(()),
        }
        self.place = Place::Deletes(None);
        Ok(())
    }

    /// Ends the deletes of objects of a kind, if any are open.
    fn close_deletes(&mut self) {
        if let Place::Deletes(Some(kind)) = self.place {
            self.tag("</", kind, "delete>");
        }
    }

    /// Writes which CSV files there are of a kind: in the place of its deletes, or of its objects. The namespaces are declared
    /// if the menu lists one.
    ///
    /// # Errors
    /// Those of [`Writer::delete`] and [`Writer::object`].
    pub fn definitions(&mut self, definitions: &Definitions) -> Result<(), WriteError> {
        if definitions.deletes {
            self.begin_deletes()?;
            self.close_deletes();
            self.place = Place::Deletes(None);
        } else if self.place != Place::Contents {
            return Err(WriteError::Order("an object", "the header comes first"));
        }
        csv::definitions(&mut self.line, definitions);
        self.line.push(b'\n');
        self.flush_line()
    }

    /// Begins the contents with the header, of which there is one.
    ///
    /// # Errors
    /// [`WriteError::Order`] where there was one; [`WriteError::Io`].
    pub fn header(&mut self, header: &Header) -> Result<(), WriteError> {
        match self.place {
            Place::Frame => {}
            Place::Deletes(_) => {
                self.close_deletes();
                self.line.extend_from_slice(b"</rde:deletes>\n");
            }
            Place::Contents => return Err(WriteError::Order("a header", "there is one already")),
        }
        self.line.extend_from_slice(b"<rde:contents>\n");
        self::header(&mut self.line, header);
        self.place = Place::Contents;
        self.flush_line()
    }

    /// Writes an object. What it says is the caller's: values are escaped, and not compared with the schemas.
    ///
    /// # Errors
    /// [`WriteError::Order`] before the header; [`WriteError::Value`] where an element of the data collection policy is none,
    /// and then nothing is written; [`WriteError::Io`].
    pub fn object(&mut self, object: &Object) -> Result<(), WriteError> {
        if self.place != Place::Contents {
            return Err(WriteError::Order("an object", "the header comes first"));
        }
        let out = &mut self.line;
        match object {
            Object::EppParams(params) => {
                if let Err(error) = params::epp_params(out, params) {
                    out.clear();
                    return Err(error);
                }
            }
            Object::Policy(policy) => self::policy(out, policy),
            Object::Registrar(registrar) => registrar::registrar(out, registrar),
            Object::IdnTable(table) => idn_table(out, table),
            Object::Contact(contact) => contact::contact(out, contact),
            Object::Host(host) => domain::host(out, host),
            Object::Domain(domain) => domain::domain(out, domain),
            Object::Nndn(nndn) => self::nndn(out, nndn),
        }
        self.line.push(b'\n');
        self.flush_line()
    }

    /// Ends the deposit, and gives back where it was written to.
    ///
    /// # Errors
    /// [`WriteError::Order`] before the header; [`WriteError::Io`].
    pub fn finish(mut self) -> Result<W, WriteError> {
        if self.place != Place::Contents {
            return Err(WriteError::Order("the end", "each deposit has a header (RFC 9022, section 5.9)"));
        }
        self.line.extend_from_slice(b"</rde:contents>\n</rde:deposit>\n");
        self.flush_line()?;
        self.out.flush()?;
        Ok(self.out)
    }
}

/// `rdeHeader:header`, with a line for each count.
fn header(out: &mut Vec<u8>, header: &Header) {
    out.extend_from_slice(b"<rdeHeader:header>\n");
    match &header.repository {
        Repository::Tld(tld) => xml::element(out, "rdeHeader:tld", tld),
        Repository::Registrar(id) => xml::element(out, "rdeHeader:registrar", &id.to_string()),
        Repository::PrivacyService(id) => xml::element(out, "rdeHeader:ppsp", id),
        Repository::Reseller(id) => xml::element(out, "rdeHeader:reseller", id),
    }
    for count in &header.counts {
        out.extend_from_slice(b"\n<rdeHeader:count");
        xml::attribute(out, "uri", &count.uri);
        if let Some(below) = count.below.as_deref() {
            xml::attribute(out, "rcdn", below);
        }
        if let Some(registrar) = count.registrar {
            xml::attribute(out, "registrarId", &registrar.to_string());
        }
        out.push(b'>');
        xml::text(out, &count.count.to_string());
        xml::close(out, "rdeHeader:count");
    }
    if let Some(tag) = header.content_tag.as_deref() {
        out.push(b'\n');
        xml::element(out, "rdeHeader:contentTag", tag);
    }
    out.extend_from_slice(b"\n</rdeHeader:header>\n");
}

/// `rdePolicy:policy`.
fn policy(out: &mut Vec<u8>, policy: &Policy) {
    out.extend_from_slice(b"<rdePolicy:policy");
    xml::attribute(out, "scope", &policy.scope);
    xml::attribute(out, "element", &policy.element);
    out.extend_from_slice(b"/>");
}

/// `rdeIDN:idnTableRef`. The schema asks for urlPolicy: where the rules are published nowhere else, the table itself, which says
/// what variants there are and what becomes of them, is the document that has them.
fn idn_table(out: &mut Vec<u8>, table: &IdnTable) {
    out.extend_from_slice(b"<rdeIDN:idnTableRef");
    xml::attribute(out, "id", &table.id);
    out.push(b'>');
    xml::element(out, "rdeIDN:url", &table.url);
    xml::element(out, "rdeIDN:urlPolicy", table.policy_url.as_deref().unwrap_or(&table.url));
    xml::close(out, "rdeIDN:idnTableRef");
}

/// `rdeNNDN:NNDN`.
fn nndn(out: &mut Vec<u8>, nndn: &Nndn) {
    xml::open(out, "rdeNNDN:NNDN");
    xml::element(out, "rdeNNDN:aName", &nndn.name);
    xml::optional(out, "rdeNNDN:uName", nndn.u_name.as_deref());
    xml::optional(out, "rdeNNDN:idnTableId", nndn.idn_table.as_deref());
    xml::optional(out, "rdeNNDN:originalName", nndn.original.as_deref());
    let state: &[u8] = match nndn.state {
        NndnState::Withheld => b"<rdeNNDN:nameState>withheld",
        NndnState::Blocked => b"<rdeNNDN:nameState>blocked",
        NndnState::Mirrored { name_servers: true } => b"<rdeNNDN:nameState mirroringNS=\"true\">mirrored",
        NndnState::Mirrored { name_servers: false } => b"<rdeNNDN:nameState mirroringNS=\"false\">mirrored",
    };
    out.extend_from_slice(state);
    xml::close(out, "rdeNNDN:nameState");
    if let Some(created) = nndn.created {
        xml::time(out, "rdeNNDN:crDate", created);
    }
    xml::close(out, "rdeNNDN:NNDN");
}
