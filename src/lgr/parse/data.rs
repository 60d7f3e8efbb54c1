//! The repertoire and its variants: RFC 7940, section 5.

use std::collections::{BTreeMap, HashSet};

use super::super::fault::LgrError;
use super::lexical;
use super::meta::check_references;
use super::set::Set;
use super::tree::Element;

/// The name of a rule, whether it has to match, and the line that says so.
pub(super) type Named = (String, bool, usize);

/// A `char` or `range`.
pub(super) struct Entry {
    /// A code point, a sequence, or nothing.
    pub(super) source: Vec<u32>,
    /// The end of a range, or the code point itself.
    pub(super) last: u32,
    pub(super) context: Option<Named>,
    pub(super) variants: Vec<Var>,
}

/// A `var`.
pub(super) struct Var {
    pub(super) target: Vec<u32>,
    pub(super) kind: Option<String>,
    pub(super) context: Option<Named>,
}

/// All of `data`.
pub(super) struct Data {
    /// In ascending order of their code points.
    pub(super) entries: Vec<Entry>,
    /// Code points by tag.
    pub(super) tags: BTreeMap<String, Set>,
}

/// Reads `data`.
pub(super) fn read(data: &Element, references: &HashSet<String>) -> Result<Data, LgrError> {
    data.only(&[])?;
    data.no_text()?;
    let (mut entries, mut tagged) = (Vec::new(), BTreeMap::<String, Vec<(u32, u32)>>::new());
    for child in &data.children {
        let entry = match child.name.as_str() {
            "char" if !child.is_foreign => char_entry(child)?,
            "range" if !child.is_foreign => range_entry(child)?,
            _ => return Err(child.misplaced("data", "char or range")),
        };
        check_references(child, references)?;
        for var in &child.children {
            check_references(var, references)?;
        }
        for tag in tags(child, entry.source.len())? {
            tagged.entry(tag.to_owned()).or_default().extend(entry.source.first().map(|first| (*first, entry.last)));
        }
        entries.push((entry, child.line));
    }
    if entries.is_empty() {
        return Err(LgrError::unexpected(data.line, data.place(), "at least one char or range", "none"));
    }
    entries.sort_by(|(a, _), (b, _)| a.source.cmp(&b.source));
    check_overlaps(&entries)?;
    let entries = entries.into_iter().map(|(entry, _)| entry).collect();
    let tags = tagged.into_iter().map(|(tag, ranges)| (tag, Set::new(ranges))).collect();
    Ok(Data { entries, tags })
}

/// No code point or sequence may be defined twice (section 5).
fn check_overlaps(entries: &[(Entry, usize)]) -> Result<(), LgrError> {
    let name = |entry: &Entry| entry.source.iter().map(|point| format!("{point:04X}")).collect::<Vec<_>>().join(" ");
    let twice = |entry: &Entry, line: usize| LgrError::duplicate(line, "code point or sequence", name(entry));
    let mut end = None;
    let mut before: Option<&Entry> = None;
    for (entry, line) in entries {
        if before.is_some_and(|before| before.source == entry.source) {
            return Err(twice(entry, *line));
        }
        before = Some(entry);
        if let [first] = entry.source.as_slice() {
            if end.is_some_and(|end| *first <= end) {
                return Err(twice(entry, *line));
            }
            end = Some(entry.last);
        }
    }
    Ok(())
}

fn tags(element: &Element, points: usize) -> Result<Vec<&str>, LgrError> {
    let Some(text) = element.get("tag") else { return Ok(Vec::new()) };
    if points != 1 {
        let expected = "no tag on a sequence, which is in no class";
        return Err(LgrError::unexpected(element.line, element.place(), expected, text));
    }
    lexical::tokens(element, "tag", text)
}

fn char_entry(element: &Element) -> Result<Entry, LgrError> {
    element.only(&["cp", "comment", "when", "not-when", "tag", "ref"])?;
    element.no_text()?;
    let source = lexical::code_points(element, element.need("cp")?)?;
    let (mut variants, mut seen) = (Vec::new(), HashSet::new());
    for child in &element.children {
        if child.is_foreign || child.name != "var" {
            return Err(child.misplaced("char", "var"));
        }
        let var = var(child)?;
        let condition = var.context.as_ref().map(|(rule, wanted, _)| (rule.clone(), *wanted));
        if !seen.insert((var.target.clone(), condition)) {
            return Err(LgrError::duplicate(child.line, "variant", child.need("cp")?));
        }
        if source.is_empty() && var.target.is_empty() {
            return Err(LgrError::unexpected(child.line, child.place(), "a code point in place of nothing", ""));
        }
        variants.push(var);
    }
    if source.is_empty() && variants.is_empty() {
        return Err(LgrError::unexpected(element.line, element.place(), "a variant of nothing", "none"));
    }
    let last = source.first().copied().unwrap_or_default();
    Ok(Entry { last, source, context: condition(element)?, variants })
}

fn range_entry(element: &Element) -> Result<Entry, LgrError> {
    element.only(&["first-cp", "last-cp", "comment", "when", "not-when", "tag", "ref"])?;
    element.empty()?;
    let first = lexical::code_point(element, element.need("first-cp")?)?;
    let last = lexical::code_point(element, element.need("last-cp")?)?;
    if first > last {
        let expected = format!("a last code point not before {first:04X}");
        return Err(LgrError::unexpected(element.line, element.place(), expected, &format!("{last:04X}")));
    }
    Ok(Entry { source: vec![first], last, context: condition(element)?, variants: Vec::new() })
}

fn var(element: &Element) -> Result<Var, LgrError> {
    element.only(&["cp", "type", "when", "not-when", "comment", "ref"])?;
    element.empty()?;
    let target = lexical::code_points(element, element.need("cp")?)?;
    let kind = element.get("type").map(|kind| lexical::variant_type(element, kind)).transpose()?;
    Ok(Var { target, kind: kind.map(str::to_owned), context: condition(element)? })
}

/// The `when` or `not-when` of an element; it may have one of them.
fn condition(element: &Element) -> Result<Option<Named>, LgrError> {
    match (element.get("when"), element.get("not-when")) {
        (Some(rule), None) => Ok(Some((rule.to_owned(), true, element.line))),
        (None, Some(rule)) => Ok(Some((rule.to_owned(), false, element.line))),
        (None, None) => Ok(None),
        (Some(_), Some(rule)) => {
            Err(LgrError::unexpected(element.line, element.place(), "only one of when and not-when", rule))
        }
    }
}
