//! XML as a tree of elements, within bounds; the rest of the parser sees no XML.
//!
//! A table is read once, by an operator, so that a tree of it all is no burden. No document types, so no entities but
//! those that XML itself has.

use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesDecl, BytesRef, BytesStart, Event};
use quick_xml::name::{Namespace, ResolveResult};
use quick_xml::reader::NsReader;
use quick_xml::{Error, XmlVersion};

use super::super::fault::{Fault, LgrError};
use super::super::{DEPTH, ELEMENTS, XML_BYTES};

/// The namespace of the format (RFC 7940, section 4.1).
const NAMESPACE: &str = "urn:ietf:params:xml:ns:lgr-1.0";
/// Attributes of an element; the format has no more than seven.
const ATTRIBUTES: usize = 16;

/// An element with all that is in it.
pub(in super::super) struct Element {
    pub(super) name: String,
    /// Of its start tag, from 1.
    pub(super) line: usize,
    /// Of another namespace than the format's.
    pub(super) is_foreign: bool,
    attributes: Vec<(String, String)>,
    pub(super) children: Vec<Element>,
    /// All text directly in it.
    pub(super) text: String,
}

impl Element {
    /// The value of an attribute, white space collapsed.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The value of an attribute that must be there.
    pub(super) fn need(&self, name: &str) -> Result<&str, LgrError> {
        let missing = || LgrError::unexpected(self.line, self.place(), format!("an attribute {name:?}"), "none");
        self.get(name).ok_or_else(missing)
    }

    /// Checks that there are no attributes but these.
    pub(super) fn only(&self, names: &[&str]) -> Result<(), LgrError> {
        let strange = self.attributes.iter().find(|(name, _)| !names.contains(&name.as_str()));
        let expected = || if names.is_empty() { "no attributes".to_owned() } else { names.join(", ") };
        strange.map_or(Ok(()), |(name, _)| Err(LgrError::unexpected(self.line, self.place(), expected(), name)))
    }

    /// Checks that there is no text.
    pub(super) fn no_text(&self) -> Result<(), LgrError> {
        let text = self.text.trim_matches(is_space);
        if text.is_empty() { Ok(()) } else { Err(LgrError::unexpected(self.line, self.place(), "no text", text)) }
    }

    /// Checks that there are neither children nor text.
    pub(super) fn empty(&self) -> Result<(), LgrError> {
        self.no_children()?;
        self.no_text()
    }

    /// Checks that there are no children.
    pub(super) fn no_children(&self) -> Result<(), LgrError> {
        let child = self.children.first();
        child.map_or(Ok(()), |child| {
            Err(LgrError::unexpected(child.line, self.place(), "no elements", &format!("<{}>", child.name)))
        })
    }

    /// How messages name it.
    pub(super) fn place(&self) -> String {
        format!("<{}>", self.name)
    }

    /// The fault of its being there.
    pub(super) fn misplaced(&self, parent: &str, expected: &str) -> LgrError {
        let found = if self.is_foreign { format!("<{}> of another namespace", self.name) } else { self.place() };
        LgrError::unexpected(self.line, format!("<{parent}>"), expected, &found)
    }
}

/// White space of XML.
pub(super) fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

/// The words of a list, or of a token whose white space is collapsed.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(is_space).filter(|word| !word.is_empty())
}

/// Reads a document.
///
/// # Errors
/// [`Fault::Xml`] and [`Fault::Limit`].
pub(in super::super) fn read(xml: &str) -> Result<Element, LgrError> {
    if xml.len() > XML_BYTES {
        return Err(LgrError::limit(0, "octets of XML", XML_BYTES));
    }
    let xml = xml.strip_prefix('\u{feff}').unwrap_or(xml);
    if let Some(at) = xml.find(|c: char| (c < ' ' && !is_space(c)) || matches!(c, '\u{fffe}' | '\u{ffff}')) {
        let line = 1 + xml.get(..at).unwrap_or_default().matches('\n').count();
        return Err(fault(line, "characters of XML", "a control character"));
    }
    Reading::new(xml).run()
}

fn fault(line: usize, expected: impl Into<String>, found: impl Into<String>) -> LgrError {
    LgrError::new(line, Fault::Xml { expected: expected.into(), found: found.into() })
}

struct Reading<'a> {
    xml: &'a str,
    reader: NsReader<&'a [u8]>,
    /// Where lines were counted up to.
    counted: usize,
    line: usize,
    open: Vec<Element>,
    root: Option<Element>,
    elements: usize,
}

impl<'a> Reading<'a> {
    fn new(xml: &'a str) -> Self {
        let mut reader = NsReader::from_str(xml);
        reader.config_mut().enable_all_checks(true);
        Self { xml, reader, counted: 0, line: 1, open: Vec::new(), root: None, elements: 0 }
    }

    fn run(mut self) -> Result<Element, LgrError> {
        loop {
            self.count_lines();
            let start = self.counted;
            let (namespace, event) = match self.reader.read_resolved_event() {
                Ok((namespace, event)) => (is_ours(&namespace), event),
                Err(error) => return Err(self.syntax(&error)),
            };
            match event {
                Event::Start(tag) => self.start(&tag, namespace?)?,
                Event::Empty(tag) => {
                    self.start(&tag, namespace?)?;
                    self.end();
                }
                Event::End(_) => self.end(),
                Event::Text(text) => self.text(&text.xml10_content())?,
                Event::CData(text) if !self.open.is_empty() => self.text(&text.xml10_content())?,
                Event::CData(_) => return Err(fault(self.line, "elements only", "CDATA outside of <lgr>")),
                Event::GeneralRef(reference) => self.reference(&reference)?,
                Event::Decl(declaration) => self.declaration(start, &declaration)?,
                Event::DocType(_) => return Err(fault(self.line, "no document type", "<!DOCTYPE")),
                Event::Comment(_) | Event::PI(_) => {}
                Event::Eof => break,
            }
        }
        match (self.open.pop(), self.root) {
            (Some(open), _) => Err(fault(self.line, format!("</{}>", open.name), "the end of the document")),
            (None, root) => root.ok_or_else(|| fault(self.line, "<lgr>", "the end of the document")),
        }
    }

    /// Brings the line up to where the reader stands.
    fn count_lines(&mut self) {
        let at = usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX).min(self.xml.len());
        let passed = self.xml.as_bytes().get(self.counted..at).unwrap_or_default();
        self.line += passed.iter().filter(|octet| **octet == b'\n').count();
        self.counted = at;
    }

    fn syntax(&mut self, error: &Error) -> LgrError {
        self.count_lines();
        fault(self.line, "well-formed XML", error.to_string())
    }

    fn start(&mut self, tag: &BytesStart<'_>, is_ours: bool) -> Result<(), LgrError> {
        self.elements += 1;
        if self.elements > ELEMENTS {
            return Err(LgrError::limit(self.line, "elements", ELEMENTS));
        }
        if self.open.len() >= DEPTH {
            return Err(LgrError::limit(self.line, "elements within each other", DEPTH));
        }
        if self.root.is_some() {
            return Err(fault(self.line, "the end of the document", "a second root element"));
        }
        let name: &str = tag.local_name().into_inner();
        let mut attributes = Vec::new();
        for attribute in tag.attributes() {
            let attribute = attribute.map_err(|error| fault(self.line, "attributes", error.to_string()))?;
            let key = attribute.key.into_inner();
            if key == "xmlns" || key.starts_with("xmlns:") {
                continue;
            }
            let value = attribute
                .normalized_value(XmlVersion::Explicit1_0)
                .map_err(|error| fault(self.line, "a value of an attribute", error.to_string()))?;
            if value.contains(|c: char| c < ' ' && !is_space(c)) || attribute.value.contains('<') {
                return Err(fault(self.line, "a value of an attribute", "a character that may not be there"));
            }
            attributes.push((key.to_owned(), words(&value).collect::<Vec<_>>().join(" ")));
            if attributes.len() > ATTRIBUTES {
                return Err(LgrError::limit(self.line, "attributes of an element", ATTRIBUTES));
            }
        }
        self.open.push(Element {
            name: name.to_owned(),
            line: self.line,
            is_foreign: !is_ours,
            attributes,
            children: Vec::new(),
            text: String::new(),
        });
        Ok(())
    }

    fn end(&mut self) {
        let Some(element) = self.open.pop() else { return };
        match self.open.last_mut() {
            Some(parent) => parent.children.push(element),
            None => self.root = Some(element),
        }
    }

    fn text(&mut self, text: &str) -> Result<(), LgrError> {
        match self.open.last_mut() {
            Some(element) => element.text.push_str(text),
            None if text.chars().all(is_space) => {}
            None => return Err(fault(self.line, "elements only", "text outside of <lgr>")),
        }
        Ok(())
    }

    fn reference(&mut self, reference: &BytesRef<'_>) -> Result<(), LgrError> {
        let name = reference.xml10_content();
        let character = reference.resolve_char_ref().ok().flatten().map(String::from);
        let known = character.or_else(|| resolve_predefined_entity(&name).map(str::to_owned));
        let legal = known.filter(|text| !text.contains(|c: char| c < ' ' && !is_space(c)));
        let unknown = || fault(self.line, "a reference to a character", format!("&{name};"));
        let text = legal.filter(|_| !self.open.is_empty()).ok_or_else(unknown)?;
        self.text(&text)
    }

    fn declaration(&mut self, start: usize, declaration: &BytesDecl<'_>) -> Result<(), LgrError> {
        if start > 0 {
            return Err(fault(self.line, "an XML declaration at the start only", "another one"));
        }
        let version = declaration.version().map_err(|error| fault(self.line, "an XML version", error.to_string()))?;
        if version != "1.0" {
            return Err(fault(self.line, "XML 1.0", format!("XML {version}")));
        }
        match declaration.encoding() {
            None => Ok(()),
            Some(Ok(name)) if name.eq_ignore_ascii_case("utf-8") || name.eq_ignore_ascii_case("us-ascii") => Ok(()),
            Some(Ok(name)) => Err(fault(self.line, "the encoding UTF-8", name.into_owned())),
            Some(Err(error)) => Err(fault(self.line, "an encoding", error.to_string())),
        }
    }
}

/// Whether a namespace is that of the format.
fn is_ours(namespace: &ResolveResult<'_>) -> Result<bool, LgrError> {
    match namespace {
        ResolveResult::Bound(Namespace(name)) => Ok(*name == NAMESPACE),
        ResolveResult::Unbound => Ok(false),
        ResolveResult::Unknown(prefix) => Err(fault(0, "a prefix that is declared", prefix.clone())),
    }
}
