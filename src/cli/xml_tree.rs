//! A response as a tree of elements, for printing and for the few values the client itself needs. A lenient reader: what
//! it reads was written by a server, and judging it is not its work.

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};

use crate::base::limits::XML_DEPTH;

/// An element with what is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Element {
    /// Name as written, with prefix.
    pub(super) name: String,
    /// Attributes but for namespace declarations.
    pub(super) attributes: Vec<(String, String)>,
    /// Character data, without white space at its ends.
    pub(super) text: String,
    /// Child elements.
    pub(super) children: Vec<Element>,
}

impl Element {
    /// The name without prefix.
    pub(super) fn local_name(&self) -> &str {
        self.name.rsplit(':').next().unwrap_or_default()
    }

    /// An attribute's value.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// The first child with that local name.
    pub(super) fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.local_name() == name)
    }

    /// The first element down that path of local names.
    pub(super) fn at(&self, path: &[&str]) -> Option<&Element> {
        path.iter().try_fold(self, |element, name| element.child(name))
    }

    /// Result code of a response; 1000 for a greeting, which answers a hello.
    pub(super) fn result_code(&self) -> Option<u16> {
        match self.at(&["response", "result"]) {
            Some(result) => result.attribute("code")?.parse().ok(),
            None => self.child("greeting").map(|_| 1000),
        }
    }
}

/// Reads a document.
///
/// # Errors
/// What is wrong with it, in words.
pub(super) fn parse(document: &[u8]) -> Result<Element, String> {
    let text = std::str::from_utf8(document).map_err(|error| format!("no UTF-8: {error}"))?;
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    let mut open: Vec<Element> = Vec::new();
    loop {
        let closed = match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(start) if open.len() >= XML_DEPTH => {
                return Err(format!("{:?} is nested deeper than {XML_DEPTH} elements", element(&start)?.name));
            }
            Event::Start(start) => {
                open.push(element(&start)?);
                None
            }
            Event::Empty(start) => Some(element(&start)?),
            Event::End(_) => open.pop(),
            Event::Text(piece) => {
                append(&mut open, &piece.xml10_content());
                None
            }
            Event::CData(piece) => {
                append(&mut open, &piece.xml10_content());
                None
            }
            Event::GeneralRef(reference) => {
                let written = format!("&{};", reference.xml10_content());
                append(&mut open, &unescape(&written).map_err(|error| error.to_string())?);
                None
            }
            Event::Eof => return Err("no whole document".into()),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => None,
        };
        let Some(mut closed) = closed else { continue };
        closed.text = closed.text.trim().to_owned();
        match open.last_mut() {
            Some(parent) => parent.children.push(closed),
            None => return Ok(closed),
        }
    }
}

fn append(open: &mut [Element], piece: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(piece);
    }
}

fn element(start: &BytesStart<'_>) -> Result<Element, String> {
    let mut found = Element { name: start.name().as_ref().to_owned(), ..Element::default() };
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let name = attribute.key.as_ref();
        if name != "xmlns" && !name.starts_with("xmlns:") {
            let value = unescape(attribute.value.as_ref()).map_err(|error| error.to_string())?;
            found.attributes.push((name.to_owned(), value.into_owned()));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_attributes_and_text_are_found() {
        let document = "<?xml version=\"1.0\"?>\n<epp xmlns=\"urn:x\"><response><result code='2302'><msg>a &amp; b&#33;</msg>\
                        </result><x:y xmlns:x='urn:y' a='&lt;'/></response></epp>";
        let epp = parse(document.as_bytes()).expect("well-formed");
        assert_eq!(epp.result_code(), Some(2302));
        assert_eq!(epp.at(&["response", "result", "msg"]).expect("there").text, "a & b!");
        let empty = epp.at(&["response", "y"]).expect("there");
        assert_eq!((empty.name.as_str(), empty.attribute("a")), ("x:y", Some("<")));
        assert_eq!(empty.attributes.len(), 1, "namespaces are no attributes");
    }

    #[test]
    fn a_greeting_is_a_success_and_other_documents_have_no_code() {
        assert_eq!(parse(b"<epp><greeting/></epp>").expect("well-formed").result_code(), Some(1000));
        assert_eq!(parse(b"<epp/>").expect("well-formed").result_code(), None);
    }

    #[test]
    fn documents_that_are_broken_or_too_deep_are_errors() {
        let deep = "<a>".repeat(XML_DEPTH + 1);
        for document in ["", "text", "<a>", "<a></b>", "<a>&nosuch;</a>", "\u{1}", deep.as_str()] {
            assert!(parse(document.as_bytes()).is_err(), "{document:?}");
        }
        assert!(parse(b"\xff\xfe<\0a\0").is_err());
    }
}
