//! What is wrong with a deposit: where, against which rule, what was expected and what was found.

use std::fmt;

/// The rule that was broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rule {
    /// XML 1.0 and its namespaces. Reading ends.
    WellFormed,
    /// No document type declaration (RFC 8909 has none, and entities are refused). Reading ends.
    NoDoctype,
    /// XML 1.0 in UTF-8, as the declaration says or leaves it. Reading ends.
    Encoding,
    /// The document element is `rde:deposit`, or that of a document about a deposit. Reading ends.
    Root,
    /// Elements are no deeper than [`XML_DEPTH`](crate::base::limits::XML_DEPTH). Reading ends.
    Depth,
    /// No object is longer than [`ESCROW_OBJECT_BYTES`](crate::base::limits::ESCROW_OBJECT_BYTES). Reading ends only where a
    /// single tag, text or comment is.
    Length,
    /// `rde:contents` and `rde:deletes` hold objects that we know, of the XML model.
    Object,
    /// An element stands only where its schema has it.
    Element,
    /// Elements come in the order of their schema.
    Order,
    /// An element that the schema asks for is there.
    Missing,
    /// No element comes more often than its schema has it.
    Many,
    /// Of elements that exclude each other, one stands there.
    Choice,
    /// An attribute is one of its element's.
    Attribute,
    /// An attribute that is asked for is there.
    MissingAttribute,
    /// Text stands only in elements that have no others in them.
    Text,
    /// A value is one of its type: form, length, range.
    Value,
    /// A value is one of those that are enumerated.
    Enumeration,
    /// What there is once of each kind is there once.
    Twice,
    /// A full deposit deletes nothing (RFC 8909, section 5.1.3).
    Deletes,
    /// There is one header (RFC 9022, section 5.9).
    Header,
    /// A CSV file is there, is called by a name and not by a path, and is not compressed.
    File,
    /// Its octets have the checksum that the definition says (RFC 9022, section 4.4).
    Checksum,
    /// Its records are of RFC 4180.
    Csv,
    /// A record has as many fields as the definition (RFC 9022, section 4.6.2.1).
    Columns,
    /// A record belongs to an object of the parent file, and a name in it to one that is there (RFC 9022, section 4.6.1).
    Parent,
}

impl Rule {
    /// A word for people and programs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::WellFormed => "well-formed",
            Self::NoDoctype => "no-doctype",
            Self::Encoding => "encoding",
            Self::Root => "root",
            Self::Depth => "depth",
            Self::Length => "length",
            Self::Object => "object",
            Self::Element => "element",
            Self::Order => "order",
            Self::Missing => "missing",
            Self::Many => "many",
            Self::Choice => "choice",
            Self::Attribute => "attribute",
            Self::MissingAttribute => "missing-attribute",
            Self::Text => "text",
            Self::Value => "value",
            Self::Enumeration => "enumeration",
            Self::Twice => "twice",
            Self::Deletes => "deletes",
            Self::Header => "header",
            Self::File => "file",
            Self::Checksum => "checksum",
            Self::Csv => "rfc-4180",
            Self::Columns => "columns",
            Self::Parent => "parent",
        }
    }
}

/// Something that is wrong with a deposit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The line, from 1, of the element's start tag; or where reading ended.
    pub line: u64,
    /// The rule.
    pub rule: Rule,
    /// The element, as a path from the object down: `rdeDomain:domain/rdeDomain:crDate`. Prefixes are those of RFC 9022,
    /// whatever the deposit writes. Empty where there is none.
    pub element: String,
    /// What should be there.
    pub expected: String,
    /// What is there, cut to 80 characters; empty: nothing.
    pub found: String,
}

/// Characters of what was found that a fault tells.
const FOUND_CHARACTERS: usize = 80;

impl Fault {
    /// A fault.
    pub(in crate::escrow) fn new(
        line: u64,
        rule: Rule,
        element: String,
        expected: impl Into<String>,
        found: &str,
    ) -> Self {
        let mut cut: String = found.chars().take(FOUND_CHARACTERS).collect();
        if cut.len() < found.len() {
            cut.push('…');
        }
        Self { line, rule, element, expected: expected.into(), found: cut }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: ", self.line)?;
        if !self.element.is_empty() {
            write!(f, "{}: ", self.element)?;
        }
        write!(f, "expected {}, found ", self.expected)?;
        match self.found.as_str() {
            "" => f.write_str("nothing")?,
            found => write!(f, "{found:?}")?,
        }
        write!(f, " ({})", self.rule.name())
    }
}
