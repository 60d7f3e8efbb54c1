//! What stands between `<` and `>`: a name and attributes, taken apart and checked as XML and its namespaces demand.

use std::borrow::Cow;

use crate::base::lexical::is_space;
use crate::base::limits::XML_ATTRIBUTES;
use crate::base::xml_chars::{normalize_line_ends, resolve};
use crate::epp::xml::fault::{Outcome, syntax};
use crate::epp::xml::namespaces::{Namespace, Namespaces};
use crate::model::refusal::Element;

/// A start tag.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tag<'a> {
    /// Octets before its `<`.
    pub(crate) position: usize,
    /// How the model names the schema of its namespace; empty for namespaces it does not know, and for none.
    pub(crate) schema: &'static str,
    /// Its namespace.
    pub(crate) namespace: Namespace,
    /// Its name as written.
    pub(crate) name: &'a str,
    /// Its name without prefix.
    pub(crate) local: &'a str,
}

impl Tag<'_> {
    /// Whether it is this element of our schemas.
    pub(crate) fn is(&self, element: Element) -> bool {
        self.local == element.name && self.schema == element.schema
    }
}

/// An attribute that declares no namespace.
#[derive(Clone, Debug)]
pub(crate) struct Attribute<'a> {
    /// Octets before it.
    pub(crate) position: usize,
    /// Schema of its namespace (`xsi`, `xml`, …); empty for others and for none.
    pub(crate) schema: &'static str,
    /// Its namespace; attributes without prefix have none.
    pub(crate) namespace: Namespace,
    /// Its name as written.
    pub(crate) name: &'a str,
    /// Its name without prefix.
    pub(crate) local: &'a str,
    /// Its value, references resolved and literal white space made spaces (XML 1.0, section 3.3.3).
    pub(crate) value: Cow<'a, str>,
}

/// Splits a qualified name (Namespaces in XML 1.0, production 7); the prefix of a name without one is empty.
pub(crate) fn split_name(name: &str) -> Option<(&str, &str)> {
    // Names are short: a loop over octets beats the searchers of `str`.
    let Some(colon) = name.bytes().position(|octet| octet == b':') else { return Some(("", name)) };
    let (prefix, local) = (name.get(..colon)?, name.get(colon + 1..)?);
    let is_qualified = !prefix.is_empty() && !local.is_empty() && !local.bytes().any(|octet| octet == b':');
    is_qualified.then_some((prefix, local))
}

/// Reads the attributes in `text`, whose first octet stands at `position`: namespace declarations into `namespaces`,
/// the others into `attributes`.
pub(crate) fn read_attributes<'a>(
    text: &'a str,
    position: usize,
    depth: usize,
    namespaces: &mut Namespaces<'a>,
    attributes: &mut Vec<Attribute<'a>>,
) -> Outcome<()> {
    let (mut rest, mut count) = (text, 0);
    loop {
        let spaced = rest.trim_start_matches([' ', '\t', '\n', '\r']);
        if spaced.is_empty() {
            break;
        }
        let here = position + text.len() - spaced.len();
        if spaced.len() == rest.len() {
            return Err(syntax(here, "white space before an attribute", spaced));
        }
        count += 1;
        if count > XML_ATTRIBUTES {
            return Err(syntax(here, "fewer attributes", spaced));
        }
        let (name, raw, after) = split_attribute(spaced).ok_or_else(|| syntax(here, "attribute=\"value\"", spaced))?;
        rest = after;
        let value = attribute_value(raw).ok_or_else(|| syntax(here, "a well-formed attribute value", raw))?;
        let declared = match name.strip_prefix("xmlns") {
            Some("") => Some(""),
            Some(suffix) => suffix.strip_prefix(':'),
            None => None,
        };
        if let Some(prefix) = declared {
            if prefix.is_empty() && name.len() > "xmlns".len() {
                return Err(syntax(here, "a prefix", name));
            }
            namespaces.declare(prefix, value, depth).map_err(|expected| syntax(here, expected, name))?;
        } else {
            let (_, local) = split_name(name).ok_or_else(|| syntax(here, "an attribute name", name))?;
            attributes.push(Attribute { position: here, schema: "", namespace: Namespace::ABSENT, name, local, value });
        }
    }
    if attributes.is_empty() { Ok(()) } else { bind_attributes(namespaces, attributes) }
}

/// Gives each attribute its namespace, once all declarations of the tag are known, and refuses one that is there twice.
fn bind_attributes(namespaces: &Namespaces<'_>, attributes: &mut [Attribute<'_>]) -> Outcome<()> {
    for attribute in attributes.iter_mut() {
        // The default namespace does not apply to attributes (Namespaces in XML 1.0, section 6.2).
        if let Some((prefix, _)) = attribute.name.split_once(':') {
            (attribute.namespace, attribute.schema) = namespaces
                .resolve(prefix)
                .ok_or_else(|| syntax(attribute.position, "a declared prefix", attribute.name))?;
        }
    }
    let mut rest = &*attributes;
    while let [first, others @ ..] = rest {
        let same = |other: &&Attribute<'_>| {
            other.local == first.local && namespaces.uri(other.namespace) == namespaces.uri(first.namespace)
        };
        if let Some(twice) = others.iter().find(same) {
            return Err(syntax(twice.position, "each attribute once", twice.name));
        }
        rest = others;
    }
    Ok(())
}

/// Name, raw value and what follows.
fn split_attribute(text: &str) -> Option<(&str, &str, &str)> {
    let name_end = text.bytes().position(|octet| octet == b'=' || is_space(octet))?;
    let (name, rest) = text.split_at_checked(name_end)?;
    let rest = rest.trim_start_matches([' ', '\t', '\n', '\r']).strip_prefix('=')?;
    let rest = rest.trim_start_matches([' ', '\t', '\n', '\r']);
    let (quote, rest) = rest.split_at_checked(1).filter(|(quote, _)| matches!(*quote, "\"" | "'"))?;
    let close = rest.bytes().position(|octet| quote.as_bytes().first() == Some(&octet))?;
    let (value, after) = (rest.get(..close)?, rest.get(close + 1..)?);
    (!name.is_empty()).then_some((name, value, after))
}

/// The normalized value (XML 1.0, section 3.3.3), or `None` when it holds `<` or a reference to nothing.
fn attribute_value(raw: &str) -> Option<Cow<'_, str>> {
    // All octets at once are compared by vectors; a search that stops goes one by one.
    let plain = raw.bytes().fold(true, |plain, octet| plain & (octet != b'&') & (octet != b'<') & (octet >= b' '));
    if plain {
        return Some(Cow::Borrowed(raw));
    }
    let text = normalize_line_ends(raw);
    let (mut out, mut rest) = (String::with_capacity(text.len()), text.as_ref());
    while let Some(c) = rest.chars().next() {
        rest = rest.get(c.len_utf8()..)?;
        match c {
            '<' => return None,
            '&' => {
                let (name, after) = rest.split_once(';')?;
                out.push(resolve(name)?);
                rest = after;
            }
            '\t' | '\n' | '\r' => out.push(' '),
            c => out.push(c),
        }
    }
    Some(Cow::Owned(out))
}
