//! Whether a label may be registered, and why (not): RFC 7940, sections 8.1 and 8.3.

use std::fmt;

use super::matching::Part;
use super::table::{ArchivedAction, ArchivedContext, ArchivedHow, ArchivedLgr, ArchivedSpan, ORIGINAL, UNTYPED};
use super::{INVALID, LABEL_POINTS};

/// What becomes of a label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement<'a> {
    /// `invalid`, `blocked`, `allocatable`, `activated`, `valid`, or a word of the table.
    pub disposition: &'a str,
    /// Why.
    pub reason: Reason<'a>,
}

impl Judgement<'_> {
    /// Whether the table has the label, even as one that may not be registered by it. Tables list letters of other scripts that
    /// look like their own, and refuse them by an action, so that labels of theirs collide with those of other tables (RFC 7940,
    /// section 7.2.1).
    pub const fn has_label(&self) -> bool {
        matches!(self.reason, Reason::Action { .. } | Reason::Default { .. })
    }
}

/// What decided about a label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason<'a> {
    /// It has more than [`LABEL_POINTS`] code points.
    TooLong {
        /// Its code points.
        found: usize,
    },
    /// A code point is not in the repertoire.
    Repertoire {
        /// Its place, from 1.
        place: usize,
        /// The code point.
        found: char,
    },
    /// A code point or sequence stands where it may not.
    Context {
        /// Its place, from 1.
        place: usize,
        /// The code points.
        found: String,
        /// The rule that decides about it.
        rule: &'a str,
        /// Whether the rule has to match (`when`) or must not (`not-when`).
        wanted: bool,
    },
    /// An action of the table.
    Action {
        /// Its number, from 1.
        number: usize,
        /// The rule that it names, and whether that matched.
        rule: Option<(&'a str, bool)>,
        /// The types of variants in the label that it looks at.
        types: Vec<&'a str>,
    },
    /// A default action (section 7.6), by these types of variants.
    Default {
        /// The types; none in the last default action, which takes all labels.
        types: Vec<&'a str>,
    },
}

/// A code point, range or sequence of the repertoire, found at some place of a label.
#[derive(Clone, Copy)]
pub(super) struct Element<'a> {
    pub(super) len: usize,
    pub(super) context: Option<&'a ArchivedContext>,
    pub(super) variants: &'a ArchivedSpan,
}

impl ArchivedLgr {
    /// Decides about a label (sections 8.1, 8.1.1 and 8.3): each code point must be in the repertoire, alone or in the
    /// longest sequence possible, and in its context; then the first action that is triggered decides. Where a code point
    /// or sequence is a variant of itself, the type of that variant counts.
    pub fn judge(&self, label: &str) -> Judgement<'_> {
        let points: Vec<u32> = label.chars().map(u32::from).collect();
        match self.divide(&points) {
            Ok(elements) => {
                let (at, types) = self.own_action(&points, &elements);
                self.judged_by(at, types)
            }
            Err(reason) => Judgement { disposition: INVALID, reason },
        }
    }

    /// The disposition of the original label whose elements are given, as the index of the deciding action, and the types
    /// of the variants that it is made of.
    fn own_action(&self, label: &[u32], elements: &[Element<'_>]) -> (usize, u64) {
        let (mut at, mut types) = (0, 0);
        for element in elements {
            types |= self.own_types(label, at, element, label, at).unwrap_or(ORIGINAL);
            at += element.len;
        }
        (self.deciding_action(label, types), types)
    }

    /// The types by which an element of `label` is a variant of itself where it stands in `variant`.
    pub(super) fn own_types(
        &self,
        label: &[u32],
        at: usize,
        element: &Element<'_>,
        variant: &[u32],
        place: usize,
    ) -> Option<u64> {
        let source = label.get(at..at + element.len)?;
        let own = element.variants.of(&self.variants).iter().filter(|own| {
            self.pooled(&own.target).eq(source.iter().copied())
                && self.holds(own.context.as_ref(), variant, (place, place + element.len))
        });
        own.map(|own| own.types.to_native()).reduce(|types, more| types | more)
    }

    /// Divides a label into elements of the repertoire, at each place the longest that stands in its context.
    pub(super) fn divide(&self, label: &[u32]) -> Result<Vec<Element<'_>>, Reason<'_>> {
        if label.len() > LABEL_POINTS {
            return Err(Reason::TooLong { found: label.len() });
        }
        let (mut at, mut elements) = (0, Vec::with_capacity(label.len()));
        while at < label.len() {
            let mut refused = None;
            let found = self.elements_at(label, at).find(|element| {
                let holds = self.holds(element.context, label, (at, at + element.len));
                refused = if holds { None } else { Some(*element) };
                holds
            });
            let Some(element) = found else { return Err(self.refusal(label, at, refused)) };
            at += element.len;
            elements.push(element);
        }
        Ok(elements)
    }

    /// Why no element fits at a place; `refused` is the shortest that would, but for its context.
    fn refusal(&self, label: &[u32], at: usize, refused: Option<Element<'_>>) -> Reason<'_> {
        let rest = label.get(at..).unwrap_or_default();
        let mut chars = rest.iter().filter_map(|point| char::from_u32(*point));
        let context = refused.and_then(|element| Some((element.len, element.context?)));
        match context.and_then(|(len, context)| Some((len, context.wanted, self.rule_name(context)?))) {
            Some((len, wanted, rule)) => {
                Reason::Context { place: at + 1, found: chars.take(len).collect(), rule, wanted }
            }
            None => Reason::Repertoire { place: at + 1, found: chars.next().unwrap_or(char::REPLACEMENT_CHARACTER) },
        }
    }

    fn rule_name(&self, context: &ArchivedContext) -> Option<&str> {
        self.rules.get(context.rule.to_native() as usize).map(|rule| rule.name.as_str())
    }

    /// The elements that a label has at a place, whatever their contexts: the longest first.
    pub(super) fn elements_at<'a, 'b>(
        &'a self,
        label: &'b [u32],
        at: usize,
    ) -> impl Iterator<Item = Element<'a>> + use<'a, 'b> {
        let rest = label.get(at..).unwrap_or_default();
        let longest = rest.len().min(self.longest.to_native() as usize);
        let sequences = (2..=longest).rev().filter_map(move |len| {
            let wanted = rest.get(..len)?;
            let order = |points: &ArchivedSpan| self.pooled(points).cmp(wanted.iter().copied());
            let found = self.sequences.binary_search_by(|sequence| order(&sequence.points)).ok()?;
            let sequence = self.sequences.get(found)?;
            Some(Element { len, context: sequence.context.as_ref(), variants: &sequence.variants })
        });
        let point = rest.first().and_then(|point| {
            let next = self.points.partition_point(|known| known.first.to_native() <= *point);
            let known = self.points.get(next.checked_sub(1)?)?;
            let is_in = *point <= known.last.to_native();
            is_in.then_some(Element { len: 1, context: known.context.as_ref(), variants: &known.variants })
        });
        sequences.chain(point)
    }

    /// The elements that a label has at a place, in their contexts.
    pub(super) fn members_at<'a, 'b>(
        &'a self,
        label: &'b [u32],
        at: usize,
    ) -> impl Iterator<Item = Element<'a>> + use<'a, 'b> {
        let part = move |element: &Element<'_>| -> Part { (at, at + element.len) };
        self.elements_at(label, at).filter(move |element| self.holds(element.context, label, part(element)))
    }

    /// The index of the first action that a label triggers which is made of variants of these types.
    pub(super) fn deciding_action(&self, label: &[u32], types: u64) -> usize {
        self.actions.iter().position(|action| self.is_triggered(action, label, types)).unwrap_or(self.actions.len())
    }

    fn is_triggered(&self, action: &ArchivedAction, label: &[u32], types: u64) -> bool {
        let types = if action.is_default { self.for_defaults(types) } else { types };
        let by_types = action.trigger.as_ref().is_none_or(|trigger| {
            let (wanted, used) = (trigger.types.to_native(), types & !ORIGINAL);
            let all = used != 0 && used & !wanted == 0;
            match trigger.how {
                ArchivedHow::Any => used & wanted != 0,
                ArchivedHow::All => all,
                ArchivedHow::Only => all && types & ORIGINAL == 0,
            }
        });
        let by_rule = |rule: &ArchivedContext| self.matches(rule.rule.to_native(), label, None) == rule.wanted;
        by_types && action.rule.as_ref().is_none_or(by_rule)
    }

    /// Default actions are blind to all types but their own (section 8.3, 3).
    fn for_defaults(&self, types: u64) -> u64 {
        types & (self.standard.to_native() | UNTYPED | ORIGINAL)
    }

    /// The disposition of an action by its index. The last action takes all labels, so that there is always one; an
    /// archive that has none judges as strictly as possible.
    pub(super) fn disposition_of(&self, action: usize) -> &str {
        self.actions.get(action).map_or(INVALID, |action| action.disposition.as_str())
    }

    fn judged_by(&self, number: usize, types: u64) -> Judgement<'_> {
        let disposition = self.disposition_of(number);
        let Some(action) = self.actions.get(number) else {
            return Judgement { disposition, reason: Reason::Default { types: Vec::new() } };
        };
        let types = action.trigger.as_ref().map(|trigger| self.type_names(types & trigger.types.to_native()));
        let types = types.unwrap_or_default();
        let rule = action.rule.as_ref().and_then(|rule| Some((self.rule_name(rule)?, rule.wanted)));
        let reason = match action.is_default {
            true => Reason::Default { types },
            false => Reason::Action { number: number + 1, rule, types },
        };
        Judgement { disposition, reason }
    }
}

impl fmt::Display for Judgement<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.disposition, self.reason)
    }
}

impl fmt::Display for Reason<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { found } => write!(f, "{found} code points, more than {LABEL_POINTS}"),
            Self::Repertoire { place, found } => {
                write!(f, "U+{:04X} at place {place} is not in the repertoire", u32::from(*found))
            }
            Self::Context { place, found, rule, wanted } => {
                let points: Vec<String> = found.chars().map(|c| format!("U+{:04X}", u32::from(c))).collect();
                let verb = if *wanted { "does not match" } else { "matches" };
                write!(f, "{} at place {place} may not stand there: rule {rule:?} {verb}", points.join(" "))
            }
            Self::Action { number, rule, types } => {
                write!(f, "action {number} of the table")?;
                if let Some((rule, matched)) = rule {
                    write!(f, ", rule {rule:?} {}", if *matched { "matches" } else { "does not match" })?;
                }
                type_list(f, types)
            }
            Self::Default { types } => {
                write!(f, "default action")?;
                type_list(f, types)
            }
        }
    }
}

fn type_list(f: &mut fmt::Formatter<'_>, types: &[&str]) -> fmt::Result {
    if types.is_empty() { Ok(()) } else { write!(f, ", variants of type {}", types.join(" ")) }
}
