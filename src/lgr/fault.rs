//! What is wrong with a table, and where.

use std::error::Error;
use std::fmt;

/// A table that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LgrError {
    /// Line of the XML, from 1; 0 where the fault has no place of its own.
    pub line: usize,
    /// What is wrong.
    pub fault: Fault,
}

/// What is wrong with a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Not well-formed XML, or XML with a document type.
    Xml {
        /// What should be there.
        expected: String,
        /// What the parser says or found.
        found: String,
    },
    /// Something else is required here by the format.
    Unexpected {
        /// The element or attribute.
        place: String,
        /// What should be there.
        expected: String,
        /// What is there.
        found: String,
    },
    /// Said twice.
    Duplicate {
        /// The kind of thing.
        what: &'static str,
        /// Which one.
        name: String,
    },
    /// A name that nothing bears, or nothing before this line.
    Unknown {
        /// The kind of thing.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// More of something than this implementation takes.
    Limit {
        /// What there is too much of.
        what: &'static str,
        /// The limit.
        most: usize,
    },
    /// Variants of sequences that rewrite each other without end, so that no key can stand for the variants of a label.
    NoKey {
        /// A mapping that is part of it.
        mapping: String,
    },
}

impl LgrError {
    pub(super) fn new(line: usize, fault: Fault) -> Self {
        Self { line, fault }
    }

    pub(super) fn unexpected(line: usize, place: impl Into<String>, expected: impl Into<String>, found: &str) -> Self {
        let found = found.chars().take(80).collect();
        Self::new(line, Fault::Unexpected { place: place.into(), expected: expected.into(), found })
    }

    pub(super) fn limit(line: usize, what: &'static str, most: usize) -> Self {
        Self::new(line, Fault::Limit { what, most })
    }

    pub(super) fn duplicate(line: usize, what: &'static str, name: impl Into<String>) -> Self {
        Self::new(line, Fault::Duplicate { what, name: name.into() })
    }

    pub(super) fn unknown(line: usize, what: &'static str, name: impl Into<String>) -> Self {
        Self::new(line, Fault::Unknown { what, name: name.into() })
    }
}

impl fmt::Display for LgrError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "line {}: ", self.line)?;
        }
        match &self.fault {
            Fault::Xml { expected, found } => write!(f, "expected {expected}, found {found}"),
            Fault::Unexpected { place, expected, found } => write!(f, "{place}: expected {expected}, found {found:?}"),
            Fault::Duplicate { what, name } => write!(f, "{what} {name:?} is there twice"),
            Fault::Unknown { what, name } => write!(f, "expected a {what} that is defined, found {name:?}"),
            Fault::Limit { what, most } => write!(f, "expected at most {most} {what}, found more"),
            Fault::NoKey { mapping } => write!(
                f,
                "expected variants of sequences with a common normal form, found mappings that rewrite each other without \
                 end, among them {mapping}"
            ),
        }
    }
}

impl Error for LgrError {}
