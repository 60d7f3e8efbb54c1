//! What a table says about itself: RFC 7940, section 4.3.

use std::collections::HashSet;

use super::super::fault::LgrError;
use super::super::table::{Meta, Scope};
use super::UNICODE;
use super::lexical;
use super::tree::{Element, words};

/// Reads `meta`: what is kept, and the identifiers of its references.
pub(super) fn read(meta: &Element) -> Result<(Meta, HashSet<String>), LgrError> {
    const ELEMENTS: &str = "version, date, language, scope, validity-start, validity-end, unicode-version, description, \
                            references";
    meta.only(&[])?;
    meta.no_text()?;
    let (mut found, mut references, mut seen) = (Meta::default(), HashSet::new(), HashSet::new());
    for child in meta.children.iter().filter(|child| !child.is_foreign) {
        let repeats = matches!(child.name.as_str(), "language" | "scope");
        if !repeats && !seen.insert(child.name.as_str()) {
            return Err(LgrError::duplicate(child.line, "element", child.name.as_str()));
        }
        if child.name != "references" {
            child.no_children()?;
        }
        let attributes: &[&str] = match child.name.as_str() {
            "version" => &["comment"],
            "scope" | "description" => &["type"],
            _ => &[],
        };
        child.only(attributes)?;
        match child.name.as_str() {
            "version" => found.version = Some(words(&child.text).collect::<Vec<_>>().join(" ")),
            "date" => found.date = Some(lexical::date(child)?),
            "validity-start" => found.validity_start = Some(lexical::date(child)?),
            "validity-end" => found.validity_end = Some(lexical::date(child)?),
            "language" => found.languages.push(language(child)?),
            "scope" => found.scopes.push(scope(child)?),
            "unicode-version" => found.unicode_version = Some(unicode_version(child)?),
            "description" => {}
            "references" => references = reference_ids(child)?,
            _ => return Err(child.misplaced("meta", ELEMENTS)),
        }
    }
    Ok((found, references))
}

/// A language tag: its form, not whether its parts are registered (RFC 5646, section 2.1).
fn language(element: &Element) -> Result<String, LgrError> {
    let text = element.text.trim();
    let mut parts = text.split('-');
    let is_part = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|c| c.is_ascii_alphanumeric());
    let is_first = |part: &str| is_part(part) && part.bytes().all(|c| c.is_ascii_alphabetic());
    if parts.next().is_some_and(is_first) && parts.all(is_part) {
        return Ok(text.to_owned());
    }
    Err(LgrError::unexpected(element.line, element.place(), "a language tag", text))
}

fn scope(element: &Element) -> Result<Scope, LgrError> {
    let kind = lexical::identifier(element, element.need("type")?)?.to_owned();
    let value = words(&element.text).collect::<Vec<_>>().join(" ");
    let is_label = |label: &str| !label.is_empty() && label.len() <= 63 && !label.contains(' ');
    let fits = match kind.as_str() {
        "domain" => value == "." || (value.len() <= 253 && value.split('.').all(is_label)),
        _ => !value.is_empty(),
    };
    if fits {
        return Ok(Scope { kind, value });
    }
    Err(LgrError::unexpected(element.line, element.place(), "a domain name without a final dot, or \".\"", &value))
}

fn unicode_version(element: &Element) -> Result<(u32, u32, u32), LgrError> {
    let text = element.text.trim();
    let is_number = |part: &&str| part.bytes().all(|c| c.is_ascii_digit());
    let parts: Vec<u32> = text.split('.').filter(is_number).filter_map(|part| part.parse().ok()).collect();
    match parts.as_slice() {
        [major, minor, update] if text.split('.').count() == 3 => {
            let version = (*major, *minor, *update);
            if version <= UNICODE {
                return Ok(version);
            }
            let (major, minor, update) = UNICODE;
            let expected = format!("Unicode {major}.{minor}.{update} or earlier");
            Err(LgrError::unexpected(element.line, element.place(), expected, text))
        }
        _ => Err(LgrError::unexpected(element.line, element.place(), "a version x.y.z", text)),
    }
}

fn reference_ids(references: &Element) -> Result<HashSet<String>, LgrError> {
    references.no_text()?;
    let mut ids = HashSet::new();
    for child in &references.children {
        if child.is_foreign || child.name != "reference" {
            return Err(child.misplaced("references", "reference"));
        }
        child.only(&["id", "comment"])?;
        child.no_children()?;
        let id = child.need("id")?;
        if id.is_empty() || !id.bytes().all(is_reference) {
            let expected = "an id of digits, upper-case letters and -_.:";
            return Err(LgrError::unexpected(child.line, child.place(), expected, id));
        }
        if !ids.insert(id.to_owned()) {
            return Err(LgrError::duplicate(child.line, "reference", id));
        }
    }
    Ok(ids)
}

fn is_reference(c: u8) -> bool {
    matches!(c, b'0'..=b'9' | b'A'..=b'Z' | b'-' | b'_' | b'.' | b':')
}

/// Checks an attribute `ref` (section 5.4.1).
pub(super) fn check_references(element: &Element, ids: &HashSet<String>) -> Result<(), LgrError> {
    let Some(text) = element.get("ref") else { return Ok(()) };
    for id in lexical::tokens(element, "reference", text)? {
        if !ids.contains(id) {
            return Err(LgrError::unknown(element.line, "reference", id));
        }
    }
    Ok(())
}
