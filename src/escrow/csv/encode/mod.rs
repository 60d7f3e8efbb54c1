//! A deposit in either model as octets, object by object: what is in the XML model goes into the XML at once, what is in the CSV
//! model into its files, several of each kind side by side. What the XML says of the files, checksums and all, stands behind the
//! objects that it holds itself.
//!
//! Files are RFC 4180 in UTF-8, with no header line: the definition has the names of the fields. A file of which there is no
//! record is neither made nor defined. The same objects give the same octets.

mod forms;
mod rows;
mod sheet;

use std::io::{self, Write};

use crate::escrow::definition::Definitions;
use crate::escrow::models::{Model, Models};
use crate::escrow::object::{Delete, Deposit, DepositKind, Header, Object, ObjectKind};
use crate::escrow::xml::{self, WriteError};
use sheet::Sheet;

/// Writes a deposit; no more than one object of it is in memory, and the last records of each file.
pub struct Writer<W, O, C> {
    xml: xml::Writer<W>,
    models: Models,
    /// What the names of files begin with.
    stem: String,
    create: C,
    is_full: bool,
    has_header: bool,
    /// By kind.
    contents: Vec<Vec<Sheet<O>>>,
    deletes: Vec<Option<Sheet<O>>>,
    requires_registrant: bool,
    files: Vec<(String, O)>,
}

/// A deposit that has been written.
#[derive(Debug)]
pub struct Finished<W, O> {
    /// Where the XML was written to.
    pub xml: W,
    /// The CSV files, with their names, in the order in which the XML names them.
    pub files: Vec<(String, O)>,
}

impl<W: Write, O: Write, C: FnMut(&str) -> io::Result<O>> Writer<W, O, C> {
    /// Writes the frame. The names of files are `STEM_domainStatuses.csv` and the like; `create` makes the file of a name.
    ///
    /// `requires_registrant`: the definition says that each domain has a registrant (`isRequired` of `rdeCsv:fRegistrant`; ICANN's
    /// maximum data model), as [`crate::escrow::Policy`] does in the XML model.
    ///
    /// # Errors
    /// [`WriteError::Io`].
    pub fn begin(
        xml: W,
        deposit: &Deposit,
        (models, requires_registrant): (Models, bool),
        stem: &str,
        create: C,
    ) -> Result<Self, WriteError> {
        Ok(Self {
            xml: xml::Writer::begin(xml, deposit)?,
            models,
            stem: stem.to_owned(),
            create,
            is_full: deposit.kind == DepositKind::Full,
            has_header: false,
            contents: ObjectKind::ALL.iter().map(|_| Vec::new()).collect(),
            deletes: ObjectKind::ALL.iter().map(|_| None).collect(),
            requires_registrant,
            files: Vec::new(),
        })
    }

    /// Writes that an object is gone.
    ///
    /// # Errors
    /// Those of [`xml::Writer::delete`]; [`WriteError::Order`] for a host by its name in the CSV model, which has hosts that are
    /// gone by their ROIDs (RFC 9022, section 5.2.2.2.1).
    pub fn delete(&mut self, delete: &Delete) -> Result<(), WriteError> {
        let kind = delete.kind();
        if self.models.of(kind) == Model::Xml {
            return self.xml.delete(delete);
        }
        if self.is_full {
            return Err(WriteError::Order("a delete", "a full deposit has none (RFC 8909, section 5.1.3)"));
        }
        if self.has_header {
            return Err(WriteError::Order("a delete", "deletes come before the header"));
        }
        let value = match delete {
            Delete::HostName(_) => {
                return Err(WriteError::Order(
                    "a host's name that is gone",
                    "the CSV model has its ROID (RFC 9022, section 5.2.2.2.1)",
                ));
            }
            Delete::Registrar(id) | Delete::IdnTable(id) | Delete::Contact(id) | Delete::HostRoid(id) => id,
            Delete::Domain(name) | Delete::Nndn(name) => name,
        };
        let stem = &self.stem;
        let sheet = self.deletes[kind as usize]
            .get_or_insert_with(|| Sheet::new(forms::deletes(kind).unwrap_or_else(forms::none), stem));
        sheet.row().text(value).end();
        Ok(sheet.flush(false, &mut self.create)?)
    }

    /// Begins the contents with the header, of which there is one.
    ///
    /// # Errors
    /// Those of [`xml::Writer::header`].
    pub fn header(&mut self, header: &Header) -> Result<(), WriteError> {
        for kind in ObjectKind::ALL {
            let sheets = self.deletes[kind as usize].take().into_iter().collect();
            self.define(kind, true, sheets)?;
        }
        self.xml.header(header)?;
        self.has_header = true;
        Ok(())
    }

    /// Writes an object.
    ///
    /// # Errors
    /// Those of [`xml::Writer::object`]; [`WriteError::Value`] for a domain, host or contact that has no status and one of the
    /// grace period, since the CSV model has that beside a status.
    pub fn object(&mut self, object: &Object) -> Result<(), WriteError> {
        let kind = object.kind();
        if self.models.of(kind) == Model::Xml {
            return self.xml.object(object);
        }
        if !self.has_header {
            return Err(WriteError::Order("an object", "the header comes first"));
        }
        let sheets = &mut self.contents[kind as usize];
        if sheets.is_empty() {
            let forms = forms::contents(kind, self.requires_registrant);
            sheets.extend(forms.into_iter().map(|form| Sheet::new(form, &self.stem)));
        }
        rows::object(sheets, object)?;
        sheets.iter_mut().try_for_each(|sheet| sheet.flush(false, &mut self.create))?;
        Ok(())
    }

    /// Ends the files and writes what the XML says of them.
    fn define(&mut self, kind: ObjectKind, deletes: bool, sheets: Vec<Sheet<O>>) -> Result<(), WriteError> {
        let mut all = Vec::new();
        for sheet in sheets {
            if let Some((definition, file)) = sheet.finish(&mut self.create)? {
                all.push(definition);
                self.files.push(file);
            }
        }
        if all.is_empty() { Ok(()) } else { self.xml.definitions(&Definitions { kind, deletes, all }) }
    }

    /// Ends the deposit, and gives back what was written to.
    ///
    /// # Errors
    /// Those of [`xml::Writer::finish`].
    pub fn finish(mut self) -> Result<Finished<W, O>, WriteError> {
        for kind in ObjectKind::ALL {
            let sheets = std::mem::take(&mut self.contents[kind as usize]);
            self.define(kind, false, sheets)?;
        }
        Ok(Finished { xml: self.xml.finish()?, files: self.files })
    }
}
