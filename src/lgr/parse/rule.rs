//! Rules, compiled to programs: RFC 7940, sections 6.3 and 6.4.
//!
//! An element becomes a piece of program that may be copied anywhere, as jumps are relative: a reference to a rule is a
//! copy of it, a count is as many copies as a label can have code points.

use std::collections::{HashMap, HashSet};

use super::super::fault::LgrError;
use super::super::table::Op;
use super::super::{LABEL_POINTS, PROGRAM};
use super::class::Classes;
use super::lexical;
use super::meta::check_references;
use super::tree::Element;

/// More repetitions than a label has code points are like as many.
const REPEATS: u32 = LABEL_POINTS as u32 + 1;
const OPERATORS: &str = "match operators: any, choice, start, end, char, class, rule, or a combined class";

/// A compiled match operator.
#[derive(Clone, Default)]
pub(super) struct Piece {
    pub(super) ops: Vec<Op>,
    has_start: bool,
    has_end: bool,
    pub(super) has_anchor: bool,
}

impl Piece {
    fn op(op: Op) -> Self {
        Self { ops: vec![op], ..Self::default() }
    }

    /// Takes over what another piece has, but not its program.
    fn take_marks(&mut self, other: &Self) {
        self.has_start |= other.has_start;
        self.has_end |= other.has_end;
        self.has_anchor |= other.has_anchor;
    }
}

/// The rules seen so far.
pub(super) struct Rules<'a> {
    references: &'a HashSet<String>,
    pub(super) numbers: HashMap<String, u32>,
    pub(super) pieces: Vec<(String, Piece)>,
    /// Instructions of all of them.
    size: usize,
}

impl<'a> Rules<'a> {
    pub(super) fn new(references: &'a HashSet<String>) -> Self {
        Self { references, numbers: HashMap::new(), pieces: Vec::new(), size: 0 }
    }

    /// The number of a rule and whether it has an anchor.
    pub(super) fn find(&self, name: &str) -> Option<(u32, bool)> {
        let number = *self.numbers.get(name)?;
        self.pieces.get(number as usize).map(|(_, piece)| (number, piece.has_anchor))
    }

    /// Defines the rule of an element directly in `rules`.
    pub(super) fn define(&mut self, element: &Element, name: &str, classes: &mut Classes<'_>) -> Result<(), LgrError> {
        element.only(&["name", "comment", "ref"])?;
        check_references(element, self.references)?;
        let mut piece = self.content(element, classes)?;
        self.size += piece.ops.len() + 1;
        fits(element, self.size)?;
        piece.ops.push(Op::Match);
        let number = u32::try_from(self.pieces.len()).unwrap_or(u32::MAX);
        self.numbers.insert(name.to_owned(), number);
        self.pieces.push((name.to_owned(), piece));
        Ok(())
    }

    /// What stands in a rule: operators in order, or an anchor and what is around it.
    fn content(&self, rule: &Element, classes: &mut Classes<'_>) -> Result<Piece, LgrError> {
        rule.no_text()?;
        let is_around = |child: &Element| matches!(child.name.as_str(), "look-behind" | "anchor" | "look-ahead");
        if rule.children.iter().any(is_around) { self.around(rule, classes) } else { self.sequence(rule, classes) }
    }

    /// `look-behind`, `anchor`, `look-ahead`; only the anchor must be there.
    fn around(&self, rule: &Element, classes: &mut Classes<'_>) -> Result<Piece, LgrError> {
        const EXPECTED: &str = "an optional look-behind, an anchor, an optional look-ahead, and nothing else";
        let mut all = Piece { has_anchor: true, ..Piece::default() };
        let mut order = ["look-behind", "anchor", "look-ahead"].into_iter();
        for child in &rule.children {
            if child.is_foreign || !order.any(|name| name == child.name) {
                return Err(child.misplaced(&rule.name, EXPECTED));
            }
            child.only(&["comment"])?;
            if child.name == "anchor" {
                child.empty()?;
                all.ops.push(Op::Anchor);
                continue;
            }
            child.no_text()?;
            let piece = self.sequence(child, classes)?;
            let (is_behind, place) = (child.name == "look-behind", child.place());
            let wrong = if is_behind { piece.has_end } else { piece.has_start };
            if piece.has_anchor || wrong {
                let found = if piece.has_anchor { "an anchor" } else { "a start or end" };
                let expected = "no anchor, start only in look-behind, end only in look-ahead";
                return Err(LgrError::unexpected(child.line, place, expected, found));
            }
            all.take_marks(&piece);
            append(child, &mut all.ops, &piece.ops)?;
        }
        if !all.ops.contains(&Op::Anchor) {
            return Err(LgrError::unexpected(rule.line, rule.place(), EXPECTED, "no anchor"));
        }
        Ok(all)
    }

    /// Match operators, one after the other.
    fn sequence(&self, parent: &Element, classes: &mut Classes<'_>) -> Result<Piece, LgrError> {
        let mut all = Piece::default();
        let last = parent.children.len().saturating_sub(1);
        for (at, child) in parent.children.iter().enumerate() {
            let piece = self.operator(parent, child, classes)?;
            let wrong = [
                (piece.has_start && at > 0, "start to come first"),
                (piece.has_end && at < last, "end to come last"),
                (piece.has_anchor && last > 0, "a rule with an anchor to stand alone"),
            ];
            if let Some((_, expected)) = wrong.into_iter().find(|(is_wrong, _)| *is_wrong) {
                return Err(child.misplaced(&parent.name, expected));
            }
            all.take_marks(&piece);
            append(child, &mut all.ops, &piece.ops)?;
        }
        Ok(all)
    }

    /// One match operator, as often as it counts.
    fn operator(&self, parent: &Element, element: &Element, classes: &mut Classes<'_>) -> Result<Piece, LgrError> {
        if element.is_foreign {
            return Err(element.misplaced(&parent.name, OPERATORS));
        }
        let piece = match element.name.as_str() {
            "any" => {
                element.only(&["count", "comment"])?;
                element.empty()?;
                Piece::op(Op::Any)
            }
            "start" | "end" => return self.edge(element),
            "char" => self.literal(element)?,
            "choice" => self.choice(element, classes)?,
            "rule" => self.nested(element, classes)?,
            _ if Classes::is_class(element) => Piece::op(Op::Class(classes.number(element)?)),
            _ => return Err(element.misplaced(&parent.name, OPERATORS)),
        };
        let Some((least, most)) = lexical::count(element)? else { return Ok(piece) };
        // Section 6.3.3 forbids counts around start and end too, but a reference table of ICANN has one, and what it means is
        // clear.
        if piece.has_anchor {
            let expected = "no count where an anchor is within";
            return Err(LgrError::unexpected(element.line, element.place(), expected, "count"));
        }
        repeat(element, &piece, least.min(REPEATS), most.map(|most| most.min(REPEATS)))
    }

    fn edge(&self, element: &Element) -> Result<Piece, LgrError> {
        element.only(&["comment"])?;
        element.empty()?;
        let has_start = element.name == "start";
        let ops = vec![if has_start { Op::Start } else { Op::End }];
        Ok(Piece { ops, has_start, has_end: !has_start, has_anchor: false })
    }

    fn literal(&self, element: &Element) -> Result<Piece, LgrError> {
        element.only(&["cp", "count", "comment", "ref"])?;
        element.empty()?;
        check_references(element, self.references)?;
        let points = lexical::code_points(element, element.need("cp")?)?;
        if points.is_empty() {
            return Err(LgrError::unexpected(element.line, element.place(), "at least one code point", ""));
        }
        Ok(Piece { ops: points.into_iter().map(Op::Char).collect(), ..Piece::default() })
    }

    fn nested(&self, element: &Element, classes: &mut Classes<'_>) -> Result<Piece, LgrError> {
        let Some(name) = element.get("by-ref") else {
            element.only(&["count", "comment", "ref"])?;
            check_references(element, self.references)?;
            return self.content(element, classes);
        };
        element.only(&["by-ref", "count", "comment"])?;
        element.empty()?;
        let found = self.numbers.get(name).and_then(|number| self.pieces.get(*number as usize));
        let (_, piece) = found.ok_or_else(|| LgrError::unknown(element.line, "rule before this line", name))?;
        let mut piece = piece.clone();
        piece.ops.pop();
        Ok(piece)
    }

    /// Each alternative but the last: try it, or the next.
    fn choice(&self, element: &Element, classes: &mut Classes<'_>) -> Result<Piece, LgrError> {
        element.only(&["count", "comment"])?;
        element.no_text()?;
        if element.children.len() < 2 {
            let found = element.children.len().to_string();
            return Err(LgrError::unexpected(element.line, element.place(), "two alternatives or more", &found));
        }
        let mut all = Piece::default();
        let mut pieces = Vec::with_capacity(element.children.len());
        let mut size = 0;
        for child in &element.children {
            let piece = self.operator(element, child, classes)?;
            size += piece.ops.len() + 2;
            fits(child, size)?;
            all.take_marks(&piece);
            pieces.push(piece.ops);
        }
        let last = pieces.pop().unwrap_or_default();
        let mut rest = pieces.iter().map(|ops| ops.len() + 2).sum::<usize>() + last.len();
        for ops in pieces {
            all.ops.push(Op::Split(offset(ops.len() + 2)));
            rest -= ops.len() + 2;
            all.ops.extend(ops);
            all.ops.push(Op::Jump(offset(rest + 1)));
        }
        all.ops.extend(last);
        Ok(all)
    }
}

/// A jump forward; programs are shorter than what fits.
fn offset(instructions: usize) -> i32 {
    i32::try_from(instructions).unwrap_or(i32::MAX)
}

fn fits(element: &Element, size: usize) -> Result<(), LgrError> {
    if size <= PROGRAM { Ok(()) } else { Err(LgrError::limit(element.line, "instructions of rules", PROGRAM)) }
}

fn append(element: &Element, ops: &mut Vec<Op>, more: &[Op]) -> Result<(), LgrError> {
    fits(element, ops.len() + more.len())?;
    ops.extend_from_slice(more);
    Ok(())
}

/// The required copies, then either a loop or as many optional ones as there may be.
fn repeat(element: &Element, piece: &Piece, least: u32, most: Option<u32>) -> Result<Piece, LgrError> {
    let (len, copies) = (piece.ops.len(), most.unwrap_or(least.saturating_add(1)) as usize);
    fits(element, copies.saturating_mul(len + 2))?;
    let mut ops = Vec::with_capacity(copies * (len + 2));
    for _ in 0..least {
        ops.extend_from_slice(&piece.ops);
    }
    match most {
        None => {
            ops.push(Op::Split(offset(len + 2)));
            ops.extend_from_slice(&piece.ops);
            ops.push(Op::Jump(-offset(len + 1)));
        }
        Some(most) => {
            for _ in least..most {
                ops.push(Op::Split(offset(len + 1)));
                ops.extend_from_slice(&piece.ops);
            }
        }
    }
    let Piece { has_start, has_end, has_anchor, .. } = *piece;
    Ok(Piece { ops, has_start, has_end, has_anchor })
}
