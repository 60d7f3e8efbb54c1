//! Definitions of CSV files (RFC 9022, section 4.6.2).

use std::borrow::Cow;

use super::fault::Rule;
use super::shape::{Notes, one, some};
use super::tree::Element;
use crate::base::lexical::{WhiteSpace, boolean, int};
use crate::escrow::definition::{CsvFile, Definition, Definitions, Field, More, field};
use crate::escrow::object::ObjectKind;
use crate::escrow::xml::namespaces::Space;

impl Notes {
    /// `csvDomain:contents`, `csvDomain:deletes` and their likes.
    pub(super) fn definitions(&mut self, at: Element<'_>, kind: ObjectKind, deletes: bool) -> Definitions {
        self.sequence(at, Space::RdeCsv, &[], &[some("csv")]);
        Definitions { kind, deletes, all: self.values(at, "csv", Self::definition) }
    }

    /// `rdeCsv:csv`.
    fn definition(&mut self, at: Element<'_>) -> Definition {
        self.sequence(at, Space::RdeCsv, &["name", "sep"], &[one("fields"), one("files")]);
        let name = WhiteSpace::Collapse.apply(Cow::Borrowed(self.needed(at, "name").unwrap_or_default())).into_owned();
        let fields = at.child("fields").map(|at| self.fields(at)).unwrap_or_default();
        let files = at.child("files").map(|at| self.files(at)).unwrap_or_default();
        Definition { line: at.line(), name, separator: self.separator(at), fields, files }
    }

    /// A character that can stand between fields: one that means something else in a file is none.
    fn separator(&mut self, at: Element<'_>) -> char {
        let Some(value) = at.attribute("sep") else { return ',' };
        let mut chars = value.chars();
        match (chars.next(), chars.next()) {
            (Some(found), None) if !matches!(found, '"' | '\r' | '\n') => return found,
            _ => self.fault(at, Rule::Value, "one character but a quotation mark or the end of a line in sep", value),
        }
        ','
    }

    /// `rdeCsv:fieldsType`.
    fn fields(&mut self, at: Element<'_>) -> Vec<Field> {
        self.attributes(at, &[]);
        if at.has_text() {
            self.fault(at, Rule::Text, "elements and no text between them", at.text().trim());
        }
        let fields: Vec<Field> = at.children().filter_map(|child| self.field(child)).collect();
        if at.children().next().is_none() {
            self.fault(at, Rule::Missing, "a field, as csvDomain:fName", "");
        }
        fields
    }

    /// What substitutes for `rdeCsv:field`.
    fn field(&mut self, at: Element<'_>) -> Option<Field> {
        let label = at.label();
        let Some((element, required, more)) = field(&label) else {
            self.fault(at, Rule::Element, "a field of RFC 9022, as csvDomain:fName", &label);
            return None;
        };
        let attributes: &[&str] = match more {
            More::None => &["isRequired", "parent", "type"],
            More::Loc => &["isRequired", "parent", "type", "isLoc"],
            More::Line => &["isRequired", "parent", "type", "isLoc", "index"],
            More::Custom => &["isRequired", "parent", "type", "name"],
        };
        self.sequence(at, Space::None, attributes, &[]);
        let mut flag = |name: &str| {
            let value = WhiteSpace::Collapse.apply(Cow::Borrowed(at.attribute(name)?));
            self.typed(at, &format!("true or false in {name}"), &value, boolean)
        };
        let (is_required, parent, loc) = (flag("isRequired"), flag("parent"), flag("isLoc"));
        let index = match more {
            More::Line => self.street_index(at),
            _ => None,
        };
        let custom = at.attribute("name").map(|name| WhiteSpace::Collapse.apply(Cow::Borrowed(name)).into_owned());
        Some(Field {
            line: at.line(),
            element,
            required: is_required.unwrap_or(*required),
            parent: parent.unwrap_or_default(),
            loc,
            index,
            custom: custom.filter(|_| *more == More::Custom),
        })
    }

    fn street_index(&mut self, at: Element<'_>) -> Option<u8> {
        let value = WhiteSpace::Collapse.apply(Cow::Borrowed(self.needed(at, "index")?));
        let read = |value: &str| int(value).flatten().and_then(|n| u8::try_from(n).ok()).filter(|n| *n < 3);
        self.typed(at, "0, 1 or 2 in index", &value, read)
    }

    /// `rdeCsv:filesType`.
    fn files(&mut self, at: Element<'_>) -> Vec<CsvFile> {
        self.sequence(at, Space::RdeCsv, &[], &[some("file")]);
        self.values(at, "file", Self::file)
    }

    /// `rdeCsv:fileType`.
    fn file(&mut self, at: Element<'_>) -> CsvFile {
        let name = self.token_with(at, &["compression", "encoding", "cksum", "cksumAlg"]).into_owned();
        let is_path = name.contains(['/', '\\', '\0']) || matches!(name.as_str(), "" | "." | "..");
        if is_path {
            self.fault(at, Rule::File, "the name of a file beside the deposit, without a path", &name);
        }
        let token = |name: &str| {
            let value = at.attribute(name)?;
            Some(WhiteSpace::Collapse.apply(Cow::Borrowed(value)).into_owned())
        };
        let (checksum, algorithm) = (token("cksum"), token("cksumAlg"));
        if checksum.is_none() && algorithm.is_some() {
            self.fault(at, Rule::MissingAttribute, "attribute cksum beside cksumAlg", "");
        }
        let (compression, encoding) = (token("compression"), token("encoding"));
        CsvFile { line: at.line(), name, compression, encoding, checksum, algorithm }
    }
}
