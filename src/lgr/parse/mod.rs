//! From XML to the compiled table: strict, complete, each fault with its line.

mod action;
mod class;
mod data;
mod lexical;
mod meta;
mod property;
mod rule;
mod set;
mod tree;

use std::collections::{BTreeMap, HashSet};

use super::completion::{self, Solution};
use super::fault::LgrError;
use super::table::{Action, Context, Fold, Lgr, Meta, Point, Range, Rewrite, Rule, Sequence, Span, UNTYPED, Variant};
use super::{LABEL_POINTS, TYPES};
use class::Classes;
use data::{Data, Entry, Named};
use rule::Rules;
use set::Set;
use tree::Element;

/// The version of Unicode whose properties this library knows.
pub const UNICODE: (u32, u32, u32) = (17, 0, 0);

/// What `rules` has.
struct Compiled {
    rules: Vec<(String, rule::Piece)>,
    numbers: std::collections::HashMap<String, u32>,
    sets: Vec<Set>,
    actions: Vec<Action>,
}

/// Reads and compiles a table.
///
/// # Errors
/// [`LgrError`] when the XML is not well-formed, does not conform to RFC 7940, or is beyond the limits of this library.
pub fn parse(xml: &str) -> Result<Lgr, LgrError> {
    let root = tree::read(xml)?;
    let (meta, data, rules) = sections(&root)?;
    let (meta, references) = meta.map(meta::read).transpose()?.unwrap_or_default();
    let data = data::read(data, &references)?;
    let types = types(&data)?;
    let compiled = compile(rules, &data, &references, &types, meta.unicode_version.is_some())?;
    Assembly::new(meta, types).run(data, compiled)
}

/// The children of the root: `meta` at most once, `data`, `rules` at most once, in that order.
fn sections(root: &Element) -> Result<(Option<&Element>, &Element, Option<&Element>), LgrError> {
    if root.is_foreign || root.name != "lgr" {
        return Err(root.misplaced("document", "<lgr> of the namespace urn:ietf:params:xml:ns:lgr-1.0"));
    }
    root.only(&[])?;
    root.no_text()?;
    let mut order = ["meta", "data", "rules"].iter();
    for child in &root.children {
        if child.is_foreign || !order.any(|name| *name == child.name) {
            return Err(child.misplaced("lgr", "an optional meta, a data, an optional rules, in that order"));
        }
    }
    let find = |name: &str| root.children.iter().find(|child| child.name == name);
    let data = find("data").ok_or_else(|| LgrError::unexpected(root.line, root.place(), "<data>", "none"))?;
    Ok((find("meta"), data, find("rules")))
}

/// The types of all variants.
fn types(data: &Data) -> Result<Vec<String>, LgrError> {
    let all = data.entries.iter().flat_map(|entry| &entry.variants).filter_map(|variant| variant.kind.as_ref());
    let mut found: Vec<String> = Vec::new();
    for kind in all {
        if !found.contains(kind) {
            if found.len() >= TYPES {
                return Err(LgrError::limit(0, "types of variants", TYPES));
            }
            found.push(kind.clone());
        }
    }
    Ok(found)
}

/// Reads `rules`, from first to last: what is referenced must stand before.
fn compile(
    section: Option<&Element>,
    data: &Data,
    references: &HashSet<String>,
    types: &[String],
    has_unicode_version: bool,
) -> Result<Compiled, LgrError> {
    let mut classes = Classes::new(&data.tags, references, has_unicode_version);
    let (mut rules, mut actions, mut names) = (Rules::new(references), Vec::new(), HashSet::new());
    if let Some(section) = section {
        section.only(&[])?;
        section.no_text()?;
    }
    for element in section.iter().flat_map(|section| &section.children) {
        if !element.is_foreign && element.name == "action" {
            actions.push(action::read(element, &rules, types, references)?);
            continue;
        }
        if element.is_foreign || !(element.name == "rule" || Classes::is_class(element)) {
            return Err(element.misplaced("rules", "class, a combined class, rule, or action"));
        }
        let name = lexical::identifier(element, element.need("name")?)?;
        if !names.insert(name) {
            return Err(LgrError::duplicate(element.line, "class or rule", name));
        }
        match element.name.as_str() {
            "rule" => rules.define(element, name, &mut classes)?,
            _ => classes.define(element, name)?,
        }
    }
    actions.extend(action::defaults(types));
    Ok(Compiled { rules: rules.pieces, numbers: rules.numbers, sets: classes.into_sets(), actions })
}

/// The compiled table, growing.
struct Assembly {
    lgr: Lgr,
    /// Where words of the pool stand.
    pooled: BTreeMap<Vec<u32>, Span>,
}

fn count(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

impl Assembly {
    fn new(meta: Meta, types: Vec<String>) -> Self {
        let lgr = Lgr {
            meta,
            points: Vec::new(),
            sequences: Vec::new(),
            longest: 0,
            insertions: Span::default(),
            variants: Vec::new(),
            pool: Vec::new(),
            classes: Vec::new(),
            ranges: Vec::new(),
            rules: Vec::new(),
            program: Vec::new(),
            standard: action::type_set(&types, action::STANDARD),
            types,
            actions: Vec::new(),
            folds: Vec::new(),
            rewrites: Vec::new(),
        };
        Self { lgr, pooled: BTreeMap::new() }
    }

    fn run(mut self, data: Data, compiled: Compiled) -> Result<Lgr, LgrError> {
        let mut mappings = Vec::new();
        for entry in data.entries {
            self.entry(&entry, &compiled)?;
            mappings.extend(entry.variants.into_iter().map(|variant| (entry.source.clone(), variant.target)));
        }
        for set in &compiled.sets {
            let start = count(self.lgr.ranges.len());
            self.lgr.ranges.extend(set.ranges().iter().map(|range| Range { ..*range }));
            self.lgr.classes.push(Span { start, len: count(set.ranges().len()) });
        }
        for (name, piece) in compiled.rules {
            let program = Span { start: count(self.lgr.program.len()), len: count(piece.ops.len()) };
            self.lgr.rules.push(Rule { name, program });
            self.lgr.program.extend(piece.ops);
        }
        self.lgr.actions = compiled.actions;
        self.key(completion::solve(&mappings)?);
        Ok(self.lgr)
    }

    fn pool(&mut self, word: &[u32]) -> Span {
        if let Some(span) = self.pooled.get(word) {
            return *span;
        }
        let span = Span { start: count(self.lgr.pool.len()), len: count(word.len()) };
        self.lgr.pool.extend_from_slice(word);
        self.pooled.insert(word.to_vec(), span);
        span
    }

    fn entry(&mut self, entry: &Entry, compiled: &Compiled) -> Result<(), LgrError> {
        let context = context(entry.context.as_ref(), compiled)?;
        let start = count(self.lgr.variants.len());
        for variant in &entry.variants {
            let types = variant.kind.as_deref().map_or(UNTYPED, |kind| action::type_set(&self.lgr.types, [kind]));
            let context = self::context(variant.context.as_ref(), compiled)?;
            let target = self.pool(&variant.target);
            self.lgr.variants.push(Variant { target, types, context });
        }
        let variants = Span { start, len: count(entry.variants.len()) };
        match entry.source.as_slice() {
            [] => self.lgr.insertions = variants,
            [first] => self.lgr.points.push(Point { first: *first, last: entry.last, context, variants }),
            sequence => {
                let points = self.pool(sequence);
                self.lgr.longest = self.lgr.longest.max(points.len).min(LABEL_POINTS as u32);
                self.lgr.sequences.push(Sequence { points, context, variants });
            }
        }
        Ok(())
    }

    fn key(&mut self, solution: Solution) {
        for (from, to) in solution.folds {
            let to = self.pool(&to);
            self.lgr.folds.push(Fold { from, to });
        }
        let mut reversed: Vec<(Vec<u32>, Vec<u32>)> =
            solution.rewrites.into_iter().map(|(from, to)| (from.into_iter().rev().collect(), to)).collect();
        reversed.sort();
        for (from, to) in reversed {
            let rewrite = Rewrite { from: self.pool(&from), to: self.pool(&to) };
            self.lgr.rewrites.push(rewrite);
        }
    }
}

/// The rule that a `when` or `not-when` names.
fn context(named: Option<&Named>, compiled: &Compiled) -> Result<Option<Context>, LgrError> {
    let Some((name, wanted, line)) = named else { return Ok(None) };
    let rule = compiled.numbers.get(name).copied().ok_or_else(|| LgrError::unknown(*line, "rule", name.as_str()))?;
    Ok(Some(Context { rule, wanted: *wanted }))
}
