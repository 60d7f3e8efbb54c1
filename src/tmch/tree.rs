//! A small document as a tree: elements, attributes, text; namespaces resolved. Whatever a signed mark has no need of is
//! refused, so that there is one way only to read it.

use quick_xml::NsReader;
use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesDecl, BytesStart, Event};
use quick_xml::name::ResolveResult;

use crate::base::limits::{SMD_ELEMENTS, XML_ATTRIBUTES, XML_DEPTH};
use crate::tmch::SmdFault;

/// An element.
#[derive(Debug, Default)]
pub(super) struct Node {
    /// Namespace; empty: none.
    pub(super) namespace: String,
    /// Name without prefix.
    pub(super) name: String,
    /// Attributes that declare no namespace: namespace, name, value.
    pub(super) attributes: Vec<(String, String, String)>,
    /// Child elements, in order.
    pub(super) children: Vec<Node>,
    /// The text that stands directly in it, references resolved.
    pub(super) text: String,
}

impl Node {
    /// Whether it is this element.
    pub(super) fn is(&self, namespace: &str, name: &str) -> bool {
        self.namespace == namespace && self.name == name
    }

    /// The value of an attribute that is in no namespace.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(namespace, local, _)| namespace.is_empty() && local == name);
        found.map(|(_, _, value)| value.as_str())
    }

    /// The text, its white space collapsed (`xs:token`).
    pub(super) fn token(&self) -> String {
        let words = self.text.split([' ', '\t', '\n', '\r']).filter(|word| !word.is_empty());
        words.collect::<Vec<_>>().join(" ")
    }

    /// Itself and all elements in it.
    pub(super) fn all(&self) -> Vec<&Node> {
        let mut found = vec![self];
        let mut next = 0;
        while let Some(node) = found.get(next).copied() {
            found.extend(node.children.iter());
            next += 1;
        }
        found
    }
}

fn bad(reason: impl Into<String>) -> SmdFault {
    SmdFault::Xml(reason.into())
}

/// Reads a document.
///
/// # Errors
/// [`SmdFault::Xml`].
pub(super) fn read(text: &str) -> Result<Node, SmdFault> {
    let mut reader = NsReader::from_str(text);
    // Open elements; at the bottom a container of the root.
    let mut open = vec![Node::default()];
    let mut count = 0_usize;
    loop {
        let event = reader.read_event().map_err(|error| bad(error.to_string()))?;
        let is_empty = matches!(event, Event::Empty(_));
        match event {
            Event::Start(tag) | Event::Empty(tag) => {
                count += 1;
                if open.len() > XML_DEPTH || count > SMD_ELEMENTS {
                    return Err(bad("too many elements"));
                }
                open.push(element(&reader, &tag)?);
                if is_empty {
                    close(&mut open)?;
                }
            }
            Event::End(_) => close(&mut open)?,
            Event::Text(piece) => append(&mut open, &piece.replace("\r\n", "\n").replace('\r', "\n"))?,
            Event::CData(piece) => append(&mut open, &piece.replace("\r\n", "\n").replace('\r', "\n"))?,
            Event::GeneralRef(name) => append(&mut open, &reference(&name)?)?,
            Event::Decl(declaration) => declared(&declaration)?,
            Event::DocType(_) => return Err(bad("a document type declaration")),
            Event::PI(_) => return Err(bad("a processing instruction")),
            Event::Comment(_) => return Err(bad("a comment")),
            Event::Eof => break,
        }
    }
    match <[Node; 1]>::try_from(open) {
        Ok([mut container]) if container.children.len() == 1 => Ok(container.children.remove(0)),
        Ok(_) => Err(bad("not one document element")),
        Err(_) => Err(bad("an element without end")),
    }
}

/// Judges the XML declaration.
fn declared(declaration: &BytesDecl<'_>) -> Result<(), SmdFault> {
    if !declaration.version().is_ok_and(|version| version == "1.0") {
        return Err(bad("a version of XML other than 1.0"));
    }
    match declaration.encoding() {
        None => Ok(()),
        Some(Ok(name)) if ["utf-8", "us-ascii"].contains(&name.to_ascii_lowercase().as_str()) => Ok(()),
        Some(_) => Err(bad("an encoding other than UTF-8")),
    }
}

fn close(open: &mut Vec<Node>) -> Result<(), SmdFault> {
    match (open.pop(), open.last_mut()) {
        (Some(node), Some(parent)) => {
            parent.children.push(node);
            Ok(())
        }
        _ => Err(bad("an end without element")),
    }
}

fn append(open: &mut [Node], text: &str) -> Result<(), SmdFault> {
    match open {
        [_] if !text.chars().all(|c| matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{feff}')) => {
            Err(bad("text outside of the document element"))
        }
        [_] | [] => Ok(()),
        [.., node] => {
            node.text.push_str(text);
            Ok(())
        }
    }
}

/// What `&name;` stands for.
fn reference(name: &quick_xml::events::BytesRef<'_>) -> Result<String, SmdFault> {
    match name.resolve_char_ref() {
        Ok(Some(c)) => return Ok(c.to_string()),
        Ok(None) => {}
        Err(error) => return Err(bad(error.to_string())),
    }
    match resolve_predefined_entity(name) {
        Some(text) => Ok(text.to_owned()),
        None => Err(bad(format!("the entity {}", &**name))),
    }
}

fn element(reader: &NsReader<&[u8]>, tag: &BytesStart<'_>) -> Result<Node, SmdFault> {
    let (namespace, name) = reader.resolver().resolve_element(tag.name());
    let mut node = Node { namespace: bound(namespace)?, name: name.as_ref().to_owned(), ..Node::default() };
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|error| bad(error.to_string()))?;
        if node.attributes.len() >= XML_ATTRIBUTES {
            return Err(bad("too many attributes"));
        }
        if attribute.key.as_namespace_binding().is_some() {
            continue;
        }
        let (namespace, local) = reader.resolver().resolve_attribute(attribute.key);
        let (namespace, local) = (bound(namespace)?, local.as_ref().to_owned());
        if node.attributes.iter().any(|(other, name, _)| (other, name) == (&namespace, &local)) {
            return Err(bad("an attribute twice"));
        }
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|error| bad(error.to_string()))?;
        node.attributes.push((namespace, local, value.into_owned()));
    }
    Ok(node)
}

fn bound(result: ResolveResult<'_>) -> Result<String, SmdFault> {
    match result {
        ResolveResult::Bound(namespace) => Ok(namespace.as_ref().to_owned()),
        ResolveResult::Unbound => Ok(String::new()),
        ResolveResult::Unknown(prefix) => Err(bad(format!("a prefix that is not declared: {prefix}"))),
    }
}
