//! The compiled table: sorted arrays and small programs that are read where they lie.
//!
//! Spans point into arrays beside them. They are followed with care: what is out of bounds in a damaged archive is empty.

use rkyv::{Archive, Deserialize, Serialize};

/// A table, compiled.
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct Lgr {
    /// What it says about itself.
    pub meta: Meta,
    /// Code points and ranges, ascending.
    pub(super) points: Vec<Point>,
    /// Sequences, ascending by their code points.
    pub(super) sequences: Vec<Sequence>,
    /// Code points of the longest sequence.
    pub(super) longest: u32,
    /// Variants of nothing.
    pub(super) insertions: Span,
    pub(super) variants: Vec<Variant>,
    /// Code points of sequences, targets and rewrites.
    pub(super) pool: Vec<u32>,
    /// Spans of `ranges`.
    pub(super) classes: Vec<Span>,
    /// Ascending within each class.
    pub(super) ranges: Vec<Range>,
    pub(super) rules: Vec<Rule>,
    pub(super) program: Vec<Op>,
    /// Types of variants; a set of them is a word with the bit of the index.
    pub(super) types: Vec<String>,
    /// The types that default actions know.
    pub(super) standard: u64,
    /// Explicit actions, then the default ones.
    pub(super) actions: Vec<Action>,
    /// For variant keys: code points that others stand for, ascending.
    pub(super) folds: Vec<Fold>,
    /// For variant keys: a convergent rewriting system, ascending by reversed left sides.
    pub(super) rewrites: Vec<Rewrite>,
}

/// What a table says about itself (RFC 7940, section 4.3). Description, comments and references are not kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct Meta {
    /// Free text, usually a number.
    pub version: Option<String>,
    /// `YYYY-MM-DD`.
    pub date: Option<String>,
    /// Tags of languages and scripts (RFC 5646).
    pub languages: Vec<String>,
    /// What the table applies to.
    pub scopes: Vec<Scope>,
    /// `YYYY-MM-DD`, the first day.
    pub validity_start: Option<String>,
    /// `YYYY-MM-DD`, the last day.
    pub validity_end: Option<String>,
    /// The version of Unicode that the table was made with.
    pub unicode_version: Option<(u32, u32, u32)>,
}

/// What a table applies to.
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct Scope {
    /// `domain`, or a word of an application.
    pub kind: String,
    /// The domain name without a final dot; `.` is the root.
    pub value: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub(super) struct Span {
    pub(super) start: u32,
    pub(super) len: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Archive, Serialize, Deserialize)]
pub(super) struct Range {
    pub(super) first: u32,
    pub(super) last: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub(super) struct Point {
    pub(super) first: u32,
    pub(super) last: u32,
    pub(super) context: Option<Context>,
    pub(super) variants: Span,
}

#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub(super) struct Sequence {
    pub(super) points: Span,
    pub(super) context: Option<Context>,
    pub(super) variants: Span,
}

#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub(super) struct Variant {
    pub(super) target: Span,
    /// The set of its one type, or [`UNTYPED`].
    pub(super) types: u64,
    pub(super) context: Option<Context>,
}

/// A rule, and whether it has to match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Archive, Serialize, Deserialize)]
pub(super) struct Context {
    pub(super) rule: u32,
    pub(super) wanted: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub(super) struct Rule {
    pub(super) name: String,
    pub(super) program: Span,
}

/// An instruction of a rule; jumps count from the instruction itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub(super) enum Op {
    Char(u32),
    Any,
    Class(u32),
    Start,
    End,
    Anchor,
    /// Goes on with the next instruction and there.
    Split(i32),
    Jump(i32),
    Match,
}

#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub(super) struct Action {
    pub(super) disposition: String,
    pub(super) rule: Option<Context>,
    pub(super) trigger: Option<Trigger>,
    /// One of the default actions (section 7.6).
    pub(super) is_default: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub(super) struct Trigger {
    pub(super) how: How,
    pub(super) types: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub(super) enum How {
    Any,
    All,
    Only,
}

/// What stands for a code point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub(super) struct Fold {
    pub(super) from: u32,
    pub(super) to: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub(super) struct Rewrite {
    /// Reversed, as it is looked up from its end.
    pub(super) from: Span,
    pub(super) to: Span,
}

/// In a set of types: a variant without a type was used.
pub(super) const UNTYPED: u64 = 1 << 62;
/// In a set of types: a code point stands unmapped.
pub(super) const ORIGINAL: u64 = 1 << 63;

impl ArchivedSpan {
    /// The part of `all` that the span means.
    pub(super) fn of<'a, T>(&self, all: &'a [T]) -> &'a [T] {
        let start = self.start.to_native() as usize;
        all.get(start..start.saturating_add(self.len.to_native() as usize)).unwrap_or_default()
    }
}

/// How large a table is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// Code points of the repertoire that stand alone.
    pub code_points: u64,
    /// Sequences of the repertoire.
    pub sequences: usize,
    /// Mappings to variants.
    pub variants: usize,
    /// Rules that contexts and actions name.
    pub rules: usize,
    /// Actions, with the default ones.
    pub actions: usize,
}

impl ArchivedLgr {
    /// How large the table is.
    pub fn size(&self) -> Size {
        let points = |point: &ArchivedPoint| {
            u64::from(point.last.to_native().saturating_sub(point.first.to_native())).saturating_add(1)
        };
        Size {
            code_points: self.points.iter().map(points).sum(),
            sequences: self.sequences.len(),
            variants: self.variants.len(),
            rules: self.rules.len(),
            actions: self.actions.len(),
        }
    }

    /// The code points of a span of the pool.
    pub(super) fn pooled(&self, span: &ArchivedSpan) -> impl DoubleEndedIterator<Item = u32> + ExactSizeIterator + '_ {
        span.of(&self.pool).iter().map(|point| point.to_native())
    }

    /// Names of the types in a set.
    pub(super) fn type_names(&self, set: u64) -> Vec<&str> {
        let named = self.types.iter().enumerate().filter(|(bit, _)| set & (1 << bit) != 0);
        named.map(|(_, name)| name.as_str()).collect()
    }
}
