//! Definitions against what RFC 9022 has of them: which table each is of, and where its fields stand.

use crate::base::limits::ESCROW_CSV_FIELDS;
use crate::escrow::csv::table::{Column, Table, Tables, tables};
use crate::escrow::definition::{CsvFile, Definition, Definitions, Field};
use crate::escrow::object::ObjectKind;
use crate::escrow::xml::{Fault, Rule};

/// A definition whose records can be read.
#[derive(Clone, Debug)]
pub(super) struct Bound {
    pub(super) table: &'static Table,
    pub(super) separator: char,
    pub(super) fields: Vec<Field>,
    pub(super) files: Vec<CsvFile>,
    /// Where the field stands by which records are put together, if there is one.
    pub(super) key: Option<usize>,
    pub(super) key_is_name: bool,
}

impl Bound {
    /// Where a field stands.
    pub(super) fn place(&self, column: Column) -> Option<usize> {
        self.fields.iter().position(|field| column.is(field))
    }

    /// What faults call a field: by its file's purpose and its element.
    pub(super) fn label(&self, field: &str) -> String {
        format!("{}/{field}", self.table.name)
    }
}

/// All definitions of objects of a kind, or of those that are gone.
#[derive(Debug)]
pub(super) struct Kind {
    pub(super) kind: ObjectKind,
    /// Whether they are gone.
    pub(super) deletes: bool,
    pub(super) tables: &'static Tables,
    /// Those of the objects themselves first.
    pub(super) parents: usize,
    pub(super) all: Vec<Bound>,
}

/// Binds the definitions of a kind. What is wrong with them is told with lines of the XML; `None`: then they cannot be read, or
/// there are none.
pub(super) fn bind(
    kind: ObjectKind,
    deletes: bool,
    definitions: &[Definitions],
    faults: &mut Vec<Fault>,
) -> Option<Kind> {
    let tables = tables(kind)?;
    let of_kind = definitions.iter().filter(|found| found.kind == kind && found.deletes == deletes);
    let mut all: Vec<(bool, Bound)> = Vec::new();
    let (mut is_there, mut is_good) = (false, true);
    for definition in of_kind.flat_map(|found| &found.all) {
        is_there = true;
        let parent = if deletes { &tables.deletes } else { &tables.parent };
        let children = if deletes { &[] } else { tables.children };
        let known = std::iter::once(parent).chain(children);
        let Some((place, table)) = known.enumerate().find(|(_, table)| table.name == definition.name) else {
            let names: Vec<&str> = std::iter::once(parent).chain(children).map(|table| table.name).collect();
            let expected = format!("a name of these: {}", names.join(", "));
            faults.push(Fault::new(
                definition.line,
                Rule::Enumeration,
                "rdeCsv:csv".into(),
                expected,
                &definition.name,
            ));
            continue;
        };
        let is_parent = place == 0;
        is_good &= judge(table, (!is_parent).then_some(tables.key), definition, faults);
        let Definition { separator, fields, files, .. } = definition.clone();
        let key = fields.iter().position(|field| tables.key.is(field));
        all.push((is_parent, Bound { table, separator, fields, files, key, key_is_name: tables.is_name }));
    }
    let parents = all.iter().filter(|(is_parent, _)| *is_parent).count();
    if is_there && is_good && parents == 0 {
        let line = definitions.iter().flat_map(|found| &found.all).map(|definition| definition.line).min().unwrap_or(1);
        let name = if deletes { tables.deletes.name } else { tables.parent.name };
        faults.push(Fault::new(line, Rule::Missing, "rdeCsv:csv".into(), format!("a definition named {name}"), ""));
        is_good = false;
    }
    all.sort_by_key(|(is_parent, _)| !is_parent);
    let all: Vec<Bound> = all.into_iter().map(|(_, bound)| bound).collect();
    (is_there && is_good).then_some(Kind { kind, deletes, tables, parents, all })
}

/// Judges a definition against its table; whether records can be read by it.
fn judge(table: &Table, parent: Option<Column>, definition: &Definition, faults: &mut Vec<Fault>) -> bool {
    let element = |line, label: &str| (line, format!("rdeCsv:csv[{}]/{label}", definition.name));
    let mut is_good = true;
    let mut tell = |(line, element): (u64, String), rule, expected: String, found: &str| {
        faults.push(Fault::new(line, rule, element, expected, found));
    };
    for needed in table.needs {
        if !definition.fields.iter().any(|field| needed.iter().any(|column| column.is(field))) {
            let list: Vec<String> = needed.iter().map(|column| column.label()).collect();
            tell(element(definition.line, "rdeCsv:fields"), Rule::Missing, list.join(" or "), "");
            is_good = false;
        }
    }
    for (place, field) in definition.fields.iter().enumerate() {
        let known = table.needs.iter().flat_map(|needed| needed.iter()).chain(table.may);
        let column = known.copied().find(|column| column.is(field));
        let is_custom = field.element == "rdeCsv:fCustom";
        if column.is_none() && !is_custom {
            let expected = format!("a field of files named {}", definition.name);
            tell(element(field.line, &field.label()), Rule::Element, expected, field.element);
        }
        if column.is_some_and(|column| definition.fields[..place].iter().any(|before| column.is(before))) {
            tell(element(field.line, &field.label()), Rule::Many, "each field once".into(), &field.label());
            is_good = false;
        }
        if parent.is_some_and(|parent| parent.is(field)) && !field.parent {
            let expected = "parent=\"true\" on what names the object of a record".to_owned();
            tell(element(field.line, &field.label()), Rule::MissingAttribute, expected, "");
        }
    }
    if definition.fields.len() > ESCROW_CSV_FIELDS {
        let (expected, found) = (format!("{ESCROW_CSV_FIELDS} fields at most"), definition.fields.len().to_string());
        tell(element(definition.line, "rdeCsv:fields"), Rule::Length, expected, &found);
        is_good = false;
    }
    for file in &definition.files {
        let at = || element(file.line, &format!("rdeCsv:file {}", file.name));
        let is_utf8 = |name: &String| ["UTF-8", "US-ASCII"].iter().any(|known| known.eq_ignore_ascii_case(name));
        if let Some(encoding) = file.encoding.as_ref().filter(|name| !is_utf8(name)) {
            tell(at(), Rule::Encoding, "UTF-8".into(), encoding);
            is_good = false;
        }
        if let Some(compression) = &file.compression {
            tell(at(), Rule::File, "a file that is not compressed".into(), compression);
            is_good = false;
        }
        if let Some(algorithm) = file.algorithm.as_ref().filter(|name| !["CRC32", "SHA256"].contains(&name.as_str())) {
            tell(at(), Rule::Checksum, "CRC32 or SHA256 in cksumAlg".into(), algorithm);
        }
    }
    is_good
}
