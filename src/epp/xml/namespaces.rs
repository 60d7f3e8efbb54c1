//! The prefixes in scope and what they are bound to (Namespaces in XML 1.0).

use std::borrow::Cow;
use std::cell::Cell;

use crate::base::lexical::is_uri_reference;
use crate::base::limits::XML_NAMESPACES;
use crate::base::xml_chars::is_ncname;
use crate::epp::extensions::Extension;
use crate::epp::session::{BALANCE_URI, MAINTENANCE_URI};

/// Namespace of XML Schema instance attributes.
const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";
const XML: &str = "http://www.w3.org/XML/1998/namespace";
const XMLNS: &str = "http://www.w3.org/2000/xmlns/";

/// Namespace of XML signatures (RFC 3275).
pub(crate) const SIGNATURE_URI: &str = "http://www.w3.org/2000/09/xmldsig#";

/// A namespace in scope: its place in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Namespace(u16);

impl Namespace {
    /// No namespace at all.
    pub(crate) const ABSENT: Self = Self(0);
}

struct Binding<'a> {
    prefix: &'a str,
    uri: Cow<'a, str>,
    /// How the model names the schema of this namespace; empty for those it does not know.
    schema: &'static str,
    depth: usize,
    /// A name has used it since [`Namespaces::forget_use`].
    is_used: Cell<bool>,
}

/// The bindings in scope, innermost last.
pub(crate) struct Namespaces<'a> {
    bindings: Vec<Binding<'a>>,
}

impl<'a> Namespaces<'a> {
    /// Those of every document: no default namespace, and `xml`.
    pub(crate) fn new() -> Self {
        let mut bindings = Vec::with_capacity(8);
        bindings.push(Binding { prefix: "", uri: Cow::Borrowed(""), schema: "", depth: 0, is_used: Cell::new(false) });
        bindings.push(Binding {
            prefix: "xml",
            uri: Cow::Borrowed(XML),
            schema: "xml",
            depth: 0,
            is_used: Cell::new(false),
        });
        Self { bindings }
    }

    /// Those of a document whose names are resolved already.
    pub(crate) const fn none() -> Self {
        Self { bindings: Vec::new() }
    }

    /// Binds `prefix` (empty: the default) for the element at `depth`.
    ///
    /// # Errors
    ///
    /// What the declaration must not be, in words.
    pub(crate) fn declare(&mut self, prefix: &'a str, uri: Cow<'a, str>, depth: usize) -> Result<(), &'static str> {
        let schema = match uri.as_ref() {
            "urn:ietf:params:xml:ns:epp-1.0" => "epp",
            "urn:ietf:params:xml:ns:domain-1.0" => "domain",
            "urn:ietf:params:xml:ns:host-1.0" => "host",
            "urn:ietf:params:xml:ns:contact-1.0" => "contact",
            "urn:ietf:params:xml:ns:eppcom-1.0" => "eppcom",
            BALANCE_URI => "balance",
            "urn:ietf:params:xml:ns:signedMark-1.0" => "signedMark",
            MAINTENANCE_URI => "maint",
            "urn:ietf:params:xml:ns:mark-1.0" => "mark",
            SIGNATURE_URI => "dsig",
            XSI => "xsi",
            XML if prefix == "xml" => return Ok(()),
            XML | XMLNS => return Err("no prefix for a reserved namespace"),
            "" if !prefix.is_empty() => return Err("a namespace name"),
            other => match Extension::of_uri(other) {
                Some(extension) => extension.schema(),
                None if is_uri_reference(other) => "",
                None => return Err("a URI as namespace name"),
            },
        };
        if matches!(prefix, "xml" | "xmlns") {
            return Err("a prefix that is not reserved");
        }
        if !prefix.is_empty() && !is_ncname(prefix) {
            return Err("a prefix that is a name");
        }
        if self
            .bindings
            .iter()
            .rev()
            .take_while(|binding| binding.depth == depth)
            .any(|binding| binding.prefix == prefix)
        {
            return Err("one declaration of each prefix");
        }
        if self.bindings.len() >= XML_NAMESPACES + 2 {
            return Err("fewer namespace declarations");
        }
        self.bindings.push(Binding { prefix, uri, schema, depth, is_used: Cell::new(false) });
        Ok(())
    }

    /// Ends the scope of the element at `depth`, which counts from one.
    pub(crate) fn leave(&mut self, depth: usize) {
        while self.bindings.last().is_some_and(|binding| binding.depth >= depth) {
            self.bindings.pop();
        }
    }

    /// The namespace of `prefix` and its schema; `None` when the prefix is not bound.
    pub(crate) fn resolve(&self, prefix: &str) -> Option<(Namespace, &'static str)> {
        let index = self.bindings.iter().rposition(|binding| binding.prefix == prefix)?;
        let binding = self.bindings.get(index)?;
        binding.is_used.set(true);
        let namespace = if binding.uri.is_empty() { Namespace::ABSENT } else { Namespace(index as u16) };
        Some((namespace, binding.schema))
    }

    /// From here on it is noted which bindings names use; these are in use already.
    pub(crate) fn forget_use(&self, but: impl Iterator<Item = Namespace>) {
        self.bindings.iter().for_each(|binding| binding.is_used.set(false));
        for binding in but.filter_map(|namespace| self.bindings.get(usize::from(namespace.0))) {
            binding.is_used.set(true);
        }
    }

    /// Prefix and URI of each binding in scope that was used since [`Self::forget_use`]; not `xml`, which needs no declaration.
    pub(crate) fn used(&self) -> impl Iterator<Item = (&'a str, Cow<'a, str>)> {
        let used = self.bindings.iter().filter(|binding| binding.is_used.get() && binding.prefix != "xml");
        used.filter(|binding| !binding.uri.is_empty()).map(|binding| (binding.prefix, binding.uri.clone()))
    }

    /// The namespace's URI; empty when absent.
    pub(crate) fn uri(&self, namespace: Namespace) -> Cow<'a, str> {
        self.bindings.get(usize::from(namespace.0)).map_or(Cow::Borrowed(""), |binding| binding.uri.clone())
    }
}
