//! Character classes: RFC 7940, section 6.2.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::super::CLASS_RANGES;
use super::super::fault::LgrError;
use super::meta::check_references;
use super::set::Set;
use super::tree::{Element, words};
use super::{lexical, property};

/// The classes seen so far, and what they are made from.
pub(super) struct Classes<'a> {
    tags: &'a BTreeMap<String, Set>,
    references: &'a HashSet<String>,
    has_unicode_version: bool,
    named: HashMap<String, Set>,
    properties: HashMap<String, Set>,
    /// Ranges handled.
    work: usize,
    /// The classes that rules use, by what is in them.
    used: HashMap<Set, u32>,
    /// The same by number.
    sets: Vec<Set>,
}

impl<'a> Classes<'a> {
    pub(super) fn new(
        tags: &'a BTreeMap<String, Set>,
        references: &'a HashSet<String>,
        has_unicode_version: bool,
    ) -> Self {
        let (named, properties, used) = (HashMap::new(), HashMap::new(), HashMap::new());
        Self { tags, references, has_unicode_version, named, properties, work: 0, used, sets: Vec::new() }
    }

    /// Whether an element defines or names a class.
    pub(super) fn is_class(element: &Element) -> bool {
        matches!(
            element.name.as_str(),
            "class" | "complement" | "union" | "intersection" | "difference" | "symmetric-difference"
        )
    }

    /// Defines a class by an element directly in `rules`.
    pub(super) fn define(&mut self, element: &Element, name: &str) -> Result<(), LgrError> {
        if element.get("by-ref").is_some() || element.get("count").is_some() {
            let found = if element.get("by-ref").is_some() { "by-ref" } else { "count" };
            return Err(LgrError::unexpected(element.line, element.place(), "the definition of a class", found));
        }
        let set = self.read(element)?;
        self.named.insert(name.to_owned(), set);
        Ok(())
    }

    /// The number under which a class in a rule is stored.
    pub(super) fn number(&mut self, element: &Element) -> Result<u32, LgrError> {
        if element.get("name").is_some() {
            return Err(LgrError::unexpected(element.line, element.place(), "no name within a rule", "name"));
        }
        let set = self.read(element)?;
        if let Some(number) = self.used.get(&set) {
            return Ok(*number);
        }
        let number = u32::try_from(self.sets.len()).unwrap_or(u32::MAX);
        self.sets.push(set.clone());
        self.used.insert(set, number);
        Ok(number)
    }

    /// The classes that rules use, by number.
    pub(super) fn into_sets(self) -> Vec<Set> {
        self.sets
    }

    /// The set that an element means.
    fn read(&mut self, element: &Element) -> Result<Set, LgrError> {
        let set = if element.name == "class" { self.class(element)? } else { self.combination(element)? };
        check_references(element, self.references)?;
        self.work += set.ranges().len() + 1;
        if self.work > CLASS_RANGES {
            return Err(LgrError::limit(element.line, "ranges of classes", CLASS_RANGES));
        }
        Ok(set)
    }

    fn class(&mut self, element: &Element) -> Result<Set, LgrError> {
        element.no_children()?;
        if let Some(name) = element.get("by-ref") {
            element.only(&["by-ref", "count", "comment"])?;
            element.no_text()?;
            let found = self.named.get(name).cloned();
            return found.ok_or_else(|| LgrError::unknown(element.line, "class before this line", name));
        }
        element.only(&["name", "count", "comment", "ref", "property", "from-tag"])?;
        match (element.get("property"), element.get("from-tag")) {
            (Some(property), None) => {
                element.no_text()?;
                self.property(element, property)
            }
            (None, Some(tag)) => {
                element.no_text()?;
                if !lexical::is_name_token(tag) {
                    return Err(LgrError::unexpected(element.line, element.place(), "one tag", tag));
                }
                Ok(self.tags.get(tag).cloned().unwrap_or_default())
            }
            (None, None) => listed(element),
            (Some(_), Some(tag)) => {
                Err(LgrError::unexpected(element.line, element.place(), "only one of property and from-tag", tag))
            }
        }
    }

    fn property(&mut self, element: &Element, text: &str) -> Result<Set, LgrError> {
        if !self.has_unicode_version {
            let expected = "a unicode-version in <meta>, as a property is used";
            return Err(LgrError::unexpected(element.line, element.place(), expected, text));
        }
        if let Some(known) = self.properties.get(text) {
            return Ok(known.clone());
        }
        let set = text.split_once(':').and_then(|(name, value)| property::set(name, value));
        let set = set.ok_or_else(|| LgrError::unexpected(element.line, element.place(), property::SUPPORTED, text))?;
        self.properties.insert(text.to_owned(), set.clone());
        Ok(set)
    }

    fn combination(&mut self, element: &Element) -> Result<Set, LgrError> {
        element.only(&["name", "count", "comment", "ref"])?;
        element.no_text()?;
        let mut parts = Vec::with_capacity(element.children.len());
        for child in &element.children {
            if child.is_foreign || !Self::is_class(child) {
                return Err(child.misplaced(&element.name, "classes"));
            }
            if let Some(found) = ["name", "count"].into_iter().find(|name| child.get(name).is_some()) {
                let expected = "neither name nor count within a combined class";
                return Err(LgrError::unexpected(child.line, child.place(), expected, found));
            }
            parts.push(self.read(child)?);
        }
        match (element.name.as_str(), parts.as_slice()) {
            ("complement", [of]) => Ok(of.complement()),
            ("intersection", [a, b]) => Ok(a.intersection(b)),
            ("difference", [a, b]) => Ok(a.difference(b)),
            ("symmetric-difference", [a, b]) => Ok(a.symmetric_difference(b)),
            ("union", [_, _, ..]) => {
                let ranges = parts.iter().flat_map(|part| part.ranges()).map(|range| (range.first, range.last));
                Ok(Set::new(ranges.collect()))
            }
            (name, found) => {
                let expected = match name {
                    "complement" => "one class",
                    "union" => "two classes or more",
                    _ => "two classes",
                };
                Err(LgrError::unexpected(element.line, element.place(), expected, &found.len().to_string()))
            }
        }
    }
}

/// Code points and ranges, listed.
fn listed(element: &Element) -> Result<Set, LgrError> {
    let mut ranges = Vec::new();
    for word in words(&element.text) {
        let (first, last) = word.split_once('-').unwrap_or((word, word));
        let range = (lexical::code_point(element, first)?, lexical::code_point(element, last)?);
        if range.0 > range.1 {
            return Err(LgrError::unexpected(element.line, element.place(), "a range that ascends", word));
        }
        ranges.push(range);
    }
    if ranges.is_empty() {
        let expected = "by-ref, from-tag, property, or code points";
        return Err(LgrError::unexpected(element.line, element.place(), expected, "none of them"));
    }
    Ok(Set::new(ranges))
}
